package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// Intervals come to the same Habits, byte for byte, as the visits of the same lines.
func TestIntervalsEqualVisits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var intervals lifecycle.Intervals[uint32]
		var want lifecycle.Habits
		for who := range rapid.Uint32Range(0, 6).Draw(t, "customers") {
			day, ordered := customer.Date(700_000), rapid.Bool().Draw(t, "in order")
			var lines []population.Line[uint32]
			for range rapid.IntRange(0, 30).Draw(t, "lines") {
				day += customer.Date(rapid.SampledFrom([]int{0, 0, 1, 7, 14, lifecycle.MaxGapDays, lifecycle.MaxGapDays + 1}).Draw(t, "days on"))
				if !ordered {
					day = customer.Date(rapid.Int32Range(700_000, 700_020).Draw(t, "day"))
				}
				lines = append(lines, population.Line[uint32]{
					Customer: who, Day: day, Item: rapid.SampledFrom([]uint32{0, 1, 2, 1<<17 - 1, 1 << 17, 1<<32 - 1}).Draw(t, "item"),
					Returned: rapid.IntRange(0, 4).Draw(t, "returned") == 0,
				})
			}
			var visitor lifecycle.Visitor[uint32]
			visits, err := visitor.Visits(lines)
			require.NoError(t, err)
			require.NoError(t, want.Add(visits))
			require.NoError(t, intervals.Add(lines))
		}
		got, err := intervals.Habits()
		require.NoError(t, err)
		assert.Equal(t, marshalHabits(t, &want), marshalHabits(t, got))
		assertSameAnswers(t, &want, got)
	})
}

func marshalHabits(t require.TestingT, habits *lifecycle.Habits) []byte {
	data, err := habits.MarshalBinary()
	require.NoError(t, err)
	return data
}

func TestIntervalsRefuse(t *testing.T) {
	var intervals lifecycle.Intervals[uint32]
	good := population.Line[uint32]{Day: 700_000}
	require.Error(t, intervals.Add([]population.Line[uint32]{good, {Day: 0}}))
	habits, err := intervals.Habits()
	require.NoError(t, err)
	assert.Equal(t, marshalHabits(t, new(lifecycle.Habits)), marshalHabits(t, habits), "nothing is counted")
}
