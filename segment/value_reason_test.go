package segment_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// valueExplained is every code of contributions, privileges and service classes, its
// stored text, and its sentences.
func valueExplained() []struct {
	reason                 customer.Reason
	text, english, chinese string
} {
	return []struct {
		reason                 customer.Reason
		text, english, chinese string
	}{
		{
			customer.Reason{Code: segment.CodeContributionOrders, Rule: "value/3", Fact: 50, Mark: 1},
			"segment.contribution-orders",
			"volume: orders 50, returns 1",
			"订单量：购买50单，退货1单",
		},
		{
			customer.Reason{Code: segment.CodeContributionRevenue, Rule: "value/3", Fact: 450000, Mark: 500000},
			"segment.contribution-revenue",
			"volume: she kept goods for 450000 minor units of 500000 minor units sold",
			"销售额：售出500000（最小货币单位），保留450000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionProfit, Rule: "value/3", Fact: -36000, Mark: 450000},
			"segment.contribution-profit",
			"profit contribution -36000 minor units, on 450000 minor units of revenue with known cost",
			"利润贡献-36000（最小货币单位），来自成本已知的销售额450000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionService, Rule: "value/3", Fact: 45000, Mark: 450000},
			"segment.contribution-service",
			"serving her cost 45000 minor units",
			"服务成本45000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionDiscount, Rule: "value/3", Fact: 2000, Mark: 100},
			"segment.contribution-discount",
			"discounts of 2000 minor units are off the revenue already (no list price for 100 minor units of it)",
			"销售额中已扣除折扣2000（最小货币单位）(其中100（最小货币单位）没有标价)",
		},
		{
			customer.Reason{Code: segment.CodeContributionUncosted, Rule: "value/3", Fact: 2000, Mark: 9000},
			"segment.contribution-uncosted",
			"the cost of 2000 minor units is not known, of a turnover of 9000 minor units; it counts neither as profit nor in the rate",
			"往来额9000（最小货币单位）中有2000（最小货币单位）成本不明，不计入利润和贡献率",
		},
		{
			customer.Reason{Code: segment.CodeContributionUnpriced, Rule: "value/3", Fact: 3},
			"segment.contribution-unpriced",
			"left out, as their price is not known: lines 3",
			"有3行价格不明，未计入",
		},
		{
			customer.Reason{Code: segment.CodeContributionTooLittle, Rule: "value/3", Fact: 999, Mark: 1000},
			"segment.contribution-too-little",
			"no rate: revenue of 999 minor units is too little to tell, 1000 minor units needed",
			"无法计算贡献率：销售额999（最小货币单位）不足(需1000（最小货币单位）)",
		},
		{
			customer.Reason{Code: segment.CodeContributionTooUncosted, Rule: "value/3", Fact: 100, Mark: 100},
			"segment.contribution-too-uncosted",
			"no rate: the cost is not known for 10 % of turnover, more than 10 %",
			"无法计算贡献率：往来额的10 %成本不明，超过10 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionNoRate, Rule: "value/3", Fact: -5},
			"segment.contribution-no-rate",
			"no rate: revenue kept of known cost is -5 minor units",
			"无法计算贡献率：成本已知且保留的销售额为-5（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionTier, Rule: "value/3 gold", Fact: 396, Mark: 300},
			"segment.contribution-tier",
			"gold: contribution rate 39.6 %, from 30 %",
			"gold：贡献率39.6 %，达到30 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionTierKept, Rule: "my rules/3 gold of 2026/27", Fact: 285, Mark: 280},
			"segment.contribution-tier-kept",
			"stays gold of 2026/27: contribution rate 28.5 %, not below 28 %",
			"保持gold of 2026/27：贡献率28.5 %，未低于28 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionTierNext, Rule: "value/3 silver", Fact: 80, Mark: 150},
			"segment.contribution-tier-next",
			"not silver: contribution rate 8 %, needs 15 %",
			"未达silver：贡献率8 %，需15 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionProfitRank, Rule: "value/3", Fact: 3, Mark: 4},
			"segment.contribution-profit-rank",
			"by profit contribution number 3 of 4",
			"按利润贡献在4位客户中排第3",
		},
		{
			customer.Reason{Code: segment.CodeContributionRevenueRank, Rule: "value/3", Fact: 1, Mark: 4},
			"segment.contribution-revenue-rank",
			"by volume number 1 of 4",
			"按销售额在4位客户中排第1",
		},
		{
			customer.Reason{Code: segment.CodeContributionRateRank, Rule: "value/3", Fact: 2, Mark: 3},
			"segment.contribution-rate-rank",
			"by contribution rate number 2 of 3 whose rate is known",
			"按贡献率在3位贡献率已知的客户中排第2",
		},
		{
			customer.Reason{Code: segment.CodeContributionLevel, Rule: "value/3", Fact: 2, Mark: 3},
			"segment.contribution-level",
			"2 customers share number 3",
			"2位客户并列第3",
		},
		{
			customer.Reason{Code: segment.CodeContributionShare, Rule: "value/3", Fact: 10000, Mark: 80000},
			"segment.contribution-share",
			"contributes 10000 minor units of the 80000 minor units that all contribute who contribute anything",
			"在所有盈利客户的利润贡献80000（最小货币单位）中占10000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionGreatest, Rule: "value/3", Fact: 40000, Mark: 4},
			"segment.contribution-greatest",
			"the greatest contribution of 4 customers: 40000 minor units",
			"在4位客户中贡献最大：40000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionDays, Rule: "value/3 lately", Fact: 1},
			"segment.contribution-days",
			"lately: last purchase 1 day ago, from 0",
			"lately：距上次购买1天，从0天起",
		},
		{
			customer.Reason{Code: segment.CodeContributionNotBought, Rule: "value/3 long ago"},
			"segment.contribution-not-bought",
			"long ago: no purchase in the window",
			"long ago：期间内没有购买",
		},
		{
			customer.Reason{Code: segment.CodeContributionImportance, Rule: "value/3 top", Fact: 250, Mark: 333},
			"segment.contribution-importance",
			"top: 25 % of customers contribute more, fewer than 33.3 %",
			"top：贡献更大的客户占25 %，少于33.3 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionNoProfit, Rule: "value/3 others", Fact: -100},
			"segment.contribution-no-profit",
			"others: contributes no profit, -100 minor units",
			"others：没有利润贡献(-100（最小货币单位）)",
		},
		{
			customer.Reason{Code: segment.CodeContributionFollowUp, Rule: "value/3 A: visit", Fact: 30},
			"segment.contribution-follow-up",
			"follow up A: visit, every 30 days",
			"跟踪方式A: visit，每30天一次",
		},
		{
			customer.Reason{Code: segment.CodeContributionFollowUp, Rule: "value/3 C: letter"},
			"segment.contribution-follow-up",
			"follow up C: letter, when she comes",
			"跟踪方式C: letter，仅在来店时",
		},
		{
			customer.Reason{Code: segment.CodeContributionOrdersChange, Rule: "value/3", Fact: 2, Mark: 1},
			"segment.contribution-orders-change",
			"orders 2, before 1",
			"订单2单，此前1单",
		},
		{
			customer.Reason{Code: segment.CodeContributionRevenueChange, Rule: "value/3", Fact: 4000, Mark: -200},
			"segment.contribution-revenue-change",
			"revenue kept 4000 minor units, before -200 minor units",
			"保留的销售额4000（最小货币单位），此前-200（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionProfitChange, Rule: "value/3", Fact: 4000, Mark: -200},
			"segment.contribution-profit-change",
			"profit contribution 4000 minor units, before -200 minor units",
			"利润贡献4000（最小货币单位），此前-200（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeContributionRevenueGrowth, Rule: "value/3", Fact: -334},
			"segment.contribution-revenue-growth",
			"growth of revenue -33.4 %",
			"销售额增长率-33.4 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionProfitGrowth, Rule: "value/3", Fact: -334},
			"segment.contribution-profit-growth",
			"growth of profit contribution -33.4 %",
			"利润贡献增长率-33.4 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionRevenueNoGrowth, Rule: "value/3", Fact: -2000},
			"segment.contribution-revenue-no-growth",
			"no growth rate of revenue: it was -2000 minor units before",
			"此前销售额为-2000（最小货币单位），没有增长率",
		},
		{
			customer.Reason{Code: segment.CodeContributionProfitNoGrowth, Rule: "value/3", Fact: -2000},
			"segment.contribution-profit-no-growth",
			"no growth rate of profit contribution: it was -2000 minor units before",
			"此前利润贡献为-2000（最小货币单位），没有增长率",
		},
		{
			customer.Reason{Code: segment.CodeContributionRateChange, Rule: "value/3", Fact: 111, Mark: -200},
			"segment.contribution-rate-change",
			"contribution rate 11.1 %, before -20 %",
			"贡献率11.1 %，此前-20 %",
		},
		{
			customer.Reason{Code: segment.CodeContributionBefore, Rule: "value/3"},
			"segment.contribution-before",
			"of the earlier period:",
			"就此前期间而言：",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeNoClass, Rule: "privileges/2", Fact: 2, Mark: 3},
			"segment.privilege-no-class",
			"the class is none of the 3 in rule book privileges/2, so she has what everyone has: privileges 2",
			"该类别不在3个已知类别之中，享有人人都有的2项基本服务",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeFloor, Rule: "privileges/2 desk"},
			"segment.privilege-floor",
			"desk: as everyone",
			"desk：人人都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeFloor, Rule: "privileges/2 days", Fact: 1, Mark: 5, Unit: customer.UnitDays},
			"segment.privilege-floor",
			"days: 1 day, as everyone",
			"days：1天，人人都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeOwn, Rule: "privileges/2 desk"},
			"segment.privilege-own",
			"desk: her class's own",
			"desk：本类别专有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeOwn, Rule: "privileges/2 days", Fact: 1, Mark: 5, Unit: customer.UnitDays},
			"segment.privilege-own",
			"days: 1 day, her class's own",
			"days：1天，本类别专有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeOwn, Rule: "privileges/2 lounge", Fact: 4, Unit: customer.UnitTimes},
			"segment.privilege-own",
			"lounge: 4 times, her class's own",
			"lounge：4次，本类别专有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeOwn, Rule: "privileges/2 warranty", Fact: 1, Unit: customer.UnitYears},
			"segment.privilege-own",
			"warranty: 1 year, her class's own",
			"warranty：1年，本类别专有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 returns", Fact: 2, Mark: 1, Unit: customer.UnitMonths},
			"segment.privilege-above",
			"returns: 2 months, where everyone has 1 month",
			"returns：2个月，其他客户为1个月",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeFloor, Rule: "privileges/2 answer", Fact: 90, Mark: 90, Unit: customer.UnitSeconds},
			"segment.privilege-floor",
			"answer: 90 seconds, as everyone",
			"answer：90秒，人人都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeFloor, Rule: "privileges/2 gift", Fact: 500, Mark: 500, Unit: customer.UnitPoints},
			"segment.privilege-floor",
			"gift: 500 points, as everyone",
			"gift：500积分，人人都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeFloor, Rule: "privileges/2 guests", Fact: 2, Mark: 2, Unit: customer.UnitCustomers},
			"segment.privilege-floor",
			"guests: 2 customers, as everyone",
			"guests：2位，人人都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 delivery", Fact: 0, Mark: 490, Unit: customer.UnitMinor},
			"segment.privilege-above",
			"delivery: 0 minor units, where everyone has 490 minor units",
			"delivery：0（最小货币单位），其他客户为490（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeOwn, Rule: "privileges/2 queue", Fact: 1},
			"segment.privilege-own",
			"queue: 1, her class's own",
			"queue：1，本类别专有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 desk"},
			"segment.privilege-above",
			"desk: her class's, and everyone's",
			"desk：本类别有，人人也都有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 days", Fact: 1, Mark: 5, Unit: customer.UnitDays},
			"segment.privilege-above",
			"days: 1 day, where everyone has 5 days",
			"days：1天，其他客户为5天",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 price", Fact: 30, Mark: 10, Unit: customer.UnitPermille},
			"segment.privilege-above",
			"price: 3 %, where everyone has 1 %",
			"price：3 %，其他客户为1 %",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeCap, Rule: "privileges/2 price", Fact: 5000},
			"segment.privilege-cap",
			"price: at most 5000 minor units off one price",
			"price：每次最多优惠5000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeNone, Rule: "privileges/2 price"},
			"segment.privilege-none",
			"price: her class does not have it",
			"price：本类别没有",
		},
		{
			customer.Reason{Code: segment.CodePrivilegeConcession, Rule: "privileges/2 price", Fact: 3000, Mark: 100000},
			"segment.privilege-concession",
			"price: 3000 minor units off 100000 minor units",
			"price：价格100000（最小货币单位）优惠3000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeServiceProfitFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-profit-from",
			"profit contribution 1200 minor units, asked for at least 1000 minor units",
			"利润贡献1200（最小货币单位），须达到1000（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeServiceProfitUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-profit-up-to",
			"profit contribution 2 minor units, asked for at most 3 minor units",
			"利润贡献2（最小货币单位），须不超过3（最小货币单位）",
		},
		{
			customer.Reason{Code: segment.CodeServiceCategoriesFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-categories-from",
			"categories bought 1200, asked for at least 1000",
			"购买品类数1200，须达到1000",
		},
		{
			customer.Reason{Code: segment.CodeServiceCategoriesUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-categories-up-to",
			"categories bought 2, asked for at most 3",
			"购买品类数2，须不超过3",
		},
		{
			customer.Reason{Code: segment.CodeServiceProductsFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-products-from",
			"products bought 1200, asked for at least 1000",
			"购买产品数1200，须达到1000",
		},
		{
			customer.Reason{Code: segment.CodeServiceProductsUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-products-up-to",
			"products bought 2, asked for at most 3",
			"购买产品数2，须不超过3",
		},
		{
			customer.Reason{Code: segment.CodeServiceContactsFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-contacts-from",
			"service contacts 1200, asked for at least 1000",
			"服务次数1200，须达到1000",
		},
		{
			customer.Reason{Code: segment.CodeServiceContactsUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-contacts-up-to",
			"service contacts 2, asked for at most 3",
			"服务次数2，须不超过3",
		},
		{
			customer.Reason{Code: segment.CodeServiceSecondsFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-seconds-from",
			"seconds of service 1200, asked for at least 1000",
			"服务秒数1200，须达到1000",
		},
		{
			customer.Reason{Code: segment.CodeServiceSecondsUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-seconds-up-to",
			"seconds of service 2, asked for at most 3",
			"服务秒数2，须不超过3",
		},
		{
			customer.Reason{Code: segment.CodeServiceDemandsFrom, Rule: "service/1 big", Fact: 1200, Mark: 1000},
			"segment.service-demands-from",
			"demands 1200, asked for at least 1000",
			"要求程度1200，须达到1000",
		},
		{
			customer.Reason{Code: segment.CodeServiceDemandsUpTo, Rule: "service/1 big", Fact: 2, Mark: 3},
			"segment.service-demands-up-to",
			"demands 2, asked for at most 3",
			"要求程度2，须不超过3",
		},
		{
			customer.Reason{Code: segment.CodeServiceNoMark, Rule: "service/1 big", Fact: 4},
			"segment.service-no-mark",
			"no mark has been fitted: service contacts",
			"服务次数的界限尚未拟合",
		},
		{
			customer.Reason{Code: segment.CodeServiceNoFigure, Rule: "service/1 big", Fact: 1},
			"segment.service-no-figure",
			"not known: profit contribution",
			"利润贡献未知",
		},
		{
			customer.Reason{Code: segment.CodeServiceUnknown, Rule: "service/1"},
			"segment.service-unknown",
			"so her class is not known",
			"因此类别未知",
		},
		{
			customer.Reason{Code: segment.CodeServiceMaybeBig, Rule: "service/1 big"},
			"segment.service-maybe-big",
			"she may be a big customer",
			"可能是大客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceMaybeHeavy, Rule: "service/1 service-heavy"},
			"segment.service-maybe-heavy",
			"she may be a customer who needs most service",
			"可能是需要最多服务的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceMaybeDemanding, Rule: "service/1 demanding-light"},
			"segment.service-maybe-demanding-light",
			"she may be a customer who demands much and takes little service",
			"可能是要求很高但服务最少的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceMaybeSelective, Rule: "service/1 selective"},
			"segment.service-maybe-selective",
			"she may be a customer who buys only certain products",
			"可能是只购买某些产品的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceBig, Rule: "service/1 x"},
			"segment.service-big",
			"so she is a big customer",
			"因此是大客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceHeavy, Rule: "service/1 x"},
			"segment.service-heavy",
			"so she is a customer who needs most service",
			"因此是需要最多服务的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceDemanding, Rule: "service/1 x"},
			"segment.service-demanding-light",
			"so she is a customer who demands much and takes little service",
			"因此是要求很高但服务最少的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceSelective, Rule: "service/1 x"},
			"segment.service-selective",
			"so she is a customer who buys only certain products",
			"因此是只购买某些产品的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceRest, Rule: "service/1"},
			"segment.service-rest",
			"none of the four classes fits: she is one of the rest",
			"四类都不符合，属于其余客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceAlsoBig, Rule: "service/1 x"},
			"segment.service-also-big",
			"she would be a big customer, but a class before it has her",
			"也符合大客户，但优先归入前面的类别",
		},
		{
			customer.Reason{Code: segment.CodeServiceAlsoHeavy, Rule: "service/1 x"},
			"segment.service-also-heavy",
			"she would need most service, but a class before it has her",
			"也符合需要最多服务，但优先归入前面的类别",
		},
		{
			customer.Reason{Code: segment.CodeServiceAlsoDemanding, Rule: "service/1 x"},
			"segment.service-also-demanding-light",
			"she would demand much and take little, but a class before it has her",
			"也符合要求很高但服务最少，但优先归入前面的类别",
		},
		{
			customer.Reason{Code: segment.CodeServiceAlsoSelective, Rule: "service/1 x"},
			"segment.service-also-selective",
			"she would buy only certain products, but a class before it has her",
			"也符合只购买某些产品，但优先归入前面的类别",
		},
		{
			customer.Reason{Code: segment.CodeServiceNotBig, Rule: "service/1 x"},
			"segment.service-not-big",
			"so not a big customer",
			"因此不是大客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceNotHeavy, Rule: "service/1 x"},
			"segment.service-not-heavy",
			"so not one who needs most service",
			"因此不是需要最多服务的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceNotDemanding, Rule: "service/1 x"},
			"segment.service-not-demanding-light",
			"so not one who demands much and takes little service",
			"因此不是要求很高但服务最少的客户",
		},
		{
			customer.Reason{Code: segment.CodeServiceNotSelective, Rule: "service/1 x"},
			"segment.service-not-selective",
			"so not one who buys only certain products",
			"因此不是只购买某些产品的客户",
		},
	}
}

// Codes and sentences, pinned: the codes stand in hosts' tables.
func TestExplainValue(t *testing.T) {
	for _, test := range valueExplained() {
		assert.Equal(t, test.text, test.reason.Code)
		english, chinese := segment.Explain(test.reason, customer.English), segment.Explain(test.reason, customer.Chinese)
		assert.Equal(t, test.english, english)
		assert.Equal(t, test.chinese, chinese)
		assert.NotContains(t, english+chinese, "%!", "a figure is missing or left over")
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
		assert.Equal(t, english, segment.Explain(test.reason, 0), "a language that is not known reads English")
		for _, figure := range []int64{math.MinInt64, 0, math.MaxInt64} {
			reason := test.reason
			reason.Fact, reason.Mark = figure, figure
			assert.NotContains(t, segment.Explain(reason, customer.English)+segment.Explain(reason, customer.Chinese), "%!")
		}
	}
}

// No code may be missing above, and none stands for two.
func TestExplainKnowsEveryValueCode(t *testing.T) {
	var rendered []string
	for _, test := range valueExplained() {
		if !slices.Contains(rendered, test.text) {
			rendered = append(rendered, test.text)
		}
	}
	assert.ElementsMatch(t, declaredCodes(t, "contribution_reason.go", "privilege_reason.go", "service_reason.go"), rendered)
}

// A rule book writes money in its own currency, and what is not its own as Explain does.
func TestBooksExplainInTheirCurrency(t *testing.T) {
	book := contributionBook(t, contributionRules())
	table, err := segment.NewPrivilegeTable(privilegeRules())
	require.NoError(t, err)
	service, err := segment.NewServiceBook(serviceRules())
	require.NoError(t, err)
	assert.Equal(t, "serving her cost 4.50 EUR", book.Explain(customer.Reason{Code: segment.CodeContributionService, Fact: 450}, customer.English))
	assert.Equal(t, "price：每次最多优惠4.50 EUR", table.Explain(customer.Reason{Code: segment.CodePrivilegeCap, Rule: "privileges/2 price", Fact: 450}, customer.Chinese))
	assert.Equal(t, "delivery: 0.00 EUR, where everyone has 4.90 EUR", table.Explain(customer.Reason{Code: segment.CodePrivilegeAbove, Rule: "privileges/2 delivery", Mark: 490, Unit: customer.UnitMinor}, customer.English))
	assert.Equal(t, "profit contribution -4.50 EUR, asked for at least 0.05 EUR", service.Explain(customer.Reason{Code: segment.CodeServiceProfitFrom, Fact: -450, Mark: 5}, customer.English))
	for _, explain := range []func(customer.Reason, customer.Language) string{book.Explain, table.Explain, service.Explain} {
		assert.Equal(t, "rule book value/3 needs the day to decide for", explain(customer.Reason{Code: customer.CodeNoDay, Rule: "value/3"}, customer.English))
		assert.Equal(t, "other.code", explain(customer.Reason{Code: "other.code"}, customer.Chinese))
	}
}
