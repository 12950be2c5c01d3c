package digest

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// The reason codes of digests. They are format. Rule is the rule book, followed by the ID of the
// rise that speaks.
const (
	CodeImportant = "digest.important" // Fact: the importance; Mark: from which on
	CodeAmount    = "digest.amount"    // Fact: the amount; Mark: from which on
	CodeOverdue   = "digest.overdue"   // By: the day; Fact: days overdue
	CodeToday     = "digest.today"     // By: the day
	CodeAhead     = "digest.ahead"     // By: the day; Fact: days until then
	CodeUndated   = "digest.undated"   // it has no day
	CodeRises     = "digest.rises"     // Of: who has the item; Fact: how far above her; Mark: how far up it goes
	CodeAway      = "digest.away"      // Of: who is away; By: the day on which she is back
)

// Explain renders a reason of a digest as a sentence. It knows no rules: money it writes in minor
// units. What is no code of this package is rendered by package task.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, func(minor int64) string {
		if language == customer.Chinese {
			return fmt.Sprintf("%d（最小货币单位）", minor)
		}
		return customer.English.Count(minor, "minor unit")
	})
}

// Explain renders a reason as the function Explain does, with money in the currency of the rules.
func (p *Policy) Explain(reason customer.Reason, language customer.Language) string {
	if p.rules.Currency == (customer.Currency{}) {
		return Explain(reason, language)
	}
	return explain(reason, language, p.rules.Currency.Text)
}

func explain(r customer.Reason, language customer.Language, money func(minor int64) string) string {
	in := func(english, chinese string, values ...any) string {
		if language == customer.Chinese {
			return fmt.Sprintf(chinese, values...)
		}
		return fmt.Sprintf(english, values...)
	}
	days := language.Count(r.Fact, in("day", "天"))
	switch r.Code {
	case CodeImportant:
		return in("its importance is %d, and %d or more is important", "重要程度%d，达到%d即为重要", r.Fact, r.Mark)
	case CodeAmount:
		return in("its amount is %s, and %s or more is important", "金额%s，达到%s即为重要", money(r.Fact), money(r.Mark))
	case CodeOverdue:
		return in("%s overdue: it was due on %s", "已逾期%s，应于%s完成", days, language.DayOfYear(r.By))
	case CodeToday:
		return in("due today, %s", "今天（%s）到期", language.DayOfYear(r.By))
	case CodeAhead:
		return in("due in %s, on %s", "%s后（%s）到期", days, language.DayOfYear(r.By))
	case CodeUndated:
		return in("no day is set for it", "没有设定日期")
	case CodeRises:
		return in("it is with %s, and the rule %s brings it up", "由%s负责，按规则“%s”上报", r.Of, r.Rule)
	case CodeAway:
		return in("%s is away, and back on %s", "%s不在岗，%s返回", r.Of, language.DayOfYear(r.By))
	}
	return task.Explain(r, language)
}
