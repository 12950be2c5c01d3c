package task

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. Entries of an earlier version are read;
// a later one is an error.
const EntryVersion = 1

// Entry is one fact of a cycle's history. Each is a command that was given; what the rules added to
// it, such as the figure that a review found, is pinned in its Body.
type Entry = journal.Entry[Body, Form]

// Decision is what a procedure decides about a cycle; see package journal.
type Decision = journal.Decision[Cycle, Entry]

// Store keeps cycles; see package journal.
type Store = journal.Store[ID, Cycle, Entry]

// Body is what an entry says: one type for each kind, and none from outside this package. A
// command is the Body of the entry that it leads to.
type Body interface {
	kind() string
	apply(g *ground, e *Entry) error
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "task", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string {
	switch body.(type) { // by type, so that a pointer to a body is none
	case Open, Plan, Record, Correct, Change, Move, Drop, Assign, Review, Close, Reopen, Erase, Scrubbed:
		return body.kind()
	}
	return ""
}

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "open":
		return read(data, (*Open).check)
	case "plan":
		return read(data, (*Plan).check)
	case "record":
		return read(data, (*Record).stored)
	case "correct":
		return read(data, (*Correct).stored)
	case "change":
		return read(data, (*Change).check)
	case "move":
		return read(data, (*Move).check)
	case "drop":
		return read(data, (*Drop).check)
	case "assign":
		return read(data, (*Assign).check)
	case "review":
		return read(data, (*Review).stored)
	case "close":
		return read(data, (*Close).check)
	case "reopen":
		return read(data, (*Reopen).check)
	case journal.KindErase:
		return read(data, (*Erase).check)
	case journal.KindScrubbed:
		return read(data, (*Scrubbed).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}

// read reads a body of one type; a body that cannot be read is none.
func read[T Body](data []byte, check func(*T, *customer.Faults)) (Body, error) {
	body, err := journal.ReadBody(data, check)
	if err != nil {
		return nil, err
	}
	return body, nil
}
