package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of reports.
const (
	MaxReportLabels = 1000      // rows, and columns
	MaxReportCells  = 10_000    // rows × columns
	MaxReportStores = 10_000    // that a report counts
	MaxReportK      = 1_000_000 // customers below which a figure is a gap
)

// ReportRules is the rule book of what leaves the house, as plain data.
type ReportRules struct {
	customer.Edition

	// K is the least number of customers behind a figure: 2 to 1,000,000. A figure of 1 to
	// K−1 customers is a gap, and so is every other figure that it could be worked out from.
	K int `json:"k"`
	// MinStores is the least number of stores behind a row: 1 to 10,000, and 3 is the
	// custom, so that no store learns the other's figures by taking off its own. It also
	// holds for what two reports differ by. 1 asks for nothing.
	MinStores int `json:"min_stores"`
	// CustomerPermille is the most of a sum that one customer may bring, StorePermille the
	// most of a row's sum that one store may: 1 to 1000; 0: no such rule.
	CustomerPermille int `json:"customer_permille,omitempty"`
	StorePermille    int `json:"store_permille,omitempty"`
	// RangePermille is how wide what can be worked out about a gap must stay, in ‰ of the
	// figure itself: 1 to 1000. At 200 nobody knows a gap of 500 to better than 100.
	RangePermille int `json:"range_permille"`

	// Currency is what amounts are counted in, MoneyRound the base that sums of money are
	// rounded to, an amount above 0. Without a currency no money is published.
	Currency   customer.Currency `json:"currency,omitzero"`
	MoneyRound decimal.Decimal   `json:"money_round,omitzero"`
	// Units says that base units are published, rounded to UnitsRound where that is above 0.
	Units      bool            `json:"units,omitempty"`
	UnitsRound decimal.Decimal `json:"units_round,omitzero"`
}

// ParseReportRules reads ReportRules from JSON, strictly; see customer.ParseRules. The
// result is well-formed; NewReport checks what it says.
func ParseReportRules(data []byte) (ReportRules, error) {
	return customer.ParseRules[ReportRules](data)
}

// ReportTable is what a report is about. It is published with the figures, so that later
// reports can be held against it; it names no customer.
type ReportTable struct {
	ID              string             `json:"id"`       // of the meaning of rows and columns: reports of one ID can be compared
	Category        string             `json:"category"` // whose goods are counted
	CategoryVersion int                `json:"category_version"`
	Kind            customer.BrandKind `json:"kind,omitzero"` // only goods of this kind of brand: store for the shop's own; unknown: all
	From            customer.Date      `json:"from"`
	Until           customer.Date      `json:"until"`
	Rows            []string           `json:"rows"` // the nine cells, brands, own-brand products
	Columns         []ReportColumn     `json:"columns"`
	Stores          []string           `json:"stores"` // that are counted, ascending
}

// ReportColumn is a column: an area, a cell, or with its days a part of the table's period.
type ReportColumn struct {
	Name  string        `json:"name"`
	From  customer.Date `json:"from,omitzero"` // zero: the table's; either all columns have their days or none
	Until customer.Date `json:"until,omitzero"`
}

// ReportEntry is a part of what one customer bought: where it stands in the table, by
// place in the lists of ReportTable, and how much it was.
type ReportEntry struct {
	Row, Column, Store int
	Kind               customer.BrandKind
	Units              int64 // thousandths of a base unit, 0 to population.MaxUnits
	Amount             int64 // minor units, 0 to population.MaxAmount
}

// Report counts a table: for each cell and total the distinct customers, their units and
// money, and what the greatest customer and store of it bring. It takes one customer's
// entries at a time and keeps none of her, nor any key. Customers may be added in any
// order, each wholly in one part; merged, the bytes are the same. What came back later
// takes nothing off. It is not safe for concurrent use.
type Report struct {
	rules  ReportRules
	table  ReportTable
	pinned [sha256.Size]byte // of the table

	money      int64 // what sums of money are rounded to, in minor units; 0: none are published
	units      int64 // what units are rounded to, in thousandths; 0: exact
	rows, cols int   // with the totals, which come last
	figures    []reportFigure
	stores     []reportSum // row by row

	mine    []reportSum // of the customer at hand, by figure
	touched []int
}

