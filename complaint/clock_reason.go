package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of clocks and of waiting. They are format. Of is the clock, where nothing
// else is said; instants are in the zone of its calendar.
const (
	CodeClockStarted     = "complaint.clock-started"      // At: its start
	CodeClockTime        = "complaint.clock-time"         // Fact: seconds of open time used; Mark: of the budget; Until: due; zero: open
	CodeClockWorkingDay  = "complaint.clock-working-day"  // Fact: working day that it is; Mark: of how many; Until: due; zero: open
	CodeClockCalendarDay = "complaint.clock-calendar-day" // Fact: calendar day that it is; Mark: of how many; Until: due; zero: open
	CodeClockFormer      = "complaint.clock-former"       // At: since when nobody has confirmed its calendar; Until: due by the one before
	CodePausedCustomer   = "complaint.paused-customer"    // At, Until: paused while the case waited for the customer; no Until: it still is
	CodePausedThird      = "complaint.paused-third"       // At, Until: the same for a third party
	CodePausedNobody     = "complaint.paused-nobody"      // At, Until: the same for nobody
	CodeClockResumed     = "complaint.clock-resumed"      // At: since when it runs on
	CodeClockStopped     = "complaint.clock-stopped"      // At: its stop, of which the calendar cannot tell more
	CodeClockKept        = "complaint.clock-kept"         // At: its stop; Fact: seconds or days used; Mark: of the budget
	CodeClockBreached    = "complaint.clock-breached"     // At: when it was due; Fact: seconds or days used; Mark: of the budget
	CodeClockWarned      = "complaint.clock-warned"       // At: when so much was used; Fact: thousandths of the budget; Until: due
	CodeClockOverdue     = "complaint.clock-overdue"      // At: when so much was used; Fact: thousandths of the budget; Until: due
	CodeClockExtended    = "complaint.clock-extended"     // At: since when; Fact: the how manieth extension; Mark: of how many
	CodeClockSwitched    = "complaint.clock-switched"     // At: since when it has another calendar

	CodeWaitFor  = "complaint.wait-for"  // Of: what the case waits for; At: since when
	CodeWaitOver = "complaint.wait-over" // Of: what the case waited for; At: since when; Until: when it came

	CodeClockNone          = "complaint.clock-none"           // it does not run
	CodeClockCalendar      = "complaint.clock-calendar"       // Of: a calendar that the policy was not given; Fact: its version; 0: in no version
	CodeClockSameCalendar  = "complaint.clock-same-calendar"  // Of: the calendar that the clock has; Fact: its version
	CodeClockNotSwitched   = "complaint.clock-not-switched"   // no change of its calendar is to be confirmed at that instant
	CodeClockSwitchedLater = "complaint.clock-switched-later" // At: since when it has its calendar, which is later

	CodeExtensionNone     = "complaint.extension-none"     // Fact: how often it was extended; Mark: how often it may be
	CodeExtensionApprover = "complaint.extension-approver" // Of: the role of which somebody has to approve
	CodeExtensionRole     = "complaint.extension-role"     // Of: the role that the approver does not have
	CodeExtensionHandler  = "complaint.extension-handler"  // Of: the approver, who asks for it or handles the case
	CodeExtensionNotice   = "complaint.extension-notice"   // the customer was not told
)

// pausedFor is the code of a pause while a party is waited for.
func pausedFor(party Awaited) string {
	if party == AwaitCustomer {
		return CodePausedCustomer
	}
	if party == AwaitThird {
		return CodePausedThird
	}
	return CodePausedNobody
}

// shown is an instant in the zone of a calendar, where the policy has it, and else in its own.
func (p *Policy) shown(id string, version int, at time.Time) time.Time {
	if cal := p.calendar(id, version); cal != nil {
		return at.In(cal.Location())
	}
	return at.In(p.zone)
}

// Reasons explains the reading: what is used and when it is due or, of a clock that has stopped
// or is breached, whether it was kept; what it was paused for; what another calendar changes. A
// clock that had not begun has none.
func (r Reading) Reasons() []customer.Reason {
	if r.Calendar == "" {
		return nil
	}
	reasons := []customer.Reason{r.because(r.Figures)}
	if r.Breached || !r.Running { // which tells the same figures
		reasons[0] = r.verdict()
	}
	zone, end := r.Start.Location(), r.At
	if !r.Running {
		end = r.Stopped
	}
	for _, pause := range r.pauses {
		reason := customer.Reason{Code: pausedFor(pause.For), Rule: r.rule, Of: r.Clock, At: pause.From.In(zone)}
		switch {
		case pause.From.After(end):
			continue
		case !pause.To.IsZero() && !pause.To.After(end):
			reason.Until = pause.To.In(zone)
		case !r.Running:
			reason.Until = end
		}
		if !reason.Until.Equal(reason.At) {
			reasons = append(reasons, reason)
		}
	}
	if !r.Paused.IsZero() {
		reasons = append(reasons, customer.Reason{Code: CodeWaitFor, Rule: r.rule, Of: r.Reason, At: r.Paused})
	}
	if !r.Switched.IsZero() {
		reasons = append(reasons, customer.Reason{Code: CodeClockFormer, Rule: r.rule, Of: r.Clock, At: r.Switched, Until: r.Former.Due})
	}
	return reasons
}

