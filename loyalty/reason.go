package loyalty

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. Points are in the programme's smallest unit, money
// in the currency's minor units. The codes are format.
const (
	CodeEarned  = "loyalty.earned"  // Rule: the earning; Fact: points; Mark: the base it counted
	CodeCapped  = "loyalty.capped"  // Rule: the cap; Fact: points let through; Mark: points earned
	CodeAwarded = "loyalty.awarded" // Rule: the event; Fact: points
	CodeLapsed  = "loyalty.lapsed"  // Fact: points; On: their last day
	CodeRepaid  = "loyalty.repaid"  // Fact: points repaid; Mark: points that were owed

	CodeWorth    = "loyalty.worth"    // Fact: minor units; Mark: points spent
	CodeReward   = "loyalty.reward"   // Rule: the reward; Fact: points spent
	CodeAdjusted = "loyalty.adjusted" // Fact: points, below 0 when taken

	CodeTakenBack       = "loyalty.taken-back"        // Fact: points taken from the sale's own lot; Mark: points to take
	CodeTakenLapsed     = "loyalty.taken-lapsed"      // Fact: of these, points that had lapsed; Mark: points to take
	CodeTakenOthers     = "loyalty.taken-others"      // Fact: points taken from other lots; Mark: points to take
	CodeOwed            = "loyalty.owed"              // Fact: points that the member now owes; Mark: points to take
	CodeForgiven        = "loyalty.forgiven"          // Fact: points let go; Mark: points to take
	CodeGivenBack       = "loyalty.given-back"        // Fact: points back to spend; By: the first day without them
	CodeGivenBackLapsed = "loyalty.given-back-lapsed" // Fact: points back that had lapsed; By: the first day without them

	CodePoints        = "loyalty.points"         // Fact: points there; Mark: points needed
	CodeLeast         = "loyalty.least"          // Fact: points asked for; Mark: the least payment
	CodeMultiple      = "loyalty.multiple"       // Fact: points asked for; Mark: the multiple
	CodeShareOfBill   = "loyalty.share-of-bill"  // Fact: minor units asked for; Mark: the most that points may pay
	CodeRewardLater   = "loyalty.reward-later"   // Rule: the reward; On: day asked for; By: its first day
	CodeRewardOver    = "loyalty.reward-over"    // Rule: the reward; On: day asked for; By: the first day without it
	CodeNoHold        = "loyalty.no-hold"        // Fact: points free to spend; On: the day: no such hold is open
	CodeNoPayment     = "loyalty.no-payment"     // On: the day: no such payment is open
	CodeNoSale        = "loyalty.no-sale"        // On: the day: no such sale is open, or all of it has come back
	CodeNoLine        = "loyalty.no-line"        // Fact: the line asked for; Mark: lines of the sale
	CodeTooMany       = "loyalty.too-many"       // Fact: thousandths of units brought; Mark: thousandths that are left
	CodePaymentBooked = "loyalty.payment-booked" // On: the day: a payment or a hold under this reference is open
	CodeSaleReturned  = "loyalty.sale-returned"  // On: the day: goods of the sale have come back, so it takes no further payment
	CodeSaleBooked    = "loyalty.sale-booked"    // On: the day: the receipt is booked already
	CodeHadEvent      = "loyalty.had-event"      // Rule: the event; Fact: how often; Mark: how often it is allowed
)

// Explain renders a reason of this package as a sentence, with points and money in the
// programme's digits. A code of another package is returned as it is.
func (p *Program) Explain(reason customer.Reason, language customer.Language) string {
	points := func(n int64) string { return decimal.New(n, -p.rules.PointDigits).String() }
	money := func(n int64) string {
		return p.rules.Currency.Amount(n).StringFixed(p.rules.Currency.Digits) + " " + p.rules.Currency.Code
	}
	if language == customer.Chinese {
		return explainChinese(reason, points, money)
	}
	return explainEnglish(reason, points, money)
}