// reportFigure is a cell or a total. The customers are distinct in a total too.
type reportFigure struct {
	customers int64
	sum       reportSum
	most      reportSum // of one customer
}

type reportSum struct{ entries, units, amount int64 }

func (s reportSum) plus(other reportSum) reportSum {
	return reportSum{s.entries + other.entries, s.units + other.units, s.amount + other.amount}
}

// reportVersion is the format of MarshalBinary.
const reportVersion = 1

// errNoTable is what a zero Report answers.
var errNoTable = errors.New("segment: a report without a table: NewReport makes one")

// NewReport checks the rules and the table whole, returning customer.Faults, and begins to
// count.
func NewReport(rules ReportRules, table ReportTable) (*Report, error) {
	r := &Report{rules: rules, table: table.clone(), rows: len(table.Rows) + 1, cols: len(table.Columns) + 1}
	var faults customer.Faults
	r.checkRules(&faults)
	var part customer.Faults
	table.check(&part)
	faults.Join("table", part)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	pin, err := json.Marshal(r.table) // its fields in their order: the same for equal tables
	if err != nil {
		return nil, fmt.Errorf("segment: report: %w", err)
	}
	r.pinned = sha256.Sum256(pin)
	r.figures = make([]reportFigure, r.rows*r.cols)
	r.stores = make([]reportSum, len(table.Rows)*len(table.Stores))
	r.mine = make([]reportSum, len(r.figures))
	return r, nil
}

func (r *Report) checkRules(faults *customer.Faults) {
	rules := &r.rules
	rules.Edition.Check(faults)
	faults.Within("k", rules.K, 2, MaxReportK)
	faults.Within("min_stores", rules.MinStores, 1, MaxReportStores)
	faults.Within("customer_permille", rules.CustomerPermille, 0, 1000)
	faults.Within("store_permille", rules.StorePermille, 0, 1000)
	faults.Within("range_permille", rules.RangePermille, 1, 1000)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
		minor, err := rules.Currency.Minor(rules.MoneyRound)
		if r.money = minor; err != nil || minor < 1 || minor > population.MaxAmount {
			faults.Add("money_round", rules.MoneyRound, fmt.Sprintf("is above 0 and at most %s, exact in minor units", rules.Currency.Amount(population.MaxAmount)))
		}
	} else if !rules.MoneyRound.IsZero() {
		faults.Add("money_round", rules.MoneyRound, "is absent where there is no currency")
	}
	units, exact := customer.Scaled(rules.UnitsRound, UnitDigits)
	if r.units = units; !exact || units < 0 || units > population.MaxUnits || units > 0 && !rules.Units {
		faults.Add("units_round", rules.UnitsRound, "is 0 or more, exact in thousandths, and absent where no units are published")
	}
}

func (t ReportTable) clone() ReportTable {
	t.Rows, t.Columns, t.Stores = slices.Clone(t.Rows), slices.Clone(t.Columns), slices.Clone(t.Stores)
	return t
}

func (t ReportTable) check(faults *customer.Faults) {
	faults.Name("id", t.ID)
	faults.Name("category", t.Category)
	if t.CategoryVersion < 1 {
		faults.Add("category_version", t.CategoryVersion, "is 1 or more")
	}
	if t.Kind > customer.StoreBrand {
		faults.Add("kind", t.Kind, "is unknown, national or store")
	}
	if !t.From.Valid() || !t.Until.Valid() || t.From >= t.Until {
		faults.Add("until", t.Until, "is a day after from, which is a day too")
	}
	faults.Within("rows", len(t.Rows), 1, MaxReportLabels)
	faults.Within("columns", len(t.Columns), 1, MaxReportLabels)
	faults.Within("stores", len(t.Stores), 1, MaxReportStores)
	if cells := len(t.Rows) * len(t.Columns); cells > MaxReportCells {
		faults.Add("rows", cells, fmt.Sprintf("times columns are at most %d", MaxReportCells))
	}
	names := make(map[string]bool, len(t.Rows))
	for i, row := range t.Rows {
		path := fmt.Sprintf("rows[%d]", i)
		if faults.Name(path, row); names[row] {
			faults.Add(path, row, "stands only once")
		}
		names[row] = true
	}
	for i, store := range t.Stores {
		path := fmt.Sprintf("stores[%d]", i)
		if faults.Name(path, store); i > 0 && store <= t.Stores[i-1] {
			faults.Add(path, store, "comes after the one before it")
		}
	}
	t.checkColumns(faults)
}

