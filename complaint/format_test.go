package complaint_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// formatLines writes entries one a line.
func formatLines(tb testing.TB, entries []complaint.Entry) string {
	tb.Helper()
	var lines strings.Builder
	for _, e := range entries {
		text, err := json.Marshal(e)
		require.NoError(tb, err)
		lines.Write(append(text, '\n'))
	}
	return lines.String()
}

// formatRead reads entries, one a line, from a golden file.
func formatRead(tb testing.TB, file string) (entries []complaint.Entry) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(tb, err)
	for line := range strings.Lines(string(data)) {
		var e complaint.Entry
		require.NoError(tb, json.Unmarshal([]byte(line), &e), line)
		entries = append(entries, e)
	}
	return entries
}

func formatCase(tb testing.TB, c complaint.Case) string {
	tb.Helper()
	text, err := json.MarshalIndent(c, "", "\t")
	require.NoError(tb, err)
	return string(text) + "\n"
}

// The stored form of entries, with one of every kind, and of a case. A changed line is a migration
// of data: it takes another EntryVersion, and an upcast of this one.
func TestFormat(t *testing.T) {
	r := wholeLife(t)
	for kind := complaint.KindReceive; kind <= complaint.KindVetted; kind++ {
		has := slices.ContainsFunc(r.history, func(e complaint.Entry) bool { return e.Kind() == kind })
		assert.True(t, has, "no entry of the kind %s", kind)
	}
	customertest.Golden(t, "entries.golden", formatLines(t, r.history))
	customertest.Golden(t, "case.golden", formatCase(t, r.c))

	read := formatRead(t, "entries.golden")
	assert.Equal(t, formatLines(t, r.history), formatLines(t, read))
	replayed, err := complaint.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, formatCase(t, r.c), formatCase(t, replayed))
	var stored complaint.Case
	require.NoError(t, json.Unmarshal([]byte(formatCase(t, r.c)), &stored))
	assert.Equal(t, formatCase(t, r.c), formatCase(t, stored))
	next, err := stored.Apply(complaint.Entry{Version: complaint.EntryVersion, At: r.at, By: "ann", Ref: "next", Body: complaint.Wake{}})
	require.NoError(t, err)
	assert.Equal(t, r.c.Entries+1, next.Entries, "what was stored goes on")
}

// The kinds end where KindScrubbed says: the one after it has no text.
func TestFormatKinds(t *testing.T) {
	customertest.Texts(t, complaint.KindScrubbed)
}

// What version 1 wrote is read and leads to the same case. Its match named every customer on the
// lists of notices, among them others than this one: they are not read, and so never written again.
func TestFormatVersion1(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "entries.v1.golden"))
	require.NoError(t, err)
	require.Contains(t, string(data), `"customers":["c-0","c-1"]`)
	old := formatRead(t, "entries.v1.golden")
	assert.Len(t, old, strings.Count(string(data), `{"v":1,`))
	replayed, err := complaint.Replay(old)
	require.NoError(t, err)
	r := wholeLife(t)
	assert.Equal(t, formatCase(t, r.c), formatCase(t, replayed))
	assert.Equal(t, formatLines(t, r.history), formatLines(t, old), "read, they are entries of this version")
	assert.NotContains(t, formatLines(t, old), "c-0")

	// What was stored before an intake named its currency, and a withdrawal its contact, is read too:
	// only the decisions of today ask for them.
	var plain []complaint.Entry
	for line := range strings.Lines(string(data)) {
		line = strings.Replace(line, `,"currency":{"code":"CNY","digits":2}`, "", 1)
		var e complaint.Entry
		require.NoError(t, json.Unmarshal([]byte(strings.Replace(line, `,"consent":"r-013"`, "", 1)), &e))
		plain = append(plain, e)
	}
	require.NotEqual(t, old, plain)
	replayed, err = complaint.Replay(plain)
	require.NoError(t, err)
	assert.Zero(t, replayed.Currency)
	assert.False(t, replayed.Issues[3].Withdrawn.IsZero())
	_, err = r.Policy.Log(replayed, complaint.Log{Step: r.step("ann"), Channel: complaint.Phone, Direction: complaint.FromCustomer})
	require.NoError(t, err, "it goes on in the currency of the policy")
}

