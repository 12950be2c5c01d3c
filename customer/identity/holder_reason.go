package identity

import "github.com/rapport-crm/rapport/customer"

// The reason codes of classes, owners, cardholders, memberships and addresses. They are format.
const (
	CodeKeyAccount = "identity.key-account" // Of: her class; On: the day
	CodeOwner      = "identity.owner"       // Of: the owner; On: the day; By: the last day
	CodeBypass     = "identity.bypass"      // Of: her class; On: the day
	CodeDetailed   = "identity.detailed"    // Of: her class; On: the day

	CodeHolderThere  = "identity.holder-there"   // Of: the holder; At: since when he has a card
	CodeNoHolder     = "identity.no-holder"      // Of: the holder
	CodeNoHolderCard = "identity.no-holder-card" // Of: the scheme of what is no cardholder's
	CodeHolderPerson = "identity.holder-person"  // Of: the holder, whose name stands in a record of his own
	CodeNoHolders    = "identity.no-holders"     // Of: the scheme, which is not issued to cardholders
	CodeOverPurchase = "identity.over-purchase"  // Of: the holder; Fact: what it would come to; Mark: the limit
	CodeOverDay      = "identity.over-day"       // Of: the holder; Fact: what the day would come to; Mark: the limit
	CodeOverMonth    = "identity.over-month"     // Of: the holder; Fact: what the month would come to; Mark: the limit
	CodeWithinLimits = "identity.within-limits"  // Of: the holder; Fact: the amount; Mark: what he may spend now; Until: of the card
	CodeNoLimit      = "identity.no-limit"       // Of: the holder; Until: of the card

	CodeEligible     = "identity.eligible"      // Of: the membership
	CodeOtherClass   = "identity.other-class"   // Of: her class, which is none of those; empty: none
	CodeNoIdentifier = "identity.no-identifier" // Of: the scheme
	CodeOtherValue   = "identity.other-value"   // Of: the field; On: the day that it is of
	CodeBelow        = "identity.below"         // Of: the field; Fact: what it is; Mark: the least; On: the day that it is of
	CodeAbove        = "identity.above"         // Of: the field; Fact: what it is; Mark: the most; On: the day that it is of
	CodeTooOld       = "identity.too-old"       // Of: the field; On: the day that it is of; Fact: days since; Mark: the most
	CodeUnsure       = "identity.unsure"        // Of: the field; Fact: how sure it is, in ‰; Mark: the least

	CodeWished = "identity.wished"  // Of: the language; At: when she said so
	CodeForm   = "identity.form"    // Of: the language
	CodeNoForm = "identity.no-form" // Of: the language
	CodeNoWish = "identity.no-wish" // Of: the language
)

func explainService(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeKeyAccount:
		return w.In("she is a key account", "该客户为大客户"), true
	case CodeOwner:
		if r.By == 0 {
			return w.In("%s looks after her", "由专人%s负责", r.Of), true
		}
		return w.In("%s looks after her until %s", "由专人%s负责，至%s止", r.Of, w.DayOfYear(r.By)), true
	case CodeBypass:
		return w.In("she does not wait in the queue", "无需排队"), true
	case CodeDetailed:
		return w.In("reports on her go into detail", "须提供更详细的报告"), true
	case CodeWished:
		return w.In("she wants to be called so, as she said on %s", "客户于%s要求如此称呼", w.at(r.At)), true
	case CodeForm:
		return w.In("this is the form of address for customers like her", "此类客户的标准称呼"), true
	case CodeNoForm:
		return w.In("no form of address in %s fits, or something that it names is not known", "没有可用的%s称呼", r.Of), true
	case CodeNoWish:
		return w.In("she has not said how she wants to be called in %s", "客户未提出%s称呼的要求", r.Of), true
	}
	return "", false
}

func explainCard(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeHolderThere:
		return w.In("%s has had a card since %s: reissue it", "%s自%s起已有卡，请换卡", r.Of, w.at(r.At)), true
	case CodeNoHolder:
		return w.In("there is no cardholder %s", "没有持卡人%s", r.Of), true
	case CodeNoHolderCard:
		return w.In("this %s is no cardholder's", "该%s没有对应的持卡人", r.Of), true
	case CodeHolderPerson:
		return w.In("%s has a record of his own, where his name is corrected", "%s有自己的档案，姓名须在该档案中更正", r.Of), true
	case CodeNoHolders:
		return w.In("%s is not issued to cardholders", "%s不发给持卡人", r.Of), true
	case CodeOverPurchase:
		return w.In("%[1]s may buy for %[3]s at once, and this is %[2]s", "%[1]s单笔限额为%[3]s，本笔为%[2]s", r.Of, w.Money(r.Fact), w.Money(r.Mark)), true
	case CodeOverDay:
		return w.In("%[1]s may buy for %[3]s a day, and this makes %[2]s", "%[1]s每日限额为%[3]s，本日将达%[2]s", r.Of, w.Money(r.Fact), w.Money(r.Mark)), true
	case CodeOverMonth:
		return w.In("%[1]s may buy for %[3]s a month, and this makes %[2]s", "%[1]s每月限额为%[3]s，本月将达%[2]s", r.Of, w.Money(r.Fact), w.Money(r.Mark)), true
	case CodeWithinLimits:
		return w.In("%[2]s is within the %[3]s that %[1]s may spend now", "%[2]s在%[1]s当前可用的%[3]s之内", r.Of, w.Money(r.Fact), w.Money(r.Mark)), true
	case CodeNoLimit:
		return w.In("%s has no limit", "%s没有限额", r.Of), true
	}
	return "", false
}

func explainMembership(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeEligible:
		return w.In("she may become a member of %s", "符合%s的入会条件", r.Of), true
	case CodeOtherClass:
		if r.Of == "" {
			return w.In("she is in no class", "客户尚未分类"), true
		}
		return w.In("customers of the class %s may not become members", "%s类客户不符合入会条件", r.Of), true
	case CodeNoIdentifier:
		return w.In("there is no %s", "缺少%s", r.Of), true
	case CodeOtherValue:
		return w.In("%s is not what it must be", "%s不符合要求", r.Of), true
	case CodeBelow:
		return w.In("%s is %d, and %d is the least", "%s为%d，最低须为%d", r.Of, r.Fact, r.Mark), true
	case CodeAbove:
		return w.In("%s is %d, and %d is the most", "%s为%d，最高不得超过%d", r.Of, r.Fact, r.Mark), true
	case CodeTooOld:
		return w.In("%s is of %s, and may be at most %s old", "%s登记于%s，须为%s以内", r.Of, w.DayOfYear(r.On), w.days(r.Mark)), true
	case CodeUnsure:
		return w.In("%s is known with a confidence of %s, and %s is asked for", "%s的可信度为%s，须达到%s", r.Of, w.Percent(r.Fact), w.Percent(r.Mark)), true
	}
	return "", false
}
