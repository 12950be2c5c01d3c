package complaint

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of evidence. They are format. Of a clause, Of is its ID and version; of an
// inspection and of other evidence its ref; of an item, an issue, a hypothesis, a notice and an
// agent the host's ID.
const (
	CodeItemUnknown  = "complaint.item-unknown"  // Of: the item, which was never handed in
	CodeItemNone     = "complaint.item-none"     // nothing of the case is in our custody
	CodeItemHere     = "complaint.item-here"     // Of: the item, which we have already; At: since when
	CodeItemGone     = "complaint.item-gone"     // Of: the item, no longer in our custody; At: since when
	CodeItemHolder   = "complaint.item-holder"   // Of: who has the item, other than who gives it away; At: since when
	CodeItemThere    = "complaint.item-there"    // Of: who has the item already; At: since when
	CodeItemOrder    = "complaint.item-order"    // Of: the item; At: when it last changed hands, after the instant of the command
	CodeItemFull     = "complaint.item-full"     // Of: the item; Mark: the most links of a chain
	CodeItemAccepted = "complaint.item-accepted" // Of: the receiver, for whom nobody there has accepted the item
	CodeItemReceipt  = "complaint.item-receipt"  // Of: the item, of which another receipt was shown
	CodeItemBearer   = "complaint.item-bearer"   // Of: who is to take the item for the customer, without her receipt
	CodeItemConsent  = "complaint.item-consent"  // Of: the item, which the customer has not agreed to give up
	CodeItemRemedy   = "complaint.item-remedy"   // Of: the item, lost, for which no remedy is named that was carried out
	CodeItemHeld     = "complaint.item-held"     // Of: the item in our custody; At: since when its holder has it
	CodeItemLost     = "complaint.item-lost"     // Of: the item, lost and not made good for; At: since when
	CodeItemFound    = "complaint.item-found"    // Of: the item, found again; At: since when it was lost
	CodeItemChanged  = "complaint.item-changed"  // Of: the item; Fact: notes on its condition that are new; Mark: notes that no longer hold
	CodeItemAway     = "complaint.item-away"     // Of: the item; At: an instant at which we did not have it

	CodeEvidenceIssue     = "complaint.evidence-issue"     // Of: the issue, which the case does not have
	CodeEvidenceWithdrawn = "complaint.evidence-withdrawn" // Of: the issue, which the customer has withdrawn; At: when
	CodeEvidenceUnknown   = "complaint.evidence-unknown"   // Of: the evidence, which the case does not have
	CodeEvidenceLater     = "complaint.evidence-later"     // Of: the evidence; At: when it came to be, later than what rests on it

	CodeHypothesisKnown   = "complaint.hypothesis-known"   // Of: the hypothesis, which is there already
	CodeHypothesisUnknown = "complaint.hypothesis-unknown" // Of: the hypothesis, which is not there
	CodeHypothesisFull    = "complaint.hypothesis-full"    // Of: the hypothesis; Mark: the most weighings

	CodeQueueCounters = "complaint.queue-counters" // Fact: counters that were open; Mark: that there are
	CodeQueueStaff    = "complaint.queue-staff"    // Fact: staff who were there and did not serve
	CodeQueueWait     = "complaint.queue-wait"     // Fact: seconds that she waited; Mark: customers in the queue; 0: nobody has said

	CodeFindingBasis      = "complaint.finding-basis"      // Of: the issue, whose cause rests on nothing
	CodeFindingQueue      = "complaint.finding-queue"      // Of: the issue, of which no facts of the queue are known
	CodeFindingIncident   = "complaint.finding-incident"   // Of: the issue, of which no matched incident is a ground
	CodeFindingInspection = "complaint.finding-inspection" // Of: the issue, whose cause needs an inspection, or a clause that settles it

	CodeFindingOvertaken = "complaint.finding-overtaken" // Of: the issue, of which the latest inspection indicates another cause than was found; At: when it was found

	CodeInspectorRole    = "complaint.inspector-role"    // Of: the role by which somebody may inspect
	CodeInspectorNone    = "complaint.inspector-none"    // Of: the agent, who has no role by which she may inspect
	CodeInspectionOther  = "complaint.inspection-other"  // Of: the latest inspection, which indicates another cause; At: when
	CodeInspectionSilent = "complaint.inspection-silent" // Of: the inspection, which does not indicate the cause
	CodeInspectionIssue  = "complaint.inspection-issue"  // Of: the inspection, made for another issue
	CodeInspectionOwn    = "complaint.inspection-own"    // Of: the inspection, made by the agent complained about

	CodeClauseUnknown  = "complaint.clause-unknown"   // Of: the clause, which the policy does not list
	CodeClauseText     = "complaint.clause-text"      // Of: the clause, of which another text is cited
	CodeClauseNotYet   = "complaint.clause-not-yet"   // Of: the clause; On: the day of the event; By: the first day in force
	CodeClauseNoLonger = "complaint.clause-no-longer" // Of: the clause; On: the day of the event; By: the first day without it
	CodeClauseSettles  = "complaint.clause-settles"   // Of: the clause, which does not settle the cause of such an issue

	CodeIncidentDuring    = "complaint.incident-during"     // Of: the incident; At, Until: its window, in which it happened
	CodeIncidentDay       = "complaint.incident-day"        // Of: the incident; At, Until: its window, which the day of receipt meets; it is not known when it happened
	CodeIncidentOutside   = "complaint.incident-outside"    // Of: the incident; At, Until: its window, in which it did not happen
	CodeIncidentService   = "complaint.incident-service"    // Of: the service of the case, which was affected; empty: not known, but all were
	CodeIncidentNoService = "complaint.incident-no-service" // Of: the service of the case, which was not affected; empty: not known
	CodeIncidentArea      = "complaint.incident-area"       // Of: the area of the case, which was affected; empty: not known, but all were
	CodeIncidentNoArea    = "complaint.incident-no-area"    // Of: the area of the case, which was not affected; empty: not known

	CodeNoticeProven = "complaint.notice-proven" // Of: the notice; At: when it was sent to her; Until: when the incident began
	CodeNoticeLate   = "complaint.notice-late"   // Of: the notice; At: when it was sent; Until: when the incident had begun
	CodeNoticeOthers = "complaint.notice-others" // Of: the notice, which did not go to her; At: when it was sent
	CodeNoticeNone   = "complaint.notice-none"   // Of: the incident, of which nothing proves that she had notice

	CodeStatementAbove  = "complaint.statement-above"  // Of: the figure; Fact: what was claimed; Mark: the most that is so
	CodeStatementBelow  = "complaint.statement-below"  // Of: the figure; Fact: what was claimed; Mark: the least that is so
	CodeStatementSilent = "complaint.statement-silent" // Of: the figure, of which the facts say nothing; Fact: what was claimed
	CodeStatementLater  = "complaint.statement-later"  // Of: the agent; At: when it is to have been said, later than it was told

	CodeVetKind  = "complaint.vet-kind"  // Of: the issue, which is not of the kind mis-selling
	CodeVetLater = "complaint.vet-later" // Of: the issue; On: the day of the sale, later than the vetting

)

