package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Divert TODO.
type Divert struct {
	Step `json:"-"`
}

func (Divert) kind() Kind { return KindDivert }

// Canonical writes the command in canonical form.
func (x Divert) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Divert) apply(g *ground, e *Entry) error { return nil }

// Serve TODO.
type Serve struct {
	Step `json:"-"`
}

func (Serve) kind() Kind { return KindServe }

// Canonical writes the command in canonical form.
func (x Serve) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Serve) apply(g *ground, e *Entry) error { return nil }

func (p *Policy) barDiverted(c *Case, at time.Time, miss func(customer.Reason)) {}
