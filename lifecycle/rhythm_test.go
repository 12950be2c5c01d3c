package lifecycle_test

import (
	"cmp"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// weighted is one gap of the model's mixture, with its exact weight.
type weighted struct {
	days   int
	weight *big.Rat
}

// naive is Expect by the words of its comments: every gap with its weight in fractions,
// every window tried. Other people's days are given as they are, not counted up. It
// returns false where nothing is known.
func naive(rules lifecycle.RhythmRules, days customer.Days, others []customer.Days, now customer.Date) (lifecycle.Expectation, bool) {
	days = days.Before(now + 1)
	e := lifecycle.Expectation{Rule: rules.Name(), On: now, Days: len(days), Last: days.Last()}
	var all, first, own []int
	singles := int64(0)
	gaps := func(days customer.Days) (list []int) {
		for i := 1; i < len(days); i++ {
			list = append(list, min(int(days[i]-days[i-1]), lifecycle.MaxGapDays))
		}
		return list
	}
	for _, other := range others {
		list := gaps(other)
		all = append(all, list...)
		if len(other) == 1 {
			singles++
		}
		first = append(first, list[:min(len(list), 1)]...)
	}
	own = gaps(days)
	slices.Reverse(own) // newest first
	own = own[:min(len(own), rules.OwnGaps)]
	e.Own = len(own)
	e.Silence = int(now - e.Last)

	var mixture []weighted
	for j, gap := range own {
		weight := int64(10_000) // in four decimal places, rounded down
		if rules.HalfAtGaps > 0 {
			weight = weight * int64(rules.HalfAtGaps) / int64(rules.HalfAtGaps+j)
		}
		mixture = append(mixture, weighted{gap, big.NewRat(weight, 10_000)})
	}
	switch {
	case len(days) == 0 || len(days) == 1 && len(first) == 0:
		return e, false
	case len(days) == 1:
		e.Basis, e.Second, e.Buyers = lifecycle.SecondPurchases, int64(len(first)), int64(len(first))+singles
		for _, gap := range first {
			mixture = append(mixture, weighted{gap, big.NewRat(1, 1)})
		}
	case rules.PriorGaps > 0 && len(all) > 0:
		e.Basis = lifecycle.Mixed
		for _, gap := range all { // k gaps in all
			mixture = append(mixture, weighted{gap, big.NewRat(int64(rules.PriorGaps), int64(len(all)))})
		}
	default:
		e.Basis = lifecycle.OwnGaps
	}

	slices.SortFunc(mixture, func(a, b weighted) int { return cmp.Compare(a.days, b.days) })
	total := weightOf(mixture, func(int) bool { return true })
	half := new(big.Rat).Quo(total, big.NewRat(2, 1))
	for _, gap := range mixture {
		if upTo := weightOf(mixture, func(days int) bool { return days <= gap.days }); upTo.Cmp(half) >= 0 {
			e.Interval = gap.days
			break
		}
	}
	e.Due = e.Last.AddDays(e.Interval)
	e.Overdue = int(now-e.Last) - e.Interval

	// Only windows that begin or end at a gap, or lie in the middle, can be best, but
	// trying all of them is simpler to believe. Starts far beyond every gap hold none.
	densest, distance := new(big.Rat), 0
	for start := 1; start <= mixture[len(mixture)-1].days; start++ {
		end := start + rules.WindowDays
		inside := weightOf(mixture, func(days int) bool { return start <= days && days < end })
		middle := start + (rules.WindowDays+1)/2 - 1 // the day itself, or the earlier of the two
		off := max(middle-e.Interval, e.Interval-middle)
		if c := inside.Cmp(densest); c > 0 || c == 0 && off < distance {
			densest, distance = inside, off
			e.From, e.Middle, e.Until = e.Last.AddDays(start), e.Last.AddDays(middle), e.Last.AddDays(end)
		}
	}

	shorter := weightOf(mixture, func(days int) bool { return days < int(now-e.Last) })
	rank := new(big.Rat).Quo(shorter.Mul(shorter, big.NewRat(1000, 1)), total)
	e.SilenceRank = int(new(big.Int).Quo(rank.Num(), rank.Denom()).Int64())
	return e, true
}

func weightOf(mixture []weighted, within func(days int) bool) *big.Rat {
	sum := new(big.Rat)
	for _, gap := range mixture {
		if within(gap.days) {
			sum.Add(sum, gap.weight)
		}
	}
	return sum
}

func drawRules(t *rapid.T) lifecycle.RhythmRules {
	return lifecycle.RhythmRules{
		Edition:    customer.Edition{ID: "rhythm", Version: 1},
		PriorGaps:  rapid.SampledFrom([]int{0, 1, 2, 3, 100}).Draw(t, "prior gaps"),
		OwnGaps:    rapid.SampledFrom([]int{1, 2, 3, 20, 100}).Draw(t, "own gaps"),
		HalfAtGaps: rapid.SampledFrom([]int{0, 1, 3, 5, 1000}).Draw(t, "half at gaps"),
		WindowDays: rapid.OneOf(rapid.IntRange(1, 15), rapid.SampledFrom([]int{30, 31, 366})).Draw(t, "window days"),
	}
}

// drawGaps draws gaps that often repeat, so that medians and windows tie.
func drawGaps(t *rapid.T, least, most int) []int {
	return rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]int{1, 7, 14, 21}),
		rapid.IntRange(1, 40),
	), least, most).Draw(t, "gaps")
}

