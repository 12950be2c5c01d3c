package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The built shop is a supermarket that never was, so that the example runs without a
// file and so that what the library finds can be held against what is true. Its
// customers have traits, brands they lean to and, for every category, a rhythm of
// their own; everything follows from a seed.

// trait is a set of what makes a household need things.
type trait uint8

const (
	hasDog trait = 1 << iota
	hasCat
	hasBaby
	lovesVegetables
	getsHeadaches
)

// category is one shelf of the shop and how its customers use it.
type category struct {
	name     string
	unit     string        // the base unit, in which usage and pack sizes are counted
	only     trait         // who buys here; 0: anybody
	keen     trait         // who uses twice as much
	share    int           // ‰ of those who may that do
	days     [2]int        // shortest and longest rhythm: days from one purchase to the next
	perDay   int           // thousandths of a base unit that a medium household uses in a day
	variety  int           // how many different products one purchase is made of
	season   [2]time.Month // first and last month in which it is bought; 0: all year
	products []product
}

// product is something on a shelf. Prices are in cents, of one pack or of a kilogram.
type product struct {
	sku         string
	brand       string
	size        int // base units in a pack; 0: sold by weight, on shelves of variety only
	price, cost int
}

// ownBrand is the shop's own; all others are national.
const ownBrand = "Corner"

