package loyalty_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/loyalty"
)

// L1, L11: k of n units back take floor(S·k/n) in all, in whatever steps.
func TestReturnsByUnit(t *testing.T) {
	p := program(t, drugstore())
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "3", "105.00"), items("b", "0.750", "59.99")))
	sold := after(t, d, err)
	require.EqualValues(t, 16, sold.Balances.In(loyalty.Member))
	first, second := sold.Sales[0].Lines[0].Given, sold.Sales[0].Lines[1].Given
	require.EqualValues(t, 16, first+second)
	rapid.Check(t, func(t *rapid.T) {
		a, back := sold, [2]int64{}
		for i := range 6 {
			line := rapid.IntRange(0, 1).Draw(t, "line")
			left := [2]int64{3000, 750}[line] - back[line]
			if left == 0 {
				continue
			}
			n := rapid.Int64Range(1, left).Draw(t, "thousandths")
			back[line] += n
			d, err := p.Return(a, brought([]string{"b1", "b2", "b3", "b4", "b5", "b6"}[i], "r-1", clock("2026-03-02 12:00"), line+1, decimal.New(n, -3).String()))
			require.NoError(t, err)
			a = d.Next
			assert.Equal(t, 16-first*back[0]/3000-second*back[1]/750, a.Balances.In(loyalty.Member))
		}
	})
}

func TestReturnsThatAreRefused(t *testing.T) {
	p := program(t, drugstore())
	at := clock("2026-03-02 12:00")
	_, err := p.Return(loyalty.Account{}, brought("b-1", "r-1", at, 1, "1"))
	assert.Equal(t, []string{loyalty.CodeNoSale}, refused(t, err), "the return is here before its sale")
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "2", "100.00")))
	a := after(t, d, err)
	d, err = p.Return(a, brought("b-1", "r-1", at, 1, "1"))
	half := after(t, d, err)
	assert.EqualValues(t, 5, half.Balances.In(loyalty.Member), "sent again, it is settled")

	both := brought("b-2", "r-1", at, 1, "1")
	both.Lines = append(both.Lines, both.Lines[0], brought("", "", at, 2, "1").Lines[0])
	_, err = p.Return(half, both)
	assert.Equal(t, []string{loyalty.CodeTooMany, loyalty.CodeNoLine}, refused(t, err))
	huge := brought("b-2", "r-1", at, 1, "9000000000000000")
	huge.Lines = append(huge.Lines, huge.Lines[0])
	_, err = p.Return(half, huge)
	assert.Equal(t, []string{loyalty.CodeTooMany, loyalty.CodeTooMany}, refused(t, err))
	_, err = p.Return(half, brought("b-2", "", at, 0, "0"))
	assert.Equal(t, []string{"sale"}, faulty(t, err))
	_, err = p.Return(half, brought("b-2", "r-1", at, 1, "0"))
	assert.Equal(t, []string{"lines[0].quantity"}, faulty(t, err))

	d, err = p.Void(half, loyalty.Voiding{Ref: "v-1", Sale: "r-1", At: at})
	void := after(t, d, err)
	assert.Zero(t, void.Balances.In(loyalty.Member))
	_, err = p.Void(void, loyalty.Voiding{Ref: "v-2", Sale: "r-1", At: at})
	assert.Equal(t, []string{loyalty.CodeNoSale}, refused(t, err), "twice voided")
	_, err = p.Void(void, loyalty.Voiding{})
	assert.Equal(t, []string{"ref", "sale", "at"}, faulty(t, err))
	_, err = p.Refund(void, loyalty.Refund{})
	assert.Equal(t, []string{"ref", "payment", "at"}, faulty(t, err))

	_, err = p.Return(half, brought("b-2", "r-1", clock("2026-03-31 23:59"), 1, "1"))
	require.NoError(t, err, "the last day")
	_, err = p.Return(half, brought("b-2", "r-1", clock("2026-04-01 00:00"), 1, "1"))
	assert.Equal(t, []string{loyalty.CodeNoSale}, refused(t, err), "closed")
}

