package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code of the machine and of the case itself, in both languages.
func TestCaseReasons(t *testing.T) {
	at, until := caseAt("2026-11-25 09:00"), caseAt("2026-12-06 00:00")
	day, by := customer.DateOf(at, caseZone), customer.DateOf(until, caseZone)
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: "complaint.phase", Of: "received"}, "not in the phase in which the case is: received", "投诉目前处于“已受理”阶段，不能执行此操作"},
		{customer.Reason{Code: "complaint.phase", Of: "assessed"}, "not in the phase in which the case is: assessed", "投诉目前处于“已评估”阶段，不能执行此操作"},
		{customer.Reason{Code: "complaint.phase", Of: "investigating"}, "not in the phase in which the case is: investigating", "投诉目前处于“调查中”阶段，不能执行此操作"},
		{customer.Reason{Code: "complaint.phase", Of: "decided"}, "not in the phase in which the case is: decided", "投诉目前处于“已决定”阶段，不能执行此操作"},
		{customer.Reason{Code: "complaint.phase", Of: "closed"}, "not in the phase in which the case is: closed", "投诉目前处于“已结案”阶段，不能执行此操作"},
		{customer.Reason{Code: "complaint.phase", Of: "phase 0"}, "nobody has received this case", "该投诉尚未受理"},
		{customer.Reason{Code: "complaint.concerned", Of: "bea"}, "bea is complained about, and has no part in handling it", "员工bea是被投诉人，不得处理本投诉"},
		{customer.Reason{Code: "complaint.full", Of: "log", Mark: 1000}, "no room for more than 1000: open a linked case", "记录已满（最多1000条），请另立一个关联的投诉"},
		{customer.Reason{Code: "complaint.nothing", Of: "keep"}, "the case has nothing that keep could be about", "该投诉中没有可供此操作的对象"},
		{
			customer.Reason{Code: "complaint.low-score", Fact: 250, Mark: 300, Unit: customer.UnitPermille},
			"scored 25 % of the best; a case is opened at 30 % or below", "评分为满分的25 %，达到或低于30 %即立案",
		},
		{customer.Reason{Code: "complaint.low-effort", Fact: 1, Mark: 4}, "wrote 1 character; a case is opened at 4 or below", "留言仅1个字符，达到或低于4个即立案"},
		{customer.Reason{Code: "complaint.other-handler", Of: "bea"}, "another agent handles it, for it is about bea", "投诉涉及员工bea，将由其他员工处理"},
		{customer.Reason{Code: "complaint.threat", Of: "consumers", Fact: 4, Mark: 5}, "she says she will go to consumers: priority 4 of 5", "顾客表示将向consumers投诉：优先级4（最高5）"},
		{customer.Reason{Code: "complaint.immediate"}, "somebody has to act at once", "需要立即处理"},
		{customer.Reason{Code: "complaint.forward", Of: "K-1"}, "a duplicate of K-1: what the customer says belongs there", "本投诉与K-1重复：顾客的回复应转至该投诉"},
		{customer.Reason{Code: "complaint.issue-there", Of: "i"}, "there is an issue i already", "事项i已存在"},
		{customer.Reason{Code: "complaint.issue-unknown", Of: "i"}, "there is no issue i", "没有事项i"},
		{customer.Reason{Code: "complaint.issue-ended", Of: "i"}, "issue i has its decision, or was withdrawn", "事项i已有决定或已撤回"},
		{customer.Reason{Code: "complaint.issue-open", Of: "i", At: at}, "issue i is not decided; it came up on 25 Nov 2026, 09:00 CST", "事项i尚未决定，提出于2026年11月25日09:00(CST)"},
		{customer.Reason{Code: "complaint.no-issue"}, "nobody knows yet what the complaint is about", "尚不清楚投诉的内容"},
		{customer.Reason{Code: "complaint.issue-not-withdrawn", Of: "i"}, "the customer has not withdrawn issue i", "顾客尚未撤回事项i"},
		{
			customer.Reason{Code: "complaint.withdraw-consent", Of: "i", At: at},
			"name the contact in which the customer withdrew i, which came up on 25 Nov 2026, 09:00 CST", "请注明顾客撤回事项i的联系记录（须在2026年11月25日09:00(CST)提出该事项之后）",
		},
		{
			customer.Reason{Code: "complaint.other-currency", Of: "CNY", Fact: 2},
			"the amounts of the case are in CNY with 2 decimals, and the policy's are not", "本投诉的金额以CNY计（2位小数），与规则的货币不同",
		},
		{customer.Reason{Code: "complaint.other-outcome", Of: "withdrawn"}, "by what was decided, the outcome is withdrawn", "根据已作出的决定，结案结果应为“顾客撤回”"},
		{customer.Reason{Code: "complaint.other-outcome", Of: "resolved"}, "by what was decided, the outcome is resolved", "根据已作出的决定，结案结果应为“已解决”"},
		{customer.Reason{Code: "complaint.other-outcome", Of: "partly"}, "by what was decided, the outcome is partly", "根据已作出的决定，结案结果应为“部分支持”"},
		{customer.Reason{Code: "complaint.other-outcome", Of: "rejected"}, "by what was decided, the outcome is rejected", "根据已作出的决定，结案结果应为“未支持”"},
		{customer.Reason{Code: "complaint.other-unknown", Of: "K-1"}, "there is no case K-1", "没有投诉K-1"},
		{
			customer.Reason{Code: "complaint.other-later", Of: "K-9", At: at},
			"K-9 came later, on 25 Nov 2026, 09:00 CST: link it to this case, not this case to it", "投诉K-9受理更晚（2026年11月25日09:00(CST)）：请将其关联至本投诉",
		},
		{customer.Reason{Code: "complaint.other-customer", Of: "K-9"}, "K-9 is the case of another customer", "投诉K-9属于另一位顾客"},
		{
			customer.Reason{Code: "complaint.other-closed", Of: "K-1", At: at},
			"K-1 was closed on 25 Nov 2026, 09:00 CST, before this case came, and answers it no more: reopen that one, or let this one follow it",
			"投诉K-1已于2026年11月25日09:00(CST)结案，早于本投诉的受理：请重新打开该投诉，或将本投诉作为其后续",
		},
		{customer.Reason{Code: "complaint.link-there", Of: "K-1"}, "it is linked to K-1 in that way already", "已与投诉K-1建立该关联"},
		{customer.Reason{Code: "complaint.duplicate-there", Of: "K-1"}, "it is a duplicate of K-1 already", "已标记为与K-1重复"},
		{customer.Reason{Code: "complaint.no-link", Of: "K-1"}, "it is not linked to K-1 in that way", "与投诉K-1没有该关联"},
		{
			customer.Reason{Code: "complaint.closed-as-duplicate", Of: "K-1", At: at},
			"it was closed as a duplicate of K-1 on 25 Nov 2026, 09:00 CST: reopen it first", "已于2026年11月25日09:00(CST)作为K-1的重复投诉结案：请先重新打开",
		},
		{customer.Reason{Code: "complaint.no-duplicate"}, "it is linked to no case of which it is a duplicate", "未关联到任何重复的原投诉"},
		{customer.Reason{Code: "complaint.no-tries"}, "no case is closed because the customer cannot be reached", "不得以无法联系顾客为由结案"},
		{customer.Reason{Code: "complaint.tries", Fact: 1, Mark: 3}, "tried 1 time in a row without reaching her; it takes 3", "已连续1次未能联系到顾客，要求3次"},
		{
			customer.Reason{Code: "complaint.tries-span", Fact: 1, Mark: 11, On: day, By: by},
			"tried over 1 day, from 25 Nov 2026 on; it takes 11, until 6 Dec 2026", "自2026年11月25日起尝试联系1天，要求11天，至2026年12月6日",
		},
		{
			customer.Reason{Code: "complaint.too-early", Of: "regulator", Fact: 1, Mark: 10, On: day, By: by},
			"too early for regulator: we have 10 days from 25 Nov 2026 to answer, so from 6 Dec 2026 on", "尚不能向regulator投诉：我方自2026年11月25日起有10天答复期，2026年12月6日起方可",
		},
		{
			customer.Reason{Code: "complaint.too-old", Of: "bill", Mark: 5, On: day, By: by},
			"too old for that body: bill, 5 months after 25 Nov 2026, was until 6 Dec 2026", "已超过该机构受理期限：bill，自2026年11月25日起5个月，至2026年12月6日",
		},
		{customer.Reason{Code: "complaint.no-deadline", Of: "regulator"}, "say until when she may go to regulator, which is not over", "请注明顾客可向regulator投诉的截止时间（须晚于现在）"},
		{
			customer.Reason{Code: "complaint.deadline-shorter", Of: "regulator", Until: until},
			"she was told that she may go there until 6 Dec 2026, 00:00 CST, which regulator cannot cut short", "此前已告知顾客申诉期至2026年12月6日00:00(CST)，不得因regulator而缩短",
		},
		{customer.Reason{Code: "complaint.appeal-until", Of: "regulator", Until: until}, "she may go to regulator until 6 Dec 2026, 00:00 CST", "顾客可在2026年12月6日00:00(CST)之前向regulator投诉"},
		{customer.Reason{Code: "complaint.appeal-open", Of: "regulator", Until: until}, "she may still go to regulator, until 6 Dec 2026, 00:00 CST", "顾客在2026年12月6日00:00(CST)之前仍可向regulator投诉"},
		{customer.Reason{Code: "complaint.appeal-over", Of: "regulator", Until: until}, "since 6 Dec 2026, 00:00 CST it is too late to go to regulator", "自2026年12月6日00:00(CST)起已过向regulator投诉的期限"},
		{customer.Reason{Code: "complaint.body-unknown", Of: "court"}, "court is no external body of the policy", "court不是规则中的外部机构"},
		{customer.Reason{Code: "complaint.filed-there", Of: "regulator", At: at}, "regulator has had the case since 25 Nov 2026, 09:00 CST", "regulator自2026年11月25日09:00(CST)起已受理此案"},
		{customer.Reason{Code: "complaint.not-filed", Of: "regulator"}, "regulator does not have the case", "regulator没有在处理此案"},
		{customer.Reason{Code: "complaint.external", Of: "regulator", At: at}, "with regulator since 25 Nov 2026, 09:00 CST", "自2026年11月25日09:00(CST)起由regulator处理中"},
		{customer.Reason{Code: "complaint.reopen-for-body", Of: "regulator"}, "regulator takes it up: reopen the case", "regulator已介入：请重新打开该投诉"},
		{customer.Reason{Code: "complaint.reopen-until", At: at}, "closed on 25 Nov 2026, 09:00 CST: it may be reopened", "已于2026年11月25日09:00(CST)结案：可重新打开"},
		{
			customer.Reason{Code: "complaint.reopen-until", At: at, Until: until},
			"closed on 25 Nov 2026, 09:00 CST: it may be reopened until 6 Dec 2026, 00:00 CST", "已于2026年11月25日09:00(CST)结案：2026年12月6日00:00(CST)之前可重新打开",
		},
		{
			customer.Reason{Code: "complaint.owed-then", At: at},
			"something was to be done until 25 Nov 2026, 09:00 CST: the case does not end before",
			"直到2026年11月25日09:00(CST)仍有未办事项，结案时间不得早于此时",
		},
		{
			customer.Reason{Code: "complaint.closed-then", At: at},
			"it was closed on 25 Nov 2026, 09:00 CST, and is not reopened before",
			"该投诉于2026年11月25日09:00(CST)结案，重新打开的时间不得早于此时",
		},
		{
			customer.Reason{Code: "complaint.reopen-too-late", At: at, Until: until},
			"closed on 25 Nov 2026, 09:00 CST, and not reopened since 6 Dec 2026, 00:00 CST: receive a new case that follows it",
			"已于2026年11月25日09:00(CST)结案，2026年12月6日00:00(CST)起不再重新打开：请另立后续投诉",
		},
		{customer.Reason{Code: "complaint.nothing-anew"}, "say which issues are decided anew, or what has come up since", "请说明需重新决定的事项，或新增的事项"},
		{customer.Reason{Code: "complaint.no-external-body"}, "no external body has had the case", "没有外部机构处理过此案"},
		{customer.Reason{Code: "complaint.same-customer"}, "a case of this customer", "该顾客的投诉"},
		{customer.Reason{Code: "complaint.same-reach"}, "it is answered to where she calls from", "回复方式与来电一致"},
		{customer.Reason{Code: "complaint.same-topic", Of: "sms"}, "about the same: sms", "主题相同：sms"},
		{customer.Reason{Code: "complaint.other-topic", Of: "sms"}, "about something else: sms", "主题不同：sms"},
		{customer.Reason{Code: "complaint.same-service", Of: "gateway"}, "the same service: gateway", "服务相同：gateway"},
		{customer.Reason{Code: "complaint.other-service", Of: "gateway"}, "another service: gateway", "服务不同：gateway"},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, complaint.Explain(tc.reason, customer.English), tc.reason.Code)
		assert.Equal(t, tc.chinese, complaint.Explain(tc.reason, customer.Chinese), tc.reason.Code)
	}
	for _, file := range []string{"reason.go", "case_reason.go"} {
		for _, code := range customertest.Codes(t, file) {
			require.True(t, seen[code], "%s is rendered in no test", code)
		}
	}
	assert.Equal(t, "shop.closed", complaint.Explain(customer.Reason{Code: "shop.closed"}, customer.English))
}
