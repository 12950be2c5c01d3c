package segment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func rfmCensus(t failer, rules segment.RFMRules, people ...segment.RFMFacts) *segment.RFMCensus {
	t.Helper()
	census := segment.NewRFMCensus(rules.Period(on))
	for _, one := range people {
		require.NoError(t, census.Add(one))
	}
	return census
}

// Recency is fitted so that the more recent have the higher score, and on each axis those
// exactly on a cut, however many, are together on its better side.
func TestFitRFMFreezesQuantiles(t *testing.T) {
	rules := rfmQuantiles()
	rules.Parts, rules.Groups = 3, nil
	people := []segment.RFMFacts{
		rfmFacts(300, 1, 10_00), rfmFacts(200, 1, 10_00),
		rfmFacts(100, 2, 20_00), rfmFacts(100, 2, 20_00), rfmFacts(100, 3, 30_00),
		rfmFacts(10, 5, 50_00), rfmFacts(5, 5, 50_00),
	}
	fitted, unfit, err := segment.FitRFM(rules, rfmCensus(t, rules, people...), on)
	require.NoError(t, err)
	require.Equal(t, []string{"cuts.recency_days[1]"}, faultPaths(t, unfit[:1]), "too few are longer ago than 100 days, and too few more recent")
	assert.Empty(t, fitted.Cuts.RecencyDays)
	assert.Equal(t, "0", fmt.Sprint(len(fitted.Cuts.Fitted.LongerAgo)))

	people[3].Last = on - 30
	fitted, unfit, err = segment.FitRFM(rules, rfmCensus(t, rules, people...), on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.JSONEq(t, `{
		"recency_days": [30, 10], "frequency_days": [3, 5], "monetary": ["30", "50"],
		"fitted": {"on": "2025-11-25", "customers": 7, "measured": 7, "longer_ago": [4, 5], "fewer_days": [4, 5], "less_money": [4, 5]}
	}`, toJSON(t, fitted.Cuts))
	assert.Zero(t, rules.Cuts, "the rules that came in stay as they were")

	rfm := newRFM(t, fitted)
	for _, test := range []struct {
		ago   customer.Date
		days  int
		cents int64
		want  string
	}{
		{31, 2, 29_99, "111"}, // both sides of each cut
		{30, 3, 30_00, "222"},
		{11, 4, 49_99, "222"},
		{10, 5, 50_00, "333"},
	} {
		assert.Equal(t, test.want, rfm.Scores(rfmFacts(test.ago, test.days, test.cents), segment.Scores{}).String())
	}

	// Next month's fit replaces the cuts; an axis that the shop takes over keeps them.
	again, unfit, err := segment.FitRFM(fitted, rfmCensus(t, rules, people...), on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.Equal(t, toJSON(t, fitted), toJSON(t, again))
	taken := fitted
	taken.Recency, taken.Monetary = segment.Stated, segment.Stated
	again, unfit, err = segment.FitRFM(taken, rfmCensus(t, rules, rfmFacts(9, 1, 1), rfmFacts(9, 3, 1), rfmFacts(9, 9, 1)), on)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.Equal(t, fitted.Cuts.RecencyDays, again.Cuts.RecencyDays)
	assert.Equal(t, []int{3, 9}, again.Cuts.FrequencyDays)
	assert.Equal(t, &segment.RFMFitted{On: on, Customers: 3, Measured: 3, FewerDays: []int64{1, 2}}, again.Cuts.Fitted)
	assert.Equal(t, []int{3, 5}, fitted.Cuts.FrequencyDays, "the earlier fit stays as it was")
	taken.Frequency = segment.Stated
	same, unfit, err := segment.FitRFM(taken, rfmCensus(t, rules), on)
	require.NoError(t, err)
	assert.Empty(t, unfit)
	assert.Equal(t, taken, same, "rules that state everything come back as they are")
}

// What does not fit is named, has no cuts and gives no score; no cut is moved.
func TestFitRFMNamesWhatDoesNotFit(t *testing.T) {
	many := func(n int, make func(i int) segment.RFMFacts) (people []segment.RFMFacts) {
		for i := range n {
			people = append(people, make(i))
		}
		return people
	}
	for _, test := range []struct {
		name   string
		slack  int
		people []segment.RFMFacts
		unfit  []string
	}{
		{"nobody", 0, nil, []string{"cuts.recency_days", "cuts.frequency_days", "cuts.monetary"}},
		{"one customer", 0, many(1, func(int) segment.RFMFacts { return rfmFacts(9, 1, 500) }), []string{"cuts.recency_days", "cuts.frequency_days", "cuts.monetary"}},
		{"all the same", 0, many(50, func(int) segment.RFMFacts { return rfmFacts(9, 1, 500) }), []string{"cuts.recency_days", "cuts.frequency_days", "cuts.monetary"}},
		{"only returns", 0, many(50, func(i int) segment.RFMFacts { return segment.RFMFacts{On: on, Returns: 1, Returned: int64(i)} }), []string{"cuts.recency_days", "cuts.frequency_days", "cuts.monetary"}},
		{"different", 0, many(50, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(i+1), i+1, int64(i)) }), nil},
		{"half came once", 0, many(50, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(i+1), max(1, i-24), int64(i)) }), []string{"cuts.frequency_days[1]"}},
		{"two thirds came yesterday", 0, many(50, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(max(1, i-33)), i+1, int64(i)) }), []string{"cuts.recency_days"}},
		{"two thirds were away for as long", 0, many(50, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(min(17, i+1)), i+1, int64(i)) }), []string{"cuts.recency_days[1]", "cuts.recency_days[2]"}},
		{"a third brought back more than it bought", 0, many(51, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(i+1), i+1, int64(i-17)) }), []string{"cuts.monetary[0]"}},
		{"a tenth did", 0, many(51, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(i+1), i+1, int64(i-5)) }), nil},
		{"too close for the slack", 300, many(50, func(i int) segment.RFMFacts { return rfmFacts(customer.Date(i+1), i+1, int64(i)) }), []string{"recency_slack_permille", "frequency_slack_permille", "monetary_slack_permille"}},
		{"no prices", 0, many(50, func(i int) segment.RFMFacts {
			facts := rfmFacts(customer.Date(i+1), i+1, 0)
			facts.Unpriced = facts.Lines
			return facts
		}), []string{"cuts.monetary"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := rfmQuantiles()
			rules.RecencySlackPermille, rules.FrequencySlackPermille, rules.MonetarySlackPermille = test.slack, test.slack, test.slack
			fitted, unfit, err := segment.FitRFM(rules, rfmCensus(t, rules, test.people...), on)
			require.NoError(t, err)
			var got []string
			for _, fault := range unfit {
				got = append(got, fault.Path)
			}
			assert.Equal(t, test.unfit, got, "%v", unfit)
			if len(test.unfit) > 0 && test.unfit[0] == "cuts.recency_days" && len(test.unfit) == 3 {
				assert.Nil(t, fitted.Cuts.Fitted, "nothing was fitted, and nothing is claimed")
			}
			newRFM(t, fitted)
		})
	}
}

