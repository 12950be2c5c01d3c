package task

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// MaxFigure is the highest figure of a goal or a record, above 0 and below.
const MaxFigure = 1_000_000_000_000

// MaxPermille is the most that is said to be reached of a goal: a thousand times the target.
const MaxPermille = 1_000_000

// Goal is what is to be reached, and by when. It is so many of a unit; or, without a unit, what its
// text says, and then a review judges how much of that was reached.
type Goal struct {
	What string        `json:"what"` // in words: "win forty schools for the new line"
	By   customer.Date `json:"by"`   // the last day
	Unit string        `json:"unit,omitempty"`
	// From is the figure at the beginning, and Target the one to be reached: above From, or below it
	// where less is better.
	From   int64 `json:"from,omitempty"`
	Target int64 `json:"target,omitempty"`
	// Money and Adds are those of the unit; a command leaves them to the procedure.
	Money bool `json:"money,omitempty"`
	Adds  bool `json:"adds,omitempty"`
}

func (g *Goal) canonical(c *customer.Canonical) {
	c.Text("what", g.What)
	c.Date("by", g.By)
	c.Text("unit", g.Unit)
	c.Int("from", g.From)
	c.Int("target", g.Target)
	c.Bool("money", g.Money)
	c.Bool("adds", g.Adds)
}

func (g *Goal) check(faults *customer.Faults) {
	if faults.Note("what", g.What); g.What == "" {
		faults.Add("what", g.What, "is required")
	}
	faults.GivenDay("by", g.By)
	faults.Text("unit", g.Unit)
	checkFigure(faults, "from", g.From)
	checkFigure(faults, "target", g.Target)
	switch {
	case g.Unit != "" && g.From == g.Target:
		faults.Add("target", g.Target, "differs from the figure at the beginning")
	case g.Unit == "" && (g.From != 0 || g.Target != 0 || g.Money || g.Adds):
		faults.Add("unit", g.Unit, "is required where figures are given")
	}
}

func checkFigure(faults *customer.Faults, path string, figure int64) {
	if figure < -MaxFigure || figure > MaxFigure {
		faults.Add(path, figure, "is within 10^12 of 0")
	}
}

// aim wants a goal to be one of the rules on the day of a command, and fills in what its unit says.
// Since is the day from which it counts.
func (p *Procedure) aim(d *draft, g *Goal, since customer.Date) {
	if g.Unit != "" {
		unit, known := p.unit(g.Unit)
		if !known {
			d.Miss(customer.Reason{Code: CodeUnitUnknown, Of: g.Unit})
		}
		g.Money, g.Adds = unit.Money, unit.Adds
	}
	if today := p.today(d); g.By < today {
		d.Miss(customer.Reason{Code: CodeGoalPast, On: today, By: g.By})
	}
	if days := int64(g.By) - int64(since); p.rules.MostDays > 0 && days > int64(p.rules.MostDays) {
		d.Miss(customer.Reason{Code: CodeGoalLong, Fact: days, Mark: int64(p.rules.MostDays), Unit: customer.UnitDays, By: g.By})
	}
}

// Open begins a cycle: what is to be reached, and who owns it.
type Open struct {
	journal.Step `json:"-"`

	Owner      string      `json:"owner"`
	Importance int         `json:"importance,omitempty"` // 0 to MaxImportance
	Goal       Goal        `json:"goal"`
	Customer   customer.ID `json:"customer,omitempty"` // of whom it is about; empty: of nobody, or of many
	Order      string      `json:"order,omitempty"`    // the order that it is about
	Case       string      `json:"case,omitempty"`     // the complaint that it is about
	After      ID          `json:"after,omitempty"`    // the cycle that it is the successor of
}

func (Open) kind() string { return "open" }

// Canonical writes the command in canonical form.
func (x Open) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("owner", x.Owner)
	c.Int("importance", int64(x.Importance))
	c.Group("goal", func() { x.Goal.canonical(c) })
	c.Text("customer", string(x.Customer))
	c.Text("order", x.Order)
	c.Text("case", x.Case)
	c.Text("after", string(x.After))
}

func (x Open) check(faults *customer.Faults) {
	faults.Name("owner", x.Owner)
	checkImportance(faults, "importance", x.Importance)
	var goal customer.Faults
	if x.Goal.check(&goal); len(goal) > 0 {
		faults.Join("goal", goal)
	}
	faults.Text("customer", string(x.Customer))
	faults.Text("order", x.Order)
	faults.Text("case", x.Case)
	faults.Text("after", string(x.After))
}

