package segment_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// buyer is one customer's part in category 0: base units of store and national brand,
// bought on so many days.
type buyer struct{ store, national int64 }

func (b buyer) counts() segment.Counts {
	return segment.Counts{Days: 5, Lines: 5, Bought: segment.Units{Store: 1000 * b.store, National: 1000 * b.national}}
}

func censusOfBuyers(rules segment.Rules, buyers ...buyer) *segment.Census {
	census := segment.NewCensus(rules.Period(on), rules.MinBuys)
	for _, one := range buyers {
		census.Add([]segment.Counts{one.counts()})
	}
	return census
}

// somePeople are six customers of category 0 whose shares and amounts fall into clear
// thirds.
func somePeople(t failer) *segment.Census {
	t.Helper()
	return censusOfBuyers(tercileRules(), buyer{1, 9}, buyer{2, 18}, buyer{15, 15}, buyer{20, 20}, buyer{45, 5}, buyer{54, 6})
}

func TestFitFreezesTerciles(t *testing.T) {
	rules := tercileRules()
	fitted, unfit, err := segment.Fit(rules, somePeople(t), on)
	require.NoError(t, err)
	require.Len(t, fitted.Marks, 1, "nobody bought in the other two categories")
	assert.JSONEq(t, `{
		"category": "beer",
		"store_at_permille": 501, "national_at_permille": 900,
		"medium_at": "30", "heavy_at": "50",
		"fitted": {"on": "2025-11-25", "buyers": 6, "below_medium": 2, "below_heavy": 4, "both_kinds": 6, "at_national": 2, "below_store": 4}
	}`, toJSON(t, fitted.Marks[0]))
	assert.Equal(t, []string{
		"marks[cat-food].heavy_at", "marks[cat-food].store_at_permille",
		"marks[pain-relief].heavy_at", "marks[pain-relief].store_at_permille",
	}, faultPaths(t, unfit))
	assert.Empty(t, rules.Marks, "the rules that came in stay as they were")

	grid := newGrid(t, fitted)
	for _, test := range []struct {
		buyer buyer
		want  string
	}{
		{buyer{1, 9}, "national-loyal/light"},
		{buyer{15, 15}, "switcher/medium"},
		{buyer{54, 6}, "store-loyal/heavy"},
		{buyer{0, 29}, "national-loyal/light"},
		{buyer{30, 0}, "store-loyal/medium"},
	} {
		counts := test.buyer.counts()
		assert.Equal(t, test.want, grid.Cell(&counts, segment.Cell{}).String(), "%v", test.buyer)
	}
}

