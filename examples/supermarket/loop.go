package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/loyalty"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/promo/wallet"
	"github.com/rapport-crm/rapport/segment"
)

// The loop follows the built year: six fortnights in which every customer who may gets a
// list, pays with the coupons on it, and is seen again for the next one. What people do
// with a list is made up here (persuaded, convinced), so its effect is called simulated;
// what the library makes of it is not.

const (
	loopLists  = 6
	loopWindow = 84 // days that the loop's cells look back: a year would not show what changes in weeks
	leastGroup = 30 // customers in each group, for an answer about an effect
)

// loop is six fortnights of the built shop.
type loop struct {
	study *study
	shop  *shop
	from  customer.Date // of the first list

	cells     segment.Rules // over loopWindow, with fitted marks
	grid      *segment.Grid
	maker     *personal.Maker
	catalogue *promo.Catalogue
	program   *loyalty.Program
	register  *wallet.Register
	budgets   *quota.Mem

	deals      []promo.Offer // those that need a coupon
	rounds     [loopLists]lap
	effect     *personal.Effect
	dependence [2]*segment.Dependence[customer.ID] // of those with lists, and of those held out
	bill       *wallet.Bill
	points     loyalty.Balances
	codes      *personal.Codes
	owner      map[string]customer.ID // of each list, by its code
	special    map[string]int64       // what each bore of the week's specials, in minor units; "" is the shop
	family     *diary                 // of the customer who is told
	redeemed   int64                  // minor units that receipts say coupons took off, less what came back
}

// lap is one fortnight over all customers. Amounts are in minor units.
type lap struct {
	lists, heldOut, refused int64
	coupons, used           int64
	receipts, replayed      int64
	failed                  int64 // payments that failed at first
	returned                int64
	sales                   int64 // paid
	saved                   int64 // by coupons
	specials                int64 // by the week's specials
	byManufacturers         int64 // of both
	earned, spent, regained int64 // points; the last of payments whose goods came back
}

// diary is what happened to one customer, fortnight by fortnight.
type diary struct {
	id     customer.ID
	rounds [loopLists]diaryRound
}

type diaryRound struct {
	on      customer.Date
	list    personal.List     // zero: she got none
	code    string            // on it, to scan in place of her card
	why     []customer.Reason // and why
	trips   []diaryTrip
	balance int64 // points at the end
}

type diaryTrip struct {
	at                          time.Time
	total, saved, spent, earned int64
	used                        []string // categories whose coupons she used
	priced                      promo.Priced
}

// newLoop compiles the rule books of the loop.
func newLoop(s *study, built *shop) (*loop, error) {
	l := &loop{study: s, shop: built, from: s.on, budgets: new(quota.Mem), special: map[string]int64{}, owner: map[string]customer.ID{}, dependence: [2]*segment.Dependence[customer.ID]{segment.NewDependence[customer.ID](s.on), segment.NewDependence[customer.ID](s.on)}}
	if err := l.fit(); err != nil {
		return nil, err
	}
	offers := l.offers()
	end := l.from.AddDays(loopLists * fortnight)
	zone := s.options.zone
	var err error
	if l.catalogue, err = promo.NewCatalogue(promo.Rules{
		Edition: customer.Edition{ID: "offers", Version: 1}, Zone: zone.String(), Currency: euro(), Offers: offers,
	}, zone); err != nil {
		return nil, err
	}
	if l.maker, err = l.newMaker(offers); err != nil {
		return nil, err
	}
	if l.program, err = loyalty.NewProgram(cardRules(zone), zone); err != nil {
		return nil, err
	}
	if l.register, err = wallet.NewRegister(wallet.Rules{
		Edition: customer.Edition{ID: "coupons", Version: 1}, Zone: zone.String(), Currency: euro(),
		HoldMinutes: 10, ReturnDays: 14, Returned: wallet.Reopen,
	}, zone); err != nil {
		return nil, err
	}
	if l.bill, err = l.register.Bill(population.Period{From: l.from, Until: end}); err != nil {
		return nil, err
	}
	if l.codes, err = personal.NewCodes(29, []byte("a key that only the built shop has")); err != nil {
		return nil, err
	}
	l.effect = personal.NewEffect(l.listRules().Name(), population.Period{From: l.from, Until: end})
	for _, offer := range offers {
		if offer.Limits.Budget != "" {
			if err := l.budgets.Set(offer.Limits.Budget, 1_000_000); err != nil { // 10,000.00 for each
				return nil, err
			}
		}
	}
	return l, nil
}

