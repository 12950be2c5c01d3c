package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Every field of a command counts in its fingerprint.
func TestOwnerFacts(t *testing.T) {
	step := ownerStep(1, "ann")
	for _, fact := range []journal.Fact{
		complaint.Take{Step: step},
		complaint.Transfer{Step: step, Desk: "d", Agent: "a", Reason: "r", WaitSeconds: 1},
		complaint.Accept{Step: step, Desk: "d", WaitSeconds: 1},
		complaint.Decline{Step: step, Desk: "d", Reason: "r", WaitSeconds: 1},
		complaint.Send{Step: step, Desk: "d", Site: "s", Reason: "r", WaitSeconds: 1, Went: step.At, From: "f"},
		complaint.Escalate{Step: step, Reason: "r"},
		complaint.Divert{Step: step, Task: "t", To: "m", Note: "n"},
		complaint.Serve{Step: step, Diversion: "d", Note: "n", WaitSeconds: 1},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// ownerHistory is one case through everything that ownership books.
func ownerHistory(tb testing.TB) []complaint.Entry {
	tb.Helper()
	policy := ownerPolicy(tb, nil)
	staff := append(ownerStaff(), complaint.Agent{ID: "dan", Desk: "counter"})
	staff[0].Trainings = nil
	var c complaint.Case
	var entries []complaint.Entry
	n := -1
	book := func(decision complaint.Decision, err error) {
		tb.Helper()
		require.NoError(tb, err)
		c, entries = decision.Next, append(entries, decision.Entries...)
	}
	next := func(by string) complaint.Step {
		n++
		return ownerStep(n, by)
	}
	book(policy.Receive(c, complaint.Receive{Step: next("web"), Customer: "c-1", Channel: complaint.Web, Claims: []complaint.Claim{
		{Issue: "i-1", Kind: "attitude", About: "eve"},
	}}))
	book(policy.Take(c, complaint.Take{Step: next("ann"), Read: true}, staff))
	book(policy.Divert(c, complaint.Divert{Step: next("ann"), Task: "form", To: "machine", Note: "next door"}))
	book(policy.Divert(c, complaint.Divert{Step: next("ann"), Task: "cash", To: "machine"}))
	book(policy.Serve(c, complaint.Serve{Step: next("ann"), Diversion: "r-2", Served: true}))
	book(policy.Serve(c, complaint.Serve{Step: next("ann"), Diversion: "r-3", Note: "empty", WaitSeconds: 60}))
	book(policy.Transfer(c, complaint.Transfer{Step: next("ann"), Desk: "workshop", Reason: "a shoe", Warm: true, Context: true, WaitSeconds: 5}, staff))
	book(policy.Decline(c, complaint.Decline{Step: next("cid"), Desk: "workshop", Reason: "full", WaitSeconds: 6}))
	book(policy.Transfer(c, complaint.Transfer{Step: next("ann"), Desk: "counter", Reason: "then here", Warm: true}, staff))
	book(policy.Accept(c, complaint.Accept{Step: next("dan"), Desk: "counter", Read: true, WaitSeconds: 7}, staff))
	book(policy.Send(c, complaint.Send{Step: next("ann"), Desk: "yard", Site: "north", Reason: "not here", Context: true, WaitSeconds: 8}))
	book(policy.Send(c, complaint.Send{Step: next("ann"), Desk: "b", From: "a", Went: c.Received.Add(-time.Hour), Reason: "told"}))
	book(policy.Escalate(c, complaint.Escalate{Step: next("eve"), Asked: true, Reason: "wants the manager"}))
	return entries
}

// What is written is read again, entry by entry, and replays to the same case.
func TestOwnerEntriesRoundTrip(t *testing.T) {
	entries := ownerHistory(t)
	var kinds []complaint.Kind
	var again []complaint.Entry
	for _, e := range entries {
		kinds = append(kinds, e.Kind())
		text, err := json.Marshal(e)
		require.NoError(t, err)
		var read complaint.Entry
		require.NoError(t, json.Unmarshal(text, &read), string(text))
		assert.Equal(t, e, read)
		again = append(again, read)
	}
	for _, kind := range []complaint.Kind{
		complaint.KindTake, complaint.KindTransfer, complaint.KindAccept, complaint.KindDecline, complaint.KindSend, complaint.KindEscalate,
		complaint.KindDivert, complaint.KindServe, complaint.KindRaised, complaint.KindPlaced, complaint.KindUnprepared,
	} {
		assert.Contains(t, kinds, kind)
	}
	first, err := complaint.Replay(entries)
	require.NoError(t, err)
	second, err := complaint.Replay(again)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	text, err := json.Marshal(first)
	require.NoError(t, err)
	var stored complaint.Case
	require.NoError(t, json.Unmarshal(text, &stored))
	assert.Equal(t, first, stored)

	// Entry by entry, no state before is touched.
	var c complaint.Case
	for i, e := range entries {
		before, err := json.Marshal(c)
		require.NoError(t, err)
		left, err := c.Apply(e)
		require.NoError(t, err)
		right, err := c.Apply(e)
		require.NoError(t, err)
		if i+1 < len(entries) {
			_, _ = left.Apply(entries[i+1])
		}
		assert.Equal(t, right, left, "two branches of one state share nothing that changes")
		after, err := json.Marshal(c)
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after))
		c = right
	}
}

