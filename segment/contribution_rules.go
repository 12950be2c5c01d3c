package segment

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of ContributionRules.
const (
	MaxContributionYears = 10
	MaxContributionTiers = 50
	MaxContributionBands = 20 // of timeliness, and of importance
	MaxFollowUpDays      = 3660
)

// ContributionRules is the rule book of what customers bring, as plain data: over which
// period, what their tier by contribution rate is, and how they are followed up.
type ContributionRules struct {
	customer.Edition

	Zone     string            `json:"zone"` // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency"`

	// The period before a day of decision, one of the two. Days: that many whole days
	// before it, 1 to 3660. Calendar years: that many whole ones before its own, 1 to
	// 10; 1 is last year.
	WindowDays    int `json:"window_days,omitempty"`
	CalendarYears int `json:"calendar_years,omitempty"`

	// A customer of less revenue kept, or of whose turnover a greater part is of unknown
	// cost, has neither a tier nor a rank by rate: nobody can tell.
	MinRevenue          decimal.Decimal `json:"min_revenue"`           // exact in minor units
	MaxUncostedPermille int             `json:"max_uncosted_permille"` // 0 to 1000

	// Tiers by contribution rate, from the lowest up; none: customers have no tier. Who
	// had a tier keeps it until the rate misses its mark by more than the slack, which is
	// less than the step between any two marks.
	Tiers             []ContributionTier `json:"tiers,omitempty"`
	TierSlackPermille int                `json:"tier_slack_permille,omitempty"`

	// FollowUp grades customers by timeliness and importance; nil: nobody is graded. It
	// needs WindowDays, since a calendar year says nothing about last month.
	FollowUp *ContributionFollowUps `json:"follow_up,omitempty"`
}

// ContributionTier is a tier and the contribution rate from which it is reached.
type ContributionTier struct {
	Name          string `json:"name"`
	EnterPermille int    `json:"enter_permille"` // −1000 to 1000; equal counts as reached
}

// ContributionFollowUps says how each customer of a window is followed up: the greatest
// in a way of her own, everyone else by how lately she bought and how much she brought.
type ContributionFollowUps struct {
	Greatest   ContributionFollowUp     `json:"greatest"`   // whom nobody is ahead of, in profit above 0
	Timeliness []ContributionTimeliness `json:"timeliness"` // ascending from day 0
	Importance []ContributionImportance `json:"importance"` // ascending up to 1000 ‰
	// Grades say for every timeliness with every importance what follows, once.
	Grades []ContributionGrade `json:"grades"`
}

// ContributionTimeliness is a band of days since the last purchase, up to the next band.
type ContributionTimeliness struct {
	Name     string `json:"name"`
	FromDays int    `json:"from_days"` // 0 in the first band; at most window_days
}

// ContributionImportance is a band of ranks by profit contribution. A customer is in the
// first band of whose ‰ fewer customers are ahead of her, so that equals are never
// divided. Who brought no profit is in the last band, whatever her rank.
type ContributionImportance struct {
	Name        string `json:"name"`
	TopPermille int    `json:"top_permille"` // of all customers; 1000 in the last band
}

// ContributionGrade gives the customers of some bands a follow-up.
type ContributionGrade struct {
	Timeliness []string `json:"timeliness"` // names of bands
	Importance []string `json:"importance"` // names of bands
	ContributionFollowUp
}

// ContributionFollowUp is how, and how often, a customer is followed up.
type ContributionFollowUp struct {
	Grade        string `json:"grade"`         // "A"
	Strength     string `json:"strength"`      // what is done: "personal visit"
	IntervalDays int    `json:"interval_days"` // at most so many days apart; 0: only when she comes
}

// ParseContributionRules reads ContributionRules from JSON, strictly; see
// customer.ParseRules. NewContributionBook checks what they say.
func ParseContributionRules(data []byte) (ContributionRules, error) {
	return customer.ParseRules[ContributionRules](data)
}

