package segment_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// explainedReport is every code of report_reason.go and its sentences, for 4 against 10.
func explainedReport() []struct{ code, text, english, chinese string } {
	return []struct{ code, text, english, chinese string }{
		{
			segment.CodeReportFewCustomers, "segment.report-few-customers",
			"too few customers: 4, where 10 are needed", "顾客太少：4人，至少需10人",
		},
		{
			segment.CodeReportFewStores, "segment.report-few-stores",
			"too few stores behind the row: 4, where 10 are needed", "该行涉及的门店太少：4家，至少需10家",
		},
		{
			segment.CodeReportOneCustomer, "segment.report-one-customer",
			"one customer brings 0.4 % of the sum, more than 1 %", "单一顾客占合计的0.4 %，超过1 %",
		},
		{
			segment.CodeReportOneStore, "segment.report-one-store",
			"one store brings 0.4 % of the row's sum, more than 1 %", "单一门店占该行合计的0.4 %，超过1 %",
		},
		{segment.CodeReportWithheld, "segment.report-withheld", "withheld by name", "按指定不予公布"},
		{
			segment.CodeReportProtects, "segment.report-protects",
			"a gap because others could be worked out from it", "为防止由此推算出其他空缺而不予公布",
		},
		{
			segment.CodeReportDifference, "segment.report-difference",
			"r1 × c1 against q1: differs by 4, fewer than 10 customers", "r1 × c1 against q1：相差4人，不足10人",
		},
		{
			segment.CodeReportSumDifference, "segment.report-sum-difference",
			"r1 × c1 against q1: the sums differ by what may be that of fewer than 10 customers",
			"r1 × c1 against q1：金额或数量之差所涉顾客可能不足10人",
		},
		{
			segment.CodeReportStoresDifference, "segment.report-stores-difference",
			"r1 × c1 against q1: differs by too few stores: 4, where 10 are needed", "r1 × c1 against q1：相差的门店太少：4家，至少需10家",
		},
		{
			segment.CodeReportReopened, "segment.report-reopened",
			"r1 × c1 against q1: told in one report and a gap in another of the same scope",
			"r1 × c1 against q1：同一范围的两份报告中一份公布而另一份空缺",
		},
		{
			segment.CodeReportKnown, "segment.report-known",
			"r1 × c1 against q1: what is told besides leaves too little open about the gap", "r1 × c1 against q1：结合其他报告可推知该空缺",
		},
		{
			segment.CodeReportTooMany, "segment.report-too-many",
			"r1 × c1 against q1: too many ways to take the earlier reports together: 4, where 10 are looked at",
			"r1 × c1 against q1：既有报告的组合过多：4种，至多检查10种",
		},
	}
}

func TestExplainReport(t *testing.T) {
	var rendered []string
	for _, test := range explainedReport() {
		rendered = append(rendered, test.text)
		assert.Equal(t, test.text, test.code)
		reason := customer.Reason{Code: test.code, Rule: "r1 × c1 against q1", Fact: 4, Mark: 10}
		english, chinese := segment.Explain(reason, customer.English), segment.Explain(reason, customer.Chinese)
		assert.Equal(t, test.english, english)
		assert.Equal(t, test.chinese, chinese)
		assert.NotContains(t, english+chinese, "{")
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
		assert.Equal(t, english, segment.Explain(reason, 0), "a language that is not known reads English")
	}
	assert.ElementsMatch(t, declaredCodes(t, "report_reason.go"), rendered)
}
