package complaint

import "github.com/rapport-crm/rapport/customer"

// Incident TODO.
type Incident struct{}

// Match TODO.
type Match struct {
	Step `json:"-"`
}

func (Match) kind() Kind { return KindMatch }

// Canonical writes the command in canonical form.
func (x Match) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Match) apply(g *ground, e *Entry) error { return nil }
