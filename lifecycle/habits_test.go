package lifecycle_test

import (
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// drawVisits draws one customer's visits; an item may have no day.
func drawVisits(t *rapid.T) []lifecycle.Visits {
	var visits []lifecycle.Visits
	for _, item := range []uint32{0, 3, 1<<32 - 1} {
		if days := drawDays(t); len(days) > 0 || rapid.Bool().Draw(t, "named without days") {
			visits = append(visits, lifecycle.Visits{Item: item, Days: days})
		}
	}
	return visits
}

// drawDays draws up to ten days, mostly some days apart and sometimes many years.
func drawDays(t *rapid.T) customer.Days {
	gaps := rapid.SliceOfN(rapid.OneOf(
		rapid.IntRange(1, 30),
		rapid.SampledFrom([]int{lifecycle.MaxGapDays - 1, lifecycle.MaxGapDays, lifecycle.MaxGapDays + 1, 9000}),
	), 0, 10).Draw(t, "gaps")
	if len(gaps) == 0 {
		return nil
	}
	return after(on("2019-12-31"), gaps[1:]...)
}

// assertSameAnswers asks for a customer with one purchase and for one with two: what is
// counted beside the stored bytes must be the same as well.
func assertSameAnswers(t require.TestingT, want, got *lifecycle.Habits) {
	rhythm := newRhythm(t, rhythmRules())
	for _, days := range []customer.Days{{739_000}, {738_900, 739_000}} {
		for _, item := range []uint32{0, 3, 1<<32 - 1} {
			expected, err := rhythm.Expect(days, want.Of(item), 739_010)
			found, errFound := rhythm.Expect(days, got.Of(item), 739_010)
			assert.Equal(t, err, errFound)
			assert.Equal(t, expected, found)
		}
	}
}

func TestHabitsProperties(t *testing.T) {
	t.Run("any order, split and merge give the same bytes", rapid.MakeCheck(func(t *rapid.T) {
		customers := rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers")
		var whole lifecycle.Habits
		for _, visits := range customers {
			require.NoError(t, whole.Add(visits))
		}
		var merged lifecycle.Habits
		for _, part := range parts(t, customers) {
			var habits lifecycle.Habits
			for _, visits := range part {
				require.NoError(t, habits.Add(visits))
			}
			before := marshal(t, &habits)
			require.NoError(t, merged.Merge(&habits))
			assert.Equal(t, before, marshal(t, &habits), "the other habits stay as they were")
		}
		assert.Equal(t, marshal(t, &whole), marshal(t, &merged))
		assertSameAnswers(t, &whole, &merged)
	}))

	t.Run("round trip", rapid.MakeCheck(func(t *rapid.T) {
		var habits, again lifecycle.Habits
		for _, visits := range rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers") {
			require.NoError(t, habits.Add(visits))
		}
		data := marshal(t, &habits)
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, data, marshal(t, &again))
		assertSameAnswers(t, &habits, &again)
		more := drawVisits(t)
		require.NoError(t, habits.Add(more))
		require.NoError(t, again.Add(more))
		assert.Equal(t, marshal(t, &habits), marshal(t, &again))
		for _, item := range []uint32{0, 1, 3} {
			assert.Equal(t, habits.Of(item).Total(), again.Of(item).Total())
		}
	}))

	t.Run("totals are the obvious ones", rapid.MakeCheck(func(t *rapid.T) {
		var habits lifecycle.Habits
		want := map[uint32]int64{}
		for _, visits := range rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers") {
			require.NoError(t, habits.Add(visits))
			for _, one := range visits {
				want[one.Item] += int64(max(len(one.Days)-1, 0))
			}
		}
		for item, total := range want {
			assert.Equal(t, total, habits.Of(item).Total())
		}
		assert.Zero(t, habits.Of(1).Total(), "nobody bought it")
	}))
}

// Whoever is cut off before her first purchase of an item leaves no trace of it.
func TestHabitsWithoutDays(t *testing.T) {
	var none, habits lifecycle.Habits
	require.NoError(t, habits.Add([]lifecycle.Visits{{Item: 1}, {Item: 2, Days: customer.Days{}}}))
	assert.Equal(t, marshal(t, &none), marshal(t, &habits))
}

