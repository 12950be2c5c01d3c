package promo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a catalogue.
const (
	MaxOffers = 100_000
	MaxListed = 1_000_000 // skus, categories, brands and lists that the offers name, all together
)

const (
	maxPriority = 1_000_000
	maxUnits    = 1_000_000     // of a line, of a limit, of a needed quantity
	maxPoints   = 1_000_000_000 // for one unit, in the smallest unit
)

// Catalogue is a compiled rule book of offers. It is immutable and safe for concurrent
// use.
type Catalogue struct {
	edition     customer.Edition
	name        string
	zone        *time.Location
	currency    customer.Currency
	cashStep    int64 // minor units, at least 1
	pointDigits int32

	deals []deal // in the order in which they go first on a tie
	byID  map[string]int32
	// Which deals a line may match, by what it is; ascending.
	bySKU, byCategory, byBrand map[string][]int32
	anyLine                    []int32
}

type method uint8

const (
	byPermille method = iota + 1
	byAmount
	byPrice
	byPoints
)

// deal is a compiled Offer.
type deal struct {
	id, cite string
	method   method
	figure   int64 // permille, minor units, or points in the smallest unit
	priority int
	on       On // its own copy
	needs    int64
	units    int64 // 0: no limit
	who      Who
	from     customer.Date
	until    customer.Date
	weekdays uint8 // bit by customer.Weekday; 0: any
	fromHour int
	toHour   int // 0: no hours
	funds    []Fund
}

// NewCatalogue checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that Rules.Zone names.
func NewCatalogue(rules Rules, zone *time.Location) (*Catalogue, error) {
	c := compiler{rules: &rules, catalogue: &Catalogue{
		edition: rules.Edition, name: rules.Name(), zone: zone, currency: rules.Currency, pointDigits: rules.PointDigits, cashStep: 1,
		byID: map[string]int32{}, bySKU: map[string][]int32{}, byCategory: map[string][]int32{}, byBrand: map[string][]int32{},
	}}
	c.compile()
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	c.catalogue.index()
	return c.catalogue, nil
}

// index puts the deals in their order and finds them by what a line is.
func (c *Catalogue) index() {
	slices.SortFunc(c.deals, func(a, b deal) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.from, b.from), strings.Compare(a.id, b.id))
	})
	for i := range c.deals {
		d, at := &c.deals[i], int32(i)
		c.byID[d.id] = at
		if len(d.on.SKUs)+len(d.on.Categories)+len(d.on.Brands) == 0 {
			c.anyLine = append(c.anyLine, at)
		}
		enter(c.bySKU, d.on.SKUs, at)
		enter(c.byCategory, d.on.Categories, at)
		enter(c.byBrand, d.on.Brands, at)
	}
}

func enter(into map[string][]int32, names []string, at int32) {
	for _, name := range names {
		into[name] = append(into[name], at)
	}
}

// compiler checks rules while it compiles them.
type compiler struct {
	rules     *Rules
	catalogue *Catalogue
	faults    customer.Faults
	ids       map[string]bool
	listed    int
}

func (c *compiler) compile() {
	r, p := c.rules, c.catalogue
	r.Edition.Check(&c.faults)
	c.faults.Zone("zone", r.Zone, p.zone)
	c.faults.Currency("currency", r.Currency)
	c.faults.Within("offers", len(r.Offers), 0, MaxOffers)
	c.ids = make(map[string]bool, min(len(r.Offers), MaxOffers))
	for i := range r.Offers[:min(len(r.Offers), MaxOffers)] {
		var offer customer.Faults
		d := c.deal(&offer, &r.Offers[i])
		if len(offer) > 0 {
			c.faults.Join(fmt.Sprintf("offers[%d]", i), offer)
		}
		p.deals = append(p.deals, d)
	}
	if c.listed > MaxListed {
		c.faults.Add("offers", c.listed, fmt.Sprintf("name at most %d skus, categories, brands and lists", MaxListed))
	}
	if !r.CashStep.IsZero() {
		p.cashStep = c.amount(&c.faults, "cash_step", r.CashStep)
	}
	c.faults.Within("point_digits", int(r.PointDigits), 0, 3)
}

// amount compiles an amount above 0.
func (c *compiler) amount(faults *customer.Faults, path string, amount decimal.Decimal) int64 {
	minor, err := c.rules.Currency.Minor(amount)
	if err != nil || minor < 1 || minor > MaxBasket {
		faults.Add(path, amount, fmt.Sprintf("is above 0, exact in the currency's minor units, and at most %d of them", int64(MaxBasket)))
		return 1
	}
	return minor
}

