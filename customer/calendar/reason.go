package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the rule book, followed by the
// name of the holiday, override or cut that speaks.
const (
	CodeWeekly         = "calendar.weekly"          // On: a day with the hours of its weekday; Fact: seconds of them
	CodeNoHours        = "calendar.no-hours"        // On: a day whose weekday has no hours
	CodeOverrideOpen   = "calendar.override-open"   // On: a day with hours of its own; Fact: seconds of them
	CodeOverrideClosed = "calendar.override-closed" // On: a day closed by an override
	CodeHoliday        = "calendar.holiday"         // On: a day closed as a holiday
	CodeCut            = "calendar.cut"             // On: the day; At, Until: what is taken out of its hours
	CodeOvernight      = "calendar.overnight"       // On: the day; Until: to when the hours of the evening before run
	CodeSkipped        = "calendar.skipped"         // On: a day that the zone has left out

	CodeNoOpenTime    = "calendar.no-open-time"    // At: the start; Until: no further was looked; Fact: open seconds till then; Mark: wanted; 0: an opening
	CodePaused        = "calendar.paused"          // At: since when it stands still without end; Fact: seconds left of the budget
	CodeNoWorkingDays = "calendar.no-working-days" // On: the start; By: no further was looked; Fact: working days till then; Mark: wanted, below 0 backwards
)

// covers adds to a refusal what an edition says of a day on which it is not in force.
func (c *Calendar) covers(day customer.Date, refusal *customer.Refusal) {
	refusal.Rule = c.name
	var no *customer.Refusal
	if errors.As(c.rules.Covers(day), &no) && !slices.Contains(refusal.Missing, no.Missing[0]) {
		refusal.Missing = append(refusal.Missing, no.Missing...)
	}
}

// noOpenTime refuses a budget for which there is too little open time, or an opening that
// does not come.
func (c *Calendar) noOpenTime(start, has, budget int64) error {
	horizon := c.horizon(start)
	return c.beyond(horizon, customer.Reason{
		Code: CodeNoOpenTime, Rule: c.name, Fact: has / int64(time.Second), Mark: wholeSeconds(budget),
		Unit: customer.UnitSeconds, At: c.time(start), Until: c.time(horizon),
	})
}

// paused refuses a budget that stands still without end.
func (c *Calendar) paused(since, left int64) error {
	return &customer.Refusal{Rule: c.name, Missing: []customer.Reason{
		{Code: CodePaused, Rule: c.name, Fact: wholeSeconds(left), Unit: customer.UnitSeconds, At: c.time(since)},
	}}
}

// wholeSeconds rounds nanoseconds up.
func wholeSeconds(n int64) int64 {
	seconds := n / int64(time.Second)
	if n%int64(time.Second) > 0 {
		seconds++
	}
	return seconds
}

// noWorkingDays refuses the nth working day after a day, or before it.
func (c *Calendar) noWorkingDays(number int64, n int) error {
	day := FirstDay + customer.Date(number)
	reason := customer.Reason{Code: CodeNoWorkingDays, Rule: c.name, Mark: int64(n), Unit: customer.UnitDays, On: day}
	if n < 0 {
		back := max(c.firstDay, number-HorizonDays)
		reason.Fact, reason.By = c.working.before(number)-c.working.before(back), FirstDay+customer.Date(back)
		return c.beyond(c.zone.first(back*dayLen), reason)
	}
	ahead := min(c.beyondDay, number+HorizonDays+1)
	reason.Fact, reason.By = c.working.before(ahead)-c.working.before(number), FirstDay+customer.Date(ahead-1)
	if n > 0 {
		reason.Fact = max(0, c.working.before(ahead)-c.working.before(number+1))
	}
	return c.beyond(c.zone.first(ahead*dayLen), reason)
}

// beyond refuses for a reason, and for the end of the edition where the search came to it.
func (c *Calendar) beyond(horizon int64, reason customer.Reason) error {
	refusal := &customer.Refusal{Rule: c.name, Missing: []customer.Reason{reason}}
	if horizon == c.last && c.rules.Until != 0 {
		c.covers(c.rules.Until, refusal)
	}
	if horizon == c.first && c.rules.From != 0 {
		c.covers(c.rules.From-1, refusal)
	}
	return refusal
}

// Explain renders a reason of this package. Instants are shown in the zone that they
// carry. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	if language == customer.Chinese {
		return explainChinese(reason)
	}
	return explainEnglish(reason)
}