// cardRules is the points programme of the loop: a point for every full 10.00, worth 0.10
// at the till, twice that on the shop's own brand.
func cardRules(zone *time.Location) loyalty.Rules {
	return loyalty.Rules{
		Edition: customer.Edition{ID: "card", Version: 1}, Zone: zone.String(), Currency: euro(),
		Base: []loyalty.Portion{loyalty.Goods, loyalty.Tax},
		Earnings: []loyalty.Earning{
			{ID: "base", Rate: &loyalty.Rate{Points: decimal.NewFromInt(1), Per: decimal.NewFromInt(10), Full: true}},
			{ID: "own-brand", Times: decimal.NewFromInt(2), Rounding: loyalty.Floor, When: loyalty.When{Brands: []string{ownBrand}}},
		},
		Expiry:     loyalty.Expiry{Months: 12, To: loyalty.EndOfMonth},
		Tender:     &loyalty.Tender{Points: decimal.NewFromInt(1), Worth: decimal.New(1, -1), Multiple: decimal.NewFromInt(1), MostPermille: 500},
		ReturnDays: 14, Shortfall: loyalty.OthersThenOwe,
	}
}

// fit finds the marks of the loop's cells in the built year.
func (l *loop) fit() error {
	rules := l.study.cellRules()
	rules.ID, rules.WindowDays = "loop-cells", loopWindow
	census := segment.NewCensus(rules.Period(l.from), rules.MinBuys)
	counter := segment.NewCounter[customer.ID](rules.Period(l.from))
	for run, err := range l.study.runs() {
		if err != nil {
			return err
		}
		counts, err := counter.Count(run)
		if err != nil {
			return err
		}
		census.Add(counts)
	}
	var err error
	if l.cells, _, err = segment.Fit(rules, census, l.from); err != nil { // a category without terciles has no usage
		return err
	}
	l.grid, err = segment.NewGrid(l.cells)
	return err
}

// offers are the coupons of each category, its own brand's and its manufacturers', and
// the week's specials for everybody.
func (l *loop) offers() []promo.Offer {
	var offers []promo.Offer
	for shelf := range l.shop.shelves {
		c := &l.shop.shelves[shelf]
		own := promo.Offer{
			ID: "own " + c.name, Text: ownBrand + " " + c.name, Who: promo.Who{Members: true, Coupon: true},
			On:    promo.On{Categories: []string{c.name}, Kind: customer.StoreBrand},
			Gives: promo.Gives{Permille: 500}, Limits: promo.Limits{Units: 3, Budget: "budget own " + c.name},
			Funds: []promo.Fund{{By: "packer of " + ownBrand, Permille: 300}}, Priority: 1,
		}
		offers = append(offers, own)
		if shelf < loopLists { // each fortnight extra points on one category of the shop's own brand
			first := l.from.AddDays(shelf * fortnight)
			offers = append(offers, promo.Offer{
				ID: "points " + c.name, Text: "extra points", Who: promo.Who{Members: true}, On: promo.On{Categories: []string{c.name}, Kind: customer.StoreBrand},
				When: promo.When{From: first, Until: first.AddDays(fortnight)}, Gives: promo.Gives{Points: decimal.NewFromInt(1)},
			})
		}
		for at := range c.products {
			offers = append(offers, l.specials(shelf, at)...)
		}
	}
	for i := range offers {
		offers[i].ID = slug(offers[i].ID)
		offers[i].Limits.Budget = slug(offers[i].Limits.Budget)
	}
	return offers
}

// slug makes a name without blanks.
func slug(text string) string {
	out := []byte(text)
	for i, b := range out {
		if b == ' ' || b == ',' {
			out[i] = '-'
		}
	}
	return string(out)
}

// specials are the weeks in which a product is a quarter cheaper for everybody. Its
// manufacturer bears three fifths of it.
func (l *loop) specials(shelf, at int) []promo.Offer {
	var offers []promo.Offer
	p := &l.shop.shelves[shelf].products[at]
	for day := l.from; day < l.from.AddDays(loopLists*fortnight); day++ {
		if !l.shop.special(shelf, at, day) {
			continue
		}
		first := day
		for l.shop.special(shelf, at, day.AddDays(1)) {
			day++
		}
		offer := promo.Offer{
			ID: fmt.Sprintf("week %s %s", first, p.sku), Text: "special of the week", On: promo.On{SKUs: []string{p.sku}},
			When: promo.When{From: first, Until: day.AddDays(1)}, Gives: promo.Gives{Permille: 250},
		}
		if p.brand != ownBrand {
			offer.Funds = []promo.Fund{{By: p.brand, Permille: 600}}
		}
		offers = append(offers, offer)
	}
	return offers
}

