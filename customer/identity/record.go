package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit the record: its history is not one that this package
// wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("identity: the entry does not fit the record")

// Record is all that was told of one customer under one customer.ID: the state that a history of
// entries leads to. Nothing in it is ever overwritten: an identifier that ended still resolves, a
// fact that was corrected stays with its correction. Several records may be of one customer; links
// say so, and [Register.Golden] reads them as one. The zero Record is of nobody. It is a value.
//
// As JSON it is what is stored, whole. Printed by any verb of package fmt it hides what is personal.
type Record struct { //nolint:recvcheck // a value; read in place
	Entries uint64 `json:"entries"`
	journal.Erasable
	Opened      Opened       `json:"opened,omitzero"`
	Identifiers []Held       `json:"identifiers,omitempty"` // in booking order, ended ones too
	Facts       []Known      `json:"facts,omitempty"`       // in booking order, those that were corrected too
	Corrections []Correction `json:"corrections,omitempty"` // in booking order, open and rejected ones too
	Declined    []Declined   `json:"declined,omitempty"`    // what she would not answer, the last time that she was asked
	Classes     []Classed    `json:"classes,omitempty"`     // in booking order
	Owners      []Owned      `json:"owners,omitempty"`      // in booking order
	Holders     []Holder     `json:"holders,omitempty"`     // cardholders, in booking order
	Wishes      []Wish       `json:"wishes,omitempty"`      // how she wants to be called, by language
	Links       []Linked     `json:"links,omitempty"`       // to older records of the same customer, in booking order, those that were taken back too
	Distincts   []Parted     `json:"distincts,omitempty"`   // from older records of other customers, in booking order, those that were reconsidered too
}

// nobody reports whether a record is of nobody: not opened, or erased.
func (r *Record) nobody() bool { return r.Entries == 0 || !r.Erased.IsZero() }

// Bounds of a record: a command that would exceed one is refused.
const (
	MaxIdentifiers = 2_000
	MaxFacts       = 5_000
	MaxCorrections = 1_000
	MaxClassed     = 200
	MaxOwned       = 500
	MaxHolders     = 1_000
	MaxWishes      = 50
	MaxDeclined    = MaxFields + MaxSchemes
)

// Opened is how a record began.
type Opened struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Kind   Kind      `json:"kind"`
	Source string    `json:"source"`
}

// ground is a record that may be changed in place, as far as its lists are its own: see mine.
type ground struct {
	Record
	own lists
}

// lists are the slices of a Record.
type lists uint16

const (
	ofIdentifiers lists = 1 << iota
	ofFacts
	ofCorrections
	ofDeclined
	ofClasses
	ofOwners
	ofHolders
	ofWishes
	ofLinks
	ofDistincts
)

// mine returns a list of the ground whose rows may be changed in place and appended to. The first
// time it is copied: nobody else sees the change, and a decision copies only what it touches.
func mine[T any](r *ground, list lists, rows *[]T) *[]T {
	if r.own&list == 0 {
		r.own |= list
		copied := make([]T, len(*rows), len(*rows)+2)
		copy(copied, *rows)
		*rows = copied
	}
	return rows
}

// Apply returns the record after more entries, in booking order. It reads no clock and no rules: it
// knows only what no history may break. An entry that does not fit is ErrBroken, and then the record
// is the one before all of them.
func (r Record) Apply(entries ...Entry) (Record, error) {
	next := ground{Record: r}
	for i := range entries {
		e := &entries[i]
		err := e.Check()
		if err == nil {
			err = next.Fits(e.Kind())
		}
		if err == nil && (e.Kind() == "open") != (next.Entries == 0) {
			err = errors.New("a record begins with being opened, and has one beginning")
		}
		if err == nil {
			err = e.Body.apply(&next, e)
		}
		if err != nil {
			return r, fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, next.Entries+1, e.Kind(), e.Ref, err)
		}
		next.Entries++
	}
	return next.Record, nil
}

// Replay returns the record that a whole history leads to.
func Replay(entries []Entry) (Record, error) { return Record{}.Apply(entries...) }

// room refuses a history that has more of something than a record may have.
func (r *ground) room(what string, number, most int) error {
	if number > most {
		return fmt.Errorf("%d %s, where %d is the most", number, what, most)
	}
	return nil
}
