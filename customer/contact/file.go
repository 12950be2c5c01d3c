package contact

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit the file: its history is not one that this package
// wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("contact: the entry does not fit the file")

// MaxRows is the most rows that a list of a file may have. A command that would add one more drops
// the oldest rows with which nothing is to be done any more, as [Archive] does; only where there is
// none is it refused.
const MaxRows = 1000

// File is what was said with one customer, under one customer.ID: the state that a history of
// entries leads to. The zero File is of a customer with whom nobody has spoken. It is a value:
// methods return a new one and never change the slices of the one they are called on, and nobody
// else may.
type File struct { //nolint:recvcheck // a value to its users, and too large to be copied for each question of our own
	Entries uint64 `json:"entries"`
	journal.Erasable
	Contacts     []Contact     `json:"contacts,omitempty"`     // in booking order, as all lists are
	Preparations []Preparation `json:"preparations,omitempty"` // what was to be said, and whether it was
	Appointments []Appointed   `json:"appointments,omitempty"`
	Visits       []Visit       `json:"visits,omitempty"`
	Promises     []Promised    `json:"promises,omitempty"`
	Quotes       []Quoted      `json:"quotes,omitempty"`
	// ContactsFrom is from when on all contacts are here: some that were over before were archived. The
	// zero Time: none were.
	ContactsFrom time.Time `json:"contacts_from,omitzero"`
}

// Apply returns the file after more entries, in booking order. It reads no clock and no rules: it
// knows only what no history may break. An entry that does not fit is ErrBroken, and then the file
// is the one before all of them.
func (f File) Apply(entries ...Entry) (File, error) {
	next := ground{File: f}
	for i := range entries {
		if err := next.apply(&entries[i]); err != nil {
			return f, err
		}
	}
	return next.File, nil
}

// Replay returns the file that a whole history leads to.
func Replay(entries []Entry) (File, error) {
	var all ground
	return all.replay(entries)
}

// ReplayWhole returns the file that a whole history leads to, with all that was ever archived, which
// stands first in each list: for a report on a time of which rows have been dropped, and for telling a
// customer all that is held on her. Its lists may be longer than MaxRows and have a name twice, and it
// is no state to decide on.
func ReplayWhole(entries []Entry) (File, error) {
	all := ground{gone: new(File)}
	f, err := all.replay(entries)
	if err != nil {
		return File{}, err
	}
	gone := all.gone
	f.Contacts = append(gone.Contacts, f.Contacts...)
	f.Preparations = append(gone.Preparations, f.Preparations...)
	f.Appointments = append(gone.Appointments, f.Appointments...)
	f.Visits = append(gone.Visits, f.Visits...)
	f.Promises = append(gone.Promises, f.Promises...)
	f.Quotes = append(gone.Quotes, f.Quotes...)
	f.ContactsFrom = time.Time{}
	return f, nil
}

func (g *ground) replay(entries []Entry) (File, error) {
	for i := range entries {
		if err := g.apply(&entries[i]); err != nil {
			return File{}, err
		}
	}
	return g.File, nil
}

// ground is a file that may be changed in place, as far as its lists are its own: see mine.
type ground struct {
	File
	own  parts
	gone *File // where what is archived goes; nil: nowhere
}

// parts are the lists of a file.
type parts uint8

const (
	ofContacts parts = 1 << iota
	ofPreparations
	ofAppointments
	ofVisits
	ofPromises
	ofQuotes
)

// mine returns a list of the ground whose rows may be changed in place. The first time it is copied:
// nobody else sees the change, and a decision copies only what it touches. The copy has room for
// what one decision adds. The lists inside a row are still shared; see owned.
func mine[T any](g *ground, part parts, list *[]T) *[]T {
	if g.own&part == 0 {
		g.own |= part
		if n := len(*list); n > 0 {
			copied := make([]T, n, n+2)
			copy(copied, *list)
			*list = copied
		} else {
			*list = nil
		}
	}
	return list
}

// owned returns a list inside a row with one more item, sharing no memory with what it was.
func owned[T any](list []T, more ...T) []T { return append(slices.Clip(list), more...) }

// apply books one entry in place. An entry that does not fit leaves the ground in no state to be
// used.
func (g *ground) apply(e *Entry) error {
	err := e.Check()
	if err == nil {
		err = g.Fits(e.Kind())
	}
	if err == nil {
		err = e.Body.apply(g, e)
	}
	if err == nil {
		err = g.bounds()
	}
	if err != nil {
		return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, g.Entries+1, e.Kind(), e.Ref, err)
	}
	g.Entries++
	return nil
}

// bounds refuses a list that has grown too long. Decisions make room before.
func (g *ground) bounds() error {
	if max(len(g.Contacts), len(g.Preparations), len(g.Appointments), len(g.Visits), len(g.Promises), len(g.Quotes)) > MaxRows {
		return fmt.Errorf("a list of more than %d", MaxRows)
	}
	return nil
}

var (
	errUnknown = errors.New("there is none of that name")
	errTaken   = errors.New("there is one of that name")
	errOver    = errors.New("it is over already")
	errDay     = errors.New("its day is another one, or does not fit its weekday, or nobody knows when it is over")
)

// place returns the place of the last row that has a name, or -1: mostly one asks for what is new.
func place[T any](rows []T, named func(*T) bool) int {
	for i := len(rows) - 1; i >= 0; i-- {
		if named(&rows[i]) {
			return i
		}
	}
	return -1
}

func (f *File) contact(ref string) int {
	return place(f.Contacts, func(row *Contact) bool { return row.Ref == ref })
}

func (f *File) preparation(ref string) int {
	return place(f.Preparations, func(row *Preparation) bool { return row.Ref == ref })
}

func (f *File) appointment(id string) int {
	return place(f.Appointments, func(row *Appointed) bool { return row.Appointment.ID == id })
}

func (f *File) visit(id string) int {
	return place(f.Visits, func(row *Visit) bool { return row.ID == id })
}

func (f *File) promise(id string) int {
	return place(f.Promises, func(row *Promised) bool { return row.Promise.ID == id })
}

func (f *File) quote(ref string) int {
	return place(f.Quotes, func(row *Quoted) bool { return row.Ref == ref })
}

// latest returns the later of two instants.
func latest(one, other time.Time) time.Time {
	if other.After(one) {
		return other
	}
	return one
}