func explainEvidence(r customer.Reason, w words) (text string, ok bool) {
	for _, part := range [...]func(customer.Reason, words) string{
		explainItem, explainGrounds, explainFinding, explainClause, explainIncident, explainNotice, explainStatement, explainVet,
	} {
		if text := part(r, w); text != "" {
			return text, true
		}
	}
	return "", false
}

func explainItem(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeItemUnknown:
		return w.In("nobody has handed in %s", "没有收存过物品%s", r.Of)
	case CodeItemNone:
		return w.In("nothing is in our custody", "目前没有代管的物品")
	case CodeItemHere:
		return w.In("%s is in our custody already, since %s", "物品%s自%s起已由我方代管", r.Of, at)
	case CodeItemGone:
		return w.In("%s is no longer in our custody, since %s", "物品%s自%s起已不在我方代管", r.Of, at)
	case CodeItemHolder:
		return w.In("it is %s who has it, since %s", "物品自%[2]s起由%[1]s保管", r.Of, at)
	case CodeItemThere:
		return w.In("%s has it already, since %s", "%s自%s起已保管该物品", r.Of, at)
	case CodeItemOrder:
		return w.In("%s last changed hands on %s, which is later", "物品%s最近一次交接是%s，晚于此操作", r.Of, at)
	case CodeItemFull:
		return w.In("%s cannot change hands more than %d times", "物品%s的交接不能超过%d次", r.Of, r.Mark)
	case CodeItemAccepted:
		return w.In("nobody at %s other than the giver has accepted it", "%s尚无交出人以外的人签收", r.Of)
	case CodeItemReceipt:
		return w.In("the receipt is not that of %s", "所出示的收据不是物品%s的收据", r.Of)
	case CodeItemBearer:
		return w.In("%s takes it for the customer, and shows no receipt", "%s代顾客领取，但未出示收据", r.Of)
	case CodeItemConsent:
		return w.In("no contact from the customer is named in which she agreed to give up %s", "未指明顾客在哪次来访、来电或来信中同意放弃物品%s", r.Of)
	case CodeItemRemedy:
		return w.In("%s is lost, and no remedy for it is named that was carried out", "物品%s已遗失，未写明已履行的补偿方案", r.Of)
	case CodeItemHeld:
		return w.In("%s is still in our custody; whoever has it has had it since %s", "物品%s仍由我方代管，现保管人自%s起持有", r.Of, at)
	case CodeItemLost:
		return w.In("%s has been lost since %s, and not made good for", "物品%s自%s起遗失，尚未补偿", r.Of, at)
	case CodeItemFound:
		return w.In("%s, lost since %s, is found", "自%[2]s起遗失的物品%[1]s已找到", r.Of, at)
	case CodeItemChanged:
		return w.In("the condition of %s is not that of the hand-in: %s new, %d gone",
			"物品%s的状况与收存时不同：新增%s，消失%d项", r.Of, w.Count(r.Fact, w.In("note", "项")), r.Mark)
	case CodeItemAway:
		return w.In("%s was not in our hands on %s", "%[2]s时物品%[1]s不在我方手中", r.Of, at)
	}
	return ""
}

