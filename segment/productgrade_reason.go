package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of product grades. Rule is the rule book's name, followed by the grade
// where a code speaks of one. Money is in minor units. They are format.
const (
	CodeGradeNoCost      = "segment.grade-no-cost"      // no grade; Fact: 0 lines with price, cost and quantity; Mark: lines sold
	CodeGradeCosted      = "segment.grade-costed"       // Fact: lines with price, cost and quantity; Mark: lines sold
	CodeGradeThinCost    = "segment.grade-thin-cost"    // no grade; Fact: ‰ of the lines with their cost, rounded down; Mark: ‰ needed
	CodeGradeNothingKept = "segment.grade-nothing-kept" // no grade; Fact: revenue less refunds; Mark: thousandths of a unit kept
	CodeGradeProfit      = "segment.grade-profit"       // Fact: profit; Mark: revenue it was made on
	CodeGradeReached     = "segment.grade-reached"      // Fact: margin in ‰, rounded down; Mark: the grade's, reached
	CodeGradeBelow       = "segment.grade-below"        // Fact: margin in ‰, rounded down; Mark: the grade's, not reached
	CodeGradeUnitReached = "segment.grade-unit-reached" // Fact: profit on one unit, rounded down; Mark: the grade's, reached
	CodeGradeUnitBelow   = "segment.grade-unit-below"   // Fact: profit on one unit, rounded down; Mark: the grade's, not reached
)

func explainProductGrade(r customer.Reason, language customer.Language) (text string, ok bool) {
	percent := language.Percent
	english, chinese := "", ""
	switch r.Code {
	case CodeGradeNoCost:
		english = fmt.Sprintf("no grade: none of the %d lines sold has its price, cost and quantity", r.Mark)
		chinese = fmt.Sprintf("不分级：售出的%d行中，没有一行的售价、成本和数量都已知", r.Mark)
	case CodeGradeCosted:
		english = fmt.Sprintf("price, cost and quantity are known of %d of %d lines", r.Fact, r.Mark)
		chinese = fmt.Sprintf("%[2]d行中有%[1]d行的售价、成本和数量已知", r.Fact, r.Mark)
	case CodeGradeThinCost:
		english = fmt.Sprintf("no grade: the cost is known of %s of the lines, %s are needed", percent(r.Fact), percent(r.Mark))
		chinese = fmt.Sprintf("不分级：成本已知的行占%s，需%s", percent(r.Fact), percent(r.Mark))
	case CodeGradeNothingKept:
		english = fmt.Sprintf("no grade: after returns %d minor units of revenue and %s units are left", r.Fact, units(r.Mark))
		chinese = fmt.Sprintf("不分级：扣除退货后收入为%d(最小货币单位)，剩余%s件", r.Fact, units(r.Mark))
	case CodeGradeProfit:
		english = fmt.Sprintf("profit of %d minor units on a revenue of %d", r.Fact, r.Mark)
		chinese = fmt.Sprintf("收入%[2]d，利润%[1]d(最小货币单位)", r.Fact, r.Mark)
	case CodeGradeReached:
		english = fmt.Sprintf("%s: margin %s, reached from %s", r.Rule, percent(r.Fact), percent(r.Mark))
		chinese = fmt.Sprintf("%s：利润率%s，达到%s", r.Rule, percent(r.Fact), percent(r.Mark))
	case CodeGradeBelow:
		english = fmt.Sprintf("not %s: margin %s, reached from %s", r.Rule, percent(r.Fact), percent(r.Mark))
		chinese = fmt.Sprintf("未达%s：利润率%s，低于%s", r.Rule, percent(r.Fact), percent(r.Mark))
	case CodeGradeUnitReached:
		english = fmt.Sprintf("%s: profit of %d minor units on one unit, reached from %d", r.Rule, r.Fact, r.Mark)
		chinese = fmt.Sprintf("%s：每件利润%d，达到%d(最小货币单位)", r.Rule, r.Fact, r.Mark)
	case CodeGradeUnitBelow:
		english = fmt.Sprintf("not %s: profit of %d minor units on one unit, reached from %d", r.Rule, r.Fact, r.Mark)
		chinese = fmt.Sprintf("未达%s：每件利润%d，低于%d(最小货币单位)", r.Rule, r.Fact, r.Mark)
	default:
		return "", false
	}
	if language == customer.Chinese {
		return chinese, true
	}
	return english, true
}
