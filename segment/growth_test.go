package segment_test

import (
	"fmt"
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

func newGrowth(tb testing.TB, rules segment.GrowthRules) *segment.GrowthBook {
	tb.Helper()
	book, err := segment.NewGrowthBook(rules, zone(tb, "Europe/Berlin"))
	require.NoError(tb, err)
	return book
}

// The wall clock of the shop says the band, also when an hour is struck twice or left out.
// row B10.
func TestGrowthBand(t *testing.T) {
	rules := growthRules()
	rules.Bands = []segment.GrowthBand{
		{ID: "night", FromMinute: 22*60 + 30, UntilMinute: 2 * 60},
		{ID: "small hours", FromMinute: 2 * 60, UntilMinute: 3 * 60},
		{ID: "morning", FromMinute: 3 * 60, UntilMinute: 12 * 60},
		{ID: "rest", FromMinute: 12 * 60, UntilMinute: 22*60 + 30},
	}
	book := newGrowth(t, rules)
	for at, want := range map[string]string{
		"2026-06-01T22:29:59+02:00": "rest", "2026-06-01T22:30:00+02:00": "night", "2026-06-02T00:00:00+02:00": "night",
		"2026-06-02T01:59:59+02:00": "night", "2026-06-02T02:00:00+02:00": "small hours", "2026-06-01T20:30:00Z": "night",
		"2026-10-25T02:30:00+02:00": "small hours", "2026-10-25T02:30:00+01:00": "small hours", // struck twice
		"2026-03-29T01:59:59+01:00": "night", "2026-03-29T02:00:00+01:00": "morning", // 2:00 does not exist: it is 3:00
	} {
		instant, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		assert.Equal(t, want, book.Band(instant), at)
	}
	rules.Bands = nil
	assert.Empty(t, newGrowth(t, rules).Band(noon()))
}

func TestGrowthRulesAreChecked(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*segment.GrowthRules)
		paths []string
	}{
		{"empty", func(r *segment.GrowthRules) { *r = segment.GrowthRules{} }, []string{"id", "version", "zone"}},
		{"a gap of a minute", func(r *segment.GrowthRules) { r.Bands[0].UntilMinute-- }, []string{"bands"}},
		{"a minute shared", func(r *segment.GrowthRules) { r.Bands[0].UntilMinute++ }, []string{"bands[1].from_minute"}},
		{"no length", func(r *segment.GrowthRules) { r.Bands[0].UntilMinute = r.Bands[0].FromMinute }, []string{"bands[0].from_minute", "bands"}},
		{"past the end", func(r *segment.GrowthRules) {
			r.Bands[1] = segment.GrowthBand{ID: "b", FromMinute: 1080, UntilMinute: 1441}
		}, []string{"bands[1].from_minute", "bands"}},
		{"a band twice", func(r *segment.GrowthRules) { r.Bands[1].ID = "day" }, []string{"bands[1].id"}},
		{"too many bands", func(r *segment.GrowthRules) { r.Bands = append(r.Bands, make([]segment.GrowthBand, 23)...) }, nil},
		{"a class twice", func(r *segment.GrowthRules) { r.Classes = []string{"a", "a"} }, []string{"classes[1]"}},
		{"no area", func(r *segment.GrowthRules) { r.Areas[0] = "" }, []string{"areas[0]"}},
		{"below 0", func(r *segment.GrowthRules) { r.MinCustomers = -1 }, []string{"min_bills"}},
		{"marks not rising", func(r *segment.GrowthRules) { r.MemberMarksPermille = []int{500, 500, 1001} }, []string{"member_marks_permille[1]", "member_marks_permille[2]"}},
		{"a currency", func(r *segment.GrowthRules) { r.Currency.Code = "eur" }, []string{"currency.code"}},
	} {
		rules := growthRules()
		test.spoil(&rules)
		_, err := segment.NewGrowthBook(rules, zone(t, "Europe/Berlin"))
		paths := faultPaths(t, err)
		if test.paths != nil {
			assert.Equal(t, test.paths, paths, test.name)
		}
	}
	read, err := segment.ParseGrowthRules([]byte(toJSON(t, growthRules())))
	require.NoError(t, err)
	assert.Equal(t, growthRules(), read)
	_, err = segment.NewGrowthBook(growthRules(), time.UTC)
	assert.Equal(t, []string{"zone"}, faultPaths(t, err))
}

