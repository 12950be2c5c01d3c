package segment_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// row C15: the strongest pair, in exact fractions with all its counts.
func TestAffinityByHand(t *testing.T) {
	pairs := affinityPairs(t, affinityRules(), affinityToday(
		[]string{"beer", "diapers", "beer"}, // twice in a basket counts once
		[]string{"beer", "diapers"},
		[]string{"diapers", "milk"},
		[]string{"milk", "bread"},
		[]string{"milk"},
		[]string{},
	)...)
	answer, err := pairs.Strongest(10)
	require.NoError(t, err)
	assert.Equal(t, segment.AffinityAnswer{
		Rule: "together/1", Baskets: 5, Items: 4, Paired: 4,
		Pairs: []segment.AffinityPair{
			{A: "beer", B: "diapers", Both: 2, WithA: 2, WithB: 3, Baskets: 5}, // 10/6, and more baskets
			{A: "bread", B: "milk", Both: 1, WithA: 1, WithB: 3, Baskets: 5},   // 5/3: the same lift
		}, // diapers and milk are together less often than by chance
	}, answer)
	beer := answer.Pairs[0]
	assert.Equal(t, segment.AffinityShare{Part: 10, Whole: 6}, beer.Lift())
	assert.Equal(t, segment.AffinityShare{Part: 2, Whole: 5}, beer.Support())
	toDiapers, toBeer := beer.Confidence()
	assert.Equal(t, segment.AffinityShare{Part: 2, Whole: 2}, toDiapers)
	assert.Equal(t, segment.AffinityShare{Part: 2, Whole: 3}, toBeer)
	assert.Zero(t, beer.Lift().Compare(answer.Pairs[1].Lift()))
	assert.JSONEq(t, `{"a":"beer","b":"diapers","both":2,"with_a":2,"with_b":3,"baskets":5}`, toJSON(t, beer))
}

// One basket with beer and diapers has a lift of 1000: without evidence it would head
// every list.
//
// row C15: minimum evidence.
func TestAffinityNeedsEvidence(t *testing.T) {
	baskets := affinityToday([]string{"caviar", "corkscrew"})
	for range 999 {
		baskets = append(baskets, affinityToday([]string{"milk"})...)
	}
	for range 10 {
		baskets = append(baskets, affinityToday([]string{"pasta", "sauce"})...)
	}
	for _, test := range []struct {
		name  string
		rules func(*segment.AffinityRules)
		want  []string
	}{
		{"none asked for", func(*segment.AffinityRules) {}, []string{"caviar+corkscrew", "pasta+sauce"}},
		{"a pair, one basket short", func(r *segment.AffinityRules) { r.MinPair = 2 }, []string{"pasta+sauce"}},
		{"a pair, exactly", func(r *segment.AffinityRules) { r.MinPair = 10 }, []string{"pasta+sauce"}},
		{"a pair, one above", func(r *segment.AffinityRules) { r.MinPair = 11 }, []string{}},
		{"an item, exactly", func(r *segment.AffinityRules) { r.MinItem = 10 }, []string{"pasta+sauce"}},
		{"an item, one above", func(r *segment.AffinityRules) { r.MinItem = 11 }, []string{}},
		{"baskets, exactly", func(r *segment.AffinityRules) { r.MinBaskets = 1010 }, []string{"caviar+corkscrew", "pasta+sauce"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := affinityRules()
			test.rules(&rules)
			answer, err := affinityPairs(t, rules, baskets...).Strongest(10)
			require.NoError(t, err)
			assert.Equal(t, test.want, affinityNames(answer.Pairs))
		})
	}
	rules := affinityRules()
	rules.MinBaskets = 1011
	_, err := affinityPairs(t, rules, baskets...).Strongest(10)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []customer.Reason{{
		Code: segment.CodeAffinityFewBaskets, Rule: "together/1", Fact: 1010, Mark: 1011, Unit: customer.UnitTimes,
	}}, refusal.Missing)
}

