package segment_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

const (
	benchLines      = 1_000_000
	benchCustomers  = 10_000
	benchCategories = 500
)

// yearOfLines is a year of a shop: few customers buy much, each has some thirty favourite
// categories, and a receipt has ten lines. They stand in the order of customers and days.
func yearOfLines[K population.Key](key func(int) K) []population.Line[K] {
	chance := rand.New(rand.NewPCG(1, 2))
	lines := make([]population.Line[K], 0, benchLines)
	var day customer.Date
	who := 0
	for len(lines) < benchLines {
		if len(lines)%10 == 0 { // the next receipt
			who = int(benchCustomers * chance.Float64() * chance.Float64())
			day = on - 1 - customer.Date(chance.IntN(365))
		}
		rank, category := chance.Float64(), who*17 // her own favourites, some more than others
		if category += int(30 * rank * rank); chance.IntN(5) == 0 {
			category = int(benchCategories * rank * rank * rank) // what everybody buys now and then
		}
		lines = append(lines, population.Line[K]{
			Customer: key(who),
			Item:     uint32(category % benchCategories),
			Day:      day,
			Kind:     customer.BrandKind(chance.IntN(3)),
			Units:    chance.Int64N(200) * 1000,
			Returned: chance.IntN(50) == 0,
		})
	}
	slices.SortStableFunc(lines, func(a, b population.Line[K]) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Day, b.Day))
	})
	return lines
}

func shuffled[K population.Key](lines []population.Line[K]) []population.Line[K] {
	chance := rand.New(rand.NewPCG(3, 4))
	lines = slices.Clone(lines)
	chance.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

func byNumber(n int) uint32 { return uint32(n) }

func byText(n int) customer.ID { return customer.ID(fmt.Sprintf("customer-%08d", n)) }

func yearPeriod() population.Period { return population.Period{From: on - 365, Until: on} }

// benchRules have the benchmark's categories, each with a label, and fit everything.
func benchRules() segment.Rules {
	rules := tercileRules()
	rules.WindowDays = 365
	rules.Categories = make([]segment.Category, benchCategories)
	for i := range rules.Categories {
		id := fmt.Sprintf("category-%03d", i)
		rules.Categories[i] = segment.Category{ID: id, Version: 1, Labels: []string{id}}
	}
	return rules
}

func linesPerSecond(b *testing.B, lines int) {
	b.Helper()
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkTallyAdd(b *testing.B) {
	numbers, texts := yearOfLines(byNumber), yearOfLines(byText)
	b.Run("shuffled/uint32", func(b *testing.B) { benchmarkAdd(b, shuffled(numbers)) })
	b.Run("shuffled/text", func(b *testing.B) { benchmarkAdd(b, shuffled(texts)) })
	b.Run("sorted/uint32", func(b *testing.B) { benchmarkAdd(b, numbers) })
	b.Run("sorted/text", func(b *testing.B) { benchmarkAdd(b, texts) })
}

func benchmarkAdd[K population.Key](b *testing.B, lines []population.Line[K]) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		tally := segment.NewTally[K](yearPeriod())
		if err := tally.Add(lines...); err != nil {
			b.Fatal(err)
		}
		if tally.Customers() == 0 { // nothing waits any more
			b.Fatal("nobody")
		}
	}
	linesPerSecond(b, len(lines))
}

// The grouped form as a whole: runs, counting and census.
func BenchmarkGrouped(b *testing.B) {
	b.Run("uint32", func(b *testing.B) { benchmarkGrouped(b, yearOfLines(byNumber)) })
	b.Run("text", func(b *testing.B) { benchmarkGrouped(b, yearOfLines(byText)) })
}

func benchmarkGrouped[K population.Key](b *testing.B, lines []population.Line[K]) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		counter, census := segment.NewCounter[K](yearPeriod()), segment.NewCensus(yearPeriod(), 2)
		for run, err := range population.Runs(stream(lines)) {
			if err != nil {
				b.Fatal(err)
			}
			counts, err := counter.Count(run)
			if err != nil {
				b.Fatal(err)
			}
			census.Add(counts)
		}
	}
	linesPerSecond(b, len(lines))
}

