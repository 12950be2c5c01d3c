package complaint

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Diversion is one task of the customer that was served elsewhere, or was meant to be: money
// drawn at the machine, a form at the low counter.
type Diversion struct {
	Ref     string    `json:"ref"` // of the command
	Cycle   int       `json:"cycle"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Task    string    `json:"task"`
	From    string    `json:"from,omitempty"` // the desk that had the case
	To      string    `json:"to"`
	Note    string    `json:"note,omitempty"`
	Checked time.Time `json:"checked,omitzero"` // zero: nobody knows yet
	Served  bool      `json:"served,omitempty"`
	// WaitSeconds is how long she waited there; that of one that did not serve her is its Handoff's.
	WaitSeconds int `json:"wait_seconds,omitempty"`
}

// Divert sends the customer with one task to a channel or counter that serves it at once, so
// that she need not queue. The case stays where it is, and is not closed before somebody has
// checked with [Policy.Serve] that she was served there.
type Divert struct {
	Step `json:"-"`

	Task string `json:"task"` // in the host's words: withdrawal
	To   string `json:"to"`   // where it is served: machine, low-counter
	Note string `json:"note,omitempty"`
}

func (Divert) kind() Kind { return KindDivert }

// Canonical writes the command in canonical form.
func (x Divert) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("task", x.Task)
	c.Text("to", x.To)
	c.Text("note", x.Note)
}

func (x Divert) faults(faults *customer.Faults) {
	faults.Name("task", x.Task)
	faults.Name("to", x.To)
	faults.Note("note", x.Note)
}

// Divert books a diversion with a command.
func (p *Policy) Divert(c Case, x Divert) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindDivert, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if c.diversion(d.step.Ref) >= 0 {
		d.miss(customer.Reason{Code: CodeDiverted, Of: d.step.Ref, At: d.step.At.In(p.zone)})
	}
	d.post(x)
	return d.decision()
}

func (x Divert) apply(g *ground, e *Entry) error {
	if g.diversion(e.Ref) >= 0 {
		return errors.New("the diversion is there already")
	}
	rows := room(g, ofDiversions, &g.Diversions)
	*rows = append(*rows, Diversion{Ref: e.Ref, Cycle: g.Cycle, At: e.At, By: e.By, Task: x.Task, From: g.Owner.Desk, To: x.To, Note: x.Note})
	return nil
}

// diversion returns the place of a diversion, or -1.
func (c *Case) diversion(ref string) int {
	for i := range c.Diversions {
		if c.Diversions[i].Ref == ref {
			return i
		}
	}
	return -1
}

// Serve says what came of a diversion: she was served, or she was not and is back. Then it was
// a handoff that helped nobody, and counts as one.
type Serve struct {
	Step `json:"-"`

	Diversion   string `json:"diversion"`              // Ref of the Divert
	Served      bool   `json:"served,omitempty"`       // no: she comes back
	Note        string `json:"note,omitempty"`         // why not
	WaitSeconds int    `json:"wait_seconds,omitempty"` // of the customer, there
}

func (Serve) kind() Kind { return KindServe }

// Canonical writes the command in canonical form.
func (s Serve) Canonical(c *customer.Canonical) {
	s.Write(c)
	c.Text("diversion", s.Diversion)
	c.Bool("served", s.Served)
	c.Text("note", s.Note)
	c.Int("wait_seconds", int64(s.WaitSeconds))
}

func (s Serve) faults(faults *customer.Faults) {
	faults.Name("diversion", s.Diversion)
	faults.Note("note", s.Note)
	if !s.Served && s.Note == "" {
		faults.Add("note", s.Note, "says why she was not served")
	}
	faults.Within("wait_seconds", s.WaitSeconds, 0, maxSeconds)
}

// Serve checks a diversion with a command.
func (p *Policy) Serve(c Case, s Serve) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindServe, s.Take(), s.faults)
	if err != nil {
		return Decision{}, err
	}
	switch i := c.diversion(s.Diversion); {
	case i < 0 && len(d.missing) == 0:
		d.miss(customer.Reason{Code: CodeNoDiversion, Of: s.Diversion})
	case i >= 0 && !c.Diversions[i].Checked.IsZero():
		d.miss(customer.Reason{Code: CodeChecked, Of: s.Diversion, At: c.Diversions[i].Checked.In(p.zone)})
	}
	d.post(s)
	return d.decision()
}

func (s Serve) apply(g *ground, e *Entry) error {
	i := g.diversion(s.Diversion)
	if i < 0 || !g.Diversions[i].Checked.IsZero() {
		return errors.New("there is no such diversion to be checked")
	}
	row := &(*mine(g, ofDiversions, &g.Diversions))[i]
	row.Checked, row.Served = e.At, s.Served
	if s.Served {
		row.WaitSeconds = s.WaitSeconds
		return nil
	}
	back := room(g, ofHandoffs, &g.Handoffs)
	*back = append(*back, Handoff{
		Ref: e.Ref, Kind: KindServe, Cycle: g.Cycle, At: e.At, By: e.By, From: Owner{Desk: row.To}, To: g.Owner,
		Reason: s.Note, WaitSeconds: s.WaitSeconds, Sent: e.At,
	})
	return nil
}

// barDiverted notes what a case is not closed over: a diversion of which nobody knows whether it
// served her, and an offer that waits for its answer.
func (p *Policy) barDiverted(c *Case, _ time.Time, miss func(customer.Reason)) {
	for i := range c.Diversions {
		if row := &c.Diversions[i]; row.Checked.IsZero() {
			miss(customer.Reason{Code: CodeDiverted, Of: row.Ref, At: row.At.In(p.zone)})
		}
	}
	p.barOffered(c, miss)
}

// barServed notes that a case is not closed as served elsewhere where nobody was.
func (c *Case) barServed(miss func(customer.Reason)) {
	for i := range c.Diversions {
		if row := &c.Diversions[i]; row.Served && row.Cycle == c.Cycle {
			return
		}
	}
	miss(customer.Reason{Code: CodeNotServed})
}

// barServe notes that there is no diversion to check.
func (p *Policy) barServe(c *Case, miss func(customer.Reason)) {
	for i := range c.Diversions {
		if c.Diversions[i].Checked.IsZero() {
			return
		}
	}
	miss(customer.Reason{Code: CodeNoDiversion})
}
