package complaint

import "github.com/rapport-crm/rapport/customer"

// Again TODO.
type Again struct{}

// Reopen TODO.
type Reopen struct {
	Step `json:"-"`
}

func (Reopen) kind() Kind { return KindReopen }

// Canonical writes the command in canonical form.
func (x Reopen) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Reopen) apply(g *ground, e *Entry) error { return nil }
