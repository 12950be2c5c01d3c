package consent_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Stories that a shop manager can read: see testdata. Their steps:
//
//	yes CUSTOMER CHANNEL/PURPOSE … at= form= [seen=] [to=] [for=] [age=] [guardian=]
//	confirmed CUSTOMER YES at= by=CHANNEL
//	no, withdraw CUSTOMER at= [channel=] [purpose=] [party=]
//	object, restore CUSTOMER at=
//	contacted CUSTOMER on= purpose=
//	complaint CUSTOMER open, invalid CUSTOMER CHANNEL
//	may, allowed CUSTOMER CHANNEL/PURPOSE[/PARTY] at= [in=chinese]
//	ask CUSTOMER at=                   what she may be asked for
//	history CUSTOMER CHANNEL/PURPOSE[/PARTY]
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		zone, err := time.LoadLocation("Asia/Shanghai")
		require.NoError(t, err)
		data, err := os.ReadFile("testdata/shop.json")
		require.NoError(t, err)
		rules, err := consent.ParseRules(data)
		require.NoError(t, err)
		policy, err := consent.New(rules, consent.Calendars{"calls": hours(zone, "10:00-19:00", "10:00-12:00")}, zone)
		require.NoError(t, err)
		s := &story{t: t, policy: policy, zone: zone, rules: rules, facts: map[customer.ID]consent.Facts{}}
		return s.tell
	})
}

type story struct {
	t      *testing.T
	policy *consent.Policy
	rules  consent.Rules
	zone   *time.Location
	store  journal.Mem[customer.ID, consent.Consents, consent.Entry]
	facts  map[customer.ID]consent.Facts
	words  int
}

func (s *story) at(step customertest.Step) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", step.Value("at"), s.zone)
	require.NoError(s.t, err, step.Where)
	return at
}

func (s *story) step(step customertest.Step, verb string) journal.Step {
	s.words++
	return journal.Step{Ref: verb + "-" + strconv.Itoa(s.words), By: "ann", At: s.at(step)}
}

