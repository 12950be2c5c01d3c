package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The target is that of the purpose, or else of the channel; what takes as long as it is within.
func TestTarget(t *testing.T) {
	// row B29
	p := wholesaler(t)
	for _, row := range []struct {
		channel, purpose string
		seconds          int
		missed           bool
		want             string
	}{
		{"phone", "", 180, false, "in-target"},
		{"phone", "", 181, false, "over-target"},
		{"phone", "order", 181, false, "over-target"},
		{"phone", "advice", 600, false, "in-target"},
		{"phone", "advice", 601, false, "over-target"},
		{"phone", "", 0, false, "in-target"},
		{"phone", "", 500, true, "missed"},
		{"visit", "advice", 7200, false, ""},
	} {
		x := call("l-1", "ann", "2026-11-25 09:00")
		x.Channel, x.Purpose, x.Seconds, x.Missed, x.At = row.channel, row.purpose, row.seconds, row.missed, x.Began.Add(time.Duration(row.seconds)*time.Second)
		d, err := p.Log(contact.File{}, x)
		require.NoError(t, err)
		var want []string
		if row.want != "" {
			want = []string{row.want}
		}
		assert.Equal(t, want, codes(d.Reasons), "%+v", row)
		assert.Equal(t, row.want == "over-target", d.Next.Contacts[0].OverTarget())
		assert.Equal(t, row.missed, d.Next.Contacts[0].TargetSeconds == 0 && row.channel == "phone")
	}
}

// A note is of the contact up to ten minutes after it, and after nine hours most is forgotten.
func TestNoteMemory(t *testing.T) {
	// row B27
	p := wholesaler(t)
	for _, row := range []struct {
		after  time.Duration
		memory contact.Memory
		code   string
	}{
		{-time.Minute, contact.During, ""},
		{600 * time.Second, contact.During, ""},
		{601 * time.Second, contact.Late, "note-late"},
		{9*time.Hour - time.Second, contact.Late, "note-late"},
		{9 * time.Hour, contact.Faded, "note-faded"},
		{1000 * time.Hour, contact.Faded, "note-faded"},
	} {
		x := call("l-1", "ann", "2026-11-25 09:00")
		end := x.Began.Add(2 * time.Minute)
		x.Written, x.At = end.Add(row.after), end.Add(2000*time.Hour)
		logged, err := p.Log(contact.File{}, x)
		require.NoError(t, err)
		assert.Equal(t, row.memory, logged.Next.Contacts[0].Notes[0].Memory, row.after)

		x.Note, x.Written = "", time.Time{}
		bare, err := p.Log(contact.File{}, x)
		require.NoError(t, err)
		assert.Equal(t, []string{"in-target", "note-missing"}, codes(bare.Reasons))
		contacts, _ := p.Noteless(bare.Next, end)
		assert.Len(t, contacts, 1)
		contacts, _ = p.Noteless(bare.Next, end.Add(-1))
		assert.Empty(t, contacts, "it is not over yet")
		noted, err := p.Note(bare.Next, contact.Note{Step: step("n-1", "ann", "2027-11-25 09:00"), Contact: "l-1", Text: "x", Written: end.Add(row.after)})
		require.NoError(t, err)
		note := noted.Next.Contacts[0].Notes[0]
		assert.Equal(t, row.memory, note.Memory)
		assert.True(t, note.Written.Equal(end.Add(row.after)), "it keeps when it was written")
		var want []string
		if row.code != "" {
			want = []string{row.code}
		}
		assert.Equal(t, want, codes(noted.Reasons))
		contacts, _ = p.Noteless(noted.Next, end.Add(time.Hour))
		assert.Empty(t, contacts)
		assert.Empty(t, bare.Next.Contacts[0].Notes, "the file before is as it was")
	}
	never := wholesaler(t, func(rules *contact.Rules) { rules.FadedHours = 0 })
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.At = x.At.AddDate(1, 0, 0)
	d, err := never.Log(contact.File{}, x)
	require.NoError(t, err)
	assert.Equal(t, contact.Late, d.Next.Contacts[0].Notes[0].Memory)
}

