package segment

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of RFMRules.
const (
	MinRFMParts  = 2
	MaxRFMParts  = 9
	MaxRFMBlocks = MaxRFMParts * MaxRFMParts * MaxRFMParts // of all groups together
)

// RFMRules is the rule book of recency, frequency and monetary scores, as plain data.
//
// Each axis gives a score from 1 to Parts, Parts being the best: bought most recently, on
// the most days, kept goods for the most money. Exactly on a cut is the better score, on
// every axis, so that equal figures always have equal scores.
type RFMRules struct {
	customer.Edition

	Zone       string            `json:"zone"`        // IANA name; whose midnight ends a day
	Currency   customer.Currency `json:"currency"`    // what the monetary axis counts in
	WindowDays int               `json:"window_days"` // purchases of this many days before the day of decision; 1 to 3660
	Parts      int               `json:"parts"`       // scores of an axis, 2 to 9; five is usual

	// Where the cuts of each axis come from. Stated: from Cuts. Quantiles: FitRFM takes
	// them from the customers who bought in the window.
	Recency   MarkSource `json:"recency"`
	Frequency MarkSource `json:"frequency"`
	Monetary  MarkSource `json:"monetary"`

	// A customer keeps a sitting score until its cut is missed by more than the slack, in
	// ‰ of the cut. 0 is no slack. It leaves a way out of every score and does not reach
	// across one.
	RecencySlackPermille   int `json:"recency_slack_permille,omitempty"`
	FrequencySlackPermille int `json:"frequency_slack_permille,omitempty"`
	MonetarySlackPermille  int `json:"monetary_slack_permille,omitempty"`

	Cuts RFMCuts `json:"cuts,omitzero"` // stated, or frozen by FitRFM

	// Groups name what the scores mean. Every triple of scores belongs to exactly one of
	// them. None: customers are scored and not named.
	Groups []RFMGroup `json:"groups,omitempty"`
}

// RFMCuts are the cuts from which scores 2, 3, … begin: Parts less one on each axis, or
// none where FitRFM found none.
type RFMCuts struct {
	// RecencyDays are days from the last purchase to the day of decision, descending: so
	// many or fewer. A purchase on the day before the decision is 1 day ago.
	RecencyDays []int `json:"recency_days,omitempty"`
	// FrequencyDays are distinct days of purchase, ascending: so many or more.
	FrequencyDays []int `json:"frequency_days,omitempty"`
	// Monetary are amounts kept, in the currency, ascending: so much or more. They are 0
	// or above, because somebody who brought back more than she bought has the lowest
	// score.
	Monetary []decimal.Decimal `json:"monetary,omitempty"`
	Fitted   *RFMFitted        `json:"fitted,omitempty"` // nil: stated on every axis
}

// RFMFitted is the evidence behind frozen cuts: on which day, from how many customers,
// and for each cut of an axis that was fitted, how many customers it really leaves below.
type RFMFitted struct {
	On        customer.Date `json:"on"`
	Customers int64         `json:"customers"`            // who bought in the window
	Measured  int64         `json:"measured,omitempty"`   // of Customers: what they paid is known
	LongerAgo []int64       `json:"longer_ago,omitempty"` // of Customers, by cut of RecencyDays
	FewerDays []int64       `json:"fewer_days,omitempty"` // of Customers, by cut of FrequencyDays
	LessMoney []int64       `json:"less_money,omitempty"` // of Measured, by cut of Monetary
}

// ParseRFMRules reads RFMRules from JSON, strictly; see customer.ParseRules. The result is
// well-formed; NewRFM and FitRFM check what it says.
func ParseRFMRules(data []byte) (RFMRules, error) { return customer.ParseRules[RFMRules](data) }

// Period returns the WindowDays days before on: a decision of a morning counts whole days
// only.
func (r RFMRules) Period(on customer.Date) population.Period {
	return population.Period{From: max(on.AddDays(-r.WindowDays), 1), Until: on}
}

