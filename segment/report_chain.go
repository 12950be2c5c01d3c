package segment

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// maxReportChain is how many steps are taken to see what reports tell together.
const maxReportChain = 1 << 26

// reportChain sees which gaps can be worked out exactly from several reports, however they
// are added up and taken off each other.
//
// The rows, columns, days, stores and kinds of brand of all reports cut what was sold into
// parts, so that every figure is a sum of parts; which figures follow from those that are
// told is then linear algebra, whatever they are. Versions of a category are taken for
// the same goods: nobody knows how little a later one changed.
type reportChain struct {
	sums    bool // units or money, which add up over days and stores; customers do so within one scope only
	kinds   bool // reports of several kinds of brand
	columns []string
	days    []customer.Date // where a period of some report begins or ends, ascending
	classes map[*told][]int // of the stores that each report counts: those that the same reports count are one
	parts   map[reportPart]int
	rows    map[int]chainSum // by the part that comes first
	steps   int
}

// reportPart is what no report cuts any further.
type reportPart struct {
	row, column string
	kind        customer.BrandKind
	stores      int           // a class; of customers, a set
	from, until customer.Date // of sums, until the next of days
}

// chainSum is a sum of parts, ascending, each with a factor, in the numbers modulo a
// prime that no factor of a table comes near.
type chainSum []chainTerm

type chainTerm struct {
	part   int
	factor uint64
}

const chainPrime = 1<<61 - 1

func chainProduct(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return bits.Rem64(high, low, chainPrime)
}

// chainInverse is a to the power of two less than the prime (Fermat).
func chainInverse(a uint64) uint64 {
	inverse := uint64(1)
	for n := uint64(chainPrime - 2); n > 0; n >>= 1 {
		if n&1 == 1 {
			inverse = chainProduct(inverse, a)
		}
		a = chainProduct(a, a)
	}
	return inverse
}

// chain notes the gaps that nobody could work out from the earlier reports and that the new
// one opens, its own among them.
func (c *comparison) chain(all []*told) {
	for _, tells := range []func(*told) bool{
		nil,
		func(t *told) bool { return t.Units },
		func(t *told) bool { return t.money(all[0]) },
	} {
		if len(all) == 1 || tells != nil && !tells(all[0]) {
			continue
		}
		reports := slices.Clone(all)
		if tells != nil {
			reports = slices.DeleteFunc(reports, func(t *told) bool { return !tells(t) })
		}
		before, enough := openGaps(reports[1:], tells != nil)
		after, still := openGaps(reports, tells != nil)
		if !enough || !still {
			c.note(CodeReportTooMany, "table", maxReportChain+1, 0, chainPieces(reports[1:])...)
			continue
		}
		for _, gap := range after {
			if !slices.Contains(before, gap) {
				c.note(CodeReportKnown, gap.name(), 1, customer.UnitCustomers, gap)
			}
		}
	}
}

// chainPieces names reports as a whole.
func chainPieces(reports []*told) (pieces []piece) {
	for _, one := range reports {
		pieces = append(pieces, piece{of: one})
	}
	return pieces
}

// openGaps returns the gaps that the figures of all reports together tell; false where
// that takes too many steps.
func openGaps(reports []*told, sums bool) (open []piece, enough bool) {
	c := &reportChain{sums: sums, classes: map[*told][]int{}, parts: map[reportPart]int{}, rows: map[int]chainSum{}}
	c.cut(reports)
	var tells []chainSum
	var gaps []piece
	for _, one := range reports {
		for row, line := range one.Figures {
			for col, figure := range line {
				if figure.Gap {
					gaps = append(gaps, piece{of: one, row: row, col: col})
					continue
				}
				sum := c.sum(one, row, col)
				if c.steps > maxReportChain {
					return nil, false
				}
				if figure.Customers > 0 {
					tells = append(tells, sum)
					continue
				}
				for i := range sum { // every part of nothing is nothing
					tells = append(tells, sum[i:i+1:i+1])
				}
			}
		}
	}
	// What is told of a part alone comes first and makes all other sums short.
	slices.SortStableFunc(tells, func(a, b chainSum) int { return cmp.Compare(len(a), len(b)) })
	for _, sum := range tells {
		if rest := c.reduce(sum); len(rest) > 0 {
			c.rows[rest[0].part] = rest.times(chainInverse(rest[0].factor))
		}
		if c.steps > maxReportChain {
			return nil, false
		}
	}
	for _, gap := range gaps {
		if len(c.reduce(c.sum(gap.of, gap.row, gap.col))) == 0 {
			open = append(open, gap)
		}
	}
	return open, c.steps <= maxReportChain
}

// cut finds what the parts are.
func (c *reportChain) cut(reports []*told) {
	for _, one := range reports {
		c.days = append(c.days, one.Table.From, one.Table.Until)
		c.kinds = c.kinds || one.Table.Kind != reports[0].Table.Kind
		for _, column := range one.Table.Columns {
			if one.Table.byPeriod() {
				c.days = append(c.days, column.From, column.Until)
			} else {
				c.columns = append(c.columns, column.Name)
			}
		}
	}
	if c.columns == nil {
		c.columns = []string{""}
	}
	slices.Sort(c.columns)
	c.columns = slices.Compact(c.columns)
	slices.Sort(c.days)
	c.days = slices.Compact(c.days)
	if c.sums {
		c.classify(reports)
		return
	}
	sets := map[string]int{}
	for _, one := range reports {
		set := make([]byte, 0, 8*len(one.stores))
		for _, word := range one.stores {
			set = binary.BigEndian.AppendUint64(set, word)
		}
		c.classes[one] = []int{numberIn(sets, string(set))}
	}
}