func TestNoteRefused(t *testing.T) {
	p := wholesaler(t)
	f := must(t)(p.Log(contact.File{}, call("l-1", "ann", "2026-11-25 09:00")))
	note := contact.Note{Step: step("n-1", "ann", "2026-11-25 12:00"), Contact: "l-2", Text: "x"}
	_, err := p.Note(f, note)
	assert.Equal(t, []string{"unknown"}, missing(err))
	note.Contact, note.Written = "l-1", when("2026-11-25 08:59")
	_, err = p.Note(f, note)
	assert.Equal(t, []string{"note-early"}, missing(err))
	note.Written = when("2026-11-25 12:01")
	_, err = p.Note(f, note)
	assert.Equal(t, []string{"written"}, customertest.Paths(t, err), "it is not written yet")
	note.Written, note.Text = time.Time{}, ""
	_, err = p.Note(f, note)
	assert.Equal(t, []string{"text"}, customertest.Paths(t, err))
	note.Text = "x"
	for i := range 49 {
		note.Ref = fmt.Sprint("n-", i)
		f = must(t)(p.Note(f, note))
	}
	note.Ref = "n-50"
	_, err = p.Note(f, note)
	assert.Equal(t, []string{"full"}, missing(err))
}

// Everything malformed is told at once.
func TestLogFaults(t *testing.T) {
	p := wholesaler(t)
	x := contact.Log{
		Step: step("l-1", "ann", "2026-11-25 09:00"), Channel: "\n", Direction: 3, Purpose: "\n", Staff: "\n", Desk: "\n", With: "\n", Began: when("2026-11-25 09:00"), Seconds: 1,
		About: []string{"a", "a"}, Note: "\x00", Written: when("2026-11-25 08:59"), Ticked: []string{"x"}, Visit: "\n",
		Appointments: []contact.Appointment{
			{ID: "", On: 0, Time: "9:30", Numbers: []contact.Number{{Number: "1x"}}},
			{ID: "a", On: day("2026-11-25"), Weekday: 8, Over: when("2026-11-25 09:00"), Spoken: true},
			{ID: "a", On: day("2026-11-25"), Weekday: 2},
		},
		Promises: []contact.Promise{{}}, Missed: true, TargetSeconds: 1, Unnoted: true, Memory: contact.Late,
	}
	_, err := p.Log(contact.File{}, x)
	assert.Equal(t, []string{
		"channel", "direction", "purpose", "staff", "desk", "with", "about[1]", "note", "written", "ticked", "visit",
		"appointments[0].id", "appointments[0].on", "appointments[0].time", "appointments[0].numbers[0].what", "appointments[0].numbers[0].number",
		"appointments[1].weekday", "appointments[2].id", "promises[0].id", "promises[0].what", "promises[0].until",
		"missed", "began", "target_seconds", "unnoted", "memory", "appointments[1].over", "appointments[1].spoken",
	}, customertest.Paths(t, err))
	_, err = p.Log(contact.File{}, contact.Log{})
	assert.Equal(t, []string{"ref", "by", "at", "channel", "direction", "began"}, customertest.Paths(t, err))
	_, err = (*contact.Policy)(nil).Log(contact.File{}, call("l-1", "ann", "2026-11-25 09:00"))
	require.ErrorContains(t, err, "comes from New")
	_, err = new(contact.Policy).Log(contact.File{}, call("l-1", "ann", "2026-11-25 09:00"))
	require.ErrorContains(t, err, "comes from New")
}

// All that stands in the way is told at once.
func TestLogRefused(t *testing.T) {
	p := wholesaler(t)
	f := life(t).f
	x := call("l-5", "ann", "2026-11-26 09:00")
	x.Channel, x.Visit, x.Preparation, x.Ticked = "telex", "v-2", "p-2", []string{"thanks", "rebate", "weather"}
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-25"), Weekday: 3}}
	x.Promises = []contact.Promise{{ID: "m-1", What: "x", Until: when("2026-11-26 08:59")}}
	_, err := p.Log(f, x)
	assert.Equal(t, []string{
		"channel-unknown", "taken", "visit-off", "preparation-ended", "point-dropped", "point-unknown", "taken", "appointment-past", "taken", "promise-past",
	}, missing(err))
	x = call("l-9", "ann", "2026-11-26 09:00")
	x.Preparation = "p-9"
	_, err = p.Log(f, x)
	assert.Equal(t, []string{"preparation-unknown"}, missing(err))
}

