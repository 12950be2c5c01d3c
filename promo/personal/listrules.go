package personal

import (
	"fmt"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// ListRules is the rule book of the personal list, as plain data: who gets one, how long
// it holds, how much is taken off what, and how much one list may save in all.
type ListRules struct {
	customer.Edition

	Currency customer.Currency `json:"currency"` // of every amount here and in Facts
	// PeriodDays is how long a list holds, from its own day on: 1 to 366; 14 for a list
	// every second week.
	PeriodDays int `json:"period_days"`
	// MaxLines is the longest list: 1 to 100.
	MaxLines int `json:"max_lines"`
	// Reminders keeps what is due without a discount on the list; otherwise it gets no
	// line.
	Reminders bool `json:"reminders,omitempty"`

	// WeeklySpend is what she must have spent a week, on average over the last Weeks
	// whole civil weeks, Monday to Sunday, that ended before the list's day. Weeks
	// without purchases count, those before her first purchase too. Exactly this much is
	// enough. Zero: anybody gets a list.
	WeeklySpend decimal.Decimal `json:"weekly_spend,omitzero"`
	Weeks       int             `json:"weeks,omitempty"` // 1 to 104; 0 without WeeklySpend

	// Ladder is what is taken off, by her cell in the item's category. A cell without a
	// rung gets no discount. The zero cell may have one, for what she has never bought.
	Ladder []Rung `json:"ladder"`
	// StopAfter ends the discounts on an item once she has been loyal to the store brand
	// for so many periods in a row: 0 to 100; 2 is usual. 0 never stops.
	StopAfter int `json:"stop_after,omitempty"`
	// MinPermille is the smallest discount worth printing: 0 to 1000. No rung but one of 0,
	// and no deal, is below it.
	MinPermille int `json:"min_permille,omitempty"`

	// Envelope is how much one list may save her by expectation, by her value: a line
	// through these marks, flat before the first and after the last, which is the cap.
	Envelope []EnvelopeMark `json:"envelope"`
	// DropLast drops the first discount that no longer fits the envelope; otherwise it is
	// reduced to fit, unless that takes it below MinPermille. Either way no later line
	// gets one.
	DropLast bool `json:"drop_last,omitempty"`

	// HoldOutPermille is the share of customers for whom lists are made but not given, so
	// that an effect can be told: 0 to 999. They are drawn by the book's ID, so that the
	// next version holds out the same ones.
	HoldOutPermille int `json:"hold_out_permille,omitempty"`
}

// Rung is what is taken off for one cell: on her first list with the item, on the
// second, and later. Later steps are never above earlier ones; among those loyal to
// national brands heavier users never get less; and no first step is above that of
// their heavy users, whom to convert is worth most.
type Rung struct {
	Cell   segment.Cell `json:"cell"`
	First  int          `json:"first_permille"`
	Second int          `json:"second_permille,omitempty"`
	Later  int          `json:"later_permille,omitempty"`
}

// EnvelopeMark is a point of the envelope: what a list may save a customer of this value.
// Values ascend, amounts do not fall.
type EnvelopeMark struct {
	Value  decimal.Decimal `json:"value"` // money, in the host's measure: see Facts.Value
	Saving decimal.Decimal `json:"saving"`
}

// ParseListRules reads ListRules from JSON, strictly; see customer.ParseRules.
func ParseListRules(data []byte) (ListRules, error) { return customer.ParseRules[ListRules](data) }

// maxMinor bounds every single amount, so that sums and products stay within an int64.
const maxMinor = 1_000_000_000_000

func (r *ListRules) check(faults *customer.Faults) {
	r.Edition.Check(faults)
	faults.Currency("currency", r.Currency)
	faults.Within("period_days", r.PeriodDays, 1, 366)
	faults.Within("max_lines", r.MaxLines, 1, 100)
	r.minor(faults, "weekly_spend", r.WeeklySpend)
	if r.WeeklySpend.IsZero() {
		faults.Within("weeks", r.Weeks, 0, 0)
	} else {
		faults.Within("weeks", r.Weeks, 1, 104)
	}
	faults.Within("stop_after", r.StopAfter, 0, 100)
	faults.Within("min_permille", r.MinPermille, 0, 1000)
	faults.Within("hold_out_permille", r.HoldOutPermille, 0, 999)
	r.checkLadder(faults)
	r.checkEnvelope(faults)
}

// minor converts an amount of the rules, noting a fault where that is not exact or out of
// range.
func (r *ListRules) minor(faults *customer.Faults, path string, amount decimal.Decimal) int64 {
	minor, err := r.Currency.Minor(amount)
	if err != nil || minor < 0 || minor > maxMinor {
		faults.Add(path, amount, fmt.Sprintf("is exact in minor units, and 0 to %d of them", int64(maxMinor)))
		return 0
	}
	return minor
}

func (r *ListRules) checkLadder(faults *customer.Faults) {
	if len(r.Ladder) == 0 {
		faults.Add("ladder", "", "has a rung")
	}
	seen := map[segment.Cell]Rung{}
	for i, rung := range r.Ladder {
		path := fmt.Sprintf("ladder[%d].", i)
		if _, err := rung.Cell.MarshalText(); err != nil {
			faults.Add(path+"cell", rung.Cell, "is a cell")
		} else if _, twice := seen[rung.Cell]; twice {
			faults.Add(path+"cell", rung.Cell, "has one rung")
		}
		seen[rung.Cell] = rung
		names := [...]string{"first_permille", "second_permille", "later_permille"}
		for step, permille := range rung.steps() {
			faults.Within(path+names[step], permille, 0, 1000)
			switch {
			case step > 0 && permille > rung.steps()[step-1]:
				faults.Add(path+names[step], permille, "is at most the step before it")
			case permille > 0 && permille < r.MinPermille:
				faults.Add(path+names[step], permille, fmt.Sprintf("is 0, or at least min_permille, %d", r.MinPermille))
			}
		}
	}
	heaviest, converts := seen[segment.Cell{Brand: segment.NationalLoyal, Usage: segment.Heavy}]
	for i, rung := range r.Ladder {
		path := fmt.Sprintf("ladder[%d].", i)
		if converts && rung.First > heaviest.First {
			faults.Add(path+"first_permille", rung.First, fmt.Sprintf("is at most that of %s, %d", heaviest.Cell, heaviest.First))
		}
		if rung.Cell.Brand != segment.NationalLoyal {
			continue
		}
		for usage := segment.Light; usage < rung.Cell.Usage; usage++ {
			lighter, known := seen[segment.Cell{Brand: segment.NationalLoyal, Usage: usage}]
			for step, permille := range rung.steps() {
				if known && permille < lighter.steps()[step] {
					faults.Add(path+"cell", rung.Cell, "gets no less, at any step, than lighter users: "+lighter.Cell.String())
					break
				}
			}
		}
	}
}

func (r Rung) steps() [3]int { return [3]int{r.First, r.Second, r.Later} }

func (r *ListRules) checkEnvelope(faults *customer.Faults) {
	if len(r.Envelope) == 0 {
		faults.Add("envelope", "", "has a mark")
	}
	for i, mark := range r.Envelope {
		path := fmt.Sprintf("envelope[%d].", i)
		r.minor(faults, path+"value", mark.Value)
		r.minor(faults, path+"saving", mark.Saving)
		if i == 0 {
			continue
		}
		if !mark.Value.GreaterThan(r.Envelope[i-1].Value) {
			faults.Add(path+"value", mark.Value, "is above the mark before it")
		}
		if mark.Saving.LessThan(r.Envelope[i-1].Saving) {
			faults.Add(path+"saving", mark.Saving, "is at least that of the mark before it")
		}
	}
}

// envelope is the compiled line through the marks, in minor units.
type envelope []struct{ value, saving int64 }

// at returns what a list may save at a value. Between two marks it is rounded down.
func (e envelope) at(value int64) int64 {
	if value <= e[0].value {
		return e[0].saving
	}
	for i := range e[1:] {
		low, high := e[i], e[i+1]
		if value < high.value {
			top, bottom := bits.Mul64(uint64(high.saving-low.saving), uint64(value-low.value))
			more, _ := bits.Div64(top, bottom, uint64(high.value-low.value)) // value-low.value is less
			return low.saving + int64(more)
		}
	}
	return e[len(e)-1].saving
}
