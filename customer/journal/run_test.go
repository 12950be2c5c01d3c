package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A purse is an int64 that must not go below 0; its entries are what was added.
type (
	purse   = journal.Mem[customer.ID, int64, int64]
	booking = journal.Decision[int64, int64]
)

// add decides to add n; 0 changes nothing, and more than there is cannot be taken.
func add(n units) func(int64) (booking, error) {
	return func(sum int64) (booking, error) {
		switch {
		case n == 0:
			return booking{}, nil
		case sum+int64(n) < 0:
			return booking{}, &customer.Refusal{Rule: "purse/1", Missing: []customer.Reason{{Code: "purse.short", Fact: sum, Mark: -int64(n)}}}
		}
		return booking{
			Entries: []int64{int64(n)}, Next: sum + int64(n),
			Reasons: []customer.Reason{{Code: "purse.added", Fact: int64(n)}},
		}, nil
	}
}

func run(t *testing.T, store journal.Store[customer.ID, int64, int64], key string, n units) (journal.Outcome[int64, int64], error) {
	t.Helper()
	return journal.Run(t.Context(), store, "c-1", key, n, add(n))
}

func TestRunBooks(t *testing.T) {
	var store purse
	out, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	sum, err := journal.Fingerprint("add", units(7))
	require.NoError(t, err)
	assert.Equal(t, journal.Outcome[int64, int64]{
		Result: journal.Booked, State: 7,
		Decision: booking{
			Key: "add:1", Fingerprint: sum, Base: 0, Entries: []int64{7}, Next: 7,
			Reasons: []customer.Reason{{Code: "purse.added", Fact: 7}},
		},
	}, out)
}

func TestRunReplays(t *testing.T) {
	var store purse
	first, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	_, err = run(t, &store, "add:2", 3)
	require.NoError(t, err)

	again, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, again.Result)
	assert.Equal(t, first.Decision.Entries, again.Decision.Entries)
	assert.Equal(t, first.Decision.Reasons, again.Decision.Reasons)
	assert.Equal(t, first.Decision.Base, again.Decision.Base)
	assert.Zero(t, again.Decision.Next, "the state of back then would pass for today's")
	assert.EqualValues(t, 10, again.State)
	assert.Equal(t, []int64{7, 3}, store.History("c-1"))
}

// The purse is empty after the first request; repeated, it must not hear "not enough".
func TestRunReplaysWhatTheStateWouldRefuseNow(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	_, err = run(t, &store, "take:1", -7)
	require.NoError(t, err)

	again, err := run(t, &store, "take:1", -7)
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, again.Result)
	assert.Equal(t, []int64{-7}, again.Decision.Entries)
}

// The rules may have changed since, so that the same request would now be nothing.
func TestRunReplaysWhatWouldBeNothingNow(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	again, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(7), func(int64) (booking, error) { return booking{}, nil })
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, again.Result)
	assert.Equal(t, []int64{7}, again.Decision.Entries)
}

func TestRunRefusesAReusedKey(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	for _, other := range []units{8, 0, -100} { // decided anew: booked, nothing, refused
		out, err := run(t, &store, "add:1", other)
		require.ErrorIs(t, err, journal.ErrKeyReused)
		assert.Contains(t, err.Error(), "add:1 for c-1")
		assert.Zero(t, out)
	}
	assert.Equal(t, []int64{7}, store.History("c-1"))
}

// Another verb on the same reference is another key; the same key under another id is
// another write.
func TestRunKeepsVerbsAndIDsApart(t *testing.T) {
	var store purse
	for _, key := range []string{"add:1", "give:1"} {
		for _, id := range []customer.ID{"c-1", "c-2"} {
			out, err := journal.Run(t.Context(), &store, id, key, units(1), add(1))
			require.NoError(t, err)
			assert.Equal(t, journal.Booked, out.Result)
		}
	}
}

func TestRunPassesARefusalOn(t *testing.T) {
	var store purse
	_, err := run(t, &store, "take:1", -1)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "purse.short", refusal.Missing[0].Code)
	assert.Equal(t, error(refusal), err, "untouched: not even wrapped")
	assert.Empty(t, store.History("c-1"))

	// It was not stored: after a deposit the same request is booked.
	_, err = run(t, &store, "add:1", 1)
	require.NoError(t, err)
	out, err := run(t, &store, "take:1", -1)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
}

func TestRunOfNothing(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 5)
	require.NoError(t, err)
	out, err := run(t, &store, "add:2", 0)
	require.NoError(t, err)
	assert.Equal(t, journal.Nothing, out.Result)
	assert.EqualValues(t, 5, out.State)
	assert.Equal(t, []int64{5}, store.History("c-1"))

	// Its key is unused, even for another fact.
	out, err = run(t, &store, "add:2", 2)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
}

