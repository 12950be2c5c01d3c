package complaint

import "github.com/rapport-crm/rapport/customer"

// Judgement TODO.
type Judgement struct{}

// Judge TODO.
type Judge struct {
	Step `json:"-"`
}

func (Judge) kind() Kind { return KindJudge }

// Canonical writes the command in canonical form.
func (x Judge) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Judge) apply(g *ground, e *Entry) error { return nil }