// listRules is the rule book of the personal list: 25.00 a week, converting heavy users of
// national brands most of all, and at most 30.00 to 40.00 saved, more for the better
// customers.
func (l *loop) listRules() personal.ListRules {
	money := func(text string) decimal.Decimal { return decimal.RequireFromString(text) }
	rung := func(brand segment.Brand, usage segment.Usage, first, second, later int) personal.Rung {
		return personal.Rung{Cell: segment.Cell{Brand: brand, Usage: usage}, First: first, Second: second, Later: later}
	}
	return personal.ListRules{
		Edition: customer.Edition{ID: "personal-list", Version: 1}, Currency: euro(),
		PeriodDays: fortnight, MaxLines: 8, Reminders: true,
		WeeklySpend: money("25"), Weeks: 8,
		Ladder: []personal.Rung{
			rung(segment.NationalLoyal, segment.Heavy, 500, 300, 200),
			rung(segment.NationalLoyal, segment.Medium, 400, 250, 150),
			rung(segment.NationalLoyal, segment.Light, 250, 150, 100),
			rung(segment.Switcher, segment.Heavy, 300, 200, 100),
			rung(segment.Switcher, segment.Medium, 250, 150, 100),
			rung(segment.Switcher, segment.Light, 150, 100, 100),
			rung(segment.StoreLoyal, segment.Heavy, 150, 100, 100),
			rung(segment.StoreLoyal, segment.Medium, 100, 100, 100),
			rung(segment.StoreLoyal, segment.Light, 100, 100, 100),
		},
		StopAfter: 2, MinPermille: 50,
		Envelope:        []personal.EnvelopeMark{{Value: money("1000"), Saving: money("10")}, {Value: money("2000"), Saving: money("30")}, {Value: money("4000"), Saving: money("40")}},
		HoldOutPermille: 200,
	}
}

func (l *loop) newMaker(offers []promo.Offer) (*personal.Maker, error) {
	categories := l.study.coder.Categories()
	items := make([]personal.Item, len(categories))
	for i, name := range categories {
		items[i] = personal.Item{Category: name, Kind: customer.StoreBrand}
	}
	for _, offer := range offers {
		if offer.Who.Coupon {
			l.deals = append(l.deals, offer)
		}
	}
	return personal.NewMaker(l.listRules(), items, l.deals)
}

// play plays the loop in the built shop.
func (s *study) play(built *shop) error {
	s.progress.begin("six fortnights")
	l, err := newLoop(s, built)
	if err != nil {
		return err
	}
	s.loop = l
	return l.run(context.Background())
}

// run plays the loop for every customer, one after the other.
func (l *loop) run(ctx context.Context) error {
	for number := 1; number <= l.shop.customers; number++ {
		c := &client{loop: l, resident: l.shop.resident(number)}
		c.told = &diary{id: c.ID}
		if err := c.live(ctx); err != nil {
			return fmt.Errorf("customer %s: %w", c.ID, err)
		}
	}
	return nil
}

// client is one customer in the loop, with her own stores.
type client struct {
	*resident
	loop *loop

	accounts journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]
	wallets  journal.Mem[customer.ID, wallet.Wallet, wallet.Entry]
	checkout wallet.Checkout

	history []line // coded, in the order of time
	spends  []personal.Spend
	bought  []bought // by category
	deals   []dealt
	value   int64 // of the year before the loop
	sitting map[uint32]standing
	first   map[uint32]segment.Cell // when her first list was made, of the categories on it
	latest  *customer.Purchase
	outcome personal.Outcome
	told    *diary
	now     *diaryRound
	begun   *diaryRound // of her first list
}

// bought is what she took of a category on a day, in minor units at list prices.
type bought struct {
	category uint32
	day      customer.Date
	minor    int64
}

// dealt is a line, and whether it was bought on deal.
type dealt struct {
	line line
	deal segment.Deal
}

// standing is where she is in a category.
type standing struct {
	cell    segment.Cell
	periods int // in a row on this side of the brand axis
	lists   int
}

func (c *client) live(ctx context.Context) error {
	c.checkout = wallet.Checkout{Register: c.loop.register, Wallets: &c.wallets, Budgets: c.loop.budgets}
	c.sitting, c.first = map[uint32]standing{}, map[uint32]segment.Cell{}
	if err := c.remember(); err != nil {
		return err
	}
	if c.Last == c.loop.shop.last {
		c.Last = c.loop.from.AddDays(loopLists*fortnight - 1)
	}
	if len(c.history) == 0 {
		return nil // nothing is known of her
	}
	listed := false
	for k := range loopLists {
		got, err := c.fortnight(ctx, k)
		if err != nil {
			return err
		}
		listed = listed || got
	}
	return c.close(listed)
}

// remember takes in what the year recorded.
func (c *client) remember() error {
	var failed error
	c.year(func(e event, _ error) bool {
		coded, err := c.loop.study.code(nil, e)
		c.history = append(c.history, coded...)
		if failed = err; err != nil {
			return false
		}
		if e.Sale != nil {
			failed = c.count(e.Sale)
		}
		return failed == nil
	})
	return failed
}

