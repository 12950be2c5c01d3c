package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of ProductGradeRules.
const (
	MaxProductGrades     = 100
	MaxGradeLossPermille = 1_000_000 // how far below 0 a mark may lie: a cost of 1001 times the price
)

// ProductGradeMeasure says by what products are graded. The zero measure is refused.
type ProductGradeMeasure uint8

// The measures. Their texts are format.
const (
	GradeByMargin     ProductGradeMeasure = iota + 1 // profit as a part of revenue
	GradeByUnitProfit                                // profit on one unit of sale
)

// String returns the stored text.
func (m ProductGradeMeasure) String() string {
	switch m {
	case GradeByMargin:
		return "margin"
	case GradeByUnitProfit:
		return "unit-profit"
	}
	return "product grade measure " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; an unknown measure is an error.
func (m ProductGradeMeasure) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", m, GradeByUnitProfit)
}

// UnmarshalText reads what MarshalText wrote.
func (m *ProductGradeMeasure) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "product grade measure", m, GradeByUnitProfit, text)
}

// ProductGradeRules is the rule book that grades products by what the shop earns on
// them, as plain data. Each grade is a mark from which it is reached, the best first, and
// Rest is what reaches none: so the grades leave no gap and cannot overlap.
type ProductGradeRules struct {
	customer.Edition

	Zone     string              `json:"zone"` // IANA name; whose midnight ends a day
	Currency customer.Currency   `json:"currency"`
	By       ProductGradeMeasure `json:"by"`
	// MinCostedPermille is the part of a product's lines whose price and cost must both be
	// known before it has a grade; 0: one such line is enough. 0 to 1000.
	MinCostedPermille int `json:"min_costed_permille,omitempty"`

	Bands []ProductGradeBand `json:"bands"` // 1 to 99, marks descending
	Rest  string             `json:"rest"`  // the grade of all that reaches no mark
}

// ProductGradeBand is a grade and the mark from which it is reached; a product exactly on
// the mark has reached it. Only the mark of the measure is stated.
type ProductGradeBand struct {
	Grade        string          `json:"grade"`
	FromPermille int             `json:"from_permille,omitempty"` // of revenue, with margin; -1,000,000 to 1000
	FromProfit   decimal.Decimal `json:"from_profit,omitzero"`    // of one unit of sale, with unit-profit; exact in minor units
}

// ParseProductGradeRules reads rules from JSON, strictly; see customer.ParseRules.
func ParseProductGradeRules(data []byte) (ProductGradeRules, error) {
	return customer.ParseRules[ProductGradeRules](data)
}

func (r ProductGradeRules) check(zone *time.Location) error {
	var faults customer.Faults
	r.Edition.Check(&faults)
	faults.Zone("zone", r.Zone, zone)
	faults.Currency("currency", r.Currency)
	if r.By != GradeByMargin && r.By != GradeByUnitProfit {
		faults.Add("by", r.By, "is margin or unit-profit")
	}
	faults.Within("min_costed_permille", r.MinCostedPermille, 0, 1000)
	faults.Within("bands", len(r.Bands), 1, MaxProductGrades-1)
	if len(r.Bands) < MaxProductGrades {
		r.checkBands(&faults)
	}
	return faults.Err()
}

func (r ProductGradeRules) checkBands(faults *customer.Faults) {
	grades, above, stated := map[string]bool{}, int64(0), false // the mark of the band before, where it has one
	for i, band := range r.Bands {
		path := func(field string) string { return fmt.Sprintf("bands[%d].%s", i, field) }
		faults.Name(path("grade"), band.Grade)
		if grades[band.Grade] {
			faults.Add(path("grade"), band.Grade, "is one band's only")
		}
		grades[band.Grade] = true
		mark, field, exact := int64(band.FromPermille), path("from_permille"), true
		if r.By == GradeByUnitProfit {
			field = path("from_profit")
			if mark, exact = customer.Scaled(band.FromProfit, r.Currency.Digits); !exact || max(mark, -mark) > population.MaxAmount {
				faults.Add(field, band.FromProfit, "is exact in minor units, at most 10^12 of them either way")
			}
			if band.FromPermille != 0 {
				faults.Add(path("from_permille"), band.FromPermille, "is absent where grades go by unit-profit")
			}
		} else {
			faults.Within(field, band.FromPermille, -MaxGradeLossPermille, 1000)
			if !band.FromProfit.IsZero() {
				faults.Add(path("from_profit"), band.FromProfit, "is absent where grades go by margin")
			}
		}
		if stated && exact && mark >= above {
			faults.Add(field, mark, "lies below the mark of the band before it")
		}
		above, stated = mark, exact
	}
	faults.Name("rest", r.Rest)
	if grades[r.Rest] {
		faults.Add("rest", r.Rest, "is a grade of its own")
	}
}

