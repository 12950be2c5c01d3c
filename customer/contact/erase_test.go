package contact_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Every kind of entry is erased without a trace, by an order that says so, and nothing follows it.
func TestErase(t *testing.T) {
	lines, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	history := journaltest.ReadEntries[contact.Body, contact.Form](t, lines)
	order := journal.Erasure{
		Step:  journal.Step{Ref: "e-1", By: "officer", At: history[len(history)-1].At.Add(time.Hour)},
		Asked: "customer", Ground: "PIPL 47", Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}
	journaltest.TestErasure(t, journaltest.Erasing[contact.File, contact.Body, contact.Form, contact.Erase]{
		History: history, Order: contact.Erase{Erasure: order}, Decide: wholesaler(t).Erase, Scrub: contact.Scrub,
	})
	// What was archived is erased with the rest, also where the whole is replayed.
	decided, err := wholesaler(t).Erase(mustReplay(t, history), contact.Erase{Erasure: order})
	require.NoError(t, err)
	whole, err := contact.ReplayWhole(append(history, decided.Entries...))
	require.NoError(t, err)
	assert.Equal(t, decided.Next, whole)
}

func mustReplay(t *testing.T, history []contact.Entry) contact.File {
	t.Helper()
	file, err := contact.Replay(history)
	require.NoError(t, err)
	return file
}
