package loyalty_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// ladder is the drugstore's card with three tiers by spend.
func ladder(window loyalty.Window, months int, down loyalty.Down) loyalty.Rules {
	rules := drugstore()
	rules.Tiers = &loyalty.Tiers{
		Metric: loyalty.BySpend, Window: window, Months: months, Down: down,
		Levels: []loyalty.Tier{
			{ID: "blue"},
			{ID: "silver", At: dec("100")},
			{ID: "gold", At: dec("300"), KeepAt: dec("250"), Services: []string{"express lane"}},
		},
	}
	return rules
}

// visit books a purchase of one line for a price.
func visit(t *testing.T, p *loyalty.Program, a loyalty.Account, on, paid string) loyalty.Account {
	t.Helper()
	at := clock(on + " 12:00")
	d, err := p.Earn(a, bought(fmt.Sprintf("r-%s-%d", on, a.Entries), at, item("a", paid)))
	return after(t, d, err)
}

// tier is the tier on a day, grants included, and the earned one if it is another.
func tier(t *testing.T, p *loyalty.Program, a loyalty.Account, on string) string {
	t.Helper()
	progress, err := p.Progress(a, clock(on+" 12:00"))
	require.NoError(t, err)
	if progress.Tier.ID != progress.Earned {
		return progress.Tier.ID + ", earned " + progress.Earned
	}
	return progress.Earned
}

func TestTierIsReachedAtItsMark(t *testing.T) {
	for paid, want := range map[string]string{"99.99": "blue", "100.00": "silver", "299.99": "silver", "300": "gold"} {
		p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
		assert.Equal(t, want, tier(t, p, visit(t, p, loyalty.Account{}, "2026-03-01", paid), "2026-03-01"), paid)
	}
	t.Run("by several purchases, at once with the last", func(t *testing.T) {
		p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
		a := visit(t, p, loyalty.Account{}, "2026-03-01", "60")
		a = visit(t, p, a, "2026-05-01", "39.99")
		assert.Equal(t, "blue", tier(t, p, a, "2026-05-01"))
		a = visit(t, p, a, "2026-05-01", "0.01")
		assert.Equal(t, "silver", tier(t, p, a, "2026-05-01"))
	})
}

// row D4: points, thresholds and what is missing for the next one.
func TestProgressSaysWhatIsMissingAndByWhen(t *testing.T) {
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
	progress, err := p.Progress(visit(t, p, loyalty.Account{}, "2026-03-01", "120"), clock("2026-06-01 12:00"))
	require.NoError(t, err)
	assert.Equal(t, &loyalty.Goal{Tier: "gold", Have: 12000, Need: 30000, Unit: customer.UnitMinor, Through: day("2026-12-31")}, progress.Next)
	assert.EqualValues(t, 18000, progress.Next.Missing())
	assert.Equal(t, &loyalty.Goal{Tier: "silver", Have: 12000, Need: 10000, Unit: customer.UnitMinor, Through: day("2026-12-31")}, progress.Keep)
	assert.Zero(t, progress.Keep.Missing())
	assert.Equal(t, []string{
		"180.00 CNY more to tier card/1 gold, through 31 Dec 2026",
		"tier card/1 silver is kept beyond 31 Dec 2026: 120.00 CNY of 100.00 CNY are there",
	}, sentences(p, progress.Reasons))

	nobody, err := p.Progress(loyalty.Account{}, clock("2026-06-01 12:00"))
	require.NoError(t, err)
	assert.Equal(t, "blue", nobody.Tier.ID)
	assert.EqualValues(t, 10000, nobody.Next.Missing())
	assert.Nil(t, nobody.Keep)
}

func sentences(p *loyalty.Program, reasons []customer.Reason) []string {
	var all []string
	for _, reason := range reasons {
		all = append(all, p.Explain(reason, customer.English))
	}
	return all
}

