package segment_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// benchTraits are as many traits as yearOfLines has categories.
func benchTraits(b *testing.B) *segment.Traits {
	b.Helper()
	rules := segment.TraitRules{Edition: customer.Edition{ID: "bench", Version: 1}, Zone: "UTC", WindowDays: 365}
	for i := range benchCategories {
		rules.Traits = append(rules.Traits, segment.TraitRule{
			Name: fmt.Sprintf("trait-%03d", i), Labels: []string{fmt.Sprint(i)}, MinDays: 2, WithinDays: 60, ExpiresAfterDays: 90,
		})
	}
	traits, err := segment.NewTraits(rules, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	return traits
}

// The grouped form as a whole: runs and inference.
func BenchmarkTraitCounter(b *testing.B) {
	traits, lines := benchTraits(b), yearOfLines(byNumber)
	b.ReportAllocs()
	for b.Loop() {
		counter, err := segment.NewTraitCounter[uint32](traits, on)
		if err != nil {
			b.Fatal(err)
		}
		held := 0
		for run, err := range population.Runs(stream(lines)) {
			if err != nil {
				b.Fatal(err)
			}
			traits, err := counter.Infer(run)
			if err != nil {
				b.Fatal(err)
			}
			held += len(traits)
		}
		if held == 0 {
			b.Fatal("nobody has any trait")
		}
	}
	linesPerSecond(b, len(lines))
}

func BenchmarkTraitTally(b *testing.B) {
	traits, lines := benchTraits(b), yearOfLines(byNumber)
	for name, lines := range map[string][]line{"sorted": lines, "shuffled": shuffled(lines)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tally, err := segment.NewTraitTally[uint32](traits, on)
				if err != nil {
					b.Fatal(err)
				}
				if err := tally.Add(lines...); err != nil {
					b.Fatal(err)
				}
			}
			linesPerSecond(b, len(lines))
		})
	}
}
