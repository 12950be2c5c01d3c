package churn_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// pareto are parameters per week.
func pareto(r, alpha, s, beta float64) churn.ParetoNBDParameters {
	return churn.ParetoNBDParameters{UnitDays: churn.Weeks, R: r, Alpha: alpha, S: s, Beta: beta}
}

// schmittlein are the published parameters for CDNOW.
func schmittlein() churn.ParetoNBDParameters { return pareto(.553, 10.578, .606, 11.669) }

func newParetoNBD(t require.TestingT, parameters churn.ParetoNBDParameters) *churn.ParetoNBD {
	model, err := churn.NewParetoNBD(parameters)
	require.NoError(t, err)
	return model
}

// Fader, Hardie and Lee (2005) publish r .553, α 10.578, s .606, β 11.669 and a
// log-likelihood of −9,595.0 for CDNOW. The further digits are those at which the
// likelihood in Hardie's form, computed by mpmath in 30 digits, has no slope, and the
// standard errors are from its second differences there.
func TestFitParetoNBD(t *testing.T) {
	model, fit, err := churn.FitParetoNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	assert.True(t, fit.Converged)
	assert.EqualValues(t, 2357, fit.Customers)
	assert.InDelta(t, -9594.97617893954311, fit.LogLikelihood, 1e-8)
	assert.Less(t, fit.Gradient, 1e-3)
	assert.Less(t, fit.Evaluations, 100)
	for i, want := range []struct {
		name                          string
		published, value, standardErr float64
	}{
		{"r", .553, 0.5532770469, 0.04762792597},
		{"alpha", 10.578, 10.577683463682, 0.8427225337},
		{"s", .606, 0.6062399887, 0.1872813419},
		{"beta", 11.669, 11.668735274396, 6.211113575},
	} {
		estimate := fit.Estimates[i]
		assert.Equal(t, want.name, estimate.Name)
		assert.InDelta(t, want.published, estimate.Value, 0.0005, want.name)
		assert.InEpsilon(t, want.value, estimate.Value, 2e-6, want.name)
		assert.InEpsilon(t, want.standardErr, estimate.StandardError, 1e-5, want.name)
	}
	sum := 0.0
	for _, customer := range cdnow(t) {
		sum += model.LogLikelihood(customer.History)
	}
	assert.InDelta(t, fit.LogLikelihood, sum, 1e-8)

	// Per day, the rates are a seventh, and nothing else changes.
	daily, perDay, err := churn.FitParetoNBD(cdnowCounts(t), churn.Days)
	require.NoError(t, err)
	assert.InEpsilon(t, 7*fit.Estimates[1].Value, perDay.Estimates[1].Value, 1e-6)
	assert.InEpsilon(t, model.Newcomer(364), daily.Newcomer(364), 1e-9)
}

// An independent implementation's Pareto/NBD sums to 1,666 of the 1,882 purchases of the
// second 39 weeks, with a correlation of .630 and a mean error of .755; each customer's
// plain past rate to 2,930, with .584 and 1.024.
func TestParetoNBDHoldout(t *testing.T) {
	model, _, err := churn.FitParetoNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	wantHoldout(t, model, 1665.5, 0.7555, 0.6295)

	told, off := 0.0, 0.0
	for _, customer := range cdnow(t) {
		rate := float64(customer.Repeats) / float64(customer.AgeDays) * 273
		told += rate
		off += math.Abs(rate - float64(customer.heldOut))
	}
	assert.InDelta(t, 2930, told, 0.5)
	assert.InDelta(t, 1.024, off/2357, 0.0005)
}

// The R package BTYD's walkthrough asks the published model for its newcomer, and for
// customer 1516, who bought 26 times again up to week 30.86 of 31.
func TestParetoNBDWalkthrough(t *testing.T) {
	model := newParetoNBD(t, schmittlein())
	often := churn.History{Repeats: 26, RecencyDays: 216, AgeDays: 217}
	assert.InDelta(t, 1.473, model.Newcomer(364), 0.0005)
	assert.InDelta(t, 25.46, model.Expected(often, 364), 0.005)
	assert.InDelta(t, 0.9979, model.Alive(often), 0.00005)
}

