package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

// What is open stays, however old; what is settled leaves at its instant, and not before.
func TestArchive(t *testing.T) {
	p := wholesaler(t)
	x := call("l-1", "ann", "2026-01-05 09:00") // a Monday
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-01-06"), Weekday: 2}, {ID: "a-2", On: day("2026-12-01"), Weekday: 2}}
	x.Promises = []contact.Promise{{ID: "m-1", What: "x", Until: when("2026-01-07 09:00")}, {ID: "m-2", What: "x", Until: when("2026-01-07 09:00")}}
	f := must(t)(p.Prepare(contact.File{}, contact.Prepare{Step: step("p-1", "ann", "2026-01-05 08:00"), Points: []contact.Point{{ID: "a", Importance: 1}, {ID: "b", Importance: 1}}}))
	x.Preparation, x.Ticked = "p-1", []string{"a"}
	f = must(t)(p.Log(f, x))
	f = must(t)(p.Keep(f, contact.Keep{Step: step("k", "ann", "2026-01-06 09:00"), Promise: "m-1"}))
	f = must(t)(p.Log(f, visit("l-2", "v-1", "2026-01-06 09:00")))
	f = must(t)(p.Log(f, visit("l-3", "v-2", "2026-01-06 10:00")))
	f = must(t)(p.Record(f, contact.Record{Step: step("r", "li", "2026-01-06 11:00"), Visit: "v-2", Facts: "x"}))
	f = must(t)(p.Plan(f, contact.Plan{Step: step("pl", "li", "2026-01-06 11:00"), Visit: "v-3", On: day("2026-01-07")}))
	f = must(t)(p.Quote(f, price("q-1", "ann", "2026-01-05 09:00", 100))) // binds until 6 April

	archive := func(before string, lists ...string) (contact.Decision, error) {
		return p.Archive(f, contact.Archive{Step: step("ar", "timer", "2026-11-01 00:00"), Before: when(before), Lists: lists})
	}
	d, err := archive("2026-01-05 09:02")
	require.NoError(t, err)
	assert.Empty(t, d.Entries, "nothing was over before then")
	d, err = archive("2026-01-05 09:02:01")
	require.NoError(t, err)
	assert.Equal(t, []string{"archived"}, codes(d.Reasons))
	assert.Equal(t, "contacts", d.Reasons[0].Of)
	assert.Len(t, d.Next.Contacts, 2)
	d, err = archive("2026-11-01 00:00")
	require.NoError(t, err)
	after := d.Next
	assert.Empty(t, after.Contacts)
	assert.Len(t, after.Preparations, 1, "a point of it is still to be said")
	assert.Equal(t, "a-2", after.Appointments[0].ID)
	assert.Equal(t, "m-2", after.Promises[0].ID)
	assert.Len(t, after.Visits, 2, "one is to be recorded, one to be made or called off")
	assert.Empty(t, after.Quotes)
	assert.True(t, after.ContactsFrom.Equal(when("2026-11-01 00:00")))
	assert.Len(t, f.Contacts, 3, "the file before is as it was")
	d, err = archive("2026-04-05 23:59", "quotes", "visits")
	require.NoError(t, err)
	assert.Len(t, d.Next.Contacts, 3)
	assert.Len(t, d.Next.Quotes, 1, "it binds still")
	assert.Len(t, d.Next.Visits, 2)

	_, err = archive("2026-11-01 00:01")
	assert.Equal(t, []string{"before"}, customertest.Paths(t, err), "nothing is archived that may still come")
	_, err = archive("2026-11-01 00:00", "", "quotes", "quotes")
	assert.Equal(t, []string{"lists[0]", "lists[2]", "lists"}, customertest.Paths(t, err))
}

