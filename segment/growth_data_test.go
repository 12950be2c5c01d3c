package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// growthOfReal counts the real receipts, whose instants are the shop's wall clock, both ways.
func growthOfReal(t *testing.T, name string, bands []segment.GrowthBand) (*segment.GrowthBook, *segment.GrowthTally[customer.ID]) {
	t.Helper()
	sales, returns := realReceipts(readSold(t, name))
	book, err := segment.NewGrowthBook(segment.GrowthRules{
		Edition: customer.Edition{ID: "real", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "EUR", Digits: 2},
		Bands: bands, MinBills: 100, MinCustomers: 60, MemberMarksPermille: []int{500, 750, 900},
	}, time.UTC)
	require.NoError(t, err)
	tally := segment.NewGrowthTally[customer.ID](book)
	for _, sale := range sales {
		bill, err := book.Sale(sale, "", "")
		require.NoError(t, err)
		require.NoError(t, tally.Add(sale.Customer, bill))
	}
	for _, back := range returns {
		bill, err := book.Return(back, "", "")
		require.NoError(t, err)
		require.NoError(t, tally.Add(back.Customer, bill))
	}
	return book, tally
}

func growthSpan(t *testing.T, kind population.PeriodKind, of, until string) population.Span {
	t.Helper()
	s, err := kind.Span(day(t, of), day(t, until))
	require.NoError(t, err)
	return s
}

// Months, quarters, weeks and the year-on-year of the first nine days of December, by hour
// band. The figures were computed by a program of its own in Python's standard library (csv,
// decimal, fractions and sets of customers), and rates by floor of exact fractions.
// row B9, B10.
func TestGrowthOfRealSales(t *testing.T) {
	bands := []segment.GrowthBand{
		{ID: "early", FromMinute: 0, UntilMinute: 600},
		{ID: "late morning", FromMinute: 600, UntilMinute: 720},
		{ID: "noon", FromMinute: 720, UntilMinute: 840},
		{ID: "afternoon", FromMinute: 840, UntilMinute: 1440},
	}
	retailBook, retail := growthOfReal(t, "online_retail", bands)
	_, grocery := growthOfReal(t, "dunnhumby_sample", nil)
	december := growthSpan(t, population.PeriodMonth, "2011-12-05", "2011-12-10")
	december2010 := segment.GrowthFigures{Sales: 43_885_265, Returned: 6_136_420, Lines: 22_130, Bills: 889, Carded: 777, CardedSales: 31_187_800, Customers: 573}
	december2011 := segment.GrowthFigures{Sales: 63_879_268, Returned: 20_512_467, Lines: 25_135, Bills: 839, Carded: 778, CardedSales: 51_819_279, Customers: 615}
	for _, test := range []struct {
		name                    string
		tally                   *segment.GrowthTally[customer.ID]
		span                    population.Span
		against                 segment.GrowthAgainst
		now, then               segment.GrowthFigures
		sales, bills, customers int64
	}{
		{
			"December to date, year on year", retail, december, segment.AgainstYearBefore, december2011, december2010,
			148, -57, 73,
		},
		{
			"December to date, against November", retail, december, segment.AgainstBefore, december2011,
			segment.GrowthFigures{Sales: 45_423_830, Returned: 2_519_881, Lines: 21_773, Bills: 811, Carded: 754, CardedSales: 35_614_374, Customers: 620},
			10, 34, -9,
		},
		{
			"third quarter against the second", retail, growthSpan(t, population.PeriodQuarter, "2011-08-15", "2011-12-10"), segment.AgainstBefore,
			segment.GrowthFigures{Sales: 253_694_974, Returned: 13_115_738, Lines: 122_603, Bills: 4847, Carded: 4371, CardedSales: 219_827_329, Customers: 2161},
			segment.GrowthFigures{Sales: 207_008_454, Returned: 16_242_079, Lines: 101_519, Bills: 4637, Carded: 4106, CardedSales: 180_900_861, Customers: 1991},
			261, 45, 85,
		},
		{
			"week 49 to date, year on year", retail, growthSpan(t, population.PeriodWeek, "2011-12-09", "2011-12-10"), segment.AgainstYearBefore,
			segment.GrowthFigures{Sales: 50_430_993, Returned: 20_370_471, Lines: 17_457, Bills: 527, Carded: 484, CardedSales: 40_856_915, Customers: 416},
			segment.GrowthFigures{Sales: 31_260_774, Returned: 5_956_163, Lines: 14_801, Bills: 529, Carded: 446, CardedSales: 19_614_195, Customers: 367},
			187, -4, 133,
		},
		{
			"groceries, November against October", grocery, growthSpan(t, population.PeriodMonth, "2017-11-01", "2017-12-01"), segment.AgainstBefore,
			segment.GrowthFigures{Sales: 1_945_816, Lines: 6218, Bills: 3908, Carded: 3908, CardedSales: 1_945_816, Customers: 1549},
			segment.GrowthFigures{Sales: 2_004_488, Lines: 6241, Bills: 3912, Carded: 3912, CardedSales: 2_004_488, Customers: 1544},
			-30, -2, 3,
		},
		{
			"groceries, fourth quarter against the third", grocery, growthSpan(t, population.PeriodQuarter, "2017-12-31", "2018-01-01"), segment.AgainstBefore,
			segment.GrowthFigures{Sales: 6_123_544, Lines: 19_124, Bills: 11_951, Carded: 11_951, CardedSales: 6_123_544, Customers: 2045},
			segment.GrowthFigures{Sales: 5_877_667, Lines: 18_695, Bills: 11_860, Carded: 11_860, CardedSales: 5_877_667, Customers: 2031},
			41, 7, 6,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			census, err := test.tally.Census([]population.Period{test.span.Now, test.span.Before, test.span.YearBefore}, []segment.GrowthView{{}})
			require.NoError(t, err)
			rows, err := census.Compare(test.span, test.against, segment.GrowthOfSales)
			require.NoError(t, err)
			assert.Equal(t, test.now, rows[0].Now)
			assert.Equal(t, test.then, rows[0].Then)
			assert.Equal(t, []int64{test.sales, test.bills, test.customers},
				[]int64{rows[0].Sales.Permille, rows[0].Bills.Permille, rows[0].Customers.Permille})
		})
	}

	census, err := retail.Census([]population.Period{december.Now, december.YearBefore}, retailBook.Views())
	require.NoError(t, err)
	rows, err := census.Compare(december, segment.AgainstYearBefore, segment.GrowthOfSales)
	require.NoError(t, err)
	type band struct {
		name string
		rank int
		rate [3]int64
	}
	var got []band
	for _, row := range rows[1:] {
		got = append(got, band{row.View.Band, row.Rank, [3]int64{row.Sales.Permille, row.Bills.Permille, row.Customers.Permille}})
	}
	assert.Equal(t, []band{ // of the early band only 79 bills were written a year before
		{"noon", 1, [3]int64{268, 23, 91}},
		{"afternoon", 2, [3]int64{102, -177, 62}},
		{"late morning", 3, [3]int64{35, 16, 34}},
		{"early", 0, [3]int64{337, 75, 160}},
	}, got)
}

