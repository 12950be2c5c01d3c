package journal_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// sent is what the model remembers of a booked request; the model of an id is the list
// of them, in booking order, and everything else follows from it.
type sent struct {
	key string
	n   units
}

func TestMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mem := new(purse)
		var store journal.Store[customer.ID, int64, int64] = mem
		if nth := rapid.IntRange(0, 4).Draw(t, "every nth reply is lost"); nth > 0 {
			store = journaltest.LostReply[customer.ID, int64, int64](mem, nth+1)
		}
		model := map[customer.ID][]sent{}
		id := func(t *rapid.T) customer.ID {
			return customer.ID(rapid.SampledFrom([]string{"c-1", "c-2"}).Draw(t, "id"))
		}
		sum := func(id customer.ID) (sum int64) {
			for _, each := range model[id] {
				sum += int64(each.n)
			}
			return sum
		}
		// send runs a request as a host does, and holds the answer against the model. The
		// request may be interrupted by another one, between its load and its commit.
		send := func(t *rapid.T, id customer.ID, request sent, interrupted func()) {
			var before int64 // what the last first try saw
			var out journal.Outcome[int64, int64]
			err := error(journaltest.ErrInjected)
			for errors.Is(err, journaltest.ErrInjected) {
				before = sum(id)
				out, err = journal.Run(t.Context(), store, id, request.key, request.n, func(state int64) (booking, error) {
					if interrupt := interrupted; interrupt != nil {
						interrupted = nil
						interrupt()
					}
					return add(request.n)(state)
				})
			}
			at := slices.IndexFunc(model[id], func(s sent) bool { return s.key == request.key })
			var refusal *customer.Refusal
			switch {
			case at >= 0 && model[id][at].n != request.n:
				require.ErrorIs(t, err, journal.ErrKeyReused)
			case at >= 0:
				require.NoError(t, err)
				assert.Equal(t, journal.Replayed, out.Result)
				assert.Equal(t, []int64{int64(request.n)}, out.Decision.Entries)
				assert.EqualValues(t, at, out.Decision.Base)
				assert.Equal(t, sum(id), out.State)
			case request.n == 0:
				require.NoError(t, err)
				assert.Equal(t, journal.Nothing, out.Result)
				assert.Equal(t, before, out.State)
			case min(before, sum(id))+int64(request.n) < 0:
				require.ErrorAs(t, err, &refusal)
			default:
				require.NoError(t, err)
				assert.NotEqual(t, journal.Nothing, out.Result) // Replayed when the reply was lost
				assert.EqualValues(t, len(model[id]), out.Decision.Base)
				model[id] = append(model[id], request)
				assert.Equal(t, sum(id), out.State)
			}
		}
		anyRequest := rapid.Custom(func(t *rapid.T) sent {
			return sent{
				key: fmt.Sprintf("%s:%d", rapid.SampledFrom([]string{"add", "take"}).Draw(t, "verb"), rapid.IntRange(1, 12).Draw(t, "ref")),
				n:   units(rapid.IntRange(-3, 4).Draw(t, "n")),
			}
		})
		t.Repeat(map[string]func(*rapid.T){
			"send": func(t *rapid.T) { send(t, id(t), anyRequest.Draw(t, "request"), nil) },
			"send again": func(t *rapid.T) {
				id := id(t)
				if len(model[id]) == 0 {
					t.Skip("nothing was booked")
				}
				send(t, id, rapid.SampledFrom(model[id]).Draw(t, "booked"), nil)
			},
			"two at once": func(t *rapid.T) {
				id, first, second := id(t), anyRequest.Draw(t, "first"), anyRequest.Draw(t, "second")
				send(t, id, first, func() { send(t, id, second, nil) })
			},
			"commit on a wrong base": func(t *rapid.T) {
				id := id(t)
				fingerprint, err := journal.Fingerprint("raw", units(1))
				require.NoError(t, err)
				base := rapid.Uint64Range(0, uint64(len(model[id])+2)).Filter(func(b uint64) bool {
					return b != uint64(len(model[id]))
				}).Draw(t, "base")
				raw := booking{Key: "raw:1", Fingerprint: fingerprint, Base: base, Entries: []int64{1}}
				err = store.Commit(t.Context(), id, raw)
				if !errors.Is(err, journaltest.ErrInjected) {
					require.ErrorIs(t, err, journal.ErrConflict)
				}
			},
			"": func(t *rapid.T) {
				for _, id := range []customer.ID{"c-1", "c-2"} {
					state, version, err := mem.Load(t.Context(), id)
					require.NoError(t, err)
					assert.Equal(t, sum(id), state)
					assert.EqualValues(t, len(model[id]), version)
					history := mem.History(id)
					require.Len(t, history, len(model[id]))
					for i, each := range model[id] {
						assert.Equal(t, int64(each.n), history[i])
						d, found, err := mem.Committed(t.Context(), id, each.key)
						require.NoError(t, err)
						assert.True(t, found)
						assert.EqualValues(t, i, d.Base)
					}
				}
			},
		})
	})
}
