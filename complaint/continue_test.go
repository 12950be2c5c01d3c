package complaint_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

func continueCase(tb testing.TB, p *complaint.Policy, id complaint.ID, receive complaint.Receive) complaint.Known {
	tb.Helper()
	receive.Step, receive.Channel = caseStep("ann", "2026-11-25 09:00"), complaint.Phone
	d, err := p.Receive(complaint.Case{}, receive)
	require.NoError(tb, err)
	return complaint.Known{ID: id, Case: d.Next}
}

// row A5: whoever answers the second call has the case before her.
func TestContinue(t *testing.T) {
	r := caseBegin(t)
	sms := continueCase(t, r.Policy, "K-1", complaint.Receive{Customer: "c-1", Topic: "sms", Service: "gateway", Reach: "tel-1", Note: "orders lost"})
	bill := continueCase(t, r.Policy, "K-2", complaint.Receive{Customer: "c-1", Topic: "bill"})
	vague := continueCase(t, r.Policy, "K-3", complaint.Receive{Customer: "c-1"})
	stranger := continueCase(t, r.Policy, "K-4", complaint.Receive{Customer: "c-9", Topic: "sms", Reach: "tel-1"})
	all := []complaint.Known{vague, stranger, bill, sms, {ID: "K-0"}}
	for _, tc := range []struct {
		name   string
		caller complaint.Caller
		same   []complaint.ID
		differ []complaint.ID
	}{
		{"she names her matter", complaint.Caller{Customer: "c-1", Topic: "sms"}, []complaint.ID{"K-1", "K-3"}, []complaint.ID{"K-2"}},
		{"another service is another matter", complaint.Caller{Customer: "c-1", Topic: "sms", Service: "mail"}, []complaint.ID{"K-3"}, []complaint.ID{"K-1", "K-2"}},
		{"she only calls", complaint.Caller{Customer: "c-1"}, []complaint.ID{"K-1", "K-2", "K-3"}, nil},
		{"from the number", complaint.Caller{Customer: "c-1", Reach: "tel-1"}, []complaint.ID{"K-1", "K-2", "K-3"}, nil},
		{"nobody recognises her, but her number", complaint.Caller{Reach: "tel-1", Topic: "sms"}, []complaint.ID{"K-1", "K-4"}, nil},
		{"nobody knows her", complaint.Caller{Topic: "sms"}, nil, nil},
		{"a new customer", complaint.Caller{Customer: "c-7", Reach: "tel-1"}, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.caller.At = caseAt("2026-11-25 10:00")
			var same, differ []complaint.ID
			for _, found := range r.Continue(tc.caller, all) {
				if found.Same {
					same = append(same, found.ID)
					assert.Empty(t, differ, "what is the same comes first")
				} else {
					differ = append(differ, found.ID)
				}
			}
			assert.Equal(t, tc.same, same)
			assert.Equal(t, tc.differ, differ)
		})
	}
	found := r.Continue(complaint.Caller{At: caseAt("2026-11-25 10:00"), Customer: "c-1", Reach: "tel-1", Topic: "sms", Service: "gateway"}, all)[0]
	assert.Equal(t, "orders lost", found.Last.Note, "and what was said last")
	assert.Equal(t, []string{complaint.CodeSameCustomer, complaint.CodeSameReach, complaint.CodeSameTopic, complaint.CodeSameService}, caseCodes(found.Reasons))
	assert.Equal(t, "hotline/1", found.Reasons[0].Rule)
	assert.Nil(t, new(complaint.Policy).Continue(complaint.Caller{Customer: "c-1"}, all))
}