// growthSale is a receipt at noon on a day.
func growthSale(who customer.ID, on customer.Date, paid ...string) customer.Purchase {
	sale := customer.Purchase{Ref: "r", Customer: who, At: on.Start(time.UTC).Add(12 * time.Hour), Currency: gradeEuro()}
	for _, amount := range paid {
		sale.Lines = append(sale.Lines, gradeLine("s", "1", amount, ""))
	}
	return sale
}

// row B9.
func TestGrowthBills(t *testing.T) {
	book := newGrowth(t, growthRules())
	sale := growthSale("c", on, "10", "", "2.50", "100", "4")
	sale.Lines[0].Deposit = dec("0.25")
	sale.Lines[3].Sells, sale.Lines[4].Sells = customer.GiftCardLine, customer.DeliveryLine
	bill, err := book.Sale(sale, "private", "old-town")
	require.NoError(t, err)
	bill.Slice = 0
	assert.Equal(t, segment.GrowthBill{Day: on, Carded: true, Lines: 4, Unpriced: 1, Amount: 975 + 250 + 400}, bill)
	back := customer.Return{Ref: "b", At: sale.At, Lines: []customer.ReturnLine{{Line: gradeLine("s", "1", "3", "")}}}
	bill, err = book.Return(back, "", "")
	require.NoError(t, err)
	bill.Slice = 0
	assert.Equal(t, segment.GrowthBill{Day: on, Returned: true, Lines: 1, Amount: 300}, bill)

	_, err = book.Sale(sale, "Private", "old town")
	assert.Equal(t, []string{"class", "area"}, faultPaths(t, err))
	sale.At, sale.Currency.Code, sale.Lines[0].Paid = time.Time{}, "USD", decimal.NewNullDecimal(dec("0.001"))
	_, err = book.Sale(sale, "", "")
	assert.Equal(t, []string{"at", "currency", "lines[0].paid"}, faultPaths(t, err))
	back.Lines[0].Paid = decimal.NewNullDecimal(dec("-1"))
	_, err = book.Return(back, "", "")
	assert.Equal(t, []string{"lines[0].paid"}, faultPaths(t, err))

	tally, slice := segment.NewGrowthTally[customer.ID](book), bill.Slice
	for _, wrong := range []segment.GrowthBill{
		{},
		{Day: on, Slice: slice + 1<<20},
		{Day: on, Slice: 0}, // in no band
		{Day: on, Slice: 4, Lines: 1, Unpriced: 2},
		{Day: on, Slice: 4, Lines: 1, Amount: -1},
		{Day: on, Slice: 4, Lines: 1, Unpriced: 1, Amount: 1},
		{Day: on, Slice: 4, Lines: -1, Unpriced: -1},
	} {
		require.Error(t, tally.Add("c", wrong), wrong)
	}
}

// growthLife is what somebody bought where, on the days around a month's end.
func growthLife(book *segment.GrowthBook) *rapid.Generator[segment.GrowthBill] {
	return rapid.Custom(func(t *rapid.T) segment.GrowthBill {
		sale := growthSale("", customer.Date(rapid.Int32Range(int32(on), int32(on)+8).Draw(t, "day")), rapid.SliceOfN(rapid.SampledFrom([]string{"", "0", "1.25", "10000000000"}), 0, 3).Draw(t, "paid")...)
		sale.At = sale.At.Add(time.Duration(rapid.IntRange(-6, 6).Draw(t, "hours")) * time.Hour)
		bill, err := book.Sale(sale, rapid.SampledFrom([]string{"", "restaurant", "private"}).Draw(t, "class"), rapid.SampledFrom([]string{"", "harbour", "station"}).Draw(t, "area"))
		require.NoError(t, err)
		bill.Carded, bill.Returned = rapid.IntRange(0, 3).Draw(t, "carded") > 0, rapid.IntRange(0, 4).Draw(t, "returned") == 0
		return bill
	})
}

