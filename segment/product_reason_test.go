package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// productExplained is every code of product grades, commissions, product stages and growth,
// with a fact and a mark, its stored text and its sentences.
func productExplained() []struct {
	code, text       string
	fact, mark       int64
	english, chinese string
} {
	return []struct {
		code, text       string
		fact, mark       int64
		english, chinese string
	}{
		{
			segment.CodeGradeNoCost, "segment.grade-no-cost", 0, 3,
			"no grade: none of the 3 lines sold has its price, cost and quantity", "不分级：售出的3行中，没有一行的售价、成本和数量都已知",
		},
		{
			segment.CodeGradeCosted, "segment.grade-costed", 2, 3,
			"price, cost and quantity are known of 2 of 3 lines", "3行中有2行的售价、成本和数量已知",
		},
		{
			segment.CodeGradeThinCost, "segment.grade-thin-cost", 333, 500,
			"no grade: the cost is known of 33.3 % of the lines, 50 % are needed", "不分级：成本已知的行占33.3 %，需50 %",
		},
		{
			segment.CodeGradeNothingKept, "segment.grade-nothing-kept", -150, -1000,
			"no grade: after returns -150 minor units of revenue and -1 units are left", "不分级：扣除退货后收入为-150(最小货币单位)，剩余-1件",
		},
		{
			segment.CodeGradeProfit, "segment.grade-profit", 2000, 5000,
			"profit of 2000 minor units on a revenue of 5000", "收入5000，利润2000(最小货币单位)",
		},
		{
			segment.CodeGradeReached, "segment.grade-reached", 400, 400,
			"book/2 A: margin 40 %, reached from 40 %", "book/2 A：利润率40 %，达到40 %",
		},
		{
			segment.CodeGradeBelow, "segment.grade-below", 399, 400,
			"not book/2 A: margin 39.9 %, reached from 40 %", "未达book/2 A：利润率39.9 %，低于40 %",
		},
		{
			segment.CodeGradeUnitReached, "segment.grade-unit-reached", 250, 200,
			"book/2 A: profit of 250 minor units on one unit, reached from 200", "book/2 A：每件利润250，达到200(最小货币单位)",
		},
		{
			segment.CodeGradeUnitBelow, "segment.grade-unit-below", -5, 200,
			"not book/2 A: profit of -5 minor units on one unit, reached from 200", "未达book/2 A：每件利润-5，低于200(最小货币单位)",
		},
		{
			segment.CodeCommissionEarned, "segment.commission-earned", 500, 10010,
			"book/2 A: 500 minor units of commission on 10010", "book/2 A：基数10010，提成500(最小货币单位)",
		},
		{
			segment.CodeCommissionTaken, "segment.commission-taken-back", 166, 500,
			"166 of the 500 minor units of commission on the line are taken back", "该行提成500，收回166(最小货币单位)",
		},
		{
			segment.CodeCommissionUnsuitable, "segment.commission-unsuitable", 2, 0,
			"no commission on line 2: it was found not to suit the customer", "第2行不计提成：经评估不适合该顾客",
		},
		{
			segment.CodeCommissionUnchecked, "segment.commission-unchecked", 2, 0,
			"no commission on line 2: whether it suits the customer was not checked first", "第2行不计提成：未先做适合性评估",
		},
		{
			segment.CodeCommissionNoGrade, "segment.commission-no-grade", 2, 0,
			"no commission on line 2: its product has no grade", "第2行不计提成：产品未分级",
		},
		{
			segment.CodeCommissionNoRate, "segment.commission-no-rate", 2, 0,
			"no commission on line 2: its grade has no rate in book/2 A", "第2行不计提成：book/2 A未规定该等级的比例",
		},
		{
			segment.CodeCommissionNoPrice, "segment.commission-no-price", 2, 0,
			"no commission on line 2: its price is not known", "第2行不计提成：售价不明",
		},
		{
			segment.CodeCommissionNoCost, "segment.commission-no-cost", 2, 0,
			"no commission on line 2: its cost is not known", "第2行不计提成：成本不明",
		},
		{
			segment.CodeCommissionNoProfit, "segment.commission-no-profit", 2, 0,
			"no commission on line 2: it was sold without a profit", "第2行不计提成：没有利润",
		},
		{
			segment.CodeCommissionBooked, "segment.commission-booked", 4, 0,
			"the sale is booked already, with 4 entries", "该笔销售已入账，共4条",
		},
		{
			segment.CodeCommissionNoSale, "segment.commission-no-sale", 0, 0,
			"the sale is not booked yet", "该笔销售尚未入账",
		},
		{
			segment.CodeCommissionTooMany, "segment.commission-too-many", 2000, 1500,
			"2 units came back, of the line 1.5 are left", "退回2件，该行只剩1.5件",
		},
		{
			segment.CodeStageNeverSold, "segment.stage-never-sold", 0, 0,
			"not sold in any whole month so far", "至今没有任何完整月份有销售",
		},
		{
			segment.CodeStageGone, "segment.stage-gone", 4, 3,
			"no sale for 4 months, discontinued from 3", "已4个月没有销售，满3个月视为退市",
		},
		{
			segment.CodeStageNew, "segment.stage-new", 1, 7,
			"on sale for 1 month, new until 7", "上市1个月，满7个月前为导入期",
		},
		{
			segment.CodeStageAge, "segment.stage-age", 19, 7,
			"on sale for 19 months, no longer new from 7", "上市19个月，已过7个月的导入期",
		},
		{
			segment.CodeStageOlder, "segment.stage-older", 12, 0,
			"on sale for 12 months at least: it may be older than what is known", "上市至少12个月，可能早于已知数据",
		},
		{
			segment.CodeStageShort, "segment.stage-short", 5, 6,
			"5 months are known, too few to compare: 6 are needed", "已知5个完整月份，不足以比较(需6个)",
		},
		{
			segment.CodeStageUnmeasured, "segment.stage-unmeasured", 2, 0,
			"lines without a quantity, which count as nothing: 2", "2行数量不明，按零计",
		},
		{
			segment.CodeStageFewUnits, "segment.stage-few-units", 1500, 200000,
			"1.5 units in both windows, too few to tell: 200 are needed", "两个期间共1.5单位，不足以判断(需200)",
		},
		{
			segment.CodeStageSeason, "segment.stage-season", 735000, 711000,
			"735 units from 29 Feb 2024 on, 711 in the same months from 28 Feb 2023 on", "自2024年2月29日起735单位，上年同期(自2023年2月28日起)711单位",
		},
		{
			segment.CodeStageBefore, "segment.stage-before", 735000, 711000,
			"735 units from 29 Feb 2024 on, 711 in the months before, from 28 Feb 2023 on", "自2024年2月29日起735单位，此前各月(自2023年2月28日起)711单位",
		},
		{
			segment.CodeStageNoBase, "segment.stage-no-base", 735000, 0,
			"growth: 735 units after none, so there is no rate", "成长期：从零增至735单位，没有增幅可言",
		},
		{
			segment.CodeStageStays, "segment.stage-stays", 1, 2,
			"in its stage for 1 month, it stays at least 2", "处于当前阶段1个月，至少保持2个月",
		},
		{
			segment.CodeStageGrows, "segment.stage-grows", 200, 200,
			"change 20 %, growth from 20 %", "变化20 %，达到20 %即为成长期",
		},
		{
			segment.CodeStageBelowGrowth, "segment.stage-below-growth", 33, 200,
			"change 3.3 %, below 20 % where growth begins", "变化3.3 %，低于成长期界限20 %",
		},
		{
			segment.CodeStageDeclines, "segment.stage-declines", -250, -200,
			"change -25 %, decline from -20 %", "变化-25 %，降到-20 %即为衰退期",
		},
		{
			segment.CodeStageAboveDecline, "segment.stage-above-decline", 33, -200,
			"change 3.3 %, above -20 % where decline begins", "变化3.3 %，高于衰退期界限-20 %",
		},
		{
			segment.CodeStageKeptGrowth, "segment.stage-kept-growth", 60, 50,
			"stays in growth: change 6 %, over only at 5 %", "仍为成长期：变化6 %，降到5 %才结束",
		},
		{
			segment.CodeStageKeptDecline, "segment.stage-kept-decline", -60, -50,
			"stays in decline: change -6 %, over only at -5 %", "仍为衰退期：变化-6 %，升到-5 %才结束",
		},
		{
			segment.CodeGrowthUnpriced, "segment.growth-unpriced", 2, 40,
			"the amount of 2 of 40 lines is not known and counts as 0", "40行中有2行金额不明，按零计",
		},
		{
			segment.CodeGrowthUnpricedThen, "segment.growth-unpriced-then", 2, 3,
			"the amount of 2 of 3 lines then is not known and counts as 0", "对比期3行中有2行金额不明，按零计",
		},
		{
			segment.CodeGrowthNoRefund, "segment.growth-no-refund", 2, 3,
			"lines brought back whose refund is not known, so that nothing is taken off: 2, 3 then", "退货2行退款额不明，未予扣除，对比期3行",
		},
		{
			segment.CodeGrowthToDate, "segment.growth-to-date", 16, 15,
			"to date: 16 days up to 29 Feb 2024, against 15 days up to 28 Feb 2023", "截至2024年2月29日共16天，对比截至2023年2月28日的15天",
		},
		{
			segment.CodeGrowthUnequal, "segment.growth-unequal-days", 29, 28,
			"29 days are compared with 28", "以29天对比28天",
		},
		{
			segment.CodeGrowthWeek53, "segment.growth-week-53", 53, 52,
			"week 53, from 29 Feb 2024, is compared with week 52, from 28 Feb 2023", "第53周(自2024年2月29日起)与第52周(自2023年2月28日起)对比",
		},
		{
			segment.CodeGrowthLeapDay, "segment.growth-leap-day", 0, 0,
			"29 Feb 2024 is compared with 28 Feb 2023", "2024年2月29日与2023年2月28日对比",
		},
		{
			segment.CodeGrowthSales, "segment.growth-sales", 16500, 15000,
			"sales less returns: 16500 minor units, 15000 then", "扣除退货后的销售额16500，对比期15000(最小货币单位)",
		},
		{
			segment.CodeGrowthBills, "segment.growth-bills", 2, 3,
			"bills: 2, 3 then", "账单2张，对比期3张",
		},
		{
			segment.CodeGrowthCustomers, "segment.growth-customers", 2, 1,
			"customers with a card: 2, 1 then", "持卡顾客2人，对比期1人",
		},
		{
			segment.CodeGrowthRate, "segment.growth-rate", -57, 0,
			"change -5.7 %", "增幅-5.7 %",
		},
		{
			segment.CodeGrowthNoBase, "segment.growth-no-base", 300, -20,
			"300 after -20: there is no rate", "本期300，对比期-20，没有增幅可言",
		},
		{
			segment.CodeGrowthFewBills, "segment.growth-few-bills", 1, 2,
			"small base, not ranked: bills then 1, needed 2", "基数太小，不参与排名：对比期账单1张，需2张",
		},
		{
			segment.CodeGrowthFewCustomers, "segment.growth-few-customers", 1, 2,
			"small base, not ranked: customers then 1, needed 2", "基数太小，不参与排名：对比期顾客1人，需2人",
		},
		{
			segment.CodeGrowthRank, "segment.growth-rank", 2, 6,
			"rank 2 of 6", "第2名，共6个",
		},
		{
			segment.CodeMemberSales, "segment.member-sales", 40500, 47500,
			"sales with a card: 40500 of 47500 minor units", "全部销售额47500中持卡销售额40500(最小货币单位)",
		},
		{
			segment.CodeMemberBills, "segment.member-bills", 4, 5,
			"bills with a card: 4 of 5", "全部账单5张中持卡账单4张",
		},
		{
			segment.CodeMemberReached, "segment.member-reached", 852, 750,
			"members' share of sales 85.2 %, at least 75 %", "会员占销售额85.2 %，达到75 %",
		},
		{
			segment.CodeMemberBelow, "segment.member-below", 852, 900,
			"members' share of sales 85.2 %, below 90 %", "会员占销售额85.2 %，低于90 %",
		},
		{
			segment.CodeMemberNoSales, "segment.member-no-sales", 0, 0,
			"nothing was sold whose amount is known, so there is no share", "没有金额已知的销售，无占比可言",
		},
	}
}

