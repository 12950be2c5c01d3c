package desk

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The reason codes of this package. They are format. Rule is the rule book, or the calendar
// whose hours are over; Of is the thing that the reason speaks of.
const (
	CodeOpen       = "desk.open"        // Of: the desk at which it can be done; At: from when, Until: to when; zero: no end in sight
	CodeDoorClosed = "desk.door-closed" // Of: the site; At: the instant, Until: when it opens
	CodeClosed     = "desk.closed"      // Of: the desk; At: the instant, Until: when it opens
	CodeTaskClosed = "desk.task-closed" // Of: the task, at hours of its own; At: the instant, Until: when they begin
	CodeOffDuty    = "desk.off-duty"    // Of: the desk; Fact: who can do it and are all not at work; At: the instant, Until: when the first comes, if any
	CodeLimit      = "desk.limit"       // Of: the desk; Fact: the amount, Mark: its limit
	CodeNoTask     = "desk.no-task"     // Of: the desk, which does not do the task
	CodeNotHere    = "desk.not-here"    // Of: the site, no desk of which does the task
	CodeNowhere    = "desk.nowhere"     // Of: the task; Fact: desks that do it, none of which can
	CodeNever      = "desk.never"       // Of: the desk; At, Until: the time in which nobody who can do it is there while it is open
	CodeNobody     = "desk.nobody"      // Of: the desk, at which nobody of the roster works
	CodeNoSkill    = "desk.no-skill"    // Of: the skill; Fact: who lack it, Mark: who work at the desk
	CodeNoLanguage = "desk.no-language" // Of: the language; Fact: who do not speak it, Mark: who work at the desk
	CodeReached    = "desk.reached"     // Of: the desk at which somebody can be reached; At: from when, Until: to when; zero: no end in sight
	CodeUnreached  = "desk.unreached"   // Fact: desks at which nobody can be reached

	CodeNoSite     = "desk.no-site"     // Of: the sites of which one does the task, where the errand names none
	CodeNoDocument = "desk.no-document" // Of: the documents, of which one is enough
	CodeNotPresent = "desk.not-present" // the customer herself
	CodeOwnSite    = "desk.own-site"    // Of: the site that keeps the data
	CodeNoApproval = "desk.no-approval" // Of: the roles, of which one is enough

	CodeOwner         = "desk.owner"          // Of: the agent, who is the customer's own
	CodeSubstitute    = "desk.substitute"     // Of: the agent, who stands in for the customer's own
	CodeOwnerAway     = "desk.owner-away"     // Of: the customer's own agent or her substitute; At: the instant, Until: when she is back, if known
	CodeOwnerExcepted = "desk.owner-excepted" // Of: as above, who must not have it
	CodeOwnerUnknown  = "desk.owner-unknown"  // Of: as above, who is not in the roster
	CodeOwnerUnable   = "desk.owner-unable"   // Of: as above, who lacks a skill or the language
	CodeHad           = "desk.had"            // Of: the agent, who had the case before
	CodeKnows         = "desk.knows"          // Of: the agent, who served the customer before
	CodeFits          = "desk.fits"           // Of: the agent; Fact: skills beside those needed, Mark: her open cases
	CodeExcepted      = "desk.excepted"       // Of: the desk; Fact: who must not have it, Mark: who work there
	CodeAway          = "desk.away"           // Of: the desk; Fact: who are not at work, Mark: who work there; At: the instant, Until: when the first comes
	CodeFull          = "desk.full"           // Of: the desk; Fact: who have as many cases as they may, Mark: who work there

	CodeTopic      = "desk.topic"       // Of: the topic of the row that matched
	CodeTopicHere  = "desk.topic-here"  // Of: as above; the row is of the customer's area
	CodeNoTopic    = "desk.no-topic"    // Of: the topic that no row matched
	CodeLacksSkill = "desk.lacks-skill" // Of: the skill that she lacks
	CodeHasSkills  = "desk.has-skills"  // Of: the group, every skill of which she has
	CodeContext    = "desk.context"     // Of: what the receiving group is to be told, and is not

	CodeBypass      = "desk.bypass"       // Of: the customer's own agent, who takes her past the queue
	CodeFirst       = "desk.first"        // Fact: seconds waited, Mark: from which on she comes first
	CodeWaited      = "desk.waited"       // Fact: seconds waited; At: since when
	CodeRankLift    = "desk.rank-lift"    // Fact: seconds of head start, Mark: her rank
	CodePromiseLift = "desk.promise-lift" // Fact: seconds of lift; Until: what was promised
	CodeAhead       = "desk.ahead"        // Of: the ticket; Fact: who are before her, Mark: open counters
	CodeWait        = "desk.wait"         // Of: the ticket; Fact: seconds that she is likely to wait

	CodeAgents       = "desk.agents"        // Fact: agents needed, Mark: the load in thousandths of an agent
	CodeGrows        = "desk.grows"         // Fact: the load in thousandths of an agent, Mark: agents, too few for it
	CodeWithin       = "desk.within"        // Fact: the share served in time, Mark: the target
	CodeMeanWait     = "desk.mean-wait"     // Fact: the mean wait in seconds, Mark: the target
	CodeBusy         = "desk.busy"          // Fact: how busy agents are, Mark: the target
	CodeTooMuch      = "desk.too-much"      // Fact: the load in thousandths of an agent, Mark: the most agents that are looked at
	CodeUnopened     = "desk.unopened"      // Fact: counters that could be opened at once, Mark: staff behind them
	CodeShortStaff   = "desk.short-staff"   // Fact: agents missing, Mark: agents needed
	CodeShortWindows = "desk.short-windows" // Fact: counters missing, Mark: counters that there are

	CodeInForce = "desk.in-force" // Of: the notice; Fact: its version; At: since when, Until: until when, if known
	CodeUnread  = "desk.unread"   // Of: the notice; Fact: its version; At: since when it is in force
	CodeHint    = "desk.hint"     // Of: the hint; Fact: traits, Mark: attributes of the niche that it is for
)