// A tier is lowered at the end of the period and not before, as the rule says.
func TestTierIsLoweredAtThePeriodsEnd(t *testing.T) {
	for name, test := range map[string]struct {
		down         loyalty.Down
		second       string // bought in the second year
		grace        int
		before, then string
		last         string // the last day of the old tier; empty: it does not end in the years looked at
	}{
		"to earned, nothing bought":          {loyalty.ToEarned, "", 0, "gold", "blue", "2027-12-31"},
		"to earned, silver bought":           {loyalty.ToEarned, "100", 0, "gold", "silver", "2027-12-31"},
		"one step, nothing bought":           {loyalty.OneStep, "", 0, "gold", "silver", "2027-12-31"},
		"kept by the softer mark":            {loyalty.ToEarned, "250", 0, "gold", "blue", "2028-12-31"},
		"a cent below the softer mark":       {loyalty.ToEarned, "249.99", 0, "gold", "silver", "2027-12-31"},
		"never":                              {loyalty.Stay, "", 0, "gold", "gold", ""},
		"to earned after grace":              {loyalty.ToEarned, "", 30, "gold", "blue", "2028-01-30"},
		"kept for its year, and graced then": {loyalty.ToEarned, "250", 30, "gold", "blue", "2029-01-30"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := ladder(loyalty.Calendar, 12, test.down)
			rules.Tiers.GraceDays = test.grace
			p := program(t, rules)
			a := visit(t, p, loyalty.Account{}, "2026-11-01", "300") // gold through the next year
			if test.second != "" {
				a = visit(t, p, a, "2027-06-01", test.second)
			}
			if test.last == "" {
				assert.Equal(t, "gold", tier(t, p, a, "2036-01-01"))
				return
			}
			last := day(test.last)
			assert.Equal(t, test.before, tier(t, p, a, last.String()))
			assert.Equal(t, test.then, tier(t, p, a, last.AddDays(1).String()))
		})
	}
}

func TestGraceCountsForThePeriodBefore(t *testing.T) {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Tiers.GraceDays = 30
	p := program(t, rules)
	gold := visit(t, p, loyalty.Account{}, "2026-11-01", "300")
	gold = visit(t, p, gold, "2027-06-01", "200")
	for _, test := range []struct{ on, want string }{
		{"2028-01-30", "gold"},   // the last day of grace
		{"2028-01-31", "silver"}, // a day late: the figure of the year is 200
	} {
		assert.Equal(t, test.want, tier(t, p, visit(t, p, gold, test.on, "50"), "2028-02-01"), test.on)
	}
	t.Run("and for the new one", func(t *testing.T) {
		a := visit(t, p, gold, "2028-01-10", "300")
		assert.Equal(t, "gold", tier(t, p, a, "2028-12-31"))
		assert.Equal(t, "gold", tier(t, p, a, "2029-01-30"))
	})
}

// A year from the day on which she joined: of somebody who joined on 29 February, from
// the 28th in other years.
func TestAnniversary(t *testing.T) {
	p := program(t, ladder(loyalty.Anniversary, 12, loyalty.ToEarned))
	a := visit(t, p, loyalty.Account{}, "2028-02-29", "10")
	a = visit(t, p, a, "2028-12-01", "290")
	assert.Equal(t, "gold", tier(t, p, a, "2029-02-27"))
	assert.Equal(t, "gold", tier(t, p, a, "2029-02-28"), "the year that reached it carries it through the next")
	assert.Equal(t, "gold", tier(t, p, a, "2030-02-27"))
	assert.Equal(t, "blue", tier(t, p, a, "2030-02-28"))
	late := visit(t, p, a, "2029-02-28", "100") // the first day of her second year
	assert.Equal(t, "silver", tier(t, p, late, "2030-02-28"))
}

// Since the tier began: what reached it does not count again.
func TestSinceTier(t *testing.T) {
	p := program(t, ladder(loyalty.SinceTier, 12, loyalty.ToEarned))
	a := visit(t, p, loyalty.Account{}, "2026-03-01", "100")
	assert.Equal(t, "silver", tier(t, p, a, "2026-03-01"))
	a = visit(t, p, a, "2026-03-01", "299.99") // the same day, and one cent too little
	assert.Equal(t, "silver", tier(t, p, a, "2026-03-01"))
	b := visit(t, p, a, "2026-03-02", "0.01")
	assert.Equal(t, "gold", tier(t, p, b, "2026-03-02"))
	assert.Equal(t, "gold", tier(t, p, b, "2027-03-01"))
	assert.Equal(t, "blue", tier(t, p, b, "2027-03-02"))
	assert.Equal(t, "silver", tier(t, p, a, "2027-02-28"))
	assert.Equal(t, "silver", tier(t, p, a, "2027-03-01"), "kept by what was bought since")
	assert.Equal(t, "blue", tier(t, p, a, "2028-03-01"))
}

