package lifecycle

import (
	"bytes"
	"encoding/binary"
	"maps"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// state is what is stored as bytes.
type state interface {
	MarshalBinary() ([]byte, error)
	UnmarshalBinary([]byte) error
}

// checkState holds that bytes are read without much memory, that accepted ones are
// written again as they were, and that refused ones change nothing.
func checkState(t *testing.T, data []byte, read state) {
	t.Helper()
	before, err := read.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	failed := read.UnmarshalBinary(data)
	want := data
	if failed != nil {
		want = before
	}
	after, err := read.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, after) {
		t.Errorf("read %x (%v), wrote %x, want %x", data, failed, after, want)
	}
}

func FuzzDiary(f *testing.F) {
	var seed Diary[customer.ID]
	for day := range customer.Date(20) {
		if err := seed.Add(population.Line[customer.ID]{Customer: customer.ID('a' + rune(day%3)), Item: uint32(day % 4), Day: 739_000 + 7*day}); err != nil {
			f.Fatal(err)
		}
	}
	data, err := seed.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{1, 1, 0})
	f.Add([]byte{1, 2, 1, 5, 1, 1, 1, 10})
	f.Add([]byte{1, 3, 1, 5, 1, 1, 1, 0xdb, 0xf3, 0xde, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		checkState(t, data, &Diary[customer.ID]{})
		checkState(t, data, &Diary[uint32]{})
		var numbered Diary[uint64]
		if err := numbered.Add(population.Line[uint64]{Customer: 1, Item: 2, Day: 3}); err != nil {
			t.Fatal(err)
		}
		checkState(t, data, &numbered)
	})
}

func FuzzHabits(f *testing.F) {
	var seed Habits
	require.NoError(f, seed.Add([]Visits{{Item: 1, Days: customer.Days{1, 8, 15, 400}}, {Item: 300, Days: customer.Days{5}}}))
	require.NoError(f, seed.Add([]Visits{{Item: 1, Days: customer.Days{1, 9}}, {Item: 300, Days: customer.Days{5, 5000}}}))
	data, err := seed.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{1, 0})
	greatest := append([]byte{1, 1, 7, 0, 1, 14}, binary.AppendUvarint(nil, maxGaps)...)
	f.Add(append(append(greatest, 1, 14), binary.AppendUvarint(nil, maxGaps)...))
	f.Add(binary.AppendUvarint([]byte{1, 1, 7}, maxGaps+1))

	seasons, err := NewSeasons(SeasonRules{
		Edition: customer.Edition{ID: "year", Version: 1},
		Seasons: []Season{{Key: "spring", Spans: []YearSpan{{From: "03-01", Through: "05-31"}}, Items: []uint32{1}}},
	}, customer.Days{739_001})
	if err != nil {
		f.Fatal(err)
	}
	seeded := NewHabits(seasons)
	require.NoError(f, seeded.Add([]Visits{{Item: 1, Days: customer.Days{739_000, 739_300}}, {Item: 300, Days: customer.Days{5}}}))
	counted, err := seeded.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(counted)
	f.Add([]byte{3, 1, 7, 5, 2, 5, 1, 20, 2, 1, 14, 3, 1, 14, 3})

	rules := RhythmRules{Edition: customer.Edition{ID: "r", Version: 1}, PriorGaps: 100, OwnGaps: 100, WindowDays: 14}
	rhythm, err := NewRhythm(rules)
	if err != nil {
		f.Fatal(err)
	}
	days := customer.Days{739_000, 739_014, 739_021}
	f.Fuzz(func(t *testing.T, data []byte) {
		var habits Habits
		require.NoError(t, habits.Add([]Visits{{Item: 1, Days: customer.Days{1, 2}}}))
		checkState(t, data, &habits)
		ofSeasons := NewHabits(seasons)
		checkState(t, data, ofSeasons)
		// Whatever was accepted must be fit to reckon with.
		for _, gaps := range slices.AppendSeq(slices.Collect(maps.Values(habits.items)), maps.Values(ofSeasons.items)) {
			for n := 1; n <= len(days); n++ {
				e, err := rhythm.Expect(days[:n], gaps, days[2]+20)
				if err != nil {
					if n == 1 && gaps.second == 0 {
						continue
					}
					t.Fatal(err)
				}
				if e.SilenceRank < 0 || e.SilenceRank > 1000 || e.Interval < 1 || e.Interval > MaxGapDays || e.From <= e.Last || e.Buyers < e.Second {
					t.Errorf("of %x: %+v", data, e)
				}
			}
		}
	})
}

// A few bytes that promise many entries must not make room for them.
func TestPromisedEntriesTakeNoMemory(t *testing.T) {
	many := binary.AppendUvarint(nil, 1<<62)
	inputs := map[string][]byte{
		"customers":   append([]byte{1, 2}, many...),
		"items":       append([]byte{1, 2, 1, 5}, many...),
		"days":        append([]byte{1, 2, 1, 5, 1, 1}, many...),
		"a long name": append([]byte{1, 1, 1}, many...),
		"habits":      append([]byte{1}, many...),
		"first gaps":  append([]byte{1, 1, 7, 1}, many...),
		"gaps":        append([]byte{1, 1, 7, 1, 0}, many...),
	}
	for name, data := range inputs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, read := range []state{&Diary[uint32]{}, &Diary[customer.ID]{}, &Habits{}} {
			if err := read.UnmarshalBinary(data); err == nil {
				t.Errorf("%s: %x was accepted as %T", name, data, read)
			}
		}
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<10 {
			t.Errorf("%s: reading %d bytes took %d bytes of memory", name, len(data), taken)
		}
	}
}
