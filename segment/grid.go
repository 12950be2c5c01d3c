package segment

import (
	"math"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
)

// Grid is a rule book of nine cells, compiled: frozen marks, category by category. It
// is immutable and safe for concurrent use.
type Grid struct {
	name       string
	minBuys    int
	brandSlack int
	usageSlack int
	marks      []frozen // by category code
}

// frozen is one category's marks. 0, 0 says that the axis has none.
type frozen struct {
	storeAt, nationalAt int   // ‰
	mediumAt, heavyAt   int64 // thousandths of a base unit
}

// NewGrid checks the rules whole, returning customer.Faults, and compiles them.
// Categories whose marks are left to the population and have not been fitted classify
// as unknown on that axis.
func NewGrid(rules Rules) (*Grid, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	byCategory := make(map[string]*Marks, len(rules.Marks))
	for i := range rules.Marks {
		byCategory[rules.Marks[i].Category] = &rules.Marks[i]
	}
	g := &Grid{
		name:       rules.Name(),
		minBuys:    rules.MinBuys,
		brandSlack: rules.BrandSlackPermille,
		usageSlack: rules.UsageSlackPermille,
	}
	for _, category := range rules.sortedCategories() {
		marks := byCategory[category.ID]
		var f frozen
		f.storeAt, f.nationalAt = rules.brandMarks(marks)
		if marks != nil { // exact: checked above
			f.mediumAt, _ = customer.Scaled(marks.MediumAt, UnitDigits)
			f.heavyAt, _ = customer.Scaled(marks.HeavyAt, UnitDigits)
		}
		g.marks = append(g.marks, f)
	}
	return g, nil
}

// Classify returns a customer's cell in the category of her Counts, and why. sitting
// is the cell she had: she keeps her side of a mark until it is missed by more than
// the slack. Pass the zero Cell where there was none.
//
// The reasons are enough to recompute the cell by hand: the days against the evidence
// needed, the share's two figures, and each mark that decided. A category that the
// grid does not know has no cell, and says so.
func (g *Grid) Classify(counts Counts, sitting Cell) (Cell, []customer.Reason) {
	reasons := make([]customer.Reason, 0, 8) // there are never more
	cell := g.decide(&counts, sitting, &reasons)
	return cell, reasons
}

// Cell is Classify without the reasons, for going through a population.
func (g *Grid) Cell(counts Counts, sitting Cell) Cell {
	return g.decide(&counts, sitting, nil)
}

// decide finds the cell; it notes the reasons where there is somewhere to note them.
func (g *Grid) decide(counts *Counts, sitting Cell, reasons *[]customer.Reason) Cell {
	if int64(counts.Category) >= int64(len(g.marks)) {
		g.note(reasons, CodeNoCategory, int64(counts.Category), int64(len(g.marks)), 0)
		return Cell{}
	}
	marks := &g.marks[counts.Category]
	return Cell{
		Brand: g.brand(counts, marks, sitting.Brand, reasons),
		Usage: g.usage(counts, marks, sitting.Usage, reasons),
	}
}

func (g *Grid) note(reasons *[]customer.Reason, code string, fact, mark int64, unit customer.Unit) {
	if reasons != nil {
		*reasons = append(*reasons, customer.Reason{Code: code, Rule: g.name, Fact: fact, Mark: mark, Unit: unit})
	}
}

func (g *Grid) brand(counts *Counts, marks *frozen, sitting Brand, reasons *[]customer.Reason) Brand {
	store, known := counts.OwnStoreShare()
	if counts.Days < g.minBuys {
		g.note(reasons, CodeTooFewDays, int64(counts.Days), int64(g.minBuys), customer.UnitDays)
		return BrandUnknown
	}
	g.note(reasons, CodeEnoughDays, int64(counts.Days), int64(g.minBuys), customer.UnitDays)
	if more := counts.Returned.Unknown - counts.Bought.Unknown; more > 0 {
		g.note(reasons, CodeUnmatchedReturn, more, 0, customer.UnitUsage)
	}
	if unknown := counts.Kept().Unknown; unknown > 0 {
		g.note(reasons, CodeUnknownKind, unknown, unknown+known, customer.UnitUsage)
	}
	switch {
	case known == 0:
		g.note(reasons, CodeNoKnownKind, 0, 0, customer.UnitUsage)
		return BrandUnknown
	case marks.storeAt == 0:
		g.note(reasons, CodeNoBrandMarks, 0, 0, 0)
		return BrandUnknown
	}
	g.note(reasons, CodeOwnStoreShare, store, known, customer.UnitUsage)

	fresh, kept := Switcher, false
	nationalMost := 1000 - marks.nationalAt
	switch {
	case compareShare(store, known, marks.storeAt) >= 0:
		fresh = StoreLoyal
	case compareShare(store, known, nationalMost) <= 0:
		fresh = NationalLoyal
	}
	if g.brandSlack > 0 && sitting != fresh {
		switch sitting {
		case StoreLoyal:
			kept = compareShare(store, known, marks.storeAt-g.brandSlack) >= 0
		case NationalLoyal:
			kept = compareShare(store, known, nationalMost+g.brandSlack) <= 0
		case Switcher:
			kept = compareShare(store, known, marks.storeAt+g.brandSlack) < 0 &&
				compareShare(store, known, nationalMost-g.brandSlack) > 0
		case BrandUnknown:
			// Nothing to keep: evidence is new.
		}
	}
	if reasons != nil {
		g.explainBrand(store, known, marks, fresh, sitting, kept, reasons)
	}
	if kept {
		return sitting
	}
	return fresh
}

