package lifecycle_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// readOrders reads the orders of a CD shop, which are no part of the project.
func readOrders(t *testing.T) []population.Line[customer.ID] {
	t.Helper()
	rows, err := sharedTable(t, "cdnow_sample").ReadAll()
	require.NoError(t, err)
	var lines []population.Line[customer.ID]
	for _, row := range rows {
		amount, err := customer.Currency{Code: "USD", Digits: 2}.Minor(decimal.RequireFromString(row[9]))
		require.NoError(t, err)
		lines = append(lines, population.Line[customer.ID]{Customer: customer.ID(row[0]), Day: on(row[1]), Priced: true, Amount: amount})
	}
	return lines
}

// Eighteen months of a CD shop's 2,357 customers, assessed on the last day of each. The
// figures were counted beforehand by a script in Python that shares no line with this
// library: it keeps each customer's stage, the day until which it is held and the latest
// purchase, and applies the rules below month by month to lists of days and amounts.
// Rows D1, D6, D8.
func TestStagesOfAShop(t *testing.T) {
	rules := stageRules()
	rules.Zone, rules.Currency = "Europe/Berlin", customer.Currency{Code: "USD", Digits: 2}
	mark := func(measure lifecycle.StageMeasure, enter, leave int64) lifecycle.StageMark {
		return lifecycle.StageMark{Measure: measure, WindowDays: 365, Enter: enter, Leave: leave}
	}
	rules.Grow.Marks, rules.Grow.StayDays = []lifecycle.StageMark{mark(lifecycle.VisitCount, 3, 2)}, 60
	rules.Mature.Marks = []lifecycle.StageMark{mark(lifecycle.VisitCount, 6, 4), mark(lifecycle.SpendMinor, 20_000, 12_000)}
	rules.Mature.StayDays = 90
	rules.End.Marks, rules.End.Match, rules.End.LatestDays = nil, 0, 180
	stages := newStages(t, rules)

	var history lifecycle.FactHistory[customer.ID]
	require.NoError(t, history.Add(readOrders(t)...))
	require.Equal(t, 2357, history.Customers())
	report, err := lifecycle.NewStageReport(population.Period{From: on("1997-01-01"), Until: on("1998-07-01")})
	require.NoError(t, err)
	entries, standings := map[customer.ID][]lifecycle.Entry{}, map[customer.ID]lifecycle.Standing{}
	for month := range 18 {
		day := on("1997-01-31").AddMonths(month)
		for id, facts := range history.All(day) {
			d, err := stages.Assess(standings[id], facts, night(day))
			require.NoError(t, err)
			standings[id], entries[id] = d.Next, append(entries[id], d.Entries...)
		}
	}
	for id := range history.All(1) {
		require.NoError(t, report.Add(entries[id]))
	}
	moves := map[[2]lifecycle.Stage]int64{}
	for from := range lifecycle.Ending + 1 {
		for to := range lifecycle.Ending + 1 {
			if n := report.Moves(from, to); n > 0 {
				moves[[2]lifecycle.Stage{from, to}] = n
			}
		}
	}
	const developing, growing, mature, ending = lifecycle.Developing, lifecycle.Growing, lifecycle.Mature, lifecycle.Ending
	assert.Equal(t, map[[2]lifecycle.Stage]int64{
		{0, developing}: 2312, {0, growing}: 43, {0, mature}: 2,
		{developing, growing}: 502, {developing, ending}: 1906,
		{growing, developing}: 240, {growing, mature}: 169, {growing, ending}: 316,
		{mature, growing}: 16, {mature, ending}: 45, {ending, growing}: 431,
	}, moves)
	var end [6]int64
	for stage := range lifecycle.Ending + 1 {
		_, end[stage] = report.At(stage)
	}
	assert.Equal(t, [6]int64{0, 0, 144, 267, 110, 1836}, end)
	assert.EqualValues(t, 2357, report.Newcomers().All)
}