// Who has called and reached nobody is called back, once she was not spoken with since.
func TestUnreturned(t *testing.T) {
	p := wholesaler(t)
	missed := func(ref, at string, direction contact.Direction) contact.Log {
		x := call(ref, "ann", at)
		x.Missed, x.Note, x.Direction = true, "", direction
		return x
	}
	f := must(t)(p.Log(contact.File{}, missed("l-1", "2026-11-25 09:00", contact.FromCustomer)))
	f = must(t)(p.Log(f, missed("l-2", "2026-11-25 10:00", contact.FromCustomer)))
	f = must(t)(p.Log(f, missed("l-3", "2026-11-25 11:00", contact.ToCustomer)))
	f = must(t)(p.Log(f, contact.Log{Step: step("l-4", "ann", "2026-11-25 12:00"), Channel: "newsletter", Direction: contact.ToCustomer, Began: when("2026-11-25 12:00")}))
	calls, why := p.Unreturned(f, when("2026-11-25 13:00"))
	require.Len(t, calls, 2, "our own attempts and mailings answer nobody")
	assert.Equal(t, "l-2", calls[0].Ref)
	assert.Equal(t, int64(3*60*60), why[0].Fact)
	calls, _ = p.Unreturned(f, when("2026-11-25 09:30"))
	assert.Len(t, calls, 1)
	f = must(t)(p.Log(f, call("l-5", "ann", "2026-11-25 09:30")))
	calls, _ = p.Unreturned(f, when("2026-11-25 13:00"))
	require.Len(t, calls, 1, "the one before was spoken of")
	assert.Equal(t, "l-2", calls[0].Ref)
	f = must(t)(p.Log(f, call("l-6", "ann", "2026-11-25 12:30")))
	calls, _ = p.Unreturned(f, when("2026-11-25 13:00"))
	assert.Empty(t, calls)
	calls, _ = p.Unreturned(f, when("2026-11-25 12:00"))
	assert.Len(t, calls, 1, "as known then")
}

// A promise is in time at its instant; broken is what is kept late, too.
func TestPromise(t *testing.T) {
	p := wholesaler(t)
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.Promises = []contact.Promise{{ID: "m-1", What: "x", Until: when("2026-11-26 18:00")}, {ID: "m-2", What: "y", Until: when("2026-11-26 12:00")}}
	f := must(t)(p.Log(contact.File{}, x))
	owed, why := p.Owed(f, when("2026-11-26 12:00"))
	assert.Equal(t, "m-2", owed[0].ID)
	assert.Equal(t, "ann", owed[0].Owner)
	assert.Equal(t, []string{"promise-due", "promise-due"}, codes(why))
	_, why = p.Owed(f, when("2026-11-26 12:00:01"))
	assert.Equal(t, []string{"promise-broken", "promise-due"}, codes(why))

	for at, code := range map[string]string{"2026-11-26 18:00": "promise-kept", "2026-11-26 18:00:01": "promise-kept-late"} {
		d, err := p.Keep(f, contact.Keep{Step: step("k-1", "ann", at), Promise: "m-1"})
		require.NoError(t, err)
		assert.Equal(t, []string{code}, codes(d.Reasons))
		assert.Equal(t, code == "promise-kept-late", d.Next.Promises[0].Broken(when("2026-12-01 00:00")))
		_, err = p.Release(d.Next, contact.Release{Step: step("r-1", "ann", at), Promise: "m-1", Why: "x"})
		assert.Equal(t, []string{"promise-ended"}, missing(err))
	}
	_, err := p.Keep(f, contact.Keep{Step: step("k-1", "ann", "2026-11-26 18:00"), Promise: "m-3"})
	assert.Equal(t, []string{"promise-unknown"}, missing(err))
	released := must(t)(p.Release(f, contact.Release{Step: step("r-1", "ann", "2026-11-26 11:00"), Promise: "m-2", Why: "x"}))
	assert.False(t, released.Promises[1].Broken(when("2026-12-01 00:00")))
	assert.False(t, released.Promises[1].Open())
	owed, _ = p.Owed(released, when("2026-12-01 00:00"))
	assert.Len(t, owed, 1)
	late := must(t)(p.Release(f, contact.Release{Step: step("r-1", "ann", "2026-11-27 11:00"), Promise: "m-2", Why: "x"}))
	assert.True(t, late.Promises[1].Broken(when("2026-12-01 00:00")), "it had been broken before")
}

