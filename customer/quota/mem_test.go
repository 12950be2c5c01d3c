package quota_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/quota/quotatest"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func newMem(tb testing.TB, limits map[string]int64) *quota.Mem {
	tb.Helper()
	mem := new(quota.Mem)
	for name, limit := range limits {
		require.NoError(tb, mem.Set(name, limit))
	}
	return mem
}

func claim(key string, n int64) quota.Claim {
	return quota.Claim{Name: "q", Key: key, N: n, At: noon, Until: noon.Add(time.Hour)}
}

func TestMem(t *testing.T) {
	quotatest.TestStore(t, func(tb testing.TB, limits map[string]int64) quota.Store {
		tb.Helper()
		return newMem(tb, limits)
	})
}

func TestMemSet(t *testing.T) {
	var mem quota.Mem
	for name, limit := range map[string]int64{"": 1, "\n": 1, strings.Repeat("x", 257): 1, "a": -1, "b": quota.Max + 1} {
		var faults customer.Faults
		require.ErrorAs(t, mem.Set(name, limit), &faults)
		assert.Len(t, faults, 1)
	}
	require.NoError(t, mem.Set("q", 0))
	require.NoError(t, mem.Set("q", quota.Max))
}

// A limit that is lowered takes nothing back, and gives nothing more until it fits.
func TestMemLoweredLimit(t *testing.T) {
	mem := newMem(t, map[string]int64{"q": 10})
	_, err := mem.Hold(t.Context(), claim("a", 6))
	require.NoError(t, err)
	require.NoError(t, mem.Set("q", 4))

	level, err := mem.Level(t.Context(), "q", noon)
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: 4, Held: 6}, level)
	assert.Zero(t, level.Left())
	_, err = mem.Hold(t.Context(), claim("b", 1))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.EqualValues(t, 0, refusal.Missing[0].Fact)

	_, err = mem.Capture(t.Context(), "q", "a", 6, noon)
	require.NoError(t, err, "what was held is honoured")
	require.NoError(t, mem.Set("q", 7))
	_, err = mem.Hold(t.Context(), claim("b", 1))
	require.NoError(t, err)
}

// Everything that is missing is said at once.
func TestRefusalNamesAllThatIsMissing(t *testing.T) {
	codes := func(err error) (codes []string) {
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		for _, missing := range refusal.Missing {
			assert.Equal(t, "q", missing.Rule)
			codes = append(codes, missing.Code)
		}
		return codes
	}
	mem := newMem(t, map[string]int64{"q": 3})
	late := claim("a", 5)
	late.At = late.Until
	_, err := mem.Hold(t.Context(), late)
	assert.Equal(t, []string{quota.CodeExpired, quota.CodeSpent}, codes(err))

	_, err = mem.Hold(t.Context(), claim("a", 2))
	require.NoError(t, err)
	_, err = mem.Capture(t.Context(), "q", "a", 3, noon.Add(time.Hour))
	assert.Equal(t, []string{quota.CodeExpired, quota.CodeOverHold}, codes(err))
	_, err = mem.Release(t.Context(), "q", "a", noon)
	require.NoError(t, err)
	_, err = mem.Capture(t.Context(), "q", "a", 3, noon)
	assert.Equal(t, []string{quota.CodeReleased, quota.CodeOverHold}, codes(err))
}

func TestMemUnderADoneContext(t *testing.T) {
	mem := newMem(t, map[string]int64{"q": 3})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mem.Hold(ctx, claim("a", 1))
	require.ErrorIs(t, err, context.Canceled)
	_, err = mem.Capture(ctx, "q", "a", 1, noon)
	require.ErrorIs(t, err, context.Canceled)
	_, err = mem.Release(ctx, "q", "a", noon)
	require.ErrorIs(t, err, context.Canceled)
	_, err = mem.Level(ctx, "q", noon)
	require.ErrorIs(t, err, context.Canceled)
	_, err = mem.GiveBack(ctx, "q", "a", 1, noon)
	require.ErrorIs(t, err, context.Canceled)
}

