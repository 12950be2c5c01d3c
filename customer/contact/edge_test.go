package contact_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// A history in which a day does not fit its weekday is none.
func TestForgedDays(t *testing.T) {
	for _, appointment := range []string{`"weekday":"monday","over":"2026-11-26T00:00:00Z"`, `"weekday":"wednesday"`} {
		var e contact.Entry
		require.NoError(t, json.Unmarshal([]byte(`{"v":1,"kind":"log","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l","body":{"channel":"phone","direction":"to-customer","began":"2026-11-25T09:30:00Z","staff":"ann","appointments":[{"id":"a","on":"2026-11-25",`+appointment+`}]}}`), &e))
		_, err := contact.Replay([]contact.Entry{e})
		require.ErrorIs(t, err, contact.ErrBroken)
	}
	f := life(t).f
	for _, said := range []contact.Body{
		contact.Move{Appointment: "a-1", On: day("2026-11-30"), Weekday: 2, Over: when("2026-12-01 00:00")},
		contact.Confirm{Appointment: "a-1", On: day("2026-11-27"), Weekday: 4},
	} {
		_, err := f.Apply(contact.Entry{Version: contact.EntryVersion, At: when("2026-11-26 09:00"), By: "ann", Ref: "x", Body: said})
		require.ErrorIs(t, err, contact.ErrBroken)
	}
}

// Every entry that is written can be read again, also at the end of the calendar, where it is a year
// more in the zone of the policy.
func TestEndOfTime(t *testing.T) {
	p := wholesaler(t)
	last := time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.Promises = []contact.Promise{{ID: "m-1", What: "x", Until: last}}
	f := must(t)(p.Log(contact.File{}, x))
	d, err := p.Keep(f, contact.Keep{Step: step("k-1", "ann", "2026-11-26 09:00"), Promise: "m-1"})
	require.NoError(t, err)
	var read []contact.Entry
	require.NoError(t, json.Unmarshal([]byte(text(t, d.Entries)), &read))
	x.Ref, x.Promises, x.Began, x.At, x.Missed, x.Note = "l-2", nil, last, last, true, ""
	_, err = p.Log(f, x)
	require.Error(t, err, "that day is none in Shanghai")
}

// A quote that binds still counts, also where a later one has lapsed before it.
func TestQuoteBindsLonger(t *testing.T) {
	// row B41
	p := wholesaler(t, func(rules *contact.Rules) { rules.Quotes.BindDays = 0 })
	long := price("q-1", "ann", "2026-11-02 09:00", 100_00)
	long.LastDay = day("2026-12-31")
	f := must(t)(p.Quote(contact.File{}, long))
	short := price("q-2", "bob", "2026-11-03 09:00", 100_00)
	short.LastDay = day("2026-11-03")
	f = must(t)(p.Quote(f, short))
	_, err := p.Quote(f, price("q-3", "cat", "2026-11-04 09:00", 50_00))
	assert.Equal(t, []string{"quote-differs", "quote-explain", "quote-approve"}, missing(err))
}

// Rows that a host has put together itself are faults, and no crash.
func TestQuoteOthersForged(t *testing.T) {
	p := wholesaler(t)
	forged := contact.Quoted{Ref: "q", By: "x", At: when("2026-11-02 09:00"), Binds: when("2027-11-02 09:00"), Terms: contact.Terms{Product: "oil", Unit: "can", Currency: customer.Currency{Code: "CNY", Digits: 2}}}
	_, err := p.Quote(contact.File{}, price("q-3", "cat", "2026-11-04 09:00", 50_00), contact.Quotes{Customer: "c-2", Quotes: []contact.Quoted{forged}})
	assert.Equal(t, []string{"others[0].quotes[0]"}, customertest.Paths(t, err))
}

