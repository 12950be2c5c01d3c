package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of contributions. Rule is the rule book's name, with the tier's, the
// band's or the follow-up's behind it where one is spoken of. Money is in minor units;
// ContributionBook.Explain writes it in the book's currency. The codes are format.
const (
	CodeContributionOrders   = "segment.contribution-orders"   // Fact: receipts of goods sold; Mark: receipts of goods that came back
	CodeContributionRevenue  = "segment.contribution-revenue"  // Fact: revenue kept; Mark: revenue sold
	CodeContributionProfit   = "segment.contribution-profit"   // Fact: profit contribution; Mark: the revenue it was made on
	CodeContributionService  = "segment.contribution-service"  // Fact: what serving her cost; Mark: revenue kept
	CodeContributionDiscount = "segment.contribution-discount" // Fact: discounts on what she kept; Mark: revenue sold whose list price is not known
	CodeContributionUncosted = "segment.contribution-uncosted" // Fact: turnover whose cost is not known; Mark: turnover, sold and come back
	CodeContributionUnpriced = "segment.contribution-unpriced" // Fact: lines whose price is not known

	CodeContributionTooLittle   = "segment.contribution-too-little"   // Fact: revenue kept; Mark: what is needed
	CodeContributionTooUncosted = "segment.contribution-too-uncosted" // Fact: ‰ of turnover whose cost is not known, rounded down; more than Mark
	CodeContributionNoRate      = "segment.contribution-no-rate"      // Fact: revenue kept of known cost, 0 or less

	CodeContributionTier     = "segment.contribution-tier"      // Rule: the tier; Fact: rate, rounded down; Mark or more
	CodeContributionTierKept = "segment.contribution-tier-kept" // Rule: the tier; Fact: rate, rounded down; Mark or more, widened by the slack
	CodeContributionTierNext = "segment.contribution-tier-next" // Rule: the next tier; Fact: rate, rounded down; less than Mark

	CodeContributionProfitRank  = "segment.contribution-profit-rank"  // Fact: rank; Mark: of how many
	CodeContributionRevenueRank = "segment.contribution-revenue-rank" // Fact: rank; Mark: of how many
	CodeContributionRateRank    = "segment.contribution-rate-rank"    // Fact: rank; Mark: of how many with enough evidence
	CodeContributionLevel       = "segment.contribution-level"        // Fact: customers of her profit, with her; Mark: their rank
	CodeContributionShare       = "segment.contribution-share"        // Fact: her profit; Mark: of all who contribute anything

	CodeContributionGreatest   = "segment.contribution-greatest"   // Fact: her profit; Mark: how many customers none of whom is ahead
	CodeContributionDays       = "segment.contribution-days"       // Rule: the band; Fact: days since the last purchase; Mark or more
	CodeContributionNotBought  = "segment.contribution-not-bought" // Rule: the band
	CodeContributionImportance = "segment.contribution-importance" // Rule: the band; Fact: ‰ of customers ahead, rounded down; less than Mark
	CodeContributionNoProfit   = "segment.contribution-no-profit"  // Rule: the band; Fact: profit, 0 or less
	CodeContributionFollowUp   = "segment.contribution-follow-up"  // Rule: grade and strength; Fact: days between, 0 for none

	CodeContributionOrdersChange    = "segment.contribution-orders-change"     // Fact: now; Mark: before
	CodeContributionRevenueChange   = "segment.contribution-revenue-change"    // Fact: now; Mark: before
	CodeContributionProfitChange    = "segment.contribution-profit-change"     // Fact: now; Mark: before
	CodeContributionRevenueGrowth   = "segment.contribution-revenue-growth"    // Fact: ‰, rounded down
	CodeContributionProfitGrowth    = "segment.contribution-profit-growth"     // Fact: ‰, rounded down
	CodeContributionRevenueNoGrowth = "segment.contribution-revenue-no-growth" // Fact: revenue before, 0 or less
	CodeContributionProfitNoGrowth  = "segment.contribution-profit-no-growth"  // Fact: profit before, 0 or less
	CodeContributionRateChange      = "segment.contribution-rate-change"       // Fact: rate now; Mark: before; both rounded down
	CodeContributionBefore          = "segment.contribution-before"            // what follows speaks of the earlier period
)

