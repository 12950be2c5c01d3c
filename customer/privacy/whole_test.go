package privacy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/privacy"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/wish"
)

// history reads the entries that a package pins, with one of every kind, and commits each under a key
// of its own, with a fingerprint that says what it was.
func history[ID ~string, S journal.Folds[S, B, F], B any, F journal.Form[B]](
	t *testing.T, store *journal.Mem[ID, S, journal.Entry[B, F]], id ID, file string,
) []journal.Entry[B, F] {
	t.Helper()
	lines, err := os.ReadFile(file)
	require.NoError(t, err)
	entries := journaltest.ReadEntries[B, F](t, lines)
	var state S
	for i, e := range entries {
		state, err = state.Apply(e)
		require.NoError(t, err)
		key, err := journal.Key(e.Kind(), fmt.Sprint("ref-", i))
		require.NoError(t, err)
		body, err := json.Marshal(e.Body)
		require.NoError(t, err)
		sum, err := journal.Fingerprint(e.Kind(), said(body))
		require.NoError(t, err)
		require.NoError(t, store.Commit(t.Context(), id, journal.Decision[S, journal.Entry[B, F]]{
			Key: key, Fingerprint: sum, Base: uint64(i), Entries: []journal.Entry[B, F]{e}, Next: state,
			Reasons: []customer.Reason{{Code: "told", Of: "of the customer"}},
		}))
	}
	return entries
}

type said string

func (s said) Canonical(c *customer.Canonical) { c.Text("said", string(s)) }

// kept is all that a store has of an id, as bytes, and whether a fingerprint is among it.
func kept[ID ~string, S, E any](t *testing.T, store *journal.Mem[ID, S, E], id ID) (all []journal.Decision[S, E], data string) {
	t.Helper()
	decisions, err := store.Decisions(t.Context(), id)
	require.NoError(t, err)
	state, _, err := store.Load(t.Context(), id)
	require.NoError(t, err)
	decisions[len(decisions)-1].Next = state
	text, err := json.Marshal(decisions)
	require.NoError(t, err)
	return decisions, string(text)
}

// erased erases a history and looks for traces of what was told in it.
func erased[ID ~string, S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command](
	t *testing.T, name string, id ID, file string, order C,
	decide func(S, C) (journal.Decision[S, journal.Entry[B, F]], error),
	scrub func([]journal.Entry[B, F]) []journal.Entry[B, F], values ...string,
) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		interrupted(t, id, file, order, decide, scrub, values...)
		var store journal.Mem[ID, S, journal.Entry[B, F]]
		entries := history(t, &store, id, file)
		before, text := kept(t, &store, id)
		for _, value := range values {
			require.Contains(t, text, value, "it was told")
		}
		answer, err := privacy.Erase(t.Context(), &store, id, order, decide, scrub)
		require.NoError(t, err)
		assert.Equal(t, journal.Booked, answer.Result)

		after, text := kept(t, &store, id)
		require.Len(t, after, len(entries)+1)
		for i := range before {
			assert.Equal(t, before[i].Key, after[i].Key)
			assert.NotContains(t, text, before[i].Fingerprint)
		}
		traces, err := privacy.Traces(after, values...)
		require.NoError(t, err)
		assert.Empty(t, traces)
		for _, value := range values {
			assert.NotContains(t, text, value)
		}
		assert.NotContains(t, text, "of the customer")

		again, err := privacy.Erase(t.Context(), &store, id, order, decide, scrub)
		require.NoError(t, err)
		assert.Equal(t, journal.Replayed, again.Result)
	})
}

// interrupted erases a history whose store fails at one call after the other, before it does something
// or on the way back; the same order again finishes it.
func interrupted[ID ~string, S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command](
	t *testing.T, id ID, file string, order C,
	decide func(S, C) (journal.Decision[S, journal.Entry[B, F]], error),
	scrub func([]journal.Entry[B, F]) []journal.Entry[B, F], values ...string,
) {
	t.Helper()
	for n, late := 1, false; ; {
		var store journal.Mem[ID, S, journal.Entry[B, F]]
		entries := history(t, &store, id, file)
		failing := &failOn[ID, S, journal.Entry[B, F]]{Rewriter: &store, n: n, late: late}
		_, err := privacy.Erase(t.Context(), failing, id, order, decide, scrub)
		if err != nil {
			require.ErrorIs(t, err, errDown)
			_, err = privacy.Erase(t.Context(), &store, id, order, decide, scrub)
			require.NoError(t, err)
		}
		after, _ := kept(t, &store, id)
		require.Len(t, after, len(entries)+1)
		traces, err := privacy.Traces(after, values...)
		require.NoError(t, err)
		require.Empty(t, traces, "call %d, late %t", n, late)
		for i := range entries {
			require.Equal(t, journal.Rewritten, after[i].Fingerprint, "call %d, late %t", n, late)
		}
		switch {
		case failing.calls >= n:
			n++
		case late:
			return
		default:
			n, late = 1, true
		}
	}
}

