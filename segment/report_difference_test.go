package segment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// reportScope is one report of a story: which days and stores it counts and what it finds.
type reportScope struct {
	ref         string
	from, until string
	stores      []string
	version     int
	kind        customer.BrandKind
	rows        []string // their names; nil: r1, r2 …
	days        []string // where the columns begin and end; nil: they are no periods
	cells       [][]int  // customers of each cell
	price       int64    // what each of them paid
}

func (s reportScope) table(t failer) segment.ReportTable {
	t.Helper()
	table := reportTable(len(s.cells), len(s.cells[0]))
	table.From, table.Until = day(t, s.from), day(t, s.until)
	if s.stores != nil {
		table.Stores = s.stores
	}
	if s.rows != nil {
		table.Rows = s.rows
	}
	for i := range max(len(s.days)-1, 0) {
		table.Columns[i].From, table.Columns[i].Until = day(t, s.days[i]), day(t, s.days[i+1])
	}
	table.CategoryVersion, table.Kind = max(s.version, 1), s.kind
	return table
}

func (s reportScope) report(t failer, rules segment.ReportRules) *segment.Report {
	t.Helper()
	table := s.table(t)
	report := newReport(t, rules, table)
	for row, line := range s.cells {
		for col, n := range line {
			for i := range n {
				require.NoError(t, report.Add([]segment.ReportEntry{{
					Row: row, Column: col, Store: i % len(table.Stores), Kind: s.kind, Amount: s.price,
				}}))
			}
		}
	}
	return report
}

