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

	CodeClockNone         = "complaint.clock-none"          // it does not run
	CodeClockCalendar     = "complaint.clock-calendar"      // Of: a calendar that the policy was not given; Fact: its version
	CodeClockSameCalendar = "complaint.clock-same-calendar" // Of: the calendar that the clock has; Fact: its version
	CodeClockNotSwitched  = "complaint.clock-not-switched"  // no change of its calendar is to be confirmed, or it is not in order

	CodeExtensionNone     = "complaint.extension-none"     // Fact: how often it was extended; Mark: how often it may be
	CodeExtensionApprover = "complaint.extension-approver" // Of: the role of which somebody has to approve
	CodeExtensionRole     = "complaint.extension-role"     // Of: the role that the approver does not have
	CodeExtensionHandler  = "complaint.extension-handler"  // Of: the approver, who asks for it or handles the case
	CodeExtensionAbout    = "complaint.extension-about"    // Of: the approver, who is complained about
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

// Reasons explains the reading: what is used, when it is due, what it was paused for, what
// another calendar changes. A clock that had not begun has none.
func (r Reading) Reasons() []customer.Reason {
	if r.Calendar == "" {
		return nil
	}
	reasons := []customer.Reason{r.because(r.Figures)}
	if r.Breached || !r.Running {
		reasons = append(reasons, r.verdict())
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
	if w.chinese() {
		return explainClockChinese(r)
	}
	return explainClockEnglish(r)
}

func explainClockEnglish(r customer.Reason) (text string, ok bool) {
	at, until := customer.English.Instant(r.At), customer.English.Instant(r.Until)
	switch r.Code {
	case CodeClockStarted:
		return fmt.Sprintf("%s runs from %s", r.Of, at), true
	case CodeClockTime:
		return fmt.Sprintf("%s: %s used of %s%s", r.Of, hours(r.Fact), hours(r.Mark), due(", due ", r.Until, until)), true
	case CodeClockWorkingDay:
		return fmt.Sprintf("%s: working day %d of %d%s", r.Of, r.Fact, r.Mark, due(", due ", r.Until, until)), true
	case CodeClockCalendarDay:
		return fmt.Sprintf("%s: day %d of %d%s", r.Of, r.Fact, r.Mark, due(", due ", r.Until, until)), true
	case CodeClockFormer:
		return fmt.Sprintf("%s has another calendar since %s, which nobody has confirmed%s", r.Of, at, due("; by the one before due ", r.Until, until)), true
	case CodePausedCustomer:
		return r.Of + pausedEnglish(r, at, until) + "waiting for the customer", true
	case CodePausedThird:
		return r.Of + pausedEnglish(r, at, until) + "waiting for a third party", true
	case CodePausedNobody:
		return r.Of + pausedEnglish(r, at, until) + "waiting for nobody", true
	case CodeClockResumed:
		return fmt.Sprintf("%s runs on from %s", r.Of, at), true
	case CodeClockStopped:
		return fmt.Sprintf("%s stopped at %s; its calendar cannot tell more", r.Of, at), true
	case CodeClockKept:
		return fmt.Sprintf("%s kept: %s of %s, done at %s", r.Of, amount(r, r.Fact), amount(r, r.Mark), at), true
	case CodeClockBreached:
		return fmt.Sprintf("%s breached: %s of %s, was due %s", r.Of, amount(r, r.Fact), amount(r, r.Mark), at), true
	case CodeClockWarned:
		return fmt.Sprintf("%s: %s used at %s%s", r.Of, customer.English.Percent(r.Fact), at, due(", due ", r.Until, until)), true
	case CodeClockOverdue:
		return fmt.Sprintf("%s overdue: %s used at %s%s", r.Of, customer.English.Percent(r.Fact), at, due(", was due ", r.Until, until)), true
	case CodeClockExtended:
		return fmt.Sprintf("%s extended at %s, %d of %d times", r.Of, at, r.Fact, r.Mark), true
	case CodeClockSwitched:
		return fmt.Sprintf("%s has another calendar from %s", r.Of, at), true
	case CodeWaitFor:
		return fmt.Sprintf("waiting since %s for: %s", at, r.Of), true
	case CodeWaitOver:
		return fmt.Sprintf("waited from %s to %s for: %s", at, until, r.Of), true
	}
	return explainRefusedEnglish(r)
}

func explainRefusedEnglish(r customer.Reason) (text string, ok bool) {
	switch r.Code {
	case CodeClockNone:
		return fmt.Sprintf("no clock %s is running", r.Of), true
	case CodeClockCalendar:
		return fmt.Sprintf("the policy has no calendar %s of version %d", r.Of, r.Fact), true
	case CodeClockSameCalendar:
		return fmt.Sprintf("the clock has calendar %s of version %d already", r.Of, r.Fact), true
	case CodeClockNotSwitched:
		return fmt.Sprintf("no change of calendar of %s is to be confirmed at that instant", r.Of), true
	case CodeExtensionNone:
		return fmt.Sprintf("%s was extended %s of %d", r.Of, customer.English.Count(r.Fact, "time"), r.Mark), true
	case CodeExtensionApprover:
		if r.Of == "" {
			return "nobody has approved the extension", true
		}
		return fmt.Sprintf("nobody has approved the extension: it needs %s", r.Of), true
	case CodeExtensionRole:
		return fmt.Sprintf("who approves the extension is not %s", r.Of), true
	case CodeExtensionHandler:
		return fmt.Sprintf("%s asks for the extension or handles the case, and cannot approve it", r.Of), true
	case CodeExtensionAbout:
		return fmt.Sprintf("%s is complained about, and cannot approve the extension", r.Of), true
	case CodeExtensionNotice:
		return fmt.Sprintf("the customer was not told of the extension of %s: name the contact", r.Of), true
	}
	return "", false
}

func pausedEnglish(r customer.Reason, at, until string) string {
	if r.Until.IsZero() {
		return fmt.Sprintf(" paused since %s, ", at)
	}
	return fmt.Sprintf(" paused from %s to %s, ", at, until)
}

func explainClockChinese(r customer.Reason) (text string, ok bool) {
	at, until := customer.Chinese.Instant(r.At), customer.Chinese.Instant(r.Until)
	switch r.Code {
	case CodeClockStarted:
		return fmt.Sprintf("“%s”自%s起计时", r.Of, at), true
	case CodeClockTime:
		return fmt.Sprintf("“%s”：已用%s，共%s%s", r.Of, hoursChinese(r.Fact), hoursChinese(r.Mark), due("，到期时间", r.Until, until)), true
	case CodeClockWorkingDay:
		return fmt.Sprintf("“%s”：第%d个工作日，共%d个%s", r.Of, r.Fact, r.Mark, due("，到期时间", r.Until, until)), true
	case CodeClockCalendarDay:
		return fmt.Sprintf("“%s”：第%d天，共%d天%s", r.Of, r.Fact, r.Mark, due("，到期时间", r.Until, until)), true
	case CodeClockFormer:
		return fmt.Sprintf("“%s”自%s起改用另一日历，尚无人确认%s", r.Of, at, due("；按原日历到期时间为", r.Until, until)), true
	case CodePausedCustomer:
		return fmt.Sprintf("“%s”%s，等待顾客", r.Of, pausedChinese(r, at, until)), true
	case CodePausedThird:
		return fmt.Sprintf("“%s”%s，等待第三方", r.Of, pausedChinese(r, at, until)), true
	case CodePausedNobody:
		return fmt.Sprintf("“%s”%s，无须等待任何人", r.Of, pausedChinese(r, at, until)), true
	case CodeClockResumed:
		return fmt.Sprintf("“%s”自%s起恢复计时", r.Of, at), true
	case CodeClockStopped:
		return fmt.Sprintf("“%s”于%s停止计时，日历无法说明更多", r.Of, at), true
	case CodeClockKept:
		return fmt.Sprintf("“%s”按时完成：用时%s，限时%s，完成于%s", r.Of, amountChinese(r, r.Fact), amountChinese(r, r.Mark), at), true
	case CodeClockBreached:
		return fmt.Sprintf("“%s”已超时：用时%s，限时%s，本应于%s前完成", r.Of, amountChinese(r, r.Fact), amountChinese(r, r.Mark), at), true
	case CodeClockWarned:
		return fmt.Sprintf("“%s”：%s已用%s%s", r.Of, at, customer.Chinese.Percent(r.Fact), due("，到期时间", r.Until, until)), true
	case CodeClockOverdue:
		return fmt.Sprintf("“%s”已逾期：%s已用%s%s", r.Of, at, customer.Chinese.Percent(r.Fact), due("，本应到期时间", r.Until, until)), true
	case CodeClockExtended:
		return fmt.Sprintf("“%s”于%s延期，第%d次，最多%d次", r.Of, at, r.Fact, r.Mark), true
	case CodeClockSwitched:
		return fmt.Sprintf("“%s”自%s起改用另一日历", r.Of, at), true
	case CodeWaitFor:
		return fmt.Sprintf("自%s起等待：%s", at, r.Of), true
	case CodeWaitOver:
		return fmt.Sprintf("%s至%s曾等待：%s", at, until, r.Of), true
	}
	return explainRefusedChinese(r)
}

func explainRefusedChinese(r customer.Reason) (text string, ok bool) {
	switch r.Code {
	case CodeClockNone:
		return fmt.Sprintf("没有正在计时的“%s”", r.Of), true
	case CodeClockCalendar:
		return fmt.Sprintf("规则中没有日历“%s”的第%d版", r.Of, r.Fact), true
	case CodeClockSameCalendar:
		return fmt.Sprintf("计时已采用日历“%s”的第%d版", r.Of, r.Fact), true
	case CodeClockNotSwitched:
		return fmt.Sprintf("“%s”在该时刻没有待确认的日历变更", r.Of), true
	case CodeExtensionNone:
		return fmt.Sprintf("“%s”已延期%d次，最多%d次", r.Of, r.Fact, r.Mark), true
	case CodeExtensionApprover:
		if r.Of == "" {
			return "延期尚无人批准", true
		}
		return fmt.Sprintf("延期尚无人批准：须由“%s”批准", r.Of), true
	case CodeExtensionRole:
		return fmt.Sprintf("延期的批准人不具备“%s”角色", r.Of), true
	case CodeExtensionHandler:
		return fmt.Sprintf("%s是延期的申请人或案件经办人，不能批准", r.Of), true
	case CodeExtensionAbout:
		return fmt.Sprintf("%s是被投诉人，不能批准延期", r.Of), true
	case CodeExtensionNotice:
		return fmt.Sprintf("尚未告知顾客“%s”延期：请注明联系记录", r.Of), true
	}
	return "", false
}

func pausedChinese(r customer.Reason, at, until string) string {
	if r.Until.IsZero() {
		return "自" + at + "起暂停计时"
	}
	return at + "至" + until + "暂停计时"
}

// due writes a due, where there is one.
func due(before string, at time.Time, text string) string {
	if at.IsZero() {
		return ""
	}
	return before + text
}

func amount(r customer.Reason, n int64) string {
	if r.Unit == customer.UnitSeconds {
		return hours(n)
	}
	return customer.English.Count(n, "day")
}

func amountChinese(r customer.Reason, n int64) string {
	if r.Unit == customer.UnitSeconds {
		return hoursChinese(n)
	}
	return fmt.Sprintf("%d天", n)
}

// hours writes seconds as "2 h 40 min".
func hours(seconds int64) string { return customer.English.Length(seconds) }

// hoursChinese writes seconds as "2小时40分钟".
func hoursChinese(seconds int64) string { return customer.Chinese.Length(seconds) }
