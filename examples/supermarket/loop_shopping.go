package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/promo/wallet"
	"github.com/rapport-crm/rapport/segment"
)

// usually is what she takes of a category in a fortnight in which she takes any, at list
// prices.
func (c *client) usually(category uint32, on customer.Date) int64 {
	total, days, last := int64(0), int64(0), customer.Date(0)
	for _, one := range c.bought {
		if one.category != category || one.day < on.AddDays(-loopWindow) || one.day >= on {
			continue
		}
		total += one.minor
		if one.day != last {
			days, last = days+1, one.day
		}
	}
	return total / max(1, min(days, loopLists))
}

// issue puts the coupons of her list into her wallet.
func (c *client) issue(ctx context.Context, list *personal.List, on customer.Date, coupons map[string]int) error {
	given := wallet.List{Ref: "list-" + on.String(), At: on.Start(c.loop.study.options.zone)}
	names := c.loop.study.coder.Categories()
	for _, line := range list.Lines {
		if line.Coupon.ID == "" {
			continue
		}
		given.Coupons = append(given.Coupons, wallet.Pin(line.Coupon, c.loop.offer(line.Coupon.Offer)))
		coupons[names[line.Item]] = line.Coupon.Permille
	}
	if len(given.Coupons) == 0 {
		return nil
	}
	for try := 0; ; try++ { // two lists may draw one code: the second draws again
		code, err := c.loop.codes.Code(c.loop.listRules().ID, c.ID, on, try)
		if err != nil {
			return err
		}
		if _, taken := c.loop.owner[code]; !taken {
			c.loop.owner[code], c.now.code = c.ID, code
			break
		}
	}
	_, err := journal.Run(ctx, &c.wallets, c.ID, "issue:"+given.Ref, given, func(w wallet.Wallet) (wallet.Decision, error) {
		return c.loop.register.Issue(w, given)
	})
	return err
}

// offer finds one of the loop's offers.
func (l *loop) offer(id string) promo.Offer {
	i := slices.IndexFunc(l.deals, func(o promo.Offer) bool { return o.ID == id })
	return l.deals[i]
}

// swayed is how coupons move her: the more they take off, the rather she takes the shop's
// brand instead of her own, and now and then she stays with it. This is the made-up part.
func (c *client) swayed(coupons map[string]int) sway {
	return func(n *need, own customer.BrandKind) customer.BrandKind {
		permille := coupons[n.Category]
		if permille == 0 || own == customer.StoreBrand || !c.dice.permille(min(900, permille*3/2)) {
			return own
		}
		if c.dice.permille(250) { // it is as good, after all
			if n.Leaning == customer.NationalBrand {
				n.Leaning = customer.UnknownBrand
			} else {
				n.Leaning = customer.StoreBrand
			}
		}
		return customer.StoreBrand
	}
}

// shopping is one trip: priced with what she may use, paid, booked, and remembered.
func (c *client) shopping(ctx context.Context, trip trip, list *personal.List, coupons map[string]int, r *lap) error {
	if c.latest != nil && c.dice.permille(15) {
		if err := c.takeBack(ctx, trip.at.Add(-5*time.Minute), r); err != nil {
			return err
		}
	}
	c.receipts++
	ref := fmt.Sprintf("%s-%03d", c.ID, c.receipts)
	priced, err := c.price(ctx, trip, ref, r)
	if err != nil {
		return err
	}
	sale := priced.Purchase(ref, shopName)
	for i, item := range trip.basket {
		sale.Lines[i].Cost = item.line().Cost
	}
	told := diaryTrip{at: trip.at, priced: priced}
	if told.spent, err = c.payPoints(ctx, &sale, r); err != nil {
		return err
	}
	if told.earned, err = c.earn(ctx, &sale, priced.Bonus(), r); err != nil {
		return err
	}
	r.receipts++
	if err := c.fund(priced.Runs, r); err != nil {
		return err
	}
	for _, run := range priced.Runs {
		told.saved += run.Saved
		if run.Coupon == "" {
			r.specials += run.Saved
			continue
		}
		r.saved += run.Saved
		c.loop.redeemed += run.Saved
		if category := sale.Lines[run.Line-1].Category; coupons[category] > 0 {
			delete(coupons, category) // it is used
			told.used = append(told.used, category)
			r.used++
			c.outcome.Redeemed++
		}
	}
	names := c.loop.study.coder.Categories()
	for i := range sale.Lines {
		minor, err := euro().Minor(sale.Lines[i].Paid.Decimal)
		if err != nil {
			return err
		}
		r.sales += minor
		told.total += minor
		if c.begun == c.now && sale.Lines[i].Kind == customer.StoreBrand && slices.ContainsFunc(list.Lines, func(one personal.ListLine) bool {
			return one.Coupon.ID != "" && names[one.Item] == sale.Lines[i].Category
		}) {
			c.outcome.Repurchased = true
		}
	}
	c.now.trips = append(c.now.trips, told)
	coded, err := c.loop.study.coder.Sale(nil, sale)
	if err != nil {
		return err
	}
	c.history = append(c.history, coded...)
	c.latest = &sale
	return c.count(&sale)
}