func TestFitRFMRefuses(t *testing.T) {
	rules := rfmQuantiles()
	rules.From, rules.Until = on, on+1
	for name, census := range map[string]*segment.RFMCensus{
		"none":             nil,
		"a day too early":  segment.NewRFMCensus(population.Period{From: on - 366, Until: on - 1}),
		"a longer period":  segment.NewRFMCensus(population.Period{From: on - 366, Until: on}),
		"a shorter window": segment.NewRFMCensus(population.Period{From: on - 364, Until: on}),
	} {
		_, _, err := segment.FitRFM(rules, census, on)
		assert.Equal(t, []string{"census"}, faultPaths(t, err), name)
	}
	for _, test := range []struct {
		on   customer.Date
		code string
	}{{on - 1, customer.CodeNotYetInForce}, {on + 1, customer.CodeNoLongerInForce}, {0, customer.CodeNoDay}} {
		_, _, err := segment.FitRFM(rules, segment.NewRFMCensus(rules.Period(test.on)), test.on)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, []string{test.code}, codes(refusal.Missing))
	}
	rules.Parts = 0
	_, _, err := segment.FitRFM(rules, segment.NewRFMCensus(rules.Period(on)), on)
	assert.Equal(t, []string{"parts"}, faultPaths(t, err))
}

