package identity

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Link says that an older record is of the same customer.
type Link struct {
	journal.Step `json:"-"`

	To customer.ID `json:"to"`
}

func (Link) kind() string                    { return "link" }
func (x Link) check(faults *customer.Faults) { faults.Name("to", string(x.To)) }
func (x Link) apply(r *ground, e *Entry) error {
	links := mine(r, ofLinks, &r.Links)
	*links = append(*links, Linked{To: x.To, At: e.At, By: e.By})
	return nil
}

// Unlink takes a link back.
type Unlink struct {
	journal.Step `json:"-"`

	To customer.ID `json:"to"`
}

func (Unlink) kind() string                      { return "unlink" }
func (x Unlink) check(faults *customer.Faults)   { faults.Name("to", string(x.To)) }
func (x Unlink) apply(_ *ground, _ *Entry) error { return nil }
