package profile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

// sold is a priced line; each day has its own receipt.
func sold(on string, amount int64) profile.Fact {
	return profile.Fact{Receipt: profile.CodeOf(on), Order: profile.CodeOf(on), Day: day(on), Hour: 10, Kind: profile.Sold, Priced: true, Listed: true, Amount: amount}
}

func back(on string, amount int64) profile.Fact {
	f := sold(on, amount)
	f.Kind, f.Order = profile.Returned, 0
	return f
}

func codes(reasons []customer.Reason) (all []string) {
	for _, reason := range reasons {
		all = append(all, reason.Code)
	}
	return all
}

func period(from, until string) population.Period {
	return population.Period{From: day(from), Until: day(until)}
}

// Year on year, on both sides of each boundary; the last day of either side counts, the next one
// does not. A base of nothing, and a small one, are said. row B9.
func TestYearOnYear(t *testing.T) {
	rules := shopRules()
	rules.Categories = nil
	sheet := newSheet(t, rules)
	for _, test := range []struct {
		name      string
		period    population.Period
		on        string
		facts     []profile.Fact
		now, then int64
		permille  int64
		codes     []string
	}{
		{
			"a whole year", period("2024-01-01", "2025-01-01"), "2025-06-01",
			[]profile.Fact{sold("2022-12-31", 1), sold("2023-01-01", 20), sold("2023-05-05", 40), sold("2023-12-31", 40), sold("2024-01-01", 60), sold("2024-12-31", 65), sold("2025-01-01", 1000)},
			125, 100, 250,
			[]string{profile.CodeUnequal},
		},
		{
			"the year up to a day", period("2025-01-01", "2026-01-01"), "2025-06-15",
			[]profile.Fact{sold("2024-06-14", 10), sold("2024-06-15", 20), sold("2024-06-16", 1000), sold("2024-03-03", 70), sold("2025-06-15", 150), sold("2025-06-16", 1000)},
			150, 100, 500,
			[]string{profile.CodeToDate},
		},
		{
			"up to 28 February, with the 28th of a leap year", period("2025-01-01", "2026-01-01"), "2025-02-28",
			[]profile.Fact{sold("2024-02-27", 1), sold("2024-02-28", 1), sold("2024-02-01", 1), sold("2024-02-29", 1000), sold("2025-02-28", 2)},
			2, 3, -334,
			[]string{profile.CodeToDate},
		},
		{
			"a whole February, with 29 February", period("2025-02-01", "2025-03-01"), "2025-02-28",
			[]profile.Fact{sold("2024-02-01", 1), sold("2024-02-28", 1), sold("2024-02-29", 1000), sold("2025-02-28", 2)},
			2, 1002, -999,
			[]string{profile.CodeUnequal},
		},
		{
			"up to 29 February, with the 28th", period("2024-01-01", "2025-01-01"), "2024-02-29",
			[]profile.Fact{sold("2023-01-01", 1), sold("2023-01-02", 1), sold("2023-02-28", 1), sold("2023-03-01", 1000), sold("2024-02-29", 6)},
			6, 3, 1000,
			[]string{profile.CodeToDate},
		},
		{
			"from nothing", period("2025-01-01", "2026-01-01"), "2025-12-31",
			[]profile.Fact{sold("2023-12-31", 9), sold("2025-02-28", 2)},
			2, 0, 0,
			[]string{profile.CodeUnequal, profile.CodeNoBase},
		},
		{
			"from more returns than sales", period("2025-01-01", "2026-01-01"), "2025-12-31",
			[]profile.Fact{sold("2024-02-01", 9), back("2024-02-02", 10), sold("2025-02-28", 2)},
			2, -1, 0,
			[]string{profile.CodeUnequal, profile.CodeNoBase},
		},
		{
			"from two receipts, where three are asked for", period("2025-01-01", "2026-01-01"), "2025-12-31",
			[]profile.Fact{sold("2024-02-01", 9), sold("2024-02-02", 1), back("2025-02-28", 2)},
			-2, 10, -1200,
			[]string{profile.CodeMoreReturned, profile.CodeUnequal, profile.CodeSmallBase},
		},
		{
			"week 53 with week 52", period("2026-12-28", "2027-01-04"), "2027-02-01",
			[]profile.Fact{sold("2025-12-21", 1000), sold("2025-12-22", 1), sold("2025-12-27", 1), sold("2025-12-28", 1), sold("2025-12-29", 1000), sold("2026-12-28", 1), sold("2027-01-03", 5), sold("2027-01-04", 1000)},
			6, 3, 1000, nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			reporter, err := sheet.Reporter(profile.Query{On: day(test.on), Period: test.period})
			require.NoError(t, err)
			report, err := reporter.Report(test.facts)
			require.NoError(t, err)
			kept := report.YearBefore.KeptGrowth
			assert.Equal(t, profile.Growth{Now: test.now, Then: test.then, Known: test.then > 0, Permille: test.permille}, kept)
			assert.Equal(t, test.codes, codes(report.Reasons))
		})
	}
}

