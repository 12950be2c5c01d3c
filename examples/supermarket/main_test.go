package main

import (
	"bytes"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, errors bytes.Buffer
	require.NoError(t, run(args, &out, &errors))
	assert.Contains(t, errors.String(), "lines read three times in ")
	assert.Contains(t, errors.String(), " MB of memory from the system\n", "the program states its memory")
	return out.String()
}

func TestTheBuiltShop(t *testing.T) {
	// row C1, C2, C3, C4, D9, D10, E2
	got := output(t, "-customers", "150", "-categories", "0")
	for _, want := range []string{
		"a built shop of 150 customers, seed 1",
		"16 categories",
		"PAIN TABLETS, NON-ASPIRIN\n", // row C2
		"Shares are of purchases here; what is bought elsewhere is unknown.", // row C4
		"                       light    medium     heavy",
		" units (3", // usage is counted in tablets and grams, not in packs: row C3
		"every ", " days, last on ", ", due on ",
		"no effect is claimed",
	} {
		assert.Contains(t, got, want)
	}
	assert.Equal(t, got, output(t, "-customers", "150", "-categories", "0"), "the same text every time")
	assert.NotEqual(t, got, output(t, "-customers", "150", "-categories", "0", "-seed", "2"))
}

func TestChinese(t *testing.T) {
	got := output(t, "-customers", "50", "-language", "zh")
	assert.Contains(t, got, "预计")
	assert.NotContains(t, got, "last on")
}

// A shop that is written and read back gives the same lists. Its usage is another: the
// file has no base units, so packs are counted.
func TestAShopWrittenAndReadBack(t *testing.T) {
	for _, name := range []string{"shop.csv", "shop.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, run([]string{"-customers", "80", "-write", path}, new(bytes.Buffer), new(bytes.Buffer)))
		built := output(t, "-customers", "80")
		read := output(t, "-purchases", path, "-currency", "EUR")
		assert.Equal(t, section(built, "DUE"), section(read, "DUE"))
		assert.Equal(t, section(built, "BACKTEST"), section(read, "BACKTEST"))
	}
}

// section is the part of an output from a heading to the next blank line.
func section(output, heading string) string {
	_, rest, _ := strings.Cut(output, "\n"+heading)
	rest, _, _ = strings.Cut(rest, "\n\n")
	return rest
}

func TestOneCustomer(t *testing.T) {
	assert.Contains(t, output(t, "-customers", "80", "-customer", "c00007"), "CUSTOMER c00007 ")
	err := run([]string{"-customers", "80", "-customer", "c00081"}, new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, `there is no purchase of customer "c00081"`)
}

func TestABadRowStopsTheRunOrIsSetAside(t *testing.T) {
	path := fileOf(t, header+
		"c1,2026-01-05,o1,milk,dairy,national,1,1.00,\n"+
		"c1,2026-01-06,o2,milk,dairy,cheap,many,1.00,\n"+
		"c1,2026-01-07,o3,milk,dairy,national,1,1.00,\n").Path
	err := run([]string{"-purchases", path}, new(bytes.Buffer), new(bytes.Buffer))
	bad := (*rowError)(nil)
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, 3, bad.Line)
	assert.Equal(t, path+`:3: brand_kind = "cheap": is national, store or empty; quantity = "many": is a number such as 1.99`, err.Error())

	got := output(t, "-purchases", path, "-skip-bad")
	assert.Contains(t, got, "3 rows, 0 of them without a customer, 1 set aside")
	assert.Contains(t, got, `  1 rows: quantity is a number such as 1.99; the first: `+path+":3: ")
	assert.Contains(t, got, "2 receipts with 2 lines")
}

func TestFlagsAtFaultAreNamedAllAtOnce(t *testing.T) {
	err := run([]string{"-zone", "Nowhere", "-currency", "euro", "-lines", "0", "-categories", "-1", "-language", "fr", "more"}, new(bytes.Buffer), new(bytes.Buffer))
	faults := customer.Faults(nil)
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	assert.Equal(t, []string{"-currency", "-zone", "-language", "-categories", "-lines", "arguments"}, paths)
	require.ErrorIs(t, run([]string{"-no-such-flag"}, new(bytes.Buffer), new(bytes.Buffer)), errUsage)
}

func TestNothingToRead(t *testing.T) {
	path := fileOf(t, header+",2026-01-05,o1,milk,,,1,1.00,\n").Path
	err := run([]string{"-purchases", path}, new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, "there are no purchases of any customer")
}

// The real files run to the end: with money and brands, without money, and without
// categories, where the sku serves.
func TestRealFilesAreStudied(t *testing.T) {
	for name, want := range map[string]string{
		"dunnhumby_sample": "money: 233,935.24 USD, known for 100.0 % of the lines\n290 categories",
		"x5_retailhero":    "money: none recorded\n465 categories",
		"online_retail":    "no categories; each of 3,684 skus serves as one",
	} {
		t.Run(name, func(t *testing.T) {
			got := output(t, "-purchases", realFile(t, name).Path)
			assert.Contains(t, got, want)
			assert.NotContains(t, section(got, "BACKTEST"), "too short")
		})
	}
}

// A backtest's lists are made from earlier rows only: whatever is bought from the day of
// the list on, by anybody, leaves the list as it was.
func TestABacktestDoesNotLookAhead(t *testing.T) {
	full := newShop(3, 60, time.UTC)
	first := study{options: options{zone: time.UTC, lines: 6, minBuys: 2, shown: 6, language: customer.English}, progress: &progress{}, events: full.events}
	require.NoError(t, first.run())
	require.Len(t, first.backtest, backtestLists)
	test := first.backtest[2]

	cut := study{options: first.options, progress: &progress{}, events: func() iter.Seq2[event, error] {
		return func(yield func(event, error) bool) {
			for e, err := range full.events() {
				if customer.DateOf(e.at(), time.UTC) < test.on && !yield(e, err) {
					return
				}
			}
		}
	}}
	require.NoError(t, cut.run())
	require.Equal(t, first.coder.Categories(), cut.coder.Categories())
	popular := personal.NewPopularity(test.on.AddDays(-popularDays), test.on)
	var visitor lifecycle.Visitor[customer.ID]
	for run, err := range cut.runs() {
		require.NoError(t, err)
		visits, err := visitor.Visits(run)
		require.NoError(t, err)
		popular.Add(visits)
	}
	planner, err := personal.NewPlanner(cut.listRules(), &cut.habits, popular)
	require.NoError(t, err)
	for run, err := range first.runs() {
		require.NoError(t, err)
		visits, err := visitor.Visits(run)
		require.NoError(t, err)
		want, err := planner.Due(visits, test.on)
		require.NoError(t, err)
		got, err := test.planner.Due(visits, test.on)
		require.NoError(t, err)
		require.Equal(t, want, got, "list of %s", run[0].Customer)
	}
}