// The tally in any order and split, and the counter customer by customer in any split of the
// customers, give the same bytes, and figures that an obvious count gives. row B9, B10.
func TestGrowthFormsAgree(t *testing.T) {
	book := newGrowth(t, growthRules())
	periods := []population.Period{{From: on, Until: on + 1}, population.PeriodWeek.Of(on), population.PeriodMonth.Of(on), {From: on + 2, Until: on + 6}}
	views := append(book.Views(), segment.GrowthView{Class: "private", Band: "evening"}, segment.GrowthView{Class: "private", Band: "day", Area: "harbour"})
	type slip struct {
		who  uint32
		bill segment.GrowthBill
	}
	rapid.Check(t, func(t *rapid.T) {
		slips := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) slip {
			return slip{rapid.Uint32Range(0, 5).Draw(t, "who"), growthLife(book).Draw(t, "bill")}
		}), 0, 40).Draw(t, "slips")
		whole, parts := segment.NewGrowthTally[uint32](book), []*segment.GrowthTally[uint32]{segment.NewGrowthTally[uint32](book), segment.NewGrowthTally[uint32](book)}
		grouped, runs := []*segment.GrowthCensus{}, map[uint32][]segment.GrowthBill{}
		for range 2 {
			census, err := book.Census(periods, views)
			require.NoError(t, err)
			grouped = append(grouped, census)
		}
		counters := []*segment.GrowthCounter[uint32]{segment.NewGrowthCounter[uint32](grouped[0]), segment.NewGrowthCounter[uint32](grouped[1])}
		for _, slip := range slips {
			require.NoError(t, whole.Add(slip.who, slip.bill))
			if slip.bill.Carded {
				runs[slip.who] = append(runs[slip.who], slip.bill)
			} else {
				require.NoError(t, counters[rapid.IntRange(0, 1).Draw(t, "half")].Count(0, slip.bill))
			}
		}
		for who := range uint32(6) {
			if len(runs[who]) > 0 {
				require.NoError(t, counters[rapid.IntRange(0, 1).Draw(t, "half")].Count(who, runs[who]...))
			}
		}
		for _, slip := range rapid.Permutation(slips).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(slip.who, slip.bill))
		}
		require.NoError(t, parts[1].Merge(parts[0]))
		want := marshal(t, whole)
		require.Equal(t, want, marshal(t, parts[1]))
		read := segment.NewGrowthTally[uint32](book)
		require.NoError(t, read.UnmarshalBinary(want))
		require.Equal(t, want, marshal(t, read))

		census, err := read.Census(periods, views)
		require.NoError(t, err)
		require.NoError(t, grouped[1].Merge(grouped[0]))
		require.Equal(t, marshal(t, census), marshal(t, grouped[1]))
		again, err := book.Census(periods, views)
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalBinary(marshal(t, census)))
		require.Equal(t, marshal(t, census), marshal(t, again))

		for _, period := range periods {
			var figures segment.GrowthFigures
			seen := map[uint32]bool{}
			for _, slip := range slips {
				bill := slip.bill
				switch {
				case !period.Contains(bill.Day):
				case bill.Returned:
					figures.Returned += bill.Amount
					figures.UnpricedReturns += bill.Unpriced
				default:
					figures.Bills++
					figures.Sales += bill.Amount
					figures.Lines += bill.Lines
					figures.Unpriced += bill.Unpriced
					if bill.Carded {
						figures.Carded++
						figures.CardedSales += bill.Amount
						seen[slip.who] = true
					}
				}
			}
			figures.Customers = int64(len(seen))
			got, ok := census.Figures(period, segment.GrowthView{})
			require.True(t, ok)
			require.Equal(t, figures, got)
			bands := segment.GrowthFigures{}
			for _, band := range []string{"day", "evening"} {
				part, _ := census.Figures(period, segment.GrowthView{Band: band})
				bands.Sales, bands.Bills = bands.Sales+part.Sales, bands.Bills+part.Bills
				require.LessOrEqual(t, part.Customers, got.Customers)
			}
			require.Equal(t, []int64{got.Sales, got.Bills}, []int64{bands.Sales, bands.Bills}, "every receipt is in one band")
		}
	})
}