func drawPopulation(t *rapid.T) []customer.Days {
	var others []customer.Days
	for range rapid.IntRange(0, 6).Draw(t, "others") {
		others = append(others, after(739_000, drawGaps(t, 0, 6)...))
	}
	return others
}

func TestExpectAgreesWithTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, others := drawRules(t), drawPopulation(t)
		var days customer.Days
		if rapid.IntRange(0, 9).Draw(t, "bought") > 0 {
			days = after(739_000, drawGaps(t, 0, 12)...)
		}
		now := days.Last() + customer.Date(rapid.IntRange(0, 60).Draw(t, "silence"))
		now = max(now, 739_000)

		want, known := naive(rules, days, others, now)
		got, err := newRhythm(t, rules).Expect(days, gapsOf(others...), now)
		if !known {
			assert.NotEmpty(t, codes(t, err))
			return
		}
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

// The model tries every window, which takes a while for gaps of years; a few are enough.
func TestExpectAgreesWithTheModelOverYears(t *testing.T) {
	rules := rhythmRules()
	rules.WindowDays = 366
	others := []customer.Days{after(1, 365, 366, 3659), after(1, 3660, 3661), after(1, 9000)}
	for _, days := range []customer.Days{after(1, 364), after(1, 4000), after(1, 3660, 3659, 30), {1}} {
		for _, silence := range []customer.Date{0, 3659, 3660, 3661} {
			want, known := naive(rules, days, others, days.Last()+silence)
			require.True(t, known)
			got, err := newRhythm(t, rules).Expect(days, gapsOf(others...), days.Last()+silence)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	}
}

func TestExpectProperties(t *testing.T) {
	t.Run("days after the day change nothing", rapid.MakeCheck(func(t *rapid.T) {
		rhythm, gaps := newRhythm(t, drawRules(t)), gapsOf(drawPopulation(t)...)
		days := after(739_000, drawGaps(t, 1, 12)...)
		now := days[rapid.IntRange(0, len(days)-1).Draw(t, "seen")] + customer.Date(rapid.IntRange(0, 1).Draw(t, "later"))
		all, err := rhythm.Expect(days, gaps, now)
		seen, errSeen := rhythm.Expect(slices.Clone(days.Before(now+1)), gaps, now)
		assert.Equal(t, errSeen, err)
		assert.Equal(t, seen, all)
	}))

	t.Run("a shift of all days shifts the answer", rapid.MakeCheck(func(t *rapid.T) {
		rhythm, gaps := newRhythm(t, drawRules(t)), gapsOf(drawPopulation(t)...)
		own := drawGaps(t, 1, 12)
		days, shift := after(739_000, own...), customer.Date(rapid.IntRange(0, 3000).Draw(t, "shift"))
		now := days.Last() + customer.Date(rapid.IntRange(0, 60).Draw(t, "silence"))
		want, err := rhythm.Expect(days, gaps, now)
		require.NoError(t, err)
		for _, day := range []*customer.Date{&want.On, &want.Last, &want.Due, &want.From, &want.Middle, &want.Until} {
			*day += shift
		}
		got, err := rhythm.Expect(after(739_000+shift, own...), gaps, now+shift)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}))

	// More purchases before the same silence are a louder alarm.
	t.Run("a shorter own rhythm never lowers the alarm", rapid.MakeCheck(func(t *rapid.T) {
		rhythm, gaps := newRhythm(t, drawRules(t)), gapsOf(drawPopulation(t)...)
		own := drawGaps(t, 1, 12)
		shorter := slices.Clone(own)
		if rapid.Bool().Draw(t, "all gaps") {
			percent := rapid.IntRange(1, 100).Draw(t, "percent")
			for i := range shorter {
				shorter[i] = max(1, shorter[i]*percent/100)
			}
		} else {
			i := rapid.IntRange(0, len(own)-1).Draw(t, "which gap")
			shorter[i] = rapid.IntRange(1, own[i]).Draw(t, "shorter gap")
		}
		silence := rapid.IntRange(0, 60).Draw(t, "silence")
		before, now := silentRhythm(t, rhythm, gaps, own, silence), silentRhythm(t, rhythm, gaps, shorter, silence)
		assert.GreaterOrEqual(t, now.SilenceRank, before.SilenceRank)
		assert.LessOrEqual(t, now.Interval, before.Interval)
	}))

	t.Run("one more purchase never lowers the alarm, if nearer than her silence to another", rapid.MakeCheck(func(t *rapid.T) {
		rhythm, gaps := newRhythm(t, drawRules(t)), gapsOf(drawPopulation(t)...)
		own := drawGaps(t, 1, 12)
		silence := rapid.IntRange(2, 60).Draw(t, "silence")
		i := rapid.IntRange(0, len(own)).Draw(t, "where")
		more := slices.Insert(slices.Clone(own), 0, rapid.IntRange(1, silence-1).Draw(t, "before the first"))
		if i < len(own) {
			if own[i] == 1 {
				return // there is no day between
			}
			near := rapid.IntRange(1, min(silence-1, own[i]-1)).Draw(t, "near")
			parts := []int{near, own[i] - near}
			if rapid.Bool().Draw(t, "the later") {
				slices.Reverse(parts)
			}
			more = slices.Replace(slices.Clone(own), i, i+1, parts...)
		}
		before, now := silentRhythm(t, rhythm, gaps, own, silence), silentRhythm(t, rhythm, gaps, more, silence)
		assert.GreaterOrEqual(t, now.SilenceRank, before.SilenceRank)
	}))

	t.Run("longer silence never lowers the alarm", rapid.MakeCheck(func(t *rapid.T) {
		rhythm, gaps := newRhythm(t, drawRules(t)), gapsOf(drawPopulation(t)...)
		days := after(739_000, drawGaps(t, 1, 12)...)
		rank := 0
		for silence := range customer.Date(60) {
			e, err := rhythm.Expect(days, gaps, days.Last()+silence)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, e.SilenceRank, rank)
			assert.Equal(t, int(silence)-e.Interval, e.Overdue)
			rank = e.SilenceRank
		}
		assert.Equal(t, 1000, rank, "every gap drawn is shorter than 59 days")
	}))
}

