package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

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

// barClose notes all that keeps a case from being closed with an outcome.
func (p *Policy) barClose(c *Case, outcome Outcome, at time.Time, miss func(customer.Reason)) {
	for _, bar := range [...]func(*Case, time.Time, func(customer.Reason)){
		p.barIssues, p.barPromises, p.barItems, p.barRemedies, p.barRecourse, p.barSolution, p.barDiverted,
	} {
		bar(c, at, miss)
	}
}

// expected is the outcome that a case is closed with if all goes well.
func (c *Case) expected() Outcome { return 0 }
