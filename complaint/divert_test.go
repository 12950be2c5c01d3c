package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// divertMissing are the diversions and offers over which a case is not closed.
func divertMissing(policy *complaint.Policy, c complaint.Case) (codes []string) {
	for _, one := range policy.Allowed(c, "ann", c.Received) {
		for _, reason := range one.Missing {
			if one.Kind == complaint.KindClose && (reason.Code == complaint.CodeDiverted || reason.Code == complaint.CodeOffered) {
				codes = append(codes, reason.Code[len("complaint."):]+" "+reason.Of)
			}
		}
	}
	return codes
}

// row A18: a task is diverted to another channel, and somebody checks that it was served there.
func TestDivert(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	_, err := policy.Serve(c, complaint.Serve{Step: ownerStep(2, "ann"), Diversion: "r-2", Served: true})
	assert.Equal(t, []string{"no-diversion "}, ownerMissing(t, err))

	c = ownerNext(t)(policy.Divert(c, complaint.Divert{Step: ownerStep(2, "ann"), Task: "withdrawal", To: "machine"}))
	c = ownerNext(t)(policy.Divert(c, complaint.Divert{Step: ownerStep(3, "ann"), Task: "form", To: "low-counter"}))
	assert.Equal(t, []string{"diverted r-2", "diverted r-3"}, divertMissing(policy, c), "not closed before both are checked")
	_, err = policy.Serve(c, complaint.Serve{Step: ownerStep(4, "ann"), Diversion: "r-9", Served: true})
	assert.Equal(t, []string{"no-diversion r-9"}, ownerMissing(t, err))
	_, err = policy.Divert(c, complaint.Divert{Step: ownerStep(3, "ann"), Task: "form", To: "low-counter"})
	assert.Equal(t, []string{"diverted r-3"}, ownerMissing(t, err))

	served := ownerNext(t)(policy.Serve(c, complaint.Serve{Step: ownerStep(4, "ann"), Diversion: "r-2", Served: true, WaitSeconds: 120}))
	assert.Equal(t, []string{"diverted r-3"}, divertMissing(policy, served))
	assert.Equal(t, int64(120), served.Effort().WaitSeconds, "she waited there too")
	assert.True(t, served.Diversions[0].Served)
	assert.Zero(t, c.Diversions[0].Checked, "the case before is as it was")
	assert.Zero(t, served.Effort().Handoffs)
	_, err = policy.Serve(served, complaint.Serve{Step: ownerStep(5, "ann"), Diversion: "r-2", Note: "no"})
	assert.Equal(t, []string{"checked r-2"}, ownerMissing(t, err))

	about := served
	about.Issues = []complaint.Issue{{Claim: complaint.Claim{Issue: "i-1", Kind: "attitude", About: "ben"}}}
	_, err = policy.Serve(about, complaint.Serve{Step: ownerStep(5, "ben"), Diversion: "r-3", Served: true})
	assert.Equal(t, []string{"concerned ben"}, ownerMissing(t, err), "she who is complained about does not check it")

	_, err = policy.Serve(served, complaint.Serve{Step: ownerStep(5, "ann"), Diversion: "r-3"})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults, "why was she not?")
	back := ownerNext(t)(policy.Serve(served, complaint.Serve{
		Step: ownerStep(5, "ann"), Diversion: "r-3", Note: "closed at noon", WaitSeconds: 600,
	}))
	assert.Empty(t, divertMissing(policy, back))
	assert.Equal(t, complaint.Effort{Handoffs: 1, Cold: 1, WaitSeconds: 720, Contacts: 2, Desks: 2}, back.Effort(), "sent for nothing is a handoff")
	assert.Equal(t, c.Owner, back.Owner)

	again := ownerNext(t)(policy.Divert(back, complaint.Divert{Step: ownerStep(6, "ann"), Task: "form", To: "machine"}))
	again = ownerNext(t)(policy.Serve(again, complaint.Serve{Step: ownerStep(7, "ann"), Diversion: "r-6", Note: "out of order"}))
	assert.Equal(t, 1, again.Owner.Tier, "twice for nothing raises the case")
}

// A case is not closed while another desk thinks about taking it.
func TestCloseWaitsForOffer(t *testing.T) {
	policy := ownerPolicy(t, nil)
	c := handoffCase(t, policy)
	assert.Empty(t, divertMissing(policy, c))
	c = ownerNext(t)(policy.Transfer(c, complaint.Transfer{Step: ownerStep(2, "ann"), Desk: "workshop", Warm: true, Reason: "a shoe"}, nil))
	assert.Equal(t, []string{"offered workshop"}, divertMissing(policy, c))
	c = ownerNext(t)(policy.Decline(c, complaint.Decline{Step: ownerStep(3, "ann"), Desk: "workshop", Reason: "no need"}))
	assert.Empty(t, divertMissing(policy, c), "whoever offers may withdraw")
}
