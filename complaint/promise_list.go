package complaint

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// OldPromise is an open promise that was made long ago.
type OldPromise struct {
	Case ID
	Commitment
	Days int             // since the first of those that it renews was made
	Why  customer.Reason // how old it is, and by when it was promised
}

// Overdue lists the open promises of a case that were first made more than so many days before
// an instant, the oldest first: another time that was agreed makes no promise younger. Of what
// outlasts the case there is one only once it is broken.
func (p *Policy) Overdue(id ID, c Case, days int, at time.Time) []OldPromise {
	var old []OldPromise
	today := p.day(at)
	for _, one := range c.Commitments {
		verdict := one.Verdict(at)
		age := int(today - p.day(one.First))
		if !one.Open() || age <= days || one.Outlasts && verdict != PromiseBroken {
			continue
		}
		why := customer.Reason{
			Code: CodePromiseOld, Rule: p.name, Of: one.Promise, Fact: int64(age), Mark: int64(days), Unit: customer.UnitDays,
			At: one.Due.In(p.zone), On: p.day(one.First),
		}
		if verdict == PromiseBroken {
			why.Code = CodePromiseOldBroken
		}
		old = append(old, OldPromise{id, one, age, why})
	}
	slices.SortFunc(old, OldPromise.compare)
	return old
}

// MaxOldest is the most promises that one list of the oldest may have.
const MaxOldest = 10_000

// Oldest lists the open promises of many cases as Overdue does for one: the oldest, at most so
// many, 0 to MaxOldest. The order in which the cases come does not matter; equally old ones
// stand in the order of their due, their case and their ID.
func (p *Policy) Oldest(cases iter.Seq2[ID, Case], days, most int, at time.Time) []OldPromise {
	most = min(max(most, 0), MaxOldest)
	var oldest []OldPromise
	for id, c := range cases {
		if len(c.Commitments) == 0 {
			continue
		}
		for _, one := range p.Overdue(id, c, days, at) {
			place, _ := slices.BinarySearchFunc(oldest, one, OldPromise.compare)
			if place >= most {
				break // those after it are younger still
			}
			if len(oldest) == most {
				oldest = oldest[:most-1]
			}
			oldest = slices.Insert(oldest, place, one)
		}
	}
	return oldest
}

// compare puts the older promise first.
func (o OldPromise) compare(other OldPromise) int {
	return cmp.Or(o.First.Compare(other.First), o.Due.Compare(other.Due), cmp.Compare(o.Case, other.Case), cmp.Compare(o.Promise, other.Promise))
}

// PromiseFact is one promise as quality counts it, and as a host hands it on to
// lifecycle.Promise: by whom, about what, due and done. There a day is the measure; who wants
// to count what was late by an hour gives PromisedSeconds and TookSeconds as the figures, with
// AtMost.
type PromiseFact struct {
	Promise string         `json:"promise"`
	Kind    PromiseKind    `json:"kind"`
	Agent   string         `json:"agent,omitempty"` // who answered for it
	Desk    string         `json:"desk,omitempty"`
	KeptBy  string         `json:"kept_by,omitempty"`
	Product string         `json:"product,omitempty"` // what it was about, or else what the case is about
	Due     customer.Date  `json:"due"`               // civil days of the policy's zone
	Done    customer.Date  `json:"done,omitzero"`
	Verdict PromiseVerdict `json:"verdict"`

	PromisedSeconds int64 `json:"promised_seconds"`       // from when it was made until it was due
	TookSeconds     int64 `json:"took_seconds,omitempty"` // until it was kept, rounded up
	Chases          int   `json:"chases,omitempty"`       // before it was due
	LateChases      int   `json:"late_chases,omitempty"`  // and after
	Renewal         int   `json:"renewal,omitempty"`      // how often it was renewed before
}

// PromiseFacts returns what became of each promise of a case, as known at an instant, in the
// order in which they were made.
func (p *Policy) PromiseFacts(c Case, at time.Time) []PromiseFact {
	facts := make([]PromiseFact, len(c.Commitments))
	for i, one := range c.Commitments {
		facts[i] = PromiseFact{
			Promise: one.Promise, Kind: one.Kind, Agent: one.Agent, Desk: one.Desk, KeptBy: one.KeptBy, Product: cmp.Or(one.Product, c.Service),
			Due: p.day(one.Due), Verdict: one.Verdict(at), PromisedSeconds: int64(one.Due.Sub(one.Made) / time.Second),
			Chases: one.Chases, LateChases: one.LateChases, Renewal: one.Renewal,
		}
		if !one.Kept.IsZero() {
			facts[i].Done = p.day(one.Kept)
			facts[i].TookSeconds = int64((one.Kept.Sub(one.Made) + time.Second - 1) / time.Second)
		}
	}
	return facts
}