// The ranks that fitted cuts state are those of a naive count: each leaves its part below,
// no lesser figure would, and nobody exactly on it is below.
func TestFittedRFMCutsStateTheirTrueRanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := rfmQuantiles()
		rules.Parts, rules.Groups = rapid.IntRange(2, 6).Draw(t, "parts"), nil
		people := rapid.SliceOfN(somebodysRFM(), 1, 60).Draw(t, "people")
		fitted, unfit, err := segment.FitRFM(rules, rfmCensus(t, rules, people...), on)
		require.NoError(t, err)
		newRFM(t, fitted)
		evidence := fitted.Cuts.Fitted
		if evidence == nil {
			assert.NotEmpty(t, unfit)
			return
		}
		axes := []struct {
			figure func(segment.RFMFacts) int64
			cuts   []int64
			below  []int64
		}{
			{func(f segment.RFMFacts) int64 { return -int64(f.Recency()) }, nil, evidence.LongerAgo},
			{func(f segment.RFMFacts) int64 { return int64(f.Days) }, nil, evidence.FewerDays},
			{func(f segment.RFMFacts) int64 { kept, _ := f.Kept(); return kept }, nil, evidence.LessMoney},
		}
		for _, days := range fitted.Cuts.RecencyDays {
			axes[0].cuts = append(axes[0].cuts, -int64(days))
		}
		for _, days := range fitted.Cuts.FrequencyDays {
			axes[1].cuts = append(axes[1].cuts, int64(days))
		}
		for _, amount := range fitted.Cuts.Monetary {
			axes[2].cuts = append(axes[2].cuts, amount.Shift(2).IntPart())
		}
		for _, axis := range axes {
			var figures []int64
			for _, one := range people {
				figures = append(figures, axis.figure(one))
			}
			require.Len(t, axis.below, len(axis.cuts))
			for i, cut := range axis.cuts {
				assert.Equal(t, rfmNaiveCut(figures, i+1, rules.Parts), cut)
				assert.Equal(t, rfmBelow(figures, cut), axis.below[i])
			}
		}
	})
}

func rfmBelow(figures []int64, mark int64) (n int64) {
	for _, figure := range figures {
		if figure < mark {
			n++
		}
	}
	return n
}

// rfmNaiveCut is the least figure that leaves at least part/parts of all below.
func rfmNaiveCut(figures []int64, part, parts int) int64 {
	figures = slices.Clone(figures)
	slices.Sort(figures)
	last := figures[(part*len(figures)+parts-1)/parts-1] // she must be below the cut
	at := slices.IndexFunc(figures, func(figure int64) bool { return figure > last })
	if at < 0 {
		return math.MaxInt64
	}
	return figures[at]
}

