package task

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Action is one step of a plan: what somebody is to do by a day.
type Action struct {
	ID         string        `json:"id"` // the host's, among those of the cycle
	What       string        `json:"what"`
	By         customer.Date `json:"by"` // the last day
	Owner      string        `json:"owner"`
	Importance int           `json:"importance,omitempty"` // 0 to MaxImportance
}

func (a *Action) check(faults *customer.Faults) {
	faults.Name("id", a.ID)
	if faults.Note("what", a.What); a.What == "" {
		faults.Add("what", a.What, "is required")
	}
	faults.GivenDay("by", a.By)
	faults.Name("owner", a.Owner)
	checkImportance(faults, "importance", a.Importance)
}

// Planned is an action, and how it stands.
type Planned struct {
	Action
	Done    customer.Date `json:"done,omitzero"`    // the day on which it was done, by the record that says so
	Dropped time.Time     `json:"dropped,omitzero"` // since when it is not to be done any more
	Moved   int           `json:"moved,omitempty"`  // how often its day was moved
}

// Pending reports whether the action is still to be done.
func (p *Planned) Pending() bool { return p.Done == 0 && p.Dropped.IsZero() }

// Plan adds actions to the plan.
type Plan struct {
	journal.Step `json:"-"`

	Actions []Action `json:"actions"` // 1 to MaxActions
}

func (Plan) kind() string { return "plan" }

// Canonical writes the command in canonical form.
func (x Plan) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.List("actions", len(x.Actions), func(i int) {
		one := &x.Actions[i]
		c.Text("id", one.ID)
		c.Text("what", one.What)
		c.Date("by", one.By)
		c.Text("owner", one.Owner)
		c.Int("importance", int64(one.Importance))
	})
}

func (x Plan) check(faults *customer.Faults) {
	faults.Within("actions", len(x.Actions), 1, MaxActions)
	seen := map[string]bool{}
	for i := range x.Actions[:min(len(x.Actions), MaxActions)] {
		one := &x.Actions[i]
		var part customer.Faults
		if one.check(&part); seen[one.ID] {
			part.Add("id", one.ID, "stands only once")
		}
		if seen[one.ID] = true; len(part) > 0 {
			faults.Join(fmt.Sprintf("actions[%d]", i), part)
		}
	}
}

// Plan adds actions to the plan. Each has an owner, and a day from that of the command to that of
// the goal.
func (p *Procedure) Plan(c Cycle, x Plan) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	for i := range x.Actions {
		one := &x.Actions[i]
		if c.action(one.ID) >= 0 {
			d.Miss(customer.Reason{Code: CodeActionKnown, Of: one.ID})
		}
		p.inTime(d, &c, one.ID, one.By)
		if !slices.ContainsFunc(x.Actions[:i], func(other Action) bool { return other.Owner == one.Owner }) {
			p.works(d, one.Owner)
		}
	}
	if have := len(c.Actions) + len(x.Actions); have > MaxActions {
		d.Miss(customer.Reason{Code: CodeFull, Of: x.kind(), Fact: int64(have), Mark: MaxActions})
	}
	x.Actions = slices.Clone(x.Actions) // the caller's list is not the entry's
	d.Post(x)
	return d.Decision()
}

// inTime wants an action's day to be one from that of the command to that of the goal.
func (p *Procedure) inTime(d *draft, c *Cycle, id string, by customer.Date) {
	if today := p.today(d); by < today {
		d.Miss(customer.Reason{Code: CodeActionPast, Of: id, On: today, By: by})
	}
	if by > c.Goal.By {
		d.Miss(customer.Reason{Code: CodeActionLate, Of: id, On: by, By: c.Goal.By})
	}
}

func (x Plan) apply(g *ground, _ *Entry) error {
	for i := range x.Actions {
		if x.Actions[i].Owner == "" || g.action(x.Actions[i].ID) >= 0 {
			return fmt.Errorf("the action %q has no owner, or is there already", x.Actions[i].ID)
		}
		if err := push(g, ofActions, &g.Actions, MaxActions, Planned{Action: x.Actions[i]}); err != nil {
			return err
		}
	}
	g.Touched = g.Entries
	return nil
}

