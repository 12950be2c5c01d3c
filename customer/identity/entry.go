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
	apply(r *ground, e *Entry) error
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "identity", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string { return body.kind() }

// Read reads a body of a kind. Its error repeats nothing of what stood there.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "open":
		return read(data, (*Open).stored)
	case "attach":
		return read(data, (*Attach).stored)
	case "detach":
		return read(data, (*Detach).check)
	case "confirm":
		return read(data, (*Confirm).check)
	case "spoil":
		return read(data, (*Spoil).check)
	case "restore":
		return read(data, (*Restore).check)
	case "tell":
		return read(data, (*Tell).check)
	case "strike":
		return read(data, (*Strike).check)
	case "correct":
		return read(data, (*Correct).stored)
	case "approve":
		return read(data, (*Approve).check)
	case "reject":
		return read(data, (*Reject).check)
	case "decline":
		return read(data, (*Decline).check)
	case "classify":
		return read(data, (*Classify).check)
	case "assign":
		return read(data, (*Assign).check)
	case "issue":
		return read(data, (*Issue).stored)
	case "reissue":
		return read(data, (*Reissue).stored)
	case "limit":
		return read(data, (*Limit).check)
	case "call":
		return read(data, (*Call).check)
	case "link":
		return read(data, (*Link).check)
	case "unlink":
		return read(data, (*Unlink).check)
	case "distinct":
		return read(data, (*Distinct).check)
	case "reconsider":
		return read(data, (*Reconsider).check)
	case journal.KindErase:
		return read(data, (*Erase).check)
	case journal.KindScrubbed:
		return read(data, (*Scrubbed).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}

// read reads a body, strictly.
func read[T any, P interface {
	*T
	Body
}](data []byte, check func(*T, *customer.Faults)) (Body, error) {
	body, err := journal.ReadBody(data, check)
	if err != nil {
		return nil, hushed(err)
	}
	return any(body).(Body), nil
}
