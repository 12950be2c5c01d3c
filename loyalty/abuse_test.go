package loyalty_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// What somebody with a card would try. Each of these once gave something for nothing.

// join lets a customer share an account and brings all that she has.
func (s *shop) join(account, who customer.ID, at string) {
	joining := loyalty.Joining{Ref: fmt.Sprint("j-", who, at), At: clock(at), Member: who}
	_, err := run(s, account, "join", joining.Ref, joining, s.program.Join)
	require.NoError(s.t, err)
	require.NoError(s.t, s.send(loyalty.Transfer{Ref: fmt.Sprint("all-", who, at), At: clock(at), From: who, To: account, All: true}))
}

func (s *shop) leave(account, who customer.ID, at string, share loyalty.Share) {
	leaving := loyalty.Leaving{Ref: fmt.Sprint("l-", who, at), At: clock(at), Account: account, Member: who, Share: share}
	entries, err := run(s, account, "leave", leaving.Ref, leaving, s.program.Leave)
	require.NoError(s.t, err)
	require.NoError(s.t, s.program.Forward(s.t.(*testing.T).Context(), s.store, loyalty.Parcels(entries)...))
}

func TestJoiningAndLeavingEarnsNothing(t *testing.T) {
	t.Run("an event and a cap again", func(t *testing.T) {
		rules := drugstore()
		rules.Events = []loyalty.Event{{ID: "sign-up", Points: dec("500"), Most: 1}}
		rules.Caps = []loyalty.Cap{{ID: "month", Of: []string{"base"}, Per: loyalty.PerMonth, Points: dec("10")}}
		s := newShop(t, program(t, rules))
		award := func(on customer.ID, ref, at string) error {
			occasion := loyalty.Occasion{Ref: ref, Event: "sign-up", At: clock(at), Customer: "c-1"}
			_, err := run(s, on, "award", ref, occasion, s.program.Award)
			return err
		}
		require.NoError(t, award("c-1", "o-1", "2026-03-01 09:00"))
		s.buy("c-1", "r-1", "2026-03-01 10:00", "200.00")
		s.join("h-1", "c-1", "2026-03-02 09:00")
		assert.Equal(t, []string{loyalty.CodeHadEvent}, refused(t, award("h-1", "o-2", "2026-03-02 10:00")))
		s.leave("h-1", "c-1", "2026-03-03 09:00", loyalty.OwnShare)
		assert.Equal(t, []string{loyalty.CodeHadEvent}, refused(t, award("c-1", "o-3", "2026-03-03 10:00")))
		s.buy("c-1", "r-2", "2026-03-03 11:00", "200.00")
		assert.Equal(t, "510 0 0", s.balance("c-1"))
	})
	t.Run("one purchase, many gold accounts", func(t *testing.T) {
		p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
		s := newShop(t, p)
		s.buy("c-1", "r-1", "2026-03-01 10:00", "300.00")
		for i, other := range []customer.ID{"c-2", "c-3"} {
			s.join(other, "c-1", fmt.Sprintf("2026-03-%02d 09:00", 2*i+2))
			assert.Equal(t, "gold", tier(t, p, s.account(other), "2026-03-09"))
			s.leave(other, "c-1", fmt.Sprintf("2026-03-%02d 09:00", 2*i+3), loyalty.OwnShare)
			assert.Equal(t, "blue", tier(t, p, s.account(other), "2026-03-09"))
		}
		assert.Equal(t, "gold", tier(t, p, s.account("c-1"), "2026-03-09"))
	})
	t.Run("the account itself has its share", func(t *testing.T) {
		s := newShop(t, program(t, drugstore()))
		s.buy("c-1", "r-1", "2026-03-01 10:00", "1000.00")
		joining := loyalty.Joining{Ref: "j", At: clock("2026-03-02 09:00"), Member: "c-2"}
		_, err := run(s, "c-1", "join", "j", joining, s.program.Join)
		require.NoError(t, err)
		s.leave("c-1", "c-2", "2026-03-03 09:00", loyalty.EvenShare)
		assert.Equal(t, "50 0 0", s.balance("c-1"))
		assert.Equal(t, "50 0 0", s.balance("c-2"))
		assert.Empty(t, s.account("c-1").Into)
	})
	t.Run("whatever she takes along, her own card works again", func(t *testing.T) {
		for _, share := range []loyalty.Share{loyalty.OwnShare, loyalty.EvenShare, loyalty.NoShare} {
			s := newShop(t, program(t, drugstore()))
			s.buy("c-1", "r-1", "2026-03-01 10:00", "100.00")
			s.buy("c-2", "r-2", "2026-03-01 10:00", "100.00")
			s.join("h-1", "c-1", "2026-03-02 09:00")
			s.join("h-1", "c-2", "2026-03-02 09:00")
			s.leave("h-1", "c-1", "2026-03-03 09:00", share)
			s.buy("c-1", "r-3", "2026-03-04 10:00", "100.00")
			assert.Empty(t, s.account("c-1").Into, share)
		}
	})
	t.Run("points of others that paid for her goods", func(t *testing.T) {
		s := newShop(t, program(t, drugstore()))
		s.buy("h-1", "r-0", "2026-03-01 09:00", "1000.00")
		joining := loyalty.Joining{Ref: "j", At: clock("2026-03-01 10:00"), Member: "c-1"}
		_, err := run(s, "h-1", "join", "j", joining, s.program.Join)
		require.NoError(t, err)
		pay := loyalty.Spending{Ref: "p", At: clock("2026-03-02 10:00"), Points: dec("100"), Sale: "r-1", Bill: dec("10.00")}
		_, err = run(s, "h-1", "redeem", "p", pay, s.program.Redeem)
		require.NoError(t, err)
		s.buyFor("h-1", "c-1", "r-1", "2026-03-02 10:00", "10.00")
		s.leave("h-1", "c-1", "2026-03-03 09:00", loyalty.OwnShare)
		void := loyalty.Voiding{Ref: "v", Sale: "r-1", At: clock("2026-03-04 09:00")}
		_, err = run(s, "c-1", "void", "v", void, s.program.Void)
		assert.Equal(t, []string{loyalty.CodeNoSale}, refused(t, err), "the sale stayed with those who paid")
		_, err = run(s, "h-1", "void", "v", void, s.program.Void)
		require.NoError(t, err)
		assert.Equal(t, "100 0 0", s.balance("h-1"))
	})
}

