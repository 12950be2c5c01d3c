package profile

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes. Rule is the rule book in each.
const (
	CodeNothing       = "profile.nothing"       // nothing was bought and nothing came back, On to By; without On: ever, up to By
	CodeUnpriced      = "profile.unpriced"      // Fact of Mark lines have no price, and count in no amount
	CodeUnlisted      = "profile.unlisted"      // Fact of Mark minor units were sold without a list price, so that nobody knows their discount
	CodeUncategorised = "profile.uncategorised" // Fact of Mark minor units were sold of goods that are in no category
	CodeMoreReturned  = "profile.more-returned" // Fact came back, more than the Mark that was sold
	CodeToDate        = "profile.to-date"       // the period is not over: its Fact days up to On are held against Mark days up to By
	CodeUnequal       = "profile.unequal"       // the period's Fact days up to On are held against Mark days up to By
	CodeNoBase        = "profile.no-base"       // the year before, On to By, kept Fact: there is no rate of growth
	CodeSmallBase     = "profile.small-base"    // the year before, On to By, has Fact receipts, where Mark are asked for
	CodeUncosted      = "profile.uncosted"      // Fact of Mark minor units of turnover are of unknown cost, and count in no profit
	CodeNoRate        = "profile.no-rate"       // of goods whose cost is known Fact was kept, so that profit has no rate
	CodeNoOrder       = "profile.no-order"      // Fact minor units of sales, returns and services are of no known order
)

// Explain renders a reason of this package, with amounts in the currency of its rule book. A code
// of another package is returned as it is.
func (s *Sheet) Explain(reason customer.Reason, language customer.Language) string {
	return Explain(reason, s.rules.Currency, language)
}

// Explain is Sheet.Explain for a reason that was stored, with the currency of its basis.
func Explain(reason customer.Reason, currency customer.Currency, language customer.Language) string {
	money := currency.Text
	from, by := language.DayOfYear(reason.On), language.DayOfYear(reason.By)
	if language == customer.Chinese {
		switch reason.Code {
		case CodeNothing:
			if reason.On == 0 {
				return fmt.Sprintf("截至%s没有购买，也没有退货", by)
			}
			return fmt.Sprintf("%s至%s没有购买，也没有退货", from, by)
		case CodeUnpriced:
			return fmt.Sprintf("共%d行明细，其中%d行没有价格，未计入任何金额", reason.Mark, reason.Fact)
		case CodeUnlisted:
			return fmt.Sprintf("销售额%s中，有%s的商品没有标价，折扣不详", money(reason.Mark), money(reason.Fact))
		case CodeUncategorised:
			return fmt.Sprintf("销售额%s中，有%s的商品不属于任何品类", money(reason.Mark), money(reason.Fact))
		case CodeMoreReturned:
			return fmt.Sprintf("退货金额%s，超过销售额%s", money(reason.Fact), money(reason.Mark))
		case CodeToDate:
			return fmt.Sprintf("本期尚未结束：以截至%s的%d天，与上年截至%s的%d天相比", from, reason.Fact, by, reason.Mark)
		case CodeUnequal:
			return fmt.Sprintf("本期截至%s共%d天，上年同期截至%s共%d天，天数不同", from, reason.Fact, by, reason.Mark)
		case CodeNoBase:
			return fmt.Sprintf("上年同期（%s至%s）净销售额（销售减退货）为%s，无法计算增长率", from, by, money(reason.Fact))
		case CodeSmallBase:
			return fmt.Sprintf("上年同期（%s至%s）只有%d张单据，少于%d张，增长率仅供参考", from, by, reason.Fact, reason.Mark)
		case CodeUncosted:
			return fmt.Sprintf("销售与退货金额合计%s，其中%s的商品成本不详，未计入利润", money(reason.Mark), money(reason.Fact))
		case CodeNoRate:
			return fmt.Sprintf("成本已知的商品，净销售额（销售减退货）为%s，无法计算利润率", money(reason.Fact))
		case CodeNoOrder:
			return fmt.Sprintf("有%s的销售、退货或服务费用无法归入任何订单", money(reason.Fact))
		}
		return reason.Code
	}
	switch reason.Code {
	case CodeNothing:
		if reason.On == 0 {
			return fmt.Sprintf("nothing was bought and nothing came back up to %s", by)
		}
		return fmt.Sprintf("nothing was bought and nothing came back from %s to %s", from, by)
	case CodeUnpriced:
		return fmt.Sprintf("the price is missing on %d of %s: these count in no amount", reason.Fact, language.Count(reason.Mark, "line"))
	case CodeUnlisted:
		return fmt.Sprintf("%s of the %s sold was of goods without a list price: their discount is not known", money(reason.Fact), money(reason.Mark))
	case CodeUncategorised:
		return fmt.Sprintf("%s of the %s sold was of goods in no category", money(reason.Fact), money(reason.Mark))
	case CodeMoreReturned:
		return fmt.Sprintf("goods for %s came back, more than the %s sold", money(reason.Fact), money(reason.Mark))
	case CodeToDate:
		return fmt.Sprintf("the period is not over: its %s up to %s are held against the %s up to %s of the year before", language.Count(reason.Fact, "day"), from, language.Count(reason.Mark, "day"), by)
	case CodeUnequal:
		return fmt.Sprintf("the period has %s up to %s, that of the year before %s up to %s", language.Count(reason.Fact, "day"), from, language.Count(reason.Mark, "day"), by)
	case CodeNoBase:
		return fmt.Sprintf("the same period of the year before (%s to %s) came to %s after returns: there is no rate of growth", from, by, money(reason.Fact))
	case CodeSmallBase:
		return fmt.Sprintf("the same period of the year before (%s to %s) had %s, fewer than %d: rates of growth rest on little", from, by, language.Count(reason.Fact, "receipt"), reason.Mark)
	case CodeUncosted:
		return fmt.Sprintf("of a turnover of %[2]s, sales and returns together, the cost of goods for %[1]s is not known: they count in no profit", money(reason.Fact), money(reason.Mark))
	case CodeNoRate:
		return fmt.Sprintf("goods of known cost came to %s after returns: their profit has no rate", money(reason.Fact))
	case CodeNoOrder:
		return fmt.Sprintf("%s of sales, returns and services belong to no known order", money(reason.Fact))
	}
	return reason.Code
}