// rfmMoney draws amounts in cents as shops have them, and as they do not.
func rfmMoney() map[string]func(*rand.Rand, int) int64 {
	lognormal := func(chance *rand.Rand, median, sigma float64) int64 {
		return int64(median * math.Exp(sigma*chance.NormFloat64()))
	}
	return map[string]func(chance *rand.Rand, i int) int64{
		"lognormal":        func(chance *rand.Rand, _ int) int64 { return lognormal(chance, 300_00, 1.2) },
		"lognormal, wide":  func(chance *rand.Rand, _ int) int64 { return lognormal(chance, 300_00, 2.5) },
		"zipf":             func(_ *rand.Rand, i int) int64 { return 1_000_000_000_00 / int64(i+1) },
		"zipf, steep":      func(_ *rand.Rand, i int) int64 { return int64(1e12 / math.Pow(float64(i+1), 1.5)) },
		"uniform":          func(chance *rand.Rand, _ int) int64 { return chance.Int64N(20_000_00) },
		"uniform, to 10¹²": func(chance *rand.Rand, _ int) int64 { return chance.Int64N(1_000_000_000_000) },
		"clustered at prices": func(chance *rand.Rand, _ int) int64 {
			if chance.IntN(3) > 0 {
				return []int64{4_99, 9_99, 9_99, 14_99, 19_99, 29_99, 49_99, 99_99, 149_00}[chance.IntN(9)]
			}
			return lognormal(chance, 400_00, 2)
		},
		"shops and households, some of whom bring back more": func(chance *rand.Rand, _ int) int64 {
			switch chance.IntN(50) {
			case 0:
				return lognormal(chance, 50_000_00, 2)
			case 1:
				return -lognormal(chance, 50_00, 1)
			}
			return lognormal(chance, 120_00, 1.4)
		},
	}
}

// Cuts are exact until population.MaxDistinct amounts, and within 0.5 % in rank beyond, of
// what money there is in shops.
func TestRFMCutsArePrecise(t *testing.T) {
	for name, draw := range rfmMoney() {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{60_000, 300_000} {
				rules := rfmQuantiles()
				chance := rand.New(rand.NewPCG(7, uint64(n)))
				figures, distinct := make([]int64, n), map[int64]bool{}
				census := segment.NewRFMCensus(rules.Period(on))
				for i := range figures {
					figures[i] = draw(chance, i)
					distinct[figures[i]] = true
					if err := census.Add(rfmFacts(customer.Date(1+i%365), min(1+i%50, 365-i%365), figures[i])); err != nil {
						t.Fatal(err)
					}
				}
				fitted, unfit, err := segment.FitRFM(rules, census, on)
				require.NoError(t, err)
				require.Empty(t, unfit)
				slices.Sort(figures)
				worst := int64(0)
				for i, amount := range fitted.Cuts.Monetary {
					cut := amount.Shift(2).IntPart()
					below, _ := slices.BinarySearch(figures, cut)
					assert.Equal(t, int64(below), fitted.Cuts.Fitted.LessMoney[i], "the rank that is stated is the true one")
					exact, _ := slices.BinarySearch(figures, figures[((i+1)*n+4)/5-1]+1) // see rfmNaiveCut
					if len(distinct) <= population.MaxDistinct {
						assert.Equal(t, figures[exact], cut)
					}
					worst = max(worst, int64(below-exact), int64(exact-below))
				}
				assert.LessOrEqual(t, 1000*worst, int64(5*n), "0.5 %% in rank")
				if n > 2*population.MaxDistinct {
					assert.Greater(t, len(distinct), population.MaxDistinct, "the test is to go beyond")
				}
				t.Logf("%d customers, %d amounts: off by %d ranks", n, len(distinct), worst)
			}
		})
	}
}

// Small amounts keep their precision beside large ones: households that all spend less than
// a hundred, and as many wholesalers spread over tens of millions.
func TestRFMCutsOfHouseholdsBesideWholesalers(t *testing.T) {
	figures := make([]int64, 300_000)
	for i := range figures {
		if figures[i] = int64(i % 100_00); i%2 == 0 {
			figures[i] = 1_000_00 + int64(i)*200_01
		}
	}
	cuts, unfit := rfmFitMoney(t, rfmQuantiles(), figures)
	assert.Empty(t, unfit)
	for i, amount := range cuts.Monetary {
		below := rfmBelow(figures, amount.Shift(2).IntPart())
		assert.Equal(t, below, cuts.Fitted.LessMoney[i])
		assert.InDelta(t, 300_000*(i+1)/5, below, 1500, "0.5 %% in rank")
	}
}

