package profile_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

func basis() profile.Basis {
	return profile.Basis{Rules: "history/1", Currency: euro()}
}

func drawLines[K population.Key](t *rapid.T, key func(uint64) K) []profile.Line[K] {
	n := rapid.IntRange(0, 200).Draw(t, "number of lines")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) profile.Line[K] {
		who := rapid.OneOf(rapid.Uint64Range(0, 2), rapid.Uint64Range(0, 40)).Draw(t, "customer")
		return profile.Line[K]{Customer: key(who), Fact: facts().Draw(t, "fact")}
	}), n, n).Draw(t, "lines")
}

func marshal[K population.Key](t require.TestingT, h *profile.History[K]) []byte {
	data, err := h.MarshalBinary()
	require.NoError(t, err)
	return data
}

// Lines in any order, in any split, merged in any order: the same bytes, and the same facts as a
// map has; and the reports of the ungrouped form are those of the grouped one.
func checkHistory[K population.Key](t *rapid.T, sheet *profile.Sheet, key func(uint64) K) {
	lines := drawLines(t, key)
	model := map[K][]profile.Fact{}
	for _, line := range lines {
		model[line.Customer] = append(model[line.Customer], line.Fact)
	}
	together := profile.NewHistory[K](basis())
	require.NoError(t, together.Add(lines...))

	parts := []*profile.History[K]{profile.NewHistory[K](basis()), profile.NewHistory[K](basis()), profile.NewHistory[K](basis())}
	for rest := rapid.Permutation(lines).Draw(t, "another order"); len(rest) > 0; {
		n := rapid.IntRange(1, len(rest)).Draw(t, "stretch")
		part := parts[rapid.IntRange(0, 2).Draw(t, "part")]
		require.NoError(t, part.Add(rest[:n]...))
		if rapid.Bool().Draw(t, "look") {
			part.Of(rest[0].Customer)
		}
		rest = rest[n:]
	}
	parts = rapid.Permutation(parts).Draw(t, "order of merges")
	if rapid.Bool().Draw(t, "one was stored") {
		var read profile.History[K]
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[1])))
		parts[1] = &read
	}
	other := marshal(t, parts[1])
	require.NoError(t, parts[0].Merge(parts[1]))
	require.Equal(t, other, marshal(t, parts[1]), "the other stays as it is")
	require.NoError(t, parts[0].Merge(parts[2]))
	data := marshal(t, together)
	require.Equal(t, data, marshal(t, parts[0]))

	var back profile.History[K]
	require.NoError(t, back.UnmarshalBinary(data))
	require.Equal(t, data, marshal(t, &back))
	require.Equal(t, len(model), back.Customers())

	query := queries(t)
	reporter, err := sheet.Reporter(query)
	require.NoError(t, err)
	again, err := sheet.Reporter(query)
	require.NoError(t, err)
	slices.SortStableFunc(lines, func(a, b profile.Line[K]) int { return cmp.Compare(a.Customer, b.Customer) })
	next, stop := iter.Pull2(profile.Runs(func(yield func(profile.Line[K], error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}))
	defer stop()
	for who, hers := range parts[0].All() {
		require.ElementsMatch(t, model[who], hers)
		require.Equal(t, slices.Clone(hers), parts[0].Of(who))
		ungrouped, err := reporter.Report(hers)
		require.NoError(t, err)
		run, err, more := next()
		require.NoError(t, err)
		require.True(t, more)
		require.Equal(t, who, run.Customer)
		grouped, err := again.Report(run.Facts)
		require.NoError(t, err)
		require.Equal(t, ungrouped.Clone(), grouped.Clone())
		margins, err := reporter.Contribution(hers)
		require.NoError(t, err)
		others, err := again.Contribution(run.Facts)
		require.NoError(t, err)
		require.Equal(t, margins.Clone(), others.Clone())
	}
	_, _, more := next()
	require.False(t, more)
}

func TestHistoryHasNoOrder(t *testing.T) {
	sheet := newSheet(t, shopRules())
	t.Run("numbers", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkHistory(t, sheet, func(n uint64) uint32 { return uint32(n * 4_000_003) }) })
	})
	t.Run("great numbers", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkHistory(t, sheet, func(n uint64) uint64 { return n << 50 }) })
	})
	t.Run("texts", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			checkHistory(t, sheet, func(n uint64) customer.ID { return customer.ID(strings.Repeat("c", int(n))) })
		})
	})
}

