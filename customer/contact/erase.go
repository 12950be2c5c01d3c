package contact

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erase erases a file: the host gives one order to every package, and has its history rewritten
// with [Scrub]; see package privacy.
type Erase struct{ journal.Erasure }

func (Erase) kind() string { return journal.KindErase }

func (x Erase) check(faults *customer.Faults) { x.Erasure.Check(faults) }

// Erase decides on the order: nothing is known of what was said. It is booked where nothing was said,
// too, so that what is under way still is refused. Where all of it is erased it decides nothing.
func (p *Policy) Erase(f File, x Erase) (Decision, error) {
	if err := x.Validate(); err != nil {
		return Decision{}, err
	}
	if !f.Erased.IsZero() {
		return Decision{}, nil
	}
	x.Kept = slices.Clone(x.Kept)
	d, err := p.begin(&f, x.Take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func (x Erase) apply(g *ground, e *Entry) error {
	erased := ground{File: File{Entries: g.Entries, Erasable: journal.Erasable{Erased: e.At}}}
	if g.gone != nil { // what was archived is erased too
		erased.gone = new(File)
	}
	*g = erased
	return nil
}

// Scrubbed stands in the place of what was said, once it is erased.
type Scrubbed struct{ journal.Scrubbed }

func (Scrubbed) kind() string { return journal.KindScrubbed }

func (x Scrubbed) check(faults *customer.Faults) { x.Scrubbed.Check(faults) }

func (x Scrubbed) apply(*ground, *Entry) error { return nil }

// Scrub returns as many entries, with everything personal taken out: they lead to what [Erase] has
// left.
func Scrub(entries []Entry) []Entry {
	return journal.Scrub(entries, func(_ Body, was journal.Scrubbed) Body { return Scrubbed{was} })
}