// Explain renders a reason of this package as a sentence, with money in the book's
// currency. A code of package customer is rendered too; any other is returned as it is.
func (b *ContributionBook) Explain(reason customer.Reason, language customer.Language) string {
	if text, ok := contributionText(reason, language, b.rules.Currency.Text); ok {
		return text
	}
	return Explain(reason, language)
}

// explainValue renders a reason of contributions, privileges or service classes without
// its currency, which only their rule books know.
func explainValue(r customer.Reason, language customer.Language) (text string, ok bool) {
	for _, explain := range []func(customer.Reason, customer.Language, func(int64) string) (string, bool){
		contributionText, privilegeText, serviceText,
	} {
		if text, ok = explain(r, language, customer.Words{Language: language}.Money); ok {
			return text, true
		}
	}
	return "", false
}

func contributionText(r customer.Reason, language customer.Language, money func(int64) string) (string, bool) {
	if language == customer.Chinese {
		text := contributionChinese(r, money)
		return text, text != ""
	}
	text := contributionEnglish(r, money)
	return text, text != ""
}

// valueNamed is what stands behind a rule book's name, ID/version: a tier, a band, a follow-up.
func valueNamed(rule string) string {
	for i := range len(rule) {
		digits := 0
		for rule[i] == '/' && i+1+digits < len(rule) && rule[i+1+digits] >= '0' && rule[i+1+digits] <= '9' {
			digits++
		}
		if behind := i + 1 + digits; digits > 0 && behind < len(rule) && rule[behind] == ' ' {
			return rule[behind+1:]
		}
	}
	return rule
}

