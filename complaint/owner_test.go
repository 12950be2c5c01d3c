package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// ownerRules are those of a shop with a hotline, a workshop, and managers above them.
func ownerRules() complaint.Rules {
	return complaint.Rules{
		Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC",
		Ownership: complaint.OwnershipRules{
			FirstDesk: "hotline",
			Desks:     []complaint.DeskRule{{Topic: "repair", Desk: "workshop"}},
			Tiers:     []complaint.TierRule{{Desk: "managers", Role: "manager"}},
			Aside:     complaint.TierRule{Desk: "ombudsman"},
			Handlers: []complaint.HandlerRule{
				{Trainings: []string{"complaints"}},
				{Topic: "repair", Skills: []string{"bench"}, Trainings: []string{"complaints", "safety"}},
			},
		},
	}
}

func ownerPolicy(tb testing.TB, change func(*complaint.OwnershipRules)) *complaint.Policy {
	tb.Helper()
	rules := ownerRules()
	if change != nil {
		change(&rules.Ownership)
	}
	policy, err := complaint.NewPolicy(rules, time.UTC)
	require.NoError(tb, err)
	return policy
}

// ownerStaff are ann and ben of the hotline, cid of the workshop, and max, a manager.
func ownerStaff() []complaint.Agent {
	return []complaint.Agent{
		{ID: "ann", Desk: "hotline", Trainings: []string{"complaints"}, Deputies: []string{"ben"}},
		{ID: "ben", Desk: "hotline", Trainings: []string{"complaints"}},
		{ID: "cid", Desk: "workshop", Skills: []string{"bench"}, Trainings: []string{"complaints", "safety"}},
		{ID: "max", Desk: "managers", Roles: []string{"manager"}, Trainings: []string{"complaints"}},
	}
}

// ownerStep is the nth command of a test, by somebody: a minute after the one before.
func ownerStep(n int, by string) complaint.Step {
	return complaint.Step{Ref: fmt.Sprintf("r-%d", n), By: by, At: time.Date(2026, time.November, 25, 9, n, 0, 0, time.UTC)}
}

// ownerCase is a case as it was received: at the hotline, about nobody, or about some agents.
func ownerCase(tb testing.TB, policy *complaint.Policy, topic string, about ...string) complaint.Case {
	tb.Helper()
	receive := complaint.Receive{Step: ownerStep(0, "web"), Customer: "c-1", Channel: complaint.Web, Topic: topic}
	for i, agent := range about {
		receive.Claims = append(receive.Claims, complaint.Claim{Issue: fmt.Sprintf("i-%d", i), Kind: "attitude", About: agent})
	}
	decision, err := policy.Receive(complaint.Case{}, receive)
	require.NoError(tb, err)
	return decision.Next
}

// ownerNext is the case after a decision that must not be refused.
func ownerNext(tb testing.TB) func(complaint.Decision, error) complaint.Case {
	tb.Helper()
	return func(decision complaint.Decision, err error) complaint.Case {
		tb.Helper()
		require.NoError(tb, err)
		return decision.Next
	}
}

// ownerMissing are the codes of all that a refusal names, with what they speak of.
func ownerMissing(tb testing.TB, err error) []string {
	tb.Helper()
	if err == nil {
		return nil
	}
	var refusal *customer.Refusal
	require.ErrorAs(tb, err, &refusal)
	var codes []string
	for _, reason := range refusal.Missing {
		assert.Equal(tb, "shop/1", reason.Rule)
		codes = append(codes, reason.Code[len("complaint."):]+" "+reason.Of)
	}
	return codes
}

// A case that is received without a desk goes to that of its topic, or to the first one.
func TestFirstDesk(t *testing.T) {
	policy := ownerPolicy(t, nil)
	assert.Equal(t, complaint.Owner{Desk: "hotline"}, ownerCase(t, policy, "").Owner)
	assert.Equal(t, complaint.Owner{Desk: "hotline"}, ownerCase(t, policy, "billing").Owner)
	c := ownerCase(t, policy, "repair")
	assert.Equal(t, complaint.Owner{Desk: "workshop"}, c.Owner)
	assert.Equal(t, []complaint.Spell{{Owner: c.Owner, Since: c.Received}}, c.Spells)

	given, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: ownerStep(0, "ann"), Customer: "c-1", Channel: complaint.Phone, Topic: "repair", Desk: "counter",
	})
	require.NoError(t, err)
	assert.Equal(t, complaint.Owner{Desk: "counter"}, given.Next.Owner)
	assert.Len(t, given.Entries, 1)

	none, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "UTC"}, time.UTC)
	require.NoError(t, err)
	orphan := ownerCase(t, none, "repair")
	assert.Equal(t, complaint.Owner{}, orphan.Owner, "without rules of ownership the host sees to it")
	_, err = none.Take(orphan, complaint.Take{Step: ownerStep(1, "ann")}, ownerStaff())
	assert.Equal(t, []string{"no-desk "}, ownerMissing(t, err))
	orphan = ownerNext(t)(none.Transfer(orphan, complaint.Transfer{Step: ownerStep(1, "web"), Desk: "counter", Reason: "by hand"}, nil))
	assert.Zero(t, orphan.Effort().Handoffs, "nobody had it before")
}

