package contact_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// kinds are the texts of all kinds. Whoever renames one migrates data.
const kinds = "log note prepare tick drop confirm move cancel plan call-off record keep release quote justify answer withdraw assign archive"

// The stored form of entries, with one of every kind, and of a file.
func TestFormat(t *testing.T) {
	r := life(t)
	for kind := range strings.FieldsSeq(kinds) {
		assert.True(t, slices.ContainsFunc(r.history, func(e contact.Entry) bool { return e.Kind() == kind }), "no entry of the kind %s", kind)
	}
	var lines strings.Builder
	for _, e := range r.history {
		lines.WriteString(text(t, e) + "\n")
		assert.Contains(t, strings.Fields(kinds), e.Kind())
	}
	customertest.Golden(t, "entries.golden", lines.String())
	file, err := json.MarshalIndent(r.f, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "file.golden", string(file)+"\n")

	data, err := os.ReadFile(filepath.Join("testdata", "entries.golden"))
	require.NoError(t, err)
	var read []contact.Entry
	for line := range strings.Lines(string(data)) {
		var e contact.Entry
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		read = append(read, e)
	}
	replayed, err := contact.Replay(read)
	require.NoError(t, err)
	assert.JSONEq(t, text(t, r.f), text(t, replayed))
	var stored contact.File
	require.NoError(t, json.Unmarshal(file, &stored))
	assert.Equal(t, text(t, r.f), text(t, stored))
	_, err = r.p.Log(stored, call("l-9", "ann", "2026-11-26 09:00"))
	require.NoError(t, err, "what was stored goes on")
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "from-customer to-customer", customertest.Texts(t, contact.ToCustomer))
	assert.Equal(t, "during late faded", customertest.Texts(t, contact.Faded))
	assert.Equal(t, "open accepted declined expired withdrawn", customertest.Texts(t, contact.Withdrawn))
	name, version := contact.Form{}.Format()
	assert.Equal(t, "contact", name)
	assert.Equal(t, contact.EntryVersion, version)
	assert.Empty(t, contact.Entry{}.Kind())
}

// Reading is strict: an entry is read whole, or not at all.
func TestFormatStrict(t *testing.T) {
	good := `{"v":1,"kind":"keep","at":"2026-11-25T09:30:00Z","by":"ann","ref":"k-1","body":{"promise":"m-1"}}`
	var e contact.Entry
	require.NoError(t, json.Unmarshal([]byte(good), &e))
	for was, is := range map[string]string{
		`"v":1`: `"v":2`, `"kind":"keep"`: `"kind":"eat"`, `"promise":"m-1"`: `"promise":"m-1","x":1`, `{"promise":"m-1"}`: `{}`, `"by":"ann",`: ``,
	} {
		require.Error(t, json.Unmarshal([]byte(strings.Replace(good, was, is, 1)), &e), is)
	}
	for _, body := range []string{
		`{"v":1,"kind":"quote","at":"2026-11-25T09:30:00Z","by":"ann","ref":"q","body":{"product":"oil","price_minor":0,"unit":"can"}}`,
		`{"v":1,"kind":"archive","at":"2026-11-25T09:30:00Z","by":"ann","ref":"q","body":{"before":"2026-11-25T09:30:00Z","lists":["contacts","contacts"]}}`,
	} {
		require.Error(t, json.Unmarshal([]byte(body), &e), body)
	}
}