// The year before the first year of all has no days, and nothing is compared.
func TestNoYearBefore(t *testing.T) {
	reporter, err := newSheet(t, shopRules()).Reporter(profile.Query{On: 100, Period: population.Period{From: 1, Until: 50}})
	require.NoError(t, err)
	report, err := reporter.Report([]profile.Fact{{Day: 49, Kind: profile.Sold, Priced: true, Listed: true, Category: 1, Amount: 7}})
	require.NoError(t, err)
	assert.Equal(t, profile.Growth{Now: 7}, report.YearBefore.KeptGrowth)
	assert.Zero(t, report.YearBefore.From)
	assert.Empty(t, report.Reasons)
}

// A customer who brings back more than she buys, and whose receipts say little.
func TestMoreReturnedThanSold(t *testing.T) {
	sheet := newSheet(t, shopRules())
	reporter, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	unpriced := sold("2025-03-01", 0)
	unpriced.Priced, unpriced.Listed = false, false
	unlisted := sold("2025-04-01", 700)
	unlisted.Listed = false
	report, err := reporter.Report([]profile.Fact{sold("2025-01-31", 1000), back("2025-02-28", 2500), unpriced, unlisted})
	require.NoError(t, err)
	assert.Equal(t, int64(-800), report.Kept())
	permille, ok := report.ReturnPermille()
	assert.True(t, ok)
	assert.Equal(t, int64(1470), permille)
	discount, ok := report.DiscountPermille()
	assert.True(t, ok)
	assert.Zero(t, discount)
	assert.Equal(t, []string{profile.CodeUnpriced, profile.CodeUnlisted, profile.CodeUncategorised, profile.CodeMoreReturned}, codes(report.Reasons))
	assert.Equal(t, int64(2), report.Measured, "the receipt without a price has no size")
	assert.Equal(t, []int64{850, 850}, []int64{report.Average, report.Median})
	assert.Equal(t, int64(3), report.Receipts)

	none := profile.Figures{}
	_, ok = none.ReturnPermille()
	assert.False(t, ok)
	_, ok = none.DiscountPermille()
	assert.False(t, ok)
}

// The amount bands of receipts, on both sides of their marks; an average half a cent up, a median
// of two in the middle.
func TestAmountBands(t *testing.T) {
	reporter, err := newSheet(t, shopRules()).Reporter(profile.Query{On: on})
	require.NoError(t, err)
	report, err := reporter.Report([]profile.Fact{
		sold("2025-01-01", 0), sold("2025-01-02", 1999), sold("2025-01-03", 2000), sold("2025-01-04", 9999), sold("2025-01-05", 10_000), sold("2025-01-06", population.MaxAmount),
	})
	require.NoError(t, err)
	assert.Equal(t, []profile.AmountRow{
		{Name: "small", Pattern: profile.Pattern{Receipts: 2, Sold: 1999}},
		{Name: "medium", From: 2000, Pattern: profile.Pattern{Receipts: 2, Sold: 11_999}},
		{Name: "large", From: 10_000, Pattern: profile.Pattern{Receipts: 2, Sold: 10_000 + population.MaxAmount}},
	}, report.AmountBands)
	assert.Equal(t, int64((2000+9999)/2), report.Median)
	assert.Equal(t, int64(population.MaxAmount), report.Largest.Amount)
	report, err = reporter.Report([]profile.Fact{sold("2025-01-01", 1), sold("2025-01-02", 2)})
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 1}, []int64{report.Average, report.Median})
	assert.Equal(t, day("2025-01-02"), report.Largest.Day)
	report, err = reporter.Report([]profile.Fact{sold("2025-01-02", 0), sold("2025-01-01", 0)})
	require.NoError(t, err)
	assert.Equal(t, day("2025-01-01"), report.Largest.Day, "of equal ones the first, also of nothing")
}