func TestAffinityLeavesOutWhatIsAlwaysBought(t *testing.T) {
	baskets := affinityToday(
		[]string{"bag", "milk", "bread"}, []string{"bag", "milk", "bread"}, []string{"milk", "tea"}, []string{"tea", "cup"},
		[]string{"1", "2", "3", "4", "5", "6", "7"}, // a reseller
	)
	for _, test := range []struct {
		name     string
		permille int
		exclude  []string
		want     []segment.AffinityExcluded
	}{
		{"nothing", 0, nil, nil},
		{"by name", 0, []string{"tea", "never sold"}, []segment.AffinityExcluded{{Item: "tea", Baskets: 2, Named: true}}},
		{"exactly at the mark stays", 750, nil, nil},
		{"just above the mark goes", 749, nil, []segment.AffinityExcluded{{Item: "milk", Baskets: 3}}},
		{"both, by name first", 500, []string{"milk"}, []segment.AffinityExcluded{{Item: "milk", Baskets: 3, Named: true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := affinityRules()
			rules.AlwaysPermille, rules.Exclude = test.permille, test.exclude
			answer, err := affinityPairs(t, rules, baskets...).Strongest(100)
			require.NoError(t, err)
			assert.Equal(t, test.want, answer.Excluded)
			assert.Equal(t, int64(4), answer.Baskets)
			assert.Equal(t, int64(1), answer.Large)
			for _, pair := range answer.Pairs {
				for _, excluded := range test.want {
					assert.NotContains(t, []string{pair.A, pair.B}, excluded.Item)
				}
			}
		})
	}
}

func TestAffinityPartners(t *testing.T) {
	rules := affinityRules()
	rules.Exclude, rules.AlwaysPermille, rules.MinItem = []string{"bag"}, 900, 2
	pairs := affinityPairs(t, rules, affinityToday(
		[]string{"milk", "bag", "receipt", "tea"}, []string{"milk", "receipt", "tea"}, []string{"milk", "receipt", "salt"},
		[]string{"coffee", "receipt", "tea"}, []string{"coffee", "receipt", "salt"}, []string{"jam", "receipt"},
	)...)
	answer, err := pairs.Partners("tea", 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"milk+tea"}, affinityNames(answer.Pairs), "with coffee she is there as often as by chance")
	answer, err = pairs.Partners("tea", 0)
	require.NoError(t, err)
	assert.Empty(t, answer.Pairs)
	for item, want := range map[string]customer.Reason{
		"bag":     {Code: segment.CodeAffinityNamedItem, Fact: 1, Mark: 6},
		"receipt": {Code: segment.CodeAffinityAlwaysItem, Fact: 6, Mark: 6},
		"jam":     {Code: segment.CodeAffinityRareItem, Fact: 1, Mark: 2},
		"unknown": {Code: segment.CodeAffinityRareItem, Fact: 0, Mark: 2},
	} {
		_, err := pairs.Partners(item, 10)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal, item)
		want.Rule, want.Unit = "together/1", customer.UnitTimes
		assert.Equal(t, []customer.Reason{want}, refusal.Missing, item)
	}
}

