package complaint

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Step is what every command has: the request's reference, unique among the commands of its
// kind on one case; who gives it; and the business instant. Of the Body of an entry it is
// zero: there Ref, By and At stand in the entry itself.
type Step struct { //nolint:recvcheck // a value; taken out of a command in place
	Ref string    `json:"ref,omitempty"`
	By  string    `json:"by,omitempty"` // an agent, by the host's own ID; the customer, or a program, by a name that the host gives it
	At  time.Time `json:"at,omitzero"`
}

// canonical writes the step's fields in canonical form.
func (s *Step) canonical(c *customer.Canonical) {
	c.Text("ref", s.Ref)
	c.Text("by", s.By)
	c.Time("at", s.At)
}

func (s *Step) check(faults *customer.Faults) {
	faults.Name("ref", s.Ref)
	faults.Name("by", s.By)
	faults.Instant("at", s.At)
}

// take returns the step and leaves none: what a command says becomes the Body of an entry.
func (s *Step) take() Step {
	taken := *s
	*s = Step{}
	return taken
}