// An entry that nobody wrote is not read: an owner of megabytes, a tier that no policy has.
func TestOwnerEntriesForged(t *testing.T) {
	long := strings.Repeat("x", customer.MaxText+1)
	for _, body := range []complaint.Body{
		complaint.Raised{Owner: complaint.Owner{Desk: "d", Tier: 10}},
		complaint.Raised{Owner: complaint.Owner{Desk: long}},
		complaint.Placed{Owner: complaint.Owner{Desk: "d", Agent: long}},
		complaint.Unprepared{Agent: "a", Skills: []string{long}},
		complaint.Unprepared{Trainings: []string{"x"}},
		complaint.Transfer{Desk: "d"},
		complaint.Serve{Diversion: "d", Served: true, WaitSeconds: -1},
	} {
		text, err := json.Marshal(complaint.Entry{Version: complaint.EntryVersion, At: ownerStep(1, "").At, By: "x", Ref: "r", Body: body})
		require.NoError(t, err)
		require.Error(t, json.Unmarshal(text, new(complaint.Entry)), string(text))
	}
}

// No history may say what never happens, whoever wrote it.
func TestOwnerBrokenHistories(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy, "eve")
	offered := ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
	raised := ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann"), Asked: true}))
	diverted := ownerNext(t)(policy.Divert(c, complaint.Divert{Step: ownerStep(2, "ann"), Task: "form", To: "machine"}))
	orphan := c
	orphan.Owner = complaint.Owner{}
	for name, tc := range map[string]struct {
		c    complaint.Case
		by   string
		body complaint.Body
	}{
		"taken by her who is complained about":     {raised, "eve", complaint.Take{}},
		"taken from a colleague":                   {c, "ben", complaint.Take{}},
		"taken where no desk has it":               {orphan, "ben", complaint.Take{}},
		"given to her who is complained about":     {c, "ann", complaint.Transfer{Desk: "hotline", Agent: "eve"}},
		"raised to her who is complained about":    {c, "ann", complaint.Raised{Owner: complaint.Owner{Desk: "x", Agent: "eve", Tier: 1}}},
		"placed with nobody":                       {c, "ann", complaint.Placed{}},
		"lowered":                                  {raised, "ann", complaint.Placed{Owner: complaint.Owner{Desk: "hotline"}}},
		"transferred while it is offered":          {offered, "ann", complaint.Transfer{Desk: "counter"}},
		"absent to another desk while offered":     {offered, "ann", complaint.Transfer{Desk: "counter", Absence: true}},
		"sent while it is offered":                 {offered, "ann", complaint.Send{Desk: "counter"}},
		"accepted without an offer":                {c, "cid", complaint.Accept{Desk: "workshop"}},
		"accepted by another desk":                 {offered, "cid", complaint.Accept{Desk: "counter"}},
		"declined without an offer":                {c, "cid", complaint.Decline{Desk: "workshop"}},
		"declined by another desk":                 {offered, "cid", complaint.Decline{Desk: "counter"}},
		"a diversion twice":                        {diverted, "ann", complaint.Divert{Task: "form", To: "machine"}},
		"served without a diversion":               {c, "ann", complaint.Serve{Diversion: "r-2", Served: true}},
		"a transfer to no desk leaves it nobody's": {c, "ann", complaint.Transfer{}},
	} {
		t.Run(name, func(t *testing.T) {
			next, err := tc.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: c.Since, By: tc.by, Ref: "r-2", Body: tc.body})
			require.ErrorIs(t, err, complaint.ErrBroken)
			assert.Equal(t, tc.c, next)
		})
	}
}