// Erasure leaves no trace in any package that keeps a history: what each pins as its stored form, with
// an entry of every kind, is erased by one order.
func TestWholeErasure(t *testing.T) {
	order := journal.Erasure{
		Step: journal.Step{Ref: "e-1", By: "officer", At: time.Date(2029, 6, 1, 9, 0, 0, 0, time.UTC)}, Asked: "customer", Ground: "PIPL 47",
	}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)

	register, err := identity.New(parsed(t, "../identity/testdata/record.rules.golden", identity.ParseRules), shanghai,
		func(_, _, raw string) (identity.Normal, error) {
			return identity.Normal{Value: raw, How: "as-is/1"}, nil
		})
	require.NoError(t, err)
	erased[customer.ID](t, "identity", "c-1", "../identity/testdata/record.entries.golden", identity.Erase{Erasure: order}, register.Erase, identity.Scrub,
		"(0571) 8765-4321 ext. 12", "+8657187654321", "8888000001", "8888000003", "91330100", "T99887766", "wei.wang@example.cn", "7 Moonlight Road", "Ouyang", "Wangxiao")
	erased[customer.ID](t, "links", "c-2", "../identity/testdata/link.entries.golden", identity.Erase{Erasure: order}, register.Erase, identity.Scrub, "13800001111", "Li Wei")

	consents, err := consent.New(consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "UTC",
		Channels: []consent.Channel{{ID: "phone"}}, Purposes: []consent.Purpose{{ID: "news", Weight: 1}},
	}, nil, time.UTC)
	require.NoError(t, err)
	erased[customer.ID](t, "consent", "c-1", "../consent/testdata/entries.golden", consent.Erase{Erasure: order}, consents.Erase, consent.Scrub, "Maker Ltd")

	contacts, err := contact.New(parsed(t, "../contact/testdata/rules.golden", contact.ParseRules), shanghai)
	require.NoError(t, err)
	erased[customer.ID](t, "contact", "c-1", "../contact/testdata/entries.golden", contact.Erase{Erasure: order}, contacts.Erase, contact.Scrub, "at eye level", "two crates")

	wishes, err := wish.New(parsed(t, "../wish/testdata/rules.golden", wish.ParseRules), shanghai)
	require.NoError(t, err)
	erased[customer.ID](t, "wish", "c-1", "../wish/testdata/entries.golden", wish.Erase{Erasure: order}, wishes.Erase, wish.Scrub, "terrace", "feathers")

	tasks, err := task.New(parsed(t, "../task/testdata/rules.golden", task.ParseRules), shanghai)
	require.NoError(t, err)
	erased[task.ID](t, "task", "y-1", "../task/testdata/entries.golden", task.Erase{Erasure: order}, tasks.Erase, task.Scrub)
}

func parsed[R any](t *testing.T, file string, parse func([]byte) (R, error)) R {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	rules, err := parse(data)
	require.NoError(t, err)
	return rules
}

// What a record and consents lead to is known before they are erased.
func TestFoundBefore(t *testing.T) {
	lines, err := os.ReadFile("../identity/testdata/record.entries.golden")
	require.NoError(t, err)
	record, err := identity.Replay(journaltest.ReadEntries[identity.Body, identity.Form](t, lines))
	require.NoError(t, err)
	found := privacy.OfRecord("c-1", record, identity.Group{})
	directory := 0
	for _, one := range found {
		if one.Place == privacy.InDirectory {
			directory++
		}
		assert.NotContains(t, fmt.Sprint(one), "87654321")
	}
	assert.Len(t, record.Identifiers, directory, "each token, those that ended too")

	lines, err = os.ReadFile("../identity/testdata/link.entries.golden")
	require.NoError(t, err)
	record, err = identity.Replay(journaltest.ReadEntries[identity.Body, identity.Form](t, lines))
	require.NoError(t, err)
	standing := 0
	for _, link := range record.Links {
		if link.Stands() {
			standing++
			assert.Contains(t, privacy.OfRecord("c-2", record, identity.Group{}), privacy.Found{Place: privacy.InLinked, Name: "customer", Ref: string(link.To)})
		}
	}
	assert.Len(t, privacy.OfRecord("c-2", record, identity.Group{}), len(record.Identifiers)+standing)

	lines, err = os.ReadFile("../consent/testdata/entries.golden")
	require.NoError(t, err)
	consents, err := consent.Replay(journaltest.ReadEntries[consent.Body, consent.Form](t, lines))
	require.NoError(t, err)
	parties := map[string]bool{}
	for _, one := range privacy.OfConsents(consents) {
		if one.Place == privacy.AtThirdParty {
			parties[one.Name] = true
		}
	}
	assert.NotEmpty(t, parties)
	rows, err := policy(t).Purge(day(t, "2026-11-25"), append(privacy.OfRecord("c-2", record, identity.Group{}), privacy.OfConsents(consents)...))
	require.NoError(t, err)
	assert.Greater(t, len(rows), len(parties)+2)
}

