package churn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// benchPopulation is a population of so many, seen for up to two years.
func benchPopulation(b *testing.B, customers int) []churn.History {
	b.Helper()
	chance := rand.New(rand.NewPCG(1, 2))
	histories := make([]churn.History, customers)
	for i := range histories {
		histories[i] = live(chance, 0.5248, 6.1831*7, 0.8914, 1.614, true, float64(1+chance.IntN(730)), 0).History
	}
	return histories
}

func reportCustomers(b *testing.B, each int) {
	b.Helper()
	b.ReportMetric(float64(b.N)*float64(each)/b.Elapsed().Seconds(), "customers/s")
}

func benchFit(b *testing.B, counts *churn.Counts) {
	b.Helper()
	b.Run("BGNBD", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := churn.FitBGNBD(counts, churn.Weeks); err != nil {
				b.Fatal(err)
			}
		}
		reportCustomers(b, int(counts.Customers()))
	})
	b.Run("MBGNBD", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := churn.FitMBGNBD(counts, churn.Weeks); err != nil {
				b.Fatal(err)
			}
		}
		reportCustomers(b, int(counts.Customers()))
	})
}

// BenchmarkFitCDNOW fits the 2,357: at most 50 ms.
func BenchmarkFitCDNOW(b *testing.B) { benchFit(b, cdnowCounts(b)) }

// BenchmarkFitMillion fits a million: at most 10 s.
func BenchmarkFitMillion(b *testing.B) {
	benchFit(b, countsOf(b, benchPopulation(b, 1_000_000)...))
}

func BenchmarkCounts(b *testing.B) {
	histories := benchPopulation(b, 1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, new(churn.Counts).Add(histories...))
	}
	reportCustomers(b, len(histories))
}

func benchAsk(b *testing.B, ask func(asker, churn.History) float64) {
	b.Helper()
	histories := benchPopulation(b, 100_000)
	names := []string{"BGNBD", "MBGNBD"}
	for i, model := range []asker{newBGNBD(b, published()), newMBGNBD(b, batislam())} {
		b.Run(names[i], func(b *testing.B) {
			b.ReportAllocs()
			sum := 0.0
			for b.Loop() {
				for _, history := range histories {
					sum += ask(model, history)
				}
			}
			require.Positive(b, sum)
			reportCustomers(b, len(histories))
		})
	}
}

// BenchmarkAlive: ten million customers a second.
func BenchmarkAlive(b *testing.B) {
	benchAsk(b, func(model asker, history churn.History) float64 { return model.Alive(history) })
}

// BenchmarkExpected: a million customers a second.
func BenchmarkExpected(b *testing.B) {
	benchAsk(b, func(model asker, history churn.History) float64 { return model.Expected(history, 90) })
}

// BenchmarkExpectedYear looks a year ahead, half a population's age and more.
func BenchmarkExpectedYear(b *testing.B) {
	benchAsk(b, func(model asker, history churn.History) float64 { return model.Expected(history, 365) })
}
