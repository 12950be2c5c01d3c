package segment

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of ProductStageRules.
const (
	MaxStageMonths   = 120
	MaxStagePermille = 100_000
)

// ProductStage is where a product stands in its life. The zero stage is unknown: too
// little was sold, or seen, to tell.
type ProductStage uint8

// The stages. Their texts are format.
const (
	ProductStageUnknown ProductStage = iota
	ProductIntroduction              // on sale for a short time only
	ProductGrowth                    // sells more than before
	ProductMaturity                  // sells about as before
	ProductDecline                   // sells less than before
	ProductDiscontinued              // has not been sold for long
)

// String returns the stored text.
func (s ProductStage) String() string {
	switch s {
	case ProductStageUnknown:
		return "unknown"
	case ProductIntroduction:
		return "introduction"
	case ProductGrowth:
		return "growth"
	case ProductMaturity:
		return "maturity"
	case ProductDecline:
		return "decline"
	case ProductDiscontinued:
		return "discontinued"
	}
	return "product stage " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; an unknown number is an error.
func (s ProductStage) MarshalText() ([]byte, error) {
	if s == ProductStageUnknown {
		return []byte(s.String()), nil
	}
	return customer.WriteStored("segment", s, ProductDiscontinued)
}

// UnmarshalText reads what MarshalText wrote; empty text is unknown.
func (s *ProductStage) UnmarshalText(text []byte) error {
	if len(text) == 0 || string(text) == ProductStageUnknown.String() {
		*s = ProductStageUnknown
		return nil
	}
	return customer.ReadStored("segment", "product stage", s, ProductDiscontinued, text)
}

// ProductStageRules is the rule book that tells a product's stage from its sales by
// calendar month, as plain data. Every field counts. It reads coded lines, whose days their
// coder made, so it has no zone and no currency of its own.
//
// The last WindowMonths whole months are held against the same months of the year before,
// so that a season is no trend; where the product was not sold that long, against the
// months just before them. The change is (now − then)/then; something after nothing is
// growth beyond every mark.
type ProductStageRules struct {
	customer.Edition

	WindowMonths int `json:"window_months"` // 1 to 12
	// IntroductionMonths: a product that was sold for the first time fewer calendar months
	// ago is being introduced. More than twice WindowMonths: the first month is rarely
	// whole and never counts as a month to compare with. Up to 120.
	IntroductionMonths int `json:"introduction_months"`
	// GoneMonths: a product without a sale in so many whole months is discontinued. 1 to
	// 120. It also says from when on a first sale was the first: one so soon after the
	// beginning of what is known may have had others before it.
	GoneMonths int `json:"gone_months"`
	// MinUnits: of so many base units in both windows together, nothing is told with less.
	// 0 or more, exact in thousandths.
	MinUnits decimal.Decimal `json:"min_units,omitzero"`

	// A product grows when the change reaches GrowthEnterPermille and goes on growing until
	// it has fallen to GrowthLeavePermille, which lies below it. It declines when the change
	// reaches −DeclineEnterPermille and goes on declining until it has risen to
	// −DeclineLeavePermille, which lies nearer to 0. All are 0 to 100,000 ‰, those of the
	// decline at most 1000, and those to enter above 0.
	GrowthEnterPermille  int `json:"growth_enter_permille"`
	GrowthLeavePermille  int `json:"growth_leave_permille"`
	DeclineEnterPermille int `json:"decline_enter_permille"`
	DeclineLeavePermille int `json:"decline_leave_permille"`

	// StayMonths is how long a product stays at least in growth, maturity or decline before
	// it moves to another of the three. 0 to 120.
	StayMonths int `json:"stay_months,omitempty"`
}

// ParseProductStageRules reads rules from JSON, strictly; see customer.ParseRules.
func ParseProductStageRules(data []byte) (ProductStageRules, error) {
	return customer.ParseRules[ProductStageRules](data)
}

func (r ProductStageRules) check() error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.Within("window_months", r.WindowMonths, 1, 12)
	faults.Within("introduction_months", r.IntroductionMonths, 3, MaxStageMonths)
	if r.IntroductionMonths <= 2*r.WindowMonths {
		faults.Add("introduction_months", r.IntroductionMonths, fmt.Sprintf("is more than twice window_months, %d", r.WindowMonths))
	}
	faults.Within("gone_months", r.GoneMonths, 1, MaxStageMonths)
	if least, exact := customer.Scaled(r.MinUnits, UnitDigits); !exact || least < 0 || least > maxSum {
		faults.Add("min_units", r.MinUnits, "is 0 or more and exact in thousandths")
	}
	checkStageMarks(&faults, "growth", r.GrowthEnterPermille, r.GrowthLeavePermille, MaxStagePermille)
	checkStageMarks(&faults, "decline", r.DeclineEnterPermille, r.DeclineLeavePermille, 1000)
	faults.Within("stay_months", r.StayMonths, 0, MaxStageMonths)
	return faults.Err()
}

