package contact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code is a sentence in both languages; the stories show most of them, and here is what they do
// not. Row B12.
func TestExplain(t *testing.T) {
	at, until := when("2026-11-25 09:00"), when("2026-11-26 18:00")
	on, by := day("2026-11-25"), day("2026-11-29")
	rows := []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: contact.CodeTaken, Of: "a"}, "a is in the file already", "档案中已有“a”"},
		{customer.Reason{Code: contact.CodeFull, Of: "notes", Mark: 50}, "there is no room for more than 50 notes", "已满：最多50条记录"},
		{customer.Reason{Code: contact.CodeArchived, Of: "contacts", Fact: 3, At: at}, "archived: 3 contacts, settled before 25 Nov 2026, 09:00 CST", "已归档2026年11月25日09:00(CST)之前了结的3条联系记录"},
		{customer.Reason{Code: contact.CodeChannelUnknown, Of: "telex"}, "the policy has no channel telex", "规则中没有渠道“telex”"},
		{customer.Reason{Code: contact.CodeContactUnknown, Of: "c"}, "there is no contact c in the file", "档案中没有联系记录“c”"},
		{customer.Reason{Code: contact.CodeInTarget, Of: "c", Fact: 180, Mark: 180}, "contact c took 3 min, within its target of 3 min", "联系“c”用时3分钟，在目标3分钟之内"},
		{customer.Reason{Code: contact.CodeOverTarget, Of: "c", Fact: 181, Mark: 180}, "contact c took 3 min 1 s, longer than its target of 3 min", "联系“c”用时3分钟1秒，超过目标3分钟"},
		{customer.Reason{Code: contact.CodeMissed, Of: "c", At: at}, "contact c of 25 Nov 2026, 09:00 CST reached nobody", "联系“c”（2026年11月25日09:00(CST)）未能联系上"},
		{customer.Reason{Code: contact.CodeUnreturned, Of: "c", At: at, Fact: 60}, "she tried to reach us on 25 Nov 2026, 09:00 CST (contact c), 1 min ago, and nobody has called back", "顾客于2026年11月25日09:00(CST)联系过我们（记录“c”），至今1分钟无人回复"},
		{customer.Reason{Code: contact.CodeNoteMissing, Of: "c", At: at}, "contact c, over on 25 Nov 2026, 09:00 CST, has no note", "联系“c”（结束于2026年11月25日09:00(CST)）没有记录"},
		{customer.Reason{Code: contact.CodeNoteMissing, Of: "c", At: at, Fact: 60}, "contact c, over on 25 Nov 2026, 09:00 CST, has no note after 1 min", "联系“c”（结束于2026年11月25日09:00(CST)）没有记录，已过1分钟"},
		{customer.Reason{Code: contact.CodeNoteMissing, Of: "c", At: at, Fact: 60, Mark: 60}, "contact c, over on 25 Nov 2026, 09:00 CST, has no note after 1 min: most of it is forgotten", "联系“c”（结束于2026年11月25日09:00(CST)）没有记录，已过1分钟，大部分内容已被遗忘"},
		{customer.Reason{Code: contact.CodeNoteLate, Of: "c", At: at, Fact: 60}, "the note on contact c was written 1 min after it, on 25 Nov 2026, 09:00 CST", "联系“c”的记录在结束1分钟后补写，写于2026年11月25日09:00(CST)"},
		{customer.Reason{Code: contact.CodeNoteFaded, Of: "c", At: at, Fact: 60, Mark: 60}, "the note on contact c was written 1 min after it, on 25 Nov 2026, 09:00 CST; after 1 min most is forgotten", "联系“c”的记录在结束1分钟后补写，写于2026年11月25日09:00(CST)；1分钟后大部分内容已被遗忘"},
		{customer.Reason{Code: contact.CodeNoteEarly, Of: "c", At: at}, "the note was written before contact c, which began on 25 Nov 2026, 09:00 CST", "记录写于联系“c”开始（2026年11月25日09:00(CST)）之前"},

		{customer.Reason{Code: contact.CodeNothingPrepared}, "there is nothing to say on the list", "清单上没有任何要点"},
		{customer.Reason{Code: contact.CodePreparationUnknown, Of: "p"}, "there is no list p in the file", "档案中没有准备清单“p”"},
		{customer.Reason{Code: contact.CodePreparationEnded, Of: "p", At: at}, "list p was ended on 25 Nov 2026, 09:00 CST", "准备清单“p”已于2026年11月25日09:00(CST)结束"},
		{customer.Reason{Code: contact.CodePreparationLeft, Of: "p", At: at, Fact: 1}, "list p of 25 Nov 2026, 09:00 CST with 1 point was not used", "2026年11月25日09:00(CST)准备的清单“p”（1个要点）未被使用"},
		{customer.Reason{Code: contact.CodePointUnknown, Of: "x"}, "there is no point x on the list", "清单上没有要点“x”"},
		{customer.Reason{Code: contact.CodePointDropped, Of: "x", At: at}, "point x was dropped on 25 Nov 2026, 09:00 CST: it need not be said", "要点“x”已于2026年11月25日09:00(CST)删去，不必再说"},
		{customer.Reason{Code: contact.CodePointDone, Of: "x"}, "point x is no longer to be said on this list", "要点“x”在此清单上已了结"},
		{customer.Reason{Code: contact.CodeCarried, Of: "x", Fact: 2}, "x was carried over: it was left unsaid 2 times", "要点“x”由上次清单转入：此前2次没有说到"},
		{customer.Reason{Code: contact.CodeUnsaid, Of: "x"}, "x is still to be said", "要点“x”还没有说"},
		{customer.Reason{Code: contact.CodeMustUnsaid, Of: "x", Fact: 1}, "x must not be forgotten, and is still to be said; it was carried over 1 time", "要点“x”不可遗漏，还没有说；已转入1次"},
		{customer.Reason{Code: contact.CodeComplete, Of: "p", Fact: 2}, "all of list p was said: 2 points", "清单“p”全部说完：2个要点"},

		{customer.Reason{Code: contact.CodeWeekdayMissing, Of: "a", On: on}, "appointment a on Wednesday 25 Nov 2026 was made without its weekday", "约定“a”（2026年11月25日星期三）未说星期几"},
		{customer.Reason{Code: contact.CodeWeekdayDiffers, On: on, Fact: 7}, "Sunday was said, but 25 Nov 2026 is a Wednesday", "说的是星期日，但2026年11月25日是星期三"},
		{customer.Reason{Code: contact.CodeMeant, Of: "a", On: by}, "appointment a: Sunday 29 Nov 2026 may have been meant", "约定“a”：可能是指2026年11月29日星期日"},
		{customer.Reason{Code: contact.CodeAppointmentPast, Of: "a", On: on}, "appointment a is on Wednesday 25 Nov 2026, which is over", "约定“a”的日期2026年11月25日星期三已过"},
		{customer.Reason{Code: contact.CodeAppointmentUnknown, Of: "a"}, "there is no appointment a in the file", "档案中没有约定“a”"},
		{customer.Reason{Code: contact.CodeAppointmentCancelled, Of: "a", At: at}, "appointment a was cancelled on 25 Nov 2026, 09:00 CST", "约定“a”已于2026年11月25日09:00(CST)取消"},
		{customer.Reason{Code: contact.CodeConfirmed, Of: "a", On: by}, "appointment a: Sunday 29 Nov 2026 was read back and confirmed", "约定“a”：2026年11月29日星期日已复述并确认"},
		{customer.Reason{Code: contact.CodeUnconfirmed, Of: "a", On: on}, "appointment a: Wednesday 25 Nov 2026 was not read back", "约定“a”：2026年11月25日星期三尚未复述确认"},
		{customer.Reason{Code: contact.CodeReadBackDiffers, Of: "a", On: on, By: by}, "appointment a is on Wednesday 25 Nov 2026, and Sunday 29 Nov 2026 was read back", "约定“a”为2026年11月25日星期三，而复述为2026年11月29日星期日"},
		{customer.Reason{Code: contact.CodeNumberUnknown, Of: "x"}, "the appointment has no number x", "约定中没有数字“x”"},
		{customer.Reason{Code: contact.CodeNumberDiffers, Of: "x", Fact: 11, Mark: 17}, "x: 11 was read back, and 17 is noted", "“x”：复述为11，而记录为17"},
		{customer.Reason{Code: contact.CodeNumberConfirmed, Of: "phone"}, "phone was read back and confirmed", "“phone”已复述并确认"},
		{customer.Reason{Code: contact.CodeNumberUnconfirmed, Of: "x", Fact: 17}, "x 17 was not read back", "“x 17”尚未复述确认"},
		{customer.Reason{Code: contact.CodeMisheard, Of: "x", Fact: 17, Mark: 11}, "x: 17 may have been 11", "“x”：17也可能是11"},

		{customer.Reason{Code: contact.CodePromisePast, Of: "m", Until: until}, "promise m is due on 26 Nov 2026, 18:00 CST, before it is given", "承诺“m”的期限2026年11月26日18:00(CST)早于作出承诺之时"},
		{customer.Reason{Code: contact.CodePromiseUnknown, Of: "m"}, "there is no promise m in the file", "档案中没有承诺“m”"},
		{customer.Reason{Code: contact.CodePromiseEnded, Of: "m", At: at}, "promise m was kept, or is no longer wanted, since 25 Nov 2026, 09:00 CST", "承诺“m”已于2026年11月25日09:00(CST)兑现或不再需要"},
		{customer.Reason{Code: contact.CodePromiseKept, Of: "m", At: at, Until: until}, "promise m was kept on 25 Nov 2026, 09:00 CST, in time for 26 Nov 2026, 18:00 CST", "承诺“m”已于2026年11月25日09:00(CST)按时兑现（期限2026年11月26日18:00(CST)）"},
		{customer.Reason{Code: contact.CodePromiseKeptLate, Of: "m", At: until, Until: at}, "promise m was kept on 26 Nov 2026, 18:00 CST, late: it was due on 25 Nov 2026, 09:00 CST", "承诺“m”于2026年11月26日18:00(CST)才兑现，已逾期（期限2026年11月25日09:00(CST)）"},
		{customer.Reason{Code: contact.CodePromiseDue, Of: "m", Until: until}, "promise m is due on 26 Nov 2026, 18:00 CST", "承诺“m”须于2026年11月26日18:00(CST)前兑现"},
		{customer.Reason{Code: contact.CodePromiseBroken, Of: "m", Until: at}, "promise m was due on 25 Nov 2026, 09:00 CST, and is not kept", "承诺“m”应于2026年11月25日09:00(CST)前兑现，至今未兑现"},

		{customer.Reason{Code: contact.CodeAssigned, Of: "ann"}, "taken over from ann", "由“ann”移交"},
		{customer.Reason{Code: contact.CodeAssignedAlready, Of: "ann"}, "ann has it already", "已由“ann”负责"},
		{customer.Reason{Code: contact.CodeFew, Of: "ann", Fact: 1, Mark: 20}, "ann: too few to tell: 1 contact of at least 20", "“ann”：仅1次联系，不足以判断；至少需20次"},
		{customer.Reason{Code: contact.CodeShareOver, Fact: 1, Mark: 3}, "no desk: 1 of 3 contacts took longer than their target (33.3 %)", "“未注明柜台”：3次联系中1次超时（33.3 %）"},
		{customer.Reason{Code: contact.CodeShareOver, Of: "ann", Fact: 1, Mark: 3}, "ann: 1 of 3 contacts took longer than their target (33.3 %)", "“ann”：3次联系中1次超时（33.3 %）"},
		{customer.Reason{Code: contact.CodeShareNoteless, Of: "ann", Fact: 1, Mark: 4}, "ann: 1 of 4 contacts have no note (25 %)", "“ann”：4次联系中1次没有记录（25 %）"},
		{customer.Reason{Code: contact.CodeShareLate, Of: "ann", Fact: 1, Mark: 4}, "ann: 1 of 4 contacts were noted from memory (25 %)", "“ann”：4次联系中1次凭记忆补记（25 %）"},
		{customer.Reason{Code: contact.CodeShareMissed, Of: "ann", Fact: 1, Mark: 4}, "ann: 1 of 4 attempts reached nobody (25 %)", "“ann”：4次联系中1次未能联系上（25 %）"},

		{customer.Reason{Code: contact.CodeVisitUnknown, Of: "v"}, "there is no visit v in the file", "档案中没有拜访“v”"},
		{customer.Reason{Code: contact.CodeVisitPast, Of: "v", On: on}, "visit v is planned for Wednesday 25 Nov 2026, which is over", "拜访“v”计划的日期2026年11月25日星期三已过"},
		{customer.Reason{Code: contact.CodeVisitMade, Of: "v", At: at}, "visit v was made on 25 Nov 2026, 09:00 CST", "拜访“v”已于2026年11月25日09:00(CST)进行"},
		{customer.Reason{Code: contact.CodeVisitOff, Of: "v", At: at}, "visit v was called off on 25 Nov 2026, 09:00 CST", "拜访“v”已于2026年11月25日09:00(CST)取消"},
		{customer.Reason{Code: contact.CodeVisitUnplanned, Of: "v", At: at}, "visit v of 25 Nov 2026, 09:00 CST was made without a plan", "拜访“v”（2026年11月25日09:00(CST)）没有事先计划"},
		{customer.Reason{Code: contact.CodeVisitUnmade, Of: "v"}, "visit v was not made", "拜访“v”未进行"},
		{customer.Reason{Code: contact.CodeVisitUnmade, Of: "v", On: on, Fact: 2}, "visit v, planned for Wednesday 25 Nov 2026, was not made: 2 times nobody was there", "计划于2026年11月25日星期三的拜访“v”未进行：2次无人在场"},
		{customer.Reason{Code: contact.CodeRecordEarly, Of: "v", At: at}, "visit v is over only on 25 Nov 2026, 09:00 CST", "拜访“v”到2026年11月25日09:00(CST)才结束"},
		{customer.Reason{Code: contact.CodeRecordLate, Of: "v", Fact: 90000, Mark: 86400}, "visit v was recorded 25 h after its end; within 24 h it should have been", "拜访“v”结束25小时后才填写记录，应在24小时之内"},
		{customer.Reason{Code: contact.CodeRecordMissing, Of: "v", At: at}, "visit v, over on 25 Nov 2026, 09:00 CST, is not recorded yet", "拜访“v”（结束于2026年11月25日09:00(CST)）尚未填写记录"},
		{customer.Reason{Code: contact.CodeRecordMissing, Of: "v", At: at, Mark: 86400}, "visit v, over on 25 Nov 2026, 09:00 CST, is not recorded yet: within 24 h it is to be", "拜访“v”（结束于2026年11月25日09:00(CST)）尚未填写记录：应在24小时之内填写"},
		{customer.Reason{Code: contact.CodeRecordOverdue, Of: "v", Fact: 90000, Mark: 86400}, "visit v was over 25 h ago and is not recorded; within 24 h it should have been", "拜访“v”已结束25小时仍未填写记录，应在24小时之内填写"},
		{customer.Reason{Code: contact.CodeUnchecked, Of: "shelf"}, "shelf was to be seen, and is not recorded", "计划查看的“shelf”没有记录"},
		{customer.Reason{Code: contact.CodeUnverified, Of: "hours"}, "nobody has found out whether hours is still right", "“hours”是否仍然正确，无人核实"},
		{customer.Reason{Code: contact.CodeWasDiffers, Of: "area"}, "area was known otherwise than the record says it was", "“area”的原值与已知资料不符"},
		{customer.Reason{Code: contact.CodeChanged, Of: "area"}, "area has changed", "“area”有变更"},

		{customer.Reason{Code: contact.CodeQuotesNone}, "the policy has no currency: no prices are named by it", "规则没有货币，不能报价"},
		{customer.Reason{Code: contact.CodeQuoteCurrency, Of: "EUR"}, "EUR: a price in another currency is not compared, and not named", "“EUR”：其他货币的价格不可比较，也不能报价"},
		{customer.Reason{Code: contact.CodeQuoteNoDay}, "the quote does not say until when it holds", "报价未说明有效期"},
		{customer.Reason{Code: contact.CodeQuotePast, On: on}, "the quote holds until 25 Nov 2026, which is over", "报价有效期至2026年11月25日，已过期"},
		{customer.Reason{Code: contact.CodeQuoteFirst, Of: "oil", Fact: 1}, "no price was named for oil before: now 1 minor unit", "“oil”此前没有报价：本次1（最小货币单位）"},
		{customer.Reason{Code: contact.CodeQuoteElsewhere, Of: "c-3", At: at}, "the quote of 25 Nov 2026, 09:00 CST was given to c-3", "2026年11月25日09:00(CST)的报价是给“c-3”的"},
		{customer.Reason{Code: contact.CodeQuoteLast, Of: "ann", Fact: 5, At: at, By: on}, "ann named 5 minor units on 25 Nov 2026, 09:00 CST, to hold until 25 Nov 2026", "ann于2026年11月25日09:00(CST)报价5（最小货币单位），有效至2026年11月25日"},
		{customer.Reason{Code: contact.CodeQuoteSpecial}, "the price named on 1 Jan 1, 00:00 UTC was an exception", "1年1月1日00:00(UTC)的报价属于例外"},
		{customer.Reason{Code: contact.CodeQuoteSpecial, Of: "eve"}, "the price named on 1 Jan 1, 00:00 UTC was an exception, approved by eve", "1年1月1日00:00(UTC)的报价属于例外，由eve批准"},
		{customer.Reason{Code: contact.CodeQuoteLasting}, "what was named on 1 Jan 1, 00:00 UTC is the price from then on", "1年1月1日00:00(UTC)的报价自此为新价格"},
		{customer.Reason{Code: contact.CodeQuoteLasting, Of: "eve"}, "what was named on 1 Jan 1, 00:00 UTC is the price from then on, approved by eve", "1年1月1日00:00(UTC)的报价自此为新价格，由eve批准"},
		{customer.Reason{Code: contact.CodeQuoteDrift, Fact: 5, Mark: 9}, "by small steps the price would come from 9 minor units to 5 minor units", "价格将由9（最小货币单位）逐步变为5（最小货币单位）"},
		{customer.Reason{Code: contact.CodeQuoteSame, Of: "ann", Fact: 5, At: at}, "5 minor units, as ann named it on 25 Nov 2026, 09:00 CST", "5（最小货币单位），与ann在2026年11月25日09:00(CST)的报价一致"},
		{customer.Reason{Code: contact.CodeQuoteDiffers, Of: "ann", Fact: 5, Mark: 6, At: at}, "5 minor units, where ann named 6 minor units on 25 Nov 2026, 09:00 CST", "5（最小货币单位），而ann在2026年11月25日09:00(CST)报价6（最小货币单位）"},
		{customer.Reason{Code: contact.CodeQuoteTerms, Of: "ann", At: at}, "the terms differ from those that ann named on 25 Nov 2026, 09:00 CST", "条件与ann在2026年11月25日09:00(CST)所报不同"},
		{customer.Reason{Code: contact.CodeQuoteUnit, Of: "can", At: at}, "the price of 25 Nov 2026, 09:00 CST is per can and cannot be compared", "2026年11月25日09:00(CST)的报价按“can”计，不可比较"},
		{customer.Reason{Code: contact.CodeQuoteQuantity, Fact: 10, Mark: 100, At: at}, "the price of 25 Nov 2026, 09:00 CST is from 100 units on, this one from 10: they cannot be compared", "2026年11月25日09:00(CST)的报价自100起订，本次自10起订，不可比较"},
		{customer.Reason{Code: contact.CodeQuoteOtherCurrency, Of: "DEM", At: at}, "the price of 25 Nov 2026, 09:00 CST is in DEM and cannot be compared", "2026年11月25日09:00(CST)的报价以DEM计，不可比较"},
		{customer.Reason{Code: contact.CodeQuoteLapsed, Of: "ann", At: at, Until: until}, "what ann named on 25 Nov 2026, 09:00 CST has bound nobody since 26 Nov 2026, 18:00 CST", "ann在2026年11月25日09:00(CST)的报价自2026年11月26日18:00(CST)起不再约束"},
		{customer.Reason{Code: contact.CodeQuoteExplain, Fact: 68, Mark: 10}, "a price that differs by 6.8 % needs an explanation; up to 1 % needs none", "价格相差6.8 %，须说明原因（相差1 %以内无须说明）"},
		{customer.Reason{Code: contact.CodeQuoteExplainTerms}, "other terms than before need an explanation", "条件与之前不同，须说明原因"},
		{customer.Reason{Code: contact.CodeQuoteApprove, Fact: 68, Mark: 50}, "a price that differs by 6.8 % has to be approved by somebody else, as any beyond 5 %", "价格相差6.8 %，超过5 %，须由他人批准"},
		{customer.Reason{Code: contact.CodeQuoteApprove}, "somebody else has to approve the price", "价格须由他人批准"},
		{customer.Reason{Code: contact.CodeQuoteSelf, Of: "ann"}, "ann named the price, and cannot approve it", "报价人ann不能批准自己的报价"},
		{customer.Reason{Code: contact.CodeQuoteRole, Of: "dan"}, "dan has no role in which exceptions are approved", "dan不具备批准例外的角色"},
		{customer.Reason{Code: contact.CodeQuoteExcepted}, "an exception", "例外报价"},
		{customer.Reason{Code: contact.CodeQuoteExcepted, Of: "eve", Fact: 68}, "an exception of 6.8 %, approved by eve", "例外报价（相差6.8 %），由eve批准"},
		{customer.Reason{Code: contact.CodeQuoteUnknown, Of: "q"}, "there is no quote q in the file", "档案中没有报价“q”"},
		{customer.Reason{Code: contact.CodeQuoteExplained, Of: "q"}, "quote q needs no explanation", "报价“q”无须说明"},
		{customer.Reason{Code: contact.CodeQuoteEnded, Of: "q", At: at}, "quote q was answered or withdrawn on 25 Nov 2026, 09:00 CST", "报价“q”已于2026年11月25日09:00(CST)答复或撤回"},
		{customer.Reason{Code: contact.CodeQuoteExpired, Of: "q", By: on}, "quote q held until 25 Nov 2026: name the price anew", "报价“q”有效期至2026年11月25日：请重新报价"},
		{customer.Reason{Code: contact.CodeQuoteFlagged, Of: "q", Fact: 5, At: at}, "nobody has explained quote q of 5 minor units, named on 25 Nov 2026, 09:00 CST", "报价“q”（5（最小货币单位），2026年11月25日09:00(CST)）尚未说明原因"},
		{customer.Reason{Code: contact.CodeQuoteUnapproved, Of: "q", Fact: 5, At: at}, "nobody has approved quote q of 5 minor units, named on 25 Nov 2026, 09:00 CST", "报价“q”（5（最小货币单位），2026年11月25日09:00(CST)）尚未获批准"},
	}
	told := map[string]bool{}
	for _, row := range rows {
		assert.Equal(t, row.english, contact.Explain(row.reason, customer.English))
		assert.Equal(t, row.chinese, contact.Explain(row.reason, customer.Chinese))
		told[row.reason.Code] = true
	}
	for _, file := range []string{"reason.go", "visit_reason.go", "quote_reason.go"} {
		for _, code := range customertest.Codes(t, file) {
			assert.True(t, told[code], code)
		}
	}
	p := wholesaler(t)
	assert.Equal(t, "no price was named for oil before: now 0.05 CNY", p.Explain(customer.Reason{Code: contact.CodeQuoteFirst, Of: "oil", Fact: 5}, customer.English))
	assert.Equal(t, "rule book w/1 needs the day to decide for", p.Explain(customer.Reason{Code: customer.CodeNoDay, Rule: "w/1"}, customer.English))
	assert.Equal(t, "some.other", (*contact.Policy)(nil).Explain(customer.Reason{Code: "some.other"}, customer.Chinese))
}
