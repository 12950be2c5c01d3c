package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// explainedRhythm is a reason and how it reads.
type explainedRhythm struct {
	reason           customer.Reason
	english, chinese string
}

// testExplainedRhythm holds the texts of reasons, which must be all that a file declares.
func testExplainedRhythm(t *testing.T, file string, cases []explainedRhythm) {
	t.Helper()
	seen := map[string]bool{}
	for _, tc := range cases {
		assert.Equal(t, tc.english, lifecycle.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(tc.reason, customer.Chinese))
		seen[tc.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, file) {
		assert.True(t, seen[code], "%s is shown", code)
		delete(seen, code)
	}
}

func TestExplainSeason(t *testing.T) {
	last, now, next := on("2026-09-20"), on("2026-10-01"), on("2027-03-01")
	testExplainedRhythm(t, "season_reason.go", []explainedRhythm{
		{
			customer.Reason{Code: "lifecycle.counted-days", Rule: "year/2/garden", Fact: 10, Mark: 11, Unit: customer.UnitDays, On: last, By: now},
			"of the 11 days from 20 Sep to 1 Oct, 10 count",
			"9月20日之后至10月1日共11天，其中10天计入",
		},
		{
			customer.Reason{Code: "lifecycle.counted-days", Rule: "year/2/garden", Fact: 10, Mark: 162, Unit: customer.UnitDays, On: last, By: next},
			"of the 162 days from 20 Sep 2026 to 1 Mar 2027, 10 count",
			"2026年9月20日之后至2027年3月1日共162天，其中10天计入",
		},
		{
			customer.Reason{Code: "lifecycle.counted-days", Rule: "shop/1", Fact: 0, Mark: 1, Unit: customer.UnitDays, On: last, By: last + 1},
			"of the 1 day from 20 Sep to 21 Sep, 0 count",
			"9月20日之后至9月21日共1天，其中0天计入",
		},
		{
			customer.Reason{Code: "lifecycle.silence-rests", Rule: "year/2/garden", On: now, By: next},
			"no day counts before 1 Mar 2027",
			"在2027年3月1日之前不计天数",
		},
		{
			customer.Reason{Code: "lifecycle.silence-rests", Rule: "year/2/garden", On: customer.MaxDate},
			"this day does not count, nor does any later one",
			"该日及以后均不计入",
		},
		{
			customer.Reason{Code: "lifecycle.few-gaps", Rule: "rhythm/1", Fact: 4, Mark: 30, Unit: customer.UnitTimes},
			"4 gaps of its own, where 30 are asked for: a wider range speaks",
			"仅有4个间隔，至少需要30个，故采用更大范围的间隔",
		},
		{
			customer.Reason{Code: "lifecycle.few-gaps", Rule: "rhythm/1", Fact: 1, Mark: 30, Unit: customer.UnitTimes},
			"1 gap of its own, where 30 are asked for: a wider range speaks",
			"仅有1个间隔，至少需要30个，故采用更大范围的间隔",
		},
	})
}

// The codes of rhythm say so where not every day counts.
func TestExplainCountedDays(t *testing.T) {
	last, due := on("2026-09-20"), on("2026-09-30")
	for _, tc := range []explainedRhythm{
		{
			customer.Reason{Code: "lifecycle.rhythm", Fact: 10, Mark: 4, Unit: customer.UnitCountedDays, On: last, By: due},
			"every 10 counted days, last on 20 Sep, due on 30 Sep",
			"每10个计入日购买一次，上次9月20日，预计9月30日",
		},
		{
			customer.Reason{Code: "lifecycle.second-purchase", Fact: 10, Mark: 1, Unit: customer.UnitCountedDays, On: last, By: due},
			"bought once, on 20 Sep; others buy again after 10 counted days, so due on 30 Sep",
			"仅在9月20日购买过一次；其他顾客10个计入日后再次购买，预计9月30日",
		},
		{
			customer.Reason{Code: "lifecycle.overdue", Fact: 1, Mark: 900, Unit: customer.UnitCountedDays, On: due + 1, By: due},
			"1 counted day overdue since 30 Sep; 90 % of gaps were shorter",
			"自9月30日起已逾期1个计入日；90 %的间隔比这更短",
		},
		{
			customer.Reason{Code: "lifecycle.due-in", Fact: 3, Unit: customer.UnitCountedDays, On: due - 3, By: due},
			"due in 3 counted days, on 30 Sep",
			"还有3个计入日，预计9月30日",
		},
	} {
		assert.Equal(t, tc.english, lifecycle.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, lifecycle.Explain(tc.reason, customer.Chinese))
	}
}
