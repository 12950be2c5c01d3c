package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func TestExplainFrequency(t *testing.T) {
	before, from, now := on("2026-05-30"), on("2026-08-28"), on("2026-11-25")
	testExplainedRhythm(t, "frequency_reason.go", []explainedRhythm{
		{
			customer.Reason{Code: "lifecycle.frequency-rising", Rule: "frequency/1", Fact: 10, Mark: 2, Unit: customer.UnitTimes, On: from, By: now},
			"rising: 10 visits from 28 Aug to 25 Nov, 2 in as many days before",
			"上升：8月28日至11月25日到店10次，此前同样天数内2次",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-falling", Rule: "frequency/1", Fact: 1, Mark: 9, Unit: customer.UnitTimes, On: from, By: now},
			"falling: 1 visit from 28 Aug to 25 Nov, 9 in as many days before",
			"下降：8月28日至11月25日到店1次，此前同样天数内9次",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-steady", Rule: "frequency/1", Fact: 3, Mark: 9, Unit: customer.UnitTimes, On: from, By: now},
			"steady: 3 visits from 28 Aug to 25 Nov, 9 in as many days before",
			"平稳：8月28日至11月25日到店3次，此前同样天数内9次",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-windows", Rule: "frequency/1", Fact: 90, Mark: 180, Unit: customer.UnitDays, On: before, By: now},
			"two windows of 90 days, from 30 May to 25 Nov",
			"两个时段各90天，5月30日至11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-windows", Rule: "frequency/1", Fact: 90, Mark: 180, Unit: customer.UnitCountedDays, On: before, By: now},
			"two windows of 90 counted days, from 30 May to 25 Nov",
			"两个时段各90个计入日，5月30日至11月25日",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-chance", Rule: "frequency/1", Fact: 12, Mark: 10, Unit: customer.UnitTimes, On: before, By: now},
			"of 12 visits, 10 in one window are too many for chance",
			"共12次到店，其中一个时段达到10次即非偶然",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-too-few", Rule: "frequency/1", Fact: 4, Mark: 6, Unit: customer.UnitTimes, On: before, By: now},
			"4 visits from 30 May to 25 Nov; at least 6 are needed",
			"5月30日至11月25日到店4次，至少需要6次",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-untold", Rule: "frequency/1", Fact: 4, Mark: 5, Unit: customer.UnitTimes, On: before, By: now},
			"4 visits from 30 May to 25 Nov can fall into either window by chance alone",
			"5月30日至11月25日到店4次，如何分布都可能只是偶然",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-too-new", Rule: "frequency/1", Fact: 90, Mark: 180, Unit: customer.UnitDays, On: from, By: before},
			"first purchase on 28 Aug, not before 30 May: two windows of 90 days tell nothing yet",
			"首次购买在8月28日，不早于5月30日：两个90天的时段尚不能说明变化",
		},
		{
			customer.Reason{Code: "lifecycle.frequency-no-visit", Rule: "frequency/1", Fact: 90, Mark: 180, Unit: customer.UnitDays, On: now},
			"no purchase up to 25 Nov 2026",
			"截至2026年11月25日没有购买",
		},
	})
}

// The reasons that each trend gives.
func TestChangeReasons(t *testing.T) {
	now := on("2026-11-25")
	frequency := newFrequency(t, frequencyRules())
	for _, tc := range []struct {
		name           string
		earlier, later int
		want           []string
	}{
		{"rising", 2, 10, []string{lifecycle.CodeFrequencyRising, lifecycle.CodeFrequencyWindows, lifecycle.CodeFrequencyChance}},
		{"falling", 10, 2, []string{lifecycle.CodeFrequencyFalling, lifecycle.CodeFrequencyWindows, lifecycle.CodeFrequencyChance}},
		{"steady", 6, 6, []string{lifecycle.CodeFrequencySteady, lifecycle.CodeFrequencyWindows, lifecycle.CodeFrequencyChance}},
		{"too few for the rules", 4, 1, []string{lifecycle.CodeFrequencyTooFew, lifecycle.CodeFrequencyWindows}},
		{"every day", 90, 90, []string{lifecycle.CodeFrequencyUntold, lifecycle.CodeFrequencyWindows}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := frequency.Compare(frequencyHalves(90, tc.earlier, tc.later, now), nil, now)
			require.NoError(t, err)
			var list []string
			for _, reason := range c.Reasons() {
				list = append(list, reason.Code)
				assert.Equal(t, "frequency/1", reason.Rule)
			}
			assert.Equal(t, tc.want, list)
		})
	}
	for _, tc := range []struct {
		days customer.Days
		want string
	}{{nil, lifecycle.CodeFrequencyNothing}, {customer.Days{now}, lifecycle.CodeFrequencyTooNew}} {
		c, err := frequency.Compare(tc.days, nil, now)
		require.NoError(t, err)
		require.Len(t, c.Reasons(), 1)
		assert.Equal(t, tc.want, c.Reasons()[0].Code)
	}
}