// A line without a quantity comes back as one, and a void takes what it gave (L11).
func TestLineOfUnknownQuantity(t *testing.T) {
	p := program(t, drugstore())
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "0", "100.00")))
	a := after(t, d, err)
	d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-02 12:00"), 1, "1"))
	assert.Zero(t, after(t, d, err).Balances.In(loyalty.Member))
	d, err = p.Void(a, loyalty.Voiding{Ref: "v-1", Sale: "r-1", At: clock("2026-03-02 12:00")})
	assert.Zero(t, after(t, d, err).Balances.In(loyalty.Member))
}

// The sale gave 10 points; 7 of them are spent; another lot has 4.
func TestShortfall(t *testing.T) {
	for _, tc := range []struct {
		policy               loyalty.Shortfall
		member, owed, issued int64
		next                 int64 // to spend after the next 5 points
	}{
		{loyalty.Forgive, 4, 0, -11, 9},
		{loyalty.Owe, 4, -7, -4, 4},
		{loyalty.OthersThenOwe, 0, -3, -4, 2},
		{loyalty.OthersThenForgive, 0, 0, -7, 5},
	} {
		t.Run(tc.policy.String(), func(t *testing.T) {
			rules := drugstore()
			rules.Shortfall = tc.policy
			p := program(t, rules)
			d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "1", "100.00")))
			a := after(t, d, err)
			d, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-02 12:00"), Points: dec("7")})
			a = after(t, d, err)
			d, err = p.Earn(a, bought("r-2", clock("2026-03-03 12:00"), items("a", "1", "40.00")))
			a = after(t, d, err)
			d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-04 12:00"), 1, "1"))
			a = after(t, d, err)
			assert.Equal(t, tc.member, a.Balances.In(loyalty.Member))
			assert.Equal(t, tc.owed, a.Balances.In(loyalty.Owed))
			assert.Equal(t, tc.issued, a.Balances.In(loyalty.Issued))
			assert.EqualValues(t, 10, a.Sales[0].Taken)
			d, err = p.Earn(a, bought("r-3", clock("2026-03-05 12:00"), items("a", "1", "50.00")))
			assert.Equal(t, tc.next, after(t, d, err).Balances.In(loyalty.Member))
		})
	}
}

// Points that lapsed are not asked for a second time, whichever way they went.
func TestReturnOfLapsedPoints(t *testing.T) {
	rules := drugstore()
	rules.Expiry.Days, rules.Shortfall = 5, loyalty.Owe // to spend through 6 March
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "2", "100.00")))
	sold := after(t, d, err)
	for name, part := range map[string]func() (loyalty.Decision, error){
		"never spent": func() (loyalty.Decision, error) { return p.Settle(sold, clock("2026-03-02 12:00")) },
		"set aside when they lapsed": func() (loyalty.Decision, error) {
			return p.Hold(sold, loyalty.Spending{Ref: "h-1", At: clock("2026-03-02 12:00"), Points: dec("10"), Until: clock("2026-03-07 12:00")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := part()
			a := after(t, d, err)
			d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-08 12:00"), 1, "1"))
			a = after(t, d, err)
			assert.Zero(t, a.Balances.In(loyalty.Owed))
			assert.EqualValues(t, 10, a.Balances.In(loyalty.Expired))
			d, err = p.Return(a, brought("b-2", "r-1", clock("2026-03-08 12:00"), 1, "1"))
			assert.Zero(t, after(t, d, err).Balances.In(loyalty.Owed))
		})
	}
}

