package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// approver is who approves: an agent=ID, with her absence and for whom she stands in.
func (s *story) approver(t *testing.T, step customertest.Step) complaint.Approver {
	t.Helper()
	agent, known := s.roster[step.Value("agent")]
	require.True(t, known, "%s: agent=%s is nobody", step.Where, step.Value("agent"))
	approver := s.away[agent.ID]
	approver.Agent = agent
	return approver
}

// playAway plays `away AGENT from= to=`.
func (s *story) playAway(t *testing.T, step customertest.Step) string {
	t.Helper()
	return s.absence(step.Words[0], func(approver *complaint.Approver) {
		approver.Away = customer.Span{From: s.instant(t, step.Where, step.Value("from")), To: s.instant(t, step.Where, step.Value("to"))}
	})
}

// playDeputy plays `deputy AGENT of=AGENT from= to=`.
func (s *story) playDeputy(t *testing.T, step customertest.Step) string {
	t.Helper()
	return s.absence(step.Words[0], func(approver *complaint.Approver) {
		away := customer.Span{From: s.instant(t, step.Where, step.Value("from")), To: s.instant(t, step.Where, step.Value("to"))}
		approver.Deputes = append(approver.Deputes, complaint.Deputy{Of: s.roster[step.Value("of")], Away: away})
	})
}

func (s *story) absence(agent string, change func(*complaint.Approver)) string {
	approver := s.away[agent]
	change(&approver)
	if s.away == nil {
		s.away = map[string]complaint.Approver{}
	}
	s.away[agent] = approver
	return agent
}

// showRemedies shows each remedy, and what is claimed, accepted and paid.
func (s *story) showRemedies(_ *testing.T, c complaint.Case, _ time.Time) (lines []string) {
	for _, one := range c.Remedies {
		line := fmt.Sprintf("%s: %s for %s", one.Ref, one.Kind, one.Issue)
		if one.AmountMinor > 0 {
			line += ", " + s.rules.Currency.Text(one.AmountMinor)
		}
		line += ", " + one.State.String()
		if one.PaidMinor > 0 {
			line += ", paid " + s.rules.Currency.Text(one.PaidMinor)
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		sums := c.Sums("")
		text := s.rules.Currency.Text
		lines = append(lines, fmt.Sprintf("claimed %s, accepted %s, paid %s, goodwill %s", text(sums.ClaimedMinor), text(sums.AcceptedMinor), text(sums.PaidMinor), text(sums.GoodwillMinor)))
	}
	return lines
}
