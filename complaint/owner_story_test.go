package complaint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The steps of ownership:
//
//	away AGENT from= to=     somebody of the staff is away; without to= she has left
//	owner CASE               who has the case, and what it has cost the customer
//	trips CASE               where the customer was sent

func (s *story) away(t *testing.T, step customertest.Step) string {
	t.Helper()
	agent, known := s.roster[step.Words[0]]
	require.True(t, known, step.Where)
	span := customer.Span{From: s.instant(t, step.Where, step.Value("from"))}
	if to := step.Value("to"); to != "" {
		span.To = s.instant(t, step.Where, to)
	}
	agent.Away = append(agent.Away, span)
	s.roster[agent.ID] = agent
	return "noted"
}

func (s *story) owner(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	effort := c.Effort()
	lines := []string{
		"with " + ownerText(c.Owner),
		fmt.Sprintf("%d handoffs, %d of them cold; waited %d min; %d contacts, %d desks",
			effort.Handoffs, effort.Cold, effort.WaitSeconds/60, effort.Contacts, effort.Desks),
	}
	if offer, waits := c.Offer(); waits {
		lines = append(lines, "offered to "+ownerText(offer.To))
	}
	return strings.Join(lines, "\n")
}

func ownerText(owner complaint.Owner) string {
	text := owner.Desk
	if owner.Agent != "" {
		text = owner.Agent + " of " + text
	}
	if owner.Tier > 0 {
		text += fmt.Sprintf(", tier %d", owner.Tier)
	}
	return text
}

func (s *story) trips(t *testing.T, step customertest.Step) string {
	t.Helper()
	c, _, err := s.store.Load(t.Context(), complaint.ID(step.Words[0]))
	require.NoError(t, err)
	var lines []string
	for _, trip := range s.policy.Trips(c) {
		lines = append(lines, fmt.Sprintf("%s: %d stops in %s", s.language.Day(trip.Day), len(trip.Stops), trip.Took()))
		for _, stop := range trip.Stops {
			line := stop.Arrived.Format("  15:04 ") + stop.Desk
			if stop.Site != "" {
				line += " at " + stop.Site
			}
			if !stop.Left.IsZero() {
				line += stop.Left.Format(", sent on 15:04: ") + stop.Reason
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
