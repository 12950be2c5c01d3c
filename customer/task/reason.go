package task

import (
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

	CodeGiveBack       = "task.give-back"        // Of: to whom the cycle is to be given back; By: the day
	CodeGiveActionBack = "task.give-action-back" // Of: the action that is to be given back; By: the day
)

// The reason codes of people. They are format.
const (
	CodeNobody   = "task.nobody"   // it has no owner
	CodeStranger = "task.stranger" // Of: one who was never of the staff
	CodeLeft     = "task.left"     // Of: one who has left; On: the first day without her
	CodeNotYet   = "task.not-yet"  // Of: one who has not come yet; On: her first day
)

// words are the language in which a reason is rendered.
type words struct{ customer.Words }

// days writes a number of days.
func (w words) days(n int64) string { return w.CountIn(n, "day", "天") }

// Explain renders a reason of this package as a sentence. A code of package customer is rendered too;
// any other is returned as it is. No rule book is needed for it, and so none has a method of the name.
func Explain(reason customer.Reason, language customer.Language) string {
	for _, part := range [...]func(customer.Reason, words) (string, bool){
		explainStage, explainGoal, explainAction, explainRecord, explainReview, explainPeople, explainReading,
	} {
		if text, ok := part(reason, words{customer.Words{Language: language}}); ok {
			return text
		}
	}
	return customer.Explain(reason, language)
}

func explainStage(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNotOpened:
		return w.In("this cycle was never opened", "该任务尚未建立"), true
	case CodeOpened:
		return w.In("this cycle is open already, since %s", "该任务已于%s建立", w.Instant(r.At)), true
	case CodeClosed:
		return w.In("this cycle has been closed since %s", "该任务已于%s结束", w.Instant(r.At)), true
	case CodeNotClosed:
		return w.In("this cycle is not closed", "该任务尚未结束"), true
	case CodeUnchanged:
		if r.Of != "" {
			return w.In("nothing would change: %s is as this says already", "“%s”的内容没有变化", r.Of), true
		}
		return w.In("nothing would change: the goal is as this says already", "目标没有变化"), true
	case CodeFull:
		return w.In("this cycle has room for %d %s at most", "一个任务最多%d%s", r.Mark, w.listed(r.Of)), true
	}
	return "", false
}

// listed names what a cycle has a list of, by the kind of entry that adds to it.
func (w words) listed(kind string) string {
	switch kind {
	case "plan":
		return w.In("actions", "项行动")
	case "record":
		return w.In("records", "条记录")
	case "correct":
		return w.In("corrections", "次更正")
	case "assign":
		return w.In("assignments", "次移交")
	case "review":
		return w.In("reviews", "次检视")
	case "reopen":
		return w.In("reopenings", "次重新开启")
	}
	return w.In("changes", "次变更")
}

func explainGoal(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeUnitUnknown:
		return w.In("the rules have no unit %s", "规则中没有计量单位“%s”", r.Of), true
	case CodeOtherUnit:
		return w.In("the goal keeps its unit %s, in which figures were recorded already", "已有以“%s”计的记录，不能更换计量单位", r.Of), true
	case CodeGoalPast:
		day, today := w.Between(r.By, r.On)
		return w.In("the goal is due on %s, which is over on %s", "目标日期%s早于%s", day, today), true
	case CodeGoalLong:
		return w.In("the goal lies %s ahead, and may lie %s ahead at most", "目标期限为%s，最长%s", w.days(r.Fact), w.days(r.Mark)), true
	}
	return "", false
}

func explainAction(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeActionKnown:
		return w.In("the plan already has an action %s", "计划中已有行动“%s”", r.Of), true
	case CodeActionUnknown:
		return w.In("the plan has no action %s", "计划中没有行动“%s”", r.Of), true
	case CodeActionDone:
		return w.In("the action %s was done on %s", "行动“%s”已于%s完成", r.Of, w.DayOfYear(r.On)), true
	case CodeActionDropped:
		return w.In("the action %s was dropped on %s", "行动“%s”已于%s取消", r.Of, w.Instant(r.At)), true
	case CodeActionPast:
		day, today := w.Between(r.By, r.On)
		return w.In("the action %s is due on %s, which is over on %s", "行动“%s”的日期%s早于%s", r.Of, day, today), true
	case CodeActionLate:
		day, goal := w.Between(r.On, r.By)
		return w.In("the action %s is due on %s, after the goal, which is due on %s", "行动“%s”的日期%s晚于目标日期%s", r.Of, day, goal), true
	case CodeActionOpen:
		if r.Fact > 0 {
			return w.In("the action %s is not done, and %s overdue", "行动“%s”尚未完成，已逾期%s", r.Of, w.days(r.Fact)), true
		}
		return w.In("the action %s is not done; it is due by %s", "行动“%s”尚未完成，截止日期为%s", r.Of, w.DayOfYear(r.By)), true
	case CodeActionOverdue:
		return w.In("the action %s is %s overdue", "行动“%s”已逾期%s", r.Of, w.days(r.Fact)), true
	case CodeDoneLate:
		return w.In("the action %s was done %s late", "行动“%s”比计划晚%s完成", r.Of, w.days(r.Fact)), true
	}
	return "", false
}