// No case keeps the customers on the lists of notices: a history that does is none.
func TestFormatMatchNamesNobody(t *testing.T) {
	r := wholeLife(t)
	at := slices.IndexFunc(r.history, func(e complaint.Entry) bool { return e.Kind() == complaint.KindMatch })
	forged := slices.Clone(r.history)
	match := forged[at].Body.(complaint.Match)
	match.Known.Notices = slices.Clone(match.Known.Notices)
	match.Known.Notices[0].Customers = []customer.ID{"c-0"}
	forged[at].Body = match
	_, err := complaint.Replay(forged)
	require.ErrorIs(t, err, complaint.ErrBroken)
	told, err := complaint.Replay(r.history[:at+2])
	require.NoError(t, err)
	assert.True(t, told.Incidents[0].Told(), "and it is known all the same that she was told")
}

// Decoding is strict: an entry is read whole, in a version that is known, or not at all; and no
// history has an entry of another version.
func TestFormatStrict(t *testing.T) {
	r := wholeLife(t)
	for _, one := range r.history {
		text, err := json.Marshal(one)
		require.NoError(t, err)
		good := string(text)
		kind := one.Kind().String()
		for name, bad := range map[string]string{
			"a field":              strings.Replace(good, `{"v"`, `{"more":1,"v"`, 1),
			"a field of the body":  strings.Replace(good, `"body":{`, `"body":{"more":1,`, 1),
			"a kind":               strings.Replace(good, `"kind":"`+kind+`"`, `"kind":"gossip"`, 1),
			"a later version":      strings.Replace(good, `"v":2`, `"v":3`, 1),
			"version 0":            strings.Replace(good, `"v":2`, `"v":0`, 1),
			"no version":           strings.Replace(good, `"v":2,`, ``, 1),
			"a negative version":   strings.Replace(good, `"v":2`, `"v":-1`, 1),
			"something after it":   good + " {}",
			"something after body": strings.Replace(good, `"body":{`, `"body":{}{`, 1),
		} {
			bad = strings.Replace(bad, `"more":1,}`, `"more":1}`, 1)
			require.NotEqual(t, good, bad, "%s of a %s", name, kind)
			var e complaint.Entry
			require.Error(t, json.Unmarshal([]byte(bad), &e), "%s of a %s", name, kind)
			require.Error(t, e.UnmarshalJSON([]byte(bad)), "%s of a %s, called directly", name, kind)
			assert.Zero(t, e)
		}
		for _, version := range []int{complaint.EntryVersion + 1, complaint.EntryVersion - 1, 0, -1} {
			other := slices.Clone(r.history)
			other[len(other)-1].Version = version
			_, err = complaint.Replay(other)
			require.ErrorIs(t, err, complaint.ErrBroken)
		}
	}
}

