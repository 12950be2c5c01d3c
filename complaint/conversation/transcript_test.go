package conversation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// said is a turn between two times of the clock, or without times.
func said(speaker conversation.Speaker, from, to, text string) conversation.Turn {
	turn := conversation.Turn{Speaker: speaker, Text: text}
	if from != "" {
		turn.From, turn.To = clock(from), clock(to)
	}
	return turn
}

func listen(t tester, rules conversation.Rules, transcript conversation.Transcript) conversation.Talk {
	t.Helper()
	talk, err := newBook(t, rules).Listen(transcript, today)
	require.NoError(t, err)
	return talk
}

// wordRules avoids one phrase.
func wordRules(phrase conversation.Phrase) conversation.Rules {
	phrase.ID = "p"
	return conversation.Rules{Edition: customer.Edition{ID: "words", Version: 1}, Phrases: []conversation.Phrase{phrase}}
}

// Row A53: words to avoid, where they stand. Chinese has no blanks; in scripts that have, only
// whole words count, in any case.
func TestWords(t *testing.T) {
	for _, tc := range []struct {
		name   string
		phrase conversation.Phrase
		said   string
		want   []int // places of the matches
		runes  int
	}{
		{"Chinese, in the middle", conversation.Phrase{Words: "但是"}, "我明白您的意思，但是规定如此", []int{8}, 2},
		{"at the beginning and at the end", conversation.Phrase{Words: "但是"}, "但是，您没有说，但是", []int{0, 8}, 2},
		{"the whole turn", conversation.Phrase{Words: "但是"}, "但是", []int{0}, 2},
		{"half of it", conversation.Phrase{Words: "但是"}, "但", nil, 0},
		{"in a harmless wording", conversation.Phrase{Words: "但是", Unless: []string{"不但是"}}, "不但是您，我们也着急", nil, 0},
		{"there, and once more", conversation.Phrase{Words: "但是", Unless: []string{"不但是"}}, "不但是您，但是", []int{5}, 2},
		{"after what is not the wording", conversation.Phrase{Words: "但是", Unless: []string{"不但是"}}, "不，但是", []int{2}, 2},
		{"twice in a harmless wording", conversation.Phrase{Words: "no", Unless: []string{"no or no"}}, "no or no, no", []int{10}, 2},
		{"a word", conversation.Phrase{Words: "but"}, "I see, but no", []int{7}, 3},
		{"in capitals", conversation.Phrase{Words: "but"}, "BUT no", []int{0}, 3},
		{"the phrase in capitals", conversation.Phrase{Words: "But"}, "all but one", []int{4}, 3},
		{"part of a word: butter", conversation.Phrase{Words: "but"}, "butter", nil, 0},
		{"part of a word: rebut", conversation.Phrase{Words: "but"}, "I rebut that", nil, 0},
		{"before a mark", conversation.Phrase{Words: "but"}, "but, well", []int{0}, 3},
		{"beside a digit", conversation.Phrase{Words: "but"}, "but2", nil, 0},
		{"between Chinese", conversation.Phrase{Words: "but"}, "我们but您", []int{2}, 3},
		{"several words over blanks and lines", conversation.Phrase{Words: "you should have"}, "Well, you  should\n have called", []int{6}, 17},
		{"a phrase with blanks around it", conversation.Phrase{Words: " but "}, "I see, but no", []int{7}, 3},
		{"letters with accents", conversation.Phrase{Words: "größe"}, "die GRÖSSE? die GRÖßE!", []int{16}, 5},
		{"Greek, with its two forms of sigma", conversation.Phrase{Words: "ΛΌΓΟΣ"}, "ο λόγος", []int{2}, 5},
		{"a mark at its end", conversation.Phrase{Words: "never!"}, "never!never! nevermore", []int{0, 6}, 6},
		{"overlapping itself", conversation.Phrase{Words: "不不"}, "不不不", []int{0, 1}, 2},
		{"another language", conversation.Phrase{Words: "but", Language: "de"}, "but no", nil, 0},
		{"its language", conversation.Phrase{Words: "but", Language: "en"}, "but no", []int{0}, 3},
		{"nothing said", conversation.Phrase{Words: "but"}, "", nil, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			talk := listen(t, wordRules(tc.phrase), conversation.Transcript{Language: "en", Turns: []conversation.Turn{
				said(conversation.Customer, "", "", tc.said), said(conversation.Agent, "", "", tc.said),
			}})
			var places []int
			for _, one := range talk.Findings {
				assert.Equal(t, 2, one.Turn, "what she says is hers")
				assert.Equal(t, tc.runes, one.Runes)
				assert.Equal(t, conversation.CodeWords, one.Reason.Code)
				places = append(places, one.Rune)
			}
			assert.Equal(t, tc.want, places)
		})
	}
}

