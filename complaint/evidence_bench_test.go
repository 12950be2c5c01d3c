package complaint_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

// A step of evidence on a case of a usual size: decided and applied.
func BenchmarkEvidence(b *testing.B) {
	p := evidencePolicy(b, evidenceRules())
	c := evidenceDone(b)(p.HandIn(evidenceCase(b, p), evidenceShoe()))
	c = evidenceDone(b)(p.Inspect(c, evidenceInspection("i", 30, complaint.CauseCustomer), evidenceLina()))
	move, receiver := evidenceMove("m", 60, "shop", "lab")
	find := complaint.Find{
		Step: evidenceStep("f", 60), Issue: "colour", Cause: complaint.CauseCustomer, Text: "she had it in the rain",
		Grounds: []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "i"}},
	}
	var known []complaint.KnownIncident
	for i := range 100 {
		one := evidenceOutage()
		one.Incident, one.Areas = fmt.Sprint("o-", i), []string{fmt.Sprint("cn/", i)}
		known = append(known, one)
	}
	b.Run("move", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := p.Move(c, move, receiver)
			require.NoError(b, err)
		}
	})
	log := complaint.Log{Step: evidenceStep("c", 60), Channel: complaint.Phone, Direction: complaint.FromCustomer}
	b.Run("log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := p.Log(c, log)
			require.NoError(b, err)
		}
	})
	b.Run("find", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := p.Find(c, find)
			require.NoError(b, err)
		}
	})
	b.Run("match of 100", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.MatchIncidents(c, known)
		}
	})
}
