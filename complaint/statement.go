package complaint

import "github.com/rapport-crm/rapport/customer"

// Statement TODO.
type Statement struct{}

// Testify TODO.
type Testify struct {
	Step `json:"-"`
}

func (Testify) kind() Kind { return KindTestify }

// Canonical writes the command in canonical form.
func (x Testify) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Testify) apply(g *ground, e *Entry) error { return nil }

// Vet TODO.
type Vet struct {
	Step `json:"-"`
}

func (Vet) kind() Kind { return KindVet }

// Canonical writes the command in canonical form.
func (x Vet) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Vet) apply(g *ground, e *Entry) error { return nil }
