package segment

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Fit freezes the marks that the rules leave to the population: a copy of the rules
// whose Marks carry, per category, the terciles of the census, the day, and the rank
// that each mark really has. It replaces the Marks of an earlier Fit; marks that were
// stated stay, axis by axis. Rules that state everything come back as they are.
//
// unfit names every category whose cuts coincide (half of its buyers bought the same
// amount, say), do not exist, or lie too close for the slack. No cut is moved to make room: such a category has no
// marks on that axis, and Classify calls it unknown there, until the shop states marks
// for it.
//
// The census must be that of the rules' period before on, or Fit returns an error; so
// it does when the rules themselves are at fault or not in force.
func Fit(rules Rules, census *Census, on customer.Date) (fitted Rules, unfit customer.Faults, err error) {
	if err := rules.check(); err != nil {
		return Rules{}, nil, err
	}
	if err := rules.Covers(on); err != nil {
		return Rules{}, nil, err
	}
	if census == nil {
		census = NewCensus(population.Period{}, 0) // nobody counted anything: refused below
	}
	if period := rules.Period(on); census.period != period || census.minBuys != rules.MinBuys {
		var faults customer.Faults
		faults.Add("census", fmt.Sprintf("%s to %s, min_buys %d", census.period.From, census.period.Until, census.minBuys),
			fmt.Sprintf("counts %s to %s with min_buys %d, as the rules say", period.From, period.Until, rules.MinBuys))
		return Rules{}, nil, faults
	}
	if rules.Brand == Stated && rules.Usage == Stated {
		return rules, nil, nil
	}
	stated := make(map[string]Marks, len(rules.Marks))
	for _, marks := range rules.Marks {
		stated[marks.Category] = rules.unfitted(marks)
	}
	rules.Marks = nil
	for code, category := range rules.sortedCategories() {
		counted := census.categories[uint32(code)]
		if counted == nil {
			counted = new(categoryCensus)
		}
		marks := stated[category.ID]
		marks.Category = category.ID
		evidence := Fitted{On: on, Buyers: counted.usage.Total()}
		if rules.Usage == Terciles && marks.MediumAt.IsZero() && rules.fitUsage(&marks, &evidence, counted, &unfit) {
			marks.Fitted = &evidence
		}
		if rules.Brand == Terciles && marks.StoreAtPermille == 0 && rules.fitBrand(&marks, &evidence, counted, &unfit) {
			marks.Fitted = &evidence
		}
		if marks.StoreAtPermille != 0 || marks.NationalAtPermille != 0 || !marks.MediumAt.IsZero() {
			rules.Marks = append(rules.Marks, marks)
		}
	}
	return rules, unfit, nil
}

// unfitted returns what of a category's marks the shop stated, without what an earlier
// Fit put there: its evidence says on which axes that was.
func (r Rules) unfitted(marks Marks) Marks {
	if marks.Fitted == nil {
		return marks
	}
	if r.Usage == Terciles && marks.Fitted.BelowMedium > 0 {
		marks.MediumAt, marks.HeavyAt = decimal.Decimal{}, decimal.Decimal{}
	}
	if r.Brand == Terciles && marks.Fitted.BelowStore > 0 {
		marks.StoreAtPermille, marks.NationalAtPermille = 0, 0
	}
	marks.Fitted = nil
	return marks
}

func (r Rules) fitUsage(marks *Marks, evidence *Fitted, counted *categoryCensus, unfit *customer.Faults) bool {
	cuts := counted.usage.Cuts(3)
	path := fmt.Sprintf("marks[%s].", marks.Category)
	switch {
	case len(cuts) < 2:
		unfit.Add(path+"heavy_at", counted.usage.Total(), "buyers of measured usage do not fall into three thirds: too many bought the same")
		return false
	case cuts[0].Value == cuts[1].Value:
		unfit.Add(path+"heavy_at", decimal.New(cuts[1].Value, -UnitDigits),
			fmt.Sprintf("lies above medium_at; both coincide, with %d of %d buyers below", cuts[1].Below, cuts[1].Total))
		return false
	case !r.usageSlackFits(cuts[0].Value, cuts[1].Value):
		unfit.Add(path+"heavy_at", decimal.New(cuts[1].Value, -UnitDigits),
			fmt.Sprintf("less the slack of %d ‰ lies above medium_at, %s", r.UsageSlackPermille, decimal.New(cuts[0].Value, -UnitDigits)))
		return false
	}
	marks.MediumAt = decimal.New(cuts[0].Value, -UnitDigits)
	marks.HeavyAt = decimal.New(cuts[1].Value, -UnitDigits)
	evidence.BelowMedium, evidence.BelowHeavy = cuts[0].Below, cuts[1].Below
	return true
}

// fitBrand takes the marks from the buyers of both kinds: the least whole ‰ at or
// below which a third of them lies, and the least below which two thirds do.
func (r Rules) fitBrand(marks *Marks, evidence *Fitted, counted *categoryCensus, unfit *customer.Faults) bool {
	total := counted.shares.Total()
	path := fmt.Sprintf("marks[%s].", marks.Category)
	if total == 0 {
		unfit.Add(path+"store_at_permille", total, "needs buyers of both kinds with enough evidence")
		return false
	}
	values, counts := counted.shares.Values()
	national, store, below := int64(-1), int64(-1), int64(0)
	for i, halfStep := range values {
		below += counts[i]
		// A step's shares are at or below its ‰ rounded up, and below the ‰ after its
		// rounded-down one.
		if national < 0 && 3*below >= total {
			national = (halfStep + 1) / 2
		}
		if store < 0 && 3*below >= 2*total {
			store = halfStep/2 + 1
		}
	}
	nationalAt, storeAt := int(1000-national), int(store)
	var faults customer.Faults
	if r.checkBrandMarks(&faults, "", storeAt, nationalAt); len(faults) > 0 {
		unfit.Add(path+"store_at_permille", storeAt,
			fmt.Sprintf("and national_at_permille, %d, are marks: %s", nationalAt, faults[0].Rule))
		return false
	}
	marks.StoreAtPermille, marks.NationalAtPermille = storeAt, nationalAt
	evidence.BothKinds = total
	for i, halfStep := range values { // the ranks that the marks really have
		if halfStep <= 2*national {
			evidence.AtNational += counts[i]
		}
		if halfStep < 2*store {
			evidence.BelowStore += counts[i]
		}
	}
	return true
}
