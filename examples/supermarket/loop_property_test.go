package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/quota/quotatest"
	"github.com/rapport-crm/rapport/loyalty"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// counter is a shop's tills in front of stores that lose every few replies: coupons,
// points and budgets of one customer. Every request may be sent again, late or crossed.
type counter struct {
	catalogue *promo.Catalogue
	register  *wallet.Register
	program   *loyalty.Program
	wallets   journal.Mem[customer.ID, wallet.Wallet, wallet.Entry]
	accounts  journal.Mem[customer.ID, loyalty.Account, loyalty.Entry]
	budgets   quota.Mem
	checkout  wallet.Checkout
	points    loyalty.Store

	clock    int // minutes since the first
	serial   int
	lists    int
	pending  []*paper // priced and set aside, not yet paid
	paid     []*paper
	requests []func(*rapid.T) error // every one that was sent, to be sent again
}

// paper is a receipt, and what has come back of it, by line in whole units.
type paper struct {
	ref    string
	hold   string
	at     time.Time
	priced promo.Priced
	back   []int64
	voided bool
}

func newCounter(t *rapid.T) *counter {
	c := new(counter)
	offers := []promo.Offer{
		{ID: "own-tea", Who: promo.Who{Coupon: true}, On: promo.On{SKUs: []string{"tea"}}, Gives: promo.Gives{Permille: 500}, Limits: promo.Limits{Units: 2, Budget: "b-tea"}, Funds: []promo.Fund{{By: "m-1", Permille: 333}}},
		{ID: "own-oats", Who: promo.Who{Coupon: true}, On: promo.On{Categories: []string{"oats"}}, Gives: promo.Gives{Permille: 300}, Limits: promo.Limits{Budget: "b-oats"}, Funds: []promo.Fund{{By: "m-1", Permille: 500}, {By: "m-2", Permille: 500}}},
		{ID: "week", On: promo.On{SKUs: []string{"tea", "jam"}}, Gives: promo.Gives{Amount: decimal.New(17, -2)}, Funds: []promo.Fund{{By: "m-2", Permille: 600}}},
	}
	var err error
	c.catalogue, err = promo.NewCatalogue(promo.Rules{Edition: customer.Edition{ID: "offers", Version: 1}, Zone: "UTC", Currency: euro(), Offers: offers}, time.UTC)
	require.NoError(t, err)
	c.register, err = wallet.NewRegister(wallet.Rules{
		Edition: customer.Edition{ID: "coupons", Version: 1}, Zone: "UTC", Currency: euro(), HoldMinutes: 60, ReturnDays: 30,
		Returned: rapid.SampledFrom([]wallet.Returned{wallet.Reopen, wallet.Spend}).Draw(t, "returned"),
	}, time.UTC)
	require.NoError(t, err)
	c.program, err = loyalty.NewProgram(cardRules(time.UTC), time.UTC)
	require.NoError(t, err)
	for _, budget := range []string{"b-tea", "b-oats"} {
		require.NoError(t, c.budgets.Set(budget, rapid.SampledFrom([]int64{150, 100_000}).Draw(t, budget)))
	}
	c.checkout = wallet.Checkout{
		Register: c.register,
		Wallets:  journaltest.LostReply[customer.ID, wallet.Wallet, wallet.Entry](&c.wallets, 7),
		Budgets:  quotatest.LostReply(&c.budgets, 11),
	}
	c.points = journaltest.LostReply[customer.ID, loyalty.Account, loyalty.Entry](&c.accounts, 3)
	return c
}

func (c *counter) now() time.Time {
	c.clock++
	return time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.clock) * time.Minute)
}

func (c *counter) ref(kind string) string {
	c.serial++
	return fmt.Sprintf("%s-%d", kind, c.serial)
}

// until sends a request until it has an answer: done, or refused.
func (c *counter) until(t *rapid.T, send func() error) error {
	for range 50 {
		err := send()
		var refusal *customer.Refusal
		if err == nil || errors.As(err, &refusal) {
			return err
		}
		require.True(t, errors.Is(err, journaltest.ErrInjected) || errors.Is(err, quotatest.ErrInjected) || errors.Is(err, journal.ErrConflict), "%v", err)
	}
	t.Fatal("no answer after fifty tries")
	return nil
}

// send sends a request, and keeps it, to be sent again.
func (c *counter) send(t *rapid.T, request func() error) error {
	c.requests = append(c.requests, func(t *rapid.T) error { return c.until(t, request) })
	return c.until(t, request)
}