func contributionEnglish(r customer.Reason, money func(int64) string) string {
	percent := customer.English.Percent
	switch r.Code {
	case CodeContributionOrders:
		return fmt.Sprintf("volume: orders %d, returns %d", r.Fact, r.Mark)
	case CodeContributionRevenue:
		return fmt.Sprintf("volume: she kept goods for %s of %s sold", money(r.Fact), money(r.Mark))
	case CodeContributionProfit:
		return fmt.Sprintf("profit contribution %s, on %s of revenue with known cost", money(r.Fact), money(r.Mark))
	case CodeContributionService:
		return fmt.Sprintf("serving her cost %s", money(r.Fact))
	case CodeContributionDiscount:
		return fmt.Sprintf("discounts of %s are off the revenue already (no list price for %s of it)", money(r.Fact), money(r.Mark))
	case CodeContributionUncosted:
		return fmt.Sprintf("the cost of %s is not known, of a turnover of %s; it counts neither as profit nor in the rate", money(r.Fact), money(r.Mark))
	case CodeContributionUnpriced:
		return fmt.Sprintf("left out, as their price is not known: lines %d", r.Fact)
	case CodeContributionTooLittle:
		return fmt.Sprintf("no rate: revenue of %s is too little to tell, %s needed", money(r.Fact), money(r.Mark))
	case CodeContributionTooUncosted:
		return fmt.Sprintf("no rate: the cost is not known for %s of turnover, more than %s", percent(r.Fact), percent(r.Mark))
	case CodeContributionNoRate:
		return fmt.Sprintf("no rate: revenue kept of known cost is %s", money(r.Fact))
	case CodeContributionTier:
		return fmt.Sprintf("%s: contribution rate %s, from %s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionTierKept:
		return fmt.Sprintf("stays %s: contribution rate %s, not below %s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionTierNext:
		return fmt.Sprintf("not %s: contribution rate %s, needs %s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionProfitRank:
		return fmt.Sprintf("by profit contribution number %d of %d", r.Fact, r.Mark)
	case CodeContributionRevenueRank:
		return fmt.Sprintf("by volume number %d of %d", r.Fact, r.Mark)
	case CodeContributionRateRank:
		return fmt.Sprintf("by contribution rate number %d of %d whose rate is known", r.Fact, r.Mark)
	case CodeContributionLevel:
		return fmt.Sprintf("%d customers share number %d", r.Fact, r.Mark)
	case CodeContributionShare:
		return fmt.Sprintf("contributes %s of the %s that all contribute who contribute anything", money(r.Fact), money(r.Mark))
	case CodeContributionGreatest:
		return fmt.Sprintf("the greatest contribution of %d customers: %s", r.Mark, money(r.Fact))
	case CodeContributionDays:
		return fmt.Sprintf("%s: last purchase %d %s ago, from %d", valueNamed(r.Rule), r.Fact, days(r.Fact), r.Mark)
	case CodeContributionNotBought:
		return fmt.Sprintf("%s: no purchase in the window", valueNamed(r.Rule))
	case CodeContributionImportance:
		return fmt.Sprintf("%s: %s of customers contribute more, fewer than %s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionNoProfit:
		return fmt.Sprintf("%s: contributes no profit, %s", valueNamed(r.Rule), money(r.Fact))
	case CodeContributionFollowUp:
		if r.Fact == 0 {
			return fmt.Sprintf("follow up %s, when she comes", valueNamed(r.Rule))
		}
		return fmt.Sprintf("follow up %s, every %d %s", valueNamed(r.Rule), r.Fact, days(r.Fact))
	case CodeContributionOrdersChange:
		return fmt.Sprintf("orders %d, before %d", r.Fact, r.Mark)
	case CodeContributionRevenueChange:
		return fmt.Sprintf("revenue kept %s, before %s", money(r.Fact), money(r.Mark))
	case CodeContributionProfitChange:
		return fmt.Sprintf("profit contribution %s, before %s", money(r.Fact), money(r.Mark))
	case CodeContributionRevenueGrowth:
		return fmt.Sprintf("growth of revenue %s", percent(r.Fact))
	case CodeContributionProfitGrowth:
		return fmt.Sprintf("growth of profit contribution %s", percent(r.Fact))
	case CodeContributionRevenueNoGrowth:
		return fmt.Sprintf("no growth rate of revenue: it was %s before", money(r.Fact))
	case CodeContributionProfitNoGrowth:
		return fmt.Sprintf("no growth rate of profit contribution: it was %s before", money(r.Fact))
	case CodeContributionRateChange:
		return fmt.Sprintf("contribution rate %s, before %s", percent(r.Fact), percent(r.Mark))
	case CodeContributionBefore:
		return "of the earlier period:"
	}
	return ""
}

func contributionChinese(r customer.Reason, money func(int64) string) string {
	percent := customer.Chinese.Percent
	switch r.Code {
	case CodeContributionOrders:
		return fmt.Sprintf("订单量：购买%d单，退货%d单", r.Fact, r.Mark)
	case CodeContributionRevenue:
		return fmt.Sprintf("销售额：售出%[2]s，保留%[1]s", money(r.Fact), money(r.Mark))
	case CodeContributionProfit:
		return fmt.Sprintf("利润贡献%s，来自成本已知的销售额%s", money(r.Fact), money(r.Mark))
	case CodeContributionService:
		return fmt.Sprintf("服务成本%s", money(r.Fact))
	case CodeContributionDiscount:
		return fmt.Sprintf("销售额中已扣除折扣%s(其中%s没有标价)", money(r.Fact), money(r.Mark))
	case CodeContributionUncosted:
		return fmt.Sprintf("往来额%[2]s中有%[1]s成本不明，不计入利润和贡献率", money(r.Fact), money(r.Mark))
	case CodeContributionUnpriced:
		return fmt.Sprintf("有%d行价格不明，未计入", r.Fact)
	case CodeContributionTooLittle:
		return fmt.Sprintf("无法计算贡献率：销售额%s不足(需%s)", money(r.Fact), money(r.Mark))
	case CodeContributionTooUncosted:
		return fmt.Sprintf("无法计算贡献率：往来额的%s成本不明，超过%s", percent(r.Fact), percent(r.Mark))
	case CodeContributionNoRate:
		return fmt.Sprintf("无法计算贡献率：成本已知且保留的销售额为%s", money(r.Fact))
	case CodeContributionTier:
		return fmt.Sprintf("%s：贡献率%s，达到%s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionTierKept:
		return fmt.Sprintf("保持%s：贡献率%s，未低于%s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionTierNext:
		return fmt.Sprintf("未达%s：贡献率%s，需%s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionProfitRank:
		return fmt.Sprintf("按利润贡献在%[2]d位客户中排第%[1]d", r.Fact, r.Mark)
	case CodeContributionRevenueRank:
		return fmt.Sprintf("按销售额在%[2]d位客户中排第%[1]d", r.Fact, r.Mark)
	case CodeContributionRateRank:
		return fmt.Sprintf("按贡献率在%[2]d位贡献率已知的客户中排第%[1]d", r.Fact, r.Mark)
	case CodeContributionLevel:
		return fmt.Sprintf("%d位客户并列第%d", r.Fact, r.Mark)
	case CodeContributionShare:
		return fmt.Sprintf("在所有盈利客户的利润贡献%[2]s中占%[1]s", money(r.Fact), money(r.Mark))
	case CodeContributionGreatest:
		return fmt.Sprintf("在%d位客户中贡献最大：%s", r.Mark, money(r.Fact))
	case CodeContributionDays:
		return fmt.Sprintf("%s：距上次购买%d天，从%d天起", valueNamed(r.Rule), r.Fact, r.Mark)
	case CodeContributionNotBought:
		return fmt.Sprintf("%s：期间内没有购买", valueNamed(r.Rule))
	case CodeContributionImportance:
		return fmt.Sprintf("%s：贡献更大的客户占%s，少于%s", valueNamed(r.Rule), percent(r.Fact), percent(r.Mark))
	case CodeContributionNoProfit:
		return fmt.Sprintf("%s：没有利润贡献(%s)", valueNamed(r.Rule), money(r.Fact))
	case CodeContributionFollowUp:
		if r.Fact == 0 {
			return fmt.Sprintf("跟踪方式%s，仅在来店时", valueNamed(r.Rule))
		}
		return fmt.Sprintf("跟踪方式%s，每%d天一次", valueNamed(r.Rule), r.Fact)
	case CodeContributionOrdersChange:
		return fmt.Sprintf("订单%d单，此前%d单", r.Fact, r.Mark)
	case CodeContributionRevenueChange:
		return fmt.Sprintf("保留的销售额%s，此前%s", money(r.Fact), money(r.Mark))
	case CodeContributionProfitChange:
		return fmt.Sprintf("利润贡献%s，此前%s", money(r.Fact), money(r.Mark))
	case CodeContributionRevenueGrowth:
		return fmt.Sprintf("销售额增长率%s", percent(r.Fact))
	case CodeContributionProfitGrowth:
		return fmt.Sprintf("利润贡献增长率%s", percent(r.Fact))
	case CodeContributionRevenueNoGrowth:
		return fmt.Sprintf("此前销售额为%s，没有增长率", money(r.Fact))
	case CodeContributionProfitNoGrowth:
		return fmt.Sprintf("此前利润贡献为%s，没有增长率", money(r.Fact))
	case CodeContributionRateChange:
		return fmt.Sprintf("贡献率%s，此前%s", percent(r.Fact), percent(r.Mark))
	case CodeContributionBefore:
		return "就此前期间而言："
	}
	return ""
}
