package segment_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// reportRules ask for k customers and nothing else, and publish customers alone.
func reportRules(k int) segment.ReportRules {
	return segment.ReportRules{
		Edition: customer.Edition{ID: "outward", Version: 1}, K: k, MinStores: 1, RangePermille: 1,
	}
}

func reportTable(rows, columns int) segment.ReportTable {
	table := segment.ReportTable{
		ID: "cells-by-area", Category: "pain-relief", CategoryVersion: 1, From: on - 90, Until: on,
		Stores: []string{"s1", "s2", "s3", "s4"},
	}
	for row := range rows {
		table.Rows = append(table.Rows, fmt.Sprintf("r%d", row+1))
	}
	for column := range columns {
		table.Columns = append(table.Columns, segment.ReportColumn{Name: fmt.Sprintf("c%d", column+1)})
	}
	return table
}

func newReport(t failer, rules segment.ReportRules, table segment.ReportTable) *segment.Report {
	t.Helper()
	report, err := segment.NewReport(rules, table)
	require.NoError(t, err)
	return report
}

// reportOf counts a table with so many customers in each cell, each of whom buys 2 units
// for 5.00 in one cell, store after store.
func reportOf(t failer, rules segment.ReportRules, table segment.ReportTable, cells ...[]int) *segment.Report {
	t.Helper()
	report := newReport(t, rules, table)
	for row, line := range cells {
		for column, n := range line {
			for i := range n {
				require.NoError(t, report.Add([]segment.ReportEntry{{
					Row: row, Column: column, Store: i % len(table.Stores), Units: 2000, Amount: 500,
				}}))
			}
		}
	}
	return report
}

func publish(t failer, report *segment.Report, ref string, earlier ...segment.Published) segment.Published {
	t.Helper()
	published, _, err := report.Publish(ref, nil, earlier)
	require.NoError(t, err)
	return published
}

// told writes the customers of a report, gaps as dots, totals last.
func told(p segment.Published) string {
	var text strings.Builder
	for _, line := range p.Figures {
		for col, figure := range line {
			if col > 0 {
				text.WriteByte(' ')
			}
			if figure.Gap {
				text.WriteString("·")
			} else {
				fmt.Fprint(&text, figure.Customers)
			}
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// reportShopper is what one customer bought: she is known to the test only.
type reportShopper []segment.ReportEntry

// someShoppers are few enough that most tables of theirs have gaps.
func someShoppers(rows, columns, stores int) *rapid.Generator[[]reportShopper] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reportShopper {
		// Most buy in the first cells, so that some are full and some nearly empty.
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) segment.ReportEntry {
			return segment.ReportEntry{
				Row:    min(rapid.IntRange(0, rows-1).Draw(t, "row"), rapid.IntRange(0, rows-1).Draw(t, "or")),
				Column: min(rapid.IntRange(0, columns-1).Draw(t, "column"), rapid.IntRange(0, columns-1).Draw(t, "or")),
				Store:  rapid.IntRange(0, stores-1).Draw(t, "store"),
				Units:  rapid.Int64Range(0, 3).Draw(t, "units"), Amount: rapid.Int64Range(0, 2).Draw(t, "amount"),
			}
		}), 1, 3).Draw(t, "shopper")
	}), 0, 40)
}

// reader knows what is published and nothing else: sums along lines, in which each gap is an
// unknown of at least so much. She solves for the greatest and the least value of a gap by
// linear programming (the simplex tableau with Bland's rule, in fractions).
type reader struct {
	rows, cols int // with the totals
	least      int64
	unknown    [][]int // of each figure, or -1
	tableau    [][]*big.Rat
	basis      []int
	n          int // unknowns
}

func newReader(p segment.Published, least int64, value func(segment.PublishedFigure) int64) *reader {
	r := &reader{rows: len(p.Figures), cols: len(p.Figures[0]), least: least}
	for _, line := range p.Figures {
		unknown := make([]int, len(line))
		for col, figure := range line {
			if unknown[col] = -1; figure.Gap {
				unknown[col] = r.n
				r.n++
			}
		}
		r.unknown = append(r.unknown, unknown)
	}
	line := func(n int, at func(i int) (row, col int)) { // the sum of a line less its total is 0
		weights, rest := make([]int64, r.n), int64(0)
		for i := range n {
			sign := int64(1)
			if i == n-1 {
				sign = -1
			}
			row, col := at(i)
			if u := r.unknown[row][col]; u >= 0 {
				weights[u] += sign
				rest -= sign * least
			} else {
				rest -= sign * value(p.Figures[row][col])
			}
		}
		if rest < 0 {
			rest = -rest
			for u := range weights {
				weights[u] = -weights[u]
			}
		}
		var equation []*big.Rat
		for _, weight := range append(weights, rest) {
			equation = append(equation, new(big.Rat).SetInt64(weight))
		}
		r.tableau = append(r.tableau, equation)
	}
	for row := range r.rows {
		line(r.cols, func(i int) (int, int) { return row, i })
	}
	for col := range r.cols {
		line(r.rows, func(i int) (int, int) { return i, col })
	}
	r.start()
	return r
}

