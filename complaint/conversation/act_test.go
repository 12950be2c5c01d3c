package conversation_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

var allActs = []conversation.Act{
	conversation.Apology, conversation.Explanation, conversation.Sympathy, conversation.Solution,
	conversation.Resolve, conversation.Thanks, conversation.OwnCause, conversation.Alternative,
}

// What is due is missing, in its place or out of it, and as few as possible are out of place: the
// best of all subsets, looked through one by one.
func TestCheckModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := rapid.Permutation(allActs).Draw(t, "due")[:rapid.IntRange(1, 8).Draw(t, "how many")]
		did := rapid.SliceOfN(rapid.SampledFrom(allActs), 0, 12).Draw(t, "did")
		book := newBook(t, conversation.Rules{
			Edition: customer.Edition{ID: "m", Version: 1}, Variants: []conversation.Variant{{ID: "v", Order: due}},
		})
		findings, err := book.Check(conversation.Heard{Acts: did}, "v", today)
		require.NoError(t, err)
		missing, moved := 0, 0
		for _, one := range findings {
			switch one.Reason.Code {
			case conversation.CodeActMissing:
				missing++
			case conversation.CodeActPlace:
				moved++
			}
		}
		var first [conversation.Alternative + 1]int
		for i := len(did) - 1; i >= 0; i-- {
			first[did[i]] = i + 1
		}
		best, there := 0, 0
		for _, act := range due {
			if first[act] > 0 {
				there++
			}
		}
		for subset := range 1 << len(due) {
			last, length, inOrder := 0, 0, true
			for i, act := range due {
				if subset>>i&1 == 1 {
					inOrder = inOrder && first[act] > last
					last, length = first[act], length+1
				}
			}
			if inOrder {
				best = max(best, length)
			}
		}
		assert.Equal(t, len(due)-there, missing)
		assert.Equal(t, there-best, moved)
	})
}

// Doing again what was done in its place does no harm.
func TestActsAgain(t *testing.T) {
	heard := conversation.Heard{Acts: append(append([]conversation.Act(nil), allActs[:6]...), conversation.Apology, conversation.Thanks)}
	findings, err := serviceBook(t).Check(heard, "standard", today)
	require.NoError(t, err)
	assert.Empty(t, findings)
}

// No variant can drop the way to somebody above, or the alternative to a refusal: there is no
// field that would, and the one that comes near is refused.
func TestNeverDropped(t *testing.T) {
	rules := serviceRules(t)
	for _, variant := range rules.Variants {
		findings, err := newBook(t, rules).Check(conversation.Heard{AskedAbove: true, Refused: true}, variant.ID, today)
		require.NoError(t, err)
		var all []string
		for _, one := range conversation.Faults(findings) {
			all = append(all, one.Reason.Code)
		}
		assert.Contains(t, all, conversation.CodeNotToldAbove, variant.ID)
		assert.Contains(t, all, conversation.CodeNoAlternative, variant.ID)
	}
	rules.Variants[0].LeftOut = []conversation.Act{conversation.Alternative}
	_, err := conversation.New(rules)
	assert.Equal(t, []string{"variants[0].left_out"}, customertest.Paths(t, err))
}

// A point out of place holds up nothing: whatever was ticked, there is an answer, and a script
// that was followed has none.
func TestFollowAndRehearse(t *testing.T) {
	book := serviceBook(t)
	rapid.Check(t, func(t *rapid.T) {
		script := rapid.SampledFrom(serviceRules(t).Scripts).Draw(t, "script")
		var points []string
		for _, point := range script.Points {
			points = append(points, point.ID)
		}
		did := rapid.SliceOfN(rapid.SampledFrom(points), 0, 12).Draw(t, "did")
		findings, err := book.Follow(script.ID, ticks(did...), today)
		require.NoError(t, err)
		beats, next, err := book.Rehearse(script.ID, ticks(did...), today)
		require.NoError(t, err)
		require.Len(t, beats, len(did))
		right := true
		for i, beat := range beats {
			assert.Equal(t, did[i], beat.Did)
			right = right && beat.Right
		}
		if right && len(next) == 0 {
			assert.Empty(t, findings, "a rehearsal without a mistake follows the script")
		}
		if len(findings) == 0 && len(did) == len(points) {
			assert.True(t, right)
			assert.Empty(t, next)
		}
	})
}

