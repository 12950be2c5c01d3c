package wish_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// diary is a short way to write what was seen and said: "2026-01-01 + seat window", with + for
// chosen, - for refused, ++ and -- for what she said.
func diary(tb testing.TB, rules wish.Rules, lines ...string) *run {
	tb.Helper()
	r := begin(tb, rules)
	for i, line := range lines {
		words := strings.Fields(line)
		leaning := wish.For
		if words[1][0] == '-' {
			leaning = wish.Against
		}
		one := step(fmt.Sprint("d-", i), words[0]+" 09:00")
		if len(words[1]) == 1 {
			r.must(r.Observe(r.m, wish.Observe{Step: one, Saw: []wish.Sight{{Kind: words[2], Value: words[3], Leaning: leaning}}, Consent: "form-7"}))
		} else {
			r.must(r.Say(r.m, wish.Say{Step: one, Kind: words[2], Value: words[3], Leaning: leaning, Strength: 3, Consent: "form-7"}))
		}
	}
	return r
}

// read writes what she likes as "+window said, -aisle observed".
func read(tb testing.TB, r *run, kind, on string, consented ...string) string {
	tb.Helper()
	likings, err := r.Likes(r.m, kind, day(on), consented...)
	require.NoError(tb, err)
	var all []string
	for _, l := range likings {
		sign := map[wish.Leaning]string{wish.For: "+", wish.Against: "-"}[l.Leaning]
		ask := map[bool]string{true: "?"}[l.Ask]
		all = append(all, fmt.Sprintf("%s%s %s%s", sign, l.Value, source(l), ask))
	}
	return strings.Join(all, ", ")
}

func source(l wish.Liking) string {
	return map[bool]string{true: "said", false: "observed"}[l.Said]
}

