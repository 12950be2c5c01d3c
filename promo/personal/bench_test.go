package personal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// BenchmarkDue makes the list of one customer who buys 60 items, each on 10 days, among
// a population with 120 different gaps for each item.
func BenchmarkDue(b *testing.B) {
	const items = 60
	on := customer.Date(739_500)
	var habits lifecycle.Habits
	for item := range uint32(items) {
		for days := 1; days <= 120; days++ {
			for range 1 + 100/days {
				require.NoError(b, habits.Add([]lifecycle.Visits{{Item: item, Days: customer.Days{1, customer.Date(1 + days)}}}))
			}
		}
	}
	var visits []lifecycle.Visits
	for item := range uint32(items) {
		one := lifecycle.Visits{Item: item}
		for k := range 10 {
			one.Days.Add(on - 1 - customer.Date(k*(7+int(item)%20)))
		}
		visits = append(visits, one)
	}
	popular := personal.NewPopularity(population.Period{From: on - 90, Until: on})
	require.NoError(b, popular.Add(visits))

	lists := []struct {
		name  string
		lines int
		rules func(*personal.Rules)
	}{
		{"lines=10", 10, func(*personal.Rules) {}},
		{"lines=100", 100, func(*personal.Rules) {}},
		{"lines=10/without_timing", 10, func(r *personal.Rules) { r.WithoutTiming = true }},
	}
	for _, list := range lists {
		b.Run(list.name, func(b *testing.B) {
			rules := listRules()
			rules.MaxLines = list.lines
			list.rules(&rules)
			planner, err := personal.NewPlanner(rules, &habits, popular)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := planner.Due(visits, on); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(items*float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// BenchmarkPopularityAdd counts customers of 60 items and 10 days each.
func BenchmarkPopularityAdd(b *testing.B) {
	var visits []lifecycle.Visits
	for item := range uint32(60) {
		one := lifecycle.Visits{Item: item}
		for k := range 10 {
			one.Days.Add(customer.Date(739_000 + k*(7+int(item)%20)))
		}
		visits = append(visits, one)
	}
	popular := personal.NewPopularity(population.Period{From: 739_000, Until: 739_500})
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, popular.Add(visits))
	}
	b.ReportMetric(600*float64(b.N)/b.Elapsed().Seconds(), "visits/s")
}

// BenchmarkNewPlanner compiles the longest half-life that the rules allow.
func BenchmarkNewPlanner(b *testing.B) {
	rules := listRules()
	rules.HalfLifeDays = 3660
	var habits lifecycle.Habits
	popular := personal.NewPopularity(population.Period{From: 1, Until: 2})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := personal.NewPlanner(rules, &habits, popular); err != nil {
			b.Fatal(err)
		}
	}
}
