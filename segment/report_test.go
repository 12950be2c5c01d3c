package segment_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
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
		{"no more gaps where a gap cannot rise but fall", [][]int{{60, 30, 2}, {70, 80, 60}}, "60 · · 92\n70 · · 210\n130 110 62 302\n"},
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

// One pattern of gaps for all figures: money that is worked out tells of people too.
func TestReportSums(t *testing.T) {
	rules := reportRules(2)
	rules.Units, rules.Currency, rules.MoneyRound = true, customer.Currency{Code: "EUR", Digits: 2}, dec("10")
	for _, test := range []struct {
		name   string
		amount int64
		want   string
	}{
		{"nothing is nothing", 0, "0"},
		{"a cent is not nothing", 1, "10"},
		{"below the half", 1499, "10"},
		{"the half goes up", 1500, "20"},
		{"exact", 2000, "20"},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := newReport(t, rules, reportTable(1, 1))
			require.NoError(t, report.Add([]segment.ReportEntry{{Units: 1500, Amount: test.amount}}))
			require.NoError(t, report.Add([]segment.ReportEntry{{Units: 250}}))
			figure := publish(t, report, "q1").Figures[0][0]
			assert.Equal(t, int64(2), figure.Customers)
			assert.Equal(t, test.want, figure.Money.String())
			assert.Equal(t, "1.75", figure.Units.String(), "exact where no rounding is asked for")
		})
	}
	rules.UnitsRound = dec("0.5")
	report := newReport(t, rules, reportTable(1, 1))
	require.NoError(t, report.Add([]segment.ReportEntry{{Units: 1249}}))
	require.NoError(t, report.Add([]segment.ReportEntry{{}}))
	assert.Equal(t, "1", publish(t, report, "q1").Figures[0][0].Units.String())
}

func TestReportDominance(t *testing.T) {
	add := func(report *segment.Report, store int, amount int64) {
		require.NoError(t, report.Add([]segment.ReportEntry{{Row: 0, Store: store, Amount: amount}}))
	}
	for _, test := range []struct {
		name            string
		customer, store int
		amounts         []int64 // of the first row's customers, each in a store of its own
		want            string  // why the first row's cell is a gap
	}{
		{"no rule", 0, 0, []int64{98, 1, 1}, ""},
		{"a customer exactly at the mark", 500, 0, []int64{50, 30, 20}, ""},
		{"a customer above it", 499, 0, []int64{50, 30, 20}, segment.CodeReportOneCustomer},
		{"a store exactly at the mark", 0, 500, []int64{50, 30, 20}, ""},
		{"a store above it", 0, 499, []int64{50, 30, 20}, segment.CodeReportOneStore},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := reportRules(3)
			rules.CustomerPermille, rules.StorePermille = test.customer, test.store
			rules.Currency, rules.MoneyRound = customer.Currency{Code: "EUR", Digits: 2}, dec("1")
			report := newReport(t, rules, reportTable(3, 2))
			for row := range 3 {
				for column := range 2 {
					for i := range 9 * (row + column) { // the others are many and alike
						entry := segment.ReportEntry{Row: row, Column: column, Store: i % 3, Amount: 100}
						if row == 0 {
							entry.Amount = 0
						}
						require.NoError(t, report.Add([]segment.ReportEntry{entry}))
					}
				}
			}
			for store, amount := range test.amounts {
				add(report, store, amount)
			}
			published, gaps, err := report.Publish("q1", nil, nil)
			require.NoError(t, err)
			assert.Equal(t, test.want != "", published.Figures[0][0].Gap)
			if test.want != "" {
				require.Equal(t, segment.ReportCell{Row: "r1", Column: "c1"}, gaps[0].ReportCell)
				assert.Equal(t, test.want, gaps[0].Why[0].Code)
				assert.Equal(t, int64(500), gaps[0].Why[0].Fact)
				assert.Greater(t, len(gaps), 3, "others protect it")
			}
		})
	}
}