func TestGrowthCensusQuestions(t *testing.T) {
	book := newGrowth(t, growthRules())
	day := population.Period{From: on, Until: on + 1}
	for _, test := range []struct {
		periods []population.Period
		views   []segment.GrowthView
		paths   []string
	}{
		{nil, nil, []string{"periods", "views"}},
		{[]population.Period{{}, {From: on, Until: on}, day, day}, []segment.GrowthView{{}}, []string{"periods[0]", "periods[1]", "periods[3]"}},
		{[]population.Period{day}, []segment.GrowthView{{Class: "x"}, {Band: "x"}, {Area: "x"}, {Area: "station"}, {Area: "station"}}, []string{"views[0].class", "views[1].band", "views[1]", "views[2].area", "views[2]", "views[4]"}},
		{make([]population.Period, 1001), make([]segment.GrowthView, 1000), nil},
	} {
		_, err := book.Census(test.periods, test.views)
		if paths := faultPaths(t, err); test.paths != nil {
			assert.Equal(t, test.paths, paths)
		}
	}
	census, err := book.Census([]population.Period{day}, []segment.GrowthView{{}})
	require.NoError(t, err)
	_, known := census.Figures(day, segment.GrowthView{Area: "station"})
	assert.False(t, known)
	_, known = census.Figures(population.Period{From: on, Until: on + 2}, segment.GrowthView{})
	assert.False(t, known)
	_, err = census.Compare(growthSpan(t, population.PeriodDay, "2025-11-25", "2025-11-26"), segment.AgainstBefore, segment.GrowthOfSales)
	assert.Equal(t, []string{"span"}, faultPaths(t, err), "the day before was not asked for")
	var refusal *customer.Refusal
	_, err = census.Compare(population.Span{}, segment.AgainstBefore, segment.GrowthOfSales)
	require.ErrorAs(t, err, &refusal)
	_, err = census.Compare(population.Span{Now: day, YearBefore: day}, 0, 9)
	assert.Equal(t, []string{"against", "by"}, faultPaths(t, err))

	counter := segment.NewGrowthCounter[customer.ID](census)
	bill, err := book.Sale(growthSale("c", on, "1"), "", "")
	require.NoError(t, err)
	require.NoError(t, counter.Count("b", bill))
	require.ErrorIs(t, counter.Count("b", bill), population.ErrOrder)
	require.ErrorIs(t, counter.Count("a", bill), population.ErrOrder)
	require.Error(t, counter.Count("c", segment.GrowthBill{}))
	require.NoError(t, counter.Count("c", bill))
	figures, _ := census.Figures(day, segment.GrowthView{})
	assert.Equal(t, int64(2), figures.Customers)
	other, err := book.Census([]population.Period{{From: on, Until: on + 2}}, []segment.GrowthView{{}})
	require.NoError(t, err)
	require.Error(t, census.Merge(other))
	require.ErrorIs(t, other.UnmarshalBinary(marshal(t, census)), population.ErrFormat)
	require.Error(t, new(segment.GrowthCensus).UnmarshalBinary(nil))
	require.Error(t, new(segment.GrowthTally[uint32]).UnmarshalBinary(nil))
	rules := growthRules()
	rules.Version++
	require.Error(t, segment.NewGrowthTally[uint32](book).Merge(segment.NewGrowthTally[uint32](newGrowth(t, rules))))
}

// growthOf compares figures now and then of one area each. row B10.
func growthOf(t *testing.T, by segment.GrowthMeasure, figures ...[2]segment.GrowthFigures) []segment.GrowthRow {
	t.Helper()
	rules := growthRules()
	rules.Areas = nil
	for i := range figures {
		rules.Areas = append(rules.Areas, fmt.Sprint("a", i))
	}
	rules.Bands, rules.MinCustomers = nil, 1
	book := newGrowth(t, rules)
	s := growthSpan(t, population.PeriodMonth, "2025-11-01", "2025-12-01")
	census, err := book.Census([]population.Period{s.Now, s.YearBefore}, book.Views()[3:])
	require.NoError(t, err)
	counter := segment.NewGrowthCounter[uint32](census)
	who := uint32(0)
	for i, both := range figures {
		for j, f := range both {
			day := []customer.Date{s.Now.From, s.YearBefore.From}[j]
			for n := range f.Bills {
				who++
				bill := segment.GrowthBill{Day: day, Slice: uint32(i + 1), Carded: n < f.Customers, Lines: 1}
				if n == 0 {
					bill.Amount = f.Sales
				}
				require.NoError(t, counter.Count(who, bill))
			}
			if f.Returned > 0 {
				require.NoError(t, counter.Count(0, segment.GrowthBill{Day: day, Slice: uint32(i + 1), Returned: true, Lines: 1, Amount: f.Returned}))
			}
		}
	}
	rows, err := census.Compare(s, segment.AgainstYearBefore, by)
	require.NoError(t, err)
	return rows
}

