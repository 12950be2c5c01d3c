package task

import "github.com/rapport-crm/rapport/customer"

// The reason codes of digests. They are format. Rule is the rule book, followed by the ID of the
// rise that speaks.
const (
	CodeImportant = "task.important" // Fact: the importance; Mark: from which on
	CodeAmount    = "task.amount"    // Fact: the amount; Mark: from which on
	CodeOverdue   = "task.overdue"   // By: the day; Fact: days overdue
	CodeToday     = "task.today"     // By: the day
	CodeAhead     = "task.ahead"     // By: the day; Fact: days until then
	CodeUndated   = "task.undated"   // it has no day
	CodeRises     = "task.rises"     // Of: who has the item; Fact: how far above her; Mark: how far up it goes
	CodeAway      = "task.away"      // Of: who is away; By: the day on which she is back
)

func explainDigest(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeImportant:
		return w.in("important: %d, from %d on", "重要：%d（标准%d）", r.Fact, r.Mark), true
	case CodeAmount:
		return w.in("a large amount: %s, from %s on", "金额较大：%s（标准%s）", w.money(r.Fact), w.money(r.Mark)), true
	case CodeOverdue:
		return w.in("%s overdue", "已逾期%s", w.days(r.Fact)), true
	case CodeToday:
		return w.in("due today", "今天到期"), true
	case CodeAhead:
		return w.in("due in %s", "%s后到期", w.days(r.Fact)), true
	case CodeUndated:
		return w.in("no day is set for it", "没有设定日期"), true
	case CodeRises:
		return w.in("brought up from %s, by the rules", "由%s负责，按规则上报", r.Of), true
	case CodeAway:
		return w.in("%s is away until %s", "%s请假，%s返回", r.Of, w.language.DayOfYear(r.By)), true
	}
	return "", false
}
