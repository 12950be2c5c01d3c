package complaint

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit the case: its history is not one that this
// package wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("complaint: the entry does not fit the case")

// ID names a case: the host's reference, the one that the customer is given.
type ID string

// Case is one complaint from intake to the last reopening: the state that a history of
// entries leads to. It has no single status: each axis says one thing. The zero Case is one
// that nobody has opened. It is a value: methods return a new one and never change the
// slices of the one they are called on, and nobody else may.
type Case struct { //nolint:recvcheck // a value to its users, and too large to be copied for each question of our own
	Entries uint64 `json:"entries"` // how many led here
	journal.Erasable
	Opening
	Phase     Phase      `json:"phase,omitzero"`
	Cycle     int        `json:"cycle,omitzero"`      // 1 from intake on; each reopening one more
	Since     time.Time  `json:"since,omitzero"`      // since when it is in its phase
	Assessed  Assessment `json:"assessed,omitzero"`   // as last assessed
	Ended     Outcome    `json:"outcome,omitzero"`    // of a closed case
	Issues    []Issue    `json:"issues,omitempty"`    // in the order in which they came up
	Contacts  []Contact  `json:"contacts,omitempty"`  // in booking order; none is ever taken away
	Links     []Linked   `json:"links,omitempty"`     // to other cases
	Recourse  Recourse   `json:"recourse,omitzero"`   // to an external body
	Reopening []Again    `json:"reopening,omitempty"` // one for each reopening

	Waiting Waiting `json:"waiting,omitzero"` // for whom: the only thing that may pause a clock
	Clocks  []Clock `json:"clocks,omitempty"` // in the order of their starts, those of earlier cycles too

	Commitments []Commitment `json:"commitments,omitempty"` // promises, in the order in which they were made
	Deadlines   []Deadline   `json:"deadlines,omitempty"`   // by when she wants it, in booking order
	Surveys     []Survey     `json:"surveys,omitempty"`     // at most one for each cycle

	Owner       Owner        `json:"owner,omitzero"`
	Decider     Owner        `json:"decider,omitzero"` // who had it when the last of its issues was decided
	Spells      []Spell      `json:"spells,omitempty"` // who had it since when: the last one is the Owner
	Handoffs    []Handoff    `json:"handoffs,omitempty"`
	Escalations []Escalation `json:"escalations,omitempty"`
	Diversions  []Diversion  `json:"diversions,omitempty"`
	Unprepared  []Lack       `json:"unprepared,omitempty"` // what those who had it had not learnt

	Items       []Item       `json:"items,omitempty"`       // in our custody, or that were
	Inspections []Inspection `json:"inspections,omitempty"` // of items and of records
	Hypotheses  []Hypothesis `json:"hypotheses,omitempty"`  // what the cause may be
	Judgements  []Judgement  `json:"judgements,omitempty"`  // what somebody thinks the customer wants
	Incidents   []Incident   `json:"incidents,omitempty"`   // known ones that it was matched to
	Statements  []Statement  `json:"statements,omitempty"`  // what staff had said
	Vettings    []Vetting    `json:"vettings,omitempty"`    // of sales that should not have been made

	Remedies    []Remedy     `json:"remedies,omitempty"`    // in the order in which they were offered
	Bridges     []Bridged    `json:"bridges,omitempty"`     // to go on with meanwhile
	Deviations  []Deviation  `json:"deviations,omitempty"`  // from the policy, as allowed
	Corrections []Corrective `json:"corrections,omitempty"` // of the root cause

	Measures []Measure `json:"measures,omitempty"` // on staff: for those entitled to see them
	Acts     []Acted   `json:"acts,omitempty"`     // of the conversation: apology, explanation, …
	Graded   Graded    `json:"graded,omitzero"`    // the service level reached, as last judged
}

// Apply returns the case after more entries, in booking order. It reads no clock, no rules
// and no chance: it knows only what no history may break. An entry that does not fit is
// ErrBroken, and then the case is the one before all of them.
func (c Case) Apply(entries ...Entry) (Case, error) {
	next := ground{Case: c}
	for i := range entries {
		if err := next.apply(&entries[i]); err != nil {
			return c, err
		}
	}
	return next.Case, nil
}

// Replay returns the case that a whole history leads to.
func Replay(entries []Entry) (Case, error) {
	var all ground
	for i := range entries {
		if err := all.apply(&entries[i]); err != nil {
			return Case{}, err
		}
	}
	return all.Case, nil
}

