package identity

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. Entries of an earlier version are read;
// a later one is an error.
const EntryVersion = 1

// Entry is one fact of a record's history: a command that was given, or what followed from it.
type Entry = journal.Entry[Body, Form]

// Decision is what a register decides about a record; see package journal.
type Decision = journal.Decision[Record, Entry]

// Store keeps records; see package journal.
type Store = journal.Store[customer.ID, Record, Entry]

// Body is what an entry says: one type for each kind, and none from outside this package. A
// command is the Body of the entry that it leads to.
type Body interface {
	kind() string
	apply(r *Record, e *Entry) error
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "identity", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string {
	if body == nil {
		return ""
	}
	return body.kind()
}

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "open":
		return journal.ReadBody(data, (*Open).check)
	case "attach":
		return journal.ReadBody(data, (*Attach).check)
	case "tell":
		return journal.ReadBody(data, (*Tell).check)
	case "link":
		return journal.ReadBody(data, (*Link).check)
	case "unlink":
		return journal.ReadBody(data, (*Unlink).check)
	case "distinct":
		return journal.ReadBody(data, (*Distinct).check)
	case "reconsider":
		return journal.ReadBody(data, (*Reconsider).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}
