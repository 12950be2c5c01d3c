package desk_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// exactC is Erlang C by its definition, in exact fractions:
//
//	a^n/n! · n/(n−a)  ÷  ( Σ_{k<n} a^k/k!  +  a^n/n! · n/(n−a) )
func exactC(load desk.Load, agents int) *big.Rat {
	a := big.NewRat(int64(load.Arrivals)*int64(load.MeanSeconds), int64(load.IntervalSeconds))
	term, sum := big.NewRat(1, 1), new(big.Rat)
	for k := 1; k <= agents; k++ {
		sum.Add(sum, term) // a^(k-1)/(k-1)!
		term = new(big.Rat).Mul(term, new(big.Rat).Quo(a, big.NewRat(int64(k), 1)))
	}
	n := big.NewRat(int64(agents), 1)
	waiting := new(big.Rat).Mul(term, new(big.Rat).Quo(n, new(big.Rat).Sub(n, a)))
	return waiting.Quo(waiting, new(big.Rat).Add(sum, waiting))
}

// ceil rounds an exact fraction up.
func ceil(r *big.Rat) int64 {
	up := new(big.Int).Add(r.Num(), new(big.Int).Sub(r.Denom(), big.NewInt(1)))
	return up.Div(up, r.Denom()).Int64()
}

// Published worked examples: 360 calls in half an hour of four minutes, 55 agents, 15 seconds
// (the usual description of the formula step by step, after Angus): 24 % wait, 8.2 s on
// average, 84.6 % within 15 s, agents 87.3 % busy. 100 calls in half an hour of three
// minutes: 14 agents for 80 % within 20 s, of whom 71.4 % busy, 17.4 % wait, 88.8 % in
// time, 7.8 s on average.
func TestServicePublished(t *testing.T) {
	figures, err := desk.Service(desk.Load{Arrivals: 360, IntervalSeconds: 1800, MeanSeconds: 240}, 55, 15)
	require.NoError(t, err)
	assert.Equal(t, desk.Figures{
		Agents: 55, LoadMilli: 48_000, BusyPermille: 873, WaitPermille: 239, WithinPermille: 845, MeanWaitMillis: 8185,
	}, figures)

	staffing, err := desk.Staff(desk.Load{Arrivals: 100, IntervalSeconds: 1800, MeanSeconds: 180}, desk.Target{WithinPermille: 800, WithinSeconds: 20})
	require.NoError(t, err)
	assert.Equal(t, 14, staffing.Agents)
	assert.Equal(t, desk.Figures{
		Agents: 14, LoadMilli: 10_000, BusyPermille: 715, WaitPermille: 175, WithinPermille: 888, MeanWaitMillis: 7836,
	}, staffing.Needed)
	assert.Equal(t, "14 agents, 715 ‰ busy, 175 ‰ wait, 888 ‰ in time, mean wait 7836 ms", staffing.Needed.String())
	assert.Equal(t, []string{"desk.agents", "desk.within"}, codes(staffing.Because))
}

// Values of the textbooks: C(1, a) = a, C(2, 1) = 1/3, C(5, 4) = .554, C(10, 8) = .409; whole
// thousandths are not rounded up by a hair.
func TestServiceTextbook(t *testing.T) {
	for _, tc := range []struct {
		arrivals, agents int // of a second each, in 1000 seconds: the load is arrivals thousandths
		wait             int64
	}{
		{200, 1, 200}, {700, 1, 700}, {999, 1, 999}, {1, 1, 1}, {1000, 2, 334}, {4000, 5, 555}, {8000, 10, 410},
	} {
		figures, err := desk.Service(desk.Load{Arrivals: tc.arrivals, IntervalSeconds: 1000, MeanSeconds: 1}, tc.agents, 0)
		require.NoError(t, err)
		assert.Equal(t, tc.wait, figures.WaitPermille, "%+v", tc)
		assert.Equal(t, 1000-tc.wait, figures.WithinPermille, "at once: %+v", tc)
	}
}