// commands are one of each, with everything filled in.
func commands() []journal.Fact {
	at := step("r", "ann", "2026-11-25 09:00")
	then := when("2026-11-25 08:00")
	numbers := []contact.Number{{What: "w", Number: "17", Confirmed: true}}
	points := []contact.Point{{ID: "p", Text: "t", Importance: 5, Must: true, From: "f", Times: 1}}
	exception := contact.Exception{Why: "w", Approver: "eve", Role: "m", Lasting: true}
	return []journal.Fact{
		contact.Log{
			Step: at, Channel: "phone", Direction: 1, Purpose: "p", Staff: "s", Desk: "d", With: "w", Began: then, Seconds: 1, Missed: true, About: []string{"a"}, Note: "n", Written: then,
			Preparation: "l", Ticked: []string{"t"}, Visit: "v", TargetSeconds: 5, Unnoted: true, Memory: 1,
			Appointments: []contact.Appointment{{ID: "a", On: day("2026-11-25"), Weekday: 3, Time: "09:00", About: "b", Numbers: numbers, Confirmed: true, Over: then, Spoken: true}},
			Promises:     []contact.Promise{{ID: "p", What: "w", Owner: "o", Until: then}},
		},
		contact.Note{Step: at, Contact: "c", Text: "t", Written: then, Memory: 1},
		contact.Prepare{Step: at, Purpose: "p", For: then, Points: points, Replaces: "r"},
		contact.Tick{Step: at, Preparation: "p", Points: []string{"x"}},
		contact.Drop{Step: at, Preparation: "p", Point: "x", Why: "w"},
		contact.Confirm{Step: at, Appointment: "a", On: day("2026-11-25"), Weekday: 3, Numbers: numbers},
		contact.Move{Step: at, Appointment: "a", On: day("2026-11-25"), Weekday: 3, Time: "09:00", Why: "w", Numbers: numbers, Confirmed: true, Over: then},
		contact.Cancel{Step: at, Appointment: "a", Why: "w"},
		contact.Plan{
			Step: at, Visit: "v", On: day("2026-11-25"), Time: "09:00", Staff: "s", Purpose: "p", Checks: []contact.Check{{ID: "c", Text: "t"}},
			Known: []contact.Known{{Field: "f", Value: "v"}}, Over: then,
		},
		contact.CallOff{Step: at, Visit: "v", Why: "w"},
		contact.Record{
			Step: at, Visit: "v", Facts: "f", Checked: []contact.Checked{{Check: "c", Result: "r"}}, Right: []string{"x"}, Changed: []contact.Change{{Field: "f", Was: "w", Is: "i"}},
			Suggestions: []contact.Suggestion{{Product: "p", Why: "w"}}, Late: true,
		},
		contact.Keep{Step: at, Promise: "p"},
		contact.Release{Step: at, Promise: "p", Why: "w"},
		contact.Quote{
			Step: at, Exception: exception, Expires: then, Binds: then, AnchorMinor: 5, Unexplained: true, Approve: true, Terms: contact.Terms{
				Product: "p", PriceMinor: 5, Currency: customer.Currency{Code: "CNY", Digits: 2}, Unit: "u", MinUnits: 3, Conditions: "c", LastDay: day("2026-12-01"), Contact: "c",
			},
		},
		contact.Justify{Step: at, Quote: "q", Exception: exception},
		contact.Answer{Step: at, Quote: "q", Accepted: true, Binds: then},
		contact.Withdraw{Step: at, Quote: "q", Why: "w"},
		contact.Assign{Step: at, Promise: "p", Visit: "v", Quote: "q", To: "bob", Why: "w"},
		contact.Archive{Step: at, Before: then, Lists: []string{"contacts"}},
	}
}

// No field of a command is forgotten in its fingerprint.
func TestFacts(t *testing.T) {
	all := commands()
	assert.Len(t, all, len(strings.Fields(kinds)))
	for i, kind := range strings.Fields(kinds) {
		t.Run(kind, func(t *testing.T) {
			assert.Equal(t, kind, contact.Form{}.Kind(all[i].(contact.Body)))
			journaltest.TestFact(t, all[i])
		})
	}
}

// Rules survive JSON, and the reading of them is strict.
func TestRulesFormat(t *testing.T) {
	rules := rulesOf(t, "wholesaler")
	written, err := json.MarshalIndent(rules, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "rules.golden", string(written)+"\n")
	again, err := contact.ParseRules(written)
	require.NoError(t, err)
	assert.Equal(t, rules, again)
	_, err = contact.ParseRules([]byte(strings.Replace(string(written), `"record_hours"`, `"record_hour"`, 1)))
	assert.Equal(t, []string{"record_hour"}, customertest.Paths(t, err))
}

// An old history leads to the same file under any later rules, and says the same of what was pinned:
// targets, how fresh a note was, until when a quote binds.
func TestFormatLaterRules(t *testing.T) {
	r := life(t)
	replayed, err := contact.Replay(r.history)
	require.NoError(t, err)
	later := wholesaler(t, func(rules *contact.Rules) {
		rules.Version++
		for i := range rules.Targets {
			rules.Targets[i].Seconds = 1
		}
		rules.NoteGraceSeconds, rules.FadedHours, rules.RecordHours = 0, 1, 1
		rules.Quotes.ValidDays, rules.Quotes.BindDays = 1, 1
	})
	assert.Equal(t, text(t, r.f), text(t, replayed))
	d, err := later.Log(replayed, call("l-9", "ann", "2026-11-26 09:00"))
	require.NoError(t, err)
	rows := len(r.f.Contacts)
	assert.Equal(t, text(t, r.f.Contacts), text(t, d.Next.Contacts[:rows]), "of what was, nothing is judged anew")
	assert.True(t, d.Next.Contacts[rows].OverTarget(), "of what is, all is")
	assert.Equal(t, text(t, r.f.Quotes), text(t, d.Next.Quotes))
}
