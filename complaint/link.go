package complaint

import "github.com/rapport-crm/rapport/customer"

// Linked TODO.
type Linked struct{}

// Link TODO.
type Link struct {
	Step `json:"-"`
}

func (Link) kind() Kind { return KindLink }

// Canonical writes the command in canonical form.
func (x Link) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Link) apply(g *ground, e *Entry) error { return nil }

// Unlink TODO.
type Unlink struct {
	Step `json:"-"`
}

func (Unlink) kind() Kind { return KindUnlink }

// Canonical writes the command in canonical form.
func (x Unlink) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Unlink) apply(g *ground, e *Entry) error { return nil }
