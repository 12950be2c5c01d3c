package digest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// Every code, in both languages, with one of what it speaks of and with nothing. A code that is
// renamed is a migration: codes are stored.
func TestExplain(t *testing.T) {
	var all strings.Builder
	latin, han := regexp.MustCompile(`[A-Za-z]{2,}`), regexp.MustCompile(`\p{Han}|[，。；：“”（）]`)
	for _, code := range customertest.Codes(t, "reason.go") {
		require.True(t, strings.HasPrefix(code, "digest."), code)
		for _, reason := range []customer.Reason{
			{Code: code, Rule: "x2", Of: "x1", Fact: 1, Mark: 2, On: day(t, "2026-11-25"), By: day(t, "2026-12-01")},
			{Code: code},
		} {
			english, chinese := digest.Explain(reason, customer.English), digest.Explain(reason, customer.Chinese)
			for _, text := range []string{english, chinese} {
				assert.NotContains(t, text, "%!", code)
				assert.NotContains(t, text, code)
				assert.NotEmpty(t, text)
			}
			assert.False(t, latin.MatchString(strings.NewReplacer("x1", "", "x2", "").Replace(chinese)), "%s: %s", code, chinese)
			assert.False(t, han.MatchString(english), "%s: %s", code, english)
			if reason.Of != "" {
				fmt.Fprintf(&all, "%s\n\t%s\n\t%s\n", code, english, chinese)
			}
		}
	}
	customertest.Golden(t, "reasons.golden", all.String())
	left := customer.Reason{Code: task.CodeLeft, Of: "ann", On: day(t, "2026-11-25")}
	assert.Equal(t, task.Explain(left, customer.English), digest.Explain(left, customer.English))
	assert.Equal(t, "x.y", digest.Explain(customer.Reason{Code: "x.y"}, customer.English))

	amount := customer.Reason{Code: digest.CodeAmount, Fact: 123_456, Mark: 100_000}
	assert.Equal(t, "its amount is 1234.56 CNY, and 1000.00 CNY or more is important", policy(t, rules()).Explain(amount, customer.English))
	r := rules()
	r.Currency, r.AmountMinor, r.Rises = customer.Currency{}, 0, nil
	assert.Equal(t, digest.Explain(amount, customer.Chinese), policy(t, r).Explain(amount, customer.Chinese))
}
