package quota_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// modelled is one hold of the model. The model is the list of all holds; every figure
// is counted from it, anew for each question.
type modelled struct {
	n, captured, back int64
	until             time.Time
	state             quota.State // as stored
}

func TestMachine(t *testing.T) {
	const limit = 10
	rapid.Check(t, func(t *rapid.T) {
		mem := new(quota.Mem)
		require.NoError(t, mem.Set("q", limit))
		model := map[string]*modelled{}
		left := func(at time.Time) int64 {
			left := int64(limit)
			for _, h := range model {
				left -= h.captured - h.back
				if h.state == quota.Held && at.Before(h.until) {
					left -= h.n
				}
			}
			return left
		}
		// Clocks of tills differ: instants go forth and back.
		instant := func(t *rapid.T, what string) time.Time {
			return noon.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, what)) * time.Minute)
		}
		key := func(t *rapid.T) string { return fmt.Sprintf("k-%d", rapid.IntRange(1, 8).Draw(t, "key")) }
		refused := func(t *rapid.T, err error, code string) {
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			var codes []string
			for _, missing := range refusal.Missing {
				codes = append(codes, missing.Code)
			}
			assert.Contains(t, codes, code)
		}
		t.Repeat(map[string]func(*rapid.T){
			"hold": func(t *rapid.T) {
				c := quota.Claim{Name: "q", Key: key(t), N: rapid.Int64Range(1, 7).Draw(t, "n"), At: instant(t, "at"), Until: instant(t, "until")}
				got, err := mem.Hold(t.Context(), c)
				h, known := model[c.Key]
				switch {
				case known && (h.n != c.N || !h.until.Equal(c.Until)):
					require.ErrorIs(t, err, quota.ErrKeyReused)
				case known:
					require.NoError(t, err)
					want := h.state
					if want == quota.Held && !c.At.Before(h.until) {
						want = quota.Expired
					}
					assert.Equal(t, want, got.State)
					assert.Equal(t, h.captured, got.Captured)
				case !c.At.Before(c.Until):
					refused(t, err, quota.CodeExpired)
				case c.N > left(c.At):
					captured := int64(0)
					for _, h := range model {
						captured += h.captured - h.back
					}
					if c.N > limit-captured {
						refused(t, err, quota.CodeSpent)
					} else {
						refused(t, err, quota.CodeHeld)
					}
				default:
					require.NoError(t, err)
					for _, h := range model {
						if h.state == quota.Held && !c.At.Before(h.until) {
							h.state = quota.Expired
						}
					}
					model[c.Key] = &modelled{n: c.N, until: c.Until, state: quota.Held}
				}
			},
			"capture": func(t *rapid.T) {
				key, n, at := key(t), rapid.Int64Range(1, 7).Draw(t, "n"), instant(t, "at")
				got, err := mem.Capture(t.Context(), "q", key, n, at)
				h, known := model[key]
				switch {
				case !known:
					refused(t, err, quota.CodeNoHold)
				case h.state == quota.Captured && h.captured != n:
					require.ErrorIs(t, err, quota.ErrKeyReused)
				case h.state == quota.Captured:
					require.NoError(t, err)
				case h.state == quota.Released:
					refused(t, err, quota.CodeReleased)
				case h.state == quota.Expired || !at.Before(h.until):
					refused(t, err, quota.CodeExpired)
				case n > h.n:
					refused(t, err, quota.CodeOverHold)
				default:
					require.NoError(t, err)
					h.state, h.captured = quota.Captured, n
					assert.Equal(t, n, got.Captured)
				}
			},
			"release": func(t *rapid.T) {
				key, at := key(t), instant(t, "at")
				_, err := mem.Release(t.Context(), "q", key, at)
				h, known := model[key]
				switch {
				case !known:
					refused(t, err, quota.CodeNoHold)
				case h.state == quota.Captured:
					refused(t, err, quota.CodeCaptured)
				default:
					require.NoError(t, err)
					h.state = quota.Released
				}
			},
			"give back": func(t *rapid.T) {
				key, n := key(t), rapid.Int64Range(1, 7).Draw(t, "n")
				got, err := mem.GiveBack(t.Context(), "q", key, n, instant(t, "at"))
				h, known := model[key]
				switch {
				case !known:
					refused(t, err, quota.CodeNoHold)
				case h.state != quota.Captured:
					refused(t, err, quota.CodeNotCaptured)
				case n > h.captured:
					refused(t, err, quota.CodeOverCaptured)
				default:
					require.NoError(t, err)
					h.back = max(h.back, n)
					assert.Equal(t, h.back, got.Back)
				}
			},
			"": func(t *rapid.T) {
				stored := int64(0) // captured, or captured as soon as somebody with a slow clock asks
				for _, h := range model {
					stored += h.captured - h.back
					if h.state == quota.Held {
						stored += h.n
					}
				}
				assert.LessOrEqual(t, stored, int64(limit), "oversold")
				at := instant(t, "looked at")
				level, err := mem.Level(t.Context(), "q", at)
				require.NoError(t, err)
				assert.Equal(t, left(at), level.Left())
				assert.Equal(t, int64(limit), level.Captured+level.Held+level.Left())
			},
		})
	})
}