// words are what a reason is rendered with.
type words struct{ customer.Words }

// Explain renders a reason of this package as a sentence. It knows no directory: money it
// writes in minor units. Instants are shown in the zone that they carry. A code of the
// packages customer and customer/calendar is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the directory's
// currency.
func (d *Directory) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language, Currency: d.rules.Currency}})
}

func explain(r customer.Reason, w words) string {
	parts := [...]func(customer.Reason, words) string{
		englishPlace, englishErrand, englishAgent, englishTopic, englishQueue, englishStaffing, englishOther,
	}
	if w.Language == customer.Chinese {
		parts = [...]func(customer.Reason, words) string{
			chinesePlace, chineseErrand, chineseAgent, chineseTopic, chineseQueue, chineseStaffing, chineseOther,
		}
	}
	for _, part := range parts {
		if text := part(r, w); text != "" {
			return text
		}
	}
	return calendar.Explain(r, w.Language)
}

func englishPlace(r customer.Reason, w words) string {
	at, until := w.Instant(r.At), w.Instant(r.Until)
	switch r.Code {
	case CodeOpen:
		if r.Until.IsZero() {
			return fmt.Sprintf("done at %s from %s", r.Of, at)
		}
		return fmt.Sprintf("done at %s from %s to %s", r.Of, at, until)
	case CodeReached:
		if r.Until.IsZero() {
			return fmt.Sprintf("somebody is at %s from %s", r.Of, at)
		}
		return fmt.Sprintf("somebody is at %s from %s to %s", r.Of, at, until)
	case CodeDoorClosed:
		return fmt.Sprintf("the door of %s is closed at %s, and opens at %s (%s)", r.Of, at, until, r.Rule)
	case CodeClosed:
		return fmt.Sprintf("%s is closed at %s, and opens at %s (%s)", r.Of, at, until, r.Rule)
	case CodeTaskClosed:
		return fmt.Sprintf("%s is not done there at %s, but from %s (%s)", r.Of, at, until, r.Rule)
	case CodeOffDuty:
		text := fmt.Sprintf("nobody who can do it is at work at %s at %s (%d in all)", r.Of, at, r.Fact)
		if r.Until.IsZero() {
			return text
		}
		return text + ", the first comes at " + until
	case CodeLimit:
		return fmt.Sprintf("%s goes up to %s; asked for is %s (%s)", r.Of, w.Money(r.Mark), w.Money(r.Fact), r.Rule)
	case CodeNoTask:
		return fmt.Sprintf("%s does not do this (%s)", r.Of, r.Rule)
	case CodeNotHere:
		return fmt.Sprintf("no desk of %s does this (%s)", r.Of, r.Rule)
	case CodeNowhere:
		return fmt.Sprintf("%s can be done nowhere at present; desks that do it at all: %d (%s)", r.Of, r.Fact, r.Rule)
	case CodeNever:
		return fmt.Sprintf("from %s to %s nobody who can do it is at %s while it is open", at, until, r.Of)
	case CodeNobody:
		return fmt.Sprintf("nobody works at %s", r.Of)
	case CodeNoSkill:
		return fmt.Sprintf("skill %s is lacking: %d of %d there do not have it", r.Of, r.Fact, r.Mark)
	case CodeNoLanguage:
		return fmt.Sprintf("language %s is lacking: %d of %d there do not speak it", r.Of, r.Fact, r.Mark)
	case CodeUnreached:
		return fmt.Sprintf("nobody can be reached; desks looked at: %d (%s)", r.Fact, r.Rule)
	}
	return ""
}