func checkStageMarks(faults *customer.Faults, stage string, enter, leave, most int) {
	faults.Within(stage+"_enter_permille", enter, 1, most)
	faults.Within(stage+"_leave_permille", leave, 0, most)
	if leave >= enter {
		faults.Add(stage+"_leave_permille", leave, fmt.Sprintf("lies below the mark to enter, %d: leaving is easier", enter))
	}
}

// ProductStages tells products' stages. It is immutable and safe for concurrent use.
type ProductStages struct {
	name  string
	rules ProductStageRules
	least int64 // MinUnits in thousandths
}

// NewProductStages checks the rules whole, returning customer.Faults, and compiles them.
func NewProductStages(rules ProductStageRules) (*ProductStages, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	least, _ := customer.Scaled(rules.MinUnits, UnitDigits) // exact: checked above
	return &ProductStages{name: rules.Name(), rules: rules, least: least}, nil
}

// ProductStageFacts is what is known of one product's sales.
type ProductStageFacts struct {
	// Since is the first day on which sales are known at all, of any product.
	Since customer.Date
	// Until is the first day on which they are not known any more; zero: up to the day of
	// the assessment. What is not known yet is not a month without sales: facts that do not
	// reach up to the month of the day are a fault.
	Until  customer.Date
	Months []ProductStageMonth // with sales or returns, ascending
}

// ProductStageMonth is one calendar month of a product.
type ProductStageMonth struct {
	First      customer.Date // of the month
	Lines      int64         // lines bought
	Unmeasured int64         // of Lines: how much is not known
	Bought     Units
	Returned   Units
}

// Kept is what was bought in the month and not brought back in it, of all kinds of brands.
func (m ProductStageMonth) Kept() int64 {
	kept := Counts{Bought: m.Bought, Returned: m.Returned}
	return kept.Usage()
}

// ProductStageStanding is a product's stage, and the first day of the month as of which it
// has it. The zero standing is that of a product nobody has assessed.
type ProductStageStanding struct {
	Stage ProductStage  `json:"stage,omitzero"`
	Since customer.Date `json:"since,omitzero"`
}

// Assess tells a product's stage on a day, from the whole calendar months before it, and
// why. The sitting standing is that of the last assessment, or zero: a product keeps its
// stage until the mark to leave it is reached, and at least StayMonths. A change on a mark
// has reached it.
//
// The error is customer.Faults where the facts are malformed or end too early for the day,
// and a *customer.Refusal where the rules are not in force.
func (s *ProductStages) Assess(facts ProductStageFacts, sitting ProductStageStanding, on customer.Date) (ProductStageStanding, []customer.Reason, error) {
	if s.rules.WindowMonths == 0 {
		return ProductStageStanding{}, nil, errors.New("segment: stages are told by a book that NewProductStages made")
	}
	if err := s.rules.Covers(on); err != nil {
		return ProductStageStanding{}, nil, err
	}
	if err := facts.check(on); err != nil {
		return ProductStageStanding{}, nil, err
	}
	a := stageAssessment{stages: s, facts: facts, sitting: sitting, now: monthOf(on), sold: -1}
	stage := a.stage()
	if stage == sitting.Stage {
		return sitting, a.reasons, nil
	}
	return ProductStageStanding{Stage: stage, Since: firstOfMonth(a.now)}, a.reasons, nil
}

