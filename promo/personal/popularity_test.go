package personal_test

import (
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

func TestPopularityProperties(t *testing.T) {
	const from, until = today - 20, today - 5
	t.Run("any order, split and merge give the same bytes", rapid.MakeCheck(func(t *rapid.T) {
		customers := rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers")
		whole := personal.NewPopularity(population.Period{From: from, Until: until})
		for _, visits := range customers {
			require.NoError(t, whole.Add(visits))
		}
		split := make([]*personal.Popularity, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range split {
			split[i] = personal.NewPopularity(population.Period{From: from, Until: until})
		}
		for _, visits := range rapid.Permutation(customers).Draw(t, "order") {
			require.NoError(t, split[rapid.IntRange(0, len(split)-1).Draw(t, "part")].Add(visits))
		}
		merged := personal.NewPopularity(population.Period{From: from, Until: until})
		for _, part := range split {
			before := marshal(t, part)
			require.NoError(t, merged.Merge(part))
			assert.Equal(t, before, marshal(t, part), "the other counts stay as they were")
		}
		assert.Equal(t, marshal(t, whole), marshal(t, merged))
	}))

	t.Run("counts are the obvious ones", rapid.MakeCheck(func(t *rapid.T) {
		type trip struct {
			customer int
			day      customer.Date
		}
		trips, with := map[trip]bool{}, map[uint32]int64{}
		popular := personal.NewPopularity(population.Period{From: from, Until: until})
		for i, visits := range rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers") {
			require.NoError(t, popular.Add(visits))
			for _, one := range visits {
				for _, day := range one.Days {
					if from <= day && day < until {
						trips[trip{i, day}] = true
						with[one.Item]++
					}
				}
			}
		}
		for item := range uint32(7) {
			got, all := popular.Trips(item)
			assert.Equal(t, with[item], got)
			assert.Equal(t, int64(len(trips)), all)
		}
	}))

	t.Run("round trip", rapid.MakeCheck(func(t *rapid.T) {
		popular, again := personal.NewPopularity(population.Period{From: from, Until: until}), new(personal.Popularity)
		for _, visits := range rapid.SliceOfN(rapid.Custom(drawVisits), 0, 12).Draw(t, "customers") {
			require.NoError(t, popular.Add(visits))
		}
		data := marshal(t, popular)
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, data, marshal(t, again))
		more := drawVisits(t)
		require.NoError(t, popular.Add(more))
		require.NoError(t, again.Add(more))
		assert.Equal(t, marshal(t, popular), marshal(t, again))
	}))
}

// The period is half-open; two items of a day are one trip.
func TestPopularityPeriod(t *testing.T) {
	popular := personal.NewPopularity(population.Period{From: 100, Until: 110})
	require.NoError(t, popular.Add([]lifecycle.Visits{
		{Item: 1, Days: customer.Days{99, 100, 105, 109, 110}},
		{Item: 2, Days: customer.Days{105, 106}},
		{Item: 3, Days: customer.Days{99, 110}},
		{Item: 4},
	}))
	require.NoError(t, popular.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{105}}}))
	for item, want := range map[uint32]int64{1: 4, 2: 2, 3: 0, 4: 0, 5: 0} {
		with, all := popular.Trips(item)
		assert.Equal(t, want, with, "item %d", item)
		assert.Equal(t, int64(5), all, "100, 105, 106 and 109, and the other customer's 105")
	}
	empty := personal.NewPopularity(population.Period{From: 110, Until: 100})
	require.NoError(t, empty.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{99, 100, 105, 110}}}))
	_, all := empty.Trips(1)
	assert.Zero(t, all, "a period that ends before it begins")
}

func TestPopularityOfDifferentPeriodsDoesNotMerge(t *testing.T) {
	first := personal.NewPopularity(population.Period{From: 100, Until: 110})
	require.NoError(t, first.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{105}}}))
	before := marshal(t, first)
	for _, other := range []*personal.Popularity{personal.NewPopularity(population.Period{From: 101, Until: 110}), personal.NewPopularity(population.Period{From: 100, Until: 111})} {
		require.NoError(t, other.Add([]lifecycle.Visits{{Item: 1, Days: customer.Days{105}}}))
		require.Error(t, first.Merge(other))
		assert.Equal(t, before, marshal(t, first))
	}
}

// The stored form of version 1: version, period, trips, items; for each its code and
// the trips with it.
func TestPopularityFormat(t *testing.T) {
	popular := personal.NewPopularity(population.Period{From: 1000, Until: 2000})
	require.NoError(t, popular.Add([]lifecycle.Visits{{Item: 2, Days: customer.Days{1500}}, {Item: 300, Days: customer.Days{1000, 1999}}}))
	const golden = "01" + "e807" + "d00f" + "03" + "02" + "02" + "01" + "ac02" + "02"
	assert.Equal(t, golden, hex.EncodeToString(marshal(t, popular)))
}

// most is the greatest number of trips that a stored state may carry.
const most = 1 << 40

// storedPopularity writes counts as MarshalBinary would, whatever the figures; items
// are pairs of code and count.
func storedPopularity(from, until, trips uint64, items ...uint64) []byte {
	data := []byte{1}
	for _, figure := range append([]uint64{from, until, trips, uint64(len(items) / 2)}, items...) {
		data = binary.AppendUvarint(data, figure)
	}
	return data
}

func TestPopularityUnmarshal(t *testing.T) {
	for _, tc := range []struct {
		name string
		data []byte
		ok   bool
	}{
		{"nothing", nil, false},
		{"an unknown version", []byte{2, 0, 0, 0, 0}, false},
		{"no trips", storedPopularity(1, 2, 0), true},
		{"bytes left over", append(storedPopularity(1, 2, 0), 0), false},
		{"cut off", storedPopularity(1, 2, 1, 5, 1)[:5], false},
		{"the last day of all", storedPopularity(1, uint64(customer.MaxDate), 0), true},
		{"a period past the calendar", storedPopularity(1, uint64(customer.MaxDate)+1, 0), false},
		{"an item on every trip", storedPopularity(1, 2, 3, 5, 3), true},
		{"an item on more trips than there were", storedPopularity(1, 2, 3, 5, 4), false},
		{"an item on no trip", storedPopularity(1, 2, 3, 5, 0), false},
		{"items out of order", storedPopularity(1, 2, 3, 5, 1, 4, 1), false},
		{"an item twice", storedPopularity(1, 2, 3, 5, 1, 5, 1), false},
		{"an item code beyond 32 bits", storedPopularity(1, 2, 3, 1<<32, 1), false},
		{"the most trips", storedPopularity(1, 2, most, 5, most), true},
		{"one trip too many", storedPopularity(1, 2, most+1, 5, 1), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			popular := personal.NewPopularity(population.Period{From: 1, Until: 3})
			require.NoError(t, popular.Add([]lifecycle.Visits{{Item: 9, Days: customer.Days{1, 2}}}))
			before := marshal(t, popular)
			err := popular.UnmarshalBinary(tc.data)
			if tc.ok {
				require.NoError(t, err)
				assert.Equal(t, tc.data, marshal(t, popular))
				return
			}
			require.ErrorIs(t, err, population.ErrFormat)
			assert.Equal(t, before, marshal(t, popular), "at an error the counts stay as they were")
		})
	}
}
