package wallet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

func TestIssue(t *testing.T) {
	p := opened(t, rules(), grant("b"), grant("a"))
	again := p.book(p.r.Issue(p.wallet, list("l-1", grant("b"), grant("a"))))
	assert.Empty(t, again.Entries, "the same list again")
	more := p.book(p.r.Issue(p.wallet, list("l-1", grant("a"), grant("c"))))
	assert.Len(t, more.Entries, 1)

	other, ended := grant("a"), grant("d")
	other.Budget = "tea"
	ended.From, ended.Until = 0, day("2026-11-01")
	_, err := p.r.Issue(p.wallet, list("l-1", other, ended))
	assert.Equal(t, []string{wallet.CodeChanged, wallet.CodeOver}, missing(err))
	_, err = p.r.Issue(p.wallet, list("l-2", grant("a"), grant("e")))
	assert.Equal(t, []string{wallet.CodeListed}, missing(err))
	var many []wallet.Grant
	for i := range wallet.MaxCoupons {
		many = append(many, grant(string(rune('a'+i%26))+time.Duration(i).String()))
	}
	_, err = p.r.Issue(p.wallet, list("l-3", many...))
	assert.Equal(t, []string{wallet.CodeFull}, missing(err))
	_, err = p.r.Issue(wallet.Wallet{}, list("l-3", many...))
	require.NoError(t, err)
}

func TestMalformed(t *testing.T) {
	r := register(t, rules())
	bad := grant("a")
	bad.Offer, bad.Permille, bad.From, bad.Until, bad.Budget, bad.Limit = "", 1001, -1, 5000000, "\n", "\n"
	bad.Funds = []promo.Fund{{By: "", Permille: 0}, {By: "m", Permille: 600}, {By: "m", Permille: 600}}
	var faults customer.Faults
	_, err := r.Issue(wallet.Wallet{}, wallet.List{Coupons: []wallet.Grant{bad, bad}})
	require.ErrorAs(t, err, &faults)
	assert.Greater(t, len(faults), 12)
	_, err = r.Issue(wallet.Wallet{}, list("l"))
	require.ErrorAs(t, err, &faults)

	for name, asked := range map[string]wallet.Redemption{
		"nothing":       {},
		"no runs":       redemption("r", "2026-11-02 12:00"),
		"runs and hold": {Ref: "r", At: clock("2026-11-02 12:00"), Hold: "h", Runs: []wallet.Run{run("a", 1, 1, 1)}},
		"bad figures":   redemption("r", "2026-11-02 12:00", wallet.Run{From: -1, Saved: -1}),
		"too much":      redemption("r", "2026-11-02 12:00", run("a", 1, 1, wallet.MaxSaved), run("a", 2, 1, 1)),
	} {
		_, err = r.Redeem(wallet.Wallet{}, asked)
		require.ErrorAs(t, err, &faults, name)
		_, err = r.Hold(wallet.Wallet{}, asked)
		require.ErrorAs(t, err, &faults, name)
	}
	_, err = r.Hold(wallet.Wallet{}, wallet.Redemption{Ref: "r", At: clock("2026-11-02 12:00"), Hold: "h"})
	require.ErrorAs(t, err, &faults, "a hold of a hold")
	_, err = r.Release(wallet.Wallet{}, wallet.Finish{})
	require.ErrorAs(t, err, &faults)
	_, err = r.Void(wallet.Wallet{}, wallet.Voiding{})
	require.ErrorAs(t, err, &faults)
	_, err = r.Return(wallet.Wallet{}, brought("b", "", "2026-11-02 12:00", 1, "0.0001"))
	require.ErrorAs(t, err, &faults)
	_, err = r.Settle(wallet.Wallet{}, time.Time{})
	require.ErrorAs(t, err, &faults)

	_, err = wallet.NewRegister(wallet.Rules{HoldMinutes: 1441, ReturnDays: -1}, nil)
	require.ErrorAs(t, err, &faults)
	assert.GreaterOrEqual(t, len(faults), 7)
	_, err = wallet.ParseRules([]byte(`{"id":"c","version":1,"hold_minute":3}`))
	require.ErrorAs(t, err, &faults)
	made, err := wallet.ParseRules([]byte(`{"id":"coupons","version":1,"zone":"UTC","currency":{"code":"EUR","digits":2},"hold_minutes":15,"return_days":14,"returned":"reopen"}`))
	require.NoError(t, err)
	assert.Equal(t, rules(), made)
}

