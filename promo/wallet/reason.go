package wallet

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

// The reason codes of this package. Rule is the coupon where one is spoken of, and the
// rule book or the quota elsewhere. They are format.
const (
	CodeIssued    = "wallet.issued"     // Fact: how many coupons are new
	CodeSetAside  = "wallet.set-aside"  // Rule: the coupon; Fact: what it is to take off; Until: when the hold runs out
	CodeRedeemed  = "wallet.redeemed"   // Rule: the coupon; Fact: what it took off
	CodeGivenBack = "wallet.given-back" // Rule: the coupon; Fact: what goes back now; Mark: what it took off
	CodeReopened  = "wallet.reopened"   // Rule: the coupon; By: the first day without it; zero: never
	CodeSpent     = "wallet.spent"      // Rule: the coupon: everything came back, and it stays used
	CodeExpired   = "wallet.expired"    // Rule: the coupon; On: its last day
	CodeOverrun   = "wallet.overrun"    // Rule: the quota; Fact: what it has left; Mark: what was redeemed beyond it

	CodeNoCoupon = "wallet.no-coupon" // Rule: the coupon; On: the day: it is not in the wallet, or not any more
	CodeHeld     = "wallet.held"      // Rule: the coupon; Until: when the hold runs out
	CodeUsed     = "wallet.used"      // Rule: the coupon; On: when it was redeemed
	CodeNotYet   = "wallet.not-yet"   // Rule: the coupon; On: the day; By: its first day
	CodeOver     = "wallet.over"      // Rule: the coupon; On: the day; By: the first day without it
	CodeListed   = "wallet.listed"    // Rule: the coupon: it is there from another list
	CodeChanged  = "wallet.changed"   // Rule: the coupon: it is there on other terms
	CodeFull     = "wallet.full"      // Fact: how many coupons, holds or payments there would be; Mark: the most

	CodeNoHold        = "wallet.no-hold"        // On: the day: nothing is set aside under this reference
	CodeHoldOver      = "wallet.hold-over"      // At: the instant; Until: when the hold ran out
	CodeHoldBooked    = "wallet.hold-booked"    // On: the day: something is set aside under this reference
	CodeNoPayment     = "wallet.no-payment"     // On: the day: no such payment is open
	CodePaymentBooked = "wallet.payment-booked" // On: the day: coupons were redeemed on this receipt
	CodeNothingLeft   = "wallet.nothing-left"   // On: the day: everything of the payment has come back
)

// Explain renders a reason of this package as a sentence, with money in the register's
// currency and instants in its zone. Codes of packages quota and customer are rendered
// too; any other is returned as it is.
func (r *Register) Explain(reason customer.Reason, language customer.Language) string {
	money := r.rules.Currency.Text
	moment := func(at time.Time) string { return language.Instant(at.In(r.zone)) }
	if language == customer.Chinese {
		return explainChinese(reason, money, moment)
	}
	return explainEnglish(reason, money, moment)
}

func explainEnglish(r customer.Reason, money func(int64) string, moment func(time.Time) string) string {
	day := customer.English.DayOfYear
	switch r.Code {
	case CodeIssued:
		return fmt.Sprintf("coupons that are new: %d", r.Fact)
	case CodeSetAside:
		return fmt.Sprintf("coupon %s is set aside until %s: %s off", r.Rule, moment(r.Until), money(r.Fact))
	case CodeRedeemed:
		return fmt.Sprintf("coupon %s: %s off", r.Rule, money(r.Fact))
	case CodeGivenBack:
		return fmt.Sprintf("coupon %s: %s of the %s that it took off go back", r.Rule, money(r.Fact), money(r.Mark))
	case CodeReopened:
		if r.By == 0 {
			return fmt.Sprintf("coupon %s can be used again", r.Rule)
		}
		return fmt.Sprintf("coupon %s can be used again, through %s", r.Rule, day(r.By.AddDays(-1)))
	case CodeSpent:
		return fmt.Sprintf("coupon %s stays used, though everything has come back", r.Rule)
	case CodeExpired:
		return fmt.Sprintf("coupon %s lapsed after %s", r.Rule, day(r.On))
	case CodeOverrun:
		return fmt.Sprintf("%s has %d left, and %d were redeemed beyond it: its hold was over before it was captured", r.Rule, r.Fact, r.Mark)
	case CodeNoCoupon:
		return fmt.Sprintf("no coupon %s is there on %s", r.Rule, day(r.On))
	case CodeHeld:
		return fmt.Sprintf("coupon %s is in another payment, until %s at the latest", r.Rule, moment(r.Until))
	case CodeUsed:
		return fmt.Sprintf("coupon %s was used on %s", r.Rule, day(r.On))
	case CodeNotYet:
		return fmt.Sprintf("coupon %s can be used from %s", r.Rule, day(r.By))
	case CodeOver:
		return fmt.Sprintf("coupon %s could be used through %s", r.Rule, day(r.By.AddDays(-1)))
	case CodeListed:
		return fmt.Sprintf("a coupon %s is there from another list", r.Rule)
	case CodeChanged:
		return fmt.Sprintf("coupon %s is there on other terms", r.Rule)
	case CodeFull:
		return fmt.Sprintf("the wallet is full: %d where %d is the most", r.Fact, r.Mark)
	case CodeNoHold:
		return "nothing is set aside under this reference"
	case CodeHoldOver:
		return fmt.Sprintf("the payment took too long: its coupons were set aside until %s", moment(r.Until))
	case CodeHoldBooked:
		return "something is set aside under this reference already"
	case CodeNoPayment:
		return fmt.Sprintf("no such payment with coupons is open on %s: it is not booked yet, or closed", day(r.On))
	case CodePaymentBooked:
		return "coupons were redeemed on this receipt already"
	case CodeNothingLeft:
		return "everything of this payment has come back already"
	}
	return quota.Explain(r, customer.English)
}

