package segment

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Published is a report as it leaves the house. It says which figures are gaps and never
// why: a gap that is known to be there for its own sake is known to be small, and one that
// is known to protect others is not. Keep every one of them, for those that follow are
// held against it.
type Published struct {
	Format     int               `json:"format"` // 1
	Ref        string            `json:"ref"`    // the host's name for it, unique among its reports
	Rule       string            `json:"rule"`   // the rule book's name
	K          int               `json:"k"`      // every figure that stands has as many customers at least
	Table      ReportTable       `json:"table"`
	Currency   customer.Currency `json:"currency,omitzero"`    // zero: no money is published
	MoneyRound decimal.Decimal   `json:"money_round,omitzero"` // what sums of money are rounded to
	Units      bool              `json:"units,omitempty"`      // whether units are published
	UnitsRound decimal.Decimal   `json:"units_round,omitzero"` // what units are rounded to; zero: exact
	// Figures are the rows of the table and their total, each with its columns and their
	// total. A total is the sum of its line: a customer who stands in two cells of it
	// counts in both. Rounded sums are rounded each for itself and need not add up.
	Figures [][]PublishedFigure `json:"figures"`
}

// PublishedFigure is a cell or total of a report. One without customers is published as 0,
// and then so is everything in it; no other sum is rounded down to 0.
type PublishedFigure struct {
	Gap       bool            `json:"gap,omitempty"` // not told; then all else is 0
	Customers int64           `json:"customers"`
	Units     decimal.Decimal `json:"units,omitzero"`
	Money     decimal.Decimal `json:"money,omitzero"`
}

// publishedFormat is the format of Published.
const publishedFormat = 1

// ReportCell names a figure: its row and column, each empty for the total.
type ReportCell struct{ Row, Column string }

// ReportGap is a gap in the host's own view, with what is behind it. It stays in the house.
type ReportGap struct {
	ReportCell
	Customers int64             // distinct
	Why       []customer.Reason // the first gaps have reasons of their own; the others protect these
}

// Publish returns the table as it may leave the house, with gaps for figures of too few
// customers, of rows with too few stores, or with one customer or store behind too much of
// them, for those withheld by name, and for as many more as protect these: from what
// stands and adds up, no gap can be narrowed down to less than RangePermille of itself,
// none is known to be below K, and what several gaps of a line add up to has K customers
// and MinStores stores behind it as well.
//
// Earlier are the reports published before, all of them. Where the new report and one of
// those, or several that together lie within one, differ by what is less than K customers
// or MinStores stores, or where a gap of any report could be worked out by adding reports
// up and taking them off each other, the answer is a *customer.Refusal that names the
// figures and the earlier reports; withhold those figures, or publish nothing. Versions of
// a category are held against each other as if they were the same goods, and kinds of
// brand as parts of all brands. Reports of another table's ID or category are not looked
// at: keep one ID for all tables that cut the same sales. An earlier report that is not
// one, or an unknown name, gets customer.Faults.
func (r *Report) Publish(ref string, withhold []ReportCell, earlier []Published) (Published, []ReportGap, error) {
	if r.figures == nil {
		return Published{}, nil, errNoTable
	}
	s := newSuppression(r)
	var faults customer.Faults
	faults.Name("ref", ref)
	for i, cell := range withhold {
		if at := r.place(cell); at < 0 {
			faults.Add(fmt.Sprintf("withhold[%d]", i), cell, "is a figure of the table")
		} else {
			s.withhold(at)
		}
	}
	compared := r.comparable(&faults, ref, earlier)
	if err := faults.Err(); err != nil {
		return Published{}, nil, err
	}
	s.first()
	s.narrow(compared)
	if at := s.protect(); at >= 0 {
		refusal := r.reason(CodeReportKnown, 0, int64(r.rules.K), customer.UnitCustomers)
		refusal.Rule = r.cell(at).String()
		return Published{}, nil, &customer.Refusal{Rule: r.rules.Name(), Missing: []customer.Reason{refusal}}
	}
	published := r.published(ref, s)
	if missing := r.differences(&published, compared); len(missing) > 0 {
		return Published{}, nil, &customer.Refusal{Rule: r.rules.Name(), Missing: missing}
	}
	return published, s.gaps(), nil
}

func (r *Report) place(cell ReportCell) int {
	row, col := r.rows-1, r.cols-1
	if cell.Row != "" {
		row = slices.Index(r.table.Rows, cell.Row)
	}
	if cell.Column != "" {
		col = slices.IndexFunc(r.table.Columns, func(c ReportColumn) bool { return c.Name == cell.Column })
	}
	if row < 0 || col < 0 {
		return -1
	}
	return row*r.cols + col
}

