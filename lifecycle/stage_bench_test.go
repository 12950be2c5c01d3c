package lifecycle_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// pricedLines are shopLines with amounts.
func pricedLines(customers int) []population.Line[uint64] {
	lines := shopLines(customers)
	for i := range lines {
		lines[i].Priced, lines[i].Amount = true, int64(100+i%900)
	}
	return lines
}

// BenchmarkFactCounter is the grouped form from the stream of lines to each customer's
// facts.
func BenchmarkFactCounter(b *testing.B) {
	lines := pricedLines(2_000)
	b.ReportAllocs()
	for b.Loop() {
		var counter lifecycle.FactCounter[uint64]
		for run, err := range population.Runs(stream(lines)) {
			if err != nil {
				b.Fatal(err)
			}
			if _, err := counter.Count(run, customer.MaxDate); err != nil {
				b.Fatal(err)
			}
		}
	}
	perSecond(b, len(lines), "lines/s")
}

// BenchmarkHistoryAdd is the ungrouped form.
func BenchmarkHistoryAdd(b *testing.B) {
	for _, order := range []struct {
		name  string
		lines []population.Line[uint64]
	}{{"sorted", pricedLines(2_000)}, {"shuffled", shuffled(pricedLines(2_000))}} {
		b.Run(order.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var history lifecycle.FactHistory[uint64]
				if err := history.Add(order.lines...); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, len(order.lines), "lines/s")
		})
	}
}

// BenchmarkAssess assesses a customer with a visit every ten days for ten years: one who
// stays where she is, and one who moves.
func BenchmarkAssess(b *testing.B) {
	stages, day := newStages(b, stageRules()), on("2026-11-25")
	facts := stageFacts(b, day, stageLines(9_000, spaced(365, 10, day)...))
	for _, bench := range []struct {
		name  string
		stage lifecycle.Stage
	}{{"stays", lifecycle.Mature}, {"moves", lifecycle.Developing}} {
		b.Run(bench.name, func(b *testing.B) {
			standing, wake := stands(bench.stage, day-100), night(day)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stages.Assess(standing, facts, wake); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStageReport adds customers with five entries each.
func BenchmarkStageReport(b *testing.B) {
	_, history := stageLife(b)
	report := stageMoves(b, "2026-01-01", "2027-01-01")
	b.ReportAllocs()
	for b.Loop() {
		if err := report.Add(history); err != nil {
			b.Fatal(err)
		}
	}
}
