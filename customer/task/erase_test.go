package task_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/task"
)

// Every kind of entry is erased without a trace, by an order that says so, and nothing follows it.
func TestErase(t *testing.T) {
	lines, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	history := journaltest.ReadEntries[task.Body, task.Form](t, lines)
	order := journal.Erasure{
		Step:  journal.Step{Ref: "e-1", By: "officer", At: history[len(history)-1].At.Add(time.Hour)},
		Asked: "customer", Ground: "PIPL 47", Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}
	journaltest.TestErasure(t, journaltest.Erasing[task.Cycle, task.Body, task.Form, task.Erase]{
		History: history, Order: task.Erase{Erasure: order}, Decide: office(t).Erase, Scrub: task.Scrub,
	})
}