func explainEnglish(r customer.Reason) string {
	day := customer.English.DayOfYear(r.On)
	switch r.Code {
	case CodeWeekly:
		return fmt.Sprintf("%s has the hours of its weekday, %s (%s)", day, customer.English.Length(r.Fact), r.Rule)
	case CodeNoHours:
		return fmt.Sprintf("closed on %s: its weekday has no hours (%s)", day, r.Rule)
	case CodeOverrideOpen:
		return fmt.Sprintf("%s has hours of its own, %s (%s)", day, customer.English.Length(r.Fact), r.Rule)
	case CodeOverrideClosed:
		return fmt.Sprintf("closed on %s by exception (%s)", day, r.Rule)
	case CodeHoliday:
		return fmt.Sprintf("closed on %s: holiday (%s)", day, r.Rule)
	case CodeCut:
		return fmt.Sprintf("closed from %s to %s (%s)", customer.English.Instant(r.At), customer.English.Instant(r.Until), r.Rule)
	case CodeOvernight:
		return fmt.Sprintf("the hours of the evening before run to %s (%s)", customer.English.Instant(r.Until), r.Rule)
	case CodeSkipped:
		return fmt.Sprintf("there was no %s: the zone left the day out (%s)", day, r.Rule)
	case CodeNoOpenTime:
		if r.Mark == 0 {
			return fmt.Sprintf("no opening from %s to %s (%s)", customer.English.Instant(r.At), customer.English.Instant(r.Until), r.Rule)
		}
		return fmt.Sprintf("only %s of open time from %s to %s, %s wanted (%s)",
			customer.English.Length(r.Fact), customer.English.Instant(r.At), customer.English.Instant(r.Until), customer.English.Length(r.Mark), r.Rule)
	case CodePaused:
		return fmt.Sprintf("stands still since %s with %s left (%s)", customer.English.Instant(r.At), customer.English.Length(r.Fact), r.Rule)
	case CodeNoWorkingDays:
		by := customer.English.DayOfYear(r.By)
		if r.Mark < 0 {
			return fmt.Sprintf("only %s back from %s to %s, %d wanted (%s)", customer.English.Count(r.Fact, "working day"), day, by, -r.Mark, r.Rule)
		}
		return fmt.Sprintf("only %s from %s to %s, %d wanted (%s)", customer.English.Count(r.Fact, "working day"), day, by, max(1, r.Mark), r.Rule)
	}
	return customer.Explain(r, customer.English)
}

func explainChinese(r customer.Reason) string {
	day := customer.Chinese.DayOfYear(r.On)
	switch r.Code {
	case CodeWeekly:
		return fmt.Sprintf("%s按每周营业时间营业，共%s（%s）", day, customer.Chinese.Length(r.Fact), r.Rule)
	case CodeNoHours:
		return fmt.Sprintf("%s休息：这一天每周不营业（%s）", day, r.Rule)
	case CodeOverrideOpen:
		return fmt.Sprintf("%s另行安排营业，共%s（%s）", day, customer.Chinese.Length(r.Fact), r.Rule)
	case CodeOverrideClosed:
		return fmt.Sprintf("%s另行安排停业（%s）", day, r.Rule)
	case CodeHoliday:
		return fmt.Sprintf("%s放假，不营业（%s）", day, r.Rule)
	case CodeCut:
		return fmt.Sprintf("%s至%s暂停营业（%s）", customer.Chinese.Instant(r.At), customer.Chinese.Instant(r.Until), r.Rule)
	case CodeOvernight:
		return fmt.Sprintf("前一晚的营业延续至%s（%s）", customer.Chinese.Instant(r.Until), r.Rule)
	case CodeSkipped:
		return fmt.Sprintf("没有%s：该时区跳过了这一天（%s）", day, r.Rule)
	case CodeNoOpenTime:
		if r.Mark == 0 {
			return fmt.Sprintf("%s至%s之间没有营业时间（%s）", customer.Chinese.Instant(r.At), customer.Chinese.Instant(r.Until), r.Rule)
		}
		return fmt.Sprintf("%s至%s之间只有%s营业时间，需要%s（%s）",
			customer.Chinese.Instant(r.At), customer.Chinese.Instant(r.Until), customer.Chinese.Length(r.Fact), customer.Chinese.Length(r.Mark), r.Rule)
	case CodePaused:
		return fmt.Sprintf("自%s起暂停计时，尚余%s（%s）", customer.Chinese.Instant(r.At), customer.Chinese.Length(r.Fact), r.Rule)
	case CodeNoWorkingDays:
		by := customer.Chinese.DayOfYear(r.By)
		if r.Mark < 0 {
			return fmt.Sprintf("%s往前至%s只有%d个工作日，需要%d个（%s）", day, by, r.Fact, -r.Mark, r.Rule)
		}
		return fmt.Sprintf("%s至%s只有%d个工作日，需要%d个（%s）", day, by, r.Fact, max(1, r.Mark), r.Rule)
	}
	return customer.Explain(r, customer.Chinese)
}