func chinesePlace(r customer.Reason, w words) string {
	at, until := w.Instant(r.At), w.Instant(r.Until)
	switch r.Code {
	case CodeOpen:
		if r.Until.IsZero() {
			return fmt.Sprintf("自%s起可在%s办理", at, r.Of)
		}
		return fmt.Sprintf("%s至%s可在%s办理", at, until, r.Of)
	case CodeReached:
		if r.Until.IsZero() {
			return fmt.Sprintf("自%s起可在%s找到人", at, r.Of)
		}
		return fmt.Sprintf("%s至%s可在%s找到人", at, until, r.Of)
	case CodeDoorClosed:
		return fmt.Sprintf("%s时%s未开门，%s开门（%s）", at, r.Of, until, r.Rule)
	case CodeClosed:
		return fmt.Sprintf("%s时%s不营业，%s开始营业（%s）", at, r.Of, until, r.Rule)
	case CodeTaskClosed:
		return fmt.Sprintf("%s时该处不办理%s，%s起办理（%s）", at, r.Of, until, r.Rule)
	case CodeOffDuty:
		text := fmt.Sprintf("%s时%s能办理的%d人都不在岗", at, r.Of, r.Fact)
		if r.Until.IsZero() {
			return text
		}
		return text + "，最早" + until + "有人到岗"
	case CodeLimit:
		return fmt.Sprintf("%s最多办理%s，所需为%s（%s）", r.Of, w.Money(r.Mark), w.Money(r.Fact), r.Rule)
	case CodeNoTask:
		return fmt.Sprintf("%s不办理此项业务（%s）", r.Of, r.Rule)
	case CodeNotHere:
		return fmt.Sprintf("%s没有办理此项业务的柜台（%s）", r.Of, r.Rule)
	case CodeNowhere:
		return fmt.Sprintf("目前没有地方可以办理%s，设有此项业务的柜台：%d个（%s）", r.Of, r.Fact, r.Rule)
	case CodeNever:
		return fmt.Sprintf("%s至%s，%s营业时没有能办理的人在岗", at, until, r.Of)
	case CodeNobody:
		return fmt.Sprintf("%s没有人员", r.Of)
	case CodeNoSkill:
		return fmt.Sprintf("缺少技能“%s”：该处%d人中有%d人不具备", r.Of, r.Mark, r.Fact)
	case CodeNoLanguage:
		return fmt.Sprintf("缺少语言“%s”：该处%d人中有%d人不会", r.Of, r.Mark, r.Fact)
	case CodeUnreached:
		return fmt.Sprintf("联系不到任何人，查过的柜台：%d个（%s）", r.Fact, r.Rule)
	}
	return ""
}

func englishErrand(r customer.Reason, _ words) string {
	switch r.Code {
	case CodeNoSite:
		if r.Of == "" {
			return fmt.Sprintf("no site does this (%s)", r.Rule)
		}
		return fmt.Sprintf("name a site that does this: %s (%s)", r.Of, r.Rule)
	case CodeNoDocument:
		return fmt.Sprintf("a document is missing: %s (%s)", r.Of, r.Rule)
	case CodeNotPresent:
		return fmt.Sprintf("the customer has to be there herself (%s)", r.Rule)
	case CodeOwnSite:
		return fmt.Sprintf("only %s may change its data, or give its word for it (%s)", r.Of, r.Rule)
	case CodeNoApproval:
		return fmt.Sprintf("an approval is missing: %s (%s)", r.Of, r.Rule)
	}
	return ""
}