// silentRhythm expects after days with these gaps, which all end alike and begin earlier the
// longer they are, so that the silence is the same.
func silentRhythm(t require.TestingT, rhythm *lifecycle.Rhythm, gaps *lifecycle.Gaps, own []int, silence int) lifecycle.Expectation {
	last, days := customer.Date(740_000), after(1, own...)
	e, err := rhythm.Expect(after(last-days.Last()+1, own...), gaps, last.AddDays(silence))
	require.NoError(t, err)
	return e
}

// What does not hold, and is no paradox: one more purchase halfway between two that lie
// far apart turns one proof of slowness into two. Nor are one and two purchases comparable
// where others are quick to come a second time and slow afterwards: their gaps differ.
func TestMorePurchasesThatProveSlowness(t *testing.T) {
	rhythm := newRhythm(t, rhythmRules())
	weekly := gapsOf(after(1, 7, 7, 7))
	const silence = 50
	assert.Equal(t, 750, silentRhythm(t, rhythm, weekly, []int{200}, silence).SilenceRank)
	assert.Equal(t, 620, silentRhythm(t, rhythm, weekly, []int{100, 100}, silence).SilenceRank, "both gaps are longer than the silence")
	assert.Equal(t, 827, silentRhythm(t, rhythm, weekly, []int{151, 49}, silence).SilenceRank, "one is shorter")
	assert.Equal(t, 827, silentRhythm(t, rhythm, weekly, []int{200, 49}, silence).SilenceRank, "one more day after the last gap")

	slower := gapsOf(after(1, 7, 300, 300), after(1, 7, 300, 300))
	assert.Equal(t, 1000, silentRhythm(t, rhythm, slower, nil, silence).SilenceRank)
	assert.Equal(t, 500, silentRhythm(t, rhythm, slower, []int{5}, silence).SilenceRank)
}