// check returns every fault of the rules.
func (r RFMRules) check() error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.ZoneName("zone", r.Zone)
	faults.Currency("currency", r.Currency)
	faults.Within("window_days", r.WindowDays, 1, MaxWindowDays)
	faults.Within("parts", r.Parts, MinRFMParts, MaxRFMParts)
	for _, slack := range []struct {
		path     string
		permille int
	}{
		{"recency_slack_permille", r.RecencySlackPermille},
		{"frequency_slack_permille", r.FrequencySlackPermille},
		{"monetary_slack_permille", r.MonetarySlackPermille},
	} {
		faults.Within(slack.path, slack.permille, 0, 999)
	}
	r.checkCuts(&faults)
	checkRFMGroups(&faults, r.Groups, r.Parts)
	return faults.Err()
}

// checkCuts holds each axis against its source, and the cuts against each other.
func (r RFMRules) checkCuts(faults *customer.Faults) {
	fitted := r.Cuts.Fitted
	if fitted == nil {
		fitted = new(RFMFitted)
	} else {
		fitted.check(faults)
	}
	for _, one := range []struct {
		name, path, evidence string
		source               MarkSource
		cuts                 int
		below                []int64
		of                   int64
	}{
		{"recency", "cuts.recency_days", "cuts.fitted.longer_ago", r.Recency, len(r.Cuts.RecencyDays), fitted.LongerAgo, fitted.Customers},
		{"frequency", "cuts.frequency_days", "cuts.fitted.fewer_days", r.Frequency, len(r.Cuts.FrequencyDays), fitted.FewerDays, fitted.Customers},
		{"monetary", "cuts.monetary", "cuts.fitted.less_money", r.Monetary, len(r.Cuts.Monetary), fitted.LessMoney, fitted.Measured},
	} {
		if one.source != Stated && one.source != Quantiles {
			faults.Add(one.name, one.source, "is stated or quantiles")
		}
		switch {
		case one.cuts == 0 && one.source == Stated, one.cuts != 0 && one.cuts != r.Parts-1:
			faults.Add(one.path, one.cuts, fmt.Sprintf("are %d cuts: one less than parts", r.Parts-1))
		case len(one.below) != one.cuts && (one.source == Quantiles || len(one.below) > 0):
			faults.Add(one.evidence, len(one.below), fmt.Sprintf("says of each of the %d cuts how many customers it leaves below", one.cuts))
		}
		checkBelow(faults, one.evidence, one.below, one.of)
	}
	axes := r.axes()
	checked := axes[:]
	for i, amount := range r.Cuts.Monetary[:min(len(r.Cuts.Monetary), MaxRFMParts)] {
		if minor, err := r.Currency.Minor(amount); err != nil || minor < 0 || minor > maxSum {
			faults.Add(fmt.Sprintf("cuts.monetary[%d]", i), amount,
				fmt.Sprintf("is 0 to %s, exact in the currency", r.Currency.Amount(maxSum)))
			checked = axes[:2]
		}
	}
	for i := range checked {
		checked[i].check(faults)
	}
}

// check holds the evidence against itself.
func (f *RFMFitted) check(faults *customer.Faults) {
	if !f.On.Valid() {
		faults.Add("cuts.fitted.on", f.On, "is the day of the fit")
	}
	if f.Customers < 0 {
		faults.Add("cuts.fitted.customers", f.Customers, "is 0 or more")
	}
	if f.Measured < 0 || f.Measured > f.Customers {
		faults.Add("cuts.fitted.measured", f.Measured, fmt.Sprintf("is 0 to %d", f.Customers))
	}
}

// checkBelow holds ranks of cuts against each other: each leaves more below than the one
// before, and never everybody.
func checkBelow(faults *customer.Faults, path string, below []int64, of int64) {
	previous := int64(0)
	for i, n := range below[:min(len(below), MaxRFMParts)] {
		if n <= previous || n >= of {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), n, fmt.Sprintf("is above %d and below %d", previous, of))
		}
		previous = n
	}
}