// All that is rounded is what exact fractions give.
func TestServiceIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := rapid.IntRange(1, 150).Draw(t, "agents")
		load := desk.Load{
			IntervalSeconds: rapid.IntRange(1, 3600).Draw(t, "interval"),
			MeanSeconds:     rapid.IntRange(1, 600).Draw(t, "mean"),
		}
		most := (agents*load.IntervalSeconds - 1) / load.MeanSeconds
		load.Arrivals = rapid.IntRange(0, most).Draw(t, "arrivals")
		within := rapid.IntRange(0, 900).Draw(t, "within")
		got, err := desk.Service(load, agents, within)
		require.NoError(t, err)
		c := exactC(load, agents)
		thousand := big.NewRat(1000, 1)
		require.Equal(t, ceil(new(big.Rat).Mul(c, thousand)), max(got.WaitPermille, tiny(c)), "%+v %d", load, agents)
		a := big.NewRat(int64(load.Arrivals)*int64(load.MeanSeconds), int64(load.IntervalSeconds))
		mean := new(big.Rat).Mul(c, big.NewRat(int64(load.MeanSeconds)*1000, 1))
		mean.Quo(mean, new(big.Rat).Sub(big.NewRat(int64(agents), 1), a))
		require.Equal(t, ceil(mean), max(got.MeanWaitMillis, tiny(mean)))
		share, _ := c.Float64() // P(W > t) = C · exp(−(n−a)·t/T)
		spare, _ := new(big.Rat).Sub(big.NewRat(int64(agents), 1), a).Float64()
		intime := 1000 * (1 - share*math.Exp(-spare*float64(within)/float64(load.MeanSeconds)))
		require.LessOrEqual(t, float64(got.WithinPermille), intime+1e-6)
		require.Greater(t, float64(got.WithinPermille), intime-1-1e-6)
		require.Equal(t, ceil(new(big.Rat).Mul(a, thousand)), got.LoadMilli)
		require.Equal(t, ceil(new(big.Rat).Mul(a, big.NewRat(1000, int64(agents)))), got.BusyPermille)
	})
}

// tiny is 1 for what is above 0 and is told as 0: less than a millionth of a millionth of a
// figure.
func tiny(r *big.Rat) int64 {
	if r.Sign() > 0 && r.Cmp(big.NewRat(1, 100_000_000_000)) < 0 {
		return 1
	}
	return 0
}

// With 10,000 agents nothing overflows: against exact fractions of 600 digits' worth, in
// floats of 600 bits.
func TestServiceLarge(t *testing.T) {
	for _, tc := range []struct{ agents, arrivals int }{{10_000, 9_900}, {10_000, 9_999}, {10_000, 5_000}, {9_000, 8_950}, {2_000, 1_999}} {
		got, err := desk.Service(desk.Load{Arrivals: tc.arrivals, IntervalSeconds: 60, MeanSeconds: 60}, tc.agents, 0)
		require.NoError(t, err)
		number := func(n int) *big.Float { return new(big.Float).SetPrec(600).SetInt64(int64(n)) }
		term, sum := number(1), number(0)
		for k := 1; k <= tc.agents; k++ {
			sum.Add(sum, term)
			term.Mul(term, number(tc.arrivals)).Quo(term, number(k))
		}
		term.Mul(term, number(tc.agents)).Quo(term, number(tc.agents-tc.arrivals))
		c, _ := new(big.Float).Quo(term, sum.Add(sum, term)).Float64()
		assert.Equal(t, int64(math.Ceil(c*1000-1e-9)), got.WaitPermille, "%+v", tc)
		assert.Equal(t, int64(math.Ceil(c*60_000/float64(tc.agents-tc.arrivals)-1e-9)), got.MeanWaitMillis, "%+v", tc)
	}
}

// A queue into which as much comes as goes out has no mean wait: it is said, not calculated.
func TestServiceGrows(t *testing.T) {
	load := desk.Load{Arrivals: 60, IntervalSeconds: 3600, MeanSeconds: 180} // three agents' work
	for agents, grows := range []bool{true, true, true, true, false} {
		got, err := desk.Service(load, agents, 60)
		require.NoError(t, err)
		assert.Equal(t, grows, got.Grows, agents)
		if grows {
			assert.Equal(t, desk.Figures{Agents: agents, LoadMilli: 3000, BusyPermille: 1000, WaitPermille: 1000, MeanWaitMillis: desk.Endless, Grows: true}, got)
		} else {
			assert.Less(t, got.MeanWaitMillis, int64(desk.Endless))
		}
	}
	got, err := desk.Service(desk.Load{IntervalSeconds: 1, MeanSeconds: 1}, 0, 0)
	require.NoError(t, err)
	assert.True(t, got.Grows, "nobody serves")
	assert.Equal(t, "0 agents, the queue grows", got.String())
	got, err = desk.Service(desk.Load{IntervalSeconds: 1, MeanSeconds: 1}, 1, 0)
	require.NoError(t, err)
	assert.Equal(t, desk.Figures{Agents: 1, WithinPermille: 1000}, got, "nobody comes")
}