// A wholesaler's customer of very many lines is packed on the way, whatever order they come in.
func TestHistoryOfManyLines(t *testing.T) {
	lines := chain(200_000, 3)
	sorted, mixed := profile.NewHistory[uint32](basis()), profile.NewHistory[uint32](basis())
	require.NoError(t, sorted.Add(lines...))
	for part := range slices.Chunk(shuffled(lines), 777) {
		require.NoError(t, mixed.Add(part...))
		mixed.Customers()
	}
	assert.Equal(t, marshal(t, sorted), marshal(t, mixed))
	n := 0
	for who, hers := range mixed.All() {
		n += len(hers)
		for i := range hers {
			require.True(t, i == 0 || hers[i-1].Day <= hers[i].Day, who)
		}
	}
	assert.Len(t, lines, n)
	bytesPerLine := float64(len(marshal(t, mixed))) / float64(len(lines))
	assert.Less(t, bytesPerLine, 25.0, "packed")
}

// Merged with itself, everything counts twice.
func TestHistoryMergedWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := drawLines(t, func(n uint64) uint32 { return uint32(n) })
		once, twice := profile.NewHistory[uint32](basis()), profile.NewHistory[uint32](basis())
		require.NoError(t, once.Add(lines...))
		require.NoError(t, twice.Add(append(slices.Clone(lines), lines...)...))
		if rapid.Bool().Draw(t, "packed") {
			require.NoError(t, once.UnmarshalBinary(marshal(t, once)))
		}
		require.NoError(t, once.Merge(once))
		require.Equal(t, marshal(t, twice), marshal(t, once))
	})
}

// A malformed line leaves a History as it was, whatever stood before it.
func TestHistoryRefuses(t *testing.T) {
	h := profile.NewHistory[customer.ID](basis())
	good := profile.Line[customer.ID]{Customer: "a", Fact: profile.Fact{Day: on, Kind: profile.Sold}}
	bad := good
	bad.Amount = 1
	require.NoError(t, h.Add(good))
	before := marshal(t, h)
	assert.Equal(t, []string{"lines[1].amount"}, customertest.Paths(t, h.Add(good, bad, good)))
	assert.Equal(t, before, marshal(t, h))

	other := profile.NewHistory[customer.ID](profile.Basis{Rules: "history/2", Currency: euro()})
	require.NoError(t, other.Add(good))
	require.ErrorContains(t, h.Merge(other), "history/2")
	assert.Equal(t, before, marshal(t, h))

	var none profile.History[customer.ID]
	require.Error(t, none.Add(good))
	require.Error(t, none.Merge(h))
	require.Error(t, h.Merge(&none))
	_, err := none.MarshalBinary()
	require.Error(t, err)
	assert.Zero(t, none.Customers())
	assert.Empty(t, none.Of("a"))
	for range none.All() {
		t.Fatal("nobody")
	}
	_, err = profile.NewHistory[customer.ID](profile.Basis{}).MarshalBinary()
	assert.Equal(t, []string{"currency.code", "rules"}, customertest.Paths(t, err))
}

// The figures of a fact, on both sides of every bound.
func TestFactCheck(t *testing.T) {
	good := profile.Fact{Day: on, Hour: 23, Kind: profile.Sold, Priced: true, Costed: true, Units: population.MaxUnits, Amount: population.MaxAmount, Tax: population.MaxAmount, Discount: population.MaxAmount, Cost: population.MaxAmount}
	require.NoError(t, good.Check())
	for _, test := range []struct {
		path   string
		change func(*profile.Fact)
	}{
		{"day", func(f *profile.Fact) { f.Day = 0 }},
		{"day", func(f *profile.Fact) { f.Day = customer.MaxDate + 1 }},
		{"hour", func(f *profile.Fact) { f.Hour = 24 }},
		{"kind", func(f *profile.Fact) { f.Kind = 0 }},
		{"kind", func(f *profile.Fact) { f.Kind = profile.Served + 1 }},
		{"kind", func(f *profile.Fact) { f.Kind = profile.Served }},
		{"kind", func(f *profile.Fact) { *f = profile.Fact{Day: on, Kind: profile.Served} }},
		{"units", func(f *profile.Fact) { f.Units++ }},
		{"units", func(f *profile.Fact) { f.Units = -1 }},
		{"amount", func(f *profile.Fact) { f.Amount++ }},
		{"tax", func(f *profile.Fact) { f.Amount-- }},
		{"tax", func(f *profile.Fact) { f.Tax = -1 }},
		{"discount", func(f *profile.Fact) { f.Discount++ }},
		{"cost", func(f *profile.Fact) { f.Cost++ }},
		{"cost", func(f *profile.Fact) { f.Cost = -1 }},
		{"cost", func(f *profile.Fact) { f.Costed = false }},
		{"amount", func(f *profile.Fact) { f.Priced = false }},
		{"amount", func(f *profile.Fact) { f.Priced, f.Amount, f.Tax = false, 0, 0 }},
		{"amount", func(f *profile.Fact) { f.Priced, f.Listed, f.Amount, f.Tax, f.Discount = false, true, 0, 0, 0 }},
	} {
		bad := good
		test.change(&bad)
		assert.Equal(t, []string{test.path}, customertest.Paths(t, bad.Check()), "%+v", bad)
		assert.False(t, bad.Valid())
	}
}

