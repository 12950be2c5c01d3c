package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of growth and of the members' share. Rule is the rule book's name, money
// is in minor units. They are format.
const (
	CodeGrowthUnpriced     = "segment.growth-unpriced"      // Fact: lines whose amount is not known, counted as 0; Mark: lines
	CodeGrowthUnpricedThen = "segment.growth-unpriced-then" // the same of the earlier period
	CodeGrowthNoRefund     = "segment.growth-no-refund"     // Fact: lines brought back now whose refund is not known, taken off as 0; Mark: then
	CodeGrowthToDate       = "segment.growth-to-date"       // Fact: days now, up to On; Mark: days then, up to By
	CodeGrowthUnequal      = "segment.growth-unequal-days"  // Fact: days now; Mark: days then
	CodeGrowthWeek53       = "segment.growth-week-53"       // Fact: ISO week now, from On; Mark: ISO week then, from By
	CodeGrowthLeapDay      = "segment.growth-leap-day"      // On: 29 February; By: the day it is compared with
	CodeGrowthSales        = "segment.growth-sales"         // Fact: sales less returns now; Mark: then
	CodeGrowthBills        = "segment.growth-bills"         // Fact: bills now; Mark: then
	CodeGrowthCustomers    = "segment.growth-customers"     // Fact: different customers with a card now; Mark: then
	CodeGrowthRate         = "segment.growth-rate"          // Fact: rate of the measure in ‰, rounded towards minus infinity
	CodeGrowthNoBase       = "segment.growth-no-base"       // Fact: the measure now; Mark: then, 0 or below: no rate
	CodeGrowthFewBills     = "segment.growth-few-bills"     // Fact: bills then; Mark: bills needed to be ranked
	CodeGrowthFewCustomers = "segment.growth-few-customers" // Fact: customers then; Mark: customers needed to be ranked
	CodeGrowthRank         = "segment.growth-rank"          // Fact: rank; Mark: how many are ranked

	CodeMemberSales   = "segment.member-sales"    // Fact: sales to customers with a card; Mark: all sales
	CodeMemberBills   = "segment.member-bills"    // Fact: bills with a card; Mark: all bills
	CodeMemberReached = "segment.member-reached"  // Fact: share of sales in ‰, rounded down; Mark: a mark, reached
	CodeMemberBelow   = "segment.member-below"    // Fact: share of sales in ‰, rounded down; Mark: the next mark, not reached
	CodeMemberNoSales = "segment.member-no-sales" // nothing was sold whose amount is known: no share
)

func explainGrowth(r customer.Reason, language customer.Language) (text string, ok bool) {
	if language == customer.Chinese {
		return explainGrowthChinese(r)
	}
	percent := language.Percent
	switch r.Code {
	case CodeGrowthUnpriced:
		text = fmt.Sprintf("the amount of %d of %d lines is not known and counts as 0", r.Fact, r.Mark)
	case CodeGrowthUnpricedThen:
		text = fmt.Sprintf("the amount of %d of %d lines then is not known and counts as 0", r.Fact, r.Mark)
	case CodeGrowthNoRefund:
		text = fmt.Sprintf("lines brought back whose refund is not known, so that nothing is taken off: %d, %d then", r.Fact, r.Mark)
	case CodeGrowthToDate:
		text = fmt.Sprintf("to date: %d days up to %s, against %d days up to %s", r.Fact, language.DayOfYear(r.On), r.Mark, language.DayOfYear(r.By))
	case CodeGrowthUnequal:
		text = fmt.Sprintf("%d days are compared with %d", r.Fact, r.Mark)
	case CodeGrowthWeek53:
		text = fmt.Sprintf("week %d, from %s, is compared with week %d, from %s", r.Fact, language.DayOfYear(r.On), r.Mark, language.DayOfYear(r.By))
	case CodeGrowthLeapDay:
		text = fmt.Sprintf("%s is compared with %s", language.DayOfYear(r.On), language.DayOfYear(r.By))
	case CodeGrowthSales:
		text = fmt.Sprintf("sales less returns: %d minor units, %d then", r.Fact, r.Mark)
	case CodeGrowthBills:
		text = fmt.Sprintf("bills: %d, %d then", r.Fact, r.Mark)
	case CodeGrowthCustomers:
		text = fmt.Sprintf("customers with a card: %d, %d then", r.Fact, r.Mark)
	case CodeGrowthRate:
		text = "change " + percent(r.Fact)
	case CodeGrowthNoBase:
		text = fmt.Sprintf("%d after %d: there is no rate", r.Fact, r.Mark)
	case CodeGrowthFewBills:
		text = fmt.Sprintf("small base, not ranked: bills then %d, needed %d", r.Fact, r.Mark)
	case CodeGrowthFewCustomers:
		text = fmt.Sprintf("small base, not ranked: customers then %d, needed %d", r.Fact, r.Mark)
	case CodeGrowthRank:
		text = fmt.Sprintf("rank %d of %d", r.Fact, r.Mark)
	case CodeMemberSales:
		text = fmt.Sprintf("sales with a card: %d of %d minor units", r.Fact, r.Mark)
	case CodeMemberBills:
		text = fmt.Sprintf("bills with a card: %d of %d", r.Fact, r.Mark)
	case CodeMemberReached:
		text = fmt.Sprintf("members' share of sales %s, at least %s", percent(r.Fact), percent(r.Mark))
	case CodeMemberBelow:
		text = fmt.Sprintf("members' share of sales %s, below %s", percent(r.Fact), percent(r.Mark))
	case CodeMemberNoSales:
		text = "nothing was sold whose amount is known, so there is no share"
	}
	return text, text != ""
}