// Whatever commands come in whatever order: an open case has exactly one desk, she of whom the
// customer complains is never its agent, handoffs only grow, handoffs raise the tier once in a
// cycle, an escalation that is asked for is never refused, and the history replays to the case.
func TestOwnershipHolds(t *testing.T) {
	two := 2
	policies := []*complaint.Policy{
		ownerPolicy(t, nil),
		ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.Warm, rules.Counts = true, complaint.ColdHandoffs }),
		ownerPolicy(t, func(rules *complaint.OwnershipRules) {
			rules.Tiers = []complaint.TierRule{{Role: "manager"}, {Desk: "managers"}, {Desk: "board"}}
			rules.Aside, rules.RaiseAt = complaint.TierRule{}, &two
		}),
	}
	agents := []string{"ann", "ben", "cid", "max", "eve"}
	desks := []string{"hotline", "workshop", "managers", "yard"}
	rapid.Check(t, func(t *rapid.T) {
		policy := rapid.SampledFrom(policies).Draw(t, "policy")
		staff := append(ownerStaff(), complaint.Agent{ID: "eve", Roles: []string{"manager"}})
		var c complaint.Case
		var history []complaint.Entry
		n := 0
		step := func() complaint.Step {
			n++
			at := time.Date(2026, time.November, 25, 9, 0, n, 0, time.UTC)
			return complaint.Step{Ref: fmt.Sprintf("r-%d", n), By: rapid.SampledFrom(agents).Draw(t, "by"), At: at}
		}
		desk := func() string { return rapid.SampledFrom(desks).Draw(t, "desk") }
		book := func(decision complaint.Decision, err error) {
			if err != nil {
				var refusal *customer.Refusal
				require.ErrorAs(t, err, &refusal)
				require.NotEmpty(t, refusal.Missing)
				return
			}
			before := c.Effort()
			c, history = decision.Next, append(history, decision.Entries...)
			require.GreaterOrEqual(t, c.Effort().Handoffs, before.Handoffs)
			require.GreaterOrEqual(t, c.Effort().WaitSeconds, before.WaitSeconds)
		}
		book(policy.Receive(c, complaint.Receive{Step: step(), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{
			{Issue: "i-1", Kind: "attitude", About: "eve"},
		}}))
		t.Repeat(map[string]func(*rapid.T){
			"take": func(t *rapid.T) { book(policy.Take(c, complaint.Take{Step: step()}, staff)) },
			"transfer": func(t *rapid.T) {
				book(policy.Transfer(c, complaint.Transfer{
					Step: step(), Desk: desk(), Agent: rapid.SampledFrom(append(agents, "", "")).Draw(t, "to"), Reason: "on",
					Warm: rapid.Bool().Draw(t, "warm"), WaitSeconds: rapid.IntRange(0, 900).Draw(t, "wait"),
				}, staff))
			},
			"absence": func(t *rapid.T) {
				if c.Owner.Agent == "" {
					return
				}
				absent := slices.Clone(staff)
				i := slices.IndexFunc(absent, func(one complaint.Agent) bool { return one.ID == c.Owner.Agent })
				absent[i].Away = []customer.Span{{}}
				book(policy.Transfer(c, complaint.Transfer{
					Step: step(), Desk: c.Owner.Desk, Agent: rapid.SampledFrom(append(agents, "")).Draw(t, "to"), Reason: "away", Absence: true,
				}, absent))
			},
			"accept": func(t *rapid.T) {
				book(policy.Accept(c, complaint.Accept{Step: step(), Desk: desk(), Queue: rapid.Bool().Draw(t, "queue")}, staff))
			},
			"decline": func(t *rapid.T) {
				book(policy.Decline(c, complaint.Decline{Step: step(), Desk: desk(), Reason: "no"}))
			},
			"send": func(t *rapid.T) {
				book(policy.Send(c, complaint.Send{Step: step(), Desk: desk(), Site: rapid.SampledFrom([]string{"", "north"}).Draw(t, "site"), Reason: "go"}))
			},
			"told": func(t *rapid.T) {
				owner := c.Owner
				book(policy.Send(c, complaint.Send{Step: step(), Desk: desk(), From: desk(), Went: c.Received.Add(-time.Minute), Reason: "went"}))
				require.True(t, owner == c.Owner || c.Owner.Tier > owner.Tier, "it moves no case but by raising it")
			},
			"escalate": func(t *rapid.T) {
				x := complaint.Escalate{Step: step(), Asked: rapid.Bool().Draw(t, "asked"), Reason: "wants"}
				decision, err := policy.Escalate(c, x)
				if x.Asked {
					require.NoError(t, err)
				}
				book(decision, err)
			},
			"divert": func(t *rapid.T) {
				book(policy.Divert(c, complaint.Divert{Step: step(), Task: "form", To: "machine"}))
			},
			"serve": func(t *rapid.T) {
				if len(c.Diversions) > 0 {
					one := rapid.SampledFrom(c.Diversions).Draw(t, "diversion")
					book(policy.Serve(c, complaint.Serve{Step: step(), Diversion: one.Ref, Served: rapid.Bool().Draw(t, "served"), Note: "why"}))
				}
			},
			"complain": func(t *rapid.T) { // of another agent
				claim := complaint.Claim{Issue: fmt.Sprintf("i-%d", n+2), Kind: "attitude", About: rapid.SampledFrom(agents[:2]).Draw(t, "about")}
				book(policy.Add(c, complaint.Add{Step: step(), Claim: claim}))
			},
			"": func(t *rapid.T) {
				require.NotEmpty(t, c.Owner.Desk, "an open case is never nobody's")
				require.Equal(t, c.Owner, c.Spells[len(c.Spells)-1].Owner)
				for _, issue := range c.Issues {
					if issue.About != "" {
						require.NotEqual(t, issue.About, c.Owner.Agent)
					}
				}
				byHandoffs := 0
				for _, row := range c.Escalations {
					if row.Code == complaint.CodeHandoffs {
						byHandoffs++
					}
				}
				require.LessOrEqual(t, byHandoffs, 1)
				open := 0
				for _, row := range c.Handoffs {
					if row.Warm && row.Accepted.IsZero() && row.Declined.IsZero() {
						open++
					}
				}
				require.LessOrEqual(t, open, 1)
				again, err := complaint.Replay(history)
				require.NoError(t, err)
				require.Equal(t, c, again)
			},
		})
	})
}

// The cost of a transfer of a case that has been handed on eight times.
func BenchmarkTransfer(b *testing.B) {
	policy := ownerPolicy(b, nil)
	c := handoffCase(b, policy)
	for n := range 8 {
		desk := []string{"workshop", "counter"}[n%2]
		c = ownerNext(b)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(n+2, "ann"), Desk: desk, Reason: "on"}, nil))
	}
	x := complaint.Transfer{Step: ownerStep(20, "ann"), Desk: "hotline", Reason: "on", Context: true}
	staff := ownerStaff()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Transfer(c, x, staff); err != nil {
			b.Fatal(err)
		}
	}
}
