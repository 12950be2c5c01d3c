package complaint

import "github.com/rapport-crm/rapport/customer"

// Owner is who takes care of a case: always a desk, and an agent of it once one has taken it.
type Owner struct {
	Desk  string `json:"desk,omitempty"`
	Agent string `json:"agent,omitempty"`
	Tier  int    `json:"tier,omitempty"` // of escalation: 0 is the first line
}

// Handoff TODO.
type Handoff struct{}

// OwnershipRules TODO.
type OwnershipRules struct{}

// readOwnership checks the rules and compiles them.
func (p *Policy) readOwnership(faults *customer.Faults) {}

// Take TODO.
type Take struct {
	Step `json:"-"`
}

func (Take) kind() Kind { return KindTake }

// Canonical writes the command in canonical form.
func (x Take) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Take) apply(g *ground, e *Entry) error { return nil }

// Transfer TODO.
type Transfer struct {
	Step `json:"-"`
}

func (Transfer) kind() Kind { return KindTransfer }

// Canonical writes the command in canonical form.
func (x Transfer) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Transfer) apply(g *ground, e *Entry) error { return nil }

// Accept TODO.
type Accept struct {
	Step `json:"-"`
}

func (Accept) kind() Kind { return KindAccept }

// Canonical writes the command in canonical form.
func (x Accept) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Accept) apply(g *ground, e *Entry) error { return nil }

// Decline TODO.
type Decline struct {
	Step `json:"-"`
}

func (Decline) kind() Kind { return KindDecline }

// Canonical writes the command in canonical form.
func (x Decline) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Decline) apply(g *ground, e *Entry) error { return nil }

// Send TODO.
type Send struct {
	Step `json:"-"`
}

func (Send) kind() Kind { return KindSend }

// Canonical writes the command in canonical form.
func (x Send) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Send) apply(g *ground, e *Entry) error { return nil }

// Escalate TODO.
type Escalate struct {
	Step `json:"-"`
}

func (Escalate) kind() Kind { return KindEscalate }

// Canonical writes the command in canonical form.
func (x Escalate) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Escalate) apply(g *ground, e *Entry) error { return nil }

// Raised TODO.
type Raised struct{}

func (Raised) kind() Kind { return KindRaised }

func (x Raised) apply(g *ground, e *Entry) error { return nil }

// followHandoffs raises a case that was handed on too often.
func (d *desk) followHandoffs(e *Entry) {}

func (p *Policy) barTake(c *Case, by string, miss func(customer.Reason)) {}

func explainOwner(r customer.Reason, w words) (text string, ok bool) { return "", false }
