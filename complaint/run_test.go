package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A command is booked under its kind and reference, once however often it is sent.
func TestRun(t *testing.T) {
	policy := casePolicy(t, complaint.Rules{Edition: customer.Edition{ID: "hotline", Version: 1}, Zone: "Asia/Shanghai"})
	var store journal.Mem[complaint.ID, complaint.Case, complaint.Entry]
	asked := complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}
	asked.Ref = "call-1"
	for _, want := range []journal.Result{journal.Booked, journal.Replayed} {
		answer, err := complaint.Run(t.Context(), &store, "K-1", asked, policy.Receive)
		require.NoError(t, err)
		assert.Equal(t, want, answer.Result)
		assert.Equal(t, "receive:call-1", answer.Decision.Key)
		assert.Equal(t, complaint.Received, answer.State.Phase)
	}
	asked.Customer = "c-2"
	_, err := complaint.Run(t.Context(), &store, "K-1", asked, policy.Receive)
	require.ErrorIs(t, err, journal.ErrKeyReused)

	asked.Ref = ""
	_, err = complaint.Run(t.Context(), &store, "K-1", asked, policy.Receive)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
}
