package lifecycle

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Wake asks to look at a customer again, of [Stages.Assess] every night or week, of [Ladder.Step]
// on the day of [Ladder.Next] or simply every night. It is all that the host asks: what is known
// of her by then comes beside it, as it may be more when a wake is sent again, and is no part of
// the request.
type Wake struct {
	Ref      string      `json:"ref"`
	Customer customer.ID `json:"customer"` // the one whose standing it is: a ladder draws her by it
	At       time.Time   `json:"at"`
}

// Canonical writes the request in canonical form.
func (w Wake) Canonical(c *customer.Canonical) {
	c.Text("ref", w.Ref)
	c.Text("customer", string(w.Customer))
	c.Time("at", w.At)
}

func (w Wake) check(faults *customer.Faults) {
	faults.Name("ref", w.Ref)
	faults.Name("customer", string(w.Customer))
	faults.Instant("at", w.At)
}