// Where cuts coincide or do not exist the category is named, has no marks, and nobody
// in it gets a class; no cut is moved to make room.
func TestFitNamesWhatDoesNotFit(t *testing.T) {
	for _, test := range []struct {
		name         string
		slack        int // of either axis
		buyers       []buyer
		unfit        []string
		medium       string
		heavy        string
		store, natio int
	}{
		{name: "nobody", unfit: []string{"heavy_at", "store_at_permille"}},
		{name: "one buyer", buyers: []buyer{{5, 5}}, unfit: []string{"heavy_at"}, store: 501, natio: 500},
		{name: "one buyer of one kind", buyers: []buyer{{0, 5}}, unfit: []string{"heavy_at", "store_at_permille"}},
		{name: "two buyers", buyers: []buyer{{1, 9}, {18, 2}}, unfit: []string{"heavy_at"}, store: 901, natio: 900},
		{name: "all bought the same", buyers: []buyer{{5, 5}, {5, 5}, {5, 5}, {5, 5}}, unfit: []string{"heavy_at"}, store: 501, natio: 500},
		{name: "half bought the same, and least", buyers: []buyer{{1, 9}, {5, 5}, {9, 1}, {5, 5}, {30, 3}, {4, 40}}, unfit: []string{"heavy_at"}, store: 501, natio: 900},
		{name: "two of three bought the same", buyers: []buyer{{1, 9}, {5, 5}, {30, 3}}, unfit: []string{"heavy_at"}, store: 501, natio: 900},
		{name: "three different", buyers: []buyer{{1, 9}, {10, 10}, {27, 3}}, medium: "20", heavy: "30", store: 501, natio: 900},
		{name: "a share so close to 1 that no mark is left", buyers: []buyer{{9999, 1}, {29_998, 2}, {59_999, 1}}, unfit: []string{"store_at_permille"}, medium: "30000", heavy: "60000"},
		{name: "slack that the marks leave room for", slack: 100, buyers: []buyer{{3, 7}, {10, 10}, {21, 9}}, medium: "20", heavy: "30", store: 501, natio: 700},
		{name: "slack too wide for them", slack: 350, buyers: []buyer{{3, 7}, {10, 10}, {21, 9}}, unfit: []string{"heavy_at", "store_at_permille"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := tercileRules()
			rules.Categories = rules.Categories[:1]
			rules.BrandSlackPermille, rules.UsageSlackPermille = test.slack, test.slack
			fitted, unfit, err := segment.Fit(rules, censusOfBuyers(rules, test.buyers...), on)
			require.NoError(t, err)
			var want []string
			for _, field := range test.unfit {
				want = append(want, "marks[beer]."+field)
			}
			var got []string
			for _, fault := range unfit {
				got = append(got, fault.Path)
			}
			assert.Equal(t, want, got)

			marks := segment.Marks{}
			if len(fitted.Marks) > 0 {
				marks = fitted.Marks[0]
				assert.NotNil(t, marks.Fitted)
			}
			assert.Equal(t, []int{test.store, test.natio}, []int{marks.StoreAtPermille, marks.NationalAtPermille})
			if test.medium == "" {
				assert.True(t, marks.MediumAt.IsZero() && marks.HeavyAt.IsZero())
			} else {
				assert.Equal(t, []string{test.medium, test.heavy}, []string{marks.MediumAt.String(), marks.HeavyAt.String()})
			}

			grid := newGrid(t, fitted)
			for _, one := range test.buyers {
				cell, reasons := grid.Classify(one.counts(), segment.Cell{})
				if test.store == 0 {
					assert.Equal(t, segment.BrandUnknown, cell.Brand)
					assert.Contains(t, codes(reasons), segment.CodeNoBrandMarks)
				}
				if test.medium == "" {
					assert.Equal(t, segment.UsageUnknown, cell.Usage)
					assert.Contains(t, codes(reasons), segment.CodeNoUsageMarks)
				}
			}
		})
	}
}

// Where the shop states the marks of one axis and the other does not fit, the marks are
// the shop's alone: no evidence is claimed for them. Half a pair of brand marks counts.
func TestStatedMarksOfACategoryThatDoesNotFit(t *testing.T) {
	coincide := []buyer{{5, 5}, {5, 5}, {5, 5}, {5, 5}, {1, 90}}
	tooClose := []buyer{{3, 7}, {10, 10}, {21, 9}}
	onlyNational := []buyer{{0, 10}, {0, 20}, {0, 30}}
	for name, test := range map[string]struct {
		brand, usage segment.MarkSource
		slack        int
		marks        segment.Marks
		buyers       []buyer
	}{
		"nobody, the store mark is stated":     {segment.Stated, segment.Terciles, 0, segment.Marks{StoreAtPermille: 701}, nil},
		"nobody, the national mark is stated":  {segment.Stated, segment.Terciles, 0, segment.Marks{NationalAtPermille: 701}, nil},
		"usage cuts coincide":                  {segment.Stated, segment.Terciles, 0, segment.Marks{StoreAtPermille: 701}, coincide},
		"usage cuts too close for the slack":   {segment.Stated, segment.Terciles, 350, segment.Marks{StoreAtPermille: 701}, tooClose},
		"no buyers of both kinds":              {segment.Terciles, segment.Stated, 0, segment.Marks{MediumAt: dec("1"), HeavyAt: dec("2")}, onlyNational},
		"brand marks too close for the slack":  {segment.Terciles, segment.Stated, 350, segment.Marks{MediumAt: dec("1"), HeavyAt: dec("2")}, tooClose},
		"a source of terciles, and all stated": {segment.Terciles, segment.Terciles, 0, segment.Marks{StoreAtPermille: 701, NationalAtPermille: 701, MediumAt: dec("1"), HeavyAt: dec("2")}, tooClose},
	} {
		t.Run(name, func(t *testing.T) {
			rules := tercileRules()
			rules.Categories = rules.Categories[:1]
			rules.Brand, rules.Usage = test.brand, test.usage
			if test.brand == segment.Stated {
				rules.StoreAtPermille, rules.NationalAtPermille, rules.UsageSlackPermille = 700, 700, test.slack
			} else {
				rules.BrandSlackPermille = test.slack
			}
			test.marks.Category = "beer"
			rules.Marks = []segment.Marks{test.marks}
			fitted, _, err := segment.Fit(rules, censusOfBuyers(rules, test.buyers...), on)
			require.NoError(t, err)
			assert.Equal(t, rules.Marks, fitted.Marks)
		})
	}
}