// row B10.
func TestGrowthRanks(t *testing.T) {
	f := func(sales, bills, customers int64) segment.GrowthFigures {
		return segment.GrowthFigures{Sales: sales, Bills: bills, Customers: customers}
	}
	rows := growthOf(t, segment.GrowthOfSales,
		[2]segment.GrowthFigures{f(200, 2, 2), f(100, 2, 1)},                                         // +100 %
		[2]segment.GrowthFigures{f(600, 5, 5), f(300, 4, 4)},                                         // +100 %, of more
		[2]segment.GrowthFigures{f(900, 5, 5), f(1, 1, 1)},                                           // one bill then
		[2]segment.GrowthFigures{f(900, 5, 5), f(1, 2, 0)},                                           // no customer then
		[2]segment.GrowthFigures{f(900, 5, 5), f(0, 2, 2)},                                           // nothing sold then
		[2]segment.GrowthFigures{f(900, 5, 5), {Sales: 5, Returned: 6, Bills: 2, Customers: 2}},      // more came back
		[2]segment.GrowthFigures{{Sales: 5, Returned: 105, Bills: 1}, f(300, 2, 2)},                  // −133.33… %
		[2]segment.GrowthFigures{f(2*100_000_001, 2, 2), f(100_000_001, 2, 2)},                       // +100 %, of most
		[2]segment.GrowthFigures{f(199_999_999_999_999_999, 2, 2), f(100_000_000_000_000_000, 2, 2)}, // a hair less
		[2]segment.GrowthFigures{{}, {}},
	)
	type place struct {
		area  string
		rank  int
		rate  int64
		small bool
		known bool
	}
	var got []place
	for _, row := range rows {
		got = append(got, place{row.View.Area, row.Rank, row.Sales.Permille, row.Small, row.Sales.Known})
	}
	assert.Equal(t, []place{
		{"a7", 1, 1000, false, true},
		{"a1", 1, 1000, false, true},
		{"a0", 1, 1000, false, true},
		{"a8", 4, 999, false, true},
		{"a6", 5, -1334, false, true},
		{"a2", 0, 899_000, true, true},
		{"a3", 0, 899_000, true, true},
		{"a4", 0, 0, false, false},
		{"a5", 0, 0, false, false},
		{"a9", 0, 0, true, false},
	}, got)
	assert.Equal(t, []string{segment.CodeGrowthSales, segment.CodeGrowthBills, segment.CodeGrowthCustomers, segment.CodeGrowthRate, segment.CodeGrowthRank}, codes(rows[0].Reasons))
	assert.Equal(t, customer.Reason{Code: segment.CodeGrowthRank, Rule: "growth/1", Fact: 5, Mark: 5}, rows[4].Reasons[4])
	assert.Contains(t, codes(rows[5].Reasons), segment.CodeGrowthFewBills)
	assert.Contains(t, codes(rows[6].Reasons), segment.CodeGrowthFewCustomers)
	assert.Contains(t, codes(rows[7].Reasons), segment.CodeGrowthNoBase)

	by := func(measure segment.GrowthMeasure) []string {
		var areas []string
		for _, row := range growthOf(t, measure,
			[2]segment.GrowthFigures{f(300, 2, 2), f(100, 2, 1)}, [2]segment.GrowthFigures{f(200, 5, 2), f(100, 2, 2)}, [2]segment.GrowthFigures{f(100, 3, 3), f(100, 2, 1)}) {
			areas = append(areas, row.View.Area)
		}
		return areas
	}
	assert.Equal(t, []string{"a0", "a1", "a2"}, by(segment.GrowthOfSales))
	assert.Equal(t, []string{"a1", "a2", "a0"}, by(segment.GrowthOfBills))
	assert.Equal(t, []string{"a2", "a0", "a1"}, by(segment.GrowthOfCustomers))
}

