package task_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// What is a cycle's is carried out by the command of its transfer, once; and what is half carried out
// is proposed again as it was.
//
// row B21.
func TestHandoverOfCycles(t *testing.T) {
	p := planned(t)
	handovers, err := handover.New(handover.Rules{Edition: customer.Edition{ID: "leaving", Version: 1}, TellDays: 5, TellWithinDays: 3})
	require.NoError(t, err)
	ctx := t.Context()
	var store journal.Mem[task.ID, task.Cycle, task.Entry]
	for i, e := range p.history {
		next, err := task.Replay(p.history[:i+1])
		require.NoError(t, err)
		fingerprint, err := journal.Fingerprint(e.Kind(), task.Close{})
		require.NoError(t, err)
		require.NoError(t, store.Commit(ctx, "t-1", task.Decision{Key: e.Kind() + ":" + e.Ref, Fingerprint: fingerprint, Base: uint64(i), Entries: p.history[i : i+1], Next: next}))
	}
	on := day(t, "2026-10-20")
	leaving := handover.Leaving{Ref: "h-1", Person: "cid", On: on, Back: on + 7, To: []handover.Candidate{{Person: "bea", Capacity: 9}, {Person: "dan", Capacity: 9}}}
	for _, one := range p.c.Items("t-1") {
		if one.Owner == "cid" {
			leaving.Items = append(leaving.Items, one)
		}
	}
	staff := staffOf(t, chart(t))
	over, err := handovers.Propose(leaving, staff)
	require.NoError(t, err)
	require.Len(t, over.Transfers, 2)
	carry := func(one handover.Transfer) journal.Result {
		id, assign, is := one.Assign("ann", on.Start(zone(t)), "she is away")
		require.True(t, is)
		answer, err := journal.Book(ctx, &store, id, assign, p.p.Assign)
		require.NoError(t, err)
		assert.Equal(t, one.Key, answer.Decision.Key)
		return answer.Result
	}
	assert.Equal(t, journal.Booked, carry(over.Transfers[0]))
	assert.Equal(t, journal.Replayed, carry(over.Transfers[0]))

	// The rest, with the earlier proposal: the same again, whoever has the item now.
	now, _, err := store.Load(ctx, "t-1")
	require.NoError(t, err)
	leaving.Items, leaving.Earlier = nil, over.Transfers
	for _, one := range now.Items("t-1") {
		if one.Owner == "cid" {
			leaving.Items = append(leaving.Items, one)
		}
	}
	require.Len(t, leaving.Items, 1)
	again, err := handovers.Propose(leaving, staff)
	require.NoError(t, err)
	assert.Equal(t, over, again)
	assert.Equal(t, journal.Booked, carry(again.Transfers[1]))
	now, _, err = store.Load(ctx, "t-1")
	require.NoError(t, err)
	assert.Equal(t, "bea", now.Owner)
	assert.Equal(t, "bea", now.Actions[0].Owner)

	// She is back: what the stand-in still has goes back; what is somebody else's by now does not.
	var open []task.Item
	for _, one := range now.Items("t-1") {
		if one.Owner == "bea" {
			open = append(open, one)
		}
	}
	open[1].Owner = "dan"
	back, err := handovers.Return(over, open, staff)
	require.NoError(t, err)
	require.Len(t, back.Transfers, 1)
	assert.Equal(t, handover.CodeBack, back.Transfers[0].Reasons[0].Code)
	assert.Equal(t, []string{"bea", "cid"}, []string{back.Transfers[0].From, back.Transfers[0].To})
	assert.Equal(t, on+7, back.Transfers[0].On)
	assert.Equal(t, "handover.elsewhere", back.Stays[0].Reason.Code)
	assert.Equal(t, "dan", back.Stays[0].Reason.Of)
	assert.Equal(t, []handover.Check{{Duty: handover.Read, Who: "cid", Customer: "c-1", Items: 1, By: on + 7}, {Duty: handover.Tell, Who: "cid", Customer: "c-1", Items: 1, By: on + 10}}, back.Checks)
	id, assign, _ := back.Transfers[0].Assign("ann", (on + 7).Start(zone(t)), "she is back")
	answer, err := journal.Book(ctx, &store, id, assign, p.p.Assign)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, answer.Result)
	now = answer.State
	assert.Equal(t, task.KindGoal, back.Transfers[0].Kind)
	assert.Equal(t, "cid", now.Owner)
	open[0].Owner = "cid"
	back, err = handovers.Return(over, open[:1], staff)
	require.NoError(t, err)
	assert.Empty(t, back.Transfers, "it has gone back already")
	assert.Empty(t, back.Stays)

	// What belongs to nobody has to go back too.
	open[0].Owner = "zoe"
	back, err = handovers.Return(over, open[:1], staff)
	require.NoError(t, err)
	require.Len(t, back.Transfers, 1)
	assert.Equal(t, []string{"zoe", "cid"}, []string{back.Transfers[0].From, back.Transfers[0].To})
	people := chart(t)
	people.People[4].Left = on + 3
	_, err = handovers.Return(over, open[:1], staffOf(t, people))
	assert.Equal(t, []string{"task.left"}, codes(t, err))
	_, err = handovers.Return(over, []task.Item{{Kind: "case", ID: "9"}}, staff)
	assert.Equal(t, []string{"items[0].id"}, customertest.Paths(t, err))
	over.Back = over.On
	_, err = handovers.Return(over, nil, staff)
	assert.Equal(t, []string{"back"}, customertest.Paths(t, err), "she was never away")
	over.Back = 0
	_, err = handovers.Return(over, nil, nil)
	assert.Equal(t, []string{"staff", "back"}, customertest.Paths(t, err))
}
