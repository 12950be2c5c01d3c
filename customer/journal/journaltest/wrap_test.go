package journaltest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// counter is the smallest state there is: how much was added.
type (
	counter  int64
	addition int64
	counters = journal.Mem[customer.ID, counter, addition]
	booking  = journal.Decision[counter, addition]
)

type amount int64

func (a amount) Canonical(c *customer.Canonical) { c.Int("amount", int64(a)) }

func add(ctx context.Context, s journal.Store[customer.ID, counter, addition], key string, n amount) (journal.Result, error) {
	out, err := journal.Run(ctx, s, "till", key, n, func(c counter) (booking, error) {
		return booking{Entries: []addition{addition(n)}, Next: c + counter(n)}, nil
	})
	return out.Result, err
}

// Sixty-four tills, each with requests of its own and some that a neighbour sends too,
// send until they have an answer. Every unit is there exactly once.
func TestEveryUnitOnce(t *testing.T) {
	const tills, requests = 64, 10
	stores := map[string]func(*counters) journal.Store[customer.ID, counter, addition]{
		"Mem": func(m *counters) journal.Store[customer.ID, counter, addition] { return m },
		"Slow": func(m *counters) journal.Store[customer.ID, counter, addition] {
			return journaltest.Slow(m, runtime.Gosched)
		},
		"LostReply": func(m *counters) journal.Store[customer.ID, counter, addition] {
			return journaltest.LostReply(m, 3)
		},
		"LostReply and Slow": func(m *counters) journal.Store[customer.ID, counter, addition] {
			return journaltest.Slow(journaltest.LostReply(m, 2), runtime.Gosched)
		},
	}
	for name, wrap := range stores {
		t.Run(name, func(t *testing.T) {
			mem := new(counters)
			store := wrap(mem)
			var booked, replayed atomic.Int64
			gun := make(chan struct{})
			var finish sync.WaitGroup
			for till := range tills {
				finish.Go(func() {
					<-gun
					for i := range requests {
						key := fmt.Sprintf("add:%d/%d", till/2, i) // two tills share each reference
						for {
							result, err := add(t.Context(), store, key, amount(till/2+1))
							if err == nil {
								if result == journal.Booked {
									booked.Add(1)
								} else {
									replayed.Add(1)
								}
								break
							}
							if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journaltest.ErrInjected) {
								t.Errorf("till %d: %v", till, err)
								return
							}
						}
					}
				})
			}
			close(gun)
			finish.Wait()

			want := counter(0)
			for pair := range tills / 2 {
				want += counter((pair + 1) * requests)
			}
			state, version, err := mem.Load(t.Context(), "till")
			require.NoError(t, err)
			assert.Equal(t, want, state)
			assert.EqualValues(t, tills/2*requests, version)
			assert.EqualValues(t, tills*requests, booked.Load()+replayed.Load())
			assert.LessOrEqual(t, booked.Load(), int64(tills/2*requests))
			sum := counter(0)
			for _, entry := range mem.History("till") {
				sum += counter(entry)
			}
			assert.Equal(t, want, sum)
		})
	}
}

func TestLostReply(t *testing.T) {
	mem := new(counters)
	store := journaltest.LostReply(mem, 2)
	commit := func(key string, base uint64) error {
		sum, err := journal.Fingerprint("add", amount(1))
		require.NoError(t, err)
		return store.Commit(t.Context(), "till", booking{Key: key, Fingerprint: sum, Base: base, Entries: []addition{1}, Next: counter(base) + 1})
	}
	require.NoError(t, commit("add:1", 0))
	require.ErrorIs(t, commit("add:2", 1), journaltest.ErrInjected)
	_, found, err := store.Committed(t.Context(), "till", "add:2")
	require.NoError(t, err)
	assert.True(t, found, "written, only the reply was lost")
	require.ErrorIs(t, commit("add:2", 1), journal.ErrDuplicate)
}

func TestAlwaysConflict(t *testing.T) {
	mem := new(counters)
	_, err := add(t.Context(), mem, "add:1", 1)
	require.NoError(t, err)
	store := journaltest.AlwaysConflict(mem)

	result, err := add(t.Context(), store, "add:1", 1)
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, result, "a booked key is a duplicate before it is a conflict")

	_, err = add(t.Context(), store, "add:2", 1)
	require.ErrorIs(t, err, journal.ErrConflict)
	assert.Len(t, mem.History("till"), 1)
}

// A request fails at its first call, its second, and so on. Whatever was reached, the
// same request afterwards leaves one booking.
func TestFailOnEveryCall(t *testing.T) {
	failures := 0
	for n := 1; ; n++ {
		require.Less(t, n, 20, "a request that always fails")
		mem := new(counters)
		_, err := add(t.Context(), journaltest.FailOn(mem, n), "add:1", 5)
		if err != nil {
			require.ErrorIs(t, err, journaltest.ErrInjected)
			failures++
		}
		_, again := add(t.Context(), mem, "add:1", 5)
		require.NoError(t, again)
		assert.Equal(t, []addition{5}, mem.History("till"))
		if err == nil {
			break
		}
	}
	assert.Equal(t, 2, failures, "a request that nobody disturbs loads and commits, and does nothing else")

	// The same for a request that was booked before.
	failures = 0
	for n := 1; ; n++ {
		require.Less(t, n, 20, "a request that always fails")
		mem := new(counters)
		_, err := add(t.Context(), mem, "add:1", 5)
		require.NoError(t, err)
		result, err := add(t.Context(), journaltest.FailOn(mem, n), "add:1", 5)
		assert.Equal(t, []addition{5}, mem.History("till"))
		if err == nil && n > 3 {
			assert.Equal(t, journal.Replayed, result)
			break
		}
		if err != nil {
			require.ErrorIs(t, err, journaltest.ErrInjected)
			failures++
		}
	}
	assert.Equal(t, 3, failures, "load, look up, load; a failed commit is answered by looking up")
}

func TestSlow(t *testing.T) {
	mem := new(counters)
	// While this writer pauses between load and commit, another one is faster, once.
	var once sync.Once
	store := journaltest.Slow(mem, func() {
		once.Do(func() {
			_, err := add(t.Context(), mem, "add:other", 100)
			require.NoError(t, err)
		})
	})
	result, err := add(t.Context(), store, "add:1", 1)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, result)
	state, _, err := mem.Load(t.Context(), "till")
	require.NoError(t, err)
	assert.Equal(t, counter(101), state)
}
