package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/complaint"
)

// storyPromises shows what became of each promise.
//
//nolint:thelper // the signature of storyShows
func storyPromises(_ *story, _ *testing.T, c complaint.Case, at time.Time) []string {
	var lines []string
	for _, one := range c.Commitments {
		line := fmt.Sprintf("%s %s: %s", one.Kind, one.Promise, one.Verdict(at))
		if one.Chases+one.LateChases > 0 {
			line += fmt.Sprintf(", chased %d before and %d after", one.Chases, one.LateChases)
		}
		lines = append(lines, line)
	}
	return lines
}