func (t ReportTable) checkColumns(faults *customer.Faults) {
	names := make(map[string]bool, len(t.Columns))
	for i, column := range t.Columns {
		path := fmt.Sprintf("columns[%d]", i)
		if faults.Name(path+".name", column.Name); names[column.Name] {
			faults.Add(path+".name", column.Name, "stands only once")
		}
		names[column.Name] = true
		switch {
		case t.Columns[0].From == 0 && column.From == 0 && column.Until == 0:
		case column.From < t.From || column.Until > t.Until || column.From >= column.Until:
			faults.Add(path+".until", column.Until, "and from lie in the table's period, or no column has its days")
		case i > 0 && column.From < t.Columns[i-1].Until:
			faults.Add(path+".from", column.From, "comes after the column before it: a day counts once")
		}
	}
}

// byPeriod reports whether the columns are parts of the period.
func (t ReportTable) byPeriod() bool { return t.Columns[0].From != 0 }

// Add counts one customer with all her entries, in any order. Those of another kind of
// brand than the table's are left out. A malformed entry is an error and counts nothing,
// and so is a sum of more than 10¹⁸.
func (r *Report) Add(entries []ReportEntry) error {
	if err := r.checkEntries(entries); err != nil {
		return err
	}
	for _, entry := range entries {
		if r.table.Kind != customer.UnknownBrand && entry.Kind != r.table.Kind {
			continue
		}
		sum := reportSum{1, entry.Units, entry.Amount}
		store := &r.stores[entry.Row*len(r.table.Stores)+entry.Store]
		*store = store.plus(sum)
		for _, row := range [2]int{entry.Row, r.rows - 1} {
			for _, col := range [2]int{entry.Column, r.cols - 1} {
				at := row*r.cols + col
				if r.mine[at].entries == 0 {
					r.touched = append(r.touched, at)
				}
				r.mine[at] = r.mine[at].plus(sum)
			}
		}
	}
	for _, at := range r.touched {
		figure, mine := &r.figures[at], r.mine[at]
		figure.customers++
		figure.sum = figure.sum.plus(mine)
		figure.most.units, figure.most.amount = max(figure.most.units, mine.units), max(figure.most.amount, mine.amount)
		r.mine[at] = reportSum{}
	}
	r.touched = r.touched[:0]
	return nil
}

func (r *Report) checkEntries(entries []ReportEntry) error {
	if r.figures == nil {
		return errNoTable
	}
	var faults customer.Faults
	sum := r.figures[len(r.figures)-1].sum
	for i, entry := range entries {
		var part customer.Faults
		part.Within("row", entry.Row, 0, len(r.table.Rows)-1)
		part.Within("column", entry.Column, 0, len(r.table.Columns)-1)
		part.Within("store", entry.Store, 0, len(r.table.Stores)-1)
		if entry.Kind > customer.StoreBrand {
			part.Add("kind", entry.Kind, "is unknown, national or store")
		}
		if entry.Units < 0 || entry.Units > population.MaxUnits || entry.Amount < 0 || entry.Amount > population.MaxAmount {
			part.Add("units", entry.Units, fmt.Sprintf("and amount are 0 to %d", int64(population.MaxUnits)))
		} else if sum = sum.plus(reportSum{1, entry.Units, entry.Amount}); !sum.bounded() {
			part.Add("units", entry.Units, fmt.Sprintf("and amount bring the sums to at most %d", int64(maxSum)))
			faults.Join(fmt.Sprintf("entries[%d]", i), part)
			break
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("entries[%d]", i), part)
		}
	}
	return faults.Err()
}

// bounded reports whether sums stay where more than a few of them fit an int64.
func (s reportSum) bounded() bool { return max(s.entries, s.units, s.amount) <= maxSum }

