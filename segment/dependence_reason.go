package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of deal dependence. In each, Rule is the rule book's name. They are
// format.
//
// Shares are in ‰, rounded down; the comparison itself is that of the two figures of
// CodeDealShare.
const (
	CodeDealUnmeasured = "segment.deal-unmeasured" // Fact: lines left out, since it is not known how much they were
	CodeDealTooFew     = "segment.deal-too-few"    // Fact: units whose price is known; Mark: units needed
	CodeDealUncovered  = "segment.deal-uncovered"  // Fact: share of units whose price is known; Mark: share needed
	CodeDealCovered    = "segment.deal-covered"    // Fact: share of units whose price is known; Mark: share needed
	CodeDealShare      = "segment.deal-share"      // Fact: units on deal; Mark: units whose price is known

	CodeDealDependent        = "segment.deal-dependent"         // share on deal is Mark or more
	CodeDealIndependent      = "segment.deal-independent"       // share on deal is Mark or less
	CodeDealBelowDependent   = "segment.deal-below-dependent"   // share on deal is less than Mark
	CodeDealAboveIndependent = "segment.deal-above-independent" // share on deal is more than Mark
)

// explainDependence renders the reasons of deal dependence.
func explainDependence(r customer.Reason, language customer.Language) (text string, ok bool) {
	if language != customer.Chinese {
		language = customer.English
	}
	percent := language.Percent
	if language == customer.Chinese {
		switch r.Code {
		case CodeDealUnmeasured:
			return fmt.Sprintf("有%d行数量不明，不计入优惠份额", r.Fact), true
		case CodeDealTooFew:
			return fmt.Sprintf("价格已知的购买仅%s单位，不足以判断是否依赖优惠（需%s单位）", units(r.Fact), units(r.Mark)), true
		case CodeDealUncovered:
			return fmt.Sprintf("仅%s的购买价格已知，不足以判断（需%s）", percent(r.Fact), percent(r.Mark)), true
		case CodeDealCovered:
			return fmt.Sprintf("%s的购买价格已知（需%s）", percent(r.Fact), percent(r.Mark)), true
		case CodeDealShare:
			return fmt.Sprintf("价格已知的%[2]s单位中，%[1]s单位以优惠价购买", units(r.Fact), units(r.Mark)), true
		case CodeDealDependent:
			return fmt.Sprintf("优惠份额%s，达到%s即为依赖优惠", percent(r.Fact), percent(r.Mark)), true
		case CodeDealIndependent:
			return fmt.Sprintf("优惠份额%s，不超过%s即为不依赖优惠", percent(r.Fact), percent(r.Mark)), true
		case CodeDealBelowDependent:
			return fmt.Sprintf("优惠份额%s，低于依赖优惠的界限%s", percent(r.Fact), percent(r.Mark)), true
		case CodeDealAboveIndependent:
			return fmt.Sprintf("优惠份额%s，高于不依赖优惠的界限%s", percent(r.Fact), percent(r.Mark)), true
		}
		return "", false
	}
	switch r.Code {
	case CodeDealUnmeasured:
		return fmt.Sprintf("lines left out because it is not known how much they were: %d", r.Fact), true
	case CodeDealTooFew:
		return fmt.Sprintf("%s units at a known price, too few to tell: %s are needed", units(r.Fact), units(r.Mark)), true
	case CodeDealUncovered:
		return fmt.Sprintf("the price of only %s of the units is known, too little to tell: %s is needed", percent(r.Fact), percent(r.Mark)), true
	case CodeDealCovered:
		return fmt.Sprintf("the price of %s of the units is known (%s needed)", percent(r.Fact), percent(r.Mark)), true
	case CodeDealShare:
		return fmt.Sprintf("%s of the %s units at a known price were bought on deal", units(r.Fact), units(r.Mark)), true
	case CodeDealDependent:
		return fmt.Sprintf("share on deal %s, dependent on deals from %s", percent(r.Fact), percent(r.Mark)), true
	case CodeDealIndependent:
		return fmt.Sprintf("share on deal %s, independent of deals up to %s", percent(r.Fact), percent(r.Mark)), true
	case CodeDealBelowDependent:
		return fmt.Sprintf("share on deal %s, below %s where dependence begins", percent(r.Fact), percent(r.Mark)), true
	case CodeDealAboveIndependent:
		return fmt.Sprintf("share on deal %s, above %s where independence ends", percent(r.Fact), percent(r.Mark)), true
	}
	return "", false
}