// shelves is all that the shop sells.
func shelves() []category {
	return []category{
		{name: "vegetables", unit: "gram", keen: lovesVegetables, share: 930, days: [2]int{5, 10}, perDay: 400_000, variety: 3, products: []product{
			{"tomatoes-greenleaf-500", "Greenleaf", 500, 249, 168},
			{"carrots-greenleaf-1000", "Greenleaf", 1000, 179, 118},
			{"peppers-greenleaf-500", "Greenleaf", 500, 279, 190},
			{"spinach-icefield-750", "Icefield", 750, 259, 172},
			{"tomatoes-corner-loose", ownBrand, 0, 299, 205},
			{"carrots-corner-1000", ownBrand, 1000, 99, 61},
			{"peppers-corner-loose", ownBrand, 0, 349, 231},
			{"spinach-corner-750", ownBrand, 750, 159, 98},
		}},
		{name: "fruit", unit: "gram", share: 850, days: [2]int{5, 14}, perDay: 250_000, variety: 2, products: []product{
			{"apples-hillside-1000", "Hillside", 1000, 279, 186},
			{"pears-hillside-1000", "Hillside", 1000, 319, 215},
			{"grapes-hillside-500", "Hillside", 500, 299, 201},
			{"apples-corner-loose", ownBrand, 0, 219, 139},
			{"bananas-corner-loose", ownBrand, 0, 139, 88},
			{"grapes-corner-500", ownBrand, 500, 199, 128},
		}},
		{name: "bread", unit: "gram", share: 800, days: [2]int{4, 9}, perDay: 140_000, variety: 1, products: []product{
			{"bread-oldmill-500", "Old Mill", 500, 249, 152},
			{"bread-oldmill-1000", "Old Mill", 1000, 429, 265},
			{"bread-corner-500", ownBrand, 500, 149, 84},
			{"bread-corner-1000", ownBrand, 1000, 249, 143},
		}},
		{name: "milk", unit: "millilitre", share: 820, days: [2]int{4, 12}, perDay: 450_000, variety: 1, products: []product{
			{"milk-highpasture-500", "High Pasture", 500, 99, 72},
			{"milk-highpasture-1000", "High Pasture", 1000, 159, 116},
			{"milk-corner-1000", ownBrand, 1000, 109, 79},
		}},
		{name: "yoghurt", unit: "gram", share: 700, days: [2]int{5, 18}, perDay: 120_000, variety: 2, products: []product{
			{"strawberry-highpasture-150", "High Pasture", 150, 79, 50},
			{"vanilla-highpasture-150", "High Pasture", 150, 79, 50},
			{"plain-highpasture-500", "High Pasture", 500, 169, 108},
			{"strawberry-corner-150", ownBrand, 150, 45, 26},
			{"plain-corner-500", ownBrand, 500, 99, 60},
		}},
		{name: "coffee", unit: "gram", share: 720, days: [2]int{10, 40}, perDay: 28_000, variety: 1, products: []product{
			{"coffee-harbour-250", "Harbour", 250, 449, 318},
			{"coffee-harbour-500", "Harbour", 500, 799, 581},
			{"coffee-terra-500", "Terra", 500, 849, 605},
			{"coffee-corner-500", ownBrand, 500, 549, 392},
			{"coffee-corner-1000", ownBrand, 1000, 999, 733},
		}},
		{name: "soft drinks", unit: "millilitre", share: 600, days: [2]int{6, 28}, perDay: 350_000, variety: 2, products: []product{
			{"cola-fizz-1000", "Fizz", 1000, 129, 78},
			{"cola-fizz-1500", "Fizz", 1500, 169, 104},
			{"lemonade-fizz-1000", "Fizz", 1000, 129, 78},
			{"cola-corner-1500", ownBrand, 1500, 79, 41},
			{"lemonade-corner-1500", ownBrand, 1500, 69, 36},
		}},
		{name: "chocolate", unit: "gram", share: 650, days: [2]int{6, 30}, perDay: 18_000, variety: 2, products: []product{
			{"milk-alpenrose-100", "Alpenrose", 100, 139, 88},
			{"hazelnut-alpenrose-100", "Alpenrose", 100, 139, 90},
			{"dark-alpenrose-300", "Alpenrose", 300, 349, 226},
			{"milk-corner-100", ownBrand, 100, 69, 39},
			{"hazelnut-corner-200", ownBrand, 200, 129, 75},
		}},
		{name: "soup", unit: "can", share: 550, days: [2]int{10, 45}, perDay: 200, variety: 1, products: []product{
			{"soup-kettle-1", "Kettle", 1, 199, 121},
			{"soup-kettle-4", "Kettle", 4, 699, 432},
			{"soup-corner-1", ownBrand, 1, 119, 66},
			{"soup-corner-6", ownBrand, 6, 619, 362},
		}},
		{name: "ice cream", unit: "millilitre", share: 600, days: [2]int{7, 21}, perDay: 80_000, variety: 1, season: [2]time.Month{time.May, time.September}, products: []product{
			{"ice-polar-500", "Polar", 500, 399, 254},
			{"ice-polar-1000", "Polar", 1000, 649, 421},
			{"ice-corner-1000", ownBrand, 1000, 299, 178},
		}},
		{name: "washing powder", unit: "wash load", share: 800, days: [2]int{20, 60}, perDay: 550, variety: 1, products: []product{
			{"powder-bright-18", "Bright", 18, 599, 401},
			{"powder-bright-40", "Bright", 40, 1199, 822},
			{"powder-lagoon-20", "Lagoon", 20, 549, 366},
			{"powder-corner-20", ownBrand, 20, 349, 214},
			{"powder-corner-60", ownBrand, 60, 899, 561},
		}},
		{name: "toilet paper", unit: "roll", share: 900, days: [2]int{14, 60}, perDay: 500, variety: 1, products: []product{
			{"paper-featherly-8", "Featherly", 8, 449, 298},
			{"paper-featherly-16", "Featherly", 16, 799, 541},
			{"paper-corner-10", ownBrand, 10, 349, 224},
			{"paper-corner-20", ownBrand, 20, 629, 410},
		}},
		{name: "pain tablets, non-aspirin", unit: "tablet", only: getsHeadaches, share: 950, days: [2]int{14, 60}, perDay: 700, variety: 1, products: []product{
			{"tablets-calmex-12", "Calmex", 12, 399, 231},
			{"tablets-calmex-24", "Calmex", 24, 699, 415},
			{"tablets-corner-24", ownBrand, 24, 329, 162},
			{"tablets-corner-48", ownBrand, 48, 569, 290},
		}},
		{name: "diapers", unit: "piece", only: hasBaby, share: 970, days: [2]int{6, 28}, perDay: 5_000, variety: 1, products: []product{
			{"diapers-cloudlet-24", "Cloudlet", 24, 695, 489},
			{"diapers-cloudlet-56", "Cloudlet", 56, 1399, 1007},
			{"diapers-corner-30", ownBrand, 30, 549, 362},
			{"diapers-corner-90", ownBrand, 90, 1449, 981},
		}},
		{name: "dog food", unit: "gram", only: hasDog, share: 960, days: [2]int{7, 35}, perDay: 320_000, variety: 1, products: []product{
			{"dry-goodtail-1000", "Goodtail", 1000, 449, 291},
			{"dry-goodtail-4000", "Goodtail", 4000, 1599, 1068},
			{"dry-corner-2000", ownBrand, 2000, 499, 301},
			{"dry-corner-10000", ownBrand, 10000, 2199, 1392},
		}},
		{name: "cat food", unit: "gram", only: hasCat, share: 960, days: [2]int{6, 24}, perDay: 190_000, variety: 2, products: []product{
			{"salmon-whisper-400", "Whisper", 400, 139, 88},
			{"chicken-whisper-400", "Whisper", 400, 139, 88},
			{"dry-whisper-1500", "Whisper", 1500, 599, 391},
			{"beef-corner-400", ownBrand, 400, 79, 44},
			{"dry-corner-cat-1500", ownBrand, 1500, 349, 214},
		}},
	}
}