// Period returns the days that count for a decision on a day. Before the year 1 there
// are none.
func (r ContributionRules) Period(on customer.Date) population.Period {
	if r.CalendarYears == 0 {
		return population.Period{From: max(on.AddDays(-r.WindowDays), 1), Until: on}
	}
	year, _, _ := on.Civil()
	until, _ := customer.NewDate(year, time.January, 1) // where there is none, the zero Date
	from, _ := customer.NewDate(year-r.CalendarYears, time.January, 1)
	return population.Period{From: max(from, 1), Until: max(until, 1)}
}

// clone returns rules that share no memory with r.
func (r ContributionRules) clone() ContributionRules {
	r.Tiers = slices.Clone(r.Tiers)
	if r.FollowUp != nil {
		followUp := *r.FollowUp
		followUp.Timeliness = slices.Clone(followUp.Timeliness)
		followUp.Importance = slices.Clone(followUp.Importance)
		followUp.Grades = slices.Clone(followUp.Grades)
		r.FollowUp = &followUp
	}
	return r
}

// check returns every fault of the rules.
func (r ContributionRules) check() error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.ZoneName("zone", r.Zone)
	faults.Currency("currency", r.Currency)
	switch {
	case r.WindowDays != 0 && r.CalendarYears != 0:
		faults.Add("calendar_years", r.CalendarYears, "is absent where there are window_days")
	case r.CalendarYears != 0:
		faults.Within("calendar_years", r.CalendarYears, 1, MaxContributionYears)
	default:
		faults.Within("window_days", r.WindowDays, 1, MaxWindowDays)
	}
	if least, exact := customer.Scaled(r.MinRevenue, r.Currency.Digits); !exact || least < 0 || least > maxSum {
		faults.Add("min_revenue", r.MinRevenue, "is 0 or more, exact in minor units, and at most 10¹⁸ of them")
	}
	faults.Within("max_uncosted_permille", r.MaxUncostedPermille, 0, 1000)
	r.checkTiers(&faults)
	if r.FollowUp != nil {
		if r.CalendarYears != 0 {
			faults.Add("follow_up", "", "needs window_days: calendar years say nothing about the days since a purchase")
		}
		var part customer.Faults
		r.FollowUp.check(&part, r.WindowDays)
		faults.Join("follow_up", part)
	}
	return faults.Err()
}

func (r ContributionRules) checkTiers(faults *customer.Faults) {
	faults.Within("tiers", len(r.Tiers), 0, MaxContributionTiers)
	if len(r.Tiers) > MaxContributionTiers {
		return
	}
	faults.Within("tier_slack_permille", r.TierSlackPermille, 0, 1000)
	names := valueNames{}
	for i, tier := range r.Tiers {
		path := fmt.Sprintf("tiers[%d]", i)
		names.check(faults, path+".name", tier.Name)
		faults.Within(path+".enter_permille", tier.EnterPermille, -1000, 1000)
		if i == 0 {
			continue
		}
		switch step := tier.EnterPermille - r.Tiers[i-1].EnterPermille; {
		case step <= 0:
			faults.Add(path+".enter_permille", tier.EnterPermille,
				fmt.Sprintf("is above that of the tier before it, %d", r.Tiers[i-1].EnterPermille))
		case r.TierSlackPermille >= step: // else a tier would be kept with the rate of two below
			faults.Add("tier_slack_permille", r.TierSlackPermille,
				fmt.Sprintf("is less than the step up to %s, %d", path, step))
		}
	}
}

