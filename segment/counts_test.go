package segment_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// counted counts one customer's lines in both forms, which must agree.
func counted(t failer, period population.Period, lines ...line) []segment.Counts {
	t.Helper()
	ungrouped := tallyOf(t, period, lines...).Counts(0)
	grouped, err := segment.NewCounter[uint32](period).Count(slices.Clone(lines))
	require.NoError(t, err)
	assert.True(t, slices.Equal(ungrouped, grouped), "ungrouped %+v, grouped %+v", ungrouped, grouped)
	return grouped
}

func TestCounts(t *testing.T) {
	const first, last = on - 10, on - 1
	period := population.Period{From: first, Until: on}
	store := func(day customer.Date, units int64) line {
		return line{Day: day, Kind: customer.StoreBrand, Units: units}
	}
	brand := func(day customer.Date, units int64) line {
		return line{Day: day, Kind: customer.NationalBrand, Units: units}
	}
	unknown := func(day customer.Date, units int64) line { return line{Day: day, Units: units} }
	back := func(line line) line { line.Returned = true; return line }

	for _, test := range []struct {
		name         string
		lines        []line
		want         segment.Counts
		store, known int64
		usage        int64
	}{
		{
			"the first and the last day of the window, not the days around it",
			[]line{store(first-1, 1), store(first, 20), store(last, 300), store(on, 4000)},
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 320}},
			320, 320, 320,
		},
		{
			"several receipts of one day are one day",
			[]line{store(last, 1), brand(last, 2), unknown(last, 4), store(last, 8)},
			segment.Counts{Days: 1, Lines: 4, Bought: segment.Units{Store: 9, National: 2, Unknown: 4}},
			9, 11, 15,
		},
		{
			"a quantity that is not known is a purchase without units",
			[]line{store(first, 0), brand(last, 5)},
			segment.Counts{Days: 2, Lines: 2, Unmeasured: 1, Bought: segment.Units{National: 5}},
			0, 5, 5,
		},
		{
			"what comes back is no visit, and not used",
			[]line{store(first, 5), back(store(last, 2))},
			segment.Counts{Days: 1, Lines: 1, Bought: segment.Units{Store: 5}, Returned: segment.Units{Store: 2}},
			3, 3, 3,
		},
		{
			"more came back than was bought: the sale was earlier",
			[]line{store(first, 5), back(store(last, 7)), brand(last, 2)},
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 5, National: 2}, Returned: segment.Units{Store: 7}},
			0, 2, 2,
		},
		{
			"only brought back",
			[]line{back(unknown(last, 7))},
			segment.Counts{Returned: segment.Units{Unknown: 7}},
			0, 0, 0,
		},
		{
			"each kind has its own returns",
			[]line{store(first, 5), brand(first, 5), unknown(first, 5), back(brand(last, 1)), back(unknown(last, 9))},
			segment.Counts{
				Days: 1, Lines: 3, Bought: segment.Units{Store: 5, National: 5, Unknown: 5},
				Returned: segment.Units{National: 1, Unknown: 9},
			},
			5, 9, 9,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			counts := counted(t, period, test.lines...)
			require.Len(t, counts, 1)
			assert.Equal(t, test.want, counts[0])
			store, known := counts[0].OwnStoreShare()
			assert.Equal(t, test.store, store)
			assert.Equal(t, test.known, known)
			assert.Equal(t, test.usage, counts[0].Usage())
		})
	}
	assert.Empty(t, counted(t, period, store(first-1, 1), store(on, 1)), "nothing inside the window")
}

func TestCountsByCategory(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	counts := counted(
		t, period,
		line{Item: 9, Day: on - 1, Units: 1}, line{Item: 2, Day: on - 2, Units: 2}, line{Item: 9, Day: on - 1, Units: 3},
		line{Item: math.MaxUint32, Day: on - 1, Units: 1}, line{Item: 2, Day: on - 3, Units: 2},
	)
	assert.Equal(t, []segment.Counts{
		{Category: 2, Days: 2, Lines: 2, Bought: segment.Units{Unknown: 4}},
		{Category: 9, Days: 1, Lines: 2, Bought: segment.Units{Unknown: 4}},
		{Category: math.MaxUint32, Days: 1, Lines: 1, Bought: segment.Units{Unknown: 1}},
	}, counts)
}