// A new card takes the tier along, and a sanction too.
func TestTierAndGrantsGoWithTheCustomer(t *testing.T) {
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
	s := newShop(t, p)
	s.buy("c-1", "r-1", "2026-06-01 10:00", "300.00")
	grant := loyalty.Grant{Ref: "g", At: clock("2027-01-10 10:00"), Tier: "silver", Mode: loyalty.AtMost, Until: day("2027-03-01"), Reason: "fraud", Author: "desk-1"}
	_, err := run(s, "c-1", "grant", "g", grant, p.Grant)
	require.NoError(t, err)
	require.NoError(t, s.send(loyalty.Transfer{Ref: "t", At: clock("2027-02-01 10:00"), From: "c-1", To: "c-2", All: true}))
	a := s.account("c-2")
	assert.Equal(t, "silver, earned gold", tier(t, p, a, "2027-02-28"))
	assert.Equal(t, "gold", tier(t, p, a, "2027-03-01"))
	assert.Equal(t, "gold", tier(t, p, a, "2027-12-31"))
	assert.Equal(t, "blue", tier(t, p, a, "2028-01-01"))
}

// Buying on the last day of a period and returning on the first of the next keeps nothing.
func TestReturningWhatATierRestsOn(t *testing.T) {
	for _, window := range []loyalty.Window{loyalty.Calendar, loyalty.Anniversary, loyalty.SinceTier, loyalty.RollingMonths} {
		for _, down := range []loyalty.Down{loyalty.Stay, loyalty.OneStep, loyalty.ToEarned} {
			t.Run(fmt.Sprint(window, " ", down), func(t *testing.T) {
				p := program(t, ladder(window, 12, down))
				a := visit(t, p, loyalty.Account{}, "2025-12-31", "120") // silver by what is kept
				a = visit(t, p, a, "2026-12-31", "300")
				assert.Equal(t, "gold", tier(t, p, a, "2027-01-01"))
				d, err := p.Void(a, loyalty.Voiding{Ref: "v", Sale: a.Sales[len(a.Sales)-1].Ref, At: clock("2027-01-01 09:00")})
				a = after(t, d, err)
				assert.NotEqual(t, "gold", tier(t, p, a, "2027-01-01"))
				for _, reason := range d.Reasons {
					assert.NotEqual(t, loyalty.CodeTierLowered, reason.Code)
				}
			})
		}
	}
	t.Run("what was reached before still stands", func(t *testing.T) {
		p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
		a := visit(t, p, loyalty.Account{}, "2026-03-01", "120")
		a = visit(t, p, a, "2027-03-01", "300") // silver of last year, gold of this
		d, err := p.Void(a, loyalty.Voiding{Ref: "v", Sale: a.Sales[len(a.Sales)-1].Ref, At: clock("2027-03-02 09:00")})
		a = after(t, d, err)
		assert.Equal(t, "silver", tier(t, p, a, "2027-12-31"))
		assert.Equal(t, "blue", tier(t, p, a, "2028-01-01"))
	})
	t.Run("goods that it does not rest on", func(t *testing.T) {
		p := program(t, ladder(loyalty.Calendar, 12, loyalty.OneStep))
		a := visit(t, p, loyalty.Account{}, "2026-03-01", "300")
		a = visit(t, p, a, "2028-03-01", "5") // silver by a step down
		d, err := p.Void(a, loyalty.Voiding{Ref: "v", Sale: a.Sales[len(a.Sales)-1].Ref, At: clock("2028-03-02 09:00")})
		assert.Equal(t, "silver", tier(t, p, after(t, d, err), "2028-12-31"))
	})
}