// cell names the figure at a place.
func (r *Report) cell(at int) ReportCell {
	var cell ReportCell
	if row := at / r.cols; row < r.rows-1 {
		cell.Row = r.table.Rows[row]
	}
	if col := at % r.cols; col < r.cols-1 {
		cell.Column = r.table.Columns[col].Name
	}
	return cell
}

// String returns the figure's name as reasons cite it: "store-loyal/heavy × January".
func (c ReportCell) String() string {
	if c.Row == "" {
		c.Row = "total"
	}
	if c.Column == "" {
		c.Column = "total"
	}
	return c.Row + " × " + c.Column
}

func (r *Report) reason(code string, fact, mark int64, unit customer.Unit) customer.Reason {
	return customer.Reason{Code: code, Rule: r.rules.Name(), Fact: fact, Mark: mark, Unit: unit}
}

func (r *Report) published(ref string, s *suppression) Published {
	p := Published{
		Format: publishedFormat, Ref: ref, Rule: r.rules.Name(), K: r.rules.K, Table: r.table.clone(),
		Currency: r.rules.Currency, MoneyRound: r.rules.MoneyRound, Units: r.rules.Units, UnitsRound: r.rules.UnitsRound,
	}
	for row := range r.rows {
		line := make([]PublishedFigure, r.cols)
		for col := range r.cols {
			at := row*r.cols + col
			if s.gap[at] {
				line[col].Gap = true
				continue
			}
			line[col].Customers = s.customers[at]
			if r.rules.Units {
				line[col].Units = decimal.New(rounded(r.figures[at].sum.units, r.units), -UnitDigits)
			}
			if r.money > 0 {
				line[col].Money = r.rules.Currency.Amount(rounded(r.figures[at].sum.amount, r.money))
			}
		}
		p.Figures = append(p.Figures, line)
	}
	return p
}

// rounded is a sum rounded to a multiple of base, halves up, but what is above 0 at least
// to one base, so that 0 is 0. A base of 0 rounds nothing. Sums and bases are far below
// what overflows.
func rounded(sum, base int64) int64 {
	if base == 0 || sum == 0 {
		return sum
	}
	return max((sum+base/2+base%2)/base, 1) * base
}

// suppression decides which figures of a report are gaps.
type suppression struct {
	report    *Report
	gap       []bool
	why       [][]customer.Reason
	customers []int64    // with those of several cells counted in each, so that lines add up
	stores    [][]uint64 // of each row: a bit for every store that contributes
	free      []*freedom // of customers, and of what else is published
}

func newSuppression(r *Report) *suppression {
	s := &suppression{
		report: r, gap: make([]bool, len(r.figures)), why: make([][]customer.Reason, len(r.figures)),
		customers: make([]int64, len(r.figures)), stores: make([][]uint64, r.rows-1),
	}
	for row := range r.rows - 1 {
		for col := range r.cols - 1 {
			n := r.figures[row*r.cols+col].customers
			for _, line := range [2]int{row, r.rows - 1} {
				s.customers[line*r.cols+col] += n
				s.customers[line*r.cols+r.cols-1] += n
			}
		}
		s.stores[row] = make([]uint64, (len(r.table.Stores)+63)/64)
		for store := range r.table.Stores {
			if r.stores[row*len(r.table.Stores)+store].entries > 0 {
				s.stores[row][store/64] |= 1 << (store % 64)
			}
		}
	}
	s.measure(func(at int) int64 { return s.customers[at] })
	for at := range s.gap {
		s.free[0].least[at] = min(1, s.customers[at]) // for a zero is told
	}
	if r.rules.Units {
		s.measure(func(at int) int64 { return r.figures[at].sum.units })
	}
	if r.money > 0 {
		s.measure(func(at int) int64 { return r.figures[at].sum.amount })
	}
	return s
}

func (s *suppression) measure(value func(at int) int64) {
	f := newFreedom(s.report.rows, s.report.cols, s.gap)
	for at := range f.value {
		f.value[at] = value(at)
	}
	s.free = append(s.free, f)
}

// hide makes a figure a gap, unless nobody stands in it: that is told.
func (s *suppression) hide(at int, reason customer.Reason) {
	if s.customers[at] > 0 {
		s.gap[at] = true
		s.why[at] = append(s.why[at], reason)
	}
}

func (s *suppression) withhold(at int) {
	r := s.report
	s.hide(at, r.reason(CodeReportWithheld, r.figures[at].customers, 0, customer.UnitCustomers))
}

