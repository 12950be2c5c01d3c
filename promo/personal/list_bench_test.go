package personal_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

// member is a generated customer of the benchmark.
type member struct {
	visits []lifecycle.Visits
	facts  personal.Facts
}

// crowd generates customers of a supermarket of 200 categories: each buys in 15 to 25 of
// them, drawn by a Zipf law without repetition, on 5 to 30 days of the last year, the
// more the more popular the category; and has 40 receipts of the last half year.
func crowd(n int, on customer.Date) []member {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 8, categories-1)
	members := make([]member, n)
	for i := range members {
		m := &members[i]
		var items []uint32
		for want := 15 + random.IntN(11); len(items) < want; {
			if item := uint32(zipf.Uint64()); !slices.Contains(items, item) {
				items = append(items, item)
			}
		}
		slices.Sort(items)
		for _, item := range items {
			one := lifecycle.Visits{Item: item}
			count := 5 + random.IntN(6) + int(20/(1+item/10))*random.IntN(1000)/1000
			for len(one.Days) < count {
				one.Days.Add(on - 1 - customer.Date(random.IntN(364)))
			}
			m.visits = append(m.visits, one)
			m.facts.Standings = append(m.facts.Standings, personal.Standing{
				Item: item, Cell: segment.Cells()[random.IntN(9)], Periods: random.IntN(4), Lists: random.IntN(4),
				Spend: 200 + int64(random.IntN(2000)),
			})
		}
		for range 40 {
			m.facts.Spends = append(m.facts.Spends, personal.Spend{Day: on - 1 - customer.Date(random.IntN(182)), Minor: 2000 + int64(random.IntN(6000))})
		}
		m.facts.Customer, m.facts.Consent = customer.ID(fmt.Sprintf("c-%d", i+1)), true
		m.facts.Value = int64(random.IntN(500_000))
	}
	return members
}

const categories = 200

// BenchmarkLists makes whole lists, what is due included: one operation is one of 100,000
// generated customers (see crowd), with 120 deals on 200 categories. Making the crowd
// takes some seconds.
func BenchmarkLists(b *testing.B) {
	on := date("2026-11-25")
	members := crowd(100_000, on)
	var habits lifecycle.Habits
	popular := personal.NewPopularity(population.Period{From: on - 90, Until: on})
	for i := range members {
		require.NoError(b, habits.Add(members[i].visits))
		require.NoError(b, popular.Add(members[i].visits))
	}
	due := listRules()
	planner, err := personal.NewPlanner(due, &habits, popular)
	require.NoError(b, err)
	var items []personal.Item
	var deals []promo.Offer
	for i := range categories {
		name := fmt.Sprintf("category-%03d", i)
		items = append(items, personal.Item{Category: name, Spend: 500})
		if i%5 < 3 {
			deals = append(deals, promo.Offer{
				ID: "deal-" + name, Who: promo.Who{Coupon: true}, On: promo.On{Categories: []string{name}}, Gives: promo.Gives{Permille: 300},
				Funds: []promo.Fund{{By: "maker", Permille: 800}}, Limits: promo.Limits{Budget: "maker-budget"},
			})
		}
	}
	rules := makerRules()
	rules.MaxLines, rules.HoldOutPermille = 10, 100
	maker, err := personal.NewMaker(rules, items, deals)
	require.NoError(b, err)

	lines, lists, n, dueLines := 0, 0, 0, 0
	b.ReportAllocs()
	for b.Loop() {
		m := &members[n%len(members)]
		facts := m.facts
		if facts.Due, err = planner.DueAmong(m.visits, on, maker.Listable(facts.Standings, on)); err != nil {
			b.Fatal(err)
		}
		list, err := maker.Make(facts, on)
		if refusal := (*customer.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
			b.Fatal(err)
		}
		n++
		dueLines += len(facts.Due)
		if len(list.Lines) > 0 {
			lines += len(list.Lines)
			lists++
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "customers/s")
	b.ReportMetric(float64(lists)/float64(n), "lists/customer")
	b.ReportMetric(float64(lines)/float64(max(lists, 1)), "lines/list")
	b.ReportMetric(float64(dueLines)/float64(n), "due/customer")
}