// Where precision cannot hold, it is not claimed: half of all differ by less than the
// leading bits can show that so wide a range of amounts leaves, so they fall into one
// step, and that is said.
func TestRFMCutsBeyondPrecisionSaySo(t *testing.T) {
	figures := make([]int64, 300_000)
	for i := range figures {
		if figures[i] = 500_000_000_000 + int64(i); i%2 == 0 {
			figures[i] = int64(math.Exp(27 * float64(i) / 300_000)) // from a cent to billions
		}
	}
	_, unfit := rfmFitMoney(t, rfmQuantiles(), figures)
	require.NotEmpty(t, unfit)
	assert.Equal(t, "cuts.monetary[3]", unfit[0].Path, "half of all lie in one step")

	rules := rfmQuantiles()
	rules.Parts, rules.Groups = 2, nil
	cuts, unfit := rfmFitMoney(t, rules, figures)
	require.Empty(t, unfit)
	assert.Equal(t, rfmBelow(figures, cuts.Monetary[0].Shift(2).IntPart()), cuts.Fitted.LessMoney[0], "the rank that is stated is the true one")
}

func rfmFitMoney(t *testing.T, rules segment.RFMRules, figures []int64) (segment.RFMCuts, customer.Faults) {
	t.Helper()
	census := segment.NewRFMCensus(rules.Period(on))
	for i, figure := range figures {
		require.NoError(t, census.Add(rfmFacts(customer.Date(1+i%365), min(1+i%50, 365-i%365), figure)))
	}
	fitted, unfit, err := segment.FitRFM(rules, census, on)
	require.NoError(t, err)
	return fitted.Cuts, unfit
}

// The census is free of order and split too, and states its coverage.
func TestRFMCensusIsFreeOfOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := rfmQuantiles()
		people := rapid.SliceOfN(somebodysRFM(), 0, 40).Draw(t, "people")
		whole := rfmCensus(t, rules, people...)
		merged := segment.NewRFMCensus(rules.Period(on))
		people = rapid.Permutation(people).Draw(t, "order")
		at := rapid.IntRange(0, len(people)).Draw(t, "split")
		require.NoError(t, merged.Merge(rfmCensus(t, rules, people[at:]...)))
		require.NoError(t, merged.Merge(rfmCensus(t, rules, people[:at]...)))
		data := marshal(t, whole)
		assert.Equal(t, data, marshal(t, merged))
		var again segment.RFMCensus
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, whole.Coverage(), again.Coverage())
	})
}

func TestRFMCoverage(t *testing.T) {
	census := rfmCensus(t, rfmQuantiles(),
		segment.RFMFacts{On: on, Last: on - 1, Days: 2, Lines: 5, Unpriced: 2, Returns: 2, UnpricedReturns: 1, Bought: 100, Returned: 150},
		segment.RFMFacts{On: on, Last: on - 365, Days: 1, Lines: 1, Unpriced: 1},
		segment.RFMFacts{On: on, Last: on - 2, Days: 1, Lines: 1, Bought: 100, Returns: 1, Returned: 100},
		segment.RFMFacts{On: on, Returns: 1, UnpricedReturns: 1},
		segment.RFMFacts{On: on},
	)
	assert.Equal(t, segment.RFMCoverage{
		Customers: 3, Measured: 2, BelowZero: 1, Lines: 7, Unpriced: 3, Returns: 4, UnpricedReturns: 2,
	}, census.Coverage())

	for name, facts := range map[string]segment.RFMFacts{
		"of another day":            {On: on - 1, Last: on - 2, Days: 1, Lines: 1},
		"of a longer window":        {On: on, Last: on - 366, Days: 1, Lines: 1},
		"without a last day":        {On: on, Days: 1, Lines: 1},
		"days without lines":        {On: on, Last: on - 1, Days: 1},
		"lines without days":        {On: on, Lines: 1},
		"fewer lines than days":     {On: on, Last: on - 1, Days: 2, Lines: 1},
		"more unpriced than lines":  {On: on, Last: on - 1, Days: 1, Lines: 1, Unpriced: 2},
		"sums below 0":              {On: on, Last: on - 1, Days: 1, Lines: 1, Bought: -1},
		"days below 0":              {On: on, Last: on - 1, Days: -1},
		"more days than the window": {On: on, Last: on - 1, Days: 366, Lines: 366},
		"two days up to the first":  {On: on, Last: on - 365, Days: 2, Lines: 2},
	} {
		before := marshal(t, census)
		assert.Equal(t, []string{"facts"}, faultPaths(t, census.Add(facts)), name)
		assert.Equal(t, before, marshal(t, census))
	}
	require.Error(t, census.Merge(segment.NewRFMCensus(population.Period{From: on - 364, Until: on})))
}