// A row with two stores is none of the reader's business, however many its customers.
//
// row B51: three stores at least.
func TestReportNeedsStores(t *testing.T) {
	rules := reportRules(3)
	rules.MinStores = 3
	for stores, want := range map[int]string{
		2: "· · ·\n· · ·\n27 27 54\n54 54 108\n",
		3: "9 9 18\n18 18 36\n27 27 54\n54 54 108\n",
	} {
		report := newReport(t, rules, reportTable(3, 2))
		for row := range 3 {
			for column := range 2 {
				for i := range 9 * (row + 1) {
					entry := segment.ReportEntry{Row: row, Column: column, Store: i % 4}
					if row == 0 {
						entry.Store = i % stores
					}
					require.NoError(t, report.Add([]segment.ReportEntry{entry}))
				}
			}
		}
		published, gaps, err := report.Publish("q1", nil, nil)
		require.NoError(t, err)
		assert.Equal(t, want, told(published))
		if stores == 2 {
			assert.Equal(t, []customer.Reason{{Code: segment.CodeReportFewStores, Rule: "outward/1", Fact: 2, Mark: 3}}, gaps[0].Why)
			assert.Equal(t, []string{segment.CodeReportProtects}, codes(gaps[3].Why))
		}
	}
}

// The host withholds what a refusal named, and others that it would show in follow.
func TestReportWithhold(t *testing.T) {
	rules := reportRules(5)
	rules.Currency, rules.MoneyRound = customer.Currency{Code: "EUR", Digits: 2}, dec("10")
	scope := func(ref, from, until string, cells ...[]int) reportScope {
		return reportScope{ref: ref, from: from, until: until, cells: cells, price: 1000}
	}
	earlier := []segment.Published{
		publish(t, scope("january", "2026-01-01", "2026-02-01", []int{20, 30}, []int{30, 40}).report(t, rules), "january"),
		publish(t, scope("february", "2026-02-01", "2026-03-01", []int{25, 30}, []int{30, 40}).report(t, rules), "february"),
	}
	quarter := scope("quarter", "2026-01-01", "2026-04-01", []int{48, 80}, []int{90, 99}).report(t, rules)
	_, _, err := quarter.Publish("quarter", nil, earlier)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Missing, 1)
	assert.Equal(t, "r1 × c1 against january, february", refusal.Missing[0].Rule)
	assert.Equal(t, "r1 × c1 against january, february: the sums differ by what may be that of fewer than 5 customers",
		segment.Explain(refusal.Missing[0], customer.English))

	published, gaps, err := quarter.Publish("quarter", []segment.ReportCell{{Row: "r1", Column: "c1"}}, earlier)
	require.NoError(t, err)
	assert.Equal(t, "· · 128\n· · 189\n138 179 317\n", told(published))
	assert.Equal(t, []string{segment.CodeReportWithheld}, codes(gaps[0].Why))
	assert.Equal(t, []string{segment.CodeReportProtects}, codes(gaps[1].Why))
}

// Rules that change do not open what an earlier report has closed, nor close what it told.
func TestReportOfTheSameScope(t *testing.T) {
	cells := [][]int{{3, 60, 70}, {50, 20, 90}, {80, 60, 30}}
	strict := reportOf(t, reportRules(5), reportTable(3, 3), cells...)
	loose := reportOf(t, reportRules(2), reportTable(3, 3), cells...)
	for _, test := range []struct {
		name       string
		first, now *segment.Report
		want       []string
	}{
		{"opened", strict, loose, append(slices.Repeat([]string{segment.CodeReportReopened}, 4), slices.Repeat([]string{segment.CodeReportKnown}, 4)...)},
		{"closed", loose, strict, []string{segment.CodeReportKnown}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := test.now.Publish("now", nil, []segment.Published{publish(t, test.first, "first")})
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, test.want, codes(refusal.Missing))
		})
	}
	again, first := publish(t, strict, "again", publish(t, strict, "first")), publish(t, strict, "first")
	assert.Equal(t, first.Figures, again.Figures, "the same again tells nothing new")
}