// row B44.
func TestLikes(t *testing.T) {
	for name, tc := range map[string]struct {
		kind, on string
		lines    []string
		want     string
	}{
		"nothing":                      {"seat", "2026-01-01", nil, ""},
		"once is no habit":             {"seat", "2026-01-01", []string{"2026-01-01 + seat window"}, ""},
		"twice is one":                 {"seat", "2026-01-01", []string{"2026-01-01 + seat window", "2026-01-01 + seat window"}, "+window observed"},
		"not known the day before":     {"seat", "2025-12-31", []string{"2026-01-01 + seat window", "2026-01-01 + seat window"}, ""},
		"refused once is a dislike":    {"seat", "2026-01-01", []string{"2026-01-01 - seat window"}, "-window observed"},
		"as often refused as chosen":   {"taste", "2026-01-01", []string{"2026-01-01 + taste fish", "2026-01-01 - taste fish"}, "-fish observed"},
		"chosen once more":             {"taste", "2026-01-01", []string{"2026-01-01 + taste fish", "2026-01-01 - taste fish", "2026-01-01 + taste fish"}, "+fish observed"},
		"the later one weighs more":    {"taste", "2027-01-01", []string{"2025-01-01 - taste fish", "2026-12-01 + taste fish"}, "+fish observed"},
		"her word outweighs":           {"taste", "2026-06-01", []string{"2026-01-01 + taste fish", "2026-01-02 + taste fish", "2026-01-03 -- taste fish"}, "-fish said"},
		"and stands first":             {"taste", "2026-06-01", []string{"2026-05-30 + taste fish", "2026-05-31 + taste fish", "2026-01-03 ++ taste tea"}, "+tea said, +fish observed"},
		"her later word":               {"taste", "2026-06-01", []string{"2026-01-03 ++ taste tea", "2026-02-03 -- taste tea"}, "-tea said"},
		"whatever came in first":       {"taste", "2026-06-01", []string{"2026-02-03 -- taste tea", "2026-01-03 ++ taste tea"}, "-tea said"},
		"of one day the later":         {"taste", "2026-06-01", []string{"2026-01-03 ++ taste tea", "2026-01-03 -- taste tea"}, "-tea said"},
		"several of a kind":            {"taste", "2026-06-01", []string{"2026-01-03 ++ taste tea", "2026-01-04 ++ taste fish"}, "+fish said, +tea said"},
		"one at a time":                {"seat", "2026-06-01", []string{"2026-01-03 ++ seat window", "2026-01-04 ++ seat aisle"}, "+aisle said"},
		"one at a time, by the day":    {"seat", "2026-06-01", []string{"2026-01-04 ++ seat aisle", "2026-01-03 ++ seat window"}, "+aisle said"},
		"but no number of dislikes":    {"seat", "2026-06-01", []string{"2026-01-03 -- seat window", "2026-01-04 -- seat aisle", "2026-01-05 ++ seat bar"}, "+bar said, -aisle said, -window said"},
		"twice against it: nobody":     {"seat", "2026-02-01", []string{"2026-01-01 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle"}, "+window said, +aisle observed"},
		"three times: ask":             {"seat", "2026-02-01", []string{"2026-01-01 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle", "2026-01-04 + seat bar"}, "+window said?, +aisle observed"},
		"refused counts too":           {"seat", "2026-02-01", []string{"2026-01-01 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 - seat window", "2026-01-04 - seat window"}, "+window said?"},
		"not on the day itself":        {"seat", "2026-02-01", []string{"2026-01-02 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle", "2026-01-04 + seat aisle"}, "+window said, +aisle observed"},
		"kept to in between":           {"seat", "2026-02-01", []string{"2026-01-01 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle", "2026-01-04 + seat window", "2026-01-05 + seat aisle"}, "+window said, +aisle observed"},
		"asked, she says it again":     {"seat", "2026-02-01", []string{"2026-01-01 ++ seat window", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle", "2026-01-04 + seat aisle", "2026-01-05 ++ seat window"}, "+window said, +aisle observed"},
		"a dislike contradicted":       {"seat", "2026-02-01", []string{"2026-01-01 -- seat bar", "2026-01-02 + seat bar", "2026-01-03 + seat bar", "2026-01-04 + seat bar"}, "-bar said?"},
		"elsewhere is no word for it":  {"seat", "2026-02-01", []string{"2026-01-01 -- seat bar", "2026-01-02 + seat aisle", "2026-01-03 + seat aisle", "2026-01-04 + seat aisle"}, "+aisle observed, -bar said"},
		"her word, on its last day":    {"seat", "2027-02-04", []string{"2026-01-01 ++ seat window"}, "+window said"},
		"and a day later":              {"seat", "2027-02-05", []string{"2026-01-01 ++ seat window"}, ""},
		"then what was seen":           {"seat", "2027-02-05", []string{"2026-01-01 ++ seat window", "2027-01-30 + seat window", "2027-01-31 + seat window"}, "+window observed"},
		"fades, just enough left":      {"seat", "2027-07-17", []string{"2026-01-31 + seat bar", "2026-01-31 + seat bar"}, "+bar observed"},
		"fades, a day later":           {"seat", "2027-07-18", []string{"2026-01-31 + seat bar", "2026-01-31 + seat bar"}, ""},
		"does not fade without a rule": {"health", "2039-01-01", []string{"2026-01-01 + health cane"}, "+cane observed"},
		"what another book remembered": {"seat", "2026-01-01", []string{"2026-01-01 - taste window"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, read(t, diary(t, whole(), tc.lines...), tc.kind, tc.on, "health"))
		})
	}
}

// Two observations lose half of their weight in a half-life: to the day, in exact integers.
func TestDecay(t *testing.T) {
	rules := whole()
	rules.Kinds[0].LeastPermille = 0
	r := diary(t, rules, "2026-01-01 + seat window", "2026-01-01 + seat window")
	for days, want := range map[int]int64{0: 2000, 1: 1986, 50: 1414, 100: 1000, 200: 500, 1000: 1} {
		likings, err := r.Likes(r.m, "seat", day("2026-01-01").AddDays(days))
		require.NoError(t, err)
		assert.Equal(t, want, likings[0].WeightPermille, days)
	}
	gone, err := r.Likes(r.m, "seat", day("2026-01-01").AddDays(1100))
	require.NoError(t, err)
	assert.Empty(t, gone, "less than a thousandth is left")
}

// Sensitive kinds are kept only with her consent, and used only while it stands.
func TestSensitive(t *testing.T) {
	r := begin(t, whole())
	d, err := r.Say(r.m, wish.Say{Step: step("s", "2026-01-01 09:00"), Kind: "health", Value: "feathers", Leaning: wish.Against, Strength: 5})
	assert.Equal(t, []string{wish.CodeConsent}, missing(t, d, err))
	d, err = r.Observe(r.m, wish.Observe{Step: step("s", "2026-01-01 09:00"), Saw: []wish.Sight{
		{Kind: "health", Value: "cane", Leaning: wish.For}, {Kind: "mood", Value: "good", Leaning: wish.For},
	}})
	assert.Equal(t, []string{wish.CodeConsent, wish.CodeKind}, missing(t, d, err), "all that is missing at once")

	r = diary(t, whole(), "2026-01-01 -- health feathers")
	assert.Equal(t, "form-7", r.m.Preferences[0].Said.Consent)
	assert.Empty(t, read(t, r, "health", "2026-01-02"))
	assert.Empty(t, read(t, r, "health", "2026-01-02", "taste"))
	assert.Equal(t, "-feathers said", read(t, r, "health", "2026-01-02", "taste", "health"))
}

func TestPreferenceFaults(t *testing.T) {
	r := begin(t, whole())
	good := wish.Say{Step: step("s", "2026-01-01 09:00"), Kind: "taste", Value: "tea", Leaning: wish.For, Strength: 3}
	for name, tc := range map[string]struct {
		change func(*wish.Say)
		want   []string
	}{
		"nothing":                {func(x *wish.Say) { *x = wish.Say{} }, []string{"ref", "by", "at", "kind", "value", "leaning", "strength"}},
		"a leaning":              {func(x *wish.Say) { x.Leaning = 3 }, []string{"leaning"}},
		"strength 6":             {func(x *wish.Say) { x.Strength = 6 }, []string{"strength"}},
		"tomorrow":               {func(x *wish.Say) { x.On = day("2026-01-02") }, []string{"on"}},
		"no day":                 {func(x *wish.Say) { x.On = -1 }, []string{"on"}},
		"over before it is said": {func(x *wish.Say) { x.Until = day("2026-01-01") }, []string{"until"}},
		"a value of 129 bytes":   {func(x *wish.Say) { x.Value = strings.Repeat("x", 129) }, []string{"value"}},
		"a control character":    {func(x *wish.Say) { x.Value = "a\nb" }, []string{"value"}},
		"consent":                {func(x *wish.Say) { x.Consent = "\x00" }, []string{"consent"}},
	} {
		x := good
		tc.change(&x)
		_, err := r.Say(r.m, x)
		assert.Equal(t, tc.want, customertest.Paths(t, err), name)
	}
	good.On, good.Until, good.Strength, good.Value = day("2025-12-31"), day("2026-01-01"), 5, strings.Repeat("x", 128)
	r.must(r.Say(r.m, good))
	assert.Empty(t, read(t, r, "taste", "2025-12-30"))
	assert.NotEmpty(t, read(t, r, "taste", "2025-12-31"))
	assert.Empty(t, read(t, r, "taste", "2026-01-01"))

	_, err := r.Observe(r.m, wish.Observe{Step: step("o", "2026-01-01 09:00"), Saw: []wish.Sight{{Kind: "seat", Value: "a", Leaning: wish.For}, {Kind: "seat", Value: "a", Leaning: wish.Against}, {}}})
	assert.Equal(t, []string{"saw[1].value", "saw[2].kind", "saw[2].value", "saw[2].leaning"}, customertest.Paths(t, err))
	_, err = r.Observe(r.m, wish.Observe{Step: step("o", "2026-01-01 09:00")})
	assert.Equal(t, []string{"saw"}, customertest.Paths(t, err))
	_, err = r.Likes(r.m, "mood", 0)
	assert.Equal(t, []string{"on", "kind"}, customertest.Paths(t, err))
	d, err := r.Forget(r.m, wish.Forget{Step: step("f", "2026-01-01 09:00"), Kind: "taste", Value: "tea"})
	assert.Equal(t, []string{wish.CodePreferenceUnknown}, missing(t, d, err))
}

// Lists have an end: what would be one too many is refused, and no history has it.
func TestPreferencesAreBounded(t *testing.T) {
	r := begin(t, whole())
	for i := range wish.MaxList / 50 {
		var saw []wish.Sight
		for j := range 50 {
			saw = append(saw, wish.Sight{Kind: "taste", Value: fmt.Sprint(i*50 + j), Leaning: wish.For})
		}
		if i == wish.MaxList/50-1 {
			d, err := r.Observe(r.m, wish.Observe{Step: step("o", "2026-01-01 09:00"), Saw: append(slices.Clone(saw[1:]), wish.Sight{Kind: "taste", Value: "x", Leaning: wish.For})})
			require.NoError(t, err)
			d, err = r.Observe(d.Next, wish.Observe{Step: step("p", "2026-01-01 09:00"), Saw: []wish.Sight{{Kind: "taste", Value: "y", Leaning: wish.For}, {Kind: "taste", Value: "x", Leaning: wish.For}, {Kind: "taste", Value: "z", Leaning: wish.For}}})
			assert.Equal(t, []string{wish.CodeFull, wish.CodeFull}, missing(t, d, err))
		}
		r.must(r.Observe(r.m, wish.Observe{Step: step(fmt.Sprint(i), "2026-01-01 09:00"), Saw: saw}))
	}
	require.Len(t, r.m.Preferences, wish.MaxList)
	d, err := r.Say(r.m, wish.Say{Step: step("s", "2026-01-01 09:00"), Kind: "seat", Value: "bar", Leaning: wish.For, Strength: 1})
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	r.must(r.Say(r.m, wish.Say{Step: step("s", "2026-01-01 09:00"), Kind: "taste", Value: "7", Leaning: wish.For, Strength: 1}))
	_, err = r.m.Apply(wish.Entry{Version: 1, At: at("2026-01-01 09:00"), By: "ann", Ref: "s", Body: wish.Say{Kind: "seat", Value: "bar", Leaning: wish.For, Strength: 1, On: day("2026-01-01")}})
	require.ErrorIs(t, err, wish.ErrBroken)
	r.must(r.Forget(r.m, wish.Forget{Step: step("f", "2026-01-01 09:00"), Kind: "taste", Value: "8"}))
	r.must(r.Say(r.m, wish.Say{Step: step("s2", "2026-01-01 09:00"), Kind: "seat", Value: "bar", Leaning: wish.For, Strength: 1}))
}

// Of a preference the latest hundred days are kept, and all is counted.
func TestManyDays(t *testing.T) {
	r := begin(t, whole())
	first := day("2026-01-01")
	for i := range 130 {
		r.must(r.Observe(r.m, wish.Observe{Step: step(fmt.Sprint(i), "2026-12-01 09:00"), On: first.AddDays((i * 37) % 130), Saw: []wish.Sight{{Kind: "taste", Value: "tea", Leaning: wish.For}}}))
	}
	seen := r.m.Preferences[0].For
	assert.Equal(t, int64(130), seen.Times)
	require.Len(t, seen.Days, 100)
	assert.Equal(t, first.AddDays(30), seen.Days[0].On)
	assert.Equal(t, first.AddDays(129), seen.Days[99].On)
}

// sights draws what visits have to tell.
func sights(t *rapid.T) (all []wish.Observe) {
	for i := range rapid.IntRange(1, 30).Draw(t, "visits") {
		x := wish.Observe{Step: step(fmt.Sprint(i), "2027-01-01 09:00"), On: day("2026-01-01").AddDays(rapid.IntRange(0, 300).Draw(t, "day")), Consent: "form-7"}
		for _, kind := range []string{"seat", "taste", "health"} {
			if rapid.Bool().Draw(t, kind) {
				x.Saw = append(x.Saw, wish.Sight{Kind: kind, Value: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "value"), Leaning: wish.Leaning(rapid.IntRange(1, 2).Draw(t, "leaning"))})
			}
		}
		if len(x.Saw) > 0 {
			all = append(all, x)
		}
	}
	return all
}

