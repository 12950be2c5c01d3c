package segment_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Brands of a year's lines, grouped: runs, counting and shares. Items are taken as pairs of
// 50 categories and 9 brands.
func BenchmarkBrandShares(b *testing.B) {
	lines := yearOfLines(byNumber)
	b.ReportAllocs()
	for b.Loop() {
		counter := segment.NewCounter[uint32](yearPeriod())
		shares := segment.NewBrandShares(yearPeriod(), 9)
		for run, err := range population.Runs(stream(lines)) {
			if err != nil {
				b.Fatal(err)
			}
			counts, err := counter.Count(run)
			if err != nil {
				b.Fatal(err)
			}
			if err := shares.Add(counts); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, len(lines))
}

// Whether a year's lines were bought on deal, by customer and item.
func BenchmarkDependence(b *testing.B) {
	lines := shuffled(yearOfLines(byNumber))
	b.ReportAllocs()
	for b.Loop() {
		dependence := segment.NewDependence[uint32](on - 180)
		for i := range lines {
			if err := dependence.Add(lines[i], segment.Deal(i%3)); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, len(lines))
}

// Movement of one customer in thirty categories, and a basket of thirty held against her.
func BenchmarkMovement(b *testing.B) {
	cells := segment.Cells()
	var before, after []segment.Seat
	for i := range 30 {
		before = append(before, segment.Seat{Category: uint32(2 * i), Cell: cells[i%9]})
		after = append(after, segment.Seat{Category: uint32(3 * i), Cell: cells[i%7]})
	}
	movement := segment.NewMovement(on-180, on)
	b.ReportAllocs()
	for b.Loop() {
		if err := movement.AddCustomer(before, after); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBasket(b *testing.B) {
	basket := newBasket(b, basketRules())
	counts := []segment.Counts{{Category: 1, Days: 3}, {Category: 3, Days: 2}, {Category: 4, Days: 1}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := basket.Cover(counts); err != nil {
			b.Fatal(err)
		}
	}
}

// The model of eight brands, fitted.
func BenchmarkFitDirichlet(b *testing.B) {
	market := toothpaste()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := segment.FitDirichlet(market); err != nil {
			b.Fatal(err)
		}
	}
}