// goldenRFMCensus is format version 1: the period, customers, measured, lines, unpriced,
// returns, unpriced returns, and the three histograms, with days ago below 0.
const goldenRFMCensus = "01" + "f2912d" + "fc912d" + "02" + "01" + "04" + "01" + "01" + "00" +
	"00" + "02" + "13" + "01" + "03" + "01" + // 10 and 2 days ago
	"00" + "02" + "02" + "01" + "04" + "01" +
	"00" + "01" + "63" + "01" // 50 less than nothing

func TestRFMCensusFormat(t *testing.T) {
	census := segment.NewRFMCensus(population.Period{From: on - 10, Until: on})
	require.NoError(t, census.Add(segment.RFMFacts{On: on, Last: on - 2, Days: 2, Lines: 3, Returns: 1, Bought: 50, Returned: 100}))
	require.NoError(t, census.Add(segment.RFMFacts{On: on, Last: on - 10, Days: 1, Lines: 1, Unpriced: 1}))
	assert.Equal(t, unhex(t, goldenRFMCensus), marshal(t, census))
}

func TestImpossibleRFMCensusesAreRefused(t *testing.T) {
	const head, none = "01" + "f2912d" + "fc912d", "0000"
	one := func(value string) string { return "0001" + value + "01" }
	for name, body := range map[string]string{
		"more measured than customers":         "010201000000" + one("01") + one("02") + "0001" + "0202",
		"more customers than lines":            "010100000000" + one("01") + one("02") + one("02"),
		"more unpriced than lines":             "010001020000" + one("01") + one("02") + none,
		"measured without a priced line":       "010101010000" + one("01") + one("02") + one("02"),
		"more unpriced returns":                "010001000001" + one("01") + one("02") + none,
		"recency of nobody":                    "000000000000" + one("01") + none + none,
		"frequency of nobody":                  "000000000000" + none + one("02") + none,
		"money of nobody":                      "010001000000" + one("01") + one("02") + one("02"),
		"a purchase on the day of decision":    "010001000000" + one("00") + one("02") + none,
		"a purchase before the period":         "010001000000" + one("15") + one("02") + none,
		"no day of purchase":                   "010001000000" + one("01") + one("00") + none,
		"more days of purchase than there are": "010010000000" + one("01") + one("16") + none,
		"more days of purchase than lines":     "010001000000" + one("01") + one("04") + none,
		"customers beyond the bound":           beyondSum + "0000000000" + none + none + none,
		"money beyond the bound":               "010101000000" + one("01") + one("02") + one("8280a0f6f4acdbe01b"),
	} {
		var census segment.RFMCensus
		require.ErrorIs(t, census.UnmarshalBinary(unhex(t, head+body)), population.ErrFormat, name)
	}
	for name, body := range map[string]string{
		"the first day, on every day": "010110000000" + one("13") + one("14") + one("00"),
		"the last day":                "010101000000" + one("01") + one("02") + one("8080a0f6f4acdbe01b"),
		"the most customers, twice":   greatestSum + "00" + greatestSum + greatestSum + "0000" + "0001" + "01" + greatestSum + "0001" + "04" + greatestSum + none,
		"nobody, who brought things":  "000000000500" + none + none + none,
	} {
		var census segment.RFMCensus
		require.NoError(t, census.UnmarshalBinary(unhex(t, head+body)), name)
	}
}

