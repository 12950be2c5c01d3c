package complaint

import "github.com/rapport-crm/rapport/customer"

// Approve TODO.
type Approve struct {
	Step `json:"-"`
}

func (Approve) kind() Kind { return KindApprove }

// Canonical writes the command in canonical form.
func (x Approve) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Approve) apply(g *ground, e *Entry) error { return nil }

// Object TODO.
type Object struct {
	Step `json:"-"`
}

func (Object) kind() Kind { return KindObject }

// Canonical writes the command in canonical form.
func (x Object) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Object) apply(g *ground, e *Entry) error { return nil }

// ApprovalAsked TODO.
type ApprovalAsked struct{}

func (ApprovalAsked) kind() Kind { return KindApprovalAsked }

func (x ApprovalAsked) apply(g *ground, e *Entry) error { return nil }