func explainGrounds(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeEvidenceIssue:
		return w.In("the case has no issue %s", "本投诉没有事项%s", r.Of)
	case CodeEvidenceWithdrawn:
		return w.In("the customer withdrew the issue %s on %s", "顾客已于%[2]s撤回事项%[1]s", r.Of, at)
	case CodeEvidenceUnknown:
		return w.In("the case knows of no evidence %s", "本投诉没有证据%s", r.Of)
	case CodeEvidenceLater:
		return w.In("the evidence %s is of %s, which is later", "证据%s形成于%s，晚于此操作", r.Of, at)
	case CodeHypothesisKnown:
		return w.In("the hypothesis %s is there already", "假设%s已经存在", r.Of)
	case CodeHypothesisUnknown:
		return w.In("there is no hypothesis %s", "没有假设%s", r.Of)
	case CodeHypothesisFull:
		return w.In("the hypothesis %s has no room for more than %d pieces of evidence", "假设%s的证据不能超过%d项", r.Of, r.Mark)
	case CodeQueueCounters:
		return w.In("%d of %s were open", "%[2]s窗口开放了%[1]d个", r.Fact, w.Count(r.Mark, w.In("counter", "个")))
	case CodeQueueStaff:
		return w.In("staff behind who did not serve: %d", "后台有%d名员工未接待顾客", r.Fact)
	case CodeQueueWait:
		return queueWait(w.Count(r.Fact, w.In("second", "秒")), w.Count(r.Mark, w.In("customer", "人")), r, w)
	}
	return ""
}

// queueWait tells how long she waited and how many stood in the queue, or what is known of the two.
func queueWait(waited, others string, r customer.Reason, w words) string {
	switch {
	case r.Fact == 0:
		return w.In("%s in the queue", "排队%s", others)
	case r.Mark == 0:
		return w.In("she waited %s", "等候%s", waited)
	}
	return w.In("she waited %s, with %s in the queue", "排队%[2]s，等候%[1]s", waited, others)
}