// Nothing yet: a report of zeros that says so.
func TestNothing(t *testing.T) {
	sheet := newSheet(t, shopRules())
	service := profile.Fact{Day: on, Kind: profile.Served, Costed: true, Cost: 500}
	for _, facts := range [][]profile.Fact{nil, {sold("2025-11-26", 7)}, {service}} {
		reporter, err := sheet.Reporter(profile.Query{On: on})
		require.NoError(t, err)
		report, err := reporter.Report(facts)
		require.NoError(t, err)
		assert.Zero(t, report.From)
		assert.Equal(t, profile.Figures{}, report.Figures)
		assert.Equal(t, []string{profile.CodeNothing}, codes(report.Reasons))
		assert.Len(t, report.AmountBands, 3)
		assert.Empty(t, report.Years)

		reporter, err = sheet.Reporter(profile.Query{On: on, Period: population.PeriodYear.Of(on), Each: population.PeriodQuarter})
		require.NoError(t, err)
		report, err = reporter.Report(facts)
		require.NoError(t, err)
		assert.Contains(t, codes(report.Reasons), profile.CodeNothing)
		assert.Len(t, report.Each, 4)
	}
	reporter, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	margins, err := reporter.Contribution(nil)
	require.NoError(t, err)
	assert.Equal(t, []string{profile.CodeNothing}, codes(margins.Reasons))
	// A visit before the first deal costs, and brings nothing.
	margins, err = reporter.Contribution([]profile.Fact{service})
	require.NoError(t, err)
	assert.Equal(t, int64(-500), margins.Total.Profit)
	assert.Equal(t, []string{profile.CodeNoRate, profile.CodeNoOrder}, codes(margins.Reasons))
}

// The periods of a report: parts of weeks and months at its ends, and every one since the first
// deal though nothing was bought in it.
func TestEach(t *testing.T) {
	sheet := newSheet(t, shopRules())
	all := []profile.Fact{sold("2025-01-15", 100), sold("2025-03-31", 300), sold("2024-01-20", 50), sold("2024-03-31", 30)}
	rows := func(query profile.Query, facts []profile.Fact) (rows []string) {
		reporter, err := sheet.Reporter(query)
		require.NoError(t, err)
		report, err := reporter.Report(facts)
		require.NoError(t, err)
		for _, row := range report.Each {
			text := row.From.String() + " " + row.Until.String() + ": " + euro().Text(row.Kept.Now) + " after " + euro().Text(row.Kept.Then)
			if row.Whole {
				text += ", whole"
			}
			rows = append(rows, text)
		}
		return rows
	}
	assert.Equal(t, []string{
		"2025-01-10 2025-02-01: 1.00 EUR after 0.50 EUR",
		"2025-02-01 2025-03-01: 0.00 EUR after 0.00 EUR, whole",
		"2025-03-01 2025-03-31: 0.00 EUR after 0.00 EUR",
	}, rows(profile.Query{On: day("2025-03-30"), Period: period("2025-01-10", "2025-06-15"), Each: population.PeriodMonth}, all))
	assert.Equal(t, []string{
		"2025-01-01 2025-04-01: 4.00 EUR after 0.00 EUR, whole",
		"2025-04-01 2025-05-02: 0.00 EUR after 0.00 EUR",
	}, rows(profile.Query{On: day("2025-05-01"), Each: population.PeriodQuarter}, all[:2]), "since the first deal")
	assert.Equal(t, []string{
		"2025-03-28 2025-03-31: 0.00 EUR after 0.00 EUR",
		"2025-03-31 2025-04-02: 3.00 EUR after 0.30 EUR",
	}, rows(profile.Query{On: day("2025-05-01"), Period: period("2025-03-28", "2025-04-02"), Each: population.PeriodWeek}, all), "parts of weeks are compared by their dates")
	assert.Equal(t, []string{
		"2025-01-13 2025-01-20: 1.00 EUR after 0.50 EUR, whole",
		"2025-01-20 2025-01-22: 0.00 EUR after 0.00 EUR",
	}, rows(profile.Query{On: day("2025-01-21"), Period: period("2025-01-13", "2025-02-03"), Each: population.PeriodWeek}, all), "weeks by their numbers: 20 January 2024 was in the third")
	assert.Empty(t, rows(profile.Query{On: on}, all))
}

