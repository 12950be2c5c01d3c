package wish_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/wish"
)

// row B46.
func TestUnmet(t *testing.T) {
	r := begin(t, whole())
	note := func(ref, group string, depth wish.Depth, expected customer.Date) {
		r.must(r.Need(r.m, wish.Need{Step: step(ref, "2026-05-01 09:00"), Group: group, Depth: depth, Expected: expected}))
	}
	note("later", "quiet", wish.Necessity, day("2026-06-09"))
	note("soon", "stairs", wish.Necessity, day("2026-06-08"))
	note("dream", "sauna", wish.Desire, 0)
	note("now", "quiet", wish.Necessity, 0)
	r.must(r.Link(r.m, wish.Link{Step: step("u", "2026-05-02 09:00"), Need: "now", With: []string{"suite-5", "gone"}}))

	offered := map[string]bool{"suite-5": true, "garden": true, "attic": true, "ground": false}
	open, err := r.Unmet(r.m, offered, day("2026-06-01"))
	require.NoError(t, err)
	var refs []string
	for _, n := range open {
		refs = append(refs, fmt.Sprint(n.Ref, " ", n.Due, " ", n.Offered))
	}
	assert.Equal(t, []string{"now true [suite-5 attic garden]", "soon true []", "dream true []", "later false [attic garden]"}, refs,
		"what is due first, needs before desires; hers first, then her group's; seven days ahead are enough, eight are not")
	assert.Equal(t, []customer.Reason{
		{Code: wish.CodeNeedDue, Rule: "house/2", Of: "stairs", Fact: 7, Mark: 7, Unit: customer.UnitDays, By: day("2026-06-08")},
		{Code: wish.CodeNeedNothing, Rule: "house/2", Of: "stairs"},
	}, open[1].Reasons)
	assert.Equal(t, []string{wish.CodeNeedForeseen, wish.CodeNeedSuits, wish.CodeNeedSuits}, codes(open[3].Reasons))

	r.must(r.Close(r.m, wish.Close{Step: step("m", "2026-06-03 09:00"), Need: "now", With: "suite-5"}))
	r.must(r.Close(r.m, wish.Close{Step: step("d", "2026-06-04 09:00"), Need: "dream", Note: "she has her own"}))
	for on, want := range map[string]int{"2026-04-30": 0, "2026-05-01": 4, "2026-06-02": 4, "2026-06-03": 3, "2026-06-04": 2} {
		open, err := r.Unmet(r.m, offered, day(on))
		require.NoError(t, err)
		assert.Len(t, open, want, on)
	}
	_, err = r.Unmet(r.m, offered, 0)
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err))
}

func TestNeedRefused(t *testing.T) {
	r := life(t)
	when := "2026-06-01 09:00"
	d, err := r.Need(r.m, wish.Need{Step: step("n-1", when), Group: "pool", Depth: wish.Desire})
	assert.Equal(t, []string{wish.CodeNeedGroup, wish.CodeNeedThere}, missing(t, d, err))
	for ref, want := range map[string][]string{"n-1": {wish.CodeNeedEnded}, "n-2": {wish.CodeNeedEnded}, "n-9": {wish.CodeNeedUnknown}, "n-3": nil} {
		suit, suitErr := r.Link(r.m, wish.Link{Step: step("u", when), Need: ref, With: []string{"a"}})
		meet, meetErr := r.Close(r.m, wish.Close{Step: step("u", when), Need: ref, With: "a"})
		drop, dropErr := r.Close(r.m, wish.Close{Step: step("u", when), Need: ref, Note: "a"})
		if want == nil {
			require.NoError(t, suitErr)
			require.NoError(t, meetErr)
			require.NoError(t, dropErr)
			continue
		}
		assert.Equal(t, want, missing(t, suit, suitErr), ref)
		assert.Equal(t, want, missing(t, meet, meetErr), ref)
		assert.Equal(t, want, missing(t, drop, dropErr), ref)
	}
	_, err = r.Need(r.m, wish.Need{})
	assert.Equal(t, []string{"ref", "by", "at", "group", "depth"}, customertest.Paths(t, err))
	_, err = r.Close(r.m, wish.Close{Step: step("m", when)})
	assert.Equal(t, []string{"need", "note"}, customertest.Paths(t, err))
	_, err = r.Link(r.m, wish.Link{Step: step("m", when), Need: "n-3"})
	assert.Equal(t, []string{"with"}, customertest.Paths(t, err))

	// What is named already changes nothing; too many are refused.
	r.must(r.Link(r.m, wish.Link{Step: step("u-2", when), Need: "n-3", With: []string{"a", "b"}}))
	same, err := r.Link(r.m, wish.Link{Step: step("u-3", when), Need: "n-3", With: []string{"b"}})
	require.NoError(t, err)
	assert.Empty(t, same.Entries)
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprint(i))
	}
	d, err = r.Link(r.m, wish.Link{Step: step("u-4", when), Need: "n-3", With: many})
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	_, err = r.Link(r.m, wish.Link{Step: step("u-4", when), Need: "n-3", With: many[2:]})
	require.NoError(t, err)
}

