package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/complaint"
)

// showRemedies shows each remedy, and what is claimed, accepted and paid.
func (s *story) showRemedies(_ *testing.T, c complaint.Case, _ time.Time) (lines []string) {
	for _, one := range c.Remedies {
		line := fmt.Sprintf("%s: %s for %s", one.Remedy, one.Kind, one.Issue)
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
