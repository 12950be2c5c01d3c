package identity_test

import (
	"fmt"
	"testing"

	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A decision on a record as most are: a dozen facts, five identifiers.
func BenchmarkTell(b *testing.B) {
	d := recordLife(b)
	x := recordTell(journal.Step{Ref: "t", By: "ann", At: d.at}, "till", "", "title=Ms", "address=1 Street")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Tell(d.r, x); err != nil {
			b.Fatal(err)
		}
	}
}

// A card is attached to a company with a thousand of them.
func BenchmarkAttach(b *testing.B) {
	d := recordBegin(b, identity.Organisation)
	for i := range 1000 {
		d.attach("card", "rapport", fmt.Sprint(i))
	}
	id := identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "partner"}, Raw: "1"}
	x := identity.Attach{Step: journal.Step{Ref: "t", By: "ann", At: d.at}, Identifier: id, Source: "till"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Attach(d.r, x); err != nil {
			b.Fatal(err)
		}
	}
}

// At the till: is the card that was shown good?
func BenchmarkHolds(b *testing.B) {
	d := recordLife(b)
	card := d.r.Identifiers[len(d.r.Identifiers)-1].Token
	b.ReportAllocs()
	for b.Loop() {
		if _, status, _ := d.r.Holds(card, d.at); status != identity.Good {
			b.Fatal(status)
		}
	}
}

// What to ask next.
func BenchmarkQuestions(b *testing.B) {
	d := recordLife(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Questions(d.r, "purchase", d.at); err != nil {
			b.Fatal(err)
		}
	}
}

// A history of two thousand entries is read anew.
func BenchmarkReplay(b *testing.B) {
	d := recordBegin(b, identity.Person)
	for i := range 999 {
		token := d.attach("card", "rapport", fmt.Sprint(i))
		d.must(d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: token}))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := identity.Replay(d.history); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(d.history))/b.Elapsed().Seconds(), "entries/s")
}
