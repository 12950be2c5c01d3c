package profile_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

// facts draws facts that meet often: on few days around the turn of two years, one of them leap,
// of few receipts and products, with figures that are small or as great as they may be.
func facts() *rapid.Generator[profile.Fact] {
	codes := rapid.SampledFrom([]profile.Code{1, 2, 1 << 56, 1<<56 - 1, 0xFFFF_0000_0000_0001, 0xFFFF_0000_0000_0002})
	figures := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 20_000), rapid.Just(int64(population.MaxAmount)))
	days := []customer.Date{
		day("2022-12-31"), day("2023-02-28"), day("2023-03-01"), day("2023-11-24"), day("2023-11-27"), day("2023-12-31"), day("2024-01-01"), day("2024-02-28"), day("2024-02-29"),
		day("2024-03-01"), day("2024-03-31"), day("2024-11-25"), day("2024-12-29"), day("2024-12-30"), day("2024-12-31"), day("2025-02-28"), day("2025-03-01"), day("2025-11-24"), day("2025-11-25"), day("2025-11-26"),
	}
	return rapid.Custom(func(t *rapid.T) profile.Fact {
		f := profile.Fact{
			Receipt: codes.Draw(t, "receipt"), Product: codes.Draw(t, "product"), Holder: rapid.SampledFrom([]profile.Code{0, 0, 7}).Draw(t, "holder"),
			Day: rapid.SampledFrom(days).Draw(t, "day"), Hour: rapid.SampledFrom([]uint8{0, 9, 23}).Draw(t, "hour"),
			Kind: rapid.SampledFrom([]profile.Kind{profile.Sold, profile.Sold, profile.Returned, profile.Served}).Draw(t, "kind"),
		}
		f.Order = rapid.SampledFrom([]profile.Code{f.Receipt, f.Receipt, 0, 2}).Draw(t, "order")
		if f.Kind == profile.Served {
			f.Category, f.Cost, f.Costed = uint16(rapid.IntRange(0, 1).Draw(t, "service")), figures.Draw(t, "cost"), true
			return f
		}
		f.Category = uint16(rapid.IntRange(0, 4).Draw(t, "category"))
		f.Units = figures.Draw(t, "units")
		if f.Priced = rapid.IntRange(0, 4).Draw(t, "priced") > 0; f.Priced {
			f.Amount, f.Discount, f.Listed = figures.Draw(t, "amount"), figures.Draw(t, "discount"), rapid.Bool().Draw(t, "listed")
			f.Tax = rapid.Int64Range(0, f.Amount).Draw(t, "tax")
		}
		if f.Costed = rapid.Bool().Draw(t, "costed"); f.Costed {
			f.Cost = figures.Draw(t, "cost")
		}
		return f
	})
}

func someFacts(t *rapid.T, most int) []profile.Fact {
	n := rapid.IntRange(0, most).Draw(t, "number of facts") // left to itself, rapid draws short lists
	return rapid.SliceOfN(facts(), n, n).Draw(t, "facts")
}

// receiptKey is what makes lines those of one receipt.
type receiptKey struct {
	day     customer.Date
	hour    uint8
	receipt profile.Code
	kind    profile.Kind
}

func keyOf(f profile.Fact) receiptKey { return receiptKey{f.Day, f.Hour, f.Receipt, f.Kind} }

func (k receiptKey) before(l receiptKey) int {
	return cmp.Or(cmp.Compare(k.day, l.day), cmp.Compare(k.hour, l.hour), cmp.Compare(k.receipt, l.receipt))
}

// within picks the facts of a period, services apart.
func within(all []profile.Fact, period population.Period) (some []profile.Fact) {
	for _, f := range all {
		if f.Kind != profile.Served && period.Contains(f.Day) {
			some = append(some, f)
		}
	}
	return some
}

