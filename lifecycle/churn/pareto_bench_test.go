package churn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// paretoPopulation is a population of so many, seen for up to two years.
func paretoPopulation(b *testing.B, customers int) []churn.History {
	b.Helper()
	chance := rand.New(rand.NewPCG(1, 2))
	histories := make([]churn.History, customers)
	for i := range histories {
		histories[i] = paretoLive(chance, 0.553, 10.578*7, 0.606, 11.669*7, float64(1+chance.IntN(730)), 0).History
	}
	return histories
}

// BenchmarkFitParetoNBD fits the 2,357, at most 50 ms, and a million, at most 10 s.
func BenchmarkFitParetoNBD(b *testing.B) {
	for name, counts := range map[string]*churn.Counts{
		"CDNOW": cdnowCounts(b), "million": countsOf(b, paretoPopulation(b, 1_000_000)...),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := churn.FitParetoNBD(counts, churn.Weeks); err != nil {
					b.Fatal(err)
				}
			}
			reportCustomers(b, int(counts.Customers()))
		})
	}
}

// BenchmarkParetoNBD asks about 100,000 customers: Alive is to reach ten million a second,
// Expected one million.
func BenchmarkParetoNBD(b *testing.B) {
	histories := paretoPopulation(b, 100_000)
	model := newParetoNBD(b, schmittlein())
	far := newParetoNBD(b, pareto(0.553, 100, 0.606, 1)) // α far from β: by the integral
	for _, question := range []struct {
		name string
		ask  func(churn.History) float64
	}{
		{"Alive", model.Alive},
		{"AliveFar", far.Alive},
		{"Expected", func(h churn.History) float64 { return model.Expected(h, 90) }},
		{"LogLikelihood", func(h churn.History) float64 { return -model.LogLikelihood(h) }},
		{"Lifetime", func(h churn.History) float64 { sum, _ := model.Lifetime(h, 0.0027); return sum }},
	} {
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			sum := 0.0
			for b.Loop() {
				for _, history := range histories {
					sum += question.ask(history)
				}
			}
			require.Positive(b, sum)
			reportCustomers(b, len(histories))
		})
	}
}

func BenchmarkFitGammaGamma(b *testing.B) {
	chance := rand.New(rand.NewPCG(1, 2))
	million := new(churn.Spends)
	for range 1_000_000 {
		spending, _ := spendingLive(chance, spent(), 1+min(int32(chance.ExpFloat64()*3), 40))
		require.NoError(b, million.Add(spending))
	}
	for name, spends := range map[string]*churn.Spends{"CDNOW": spendsOf(b, cdnowSpendings(b)...), "million": million} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := churn.FitGammaGamma(spends, dollars()); err != nil {
					b.Fatal(err)
				}
			}
			reportCustomers(b, int(spends.Customers()))
		})
	}
}

func BenchmarkTrack(b *testing.B) {
	cohort, first := cdnowCohort(b)
	model := newParetoNBD(b, schmittlein())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cohort.Track(model, first, 39, 78); err != nil {
			b.Fatal(err)
		}
	}
}
