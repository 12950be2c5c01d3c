package lifecycle_test

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// stageRules is the usual rule book: four visits of half a year make a regular, who stays
// one down to two; twelve a year and 1,000.00 make her mature; a silence longer than
// nineteen of twenty gaps, or 270 days, is the end.
func stageRules() lifecycle.StageRules {
	return lifecycle.StageRules{
		Edition: customer.Edition{ID: "stages", Version: 1},
		Zone:    "Europe/Berlin", Currency: customer.Currency{Code: "EUR", Digits: 2},
		FirstPurchase: lifecycle.EventEdge{ID: "first"},
		Grow: lifecycle.MeasureEdge{
			ID: "grow", Match: lifecycle.AllMarks, StayDays: 30,
			Marks: []lifecycle.StageMark{{Measure: lifecycle.VisitCount, WindowDays: 180, Enter: 4, Leave: 2}},
		},
		Mature: lifecycle.MeasureEdge{
			ID: "mature", Match: lifecycle.AllMarks, StayDays: 60,
			Marks: []lifecycle.StageMark{
				{Measure: lifecycle.VisitCount, WindowDays: 365, Enter: 12, Leave: 8},
				{Measure: lifecycle.SpendMinor, WindowDays: 365, Enter: 100_000, Leave: 70_000},
			},
		},
		End: lifecycle.EndEdge{
			ID: "end", Match: lifecycle.AnyMark, LatestDays: 270,
			Marks: []lifecycle.StageMark{{Measure: lifecycle.SilencePermille, Enter: 950, Leave: 800}},
		},
		Return: lifecycle.EventEdge{ID: "back", StayDays: 30},
	}
}

func stageZone() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}

func newStages(t require.TestingT, rules lifecycle.StageRules) *lifecycle.Stages {
	stages, err := lifecycle.NewStages(rules, stageZone())
	require.NoError(t, err)
	return stages
}

// night wakes the stages of a customer on the evening of a day.
func night(day customer.Date) lifecycle.Wake {
	return lifecycle.Wake{Ref: "assess", Customer: "c-1", At: evening(day)}
}

// evening is eight in the evening of a day, in the zone of the rules.
func evening(day customer.Date) time.Time { return day.Start(stageZone()).Add(20 * time.Hour) }

// stageLines are purchases of an item for so much each, one a day.
func stageLines(amount int64, days ...customer.Date) []population.Line[customer.ID] {
	var lines []population.Line[customer.ID]
	for _, day := range days {
		lines = append(lines, population.Line[customer.ID]{Customer: "c-1", Item: 1, Day: day, Priced: true, Amount: amount})
	}
	return lines
}

// stageFacts are the facts of lines on a day, with the pace of her own gaps.
func stageFacts(t require.TestingT, day customer.Date, lines []population.Line[customer.ID]) lifecycle.Facts {
	var history lifecycle.FactHistory[customer.ID]
	require.NoError(t, history.Add(lines...))
	return paced(t, history.Facts("c-1", day), nil)
}

// paced adds the pace, where there is one.
func paced(t require.TestingT, facts lifecycle.Facts, gaps *lifecycle.Gaps) lifecycle.Facts {
	rules := rhythmRules()
	rules.PriorGaps = 1
	expected, err := newRhythm(t, rules).Expect(facts.Visits(), gaps, facts.On)
	if refusal := (*customer.Refusal)(nil); !errors.As(err, &refusal) {
		require.NoError(t, err)
		facts.Pace = expected.Pace()
	}
	return facts
}

// told are reasons in words, each on a line.
func told(reasons []customer.Reason, explain func(customer.Reason, customer.Language) string, language customer.Language) string {
	var lines []string
	for _, reason := range reasons {
		lines = append(lines, explain(reason, language))
	}
	return strings.Join(lines, "\n")
}

// stageImage is a standing as it is stored.
func stageImage(t require.TestingT, standing lifecycle.Standing) string {
	text, err := json.Marshal(standing)
	require.NoError(t, err)
	return string(text)
}

func instant(t require.TestingT, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}
