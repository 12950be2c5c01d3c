package wish_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// row B18.
func TestOutlook(t *testing.T) {
	r := begin(t, whole())
	none, err := r.Outlook(r.m, day("2026-01-01"))
	require.NoError(t, err)
	assert.Equal(t, wish.Outlook{Reasons: []customer.Reason{{Code: wish.CodeIntentNone, Rule: "house/2"}}}, none)

	r.must(r.Intend(r.m, wish.Intend{Step: step("i-1", "2026-05-01 09:00"), Intent: wish.StayAway, Why: "price", Note: "twice as much\nas last year"}))
	r.must(r.Intend(r.m, wish.Intend{Step: step("i-2", "2026-06-01 09:00"), Intent: wish.Return, Why: "staff"}))
	r.must(r.Intend(r.m, wish.Intend{Step: step("i-0", "2026-04-01 09:00"), Intent: wish.Undecided, Why: "staff"})) // came in late
	for on, want := range map[string]string{
		"2026-03-31": "  false wish.intent-none",
		"2026-04-01": "i-0 undecided true wish.intent-undecided",
		"2026-05-31": "i-1 stay-away true wish.intent-away",
		"2026-06-01": "i-2 return true wish.intent-return",
		"2027-05-31": "i-2 return true wish.intent-return",
		"2027-06-01": "i-2 return false wish.intent-return wish.intent-old",
	} {
		o, err := r.Outlook(r.m, day(on))
		require.NoError(t, err)
		intent := ""
		if o.Latest.Intent != 0 {
			intent = o.Latest.Intent.String()
		}
		assert.Equal(t, want, fmt.Sprint(o.Latest.Ref, " ", intent, " ", o.Stands, " ", strings.Join(codes(o.Reasons), " ")), on)
	}
	require.Len(t, r.m.Intents, 3, "the history stays")
	same := r.must(r.Intend(r.m, wish.Intend{Step: step("i-3", "2026-06-01 09:00"), Intent: wish.StayAway, Why: "price"}))
	o, err := r.Outlook(same.Next, day("2026-06-01"))
	require.NoError(t, err)
	assert.Equal(t, "i-3", o.Latest.Ref, "of one instant the later booked")

	d, err := r.Intend(r.m, wish.Intend{Step: step("i", "2026-06-01 09:00"), Intent: wish.Return, Why: "weather"})
	assert.Equal(t, []string{wish.CodeIntentWhy}, missing(t, d, err))
	_, err = r.Intend(r.m, wish.Intend{Step: step("i", "2026-06-01 09:00"), Intent: 4})
	assert.Equal(t, []string{"intent", "why"}, customertest.Paths(t, err))
	_, err = r.Outlook(r.m, -1)
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err))

	rules := whole()
	rules.Intents = wish.IntentRules{}
	forever := begin(t, rules)
	forever.must(forever.Intend(forever.m, wish.Intend{Step: step("i", "2026-06-01 09:00"), Intent: wish.Return, Why: "weather"}))
	o, err = forever.Outlook(forever.m, day("2039-06-01"))
	require.NoError(t, err)
	assert.True(t, o.Stands)
}

// A thousand answers are the most.
func TestListsEnd(t *testing.T) {
	r := begin(t, whole())
	for i := range wish.MaxList {
		r.must(r.Intend(r.m, wish.Intend{Step: step(fmt.Sprint(i), "2026-06-01 09:00"), Intent: wish.Return, Why: "staff"}))
		r.must(r.Want(r.m, want(fmt.Sprint(i), "2026-06-01 09:00")))
		r.must(r.Note(r.m, wish.Note{Step: step(fmt.Sprint(i), "2026-06-01 09:00"), Group: "quiet", Depth: wish.Desire}))
	}
	d, err := r.Intend(r.m, wish.Intend{Step: step("x", "2026-06-01 09:00"), Intent: wish.Return, Why: "staff"})
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	d, err = r.Want(r.m, want("x", "2026-06-01 09:00"))
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	d, err = r.Note(r.m, wish.Note{Step: step("x", "2026-06-01 09:00"), Group: "quiet", Depth: wish.Desire})
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
}