func TestExplainProducts(t *testing.T) {
	for _, test := range productExplained() {
		assert.Equal(t, test.text, test.code)
		reason := customer.Reason{Code: test.code, Rule: "book/2 A", Fact: test.fact, Mark: test.mark, On: day(t, "2024-02-29"), By: day(t, "2023-02-28")}
		assert.Equal(t, test.english, segment.Explain(reason, customer.English))
		assert.Equal(t, test.chinese, segment.Explain(reason, customer.Chinese))
		assert.Equal(t, test.english, segment.Explain(reason, 0), "a language that is not known reads English")
		for _, figure := range []int64{-1 << 63, 0, 1<<63 - 1} {
			reason := customer.Reason{Code: test.code, Fact: figure, Mark: figure}
			assert.NotContains(t, segment.Explain(reason, customer.English)+segment.Explain(reason, customer.Chinese), "%!")
		}
	}
}

// No code of these files may be missing above.
func TestExplainKnowsEveryProductCode(t *testing.T) {
	var rendered []string
	for _, test := range productExplained() {
		rendered = append(rendered, test.text)
	}
	assert.ElementsMatch(t, declaredCodes(t,
		"productgrade_reason.go", "commission_reason.go", "productstage_reason.go", "growth_reason.go"), rendered)
}