func TestRunRetriesConflicts(t *testing.T) {
	var store purse
	decided := 0
	// Somebody else books while this request decides, four times: the fifth try wins.
	busy := func(sum int64) (booking, error) {
		if decided++; decided < journal.MaxTries {
			_, err := run(t, &store, fmt.Sprintf("other:%d", decided), 10)
			require.NoError(t, err)
		}
		return add(1)(sum)
	}
	out, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(1), busy)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
	assert.EqualValues(t, 41, out.State)
	assert.EqualValues(t, 4, out.Decision.Base)
	assert.Equal(t, journal.MaxTries, decided)
}

func TestRunGivesUp(t *testing.T) {
	var store purse
	decided := 0
	busy := func(sum int64) (booking, error) {
		decided++
		_, err := run(t, &store, fmt.Sprintf("other:%d", decided), 10)
		require.NoError(t, err)
		return add(1)(sum)
	}
	_, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(1), busy)
	require.ErrorIs(t, err, journal.ErrConflict)
	assert.Equal(t, journal.MaxTries, decided)
	assert.Equal(t, []int64{10, 10, 10, 10, 10}, store.History("c-1"))
}

// The same request runs twice at once, and the other one is faster.
func TestRunMeetsItself(t *testing.T) {
	for name, amount := range map[string]units{"same request": 1, "other request": 2} {
		t.Run(name, func(t *testing.T) {
			var store purse
			once := false
			out, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(1), func(sum int64) (booking, error) {
				if !once {
					once = true
					_, err := run(t, &store, "add:1", amount)
					require.NoError(t, err)
				}
				return add(1)(sum)
			})
			assert.Equal(t, []int64{int64(amount)}, store.History("c-1"))
			if amount != 1 {
				require.ErrorIs(t, err, journal.ErrKeyReused)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, journal.Replayed, out.Result)
		})
	}
}

// Loaded before the booking, refused after it: the answer is still the booking.
func TestRunLooksUpAfterLoading(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:0", 7)
	require.NoError(t, err)
	once := false
	out, err := journal.Run(t.Context(), &store, "c-1", "take:1", units(-7), func(int64) (booking, error) {
		if !once {
			once = true
			_, err := run(t, &store, "take:1", -7)
			require.NoError(t, err)
		}
		return add(-7)(0) // as if loaded a moment later
	})
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, out.Result)
}

func TestRunRefusesMalformedRequests(t *testing.T) {
	for name, test := range map[string]struct {
		id   customer.ID
		key  string
		fact journal.Fact
		path string
	}{
		"nobody":        {"", "add:1", units(1), "id"},
		"long id":       {customer.ID(strings.Repeat("x", 257)), "add:1", units(1), "id"},
		"control in id": {"c\n1", "add:1", units(1), "id"},
		"no key":        {"c-1", "", units(1), "key"},
		"no verb":       {"c-1", "1", units(1), "key"},
		"no reference":  {"c-1", "add:", units(1), "key.ref"},
		"huge key":      {"c-1", "add:" + strings.Repeat("x", 1<<20), units(1), "key.ref"},
		"no fact":       {"c-1", "add:1", nil, "fact"},
	} {
		t.Run(name, func(t *testing.T) {
			var store purse
			_, err := journal.Run(t.Context(), &store, test.id, test.key, test.fact, func(int64) (booking, error) {
				t.Error("decided")
				return booking{}, nil
			})
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			assert.Equal(t, test.path, faults[0].Path)
			assert.Less(t, len(err.Error()), 300)
		})
	}
}

// What a rule book fills in by itself must fit the request.
func TestRunChecksWhatTheDecisionSays(t *testing.T) {
	sum, err := journal.Fingerprint("add", units(1))
	require.NoError(t, err)
	filled := func(change func(*booking)) (journal.Outcome[int64, int64], error) {
		var store purse
		_, err := run(t, &store, "add:0", 5)
		require.NoError(t, err)
		out, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(1), func(state int64) (booking, error) {
			d, err := add(1)(state)
			d.Key, d.Fingerprint, d.Base = "add:1", sum, 1
			change(&d)
			return d, err
		})
		if err != nil {
			assert.Len(t, store.History("c-1"), 1)
		}
		return out, err
	}
	out, err := filled(func(*booking) {})
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)

	_, err = filled(func(d *booking) { d.Key = "add:2" })
	require.Error(t, err)
	_, err = filled(func(d *booking) { d.Fingerprint = strings.Repeat("0", 64) })
	require.Error(t, err)
	_, err = filled(func(d *booking) { d.Base = 2 })
	require.ErrorIs(t, err, journal.ErrConflict)
	_, err = filled(func(d *booking) { d.Entries = make([]int64, journal.MaxEntries+1) })
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
}