// Merge counts everyone that other counted. Reports of another table do not merge, nor
// those whose sums would exceed 10¹⁸. Other stays as it is.
func (r *Report) Merge(other *Report) error {
	if r.figures == nil {
		return errNoTable
	}
	if r.pinned != other.pinned {
		return fmt.Errorf("segment: a report of another table than %s does not merge into it", r.table.ID)
	}
	last := len(r.figures) - 1
	if !r.figures[last].sum.plus(other.figures[last].sum).bounded() {
		return fmt.Errorf("segment: reports do not merge: a sum exceeds %d", int64(maxSum))
	}
	for i, from := range other.figures {
		into := &r.figures[i]
		into.customers += from.customers
		into.sum = into.sum.plus(from.sum)
		into.most.units, into.most.amount = max(into.most.units, from.most.units), max(into.most.amount, from.most.amount)
	}
	for i, from := range other.stores {
		r.stores[i] = r.stores[i].plus(from)
	}
	return nil
}

// MarshalBinary writes the counts row by row, so that equal counts have equal bytes. The
// table is not in them, only its fingerprint.
func (r *Report) MarshalBinary() ([]byte, error) {
	data := append([]byte{reportVersion}, r.pinned[:]...)
	for _, figure := range r.figures {
		for _, n := range []int64{figure.customers, figure.sum.entries, figure.sum.units, figure.sum.amount, figure.most.units, figure.most.amount} {
			data = binary.AppendUvarint(data, uint64(n))
		}
	}
	for _, store := range r.stores {
		for _, n := range []int64{store.entries, store.units, store.amount} {
			data = binary.AppendUvarint(data, uint64(n))
		}
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote into a report of the same table; any
// other is an error. At an error the report stays as it was.
func (r *Report) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, reportVersion)
	for _, b := range r.pinned {
		if from.Byte() != b {
			from.Fail("another table")
		}
	}
	read := *r
	read.figures, read.stores = make([]reportFigure, len(r.figures)), make([]reportSum, len(r.stores))
	for i := range read.figures {
		read.figures[i] = reportFigure{
			customers: from.Count(), sum: reportSum{from.Count(), from.Count(), from.Count()},
			most: reportSum{0, from.Count(), from.Count()},
		}
	}
	for i := range read.stores {
		read.stores[i] = reportSum{from.Count(), from.Count(), from.Count()}
	}
	if from.Err() == nil && !read.possible() {
		from.Fail("figures that no customers have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: report: %w", err)
	}
	*r = read
	return nil
}

// possible reports whether some customers have these figures: sums add up along rows and
// columns, and a total has the customers of its cells, each at least once.
func (r *Report) possible() bool {
	for i := range r.figures {
		figure := &r.figures[i]
		if !figure.sum.bounded() || figure.most.units > figure.sum.units || figure.most.amount > figure.sum.amount ||
			figure.customers > figure.sum.entries || (figure.customers == 0) != (figure.sum.entries == 0) {
			return false
		}
	}
	for row := range r.rows {
		if !r.adds(row*r.cols, 1, r.cols-1) {
			return false
		}
	}
	for col := range r.cols {
		if !r.adds(col, r.cols, r.rows-1) {
			return false
		}
	}
	for row := range r.rows - 1 {
		sum := reportSum{}
		for _, store := range r.stores[row*len(r.table.Stores):][:len(r.table.Stores)] {
			if sum = sum.plus(store); !store.bounded() || !sum.bounded() || store.entries == 0 && store != (reportSum{}) {
				return false
			}
		}
		if sum != r.figures[row*r.cols+r.cols-1].sum {
			return false
		}
	}
	return true
}

// adds reports whether n figures from one on, step apart, make up the one after them.
func (r *Report) adds(from, step, n int) bool {
	sum, customers, most, greatest := reportSum{}, int64(0), int64(0), reportSum{}
	for i := range n {
		figure := &r.figures[from+i*step]
		if sum = sum.plus(figure.sum); !sum.bounded() {
			return false
		}
		customers, most = customers+figure.customers, max(most, figure.customers)
		greatest.units, greatest.amount = max(greatest.units, figure.most.units), max(greatest.amount, figure.most.amount)
	}
	total := &r.figures[from+n*step]
	return total.sum == sum && most <= total.customers && total.customers <= customers &&
		total.most.units >= greatest.units && total.most.amount >= greatest.amount
}
