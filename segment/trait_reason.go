package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of traits. In each, Rule is the rule book's name and the trait's:
// "household/2 pet". They are format.
const (
	CodeTraitDays        = "segment.trait-days"          // Fact: days of evidence, Mark or more; On: the day that reached it
	CodeTraitUnits       = "segment.trait-units"         // Fact: base units, Mark or more; On: the day that reached it
	CodeTraitHolds       = "segment.trait-holds"         // Fact: days since the last evidence, fewer than Mark; On: that evidence; By: the first day without the trait
	CodeTraitNoEvidence  = "segment.trait-no-evidence"   // nothing in the window
	CodeTraitTooFewDays  = "segment.trait-too-few-days"  // Fact: days of evidence, fewer than Mark; On: the last
	CodeTraitTooFewUnits = "segment.trait-too-few-units" // Fact: base units, fewer than Mark; On: the last evidence
	CodeTraitExpired     = "segment.trait-expired"       // Fact: days since the evidence that kept it last, Mark or more; On: that evidence; By: the day it ended
	CodeTraitBroughtBack = "segment.trait-brought-back"  // Fact: days of purchase that are no evidence since the goods came back; Mark: all days of purchase
)

// explainTrait renders the reasons of traits: the trait, and what it rests on.
func explainTrait(r customer.Reason, language customer.Language) (text string, ok bool) {
	separator := ": "
	if language == customer.Chinese {
		text, separator = traitChinese(r), "："
	} else {
		text = traitEnglish(r)
	}
	if text == "" {
		return "", false
	}
	return r.Rule + separator + text, true
}

func traitEnglish(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeTraitDays:
		return fmt.Sprintf("bought on %d %s up to %s, %d needed", r.Fact, days(r.Fact), customer.English.DayOfYear(r.On), r.Mark)
	case CodeTraitUnits:
		return fmt.Sprintf("%s units kept up to %s, %s needed", units(r.Fact), customer.English.DayOfYear(r.On), units(r.Mark))
	case CodeTraitHolds:
		return fmt.Sprintf("last bought on %s, holds until %s", on, by)
	case CodeTraitNoEvidence:
		return "nothing was bought and kept that says so"
	case CodeTraitTooFewDays:
		return fmt.Sprintf("bought on %d %s up to %s, too few: %d are needed", r.Fact, days(r.Fact), customer.English.DayOfYear(r.On), r.Mark)
	case CodeTraitTooFewUnits:
		return fmt.Sprintf("%s units kept up to %s, too few: %s are needed", units(r.Fact), customer.English.DayOfYear(r.On), units(r.Mark))
	case CodeTraitExpired:
		return fmt.Sprintf("last bought on %s, ended on %s", on, by)
	case CodeTraitBroughtBack:
		return fmt.Sprintf("the goods of %d of %d %s were brought back", r.Fact, r.Mark, days(r.Mark))
	}
	return ""
}

func traitChinese(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeTraitDays:
		return fmt.Sprintf("截至%s有%d天购买(需%d天)", customer.Chinese.DayOfYear(r.On), r.Fact, r.Mark)
	case CodeTraitUnits:
		return fmt.Sprintf("截至%s保留%s单位(需%s单位)", customer.Chinese.DayOfYear(r.On), units(r.Fact), units(r.Mark))
	case CodeTraitHolds:
		return fmt.Sprintf("最近购买于%s，有效至%s(不含当日)", on, by)
	case CodeTraitNoEvidence:
		return "没有购买并保留相关商品"
	case CodeTraitTooFewDays:
		return fmt.Sprintf("截至%s仅%d天购买，不足%d天", customer.Chinese.DayOfYear(r.On), r.Fact, r.Mark)
	case CodeTraitTooFewUnits:
		return fmt.Sprintf("截至%s仅保留%s单位，不足%s单位", customer.Chinese.DayOfYear(r.On), units(r.Fact), units(r.Mark))
	case CodeTraitExpired:
		return fmt.Sprintf("最近购买于%s，已于%s失效", on, by)
	case CodeTraitBroughtBack:
		return fmt.Sprintf("%[2]d个购买日中有%[1]d个的商品已退回", r.Fact, r.Mark)
	}
	return ""
}
