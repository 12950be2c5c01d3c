package complaint

import "github.com/rapport-crm/rapport/customer"

// Survey TODO.
type Survey struct{}

// SurveyRules TODO.
type SurveyRules struct{}

// readSurvey checks the rules and compiles them.
func (p *Policy) readSurvey(faults *customer.Faults) {}

// Ask TODO.
type Ask struct {
	Step `json:"-"`
}

func (Ask) kind() Kind { return KindAsk }

// Canonical writes the command in canonical form.
func (x Ask) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Ask) apply(g *ground, e *Entry) error { return nil }

// Answer TODO.
type Answer struct {
	Step `json:"-"`
}

func (Answer) kind() Kind { return KindAnswer }

// Canonical writes the command in canonical form.
func (x Answer) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Answer) apply(g *ground, e *Entry) error { return nil }

func explainSurvey(r customer.Reason, w words) (text string, ok bool) { return "", false }