// kind is whose brand the product is.
func (p *product) kind() customer.BrandKind {
	if p.brand == ownBrand {
		return customer.StoreBrand
	}
	return customer.NationalBrand
}

// shop is the built supermarket; its method events is a source. It is open Monday to
// Saturday. The zero shop has no customers: newShop builds one.
type shop struct {
	seed        uint64
	customers   int
	first, last customer.Date
	zone        *time.Location
	shelves     []category
}

// newShop returns the shop with so many customers whose records cover the year that
// ends on 31 October 2026. The same seed and customer make the same receipts; only
// the width of the ids grows with the number of customers, beyond 99,999.
func newShop(seed uint64, customers int, zone *time.Location) *shop {
	last := customer.DateOf(time.Date(2026, time.October, 31, 0, 0, 0, 0, time.UTC), time.UTC)
	return &shop{seed, customers, last.AddMonths(-12).AddDays(1), last, zone, shelves()}
}

// special reports whether a product is a quarter cheaper in the week of a day.
func (s *shop) special(shelf, product int, day customer.Date) bool {
	const everyWeeks = 9 // and not everything in the same week
	return (int(day)/7+5*product+2*shelf)%everyWeeks == 0
}

// household is a customer as she is: what the library has to find out.
type household struct {
	ID     customer.ID
	Traits trait
	Usage  int // ‰ of a medium household's

	// She comes on Weekday, each or every second week, perhaps also three days later.
	Weekday           time.Weekday
	Fortnightly, Also bool
	Hour              int

	First, Last      customer.Date // between which she comes; Last before the shop's: she stopped
	AwayFrom, AwayTo customer.Date // a break, both days included; zero: none
	Once             bool          // she came on one day only

	Needs []need // in the order of the shelves
}

// need is what a household buys regularly.
type need struct {
	Category string
	Days     int                // her rhythm: days from one purchase to the next, on average
	Amount   int                // base units for so many days
	Leaning  customer.BrandKind // which brands she mostly takes; unknown: she switches

	shelf int
	habit int // among equal products
	due   customer.Date
}

// tripDays is how many days lie between two visits.
func (h *household) tripDays() int {
	switch {
	case h.Also:
		return 4 // three and four days in turn
	case h.Fortnightly:
		return 14
	}
	return 7
}

// comes reports whether the day is one of her shopping days.
func (h *household) comes(day customer.Date) bool {
	if day >= h.AwayFrom && day <= h.AwayTo {
		return false
	}
	if h.Fortnightly && int(day)/7%2 != 0 { // Date counts weeks from Sunday to Saturday
		return false
	}
	return day.Weekday() == h.Weekday || h.Also && day.Weekday() == h.Weekday+3
}

// dice is the chance of one customer. It draws integers only: floating point may
// differ between machines.
type dice struct{ *rand.Rand }

// between draws a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// permille is true n times in a thousand.
func (d dice) permille(n int) bool { return d.IntN(1000) < n }

func (s *shop) dice(number int) dice {
	return dice{rand.New(rand.NewPCG(s.seed, uint64(number)))}
}

// household returns the truth about a customer, from 1 to the number of customers.
func (s *shop) household(number int) household { return s.settle(number, s.dice(number)) }