// Figures that stopped at their bound are counted, written and read like any others.
func TestRFMSumsThatStopped(t *testing.T) {
	period := population.Period{From: on - 30, Until: on}
	tally := segment.NewRFMTally[uint32](period)
	require.NoError(t, tally.Add(
		line{Customer: 1, Day: on - 1, Priced: true, Amount: 500}, line{Customer: 1, Day: on - 2}, line{Customer: 2, Day: on - 2, Returned: true},
	))
	census := segment.NewRFMCensus(period)
	for _, facts := range tally.All() {
		require.NoError(t, census.Add(facts))
	}
	for range 70 { // with itself: twice as much each time
		require.NoError(t, tally.Merge(tally))
		require.NoError(t, census.Merge(census))
	}
	var readTally segment.RFMTally[uint32]
	require.NoError(t, readTally.UnmarshalBinary(marshal(t, tally)))
	assert.Equal(t, marshal(t, tally), marshal(t, &readTally))
	var readCensus segment.RFMCensus
	require.NoError(t, readCensus.UnmarshalBinary(marshal(t, census)))
	assert.Equal(t, marshal(t, census), marshal(t, &readCensus))
	for _, facts := range tally.All() {
		require.NoError(t, census.Add(facts))
	}
}

// A period longer than there are values in a histogram is counted too, if not fitted.
func TestRFMCensusOfAllTime(t *testing.T) {
	census := segment.NewRFMCensus(population.Period{From: 1, Until: on})
	for i := range customer.Date(100_000) {
		facts := segment.RFMFacts{On: on, Last: on - 1 - i, Days: 1 + int(i), Lines: 1 + int64(i)}
		if err := census.Add(facts); err != nil {
			t.Fatal(err)
		}
	}
	data := marshal(t, census)
	var again segment.RFMCensus
	require.NoError(t, again.UnmarshalBinary(data))
	assert.Equal(t, data, marshal(t, &again))
}