func (c *compiler) deal(faults *customer.Faults, o *Offer) deal {
	if o.ID == "" || len(o.ID) > 64 || strings.ContainsFunc(o.ID, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		faults.Add("id", o.ID, "is required, at most 64 bytes, without blanks")
	}
	if c.ids[o.ID] {
		faults.Add("id", o.ID, "names only one offer")
	}
	c.ids[o.ID] = true
	faults.Text("text", o.Text)
	d := deal{
		id: o.ID, cite: c.catalogue.name + " " + o.ID, priority: o.Priority, units: int64(o.Limits.Units),
		who: Who{Members: o.Who.Members, Coupon: o.Who.Coupon, Lists: slices.Clone(o.Who.Lists)}, // the caller may go on to change his
		on: On{
			SKUs: unique(o.On.SKUs), Categories: unique(o.On.Categories), Brands: unique(o.On.Brands),
			Except: unique(o.On.Except), Kind: o.On.Kind,
		},
		funds: slices.Clone(o.Funds),
	}
	c.names(faults, "who.lists", o.Who.Lists)
	c.names(faults, "on.skus", o.On.SKUs)
	c.names(faults, "on.categories", o.On.Categories)
	c.names(faults, "on.brands", o.On.Brands)
	c.names(faults, "on.except", o.On.Except)
	if o.On.Kind > customer.StoreBrand {
		faults.Add("on.kind", o.On.Kind, "is national or store, or absent")
	}
	d.when(faults, &o.When)
	if !o.Needs.Quantity.IsZero() {
		var exact bool
		d.needs, exact = customer.Scaled(o.Needs.Quantity, unitDigits)
		if !exact || d.needs < 1 || d.needs > maxUnits*oneUnit {
			faults.Add("needs.quantity", o.Needs.Quantity, fmt.Sprintf("is above 0 and at most %d, exact in thousandths", maxUnits))
		}
	}
	c.gives(faults, &d, &o.Gives)
	faults.Within("limits.units", o.Limits.Units, 0, maxUnits)
	faults.Text("limits.budget", o.Limits.Budget)
	faults.Within("priority", o.Priority, -maxPriority, maxPriority)
	checkFunds(faults, o.Funds, d.method)
	return d
}

// unique returns the names in ascending order, each once.
func unique(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *compiler) names(faults *customer.Faults, path string, names []string) {
	c.listed += len(names)
	if c.listed > MaxListed {
		return // said once, for all of them
	}
	for i, name := range names {
		var part customer.Faults
		part.Name("", name)
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("%s[%d]", path, i), part)
		}
	}
}

func (d *deal) when(faults *customer.Faults, w *When) {
	d.from, d.until, d.fromHour, d.toHour = w.From, w.Until, w.FromHour, w.ToHour
	faults.Day("when.from", w.From)
	if w.Until != 0 && (!w.Until.Valid() || w.Until <= w.From) {
		faults.Add("when.until", w.Until, "is a day after from, or absent")
	}
	for i, day := range w.Weekdays {
		if !day.Valid() {
			faults.Add(fmt.Sprintf("when.weekdays[%d]", i), day, "is monday to sunday")
			continue
		}
		d.weekdays |= 1 << day
	}
	if w.FromHour != 0 || w.ToHour != 0 {
		faults.Within("when.from_hour", w.FromHour, 0, 23)
		faults.Within("when.to_hour", w.ToHour, w.FromHour+1, 24)
	}
}

func (c *compiler) gives(faults *customer.Faults, d *deal, g *Gives) {
	set := 0
	if g.Permille != 0 {
		set, d.method, d.figure = set+1, byPermille, int64(g.Permille)
		faults.Within("gives.permille", g.Permille, 1, 1000)
	}
	if !g.Amount.IsZero() {
		set, d.method, d.figure = set+1, byAmount, c.amount(faults, "gives.amount", g.Amount)
	}
	if !g.Price.IsZero() {
		set, d.method, d.figure = set+1, byPrice, c.amount(faults, "gives.price", g.Price)
	}
	if !g.Points.IsZero() {
		set, d.method = set+1, byPoints
		var exact bool
		d.figure, exact = customer.Scaled(g.Points, c.rules.PointDigits)
		if !exact || d.figure < 1 || d.figure > maxPoints {
			faults.Add("gives.points", g.Points, fmt.Sprintf("is above 0, with at most %d decimal places, and at most %d in the smallest unit", c.rules.PointDigits, maxPoints))
		}
	}
	if set != 1 {
		faults.Add("gives", set, "is permille, amount, price or points: exactly one of them")
	}
}

func checkFunds(faults *customer.Faults, funds []Fund, gives method) {
	if len(funds) > 0 && gives == byPoints {
		faults.Add("funds", len(funds), "go with an offer that changes the price")
	}
	left, seen := 1000, map[string]bool{}
	for i, fund := range funds[:min(len(funds), 1000)] {
		path := func(field string) string { return fmt.Sprintf("funds[%d].%s", i, field) }
		faults.Name(path("by"), fund.By)
		if seen[fund.By] {
			faults.Add(path("by"), fund.By, "bears only one part")
		}
		seen[fund.By] = true
		faults.Within(path("permille"), fund.Permille, 1, 1000)
		if left -= min(max(0, fund.Permille), 1000); left < 0 {
			faults.Add(path("permille"), fund.Permille, "is, with the other funds, at most 1000")
			left = 0
		}
	}
	faults.Within("funds", len(funds), 0, 1000)
}