// figuresOf is Figures counted by whoever has time: a set for each thing that is counted once.
func figuresOf(some []profile.Fact) (want profile.Figures) {
	receipts, visits, returns := map[receiptKey]bool{}, make(map[customer.Date]bool), map[receiptKey]bool{}
	for _, f := range some {
		unpriced := int64(0)
		if !f.Priced {
			unpriced = 1
		}
		if f.Kind == profile.Returned {
			returns[keyOf(f)] = true
			want.ReturnLines++
			want.Returned += f.Amount
			want.ReturnsUnpriced += unpriced
			continue
		}
		receipts[keyOf(f)], visits[f.Day] = true, true
		want.Lines++
		want.Sold += f.Amount
		want.Discount += f.Discount
		want.Unpriced += unpriced
		if f.Priced && !f.Listed {
			want.Unlisted += f.Amount
			want.UnlistedDiscount += f.Discount
		}
	}
	want.Receipts, want.Visits, want.Returns = int64(len(receipts)), int64(len(visits)), int64(len(returns))
	return want
}

// deals are the receipts of goods sold, in their order.
func deals(some []profile.Fact) (all []profile.Deal, measured []profile.Deal) {
	byKey, unpriced := map[receiptKey]*profile.Deal{}, map[receiptKey]bool{}
	var keys []receiptKey
	for _, f := range some {
		key := keyOf(f)
		if f.Kind != profile.Sold {
			continue
		}
		if byKey[key] == nil {
			byKey[key] = &profile.Deal{Receipt: f.Receipt, Day: f.Day, Hour: f.Hour}
			keys = append(keys, key)
		}
		byKey[key].Lines++
		byKey[key].Amount += f.Amount
		unpriced[key] = unpriced[key] || !f.Priced
	}
	slices.SortFunc(keys, receiptKey.before)
	for _, key := range keys {
		all = append(all, *byKey[key])
		if !unpriced[key] {
			measured = append(measured, *byKey[key])
		}
	}
	return all, measured
}

func half(a, b int64) int64 { // of a sum and a number, half up
	return (2*a + b) / (2 * b)
}

// checkReport holds every part of a report against an obvious count of the facts up to On.
func checkReport(t *rapid.T, report *profile.Report, all []profile.Fact, query profile.Query, start time.Month) {
	period := query.Period
	if period == (population.Period{}) {
		period = population.Period{From: 1, Until: customer.MaxDate}
	}
	period.Until = min(period.Until, query.On+1)
	known := within(all, population.Period{From: 1, Until: query.On + 1})
	some := within(known, period)
	require.Equal(t, figuresOf(some), report.Figures)

	receipts, measured := deals(some)
	var first, latest, largest profile.Deal
	amounts, sum := []int64{}, int64(0)
	for i, deal := range measured {
		if i == 0 || deal.Amount > largest.Amount {
			largest = deal
		}
		amounts, sum = append(amounts, deal.Amount), sum+deal.Amount
	}
	if len(receipts) > 0 {
		first, latest = receipts[0], receipts[len(receipts)-1]
	}
	require.Equal(t, []profile.Deal{first, latest, largest}, []profile.Deal{report.First, report.Latest, report.Largest})
	average, median := int64(0), int64(0)
	if n := len(amounts); n > 0 {
		slices.Sort(amounts)
		average, median = half(sum, int64(n)), (amounts[(n-1)/2]+amounts[n/2])/2
	}
	require.Equal(t, []int64{int64(len(measured)), average, median}, []int64{report.Measured, report.Average, report.Median})

	var hours [24]profile.Pattern
	var weekdays [7]profile.Pattern
	var months [12]profile.Pattern
	bands := []profile.AmountRow{{Name: "small"}, {Name: "medium", From: 2000}, {Name: "large", From: 10_000}}
	parts := []profile.HourRow{{Name: "night"}, {Name: "morning"}, {Name: "afternoon"}, {Name: "evening"}}
	for _, deal := range receipts {
		_, month, _ := deal.Day.Civil()
		part := &parts[[]int{0, 1, 2, 3}[deal.Hour/6]].Pattern
		if deal.Hour >= 22 {
			part = &parts[0].Pattern
		}
		for _, pattern := range []*profile.Pattern{&hours[deal.Hour], &weekdays[(deal.Day.Weekday()+6)%7], &months[month-1], part} {
			pattern.Receipts++
			pattern.Sold += deal.Amount
		}
	}
	for _, amount := range amounts {
		band := &bands[0]
		for i := range bands {
			if amount >= bands[i].From {
				band = &bands[i]
			}
		}
		band.Receipts++
		band.Sold += amount
	}
	require.Equal(t, hours, report.Hours)
	require.Equal(t, weekdays, report.Weekdays)
	require.Equal(t, months, report.Months)
	require.Equal(t, bands, report.AmountBands)
	require.Equal(t, parts, report.HourBands)

	checkCategories(t, report, some, known, query)
	checkYears(t, report, known, query.On, start)
	for _, row := range report.Each {
		require.Equal(t, figuresOf(within(known, population.Period{From: row.From, Until: row.Until})), row.Figures)
		require.Equal(t, figuresOf(within(known, population.Period{From: row.ThenFrom, Until: row.ThenUntil})), row.Then)
		require.Equal(t, []int64{row.Figures.Kept(), row.Then.Kept()}, []int64{row.Kept.Now, row.Kept.Then})
	}
	if query.KeyAccount {
		checkDeeper(t, report, some)
	}
}