// row C24: recency, frequency and money of real customers, in quintiles. The figures were
// computed independently in Python (csv, datetime and decimal modules): the receipts of
// 365 days before 10 December 2011 with a customer and a price of 0 or more, days as the
// file has them, cents rounded half up per line, returns taken off, and each cut the least
// figure that leaves its fifths below.
func TestRFMOfRealCustomers(t *testing.T) {
	rules, decision := rfmQuantiles(), day(t, "2011-12-10")
	rules.Zone = "Europe/London"
	rfm := newRFM(t, rules)
	sales, returns := realReceipts(readSold(t, "online_retail"))
	var lines []population.Line[customer.ID]
	var err error
	for _, sale := range sales {
		lines, err = rfm.Sale(lines, sale)
		require.NoError(t, err)
	}
	for _, back := range returns {
		lines, err = rfm.Return(lines, back)
		require.NoError(t, err)
	}
	tally := segment.NewRFMTally[customer.ID](rules.Period(decision))
	require.NoError(t, tally.Add(lines...))
	assert.Equal(t, 4265+31, tally.Customers(), "31 only brought something back")
	census := segment.NewRFMCensus(rules.Period(decision))
	for _, facts := range tally.All() {
		require.NoError(t, census.Add(facts))
	}
	coverage := census.Coverage()
	assert.Equal(t, []int64{4265, 4265, 6, 0}, []int64{coverage.Customers, coverage.Measured, coverage.BelowZero, coverage.Unpriced})

	fitted, unfit, err := segment.FitRFM(rules, census, decision)
	require.NoError(t, err)
	require.Empty(t, unfit)
	assert.JSONEq(t, `{
		"recency_days": [170, 68, 31, 12], "frequency_days": [2, 3, 4, 6], "monetary": ["236.26", "467.66", "910.72", "1983.58"],
		"fitted": {"on": "2011-12-10", "customers": 4265, "measured": 4265, "longer_ago": [854, 1711, 2597, 3439],
			"fewer_days": [1557, 2399, 2896, 3509], "less_money": [853, 1706, 2559, 3412]}
	}`, toJSON(t, fitted.Cuts))

	rfm = newRFM(t, fitted)
	var recency, frequency, monetary [6]int
	triples := map[segment.Scores]int{}
	for _, facts := range tally.All() {
		if scores := rfm.Scores(facts, segment.Scores{}); scores.Known() {
			recency[scores.Recency]++
			frequency[scores.Frequency]++
			monetary[scores.Monetary]++
			triples[scores]++
		}
	}
	assert.Equal(t, [6]int{0, 854, 857, 886, 842, 826}, recency)
	assert.Equal(t, [6]int{0, 1557, 842, 497, 613, 756}, frequency)
	assert.Equal(t, [6]int{0, 853, 853, 853, 853, 853}, monetary)
	assert.Len(t, triples, 113)
	assert.Equal(t, 339, triples[segment.Scores{Recency: 1, Frequency: 1, Monetary: 1}])
	assert.Equal(t, 318, triples[segment.Scores{Recency: 5, Frequency: 5, Monetary: 5}])

	// The shop says what often means; then whom to keep.
	fitted.Frequency, fitted.Cuts.FrequencyDays = segment.Stated, []int{2, 3, 5, 9}
	stated, unfit, err := segment.FitRFM(fitted, census, decision)
	require.NoError(t, err)
	require.Empty(t, unfit)
	rfm = newRFM(t, stated)
	var listed []segment.RFMListed[customer.ID]
	for one := range segment.RFMKeepList(rfm, tally.All(), nil) {
		listed = append(listed, one)
	}
	assert.Len(t, listed, 482)
	for i, want := range []struct {
		customer customer.ID
		scores   string
		ago      int
		days     int
		money    string
	}{
		{"12348", "234", 76, 4, "1797.24"},
		{"12352", "344", 37, 7, "1545.41"},
		{"12359", "335", 58, 4, "6245.53"},
		{"12360", "335", 53, 3, "2662.06"},
	} {
		one := listed[i]
		kept, _ := one.Facts.Kept()
		assert.Equal(t, want.customer, one.Customer)
		assert.Equal(t, want.scores, one.Scores.String())
		assert.Equal(t, []int{want.ago, want.days}, []int{one.Facts.Recency(), one.Facts.Days})
		assert.Equal(t, want.money, decimal.New(kept, -2).String())
	}

	// The grouped form finds the same.
	counter := segment.NewRFMCounter[customer.ID](rules.Period(decision))
	slices.SortStableFunc(lines, func(a, b population.Line[customer.ID]) int {
		switch {
		case a.Customer < b.Customer:
			return -1
		case a.Customer > b.Customer:
			return 1
		}
		return 0
	})
	grouped := segment.NewRFMCensus(rules.Period(decision))
	for run, err := range population.Runs(func(yield func(population.Line[customer.ID], error) bool) {
		for _, one := range lines {
			if !yield(one, nil) {
				return
			}
		}
	}) {
		require.NoError(t, err)
		facts, err := counter.Count(run)
		require.NoError(t, err)
		require.Equal(t, tally.Facts(run[0].Customer), facts)
		require.NoError(t, grouped.Add(facts))
	}
	assert.Equal(t, marshal(t, census), marshal(t, grouped))
}
