package lifecycle_test

import (
	"cmp"
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

// The two forms, and the three kinds of keys.
func TestVisitsProperties(t *testing.T) {
	t.Run("uint32", func(t *testing.T) { testVisits(t, []uint32{0, 7, 1<<32 - 1}) })
	t.Run("uint64", func(t *testing.T) { testVisits(t, []uint64{0, 7, 1<<64 - 1}) })
	t.Run("customer.ID", func(t *testing.T) { testVisits(t, []customer.ID{"", "c-1", "顾客"}) })
}

func testVisits[K population.Key](t *testing.T, customers []K) {
	t.Helper()
	t.Run("any order, split and merge give the same bytes", rapid.MakeCheck(func(t *rapid.T) {
		lines := drawLines(t, customers)
		var whole lifecycle.Diary[K]
		require.NoError(t, whole.Add(lines...))

		var merged lifecycle.Diary[K]
		for _, part := range parts(t, lines) {
			var diary lifecycle.Diary[K]
			for _, line := range part { // one by one, or all at once: no difference
				require.NoError(t, diary.Add(line))
			}
			before := marshal(t, &diary)
			merged.Merge(&diary)
			assert.Equal(t, before, marshal(t, &diary), "the other diary stays as it was")
		}
		assert.Equal(t, marshal(t, &whole), marshal(t, &merged))
		merged.Merge(&merged)
		assert.Equal(t, marshal(t, &whole), marshal(t, &merged), "a set joined with itself is itself")
	}))

	t.Run("grouped and ungrouped agree with the obvious", rapid.MakeCheck(func(t *rapid.T) {
		lines := drawLines(t, customers)
		want := map[K]map[uint32]customer.Days{}
		for _, line := range lines {
			if line.Returned {
				continue
			}
			if want[line.Customer] == nil {
				want[line.Customer] = map[uint32]customer.Days{}
			}
			days := append(want[line.Customer][line.Item], line.Day)
			slices.Sort(days)
			want[line.Customer][line.Item] = slices.Compact(days)
		}

		var diary lifecycle.Diary[K]
		require.NoError(t, diary.Add(lines...))
		ungrouped, previous := map[K]map[uint32]customer.Days{}, (*K)(nil)
		for key, visits := range diary.All() {
			assert.True(t, previous == nil || *previous < key, "customers ascend")
			previous = &key
			assert.Equal(t, diary.Visits(key), slices.Clone(visits))
			ungrouped[key] = byItem(t, visits)
		}
		assert.Equal(t, want, ungrouped)
		assert.Equal(t, len(want), diary.Customers())

		slices.SortStableFunc(lines, func(a, b population.Line[K]) int { return cmp.Compare(a.Customer, b.Customer) })
		var visitor lifecycle.Visitor[K]
		grouped := map[K]map[uint32]customer.Days{}
		for run, err := range population.Runs(stream(lines)) {
			require.NoError(t, err)
			visits, err := visitor.Visits(run)
			require.NoError(t, err)
			if len(visits) > 0 { // a customer who only brought goods back has no visit
				grouped[run[0].Customer] = byItem(t, visits)
			}
		}
		assert.Equal(t, want, grouped)
	}))

	t.Run("round trip", rapid.MakeCheck(func(t *rapid.T) {
		var diary, again lifecycle.Diary[K]
		require.NoError(t, diary.Add(drawLines(t, customers)...))
		data := marshal(t, &diary)
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, data, marshal(t, &again))
		more := drawLines(t, customers) // what was read can be added to
		require.NoError(t, diary.Add(more...))
		require.NoError(t, again.Add(more...))
		assert.Equal(t, marshal(t, &diary), marshal(t, &again))
	}))
}

// byItem copies visits, whose memory is reused, and checks their order.
func byItem(t require.TestingT, visits []lifecycle.Visits) map[uint32]customer.Days {
	items := map[uint32]customer.Days{}
	for i, one := range visits {
		require.True(t, i == 0 || visits[i-1].Item < one.Item, "items ascend")
		require.NotEmpty(t, one.Days)
		items[one.Item] = slices.Clone(one.Days)
	}
	return items
}