func chineseErrand(r customer.Reason, _ words) string {
	switch r.Code {
	case CodeNoSite:
		if r.Of == "" {
			return fmt.Sprintf("没有网点办理此项业务（%s）", r.Rule)
		}
		return fmt.Sprintf("请指明办理此项业务的网点：%s（%s）", r.Of, r.Rule)
	case CodeNoDocument:
		return fmt.Sprintf("缺少证件或材料：%s（%s）", r.Of, r.Rule)
	case CodeNotPresent:
		return fmt.Sprintf("须由顾客本人到场（%s）", r.Rule)
	case CodeOwnSite:
		return fmt.Sprintf("须由%s办理，或经其确认后代办（%s）", r.Of, r.Rule)
	case CodeNoApproval:
		return fmt.Sprintf("缺少审批：%s（%s）", r.Of, r.Rule)
	}
	return ""
}

func englishAgent(r customer.Reason, w words) string {
	switch r.Code {
	case CodeOwner:
		return fmt.Sprintf("%s looks after this customer by name", r.Of)
	case CodeSubstitute:
		return fmt.Sprintf("%s stands in for the customer's own agent", r.Of)
	case CodeOwnerAway:
		if r.Until.IsZero() {
			return fmt.Sprintf("%s, who looks after this customer, is away at %s", r.Of, w.Instant(r.At))
		}
		return fmt.Sprintf("%s, who looks after this customer, is away at %s, back at %s", r.Of, w.Instant(r.At), w.Instant(r.Until))
	case CodeOwnerExcepted:
		return fmt.Sprintf("%s, who looks after this customer, must not have this", r.Of)
	case CodeOwnerUnknown:
		return fmt.Sprintf("%s, who looks after this customer, is not in the roster", r.Of)
	case CodeOwnerUnable:
		return fmt.Sprintf("%s, who looks after this customer, lacks a skill or the language for this", r.Of)
	case CodeHad:
		return fmt.Sprintf("%s had the case before", r.Of)
	case CodeKnows:
		return fmt.Sprintf("%s served this customer before", r.Of)
	case CodeFits:
		return fmt.Sprintf("%s fits best: %s beyond what is needed, %s", r.Of, w.Count(r.Fact, "skill"), w.Count(r.Mark, "open case"))
	case CodeExcepted:
		return fmt.Sprintf("%d of %d at %s must not have this", r.Fact, r.Mark, r.Of)
	case CodeAway:
		text := fmt.Sprintf("%d of %d at %s are not at work at %s", r.Fact, r.Mark, r.Of, w.Instant(r.At))
		if r.Until.IsZero() {
			return text
		}
		return text + ", the first comes at " + w.Instant(r.Until)
	case CodeFull:
		return fmt.Sprintf("%d of %d at %s have as many cases as they may", r.Fact, r.Mark, r.Of)
	}
	return ""
}

func chineseAgent(r customer.Reason, w words) string {
	switch r.Code {
	case CodeOwner:
		return fmt.Sprintf("%s是这位顾客的专属负责人", r.Of)
	case CodeSubstitute:
		return fmt.Sprintf("%s代理这位顾客的专属负责人", r.Of)
	case CodeOwnerAway:
		if r.Until.IsZero() {
			return fmt.Sprintf("这位顾客的负责人%s在%s不在岗", r.Of, w.Instant(r.At))
		}
		return fmt.Sprintf("这位顾客的负责人%s在%s不在岗，%s回来", r.Of, w.Instant(r.At), w.Instant(r.Until))
	case CodeOwnerExcepted:
		return fmt.Sprintf("这位顾客的负责人%s须回避", r.Of)
	case CodeOwnerUnknown:
		return fmt.Sprintf("这位顾客的负责人%s不在人员名单中", r.Of)
	case CodeOwnerUnable:
		return fmt.Sprintf("这位顾客的负责人%s不具备所需技能或语言", r.Of)
	case CodeHad:
		return fmt.Sprintf("%s曾经办理此案", r.Of)
	case CodeKnows:
		return fmt.Sprintf("%s曾经为这位顾客服务", r.Of)
	case CodeFits:
		return fmt.Sprintf("%s最合适：多余技能%d项，在办案件%d件", r.Of, r.Fact, r.Mark)
	case CodeExcepted:
		return fmt.Sprintf("%s的%d人中有%d人须回避", r.Of, r.Mark, r.Fact)
	case CodeAway:
		text := fmt.Sprintf("%s时%s的%d人中有%d人不在岗", w.Instant(r.At), r.Of, r.Mark, r.Fact)
		if r.Until.IsZero() {
			return text
		}
		return text + "，最早" + w.Instant(r.Until) + "有人到岗"
	case CodeFull:
		return fmt.Sprintf("%s的%d人中有%d人案件已满", r.Of, r.Mark, r.Fact)
	}
	return ""
}