// Where the calendar makes two periods unlike, the answer says so. row B9.
func TestGrowthSaysWhatIsUnlike(t *testing.T) {
	book := newGrowth(t, growthRules())
	for _, test := range []struct {
		kind      population.PeriodKind
		of, until string
		against   segment.GrowthAgainst
		want      []customer.Reason
	}{
		{population.PeriodMonth, "2025-11-01", "2025-12-01", segment.AgainstYearBefore, nil},
		{population.PeriodMonth, "2025-11-01", "2025-12-01", segment.AgainstBefore, []customer.Reason{{Code: segment.CodeGrowthUnequal, Fact: 30, Mark: 31, Unit: customer.UnitDays}}},
		{population.PeriodMonth, "2024-02-01", "2024-03-01", segment.AgainstYearBefore, []customer.Reason{{Code: segment.CodeGrowthUnequal, Fact: 29, Mark: 28, Unit: customer.UnitDays}}},
		{population.PeriodMonth, "2025-11-01", "2025-11-09", segment.AgainstYearBefore, []customer.Reason{{Code: segment.CodeGrowthToDate, Fact: 8, Mark: 8, Unit: customer.UnitDays, On: day(t, "2025-11-08"), By: day(t, "2024-11-08")}}},
		{population.PeriodDay, "2024-02-29", "2024-03-01", segment.AgainstYearBefore, []customer.Reason{{Code: segment.CodeGrowthLeapDay, On: day(t, "2024-02-29"), By: day(t, "2023-02-28")}}},
		{population.PeriodDay, "2024-02-29", "2024-03-01", segment.AgainstBefore, nil},
		{population.PeriodWeek, "2027-01-01", "2027-01-04", segment.AgainstYearBefore, []customer.Reason{{Code: segment.CodeGrowthWeek53, Fact: 53, Mark: 52, On: day(t, "2026-12-28"), By: day(t, "2025-12-22")}}},
		{population.PeriodWeek, "2027-01-01", "2027-01-04", segment.AgainstBefore, nil},
		{population.PeriodWeek, "2027-01-05", "2027-01-14", segment.AgainstYearBefore, nil},
	} {
		s := growthSpan(t, test.kind, test.of, test.until)
		periods := []population.Period{s.Now, s.Before, s.YearBefore}
		census, err := book.Census(periods, []segment.GrowthView{{}})
		require.NoError(t, err)
		rows, err := census.Compare(s, test.against, segment.GrowthOfBills)
		require.NoError(t, err)
		for i := range test.want {
			test.want[i].Rule = "growth/1"
		}
		var unlike []customer.Reason
		for _, reason := range rows[0].Reasons {
			switch reason.Code {
			case segment.CodeGrowthToDate, segment.CodeGrowthUnequal, segment.CodeGrowthLeapDay, segment.CodeGrowthWeek53:
				unlike = append(unlike, reason)
			}
		}
		assert.Equal(t, test.want, unlike, test)
	}
}

// "More than half", "three quarters", "90 % and more": anonymous receipts count in the whole,
// a share on a mark has reached it. row C8.
func TestMemberShare(t *testing.T) {
	book := newGrowth(t, growthRules())
	for _, test := range []struct {
		members, all int64
		mark         int
		codes        []string
	}{
		{0, 0, 0, []string{segment.CodeMemberNoSales}},
		{0, 5, 0, []string{segment.CodeMemberBelow}},
		{499_999, 1_000_000, 0, []string{segment.CodeMemberBelow}},
		{500_000, 1_000_000, 500, []string{segment.CodeMemberReached, segment.CodeMemberBelow}},
		{3, 4, 750, []string{segment.CodeMemberReached, segment.CodeMemberBelow}},
		{899_999_999_999_999_999, 1_000_000_000_000_000_000, 750, []string{segment.CodeMemberReached, segment.CodeMemberBelow}},
		{9, 10, 900, []string{segment.CodeMemberReached}},
		{10, 10, 900, []string{segment.CodeMemberReached}},
		{11, 10, 0, []string{segment.CodeMemberNoSales}},
	} {
		share, reasons := book.MemberShare(segment.GrowthFigures{Sales: test.all, CardedSales: test.members, Bills: 3, Carded: 2, Lines: 9, Unpriced: 1})
		assert.Equal(t, segment.MemberShare{Sales: test.members, AllSales: test.all, Bills: 2, AllBills: 3, MarkPermille: test.mark}, share)
		assert.Equal(t, append([]string{segment.CodeGrowthUnpriced, segment.CodeMemberSales, segment.CodeMemberBills}, test.codes...), codes(reasons))
	}
}

func TestGrowthTexts(t *testing.T) {
	assert.Equal(t, "sales bills customers", growthTexts[segment.GrowthMeasure](t, segment.GrowthOfCustomers))
	assert.Equal(t, "year-before before", growthTexts[segment.GrowthAgainst](t, segment.AgainstBefore))
	assert.Equal(t, "margin unit-profit", growthTexts[segment.ProductGradeMeasure](t, segment.GradeByUnitProfit))
	assert.Equal(t, "revenue profit", growthTexts[segment.CommissionBasis](t, segment.CommissionOnProfit))
	assert.Equal(t, "found denied", growthTexts[segment.CommissionSuitability](t, segment.SuitabilityDenied))
	assert.Equal(t, "sold earned brought taken-back denied", growthTexts[segment.CommissionKind](t, segment.CommissionDenied))
	assert.JSONEq(t, `"unchecked"`, toJSON(t, segment.SuitabilityUnchecked))
}

