package lifecycle_test

import (
	"encoding/binary"
	"encoding/hex"
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
		{"an unknown version", []byte{3, 0}, false},
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
