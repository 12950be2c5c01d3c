package task

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of cycles. They are format. Rule is the procedure.
const (
	CodeNotOpened = "task.not-opened" // nobody has opened the cycle
	CodeOpened    = "task.opened"     // At: since when it is open already
	CodeClosed    = "task.closed"     // At: since when it is
	CodeNotClosed = "task.not-closed"
	CodeUnchanged = "task.unchanged" // Of: the action, record or person, where it is one; it is so already
	CodeFull      = "task.full"      // Of: the kind of entry of which there is no room for more; Fact: how many; Mark: the most

	CodeUnitUnknown = "task.unit-unknown" // Of: a unit that the rules do not have
	CodeOtherUnit   = "task.other-unit"   // Of: the unit in which figures were recorded
	CodeGoalPast    = "task.goal-past"    // By: the goal's day; On: that of the command
	CodeGoalLong    = "task.goal-long"    // By: the goal's day; Fact: days until then; Mark: the most

	CodeActionKnown   = "task.action-known"   // Of: an action that the plan has already
	CodeActionUnknown = "task.action-unknown" // Of: one that it does not have
	CodeActionDone    = "task.action-done"    // Of: the action; On: when it was done
	CodeActionDropped = "task.action-dropped" // Of: the action; At: since when
	CodeActionPast    = "task.action-past"    // Of: the action; By: its day; On: that of the command
	CodeActionLate    = "task.action-late"    // Of: the action; On: its day; By: that of the goal
	CodeActionOpen    = "task.action-open"    // Of: an action still to be done; By: its day; Fact: days overdue
	CodeActionOverdue = "task.action-overdue" // Of: the action; By: its day; Fact: days overdue
	CodeDoneLate      = "task.done-late"      // Of: the action; On: when it was done; By: its day; Fact: days late

	CodeNoPlan        = "task.no-plan"
	CodeNoUnit        = "task.no-unit"        // Fact: a figure, where the goal counts nothing
	CodeRecordDay     = "task.record-day"     // On: the day of a record; By: the nearest on which it may be
	CodeRecordKnown   = "task.record-known"   // Of: a record that is there already
	CodeRecordUnknown = "task.record-unknown" // Of: one that is not
	CodeRecordStruck  = "task.record-struck"  // Of: the record; At: since when

	CodeNoRecord     = "task.no-record"
	CodeNoFigure     = "task.no-figure"     // Of: the unit of which no record has a figure
	CodeWorkedOut    = "task.worked-out"    // Of: the unit by which the share reached is worked out; Fact: the share that was given
	CodeCauseMissing = "task.cause-missing" // Fact: ‰ reached; Mark: the whole
	CodeCauseUnknown = "task.cause-unknown" // Of: a cause that the rules do not have
	CodeNoReview     = "task.no-review"
	CodeReviewStale  = "task.review-stale" // At: the last review; Fact: entries since then
	CodeNextMissing  = "task.next-missing" // At: the last review, which sets no next goal
	CodeReached      = "task.reached"      // Fact: ‰ reached; Mark: the whole; By: the goal's day
	CodeMissed       = "task.missed"       // the same, and Of: the cause

	CodeOwnWork   = "task.own-work"   // Of: who may not judge what is her own
	CodeNotAbove  = "task.not-above"  // Of: one to whom the owner does not report
	CodeNoStaff   = "task.no-staff"   // Of: the owner of whom it is not known to whom she reports
	CodeUntilPast = "task.until-past" // By: the day of the return; On: that of the command

	CodeGoalOverdue = "task.goal-overdue" // By: the goal's day; Fact: days since
	CodeGoalAhead   = "task.goal-ahead"   // By: the goal's day; Fact: days until then
	CodeBehind      = "task.behind"       // Fact: ‰ reached; Mark: ‰ of the time that is over
	CodeQuiet       = "task.quiet"        // On: the last record, or the opening; Fact: days since; Mark: from how many on
)

// The reason codes of people. They are format.
const (
	CodeNobody   = "task.nobody"   // it has no owner
	CodeStranger = "task.stranger" // Of: one who was never of the staff
	CodeLeft     = "task.left"     // Of: one who has left; On: the first day without her
	CodeNotYet   = "task.not-yet"  // Of: one who has not come yet; On: her first day
)

// words are what a reason is rendered with.
type words struct {
	language customer.Language
	money    func(minor int64) string
}

