package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// ErrBroken says that an entry does not fit the record: its history is not one that this package
// wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("identity: the entry does not fit the record")

// Record is all that was told of one customer under one customer.ID: the state that a history of
// entries leads to. Nothing in it is ever overwritten: an identifier that ended still resolves, a
// fact that was corrected stays with its correction. Several records may be of one customer; links
// say so, and [Register.Golden] reads them as one. The zero Record is of nobody. It is a value.
type Record struct {
	Entries     uint64   `json:"entries"`
	Opened      Opened   `json:"opened,omitzero"`
	Identifiers []Held   `json:"identifiers,omitempty"` // in booking order, ended ones too
	Facts       []Known  `json:"facts,omitempty"`       // in booking order, those that were corrected too
	Links       []Linked `json:"links,omitempty"`       // to older records of the same customer, in booking order, those that were taken back too
	Distincts []Parted `json:"distincts,omitempty"` // from older records of other customers, in booking order, those that were reconsidered too
}

// Opened is how a record began.
type Opened struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Kind   Kind      `json:"kind"`
	Source string    `json:"source"`
}

// Held is an identifier of a customer, and since when.
type Held struct {
	Identifier
	At     time.Time `json:"at"` // when it was told
	Source string    `json:"source"`
	Ended  time.Time `json:"ended,omitzero"` // since when it is hers no more; it still resolves, as an old one
}

// Known is one fact of a field, from whom, and since when.
type Known struct {
	Field    string        `json:"field"`
	Value    string        `json:"value"`
	On       customer.Date `json:"on"` // the day that it is of
	At       time.Time     `json:"at"` // when it was told
	By       string        `json:"by"`
	Source   string        `json:"source"`
	Permille int           `json:"permille,omitempty"` // how sure, in ‰; 0: not said
	Struck   time.Time     `json:"struck,omitzero"`    // since when it no longer counts
}

// Apply returns the record after more entries, in booking order. It reads no clock and no rules: it
// knows only what no history may break. An entry that does not fit is ErrBroken, and then the record
// is the one before all of them.
func (r Record) Apply(entries ...Entry) (Record, error) {
	next := r.own(len(entries))
	for i := range entries {
		e := &entries[i]
		err := e.Check()
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
	return next, nil
}