// Rolling: a purchase counts for twelve months, through the day before its day a year on.
func TestRolling(t *testing.T) {
	p := program(t, ladder(loyalty.RollingMonths, 12, loyalty.ToEarned))
	a := visit(t, p, loyalty.Account{}, "2026-01-31", "200")
	a = visit(t, p, a, "2026-08-31", "100")
	assert.Equal(t, "gold", tier(t, p, a, "2027-01-30"))
	assert.Equal(t, "silver", tier(t, p, a, "2027-01-31"))
	assert.Equal(t, "silver", tier(t, p, a, "2027-08-30"))
	assert.Equal(t, "blue", tier(t, p, a, "2027-08-31"))
	assert.Equal(t, "gold", tier(t, p, visit(t, p, a, "2027-01-30", "150"), "2027-08-30"), "bought in time")

	progress, err := p.Progress(a, clock("2026-12-01 12:00"))
	require.NoError(t, err)
	assert.Equal(t, &loyalty.Goal{Tier: "gold", Have: 10000, Need: 25000, Unit: customer.UnitMinor, Through: day("2027-01-30")}, progress.Keep)

	t.Run("one step lasts a period", func(t *testing.T) {
		p := program(t, ladder(loyalty.RollingMonths, 12, loyalty.OneStep))
		a := visit(t, p, loyalty.Account{}, "2026-01-31", "300")
		assert.Equal(t, "gold", tier(t, p, a, "2027-01-30"))
		assert.Equal(t, "silver", tier(t, p, a, "2027-01-31"))
		assert.Equal(t, "silver", tier(t, p, a, "2028-01-30"))
		assert.Equal(t, "blue", tier(t, p, a, "2028-01-31"))
	})
	t.Run("bought and returned is not bought", func(t *testing.T) {
		d, err := p.Void(a, loyalty.Voiding{Ref: "v", Sale: a.Sales[len(a.Sales)-1].Ref, At: clock("2026-09-01 12:00")})
		a := after(t, d, err)
		assert.Equal(t, "silver", tier(t, p, a, "2026-09-01"))
		assert.Equal(t, "blue", tier(t, p, a, "2027-01-31"))
	})
}

// L8: what is spent in points neither lifts a tier nor lowers one, and lapsing does not
// either. A return takes back what its sale counted for.
func TestTierGoesByWhatWasBought(t *testing.T) {
	rules := ladder(loyalty.Lifetime, 0, loyalty.ToEarned)
	rules.Expiry.Days = 10
	p := program(t, rules)
	a := visit(t, p, loyalty.Account{}, "2026-03-01", "100")
	a = pay(t, p, a, "pay", "2026-03-02 12:00", "10")
	assert.Equal(t, "silver", tier(t, p, a, "2026-03-02"), "spent")
	assert.Equal(t, "silver", tier(t, p, a, "2027-03-02"), "lapsed")

	receipt := bought("r-2", clock("2026-03-03 12:00"), item("a", "200"))
	receipt.Lines[0].Tenders = []customer.Tender{{Kind: customer.PointsTender, Amount: dec("0.01")}}
	b := after2(t)(p.Earn(a, receipt))
	assert.Equal(t, "silver", tier(t, p, b, "2026-03-03"), "a cent was paid with points")

	gold := visit(t, p, a, "2026-03-03", "200")
	assert.Equal(t, "gold", tier(t, p, gold, "2026-03-03"))
	ref := gold.Sales[len(gold.Sales)-1].Ref
	void, err := p.Void(gold, loyalty.Voiding{Ref: "v", Sale: ref, At: clock("2026-03-04 12:00")})
	assert.Equal(t, "silver", tier(t, p, after(t, void, err), "2026-03-04"), "a lifetime has no end to wait for")
}

