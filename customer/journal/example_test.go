package journal_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Card is a state: a stamp card. It is a value; deciding never changes it.
type Card struct {
	Stamps int64
}

// Stamp is an entry: what one purchase added to the card.
type Stamp struct {
	Count int64
	At    time.Time
}

// Stamp decides how many stamps a purchase earns: one per unit, from two units on.
func (c Card) Stamp(p customer.Purchase) (journal.Decision[Card, Stamp], error) {
	units := int64(0)
	for _, line := range p.Lines {
		units += line.Quantity.IntPart()
	}
	if units < 2 {
		return journal.Decision[Card, Stamp]{}, nil // a decision that changes nothing
	}
	return journal.Decision[Card, Stamp]{
		Entries: []Stamp{{Count: units, At: p.At}},
		Next:    Card{Stamps: c.Stamps + units},
		Reasons: []customer.Reason{{Code: "card.stamped", Fact: units, Unit: customer.UnitTimes}},
	}, nil
}

func coffee(ref string, cups int64) customer.Purchase {
	return customer.Purchase{
		Ref: ref, Customer: "c-1", At: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC),
		Lines: []customer.Line{{SKU: "coffee", Quantity: decimal.NewFromInt(cups)}},
	}
}

// A till books a purchase, does not hear the answer, and sends it again.
func Example() {
	ctx := context.Background()
	var cards journal.Mem[customer.ID, Card, Stamp] // or an adapter to the host's database

	sale := coffee("till-7/000123", 3)
	key, err := journal.Key("stamp", sale.Ref)
	if err != nil {
		panic(err)
	}
	for range 2 {
		out, err := journal.Run(ctx, &cards, sale.Customer, key, sale, func(card Card) (journal.Decision[Card, Stamp], error) {
			return card.Stamp(sale)
		})
		fmt.Println(out.Result, out.Decision.Entries[0].Count, "of", out.State.Stamps, err)
	}

	// The same key for another purchase is a mistake, and is refused.
	other := coffee("till-7/000123", 4)
	_, err = journal.Run(ctx, &cards, other.Customer, key, other, func(card Card) (journal.Decision[Card, Stamp], error) {
		return card.Stamp(other)
	})
	fmt.Println(errors.Is(err, journal.ErrKeyReused))
	// Output:
	// booked 3 of 3 <nil>
	// replayed 3 of 3 <nil>
	// true
}

// A decision without entries is not stored, so its key is not used up: sent again, it
// is decided anew.
func ExampleRun_nothing() {
	ctx := context.Background()
	var cards journal.Mem[customer.ID, Card, Stamp]

	sale := coffee("till-7/000124", 1)
	out, err := journal.Run(ctx, &cards, sale.Customer, "stamp:till-7/000124", sale, func(card Card) (journal.Decision[Card, Stamp], error) {
		return card.Stamp(sale)
	})
	fmt.Println(out.Result, out.State.Stamps, err)
	// Output: nothing 0 <nil>
}

// A host with a transaction of its own uses the contract without Run: load, decide,
// fill in key, fingerprint and base, commit.
func ExampleStore() {
	ctx := context.Background()
	var cards journal.Store[customer.ID, Card, Stamp] = new(journal.Mem[customer.ID, Card, Stamp])
	sale := coffee("till-7/000125", 2)

	card, version, err := cards.Load(ctx, sale.Customer)
	if err != nil {
		panic(err)
	}
	decision, err := card.Stamp(sale)
	if err != nil {
		panic(err)
	}
	decision.Key, decision.Base = "stamp:till-7/000125", version
	if decision.Fingerprint, err = journal.Fingerprint("stamp", sale); err != nil {
		panic(err)
	}
	switch err := cards.Commit(ctx, sale.Customer, decision); {
	case err == nil:
		fmt.Println("booked:", decision.Next.Stamps)
	case errors.Is(err, journal.ErrDuplicate):
		fmt.Println("booked earlier: read Committed and compare the fingerprints")
	case errors.Is(err, journal.ErrConflict):
		fmt.Println("another till was faster: load and decide again")
	default:
		fmt.Println("unknown: commit again with the same key")
	}
	// Output: booked: 2
}

// Gift is a fact of the host's own. Its method names every field once.
type Gift struct {
	From, To customer.ID
	Points   int64
	At       time.Time
	Note     string // added later: where it is empty, old fingerprints hold
}

// Canonical writes the gift in its canonical form.
func (g Gift) Canonical(c *customer.Canonical) {
	c.Text("from", string(g.From))
	c.Text("to", string(g.To))
	c.Int("points", g.Points)
	c.Time("at", g.At)
	c.Text("note", g.Note)
}

// A fact is what was asked for: the same gift in another zone is the same gift.
func ExampleFingerprint() {
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	gift := Gift{From: "c-1", To: "c-2", Points: 500, At: at}
	abroad := gift
	abroad.At = at.In(time.FixedZone("UTC+8", 8*60*60))

	first, err := journal.Fingerprint("give", gift)
	second, _ := journal.Fingerprint("give", abroad)
	fmt.Println(first, err)
	fmt.Println(first == second)

	var form customer.Canonical
	gift.Canonical(&form)
	fmt.Print(form.String()) // to see why two facts differ
	// Output:
	// 67c5ff615d5182f414801e5a07aba3d7e30eb79af79a6f9d02424e0a89b0d039 <nil>
	// true
	// from$3:c-1
	// to$3:c-2
	// points#500
	// at@1795599000.000000000
}

// A key has the verb in front, because one reference may be earned on, then voided.
func ExampleKey() {
	key, err := journal.Key("void", "till-7/000123")
	fmt.Println(key, err)
	_, err = journal.Key("void", "")
	fmt.Println(err)
	// Output:
	// void:till-7/000123 <nil>
	// customer: 1 fault: ref = "": is required
}