func explainEnglish(r customer.Reason, points, money func(int64) string) string {
	switch r.Code {
	case CodeEarned:
		return fmt.Sprintf("%s points by %s", points(r.Fact), r.Rule)
	case CodeCapped:
		return fmt.Sprintf("%s of %s points: the limit %s is reached", points(r.Fact), points(r.Mark), r.Rule)
	case CodeAwarded:
		return fmt.Sprintf("%s points for %s", points(r.Fact), r.Rule)
	case CodeLapsed:
		return fmt.Sprintf("%s points lapsed after %s", points(r.Fact), customer.English.DayOfYear(r.On))
	case CodeRepaid:
		return fmt.Sprintf("%s of the %s points owed are repaid", points(r.Fact), points(r.Mark))
	case CodeWorth:
		return fmt.Sprintf("%s points are worth %s", points(r.Mark), money(r.Fact))
	case CodeReward:
		return fmt.Sprintf("%s points for the reward %s", points(r.Fact), r.Rule)
	case CodeAdjusted:
		return fmt.Sprintf("balance changed by %s points by hand", points(r.Fact))
	case CodeTakenBack:
		return fmt.Sprintf("%s of %s points are taken from what the sale gave", points(r.Fact), points(r.Mark))
	case CodeTakenLapsed:
		return fmt.Sprintf("%s of %s points had lapsed and are gone already", points(r.Fact), points(r.Mark))
	case CodeTakenOthers:
		return fmt.Sprintf("%s of %s points are taken from other points, since those of the sale are spent", points(r.Fact), points(r.Mark))
	case CodeOwed:
		return fmt.Sprintf("%s of %s points are owed, since those of the sale are spent; the next points repay them", points(r.Fact), points(r.Mark))
	case CodeForgiven:
		return fmt.Sprintf("%s of %s points are spent and let go", points(r.Fact), points(r.Mark))
	case CodeGivenBack:
		return fmt.Sprintf("%s points are back%s", points(r.Fact), through(r.By))
	case CodeGivenBackLapsed:
		return fmt.Sprintf("%s points are back, but had lapsed after %s", points(r.Fact), customer.English.DayOfYear(r.By.AddDays(-1)))
	case CodePoints:
		return fmt.Sprintf("%s points are there, %s are needed", points(r.Fact), points(r.Mark))
	case CodeLeast:
		return fmt.Sprintf("%s points are fewer than the least payment of %s", points(r.Fact), points(r.Mark))
	case CodeMultiple:
		return fmt.Sprintf("%s points are no multiple of %s", points(r.Fact), points(r.Mark))
	case CodeShareOfBill:
		return fmt.Sprintf("points may pay %s of this bill, not %s", money(r.Mark), money(r.Fact))
	case CodeRewardLater:
		return fmt.Sprintf("the reward %s is there from %s", r.Rule, customer.English.DayOfYear(r.By))
	case CodeRewardOver:
		return fmt.Sprintf("the reward %s was there until %s", r.Rule, customer.English.DayOfYear(r.By.AddDays(-1)))
	case CodeNoHold:
		return fmt.Sprintf("no such hold is open; %s points are free", points(r.Fact))
	case CodeNoPayment:
		return fmt.Sprintf("no such payment is open on %s", customer.English.DayOfYear(r.On))
	case CodeNoSale:
		return fmt.Sprintf("no such sale is open on %s: it is not booked yet, or closed, or all of it has come back", customer.English.DayOfYear(r.On))
	case CodeNoLine:
		return fmt.Sprintf("the sale has %d lines, and no line %d", r.Mark, r.Fact)
	case CodeTooMany:
		return fmt.Sprintf("%s units come back where %s are left", decimal.New(r.Fact, -unitDigits), decimal.New(r.Mark, -unitDigits))
	case CodePaymentBooked:
		return "a payment or a hold under this reference is open already"
	case CodeSaleReturned:
		return "goods of the sale have come back; it takes no further payment in points"
	case CodeSaleBooked:
		return "the receipt is booked already"
	case CodeHadEvent:
		return fmt.Sprintf("%s was given %d times of %d", r.Rule, r.Fact, r.Mark)
	}
	return r.Code
}