// A report is read by programs too: its JSON is format.
func TestReportJSON(t *testing.T) {
	sheet := newSheet(t, shopRules())
	history := shopping(t, sheet)
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: population.PeriodYear.Of(on), Each: population.PeriodQuarter, KeyAccount: true})
	require.NoError(t, err)
	report, err := reporter.Report(history.Of("C-17"))
	require.NoError(t, err)
	customertest.Golden(t, "report.golden", toJSON(t, report)+"\n")
	margins, err := reporter.Contribution(history.Of("C-17"))
	require.NoError(t, err)
	customertest.Golden(t, "contribution.golden", toJSON(t, margins)+"\n")
}

// Whatever a report says can be read in both languages, and a code of another package is left as
// it is.
func TestExplain(t *testing.T) {
	sheet := newSheet(t, shopRules())
	var lines []string
	reasons := []customer.Reason{{Code: profile.CodeNothing, By: day("2025-03-01")}} // up to a day
	for _, code := range customertest.Codes(t, "reason.go") {
		reasons = append(reasons, customer.Reason{Code: code, Rule: "history/1", Fact: 1, Mark: 1234, On: day("2024-02-29"), By: day("2025-03-01")})
	}
	for _, reason := range reasons {
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			text := sheet.Explain(reason, language)
			assert.NotEqual(t, reason.Code, text)
			assert.Equal(t, text, profile.Explain(reason, euro(), language))
			lines = append(lines, text)
		}
	}
	customertest.Golden(t, "reasons.golden", strings.Join(lines, "\n")+"\n")
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		assert.Equal(t, "segment.x", sheet.Explain(customer.Reason{Code: "segment.x"}, language))
	}
}

// A warm Reporter allocates nothing for a line, nor for a customer.
func TestReportAllocatesNothing(t *testing.T) {
	sheet := newSheet(t, shopRules())
	facts := make([]profile.Fact, 0, 1000)
	for _, line := range chain(1000, 1) {
		line.Category %= 5
		facts = append(facts, line.Fact)
	}
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: population.PeriodYear.Of(on), Each: population.PeriodMonth, KeyAccount: true})
	require.NoError(t, err)
	mixed := slices.Clone(facts)
	slices.Reverse(mixed)
	warm := func() {
		_, err := reporter.Report(facts)
		require.NoError(t, err)
		_, err = reporter.Report(mixed)
		require.NoError(t, err)
		_, err = reporter.Contribution(mixed)
		require.NoError(t, err)
	}
	warm()
	assert.Zero(t, testing.AllocsPerRun(20, warm))
}

// The rate of discount speaks of goods whose list price is known: points paid for others are no
// part of it.
func TestDiscountOfListedGoodsOnly(t *testing.T) {
	sheet := newSheet(t, shopRules())
	history := profile.NewHistory[customer.ID](sheet.Basis())
	points := []customer.Tender{{Kind: customer.PointsTender, Amount: number("3.00")}}
	lines, err := sheet.Coder().Sale(nil, sale("2025-03-04T15:59:00Z", customer.Line{SKU: "a", Quantity: number("1"), Paid: euros("10.00"), Tenders: points}))
	require.NoError(t, err)
	require.NoError(t, history.Add(lines...))
	reporter, err := sheet.Reporter(profile.Query{On: on})
	require.NoError(t, err)
	report, err := reporter.Report(history.Of("C-17"))
	require.NoError(t, err)
	_, ok := report.DiscountPermille()
	assert.False(t, ok, "no list price is known")

	lines, err = sheet.Coder().Sale(nil, sale("2025-03-05T15:59:00Z", customer.Line{SKU: "b", Quantity: number("1"), ListPrice: euros("10.00"), Paid: euros("9.00")}))
	require.NoError(t, err)
	require.NoError(t, history.Add(lines...))
	report, err = reporter.Report(history.Of("C-17"))
	require.NoError(t, err)
	permille, ok := report.DiscountPermille()
	assert.True(t, ok)
	assert.Equal(t, int64(100), permille)
	assert.Equal(t, int64(400), report.Discount)
}

