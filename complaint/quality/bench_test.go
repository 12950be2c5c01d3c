package quality_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/quality"
)

// The facts of a case with a whole life: two clocks, a chased promise, an issue with its remedy.
func BenchmarkOf(b *testing.B) {
	policy, gauge := shopPolicy(), newGauge()
	known := monthOfCases(policy)["C5"].Known
	instant := at("2026-07-15 09:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gauge.Of(policy, known, instant); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}

// The facts of one case in each report.
func BenchmarkAdd(b *testing.B) {
	policy, gauge := shopPolicy(), newGauge()
	facts := monthOfCases(policy)["C5"].facts(gauge, "2026-07-15 09:00")
	for _, kind := range kinds {
		b.Run(kind.name, func(b *testing.B) {
			report := must(kind.begin(gauge, june))
			b.ReportAllocs()
			for b.Loop() {
				if err := report.Add(&facts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// A list of ten thousand open cases.
func BenchmarkDigest(b *testing.B) {
	policy := shopPolicy()
	open := monthOfCases(policy)["C7"].Case
	cases := map[complaint.ID]complaint.Case{}
	for i := range 10_000 {
		cases[complaint.ID(fmt.Sprint(i))] = open
	}
	b.ReportAllocs()
	for b.Loop() {
		list, err := quality.Digest(policy, maps.All(cases), at("2026-06-30 09:00"))
		require.NoError(b, err)
		require.Len(b, list, len(cases))
	}
	b.ReportMetric(float64(b.N)*float64(len(cases))/b.Elapsed().Seconds(), "cases/s")
}
