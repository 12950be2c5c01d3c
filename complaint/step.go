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

// MaxNote is the longest note, in bytes: what was said, found or decided. It carries no
// identifiers of persons, so that erasing a customer can leave the books whole.
const MaxNote = 4000

// checkNote notes a fault unless a text that may have several lines is readable and within
// MaxNote.
func checkNote(faults *customer.Faults, path, text string) {
	if len(text) > MaxNote || !isNote(text) {
		faults.Add(path, text, "is UTF-8 text without control characters other than line breaks, at most 4000 bytes")
	}
}
