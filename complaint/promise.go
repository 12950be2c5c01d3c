package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Commitment TODO.
type Commitment struct{}

// PromiseRule TODO.
type PromiseRule struct{}

// readPromises checks the rules and compiles them.
func (p *Policy) readPromises(faults *customer.Faults) {}

// Promise TODO.
type Promise struct {
	Step `json:"-"`
}

func (Promise) kind() Kind { return KindPromise }

// Canonical writes the command in canonical form.
func (x Promise) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Promise) apply(g *ground, e *Entry) error { return nil }

// Keep TODO.
type Keep struct {
	Step `json:"-"`
}

func (Keep) kind() Kind { return KindKeep }

// Canonical writes the command in canonical form.
func (x Keep) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Keep) apply(g *ground, e *Entry) error { return nil }

// Renew TODO.
type Renew struct {
	Step `json:"-"`
}

func (Renew) kind() Kind { return KindRenew }

// Canonical writes the command in canonical form.
func (x Renew) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Renew) apply(g *ground, e *Entry) error { return nil }

// Release TODO.
type Release struct {
	Step `json:"-"`
}

func (Release) kind() Kind { return KindRelease }

// Canonical writes the command in canonical form.
func (x Release) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Release) apply(g *ground, e *Entry) error { return nil }

// Broken TODO.
type Broken struct{}

func (Broken) kind() Kind { return KindBroken }

func (x Broken) apply(g *ground, e *Entry) error { return nil }

// Chased TODO.
type Chased struct{}

func (Chased) kind() Kind { return KindChased }

func (x Chased) apply(g *ground, e *Entry) error { return nil }

// followPromises books what an entry does to promises.
func (d *desk) followPromises(e *Entry) {}

func explainPromise(r customer.Reason, w words) (text string, ok bool) { return "", false }

func (p *Policy) barPromises(c *Case, at time.Time, miss func(customer.Reason)) {}
