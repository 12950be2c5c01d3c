package complaint

import "github.com/rapport-crm/rapport/customer"

// Severity TODO.
type Severity uint8

// Assess TODO.
type Assess struct {
	Step `json:"-"`
}

func (Assess) kind() Kind { return KindAssess }

// Canonical writes the command in canonical form.
func (x Assess) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Assess) apply(g *ground, e *Entry) error { return nil }

// Investigate TODO.
type Investigate struct {
	Step `json:"-"`
}

func (Investigate) kind() Kind { return KindInvestigate }

// Canonical writes the command in canonical form.
func (x Investigate) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Investigate) apply(g *ground, e *Entry) error { return nil }