// because tells what is used of the budget.
func (r Reading) because(f Figures) customer.Reason {
	reason := customer.Reason{Code: CodeClockTime, Rule: r.rule, Of: r.Clock, Mark: size(f.Budget), Unit: customer.UnitSeconds, Until: f.Due}
	switch {
	case f.Budget.OpenSeconds > 0:
		reason.Fact = int64(f.Used / time.Second)
		if f.Breached && f.Used%time.Second > 0 {
			reason.Fact++ // never as much as the budget
		}
		return reason
	case f.Budget.WorkingDays > 0:
		reason.Code = CodeClockWorkingDay
	default:
		reason.Code = CodeClockCalendarDay
	}
	reason.Fact, reason.Unit = int64(f.Day), customer.UnitDays
	return reason
}

// verdict tells whether the clock was kept.
func (r Reading) verdict() customer.Reason {
	if r.Calendar == "" || r.Budget == (Figures{}).Budget {
		return customer.Reason{Code: CodeClockStopped, Rule: r.rule, Of: r.Clock, At: r.At}
	}
	reason := r.because(r.Figures)
	reason.Code, reason.At, reason.Until = CodeClockKept, r.Stopped, time.Time{}
	if r.Breached {
		reason.Code, reason.At = CodeClockBreached, r.Due
	}
	return reason
}

// passed tells of a mark that was passed.
func (r Reading) passed(rung RungReached) customer.Reason {
	reason := customer.Reason{
		Code: CodeClockWarned, Rule: r.rule, Of: r.Clock, Fact: int64(rung.Permille), Mark: 1000, Unit: customer.UnitPermille,
		At: rung.Reached, Until: r.Due,
	}
	switch {
	case rung.Permille == 1000:
		return r.verdict()
	case rung.Permille > 1000:
		reason.Code = CodeClockOverdue
	}
	return reason
}

func explainClock(r customer.Reason, w words) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, words) string{explainFigures, explainCourse, explainWaiting, explainClockRefused} {
		if text = part(r, w); text != "" {
			return text, true
		}
	}
	return "", false
}

// explainFigures tells what a clock comes to.
func explainFigures(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeClockTime:
		return w.In("%s: %s used of %s", "“%s”：已用%s，共%s", r.Of, w.hours(r.Fact), w.hours(r.Mark)) + w.due(", due %s", "，到期时间%s", r.Until)
	case CodeClockWorkingDay:
		return w.In("%s: working day %d of %d", "“%s”：第%d个工作日，共%d个", r.Of, r.Fact, r.Mark) + w.due(", due %s", "，到期时间%s", r.Until)
	case CodeClockCalendarDay:
		return w.In("%s: day %d of %d", "“%s”：第%d天，共%d天", r.Of, r.Fact, r.Mark) + w.due(", due %s", "，到期时间%s", r.Until)
	case CodeClockFormer:
		return w.In("%s has another calendar since %s, which nobody has confirmed", "“%s”自%s起改用另一日历，尚无人确认", r.Of, at) +
			w.due("; by the one before due %s", "；按原日历到期时间为%s", r.Until)
	case CodeClockKept:
		return w.In("%s kept: %s of %s, done at %s", "“%s”按时完成：用时%s，限时%s，完成于%s", r.Of, w.amount(r, r.Fact), w.amount(r, r.Mark), at)
	case CodeClockBreached:
		return w.In("%s breached: %s of %s, was due %s", "“%s”已超时：用时%s，限时%s，本应于%s前完成", r.Of, w.amount(r, r.Fact), w.amount(r, r.Mark), at)
	case CodeClockWarned:
		return w.In("%[1]s: %[2]s used at %[3]s", "“%[1]s”：%[3]s已用%[2]s", r.Of, w.Percent(r.Fact), at) + w.due(", due %s", "，到期时间%s", r.Until)
	case CodeClockOverdue:
		return w.In("%[1]s overdue: %[2]s used at %[3]s", "“%[1]s”已逾期：%[3]s已用%[2]s", r.Of, w.Percent(r.Fact), at) +
			w.due(", was due %s", "，本应到期时间%s", r.Until)
	}
	return ""
}

