package consent_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Every kind of entry is erased without a trace, by an order that says so, and nothing follows it.
func TestErase(t *testing.T) {
	lines, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	history := journaltest.ReadEntries[consent.Body, consent.Form](t, lines)
	order := journal.Erasure{
		Step:  journal.Step{Ref: "e-1", By: "officer", At: history[len(history)-1].At.Add(time.Hour)},
		Asked: "customer", Ground: "PIPL 47", Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}
	journaltest.TestErasure(t, journaltest.Erasing[consent.Consents, consent.Body, consent.Form, consent.Erase]{
		History: history, Order: consent.Erase{Erasure: order}, Decide: smallShop().Erase, Scrub: consent.Scrub,
	})
}