// A coupon can be used from the first instant of its first day through the last of its
// last, in the zone of the rules; also where a day has 23 or 25 hours.
func TestDays(t *testing.T) {
	for name, test := range map[string]struct {
		zone, from, until string
		at                string // UTC
		want              string
	}{
		"before the first day":         {"UTC", "2026-11-02", "2026-12-01", "2026-11-01 23:59", wallet.CodeNotYet},
		"the first instant":            {"UTC", "2026-11-02", "2026-12-01", "2026-11-02 00:00", ""},
		"the last minute":              {"UTC", "2026-11-02", "2026-12-01", "2026-11-30 23:59", ""},
		"the month's end":              {"UTC", "2026-11-02", "2026-12-01", "2026-12-01 00:00", wallet.CodeOver},
		"short day, still on":          {"Europe/Berlin", "2026-03-01", "2026-03-30", "2026-03-29 21:59", ""},
		"short day, over":              {"Europe/Berlin", "2026-03-01", "2026-03-30", "2026-03-29 22:00", wallet.CodeOver},
		"long day, still on":           {"Europe/Berlin", "2026-10-01", "2026-10-26", "2026-10-25 22:59", ""},
		"long day, over":               {"Europe/Berlin", "2026-10-01", "2026-10-26", "2026-10-25 23:00", wallet.CodeOver},
		"midnight left out, before":    {"America/Sao_Paulo", "2018-11-04", "2018-11-05", "2018-11-04 02:59", wallet.CodeNotYet},
		"midnight left out, the first": {"America/Sao_Paulo", "2018-11-04", "2018-11-05", "2018-11-04 03:00", ""},
	} {
		r := rules()
		r.Zone = test.zone
		g := grant("a")
		g.From, g.Until = day(test.from), day(test.until)
		p := &purse{t: t, r: register(t, r)}
		issue := list("l-1", g)
		issue.At = g.From.AddDays(-1).Start(time.UTC)
		p.book(p.r.Issue(p.wallet, issue))
		_, err := p.r.Redeem(p.wallet, redemption("r-1", test.at, run("a", 1, 1, 100)))
		usable := p.r.Usable(p.wallet, clock(test.at))
		if test.want == "" {
			require.NoError(t, err, name)
			assert.Len(t, usable, 1, name)
		} else {
			assert.Equal(t, []string{test.want}, missing(err), name)
			assert.Empty(t, usable, name)
		}
	}
}

func TestARefusalNamesAll(t *testing.T) {
	later := grant("d")
	later.From = day("2026-11-20")
	p := opened(t, rules(), grant("a"), grant("b"), grant("c"), later)
	p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 100))))
	p.book(p.r.Hold(p.wallet, redemption("h-1", "2026-11-02 12:00", run("b", 1, 1, 100))))
	_, err := p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:14", run("x", 1, 1, 1), run("d", 1, 1, 1), run("c", 1, 1, 1), run("b", 1, 1, 1), run("a", 1, 1, 1)))
	assert.Equal(t, []string{wallet.CodeUsed, wallet.CodeHeld, wallet.CodeNotYet, wallet.CodeNoCoupon, wallet.CodePaymentBooked}, missing(err))
	_, err = p.r.Hold(p.wallet, redemption("h-1", "2026-11-02 12:14", run("c", 1, 1, 1)))
	assert.Equal(t, []string{wallet.CodeHoldBooked}, missing(err))
	_, err = p.r.Redeem(p.wallet, wallet.Redemption{Ref: "r-1", At: clock("2026-11-02 12:15"), Hold: "h-1"})
	assert.Equal(t, []string{wallet.CodeHoldOver, wallet.CodePaymentBooked}, missing(err))
	assert.Len(t, p.r.Usable(p.wallet, clock("2026-11-02 12:14")), 1)
	assert.Len(t, p.r.Usable(p.wallet, clock("2026-11-02 12:15")), 2)
}