// fund notes who bears what a receipt saved: each offer once, as its coupons are billed.
func (c *client) fund(runs []promo.Run, r *lap) error {
	type deal struct{ offer, coupon string }
	var order []deal
	of := map[deal][]promo.Run{}
	for _, run := range runs {
		key := deal{run.Offer, run.Coupon}
		if of[key] == nil {
			order = append(order, key)
		}
		of[key] = append(of[key], run)
	}
	for _, key := range order {
		borne, err := c.loop.catalogue.Funding(of[key]...)
		if err != nil {
			return err
		}
		for _, part := range borne {
			if part.By != "" {
				r.byManufacturers += part.Saved
			}
			if key.coupon == "" {
				c.loop.special[part.By] += part.Saved
			}
		}
	}
	return nil
}

// price prices a basket and sets the coupons aside that it uses, until they are paid
// with. Where a budget is spent, or the payment fails, she pays again.
func (c *client) price(ctx context.Context, trip trip, ref string, r *lap) (promo.Priced, error) {
	basket := promo.Basket{Lines: make([]customer.Line, len(trip.basket))}
	for i, item := range trip.basket {
		line := item.line()
		line.Paid, line.Cost = decimal.NullDecimal{}, decimal.NullDecimal{}
		basket.Lines[i] = line
	}
	who := c.ID
	if c.now.code != "" && c.dice.permille(300) { // she has her list with her, and the till scans that
		who = c.loop.owner[c.now.code]
	}
	state, _, err := c.wallets.Load(ctx, who)
	if err != nil {
		return promo.Priced{}, err
	}
	shopper := promo.Shopper{Customer: who, Member: true, Coupons: c.loop.register.Usable(state, trip.at)}
	priced, err := c.loop.catalogue.Price(basket, shopper, trip.at)
	if err != nil {
		return promo.Priced{}, err
	}
	asked := wallet.Redemption{Ref: "pay-" + ref, At: trip.at, Runs: wallet.RunsOf(priced.Runs)}
	if len(asked.Runs) == 0 {
		return priced, nil
	}
	_, err = c.checkout.Hold(ctx, c.ID, asked)
	if refusal := new(customer.Refusal); errors.As(err, &refusal) {
		shopper.Coupons = nil // a budget is spent: without coupons, then
		return c.loop.catalogue.Price(basket, shopper, trip.at)
	}
	if err != nil {
		return promo.Priced{}, err
	}
	if c.dice.permille(20) { // the card is refused; the coupons are hers again
		r.failed++
		if _, err := c.checkout.Release(ctx, c.ID, wallet.Finish{Ref: "fail-" + ref, Hold: asked.Ref, At: trip.at.Add(time.Minute)}); err != nil {
			return promo.Priced{}, err
		}
		asked.Ref, asked.At = "again-"+ref, trip.at.Add(2*time.Minute)
		if _, err := c.checkout.Hold(ctx, c.ID, asked); err != nil {
			return promo.Priced{}, err
		}
	}
	for range 1 + c.dice.IntN(2) { // every second answer is lost, and the till asks again
		outcome, err := c.checkout.Redeem(ctx, c.ID, wallet.Redemption{Ref: ref, At: trip.at.Add(3 * time.Minute), Hold: asked.Ref})
		if err != nil {
			return promo.Priced{}, err
		}
		if outcome.Result == journal.Replayed {
			r.replayed++
		}
	}
	return priced, nil
}

// payPoints pays a part of a receipt with points, when there are thirty.
func (c *client) payPoints(ctx context.Context, sale *customer.Purchase, r *lap) (int64, error) {
	account, _, err := c.accounts.Load(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	const points, worth = 30, 300
	paid := make([]int64, len(sale.Lines))
	total := int64(0)
	for i := range sale.Lines {
		if paid[i], err = euro().Minor(sale.Lines[i].Paid.Decimal); err != nil {
			return 0, err
		}
		total += paid[i]
	}
	if account.Balances.In(loyalty.Member) < points || total < 2*worth {
		return 0, nil
	}
	spending := loyalty.Spending{
		Ref: "points-" + sale.Ref, At: sale.At, Points: decimal.NewFromInt(points), Sale: sale.Ref, Bill: euro().Amount(total),
	}
	if _, err = journal.Run(ctx, &c.accounts, c.ID, "redeem:"+spending.Ref, spending, func(a loyalty.Account) (loyalty.Decision, error) {
		return c.loop.program.Redeem(a, spending)
	}); err != nil {
		return 0, err
	}
	parts, err := customer.Split(worth, paid)
	if err != nil {
		return 0, err
	}
	for i, part := range parts {
		if part > 0 {
			sale.Lines[i].Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: euro().Amount(part)}}
		}
	}
	r.spent += points
	return points, nil
}

