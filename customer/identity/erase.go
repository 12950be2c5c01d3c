package identity

import (
	"errors"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erase erases a record: the host gives one order to every package, and has its history rewritten
// with [Scrub]; see package privacy.
type Erase struct{ journal.Erasure }

func (Erase) kind() string { return journal.KindErase }

func (x Erase) check(faults *customer.Faults) { x.Erasure.Check(faults) }

// Erase decides on the order: the record is one that was opened once, and of which nothing else is
// known; its links are gone too. Where nothing was said, or all of it is erased, it decides nothing.
func (g *Register) Erase(r Record, x Erase) (Decision, error) {
	if err := x.Validate(); err != nil {
		return Decision{}, err
	}
	if r.Entries == 0 || !r.Erased.IsZero() {
		return Decision{}, nil
	}
	x.Kept = slices.Clone(x.Kept)
	d, err := g.start(r, x.Take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func (x Erase) apply(r *ground, e *Entry) error {
	if r.Entries == 0 {
		return errors.New("there is nothing to erase")
	}
	*r = ground{Record: Record{Entries: r.Entries, Erasable: journal.Erasable{Erased: e.At}, Opened: r.Opened}}
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
	return journal.Scrub(entries, func(body Body, was journal.Scrubbed) Body {
		if open, is := body.(Open); is {
			return Open{Kind: open.Kind, Source: open.Source}
		}
		return Scrubbed{was}
	})
}