func (s *shop) settle(number int, d dice) household {
	h := household{
		ID:    customer.ID(fmt.Sprintf("c%0*d", max(5, len(fmt.Sprint(s.customers))), number)),
		First: s.first, Last: s.last,
		Usage:   [...]int{500, 500, 500, 1000, 1000, 1000, 1000, 2000, 2000, 2000}[d.IntN(10)],
		Weekday: time.Weekday(d.between(1, 6)),
		Hour:    d.between(8, 19),
	}
	for _, trait := range [...]struct {
		trait trait
		share int
	}{{hasDog, 200}, {hasCat, 220}, {hasBaby, 120}, {lovesVegetables, 300}, {getsHeadaches, 180}} {
		if d.permille(trait.share) {
			h.Traits |= trait.trait
		}
	}
	switch pattern := d.IntN(1000); {
	case pattern < 450:
		h.Also = true
		h.Weekday = time.Weekday(d.between(1, 3)) // and Thursday to Saturday
	case pattern >= 880:
		h.Fortnightly = true
	}
	year := int(s.last - s.first)
	switch story := d.IntN(1000); {
	case story < 50:
		h.Once = true
		h.First = h.First.AddDays(d.between(0, year-30))
	case story < 200: // she stops, with some time for it to be noticed
		h.Last = h.Last.AddDays(-d.between(30, year-90))
	case story < 330: // she is new
		h.First = h.First.AddDays(d.between(30, year-60))
	case story < 550: // she is away in summer
		h.AwayFrom = s.last.AddDays(-d.between(70, 150))
		h.AwayTo = h.AwayFrom.AddDays(d.between(13, 41))
	}
	leaning := leaning(d)
	for i := range s.shelves {
		if need, ok := s.need(&h, i, leaning, d); ok {
			h.Needs = append(h.Needs, need)
		}
	}
	return h
}

func leaning(d dice) customer.BrandKind {
	return [...]customer.BrandKind{customer.UnknownBrand, customer.NationalBrand, customer.StoreBrand}[d.IntN(3)]
}

// need draws how a household uses a shelf, and false where it does not.
func (s *shop) need(h *household, shelf int, usual customer.BrandKind, d dice) (need, bool) {
	c := &s.shelves[shelf]
	if h.Traits&c.only != c.only || !d.permille(c.share) {
		return need{}, false
	}
	n := need{Category: c.name, shelf: shelf, Leaning: usual, habit: d.IntN(1000)}
	if d.permille(250) { // loyal here, thrifty there
		n.Leaning = leaning(d)
	}
	n.Days = max(d.between(c.days[0], c.days[1]), h.tripDays()) // she cannot buy more often than she comes
	perDay := c.perDay * h.Usage / 1000 * d.between(700, 1400) / 1000
	if h.Traits&c.keen != 0 {
		perDay *= 2
	}
	n.Amount = max(1, perDay*n.Days/1000)
	n.due = h.First.AddDays(d.between(0, n.Days-1)) // nobody starts with all cupboards empty
	return n, true
}

// events makes the receipts, of one customer at a time.
func (s *shop) events() iter.Seq2[event, error] {
	return func(yield func(event, error) bool) {
		more := s.walkIns(yield)
		for number := 1; more && number <= s.customers; number++ {
			more = s.visits(number, yield)
		}
	}
}

// walkIns yields receipts of nobody, one for twenty customers, evenly over the year.
func (s *shop) walkIns(yield func(event, error) bool) bool {
	d := s.dice(0)
	receipts := s.customers / 20
	const open = 12 * 60 * 60 // seconds from 8 to 20 o'clock
	for i := range receipts {
		second := i * (int(s.last-s.first) + 1) * open / receipts
		day := s.first.AddDays(second / open)
		var basket []item
		for range d.between(1, 3) {
			shelf := d.IntN(len(s.shelves))
			basket = append(basket, s.pack(shelf, d.IntN(len(s.shelves[shelf].products)), d.between(1, 900), day))
		}
		if day.Weekday() == time.Sunday {
			continue
		}
		year, month, number := day.Civil()
		at := time.Date(year, month, number, 8, 0, second%open, 0, s.zone)
		if !yield(event{Sale: sale(fmt.Sprintf("w%05d", i+1), "", at, basket)}, nil) {
			return false
		}
	}
	return true
}