func explainChinese(r customer.Reason, points, money func(int64) string) string {
	switch r.Code {
	case CodeEarned:
		return fmt.Sprintf("按%[2]s获得%[1]s积分", points(r.Fact), r.Rule)
	case CodeCapped:
		return fmt.Sprintf("%[2]s积分中计入%[1]s:已达上限%[3]s", points(r.Fact), points(r.Mark), r.Rule)
	case CodeAwarded:
		return fmt.Sprintf("因%[2]s获得%[1]s积分", points(r.Fact), r.Rule)
	case CodeLapsed:
		return fmt.Sprintf("%[1]s积分于%[2]s后失效", points(r.Fact), customer.Chinese.DayOfYear(r.On))
	case CodeRepaid:
		return fmt.Sprintf("偿还所欠%[2]s积分中的%[1]s", points(r.Fact), points(r.Mark))
	case CodeWorth:
		return fmt.Sprintf("%s积分抵%s", points(r.Mark), money(r.Fact))
	case CodeReward:
		return fmt.Sprintf("以%s积分换取%s", points(r.Fact), r.Rule)
	case CodeAdjusted:
		return fmt.Sprintf("人工调整%s积分", points(r.Fact))
	case CodeTakenBack:
		return fmt.Sprintf("应收回%[2]s积分,从该笔所得中收回%[1]s", points(r.Fact), points(r.Mark))
	case CodeTakenLapsed:
		return fmt.Sprintf("应收回的%[2]s积分中有%[1]s已失效", points(r.Fact), points(r.Mark))
	case CodeTakenOthers:
		return fmt.Sprintf("该笔所得已用,应收回的%[2]s积分中有%[1]s从其他积分扣除", points(r.Fact), points(r.Mark))
	case CodeOwed:
		return fmt.Sprintf("该笔所得已用,应收回的%[2]s积分中欠%[1]s,由今后所得偿还", points(r.Fact), points(r.Mark))
	case CodeForgiven:
		return fmt.Sprintf("应收回的%[2]s积分中有%[1]s已用,予以免除", points(r.Fact), points(r.Mark))
	case CodeGivenBack:
		if r.By == 0 {
			return fmt.Sprintf("退回%s积分", points(r.Fact))
		}
		return fmt.Sprintf("退回%s积分,有效至%s", points(r.Fact), customer.Chinese.DayOfYear(r.By.AddDays(-1)))
	case CodeGivenBackLapsed:
		return fmt.Sprintf("退回%s积分,但已于%s后失效", points(r.Fact), customer.Chinese.DayOfYear(r.By.AddDays(-1)))
	case CodePoints:
		return fmt.Sprintf("现有%s积分,需要%s", points(r.Fact), points(r.Mark))
	case CodeLeast:
		return fmt.Sprintf("%s积分低于最低支付%s", points(r.Fact), points(r.Mark))
	case CodeMultiple:
		return fmt.Sprintf("%s积分不是%s的整数倍", points(r.Fact), points(r.Mark))
	case CodeShareOfBill:
		return fmt.Sprintf("本单最多可用积分支付%s,而非%s", money(r.Mark), money(r.Fact))
	case CodeRewardLater:
		return fmt.Sprintf("奖品%s自%s起提供", r.Rule, customer.Chinese.DayOfYear(r.By))
	case CodeRewardOver:
		return fmt.Sprintf("奖品%s已于%s截止", r.Rule, customer.Chinese.DayOfYear(r.By.AddDays(-1)))
	case CodeNoHold:
		return fmt.Sprintf("没有此冻结;可用%s积分", points(r.Fact))
	case CodeNoPayment:
		return fmt.Sprintf("%s没有此未结支付", customer.Chinese.DayOfYear(r.On))
	case CodeNoSale:
		return fmt.Sprintf("%s没有此未结销售:尚未入账、已关闭或已全部退回", customer.Chinese.DayOfYear(r.On))
	case CodeNoLine:
		return fmt.Sprintf("该销售有%d行,没有第%d行", r.Mark, r.Fact)
	case CodeTooMany:
		return fmt.Sprintf("退回%s件,而仅余%s件", decimal.New(r.Fact, -unitDigits), decimal.New(r.Mark, -unitDigits))
	case CodePaymentBooked:
		return "此编号的支付或冻结已存在"
	case CodeSaleReturned:
		return "该笔销售已有退货,不能再用积分支付"
	case CodeSaleBooked:
		return "该小票已入账"
	case CodeHadEvent:
		return fmt.Sprintf("%s已给予%d次,共限%d次", r.Rule, r.Fact, r.Mark)
	}
	return r.Code
}

// through says until when points may be spent.
func through(until customer.Date) string {
	if until == 0 {
		return ""
	}
	return ", to spend through " + customer.English.DayOfYear(until.AddDays(-1))
}
