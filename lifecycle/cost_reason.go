package lifecycle

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of costs. They are format.
const (
	CodeCostAcquire   = "lifecycle.cost-acquire"    // Fact: minor units; Mark: attempts
	CodeCostKeep      = "lifecycle.cost-keep"       // Fact: minor units; Mark: attempts
	CodeCostBreakEven = "lifecycle.cost-break-even" // Fact: success of keeping in ‰, as the rules have it; Mark: from which on it costs no more; 0: from none
	CodeCostWon       = "lifecycle.cost-won"        // Fact: newcomers won; Mark: tried
	CodeCostKept      = "lifecycle.cost-kept"       // Fact: customers kept; Mark: tried
	CodeCostTimes     = "lifecycle.cost-times"      // Fact: ‰, as measured; Mark: ‰, as claimed; 0: nobody claims anything
	CodeCostUnknown   = "lifecycle.cost-unknown"    // Mark: ‰, as claimed: nobody was won, nobody kept, or keeping cost nothing
)

// Explain renders a reason of this package as the package's Explain does, with money in
// the rule book's currency.
func (c *Costs) Explain(reason customer.Reason, language customer.Language) string {
	if text, ok := costText(reason, language, c.rules.Currency.Text); ok {
		return text
	}
	return Explain(reason, language)
}

// explainCost renders the reasons of costs, with money in minor units.
func explainCost(r customer.Reason, language customer.Language) (text string, ok bool) {
	return costText(r, language, customer.Words{Language: language}.Money)
}

func costText(r customer.Reason, language customer.Language, money func(int64) string) (text string, ok bool) {
	times := func(permille int64) string { return decimal.New(permille, -3).String() }
	if language == customer.Chinese {
		percent := customer.Chinese.Percent
		switch r.Code {
		case CodeCostAcquire:
			return fmt.Sprintf("争取新客户：尝试%d次，%s", r.Mark, money(r.Fact)), true
		case CodeCostKeep:
			return fmt.Sprintf("留住老客户：尝试%d次，%s", r.Mark, money(r.Fact)), true
		case CodeCostBreakEven:
			if r.Mark == 0 {
				return "即使每次都成功，留住老客户也更贵", true
			}
			return fmt.Sprintf("成功率达到%s时，留住老客户不比争取新客户贵；现按%s计算", percent(r.Mark), percent(r.Fact)), true
		case CodeCostWon:
			return fmt.Sprintf("尝试%d人，争取到新客户%d人", r.Mark, r.Fact), true
		case CodeCostKept:
			return fmt.Sprintf("尝试%d人，留住老客户%d人", r.Mark, r.Fact), true
		case CodeCostTimes:
			if r.Mark == 0 {
				return fmt.Sprintf("争取新客户的成本是老客户的%s倍", times(r.Fact)), true
			}
			return fmt.Sprintf("争取新客户的成本是老客户的%s倍；据称为%s倍", times(r.Fact), times(r.Mark)), true
		case CodeCostUnknown:
			if r.Mark == 0 {
				return "无从得知：没有争取到或留住任何人，或留住老客户没有花费", true
			}
			return fmt.Sprintf("据称为%s倍，无从核实：没有争取到或留住任何人，或留住老客户没有花费", times(r.Mark)), true
		}
		return "", false
	}
	percent := customer.English.Percent
	switch r.Code {
	case CodeCostAcquire:
		return fmt.Sprintf("to win newcomers: %s, %s", count(r.Mark, "attempt"), money(r.Fact)), true
	case CodeCostKeep:
		return fmt.Sprintf("to keep customers: %s, %s", count(r.Mark, "attempt"), money(r.Fact)), true
	case CodeCostBreakEven:
		if r.Mark == 0 {
			return "keeping costs more even if every attempt succeeds", true
		}
		return fmt.Sprintf("keeping costs no more from a success of %s on; %s is reckoned with", percent(r.Mark), percent(r.Fact)), true
	case CodeCostWon:
		return fmt.Sprintf("won %s of %d tried", count(r.Fact, "newcomer"), r.Mark), true
	case CodeCostKept:
		return fmt.Sprintf("kept %s of %d tried", count(r.Fact, "customer"), r.Mark), true
	case CodeCostTimes:
		if r.Mark == 0 {
			return fmt.Sprintf("a newcomer costs %s times what keeping a customer does", times(r.Fact)), true
		}
		return fmt.Sprintf("a newcomer costs %s times what keeping a customer does; %s times are claimed", times(r.Fact), times(r.Mark)), true
	case CodeCostUnknown:
		text := "what a newcomer costs against keeping a customer is not known: nobody was won, nobody kept, or keeping cost nothing"
		if r.Mark != 0 {
			text += fmt.Sprintf("; %s times are claimed", times(r.Mark))
		}
		return text, true
	}
	return "", false
}