// Lines of the grouped form ascend, and the first error ends the walk.
func TestRunsRefuse(t *testing.T) {
	line := func(who uint32) profile.Line[uint32] {
		return profile.Line[uint32]{Customer: who, Fact: profile.Fact{Day: on, Kind: profile.Sold}}
	}
	walk := func(lines []profile.Line[uint32], end error) (who []uint32, err error) {
		for run, err := range profile.Runs(func(yield func(profile.Line[uint32], error) bool) {
			for _, line := range lines {
				if !yield(line, nil) {
					return
				}
			}
			if end != nil {
				yield(profile.Line[uint32]{}, end)
			}
		}) {
			if err != nil {
				return who, err
			}
			who = append(who, run.Customer)
		}
		return who, nil
	}
	who, err := walk([]profile.Line[uint32]{line(0), line(0), line(3)}, nil)
	require.NoError(t, err)
	assert.Equal(t, []uint32{0, 3}, who)
	_, err = walk([]profile.Line[uint32]{line(3), line(2)}, nil)
	require.ErrorIs(t, err, population.ErrOrder)
	_, err = walk([]profile.Line[uint32]{line(3), {}}, nil)
	assert.Equal(t, []string{"day", "kind"}, customertest.Paths(t, err))
	failed := errors.New("the disk is full")
	_, err = walk([]profile.Line[uint32]{line(3)}, failed)
	require.ErrorIs(t, err, failed)
	for _, err := range profile.Runs(func(yield func(profile.Line[uint32], error) bool) {
		assert.True(t, yield(line(1), nil))
		assert.False(t, yield(line(2), nil), "nobody listens any more")
	}) {
		require.NoError(t, err)
		break
	}
}

// Erased customers leave no trace in the bytes, and nobody else loses anything.
func TestErase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := func(n uint64) customer.ID {
			return customer.ID("customer-" + string(rune('a'+n%26)) + string(rune('a'+n/26)))
		}
		lines := drawLines(t, name)
		h, without := profile.NewHistory[customer.ID](basis()), profile.NewHistory[customer.ID](basis())
		require.NoError(t, h.Add(lines...))
		if rapid.Bool().Draw(t, "packed") {
			require.NoError(t, h.UnmarshalBinary(marshal(t, h)))
		}
		for _, line := range lines {
			if line.Customer != name(1) && line.Customer != name(2) {
				require.NoError(t, without.Add(line))
			}
		}
		require.NoError(t, h.Erase(name(1), name(2), "nobody"))
		data := marshal(t, h)
		require.Equal(t, marshal(t, without), data)
		require.False(t, bytes.Contains(data, []byte(name(1))))
	})
	var none profile.History[uint32]
	require.Error(t, none.Erase(1))
}

// stored is a small History with everything that the format has.
func stored(tb testing.TB) *profile.History[customer.ID] {
	tb.Helper()
	h := profile.NewHistory[customer.ID](basis())
	line := func(who customer.ID, f profile.Fact) profile.Line[customer.ID] {
		return profile.Line[customer.ID]{Customer: who, Fact: f}
	}
	require.NoError(tb, h.Add(
		line("b", profile.Fact{Receipt: profile.CodeOf("R2"), Order: profile.CodeOf("A1"), Product: profile.CodeOf("milk"), Day: on, Hour: 23, Kind: profile.Returned, Priced: true, Amount: 199, Tax: 13, Units: 1000}),
		line("a", profile.Fact{Receipt: 5, Order: 5, Product: 7, Holder: 9, Day: on - 1, Kind: profile.Sold, Priced: true, Listed: true, Costed: true, Amount: population.MaxAmount, Tax: 1, Discount: 300, Cost: population.MaxAmount, Units: population.MaxUnits, Category: 4}),
		line("a", profile.Fact{Receipt: 5, Order: 5, Product: 7, Holder: 9, Day: on - 1, Kind: profile.Sold, Category: 4}),
		line("a", profile.Fact{Receipt: profile.CodeOf("S1"), Day: on, Hour: 9, Kind: profile.Served, Costed: true, Cost: 2500, Category: 1}),
		line("a", profile.Fact{Receipt: 5, Order: 5, Product: 7, Day: on - 1, Hour: 9, Kind: profile.Sold, Priced: true}),
	))
	return h
}

