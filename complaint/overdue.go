package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Overdue says that the last day for a remedy, or for a corrective action, has passed without it.
// Like a broken promise it is told once for each, by whoever wakes the case, be the case closed or
// a duplicate: what was promised is owed. What was done late stays told.
type Overdue struct {
	Remedy string        `json:"remedy,omitempty"` // one of the two
	Action string        `json:"action,omitempty"`
	Due    customer.Date `json:"due"`
}

func (Overdue) kind() Kind { return KindOverdue }

func (x Overdue) faults(faults *customer.Faults) {
	faults.Text("remedy", x.Remedy)
	faults.Text("action", x.Action)
	if (x.Remedy == "") == (x.Action == "") {
		faults.Add("remedy", x.Remedy, "is a remedy, or else action is an action")
	}
	faults.GivenDay("due", x.Due)
}

func (x Overdue) apply(g *ground, _ *Entry) error {
	if at := g.remedy(x.Remedy); at >= 0 && g.Remedies[at].lapses() == x.Due && x.Due != 0 {
		(*mine(g, ofRemedies, &g.Remedies))[at].Overdue = true
		return nil
	}
	if at := g.corrective(x.Action); at >= 0 && g.Corrections[at].lapses() == x.Due && x.Due != 0 {
		(*mine(g, ofCorrections, &g.Corrections))[at].Overdue = true
		return nil
	}
	return fmt.Errorf("nothing is awaited by %s", x.Due)
}

// lapses is the last day for a remedy that she does not have yet, and of which nobody was told that
// it has passed; or 0.
func (r *Remedy) lapses() customer.Date {
	if r.Overdue || r.State != RemedyProposed && r.State != RemedyGranted && r.State != RemedyObjected {
		return 0
	}
	return r.Due
}

// lapses is the same of an action that is not found to be effective.
func (a *Corrective) lapses() customer.Date {
	if a.Overdue || a.Effect == Effective {
		return 0
	}
	return a.Due
}

// tellOverdue books what was due on a day before that of the command.
func (d *desk) tellOverdue() {
	today := d.day(d.step.At)
	for i := range d.now.Remedies {
		r := &d.now.Remedies[i]
		if due := r.lapses(); due != 0 && due < today {
			d.post(Overdue{Remedy: r.Remedy, Due: due}, customer.Reason{
				Code: CodeRemedyOverdue, Of: r.Remedy, By: due, Fact: r.spent(), Mark: r.AmountMinor, Unit: customer.UnitMinor,
			})
		}
	}
	for i := range d.now.Corrections {
		a := &d.now.Corrections[i]
		if due := a.lapses(); due != 0 && due < today {
			d.post(Overdue{Action: a.Action, Due: due}, customer.Reason{Code: CodeActionOverdue, Of: a.Action, By: due})
		}
	}
}

// wakeOverdue is when the first of the last days is over: the next midnight, in the policy's zone.
func (p *Policy) wakeOverdue(c *Case) (time.Time, bool, error) {
	first := customer.Date(0)
	see := func(due customer.Date) {
		if due != 0 && (first == 0 || due < first) {
			first = due
		}
	}
	for i := range c.Remedies {
		see(c.Remedies[i].lapses())
	}
	for i := range c.Corrections {
		see(c.Corrections[i].lapses())
	}
	if first == 0 {
		return time.Time{}, false, nil
	}
	return first.AddDays(1).Start(p.zone), true, nil
}
