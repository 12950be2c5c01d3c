package identity_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Every kind of entry is erased without a trace, by an order that says so, and nothing follows it.
func TestErase(t *testing.T) {
	for _, file := range []string{"record.entries.golden", "link.entries.golden"} {
		t.Run(file, func(t *testing.T) { eraseRecord(t, "testdata/"+file) })
	}
}

func eraseRecord(t *testing.T, file string) {
	t.Helper()
	lines, err := os.ReadFile(file)
	require.NoError(t, err)
	history := journaltest.ReadEntries[identity.Body, identity.Form](t, lines)
	order := journal.Erasure{
		Step:  journal.Step{Ref: "e-1", By: "officer", At: history[len(history)-1].At.Add(time.Hour)},
		Asked: "customer", Ground: "PIPL 47", Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}
	journaltest.TestErasure(t, journaltest.Erasing[identity.Record, identity.Body, identity.Form, identity.Erase]{
		History: history, Order: identity.Erase{Erasure: order}, Decide: recordRegister(t).Erase, Scrub: identity.Scrub,
		Keep: []string{"person", "organisation", history[0].Body.(identity.Open).Source}, // how it was opened
	})
}

// An erased record is linked to no other one, and finds nobody.
func TestErasedIsNobody(t *testing.T) {
	g := recordRegister(t)
	lines, err := os.ReadFile("testdata/record.entries.golden")
	require.NoError(t, err)
	full, err := identity.Replay(journaltest.ReadEntries[identity.Body, identity.Form](t, lines))
	require.NoError(t, err)
	at := full.Opened.At.AddDate(1, 0, 0)
	decided, err := g.Erase(full, identity.Erase{Erasure: journal.Erasure{
		Step: journal.Step{Ref: "e-1", By: "officer", At: at}, Asked: "customer", Ground: "PIPL 47",
	}})
	require.NoError(t, err)
	var directory identity.Directory
	require.NoError(t, directory.Put("c-1", full))
	require.NoError(t, directory.Put("c-1", decided.Next))
	for _, held := range full.Identifiers {
		assert.Empty(t, directory.Find(held.Token, at))
	}

	young := full
	young.Opened.At = at
	pair := identity.PairOf(identity.Member{ID: "c-2", Record: young}, identity.Member{ID: "c-1", Record: decided.Next})
	_, err = g.Link(young, identity.Link{Step: journal.Step{Ref: "l-1", By: "ann", At: at}, Pair: pair, Evidence: "seen"})
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, identity.CodeLinkUnknown, refusal.Missing[0].Code)
	assert.Equal(t, "c-1", refusal.Missing[0].Of)
	_, err = g.Unlink(decided.Next, identity.Unlink{Step: journal.Step{Ref: "u-1", By: "ann", At: at}, To: "c-0", Why: "x"})
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeErased, refusal.Missing[0].Code)
}
