package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of the comparison between brands. In each, Rule is the rule book's
// name. They are format.
//
// Observed shares are in ‰, rounded down, expected ones rounded to the nearest; the
// comparison itself is that of the two figures of CodeDirichletShare with the expected share.
const (
	CodeDirichletUnknownBrands = "segment.dirichlet-unknown-brands" // Fact: purchases of unknown brand; Mark: all of the category
	CodeDirichletTooFew        = "segment.dirichlet-too-few"        // Fact: buyers; Mark: buyers needed
	CodeDirichletSize          = "segment.dirichlet-size"           // Fact: the brand's share of the category's purchases
	CodeDirichletShare         = "segment.dirichlet-share"          // Fact: purchases of the brand; Mark: its buyers' purchases of the category
	CodeDirichletLeftOut       = "segment.dirichlet-left-out"       // no S gives the brand its penetration: it took no part in the fit
	CodeDirichletAbove         = "segment.dirichlet-above"          // Fact: observed share of requirements; Mark: expected for the brand's size
	CodeDirichletBelow         = "segment.dirichlet-below"          // Fact: observed share of requirements; Mark: expected for the brand's size
	CodeDirichletAsExpected    = "segment.dirichlet-as-expected"    // Fact: observed share of requirements; Mark: expected for the brand's size
)

// explainDirichlet renders the reasons of the comparison between brands.
func explainDirichlet(r customer.Reason, language customer.Language) (text string, ok bool) {
	if language == customer.Chinese {
		percent := customer.Chinese.Percent
		switch r.Code {
		case CodeDirichletUnknownBrands:
			return fmt.Sprintf("该品类%[2]d次购买中有%[1]d次品牌不明，计入品类而不计入任何品牌", r.Fact, r.Mark), true
		case CodeDirichletTooFew:
			return fmt.Sprintf("该品牌仅有%d位买者，不足以判断其忠诚度（需%d位）", r.Fact, r.Mark), true
		case CodeDirichletSize:
			return fmt.Sprintf("该品牌占品类购买次数的%s", percent(r.Fact)), true
		case CodeDirichletShare:
			return fmt.Sprintf("其买者在本店购买该品类%[2]d次，其中该品牌%[1]d次", r.Fact, r.Mark), true
		case CodeDirichletLeftOut:
			return "该品牌的渗透率与任何S值都不相符，未参与模型拟合", true
		case CodeDirichletAbove:
			return fmt.Sprintf("需求份额%s，高于同等规模品牌的预期%s：忠诚度异常高", percent(r.Fact), percent(r.Mark)), true
		case CodeDirichletBelow:
			return fmt.Sprintf("需求份额%s，低于同等规模品牌的预期%s：忠诚度异常低", percent(r.Fact), percent(r.Mark)), true
		case CodeDirichletAsExpected:
			return fmt.Sprintf("需求份额%s，同等规模品牌的预期为%s：并无异常", percent(r.Fact), percent(r.Mark)), true
		}
		return "", false
	}
	percent := customer.English.Percent
	switch r.Code {
	case CodeDirichletUnknownBrands:
		return fmt.Sprintf("%d of the category's %d purchases are of unknown brand: they count for the category and for no brand", r.Fact, r.Mark), true
	case CodeDirichletTooFew:
		return fmt.Sprintf("buyers of the brand: %d, too few to tell their loyalty (%d needed)", r.Fact, r.Mark), true
	case CodeDirichletSize:
		return fmt.Sprintf("the brand has %s of the category's purchases", percent(r.Fact)), true
	case CodeDirichletShare:
		return fmt.Sprintf("%d of the %d category purchases that its buyers made here are of the brand", r.Fact, r.Mark), true
	case CodeDirichletLeftOut:
		return "the brand has a penetration that no S of the model gives it: it took no part in the fit", true
	case CodeDirichletAbove:
		return fmt.Sprintf("share of requirements %s where %s is expected of a brand of its size: unusually loyal", percent(r.Fact), percent(r.Mark)), true
	case CodeDirichletBelow:
		return fmt.Sprintf("share of requirements %s where %s is expected of a brand of its size: unusually disloyal", percent(r.Fact), percent(r.Mark)), true
	case CodeDirichletAsExpected:
		return fmt.Sprintf("share of requirements %s, about the %s expected of a brand of its size", percent(r.Fact), percent(r.Mark)), true
	}
	return "", false
}
