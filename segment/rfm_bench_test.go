package segment_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// rfmPriced gives the year of lines amounts.
func rfmPriced[K population.Key](lines []population.Line[K]) []population.Line[K] {
	for i := range lines {
		lines[i].Priced, lines[i].Amount = true, lines[i].Units/1000*7
	}
	return lines
}

func BenchmarkRFMCount(b *testing.B) {
	numbers, texts := rfmPriced(yearOfLines(byNumber)), rfmPriced(yearOfLines(byText))
	b.Run("uint32", func(b *testing.B) { benchmarkRFMCount(b, numbers) })
	b.Run("text", func(b *testing.B) { benchmarkRFMCount(b, texts) })
}

// The lines of each customer are at hand, as population.Runs yields them.
func benchmarkRFMCount[K population.Key](b *testing.B, lines []population.Line[K]) {
	b.Helper()
	var runs [][]population.Line[K]
	for i := range lines {
		if i == 0 || lines[i].Customer != lines[i-1].Customer {
			runs = append(runs, lines[i:i])
		}
		last := &runs[len(runs)-1]
		*last = (*last)[:len(*last)+1]
	}
	counter := segment.NewRFMCounter[K](yearPeriod())
	b.ReportAllocs()
	for b.Loop() {
		for _, run := range runs {
			if _, err := counter.Count(run); err != nil {
				b.Fatal(err)
			}
		}
	}
	linesPerSecond(b, len(lines))
}

// RFM quintiles of lines in any order, as a whole: tallied, fitted and scored, one core.
func BenchmarkRFMUngrouped(b *testing.B) {
	lines := shuffled(chain{lines: 4_000_000, customers: 40_000}.slice())
	rules := rfmQuantiles()
	b.ReportAllocs()
	for b.Loop() {
		tally, census := segment.NewRFMTally[uint32](rules.Period(on)), segment.NewRFMCensus(rules.Period(on))
		if err := tally.Add(lines...); err != nil {
			b.Fatal(err)
		}
		for _, facts := range tally.All() {
			if err := census.Add(facts); err != nil {
				b.Fatal(err)
			}
		}
		fitted, _, err := segment.FitRFM(rules, census, on) // an axis whose cuts coincide has no scores
		if err != nil {
			b.Fatal(err)
		}
		rfm, err := segment.NewRFM(fitted, zone(b, fitted.Zone))
		if err != nil {
			b.Fatal(err)
		}
		scores := map[segment.Scores]int{}
		for _, facts := range tally.All() {
			scores[rfm.Scores(facts, segment.Scores{})]++
		}
		if len(scores) < 20 {
			b.Fatal(scores)
		}
	}
	linesPerSecond(b, len(lines))
}

func BenchmarkRFMCensusAdd(b *testing.B) {
	census := segment.NewRFMCensus(yearPeriod())
	facts := segment.RFMFacts{On: on, Lines: 400}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		facts.Last, facts.Days, facts.Bought = on-1-customer.Date(i%365), min(1+i%60, 365-i%365), int64(i%50_000)
		if err := census.Add(facts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRFMScores(b *testing.B) {
	rules := clubRules()
	rules.RecencySlackPermille, rules.FrequencySlackPermille, rules.MonetarySlackPermille = 100, 100, 100
	rfm, err := segment.NewRFM(rules, zone(b, rules.Zone))
	if err != nil {
		b.Fatal(err)
	}
	facts := segment.RFMFacts{On: on, Last: on - 60, Days: 9, Lines: 11, Bought: 812_40}
	b.Run("scores and group", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, keep := rfm.Group(rfm.Scores(facts, segment.Scores{Recency: 4})); !keep {
				b.Fatal("not kept")
			}
		}
	})
	b.Run("with reasons", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, why := rfm.Score(facts, segment.Scores{Recency: 4}); len(why) != 10 {
				b.Fatal(len(why))
			}
		}
	})
}

func BenchmarkRFMFit(b *testing.B) {
	rules := rfmQuantiles()
	census := segment.NewRFMCensus(rules.Period(on))
	for i := range 100_000 {
		facts := segment.RFMFacts{On: on, Last: on - 1 - customer.Date(i%365), Days: min(1+i%60, 365-i%365), Lines: 60, Bought: int64(i * 7 % 50_000)}
		if err := census.Add(facts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, unfit, err := segment.FitRFM(rules, census, on); err != nil || len(unfit) > 0 {
			b.Fatal(unfit, err)
		}
	}
}