// An agent decides on the version she saw. Repeated, the request is a duplicate before
// it is a conflict.
func TestRunWithTheVersionTheCallerSaw(t *testing.T) {
	var store purse
	seen := func(version uint64) func(int64) (booking, error) {
		return func(sum int64) (booking, error) {
			d, err := add(1)(sum)
			d.Base = version
			return d, err
		}
	}
	_, err := run(t, &store, "add:1", 1)
	require.NoError(t, err)
	out, err := journal.Run(t.Context(), &store, "c-1", "add:2", units(1), seen(1))
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
	out, err = journal.Run(t.Context(), &store, "c-1", "add:2", units(1), seen(1))
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, out.Result)
	_, err = journal.Run(t.Context(), &store, "c-1", "add:3", units(1), seen(1))
	require.ErrorIs(t, err, journal.ErrConflict)
}

func TestRunRespectsTheContext(t *testing.T) {
	var store purse
	ctx, cancel := context.WithCancel(t.Context())
	decided := 0
	_, err := journal.Run(ctx, &store, "c-1", "add:1", units(1), func(sum int64) (booking, error) {
		decided++
		cancel()
		return add(1)(sum)
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, decided)

	_, err = journal.Run(ctx, &store, "c-1", "add:1", units(1), func(sum int64) (booking, error) {
		decided++
		return add(1)(sum)
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, decided, "not even loaded")
	assert.Empty(t, store.History("c-1"))

	// Ended between two tries.
	ctx, cancel = context.WithCancel(t.Context())
	tries := 0
	_, err = journal.Run(ctx, &stub{Store: &store, commit: func(context.Context) error {
		tries++
		cancel()
		return journal.ErrConflict
	}}, "c-1", "add:1", units(1), add(1))
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, tries)
}

// stub is a store whose commit says what a test wants and writes nothing.
type stub struct {
	journal.Store[customer.ID, int64, int64]
	commit  func(context.Context) error
	load    func() (int64, uint64, error)
	missing error
}

func (s *stub) Commit(ctx context.Context, id customer.ID, d booking) error {
	if s.commit == nil {
		return s.Store.Commit(ctx, id, d)
	}
	return s.commit(ctx)
}

func (s *stub) Load(ctx context.Context, id customer.ID) (int64, uint64, error) {
	if s.load == nil {
		return s.Store.Load(ctx, id)
	}
	return s.load()
}

func (s *stub) Committed(ctx context.Context, id customer.ID, key string) (booking, bool, error) {
	if s.missing != nil {
		return booking{}, false, s.missing
	}
	return s.Store.Committed(ctx, id, key)
}

func TestRunOnStoresThatFail(t *testing.T) {
	broken := errors.New("disk on fire")
	t.Run("load", func(t *testing.T) {
		_, err := run(t, &stub{load: func() (int64, uint64, error) { return 0, 0, broken }}, "add:1", 1)
		require.ErrorIs(t, err, broken)
		assert.True(t, strings.HasPrefix(err.Error(), "journal: "))
	})
	t.Run("commit", func(t *testing.T) {
		_, err := run(t, &stub{Store: new(purse), commit: func(context.Context) error { return broken }}, "add:1", 1)
		require.ErrorIs(t, err, broken)
		assert.Contains(t, err.Error(), "unknown whether written")
	})
	t.Run("commit and look-up", func(t *testing.T) {
		store := &stub{Store: new(purse), commit: func(context.Context) error { return broken }, missing: errors.New("no route")}
		_, err := run(t, store, "add:1", 1)
		require.ErrorIs(t, err, broken)
	})
	t.Run("look-up after a refusal", func(t *testing.T) {
		// Whether the refusal is the answer is unknown, so it must not look like one.
		_, err := run(t, &stub{Store: new(purse), missing: broken}, "take:1", -1)
		require.ErrorIs(t, err, broken)
		var refusal *customer.Refusal
		assert.NotErrorAs(t, err, &refusal)
	})
	t.Run("look-up after a duplicate", func(t *testing.T) {
		store := &stub{Store: new(purse), commit: func(context.Context) error { return journal.ErrDuplicate }, missing: broken}
		_, err := run(t, store, "add:1", 1)
		require.ErrorIs(t, err, broken)
	})
	t.Run("a duplicate that is not there", func(t *testing.T) {
		store := &stub{Store: new(purse), commit: func(context.Context) error { return journal.ErrDuplicate }}
		_, err := run(t, store, "add:1", 1)
		require.Error(t, err)
		require.NotErrorIs(t, err, journal.ErrConflict)
		require.NotErrorIs(t, err, journal.ErrKeyReused)
	})
	t.Run("both sentinels", func(t *testing.T) {
		mem := new(purse)
		_, err := run(t, mem, "add:1", 1)
		require.NoError(t, err)
		store := &stub{Store: mem, commit: func(context.Context) error { return errors.Join(journal.ErrConflict, journal.ErrDuplicate) }}
		out, err := run(t, store, "add:1", 1)
		require.NoError(t, err)
		assert.Equal(t, journal.Replayed, out.Result)
	})
	t.Run("wrong version", func(t *testing.T) {
		for _, version := range []uint64{3, 1<<64 - 1} {
			mem := new(purse)
			_, err := run(t, &stub{Store: mem, load: func() (int64, uint64, error) { return 0, version, nil }}, "add:1", 1)
			require.ErrorIs(t, err, journal.ErrConflict)
			assert.Empty(t, mem.History("c-1"))
		}
	})
	t.Run("lost fingerprint", func(t *testing.T) {
		store := &forgetful{new(purse)}
		_, err := run(t, store, "add:1", 1)
		require.NoError(t, err)
		_, err = run(t, store, "add:1", 1)
		require.ErrorIs(t, err, journal.ErrKeyReused, "in doubt refused, never booked twice")
	})
}

type forgetful struct{ *purse }

func (f *forgetful) Committed(ctx context.Context, id customer.ID, key string) (booking, bool, error) {
	d, found, err := f.purse.Committed(ctx, id, key)
	d.Fingerprint = ""
	return d, found, err
}

// careless is a store that looks at nothing but its rows: no contexts, no Validate, and
// with the state of back then in Committed.
type careless struct {
	*purse
	calls int
	next  int64
}

func (c *careless) Load(ctx context.Context, id customer.ID) (int64, uint64, error) {
	c.calls++
	return c.purse.Load(context.WithoutCancel(ctx), id)
}

func (c *careless) Commit(ctx context.Context, id customer.ID, d booking) error {
	c.calls++
	if len(d.Entries) > journal.MaxEntries {
		return nil
	}
	return c.purse.Commit(context.WithoutCancel(ctx), id, d)
}

func (c *careless) Committed(ctx context.Context, id customer.ID, key string) (booking, bool, error) {
	c.calls++
	d, found, err := c.purse.Committed(context.WithoutCancel(ctx), id, key)
	d.Next = c.next
	return d, found, err
}

func TestRunOnACarelessStore(t *testing.T) {
	store := &careless{purse: new(purse), next: 99}
	_, err := run(t, store, "add:1", 1)
	require.NoError(t, err)
	again, err := run(t, store, "add:1", 1)
	require.NoError(t, err)
	assert.Zero(t, again.Decision.Next)

	_, err = journal.Run(t.Context(), store, "c-1", "add:2", units(1), func(int64) (booking, error) {
		return booking{Entries: make([]int64, journal.MaxEntries+1)}, nil
	})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := store.calls
	_, err = journal.Run(ctx, store, "c-1", "add:3", units(1), add(1))
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, store.calls)
}