// A link stands in the younger record only. Who is erased under the older one is erased under all her
// names: the group says which, however many links lie between. Put into the directory again, a record
// that is erased is found by no token any more, and joins nothing.
func TestFoundLinked(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	register, err := identity.New(parsed(t, "../identity/testdata/record.rules.golden", identity.ParseRules), shanghai,
		func(_, _, raw string) (identity.Normal, error) {
			return identity.Normal{Value: raw, How: "as-is/1"}, nil
		})
	require.NoError(t, err)
	at := time.Date(2029, 6, 1, 9, 0, 0, 0, time.UTC)
	var directory identity.Directory
	records := map[customer.ID]identity.Record{}
	for i, id := range []customer.ID{"c-1", "c-2", "c-3"} {
		opened, err := register.Open(identity.Record{}, identity.Open{
			Step: journal.Step{Ref: "o", By: "ann", At: at.Add(time.Duration(i) * time.Hour)}, Kind: identity.Person, Source: "till",
			Identifiers: []identity.Identifier{{Token: identity.Token{Scheme: "phone"}, Raw: "1380000111" + fmt.Sprint(i)}},
		})
		require.NoError(t, err)
		records[id] = opened.Next
		if i > 0 {
			before := customer.ID(fmt.Sprint("c-", i))
			linked, err := register.Link(opened.Next, identity.Link{
				Step: journal.Step{Ref: "l", By: "ann", At: at.Add(5 * time.Hour)}, ID: id, To: before, Evidence: "both-cards-shown",
			}, records[before], nil)
			require.NoError(t, err)
			records[id] = linked.Next
		}
		require.NoError(t, directory.Put(id, records[id]))
	}
	for _, id := range []customer.ID{"c-1", "c-2", "c-3"} {
		group, known := directory.Group(id)
		require.True(t, known)
		var linked []string
		rows, err := policy(t).Purge(day(t, "2029-06-02"), privacy.OfRecord(id, records[id], group))
		require.NoError(t, err)
		for _, row := range rows {
			if row.Place == privacy.InLinked {
				linked = append(linked, row.Ref)
			}
		}
		want := []string{"c-1", "c-2", "c-3"}
		assert.Equal(t, slices.DeleteFunc(want, func(other string) bool { return other == string(id) }), linked, id)
	}

	token := records["c-2"].Identifiers[0].Token
	require.Len(t, directory.Find(token, at.Add(6*time.Hour)), 1)
	erased, err := register.Erase(records["c-2"], identity.Erase{Erasure: journal.Erasure{
		Step: journal.Step{Ref: "e", By: "dpo", At: at.Add(6 * time.Hour)}, Asked: "customer", Ground: "PIPL 47",
	}})
	require.NoError(t, err)
	require.NoError(t, directory.Put("c-2", erased.Next))
	assert.Empty(t, directory.Find(token, at.Add(6*time.Hour)))
}

