package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of referrals. They are format.
const (
	CodeReferralVouched  = "lifecycle.referral-vouched"   // On: her first day of purchase
	CodeReferralBrought  = "lifecycle.referral-brought"   // Mark: what a first purchase must come to; On: the day; By: the last day for it
	CodeReferralWaits    = "lifecycle.referral-waits"     // On: the day of decision; By: the first day on which it can be settled
	CodeReferralOwed     = "lifecycle.referral-owed"      // Fact: what the first purchase came to; Mark: what it must; On: its day
	CodeReferralLate     = "lifecycle.referral-late"      // On: the day of the introduction; By: the last day for a first purchase
	CodeReferralSmall    = "lifecycle.referral-small"     // Fact: what the first purchase came to; Mark: what it must; On: its day
	CodeReferralReturned = "lifecycle.referral-returned"  // Fact: what is left of the first purchase; Mark: what must be; On: its day
	CodeReferralCapped   = "lifecycle.referral-capped"    // On: the day of the introduction: the limit of the one who brought her is reached
	CodeReferralMistake  = "lifecycle.referral-mistake"   // On: the day of the introduction that is withdrawn
	CodeReferralTakeBack = "lifecycle.referral-take-back" // Fact: rewards that were owed already; On: the day of the introduction

	CodeReferralSelf       = "lifecycle.referral-self"        // On: the day
	CodeReferralOnePerson  = "lifecycle.referral-one-person"  // On: the day of the introduction
	CodeReferralNoPurchase = "lifecycle.referral-no-purchase" // On: the day: who has not bought cannot bring others
	CodeReferralNoVouch    = "lifecycle.referral-no-vouch"    // On: the day: the one who brings has not vouched
	CodeReferralTooEarly   = "lifecycle.referral-too-early"   // On: the first day of purchase of the one who brings; By: the day of the introduction
	CodeReferralBrings     = "lifecycle.referral-brings"      // On: her first day of purchase: she brings others herself
	CodeReferralAlready    = "lifecycle.referral-already"     // On: the day on which she was brought
	CodeReferralNotNew     = "lifecycle.referral-not-new"     // On: her first day of purchase; By: the day of the introduction
	CodeReferralNone       = "lifecycle.referral-none"        // On: the day: there is no such introduction
)

// Explain renders a reason as the package's Explain does, with money in the rule book's
// currency.
func (r *Referrals) Explain(reason customer.Reason, language customer.Language) string {
	text, found := referralText(reason, language, r.rules.Currency.Text)
	if found {
		return text
	}
	return Explain(reason, language)
}

// explainReferral renders a reason of referrals, with money in minor units.
func explainReferral(r customer.Reason, language customer.Language) (text string, ok bool) {
	return referralText(r, language, customer.Words{Language: language}.Money)
}

func referralText(r customer.Reason, language customer.Language, money func(int64) string) (text string, ok bool) {
	if language == customer.Chinese {
		text = referralChinese(r, money)
	} else {
		text = referralEnglish(r, money)
	}
	return text, text != ""
}

