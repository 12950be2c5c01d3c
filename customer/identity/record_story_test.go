package identity_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
)

// storyFiles are the stories of one record, whose steps are told on it, or the others.
type storyFiles struct {
	fs.FS
	record bool
}

func (s storyFiles) Glob(pattern string) (files []string, err error) {
	all, err := fs.Glob(s.FS, pattern)
	for _, file := range all {
		if strings.HasPrefix(file, "record_") == s.record {
			files = append(files, file)
		}
	}
	return files, err
}

// Stories of one record: they are read by a shop manager, and say which rows they show.
func TestRecordStories(t *testing.T) {
	customertest.Stories(t, storyFiles{os.DirFS("testdata"), true}, func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		s := &recordStory{recordDesk{tb: t, Register: recordRegister(t)}}
		return s.play
	})
}

type recordStory struct{ recordDesk }

// play plays a step. Every step has a time, and every command somebody who gives it.
func (s *recordStory) play(step customertest.Step) string {
	s.at = recordAt(step.Value("at"))
	if answer, is := s.ask(step); is {
		return answer
	}
	decision, err := s.command(step)
	if err != nil {
		return recordTold(s.Register, err)
	}
	s.must(decision, nil)
	answer := "done"
	for _, one := range decision.Reasons {
		answer += "\n" + s.Explain(one, customer.English)
	}
	return answer
}

// recordTold writes a refusal with all that is missing, or the faults.
func recordTold(g *identity.Register, err error) string {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	lines := []string{"refused"}
	for _, missing := range refusal.Missing {
		lines = append(lines, g.Explain(missing, customer.English))
	}
	return strings.Join(lines, "\n")
}

func (s *recordStory) id(step customertest.Step) identity.Identifier {
	id := identity.Identifier{Token: identity.Token{Scheme: step.Words[0], Issuer: step.Value("issuer")}, Raw: step.Value("raw")}
	id.From, id.LastDay = s.day(step, "from"), s.day(step, "last")
	return id
}

func (s *recordStory) day(step customertest.Step, key string) customer.Date {
	text := step.Value(key)
	if text == "" {
		return 0
	}
	return recordDate(text)
}

func (s *recordStory) number(step customertest.Step, key string) int64 {
	text := step.Value(key)
	if text == "" {
		return 0
	}
	number, err := strconv.ParseInt(text, 10, 64)
	require.NoError(s.tb, err)
	return number
}

func (s *recordStory) token(step customertest.Step, key string) identity.Token {
	token, err := s.Token(step.Words[0], step.Value("issuer"), step.Value(key))
	require.NoError(s.tb, err)
	return token
}

func (s *recordStory) facts(step customertest.Step) (facts []identity.Fact) {
	for _, row := range step.Rows(s.tb.(*testing.T)) {
		facts = append(facts, identity.Fact{Field: row.Name, Value: strings.Join(row.Words, " ")})
	}
	return facts
}