// row A36: she who is complained about never handles the case; nobody takes it from a colleague.
func TestTake(t *testing.T) {
	policy := ownerPolicy(t, nil)
	fresh := ownerCase(t, policy, "", "ben")
	taken := ownerNext(t)(policy.Take(fresh, complaint.Take{Step: ownerStep(1, "ann")}, ownerStaff()))
	assert.Equal(t, complaint.Owner{Desk: "hotline", Agent: "ann"}, taken.Owner)
	for name, tc := range map[string]struct {
		c    complaint.Case
		by   string
		want []string
	}{
		"of another desk":               {fresh, "cid", []string{"other-desk cid"}},
		"complained about":              {fresh, "ben", []string{"concerned ben"}},
		"a colleague has it":            {taken, "cid", []string{"taken ann", "other-desk cid"}},
		"complained about, and another": {taken, "ben", []string{"concerned ben", "taken ann"}},
		"she has it":                    {taken, "ann", nil},
		"nobody opened it":              {complaint.Case{}, "ann", []string{"phase phase 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			decision, err := policy.Take(tc.c, complaint.Take{Step: ownerStep(2, tc.by)}, ownerStaff())
			assert.Equal(t, tc.want, ownerMissing(t, err))
			assert.Empty(t, decision.Entries)
		})
	}
	_, err := policy.Take(fresh, complaint.Take{Step: ownerStep(1, "zoe")}, ownerStaff())
	var faults customer.Faults
	require.ErrorAs(t, err, &faults, "somebody of whom nothing is known")
	_, err = policy.Take(fresh, complaint.Take{Step: ownerStep(1, "ann")}, append(ownerStaff(), complaint.Agent{ID: "ann"}))
	require.ErrorAs(t, err, &faults, "two records of one agent")

	for _, one := range policy.Allowed(taken, "ben", taken.Received) {
		if one.Kind == complaint.KindTake {
			assert.Len(t, one.Missing, 2, "a screen says so before")
		}
	}
}

// Whoever is complained about while she has the case has it no longer, and cannot get it back.
func TestConcernedOwnerLosesIt(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := ownerNext(t)(policy.Take(ownerCase(t, policy, "", "ben"), complaint.Take{Step: ownerStep(1, "ann")}, ownerStaff()))
	c = ownerNext(t)(policy.Add(c, complaint.Add{Step: ownerStep(2, "ann"), Claim: complaint.Claim{Issue: "i-9", Kind: "attitude", About: "ann"}}))
	assert.Equal(t, complaint.Owner{Desk: "hotline"}, c.Owner)
	assert.Equal(t, complaint.Spell{Owner: c.Owner, Since: ownerStep(2, "").At}, c.Spells[len(c.Spells)-1])
	_, err := policy.Take(c, complaint.Take{Step: ownerStep(3, "ann")}, ownerStaff())
	assert.Equal(t, []string{"concerned ann"}, ownerMissing(t, err))
}

// row A50, A25: who handles a case without what the policy demands is not prevented, and noted.
func TestUnprepared(t *testing.T) {
	policy := ownerPolicy(t, nil)
	staff := append(ownerStaff(), complaint.Agent{ID: "dan", Desk: "workshop"})
	c := ownerNext(t)(policy.Take(ownerCase(t, policy, "repair"), complaint.Take{Step: ownerStep(1, "dan")}, staff))
	want := complaint.Lack{
		Agent: "dan", At: ownerStep(1, "").At, Cycle: 1, Skills: []string{"bench"}, Trainings: []string{"complaints", "safety"},
	}
	assert.Equal(t, []complaint.Lack{want}, c.Unprepared)

	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "dan"), Desk: "workshop", Agent: "cid", Reason: "knows it"}, staff))
	assert.Len(t, c.Unprepared, 1, "cid has learnt it all")
	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(3, "cid"), Desk: "workshop", Agent: "dan", Reason: "to learn"}, staff))
	assert.Len(t, c.Unprepared, 1, "once in a cycle")

	c = ownerNext(t)(policy.Take(ownerCase(t, policy, "billing"), complaint.Take{Step: ownerStep(1, "ann")}, staff))
	assert.Empty(t, c.Unprepared, "other topics ask for less")
}

