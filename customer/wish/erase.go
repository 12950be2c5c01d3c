package wish

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erase erases a memory: the host gives one order to every package, and has its history rewritten
// with [Scrub]; see package privacy.
type Erase struct{ journal.Erasure }

func (Erase) kind() string { return journal.KindErase }

func (x Erase) stored(faults *customer.Faults) { x.Erasure.Check(faults) }

// Erase decides on the order: nothing is remembered. It is booked where nothing was said, too, so that
// what is under way still is refused. Where all of it is erased it decides nothing.
func (b *Book) Erase(m Memory, x Erase) (Decision, error) {
	if err := x.Validate(); err != nil {
		return Decision{}, err
	}
	if !m.Erased.IsZero() {
		return Decision{}, nil
	}
	x.Kept = slices.Clone(x.Kept)
	d, err := b.begin(m, x.Take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func (x Erase) apply(g *ground, e *Entry) error {
	*g = ground{Memory: Memory{Entries: g.Entries, Erasable: journal.Erasable{Erased: e.At}}}
	return nil
}

// Scrubbed stands in the place of what was said, once it is erased.
type Scrubbed struct{ journal.Scrubbed }

func (Scrubbed) kind() string { return journal.KindScrubbed }

func (x Scrubbed) stored(faults *customer.Faults) { x.Scrubbed.Check(faults) }

func (x Scrubbed) apply(*ground, *Entry) error { return nil }

// Scrub returns as many entries, with everything personal taken out: they lead to what [Erase] has
// left.
func Scrub(entries []Entry) []Entry {
	return journal.Scrub(entries, func(_ Body, was journal.Scrubbed) Body { return Scrubbed{was} })
}
