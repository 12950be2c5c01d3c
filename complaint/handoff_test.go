package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// handoffCase is a case that ann of the hotline has taken.
func handoffCase(tb testing.TB, policy *complaint.Policy, about ...string) complaint.Case {
	tb.Helper()
	return ownerNext(tb)(policy.Take(ownerCase(tb, policy, "", about...), complaint.Take{Step: ownerStep(1, "ann")}, ownerStaff()))
}

// What a transfer may say, where it is refused: all that is in the way, at once.
func TestTransferRefused(t *testing.T) {
	policy := ownerPolicy(t, nil)
	warm := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.Warm = true })
	c := handoffCase(t, policy, "cid")
	offered := ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
	staff := ownerStaff()
	staff[1].Away = []customer.Span{{From: c.Received}}
	staff[3].Away = []customer.Span{{From: c.Received, To: c.Received.Add(time.Hour)}}
	for name, tc := range map[string]struct {
		policy   *complaint.Policy
		c        complaint.Case
		transfer complaint.Transfer
		want     []string
	}{
		"to the desk that has it":            {policy, c, complaint.Transfer{Desk: "hotline"}, []string{"same-owner hotline"}},
		"to the agent who has it":            {policy, c, complaint.Transfer{Desk: "hotline", Agent: "ann"}, []string{"same-owner hotline"}},
		"to the agent complained about":      {policy, c, complaint.Transfer{Desk: "workshop", Agent: "cid"}, []string{"concerned cid"}},
		"offered to the one complained of":   {policy, c, complaint.Transfer{Desk: "workshop", Agent: "cid", Warm: true}, []string{"concerned cid"}},
		"to an agent of another desk":        {policy, c, complaint.Transfer{Desk: "workshop", Agent: "max"}, []string{"other-desk max", "away max"}},
		"to one who has left":                {policy, c, complaint.Transfer{Desk: "hotline", Agent: "ben"}, []string{"away ben"}},
		"to one on leave":                    {policy, c, complaint.Transfer{Desk: "managers", Agent: "max"}, []string{"away max"}},
		"all of it":                          {warm, c, complaint.Transfer{Desk: "managers", Agent: "cid"}, []string{"concerned cid", "other-desk cid", "not-accepted managers"}},
		"cold, where the policy wants warm":  {warm, c, complaint.Transfer{Desk: "workshop"}, []string{"not-accepted workshop"}},
		"while it is offered":                {policy, offered, complaint.Transfer{Desk: "managers"}, []string{"offered workshop"}},
		"absent, but there":                  {policy, c, complaint.Transfer{Desk: "hotline", Absence: true}, []string{"not-away ann"}},
		"absent, to another desk":            {policy, c, complaint.Transfer{Desk: "workshop", Absence: true}, []string{"absence-desk hotline", "not-away ann"}},
		"cold within the desk is no sending": {warm, c, complaint.Transfer{Desk: "hotline", Agent: "eve"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tc.transfer.Step, tc.transfer.Reason = ownerStep(3, "ann"), "because"
			_, err := tc.policy.Transfer(tc.c, tc.transfer, append(staff, complaint.Agent{ID: "eve", Desk: "hotline"}))
			assert.Equal(t, tc.want, ownerMissing(t, err))
		})
	}
	// Nobody helps herself to a colleague's case by transferring it to herself.
	_, err := policy.Transfer(c, complaint.Transfer{Step: ownerStep(3, "ben"), Desk: "hotline", Agent: "ben", Reason: "mine"}, ownerStaff())
	assert.Equal(t, []string{"taken ann"}, ownerMissing(t, err))
	// A transfer says why, and of whom it speaks is known.
	_, err = policy.Transfer(c, complaint.Transfer{Step: ownerStep(3, "ann"), Agent: "zoe", Warm: true, Absence: true, WaitSeconds: -1}, nil)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 5)
}

