package agenda

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The reason codes of this package. They are format. What a plan has against contacting somebody
// comes from package consent, under its codes.
const (
	CodeEveryDays    = "agenda.every-days"    // Fact: the step in days; On: the visit before; By: due
	CodeEveryMonths  = "agenda.every-months"  // Fact: the step in months; On: the visit before; By: due
	CodeNeverVisited = "agenda.never-visited" // Fact: days after she became known; On: that day; By: due
	CodeTierChanged  = "agenda.tier-changed"  // On: since when she has the tier; By: due, not before it
	CodeVisitOverdue = "agenda.visit-overdue" // Fact: days since due; On: the day asked for; By: due
	CodeNoVisits     = "agenda.no-visits"     // her tier has no visits

	CodeOccasion         = "agenda.occasion"           // Fact: days before it may be sent; On: the day of the occasion; By: the last day to send
	CodeAfterDays        = "agenda.after-days"         // Fact: calendar days; On: the event; By: so many days later
	CodeAfterWorkingDays = "agenda.after-working-days" // Fact: working days; On: the event; By: so many later
	CodeMoved            = "agenda.moved"              // On: no working day; By: the day it was moved to

	CodeNotYet     = "agenda.not-yet"    // On: the first day that will do; By: due
	CodeDone       = "agenda.done"       // On: when it was done; By: the day that it was for
	CodePassed     = "agenda.passed"     // Fact: days since; Mark: days for which it would do; On: the day asked for; By: the day it was for
	CodeSuperseded = "agenda.superseded" // On: the event; By: the later one that cancels its follow-up

	CodePlaced         = "agenda.placed"          // Fact: the load of that day, in tasks or seconds; Mark: what the person can do; On: the day; By: the last one that would do
	CodeFixed          = "agenda.fixed"           // On: the day that it had
	CodeOwner          = "agenda.owner"           // Rule: her own person
	CodeAnybody        = "agenda.anybody"         // Rule: the person; she has none of her own
	CodeOwnerUnknown   = "agenda.owner-unknown"   // Rule: her own person, who is not among those who can be asked
	CodeOwnerUnskilled = "agenda.owner-unskilled" // Rule: her own person, who lacks the skill
	CodeOwnerAway      = "agenda.owner-away"      // Rule: her own person, who does not work from On to By
	CodeOwnerFull      = "agenda.owner-full"      // Rule: her own person, who found no time from On to By; Fact: days off; Mark: days

	CodeQuiet = "agenda.quiet" // Fact: days without a common hour; Mark: days in the window; On: the first; By: the last of them

	CodeWindowOver    = "agenda.window-over"    // On: the first day of the plan; By: the last that would have done
	CodeWindowLater   = "agenda.window-later"   // On: the first day that will do; By: the last day of the plan
	CodeNobodySkilled = "agenda.nobody-skilled" // Rule: the skill; Mark: how many people were asked
	CodeNobodyAtWork  = "agenda.nobody-at-work" // Fact: days; Mark: days in the window; On: the first; By: the last of them
	CodeNoCapacity    = "agenda.no-capacity"    // Fact: days on which all are full; Mark: days in the window; On: the first; By: the last of them
)

// Explain renders a reason of this package as a sentence. Instants are shown in the zone
// that they carry. A code of package lifecycle, consent, calendar or customer is rendered too; any
// other is returned as it is. (A list at risk writes its money better: Risks.Explain.)
func Explain(reason customer.Reason, language customer.Language) string {
	if strings.HasPrefix(reason.Code, "lifecycle.") {
		return lifecycle.Explain(reason, language)
	}
	if language == customer.Chinese {
		return explainChinese(reason)
	}
	return explainEnglish(reason)
}

