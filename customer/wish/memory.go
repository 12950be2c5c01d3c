package wish

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit what is remembered: its history is not one that this
// package wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("wish: the entry does not fit the memory")

// Memory is what a shop remembers of one customer's likings, needs, wishes and intentions: the
// state that a history of entries leads to. The zero Memory is of somebody of whom nothing is
// known. It is a value: nothing that is read here may be changed in place.
type Memory struct { //nolint:recvcheck // a value to its users; looked up in place by our own
	Entries uint64 `json:"entries"`
	journal.Erasable
	Preferences []Preference `json:"preferences,omitempty"` // ascending by kind and value
	Needs       []Needed     `json:"needs,omitempty"`       // in booking order, those that have ended too
	Wishes      []Wanted     `json:"wishes,omitempty"`      // in booking order, those that have ended too
	Intents     []Intended   `json:"intents,omitempty"`     // in booking order
}

// MaxList is the most rows that a list of a memory may have. The oldest need and the oldest wish that
// have ended make room for another, and the oldest answer of all; where none has ended, and where
// there is another preference, a command that would add one more is refused.
const MaxList = 1000

// spare is the place of the row that makes room for another in a list, -1 where there is room or none
// may go; then it is full.
func spare[T any](list []T, ended func(*T) bool) (place int, full bool) {
	if len(list) < MaxList {
		return -1, false
	}
	for i := range list {
		if ended(&list[i]) {
			return i, false
		}
	}
	return -1, true
}

// makeRoom drops that row from a list that may be changed in place.
func makeRoom[T any](list *[]T, ended func(*T) bool) {
	if place, _ := spare(*list, ended); place >= 0 {
		*list = slices.Delete(*list, place, place+1)
	}
}

// Apply returns the memory after more entries, in booking order. It reads no clock and no rules: it
// knows only what no history may break. An entry that does not fit is ErrBroken, and then the
// memory is the one before all of them.
func (m Memory) Apply(entries ...Entry) (Memory, error) {
	next := ground{Memory: m}
	for i := range entries {
		if err := next.book(&entries[i]); err != nil {
			return m, err
		}
	}
	return next.Memory, nil
}

// Replay returns the memory that a whole history leads to.
func Replay(entries []Entry) (Memory, error) {
	var all ground
	for i := range entries {
		if err := all.book(&entries[i]); err != nil {
			return Memory{}, err
		}
	}
	return all.Memory, nil
}

// ground is a memory whose lists may be changed in place once they are its own.
type ground struct {
	Memory
	ownPreferences, ownNeeds, ownWishes, ownIntents bool
}

// mine returns a list that may be changed in place: copied when it is first asked for, with room
// for what a decision adds.
func mine[T any](own *bool, list *[]T) *[]T {
	if !*own {
		*own = true
		if n := len(*list); n > 0 {
			*list = append(make([]T, 0, n+2), *list...)
		} else {
			*list = nil
		}
	}
	return list
}

// book books one entry in place. One that does not fit leaves the ground in no state to be used.
func (g *ground) book(e *Entry) error {
	err := e.Check()
	if err == nil {
		err = g.Fits(e.Kind())
	}
	if err == nil {
		var faults customer.Faults
		step := journal.Step{Ref: e.Ref, By: e.By, At: e.At}
		step.Check(&faults)
		e.Body.stored(&faults)
		err = faults.Err()
	}
	if err == nil {
		err = e.Body.apply(g, e)
	}
	if err == nil && max(len(g.Preferences), len(g.Needs), len(g.Wishes), len(g.Intents)) > MaxList {
		err = errFull
	}
	if err != nil {
		return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, g.Entries+1, e.Kind(), e.Ref, err)
	}
	g.Entries++
	return nil
}

var (
	errFull    = fmt.Errorf("a list of more than %d", MaxList)
	errThere   = errors.New("it is there already")
	errUnknown = errors.New("there is none of that name")
	errEnded   = errors.New("it has ended")
)

// preference returns the place of a preference, or where it would stand.
func (m *Memory) preference(kind, value string) (place int, found bool) {
	return slices.BinarySearchFunc(m.Preferences, Preference{Kind: kind, Value: value}, func(a, b Preference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
}

// ofKind returns the preferences of a kind.
func (m *Memory) ofKind(kind string) []Preference {
	from, _ := m.preference(kind, "")
	until := from
	for until < len(m.Preferences) && m.Preferences[until].Kind == kind {
		until++
	}
	return m.Preferences[from:until]
}

// need returns the place of a need, or -1.
func (m *Memory) need(ref string) int {
	return slices.IndexFunc(m.Needs, func(n Needed) bool { return n.Ref == ref })
}

// wish returns the place of a wish, or -1.
func (m *Memory) wish(ref string) int {
	return slices.IndexFunc(m.Wishes, func(w Wanted) bool { return w.Ref == ref })
}