// The evidence of an axis that was not fitted stays out of the marks of the other.
func TestFitStatesEvidenceOnlyOfWhatItFitted(t *testing.T) {
	rules := tercileRules()
	rules.Categories = rules.Categories[:1]
	// Usage falls into thirds, the brand marks coincide at the top.
	fitted, _, err := segment.Fit(rules, censusOfBuyers(rules, buyer{9999, 1}, buyer{29_998, 2}, buyer{59_999, 1}), on)
	require.NoError(t, err)
	assert.Equal(t, &segment.Fitted{On: on, Buyers: 3, BelowMedium: 1, BelowHeavy: 2}, fitted.Marks[0].Fitted)
	// The other way round. A share that is exactly the store mark is not below it.
	fitted, _, err = segment.Fit(rules, censusOfBuyers(rules, buyer{499, 501}, buyer{499, 501}, buyer{500, 500}), on)
	require.NoError(t, err)
	assert.Equal(t, segment.Marks{
		Category: "beer", StoreAtPermille: 500, NationalAtPermille: 501,
		Fitted: &segment.Fitted{On: on, Buyers: 3, BothKinds: 3, AtNational: 2, BelowStore: 2},
	}, fitted.Marks[0])
	fitted, _, err = segment.Fit(rules, censusOfBuyers(rules, buyer{1, 9}, buyer{5, 5}), on)
	require.NoError(t, err)
	assert.Equal(t, &segment.Fitted{On: on, Buyers: 2, BothKinds: 2, AtNational: 1, BelowStore: 2}, fitted.Marks[0].Fitted)
}