func englishTopic(r customer.Reason, _ words) string {
	switch r.Code {
	case CodeTopic:
		return fmt.Sprintf("topic %s (%s)", r.Of, r.Rule)
	case CodeTopicHere:
		return fmt.Sprintf("topic %s in this area (%s)", r.Of, r.Rule)
	case CodeNoTopic:
		if r.Of == "" {
			return fmt.Sprintf("no topic, so it is escalated (%s)", r.Rule)
		}
		return fmt.Sprintf("topic %s is in no row, so it is escalated (%s)", r.Of, r.Rule)
	case CodeLacksSkill:
		return fmt.Sprintf("she lacks the skill %s: hand over now (%s)", r.Of, r.Rule)
	case CodeHasSkills:
		return fmt.Sprintf("she has every skill of %s herself (%s)", r.Of, r.Rule)
	case CodeContext:
		return fmt.Sprintf("to be told on, and missing: %s (%s)", r.Of, r.Rule)
	}
	return ""
}

func chineseTopic(r customer.Reason, _ words) string {
	switch r.Code {
	case CodeTopic:
		return fmt.Sprintf("问题类别“%s”（%s）", r.Of, r.Rule)
	case CodeTopicHere:
		return fmt.Sprintf("本区域的问题类别“%s”（%s）", r.Of, r.Rule)
	case CodeNoTopic:
		if r.Of == "" {
			return fmt.Sprintf("未说明问题类别，升级处理（%s）", r.Rule)
		}
		return fmt.Sprintf("问题类别“%s”没有对应分组，升级处理（%s）", r.Of, r.Rule)
	case CodeLacksSkill:
		return fmt.Sprintf("不具备技能“%s”，请立即转交（%s）", r.Of, r.Rule)
	case CodeHasSkills:
		return fmt.Sprintf("具备“%s”组所需的全部技能（%s）", r.Of, r.Rule)
	case CodeContext:
		return fmt.Sprintf("转交时须说明而尚缺：%s（%s）", r.Of, r.Rule)
	}
	return ""
}

func englishQueue(r customer.Reason, w words) string {
	switch r.Code {
	case CodeBypass:
		return fmt.Sprintf("past the queue, to %s (%s)", r.Of, r.Rule)
	case CodeFirst:
		return fmt.Sprintf("first, after %s of waiting; from %s on (%s)", w.Length(r.Fact), w.Length(r.Mark), r.Rule)
	case CodeWaited:
		return fmt.Sprintf("has waited %s, since %s", w.Length(r.Fact), w.Instant(r.At))
	case CodeRankLift:
		return fmt.Sprintf("rank %d counts as %s more (%s)", r.Mark, w.Length(r.Fact), r.Rule)
	case CodePromiseLift:
		return fmt.Sprintf("promised by %s, which counts as %s more (%s)", w.Instant(r.Until), w.Length(r.Fact), r.Rule)
	case CodeAhead:
		return fmt.Sprintf("%d before her, %s open", r.Fact, w.Count(r.Mark, "counter"))
	case CodeWait:
		return fmt.Sprintf("about %s still to wait", w.Length(r.Fact))
	}
	return ""
}

func chineseQueue(r customer.Reason, w words) string {
	switch r.Code {
	case CodeBypass:
		return fmt.Sprintf("不必排队，由%s办理（%s）", r.Of, r.Rule)
	case CodeFirst:
		return fmt.Sprintf("已等候%s，满%s者优先（%s）", w.Length(r.Fact), w.Length(r.Mark), r.Rule)
	case CodeWaited:
		return fmt.Sprintf("自%s起已等候%s", w.Instant(r.At), w.Length(r.Fact))
	case CodeRankLift:
		return fmt.Sprintf("等级%d，另计%s（%s）", r.Mark, w.Length(r.Fact), r.Rule)
	case CodePromiseLift:
		return fmt.Sprintf("承诺时间为%s，另计%s（%s）", w.Instant(r.Until), w.Length(r.Fact), r.Rule)
	case CodeAhead:
		return fmt.Sprintf("前面还有%d位，开放%d个窗口", r.Fact, r.Mark)
	case CodeWait:
		return fmt.Sprintf("预计还需等候%s", w.Length(r.Fact))
	}
	return ""
}

