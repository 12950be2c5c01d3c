package segment

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of privileges. Rule is the rule book's name, with the kind's behind it
// where one is spoken of. The codes are format.
const (
	CodePrivilegeNoClass    = "segment.privilege-no-class"   // Fact: privileges of the floor, which she has; Mark: classes known
	CodePrivilegeFloor      = "segment.privilege-floor"      // Rule: the kind; Fact: the figure that everyone has
	CodePrivilegeOwn        = "segment.privilege-own"        // Rule: the kind; Fact: the class's figure, which the floor has nothing of
	CodePrivilegeAbove      = "segment.privilege-above"      // Rule: the kind; Fact: the class's figure; Mark: the floor's
	CodePrivilegeCap        = "segment.privilege-cap"        // Rule: the kind; Fact: the most that is taken off one price
	CodePrivilegeNone       = "segment.privilege-none"       // Rule: the kind, which neither the class nor the floor has
	CodePrivilegeConcession = "segment.privilege-concession" // Rule: the kind; Fact: what is taken off; Mark: the price
)

// Explain renders a reason of this package as a sentence, with money in the table's
// currency. A code of package customer is rendered too; any other is returned as it is.
func (t *PrivilegeTable) Explain(reason customer.Reason, language customer.Language) string {
	if text, ok := privilegeText(reason, language, t.currency.Text); ok {
		return text
	}
	return Explain(reason, language)
}

// privilegeFigure writes a figure in its unit; a kind that one has or not has none.
func privilegeFigure(n int64, unit customer.Unit, language customer.Language, money func(int64) string) string {
	switch {
	case unit == customer.UnitPermille:
		return language.Percent(n)
	case unit == customer.UnitMinor:
		return money(n)
	case language == customer.Chinese:
		return fmt.Sprintf("%d%s", n, privilegeCounted(unit))
	case unit == 0:
		return fmt.Sprint(n)
	case n == 1:
		return "1 " + strings.TrimSuffix(unit.String(), "s")
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// privilegeCounted is what stands behind a number in Chinese.
func privilegeCounted(unit customer.Unit) string {
	switch unit {
	case customer.UnitDays:
		return "天"
	case customer.UnitSeconds:
		return "秒"
	case customer.UnitPoints:
		return "积分"
	case customer.UnitCustomers:
		return "位"
	case customer.UnitTimes:
		return "次"
	case customer.UnitYears:
		return "年"
	case customer.UnitMonths:
		return "个月"
	case customer.UnitPermille, customer.UnitMinor, customer.UnitUsage, customer.UnitCountedDays:
	}
	return ""
}

func privilegeText(r customer.Reason, language customer.Language, money func(int64) string) (string, bool) {
	kind, fact, mark := valueNamed(r.Rule), privilegeFigure(r.Fact, r.Unit, language, money), privilegeFigure(r.Mark, r.Unit, language, money)
	having := r.Fact == 0 && r.Mark == 0 && r.Unit == 0
	if language == customer.Chinese {
		switch r.Code {
		case CodePrivilegeNoClass:
			return fmt.Sprintf("该类别不在%d个已知类别之中，享有人人都有的%d项基本服务", r.Mark, r.Fact), true
		case CodePrivilegeFloor:
			if having {
				return kind + "：人人都有", true
			}
			return fmt.Sprintf("%s：%s，人人都有", kind, fact), true
		case CodePrivilegeOwn:
			if having {
				return kind + "：本类别专有", true
			}
			return fmt.Sprintf("%s：%s，本类别专有", kind, fact), true
		case CodePrivilegeAbove:
			if having {
				return kind + "：本类别有，人人也都有", true
			}
			return fmt.Sprintf("%s：%s，其他客户为%s", kind, fact, mark), true
		case CodePrivilegeCap:
			return fmt.Sprintf("%s：每次最多优惠%s", kind, money(r.Fact)), true
		case CodePrivilegeNone:
			return fmt.Sprintf("%s：本类别没有", kind), true
		case CodePrivilegeConcession:
			return fmt.Sprintf("%s：价格%s优惠%s", kind, money(r.Mark), money(r.Fact)), true
		}
		return "", false
	}
	switch r.Code {
	case CodePrivilegeNoClass:
		return fmt.Sprintf("the class is none of the %d in rule book %s, so she has what everyone has: privileges %d", r.Mark, r.Rule, r.Fact), true
	case CodePrivilegeFloor:
		if having {
			return kind + ": as everyone", true
		}
		return fmt.Sprintf("%s: %s, as everyone", kind, fact), true
	case CodePrivilegeOwn:
		if having {
			return kind + ": her class's own", true
		}
		return fmt.Sprintf("%s: %s, her class's own", kind, fact), true
	case CodePrivilegeAbove:
		if having {
			return kind + ": her class's, and everyone's", true
		}
		return fmt.Sprintf("%s: %s, where everyone has %s", kind, fact, mark), true
	case CodePrivilegeCap:
		return fmt.Sprintf("%s: at most %s off one price", kind, money(r.Fact)), true
	case CodePrivilegeNone:
		return fmt.Sprintf("%s: her class does not have it", kind), true
	case CodePrivilegeConcession:
		return fmt.Sprintf("%s: %s off %s", kind, money(r.Fact), money(r.Mark)), true
	}
	return "", false
}