// Questions that are malformed, and books that are not in force.
func TestAskedFaults(t *testing.T) {
	book := serviceBook(t)
	_, err := book.Check(conversation.Heard{Acts: []conversation.Act{0, 9}}, "none", today)
	assert.Equal(t, []string{"variant", "acts[0]", "acts[1]"}, customertest.Paths(t, err))
	_, err = book.Follow("none", nil, today)
	assert.Equal(t, []string{"script"}, customertest.Paths(t, err))
	_, _, err = book.Rehearse("answering", ticks("pick-up", "none"), today)
	assert.Equal(t, []string{"ticks[1].point"}, customertest.Paths(t, err))
	_, err = book.Grade([]conversation.Answer{{Criterion: "none"}}, today)
	assert.Equal(t, []string{"answers[0].criterion"}, customertest.Paths(t, err))
	_, err = book.Stay([]conversation.Request{
		{Ref: "R1", Kind: "water", At: clock("10:00"), Outcome: 9, Ended: clock("10:01")},
		{Ref: "R1", At: clock("09:00"), Outcome: conversation.Granted, Told: clock("09:00")},
	}, today)
	assert.Equal(t, []string{
		"requests[0].outcome", "requests[1].kind", "requests[1].ended", "requests[1].told", "requests[1].ref", "requests[1].at",
	}, customertest.Paths(t, err))

	rules := serviceRules(t)
	rules.Until = today
	ended := newBook(t, rules)
	var refusal *customer.Refusal
	for name, ask := range map[string]func() error{
		"check":    func() error { _, err := ended.Check(conversation.Heard{}, "standard", today); return err },
		"follow":   func() error { _, err := ended.Follow("answering", nil, today); return err },
		"rehearse": func() error { _, _, err := ended.Rehearse("answering", nil, today); return err },
		"listen":   func() error { _, err := ended.Listen(conversation.Transcript{}, today); return err },
		"seen":     func() error { _, err := ended.Seen("manners", conversation.Transcript{}, today); return err },
		"grade":    func() error { _, err := ended.Grade(nil, today); return err },
		"stay":     func() error { _, err := ended.Stay(nil, today); return err },
	} {
		require.ErrorAs(t, ask(), &refusal, name)
	}
	_, err = new(conversation.Book).Grade(nil, today)
	require.Error(t, err)
	assert.NotErrorAs(t, err, &refusal)
}

// Unrest on both sides of its marks. Row A70.
func TestUnrestMarks(t *testing.T) {
	book := serviceBook(t)
	refused := conversation.Request{Ref: "R0", Kind: "late-checkout", At: clock("10:00"), Outcome: conversation.Refused, Ended: clock("10:05")}
	water := func(ref, at string) conversation.Request {
		return conversation.Request{Ref: ref, Kind: "water", At: clock(at)}
	}
	for _, tc := range []struct {
		name     string
		requests []conversation.Request
		unrest   bool
	}{
		{"two", []conversation.Request{refused, water("a", "10:06"), water("b", "10:07")}, false},
		{"three", []conversation.Request{refused, water("a", "10:06"), water("b", "10:07"), water("c", "10:08")}, true},
		{"the third on the last minute", []conversation.Request{refused, water("a", "10:06"), water("b", "10:07"), water("c", "11:05")}, true},
		{"after it", []conversation.Request{refused, water("a", "10:06"), water("b", "10:07"), water("c", "11:05:01")}, false},
		{"one before the refusal", []conversation.Request{refused, water("a", "10:05"), water("b", "10:07"), water("c", "10:08")}, false},
		{"one that is no small thing", []conversation.Request{refused, water("a", "10:06"), water("b", "10:07"), {Ref: "c", Kind: "taxi", At: clock("10:08")}}, false},
		{"nothing refused", []conversation.Request{water("a", "10:06"), water("b", "10:07"), water("c", "10:08")}, false},
		{"withdrawn for a reason of her own", []conversation.Request{
			{Ref: "R0", Kind: "hall", At: clock("10:00"), Outcome: conversation.Withdrawn, Ended: clock("10:05")},
			water("a", "10:06"), water("b", "10:07"), water("c", "10:08"),
		}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stay, err := book.Stay(tc.requests, today)
			require.NoError(t, err)
			assert.Equal(t, tc.unrest, stay.Unrest)
			assert.Equal(t, tc.unrest, len(stay.Because) == 5)
		})
	}
}

// Of several refusals it is since the one that came first, whatever was asked for first.
func TestUnrestSince(t *testing.T) {
	stay, err := serviceBook(t).Stay([]conversation.Request{
		{Ref: "R0", Kind: "late-checkout", At: clock("10:00"), Outcome: conversation.Refused, Ended: clock("10:30")},
		{Ref: "R1", Kind: "hall", At: clock("10:05"), Outcome: conversation.Refused, Ended: clock("10:10")},
		{Ref: "a", Kind: "water", At: clock("10:31")},
		{Ref: "b", Kind: "water", At: clock("10:32")},
		{Ref: "c", Kind: "water", At: clock("10:33")},
	}, today)
	require.NoError(t, err)
	require.True(t, stay.Unrest)
	assert.True(t, stay.Since.Equal(clock("10:10")))
	assert.Equal(t, "R1", stay.Because[1].Of)
}