// The texts of every enumeration that is stored, those of package conversation too that a case has:
// a changed one is a migration of data.
func TestFormatTexts(t *testing.T) {
	texts := map[string]string{
		"Act": customertest.Texts(t, conversation.Alternative), "Audience": customertest.Texts(t, complaint.ToList),
		"Awaited": customertest.Texts(t, complaint.AwaitNobody), "Cause": customertest.Texts(t, complaint.CauseUnknown),
		"Channel": customertest.Texts(t, complaint.Authority), "Counted": customertest.Texts(t, complaint.ColdHandoffs),
		"Criterion": customertest.Texts(t, complaint.Trusted), "Demand": customertest.Texts(t, complaint.OtherDemand),
		"Direction": customertest.Texts(t, complaint.Internal), "Effect": customertest.Texts(t, complaint.Ineffective),
		"EvidenceKind": customertest.Texts(t, complaint.ByDocument), "Fate": customertest.Texts(t, complaint.WrittenOff),
		"Fault": customertest.Texts(t, complaint.NoFault), "Intent": customertest.Texts(t, complaint.Gain),
		"Kind": customertest.Texts(t, complaint.KindScrubbed), "Level": customertest.Texts(t, conversation.Delighted),
		"MeasureKind": customertest.Texts(t, complaint.OtherMeasure),
		"Outcome":     customertest.Texts(t, complaint.OutcomeLost), "Period": customertest.Texts(t, complaint.PerMonth),
		"Phase": customertest.Texts(t, complaint.Closed), "PromiseKind": customertest.Texts(t, complaint.PromisedOther),
		"PromiseVerdict": customertest.Texts(t, complaint.PromiseReleased), "QuestionKind": customertest.Texts(t, complaint.TextQuestion),
		"Relation": customertest.Texts(t, complaint.Related), "RemedyKind": customertest.Texts(t, complaint.OtherRemedy),
		"RemedyState": customertest.Texts(t, complaint.RemedyDeclined), "ReopenPolicy": customertest.Texts(t, complaint.NewCycle),
		"ReopenWhy": customertest.Texts(t, complaint.OurMistake), "Result": customertest.Texts(t, complaint.NotTakenUp),
		"Said": customertest.Texts(t, complaint.SaidNo), "Settlement": customertest.Texts(t, complaint.SettlementDeclined),
		"Severity": customertest.Texts(t, complaint.Critical), "Side": customertest.Texts(t, complaint.Against),
		"Source": customertest.Texts(t, complaint.FromStaff), "Standard": customertest.Texts(t, complaint.FromRules),
		"SurveyLead": customertest.Texts(t, complaint.SurveyFinds), "Verdict": customertest.Texts(t, complaint.NoneNeeded),
	}
	for _, name := range formatEnumerations(t) {
		require.Contains(t, texts, name, "an enumeration that nobody has pinned")
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		lines = append(lines, name+": "+texts[name])
	}
	customertest.Golden(t, "texts.golden", strings.Join(lines, "\n")+"\n")
}

