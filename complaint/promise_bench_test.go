package complaint_test

import (
	"fmt"
	"testing"

	"github.com/rapport-crm/rapport/complaint"
)

// A promise kept, decided and applied.
func BenchmarkKeep(b *testing.B) {
	g := promiseOpen(b, promisePolicy(b, nil))
	for i := range 4 {
		g.callback(b, fmt.Sprint("p-", i), "2026-11-25 10:00", "2026-11-25 11:00")
	}
	keep := complaint.Keep{Step: promiseStep(b, "keep", "2026-11-25 10:30"), Promise: "p-2"}
	b.ReportAllocs()
	for b.Loop() {
		if d, err := g.Keep(g.Case, keep); err != nil || len(d.Entries) != 1 {
			b.Fatal(err)
		}
	}
}

// The hundred oldest promises of 100,000 cases.
func BenchmarkOldest(b *testing.B) {
	const cases = 100_000
	g := promiseOpen(b, promisePolicy(b, nil))
	g.callback(b, "p-1", "2026-11-25 10:00", "2026-11-25 11:00")
	all := func(yield func(complaint.ID, complaint.Case) bool) {
		c := g.Case
		for i := range cases {
			if !yield(complaint.ID(fmt.Sprint("K-", i)), c) {
				return
			}
		}
	}
	at := promiseAt(b, "2026-12-25 10:00")
	b.ReportAllocs()
	for b.Loop() {
		if len(g.Oldest(all, 20, 100, at)) != 100 {
			b.Fatal("too few")
		}
	}
	b.ReportMetric(float64(cases)*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
