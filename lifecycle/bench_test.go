package lifecycle_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// shopLines is a shop of so many customers: 40 categories, 50 days of shopping each,
// 8 lines a day, sorted by customer.
func shopLines(customers int) []population.Line[uint64] {
	chance := rand.New(rand.NewPCG(1, 2)) // fixed, so that two runs measure the same work
	lines := make([]population.Line[uint64], 0, customers*400)
	for c := range customers {
		day := customer.Date(739_000)
		for range 50 {
			day += customer.Date(1 + chance.IntN(12))
			for range 8 {
				lines = append(lines, population.Line[uint64]{
					Customer: uint64(c), Item: uint32(chance.IntN(40)), Day: day, Kind: customer.NationalBrand, Units: 1000,
				})
			}
		}
	}
	return lines
}

func shuffled(lines []population.Line[uint64]) []population.Line[uint64] {
	chance := rand.New(rand.NewPCG(3, 4))
	chance.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

func BenchmarkDiaryAdd(b *testing.B) {
	sorted := shopLines(2_000)
	orders := []struct {
		name  string
		lines []population.Line[uint64]
	}{
		{"sorted", sorted},
		{"shuffled", shuffled(append([]population.Line[uint64](nil), sorted...))},
	}
	for _, order := range orders {
		b.Run(order.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var diary lifecycle.Diary[uint64]
				if err := diary.Add(order.lines...); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, len(order.lines), "lines/s")
		})
	}
}

// BenchmarkVisitor is the grouped form from the stream of lines to the visits of each
// customer.
func BenchmarkVisitor(b *testing.B) {
	lines := shopLines(2_000)
	b.ReportAllocs()
	for b.Loop() {
		var visitor lifecycle.Visitor[uint64]
		for run, err := range population.Runs(stream(lines)) {
			if err != nil {
				b.Fatal(err)
			}
			if _, err := visitor.Visits(run); err != nil {
				b.Fatal(err)
			}
		}
	}
	perSecond(b, len(lines), "lines/s")
}

// BenchmarkIntervals is the grouped form from each customer's lines to the population's
// habits.
func BenchmarkIntervals(b *testing.B) {
	lines := shopLines(5_000)
	var customers [][]population.Line[uint64]
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].Customer == lines[0].Customer {
			n++
		}
		customers, lines = append(customers, lines[:n]), lines[n:]
	}
	b.ReportAllocs()
	for b.Loop() {
		var intervals lifecycle.Intervals[uint64]
		for _, hers := range customers {
			if err := intervals.Add(hers); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := intervals.Habits(); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, 5_000*400, "lines/s")
}

func BenchmarkHabitsAdd(b *testing.B) {
	lines := shopLines(2_000)
	var diary lifecycle.Diary[uint64]
	if err := diary.Add(lines...); err != nil {
		b.Fatal(err)
	}
	var customers [][]lifecycle.Visits
	visits := 0
	for c := range uint64(2_000) {
		customers = append(customers, diary.Visits(c))
		for _, one := range customers[c] {
			visits += len(one.Days)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		var habits lifecycle.Habits
		for _, one := range customers {
			require.NoError(b, habits.Add(one))
		}
	}
	perSecond(b, visits, "visits/s")
}

// BenchmarkExpect asks for a customer with 10 gaps of her own among a population with
// so many different gaps.
func BenchmarkExpect(b *testing.B) {
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 10, HalfAtGaps: 5, WindowDays: 14,
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, distinct := range []int{12, 120, 1200} {
		b.Run(fmt.Sprintf("gaps=%d", distinct), func(b *testing.B) {
			var gaps lifecycle.Gaps
			for days := 1; days <= distinct; days++ {
				for range 1 + 1000/days {
					require.NoError(b, gaps.Add(customer.Days{1, customer.Date(1 + days)}))
				}
			}
			days, day := customer.Days{}, customer.Date(739_000)
			for _, gap := range []int{0, 9, 14, 21, 7, 14, 12, 16, 30, 13, 15} {
				day += customer.Date(gap)
				days.Add(day)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rhythm.Expect(days, &gaps, day+10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func perSecond(b *testing.B, n int, unit string) {
	b.Helper()
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), unit)
}
