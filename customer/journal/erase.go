package journal

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The kinds of the bodies around an [Erasure] and a [Scrubbed], in every package that has them.
const (
	KindErase    = "erase"
	KindScrubbed = "scrubbed"
)

// Erasable is what the state of a history that can be erased embeds: since when it is. [Begin] refuses
// every command on a state that was: a customer who comes back is a new one.
type Erasable struct {
	Erased time.Time `json:"erased,omitzero"`
}

// ErasedAt returns since when the history is erased; zero: it is not.
func (x Erasable) ErasedAt() time.Time { return x.Erased }

// Fits refuses an entry of a kind that no history has after it was erased: Apply asks it first.
func (x Erasable) Fits(kind string) error {
	if !x.Erased.IsZero() && kind != KindScrubbed {
		return fmt.Errorf("it was erased at %s", x.Erased.UTC().Format(time.RFC3339))
	}
	return nil
}

// MaxKept is how many things an erasure may name that are kept.
const MaxKept = 100

// Erasure is the order to erase what a history says of somebody. The package of the history has a
// command around it, Erase, which is the last entry of what was erased: it says when, on whose
// request and on which ground, and what is kept all the same, and nothing of whom.
type Erasure struct { //nolint:recvcheck // a value, as its Step is
	Step `json:"-"`

	Asked  string `json:"asked"`          // on whose request, in the host's words: "customer", "authority", "retention"
	Ground string `json:"ground"`         // by what right: "GDPR 17(1)(b)", "PIPL 47"
	Kept   []Kept `json:"kept,omitempty"` // 0 to MaxKept
}

// Kept is something that an erasure leaves where it is.
type Kept struct {
	What  string        `json:"what"`           // "invoices"
	Why   string        `json:"why"`            // the rule that keeps them: "tax-10-years"
	Until customer.Date `json:"until,omitzero"` // from this day on it may be erased too; zero: it is not personal any more
}

// Canonical implements [Fact].
func (x Erasure) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("asked", x.Asked)
	c.Text("ground", x.Ground)
	c.List("kept", len(x.Kept), func(i int) {
		c.Text("what", x.Kept[i].What)
		c.Text("why", x.Kept[i].Why)
		c.Date("until", x.Kept[i].Until)
	})
}

// Validate returns every fault of the order, its step's too, as customer.Faults, or nil.
func (x Erasure) Validate() error {
	var faults customer.Faults
	x.Step.Check(&faults)
	x.Check(&faults)
	return faults.Err()
}

// Check notes the faults of what the order says beside its step.
func (x Erasure) Check(faults *customer.Faults) {
	faults.Name("asked", x.Asked)
	faults.Name("ground", x.Ground)
	faults.Within("kept", len(x.Kept), 0, MaxKept)
	for i, kept := range x.Kept[:min(len(x.Kept), MaxKept)] {
		path := fmt.Sprintf("kept[%d]", i)
		faults.Name(path+".what", kept.What)
		faults.Name(path+".why", kept.Why)
		if kept.Until != 0 && !kept.Until.Valid() {
			faults.Add(path+".until", kept.Until, "is a day, or absent")
		}
	}
}

// Scrubbed stands in the place of a body that was erased: something of this kind was said here.
// A package has a body around it, which changes nothing but the number of entries.
type Scrubbed struct {
	Was string `json:"was"` // the kind that it was of
}

// Check notes the faults of the body.
func (x Scrubbed) Check(faults *customer.Faults) { faults.Name("was", x.Was) }

// Scrub returns as many entries as it is given, without reasons, and with other bodies but for the
// order itself and what was scrubbed before: instead makes the package's body around a Scrubbed, or
// of some bodies one that has nothing personal. What stays is that somebody of the staff did
// something at an instant, under a reference and by a rule book. References and the names of staff
// are the host's; they carry nothing personal of a customer.
func Scrub[B any, F Form[B]](entries []Entry[B, F], instead func(body B, was Scrubbed) B) []Entry[B, F] {
	var form F
	_, version := form.Format()
	scrubbed := make([]Entry[B, F], len(entries))
	for i, e := range entries {
		if kind := e.Kind(); kind != KindErase && kind != KindScrubbed {
			e.Body = instead(e.Body, Scrubbed{Was: kind})
		}
		scrubbed[i] = Entry[B, F]{Version: version, At: e.At, By: e.By, Ref: e.Ref, Rule: e.Rule, Body: e.Body}
	}
	return scrubbed
}
