package quotatest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/rapport-crm/rapport/customer/quota"
)

// ErrInjected is the unknown error of the misbehaving wrappers.
var ErrInjected = errors.New("quotatest: injected: whether this was done is unknown")

// LostReply returns a store whose every nth call is done, and then answered with
// ErrInjected, like a connection that breaks too late. It keeps the contract.
func LostReply(store quota.Store, nth int) quota.Store {
	return &lostReply{Store: store, nth: int64(nth)}
}

type lostReply struct {
	quota.Store
	nth   int64
	calls atomic.Int64
}

func (l *lostReply) Hold(ctx context.Context, claim quota.Claim) (quota.Hold, error) {
	return l.lose(l.Store.Hold(ctx, claim))
}

func (l *lostReply) Capture(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return l.lose(l.Store.Capture(ctx, name, key, n, at))
}

func (l *lostReply) Release(ctx context.Context, name, key string, at time.Time) (quota.Hold, error) {
	return l.lose(l.Store.Release(ctx, name, key, at))
}

func (l *lostReply) GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (quota.Hold, error) {
	return l.lose(l.Store.GiveBack(ctx, name, key, n, at))
}

func (l *lostReply) lose(hold quota.Hold, err error) (quota.Hold, error) {
	if l.calls.Add(1)%l.nth == 0 {
		return quota.Hold{}, ErrInjected
	}
	return hold, err
}