// Hardie's closed forms, computed by mpmath in 80 digits: α below, at and above β, s = 1
// where a power becomes a logarithm, and ten thousand purchases and weeks.
func TestParetoNBD(t *testing.T) {
	for _, test := range []struct {
		parameters                  churn.ParetoNBDParameters
		history                     churn.History
		horizonDays                 int
		likelihood, alive, expected float64
	}{
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{0, 0, 272}, 273, -0.5210368564101566, 0.295303374265796, 0.107092833820643},
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{2, 213, 272}, 273, -9.55412282414903, 0.869186154651162, 1.45522613094935},
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{26, 217, 217}, 364, -39.13375497809766, 1.0, 25.5115693885313},
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{10, 140, 273}, 364, -24.67127355418962, 0.0804345531607043, 0.706344342641165},
		{pareto(1, 10, 1, 10), churn.History{3, 70, 140}, 140, -9.768029005721022, 0.431266846361186, 0.881208623208178},
		{pareto(2, 5, 1, 50), churn.History{3, 70, 140}, 7000, -9.478104006978584, 0.573603034885041, 21.8983636736753},
		{pareto(2, 50, 1.5, 5), churn.History{3, 70, 140}, 70, -11.60361899015444, 0.349617965588056, 0.193345908720651},
		{pareto(0.5, 1000, 0.5, 0.01), churn.History{0, 0, 700}, 365, -0.0009439650912702518, 0.00954315335006453, 0.000202544091427308},
		{pareto(0.5, 0.01, 0.5, 1000), churn.History{0, 0, 700}, 365, -4.558509058677366, 0.909949464333218, 0.234466690734666},
		{pareto(0.02, 0.01, 3, 100000), churn.History{1, 7, 7}, 7, -4.01430574646814, 1.0, 1.00988584193762},
		{pareto(0.5, 30, 0.7, 0.001), churn.History{7, 7, 70000}, 70, -22.48720737352158, 4.15366580653541e-22, 3.10484509987766e-24},
		{pareto(3, 20, 2, 40), churn.History{9000, 10000, 10000}, 7, 7442.755003176346, 1.0, 6.2108595728624},
		{pareto(3, 20, 2, 40), churn.History{9000, 9000, 10000}, 7000, 8369.292093500725, 0, 0},
		{pareto(3, 40, 2, 20), churn.History{10000, 69990, 70000}, 70000, -10045.6772018951, 0.999368970265531, 4983.40364077418},
		{pareto(100, 200, 0.05, 2), churn.History{5, 35, 70}, 700, -8.450300488544948, 0.878571354134045, 40.7680429625929},
	} {
		model := newParetoNBD(t, test.parameters)
		assert.InDelta(t, test.likelihood, model.LogLikelihood(test.history), 1e-13*max(1, math.Abs(test.likelihood)), "%+v", test)
		if test.alive == 0 { // 4e-403
			assert.Zero(t, model.Alive(test.history))
			assert.Zero(t, model.Expected(test.history, test.horizonDays))
			continue
		}
		assert.InEpsilon(t, test.alive, model.Alive(test.history), 1e-12, "%+v", test)
		assert.InEpsilon(t, test.expected, model.Expected(test.history, test.horizonDays), 1e-12, "%+v", test)
	}
	model := newParetoNBD(t, schmittlein())
	// So small that floating-point numbers run out of digits: it falls with the silence still.
	lost := newParetoNBD(t, churn.ParetoNBDParameters{UnitDays: 1, R: 0.3, Alpha: 0.5, S: 0.7, Beta: 90})
	for recency := int32(140); recency < 180; recency++ {
		quiet := churn.History{117, recency, 91048}
		later := churn.History{117, recency + 1, 91048}
		assert.LessOrEqual(t, lost.Alive(quiet), lost.Alive(later), "%d", recency)
	}
	newcomer := model.Expected(churn.History{}, 100)
	assert.InEpsilon(t, newcomer, model.Newcomer(100), 1e-15)
	for _, nobody := range []churn.History{{2, 0, 10}, {0, 5, 10}, {3, 2, 10}, {-1, 0, 10}, {1, 11, 10}, {0, 0, churn.MaxDays + 1}} {
		assert.Zero(t, model.LogLikelihood(nobody))
		assert.Zero(t, model.Alive(nobody))
		assert.Zero(t, model.Expected(nobody, 10))
	}
	assert.Zero(t, model.Newcomer(0))
	assert.Zero(t, model.Newcomer(-5))
	assert.Zero(t, model.Expected(churn.History{}, 0))
	assert.InDelta(t, model.Newcomer(churn.MaxDays), model.Newcomer(math.MaxInt), 0)
}

