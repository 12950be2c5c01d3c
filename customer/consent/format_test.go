package consent_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// life is a history with one entry of every kind, and the consents that it leads to.
func life(tb testing.TB) ([]consent.Entry, consent.Consents) {
	tb.Helper()
	policy := newPolicy(tb, askingRules())
	var entries []consent.Entry
	said := consent.Consents{}
	book := func(d consent.Decision, err error) {
		tb.Helper()
		require.NoError(tb, err)
		said, entries = d.Next, append(entries, d.Entries...)
	}
	book(policy.Give(said, consent.Give{
		Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("mail/news", "letter/news"), Evidence: seen("news", "1"), Years: 13, Guardian: "c-9", Condition: "5 percent",
	}))
	book(policy.Confirm(said, consent.Confirm{Step: step("c-1", "2026-03-02 10:00"), Grant: "g-1", Channel: "mail", Record: "click 5"}))
	book(policy.Give(said, consent.Give{
		Step: step("g-2", "2026-03-03 10:00"), Boxes: boxesOf("/handover"), Party: "maker", Evidence: seen("maker", "1"), Years: 14,
	}))
	book(policy.Decline(said, consent.Decline{Step: step("d-1", "2026-03-01 10:00"), Scope: consent.Scope{Channels: []string{"phone"}}, Evidence: consent.Evidence{Medium: "till"}}))
	book(policy.Withdraw(said, consent.Withdraw{
		Step: step("w-1", "2026-04-01 10:00"), Scope: consent.Scope{Purposes: []string{"handover"}, Party: "maker"}, Evidence: consent.Evidence{Medium: "phone", Record: "call 8"},
	}))
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-2", "2026-04-02 10:00"), Scope: consent.Scope{Parties: true}}))
	book(policy.Object(said, consent.Object{Step: step("o-1", "2026-04-03 10:00"), Evidence: consent.Evidence{Medium: "letter"}}))
	book(policy.Restore(said, consent.Restore{Step: step("r-1", "2026-04-04 10:00"), Evidence: consent.Evidence{Medium: "phone", Record: "call 9"}}))
	return entries, said
}

func readLines(tb testing.TB, file string) []consent.Entry {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + file)
	require.NoError(tb, err)
	return journaltest.ReadEntries[consent.Body, consent.Form](tb, data)
}

func stateOf(tb testing.TB, c consent.Consents) string {
	tb.Helper()
	text, err := json.MarshalIndent(c, "", "\t")
	require.NoError(tb, err)
	return string(text) + "\n"
}

// The stored form of entries, with one of every kind, and of the consents. A changed line is a migration
// of data.
func TestFormat(t *testing.T) {
	entries, said := life(t)
	kinds := map[string]bool{}
	for _, e := range entries {
		kinds[e.Kind()] = true
	}
	assert.Len(t, kinds, 6)
	customertest.Golden(t, "entries.golden", journaltest.WriteEntries(t, entries))
	customertest.Golden(t, "consents.golden", stateOf(t, said))

	replayed, err := consent.Replay(readLines(t, "entries.golden"))
	require.NoError(t, err)
	assert.Equal(t, stateOf(t, said), stateOf(t, replayed))
	var stored consent.Consents
	require.NoError(t, json.Unmarshal([]byte(stateOf(t, said)), &stored))
	assert.Equal(t, stateOf(t, said), stateOf(t, stored))
	d, err := newPolicy(t, askingRules()).Object(stored, consent.Object{Step: step("o-2", "2026-05-01 10:00")})
	require.NoError(t, err)
	assert.Equal(t, said.Entries+1, d.Next.Entries, "what was stored goes on")

	assert.Equal(t, "given confirmed declined withdrawn objected restored", customertest.Texts(t, consent.Restored))
}

// An old history leads to the same consents under any later rules: what a rule used is pinned.
func TestFormatLaterRules(t *testing.T) {
	_, said := life(t)
	rules := askingRules()
	rules.Version = 9
	for i := range rules.Purposes {
		rules.Purposes[i].ValidMonths, rules.Purposes[i].RenewDays = 0, 0
	}
	for i := range rules.Channels {
		rules.Channels[i].ConfirmDays = 1
	}
	rules.Parties[0].Data = []string{"everything"}
	later := newPolicy(t, rules)
	answer, err := later.Allowed(said, question("letter/news"), at("2026-03-31 10:00"))
	require.NoError(t, err)
	assert.True(t, answer.Allowed, "it needed no confirming")
	assert.Equal(t, at("2027-03-01 00:00"), answer.Until, "for as long as she was told")
	assert.Equal(t, []string{"name", "address", "serial number"}, said.History(question("/handover/maker"))[0].Recipient.Data, "what she was told then")
}

