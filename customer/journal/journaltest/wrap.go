package journaltest

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/rapport-crm/rapport/customer/journal"
)

// ErrInjected is the unknown error of the misbehaving wrappers.
var ErrInjected = errors.New("journaltest: injected: whether this was written is unknown")

// wrapper is a store with another Commit, and something before every call.
type wrapper[ID ~string, S, E any] struct {
	journal.Store[ID, S, E]
	before func() error // nil: nothing
	commit func(context.Context, ID, journal.Decision[S, E]) error
}

func (w *wrapper[ID, S, E]) Load(ctx context.Context, id ID) (state S, version uint64, err error) {
	if w.before != nil {
		if err := w.before(); err != nil {
			return state, 0, err
		}
	}
	return w.Store.Load(ctx, id)
}

func (w *wrapper[ID, S, E]) Commit(ctx context.Context, id ID, decision journal.Decision[S, E]) error {
	if w.before != nil {
		if err := w.before(); err != nil {
			return err
		}
	}
	return w.commit(ctx, id, decision)
}

func (w *wrapper[ID, S, E]) Committed(ctx context.Context, id ID, key string) (decision journal.Decision[S, E], found bool, err error) {
	if w.before != nil {
		if err := w.before(); err != nil {
			return decision, false, err
		}
	}
	return w.Store.Committed(ctx, id, key)
}

// LostReply returns a store whose every nth commit is written, and then answered with
// ErrInjected, like a connection that breaks too late. It keeps the contract.
func LostReply[ID ~string, S, E any](store journal.Store[ID, S, E], nth int) journal.Store[ID, S, E] {
	var commits atomic.Int64
	return &wrapper[ID, S, E]{Store: store, commit: func(ctx context.Context, id ID, decision journal.Decision[S, E]) error {
		err := store.Commit(ctx, id, decision)
		if commits.Add(1)%int64(nth) == 0 {
			return ErrInjected
		}
		return err
	}}
}

// AlwaysConflict returns a store on which another writer is always faster: no commit
// is written. It keeps the contract: a key that is committed is still ErrDuplicate.
func AlwaysConflict[ID ~string, S, E any](store journal.Store[ID, S, E]) journal.Store[ID, S, E] {
	return &wrapper[ID, S, E]{Store: store, commit: func(ctx context.Context, id ID, decision journal.Decision[S, E]) error {
		switch _, found, err := store.Committed(ctx, id, decision.Key); {
		case err != nil:
			return err
		case found:
			return journal.ErrDuplicate
		}
		return journal.ErrConflict
	}}
}

// FailOn returns a store whose nth call, of any method and counted from 1, does nothing
// and returns ErrInjected. Tried for n = 1, 2, 3, … it fails a request at every place.
func FailOn[ID ~string, S, E any](store journal.Store[ID, S, E], n int) journal.Store[ID, S, E] {
	var calls atomic.Int64
	return &wrapper[ID, S, E]{Store: store, commit: store.Commit, before: func() error {
		if calls.Add(1) == int64(n) {
			return ErrInjected
		}
		return nil
	}}
}

// Slow returns a store that calls pause before each commit, which widens the window
// between a load and its commit. There is no clock in it: the test says what slow
// means, runtime.Gosched to let others run, or a receive from a channel to hold a
// writer exactly there.
func Slow[ID ~string, S, E any](store journal.Store[ID, S, E], pause func()) journal.Store[ID, S, E] {
	return &wrapper[ID, S, E]{Store: store, commit: func(ctx context.Context, id ID, decision journal.Decision[S, E]) error {
		pause()
		return store.Commit(ctx, id, decision)
	}}
}
