package segment_test

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// audienceSetRules are three overlapping groups, of which the second addresses those of
// whom it cannot tell.
func audienceSetRules() segment.AudienceSetRules {
	number := func(id, name string, from, to int64) segment.AudienceRules {
		rules := audienceRules(segment.Condition{Number: &segment.ConditionNumber{Name: name, ConditionRange: *audienceRange(from, to)}})
		rules.ID = id
		return rules
	}
	rules := segment.AudienceSetRules{
		Edition:   customer.Edition{ID: "needs", Version: 1},
		Audiences: []segment.AudienceRules{number("first", "a", 1, 3), number("second", "b", 2, 4), number("third", "a", 3, 5)},
	}
	rules.Audiences[1].AddressUnknown = true
	return rules
}

func newAudienceSet(t failer) *segment.AudienceSet {
	t.Helper()
	set, err := segment.NewAudienceSet(audienceSetRules(), time.UTC)
	require.NoError(t, err)
	return set
}

func audienceTally(t failer, sample segment.AudienceSample, people ...segment.AudienceFacts) *segment.AudienceTally {
	t.Helper()
	tally, err := newAudienceSet(t).Tally(on, sample)
	require.NoError(t, err)
	for i := range people {
		require.NoError(t, tally.Add(&people[i]))
	}
	return tally
}

// audiencePeople have the numbers a and b, or do not.
func audiencePeople() *rapid.Generator[[]segment.AudienceFacts] {
	return rapid.Custom(func(t *rapid.T) []segment.AudienceFacts {
		people := make([]segment.AudienceFacts, rapid.IntRange(0, 30).Draw(t, "people"))
		for i := range people {
			people[i].ID = customer.ID(fmt.Sprintf("c-%d", i))
			for _, name := range []string{"a", "b"} {
				if value := rapid.Int64Range(-1, 6).Draw(t, name); value >= 0 {
					people[i].Numbers = append(people[i].Numbers, segment.AudienceNumber{Name: name, Value: value})
				}
			}
		}
		return people
	})
}

// row B36: any order and any split gives the same bytes; the figures add up; the sample is
// made of the smallest draws.
func TestAudienceTallyInAnyOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := audiencePeople().Draw(t, "people")
		sample := segment.AudienceSample{Salt: "s", Size: rapid.IntRange(0, 5).Draw(t, "size")}
		whole := audienceTally(t, sample, people...)

		parts := make([]*segment.AudienceTally, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i] = audienceTally(t, sample)
		}
		for _, one := range rapid.Permutation(people).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(&one))
		}
		merged := audienceTally(t, sample)
		for _, part := range parts {
			read := audienceTally(t, sample)
			require.NoError(t, read.UnmarshalBinary(marshal(t, part)))
			assert.Equal(t, marshal(t, part), marshal(t, read))
			assert.Equal(t, part.Figures(), read.Figures())
			require.NoError(t, merged.Merge(read))
		}
		assert.Equal(t, marshal(t, whole), marshal(t, merged))

		set := newAudienceSet(t)
		several, none := int64(0), int64(0)
		addressed := map[string][]customer.ID{}
		for i := range people {
			place, reasons, err := set.Place(&people[i], on)
			require.NoError(t, err)
			assert.NotEmpty(t, reasons)
			switch {
			case place.In == 0:
				none++
				assert.Empty(t, place.First)
			case place.In > 1:
				several++
				fallthrough
			default:
				addressed[place.First] = append(addressed[place.First], people[i].ID)
			}
		}
		assert.Equal(t, int64(len(people)), whole.Persons())
		assert.Equal(t, several, whole.Overlaps())
		assert.Equal(t, none, whole.Nobodys())
		for i, figures := range whole.Figures() {
			assert.Equal(t, whole.Persons(), figures.Yes+figures.No+figures.Unknown)
			assert.Equal(t, len(addressed[[]string{"first", "second", "third"}[i]]), int(figures.First))
			assert.Equal(t, figures.Addressed, whole.Shared(i, i))
			assert.Len(t, whole.Sample(i), int(min(figures.Addressed, int64(sample.Size))))
		}
		first := addressed["first"] // whom the first audience addresses it also has
		slices.SortFunc(first, func(a, b customer.ID) int {
			return cmp.Compare(customer.Draw("s", a), customer.Draw("s", b))
		})
		assert.True(t, slices.Equal(first[:min(len(first), sample.Size)], whole.Sample(0)))
	})
}

