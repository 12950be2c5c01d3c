package quality_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code in both languages. The texts of codes are pinned: whoever renames one migrates data.
func TestExplain(t *testing.T) {
	gauge := newGauge()
	closed, last := on("2026-06-01"), on("2026-06-08")
	due := at("2026-06-15 18:00").UTC()
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: "quality.first-contact", On: closed, By: last}, "solved at the first contact, closed on 1 Jun, and not back by 8 Jun", "首次接触即解决，6月1日结案，至6月8日未再来"},
		{customer.Reason{Code: "quality.first-contact-open", On: closed, By: last}, "closed at the first contact on 1 Jun; she may come back until 8 Jun", "首次接触即结案（6月1日），至6月8日前仍可能再来"},
		{customer.Reason{Code: "quality.second-contact", Fact: 2, Mark: 1}, "not solved at the first contact: she came twice", "首次接触未解决：顾客先后联系2次"},
		{customer.Reason{Code: "quality.passed-on", Fact: 2, Mark: 1}, "not solved at the first contact: passed on twice, at most 1 allowed", "首次接触未解决：转交2次，上限1次"},
		{customer.Reason{Code: "quality.passed-on", Fact: 1}, "not solved at the first contact: passed on once, at most 0 allowed", "首次接触未解决：转交1次，上限0次"},
		{customer.Reason{Code: "quality.came-back", On: closed, By: last}, "not solved at the first contact: reopened on 8 Jun 2026", "首次接触未解决：2026年6月8日重新受理"},
		{customer.Reason{Code: "quality.still-problem", On: closed, By: last}, "not solved at the first contact: asked on 8 Jun 2026, she still had the problem", "首次接触未解决：2026年6月8日回访时问题仍未解决"},
		{customer.Reason{Code: "quality.lost", On: closed}, "not solved at the first contact: when it was closed on 1 Jun 2026, she had left us", "首次接触未解决：2026年6月1日结案时顾客已流失"},
		{customer.Reason{Code: "quality.first-contact-share", Fact: 2, Mark: 3}, "2 of 3 cases solved at the first contact (66.6 %)", "3件投诉中首次接触即解决2件（66.6 %）"},
		{customer.Reason{Code: "quality.right-desk", Fact: 4, Mark: 3}, "1.3 contacts on average until she was at the right desk, over 3 cases", "3件投诉平均联系1.3次才找到适合的部门"},
		{customer.Reason{Code: "quality.contacts", Fact: 199, Mark: 100}, "2.0 contacts of hers on average, over 100 cases", "100件投诉平均每件顾客联系2.0次"},
		{customer.Reason{Code: "quality.contacts"}, "0.0 contacts of hers on average, over 0 cases", "0件投诉平均每件顾客联系0.0次"},
		{customer.Reason{Code: "quality.case-chased", Fact: 3, Mark: 5}, "she had to chase 3 times in 5 cases", "5件投诉中顾客催促3次"},
		{customer.Reason{Code: "quality.case-cost", Fact: 750, Mark: 5}, "a case cost 7.50 CNY on average, over 5 cases", "5件投诉平均每件处理成本7.50 CNY"},
		{customer.Reason{Code: "quality.case-took", Fact: 59, Mark: 93_784}, "half of them took at most 59 s, nine of ten at most 1 d 2 h", "半数在59秒以内结案，九成在1天2小时以内"},
		{customer.Reason{Code: "quality.satisfied", Fact: 1, Mark: 2}, "1 of 2 cases that somebody judged were satisfied or better (50 %)", "2件已评价的投诉中达到满意及以上1件（50 %）"},
		{customer.Reason{Code: "quality.contact-cost", Of: "phone", Fact: 350, Mark: 1}, "phone: a contact cost 3.50 CNY on average, over 1 contact", "phone：1次接触平均每次成本3.50 CNY"},
		{customer.Reason{Code: "quality.no-cause-yet", Fact: 1, Mark: 4}, "no cause has been found yet for 1 of 4 issues", "4个投诉事项中1个尚未查明原因"},
		{customer.Reason{Code: "quality.cause", Of: "capacity", Fact: 2, Mark: 4, Unit: customer.UnitTimes}, "capacity: 2 of 4 issues with a cause (50 %)", "人手或窗口不足：4个已查明原因的事项中占2个（50 %）"},
		{customer.Reason{Code: "quality.cause", Of: "product", Fact: 100, Mark: 400, Unit: customer.UnitMinor}, "product: 1.00 CNY of 4.00 CNY that all causes cost (25 %)", "商品或服务本身：占全部赔付4.00 CNY中的1.00 CNY（25 %）"},
		{customer.Reason{Code: "quality.promises-kept", Fact: 9, Mark: 10}, "9 of 10 promises kept in time (90 %)", "10项承诺中按时兑现9项（90 %）"},
		{customer.Reason{Code: "quality.promises-took", Fact: 3600, Mark: 7260}, "what was kept took 1 h of 2 h 1 min that was promised", "已兑现的承诺合计用时1小时，承诺时间合计2小时1分"},
		{customer.Reason{Code: "quality.promises-chased", Fact: 1, Mark: 1}, "she had to chase once for 1 promise", "1项承诺被催促1次"},
		{customer.Reason{Code: "quality.clocks-kept", Of: "triage", Fact: 1, Mark: 2}, "triage: 1 of 2 kept (50 %)", "triage：2次中按时1次（50 %）"},
		{customer.Reason{Code: "quality.clocks-took", Of: "triage", Fact: 0, Mark: 90}, "triage: half took at most 0 s, nine of ten at most 1 min 30 s", "triage：半数在0秒以内，九成在1分30秒以内"},
		{customer.Reason{Code: "quality.failed", Of: "kettle", Fact: 2, Mark: 1000}, "kettle: 2 of 1000 failed (0.2 %)", "kettle：1000件中故障2件（0.2 %）"},
		{customer.Reason{Code: "quality.fails-more", Of: "kettle", Fact: 5, Mark: 21}, "kettle fails more often than the others, by 0.5 to 2.1 percentage points", "kettle的故障率高于其他商品0.5至2.1个百分点"},
		{customer.Reason{Code: "quality.fails-less", Of: "kettle", Fact: -21, Mark: -5}, "kettle fails less often than the others, by 0.5 to 2.1 percentage points", "kettle的故障率低于其他商品0.5至2.1个百分点"},
		{customer.Reason{Code: "quality.fails-alike", Of: "kettle", Fact: -2, Mark: 5}, "no difference is shown between kettle and the others: -0.2 to 0.5 percentage points", "kettle与其他商品的故障率未见差异（-0.2至0.5个百分点）"},
		{customer.Reason{Code: "quality.not-found-yet", Of: "kettle", Fact: 1, Mark: 3}, "kettle: no cause has been found yet in 1 of 3 cases", "kettle：3件投诉中1件尚未查明原因"},
		{customer.Reason{Code: "quality.more-than-sold", Of: "kettle", Fact: 3, Mark: 2}, "kettle: 3 cases, but only 2 sold: the denominator does not fit", "kettle：投诉3件，基数仅2，基数不匹配"},
		{customer.Reason{Code: "quality.before", Of: "seal", On: closed, Fact: 60, Mark: 1000}, "before seal on 1 Jun 2026: 60 cases in 1000 (6 %)", "seal（2026年6月1日）实施前：1000中60件（6 %）"},
		{customer.Reason{Code: "quality.after", Of: "seal", On: closed, Fact: 1, Mark: 1000}, "after seal on 1 Jun 2026: 1 case in 1000 (0.1 %)", "seal（2026年6月1日）实施后：1000中1件（0.1 %）"},
		{customer.Reason{Code: "quality.may-be", Of: "seal", Fact: 1, Mark: 4}, "seal: no cause has been found yet for 1 case before it and 4 after it", "seal：实施前1件、实施后4件尚未查明原因"},
		{customer.Reason{Code: "quality.improved", Of: "seal", Fact: -60, Mark: -20}, "better since seal, by 2 to 6 percentage points", "seal实施后有改善，下降2至6个百分点"},
		{customer.Reason{Code: "quality.worsened", Of: "seal", Fact: 20, Mark: 60}, "worse since seal, by 2 to 6 percentage points", "seal实施后反而上升2至6个百分点"},
		{customer.Reason{Code: "quality.no-effect", Of: "seal", Fact: -5, Mark: 5}, "no effect of seal is shown: -0.5 to 0.5 percentage points", "seal未见效果（-0.5至0.5个百分点）"},
		{customer.Reason{Code: "quality.alike", Of: "leak", Fact: 3, Mark: 3}, "leak: all 3 issues treated alike", "leak：3个事项处理一致"},
		{customer.Reason{Code: "quality.otherwise", Of: "leak", Fact: 2, Mark: 5}, "leak: 2 of 5 issues treated otherwise than most (40 %)", "leak：5个事项中2个与多数处理不同（40 %）"},
		{customer.Reason{Code: "quality.unexplained", Of: "leak", Fact: 1, Mark: 2}, "leak: no deviation was allowed for 1 of these 2", "leak：其中1个没有经批准的例外（共2个）"},
		{customer.Reason{Code: "quality.unready", Of: "tom", Fact: 2, Mark: 3}, "tom handled 2 of 3 cases without all the training that is demanded", "tom处理的3件投诉中有2件未具备规定的培训或技能"},
		{customer.Reason{Code: "quality.lacks-skill", Of: "law", Fact: 2, Mark: 3}, "lacked the skill law in 2 of 3 cases", "3件中有2件缺少技能：law"},
		{customer.Reason{Code: "quality.lacks-training", Of: "complaints", Fact: 2, Mark: 3}, "lacked the training complaints in 2 of 3 cases", "3件中有2件缺少培训：complaints"},
		{customer.Reason{Code: "quality.answered-in-time", Of: "hotline", Fact: 3, Mark: 5}, "hotline: 3 of 5 calls answered in time (60 %)", "hotline：5个来电中按时接听3个（60 %）"},
		{customer.Reason{Code: "quality.impatient", Of: "hotline", Fact: 1, Mark: 5}, "hotline: 1 of 5 callers had lost patience (20 %)", "hotline：5个来电中有1个已不耐烦（20 %）"},
		{customer.Reason{Code: "quality.waited", Of: "hotline", Fact: 8, Mark: 10}, "hotline: half waited at most 8 s, nine of ten at most 10 s", "hotline：半数等候不超过8秒，九成不超过10秒"},
		{customer.Reason{Code: "quality.left", Of: "counter", Fact: 1, Mark: 6}, "counter: 1 of 6 left without a word (16.6 %)", "counter：来访6人中1人未等到就离开（16.6 %）"},
		{customer.Reason{Code: "quality.clock-due", Of: "resolution", At: due}, "resolution is due by 15 Jun 2026, 10:00 UTC", "resolution应于2026年6月15日10:00(UTC)前完成"},
		{customer.Reason{Code: "quality.clock-late", Of: "resolution", At: due}, "resolution was due by 15 Jun 2026, 10:00 UTC", "resolution应于2026年6月15日10:00(UTC)前完成，已逾期"},
		{customer.Reason{Code: "quality.promise-due", Of: "p1", At: due}, "promise p1 is due by 15 Jun 2026, 10:00 UTC", "承诺p1应于2026年6月15日10:00(UTC)前兑现"},
		{customer.Reason{Code: "quality.promise-late", Of: "p1", At: due}, "promise p1 was due by 15 Jun 2026, 10:00 UTC, and is broken", "承诺p1应于2026年6月15日10:00(UTC)前兑现，已失信"},
		{customer.Reason{Code: "quality.too-few", Of: "cases", Fact: 1, Mark: 2}, "too few cases to tell: 1, where 2 are needed", "投诉太少，无法判断：仅1，至少需要2"},
	} {
		assert.Equal(t, tc.english, gauge.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, gauge.Explain(tc.reason, customer.Chinese))
		seen[tc.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], code)
	}
	for of, said := range map[string][2]string{
		"judged": {"cases that somebody judged", "已评价的投诉"}, "issues": {"issues", "投诉事项"}, "promises": {"promises", "承诺"}, "clocks": {"clocks", "计时"},
		"sold": {"sold", "销量"}, "base": {"sales or customers", "销量或顾客"}, "arrivals": {"arrivals", "来访"}, "other": {"other", "other"},
	} {
		reason := customer.Reason{Code: quality.CodeTooFew, Of: of}
		assert.Equal(t, "too few "+said[0]+" to tell: 0, where 0 are needed", quality.Explain(reason, customer.English))
		assert.Equal(t, said[1]+"太少，无法判断：仅0，至少需要0", quality.Explain(reason, customer.Chinese))
	}
	for cause, text := range map[string]string{
		"process": "流程", "person": "员工", "partner": "合作方", "information": "信息告知", "customer": "顾客自身", "known-incident": "已知故障",
		"force-majeure": "不可抗力", "unknown": "原因不明", "": "",
	} {
		assert.Equal(t, text+"：1个已查明原因的事项中占1个（100 %）", quality.Explain(customer.Reason{Code: quality.CodeVital, Of: cause, Fact: 1, Mark: 1}, customer.Chinese))
	}

	cost := customer.Reason{Code: quality.CodeCaseCost, Fact: 1, Mark: 1}
	assert.Equal(t, "a case cost 1 minor unit on average, over 1 case", quality.Explain(cost, customer.English))
	assert.Equal(t, "1件投诉平均每件处理成本1（最小货币单位）", quality.Explain(cost, customer.Chinese))
	bare := newGauge(func(r *quality.Rules) { r.Currency = customer.Currency{} })
	assert.Equal(t, "a case cost 1 minor unit on average, over 1 case", bare.Explain(cost, customer.English))
	assert.Equal(t, "no room for more than 5: open a linked case", quality.Explain(customer.Reason{Code: "complaint.full", Mark: 5}, customer.English))
	assert.Equal(t, "other.code", quality.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
}
