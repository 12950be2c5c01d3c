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
	because := because{rule: g.name, reasons: make([]customer.Reason, 0, 8)} // there are never more
	if int64(counts.Category) >= int64(len(g.marks)) {
		because.note(CodeNoCategory, int64(counts.Category), int64(len(g.marks)), 0)
		return Cell{}, because.reasons
	}
	cell := g.Cell(&counts, sitting)
	marks := &g.marks[counts.Category]
	g.explainBrand(&because, &counts, marks, cell.Brand)
	g.explainUsage(&because, &counts, marks, cell.Usage)
	return cell, because.reasons
}

// Cell is Classify without the reasons, for going through a population.
func (g *Grid) Cell(counts *Counts, sitting Cell) Cell {
	if int64(counts.Category) >= int64(len(g.marks)) {
		return Cell{}
	}
	marks, kept := &g.marks[counts.Category], keptOf(counts)
	cell := Cell{Usage: marks.usage(kept.sum())}
	if sitting.Usage != cell.Usage && sitting.Usage != UsageUnknown && g.usageSlack > 0 && g.keepsUsage(kept.sum(), marks, sitting.Usage) {
		cell.Usage = sitting.Usage
	}
	store, known := kept.Store, kept.Store+kept.National
	if counts.Days < g.minBuys || known == 0 || marks.storeAt == 0 {
		return cell
	}
	cell.Brand = marks.brand(store, known)
	if sitting.Brand != cell.Brand && sitting.Brand != BrandUnknown && g.brandSlack > 0 && g.keepsBrand(store, known, marks, sitting.Brand) {
		cell.Brand = sitting.Brand
	}
	return cell
}

// brand is the side of the brand marks on which a share lies.
func (f *frozen) brand(store, known int64) Brand {
	switch {
	case compareShare(store, known, f.storeAt) >= 0:
		return StoreLoyal
	case compareShare(store, known, 1000-f.nationalAt) <= 0:
		return NationalLoyal
	}
	return Switcher
}

// keepsBrand reports whether a sitting customer stays within her marks as the slack
// widens them.
func (g *Grid) keepsBrand(store, known int64, marks *frozen, sitting Brand) bool {
	nationalMost := 1000 - marks.nationalAt
	switch sitting {
	case StoreLoyal:
		return compareShare(store, known, marks.storeAt-g.brandSlack) >= 0
	case NationalLoyal:
		return compareShare(store, known, nationalMost+g.brandSlack) <= 0
	case Switcher:
		return compareShare(store, known, marks.storeAt+g.brandSlack) < 0 &&
			compareShare(store, known, nationalMost-g.brandSlack) > 0
	case BrandUnknown: // nothing to keep: evidence is new
	}
	return false
}

// usage is the side of the cuts on which a usage lies.
func (f *frozen) usage(used int64) Usage {
	switch {
	case used == 0 || f.heavyAt == 0:
		return UsageUnknown
	case used >= f.heavyAt:
		return Heavy
	case used < f.mediumAt:
		return Light
	}
	return Medium
}

// keepsUsage reports whether a sitting customer stays within her cuts as the slack
// widens them.
func (g *Grid) keepsUsage(used int64, marks *frozen, sitting Usage) bool {
	if used == 0 || marks.heavyAt == 0 {
		return false
	}
	down, up := int64(1000-g.usageSlack), int64(1000+g.usageSlack)
	switch sitting {
	case Heavy:
		return used >= widened(marks.heavyAt, down)
	case Medium:
		return used >= widened(marks.mediumAt, down) && used < widened(marks.heavyAt, up)
	case Light:
		return used < widened(marks.mediumAt, up)
	case UsageUnknown: // nothing to keep
	}
	return false
}

// because gathers the reasons of one answer, all of one rule book.
type because struct {
	rule    string
	reasons []customer.Reason
}

func (b *because) note(code string, fact, mark int64, unit customer.Unit) {
	b.reasons = append(b.reasons, customer.Reason{Code: code, Rule: b.rule, Fact: fact, Mark: mark, Unit: unit})
}

func (g *Grid) explainBrand(because *because, counts *Counts, marks *frozen, brand Brand) {
	if counts.Days < g.minBuys {
		because.note(CodeTooFewDays, int64(counts.Days), int64(g.minBuys), customer.UnitDays)
		return
	}
	store, known := counts.OwnStoreShare()
	because.note(CodeEnoughDays, int64(counts.Days), int64(g.minBuys), customer.UnitDays)
	if more := counts.Returned.Unknown - counts.Bought.Unknown; more > 0 {
		because.note(CodeUnmatchedReturn, more, 0, customer.UnitUsage)
	}
	if unknown := counts.Kept().Unknown; unknown > 0 {
		because.note(CodeUnknownKind, unknown, unknown+known, customer.UnitUsage)
	}
	switch {
	case known == 0:
		because.note(CodeNoKnownKind, 0, 0, customer.UnitUsage)
		return
	case marks.storeAt == 0:
		because.note(CodeNoBrandMarks, 0, 0, 0)
		return
	}
	because.note(CodeOwnStoreShare, store, known, customer.UnitUsage)
	share, _ := customer.Permille(store, known)
	storeAt, nationalMost := int64(marks.storeAt), int64(1000-marks.nationalAt)
	slack := int64(g.brandSlack)
	kept := brand != marks.brand(store, known)
	switch {
	case brand == StoreLoyal && kept:
		because.note(CodeKeptStore, share, storeAt-slack, customer.UnitPermille)
	case brand == StoreLoyal:
		because.note(CodeStoreLoyal, share, storeAt, customer.UnitPermille)
	case brand == NationalLoyal && kept:
		because.note(CodeKeptNational, share, nationalMost+slack, customer.UnitPermille)
	case brand == NationalLoyal:
		because.note(CodeNationalLoyal, share, nationalMost, customer.UnitPermille)
	case kept:
		because.note(CodeKeptBelowStore, share, storeAt+slack, customer.UnitPermille)
		because.note(CodeKeptAboveNational, share, nationalMost-slack, customer.UnitPermille)
	default:
		because.note(CodeBelowStore, share, storeAt, customer.UnitPermille)
		because.note(CodeAboveNational, share, nationalMost, customer.UnitPermille)
	}
}

func (g *Grid) explainUsage(because *because, counts *Counts, marks *frozen, usage Usage) {
	used := counts.Usage()
	switch {
	case used == 0:
		because.note(CodeNoUsage, 0, counts.Unmeasured, customer.UnitTimes)
		return
	case marks.heavyAt == 0:
		because.note(CodeNoUsageMarks, used, 0, customer.UnitUsage)
		return
	}
	medium, heavy := marks.mediumAt, marks.heavyAt
	down, up := int64(1000-g.usageSlack), int64(1000+g.usageSlack)
	kept := usage != marks.usage(used)
	switch {
	case usage == Heavy && kept:
		because.note(CodeKeptHeavy, used, widened(heavy, down), customer.UnitUsage)
	case usage == Heavy:
		because.note(CodeHeavy, used, heavy, customer.UnitUsage)
	case usage == Light && kept:
		because.note(CodeKeptLight, used, widened(medium, up), customer.UnitUsage)
	case usage == Light:
		because.note(CodeLight, used, medium, customer.UnitUsage)
	case kept:
		because.note(CodeKeptFromMedium, used, widened(medium, down), customer.UnitUsage)
		because.note(CodeKeptBelowHeavy, used, widened(heavy, up), customer.UnitUsage)
	default:
		because.note(CodeFromMedium, used, medium, customer.UnitUsage)
		because.note(CodeBelowHeavy, used, heavy, customer.UnitUsage)
	}
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
