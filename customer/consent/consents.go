package consent

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit the consents: their history is not one that this package
// wrote, or not complete.
var ErrBroken = errors.New("consent: the entry does not fit the consents")

// Consents is all that one customer has said of what she allows: the state that a history of
// entries leads to. Nothing in it is ever overwritten, so that it can be asked for any earlier
// instant. It is read by a [Policy]. The zero Consents is of a customer whom nobody has asked. It
// is a value.
//
// Each list is in the order in which she said it, whenever it was booked; what she said at the same
// instant, in booking order.
type Consents struct { //nolint:recvcheck // a value to its users, and read in place
	Entries uint64 `json:"entries"` // how many led here
	journal.Erasable
	Grants     []Grant     `json:"grants,omitempty"`     // what she has said yes to: at most MaxWords
	Denials    []Denial    `json:"denials,omitempty"`    // what she has said no to: at most MaxWords
	Objections []Objection `json:"objections,omitempty"` // to being contacted at all, and their end: at most MaxWords

	// beside are other records of the same customer: see Strictest.
	beside []Consents
}

// MaxWords is the most grants, denials and objections that one customer can have each. The last
// tenth is kept for her noes: nothing that allows more is booked where only these are left.
const MaxWords = 5000

// mostButNoes is how many there may be of each before only a no is taken.
const mostButNoes = MaxWords / 10 * 9

// Word is when she said something, and who took it down.
type Word struct {
	At    time.Time `json:"at"` // when she said it
	By    string    `json:"by"` // who took it down
	Ref   string    `json:"ref"`
	Entry uint64    `json:"entry"` // its number in the history: what was booked later has a greater one
}

// Grant is a yes to one purpose, through one channel.
type Grant struct {
	Word
	Box
	Party     string       `json:"party,omitempty"` // empty: the shop itself
	Recipient Recipient    `json:"recipient,omitzero"`
	Evidence  Evidence     `json:"evidence"`
	Condition string       `json:"condition,omitempty"` // what she got only for saying yes
	Guardian  string       `json:"guardian,omitempty"`  // who said yes for her
	Years     int          `json:"years,omitempty"`     // how old she was
	Confirmed Confirmation `json:"confirmed,omitzero"`  // of a grant that needs it
}

// Confirmation is that she confirmed a yes through its channel.
type Confirmation struct {
	Word
	Record string `json:"record,omitempty"`
}

// Denial is a no to purposes through channels.
type Denial struct {
	Word
	Scope
	Withdrawn bool     `json:"withdrawn,omitempty"` // she took a yes back; otherwise she was asked, and said no
	Evidence  Evidence `json:"evidence,omitzero"`
}

// Objection is that she wants no contact at all, or that she takes this back.
type Objection struct {
	Word
	Restored bool     `json:"restored,omitempty"`
	Evidence Evidence `json:"evidence,omitzero"`
}

// Apply returns the consents after more entries. It reads no clock and no rules: it knows only what
// no history may break. An entry that does not fit is ErrBroken, and then the consents are those
// before all of them.
func (c Consents) Apply(entries ...Entry) (Consents, error) {
	if len(c.beside) > 0 {
		return c, errReadOnly
	}
	next := folding{Consents: c}
	if err := next.fold(entries); err != nil {
		return c, err
	}
	return next.Consents, nil
}

// Replay returns the consents that a whole history leads to. Those that the first entries of it lead
// to are what was known when these had been booked.
func Replay(entries []Entry) (Consents, error) {
	var all folding
	if err := all.fold(entries); err != nil {
		return Consents{}, err
	}
	return all.Consents, nil
}

// MarshalJSON refuses what [Strictest] made: stored as one record, it would lose the noes of the others.
func (c Consents) MarshalJSON() ([]byte, error) {
	if len(c.beside) > 0 {
		return nil, errReadOnly
	}
	type plain Consents
	return json.Marshal(plain(c))
}

var errReadOnly = errors.New("consent: what Strictest made is to be read only: a word of hers is booked on one record")

// folding is consents that may be changed in place as far as their lists are their own.
type folding struct {
	Consents
	grants, denials, objections bool // the list is its own
}

func (f *folding) fold(entries []Entry) error {
	for i := range entries {
		e := &entries[i]
		err := e.Check()
		if err == nil {
			err = f.Fits(e.Kind())
		}
		if err == nil {
			f.Entries++
			err = e.Body.apply(f, e)
		}
		if err != nil {
			return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, i+1, e.Kind(), e.Ref, err)
		}
	}
	return nil
}

// word is that of an entry, which has been counted.
func (f *folding) word(e *Entry) Word { return Word{e.At, e.By, e.Ref, f.Entries} }

// own makes a list the folding's own, with room for more.
func own[T any](list *[]T, is *bool, more int) {
	if !*is {
		grown := make([]T, len(*list), len(*list)+more)
		copy(grown, *list)
		*list, *is = grown, true
	}
}

var errFull = errors.New("there are too many")

// put puts a word into a list, after those that she said before it or at the same instant.
func put[T interface{ said() time.Time }](list *[]T, one T) error {
	if len(*list) >= MaxWords {
		return errFull
	}
	at, _ := slices.BinarySearchFunc(*list, one.said(), func(e T, at time.Time) int {
		if e.said().After(at) {
			return 1
		}
		return -1
	})
	*list = slices.Insert(*list, at, one)
	return nil
}

func (w Word) said() time.Time { return w.At }
