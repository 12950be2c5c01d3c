package segment

import (
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
	share, _ := floorPermille(store, known)
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
	slack := int64(g.usageSlack)
	// Above a cut stretched upwards she leaves; below a cut stretched downwards she does.
	reaches := func(cut int64) bool { return compareProducts(used, 1000, cut, 1000+slack) >= 0 }
	misses := func(cut int64) bool { return compareProducts(used, 1000, cut, 1000-slack) < 0 }
	kept := false
	if slack > 0 && sitting != fresh {
		switch sitting {
		case Heavy:
			kept = !misses(marks.heavyAt)
		case Medium:
			kept = !misses(marks.mediumAt) && !reaches(marks.heavyAt)
		case Light:
			kept = !reaches(marks.mediumAt)
		case UsageUnknown:
			// Nothing to keep.
		}
	}
	usage := fresh
	if kept {
		usage = sitting
		g.note(reasons, CodeKeptUsage, slack, 1000, customer.UnitPermille)
	}
	switch usage {
	case Heavy:
		g.note(reasons, CodeHeavy, used, marks.heavyAt, customer.UnitUsage)
	case Medium:
		g.note(reasons, CodeFromMedium, used, marks.mediumAt, customer.UnitUsage)
		g.note(reasons, CodeBelowHeavy, used, marks.heavyAt, customer.UnitUsage)
	case Light:
		g.note(reasons, CodeLight, used, marks.mediumAt, customer.UnitUsage)
	case UsageUnknown:
	}
	return usage
}