// row B36: customers are grouped by what they need, in any order and any split.
func TestTally(t *testing.T) {
	r := begin(t, whole())
	hers := func(notes ...wish.Need) wish.Memory {
		var m wish.Memory
		for i, x := range notes {
			x.Step = step(fmt.Sprint("n-", i), "2026-05-01 09:00")
			d, err := r.Need(m, x)
			require.NoError(t, err)
			m = d.Next
		}
		return m
	}
	quiet, sauna := wish.Need{Group: "quiet", Depth: wish.Necessity}, wish.Need{Group: "sauna", Depth: wish.Desire}
	late := wish.Need{Group: "stairs", Depth: wish.Necessity, Expected: day("2026-12-01")}
	two := hers(quiet, quiet, sauna)
	met, err := r.Close(hers(quiet), wish.Close{Step: step("m", "2026-05-02 09:00"), Need: "n-0", With: "attic"})
	require.NoError(t, err)
	dropped, err := r.Close(hers(sauna), wish.Close{Step: step("d", "2026-05-02 09:00"), Need: "n-0", Note: "no"})
	require.NoError(t, err)
	offered := map[string]bool{"attic": true}

	tally, err := r.Tally(day("2026-06-01"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-06-01"), tally.On())
	for segment, all := range map[string][]wish.Memory{"trade": {two, hers(late)}, "home": {hers(sauna), met.Next, dropped.Next, hers(sauna), {}}} {
		for _, m := range all {
			require.NoError(t, r.Count(tally, m, segment, offered))
		}
	}
	assert.Equal(t, []wish.NeedCount{
		{Group: "quiet", Depth: wish.Necessity, Segment: "home", Met: 1},
		{Group: "quiet", Depth: wish.Necessity, Segment: "trade", Customers: 1, Open: 2, Due: 2},
		{Group: "sauna", Depth: wish.Desire, Segment: "home", Customers: 2, Open: 2, Due: 2, Unsuited: 2, Dropped: 1},
		{Group: "sauna", Depth: wish.Desire, Segment: "trade", Customers: 1, Open: 1, Due: 1, Unsuited: 1},
		{Group: "stairs", Depth: wish.Necessity, Segment: "trade", Customers: 1, Open: 1, Unsuited: 1},
	}, tally.Counts())
	var nothing []string
	for _, c := range tally.Unsuited() {
		nothing = append(nothing, fmt.Sprint(c.Unsuited, " ", c.Group, " ", c.Segment))
	}
	assert.Equal(t, []string{"2 sauna home", "1 stairs trade", "1 sauna trade"}, nothing, "what the shop might offer next")

	data, err := tally.MarshalBinary()
	require.NoError(t, err)
	customertest.Golden(t, "tally.golden", hex.Dump(data))
	var read wish.Tally
	require.NoError(t, read.UnmarshalBinary(data))
	assert.Equal(t, tally.Counts(), read.Counts())
	require.NoError(t, r.Count(&read, two, "trade", offered), "what was stored goes on")

	other, err := r.Tally(day("2026-06-02"))
	require.NoError(t, err)
	require.ErrorContains(t, tally.Merge(other), "does not merge")
	rules := whole()
	rules.Version++
	require.ErrorContains(t, bookOf(t, rules).Count(tally, two, "", offered), "does not count")
	require.Error(t, r.Count(tally, two, "a\nb", offered), "a segment is a text that can be stored")
	_, err = r.Tally(0)
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err))
}

// Whatever the split and the order of merges: the bytes are the same.
func TestTallyMerges(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(t *rapid.T) {
		parts := make([]*wish.Tally, 3)
		for i := range parts {
			part, err := book.Tally(day("2026-06-01"))
			require.NoError(t, err)
			parts[i] = part
		}
		all, err := book.Tally(day("2026-06-01"))
		require.NoError(t, err)
		for range rapid.IntRange(0, 10).Draw(t, "customers") {
			var m wish.Memory
			for i := range rapid.IntRange(0, 4).Draw(t, "needs") {
				d, err := book.Need(m, wish.Need{
					Step: step(fmt.Sprint(i), "2026-05-01 09:00"), Group: rapid.SampledFrom([]string{"quiet", "stairs", "sauna"}).Draw(t, "group"),
					Depth: wish.Depth(rapid.IntRange(1, 2).Draw(t, "depth")), Expected: customer.Date(rapid.IntRange(0, 1).Draw(t, "foreseen")) * day("2026-09-01"),
				})
				require.NoError(t, err)
				m = d.Next
			}
			segment := rapid.SampledFrom([]string{"", "trade"}).Draw(t, "segment")
			part := rapid.SampledFrom(parts).Draw(t, "part")
			require.NoError(t, book.Count(part, m, segment, map[string]bool{"attic": true}))
			require.NoError(t, book.Count(all, m, segment, map[string]bool{"attic": true}))
		}
		into := parts[2]
		for _, part := range rapid.Permutation(parts[:2]).Draw(t, "order") {
			require.NoError(t, into.Merge(part))
		}
		merged, err := into.MarshalBinary()
		require.NoError(t, err)
		whole, err := all.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, whole, merged)
	})
}

// What is no tally is refused, and leaves the one that was there.
func FuzzTally(f *testing.F) {
	book := bookOf(f, whole())
	tally, err := book.Tally(day("2026-06-01"))
	require.NoError(f, err)
	r := life(f)
	require.NoError(f, r.Count(tally, r.m, "trade", nil))
	data, err := tally.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte{})
	f.Add(data[:len(data)-1])
	f.Fuzz(func(t *testing.T, data []byte) {
		var read wish.Tally
		if err := read.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, population.ErrFormat)
			require.Zero(t, read)
			return
		}
		again, err := read.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		for _, c := range read.Counts() {
			require.NotZero(t, c.Depth)
		}
		read.Unsuited()
	})
}
