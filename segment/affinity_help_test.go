package segment_test

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

func affinityRules() segment.AffinityRules {
	return segment.AffinityRules{
		Edition: customer.Edition{ID: "together", Version: 1}, Zone: "UTC", WindowDays: 90, By: segment.AffinityBySKU,
		MaxItems: 6, MinBaskets: 1, MinItem: 1, MinPair: 1,
	}
}

func newAffinity(t failer, rules segment.AffinityRules) *segment.Affinity {
	t.Helper()
	affinity, err := segment.NewAffinity(rules, time.UTC)
	require.NoError(t, err)
	return affinity
}

// affinityBasket is one basket of a test.
type affinityBasket struct {
	day   customer.Date
	items []string
}

// affinityToday are baskets of the last day of the window.
func affinityToday(baskets ...[]string) []affinityBasket {
	list := make([]affinityBasket, len(baskets))
	for i, items := range baskets {
		list[i] = affinityBasket{on - 1, items}
	}
	return list
}

func affinityItems(t failer, affinity *segment.Affinity, baskets ...affinityBasket) *segment.AffinityItems {
	t.Helper()
	items := affinity.Items(on)
	for _, basket := range baskets {
		require.NoError(t, items.Add(basket.day, basket.items))
	}
	return items
}

// affinityPairs makes both passes.
func affinityPairs(t failer, rules segment.AffinityRules, baskets ...affinityBasket) *segment.AffinityPairs {
	t.Helper()
	affinity := newAffinity(t, rules)
	pairs, err := affinity.Pairs(affinityItems(t, affinity, baskets...))
	require.NoError(t, err)
	for _, basket := range baskets {
		require.NoError(t, pairs.Add(basket.day, basket.items))
	}
	return pairs
}

func affinityNames(pairs []segment.AffinityPair) []string {
	names := make([]string, len(pairs))
	for i, pair := range pairs {
		names[i] = pair.A + "+" + pair.B
	}
	return names
}

// somebodysBaskets hold up to eight of nine items, some twice.
func somebodysBaskets() *rapid.Generator[[]affinityBasket] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) affinityBasket {
		return affinityBasket{
			day:   customer.Date(rapid.Int32Range(int32(on)-92, int32(on)).Draw(t, "day")),
			items: rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "bag"}), 0, 8).Draw(t, "items"),
		}
	}), 0, 40)
}

// obviousAffinity is the answer by sets, big fractions and a sort: slow, and obviously
// right.
func obviousAffinity(rules segment.AffinityRules, baskets []affinityBasket) segment.AffinityAnswer {
	answer := segment.AffinityAnswer{Rule: rules.Name()}
	with := map[string]int64{}
	both := map[[2]string]int64{}
	for _, basket := range baskets {
		items := slices.Compact(slices.Sorted(slices.Values(basket.items)))
		switch {
		case len(items) == 0 || basket.day < on-customer.Date(rules.WindowDays) || basket.day >= on:
			continue
		case len(items) > rules.MaxItems:
			answer.Large++
			continue
		}
		answer.Baskets++
		for i, a := range items {
			with[a]++
			for _, b := range items[i+1:] {
				both[[2]string{a, b}]++
			}
		}
	}
	paired := map[string]bool{}
	for item, n := range with {
		named := slices.Contains(rules.Exclude, item)
		switch {
		case named || rules.AlwaysPermille > 0 && n*1000 > answer.Baskets*int64(rules.AlwaysPermille):
			answer.Excluded = append(answer.Excluded, segment.AffinityExcluded{Item: item, Baskets: n, Named: named})
		case n >= int64(rules.MinItem):
			paired[item] = true
		}
	}
	answer.Items, answer.Paired = len(with), len(paired)
	slices.SortFunc(answer.Excluded, func(a, b segment.AffinityExcluded) int { return cmp.Compare(a.Item, b.Item) })
	lift := func(p segment.AffinityPair) *big.Rat {
		return new(big.Rat).Mul(big.NewRat(p.Both, p.WithA), big.NewRat(p.Baskets, p.WithB))
	}
	for names, n := range both {
		pair := segment.AffinityPair{
			A: names[0], B: names[1], Both: n, WithA: with[names[0]], WithB: with[names[1]], Baskets: answer.Baskets,
		}
		if paired[pair.A] && paired[pair.B] && n >= int64(rules.MinPair) && lift(pair).Cmp(big.NewRat(1, 1)) > 0 {
			answer.Pairs = append(answer.Pairs, pair)
		}
	}
	slices.SortFunc(answer.Pairs, func(p, q segment.AffinityPair) int {
		return cmp.Or(lift(q).Cmp(lift(p)), cmp.Compare(q.Both, p.Both), cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B))
	})
	return answer
}