// row D6: the rank is (n·own + k·population)/(n + k). Two of her four gaps and nine of
// the population's ten are shorter than 30 days.
func TestSilenceRankIsTheMixtureOfShares(t *testing.T) {
	population := gapsOf(after(1, 7, 7, 7, 14, 14, 14, 21, 21, 21, 60))
	rules := rhythmRules()
	rules.HalfAtGaps = 0
	for _, tc := range []struct{ prior, rank int }{
		{0, 500},
		{1, (4*500 + 1*900) / 5},
		{3, (4*500 + 3*900) / 7},
		{100, (4*500 + 100*900) / 104},
	} {
		rules.PriorGaps = tc.prior
		e := silentRhythm(t, newRhythm(t, rules), population, []int{10, 40, 12, 35}, 30)
		assert.Equal(t, tc.rank, e.SilenceRank, "k = %d", tc.prior)
		assert.Equal(t, []int{4, 30}, []int{e.Own, e.Silence})
	}
}

// A product with too few gaps goes by its category's, and that by everything's.
func TestExpectAmong(t *testing.T) {
	sku := gapsOf(after(1, 10, 10), customer.Days{1})                                            // 2 gaps, 1 second purchase
	category := gapsOf(after(1, 20, 20, 20), after(1, 20, 20))                                   // 5 gaps, 2 second purchases
	everything := gapsOf(after(1, 30, 30, 30), after(1, 30, 30), after(1, 30), after(1, 30, 30)) // 8 gaps, 4
	levels := []*lifecycle.Gaps{sku, category, everything}
	last := on("2026-11-11")
	once, twice := customer.Days{last}, customer.Days{last - 25, last}
	for _, tc := range []struct {
		name            string
		days            customer.Days
		least           int
		levels          []*lifecycle.Gaps
		level, interval int
		found           int64
	}{
		{"any at all", twice, 0, levels, 0, 10, 0},
		{"any at all, of none", twice, 0, []*lifecycle.Gaps{new(lifecycle.Gaps), category}, 1, 20, 0},
		{"as many as the product has", twice, 2, levels, 0, 10, 0},
		{"one more", twice, 3, levels, 1, 20, 2},
		{"as many as the category has", twice, 5, levels, 1, 20, 2},
		{"one more still", twice, 6, levels, 2, 30, 2},
		{"more than there are", twice, 9, levels, 2, 30, 2},
		{"one purchase: second purchases must be as many", once, 1, levels, 0, 10, 0},
		{"one purchase, two second ones", once, 2, levels, 1, 20, 1},
		{"one purchase, three", once, 3, levels, 2, 30, 1},
		{"no populations", twice, 3, nil, 0, 25, 0},
		{"one that is not there", twice, 3, []*lifecycle.Gaps{nil, sku, category}, 2, 20, 0},
		{"too few, and none at all", twice, 3, []*lifecycle.Gaps{new(lifecycle.Gaps), sku, new(lifecycle.Gaps), nil}, 1, 10, 0},
		{"none that knows a gap", twice, 0, []*lifecycle.Gaps{nil, new(lifecycle.Gaps)}, 0, 25, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rhythmRules()
			rules.LeastGaps, rules.PriorGaps = tc.least, 9
			e, err := newRhythm(t, rules).ExpectAmong(tc.days, tc.levels, last)
			require.NoError(t, err)
			assert.Equal(t, []int{tc.level, tc.interval}, []int{e.Level, e.Interval})
			assert.Equal(t, tc.found, e.Found)
			assert.Equal(t, tc.level > 0, e.Reasons()[0].Code == lifecycle.CodeFewGaps)
			if len(tc.levels) > 0 { // whoever speaks, it is what they say alone
				want, err := newRhythm(t, rules).Expect(tc.days, tc.levels[tc.level], last)
				require.NoError(t, err)
				want.Level, want.Found, want.LeastGaps = e.Level, e.Found, e.LeastGaps
				assert.Equal(t, want, e)
			}
		})
	}
	alone := rhythmRules()
	alone.PriorGaps, alone.LeastGaps = 0, 3
	e, err := newRhythm(t, alone).ExpectAmong(twice, levels, last)
	require.NoError(t, err)
	assert.Equal(t, lifecycle.OwnGaps, e.Basis)
	assert.Zero(t, e.Level, "where hers alone count, no wider range speaks")

	_, err = newRhythm(t, rhythmRules()).ExpectAmong(once, nil, last)
	assert.Equal(t, []string{lifecycle.CodeOnePurchase, lifecycle.CodeNoGaps}, codes(t, err))
}

