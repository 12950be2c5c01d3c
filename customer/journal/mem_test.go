package journal_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

func TestMem(t *testing.T) {
	journaltest.TestStore(t, func(testing.TB) journal.Store[customer.ID, journaltest.State, journaltest.Entry] {
		return new(journal.Mem[customer.ID, journaltest.State, journaltest.Entry])
	})
	journaltest.TestRewriter(t, func(testing.TB) journal.Rewriter[customer.ID, journaltest.State, journaltest.Entry] {
		return new(journal.Mem[customer.ID, journaltest.State, journaltest.Entry])
	})
}

func TestMemUnderADoneContext(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = store.Load(ctx, "c-1")
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = store.Committed(ctx, "c-1", "add:1")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, store.Commit(ctx, "c-1", booking{}), context.Canceled)
}

func TestMemHistory(t *testing.T) {
	var store purse
	assert.Empty(t, store.History("c-1"))
	for i, key := range []string{"add:1", "add:2"} {
		_, err := run(t, &store, key, units(i+1))
		require.NoError(t, err)
	}
	history := store.History("c-1")
	assert.Equal(t, []int64{1, 2}, history)
	clear(history)
	assert.Equal(t, []int64{1, 2}, store.History("c-1"))
}

// A refused first commit leaves no trace of its id.
func TestMemKeepsNothingOfARefusal(t *testing.T) {
	var store purse
	sum, err := journal.Fingerprint("add", units(1))
	require.NoError(t, err)
	err = store.Commit(t.Context(), "c-1", booking{Key: "add:1", Fingerprint: sum, Base: 1, Entries: []int64{1}})
	require.ErrorIs(t, err, journal.ErrConflict)
	assert.Contains(t, err.Error(), "1, and the store has 0")
	assert.Empty(t, store.History("c-1"))
}