func explainChinese(r customer.Reason, money func(int64) string, moment func(time.Time) string) string {
	day := customer.Chinese.DayOfYear
	switch r.Code {
	case CodeIssued:
		return fmt.Sprintf("新发优惠券%d张", r.Fact)
	case CodeSetAside:
		return fmt.Sprintf("优惠券%s已保留至%s，可减%s", r.Rule, moment(r.Until), money(r.Fact))
	case CodeRedeemed:
		return fmt.Sprintf("优惠券%s：减%s", r.Rule, money(r.Fact))
	case CodeGivenBack:
		return fmt.Sprintf("优惠券%s：所减%s中退回%s", r.Rule, money(r.Mark), money(r.Fact))
	case CodeReopened:
		if r.By == 0 {
			return fmt.Sprintf("优惠券%s可再次使用", r.Rule)
		}
		return fmt.Sprintf("优惠券%s可再次使用，有效至%s", r.Rule, day(r.By.AddDays(-1)))
	case CodeSpent:
		return fmt.Sprintf("商品已全部退回，优惠券%s仍视为已用", r.Rule)
	case CodeExpired:
		return fmt.Sprintf("优惠券%s已于%s后失效", r.Rule, day(r.On))
	case CodeOverrun:
		return fmt.Sprintf("%s只剩%d，另有%d已超额兑现：保留在使用前已到期", r.Rule, r.Fact, r.Mark)
	case CodeNoCoupon:
		return fmt.Sprintf("%[2]s没有优惠券%[1]s", r.Rule, day(r.On))
	case CodeHeld:
		return fmt.Sprintf("优惠券%s正用于另一笔支付，最迟至%s", r.Rule, moment(r.Until))
	case CodeUsed:
		return fmt.Sprintf("优惠券%s已于%s使用", r.Rule, day(r.On))
	case CodeNotYet:
		return fmt.Sprintf("优惠券%s自%s起可用", r.Rule, day(r.By))
	case CodeOver:
		return fmt.Sprintf("优惠券%s有效至%s", r.Rule, day(r.By.AddDays(-1)))
	case CodeListed:
		return fmt.Sprintf("优惠券%s已由另一张清单发放", r.Rule)
	case CodeChanged:
		return fmt.Sprintf("优惠券%s已按其他条件发放", r.Rule)
	case CodeFull:
		return fmt.Sprintf("券包已满：将有%d，最多%d", r.Fact, r.Mark)
	case CodeNoHold:
		return "此编号下没有保留"
	case CodeHoldOver:
		return fmt.Sprintf("支付超时：优惠券只保留至%s", moment(r.Until))
	case CodeHoldBooked:
		return "此编号下已有保留"
	case CodeNoPayment:
		return fmt.Sprintf("%s没有此笔使用优惠券的未结支付：尚未入账或已关闭", day(r.On))
	case CodePaymentBooked:
		return "此小票已兑现过优惠券"
	case CodeNothingLeft:
		return "此笔支付已全部退回"
	}
	return quota.Explain(r, customer.Chinese)
}