// Open reports whether somebody has to do something about the case: it is received, and not
// closed.
func (c Case) Open() bool { return c.Phase != 0 && c.Phase != Closed }

// ground is a case that may be changed in place, as far as its parts are its own: see mine.
type ground struct {
	Case
	own parts
}

// parts are the slices of a Case.
type parts uint32

const (
	ofIssues parts = 1 << iota
	ofContacts
	ofLinks
	ofReopening
	ofClocks
	ofCommitments
	ofSpells
	ofDeadlines
	ofSurveys
	ofHandoffs
	ofEscalations
	ofDiversions
	ofUnprepared
	ofItems
	ofInspections
	ofHypotheses
	ofJudgements
	ofIncidents
	ofStatements
	ofVettings
	ofRemedies
	ofBridges
	ofDeviations
	ofCorrections
	ofMeasures
	ofActs
	ofFilings
)

// mine returns a slice of the ground whose rows may be changed in place. The first time it is
// copied: nobody else sees the change, and a decision copies only what it touches.
func mine[T any](g *ground, part parts, slice *[]T) *[]T {
	return own(g, part, slice, 0)
}

// room is mine for a slice that is appended to: the copy has room for what one decision adds.
func room[T any](g *ground, part parts, slice *[]T) *[]T {
	return own(g, part, slice, 2)
}

func own[T any](g *ground, part parts, slice *[]T, more int) *[]T {
	if g.own&part == 0 {
		g.own |= part
		if n := len(*slice); n > 0 {
			copied := make([]T, n, n+more)
			copy(copied, *slice)
			*slice = copied
		} else {
			*slice = nil
		}
	}
	return slice
}

// apply books one entry in place. An entry that does not fit leaves the ground in no state
// to be used.
func (g *ground) apply(e *Entry) error {
	err := checkEntry(e)
	kind := e.Kind()
	if err == nil {
		err = g.Fits(kind.String())
	}
	if err == nil && !kind.is(KindErase, KindScrubbed) && (kind == KindReceive) != (g.Phase == 0) {
		err = errors.New("a case begins with its intake, and has one")
	}
	if err == nil {
		err = g.book(e)
	}
	if err == nil {
		err = g.bounds()
	}
	if err != nil {
		return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, g.Entries+1, e.Kind(), e.Ref, err)
	}
	g.Entries++
	return nil
}

// MaxList is the most rows that a list of a case may have. A command that would add one more
// is refused: what goes on for longer is a case of its own, linked to this one.
const MaxList = 1000

var errFull = fmt.Errorf("a list of more than %d", MaxList)

// bounds refuses a list that has grown too long. Decisions refuse before.
func (g *ground) bounds() error {
	longest := max(len(g.Issues), len(g.Contacts), len(g.Links), len(g.Reopening), len(g.Clocks), len(g.Commitments), len(g.Handoffs),
		len(g.Spells), len(g.Escalations), len(g.Diversions), len(g.Unprepared), len(g.Deadlines), len(g.Surveys),
		len(g.Items), len(g.Inspections), len(g.Hypotheses), len(g.Judgements), len(g.Incidents), len(g.Statements), len(g.Vettings),
		len(g.Remedies), len(g.Bridges), len(g.Deviations), len(g.Corrections), len(g.Measures), len(g.Acts), len(g.Recourse.Filings))
	if longest > MaxList {
		return errFull
	}
	return nil
}

// MaxMinor is the largest amount, in minor units.
const MaxMinor = 1_000_000_000_000

// checkMinor notes a fault unless an amount of a claim, an offer or a payment is within bounds.
func checkMinor(faults *customer.Faults, path string, minor int64) {
	if minor < 0 || minor > MaxMinor {
		faults.Add(path, minor, "is 0 to 1000000000000 minor units")
	}
}

// noMoney notes a fault for an amount where the policy has no currency to read it in.
func (p *Policy) noMoney(faults *customer.Faults, path string, minor int64) {
	if minor != 0 && p.rules.Currency == (customer.Currency{}) {
		faults.Add(path, minor, "is 0: the policy has no currency")
	}
}

// errInvalid names a field of an entry whose value no command has.
func errInvalid(field string) error { return fmt.Errorf("the %s is none", field) }
