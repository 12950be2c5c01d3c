package task

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrBroken says that an entry does not fit the cycle: its history is not one that this package
// wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("task: the entry does not fit the cycle")

// Bounds of one cycle. A decision that would exceed one is refused.
const (
	MaxActions     = 500
	MaxRecords     = 5000
	MaxCorrections = 500
	MaxChanges     = 500
	MaxReviews     = 100
	MaxAssignments = 10 * (MaxActions + 1) // of it and its actions: the longest plan changes hands ten times whole
	MaxReopenings  = 20
)

// ID names a cycle: the host's reference.
type ID string

// Cycle is one round of goal, plan, record and review: the state that a history of entries leads
// to. The zero Cycle is one that nobody has opened. It is a value: methods return a new one and
// never change the slices of the one they are called on, and nobody else may.
type Cycle struct {
	Entries uint64 `json:"entries"` // how many led here
	journal.Erasable
	Opened      Opened      `json:"opened,omitzero"`
	Owner       string      `json:"owner,omitempty"` // whose it is: of an open cycle always somebody's
	Importance  int         `json:"importance,omitempty"`
	Goal        Goal        `json:"goal,omitzero"`         // as it stands now
	Changes     []Changed   `json:"changes,omitempty"`     // what it was before, in booking order
	Actions     []Planned   `json:"actions,omitempty"`     // in the order in which they were planned
	Records     []Recorded  `json:"records,omitempty"`     // in booking order, those that were struck too
	Corrections []Corrected `json:"corrections,omitempty"` // what records said before, in booking order
	Assignments []Assigned  `json:"assignments,omitempty"` // in booking order
	Reviews     []Reviewed  `json:"reviews,omitempty"`     // in booking order
	Closed      Closed      `json:"closed,omitzero"`       // of a closed cycle
	Reopenings  []Reopened  `json:"reopenings,omitempty"`  // in booking order
	// Touched is the number of the last entry that a review has to have seen: of the plan, the goal
	// or the record.
	Touched uint64 `json:"touched,omitempty"`
}

// Opened is how a cycle began.
type Opened struct {
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
	Customer customer.ID `json:"customer,omitempty"`
	Order    string      `json:"order,omitempty"`
	Case     string      `json:"case,omitempty"`
	After    ID          `json:"after,omitempty"`
}

// Apply returns the cycle after more entries, in booking order. It reads no clock and no rules: it
// knows only what no history may break. An entry that does not fit is ErrBroken, and then the cycle
// is the one before all of them.
func (c Cycle) Apply(entries ...Entry) (Cycle, error) {
	next := ground{Cycle: c}
	for i := range entries {
		if err := next.book(&entries[i]); err != nil {
			return c, err
		}
	}
	return next.Cycle, nil
}

// Replay returns the cycle that a whole history leads to.
func Replay(entries []Entry) (Cycle, error) { return Cycle{}.Apply(entries...) }

// Ended reports whether the cycle is closed, and was not reopened, or is erased.
func (c Cycle) Ended() bool { return !c.Closed.At.IsZero() || !c.Erased.IsZero() }

// ground is a cycle that may be changed in place, as far as its lists are its own.
type ground struct {
	Cycle
	own uint8 // the lists that were copied
}

// The lists of a Cycle.
const (
	ofChanges uint8 = 1 << iota
	ofActions
	ofRecords
	ofCorrections
	ofAssignments
	ofReviews
	ofReopenings
)

// mine returns a list that may be changed in place: a copy, made once, with room for what one
// decision adds.
func mine[T any](g *ground, list uint8, slice *[]T) *[]T {
	if g.own&list == 0 {
		g.own |= list
		copied := make([]T, len(*slice), len(*slice)+2)
		copy(copied, *slice)
		*slice = copied
	}
	return slice
}

// push appends to a list that has room for no more than most.
func push[T any](g *ground, list uint8, slice *[]T, most int, one T) error {
	if len(*slice) >= most {
		return fmt.Errorf("it has %d already, and no room for more", most)
	}
	slice = mine(g, list, slice)
	*slice = append(*slice, one)
	return nil
}

// book books one entry in place. An entry that does not fit leaves the ground in no state to be
// used.
func (g *ground) book(e *Entry) error {
	err := e.Check()
	if err == nil {
		err = g.Fits(e.Kind())
	}
	if err == nil {
		err = g.stage(e.Kind())
	}
	if err == nil {
		g.Entries++
		err = e.Body.apply(g, e)
	}
	if err != nil {
		return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, g.Entries, e.Kind(), e.Ref, err)
	}
	return nil
}

// stage says whether an entry of a kind may come now.
func (g *ground) stage(kind string) error {
	switch {
	case kind == journal.KindErase, kind == journal.KindScrubbed:
		return nil
	case (kind == "open") != (g.Entries == 0):
		return errors.New("a cycle begins with being opened, and has one beginning")
	case (kind == "reopen") != g.Ended():
		return errors.New("of a closed cycle nothing is booked but a reopening, and of no other one")
	}
	return nil
}

// action returns the place of an action, or -1.
func (c Cycle) action(id string) int {
	for i := range c.Actions {
		if c.Actions[i].ID == id {
			return i
		}
	}
	return -1
}

// record returns the place of a record, or -1.
func (c Cycle) record(ref string) int {
	for i := range c.Records {
		if c.Records[i].Ref == ref {
			return i
		}
	}
	return -1
}

// Figure returns the figure that was reached so far, and whether any record has one. Where nothing
// was recorded it is the figure at the beginning.
func (c Cycle) Figure() (figure int64, counted bool) {
	figure = c.Goal.From
	last := -1
	for i := range c.Records {
		one := &c.Records[i]
		switch {
		case !one.Counted || !one.Struck.IsZero():
		case c.Goal.Adds:
			figure += one.Figure
			last = i
		case last < 0 || one.On >= c.Records[last].On:
			figure, last = one.Figure, i
		}
	}
	return figure, last >= 0
}

// Items returns the rows of a cycle that is not closed: its goal, and each action that is not done.
// Where the goal is money, its row has the amount.
func (c Cycle) Items(id ID) []Item {
	if c.Entries == 0 || c.Ended() {
		return nil
	}
	goal := Item{
		Kind: KindGoal, ID: string(id), Customer: c.Opened.Customer, Owner: c.Owner, Importance: c.Importance, Due: c.Goal.By,
	}
	if c.Goal.Money && c.Goal.Target > 0 {
		goal.AmountMinor = c.Goal.Target
	}
	all := []Item{goal}
	for i := range c.Actions {
		if one := &c.Actions[i]; one.Pending() {
			all = append(all, Item{
				Kind: KindAction, ID: string(id), Part: one.ID, Customer: c.Opened.Customer, Owner: one.Owner, Importance: one.Importance, Due: one.By,
			})
		}
	}
	return all
}

// reached is how much of the way from a goal's From to its Target a figure has come, in ‰, rounded
// down, from 0 to MaxPermille.
func (g *Goal) reached(figure int64) int64 {
	way, whole := figure-g.From, g.Target-g.From
	if whole < 0 {
		way, whole = -way, -whole
	}
	if way <= 0 || whole == 0 {
		return 0
	}
	return min(way/whole*1000+way%whole*1000/whole, MaxPermille)
}