func checkCategories(t *rapid.T, report *profile.Report, some, known []profile.Fact, query profile.Query) {
	names := []string{"", "drinks", "food", "paper", profile.Delivery}
	then := population.Period{}
	if query.Period != (population.Period{}) {
		then = query.Period.YearBefore(query.On + 1)
		require.Equal(t, figuresOf(within(known, then)), report.YearBefore.Figures)
		require.Equal(t, report.YearBefore.Kept(), report.YearBefore.KeptGrowth.Then)
		require.Equal(t, report.Kept(), report.YearBefore.KeptGrowth.Now)
		require.Equal(t, report.Visits-report.YearBefore.Visits, report.YearBefore.VisitsGrowth.Now-report.YearBefore.VisitsGrowth.Then)
	} else {
		require.Nil(t, report.YearBefore)
	}
	var want []profile.CategoryRow
	for code, name := range names {
		of := func(facts []profile.Fact) (hers []profile.Fact) {
			for _, f := range facts {
				if int(f.Category) == code {
					hers = append(hers, f)
				}
			}
			return hers
		}
		now, before := of(some), of(within(known, then))
		if len(now)+len(before) == 0 {
			continue
		}
		figures, earlier := figuresOf(now), figuresOf(before)
		row := profile.CategoryRow{Category: name, Lines: figures.Lines, Receipts: figures.Receipts, Sold: figures.Sold, Returned: figures.Returned}
		row.Kept.Now, row.Kept.Then, row.Kept.Known = figures.Kept(), earlier.Kept(), earlier.Kept() > 0
		if row.Kept.Known {
			row.Kept.Permille = population.ScaledFloor(row.Kept.Now-row.Kept.Then, 1000, row.Kept.Then)
		}
		want = append(want, row)
	}
	require.Equal(t, want, slices.Clip(append([]profile.CategoryRow(nil), report.Categories...)))
}

func checkYears(t *rapid.T, report *profile.Report, known []profile.Fact, on customer.Date, start time.Month) {
	previous := customer.Date(0)
	sold := int64(0)
	for _, year := range report.Years {
		whole := population.PeriodYear.OfYear(year.From, start)
		require.Equal(t, whole.From, year.From)
		require.Equal(t, min(whole.Until, on+1), year.Until)
		require.True(t, previous == 0 || previous == year.From, "years follow one another")
		previous = year.Until
		require.Equal(t, figuresOf(within(known, population.Period{From: year.From, Until: year.Until})), year.Figures)
		spent, back := int64(0), int64(0)
		for _, category := range year.Categories {
			spent, back = spent+category.Sold, back+category.Returned
		}
		require.Equal(t, []int64{year.Sold, year.Returned}, []int64{spent, back}, "categories add up to their year")
		sold += year.Sold
	}
	require.Equal(t, figuresOf(known).Sold, sold, "every year since the first deal is there")
	require.True(t, len(known) == 0 || previous == on+1)
}