func explainFinding(r customer.Reason, w words) string {
	at := w.Instant(r.At)
	switch r.Code {
	case CodeFindingBasis:
		return w.In("the cause of %s rests on nothing: it takes evidence or a clause", "事项%s的原因没有依据：需要证据或条款", r.Of)
	case CodeFindingQueue:
		return w.In("nobody has noted the facts of the queue for %s", "事项%s没有排队情况的记录", r.Of)
	case CodeFindingIncident:
		return w.In("the cause of %s names no incident that the case is matched to", "事项%s的原因未引用已匹配的已知事件", r.Of)
	case CodeFindingInspection:
		return w.In("the cause of %s needs an inspection that indicates it, or a clause that settles it",
			"事项%s的原因需要有指明该原因的检验，或有可据以认定的条款", r.Of)
	case CodeFindingOvertaken:
		return w.In("the cause of %s, as found on %s, is not the one that the latest inspection indicates", "事项%s的原因（认定于%s）与最近一次检验指明的原因不一致", r.Of, at)
	case CodeInspectorRole:
		return w.In("the inspector has a role that may inspect: %s", "检验人以“%s”的身份有权检验", r.Of)
	case CodeInspectorNone:
		return w.In("%s has no role by which she may inspect", "%s没有检验资格", r.Of)
	case CodeInspectionOther:
		return w.In("the latest inspection, %s of %s, indicates another cause", "最近一次检验%s（%s）指明的是另一原因", r.Of, at)
	case CodeInspectionSilent:
		return w.In("the inspection %s does not indicate this cause", "检验%s并未指明此原因", r.Of)
	case CodeInspectionIssue:
		return w.In("the inspection %s was made for another issue", "检验%s是针对其他事项的", r.Of)
	case CodeInspectionOwn:
		return w.In("the inspection %s was made by the agent who is complained about", "检验%s由被投诉的员工本人作出", r.Of)
	}
	return ""
}

func explainClause(r customer.Reason, w words) string {
	on, by := w.DayOfYear(r.On), w.DayOfYear(r.By)
	switch r.Code {
	case CodeClauseUnknown:
		return w.In("clause %s is none that the policy lists", "条款%s不在规则之列，不能引用", r.Of)
	case CodeClauseText:
		return w.In("what is cited as clause %s is not its text", "所引用的文本与条款%s的原文不一致", r.Of)
	case CodeClauseNotYet:
		return w.In("clause %s holds from %s, not yet on %s, when it happened", "条款%s自%s起生效，事发当日（%s）尚未生效", r.Of, by, on)
	case CodeClauseNoLonger:
		return w.In("clause %s no longer holds from %s, so not on %s, when it happened", "条款%s已于%s失效，不适用于事发当日（%s）", r.Of, by, on)
	case CodeClauseSettles:
		return w.In("clause %s does not settle this cause of such an issue", "条款%s不能据以认定此类事项的此原因", r.Of)
	}
	return ""
}

func explainIncident(r customer.Reason, w words) string {
	from, until := w.Instant(r.At), w.In("an end not known yet", "尚未结束")
	if !r.Until.IsZero() {
		until = w.Instant(r.Until)
	}
	window := w.In("%s (%s to %s)", "%s（%s至%s）", r.Of, from, until)
	switch r.Code {
	case CodeIncidentDuring:
		return w.In("it happened during %s", "事发时间在事件%s期间", window)
	case CodeIncidentDay:
		return w.In("when it happened is not known; the day of receipt meets %s", "事发时间不详，受理当日与事件%s重合", window)
	case CodeIncidentOutside:
		return w.In("it did not happen during %s", "事发时间不在事件%s期间", window)
	case CodeIncidentService:
		if r.Of == "" {
			return w.In("every service was affected", "所有服务均受影响")
		}
		return w.In("the service was affected: %s", "服务受到影响：%s", r.Of)
	case CodeIncidentNoService:
		if r.Of == "" {
			return w.In("which service it was is not known, and not all were affected", "所涉服务不详，且并非所有服务均受影响")
		}
		return w.In("the service was not affected: %s", "服务未受影响：%s", r.Of)
	case CodeIncidentArea:
		if r.Of == "" {
			return w.In("every area was affected", "所有地区均受影响")
		}
		return w.In("the area was affected: %s", "地区受到影响：%s", r.Of)
	case CodeIncidentNoArea:
		if r.Of == "" {
			return w.In("in which area it was is not known, and not all were affected", "所在地区不详，且并非所有地区均受影响")
		}
		return w.In("the area was not affected: %s", "地区未受影响：%s", r.Of)
	}
	return ""
}

