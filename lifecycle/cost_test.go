package lifecycle_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func costRules() lifecycle.CostRules {
	return lifecycle.CostRules{
		Edition: customer.Edition{ID: "costs", Version: 1}, Currency: customer.Currency{Code: "EUR", Digits: 2},
		Acquire:       lifecycle.CostEffort{Cost: decimal.RequireFromString("2"), SuccessPermille: 20},
		Keep:          lifecycle.CostEffort{Cost: decimal.RequireFromString("4.50"), SuccessPermille: 150},
		ClaimPermille: 5000,
	}
}

func newCosts(t require.TestingT, rules lifecycle.CostRules) *lifecycle.Costs {
	costs, err := lifecycle.NewCosts(rules)
	require.NoError(t, err)
	return costs
}

// row D7: to the cent, with attempts that are whole.
func TestCompareCosts(t *testing.T) {
	day := on("2026-11-25")
	for _, tc := range []struct {
		customers                    int64
		acquire, keep                string
		acquireRate, keepRate        int64
		acquireAttempts, keepAttempt int64
		acquireMinor, keepMinor      int64
		breakEven                    int64
	}{
		{100, "2", "4.50", 20, 150, 5000, 667, 1_000_000, 300_150, 46}, // 2222 attempts are paid: 45.005 ‰, rounded up
		{1, "2", "4.50", 20, 150, 50, 7, 10_000, 3_150, 46},
		{1, "2", "2", 1000, 1000, 1, 1, 200, 200, 1000},
		{1, "2", "2.01", 1000, 1000, 1, 1, 200, 201, 0},
		{3, "0", "1", 10, 10, 300, 300, 0, 30_000, 0},
		{3, "1", "0", 10, 10, 300, 300, 30_000, 0, 1},
		{1, "1000000", "0.01", 1, 1, 1000, 1000, 100_000_000_000, 1000, 1},
	} {
		rules := costRules()
		rules.Acquire = lifecycle.CostEffort{Cost: decimal.RequireFromString(tc.acquire), SuccessPermille: tc.acquireRate}
		rules.Keep = lifecycle.CostEffort{Cost: decimal.RequireFromString(tc.keep), SuccessPermille: tc.keepRate}
		c, err := newCosts(t, rules).Compare(tc.customers, day)
		require.NoError(t, err)
		assert.Equal(t, lifecycle.CostSide{Attempts: tc.acquireAttempts, Minor: tc.acquireMinor}, c.Acquire)
		assert.Equal(t, lifecycle.CostSide{Attempts: tc.keepAttempt, Minor: tc.keepMinor}, c.Keep)
		assert.Equal(t, tc.acquireMinor-tc.keepMinor, c.Saved)
		assert.Equal(t, tc.breakEven, c.BreakEvenPermille, "%+v", tc)
	}
	costs := newCosts(t, costRules())
	for _, n := range []int64{0, -1, lifecycle.MaxCostCustomers + 1} {
		_, err := costs.Compare(n, day)
		assert.Len(t, faults(err), 1)
	}
	rules := costRules()
	rules.Keep.Cost, rules.Keep.SuccessPermille = decimal.New(1, 10), 1
	_, err := newCosts(t, rules).Compare(lifecycle.MaxCostCustomers, day)
	assert.Equal(t, []string{"customers = 1000000000"}, faults(err))
	rules.From = day + 1
	_, err = newCosts(t, rules).Compare(1, day)
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
	_, err = newCosts(t, rules).Measure(lifecycle.CostCampaign{}, lifecycle.CostCampaign{}, day)
	assert.Equal(t, []string{customer.CodeNotYetInForce}, codes(t, err))
}

