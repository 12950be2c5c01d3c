package journal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Tray is a Shelf that can be erased.
type Tray struct {
	Shelf
	journal.Erasable
}

func (s Tray) Apply(entries ...ShelfEntry) (Tray, error) {
	next, err := s.Shelf.Apply(entries...)
	return Tray{next, s.Erasable}, err
}

// No command is decided on what is erased, and no entry fits it but those that stand for others.
func TestErasable(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	step := journal.Step{Ref: "1", By: "ann", At: at}
	edition := customer.Edition{ID: "library", Version: 1}
	var tray Tray
	_, err := journal.Begin[Tray, Word, ShelfForm](edition, time.UTC, tray, 0, step, nil)
	require.NoError(t, err)
	require.NoError(t, tray.Fits("lend"))

	tray.Erased = at
	_, err = journal.Begin[Tray, Word, ShelfForm](edition, time.UTC, tray, 0, step, nil)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []customer.Reason{{Code: customer.CodeErased, Rule: "library/1", At: at}}, refusal.Missing)
	require.ErrorContains(t, tray.Fits("lend"), "erased at 2026-11-25")
	require.Error(t, tray.Fits(journal.KindErase))
	require.NoError(t, tray.Fits(journal.KindScrubbed))
	assert.Equal(t, at, tray.ErasedAt())
}