// The stored form is format: whoever changes it changes the version and reads the old one.
func TestHistoryFormat(t *testing.T) {
	data := marshal(t, stored(t))
	customertest.Golden(t, "history.golden", hex.Dump(data))
	var lines []byte
	var read profile.History[customer.ID]
	require.NoError(t, read.UnmarshalBinary(data))
	for who, hers := range read.All() {
		for _, f := range hers {
			one, err := json.Marshal(profile.Line[customer.ID]{Customer: who, Fact: f})
			require.NoError(t, err)
			lines = append(append(lines, one...), '\n')
		}
	}
	customertest.Golden(t, "lines.golden", string(lines))
}

// Bytes that MarshalBinary would not have written are refused and change nothing.
func TestHistoryRefusesBytes(t *testing.T) {
	h := stored(t)
	data := marshal(t, h)
	for at := range data {
		cut := profile.NewHistory[customer.ID](basis())
		require.ErrorIs(t, cut.UnmarshalBinary(data[:at]), population.ErrFormat, at)
		assert.Zero(t, cut.Customers())
	}
	require.ErrorIs(t, h.UnmarshalBinary(append(slices.Clone(data), 0)), population.ErrFormat)
	numbers := profile.NewHistory[uint32](basis())
	require.ErrorIs(t, numbers.UnmarshalBinary(data), population.ErrFormat, "keys of another kind")
	assert.Equal(t, data, marshal(t, h))
}

func FuzzHistory(f *testing.F) {
	data := marshal(f, stored(f))
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var h profile.History[customer.ID]
		if err := h.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, population.ErrFormat)
			return
		}
		require.Equal(t, data, marshal(t, &h), "what is read is what would be written")
		for _, hers := range h.All() {
			for i := range hers {
				require.NoError(t, hers[i].Check())
			}
		}
	})
}

// A code reads as it is written, stays what it is, and tells two texts apart or says so.
func TestCode(t *testing.T) {
	assert.Zero(t, profile.CodeOf(""))
	assert.Equal(t, "d0b59276e9d70a5a", profile.CodeOf("A-1001").String(), "format")
	assert.NotEqual(t, profile.CodeOf("A-1001"), profile.CodeOf("A-1002"))
	for _, code := range []profile.Code{0, 1, profile.CodeOf("x"), 1<<64 - 1} {
		text, err := code.MarshalText()
		require.NoError(t, err)
		var read profile.Code
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, code, read)
	}
	var read profile.Code
	for _, text := range []string{"1", "zzzzzzzzzzzzzzzz", "0000000000000000", "D0B59276E9D70A5A", "00000000000000001"} {
		require.Error(t, read.UnmarshalText([]byte(text)), text)
	}
	assert.Equal(t, "sold returned served", customertest.Texts(t, profile.Served))
}

func TestNames(t *testing.T) {
	var names, more profile.Names
	require.NoError(t, names.Sale(customer.Purchase{Ref: "A1", Lines: []customer.Line{{SKU: "milk"}, {SKU: "bread"}}}))
	require.NoError(t, more.Return(customer.Return{Ref: "R1", Sale: "A1", Lines: []customer.ReturnLine{{Line: customer.Line{SKU: "milk"}}}}))
	require.NoError(t, names.Merge(&more))
	assert.Equal(t, "R1", names.Text(profile.CodeOf("R1")))
	assert.Equal(t, "bread", names.Text(profile.CodeOf("bread")))
	assert.Empty(t, names.Text(0))
	assert.Equal(t, profile.CodeOf("tea").String(), names.Text(profile.CodeOf("tea")))
}

// Noting lines allocates by the block and by what is packed, not by the line: filled from nothing,
// less than one allocation for forty lines, and later for a hundred.
func TestHistoryAllocatesLittle(t *testing.T) {
	lines := shuffled(chain(200_000, 2000))
	perLine := func(history func() *profile.History[uint32]) float64 {
		return testing.AllocsPerRun(2, func() {
			h := history()
			for part := range slices.Chunk(lines, 4096) {
				if err := h.Add(part...); err != nil {
					t.Fatal(err)
				}
			}
		}) / float64(len(lines))
	}
	assert.Less(t, perLine(func() *profile.History[uint32] { return profile.NewHistory[uint32](basis()) }), 1.0/40)
	warm := profile.NewHistory[uint32](basis())
	require.NoError(t, warm.Add(lines...))
	assert.Less(t, perLine(func() *profile.History[uint32] { return warm }), 1.0/100)
}

// The grouped form allocates for the longest run, not for a line, and a report of each adds nothing.
func TestRunsAllocateByTheRun(t *testing.T) {
	lines, sheet := chain(100_000, 1000), benchSheet(t)
	reporter := benchReporter(t, sheet)
	walk := func() {
		for run, err := range profile.Runs(stream(lines)) {
			require.NoError(t, err)
			_, err = reporter.Report(run.Facts)
			require.NoError(t, err)
		}
	}
	walk()
	assert.Less(t, testing.AllocsPerRun(5, walk), 40.0)
}