// row A21: warm is accepted before the customer is sent, and until then the giving desk has it.
func TestWarmTransfer(t *testing.T) {
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.Warm, rules.RaiseAt = true, new(int) })
	c := handoffCase(t, policy)
	send := complaint.Send{Step: ownerStep(2, "ann"), Desk: "workshop", Site: "yard", Reason: "a shoe"}
	_, err := policy.Send(c, send)
	assert.Equal(t, []string{"not-accepted workshop"}, ownerMissing(t, err))

	offered := ownerNext(t)(policy.Transfer(c, complaint.Transfer{
		Step: ownerStep(3, "ann"), Desk: "workshop", Reason: "a shoe", Warm: true, Context: true, WaitSeconds: 120,
	}, nil))
	assert.Equal(t, complaint.Owner{Desk: "hotline", Agent: "ann"}, offered.Owner)
	offer, waits := offered.Offer()
	assert.True(t, waits)
	assert.Equal(t, "workshop", offer.To.Desk)
	assert.Zero(t, offered.Effort().Handoffs)
	_, err = policy.Send(offered, send)
	assert.Equal(t, []string{"offered workshop", "not-accepted workshop"}, ownerMissing(t, err))

	_, err = policy.Accept(offered, complaint.Accept{Step: ownerStep(4, "ann"), Desk: "workshop"}, ownerStaff())
	assert.Equal(t, []string{"own-offer ann", "other-desk ann"}, ownerMissing(t, err), "whoever offers cannot accept")
	_, err = policy.Accept(offered, complaint.Accept{Step: ownerStep(4, "ann"), Desk: "hotline", Queue: true}, ownerStaff())
	assert.Equal(t, []string{"no-offer hotline", "own-offer ann"}, ownerMissing(t, err))
	_, err = policy.Accept(offered, complaint.Accept{Step: ownerStep(4, "max"), Desk: "managers"}, ownerStaff())
	assert.Equal(t, []string{"no-offer managers"}, ownerMissing(t, err))
	_, err = policy.Accept(c, complaint.Accept{Step: ownerStep(4, "cid"), Desk: "workshop"}, ownerStaff())
	assert.Equal(t, []string{"no-offer "}, ownerMissing(t, err))

	accepted := ownerNext(t)(policy.Accept(offered, complaint.Accept{Step: ownerStep(4, "cid"), Desk: "workshop", Read: true, WaitSeconds: 60}, ownerStaff()))
	assert.Equal(t, complaint.Owner{Desk: "workshop", Agent: "cid"}, accepted.Owner)
	sent := ownerNext(t)(policy.Send(accepted, complaint.Send{Step: ownerStep(5, "ann"), Desk: "workshop", Site: "yard", Reason: "a shoe"}))
	assert.Equal(t, []complaint.Handoff{{
		Ref: "r-3", Kind: complaint.KindTransfer, Cycle: 1, At: ownerStep(3, "").At, By: "ann",
		From: complaint.Owner{Desk: "hotline", Agent: "ann"}, To: complaint.Owner{Desk: "workshop", Agent: "cid"}, Reason: "a shoe",
		Warm: true, Accepted: ownerStep(4, "").At, Context: true, Read: true, WaitSeconds: 180, Sent: ownerStep(5, "").At, Site: "yard",
	}}, sent.Handoffs, "offering, accepting and sending are one handoff")
	assert.Equal(t, complaint.Effort{Handoffs: 1, WaitSeconds: 180, Contacts: 2, Desks: 2}, sent.Effort())
	_, err = policy.Send(sent, complaint.Send{Step: ownerStep(6, "cid"), Desk: "workshop", Reason: "again"})
	assert.Equal(t, []string{"same-owner workshop"}, ownerMissing(t, err))
	again := ownerNext(t)(policy.Send(sent, complaint.Send{Step: ownerStep(6, "cid"), Desk: "workshop", Site: "depot", Reason: "the part is there"}))
	assert.Equal(t, 2, again.Effort().Handoffs, "another way for her, although the desk is the same")
	assert.Equal(t, accepted.Owner, again.Owner)

	declined := ownerNext(t)(policy.Decline(offered, complaint.Decline{Step: ownerStep(4, "cid"), Desk: "workshop", Reason: "no bench free", WaitSeconds: 30}))
	assert.Equal(t, c.Owner, declined.Owner)
	assert.Equal(t, "no bench free", declined.Handoffs[0].Answer)
	assert.Equal(t, complaint.Effort{WaitSeconds: 150, Contacts: 1, Desks: 1}, declined.Effort(), "she was not handed on, and waited")
	_, err = policy.Decline(declined, complaint.Decline{Step: ownerStep(5, "cid"), Desk: "workshop", Reason: "still"})
	assert.Equal(t, []string{"no-offer "}, ownerMissing(t, err))
	_, err = policy.Decline(offered, complaint.Decline{Step: ownerStep(5, "max"), Desk: "managers", Reason: "no"})
	assert.Equal(t, []string{"no-offer managers"}, ownerMissing(t, err))
}