func TestReportRulesAreChecked(t *testing.T) {
	_, err := segment.NewReport(segment.ReportRules{CustomerPermille: 1001, StorePermille: -1, MoneyRound: dec("1"), UnitsRound: dec("1")}, segment.ReportTable{CategoryVersion: 0, Kind: 3})
	assert.Equal(t, []string{
		"id", "version", "k", "min_stores", "customer_permille", "store_permille", "range_permille", "money_round", "units_round",
		"table.id", "table.category", "table.category_version", "table.kind", "table.until", "table.rows", "table.columns", "table.stores",
	}, faultPaths(t, err))

	rules, table := reportRules(5), reportTable(2, 2)
	rules.Currency, rules.MoneyRound, rules.Units, rules.UnitsRound = customer.Currency{Code: "EUR", Digits: 2}, dec("0.001"), true, dec("0.0001")
	table.Rows[1], table.Stores[1] = "r1", "s1"
	table.Columns[0].From, table.Columns[0].Until = on-90, on-30
	table.Columns[1].From, table.Columns[1].Until = on-31, on
	_, err = segment.NewReport(rules, table)
	assert.Equal(t, []string{"money_round", "units_round", "table.rows[1]", "table.stores[1]", "table.columns[1].from"}, faultPaths(t, err))
	table = reportTable(2, 2)
	table.Columns[0].From, table.Columns[0].Until = on-91, on-30
	_, err = segment.NewReport(reportRules(5), table)
	assert.Equal(t, []string{"table.columns[0].until", "table.columns[1].until"}, faultPaths(t, err))
	_, err = segment.NewReport(reportRules(5), reportTable(101, 100))
	assert.Equal(t, []string{"table.rows"}, faultPaths(t, err))

	text := `{"id":"outward","version":1,"k":10,"min_stores":3,"customer_permille":600,"range_permille":200,
		"currency":{"code":"EUR","digits":2},"money_round":"10","units":true}`
	read, err := segment.ParseReportRules([]byte(text))
	require.NoError(t, err)
	assert.JSONEq(t, text, toJSON(t, read))
	_, err = segment.ParseReportRules([]byte(`{"min_shops":3,"money_round":10}`))
	assert.Equal(t, []string{"min_shops", "money_round"}, faultPaths(t, err))
}

func TestReportBadInput(t *testing.T) {
	report := newReport(t, reportRules(2), reportTable(1, 1))
	before := marshal(t, report)
	err := report.Add([]segment.ReportEntry{
		{Units: 1}, {Row: 1, Column: 1, Store: 4, Kind: 3, Units: -1}, {Row: -1, Amount: population.MaxAmount + 1},
	})
	assert.Equal(t, []string{
		"entries[1].row", "entries[1].column", "entries[1].store", "entries[1].kind", "entries[1].units",
		"entries[2].row", "entries[2].units",
	}, faultPaths(t, err))
	assert.Equal(t, before, marshal(t, report), "nothing was counted")
	require.ErrorContains(t, report.Merge(newReport(t, reportRules(2), reportTable(1, 2))), "another table")
	require.ErrorContains(t, report.UnmarshalBinary(marshal(t, newReport(t, reportRules(2), reportTable(2, 1)))), "another table")

	first := publish(t, reportOf(t, reportRules(2), reportTable(1, 1), []int{3}), "first")
	broken := first
	broken.Figures = first.Figures[:1]
	_, _, err = report.Publish("", []segment.ReportCell{{Row: "r9"}}, []segment.Published{{}, first, first, broken})
	assert.Equal(t, []string{"ref", "withhold[0]", "earlier[0].format", "earlier[0].ref", "earlier[2].ref", "earlier[3].figures", "earlier[3].ref"}, faultPaths(t, err))
}

// Any order and split of customers, sent as bytes, gives the same bytes; and own brands are
// counted alone where the table says so.
func TestReportMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := reportTable(2, 2)
		table.Kind = customer.BrandKind(rapid.Uint8Range(0, 2).Draw(t, "kind"))
		shoppers := someShoppers(2, 2, 4).Draw(t, "shoppers")
		own := newReport(t, reportRules(2), table)
		for i, shopper := range shoppers {
			var kept reportShopper
			for j := range shopper {
				if shopper[j].Kind = customer.BrandKind((i + j) % 3); table.Kind == customer.UnknownBrand || shopper[j].Kind == table.Kind {
					kept = append(kept, shopper[j])
				}
			}
			require.NoError(t, own.Add(kept))
		}
		mixed := rapid.Permutation(shoppers).Draw(t, "mixed")
		cut := rapid.IntRange(0, len(mixed)).Draw(t, "cut")
		parts := []*segment.Report{newReport(t, reportRules(2), table), newReport(t, reportRules(3), table)}
		for i, shopper := range mixed {
			part := parts[0]
			if i >= cut {
				part = parts[1]
			}
			require.NoError(t, part.Add(shopper))
		}
		read := newReport(t, reportRules(2), table)
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[1])))
		require.NoError(t, parts[0].Merge(read))
		assert.Equal(t, marshal(t, own), marshal(t, parts[0]))
	})
}