func (f *ContributionFollowUps) check(faults *customer.Faults, windowDays int) {
	f.Greatest.check(faults, "greatest.")
	faults.Within("timeliness", len(f.Timeliness), 1, MaxContributionBands)
	faults.Within("importance", len(f.Importance), 1, MaxContributionBands)
	faults.Within("grades", len(f.Grades), 1, MaxContributionBands*MaxContributionBands)
	if len(*faults) > 0 {
		return // the table below would only repeat them
	}
	timeliness, importance := valueNames{}, valueNames{}
	for i, band := range f.Timeliness {
		path := fmt.Sprintf("timeliness[%d]", i)
		timeliness.check(faults, path+".name", band.Name)
		switch {
		case i == 0 && band.FromDays != 0:
			faults.Add(path+".from_days", band.FromDays, "is 0: before it there is a gap")
		case i > 0 && band.FromDays <= f.Timeliness[i-1].FromDays:
			faults.Add(path+".from_days", band.FromDays, "is above that of the band before it, which it overlaps")
		case band.FromDays > 0 && band.FromDays > windowDays:
			faults.Add(path+".from_days", band.FromDays, "lies within window_days, or nobody is ever in the band")
		}
	}
	for i, band := range f.Importance {
		path := fmt.Sprintf("importance[%d]", i)
		importance.check(faults, path+".name", band.Name)
		faults.Within(path+".top_permille", band.TopPermille, 1, 1000)
		switch {
		case i > 0 && band.TopPermille <= f.Importance[i-1].TopPermille:
			faults.Add(path+".top_permille", band.TopPermille, "is above that of the band before it, which it overlaps")
		case i == len(f.Importance)-1 && band.TopPermille < 1000:
			faults.Add(path+".top_permille", band.TopPermille, "is 1000 in the last band: below it there is a gap")
		}
	}
	f.checkTable(faults)
}

// checkTable holds the grades against the bands: every pair of bands has its follow-up,
// and has it once.
func (f *ContributionFollowUps) checkTable(faults *customer.Faults) {
	table, seen := f.table(), map[[2]int]int{}
	for i := range f.Grades {
		grade, path := &f.Grades[i], fmt.Sprintf("grades[%d]", i)
		grade.ContributionFollowUp.check(faults, path+".")
		f.checkBands(faults, path+".timeliness", grade.Timeliness, func(name string) bool { return f.timeliness(name) >= 0 })
		f.checkBands(faults, path+".importance", grade.Importance, func(name string) bool { return f.importance(name) >= 0 })
		for _, when := range grade.Timeliness {
			for _, what := range grade.Importance {
				pair := [2]int{f.timeliness(when), f.importance(what)}
				if other, twice := seen[pair]; twice && other != i {
					faults.Add(path, when+" with "+what, fmt.Sprintf("has its grade in grades[%d] already", other))
				}
				seen[pair] = i
			}
		}
	}
	for i, row := range table {
		for j, grade := range row {
			if grade < 0 {
				faults.Add("grades", f.Timeliness[i].Name+" with "+f.Importance[j].Name, "has a grade")
			}
		}
	}
}

func (f *ContributionFollowUps) checkBands(faults *customer.Faults, path string, names []string, known func(string) bool) {
	faults.Within(path, len(names), 1, MaxContributionBands)
	for i, name := range names[:min(len(names), MaxContributionBands)] {
		if !known(name) || slices.Contains(names[:i], name) {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), name, "names one of the bands, once")
		}
	}
}

// table is the place of each pair's grade, or −1 where there is none.
func (f *ContributionFollowUps) table() [][]int {
	table := make([][]int, len(f.Timeliness))
	for i := range table {
		table[i] = slices.Repeat([]int{-1}, len(f.Importance))
	}
	for i := range f.Grades {
		for _, when := range f.Grades[i].Timeliness {
			for _, what := range f.Grades[i].Importance {
				if row, column := f.timeliness(when), f.importance(what); row >= 0 && column >= 0 {
					table[row][column] = i
				}
			}
		}
	}
	return table
}

func (f *ContributionFollowUps) timeliness(name string) int {
	return slices.IndexFunc(f.Timeliness, func(band ContributionTimeliness) bool { return band.Name == name })
}

func (f *ContributionFollowUps) importance(name string) int {
	return slices.IndexFunc(f.Importance, func(band ContributionImportance) bool { return band.Name == name })
}

func (f ContributionFollowUp) check(faults *customer.Faults, path string) {
	faults.Name(path+"grade", f.Grade)
	faults.Name(path+"strength", f.Strength)
	faults.Within(path+"interval_days", f.IntervalDays, 0, MaxFollowUpDays)
}

// valueNames notes names that are required and stand only once.
type valueNames map[string]bool

func (n valueNames) check(faults *customer.Faults, path, name string) {
	faults.Name(path, name)
	if n[name] {
		faults.Add(path, name, "stands only once")
	}
	n[name] = true
}