func TestExpectBasis(t *testing.T) {
	now := on("2026-11-25")
	once, twice := customer.Days{now - 10}, customer.Days{now - 24, now - 10}
	others := gapsOf(after(1, 7, 30), after(1, 21), customer.Days{5}, customer.Days{6}, customer.Days{7})
	for _, tc := range []struct {
		name     string
		prior    int
		days     customer.Days
		gaps     *lifecycle.Gaps
		basis    lifecycle.Basis
		interval int
		missing  []string
	}{
		{"never bought, population known", 3, nil, others, 0, 0, []string{lifecycle.CodeNoPurchase}},
		{"never bought, no population", 3, nil, nil, 0, 0, []string{lifecycle.CodeNoPurchase, lifecycle.CodeNoGaps}},
		{"bought only later", 3, customer.Days{now + 1}, others, 0, 0, []string{lifecycle.CodeNoPurchase}},
		{"bought once, no population", 3, once, nil, 0, 0, []string{lifecycle.CodeOnePurchase, lifecycle.CodeNoGaps}},
		{"bought once, nobody came again", 3, once, gapsOf(customer.Days{5}), 0, 0, []string{lifecycle.CodeOnePurchase, lifecycle.CodeNoGaps}},
		{"bought once, others came again after 7 or 21 days", 3, once, others, lifecycle.SecondPurchases, 7, nil},
		{"bought once, and today", 3, customer.Days{now}, others, lifecycle.SecondPurchases, 7, nil},
		{"bought once, without prior gaps", 0, once, others, lifecycle.SecondPurchases, 7, nil},
		{"bought twice, no population", 3, twice, nil, lifecycle.OwnGaps, 14, nil},
		{"bought twice, nobody else came again", 3, twice, gapsOf(customer.Days{5}), lifecycle.OwnGaps, 14, nil},
		{"bought twice, without prior gaps", 0, twice, others, lifecycle.OwnGaps, 14, nil},
		{"bought twice, one prior gap", 1, twice, others, lifecycle.Mixed, 14, nil},
		{"bought twice, many prior gaps", 100, twice, others, lifecycle.Mixed, 21, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rhythmRules()
			rules.PriorGaps = tc.prior
			e, err := newRhythm(t, rules).Expect(tc.days, tc.gaps, now)
			if tc.missing != nil {
				assert.Equal(t, tc.missing, codes(t, err))
				assert.Zero(t, e)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.basis, e.Basis)
			assert.Equal(t, tc.interval, e.Interval)
			if tc.basis == lifecycle.SecondPurchases {
				assert.Equal(t, []int64{2, 5}, []int64{e.Second, e.Buyers}, "two of five came again")
			} else {
				assert.Equal(t, []int64{0, 0}, []int64{e.Second, e.Buyers})
			}
		})
	}
}