// start finds unknowns that satisfy every line: with a stand-in for each, whose sum is
// then made 0.
func (r *reader) start() {
	m := len(r.tableau)
	for i, equation := range r.tableau {
		widened := slices.Clone(equation[:r.n])
		for j := range m {
			widened = append(widened, new(big.Rat).SetInt64(int64(min(1, max(0, 1-(i-j)*(i-j))))))
		}
		r.tableau[i] = append(widened, equation[r.n])
		r.basis = append(r.basis, r.n+i)
	}
	goal := make([]*big.Rat, r.n+m)
	for j := range goal {
		goal[j] = new(big.Rat)
		if j >= r.n {
			goal[j].SetInt64(-1)
		}
	}
	sum, _ := r.maximize(goal, r.n+m)
	if sum.Sign() != 0 {
		panic("nothing satisfies what is published")
	}
}

// maximize returns the greatest value of a goal over the first n unknowns, and whether
// there is one.
func (r *reader) maximize(goal []*big.Rat, n int) (*big.Rat, bool) {
	last := len(r.tableau[0]) - 1
	for {
		enter := -1
		for j := 0; j < n && enter < 0; j++ {
			gain := new(big.Rat).Set(goal[j])
			for i := range r.tableau {
				gain.Sub(gain, new(big.Rat).Mul(goal[r.basis[i]], r.tableau[i][j]))
			}
			if gain.Sign() > 0 {
				enter = j
			}
		}
		if enter < 0 {
			sum := new(big.Rat)
			for i := range r.tableau {
				sum.Add(sum, new(big.Rat).Mul(goal[r.basis[i]], r.tableau[i][last]))
			}
			return sum, true
		}
		leave, least := -1, new(big.Rat)
		for i, equation := range r.tableau {
			// A stand-in that is still there is 0 and may not grow.
			if sign := equation[enter].Sign(); sign > 0 || sign < 0 && n == r.n && r.basis[i] >= r.n {
				ratio := new(big.Rat).Quo(equation[last], new(big.Rat).Abs(equation[enter]))
				if leave < 0 || ratio.Cmp(least) < 0 || ratio.Cmp(least) == 0 && r.basis[i] < r.basis[leave] {
					leave, least = i, ratio
				}
			}
		}
		if leave < 0 {
			return nil, false
		}
		r.pivot(leave, enter)
	}
}

func (r *reader) pivot(leave, enter int) {
	by := new(big.Rat).Set(r.tableau[leave][enter])
	for j := range r.tableau[leave] {
		r.tableau[leave][j] = new(big.Rat).Quo(r.tableau[leave][j], by)
	}
	for i := range r.tableau {
		if factor := new(big.Rat).Set(r.tableau[i][enter]); i != leave && factor.Sign() != 0 {
			for j := range r.tableau[i] {
				r.tableau[i][j] = new(big.Rat).Sub(r.tableau[i][j], new(big.Rat).Mul(factor, r.tableau[leave][j]))
			}
		}
	}
	r.basis[leave] = enter
}

// span returns what a gap may be; most is far away where there is no end to it.
func (r *reader) span(row, col int) (least, most int64) {
	goal := make([]*big.Rat, len(r.tableau[0])-1)
	for j := range goal {
		goal[j] = new(big.Rat)
	}
	goal[r.unknown[row][col]].SetInt64(1)
	most = 1 << 40
	if sum, ok := r.maximize(goal, r.n); ok {
		most = r.least + new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
	}
	goal[r.unknown[row][col]].SetInt64(-1)
	sum, _ := r.maximize(goal, r.n)
	return r.least - new(big.Int).Quo(sum.Num(), sum.Denom()).Int64(), most
}