// She who is complained about can neither accept nor decline what is offered to her desk.
func TestConcernedAnswersNoOffer(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy, "cid")
	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
	for _, queue := range []bool{false, true} {
		_, err := policy.Accept(c, complaint.Accept{Step: ownerStep(3, "cid"), Desk: "workshop", Queue: queue}, ownerStaff())
		assert.Equal(t, []string{"concerned cid"}, ownerMissing(t, err))
	}
	_, err := policy.Decline(c, complaint.Decline{Step: ownerStep(3, "cid"), Desk: "workshop", Reason: "no"})
	assert.Equal(t, []string{"concerned cid"}, ownerMissing(t, err))
	_, err = c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: c.Since, By: "cid", Ref: "forged", Body: complaint.Accept{Desk: "workshop"}})
	require.ErrorIs(t, err, complaint.ErrBroken, "no history may say so")
}

// Pitfall: a transfer to another desk and back. It brings the case to the agent who had it, with
// all that hangs on it.
func TestTransferThereAndBack(t *testing.T) {
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.RaiseAt = new(int) })
	c := handoffCase(t, policy)
	there := ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Agent: "cid", Reason: "a shoe"}, ownerStaff()))
	home := complaint.Transfer{Step: ownerStep(3, "cid"), Desk: "hotline", Reason: "glued"}
	back, err := policy.Transfer(there, home, ownerStaff())
	require.NoError(t, err)
	assert.Equal(t, complaint.Owner{Desk: "hotline", Agent: "ann"}, back.Next.Owner)
	assert.Equal(t, complaint.CodeFormerOwner, back.Entries[0].Because.Code)
	assert.Equal(t, 2, back.Next.Effort().Handoffs, "both are handoffs")
	assert.Equal(t, "ann", back.Entries[0].Body.(complaint.Transfer).Agent, "pinned")

	away := ownerStaff()
	away[0].Away = []customer.Span{{From: c.Received, To: c.Received.Add(time.Hour)}}
	assert.Empty(t, ownerNext(t)(policy.Transfer(there, home, away)).Owner.Agent, "while she is away the desk has it")
	assert.Empty(t, ownerNext(t)(policy.Transfer(there, home, nil)).Owner.Agent, "nothing is known of her")
	there.Issues = []complaint.Issue{{Claim: complaint.Claim{Issue: "i-1", Kind: "attitude", About: "ann"}}}
	assert.Empty(t, ownerNext(t)(policy.Transfer(there, home, ownerStaff())).Owner.Agent, "nor when she is complained about")
}

