package main

import (
	"context"
	"errors"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

var errLine = errors.New("the line is down")

// line is the store as the till reaches it. It breaks in the worst way there is: the
// booking is written and only its answer is lost, so that the till cannot know.
type line struct {
	loyalty.Store
	breaks bool // with the next booking, after it was written
	down   bool
}

// Load implements loyalty.Store.
func (l *line) Load(ctx context.Context, id customer.ID) (loyalty.Account, uint64, error) {
	if l.down {
		return loyalty.Account{}, 0, errLine
	}
	return l.Store.Load(ctx, id)
}

// Commit implements loyalty.Store.
func (l *line) Commit(ctx context.Context, id customer.ID, decision loyalty.Decision) error {
	if l.down {
		return errLine
	}
	err := l.Store.Commit(ctx, id, decision)
	if l.breaks {
		l.breaks, l.down = false, true
		return errLine
	}
	return err
}

// Committed implements loyalty.Store.
func (l *line) Committed(ctx context.Context, id customer.ID, key string) (loyalty.Decision, bool, error) {
	if l.down {
		return loyalty.Decision{}, false, errLine
	}
	return l.Store.Committed(ctx, id, key)
}
