package conversation_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The stored texts. Cases of package complaint have acts and levels too.
func TestStoredTexts(t *testing.T) {
	assert.Equal(t, "apology explanation sympathy solution resolve thanks own-cause alternative", customertest.Texts(t, conversation.Alternative))
	assert.Equal(t, "dissatisfied satisfied comfortable delighted", customertest.Texts(t, conversation.Delighted))
	assert.Equal(t, "customer agent other", customertest.Texts(t, conversation.Other))
	assert.Equal(t, "identified unbroken no-words customer-ends", customertest.Texts(t, conversation.CustomerEnds))
	assert.Equal(t, "granted refused withdrawn unfounded", customertest.Texts(t, conversation.Unfounded))
}

// Rules that are malformed: each fault by its path, all at once.
func TestRulesFaults(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*conversation.Rules)
		want   []string
	}{
		{"no edition", func(r *conversation.Rules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		{"a variant twice", func(r *conversation.Rules) { r.Variants[1].ID = "standard" }, []string{"variants[1].id"}},
		{"a variant of nothing", func(r *conversation.Rules) { r.Variants[0].Order = nil }, []string{"variants[0].order"}},
		{"an act twice", func(r *conversation.Rules) { r.Variants[0].Order[1] = conversation.Apology }, []string{"variants[0].order[1]"}},
		{"an act that is none", func(r *conversation.Rules) { r.Variants[0].Order[1] = 0 }, []string{"variants[0].order[1]"}},
		{"due, and left out", func(r *conversation.Rules) { r.Variants[0].LeftOut = []conversation.Act{conversation.Thanks} }, []string{"variants[0].left_out[0]"}},
		{"a script twice", func(r *conversation.Rules) { r.Scripts[1].ID = "answering" }, []string{"scripts[1].id"}},
		{"a script of nothing", func(r *conversation.Rules) { r.Scripts[0].Points = nil }, []string{"scripts[0].points"}},
		{"a point twice", func(r *conversation.Rules) { r.Scripts[0].Points[1].ID = "pick-up" }, []string{"scripts[0].points[1].id"}},
		{"a point without name", func(r *conversation.Rules) { r.Scripts[0].Points[0] = conversation.Point{English: "\x00"} }, []string{"scripts[0].points[0].id", "scripts[0].points[0].english"}},
		{"a sign that is none", func(r *conversation.Rules) { r.Scripts[2].Points[0].Sign = 9 }, []string{"scripts[2].points[0].sign"}},
		{"a sign in an order", func(r *conversation.Rules) { r.Scripts[0].Points[0].Sign = conversation.Unbroken }, []string{"scripts[0].points[0].sign"}},
		{"a group without its sign", func(r *conversation.Rules) { r.Scripts[0].Points[0].Group = "blame" }, []string{"scripts[0].points[0].group"}},
		{"a group that no phrase has", func(r *conversation.Rules) { r.Scripts[2].Points[2].Group = "blam" }, []string{"scripts[2].points[2].group"}},
		{"a phrase twice", func(r *conversation.Rules) { r.Phrases[1].ID = "but-zh" }, []string{"phrases[1].id"}},
		{"no words", func(r *conversation.Rules) { r.Phrases[0].Words, r.Phrases[0].Unless = "", nil }, []string{"phrases[0].words", "phrases[0].words"}},
		{"words of blanks", func(r *conversation.Rules) { r.Phrases[0].Words, r.Phrases[0].Unless = "  ", nil }, []string{"phrases[0].words"}},
		{"a harmless wording without the words", func(r *conversation.Rules) { r.Phrases[0].Unless[0] = "不是" }, []string{"phrases[0].unless[0]"}},
		{"that is no longer than they are", func(r *conversation.Rules) { r.Phrases[0].Unless[0] = "但是" }, []string{"phrases[0].unless[0]"}},
		{"listening below 0", func(r *conversation.Rules) {
			r.Listening = conversation.ListeningRules{BreakInMillis: -1, WaitSeconds: -1, AgentPermille: 1001, IdentifyTurns: -1}
		}, []string{"listening.break_in_millis", "listening.wait_seconds", "listening.agent_permille", "listening.identify_turns"}},
		{"a criterion twice", func(r *conversation.Rules) { r.Criteria[1].ID = "demand-met" }, []string{"criteria[1].id"}},
		{"of no level", func(r *conversation.Rules) { r.Criteria[0].Level = 0 }, []string{"criteria[0].level"}},
		{"a level without criterion", func(r *conversation.Rules) { r.Criteria[2].Level = conversation.Satisfied }, []string{"criteria"}},
		{"unrest of any number", func(r *conversation.Rules) { r.Unrest.Times = 0 }, []string{"unrest.minutes"}},
		{"unrest below 0", func(r *conversation.Rules) {
			r.Unrest = conversation.UnrestRules{Small: []string{"", "water", "water"}, Times: -1, Minutes: -1, GapMinutes: -1}
		}, []string{"unrest.small[0]", "unrest.small[2]", "unrest.times", "unrest.minutes", "unrest.gap_minutes"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := serviceRules(t)
			tc.change(&rules)
			_, err := conversation.New(rules)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
		})
	}
}

// Rules survive JSON, and a book keeps nothing of their memory.
func TestRulesAreData(t *testing.T) {
	rules := serviceRules(t)
	data, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := conversation.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules, read)

	book := newBook(t, rules)
	rules.Variants[0].Order[0], rules.Variants[2].LeftOut[0] = conversation.Thanks, conversation.OwnCause
	rules.Scripts[0].Points[0].ID, rules.Phrases[0].Unless[0] = "none", "但是吗"
	rules.Criteria[0].ID, rules.Unrest.Small[0] = "none", "none"
	same := newBook(t, read)
	heard := conversation.Heard{Acts: []conversation.Act{conversation.Explanation}}
	for _, ask := range []func(*conversation.Book) (any, error){
		func(b *conversation.Book) (any, error) { return b.Check(heard, "standard", today) },
		func(b *conversation.Book) (any, error) { return b.Check(heard, "broken-promise", today) },
		func(b *conversation.Book) (any, error) { return b.Follow("answering", ticks("pick-up"), today) },
		func(b *conversation.Book) (any, error) {
			return b.Grade([]conversation.Answer{{Criterion: "demand-met"}}, today)
		},
		func(b *conversation.Book) (any, error) {
			return b.Listen(conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "", "", "不但是，但是吗")}}, today)
		},
	} {
		want, err := ask(same)
		require.NoError(t, err)
		got, err := ask(book)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// Facts and answers survive JSON.
func TestJSON(t *testing.T) {
	book := serviceBook(t)
	transcript := conversation.Transcript{Agent: "0815", Unit: "北门支行", Language: "zh", EndedBy: conversation.Agent, Turns: []conversation.Turn{
		said(conversation.Customer, "10:00:00", "10:00:10", "等了两个小时"), said(conversation.Agent, "10:00:05", "10:00:40", "编制不足，但是我们尽力了"),
	}}
	roundTrip(t, transcript)
	talk, err := book.Listen(transcript, today)
	require.NoError(t, err)
	require.Len(t, talk.Findings, 7)
	roundTrip(t, talk)
	roundTrip(t, conversation.Heard{Acts: []conversation.Act{conversation.Resolve}, Refused: true, AskedAbove: true, ToldAbove: true})
	request := conversation.Request{Ref: "R1", At: clock("10:00"), Kind: "hall", Outcome: conversation.Refused, Ended: clock("10:01"), Charged: true, Told: clock("10:00")}
	roundTrip(t, request)
	stay, err := book.Stay([]conversation.Request{request}, today)
	require.NoError(t, err)
	roundTrip(t, stay)
	grade, err := book.Grade([]conversation.Answer{{Criterion: "demand-met", Met: true}, {Criterion: "nothing-new", Met: true}}, today)
	require.NoError(t, err)
	roundTrip(t, grade)
}

func roundTrip[T any](t *testing.T, value T) {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	var read T
	require.NoError(t, json.Unmarshal(data, &read))
	assert.Equal(t, value, read, string(data))
}

// Rule files come from outside: whatever stands in them, they are refused with Faults, or make
// books that answer.
func FuzzRules(f *testing.F) {
	data, err := json.Marshal(serviceRules(f))
	require.NoError(f, err)
	f.Add(data, "不但是 but you should have")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		rules, err := conversation.ParseRules(data)
		if err != nil {
			return
		}
		book, err := conversation.New(rules)
		if err != nil {
			require.ErrorAs(t, err, new(customer.Faults))
			return
		}
		talk, err := book.Listen(conversation.Transcript{Agent: text, Turns: []conversation.Turn{{Speaker: conversation.Agent, Text: text}}}, today)
		if err != nil {
			return
		}
		runes := len([]rune(text))
		for _, one := range talk.Findings {
			require.LessOrEqual(t, one.Rune+one.Runes, runes)
		}
	})
}

// A call of an hour against a thousand phrases.
func BenchmarkListen(b *testing.B) {
	rules := serviceRules(b)
	for i := range 1000 {
		rules.Phrases = append(rules.Phrases, conversation.Phrase{ID: fmt.Sprint("p", i), Words: fmt.Sprint("但phrase ", i)})
	}
	book := newBook(b, rules)
	var transcript conversation.Transcript
	for range 300 {
		transcript.Turns = append(transcript.Turns,
			conversation.Turn{Speaker: conversation.Customer, Text: "我等了两个小时"},
			conversation.Turn{Speaker: conversation.Agent, Text: strings.Repeat("您好，我明白您的意思，", 5) + "please wait"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Listen(transcript, today); err != nil {
			b.Fatal(err)
		}
	}
}
