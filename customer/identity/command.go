package identity

import (
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Kind is what a customer is. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format.
const (
	Person Kind = iota + 1
	Organisation
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Person:
		return "person"
	case Organisation:
		return "organisation"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Open begins a record.
type Open struct {
	journal.Step `json:"-"`

	Kind   Kind   `json:"kind"`
	Source string `json:"source"`
}

func (Open) kind() string                     { return "open" }
func (x *Open) check(faults *customer.Faults) { faults.Name("source", x.Source) }
func (x Open) apply(r *Record, e *Entry) error {
	r.Opened = Opened{e.At, e.By, x.Kind, x.Source}
	return nil
}

// Attach gives a customer one more identifier.
type Attach struct {
	journal.Step `json:"-"`

	Identifier
	Source string `json:"source"`
}

func (Attach) kind() string                     { return "attach" }
func (x *Attach) check(faults *customer.Faults) { faults.Name("raw", x.Raw) }
func (x Attach) apply(r *Record, e *Entry) error {
	r.Identifiers = append(r.Identifiers, Held{Identifier: x.Identifier, At: e.At, Source: x.Source})
	return nil
}

// Tell adds facts.
type Tell struct {
	journal.Step `json:"-"`

	Source string `json:"source"`
	Field  string `json:"field"`
	Value  string `json:"value"`
}

func (Tell) kind() string                     { return "tell" }
func (x *Tell) check(faults *customer.Faults) { faults.Name("field", x.Field) }
func (x Tell) apply(r *Record, e *Entry) error {
	r.Facts = append(r.Facts, Known{Field: x.Field, Value: x.Value, At: e.At, By: e.By, Source: x.Source})
	return nil
}

// own returns a record whose slices are its own, with room for n more.
func (r Record) own(int) Record {
	r.Identifiers, r.Facts, r.Links, r.Distincts = slices.Clone(r.Identifiers), slices.Clone(r.Facts), slices.Clone(r.Links), slices.Clone(r.Distincts)
	return r
}