// row A20, B35: the handoffs of a cycle that reach the mark raise the case, once. Handing over early
// to a desk that accepts need not count.
func TestHandoffsRaise(t *testing.T) {
	none, three := 0, 3
	for name, tc := range map[string]struct {
		at      *int
		counts  complaint.Counted
		cold    int
		warm    int
		raised  bool
		because int64
	}{
		"one cold":                        {nil, 0, 1, 0, false, 0},
		"two cold":                        {nil, 0, 2, 0, true, 2},
		"three cold":                      {nil, 0, 3, 0, true, 2},
		"two, one of them warm":           {nil, 0, 1, 1, true, 2},
		"two warm":                        {nil, complaint.AllHandoffs, 0, 2, true, 2},
		"two warm, cold ones count":       {nil, complaint.ColdHandoffs, 0, 2, false, 0},
		"cold ones count, two of the lot": {nil, complaint.ColdHandoffs, 2, 2, true, 2},
		"three, two":                      {&three, 0, 2, 0, false, 0},
		"three, three":                    {&three, 0, 3, 0, true, 3},
		"never":                           {&none, 0, 9, 0, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) {
				rules.RaiseAt, rules.Counts, rules.Tiers = tc.at, tc.counts, nil
			})
			c := handoffCase(t, policy)
			n := 2
			desks := [2]string{"workshop", "hotline"}
			for range tc.warm {
				desk := desks[n%2]
				if desk == c.Owner.Desk {
					desk = desks[(n+1)%2]
				}
				c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(n, "web"), Desk: desk, Warm: true, Reason: "on"}, nil))
				c = ownerNext(t)(policy.Accept(c, complaint.Accept{Step: ownerStep(n, desk), Desk: desk}, []complaint.Agent{{ID: desk}}))
				n++
			}
			for range tc.cold {
				desk := "yard"
				if c.Owner.Desk == desk {
					desk = "counter"
				}
				c = ownerNext(t)(policy.Send(c, complaint.Send{Step: ownerStep(n, "ann"), Desk: desk, Reason: "not here"}))
				n++
			}
			assert.Equal(t, tc.raised, c.Owner.Tier == 1)
			if !tc.raised {
				assert.Empty(t, c.Escalations)
				return
			}
			require.Len(t, c.Escalations, 1)
			assert.Equal(t, complaint.CodeHandoffs, c.Escalations[0].Code)
		})
	}
}

// Raised once in a cycle; the next cycle counts anew.
func TestHandoffsRaiseOncePerCycle(t *testing.T) {
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) {
		rules.Tiers = []complaint.TierRule{{Desk: "managers"}, {Desk: "directors"}, {Desk: "board"}}
	})
	c := handoffCase(t, policy)
	n := 2
	pass := func(desk string) complaint.Decision {
		n++
		decision, err := policy.Transfer(c, complaint.Transfer{Step: ownerStep(n, "ann"), Desk: desk, Reason: "on"}, nil)
		require.NoError(t, err)
		c = decision.Next
		return decision
	}
	pass("workshop")
	raised := pass("counter")
	assert.Equal(t, complaint.Owner{Desk: "managers", Tier: 1}, c.Owner)
	require.Len(t, raised.Entries, 2)
	assert.Equal(t, customer.Reason{Code: complaint.CodeHandoffs, Rule: "shop/1", Fact: 2, Mark: 2, Unit: customer.UnitTimes}, raised.Entries[1].Because)
	pass("workshop")
	pass("counter")
	assert.Equal(t, 1, c.Owner.Tier)
	c.Cycle = 2 // reopened
	pass("workshop")
	assert.Equal(t, 1, c.Owner.Tier, "the new cycle has one")
	pass("hotline")
	assert.Equal(t, complaint.Owner{Desk: "directors", Tier: 2}, c.Owner)
}

// Whether what came with the case was read is known of whoever took it.
func TestTakeReads(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Context: true, Reason: "a shoe"}, nil))
	c = ownerNext(t)(policy.Take(c, complaint.Take{Step: ownerStep(3, "cid")}, ownerStaff()))
	assert.False(t, c.Handoffs[0].Read)
	read, err := policy.Take(c, complaint.Take{Step: ownerStep(4, "cid"), Read: true}, ownerStaff())
	require.NoError(t, err)
	assert.True(t, read.Next.Handoffs[0].Read)
	assert.False(t, c.Handoffs[0].Read, "the case before is as it was")
	again, err := policy.Take(read.Next, complaint.Take{Step: ownerStep(5, "cid"), Read: true}, ownerStaff())
	require.NoError(t, err)
	assert.Empty(t, again.Entries)
}

