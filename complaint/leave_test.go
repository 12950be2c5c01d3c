package complaint_test

import (
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

type leaveCase struct {
	id complaint.ID
	c  complaint.Case
}

func leaveSeq(cases []leaveCase) iter.Seq2[complaint.ID, complaint.Case] {
	return func(yield func(complaint.ID, complaint.Case) bool) {
		for _, one := range cases {
			if !yield(one.id, one.c) {
				return
			}
		}
	}
}

// row B21, A27: everything of an agent who leaves goes to somebody who can have it, and a run
// again books nothing twice.
func TestHandovers(t *testing.T) {
	policy := ownerPolicy(t, nil)
	staff := ownerStaff()
	staff[0].Away = []customer.Span{{From: time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)}}
	gone := complaint.Step{Ref: "leave-ann", By: "office", At: time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)}

	hers, about := handoffCase(t, policy), handoffCase(t, policy, "ben")
	closed := hers
	closed.Phase = complaint.Closed
	offered := ownerNext(t)(policy.Transfer(hers, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
	other := ownerNext(t)(policy.Take(ownerCase(t, policy, ""), complaint.Take{Step: ownerStep(1, "ben")}, ownerStaff()))
	checks := ownerNext(t)(policy.Divert(other, complaint.Divert{Step: ownerStep(2, "ann"), Task: "form", To: "machine"}))
	toHer := ownerNext(t)(policy.Take(ownerCase(t, policy, "repair"), complaint.Take{Step: ownerStep(1, "cid")}, ownerStaff()))
	toHer = ownerNext(t)(policy.Transfer(toHer, complaint.Transfer{Step: ownerStep(2, "cid"), Desk: "hotline", Agent: "ann", Warm: true, Reason: "call her"}, ownerStaff()))
	promised := ownerNext(t)(policy.Promise(other, complaint.Promise{
		Step: ownerStep(2, "ann"), Promise: "p-1", Kind: complaint.PromisedOther, Agent: "ann", Text: "tell her of the shoe",
		Until: gone.At.AddDate(0, 0, 1), Channel: complaint.Phone, Reach: "tel-1",
	}))
	kept := ownerNext(t)(policy.Keep(promised, complaint.Keep{Step: ownerStep(3, "ben"), Promise: "p-1"}))
	outlasting := promised
	outlasting.Phase = complaint.Closed
	cases := []leaveCase{
		{"promised", promised},
		{"kept", kept},
		{"outlasting", outlasting},
		{"hers", hers},
		{"about", about},
		{"closed", closed},
		{"offered", offered},
		{"other", other},
		{"checks", checks},
		{"to-her", toHer},
	}

	seq, err := policy.Handovers(leaveSeq(cases), complaint.Leave{Step: gone, Agent: "ann", Reason: "has left us"}, staff)
	require.NoError(t, err)
	all := slices.Collect(seq)
	step := func(id string) complaint.Step {
		return complaint.Step{Ref: "leave-ann/" + id, By: "office", At: gone.At}
	}
	transfer := complaint.Transfer{Desk: "hotline", Agent: "ben", Reason: "has left us", Absence: true}
	want := func(id, agent string) complaint.Transfer {
		one := transfer
		one.Step, one.Agent = step(id), agent
		return one
	}
	assert.Equal(t, []complaint.Handover{
		{Case: "promised", Promises: []string{"p-1"}},
		{Case: "outlasting", Promises: []string{"p-1"}},
		{Case: "hers", Transfer: want("hers", "ben")},
		{Case: "about", Transfer: want("about", "")}, // the deputy is complained about: the desk has it
		{Case: "offered", Transfer: want("offered", "ben")},
		{Case: "checks", Diversions: []string{"r-2"}},
		{Case: "to-her", Offered: true},
	}, all)
	for range seq {
		break // a caller may stop
	}

	all = all[2:]
	for _, one := range all[:3] {
		i := slices.IndexFunc(cases, func(each leaveCase) bool { return each.id == one.Case })
		c := cases[i].c
		next := ownerNext(t)(policy.Transfer(c, one.Transfer, staff))
		assert.Equal(t, "hotline", next.Owner.Desk, "nothing is left to nobody")
		assert.Equal(t, one.Transfer.Agent, next.Owner.Agent)
		assert.Equal(t, "ann", next.Handoffs[len(next.Handoffs)-1].From.Agent, "for whom he acts is recorded")
		assert.Zero(t, next.Owner.Tier)
	}
	accepted := ownerNext(t)(policy.Accept(ownerNext(t)(policy.Transfer(offered, all[2].Transfer, staff)),
		complaint.Accept{Step: ownerStep(9, "cid"), Desk: "workshop"}, staff))
	assert.Equal(t, complaint.Owner{Desk: "workshop", Agent: "cid"}, accepted.Owner, "the offer stands")

	// The same run again is answered from the journal.
	store := new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])
	book := func(key string, fact journal.Fact, decide func(complaint.Case) (complaint.Decision, error)) journal.Outcome[complaint.Case, complaint.Entry] {
		answer, err := journal.Run(t.Context(), store, complaint.ID("hers"), key, fact, decide)
		require.NoError(t, err)
		return answer
	}
	receive := complaint.Receive{Step: ownerStep(0, "web"), Customer: "c-1", Channel: complaint.Web}
	book("receive:r-0", receive, func(c complaint.Case) (complaint.Decision, error) { return policy.Receive(c, receive) })
	take := complaint.Take{Step: ownerStep(1, "ann")}
	book("take:r-1", take, func(c complaint.Case) (complaint.Decision, error) { return policy.Take(c, take, staff) })
	for _, result := range []journal.Result{journal.Booked, journal.Replayed} {
		moved := all[0].Transfer
		answer := book("transfer:"+moved.Ref, moved, func(c complaint.Case) (complaint.Decision, error) { return policy.Transfer(c, moved, staff) })
		assert.Equal(t, result, answer.Result)
		assert.Len(t, answer.State.Handoffs, 1)
	}
}

