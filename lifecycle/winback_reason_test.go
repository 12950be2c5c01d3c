package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// toldWinback is a reason and its sentences.
type toldWinback struct {
	reason           customer.Reason
	english, chinese string
}

// checkTold holds the sentences of every code that a file declares against a table: a code
// that is missing there, or renamed, fails. Codes are stored.
func checkTold(t *testing.T, file string, table []toldWinback) {
	t.Helper()
	seen := map[string]bool{}
	for _, tc := range table {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, lifecycle.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(tc.reason, customer.Chinese))
	}
	codes := customertest.Codes(t, file)
	for _, code := range codes {
		assert.True(t, seen[code], "%s is rendered in no test", code)
	}
	require.Len(t, codes, len(seen), "the table has no other codes")
}

func TestExplainWinback(t *testing.T) {
	first, second, nextYear := on("2026-07-01"), on("2026-10-28"), on("2027-01-05")
	letter := "win-back/1 letter"
	checkTold(t, "winback_reason.go", []toldWinback{
		{
			customer.Reason{Code: "lifecycle.winback-out-of-season", On: first, By: second},
			"nobody is approached on 1 Jul, which does not count in her rhythm; 28 Oct is the next day that does",
			"7月1日不计入她的购买节奏，暂不联系；10月28日起恢复",
		},
		{
			customer.Reason{Code: "lifecycle.winback-opened", Fact: 10, Unit: customer.UnitCountedDays, On: first, By: second},
			"silent for 10 counted days since 1 Jul: an attempt to win her back, whose result counts up to 28 Oct",
			"自7月1日起沉默10个计入日：开始挽回，截至10月28日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-held-out", Fact: 1, Unit: customer.UnitCountedDays, On: first, By: second},
			"silent for 1 counted day since 1 Jul, and held out: nothing is done, and what she does counts up to 28 Oct",
			"自7月1日起沉默1个计入日，列入对照组：不采取行动，截至10月28日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-rung", Rule: letter, Fact: 65, Mark: 60, Unit: customer.UnitCountedDays, On: first, By: second},
			"win-back/1 letter: silent for 65 counted days since 1 Jul, at 60 or more",
			"win-back/1 letter：自7月1日起沉默65个计入日，满60个计入日触发",
		},
		{
			customer.Reason{Code: "lifecycle.winback-task", Rule: letter, Fact: 65, Mark: 60, Unit: customer.UnitCountedDays, On: first, By: second},
			"win-back/1 letter: silent for 65 counted days since 1 Jul, at 60 or more; to be done by 28 Oct",
			"win-back/1 letter：自7月1日起沉默65个计入日，满60个计入日触发；须在10月28日前完成（含当日）",
		},
		{
			customer.Reason{Code: "lifecycle.winback-skipped", Rule: letter, Mark: 60, Unit: customer.UnitCountedDays, On: first, By: second},
			"win-back/1 letter was due at 60 counted days of silence and is passed by",
			"win-back/1 letter本应在沉默60个计入日时触发，现已跳过",
		},
		{
			customer.Reason{Code: "lifecycle.winback-not-yet", Rule: letter, Fact: 17, Mark: 60, Unit: customer.UnitCountedDays, On: first, By: second},
			"silent for 17 counted days since 1 Jul; win-back/1 letter is next, at 60 on 28 Oct",
			"自7月1日起沉默17个计入日；下一级win-back/1 letter在满60个计入日即10月28日触发",
		},
		{
			customer.Reason{Code: "lifecycle.winback-opened", Fact: 30, On: first, By: second},
			"silent for 30 days since 1 Jul: an attempt to win her back, whose result counts up to 28 Oct",
			"自7月1日起沉默30天：开始挽回，截至10月28日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-opened", Fact: 1, On: first, By: nextYear},
			"silent for 1 day since 1 Jul 2026: an attempt to win her back, whose result counts up to 5 Jan 2027",
			"自2026年7月1日起沉默1天：开始挽回，截至2027年1月5日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-held-out", Fact: 30, On: first, By: second},
			"silent for 30 days since 1 Jul, and held out: nothing is done, and what she does counts up to 28 Oct",
			"自7月1日起沉默30天，列入对照组：不采取行动，截至10月28日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-rung", Rule: letter, Fact: 64, Mark: 60, On: first, By: second},
			"win-back/1 letter: silent for 64 days since 1 Jul, at 60 or more",
			"win-back/1 letter：自7月1日起沉默64天，满60天触发",
		},
		{
			customer.Reason{Code: "lifecycle.winback-task", Rule: letter, Fact: 64, Mark: 60, On: first, By: second},
			"win-back/1 letter: silent for 64 days since 1 Jul, at 60 or more; to be done by 28 Oct",
			"win-back/1 letter：自7月1日起沉默64天，满60天触发；须在10月28日前完成（含当日）",
		},
		{
			customer.Reason{Code: "lifecycle.winback-skipped", Rule: letter, Mark: 60},
			"win-back/1 letter was due at 60 days of silence and is passed by",
			"win-back/1 letter本应在沉默60天时触发，现已跳过",
		},
		{
			customer.Reason{Code: "lifecycle.winback-lost-case", On: first},
			"a complaint ended on 1 Jul 2026 with her leaving",
			"一项投诉在2026年7月1日以顾客离开告终",
		},
		{
			customer.Reason{Code: "lifecycle.winback-lost-task", Rule: letter, On: first, By: second},
			"win-back/1 letter: to be done by 28 Oct, since a complaint ended on 1 Jul with her leaving",
			"win-back/1 letter：投诉在7月1日以顾客离开告终，须在10月28日前完成（含当日）",
		},
		{
			customer.Reason{Code: "lifecycle.winback-lost-stop", On: first},
			"nothing goes out by itself from 1 Jul 2026 on: only a person can win her back",
			"自2026年7月1日起不再自动发送：只有人才能把她赢回来",
		},
		{
			customer.Reason{Code: "lifecycle.winback-enough", Fact: 2, Mark: 2},
			"2 rungs of at most 2: no more follow",
			"已走2级，最多2级：不再继续",
		},
		{
			customer.Reason{Code: "lifecycle.winback-enough", Fact: 1, Mark: 1},
			"1 rung of at most 1: no more follow",
			"已走1级，最多1级：不再继续",
		},
		{
			customer.Reason{Code: "lifecycle.winback-none-left"},
			"that was the last rung",
			"这是最后一级",
		},
		{
			customer.Reason{Code: "lifecycle.winback-time-up", Fact: 90, On: first},
			"the 90 days of the ladder since 1 Jul 2026 are over: no rung follows",
			"自2026年7月1日起的90天阶梯期已过：不再继续",
		},
		{
			customer.Reason{Code: "lifecycle.winback-came-back", Fact: 1, Mark: 120, On: first, By: second},
			"she came back on 1 Jul, 1 day after the attempt began and within its 120",
			"她在7月1日回来购买，距挽回开始1天，在120天窗口之内",
		},
		{
			customer.Reason{Code: "lifecycle.winback-stayed-away", Fact: 120, On: first, By: second},
			"she stayed away for the 120 days from 1 Jul to 28 Oct",
			"自7月1日至10月28日共120天，她没有回来",
		},
		{
			customer.Reason{Code: "lifecycle.winback-never-silent", On: first, By: second},
			"she had bought on 1 Jul, before the attempt of 28 Oct: it counts for nothing",
			"她在7月1日已购买，早于10月28日开始的挽回：此次不计",
		},
		{
			customer.Reason{Code: "lifecycle.winback-not-yet", Rule: letter, Fact: 30, Mark: 60, On: first, By: second},
			"silent for 30 days since 1 Jul; win-back/1 letter is next, at 60 on 28 Oct",
			"自7月1日起沉默30天；下一级win-back/1 letter在满60天即10月28日触发",
		},
		{
			customer.Reason{Code: "lifecycle.winback-once", On: first, By: second},
			"she has not bought since 1 Jul, and there was an attempt on 28 Oct: each silence has one",
			"她自7月1日起没有购买，10月28日已挽回过一次：每次沉默只挽回一次",
		},
		{
			customer.Reason{Code: "lifecycle.winback-resting", Fact: 60, On: first, By: second},
			"no attempt before 28 Oct: 60 days of rest after the result of 1 Jul",
			"10月28日之前不再挽回：7月1日有结果后须间隔60天",
		},
		{
			customer.Reason{Code: "lifecycle.winback-waiting", On: first, By: second},
			"no rung follows in the attempt of 1 Jul; what she does counts up to 28 Oct",
			"7月1日开始的挽回不再继续下一级；截至10月28日的购买计为结果",
		},
		{
			customer.Reason{Code: "lifecycle.winback-other", Rule: "vip", On: first, By: second},
			"an attempt of ladder vip runs since 1 Jul, at most until 28 Oct",
			"阶梯vip的挽回自7月1日起进行中，最迟到10月28日",
		},
		{
			customer.Reason{Code: "lifecycle.winback-no-lost-rung"},
			"the rules have no rung for a complaint that ended with her leaving",
			"规则中没有为因投诉离开的顾客设置级别",
		},
		{
			customer.Reason{Code: "lifecycle.barred-opt-out", On: first},
			"she does not want to be approached (as of 1 Jul 2026)",
			"截至2026年7月1日，她不愿被联系",
		},
		{
			customer.Reason{Code: "lifecycle.barred-complaint", Rule: letter, On: first},
			"win-back/1 letter is held back: a complaint of hers is open on 1 Jul 2026",
			"win-back/1 letter暂缓：2026年7月1日她有未了结的投诉",
		},
		{
			customer.Reason{Code: "lifecycle.barred-channel", Rule: letter, On: first},
			"win-back/1 letter is held back: its channel is barred on 1 Jul 2026",
			"win-back/1 letter暂缓：2026年7月1日其渠道不可用",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-treated", Fact: 56, Mark: 70},
			"56 of 70 came back after an attempt",
			"挽回70次，其中回来56次",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-held-out", Fact: 48, Mark: 80},
			"48 of 80 who were held out came back by themselves",
			"对照组80次，其中自行回来48次",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-higher", Fact: 52, Mark: 334},
			"more come back: by 5.2 to 33.4 percentage points (95 % confidence)",
			"回来的比例提高（差值95 %置信区间：5.2至33.4个百分点）",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-lower", Fact: -334, Mark: -52},
			"fewer come back: by 5.2 to 33.4 percentage points (95 % confidence)",
			"回来的比例降低（差值95 %置信区间：-33.4至-5.2个百分点）",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-not-shown", Fact: -39, Mark: 193},
			"it cannot be told whether the ladder helps: the difference lies between -3.9 and 19.3 percentage points (95 % confidence)",
			"无法判断阶梯是否有用（差值95 %置信区间：-3.9至19.3个百分点）",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-spent", Fact: 1200, Mark: 5600, Unit: customer.UnitMinor},
			"they spent 5600 minor units on the day they came back, 1200 minor units more than without the ladder",
			"回来当天共消费5600（最小货币单位），比没有阶梯时多1200（最小货币单位）",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-life", Fact: -1, Mark: 70},
			"1 day less of life as customers over 70 attempts than without the ladder",
			"70次挽回后，顾客关系比没有阶梯时共短1天",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-life", Fact: 2345, Mark: 70},
			"2345 days more of life as customers over 70 attempts than without the ladder",
			"70次挽回后，顾客关系比没有阶梯时共长2345天",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-spent", Fact: -1, Mark: 5600, Unit: customer.UnitMinor},
			"they spent 5600 minor units on the day they came back, 1 minor unit less than without the ladder",
			"回来当天共消费5600（最小货币单位），比没有阶梯时少1（最小货币单位）",
		},
		{
			customer.Reason{Code: "lifecycle.uplift-too-few", Fact: 1, Mark: 30},
			"too few to tell: 1 attempt in the smaller group, 30 needed",
			"太少，无法判断：较小一组1次，至少需要30次",
		},
	})
	spent := customer.Reason{Code: "lifecycle.uplift-spent", Fact: 1200, Mark: 5600, Unit: customer.UnitMinor}
	ladder := newLadder(t, ladderRules())
	assert.Equal(t, "they spent 56.00 EUR on the day they came back, 12.00 EUR more than without the ladder", ladder.Explain(spent, customer.English))
	assert.Equal(t, "回来当天共消费56.00 EUR，比没有阶梯时多12.00 EUR", ladder.Explain(spent, customer.Chinese))
	assert.Equal(t, "that was the last rung", ladder.Explain(customer.Reason{Code: "lifecycle.winback-none-left"}, customer.English))
	assert.Equal(t, "shop.closed", ladder.Explain(customer.Reason{Code: "shop.closed"}, customer.English))
}