// A receipt of 20 lines, half of products that the category lists with their content
// and half by label.
func BenchmarkCoderSale(b *testing.B) {
	rules := benchRules()
	sale := customer.Purchase{Ref: "r", Customer: "c", At: noon()}
	for i := range 20 {
		line := customer.Line{SKU: fmt.Sprintf("sku-%d", i), Category: rules.Categories[i].ID, Quantity: decimal.New(int64(i+1)*250, -3)}
		if i%2 == 0 {
			rules.Categories[i].Products = []segment.Product{{SKU: line.SKU, BaseUnits: dec("24")}}
		}
		sale.Lines = append(sale.Lines, line)
	}
	coder := newCoder(b, rules)
	var space []population.Line[customer.ID]
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if space, err = coder.Sale(space[:0], sale); err != nil || len(space) != 20 {
			b.Fatal(len(space), err)
		}
	}
	linesPerSecond(b, len(sale.Lines))
}

func benchGrid(b *testing.B) *segment.Grid {
	b.Helper()
	rules := painRules()
	rules.BrandSlackPermille, rules.UsageSlackPermille = 50, 100
	grid, err := segment.NewGrid(rules)
	if err != nil {
		b.Fatal(err)
	}
	return grid
}

func benchCounts() map[string]segment.Counts {
	return map[string]segment.Counts{
		"store-loyal heavy, 4 reasons": {Days: 3, Lines: 5, Bought: segment.Units{Store: 150_000, National: 10_000}},
		"switcher medium, 7 reasons":   {Days: 3, Lines: 5, Bought: segment.Units{Store: 50_000, National: 50_000, Unknown: 4000}},
	}
}

func BenchmarkGridClassify(b *testing.B) {
	grid := benchGrid(b)
	for name, counts := range benchCounts() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, reasons := grid.Classify(counts, segment.Cell{}); len(reasons) < 4 {
					b.Fatal("reasons are missing")
				}
			}
		})
	}
}

func BenchmarkGridCell(b *testing.B) {
	grid := benchGrid(b)
	for name, counts := range benchCounts() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !grid.Cell(&counts, segment.Cell{}).OneOfNine() {
					b.Fatal("no cell")
				}
			}
		})
	}
}

func BenchmarkFit(b *testing.B) {
	rules := benchRules()
	tally := segment.NewTally[uint32](rules.Period(on))
	if err := tally.Add(yearOfLines(byNumber)...); err != nil {
		b.Fatal(err)
	}
	census := censusOf(tally, rules.Period(on), rules.MinBuys)
	b.ReportAllocs()
	for b.Loop() {
		fitted, _, err := segment.Fit(rules, census, on)
		if err != nil || len(fitted.Marks) < benchCategories/2 {
			b.Fatal(len(fitted.Marks), err)
		}
	}
}

func BenchmarkTallyState(b *testing.B) {
	b.Run("uint32", func(b *testing.B) { benchmarkState(b, yearOfLines(byNumber)) })
	b.Run("text", func(b *testing.B) { benchmarkState(b, yearOfLines(byText)) })
}

func benchmarkState[K population.Key](b *testing.B, lines []population.Line[K]) {
	b.Helper()
	tally := segment.NewTally[K](yearPeriod())
	if err := tally.Add(lines...); err != nil {
		b.Fatal(err)
	}
	data, err := tally.MarshalBinary()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("marshal", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tally.MarshalBinary(); err != nil {
				b.Fatal(err)
			}
		}
		linesPerSecond(b, len(lines))
	})
	b.Run("unmarshal", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if err := new(segment.Tally[K]).UnmarshalBinary(data); err != nil {
				b.Fatal(err)
			}
		}
		linesPerSecond(b, len(lines))
	})
	b.Run("merge", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			merged := segment.NewTally[K](yearPeriod())
			if err := merged.Merge(tally); err != nil {
				b.Fatal(err)
			}
		}
		linesPerSecond(b, len(lines))
	})
}