// Which gaps count, and how much: own gaps from the oldest to the newest.
func TestExpectWeights(t *testing.T) {
	for _, tc := range []struct {
		name           string
		own            []int
		ownGaps, half  int
		prior          int
		others         []customer.Days
		interval, rank int // rank after 14 days of silence
	}{
		{"the middle of three", []int{30, 7, 14}, 20, 0, 0, nil, 14, 333},
		{"of two, the shorter", []int{30, 7}, 20, 0, 0, nil, 7, 500},
		{"a gap as long as the silence is not shorter", []int{14, 14}, 20, 0, 0, nil, 14, 0},
		{"all alike", []int{30, 30, 30, 7, 7}, 20, 0, 0, nil, 30, 400},
		{"recent ones weigh more: 1 + 1/2 against 1/3 + 1/4 + 1/5", []int{30, 30, 30, 7, 7}, 20, 1, 0, nil, 7, 656},
		{"the last three of five", []int{30, 30, 30, 7, 7}, 3, 0, 0, nil, 7, 666},
		{"the last four of five, of which half are enough", []int{30, 30, 30, 7, 7}, 4, 0, 0, nil, 7, 500},
		{"the last gap only", []int{7, 7, 7, 30}, 1, 0, 0, nil, 30, 0},
		{"one own gap against one of others: the shorter", []int{30}, 20, 0, 1, []customer.Days{after(1, 7)}, 7, 500},
		{"one own gap against one of others, spread over three", []int{8}, 20, 0, 1, []customer.Days{after(1, 30, 30), after(1, 7)}, 8, 666},
		{"one own gap against two of others", []int{7}, 20, 0, 2, []customer.Days{after(1, 30)}, 30, 333},
		{"two own gaps against two of others", []int{7, 7}, 20, 0, 2, []customer.Days{after(1, 30)}, 7, 500},
		{"an older own gap of half weight does not hold against one of others and a half", []int{7, 7}, 20, 1, 2, []customer.Days{after(1, 30)}, 30, 428},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rhythmRules()
			rules.OwnGaps, rules.HalfAtGaps, rules.PriorGaps = tc.ownGaps, tc.half, tc.prior
			days := after(739_000, tc.own...)
			e, err := newRhythm(t, rules).Expect(days, gapsOf(tc.others...), days.Last()+14)
			require.NoError(t, err)
			assert.Equal(t, tc.interval, e.Interval)
			assert.Equal(t, tc.rank, e.SilenceRank)
		})
	}
}

func TestExpectLongGaps(t *testing.T) {
	rules := rhythmRules()
	rules.PriorGaps = 0
	for _, tc := range []struct{ gap, interval int }{{3659, 3659}, {3660, 3660}, {3661, 3660}, {9000, 3660}} {
		days := after(1, tc.gap)
		e, err := newRhythm(t, rules).Expect(days, nil, days.Last())
		require.NoError(t, err)
		assert.Equal(t, tc.interval, e.Interval, "gap of %d days", tc.gap)
		assert.Equal(t, days.Last()+customer.Date(tc.interval), e.Due)
	}
}

// The window is half-open: of 7 days from the 22nd, the 28th is the last.
func TestExpectWindow(t *testing.T) {
	for _, tc := range []struct {
		name        string
		own         []int
		window      int
		first, last int // days after the last visit
	}{
		{"one day", []int{14}, 1, 14, 14},
		{"around the due day", []int{14}, 7, 11, 17},
		{"an even window begins a day nearer", []int{14}, 14, 8, 21},
		{"never before tomorrow", []int{2}, 7, 1, 7},
		{"the longest window", []int{2}, 366, 1, 366},
		{"two gaps at its two ends", []int{10, 16}, 7, 10, 16},
		{"two gaps one day too far apart: the one that is due", []int{10, 17}, 7, 7, 13},
		{"more gaps elsewhere", []int{14, 14, 14, 14, 14, 30, 31, 32, 33, 34, 35}, 7, 29, 35},
		{"as many gaps on both sides: the nearer to due", []int{10, 10, 20, 29, 29}, 3, 27, 29},
		{"as many gaps as near on both sides: the earlier", []int{10, 10, 20, 30, 30}, 3, 10, 12},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rhythmRules()
			rules.PriorGaps, rules.HalfAtGaps, rules.WindowDays = 0, 0, tc.window
			days := after(739_000, tc.own...)
			e, err := newRhythm(t, rules).Expect(days, nil, days.Last())
			require.NoError(t, err)
			assert.Equal(t, tc.first, int(e.From-e.Last))
			assert.Equal(t, tc.last, int(e.Until-e.Last)-1)
		})
	}
}

