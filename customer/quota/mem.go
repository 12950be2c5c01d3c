package quota

import (
	"context"
	"sync"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Mem is a [Store] in memory, for tests, examples and a single process. The zero Mem
// has no limits and is ready to use; a Mem is safe for concurrent use and is not
// copied. It keeps instants to the nanosecond, and every hold for ever.
//
// A context that is done when a method is called is that method's error, and nothing
// is changed.
type Mem struct {
	mu     sync.Mutex
	quotas map[string]*shelf
}

// shelf is one quota with its holds.
type shelf struct {
	limit, captured int64
	holds           map[string]Hold  // by key, all there ever were
	live            map[string]int64 // key and N of those whose stored state is Held
}

// Set sets or changes the limit of a quota, 0 to Max. A limit below what is captured
// and held takes nothing back; nothing more is given until it fits.
func (m *Mem) Set(name string, limit int64) error {
	var faults customer.Faults
	faults.Name("name", name)
	if limit < 0 || limit > Max {
		faults.Add("limit", limit, "is 0 to 10^15")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if q := m.quotas[name]; q != nil {
		q.limit = limit
		return nil
	}
	if m.quotas == nil {
		m.quotas = map[string]*shelf{}
	}
	m.quotas[name] = &shelf{limit: limit, holds: map[string]Hold{}, live: map[string]int64{}}
	return nil
}

// Hold implements [Store].
func (m *Mem) Hold(ctx context.Context, claim Claim) (Hold, error) {
	if err := ctx.Err(); err != nil {
		return Hold{}, err
	}
	if err := claim.Validate(); err != nil {
		return Hold{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.quotas[claim.Name]
	if q == nil {
		return Hold{}, NoQuota(claim.Name)
	}
	if hold, found := q.holds[claim.Key]; found {
		return hold.Repeats(claim)
	}
	hold, err := q.level(claim.At).Admit(claim)
	if err != nil {
		return Hold{}, err
	}
	for key := range q.live { // their units may be this hold's now
		if over := q.holds[key].seen(claim.At); over.State == Expired {
			q.put(over)
		}
	}
	q.put(hold)
	return hold, nil
}

// Capture implements [Store].
func (m *Mem) Capture(ctx context.Context, name, key string, n int64, at time.Time) (Hold, error) {
	return m.end(ctx, name, key, at, func(q *shelf, hold Hold) (Hold, error) {
		return hold.Capture(n, at, q.level(at).Left())
	})
}

// Release implements [Store].
func (m *Mem) Release(ctx context.Context, name, key string, at time.Time) (Hold, error) {
	return m.end(ctx, name, key, at, func(_ *shelf, hold Hold) (Hold, error) {
		return hold.Release(at)
	})
}

// GiveBack implements [Store].
func (m *Mem) GiveBack(ctx context.Context, name, key string, n int64, at time.Time) (Hold, error) {
	return m.end(ctx, name, key, at, func(_ *shelf, hold Hold) (Hold, error) {
		return hold.GiveBack(n, at)
	})
}

// end finds a hold and puts back what becomes of it.
func (m *Mem) end(ctx context.Context, name, key string, at time.Time, step func(*shelf, Hold) (Hold, error)) (Hold, error) {
	if err := ctx.Err(); err != nil {
		return Hold{}, err
	}
	var faults customer.Faults
	checkHold(&faults, name, key, at)
	if err := faults.Err(); err != nil {
		return Hold{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.quotas[name]
	if q == nil {
		return Hold{}, NoQuota(name)
	}
	before, found := q.holds[key]
	if !found {
		return Hold{}, NoHold(name)
	}
	after, err := step(q, before)
	if err != nil {
		return Hold{}, err
	}
	q.captured += after.Captured - before.Captured - (after.Back - before.Back) // 0 when it was done before
	q.put(after)
	return after, nil
}

// Level implements [Store].
func (m *Mem) Level(ctx context.Context, name string, at time.Time) (Level, error) {
	if err := ctx.Err(); err != nil {
		return Level{}, err
	}
	var faults customer.Faults
	faults.Name("name", name)
	faults.Instant("at", at)
	if err := faults.Err(); err != nil {
		return Level{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.quotas[name]
	if q == nil {
		return Level{}, NoQuota(name)
	}
	return q.level(at), nil
}

func (q *shelf) level(at time.Time) Level {
	level := Level{Limit: q.limit, Captured: q.captured}
	for key, n := range q.live {
		if at.Before(q.holds[key].Until) {
			level.Held += n
		}
	}
	return level
}

func (q *shelf) put(hold Hold) {
	q.holds[hold.Key] = hold
	if hold.State == Held {
		q.live[hold.Key] = hold.N
	} else {
		delete(q.live, hold.Key)
	}
}
