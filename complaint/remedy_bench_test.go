package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

func remedyDesk(b *testing.B) (*complaint.Policy, complaint.Case) {
	b.Helper()
	policy := casePolicy(b, remedyRules())
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: caseStep("tom", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{{Issue: "bill", Kind: "bill", ClaimedMinor: 90_00}},
	})
	require.NoError(b, err)
	assessed, err := policy.Assess(received.Next, complaint.Assess{Step: caseStep("tom", "2026-11-25 09:10"), Assessment: complaint.Assessment{Severity: complaint.Low}})
	require.NoError(b, err)
	return policy, assessed.Next
}

// A decision with a reason, a clause and one remedy, which is granted.
func BenchmarkDecideWithRefund(b *testing.B) {
	policy, c := remedyDesk(b)
	x := remedyDecide("bill", 90_00, remedyRefund("r", 90_00))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Decide(c, x, remedyAnn); err != nil {
			b.Fatal(err)
		}
	}
}

// A part of it is paid.
func BenchmarkSettlePart(b *testing.B) {
	policy, c := remedyDesk(b)
	decided, err := policy.Decide(c, remedyDecide("bill", 90_00, remedyRefund("r", 90_00)), remedyAnn)
	require.NoError(b, err)
	x := remedySettle("r", "2026-11-25 11:00", 1_00)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Settle(decided.Next, x); err != nil {
			b.Fatal(err)
		}
	}
}
