package profile_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

// retailRow is a row of the purchases of a gift wholesaler (UCI, Online Retail), which are no
// part of the project.
type retailRow struct {
	who        customer.ID
	at         time.Time
	order, sku string
	quantity   int64 // below 0: came back, or was written off
	paid       decimal.Decimal
}

// readRetail reads the rows once, sorted by customer and time. Two corrections of bad debt, whose
// price is below 0, are left out.
var readRetail = sync.OnceValues(func() (rows []retailRow, err error) {
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "online_retail.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	table := csv.NewReader(unpacked)
	table.ReuseRecord = true
	if _, err := table.Read(); err != nil { // the heading
		return nil, err
	}
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		at, err := time.Parse(time.RFC3339, record[1])
		if err != nil {
			return nil, err
		}
		quantity, err := decimal.NewFromString(record[6])
		if err != nil {
			return nil, err
		}
		price, err := decimal.NewFromString(record[7])
		if err != nil {
			return nil, err
		}
		if price.Sign() >= 0 {
			rows = append(rows, retailRow{
				customer.ID(strings.Clone(record[0])), at, strings.Clone(record[2]), strings.Clone(record[3]),
				quantity.IntPart(), quantity.Mul(price).Round(2),
			})
		}
	}
})

func retail(tb testing.TB) []retailRow {
	tb.Helper()
	rows, err := readRetail()
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("the real data is not here: %v", err)
	}
	require.NoError(tb, err)
	return rows
}

// retailReceipts puts neighbouring rows of one order together: what was sold, and what came back.
func retailReceipts(rows []retailRow) (sales []customer.Purchase, returns []customer.Return) {
	for i := range rows {
		row := &rows[i]
		line := customer.Line{SKU: row.sku, Quantity: decimal.NewFromInt(row.quantity).Abs(), Paid: decimal.NewNullDecimal(row.paid.Abs())}
		if row.quantity < 0 {
			if n := len(returns); n == 0 || returns[n-1].Ref != row.order || returns[n-1].Customer != row.who || !returns[n-1].At.Equal(row.at) {
				returns = append(returns, customer.Return{Ref: row.order, Customer: row.who, At: row.at, Currency: euro()})
			}
			back := &returns[len(returns)-1]
			back.Lines = append(back.Lines, customer.ReturnLine{Line: line})
			continue
		}
		if n := len(sales); n == 0 || sales[n-1].Ref != row.order || sales[n-1].Customer != row.who || !sales[n-1].At.Equal(row.at) {
			sales = append(sales, customer.Purchase{Ref: row.order, Customer: row.who, At: row.at, Currency: euro()})
		}
		sale := &sales[len(sales)-1]
		sale.Lines = append(sale.Lines, line)
	}
	return sales, returns
}

func retailSheet(tb testing.TB) *profile.Sheet {
	tb.Helper()
	rules := shopRules()
	rules.Zone, rules.Categories = "Europe/London", nil
	zone, err := time.LoadLocation(rules.Zone)
	require.NoError(tb, err)
	sheet, err := profile.NewSheet(rules, zone)
	require.NoError(tb, err)
	return sheet
}

// retailLines codes all receipts that have a customer.
func retailLines(tb testing.TB, sheet *profile.Sheet, rows []retailRow) (lines []profile.Line[customer.ID]) {
	tb.Helper()
	sales, returns := retailReceipts(rows)
	var err error
	for _, sale := range sales {
		lines, err = sheet.Coder().Sale(lines, sale)
		require.NoError(tb, err)
	}
	for _, back := range returns {
		lines, err = sheet.Coder().Return(lines, back)
		require.NoError(tb, err)
	}
	return lines
}

