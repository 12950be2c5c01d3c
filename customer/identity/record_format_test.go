package identity_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

func recordText(tb testing.TB, r identity.Record) string {
	tb.Helper()
	text, err := json.MarshalIndent(r, "", "\t")
	require.NoError(tb, err)
	return string(text) + "\n"
}

// The stored form of entries, with one of every kind of a record, and of the record. A changed line is a
// migration of data: it takes another EntryVersion, and reading this one.
func TestRecordFormat(t *testing.T) {
	d := recordLife(t)
	for _, kind := range []string{
		"open", "attach", "detach", "confirm", "spoil", "restore", "tell", "strike", "correct", "approve", "reject", "decline", "classify", "assign", "issue", "reissue", "limit", "call",
	} {
		has := slices.ContainsFunc(d.history, func(e identity.Entry) bool { return e.Kind() == kind })
		assert.True(t, has, "no entry of the kind %s", kind)
	}
	customertest.Golden(t, "record.entries.golden", journaltest.WriteEntries(t, d.history))
	customertest.Golden(t, "record.golden", recordText(t, d.r))

	data, err := os.ReadFile(filepath.Join("testdata", "record.entries.golden"))
	require.NoError(t, err)
	var read []identity.Entry
	for line := range strings.Lines(string(data)) {
		var e identity.Entry
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		read = append(read, e)
	}
	assert.Equal(t, journaltest.WriteEntries(t, d.history), journaltest.WriteEntries(t, read))
	replayed, err := identity.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, recordText(t, d.r), recordText(t, replayed))
	var stored identity.Record
	require.NoError(t, json.Unmarshal([]byte(recordText(t, d.r)), &stored))
	assert.Equal(t, recordText(t, d.r), recordText(t, stored))
}

// Entries are applied in any pieces, and lead to the same record; none of them changes the record that
// it is applied to.
func TestRecordReplay(t *testing.T) {
	d := recordLife(t)
	var all []string
	var records []identity.Record
	var r identity.Record
	for _, e := range d.history {
		next, err := r.Apply(e)
		require.NoError(t, err)
		records, all = append(records, next), append(all, recordText(t, next))
		r = next
	}
	for at := range d.history {
		head, err := identity.Replay(d.history[:at])
		require.NoError(t, err)
		whole, err := head.Apply(d.history[at:]...)
		require.NoError(t, err)
		assert.Equal(t, recordText(t, d.r), recordText(t, whole))
		assert.Equal(t, all[at], recordText(t, records[at]), "untouched by what followed")
	}
	_, err := d.r.Apply(d.history[0])
	require.ErrorIs(t, err, identity.ErrBroken)
	_, err = identity.Replay(d.history[1:])
	require.ErrorIs(t, err, identity.ErrBroken)
}

// An old history leads to the same record under any later rules, and says the same of what was pinned:
// until when an identifier is good, how it was normalised, what of it may be shown.
func TestRecordLaterRules(t *testing.T) {
	d := recordLife(t)
	rules := recordRules()
	rules.Version++
	for i := range rules.Schemes {
		rules.Schemes[i].Shown = 4
		if rules.Schemes[i].ValidDays > 0 {
			rules.Schemes[i].ValidDays = 1
		}
	}
	for i := range rules.Fields {
		rules.Fields[i].Personal = false
	}
	rules.Correcting = identity.CorrectionRules{}
	later, err := identity.New(rules, recordZone(t), func(_, _, raw string) (identity.Normal, error) {
		return identity.Normal{Value: "+" + raw, How: "plus/1"}, nil
	})
	require.NoError(t, err)
	old, err := identity.Replay(d.history)
	require.NoError(t, err)
	assert.Equal(t, recordText(t, d.r), recordText(t, old))
	var code identity.Token
	for _, held := range old.Identifiers {
		if held.Scheme == "list-code" {
			code = held.Token
		}
	}
	for at, want := range map[string]identity.Status{"2026-06-03 23:59": identity.Good, "2026-06-04 00:00": identity.Expired} {
		_, status, _ := old.Holds(code, recordAt(at))
		assert.Equal(t, want, status, "for 30 days, as when it was given out: %s", at)
	}

	// What is told now is as the new rules say, and what was told before as the old ones.
	next, err := later.Tell(old, identity.Tell{Step: journal.Step{Ref: "now", By: "ann", At: recordAt("2027-01-04 10:00")}, Source: "form", Facts: []identity.Fact{{Field: "address", Value: "9 Open Street"}}})
	require.NoError(t, err)
	printed := fmt.Sprint(next.Next.Facts)
	assert.Contains(t, printed, "9 Open Street")
	for _, secret := range recordSecrets() {
		assert.NotContains(t, printed+fmt.Sprint(next.Next.Identifiers), secret)
	}
}

