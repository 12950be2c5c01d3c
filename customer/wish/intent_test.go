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

// A shop that serves a customer for life never runs out of room: what has ended makes way for what
// is new, the oldest first. Only what is open is refused room.
func TestListsMakeRoom(t *testing.T) {
	r := begin(t, whole())
	lack := func(ref string) wish.Need {
		return wish.Need{Step: step(ref, "2026-06-01 09:00"), Group: "quiet", Depth: wish.Desire}
	}
	for i := range wish.MaxList {
		r.must(r.Intend(r.m, wish.Intend{Step: step(fmt.Sprint(i), "2026-06-01 09:00"), Intent: wish.Return, Why: "staff"}))
		r.must(r.Want(r.m, want(fmt.Sprint(i), "2026-06-01 09:00")))
		r.must(r.Need(r.m, lack(fmt.Sprint(i))))
	}
	d, err := r.Want(r.m, want("x", "2026-06-01 09:00"))
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	d, err = r.Need(r.m, lack("x"))
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	for _, body := range []wish.Body{
		wish.Want{Product: "a", Quantity: 1, Until: day("2026-08-01")}, wish.Need{Group: "a", Depth: wish.Desire},
	} {
		_, err := r.m.Apply(wish.Entry{Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: "x", Body: body})
		require.ErrorIs(t, err, wish.ErrBroken)
	}

	r.must(r.Intend(r.m, wish.Intend{Step: step("x", "2026-06-01 09:00"), Intent: wish.StayAway, Why: "staff"}))
	require.Len(t, r.m.Intents, wish.MaxList)
	assert.Equal(t, "1", r.m.Intents[0].Ref)
	r.must(r.Close(r.m, wish.Close{Step: step("c", "2026-06-02 09:00"), Need: "7", With: "attic"}))
	r.must(r.Need(r.m, lack("x")))
	require.Len(t, r.m.Needs, wish.MaxList)
	assert.Equal(t, "8", r.m.Needs[7].Ref)
	r.must(r.Withdraw(r.m, wish.Withdraw{Step: step("y", "2026-06-02 09:00"), Wish: "5"}))
	r.must(r.Want(r.m, want("x", "2026-06-02 09:00")))
	require.Len(t, r.m.Wishes, wish.MaxList)
	assert.Equal(t, "6", r.m.Wishes[5].Ref)
	instead := want("x-2", "2026-06-02 10:00")
	instead.Instead = "999"
	r.must(r.Want(r.m, instead))
	require.Len(t, r.m.Wishes, wish.MaxList)

	// Wishes that expired make room too, a day later than they did: no zone is known where they go.
	d, err = r.Want(r.m, want("z", "2026-08-31 07:59"))
	assert.Equal(t, []string{wish.CodeFull}, missing(t, d, err))
	r.must(r.Want(r.m, want("z", "2026-08-31 08:01")))
	assert.Equal(t, "1", r.m.Wishes[0].Ref)

	replayed, err := wish.Replay(r.history)
	require.NoError(t, err)
	assert.Equal(t, r.m, replayed)
}
