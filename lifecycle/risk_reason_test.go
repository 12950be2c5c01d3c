package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func TestExplainRisk(t *testing.T) {
	day, by := on("2026-11-22"), on("2027-11-22")
	checkTold(t, "risk_reason.go", []toldWinback{
		{
			customer.Reason{Code: "lifecycle.risk-loss", Fact: 6000, Mark: 10_000, On: day, By: by},
			"6000 minor units expected to be lost, of 10000 minor units that she would bring up to 22 Nov 2027",
			"预期损失6000（最小货币单位）：截至2027年11月22日预计带来10000（最小货币单位）",
		},
		{
			customer.Reason{Code: "lifecycle.risk-likely", Fact: 600, Mark: 300, On: day},
			"60 % likely to be gone",
			"已流失的可能性60 %",
		},
		{
			customer.Reason{Code: "lifecycle.risk-signals", Fact: 105, Mark: 495, On: day},
			"10.5 percentage points of that from early signals",
			"其中早期信号增加10.5个百分点",
		},
		{
			customer.Reason{Code: "lifecycle.risk-play", Rule: "risk/1 member-day", Fact: int64(lifecycle.Mature), On: day},
			"suggested: risk/1 member-day",
			"建议：risk/1 member-day",
		},
		{
			customer.Reason{Code: "lifecycle.risk-task", Rule: "risk/1 call", Fact: int64(lifecycle.Mature), On: day, By: day + 5},
			"suggested: risk/1 call, by 27 Nov 2026",
			"建议：risk/1 call，须在2026年11月27日前完成（含当日）",
		},
		{
			customer.Reason{Code: "lifecycle.risk-settle-first", On: day},
			"settle her complaint first",
			"请先处理她的投诉",
		},
		{
			customer.Reason{Code: "lifecycle.risk-in-attempt", On: day},
			"an attempt to win her back runs: the ladder says what is done",
			"正在挽回中：由挽回阶梯决定做什么",
		},
		{
			customer.Reason{Code: "lifecycle.risk-no-play", Fact: int64(lifecycle.Ending), On: day},
			"there is no answer for the stage ending",
			"终止期没有对应的做法",
		},
	})
	loss := customer.Reason{Code: "lifecycle.risk-loss", Fact: 6000, Mark: 10_000, On: day, By: by}
	risks := newRisks(t, riskRules())
	assert.Equal(t, "60.00 EUR expected to be lost, of 100.00 EUR that she would bring up to 22 Nov 2027", risks.Explain(loss, customer.English))
	assert.Equal(t, "预期损失60.00 EUR：截至2027年11月22日预计带来100.00 EUR", risks.Explain(loss, customer.Chinese))
	assert.Equal(t, "settle her complaint first", risks.Explain(customer.Reason{Code: "lifecycle.risk-settle-first"}, customer.English))
}
