package complaint

import "github.com/rapport-crm/rapport/customer"

// Finding TODO.
type Finding struct{}

// Hypothesis TODO.
type Hypothesis struct{}

// Suspect TODO.
type Suspect struct {
	Step `json:"-"`
}

func (Suspect) kind() Kind { return KindSuspect }

// Canonical writes the command in canonical form.
func (x Suspect) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Suspect) apply(g *ground, e *Entry) error { return nil }

// Weigh TODO.
type Weigh struct {
	Step `json:"-"`
}

func (Weigh) kind() Kind { return KindWeigh }

// Canonical writes the command in canonical form.
func (x Weigh) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Weigh) apply(g *ground, e *Entry) error { return nil }

// Find TODO.
type Find struct {
	Step `json:"-"`
}

func (Find) kind() Kind { return KindFind }

// Canonical writes the command in canonical form.
func (x Find) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Find) apply(g *ground, e *Entry) error { return nil }