// Several receipts of one day are one visit, and what comes back is none: neither a new
// visit, nor one less.
func TestVisits(t *testing.T) {
	const milk, bread = 1, 2
	monday, friday := on("2026-11-23"), on("2026-11-27")
	bought := func(item uint32, day customer.Date) population.Line[uint64] {
		return population.Line[uint64]{Customer: 5, Item: item, Day: day, Units: 1000}
	}
	back := func(item uint32, day customer.Date) population.Line[uint64] {
		return population.Line[uint64]{Customer: 5, Item: item, Day: day, Units: 1000, Returned: true}
	}
	for _, tc := range []struct {
		name  string
		lines []population.Line[uint64]
		want  []lifecycle.Visits
	}{
		{"nothing", nil, nil},
		{"one purchase", []population.Line[uint64]{bought(milk, monday)}, []lifecycle.Visits{{Item: milk, Days: customer.Days{monday}}}},
		{
			"two receipts on one day",
			[]population.Line[uint64]{bought(milk, monday), bought(milk, monday)},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday}}},
		},
		{
			"two days, the later first",
			[]population.Line[uint64]{bought(milk, friday), bought(milk, monday)},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday, friday}}},
		},
		{
			"goods that came back on another day",
			[]population.Line[uint64]{bought(milk, monday), back(milk, friday)},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday}}},
		},
		{
			"goods that came back on the day of purchase",
			[]population.Line[uint64]{bought(milk, monday), back(milk, monday)},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday}}},
		},
		{"only goods that came back", []population.Line[uint64]{back(milk, monday), back(bread, friday)}, nil},
		{
			"two items",
			[]population.Line[uint64]{bought(bread, monday), bought(milk, friday), bought(milk, monday)},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday, friday}}, {Item: bread, Days: customer.Days{monday}}},
		},
		{
			"an amount that is not known is a visit",
			[]population.Line[uint64]{{Customer: 5, Item: milk, Day: monday}},
			[]lifecycle.Visits{{Item: milk, Days: customer.Days{monday}}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var diary lifecycle.Diary[uint64]
			require.NoError(t, diary.Add(tc.lines...))
			assert.Equal(t, tc.want, diary.Visits(5))

			var visitor lifecycle.Visitor[uint64]
			visits, err := visitor.Visits(tc.lines)
			require.NoError(t, err)
			assert.Equal(t, tc.want, slices.Clone(visits[:len(visits):len(visits)]))
		})
	}
}

func TestVisitsRefuseMalformedLines(t *testing.T) {
	good := population.Line[uint64]{Customer: 5, Item: 1, Day: on("2026-11-23"), Units: 1000}
	for _, tc := range []struct {
		name string
		line population.Line[uint64]
		want []string
	}{
		{"no day", population.Line[uint64]{Customer: 5}, []string{"day = 0"}},
		{"a day past the calendar", population.Line[uint64]{Customer: 5, Day: customer.MaxDate + 1}, []string{"day = 3652060"}},
		{"units below 0", population.Line[uint64]{Customer: 5, Day: 1, Units: -1}, []string{"units = -1"}},
		{
			"everything, and a return at that",
			population.Line[uint64]{Kind: 9, Units: population.MaxUnits + 1, Returned: true},
			[]string{"day = 0", "kind = brand kind 9", "units = 1000000000001"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var diary lifecycle.Diary[uint64]
			assert.Equal(t, tc.want, faults(diary.Add(good, tc.line, good)))
			assert.Equal(t, []lifecycle.Visits{{Item: 1, Days: customer.Days{good.Day}}}, diary.Visits(5), "the lines before it are noted")

			var visitor lifecycle.Visitor[uint64]
			_, err := visitor.Visits([]population.Line[uint64]{good, tc.line})
			assert.Equal(t, tc.want, faults(err))
			visits, err := visitor.Visits([]population.Line[uint64]{good})
			require.NoError(t, err)
			assert.Equal(t, []lifecycle.Visits{{Item: 1, Days: customer.Days{good.Day}}}, visits, "the next customer does not suffer")
		})
	}
}

// A slice that was handed out must not grow into the next item's days.
func TestVisitsDoNotOverlap(t *testing.T) {
	var visitor lifecycle.Visitor[uint32]
	visits, err := visitor.Visits([]population.Line[uint32]{{Item: 1, Day: 10}, {Item: 2, Day: 11}})
	require.NoError(t, err)
	_ = append(visits[0].Days, 99)
	assert.Equal(t, customer.Days{11}, visits[1].Days)
}

func TestMergedDiariesShareNoMemory(t *testing.T) {
	var from, into lifecycle.Diary[uint32]
	require.NoError(t, from.Add(population.Line[uint32]{Customer: 1, Item: 1, Day: 10}))
	into.Merge(&from)
	before := marshal(t, &from)
	require.NoError(t, into.Add(population.Line[uint32]{Customer: 1, Item: 1, Day: 5}, population.Line[uint32]{Customer: 1, Item: 0, Day: 5}))
	assert.Equal(t, before, marshal(t, &from))
}

func TestTogether(t *testing.T) {
	assert.Empty(t, lifecycle.Together(nil))
	visits := []lifecycle.Visits{{Item: 1, Days: customer.Days{10, 20, 30}}, {Item: 2}, {Item: 3, Days: customer.Days{5, 20, 40}}}
	assert.Equal(t, customer.Days{5, 10, 20, 30, 40}, lifecycle.Together(visits))
	assert.Equal(t, customer.Days{10, 20, 30}, visits[0].Days, "the visits stay as they are")
}

