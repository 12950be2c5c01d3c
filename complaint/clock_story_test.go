package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
)

// showClocks tells the clocks of a case as they stand: the latest of each name.
//
//nolint:thelper // the signature of storyShows
func showClocks(s *story, t *testing.T, c complaint.Case, at time.Time) (lines []string) {
	t.Helper()
	latest := map[string]int{}
	for i := range c.Clocks {
		latest[c.Clocks[i].Name] = i
	}
	for i := range c.Clocks {
		if latest[c.Clocks[i].Name] != i {
			continue
		}
		reading, err := s.policy.Read(c.Clocks[i], at)
		require.NoError(t, err)
		for _, reason := range reading.Reasons() {
			lines = append(lines, s.policy.Explain(reason, s.language))
		}
	}
	return lines
}