// formatEnumerations are the types of the package that write a text, by their names.
func formatEnumerations(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, one := range source.Decls {
			if method, is := one.(*ast.FuncDecl); is && method.Name.Name == "MarshalText" {
				names = append(names, method.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// The stored form of rules, with every field set: written and parsed they are the same, and make a
// policy.
func TestFormatRules(t *testing.T) {
	rules := wholeRules()
	set := map[string]bool{}
	formatSet(reflect.ValueOf(rules), set)
	for field, is := range set {
		assert.True(t, is, "%s is never set", field)
	}
	text, err := json.MarshalIndent(rules, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "rules.golden", string(text)+"\n")
	parsed, err := complaint.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, parsed)
	wholePolicy(t, parsed)

	for name, bad := range map[string]string{
		"a field":           strings.Replace(string(text), `"zone"`, `"zones": 1, "zone"`, 1),
		"a field within":    strings.Replace(string(text), `"low_text_length"`, `"low_text": 1, "low_text_length"`, 1),
		"a field twice":     strings.Replace(string(text), `"zone"`, `"zone": "UTC", "zone"`, 1),
		"a text":            strings.Replace(string(text), `"callback"`, `"call-back"`, 1),
		"something after":   string(text) + "{}",
		"nothing":           "",
		"a list":            "[" + string(text) + "]",
		"a number as text":  strings.Replace(string(text), `"low_text_length": 4`, `"low_text_length": "4"`, 1),
		"a broken document": string(text[:len(text)-3]),
	} {
		_, err := complaint.ParseRules([]byte(bad))
		require.Error(t, err, name)
	}
}

// formatSet notes of each field of a type of rules whether any of its values is set.
func formatSet(v reflect.Value, set map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		formatSet(v.Elem(), set)
	case reflect.Slice:
		for i := range v.Len() {
			formatSet(v.Index(i), set)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Name() + "." + v.Type().Field(i).Name
			set[field] = set[field] || !v.Field(i).IsZero()
			formatSet(v.Field(i), set)
		}
	default:
	}
}

// An old history leads to the same case under any later policy, down to the byte: nothing that a
// rule says is read again. What is decided next, though, the new rules decide.
func TestFormatLaterPolicy(t *testing.T) {
	r := wholeLife(t)
	later := wholePolicy(t, formatLater())
	replayed, err := complaint.Replay(formatRead(t, "entries.golden"))
	require.NoError(t, err)
	require.Equal(t, formatCase(t, r.c), formatCase(t, replayed))

	// Half of a life under one policy and half under the other is replayed like any other.
	for _, half := range []int{20, 60, len(r.history)} {
		mixed := &wholeRun{tb: t, Policy: later, at: clockAt("2026-12-10 10:00")}
		mixed.c, err = complaint.Replay(r.history[:half])
		require.NoError(t, err)
		mixed.history = slices.Clone(r.history[:half])
		mixed.must(mixed.Log(mixed.c, complaint.Log{Step: mixed.step("ann"), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
		mixed.must(mixed.Escalate(mixed.c, complaint.Escalate{Step: mixed.step("ann"), Asked: true}))
		if half != len(r.history) {
			mixed.must(mixed.Wake(mixed.c, complaint.Wake{Step: mixed.step("timer")}))
		}
		replayed, err := complaint.Replay(mixed.history)
		require.NoError(t, err)
		assert.Equal(t, formatCase(t, mixed.c), formatCase(t, replayed), "after %d entries", half)
	}

	// The clocks that ran go on with what was pinned, whatever the rules now say of their names.
	early, err := complaint.Replay(r.history[:20])
	require.NoError(t, err)
	for _, clock := range early.Clocks {
		old, err := r.Read(clock, clockAt("2026-11-26 10:00"))
		require.NoError(t, err, clock.Name)
		now, err := later.Read(clock, clockAt("2026-11-26 10:00"))
		require.NoError(t, err, clock.Name)
		assert.Equal(t, fmt.Sprint(old), strings.ReplaceAll(fmt.Sprint(now), "house/9", "house/3"), clock.Name)
	}
}

// formatLater is wholeRules with another figure, name or choice in every rule.
func formatLater() complaint.Rules {
	rules := wholeRules()
	rules.Version = 9
	rules.Intake = complaint.IntakeRules{LowScorePermille: 1, Costs: []complaint.ContactCost{{Channel: complaint.Phone, EachMinor: 9_999}}}
	for i := range rules.Clocks {
		clock := &rules.Clocks[i]
		clock.Calendar, clock.PauseReasons, clock.Warn, clock.After, clock.Extensions, clock.FromReceipt, clock.FromHappened = "always", nil, []int{1}, nil, nil, false, false
		clock.Budget = calendar.Budget{OpenSeconds: 60}
		clock.Severities, clock.Kinds, clock.Channels, clock.Reopen = nil, nil, nil, complaint.NewCycle
	}
	rules.Promises = []complaint.PromiseRule{{Kind: complaint.PromisedRepair, MostDays: 1}}
	none := 0
	rules.Ownership = complaint.OwnershipRules{FirstDesk: "elsewhere", RaiseAt: &none, Tiers: []complaint.TierRule{{Desk: "tower"}}}
	rules.Evidence = complaint.EvidenceRules{Inspect: []complaint.Cause{complaint.CauseProduct}}
	rules.Remedies = complaint.RemedyRules{Limits: []complaint.LimitRule{{Role: "head", ApproveMinor: 1}}, Approvals: []complaint.ApprovalRule{{Approvers: 3}}}
	rules.Survey = complaint.SurveyRules{AfterDays: 1}
	rules.Recourse = complaint.RecourseRules{Days: 1, Bodies: []complaint.BodyRule{{ID: "ombudsman"}}}
	rules.Closing = complaint.ClosingRules{ReopenDays: 1}
	rules.Answering = complaint.AnsweringRules{}
	return rules
}
