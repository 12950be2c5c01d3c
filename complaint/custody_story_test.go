package complaint_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/complaint"
)

// showItems tells who has what of the customer's.
func (s *story) showItems(_ *testing.T, c complaint.Case, at time.Time) (lines []string) {
	for _, item := range c.Items {
		hold, held := item.Holder(at)
		switch {
		case held && hold.Lost:
			lines = append(lines, fmt.Sprintf("%s (%s): lost, and %s answers for it", item.ID, item.Receipt, hold.Holder))
		case held:
			lines = append(lines, fmt.Sprintf("%s (%s): with %s since %s", item.ID, item.Receipt, hold.Holder, s.language.Instant(hold.From.In(s.zone))))
		case item.Fate != 0:
			lines = append(lines, fmt.Sprintf("%s (%s): %s", item.ID, item.Receipt, item.Fate))
		}
		added, gone := item.Difference()
		for _, note := range added {
			lines = append(lines, "    new: "+note)
		}
		for _, note := range gone {
			lines = append(lines, "    gone: "+note)
		}
	}
	return lines
}