// The figures of the greatest state that can be stored fit.
func TestExpectOfTheGreatestPopulation(t *testing.T) {
	var habits lifecycle.Habits
	require.NoError(t, habits.UnmarshalBinary(stored(most, []uint64{7, most - 1}, []uint64{7, most - 1, 3660, 1})))
	rules := rhythmRules()
	rules.PriorGaps, rules.OwnGaps, rules.HalfAtGaps = 100, 100, 0
	days := every(3660, 101, 739_000)
	for _, tc := range []struct{ silence, rank int }{{7, 0}, {8, 499}, {3660, 499}, {3661, 1000}} {
		e, err := newRhythm(t, rules).Expect(days, habits.Of(7), days.Last().AddDays(tc.silence))
		require.NoError(t, err)
		assert.Equal(t, tc.rank, e.SilenceRank, "hundred own gaps against hundred of others, less a trifle: silence of %d", tc.silence)
		assert.Equal(t, 3660, e.Interval)
	}
	e, err := newRhythm(t, rules).Expect(days[:1], habits.Of(7), 739_000)
	require.NoError(t, err)
	assert.Equal(t, []int64{most - 1, 2*most - 1}, []int64{e.Second, e.Buyers})
}

// At the end of the calendar days run out, and figures still hold.
func TestExpectAtTheEndOfTheCalendar(t *testing.T) {
	e, err := newRhythm(t, rhythmRules()).Expect(every(14, 3, customer.MaxDate-3), nil, customer.MaxDate)
	require.NoError(t, err)
	assert.Zero(t, e.Due)
	assert.Equal(t, 14, e.Interval)
	assert.Equal(t, -11, e.Overdue)
}

func TestExpectInForce(t *testing.T) {
	rules := rhythmRules()
	rules.From, rules.Until = on("2026-11-01"), on("2026-12-01")
	rhythm, days := newRhythm(t, rules), every(14, 4, on("2026-10-20"))
	for _, tc := range []struct {
		day  customer.Date
		want []string
	}{
		{0, []string{customer.CodeNoDay}},
		{customer.MaxDate + 1, []string{customer.CodeNoDay}},
		{on("2026-10-31"), []string{customer.CodeNotYetInForce}},
		{on("2026-11-01"), nil},
		{on("2026-11-30"), nil},
		{on("2026-12-01"), []string{customer.CodeNoLongerInForce}},
	} {
		e, err := rhythm.Expect(days, nil, tc.day)
		if tc.want == nil {
			require.NoError(t, err)
			assert.Equal(t, "rhythm/1", e.Rule)
			continue
		}
		assert.Equal(t, tc.want, codes(t, err))
		assert.Zero(t, e)
	}
}

func TestRhythmRulesFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*lifecycle.RhythmRules)
		want   []string
	}{
		{"as they are", func(*lifecycle.RhythmRules) {}, nil},
		{"least of all", func(r *lifecycle.RhythmRules) { r.PriorGaps, r.OwnGaps, r.HalfAtGaps, r.WindowDays = 0, 1, 0, 1 }, nil},
		{"most of all", func(r *lifecycle.RhythmRules) {
			r.PriorGaps, r.OwnGaps, r.HalfAtGaps, r.WindowDays = 100, 100, 1000, 366
		}, nil},
		{"prior gaps below 0", func(r *lifecycle.RhythmRules) { r.PriorGaps = -1 }, []string{"prior_gaps = -1"}},
		{"prior gaps above 100", func(r *lifecycle.RhythmRules) { r.PriorGaps = 101 }, []string{"prior_gaps = 101"}},
		{"no own gaps", func(r *lifecycle.RhythmRules) { r.OwnGaps = 0 }, []string{"own_gaps = 0"}},
		{"own gaps above 100", func(r *lifecycle.RhythmRules) { r.OwnGaps = 101 }, []string{"own_gaps = 101"}},
		{"half at below 0", func(r *lifecycle.RhythmRules) { r.HalfAtGaps = -1 }, []string{"half_at_gaps = -1"}},
		{"half at above 1000", func(r *lifecycle.RhythmRules) { r.HalfAtGaps = 1001 }, []string{"half_at_gaps = 1001"}},
		{"no window", func(r *lifecycle.RhythmRules) { r.WindowDays = 0 }, []string{"window_days = 0"}},
		{"a window of more than a year", func(r *lifecycle.RhythmRules) { r.WindowDays = 367 }, []string{"window_days = 367"}},
		{"least gaps below 0", func(r *lifecycle.RhythmRules) { r.LeastGaps = -1 }, []string{"least_gaps = -1"}},
		{"the most of least gaps", func(r *lifecycle.RhythmRules) { r.LeastGaps = 1_000_000 }, nil},
		{"least gaps above it", func(r *lifecycle.RhythmRules) { r.LeastGaps = 1_000_001 }, []string{"least_gaps = 1000001"}},
		{"no name", func(r *lifecycle.RhythmRules) { r.ID = "" }, []string{"id = "}},
		{"no version", func(r *lifecycle.RhythmRules) { r.Version = 0 }, []string{"version = 0"}},
		{"ends before it begins", func(r *lifecycle.RhythmRules) { r.From, r.Until = 20, 20 }, []string{"until = 0001-01-20"}},
		{
			"nothing at all", func(r *lifecycle.RhythmRules) { *r = lifecycle.RhythmRules{PriorGaps: 101, HalfAtGaps: -1} },
			[]string{"id = ", "version = 0", "prior_gaps = 101", "own_gaps = 0", "half_at_gaps = -1", "window_days = 0"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := rhythmRules()
			tc.change(&rules)
			rhythm, err := lifecycle.NewRhythm(rules)
			assert.Equal(t, tc.want, faults(err))
			assert.Equal(t, tc.want == nil, err == nil)
			assert.Equal(t, tc.want == nil, rhythm != nil)
		})
	}
}

