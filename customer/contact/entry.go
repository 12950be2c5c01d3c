package contact

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. Entries of an earlier version are read;
// a later one is an error.
const EntryVersion = 1

// Entry is one fact of a file's history: a command that was given, or what followed from it.
type Entry = journal.Entry[Body, Form]

// Decision is what a policy decides about a file; see package journal.
type Decision = journal.Decision[File, Entry]

// Store keeps files; see package journal.
type Store = journal.Store[customer.ID, File, Entry]

// Body is what an entry says: one type for each kind, and none from outside this package. A
// command is the Body of the entry that it leads to.
type Body interface {
	kind() string
	apply(g *ground, e *Entry) error
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "contact", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string { return body.kind() }

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "log":
		return journal.ReadBody(data, (*Log).check)
	case "note":
		return journal.ReadBody(data, (*Note).check)
	case "prepare":
		return journal.ReadBody(data, (*Prepare).check)
	case "tick":
		return journal.ReadBody(data, (*Tick).check)
	case "drop":
		return journal.ReadBody(data, (*Drop).check)
	case "confirm":
		return journal.ReadBody(data, (*Confirm).check)
	case "move":
		return journal.ReadBody(data, (*Move).check)
	case "cancel":
		return journal.ReadBody(data, (*Cancel).check)
	case "keep":
		return journal.ReadBody(data, (*Keep).check)
	case "release":
		return journal.ReadBody(data, (*Release).check)
	case "assign":
		return journal.ReadBody(data, (*Assign).check)
	case "archive":
		return journal.ReadBody(data, (*Archive).check)
	case journal.KindErase:
		return journal.ReadBody(data, (*Erase).check)
	case journal.KindScrubbed:
		return journal.ReadBody(data, (*Scrubbed).check)
	}
	body, err := readVisit(kind, data)
	if body == nil && err == nil {
		body, err = readQuote(kind, data)
	}
	if body == nil && err == nil {
		err = fmt.Errorf("%q is unknown", kind)
	}
	return body, err
}

// readVisit reads a body of the kinds about visits; nil where it is none of them.
func readVisit(kind string, data []byte) (Body, error) {
	switch kind {
	case "plan":
		return journal.ReadBody(data, (*Plan).check)
	case "call-off":
		return journal.ReadBody(data, (*CallOff).check)
	case "record":
		return journal.ReadBody(data, (*Record).check)
	}
	return nil, nil
}

// readQuote reads a body of the kinds about quotes; nil where it is none of them.
func readQuote(kind string, data []byte) (Body, error) {
	switch kind {
	case "quote":
		return journal.ReadBody(data, (*Quote).check)
	case "justify":
		return journal.ReadBody(data, (*Justify).check)
	case "answer":
		return journal.ReadBody(data, (*Answer).check)
	case "withdraw":
		return journal.ReadBody(data, (*Withdraw).check)
	}
	return nil, nil
}