func explainEnglish(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeEveryDays:
		return fmt.Sprintf("every %s, last on %s, due on %s", count(r.Fact, "day"), on, by)
	case CodeEveryMonths:
		return fmt.Sprintf("every %s, last on %s, due on %s", count(r.Fact, "month"), on, by)
	case CodeNeverVisited:
		return fmt.Sprintf("never visited, known since %s, due on %s", on, by)
	case CodeTierChanged:
		return fmt.Sprintf("in this tier since %s, so not due before", on)
	case CodeVisitOverdue:
		return fmt.Sprintf("%s overdue since %s", count(r.Fact, "day"), by)
	case CodeNoVisits:
		return "no visits for this tier"
	case CodeOccasion:
		if r.On == r.By {
			return fmt.Sprintf("the day is %s, not to be sent later", on)
		}
		return fmt.Sprintf("the day is %s, to be sent by %s", on, by)
	case CodeAfterDays:
		return fmt.Sprintf("%s after %s, on %s", count(r.Fact, "day"), on, by)
	case CodeAfterWorkingDays:
		return fmt.Sprintf("%s after %s, on %s", count(r.Fact, "working day"), on, by)
	case CodeMoved:
		return fmt.Sprintf("moved from %s, which is no working day, to %s", on, by)
	case CodeNotYet:
		return fmt.Sprintf("not before %s; due on %s", on, by)
	case CodeDone:
		return fmt.Sprintf("done on %s for %s", on, by)
	case CodePassed:
		return fmt.Sprintf("%s is %s ago; it would have done up to %s after", by, count(r.Fact, "day"), count(r.Mark, "day"))
	case CodeSuperseded:
		return fmt.Sprintf("what happened on %s was overtaken on %s", on, by)
	}
	if text, ok := englishPlace(r, on, by); ok {
		return text
	}
	if text, ok := englishObstacle(r, on, by); ok {
		return text
	}
	return consent.Explain(r, customer.English)
}

func englishPlace(r customer.Reason, on, by string) (string, bool) {
	switch r.Code {
	case CodePlaced:
		return fmt.Sprintf("on %s, possible until %s; %s that day", on, by, load(r, "%d of %d tasks", "%d of %d minutes")), true
	case CodeFixed:
		return fmt.Sprintf("keeps its place on %s", on), true
	case CodeOwner:
		return fmt.Sprintf("by %s, whose customer she is", r.Rule), true
	case CodeAnybody:
		return fmt.Sprintf("by %s; she has nobody of her own", r.Rule), true
	case CodeOwnerUnknown:
		return fmt.Sprintf("by somebody else: %s is not on the staff", r.Rule), true
	case CodeOwnerUnskilled:
		return fmt.Sprintf("by somebody else: %s lacks the skill", r.Rule), true
	case CodeOwnerAway:
		return fmt.Sprintf("in place of %s, who is away, %s", r.Rule, days(on, by, "to")), true
	case CodeOwnerFull:
		return fmt.Sprintf("in place of %s, who has no time, %s (off on %d of %s)", r.Rule, days(on, by, "to"), r.Fact, count(r.Mark, "day")), true
	}
	return "", false
}

func englishObstacle(r customer.Reason, on, by string) (string, bool) {
	switch r.Code {
	case CodeQuiet:
		return fmt.Sprintf("quiet hours leave no time on %d of %s, %s: %s", r.Fact, count(r.Mark, "day"), days(on, by, "to"), r.Rule), true
	case CodeWindowOver:
		return fmt.Sprintf("would have done until %s; the plan begins on %s", by, on), true
	case CodeWindowLater:
		return fmt.Sprintf("not before %s; the plan ends on %s", on, by), true
	case CodeNobodySkilled:
		return fmt.Sprintf("nobody of %d has the skill: %s", r.Mark, r.Rule), true
	case CodeNobodyAtWork:
		return fmt.Sprintf("nobody at work on %d of %s, %s", r.Fact, count(r.Mark, "day"), days(on, by, "to")), true
	case CodeNoCapacity:
		return fmt.Sprintf("everybody is full on %d of %s, %s", r.Fact, count(r.Mark, "day"), days(on, by, "to")), true
	}
	return "", false
}