// The rules are checked whole: every fault at once, each with its path.
func TestOwnershipRules(t *testing.T) {
	rules := ownerRules()
	below := -1
	rules.Ownership = complaint.OwnershipRules{
		Desks:    []complaint.DeskRule{{Topic: "a", Desk: "x"}, {Topic: "a", Desk: "y"}, {}},
		Tiers:    []complaint.TierRule{{Desk: "up"}, {}},
		Aside:    complaint.TierRule{Desk: "up"},
		RaiseAt:  &below,
		Counts:   3,
		Handlers: []complaint.HandlerRule{{}, {Skills: []string{"x", "x"}}},
	}
	_, err := complaint.NewPolicy(rules, time.UTC)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	assert.Equal(t, []string{
		"ownership.first_desk", "ownership.desks[1].topic", "ownership.desks[2].topic", "ownership.desks[2].desk",
		"ownership.tiers[1]", "ownership.aside.desk", "ownership.handlers[0]", "ownership.handlers[1].skills[1]",
		"ownership.raise_at", "ownership.counts",
	}, paths)

	rules.Ownership = complaint.OwnershipRules{FirstDesk: "x", Aside: complaint.TierRule{Role: "r"}}
	_, err = complaint.NewPolicy(rules, time.UTC)
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "ownership.aside.desk", faults[0].Path)
	assert.Len(t, faults, 1)
}

// A policy keeps nothing of the rules that its caller may change.
func TestOwnershipRulesAreCopied(t *testing.T) {
	rules := ownerRules()
	raise := 0
	rules.Ownership.RaiseAt = &raise
	policy, err := complaint.NewPolicy(rules, time.UTC)
	require.NoError(t, err)
	raise = 1
	rules.Ownership.Desks[0].Desk = "nowhere"
	rules.Ownership.Tiers[0].Desk = "nowhere"
	rules.Ownership.Handlers[0].Trainings[0] = "nothing"
	assert.Equal(t, "workshop", ownerCase(t, policy, "repair").Owner.Desk)
	c := ownerNext(t)(policy.Take(ownerCase(t, policy, ""), complaint.Take{Step: ownerStep(1, "ann")}, ownerStaff()))
	assert.Empty(t, c.Unprepared)
	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Reason: "a shoe"}, nil))
	assert.Empty(t, c.Escalations)
	c = ownerNext(t)(policy.Escalate(c, complaint.Escalate{Step: ownerStep(3, "ann"), Asked: true}))
	assert.Equal(t, "managers", c.Owner.Desk)
}

// A malformed command is told whole, and nothing else is asked of it.
func TestOwnerFaults(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	step := ownerStep(2, "ann")
	for name, tc := range map[string]struct {
		faults int
		give   func() (complaint.Decision, error)
	}{
		"take":     {1, func() (complaint.Decision, error) { return policy.Take(c, complaint.Take{Step: step}, nil) }},
		"transfer": {2, func() (complaint.Decision, error) { return policy.Transfer(c, complaint.Transfer{Step: step}, nil) }},
		"accept":   {2, func() (complaint.Decision, error) { return policy.Accept(c, complaint.Accept{Step: step}, nil) }},
		"decline":  {2, func() (complaint.Decision, error) { return policy.Decline(c, complaint.Decline{Step: step}) }},
		"send":     {2, func() (complaint.Decision, error) { return policy.Send(c, complaint.Send{Step: step}) }},
		"escalate": {1, func() (complaint.Decision, error) { return policy.Escalate(c, complaint.Escalate{Step: step}) }},
		"divert":   {2, func() (complaint.Decision, error) { return policy.Divert(c, complaint.Divert{Step: step}) }},
		"serve":    {2, func() (complaint.Decision, error) { return policy.Serve(c, complaint.Serve{Step: step}) }},
	} {
		t.Run(name, func(t *testing.T) {
			decision, err := tc.give()
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			assert.Len(t, faults, tc.faults)
			assert.Empty(t, decision.Entries)
		})
	}
}

// The stored texts of the enumerations.
func TestOwnerTexts(t *testing.T) {
	assert.Equal(t, "all cold", customertest.Texts[complaint.Counted](t, complaint.ColdHandoffs))
}