func points[F journal.Fact](c *counter, verb, ref string, fact F, decide func(loyalty.Account, F) (loyalty.Decision, error)) func() error {
	return func() error {
		_, err := journal.Run(context.Background(), c.points, "c-1", verb+":"+ref, fact, func(a loyalty.Account) (loyalty.Decision, error) { return decide(a, fact) })
		return err
	}
}

func (c *counter) issue(t *rapid.T) {
	c.lists++
	list := wallet.List{Ref: fmt.Sprint("list-", c.lists), At: c.now()}
	for _, offer := range []string{"own-tea", "own-oats"} {
		budget, funds := "b-tea", []promo.Fund{{By: "m-1", Permille: 333}}
		if offer == "own-oats" {
			budget, funds = "b-oats", []promo.Fund{{By: "m-1", Permille: 500}, {By: "m-2", Permille: 500}}
		}
		coupon := promo.Coupon{ID: fmt.Sprint(offer, "/", c.lists), Offer: offer, Permille: rapid.IntRange(1, 300).Draw(t, "permille")}
		list.Coupons = append(list.Coupons, wallet.Grant{Coupon: coupon, Budget: budget, Funds: funds})
	}
	require.NoError(t, c.send(t, func() error {
		_, err := journal.Run(context.Background(), c.checkout.Wallets, "c-1", "issue:"+list.Ref, list, func(w wallet.Wallet) (wallet.Decision, error) { return c.register.Issue(w, list) })
		return err
	}))
}

// ring prices a basket at one of the tills and sets its coupons aside. Where another till
// has them, or a budget is spent, it is priced without.
func (c *counter) ring(t *rapid.T) {
	basket := promo.Basket{}
	for _, sku := range []string{"tea", "oats", "jam", "tea"} {
		if n := rapid.Int64Range(0, 4).Draw(t, sku); n > 0 {
			basket.Lines = append(basket.Lines, customer.Line{
				SKU: sku, Category: sku, Quantity: decimal.NewFromInt(n), ListPrice: decimal.NewNullDecimal(decimal.New(rapid.Int64Range(20, 1999).Draw(t, "price"), -2)),
			})
		}
	}
	if len(basket.Lines) == 0 {
		return
	}
	p := &paper{ref: c.ref("r"), at: c.now(), back: make([]int64, len(basket.Lines))}
	var state wallet.Wallet
	if rapid.Bool().Draw(t, "fresh") { // otherwise a till that knows only what she had an hour ago
		state, _, _ = c.wallets.Load(context.Background(), "c-1")
	}
	shopper := promo.Shopper{Customer: "c-1", Coupons: c.register.Usable(state, p.at)}
	var err error
	p.priced, err = c.catalogue.Price(basket, shopper, p.at)
	require.NoError(t, err)
	if runs := wallet.RunsOf(p.priced.Runs); len(runs) > 0 {
		p.hold = c.ref("h")
		asked := wallet.Redemption{Ref: p.hold, At: p.at, Runs: runs}
		if c.send(t, func() error { _, err := c.checkout.Hold(context.Background(), "c-1", asked); return err }) != nil {
			shopper.Coupons, p.hold = nil, ""
			p.priced, err = c.catalogue.Price(basket, shopper, p.at)
			require.NoError(t, err)
		}
	}
	c.pending = append(c.pending, p)
}

// pay pays for what was rung up, or the payment fails.
func (c *counter) pay(t *rapid.T) {
	if len(c.pending) == 0 {
		return
	}
	i := rapid.IntRange(0, len(c.pending)-1).Draw(t, "which")
	p := c.pending[i]
	c.pending = append(c.pending[:i], c.pending[i+1:]...)
	if p.hold != "" && rapid.IntRange(0, 3).Draw(t, "fails") == 0 {
		finish := wallet.Finish{Ref: c.ref("x"), Hold: p.hold, At: c.now()}
		_ = c.send(t, func() error { _, err := c.checkout.Release(context.Background(), "c-1", finish); return err }) // it may have run out
		return
	}
	if p.hold != "" {
		asked := wallet.Redemption{Ref: p.ref, At: c.now(), Hold: p.hold}
		if c.send(t, func() error { _, err := c.checkout.Redeem(context.Background(), "c-1", asked); return err }) != nil {
			return // the hold had run out: she goes without
		}
	}
	receipt := loyalty.Receipt{Purchase: p.priced.Purchase(p.ref, shopName)}
	require.NoError(t, c.send(t, points(c, "earn", p.ref, receipt, c.program.Earn)))
	c.paid = append(c.paid, p)
}

