package complaint

import (
	"errors"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erase erases a case: the host gives one order for every case of a customer, and has its history
// rewritten with [Scrub]; see package privacy.
type Erase struct{ journal.Erasure }

func (Erase) kind() Kind { return KindErase }

func (x Erase) faults(faults *customer.Faults) { x.Check(faults) }

// Erase decides on the order: of the case nothing is known any more, not even that it was received,
// so that no report counts it. It is given on a closed case, for somebody waits for what is done about
// an open one. Where nothing was received, or all of it is erased, it decides nothing.
func (p *Policy) Erase(c Case, x Erase) (Decision, error) {
	if p.zone == nil {
		return Decision{}, errNoPolicy
	}
	if err := x.Validate(); err != nil {
		return Decision{}, err
	}
	if c.Entries == 0 || !c.Erased.IsZero() {
		return Decision{}, nil
	}
	step := x.Take()
	if err := p.edition.Covers(p.day(step.At)); err != nil {
		return Decision{}, err
	}
	if c.Phase != Closed {
		return Decision{}, &customer.Refusal{Rule: p.name, Missing: []customer.Reason{
			p.signed(customer.Reason{Code: CodePhase, Of: c.Phase.String(), At: c.Since.In(p.zone)}),
		}}
	}
	x.Kept = slices.Clone(x.Kept)
	entry := Entry{Version: EntryVersion, At: step.At, By: step.By, Ref: step.Ref, Rule: p.name, Body: x}
	next, err := c.Apply(entry)
	return Decision{Base: c.Entries, Entries: []Entry{entry}, Next: next}, err
}

func (x Erase) apply(g *ground, e *Entry) error {
	if g.Entries == 0 {
		return errors.New("there is nothing to erase")
	}
	*g = ground{Case: Case{Entries: g.Entries, Erasable: journal.Erasable{Erased: e.At}}}
	return nil
}

// erased is what every command hears on a case that is erased.
func (p *Policy) erased(c *Case) []customer.Reason {
	if c.Erased.IsZero() {
		return nil
	}
	return []customer.Reason{p.signed(customer.Reason{Code: customer.CodeErased, At: c.Erased.In(p.zone)})}
}

// Scrubbed stands in the place of what was said, once it is erased.
type Scrubbed struct{ journal.Scrubbed }

func (Scrubbed) kind() Kind { return KindScrubbed }

func (x Scrubbed) faults(faults *customer.Faults) { x.Check(faults) }

func (x Scrubbed) apply(*ground, *Entry) error { return nil }

// Scrub returns as many entries, with everything personal taken out: they lead to what [Erase] has
// left.
func Scrub(entries []Entry) []Entry {
	scrubbed := slices.Clone(entries)
	for i := range scrubbed {
		e := &scrubbed[i]
		e.Because = customer.Reason{}
		if kind := e.Kind(); !kind.is(KindErase, KindScrubbed) {
			e.Body = Scrubbed{journal.Scrubbed{Was: kind.String()}}
		}
	}
	return scrubbed
}