func explainRecord(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoPlan:
		return w.In("there is no plan yet, and nothing is recorded before there is one", "尚未制定计划，不能先作记录"), true
	case CodeNoUnit:
		return w.In("the goal counts nothing, so there is no place for the figure %d", "目标没有计量单位，不能记录数值%d", r.Fact), true
	case CodeRecordDay:
		day, nearest := w.Between(r.On, r.By)
		return w.In("%s is before this cycle or still to come; the nearest day that a record can have is %s",
			"记录日期%s早于任务建立之日，或者尚未到来；最近可填%s", day, nearest), true
	case CodeRecordKnown:
		return w.In("there is a record %s already", "记录“%s”已存在", r.Of), true
	case CodeRecordUnknown:
		return w.In("there is no record %s", "没有记录“%s”", r.Of), true
	case CodeRecordStruck:
		return w.In("the record %s was struck on %s", "记录“%s”已于%s作废", r.Of, w.Instant(r.At)), true
	}
	return "", false
}

func explainReview(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeNoRecord:
		return w.In("nothing was recorded, so there is nothing to review", "没有任何记录，无从检视"), true
	case CodeNoFigure:
		return w.In("no record has a figure for %s", "没有一条记录填写了“%s”的数值", r.Of), true
	case CodeWorkedOut:
		return w.In("how much of the goal was reached is worked out from %s, and not given", "完成比例由“%s”的记录算出，不必填写", r.Of), true
	case CodeCauseMissing:
		return w.In("%s of the goal was reached, and the cause is not said", "目标只完成%s，还没有说明原因", w.Percent(r.Fact)), true
	case CodeCauseUnknown:
		return w.In("the rules have no cause %s", "规则中没有原因“%s”", r.Of), true
	case CodeNoReview:
		return w.In("this cycle was not reviewed", "该任务尚未检视"), true
	case CodeReviewStale:
		return w.In("this cycle has changed since it was reviewed on %s: review it again", "该任务在%s检视之后又有变动，请重新检视", w.Instant(r.At)), true
	case CodeNextMissing:
		return w.In("the last review, of %s, sets no next goal", "%s的最后一次检视没有提出下一个目标", w.Instant(r.At)), true
	case CodeReached:
		return w.In("the goal was reached: %s", "目标已达成：%s", w.Percent(r.Fact)), true
	case CodeMissed:
		if r.Of != "" {
			return w.In("the goal was missed: %s reached, because of %s", "目标未达成：完成%s，原因是“%s”", w.Percent(r.Fact), r.Of), true
		}
		return w.In("the goal was missed: %s reached", "目标未达成：完成%s", w.Percent(r.Fact)), true
	}
	return "", false
}

func explainPeople(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeOwnWork:
		return w.In("%s may not judge her own work", "%s不能检视或批准自己负责的工作", r.Of), true
	case CodeNotAbove:
		return w.In("the owner does not report to %s, who may not judge her work", "%s不是负责人的上级，不能检视或批准", r.Of), true
	case CodeNoStaff:
		return w.In("it is not known to whom %s reports", "不清楚%s的上级是谁", r.Of), true
	case CodeUntilPast:
		day, today := w.Between(r.By, r.On)
		return w.In("it is to be given back on %s, which is not after %s", "交还日期%s不晚于%s", day, today), true
	case CodeNobody:
		return w.In("it has no owner", "没有负责人"), true
	case CodeStranger:
		return w.In("%s is not on the staff", "%s不是本店员工", r.Of), true
	case CodeLeft:
		return w.In("%s has left, and is off the staff from %s on", "%s已离职，自%s起不在职", r.Of, w.DayOfYear(r.On)), true
	case CodeNotYet:
		return w.In("%s starts only on %s", "%s到%s才入职", r.Of, w.DayOfYear(r.On)), true
	}
	return "", false
}

func explainReading(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeGoalOverdue:
		return w.In("the goal is %s overdue: it was due on %s", "目标已逾期%s，应于%s完成", w.days(r.Fact), w.DayOfYear(r.By)), true
	case CodeGoalAhead:
		if r.Fact == 0 {
			return w.In("the goal is due today, %s", "今天（%s）是目标日期", w.DayOfYear(r.By)), true
		}
		return w.In("%s left until the goal is due, on %s", "距目标日期还有%s（%s）", w.days(r.Fact), w.DayOfYear(r.By)), true
	case CodeBehind:
		return w.In("%s of the goal is reached, and %s of the time is over", "时间已过%[2]s，目标只完成%[1]s", w.Percent(r.Fact), w.Percent(r.Mark)), true
	case CodeGiveBack:
		return w.In("this cycle was to go back to %s on %s", "该任务应于%[2]s交还%[1]s", r.Of, w.DayOfYear(r.By)), true
	case CodeGiveActionBack:
		return w.In("the action %s was to be given back on %s", "行动“%s”应于%s交还", r.Of, w.DayOfYear(r.By)), true
	case CodeQuiet:
		return w.In("nothing was recorded for %s, since %s", "已有%s没有记录（自%s起）", w.days(r.Fact), w.DayOfYear(r.On)), true
	}
	return "", false
}