// Any order and any split over any number of parts, sent as bytes, is the obvious answer.
func TestAffinityAgainstTheObvious(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := affinityRules()
		rules.AlwaysPermille = rapid.SampledFrom([]int{0, 300, 500, 999}).Draw(t, "always")
		rules.MinItem, rules.MinPair = rapid.IntRange(1, 4).Draw(t, "min item"), rapid.IntRange(1, 3).Draw(t, "min pair")
		rules.Exclude = []string{"bag"}
		baskets := somebodysBaskets().Draw(t, "baskets")
		want := obviousAffinity(rules, baskets)

		affinity := newAffinity(t, rules)
		mixed := rapid.Permutation(baskets).Draw(t, "mixed")
		cut := rapid.IntRange(0, len(mixed)).Draw(t, "cut")
		items := affinityItems(t, affinity, mixed[cut:]...)
		require.NoError(t, items.Merge(affinityItems(t, affinity, mixed[:cut]...)))
		var read segment.AffinityItems
		require.NoError(t, read.UnmarshalBinary(marshal(t, items)))
		assert.Equal(t, marshal(t, affinityItems(t, affinity, baskets...)), marshal(t, &read))

		parts := make([]*segment.AffinityPairs, 2)
		for i, part := range [][]affinityBasket{mixed[:cut], mixed[cut:]} {
			var err error
			parts[i], err = affinity.Pairs(&read)
			require.NoError(t, err)
			for _, basket := range part {
				require.NoError(t, parts[i].Add(basket.day, basket.items))
			}
		}
		sent, err := affinity.Pairs(&read)
		require.NoError(t, err)
		require.NoError(t, sent.UnmarshalBinary(marshal(t, parts[1])))
		require.NoError(t, sent.Merge(parts[0]))
		assert.Equal(t, marshal(t, affinityPairs(t, rules, baskets...)), marshal(t, sent))

		got, err := sent.Strongest(100)
		if want.Baskets == 0 {
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			return
		}
		require.NoError(t, err)
		if len(want.Pairs) == 0 {
			want.Pairs, got.Pairs = nil, nil
		}
		assert.Equal(t, want, got)
		for _, item := range []string{"a", "e", "h"} {
			partners, err := sent.Partners(item, 2)
			if err != nil {
				continue
			}
			var of []segment.AffinityPair
			for _, pair := range want.Pairs {
				if (pair.A == item || pair.B == item) && len(of) < 2 {
					of = append(of, pair)
				}
			}
			assert.ElementsMatch(t, of, partners.Pairs)
		}
	})
}

// The second pass must see what the first saw, or its counts are fractions of nothing.
func TestAffinityPassesMustAgree(t *testing.T) {
	rules := affinityRules()
	rules.MinItem = 2
	affinity := newAffinity(t, rules)
	seen := affinityToday([]string{"a", "b"}, []string{"a", "b"}, []string{"c"})
	for name, second := range map[string][]affinityBasket{
		"one fewer":          seen[:2],
		"one more":           append(affinityToday([]string{"a"}), seen...),
		"a large one more":   append(affinityToday([]string{"1", "2", "3", "4", "5", "6", "7"}), seen...),
		"another item":       append(affinityToday([]string{"d", "e"}), seen[:2]...),
		"another paired one": append(affinityToday([]string{"a"}), seen[:2]...),
		"none":               nil,
	} {
		t.Run(name, func(t *testing.T) {
			pairs, err := affinity.Pairs(affinityItems(t, affinity, seen...))
			require.NoError(t, err)
			for _, basket := range second {
				require.NoError(t, pairs.Add(basket.day, basket.items))
			}
			_, err = pairs.Strongest(1)
			require.ErrorContains(t, err, "other baskets")
			_, err = pairs.Partners("a", 1)
			assert.ErrorContains(t, err, "other baskets")
		})
	}
}

func TestAffinityMergesOnlyLike(t *testing.T) {
	one, other := affinityRules(), affinityRules()
	other.MaxItems = 5
	items := affinityItems(t, newAffinity(t, one), affinityToday([]string{"a", "b"})...)
	require.ErrorContains(t, items.Merge(affinityItems(t, newAffinity(t, other))), "do not merge")
	require.ErrorContains(t, items.Merge(newAffinity(t, one).Items(on-1)), "do not merge")
	_, err := newAffinity(t, other).Pairs(items)
	require.ErrorContains(t, err, "counted by other rules")

	pairs := affinityPairs(t, one, affinityToday([]string{"a", "b"})...)
	another := affinityPairs(t, one, affinityToday([]string{"a", "c"})...)
	before := marshal(t, pairs)
	require.ErrorContains(t, pairs.Merge(another), "do not merge")
	require.ErrorContains(t, pairs.UnmarshalBinary(marshal(t, another)), "another first pass")
	assert.Equal(t, before, marshal(t, pairs))
}

