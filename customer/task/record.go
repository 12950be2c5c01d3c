package task

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Said is what a record says: what was done, when and by whom, and what it has brought.
type Said struct {
	What   string        `json:"what,omitempty"`
	On     customer.Date `json:"on,omitzero"`      // the day on which it was done; a record without one means the day of the command, a correction that of the record
	Who    string        `json:"who,omitempty"`    // who did it; a record without one means who gives it, a correction who did it before
	Action string        `json:"action,omitempty"` // the action of the plan that it is of; empty: none
	Done   bool          `json:"done,omitempty"`   // that action is done with it
	// Figure is what has come in addition, where the goal's unit adds up, or else how much it is in
	// all. It counts only where Counted says so: 0 is a figure too.
	Counted bool  `json:"counted,omitempty"`
	Figure  int64 `json:"figure,omitempty"`
}

func (s *Said) canonical(c *customer.Canonical) {
	c.Text("what", s.What)
	c.Date("on", s.On)
	c.Text("who", s.Who)
	c.Text("action", s.Action)
	c.Bool("done", s.Done)
	c.Bool("counted", s.Counted)
	c.Int("figure", s.Figure)
}

// check checks what a command says.
func (s *Said) check(faults *customer.Faults) {
	if faults.Note("what", s.What); s.What == "" {
		faults.Add("what", s.What, "is required")
	}
	faults.Day("on", s.On)
	faults.Text("who", s.Who)
	if faults.Text("action", s.Action); s.Done && s.Action == "" {
		faults.Add("action", s.Action, "is required where it is done")
	}
	if checkFigure(faults, "figure", s.Figure); s.Figure != 0 && !s.Counted {
		faults.Add("figure", s.Figure, "goes with counted")
	}
}

// stored checks what an entry says, in which nothing is left to the procedure any more.
func (s *Said) stored(faults *customer.Faults) {
	s.check(faults)
	if s.On == 0 {
		faults.GivenDay("on", s.On)
	}
	if s.Who == "" {
		faults.Add("who", s.Who, "is required")
	}
}

// Record says what was done. Its reference names it.
type Record struct {
	journal.Step `json:"-"`

	Said
}

func (Record) kind() string                     { return "record" }
func (x Record) stored(faults *customer.Faults) { x.Said.stored(faults) }

// Canonical writes the command in canonical form.
func (x Record) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.canonical(c)
}

// Recorded is a record, as it reads now.
type Recorded struct {
	Ref string    `json:"ref"`
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	Said
	Struck time.Time `json:"struck,omitzero"` // since when it does not count: it was an error
}

// Record books what was done.
func (p *Procedure) Record(c Cycle, x Record) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	if c.record(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeRecordKnown, Of: d.Ref})
	}
	if p.rules.PlanFirst && len(c.Actions) == 0 {
		d.Miss(customer.Reason{Code: CodeNoPlan})
	}
	p.says(d, &c, &x.Said, p.today(d), d.By)
	if x.Done {
		p.pending(d, &c, x.Action)
	}
	p.full(d, x.kind(), len(c.Records), MaxRecords)
	d.Post(x, p.late(&c, &x.Said)...)
	return d.Decision()
}

// says fills in what a command leaves out, and wants the rest to fit the cycle.
func (p *Procedure) says(d *draft, c *Cycle, s *Said, on customer.Date, by string) {
	today, opened := p.today(d), customer.DateOf(c.Opened.At, p.zone)
	if s.On == 0 {
		s.On = on
	}
	if s.Who == "" {
		s.Who = by
	}
	if s.On > today || s.On < opened {
		d.Miss(customer.Reason{Code: CodeRecordDay, On: s.On, By: min(max(s.On, opened), today)})
	}
	if s.Counted && c.Goal.Unit == "" {
		d.Miss(customer.Reason{Code: CodeNoUnit, Fact: s.Figure})
	}
	if s.Action != "" && c.action(s.Action) < 0 && !s.Done {
		d.Miss(customer.Reason{Code: CodeActionUnknown, Of: s.Action})
	}
}

// late says that an action was done after its day.
func (p *Procedure) late(c *Cycle, s *Said) []customer.Reason {
	at := c.action(s.Action)
	if !s.Done || at < 0 || s.On <= c.Actions[at].By {
		return nil
	}
	by := c.Actions[at].By
	return []customer.Reason{{Code: CodeDoneLate, Of: s.Action, Fact: int64(s.On - by), Unit: customer.UnitDays, On: s.On, By: by}}
}