func (g *Grid) explainBrand(store, known int64, marks *frozen, fresh, sitting Brand, kept bool, reasons *[]customer.Reason) {
	share, _ := customer.Permille(store, known)
	storeAt, nationalMost, slack := int64(marks.storeAt), int64(1000-marks.nationalAt), int64(g.brandSlack)
	if !kept {
		switch fresh {
		case StoreLoyal:
			g.note(reasons, CodeStoreLoyal, share, storeAt, customer.UnitPermille)
		case NationalLoyal:
			g.note(reasons, CodeNationalLoyal, share, nationalMost, customer.UnitPermille)
		case Switcher:
			g.note(reasons, CodeBelowStore, share, storeAt, customer.UnitPermille)
			g.note(reasons, CodeAboveNational, share, nationalMost, customer.UnitPermille)
		case BrandUnknown:
		}
		return
	}
	switch sitting {
	case StoreLoyal:
		g.note(reasons, CodeKeptStore, share, storeAt-slack, customer.UnitPermille)
	case NationalLoyal:
		g.note(reasons, CodeKeptNational, share, nationalMost+slack, customer.UnitPermille)
	case Switcher:
		g.note(reasons, CodeKeptBelowStore, share, storeAt+slack, customer.UnitPermille)
		g.note(reasons, CodeKeptAboveNational, share, nationalMost-slack, customer.UnitPermille)
	case BrandUnknown:
	}
}

func (g *Grid) usage(counts *Counts, marks *frozen, sitting Usage, reasons *[]customer.Reason) Usage {
	used := counts.Usage()
	switch {
	case used == 0:
		g.note(reasons, CodeNoUsage, 0, counts.Unmeasured, customer.UnitTimes)
		return UsageUnknown
	case marks.heavyAt == 0:
		g.note(reasons, CodeNoUsageMarks, used, 0, customer.UnitUsage)
		return UsageUnknown
	}
	fresh := Medium
	switch {
	case used >= marks.heavyAt:
		fresh = Heavy
	case used < marks.mediumAt:
		fresh = Light
	}
	if g.usageSlack > 0 && sitting != fresh && g.keepsUsage(used, marks, sitting, reasons) {
		return sitting
	}
	switch fresh {
	case Heavy:
		g.note(reasons, CodeHeavy, used, marks.heavyAt, customer.UnitUsage)
	case Medium:
		g.note(reasons, CodeFromMedium, used, marks.mediumAt, customer.UnitUsage)
		g.note(reasons, CodeBelowHeavy, used, marks.heavyAt, customer.UnitUsage)
	case Light:
		g.note(reasons, CodeLight, used, marks.mediumAt, customer.UnitUsage)
	case UsageUnknown:
	}
	return fresh
}

// keepsUsage reports whether a sitting customer stays within her cuts as the slack
// widens them, and then notes the widened cuts.
func (g *Grid) keepsUsage(used int64, marks *frozen, sitting Usage, reasons *[]customer.Reason) bool {
	down, up := int64(1000-g.usageSlack), int64(1000+g.usageSlack)
	switch sitting {
	case Heavy:
		if cut := widened(marks.heavyAt, down); used >= cut {
			g.note(reasons, CodeKeptHeavy, used, cut, customer.UnitUsage)
			return true
		}
	case Medium:
		least, most := widened(marks.mediumAt, down), widened(marks.heavyAt, up)
		if used >= least && used < most {
			g.note(reasons, CodeKeptFromMedium, used, least, customer.UnitUsage)
			g.note(reasons, CodeKeptBelowHeavy, used, most, customer.UnitUsage)
			return true
		}
	case Light:
		if cut := widened(marks.mediumAt, up); used < cut {
			g.note(reasons, CodeKeptLight, used, cut, customer.UnitUsage)
			return true
		}
	case UsageUnknown:
		// Nothing to keep.
	}
	return false
}

// widened is a cut times so many ‰, rounded up: the least whole figure on or above it.
// Usage is whole thousandths, so holding it against this is exact.
func widened(cut, permille int64) int64 {
	high, low := bits.Mul64(uint64(cut), uint64(permille))
	quotient, remainder := bits.Div64(high, low, 1000) // permille is below 2000, so high is below 1000
	if remainder > 0 {
		quotient++
	}
	return int64(min(quotient, math.MaxInt64))
}
