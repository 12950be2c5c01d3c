package complaint_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// row A40: an escalation that the customer asks for can never be refused: in no phase, by nobody,
// on no tier, not while it waits for her papers, nor while another desk thinks about it.
func TestEscalateAskedIsNeverRefused(t *testing.T) {
	plain, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC"}, time.UTC)
	require.NoError(t, err)
	c := ownerNext(t)(plain.Escalate(ownerCase(t, plain, ""), complaint.Escalate{Step: ownerStep(1, "ann"), Asked: true}))
	assert.Equal(t, complaint.Owner{Tier: 1}, c.Owner, "not even where nobody has made rules for it")
	policy := ownerPolicy(t, nil)
	for _, phase := range []complaint.Phase{
		complaint.Received, complaint.Assessed, complaint.Investigating, complaint.Decided, complaint.Closed,
	} {
		for tier := range 4 {
			for _, by := range []string{"ann", "ben", "nobody-known"} {
				c := handoffCase(t, policy, "ben")
				c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
				c = ownerNext(t)(policy.Wait(c, complaint.Wait{Step: ownerStep(2, "ann"), For: complaint.AwaitCustomer, Reason: "documents"}))
				c.Phase, c.Owner.Tier = phase, tier
				decision, err := policy.Escalate(c, complaint.Escalate{Step: ownerStep(3, by), Asked: true})
				require.NoError(t, err, "%s, tier %d, by %s", phase, tier, by)
				require.NotEmpty(t, decision.Entries)
				assert.Equal(t, complaint.KindEscalate, decision.Entries[0].Kind())
				require.Len(t, decision.Next.Escalations, 1, "and it is recorded")
				row := decision.Next.Escalations[0]
				assert.True(t, row.Asked)
				assert.Equal(t, by, row.By)
				assert.Equal(t, decision.Next.Owner, row.To)
				assert.Empty(t, decision.Next.Owner.Agent, "another one than before")
				assert.GreaterOrEqual(t, decision.Next.Owner.Tier, tier)
				_, waits := decision.Next.Offer()
				assert.False(t, waits, "the offer is overtaken")
			}
		}
	}
	for _, one := range policy.Allowed(handoffCase(t, policy, "ben"), "ben", ownerStep(1, "").At) {
		if one.Kind == complaint.KindEscalate {
			assert.Empty(t, one.Missing, "a screen has the button for her who is complained about")
		}
	}
}

// Not even for want of room: the oldest are kept, and the last.
func TestEscalateHasRoom(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	c.Escalations = make([]complaint.Escalation, complaint.MaxList)
	c.Spells = slices.Repeat(c.Spells[:1], complaint.MaxList)
	c = ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann"), Asked: true}))
	assert.Equal(t, "managers", c.Owner.Desk)
	assert.Len(t, c.Escalations, complaint.MaxList)
	assert.Equal(t, c.Owner, c.Escalations[complaint.MaxList-1].To)
	assert.Equal(t, c.Owner, c.Spells[complaint.MaxList-1].Owner)
}

// Where it goes: up, then to one side, then nowhere, but it is recorded.
func TestEscalateWay(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	c = ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann"), Asked: true, Reason: "wants the manager"}))
	assert.Equal(t, complaint.Owner{Desk: "managers", Tier: 1}, c.Owner)
	assert.Equal(t, []complaint.Escalation{{
		Ref: "r-2", At: ownerStep(2, "").At, By: "ann", Cycle: 1, Asked: true, Note: "wants the manager", Code: complaint.CodeManagerAsked, Of: "managers",
		From: complaint.Owner{Desk: "hotline", Agent: "ann"}, To: c.Owner,
	}}, c.Escalations)

	clerk := []complaint.Agent{{ID: "eve", Desk: "managers"}}
	_, err := policy.Take(c, complaint.Take{Step: ownerStep(3, "eve")}, clerk)
	assert.Equal(t, []string{"tier-role manager"}, ownerMissing(t, err), "who asks for the manager gets one")
	c = ownerNext(t)(policy.Take(c, complaint.Take{Step: ownerStep(3, "max")}, ownerStaff()))

	_, err = policy.Escalate(c, complaint.Escalate{Step: ownerStep(4, "max"), Reason: "too high for me"})
	assert.Equal(t, []string{"highest-tier managers"}, ownerMissing(t, err), "an agent's own wish ends at the top")
	c = ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(5, "max"), Asked: true}))
	assert.Equal(t, complaint.Owner{Desk: "ombudsman", Tier: 1}, c.Owner)
	c = ownerNext(t)(policy.Take(c, complaint.Take{Step: ownerStep(6, "oda")}, []complaint.Agent{{ID: "oda", Desk: "ombudsman"}}))
	last, err := policy.Escalate(c, complaint.Escalate{Step: ownerStep(7, "oda"), Asked: true})
	require.NoError(t, err)
	assert.Len(t, last.Entries, 1)
	assert.Equal(t, c.Owner, last.Next.Owner, "she is the highest there is")
	assert.Len(t, last.Next.Escalations, 3)
	assert.Equal(t, complaint.CodeHighest, last.Reasons[0].Code)
}

