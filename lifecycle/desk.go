package lifecycle

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Decision is what a rule book decides about a standing: entries, the standing after them,
// and why.
type Decision = journal.Decision[Standing, Entry]

// Outcome is the answer to a request that was run on a store.
type Outcome = journal.Outcome[Standing, Entry]

// Store keeps standings; see package journal.
type Store = journal.Store[customer.ID, Standing, Entry]

// desk is a decision in the making: a standing of its own, and the entries that were booked
// on it.
type desk struct {
	rule    string // the rule book's name
	ground  ground
	entries []Entry
	reasons []customer.Reason
	at      time.Time
	day     customer.Date // of at, in the rule book's zone
	ref     string
	err     error // the first entry that did not fit: a fault of this package
}

// open begins a decision on a copy of a standing. A day on which the rule book is not in
// force is a *customer.Refusal; a rule book that its constructor did not make is an error.
func open(edition customer.Edition, zone *time.Location, standing Standing, at time.Time, ref string) (*desk, error) {
	if zone == nil {
		return nil, errors.New("lifecycle: the rule book is empty")
	}
	day := customer.DateOf(at, zone)
	if err := edition.Covers(day); err != nil {
		return nil, err
	}
	return &desk{rule: edition.Name(), ground: own(standing), at: at, day: day, ref: ref}, nil
}

// post books an entry. Version, At, On, Ref and Rule are filled in where they are not set,
// and its reason is told.
func (d *desk) post(e Entry) {
	if d.err != nil {
		return
	}
	e.Version, e.Rule = EntryVersion, d.rule
	if e.At.IsZero() {
		e.At, e.On = d.at, d.day
	}
	if e.Ref == "" {
		e.Ref = d.ref
	}
	if e.Because.Code != "" && e.Because.Rule == "" {
		e.Because.Rule = d.rule
	}
	if d.err = d.ground.apply(&e); d.err != nil {
		return
	}
	d.entries = append(d.entries, e)
	if e.Because.Code != "" {
		d.why(e.Because)
	}
}

// why tells a reason.
func (d *desk) why(reason customer.Reason) {
	if reason.Rule == "" {
		reason.Rule = d.rule
	}
	d.reasons = append(d.reasons, reason)
}

// decision closes the desk.
func (d *desk) decision() (Decision, error) {
	if d.err != nil {
		return Decision{}, d.err
	}
	return Decision{Entries: d.entries, Next: d.ground.Standing, Reasons: d.reasons}, nil
}

// refuse is the answer "no" with all that is missing.
func refuse(rule string, missing ...customer.Reason) (Decision, error) {
	for i := range missing {
		if missing[i].Rule == "" {
			missing[i].Rule = rule
		}
	}
	return Decision{}, &customer.Refusal{Rule: rule, Missing: missing}
}
