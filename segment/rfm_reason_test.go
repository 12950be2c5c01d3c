package segment_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// rfmZone loads a zone where there is no testing.TB.
func rfmZone(name string) (*time.Location, error) { return time.LoadLocation(name) }

// rfmExplained is every code of the scores, its stored text, and its sentences.
func rfmExplained() []struct {
	reason                 customer.Reason
	text, english, chinese string
} {
	const days, times, minor = customer.UnitDays, customer.UnitTimes, customer.UnitMinor
	return []struct {
		reason                 customer.Reason
		text, english, chinese string
	}{
		{
			customer.Reason{Code: segment.CodeRFMNoPurchase, Mark: 365, Unit: days, By: on},
			"segment.rfm-no-purchase",
			"no scores: bought nothing in the 365 days before 25 Nov 2025", "无评分：2025年11月25日之前的365天内没有购买",
		},
		{
			customer.Reason{Code: segment.CodeRFMRecency, Fact: 1, Mark: 5, Unit: days, On: on - 1, By: on},
			"segment.rfm-recency",
			"recency 5: last bought on 24 Nov 2025, 1 day before 25 Nov 2025", "最近购买5分：最近一次购买在2025年11月24日，距2025年11月25日1天",
		},
		{
			customer.Reason{Code: segment.CodeRFMFrequency, Fact: 4, Mark: 3, Unit: times},
			"segment.rfm-frequency",
			"frequency 3: bought on 4 days", "购买频率3分：购买日4天",
		},
		{
			customer.Reason{Code: segment.CodeRFMFrequency, Fact: 4, Unit: times},
			"segment.rfm-frequency",
			"frequency without a score: bought on 4 days", "购买频率无评分：购买日4天",
		},
		{
			customer.Reason{Code: segment.CodeRFMMonetary, Fact: -5000, Mark: 1, Unit: minor},
			"segment.rfm-monetary",
			"monetary 1: paid -50.00 EUR for what she kept", "消费金额1分：保留的商品实付-50.00 EUR",
		},
		{
			customer.Reason{Code: segment.CodeRFMNoMoney, Mark: 3, Unit: times},
			"segment.rfm-no-money",
			"monetary without a score: no price is known (lines bought: 3)", "消费金额无评分：购买的3行均无价格",
		},
		{
			customer.Reason{Code: segment.CodeRFMUnpriced, Fact: 2, Mark: 7, Unit: times},
			"segment.rfm-unpriced",
			"2 of her 7 lines have no price and count no money", "7行中有2行没有价格，不计入金额",
		},
		{
			customer.Reason{Code: segment.CodeRFMReturned, Fact: 9000, Mark: 4000, Unit: minor},
			"segment.rfm-returned",
			"brought back 90.00 EUR, more than she bought, 40.00 EUR: the lowest score", "退回90.00 EUR，超过购买的40.00 EUR：最低分",
		},
		{customer.Reason{Code: segment.CodeRFMNoCuts, Unit: days}, "segment.rfm-no-cuts", "no cuts have been fitted for recency", "最近购买的分界尚未拟合"},
		{customer.Reason{Code: segment.CodeRFMNoCuts, Unit: times}, "segment.rfm-no-cuts", "no cuts have been fitted for frequency", "购买频率的分界尚未拟合"},
		{customer.Reason{Code: segment.CodeRFMNoCuts, Unit: minor}, "segment.rfm-no-cuts", "no cuts have been fitted for monetary", "消费金额的分界尚未拟合"},
		{
			customer.Reason{Code: segment.CodeRFMWithin, Fact: 12, Mark: 14, Unit: days},
			"segment.rfm-within",
			"12 days ago, not more than 14", "距今12天，不超过14天",
		},
		{
			customer.Reason{Code: segment.CodeRFMBeyond, Fact: 15, Mark: 14, Unit: days},
			"segment.rfm-beyond",
			"15 days ago, more than 14", "距今15天，超过14天",
		},
		{
			customer.Reason{Code: segment.CodeRFMFrom, Fact: 4, Mark: 4, Unit: times},
			"segment.rfm-from",
			"4 days, at or above the cut of 4 days", "4天，达到分界4天",
		},
		{
			customer.Reason{Code: segment.CodeRFMFrom, Fact: 2700, Mark: 2500, Unit: minor},
			"segment.rfm-from",
			"27.00 EUR, at or above the cut of 25.00 EUR", "27.00 EUR，达到分界25.00 EUR",
		},
		{
			customer.Reason{Code: segment.CodeRFMBelow, Fact: 1, Mark: 2, Unit: times},
			"segment.rfm-below",
			"1 day, below the cut of 2 days", "1天，低于分界2天",
		},
		{
			customer.Reason{Code: segment.CodeRFMKeptWithin, Fact: 49, Mark: 49, Unit: days},
			"segment.rfm-kept-within",
			"keeps her score: 49 days ago, not more than 49", "保持原评分：距今49天，不超过49天",
		},
		{
			customer.Reason{Code: segment.CodeRFMKeptBeyond, Fact: 13, Mark: 12, Unit: days},
			"segment.rfm-kept-beyond",
			"keeps her score: 13 days ago, a better one only from 12 down", "保持原评分：距今13天，降到12天才提高",
		},
		{
			customer.Reason{Code: segment.CodeRFMKeptFrom, Fact: 45_500, Mark: 45_000, Unit: minor},
			"segment.rfm-kept-from",
			"keeps her score: 455.00 EUR, not below 450.00 EUR", "保持原评分：455.00 EUR，未低于450.00 EUR",
		},
		{
			customer.Reason{Code: segment.CodeRFMKeptBelow, Fact: 16, Mark: 17, Unit: times},
			"segment.rfm-kept-below",
			"keeps her score: 16 days, a better one only from 17 days", "保持原评分：16天，达到17天才提高",
		},
		{
			customer.Reason{Code: segment.CodeRFMGroup, Rule: "club/1 valuable", Fact: 555},
			"segment.rfm-group",
			"scores 555: valuable", "评分555：valuable",
		},
		{
			customer.Reason{Code: segment.CodeRFMKeep, Rule: "club/1 keep", Fact: 245},
			"segment.rfm-keep",
			"scores 245: keep, important and to be kept", "评分245：keep，属重要保持客户",
		},
		{
			customer.Reason{Code: segment.CodeRFMNoGroup, Fact: 50},
			"segment.rfm-no-group",
			"scores -5-: no group, since not all three are known", "评分-5-：三项不全，不归入任何客户群",
		},
	}
}