// A customer who is called ten times a day for years is never refused: a full list drops its oldest
// quarter, by entries of its own, and her history has them all.
func TestTenThousandContacts(t *testing.T) {
	p := wholesaler(t)
	var f contact.File
	var history []contact.Entry
	archived := 0
	for i := range 10_000 {
		x := call(fmt.Sprint("l-", i), "ann", "2020-01-01 00:00")
		x.Began = x.Began.Add(time.Duration(i) * 150 * time.Minute)
		x.At = x.Began.Add(time.Hour)
		x.Note = ""
		d, err := p.Log(f, x)
		require.NoError(t, err)
		require.LessOrEqual(t, len(d.Next.Contacts), contact.MaxRows)
		for _, e := range d.Entries {
			if e.Kind() == "archive" {
				archived++
			}
		}
		f, history = d.Next, append(history, d.Entries...)
	}
	assert.Equal(t, 36, archived)
	assert.Len(t, f.Contacts, 1000)
	assert.Equal(t, "l-9000", f.Contacts[0].Ref)
	replayed, err := contact.Replay(history)
	require.NoError(t, err)
	assert.Equal(t, f, replayed)
	whole, err := contact.ReplayWhole(history)
	require.NoError(t, err)
	assert.Len(t, whole.Contacts, 10_000)

	// A report on what was archived is made of the entries.
	m, err := p.Measure(population.Period{From: day("2021-01-01"), Until: day("2022-01-01")})
	require.NoError(t, err)
	require.ErrorIs(t, m.Add(f), contact.ErrArchived)
	require.NoError(t, m.Add(whole))
	recent, err := p.Measure(population.Period{From: day("2022-11-01"), Until: day("2023-01-01")})
	require.NoError(t, err)
	require.NoError(t, recent.Add(f))
	assert.Equal(t, int64(64), recent.Rows()[0].Held)
	assert.Equal(t, int64(3504), m.Rows()[0].Held) // 365 · 24 h / 150 min
}

// Only what is not settled fills a list for good, and that is said.
func TestFull(t *testing.T) {
	p := wholesaler(t)
	var f contact.File
	x := call("l", "ann", "2026-11-25 09:00")
	for i := range contact.MaxRows / 20 {
		x.Ref, x.Promises = fmt.Sprint("l-", i), nil
		for j := range 20 {
			x.Promises = append(x.Promises, contact.Promise{ID: fmt.Sprint(i, "-", j), What: "x", Until: when("2026-12-01 00:00")})
		}
		f = must(t)(p.Log(f, x))
	}
	require.Len(t, f.Promises, contact.MaxRows)
	x.Ref, x.Promises = "last", []contact.Promise{{ID: "one", What: "x", Until: when("2026-12-01 00:00")}}
	_, err := p.Log(f, x)
	assert.Equal(t, []string{"full"}, missing(err))
	f = must(t)(p.Keep(f, contact.Keep{Step: step("k", "ann", "2026-11-25 09:01"), Promise: "3-4"}))
	d, err := p.Log(f, x)
	require.NoError(t, err, "one is settled, and makes room for one")
	assert.Len(t, d.Next.Promises, contact.MaxRows)
	assert.Len(t, d.Entries, 2)
	x.Promises = append(x.Promises, contact.Promise{ID: "two", What: "x", Until: when("2026-12-01 00:00")})
	_, err = p.Log(f, x)
	assert.Equal(t, []string{"full"}, missing(err), "but not for two")

	// What nobody has written is no history, however long.
	var forged []contact.Entry
	for i := range contact.MaxRows + 1 {
		x.Ref, x.Promises = fmt.Sprint("l-", i), nil
		e := contact.Entry{Version: contact.EntryVersion, At: x.At, By: "ann", Ref: x.Ref}
		body := x
		body.Step, body.Staff, body.Memory = step("", "", "2026-11-25 09:00"), "ann", contact.During
		body.Take()
		e.Body = body
		forged = append(forged, e)
	}
	_, err = contact.Replay(forged)
	require.ErrorIs(t, err, contact.ErrBroken)
}