// What the caller changes afterwards in a command is not changed in the file.
func TestOwnMemory(t *testing.T) {
	p := wholesaler(t)
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.About = []string{"oil"}
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-25"), Weekday: 3, Numbers: []contact.Number{{What: "crates", Number: "17"}}}}
	f := must(t)(p.Log(contact.File{}, x))
	before := text(t, f)
	x.About[0], x.Appointments[0].Numbers[0].Number = "x", "18"
	assert.Equal(t, before, text(t, f))
	move := contact.Move{Step: step("m", "ann", "2026-11-25 10:00"), Appointment: "a-1", On: day("2026-11-25"), Weekday: 3, Numbers: []contact.Number{{What: "crates", Number: "17"}}}
	f = must(t)(p.Move(f, move))
	plan := contact.Plan{Step: step("p", "ann", "2026-11-25 10:00"), Visit: "v", On: day("2026-11-25"), Checks: []contact.Check{{ID: "c"}}, Known: []contact.Known{{Field: "f"}}}
	f = must(t)(p.Plan(f, plan))
	f = must(t)(p.Log(f, visit("l-2", "v", "2026-11-25 11:00")))
	record := contact.Record{Step: step("r", "ann", "2026-11-25 12:00"), Visit: "v", Checked: []contact.Checked{{Check: "c", Result: "r"}}, Right: []string{"f"}, Changed: []contact.Change{{Field: "g", Is: "h"}}, Suggestions: []contact.Suggestion{{Product: "p"}}}
	f = must(t)(p.Record(f, record))
	before = text(t, f)
	move.Numbers[0].Number, plan.Checks[0].ID, plan.Known[0].Field = "18", "y", "y"
	record.Checked[0].Result, record.Right[0], record.Changed[0].Is, record.Suggestions[0].Product = "z", "z", "z", "z"
	assert.Equal(t, before, text(t, f))
}

// Questions to a policy that no New has made are answered by nothing.
func TestNoPolicy(t *testing.T) {
	f := life(t).f
	at := when("2026-12-01 09:00")
	for _, p := range []*contact.Policy{{}} {
		assert.NotPanics(t, func() {
			p.Unsaid(f)
			p.Noteless(f, at)
			p.Unreturned(f, at)
			p.Unconfirmed(f, at)
			p.Unmade(f, at)
			p.Unrecorded(f, at)
			p.Owed(f, at)
			p.Unexplained(f, at)
			p.Numbers([]contact.Number{{What: "x"}})
		})
	}
}

// An attempt at a visit that nobody had planned makes none, and needs no room for it.
func TestMissedVisitNeedsNoRoom(t *testing.T) {
	p := wholesaler(t)
	var f contact.File
	for i := range contact.MaxRows {
		f.Visits = append(f.Visits, contact.Visit{ID: string(rune(i + 1000)), Plan: &contact.Planned{}})
	}
	x := visit("l-1", "v-1", "2026-11-25 09:00")
	x.Missed, x.Note = true, ""
	_, err := p.Log(f, x)
	require.NoError(t, err)
}

// What is written about a customer reaches no error.
func TestFaultsTellNothing(t *testing.T) {
	p := wholesaler(t)
	f := must(t)(p.Log(contact.File{}, visit("l-1", "v-1", "2026-11-25 09:00")))
	phone := "+86 139 1234 5678\x00"
	_, err := p.Record(f, contact.Record{Step: step("r", "ann", "2026-11-25 12:00"), Visit: "v-1", Facts: phone, Checked: []contact.Checked{{Check: "c", Result: phone}}, Changed: []contact.Change{{Field: "g", Is: phone, Was: phone}}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "139")
	_, err = p.Plan(f, contact.Plan{Step: step("p", "ann", "2026-11-25 10:00"), Visit: "v", On: day("2026-11-25"), Known: []contact.Known{{Field: "f", Value: phone}}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "139")
	x := call("l-2", "ann", "2026-11-25 09:00")
	x.Note = phone
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-25"), Weekday: 3, About: phone, Numbers: []contact.Number{{What: "phone", Number: phone}}}}
	_, err = p.Log(f, x)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "139")
}

// One policy and one file serve many at once: what one decides shows in nobody else's file.
func TestShared(t *testing.T) {
	r := life(t)
	before := text(t, r.f)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for range 50 {
				f, ref := r.f, fmt.Sprint("w-", worker)
				x := call(ref, ref, "2026-11-26 09:00")
				x.Purpose, x.Preparation, x.Ticked = "order", "p-3", []string{"deposit"}
				for _, decide := range []func() (contact.Decision, error){
					func() (contact.Decision, error) { return r.p.Log(f, x) },
					func() (contact.Decision, error) {
						return r.p.Note(f, contact.Note{Step: step(ref, ref, "2026-11-26 10:00"), Contact: "l-5", Text: ref})
					},
					func() (contact.Decision, error) {
						return r.p.Confirm(f, contact.Confirm{Step: step(ref, ref, "2026-11-26 10:00"), Appointment: "a-1", On: day("2026-11-27"), Weekday: 5})
					},
					func() (contact.Decision, error) {
						return r.p.Prepare(f, contact.Prepare{Step: step(ref+"p", ref, "2026-11-26 10:00"), Purpose: "order", Points: []contact.Point{{ID: ref, Importance: 1}}})
					},
				} {
					d, err := decide()
					if err != nil || d.Next.Entries <= r.f.Entries {
						t.Error(err)
						return
					}
					f = d.Next
				}
			}
		})
	}
	wait.Wait()
	assert.Equal(t, before, text(t, r.f))
}
