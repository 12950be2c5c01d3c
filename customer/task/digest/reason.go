package digest

import (
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
	return explain(reason, customer.Words{Language: language})
}

// Explain renders a reason as the function Explain does, with money in the currency of the rules.
func (p *Policy) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, customer.Words{Language: language, Currency: p.rules.Currency})
}

func explain(r customer.Reason, w customer.Words) string {
	days := w.CountIn(r.Fact, "day", "天")
	switch r.Code {
	case CodeImportant:
		return w.In("its importance is %d, and %d or more is important", "重要程度%d，达到%d即为重要", r.Fact, r.Mark)
	case CodeAmount:
		return w.In("its amount is %s, and %s or more is important", "金额%s，达到%s即为重要", w.Money(r.Fact), w.Money(r.Mark))
	case CodeOverdue:
		return w.In("%s overdue: it was due on %s", "已逾期%s，应于%s完成", days, w.DayOfYear(r.By))
	case CodeToday:
		return w.In("due today, %s", "今天（%s）到期", w.DayOfYear(r.By))
	case CodeAhead:
		return w.In("due in %s, on %s", "%s后（%s）到期", days, w.DayOfYear(r.By))
	case CodeUndated:
		return w.In("no day is set for it", "没有设定日期")
	case CodeRises:
		return w.In("it is with %s, and the rule %s brings it up", "由%s负责，按规则“%s”上报", r.Of, r.Rule)
	case CodeAway:
		return w.In("%s is away, and back on %s", "%s不在岗，%s返回", r.Of, w.DayOfYear(r.By))
	}
	return task.Explain(r, w.Language)
}
