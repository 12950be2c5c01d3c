package task

import (
	"fmt"

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
func (Form) Kind(body Body) string { return body.kind() }

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "open":
		return journal.ReadBody(data, (*Open).check)
	case "plan":
		return journal.ReadBody(data, (*Plan).check)
	case "record":
		return journal.ReadBody(data, (*Record).stored)
	case "correct":
		return journal.ReadBody(data, (*Correct).stored)
	case "change":
		return journal.ReadBody(data, (*Change).check)
	case "move":
		return journal.ReadBody(data, (*Move).check)
	case "drop":
		return journal.ReadBody(data, (*Drop).check)
	case "assign":
		return journal.ReadBody(data, (*Assign).check)
	case "review":
		return journal.ReadBody(data, (*Review).stored)
	case "close":
		return journal.ReadBody(data, (*Close).check)
	case "reopen":
		return journal.ReadBody(data, (*Reopen).check)
	case journal.KindErase:
		return journal.ReadBody(data, (*Erase).check)
	case journal.KindScrubbed:
		return journal.ReadBody(data, (*Scrubbed).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}
