package task

import (
	"cmp"
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Close ends a cycle.
type Close struct {
	journal.Step `json:"-"`

	Next ID `json:"next,omitempty"` // the cycle that will be its successor; empty: none is known yet
}

func (Close) kind() string { return "close" }

// Canonical writes the command in canonical form.
func (x Close) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("next", string(x.Next))
}

func (x Close) check(faults *customer.Faults) { faults.Text("next", string(x.Next)) }

// Closed is how a cycle ended.
type Closed struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Next ID        `json:"next,omitempty"`
}

// Close ends a cycle: when it was reviewed as it stands now, and each action is done or dropped.
func (p *Procedure) Close(c Cycle, x Close) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	today := p.today(d)
	for i := range c.Actions {
		if one := &c.Actions[i]; one.Pending() {
			d.Miss(customer.Reason{Code: CodeActionOpen, Of: one.ID, Fact: max(0, int64(today-one.By)), Unit: customer.UnitDays, By: one.By})
		}
	}
	var last Reviewed
	switch n := len(c.Reviews); {
	case n == 0:
		d.Miss(customer.Reason{Code: CodeNoReview})
	case c.Reviews[n-1].Entry < c.Touched:
		d.Miss(customer.Reason{Code: CodeReviewStale, At: c.Reviews[n-1].At.In(p.zone), Fact: int64(c.Touched - c.Reviews[n-1].Entry)})
		fallthrough
	default:
		last = c.Reviews[n-1]
		if p.rules.NextGoal && last.Next == (Goal{}) {
			d.Miss(customer.Reason{Code: CodeNextMissing, At: last.At.In(p.zone)})
		}
	}
	d.Post(x, c.found(last.Permille, last.Cause))
	return d.Decision()
}

func (x Close) apply(g *ground, e *Entry) error {
	n := len(g.Reviews)
	if n == 0 || g.Reviews[n-1].Entry < g.Touched {
		return errors.New("it was not reviewed as it stands")
	}
	for i := range g.Actions {
		if g.Actions[i].Pending() {
			return errors.New("an action is still to be done")
		}
	}
	g.Closed = Closed{e.At, e.By, x.Next}
	return nil
}

// Reopen goes on with a closed cycle, in which something has to be put right: why, and who has
// approved of it.
type Reopen struct {
	journal.Step `json:"-"`

	Why      string `json:"why"`
	Approver string `json:"approver"`
	Owner    string `json:"owner,omitempty"` // who owns it from now on; empty: who did
}

func (Reopen) kind() string { return "reopen" }

// Canonical writes the command in canonical form.
func (x Reopen) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("why", x.Why)
	c.Text("approver", x.Approver)
	c.Text("owner", x.Owner)
}

func (x Reopen) check(faults *customer.Faults) {
	checkWhy(faults, x.Why)
	faults.Name("approver", x.Approver)
	faults.Text("owner", x.Owner)
}

// Reopened is a reopening.
type Reopened struct {
	From     string    `json:"from,omitempty"` // whose it was, where it is somebody else's since
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Approver string    `json:"approver"`
	Why      string    `json:"why"`
	Was      Closed    `json:"was"`
}

// Reopen goes on with a closed cycle. It is reviewed again before it is closed again, and its owner
// is somebody who works here: where she has left, the command names another one.
func (p *Procedure) Reopen(c Cycle, x Reopen) (Decision, error) {
	d, err := p.draft(&c, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	switch {
	case c.Entries == 0:
		d.Miss(customer.Reason{Code: CodeNotOpened})
		return d.Decision()
	case !c.Ended():
		d.Miss(customer.Reason{Code: CodeNotClosed})
	}
	p.works(d, cmp.Or(x.Owner, c.Owner))
	p.full(d, x.kind(), len(c.Reopenings), MaxReopenings)
	p.judges(d, p.rules.Approver, x.Approver, c.Owner, nobody)
	d.Post(x)
	return d.Decision()
}

func (x Reopen) apply(g *ground, e *Entry) error {
	reopened := Reopened{At: e.At, By: e.By, Approver: x.Approver, Why: x.Why, Was: g.Closed}
	if x.Owner != "" && x.Owner != g.Owner {
		reopened.From, g.Owner = g.Owner, x.Owner
	}
	g.Closed, g.Touched = Closed{}, g.Entries
	return push(g, ofReopenings, &g.Reopenings, MaxReopenings, reopened)
}

// Sequel makes the command that opens the successor of a closed cycle: with the goal that its last
// review has set, the same owner, and the same customer, order and case. The step is that of the
// command. The caller may change who owns it, and books it under an ID of its own.
func (p *Procedure) Sequel(closed Kept, step journal.Step) (Open, error) {
	if p == nil || p.zone == nil {
		return Open{}, errNoProcedure
	}
	c := &closed.Cycle
	missing := customer.Reason{Rule: p.rules.Name()}
	switch n := len(c.Reviews); {
	case c.Entries == 0:
		missing.Code = CodeNotOpened
	case !c.Ended() || n == 0:
		missing.Code = CodeNotClosed
	case c.Reviews[n-1].Next == (Goal{}):
		missing.Code, missing.At = CodeNextMissing, c.Reviews[n-1].At.In(p.zone)
	default:
		o := c.Opened
		return Open{
			Step: step, Owner: c.Owner, Importance: c.Importance, Goal: c.Reviews[n-1].Next,
			Customer: o.Customer, Order: o.Order, Case: o.Case, After: closed.ID,
		}, nil
	}
	return Open{}, &customer.Refusal{Rule: missing.Rule, Missing: []customer.Reason{missing}}
}