// ProductGrades grades products. It is immutable and safe for concurrent use.
type ProductGrades struct {
	register population.Register
	name     string
	rules    ProductGradeRules
	marks    []int64 // of the bands: ‰, or minor units
}

// NewProductGrades checks the rules whole, returning customer.Faults, and compiles them.
// The zone must be the one that the rules name.
func NewProductGrades(rules ProductGradeRules, zone *time.Location) (*ProductGrades, error) {
	if err := rules.check(zone); err != nil {
		return nil, err
	}
	g := &ProductGrades{register: population.Register{Zone: zone, Currency: rules.Currency}, name: rules.Name(), rules: rules}
	g.rules.Bands = slices.Clone(rules.Bands)
	for _, band := range rules.Bands {
		mark := int64(band.FromPermille)
		if rules.By == GradeByUnitProfit {
			mark, _ = customer.Scaled(band.FromProfit, rules.Currency.Digits) // exact: checked above
		}
		g.marks = append(g.marks, mark)
	}
	return g, nil
}

// ProductGradeFigures is what one product brought: sold, and of that brought back.
type ProductGradeFigures struct{ Sold, Returned ProductGradeSums }

// ProductGradeSums are the sums of one product's lines. Units, Revenue and Cost are those
// of the Costed lines alone: what a line without its cost earned, nobody knows.
type ProductGradeSums struct {
	Lines   int64
	Costed  int64 // of Lines: price, cost and quantity known
	Units   int64 // thousandths of a unit of sale
	Revenue int64 // minor units, without deposit and tax
	Cost    int64 // minor units
}

func (s *ProductGradeSums) add(other ProductGradeSums) {
	s.Lines = bounded(s.Lines, other.Lines)
	s.Costed = bounded(s.Costed, other.Costed)
	s.Units = bounded(s.Units, other.Units)
	s.Revenue = bounded(s.Revenue, other.Revenue)
	s.Cost = bounded(s.Cost, other.Cost)
}

// Profit returns revenue and profit in minor units, and thousandths of a unit of sale, of
// what was kept. Each may be below 0 where more came back than was sold.
func (f ProductGradeFigures) Profit() (profit, revenue, units int64) {
	of := func(figure func(ProductGradeSums) int64) int64 {
		// Within bounds even for figures that no tally gives, so that nothing overflows.
		return max(0, min(figure(f.Sold), maxSum)) - max(0, min(figure(f.Returned), maxSum))
	}
	revenue = of(func(s ProductGradeSums) int64 { return s.Revenue })
	profit = revenue - of(func(s ProductGradeSums) int64 { return s.Cost })
	return profit, revenue, of(func(s ProductGradeSums) int64 { return s.Units })
}

// Grade returns a product's grade on a day, and why. It is empty where the figures do not tell:
// too few lines have their cost, or no revenue (with unit-profit, no units) is left after
// returns. The comparison is exact; a product on a mark has reached it. The error is a
// *customer.Refusal where the rules are not in force.
func (g *ProductGrades) Grade(figures ProductGradeFigures, on customer.Date) (grade string, reasons []customer.Reason, err error) {
	if err := g.rules.Covers(on); err != nil {
		return "", nil, err
	}
	grade, reasons = g.grade(figures)
	return grade, reasons, nil
}