// after2 books the answer of a call in one expression.
func after2(t *testing.T) func(loyalty.Decision, error) loyalty.Account {
	t.Helper()
	return func(d loyalty.Decision, err error) loyalty.Account {
		t.Helper()
		return after(t, d, err)
	}
}

func pay(t *testing.T, p *loyalty.Program, a loyalty.Account, ref, at, points string) loyalty.Account {
	t.Helper()
	d, err := p.Redeem(a, loyalty.Spending{Ref: ref, At: clock(at), Points: dec(points)})
	return after(t, d, err)
}

func TestLifetimeFloor(t *testing.T) {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Tiers.Levels[1].LifetimeAt = dec("500")
	p := program(t, rules)
	for spend, want := range map[string]string{"499.99": "blue", "500": "silver"} {
		a := visit(t, p, loyalty.Account{}, "2026-03-01", spend)
		assert.Equal(t, "gold", tier(t, p, a, "2027-12-31"))
		assert.Equal(t, want, tier(t, p, a, "2030-01-01"), spend)
	}
}

func TestMetrics(t *testing.T) {
	for name, test := range map[string]struct {
		metric      loyalty.Metric
		marks       [2]string
		first, last string // bought on 1 and 2 March, the latter twice
		want        string
	}{
		"visits are days":   {loyalty.ByVisits, [2]string{"2", "3"}, "1", "1", "silver"},
		"points as given":   {loyalty.ByPoints, [2]string{"5", "7"}, "20", "29.99", "silver"},
		"points, one more":  {loyalty.ByPoints, [2]string{"5", "7"}, "30", "29.99", "gold"},
		"profit after cost": {loyalty.ByProfit, [2]string{"5.97", "5.98"}, "2.99", "2.99", "silver"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
			rules.Tiers.Metric = test.metric
			rules.Tiers.Levels[1].At, rules.Tiers.Levels[2].At, rules.Tiers.Levels[2].KeepAt = dec(test.marks[0]), dec(test.marks[1]), decimal.Decimal{}
			p := program(t, rules)
			var a loyalty.Account
			for i, buy := range []struct{ on, paid string }{{"2026-03-01", test.first}, {"2026-03-02", test.last}, {"2026-03-02", test.last}} {
				receipt := bought(fmt.Sprint("r", i), clock(buy.on+" 12:00"), item("a", buy.paid))
				receipt.Lines[0].Cost = decimal.NewNullDecimal(dec("1.00"))
				a = after2(t)(p.Earn(a, receipt))
			}
			assert.Equal(t, test.want, tier(t, p, a, "2026-03-02"))
		})
	}
	t.Run("an event counts its points where it says so", func(t *testing.T) {
		for _, counts := range []bool{false, true} {
			rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
			rules.Tiers.Metric = loyalty.ByPoints
			rules.Events = []loyalty.Event{{ID: "survey", Points: dec("100"), Counts: counts}}
			p := program(t, rules)
			a := after2(t)(p.Award(loyalty.Account{}, loyalty.Occasion{Ref: "o", Event: "survey", At: clock("2026-03-01 12:00")}))
			assert.Equal(t, map[bool]string{false: "blue", true: "silver"}[counts], tier(t, p, a, "2026-03-01"))
		}
	})
	t.Run("a day of which nothing was kept is no visit", func(t *testing.T) {
		rules := ladder(loyalty.Lifetime, 0, loyalty.ToEarned)
		rules.Tiers.Metric = loyalty.ByVisits
		rules.Tiers.Levels[1].At, rules.Tiers.Levels = dec("1"), rules.Tiers.Levels[:2]
		p := program(t, rules)
		a := after2(t)(p.Earn(loyalty.Account{}, bought("r", clock("2026-03-01 12:00"), items("a", "2", "1.00"))))
		a = after2(t)(p.Return(a, brought("b", "r", clock("2026-03-02 12:00"), 1, "1")))
		assert.Equal(t, "silver", tier(t, p, a, "2026-03-02"))
		a = after2(t)(p.Return(a, brought("c", "r", clock("2026-03-02 12:00"), 1, "1")))
		assert.Equal(t, "blue", tier(t, p, a, "2026-03-02"))
	})
}