// A history that misses an entry, or has one twice, is none; where it still is one, it is another record.
func TestRecordBroken(t *testing.T) {
	d := recordLife(t)
	broken := 0
	for at := range d.history {
		for name, history := range map[string][]identity.Entry{
			"without": slices.Delete(slices.Clone(d.history), at, at+1),
			"twice":   slices.Insert(slices.Clone(d.history), at, d.history[at]),
		} {
			r, err := identity.Replay(history)
			if err != nil {
				require.ErrorIs(t, err, identity.ErrBroken)
				assert.Zero(t, r.Entries, "nothing of it")
				broken++
				continue
			}
			assert.NotEqual(t, recordText(t, d.r), recordText(t, r), "%s %s", name, d.history[at].Kind())
		}
	}
	assert.Greater(t, broken, 20)
}

// Decoding is strict, and its errors repeat nothing of what stood there.
func TestRecordFormatStrict(t *testing.T) {
	d := recordLife(t)
	for _, one := range d.history {
		text, err := json.Marshal(one)
		require.NoError(t, err)
		good, kind := string(text), one.Kind()
		for name, bad := range map[string]string{
			"a field":         strings.Replace(good, `{"v"`, `{"more":1,"v"`, 1),
			"a body's field":  strings.Replace(good, `"body":{`, `"body":{"more":1,`, 1),
			"a kind":          strings.Replace(good, `"kind":"`+kind+`"`, `"kind":"gossip"`, 1),
			"a later version": strings.Replace(good, `"v":1`, `"v":2`, 1),
			"no version":      strings.Replace(good, `"v":1,`, ``, 1),
			"something after": good + " {}",
			"an empty body":   good[:strings.Index(good, `"body":{`)] + `"body":{}}`,
		} {
			if name == "an empty body" && kind == "classify" || name == "an empty body" && kind == "assign" {
				continue // a class and an owner that are none, since ever
			}
			require.NotEqual(t, good, bad)
			var e identity.Entry
			require.Error(t, json.Unmarshal([]byte(bad), &e), "%s of %s", name, kind)
			assert.Zero(t, e)
		}
	}
	for _, bad := range []string{
		`{"v":1,"kind":"attach","at":"2026-05-04T09:30:00Z","by":"ann","ref":"r","body":{"scheme":"phone","value":"+86571","raw":13805718765,"source":"till"}}`,
		`{"v":1,"kind":"attach","at":"2026-05-04T09:30:00Z","by":"ann","ref":"r","body":{"scheme":"phone","value":"13805718765\u0000","raw":"13805718765\u0000","source":"till"}}`,
		`{"v":1,"kind":"tell","at":"2026-05-04T09:30:00Z","by":"ann","ref":"r","body":{"source":"till","facts":[{"field":"x","value":13805718765}]}}`,
	} {
		err := json.Unmarshal([]byte(bad), new(identity.Entry))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "13805718765")
	}
}

// The texts of every enumeration that is stored: a changed one is a migration of data.
func TestRecordTexts(t *testing.T) {
	assert.Equal(t, "person organisation", customertest.Texts(t, identity.Organisation))
	assert.Equal(t, "text day number choice", customertest.Texts(t, identity.Choice))
	assert.Equal(t, "no-such bounces not-hers lost stolen stopped", customertest.Texts(t, identity.Stopped))
	assert.Equal(t, "good not-yet expired ended blocked invalid", customertest.Texts(t, identity.Invalid))
	assert.Equal(t, "pending holds rejected", customertest.Texts(t, identity.Rejected))
}

// The stored form of rules, with every field set of what a record is decided by.
func TestRecordRules(t *testing.T) {
	rules := recordRules()
	most := int64(1000)
	rules.Memberships[0].Conditions[1].Most = &most
	rules.Classes[0].Detailed = true
	text, err := json.MarshalIndent(rules, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "record.rules.golden", string(text)+"\n")
	parsed, err := identity.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, parsed)
	_, err = identity.New(parsed, recordZone(t), recordNormal)
	require.NoError(t, err)
	set := map[string]bool{}
	recordSet(reflect.ValueOf(rules), set)
	for field, is := range set {
		if field != "Rules.Matches" && field != "Rules.CandidateAt" {
			assert.True(t, is, "%s is never set", field)
		}
	}
	for name, bad := range map[string]string{
		"a field":       strings.Replace(string(text), `"zone"`, `"zones": 1, "zone"`, 1),
		"a field twice": strings.Replace(string(text), `"zone"`, `"zone": "UTC", "zone"`, 1),
		"a text":        strings.Replace(string(text), `"choice"`, `"chois"`, 1),
		"nothing":       "",
	} {
		_, err := identity.ParseRules([]byte(bad))
		require.Error(t, err, name)
	}
}