// in writes a reason in one of the two languages.
func (w words) in(english, chinese string, values ...any) string {
	if w.language == customer.Chinese {
		return fmt.Sprintf(chinese, values...)
	}
	return fmt.Sprintf(english, values...)
}

// days writes a number of days.
func (w words) days(n int64) string {
	if w.language == customer.Chinese {
		return w.language.Count(n, "天")
	}
	return w.language.Count(n, "day")
}

// Explain renders a reason of this package as a sentence. It knows no rules: money it writes in
// minor units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{language, func(minor int64) string {
		if language == customer.Chinese {
			return fmt.Sprintf("%d（最小货币单位）", minor)
		}
		return customer.English.Count(minor, "minor unit")
	}})
}

// Explain renders a reason as the function Explain does, with money in the currency of the rules.
func (d *Digests) Explain(reason customer.Reason, language customer.Language) string {
	if d.rules.Currency == (customer.Currency{}) {
		return Explain(reason, language)
	}
	return explain(reason, words{language, d.rules.Currency.Text})
}

func explain(reason customer.Reason, w words) string {
	for _, part := range [...]func(customer.Reason, words) (string, bool){
		explainStage, explainGoal, explainAction, explainRecord, explainReview, explainPeople, explainReading, explainDigest, explainHandover,
	} {
		if text, ok := part(reason, w); ok {
			return text
		}
	}
	return customer.Explain(reason, w.language)
}

func explainStage(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNotOpened:
		return w.in("nobody has opened this cycle", "该任务尚未建立"), true
	case CodeOpened:
		return w.in("it was opened already, on %s", "该任务已于%s建立", w.language.Instant(r.At)), true
	case CodeClosed:
		return w.in("it is closed since %s", "该任务已于%s结束", w.language.Instant(r.At)), true
	case CodeNotClosed:
		return w.in("it is not closed", "该任务尚未结束"), true
	case CodeUnchanged:
		if r.Of != "" {
			return w.in("%s: it is so already", "%s：内容没有变化", r.Of), true
		}
		return w.in("it is so already", "内容没有变化"), true
	case CodeFull:
		return w.in("no room for more than %d of its kind", "同类记录已满（最多%d条）", r.Mark), true
	}
	return "", false
}

func explainGoal(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeUnitUnknown:
		return w.in("the rules have no unit %s", "规则中没有计量单位“%s”", r.Of), true
	case CodeOtherUnit:
		return w.in("figures were recorded in %s already: the unit stays", "已有以“%s”计的记录，不能更换计量单位", r.Of), true
	case CodeGoalPast:
		day, today := w.language.Between(r.By, r.On)
		return w.in("the goal's day, %s, is over on %s", "目标日期%s早于%s", day, today), true
	case CodeGoalLong:
		return w.in("the goal lies %s ahead, and may lie %s ahead at most", "目标期限为%s，最长%s", w.days(r.Fact), w.days(r.Mark)), true
	}
	return "", false
}

func explainAction(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeActionKnown:
		return w.in("the plan has %s already", "计划中已有“%s”", r.Of), true
	case CodeActionUnknown:
		return w.in("the plan has no %s", "计划中没有“%s”", r.Of), true
	case CodeActionDone:
		return w.in("%s was done on %s", "“%s”已于%s完成", r.Of, w.language.DayOfYear(r.On)), true
	case CodeActionDropped:
		return w.in("%s is not to be done any more, since %s", "“%s”已于%s取消", r.Of, w.language.Instant(r.At)), true
	case CodeActionPast:
		day, today := w.language.Between(r.By, r.On)
		return w.in("the day of %s, %s, is over on %s", "“%s”的日期%s早于%s", r.Of, day, today), true
	case CodeActionLate:
		day, goal := w.language.Between(r.On, r.By)
		return w.in("%s is to be done by %s, after the goal's day, %s", "“%s”的日期%s晚于目标日期%s", r.Of, day, goal), true
	case CodeActionOpen:
		if r.Fact > 0 {
			return w.in("%s is not done, and %s overdue", "“%s”尚未完成，已逾期%s", r.Of, w.days(r.Fact)), true
		}
		return w.in("%s is not done; it is due by %s", "“%s”尚未完成，截止日期%s", r.Of, w.language.DayOfYear(r.By)), true
	case CodeActionOverdue:
		return w.in("%s is %s overdue", "“%s”已逾期%s", r.Of, w.days(r.Fact)), true
	case CodeDoneLate:
		return w.in("%s was done %s late", "“%s”晚了%s完成", r.Of, w.days(r.Fact)), true
	}
	return "", false
}

