package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Remedy TODO.
type Remedy struct{}

// RemedyRules TODO.
type RemedyRules struct{}

// readRemedies checks the rules and compiles them.
func (p *Policy) readRemedies(faults *customer.Faults) {}

// Settle TODO.
type Settle struct {
	Step `json:"-"`
}

func (Settle) kind() Kind { return KindSettle }

// Canonical writes the command in canonical form.
func (x Settle) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Settle) apply(g *ground, e *Entry) error { return nil }

// Bridge TODO.
type Bridge struct {
	Step `json:"-"`
}

func (Bridge) kind() Kind { return KindBridge }

// Canonical writes the command in canonical form.
func (x Bridge) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Bridge) apply(g *ground, e *Entry) error { return nil }

// Deviate TODO.
type Deviate struct {
	Step `json:"-"`
}

func (Deviate) kind() Kind { return KindDeviate }

// Canonical writes the command in canonical form.
func (x Deviate) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Deviate) apply(g *ground, e *Entry) error { return nil }

func explainRemedy(r customer.Reason, w words) (text string, ok bool) { return "", false }

func (p *Policy) barRemedies(c *Case, at time.Time, miss func(customer.Reason)) {}