// recordSet notes of each field of a type of rules whether any of its values is set.
func recordSet(v reflect.Value, set map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		recordSet(v.Elem(), set)
	case reflect.Slice:
		for i := range v.Len() {
			recordSet(v.Index(i), set)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Name() + "." + v.Type().Field(i).Name
			set[field] = set[field] || !v.Field(i).IsZero()
			recordSet(v.Field(i), set)
		}
	default:
	}
}

// Every fault of a rule book is found, all at once.
func TestRecordRulesFaults(t *testing.T) {
	zone := recordZone(t)
	_, err := identity.New(identity.Rules{}, zone, nil)
	assert.Equal(t, []string{"id", "version", "zone", "normalise", "sources"}, customertest.Paths(t, err))
	for path, change := range map[string]func(*identity.Rules){
		"zone":                    func(r *identity.Rules) { r.Zone = "UTC" },
		"currency.code":           func(r *identity.Rules) { r.Currency.Code = "yuan" },
		"schemes[0].id":           func(r *identity.Rules) { r.Schemes[0].ID = "" },
		"schemes[1].id":           func(r *identity.Rules) { r.Schemes[1].ID = "card" },
		"schemes[0].issuers[1]":   func(r *identity.Rules) { r.Schemes[0].Issuers[1] = "rapport" },
		"schemes[0].shown":        func(r *identity.Rules) { r.Schemes[0].Shown = 5 },
		"schemes[4].valid_days":   func(r *identity.Rules) { r.Schemes[4].ValidDays = -1 },
		"schemes[5].valid_days":   func(r *identity.Rules) { r.Schemes[5].ValidDays = 1 },
		"schemes[7].holders":      func(r *identity.Rules) { r.Schemes[7].Shared = true },
		"schemes[0].kinds":        func(r *identity.Rules) { r.Schemes[0].Kinds = []identity.Kind{3} },
		"schemes[0].weight":       func(r *identity.Rules) { r.Schemes[0].Weight = 1001 },
		"schemes[0].ask":          func(r *identity.Rules) { r.Schemes[0].Ask = []string{"funeral"} },
		"schemes[0].refresh_days": func(r *identity.Rules) { r.Schemes[0].RefreshDays = identity.MaxDays + 1 },
		"schemes[0].again_days":   func(r *identity.Rules) { r.Schemes[0].AgainDays = -1 },
		"fields[0].id":            func(r *identity.Rules) { r.Fields[0].ID = "card"; r.Addresses = nil },
		"fields[2].type":          func(r *identity.Rules) { r.Fields[2].Type = 0; r.Fields[2].Past = false },
		"fields[3].survive":       func(r *identity.Rules) { r.Fields[3].Survive = 0 },
		"fields[0].most":          func(r *identity.Rules) { r.Fields[0].Most = 257 },
		"fields[2].most":          func(r *identity.Rules) { r.Fields[2].Most = 1 },
		"fields[5].most":          func(r *identity.Rules) { r.Fields[5].Most = -1 },
		"fields[1].one_of":        func(r *identity.Rules) { r.Fields[1].OneOf = nil },
		"fields[3].one_of":        func(r *identity.Rules) { r.Fields[3].OneOf = []string{"x"} },
		"fields[3].past":          func(r *identity.Rules) { r.Fields[3].Past = true },
		"sources[1].id":           func(r *identity.Rules) { r.Sources[1].ID = "till" },
		"sources[1].trust":        func(r *identity.Rules) { r.Sources[1].Trust = 0 },
		"occasions[1]": func(r *identity.Rules) {
			r.Occasions = append(r.Occasions, "purchase")
			r.Occasions[1] = ""
			r.Occasions[3] = "purchase"
		},
		"correcting.roles[1]":                       func(r *identity.Rules) { r.Correcting.Roles[1] = "" },
		"correcting.alone":                          func(r *identity.Rules) { r.Correcting.Alone[0] = "shoe" },
		"classes[1].id":                             func(r *identity.Rules) { r.Classes[1].ID = "walk-in"; r.Memberships = nil },
		"classes[1].kinds":                          func(r *identity.Rules) { r.Classes[1].Kinds = []identity.Kind{1, 1} },
		"memberships[0].id":                         func(r *identity.Rules) { r.Memberships[0].ID = "" },
		"memberships[0].classes":                    func(r *identity.Rules) { r.Memberships[0].Classes[0] = "royal" },
		"memberships[0].schemes":                    func(r *identity.Rules) { r.Memberships[0].Schemes[0] = "tattoo" },
		"memberships[0].conditions[0].field":        func(r *identity.Rules) { r.Memberships[0].Conditions[0].Field = "shoe" },
		"memberships[0].conditions[0].one_of":       func(r *identity.Rules) { r.Memberships[0].Conditions[0].OneOf[0] = "circus" },
		"memberships[0].conditions[1].one_of":       func(r *identity.Rules) { r.Memberships[0].Conditions[1].OneOf = []string{"10"} },
		"memberships[0].conditions[1].most":         func(r *identity.Rules) { zero := int64(0); r.Memberships[0].Conditions[1].Most = &zero },
		"memberships[0].conditions[3].least":        func(r *identity.Rules) { zero := int64(0); r.Memberships[0].Conditions[3].Least = &zero },
		"memberships[0].conditions[1].not_past":     func(r *identity.Rules) { r.Memberships[0].Conditions[1].NotPast = true },
		"memberships[0].conditions[1].max_age_days": func(r *identity.Rules) { r.Memberships[0].Conditions[1].MaxAgeDays = -1 },
		"memberships[0].conditions[2].permille":     func(r *identity.Rules) { r.Memberships[0].Conditions[2].Permille = 1001 },
		"addresses[0].language":                     func(r *identity.Rules) { r.Addresses[0].Language = "" },
		"addresses[1].classes":                      func(r *identity.Rules) { r.Addresses[1].Classes[0] = "royal" },
		"addresses[2].pattern":                      func(r *identity.Rules) { r.Addresses[2].Pattern = "Dear {shoe}" },
		"addresses[3].pattern":                      func(r *identity.Rules) { r.Addresses[3].Pattern = "Dear }customer{" },
	} {
		rules := recordRules()
		change(&rules)
		_, err := identity.New(rules, zone, recordNormal)
		assert.Equal(t, []string{path}, customertest.Paths(t, err), path)
	}
	for _, pattern := range []string{"{", "}", "{title", "title}", "{ti{tle}", "{{title}}"} {
		rules := recordRules()
		rules.Addresses[0].Pattern = pattern
		_, err := identity.New(rules, zone, recordNormal)
		require.Error(t, err, pattern)
	}
	rules := recordRules()
	rules.Correcting.Roles = nil
	_, err = identity.New(rules, zone, recordNormal)
	assert.Equal(t, []string{"correcting.alone"}, customertest.Paths(t, err))
}

