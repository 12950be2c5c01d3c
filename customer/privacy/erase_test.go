package privacy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/privacy"
)

var errDown = errors.New("down") //nolint:gochecknoglobals // of a test

func noon() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

func desk() Desk { return Desk{customer.Edition{ID: "cards", Version: 1}} }

func told(ref, name, phone string) Told {
	return Told{Step: journal.Step{Ref: ref, By: "ann", At: noon()}, Name: name, Phone: phone}
}

func order(ref string) Erase {
	return Erase{journal.Erasure{Step: journal.Step{Ref: ref, By: "dpo", At: noon().Add(time.Hour)}, Asked: "customer", Ground: "PIPL 47"}}
}

type tester interface {
	require.TestingT
	Helper()
}

func tell(t tester, store journal.Store[customer.ID, Card, CardEntry], x Told) {
	t.Helper()
	_, err := journal.Book(context.Background(), store, "c-1", x, desk().Told)
	require.NoError(t, err)
}

func erase(store journal.Rewriter[customer.ID, Card, CardEntry], x Erase) (journal.Outcome[Card, CardEntry], error) {
	return privacy.Erase(context.Background(), store, "c-1", x, desk().Erase, Scrub)
}

func TestErase(t *testing.T) {
	var store CardStore
	tell(t, &store, told("t-1", "Anna", "13912345678"))
	tell(t, &store, told("t-2", "Anna B", "05718765"))
	answer, err := erase(&store, order("e-1"))
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, answer.Result)
	assert.Equal(t, Card{Entries: 3, Erasable: journal.Erasable{Erased: noon().Add(time.Hour)}}, answer.State)

	history := store.History("c-1")
	require.Len(t, history, 3)
	assert.Equal(t, Scrubbed{journal.Scrubbed{Was: "told"}}, history[0].Body)
	assert.Equal(t, "t-1", history[0].Ref)
	assert.Equal(t, Erase{journal.Erasure{Asked: "customer", Ground: "PIPL 47"}}, history[2].Body)
	var replayed Card
	replayed, err = replayed.Apply(history...)
	require.NoError(t, err)
	assert.Equal(t, answer.State, replayed)

	// Keys are still booked: a repetition is neither booked nor replayed. The order is replayed.
	for _, again := range []Told{told("t-1", "Anna", "13912345678"), told("t-2", "other", "1")} {
		_, err = journal.Book(t.Context(), &store, "c-1", again, desk().Told)
		require.ErrorIs(t, err, journal.ErrRewritten)
	}
	answer, err = erase(&store, order("e-1"))
	require.NoError(t, err)
	assert.Equal(t, journal.Replayed, answer.Result)
	assert.Len(t, answer.Decision.Entries, 1)

	// Another order finds nothing left. Of whom nothing was said, nothing is booked afterwards.
	answer, err = erase(&store, order("e-2"))
	require.NoError(t, err)
	assert.Equal(t, journal.Nothing, answer.Result)
	assert.Equal(t, history, store.History("c-1"))
	answer, err = privacy.Erase(t.Context(), &store, "nobody", order("e-1"), desk().Erase, Scrub)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, answer.Result)
	_, err = journal.Book(t.Context(), &store, "nobody", told("late", "Anna", "13912345678"), desk().Told)
	assert.Equal(t, []string{customer.CodeErased}, missing(t, err), "what was under way when she was erased")

	// Another order under the same reference is a mistake, and says so.
	other := order("e-1")
	other.Ground = "GDPR 17(1)(a)"
	_, err = erase(&store, other)
	require.ErrorIs(t, err, journal.ErrKeyReused)
	_, err = erase(&store, order("\x00"))
	require.Error(t, err)
}

func missing(t tester, err error) (codes []string) {
	t.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	for _, reason := range refusal.Missing {
		codes = append(codes, reason.Code)
	}
	return codes
}

// An erasure that is interrupted at any call, before it does something or only on the way back, is
// finished by the same order, or by another.
func TestEraseInterrupted(t *testing.T) {
	for _, second := range []string{"e-1", "e-2"} {
		for _, late := range []bool{false, true} {
			for n := 1; ; n++ {
				require.Less(t, n, 20)
				var store CardStore
				tell(t, &store, told("t-1", "Anna", "13912345678"))
				failing := &failOn[customer.ID, Card, CardEntry]{Rewriter: &store, n: n, late: late}
				_, err := erase(failing, order("e-1"))
				if err != nil {
					require.ErrorIs(t, err, errDown)
				}
				_, again := erase(&store, order(second))
				require.NoError(t, again)
				history := store.History("c-1")
				require.Len(t, history, 2)
				assert.IsType(t, Scrubbed{}, history[0].Body)
				decisions, err2 := store.Decisions(t.Context(), "c-1")
				require.NoError(t, err2)
				assert.Equal(t, journal.Rewritten, decisions[0].Fingerprint)
				if failing.calls < n {
					break
				}
			}
		}
	}
}

