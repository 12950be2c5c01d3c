package suitability

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the book.
const (
	CodeSuits      = "suitability.suits"      // Of: the product, which suits her
	CodeRisk       = "suitability.risk"       // Of: the product; Fact: its risk; Mark: the highest that anybody may be sold
	CodeAge        = "suitability.age"        // Of: the product; Fact: her age, 0: not known; Mark: the highest
	CodeEndAge     = "suitability.end-age"    // Of: the product; Fact: the age that she may have at the end of the term, 0: not known; Mark: the highest
	CodeIncome     = "suitability.income"     // Of: her kind of income, which cannot bear the risk; empty: not known
	CodeSavings    = "suitability.savings"    // Of: the product; Fact: the share of her savings, 0: not known; Mark: the highest
	CodeExperience = "suitability.experience" // Of: the product; Fact: months of experience; Mark: the least
	CodeTerm       = "suitability.term"       // Of: the product; Fact: months of the term; Mark: months for which she can do without the money
)

// marks are the codes that a verdict may hold.
func marks() []string {
	return []string{CodeRisk, CodeAge, CodeEndAge, CodeIncome, CodeSavings, CodeExperience, CodeTerm}
}

// Explain renders a reason of this package as a sentence. A code of package customer is rendered
// too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	if language == customer.Chinese {
		if text, ok := chinese(reason); ok {
			return text
		}
	} else if text, ok := english(reason); ok {
		return text
	}
	return customer.Explain(reason, language)
}

func english(r customer.Reason) (text string, ok bool) {
	const l = customer.English
	known := func(text string) string {
		if r.Fact == 0 {
			return "not known"
		}
		return text
	}
	switch r.Code {
	case CodeSuits:
		return fmt.Sprintf("%s suits her", r.Of), true
	case CodeRisk:
		return fmt.Sprintf("%s has risk %d, and nobody may be sold above %d", r.Of, r.Fact, r.Mark), true
	case CodeAge:
		return fmt.Sprintf("her age for %s: %s, at most %d", r.Of, known(fmt.Sprint(r.Fact)), r.Mark), true
	case CodeEndAge:
		return fmt.Sprintf("her age at the end of %s: %s, at most %d", r.Of, known(fmt.Sprint(r.Fact)), r.Mark), true
	case CodeIncome:
		if r.Of == "" {
			return "her kind of income is not known", true
		}
		return fmt.Sprintf("an income of the kind %s cannot bear the risk", r.Of), true
	case CodeSavings:
		return fmt.Sprintf("the share of her savings in %s: %s, at most %s", r.Of, known(l.Percent(r.Fact)), l.Percent(r.Mark)), true
	case CodeExperience:
		return fmt.Sprintf("her experience for %s: %s, at least %s", r.Of, l.Count(r.Fact, "month"), l.Count(r.Mark, "month")), true
	case CodeTerm:
		return fmt.Sprintf("%s binds her money for %s, and she can do without it for %s", r.Of, l.Count(r.Fact, "month"), l.Count(r.Mark, "month")), true
	}
	return "", false
}

func chinese(r customer.Reason) (text string, ok bool) {
	known := func(text string) string {
		if r.Fact == 0 {
			return "不详"
		}
		return text
	}
	switch r.Code {
	case CodeSuits:
		return fmt.Sprintf("产品%s适合该顾客", r.Of), true
	case CodeRisk:
		return fmt.Sprintf("产品%s风险等级为%d，可售最高为%d", r.Of, r.Fact, r.Mark), true
	case CodeAge:
		return fmt.Sprintf("购买产品%s的年龄：%s，最高%d岁", r.Of, known(fmt.Sprintf("%d岁", r.Fact)), r.Mark), true
	case CodeEndAge:
		return fmt.Sprintf("产品%s到期时的年龄：%s，最高%d岁", r.Of, known(fmt.Sprintf("%d岁", r.Fact)), r.Mark), true
	case CodeIncome:
		if r.Of == "" {
			return "收入类型不详", true
		}
		return fmt.Sprintf("收入类型“%s”不能承受该风险", r.Of), true
	case CodeSavings:
		share := known(customer.Chinese.Percent(r.Fact))
		return fmt.Sprintf("产品%s占其储蓄的比例：%s，最高%s", r.Of, share, customer.Chinese.Percent(r.Mark)), true
	case CodeExperience:
		return fmt.Sprintf("购买产品%s的投资经验：%d个月，至少%d个月", r.Of, r.Fact, r.Mark), true
	case CodeTerm:
		return fmt.Sprintf("产品%s期限%d个月，而她可投资期限为%d个月", r.Of, r.Fact, r.Mark), true
	}
	return "", false
}