// count adds a receipt to what she spent, and to whether it was bought on deal.
func (c *client) count(sale *customer.Purchase) error {
	day := customer.DateOf(sale.At, c.loop.study.options.zone)
	coded, err := c.loop.study.coder.Sale(nil, *sale)
	if err != nil {
		return err
	}
	total := int64(0)
	for i := range sale.Lines {
		minor, err := sale.Currency.Minor(sale.Lines[i].Paid.Decimal)
		if err != nil {
			return err
		}
		total += minor
	}
	for i := range coded {
		line := &sale.Lines[i]
		full, _ := customer.Scaled(line.ListPrice.Decimal.Mul(line.Quantity).Round(euro().Digits), euro().Digits)
		c.bought = append(c.bought, bought{coded[i].Item, day, full})
		c.deals = append(c.deals, dealt{coded[i], segment.DealOf(&sale.Lines[i], sale.Currency)})
	}
	c.spends = append(c.spends, personal.Spend{Day: day, Minor: total})
	if day < c.loop.from {
		c.value += total
	}
	return nil
}

// fortnight makes her list and lets her shop. It reports whether she was on the lists,
// held out or not.
func (c *client) fortnight(ctx context.Context, k int) (bool, error) {
	on := c.loop.from.AddDays(k * fortnight)
	r := &c.loop.rounds[k]
	c.told.rounds[k].on = on
	c.now = &c.told.rounds[k]
	list, ok, err := c.list(on, r)
	if err != nil {
		return false, err
	}
	coupons := map[string]int{} // permille by category, of what she can use
	if ok && !list.HeldOut {
		if err := c.issue(ctx, &list, on, coupons); err != nil {
			return false, err
		}
		r.coupons += int64(len(coupons))
		c.outcome.Coupons += len(coupons)
	}
	for {
		trip, more := c.next(on.AddDays(fortnight-1), c.swayed(coupons))
		if !more {
			break
		}
		if err := c.shopping(ctx, trip, &list, coupons, r); err != nil {
			return false, err
		}
	}
	return ok, c.diarize(ctx, k, &list)
}

// list makes her list of a day, unless there is a reason against it.
func (c *client) list(on customer.Date, r *lap) (personal.List, bool, error) {
	visits, err := c.visits()
	if err != nil {
		return personal.List{}, false, err
	}
	facts := personal.Facts{
		Customer: c.ID, Value: c.value, Spends: c.spends,
		Consent: customer.Draw("consent", c.ID)%1000 < 920,
	}
	if facts.Standings, err = c.standings(on); err != nil {
		return personal.List{}, false, err
	}
	if facts.Due, err = c.loop.study.planner.DueAmong(visits, on, c.loop.maker.Listable(facts.Standings, on)); err != nil {
		return personal.List{}, false, err
	}
	list, err := c.loop.maker.Make(facts, on)
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		r.refused++
		c.now.why = refusal.Missing
		return personal.List{}, false, nil
	}
	if err != nil {
		return personal.List{}, false, err
	}
	if list.HeldOut {
		r.heldOut++
	} else {
		r.lists++
	}
	c.outcome.HeldOut = list.HeldOut
	if c.begun == nil {
		c.begun = c.now
	}
	for _, one := range list.Lines {
		if one.Coupon.ID == "" {
			continue
		}
		s := c.sitting[one.Item]
		if _, known := c.first[one.Item]; !known {
			c.first[one.Item] = s.cell
		}
		if !list.HeldOut { // she had no discount
			s.lists++
		}
		c.sitting[one.Item] = s
	}
	return list, true, nil
}

func (c *client) visits() ([]lifecycle.Visits, error) {
	var visitor lifecycle.Visitor[customer.ID]
	return visitor.Visits(c.history)
}

// standings are her cells as of a day, with how long she has been where she is.
func (c *client) standings(on customer.Date) ([]personal.Standing, error) {
	counts, err := segment.NewCounter[customer.ID](c.loop.cells.Period(on)).Count(c.history)
	if err != nil {
		return nil, err
	}
	var all []personal.Standing
	for _, count := range counts {
		if count.Lines == 0 {
			continue
		}
		s := c.sitting[count.Category]
		cell := c.loop.grid.Cell(&count, s.cell)
		if s.periods++; cell.Brand != s.cell.Brand {
			s.periods = 1
		}
		s.cell = cell
		c.sitting[count.Category] = s
		all = append(all, personal.Standing{
			Item: count.Category, Cell: cell, Periods: s.periods, Lists: s.lists, Spend: c.usually(count.Category, on),
		})
	}
	return all, nil
}