// visits yields all receipts of one customer.
func (s *shop) visits(number int, yield func(event, error) bool) bool {
	return s.resident(number).year(yield)
}

// resident is a household that lives on from day to day.
type resident struct {
	household
	shop     *shop
	dice     dice
	planned  customer.Date // the day that comes next
	receipts int
	returns  int
}

func (s *shop) resident(number int) *resident {
	d := s.dice(number)
	h := s.settle(number, d)
	return &resident{household: h, shop: s, dice: d, planned: h.First}
}

// trip is a visit to the shop and what is put into the basket.
type trip struct {
	at     time.Time
	basket []item
}

// next is her next trip up to a day, or false. sway is what moves her to another brand
// than her own; nil: nothing.
func (r *resident) next(last customer.Date, sway sway) (trip, bool) {
	s, d := r.shop, r.dice
	for last = min(last, r.Last); r.planned <= last; {
		planned := r.planned
		r.planned++
		if !r.comes(planned) || d.permille(60) { // something came in between
			continue
		}
		day := planned
		if d.permille(120) && day.Weekday() != time.Saturday && day < r.Last {
			day++ // one day later than usual
		}
		basket := s.basket(&r.household, day, d, sway)
		if len(basket) == 0 {
			continue
		}
		year, month, number := day.Civil()
		if r.Once {
			r.planned = r.Last.AddDays(1)
		}
		return trip{time.Date(year, month, number, r.Hour, d.IntN(60), d.IntN(60), 0, s.zone), basket}, true
	}
	return trip{}, false
}

// year yields her receipts of the recorded year.
func (r *resident) year(yield func(event, error) bool) bool {
	var latest *customer.Purchase // and what was in it
	var bought []item
	for {
		trip, ok := r.next(r.shop.last, nil)
		if !ok {
			return true
		}
		if latest != nil && r.dice.permille(10) {
			r.returns++
			ref := fmt.Sprintf("%s-back-%02d", r.ID, r.returns)
			if back, ok := bringBack(ref, latest, bought, trip.at.Add(-5*time.Minute), r.dice); ok && !yield(event{Return: back}, nil) {
				return false
			}
		}
		r.receipts++
		latest, bought = sale(fmt.Sprintf("%s-%03d", r.ID, r.receipts), r.ID, trip.at, trip.basket), trip.basket
		if !yield(event{Sale: latest}, nil) {
			return false
		}
	}
}

// item is a product in a basket: so many packs, or grams of goods that are weighed.
type item struct {
	category *category
	product  *product
	quantity int
	paid     int // cents
	cost     int
}

// sway says which kind of brand she takes of a need, where her own choice is known.
type sway func(n *need, own customer.BrandKind) customer.BrandKind

// basket is what she needs on a day, or before the visit after it.
func (s *shop) basket(h *household, day customer.Date, d dice, sway sway) []item {
	var basket []item
	for i := range h.Needs {
		n := &h.Needs[i]
		c := &s.shelves[n.shelf]
		if n.due > day.AddDays(h.tripDays()/2) || !c.sells(day) {
			continue
		}
		basket = s.buy(basket, n, day, d, sway)
		// The next purchase counts from when this one was due, so that coming a little
		// early or late leaves the rhythm as it is. After a break it starts anew.
		start := max(n.due, day.AddDays(-h.tripDays()))
		n.due = start.AddDays((n.Days*d.between(750, 1250) + 500) / 1000)
	}
	return basket
}

// sells reports whether the day is in the category's season.
func (c *category) sells(day customer.Date) bool {
	if c.season[0] == 0 {
		return true
	}
	_, month, _ := day.Civil()
	return month >= c.season[0] && month <= c.season[1]
}

