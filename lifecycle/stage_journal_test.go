package lifecycle_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/lifecycle"
)

type stageStore = journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry]

// Two nightly runs assess the same customers at once, replies are lost, and each sends
// until it knows. Every customer moves once a night, and her history replays.
func TestAssessOverAJournal(t *testing.T) {
	stages, first := newStages(t, stageRules()), on("2026-03-02")
	days := spaced(14, 10, first+130)
	mem := new(stageStore)
	store := journaltest.LostReply[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, 3)
	var results sync.Map
	for day := first; day < first+200; day += 9 {
		facts := stageFacts(t, day, stageLines(10_000, days...))
		var runs sync.WaitGroup
		for range 2 {
			runs.Go(func() {
				for id := range 4 {
					for {
						outcome, err := journal.Run(t.Context(), store, customer.ID(fmt.Sprint(id)), "assess:"+day.String(), night(day),
							func(s lifecycle.Standing) (lifecycle.Decision, error) { return stages.Assess(s, facts, night(day)) })
						if err == nil {
							results.Store(outcome.Result, true)
							break
						}
						if !errors.Is(err, journaltest.ErrInjected) && !errors.Is(err, journal.ErrConflict) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		runs.Wait()
	}
	for id := range 4 {
		history := mem.History(customer.ID(fmt.Sprint(id)))
		var to []lifecycle.Stage
		for _, e := range history {
			to = append(to, e.To)
		}
		assert.Equal(t, []lifecycle.Stage{lifecycle.Developing, lifecycle.Growing, lifecycle.Mature, lifecycle.Ending}, to)
		now, _, err := mem.Load(t.Context(), customer.ID(fmt.Sprint(id)))
		require.NoError(t, err)
		replayed, err := lifecycle.Replay(history)
		require.NoError(t, err)
		assert.Equal(t, stageImage(t, now), stageImage(t, replayed))
	}
	_, booked := results.Load(journal.Booked)
	_, nothing := results.Load(journal.Nothing)
	assert.True(t, booked && nothing)
}

// A lead that is sent again is known once; another one under its key is refused.
func TestKnowOverAJournal(t *testing.T) {
	stages := newStages(t, stageRules())
	lead := lifecycle.Lead{Ref: "l-1", At: evening(on("2026-03-02")), Source: lifecycle.FromWrongNumber}
	mem := new(stageStore)
	know := func(store lifecycle.Store, lead lifecycle.Lead) (lifecycle.Outcome, error) {
		return journal.Run(t.Context(), store, "c-1", "know:"+lead.Ref, lead,
			func(s lifecycle.Standing) (lifecycle.Decision, error) { return stages.Know(s, lead) })
	}
	for n := 1; ; n++ { // fails at every place in turn
		outcome, err := know(journaltest.FailOn[customer.ID, lifecycle.Standing, lifecycle.Entry](mem, n), lead)
		if err == nil {
			assert.Equal(t, lifecycle.Potential, outcome.State.Life.Stage)
			break
		}
		require.ErrorIs(t, err, journaltest.ErrInjected)
	}
	outcome, err := know(mem, lead)
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, outcome.Result)
	lead.Source = lifecycle.FromAdvert
	_, err = know(mem, lead)
	require.ErrorIs(t, err, journal.ErrKeyReused)
	lead.Ref = "l-2"
	_, err = know(mem, lead)
	assert.Equal(t, []string{lifecycle.CodeStageKnownFrom}, codes(t, err))
	assert.Len(t, mem.History("c-1"), 1)
}
