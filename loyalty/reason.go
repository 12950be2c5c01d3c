package loyalty

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. Points are in the programme's smallest unit, money
// in the currency's minor units. The codes are format.
const (
	CodeEarned  = "loyalty.earned"  // Rule: the earning; Fact: points; Mark: the base it counted
	CodeCapped  = "loyalty.capped"  // Rule: the cap; Fact: points let through; Mark: points earned
	CodeAwarded = "loyalty.awarded" // Rule: the event; Fact: points
	CodeBonus   = "loyalty.bonus"   // Rule: the offer; Fact: points; Mark: the line that it is on
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
	CodeMost          = "loyalty.most"           // Fact: points asked for; Mark: the most of one payment
	CodeOnSale        = "loyalty.on-sale"        // On: the day: the payment is on an open sale, with whose goods it comes back
	CodeFull          = "loyalty.full"           // Fact: how many of something the account has, which is the most
	CodeRewardTier    = "loyalty.reward-tier"    // Rule: the reward; On: the day: it is for other tiers

	// Of the tiers, Fact is the figure of their metric: minor units, points or visits.

	CodeTierReached   = "loyalty.tier-reached"   // Rule: the tier; Mark: its mark; On: from when; By: the day on which it is reviewed
	CodeTierInherited = "loyalty.tier-inherited" // Rule: the tier that came with another account; On: from when; By: the day on which it is reviewed
	CodeTierForLife   = "loyalty.tier-for-life"  // Rule: the tier; Fact: the lifetime figure; Mark: the lifetime mark
	CodeTierUndone    = "loyalty.tier-undone"    // Rule: the tier now; Mark: what would have kept the one before; On: from when
	CodeTierLowered   = "loyalty.tier-lowered"   // Rule: the tier now; Mark: what would have kept the one before; On: from when
	CodeTierNext      = "loyalty.tier-next"      // Rule: the next tier; Mark: its mark; By: the last day
	CodeTierKeep      = "loyalty.tier-keep"      // Rule: the tier; Mark: what keeps it; By: the last day

	CodeGrantFloor   = "loyalty.grant-floor"   // Rule: the tier granted at least; On: from when; By: the first day without it
	CodeGrantFixed   = "loyalty.grant-fixed"   // Rule: the tier granted, whatever is earned; On and By as above
	CodeGrantCeiling = "loyalty.grant-ceiling" // Rule: the highest tier allowed; On and By as above
	CodeGrantBooked  = "loyalty.grant-booked"  // On: the day: a grant under this reference is open
	CodeNoGrant      = "loyalty.no-grant"      // On: the day: there is no such grant

	CodeSent       = "loyalty.sent"        // Fact: points passed on, pending ones included
	CodeReceived   = "loyalty.received"    // Fact: points taken in, pending ones included
	CodeRecalled   = "loyalty.recalled"    // Fact: points that came back from the way
	CodeHoldsOpen  = "loyalty.holds-open"  // Fact: how many payments are under way
	CodeParcelOpen = "loyalty.parcel-open" // On: the day: something under this reference is on its way already
	CodeParcelFull = "loyalty.parcel-full" // Fact: entries that the parcel would take; Mark: the most
	CodeNoParcel   = "loyalty.no-parcel"   // On: the day: nothing under this reference is on its way
	CodeDeclined   = "loyalty.declined"    // the other account did not take the parcel in, and it is back
	CodeInto       = "loyalty.into"        // On: the day: the account went into another, where this is to be booked
	CodeMember     = "loyalty.member"      // On: the day: she is a member already
	CodeNoMember   = "loyalty.no-member"   // On: the day: she is no member, or not any more
)

// Explain renders a reason of this package as a sentence, with points and money in the
// programme's digits. A code of package customer is rendered too; any other is returned
// as it is.
func (p *Program) Explain(reason customer.Reason, language customer.Language) string {
	points := func(n int64) string { return decimal.New(n, -p.rules.PointDigits).String() }
	money := p.rules.Currency.Text
	figure := func(n int64) string { // of the tiers' metric
		if reason.Unit == customer.UnitMinor {
			return money(n)
		}
		if reason.Unit == customer.UnitPoints {
			return points(n)
		}
		return strconv.FormatInt(n, 10)
	}
	if language == customer.Chinese {
		return explainChinese(reason, points, money, figure)
	}
	return explainEnglish(reason, points, money, figure)
}