// growthTexts writes the stored texts of an enumeration, and holds reading against writing.
func growthTexts[E ~uint8, P interface {
	*E
	UnmarshalText([]byte) error
}](t *testing.T, last E) string {
	t.Helper()
	var all []byte
	for one := E(1); one <= last; one++ {
		text, err := any(one).(interface{ MarshalText() ([]byte, error) }).MarshalText()
		require.NoError(t, err)
		var read E
		require.NoError(t, P(&read).UnmarshalText(text))
		assert.Equal(t, one, read)
		all = append(append(all, text...), ' ')
	}
	_, err := any(last + 1).(interface{ MarshalText() ([]byte, error) }).MarshalText()
	require.Error(t, err)
	require.Error(t, P(new(E)).UnmarshalText(fmt.Append(nil, last+1)))
	return string(all[:len(all)-1])
}

// Where a refund is not known, sales less returns are too high, now or then: the answer says
// so, and which of the two periods lacks its amounts.
func TestGrowthSaysWhatIsNotKnown(t *testing.T) {
	book := newGrowth(t, growthRules())
	s := growthSpan(t, population.PeriodMonth, "2025-11-01", "2025-12-01")
	tally := segment.NewGrowthTally[uint32](book)
	slice, err := book.Sale(growthSale("", s.Now.From, "1"), "", "")
	require.NoError(t, err)
	bill := func(day customer.Date, returned bool, lines, unpriced int64) {
		require.NoError(t, tally.Add(1, segment.GrowthBill{Day: day, Slice: slice.Slice, Returned: returned, Lines: lines, Unpriced: unpriced}))
	}
	compare := func() []customer.Reason {
		census, err := tally.Census([]population.Period{s.Now, s.YearBefore}, []segment.GrowthView{{}})
		require.NoError(t, err)
		rows, err := census.Compare(s, segment.AgainstYearBefore, segment.GrowthOfSales)
		require.NoError(t, err)
		return rows[0].Reasons
	}
	bill(s.Now.From, false, 5, 2)
	assert.Equal(t, customer.Reason{Code: segment.CodeGrowthUnpriced, Rule: "growth/1", Fact: 2, Mark: 5, Unit: customer.UnitTimes}, compare()[0])
	bill(s.YearBefore.From, false, 7, 3)
	assert.Equal(t, customer.Reason{Code: segment.CodeGrowthUnpricedThen, Rule: "growth/1", Fact: 3, Mark: 7, Unit: customer.UnitTimes}, compare()[1])
	bill(s.YearBefore.From, true, 4, 4)
	assert.Equal(t, customer.Reason{Code: segment.CodeGrowthNoRefund, Rule: "growth/1", Mark: 4, Unit: customer.UnitTimes}, compare()[2])
	bill(s.Now.From, true, 2, 1)
	assert.Equal(t, customer.Reason{Code: segment.CodeGrowthNoRefund, Rule: "growth/1", Fact: 1, Mark: 4, Unit: customer.UnitTimes}, compare()[2])
}

// What no book made gives an error and no panic.
func TestGrowthWithoutABook(t *testing.T) {
	var book segment.GrowthBook
	var census segment.GrowthCensus
	var tally segment.GrowthTally[uint32]
	var counter segment.GrowthCounter[uint32]
	bill := segment.GrowthBill{Day: on}
	for name, try := range map[string]func() error{
		"sale":   func() error { _, err := book.Sale(growthSale("c", on, "1"), "", ""); return err },
		"return": func() error { _, err := book.Return(customer.Return{At: noon()}, "", ""); return err },
		"comparison": func() error {
			_, err := census.Compare(growthSpan(t, population.PeriodDay, "2025-11-01", "2025-12-01"), 1, 1)
			return err
		},
		"census merged":     func() error { return census.Merge(&census) },
		"census written":    func() error { _, err := census.MarshalBinary(); return err },
		"census read":       func() error { return census.UnmarshalBinary(nil) },
		"counter":           func() error { return counter.Count(1, bill) },
		"counter of a zero": func() error { return segment.NewGrowthCounter[uint32](&census).Count(1, bill) },
		"tally":             func() error { return tally.Add(1, bill) },
		"tally merged":      func() error { return tally.Merge(&tally) },
		"tally written":     func() error { _, err := tally.MarshalBinary(); return err },
		"tally read":        func() error { return tally.UnmarshalBinary(nil) },
		"tally asked":       func() error { _, err := tally.Census(nil, nil); return err },
	} {
		require.Error(t, try(), name)
	}
	assert.Empty(t, book.Band(noon()))
}