func audiencePerson(id customer.ID, numbers ...segment.AudienceNumber) segment.AudienceFacts {
	return segment.AudienceFacts{ID: id, Numbers: numbers}
}

// row B36: first, only, overlaps and nobody, by hand.
func TestAudienceSetFigures(t *testing.T) {
	a := func(n int64) segment.AudienceNumber { return segment.AudienceNumber{Name: "a", Value: n} }
	b := func(n int64) segment.AudienceNumber { return segment.AudienceNumber{Name: "b", Value: n} }
	tally := audienceTally(
		t, segment.AudienceSample{},
		audiencePerson("1", a(1), b(1)), // first only
		audiencePerson("2", a(3), b(2)), // all three
		audiencePerson("3", a(5), b(5)), // third only
		audiencePerson("4", a(9), b(9)), // none
		audiencePerson("5", a(1)),       // first, and unknown of the second, which addresses her
		audiencePerson("6", b(4)),       // second, and unknown of the others, which do not
	)
	assert.Equal(t, []segment.AudienceFigures{
		{Yes: 3, No: 2, Unknown: 1, Addressed: 3, First: 3, Only: 1},
		{Yes: 2, No: 3, Unknown: 1, Addressed: 3, First: 1, Only: 1},
		{Yes: 2, No: 3, Unknown: 1, Addressed: 2, First: 1, Only: 1},
	}, tally.Figures())
	assert.Equal(t, int64(2), tally.Overlaps())
	assert.Equal(t, int64(1), tally.Nobodys())
	assert.Equal(t, int64(2), tally.Shared(0, 1))
	assert.Equal(t, int64(1), tally.Shared(2, 0))
	assert.Equal(t, int64(1), tally.Shared(1, 2))
	assert.Zero(t, tally.Shared(-1, 0))
	assert.Zero(t, tally.Shared(0, 3))
	assert.Empty(t, tally.Sample(0), "no sample was asked for")
	assert.Empty(t, tally.Sample(3))

	require.Error(t, tally.Add(&segment.AudienceFacts{}))
	assert.Equal(t, int64(6), tally.Persons(), "malformed facts are not counted")

	facts := audiencePerson("2", a(3), b(2))
	place, reasons, err := newAudienceSet(t).Place(&facts, on)
	require.NoError(t, err)
	assert.Equal(t, segment.AudiencePlace{First: "first", In: 3}, place)
	assert.Len(t, reasons, 6)
	facts = audiencePerson("4", a(9), b(9))
	place, reasons, err = newAudienceSet(t).Place(&facts, on)
	require.NoError(t, err)
	assert.Zero(t, place)
	assert.Equal(t, []string{segment.CodeAudienceAbove, segment.CodeAudienceAbove, segment.CodeAudienceAbove}, codes(reasons))
}

func TestAudienceTallyOfOne(t *testing.T) {
	rules := audienceRules(audienceTrait("yes"))
	audience, err := segment.NewAudience(rules, time.UTC)
	require.NoError(t, err)
	tally, err := audience.Tally(on, segment.AudienceSample{Salt: "s", Size: 2})
	require.NoError(t, err)
	twice := func(yield func(segment.AudienceFacts, error) bool) { // the same customer: counted twice, picked once
		for i := 0; i < 2 && yield(kleeneFacts(), nil); i++ {
			continue
		}
	}
	require.NoError(t, tally.AddAll(twice))
	assert.Equal(t, []segment.AudienceFigures{{Yes: 2, Addressed: 2, First: 2, Only: 2}}, tally.Figures())
	assert.Equal(t, []customer.ID{"c"}, tally.Sample(0))

	broken := errors.New("the file ends early")
	require.ErrorIs(t, tally.AddAll(func(yield func(segment.AudienceFacts, error) bool) { yield(segment.AudienceFacts{}, broken) }), broken)
	assert.Equal(t, []string{"id"}, faultPaths(t, tally.AddAll(func(yield func(segment.AudienceFacts, error) bool) { yield(segment.AudienceFacts{}, nil) })))
	assert.Equal(t, int64(2), tally.Persons())

	for _, sample := range []segment.AudienceSample{{Size: -1}, {Size: segment.MaxAudienceSample + 1}, {Salt: "\n"}} {
		_, err := audience.Tally(on, sample)
		assert.Len(t, faultPaths(t, err), 1)
	}
}