// An entry is read whole or not at all, and what nobody wrote is refused.
func TestFormatStrict(t *testing.T) {
	entries, _ := life(t)
	for _, one := range entries {
		text, err := json.Marshal(one)
		require.NoError(t, err)
		good := string(text)
		for name, bad := range map[string]string{
			"a field":             strings.Replace(good, `{"v"`, `{"more":1,"v"`, 1),
			"a field of the body": strings.Replace(good, `"body":{`, `"body":{"more":1,`, 1),
			"a kind":              strings.Replace(good, `"kind":"`+one.Kind()+`"`, `"kind":"gossip"`, 1),
			"a later version":     strings.Replace(good, `"v":1`, `"v":2`, 1),
			"no version":          strings.Replace(good, `"v":1,`, ``, 1),
			"nobody":              strings.Replace(good, `"by":"ann"`, `"by":""`, 1),
			"no reference":        strings.Replace(good, `"ref":"`+one.Ref+`"`, `"ref":""`, 1),
			"a control character": strings.Replace(good, `"by":"ann"`, `"by":"a\u0007nn"`, 1),
		} {
			require.NotEqual(t, good, bad, name)
			var e consent.Entry
			require.Error(t, json.Unmarshal([]byte(bad), &e), "%s: %s", name, bad)
			assert.Equal(t, consent.Entry{}, e)
		}
	}
	for name, body := range map[string]consent.Body{
		"a yes to nothing":                   consent.Give{},
		"a party that she was not told of":   consent.Give{Boxes: boxesOf("/handover"), Party: "maker"},
		"told of nobody":                     consent.Give{Boxes: boxesOf("/handover"), Recipient: consent.Recipient{Name: "x"}},
		"nothing to confirm":                 consent.Confirm{Grant: "g-1", Channel: "mail"},
		"a pointer":                          &consent.Object{},
		"nothing":                            nil,
		"a type from outside that holds one": struct{ consent.Object }{},
	} {
		before, err := consent.Consents{}.Apply(consent.Entry{Version: consent.EntryVersion, At: eleven, By: "ann", Ref: "r", Body: body})
		require.ErrorIs(t, err, consent.ErrBroken, name)
		assert.Equal(t, consent.Consents{}, before, name)
	}
	twice := []consent.Entry{entries[0], entries[0]}
	_, err := consent.Replay(twice)
	require.ErrorIs(t, err, consent.ErrBroken)
}

// Every field of a command tells two requests apart.
func TestFacts(t *testing.T) {
	evidence := seen("news", "1")
	scope := consent.Scope{Purposes: []string{"care"}, Channels: []string{"phone"}, Party: "maker", Parties: true}
	s := step("r", "2026-03-01 10:00")
	for _, fact := range []journal.Fact{
		consent.Give{
			Step: s, Boxes: []consent.Box{{Purpose: "care", Channel: "phone", Until: eleven, ConfirmBy: eleven}}, Party: "maker", Evidence: evidence,
			Condition: "x", Guardian: "c-9", Years: 13, Recipient: consent.Recipient{Name: "a", Contact: "b", Way: "c", Data: []string{"d"}},
		},
		consent.Confirm{Step: s, Grant: "g", Channel: "mail", Record: "x"},
		consent.Decline{Step: s, Scope: scope, Evidence: evidence},
		consent.Withdraw{Step: s, Scope: scope, Evidence: evidence},
		consent.Object{Step: s, Evidence: evidence},
		consent.Restore{Step: s, Evidence: evidence},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// Rules survive JSON with every field set; those that were written for limits alone are read as they
// were.
func TestFormatRules(t *testing.T) {
	rules := askingRules()
	rules.From, rules.Until, rules.ApartDays = on("2026-01-01"), on("2028-01-01"), 1
	rules.Caps[0].Purposes = []string{"care"}
	set := map[string]bool{}
	fieldsSet(reflect.ValueOf(rules), set)
	for field, is := range set {
		assert.True(t, is, "%s is never set", field)
	}
	text, err := json.MarshalIndent(rules, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "rules.golden", string(text)+"\n")
	parsed, err := consent.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, parsed)
	newPolicy(t, parsed)
	_, err = consent.ParseRules([]byte(strings.Replace(string(text), `"zone"`, `"zones": 1, "zone"`, 1)))
	require.Error(t, err)

	limits, err := consent.ParseRules([]byte(`{
		"id": "contact", "version": 1, "zone": "UTC",
		"channels": [{"id": "visit", "hours": "calls"}, {"id": "phone", "hours": "calls"}, {"id": "letter"}],
		"purposes": [{"id": "care", "weight": 1}, {"id": "greeting", "weight": 1},
			{"id": "service", "weight": 1, "uncapped": true, "despite_complaint": true, "despite_opt_out": true},
			{"id": "notice", "uncapped": true, "despite_complaint": true}],
		"caps": [{"id": "week", "most": 2, "days": 7}, {"id": "month", "most": 5, "days": 30}]
	}`))
	require.NoError(t, err)
	assert.Equal(t, contactRules(), limits)
}

// fieldsSet notes of each field of a type of rules whether any of its values is set.
func fieldsSet(v reflect.Value, set map[string]bool) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			fieldsSet(v.Index(i), set)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Name() + "." + v.Type().Field(i).Name
			set[field] = set[field] || !v.Field(i).IsZero()
			fieldsSet(v.Field(i), set)
		}
	default:
	}
}

// A decision never touches what it was made on.
func TestApplyShares(t *testing.T) {
	entries, _ := life(t)
	for n := range entries {
		before, err := consent.Replay(entries[:n])
		require.NoError(t, err)
		text := stateOf(t, before)
		for _, e := range entries[n:] { // as far as each fits
			if after, err := before.Apply(e); err == nil {
				assert.Equal(t, before.Entries+1, after.Entries)
			}
			require.Equal(t, text, stateOf(t, before), "%s", e.Kind())
		}
		one, err := before.Apply(entries[n])
		require.NoError(t, err)
		text = stateOf(t, one)
		if _, err = before.Apply(entries[n], consent.Entry{Version: 1, At: at("2026-01-01 10:00"), By: "ann", Ref: "x", Body: consent.Object{}}); err != nil {
			t.Fatal(err)
		}
		require.Equal(t, text, stateOf(t, one), "two decisions on one state share nothing")
	}
}
