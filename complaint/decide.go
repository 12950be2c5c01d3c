package complaint

import "github.com/rapport-crm/rapport/customer"

// Ruling TODO.
type Ruling struct{}

// Decide TODO.
type Decide struct {
	Step `json:"-"`
}

func (Decide) kind() Kind { return KindDecide }

// Canonical writes the command in canonical form.
func (x Decide) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Decide) apply(g *ground, e *Entry) error { return nil }