func TestRulesFaults(t *testing.T) {
	rules := contact.Rules{
		Zone: "Local", Channels: []contact.Channel{{ID: "a"}, {ID: "a"}, {}}, Targets: []contact.Target{{Channel: "b", Purpose: "\n"}, {Channel: "a", Seconds: 5}, {Channel: "a", Seconds: 86_401}},
		NoteGraceSeconds: 7200, FadedHours: 1, RecordHours: 721, Alike: []contact.Alike{{One: "1", Other: "1"}, {One: "x", Other: "12345"}}, MeasureLeast: -1,
		Currency: customer.Currency{Code: "eur", Digits: 5},
		Quotes:   contact.QuoteRules{TolerancePermille: 20, ApprovePermille: 10, Roles: []string{"", ""}, ValidDays: -1, BindDays: 3651},
	}
	_, err := contact.New(rules, shanghai(t))
	assert.Equal(t, []string{
		"id", "version", "channels[1].id", "channels[2].id", "targets[0].channel", "targets[0].purpose", "targets[0].seconds", "targets[2].seconds", "targets[2].purpose",
		"faded_hours", "record_hours", "alike[0].other", "alike[1].one", "alike[1].other", "measure_least", "currency.code", "currency.digits",
		"quotes.approve_permille", "quotes.roles[0]", "quotes.roles[1]", "quotes.roles[1]", "quotes.valid_days", "quotes.bind_days", "zone",
	}, customertest.Paths(t, err))
	rules = rulesOf(t, "wholesaler")
	rules.Currency = customer.Currency{}
	_, err = contact.New(rules, shanghai(t))
	assert.Equal(t, []string{"quotes"}, customertest.Paths(t, err))
	rules.Quotes, rules.Channels = contact.QuoteRules{}, nil
	_, err = contact.New(rules, time.UTC)
	assert.Equal(t, []string{"channels", "targets[0].channel", "targets[1].channel", "zone"}, customertest.Paths(t, err))
	rules = rulesOf(t, "wholesaler")
	rules.Quotes.ApprovePermille = 0
	_, err = contact.New(rules, shanghai(t))
	assert.Equal(t, []string{"quotes.roles"}, customertest.Paths(t, err))
}

// A policy is not changed by who changes the rules that it was made of, and decides only on days on
// which it is in force.
func TestPolicyIsItsOwn(t *testing.T) {
	rules := rulesOf(t, "wholesaler")
	rules.From = day("2026-01-01")
	p, err := contact.New(rules, shanghai(t))
	require.NoError(t, err)
	rules.Channels[0].ID, rules.Targets[0].Seconds, rules.Quotes.Roles[0] = "x", 1, "x"
	d, err := p.Log(contact.File{}, call("l-1", "ann", "2026-11-25 09:00"))
	require.NoError(t, err)
	assert.Equal(t, []string{"in-target"}, codes(d.Reasons))
	assert.Equal(t, "wholesaler/1", d.Reasons[0].Rule)
	_, err = p.Log(contact.File{}, call("l-1", "ann", "2025-12-31 23:00"))
	assert.Equal(t, []string{customer.CodeNotYetInForce}, missing(err))
}

// The channels of the trade all are contacts: on the phone, at her door, by letter, on paper to all,
// at an event.
func TestChannels(t *testing.T) {
	// row B13
	p := wholesaler(t)
	var f contact.File
	for i, channel := range []string{"phone", "visit", "letter", "newsletter", "event"} {
		x := call(fmt.Sprint("l-", i), "ann", "2026-11-25 09:00")
		x.Channel, x.Note = channel, ""
		f = must(t)(p.Log(f, x))
	}
	noteless, _ := p.Noteless(f, when("2026-11-26 09:00"))
	assert.Len(t, noteless, 4, "nobody writes a note on what is printed")
}
