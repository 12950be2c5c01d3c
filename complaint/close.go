package complaint

import "github.com/rapport-crm/rapport/customer"

// Outcome TODO.
type Outcome uint8

// OutcomeWithdrawn is that of a case that she withdrew.
const OutcomeWithdrawn Outcome = 4

// String returns the stored text.
func (o Outcome) String() string { return "withdrawn" }

// MarshalText writes the stored text.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "outcome", o, OutcomeWithdrawn, text)
}

// ClosingRules TODO.
type ClosingRules struct{}

// readClosing checks the rules and compiles them.
func (p *Policy) readClosing(faults *customer.Faults) {}

// Close TODO.
type Close struct {
	Step `json:"-"`

	Outcome Outcome `json:"outcome"`
}

func (Close) kind() Kind { return KindClose }

// Canonical writes the command in canonical form.
func (x Close) Canonical(c *customer.Canonical) {
	x.canonical(c)
	c.Int("outcome", int64(x.Outcome))
}

// Close ends the case with a command.
func (p *Policy) Close(c Case, x Close) (Decision, error) {
	d, err := p.open(c, KindClose, x.take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.post(x)
	return d.decision()
}

func (x Close) apply(g *ground, e *Entry) error {
	g.Ended = x.Outcome
	return g.enter(Closed, e)
}
