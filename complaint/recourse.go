package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Recourse TODO.
type Recourse struct{}

// Advise TODO.
type Advise struct {
	Step `json:"-"`
}

func (Advise) kind() Kind { return KindAdvise }

// Canonical writes the command in canonical form.
func (x Advise) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Advise) apply(g *ground, e *Entry) error { return nil }

// File TODO.
type File struct {
	Step `json:"-"`
}

func (File) kind() Kind { return KindFile }

// Canonical writes the command in canonical form.
func (x File) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x File) apply(g *ground, e *Entry) error { return nil }

// Conclude TODO.
type Conclude struct {
	Step `json:"-"`
}

func (Conclude) kind() Kind { return KindConclude }

// Canonical writes the command in canonical form.
func (x Conclude) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Conclude) apply(g *ground, e *Entry) error { return nil }

func (p *Policy) barRecourse(c *Case, at time.Time, miss func(customer.Reason)) {}
