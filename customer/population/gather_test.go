package population

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// What is counted in these tests of one customer: enough to notice a line that is lost,
// doubled, changed or somebody else's.
type sum struct{ Lines, Units, Amount, Items, Days, Returned, Priced, Kinds int64 }

func (s *sum) add(item uint32, day customer.Date, kind customer.BrandKind, returned, priced bool, units, amount int64) {
	s.Lines++
	s.Units += units
	s.Amount += amount
	s.Items += int64(item)
	s.Days += int64(day)
	s.Kinds += int64(kind)
	if returned {
		s.Returned++
	}
	if priced {
		s.Priced++
	}
}

func (s *sum) figures() []*int64 {
	return []*int64{&s.Lines, &s.Units, &s.Amount, &s.Items, &s.Days, &s.Returned, &s.Priced, &s.Kinds}
}

func (s *sum) fold(lines []Line[uint64]) int {
	for _, l := range lines {
		s.add(l.Item, l.Day, l.Kind, l.Returned, l.Priced, l.Units, l.Amount)
	}
	return 64
}

func (s *sum) join(from *sum) int {
	for i, figure := range from.figures() {
		*s.figures()[i] += *figure
	}
	return 64
}

// sums folds what a Gather has, checking that its customers ascend.
func sums[K Key](t require.TestingT, g *Gather[K, sum]) map[K]sum {
	all := map[K]sum{}
	var order []K
	for key, hers := range g.All() {
		whole := *hers.Folded
		whole.fold(hers.Lines)
		all[key] = whole
		order = append(order, key)
	}
	require.True(t, slices.IsSorted(order))
	require.Len(t, order, g.Len(), "each customer once")
	return all
}

type (
	card  string
	small uint32
	large uint64
)

var testPeriod = Period{From: 100, Until: 200}

func newTestGather[K Key](keep int) *Gather[K, sum] {
	return NewGather[K](testPeriod, keep, (*sum).fold)
}

func drawLines[K Key](t *rapid.T, key func(uint64) K) []Line[K] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Line[K] {
		line := Line[K]{
			Customer: key(rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64Range(0, 1000)).Draw(t, "customer")),
			Item:     rapid.OneOf(rapid.Uint32Range(0, 3), rapid.Uint32()).Draw(t, "item"),
			Day:      customer.Date(rapid.Int32Range(98, 202).Draw(t, "day")),
			Kind:     customer.BrandKind(rapid.Uint8Range(0, 2).Draw(t, "kind")),
			Returned: rapid.Bool().Draw(t, "returned"),
			Priced:   rapid.Bool().Draw(t, "priced"),
			Units:    rapid.OneOf(rapid.Int64Range(0, 2), rapid.Just(int64(MaxUnits))).Draw(t, "units"),
		}
		if line.Priced {
			line.Amount = rapid.OneOf(rapid.Int64Range(0, 2), rapid.Just(int64(MaxAmount))).Draw(t, "amount")
		}
		return line
	}), 0, 300).Draw(t, "lines")
}