// P7: a payment that fails, or hangs, does not burn the coupon; and a payment under way
// keeps it, to the instant.
func TestHold(t *testing.T) {
	capture := wallet.Redemption{Ref: "r-1", Hold: "h-1", At: clock("2026-11-30 23:59").Add(time.Minute)}
	for name, test := range map[string]struct {
		then func(*purse) (wallet.Decision, error)
		want []string
		left wallet.State
	}{
		"captured after midnight of the last day": {
			func(p *purse) (wallet.Decision, error) { return p.r.Redeem(p.wallet, capture) }, nil, wallet.Used,
		},
		"captured in the last instant": {func(p *purse) (wallet.Decision, error) {
			late := capture
			late.At = clock("2026-12-01 00:05").Add(-1)
			return p.r.Redeem(p.wallet, late)
		}, nil, wallet.Used},
		"captured too late": {func(p *purse) (wallet.Decision, error) {
			late := capture
			late.At = clock("2026-12-01 00:05")
			return p.r.Redeem(p.wallet, late)
		}, []string{wallet.CodeHoldOver}, wallet.Held},
		"released in time": {func(p *purse) (wallet.Decision, error) {
			return p.r.Release(p.wallet, wallet.Finish{Ref: "f", Hold: "h-1", At: clock("2026-11-30 23:59")})
		}, nil, wallet.Open},
		"released after the coupon's end": {func(p *purse) (wallet.Decision, error) {
			return p.r.Release(p.wallet, wallet.Finish{Ref: "f", Hold: "h-1", At: clock("2026-12-01 00:01")})
		}, nil, 0},
		"released too late": {func(p *purse) (wallet.Decision, error) {
			return p.r.Release(p.wallet, wallet.Finish{Ref: "f", Hold: "h-1", At: clock("2026-12-01 00:05")})
		}, []string{wallet.CodeHoldOver}, wallet.Held},
		"another hold": {func(p *purse) (wallet.Decision, error) {
			return p.r.Release(p.wallet, wallet.Finish{Ref: "f", Hold: "h-2", At: clock("2026-11-30 23:59")})
		}, []string{wallet.CodeNoHold}, wallet.Held},
		"settled in the last instant": {func(p *purse) (wallet.Decision, error) {
			return p.r.Settle(p.wallet, clock("2026-12-01 00:05").Add(-1))
		}, nil, wallet.Held},
		"settled": {func(p *purse) (wallet.Decision, error) { return p.r.Settle(p.wallet, clock("2026-12-01 00:05")) }, nil, 0},
	} {
		p := opened(t, rules(), grant("a"))
		p.book(p.r.Hold(p.wallet, redemption("h-1", "2026-11-30 23:50", run("a", 1, 1, 100))))
		d, err := test.then(p)
		assert.Equal(t, test.want, missing(err), name)
		if test.want == nil {
			p.book(d, err)
		}
		assert.Equal(t, test.left, p.state("a"), name)
	}
}

// row E3: the card or the code of the list, whichever comes first, leads to the same
// wallet, and what is on it is redeemed once.
func TestCardOrListCode(t *testing.T) {
	codes := map[string]customer.ID{"card 17": "c-1", "2012345678900": "c-1"}
	images := map[string]wallet.Wallet{}
	for _, order := range [][2]string{{"card 17", "2012345678900"}, {"2012345678900", "card 17"}} {
		wallets := map[customer.ID]*purse{"c-1": opened(t, rules(), grant("a"), grant("b"))}
		first, second := wallets[codes[order[0]]], wallets[codes[order[1]]]
		require.Len(t, first.r.Usable(first.wallet, clock("2026-11-02 12:00")), 2)
		first.book(first.r.Redeem(first.wallet, redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 100), run("b", 2, 1, 50))))
		_, err := second.r.Redeem(second.wallet, redemption("r-2", "2026-11-02 12:00", run("a", 1, 1, 100), run("b", 2, 1, 50)))
		assert.Equal(t, []string{wallet.CodeUsed, wallet.CodeUsed}, missing(err))
		assert.Empty(t, second.r.Usable(second.wallet, clock("2026-11-02 12:00")))
		images[order[0]] = first.wallet
	}
	assert.Equal(t, images["card 17"], images["2012345678900"])
}