// The two forms of counting agree exactly, customer by customer and in the census.
func TestGroupedAndUngroupedAgree(t *testing.T) {
	period := population.Period{From: on - 30, Until: on}
	rapid.Check(t, func(t *rapid.T) {
		lines := somebodysLines(period).Draw(t, "lines")
		minBuys := rapid.IntRange(1, 3).Draw(t, "min_buys")
		tally := tallyOf(t, period, lines...)

		slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.Customer, b.Customer) })
		counter, census, customers := segment.NewCounter[uint32](period), segment.NewCensus(period, minBuys), 0
		for run, err := range population.Runs(stream(lines)) {
			require.NoError(t, err)
			key := run[0].Customer
			counts, err := counter.Count(run)
			require.NoError(t, err)
			assert.True(t, slices.Equal(tally.Counts(key), counts), "customer %d: ungrouped %+v, grouped %+v", key, tally.Counts(key), counts)
			census.Add(counts)
			if len(counts) > 0 {
				customers++
			}
		}
		assert.Equal(t, tally.Customers(), customers)
		assert.Equal(t, marshal(t, censusOf(tally, period, minBuys)), marshal(t, census))
	})
}

func TestMalformedLinesAreRefused(t *testing.T) {
	period := population.Period{From: 1, Until: on}
	good := line{Day: on - 1, Units: 1}
	for _, bad := range []line{{Day: 0}, {Day: 5, Kind: 3}, {Day: 5, Units: -1}, {Day: 5, Units: population.MaxUnits + 1}} {
		_, err := segment.NewCounter[uint32](period).Count([]line{good, bad})
		assert.Len(t, faultPaths(t, err), 1)
		tally := segment.NewTally[uint32](period)
		assert.Equal(t, err, tally.Add(good, bad, good))
		assert.Equal(t, int64(1), tally.Counts(0)[0].Lines, "the lines before the bad one are counted")
	}
}

// A Counter's slice is reused; the period, and no earlier customer, decides what is in it.
func TestCounterStartsAnewWithEachCustomer(t *testing.T) {
	counter := segment.NewCounter[uint32](population.Period{From: on - 10, Until: on})
	first, err := counter.Count([]line{{Customer: 1, Item: 3, Day: on - 1, Units: 5}})
	require.NoError(t, err)
	kept := slices.Clone(first)
	second, err := counter.Count([]line{{Customer: 2, Item: 3, Day: on - 1, Units: 7}})
	require.NoError(t, err)
	assert.Equal(t, int64(5), kept[0].Bought.Unknown)
	assert.Equal(t, []segment.Counts{{Category: 3, Days: 1, Lines: 1, Bought: segment.Units{Unknown: 7}}}, second)
	none, err := counter.Count(nil)
	require.NoError(t, err)
	assert.Empty(t, none)
}

// The greatest lines there are, more of them than an int64 can add up: sums stop at
// 10¹⁸ instead of running over, in whatever order and split.
func TestSumsStopAtABound(t *testing.T) {
	const most = 1_000_000_000_000_000_000
	period := population.Period{From: on - 10, Until: on}
	tally := segment.NewTally[uint32](period)
	lines := make([]line, 100_000)
	for i := range lines {
		lines[i] = line{Day: on - 1, Kind: customer.StoreBrand, Units: population.MaxUnits, Returned: i%10 == 0}
	}
	require.NoError(t, tally.Add(lines...))
	require.Equal(t, int64(90_000*population.MaxUnits), tally.Counts(0)[0].Bought.Store, "90,000 of the greatest lines are exact")
	for range 7 { // doubled seven times: 12.8 million lines, over 10¹⁹ thousandths
		require.NoError(t, tally.Merge(tally))
	}
	require.NoError(t, tally.Add(line{Day: on - 1, Kind: customer.NationalBrand, Units: population.MaxUnits}))
	counts := tally.Counts(0)[0]
	assert.Equal(t, segment.Units{Store: most, National: population.MaxUnits}, counts.Bought)
	assert.Equal(t, segment.Units{Store: most}, counts.Returned)
	assert.Equal(t, int64(128*90_000+1), counts.Lines)

	again := new(segment.Tally[uint32])
	require.NoError(t, again.UnmarshalBinary(marshal(t, tally)))
	assert.Equal(t, marshal(t, tally), marshal(t, again))

	census := censusOf(tally, period, 1)
	for range 10 {
		require.NoError(t, census.Merge(census))
	}
	assert.Equal(t, segment.Units{Store: most, National: 1024 * population.MaxUnits}, census.Coverage(0).Bought)
	assert.NoError(t, new(segment.Census).UnmarshalBinary(marshal(t, census)))
}

// One customer's million lines: her sums stop at the same bound as in a tally, which counts
// them a few thousand at a time.
func TestCounterStopsAtTheBoundToo(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	lines := slices.Repeat([]line{{Day: on - 1, Kind: customer.StoreBrand, Units: population.MaxUnits}}, 1_000_001)
	for _, n := range []int{999_999, 1_000_000, 1_000_001} {
		counts := counted(t, period, lines[:n]...)
		assert.Equal(t, min(int64(n), 1_000_000)*population.MaxUnits, counts[0].Bought.Store)
	}
}

