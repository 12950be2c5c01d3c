package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/lifecycle"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	require.NoError(t, run(args, &out, &complaints))
	assert.Empty(t, complaints.String())
	return out.String()
}

// The same seed gives the same shop, whose two years are told in every part and in both
// languages.
func TestTheShopIsTold(t *testing.T) {
	small := []string{"-customers", "300", "-seed", "7"}
	told := output(t, small...)
	assert.Equal(t, told, output(t, small...))
	for _, part := range []string{"The first year:", "Stages at the end", "won back into cycle 2", "who was won back", "The ladder", "At risk on", "The next week"} {
		assert.Contains(t, told, part)
	}
	assert.NotContains(t, told, "lifecycle.", "every reason has a text")
	assert.NotContains(t, told, "agenda.", "every reason has a text")
	chinese := output(t, append(small, "-language", "zh")...)
	assert.Contains(t, chinese, "挽回")
	assert.NotContains(t, chinese, "lifecycle.")
}

// What the program keeps of a customer is what her history leads to, and what the ladder was
// made to bring is found again.
func TestTheBooksAgree(t *testing.T) {
	k, err := newKeeper(300, 3)
	require.NoError(t, err)
	require.NoError(t, k.firstYear())
	require.NoError(t, k.secondYear(t.Context()))
	moved := 0
	for _, b := range k.buyers {
		history := k.store.History(b.id)
		replayed, err := lifecycle.Replay(history)
		require.NoError(t, err)
		want, err := json.Marshal(b.standing)
		require.NoError(t, err)
		got, err := json.Marshal(replayed)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got))
		for _, entry := range history {
			if entry.Kind == lifecycle.Moved {
				moved++
			}
		}
		attempts, err := lifecycle.Attempts(history)
		require.NoError(t, err)
		for i, attempt := range attempts {
			assert.Equal(t, i+1, attempt.Number)
			assert.True(t, !attempt.HeldOut || len(attempt.Taken) == 0, "whoever is held out takes no rung")
		}
	}
	assert.Greater(t, moved, len(k.buyers))

	// Run again, the last week changes nothing.
	before := k.store.History("c00001")
	require.NoError(t, k.week(t.Context(), k.buyers[0], k.closing))
	assert.Equal(t, before, k.store.History("c00001"))
}

func TestArgumentsAtFault(t *testing.T) {
	var out, complaints bytes.Buffer
	require.ErrorContains(t, run([]string{"-customers", "299"}, &out, &complaints), "300 to 100000")
	require.Error(t, run([]string{"-color"}, &out, &complaints))
	require.ErrorContains(t, run([]string{"-language", "chinese"}, &out, &complaints), "en or zh")
	assert.Contains(t, complaints.String(), "-color")
	assert.Empty(t, out.String())
}
