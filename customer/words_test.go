package customer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
)

// A sentence stands in the language that is asked for, with the values in its own order, and money in
// the currency, or in minor units where nobody has said which.
func TestWords(t *testing.T) {
	english, chinese := customer.Words{Language: customer.English}, customer.Words{Language: customer.Chinese}
	assert.Equal(t, "2 of 3", english.In("%d of %d", "%[2]d个中的%[1]d个", 2, 3))
	assert.Equal(t, "3个中的2个", chinese.In("%d of %d", "%[2]d个中的%[1]d个", 2, 3))
	assert.Equal(t, "none", english.In("none", "无"))
	assert.Equal(t, "无", chinese.In("none", "无"))
	for n, want := range map[int64][2]string{0: {"0 days", "0天"}, 1: {"1 day", "1天"}, 30: {"30 days", "30天"}} {
		assert.Equal(t, want, [2]string{english.CountIn(n, "day", "天"), chinese.CountIn(n, "day", "天")})
	}
	for minor, want := range map[int64][2]string{
		0: {"0 minor units", "0（最小货币单位）"}, 1: {"1 minor unit", "1（最小货币单位）"}, -1234: {"-1234 minor units", "-1234（最小货币单位）"},
	} {
		assert.Equal(t, want, [2]string{english.Money(minor), chinese.Money(minor)})
	}
	english.Currency, chinese.Currency = customer.Currency{Code: "EUR", Digits: 2}, customer.Currency{Code: "EUR", Digits: 2}
	assert.Equal(t, "12.34 EUR", english.Money(1234))
	assert.Equal(t, "12.34 EUR", chinese.Money(1234))
	assert.Equal(t, "unset is told in English", customer.Language(0).In("unset is told in English", "中文"))
}
