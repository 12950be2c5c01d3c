package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Escalation is one row of how a case went up: whether the customer asked for it, what the
// policy says raised it, and between whom. A row whose From and To are the same was asked for
// where nobody is higher.
type Escalation struct {
	Ref   string    `json:"ref"`
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Cycle int       `json:"cycle"`
	Asked bool      `json:"asked,omitempty"` // by the customer
	Note  string    `json:"note,omitempty"`
	Code  string    `json:"code,omitempty"` // of the reason that raised it
	Of    string    `json:"of,omitempty"`   // what that speaks of
	From  Owner     `json:"from"`
	To    Owner     `json:"to"`
}

// Escalate takes the case one tier up. If the customer asks for it, it can never be refused:
// not while anybody waits for anything, not after the case is closed, not by the agent of whom
// she complains. On the highest tier it goes to one side, where the policy names a desk for
// that, and otherwise is recorded: the case is then in the hands of the highest there is. No
// agent keeps a case that is escalated.
type Escalate struct {
	Step `json:"-"`

	Asked  bool   `json:"asked,omitempty"` // by the customer, who wants to speak to somebody above
	Reason string `json:"reason,omitempty"`
}

func (Escalate) kind() Kind { return KindEscalate }

// Canonical writes the command in canonical form.
func (x Escalate) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Bool("asked", x.Asked)
	c.Text("reason", x.Reason)
}

func (x Escalate) faults(faults *customer.Faults) {
	faults.Note("reason", x.Reason)
	if !x.Asked && x.Reason == "" {
		faults.Add("reason", x.Reason, "says why, unless the customer asks for it")
	}
}

// Escalate takes the case up with a command.
func (p *Policy) Escalate(c Case, x Escalate) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindEscalate, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if !x.Asked && c.Phase == Closed {
		d.miss(customer.Reason{Code: CodePhase, Of: c.Phase.String(), At: c.Since.In(p.zone)})
	}
	to, higher := p.above(c.Owner)
	aside := p.rules.Ownership.Aside.Desk
	switch {
	case higher:
	case !x.Asked:
		d.miss(customer.Reason{Code: CodeHighest, Of: c.Owner.Desk})
	case aside != "" && c.Owner.Desk != aside:
		to = Owner{aside, "", c.Owner.Tier}
	default:
		d.post(x)
		d.why(customer.Reason{Code: CodeHighest, Of: c.Owner.Desk})
		return d.decision()
	}
	to.Agent = ""
	because := customer.Reason{Code: CodeManagerAsked, Of: to.Desk}
	if !x.Asked {
		because = customer.Reason{Code: CodeEscalated, Of: d.step.By}
	}
	d.post(x)
	d.post(Raised{to}, because)
	return d.decision()
}

func (x Escalate) apply(g *ground, e *Entry) error {
	rows := room(g, ofEscalations, &g.Escalations)
	keep(rows, Escalation{
		Ref: e.Ref, At: e.At, By: e.By, Cycle: g.Cycle, Asked: x.Asked, Note: x.Reason, From: g.Owner, To: g.Owner,
	})
	return nil
}

// above returns who owns a case one tier up, and whether there is one. The agent stays where
// neither the desk changes nor a role is asked for.
func (p *Policy) above(owner Owner) (to Owner, higher bool) {
	if owner.Tier >= p.highest {
		return owner, false
	}
	to = Owner{owner.Desk, owner.Agent, owner.Tier + 1}
	if tiers := p.rules.Ownership.Tiers; owner.Tier >= 0 && owner.Tier < len(tiers) && tiers[owner.Tier].Desk != "" {
		to.Desk = tiers[owner.Tier].Desk
	}
	if to.Desk != owner.Desk || p.role(to) != "" {
		to.Agent = ""
	}
	return to, true
}

// raise takes an open case one tier up by the policy, once in a cycle for each code of a reason
// and what it speaks of. On the highest tier nothing happens.
func (d *desk) raise(because customer.Reason) {
	to, higher := d.above(d.now.Owner)
	if higher && d.now.Open() && !d.now.raised(because) {
		d.post(Raised{to}, because)
	}
}

// raised reports whether such a reason has raised the case in this cycle.
func (c *Case) raised(because customer.Reason) bool {
	for i := len(c.Escalations) - 1; i >= 0 && c.Escalations[i].Cycle == c.Cycle; i-- {
		if c.Escalations[i].Code == because.Code && c.Escalations[i].Of == because.Of {
			return true
		}
	}
	return false
}

// Raised says that the case has gone up, and to whom: because the customer asked, an agent
// wished it, it was handed on too often, or whatever else the reason of the entry says. An
// offer to another desk is overtaken by it.
type Raised struct {
	Owner
}

func (Raised) kind() Kind { return KindRaised }

func (x Raised) apply(g *ground, e *Entry) error {
	from := g.Owner
	rows := mine(g, ofEscalations, &g.Escalations)
	switch n, code := len(*rows), e.Because.Code; {
	case n > 0 && (code == CodeManagerAsked || code == CodeEscalated): // what an Escalate led to
		(*rows)[n-1].Code, (*rows)[n-1].Of, (*rows)[n-1].To = code, e.Because.Of, x.Owner
	default:
		keep(rows, Escalation{
			Ref: e.Ref, At: e.At, By: e.By, Cycle: g.Cycle, Code: code, Of: e.Because.Of, From: from, To: x.Owner,
		})
	}
	if i := g.offered(); i >= 0 {
		(*mine(g, ofHandoffs, &g.Handoffs))[i].Declined = e.At
	}
	return g.give(x.Owner, e)
}