// A closed case is gone on with while it can be reopened, after all that are open; a duplicate
// only where its root is not there.
func TestContinueClosedAndMerged(t *testing.T) {
	r := caseBegin(t)
	open := continueCase(t, r.Policy, "K-2", complaint.Receive{Customer: "c-1"})
	closed := continueCase(t, r.Policy, "K-1", complaint.Receive{Customer: "c-1", Topic: "sms", Claims: []complaint.Claim{{Issue: "lost", Kind: "sms"}}})
	d, err := caseWithdraw(r.Policy, closed.Case, complaint.Withdraw{Step: caseStep("cid", "2026-11-25 10:30"), Issue: "lost"})
	require.NoError(t, err)
	closed.Case = d.Next
	d, err = r.Close(closed.Case, complaint.Close{Step: caseStep("cid", "2026-11-25 11:00"), Outcome: complaint.OutcomeWithdrawn})
	require.NoError(t, err)
	closed.Case = d.Next
	merged := continueCase(t, r.Policy, "K-3", complaint.Receive{Customer: "c-1"})
	d, err = r.Link(merged.Case, complaint.Link{Step: caseStep("cid", "2026-11-25 11:00"), Case: "K-3", Other: "K-2", As: complaint.Duplicate}, open.Case)
	require.NoError(t, err)
	merged.Case = d.Next

	caller := complaint.Caller{At: caseAt("2026-12-25 23:59"), Customer: "c-1", Topic: "sms"}
	found := r.Continue(caller, []complaint.Known{merged, closed, open})
	require.Len(t, found, 2)
	assert.Equal(t, complaint.ID("K-2"), found[0].ID)
	assert.True(t, found[1].Same)
	assert.Contains(t, caseCodes(found[1].Reasons), complaint.CodeReopenUntil)

	caller.At = caseAt("2026-12-26 00:00")
	found = r.Continue(caller, []complaint.Known{closed})
	require.Len(t, found, 1)
	assert.False(t, found[0].Same)
	assert.Contains(t, caseCodes(found[0].Reasons), complaint.CodeReopenTooLate)

	found = r.Continue(caller, []complaint.Known{merged})
	require.Len(t, found, 1)
	assert.Equal(t, complaint.CodeForward, found[0].Reasons[len(found[0].Reasons)-1].Code)
}

// The order of the cases that the host has loaded does not matter.
func TestContinueOrder(t *testing.T) {
	p := casePolicy(t, caseRules())
	word := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		var all []complaint.Known
		for i := range rapid.IntRange(0, 6).Draw(t, "cases") {
			d, err := p.Receive(complaint.Case{}, complaint.Receive{
				Step: caseStep("ann", "2026-11-25 09:00"), Channel: complaint.Phone, Customer: customer.ID("c" + word.Draw(t, "who")),
				Topic: word.Draw(t, "topic"), Service: word.Draw(t, "service"), Reach: word.Draw(t, "reach"),
			})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, complaint.Known{ID: complaint.ID(rune('a' + i)), Case: d.Next})
		}
		caller := complaint.Caller{
			At: caseAt("2026-11-26 09:00"), Customer: customer.ID(rapid.SampledFrom([]string{"", "c", "ca"}).Draw(t, "caller")),
			Topic: word.Draw(t, "topic"), Service: word.Draw(t, "service"), Reach: word.Draw(t, "reach"),
		}
		want := p.Continue(caller, all)
		got := p.Continue(caller, rapid.Permutation(slices.Clone(all)).Draw(t, "order"))
		assert.Equal(t, want, got)
	})
}

// A root that is answered somewhere else, and that nobody can know to be hers, hides no duplicate:
// she would open another case.
func TestContinueADuplicateOfWhatIsNotHers(t *testing.T) {
	r := caseBegin(t)
	root := continueCase(t, r.Policy, "K-1", complaint.Receive{Customer: "c-1", Reach: "mail-1"})
	merge := func(id complaint.ID, reach string, other complaint.Known) complaint.Known {
		known := continueCase(t, r.Policy, id, complaint.Receive{Customer: "c-1", Reach: reach})
		d, err := r.Link(known.Case, complaint.Link{Step: caseStep("cid", "2026-11-25 11:00"), Case: id, Other: other.ID, As: complaint.Duplicate}, other.Case)
		require.NoError(t, err)
		return complaint.Known{ID: id, Case: d.Next}
	}
	between := merge("K-2", "mail-2", root)
	last := merge("K-3", "tel-1", between)
	all := []complaint.Known{root, between, last}
	for reach, want := range map[string]complaint.ID{"mail-1": "K-1", "mail-2": "K-2", "tel-1": "K-3"} {
		found := r.Continue(complaint.Caller{At: caseAt("2026-11-25 12:00"), Reach: reach}, all)
		require.Len(t, found, 1, reach)
		assert.Equal(t, want, found[0].ID)
	}
	found := r.Continue(complaint.Caller{At: caseAt("2026-11-25 12:00"), Customer: "c-1", Reach: "tel-1"}, all)
	require.Len(t, found, 1)
	assert.Equal(t, complaint.ID("K-1"), found[0].ID, "all three are hers")
	found = r.Continue(complaint.Caller{At: caseAt("2026-11-25 12:00"), Customer: "c-1"}, []complaint.Known{root, last})
	require.Len(t, found, 2, "what lies between was not loaded: nobody can tell")
}