func (f ProductStageFacts) check(on customer.Date) error {
	var faults customer.Faults
	if !f.Since.Valid() {
		faults.Add("since", f.Since, "is the first day on which sales are known")
	}
	if first := firstOfMonth(monthOf(on)); f.Until != 0 && (!f.Until.Valid() || f.Until < first) {
		faults.Add("until", f.Until, fmt.Sprintf("is %s or later, or absent: the months before it are known whole", first))
	}
	previous := 0
	for i, month := range f.Months {
		number := monthOf(month.First)
		if !month.First.Valid() || month.First != firstOfMonth(number) || number <= previous || number < monthOf(f.Since) {
			faults.Add(fmt.Sprintf("months[%d].first", i), month.First, "is the first of a month after the one before it, and none before since")
		}
		if month.Lines < 0 || month.Unmeasured < 0 || month.Unmeasured > month.Lines {
			faults.Add(fmt.Sprintf("months[%d].lines", i), month.Lines, "is 0 or more, and unmeasured a part of it")
		}
		previous = number
	}
	return faults.Err()
}

// monthOf counts calendar months; the zero Date is in month -1.
func monthOf(day customer.Date) int {
	year, month, _ := day.Civil()
	return 12*year + int(month) - 1
}

// firstOfMonth is the first day of a month that monthOf counted.
func firstOfMonth(month int) customer.Date {
	return customer.Date(1).AddMonths(month - 12) // 1 January of the year 1 is in month 12
}

// stageAssessment is one product under assessment. Months are numbers.
type stageAssessment struct {
	stages  *ProductStages
	facts   ProductStageFacts
	sitting ProductStageStanding
	now     int // the month of the day, which is not whole
	first   int // the month of the first sale
	sold    int // the month of the last sale before now; -1: none
	reasons []customer.Reason
}

func (a *stageAssessment) why(code string, fact, mark int64, unit customer.Unit) {
	a.reasons = append(a.reasons, customer.Reason{Code: code, Rule: a.stages.name, Fact: fact, Mark: mark, Unit: unit})
}

// stage tells the stage: first what the calendar says, then the trend.
func (a *stageAssessment) stage() ProductStage {
	rules := &a.stages.rules
	for _, month := range a.facts.Months {
		if number := monthOf(month.First); number < a.now && month.Lines > 0 {
			if a.sold < 0 {
				a.first = number
			}
			a.sold = number
		}
	}
	if a.sold < 0 {
		a.why(CodeStageNeverSold, 0, 0, 0)
		return ProductStageUnknown
	}
	if quiet := a.now - 1 - a.sold; quiet >= rules.GoneMonths {
		a.why(CodeStageGone, int64(quiet), int64(rules.GoneMonths), customer.UnitMonths)
		return ProductDiscontinued
	}
	// Whole months since the first sale; of a product that may be older than the data, only
	// that it is at least so old.
	age, known := a.now-a.first, a.first-monthOf(a.facts.Since) >= rules.GoneMonths
	switch {
	case age < rules.IntroductionMonths && known:
		a.why(CodeStageNew, int64(age), int64(rules.IntroductionMonths), customer.UnitMonths)
		return ProductIntroduction
	case !known:
		a.why(CodeStageOlder, int64(age), 0, customer.UnitMonths)
	default:
		a.why(CodeStageAge, int64(age), int64(rules.IntroductionMonths), customer.UnitMonths)
	}
	return a.trend(known)
}