// The order in which observations come in leaves no trace in what is remembered, and with time alone
// what was seen only fades.
func TestObservationsInAnyOrder(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(t *rapid.T) {
		visits := sights(t)
		remember := func(visits []wish.Observe) (m wish.Memory) {
			for _, x := range visits {
				d, err := book.Observe(m, x)
				if err != nil {
					t.Fatal(err)
				}
				m = d.Next
			}
			return m
		}
		m := remember(visits)
		require.Equal(t, m, remember(rapid.Permutation(visits).Draw(t, "another order")))
		on := day("2026-01-01").AddDays(rapid.IntRange(301, 3000).Draw(t, "on"))
		later := on.AddDays(rapid.IntRange(1, 500).Draw(t, "later"))
		weight := map[string]int64{}
		for _, kind := range []string{"seat", "taste", "health"} {
			now, err := book.Likes(m, kind, on, "health")
			require.NoError(t, err)
			for _, l := range now {
				weight[kind+l.Value] = l.WeightPermille
				require.Positive(t, l.WeightPermille)
				require.Less(t, l.Grade, int64(500))
			}
			then, err := book.Likes(m, kind, later, "health")
			require.NoError(t, err)
			for _, l := range then {
				require.LessOrEqual(t, l.WeightPermille, weight[kind+l.Value], "%s %s of %s and %s", kind, l.Value, on, later)
			}
		}
	})
}