// row C14, row C21, row E16: what a tier offers beside its rate: services, member prices,
// rewards of its own.
func TestBenefitsOfATier(t *testing.T) {
	rules := ladder(loyalty.Calendar, 12, loyalty.ToEarned)
	rules.Tiers.Levels[2].MemberPrices = "gold"
	rules.Earnings = append(rules.Earnings, loyalty.Earning{ID: "gold", Times: dec("2"), Rounding: loyalty.Floor, When: loyalty.When{Tiers: []string{"gold"}}})
	rules.Rewards = []loyalty.Reward{{ID: "lounge", Points: dec("5"), Gives: "a day in the lounge", Tiers: []string{"gold", "silver"}}}
	p := program(t, rules)
	ask := loyalty.Spending{Ref: "p", At: clock("2026-03-02 12:00"), Reward: "lounge"}

	blue := visit(t, p, loyalty.Account{}, "2026-03-01", "99")
	_, err := p.Redeem(blue, ask)
	assert.Equal(t, []string{loyalty.CodeRewardTier}, refused(t, err))

	gold := visit(t, p, blue, "2026-03-01", "201")
	assert.EqualValues(t, 9+20, gold.Balances.In(loyalty.Member), "the purchase that lifts her earns at the old rate")
	gold = visit(t, p, gold, "2026-03-01", "10")
	assert.EqualValues(t, 9+20+2, gold.Balances.In(loyalty.Member))
	_, err = p.Redeem(gold, ask)
	require.NoError(t, err)
	progress, err := p.Progress(gold, clock("2026-03-02 12:00"))
	require.NoError(t, err)
	assert.Equal(t, "gold", progress.Tier.MemberPrices)
	assert.Equal(t, []string{"express lane"}, progress.Tier.Services)

	// A till that was offline sends a sale of the day before she was gold.
	d, err := p.Earn(gold, bought("late", clock("2026-02-28 12:00"), item("a", "10")))
	require.NoError(t, err)
	assert.EqualValues(t, 1, d.Next.Balances.In(loyalty.Member)-gold.Balances.In(loyalty.Member))
}