// What she has in her hands of the customer's, and what she was to put right, of closed cases too.
func TestHandoversOfThings(t *testing.T) {
	policy := ownerPolicy(t, nil)
	staff := ownerStaff()
	staff[0].Away = []customer.Span{{From: time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)}}
	gone := complaint.Step{Ref: "leave-ann", By: "office", At: time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)}
	handIn := func(step int, item, holder string) complaint.HandIn {
		return complaint.HandIn{Step: ownerStep(step, "ann"), Item: item, What: "shoe", Receipt: "q-" + item, Condition: []string{"worn"}, Holder: holder}
	}
	c := ownerCase(t, policy, "")
	c = ownerNext(t)(policy.HandIn(c, handIn(1, "left", "ann")))
	c = ownerNext(t)(policy.HandIn(c, handIn(2, "right", "hotline")))
	c = ownerNext(t)(policy.HandIn(c, handIn(3, "box", "ann")))
	c = ownerNext(t)(policy.HandBack(c, complaint.HandBack{
		Step: ownerStep(4, "ann"), Item: "box", From: "ann", Receipt: "q-box", Condition: []string{"worn"},
	}))
	plan := func(step int, action, owner string) complaint.Correct {
		return complaint.Correct{Step: ownerStep(step, "ben"), Action: action, Text: "tell the supplier", Owner: owner, Due: customer.DateOf(gone.At, time.UTC)}
	}
	c = ownerNext(t)(policy.Correct(c, plan(5, "a-1", "ann")))
	c = ownerNext(t)(policy.Correct(c, plan(6, "a-2", "ben")))
	c = ownerNext(t)(policy.Correct(c, plan(7, "a-3", "ann")))
	c = ownerNext(t)(policy.Correct(c, complaint.Correct{Step: ownerStep(8, "ben"), Action: "a-3", Effect: complaint.Effective}))
	lost := ownerNext(t)(policy.Lose(c, complaint.Lose{Step: ownerStep(9, "ann"), Item: "left", From: "ann", Note: "not on the shelf"}))
	closed := c
	closed.Phase, closed.Items = complaint.Closed, nil
	seq, err := policy.Handovers(leaveSeq([]leaveCase{{"open", c}, {"lost", lost}, {"closed", closed}}), complaint.Leave{Step: gone, Agent: "ann", Reason: "has left us"}, staff)
	require.NoError(t, err)
	assert.Equal(t, []complaint.Handover{
		{Case: "open", Items: []string{"left"}, Actions: []string{"a-1"}},
		{Case: "lost", Items: []string{"left"}, Actions: []string{"a-1"}},
		{Case: "closed", Actions: []string{"a-1"}},
	}, slices.Collect(seq))
}

// Many cases of one who leaves are no runaround of theirs: a transfer for an absence does not
// raise, and only an absence is one.
func TestAbsenceDoesNotRaise(t *testing.T) {
	one := 1
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.RaiseAt = &one })
	staff := ownerStaff()
	staff[0].Away = []customer.Span{{From: ownerStep(2, "").At, To: ownerStep(9, "").At}}
	c := handoffCase(t, policy)
	moved := complaint.Transfer{Desk: "hotline", Agent: "ben", Reason: "on leave", Absence: true}
	for _, tc := range []struct {
		n    int
		by   string
		want []string
	}{
		{1, "office", []string{"not-away ann"}}, // not yet
		{2, "office", nil},
		{8, "ben", nil}, // her deputy helps himself
		{9, "office", []string{"not-away ann"}},
	} {
		moved.Step = ownerStep(tc.n, tc.by)
		decision, err := policy.Transfer(c, moved, staff)
		assert.Equal(t, tc.want, ownerMissing(t, err))
		if err == nil {
			assert.Zero(t, decision.Next.Owner.Tier)
			assert.Equal(t, 1, decision.Next.Effort().Handoffs, "it is another person for the customer all the same")
		}
	}
	staff[0].Deputies = nil
	moved.Step = ownerStep(3, "ben")
	_, err := policy.Transfer(c, moved, staff)
	assert.Equal(t, []string{"not-deputy ben"}, ownerMissing(t, err))
	moved.Step, moved.Agent = ownerStep(3, "office"), ""
	assert.Equal(t, complaint.Owner{Desk: "hotline"}, ownerNext(t)(policy.Transfer(c, moved, staff)).Owner)
	_, err = policy.Transfer(ownerCase(t, policy, ""), moved, staff)
	assert.Equal(t, []string{"not-away "}, ownerMissing(t, err), "nobody has it")
}

// Who is there leaves nothing behind, and a malformed leave is told whole.
func TestHandoversRefused(t *testing.T) {
	policy := ownerPolicy(t, nil)
	none := leaveSeq(nil)
	_, err := policy.Handovers(none, complaint.Leave{Step: ownerStep(1, "office"), Agent: "ann", Reason: "leave"}, ownerStaff())
	assert.Equal(t, []string{"not-away ann"}, ownerMissing(t, err))
	_, err = policy.Handovers(none, complaint.Leave{Agent: "zoe"}, nil)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 5)
	_, err = new(complaint.Policy).Handovers(none, complaint.Leave{}, nil)
	require.Error(t, err)
}