func (x Record) apply(g *ground, e *Entry) error {
	switch {
	case g.record(e.Ref) >= 0:
		return errors.New("there is such a record already")
	case x.Counted && g.Goal.Unit == "":
		return errors.New("a figure, where nothing is counted")
	case x.Action != "" && g.action(x.Action) < 0:
		return errors.New("of no action of the plan")
	case x.Done && !g.Actions[g.action(x.Action)].Pending():
		return errors.New("the action is not to be done any more")
	}
	g.Touched = g.Entries
	err := push(g, ofRecords, &g.Records, MaxRecords, Recorded{Ref: e.Ref, At: e.At, By: e.By, Said: x.Said})
	if x.Done {
		g.settle(x.Action)
	}
	return err
}

// settle sets the day on which an action was done, as the records say now: one of them at most does.
func (g *ground) settle(action string) {
	at := g.action(action)
	if at < 0 {
		return
	}
	one := &(*mine(g, ofActions, &g.Actions))[at]
	one.Done = 0
	for i := range g.Records {
		r := &g.Records[i]
		if r.Action == action && r.Done && r.Struck.IsZero() {
			one.Done = r.On
		}
	}
}

// Correct says what a record should have said, or strikes it. What it said before is kept.
type Correct struct {
	journal.Step `json:"-"`

	Record string `json:"record"`           // its reference
	Strike bool   `json:"strike,omitempty"` // it should not stand there at all; then Said is empty
	Said
	Why string `json:"why"`
}

func (Correct) kind() string { return "correct" }

// Canonical writes the command in canonical form.
func (x Correct) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("record", x.Record)
	c.Bool("strike", x.Strike)
	x.canonical(c)
	c.Text("why", x.Why)
}

func (x Correct) check(faults *customer.Faults) {
	faults.Name("record", x.Record)
	switch {
	case !x.Strike:
		x.Said.check(faults)
	case x.Said != Said{}:
		faults.Add("strike", x.Strike, "goes with nothing else that the record should say")
	}
	checkWhy(faults, x.Why)
}

func (x Correct) stored(faults *customer.Faults) {
	if x.check(faults); !x.Strike {
		x.Said.stored(faults)
	}
}

// Corrected is what a record said before it was corrected.
type Corrected struct {
	Record string    `json:"record"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Why    string    `json:"why"`
	Was    Said      `json:"was"`
}

// Correct corrects a record. Where it said that an action was done and no longer does, that action
// is to be done again.
func (p *Procedure) Correct(c Cycle, x Correct) (Decision, error) {
	d, going, err := p.begin(&c, x.Take(), x.check)
	if err != nil || !going {
		return decided(d, err)
	}
	at := c.record(x.Record)
	switch {
	case at < 0:
		d.Miss(customer.Reason{Code: CodeRecordUnknown, Of: x.Record})
		return d.Decision()
	case !c.Records[at].Struck.IsZero():
		d.Miss(customer.Reason{Code: CodeRecordStruck, Of: x.Record, At: c.Records[at].Struck.In(p.zone)})
		return d.Decision()
	}
	was := &c.Records[at]
	if !x.Strike {
		p.says(d, &c, &x.Said, was.On, was.Who)
		if x.Done && (!was.Done || was.Action != x.Action) {
			p.pending(d, &c, x.Action)
		}
		if x.Said == was.Said {
			d.Miss(customer.Reason{Code: CodeUnchanged, Of: x.Record})
		}
	}
	p.full(d, x.kind(), len(c.Corrections), MaxCorrections)
	d.Post(x)
	return d.Decision()
}

func (x Correct) apply(g *ground, e *Entry) error {
	at := g.record(x.Record)
	switch {
	case at < 0 || !g.Records[at].Struck.IsZero():
		return errors.New("there is no such record that counts")
	case x.Counted && g.Goal.Unit == "":
		return errors.New("a figure, where nothing is counted")
	case x.Action != "" && g.action(x.Action) < 0:
		return errors.New("of no action of the plan")
	}
	was := g.Records[at].Said
	if x.Done && (!was.Done || was.Action != x.Action) && !g.Actions[g.action(x.Action)].Pending() {
		return errors.New("the action is not to be done any more")
	}
	if err := push(g, ofCorrections, &g.Corrections, MaxCorrections, Corrected{x.Record, e.At, e.By, x.Why, was}); err != nil {
		return err
	}
	one := &(*mine(g, ofRecords, &g.Records))[at]
	if x.Strike {
		one.Struck = e.At
	} else {
		one.Said = x.Said
	}
	g.settle(was.Action)
	g.settle(one.Action)
	g.Touched = g.Entries
	return nil
}