// L10: a grant has its time, and can lower as well as lift.
func TestGrants(t *testing.T) {
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.ToEarned))
	silver := visit(t, p, loyalty.Account{}, "2026-03-01", "100")
	grant := func(a loyalty.Account, ref, tier string, mode loyalty.GrantMode, from, until string) loyalty.Account {
		g := loyalty.Grant{Ref: ref, At: clock("2026-03-02 12:00"), Tier: tier, Mode: mode, Reason: "match", Author: "desk-1"}
		if from != "" {
			g.From = day(from)
		}
		if until != "" {
			g.Until = day(until)
		}
		d, err := p.Grant(a, g)
		return after(t, d, err)
	}
	for _, test := range []struct {
		name string
		a    loyalty.Account
		on   string
		want string
	}{
		{"a floor lifts", grant(silver, "g", "gold", loyalty.AtLeast, "", "2026-06-01"), "2026-05-31", "gold, earned silver"},
		{"and ends", grant(silver, "g", "gold", loyalty.AtLeast, "", "2026-06-01"), "2026-06-01", "silver"},
		{"a floor below does nothing", grant(silver, "g", "blue", loyalty.AtLeast, "", ""), "2026-05-31", "silver"},
		{"a ceiling lowers", grant(silver, "g", "blue", loyalty.AtMost, "", ""), "2030-01-01", "blue"},
		{"before it begins", grant(silver, "g", "blue", loyalty.AtMost, "2026-04-01", ""), "2026-03-31", "silver"},
		{"and on its first day", grant(silver, "g", "blue", loyalty.AtMost, "2026-04-01", ""), "2026-04-01", "blue, earned silver"},
		{"a fixed one lowers", grant(silver, "g", "blue", loyalty.Exactly, "", ""), "2026-04-01", "blue, earned silver"},
		{"a ceiling holds a floor down", grant(grant(silver, "g", "gold", loyalty.AtLeast, "", ""), "h", "silver", loyalty.AtMost, "", ""), "2026-04-01", "silver"},
		{"the fixed one booked last", grant(grant(silver, "g", "blue", loyalty.Exactly, "", ""), "h", "gold", loyalty.Exactly, "", ""), "2026-04-01", "gold, earned silver"},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, tier(t, p, test.a, test.on)) })
	}
	t.Run("revoked", func(t *testing.T) {
		a := grant(silver, "g", "gold", loyalty.AtLeast, "", "")
		d, err := p.Revoke(a, loyalty.Revocation{Ref: "x", Grant: "g", At: clock("2026-03-03 12:00"), Reason: "mistake", Author: "desk-1"})
		a = after(t, d, err)
		assert.Equal(t, "silver", tier(t, p, a, "2026-03-03"))
		_, err = p.Revoke(a, loyalty.Revocation{Ref: "y", Grant: "g", At: clock("2026-03-03 12:00"), Reason: "mistake", Author: "desk-1"})
		assert.Equal(t, []string{loyalty.CodeNoGrant}, refused(t, err))
	})
	t.Run("a reference twice", func(t *testing.T) {
		a := grant(silver, "g", "gold", loyalty.AtLeast, "", "")
		_, err := p.Grant(a, loyalty.Grant{Ref: "g", At: clock("2026-03-03 12:00"), Tier: "blue", Mode: loyalty.AtMost, Reason: "x", Author: "y"})
		assert.Equal(t, []string{loyalty.CodeGrantBooked}, refused(t, err))
	})
	t.Run("all faults", func(t *testing.T) {
		_, err := p.Grant(silver, loyalty.Grant{Tier: "iron", From: day("2026-04-01"), Until: day("2026-04-01")})
		assert.Equal(t, []string{"ref", "at", "reason", "author", "tier", "mode", "until"}, faulty(t, err))
	})
}

// L9: what a tier is, and why, is said with every change.
func TestTierSaysWhy(t *testing.T) {
	p := program(t, ladder(loyalty.Calendar, 12, loyalty.OneStep))
	d, err := p.Earn(loyalty.Account{}, bought("r", clock("2026-03-01 12:00"), item("a", "300")))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"30 points by card/1 base",
		"tier card/1 gold is reached: 300.00 CNY of 300.00 CNY, reviewed after 31 Dec 2026",
	}, sentences(p, d.Reasons))
	d, err = p.Settle(d.Next, clock("2028-01-01 00:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"tier card/1 silver from 1 Jan 2028: 0.00 CNY of the 250.00 CNY that would have kept the one before"}, sentences(p, d.Reasons))
}

func TestTierRulesAreChecked(t *testing.T) {
	rules := drugstore()
	rules.Tiers = &loyalty.Tiers{
		Window: loyalty.Calendar, Months: 5, GraceDays: -1,
		Levels: []loyalty.Tier{
			{ID: "blue", At: dec("1")},
			{ID: "silver", At: dec("100"), KeepAt: dec("100.01"), LifetimeAt: dec("5")},
			{ID: "silver", At: dec("100"), KeepAt: dec("0.001"), LifetimeAt: dec("5"), Services: []string{""}},
		},
	}
	rules.Earnings[0].When.Tiers = []string{"gold"}
	rules.Rewards = []loyalty.Reward{{ID: "mug", Points: dec("1"), Gives: "a mug", Tiers: []string{"gold"}}}
	_, err := loyalty.NewProgram(rules, time.UTC)
	assert.Equal(t, []string{
		"tiers.metric", "tiers.down", "tiers.months", "tiers.levels[0].at", "tiers.levels[1].keep_at", "tiers.levels[2].id",
		"tiers.levels[2].keep_at", "tiers.levels[2].at", "tiers.levels[2].lifetime_at", "tiers.levels[2].services[0]",
		"earnings[0].when.tiers[0]", "rewards[0].tiers[0]",
	}, faulty(t, err))
}
