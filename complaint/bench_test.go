package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

// benchCase is a case of a realistic life: three issues, ten contacts.
func benchCase(b *testing.B, p *complaint.Policy) complaint.Case {
	b.Helper()
	d, err := p.Receive(complaint.Case{}, complaint.Receive{
		Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Topic: "sms", Desk: "front",
		Claims: []complaint.Claim{{Issue: "lost", Kind: "message"}, {Issue: "wait", Kind: "waiting"}, {Issue: "clerk", Kind: "attitude", About: "bea"}},
	})
	require.NoError(b, err)
	for range 9 {
		d, err = p.Log(d.Next, complaint.Log{Step: caseStep("ann", "2026-11-25 10:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer, Note: "asked again"})
		require.NoError(b, err)
	}
	return d.Next
}

// One transition without clocks: what a screen does for one click. A decision has applied its own
// entries, for it returns the case after them.
func BenchmarkDecide(b *testing.B) {
	p := casePolicy(b, caseRules())
	received := benchCase(b, p)
	step := caseStep("cid", "2026-11-25 11:00")
	assess := complaint.Assess{Step: step, Assessment: complaint.Assessment{Severity: complaint.High}}
	log := complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.ToCustomer, Seconds: 120, Note: "the maker was asked"}
	withdraw := complaint.Withdraw{Step: step, Issue: "wait", Consent: received.Contacts[1].Ref}
	for _, bench := range []struct {
		name   string
		decide func() (complaint.Decision, error)
	}{
		{"assess", func() (complaint.Decision, error) { return p.Assess(received, assess) }},
		{"log", func() (complaint.Decision, error) { return p.Log(received, log) }},
		{"withdraw", func() (complaint.Decision, error) { return p.Withdraw(received, withdraw) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bench.decide(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The entry of a transition, booked on the case that a store has kept.
func BenchmarkApply(b *testing.B) {
	p := casePolicy(b, caseRules())
	received := benchCase(b, p)
	d, err := p.Assess(received, complaint.Assess{Step: caseStep("cid", "2026-11-25 11:00"), Assessment: complaint.Assessment{Severity: complaint.High}})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := received.Apply(d.Entries...); err != nil {
			b.Fatal(err)
		}
	}
}

// A case of two hundred entries, from nothing.
func BenchmarkReplay(b *testing.B) {
	p := casePolicy(b, caseRules())
	var c complaint.Case
	var entries []complaint.Entry
	add := func(d complaint.Decision, err error) {
		require.NoError(b, err)
		c = d.Next
		entries = append(entries, d.Entries...)
	}
	at := func(n int) complaint.Step {
		return complaint.Step{Ref: fmt.Sprintf("r-%d", n), By: "cid", At: caseAt("2026-11-25 09:00").Add(time.Duration(n) * time.Minute)}
	}
	add(p.Receive(c, complaint.Receive{Step: at(0), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{{Issue: "i-0", Kind: "k"}}}))
	for n := 1; len(entries) < 200; n++ {
		switch n % 5 {
		case 0:
			add(p.Add(c, complaint.Add{Step: at(n), Claim: complaint.Claim{Issue: fmt.Sprintf("i-%d", n), Kind: "k"}}))
		case 1:
			add(p.Assess(c, complaint.Assess{Step: at(n), Assessment: complaint.Assessment{Severity: complaint.High}}))
		default:
			add(p.Log(c, complaint.Log{Step: at(n), Channel: complaint.Phone, Direction: complaint.FromCustomer, Note: "asked again"}))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := complaint.Replay(entries); err != nil {
			b.Fatal(err)
		}
	}
}

// What a screen shows of a case: every command, and what stands in its way.
func BenchmarkAllowed(b *testing.B) {
	p := casePolicy(b, caseRules())
	received := benchCase(b, p)
	at := caseAt("2026-11-25 11:00")
	b.ReportAllocs()
	for b.Loop() {
		p.Allowed(received, "cid", at)
	}
}