// row A54: how often she came until the case was with the desk that decided it.
func TestRightDesk(t *testing.T) {
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.RaiseAt = new(int) })
	c := handoffCase(t, policy)
	log := func(n int) {
		c = ownerNext(t)(policy.Log(c, complaint.Log{Step: ownerStep(n, "ann"), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	}
	log(2)
	c = ownerNext(t)(policy.Log(c, complaint.Log{Step: ownerStep(2, "ann"), Channel: complaint.Phone, Direction: complaint.ToCustomer}))
	c = ownerNext(t)(policy.Send(c, complaint.Send{Step: ownerStep(3, "ann"), Desk: "counter", Reason: "not here"}))
	c = ownerNext(t)(policy.Send(c, complaint.Send{Step: ownerStep(4, "eve"), Desk: "workshop", Reason: "nor here"}))
	log(5)
	assert.Equal(t, complaint.Effort{Handoffs: 2, Cold: 2, Contacts: 5, Desks: 3}, c.Effort(), "nothing is decided yet")
	c.Decider = complaint.Owner{Desk: "workshop"}
	assert.Equal(t, 4, c.Effort().RightAfter, "the intake, a call, and two ways")
	c.Decider = complaint.Owner{Desk: "hotline"}
	assert.Equal(t, 1, c.Effort().RightAfter, "she was right at once")
}

// row A20: the ways of one day are one trip; those of the next another.
func TestTrips(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
	}
	told := func(n int, went time.Time, from, to string, wait int) {
		c = ownerNext(t)(policy.Send(c, complaint.Send{
			Step: ownerStep(n, "ann"), Desk: to, From: from, Went: went, WaitSeconds: wait, Reason: "not here",
		}))
	}
	owner := c.Owner
	told(2, at(24, 10, 30), "b", "c", 1800)
	told(3, at(24, 9, 30), "a", "b", 900)
	assert.Equal(t, "managers", c.Owner.Desk, "two handoffs, though only told")
	assert.NotEqual(t, owner, c.Owner)
	told(4, at(23, 16, 0), "x", "y", 0)
	trips := policy.Trips(c)
	assert.Equal(t, []complaint.Trip{
		{Day: customer.DateOf(at(23, 0, 0), time.UTC), Stops: []complaint.Stop{
			{Desk: "x", Arrived: at(23, 16, 0), Left: at(23, 16, 0), Reason: "not here"}, {Desk: "y", Arrived: at(23, 16, 0)},
		}},
		{Day: customer.DateOf(at(24, 0, 0), time.UTC), Stops: []complaint.Stop{
			{Desk: "a", Arrived: at(24, 9, 15), Left: at(24, 9, 30), WaitSeconds: 900, Reason: "not here"},
			{Desk: "b", Arrived: at(24, 9, 30), Left: at(24, 10, 30), WaitSeconds: 1800, Reason: "not here"},
			{Desk: "c", Arrived: at(24, 10, 30)},
		}},
	}, trips)
	assert.Equal(t, 75*time.Minute, trips[1].Took())
	assert.Zero(t, complaint.Trip{}.Took())
	assert.Empty(t, policy.Trips(complaint.Case{}))

	// What is diverted is a way of hers too.
	day := ownerNext(t)(policy.Divert(handoffCase(t, policy), complaint.Divert{Step: ownerStep(2, "ann"), Task: "cash", To: "machine"}))
	day = ownerNext(t)(policy.Serve(day, complaint.Serve{Step: ownerStep(9, "ann"), Diversion: "r-2", Note: "empty", WaitSeconds: 300}))
	assert.Equal(t, []complaint.Stop{
		{Desk: "hotline", Arrived: at(25, 9, 2), Left: at(25, 9, 2), Reason: "cash"},
		{Desk: "machine", Arrived: at(25, 9, 2), Left: at(25, 9, 9), WaitSeconds: 300, Reason: "empty"},
		{Desk: "hotline", Arrived: at(25, 9, 9)},
	}, policy.Trips(day)[0].Stops)
	assert.Nil(t, new(complaint.Policy).Trips(day))

	_, err := policy.Send(c, complaint.Send{Step: ownerStep(5, "ann"), Desk: "d", Reason: "r", Went: at(26, 0, 0), From: "e"})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults, "she cannot have gone tomorrow")
	_, err = policy.Send(c, complaint.Send{Step: ownerStep(5, "ann"), Desk: "d", Reason: "r", From: "e"})
	require.ErrorAs(t, err, &faults)
}