// What an agent wishes needs a reason, and an open case; without tiers there is one above.
func TestEscalateByWish(t *testing.T) {
	policy := ownerPolicy(t, func(rules *complaint.OwnershipRules) { rules.Tiers, rules.Aside = nil, complaint.TierRule{} })
	c := handoffCase(t, policy)
	_, err := policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann")})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	up := ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann"), Reason: "she is shouting"}))
	assert.Equal(t, complaint.Owner{Desk: "hotline", Tier: 1}, up.Owner)
	assert.Equal(t, complaint.CodeEscalated, up.Escalations[0].Code)
	_, err = policy.Escalate(up, complaint.Escalate{Step: ownerStep(3, "ann"), Reason: "still"})
	assert.Equal(t, []string{"highest-tier hotline"}, ownerMissing(t, err))

	c.Phase = complaint.Closed
	_, err = policy.Escalate(c, complaint.Escalate{Step: ownerStep(2, "ann"), Reason: "too late"})
	assert.Equal(t, []string{"phase closed"}, ownerMissing(t, err))
	_, err = policy.Escalate(complaint.Case{}, complaint.Escalate{Step: ownerStep(2, "ann"), Asked: true})
	assert.Equal(t, []string{"phase phase 0"}, ownerMissing(t, err), "first somebody receives her")
}

// A clock that has used the share of its budget that the rules name raises the case, once in a
// cycle, whatever rungs come after it.
func TestLateRaises(t *testing.T) {
	rules := clockRules([]complaint.ClockRule{clockResolution()})
	rules.Ownership = ownerRules().Ownership
	rules.Ownership.Tiers = []complaint.TierRule{{Desk: "managers"}, {Desk: "board"}}
	for _, tc := range []struct {
		permille int
		at       string
		want     int64 // 0: not raised
	}{
		{0, "2026-11-25 17:00", 0}, // all of it is used, and no more
		{0, "2026-11-25 17:01", 1000},
		{750, "2026-11-25 14:59", 0},
		{750, "2026-11-25 15:01", 750},
		{1100, "2026-11-25 17:01", 0}, // the next rung is an hour later
		{1100, "2026-11-26 09:01", 1125},
	} {
		rules.Ownership.Raises = []complaint.RaiseRule{{Clock: "resolution", Permille: tc.permille}}
		policy, err := complaint.NewPolicy(rules, clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
		require.NoError(t, err)
		r := &clockRun{tb: t, Policy: policy}
		r.must(r.Receive(r.c, complaint.Receive{Step: r.step("2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}))
		decision, err := r.Wake(r.c, complaint.Wake{Step: r.step(tc.at)})
		require.NoError(t, err)
		if tc.want == 0 {
			assert.Zero(t, decision.Next.Owner.Tier, "%d by %s", tc.permille, tc.at)
			continue
		}
		last := decision.Entries[len(decision.Entries)-1]
		require.Equal(t, complaint.KindRaised, last.Kind(), "%d by %s", tc.permille, tc.at)
		assert.Equal(t, complaint.CodeLate, last.Because.Code)
		assert.Equal(t, tc.want, last.Because.Fact)
		assert.Equal(t, complaint.Owner{Desk: "managers", Tier: 1}, decision.Next.Owner)
		again, err := r.Wake(decision.Next, complaint.Wake{Step: r.step("2026-11-27 17:00")})
		require.NoError(t, err)
		assert.Equal(t, 1, again.Next.Owner.Tier, "later rungs of the clock do not raise it again")
		assert.Equal(t, complaint.Escalation{
			Ref: last.Ref, At: last.At, By: last.By, Cycle: 1, Code: complaint.CodeLate, Of: "resolution",
			From: complaint.Owner{Desk: "hotline"}, To: decision.Next.Owner,
		}, again.Next.Escalations[0])
	}

	rules.Ownership.Raises = []complaint.RaiseRule{{Clock: "nobody's"}, {Clock: "resolution", Permille: -1}, {Clock: "resolution"}}
	_, err := complaint.NewPolicy(rules, clockZone(t, "Asia/Shanghai"), clockCalendars(t)...)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 3)
}