func checkGather[K Key](t *rapid.T, key func(uint64) K) {
	lines := drawLines(t, key)
	model := map[K]sum{}
	for _, l := range lines {
		if testPeriod.Contains(l.Day) {
			one := model[l.Customer]
			one.add(l.Item, l.Day, l.Kind, l.Returned, l.Priced, l.Units, l.Amount)
			model[l.Customer] = one
		}
	}
	keep := rapid.IntRange(0, 9)
	parts := []*Gather[K, sum]{newTestGather[K](keep.Draw(t, "kept")), newTestGather[K](keep.Draw(t, "kept by the other"))}
	for len(lines) > 0 { // in stretches, to either part, looked at in between
		n := rapid.IntRange(1, len(lines)).Draw(t, "stretch")
		part := parts[rapid.IntRange(0, 1).Draw(t, "part")]
		require.NoError(t, part.Add(lines[:n]...))
		if rapid.Bool().Draw(t, "look") {
			part.Of(lines[0].Customer)
			part.Len()
		}
		lines = lines[n:]
	}
	before := sums(t, parts[1])
	require.NoError(t, parts[0].Merge(parts[1], (*sum).join))
	require.Equal(t, before, sums(t, parts[1]), "the other stays as it is")
	g := parts[0]
	require.Equal(t, model, sums(t, g))
	for key, want := range model {
		hers, found := g.Of(key)
		require.True(t, found)
		whole := *hers.Folded
		whole.fold(hers.Lines)
		require.Equal(t, want, whole)
	}
	_, found := g.Of(key(5000))
	require.False(t, found)

	twice := newTestGather[K](keep.Draw(t, "kept in the end"))
	require.NoError(t, twice.Merge(g, (*sum).join))
	require.NoError(t, twice.Merge(twice, (*sum).join))
	for key, got := range sums(t, twice) {
		want := model[key]
		want.join(&want)
		require.Equal(t, want, got, "merged with itself, everything counts twice")
	}

	data := g.Append([]byte{1}, func(dst []byte, hers Gathered[sum]) []byte {
		whole := *hers.Folded
		whole.fold(hers.Lines)
		for _, figure := range whole.figures() {
			dst = binary.AppendVarint(dst, *figure)
		}
		return dst
	})
	back := newTestGather[K](g.sheaves.keep)
	from := NewDecoder(data, 1)
	back.Read(from, func(from *Decoder, one *sum) int {
		for _, figure := range one.figures() {
			*figure = from.Varint()
		}
		return 64
	})
	require.NoError(t, from.Close())
	require.Equal(t, model, sums(t, back))

	more := drawLines(t, key) // what was read goes on, beside what was written
	require.NoError(t, back.Add(more...))
	require.NoError(t, g.Add(more...))
	require.Equal(t, sums(t, g), sums(t, back))
}

func TestGatherEqualsAMap(t *testing.T) {
	t.Run("uint32", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) uint32 { return uint32(n * 4_000_003) }) })
	})
	t.Run("uint64", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) uint64 { return n << 50 }) })
	})
	t.Run("a named number", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) large { return large(n * n) }) })
	})
	t.Run("a named small number", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) small { return small(n) }) })
	})
	t.Run("a named text", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) card { return card("card " + string(rune('a'+n))) }) })
	})
	t.Run("a text", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkGather(t, func(n uint64) string { return string(rune(n)) }) })
	})
}

// Blocks fill up, shards are settled on the way, a wholesaler's
// lines are folded.
func TestGatherOfManyLines(t *testing.T) {
	const keep = 4096
	g, model := newTestGather[uint32](keep), map[uint32]sum{}
	state := uint64(1)
	for range 1_500_000 {
		state = state*6_364_136_223_846_793_005 + 1_442_695_040_888_963_407 // Knuth's MMIX
		line := Line[uint32]{Customer: uint32(state>>33) % 300, Item: uint32(state >> 60), Day: 100 + customer.Date(state>>40%100), Units: int64(state >> 50), Priced: true, Amount: 7}
		if state>>20%4 == 0 {
			line.Customer = 12_345 // the wholesaler
		}
		require.NoError(t, g.Add(line))
		one := model[line.Customer]
		one.add(line.Item, line.Day, line.Kind, line.Returned, line.Priced, line.Units, line.Amount)
		model[line.Customer] = one
	}
	hers, found := g.Of(12_345)
	require.True(t, found)
	assert.NotZero(t, hers.Folded.Lines, "they were folded")
	assert.Less(t, len(hers.Lines), keep)
	assert.Equal(t, model, sums(t, g))

	atOnce := newTestGather[uint32](0)
	require.NoError(t, atOnce.Merge(g, (*sum).join))
	assert.Equal(t, model, sums(t, atOnce))
}