// Idle points last as long as they did with who passed them on: not less, and not longer.
func TestIdlePointsOnTheirWay(t *testing.T) {
	rules := drugstore()
	rules.Expiry = loyalty.Expiry{IdleMonths: 1}
	s := newShop(t, program(t, rules))
	s.buy("c-2", "r-0", "2026-01-01 10:00", "10.00")
	s.buy("c-1", "r-1", "2026-05-01 10:00", "100.00")
	from, to := customer.ID("c-1"), customer.ID("c-2")
	for i := range 4 {
		at := fmt.Sprintf("2026-05-%02d 10:00", 5*i+5)
		require.NoError(t, s.send(loyalty.Transfer{Ref: fmt.Sprint("t", i), At: clock(at), From: from, To: to, Points: dec("10")}))
		from, to = to, from
	}
	assert.Equal(t, []loyalty.Lapse{{On: day("2026-06-01"), Points: 10}}, s.account("c-1").Lapsing(customer.MaxDate))
}

// Histories, parcels and states that this package never wrote are errors, and none of
// them stops a host.
func TestHostileInputNeverPanics(t *testing.T) {
	sale := func(line loyalty.SoldLine, of uint16) *loyalty.Open {
		return &loyalty.Open{Sale: &loyalty.Sale{Ref: "r", On: day("2026-03-01"), Closes: day("2026-05-01"), Counts: true, Of: of, Lines: []loyalty.SoldLine{line}}}
	}
	at := clock("2026-03-01 12:00")
	for name, e := range map[string]loyalty.Entry{
		"a line without units":   {Kind: loyalty.Adopted, Open: sale(loyalty.SoldLine{}, 0)},
		"a member who is not":    {Kind: loyalty.Adopted, Open: sale(loyalty.SoldLine{Units: 1000}, 9)},
		"sold without units":     {Kind: loyalty.Sold, Sale: "r", Earned: day("2026-03-01"), Lines: []loyalty.SoldLine{{}}},
		"hands over nothing":     {Kind: loyalty.Yielded},
		"takes over nothing":     {Kind: loyalty.Adopted},
		"too much counted":       {Kind: loyalty.Adopted, Open: &loyalty.Open{Counted: &loyalty.Counted{Lifetime: loyalty.Figures{Spend: 1 << 62}}}},
		"a day twice":            {Kind: loyalty.Adopted, Open: &loyalty.Open{Counted: &loyalty.Counted{Days: []loyalty.Day{{On: 5}, {On: 5}}}}},
		"a payment of nobody's":  {Kind: loyalty.Adopted, Open: &loyalty.Open{Payment: &loyalty.Payment{To: loyalty.Redeemed, Parts: []loyalty.Part{{Of: 3, Points: 1}}}}},
		"a grant without a mode": {Kind: loyalty.Granting, Grant: &loyalty.Granted{Ref: "g"}},
	} {
		e.Version, e.At, e.Ref = loyalty.EntryVersion, at, "x"
		_, err := loyalty.Replay([]loyalty.Entry{e})
		require.ErrorIs(t, err, loyalty.ErrBroken, name)
		loyalty.Parcels([]loyalty.Entry{e})
	}
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
	for _, text := range []string{
		`{"entries":1,"grants":[{"ref":"x","tier":"gold","from":"2026-01-01"}]}`,
		`{"entries":1,"grants":[{"ref":"x","tier":"iron","mode":"fixed","from":"2026-01-01"}]}`,
		`{"entries":1,"sales":[{"ref":"r","on":"2026-03-01","closes":"2026-05-01","of":7,"counts":true,"lines":[{"units":0}]}]}`,
		`{"entries":1,"standing":{"tier":"gold","since":"2026-01-01","ends":"2026-01-02","until":"2026-01-01"}}`,
	} {
		var a loyalty.Account
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		_, err := p.Progress(a, at)
		require.NoError(t, err)
		if d, err := p.Void(a, loyalty.Voiding{Ref: "v", Sale: "r", At: at}); err == nil {
			assert.NotEmpty(t, d.Entries)
		}
	}
	_, err := p.Receive(loyalty.Account{}, loyalty.Parcel{
		Ref: "x", At: at, From: "c-1", To: "c-2", Sales: []loyalty.Sale{{Ref: "r", Lines: []loyalty.SoldLine{{}}}},
		Counted: &loyalty.Counted{Purchases: -5},
	})
	assert.Equal(t, []string{"sales[0]", "counted"}, faulty(t, err))
}