// One more word or observation in favour never makes a value liked less.
func TestMoreIsNotLess(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(t *rapid.T) {
		var m wish.Memory
		for _, x := range sights(t) {
			d, err := book.Observe(m, x)
			require.NoError(t, err)
			m = d.Next
		}
		grade := func(m wish.Memory) int64 {
			likings, err := book.Likes(m, "taste", day("2027-01-01"))
			require.NoError(t, err)
			for _, l := range likings {
				if l.Value == "a" && l.Leaning == wish.Against {
					return -l.Grade
				} else if l.Value == "a" {
					return l.Grade
				}
			}
			return 0
		}
		d, err := book.Observe(m, wish.Observe{Step: step("more", "2027-01-01 09:00"), Saw: []wish.Sight{{Kind: "taste", Value: "a", Leaning: wish.For}}})
		require.NoError(t, err)
		require.GreaterOrEqual(t, grade(d.Next), grade(m))
		said, err := book.Say(d.Next, wish.Say{Step: step("said", "2027-01-01 09:00"), Kind: "taste", Value: "a", Leaning: wish.For, Strength: 1})
		require.NoError(t, err)
		require.Greater(t, grade(said.Next), grade(d.Next))
	})
}

// The reasons carry the figures of the answer.
func TestLikesReasons(t *testing.T) {
	r := diary(t, whole(), "2026-01-01 + seat window", "2026-01-05 + seat aisle", "2026-01-06 + seat window", "2026-01-07 + seat window", "2026-01-03 ++ seat window")
	likings, err := r.Likes(r.m, "seat", day("2026-01-10"))
	require.NoError(t, err)
	require.Equal(t, []customer.Reason{
		{Code: wish.CodeSaidLikes, Rule: "house/2", Of: "seat: window", Fact: 3, Mark: 5, On: day("2026-01-03"), By: day("2027-02-07")},
		{Code: wish.CodeSeenLast, Rule: "house/2", Of: "seat: window", Fact: 2, Unit: customer.UnitTimes, On: day("2026-01-07")},
	}, likings[0].Reasons)
	assert.Equal(t, int64(3), likings[0].Times)
	assert.Equal(t, day("2026-01-07"), likings[0].Last)
	assert.Equal(t, int64(800), likings[0].Grade)
}