// bring brings units of a line back, or voids the receipt.
func (c *counter) bring(t *rapid.T) {
	if len(c.paid) == 0 {
		return
	}
	p := c.paid[rapid.IntRange(0, len(c.paid)-1).Draw(t, "which")]
	if rapid.IntRange(0, 3).Draw(t, "void") == 0 {
		at, ref := c.now(), c.ref("v")
		err := c.send(t, points(c, "void", ref, loyalty.Voiding{Ref: ref, Sale: p.ref, At: at}, c.program.Void))
		if p.hold != "" && err == nil {
			_ = c.send(t, func() error { // refused when all that coupons were used on is back already
				_, err := c.checkout.Void(context.Background(), "c-1", wallet.Voiding{Ref: ref, Sale: p.ref, At: at})
				return err
			})
		}
		p.voided = p.voided || err == nil
		return
	}
	line := rapid.IntRange(0, len(p.priced.Lines)-1).Draw(t, "line")
	back := customer.Return{Ref: c.ref("b"), Sale: p.ref, Customer: "c-1", At: c.now()}
	back.Lines = []customer.ReturnLine{{SaleLine: line + 1, Line: customer.Line{SKU: p.priced.Lines[line].SKU, Quantity: decimal.NewFromInt(rapid.Int64Range(1, 2).Draw(t, "units"))}}}
	if c.send(t, points(c, "return", back.Ref, back, c.program.Return)) != nil {
		return // more than there is: the receipt's keeper refuses it
	}
	p.back[line] += back.Lines[0].Quantity.IntPart()
	if p.hold != "" {
		require.NoError(t, c.send(t, func() error { _, err := c.checkout.Return(context.Background(), "c-1", back); return err }))
	}
}

// again sends any earlier request once more.
func (c *counter) again(t *rapid.T) {
	if len(c.requests) > 0 {
		_ = c.requests[rapid.IntRange(0, len(c.requests)-1).Draw(t, "which")](t)
	}
}

// check holds money, points, coupons, bill and budgets against the receipts.
func (c *counter) check(t *rapid.T) {
	saved := map[string]int64{} // by offer, less what came back
	for _, p := range c.paid {
		total := p.priced.Totals.List.Sub(p.priced.Totals.Saved).Add(p.priced.Totals.Deposits)
		require.True(t, total.Equal(p.priced.Totals.Total))
		before := map[int]int64{}
		for _, run := range p.priced.Runs {
			from := before[run.Line]
			before[run.Line] += run.Units
			if run.Coupon == "" {
				continue
			}
			units := min(max(0, 1000*p.back[run.Line-1]-from), run.Units)
			back, _, err := run.Back(0, units)
			require.NoError(t, err)
			if p.voided {
				back = run.Saved
			}
			saved[run.Offer] += run.Saved - back
		}
	}
	history := c.wallets.History("c-1")
	first := customer.DateOf(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	bill, err := c.register.Bill(population.Period{From: first, Until: first.AddDays(60)})
	require.NoError(t, err)
	require.NoError(t, bill.Add("c-1", history))
	due := map[string]int64{}
	for _, row := range bill.Rows() {
		due[row.Offer] += row.Due()
	}
	for offer, budget := range map[string]string{"own-tea": "b-tea", "own-oats": "b-oats"} {
		require.Equal(t, saved[offer], due[offer], "the bill of %s", offer)
		level, err := c.budgets.Level(context.Background(), budget, c.now().Add(48*time.Hour))
		require.NoError(t, err)
		require.Equal(t, saved[offer], level.Captured, "the budget of %s", offer)
	}
	state, _, err := c.wallets.Load(context.Background(), "c-1")
	require.NoError(t, err)
	replayed, err := wallet.Replay(history)
	require.NoError(t, err)
	kept, err := json.Marshal(state)
	require.NoError(t, err)
	again, err := json.Marshal(replayed)
	require.NoError(t, err)
	require.JSONEq(t, string(kept), string(again))

	account, _, err := c.accounts.Load(context.Background(), "c-1")
	require.NoError(t, err)
	require.Zero(t, account.Balances.Sum())
	booked := map[string]bool{}
	for _, e := range c.accounts.History("c-1") {
		if e.Kind == loyalty.Sold {
			require.False(t, booked[e.Sale], "%s twice", e.Sale)
			booked[e.Sale] = true
		}
	}
	require.Len(t, booked, len(c.paid))
}

// The whole loop under lost replies, repeated and crossed receipts, voids and returns:
// money, points, coupons, budgets and bills agree to the last unit, whatever the order.
func TestTheLoopUnderLostReplies(t *testing.T) {
	// row E3, row E7
	rapid.Check(t, func(t *rapid.T) {
		c := newCounter(t)
		t.Repeat(map[string]func(*rapid.T){
			"issue": c.issue, "ring": c.ring, "ring elsewhere": c.ring, "pay": c.pay, "bring": c.bring, "again": c.again, "": c.check,
		})
	})
}
