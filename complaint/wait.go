package complaint

import "github.com/rapport-crm/rapport/customer"

// Waiting TODO.
type Waiting struct{}

// Wait TODO.
type Wait struct {
	Step `json:"-"`
}

func (Wait) kind() Kind { return KindWait }

// Canonical writes the command in canonical form.
func (x Wait) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Wait) apply(g *ground, e *Entry) error { return nil }

// followWaiting books what an entry changes in the waiting.
func (d *desk) followWaiting(e *Entry) {}
