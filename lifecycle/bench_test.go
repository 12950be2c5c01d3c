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

// BenchmarkIntervalsCounted is the same in a shop that is closed on Sundays and has a season
// for every tenth item.
func BenchmarkIntervalsCounted(b *testing.B) {
	lines := shopLines(1_000)
	var closed customer.Days
	for day := customer.Date(738_000); day < 741_000; day++ {
		if day.Weekday() == 0 {
			closed.Add(day)
		}
	}
	rules := seasonYearRules()
	rules.Seasons[0].Items = []uint32{0, 10, 20, 30}
	seasons, err := lifecycle.NewSeasons(rules, closed)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		intervals := lifecycle.NewIntervals[uint64](seasons)
		for c := range 1_000 {
			if err := intervals.Add(lines[c*400 : (c+1)*400]); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := intervals.Habits(); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, 1_000*400, "lines/s")
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

// BenchmarkExpectCounted is the same with 120 gaps in a season with closed days.
func BenchmarkExpectCounted(b *testing.B) {
	rhythm := newRhythm(b, lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "rhythm", Version: 1}, PriorGaps: 3, OwnGaps: 10, HalfAtGaps: 5, WindowDays: 14,
	})
	seasons, err := lifecycle.NewSeasons(seasonYearRules(), every(7, 500, on("2027-01-03")))
	require.NoError(b, err)
	gaps := lifecycle.NewGaps(seasons.Of(itemSeeds))
	for days := 1; days <= 120; days++ {
		require.NoError(b, gaps.Add(customer.Days{739_000, customer.Date(739_000 + 3*days)}))
	}
	days := every(40, 11, on("2026-09-20"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rhythm.Expect(days, gaps, on("2026-11-25")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewFrequency(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lifecycle.NewFrequency(frequencyRules()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	frequency, now := newFrequency(b, frequencyRules()), on("2026-11-25")
	days := every(7, 100, now)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := frequency.Compare(days, nil, now); err != nil {
			b.Fatal(err)
		}
	}
}

func perSecond(b *testing.B, n int, unit string) {
	b.Helper()
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), unit)
}
