package personal_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// Accepted bytes are written again as they were and are fit to reckon with; refused ones
// change nothing.
func FuzzPopularity(f *testing.F) {
	seed := personal.NewPopularity(population.Period{From: today - 30, Until: today})
	require.NoError(f, seed.Add([]lifecycle.Visits{{Item: 1, Days: every(7, 9, today-1)}, {Item: 300, Days: every(14, 9, today-3)}}))
	data, err := seed.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(storedPopularity(0, 0, 0))
	f.Add(storedPopularity(1, 2, most, 5, most))
	f.Add(storedPopularity(1, 2, 3, 5, 4))
	rules := listRules()
	rules.PriorTrips, rules.NewItems = 100, 3
	f.Fuzz(func(t *testing.T, data []byte) {
		popular := personal.NewPopularity(population.Period{From: 1, Until: 3})
		require.NoError(t, popular.Add([]lifecycle.Visits{{Item: 9, Days: every(1, 2, 2)}}))
		before := marshal(t, popular)
		failed := popular.UnmarshalBinary(data)
		want := data
		if failed != nil {
			want = before
		}
		if after := marshal(t, popular); !bytes.Equal(want, after) {
			t.Errorf("read %x (%v), wrote %x, want %x", data, failed, after, want)
		}

		planner, err := personal.NewPlanner(rules, new(lifecycle.Habits), popular)
		if err != nil {
			t.Fatal(err)
		}
		list, err := planner.Due(nil, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, due := range list {
			with, all := popular.Trips(due.Item)
			if with < 1 || with > all || due.Score < 0 || due.Score > 100*one {
				t.Errorf("of %x: item %d on %d of %d trips, score %d", data, due.Item, with, all, due.Score)
			}
		}
	})
}

// A few bytes that promise many items must not make room for them.
func TestPromisedItemsTakeNoMemory(t *testing.T) {
	data := binary.AppendUvarint([]byte{1, 1, 2, 3}, 1<<62)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := new(personal.Popularity).UnmarshalBinary(data)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Errorf("%x was accepted", data)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<10 {
		t.Errorf("reading %d bytes took %d bytes of memory", len(data), taken)
	}
}