func loads(t *rapid.T) desk.Load {
	return desk.Load{
		Arrivals:        rapid.IntRange(0, 2000).Draw(t, "arrivals"),
		IntervalSeconds: rapid.SampledFrom([]int{1, 60, 900, 1800, 3600}).Draw(t, "interval"),
		MeanSeconds:     rapid.IntRange(1, 900).Draw(t, "mean"),
	}
}

// More agents never mean more wait, and more load never less.
func TestServiceIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load := loads(t)
		a := load.Arrivals * load.MeanSeconds / load.IntervalSeconds
		agents := min(desk.MaxServers-1, max(0, a-3)+rapid.IntRange(0, 40).Draw(t, "agents"))
		within := rapid.IntRange(0, 600).Draw(t, "within")
		worse := func(x, y desk.Figures) { // y is no worse than x
			require.LessOrEqual(t, y.BusyPermille, x.BusyPermille)
			require.LessOrEqual(t, y.WaitPermille, x.WaitPermille)
			require.LessOrEqual(t, y.MeanWaitMillis, x.MeanWaitMillis)
			require.GreaterOrEqual(t, y.WithinPermille, x.WithinPermille)
		}
		few, err := desk.Service(load, agents, within)
		require.NoError(t, err)
		more, err := desk.Service(load, agents+1, within)
		require.NoError(t, err)
		worse(few, more)
		later, err := desk.Service(load, agents, within+1)
		require.NoError(t, err)
		require.GreaterOrEqual(t, later.WithinPermille, few.WithinPermille)
		load.Arrivals++
		busier, err := desk.Service(load, agents, within)
		require.NoError(t, err)
		worse(busier, few)
	})
}

// Staff finds the fewest; more load never needs fewer.
func TestStaffFindsTheFewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load := loads(t)
		load.Arrivals, load.IntervalSeconds = load.Arrivals%100, 900
		target := desk.Target{
			WithinPermille:   rapid.SampledFrom([]int{0, 1, 500, 800, 950, 999}).Draw(t, "permille"),
			MeanWaitSeconds:  rapid.SampledFrom([]int{0, 1, 30, 300}).Draw(t, "mean wait"),
			MostBusyPermille: rapid.SampledFrom([]int{0, 1, 700, 850, 1000}).Draw(t, "busy"),
			SlackPermille:    rapid.SampledFrom([]int{0, 1, 100, 300}).Draw(t, "slack"),
		}
		if target.WithinPermille > 0 {
			target.WithinSeconds = rapid.IntRange(0, 120).Draw(t, "within")
		}
		if target == (desk.Target{SlackPermille: target.SlackPermille}) {
			target.MeanWaitSeconds = 60
		}
		meets := func(f desk.Figures) bool {
			return !f.Grows && f.WithinPermille >= int64(target.WithinPermille) &&
				(target.MeanWaitSeconds == 0 || f.MeanWaitMillis <= 1000*int64(target.MeanWaitSeconds)) &&
				(target.MostBusyPermille == 0 || f.BusyPermille <= int64(target.MostBusyPermille))
		}
		got, err := desk.Staff(load, target)
		if err != nil {
			figures, err := desk.Service(load, desk.MaxServers, target.WithinSeconds)
			require.NoError(t, err)
			require.False(t, meets(figures))
			return
		}
		require.True(t, meets(got.Needed))
		n := got.Needed.Agents
		require.Equal(t, int(math.Ceil(float64(n)*float64(1000+target.SlackPermille)/1000-1e-9)), got.Agents)
		fewer, err := desk.Service(load, n-1, target.WithinSeconds)
		require.NoError(t, err)
		require.False(t, meets(fewer))
		load.Arrivals++
		more, err := desk.Staff(load, target)
		if err == nil {
			require.GreaterOrEqual(t, more.Agents, got.Agents)
		}
	})
}

func TestStaffTooMuch(t *testing.T) {
	load := desk.Load{Arrivals: 9_999, IntervalSeconds: 60, MeanSeconds: 60}
	_, err := desk.Staff(load, desk.Target{MostBusyPermille: 1000})
	require.NoError(t, err)
	load.Arrivals = 10_000
	_, err = desk.Staff(load, desk.Target{MostBusyPermille: 1000})
	why := missing(t, err)
	assert.Equal(t, []string{"desk.too-much"}, codes(why))
	assert.Equal(t, int64(10_000_000), why[0].Fact)
	_, err = desk.Cope(load, desk.Hall{}, desk.Target{MostBusyPermille: 1000})
	assert.Equal(t, why, missing(t, err))
}