// L2, L12: what paid comes back once, into its lot, with its date.
func TestPaymentsComeBackIntoTheirLot(t *testing.T) {
	rules := drugstore()
	rules.Expiry.Days = 10 // to spend through 11 March
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), items("a", "1", "100.00")))
	a := after(t, d, err)
	lot := a.Lots[0]
	d, err = p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-02 12:00"), Points: dec("10"), Sale: "r-2", Bill: dec("4.00")})
	a = after(t, d, err)
	require.Empty(t, a.Lots)
	d, err = p.Earn(a, bought("r-2", clock("2026-03-02 12:01"), items("a", "4", "4.00")))
	a = after(t, d, err)

	d, err = p.Return(a, brought("b-1", "r-2", clock("2026-03-03 12:00"), 1, "1"))
	one := after(t, d, err)
	lot.Left = 2 // floor(10 · 1/4)
	assert.Equal(t, []loyalty.Lot{lot}, one.Lots)
	_, err = p.Redeem(one, loyalty.Spending{Ref: "p-2", At: clock("2026-03-03 12:00"), Points: dec("1"), Sale: "r-2", Bill: dec("4.00")})
	assert.Equal(t, []string{loyalty.CodeSaleReturned}, refused(t, err))
	_, err = p.Refund(one, loyalty.Refund{Ref: "x-1", Payment: "p-1", At: clock("2026-03-03 12:00")})
	assert.Equal(t, []string{loyalty.CodeOnSale}, refused(t, err), "the goods are still hers")
	d, err = p.Void(one, loyalty.Voiding{Ref: "v-1", Sale: "r-2", At: clock("2026-03-03 12:00")})
	all := after(t, d, err)
	assert.EqualValues(t, 10, all.Balances.In(loyalty.Member), "what is left of it")
	_, err = p.Refund(all, loyalty.Refund{Ref: "x-2", Payment: "p-1", At: clock("2026-03-03 12:00")})
	require.Error(t, err, "not a second time")

	d, err = p.Void(one, loyalty.Voiding{Ref: "v-1", Sale: "r-2", At: clock("2026-03-12 00:00")})
	late := after(t, d, err)
	assert.Zero(t, late.Balances.In(loyalty.Member))
	assert.EqualValues(t, 10, late.Balances.In(loyalty.Expired))
	assert.Equal(t, loyalty.CodeGivenBackLapsed, d.Reasons[1].Code)
}

// A payment made before midnight stays open as long as the sale booked after it.
func TestPaymentStaysOpenWithItsSale(t *testing.T) {
	p := program(t, drugstore())
	a := with(t, p, "50")
	d, err := p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-01 23:59"), Points: dec("10"), Sale: "r-1", Bill: dec("2.00")})
	a = after(t, d, err)
	d, err = p.Earn(a, bought("r-1", clock("2026-03-02 00:01"), items("a", "2", "2.00")))
	a = after(t, d, err)
	last := clock("2026-04-01 12:00")
	d, err = p.Void(a, loyalty.Voiding{Ref: "v-1", Sale: "r-1", At: last})
	assert.EqualValues(t, 50, after(t, d, err).Balances.In(loyalty.Member))
	d, err = p.Settle(a, last.Add(24*time.Hour))
	a = after(t, d, err)
	assert.Empty(t, a.Sales)
	assert.Empty(t, a.Payments)
}

// Nothing says what the points paid for, so each line had its share.
func TestPaymentOnLinesThatEarnNothing(t *testing.T) {
	rules := drugstore()
	rules.Base = nil
	p := program(t, rules)
	a := with(t, p, "50")
	d, err := p.Redeem(a, loyalty.Spending{Ref: "p-1", At: clock("2026-03-01 23:59"), Points: dec("10"), Sale: "r-1", Bill: dec("2.00")})
	a = after(t, d, err)
	d, err = p.Earn(a, bought("r-1", clock("2026-03-02 00:01"), item("a", "1.00"), item("b", "1.00")))
	a = after(t, d, err)
	d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-02 12:00"), 2, "1"))
	assert.EqualValues(t, 45, after(t, d, err).Balances.In(loyalty.Member))
}

// Points set aside while their sale came back repay what is owed for it.
func TestReleasedPointsRepay(t *testing.T) {
	rules := drugstore()
	rules.Shortfall = loyalty.Owe
	p := program(t, rules)
	d, err := p.Earn(loyalty.Account{}, bought("r-1", clock("2026-03-01 12:00"), item("a", "100.00")))
	a := after(t, d, err)
	d, err = p.Hold(a, loyalty.Spending{Ref: "h-1", At: clock("2026-03-01 13:00"), Points: dec("10"), Until: clock("2026-03-01 14:00")})
	a = after(t, d, err)
	d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-01 13:30"), 1, "1"))
	a = after(t, d, err)
	assert.EqualValues(t, -10, a.Balances.In(loyalty.Owed))
	d, err = p.Settle(a, clock("2026-03-02 12:00"))
	assert.Equal(t, loyalty.Balances{}, after(t, d, err).Balances)
}