func (g *ProductGrades) grade(figures ProductGradeFigures) (grade string, reasons []customer.Reason) {
	why := func(code string, fact, mark int64, unit customer.Unit, rule string) {
		reasons = append(reasons, customer.Reason{Code: code, Rule: rule, Fact: fact, Mark: mark, Unit: unit})
	}
	lines, costed := max(0, figures.Sold.Lines), max(0, min(figures.Sold.Costed, figures.Sold.Lines))
	if costed == 0 {
		why(CodeGradeNoCost, costed, lines, customer.UnitTimes, g.name)
		return "", reasons
	}
	if costed < lines {
		why(CodeGradeCosted, costed, lines, customer.UnitTimes, g.name)
	}
	if compareShare(costed, lines, g.rules.MinCostedPermille) < 0 {
		permille, _ := customer.Permille(costed, lines)
		why(CodeGradeThinCost, permille, int64(g.rules.MinCostedPermille), customer.UnitPermille, g.name)
		return "", reasons
	}
	profit, revenue, units := figures.Profit()
	why(CodeGradeProfit, profit, revenue, customer.UnitMinor, g.name)
	whole, times, unit := revenue, int64(1000), customer.UnitPermille
	reached, below := CodeGradeReached, CodeGradeBelow
	if g.rules.By == GradeByUnitProfit {
		whole, unit = units, customer.UnitMinor // units are thousandths: the same 1000 again
		reached, below = CodeGradeUnitReached, CodeGradeUnitBelow
	}
	if whole <= 0 {
		why(CodeGradeNothingKept, revenue, units, 0, g.name)
		return "", reasons
	}
	band := 0
	for band < len(g.marks) && compareSigned(profit, times, g.marks[band], whole) < 0 {
		band++
	}
	fact := population.ScaledFloor(profit, times, whole)
	if band > 0 {
		why(below, fact, g.marks[band-1], unit, g.name+" "+g.rules.Bands[band-1].Grade)
	}
	if band == len(g.marks) {
		return g.rules.Rest, reasons
	}
	why(reached, fact, g.marks[band], unit, g.name+" "+g.rules.Bands[band].Grade)
	return g.rules.Bands[band].Grade, reasons
}

// compareSigned compares a·b with c·d exactly; b and d are above 0.
func compareSigned(a, b, c, d int64) int {
	switch {
	case a >= 0 && c >= 0:
		return compareProducts(a, b, c, d)
	case a < 0 && c < 0:
		return compareProducts(-c, d, -a, b)
	case a < 0:
		return -1
	}
	return 1
}

// saleUnits are the thousandths of a unit of sale of a line.
func saleUnits(faults *customer.Faults, i int, line *customer.Line) int64 {
	units, exact := customer.Scaled(line.Quantity, UnitDigits)
	if !exact || units < 0 || units > population.MaxUnits {
		faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity,
			fmt.Sprintf("is 0 to %s, exact in thousandths", decimal.New(population.MaxUnits, -UnitDigits)))
		return 0
	}
	return units
}

// ProductGradeTally sums what products brought in a period, by sku. Receipts may be added
// in any order and any split; merged, the bytes are the same. Its memory grows with the
// products. It is not safe for concurrent use; parallel work fills one each and merges.
type ProductGradeTally struct {
	register population.Register
	period   population.Period
	table    population.Table[string, ProductGradeFigures]
}

// productGradeTallyVersion is the format of MarshalBinary.
const productGradeTallyVersion = 1

// Tally returns an empty tally of a period.
func (g *ProductGrades) Tally(period population.Period) *ProductGradeTally {
	return &ProductGradeTally{register: g.register, period: period}
}

// Sale counts the goods of a purchase, also of one that nobody showed a card for; delivery
// and gift cards are no products. At a fault nothing of it is counted.
func (t *ProductGradeTally) Sale(sale customer.Purchase) error {
	return t.count(sale.At, sale.Currency, len(sale.Lines), false, func(i int) *customer.Line { return &sale.Lines[i] })
}

// Return counts goods that came back, on the day on which they did. A refund whose goods'
// cost is not known takes off nothing.
func (t *ProductGradeTally) Return(back customer.Return) error {
	return t.count(back.At, back.Currency, len(back.Lines), true, func(i int) *customer.Line { return &back.Lines[i].Line })
}

func (t *ProductGradeTally) count(at time.Time, currency customer.Currency, n int, returned bool, line func(int) *customer.Line) error {
	if t.register.Zone == nil {
		return errors.New("segment: a tally of products is one that ProductGrades.Tally made")
	}
	var faults customer.Faults
	day := t.register.Day(&faults, at)
	t.register.Money(&faults, currency)
	sums := make([]ProductGradeSums, n)
	for i := range sums {
		sums[i] = gradeSums(t.register, &faults, i, line(i))
	}
	if err := faults.Err(); err != nil || !t.period.Contains(day) {
		return err
	}
	for i := range sums {
		if sums[i].Lines == 0 {
			continue
		}
		figures := t.table.At(line(i).SKU, 0)
		if returned {
			figures.Returned.add(sums[i])
		} else {
			figures.Sold.add(sums[i])
		}
	}
	return nil
}

