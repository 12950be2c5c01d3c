package task

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Review says how much of the goal was reached, why not all of it, what was learnt, and what is the
// next goal. Who gives it has reviewed. A cycle may be reviewed as often as one likes, in the middle
// too; the last one counts.
type Review struct {
	journal.Step `json:"-"`

	// Permille is how much was reached, of a goal whose text says it: 0 to 1000 as the reviewer
	// judges. Of a goal with a figure the procedure works it out, and fills in the figure too.
	Permille int64  `json:"permille,omitempty"`
	Figure   int64  `json:"figure,omitempty"`
	Cause    string `json:"cause,omitempty"` // why the goal was missed: one of the rules
	Lesson   string `json:"lesson"`
	Next     Goal   `json:"next,omitzero"` // the goal of the next cycle; zero: none is set
}

func (Review) kind() string { return "review" }

// Canonical writes the command in canonical form.
func (x Review) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Int("permille", x.Permille)
	c.Int("figure", x.Figure)
	c.Text("cause", x.Cause)
	c.Text("lesson", x.Lesson)
	c.Group("next", func() { x.Next.canonical(c) })
}

func (x Review) check(faults *customer.Faults) {
	if x.Figure != 0 {
		faults.Add("figure", x.Figure, "is left to the procedure")
	}
	checkPermille(faults, x.Permille, 1000)
	x.checkWords(faults)
}

func checkPermille(faults *customer.Faults, permille, most int64) {
	if permille < 0 || permille > most {
		faults.Add("permille", permille, fmt.Sprintf("is 0 to %d", most))
	}
}

func (x Review) checkWords(faults *customer.Faults) {
	faults.Text("cause", x.Cause)
	if faults.Note("lesson", x.Lesson); x.Lesson == "" {
		faults.Add("lesson", x.Lesson, "is required: a review without one teaches nobody")
	}
	if x.Next != (Goal{}) {
		var part customer.Faults
		if x.Next.check(&part); len(part) > 0 {
			faults.Join("next", part)
		}
	}
}

// stored checks what an entry says, in which the figure was filled in.
func (x Review) stored(faults *customer.Faults) {
	checkPermille(faults, x.Permille, MaxPermille)
	if x.Figure < -MaxFigure*(MaxRecords+1) || x.Figure > MaxFigure*(MaxRecords+1) {
		faults.Add("figure", x.Figure, "is a sum of figures")
	}
	x.checkWords(faults)
}

// Reviewed is a review.
type Reviewed struct {
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Entry    uint64    `json:"entry"`    // its number in the history: what came later it has not seen
	Goal     Goal      `json:"goal"`     // as it stood
	Permille int64     `json:"permille"` // how much of the goal was reached
	Figure   int64     `json:"figure"`   // in the goal's unit
	Cause    string    `json:"cause,omitempty"`
	Lesson   string    `json:"lesson"`
	Next     Goal      `json:"next,omitzero"`
}

// Reached reports whether all of the goal was.
func (r Reviewed) Reached() bool { return r.Permille >= 1000 }

// Review reviews a cycle: not without a record, and where a figure is the goal, not without one.
// Whoever did some of it does not review it, where the rules say so.
func (p *Procedure) Review(c Cycle, x Review) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	records := 0
	for i := range c.Records {
		if c.Records[i].Struck.IsZero() {
			records++
		}
	}
	figure, counted := c.Figure()
	switch {
	case records == 0:
		d.Miss(customer.Reason{Code: CodeNoRecord})
	case c.Goal.Unit == "":
	case x.Permille != 0:
		d.Miss(customer.Reason{Code: CodeWorkedOut, Of: c.Goal.Unit, Fact: x.Permille, Unit: customer.UnitPermille})
	case !counted:
		d.Miss(customer.Reason{Code: CodeNoFigure, Of: c.Goal.Unit})
	default:
		x.Figure, x.Permille = figure, c.Goal.reached(figure)
	}
	p.caused(d, &x, records > 0)
	if x.Next != (Goal{}) {
		p.aim(d, &x.Next, p.today(d))
	}
	p.full(d, x.kind(), len(c.Reviews), MaxReviews)
	p.judges(d, p.rules.Reviewer, d.By, c.Owner, c.did)
	d.Post(x, append(p.overdue(&c, p.today(d)), c.found(x.Permille, x.Cause))...)
	return d.Decision()
}

// caused wants the cause of a missed goal, where the rules have causes.
func (p *Procedure) caused(d *draft, x *Review, recorded bool) {
	known := x.Cause == ""
	for _, one := range p.rules.Causes {
		known = known || one == x.Cause
	}
	if !known {
		d.Miss(customer.Reason{Code: CodeCauseUnknown, Of: x.Cause})
	}
	if recorded && x.Cause == "" && x.Permille < 1000 && len(p.rules.Causes) > 0 {
		d.Miss(customer.Reason{Code: CodeCauseMissing, Fact: x.Permille, Mark: 1000, Unit: customer.UnitPermille})
	}
}

// did reports whether somebody did some of what was recorded.
func (c Cycle) did(who string) bool {
	for i := range c.Records {
		if one := &c.Records[i]; one.Struck.IsZero() && one.Who == who {
			return true
		}
	}
	return false
}

// found says what a review has found.
func (c Cycle) found(permille int64, cause string) customer.Reason {
	reason := customer.Reason{Code: CodeReached, Of: cause, Fact: permille, Mark: 1000, Unit: customer.UnitPermille, By: c.Goal.By}
	if permille < 1000 {
		reason.Code = CodeMissed
	}
	return reason
}

func (x Review) apply(g *ground, e *Entry) error {
	if len(g.Records) == 0 {
		return errors.New("a review of no record")
	}
	return push(g, ofReviews, &g.Reviews, MaxReviews, Reviewed{
		At: e.At, By: e.By, Entry: g.Entries, Goal: g.Goal, Permille: x.Permille, Figure: x.Figure, Cause: x.Cause, Lesson: x.Lesson, Next: x.Next,
	})
}
