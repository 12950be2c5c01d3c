package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Item TODO.
type Item struct{}

// HandIn TODO.
type HandIn struct {
	Step `json:"-"`
}

func (HandIn) kind() Kind { return KindHandIn }

// Canonical writes the command in canonical form.
func (x HandIn) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x HandIn) apply(g *ground, e *Entry) error { return nil }

// Move TODO.
type Move struct {
	Step `json:"-"`
}

func (Move) kind() Kind { return KindMove }

// Canonical writes the command in canonical form.
func (x Move) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Move) apply(g *ground, e *Entry) error { return nil }

// Inspect TODO.
type Inspect struct {
	Step `json:"-"`
}

func (Inspect) kind() Kind { return KindInspect }

// Canonical writes the command in canonical form.
func (x Inspect) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Inspect) apply(g *ground, e *Entry) error { return nil }

// HandBack TODO.
type HandBack struct {
	Step `json:"-"`
}

func (HandBack) kind() Kind { return KindHandBack }

// Canonical writes the command in canonical form.
func (x HandBack) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x HandBack) apply(g *ground, e *Entry) error { return nil }

// Scrap TODO.
type Scrap struct {
	Step `json:"-"`
}

func (Scrap) kind() Kind { return KindScrap }

// Canonical writes the command in canonical form.
func (x Scrap) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Scrap) apply(g *ground, e *Entry) error { return nil }

// Lose TODO.
type Lose struct {
	Step `json:"-"`
}

func (Lose) kind() Kind { return KindLose }

// Canonical writes the command in canonical form.
func (x Lose) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Lose) apply(g *ground, e *Entry) error { return nil }

func (p *Policy) barItems(c *Case, at time.Time, miss func(customer.Reason)) {}