// The stored forms are pinned.
func TestReportFormat(t *testing.T) {
	rules := reportRules(2)
	rules.Units, rules.Currency, rules.MoneyRound = true, customer.Currency{Code: "EUR", Digits: 2}, dec("10")
	table := reportTable(2, 2)
	table.Kind, table.Stores = customer.StoreBrand, []string{"s1"}
	report := newReport(t, rules, table)
	for i := range 8 {
		require.NoError(t, report.Add([]segment.ReportEntry{{
			Row: i % 2, Column: i / 2 % 2, Kind: customer.StoreBrand, Units: 1500, Amount: int64(700 * i),
		}}))
	}
	state := marshal(t, report)
	assert.Equal(t, "01", hex.EncodeToString(state[:1]))
	assert.Equal(t, "0202b817f015dc0bf015"+"0202b817e02bdc0be820"+"0404f02ed041dc0be820"+
		"0202b817e820dc0bac1b"+"0202b817d836dc0ba426"+"0404f02ec057dc0ba426"+
		"0404f02ed836dc0bac1b"+"0404f02eb862dc0ba426"+"0808e05d909901dc0ba426"+
		"04f02ed041"+"04f02ec057", hex.EncodeToString(state[33:]))

	published := publish(t, report, "own-brands-2025-q4")
	text := toJSON(t, published)
	assert.JSONEq(t, `{
		"format": 1, "ref": "own-brands-2025-q4", "rule": "outward/1", "k": 2,
		"table": {
			"id": "cells-by-area", "category": "pain-relief", "category_version": 1, "kind": "store",
			"from": "2025-08-27", "until": "2025-11-25",
			"rows": ["r1", "r2"], "columns": [{"name": "c1"}, {"name": "c2"}], "stores": ["s1"]
		},
		"currency": {"code": "EUR", "digits": 2}, "money_round": "10", "units": true,
		"figures": [
			[{"customers": 2, "units": "3", "money": "30"}, {"customers": 2, "units": "3", "money": "60"}, {"customers": 4, "units": "6", "money": "80"}],
			[{"customers": 2, "units": "3", "money": "40"}, {"customers": 2, "units": "3", "money": "70"}, {"customers": 4, "units": "6", "money": "110"}],
			[{"customers": 4, "units": "6", "money": "70"}, {"customers": 4, "units": "6", "money": "130"}, {"customers": 8, "units": "12", "money": "200"}]
		]
	}`, text)
	read, err := segment.ParsePublished([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, text, toJSON(t, read))
	_, err = segment.ParsePublished([]byte(`{"format": 1, "ref": "x", "customers": ["c-1"]}`))
	assert.Equal(t, []string{"customers"}, faultPaths(t, err))
	_, err = segment.ParsePublished([]byte(`{"format": 2}`))
	assert.Equal(t, []string{"format"}, faultPaths(t, err))
}

// An earlier report is taken as it comes back, so it is checked as what comes from outside.
func TestReportForgedPublished(t *testing.T) {
	rules := reportRules(2)
	rules.Units, rules.Currency, rules.MoneyRound = true, customer.Currency{Code: "EUR", Digits: 2}, dec("10")
	report := reportOf(t, rules, reportTable(1, 2), []int{30, 40})
	for path, forge := range map[string]func(*segment.Published){
		"earlier[0].currency.digits": func(p *segment.Published) { p.Currency.Digits = -3 },
		"earlier[0].money_round":     func(p *segment.Published) { p.MoneyRound = decimal.New(1, 1_000_000_000) },
		"earlier[0].units_round":     func(p *segment.Published) { p.UnitsRound = dec("-1") },
		"earlier[0].figures[0][0]":   func(p *segment.Published) { p.Figures[0][0].Gap = true },
		"earlier[0].figures[0][1]":   func(p *segment.Published) { p.Figures[0][1].Customers = 0 },
		"earlier[0].figures[0][2]":   func(p *segment.Published) { p.Figures[0][2].Money = dec("-10") },
	} {
		forged := publish(t, report, "first")
		forge(&forged)
		_, _, err := report.Publish("now", nil, []segment.Published{forged})
		assert.Contains(t, faultPaths(t, err), path)
	}
}

func TestReportZero(t *testing.T) {
	var zero segment.Report
	require.ErrorContains(t, zero.Add([]segment.ReportEntry{{}}), "NewReport")
	require.ErrorContains(t, zero.Merge(new(segment.Report)), "NewReport")
	_, _, err := zero.Publish("q1", nil, nil)
	require.ErrorContains(t, err, "NewReport")
}

func FuzzReport(f *testing.F) {
	f.Add(marshal(f, reportOf(f, reportRules(2), reportTable(2, 2), []int{1, 2}, []int{0, 3})))
	f.Fuzz(func(t *testing.T, data []byte) {
		report := reportOf(t, reportRules(2), reportTable(2, 2), []int{1, 2}, []int{0, 3})
		before := marshal(t, report)
		if report.UnmarshalBinary(data) != nil {
			assert.Equal(t, before, marshal(t, report))
			return
		}
		assert.Equal(t, data, marshal(t, report))
		_, _, err := report.Publish("q1", nil, nil)
		assert.NoError(t, err)
	})
}

// A grocer's baking mixes and eggs by kind of brand and quarter. The customers of each
// cell were counted by Python's csv module with sets, and the cents summed with decimal.
//
// row B51, E14: from sales to the table that may leave the house.
func TestReportOfRealSales(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	for _, test := range []struct {
		category  string
		customers [][]int64
		want      string
		money     string // of national brands in Q4
	}{
		{
			"EGGS",
			[][]int64{{9, 15, 12, 14}, {155, 177, 173, 206}},
			"· 15 · 14 50\n· 177 · 206 711\n164 192 185 220 761\n", "40",
		},
		{
			"BAKING MIXES",
			[][]int64{{122, 93, 79, 134}, {14, 8, 9, 14}},
			"122 · · 134 428\n14 · · 14 45\n136 101 88 148 473\n", "260",
		},
	} {
		t.Run(test.category, func(t *testing.T) {
			rules, table := reportRules(10), realReportTable(t, test.category)
			rules.Currency, rules.MoneyRound = customer.Currency{Code: "EUR", Digits: 2}, dec("10")
			full := reportRules(2)
			counted := newReport(t, full, table)
			report := newReport(t, rules, table)
			for _, shopper := range realReportShoppers(t, rows, table) {
				require.NoError(t, counted.Add(shopper))
				require.NoError(t, report.Add(shopper))
			}
			before := publish(t, counted, "inside")
			for row, line := range test.customers {
				for col, n := range line {
					assert.Equal(t, n, before.Figures[row][col].Customers)
				}
			}
			published := publish(t, report, "outside")
			assert.Equal(t, test.want, told(published))
			assert.Equal(t, test.money, published.Figures[0][3].Money.String())
		})
	}
}

func realReportTable(t failer, category string) segment.ReportTable {
	table := reportTable(0, 0)
	table.ID, table.Category, table.Rows = "kind-by-quarter", category, []string{"national", "store"}
	table.From, table.Until = day(t, "2017-01-01"), day(t, "2018-01-01")
	for quarter := range 4 {
		table.Columns = append(table.Columns, segment.ReportColumn{
			Name: fmt.Sprintf("Q%d", quarter+1), From: table.From.AddMonths(3 * quarter), Until: table.From.AddMonths(3*quarter + 3),
		})
	}
	table.Stores = []string{"all"}
	return table
}

// realReportShoppers are the entries of each customer.
func realReportShoppers(t failer, rows []sold, table segment.ReportTable) map[customer.ID]reportShopper {
	t.Helper()
	shoppers := map[customer.ID]reportShopper{}
	for _, row := range rows {
		on := customer.DateOf(row.At, time.UTC)
		column := slices.IndexFunc(table.Columns, func(c segment.ReportColumn) bool { return c.From <= on && on < c.Until })
		if row.Category == table.Category && column >= 0 && row.Kind != customer.UnknownBrand {
			shoppers[row.Customer] = append(shoppers[row.Customer], segment.ReportEntry{
				Row: int(row.Kind - customer.NationalBrand), Column: column, Kind: row.Kind, Units: row.Quantity * 1000, Amount: row.Cents,
			})
		}
	}
	return shoppers
}
