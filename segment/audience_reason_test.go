package segment_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// audienceSentence is a code, its stored text without "segment.", and its sentences.
type audienceSentence struct {
	code, text       string
	reason           customer.Reason // Code and Rule are set by the test
	english, chinese string          // after "book/1 leaf: " and "book/1 leaf："
}

func audienceSentences() []audienceSentence {
	n := func(fact, mark int64, unit customer.Unit) customer.Reason {
		return customer.Reason{Fact: fact, Mark: mark, Unit: unit}
	}
	return []audienceSentence{
		{segment.CodeAudienceTrait, "audience-trait", n(0, 0, 0), "she has the trait", "具有该特征"},
		{segment.CodeAudienceNotTrait, "audience-not-trait", n(0, 0, 0), "she does not have the trait", "不具有该特征"},
		{segment.CodeAudienceNoTrait, "audience-no-trait", n(0, 0, 0), "the trait was not looked for", "未推断该特征"},
		{segment.CodeAudienceCell, "audience-cell", n(33, 1<<8, 0), "her cell store-loyal/heavy is one of store-loyal/heavy", "所在格store-loyal/heavy属于所要求的store-loyal/heavy"},
		{segment.CodeAudienceNotCell, "audience-not-cell", n(21, 1<<8|1, 0), "her cell switcher/light is none of national-loyal/light, store-loyal/heavy", "所在格switcher/light不属于所要求的national-loyal/light、store-loyal/heavy"},
		{segment.CodeAudienceNoCell, "audience-no-cell", n(30, 1<<8, 0), "her cell store-loyal/unknown does not tell whether it is one of store-loyal/heavy", "由所在格store-loyal/unknown无法判断是否属于所要求的store-loyal/heavy"},
		{segment.CodeAudienceGroup, "audience-group", n(0, 2, 0), "her RFM group is among the 2 asked for", "RFM组属于所要求的2组"},
		{segment.CodeAudienceNotGroup, "audience-not-group", n(0, 2, 0), "her RFM group is not among the 2 asked for", "RFM组不属于所要求的2组"},
		{segment.CodeAudienceNoGroup, "audience-no-group", n(0, 2, 0), "her RFM group is not known", "RFM组未知"},
		{segment.CodeAudienceLabel, "audience-label", n(1, 2, 0), "of her texts (1) one is among the 2 asked for", "已有标签(1个)中有一个属于所要求的2个"},
		{segment.CodeAudienceNotLabel, "audience-not-label", n(1, 2, 0), "of her texts (1) none is among the 2 asked for", "已有标签(1个)均不属于所要求的2个"},
		{segment.CodeAudienceNoLabel, "audience-no-label", n(0, 2, 0), "it is not known of her", "该项未知"},
		{segment.CodeAudienceFrom, "audience-from", n(30, 25, customer.UnitDays), "30 days, at least 25 days", "30天，不低于25天"},
		{segment.CodeAudienceBelow, "audience-below", n(1, 25, customer.UnitDays), "1 day, below 25 days", "1天，低于25天"},
		{segment.CodeAudienceTo, "audience-to", n(250, 300, customer.UnitPermille), "25 %, at most 30 %", "25 %，不超过30 %"},
		{segment.CodeAudienceAbove, "audience-above", n(1500, 1000, customer.UnitUsage), "1.5, above 1", "1.5，超过1"},
		{segment.CodeAudienceNoNumber, "audience-no-number", n(0, 0, 0), "the figure is not known", "该数值未知"},
		{segment.CodeAudienceOtherUnit, "audience-other-unit", n(30, 0, customer.UnitDays), "30 days is not in the unit asked for", "30天的单位与所要求的不同"},
		{segment.CodeAudienceAgeFrom, "audience-age-from", n(18, 18, customer.UnitYears), "18 years old, at least 18", "18周岁，不小于18周岁"},
		{segment.CodeAudienceAgeBelow, "audience-age-below", n(17, 18, customer.UnitYears), "17 years old, younger than 18", "17周岁，小于18周岁"},
		{segment.CodeAudienceAgeTo, "audience-age-to", n(35, 35, customer.UnitYears), "35 years old, at most 35", "35周岁，不大于35周岁"},
		{segment.CodeAudienceAgeAbove, "audience-age-above", n(36, 35, customer.UnitYears), "36 years old, older than 35", "36周岁，大于35周岁"},
		{segment.CodeAudienceNoAge, "audience-no-age", n(0, 0, 0), "the day of birth is not known", "出生日期未知"},
		{segment.CodeAudienceReturns, "audience-returns", n(100, 100, customer.UnitPermille), "brought back 10 %, at most 10 %", "退货率10 %，不超过10 %"},
		{segment.CodeAudienceTooManyReturns, "audience-too-many-returns", n(101, 100, customer.UnitPermille), "brought back 10.1 %, more than 10 %", "退货率10.1 %，超过10 %"},
		{segment.CodeAudienceNoReturns, "audience-no-returns", n(0, 100, customer.UnitPermille), "no rate of returns is known", "退货率未知"},
		{segment.CodeAudiencePayments, "audience-payments", n(1, 1, customer.UnitTimes), "overdue payments: 1, at most 1", "逾期付款1次，不超过1次"},
		{segment.CodeAudienceOverdue, "audience-overdue", n(2, 1, customer.UnitTimes), "overdue payments: 2, more than 1", "逾期付款2次，超过1次"},
		{segment.CodeAudienceNoPayments, "audience-no-payments", n(0, 1, customer.UnitTimes), "nothing is known of her payments", "付款情况未知"},
		{segment.CodeAudienceTenure, "audience-tenure", n(30, 30, customer.UnitDays), "a customer for 30 days, at least 30 days", "成为顾客30天，不少于30天"},
		{segment.CodeAudienceTooNew, "audience-too-new", n(1, 30, customer.UnitDays), "a customer for 1 day, less than 30 days", "成为顾客1天，不足30天"},
		{segment.CodeAudienceNoTenure, "audience-no-tenure", n(0, 30, customer.UnitDays), "it is not known since when she is a customer", "何时成为顾客未知"},
		{segment.CodeAudienceScope, "audience-scope", n(0, 1, 0), "she belongs to this industry", "属于该行业"},
		{segment.CodeAudienceNotScope, "audience-not-scope", n(0, 2, 0), "she belongs to another enterprise", "属于其他企业"},
		{segment.CodeAudienceNoScope, "audience-no-scope", n(0, 3, 0), "her service department is not known", "所属客户服务部门未知"},
		{segment.CodeAudienceTarget, "audience-target", n(1, 1, 0), "the customer is a person", "客户为个人"},
		{segment.CodeAudienceNotTarget, "audience-not-target", n(1, 2, 0), "the customer is a person, not a group", "客户为个人，而非团体"},
		{segment.CodeAudienceNoTarget, "audience-no-target", n(0, 2, 0), "it is not known whether the customer is a group", "客户是否为团体未知"},
	}
}