func (s *story) tell(step customertest.Step) string {
	id := customer.ID(step.Words[0])
	switch step.Name {
	case "yes":
		return s.yes(id, step)
	case "confirmed":
		return told(s, step, id, consent.Confirm{Step: s.step(step, "confirm"), Grant: step.Words[1], Channel: step.Value("by")}, s.policy.Confirm)
	case "no":
		return told(s, step, id, consent.Decline{Step: s.step(step, "no"), Scope: scopeOf(step)}, s.policy.Decline)
	case "withdraw":
		return told(s, step, id, consent.Withdraw{Step: s.step(step, "withdraw"), Scope: scopeOf(step)}, s.policy.Withdraw)
	case "object":
		return told(s, step, id, consent.Object{Step: s.step(step, "object")}, s.policy.Object)
	case "restore":
		return told(s, step, id, consent.Restore{Step: s.step(step, "restore"), Evidence: consent.Evidence{Medium: "phone"}}, s.policy.Restore)
	case "contacted":
		facts := s.facts[id]
		facts.Contacts = append(facts.Contacts, consent.Contact{On: on(step.Value("on")), Purpose: step.Value("purpose")})
		s.facts[id] = facts
		return ""
	case "complaint":
		facts := s.facts[id]
		facts.OpenComplaint = step.Words[1] == "open"
		s.facts[id] = facts
		return ""
	case "invalid":
		facts := s.facts[id]
		facts.Invalid = append(facts.Invalid, step.Words[1])
		s.facts[id] = facts
		return ""
	case "may", "allowed":
		return s.answer(id, step)
	case "ask":
		asks, err := s.policy.Missing(s.said(id), s.at(step))
		require.NoError(s.t, err, step.Where)
		var lines []string
		for _, ask := range asks {
			line := ask.Purpose
			if ask.Party != "" {
				line += " of " + ask.Party
			}
			if len(ask.Channels) > 0 {
				line += " by " + strings.Join(ask.Channels, ", ")
			}
			lines = append(lines, line+": "+consent.Explain(ask.Because, language(step)))
		}
		return strings.Join(lines, "\n")
	case "history":
		var lines []string
		for _, record := range s.said(id).History(question(step.Words[1])) {
			line := record.At.In(s.zone).Format("2006-01-02 15:04 ") + record.Said.String() + " " + record.Ref
			for _, text := range []string{record.Evidence.Notice, record.Evidence.Record, record.Recipient.Name, strings.Join(record.Recipient.Data, ", ")} {
				if text != "" {
					line += "; " + text
				}
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "\n")
	}
	s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	return ""
}

func scopeOf(step customertest.Step) (scope consent.Scope) {
	if purpose := step.Value("purpose"); purpose != "" {
		scope.Purposes = []string{purpose}
	}
	if channel := step.Value("channel"); channel != "" {
		scope.Channels = []string{channel}
	}
	scope.Party = step.Value("party")
	return scope
}

func language(step customertest.Step) customer.Language {
	if step.Value("in") == "chinese" {
		return customer.Chinese
	}
	return customer.English
}

func (s *story) said(id customer.ID) consent.Consents {
	said, _, err := s.store.Load(s.t.Context(), id)
	require.NoError(s.t, err)
	return said
}

func (s *story) yes(id customer.ID, step customertest.Step) string {
	give := consent.Give{
		Step: s.step(step, "yes"), Boxes: boxesOf(step.Words[1:]...), Party: step.Value("to"), Guardian: step.Value("guardian"), Condition: step.Value("for"),
		Evidence: consent.Evidence{Medium: "paper", Record: step.Value("form")}, Years: 30,
	}
	if age := step.Value("age"); age != "" {
		give.Years, _ = strconv.Atoi(age)
	}
	if seen := step.Value("seen"); seen != "" {
		for _, notice := range s.rules.Notices {
			if notice.ID == seen {
				give.Evidence.Notice, give.Evidence.Version, give.Evidence.Hash = notice.ID, notice.Version, notice.Hash
			}
		}
	}
	return told(s, step, id, give, s.policy.Give)
}

// told books a command and tells why, or what is missing.
func told[C journal.Command](s *story, step customertest.Step, id customer.ID, asked C, decide func(consent.Consents, C) (consent.Decision, error)) string {
	answer, err := journal.Book(s.t.Context(), &s.store, id, asked, decide)
	reasons := answer.Decision.Reasons
	var refusal *customer.Refusal
	var lines []string
	if errors.As(err, &refusal) {
		lines, reasons = []string{"refused"}, refusal.Missing
	} else {
		require.NoError(s.t, err, step.Where)
		lines = []string{"booked as " + asked.Given().Ref}
	}
	for _, reason := range reasons {
		lines = append(lines, "    "+consent.Explain(reason, language(step)))
	}
	return strings.Join(lines, "\n")
}

func (s *story) answer(id customer.ID, step customertest.Step) string {
	q, at := question(step.Words[1]), s.at(step)
	var answer consent.Answer
	var err error
	if step.Name == "may" {
		answer, err = s.policy.May(s.said(id), q, s.facts[id], at)
	} else {
		answer, err = s.policy.Allowed(s.said(id), q, at)
	}
	require.NoError(s.t, err, step.Where)
	if answer.Allowed {
		line := "yes: " + consent.Explain(answer.Because, language(step))
		if v := answer.Grant.Evidence; v.Record != "" {
			line += "; " + v.Medium + ", " + v.Record
		}
		return line
	}
	lines := []string{"no"}
	for _, reason := range answer.Missing {
		lines = append(lines, "    "+consent.Explain(reason, language(step)))
	}
	if !answer.Until.IsZero() {
		lines[0] = "no, not before " + answer.Until.Format("Mon 2006-01-02 15:04")
	}
	return strings.Join(lines, "\n")
}