// The register keeps nothing of the rules' memory.
func TestRecordRulesOwned(t *testing.T) {
	rules := recordRules()
	g, err := identity.New(rules, recordZone(t), recordNormal)
	require.NoError(t, err)
	assert.Equal(t, "house/3", g.Edition().Name())
	recordScramble(reflect.ValueOf(&rules).Elem())
	d := &recordDesk{tb: t, Register: g, at: recordAt("2026-05-04 09:30")}
	d.must(d.Open(d.r, identity.Open{Step: d.step("ann"), Kind: identity.Organisation, Source: "till", Class: "retailer"}))
	d.attach("card", "rapport", "1")
	d.tell("form", "", "title=Ms", "trade=retail")
	assert.Len(t, recordAsked(t, d, "purchase"), 4)
	_, err = d.Eligible(d.r, "wholesale-club", d.at)
	assert.Equal(t, []string{"no-identifier licence", "no-fact stores", "no-fact yearly-volume-minor", "no-fact licensed-until"}, recordMissing(t, err))
}

// recordScramble overwrites all that a value points to.
func recordScramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			recordScramble(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			recordScramble(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			recordScramble(v.Field(i))
		}
	case reflect.String:
		v.SetString("scrambled")
	case reflect.Int, reflect.Int64:
		v.SetInt(-1)
	default:
	}
}

// A state that was stored, and the errors of a store, are no place for surprises: the zero record, and
// what is no entry at all.
func TestRecordZero(t *testing.T) {
	r, err := identity.Replay(nil)
	require.NoError(t, err)
	assert.Equal(t, identity.Record{}, r)
	_, err = r.Apply(identity.Entry{})
	require.ErrorIs(t, err, identity.ErrBroken)
	var refusal *customer.Refusal
	assert.NotErrorAs(t, err, &refusal)
	_, err = json.Marshal(identity.Entry{})
	require.Error(t, err)
}