func traitSentences(t *testing.T) []audienceSentence {
	t.Helper()
	n := func(fact, mark int64, unit customer.Unit) customer.Reason {
		return customer.Reason{Fact: fact, Mark: mark, Unit: unit, On: day(t, "2026-04-20"), By: day(t, "2026-08-18")}
	}
	return []audienceSentence{
		{segment.CodeTraitDays, "trait-days", n(2, 1, customer.UnitDays), "bought on 2 days up to 20 Apr 2026, 1 needed", "截至2026年4月20日有2天购买(需1天)"},
		{segment.CodeTraitUnits, "trait-units", n(2500, 2000, customer.UnitUsage), "2.5 units kept up to 20 Apr 2026, 2 needed", "截至2026年4月20日保留2.5单位(需2单位)"},
		{segment.CodeTraitHolds, "trait-holds", n(9, 120, customer.UnitDays), "last bought on 20 Apr, holds until 18 Aug", "最近购买于4月20日，有效至8月18日(不含当日)"},
		{segment.CodeTraitNoEvidence, "trait-no-evidence", n(0, 0, 0), "nothing was bought and kept that says so", "没有购买并保留相关商品"},
		{segment.CodeTraitTooFewDays, "trait-too-few-days", n(1, 2, customer.UnitDays), "bought on 1 day up to 20 Apr 2026, too few: 2 are needed", "截至2026年4月20日仅1天购买，不足2天"},
		{segment.CodeTraitTooFewUnits, "trait-too-few-units", n(500, 2000, customer.UnitUsage), "0.5 units kept up to 20 Apr 2026, too few: 2 are needed", "截至2026年4月20日仅保留0.5单位，不足2单位"},
		{segment.CodeTraitExpired, "trait-expired", n(130, 120, customer.UnitDays), "last bought on 20 Apr, ended on 18 Aug", "最近购买于4月20日，已于8月18日失效"},
		{segment.CodeTraitBroughtBack, "trait-brought-back", n(1, 3, customer.UnitDays), "the goods of 1 of 3 days were brought back", "3个购买日中有1个的商品已退回"},
	}
}

// Codes and sentences, pinned: the codes stand in hosts' tables.
func TestExplainAudiencesAndTraits(t *testing.T) {
	for file, sentences := range map[string][]audienceSentence{
		"audience_reason.go": audienceSentences(), "trait_reason.go": traitSentences(t),
	} {
		var rendered []string
		for _, test := range sentences {
			assert.Equal(t, "segment."+test.text, test.code)
			rendered = append(rendered, test.code)
			reason := test.reason
			reason.Code, reason.Rule = test.code, "book/1 leaf"
			assert.Equal(t, "book/1 leaf: "+test.english, segment.Explain(reason, customer.English))
			chinese := segment.Explain(reason, customer.Chinese)
			assert.Equal(t, "book/1 leaf："+test.chinese, chinese)
			assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
			assert.Equal(t, segment.Explain(reason, customer.English), segment.Explain(reason, 0))
			for _, extreme := range []int64{-1 << 63, 0, 1<<63 - 1} {
				reason := customer.Reason{Code: test.code, Fact: extreme, Mark: extreme, Unit: customer.UnitDays}
				for _, language := range []customer.Language{customer.English, customer.Chinese} {
					assert.NotContains(t, segment.Explain(reason, language), "%!", test.code)
				}
			}
		}
		assert.ElementsMatch(t, declaredCodes(t, file), rendered, file)
	}
	none := customer.Reason{Code: "segment.audience-none"}
	assert.Equal(t, none.Code, segment.Explain(none, customer.Chinese))
}
