package wish

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. A later one is an error.
const EntryVersion = 1

// Entry is one fact of a customer's history; its Body is the command that led to it.
type Entry = journal.Entry[Body, Form]

// Decision is what a book decides; see package journal.
type Decision = journal.Decision[Memory, Entry]

// Store keeps memories; see package journal.
type Store = journal.Store[customer.ID, Memory, Entry]

// Body is what an entry says: one type for each kind of command, and none from outside this
// package.
type Body interface {
	kind() string
	apply(g *ground, e *Entry) error
	stored(faults *customer.Faults) // what is wrong with it, in an entry
}

// Form is how entries are stored; see [journal.Form]. The texts of kinds are format.
type Form struct{}

// Format returns the package's name and the version in which it writes.
func (Form) Format() (name string, version int) { return "wish", EntryVersion }

// Kind returns the stored text of a body's kind.
func (Form) Kind(body Body) string { return body.kind() }

// Read reads a body of a kind.
func (Form) Read(kind string, _ int, data []byte) (Body, error) {
	switch kind {
	case "say":
		return journal.ReadBody(data, (*Say).stored)
	case "observe":
		return journal.ReadBody(data, (*Observe).stored)
	case "forget":
		return journal.ReadBody(data, (*Forget).stored)
	case "need":
		return journal.ReadBody(data, (*Need).stored)
	case "link":
		return journal.ReadBody(data, (*Link).stored)
	case "close":
		return journal.ReadBody(data, (*Close).stored)
	case "want":
		return journal.ReadBody(data, (*Want).stored)
	case "tell":
		return journal.ReadBody(data, (*Tell).stored)
	case "bounce":
		return journal.ReadBody(data, (*Bounce).stored)
	case "buy":
		return journal.ReadBody(data, (*Buy).stored)
	case "withdraw":
		return journal.ReadBody(data, (*Withdraw).stored)
	case "intend":
		return journal.ReadBody(data, (*Intend).stored)
	case journal.KindErase:
		return journal.ReadBody(data, (*Erase).stored)
	case journal.KindScrubbed:
		return journal.ReadBody(data, (*Scrubbed).stored)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}