// earn books the points of a receipt.
func (c *client) earn(ctx context.Context, sale *customer.Purchase, bonus []loyalty.Bonus, r *lap) (int64, error) {
	receipt := loyalty.Receipt{Purchase: *sale, Bonus: bonus}
	outcome, err := journal.Run(ctx, &c.accounts, c.ID, "earn:"+sale.Ref, receipt, func(a loyalty.Account) (loyalty.Decision, error) {
		return c.loop.program.Earn(a, receipt)
	})
	if err != nil {
		return 0, err
	}
	earned := int64(0)
	for _, e := range outcome.Decision.Entries {
		if e.Kind == loyalty.Earned {
			earned += e.Points
		}
	}
	r.earned += earned
	return earned, nil
}

// takeBack brings a pack of her last receipt back: what a coupon took off it goes back to
// those who bore it, and the points that it gave are taken.
func (c *client) takeBack(ctx context.Context, at time.Time, r *lap) error {
	place := c.dice.IntN(len(c.latest.Lines))
	line := c.latest.Lines[place]
	units, whole := customer.Scaled(line.Quantity, 0)
	if !whole || at.Sub(c.latest.At) > 14*24*time.Hour {
		return nil // goods by weight stay, and so does what is too old
	}
	paid, err := euro().Minor(line.Paid.Decimal)
	if err != nil {
		return err
	}
	c.returns++
	back := customer.Return{
		Ref: fmt.Sprintf("%s-late-%02d", c.ID, c.returns), Sale: c.latest.Ref, Customer: c.ID, At: at, Shop: shopName, Currency: euro(),
		Lines: []customer.ReturnLine{{SaleLine: place + 1, Line: customer.Line{
			SKU: line.SKU, Category: line.Category, Brand: line.Brand, Kind: line.Kind, Quantity: decimal.NewFromInt(1),
			Paid: decimal.NewNullDecimal(euro().Amount(paid / units)),
		}}},
	}
	c.latest = nil // once is enough
	outcome, err := c.checkout.Return(ctx, c.ID, back)
	switch refusal := new(customer.Refusal); {
	case errors.As(err, &refusal): // no coupon was used on that receipt
	case err != nil:
		return err
	default:
		for _, e := range outcome.Decision.Entries {
			if e.Kind != wallet.GivenBack {
				continue
			}
			c.loop.redeemed -= e.Saved
			r.saved -= e.Saved
			for _, part := range e.Parts {
				if part.By != "" {
					r.byManufacturers -= part.Saved
				}
			}
		}
	}
	booked, err := journal.Run(ctx, &c.accounts, c.ID, "return:"+back.Ref, back, func(a loyalty.Account) (loyalty.Decision, error) {
		return c.loop.program.Return(a, back)
	})
	if err != nil {
		return err
	}
	for _, e := range booked.Decision.Entries {
		if e.Kind == loyalty.GivenBack {
			r.regained += e.Points
		}
	}
	r.returned++
	r.sales -= paid / units
	coded, err := c.loop.study.coder.Return(nil, back)
	c.history = append(c.history, coded...)
	return err
}

// close counts her in, after the last fortnight.
func (c *client) close(listed bool) error {
	l := c.loop
	if err := l.bill.Add(c.ID, c.wallets.History(c.ID)); err != nil {
		return err
	}
	account, _, err := c.accounts.Load(context.Background(), c.ID)
	if err != nil {
		return err
	}
	for book := loyalty.Issued; book.Valid(); book++ {
		l.points[book] += account.Balances.In(book)
	}
	if !listed {
		return nil
	}
	if _, err := c.standings(l.from.AddDays(loopLists * fortnight)); err != nil {
		return err
	}
	for category, first := range c.first {
		if first.Brand == segment.StoreLoyal || first.Brand == segment.BrandUnknown {
			continue
		}
		c.outcome.Convertible = true
		c.outcome.Converted = c.outcome.Converted || c.sitting[category].cell.Brand == segment.StoreLoyal
	}
	group := l.dependence[0]
	if c.outcome.HeldOut {
		group = l.dependence[1]
	}
	for _, one := range c.deals {
		if err := group.Add(one.line, one.deal); err != nil {
			return err
		}
	}
	always := !slices.ContainsFunc(c.told.rounds[:], func(r diaryRound) bool { return r.list.Customer == "" })
	if always && (c.ID == l.study.chosen.id && !c.outcome.HeldOut || l.family == nil && c.outcome.Redeemed >= 4) {
		l.family = c.told
	}
	return l.effect.Add(c.outcome)
}

// diarize writes down her fortnight.
func (c *client) diarize(ctx context.Context, k int, list *personal.List) error {
	account, _, err := c.accounts.Load(ctx, c.ID)
	c.told.rounds[k].list = *list
	c.told.rounds[k].balance = account.Balances.In(loyalty.Member)
	return err
}