// first finds the figures that may not be told for their own sake.
func (s *suppression) first() {
	r := s.report
	rules := &r.rules
	for at := range r.figures {
		figure := &r.figures[at]
		if figure.customers < int64(rules.K) {
			s.hide(at, r.reason(CodeReportFewCustomers, figure.customers, int64(rules.K), customer.UnitCustomers))
		}
		if n := s.contributing(s.rowsOf(at)); n < rules.MinStores {
			s.hide(at, r.reason(CodeReportFewStores, int64(n), int64(rules.MinStores), 0))
		}
		if permille, above := r.dominated(figure.most, figure.sum, rules.CustomerPermille); above {
			s.hide(at, r.reason(CodeReportOneCustomer, permille, int64(rules.CustomerPermille), customer.UnitPermille))
		}
	}
	for row := range r.rows - 1 {
		most, sum := reportSum{}, r.figures[row*r.cols+r.cols-1].sum
		for _, store := range r.stores[row*len(r.table.Stores):][:len(r.table.Stores)] {
			most.units, most.amount = max(most.units, store.units), max(most.amount, store.amount)
		}
		if permille, above := r.dominated(most, sum, rules.StorePermille); above {
			for col := range r.cols {
				s.hide(row*r.cols+col, r.reason(CodeReportOneStore, permille, int64(rules.StorePermille), customer.UnitPermille))
			}
		}
	}
}

// dominated reports whether the greatest part of a published sum is more than a share, and
// what share it is, rounded down.
func (r *Report) dominated(most, sum reportSum, share int) (permille int64, above bool) {
	for _, one := range [2]struct {
		told      bool
		part, all int64
	}{{r.rules.Units, most.units, sum.units}, {r.money > 0, most.amount, sum.amount}} {
		if share > 0 && one.told && one.all > 0 && compareShare(one.part, one.all, share) > 0 {
			found, _ := customer.Permille(one.part, one.all)
			permille, above = max(permille, found), true
		}
	}
	return permille, above
}