// At the break-even keeping costs no more, and one thousandth below it does.
func TestBreakEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := costRules()
		rules.Acquire = lifecycle.CostEffort{Cost: decimal.New(rapid.Int64Range(0, 3000).Draw(t, "acquire"), -2), SuccessPermille: rapid.Int64Range(1, 1000).Draw(t, "won")}
		rules.Keep.Cost = decimal.New(rapid.Int64Range(0, 3000).Draw(t, "keep"), -2)
		n := rapid.Int64Range(1, 50).Draw(t, "customers")
		saved := func(permille int64) lifecycle.CostComparison {
			rules.Keep.SuccessPermille = permille
			c, err := newCosts(t, rules).Compare(n, on("2026-11-25"))
			require.NoError(t, err)
			return c
		}
		even := saved(1000).BreakEvenPermille
		if even == 0 {
			require.Negative(t, saved(1000).Saved)
			return
		}
		require.GreaterOrEqual(t, saved(even).Saved, int64(0))
		if even > 1 {
			require.Negative(t, saved(even-1).Saved)
		}
	})
}

// The claim beside what was counted; and where nothing was counted, that it is not known.
func TestMeasureCosts(t *testing.T) {
	costs, day := newCosts(t, costRules()), on("2026-11-25")
	for _, tc := range []struct {
		acquire, keep lifecycle.CostCampaign
		times         int64
		known         bool
		last          string
	}{
		{
			lifecycle.CostCampaign{Spent: 120_000, Tried: 1000, Won: 30},
			lifecycle.CostCampaign{Spent: 64_000, Tried: 200, Won: 40},
			2500, true,
			"a newcomer costs 2.5 times what keeping a customer does; 5 times are claimed",
		},
		{
			lifecycle.CostCampaign{Spent: 100, Tried: 3, Won: 3},
			lifecycle.CostCampaign{Spent: 300, Tried: 1, Won: 1},
			111, true,
			"a newcomer costs 0.111 times what keeping a customer does; 5 times are claimed",
		},
		{lifecycle.CostCampaign{Spent: 5, Tried: 9}, lifecycle.CostCampaign{Spent: 5, Tried: 9, Won: 1}, 0, false, ""},
		{lifecycle.CostCampaign{Spent: 5, Tried: 9, Won: 1}, lifecycle.CostCampaign{Spent: 5, Tried: 9}, 0, false, ""},
		{lifecycle.CostCampaign{Spent: 5, Tried: 9, Won: 1}, lifecycle.CostCampaign{Tried: 9, Won: 1}, 0, false, ""},
		{lifecycle.CostCampaign{}, lifecycle.CostCampaign{}, 0, false, ""},
		{
			lifecycle.CostCampaign{Spent: 1e18, Tried: 1, Won: 1},
			lifecycle.CostCampaign{Spent: 1, Tried: 1e18, Won: 1e18},
			1e18, true,
			"a newcomer costs 1000000000000000 times what keeping a customer does; 5 times are claimed",
		},
	} {
		m, err := costs.Measure(tc.acquire, tc.keep, day)
		require.NoError(t, err)
		assert.Equal(t, tc.known, m.Known)
		assert.Equal(t, tc.times, m.TimesPermille)
		if !tc.known {
			tc.last = "what a newcomer costs against keeping a customer is not known: nobody was won, nobody kept, or keeping cost nothing; 5 times are claimed"
		}
		assert.Equal(t, tc.last, costs.Explain(m.Reasons[2], customer.English))
	}
	_, err := costs.Measure(lifecycle.CostCampaign{Spent: -1, Tried: -1, Won: -1}, lifecycle.CostCampaign{Tried: 1, Won: 2}, day)
	assert.Equal(t, []string{"acquire.spent = -1", "acquire.tried = -1", "acquire.won = -1", "keep.won = 2"}, faults(err))
}

func TestCostRules(t *testing.T) {
	text, err := json.Marshal(costRules())
	require.NoError(t, err)
	read, err := lifecycle.ParseCostRules(text)
	require.NoError(t, err)
	newCosts(t, read)
	_, err = lifecycle.NewCosts(lifecycle.CostRules{Acquire: lifecycle.CostEffort{Cost: decimal.New(-1, 0), SuccessPermille: 1001}, ClaimPermille: -1})
	assert.Subset(t, faults(err), []string{
		"id = ", "version = 0", "acquire.cost = -1", "acquire.success_permille = 1001", "keep.success_permille = 0", "claim_permille = -1",
	})
	rules := costRules()
	rules.Keep.Cost = decimal.New(1, -3)
	_, err = lifecycle.NewCosts(rules)
	assert.Equal(t, []string{"keep.cost = 0.001"}, faults(err))
}
