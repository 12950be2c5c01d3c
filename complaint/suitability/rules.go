package suitability

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Rules is the rule book of to whom a product of some risk may be sold, as plain data.
type Rules struct {
	customer.Edition

	Bands []Band `json:"bands"` // by Risk, ascending; a product of a risk above the last is for nobody
}

// Band is what products ask of their buyer whose risk is Risk or less, but above that of the
// band before. A mark of 0 is off. A higher band never asks for less.
type Band struct {
	Risk               int      `json:"risk"`                           // 1 is the lowest
	MaxAge             int      `json:"max_age,omitempty"`              // completed years, at the sale
	MaxEndAge          int      `json:"max_end_age,omitempty"`          // completed years, at the end of the term
	NotIncomes         []string `json:"not_incomes,omitempty"`          // kinds of income that cannot bear a loss
	MaxSavingsPermille int      `json:"max_savings_permille,omitempty"` // of her savings that may go into it
	MinExperience      int      `json:"min_experience_months,omitempty"`
	WithinHorizon      bool     `json:"within_horizon,omitempty"` // the term is no longer than she can do without the money
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Book is the compiled rule book. It is immutable and safe for concurrent use.
type Book struct {
	edition customer.Edition
	bands   []Band
}

var errNoBook = errors.New("suitability: a book comes from New")

// Bounds of a rule book, a product and a profile.
const (
	MaxRisk    = 100
	maxIncomes = 100 // of one band
	maxYears   = 150
	maxMonths  = 12 * maxYears
)

// New checks the rules whole, returning customer.Faults, and compiles them. It keeps nothing of
// the rules' memory.
func New(rules Rules) (*Book, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("bands", len(rules.Bands), 1, MaxRisk)
	bands := slices.Clone(rules.Bands[:min(len(rules.Bands), MaxRisk)])
	var before Band
	for i := range bands {
		var part customer.Faults
		bands[i].check(&before, &part)
		faults.Join(fmt.Sprintf("bands[%d]", i), part)
		before = bands[i]
		bands[i].NotIncomes = slices.Clone(bands[i].NotIncomes)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Book{rules.Edition, bands}, nil
}

func (b *Band) check(before *Band, faults *customer.Faults) {
	faults.Within("risk", b.Risk, before.Risk+1, MaxRisk)
	faults.Within("max_age", b.MaxAge, 0, maxYears)
	faults.Within("max_end_age", b.MaxEndAge, 0, maxYears)
	faults.Within("not_incomes", len(b.NotIncomes), 0, maxIncomes)
	for i, income := range b.NotIncomes[:min(len(b.NotIncomes), maxIncomes)] {
		path := fmt.Sprintf("not_incomes[%d]", i)
		faults.Name(path, income)
		if slices.Contains(b.NotIncomes[:i], income) {
			faults.Add(path, income, "stands only once")
		}
	}
	faults.Within("max_savings_permille", b.MaxSavingsPermille, 0, 1000)
	faults.Within("min_experience_months", b.MinExperience, 0, maxMonths)
	const rule = "asks for no less than the band before"
	for _, most := range [...]struct {
		path        string
		mark, lower int
	}{
		{"max_age", b.MaxAge, before.MaxAge},
		{"max_end_age", b.MaxEndAge, before.MaxEndAge},
		{"max_savings_permille", b.MaxSavingsPermille, before.MaxSavingsPermille},
	} {
		if most.lower != 0 && (most.mark == 0 || most.mark > most.lower) {
			faults.Add(most.path, most.mark, rule)
		}
	}
	if b.MinExperience < before.MinExperience {
		faults.Add("min_experience_months", b.MinExperience, rule)
	}
	for _, income := range before.NotIncomes {
		if !slices.Contains(b.NotIncomes, income) {
			faults.Add("not_incomes", income, rule)
		}
	}
	if before.WithinHorizon && !b.WithinHorizon {
		faults.Add("within_horizon", false, rule)
	}
}
