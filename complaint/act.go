package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Acted TODO.
type Acted struct{}

// Level TODO.
type Level uint8

// Act TODO.
type Act struct {
	Step `json:"-"`
}

func (Act) kind() Kind { return KindAct }

// Canonical writes the command in canonical form.
func (x Act) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Act) apply(g *ground, e *Entry) error { return nil }

// Grade TODO.
type Grade struct {
	Step `json:"-"`
}

func (Grade) kind() Kind { return KindGrade }

// Canonical writes the command in canonical form.
func (x Grade) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Grade) apply(g *ground, e *Entry) error { return nil }

func explainAct(r customer.Reason, w words) (text string, ok bool) { return "", false }

func (p *Policy) barSolution(c *Case, at time.Time, miss func(customer.Reason)) {}
