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

// free reads "T1 seat:window spot:side, T2" as things that are free.
func free(text string) (all []wish.Free) {
	for _, one := range strings.Split(text, ", ") {
		words := strings.Fields(one)
		all = append(all, wish.Free{ID: words[0], Has: attributes(words[1:])})
	}
	return all
}

// order is the ranked, and behind a minus the excluded, by their IDs.
func order(p wish.Proposal) string {
	var all []string
	for _, r := range p.Ranked {
		all = append(all, r.ID)
	}
	for _, r := range p.Excluded {
		all = append(all, "-"+r.ID)
	}
	return strings.Join(all, " ")
}

// row B45.
func TestPropose(t *testing.T) {
	habit := []string{"2026-01-01 + seat window", "2026-01-02 + seat window", "2026-01-02 + taste tea", "2026-01-03 - taste fish"}
	for name, tc := range map[string]struct {
		lines       []string
		free        string
		consented   []string
		want, codes string
	}{
		"nothing known":             {nil, "A, B, C", nil, "A B C", wish.CodeNothingKnown},
		"the window":                {habit, "A seat:aisle, B seat:window, C seat:bar", nil, "B A C", wish.CodeFitsBest},
		"ties by the order given":   {habit, "A seat:aisle, C seat:window, B seat:window", nil, "C B A", wish.CodeFitsBest},
		"in part":                   {habit, "A taste:tea, B seat:window, C seat:window taste:tea", nil, "C B A", wish.CodeFitsBest},
		"the nearest":               {habit, "A taste:tea, B seat:window", nil, "B A", wish.CodeNearest},
		"nothing that she likes":    {habit, "A seat:aisle, B seat:bar", nil, "A B", wish.CodeNothingLiked},
		"a dislike excludes":        {habit, "A seat:window taste:fish, B seat:bar taste:rice", nil, "B -A", wish.CodeNothingLiked},
		"all excluded":              {habit, "A seat:window taste:fish, B taste:fish", nil, "-A -B", wish.CodeNoneFree},
		"of other things":           {habit, "A beds:2, B", nil, "A B", wish.CodeNothingKnown},
		"sensitive, not agreed":     {[]string{"2026-01-01 -- health feathers"}, "A health:feathers, B", nil, "A B", wish.CodeNothingKnown + " " + wish.CodeSensitive},
		"said of nobody in special": {nil, "A health:feathers, B", nil, "A B", wish.CodeNothingKnown + " " + wish.CodeSensitive},
		"sensitive, agreed":         {[]string{"2026-01-01 -- health feathers"}, "A health:feathers, B", []string{"health"}, "B -A", wish.CodeNothingKnown},
		"not about it":              {[]string{"2026-01-01 -- health feathers"}, "A, B", nil, "A B", wish.CodeNothingKnown},
		"ask her": {
			[]string{"2026-01-01 ++ seat window", "2026-01-02 + seat bar", "2026-01-03 + seat bar", "2026-01-04 + seat bar"},
			"A seat:bar, B seat:window", nil, "B A", wish.CodeFitsBest + " " + wish.CodeAsk,
		},
		"all of a kind counts": {[]string{"2026-01-01 + taste tea", "2026-01-01 + taste rice"}, "A taste:tea, B taste:rice taste:tea", nil, "B A", wish.CodeFitsBest},
		"the best of one kind": {[]string{"2026-01-01 ++ seat window", "2026-01-01 + seat bar", "2026-01-01 + seat bar"}, "A seat:window seat:bar, B seat:window", nil, "A B", wish.CodeFitsBest},
	} {
		t.Run(name, func(t *testing.T) {
			r := diary(t, whole(), tc.lines...)
			p, err := r.Propose(r.m, free(tc.free), at("2026-01-10 08:00"), tc.consented...)
			require.NoError(t, err)
			assert.Equal(t, tc.want, order(p))
			assert.Equal(t, tc.codes, strings.Join(codes(p.Reasons), " "))
			for _, one := range slices.Concat(p.Ranked, p.Excluded) {
				assert.Equal(t, one.ID, free(tc.free)[one.Place].ID)
			}
		})
	}
	r := diary(t, whole(), habit...)
	none, err := r.Propose(r.m, nil, at("2026-01-10 08:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{wish.CodeNoneFree}, codes(none.Reasons))
	_, found := none.Best()
	assert.False(t, found)
}

// A proposal carries its figures: what is had, what is lacking, and the points.
func TestProposeFigures(t *testing.T) {
	r := diary(t, whole(), "2026-01-01 ++ seat window", "2026-01-09 + taste tea")
	p, err := r.Propose(r.m, free("A taste:tea, B seat:window"), at("2026-01-09 08:00"))
	require.NoError(t, err)
	best, found := p.Best()
	require.True(t, found)
	assert.Equal(t, wish.Ranked{
		ID: "B", Place: 1, Score: 800 * 10, Met: 1, Wanted: 2, Reasons: []customer.Reason{
			{Code: wish.CodeSaidLikes, Rule: "house/2", Of: "seat: window", Fact: 3, Mark: 5, On: day("2026-01-01"), By: day("2027-02-05")},
			{Code: wish.CodeLacks, Rule: "house/2", Of: "taste: tea"},
		},
	}, best)
	assert.Equal(t, int64(250*3), p.Ranked[1].Score, "one observation of today is worth half of what is seen at most")
	assert.Equal(t, []customer.Reason{{Code: wish.CodeNearest, Rule: "house/2", Of: "B", Fact: 1, Mark: 2}}, p.Reasons)
}

func TestProposeFaults(t *testing.T) {
	r := begin(t, whole())
	_, err := r.Propose(r.m, []wish.Free{{}, {ID: "B", Has: []wish.Attribute{{}}}}, at("2026-01-10 08:00").AddDate(9000, 0, 0))
	assert.Equal(t, []string{"at", "free[0].id", "free[1].has[0].name", "free[1].has[0].value"}, customertest.Paths(t, err))
	_, err = r.Propose(r.m, make([]wish.Free, 10_001), at("2026-01-10 08:00"))
	assert.Equal(t, "free", customertest.Paths(t, err)[0])
	many := []wish.Free{{ID: "A", Has: make([]wish.Attribute, 51)}}
	_, err = r.Propose(r.m, many, at("2026-01-10 08:00"))
	assert.Equal(t, "free[0].has", customertest.Paths(t, err)[0])
}

// Whatever is known of her and whatever is free: all of it is ranked or excluded, once; nothing that
// she dislikes is proposed; equals stand in the order given; and what one thing scores does not
// depend on what else is free, except by which kinds that speaks of.
func TestProposeProperties(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(t *rapid.T) {
		var m wish.Memory
		for i, x := range sights(t) {
			d, err := book.Observe(m, x)
			require.NoError(t, err)
			m = d.Next
			if rapid.Bool().Draw(t, "says") {
				said := wish.Say{
					Step: step(fmt.Sprint("s", i), "2026-12-01 09:00"), Kind: rapid.SampledFrom([]string{"seat", "taste", "health"}).Draw(t, "kind"),
					Value: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "value"), Leaning: wish.Leaning(rapid.IntRange(1, 2).Draw(t, "leaning")),
					Strength: rapid.IntRange(1, 5).Draw(t, "strength"), Consent: "form-7",
				}
				d, err := book.Say(m, said)
				require.NoError(t, err)
				m = d.Next
			}
		}
		var things []wish.Free
		for i := range rapid.IntRange(0, 12).Draw(t, "free") {
			one := wish.Free{ID: fmt.Sprint("T", i)}
			for _, kind := range []string{"seat", "taste", "health", "beds"} {
				if rapid.Bool().Draw(t, kind) {
					one.Has = append(one.Has, wish.Attribute{Name: kind, Value: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "value")})
				}
			}
			things = append(things, one)
		}
		var consented []string
		if rapid.Bool().Draw(t, "consent") {
			consented = []string{"health"}
		}
		p, err := book.Propose(m, things, at("2027-01-01 12:00"), consented...)
		require.NoError(t, err)
		require.Len(t, things, len(p.Ranked)+len(p.Excluded))
		disliked := map[wish.Attribute]bool{}
		for _, kind := range []string{"seat", "taste", "health"} {
			likings, err := book.Likes(m, kind, day("2027-01-01"), consented...)
			require.NoError(t, err)
			for _, l := range likings {
				if l.Leaning == wish.Against {
					disliked[wish.Attribute{Name: kind, Value: l.Value}] = true
				}
			}
		}
		bad := func(place int) bool {
			return slices.ContainsFunc(things[place].Has, func(a wish.Attribute) bool { return disliked[a] })
		}
		seen := map[int]bool{}
		for i, r := range p.Ranked {
			require.False(t, bad(r.Place), "%s is disliked, and proposed", r.ID)
			require.False(t, seen[r.Place])
			seen[r.Place] = true
			if i > 0 {
				before := p.Ranked[i-1]
				require.True(t, before.Score > r.Score || before.Score == r.Score && before.Place < r.Place)
			}
		}
		for _, r := range p.Excluded {
			require.True(t, bad(r.Place))
			require.NotEmpty(t, r.Reasons)
		}
	})
}

// Where she likes more than there is room for in a set, each thing still says what it has itself.
func TestProposeManyLikings(t *testing.T) {
	r := begin(t, whole())
	for i := range 70 {
		r.must(r.Say(r.m, wish.Say{Step: step(fmt.Sprint(i), "2026-01-01 09:00"), Kind: "taste", Value: fmt.Sprintf("%02d", i), Leaning: wish.For, Strength: 3}))
	}
	p, err := r.Propose(r.m, free("A taste:66, B taste:67, C taste:68 taste:69"), at("2026-01-10 08:00"))
	require.NoError(t, err)
	assert.Equal(t, "C A B", order(p))
	assert.Equal(t, "taste: 66", p.Ranked[1].Reasons[1].Of)
	assert.Equal(t, "taste: 67", p.Ranked[2].Reasons[1].Of)
}
