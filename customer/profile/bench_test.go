package profile_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/customer/profile"
)

// chain makes three years of a chain's lines, in the order of customers and time: some buy
// twenty times as much as others, receipts have about eight lines, a fiftieth comes back.
func chain(lines, customers int) []profile.Line[uint32] {
	chance := rand.New(rand.NewPCG(1, 2))
	all := make([]profile.Line[uint32], 0, lines)
	days := int(on - day("2023-01-01"))
	for who := uint32(0); len(all) < lines; who++ {
		n := min(lines-len(all), 2*lines/customers*(1+int(who%20))/21)
		receipts := n/8 + 1
		for i := 0; i < n; i++ {
			receipt := i / 8
			line := profile.Line[uint32]{Customer: who}
			line.Receipt = profile.Code(uint64(who)<<32 | uint64(receipt)*0x9E3779B97F4A7C15 | 1)
			line.Order = line.Receipt
			line.Day = day("2023-01-01") + customer.Date(receipt*days/receipts)
			line.Hour = uint8(8 + receipt*7%13)
			line.Kind = profile.Sold
			if receipt%50 == 49 {
				line.Kind = profile.Returned
			}
			r := chance.Uint64()
			line.Category = uint16(r % 12)
			line.Product = profile.Code(r>>8%2000)*0x9E3779B97F4A7C15 + 1
			line.Units = int64(1+r>>24%3) * 1000
			line.Amount = int64(99 + r>>32%3000)
			line.Discount = int64(r >> 48 % 2 * 20)
			line.Cost = line.Amount * 6 / 10
			line.Priced, line.Listed, line.Costed = true, true, r>>50%20 != 0
			if !line.Costed {
				line.Cost = 0
			}
			all = append(all, line)
		}
	}
	return all
}