// Stored states that no bills lead to are refused, and change nothing.
func TestGrowthStates(t *testing.T) {
	rules := growthRules()
	rules.Bands, rules.Classes, rules.Areas = nil, nil, []string{"a"}
	book := newGrowth(t, rules)
	tally := segment.NewGrowthTally[uint32](book)
	require.NoError(t, tally.Add(7, segment.GrowthBill{Day: on, Slice: 1, Carded: true, Lines: 2, Unpriced: 1, Amount: 100}))
	golden := fmt.Sprintf("%x", marshal(t, tally))
	head := "0126" + fmt.Sprintf("%x", "\x08growth/1\x0dEurope/Berlin\x03EUR\x02\x00\x01\x01a\x00")
	head = "01" + fmt.Sprintf("%02x", len(head[4:])/2) + head[4:]
	const bill = "64" + "00" + "02" + "01" + "00" + "01" + "01" + "64" + "00"
	assert.Equal(t, head+"02010101"+"fc912d"+bill+"02010701"+"01"+"01fc912d", golden)
	for name, state := range map[string]string{
		"another version":           "02" + golden[2:],
		"more unpriced":             head + "02010101" + "fc912d" + "640002030001016400" + "02010701" + "01" + "01fc912d",
		"customers in the sums":     head + "02010101" + "fc912d" + "640002010001016401" + "02010701" + "01" + "01fc912d",
		"more with a card":          head + "02010101" + "fc912d" + "640002010001026400" + "02010701" + "01" + "01fc912d",
		"amounts from nowhere":      head + "02010101" + "fc912d" + "640001010001016400" + "02010701" + "01" + "01fc912d",
		"more members' sales":       head + "02010101" + "fc912d" + "640002010001016500" + "02010701" + "01" + "01fc912d",
		"beyond all sums":           head + "02010101" + "fc912d" + beyondSum + "000201000101" + beyondSum + "00" + "02010701" + "01" + "01fc912d",
		"a slice that is not there": head + "02010201" + "fc912d" + bill + "02010701" + "02" + "01fc912d",
		"no day":                    head + "02010101" + "00" + bill + "02010701" + "01" + "01fc912d",
		"a visit without a bill":    head + "02010101" + "fc912d" + bill + "02010701" + "01" + "02fc912d01",
		"a visit elsewhere":         head + "02010101" + "fc912d" + bill + "02010702" + "00" + "01fc912d" + "01" + "01fc912d",
		"a bill without a visit":    head + "02010101" + "fc912d" + bill + "0200",
		"a customer without days":   head + "02010101" + "fc912d" + bill + "02020701" + "01" + "01fc912d" + "0801" + "01" + "00",
		"more visitors than bills":  head + "02010101" + "fc912d" + bill + "02020701" + "01" + "01fc912d" + "0801" + "01" + "01fc912d",
		"cut off":                   golden[:len(golden)-2],
		"left over":                 golden + "00",
	} {
		require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
	}
	assert.Equal(t, golden, fmt.Sprintf("%x", marshal(t, tally)))
	require.ErrorIs(t, segment.NewGrowthTally[uint64](book).UnmarshalBinary(unhex(t, golden)), population.ErrFormat, "other keys")

	census, err := tally.Census([]population.Period{{From: on, Until: on + 1}}, []segment.GrowthView{{Area: "a"}})
	require.NoError(t, err)
	golden = fmt.Sprintf("%x", marshal(t, census))
	figures := golden[len(golden)-18:]
	assert.Equal(t, "640002010001016401", figures)
	for _, state := range []string{"640002010001016400", "640002010001016402", "640002030001016401", "640002010001016501"} {
		require.ErrorIs(t, census.UnmarshalBinary(unhex(t, golden[:len(golden)-18]+state)), population.ErrFormat)
	}
	require.ErrorIs(t, census.UnmarshalBinary(unhex(t, golden[:len(golden)-2])), population.ErrFormat)
	assert.Equal(t, golden, fmt.Sprintf("%x", marshal(t, census)))
}
