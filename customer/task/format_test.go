package task_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/task"
)

// The stored form of entries, with one of every kind, and of a cycle. A changed line is a migration
// of data: it takes another EntryVersion.
func TestFormat(t *testing.T) {
	p := whole(t)
	kinds := map[string]bool{}
	for _, e := range p.history {
		kinds[e.Kind()] = true
	}
	for _, kind := range []string{"open", "plan", "record", "correct", "change", "move", "drop", "assign", "review", "close", "reopen"} {
		assert.True(t, kinds[kind], kind)
	}
	assert.Len(t, kinds, 11)
	customertest.Golden(t, "entries.golden", journaltest.WriteEntries(t, p.history))
	customertest.Golden(t, "cycle.golden", text(t, p.c))

	data, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	read := journaltest.ReadEntries[task.Body, task.Form](t, data)
	replayed, err := task.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, text(t, p.c), text(t, replayed))
	assert.Equal(t, journaltest.WriteEntries(t, p.history), journaltest.WriteEntries(t, read))

	var stored task.Cycle
	require.NoError(t, json.Unmarshal([]byte(text(t, p.c)), &stored))
	assert.Equal(t, text(t, p.c), text(t, stored))
}

// Whatever came in between: each prefix of a history is a cycle, and goes on to the same one.
func TestReplayFromEverywhere(t *testing.T) {
	p := whole(t)
	for n := range p.history {
		half, err := task.Replay(p.history[:n])
		require.NoError(t, err)
		before := text(t, half)
		rest, err := half.Apply(p.history[n:]...)
		require.NoError(t, err)
		assert.Equal(t, text(t, p.c), text(t, rest))
		assert.Equal(t, before, text(t, half), "it was not touched")
	}
}

// An old history leads to the same cycle under any later rules: what a unit says of a goal, and what a
// review found, is pinned.
func TestLaterRules(t *testing.T) {
	p := whole(t)
	later := rules()
	later.Version++
	later.Units, later.Causes = []task.Unit{{ID: "contracts", Money: true}}, []string{"weather"}
	later.MostDays, later.QuietDays, later.Reviewer = 1, 1, task.Anyone
	changed := procedure(t, later).With(staffOf(t, chart(t)))
	replayed, err := task.Replay(p.history)
	require.NoError(t, err)
	assert.Equal(t, text(t, p.c), text(t, replayed))
	on := day(t, "2027-01-05")
	before, err := p.p.Read(p.c, on)
	require.NoError(t, err)
	after, err := changed.Read(replayed, on)
	require.NoError(t, err)
	assert.Equal(t, before.Figure, after.Figure, "contracts still add up")
	assert.Equal(t, before.Permille, after.Permille)
	assert.Equal(t, p.c.Reviews, replayed.Reviews, "for a cause that the rules no longer have")
	assert.False(t, replayed.Goal.Money)
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "anyone another superior", customertest.Texts(t, task.Superior))
}

// The rules as they are stored, and read again.
func TestRulesFormat(t *testing.T) {
	customertest.Golden(t, "rules.golden", text(t, rules()))
	read, err := task.ParseRules([]byte(text(t, rules())))
	require.NoError(t, err)
	assert.Equal(t, rules(), read)

	customertest.Golden(t, "chart.golden", text(t, chart(t)))
	people, err := task.ParseChart([]byte(text(t, chart(t))))
	require.NoError(t, err)
	assert.Equal(t, chart(t), people)

	_, err = task.ParseRules([]byte(`{"id":"x","version":1,"zone":"UTC","reviewer":"anyone","approver":"anyone","planfirst":true}`))
	require.Error(t, err, "a misspelt rule is no rule switched off")
}

// Every field of every command changes its fingerprint.
func TestFacts(t *testing.T) {
	goal := task.Goal{What: "w", By: 1, Unit: "u", From: 1, Target: 2, Money: true, Adds: true}
	said := task.Said{What: "w", On: 1, Who: "x", Action: "a", Done: true, Counted: true, Figure: 1}
	at := begin(t).step("ann", "2026-11-25")
	for _, fact := range []interface{ Canonical(*customer.Canonical) }{
		task.Open{at, "ann", 1, goal, "c", "o", "k", "t"},
		task.Plan{at, []task.Action{{"a", "w", 1, "ann", 1}}},
		task.Record{at, said},
		task.Correct{at, "r", true, said, "y"},
		task.Change{at, goal, "y", "ann"},
		task.Move{at, "a", 1, "y", "ann"},
		task.Drop{at, "a", "y", "ann"},
		task.Assign{at, "ann", "a", true, 1, "y"},
		task.Review{at, 1, 1, "c", "l", goal},
		task.Close{at, "t"},
		task.Reopen{at, "y", "ann", "bea"},
	} {
		journaltest.TestFact(t, fact)
	}
}

// Decoding is strict: an entry is read whole, as somebody could have written it, or not at all.
func TestForged(t *testing.T) {
	head := `{"v":1,"kind":"open","at":"2026-10-01T09:00:00+08:00","by":"ann","ref":"r","body":`
	goal := `{"what":"w","by":"2026-12-31"}`
	var e task.Entry
	require.NoError(t, json.Unmarshal([]byte(head+`{"owner":"cid","goal":`+goal+`}}`), &e))
	for name, bad := range map[string]string{
		"no owner":            head + `{"owner":"","goal":` + goal + `}}`,
		"no goal":             head + `{"owner":"cid"}}`,
		"no day":              head + `{"owner":"cid","goal":{"what":"w"}}}`,
		"a figure of nothing": head + `{"owner":"cid","goal":{"what":"w","by":"2026-12-31","target":3}}}`,
		"an unknown field":    head + `{"owner":"cid","goal":` + goal + `,"x":1}}`,
		"too important":       head + `{"owner":"cid","importance":1001,"goal":` + goal + `}}`,
		"an unknown kind":     strings.Replace(head, `"open"`, `"opened"`, 1) + `{"owner":"cid","goal":` + goal + `}}`,
		"a later version":     strings.Replace(head, `"v":1`, `"v":2`, 1) + `{"owner":"cid","goal":` + goal + `}}`,
		"a record of no day":  strings.Replace(head, `"open"`, `"record"`, 1) + `{"what":"w","who":"cid"}}`,
		"a record of nobody":  strings.Replace(head, `"open"`, `"record"`, 1) + `{"what":"w","on":"2026-10-02"}}`,
		"a lesson of nothing": strings.Replace(head, `"open"`, `"review"`, 1) + `{"permille":5,"lesson":""}}`,
		"more than all":       strings.Replace(head, `"open"`, `"review"`, 1) + `{"permille":1000001,"lesson":"l"}}`,
		"no reason":           strings.Replace(head, `"open"`, `"assign"`, 1) + `{"to":"bea","why":""}}`,
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &e), name)
	}
	_, err := json.Marshal(task.Entry{Version: 1, At: e.At, Body: &task.Close{}})
	require.Error(t, err, "a pointer is no body")
}
