package complaint

import "github.com/rapport-crm/rapport/customer"

// Outcome TODO.
type Outcome uint8

// ClosingRules TODO.
type ClosingRules struct{}

// readClosing checks the rules and compiles them.
func (p *Policy) readClosing(faults *customer.Faults) {}

// Close TODO.
type Close struct {
	Step `json:"-"`
}

func (Close) kind() Kind { return KindClose }

// Canonical writes the command in canonical form.
func (x Close) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Close) apply(g *ground, e *Entry) error { return nil }