func TestRunWhenDecidePanics(t *testing.T) {
	var store purse
	assert.PanicsWithValue(t, "rule book", func() {
		_, _ = journal.Run(t.Context(), &store, "c-1", "add:1", units(1), func(int64) (booking, error) { panic("rule book") })
	})
	out, err := run(t, &store, "add:1", 1) // no lock is held
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
}

func TestRunWithoutStoreOrDecide(t *testing.T) {
	var none journal.Store[customer.ID, int64, int64]
	assert.Panics(t, func() { _, _ = run(t, none, "add:1", 1) })
	var store purse
	assert.Panics(t, func() { _, _ = journal.Run(t.Context(), &store, "c-1", "add:1", units(1), nil) })
	assert.Empty(t, store.History("c-1"))
}

// Decide may run several times; only the decision of the last run is booked.
func TestRunBooksTheLastDecision(t *testing.T) {
	var store purse
	decided := 0
	out, err := journal.Run(t.Context(), &store, "c-1", "add:1", units(1), func(sum int64) (booking, error) {
		if decided++; decided == 1 {
			_, err := run(t, &store, "other:1", 10)
			require.NoError(t, err)
		}
		return booking{Entries: []int64{sum}, Next: 2 * sum}, nil
	})
	require.NoError(t, err)
	assert.EqualValues(t, 20, out.State)
	assert.Equal(t, []int64{10, 10}, store.History("c-1"))
}

func TestResultText(t *testing.T) {
	for result, want := range map[journal.Result]string{journal.Booked: "booked", journal.Replayed: "replayed", journal.Nothing: "nothing"} {
		text, err := result.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var back journal.Result
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, result, back)
		assert.True(t, result.Valid())
	}
	for _, result := range []journal.Result{0, 4, 255} {
		assert.False(t, result.Valid())
		_, err := result.MarshalText()
		require.Error(t, err)
	}
	assert.Equal(t, "result 4", journal.Result(4).String())
	var result journal.Result
	require.Error(t, result.UnmarshalText([]byte("")))
	require.Error(t, result.UnmarshalText([]byte("Booked")))
}
