package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// The codes of ownership and their texts. A code that is missing here fails the test.
func TestExplainOwner(t *testing.T) {
	at := time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "complaint.taken", Of: "ann", At: at},
			"ann has taken care of it since 25 Nov 2026, 09:00 UTC, and has not handed it over",
			"员工ann自2026年11月25日09:00(UTC)起负责，尚未移交",
		},
		{customer.Reason{Code: "complaint.no-desk"}, "no desk takes care of it yet", "尚未分配到任何部门"},
		{customer.Reason{Code: "complaint.same-owner", Of: "hotline"}, "hotline takes care of it already", "hotline目前正在负责"},
		{customer.Reason{Code: "complaint.other-desk", Of: "ann"}, "ann works at another desk", "员工ann不属于该部门"},
		{customer.Reason{Code: "complaint.tier-role", Of: "manager"}, "only a manager may have it now", "目前只能由manager负责"},
		{customer.Reason{Code: "complaint.away", Of: "ann"}, "ann has left", "员工ann已离职"},
		{
			customer.Reason{Code: "complaint.away", Of: "ann", Until: at},
			"ann is away until 25 Nov 2026, 09:00 UTC", "员工ann休假至2026年11月25日09:00(UTC)",
		},
		{customer.Reason{Code: "complaint.not-away", Of: "ann"}, "ann has it, and is not known to be away", "员工ann仍在岗"},
		{customer.Reason{Code: "complaint.not-away"}, "nobody has it who could be away", "目前无人负责，无需代理"},
		{customer.Reason{Code: "complaint.not-deputy", Of: "ben"}, "ben is not the deputy", "员工ben不是其代理人"},
		{
			customer.Reason{Code: "complaint.absence-desk", Of: "hotline"},
			"while an agent is away the case stays at the desk: hotline", "员工休假期间，投诉仍留在原部门：hotline",
		},
		{
			customer.Reason{Code: "complaint.offered", Of: "workshop", At: at},
			"offered to workshop on 25 Nov 2026, 09:00 UTC, which has not answered",
			"已提请workshop接手（2026年11月25日09:00(UTC)），尚未答复",
		},
		{customer.Reason{Code: "complaint.no-offer", Of: "workshop"}, "it is not offered to workshop", "没有提请workshop接手"},
		{customer.Reason{Code: "complaint.no-offer"}, "it is not offered to any desk", "没有待接手的移交"},
		{customer.Reason{Code: "complaint.own-offer", Of: "ann"}, "ann offers it, and cannot accept it", "员工ann是移交人，不能自行接受"},
		{
			customer.Reason{Code: "complaint.not-accepted", Of: "workshop"},
			"workshop has not accepted it: ask there before the customer is sent on", "workshop尚未同意接手，请先联系对方，再转介顾客",
		},
		{customer.Reason{Code: "complaint.highest-tier", Of: "board"}, "nobody is higher than board", "board已是最高层级"},
		{customer.Reason{Code: "complaint.highest-tier"}, "nobody is higher", "已是最高层级"},
		{
			customer.Reason{Code: "complaint.handoffs", Fact: 3, Mark: 2, Unit: customer.UnitTimes},
			"handed on 3 times, where 2 raise a case", "已转手3次，达到升级标准（2次）",
		},
		{
			customer.Reason{Code: "complaint.handoffs", Fact: 1, Mark: 1, Unit: customer.UnitTimes},
			"handed on 1 time, where 1 raises a case", "已转手1次，达到升级标准（1次）",
		},
		{
			customer.Reason{Code: "complaint.late", Of: "resolution", Fact: 1000, Mark: 1000, Unit: customer.UnitPermille, At: at},
			"the clock resolution has used 100 % of its budget since 25 Nov 2026, 09:00 UTC",
			"时钟“resolution”已用时限的100 %（自2026年11月25日09:00(UTC)起）",
		},
		{
			customer.Reason{Code: "complaint.manager-asked", Of: "managers"},
			"the customer wants to speak to somebody above: it goes to managers", "顾客要求与上级沟通：转由managers负责",
		},
		{customer.Reason{Code: "complaint.manager-asked"}, "the customer wants to speak to somebody above", "顾客要求与上级沟通"},
		{customer.Reason{Code: "complaint.escalated", Of: "ann"}, "ann asks for somebody above", "员工ann请求上级处理"},
		{customer.Reason{Code: "complaint.first-desk", Of: "hotline"}, "it goes to hotline first", "首先由hotline受理"},
		{customer.Reason{Code: "complaint.former-owner", Of: "ann"}, "back with ann, who had it there before", "退回原负责人ann"},
		{
			customer.Reason{Code: "complaint.unprepared", Of: "ann"},
			"ann has not learnt all that is asked of whoever has such a case", "员工ann未具备处理此类投诉所需的技能或培训",
		},
		{
			customer.Reason{Code: "complaint.diverted", Of: "d-1", At: at},
			"nobody has checked whether she was served where she was sent: d-1, on 25 Nov 2026, 09:00 UTC",
			"尚未确认分流后是否已办理：d-1（2026年11月25日09:00(UTC)）",
		},
		{customer.Reason{Code: "complaint.no-diversion", Of: "d-1"}, "no such diversion: d-1", "没有此分流：d-1"},
		{customer.Reason{Code: "complaint.no-diversion"}, "no diversion waits to be checked", "没有待确认的分流"},
		{customer.Reason{Code: "complaint.not-served"}, "nobody has checked that she was served elsewhere", "尚无已确认办理的分流"},
		{
			customer.Reason{Code: "complaint.checked", Of: "d-1", At: at},
			"checked already: d-1, on 25 Nov 2026, 09:00 UTC", "已确认过：d-1（2026年11月25日09:00(UTC)）",
		},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, complaint.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, complaint.Explain(tc.reason, customer.Chinese))
	}
	for _, code := range customertest.Codes(t, "owner_reason.go") {
		assert.True(t, seen[code], code)
	}
}