// Every customer of the wholesaler: what was sold, came back, in which hour and month, and the
// largest deal, as maps and decimals count them from the rows themselves.
func TestRetail(t *testing.T) {
	rows, sheet := retail(t), retailSheet(t)
	zone, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	// A receipt as a reader sees it: one reference at one time. Of one minute before and after the
	// hour, the source has a few under one reference.
	type receipt struct {
		order string
		hour  time.Time
	}
	type counted struct {
		sold, returned decimal.Decimal
		hours, months  map[int]decimal.Decimal
		receipts       map[receipt]decimal.Decimal
		days           map[string]bool
		lines, returns int64
	}
	customers := map[customer.ID]*counted{}
	for _, row := range rows {
		if row.who == "" {
			continue
		}
		c := customers[row.who]
		if c == nil {
			c = &counted{hours: map[int]decimal.Decimal{}, months: map[int]decimal.Decimal{}, receipts: map[receipt]decimal.Decimal{}, days: map[string]bool{}}
			customers[row.who] = c
		}
		local := row.at.In(zone)
		if row.quantity < 0 {
			c.returned = c.returned.Sub(row.paid)
			c.returns++
			continue
		}
		c.lines++
		c.sold = c.sold.Add(row.paid)
		c.hours[local.Hour()] = c.hours[local.Hour()].Add(row.paid)
		c.months[int(local.Month())] = c.months[int(local.Month())].Add(row.paid)
		key := receipt{row.order, local.Truncate(time.Hour)}
		c.receipts[key] = c.receipts[key].Add(row.paid)
		c.days[local.Format(time.DateOnly)] = true
	}

	history := profile.NewHistory[customer.ID](sheet.Basis())
	require.NoError(t, history.Add(retailLines(t, sheet, rows)...))
	require.Len(t, customers, 4372)
	require.Equal(t, len(customers), history.Customers())
	reporter, err := sheet.Reporter(profile.Query{On: day("2011-12-31")})
	require.NoError(t, err)
	all := customer.Currency{Code: "EUR", Digits: 2}
	sum, back := decimal.Decimal{}, decimal.Decimal{}
	for who, facts := range history.All() {
		report, err := reporter.Report(facts)
		require.NoError(t, err)
		want := customers[who]
		require.True(t, want.sold.Equal(all.Amount(report.Sold)), who)
		require.True(t, want.returned.Equal(all.Amount(report.Returned)), who)
		require.Equal(t, []int64{want.lines, want.returns, int64(len(want.receipts)), int64(len(want.days))},
			[]int64{report.Lines, report.ReturnLines, report.Receipts, report.Visits}, who)
		for hour, pattern := range report.Hours {
			require.True(t, want.hours[hour].Equal(all.Amount(pattern.Sold)), "%s at %d", who, hour)
		}
		for month, pattern := range report.Months {
			require.True(t, want.months[month+1].Equal(all.Amount(pattern.Sold)), "%s in %d", who, month+1)
		}
		largest, amounts := decimal.Decimal{}, []decimal.Decimal{}
		for _, amount := range want.receipts {
			largest = decimal.Max(largest, amount)
			amounts = append(amounts, amount)
		}
		require.True(t, largest.Equal(all.Amount(report.Largest.Amount)), who)
		if n := len(amounts); n > 0 {
			slices.SortFunc(amounts, decimal.Decimal.Cmp)
			median := amounts[(n-1)/2].Add(amounts[n/2]).Div(decimal.NewFromInt(2)).RoundFloor(2)
			require.True(t, median.Equal(all.Amount(report.Median)), who)
			require.True(t, want.sold.DivRound(decimal.NewFromInt(int64(n)), 2).Equal(all.Amount(report.Average)), who)
		}
		margins, err := reporter.Contribution(facts)
		require.NoError(t, err)
		require.Equal(t, report.Kept(), margins.Total.Revenue, who)
		require.Zero(t, margins.Total.Costed(), "the source knows no cost")
		require.Zero(t, margins.Total.Profit)
		sum, back = sum.Add(want.sold), back.Add(want.returned)
	}
	assert.Equal(t, "8911407.9", sum.String())
	assert.Equal(t, "611342.09", back.String())

	data := marshal(t, history)
	t.Logf("%d lines of %d customers in %d bytes: %.1f a line, %d a customer", 406_829, history.Customers(), len(data), float64(len(data))/406_829, len(data)/history.Customers())
}

// The wholesaler's year: coded, noted ungrouped, and reported on. Of its 541,909 lines 406,829 have a
// customer: only these are counted in lines/s, though coding reads all.
func BenchmarkRetail(b *testing.B) {
	rows, sheet := retail(b), retailSheet(b)
	sales, returns := retailReceipts(rows)
	lines := retailLines(b, sheet, rows)
	query := profile.Query{On: day("2011-12-31"), Period: population.PeriodYear.Of(day("2011-12-31")), Each: population.PeriodMonth}
	b.Run("coded", func(b *testing.B) {
		coder, space := sheet.Coder(), make([]profile.Line[customer.ID], 0, len(lines))
		b.ReportAllocs()
		for b.Loop() {
			space = space[:0]
			for i := range sales {
				space, _ = coder.Sale(space, sales[i])
			}
			for i := range returns {
				space, _ = coder.Return(space, returns[i])
			}
		}
		linesPerSecond(b, len(space))
	})
	numbered := make([]profile.Line[uint32], len(lines)) // the host's own numbers
	numbers := map[customer.ID]uint32{}
	for i, line := range lines {
		if _, known := numbers[line.Customer]; !known {
			numbers[line.Customer] = uint32(len(numbers))
		}
		numbered[i] = profile.Line[uint32]{Customer: numbers[line.Customer], Fact: line.Fact}
	}
	grouped := slices.Clone(numbered)
	slices.SortStableFunc(grouped, func(x, y profile.Line[uint32]) int { return int(x.Customer) - int(y.Customer) })
	mixed := shuffled(numbered)
	b.Run("grouped", func(b *testing.B) {
		reporter, err := sheet.Reporter(query)
		require.NoError(b, err)
		b.ReportAllocs()
		for b.Loop() {
			for run, err := range profile.Runs(stream(grouped)) {
				if err != nil {
					b.Fatal(err)
				}
				if _, err := reporter.Report(run.Facts); err != nil {
					b.Fatal(err)
				}
			}
		}
		linesPerSecond(b, len(grouped))
	})
	fill := func() *profile.History[uint32] {
		history := profile.NewHistory[uint32](sheet.Basis())
		for chunk := range slices.Chunk(mixed, 4096) {
			if err := history.Add(chunk...); err != nil {
				b.Fatal(err)
			}
		}
		history.Customers() // nothing waits any more
		return history
	}
	b.Run("ungrouped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fill()
		}
		linesPerSecond(b, len(mixed))
	})
	b.Run("ungrouped and reported", func(b *testing.B) {
		reporter, err := sheet.Reporter(query)
		require.NoError(b, err)
		b.ReportAllocs()
		for b.Loop() {
			for _, facts := range fill().All() {
				if _, err := reporter.Report(facts); err != nil {
					b.Fatal(err)
				}
			}
		}
		linesPerSecond(b, len(mixed))
	})
	b.Run("stored", func(b *testing.B) {
		history := fill()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := history.MarshalBinary(); err != nil {
				b.Fatal(err)
			}
		}
		linesPerSecond(b, len(mixed))
	})
}