// More purchases before the same silence, and less is to be hoped for: last bought in
// week 20 of 39, the next year. A rule "frequent is safe" is wrong exactly for the best
// customers who went quiet. A one-time buyer is the likelier lost the longer she is
// silent, too.
func TestParetoNBDParadox(t *testing.T) { // row D6
	model := newParetoNBD(t, schmittlein())
	for _, test := range []struct {
		repeats int32
		want    float64
		digits  float64
	}{{10, 0.71, 0.005}, {15, 0.14, 0.005}, {20, 0.023, 0.0005}, {25, 0.003, 0.0005}} {
		quiet := churn.History{Repeats: test.repeats, RecencyDays: 140, AgeDays: 273}
		assert.InDelta(t, test.want, model.Expected(quiet, 364), test.digits, "%d", test.repeats)
	}
	before := 1.0
	for age := int32(1); age < 3650; age++ {
		alive := model.Alive(churn.History{AgeDays: age})
		require.Less(t, alive, before)
		before = alive
	}
	assert.EqualValues(t, 295, churn.Thousandths(model.Alive(churn.History{AgeDays: 272})))
}

// paretoStory is one customer's likelihood, her being a customer still, and what she then
// buys, given her rates λ and μ, integrated over both gamma distributions: what the model
// says before anything is worked out. In the logarithms of the rates the integrands are
// smooth and fade on both sides, where the trapezoidal rule is exact to all digits that
// count.
func paretoStory(p churn.ParetoNBDParameters, h churn.History, horizonDays int) (logLikelihood, alive, expected float64) {
	unit := float64(p.UnitDays)
	x, last, age, horizon := float64(h.Repeats), float64(h.RecencyDays)/unit, float64(h.AgeDays)/unit, float64(horizonDays)/unit
	logGamma := func(x float64) float64 { value, _ := math.Lgamma(x); return value }
	scale := p.R*math.Log(p.Alpha) - logGamma(p.R) + p.S*math.Log(p.Beta) - logGamma(p.S)
	up := x * math.Log((last+p.Alpha)/(x+1)) // likelihoods may be tiny
	const step = 0.08
	var stays, leaves, buys float64
	for u := -34/p.R - 8; u < 8; u += step {
		buying := math.Exp(u)
		of := (p.R+x)*u - p.Alpha*buying + scale + up
		for v := -34/p.S - 8; v < 8; v += step {
			leaving := math.Exp(v)
			both := buying + leaving
			weight := of + p.S*v - p.Beta*leaving
			stay := math.Exp(weight - both*age)
			stays += stay
			leaves += leaving / both * (math.Exp(weight-both*last) - stay)
			buys += stay * buying / leaving * -math.Expm1(-leaving*horizon)
		}
	}
	return math.Log((stays+leaves)*step*step) - up, stays / (stays + leaves), buys / (stays + leaves)
}

func TestParetoNBDTellsItsStory(t *testing.T) {
	for _, parameters := range []churn.ParetoNBDParameters{
		schmittlein(),
		{UnitDays: churn.Days, R: 1, Alpha: 60, S: 1, Beta: 60},
		{UnitDays: 30, R: 0.7, Alpha: 0.9, S: 2, Beta: 30},
		{UnitDays: churn.Weeks, R: 3, Alpha: 40, S: 0.4, Beta: 1},
	} {
		model := newParetoNBD(t, parameters)
		for _, test := range []struct {
			history     churn.History
			horizonDays int
		}{
			{churn.History{}, 365},
			{churn.History{0, 0, 100}, 3650},
			{churn.History{1, 30, 100}, 90},
			{churn.History{4, 90, 100}, 365},
			{churn.History{12, 60, 365}, 365},
		} {
			logLikelihood, alive, expected := paretoStory(parameters, test.history, test.horizonDays)
			assert.InDelta(t, logLikelihood, model.LogLikelihood(test.history), 1e-9, "%+v %+v", parameters, test)
			assert.InEpsilon(t, alive, model.Alive(test.history), 1e-9, "%+v %+v", parameters, test)
			assert.InEpsilon(t, expected, model.Expected(test.history, test.horizonDays), 1e-9, "%+v %+v", parameters, test)
		}
	}
}

// gauss2F1 is Gauss's series for positive parameters and 0 ≤ z < 1.
func gauss2F1(a, b, c, z float64) float64 {
	sum, term := 1.0, 1.0
	for n := 0.0; term > 1e-18*sum; n++ {
		term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
		sum += term
	}
	return sum
}