// buy puts the products of one need into the basket.
func (s *shop) buy(basket []item, n *need, day customer.Date, d dice, sway sway) []item {
	c := &s.shelves[n.shelf]
	kind := n.Leaning
	if kind == customer.UnknownBrand { // she takes what is cheaper this week, or whatever
		kind = [...]customer.BrandKind{customer.NationalBrand, customer.StoreBrand}[d.IntN(2)]
		for i := range c.products {
			if s.special(n.shelf, i, day) {
				kind = c.products[i].kind()
				break
			}
		}
	} else if d.permille(80) { // even the loyal stray
		kind = customer.NationalBrand + customer.StoreBrand - kind
	}
	if sway != nil {
		kind = sway(n, kind)
	}
	amount := max(1, n.Amount/c.variety)
	if c.variety == 1 {
		return append(basket, s.pack(n.shelf, c.usual(kind, amount, n.habit), amount, day))
	}
	taken := 0
	for i, start := 0, d.IntN(len(c.products)); i < len(c.products) && taken < c.variety; i++ {
		if at := (start + i) % len(c.products); c.products[at].kind() == kind {
			basket = append(basket, s.pack(n.shelf, at, amount*d.between(800, 1200)/1000, day))
			taken++
		}
	}
	return basket
}

// usual is the pack that she always takes of a kind: the largest that the amount
// fills, else the smallest; among packs of one size, by habit.
func (c *category) usual(kind customer.BrandKind, amount, habit int) int {
	size := 0
	var same []int // the products of that size
	for i := range c.products {
		p := &c.products[i]
		if p.kind() != kind {
			continue
		}
		if size == 0 || size > amount && p.size < size || p.size <= amount && p.size > size {
			size, same = p.size, nil
		}
		if p.size == size {
			same = append(same, i)
		}
	}
	return same[habit%len(same)]
}

// pack takes so much of a product that an amount of base units is met about.
func (s *shop) pack(shelf, at, amount int, day customer.Date) item {
	c := &s.shelves[shelf]
	p := &c.products[at]
	price := p.price
	if s.special(shelf, at, day) {
		price = price * 3 / 4 // rounded down to whole cents, for one pack or kilogram
	}
	if p.size == 0 {
		grams := max(50, amount)
		return item{c, p, grams, kilos(grams, price), kilos(grams, p.cost)}
	}
	packs := min(12, max(1, (amount+p.size/2)/p.size))
	return item{c, p, packs, packs * price, packs * p.cost}
}

// kilos prices goods by weight, half a cent rounded up.
func kilos(grams, price int) int { return (grams*price + 500) / 1000 }

// line makes a receipt's line of an item.
func (i item) line() customer.Line {
	line := customer.Line{
		SKU:       i.product.sku,
		Category:  i.category.name,
		Brand:     i.product.brand,
		Kind:      i.product.kind(),
		Quantity:  decimal.New(int64(i.quantity), 0),
		ListPrice: decimal.NewNullDecimal(decimal.New(int64(i.product.price), -2)),
		Paid:      decimal.NewNullDecimal(decimal.New(int64(i.paid), -2)),
		Cost:      decimal.NewNullDecimal(decimal.New(int64(i.cost), -2)),
	}
	units := i.quantity * i.product.size
	if i.product.size == 0 {
		line.Quantity = decimal.New(int64(i.quantity), -3) // kilograms
		units = i.quantity
	}
	line.BaseUnits = decimal.NewNullDecimal(decimal.New(int64(units), 0))
	return line
}

const shopName = "market hall"

func euro() customer.Currency { return customer.Currency{Code: "EUR", Digits: 2} }

func sale(ref string, id customer.ID, at time.Time, basket []item) *customer.Purchase {
	lines := make([]customer.Line, len(basket))
	for i, item := range basket {
		lines[i] = item.line()
	}
	return &customer.Purchase{Ref: ref, Customer: id, At: at, Shop: shopName, Currency: euro(), Lines: lines}
}

// bringBack returns some packs of one line; goods that were weighed stay.
func bringBack(ref string, sale *customer.Purchase, bought []item, at time.Time, d dice) (*customer.Return, bool) {
	i := d.IntN(len(bought))
	part := bought[i]
	if part.product.size == 0 {
		return nil, false
	}
	packs := d.between(1, part.quantity)
	part.paid = part.paid * packs / part.quantity
	part.cost = part.cost * packs / part.quantity
	part.quantity = packs
	return &customer.Return{
		Ref: ref, Sale: sale.Ref, Customer: sale.Customer, At: at, Shop: sale.Shop, Currency: sale.Currency,
		Lines: []customer.ReturnLine{{SaleLine: i + 1, Line: part.line()}},
	}, true
}
