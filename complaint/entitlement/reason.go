package entitlement

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The reason codes of this package. They are format. Rule is the book, the terms and
// the grant.
const (
	CodeDay        = "entitlement.day"          // Fact: which day of the window it is; Mark: of so many; On: counted from; By: the last day
	CodeForLife    = "entitlement.for-life"     // Fact: which day it is; On: counted from
	CodeNotBegun   = "entitlement.not-begun"    // Of: what the window counts from and has not been; On: the purchase
	CodeOver       = "entitlement.over"         // Fact: days since the last one; Mark: days that it had; On: counted from; By: the last day
	CodeProlonged  = "entitlement.prolonged"    // Fact: days at a repairer that are left out; By: the last day
	CodeAtRepairer = "entitlement.at-repairer"  // Fact: days since; On: since when; the window stands still
	CodeRenewed    = "entitlement.renewed"      // On: the exchange from which it counts anew
	CodeNoTerms    = "entitlement.no-terms"     // Rule: the book, which has no terms for such goods; On: the purchase
	CodeExcepted   = "entitlement.excepted"     // Of: the product, category or trait that the terms leave out
	CodeNotRemote  = "entitlement.not-remote"   // the terms are for what is sold at a distance
	CodeNotUnused  = "entitlement.not-unused"   // nobody has found the goods as they were sold
	CodeNoProof    = "entitlement.no-proof"     // the purchase is not proved
	CodeNoDefect   = "entitlement.no-defect"    // there must be a fault, and none is known
	CodeDefect     = "entitlement.defect"       // Of: the fault, which opens it
	CodeOther      = "entitlement.other-defect" // Of: the fault, which does not
	CodeUnreasoned = "entitlement.unreasoned"   // she needs no reason

	// CodeFailedRepairs and the next two are what must have gone wrong first. Among what is
	// missing it has not; where several of them are missing, one is enough.
	CodeFailedRepairs = "entitlement.failed-repairs" // Fact: repairs that have failed; Mark: so many are needed
	CodePartsMissing  = "entitlement.parts-missing"  // Fact: days of a repair for want of parts; Mark: more than so many; On: handed in; By: the day from which it opens
	CodeRepairerFault = "entitlement.repairer-fault" // likewise, by the repairer's fault

	CodeUsed   = "entitlement.used"   // Fact: days of use; Mark: days at a repairer, left out; On: counted from
	CodeFee    = "entitlement.fee"    // Fact: the fee; Mark: the price
	CodeRate   = "entitlement.rate"   // Fact: of a day, in millionths of the price; Mark: days of use that are free
	CodeCapped = "entitlement.capped" // Fact: the largest share of the price, in ‰; Mark: of 1000

	CodeBetter = "entitlement.better" // Of: the Rule of a right to this remedy that is not better for her
	CodeBeaten = "entitlement.beaten" // Of: the Rule of the right to this remedy that holds instead
)

// Explain renders a reason of this package as a sentence. It knows no book: money it writes in
// minor units. A code of the packages customer and customer/calendar is rendered too; any other
// is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, customer.Words{Language: language}.Money)
}

// Explain renders a reason as the function Explain does, with money in the book's currency.
func (b *Book) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, customer.Words{Language: language, Currency: b.currency}.Money)
}

func explain(r customer.Reason, language customer.Language, money func(int64) string) string {
	if text, ok := explainGuarantee(r, language, money); ok {
		return text
	}
	text, ok := "", false
	if language == customer.Chinese {
		if text, ok = windowChinese(r); !ok {
			text, ok = conditionChinese(r, money)
		}
	} else if text, ok = windowEnglish(r); !ok {
		text, ok = conditionEnglish(r, money)
	}
	if ok {
		return text
	}
	return calendar.Explain(r, language)
}

// days writes how many days.
func days(n int64) string { return customer.English.Count(n, "day") }

// percent writes millionths as percent: 500 is "0.05 %".
func percent(millionths int64) string { return decimal.New(millionths, -4).String() + " %" }

func windowEnglish(r customer.Reason) (text string, ok bool) {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeDay:
		return fmt.Sprintf("day %d of %d, counted from %s, up to %s", r.Fact, r.Mark, on, by), true
	case CodeForLife:
		return fmt.Sprintf("day %d, counted from %s, without end", r.Fact, on), true
	case CodeNotBegun:
		return fmt.Sprintf("bought on %s; the time counts from %s, which has not been yet", on, r.Of), true
	case CodeOver:
		return fmt.Sprintf("over: %s was the last of %s counted from %s, %s ago", by, days(r.Mark), on, days(r.Fact)), true
	case CodeProlonged:
		return fmt.Sprintf("%s at the repairer left out, so up to %s", days(r.Fact), by), true
	case CodeAtRepairer:
		return fmt.Sprintf("at the repairer since %s, for %s; the time stands still", on, days(r.Fact)), true
	case CodeRenewed:
		return fmt.Sprintf("exchanged on %s, counted anew from then", on), true
	case CodeNoTerms:
		return fmt.Sprintf("%s has no terms for such goods, bought on %s", r.Rule, on), true
	}
	return "", false
}