func englishStaffing(r customer.Reason, w words) string {
	switch r.Code {
	case CodeAgents:
		return fmt.Sprintf("takes %s for a load of %s", w.Count(r.Fact, "agent"), thousandths(r.Mark))
	case CodeGrows:
		return fmt.Sprintf("the queue grows: a load of %s for %s", thousandths(r.Fact), w.Count(r.Mark, "agent"))
	case CodeWithin:
		return fmt.Sprintf("%s served in time, target %s", w.Percent(r.Fact), w.Percent(r.Mark))
	case CodeMeanWait:
		return fmt.Sprintf("mean wait %s, target %s", w.Length(r.Fact), w.Length(r.Mark))
	case CodeBusy:
		return fmt.Sprintf("agents %s busy, target %s", w.Percent(r.Fact), w.Percent(r.Mark))
	case CodeTooMuch:
		return fmt.Sprintf("%s do not meet the target for a load of %s", w.Count(r.Mark, "agent"), thousandths(r.Fact))
	case CodeUnopened:
		return fmt.Sprintf("%s could be opened at once, with %d of the staff behind", w.Count(r.Fact, "counter"), r.Mark)
	case CodeShortStaff:
		return fmt.Sprintf("%s of %d missing", w.Count(r.Fact, "agent"), r.Mark)
	case CodeShortWindows:
		return fmt.Sprintf("%s more needed than the %d that there are", w.Count(r.Fact, "counter"), r.Mark)
	}
	return ""
}

func chineseStaffing(r customer.Reason, w words) string {
	switch r.Code {
	case CodeAgents:
		return fmt.Sprintf("业务量相当于%s人，需要%d人", thousandths(r.Mark), r.Fact)
	case CodeGrows:
		return fmt.Sprintf("队伍会越来越长：业务量相当于%s人，只有%d人", thousandths(r.Fact), r.Mark)
	case CodeWithin:
		return fmt.Sprintf("按时服务的占%s，目标%s", w.Percent(r.Fact), w.Percent(r.Mark))
	case CodeMeanWait:
		return fmt.Sprintf("平均等候%s，目标%s", w.Length(r.Fact), w.Length(r.Mark))
	case CodeBusy:
		return fmt.Sprintf("人员忙碌程度%s，目标%s", w.Percent(r.Fact), w.Percent(r.Mark))
	case CodeTooMuch:
		return fmt.Sprintf("业务量相当于%s人，%d人仍达不到目标", thousandths(r.Fact), r.Mark)
	case CodeUnopened:
		return fmt.Sprintf("可立即增开%d个窗口，后台有%d人", r.Fact, r.Mark)
	case CodeShortStaff:
		return fmt.Sprintf("需要%d人，尚缺%d人", r.Mark, r.Fact)
	case CodeShortWindows:
		return fmt.Sprintf("只有%d个窗口，尚缺%d个", r.Mark, r.Fact)
	}
	return ""
}

func englishOther(r customer.Reason, w words) string {
	switch r.Code {
	case CodeInForce:
		if r.Until.IsZero() {
			return fmt.Sprintf("notice %s, version %d, holds from %s", r.Of, r.Fact, w.Instant(r.At))
		}
		return fmt.Sprintf("notice %s, version %d, holds from %s to %s", r.Of, r.Fact, w.Instant(r.At), w.Instant(r.Until))
	case CodeUnread:
		return fmt.Sprintf("notice %s, version %d, has not been read, in force since %s", r.Of, r.Fact, w.Instant(r.At))
	case CodeHint:
		return fmt.Sprintf("hint %s, for %s and %s of the niche (%s)", r.Of, w.Count(r.Fact, "trait"), w.Count(r.Mark, "attribute"), r.Rule)
	}
	return ""
}

func chineseOther(r customer.Reason, w words) string {
	switch r.Code {
	case CodeInForce:
		if r.Until.IsZero() {
			return fmt.Sprintf("公告“%s”第%d版自%s起有效", r.Of, r.Fact, w.Instant(r.At))
		}
		return fmt.Sprintf("公告“%s”第%d版自%s至%s有效", r.Of, r.Fact, w.Instant(r.At), w.Instant(r.Until))
	case CodeUnread:
		return fmt.Sprintf("公告“%s”第%d版尚未阅读，自%s起有效", r.Of, r.Fact, w.Instant(r.At))
	case CodeHint:
		return fmt.Sprintf("提示“%s”：针对%d项服务特性、%d项定位属性（%s）", r.Of, r.Fact, r.Mark, r.Rule)
	}
	return ""
}

// thousandths writes a number of thousandths: "3.25".
func thousandths(n int64) string { return decimal.New(n, -3).String() }
