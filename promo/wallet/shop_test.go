package wallet_test

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/wallet"
)

func rules() wallet.Rules {
	return wallet.Rules{
		Edition: customer.Edition{ID: "coupons", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2},
		HoldMinutes: 15, ReturnDays: 14, Returned: wallet.Reopen,
	}
}

func register(t require.TestingT, r wallet.Rules) *wallet.Register {
	zone, err := time.LoadLocation(r.Zone)
	require.NoError(t, err)
	made, err := wallet.NewRegister(r, zone)
	require.NoError(t, err)
	return made
}

func day(text string) customer.Date {
	d, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func clock(text string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return at
}

// grant is a coupon for November, of which a manufacturer bears two thirds.
func grant(id string) wallet.Grant {
	return wallet.Pin(
		promo.Coupon{ID: id, Offer: "o-" + id[:1], From: day("2026-11-01"), Until: day("2026-12-01")},
		promo.Offer{Funds: []promo.Fund{{By: "Nordmilk", Permille: 667}}},
	)
}

func list(ref string, grants ...wallet.Grant) wallet.List {
	return wallet.List{Ref: ref, At: clock("2026-11-01 09:00"), Coupons: grants}
}

func run(coupon string, line int, units, saved int64) wallet.Run {
	return wallet.Run{Coupon: coupon, Line: line, Units: units * 1000, Saved: saved}
}

func redemption(ref, at string, runs ...wallet.Run) wallet.Redemption {
	return wallet.Redemption{Ref: ref, At: clock(at), Runs: runs}
}

func brought(ref, sale, at string, line int, quantity string) customer.Return {
	return customer.Return{Ref: ref, Sale: sale, At: clock(at), Lines: []customer.ReturnLine{
		{SaleLine: line, Line: customer.Line{SKU: "s", Quantity: decimal.RequireFromString(quantity)}},
	}}
}

// purse books decisions one after the other, and keeps the history.
type purse struct {
	t       require.TestingT
	r       *wallet.Register
	wallet  wallet.Wallet
	history []wallet.Entry
}

func (p *purse) book(d wallet.Decision, err error) wallet.Decision {
	require.NoError(p.t, err)
	p.wallet, p.history = d.Next, append(p.history, d.Entries...)
	return d
}

func opened(t require.TestingT, r wallet.Rules, grants ...wallet.Grant) *purse {
	p := &purse{t: t, r: register(t, r)}
	p.book(p.r.Issue(p.wallet, list("l-1", grants...)))
	return p
}

func (p *purse) state(id string) wallet.State {
	for _, c := range p.wallet.Coupons {
		if c.ID == id {
			return c.State
		}
	}
	return 0
}

func missing(err error) (all []string) {
	refusal := new(customer.Refusal)
	if errors.As(err, &refusal) {
		for _, m := range refusal.Missing {
			all = append(all, m.Code)
		}
	}
	return all
}

func codes(reasons []customer.Reason) (all []string) {
	for _, r := range reasons {
		all = append(all, r.Code)
	}
	return all
}