// Every field of every state is in an export, unless it is of other persons; its words are those of
// the standard rules.
func TestWholeExport(t *testing.T) {
	p, err := privacy.New(privacy.Standard(privacy.Rules{
		Edition: customer.Edition{ID: "privacy", Version: 1}, Zone: "UTC", AnswerDays: 30,
		Words: []privacy.Word{{Key: "raw", English: "in her words", Chinese: "原文"}},
	}), time.UTC)
	require.NoError(t, err)
	var (
		record   identity.Record
		consents consent.Consents
		file     contact.File
		memory   wish.Memory
		cycle    task.Cycle
	)
	all := map[string][]filled{}
	for name, state := range map[string]any{"identity": &record, "consent": &consents, "contact": &file, "wish": &memory, "task": &cycle} {
		all[name] = fill(reflect.ValueOf(state).Elem())
		require.Greater(t, len(all[name]), 20)
	}
	document, err := p.Export("c-1", noon(), customer.Chinese, nil,
		privacy.PartOf[task.Cycle, task.Body, task.Form](cycle, nil), privacy.PartOf[identity.Record, identity.Body, identity.Form](record, nil),
		privacy.PartOf[consent.Consents, consent.Body, consent.Form](consents, nil), privacy.PartOf[contact.File, contact.Body, contact.Form](file, nil),
		privacy.PartOf[wish.Memory, wish.Body, wish.Form](memory, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"profile"}, document.Missing)
	assert.Positive(t, document.LeftOut)
	// What is not there is of staff, whose roles are, or of other persons. A field that is added to a
	// state is in an export without anybody's doing.
	standard := privacy.Standard(privacy.Rules{})
	for _, part := range document.Parts {
		assert.NotEmpty(t, part.Words)
		for _, one := range all[part.Name] {
			if strings.Contains(string(part.Data), one.value) {
				continue
			}
			named := slices.ContainsFunc(strings.Split(one.path, "/"), func(field string) bool {
				return field == "by" || slices.ContainsFunc(append(slices.Clone(standard.Staff), standard.Others...), func(name string) bool {
					return name == field || name == part.Name+"/"+field
				})
			})
			assert.True(t, named, "%s%s is not in the export", part.Name, one.path)
		}
	}
}

// With whom she was compared is nobody's business but that person's: of an entry that says that another
// customer is not she, only its title and its instant are shown, and it is counted.
func TestExportOfOthers(t *testing.T) {
	lines, err := os.ReadFile("../identity/testdata/link.entries.golden")
	require.NoError(t, err)
	entries := journaltest.ReadEntries[identity.Body, identity.Form](t, lines)[:3] // open, distinct, reconsider
	record, err := identity.Replay(entries)
	require.NoError(t, err)
	p, err := privacy.New(privacy.Standard(privacy.Rules{Edition: customer.Edition{ID: "privacy", Version: 1}, Zone: "UTC", AnswerDays: 30}), time.UTC)
	require.NoError(t, err)
	document, err := p.Export("c-2", noon(), customer.English, nil, privacy.PartOf(record, []identity.Decision{{Entries: entries}}))
	require.NoError(t, err)
	data, err := json.Marshal(document)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "c-1")
	assert.NotContains(t, string(data), "mother-and-daughter")
	assert.Equal(t, 3, document.LeftOut, "the two entries, and the list in the record")
	history := document.Parts[0].History
	require.Len(t, history, 3)
	assert.Equal(t, "told apart from another customer", history[1].Title)
	assert.Contains(t, string(history[0].Data), "Li Wei")
}

// What the rules say goes before what is standard, and nothing stands there twice.
func TestStandard(t *testing.T) {
	rules := privacy.Standard(privacy.Rules{
		Edition: customer.Edition{ID: "privacy", Version: 1}, Zone: "UTC", AnswerDays: 30, Packages: []string{"points", "wish"}, Staff: []string{"owner"},
		Words: []privacy.Word{{Key: "raw", English: "in her words", Chinese: "原文"}},
	})
	_, err := privacy.New(rules, time.UTC)
	require.NoError(t, err)
	assert.Equal(t, []string{"points", "wish", "identity", "consent", "profile", "contact", "task"}, rules.Packages)
	assert.Equal(t, "in her words", rules.Words[0].English)
	again := privacy.Standard(rules)
	assert.Equal(t, rules, again)

	// Every kind that a package pins has a word in both languages.
	words := map[string]bool{}
	for _, word := range rules.Words {
		words[word.Key] = true
	}
	for name, file := range map[string]string{
		"identity": "record.entries.golden", "consent": "entries.golden", "contact": "entries.golden", "wish": "entries.golden", "task": "entries.golden",
	} {
		lines, err := os.ReadFile("../" + name + "/testdata/" + file)
		require.NoError(t, err)
		for line := range bytes.Lines(lines) {
			var entry struct {
				Kind string `json:"kind"`
			}
			require.NoError(t, json.Unmarshal(line, &entry))
			assert.True(t, words[name+"/"+entry.Kind], "%s/%s has no word", name, entry.Kind)
		}
	}
}