func explainEnglish(r customer.Reason, points, money, figure func(int64) string) string {
	count := func(n int64, one, many string) string {
		if text := points(n); text != "1" {
			return text + " " + many
		}
		return "1 " + one
	}
	switch r.Code {
	case CodeEarned:
		return fmt.Sprintf("%s by %s", count(r.Fact, "point", "points"), r.Rule)
	case CodeCapped:
		return fmt.Sprintf("%s of %s: the limit %s is reached", points(r.Fact), count(r.Mark, "point", "points"), r.Rule)
	case CodeAwarded:
		return fmt.Sprintf("%s for %s", count(r.Fact, "point", "points"), r.Rule)
	case CodeBonus:
		return fmt.Sprintf("%s by offer %s, on line %d", count(r.Fact, "point", "points"), r.Rule, r.Mark)
	case CodeLapsed:
		return fmt.Sprintf("%s lapsed after %s", count(r.Fact, "point", "points"), customer.English.DayOfYear(r.On))
	case CodeRepaid:
		return fmt.Sprintf("%s repaid of the %s owed", points(r.Fact), count(r.Mark, "point", "points"))
	case CodeWorth:
		return fmt.Sprintf("%s worth %s", count(r.Mark, "point is", "points are"), money(r.Fact))
	case CodeReward:
		return fmt.Sprintf("%s for the reward %s", count(r.Fact, "point", "points"), r.Rule)
	case CodeAdjusted:
		return fmt.Sprintf("balance changed by %s by hand", count(r.Fact, "point", "points"))
	case CodeTakenBack:
		return fmt.Sprintf("%s of %s taken from what the sale gave", points(r.Fact), count(r.Mark, "point is", "points are"))
	case CodeTakenLapsed:
		return fmt.Sprintf("%s of %s had lapsed, and nobody pays for them twice", points(r.Fact), count(r.Mark, "point", "points"))
	case CodeTakenOthers:
		return fmt.Sprintf("%s of %s taken from the others, since those of the sale are spent", points(r.Fact), count(r.Mark, "point is", "points are"))
	case CodeOwed:
		return fmt.Sprintf("%s of %s owed, since those of the sale are spent; the next points repay them", points(r.Fact), count(r.Mark, "point is", "points are"))
	case CodeForgiven:
		return fmt.Sprintf("%s of %s spent and let go", points(r.Fact), count(r.Mark, "point is", "points are"))
	case CodeGivenBack:
		return fmt.Sprintf("%s back%s", count(r.Fact, "point is", "points are"), until(", to spend through ", r.By))
	case CodeGivenBackLapsed:
		return fmt.Sprintf("%s back, but had lapsed after %s", count(r.Fact, "point is", "points are"), customer.English.DayOfYear(r.By.AddDays(-1)))
	case CodePoints:
		return fmt.Sprintf("%s there, %s needed", count(r.Fact, "point is", "points are"), count(r.Mark, "is", "are"))
	case CodeLeast:
		return fmt.Sprintf("%s less than the least payment of %s", count(r.Fact, "point is", "points are"), points(r.Mark))
	case CodeMultiple:
		return fmt.Sprintf("%s no multiple of %s", count(r.Fact, "point is", "points are"), points(r.Mark))
	case CodeShareOfBill:
		return fmt.Sprintf("points may pay %s of this bill, not %s", money(r.Mark), money(r.Fact))
	case CodeRewardLater:
		return fmt.Sprintf("the reward %s is there from %s", r.Rule, customer.English.DayOfYear(r.By))
	case CodeRewardOver:
		return fmt.Sprintf("the reward %s was there until %s", r.Rule, customer.English.DayOfYear(r.By.AddDays(-1)))
	case CodeNoHold:
		return fmt.Sprintf("no such hold is open; %s free", count(r.Fact, "point is", "points are"))
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
	case CodeRewardTier:
		return fmt.Sprintf("the reward %s is for other tiers", r.Rule)
	case CodeTierReached:
		return fmt.Sprintf("tier %s is reached: %s of %s%s", r.Rule, figure(r.Fact), figure(r.Mark), until(", reviewed after ", r.By))
	case CodeMost:
		return fmt.Sprintf("%s more than one payment may be, which is %s", count(r.Fact, "point is", "points are"), points(r.Mark))
	case CodeOnSale:
		return "the payment is on a receipt; it comes back with the receipt's goods"
	case CodeFull:
		return fmt.Sprintf("the account has room for %d of these, and no more", r.Fact)
	case CodeParcelFull:
		return fmt.Sprintf("this is too much for one parcel, %d entries of %d: pass a part of the points first", r.Fact, r.Mark)
	case CodeTierInherited:
		return fmt.Sprintf("tier %s comes with the other account%s", r.Rule, until(", reviewed after ", r.By))
	case CodeTierForLife:
		return fmt.Sprintf("tier %s is reached for life: %s of %s", r.Rule, figure(r.Fact), figure(r.Mark))
	case CodeTierUndone:
		return fmt.Sprintf("tier %s from %s: what reached the one before was brought back", r.Rule, customer.English.DayOfYear(r.On))
	case CodeTierLowered:
		return fmt.Sprintf("tier %s from %s: %s of the %s that would have kept the one before", r.Rule, customer.English.DayOfYear(r.On), figure(r.Fact), figure(r.Mark))
	case CodeTierNext:
		return fmt.Sprintf("%s to tier %s%s", more(r, figure), r.Rule, until(", through ", next(r.By)))
	case CodeTierKeep:
		if r.Fact >= r.Mark {
			return fmt.Sprintf("tier %s is kept beyond %s: %s of %s are there", r.Rule, customer.English.DayOfYear(r.By), figure(r.Fact), figure(r.Mark))
		}
		return fmt.Sprintf("%s to keep tier %s, through %s", more(r, figure), r.Rule, customer.English.DayOfYear(r.By))
	case CodeGrantFloor:
		return fmt.Sprintf("tier %s is granted at least, from %s%s", r.Rule, customer.English.DayOfYear(r.On), until(" through ", r.By))
	case CodeGrantFixed:
		return fmt.Sprintf("tier %s is granted, whatever is earned, from %s%s", r.Rule, customer.English.DayOfYear(r.On), until(" through ", r.By))
	case CodeGrantCeiling:
		return fmt.Sprintf("tier %s is the highest allowed, from %s%s", r.Rule, customer.English.DayOfYear(r.On), until(" through ", r.By))
	case CodeGrantBooked:
		return "a grant under this reference is open already"
	case CodeNoGrant:
		return "there is no such grant"
	case CodeSent:
		return fmt.Sprintf("%s passed on", count(r.Fact, "point is", "points are"))
	case CodeReceived:
		return fmt.Sprintf("%s from another account", count(r.Fact, "point comes", "points come"))
	case CodeRecalled:
		return fmt.Sprintf("%s back: the other account did not take them", count(r.Fact, "point is", "points are"))
	case CodeHoldsOpen:
		return fmt.Sprintf("payments under way: %d; they come first", r.Fact)
	case CodeParcelOpen:
		return "something under this reference is on its way already"
	case CodeNoParcel:
		return "nothing under this reference is on its way"
	case CodeDeclined:
		return "the other account did not take it; it is back"
	case CodeInto:
		return "the account went into another one: book there"
	case CodeMember:
		return "she is a member already"
	case CodeNoMember:
		return fmt.Sprintf("she is no member on %s", customer.English.DayOfYear(r.On))
	}
	return customer.Explain(r, customer.English)
}