// Many customers, whose shards' indexes grow again and again, under numbers of every
// shape: a customer is found in a few steps, and no shard is much fuller than others.
func TestGatherSpreadsNumbersOfAnyShape(t *testing.T) {
	const customers = 60_000
	for name, number := range map[string]func(n uint64) uint64{
		"counted":             func(n uint64) uint64 { return n },
		"by the thousand":     func(n uint64) uint64 { return n * 1000 },
		"a shop's number 2²⁰": func(n uint64) uint64 { return n << 20 },
		"the upper half":      func(n uint64) uint64 { return n << 32 },
		"the uppermost bits":  func(n uint64) uint64 { return n << 48 },
		"from the top":        func(n uint64) uint64 { return ^n },
	} {
		g := newTestGather[uint64](8)
		for n := range uint64(customers) {
			require.NoError(t, g.Add(Line[uint64]{Customer: number(n), Day: 150, Units: int64(n)}))
		}
		require.Equal(t, customers, g.Len(), name)
		for i := range g.sheaves.shards {
			s := &g.sheaves.shards[i]
			require.Less(t, len(s.held), 3*customers/shards, name)
			for slot, entry := range s.index {
				if entry.at == 0 {
					continue
				}
				before, steps := slot, 0
				for ; s.index[(before-1)&(len(s.index)-1)].at != 0; before-- {
					steps++
				}
				require.Less(t, steps, 100, "%s: so many stand one after the other", name)
			}
		}
		for n := range uint64(customers) {
			hers, found := g.Of(number(n))
			require.True(t, found)
			require.Equal(t, int64(n), hers.Lines[0].Units)
		}
	}
}

// A fold may say that it takes no bytes; its customers are merged all the same.
func TestGatherMergesWhatTakesNoBytes(t *testing.T) {
	noBytes := func(s *sum, lines []Line[uint64]) int { s.fold(lines); return 0 }
	g, into := NewGather[card](testPeriod, 0, noBytes), NewGather[card](testPeriod, 0, noBytes)
	require.NoError(t, g.Add(Line[card]{Customer: "a", Day: 150, Units: 3}))
	require.NoError(t, into.Merge(g, func(into, from *sum) int { into.join(from); return 0 }))
	assert.Equal(t, sums(t, g), sums(t, into))
	assert.Equal(t, int64(3), sums(t, into)["a"].Units)
}

func TestGatherRefuses(t *testing.T) {
	g := newTestGather[card](0)
	good, bad := Line[card]{Customer: "a", Day: 150, Units: 1}, Line[card]{Customer: "a", Day: 150, Units: -1}
	var faults customer.Faults
	require.ErrorAs(t, g.Add(good, bad, good), &faults)
	assert.Equal(t, "units", faults[0].Path)
	assert.Equal(t, int64(1), sums(t, g)["a"].Lines, "the line before it counts, the one after it does not")

	var zero Gather[card, sum]
	other := NewGather[card](Period{From: 100, Until: 201}, 0, (*sum).fold)
	require.NoError(t, other.Add(Line[card]{Customer: "b", Day: 200}))
	for _, into := range []*Gather[card, sum]{g, &zero} {
		before := sums(t, into)
		require.Error(t, into.Merge(other, (*sum).join), "another period")
		assert.Equal(t, before, sums(t, into))
	}
	require.NoError(t, zero.Add(good))
	assert.Zero(t, zero.Len(), "no period has no lines")

	numbered := newTestGather[uint64](0)
	require.Error(t, numbered.Add(Line[uint64]{Day: 150}, Line[uint64]{}))
	assert.Equal(t, 1, numbered.Len())

	for name, data := range map[string][]byte{
		"keys of another kind": {1, 2, 0},
		"keys out of order":    {1, 1, 2, 1, 'b', 1, 'a'},
		"keys twice":           {1, 1, 2, 1, 'a', 1, 'a'},
		"too few":              {1, 1, 3, 1, 'a', 1, 'b'},
	} {
		from := NewDecoder(data, 1)
		g.Read(from, func(*Decoder, *sum) int { return 0 })
		require.ErrorIs(t, from.Close(), ErrFormat, name)
		assert.Equal(t, int64(1), sums(t, g)["a"].Lines, "it stays as it was")
	}
}