// Of the gift shop's sales 83.5 % have a customer, and so have 18,566 of its 20,768 bills: the
// 135,080 lines without one count in the whole. Computed as the figures above. row C8.
func TestMemberShareOfRealSales(t *testing.T) {
	book, tally := growthOfReal(t, "online_retail", nil)
	all := population.Period{From: day(t, "2010-12-01"), Until: day(t, "2012-01-01")}
	periods, want := []population.Period{all}, []segment.MemberShare{
		{Sales: 891_140_790, AllSales: 1_066_668_454, Bills: 18_566, AllBills: 20_768, MarkPermille: 750},
		{Sales: 161_208_315, AllSales: 193_263_581, Bills: 3320, AllBills: 3798, MarkPermille: 750},
		{Sales: 180_900_861, AllSales: 207_008_454, Bills: 4106, AllBills: 4637, MarkPermille: 750},
		{Sales: 219_827_329, AllSales: 253_694_974, Bills: 4371, AllBills: 4847, MarkPermille: 750},
		{Sales: 271_932_896, AllSales: 330_326_831, Bills: 5368, AllBills: 5856, MarkPermille: 750},
	}
	permille := []int64{835, 834, 873, 866, 823}
	for quarter := range 4 {
		periods = append(periods, population.PeriodQuarter.Of(day(t, "2011-01-01").AddMonths(3*quarter)))
	}
	census, err := tally.Census(periods, []segment.GrowthView{{}})
	require.NoError(t, err)
	for i, period := range periods {
		figures, ok := census.Figures(period, segment.GrowthView{})
		require.True(t, ok)
		share, reasons := book.MemberShare(figures)
		assert.Equal(t, want[i], share)
		assert.Equal(t, permille[i], reasons[2].Fact)
	}
	first, _ := census.Figures(all, segment.GrowthView{})
	assert.Equal(t, int64(4339), first.Customers)
}

// Customer by customer in bounded memory, the real receipts give the bytes of the tally.
func TestGrowthCounterOfRealSales(t *testing.T) {
	book, tally := growthOfReal(t, "online_retail", nil)
	year := growthSpan(t, population.PeriodYear, "2011-06-01", "2011-12-10")
	periods := []population.Period{year.Now, population.PeriodMonth.Of(year.Now.From), population.PeriodDay.Of(day(t, "2011-11-14"))}
	want, err := tally.Census(periods, book.Views())
	require.NoError(t, err)
	census, err := book.Census(periods, book.Views())
	require.NoError(t, err)
	counter := segment.NewGrowthCounter[customer.ID](census)
	bills := map[customer.ID][]segment.GrowthBill{}
	sales, returns := realReceipts(readSold(t, "online_retail"))
	var order []customer.ID // as the rows stand: ascending
	for _, sale := range sales {
		bill, err := book.Sale(sale, "", "")
		require.NoError(t, err)
		if bills[sale.Customer] == nil {
			order = append(order, sale.Customer)
		}
		bills[sale.Customer] = append(bills[sale.Customer], bill)
	}
	for _, back := range returns {
		bill, err := book.Return(back, "", "")
		require.NoError(t, err)
		if back.Customer != "" && bills[back.Customer] != nil {
			bills[back.Customer] = append(bills[back.Customer], bill)
			continue
		}
		bill.Carded = false // whose it was does not matter for a return
		require.NoError(t, counter.Count("", bill))
	}
	for _, who := range order {
		require.NoError(t, counter.Count(who, bills[who]...))
	}
	assert.Equal(t, marshal(t, want), marshal(t, census))
}
