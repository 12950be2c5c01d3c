package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/privacy"
)

func eraseOrder(at time.Time) complaint.Erase {
	return complaint.Erase{Erasure: journal.Erasure{
		Step: journal.Step{Ref: "e-1", By: "officer", At: at}, Asked: "by-letter", Ground: "PIPL 47",
		Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}}
}

// A case with an entry of every kind is erased without a trace once it is closed; nothing follows.
func TestErase(t *testing.T) {
	r := wholeLife(t)
	closed := len(r.history)
	for c := r.c; c.Phase != complaint.Closed; {
		closed--
		var err error
		c, err = complaint.Replay(r.history[:closed])
		require.NoError(t, err)
	}
	var store journal.Mem[complaint.ID, complaint.Case, complaint.Entry]
	var c complaint.Case
	for i, e := range r.history[:closed] {
		var err error
		c, err = c.Apply(e)
		require.NoError(t, err)
		sum, err := journal.Fingerprint(e.Kind().String(), complaint.Wake{Step: journal.Step{Ref: fmt.Sprint(i), By: "x", At: e.At}})
		require.NoError(t, err)
		require.NoError(t, store.Commit(t.Context(), "K-1", journal.Decision[complaint.Case, complaint.Entry]{
			Key: e.Kind().String() + ":ref-" + fmt.Sprint(i), Fingerprint: sum, Base: uint64(i), Entries: []complaint.Entry{e}, Next: c,
			Reasons: []customer.Reason{{Code: "told", Of: "of the customer"}},
		}))
	}
	at := r.at.Add(time.Hour)
	answer, err := privacy.Erase(t.Context(), &store, "K-1", eraseOrder(at), r.Policy.Erase, complaint.Scrub)
	require.NoError(t, err)
	assert.Equal(t, journal.Booked, answer.Result)
	assert.Equal(t, complaint.Case{Entries: uint64(closed) + 1, Erasable: journal.Erasable{Erased: at}}, answer.State)
	assert.False(t, answer.State.Open())

	decisions, err := store.Decisions(t.Context(), "K-1")
	require.NoError(t, err)
	kept, err := json.Marshal(decisions)
	require.NoError(t, err)
	assert.NotContains(t, string(kept), "of the customer")
	stays := map[string]bool{} // of the steps, and of the order
	history := store.History("K-1")
	require.Len(t, history, closed+1)
	for i, e := range history {
		stays[e.By], stays[e.Ref], stays[e.Rule], stays[e.Kind().String()] = true, true, true, true
		if i < closed {
			stays[r.history[i].Kind().String()] = true
			assert.Equal(t, r.history[i].Ref, e.Ref)
			assert.Zero(t, e.Because)
			assert.Equal(t, journal.Rewritten, decisions[i].Fingerprint)
		}
	}
	left := eraseTexts(t, history)
	said := 0
	for text := range eraseTexts(t, r.history[:closed]) {
		if !stays[text] {
			said++
			assert.False(t, left[text], "%q is still there", text)
		}
	}
	assert.Greater(t, said, 100)

	// It is read again, and leads to the same state.
	var read []complaint.Entry
	data, err := json.Marshal(history)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &read))
	replayed, err := complaint.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, formatCase(t, answer.State), formatCase(t, replayed))

	// Nothing follows: no command, whatever it is, and no entry.
	for _, one := range r.Allowed(replayed, "ann", at) {
		require.Len(t, one.Missing, 1, one.Kind)
		assert.Equal(t, customer.CodeErased, one.Missing[0].Code)
		assert.True(t, at.Equal(one.Missing[0].At))
	}
	_, err = complaint.Run(t.Context(), &store, "K-1", complaint.Log{
		Step: journal.Step{Ref: "late", By: "ann", At: at}, Channel: complaint.Phone, Direction: complaint.FromCustomer,
	}, r.Log)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeErased, refusal.Missing[0].Code)
	assert.Len(t, refusal.Missing, 1)
	for _, e := range r.history {
		_, err := replayed.Apply(e)
		require.ErrorIs(t, err, complaint.ErrBroken)
	}
	again, err := r.Policy.Erase(replayed, eraseOrder(at))
	require.NoError(t, err)
	assert.Empty(t, again.Entries)
}

// eraseTexts are the texts of entries that are no days and instants, and longer than three letters.
func eraseTexts(t *testing.T, entries []complaint.Entry) map[string]bool {
	t.Helper()
	data, err := json.Marshal(entries)
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(data, &value))
	texts := map[string]bool{}
	var gather func(any)
	gather = func(value any) {
		switch value := value.(type) {
		case string:
			_, day := customer.ParseDate(value)
			_, instant := time.Parse(time.RFC3339Nano, value)
			if day != nil && instant != nil && len(value) > 3 {
				texts[value] = true
			}
		case []any:
			for _, one := range value {
				gather(one)
			}
		case map[string]any:
			for _, one := range value {
				gather(one)
			}
		}
	}
	gather(value)
	return texts
}

// Somebody waits for what is done about an open case; of one that nobody has opened there is nothing
// to erase. A faulty order is refused, and no clock starts with one.
func TestEraseRefused(t *testing.T) {
	r := wholeLife(t)
	open := slices.IndexFunc(r.history, func(e complaint.Entry) bool { return e.Kind() == complaint.KindAssess })
	c, err := complaint.Replay(r.history[:open])
	require.NoError(t, err)
	_, err = r.Policy.Erase(c, eraseOrder(r.at))
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, complaint.CodePhase, refusal.Missing[0].Code)

	none, err := r.Policy.Erase(complaint.Case{}, eraseOrder(r.at))
	require.NoError(t, err)
	assert.Empty(t, none.Entries)
	_, err = complaint.Case{}.Apply(complaint.Entry{Version: complaint.EntryVersion, At: r.at, By: "x", Ref: "e", Body: complaint.Erase{}})
	require.ErrorIs(t, err, complaint.ErrBroken)
	_, err = r.Policy.Erase(c, complaint.Erase{})
	assert.Equal(t, []string{"ref", "by", "at", "asked", "ground"}, customertest.Paths(t, err))
	_, err = new(complaint.Policy).Erase(c, eraseOrder(r.at))
	require.Error(t, err)

	rules := wholeRules()
	rules.Clocks[0].Starts = append(slices.Clone(rules.Clocks[0].Starts), complaint.Trigger{Kind: complaint.KindErase})
	_, err = complaint.NewPolicy(rules, clockZone(t, rules.Zone), wholeOffice(t, 1), wholeOffice(t, 2), clockCalendar(t, clockAlways("Asia/Shanghai")))
	require.Error(t, err)
	assert.Len(t, customertest.Paths(t, err), 1)
}