// Codes and sentences, pinned: the codes stand in hosts' tables.
func TestRFMExplain(t *testing.T) {
	rfm := newRFM(t, clubRules())
	seen := map[string]bool{}
	for _, test := range rfmExplained() {
		assert.Equal(t, test.text, test.reason.Code)
		seen[test.text] = true
		english, chinese := rfm.Explain(test.reason, customer.English), rfm.Explain(test.reason, customer.Chinese)
		assert.Equal(t, test.english, english)
		assert.Equal(t, test.chinese, chinese)
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
		assert.Equal(t, english, rfm.Explain(test.reason, 0), "a language that is not known reads English")
		if test.reason.Unit != customer.UnitMinor && test.reason.Rule == "" {
			assert.Equal(t, english, segment.Explain(test.reason, customer.English))
			assert.Equal(t, chinese, segment.Explain(test.reason, customer.Chinese))
		}
		for _, figure := range []int64{-1 << 63, 0, 1<<63 - 1} {
			extreme := test.reason
			extreme.Fact, extreme.Mark = figure, figure
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				assert.NotContains(t, segment.Explain(extreme, language)+rfm.Explain(extreme, language), "%!")
			}
		}
	}

	source, err := os.ReadFile("rfm_reason.go")
	require.NoError(t, err)
	declared := regexp.MustCompile(`= "(segment\.rfm-[a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(t, declared)
	for _, code := range declared {
		assert.True(t, seen[code[1]], "%s is explained above", code[1])
	}
	assert.Len(t, seen, len(declared))
}

// Without the rule book the currency is not known, and the group stands with its book.
func TestRFMExplainWithoutItsBook(t *testing.T) {
	money := customer.Reason{Code: segment.CodeRFMMonetary, Fact: 81_240, Mark: 4, Unit: customer.UnitMinor}
	assert.Equal(t, "monetary 4: paid 81240 minor units for what she kept", segment.Explain(money, customer.English))
	assert.Equal(t, "消费金额4分：保留的商品实付81240（最小货币单位）", segment.Explain(money, customer.Chinese))
	keep := customer.Reason{Code: segment.CodeRFMKeep, Rule: "club/1 keep", Fact: 245}
	assert.Equal(t, "scores 245: club/1 keep, important and to be kept", segment.Explain(keep, customer.English))

	other := customer.Reason{Code: segment.CodeLight, Fact: 24_000, Mark: 48_000}
	rfm := newRFM(t, clubRules())
	assert.Equal(t, segment.Explain(other, customer.English), rfm.Explain(other, customer.English))
}