// failOn is a store whose nth call fails: it does nothing, or, where late is set, does it all and loses
// the reply.
type failOn[ID ~string, S, E any] struct {
	journal.Rewriter[ID, S, E]
	n, calls int
	late     bool
}

func (f *failOn[ID, S, E]) down(do func() error) error {
	f.calls++
	if f.calls != f.n {
		return do()
	}
	if f.late {
		_ = do()
	}
	return errDown
}

func (f *failOn[ID, S, E]) Load(ctx context.Context, id ID) (state S, version uint64, err error) {
	err = f.down(func() (err error) { state, version, err = f.Rewriter.Load(ctx, id); return err })
	return state, version, err
}

func (f *failOn[ID, S, E]) Commit(ctx context.Context, id ID, d journal.Decision[S, E]) error {
	return f.down(func() error { return f.Rewriter.Commit(ctx, id, d) })
}

func (f *failOn[ID, S, E]) Committed(ctx context.Context, id ID, key string) (d journal.Decision[S, E], found bool, err error) {
	err = f.down(func() (err error) { d, found, err = f.Rewriter.Committed(ctx, id, key); return err })
	return d, found, err
}

func (f *failOn[ID, S, E]) Decisions(ctx context.Context, id ID) (all []journal.Decision[S, E], err error) {
	err = f.down(func() (err error) { all, err = f.Rewriter.Decisions(ctx, id); return err })
	return all, err
}

func (f *failOn[ID, S, E]) Rewrite(ctx context.Context, id ID, d []journal.Decision[S, E]) error {
	return f.down(func() error { return f.Rewriter.Rewrite(ctx, id, d) })
}

// What is decided on the state before the order conflicts with it.
func TestEraseBesideAWriter(t *testing.T) {
	var store CardStore
	tell(t, &store, told("t-1", "Anna", "13912345678"))
	before, version, err := store.Load(t.Context(), "c-1")
	require.NoError(t, err)
	late, err := desk().Told(before, told("t-2", "Anna", "13912345678"))
	require.NoError(t, err)
	late.Key, late.Base = "told:t-2", version
	late.Fingerprint, err = journal.Fingerprint("told", told("t-2", "Anna", "13912345678"))
	require.NoError(t, err)

	_, err = erase(&store, order("e-1"))
	require.NoError(t, err)
	require.ErrorIs(t, store.Commit(t.Context(), "c-1", late), journal.ErrConflict)

	// Who writes past all rules is found, and nothing passes for erased that is not.
	late.Base = version + 1
	require.NoError(t, store.Commit(t.Context(), "c-1", late))
	_, err = erase(&store, order("e-1"))
	require.ErrorIs(t, err, privacy.ErrUneven)
}

// Tills tell while several officers erase: once one of these has been told that it is done, nothing of
// her is left, and nothing comes after it.
func TestEraseRaced(t *testing.T) {
	for round := range 50 {
		var store CardStore
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				_, err := journal.Book(t.Context(), &store, "c-1", told(fmt.Sprint("t-", i), "Anna", "13912345678"), desk().Told)
				var refusal *customer.Refusal
				assert.True(t, err == nil || errors.As(err, &refusal), err)
			})
			group.Go(func() {
				_, err := erase(&store, order(fmt.Sprint("e-", i%2)))
				assert.NoError(t, err)
				decisions, err := store.Decisions(t.Context(), "c-1")
				assert.NoError(t, err)
				traces, err := privacy.Traces(decisions, "Anna", "13912345678")
				assert.NoError(t, err)
				assert.Empty(t, traces, "round %d", round)
			})
		}
		group.Wait()
	}
}

// A Scrub that does not agree with its Erase is found before anything is rewritten.
func TestUneven(t *testing.T) {
	for name, scrub := range map[string]func([]CardEntry) []CardEntry{
		"fewer entries": func(entries []CardEntry) []CardEntry { return entries[:len(entries)-1] },
		"another state": func(entries []CardEntry) []CardEntry {
			scrubbed := Scrub(entries)
			for i := range scrubbed {
				scrubbed[i].Body = Scrubbed{journal.Scrubbed{Was: "all"}}
			}
			return scrubbed
		},
		"entries that do not apply": func(entries []CardEntry) []CardEntry {
			return make([]CardEntry, len(entries))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var store CardStore
			tell(t, &store, told("t-1", "Anna", "13912345678"))
			_, err := privacy.Erase(t.Context(), &store, "c-1", order("e-1"), desk().Erase, scrub)
			require.ErrorIs(t, err, privacy.ErrUneven)
			assert.IsType(t, Told{}, store.History("c-1")[0].Body, "nothing was rewritten")
		})
	}
}

