package personal_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// The codes and texts of the package. A code that is missing here, or renamed, fails
// the test: codes are stored, and renaming one is a migration.
func TestExplain(t *testing.T) {
	maker, seen := newMaker(t, makerRules()), map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{
			customer.Reason{Code: "personal.frequency", Fact: 9, Mark: 6, Unit: customer.UnitDays, On: date("2026-08-27"), By: date("2026-11-25")},
			"bought on 9 days, 6 of them since 27 Aug",
			"共9天购买过，其中8月27日以来6天",
		},
		{
			customer.Reason{Code: "personal.frequency", Fact: 1, Mark: 1, Unit: customer.UnitDays, On: date("2026-08-27"), By: date("2026-11-25")},
			"bought on 1 day, 1 since 27 Aug",
			"共1天购买过，其中8月27日以来1天",
		},
		{
			customer.Reason{Code: "personal.frequency", Fact: 2, Mark: 0, Unit: customer.UnitDays, On: date("2025-11-25"), By: date("2026-11-25")},
			"bought on 2 days, 0 of them since 25 Nov 2025",
			"共2天购买过，其中2025年11月25日以来0天",
		},
		{
			customer.Reason{Code: "personal.popular", Fact: 87, Unit: customer.UnitPermille},
			"on 8.7 % of recent trips",
			"近期8.7 %的购物中有此商品",
		},
		{
			customer.Reason{Code: "personal.new", Fact: 1000, Unit: customer.UnitPermille},
			"new to her; on 100 % of recent trips",
			"从未购买；近期100 %的购物中有此商品",
		},
		{ // those of the rhythm are rendered as well
			customer.Reason{Code: "lifecycle.rhythm", Fact: 14, Mark: 9, Unit: customer.UnitDays, On: date("2026-11-11"), By: date("2026-11-25")},
			"every 14 days, last on 11 Nov, due on 25 Nov",
			"每14天购买一次，上次11月11日，预计11月25日",
		},
		{
			customer.Reason{Code: "personal.no-consent", Rule: "personal/1", On: date("2026-11-25")},
			"she did not agree to personal offers",
			"顾客未同意接收个性化优惠",
		},
		{
			customer.Reason{Code: "personal.weekly-spend", Fact: 10_050, Mark: 10_000, Unit: customer.UnitMinor, On: date("2026-10-26"), By: date("2026-11-23")},
			"spent 100.50 USD in the weeks from 26 Oct to 22 Nov; 100.00 USD is needed",
			"10月26日至11月22日各周共消费100.50 USD，需达到100.00 USD",
		},
		{
			customer.Reason{Code: "personal.weekly-spend-too-low", Fact: 9_999, Mark: 10_000, Unit: customer.UnitMinor, On: date("2026-10-26"), By: date("2026-11-23")},
			"spent only 99.99 USD in the weeks from 26 Oct to 22 Nov; 100.00 USD is needed",
			"10月26日至11月22日各周仅消费99.99 USD，需达到100.00 USD",
		},
		{
			customer.Reason{Code: "personal.nothing-to-offer", Fact: 3, On: date("2026-11-25")},
			"nothing to offer: of 3 due items none can be listed",
			"没有可提供的优惠：3项到期商品均无法列入",
		},
		{
			customer.Reason{Code: "personal.value", Fact: 195_000, Mark: 3_500, Unit: customer.UnitMinor},
			"worth 1950.00 USD, so the list may save up to 35.00 USD",
			"顾客价值1950.00 USD，清单最多可省35.00 USD",
		},
		{
			customer.Reason{Code: "personal.held-out", Fact: 42, Mark: 100, Unit: customer.UnitPermille},
			"held out to measure the effect: drew 42, below 100 of 1000",
			"为衡量效果列入对照组：抽得42，小于1000中的100",
		},
		{
			customer.Reason{Code: "personal.ladder", Rule: "personal/1 national-loyal/heavy", Fact: 500, Mark: 1, Unit: customer.UnitPermille},
			"50 % off on the first list with it: heavy user, loyal to national brands",
			"首次列入清单，优惠50 %：大用量，忠诚于全国品牌",
		},
		{
			customer.Reason{Code: "personal.ladder", Rule: "personal/1 switcher/medium", Fact: 125, Mark: 2, Unit: customer.UnitPermille},
			"12.5 % off on the second list with it: medium user, switches between brands",
			"第二次列入清单，优惠12.5 %：中用量，在品牌间摇摆",
		},
		{
			customer.Reason{Code: "personal.ladder", Rule: "personal/1 unknown/unknown", Fact: 100, Mark: 3, Unit: customer.UnitPermille},
			"10 % off on the third or later list with it: how much she uses is not known, brand not known",
			"第三次或以后列入清单，优惠10 %：用量未知，品牌倾向未知",
		},
		{
			customer.Reason{Code: "personal.deal-most", Rule: "deal", Fact: 300, Mark: 500, Unit: customer.UnitPermille},
			"30 % off, the most that deal gives; the ladder says 50 %",
			"优惠30 %，为deal的上限；阶梯规定为50 %",
		},
		{
			customer.Reason{Code: "personal.reduced", Fact: 167, Mark: 500, Unit: customer.UnitPermille},
			"16.7 % off instead of 50 %, to stay within what the list may save",
			"优惠16.7 %，而非50 %，以免超出清单可省金额",
		},
		{
			customer.Reason{Code: "personal.envelope", Fact: 350, Mark: 3_000, Unit: customer.UnitMinor},
			"saves about 3.50 USD of the 30.00 USD that were left",
			"预计节省3.50 USD，当时剩余额度30.00 USD",
		},
		{
			customer.Reason{Code: "personal.same-coupon", Rule: "deal", Fact: 300, Unit: customer.UnitPermille},
			"30 % off with the coupon of deal above",
			"优惠30 %，与上方deal共用优惠券",
		},
		{
			customer.Reason{Code: "personal.no-deal", On: date("2026-12-20"), By: date("2027-01-03")},
			"a reminder: nothing is on offer for it from 20 Dec 2026 to 2 Jan 2027",
			"提醒：2026年12月20日至2027年1月2日没有相应优惠",
		},
		{
			customer.Reason{Code: "personal.stopped", Rule: "personal/1 store-loyal/light", Fact: 3, Mark: 2, Unit: customer.UnitTimes},
			"no more discounts: loyal to the store brand for 3 periods, they end at 2",
			"不再优惠：已连续3期忠诚于自有品牌，满2期即停止",
		},
		{
			customer.Reason{Code: "personal.no-rung", Rule: "personal/1 store-loyal/light", Mark: 1, Unit: customer.UnitTimes},
			"no discount on the first list with it: light user, loyal to the store brand",
			"首次列入清单，无优惠：小用量，忠诚于自有品牌",
		},
		{
			customer.Reason{Code: "personal.no-spend", Rule: "personal/1 store-loyal/light"},
			"no discount: what she spends on it is not known",
			"无优惠：不知道顾客在此商品上的消费",
		},
		{
			customer.Reason{Code: "personal.envelope-spent", Fact: 12, Unit: customer.UnitMinor},
			"no discount: of what the list may save 0.12 USD is left, too little",
			"无优惠：清单可省金额仅剩0.12 USD，不足",
		},
		{
			customer.Reason{Code: "personal.listed", Fact: 56, Mark: 70, Unit: customer.UnitCustomers},
			"56 of 70 customers with a list",
			"有清单的70位顾客中56位",
		},
		{
			customer.Reason{Code: "personal.not-listed", Fact: 48, Mark: 80, Unit: customer.UnitCustomers},
			"48 of 80 customers held out",
			"对照组80位顾客中48位",
		},
		{
			customer.Reason{Code: "personal.higher", Fact: 52, Mark: 334, Unit: customer.UnitPermille},
			"higher with a list: by 5.2 to 33.4 percentage points (95 % confidence)",
			"清单使比例提高（差值95 %置信区间：5.2至33.4个百分点）",
		},
		{
			customer.Reason{Code: "personal.lower", Fact: -334, Mark: -52, Unit: customer.UnitPermille},
			"lower with a list: by 5.2 to 33.4 percentage points (95 % confidence)",
			"清单使比例降低（差值95 %置信区间：-33.4至-5.2个百分点）",
		},
		{
			customer.Reason{Code: "personal.no-difference", Fact: -39, Mark: 193, Unit: customer.UnitPermille},
			"no difference shown: it lies between -3.9 and 19.3 percentage points (95 % confidence)",
			"未显示出差别（差值95 %置信区间：-3.9至19.3个百分点）",
		},
		{
			customer.Reason{Code: "personal.too-few", Fact: 29, Mark: 30, Unit: customer.UnitCustomers},
			"too few to tell: 29 customers in the smaller group, 30 needed",
			"人数太少，无法判断：较小一组29位顾客，至少需要30位",
		},
	} {
		seen[tc.reason.Code] = true
		assert.Equal(t, tc.english, maker.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, maker.Explain(tc.reason, customer.Chinese))
		if english := personal.Explain(tc.reason, customer.English); english != tc.reason.Code {
			assert.Equal(t, tc.english, english, "what needs no currency needs no maker")
			assert.Equal(t, tc.chinese, personal.Explain(tc.reason, customer.Chinese))
		}
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s is rendered in no test", code)
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			assert.NotEqual(t, code, maker.Explain(customer.Reason{Code: code}, language), "left raw")
		}
	}
	other := customer.Reason{Code: "shop.closed"}
	assert.Equal(t, "shop.closed", personal.Explain(other, customer.English))
	assert.Equal(t, "shop.closed", personal.Explain(other, customer.Chinese))
	assert.Equal(t, "shop.closed", maker.Explain(other, customer.Chinese))
}