// What was seen a billion times still adds up, and what is hardly left is graded as something.
func TestManyTimes(t *testing.T) {
	r := diary(t, whole(), "2026-01-01 + taste tea", "2026-01-01 - taste tea")
	for _, seen := range []*wish.Seen{&r.m.Preferences[0].For, &r.m.Preferences[0].Against} {
		seen.Times, seen.Days[0].Times = 1_000_000_000, 1_000_000_000
	}
	likings, err := r.Likes(r.m, "taste", day("2026-01-01"))
	require.NoError(t, err)
	assert.Equal(t, int64(1_000_000_000_000), likings[0].WeightPermille)
	assert.Equal(t, int64(499), likings[0].Grade)
	assert.Equal(t, wish.Against, likings[0].Leaning)

	r = diary(t, whole(), "2026-01-01 + taste tea")
	for years, want := range map[int]int64{0: 250, 9: 1} {
		likings, err := r.Likes(r.m, "taste", day("2026-01-01").AddDays(years*365))
		require.NoError(t, err)
		assert.Equal(t, want, likings[0].Grade, years)
	}
	p, err := r.Propose(r.m, free("A taste:rice, B taste:tea"), at("2034-12-30 09:00"))
	require.NoError(t, err)
	assert.Equal(t, "B A", order(p), "what she liked nine years ago is better than nothing")
}
