package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of commissions. Rule is the plan's name. Money is in minor units. They
// are format.
const (
	CodeCommissionEarned     = "segment.commission-earned"     // Rule: with the grade; Fact: commission of a line; Mark: what it is a part of
	CodeCommissionTaken      = "segment.commission-taken-back" // Fact: taken back now; Mark: what the line had earned in all
	CodeCommissionUnsuitable = "segment.commission-unsuitable" // Fact: the line, which was found not to suit the customer
	CodeCommissionUnchecked  = "segment.commission-unchecked"  // Fact: the line, whose grade earns only after the check
	CodeCommissionNoGrade    = "segment.commission-no-grade"   // Fact: the line, whose product has no grade
	CodeCommissionNoRate     = "segment.commission-no-rate"    // Fact: the line, whose grade has no rate in the plan
	CodeCommissionNoPrice    = "segment.commission-no-price"   // Fact: the line, whose price is not known
	CodeCommissionNoCost     = "segment.commission-no-cost"    // Fact: the line, whose cost is not known
	CodeCommissionNoProfit   = "segment.commission-no-profit"  // Fact: the line, sold at its cost or below
	CodeCommissionBooked     = "segment.commission-booked"     // refused; Fact: entries that the book has already
	CodeCommissionNoSale     = "segment.commission-no-sale"    // refused: the book holds no sale yet
	CodeCommissionTooMany    = "segment.commission-too-many"   // refused; Fact: thousandths of a unit brought; Mark: left of the line
)

func explainCommission(r customer.Reason, language customer.Language) (text string, ok bool) {
	english, chinese := "", ""
	switch r.Code {
	case CodeCommissionEarned:
		english = fmt.Sprintf("%s: %d minor units of commission on %d", r.Rule, r.Fact, r.Mark)
		chinese = fmt.Sprintf("%s：基数%[3]d，提成%[2]d(最小货币单位)", r.Rule, r.Fact, r.Mark)
	case CodeCommissionTaken:
		english = fmt.Sprintf("%d of the %d minor units of commission on the line are taken back", r.Fact, r.Mark)
		chinese = fmt.Sprintf("该行提成%[2]d，收回%[1]d(最小货币单位)", r.Fact, r.Mark)
	case CodeCommissionUnsuitable:
		english = fmt.Sprintf("no commission on line %d: it was found not to suit the customer", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：经评估不适合该顾客", r.Fact)
	case CodeCommissionUnchecked:
		english = fmt.Sprintf("no commission on line %d: whether it suits the customer was not checked first", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：未先做适合性评估", r.Fact)
	case CodeCommissionNoGrade:
		english = fmt.Sprintf("no commission on line %d: its product has no grade", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：产品未分级", r.Fact)
	case CodeCommissionNoRate:
		english = fmt.Sprintf("no commission on line %d: its grade has no rate in %s", r.Fact, r.Rule)
		chinese = fmt.Sprintf("第%d行不计提成：%s未规定该等级的比例", r.Fact, r.Rule)
	case CodeCommissionNoPrice:
		english = fmt.Sprintf("no commission on line %d: its price is not known", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：售价不明", r.Fact)
	case CodeCommissionNoCost:
		english = fmt.Sprintf("no commission on line %d: its cost is not known", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：成本不明", r.Fact)
	case CodeCommissionNoProfit:
		english = fmt.Sprintf("no commission on line %d: it was sold without a profit", r.Fact)
		chinese = fmt.Sprintf("第%d行不计提成：没有利润", r.Fact)
	case CodeCommissionBooked:
		english = fmt.Sprintf("the sale is booked already, with %d entries", r.Fact)
		chinese = fmt.Sprintf("该笔销售已入账，共%d条", r.Fact)
	case CodeCommissionNoSale:
		english = "the sale is not booked yet"
		chinese = "该笔销售尚未入账"
	case CodeCommissionTooMany:
		english = fmt.Sprintf("%s units came back, of the line %s are left", units(r.Fact), units(r.Mark))
		chinese = fmt.Sprintf("退回%s件，该行只剩%s件", units(r.Fact), units(r.Mark))
	default:
		return "", false
	}
	if language == customer.Chinese {
		return chinese, true
	}
	return english, true
}
