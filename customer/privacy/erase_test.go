package privacy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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
	assert.Equal(t, Card{Entries: 3, Erased: noon().Add(time.Hour)}, answer.State)

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

	// Another order finds nothing left; neither does one for nobody.
	answer, err = erase(&store, order("e-2"))
	require.NoError(t, err)
	assert.Equal(t, journal.Nothing, answer.Result)
	assert.Equal(t, history, store.History("c-1"))
	answer, err = privacy.Erase(t.Context(), &store, "nobody", order("e-1"), desk().Erase, Scrub)
	require.NoError(t, err)
	assert.Equal(t, journal.Nothing, answer.Result)
}

// An erasure that is interrupted at any call is finished by the same order, or by another.
func TestEraseInterrupted(t *testing.T) {
	for _, second := range []string{"e-1", "e-2"} {
		for n := 1; ; n++ {
			require.Less(t, n, 20)
			var store CardStore
			tell(t, &store, told("t-1", "Anna", "13912345678"))
			failing := &failOn{CardStore: &store, n: n}
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
			if err == nil {
				break
			}
		}
	}
}

// failOn is a store whose nth call does nothing and fails; where writes is set, it writes before it
// fails.
type failOn struct {
	*CardStore
	n, calls int
}

func (f *failOn) down() error {
	if f.calls++; f.calls == f.n {
		return errDown
	}
	return nil
}

func (f *failOn) Load(ctx context.Context, id customer.ID) (state Card, version uint64, err error) {
	if err := f.down(); err != nil {
		return state, 0, err
	}
	return f.CardStore.Load(ctx, id)
}

func (f *failOn) Commit(ctx context.Context, id customer.ID, d CardDecision) error {
	if err := f.down(); err != nil {
		return err
	}
	return f.CardStore.Commit(ctx, id, d)
}

func (f *failOn) Decisions(ctx context.Context, id customer.ID) ([]CardDecision, error) {
	if err := f.down(); err != nil {
		return nil, err
	}
	return f.CardStore.Decisions(ctx, id)
}

func (f *failOn) Rewrite(ctx context.Context, id customer.ID, d []CardDecision) error {
	if err := f.down(); err != nil {
		return err
	}
	return f.CardStore.Rewrite(ctx, id, d)
}

// What is decided on the state before the order conflicts with it; what is booked between the order
// and the rewriting is kept.
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

	// Where the rewriting finds another decision than it read, it reads again.
	var busy CardStore
	tell(t, &busy, told("t-1", "Anna", "13912345678"))
	racing := &racing{CardStore: &busy}
	_, err = erase(racing, order("e-1"))
	require.NoError(t, err)
	history := busy.History("c-1")
	require.Len(t, history, 3)
	assert.IsType(t, Scrubbed{}, history[0].Body)
	assert.IsType(t, Told{}, history[2].Body, "what came after the order stays")
}

// racing is a store to which somebody else writes while an erasure reads the decisions.
type racing struct {
	*CardStore
	done bool
}

func (r *racing) Rewrite(ctx context.Context, id customer.ID, d []CardDecision) error {
	if !r.done {
		r.done = true
		state, version, err := r.Load(ctx, id)
		if err != nil {
			return err
		}
		entry := CardEntry{Version: 1, At: noon(), By: "ann", Ref: "t-9", Body: Told{Name: "new"}}
		next, err := state.Apply(entry)
		if err != nil {
			return err
		}
		sum, err := journal.Fingerprint("told", told("t-9", "new", ""))
		if err != nil {
			return err
		}
		if err := r.Commit(ctx, id, CardDecision{Key: "told:t-9", Fingerprint: sum, Base: version, Entries: []CardEntry{entry}, Next: next}); err != nil {
			return err
		}
	}
	return r.CardStore.Rewrite(ctx, id, d)
}

// A Scrub that does not agree with its Erase is found before anything is rewritten.
func TestUneven(t *testing.T) {
	for name, scrub := range map[string]func([]CardEntry) []CardEntry{
		"fewer entries": func(entries []CardEntry) []CardEntry { return entries[:len(entries)-1] },
		"another state": func(entries []CardEntry) []CardEntry {
			return journal.Scrub(entries, func(Word) Word { return Scrubbed{journal.Scrubbed{Was: "all"}} })
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
		var wrapped journal.Rewriter[customer.ID, Card, CardEntry] = &store
		if n := rapid.IntRange(0, 6).Draw(t, "fails"); n > 0 {
			failing := &failOn{CardStore: &store, n: n}
			_, err := erase(failing, order("e-0"))
			if err != nil {
				require.ErrorIs(t, err, errDown)
			}
		}
		_, err = erase(wrapped, order("e-1"))
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