func (s *recordStory) command(step customertest.Step) (identity.Decision, error) {
	by := s.step(step.Value("by"))
	if ref := step.Value("ref"); ref != "" {
		by.Ref = ref
	}
	switch step.Name {
	case "open":
		x := identity.Open{Step: by, Source: step.Value("source"), Facts: s.facts(step)}
		require.NoError(s.tb, x.Kind.UnmarshalText([]byte(step.Words[0])))
		if len(step.Words) > 1 {
			step.Words = step.Words[1:]
			x.Identifiers = append(x.Identifiers, s.id(step))
		}
		return s.Open(s.r, x)
	case "attach":
		return s.Attach(s.r, identity.Attach{Step: by, Identifier: s.id(step), Source: step.Value("source")})
	case "tell":
		return s.Tell(s.r, identity.Tell{Step: by, Source: step.Value("source"), On: s.day(step, "on"), Permille: int(s.number(step, "sure")), Facts: s.facts(step)})
	case "decline":
		return s.Decline(s.r, identity.Decline{Step: by, What: step.Words[0]})
	case "spoil":
		x := identity.Spoil{Step: by, Token: s.token(step, "raw"), Evidence: step.Value("evidence")}
		require.NoError(s.tb, x.Flaw.UnmarshalText([]byte(step.Value("flaw"))))
		return s.Spoil(s.r, x)
	case "restore":
		return s.Restore(s.r, identity.Restore{Step: by, Token: s.token(step, "raw"), Evidence: step.Value("evidence")})
	case "correct":
		x := identity.Correct{Step: by, Was: s.token(step, "was"), Becomes: s.id(step), Source: step.Value("source"), Evidence: step.Value("evidence"), Proof: step.Value("proof")}
		return s.Correct(s.r, x)
	case "approve":
		return s.Approve(s.r, identity.Approve{Step: by, Correction: step.Words[0], Role: step.Value("role")})
	case "classify":
		return s.Classify(s.r, identity.Classify{Step: by, Class: step.Words[0], KeyAccount: len(step.Words) > 1, From: s.day(step, "from")})
	case "assign":
		return s.Assign(s.r, identity.Assign{Step: by, Owner: step.Words[0], LastDay: s.day(step, "last")})
	case "issue":
		x := identity.Issue{Step: by, Holder: step.Value("holder"), Name: step.Value("name"), Card: s.id(step), Source: step.Value("source")}
		x.Limits = identity.Limits{PurchaseMinor: s.number(step, "once"), DayMinor: s.number(step, "day"), MonthMinor: s.number(step, "month")}
		return s.Issue(s.r, x)
	case "reissue":
		return s.Reissue(s.r, identity.Reissue{Step: by, Holder: step.Value("holder"), Card: s.id(step), Source: step.Value("source")})
	case "call":
		return s.Call(s.r, identity.Call{Step: by, Language: step.Value("language"), Called: step.Value("called")})
	}
	s.tb.Fatalf("%s: nobody knows %s", step.Where, step.Name)
	return identity.Decision{}, nil
}

// ask answers a question, which books nothing.
func (s *recordStory) ask(step customertest.Step) (string, bool) {
	var lines []string
	why := func(reasons []customer.Reason) {
		for _, one := range reasons {
			lines = append(lines, "  "+s.Explain(one, customer.English))
		}
	}
	switch step.Name {
	case "known":
		complete := s.Completeness(s.r, s.at)
		lines = append(lines, customer.English.Percent(int64(complete.Permille))+" known")
		questions, err := s.Questions(s.r, step.Words[0], s.at)
		require.NoError(s.tb, err)
		for _, one := range questions {
			why([]customer.Reason{one.Reason})
		}
	case "who":
		held, status, found := s.r.Holds(s.token(step, "raw"), s.at)
		if !found {
			return "nobody that we know", true
		}
		lines = append(lines, fmt.Sprintf("this customer, by %s: %s", held, status))
		_, reason := held.Status(s.at)
		why([]customer.Reason{reason})
	case "reach":
		for _, held := range s.r.Good(step.Words[0], s.at) {
			lines = append(lines, held.String())
		}
		if len(lines) == 0 {
			return "not by " + step.Words[0], true
		}
	case "handle":
		handling := s.Handling(s.r, s.at)
		lines = append(lines, fmt.Sprintf("class %q, owner %q", handling.Class, handling.Owner))
		why(handling.Reasons)
	case "spend":
		var bought []identity.Bought
		for _, row := range step.Rows(s.tb.(*testing.T)) {
			bought = append(bought, identity.Bought{At: recordAt(row.Value("at")), Minor: s.number(row, "minor")})
		}
		answer, err := s.Spend(s.r, s.token(step, "raw"), s.number(step, "minor"), bought, s.at)
		require.NoError(s.tb, err)
		lines = append(lines, map[bool]string{true: "yes", false: "no"}[answer.May]+", "+answer.Holder)
		why(answer.Reasons)
	case "eligible":
		reasons, err := s.Eligible(s.r, step.Words[0], s.at)
		if err != nil {
			return recordTold(s.Register, err), true
		}
		lines = append(lines, "yes")
		why(reasons)
	case "address":
		lines = append(lines, s.Address(s.r, step.Value("language"), s.at).Text)
	case "audit":
		for _, one := range s.r.Corrections {
			lines = append(lines, fmt.Sprintf("%s: %s found it on %s %s, %s by %s as %s", one.Ref, one.By, one.Correct.Evidence, one.Correct.Proof, one.Verdict, one.Decider, one.Role))
		}
	default:
		return "", false
	}
	return strings.Join(lines, "\n"), true
}
