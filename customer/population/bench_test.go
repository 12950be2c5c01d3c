package population_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rapport-crm/rapport/customer/population"
)

func BenchmarkRuns(b *testing.B) {
	lines := make([]line, 1_000_000)
	for i := range lines {
		lines[i] = line{Customer: uint32(i / 25), Item: uint32(i % 7), Day: 739_000, Units: 1000}
	}
	b.ReportAllocs()
	for b.Loop() {
		runs := 0
		for _, err := range population.Runs(stream(lines, nil)) {
			if err != nil {
				b.Fatal(err)
			}
			runs++
		}
		if runs != len(lines)/25 {
			b.Fatalf("%d runs", runs)
		}
	}
	b.ReportMetric(float64(len(lines)*b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkHistogramAdd(b *testing.B) {
	for _, bench := range []struct {
		name     string
		distinct int64
	}{{"exact", 10_000}, {"dropping bits", 10 * population.MaxDistinct}} {
		b.Run(bench.name, func(b *testing.B) {
			chance := rand.New(rand.NewPCG(1, 2))
			values := make([]int64, 1_000_000)
			for i := range values {
				values[i] = chance.Int64N(bench.distinct)
			}
			b.ReportAllocs()
			for b.Loop() {
				var h population.Histogram
				for _, value := range values {
					h.Add(value, 1)
				}
			}
			b.ReportMetric(float64(len(values)*b.N)/b.Elapsed().Seconds(), "values/s")
		})
	}
}

func BenchmarkHistogramCuts(b *testing.B) {
	var h population.Histogram
	for value := range int64(population.MaxDistinct) {
		h.Add(value, 1)
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(h.Cuts(3)) != 2 {
			b.Fatal("there are two cuts")
		}
	}
}