func TestAffinityBasket(t *testing.T) {
	sale := customer.Purchase{
		Ref: "1", At: time.Date(2025, time.November, 24, 23, 30, 0, 0, time.UTC),
		Lines: []customer.Line{
			{SKU: "beer-6", Category: "beer"},
			{SKU: "to-the-door", Category: "service", Sells: customer.DeliveryLine},
			{SKU: "gift", Sells: customer.GiftCardLine},
			{Category: "crisps"},
			{SKU: "beer-6", Category: "beer"},
		},
	}
	rules := affinityRules()
	rules.Zone = "Europe/Berlin"
	for by, want := range map[segment.AffinityBy][]string{
		segment.AffinityBySKU: {"first", "beer-6", "beer-6"}, segment.AffinityByCategory: {"first", "beer", "crisps", "beer"},
	} {
		rules.By = by
		affinity, err := segment.NewAffinity(rules, zone(t, "Europe/Berlin"))
		require.NoError(t, err)
		when, items, err := affinity.Basket([]string{"first"}, sale)
		require.NoError(t, err)
		assert.Equal(t, on, when, "half past midnight in Berlin")
		assert.Equal(t, want, items)
		_, items, err = affinity.Basket([]string{"first"}, customer.Purchase{Lines: sale.Lines})
		assert.Equal(t, []string{"at"}, faultPaths(t, err))
		assert.Equal(t, []string{"first"}, items)
	}
}

func TestAffinityBadBaskets(t *testing.T) {
	affinity := newAffinity(t, affinityRules())
	items := affinity.Items(on)
	pairs, err := affinity.Pairs(items)
	require.NoError(t, err)
	for name, add := range map[string]func(customer.Date, []string) error{"items": items.Add, "pairs": pairs.Add} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, []string{"day", "items[1]"}, faultPaths(t, add(0, []string{"a", ""})))
			assert.Equal(t, []string{"items[0]"}, faultPaths(t, add(on-1, []string{strings.Repeat("x", customer.MaxText+1)})))
			assert.Equal(t, []string{"items"}, faultPaths(t, add(on-1, strings.Split(strings.Repeat("x,", customer.MaxLines)+"x", ","))))
		})
	}
	assert.Equal(t, "01"+"a2912d"+"fc912d"+"06"+"00"+"00"+"00", hex.EncodeToString(marshal(t, items)), "nothing was counted")
}