func conditionEnglish(r customer.Reason, money func(int64) string) (text string, ok bool) {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeExcepted:
		return fmt.Sprintf("the terms leave out %s", r.Of), true
	case CodeNotRemote:
		return "the terms are for what is sold at a distance", true
	case CodeNotUnused:
		return "the goods must be as they were sold, and nobody has found them so", true
	case CodeNoProof:
		return "the purchase is not proved", true
	case CodeNoDefect:
		return "there must be a fault, and none is known", true
	case CodeDefect:
		return fmt.Sprintf("a fault of this kind opens it: %s", r.Of), true
	case CodeOther:
		return fmt.Sprintf("not for a fault of this kind: %s", r.Of), true
	case CodeUnreasoned:
		return "no reason is needed", true
	case CodeFailedRepairs:
		return fmt.Sprintf("%s failed, %d needed", customer.English.Count(r.Fact, "repair"), r.Mark), true
	case CodePartsMissing:
		return lateEnglish(r, "for want of parts", on, by), true
	case CodeRepairerFault:
		return lateEnglish(r, "by the repairer's fault", on, by), true
	case CodeUsed:
		return fmt.Sprintf("%s of use since %s, %s at the repairer left out", days(r.Fact), on, days(r.Mark)), true
	case CodeFee:
		return fmt.Sprintf("a fee for use of %s on a price of %s", money(r.Fact), money(r.Mark)), true
	case CodeRate:
		return fmt.Sprintf("%s of the price a day, %s free", percent(r.Fact), days(r.Mark)), true
	case CodeCapped:
		return fmt.Sprintf("at most %s of the price", customer.English.Percent(r.Fact)), true
	case CodeBetter:
		return fmt.Sprintf("at least as good for the customer as %s", r.Of), true
	case CodeBeaten:
		return fmt.Sprintf("%s is at least as good for the customer, and holds", r.Of), true
	}
	return "", false
}

// lateEnglish is for a repair that takes long, or for want of one.
func lateEnglish(r customer.Reason, why, on, by string) string {
	switch {
	case r.On == 0:
		return fmt.Sprintf("no repair is delayed %s; more than %s are needed", why, days(r.Mark))
	case r.Fact > r.Mark:
		return fmt.Sprintf("in repair since %s, %s %s, which is more than %d", on, days(r.Fact), why, r.Mark)
	}
	return fmt.Sprintf("in repair since %s, %s %s; it opens on %s, after %d", on, days(r.Fact), why, by, r.Mark)
}

func windowChinese(r customer.Reason) (text string, ok bool) {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeDay:
		return fmt.Sprintf("自%s起第%d天，共%d天，截至%s", on, r.Fact, r.Mark, by), true
	case CodeForLife:
		return fmt.Sprintf("自%s起第%d天，终身有效", on, r.Fact), true
	case CodeNotBegun:
		return fmt.Sprintf("%s购买，期限自%s之日起计算，尚未开始", on, startChinese(r.Of)), true
	case CodeOver:
		return fmt.Sprintf("已过期%d天：自%s起共%d天，截至%s", r.Fact, on, r.Mark, by), true
	case CodeProlonged:
		return fmt.Sprintf("扣除修理占用的%d天，截至%s", r.Fact, by), true
	case CodeAtRepairer:
		return fmt.Sprintf("自%s起送修，已%d天，期限暂停计算", on, r.Fact), true
	case CodeRenewed:
		return fmt.Sprintf("%s已换货，期限自该日重新计算", on), true
	case CodeNoTerms:
		return fmt.Sprintf("%s对%s购买的此类商品没有规定", r.Rule, on), true
	}
	return "", false
}

func startChinese(start string) string {
	switch start {
	case "purchase":
		return "购买"
	case "delivery":
		return "收货"
	case "installation":
		return "安装"
	}
	return start
}

func conditionChinese(r customer.Reason, money func(int64) string) (text string, ok bool) {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeExcepted:
		return fmt.Sprintf("该规定不适用于：%s", r.Of), true
	case CodeNotRemote:
		return "该规定只适用于远程销售的商品", true
	case CodeNotUnused:
		return "商品须完好未使用，但尚未确认", true
	case CodeNoProof:
		return "没有购买凭证", true
	case CodeNoDefect:
		return "须有质量问题，但尚未发现", true
	case CodeDefect:
		return fmt.Sprintf("属于可以主张的问题：%s", r.Of), true
	case CodeOther:
		return fmt.Sprintf("不属于可以主张的问题：%s", r.Of), true
	case CodeUnreasoned:
		return "无需理由", true
	case CodeFailedRepairs:
		return fmt.Sprintf("修理%d次未修好，须达到%d次", r.Fact, r.Mark), true
	case CodePartsMissing:
		return lateChinese(r, "因缺少零配件", on, by), true
	case CodeRepairerFault:
		return lateChinese(r, "因修理者自身原因", on, by), true
	case CodeUsed:
		return fmt.Sprintf("自%s起使用%d天，已扣除修理占用的%d天", on, r.Fact, r.Mark), true
	case CodeFee:
		return fmt.Sprintf("折旧费%s，价款%s", money(r.Fact), money(r.Mark)), true
	case CodeRate:
		return fmt.Sprintf("每天按价款的%s计算，其中%d天免费", percent(r.Fact), r.Mark), true
	case CodeCapped:
		return fmt.Sprintf("最高为价款的%s", customer.Chinese.Percent(r.Fact)), true
	case CodeBetter:
		return fmt.Sprintf("对顾客不逊于%s", r.Of), true
	case CodeBeaten:
		return fmt.Sprintf("%s对顾客不逊于此，以其为准", r.Of), true
	}
	return "", false
}

// lateChinese is for a repair that takes long, or for want of one.
func lateChinese(r customer.Reason, why, on, by string) string {
	switch {
	case r.On == 0:
		return fmt.Sprintf("没有%s延误的修理，须超过%d天", why, r.Mark)
	case r.Fact > r.Mark:
		return fmt.Sprintf("自%s起送修，%s已%d天，超过%d天", on, why, r.Fact, r.Mark)
	}
	return fmt.Sprintf("自%s起送修，%s已%d天，超过%d天后即自%s起可以主张", on, why, r.Fact, r.Mark, by)
}