// P5: what goes back is the share that was taken off, in whatever steps, to the last
// minor unit; and the parts of those who bore it add up after every step.
func TestReturnInSteps(t *testing.T) {
	// 3 units saved 1.00: 33, 33, 34 in the order of their coming back.
	for _, steps := range [][]string{{"1", "1", "1"}, {"2", "1"}, {"1", "2"}, {"3"}, {"0.5", "0.5", "0.5", "1.5"}} {
		p := opened(t, rules(), grant("a"))
		d := p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", run("a", 1, 3, 100))))
		assert.Equal(t, []wallet.Part{{By: "Nordmilk", Saved: 67}, {Saved: 33}}, d.Entries[0].Parts)
		units := int64(0)
		for _, quantity := range steps {
			back := brought("b", "r-1", "2026-11-03 12:00", 1, quantity)
			p.book(p.r.Return(p.wallet, back))
			units += back.Lines[0].Quantity.Shift(3).CoefficientInt64() * pow10(back.Lines[0].Quantity.Shift(3).Exponent())
			use := p.wallet.Payments[0].Uses[0]
			assert.Equal(t, 100*units/3000, use.Back)
			assert.Equal(t, 67*use.Back/100, use.Parts[0].Back)
			assert.Equal(t, use.Back, use.Parts[0].Back+use.Parts[1].Back)
		}
		assert.Equal(t, wallet.Open, p.state("a"))
	}
}

func pow10(n int32) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Runs say where on the line they lie: of five units, coupon a takes off the second and
// third, and b the third and fourth.
func TestRunsOnALine(t *testing.T) {
	p := opened(t, rules(), grant("a"), grant("b"))
	a, b := run("a", 1, 2, 101), run("b", 1, 2, 51)
	a.From, b.From = 1000, 2000
	p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", b, a)))
	for i, want := range []struct{ a, b int64 }{{0, 0}, {50, 0}, {101, 25}, {101, 51}, {101, 51}, {101, 51}} {
		d, err := p.r.Return(p.wallet, brought("b", "r-1", "2026-11-03 12:00", 1, "1"))
		p.book(d, err)
		uses := p.wallet.Payments[0].Uses
		assert.Equal(t, want, struct{ a, b int64 }{uses[0].Back, uses[1].Back}, "unit %d", i+1)
		if i > 3 {
			assert.Empty(t, d.Entries, "no coupon was on unit %d", i+1)
		}
	}
	d := p.book(p.r.Return(p.wallet, brought("b", "r-1", "2026-11-03 12:00", 2, "1")))
	assert.Empty(t, d.Entries, "no coupon was on the line")
}

