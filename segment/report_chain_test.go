package segment_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// A chain of reports, each harmless beside any other one, that together tell what a gap is
// or what a few people bought: the last of them is refused.
//
// row B51: no chain of reports opens a gap.
func TestReportChains(t *testing.T) {
	const from, feb, march, april = "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"
	at := func(ref, from, until string, cells ...[]int) reportScope {
		return reportScope{ref: ref, from: from, until: until, cells: cells, price: 1000}
	}
	later := func(s reportScope, version int) reportScope { s.version = version; return s }
	of := func(s reportScope, kind customer.BrandKind) reportScope { s.kind = kind; return s }
	rows := func(s reportScope, names ...string) reportScope { s.rows = names; return s }
	months := func(s reportScope, days ...string) reportScope { s.days = days; return s }
	for _, test := range []struct {
		name    string
		noMoney bool
		chain   []reportScope
		codes   []string
	}{
		{
			"a new version of the category opens a gap of the old one",
			false,
			[]reportScope{
				at("old", from, feb, []int{3, 40, 70}, []int{60, 30, 90}, []int{80, 80, 95}),
				later(at("new", from, feb, []int{15, 40, 70}, []int{60, 30, 90}, []int{80, 80, 95}), 2),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"two months and the quarter of a later version",
			false,
			[]reportScope{
				at("january", from, feb, []int{40, 50}), at("february", feb, march, []int{45, 50}),
				later(at("quarter", from, april, []int{88, 130}), 2),
			},
			[]string{segment.CodeReportSumDifference},
		},
		{
			"own, national and all brands leave those of unknown brand",
			false,
			[]reportScope{
				of(at("own", from, feb, []int{40, 50}), customer.StoreBrand), of(at("national", from, feb, []int{45, 50}), customer.NationalBrand),
				at("all", from, feb, []int{88, 130}),
			},
			[]string{segment.CodeReportSumDifference},
		},
		{
			"own and all brands, and then the national ones",
			false,
			[]reportScope{
				of(at("own", from, feb, []int{40, 50}), customer.StoreBrand), at("all", from, feb, []int{88, 130}),
				of(at("national", from, feb, []int{45, 50}), customer.NationalBrand),
			},
			[]string{segment.CodeReportSumDifference},
		},
		{
			"three tables of two rows each",
			false,
			[]reportScope{
				rows(at("b, c", from, feb, []int{6, 90}, []int{6, 90}), "b", "c"),
				rows(at("b, d", from, feb, []int{6, 90}, []int{6, 90}), "b", "d"),
				rows(at("c, d", from, feb, []int{6, 90}, []int{6, 90}), "c", "d"),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"a table by months and one that joins two of them",
			false,
			[]reportScope{
				months(at("months", from, april, []int{20, 30, 3}, []int{70, 80, 60}), from, feb, march, april),
				months(at("two", from, march, []int{50}, []int{130}), from, march),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"a quarter and two empty months",
			false,
			[]reportScope{
				at("january", from, feb, []int{12, 3, 50}, []int{60, 30, 90}, []int{80, 80, 95}),
				at("february", feb, march, []int{0, 40, 50}, []int{60, 30, 90}, []int{80, 80, 95}),
				at("march", march, april, []int{0, 40, 50}, []int{60, 30, 90}, []int{80, 80, 95}),
				at("quarter", from, april, []int{12, 75, 130}, []int{150, 80, 250}, []int{200, 200, 270}),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"what contains one gap and what contains another hold their circle from both ends",
			false,
			[]reportScope{
				at("january", from, feb, []int{20, 23, 70}, []int{5, 30, 90}),
				at("winter", "2025-12-01", feb, []int{21, 90, 140}, []int{60, 95, 180}),
				at("february too", from, march, []int{90, 29, 170}, []int{80, 120, 250}),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"a quarter and two empty months, customers alone",
			true,
			[]reportScope{
				at("january", from, feb, []int{12, 3, 50}, []int{60, 30, 90}),
				at("february", feb, march, []int{0, 40, 50}, []int{60, 30, 90}),
				at("march", march, april, []int{0, 40, 50}, []int{60, 30, 90}),
				at("quarter", from, april, []int{12, 75, 130}, []int{150, 80, 250}),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"and the month last",
			true,
			[]reportScope{
				at("february", feb, march, []int{0, 40, 50}, []int{60, 30, 90}),
				at("march", march, april, []int{0, 40, 50}, []int{60, 30, 90}),
				at("quarter", from, april, []int{12, 75, 130}, []int{150, 80, 250}),
				at("january", from, feb, []int{12, 3, 50}, []int{60, 30, 90}),
			},
			[]string{segment.CodeReportKnown},
		},
		{
			"a table by months and one that joins two of them, customers alone",
			true,
			[]reportScope{
				months(at("months", from, april, []int{60, 30, 3}, []int{70, 80, 60}), from, feb, march, april),
				months(at("two", from, march, []int{90}, []int{130}), from, march),
			},
			[]string{segment.CodeReportKnown},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := reportRules(10)
			if !test.noMoney {
				rules.Currency, rules.MoneyRound = customer.Currency{Code: "EUR", Digits: 2}, dec("10")
			}
			var earlier []segment.Published
			last := len(test.chain) - 1
			for _, one := range test.chain[:last] {
				p := publish(t, one.report(t, rules), one.ref, earlier...)
				t.Log("\n" + told(p))
				earlier = append(earlier, p)
			}
			p, _, err := test.chain[last].report(t, rules).Publish(test.chain[last].ref, nil, earlier)
			t.Log("\n" + told(p))
			var refusal *customer.Refusal
			require.ErrorAs(t, err, &refusal)
			assert.Subset(t, codes(refusal.Missing), test.codes)
		})
	}
}

// Whatever is published one after the other, by days and stores that overlap as they like, no
// gap follows from the units told. The reader of this test solves all equations in
// fractions, day by day and store by store.
//
// row B51: any chain of reports.
func TestReportChainsAreSafe(t *testing.T) {
	const days = 3
	rapid.Check(t, func(t *rapid.T) {
		rules := reportRules(rapid.IntRange(2, 3).Draw(t, "k"))
		rules.Units = true
		sold := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [4]int {
			return [4]int{
				rapid.IntRange(0, 1).Draw(t, "row"), rapid.IntRange(0, 1).Draw(t, "column"),
				rapid.IntRange(0, days-1).Draw(t, "day"), rapid.IntRange(0, 1).Draw(t, "store"),
			}
		}), 0, 60).Draw(t, "sold") // each to another customer, one unit
		var published []segment.Published
		for i := range rapid.IntRange(2, 6).Draw(t, "reports") {
			from := rapid.IntRange(0, days-1).Draw(t, "from")
			table := reportTable(2, 2)
			table.From, table.Until = on+customer.Date(from), on+customer.Date(rapid.IntRange(from+1, days).Draw(t, "until"))
			table.Stores = rapid.SampledFrom([][]string{{"s1"}, {"s2"}, {"s1", "s2"}}).Draw(t, "stores")
			report := newReport(t, rules, table)
			for _, one := range sold {
				at := on + customer.Date(one[2])
				store := slices.Index(table.Stores, fmt.Sprintf("s%d", one[3]+1))
				if table.From <= at && at < table.Until && store >= 0 {
					require.NoError(t, report.Add([]segment.ReportEntry{{Row: one[0], Column: one[1], Store: store, Units: 1000}}))
				}
			}
			if p, _, err := report.Publish(fmt.Sprint(i), nil, published); err == nil {
				published = append(published, p)
			}
		}

		// A part is a row, a column, a day and a store.
		parts := func(p segment.Published, row, column int) []*big.Rat {
			sum := make([]*big.Rat, 2*2*days*2)
			for part := range sum {
				at := on + customer.Date(part/2%days)
				counted := (row == 2 || row == part/12) && (column == 2 || column == part/6%2) && p.Table.From <= at && at < p.Table.Until &&
					slices.Contains(p.Table.Stores, fmt.Sprintf("s%d", part%2+1))
				if sum[part] = new(big.Rat); counted {
					sum[part].SetInt64(1)
				}
			}
			return sum
		}
		var solved [][]*big.Rat
		rest := func(sum []*big.Rat) int { // the first part that is left when what is solved is taken off
			for _, row := range solved {
				lead := slices.IndexFunc(row, func(factor *big.Rat) bool { return factor.Sign() != 0 })
				if by := new(big.Rat).Quo(sum[lead], row[lead]); by.Sign() != 0 {
					for i := range sum {
						sum[i] = new(big.Rat).Sub(sum[i], new(big.Rat).Mul(by, row[i]))
					}
				}
			}
			return slices.IndexFunc(sum, func(factor *big.Rat) bool { return factor.Sign() != 0 })
		}
		solve := func(sum []*big.Rat) {
			if rest(sum) >= 0 {
				solved = append(solved, sum)
			}
		}
		each := func(visit func(p segment.Published, row, column int, figure segment.PublishedFigure)) {
			for _, p := range published {
				for row, line := range p.Figures {
					for column, figure := range line {
						visit(p, row, column, figure)
					}
				}
			}
		}
		each(func(p segment.Published, row, column int, figure segment.PublishedFigure) {
			sum := parts(p, row, column)
			switch {
			case figure.Gap:
			case figure.Customers > 0:
				solve(sum)
			default: // nothing has no parts
				for part, factor := range sum {
					if factor.Sign() != 0 {
						one := make([]*big.Rat, len(sum))
						for i := range one {
							one[i] = new(big.Rat)
						}
						one[part].SetInt64(1)
						solve(one)
					}
				}
			}
		})
		each(func(p segment.Published, row, column int, figure segment.PublishedFigure) {
			if figure.Gap {
				assert.GreaterOrEqual(t, rest(parts(p, row, column)), 0, "%s: figure %d, %d is known", p.Ref, row, column)
			}
		})
	})
}