// explainCourse tells what happens to a clock.
func explainCourse(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeClockStarted:
		return w.In("%s runs from %s", "“%s”自%s起计时", r.Of, at)
	case CodeClockResumed:
		return w.In("%s runs on from %s", "“%s”自%s起恢复计时", r.Of, at)
	case CodeClockStopped:
		return w.In("%s stopped at %s; its calendar cannot tell more", "“%s”于%s停止计时，日历无法说明更多", r.Of, at)
	case CodeClockExtended:
		return w.In("%s extended at %s, %d of %d times", "“%s”于%s延期，第%d次，最多%d次", r.Of, at, r.Fact, r.Mark)
	case CodeClockSwitched:
		return w.In("%s has another calendar from %s", "“%s”自%s起改用另一日历", r.Of, at)
	}
	return ""
}

// explainWaiting tells for whom the case waits, and which clocks stand still for it.
func explainWaiting(r customer.Reason, w words) string {
	at, until := w.Instant(r.At), w.Instant(r.Until)
	paused := func(whom string) string {
		if r.Until.IsZero() {
			return w.In("%s paused since %s, waiting for %s", "“%s”自%s起暂停计时，%s", r.Of, at, whom)
		}
		return w.In("%s paused from %s to %s, waiting for %s", "“%s”%s至%s暂停计时，%s", r.Of, at, until, whom)
	}
	switch r.Code {
	case CodePausedCustomer:
		return paused(w.In("the customer", "等待顾客"))
	case CodePausedThird:
		return paused(w.In("a third party", "等待第三方"))
	case CodePausedNobody:
		return paused(w.In("nobody", "无须等待任何人"))
	case CodeWaitFor:
		return w.In("waiting since %s for: %s", "自%s起等待：%s", at, r.Of)
	case CodeWaitOver:
		return w.In("waited from %s to %s for: %s", "%s至%s曾等待：%s", at, until, r.Of)
	}
	return ""
}

// explainClockRefused tells why something is not done to a clock.
func explainClockRefused(r customer.Reason, w words) string {
	switch r.Code {
	case CodeClockNone:
		return w.In("no clock %s is running", "没有正在计时的“%s”", r.Of)
	case CodeClockCalendar:
		if r.Fact == 0 {
			return w.In("the policy was not given any calendar %s", "未向规则提供日历“%s”", r.Of)
		}
		return w.In("the policy was not given version %[2]d of the calendar %[1]s", "未向规则提供日历“%[1]s”的第%[2]d版", r.Of, r.Fact)
	case CodeClockSameCalendar:
		return w.In("the clock has calendar %s of version %d already", "计时已采用日历“%s”的第%d版", r.Of, r.Fact)
	case CodeClockNotSwitched:
		return w.In("no change of calendar of %s is to be confirmed at that instant", "“%s”在该时刻没有待确认的日历变更", r.Of)
	case CodeClockSwitchedLater:
		return w.In("%s was given its calendar at %s, which is later", "“%s”的日历已在更晚的%s变更", r.Of, w.Instant(r.At))
	case CodeExtensionNone:
		if w.chinese() {
			return fmt.Sprintf("“%s”已延期%d次，最多%d次", r.Of, r.Fact, r.Mark)
		}
		return fmt.Sprintf("%s was extended %s of %d", r.Of, w.Count(r.Fact, "time"), r.Mark)
	case CodeExtensionApprover:
		if r.Of == "" {
			return w.In("nobody has approved the extension", "延期尚无人批准")
		}
		return w.In("nobody has approved the extension: it needs %s", "延期尚无人批准：须由“%s”批准", r.Of)
	case CodeExtensionRole:
		return w.In("who approves the extension is not %s", "延期的批准人不具备“%s”角色", r.Of)
	case CodeExtensionHandler:
		return w.In("%s asks for the extension or handles the case, and cannot approve it", "%s是延期的申请人或案件经办人，不能批准", r.Of)
	case CodeExtensionNotice:
		return w.In("the customer was not told of the extension of %s: name the contact", "尚未告知顾客“%s”延期：请注明联系记录", r.Of)
	}
	return ""
}

// due writes a due, where there is one.
func (w words) due(english, chinese string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return w.In(english, chinese, w.Instant(at))
}

// amount writes seconds or days.
func (w words) amount(r customer.Reason, n int64) string {
	switch {
	case r.Unit == customer.UnitSeconds:
		return w.hours(n)
	case w.chinese():
		return fmt.Sprintf("%d天", n)
	}
	return w.Count(n, "day")
}

// hours writes seconds as "2 h 40 min" or "2小时40分钟".
func (w words) hours(seconds int64) string { return w.Length(seconds) }
