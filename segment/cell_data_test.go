package segment_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// dataCells are the nine cells of a file of real rows in the 365 days before a day: each
// label a category, usage in thirds.
func dataCells(t *testing.T, rows []sold, on customer.Date) (*segment.Tally[customer.ID], *segment.Census, segment.Rules, customer.Faults) {
	t.Helper()
	rules := tercileRules()
	rules.Zone, rules.WindowDays, rules.MinBuys = "UTC", 365, 2
	rules.Brand, rules.StoreAtPermille, rules.NationalAtPermille = segment.Stated, 700, 700
	rules.Categories = nil
	seen := map[string]bool{}
	for _, row := range rows {
		if label := row.Category; label != "" && !seen[label] {
			seen[label] = true
			rules.Categories = append(rules.Categories, segment.Category{ID: label, Version: 1, Labels: []string{label}})
		}
	}
	if len(seen) == 0 { // a source without categories: everything is one
		rules.Categories = []segment.Category{{ID: "everything", Version: 1, Labels: []string{"everything"}}}
	}
	coder, err := segment.NewCoder(rules, zone(t, "UTC"))
	require.NoError(t, err)
	sales, returns := realReceipts(rows)
	var lines []population.Line[customer.ID]
	for i := range sales {
		if len(seen) == 0 {
			for j := range sales[i].Lines {
				sales[i].Lines[j].Category = "everything"
			}
		}
		lines, err = coder.Sale(lines, sales[i])
		require.NoError(t, err)
	}
	for i := range returns {
		if len(seen) == 0 {
			for j := range returns[i].Lines {
				returns[i].Lines[j].Category = "everything"
			}
		}
		lines, err = coder.Return(lines, returns[i])
		require.NoError(t, err)
	}
	tally := tallyOf(t, rules.Period(on), lines...)
	census := censusOf(tally, rules.Period(on), rules.MinBuys)
	fitted, unfit, err := segment.Fit(rules, census, on)
	require.NoError(t, err)
	return tally, census, fitted, unfit
}

// The cells of a year of real groceries. The figures are those of a Python program that
// reads the same file into sets of days and sums of packs for each customer and label,
// compares shares as Fractions, and takes as cuts the least amounts that leave a third and
// two thirds of a label's buyers below. It is a random 5 % of the lines, so most pairs have
// one day, and in most categories so many buyers bought one pack that there are no thirds.
//
// row C1, C3, C4: thirds of usage in packs, marks of brand, coverage.
func TestCellsOfRealGroceries(t *testing.T) {
	on := day(t, "2018-01-01")
	tally, census, fitted, unfit := dataCells(t, readSold(t, "dunnhumby_sample"), on)
	assert.Len(t, fitted.Categories, 290)
	assert.Len(t, unfit, 199, "categories whose cuts coincide")

	grid, cells, pairs := newGrid(t, fitted), map[string]int{}, 0
	for _, counts := range tally.All() {
		for i := range counts {
			cells[grid.Cell(&counts[i], segment.Cell{}).String()]++
			pairs++
		}
	}
	assert.Equal(t, 50_011, pairs)
	assert.Equal(t, map[string]int{
		"national-loyal/light": 44, "national-loyal/medium": 2601, "national-loyal/heavy": 3544, "national-loyal/unknown": 1836,
		"switcher/light": 12, "switcher/medium": 866, "switcher/heavy": 878, "switcher/unknown": 573,
		"store-loyal/light": 31, "store-loyal/medium": 926, "store-loyal/heavy": 1313, "store-loyal/unknown": 567,
		"unknown/light": 15776, "unknown/medium": 4063, "unknown/heavy": 1269, "unknown/unknown": 15712,
	}, cells)

	for _, want := range []struct {
		category                        string
		medium, heavy                   string
		buyers, belowMedium, belowHeavy int64
	}{
		{"CHEESE", "2", "4", 1066, 420, 820},
		{"FLUID MILK PRODUCTS", "2", "4", 1185, 483, 888},
		{"SOFT DRINKS", "2", "4", 1275, 456, 871},
	} {
		at := slices.IndexFunc(fitted.Marks, func(m segment.Marks) bool { return m.Category == want.category })
		require.GreaterOrEqual(t, at, 0, want.category)
		marks := fitted.Marks[at]
		assert.Equal(t, want.medium, marks.MediumAt.String(), want.category)
		assert.Equal(t, want.heavy, marks.HeavyAt.String(), want.category)
		assert.Equal(t, []int64{want.buyers, want.belowMedium, want.belowHeavy},
			[]int64{marks.Fitted.Buyers, marks.Fitted.BelowMedium, marks.Fitted.BelowHeavy}, want.category)
	}
	ids := make([]string, len(fitted.Categories))
	for i, category := range fitted.Categories {
		ids[i] = category.ID
	}
	slices.SortFunc(ids, strings.Compare)
	milk := census.Coverage(uint32(slices.Index(ids, "FLUID MILK PRODUCTS")))
	assert.GreaterOrEqual(t, milk.Buyers, int64(1185), "those whose quantity is not known buy too")
	assert.Equal(t, int64(1185), milk.Measured)
}

// A source without brands has no brand axis, and says so by its coverage, instead of calling
// everybody a switcher. Figures as in the test above.
//
// row C1, C4: own-store measures that say what they cannot know.
func TestCellsOfASourceWithoutBrands(t *testing.T) {
	on := day(t, "2011-12-10")
	tally, census, fitted, unfit := dataCells(t, readSold(t, "online_retail"), on)
	assert.Empty(t, unfit)
	grid, cells := newGrid(t, fitted), map[string]int{}
	for _, counts := range tally.All() {
		for i := range counts {
			cells[grid.Cell(&counts[i], segment.Cell{}).String()]++
		}
	}
	coverage := census.Coverage(0)
	assert.Equal(t, map[string]int{"unknown/unknown": 52, "unknown/light": 1416, "unknown/medium": 1418, "unknown/heavy": 1410}, cells)
	assert.Equal(t, []int64{4265, 2708, 0, 4244, 383_419}, []int64{coverage.Buyers, coverage.Enough, coverage.BothKinds, coverage.Measured, coverage.Lines})
	assert.Zero(t, coverage.Bought.Store+coverage.Bought.National)
	assert.Equal(t, []string{"216", "692"}, []string{fitted.Marks[0].MediumAt.String(), fitted.Marks[0].HeavyAt.String()})
}
