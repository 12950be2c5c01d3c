package task

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Assign gives a cycle, or an action of it, to somebody else.
type Assign struct {
	journal.Step `json:"-"`

	To      string        `json:"to"`
	Action  string        `json:"action,omitempty"`  // the action; empty: the cycle
	Actions bool          `json:"actions,omitempty"` // with the cycle, all actions still to be done that were its owner's
	Until   customer.Date `json:"until,omitzero"`    // the first day on which she is to give it back; zero: for good
	Why     string        `json:"why"`
}

func (Assign) kind() string { return "assign" }

// Canonical writes the command in canonical form.
func (x Assign) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("to", x.To)
	c.Text("action", x.Action)
	c.Bool("actions", x.Actions)
	c.Date("until", x.Until)
	c.Text("why", x.Why)
}

func (x Assign) check(faults *customer.Faults) {
	faults.Name("to", x.To)
	if faults.Text("action", x.Action); x.Action != "" && x.Actions {
		faults.Add("actions", x.Actions, "goes with the whole cycle")
	}
	faults.Day("until", x.Until)
	checkWhy(faults, x.Why)
}

// Assigned is one change of hands.
type Assigned struct {
	At     time.Time     `json:"at"`
	By     string        `json:"by"`
	Action string        `json:"action,omitempty"` // empty: the cycle
	From   string        `json:"from"`
	To     string        `json:"to"`
	Until  customer.Date `json:"until,omitzero"`
	Why    string        `json:"why"`
}

// Assign gives a cycle, or an action of it, to somebody else, who works here on the day.
func (p *Procedure) Assign(c Cycle, x Assign) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	had := c.Owner
	if x.Action != "" {
		if one := p.pending(d, &c, x.Action); one != nil {
			had = one.Owner
		} else {
			had = ""
		}
	}
	if had == x.To {
		d.Miss(customer.Reason{Code: CodeUnchanged, Of: x.To})
	}
	if today := p.today(d); x.Until != 0 && x.Until <= today {
		d.Miss(customer.Reason{Code: CodeUntilPast, On: today, By: x.Until})
	}
	p.works(d, x.To)
	p.full(d, x.kind(), len(c.Assignments)+len(c.handed(x))-1, MaxAssignments)
	d.Post(x)
	return d.Decision()
}

// handed are the places of the actions that change hands; -1 is the cycle.
func (c Cycle) handed(x Assign) []int {
	if x.Action != "" {
		return []int{c.action(x.Action)}
	}
	all := []int{-1}
	for i := range c.Actions {
		if one := &c.Actions[i]; x.Actions && one.Pending() && one.Owner == c.Owner {
			all = append(all, i)
		}
	}
	return all
}

func (x Assign) apply(g *ground, e *Entry) error {
	if x.To == "" {
		return errors.New("a cycle has an owner")
	}
	for _, at := range g.handed(x) {
		one := Assigned{At: e.At, By: e.By, From: g.Owner, To: x.To, Until: x.Until, Why: x.Why}
		switch {
		case at >= 0:
			action := &(*mine(g, ofActions, &g.Actions))[at]
			one.Action, one.From = action.ID, action.Owner
			if !action.Pending() {
				return errors.New("the action is not to be done any more")
			}
			action.Owner = x.To
		case x.Action != "":
			return errors.New("there is no such action")
		default:
			g.Owner = x.To
		}
		if err := push(g, ofAssignments, &g.Assignments, MaxAssignments, one); err != nil {
			return err
		}
	}
	return nil
}
