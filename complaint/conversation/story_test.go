package conversation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The day of all questions here: 22 November 2026.
const today customer.Date = 739_942

// The stories. `acts` names a variant and what was done, `follow` and `rehearse` a script and
// the steps, `grade` the criteria that are met, and `stay` has a request on each line.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		book := serviceBook(t)
		return func(step customertest.Step) string {
			switch step.Name {
			case "acts":
				findings, err := book.Check(storyHeard(t, step.Words[1:]), step.Words[0], today)
				require.NoError(t, err, step.Where)
				return storyFindings(book, findings)
			case "follow":
				findings, err := book.Follow(step.Words[0], ticks(step.Words[1:]...), today)
				require.NoError(t, err, step.Where)
				return storyFindings(book, findings)
			case "rehearse":
				beats, next, err := book.Rehearse(step.Words[0], ticks(step.Words[1:]...), today)
				require.NoError(t, err, step.Where)
				return storyBeats(beats, next)
			case "grade":
				return storyGrade(t, book, step)
			case "stay":
				return storyStay(t, book, step)
			}
			require.Fail(t, "no such step", "%s: %s", step.Where, step.Name)
			return ""
		}
	})
}

func storyHeard(t *testing.T, words []string) conversation.Heard {
	t.Helper()
	var heard conversation.Heard
	for _, word := range words {
		switch word {
		case "refused":
			heard.Refused = true
		case "asked-above":
			heard.AskedAbove = true
		case "told-above":
			heard.ToldAbove = true
		default:
			var act conversation.Act
			require.NoError(t, act.UnmarshalText([]byte(word)))
			heard.Acts = append(heard.Acts, act)
		}
	}
	return heard
}

func storyFindings(book *conversation.Book, findings []conversation.Finding) string {
	if len(findings) == 0 {
		return "nothing\n"
	}
	var text strings.Builder
	for _, one := range findings {
		mark := " "
		if one.Fault {
			mark = "!"
		}
		fmt.Fprintf(&text, "%s %s\n", mark, book.Explain(one.Reason, customer.English))
	}
	return text.String()
}

func storyBeats(beats []conversation.Beat, next []string) string {
	var text strings.Builder
	for _, beat := range beats {
		answer := "right"
		if !beat.Right {
			answer = "due: " + strings.Join(beat.Due, " or ")
		}
		fmt.Fprintf(&text, "%s  %s\n", beat.Did, answer)
	}
	fmt.Fprintf(&text, "next: %s\n", strings.Join(next, " or "))
	return text.String()
}

func storyGrade(t *testing.T, book *conversation.Book, step customertest.Step) string {
	t.Helper()
	var answers []conversation.Answer
	for _, word := range step.Words {
		id, denied := strings.CutPrefix(word, "not:")
		answers = append(answers, conversation.Answer{Criterion: id, Met: !denied})
	}
	grade, err := book.Grade(answers, today)
	require.NoError(t, err, step.Where)
	text := grade.Level.String() + "\n"
	for _, reason := range append(grade.Met, grade.Missing...) {
		text += "  " + book.Explain(reason, customer.English) + "\n"
	}
	return text
}

func storyStay(t *testing.T, book *conversation.Book, step customertest.Step) string {
	t.Helper()
	var requests []conversation.Request
	for _, row := range step.Rows(t) {
		one := conversation.Request{Ref: row.Name, At: clock(row.Words[0]), Kind: row.Words[1], Ended: clock(row.Words[3])}
		require.NoError(t, one.Outcome.UnmarshalText([]byte(row.Words[2])))
		if told := row.Value("told"); told != "" {
			one.Charged, one.Told = true, clock(told)
		}
		one.Charged = one.Charged || len(row.Words) > 4
		requests = append(requests, one)
	}
	stay, err := book.Stay(requests, today)
	require.NoError(t, err, step.Where)
	text := "no unrest\n"
	if stay.Unrest {
		text = "unrest since " + stay.Since.Format("15:04") + "\n"
	}
	for _, reason := range stay.Because {
		text += "  " + book.Explain(reason, customer.English) + "\n"
	}
	if len(stay.Findings) == 0 {
		return text
	}
	return text + storyFindings(book, stay.Findings)
}

// clock is a time of day, today: 19:02 or 19:02:30.5.
func clock(text string) time.Time {
	at, err := time.Parse("15:04:05.999", text)
	if err != nil {
		at, _ = time.Parse("15:04", text)
	}
	return today.Start(time.UTC).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute +
		time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond()))
}

func ticks(points ...string) []conversation.Tick {
	var all []conversation.Tick
	for _, point := range points {
		all = append(all, conversation.Tick{Point: point, Kept: true})
	}
	return all
}

// tester is a *testing.T, a *testing.F or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

func serviceRules(t tester) conversation.Rules {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "service.json"))
	require.NoError(t, err)
	rules, err := conversation.ParseRules(data)
	require.NoError(t, err)
	return rules
}

func serviceBook(t tester) *conversation.Book {
	t.Helper()
	return newBook(t, serviceRules(t))
}

func newBook(t tester, rules conversation.Rules) *conversation.Book {
	t.Helper()
	book, err := conversation.New(rules)
	require.NoError(t, err)
	return book
}
