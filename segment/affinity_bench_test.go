package segment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rapport-crm/rapport/segment"
)

const benchBaskets = 100_000

// manyBaskets are baskets of 3 to 27 of 5000 items, some of which many buy.
func manyBaskets() []affinityBasket {
	chance := rand.New(rand.NewPCG(5, 6))
	names := make([]string, 5000)
	for i := range names {
		names[i] = fmt.Sprintf("sku-%05d", i*17)
	}
	baskets := make([]affinityBasket, benchBaskets)
	for i := range baskets {
		items := make([]string, 3+chance.IntN(25))
		for j := range items {
			rank := chance.Float64()
			items[j] = names[int(float64(len(names))*rank*rank*rank)]
		}
		baskets[i] = affinityBasket{on - 1, items}
	}
	return baskets
}

func benchAffinity(b *testing.B) (*segment.Affinity, []affinityBasket) {
	b.Helper()
	rules := affinityRules()
	rules.MaxItems, rules.AlwaysPermille, rules.MinItem, rules.MinPair = 100, 200, 50, 10
	return newAffinity(b, rules), manyBaskets()
}

func basketsPerSecond(b *testing.B, pairs int64) {
	b.Helper()
	b.ReportMetric(benchBaskets*float64(b.N)/b.Elapsed().Seconds(), "baskets/s")
	if pairs > 0 {
		b.ReportMetric(float64(pairs)*float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
	}
}

func BenchmarkAffinityItems(b *testing.B) {
	affinity, baskets := benchAffinity(b)
	b.ReportAllocs()
	for b.Loop() {
		affinityItems(b, affinity, baskets...)
	}
	basketsPerSecond(b, 0)
}

// Every item pairs with every other: the second pass at its slowest.
func BenchmarkAffinityPairs(b *testing.B) {
	_, baskets := benchAffinity(b)
	rules := affinityRules()
	rules.MaxItems = 100
	affinity := newAffinity(b, rules)
	items := affinityItems(b, affinity, baskets...)
	counted := int64(0)
	for _, basket := range baskets {
		distinct := int64(len(slices.Compact(slices.Sorted(slices.Values(basket.items)))))
		counted += distinct * (distinct - 1) / 2
	}
	b.ReportAllocs()
	for b.Loop() {
		pairs, err := affinity.Pairs(items)
		if err != nil {
			b.Fatal(err)
		}
		for _, basket := range baskets {
			if err := pairs.Add(basket.day, basket.items); err != nil {
				b.Fatal(err)
			}
		}
	}
	basketsPerSecond(b, counted)
}

func BenchmarkAffinityStrongest(b *testing.B) {
	affinity, baskets := benchAffinity(b)
	pairs, err := affinity.Pairs(affinityItems(b, affinity, baskets...))
	if err != nil {
		b.Fatal(err)
	}
	for _, basket := range baskets {
		if err := pairs.Add(basket.day, basket.items); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pairs.Strongest(20); err != nil {
			b.Fatal(err)
		}
	}
}

// The grouped form over a million lines of a year.
func BenchmarkTransitions(b *testing.B) {
	runs := runsOf(yearOfLines(byNumber))
	rules := transitionRules()
	rules.WindowDays, rules.MaxItems = 365, 200
	b.ReportAllocs()
	for b.Loop() {
		transitionsOf(b, rules, runs...)
	}
	linesPerSecond(b, benchLines)
}

// runsOf cuts lines into those of each customer.
func runsOf(lines []line) [][]line {
	var runs [][]line
	for begin, i := 0, 1; i <= len(lines); i++ {
		if i == len(lines) || lines[i].Customer != lines[begin].Customer {
			runs = append(runs, lines[begin:i])
			begin = i
		}
	}
	return runs
}