func TestParseRhythmRules(t *testing.T) {
	const whole = `{"id":"rhythm","version":2,"from":"2026-11-01","until":"2027-01-01","prior_gaps":3,"own_gaps":20,"half_at_gaps":5,"window_days":7,"least_gaps":30}`
	rules, err := lifecycle.ParseRhythmRules([]byte(whole))
	require.NoError(t, err)
	assert.Equal(t, lifecycle.RhythmRules{
		Edition:   customer.Edition{ID: "rhythm", Version: 2, From: on("2026-11-01"), Until: on("2027-01-01")},
		PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7, LeastGaps: 30,
	}, rules)
	for _, tc := range []struct {
		name, data string
		want       []string
	}{
		{"a misspelt field", `{"id":"r","prior_gap":3}`, []string{`prior_gap = 3`}},
		{"a field twice", `{"id":"r","own_gaps":3,"own_gaps":4}`, []string{`own_gaps = 4`}},
		{"a text for a number", `{"own_gaps":"3","window_days":1.5}`, []string{`own_gaps = "3"`, `window_days = 1.5`}},
		{"a null", `{"half_at_gaps":null}`, []string{`half_at_gaps = null`}},
	} {
		_, err := lifecycle.ParseRhythmRules([]byte(tc.data))
		assert.Equal(t, tc.want, faults(err), tc.name)
	}
	_, err = lifecycle.ParseRhythmRules([]byte(`{"id":"r"} and more`))
	require.Error(t, err)
}

func TestBasisTexts(t *testing.T) {
	for basis, text := range map[lifecycle.Basis]string{
		lifecycle.SecondPurchases: "second-purchases",
		lifecycle.Mixed:           "mixed",
		lifecycle.OwnGaps:         "own-gaps",
		0:                         "basis 0",
		4:                         "basis 4",
	} {
		assert.Equal(t, text, basis.String())
	}
}

// A Rhythm is asked from many places at once: it keeps nothing of a question.
func TestRhythmIsImmutable(t *testing.T) {
	rhythm, gaps := newRhythm(t, rhythmRules()), gapsOf(after(1, 7, 30), after(1, 21))
	days := every(14, 6, on("2026-11-11"))
	first, err := rhythm.Expect(days, gaps, on("2026-11-25"))
	require.NoError(t, err)
	done := make(chan lifecycle.Expectation)
	for range 4 {
		go func() {
			var e lifecycle.Expectation
			for shift := range customer.Date(100) {
				e, _ = rhythm.Expect(days, gaps, on("2026-08-17")+shift+1)
			}
			done <- e
		}()
	}
	for range 4 {
		assert.Equal(t, first, <-done)
	}
	assert.Equal(t, every(14, 6, on("2026-11-11")), days)
}