func TestAudienceTalliesOfOtherQuestionsDoNotMerge(t *testing.T) {
	tally := audienceTally(t, segment.AudienceSample{Salt: "s", Size: 2})
	other := audienceTally(t, segment.AudienceSample{Salt: "t", Size: 2})
	require.Error(t, tally.Merge(other))
	require.Error(t, tally.UnmarshalBinary(marshal(t, other)))
	other = audienceTally(t, segment.AudienceSample{Salt: "s", Size: 3})
	require.Error(t, tally.Merge(other))
	require.Error(t, tally.UnmarshalBinary(marshal(t, other)))
	next, err := newAudienceSet(t).Tally(on+1, segment.AudienceSample{Salt: "s", Size: 2})
	require.NoError(t, err)
	require.Error(t, tally.Merge(next))
	require.Error(t, tally.UnmarshalBinary(marshal(t, next)))
	rules := audienceSetRules()
	rules.Version++
	set, err := segment.NewAudienceSet(rules, time.UTC)
	require.NoError(t, err)
	next, err = set.Tally(on, segment.AudienceSample{Salt: "s", Size: 2})
	require.NoError(t, err)
	require.Error(t, tally.Merge(next))
	require.Error(t, tally.UnmarshalBinary(marshal(t, next)))
}

func TestAudienceSetFaults(t *testing.T) {
	rules := audienceSetRules()
	rules.Version = 0
	rules.Audiences[1].ID = "first"
	rules.Audiences[1].From = on
	rules.Audiences[2].Zone = "Europe/Berlin"
	rules.Audiences = append(rules.Audiences, segment.AudienceRules{})
	_, err := segment.NewAudienceSet(rules, time.UTC)
	assert.Equal(t, []string{
		"version", "audiences[1].id", "audiences[1].from", "audiences[2].zone",
		"audiences[3].id", "audiences[3].version", "audiences[3].zone", "audiences[3].condition",
	}, faultPaths(t, err))
	_, err = segment.NewAudienceSet(segment.AudienceSetRules{Edition: rules.Edition}, time.UTC)
	assert.Equal(t, []string{"version", "audiences"}, faultPaths(t, err))
	_, err = segment.NewAudienceSet(segment.AudienceSetRules{Edition: audienceSetRules().Edition, Audiences: make([]segment.AudienceRules, 51)}, time.UTC)
	assert.Equal(t, "audiences", faultPaths(t, err)[0])

	rules = audienceSetRules()
	rules.From = on
	set, err := segment.NewAudienceSet(rules, time.UTC)
	require.NoError(t, err)
	var refusal *customer.Refusal
	_, _, err = set.Place(&segment.AudienceFacts{ID: "c"}, on-1)
	require.ErrorAs(t, err, &refusal)
	_, err = set.Tally(on-1, segment.AudienceSample{})
	require.ErrorAs(t, err, &refusal)
}

// The stored form, pinned: version, book, day, salt, size, audiences, customers; then by
// audience yes, unknown, first, only and the sample; then what each pair shares.
func TestAudienceTallyFormat(t *testing.T) {
	tally := audienceTally(
		t, segment.AudienceSample{Salt: "s", Size: 1},
		audiencePerson("c1", segment.AudienceNumber{Name: "a", Value: 3}), audiencePerson("c2"),
	)
	assert.Equal(t, "01"+"076e656564732f31"+"fc912d"+"0173"+"01"+"03"+"02"+
		"01"+"01"+"01"+"00"+"01"+"026331"+
		"00"+"02"+"01"+"01"+"01"+"026332"+
		"01"+"01"+"00"+"00"+"01"+"026331"+
		"01"+"01"+"01", hex.EncodeToString(marshal(t, tally)))
}