// Open begins a cycle.
func (p *Procedure) Open(c Cycle, x Open) (Decision, error) {
	d, err := p.draft(&c, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if c.Entries > 0 {
		d.Miss(customer.Reason{Code: CodeOpened, At: c.Opened.At.In(p.zone)})
		return d.Decision()
	}
	p.works(d, x.Owner)
	p.aim(d, &x.Goal, p.today(d))
	d.Post(x)
	return d.Decision()
}

func (x Open) apply(g *ground, e *Entry) error {
	if x.Owner == "" {
		return errors.New("a cycle has an owner")
	}
	g.Opened = Opened{e.At, e.By, x.Customer, x.Order, x.Case, x.After}
	g.Owner, g.Importance, g.Goal = x.Owner, x.Importance, x.Goal
	g.Touched = g.Entries
	return nil
}

// Change sets another goal, or another day for it: why, and who has approved of it.
type Change struct {
	journal.Step `json:"-"`

	Goal     Goal   `json:"goal"` // whole, as it is to be
	Why      string `json:"why"`
	Approver string `json:"approver"`
}

func (Change) kind() string { return "change" }

// Canonical writes the command in canonical form.
func (x Change) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Group("goal", func() { x.Goal.canonical(c) })
	c.Text("why", x.Why)
	c.Text("approver", x.Approver)
}

func (x Change) check(faults *customer.Faults) {
	var goal customer.Faults
	if x.Goal.check(&goal); len(goal) > 0 {
		faults.Join("goal", goal)
	}
	checkWhy(faults, x.Why)
	faults.Name("approver", x.Approver)
}

func checkWhy(faults *customer.Faults, why string) {
	if faults.Note("why", why); why == "" {
		faults.Add("why", why, "is required")
	}
}

// Changed is a change of the goal or of an action's day, or an action that was dropped.
type Changed struct {
	At       time.Time     `json:"at"`
	By       string        `json:"by"`
	Approver string        `json:"approver"`
	Why      string        `json:"why"`
	Goal     Goal          `json:"goal,omitzero"`    // what it was before, where it is the goal that was changed
	Action   string        `json:"action,omitempty"` // else the action
	Day      customer.Date `json:"day,omitzero"`     // by when it was to be done before
}

// Change sets another goal, or another day for it. Once a figure was recorded its unit stays.
func (p *Procedure) Change(c Cycle, x Change) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	p.aim(d, &x.Goal, customer.DateOf(c.Opened.At, p.zone))
	if _, counted := c.Figure(); counted && !c.Goal.counts(&x.Goal) {
		d.Miss(customer.Reason{Code: CodeOtherUnit, Of: c.Goal.Unit})
	}
	if x.Goal == c.Goal {
		d.Miss(customer.Reason{Code: CodeUnchanged})
	}
	for i := range c.Actions {
		if one := &c.Actions[i]; one.Pending() && one.By > x.Goal.By {
			d.Miss(customer.Reason{Code: CodeActionLate, Of: one.ID, On: one.By, By: x.Goal.By})
		}
	}
	p.full(d, x.kind(), len(c.Changes), MaxChanges)
	p.judges(d, p.rules.Approver, x.Approver, c.Owner, nobody)
	d.Post(x)
	return d.Decision()
}

// counts reports whether figures of a goal are such of the other one too.
func (g *Goal) counts(other *Goal) bool {
	return g.Unit == other.Unit && g.Money == other.Money && g.Adds == other.Adds
}

func nobody(string) bool { return false }

// decided closes a draft, or returns what has gone wrong with it.
func decided(d *draft, err error) (Decision, error) {
	if err != nil {
		return Decision{}, err
	}
	return d.Decision()
}

// full misses room for one more of what a cycle has so many of.
func (p *Procedure) full(d *draft, kind string, have, most int) {
	if have >= most {
		d.Miss(customer.Reason{Code: CodeFull, Of: kind, Fact: int64(have), Mark: int64(most)})
	}
}

func (x Change) apply(g *ground, e *Entry) error {
	changed := Changed{At: e.At, By: e.By, Approver: x.Approver, Why: x.Why, Goal: g.Goal}
	if _, counted := g.Figure(); counted && !g.Goal.counts(&x.Goal) {
		return errors.New("its figures were recorded in another unit")
	}
	g.Goal, g.Touched = x.Goal, g.Entries
	return push(g, ofChanges, &g.Changes, MaxChanges, changed)
}