func checkDeeper(t *rapid.T, report *profile.Report, some []profile.Fact) {
	var lines, sold, returned int64
	for i, row := range report.Products {
		var hers []profile.Fact
		for _, f := range some {
			if f.Product == row.Product {
				hers = append(hers, f)
			}
		}
		figures := figuresOf(hers)
		require.Equal(t, []int64{figures.Lines, figures.Receipts, figures.Sold, figures.Returned, figures.Discount, figures.Unpriced},
			[]int64{row.Lines, row.Receipts, row.Sold, row.Returned, row.Discount, row.Unpriced})
		lines, sold, returned = lines+row.Lines, sold+row.Sold, returned+row.Returned
		require.True(t, i == 0 || report.Products[i-1].Sold-report.Products[i-1].Returned >= row.Sold-row.Returned)
	}
	require.Equal(t, []int64{report.Lines, report.Sold, report.Returned}, []int64{lines, sold, returned})
	lines, sold, returned = 0, 0, 0
	for _, row := range report.Holders {
		var hers []profile.Fact
		for _, f := range some {
			if f.Holder == row.Holder {
				hers = append(hers, f)
			}
		}
		figures := figuresOf(hers)
		_, measured := deals(hers)
		var largest profile.Deal
		for i, deal := range measured {
			if i == 0 || deal.Amount > largest.Amount {
				largest = deal
			}
		}
		require.Equal(t, []int64{figures.Lines, figures.Receipts, figures.Visits, figures.Sold, figures.Returned, figures.Discount},
			[]int64{row.Lines, row.Receipts, row.Visits, row.Sold, row.Returned, row.Discount})
		require.Equal(t, largest, row.Largest)
		lines, sold, returned = lines+row.Lines, sold+row.Sold, returned+row.Returned
	}
	require.Equal(t, []int64{report.Lines, report.Sold, report.Returned}, []int64{lines, sold, returned})
}

func queries(t *rapid.T) profile.Query {
	query := profile.Query{
		On:         day("2022-06-01") + customer.Date(rapid.IntRange(0, 1500).Draw(t, "on")),
		Each:       population.PeriodKind(rapid.IntRange(0, 5).Draw(t, "each")),
		KeyAccount: rapid.Bool().Draw(t, "key account"),
	}
	if rapid.Bool().Draw(t, "a period") {
		from := query.On - customer.Date(rapid.IntRange(0, 800).Draw(t, "from"))
		query.Period = population.Period{From: from, Until: from + customer.Date(rapid.IntRange(1, 900).Draw(t, "days"))}
		if kind := population.PeriodKind(rapid.IntRange(0, 5).Draw(t, "kind")); kind > 0 {
			query.Period = kind.Of(from)
		}
	}
	return query
}

// A report is what an obvious count of the lines says, of any period as of any day.
// row B5, B6, B11.
func TestReportEqualsAnObviousCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := shopRules()
		start := rapid.IntRange(1, 12).Draw(t, "the year starts in")
		rules.YearStartMonth = start
		sheet, err := profile.NewSheet(rules, mustZone())
		require.NoError(t, err)
		for range rapid.IntRange(1, 3).Draw(t, "customers") { // one Reporter after the other: nothing stays
			query := queries(t)
			reporter, err := sheet.Reporter(query)
			require.NoError(t, err)
			for range 2 {
				all := someFacts(t, 60)
				report, err := reporter.Report(all)
				require.NoError(t, err)
				checkReport(t, report, all, query, time.Month(start))
			}
		}
	})
}

// As of a day, a report is the one of whoever has no later lines: nothing after the day counts.
func TestAsOfADay(t *testing.T) {
	sheet := newSheet(t, shopRules())
	rapid.Check(t, func(t *rapid.T) {
		all, query := someFacts(t, 60), queries(t)
		var known []profile.Fact
		for _, f := range all {
			if f.Day <= query.On {
				known = append(known, f)
			}
		}
		reporter, err := sheet.Reporter(query)
		require.NoError(t, err)
		report, err := reporter.Report(all)
		require.NoError(t, err)
		whole := report.Clone()
		report, err = reporter.Report(known)
		require.NoError(t, err)
		require.Equal(t, whole, report.Clone())
		margins, err := reporter.Contribution(all)
		require.NoError(t, err)
		wholeMargins := margins.Clone()
		margins, err = reporter.Contribution(known)
		require.NoError(t, err)
		require.Equal(t, wholeMargins, margins.Clone())
	})
}