func explainRecord(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoPlan:
		return w.in("there is no plan yet", "尚未制定计划"), true
	case CodeNoUnit:
		return w.in("a figure, %d, where the goal counts nothing", "目标没有计量单位，不能记录数值%d", r.Fact), true
	case CodeRecordDay:
		day, nearest := w.language.Between(r.On, r.By)
		return w.in("what was done on %s is not of this cycle, or not done yet: the nearest day is %s", "日期%s不在任务期间内，或尚未到来（最近的日期是%s）", day, nearest), true
	case CodeRecordKnown:
		return w.in("the record %s is there already", "记录%s已存在", r.Of), true
	case CodeRecordUnknown:
		return w.in("there is no record %s", "没有记录%s", r.Of), true
	case CodeRecordStruck:
		return w.in("the record %s does not count any more, since %s", "记录%s已于%s作废", r.Of, w.language.Instant(r.At)), true
	}
	return "", false
}

func explainReview(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoRecord:
		return w.in("nothing was recorded: there is nothing to review", "没有任何记录，不能检视"), true
	case CodeNoFigure:
		return w.in("no record says how many %s", "没有任何记录注明“%s”的数值", r.Of), true
	case CodeWorkedOut:
		return w.in("how much was reached is worked out from %s, and not given", "完成比例按“%s”计算，不需填写", r.Of), true
	case CodeCauseMissing:
		return w.in("%s of the goal was reached, and the cause is not said", "目标只完成%s，未说明原因", w.language.Percent(r.Fact)), true
	case CodeCauseUnknown:
		return w.in("the rules have no cause %s", "规则中没有原因“%s”", r.Of), true
	case CodeNoReview:
		return w.in("it was not reviewed", "尚未检视"), true
	case CodeReviewStale:
		return w.in("it has changed since it was reviewed on %s: review it again", "%s检视之后又有变动，请重新检视", w.language.Instant(r.At)), true
	case CodeNextMissing:
		return w.in("the last review, of %s, sets no next goal", "%s的检视没有提出下一个目标", w.language.Instant(r.At)), true
	case CodeReached:
		return w.in("the goal was reached: %s", "目标已达成：%s", w.language.Percent(r.Fact)), true
	case CodeMissed:
		if r.Of != "" {
			return w.in("the goal was missed: %s, because of %s", "目标未达成：完成%s，原因：%s", w.language.Percent(r.Fact), r.Of), true
		}
		return w.in("the goal was missed: %s", "目标未达成：完成%s", w.language.Percent(r.Fact)), true
	}
	return "", false
}

func explainPeople(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeOwnWork:
		return w.in("it is the work of %s, who does not judge it", "%s不能评判自己负责的工作", r.Of), true
	case CodeNotAbove:
		return w.in("the owner does not report to %s", "%s不是负责人的上级", r.Of), true
	case CodeNoStaff:
		return w.in("it is not known to whom %s reports", "不清楚%s的上级是谁", r.Of), true
	case CodeUntilPast:
		day, today := w.language.Between(r.By, r.On)
		return w.in("the day of the return, %s, is not after %s", "交还日期%s不晚于%s", day, today), true
	case CodeNobody:
		return w.in("it has no owner", "没有负责人"), true
	case CodeStranger:
		return w.in("%s is nobody of the staff", "%s不是本店员工", r.Of), true
	case CodeLeft:
		return w.in("%s has left, and is not here from %s on", "%s已离职（%s起）", r.Of, w.language.DayOfYear(r.On)), true
	case CodeNotYet:
		return w.in("%s is not here before %s", "%s于%s才入职", r.Of, w.language.DayOfYear(r.On)), true
	}
	return "", false
}

func explainReading(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeGoalOverdue:
		return w.in("the goal's day is %s past", "目标日期已过%s", w.days(r.Fact)), true
	case CodeGoalAhead:
		if r.Fact == 0 {
			return w.in("the goal's day is today", "今天是目标日期"), true
		}
		return w.in("%s left until the goal's day, %s", "距目标日期还有%s（%s）", w.days(r.Fact), w.language.DayOfYear(r.By)), true
	case CodeBehind:
		return w.in("%s of the goal is reached, where %s of the time is over", "时间已过%[2]s，目标只完成%[1]s", w.language.Percent(r.Fact), w.language.Percent(r.Mark)), true
	case CodeQuiet:
		return w.in("nothing was recorded for %s", "已有%s没有记录", w.days(r.Fact)), true
	}
	return "", false
}
