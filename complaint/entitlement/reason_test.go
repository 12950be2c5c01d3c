package entitlement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code in both languages. The texts of codes are pinned: whoever renames one migrates data.
func TestExplain(t *testing.T) {
	on, by := day(t, "2011-11-26"), day(t, "2011-12-03")
	rules := rulesOf(t, "shoes.json")
	book := newBook(t, rules)
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: "entitlement.day", Fact: 6, Mark: 7, On: on, By: by}, "day 6 of 7, counted from 26 Nov 2011, up to 3 Dec 2011", "自2011年11月26日起第6天，共7天，截至2011年12月3日"},
		{customer.Reason{Code: "entitlement.for-life", Fact: 400, On: on}, "day 400, counted from 26 Nov 2011, without end", "自2011年11月26日起第400天，终身有效"},
		{customer.Reason{Code: "entitlement.not-begun", Of: "purchase", On: on}, "bought on 26 Nov 2011; the time counts from purchase, which has not been yet", "2011年11月26日购买，期限自购买之日起计算，尚未开始"},
		{customer.Reason{Code: "entitlement.not-begun", Of: "delivery", On: on}, "bought on 26 Nov 2011; the time counts from delivery, which has not been yet", "2011年11月26日购买，期限自收货之日起计算，尚未开始"},
		{customer.Reason{Code: "entitlement.not-begun", Of: "installation", On: on}, "bought on 26 Nov 2011; the time counts from installation, which has not been yet", "2011年11月26日购买，期限自安装之日起计算，尚未开始"},
		{customer.Reason{Code: "entitlement.over", Fact: 1, Mark: 7, On: on, By: by}, "over: 3 Dec 2011 was the last of 7 days counted from 26 Nov 2011, 1 day ago", "已过期1天：自2011年11月26日起共7天，截至2011年12月3日"},
		{customer.Reason{Code: "entitlement.prolonged", Fact: 10, By: by}, "10 days at the repairer left out, so up to 3 Dec 2011", "扣除修理占用的10天，截至2011年12月3日"},
		{customer.Reason{Code: "entitlement.at-repairer", Fact: 1, On: on}, "at the repairer since 26 Nov 2011, for 1 day; the time stands still", "自2011年11月26日起送修，已1天，期限暂停计算"},
		{customer.Reason{Code: "entitlement.renewed", On: on}, "exchanged on 26 Nov 2011, counted anew from then", "2011年11月26日已换货，期限自该日重新计算"},
		{customer.Reason{Code: "entitlement.no-terms", Rule: "shoes/1", On: on}, "shoes/1 has no terms for such goods, bought on 26 Nov 2011", "shoes/1对2011年11月26日购买的此类商品没有规定"},
		{customer.Reason{Code: "entitlement.excepted", Of: "sale"}, "the terms leave out sale", "该规定不适用于：sale"},
		{customer.Reason{Code: "entitlement.not-remote"}, "the terms are for what is sold at a distance", "该规定只适用于远程销售的商品"},
		{customer.Reason{Code: "entitlement.not-unused"}, "the goods must be as they were sold, and nobody has found them so", "商品须完好未使用，但尚未确认"},
		{customer.Reason{Code: "entitlement.no-proof"}, "the purchase is not proved", "没有购买凭证"},
		{customer.Reason{Code: "entitlement.no-defect"}, "there must be a fault, and none is known", "须有质量问题，但尚未发现"},
		{customer.Reason{Code: "entitlement.defect", Of: "colour"}, "a fault of this kind opens it: colour", "属于可以主张的问题：colour"},
		{customer.Reason{Code: "entitlement.other-defect", Of: "worn"}, "not for a fault of this kind: worn", "不属于可以主张的问题：worn"},
		{customer.Reason{Code: "entitlement.unreasoned"}, "no reason is needed", "无需理由"},
		{customer.Reason{Code: "entitlement.failed-repairs", Fact: 1, Mark: 2}, "1 repair failed, 2 needed", "修理1次未修好，须达到2次"},
		{customer.Reason{Code: "entitlement.parts-missing", Mark: 90}, "no repair is delayed for want of parts; more than 90 days are needed", "没有因缺少零配件延误的修理，须超过90天"},
		{customer.Reason{Code: "entitlement.parts-missing", Fact: 7, Mark: 90, On: on, By: on + 91}, "in repair since 26 Nov 2011, 7 days for want of parts; it opens on 25 Feb 2012, after 90", "自2011年11月26日起送修，因缺少零配件已7天，超过90天后即自2012年2月25日起可以主张"},
		{customer.Reason{Code: "entitlement.repairer-fault", Fact: 31, Mark: 30, On: on, By: on + 31}, "in repair since 26 Nov 2011, 31 days by the repairer's fault, which is more than 30", "自2011年11月26日起送修，因修理者自身原因已31天，超过30天"},
		{customer.Reason{Code: "entitlement.used", Fact: 6, Mark: 1, On: on}, "6 days of use since 26 Nov 2011, 1 day at the repairer left out", "自2011年11月26日起使用6天，已扣除修理占用的1天"},
		{customer.Reason{Code: "entitlement.fee", Fact: 4494, Mark: 149_800}, "a fee for use of 44.94 CNY on a price of 1498.00 CNY", "折旧费44.94 CNY，价款1498.00 CNY"},
		{customer.Reason{Code: "entitlement.rate", Fact: 500, Mark: 0}, "0.05 % of the price a day, 0 days free", "每天按价款的0.05 %计算，其中0天免费"},
		{customer.Reason{Code: "entitlement.capped", Fact: 300, Mark: 1000}, "at most 30 % of the price", "最高为价款的30 %"},
		{customer.Reason{Code: "entitlement.better", Of: "shoes/1/shop/thirty"}, "at least as good for the customer as shoes/1/shop/thirty", "对顾客不逊于shoes/1/shop/thirty"},
		{customer.Reason{Code: "entitlement.beaten", Of: "shoes/1/shop/thirty"}, "shoes/1/shop/thirty is at least as good for the customer, and holds", "shoes/1/shop/thirty对顾客不逊于此，以其为准"},
	} {
		assert.Equal(t, tc.english, book.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, book.Explain(tc.reason, customer.Chinese))
		seen[tc.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], code)
	}

	fee := customer.Reason{Code: entitlement.CodeFee, Fact: 1, Mark: 200}
	assert.Equal(t, "a fee for use of 1 minor unit on a price of 200 minor units", entitlement.Explain(fee, customer.English))
	assert.Equal(t, "折旧费1（最小货币单位），价款200（最小货币单位）", entitlement.Explain(fee, customer.Chinese))
	none := newBook(t, entitlement.Rules{Edition: rules.Edition, Terms: rules.Terms})
	assert.Equal(t, "a fee for use of 1 minor unit on a price of 200 minor units", none.Explain(fee, customer.English))
	other := customer.Reason{Code: customer.CodeNoDay, Rule: "shoes/1"}
	assert.Equal(t, customer.Explain(other, customer.Chinese), entitlement.Explain(other, customer.Chinese))
	assert.Equal(t, "other.code", entitlement.Explain(customer.Reason{Code: "other.code"}, customer.English))
}
