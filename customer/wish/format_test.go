package wish_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/wish"
)

func formatRead(tb testing.TB, file string) []wish.Entry {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + file)
	require.NoError(tb, err)
	return journaltest.ReadEntries[wish.Body, wish.Form](tb, data)
}

func formatMemory(tb testing.TB, m wish.Memory) string {
	tb.Helper()
	text, err := json.MarshalIndent(m, "", "\t")
	require.NoError(tb, err)
	return string(text) + "\n"
}

func formatKinds() []string {
	return []string{"say", "observe", "forget", "need", "link", "close", "want", "tell", "bounce", "buy", "withdraw", "intend"}
}

// The stored form of entries, one of every kind and more, and of a memory. A changed line is a
// migration of data: it takes another EntryVersion, and reading of this one.
func TestFormat(t *testing.T) {
	r := life(t)
	for _, kind := range formatKinds() {
		has := slices.ContainsFunc(r.history, func(e wish.Entry) bool { return e.Kind() == kind })
		assert.True(t, has, "no entry of the kind %s", kind)
	}
	customertest.Golden(t, "entries.golden", journaltest.WriteEntries(t, r.history))
	customertest.Golden(t, "memory.golden", formatMemory(t, r.m))

	read := formatRead(t, "entries.golden")
	assert.Equal(t, journaltest.WriteEntries(t, r.history), journaltest.WriteEntries(t, read))
	replayed, err := wish.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, formatMemory(t, r.m), formatMemory(t, replayed))
	var stored wish.Memory
	require.NoError(t, json.Unmarshal([]byte(formatMemory(t, r.m)), &stored))
	assert.Equal(t, formatMemory(t, r.m), formatMemory(t, stored))
	r.m = stored
	r.must(r.Withdraw(r.m, wish.Withdraw{Step: step("next", "2026-06-01 09:00"), Wish: "w-4"}))
	assert.Equal(t, stored.Entries+1, r.m.Entries, "what was stored goes on")
}

// An old history leads to the same memory under any later book, and says the same of what was kept.
func TestFormatLaterBook(t *testing.T) {
	r := life(t)
	rules := whole()
	rules.Version++
	rules.Wishes = wish.WaitRules{Days: 1, KeptDays: 1}
	rules.Kinds = rules.Kinds[:1]
	rules.Kinds[0].SaidDays = 1
	later := bookOf(t, rules)
	m, err := wish.Replay(formatRead(t, "entries.golden"))
	require.NoError(t, err)
	assert.Equal(t, formatMemory(t, r.m), formatMemory(t, m))
	likings, err := later.Likes(m, "seat", day("2026-05-20"))
	require.NoError(t, err)
	assert.Equal(t, "terrace", likings[0].Value, "her word holds for as long as it was said to")
	assert.Equal(t, wish.Waits, m.Wishes[3].Standing(day("2026-05-20")))
	p, err := later.Propose(m, free("A seat:terrace taste:fish"), at("2026-05-20 09:00"))
	require.NoError(t, err)
	assert.Equal(t, "A", order(p), "a kind that the rules no longer have is not used")
}

// Decoding is strict: an entry is read whole, in a version and of a kind that are known, or not at
// all; and it is held to what a command may say.
func TestFormatStrict(t *testing.T) {
	r := life(t)
	for _, one := range r.history {
		text, err := json.Marshal(one)
		require.NoError(t, err)
		good, kind := string(text), one.Kind()
		for name, bad := range map[string]string{
			"a field":             strings.Replace(good, `{"v"`, `{"more":1,"v"`, 1),
			"a field of the body": strings.Replace(good, `"body":{`, `"body":{"more":1,`, 1),
			"a kind":              strings.Replace(good, `"kind":"`+kind+`"`, `"kind":"gossip"`, 1),
			"a later version":     strings.Replace(good, `"v":1`, `"v":2`, 1),
			"no version":          strings.Replace(good, `"v":1,`, ``, 1),
			"an empty body":       good[:strings.Index(good, `"body":`)] + `"body":{}}`,
		} {
			require.NotEqual(t, good, bad, "%s of a %s", name, kind)
			var e wish.Entry
			require.Error(t, json.Unmarshal([]byte(bad), &e), "%s of a %s", name, kind)
			assert.Zero(t, e)
		}
	}
}

// The texts of every enumeration that is stored.
func TestFormatTexts(t *testing.T) {
	assert.Equal(t, "for against", customertest.Texts(t, wish.Against))
	assert.Equal(t, "need desire", customertest.Texts(t, wish.Desire))
	assert.Equal(t, "return undecided stay-away", customertest.Texts(t, wish.StayAway))
	assert.Equal(t, "waits notified bought withdrawn expired", customertest.Texts(t, wish.Expired))
}

// Every field of every command is part of what was asked for.
func TestFacts(t *testing.T) {
	one := step("r", "2026-05-01 09:00")
	on, white := day("2026-05-01"), []wish.Attribute{{Name: "colour", Value: "white"}}
	for name, fact := range map[string]journal.Fact{
		"say":      wish.Say{Step: one, Kind: "a", Value: "b", Leaning: wish.For, Strength: 1, On: on, Until: on, Consent: "c"},
		"observe":  wish.Observe{Step: one, On: on, Saw: []wish.Sight{{Kind: "a", Value: "b", Leaning: wish.For}}, Consent: "c"},
		"forget":   wish.Forget{Step: one, Kind: "a", Value: "b", Why: "c"},
		"need":     wish.Need{Step: one, Group: "a", Depth: wish.Desire, Expected: on, Note: "b", Suits: []string{"c"}},
		"link":     wish.Link{Step: one, Need: "a", With: []string{"b"}},
		"close":    wish.Close{Step: one, Need: "a", With: "b", Note: "c"},
		"want":     wish.Want{Step: one, Product: "a", Family: "b", Variant: white, Quantity: 1, MaxMinor: 2, Channel: "c", Note: "d", Until: on, Instead: "e"},
		"tell":     wish.Tell{Step: one, Wish: "a", With: []string{"b"}, Allowed: true, Kept: on},
		"bounce":   wish.Bounce{Step: one, Notice: "a", Why: "b"},
		"buy":      wish.Buy{Step: one, SKU: "a", Product: "b", Has: white, Quantity: 1, Instead: "c", Fills: []wish.Filled{{Wish: "d", Pieces: 1}}},
		"withdraw": wish.Withdraw{Step: one, Wish: "a", Why: "b"},
		"intend":   wish.Intend{Step: one, Intent: wish.Return, Why: "a", Note: "b"},
	} {
		t.Run(name, func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}
