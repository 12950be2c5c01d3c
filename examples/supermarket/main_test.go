package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"iter"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
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
	got := output(t, "-customers", "40", "-categories", "0")
	for _, want := range []string{
		"a built shop of 40 customers, seed 1",
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
	assert.Equal(t, got, output(t, "-customers", "40", "-categories", "0"), "the same text every time")
	assert.NotEqual(t, got, output(t, "-customers", "40", "-categories", "0", "-seed", "2"))
}

func TestChinese(t *testing.T) {
	got := output(t, "-customers", "20", "-language", "zh")
	assert.Contains(t, got, "预计")
	assert.NotContains(t, got, "last on")
}

// A shop that is written and read back gives the same lists. Its usage is another: the
// file has no base units, so packs are counted.
func TestAShopWrittenAndReadBack(t *testing.T) {
	built := output(t, "-customers", "25", "-loop=false")
	for _, name := range []string{"shop.csv", "shop.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, run([]string{"-customers", "25", "-write", path}, new(bytes.Buffer), new(bytes.Buffer)))
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
	assert.Contains(t, output(t, "-customers", "20", "-customer", "c00007"), "CUSTOMER c00007 ")
	err := run([]string{"-customers", "20", "-customer", "c00021"}, new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, `there is no purchase of customer "c00021"`)
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
	assert.Contains(t, got, "3 rows, 0 of them without a customer, 1 set aside; 1 customers\n")
	assert.Contains(t, got, `  1 rows: quantity is a number such as 1.99; the first: `+path+":3: ")
	assert.Contains(t, got, "2 receipts with 2 lines")
}

func TestFlagsAtFaultAreNamedAllAtOnce(t *testing.T) {
	err := run([]string{"-purchases", "x", "-zone", "Nowhere", "-currency", "euro", "-digits", "-1", "-on", "today", "-lines", "0", "-categories", "-1", "-language", "fr", "more"}, new(bytes.Buffer), new(bytes.Buffer))
	faults := customer.Faults(nil)
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	assert.Equal(t, []string{"-currency", "-digits", "-on", "-zone", "-language", "-categories", "-lines", "arguments"}, paths)
	require.ErrorIs(t, run([]string{"-no-such-flag"}, new(bytes.Buffer), new(bytes.Buffer)), errUsage)
}

func TestNothingToRead(t *testing.T) {
	path := fileOf(t, header+",2026-01-05,o1,milk,,,1,1.00,\n").Path
	err := run([]string{"-purchases", path}, new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, "there are no purchases of any customer")
}

// newStudy is a study with the flags as they are by default.
func newStudy(events source) *study {
	return &study{options: options{zone: time.UTC, lines: 6, minBuys: 2, shown: 6, language: customer.English}, progress: &progress{}, events: events}
}

// A backtest's lists are made from earlier rows only: whatever is bought from the day of
// the list on, by anybody, leaves the list as it was.
func TestABacktestDoesNotLookAhead(t *testing.T) {
	full := newShop(3, 30, time.UTC)
	first := newStudy(full.events)
	require.NoError(t, first.run())
	require.Len(t, first.backtest, backtestLists)
	test := first.backtest[2]

	cut := newStudy(func() iter.Seq2[event, error] {
		return func(yield func(event, error) bool) {
			for e, err := range full.events() {
				if customer.DateOf(e.at(), time.UTC) < test.on && !yield(e, err) {
					return
				}
			}
		}
	})
	require.NoError(t, cut.run())
	require.Equal(t, first.coder.Categories(), cut.coder.Categories())
	popular := personal.NewPopularity(lately(test.on))
	var visitor lifecycle.Visitor[customer.ID]
	for run, err := range cut.runs() {
		require.NoError(t, err)
		visits, err := visitor.Visits(run)
		require.NoError(t, err)
		require.NoError(t, popular.Add(visits))
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

// failure is the error of a run over a file with this content.
func failure(t *testing.T, content string, args ...string) string {
	t.Helper()
	err := run(append([]string{"-purchases", fileOf(t, content).Path}, args...), new(bytes.Buffer), new(bytes.Buffer))
	require.Error(t, err)
	return err.Error()
}

// studyOf is what a run prints of a file with this content.
func studyOf(t *testing.T, content string, args ...string) string {
	t.Helper()
	return output(t, append([]string{"-purchases", fileOf(t, content).Path}, args...)...)
}

func TestFlagsWithoutEffectAreRefused(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-currency EUR", "-currency"},
		{"-currency USD", "-currency"}, // set, though to the default
		{"-digits 2", "-digits"},
		{"-skip-bad", "-skip-bad"},
		{"-currency EUR -digits 0 -skip-bad", "-currency -digits -skip-bad"},
		{"-purchases x -seed 1", "-seed"},
		{"-purchases x -customers 3", "-customers"},
		{"-purchases x -write y", "-write"},
		{"-write y -on 2026-01-01", "-on"},
	} {
		_, err := parse(strings.Fields(test.args), io.Discard)
		faults := customer.Faults(nil)
		require.ErrorAs(t, err, &faults, test.args)
		var paths []string
		for _, fault := range faults {
			paths = append(paths, fault.Path)
		}
		assert.Equal(t, test.want, strings.Join(paths, " "), test.args)
	}
	_, err := parse(strings.Fields("-purchases x -currency JPY -digits 0 -skip-bad -on 2026-01-01"), io.Discard)
	require.NoError(t, err)
}

func TestDigitsDoNotWrap(t *testing.T) {
	for _, digits := range []string{"-1", "5", "4294967298", "-4294967294"} {
		_, err := parse([]string{"-purchases", "x", "-digits", digits}, io.Discard)
		require.ErrorContains(t, err, `-digits = "`+digits+`": is 0 to 4`)
	}
}

func TestMoreMoneyThanCanBeCounted(t *testing.T) {
	rows := func(n int) string {
		var content strings.Builder
		content.WriteString(header)
		for i := range n {
			fmt.Fprintf(&content, "c1,2026-01-%02d,o%d,milk,dairy,,1,9999999999999999.99,\n", i+1, i+1)
		}
		return content.String()
	}
	assert.Contains(t, studyOf(t, rows(9)), "money: 89,999,999,999,999,999.91 USD")
	assert.Equal(t, "receipt o10: with it, more money was paid in all than can be counted: 92233720368547758.07 USD is the most", failure(t, rows(10)))
}

func TestShare(t *testing.T) {
	for _, test := range []struct {
		part, whole int64
		want        string
	}{
		{0, 0, "–"},
		{0, 7, "0.0 %"},
		{2, 3, "66.6 %"},
		{999_999, 1_000_000, "99.9 %"},
		{7, 7, "100.0 %"},
		{9_300_000_000_000_000, 9_300_000_000_000_000, "100.0 %"}, // a thousandfold passes an int64
		{math.MaxInt64 / 2, math.MaxInt64, "49.9 %"},
		{math.MaxInt64, math.MaxInt64, "100.0 %"},
	} {
		assert.Equal(t, test.want, share(test.part, test.whole))
	}
}

// The pass ends at the first receipt beyond what the cells can tell apart, and says
// what is missing.
func TestTooManyCategories(t *testing.T) {
	for _, test := range []struct{ labelled, want string }{
		{"", "receipt o100001: the category column is empty up to here, and at most 100,000 skus can serve instead of categories"},
		{"yes", "receipt o100001: there are at most 100,000 categories"},
	} {
		asked := 0
		s := newStudy(func() iter.Seq2[event, error] {
			return func(yield func(event, error) bool) {
				for asked = 1; ; asked++ {
					line := customer.Line{SKU: strconv.Itoa(asked)}
					if test.labelled != "" {
						line.Category = line.SKU
					}
					sale := &customer.Purchase{Ref: "o" + line.SKU, Customer: "c1", At: time.Unix(0, 0), Lines: []customer.Line{line}}
					if !yield(event{Sale: sale}, nil) {
						return
					}
				}
			}
		})
		require.EqualError(t, s.run(), test.want)
		assert.Equal(t, 100_001, asked)
	}
}

// What happens on the day of decision or later changes nothing but one line that
// counts it.
func TestTheDayOfDecision(t *testing.T) {
	const early = "c1,2026-01-05,o1,milk,dairy,store,1,1.00,\nc1,2026-01-12,o2,milk,dairy,store,2,1.00,\n"
	const late = "c1,2026-01-19,o3,milk,dairy,national,9,1.00,\nc1,2026-01-19,o3,wine,drinks,,1,9.00,\nc1,2062-01-20,o4,milk,dairy,,-1,1.00,\n"
	const next = "c2,2026-01-06,o5,bread,bakery,store,1,2.00,\n"
	text := func(content string) string {
		_, rest, _ := strings.Cut(studyOf(t, content, "-on", "2026-01-19", "-min-buys", "1"), "\n")
		before, after, _ := strings.Cut(rest, " rows, ") // how many there are differs
		return before[:strings.LastIndex(before, "\n")] + after
	}
	const line = "\n2 receipts and returns on 2026-01-19 or later are not looked at"
	got := text(header + early + late + next + "c3,2026-01-20,o6,milk,dairy,,1,,\n")
	assert.Contains(t, got, strings.Replace(line, "2", "3", 1))
	got = text(header + early + late + next)
	assert.Contains(t, got, line)
	assert.Contains(t, got, ", as of 2026-01-19;")
	assert.Equal(t, text(header+early+next), strings.Replace(got, line, "", 1))

	built := output(t, "-customers", "20", "-on", "2026-03-01")
	assert.Contains(t, built, ", as of 2026-03-01;")
	assert.Contains(t, built, "DUE for ")
	assert.Contains(t, built, "in the fortnight from 2026-03-01")

	assert.Equal(t, "there are no purchases of any customer before 2026-01-05", failure(t, header+early, "-on", "2026-01-05"))
	assert.Equal(t, `there is no purchase of customer "c3" before 2026-01-19`,
		failure(t, header+early+"c3,2026-01-20,o6,milk,dairy,,1,,\n", "-on", "2026-01-19", "-customer", "c3"))
}

func TestAMistypedDayIsPointedAt(t *testing.T) {
	const rows = header + "c1,2026-01-05,o1,milk,dairy,,1,,\nc1,2026-01-06,o2,milk,dairy,,1,,\n"
	const far = "the last day, 2062-01-05, comes 13,148 days after the shopping day before it; if it is mistyped, -on sets the day of decision\n"
	assert.Contains(t, studyOf(t, rows+"c1,2062-01-05,o3,milk,dairy,,1,,\n"), far)
	assert.Contains(t, studyOf(t, rows+"c1,2062-01-05,o3,milk,dairy,,1,,\nc2,2026-01-05,o4,milk,dairy,,1,,\nc3,2062-01-05,o5,milk,dairy,,1,,\n"), far)
	assert.NotContains(t, studyOf(t, rows+"c1,2062-01-05,o3,milk,dairy,,1,,\n", "-on", "2026-01-07"), "mistyped")
	assert.NotContains(t, studyOf(t, rows+"c1,2026-03-07,o3,milk,dairy,,1,,\n"), "mistyped", "60 days")
	assert.Contains(t, studyOf(t, rows+"c1,2026-03-08,o3,milk,dairy,,1,,\n"), "comes 61 days after")
	assert.NotContains(t, studyOf(t, header+"c1,2026-01-05,o1,milk,dairy,,1,,\n"), "mistyped", "there is no day before it")

	const end = rows + "c1,9999-12-31,o3,milk,dairy,,1,,\n"
	assert.Equal(t, "no day comes after the last day of purchase, 9999-12-31: -on sets the day of decision", failure(t, end))
	assert.Contains(t, studyOf(t, end, "-on", "2026-01-07"), "2 receipts with 2 lines")
}

func TestRefusalsAreInWords(t *testing.T) {
	refusal := &customer.Refusal{Rule: "book/1", Missing: []customer.Reason{
		{Code: customer.CodeNoDay, Rule: "book/1"},
		{Code: lifecycle.CodeNoGaps, Rule: "book/1"},
		{Code: segment.CodeNoKnownKind, Rule: "book/1"},
		{Code: "other.code"},
	}}
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		err := error(&refusalError{refusal, language})
		want := "book/1: " + customer.Explain(refusal.Missing[0], language) + "; " + lifecycle.Explain(refusal.Missing[1], language) + "; " +
			segment.Explain(refusal.Missing[2], language) + "; other.code"
		require.EqualError(t, err, want)
		for _, reason := range refusal.Missing[:3] {
			assert.NotContains(t, err.Error(), reason.Code)
		}
		assert.ErrorIs(t, err, refusal)
	}
}

func TestPurchasesWithoutACategory(t *testing.T) {
	const rows = header +
		"c1,2026-01-05,o1,milk,dairy,,1,,\n" +
		"c2,2026-01-05,o2,bread,,,1,,\n" +
		"c3,2026-01-05,o3,milk,dairy,,-1,,\n" +
		"c4,2026-01-05,o4,bread,,,1,,\nc4,2026-01-06,o5,milk,dairy,,-1,,\n"
	assert.Equal(t, `none of the purchases of customer "c2" has a category`, failure(t, rows, "-customer", "c2"))
	assert.Equal(t, `there is no purchase of customer "c3"`, failure(t, rows, "-customer", "c3"), "she only brought something back")
	assert.Equal(t, `none of the purchases of customer "c4" has a category`, failure(t, rows, "-customer", "c4"))
	assert.Equal(t, `there is no purchase of customer "c5"`, failure(t, rows, "-customer", "c5"))

	got := studyOf(t, header+"c2,2026-01-05,o2,bread,,,1,,\nc3,2026-01-05,o3,milk,dairy,,-1,,\n")
	assert.Contains(t, got, "\nCUSTOMER  none: no purchase of any customer has a category\n")
	assert.NotContains(t, got, "shopping days")
	assert.NotContains(t, got, "DUE for")
}

func TestHelp(t *testing.T) {
	var text bytes.Buffer
	_, err := parse([]string{"-help"}, &text)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, want := range []string{"byte by byte (10 before 2), then time", "no base units and no receipts without a customer", "-on day\n"} {
		assert.Contains(t, text.String(), want)
	}
}