// Fitting again next month replaces what was fitted, and nothing that the shop stated:
// neither a whole category nor one axis of it.
func TestFitAgainKeepsWhatWasStated(t *testing.T) {
	rules := tercileRules()
	rules.Marks = []segment.Marks{
		{Category: "pain-relief", MediumAt: dec("48"), HeavyAt: dec("120")},
		{Category: "cat-food", StoreAtPermille: 800, NationalAtPermille: 900},
		{Category: "beer", StoreAtPermille: 800, NationalAtPermille: 900, MediumAt: dec("1"), HeavyAt: dec("2")},
	}
	people := []buyer{{1, 9}, {2, 18}, {15, 15}, {20, 20}, {45, 5}, {54, 6}}
	census := segment.NewCensus(rules.Period(on), rules.MinBuys)
	for _, one := range people {
		all := make([]segment.Counts, 3)
		for code := range all {
			all[code] = one.counts()
			all[code].Category = uint32(code)
		}
		census.Add(all)
	}
	fitted, unfit, err := segment.Fit(rules, census, on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	again, unfit, err := segment.Fit(fitted, census, on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.Equal(t, toJSON(t, fitted), toJSON(t, again))

	assert.JSONEq(t, `[
		{"category": "beer", "store_at_permille": 800, "national_at_permille": 900, "medium_at": "1", "heavy_at": "2"},
		{"category": "cat-food", "store_at_permille": 800, "national_at_permille": 900, "medium_at": "30", "heavy_at": "50",
			"fitted": {"on": "2025-11-25", "buyers": 6, "below_medium": 2, "below_heavy": 4}},
		{"category": "pain-relief", "store_at_permille": 501, "national_at_permille": 900, "medium_at": "48", "heavy_at": "120",
			"fitted": {"on": "2025-11-25", "buyers": 6, "below_medium": 0, "below_heavy": 0, "both_kinds": 6, "at_national": 2, "below_store": 4}}
	]`, toJSON(t, again.Marks))

	// A month without buyers: what was fitted goes, what was stated stays.
	next := on.AddDays(30)
	empty, unfit, err := segment.Fit(again, segment.NewCensus(rules.Period(next), rules.MinBuys), next)
	require.NoError(t, err)
	assert.Len(t, unfit, 2)
	assert.JSONEq(t, `[
		{"category": "beer", "store_at_permille": 800, "national_at_permille": 900, "medium_at": "1", "heavy_at": "2"},
		{"category": "cat-food", "store_at_permille": 800, "national_at_permille": 900},
		{"category": "pain-relief", "medium_at": "48", "heavy_at": "120"}
	]`, toJSON(t, empty.Marks))
}

// A shop that keeps the fitted cuts of last year as its own, and lets only the brand
// marks follow the population.
func TestFitTakesAnAxisAsStatedWhenTheRulesSayStated(t *testing.T) {
	rules := tercileRules()
	rules.Categories = rules.Categories[:1]
	people := []buyer{{1, 9}, {10, 10}, {27, 3}}
	fitted, unfit, err := segment.Fit(rules, censusOfBuyers(rules, people...), on)
	require.NoError(t, err)
	require.Empty(t, unfit)

	fitted.Usage = segment.Stated
	again, unfit, err := segment.Fit(fitted, censusOfBuyers(rules, people...), on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.Equal(t, []string{"20", "30"}, []string{again.Marks[0].MediumAt.String(), again.Marks[0].HeavyAt.String()})
	assert.Zero(t, again.Marks[0].Fitted.BelowMedium)
	newGrid(t, again)

	again.Brand, again.StoreAtPermille, again.NationalAtPermille = segment.Stated, 700, 700
	same, unfit, err := segment.Fit(again, censusOfBuyers(rules, people...), on)
	require.NoError(t, err)
	assert.Empty(t, unfit)
	assert.Equal(t, again, same, "rules that state everything come back as they are")
}

func TestFitRefuses(t *testing.T) {
	rules := tercileRules()
	rules.From, rules.Until = on, on+1
	for name, census := range map[string]*segment.Census{
		"a day too early":   segment.NewCensus(population.Period{From: on - 181, Until: on - 1}, 2),
		"a longer period":   segment.NewCensus(population.Period{From: on - 181, Until: on}, 2),
		"other evidence":    segment.NewCensus(rules.Period(on), 3),
		"a shorter window":  segment.NewCensus(population.Period{From: on - 179, Until: on}, 2),
		"a census of never": segment.NewCensus(population.Period{}, 2),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := segment.Fit(rules, census, on)
			assert.Equal(t, []string{"census"}, faultPaths(t, err))
		})
	}
	for _, test := range []struct {
		on   customer.Date
		code string
	}{{on - 1, customer.CodeNotYetInForce}, {on + 1, customer.CodeNoLongerInForce}, {0, customer.CodeNoDay}} {
		_, _, err := segment.Fit(rules, segment.NewCensus(rules.Period(test.on), 2), test.on)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, []string{test.code}, codes(refusal.Missing))
	}
	_, _, err := segment.Fit(rules, segment.NewCensus(rules.Period(on), 2), on)
	assert.NoError(t, err)
}

// somePopulation has many equal amounts, as shops do: everyone buys packs of 12.
func somePopulation() *rapid.Generator[[]buyer] {
	packs := rapid.Int64Range(0, 6)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) buyer {
		return buyer{12 * packs.Draw(t, "store"), 12 * packs.Draw(t, "national")}
	}), 1, 40)
}