// marginOf is a Margin counted line by line.
func marginOf(some []profile.Fact) (m profile.Margin) {
	for _, f := range some {
		net := f.Amount - f.Tax
		switch {
		case f.Kind == profile.Served:
			m.Service -= f.Cost
		case !f.Priced:
			m.Unpriced++
		case f.Kind == profile.Sold:
			m.Sold, m.Discount = m.Sold+net, m.Discount-f.Discount
			if f.Costed {
				m.Goods -= f.Cost
				m.Profit += net - f.Cost
			} else {
				m.UncostedSold += net
			}
		default:
			m.Returned, m.Discount = m.Returned-net, m.Discount+f.Discount
			if f.Costed {
				m.Goods += f.Cost
				m.Profit -= net - f.Cost
			} else {
				m.UncostedReturned -= net
			}
		}
	}
	m.Revenue = m.Sold + m.Returned
	m.Profit += m.Service
	if costed := m.Costed(); costed > 0 {
		m.Permille, m.Rated = population.ScaledFloor(m.Profit, 1000, costed), true
	}
	return m
}

// A contribution is what an obvious count says, in total and in every row; and each breakdown
// adds up to the total, to the last minor unit. row C18.
func TestContributionAddsUp(t *testing.T) {
	sheet := newSheet(t, shopRules())
	rapid.Check(t, func(t *rapid.T) {
		all, query := someFacts(t, 60), queries(t)
		reporter, err := sheet.Reporter(query)
		require.NoError(t, err)
		c, err := reporter.Contribution(all)
		require.NoError(t, err)
		pick := func(keep func(profile.Fact) bool) (some []profile.Fact) {
			for _, f := range all {
				if f.Day <= query.On && (query.Period == population.Period{} || query.Period.Contains(f.Day)) && keep(f) {
					some = append(some, f)
				}
			}
			return some
		}
		require.Equal(t, marginOf(pick(func(profile.Fact) bool { return true })), c.Total)
		var orders, products, months, years profile.Margin
		plus := func(sum *profile.Margin, m profile.Margin) {
			sum.Sold, sum.Returned, sum.Revenue = sum.Sold+m.Sold, sum.Returned+m.Returned, sum.Revenue+m.Revenue
			sum.UncostedSold, sum.UncostedReturned = sum.UncostedSold+m.UncostedSold, sum.UncostedReturned+m.UncostedReturned
			sum.Goods, sum.Service, sum.Profit = sum.Goods+m.Goods, sum.Service+m.Service, sum.Profit+m.Profit
			sum.Discount, sum.Unpriced = sum.Discount+m.Discount, sum.Unpriced+m.Unpriced
		}
		for i, row := range c.Orders {
			require.Equal(t, marginOf(pick(func(f profile.Fact) bool { return f.Order == row.Order })), row.Margin)
			require.False(t, row.Order == 0 && i < len(c.Orders)-1, "what belongs to no order comes last")
			plus(&orders, row.Margin)
		}
		for _, row := range c.Products {
			require.Equal(t, marginOf(pick(func(f profile.Fact) bool { return f.Product == row.Product })), row.Margin)
			plus(&products, row.Margin)
		}
		for i, rows := range [][]profile.PeriodMargin{c.Months, c.Years} {
			sum, kind := []*profile.Margin{&months, &years}[i], []population.PeriodKind{population.PeriodMonth, population.PeriodYear}[i]
			for j, row := range rows {
				period := population.Period{From: row.From, Until: row.Until}
				whole := kind.Of(row.From)
				require.True(t, whole.From <= row.From && row.Until <= whole.Until, "a part of a whole one")
				require.True(t, j == 0 || rows[j-1].Until == row.From, "without a gap")
				require.Equal(t, marginOf(pick(func(f profile.Fact) bool { return period.Contains(f.Day) })), row.Margin)
				plus(sum, row.Margin)
			}
		}
		want := c.Total
		want.Permille, want.Rated = 0, false
		assert.Equal(t, []profile.Margin{want, want, want, want}, []profile.Margin{orders, products, months, years})
		service := int64(0)
		for _, row := range c.Services {
			service += row.Cost
		}
		require.Equal(t, c.Total.Service, service)
	})
}