// rowsOf lists the rows that a figure counts: its own, or for a total of rows all that
// have customers in its column.
func (s *suppression) rowsOf(at int) []int {
	row, col := at/s.report.cols, at%s.report.cols
	if row < s.report.rows-1 {
		return []int{row}
	}
	var rows []int
	for row := range s.report.rows - 1 {
		if s.customers[row*s.report.cols+col] > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// contributing counts the stores of some rows.
func (s *suppression) contributing(rows []int) (n int) {
	for word := range s.stores[0] {
		all := uint64(0)
		for _, row := range rows {
			all |= s.stores[row][word]
		}
		n += bits.OnesCount64(all)
	}
	return n
}

// protect adds gaps until every gap is safe. It returns -1, or a gap that nothing can
// protect, because earlier reports tell too much of it.
func (s *suppression) protect() int {
	for {
		if s.unions() {
			continue
		}
		at, added := s.narrowest()
		if !added {
			return at
		}
	}
}

// unions sees to it that what the gaps of each line add up to is safe, and reports whether
// it had to add a gap.
func (s *suppression) unions() bool {
	for node := range s.report.rows + s.report.cols {
		line := slices.Collect(s.free[0].figures(node))
		parts, total := line[:len(line)-1], line[len(line)-1]
		if s.gap[total] || s.sound(parts, total, -1) {
			continue
		}
		add := total
		for _, at := range parts {
			if !s.gap[at] && s.customers[at] > 0 && s.sound(parts, total, at) && (add == total || s.customers[at] < s.customers[add]) {
				add = at
			}
		}
		s.hide(add, s.report.reason(CodeReportProtects, s.report.figures[add].customers, 0, customer.UnitCustomers))
		return true
	}
	return false
}

// sound reports whether what the gaps of a line add up to, with one more (or -1), has
// enough customers and stores behind it. The customers of several cells may be the same
// people. There are at least as many of them as in the greatest of the gaps, and as the
// line has beyond those of its other figures.
func (s *suppression) sound(parts []int, total, more int) bool {
	r := s.report
	greatest, beyond := int64(0), r.figures[total].customers
	var rows []int
	for _, at := range parts {
		if s.gap[at] || at == more {
			greatest = max(greatest, r.figures[at].customers)
			rows = append(rows, s.rowsOf(at)...)
		} else {
			beyond -= r.figures[at].customers
		}
	}
	return rows == nil || max(greatest, beyond) >= int64(r.rules.K) && s.contributing(rows) >= r.rules.MinStores
}

// narrowest looks for a gap of which too much is known and adds a circle of gaps through
// it. It returns -1 when there is none, or the gap for which there is no circle.
func (s *suppression) narrowest() (at int, added bool) {
	for i, f := range s.free {
		for at, gap := range s.gap {
			if !gap || f.value[at] == 0 {
				continue
			}
			need := s.need(f.value[at])
			if i == 0 { // from 1 on, so many more reach K
				need = max(need, int64(s.report.rules.K)-1)
			}
			if below, above := f.span(at, need); below+above >= need {
				continue
			}
			for _, other := range f.circle(at, need, s.customers) {
				if !s.gap[other] {
					s.hide(other, s.report.reason(CodeReportProtects, s.report.figures[other].customers, 0, customer.UnitCustomers))
					added = true
				}
			}
			return at, added
		}
	}
	return -1, false
}

// need is RangePermille of a figure, rounded up.
func (s *suppression) need(value int64) int64 { return permilleOf(value, s.report.rules.RangePermille) }

// permilleOf is so many ‰, at most 1000, of a value, rounded up.
func permilleOf(value int64, permille int) int64 {
	high, low := bits.Mul64(uint64(value), uint64(permille))
	quotient, remainder := bits.Div64(high, low, 1000)
	if remainder > 0 {
		quotient++
	}
	return int64(quotient)
}

// gaps lists the gaps for the host.
func (s *suppression) gaps() []ReportGap {
	var gaps []ReportGap
	for at, gap := range s.gap {
		if gap {
			gaps = append(gaps, ReportGap{ReportCell: s.report.cell(at), Customers: s.report.figures[at].customers, Why: s.why[at]})
		}
	}
	return gaps
}

// check returns the faults of a published report that the host hands back.
func (p *Published) check(faults *customer.Faults) {
	if p.Format != publishedFormat {
		faults.Add("format", p.Format, fmt.Sprintf("is %d", publishedFormat))
		return
	}
	faults.Name("ref", p.Ref)
	faults.Within("k", p.K, 2, MaxReportK)
	p.checkRounding(faults)
	var part customer.Faults
	p.Table.check(&part)
	if faults.Join("table", part); len(part) > 0 {
		return
	}
	if len(p.Figures) != len(p.Table.Rows)+1 {
		faults.Add("figures", len(p.Figures), "are the rows and their total")
	}
	for row, line := range p.Figures {
		if len(line) != len(p.Table.Columns)+1 {
			faults.Add(fmt.Sprintf("figures[%d]", row), len(line), "are the columns and their total")
		}
		for col, figure := range line {
			_, units := customer.Scaled(figure.Units, UnitDigits)
			_, money := customer.Scaled(figure.Money, p.Currency.Digits)
			switch path := fmt.Sprintf("figures[%d][%d]", row, col); {
			case figure.Customers < 0 || figure.Customers > maxSum || !units || !money || figure.Units.IsNegative() || figure.Money.IsNegative():
				faults.Add(path, figure.Customers, "has counts of 0 or more and exact sums")
			case (figure.Gap || figure.Customers == 0) && (figure.Customers > 0 || !figure.Units.IsZero() || !figure.Money.IsZero()):
				faults.Add(path, figure.Customers, "has nothing in it where it is a gap, or where there are no customers")
			}
		}
	}
}

// checkRounding returns the faults of what sums are told in.
func (p *Published) checkRounding(faults *customer.Faults) {
	if p.Currency != (customer.Currency{}) {
		faults.Currency("currency", p.Currency)
	}
	for _, round := range []struct {
		path   string
		value  decimal.Decimal
		digits int32
		told   bool
	}{
		{"money_round", p.MoneyRound, p.Currency.Digits, p.Currency != (customer.Currency{})},
		{"units_round", p.UnitsRound, UnitDigits, p.Units},
	} {
		if base, exact := customer.Scaled(round.value, round.digits); !exact || base < 0 || base > population.MaxUnits || base > 0 && !round.told {
			faults.Add(round.path, round.value, "is what published sums are rounded to")
		}
	}
}

// ParsePublished reads a Published from JSON, strictly; see customer.ParseRules.
func ParsePublished(data []byte) (Published, error) {
	p, err := customer.ParseRules[Published](data)
	if err != nil {
		return Published{}, err
	}
	var faults customer.Faults
	if p.check(&faults); len(faults) > 0 {
		return Published{}, faults
	}
	return p, nil
}

// period returns the days of a table, or of one of its columns.
func (c ReportColumn) period() population.Period {
	return population.Period{From: c.From, Until: c.Until}
}