// P7: what becomes of the coupon when everything comes back is a rule; a payment that is
// undone opens it, and neither brings a coupon back to life that is past its last day.
func TestWhatBecomesOfTheCoupon(t *testing.T) {
	whole := func(at string) func(*purse) (wallet.Decision, error) {
		return func(p *purse) (wallet.Decision, error) { return p.r.Return(p.wallet, brought("b", "r-1", at, 1, "2")) }
	}
	void := func(at string) func(*purse) (wallet.Decision, error) {
		return func(p *purse) (wallet.Decision, error) {
			return p.r.Void(p.wallet, wallet.Voiding{Ref: "v", Sale: "r-1", At: clock(at)})
		}
	}
	for name, test := range map[string]struct {
		returned wallet.Returned
		then     func(*purse) (wallet.Decision, error)
		left     wallet.State
		why      string
	}{
		"returned, reopen":               {wallet.Reopen, whole("2026-11-30 23:59"), wallet.Open, wallet.CodeReopened},
		"returned after its end, reopen": {wallet.Reopen, whole("2026-12-01 00:00"), 0, wallet.CodeExpired},
		"returned, spend":                {wallet.Spend, whole("2026-11-30 23:59"), wallet.Used, wallet.CodeSpent},
		"undone, spend":                  {wallet.Spend, void("2026-11-30 23:59"), wallet.Open, wallet.CodeReopened},
		"undone after its end, spend":    {wallet.Spend, void("2026-12-01 00:00"), 0, wallet.CodeExpired},
		"a part of it returned, reopen": {wallet.Reopen, func(p *purse) (wallet.Decision, error) {
			return p.r.Return(p.wallet, brought("b", "r-1", "2026-11-30 12:00", 1, "1.999"))
		}, wallet.Used, wallet.CodeGivenBack},
		"returned on the last day, reopen": {wallet.Reopen, whole("2026-12-02 23:59"), 0, wallet.CodeExpired},
	} {
		r := rules()
		r.Returned, r.ReturnDays = test.returned, 30
		p := opened(t, r, grant("a"))
		p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", run("a", 1, 2, 101))))
		d := p.book(test.then(p))
		assert.Equal(t, test.left, p.state("a"), name)
		assert.Equal(t, test.why, d.Reasons[len(d.Reasons)-1].Code, name)
		if test.why != wallet.CodeGivenBack {
			_, err := void("2026-12-02 23:59")(p)
			assert.Equal(t, []string{wallet.CodeNothingLeft}, missing(err), name)
		}
		_, err := void("2026-12-03 00:00")(p) // the day on which the payment closes
		assert.Equal(t, []string{wallet.CodeNoPayment}, missing(err), name)
		_, err = whole("2026-12-03 00:00")(p)
		assert.Equal(t, []string{wallet.CodeNoPayment}, missing(err), name)
		p.book(p.r.Settle(p.wallet, clock("2026-12-09 23:59")))
		assert.NotEmpty(t, p.wallet.Payments, name)
		closed := p.book(p.r.Settle(p.wallet, clock("2026-12-10 00:00"))) // a week later it is forgotten
		assert.Equal(t, wallet.Closed, closed.Entries[len(closed.Entries)-1].Kind, name)
		assert.Empty(t, p.wallet.Coupons, name)
	}
}

// A coupon that is open again is used again, and its first payment has no part in that.
func TestUsedAgain(t *testing.T) {
	p := opened(t, rules(), grant("a"), grant("b"))
	p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-02 12:00", run("a", 1, 1, 101), run("b", 2, 1, 10))))
	p.book(p.r.Return(p.wallet, brought("b-1", "r-1", "2026-11-03 12:00", 1, "1")))
	p.book(p.r.Redeem(p.wallet, redemption("r-2", "2026-11-04 12:00", run("a", 1, 1, 55))))
	d := p.book(p.r.Void(p.wallet, wallet.Voiding{Ref: "v", Sale: "r-1", At: clock("2026-11-05 12:00")}))
	assert.Equal(t, []string{wallet.CodeGivenBack, wallet.CodeReopened}, codes(d.Reasons))
	assert.Equal(t, wallet.Used, p.state("a"))
	assert.Equal(t, wallet.Open, p.state("b"))
	p.book(p.r.Settle(p.wallet, clock("2026-11-24 00:00"))) // r-1 is forgotten
	assert.Equal(t, wallet.Used, p.state("a"))
	p.book(p.r.Settle(p.wallet, clock("2026-11-30 23:59"))) // r-2 is closed, and known until its coupon ends
	assert.Equal(t, wallet.Used, p.state("a"))
	p.book(p.r.Settle(p.wallet, clock("2026-12-01 00:00")))
	assert.Equal(t, wallet.State(0), p.state("a"))
}

func TestNoRulesNoDecision(t *testing.T) {
	r := rules()
	r.Until = day("2026-11-10")
	p := opened(t, r, grant("a"))
	_, err := p.r.Redeem(p.wallet, redemption("r-1", "2026-11-10 00:00", run("a", 1, 1, 1)))
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, missing(err))
}
