package complaint

import "github.com/rapport-crm/rapport/customer"

// Wake TODO.
type Wake struct {
	Step `json:"-"`
}

func (Wake) kind() Kind { return KindWake }

// Canonical writes the command in canonical form.
func (x Wake) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Wake) apply(g *ground, e *Entry) error { return nil }