func TestMergedHabitsShareNoMemory(t *testing.T) {
	var from, into lifecycle.Habits
	require.NoError(t, from.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{10, 20}}}))
	require.NoError(t, into.Merge(&from))
	before := marshal(t, &from)
	require.NoError(t, into.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{10, 20}}}))
	assert.Equal(t, before, marshal(t, &from))
}

// The stored form of version 1: version, items; for each its code, the customers who
// came once, the first gaps and all gaps, each their number and then days and count.
func TestHabitsFormat(t *testing.T) {
	var habits lifecycle.Habits
	require.NoError(t, habits.Add([]lifecycle.Visits{{Item: 2, Days: customer.Days{1000}}, {Item: 300, Days: customer.Days{1000, 1007, 1021}}}))
	require.NoError(t, habits.Add([]lifecycle.Visits{{Item: 300, Days: customer.Days{1, 1 + 14, 1 + 14 + 4000}}}))
	const golden = "01" + "02" +
		"02" + "01" + "00" + "00" +
		"ac02" + "00" + "02" + "0701" + "0e01" + "03" + "0701" + "0e02" + "cc1c01"
	assert.Equal(t, golden, hex.EncodeToString(marshal(t, &habits)))
}

// most is the greatest number of gaps, or of customers with one visit, that a stored
// state may carry.
const most = 1 << 40

// stored writes habits of one item as MarshalBinary would, whatever the figures; gaps
// are pairs of days and count.
func stored(singles uint64, first, all []uint64) []byte {
	data := []byte{1, 1, 7}
	data = binary.AppendUvarint(data, singles)
	for _, gaps := range [][]uint64{first, all} {
		data = binary.AppendUvarint(data, uint64(len(gaps)/2))
		for _, figure := range gaps {
			data = binary.AppendUvarint(data, figure)
		}
	}
	return data
}

func TestHabitsUnmarshal(t *testing.T) {
	none := []uint64{}
	for _, tc := range []struct {
		name string
		data []byte
		ok   bool
	}{
		{"nothing", nil, false},
		{"an unknown version", []byte{5, 0}, false},
		{"silence that nobody's is in", []byte{3, 0}, false},
		{"no items", []byte{1, 0}, true},
		{"bytes left over", []byte{1, 0, 0}, false},
		{"cut off", stored(1, none, none)[:4], false},
		{"one customer who came once", stored(1, none, none), true},
		{"an item without visits", stored(0, none, none), false},
		{"one gap", stored(0, []uint64{14, 1}, []uint64{14, 1}), true},
		{"a first gap that is none of the gaps", stored(0, []uint64{14, 1}, []uint64{15, 1}), false},
		{"more first gaps than gaps", stored(0, []uint64{14, 2}, []uint64{14, 1, 15, 1}), false},
		{"gaps without a first", stored(1, none, []uint64{14, 1}), false},
		{"a gap of no days", stored(0, []uint64{0, 1}, []uint64{0, 1}), false},
		{"the longest gap", stored(0, []uint64{3660, 1}, []uint64{3660, 1}), true},
		{"a gap past the longest", stored(0, []uint64{3661, 1}, []uint64{3661, 1}), false},
		{"a gap that nobody had", stored(1, none, []uint64{14, 0}), false},
		{"gaps out of order", stored(0, []uint64{14, 1}, []uint64{15, 1, 14, 1}), false},
		{"a gap twice", stored(0, []uint64{14, 1}, []uint64{14, 1, 14, 1}), false},
		{"the most gaps", stored(0, []uint64{14, most}, []uint64{14, most}), true},
		{"one gap too many", stored(0, []uint64{14, 1}, []uint64{14, most + 1}), false},
		{"one gap too many in all", stored(0, []uint64{14, 1}, []uint64{14, most, 15, 1}), false},
		{"the most customers who came once", stored(most, none, none), true},
		{"one too many who came once", stored(most+1, none, none), false},
		{"items out of order", slices.Concat([]byte{1, 2}, stored(1, none, none)[2:], stored(1, none, none)[2:]), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var habits lifecycle.Habits
			require.NoError(t, habits.Add([]lifecycle.Visits{{Item: 9, Days: customer.Days{1, 2}}}))
			before := marshal(t, &habits)
			err := habits.UnmarshalBinary(tc.data)
			if tc.ok {
				require.NoError(t, err)
				assert.Equal(t, tc.data, marshal(t, &habits))
				return
			}
			require.ErrorIs(t, err, population.ErrFormat)
			assert.Equal(t, before, marshal(t, &habits), "at an error the habits stay as they were")
		})
	}
}