// row A16: four windows, two of them open, five of the staff behind.
func TestCope(t *testing.T) {
	target := desk.Target{MeanWaitSeconds: 10 * 60}
	for _, tc := range []struct {
		name    string
		hourly  int // customers, four minutes each
		hall    desk.Hall
		want    desk.Capacity // without its figures and reasons
		because []string
	}{
		{"two are enough", 25, desk.Hall{Windows: 4, Open: 2, Behind: 5}, desk.Capacity{Met: true, Needs: 2}, []string{"desk.agents", "desk.mean-wait"}},
		{
			"nobody opened the third", 30,
			desk.Hall{Windows: 4, Open: 2, Behind: 5},
			desk.Capacity{Needs: 3, Opens: 1},
			[]string{"desk.agents", "desk.grows", "desk.unopened"},
		},
		{
			"two more windows, nobody for them", 50,
			desk.Hall{Windows: 4, Open: 2},
			desk.Capacity{Needs: 4, ShortStaff: 2},
			[]string{"desk.agents", "desk.grows", "desk.short-staff"},
		},
		{
			"one for two windows", 50,
			desk.Hall{Windows: 4, Open: 2, Behind: 1},
			desk.Capacity{Needs: 4, Opens: 1, ShortStaff: 1},
			[]string{"desk.agents", "desk.grows", "desk.unopened", "desk.short-staff"},
		},
		{
			"too small a hall", 100,
			desk.Hall{Windows: 4, Open: 2, Behind: 5},
			desk.Capacity{Needs: 8, Opens: 2, ShortWindows: 4},
			[]string{"desk.agents", "desk.grows", "desk.unopened", "desk.short-windows"},
		},
		{
			"too small, and too few", 100,
			desk.Hall{Windows: 4, Open: 2, Behind: 1},
			desk.Capacity{Needs: 8, Opens: 1, ShortStaff: 1, ShortWindows: 4},
			[]string{"desk.agents", "desk.grows", "desk.unopened", "desk.short-staff", "desk.short-windows"},
		},
		{"more open than it takes", 5, desk.Hall{Windows: 4, Open: 3}, desk.Capacity{Met: true, Needs: 1}, []string{"desk.agents", "desk.mean-wait"}},
		{"all closed", 5, desk.Hall{Windows: 4, Behind: 5}, desk.Capacity{Needs: 1, Opens: 1}, []string{"desk.agents", "desk.grows", "desk.unopened"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			load := desk.Load{Arrivals: tc.hourly, IntervalSeconds: 3600, MeanSeconds: 240}
			got, err := desk.Cope(load, tc.hall, target)
			require.NoError(t, err)
			assert.Equal(t, tc.hall.Open, got.Now.Agents)
			assert.Equal(t, tc.hall.Open+tc.want.Opens, got.Could.Agents)
			assert.Equal(t, tc.because, codes(got.Because))
			got.Now, got.Could, got.Because = desk.Figures{}, desk.Figures{}, nil
			assert.Equal(t, tc.want, got)

			slack := target
			slack.SlackPermille = 1000
			again, err := desk.Cope(load, tc.hall, slack)
			require.NoError(t, err)
			assert.Equal(t, tc.want.Needs, again.Needs, "slack is no part of now")
		})
	}
}

func TestStaffingFaults(t *testing.T) {
	load := desk.Load{Arrivals: -1, IntervalSeconds: 86_401, MeanSeconds: 0}
	_, err := desk.Staff(load, desk.Target{WithinSeconds: 1})
	assert.Equal(t, []string{"arrivals", "interval_seconds", "mean_seconds", "", "within_seconds"}, customertest.Paths(t, err))
	_, err = desk.Staff(desk.Load{IntervalSeconds: 1, MeanSeconds: 1}, desk.Target{
		WithinPermille: 1000, WithinSeconds: -1, MeanWaitSeconds: -1, MostBusyPermille: 1001, SlackPermille: -1,
	})
	assert.Equal(t, []string{"within_permille", "within_seconds", "mean_wait_seconds", "most_busy_permille", "slack_permille"}, customertest.Paths(t, err))
	_, err = desk.Service(load, 10_001, -1)
	assert.Equal(t, []string{"arrivals", "interval_seconds", "mean_seconds", "agents", "within_seconds"}, customertest.Paths(t, err))
	_, err = desk.Cope(desk.Load{IntervalSeconds: 1, MeanSeconds: 1}, desk.Hall{Windows: 1, Open: 2, Behind: -1}, desk.Target{MeanWaitSeconds: 1})
	assert.Equal(t, []string{"hall.open", "hall.behind"}, customertest.Paths(t, err))
}