func explainNotice(r customer.Reason, w words) string {
	sent, began := w.Instant(r.At), w.Instant(r.Until)
	switch r.Code {
	case CodeNoticeProven:
		return w.In("notice %s was sent to her on %s, before it began on %s", "通知%s已于%s发给该顾客，早于事件开始（%s）", r.Of, sent, began)
	case CodeNoticeLate:
		return w.In("notice %s was sent on %s, when it had begun on %s: it proves nothing",
			"通知%s发于%s，事件已于%s开始，不能作为事先通知的证明", r.Of, sent, began)
	case CodeNoticeOthers:
		return w.In("notice %s of %s did not go to her: it proves nothing", "通知%s（%s）并未发给该顾客，不能作为证明", r.Of, sent)
	case CodeNoticeNone:
		return w.In("nothing proves that she had notice of %s", "没有证据证明该顾客事先得知事件%s", r.Of)
	}
	return ""
}

func explainStatement(r customer.Reason, w words) string {
	claim, mark := w.figure(r.Fact, r.Unit), w.figure(r.Mark, r.Unit)
	switch r.Code {
	case CodeStatementAbove:
		return w.In("%s was said to be %s, and is at most %s", "所称%s为%s，实际最高%s", r.Of, claim, mark)
	case CodeStatementBelow:
		return w.In("%s was said to be %s, and is at least %s", "所称%s为%s，实际最低%s", r.Of, claim, mark)
	case CodeStatementSilent:
		return w.In("%s was said to be %s, of which the product's facts say nothing", "所称%s为%s，产品资料中没有这一项", r.Of, claim)
	case CodeStatementLater:
		return w.In("what %s said is dated %s, later than it was told",
			"%s的说法日期为%s，晚于记录时间", r.Of, w.Instant(r.At))
	}
	return ""
}

// figure writes a number with its unit.
func (w words) figure(n int64, unit customer.Unit) string {
	switch unit {
	case customer.UnitPermille:
		return w.Percent(n)
	case customer.UnitMinor:
		return w.Money(n)
	case customer.UnitDays, customer.UnitCountedDays:
		return w.Count(n, w.In("day", "天"))
	case customer.UnitSeconds:
		return w.Count(n, w.In("second", "秒"))
	case customer.UnitYears:
		return w.Count(n, w.In("year", "年"))
	case customer.UnitMonths:
		return w.Count(n, w.In("month", "个月"))
	case customer.UnitTimes:
		return w.Count(n, w.In("time", "次"))
	case customer.UnitPoints:
		return w.Count(n, w.In("point", "分"))
	case customer.UnitCustomers:
		return w.Count(n, w.In("customer", "名顾客"))
	case customer.UnitUsage: // in thousandths of a category's unit, which nobody here knows
	}
	return fmt.Sprint(n)
}

func explainVet(r customer.Reason, w words) string {
	switch r.Code {
	case CodeVetKind:
		return w.In("the issue %s is not of the kind mis-selling", "事项%s不属于不当销售类", r.Of)
	case CodeVetLater:
		on := w.DayOfYear(r.On)
		return w.In("the sale of %s is of %s, which is later", "事项%s所涉销售日期为%s，晚于此操作", r.Of, on)
	}
	return ""
}