// drawFollowed draws customers with a first and perhaps a second purchase, and the day through
// which each is known.
func drawFollowed(t *rapid.T) (days []customer.Days, through []customer.Date) {
	for range rapid.IntRange(1, 12).Draw(t, "customers") {
		first := customer.Date(739_000) + customer.Date(rapid.IntRange(0, 50).Draw(t, "first"))
		hers := customer.Days{first}
		if rapid.Bool().Draw(t, "came again") {
			hers.Add(first.AddDays(rapid.IntRange(1, 30).Draw(t, "gap")))
		}
		days, through = append(days, hers), append(through, first.AddDays(rapid.IntRange(-2, 40).Draw(t, "known for")))
	}
	return days, through
}

// The gaps to the second purchase are the product-limit estimate, reckoned in fractions.
func TestSecondPurchasesAreTheProductLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days, through := drawFollowed(t)
		var gaps lifecycle.Gaps
		came, known := map[int]int64{}, map[int]int64{} // by days, at least so many
		for i := range days {
			gaps.Through = through[i]
			require.NoError(t, gaps.Add(days[i]))
			hers := days[i].Before(through[i] + 1)
			if len(hers) == 0 {
				continue
			}
			stayed := int(through[i] - hers[0])
			if len(hers) == 2 {
				stayed = int(hers[1] - hers[0])
				came[stayed]++
			}
			for day := 1; day <= stayed; day++ {
				known[day]++
			}
		}
		left := big.NewRat(1, 1)
		share := make([]*big.Rat, 62) // who has come within less than so many days
		for day := range share {
			share[day] = new(big.Rat).Sub(big.NewRat(1, 1), left)
			if came[day] > 0 {
				left.Mul(left, big.NewRat(known[day]-came[day], known[day]))
			}
		}
		total := share[len(share)-1]
		silence := rapid.IntRange(0, 60).Draw(t, "silence")
		last := customer.Date(740_000)
		e, err := newRhythm(t, rhythmRules()).Expect(customer.Days{last}, &gaps, last.AddDays(silence))
		if total.Sign() == 0 {
			assert.Equal(t, []string{lifecycle.CodeOnePurchase, lifecycle.CodeNoGaps}, codes(t, err))
			return
		}
		require.NoError(t, err)
		near := func(a *big.Rat) float64 { value, _ := new(big.Rat).Quo(a, total).Float64(); return value }
		assert.InDelta(t, near(share[silence])*1000, e.SilenceRank, 1, "rounded down, by shares that are rounded down")
		assert.GreaterOrEqual(t, near(share[e.Interval+1]), 0.5-1e-9)
		assert.LessOrEqual(t, near(share[e.Interval]), 0.5+1e-9)
	})
}

// Where everybody is known for longer than any gap, the gaps are as they come, to the last
// of them: nothing is rounded.
func TestSecondPurchasesOfAllWhoAreKnownForLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain, long := new(lifecycle.Gaps), &lifecycle.Gaps{Through: customer.MaxDate}
		for _, days := range drawPopulation(t) {
			require.NoError(t, plain.Add(days))
			require.NoError(t, long.Add(days))
		}
		rhythm := newRhythm(t, drawRules(t))
		days := after(739_000, drawGaps(t, 0, 3)...)
		now := days.Last().AddDays(rapid.IntRange(0, 60).Draw(t, "silence"))
		want, errWant := rhythm.Expect(days, plain, now)
		got, err := rhythm.Expect(days, long, now)
		assert.Equal(t, errWant, err)
		assert.Equal(t, want, got)
	})
}

// The greatest figures that a state may carry are weighed without overflow.
func TestSecondPurchasesOfTheGreatestPopulation(t *testing.T) {
	data := []byte{3, 1, 7}
	data = binary.AppendUvarint(data, most)
	for _, gaps := range [][]uint64{{10, most - 1, 3660, 1}, {7, most - 1, 3660, 1}, {7, most - 1, 3660, 1}} {
		data = append(data, 2)
		for _, figure := range gaps {
			data = binary.AppendUvarint(data, figure)
		}
	}
	var habits lifecycle.Habits
	require.NoError(t, habits.UnmarshalBinary(data))
	assert.Equal(t, data, marshal(t, &habits))
	rules := rhythmRules()
	rules.PriorGaps = 100
	e, err := newRhythm(t, rules).Expect(customer.Days{739_000}, habits.Of(7), 739_000+3660)
	require.NoError(t, err)
	// Half of 2⁴¹ less one come after a week, and of the two who are open after 3,660 days
	// one: half of what is left.
	assert.Equal(t, []int{7, 666}, []int{e.Interval, e.SilenceRank})
	assert.EqualValues(t, 2*most, e.Buyers)
}