// An account that is full says so, and is not broken.
func TestFullIsARefusal(t *testing.T) {
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
	var a loyalty.Account
	for i := range loyalty.MaxGrants + 1 {
		d, err := p.Grant(a, loyalty.Grant{Ref: fmt.Sprint("g", i), At: clock("2026-03-01 12:00"), Tier: "gold", Mode: loyalty.AtLeast, Reason: "x", Author: "y"})
		if i == loyalty.MaxGrants {
			assert.Equal(t, []string{loyalty.CodeFull}, refused(t, err))
			return
		}
		a = after(t, d, err)
	}
}

// Another number of decimal places would be another currency of points.
func TestPointDigitsNeverChange(t *testing.T) {
	rules := drugstore()
	a := visit(t, program(t, rules), loyalty.Account{}, "2026-03-01", "100")
	rules.PointDigits = 2
	_, err := program(t, rules).Settle(a, clock("2026-03-02 12:00"))
	require.ErrorContains(t, err, "decimal places")
}

func TestMostOfOnePayment(t *testing.T) {
	rules := drugstore()
	rules.Tender.Most = dec("50")
	p := program(t, rules)
	a := with(t, p, "100")
	for points, want := range map[string]int{"50": 0, "51": 1} {
		_, err := p.Redeem(a, loyalty.Spending{Ref: "p", At: clock("2026-03-01 12:00"), Points: dec(points)})
		if want == 0 {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, []string{loyalty.CodeMost}, refused(t, err))
	}
	rules.Tender.Least = dec("51")
	_, err := loyalty.NewProgram(rules, time.UTC)
	assert.Equal(t, []string{"tender.most"}, faulty(t, err))
}
