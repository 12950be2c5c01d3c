package journal_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// A request that is sent again after its history was rewritten is neither replayed, for nobody knows
// that it is the same, nor booked again; the same goes for another one under its key.
func TestRunAfterRewriting(t *testing.T) {
	var store purse
	_, err := run(t, &store, "add:1", 7)
	require.NoError(t, err)
	decisions, err := store.Decisions(t.Context(), "c-1")
	require.NoError(t, err)
	require.Len(t, decisions, 1)
	decisions[0].Fingerprint, decisions[0].Next = journal.Rewritten, 7
	require.NoError(t, store.Rewrite(t.Context(), "c-1", decisions))
	for _, n := range []units{7, 8, -100} {
		_, err = run(t, &store, "add:1", n)
		require.ErrorIs(t, err, journal.ErrRewritten)
		require.ErrorIs(t, err, journal.ErrKeyReused)
	}
	assert.Equal(t, []int64{7}, store.History("c-1"))

	// What comes under a key of its own is booked as ever.
	out, err := run(t, &store, "add:2", -7)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, out.Result)
}

func TestCheckRewrite(t *testing.T) {
	sum, err := journal.Fingerprint("add", units(1))
	require.NoError(t, err)
	kept := []booking{{Key: "add:1", Fingerprint: sum, Entries: []int64{1}}}
	require.NoError(t, journal.CheckRewrite(kept, kept))
	require.NoError(t, journal.CheckRewrite[int64, int64](nil, nil))
	require.ErrorIs(t, journal.CheckRewrite(kept, nil), journal.ErrConflict)

	// What is malformed is told whole, with its place, before anything is compared.
	bad := []booking{{Key: "add:1"}, {Key: "add:2", Fingerprint: sum}}
	err = journal.CheckRewrite(kept, bad)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 3)
	assert.Equal(t, "decisions[1].entries", faults[2].Path)
}

func TestErasure(t *testing.T) {
	until, err := customer.NewDate(2036, 12, 31)
	require.NoError(t, err)
	order := journal.Erasure{
		Step: journal.Step{Ref: "e-1", By: "dpo", At: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)}, Asked: "customer", Ground: "PIPL 47",
		Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: until}},
	}
	journaltest.TestFact(t, order)
	var faults customer.Faults
	order.Check(&faults)
	require.NoError(t, faults.Err())

	order.Kept = append(order.Kept, journal.Kept{Until: -1})
	order.Asked, order.Ground = "", strings.Repeat("x", customer.MaxText+1)
	order.Check(&faults)
	assert.Len(t, faults, 5)
	faults, order.Kept = nil, make([]journal.Kept, journal.MaxKept+1)
	order.Check(&faults)
	assert.Equal(t, "kept", faults[2].Path)
}

// What is scrubbed says that something was said, and nothing else; the step stays, the reason goes.
func TestScrub(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	told := []ShelfEntry{
		{Version: 1, At: at, By: "ann", Ref: "l-1", Rule: "library/1", Because: customer.Reason{Code: "shelf.lent", Of: "c-1"}, Body: Lend{To: "c-1"}},
		{Version: 1, At: at, By: "ann", Ref: "b-1", Body: Back{}},
	}
	scrubbed := journal.Scrub(told, func(_ Word, was journal.Scrubbed) Word { return Lend{To: "was " + was.Was} })
	assert.Equal(t, []ShelfEntry{
		{Version: 1, At: at, By: "ann", Ref: "l-1", Rule: "library/1", Body: Lend{To: "was lend"}},
		{Version: 1, At: at, By: "ann", Ref: "b-1", Body: Lend{To: "was back"}},
	}, scrubbed)
	assert.Equal(t, Lend{To: "c-1"}, told[0].Body, "what was passed stays")
	text, err := json.Marshal(scrubbed)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "c-1")
}
