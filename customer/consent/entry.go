package consent

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. Entries of an earlier version are read;
// a later one is an error.
const EntryVersion = 1

// Entry is one fact of the history of a customer's consents: a word of hers, and who took it down.
type Entry = journal.Entry[Body, Form]

// Decision is what a policy decides about a word of hers; see package journal.
type Decision = journal.Decision[Consents, Entry]

// Store keeps consents; see package journal.
type Store = journal.Store[customer.ID, Consents, Entry]

// Body is what an entry says: one type for each kind, and none from outside this package. A
// command is the Body of the entry that it leads to.
type Body interface {
	kind() string
	apply(f *folding, e *Entry) error
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "consent", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string { return body.kind() }

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "give":
		return journal.ReadBody(data, (*Give).check)
	case "confirm":
		return journal.ReadBody(data, (*Confirm).check)
	case "decline":
		return journal.ReadBody(data, (*Decline).check)
	case "withdraw":
		return journal.ReadBody(data, (*Withdraw).check)
	case "object":
		return journal.ReadBody(data, (*Object).check)
	case "restore":
		return journal.ReadBody(data, (*Restore).check)
	case journal.KindErase:
		return journal.ReadBody(data, (*Erase).check)
	case journal.KindScrubbed:
		return journal.ReadBody(data, (*Scrubbed).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}