// Bytes that no tally wrote are an error, and leave the tally as it was.
func TestImpossibleAudienceTalliesAreRefused(t *testing.T) {
	const head = "01" + "076e656564732f31" + "fc912d" + "0173" + "01" + "03" + "02"
	const none, pairs = "0000000000", "000000"
	sample := segment.AudienceSample{Salt: "s", Size: 1}
	require.NoError(t, audienceTally(t, sample).UnmarshalBinary(unhex(t, head+none+none+none+pairs)))
	require.NoError(t, audienceTally(t, sample).UnmarshalBinary(unhex(t, head+"0200020101026331"+none+"0100000001026331"+"000100")))
	for name, state := range map[string]string{
		"nothing":                        "",
		"another version":                "02" + head[2:] + none + none + none + pairs,
		"another book":                   "01" + "076e656564732f32" + head[18:] + none + none + none + pairs,
		"cut short":                      head + none + none + none + "0000",
		"left over":                      head + none + none + none + pairs + "00",
		"more yes than customers":        head + "0300010101026331" + none + none + pairs,
		"more answers than customers":    head + "0201010101026331" + none + none + pairs,
		"more first than addressed":      head + "0100020001026331" + none + none + pairs,
		"more only than first":           head + "0200010201026331" + none + none + pairs,
		"first of all is not first":      head + "0200010101026331" + none + none + pairs,
		"first, and not only, with none": head + "0200020101026331" + none + none + pairs,
		"more shared than addressed":     head + "0200020001026331" + none + none + "010000",
		"more shared than are not only":  head + "0200020201026331" + none + "0200000001026331" + "000100",
		"more first than customers":      head + "0200020201026331" + "0002020201026331" + none + pairs,
		"no sample":                      head + "0200020200" + none + none + pairs,
		"a sample of nobody":             head + "0000000001026331" + none + none + pairs,
		"a sample too large":             head + "0200020202026331026332" + none + none + pairs,
		"a sample of no ID":              head + "020002020100" + none + none + pairs,
		"more customers than there are":  "01" + "076e656564732f31" + "fc912d" + "0173" + "01" + "03" + "ffffffffffffffff7f" + none + none + none + pairs,
	} {
		t.Run(name, func(t *testing.T) {
			tally := audienceTally(t, sample, audiencePerson("c2"))
			before := marshal(t, tally)
			require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, state)), population.ErrFormat)
			assert.Equal(t, before, marshal(t, tally))
		})
	}
	order := segment.AudienceSample{Salt: "s", Size: 2}
	state := marshal(t, audienceTally(t, order, audiencePerson("c1"), audiencePerson("c2")))
	at := len(state) - 3 - 5 - 3 // the ID at the end of the second audience's sample
	require.Contains(t, "12", string(state[at-1]))
	state[at-1], state[at-4] = state[at-4], state[at-1]
	require.ErrorIs(t, audienceTally(t, order).UnmarshalBinary(state), population.ErrFormat)
}

// Bytes from anywhere are a state or an error, and a state is written as it was read.
func FuzzAudienceTally(f *testing.F) {
	sample := segment.AudienceSample{Salt: "s", Size: 2}
	a := segment.AudienceNumber{Name: "a", Value: 3}
	f.Add(marshal(f, audienceTally(f, sample, audiencePerson("c1", a), audiencePerson("c2"), audiencePerson("c3", a))))
	f.Fuzz(func(t *testing.T, data []byte) {
		read := audienceTally(t, sample)
		if read.UnmarshalBinary(data) != nil {
			return
		}
		assert.Equal(t, data, marshal(t, read))
		assert.GreaterOrEqual(t, read.Nobodys(), int64(0))
		assert.GreaterOrEqual(t, read.Overlaps(), int64(0))
		require.NoError(t, read.Merge(audienceTally(t, sample, audiencePerson("c4", a))))
	})
}