// From purchases to the sentences, on the days around the due day and over the year.
func TestDueReasons(t *testing.T) {
	last := date("2026-11-11")
	others := []lifecycle.Visits{
		{Item: 2, Days: customer.Days{last - 40, last - 30}},
		{Item: 3, Days: every(1, 3, last)},
	}
	for _, tc := range []struct {
		name   string
		on     string
		visits []lifecycle.Visits
		want   []string
	}{
		{
			"due today", "2026-11-25",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"bought on 9 days, 6 of them since 27 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"a day overdue", "2026-11-26",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"1 day overdue since 25 Nov; 100 % of gaps were shorter",
				"bought on 9 days, 6 of them since 28 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"over the year", "2027-01-04",
			[]lifecycle.Visits{{Item: 1, Days: every(14, 9, last)}},
			[]string{
				"every 14 days, last on 11 Nov, due on 25 Nov",
				"40 days overdue since 25 Nov 2026; 100 % of gaps were shorter",
				"bought on 9 days, 3 of them since 6 Oct 2026",
				"on 0 % of recent trips",
			},
		},
		{
			"one purchase", "2026-11-25",
			[]lifecycle.Visits{{Item: 2, Days: customer.Days{date("2026-11-18")}}},
			[]string{
				"bought once, on 18 Nov; others buy again after 10 days, so due on 28 Nov",
				"bought on 1 day, 1 since 27 Aug",
				"on 0 % of recent trips",
			},
		},
		{
			"a new item", "2026-11-25", nil,
			[]string{"new to her; on 100 % of recent trips"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShop(t, others)
			rules := listRules()
			rules.NewItems = 1
			list := s.due(t, rules, tc.visits, date(tc.on))
			require.NotEmpty(t, list)
			line := list[0]
			if i := slices.IndexFunc(list, func(due personal.Due) bool { return len(tc.visits) > 0 && due.Item == tc.visits[0].Item }); i >= 0 {
				line = list[i]
			}
			var sentences []string
			for _, reason := range line.Reasons {
				sentences = append(sentences, personal.Explain(reason, customer.English))
			}
			assert.Equal(t, tc.want, sentences)
		})
	}
}