// A phrase of any language is looked for where the transcript names none.
func TestWordsOfAllLanguages(t *testing.T) {
	talk := listen(t, wordRules(conversation.Phrase{Words: "but", Language: "de"}), conversation.Transcript{
		Turns: []conversation.Turn{said(conversation.Agent, "", "", "but no")},
	})
	assert.Len(t, talk.Findings, 1)
}

// Looking for many phrases at once finds what looking through the text by hand does.
func TestWordsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]string{"但", "是", "不", "a", "b", "A", " ", "，"})
		text := strings.Join(rapid.SliceOfN(letters, 0, 30).Draw(t, "text"), "")
		words := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"但", "是", "不"}), 1, 3).Draw(t, "words"), "")
		talk := listen(t, wordRules(conversation.Phrase{Words: words}), conversation.Transcript{Turns: []conversation.Turn{{Speaker: conversation.Agent, Text: text}}})
		found := 0
		for i := range text {
			if strings.HasPrefix(text[i:], words) {
				found++
			}
		}
		require.Len(t, talk.Findings, found)
		for _, one := range talk.Findings {
			runes := []rune(text)
			require.Equal(t, words, string(runes[one.Rune:one.Rune+one.Runes]))
		}
	})
}

// Row A17, row A35: breaking in on her, on both sides of what is allowed.
func TestBreakingIn(t *testing.T) {
	agent, she := conversation.Agent, conversation.Customer
	for _, tc := range []struct {
		name  string
		turns []conversation.Turn
		from  []string // when each one begins
	}{
		{"after her", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:10", "10:00:20", "")}, nil},
		{"half a second into her words", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:09.5", "10:00:20", "")}, nil},
		{"a millisecond more", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:09.499", "10:00:20", "")}, []string{"10:00:09.499"}},
		{"he says yes, and she goes on", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:05", "10:00:05.4", "")}, nil},
		{"he says much, and she goes on", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:05", "10:00:08", "")}, []string{"10:00:05"}},
		{"she breaks in on him", []conversation.Turn{said(agent, "10:00:00", "10:00:10", ""), said(she, "10:00:05", "10:00:20", "")}, nil},
		{"they begin together", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:00", "10:00:10", "")}, nil},
		{"twice", []conversation.Turn{
			said(she, "10:00:00", "10:00:30", ""), said(agent, "10:00:05", "10:00:08", ""), said(agent, "10:00:15", "10:00:18", ""),
		}, []string{"10:00:05", "10:00:15"}},
		{"into the longer of two turns of hers", []conversation.Turn{
			said(she, "10:00:00", "10:00:30", ""), said(she, "10:00:01", "10:00:02", ""), said(agent, "10:00:15", "10:00:18", ""),
		}, []string{"10:00:15"}},
		{"somebody else speaks", []conversation.Turn{said(conversation.Other, "10:00:00", "10:00:10", ""), said(agent, "10:00:05", "10:00:20", "")}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := conversation.Rules{Edition: customer.Edition{ID: "l", Version: 1}, Listening: conversation.ListeningRules{BreakInMillis: 500}}
			talk := listen(t, rules, conversation.Transcript{Turns: tc.turns})
			assert.Equal(t, len(tc.from), talk.BrokenInto)
			require.Len(t, talk.Findings, len(tc.from))
			for i, from := range tc.from {
				reason := talk.Findings[i].Reason
				assert.Equal(t, conversation.CodeBrokeIn, reason.Code)
				assert.True(t, clock(from).Equal(reason.At), reason.At)
				assert.False(t, reason.Until.After(clock("10:00:30")))
			}
			rules.Listening.BreakInMillis = 0
			assert.Zero(t, listen(t, rules, conversation.Transcript{Turns: tc.turns}).BrokenInto, "off")
		})
	}
}

// Long waits, from the last word of anybody to the agent's next.
func TestWaits(t *testing.T) {
	agent, she := conversation.Agent, conversation.Customer
	for _, tc := range []struct {
		name  string
		turns []conversation.Turn
		waits []int64 // in seconds
	}{
		{"as long as allowed", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:40", "10:00:50", "")}, nil},
		{"a second more", []conversation.Turn{said(she, "10:00:00", "10:00:10", ""), said(agent, "10:00:41", "10:00:50", "")}, []int64{31}},
		{"on hold", []conversation.Turn{said(agent, "10:00:00", "10:00:10", ""), said(agent, "10:02:10", "10:02:20", "")}, []int64{120}},
		{"she thinks it over", []conversation.Turn{said(agent, "10:00:00", "10:00:10", ""), said(she, "10:02:10", "10:02:20", "")}, nil},
		{"she speaks on while he is away", []conversation.Turn{
			said(she, "10:00:00", "10:02:00", ""), said(she, "10:00:10", "10:00:20", ""), said(agent, "10:02:10", "10:02:20", ""),
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := conversation.Rules{Edition: customer.Edition{ID: "l", Version: 1}, Listening: conversation.ListeningRules{WaitSeconds: 30}}
			talk := listen(t, rules, conversation.Transcript{Turns: tc.turns})
			var waits []int64
			for _, one := range talk.Findings {
				assert.Equal(t, conversation.CodeKeptWaiting, one.Reason.Code)
				waits = append(waits, one.Reason.Fact)
			}
			assert.Equal(t, tc.waits, waits)
			assert.Equal(t, len(tc.waits), talk.Waits)
		})
	}
}

// The agent's share of the talk, exactly on the mark and above it.
func TestTalkShare(t *testing.T) {
	rules := conversation.Rules{Edition: customer.Edition{ID: "l", Version: 1}, Listening: conversation.ListeningRules{AgentPermille: 600}}
	share := func(until string) conversation.Talk {
		return listen(t, rules, conversation.Transcript{Turns: []conversation.Turn{
			said(conversation.Customer, "10:00:00", "10:00:30", ""), said(conversation.Customer, "10:00:10", "10:00:40", ""),
			said(conversation.Other, "10:00:20", "10:01:00", ""), said(conversation.Agent, "10:01:00", until, ""),
		}})
	}
	onMark := share("10:02:00")
	assert.Equal(t, 40*time.Second, onMark.CustomerTalk, "what overlaps counts once")
	assert.Equal(t, time.Minute, onMark.AgentTalk)
	assert.Empty(t, onMark.Findings)
	assert.Len(t, share("10:02:00.0001").Findings, 1, "no part of a second is lost")
	above := share("10:02:00.01")
	require.Len(t, above.Findings, 1)
	assert.Equal(t, conversation.CodeTalkShare, above.Findings[0].Reason.Code)
	assert.Equal(t, int64(600), above.Findings[0].Reason.Fact, "rounded down")
}

// Row A34: the number and the unit, in the first turn or in none.
func TestIdentification(t *testing.T) {
	for _, tc := range []struct {
		name  string
		turns []string
		want  []string
	}{
		{"both", []string{"您好，北门支行，工号0815"}, nil},
		{"the number alone", []string{"您好，工号0815"}, []string{"unit"}},
		{"in the wide digits of a Chinese keyboard", []string{"北门支行，工号０８１５"}, nil},
		{"another number that contains it, in wide digits", []string{"北门支行，工号９０８１５"}, []string{"agent"}},
		{"another number that contains it", []string{"北门支行，工号90815"}, []string{"agent"}},
		{"too late", []string{"您好", "北门支行，工号0815"}, []string{"agent", "unit"}},
		{"nothing said", nil, []string{"agent", "unit"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := conversation.Rules{Edition: customer.Edition{ID: "l", Version: 1}, Listening: conversation.ListeningRules{IdentifyTurns: 1}}
			transcript := conversation.Transcript{Agent: "0815", Unit: "北门支行"}
			for _, text := range tc.turns {
				transcript.Turns = append(transcript.Turns, conversation.Turn{Speaker: conversation.Agent, Text: text})
			}
			var unsaid []string
			for _, one := range listen(t, rules, transcript).Findings {
				assert.Equal(t, conversation.CodeUnidentified, one.Reason.Code)
				unsaid = append(unsaid, one.Reason.Of)
			}
			assert.Equal(t, tc.want, unsaid)
		})
	}
}

// A transcript ticks what it shows, and leaves the rest to whoever was there.
func TestSeen(t *testing.T) {
	book := serviceBook(t)
	full := conversation.Transcript{
		Agent: "0815", Unit: "北门支行", Language: "zh", EndedBy: conversation.Agent,
		Turns: []conversation.Turn{
			said(conversation.Agent, "10:00:00", "10:00:05", "您好，北门支行，工号0815"),
			said(conversation.Customer, "10:00:05", "10:00:30", "我等了两个小时"),
			said(conversation.Agent, "10:00:20", "10:00:40", "上级给的编制不足，但是我们尽力了"),
		},
	}
	for _, tc := range []struct {
		name   string
		change func(*conversation.Transcript)
		want   []conversation.Tick
	}{
		{"everything", func(*conversation.Transcript) {}, []conversation.Tick{{Point: "who", Kept: true}, {Point: "to-the-end"}, {Point: "no-blame"}, {Point: "she-ends"}}},
		{"she ended it", func(c *conversation.Transcript) { c.EndedBy = conversation.Customer }, []conversation.Tick{{Point: "who", Kept: true}, {Point: "to-the-end"}, {Point: "no-blame"}, {Point: "she-ends", Kept: true}}},
		{"nobody knows who ended it", func(c *conversation.Transcript) { c.EndedBy = 0 }, []conversation.Tick{{Point: "who", Kept: true}, {Point: "to-the-end"}, {Point: "no-blame"}}},
		{"no number to listen for", func(c *conversation.Transcript) { c.Agent, c.Unit = "", "" }, []conversation.Tick{{Point: "to-the-end"}, {Point: "no-blame"}, {Point: "she-ends"}}},
		{"a chat", func(c *conversation.Transcript) {
			for i := range c.Turns {
				c.Turns[i].From, c.Turns[i].To = time.Time{}, time.Time{}
			}
		}, []conversation.Tick{{Point: "who", Kept: true}, {Point: "no-blame"}, {Point: "she-ends"}}},
		{"other words to avoid than those of the group", func(c *conversation.Transcript) { c.Turns[2].Text = "但是我们尽力了" }, []conversation.Tick{{Point: "who", Kept: true}, {Point: "to-the-end"}, {Point: "no-blame", Kept: true}, {Point: "she-ends"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			transcript := full
			transcript.Turns = append([]conversation.Turn(nil), full.Turns...)
			tc.change(&transcript)
			seen, err := book.Seen("manners", transcript, today)
			require.NoError(t, err)
			assert.Equal(t, tc.want, seen)
		})
	}

	t.Run("with what somebody has ticked", func(t *testing.T) {
		seen, err := book.Seen("manners", full, today)
		require.NoError(t, err)
		findings, err := book.Follow("manners", append(ticks("no-blame"), seen...), today)
		require.NoError(t, err)
		var of []string
		for _, one := range findings {
			of = append(of, one.Reason.Code+" "+one.Reason.Of)
		}
		assert.Equal(t, []string{
			"conversation.point-broken manners/to-the-end", "conversation.point-broken manners/no-blame",
			"conversation.point-missing manners/no-quarrel", "conversation.point-broken manners/she-ends",
		}, of)
	})
}

// Transcripts that are malformed: every fault at once.
func TestTranscriptFaults(t *testing.T) {
	book := serviceBook(t)
	for _, tc := range []struct {
		name       string
		transcript conversation.Transcript
		want       []string
	}{
		{"nobody speaks", conversation.Transcript{Turns: []conversation.Turn{{}}}, []string{"turns[0].speaker"}},
		{"ended by nobody there is", conversation.Transcript{EndedBy: 9}, []string{"ended_by"}},
		{"times for some", conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "10:00", "10:01", ""), said(conversation.Agent, "", "", "")}}, []string{"turns[1].from"}},
		{"half a time", conversation.Transcript{Turns: []conversation.Turn{{Speaker: conversation.Agent, From: clock("10:00")}}}, []string{"turns[0].from"}},
		{"backwards", conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "10:01", "10:00", "")}}, []string{"turns[0].to"}},
		{"out of order", conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "10:01", "10:02", ""), said(conversation.Agent, "10:00", "10:02", "")}}, []string{"turns[1].from"}},
		{"longer than a week", conversation.Transcript{Turns: []conversation.Turn{{Speaker: conversation.Agent, From: clock("10:00"), To: clock("10:00").Add(7*24*time.Hour + 1)}}}, []string{"turns[0].to"}},
		{"control characters", conversation.Transcript{Agent: "\x00", Unit: "\x00", Language: "\x00", Turns: []conversation.Turn{said(conversation.Agent, "", "", "a\x00")}}, []string{"agent", "unit", "language", "turns[0].text"}},
		{"too much text", conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "", "", strings.Repeat("a", conversation.MaxTurnText+1))}}, []string{"turns[0].text"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := book.Listen(tc.transcript, today)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
			_, err = book.Seen("manners", tc.transcript, today)
			assert.Equal(t, tc.want, customertest.Paths(t, err))
		})
	}
	_, err := book.Listen(conversation.Transcript{Turns: []conversation.Turn{said(conversation.Agent, "", "", strings.Repeat("a", conversation.MaxTurnText-1)+"\n")}}, today)
	require.NoError(t, err)
}
