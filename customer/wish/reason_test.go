package wish_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// Every code reads as a sentence in both languages, with and without figures. Row B12.
func TestExplain(t *testing.T) {
	latin, han := regexp.MustCompile(`[A-Za-z]{2,}`), regexp.MustCompile(`\p{Han}|[，。；：“”（）]`)
	var lines strings.Builder
	for _, code := range customertest.Codes(t, "reason.go") {
		full := customer.Reason{
			Code: code, Rule: "r", Of: "k: v", Fact: 2, Mark: 3, At: at("2026-11-25 09:00").UTC(), On: day("2026-11-25"), By: day("2026-12-01"),
		}
		once := full
		once.Of, once.Fact, once.Mark = "o", 1, 1
		for _, r := range []customer.Reason{full, once, {Code: code}} {
			english, chinese := wish.Explain(r, customer.English), wish.Explain(r, customer.Chinese)
			for _, text := range []string{english, chinese} {
				assert.NotContains(t, text, code)
				assert.NotContains(t, text, "%!")
				assert.NotEmpty(t, text)
			}
			assert.False(t, han.MatchString(english), english)
			bare := strings.NewReplacer("UTC", "", "(k)", "").Replace(chinese)
			assert.False(t, latin.MatchString(bare), chinese)
			if r.Rule != "" {
				fmt.Fprintf(&lines, "%s\n\t%s\n\t%s\n", code, english, chinese)
			}
		}
	}
	customertest.Golden(t, "reasons.golden", lines.String())
}

func TestExplainMoney(t *testing.T) {
	r := customer.Reason{Code: wish.CodeWishPrice, Of: "B14", Fact: 699900, Mark: 650000}
	b := bookOf(t, whole())
	assert.Equal(t, "B14 costs 6999.00 CNY, and she pays at most 6500.00 CNY", b.Explain(r, customer.English))
	assert.Equal(t, "B14 costs 699900 minor units, and she pays at most 650000 minor units", wish.Explain(r, customer.English))
	rules := whole()
	rules.Currency = customer.Currency{}
	assert.Equal(t, wish.Explain(r, customer.Chinese), bookOf(t, rules).Explain(r, customer.Chinese))

	// Codes of package customer are rendered too; others are returned as they are.
	assert.Equal(t, "other.code", wish.Explain(customer.Reason{Code: "other.code"}, customer.English))
	require.Contains(t, wish.Explain(customer.Reason{Code: customer.CodeNoDay, Rule: "x/1"}, customer.English), "x/1")
	for days, want := range map[int64]string{-3: "3 days ago", 0: "in 0 days", 1: "in 1 day:"} {
		text := wish.Explain(customer.Reason{Code: wish.CodeNeedDue, Of: "quiet", Fact: days, By: day("2026-11-25")}, customer.English)
		assert.Contains(t, text, want)
	}
}

// What is full is named in the reader's language.
func TestExplainFull(t *testing.T) {
	for of, want := range map[string]string{"preferences": "偏好", "needs": "需求", "wishes": "心愿", "offers": "商品或服务"} {
		r := customer.Reason{Code: wish.CodeFull, Of: of, Mark: 1000}
		assert.Contains(t, wish.Explain(r, customer.Chinese), want)
		assert.Contains(t, wish.Explain(r, customer.English), of)
	}
}
