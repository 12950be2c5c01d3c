package quality

import (
	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Action is what was done about a cause, so that it leads to no more complaints: the corrective
// action of a quality system.
type Action struct {
	ID      string          `json:"id"` // the host's
	On      customer.Date   `json:"on"` // since when it has worked
	Cause   complaint.Cause `json:"cause"`
	Kind    string          `json:"kind,omitempty"`    // of issue; empty: any
	Product string          `json:"product,omitempty"` // the product or service that cases are about; empty: any
	Site    string          `json:"site,omitempty"`    // where they were received; empty: anywhere
}

// Improvement adds up the cases of the cause before and after an action, by the day on which it
// happened (where nobody knows, the day of receipt), beside how many were sold, or how many
// customers there were. It is made by [Gauge.Improvement], and not safe for concurrent use.
type Improvement struct {
	gauge         Gauge
	action        Action
	before, after population.Period
	counts        tally[[1]string]
}

const (
	improvementCases = iota
	improvementPending
	improvementBase
	improvementFigures
)

const (
	beforeIt = "before"
	afterIt  = "after"
)

// Improvement begins to add up a period before an action and one after it. They need not be as
// long as each other, for each is held against its own denominator; who gives an action time to
// take hold begins the second one later.
func (g *Gauge) Improvement(action Action, before, after population.Period) (*Improvement, error) {
	var faults customer.Faults
	faults.Name("action.id", action.ID)
	faults.GivenDay("action.on", action.On)
	if action.Cause == 0 || action.Cause == complaint.CauseUnknown || !known(action.Cause) {
		faults.Add("action.cause", action.Cause, "is a cause that can be found")
	}
	faults.Text("action.kind", action.Kind)
	faults.Text("action.product", action.Product)
	faults.Text("action.site", action.Site)
	faults = append(append(faults, before.Faults("before")...), after.Faults("after")...)
	if before.Until > action.On {
		faults.Add("before.until", before.Until, "is the day of the action or earlier")
	}
	if after.From < action.On {
		faults.Add("after.from", after.From, "is the day of the action or later")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	counts, err := newTally(g,
		shape[[1]string]{"improvement", improvementFigures, -1, func(l [1]string, _ []int64) bool { return l[0] == beforeIt || l[0] == afterIt }, nil},
		population.Period{From: before.From, Until: after.Until},
		before.Until.String(), after.From.String(), action.ID, action.On.String(), action.Cause.String(), action.Kind, action.Product, action.Site,
	)
	if err != nil {
		return nil, err
	}
	return &Improvement{*g, action, before, after, counts}, nil
}

// known reports whether a cause is one.
func known(cause complaint.Cause) bool {
	_, err := cause.MarshalText()
	return err == nil
}

// side is the name of the period in which a day lies; "" in neither.
func (x *Improvement) side(on customer.Date) string {
	switch {
	case x.before.Contains(on):
		return beforeIt
	case x.after.Contains(on):
		return afterIt
	}
	return ""
}

// Base counts so many that were sold, or customers, of a day: of those, and at the place, that
// the action is about. 0 or more.
func (x *Improvement) Base(on customer.Date, n int64) error {
	if err := x.counts.begin(); err != nil {
		return err
	}
	var faults customer.Faults
	faults.GivenDay("on", on)
	if n < 0 || n > population.MaxUnits {
		faults.Add("n", n, "is 0 to 1000000000000")
	}
	side := x.side(on)
	if err := faults.Err(); err != nil || side == "" {
		return err
	}
	x.counts.count([1]string{side})[improvementBase] = n
	return x.counts.end()
}

// Add counts a case that the action is about.
func (x *Improvement) Add(f *Facts) error {
	if err := x.counts.begin(); err != nil {
		return err
	}
	side := x.side(f.Happened)
	if side == "" || x.action.Product != "" && f.Service != x.action.Product || x.action.Site != "" && f.Site != x.action.Site {
		return nil
	}
	ofKind := func(issue *Issue) bool { return x.action.Kind == "" || issue.Kind == x.action.Kind }
	var found, pending bool
	for i := range f.Issues {
		issue := &f.Issues[i]
		found = found || ofKind(issue) && issue.Cause == x.action.Cause
		pending = pending || ofKind(issue) && issue.Cause == 0 && !issue.Withdrawn
	}
	if !found && !pending {
		return nil
	}
	more := x.counts.count([1]string{side})
	more[improvementCases], more[improvementPending] = bit(found), bit(pending && !found)
	return x.counts.end()
}

// Merge counts everything that other counted, of the same action and periods.
func (x *Improvement) Merge(other *Improvement) error { return x.counts.merge(&other.counts) }

// MarshalBinary writes the counts, those after the action first.
func (x *Improvement) MarshalBinary() ([]byte, error) { return x.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same action and periods;
// at an error it stays as it was.
func (x *Improvement) UnmarshalBinary(data []byte) error { return x.counts.read(data) }

// Effect is what became of a cause after an action. Cases of which no cause is found yet could
// still turn out to be of it, and there are more of them the later it is: so what is said holds
// whatever they turn out to be.
type Effect struct {
	Before, After               population.Share // cases of the cause, of the denominator
	PendingBefore, PendingAfter int64            // cases that may still turn out to be

	// Cautious is the share after it less that before it, if all that is pending speaks against
	// the action, and Hopeful if all speaks for it.
	Cautious, Hopeful population.Difference
	// Verdict is Lower, an improvement, only if that is shown even with Cautious; Higher only if
	// it is even with Hopeful.
	Verdict population.Verdict
	Reasons []customer.Reason
}

// Effect returns what is known of the effect until now.
func (x *Improvement) Effect() Effect {
	var e Effect
	for side, f := range x.counts.sums.All() {
		share := population.Share{Of: f[improvementCases], All: f[improvementBase]}
		if side[0] == beforeIt {
			e.Before, e.PendingBefore = share, f[improvementPending]
		} else {
			e.After, e.PendingAfter = share, f[improvementPending]
		}
	}
	least := x.gauge.least()
	with := func(share population.Share, pending int64) population.Share {
		return population.Share{Of: share.Of + pending, All: share.All}
	}
	e.Cautious = population.Compare(with(e.After, e.PendingAfter), e.Before, least)
	e.Hopeful = population.Compare(e.After, with(e.Before, e.PendingBefore), least)
	switch {
	case e.Cautious.Verdict == population.TooFew || e.Hopeful.Verdict == population.TooFew:
		e.Verdict = population.TooFew
	case e.Cautious.Verdict == population.Lower:
		e.Verdict = population.Lower
	case e.Hopeful.Verdict == population.Higher:
		e.Verdict = population.Higher
	default:
		e.Verdict = population.NoDifference
	}
	e.Reasons = x.reasons(&e)
	return e
}

func (x *Improvement) reasons(e *Effect) []customer.Reason {
	reason := func(code string, fact, mark int64) customer.Reason {
		return customer.Reason{Code: code, Rule: x.gauge.name, Of: x.action.ID, Fact: fact, Mark: mark, Unit: customer.UnitTimes, On: x.action.On}
	}
	reasons := []customer.Reason{reason(CodeBefore, e.Before.Of, e.Before.All), reason(CodeAfter, e.After.Of, e.After.All)}
	if e.PendingBefore+e.PendingAfter > 0 {
		reasons = append(reasons, reason(CodeMayBe, e.PendingBefore, e.PendingAfter))
	}
	said := reason("", 0, 0)
	said.Unit = customer.UnitPermille
	switch e.Verdict {
	case population.Lower:
		said.Code = CodeImproved
		_, said.Fact, said.Mark = e.Cautious.Permille()
	case population.Higher:
		said.Code = CodeWorsened
		_, said.Fact, said.Mark = e.Hopeful.Permille()
	case population.NoDifference:
		said.Code = CodeNoEffect
		_, said.Fact, _ = e.Hopeful.Permille() // the lower of the two
		_, _, said.Mark = e.Cautious.Permille()
	case population.TooFew:
		said = reason(CodeTooFew, min(e.Before.All, e.After.All), x.gauge.least())
		said.Of = "base"
		if said.Fact >= said.Mark { // enough, and fewer than there were cases
			said = reason(CodeMoreThanSold, max(e.Before.Of+e.PendingBefore, e.After.Of+e.PendingAfter), said.Fact)
		}
	}
	return append(reasons, said)
}
