package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// row D5: the keep list is bounded, its ties are stable, and what nobody knows is said.
func TestKeepList(t *testing.T) {
	playbook, day := newPlaybook(t, playbookRules()), on("2026-11-25")
	list, err := lifecycle.NewKeepList[customer.ID](playbook, day)
	require.NoError(t, err)
	mature := stands(lifecycle.Mature, day)
	for _, tc := range []struct {
		id     customer.ID
		stage  lifecycle.Stage
		amount int64
		on     customer.Date
	}{
		{"c-4", lifecycle.Mature, 60_000, day},
		{"c-2", lifecycle.Mature, 70_000, day},
		{"c-9", lifecycle.Mature, 49_999, day},
		{"c-3", lifecycle.Mature, 60_000, day - 364},
		{"c-1", lifecycle.Growing, 90_000, day},
		{"c-5", lifecycle.Mature, 90_000, day - 365},
	} {
		require.NoError(t, list.Add(tc.id, stands(tc.stage, day), stageFacts(t, day, stageLines(tc.amount, tc.on))))
	}
	unknown := stageLines(0, day)
	unknown[0].Priced = false
	require.NoError(t, list.Add("c-6", mature, stageFacts(t, day, unknown)))
	require.Error(t, list.Add("c-7", mature, lifecycle.Facts{On: day - 1}))
	kept := list.List()
	require.Len(t, kept, 2)
	assert.Equal(t, []customer.ID{"c-2", "c-3"}, []customer.ID{kept[0].Customer, kept[1].Customer}, "c-3 before c-4, at the same sum")
	assert.Equal(t, "place 2 of those to keep: 600.00 EUR spent from 26 Nov 2025 to 25 Nov 2026", playbook.Explain(kept[1].Because, customer.English))
	seen, without := list.Seen()
	assert.Equal(t, [2]int64{6, 1}, [2]int64{seen, without})

	exact, err := lifecycle.NewKeepList[customer.ID](playbook, day)
	require.NoError(t, err)
	require.NoError(t, exact.Add("c-1", mature, stageFacts(t, day, stageLines(50_000, day))))
	assert.Len(t, exact.List(), 1, "exactly on the mark")

	rules := playbookRules()
	rules.Keep = lifecycle.KeepRules{}
	_, err = lifecycle.NewKeepList[customer.ID](newPlaybook(t, rules), day)
	assert.Equal(t, []string{lifecycle.CodeNoKeepList}, codes(t, err))
}

func TestKeepListsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		playbook, day := newPlaybook(t, playbookRules()), on("2026-11-25")
		lists := make([]*lifecycle.KeepList[uint64], 3)
		for i := range lists {
			var err error
			lists[i], err = lifecycle.NewKeepList[uint64](playbook, day)
			require.NoError(t, err)
		}
		for key := range uint64(rapid.IntRange(0, 12).Draw(t, "customers")) {
			facts := stageFacts(t, day, stageLines(rapid.SampledFrom([]int64{100, 60_000, 70_000, 80_000}).Draw(t, "amount"), day))
			require.NoError(t, lists[0].Add(key, stands(lifecycle.Mature, day), facts))
			require.NoError(t, lists[1+key%2].Add(key, stands(lifecycle.Mature, day), facts))
		}
		require.NoError(t, lists[1].Merge(lists[2]))
		require.Equal(t, lists[0].List(), lists[1].List())
		require.Equal(t, marshal(t, lists[0]), marshal(t, lists[1]))
		require.NoError(t, lists[2].UnmarshalBinary(marshal(t, lists[0])))
		require.Equal(t, lists[0].List(), lists[2].List())
		other, err := lifecycle.NewKeepList[uint64](playbook, day+1)
		require.NoError(t, err)
		require.Error(t, other.Merge(lists[0]))
		require.Error(t, other.UnmarshalBinary(marshal(t, lists[0])))
	})
}