// classify finds the classes of stores.
func (c *reportChain) classify(reports []*told) {
	counting := map[string]int{}
	by := make([]byte, (len(reports)+7)/8)
	for store := range 64 * len(reports[0].stores) {
		clear(by)
		for i, one := range reports {
			by[i/8] |= byte(one.stores[store/64]>>(store%64)&1) << (i % 8)
		}
		before := len(counting)
		if class := numberIn(counting, string(by)); class == before { // a new one
			for i, one := range reports {
				if by[i/8]>>(i%8)&1 == 1 {
					c.classes[one] = append(c.classes[one], class)
				}
			}
		}
	}
}

// numberIn numbers things in the order in which they are met.
func numberIn[T comparable](met map[T]int, thing T) int {
	number, known := met[thing]
	if !known {
		number = len(met)
		met[thing] = number
	}
	return number
}

// sum is a figure as the sum of its parts.
func (c *reportChain) sum(of *told, row, col int) chainSum {
	table := &of.Table
	rows, columns := table.Rows, c.columns
	if row < len(rows) {
		rows = rows[row : row+1]
	}
	days := table.Columns
	switch {
	case table.byPeriod() && col < len(table.Columns):
		days = table.Columns[col : col+1]
	case !table.byPeriod():
		days = []ReportColumn{{From: table.From, Until: table.Until}}
		if columns = nil; col < len(table.Columns) {
			columns = []string{table.Columns[col].Name}
		} else {
			for _, column := range table.Columns {
				columns = append(columns, column.Name)
			}
		}
	}
	var sum chainSum
	for _, row := range rows {
		for _, column := range columns {
			for i := range days {
				sum = c.append(sum, of, row, column, &days[i])
			}
		}
		if c.steps += len(sum); c.steps > maxReportChain {
			return nil
		}
	}
	slices.SortFunc(sum, func(a, b chainTerm) int { return cmp.Compare(a.part, b.part) })
	return sum
}

// append appends the parts of a row and column on some days: of customers one for the
// whole scope, of sums one for each kind of brand, class of stores and stretch of days.
func (c *reportChain) append(sum chainSum, of *told, row, column string, days *ReportColumn) chainSum {
	if !c.sums {
		return append(sum, c.term(reportPart{row, column, of.Table.Kind, c.classes[of][0], days.From, days.Until}))
	}
	kinds := []customer.BrandKind{of.Table.Kind}
	if c.kinds && of.Table.Kind == customer.UnknownBrand {
		kinds = []customer.BrandKind{customer.UnknownBrand, customer.NationalBrand, customer.StoreBrand}
	}
	first, _ := slices.BinarySearch(c.days, days.From)
	for _, day := range c.days[first:] {
		if day >= days.Until {
			break
		}
		for _, class := range c.classes[of] {
			for _, kind := range kinds {
				sum = append(sum, c.term(reportPart{row, column, kind, class, day, 0}))
			}
		}
	}
	return sum
}

func (c *reportChain) term(part reportPart) chainTerm { return chainTerm{numberIn(c.parts, part), 1} }

// reduce takes off a sum what is told of it; nothing left means that it is known.
func (c *reportChain) reduce(sum chainSum) chainSum {
	var rest chainSum
	for _, term := range sum {
		if len(c.rows[term.part]) != 1 { // a part that is known by itself
			rest = append(rest, term)
		}
	}
	for len(rest) > 0 && c.steps <= maxReportChain {
		row := c.rows[rest[0].part]
		if row == nil {
			break
		}
		c.steps += len(rest) + len(row)
		rest = rest.less(row)
	}
	return rest
}

// less is a sum without so much of another that its first part, with which the other begins
// too, is gone.
func (s chainSum) less(other chainSum) chainSum {
	by := chainPrime - s[0].factor
	rest := make(chainSum, 0, len(s)+len(other))
	for i, j := 0, 0; i < len(s) || j < len(other); {
		switch {
		case j == len(other) || i < len(s) && s[i].part < other[j].part:
			rest = append(rest, s[i])
			i++
		case i == len(s) || other[j].part < s[i].part:
			rest = append(rest, chainTerm{other[j].part, chainProduct(by, other[j].factor)})
			j++
		default:
			if factor := (s[i].factor + chainProduct(by, other[j].factor)) % chainPrime; factor != 0 {
				rest = append(rest, chainTerm{s[i].part, factor})
			}
			i, j = i+1, j+1
		}
	}
	return rest
}

// times is a sum of which every factor is multiplied.
func (s chainSum) times(by uint64) chainSum {
	for i := range s {
		s[i].factor = chainProduct(s[i].factor, by)
	}
	return s
}