// The likelihood as Hardie prints it, with the difference A0 of two hypergeometric
// functions, for α above, at and below β, where its digits do not cancel yet.
func TestParetoNBDIsHardies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) float64 { return math.Exp(rapid.Float64Range(-1.5, 3).Draw(t, name)) }
		r, alpha, s, beta := draw("r"), draw("alpha"), draw("s"), draw("beta")
		if rapid.Bool().Draw(t, "same") {
			beta = alpha
		}
		x := float64(rapid.IntRange(0, 20).Draw(t, "x"))
		last := float64(rapid.IntRange(20, 60).Draw(t, "last"))
		if x == 0 {
			last = 0
		}
		age := last + float64(rapid.IntRange(20, 60).Draw(t, "silent"))

		whole := r + s + x
		at := func(time float64) float64 {
			if alpha >= beta {
				return gauss2F1(whole, s+1, whole+1, (alpha-beta)/(alpha+time)) / math.Pow(alpha+time, whole)
			}
			return gauss2F1(whole, r+x, whole+1, (beta-alpha)/(beta+time)) / math.Pow(beta+time, whole)
		}
		a0 := at(last) - at(age)
		gammas, _ := math.Lgamma(r + x)
		gamma, _ := math.Lgamma(r)
		stayed := math.Pow(alpha+age, -(r+x)) * math.Pow(beta+age, -s)
		want := gammas - gamma + r*math.Log(alpha) + s*math.Log(beta) + math.Log(stayed+s/whole*a0)

		model := newParetoNBD(t, churn.ParetoNBDParameters{UnitDays: 1, R: r, Alpha: alpha, S: s, Beta: beta})
		history := churn.History{Repeats: int32(x), RecencyDays: int32(last), AgeDays: int32(age)}
		require.InDelta(t, want, model.LogLikelihood(history), 1e-8)
		require.InEpsilon(t, 1/(1+s/whole*a0/stayed), model.Alive(history), 1e-8)
	})
}

// Whatever the parameters and the history: figures, in their bounds; less of a customer
// the longer she is silent, and no fewer purchases in a longer time.
func TestParetoNBDStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := newParetoNBD(t, churn.ParetoNBDParameters{
			UnitDays: rapid.SampledFrom([]int{churn.Days, churn.Weeks, 30, churn.MaxUnitDays}).Draw(t, "unit"),
			R:        drawParameter(t, "r"), Alpha: drawParameter(t, "alpha"), S: drawParameter(t, "s"), Beta: drawParameter(t, "beta"),
		})
		history := drawHistory(t, churn.MaxDays)
		horizon := rapid.IntRange(1, churn.MaxDays-1).Draw(t, "horizon")
		requireStable(t, model, history, horizon, 1e-14)
		lifetime, err := model.Lifetime(history, drawParameter(t, "rate"))
		require.NoError(t, err)
		require.False(t, math.IsNaN(lifetime) || math.IsInf(lifetime, 0) || lifetime < 0)
	})
}

// Hardie's closed form with Tricomi's function, computed by mpmath in 80 digits.
func TestLifetime(t *testing.T) {
	for _, test := range []struct {
		parameters churn.ParetoNBDParameters
		history    churn.History
		rate, want float64
	}{
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{26, 217, 272}, 0.0027, 23.0333962611443},
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{2, 213, 272}, 0.0027, 6.48414306330199},
		{pareto(0.553, 10.578, 0.606, 11.669), churn.History{}, 0.0027, 3.9547530791184},
		{pareto(0.8, 9, 1, 20), churn.History{3, 70, 140}, 0.01, 2.97975104274448},
		{pareto(0.8, 9, 4, 20), churn.History{3, 70, 140}, 1, 0.0169080403015843},
		{pareto(0.8, 9, 0.2, 0.5), churn.History{}, 0.000001, 5684.28873923687},
		{pareto(0.8, 9, 30, 2), churn.History{3, 70, 140}, 1000, 3.59325278492874e-13},
	} {
		lifetime, err := newParetoNBD(t, test.parameters).Lifetime(test.history, test.rate)
		require.NoError(t, err)
		assert.InEpsilon(t, test.want, lifetime, 1e-12, "%+v", test)
	}
	model := newParetoNBD(t, schmittlein())
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := model.Lifetime(churn.History{Repeats: 1}, rate)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults)
		assert.Equal(t, "history.repeats", faults[0].Path)
		assert.Equal(t, "rate", faults[1].Path)
	}
}