func explainChinese(r customer.Reason, points, money, figure func(int64) string) string {
	switch r.Code {
	case CodeEarned:
		return fmt.Sprintf("按%[2]s获得%[1]s积分", points(r.Fact), r.Rule)
	case CodeCapped:
		return fmt.Sprintf("%[2]s积分中计入%[1]s：已达上限%[3]s", points(r.Fact), points(r.Mark), r.Rule)
	case CodeAwarded:
		return fmt.Sprintf("因%[2]s获得%[1]s积分", points(r.Fact), r.Rule)
	case CodeBonus:
		return fmt.Sprintf("按优惠%[2]s获得%[1]s积分（第%[3]d行）", points(r.Fact), r.Rule, r.Mark)
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
		return fmt.Sprintf("应收回%[2]s积分，从该笔所得中收回%[1]s", points(r.Fact), points(r.Mark))
	case CodeTakenLapsed:
		return fmt.Sprintf("应收回的%[2]s积分中有%[1]s已失效", points(r.Fact), points(r.Mark))
	case CodeTakenOthers:
		return fmt.Sprintf("该笔所得已用，应收回的%[2]s积分中有%[1]s从其他积分扣除", points(r.Fact), points(r.Mark))
	case CodeOwed:
		return fmt.Sprintf("该笔所得已用，应收回的%[2]s积分中欠%[1]s，由今后所得偿还", points(r.Fact), points(r.Mark))
	case CodeForgiven:
		return fmt.Sprintf("应收回的%[2]s积分中有%[1]s已用，予以免除", points(r.Fact), points(r.Mark))
	case CodeGivenBack:
		return fmt.Sprintf("退回%s积分%s", points(r.Fact), chineseUntil("，有效至", r.By))
	case CodeGivenBackLapsed:
		return fmt.Sprintf("退回%s积分，但已于%s后失效", points(r.Fact), customer.Chinese.DayOfYear(r.By.AddDays(-1)))
	case CodePoints:
		return fmt.Sprintf("现有%s积分，需要%s", points(r.Fact), points(r.Mark))
	case CodeLeast:
		return fmt.Sprintf("%s积分低于最低支付%s", points(r.Fact), points(r.Mark))
	case CodeMultiple:
		return fmt.Sprintf("%s积分不是%s的整数倍", points(r.Fact), points(r.Mark))
	case CodeShareOfBill:
		return fmt.Sprintf("本单最多可用积分支付%s，而非%s", money(r.Mark), money(r.Fact))
	case CodeRewardLater:
		return fmt.Sprintf("奖品%s自%s起提供", r.Rule, customer.Chinese.DayOfYear(r.By))
	case CodeRewardOver:
		return fmt.Sprintf("奖品%s已于%s截止", r.Rule, customer.Chinese.DayOfYear(r.By.AddDays(-1)))
	case CodeNoHold:
		return fmt.Sprintf("没有此冻结；可用%s积分", points(r.Fact))
	case CodeNoPayment:
		return fmt.Sprintf("%s没有此未结支付", customer.Chinese.DayOfYear(r.On))
	case CodeNoSale:
		return fmt.Sprintf("%s没有此未结销售：尚未入账、已关闭或已全部退回", customer.Chinese.DayOfYear(r.On))
	case CodeNoLine:
		return fmt.Sprintf("该销售有%d行，没有第%d行", r.Mark, r.Fact)
	case CodeTooMany:
		return fmt.Sprintf("退回%s件，而仅余%s件", decimal.New(r.Fact, -unitDigits), decimal.New(r.Mark, -unitDigits))
	case CodePaymentBooked:
		return "此编号的支付或冻结已存在"
	case CodeSaleReturned:
		return "该笔销售已有退货，不能再用积分支付"
	case CodeSaleBooked:
		return "该小票已入账"
	case CodeHadEvent:
		return fmt.Sprintf("%s已给予%d次，共限%d次", r.Rule, r.Fact, r.Mark)
	case CodeRewardTier:
		return fmt.Sprintf("奖品%s仅限其他等级", r.Rule)
	case CodeTierReached:
		return fmt.Sprintf("达到等级%s：%s（标准%s）%s", r.Rule, figure(r.Fact), figure(r.Mark), chineseUntil("，保持至", r.By))
	case CodeMost:
		return fmt.Sprintf("%s积分超过单笔上限%s", points(r.Fact), points(r.Mark))
	case CodeOnSale:
		return "该支付属于某张小票，随其商品一并退回"
	case CodeFull:
		return fmt.Sprintf("账户此项最多%d个，已满", r.Fact)
	case CodeParcelFull:
		return fmt.Sprintf("一次转移过多：需%d条，最多%d条，请先转移部分积分", r.Fact, r.Mark)
	case CodeTierInherited:
		return fmt.Sprintf("等级%s随另一账户并入%s", r.Rule, chineseUntil("，保持至", r.By))
	case CodeTierForLife:
		return fmt.Sprintf("终身达到等级%s：累计%s（标准%s）", r.Rule, figure(r.Fact), figure(r.Mark))
	case CodeTierUndone:
		return fmt.Sprintf("自%s起为等级%s：达到原等级的商品已退回", customer.Chinese.DayOfYear(r.On), r.Rule)
	case CodeTierLowered:
		return fmt.Sprintf("自%s起为等级%s：%s，保级需%s", customer.Chinese.DayOfYear(r.On), r.Rule, figure(r.Fact), figure(r.Mark))
	case CodeTierNext:
		return fmt.Sprintf("距等级%s还差%s%s", r.Rule, figure(max(0, r.Mark-r.Fact)), chineseUntil("，截至", next(r.By)))
	case CodeTierKeep:
		if r.Fact >= r.Mark {
			return fmt.Sprintf("等级%s在%s之后保持：已有%s（需%s）", r.Rule, customer.Chinese.DayOfYear(r.By), figure(r.Fact), figure(r.Mark))
		}
		return fmt.Sprintf("保持等级%s还差%s，截至%s", r.Rule, figure(r.Mark-r.Fact), customer.Chinese.DayOfYear(r.By))
	case CodeGrantFloor:
		return fmt.Sprintf("自%s起至少为等级%s%s", customer.Chinese.DayOfYear(r.On), r.Rule, chineseUntil("，至", r.By))
	case CodeGrantFixed:
		return fmt.Sprintf("自%s起固定为等级%s%s", customer.Chinese.DayOfYear(r.On), r.Rule, chineseUntil("，至", r.By))
	case CodeGrantCeiling:
		return fmt.Sprintf("自%s起最高为等级%s%s", customer.Chinese.DayOfYear(r.On), r.Rule, chineseUntil("，至", r.By))
	case CodeGrantBooked:
		return "此编号的等级授予已存在"
	case CodeNoGrant:
		return "没有此等级授予"
	case CodeSent:
		return fmt.Sprintf("转出%s积分", points(r.Fact))
	case CodeReceived:
		return fmt.Sprintf("从其他账户转入%s积分", points(r.Fact))
	case CodeRecalled:
		return fmt.Sprintf("对方账户未接收，退回%s积分", points(r.Fact))
	case CodeHoldsOpen:
		return fmt.Sprintf("有%d笔支付尚未完成，须先完成", r.Fact)
	case CodeParcelOpen:
		return "此编号的转移已在途"
	case CodeNoParcel:
		return "没有此编号的在途转移"
	case CodeDeclined:
		return "对方账户未接收，已退回"
	case CodeInto:
		return "此账户已并入其他账户，请在该账户入账"
	case CodeMember:
		return "她已是成员"
	case CodeNoMember:
		return fmt.Sprintf("%s她不是成员", customer.Chinese.DayOfYear(r.On))
	}
	return customer.Explain(r, customer.Chinese)
}

// until names the last day before one; nothing where there is no end.
func until(words string, first customer.Date) string {
	if first == 0 {
		return ""
	}
	return words + customer.English.DayOfYear(first.AddDays(-1))
}

func chineseUntil(words string, first customer.Date) string {
	if first == 0 {
		return ""
	}
	return words + customer.Chinese.DayOfYear(first.AddDays(-1))
}

// next is the day after a last day; none has none.
func next(last customer.Date) customer.Date {
	if last == 0 {
		return 0
	}
	return last.AddDays(1)
}

// more says how much is missing.
func more(r customer.Reason, figure func(int64) string) string {
	missing := figure(max(0, r.Mark-r.Fact))
	switch {
	case r.Unit == customer.UnitTimes && r.Mark-r.Fact == 1:
		return "1 visit more"
	case r.Unit == customer.UnitTimes:
		return missing + " visits more"
	case r.Unit == customer.UnitPoints && missing == "1":
		return "1 point more"
	case r.Unit == customer.UnitPoints:
		return missing + " points more"
	}
	return missing + " more"
}
