package complaint

import (
	"errors"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Decision is what a policy decides about a case: entries, the case after them, and why. Its
// Base is the number of entries of the case that it was made on, which is what the caller
// saw: a store on which others were faster answers with journal.ErrConflict.
type Decision = journal.Decision[Case, Entry]

// Answered is the answer to a request that was run on a store; see package journal.
type Answered = journal.Outcome[Case, Entry]

// Store keeps cases; see package journal.
type Store = journal.Store[ID, Case, Entry]

// desk is a decision in the making: a case of its own, and what was booked on it or stands in
// the way.
type desk struct {
	*Policy
	step    Step
	base    uint64
	now     ground
	entries []Entry
	reasons []customer.Reason
	missing []customer.Reason // what stands in the way
	err     error             // the first entry that did not fit: a fault of this package
}

// open begins a decision on a command: it returns the command's faults, and notes what stands
// in the way of a command of its kind in the case as it stands. The desk is the caller's, and
// stays on its stack: a desk is handed on as a pointer, and never to a func value.
func (p *Policy) open(d *desk, c *Case, kind Kind, step Step, check func(*customer.Faults)) error {
	if err := p.begin(d, c, step, check); err != nil {
		return err
	}
	p.bars(kind, &d.now.Case, step, d.miss)
	return nil
}

// begin is open for a command of which other things stand in the way, as it says.
func (p *Policy) begin(d *desk, c *Case, step Step, check func(*customer.Faults)) error {
	if p.zone == nil {
		return errNoPolicy
	}
	d.Policy, d.step, d.base, d.now.Case = p, step, c.Entries, *c
	var faults customer.Faults
	step.Check(&faults)
	if check != nil {
		check(&faults)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := p.edition.Covers(p.day(step.At)); err != nil {
		return err
	}
	if erased := p.erased(c); erased != nil {
		return &customer.Refusal{Rule: p.name, Missing: erased}
	}
	d.breakPast()
	return nil
}

// miss notes what stands in the way.
func (d *desk) miss(reason customer.Reason) {
	d.missing = append(d.missing, d.signed(reason))
}

// post books an entry, and what follows from it by the policy. Nothing is booked once
// something stands in the way.
func (d *desk) post(body Body, because ...customer.Reason) {
	if d.err != nil || len(d.missing) > 0 {
		return
	}
	d.entries = append(d.entries, Entry{Version: EntryVersion, At: d.step.At, By: d.step.By, Ref: d.step.Ref, Rule: d.name, Body: body})
	e := &d.entries[len(d.entries)-1]
	for _, reason := range because {
		e.Because = d.signed(reason)
		d.reasons = append(d.reasons, e.Because)
	}
	switch err := d.now.apply(e); {
	case errors.Is(err, errFull):
		d.miss(customer.Reason{Code: CodeFull, Of: e.Kind().String(), Mark: MaxList, Unit: customer.UnitTimes})
	case err != nil:
		d.err = err
	default:
		d.follow(e)
	}
}

// follow books what follows from an entry.
func (d *desk) follow(e *Entry) {
	asked := d.now.asked(e) // before the wait ends
	d.followWaiting(e)
	d.followClocks(e)
	d.followPromises(e, asked)
	d.followSurvey(e)
	d.followHandoffs(e)
}

// why tells a reason that belongs to no entry of its own.
func (d *desk) why(reason customer.Reason) {
	d.reasons = append(d.reasons, d.signed(reason))
}

// signed returns a reason with the policy's name, where it has no rule.
func (p *Policy) signed(reason customer.Reason) customer.Reason {
	if reason.Rule == "" {
		reason.Rule = p.name
	}
	return reason
}

// decision closes the desk: with a decision, or with the refusal that names all that stands
// in the way.
func (d *desk) decision() (Decision, error) {
	switch {
	case len(d.missing) > 0:
		return Decision{}, &customer.Refusal{Rule: d.name, Missing: d.missing}
	case d.err != nil:
		return Decision{}, d.err
	}
	return Decision{Base: d.base, Entries: d.entries, Next: d.now.Case, Reasons: d.reasons}, nil
}