// Parts with different days, in any split, and the same straight from lines.
func TestHabitsThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole, merged lifecycle.Habits
		parts := make(map[customer.Date]*lifecycle.Intervals[uint32])
		for who := range rapid.Uint32Range(0, 8).Draw(t, "customers") {
			through := rapid.SampledFrom([]customer.Date{0, 700_010, 700_030, customer.MaxDate}).Draw(t, "through")
			var lines []population.Line[uint32]
			day := customer.Date(700_000)
			for range rapid.IntRange(0, 6).Draw(t, "lines") {
				day += customer.Date(rapid.IntRange(-1, 20).Draw(t, "days on")) // back: in no order
				item := rapid.SampledFrom([]uint32{0, 3, 1<<32 - 1}).Draw(t, "item")
				lines = append(lines, population.Line[uint32]{Customer: who, Day: day, Item: item})
			}
			visits, err := new(lifecycle.Visitor[uint32]).Visits(lines)
			require.NoError(t, err)
			whole.Through = through
			require.NoError(t, whole.Add(visits))
			if parts[through] == nil {
				parts[through] = &lifecycle.Intervals[uint32]{Through: through}
			}
			require.NoError(t, parts[through].Add(lines))
		}
		for _, intervals := range parts {
			habits, err := intervals.Habits()
			require.NoError(t, err)
			require.NoError(t, merged.Merge(habits))
		}
		data := marshal(t, &whole)
		assert.Equal(t, data, marshal(t, &merged))
		assertSameAnswers(t, &whole, &merged)
		again := lifecycle.Habits{Through: 700_020}
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, data, marshal(t, &again))
		assertSameAnswers(t, &whole, &again)
		assert.Equal(t, customer.Date(700_020), again.Through, "the day is not what was counted")
	})
}

// The stored forms of versions 3 and 4 are those of 1 and 2, with the silence of those who
// came once before the first gaps of each item.
func TestHabitsThroughFormat(t *testing.T) {
	visits := []lifecycle.Visits{{Item: 2, Days: customer.Days{1000}}, {Item: 300, Days: customer.Days{1000, 1007, 1021}}}
	habits := lifecycle.Habits{Through: 1009}
	require.NoError(t, habits.Add(visits))
	const items = "02" + "02" + "01" + "010901" + "00" + "00" + "ac02" + "00" + "00" + "010701" + "010701"
	assert.Equal(t, "03"+items, hex.EncodeToString(marshal(t, &habits)))

	seasons := newSeasons(t, seasonYearRules())
	counted := lifecycle.NewHabits(seasons)
	require.ErrorIs(t, counted.UnmarshalBinary(marshal(t, &habits)), lifecycle.ErrCounted)
	counted.Through = 1009
	require.NoError(t, counted.Add(visits))
	data := marshal(t, counted)
	assert.Equal(t, byte(4), data[0])
	assert.Equal(t, items, hex.EncodeToString(data[1+32:]))
	require.ErrorIs(t, habits.UnmarshalBinary(data), lifecycle.ErrCounted)
	again := lifecycle.NewHabits(seasons)
	require.NoError(t, again.UnmarshalBinary(data))
	assert.Equal(t, data, marshal(t, again))

	for name, bad := range map[string][]byte{
		"more silent than singles":    {3, 1, 7, 1, 1, 5, 2, 0, 0},
		"a silence of no days":        {3, 1, 7, 1, 1, 0, 1, 0, 0},
		"a silence past the longest":  {3, 1, 7, 1, 1, 0xcd, 0x1c, 1, 0, 0},
		"silence in no season's form": {1, 1, 7, 1, 1, 5, 1, 0, 0},
		"nobody's silence":            {3, 1, 7, 1, 0, 0, 0},
	} {
		require.ErrorIs(t, new(lifecycle.Habits).UnmarshalBinary(bad), population.ErrFormat, name)
	}
	require.NoError(t, new(lifecycle.Habits).UnmarshalBinary([]byte{3, 1, 7, 1, 1, 0xcc, 0x1c, 1, 0, 0}))
}