func explainChinese(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeEveryDays:
		return fmt.Sprintf("每%d天一次，上次在%s，下次应在%s", r.Fact, on, by)
	case CodeEveryMonths:
		return fmt.Sprintf("每%d个月一次，上次在%s，下次应在%s", r.Fact, on, by)
	case CodeNeverVisited:
		return fmt.Sprintf("尚未回访过，自%s起为顾客，应在%s回访", on, by)
	case CodeTierChanged:
		return fmt.Sprintf("自%s起才属于此等级，因此不早于该日", on)
	case CodeVisitOverdue:
		return fmt.Sprintf("应在%s，已逾期%d天", by, r.Fact)
	case CodeNoVisits:
		return "此等级没有回访安排"
	case CodeOccasion:
		if r.On == r.By {
			return fmt.Sprintf("日期为%s，过后不再发出", on)
		}
		return fmt.Sprintf("日期为%s，最晚%s发出", on, by)
	case CodeAfterDays:
		return fmt.Sprintf("%s之后%d天，即%s", on, r.Fact, by)
	case CodeAfterWorkingDays:
		return fmt.Sprintf("%s之后%d个工作日，即%s", on, r.Fact, by)
	case CodeMoved:
		return fmt.Sprintf("%s不是工作日，改到%s", on, by)
	case CodeNotYet:
		return fmt.Sprintf("最早%s；应在%s", on, by)
	case CodeDone:
		return fmt.Sprintf("已于%s完成（应在%s）", on, by)
	case CodePassed:
		return fmt.Sprintf("%s已过去%d天，最多可迟%d天", by, r.Fact, r.Mark)
	case CodeSuperseded:
		return fmt.Sprintf("%s的事因%s又有新情况，不再回访", on, by)
	}
	if text, ok := chinesePlace(r, on, by); ok {
		return text
	}
	if text, ok := chineseObstacle(r, on, by); ok {
		return text
	}
	return consent.Explain(r, customer.Chinese)
}

func chinesePlace(r customer.Reason, on, by string) (string, bool) {
	switch r.Code {
	case CodePlaced:
		return fmt.Sprintf("安排在%s，最晚可到%s；当日已排%s", on, by, load(r, "%d/%d项", "%d/%d分钟")), true
	case CodeFixed:
		return fmt.Sprintf("维持原定日期%s", on), true
	case CodeOwner:
		return fmt.Sprintf("由她的固定负责人%s办理", r.Rule), true
	case CodeAnybody:
		return fmt.Sprintf("由%s办理；她没有固定负责人", r.Rule), true
	case CodeOwnerUnknown:
		return fmt.Sprintf("由他人办理：固定负责人%s不在人员名单中", r.Rule), true
	case CodeOwnerUnskilled:
		return fmt.Sprintf("由他人办理：固定负责人%s没有所需技能", r.Rule), true
	case CodeOwnerAway:
		return fmt.Sprintf("由他人代办：%s不在岗（%s）", r.Rule, days(on, by, "至")), true
	case CodeOwnerFull:
		return fmt.Sprintf("由他人代办：%s没有空档（%s，%d天中休息%d天）", r.Rule, days(on, by, "至"), r.Mark, r.Fact), true
	}
	return "", false
}

func chineseObstacle(r customer.Reason, on, by string) (string, bool) {
	switch r.Code {
	case CodeQuiet:
		return fmt.Sprintf("%d天中有%d天（%s）没有可联系的时间：%s", r.Mark, r.Fact, days(on, by, "至"), r.Rule), true
	case CodeWindowOver:
		return fmt.Sprintf("最晚应在%s；计划从%s才开始", by, on), true
	case CodeWindowLater:
		return fmt.Sprintf("最早%s；计划到%s为止", on, by), true
	case CodeNobodySkilled:
		return fmt.Sprintf("%d人中无人具备此技能：%s", r.Mark, r.Rule), true
	case CodeNobodyAtWork:
		return fmt.Sprintf("%d天中有%d天（%s）无人上班", r.Mark, r.Fact, days(on, by, "至")), true
	case CodeNoCapacity:
		return fmt.Sprintf("%d天中有%d天（%s）所有人都已排满", r.Mark, r.Fact, days(on, by, "至")), true
	}
	return "", false
}

// load writes a load in tasks, or in minutes where the reason has seconds.
func load(r customer.Reason, tasks, minutes string) string {
	if r.Unit == customer.UnitSeconds {
		return fmt.Sprintf(minutes, r.Fact/60, r.Mark/60)
	}
	return fmt.Sprintf(tasks, r.Fact, r.Mark)
}

// days writes the first and the last of several days, or the only one.
func days(first, last, to string) string {
	switch {
	case first == last:
		return first
	case to == "至":
		return first + to + last
	}
	return first + " " + to + " " + last
}

// count writes how many there are of an English noun.
func count(n int64, noun string) string { return customer.English.Count(n, noun) }