// paretoLive simulates the story that Pareto/NBD tells: rates per day from two gamma
// distributions. Seen for a number of days, then for a horizon.
func paretoLive(chance *rand.Rand, r, alphaDays, s, betaDays, days, horizon float64) lived {
	rate, leaves := gammaDraw(chance, r)/alphaDays, chance.ExpFloat64()/(gammaDraw(chance, s)/betaDays)
	her := lived{History: churn.History{AgeDays: int32(days)}, stays: leaves > days}
	for at := chance.ExpFloat64() / rate; at < min(leaves, days+horizon); at += chance.ExpFloat64() / rate {
		switch day := int32(at); {
		case at > days:
			her.later++
		case day > her.RecencyDays: // several purchases of a day are one
			her.Repeats++
			her.RecencyDays = day
		}
	}
	return her
}

// Simulated customers are customers still as often as the model says, and buy as much; a
// fit finds what they were made from.
func TestParetoNBDSimulated(t *testing.T) {
	parameters := churn.ParetoNBDParameters{UnitDays: 100, R: 0.8, Alpha: 4, S: 0.9, Beta: 12}
	model := newParetoNBD(t, parameters)
	chance := rand.New(rand.NewPCG(1, 2))
	const most = 3
	type group struct{ stayed, alive, aliveSpread, bought, expected, spread float64 }
	var groups [most + 1]group
	counts := new(churn.Counts)
	for range 60_000 {
		her := paretoLive(chance, parameters.R, parameters.Alpha*100, parameters.S, parameters.Beta*100, float64(500+chance.IntN(2000)), 1000)
		require.NoError(t, counts.Add(her.History))
		g := &groups[min(her.Repeats, most)]
		alive, expected := model.Alive(her.History), model.Expected(her.History, 1000)
		g.alive += alive
		g.aliveSpread += alive * (1 - alive)
		g.expected += expected
		g.bought += float64(her.later)
		g.spread += (float64(her.later) - expected) * (float64(her.later) - expected)
		if her.stays {
			g.stayed++
		}
	}
	for repeats, g := range groups {
		assert.InDelta(t, g.alive, g.stayed, 4*math.Sqrt(g.aliveSpread), "%d repeats", repeats)
		assert.InDelta(t, g.expected, g.bought, 4*math.Sqrt(g.spread), "%d repeats", repeats)
	}
	_, fit, err := churn.FitParetoNBD(counts, parameters.UnitDays)
	require.NoError(t, err)
	for i, want := range []float64{parameters.R, parameters.Alpha, parameters.S, parameters.Beta} {
		assert.InDelta(t, want, fit.Estimates[i].Value, 4*fit.Estimates[i].StandardError, fit.Estimates[i].Name)
	}
}

// What cannot be fitted says so, and gives no model.
func TestFitParetoNBDRefuses(t *testing.T) {
	same := make([]churn.History, 1000)
	for i := range same {
		same[i] = churn.History{Repeats: 5, RecencyDays: 80, AgeDays: 100}
	}
	for name, histories := range map[string][]churn.History{
		"one": {{3, 50, 100}}, "alike": same, "nobody silent": {{3, 100, 100}, {20, 100, 100}, {1, 100, 100}},
	} {
		model, fit, err := churn.FitParetoNBD(countsOf(t, histories...), churn.Weeks)
		require.ErrorIs(t, err, churn.ErrNotConverged, name)
		assert.Nil(t, model, name)
		assert.False(t, fit.Converged, name)
		_, err = json.Marshal(fit)
		require.NoError(t, err, name)
	}
	for _, counts := range []*churn.Counts{new(churn.Counts), countsOf(t, churn.History{AgeDays: 9})} {
		_, _, err := churn.FitParetoNBD(counts, 0)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults)
		assert.Len(t, faults, 2)
	}
	_, err := churn.NewParetoNBD(churn.ParetoNBDParameters{R: math.NaN(), Alpha: math.Inf(1), S: -1})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 5)
}

func TestParetoNBDStored(t *testing.T) {
	model, _, err := churn.FitParetoNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	data, err := json.Marshal(model.Parameters())
	require.NoError(t, err)
	read, err := customer.ParseRules[churn.ParetoNBDParameters](data)
	require.NoError(t, err)
	assert.Equal(t, model, newParetoNBD(t, read))
}