// A period of the past in which there was nothing is told by its own days: before and after it
// there were purchases.
func TestNothingInThePeriod(t *testing.T) {
	sheet := newSheet(t, shopRules())
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: period("2024-01-01", "2025-01-01")})
	require.NoError(t, err)
	facts := []profile.Fact{sold("2023-12-31", 500), sold("2025-01-01", 700)}
	report, err := reporter.Report(facts)
	require.NoError(t, err)
	const want = "nothing was bought and nothing came back from 1 Jan 2024 to 31 Dec 2024"
	assert.Equal(t, want, sheet.Explain(report.Reasons[0], customer.English))
	margins, err := reporter.Contribution(facts)
	require.NoError(t, err)
	assert.Equal(t, want, sheet.Explain(margins.Reasons[0], customer.English))
	reporter, err = sheet.Reporter(profile.Query{On: day("2023-12-30")})
	require.NoError(t, err)
	report, err = reporter.Report(facts)
	require.NoError(t, err)
	assert.Equal(t, "截至2023年12月30日没有购买，也没有退货", sheet.Explain(report.Reasons[0], customer.Chinese))
}

// Hours, parts of the day, weekdays, months, categories, years, periods, products and holders each
// add up to the report's total; bands of amounts to the receipts all of whose prices are known.
// row B6.
func TestReportAddsUp(t *testing.T) {
	sheet := newSheet(t, shopRules())
	rapid.Check(t, func(t *rapid.T) {
		query := queries(t)
		query.KeyAccount = true
		reporter, err := sheet.Reporter(query)
		require.NoError(t, err)
		report, err := reporter.Report(someFacts(t, 60))
		require.NoError(t, err)
		sums := map[string]profile.Pattern{}
		add := func(name string, receipts, sold int64) {
			sums[name] = profile.Pattern{Receipts: sums[name].Receipts + receipts, Sold: sums[name].Sold + sold}
		}
		for _, row := range report.Hours {
			add("hours", row.Receipts, row.Sold)
		}
		for _, row := range report.HourBands {
			add("parts of the day", row.Receipts, row.Sold)
		}
		for _, row := range report.Weekdays {
			add("weekdays", row.Receipts, row.Sold)
		}
		for _, row := range report.Months {
			add("months", row.Receipts, row.Sold)
		}
		for _, row := range report.Each {
			add("periods", row.Receipts, row.Sold)
		}
		if query.Period == (population.Period{}) {
			for _, row := range report.Years {
				add("years", row.Receipts, row.Sold)
			}
		}
		for name, sum := range sums {
			require.Equal(t, profile.Pattern{Receipts: report.Receipts, Sold: report.Sold}, sum, name)
		}
		sold, back := map[string]int64{}, map[string]int64{}
		for _, row := range report.Categories {
			sold["categories"], back["categories"] = sold["categories"]+row.Sold, back["categories"]+row.Returned
		}
		for _, row := range report.Products {
			sold["products"], back["products"] = sold["products"]+row.Sold, back["products"]+row.Returned
		}
		for _, row := range report.Holders {
			sold["holders"], back["holders"] = sold["holders"]+row.Sold, back["holders"]+row.Returned
		}
		for name, sum := range sold {
			require.Equal(t, []int64{report.Sold, report.Returned}, []int64{sum, back[name]}, name)
		}
		measured := int64(0)
		for _, row := range report.AmountBands {
			measured += row.Receipts
		}
		require.Equal(t, report.Measured, measured)
	})
}
