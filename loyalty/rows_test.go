package loyalty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// Who brings a friend gets points, once for each friend: the friend is in the reference,
// so that two cards of one friend, or a request that is sent again, give nothing more.
func TestReferral(t *testing.T) {
	// row D13
	rules := drugstore()
	rules.Events = []loyalty.Event{{ID: "referral", Points: dec("50"), Most: 2, VestDays: 14}}
	s := newShop(t, program(t, rules))
	refer := func(friend string) error {
		occasion := loyalty.Occasion{Ref: "referral-" + friend, Event: "referral", At: clock("2026-03-01 12:00")}
		_, err := run(s, "c-1", "award", occasion.Ref, occasion, s.program.Award)
		return err
	}
	for _, friend := range []string{"c-2", "c-2", "c-3", "c-2"} {
		require.NoError(t, refer(friend))
	}
	assert.Equal(t, "0 100 0", s.balance("c-1"))
	assert.Equal(t, []string{loyalty.CodeHadEvent}, refused(t, refer("c-4")), "two are as many as count")
	d, err := s.program.Settle(s.account("c-1"), clock("2026-03-15 00:00"))
	assert.EqualValues(t, 100, after(t, d, err).Balances.In(loyalty.Member), "when the friends have stayed a fortnight")
}

// For a fortnight, listed products give extra points, to members of a tier only.
func TestExtraPointsForAFortnight(t *testing.T) {
	// row E12
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Earnings = append(rules.Earnings, loyalty.Earning{ID: "vips", Each: dec("5"), When: loyalty.When{
		SKUs: []string{"a"}, Tiers: []string{"silver", "gold"}, From: day("2026-03-02"), Until: day("2026-03-16"),
	}})
	p := program(t, rules)
	silver := visit(t, p, loyalty.Account{}, "2026-03-01", "100")
	for _, test := range []struct {
		on   string
		from loyalty.Account
		want int64
	}{
		{"2026-03-01", silver, 1},
		{"2026-03-02", silver, 6},
		{"2026-03-15", silver, 6},
		{"2026-03-16", silver, 1},
		{"2026-03-15", loyalty.Account{}, 1},
	} {
		got := visit(t, p, test.from, test.on, "10").Balances.In(loyalty.Member) - test.from.Balances.In(loyalty.Member)
		assert.Equal(t, test.want, got, test.on)
	}
}

// Bonus points of offers are booked with the sale and come back with their line; no cap
// takes them, and their sponsor is charged.
func TestBonusOfOffers(t *testing.T) {
	// row E12
	rules := drugstore()
	rules.Caps = []loyalty.Cap{{ID: "bill", Per: loyalty.PerReceipt, Points: dec("3")}}
	p := program(t, rules)
	receipt := bought("r-1", clock("2026-03-01 12:00"), items("tea", "3", "30.00"), item("jam", "20.00"))
	receipt.Bonus = []loyalty.Bonus{{Line: 1, Offer: "tea-week", Points: 7, Sponsor: "m-1"}, {Line: 1, Offer: "tea-card", Points: 1}}
	d, err := p.Earn(loyalty.Account{}, receipt)
	a := after(t, d, err)
	assert.EqualValues(t, 3+8, a.Balances.In(loyalty.Member))
	assert.Equal(t, []string{
		"5 points by card/1 base", "3 of 5 points: the limit card/1 bill is reached", "7 points by offer tea-week, on line 1", "1 point by offer tea-card, on line 1",
	}, sentences(p, d.Reasons))
	assert.Equal(t, []loyalty.Charge{{To: "m-1", Points: 7}}, a.Sales[0].Charges)
	d, err = p.Return(a, brought("b-1", "r-1", clock("2026-03-02 12:00"), 1, "1"))
	assert.EqualValues(t, 11-3, after(t, d, err).Balances.In(loyalty.Member), "a third of the ten that the line gave, rounded down")
	d, err = p.Void(a, loyalty.Voiding{Ref: "v", Sale: "r-1", At: clock("2026-03-02 12:00")})
	assert.Zero(t, after(t, d, err).Balances.In(loyalty.Member))

	receipt.Bonus = []loyalty.Bonus{{Line: 3, Points: 0}}
	_, err = p.Earn(loyalty.Account{}, receipt)
	assert.Equal(t, []string{"bonus[0].line", "bonus[0].offer", "bonus[0].points"}, faulty(t, err))
}

// Points that would be gone before they may be spent are a mistake in the rules; at the
// end of a year, those that vest in the next one go with the next one.
func TestPointsVestBeforeTheyAreGone(t *testing.T) {
	for _, test := range []struct {
		vest, close bool
		expiry      loyalty.Expiry
		want        []string
	}{
		{true, false, loyalty.Expiry{Days: 14}, nil},
		{true, false, loyalty.Expiry{Days: 13}, []string{"vest_days"}},
		{false, true, loyalty.Expiry{Days: 31}, nil},
		{false, true, loyalty.Expiry{Days: 30}, []string{"vest_at_close"}},
		{false, true, loyalty.Expiry{Months: 1}, []string{"vest_at_close"}},
		{false, true, loyalty.Expiry{Months: 2}, nil},
	} {
		rules := drugstore()
		rules.Expiry, rules.VestAtClose = test.expiry, test.close
		if test.vest {
			rules.VestDays = 14
		}
		_, err := loyalty.NewProgram(rules, time.UTC)
		if test.want == nil {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, test.want, faulty(t, err))
	}
	rules := drugstore()
	rules.Expiry, rules.VestDays = loyalty.Expiry{To: loyalty.EndOfYear}, 14
	p := program(t, rules)
	a := visit(t, p, loyalty.Account{}, "2026-12-20", "100")
	assert.Equal(t, day("2028-01-01"), a.Pending[0].Until)
	a = visit(t, p, loyalty.Account{}, "2026-12-17", "100")
	assert.Equal(t, day("2027-01-01"), a.Pending[0].Until)
}

// A cap for each day does not let an account grow for ever.
func TestUsedIsBounded(t *testing.T) {
	rules := drugstore()
	rules.Caps = []loyalty.Cap{{ID: "day", Per: loyalty.PerDay, Points: dec("10")}, {ID: "ever", Per: loyalty.PerLifetime, Points: dec("100000")}}
	p := program(t, rules)
	var a loyalty.Account
	on := day("2026-01-01")
	for range 200 {
		a = visit(t, p, a, on.String(), "50")
		on = on.AddDays(1)
	}
	assert.Len(t, a.Used, 62+1)
	assert.Equal(t, loyalty.Use{Cap: "day", Period: on.AddDays(-1), Points: 5}, a.Used[61])
	assert.EqualValues(t, 1000, a.Used[62].Points)
}

// Every list of the rules has a bound, and its names are readable.
func TestRulesAreBounded(t *testing.T) {
	rules := drugstore()
	rules.Events = make([]loyalty.Event, loyalty.MaxEvents+1)
	rules.Caps = make([]loyalty.Cap, loyalty.MaxCaps+1)
	rules.Rewards = make([]loyalty.Reward, loyalty.MaxRewards+1)
	rules.Earnings[0].When.SKUs = []string{"a", ""}
	_, err := loyalty.NewProgram(rules, time.UTC)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, customer.MaxFaults)
	assert.Contains(t, faulty(t, err), "events")
	assert.Contains(t, faulty(t, err), "earnings[0].when.skus[1]")
}