// trend holds the window against the one to compare with.
func (a *stageAssessment) trend(known bool) ProductStage {
	rules := &a.stages.rules
	// A product's first month is not whole. Of one older than the data, neither is the
	// month in which they begin, unless that is on its first day.
	whole := a.first + 1
	if !known {
		if whole = monthOf(a.facts.Since); firstOfMonth(whole) != a.facts.Since {
			whole++
		}
	}
	from, code := a.now-rules.WindowMonths, CodeStageSeason
	then := from - 12
	if then < whole {
		then, code = from-rules.WindowMonths, CodeStageBefore
	}
	if then < whole {
		a.why(CodeStageShort, int64(a.now-whole), int64(2*rules.WindowMonths), customer.UnitMonths)
		return ProductStageUnknown
	}
	sold, unmeasured := a.window(from)
	base, more := a.window(then)
	if unmeasured = bounded(unmeasured, more); unmeasured > 0 {
		a.why(CodeStageUnmeasured, unmeasured, 0, customer.UnitTimes)
	}
	a.reasons = append(a.reasons, customer.Reason{
		Code: code, Rule: a.stages.name, Fact: sold, Mark: base, Unit: customer.UnitUsage, On: firstOfMonth(from), By: firstOfMonth(then),
	})
	if both := bounded(sold, base); both < max(1, a.stages.least) {
		a.why(CodeStageFewUnits, both, a.stages.least, customer.UnitUsage)
		return ProductStageUnknown
	}
	return a.judge(sold, base)
}

// window sums the units kept in WindowMonths months, and the lines without a quantity.
func (a *stageAssessment) window(from int) (kept, unmeasured int64) {
	for _, month := range a.facts.Months {
		if number := monthOf(month.First); number >= from && number < from+a.stages.rules.WindowMonths {
			kept = bounded(kept, month.Kept())
			unmeasured = bounded(unmeasured, month.Unmeasured)
		}
	}
	return kept, unmeasured
}

// judge turns a change into a stage, in the light of the sitting one.
func (a *stageAssessment) judge(sold, base int64) ProductStage {
	rules, sitting := &a.stages.rules, a.sitting.Stage
	trending := sitting == ProductGrowth || sitting == ProductMaturity || sitting == ProductDecline
	if stayed := a.now - monthOf(a.sitting.Since); trending && a.sitting.Since.Valid() && stayed < rules.StayMonths {
		a.why(CodeStageStays, int64(max(0, stayed)), int64(rules.StayMonths), customer.UnitMonths)
		return sitting
	}
	if base == 0 {
		a.why(CodeStageNoBase, sold, 0, customer.UnitUsage)
	}
	// against compares the change with a mark: (sold − base)/base with mark/1000.
	against := func(mark int) int { return compareSigned(sold-base, 1000, int64(mark), max(1, base)) }
	// The change is shown in ‰ rounded down, but never down onto a mark that it lies above.
	change := population.ScaledFloor(sold-base, 1000, max(1, base))
	said := func(code string, mark int) { a.why(code, change, int64(mark), customer.UnitPermille) }
	above := func(code string, mark int) {
		a.why(code, max(change, int64(mark)+1), int64(mark), customer.UnitPermille)
	}
	switch {
	case base == 0:
		return ProductGrowth // the reason says that there is no rate
	case sitting == ProductGrowth && against(rules.GrowthLeavePermille) > 0 && against(rules.GrowthEnterPermille) < 0:
		above(CodeStageKeptGrowth, rules.GrowthLeavePermille)
		return ProductGrowth
	case sitting == ProductDecline && against(-rules.DeclineLeavePermille) < 0 && against(-rules.DeclineEnterPermille) > 0:
		said(CodeStageKeptDecline, -rules.DeclineLeavePermille)
		return ProductDecline
	case against(rules.GrowthEnterPermille) >= 0:
		said(CodeStageGrows, rules.GrowthEnterPermille)
		return ProductGrowth
	case against(-rules.DeclineEnterPermille) <= 0:
		said(CodeStageDeclines, -rules.DeclineEnterPermille)
		return ProductDecline
	}
	said(CodeStageBelowGrowth, rules.GrowthEnterPermille)
	above(CodeStageAboveDecline, -rules.DeclineEnterPermille)
	return ProductMaturity
}