func TestAffinityRulesAreChecked(t *testing.T) {
	_, err := segment.NewAffinity(segment.AffinityRules{Exclude: []string{"bag", "", "bag"}, AlwaysPermille: 1000}, time.UTC)
	assert.Equal(t, []string{
		"id", "version", "zone", "window_days", "by", "max_items", "exclude[1]", "exclude[2]", "always_permille",
		"min_baskets", "min_item", "min_pair",
	}, faultPaths(t, err))
	_, err = segment.NewAffinity(segment.AffinityRules{
		Edition: customer.Edition{ID: "x", Version: 1}, Zone: "Local", WindowDays: 3661, By: 3, MaxItems: 1001,
		AlwaysPermille: -1, MinBaskets: 1, MinItem: 1, MinPair: 1,
	}, time.Local)
	assert.Equal(t, []string{"zone", "window_days", "by", "max_items", "always_permille"}, faultPaths(t, err))

	rules := affinityRules()
	rules.Exclude, rules.AlwaysPermille = []string{"bag"}, 90
	text := toJSON(t, rules)
	assert.JSONEq(t, `{"id":"together","version":1,"zone":"UTC","window_days":90,"by":"sku","max_items":6,
		"exclude":["bag"],"always_permille":90,"min_baskets":1,"min_item":1,"min_pair":1}`, text)
	read, err := segment.ParseAffinityRules([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = segment.ParseAffinityRules([]byte(`{"by":"brand","min_pairs":1}`))
	assert.Equal(t, []string{"by", "min_pairs"}, faultPaths(t, err))
	assert.Equal(t, "category", segment.AffinityByCategory.String())
	assert.Equal(t, "affinity by 0", segment.AffinityBy(0).String())
}

// The stored form is pinned.
// 768 pairs fill a table to the brim: the next one that is looked up makes it grow.
func TestAffinityMergesWithItself(t *testing.T) {
	var baskets []affinityBasket
	for i := range 768 {
		baskets = append(baskets, affinityBasket{on - 1, []string{"milk", fmt.Sprint(i)}})
	}
	once, twice, other := affinityPairs(t, affinityRules(), baskets...), affinityPairs(t, affinityRules(), baskets...), affinityPairs(t, affinityRules(), baskets...)
	require.NoError(t, once.Merge(once))
	require.NoError(t, twice.Merge(other))
	assert.Equal(t, marshal(t, twice), marshal(t, once))
}

func TestAffinityZero(t *testing.T) {
	var pairs segment.AffinityPairs
	require.NoError(t, pairs.Add(on, []string{"tea"}), "outside its window, as every day is")
	_, err := pairs.Strongest(1)
	require.ErrorContains(t, err, "without rules")
	_, err = pairs.Partners("tea", 1)
	require.ErrorContains(t, err, "without rules")
}

func TestAffinityFormat(t *testing.T) {
	pairs := affinityPairs(t, affinityRules(), affinityToday([]string{"beer", "diapers"}, []string{"beer", "milk"}, []string{"beer"})...)
	items := affinityItems(t, newAffinity(t, affinityRules()), affinityToday([]string{"beer", "diapers"}, []string{"beer", "milk"}, []string{"beer"})...)
	assert.Equal(t, "01a2912dfc912d060300"+"03"+"0462656572"+"03"+"0764696170657273"+"01"+"046d696c6b"+"01",
		hex.EncodeToString(marshal(t, items)))
	text := hex.EncodeToString(marshal(t, pairs))
	assert.Equal(t, "01", text[:2])
	assert.Equal(t, "030000"+"030101"+"02"+"0101"+"0101", text[2+64:])
}

func FuzzAffinityItems(f *testing.F) {
	f.Add(marshal(f, affinityItems(f, newAffinity(f, affinityRules()), affinityToday([]string{"a", "b"}, []string{"a"})...)))
	f.Add([]byte{1, 1, 2, 2, 1, 0, 1, 1, 'a', 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var items segment.AffinityItems
		if items.UnmarshalBinary(data) == nil {
			assert.Equal(t, data, marshal(t, &items))
		}
	})
}

func FuzzAffinityPairs(f *testing.F) {
	baskets := affinityToday([]string{"a", "b", "c"}, []string{"a", "b"}, []string{"b", "c"})
	f.Add(marshal(f, affinityPairs(f, affinityRules(), baskets...)))
	f.Fuzz(func(t *testing.T, data []byte) {
		pairs := affinityPairs(t, affinityRules(), baskets...)
		before := marshal(t, pairs)
		if pairs.UnmarshalBinary(data) == nil {
			assert.Equal(t, data, marshal(t, pairs))
		} else {
			assert.Equal(t, before, marshal(t, pairs))
		}
	})
}

// Every byte of a state matters: changed, cut or lengthened it is refused, or it is
// another state that can be told apart.
func TestAffinityForgedPairs(t *testing.T) {
	baskets := affinityToday([]string{"a", "b", "c"}, []string{"a", "b"}, []string{"b", "c"})
	good := marshal(t, affinityPairs(t, affinityRules(), baskets...))
	for i := range good {
		pairs := affinityPairs(t, affinityRules(), baskets...)
		require.Error(t, pairs.UnmarshalBinary(good[:i]))
		bad := append([]byte(nil), good...)
		bad[i] += 7
		require.Error(t, pairs.UnmarshalBinary(bad), "byte %d", i)
	}
	require.Error(t, affinityPairs(t, affinityRules(), baskets...).UnmarshalBinary(append(good, 0)))
}

// What a year of a gift wholesaler buys together. The figures were computed by Python's
// csv, collections and fractions modules: sets of sku by order without C and with a
// quantity above 0, baskets of at most 200 items, postage and fees left out by name, items
// in more than 9 % left out, from 100 baskets for an item and 50 for a pair.
//
// row C15: the strongest pairs of a real shop.
func TestAffinityOfRealOrders(t *testing.T) {
	rows := readSold(t, "online_retail")
	orders := map[string][]string{}
	for _, row := range rows {
		if row.Quantity > 0 && !strings.HasPrefix(row.Order, "C") {
			orders[row.Order] = append(orders[row.Order], row.SKU)
		}
	}
	rules := affinityRules()
	rules.MaxItems, rules.AlwaysPermille, rules.MinBaskets, rules.MinItem, rules.MinPair = 200, 90, 1000, 100, 50
	rules.Exclude = []string{"POST", "DOT", "M", "m", "D", "BANK CHARGES", "AMAZONFEE", "C2", "S", "B", "CRUK", "PADS"}
	baskets := make([]affinityBasket, 0, len(orders))
	for _, items := range orders {
		baskets = append(baskets, affinityBasket{on - 1, items})
	}
	pairs := affinityPairs(t, rules, baskets...)
	answer, err := pairs.Strongest(1_000_000)
	require.NoError(t, err)
	assert.Len(t, answer.Pairs, 11_767)
	assert.Equal(t, []segment.AffinityPair{
		{A: "22522", B: "22523", Both: 93, WithA: 125, WithB: 121, Baskets: 20_490},
		{A: "23507", B: "23510", Both: 61, WithA: 102, WithB: 100, Baskets: 20_490},
		{A: "22520", B: "22522", Both: 81, WithA: 112, WithB: 125, Baskets: 20_490},
		{A: "21084", B: "21090", Both: 114, WithA: 132, WithB: 151, Baskets: 20_490},
		{A: "23250", B: "23251", Both: 61, WithA: 100, WithB: 109, Baskets: 20_490},
		{A: "22682", B: "22683", Both: 63, WithA: 104, WithB: 109, Baskets: 20_490},
		{A: "21463", B: "21464", Both: 76, WithA: 134, WithB: 104, Baskets: 20_490},
		{A: "23289", B: "23291", Both: 127, WithA: 154, WithB: 153, Baskets: 20_490},
	}, answer.Pairs[:8])
	answer.Pairs = nil
	assert.Equal(t, segment.AffinityAnswer{
		Rule: "together/1", Baskets: 20_490, Large: 236, Items: 3860, Paired: 1260,
		Excluded: []segment.AffinityExcluded{
			{Item: "22423", Baskets: 1864},
			{Item: "85099B", Baskets: 1922},
			{Item: "85123A", Baskets: 2069},
			{Item: "AMAZONFEE", Baskets: 2, Named: true},
			{Item: "B", Baskets: 1, Named: true},
			{Item: "BANK CHARGES", Baskets: 11, Named: true},
			{Item: "C2", Baskets: 142, Named: true},
			{Item: "DOT", Baskets: 484, Named: true},
			{Item: "M", Baskets: 293, Named: true},
			{Item: "PADS", Baskets: 4, Named: true},
			{Item: "POST", Baskets: 1130, Named: true},
			{Item: "S", Baskets: 2, Named: true},
			{Item: "m", Baskets: 1, Named: true},
		},
	}, answer)
}
