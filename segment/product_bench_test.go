package segment_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Receipts of 20 taxed lines over a thousand products.
func BenchmarkProductGradeTally(b *testing.B) {
	grades := newGrades(b, gradeRules(segment.GradeByMargin))
	sales := make([]customer.Purchase, 50)
	for i := range sales {
		var lines []customer.Line
		for j := range 20 {
			line := gradeLine(fmt.Sprintf("sku-%03d", (17*i+j*j)%1000), "2", "11.90", "4")
			line.Tax.Rate = decimal.New(19, -2)
			lines = append(lines, line)
		}
		sales[i] = gradeSale(lines...)
	}
	tally := grades.Tally(yearPeriod())
	b.ReportAllocs()
	for b.Loop() {
		for i := range sales {
			if err := tally.Sale(sales[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, 20*len(sales))
}

func BenchmarkProductGrade(b *testing.B) {
	grades := newGrades(b, gradeRules(segment.GradeByMargin))
	figures := segment.ProductGradeFigures{Sold: gradeSold(9, 8, 9000, 1_000_000, 700_000)}
	b.ReportAllocs()
	for b.Loop() {
		if grade, _, err := grades.Grade(figures, on); grade != "B" || err != nil {
			b.Fatal(grade, err)
		}
	}
}

// A line of three sellers: sold, and one of its seven units back.
func BenchmarkCommission(b *testing.B) {
	plan := newPlan(b, commissionRules(segment.CommissionOnRevenue))
	sale, back := soldBy(gradeLine("a", "7", "100", ""), "A", "x", "y", "z"), commissionBack("b", 1, decimal.New(1, 0))
	sold, err := plan.Sale(segment.CommissionBook{}, sale)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sale", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plan.Sale(segment.CommissionBook{}, sale); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("return", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sold.Next.Return(back); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("statement", func(b *testing.B) {
		statement := plan.Statement(yearPeriod())
		b.ReportAllocs()
		for b.Loop() {
			if err := statement.Add(sold.Entries...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkProductStageTally(b *testing.B) {
	lines := yearOfLines(byNumber)
	for name, lines := range map[string][]population.Line[uint32]{"sorted": lines, "shuffled": shuffled(lines)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tally := segment.NewProductStageTally[uint32](yearPeriod())
				if err := tally.Add(lines...); err != nil {
					b.Fatal(err)
				}
			}
			linesPerSecond(b, len(lines))
		})
	}
}

func BenchmarkProductStage(b *testing.B) {
	stages, facts := newStages(b, stageRules()), stageFacts(b, 1, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := stages.Assess(facts, segment.ProductStageStanding{}, on+6); err != nil {
			b.Fatal(err)
		}
	}
}

// benchBills are a year's bills of the benchmark's customers, in their order.
func benchBills() (who []uint32, bills []segment.GrowthBill) {
	for i, line := range yearOfLines(byNumber) {
		who = append(who, line.Customer)
		bills = append(bills, segment.GrowthBill{Day: line.Day, Slice: uint32(1 + i%20), Carded: true, Lines: 10, Amount: line.Units})
	}
	return who, bills
}

func benchGrowth(b *testing.B) *segment.GrowthBook {
	b.Helper()
	rules := growthRules()
	rules.Bands, rules.Areas = nil, nil
	for area := range 20 {
		rules.Areas = append(rules.Areas, fmt.Sprintf("area-%02d", area))
	}
	return newGrowth(b, rules)
}

func billsPerSecond(b *testing.B, bills int) {
	b.Helper()
	b.ReportMetric(float64(bills)*float64(b.N)/b.Elapsed().Seconds(), "bills/s")
}

func BenchmarkGrowth(b *testing.B) {
	book := benchGrowth(b)
	who, bills := benchBills()
	s, err := population.PeriodQuarter.Span(on, on)
	if err != nil {
		b.Fatal(err)
	}
	periods := []population.Period{s.Now, s.Before, s.YearBefore}
	tally := segment.NewGrowthTally[uint32](book)
	b.Run("tally", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tally = segment.NewGrowthTally[uint32](book)
			for i := range bills {
				if err := tally.Add(who[i], bills[i]); err != nil {
					b.Fatal(err)
				}
			}
		}
		billsPerSecond(b, len(bills))
	})
	b.Run("census of the tally", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tally.Census(periods, book.Views()); err != nil {
				b.Fatal(err)
			}
		}
		billsPerSecond(b, len(bills))
	})
	b.Run("grouped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			census, err := book.Census(periods, book.Views())
			if err != nil {
				b.Fatal(err)
			}
			counter := segment.NewGrowthCounter[uint32](census)
			for from := 0; from < len(bills); {
				until := from + 1
				for until < len(bills) && who[until] == who[from] {
					until++
				}
				if err := counter.Count(who[from], bills[from:until]...); err != nil {
					b.Fatal(err)
				}
				from = until
			}
		}
		billsPerSecond(b, len(bills))
	})
	b.Run("coding a receipt of 20 lines", func(b *testing.B) {
		sale := customer.Purchase{Ref: "r", Customer: "c", At: noon(), Currency: gradeEuro()}
		for range 20 {
			sale.Lines = append(sale.Lines, gradeLine("s", "1", "11.90", ""))
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := book.Sale(sale, "restaurant", "area-07"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