// Property: erasure leaves no trace. Whatever was told, however often it was erased, sent again and
// told again meanwhile, no byte of what is kept has any of it, and no fingerprint gives a number away
// to who tries all.
func TestNoTrace(t *testing.T) {
	names := []string{"Anna", "王小姐", "O'Neil <o@x.org>", "Ann \"A\""}
	rapid.Check(t, func(t *rapid.T) {
		var store CardStore
		var values []string
		var sent []Told
		for i := range rapid.IntRange(1, 8).Draw(t, "told") {
			phone := fmt.Sprintf("1%010d", rapid.IntRange(0, 9_999_999_999).Draw(t, "phone"))
			if rapid.Bool().Draw(t, "written") {
				phone = phone[:3] + "-" + phone[3:7] + " " + phone[7:]
			}
			x := told(fmt.Sprint("t-", i), rapid.SampledFrom(names).Draw(t, "name"), phone)
			tell(t, &store, x)
			sent, values = append(sent, x), append(values, x.Name, x.Phone)
		}
		before, err := store.Decisions(t.Context(), "c-1")
		require.NoError(t, err)
		if n := rapid.IntRange(0, 9).Draw(t, "fails"); n > 0 {
			failing := &failOn[customer.ID, Card, CardEntry]{Rewriter: &store, n: n, late: rapid.Bool().Draw(t, "late")}
			_, err := erase(failing, order("e-0"))
			if err != nil {
				require.ErrorIs(t, err, errDown)
			}
		}
		_, err = erase(&store, order("e-1"))
		require.NoError(t, err)
		for _, again := range sent {
			_, err := journal.Book(t.Context(), &store, "c-1", again, desk().Told)
			require.Error(t, err)
		}

		after, err := store.Decisions(t.Context(), "c-1")
		require.NoError(t, err)
		require.Len(t, after, len(before)+1)
		state, version, err := store.Load(t.Context(), "c-1")
		require.NoError(t, err)
		assert.EqualValues(t, len(sent)+1, version)
		after[len(after)-1].Next = state
		traces, err := privacy.Traces(after, values...)
		require.NoError(t, err)
		assert.Empty(t, traces)
		for i := range before {
			assert.Equal(t, before[i].Key, after[i].Key)
			assert.Equal(t, before[i].Base, after[i].Base)
			assert.Len(t, after[i].Entries, len(before[i].Entries))
			// Who tries the very request finds no fingerprint of it.
			sum, err := journal.Fingerprint("told", sent[i])
			require.NoError(t, err)
			assert.Equal(t, sum, before[i].Fingerprint, "before, one who guesses is told that he is right")
			for _, d := range after {
				assert.NotEqual(t, sum, d.Fingerprint)
			}
		}

		// The bytes, without any cleverness.
		data, err := json.Marshal([]any{after, state})
		require.NoError(t, err)
		for _, x := range sent {
			quoted, err := json.Marshal(x.Name)
			require.NoError(t, err)
			assert.NotContains(t, string(data), strings.Trim(string(quoted), `"`))
			assert.NotContains(t, string(data), x.Phone)
		}
		again, err := Card{}.Apply(entriesOf(after)...)
		require.NoError(t, err)
		assert.Equal(t, state, again)
	})
}

func entriesOf(decisions []CardDecision) (entries []CardEntry) {
	for _, d := range decisions {
		entries = append(entries, d.Entries...)
	}
	return entries
}

func TestTraces(t *testing.T) {
	var store CardStore
	x := told("t-1391", "Anna", "139 1234-5678")
	tell(t, &store, x)
	decisions, err := store.Decisions(t.Context(), "c-1")
	require.NoError(t, err)
	decisions[0].Next = Card{Phones: []string{"5678"}}
	for _, tc := range []struct {
		value string
		in    string
	}{
		{"13912345678", "key entries state"},
		{"１３９１２３４５６７８", "key entries state"},
		{"+86 139 1234 5678", "key entries state"},
		{"anna", "entries reasons"},
		{" ANNA ", "entries reasons"},
		{"1234", "entries"},
		{"5678", "entries state"},
		{"567", "entries state"},
		{"567-", ""},
		{"anna 5678", ""},
		{"Bob", ""},
		{"", ""},
		{"20261125", ""},
	} {
		t.Run(tc.value, func(t *testing.T) {
			traces, err := privacy.Traces(decisions, tc.value)
			require.NoError(t, err)
			var in []string
			for _, trace := range traces {
				assert.Equal(t, 1, trace.Decision)
				assert.Equal(t, 1, trace.Value)
				in = append(in, trace.In)
			}
			assert.Equal(t, tc.in, strings.Join(in, " "))
		})
	}
}

// The store of the tests keeps what a store promises.
func TestCardFacts(t *testing.T) {
	full := told("t-1", "Anna", "139")
	full.Owner, full.Guest = "ann", "Bob"
	journaltest.TestFact(t, full)
	kept := order("e-1")
	kept.Kept = []journal.Kept{{What: "invoices", Why: "tax", Until: 740_000}}
	journaltest.TestFact(t, kept)
}