func referralEnglish(r customer.Reason, money func(int64) string) string {
	day := customer.English.DayOfYear
	switch r.Code {
	case CodeReferralVouched:
		return fmt.Sprintf("may bring others: she has bought since %s", day(r.On))
	case CodeReferralBrought:
		return fmt.Sprintf("brought on %s; rewarded for a first purchase of %s or more by %s", day(r.On), money(r.Mark), day(r.By))
	case CodeReferralWaits:
		return fmt.Sprintf("too early on %s to settle: that can be done from %s", day(r.On), day(r.By))
	case CodeReferralOwed:
		return fmt.Sprintf("the reward is owed: her first purchase on %s came to %s, where %s is asked for", day(r.On), money(r.Fact), money(r.Mark))
	case CodeReferralLate:
		return fmt.Sprintf("no reward: brought on %s, she did not buy by %s", day(r.On), day(r.By))
	case CodeReferralSmall:
		return fmt.Sprintf("no reward: her first purchase on %s came to %s, where %s is asked for", day(r.On), money(r.Fact), money(r.Mark))
	case CodeReferralReturned:
		return fmt.Sprintf("no reward: after returns %s is left of her first purchase on %s, where %s is asked for", money(r.Fact), day(r.On), money(r.Mark))
	case CodeReferralCapped:
		return fmt.Sprintf("no reward for whoever brought her on %s: the limit is reached", day(r.On))
	case CodeReferralMistake:
		return fmt.Sprintf("the introduction of %s was a mistake", day(r.On))
	case CodeReferralTakeBack:
		return fmt.Sprintf("%s of the introduction of %s must be taken back", count(r.Fact, "reward"), day(r.On))
	case CodeReferralSelf:
		return "nobody brings herself"
	case CodeReferralOnePerson:
		return "both are one person or one household"
	case CodeReferralNoPurchase:
		return fmt.Sprintf("who has not bought by %s cannot bring others", day(r.On))
	case CodeReferralNoVouch:
		return "the one who brings her has not vouched"
	case CodeReferralTooEarly:
		return fmt.Sprintf("on %s the one who brings her had not bought; she did on %s", day(r.By), day(r.On))
	case CodeReferralBrings:
		return fmt.Sprintf("she may bring others herself: she has bought since %s", day(r.On))
	case CodeReferralAlready:
		return fmt.Sprintf("she was brought already, on %s", day(r.On))
	case CodeReferralNotNew:
		return fmt.Sprintf("she was no newcomer on %s: she bought on %s", day(r.By), day(r.On))
	case CodeReferralNone:
		return fmt.Sprintf("there is no such introduction up to %s", day(r.On))
	}
	return ""
}

func referralChinese(r customer.Reason, money func(int64) string) string {
	day := customer.Chinese.DayOfYear
	switch r.Code {
	case CodeReferralVouched:
		return fmt.Sprintf("可以介绍他人：首次购买日期为%s", day(r.On))
	case CodeReferralBrought:
		return fmt.Sprintf("%s由他人介绍；最迟于%s首次购买满%s即可获得奖励", day(r.On), day(r.By), money(r.Mark))
	case CodeReferralWaits:
		return fmt.Sprintf("%s尚不能结算，最早%s可以结算", day(r.On), day(r.By))
	case CodeReferralOwed:
		return fmt.Sprintf("应予奖励：%s首次购买金额为%s，要求至少%s", day(r.On), money(r.Fact), money(r.Mark))
	case CodeReferralLate:
		return fmt.Sprintf("没有奖励：%s由他人介绍，截至%s没有购买", day(r.On), day(r.By))
	case CodeReferralSmall:
		return fmt.Sprintf("没有奖励：%s首次购买金额仅%s，要求至少%s", day(r.On), money(r.Fact), money(r.Mark))
	case CodeReferralReturned:
		return fmt.Sprintf("没有奖励：%s首次购买扣除退货后仅剩%s，要求至少%s", day(r.On), money(r.Fact), money(r.Mark))
	case CodeReferralCapped:
		return fmt.Sprintf("%s的介绍：介绍人已达奖励上限，没有奖励", day(r.On))
	case CodeReferralMistake:
		return fmt.Sprintf("%s的介绍记录有误", day(r.On))
	case CodeReferralTakeBack:
		return fmt.Sprintf("%s的介绍有%d项奖励须收回", day(r.On), r.Fact)
	case CodeReferralSelf:
		return "不能介绍自己"
	case CodeReferralOnePerson:
		return "双方是同一人或同一家庭"
	case CodeReferralNoPurchase:
		return fmt.Sprintf("截至%s没有购买过，不能介绍他人", day(r.On))
	case CodeReferralNoVouch:
		return "介绍人尚未登记介绍资格"
	case CodeReferralTooEarly:
		return fmt.Sprintf("介绍人在%s尚未购买过，首次购买日期为%s", day(r.By), day(r.On))
	case CodeReferralBrings:
		return fmt.Sprintf("该顾客本人已可介绍他人，首次购买日期为%s", day(r.On))
	case CodeReferralAlready:
		return fmt.Sprintf("该顾客已于%s由他人介绍", day(r.On))
	case CodeReferralNotNew:
		return fmt.Sprintf("%s时该顾客已不是新顾客：%s购买过", day(r.By), day(r.On))
	case CodeReferralNone:
		return fmt.Sprintf("截至%s没有这项介绍", day(r.On))
	}
	return ""
}
