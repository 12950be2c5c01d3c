package complaint

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Finding is what was found of one issue: what happened and why, with what it rests on. The zero
// Finding: nobody has found anything yet.
type Finding struct {
	Ref     string     `json:"ref,omitempty"`
	At      time.Time  `json:"at,omitzero"`
	By      string     `json:"by,omitempty"`
	Cause   Cause      `json:"cause,omitzero"`
	Text    string     `json:"text,omitempty"` // what happened
	Grounds []Evidence `json:"grounds,omitempty"`
	Clause  Citation   `json:"clause,omitzero"` // that the cause rests on
	Queue   QueueFacts `json:"queue,omitzero"`  // of a cause of capacity
}

// maxGrounds is the most pieces of evidence of one finding.
const maxGrounds = 50

// Find says what happened in one issue, and what kind of cause it had. A later finding on the
// same issue takes the place of an earlier one, which stays in the history.
type Find struct {
	Step `json:"-"`

	Issue   string     `json:"issue"`
	Cause   Cause      `json:"cause"`
	Text    string     `json:"text"`
	Grounds []Evidence `json:"grounds,omitempty"`
	Clause  Citation   `json:"clause,omitzero"`
	Queue   QueueFacts `json:"queue,omitzero"`
}

func (Find) kind() Kind { return KindFind }

// Canonical writes the command in canonical form.
func (x Find) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	c.Text("cause", x.Cause.text())
	c.Text("text", x.Text)
	c.List("grounds", len(x.Grounds), func(i int) { x.Grounds[i].canonical(c) })
	c.Group("clause", func() { x.Clause.canonical(c) })
	c.Group("queue", func() { x.Queue.canonical(c) })
}

func (x Find) faults(faults *customer.Faults) {
	faults.Name("issue", x.Issue)
	checkCause(faults, "cause", x.Cause)
	checkSaid(faults, "text", x.Text)
	faults.Within("grounds", len(x.Grounds), 0, maxGrounds)
	for i := range x.Grounds[:min(len(x.Grounds), maxGrounds)] {
		var part customer.Faults
		x.Grounds[i].check(&part)
		if slices.Contains(x.Grounds[:i], x.Grounds[i]) {
			part.Add("ref", x.Grounds[i].Ref, "is not that of a ground above")
		}
		faults.Join(fmt.Sprintf("grounds[%d]", i), part)
	}
	if x.Clause != (Citation{}) {
		var part customer.Faults
		x.Clause.check(&part)
		faults.Join("clause", part)
	}
	var part customer.Faults
	x.Queue.check(&part)
	faults.Join("queue", part)
}

// Find books a finding. No cause but the unknown one is found on nothing: it takes evidence that
// the case knows by then, or a clause in force when it happened. Beyond that,
//
//   - the customer's own cause, and each that the policy wants inspected, takes an inspection
//     for the issue that indicates it, made and booked by somebody whom she does not complain of
//     in the case; and no later one that indicates another. A clause that the policy lists as
//     settling the cause of such issues stands in for a missing inspection, but not against one.
//   - a cause of capacity takes the facts of the queue, here or on a hypothesis of the issue.
//   - a known incident takes the match to it.
//
// Nobody finds a cause in a case in which the customer complains of her.
func (p *Policy) Find(c Case, x Find) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindFind, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	x.Grounds = slices.Clone(x.Grounds)
	issue := d.hasIssue(x.Issue)
	for _, ground := range x.Grounds {
		d.rests(ground)
	}
	if x.Clause != (Citation{}) && c.Phase != 0 {
		for _, wrong := range p.clause(x.Clause, p.eventDay(&c)) {
			d.miss(wrong)
		}
	}
	if issue != nil {
		d.founded(&x, issue)
	}
	d.post(x)
	for _, reason := range x.Queue.Reasons() {
		d.why(reason)
	}
	return d.decision()
}

// founded notes what a cause lacks to be found.
func (d *desk) founded(x *Find, issue *Issue) {
	if x.Cause != CauseUnknown && len(x.Grounds) == 0 && x.Clause == (Citation{}) && x.Queue == (QueueFacts{}) {
		d.miss(customer.Reason{Code: CodeFindingBasis, Of: x.Issue})
	}
	if d.inspect[x.Cause] {
		d.inspected(x, issue)
	}
	if x.Cause == CauseCapacity && x.Queue == (QueueFacts{}) && !d.now.queued(x.Issue, d.step.At) {
		d.miss(customer.Reason{Code: CodeFindingQueue, Of: x.Issue})
	}
	matched := slices.ContainsFunc(x.Grounds, func(v Evidence) bool { return v.Kind == ByIncident })
	if x.Cause == CauseIncident && !matched {
		d.miss(customer.Reason{Code: CodeFindingIncident, Of: x.Issue})
	}
}

// inspected notes what a cause lacks that needs an inspection.
func (d *desk) inspected(x *Find, issue *Issue) {
	if last := d.now.verdict(x.Issue); last != nil && last.Cause != x.Cause {
		d.miss(customer.Reason{Code: CodeInspectionOther, Of: last.Ref, At: last.At.In(d.zone)})
	}
	var doubts []customer.Reason
	for _, ground := range x.Grounds {
		if ground.Kind != ByInspection {
			continue
		}
		one := d.now.inspection(ground.Ref)
		switch {
		case one == nil: // which has been said
		case !slices.Contains(one.Issues, x.Issue):
			doubts = append(doubts, customer.Reason{Code: CodeInspectionIssue, Of: one.Ref})
		case one.Cause != x.Cause:
			doubts = append(doubts, customer.Reason{Code: CodeInspectionSilent, Of: one.Ref})
		case d.now.partial(one):
			doubts = append(doubts, customer.Reason{Code: CodeInspectionOwn, Of: one.Ref})
		default:
			return
		}
	}
	if x.Clause != (Citation{}) {
		if d.settles(x.Clause, x.Cause, issue.Kind) {
			return
		}
		d.miss(customer.Reason{Code: CodeClauseSettles, Of: x.Clause.Name()})
	}
	for _, doubt := range doubts {
		d.miss(doubt)
	}
	d.miss(customer.Reason{Code: CodeFindingInspection, Of: x.Issue})
}

// queued reports whether the facts of the queue lie on a hypothesis of an issue, by an instant.
func (c *Case) queued(issue string, at time.Time) bool {
	for i := range c.Hypotheses {
		one := &c.Hypotheses[i]
		if one.Issue == issue && slices.ContainsFunc(one.Weighings, func(w Weighing) bool { return w.Queue != (QueueFacts{}) && !w.At.After(at) }) {
			return true
		}
	}
	return false
}

func (x Find) apply(g *ground, e *Entry) error {
	place := g.issue(x.Issue)
	if place < 0 {
		return fmt.Errorf("there is no issue %q", x.Issue)
	}
	if x.Cause == CauseCustomer && x.Clause == (Citation{}) && !slices.ContainsFunc(x.Grounds, func(v Evidence) bool {
		return v.Kind == ByInspection && g.inspection(v.Ref) != nil
	}) {
		return errors.New("it is nobody's own cause without an inspection or a clause")
	}
	issue := &(*mine(g, ofIssues, &g.Issues))[place]
	issue.Finding = Finding{e.Ref, e.At, e.By, x.Cause, x.Text, x.Grounds, x.Clause, x.Queue}
	return nil
}