// Move gives an action another day: why, and who has approved of it.
type Move struct {
	journal.Step `json:"-"`

	Action   string        `json:"action"`
	To       customer.Date `json:"to"`
	Why      string        `json:"why"`
	Approver string        `json:"approver"`
}

func (Move) kind() string { return "move" }

// Canonical writes the command in canonical form.
func (x Move) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("action", x.Action)
	c.Date("to", x.To)
	c.Text("why", x.Why)
	c.Text("approver", x.Approver)
}

func (x Move) check(faults *customer.Faults) {
	faults.Name("action", x.Action)
	faults.GivenDay("to", x.To)
	checkWhy(faults, x.Why)
	faults.Name("approver", x.Approver)
}

// Move gives an action another day.
func (p *Procedure) Move(c Cycle, x Move) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	if one := p.pending(d, &c, x.Action); one != nil {
		if one.By == x.To {
			d.Miss(customer.Reason{Code: CodeUnchanged, Of: x.Action})
		}
		p.approves(d, &c, x.Approver, one)
	}
	p.inTime(d, &c, x.Action, x.To)
	p.full(d, x.kind(), len(c.Changes), MaxChanges)
	d.Post(x)
	return d.Decision()
}

// approves wants somebody to be one who may approve of a change of an action: whose it is, is the
// owner of the cycle's and her own.
func (p *Procedure) approves(d *draft, c *Cycle, id string, one *Planned) {
	p.judges(d, p.rules.Approver, id, c.Owner, func(who string) bool { return who == one.Owner })
}

// pending returns an action that is still to be done; else it is missed.
func (p *Procedure) pending(d *draft, c *Cycle, id string) *Planned {
	at := c.action(id)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeActionUnknown, Of: id})
		return nil
	}
	one := &c.Actions[at]
	switch {
	case !one.Dropped.IsZero():
		d.Miss(customer.Reason{Code: CodeActionDropped, Of: id, At: one.Dropped.In(p.zone)})
		return nil
	case one.Done != 0:
		d.Miss(customer.Reason{Code: CodeActionDone, Of: id, On: one.Done})
		return nil
	}
	return one
}

func (x Move) apply(g *ground, e *Entry) error {
	one, err := g.change(x.Action, Changed{At: e.At, By: e.By, Approver: x.Approver, Why: x.Why})
	if err != nil {
		return err
	}
	one.By = x.To
	one.Moved++
	return nil
}

// change notes a change of an action that is still to be done, and returns the action, which may be
// changed in place.
func (g *ground) change(action string, changed Changed) (*Planned, error) {
	at := g.action(action)
	if at < 0 || !g.Actions[at].Pending() {
		return nil, errors.New("there is no such action that is still to be done")
	}
	changed.Action, changed.Day = action, g.Actions[at].By
	g.Touched = g.Entries
	one := &(*mine(g, ofActions, &g.Actions))[at]
	return one, push(g, ofChanges, &g.Changes, MaxChanges, changed)
}

// Drop says that an action is not to be done any more: why, and who has approved of it.
type Drop struct {
	journal.Step `json:"-"`

	Action   string `json:"action"`
	Why      string `json:"why"`
	Approver string `json:"approver"`
}

func (Drop) kind() string { return "drop" }

// Canonical writes the command in canonical form.
func (x Drop) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("action", x.Action)
	c.Text("why", x.Why)
	c.Text("approver", x.Approver)
}

func (x Drop) check(faults *customer.Faults) {
	faults.Name("action", x.Action)
	checkWhy(faults, x.Why)
	faults.Name("approver", x.Approver)
}

// Drop says that an action is not to be done any more.
func (p *Procedure) Drop(c Cycle, x Drop) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	if one := p.pending(d, &c, x.Action); one != nil {
		p.approves(d, &c, x.Approver, one)
	}
	p.full(d, x.kind(), len(c.Changes), MaxChanges)
	d.Post(x)
	return d.Decision()
}

func (x Drop) apply(g *ground, e *Entry) error {
	one, err := g.change(x.Action, Changed{At: e.At, By: e.By, Approver: x.Approver, Why: x.Why})
	if err != nil {
		return err
	}
	one.Dropped = e.At
	return nil
}
