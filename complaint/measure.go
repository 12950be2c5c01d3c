package complaint

import "github.com/rapport-crm/rapport/customer"

// Measure TODO.
type Measure struct{}

// Discipline TODO.
type Discipline struct {
	Step `json:"-"`
}

func (Discipline) kind() Kind { return KindDiscipline }

// Canonical writes the command in canonical form.
func (x Discipline) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Discipline) apply(g *ground, e *Entry) error { return nil }

// Correct TODO.
type Correct struct {
	Step `json:"-"`
}

func (Correct) kind() Kind { return KindCorrect }

// Canonical writes the command in canonical form.
func (x Correct) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Correct) apply(g *ground, e *Entry) error { return nil }
