package consent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/consent"
)

// regular is what a customer of some years has said: two forms, a no to calls, one maker.
func regular(b *testing.B, policy *consent.Policy) consent.Consents {
	b.Helper()
	said := consent.Consents{}
	book := func(d consent.Decision, err error) {
		require.NoError(b, err)
		said = d.Next
	}
	book(policy.Give(said, give("g-1", "2025-03-01 10:00", "phone/care", "letter/care", "phone/greeting", "letter/greeting")))
	book(policy.Decline(said, consent.Decline{Step: step("d-1", "2025-04-01 10:00"), Scope: consent.Scope{Channels: []string{"visit"}}}))
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-1", "2025-06-01 10:00"), Scope: consent.Scope{Channels: []string{"phone"}}}))
	book(policy.Give(said, give("g-2", "2026-03-01 10:00", "phone/care", "letter/care")))
	book(policy.Give(said, consent.Give{Step: step("g-3", "2026-03-02 10:00"), Boxes: boxesOf("/handover"), Party: "maker", Evidence: seen("maker", "1")}))
	return said
}

// What is asked wherever something is done with her data.
func BenchmarkAllowed(b *testing.B) {
	policy := newPolicy(b, machineRules())
	said := regular(b, policy)
	at := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	for _, q := range []string{"letter/care", "/handover/maker", "phone/contract", "visit/care"} {
		q := question(q)
		b.Run(fmt.Sprint(q.Channel, q.Purpose, q.Party), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Allowed(said, q, at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What is asked before every call: two contacts of the last weeks, the hours of the line.
func BenchmarkMay(b *testing.B) {
	policy := newPolicy(b, machineRules())
	said := regular(b, policy)
	at := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	facts := consent.Facts{Contacts: []consent.Contact{{On: on("2026-11-02"), Purpose: "care"}, {On: on("2026-11-16"), Purpose: "greeting"}}}
	b.Run("allowed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if answer, err := policy.May(said, phoneCare, facts, at); err != nil || !answer.Allowed {
				b.Fatal(err)
			}
		}
	})
	b.Run("quiet", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if answer, err := policy.May(said, phoneCare, facts, at.Add(12*time.Hour)); err != nil || answer.Allowed {
				b.Fatal(err)
			}
		}
	})
}

// A word of hers.
func BenchmarkGive(b *testing.B) {
	policy := newPolicy(b, machineRules())
	said := regular(b, policy)
	x := give("g-9", "2026-11-23 11:00", "phone/care")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Give(said, x); err != nil {
			b.Fatal(err)
		}
	}
}

// What a plan is made with, for one customer.
func BenchmarkReach(b *testing.B) {
	policy := newPolicy(b, machineRules())
	said := regular(b, policy)
	at := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Reach("c-1", said, consent.Facts{}, at); err != nil {
			b.Fatal(err)
		}
	}
}

// The longest life that there may be.
func BenchmarkAllowedFull(b *testing.B) {
	policy := newPolicy(b, contactRules())
	said := consent.Consents{}
	for i := range consent.MaxWords {
		said.Grants = append(said.Grants, consent.Grant{
			Word: consent.Word{At: at("2000-01-01 10:00").Add(time.Duration(i) * time.Hour), By: "ann", Ref: fmt.Sprint(i)},
			Box:  consent.Box{Purpose: "care", Channel: "phone"},
		})
	}
	at := time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Allowed(said, phoneCare, at); err != nil {
			b.Fatal(err)
		}
	}
}