func shuffled(lines []profile.Line[uint32]) []profile.Line[uint32] {
	chance := rand.New(rand.NewPCG(3, 4))
	lines = slices.Clone(lines)
	chance.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

func benchSheet(tb testing.TB) *profile.Sheet {
	tb.Helper()
	rules := shopRules()
	rules.Categories = nil
	for i := range 12 {
		rules.Categories = append(rules.Categories, profile.Category{ID: fmt.Sprintf("category %02d", i), Labels: []string{fmt.Sprintf("label %d", i)}})
	}
	sheet, err := profile.NewSheet(rules, berlin(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return sheet
}

func benchReporter(tb testing.TB, sheet *profile.Sheet) *profile.Reporter {
	tb.Helper()
	reporter, err := sheet.Reporter(profile.Query{On: on, Period: sheet.Period(population.PeriodYear, on), Each: population.PeriodMonth})
	if err != nil {
		tb.Fatal(err)
	}
	return reporter
}

func linesPerSecond(b *testing.B, lines int) {
	b.Helper()
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

func stream(lines []profile.Line[uint32]) func(func(profile.Line[uint32], error) bool) {
	return func(yield func(profile.Line[uint32], error) bool) {
		for i := range lines {
			if !yield(lines[i], nil) {
				return
			}
		}
	}
}

// The grouped form: runs, and a whole report of every customer. What it allocates is for the
// longest run, not for a line.
func BenchmarkGrouped(b *testing.B) {
	for _, size := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("%dM", size/1_000_000), func(b *testing.B) {
			lines, sheet := chain(size, size/100), benchSheet(b)
			reporter := benchReporter(b, sheet)
			b.ReportAllocs()
			for b.Loop() {
				sold := int64(0)
				for run, err := range profile.Runs(stream(lines)) {
					if err != nil {
						b.Fatal(err)
					}
					report, err := reporter.Report(run.Facts)
					if err != nil {
						b.Fatal(err)
					}
					sold += report.Sold
				}
				if sold == 0 {
					b.Fatal("nothing sold")
				}
			}
			linesPerSecond(b, len(lines))
		})
	}
}

// The ungrouped form: lines in any order, noted; and with a whole report of every customer. From
// an empty History on: blocks for lines that wait, and what each customer's are packed into, are
// allocated, for a line less than a fiftieth of an allocation.
func BenchmarkUngrouped(b *testing.B) {
	for _, size := range []int{1_000_000, 10_000_000} {
		lines, sheet := shuffled(chain(size, size/100)), benchSheet(b)
		name := fmt.Sprintf("%dM", size/1_000_000)
		fill := func(b *testing.B) *profile.History[uint32] {
			b.Helper()
			history := profile.NewHistory[uint32](sheet.Basis())
			for chunk := range slices.Chunk(lines, 4096) {
				if err := history.Add(chunk...); err != nil {
					b.Fatal(err)
				}
			}
			if history.Customers() == 0 { // nothing waits any more
				b.Fatal("nobody")
			}
			return history
		}
		b.Run(name+"/noted", func(b *testing.B) {
			before := heap()
			kept := fill(b)
			used := heap() - before
			runtime.KeepAlive(kept)
			b.ReportAllocs()
			for b.Loop() {
				fill(b)
			}
			linesPerSecond(b, len(lines))
			b.ReportMetric(testing.AllocsPerRun(1, func() { fill(b) })/float64(len(lines)), "allocs/line")
			b.ReportMetric(float64(used)/float64(len(lines)), "heap-B/line")
			b.ReportMetric(float64(used)/float64(kept.Customers()), "heap-B/customer")
		})
		b.Run(name+"/reported", func(b *testing.B) {
			reporter := benchReporter(b, sheet)
			b.ReportAllocs()
			for b.Loop() {
				for _, facts := range fill(b).All() {
					if _, err := reporter.Report(facts); err != nil {
						b.Fatal(err)
					}
				}
			}
			linesPerSecond(b, len(lines))
		})
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// A warm Reporter answers for a wholesaler's customer of ten thousand lines without allocating.
func BenchmarkReport(b *testing.B) {
	sheet := benchSheet(b)
	facts := make([]profile.Fact, 0, 10_000)
	for _, line := range chain(10_000, 1) {
		facts = append(facts, line.Fact)
	}
	for _, test := range []struct {
		name string
		key  bool
	}{{"customer", false}, {"key account", true}} {
		b.Run(test.name, func(b *testing.B) {
			reporter, err := sheet.Reporter(profile.Query{On: on, Period: sheet.Period(population.PeriodYear, on), Each: population.PeriodMonth, KeyAccount: test.key})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := reporter.Report(facts); err != nil { // now it is warm
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := reporter.Report(facts); err != nil {
					b.Fatal(err)
				}
			}
			linesPerSecond(b, len(facts))
		})
	}
	b.Run("contribution", func(b *testing.B) {
		reporter := benchReporter(b, sheet)
		if _, err := reporter.Contribution(facts); err != nil { // now it is warm
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reporter.Contribution(facts); err != nil {
				b.Fatal(err)
			}
		}
		linesPerSecond(b, len(facts))
	})
}

// A receipt of twenty lines, coded.
func BenchmarkCoder(b *testing.B) {
	coder := benchSheet(b).Coder()
	sale := customer.Purchase{Ref: "A-100200", Customer: "C-17", At: time.Date(2025, 3, 4, 15, 16, 17, 0, time.UTC), Currency: customer.Currency{Code: "EUR", Digits: 2}}
	for i := range 20 {
		sale.Lines = append(sale.Lines, customer.Line{
			SKU: fmt.Sprintf("sku-%06d", i), Category: fmt.Sprintf("label %d", i%12), Quantity: decimal.New(2, 0),
			ListPrice: decimal.NewNullDecimal(decimal.New(299, -2)), Paid: decimal.NewNullDecimal(decimal.New(549, -2)),
			Cost: decimal.NewNullDecimal(decimal.New(310, -2)), Tax: customer.Tax{Rate: decimal.New(19, -2)},
		})
	}
	lines := make([]profile.Line[customer.ID], 0, len(sale.Lines))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := coder.Sale(lines[:0], sale); err != nil {
			b.Fatal(err)
		}
	}
	linesPerSecond(b, len(sale.Lines))
}
