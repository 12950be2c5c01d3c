package loyalty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// with is an account with points given by hand on 1 March 2026.
func with(t *testing.T, p *loyalty.Program, points string) loyalty.Account {
	t.Helper()
	d, err := p.Adjust(loyalty.Account{}, loyalty.Adjustment{Ref: "a-0", At: clock("2026-03-01 09:00"), Points: dec(points), Reason: "opening", Author: "desk-1"})
	return after(t, d, err)
}

func TestSpendingBounds(t *testing.T) {
	rules := drugstore()
	rules.Tender = &loyalty.Tender{Points: dec("1"), Worth: dec("0.1"), Least: dec("50"), Multiple: dec("10"), MostPermille: 300}
	rules.Rewards = []loyalty.Reward{{ID: "mug", Points: dec("80"), Gives: "a mug", From: day("2026-03-02"), Until: day("2026-03-04")}}
	p := program(t, rules)
	a := with(t, p, "100")
	for _, tc := range []struct {
		name     string
		spending loyalty.Spending
		missing  []string
	}{
		{"the least", loyalty.Spending{Points: dec("50")}, nil},
		{"below the least, no multiple", loyalty.Spending{Points: dec("49")}, []string{loyalty.CodeLeast, loyalty.CodeMultiple}},
		{"a multiple below the least", loyalty.Spending{Points: dec("40")}, []string{loyalty.CodeLeast}},
		{"no multiple", loyalty.Spending{Points: dec("55")}, []string{loyalty.CodeMultiple}},
		{"all there is", loyalty.Spending{Points: dec("100")}, nil},
		{"more than there is", loyalty.Spending{Points: dec("110")}, []string{loyalty.CodePoints}}, // L6
		{"the whole share of the bill", loyalty.Spending{Points: dec("60"), Sale: "r-9", Bill: dec("20.00")}, nil},
		{"a cent over the share", loyalty.Spending{Points: dec("60"), Sale: "r-9", Bill: dec("19.99")}, []string{loyalty.CodeShareOfBill}},
		{"all at once", loyalty.Spending{Points: dec("205"), Sale: "r-9", Bill: dec("1.00")}, []string{loyalty.CodeMultiple, loyalty.CodeShareOfBill, loyalty.CodePoints}},
		{"a reward too early", loyalty.Spending{Reward: "mug", At: clock("2026-03-01 23:59")}, []string{loyalty.CodeRewardLater}},
		{"a reward's first day", loyalty.Spending{Reward: "mug", At: clock("2026-03-02 00:00")}, nil},
		{"a reward's last day", loyalty.Spending{Reward: "mug", At: clock("2026-03-03 23:59")}, nil},
		{"a reward too late", loyalty.Spending{Reward: "mug", At: clock("2026-03-04 00:00")}, []string{loyalty.CodeRewardOver}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.spending.Ref = "p-1"
			if tc.spending.At.IsZero() {
				tc.spending.At = clock("2026-03-01 12:00")
			}
			_, err := p.Redeem(a, tc.spending)
			if tc.missing == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tc.missing, refused(t, err))
		})
	}
}

func TestSpendingThatIsMalformed(t *testing.T) {
	p := program(t, drugstore())
	a := with(t, p, "100")
	now := clock("2026-03-01 12:00")
	for name, tc := range map[string]struct {
		spending loyalty.Spending
		want     []string
	}{
		"nothing":               {loyalty.Spending{}, []string{"ref", "at", "points"}},
		"half a point":          {loyalty.Spending{Ref: "p", At: now, Points: dec("0.5")}, []string{"points"}},
		"a bill without a sale": {loyalty.Spending{Ref: "p", At: now, Points: dec("1"), Bill: dec("1")}, []string{"bill"}},
		"half a cent":           {loyalty.Spending{Ref: "p", At: now, Points: dec("1"), Sale: "r", Bill: dec("0.005")}, []string{"bill"}},
		"no such reward":        {loyalty.Spending{Ref: "p", At: now, Reward: "mug", Points: dec("1"), Sale: "r"}, []string{"reward", "points", "sale"}},
	} {
		_, err := p.Redeem(a, tc.spending)
		assert.Equal(t, tc.want, faulty(t, err), name)
	}
	_, err := p.Hold(a, loyalty.Spending{Ref: "p", At: now, Points: dec("1"), Until: now})
	assert.Equal(t, []string{"until"}, faulty(t, err))
	_, err = p.Adjust(a, loyalty.Adjustment{})
	assert.Equal(t, []string{"ref", "reason", "author", "at", "points"}, faulty(t, err))
	_, err = p.Adjust(a, loyalty.Adjustment{Ref: "a", At: now, Points: dec("-101"), Reason: "x", Author: "y"})
	assert.Equal(t, []string{loyalty.CodePoints}, refused(t, err))
	for _, points := range []string{"-1", "0.5"} {
		_, err = p.Worth(dec(points))
		require.Error(t, err, points)
	}
}