// The ranks that fitted marks state are their true ranks, counted naively; they are
// large enough, no smaller mark would be, and equal usage always falls in the same third.
func TestFittedMarksStateTheirTrueRanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := tercileRules()
		rules.Categories = rules.Categories[:1]
		people := somePopulation().Draw(t, "people")
		fitted, unfit, err := segment.Fit(rules, censusOfBuyers(rules, people...), on)
		require.NoError(t, err)
		if len(fitted.Marks) == 0 {
			assert.Len(t, unfit, 2)
			return
		}
		marks := fitted.Marks[0]
		evidence := marks.Fitted
		assert.Equal(t, on, evidence.On)
		count := func(which func(buyer) bool) (n int64) {
			for _, one := range people {
				if which(one) {
					n++
				}
			}
			return n
		}
		share := func(one buyer) decimal.Decimal { // in ‰, to more digits than can matter
			return decimal.New(1000*one.store, 0).DivRound(decimal.New(one.store+one.national, 0), 12)
		}
		both := func(one buyer) bool { return one.store > 0 && one.national > 0 }
		buyers := count(func(one buyer) bool { return one.store+one.national > 0 })
		assert.Equal(t, buyers, evidence.Buyers)

		if !marks.MediumAt.IsZero() {
			below := func(mark decimal.Decimal) int64 {
				return count(func(one buyer) bool {
					used := decimal.New(one.store+one.national, 0)
					return used.IsPositive() && used.LessThan(mark)
				})
			}
			assert.Equal(t, below(marks.MediumAt), evidence.BelowMedium)
			assert.Equal(t, below(marks.HeavyAt), evidence.BelowHeavy)
			assert.GreaterOrEqual(t, 3*evidence.BelowMedium, buyers)
			assert.GreaterOrEqual(t, 3*evidence.BelowHeavy, 2*buyers)
			next := func(mark decimal.Decimal) (amount decimal.Decimal) { // the greatest amount below the mark
				for _, one := range people {
					if used := decimal.New(one.store+one.national, 0); used.LessThan(mark) && used.GreaterThan(amount) {
						amount = used
					}
				}
				return amount
			}
			assert.Less(t, 3*below(next(marks.MediumAt)), buyers, "no smaller amount has a third below it")
			assert.Less(t, 3*below(next(marks.HeavyAt)), 2*buyers, "no smaller amount has two thirds below it")

			grid, byUsage, classes := newGrid(t, fitted), map[int64]segment.Usage{}, make(map[segment.Usage]int64)
			for _, one := range people {
				counts := one.counts()
				usage := grid.Cell(&counts, segment.Cell{}).Usage
				classes[usage]++
				if before, seen := byUsage[one.store+one.national]; seen {
					assert.Equal(t, before, usage, "%d units fall into two classes", one.store+one.national)
				}
				byUsage[one.store+one.national] = usage
			}
			assert.Equal(t, evidence.BelowMedium, classes[segment.Light])
			assert.Equal(t, evidence.BelowHeavy-evidence.BelowMedium, classes[segment.Medium])
			assert.Equal(t, buyers-evidence.BelowHeavy, classes[segment.Heavy])
		}
		if marks.StoreAtPermille != 0 {
			total := count(both)
			assert.Equal(t, total, evidence.BothKinds)
			atNational := func(permille int64) int64 {
				return count(func(one buyer) bool { return both(one) && share(one).LessThanOrEqual(decimal.New(permille, 0)) })
			}
			belowStore := func(permille int64) int64 {
				return count(func(one buyer) bool { return both(one) && share(one).LessThan(decimal.New(permille, 0)) })
			}
			national, store := int64(1000-marks.NationalAtPermille), int64(marks.StoreAtPermille)
			assert.Equal(t, atNational(national), evidence.AtNational)
			assert.Equal(t, belowStore(store), evidence.BelowStore)
			assert.GreaterOrEqual(t, 3*evidence.AtNational, total)
			assert.GreaterOrEqual(t, 3*evidence.BelowStore, 2*total)
			assert.Less(t, 3*atNational(national-1), total, "no smaller mark has a third at or below it")
			assert.Less(t, 3*belowStore(store-1), 2*total, "no smaller mark has two thirds below it")
		}
	})
}

// Only customers of both kinds with enough evidence speak for the brand marks: in most
// categories half of all customers never bought the store brand at all.
func TestFitTakesBrandMarksFromBuyersOfBothKinds(t *testing.T) {
	rules := tercileRules()
	rules.Categories = rules.Categories[:1]
	census := censusOfBuyers(rules, buyer{1, 9}, buyer{5, 5}, buyer{9, 1})
	for range 100 {
		census.Add([]segment.Counts{buyer{0, 7}.counts()})
		census.Add([]segment.Counts{buyer{8, 0}.counts()})
		once := buyer{3, 7}.counts()
		once.Days, once.Lines = 1, 1
		census.Add([]segment.Counts{once})
	}
	fitted, _, err := segment.Fit(rules, census, on)
	require.NoError(t, err)
	marks := fitted.Marks[0]
	assert.Equal(t, []int{900, 501}, []int{marks.NationalAtPermille, marks.StoreAtPermille})
	assert.Equal(t, int64(3), marks.Fitted.BothKinds)
	assert.Equal(t, segment.Coverage{
		Buyers: 303, Enough: 203, BothKinds: 3, Measured: 303, Lines: 1115,
		Bought: segment.Units{Store: 1000 * (15 + 800 + 300), National: 1000 * (15 + 700 + 700)},
	}, census.Coverage(0))
}
