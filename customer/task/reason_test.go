package task_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/task"
)

// Every code, in both languages, with one of what it speaks of and with nothing. A code that is
// renamed is a migration: codes are stored. Row B12.
func TestExplain(t *testing.T) {
	var all strings.Builder
	latin, han := regexp.MustCompile(`[A-Za-z]{2,}`), regexp.MustCompile(`\p{Han}|[，。；：“”（）]`)
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, zone(t))
	{
		for _, code := range customertest.Codes(t, "reason.go") {
			require.True(t, strings.HasPrefix(code, "task."), code)
			for _, reason := range []customer.Reason{
				{Code: code, Of: "x1", Fact: 1, Mark: 2, At: at, On: day(t, "2026-11-25"), By: day(t, "2026-12-01")},
				{Code: code, Of: "x1", Fact: 850, Mark: 1000, At: at, On: day(t, "2026-12-31"), By: day(t, "2027-01-02")},
				{Code: code},
			} {
				english, chinese := task.Explain(reason, customer.English), task.Explain(reason, customer.Chinese)
				for _, text := range []string{english, chinese} {
					assert.NotContains(t, text, "%!", code)
					assert.NotContains(t, text, code)
					assert.NotEmpty(t, text)
				}
				assert.False(t, latin.MatchString(strings.NewReplacer("x1", "", "CST", "", "UTC", "").Replace(chinese)), "%s: %s", code, chinese)
				assert.False(t, han.MatchString(english), "%s: %s", code, english)
				if reason.Of != "" && !strings.Contains(all.String(), code+"\n\t"+english+"\n") {
					fmt.Fprintf(&all, "%s\n\t%s\n\t%s\n", code, english, chinese)
				}
			}
		}
	}
	customertest.Golden(t, "reasons.golden", all.String())

	assert.Equal(t, customer.Explain(customer.Reason{Code: customer.CodeNoDay}, customer.English), task.Explain(customer.Reason{Code: customer.CodeNoDay}, customer.English))
	assert.Equal(t, "x.y", task.Explain(customer.Reason{Code: "x.y"}, customer.English))
}