// Two payments on one bill share what points may pay of it, and have names of their own.
func TestPaymentsOnOneBill(t *testing.T) {
	rules := drugstore()
	rules.Tender.MostPermille = 500
	p := program(t, rules)
	a := with(t, p, "100")
	pay := func(ref, points string) loyalty.Spending {
		return loyalty.Spending{Ref: ref, At: clock("2026-03-01 12:00"), Points: dec(points), Sale: "r-1", Bill: dec("10.00")}
	}
	hold := func(ref, points string) loyalty.Spending {
		s := pay(ref, points)
		s.Until = s.At.Add(10 * time.Minute)
		return s
	}
	d, err := p.Redeem(a, pay("p-1", "30"))
	a = after(t, d, err)
	_, err = p.Redeem(a, pay("p-2", "21"))
	assert.Equal(t, []string{loyalty.CodeShareOfBill}, refused(t, err))
	_, err = p.Redeem(a, pay("p-1", "20"))
	assert.Equal(t, []string{loyalty.CodePaymentBooked}, refused(t, err))
	d, err = p.Hold(a, hold("p-2", "20"))
	a = after(t, d, err)
	_, err = p.Hold(a, hold("p-3", "1"))
	assert.Equal(t, []string{loyalty.CodeShareOfBill}, refused(t, err))
}

func TestHoldsRunOut(t *testing.T) {
	p := program(t, drugstore())
	a := with(t, p, "100")
	ends := clock("2026-03-01 12:15")
	d, err := p.Hold(a, loyalty.Spending{Ref: "h-1", At: clock("2026-03-01 12:00"), Points: dec("60"), Partner: "p-1", Until: ends})
	a = after(t, d, err)
	_, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-01 12:01"), Points: dec("41")})
	assert.Equal(t, []string{loyalty.CodePoints}, refused(t, err), "what is set aside is not there for others")

	d, err = p.Capture(a, loyalty.Finish{Ref: "f-1", Hold: "h-1", At: ends.Add(-1)})
	captured := after(t, d, err)
	assert.EqualValues(t, 60, captured.Balances.In(loyalty.Partner))
	_, err = p.Capture(captured, loyalty.Finish{Ref: "f-2", Hold: "h-1", At: ends.Add(-1)})
	assert.Equal(t, []string{loyalty.CodeNoHold}, refused(t, err), "captured once")

	_, err = p.Capture(a, loyalty.Finish{Ref: "f-1", Hold: "h-1", At: ends})
	assert.Equal(t, []string{loyalty.CodeNoHold}, refused(t, err), "at the instant it is free")
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.EqualValues(t, 100, refusal.Missing[0].Fact, "and says what is free")

	d, err = p.Release(a, loyalty.Finish{Ref: "f-1", Hold: "h-1", At: ends.Add(-1)})
	assert.EqualValues(t, 100, after(t, d, err).Balances.In(loyalty.Member))
	d, err = p.Settle(a, ends.Add(-1))
	require.NoError(t, err)
	assert.Empty(t, d.Entries)
	d, err = p.Settle(a, ends)
	assert.EqualValues(t, 100, after(t, d, err).Balances.In(loyalty.Member))
	_, err = p.Release(a, loyalty.Finish{})
	assert.Equal(t, []string{"ref", "hold", "at"}, faulty(t, err))
}

// L5, L13: a payment takes from the lots that lapse first, and names them.
func TestLotsAreSpentInOrder(t *testing.T) {
	rules := drugstore()
	never := program(t, rules)
	rules.Expiry.Months = 12
	year := program(t, rules)
	rules.Expiry = loyalty.Expiry{Months: 1}
	month := program(t, rules)
	var a loyalty.Account
	for i, p := range []*loyalty.Program{never, year, month, year} {
		d, err := p.Earn(a, bought([]string{"r-1", "r-2", "r-3", "r-4"}[i], clock("2026-03-01 12:00"), item("a", "100.00")))
		a = after(t, d, err)
	}
	d, err := never.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-02 12:00"), Points: dec("35")})
	after(t, d, err)
	var lots []uint64
	for _, e := range d.Entries {
		lots = append(lots, e.Lot)
	}
	assert.Equal(t, []uint64{6, 4, 8, 2}, lots)
	assert.EqualValues(t, 5, d.Entries[3].Points)
}
