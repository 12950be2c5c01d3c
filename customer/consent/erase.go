package consent

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erase erases what a customer has said of what she allows: the host gives one order to every
// package, and has its history rewritten with [Scrub]; see package privacy.
type Erase struct{ journal.Erasure }

func (Erase) kind() string { return journal.KindErase }

func (x Erase) check(faults *customer.Faults) { x.Erasure.Check(faults) }

// Erase decides on the order: nothing is allowed any more, whatever it would rest on, and nothing is
// known of what she said. It is booked where she has said nothing, too, so that nothing rests on that
// and what is under way still is refused. Where all of it is erased it decides nothing.
func (p *Policy) Erase(c Consents, x Erase) (Decision, error) {
	if err := x.Validate(); err != nil {
		return Decision{}, err
	}
	if !c.Erased.IsZero() {
		return Decision{}, nil
	}
	x.Kept = slices.Clone(x.Kept)
	d, err := p.begin(c, x.Take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func (x Erase) apply(f *folding, e *Entry) error {
	*f = folding{Consents: Consents{Entries: f.Entries, Erasable: journal.Erasable{Erased: e.At}}}
	return nil
}

// Scrubbed stands in the place of what was said, once it is erased.
type Scrubbed struct{ journal.Scrubbed }

func (Scrubbed) kind() string { return journal.KindScrubbed }

func (x Scrubbed) check(faults *customer.Faults) { x.Scrubbed.Check(faults) }

func (x Scrubbed) apply(*folding, *Entry) error { return nil }

// Scrub returns as many entries, with everything personal taken out: they lead to what [Erase] has
// left.
func Scrub(entries []Entry) []Entry {
	return journal.Scrub(entries, func(_ Body, was journal.Scrubbed) Body { return Scrubbed{was} })
}