// row B51: two reports that are harmless alone and tell of a few people together.
func TestReportDifferences(t *testing.T) {
	const from, feb, march, april = "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"
	all, butOne := []string{"s1", "s2", "s3", "s4"}, []string{"s1", "s2", "s3"}
	january := reportScope{ref: "january", from: from, until: feb, cells: [][]int{{20, 30}}, price: 1000}
	february := reportScope{ref: "february", from: feb, until: march, cells: [][]int{{25, 30}}, price: 1000}
	lonely := reportScope{ref: "march", from: march, until: april, cells: [][]int{{3, 30}}, price: 1000}
	quarter := func(cells ...int) reportScope {
		return reportScope{ref: "quarter", from: from, until: april, cells: [][]int{cells}, price: 1000}
	}
	stores := func(ref string, stores []string, cells ...int) reportScope {
		return reportScope{ref: ref, from: from, until: feb, stores: stores, cells: [][]int{cells}, price: 1000}
	}
	for _, test := range []struct {
		name      string
		minStores int
		noMoney   bool
		earlier   []reportScope
		now       reportScope
		want      []string
	}{
		{"nothing earlier", 1, false, nil, january, nil},
		{"another month", 1, false, []reportScope{january}, february, nil},
		{
			"a month and one that reaches into it, five customers apart", 1, false,
			[]reportScope{january},
			reportScope{ref: "overlap", from: "2026-01-15", until: "2026-02-15", cells: [][]int{{25, 40}}, price: 1000},
			nil,
		},
		{
			"a month and one that reaches into it, four apart", 1, false,
			[]reportScope{january},
			reportScope{ref: "overlap", from: "2026-01-15", until: "2026-02-15", cells: [][]int{{24, 40}}, price: 1000},
			[]string{"segment.report-difference r1 × c1 against january 4", "segment.report-difference total × c1 against january 4"},
		},
		{"the quarter after one month", 1, false, []reportScope{january}, quarter(25, 35), nil},
		{
			"the quarter, four beyond the month", 1, false,
			[]reportScope{january},
			quarter(24, 50),
			[]string{"segment.report-difference r1 × c1 against january 4", "segment.report-difference total × c1 against january 4"},
		},
		{
			"the quarter, none beyond the month, and more money", 1, false,
			[]reportScope{january},
			reportScope{ref: "quarter", from: from, until: april, cells: [][]int{{20, 50}}, price: 1100},
			[]string{"segment.report-sum-difference r1 × c1 against january 0", "segment.report-sum-difference total × c1 against january 0"},
		},
		{
			"two months leave of the quarter what three people spent in the third", 1, false,
			[]reportScope{january, february},
			quarter(48, 90),
			[]string{
				"segment.report-sum-difference r1 × c1 against january, february 3",
				"segment.report-sum-difference total × c1 against january, february 3",
			},
		},
		{
			"the same customers every month: how many are behind the rest nobody knows", 1, false,
			[]reportScope{january, february},
			quarter(40, 90),
			[]string{
				"segment.report-sum-difference r1 × c1 against january, february 0",
				"segment.report-sum-difference total × c1 against january, february 0",
			},
		},
		{"without money nothing is left over", 1, true, []reportScope{january, february}, quarter(40, 90), nil},
		{
			"the second month after the first and the quarter", 1, false,
			[]reportScope{january, quarter(48, 90)},
			february,
			[]string{
				"segment.report-sum-difference r1 × c1 against quarter, january 3",
				"segment.report-sum-difference total × c1 against quarter, january 3",
			},
		},
		{"three months make up the quarter", 1, false, []reportScope{
			january, february,
			{ref: "march", from: march, until: april, cells: [][]int{{15, 30}}, price: 1000},
		}, quarter(60, 90), nil},
		{
			"the third month's gap shows in the quarter", 1, false,
			[]reportScope{january, february, lonely},
			quarter(48, 90),
			[]string{
				"segment.report-sum-difference r1 × c1 against january, february 3",
				"segment.report-sum-difference total × c1 against january, february 3",
				"segment.report-known r1 × c1 against march 1", "segment.report-known r1 × c2 against march 1",
				"segment.report-known total × c1 against march 1", "segment.report-known total × c2 against march 1",
			},
		},
		{
			"one store less, by its number of customers", 1, false,
			[]reportScope{stores("all", all, 20, 40)},
			stores("but one", butOne, 16, 30),
			[]string{"segment.report-difference r1 × c1 against all 4", "segment.report-difference total × c1 against all 4"},
		},
		{"one store less, and customers enough", 1, false, []reportScope{stores("all", all, 20, 40)}, stores("but one", butOne, 15, 30), nil},
		{
			"one store less, whatever its customers", 3, false,
			[]reportScope{stores("all", all, 20, 40)},
			stores("but one", butOne, 15, 30),
			[]string{"segment.report-stores-difference table against all 1"},
		},
		{
			"three stores less", 3, false,
			[]reportScope{stores("all", []string{"s1", "s2", "s3", "s4", "s5", "s6"}, 40, 60)},
			stores("but three", butOne, 20, 30), nil,
		},
		{
			"two halves of the stores leave one", 2, false,
			[]reportScope{stores("west", []string{"s1", "s2"}, 10, 15), stores("east", []string{"s3", "s4"}, 10, 15)},
			stores("all", []string{"s1", "s2", "s3", "s4", "s5"}, 50, 60),
			[]string{"segment.report-stores-difference table against west, east 1"},
		},
		{"other stores", 3, false, []reportScope{stores("west", butOne, 20, 30)}, stores("east", []string{"s7", "s8", "s9"}, 21, 31), nil},
		{
			"a later version of the category", 1, false,
			[]reportScope{january},
			reportScope{ref: "again", from: from, until: feb, version: 2, cells: [][]int{{22, 40}}, price: 1000},
			[]string{"segment.report-difference r1 × c1 against january 2", "segment.report-difference total × c1 against january 2"},
		},
		{
			"own brands of all brands", 1, false,
			[]reportScope{january},
			reportScope{ref: "own", from: from, until: feb, kind: customer.StoreBrand, cells: [][]int{{18, 20}}, price: 1000},
			[]string{"segment.report-difference r1 × c1 against january 2", "segment.report-difference total × c1 against january 2"},
		},
		{
			"the same again", 1, false,
			[]reportScope{january},
			reportScope{ref: "again", from: from, until: feb, cells: [][]int{{20, 30}}, price: 1000},
			nil,
		},
		{
			"the same with a correction", 1, false,
			[]reportScope{january},
			reportScope{ref: "again", from: from, until: feb, cells: [][]int{{21, 30}}, price: 1000},
			[]string{
				"segment.report-difference r1 × c1 against january 1", "segment.report-difference r1 × total against january 1",
				"segment.report-difference total × c1 against january 1", "segment.report-difference total × total against january 1",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := reportRules(5)
			rules.MinStores = test.minStores
			if !test.noMoney {
				rules.Currency, rules.MoneyRound = customer.Currency{Code: "EUR", Digits: 2}, dec("10")
			}
			var earlier []segment.Published
			for _, one := range test.earlier {
				earlier = append(earlier, publish(t, one.report(t, rules), one.ref))
			}
			report := test.now.report(t, rules)
			_, _, err := report.Publish(test.now.ref, nil, earlier)
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, "outward/1", refusal.Rule)
			var got []string
			for _, reason := range refusal.Missing {
				got = append(got, fmt.Sprintf("%s %s %d", reason.Code, reason.Rule, reason.Fact))
			}
			assert.Equal(t, test.want, got)
		})
	}
}

// A quarter hardly more than a month in one cell bounds that cell's gap in the month, and
// with it the small one that it protects: 3 customers would be known to be at most 4.
func TestReportReopensNoEarlierGap(t *testing.T) {
	rules := reportRules(10)
	month := reportScope{from: "2026-01-01", until: "2026-02-01", cells: [][]int{{3, 40}, {60, 70}, {90, 90}}}
	first := publish(t, month.report(t, rules), "january")
	require.Equal(t, "· · 43\n· · 130\n90 90 180\n153 200 353\n", told(first))
	for slack, want := range map[int][]string{
		1: {"r1 × c1", "r1 × c2", "r2 × c1", "r2 × c2"},
		6: {"r1 × c1", "r1 × c2", "r2 × c1", "r2 × c2"}, // 1 to 9: nine values
		7: nil,                                          // 1 to 10, which may be enough
	} {
		quarter := reportScope{from: "2026-01-01", until: "2026-04-01", cells: [][]int{{20, 52}, {80, 70 + slack}, {120, 130}}}
		_, _, err := quarter.report(t, rules).Publish("quarter", nil, []segment.Published{first})
		if want == nil {
			require.NoError(t, err)
			continue
		}
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		var got []string
		for _, reason := range refusal.Missing {
			assert.Equal(t, segment.CodeReportKnown, reason.Code)
			got = append(got, strings.TrimSuffix(reason.Rule, " against january"))
		}
		assert.Equal(t, want, got)
	}
}
