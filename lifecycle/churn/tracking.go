package churn

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// MaxWeeks bounds how many weeks Track follows a cohort.
const MaxWeeks = 1_000

// Week is a week of a Tracking. The totals count from the first week on.
type Week struct {
	Ends          customer.Date `json:"ends"` // its last day
	Expected      float64       `json:"expected"`
	ExpectedTotal float64       `json:"expected_total"`
	Actual        int64         `json:"actual"`
	ActualTotal   int64         `json:"actual_total"`
}

// Accuracy compares the expected repeat purchases of some weeks with the actual ones. All
// errors are shares of actual figures, 0.05 for 5 %.
type Accuracy struct {
	Weeks    int     `json:"weeks"`
	Expected float64 `json:"expected"`
	Actual   int64   `json:"actual"`
	Error    float64 `json:"error"` // (Expected−Actual)/Actual: below 0 where too little was expected
	// WeeklyError is the mean over the weeks of |expected−actual|/actual, TotalError the mean
	// of the same of the totals (MAPE, of the incremental and of the cumulative series). Weeks
	// and totals without an actual purchase have no such share and are left out; Empty counts
	// these weeks. WeightedError is Σ|expected−actual| / Σ actual over all the weeks.
	WeeklyError   float64 `json:"weekly_error"`
	TotalError    float64 `json:"total_error"`
	WeightedError float64 `json:"weighted_error"`
	Empty         int     `json:"empty"`
}

// Tracking is what a cohort did from week to week, beside what a model expected of it.
type Tracking struct {
	Customers   int64    `json:"customers"` // who made their first purchase up to the end of the last week
	Weeks       []Week   `json:"weeks"`
	Calibration Accuracy `json:"calibration"` // of the weeks that the model was fitted to
	Holdout     Accuracy `json:"holdout"`     // of those after them: how well it foretells
}

// Track follows a cohort from a day on, for so many weeks of which the first calibration
// ones are those that the model was fitted to. What is expected of a week are the repeat
// purchases of everyone who has made her first by then, each as a newcomer of her day:
// nothing that anybody did after her first purchase is looked at. So the model should be
// fitted to the same customers as they stood at the end of the calibration.
//
// Repeat purchases before the first day are not counted, neither expected nor actual.
// Actual figures after the last day that the cohort's facts reach to are 0: follow it no
// further than that. Weeks that are not 1 to MaxWeeks, a calibration beyond them and
// first purchases more than MaxDays before the last week are customer.Faults.
func (c *Cohort) Track(model Purchases, first customer.Date, calibration, weeks int) (Tracking, error) {
	var faults customer.Faults
	faults.Within("weeks", weeks, 1, MaxWeeks)
	faults.Within("calibration", calibration, 0, min(max(0, weeks), MaxWeeks))
	last := first.AddDays(7*min(max(1, weeks), MaxWeeks) - 1)
	days := c.sorted()
	switch {
	case !last.Valid():
		faults.Add("first", first, "is a day whose weeks lie in the calendar")
	case len(days) > 0 && last-days[0] > MaxDays:
		faults.Add("first", first, fmt.Sprintf("lets the last week end at most %d days after %s", MaxDays, days[0]))
	}
	if err := faults.Err(); err != nil {
		return Tracking{}, err
	}

	t := Tracking{Weeks: make([]Week, weeks)}
	c.expect(t.Weeks, remembered(model, days, last), days, first)
	for _, day := range days {
		if day > last {
			break
		}
		t.Customers += c.days[day].first
		if day >= first {
			t.Weeks[int(day-first)/7].Actual += c.days[day].repeat
		}
	}
	total := int64(0)
	for i := range t.Weeks {
		total += t.Weeks[i].Actual
		t.Weeks[i].ActualTotal = total
	}
	t.Calibration, t.Holdout = accuracy(t.Weeks[:calibration]), accuracy(t.Weeks[calibration:])
	return t, nil
}

// expect fills in what is expected of the weeks.
func (c *Cohort) expect(weeks []Week, newcomer func(int) float64, days []customer.Date, first customer.Date) {
	// upTo are the repeat purchases of everyone up to the end of a day.
	upTo := func(end customer.Date) float64 {
		sum := 0.0
		for _, day := range days {
			if day >= end {
				break
			}
			if n := c.days[day].first; n > 0 {
				sum += float64(n) * newcomer(int(end-day))
			}
		}
		return sum
	}
	before, total := upTo(first-1), 0.0
	for i := range weeks {
		week := &weeks[i]
		week.Ends = first.AddDays(7*i + 6)
		week.ExpectedTotal = max(total, upTo(week.Ends)-before) // the maximum against rounding
		week.Expected = week.ExpectedTotal - total
		total = week.ExpectedTotal
	}
}

// remembered asks the model for each number of days once.
func remembered(model Purchases, days []customer.Date, last customer.Date) func(int) float64 {
	if len(days) == 0 {
		return model.Newcomer
	}
	known := make([]float64, max(0, int(last-days[0]))+1)
	for i := range known {
		known[i] = math.NaN()
	}
	return func(horizonDays int) float64 {
		if math.IsNaN(known[horizonDays]) {
			known[horizonDays] = model.Newcomer(horizonDays)
		}
		return known[horizonDays]
	}
}

// accuracy compares some weeks.
func accuracy(weeks []Week) Accuracy {
	a := Accuracy{Weeks: len(weeks)}
	missed, totals := 0.0, 0
	for i := range weeks {
		week := &weeks[i]
		a.Expected += week.Expected
		a.Actual += week.Actual
		miss := math.Abs(week.Expected - float64(week.Actual))
		missed += miss
		if week.Actual > 0 {
			a.WeeklyError += miss / float64(week.Actual)
		} else {
			a.Empty++
		}
		if week.ActualTotal > 0 {
			a.TotalError += math.Abs(week.ExpectedTotal-float64(week.ActualTotal)) / float64(week.ActualTotal)
			totals++
		}
	}
	a.WeeklyError /= float64(max(1, a.Weeks-a.Empty))
	a.TotalError /= float64(max(1, totals))
	if a.Actual > 0 {
		a.Error = (a.Expected - float64(a.Actual)) / float64(a.Actual)
		a.WeightedError = missed / float64(a.Actual)
	}
	return a
}
