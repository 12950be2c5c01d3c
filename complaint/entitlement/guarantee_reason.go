package entitlement

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of a guarantee. They are format. Rule is its rule book; Fact and Mark are
// minor units unless something else is said.
const (
	CodeOtherReceipt    = "entitlement.other-receipt"    // Of: the receipt
	CodeRefundedBefore  = "entitlement.refunded-before"  // Of: the Once of the difference
	CodeNotGuaranteed   = "entitlement.not-guaranteed"   // Of: the product
	CodeOtherProduct    = "entitlement.other-product"    // Of: the product that she saw
	CodeNoSeller        = "entitlement.no-seller"        // it is not said where
	CodeOtherSeller     = "entitlement.other-seller"     // Of: the seller
	CodeNotShown        = "entitlement.not-shown"        // there is no proof
	CodeNoPrice         = "entitlement.no-price"         // it is not said for how much
	CodeNoDaySeen       = "entitlement.no-day-seen"      // it is not said when
	CodeClaimedLate     = "entitlement.claimed-late"     // On: the day of the claim; By: the last; Fact: days after the purchase; Mark: the most
	CodeSeenBefore      = "entitlement.seen-before"      // On: when it was seen; By: the day of purchase
	CodeSeenAfter       = "entitlement.seen-after"       // On: when it was seen; By: the day of the claim
	CodeProofOld        = "entitlement.proof-old"        // On: when it was seen; By: the last day for it; Fact: days since; Mark: the most
	CodeOverBought      = "entitlement.over-bought"      // Of: the product, of which she has not that much
	CodeOverUnits       = "entitlement.over-units"       // Of: the product; Mark: the most units
	CodeNoPaid          = "entitlement.no-paid"          // Of: the product; what was paid is not known
	CodeNotCheaper      = "entitlement.not-cheaper"      // Of: the product; Fact: paid; Mark: the price seen
	CodeDearer          = "entitlement.dearer"           // Of: the product; Fact: paid; Mark: the price seen
	CodeGuaranteeCapped = "entitlement.guarantee-capped" // Of: the product; Fact: the difference; Mark: the most that is refunded
)

// Explain renders a reason as the function Explain does, with money in the guarantee's currency.
func (g *Guarantee) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, g.rules.Currency.Text)
}

func explainGuarantee(r customer.Reason, language customer.Language, money func(int64) string) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, func(int64) string) (english, chinese string){claimTexts, differenceTexts} {
		if english, chinese := part(r, money); english != "" {
			if language == customer.Chinese {
				return chinese, true
			}
			return english, true
		}
	}
	return "", false
}

// claimTexts are of what a claim says.
func claimTexts(r customer.Reason, _ func(int64) string) (english, chinese string) {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	onCN, byCN := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeNoSeller:
		return "it is not said where the lower price was seen", "未说明在何处见到低价"
	case CodeNotShown:
		return "there is no proof of the lower price", "没有低价凭证"
	case CodeNoPrice:
		return "the lower price is not said", "未说明低价金额"
	case CodeNoDaySeen:
		return "it is not said when the lower price was seen", "未说明何时见到低价"
	case CodeClaimedLate:
		if r.Fact < 0 {
			return fmt.Sprintf("claimed on %s, before the purchase", on), fmt.Sprintf("%s提出，早于购买", onCN)
		}
		return fmt.Sprintf("claimed on %s, after the last day, %s", on, by), fmt.Sprintf("%s提出，已过最后期限%s", onCN, byCN)
	case CodeSeenBefore:
		return fmt.Sprintf("seen on %s, before the purchase on %s", on, by), fmt.Sprintf("低价见于%s，早于购买日%s", onCN, byCN)
	case CodeSeenAfter:
		return fmt.Sprintf("seen on %s, after the claim on %s", on, by), fmt.Sprintf("低价见于%s，晚于提出日%s", onCN, byCN)
	case CodeProofOld:
		return fmt.Sprintf("seen on %s: to be claimed by %s", on, by), fmt.Sprintf("低价见于%s，最迟须于%s提出", onCN, byCN)
	}
	return "", ""
}

// differenceTexts are of what was bought, and of what comes back.
func differenceTexts(r customer.Reason, money func(int64) string) (english, chinese string) {
	fact, mark := money(r.Fact), money(r.Mark)
	switch r.Code {
	case CodeOtherReceipt:
		return fmt.Sprintf("receipt %s is another customer's", r.Of), fmt.Sprintf("小票%s属于其他顾客", r.Of)
	case CodeRefundedBefore:
		return fmt.Sprintf("the difference for %s was refunded before", r.Of), fmt.Sprintf("%s的差价此前已退还", r.Of)
	case CodeNotGuaranteed:
		return fmt.Sprintf("%s has no price guarantee", r.Of), fmt.Sprintf("%s不享受买贵退差价", r.Of)
	case CodeOtherProduct:
		return fmt.Sprintf("%s is another product than the one bought", r.Of), fmt.Sprintf("%s与所购商品不同", r.Of)
	case CodeOtherSeller:
		return fmt.Sprintf("the prices of %s do not count", r.Of), fmt.Sprintf("%s的价格不在比价范围", r.Of)
	case CodeOverBought:
		return fmt.Sprintf("the customer does not have that much of %s", r.Of), fmt.Sprintf("顾客现有的%s没有这么多", r.Of)
	case CodeOverUnits:
		return fmt.Sprintf("the guarantee is for %s of %s", customer.English.Count(r.Mark, "unit"), r.Of), fmt.Sprintf("%s至多%d件享受买贵退差价", r.Of, r.Mark)
	case CodeNoPaid:
		return fmt.Sprintf("it is not known what was paid for %s", r.Of), fmt.Sprintf("%s的实付金额不明", r.Of)
	case CodeNotCheaper:
		return fmt.Sprintf("%s cost %s here, and %s there: no less", r.Of, fact, mark), fmt.Sprintf("%s实付%s，他处%s，并未买贵", r.Of, fact, mark)
	case CodeDearer:
		return fmt.Sprintf("%s cost %s here, and %s there", r.Of, fact, mark), fmt.Sprintf("%s实付%s，他处仅%s", r.Of, fact, mark)
	case CodeGuaranteeCapped:
		return fmt.Sprintf("of a difference of %s for %s, %s is refunded at most", fact, r.Of, mark), fmt.Sprintf("%s差价%s，至多退%s", r.Of, fact, mark)
	}
	return "", ""
}