func gradeSums(r population.Register, faults *customer.Faults, i int, line *customer.Line) ProductGradeSums {
	if line.Sells != customer.GoodsLine {
		return ProductGradeSums{}
	}
	var part customer.Faults // whose path is written out only where there is a fault
	if part.Name("sku", line.SKU); len(part) > 0 {
		faults.Join(fmt.Sprintf("lines[%d]", i), part)
	}
	revenue, priced := r.NetPrice(faults, i, line)
	cost, costed := r.Cost(faults, i, line)
	units := saleUnits(faults, i, line)
	if !priced || !costed || units == 0 {
		return ProductGradeSums{Lines: 1}
	}
	return ProductGradeSums{Lines: 1, Costed: 1, Units: units, Revenue: revenue, Cost: cost}
}

// Merge counts everything that other counted. Tallies of different periods, currencies or
// zones do not merge.
func (t *ProductGradeTally) Merge(other *ProductGradeTally) error {
	if t.period != other.period || !t.register.Same(other.register) {
		return errors.New("segment: tallies of products merge where their periods, currencies and zones are the same")
	}
	for sku, row := range other.table.All() {
		into := t.table.At(sku, 0)
		into.Sold.add(row.Values[0].Sold)
		into.Returned.add(row.Values[0].Returned)
	}
	return nil
}

// All walks the products by ascending sku.
func (t *ProductGradeTally) All() iter.Seq2[string, ProductGradeFigures] {
	return func(yield func(string, ProductGradeFigures) bool) {
		for sku, row := range t.table.All() {
			if !yield(sku, row.Values[0]) {
				return
			}
		}
	}
}

// MarshalBinary writes the tally by ascending sku, so that equal tallies have equal bytes.
func (t *ProductGradeTally) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{productGradeTallyVersion}, t.period)
	data = appendRegister(data, t.register)
	return t.table.Append(data, func(dst []byte, v *ProductGradeFigures) []byte {
		for _, figure := range gradeFigures(v) {
			dst = binary.AppendUvarint(dst, uint64(*figure))
		}
		return dst
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a tally that [ProductGrades.Tally]
// made in the same currency and zone; at an error the tally stays as it was.
func (t *ProductGradeTally) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, productGradeTallyVersion)
	read := ProductGradeTally{register: t.register, period: from.Period()}
	readRegister(from, t.register)
	read.table.Read(from, func(from *population.Decoder, v *ProductGradeFigures) {
		for _, figure := range gradeFigures(v) {
			*figure = from.Count()
		}
		if from.Err() == nil && !(v.Sold.possible() && v.Returned.possible() && bounded(v.Sold.Lines, v.Returned.Lines) > 0) {
			from.Fail("figures that no product has")
		}
	})
	for sku, row := range read.table.All() {
		var faults customer.Faults
		if faults.Name("", sku); len(faults) > 0 || row.Items[0] != 0 || len(row.Items) > 1 {
			from.Fail("a product that no receipt has")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: product grade tally: %w", err)
	}
	*t = read
	return nil
}

// gradeFigures lists the figures in the order of the stored form.
func gradeFigures(f *ProductGradeFigures) []*int64 {
	return []*int64{
		&f.Sold.Lines, &f.Sold.Costed, &f.Sold.Units, &f.Sold.Revenue, &f.Sold.Cost,
		&f.Returned.Lines, &f.Returned.Costed, &f.Returned.Units, &f.Returned.Revenue, &f.Returned.Cost,
	}
}

// possible reports whether some lines have these sums.
func (s ProductGradeSums) possible() bool {
	return max(s.Lines, s.Units, s.Revenue, s.Cost) <= maxSum && s.Costed <= s.Lines &&
		(s.Units > 0) == (s.Costed > 0) && (s.Costed > 0 || s.Revenue+s.Cost == 0)
}

// appendCurrency writes the currency that a state's amounts are in.
func appendCurrency(dst []byte, currency customer.Currency) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(currency.Code)))
	dst = append(dst, currency.Code...)
	return append(dst, byte(currency.Digits))
}

// appendRegister writes whose days and amounts a state counts.
func appendRegister(dst []byte, r population.Register) []byte {
	zone := r.Zone.String()
	dst = binary.AppendUvarint(appendCurrency(dst, r.Currency), uint64(len(zone)))
	return append(dst, zone...)
}

// readRegister fails unless the state counts the days and amounts of the register wanted.
func readRegister(from *population.Decoder, want population.Register) {
	if code, digits := string(from.Bytes()), from.Byte(); from.Err() == nil && (code != want.Currency.Code || int32(digits) != want.Currency.Digits) {
		from.Fail("amounts in another currency")
	}
	if zone := string(from.Bytes()); from.Err() == nil && zone != want.Zone.String() {
		from.Fail("days of another zone")
	}
}