// The stored form of version 1: version, kind of keys, customers; for each its key and
// items; for each its code, the number of days, the first day, the gaps.
func TestDiaryFormat(t *testing.T) {
	var diary lifecycle.Diary[customer.ID]
	require.NoError(t, diary.Add(
		population.Line[customer.ID]{Customer: "b", Item: 300, Day: on("2026-11-25")},
		population.Line[customer.ID]{Customer: "a", Item: 2, Day: on("2026-11-25")},
		population.Line[customer.ID]{Customer: "a", Item: 2, Day: on("2026-11-11")},
		population.Line[customer.ID]{Customer: "a", Item: 1, Day: on("2026-11-25")},
	))
	const golden = "01" + "01" + "02" +
		"0161" + "02" + "01" + "01" + "e9942d" + "02" + "02" + "db942d" + "0e" +
		"0162" + "01" + "ac02" + "01" + "e9942d"
	assert.Equal(t, golden, hex.EncodeToString(marshal(t, &diary)))
}

func TestDiaryUnmarshalFaults(t *testing.T) {
	for _, tc := range []struct{ name, data string }{
		{"nothing", ""},
		{"an unknown version", "02" + "0200"},
		{"no keys' kind", "01"},
		{"keys of another type", "01" + "0300"},
		{"cut off", "01" + "02" + "01" + "05" + "01" + "01" + "02" + "0a"},
		{"bytes left over", "01" + "02" + "00" + "00"},
		{"a customer without items", "01" + "02" + "01" + "05" + "00"},
		{"an item without visits", "01" + "02" + "01" + "05" + "01" + "01" + "00"},
		{"customers out of order", "01" + "02" + "02" + "05" + "01" + "01" + "010a" + "05" + "01" + "01" + "010a"},
		{"items out of order", "01" + "02" + "01" + "05" + "02" + "01" + "010a" + "01" + "010a"},
		{"a day twice", "01" + "02" + "01" + "05" + "01" + "01" + "020a00"},
		{"a day past the calendar", "01" + "02" + "01" + "05" + "01" + "01" + "01" + "dcf3de01"},
		{"a number not in its shortest form", "01" + "02" + "01" + "8500" + "01" + "01" + "010a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data, err := hex.DecodeString(tc.data)
			require.NoError(t, err)
			var diary lifecycle.Diary[uint32]
			require.NoError(t, diary.Add(population.Line[uint32]{Customer: 1, Item: 1, Day: 1}))
			before := marshal(t, &diary)
			require.ErrorIs(t, diary.UnmarshalBinary(data), population.ErrFormat)
			assert.Equal(t, before, marshal(t, &diary), "at an error the diary stays as it was")
		})
	}
	var diary lifecycle.Diary[uint32]
	last, err := hex.DecodeString("01" + "02" + "01" + "05" + "01" + "01" + "01" + "dbf3de01")
	require.NoError(t, err)
	require.NoError(t, diary.UnmarshalBinary(last), "31 December 9999 is a day")
}

// Join is the union, item by item, whichever list comes first.
func TestJoin(t *testing.T) {
	a := []lifecycle.Visits{{Item: 1, Days: customer.Days{10, 20}}, {Item: 4, Days: customer.Days{5}}}
	b := []lifecycle.Visits{{Item: 1, Days: customer.Days{15, 20}}, {Item: 2, Days: customer.Days{7}}}
	want := []lifecycle.Visits{{Item: 1, Days: customer.Days{10, 15, 20}}, {Item: 2, Days: customer.Days{7}}, {Item: 4, Days: customer.Days{5}}}
	assert.Equal(t, want, lifecycle.Join(a, b))
	assert.Equal(t, want, lifecycle.Join(b, a))
	assert.Empty(t, lifecycle.Join(nil, nil))
	require.NoError(t, lifecycle.CheckVisits(lifecycle.Join(a, b)))
	require.Error(t, lifecycle.CheckVisits(append(a[:2:2], b...)))
}

// Days that were put together by hand, in any order, are refused: they would give gaps
// below zero.
func TestDaysThatDoNotAscendAreRefused(t *testing.T) {
	rhythm := newRhythm(t, rhythmRules())
	for _, days := range []customer.Days{{20, 10}, {10, 10}, {0, 10}, {10, customer.MaxDate + 1}} {
		_, err := rhythm.Expect(days, nil, 100)
		faults := customer.Faults(nil)
		require.ErrorAs(t, err, &faults)
		require.ErrorAs(t, new(lifecycle.Gaps).Add(days), &faults)
		require.ErrorAs(t, new(lifecycle.Habits).Add([]lifecycle.Visits{{Item: 1, Days: days}}), &faults)
	}
}
