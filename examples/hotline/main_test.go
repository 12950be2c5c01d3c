package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	require.NoError(t, run(args, &out, &complaints))
	assert.Empty(t, complaints.String())
	return out.String()
}

// The same seed gives the same month, which is told in every part and in both languages.
func TestTheMonthIsTold(t *testing.T) {
	small := []string{"-cases", "60", "-seed", "7"}
	told := output(t, small...)
	assert.Equal(t, told, output(t, small...))
	for _, part := range []string{"nothing was paid twice", "told all that is missing", "from the first word to the last", "that was missed", "What the diary found", "November, by what", "Clocks:", "Promises:"} {
		assert.Contains(t, told, part)
	}
	assert.NotContains(t, told, "complaint.", "every reason has a text")
	chinese := output(t, append(small, "-language", "zh")...)
	assert.Contains(t, chinese, "顾客")
	assert.NotContains(t, chinese, "complaint.")
	assert.NotContains(t, told+chinese, "quality.", "every reason has a text")
}

// Every case is closed and paid as it was decided, and is what its history leads to.
func TestTheBooksAgree(t *testing.T) {
	d, err := newDesk(customer.English)
	require.NoError(t, err)
	for i := range 150 {
		d.plan("books", i, 150)
	}
	require.NoError(t, d.live(t.Context()))
	require.Positive(t, d.lost, "an answer of the bank was lost")
	var paid, owed int64
	reopened := 0
	for _, id := range d.ids {
		c, _, err := d.store.Load(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, complaint.Closed, c.Phase, id)
		assert.Empty(t, d.policy.Due(c), id)
		owed += c.Sums("").AcceptedMinor
		reopened += len(c.Reopening)
		replayed, err := complaint.Replay(d.store.History(id))
		require.NoError(t, err)
		want, err := json.Marshal(c)
		require.NoError(t, err)
		got, err := json.Marshal(replayed)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got))
	}
	for _, minor := range d.paid {
		paid += minor
	}
	assert.Equal(t, owed, paid)
	assert.Positive(t, reopened, "somebody still had a problem")
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-cases", "9"}, {"-cases", "20001"}, {"-language", "chinese"}} {
		require.Error(t, run(args, new(bytes.Buffer), new(bytes.Buffer)))
	}
}
