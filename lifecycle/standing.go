package lifecycle

import (
	"errors"
	"fmt"
	"slices"
)

// ErrBroken says that an entry does not fit the standing: its history is not one that this
// package wrote, or not in booking order, or not complete.
var ErrBroken = errors.New("lifecycle: the entry does not fit the standing")

// Standing is where one customer stands: the state that a history of entries leads to. The
// zero Standing is that of somebody whom nobody has assessed. It is a value: methods return
// a new one and never change the slices of the one they are called on, and nobody else may.
type Standing struct {
	Entries uint64   `json:"entries"`           // how many led here
	Life    Life     `json:"life,omitzero"`     // her stage
	Attempt Attempt  `json:"attempt,omitzero"`  // to win her back: the latest
	Brought Referral `json:"brought,omitzero"`  // who brought her, and whether she may bring others
	Signals []Signal `json:"signals,omitempty"` // early signals and reasons for leaving, by the instant they speak of
}

// Apply returns the standing after more entries, in booking order. It knows only what no
// history may break. An entry that does not fit is ErrBroken, and then the standing is the
// one before all of them.
func (s Standing) Apply(entries ...Entry) (Standing, error) {
	next := own(s)
	for i := range entries {
		if err := next.apply(&entries[i]); err != nil {
			return s, err
		}
	}
	return next.Standing, nil
}

// Replay returns the standing that a whole history leads to.
func Replay(entries []Entry) (Standing, error) {
	var all ground
	for i := range entries {
		if err := all.apply(&entries[i]); err != nil {
			return Standing{}, err
		}
	}
	return all.Standing, nil
}

// ground is a standing that may be changed in place: nobody else has its slices.
type ground struct{ Standing }

// own returns a copy of a standing whose slices may be changed.
func own(s Standing) ground {
	s.Signals = slices.Clone(s.Signals)
	return ground{s}
}

// apply books one entry in place.
func (g *ground) apply(e *Entry) error {
	err := e.check()
	if err == nil {
		err = g.note(e)
	}
	if err != nil {
		return fmt.Errorf("%w: entry %d, %s of %q: %w", ErrBroken, g.Entries+1, e.Kind, e.Ref, err)
	}
	g.Entries++
	return nil
}

// applyLife books one entry in place if it is of stages, and passes over any other.
func (g *ground) applyLife(e *Entry) error {
	err := e.check()
	if err == nil && (e.Kind == Known || e.Kind == Moved) {
		err = g.noteLife(e)
	}
	if err != nil {
		return fmt.Errorf("%w: %s of %q: %w", ErrBroken, e.Kind, e.Ref, err)
	}
	return nil
}

// check refuses what is no entry, of whatever kind.
func (e *Entry) check() error {
	switch {
	case e.Version != EntryVersion:
		return fmt.Errorf("format version %d, where %d is known", e.Version, EntryVersion)
	case e.At.IsZero() || !e.On.Valid():
		return errors.New("it has no instant, or no day")
	}
	return nil
}

// note books an entry of a kind by the concept that the kind belongs to.
func (g *ground) note(e *Entry) error {
	switch e.Kind {
	case Known, Moved:
		return g.noteLife(e)
	case Opened, Stepped, Stopped, Settled:
		return g.Attempt.note(e)
	case Vouched, Brought, Rewarded, Forfeited, Withdrawn:
		return g.Brought.note(e)
	case Signalled, Left:
		return g.noteSignal(e)
	}
	return errors.New("it is no kind of entry")
}
