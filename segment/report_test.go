package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment"
)

// row B51: no small figure stands, and none can be worked out.
func TestReportGaps(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells [][]int
		want  string
	}{
		{"nothing small", [][]int{{5, 6}, {7, 8}}, "5 6 11\n7 8 15\n12 14 26\n"},
		{"nobody is told", [][]int{{0, 6}, {7, 8}}, "0 6 6\n7 8 15\n7 14 21\n"},
		{"nobody at all", [][]int{{0, 0}, {0, 0}}, "0 0 0\n0 0 0\n0 0 0\n"},
		{"one below", [][]int{{4, 60, 70}, {50, 20, 90}, {80, 60, 30}}, "· · 70 134\n· · 90 160\n80 60 30 170\n134 140 190 464\n"},
		{"one person", [][]int{{1}}, "· ·\n· ·\n"},
		{"one row: its columns' totals are its cells", [][]int{{3, 50, 70}}, "· · 70 123\n· · 70 123\n"},
		{"two that add up to too few", [][]int{{2, 2, 70}, {60, 60, 60}, {70, 80, 90}}, "· · · 74\n· · · 180\n70 80 90 240\n132 142 220 494\n"},
		{"two that make each other known to be few", [][]int{{4, 1}, {60, 60}}, "· · ·\n· · ·\n64 61 125\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := reportOf(t, reportRules(5), reportTable(len(test.cells), len(test.cells[0])), test.cells...)
			assert.Equal(t, test.want, told(publish(t, report, "q1")))
		})
	}
}

// Whoever reads a report and knows how it is made, short of the data, can tell of no gap
// that it is below k, nor what it is to within its range; and what the gaps of a line add
// up to is that of enough people. The reader of this test solves
// for every gap.
//
// row B51: suppression that holds.
func TestReportIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		rules := reportRules(rapid.IntRange(2, 4).Draw(t, "k"))
		rules.MinStores = rapid.IntRange(1, 3).Draw(t, "min stores")
		rules.RangePermille = rapid.SampledFrom([]int{1, 300, 600}).Draw(t, "range")
		rules.Units = rapid.Bool().Draw(t, "units")
		table := reportTable(rows, columns)
		shoppers := someShoppers(rows, columns, len(table.Stores)).Draw(t, "shoppers")
		report := newReport(t, rules, table)
		for _, shopper := range shoppers {
			require.NoError(t, report.Add(shopper))
		}
		published, gaps, err := report.Publish("q1", nil, nil)
		require.NoError(t, err, "without earlier reports there is always a table, be it nothing but gaps")
		truth := reportTruth(table, shoppers)
		at := 0
		for row := range rows + 1 {
			for col := range columns + 1 {
				figure, true := published.Figures[row][col], truth[row][col]
				if !figure.Gap {
					assert.Equal(t, true.customers, figure.Customers)
					assert.True(t, len(true.people) == 0 || len(true.people) >= rules.K, "a small figure stands")
					assert.True(t, len(true.people) == 0 || len(true.stores) >= rules.MinStores, "a figure of few stores stands")
					continue
				}
				assert.Equal(t, segment.PublishedFigure{Gap: figure.Gap}, figure)
				assert.Equal(t, int64(len(true.people)), gaps[at].Customers)
				assert.NotEmpty(t, gaps[at].Why)
				at++
			}
		}
		assert.Len(t, gaps, at)
		reportUnions(t, rules, published, truth)
		customers := newReader(published, 1, func(f segment.PublishedFigure) int64 { return f.Customers })
		reportRanges(t, customers, func(row, col int) (least, width int64) {
			n := truth[row][col].customers
			return int64(rules.K), max(int64(rules.K)-1, (n*int64(rules.RangePermille)+999)/1000)
		})
		if rules.Units {
			units := newReader(published, 0, func(f segment.PublishedFigure) int64 { return f.Units.Shift(3).IntPart() })
			reportRanges(t, units, func(row, col int) (least, width int64) {
				return 0, (truth[row][col].units*int64(rules.RangePermille) + 999) / 1000
			})
		}
	})
}

// reportTrue is what is behind a figure.
type reportTrue struct {
	customers, units int64
	people, stores   map[int]bool
}

func reportTruth(table segment.ReportTable, shoppers []reportShopper) [][]reportTrue {
	rows, cols := len(table.Rows), len(table.Columns)
	truth := make([][]reportTrue, rows+1)
	for row := range truth {
		truth[row] = make([]reportTrue, cols+1)
		for col := range truth[row] {
			truth[row][col] = reportTrue{people: map[int]bool{}, stores: map[int]bool{}}
		}
	}
	rowStores := make([]map[int]bool, rows)
	for who, shopper := range shoppers {
		for _, entry := range shopper {
			if rowStores[entry.Row] == nil {
				rowStores[entry.Row] = map[int]bool{}
			}
			rowStores[entry.Row][entry.Store] = true
			new := !truth[entry.Row][entry.Column].people[who]
			for _, row := range []int{entry.Row, rows} {
				for _, col := range []int{entry.Column, cols} {
					figure := &truth[row][col]
					figure.people[who] = true
					figure.units += entry.Units
					if new {
						figure.customers++
					}
				}
			}
		}
	}
	for row := range rows {
		for col := range cols + 1 {
			if len(truth[row][col].people) > 0 {
				for store := range rowStores[row] { // the stores are those behind the row
					truth[row][col].stores[store], truth[rows][col].stores[store] = true, true
				}
			}
		}
	}
	return truth
}

// reportUnions checks what the gaps of each line add up to.
func reportUnions(t *rapid.T, rules segment.ReportRules, p segment.Published, truth [][]reportTrue) {
	check := func(n int, at func(i int) (row, col int)) {
		people, stores, gaps := map[int]bool{}, map[int]bool{}, false
		for i := range n {
			row, col := at(i)
			if !p.Figures[row][col].Gap {
				continue
			}
			gaps = true
			for who := range truth[row][col].people {
				people[who] = true
			}
			for store := range truth[row][col].stores {
				stores[store] = true
			}
		}
		if row, col := at(n); gaps && !p.Figures[row][col].Gap {
			assert.GreaterOrEqual(t, len(people), rules.K, "gaps of a line add up to few people")
			assert.GreaterOrEqual(t, len(stores), rules.MinStores, "gaps of a line add up to few stores")
		}
	}
	for row := range truth {
		check(len(truth[row])-1, func(i int) (int, int) { return row, i })
	}
	for col := range truth[0] {
		check(len(truth)-1, func(i int) (int, int) { return i, col })
	}
}

// reportRanges checks how far a reader can narrow down each gap.
func reportRanges(t *rapid.T, r *reader, want func(row, col int) (least, width int64)) {
	for row := range r.rows {
		for col := range r.cols {
			if r.unknown[row][col] < 0 {
				continue
			}
			least, width := want(row, col)
			low, high := r.span(row, col)
			assert.GreaterOrEqual(t, high, least, "figure %d, %d is known to be %d to %d", row, col, low, high)
			assert.GreaterOrEqual(t, high-low, width, "figure %d, %d is known to be %d to %d", row, col, low, high)
		}
	}
}
