package segment

import "github.com/rapport-crm/rapport/customer"

// The reason codes of reports. They are format. In the codes of gaps Rule is the rule
// book's name; they are for the host alone and never leave the house. In those of a
// refusal Rule names the figure and the earlier reports.
const (
	CodeReportFewCustomers = "segment.report-few-customers" // Fact: customers; Mark: customers needed
	CodeReportFewStores    = "segment.report-few-stores"    // Fact: stores behind the row; Mark: stores needed
	CodeReportOneCustomer  = "segment.report-one-customer"  // Fact: ‰ of the sum that one customer brings, rounded down; Mark: the most allowed
	CodeReportOneStore     = "segment.report-one-store"     // Fact: ‰ of the row's sum that one store brings, rounded down; Mark: the most allowed
	CodeReportWithheld     = "segment.report-withheld"      // Fact: customers; the host asked for it
	CodeReportProtects     = "segment.report-protects"      // Fact: customers; other gaps could be worked out from it

	CodeReportDifference       = "segment.report-difference"        // Fact: customers by whom the figure differs from the earlier report's; Mark: customers needed
	CodeReportSumDifference    = "segment.report-sum-difference"    // the sums differ by what cannot be shown to be that of enough customers; Fact and Mark as above
	CodeReportStoresDifference = "segment.report-stores-difference" // Fact: stores by which the reports differ; Mark: stores needed
	CodeReportReopened         = "segment.report-reopened"          // told in one and a gap in the other of the same scope; Mark: customers needed
	CodeReportKnown            = "segment.report-known"             // Fact: how many values the other reports leave open to the gap, or 0; Mark: customers needed
	CodeReportTooMany          = "segment.report-too-many"          // Fact: ways to take earlier reports together; Mark: the most that are looked at
)

func explainReport(r customer.Reason, language customer.Language) (text string, ok bool) {
	english, chinese := "", ""
	switch r.Code {
	case CodeReportFewCustomers:
		english, chinese = "too few customers: {fact}, where {mark} are needed", "顾客太少：{fact}人，至少需{mark}人"
	case CodeReportFewStores:
		english, chinese = "too few stores behind the row: {fact}, where {mark} are needed", "该行涉及的门店太少：{fact}家，至少需{mark}家"
	case CodeReportOneCustomer:
		english, chinese = "one customer brings {fact%} of the sum, more than {mark%}", "单一顾客占合计的{fact%}，超过{mark%}"
	case CodeReportOneStore:
		english, chinese = "one store brings {fact%} of the row's sum, more than {mark%}", "单一门店占该行合计的{fact%}，超过{mark%}"
	case CodeReportWithheld:
		english, chinese = "withheld by name", "按指定不予公布"
	case CodeReportProtects:
		english, chinese = "a gap because others could be worked out from it", "为防止由此推算出其他空缺而不予公布"
	case CodeReportDifference:
		english, chinese = "{rule}: differs by {fact}, fewer than {marks}", "{rule}：相差{fact}人，不足{mark}人"
	case CodeReportSumDifference:
		english, chinese = "{rule}: the sums differ by what may be that of fewer than {marks}", "{rule}：金额或数量之差所涉顾客可能不足{mark}人"
	case CodeReportStoresDifference:
		english, chinese = "{rule}: differs by too few stores: {fact}, where {mark} are needed", "{rule}：相差的门店太少：{fact}家，至少需{mark}家"
	case CodeReportReopened:
		english, chinese = "{rule}: told in one report and a gap in another of the same scope", "{rule}：同一范围的两份报告中一份公布而另一份空缺"
	case CodeReportKnown:
		english, chinese = "{rule}: what is told besides leaves too little open about the gap", "{rule}：结合其他报告可推知该空缺"
	case CodeReportTooMany:
		english, chinese = "{rule}: too many ways to take the earlier reports together: {fact}, where {mark} are looked at", "{rule}：既有报告的组合过多：{fact}种，至多检查{mark}种"
	default:
		return "", false
	}
	if language == customer.Chinese {
		return figures(chinese, r, "customer", language), true
	}
	return figures(english, r, "customer", language), true
}