// naiveCounts is counting that is obviously right.
func naiveCounts(period population.Period, lines []line) []segment.Counts {
	counts, days := map[uint32]*segment.Counts{}, map[uint32]customer.Days{}
	for _, l := range lines {
		if !period.Contains(l.Day) {
			continue
		}
		one := counts[l.Item]
		if one == nil {
			one = &segment.Counts{Category: l.Item}
			counts[l.Item] = one
		}
		units := &one.Bought
		if l.Returned {
			units = &one.Returned
		} else {
			one.Lines++
			if !slices.Contains(days[l.Item], l.Day) {
				days[l.Item] = append(days[l.Item], l.Day)
				one.Days++
			}
			if l.Units == 0 {
				one.Unmeasured++
			}
		}
		switch l.Kind {
		case customer.StoreBrand:
			units.Store += l.Units
		case customer.NationalBrand:
			units.National += l.Units
		case customer.UnknownBrand:
			units.Unknown += l.Units
		}
	}
	all := []segment.Counts{}
	for _, one := range counts {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b segment.Counts) int { return cmp.Compare(a.Category, b.Category) })
	return all
}

// Codes on both sides of where sums are found by index, periods of any length, also those
// that no calendar has or that end before they begin, lines in any order or by the day, and
// a malformed one now and then, after which the Counter goes on with the next customer.
func TestCounterEqualsANaiveCount(t *testing.T) {
	day := rapid.OneOf(
		rapid.Int32Range(int32(on)-70, int32(on)), rapid.Int32Range(1, int32(customer.MaxDate)),
		rapid.SampledFrom([]int32{1, int32(customer.MaxDate)}),
	)
	end := rapid.OneOf(day, rapid.SampledFrom([]int32{math.MinInt32, -1, 0, int32(customer.MaxDate) + 1, math.MaxInt32}))
	item := rapid.OneOf(
		rapid.Uint32Range(0, 3), rapid.Uint32Range(60, 70), rapid.Uint32Range(1<<17-2, 1<<17+2), rapid.Uint32Range(math.MaxUint32-1, math.MaxUint32),
	)
	rapid.Check(t, func(t *rapid.T) {
		period := population.Period{From: customer.Date(end.Draw(t, "from")), Until: customer.Date(end.Draw(t, "until"))}
		counter := segment.NewCounter[uint32](period)
		for range rapid.IntRange(1, 4).Draw(t, "customers") {
			lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
				return line{
					Item: item.Draw(t, "item"), Day: customer.Date(day.Draw(t, "day")), Kind: customer.BrandKind(rapid.IntRange(0, 2).Draw(t, "kind")),
					Returned: rapid.IntRange(0, 3).Draw(t, "returned") == 0, Units: rapid.Int64Range(0, 3).Draw(t, "units"),
				}
			}), 0, 30).Draw(t, "lines")
			if rapid.Bool().Draw(t, "by the day") {
				slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.Day, b.Day) })
			}
			counts, err := counter.Count(lines)
			require.NoError(t, err)
			assert.Equal(t, naiveCounts(period, lines), append([]segment.Counts{}, counts...))
			assert.Equal(t, naiveCounts(period, lines), append([]segment.Counts{}, tallyOf(t, period, lines...).Counts(0)...))

			if rapid.Bool().Draw(t, "then a malformed line") {
				_, err := counter.Count(append(lines, line{Day: on, Units: -1}))
				require.Error(t, err)
			}
		}
	})
}

// Figures that no counting gives: a host filled in a Counts by hand. Nothing overflows,
// and no share is above 1.
func TestExtremeCountsDoNotOverflow(t *testing.T) {
	extreme := rapid.SampledFrom([]int64{math.MinInt64, -1, 0, 1, 999, 1_000_000_000_000_000_000, math.MaxInt64 - 1, math.MaxInt64})
	units := rapid.Custom(func(t *rapid.T) segment.Units {
		return segment.Units{Store: extreme.Draw(t, "store"), National: extreme.Draw(t, "national"), Unknown: extreme.Draw(t, "unknown")}
	})
	grid := newGrid(t, painRules())
	rapid.Check(t, func(t *rapid.T) {
		counts := segment.Counts{Days: 9, Lines: 9, Bought: units.Draw(t, "bought"), Returned: units.Draw(t, "returned")}
		kept := counts.Kept()
		assert.GreaterOrEqual(t, min(kept.Store, kept.National, kept.Unknown), int64(0))
		store, known := counts.OwnStoreShare()
		assert.GreaterOrEqual(t, store, int64(0))
		assert.GreaterOrEqual(t, known, store)
		assert.GreaterOrEqual(t, counts.Usage(), known)

		cell, reasons := grid.Classify(counts, segment.Cell{})
		assert.Equal(t, cell, recompute(t, reasons))
		census := segment.NewCensus(population.Period{From: 1, Until: on}, 2)
		census.Add([]segment.Counts{counts})
	})
}
