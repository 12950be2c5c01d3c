package journal

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Step is what every command has: the request's reference, unique among the commands of its kind
// under one id; who gives it; and the business instant. A command embeds it, outside of its JSON,
// since in an entry Ref, By and At stand beside the Body, whose own Step is zero. All three stay when
// a customer is erased: a reference with her number in it, or her address for By, would too.
type Step struct { //nolint:recvcheck // a value; taken out of a command in place
	Ref string    `json:"ref,omitempty"`
	By  string    `json:"by,omitempty"` // staff, by the host's own ID; the customer, by her customer.ID; a program, by a name that the host gives it
	At  time.Time `json:"at,omitzero"`
}

// Given returns the step of the command that it is embedded in.
func (s Step) Given() Step { return s }

// Write writes the step's fields in canonical form: what the Canonical of a command begins with.
func (s *Step) Write(c *customer.Canonical) {
	c.Text("ref", s.Ref)
	c.Text("by", s.By)
	c.Time("at", s.At)
}

// Check notes the faults of the step.
func (s *Step) Check(faults *customer.Faults) {
	faults.Name("ref", s.Ref)
	faults.Name("by", s.By)
	faults.Instant("at", s.At)
}

// Take returns the step and leaves none: what a command says becomes the Body of an entry.
func (s *Step) Take() Step {
	taken := *s
	*s = Step{}
	return taken
}
