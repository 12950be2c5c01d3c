package lifecycle_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// A population's risks on one day: a list of a thousand out of a million customers, in any
// order and from the safest to the worst, where every row is better than those before.
func BenchmarkRiskListAdd(b *testing.B) {
	rules := riskRules()
	rules.Most = 1000
	risks := newRisks(b, rules)
	const customers = 1_000_000
	stakes := make([]lifecycle.Stake, customers)
	for name, stake := range map[string]func(i int, chance *rand.Rand) lifecycle.Stake{
		"any order": func(_ int, chance *rand.Rand) lifecycle.Stake {
			return lifecycle.Stake{Likelihood: chance.Int64N(1001), Value: chance.Int64N(200_000), Stage: lifecycle.Mature}
		},
		"worst last": func(i int, _ *rand.Rand) lifecycle.Stake {
			return lifecycle.Stake{Likelihood: 500, Value: int64(i), Stage: lifecycle.Mature}
		},
	} {
		b.Run(name, func(b *testing.B) {
			chance := rand.New(rand.NewPCG(1, 2))
			for i := range stakes {
				stakes[i] = stake(i, chance)
			}
			b.ReportAllocs()
			for b.Loop() {
				list := newRiskList[uint64](b, risks)
				for i := range stakes {
					if err := list.Add(uint64(i), stakes[i]); err != nil {
						b.Fatal(err)
					}
				}
				if len(list.Rows()) != 1000 {
					b.Fatal("the list is not full")
				}
			}
			perSecond(b, customers, "customers/s")
		})
	}
}

func BenchmarkLadderStep(b *testing.B) {
	ladder, day := newLadder(b, ladderRules()), on("2026-07-01")
	opened, err := ladder.Step(lifecycle.Standing{}, silentSince(day-30, 10, day), lifecycle.Bars{}, lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(day)})
	require.NoError(b, err)
	for _, bench := range []struct {
		name     string
		standing lifecycle.Standing
		silence  int
	}{{"nothing is due", opened.Next, 40}, {"opens", lifecycle.Standing{}, 30}, {"steps", opened.Next, 60}} {
		b.Run(bench.name, func(b *testing.B) {
			day := day.AddDays(bench.silence - 30)
			expectation, wake := silentSince(day.AddDays(-bench.silence), 10, day), lifecycle.Wake{Ref: "r", Customer: "c", At: ladderNoon(day)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ladder.Step(bench.standing, expectation, lifecycle.Bars{}, wake); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUpliftAdd(b *testing.B) {
	uplift := newUplift(b)
	attempts := make([]lifecycle.Attempt, 1000)
	for i := range attempts {
		attempts[i] = attemptOf(nil)
		if i%3 == 0 {
			upliftCameBack("2026-07-31", int64(i))(&attempts[i])
		}
		attempts[i].Taken[1].Rung = fmt.Sprint("letter ", i%5)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range attempts {
			if err := uplift.Add(attempts[i], customer.Date(0)); err != nil {
				b.Fatal(err)
			}
		}
	}
	perSecond(b, len(attempts), "attempts/s")
}
