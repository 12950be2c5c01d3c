package complaint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every reason of evidence reads as a sentence in both languages, and every code has one.
func TestExplainEvidence(t *testing.T) {
	at := time.Date(2026, time.November, 25, 2, 0, 0, 0, time.UTC)
	until := at.Add(2 * time.Hour)
	on, by := evidenceDay(2026, 11, 25), evidenceDay(2026, 12, 1)
	rows := []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: complaint.CodeItemUnknown, Of: "shoe"}, "nobody has handed in shoe", "没有收存过物品shoe"},
		{customer.Reason{Code: complaint.CodeItemNone}, "nothing is in our custody", "目前没有代管的物品"},
		{customer.Reason{Code: complaint.CodeItemHere, Of: "shoe", At: at}, "shoe is in our custody already, since 25 Nov 2026, 02:00 UTC", "物品shoe自2026年11月25日02:00(UTC)起已由我方代管"},
		{customer.Reason{Code: complaint.CodeItemGone, Of: "shoe", At: at}, "shoe is no longer in our custody, since 25 Nov 2026, 02:00 UTC", "物品shoe自2026年11月25日02:00(UTC)起已不在我方代管"},
		{customer.Reason{Code: complaint.CodeItemHolder, Of: "lab", At: at}, "it is lab who has it, since 25 Nov 2026, 02:00 UTC", "物品自2026年11月25日02:00(UTC)起由lab保管"},
		{customer.Reason{Code: complaint.CodeItemThere, Of: "lab", At: at}, "lab has it already, since 25 Nov 2026, 02:00 UTC", "lab自2026年11月25日02:00(UTC)起已保管该物品"},
		{customer.Reason{Code: complaint.CodeItemOrder, Of: "shoe", At: at}, "shoe last changed hands on 25 Nov 2026, 02:00 UTC, which is later", "物品shoe最近一次交接是2026年11月25日02:00(UTC)，晚于此操作"},
		{customer.Reason{Code: complaint.CodeItemFull, Of: "shoe", Mark: 1000}, "shoe cannot change hands more than 1000 times", "物品shoe的交接不能超过1000次"},
		{customer.Reason{Code: complaint.CodeItemAccepted, Of: "lab"}, "nobody at lab other than the giver has accepted it", "lab尚无交出人以外的人签收"},
		{customer.Reason{Code: complaint.CodeItemReceipt, Of: "shoe"}, "the receipt is not that of shoe", "所出示的收据不是物品shoe的收据"},
		{customer.Reason{Code: complaint.CodeItemBearer, Of: "ann"}, "ann takes it for the customer, and shows no receipt", "ann代顾客领取，但未出示收据"},
		{customer.Reason{Code: complaint.CodeItemConsent, Of: "shoe"}, "no contact from the customer is named in which she agreed to give up shoe", "未指明顾客在哪次来访、来电或来信中同意放弃物品shoe"},
		{customer.Reason{Code: complaint.CodeItemRemedy, Of: "shoe"}, "shoe is lost, and no remedy for it is named that was carried out", "物品shoe已遗失，未写明已履行的补偿方案"},
		{customer.Reason{Code: complaint.CodeItemHeld, Of: "shoe", At: at}, "shoe is still in our custody; whoever has it has had it since 25 Nov 2026, 02:00 UTC", "物品shoe仍由我方代管，现保管人自2026年11月25日02:00(UTC)起持有"},
		{customer.Reason{Code: complaint.CodeItemLost, Of: "shoe", At: at}, "shoe has been lost since 25 Nov 2026, 02:00 UTC, and not made good for", "物品shoe自2026年11月25日02:00(UTC)起遗失，尚未补偿"},
		{customer.Reason{Code: complaint.CodeItemFound, Of: "shoe", At: at}, "shoe, lost since 25 Nov 2026, 02:00 UTC, is found", "自2026年11月25日02:00(UTC)起遗失的物品shoe已找到"},
		{customer.Reason{Code: complaint.CodeItemChanged, Of: "shoe", Fact: 1, Mark: 2}, "the condition of shoe is not that of the hand-in: 1 note new, 2 gone", "物品shoe的状况与收存时不同：新增1项，消失2项"},
		{customer.Reason{Code: complaint.CodeItemAway, Of: "shoe", At: at}, "shoe was not in our hands on 25 Nov 2026, 02:00 UTC", "2026年11月25日02:00(UTC)时物品shoe不在我方手中"},
		{customer.Reason{Code: complaint.CodeEvidenceIssue, Of: "colour"}, "the case has no issue colour", "本投诉没有事项colour"},
		{customer.Reason{Code: complaint.CodeEvidenceWithdrawn, Of: "colour", At: at}, "the customer withdrew the issue colour on 25 Nov 2026, 02:00 UTC", "顾客已于2026年11月25日02:00(UTC)撤回事项colour"},
		{customer.Reason{Code: complaint.CodeEvidenceUnknown, Of: "call-1"}, "the case knows of no evidence call-1", "本投诉没有证据call-1"},
		{customer.Reason{Code: complaint.CodeEvidenceLater, Of: "call-1", At: at}, "the evidence call-1 is of 25 Nov 2026, 02:00 UTC, which is later", "证据call-1形成于2026年11月25日02:00(UTC)，晚于此操作"},
		{customer.Reason{Code: complaint.CodeHypothesisKnown, Of: "h-1"}, "the hypothesis h-1 is there already", "假设h-1已经存在"},
		{customer.Reason{Code: complaint.CodeHypothesisUnknown, Of: "h-1"}, "there is no hypothesis h-1", "没有假设h-1"},
		{customer.Reason{Code: complaint.CodeHypothesisFull, Of: "h-1", Mark: 1000}, "the hypothesis h-1 has no room for more than 1000 pieces of evidence", "假设h-1的证据不能超过1000项"},
		{customer.Reason{Code: complaint.CodeQueueCounters, Fact: 2, Mark: 4}, "2 of 4 counters were open", "4个窗口开放了2个"},
		{customer.Reason{Code: complaint.CodeQueueStaff, Fact: 5}, "staff behind who did not serve: 5", "后台有5名员工未接待顾客"},
		{customer.Reason{Code: complaint.CodeQueueWait, Fact: 3000}, "she waited 3000 seconds", "等候3000秒"},
		{customer.Reason{Code: complaint.CodeQueueWait, Mark: 7}, "7 customers in the queue", "排队7人"},
		{customer.Reason{Code: complaint.CodeQueueWait, Fact: 3000, Mark: 1}, "she waited 3000 seconds, with 1 customer in the queue", "排队1人，等候3000秒"},
		{customer.Reason{Code: complaint.CodeFindingBasis, Of: "colour"}, "the cause of colour rests on nothing: it takes evidence or a clause", "事项colour的原因没有依据：需要证据或条款"},
		{customer.Reason{Code: complaint.CodeFindingQueue, Of: "colour"}, "nobody has noted the facts of the queue for colour", "事项colour没有排队情况的记录"},
		{customer.Reason{Code: complaint.CodeFindingIncident, Of: "colour"}, "the cause of colour names no incident that the case is matched to", "事项colour的原因未引用已匹配的已知事件"},
		{customer.Reason{Code: complaint.CodeFindingInspection, Of: "colour"}, "the cause of colour needs an inspection that indicates it, or a clause that settles it", "事项colour的原因需要有指明该原因的检验，或有可据以认定的条款"},
		{customer.Reason{Code: complaint.CodeFindingOvertaken, Of: "colour", At: at}, "the cause of colour, as found on 25 Nov 2026, 02:00 UTC, is not the one that the latest inspection indicates", "事项colour的原因（认定于2026年11月25日02:00(UTC)）与最近一次检验指明的原因不一致"},
		{customer.Reason{Code: complaint.CodeInspectorRole, Of: "technician"}, "the inspector has a role that may inspect: technician", "检验人以“technician”的身份有权检验"},
		{customer.Reason{Code: complaint.CodeInspectorNone, Of: "tim"}, "tim has no role by which she may inspect", "tim没有检验资格"},
		{customer.Reason{Code: complaint.CodeInspectionOther, Of: "i-1", At: at}, "the latest inspection, i-1 of 25 Nov 2026, 02:00 UTC, indicates another cause", "最近一次检验i-1（2026年11月25日02:00(UTC)）指明的是另一原因"},
		{customer.Reason{Code: complaint.CodeInspectionSilent, Of: "i-1"}, "the inspection i-1 does not indicate this cause", "检验i-1并未指明此原因"},
		{customer.Reason{Code: complaint.CodeInspectionIssue, Of: "i-1"}, "the inspection i-1 was made for another issue", "检验i-1是针对其他事项的"},
		{customer.Reason{Code: complaint.CodeInspectionOwn, Of: "i-1"}, "the inspection i-1 was made by the agent who is complained about", "检验i-1由被投诉的员工本人作出"},
		{customer.Reason{Code: complaint.CodeClauseUnknown, Of: "sms/2"}, "clause sms/2 is none that the policy lists", "条款sms/2不在规则之列，不能引用"},
		{customer.Reason{Code: complaint.CodeClauseText, Of: "sms/2"}, "what is cited as clause sms/2 is not its text", "所引用的文本与条款sms/2的原文不一致"},
		{customer.Reason{Code: complaint.CodeClauseNotYet, Of: "sms/2", On: on, By: by}, "clause sms/2 holds from 1 Dec 2026, not yet on 25 Nov 2026, when it happened", "条款sms/2自2026年12月1日起生效，事发当日（2026年11月25日）尚未生效"},
		{customer.Reason{Code: complaint.CodeClauseNoLonger, Of: "sms/2", On: on, By: by}, "clause sms/2 no longer holds from 1 Dec 2026, so not on 25 Nov 2026, when it happened", "条款sms/2已于2026年12月1日失效，不适用于事发当日（2026年11月25日）"},
		{customer.Reason{Code: complaint.CodeClauseSettles, Of: "sms/2"}, "clause sms/2 does not settle this cause of such an issue", "条款sms/2不能据以认定此类事项的此原因"},
		{customer.Reason{Code: complaint.CodeIncidentDuring, Of: "o-1", At: at, Until: until}, "it happened during o-1 (25 Nov 2026, 02:00 UTC to 25 Nov 2026, 04:00 UTC)", "事发时间在事件o-1（2026年11月25日02:00(UTC)至2026年11月25日04:00(UTC)）期间"},
		{customer.Reason{Code: complaint.CodeIncidentDay, Of: "o-1", At: at, Until: until}, "when it happened is not known; the day of receipt meets o-1 (25 Nov 2026, 02:00 UTC to 25 Nov 2026, 04:00 UTC)", "事发时间不详，受理当日与事件o-1（2026年11月25日02:00(UTC)至2026年11月25日04:00(UTC)）重合"},
		{customer.Reason{Code: complaint.CodeIncidentOutside, Of: "o-1", At: at, Until: until}, "it did not happen during o-1 (25 Nov 2026, 02:00 UTC to 25 Nov 2026, 04:00 UTC)", "事发时间不在事件o-1（2026年11月25日02:00(UTC)至2026年11月25日04:00(UTC)）期间"},
		{customer.Reason{Code: complaint.CodeIncidentOutside, Of: "o-1", At: at}, "it did not happen during o-1 (25 Nov 2026, 02:00 UTC to an end not known yet)", "事发时间不在事件o-1（2026年11月25日02:00(UTC)至尚未结束）期间"},
		{customer.Reason{Code: complaint.CodeIncidentService, Of: "sms/orders"}, "the service was affected: sms/orders", "服务受到影响：sms/orders"},
		{customer.Reason{Code: complaint.CodeIncidentService}, "every service was affected", "所有服务均受影响"},
		{customer.Reason{Code: complaint.CodeIncidentArea}, "every area was affected", "所有地区均受影响"},
		{customer.Reason{Code: complaint.CodeIncidentNoService, Of: "mail"}, "the service was not affected: mail", "服务未受影响：mail"},
		{customer.Reason{Code: complaint.CodeIncidentNoService}, "which service it was is not known, and not all were affected", "所涉服务不详，且并非所有服务均受影响"},
		{customer.Reason{Code: complaint.CodeIncidentArea, Of: "cn/gd"}, "the area was affected: cn/gd", "地区受到影响：cn/gd"},
		{customer.Reason{Code: complaint.CodeIncidentNoArea, Of: "cn/gd"}, "the area was not affected: cn/gd", "地区未受影响：cn/gd"},
		{customer.Reason{Code: complaint.CodeIncidentNoArea}, "in which area it was is not known, and not all were affected", "所在地区不详，且并非所有地区均受影响"},
		{customer.Reason{Code: complaint.CodeNoticeProven, Of: "n-1", At: at, Until: until}, "notice n-1 was sent to her on 25 Nov 2026, 02:00 UTC, before it began on 25 Nov 2026, 04:00 UTC", "通知n-1已于2026年11月25日02:00(UTC)发给该顾客，早于事件开始（2026年11月25日04:00(UTC)）"},
		{customer.Reason{Code: complaint.CodeNoticeLate, Of: "n-1", At: at, Until: until}, "notice n-1 was sent on 25 Nov 2026, 02:00 UTC, when it had begun on 25 Nov 2026, 04:00 UTC: it proves nothing", "通知n-1发于2026年11月25日02:00(UTC)，事件已于2026年11月25日04:00(UTC)开始，不能作为事先通知的证明"},
		{customer.Reason{Code: complaint.CodeNoticeOthers, Of: "n-1", At: at}, "notice n-1 of 25 Nov 2026, 02:00 UTC did not go to her: it proves nothing", "通知n-1（2026年11月25日02:00(UTC)）并未发给该顾客，不能作为证明"},
		{customer.Reason{Code: complaint.CodeNoticeNone, Of: "o-1"}, "nothing proves that she had notice of o-1", "没有证据证明该顾客事先得知事件o-1"},
		{customer.Reason{Code: complaint.CodeStatementAbove, Of: "rate", Fact: 120, Mark: 45, Unit: customer.UnitPermille}, "rate was said to be 12 %, and is at most 4.5 %", "所称rate为12 %，实际最高4.5 %"},
		{customer.Reason{Code: complaint.CodeStatementBelow, Of: "term", Fact: 12, Mark: 36, Unit: customer.UnitMonths}, "term was said to be 12 months, and is at least 36 months", "所称term为12个月，实际最低36个月"},
		{customer.Reason{Code: complaint.CodeStatementSilent, Of: "guarantee", Fact: 1000, Unit: customer.UnitPermille}, "guarantee was said to be 100 %, of which the product's facts say nothing", "所称guarantee为100 %，产品资料中没有这一项"},
		{customer.Reason{Code: complaint.CodeStatementLater, Of: "tim", At: at}, "what tim said is dated 25 Nov 2026, 02:00 UTC, later than it was told", "tim的说法日期为2026年11月25日02:00(UTC)，晚于记录时间"},
		{customer.Reason{Code: complaint.CodeVetKind, Of: "colour"}, "the issue colour is not of the kind mis-selling", "事项colour不属于不当销售类"},
		{customer.Reason{Code: complaint.CodeVetLater, Of: "fund", On: on}, "the sale of fund is of 25 Nov 2026, which is later", "事项fund所涉销售日期为2026年11月25日，晚于此操作"},
	}
	seen := map[string]bool{}
	for _, row := range rows {
		seen[row.reason.Code] = true
		assert.Equal(t, row.english, complaint.Explain(row.reason, customer.English))
		chinese := complaint.Explain(row.reason, customer.Chinese)
		assert.Equal(t, row.chinese, chinese)
		assert.False(t, strings.ContainsAny(strings.ReplaceAll(chinese, "(UTC)", ""), ",;()"), "half-width punctuation: %s", chinese)
	}
	for _, code := range customertest.Codes(t, "evidence_reason.go") {
		assert.True(t, seen[code], "%s has no row", code)
		assert.True(t, strings.HasPrefix(code, "complaint."))
	}
	p := evidencePolicy(t, complaint.EvidenceRules{})
	reason := customer.Reason{Code: complaint.CodeStatementAbove, Of: "price", Fact: 1250, Mark: 999, Unit: customer.UnitMinor}
	require.Contains(t, p.Explain(reason, customer.English), "12.50")
	for unit := customer.UnitDays; unit <= customer.UnitCountedDays; unit++ {
		reason.Unit = unit
		assert.NotEmpty(t, complaint.Explain(reason, customer.English))
		assert.NotEqual(t, complaint.Explain(reason, customer.English), complaint.Explain(reason, customer.Chinese))
	}
}