func explainGrowthChinese(r customer.Reason) (text string, ok bool) {
	percent, day := customer.Chinese.Percent, customer.Chinese.DayOfYear
	switch r.Code {
	case CodeGrowthUnpriced:
		text = fmt.Sprintf("%[2]d行中有%[1]d行金额不明，按零计", r.Fact, r.Mark)
	case CodeGrowthUnpricedThen:
		text = fmt.Sprintf("对比期%[2]d行中有%[1]d行金额不明，按零计", r.Fact, r.Mark)
	case CodeGrowthNoRefund:
		text = fmt.Sprintf("退货%d行退款额不明，未予扣除，对比期%d行", r.Fact, r.Mark)
	case CodeGrowthToDate:
		text = fmt.Sprintf("截至%s共%d天，对比截至%s的%d天", day(r.On), r.Fact, day(r.By), r.Mark)
	case CodeGrowthUnequal:
		text = fmt.Sprintf("以%d天对比%d天", r.Fact, r.Mark)
	case CodeGrowthWeek53:
		text = fmt.Sprintf("第%d周(自%s起)与第%d周(自%s起)对比", r.Fact, day(r.On), r.Mark, day(r.By))
	case CodeGrowthLeapDay:
		text = fmt.Sprintf("%s与%s对比", day(r.On), day(r.By))
	case CodeGrowthSales:
		text = fmt.Sprintf("扣除退货后的销售额%d，对比期%d(最小货币单位)", r.Fact, r.Mark)
	case CodeGrowthBills:
		text = fmt.Sprintf("账单%d张，对比期%d张", r.Fact, r.Mark)
	case CodeGrowthCustomers:
		text = fmt.Sprintf("持卡顾客%d人，对比期%d人", r.Fact, r.Mark)
	case CodeGrowthRate:
		text = "增幅" + percent(r.Fact)
	case CodeGrowthNoBase:
		text = fmt.Sprintf("本期%d，对比期%d，没有增幅可言", r.Fact, r.Mark)
	case CodeGrowthFewBills:
		text = fmt.Sprintf("基数太小，不参与排名：对比期账单%d张，需%d张", r.Fact, r.Mark)
	case CodeGrowthFewCustomers:
		text = fmt.Sprintf("基数太小，不参与排名：对比期顾客%d人，需%d人", r.Fact, r.Mark)
	case CodeGrowthRank:
		text = fmt.Sprintf("第%d名，共%d个", r.Fact, r.Mark)
	case CodeMemberSales:
		text = fmt.Sprintf("全部销售额%[2]d中持卡销售额%[1]d(最小货币单位)", r.Fact, r.Mark)
	case CodeMemberBills:
		text = fmt.Sprintf("全部账单%[2]d张中持卡账单%[1]d张", r.Fact, r.Mark)
	case CodeMemberReached:
		text = fmt.Sprintf("会员占销售额%s，达到%s", percent(r.Fact), percent(r.Mark))
	case CodeMemberBelow:
		text = fmt.Sprintf("会员占销售额%s，低于%s", percent(r.Fact), percent(r.Mark))
	case CodeMemberNoSales:
		text = "没有金额已知的销售，无占比可言"
	}
	return text, text != ""
}
