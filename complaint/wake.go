package complaint

import "github.com/rapport-crm/rapport/customer"

// Wake TODO.
type Wake struct {
	Step `json:"-"`
}

func (Wake) kind() Kind { return KindWake }

// Canonical writes the command in canonical form.
func (x Wake) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

// Wake books what has come due by an instant without anybody's doing.
func (p *Policy) Wake(c Case, x Wake) (Decision, error) {
	d, err := p.open(c, KindWake, x.take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.breakPromises()
	d.raiseSurvey()
	return d.decision()
}

func (x Wake) apply(g *ground, e *Entry) error { return nil }