func TestHostileArguments(t *testing.T) {
	mem := newMem(t, map[string]int64{"q": 3})
	huge := strings.Repeat("x", 1<<20)
	_, err := mem.Hold(t.Context(), quota.Claim{Name: huge, Key: huge, N: -1 << 63})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 5)
	assert.Less(t, len(err.Error()), 1000)
	_, err = mem.Level(t.Context(), huge, time.Time{})
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 2)
	_, err = mem.Capture(t.Context(), "", "", 1, time.Time{})
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 3)
	_, err = mem.Release(t.Context(), "q", "", noon)
	require.ErrorAs(t, err, &faults)
}

// The pure rules check what they are given, wherever it comes from.
func TestRulesOfZeroValues(t *testing.T) {
	_, err := quota.Level{}.Admit(quota.Claim{})
	require.Error(t, err)
	_, err = quota.Hold{}.Capture(1, noon, 0)
	require.Error(t, err)
	_, err = quota.Hold{}.Release(noon)
	require.Error(t, err)
	_, err = quota.Hold{}.Repeats(claim("a", 1))
	require.ErrorIs(t, err, quota.ErrKeyReused)
	assert.EqualValues(t, 0, quota.Level{}.Left())
}

// Sixty-four tills share a budget of 100. Each holds 3, then pays for 2 or gives up,
// through a store that loses every third reply; a till asks again until it knows.
func TestEveryUnitOnce(t *testing.T) {
	const tills, budget = 64, 100
	mem := newMem(t, map[string]int64{"q": budget})
	store := quotatest.LostReply(mem, 3)
	insist := func(call func() error) error {
		for {
			if err := call(); !errors.Is(err, quotatest.ErrInjected) {
				return err
			}
		}
	}
	gun, paid := make(chan struct{}), [tills]bool{}
	var finish sync.WaitGroup
	for till := range tills {
		finish.Go(func() {
			<-gun
			key := fmt.Sprintf("till-%d", till)
			if insist(func() error { _, err := store.Hold(t.Context(), claim(key, 3)); return err }) != nil {
				return
			}
			end := func() error { _, err := store.Capture(t.Context(), "q", key, 2, noon); return err }
			paid[till] = till%3 != 0
			if !paid[till] {
				end = func() error { _, err := store.Release(t.Context(), "q", key, noon); return err }
			}
			if err := insist(end); err != nil {
				t.Errorf("till %d: %v", till, err)
			}
		})
	}
	close(gun)
	finish.Wait()

	captured := int64(0)
	for _, yes := range paid {
		if yes {
			captured += 2
		}
	}
	level, err := mem.Level(t.Context(), "q", noon)
	require.NoError(t, err)
	assert.Equal(t, quota.Level{Limit: budget, Captured: captured}, level)
	assert.LessOrEqual(t, captured, int64(budget))
	assert.Positive(t, captured)
}

func TestStateText(t *testing.T) {
	for state, want := range map[quota.State]string{
		quota.Held: "held", quota.Captured: "captured", quota.Released: "released", quota.Expired: "expired",
	} {
		text, err := state.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var back quota.State
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, state, back)
	}
	for _, state := range []quota.State{0, 5, 255} {
		assert.False(t, state.Valid())
		_, err := state.MarshalText()
		require.Error(t, err)
	}
	assert.Equal(t, "state 9", quota.State(9).String())
	var state quota.State
	require.Error(t, state.UnmarshalText([]byte("")))
}

func BenchmarkMem(b *testing.B) {
	mem := newMem(b, map[string]int64{"q": quota.Max})
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("basket-%d", i)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n++; n%len(keys) == 0 {
			mem = newMem(b, map[string]int64{"q": quota.Max})
		}
		c := claim(keys[n%len(keys)], 2)
		if _, err := mem.Hold(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		if _, err := mem.Capture(b.Context(), "q", c.Key, 1, noon); err != nil {
			b.Fatal(err)
		}
	}
}
