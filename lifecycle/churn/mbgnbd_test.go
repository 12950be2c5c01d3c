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

// batislam are the modified model's parameters for CDNOW, rounded.
func batislam() churn.MBGNBDParameters {
	return churn.MBGNBDParameters{UnitDays: churn.Weeks, R: 0.5248, Alpha: 6.1831, A: 0.8914, B: 1.6140}
}

func newMBGNBD(t require.TestingT, parameters churn.MBGNBDParameters) *churn.MBGNBD {
	model, err := churn.NewMBGNBD(parameters)
	require.NoError(t, err)
	return model
}

// The R package BTYDplus finds r .525, α 6.183, a .891, b 1.614 for CDNOW; the tests of
// the Python package lifetimes (test_params_out_is_close_to_BTYDplus) state so. The
// further digits, the likelihood and the standard errors were computed as those of
// TestFitBGNBD were.
func TestFitMBGNBD(t *testing.T) {
	model, fit, err := churn.FitMBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	wantFit(t, fit, -9582.1357155538,
		[4]float64{0.5248431320, 6.1830842167, 0.8913595740, 1.6140023970},
		[4]float64{0.08326734, 0.69561903, 0.15478977, 0.5374937})
	of := model.Parameters()
	for i, value := range []float64{of.R, of.Alpha, of.A, of.B} {
		assert.InDelta(t, []float64{.525, 6.183, .891, 1.614}[i], value, 0.0005)
	}
	sum := 0.0
	for _, customer := range cdnow(t) {
		sum += model.LogLikelihood(customer.History)
	}
	assert.InDelta(t, fit.LogLikelihood, sum, 1e-8)
}

// The modified model tells the next 39 weeks of CDNOW as the closed form, computed in
// Python, does: 1,577 purchases in all of 1,882, so fewer than BG/NBD's 1,653, and closer
// customer by customer.
func TestMBGNBDHoldout(t *testing.T) {
	model, _, err := churn.FitMBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	wantHoldout(t, model, 1576.7, 0.7648, 0.6272)
}

// As TestBGNBD, by the modified model's closed forms.
func TestMBGNBD(t *testing.T) {
	model := newMBGNBD(t, batislam())
	for _, test := range []struct {
		history         churn.History
		horizonDays     int
		alive, expected float64
	}{
		{churn.History{}, 273, 0.644208509619222, 1.18215369502106},
		{churn.History{}, 364, 0.644208509619222, 1.41873168089225},
		{churn.History{0, 0, 272}, 273, 0.389732450911467, 0.153956892171572},
		{churn.History{0, 0, 272}, 7, 0.389732450911467, 0.00452169034215029},
		{churn.History{1, 12, 272}, 273, 0.170955482678603, 0.188943665211776},
		{churn.History{2, 213, 272}, 273, 0.706130791718669, 1.26271632256917},
		{churn.History{26, 260, 272}, 273, 0.917132170903102, 15.9498830987877},
		{churn.History{26, 50, 272}, 273, 2.89753481324774e-13, 5.0391146458706e-12},
		{churn.History{5, 100, 2000}, 30, 3.1189702853865e-06, 2.5173932073553e-07},
	} {
		assert.InEpsilon(t, test.alive, model.Alive(test.history), 1e-12, "%+v", test.history)
		assert.InEpsilon(t, test.expected, model.Expected(test.history, test.horizonDays), 1e-12, "%+v", test.history)
		if test.history == (churn.History{}) {
			assert.InEpsilon(t, test.expected, model.Newcomer(test.horizonDays), 1e-12)
		}
	}
}

// Who bought once and went silent is a customer for ever to BG/NBD, and ever less of one
// to the modified model.
func TestOneTimeBuyers(t *testing.T) {
	plain, modified := newBGNBD(t, published()), newMBGNBD(t, batislam())
	before := 1.0
	for age := range int32(3650) {
		once := churn.History{AgeDays: age}
		require.Equal(t, 1.0, plain.Alive(once)) //nolint:testifylint // exactly 1
		alive := modified.Alive(once)
		require.Less(t, alive, before)
		require.Positive(t, alive)
		before = alive
	}
	assert.EqualValues(t, 644, churn.Thousandths(modified.Alive(churn.History{})))
	assert.EqualValues(t, 389, churn.Thousandths(modified.Alive(churn.History{AgeDays: 272})))
	assert.EqualValues(t, 149, churn.Thousandths(modified.Alive(churn.History{AgeDays: 3650})))
}

func TestMBGNBDStored(t *testing.T) {
	model, _, err := churn.FitMBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	data, err := json.Marshal(model.Parameters())
	require.NoError(t, err)
	read, err := customer.ParseRules[churn.MBGNBDParameters](data)
	require.NoError(t, err)
	assert.Equal(t, model, newMBGNBD(t, read))
}

// story is one customer's likelihood, her being a customer still, and what she then buys,
// given her rate λ and her probability p of leaving: what the models say before anything
// is integrated. atOnce: she may leave after the first purchase too.
//
// The integrals over the priors are trapezoidal sums over ln λ and the logit of p, from
// where the integrand is below 1e-15 of its top to where it is again.
func story(p churn.BGNBDParameters, h churn.History, horizonDays int, atOnce bool) (logLikelihood, alive, expected float64) {
	unit := float64(p.UnitDays)
	x, recency, age, horizon := float64(h.Repeats), float64(h.RecencyDays)/unit, float64(h.AgeDays)/unit, float64(horizonDays)/unit
	const step = 0.1
	logGamma := func(x float64) float64 { value, _ := math.Lgamma(x); return value }
	gammaScale := p.R*math.Log(p.Alpha) - logGamma(p.R)
	betaScale := logGamma(p.A+p.B) - logGamma(p.A) - logGamma(p.B)
	occasions := x
	if atOnce {
		occasions++
	}
	type chance struct{ leaving, stays, leaves float64 }
	var chances []chance
	for u := -36/p.A - 2; u < 36/p.B+2; u += step {
		leaving, staying := 1/(1+math.Exp(-u)), 1/(1+math.Exp(u))
		weight := math.Exp(p.A*math.Log(leaving) + p.B*math.Log(staying) + betaScale)
		one := chance{leaving: leaving, stays: weight * math.Pow(staying, occasions)}
		if occasions > 0 {
			one.leaves = weight * math.Pow(staying, occasions-1) * leaving
		}
		chances = append(chances, one)
	}
	var stays, leaves, buys float64
	// Likelihoods may be tiny; all of them are brought up by the same factor.
	up := x * math.Log((recency+p.Alpha)/(x+1))
	for v := -36/p.R - 10; v < 8; v += step {
		rate := math.Exp(v)
		prior := math.Exp(p.R*v - p.Alpha*rate + gammaScale + x*v - rate*recency + up)
		silent := math.Exp(-rate * (age - recency))
		if prior == 0 {
			continue
		}
		for _, one := range chances {
			here := prior * one.stays * silent
			stays += here
			leaves += prior * one.leaves
			if here > 1e-25*stays { // any other buys nothing that would be seen
				buys += here * -math.Expm1(-rate*one.leaving*horizon) / one.leaving
			}
		}
	}
	return math.Log((stays+leaves)*step*step) - up, stays / (stays + leaves), buys / (stays + leaves)
}

// The likelihood, the probability of being a customer still and the expected purchases
// are those of the story, integrated over both priors by brute force.
func TestGeometricModelsTellTheirStory(t *testing.T) {
	for _, parameters := range []churn.BGNBDParameters{
		published(),
		churn.BGNBDParameters(batislam()),
		{UnitDays: churn.Weeks, R: 1, Alpha: 10, A: 1, B: 1}, // where the literature's form divides by 0
		{UnitDays: churn.Days, R: 3, Alpha: 60, A: 0.5, B: 0.4},
		{UnitDays: 30, R: 0.7, Alpha: 0.9, A: 2, B: 6},
	} {
		plain, modified := newBGNBD(t, parameters), newMBGNBD(t, churn.MBGNBDParameters(parameters))
		for _, test := range []struct {
			history     churn.History
			horizonDays int
		}{
			{churn.History{}, 365},
			{churn.History{0, 0, 100}, 3650},
			{churn.History{1, 30, 100}, 90},
			{churn.History{4, 90, 100}, 36500},
			{churn.History{12, 60, 365}, 365},
		} {
			for _, model := range []asker{plain, modified} {
				_, atOnce := model.(*churn.MBGNBD)
				logLikelihood, alive, expected := story(parameters, test.history, test.horizonDays, atOnce)
				assert.InDelta(t, logLikelihood, model.LogLikelihood(test.history), 1e-9, "%+v %+v %v", parameters, test, atOnce)
				assert.InEpsilon(t, alive, model.Alive(test.history), 1e-9, "%+v %+v %v", parameters, test, atOnce)
				assert.InEpsilon(t, expected, model.Expected(test.history, test.horizonDays), 1e-9, "%+v %+v %v", parameters, test, atOnce)
			}
		}
	}
}

// Simulated customers are customers still as often as the models say, and buy as much:
// all of them, those who bought once, and those who came back. A fit finds what they
// were made from.
func TestGeometricModelsSimulated(t *testing.T) {
	parameters := churn.BGNBDParameters{UnitDays: 100, R: 0.8, Alpha: 4, A: 0.9, B: 2}
	for _, atOnce := range []bool{false, true} {
		chance := rand.New(rand.NewPCG(1, 2))
		var model asker = newBGNBD(t, parameters)
		if atOnce {
			model = newMBGNBD(t, churn.MBGNBDParameters(parameters))
		}
		const most = 3
		type group struct{ n, stayed, alive, aliveSpread, bought, expected, spread float64 }
		var groups [most + 1]group
		counts := new(churn.Counts)
		newcomers, bought := 60_000, 0.0
		for range newcomers {
			her := live(chance, parameters.R, parameters.Alpha*100, parameters.A, parameters.B, atOnce, float64(500+chance.IntN(2000)), 1000)
			require.NoError(t, counts.Add(her.History))
			g := &groups[min(her.Repeats, most)]
			alive, expected := model.Alive(her.History), model.Expected(her.History, 1000)
			g.n++
			g.alive += alive
			g.aliveSpread += alive * (1 - alive)
			g.expected += expected
			g.bought += float64(her.later)
			g.spread += (float64(her.later) - expected) * (float64(her.later) - expected)
			if her.stays {
				g.stayed++
			}
			bought += float64(live(chance, parameters.R, parameters.Alpha*100, parameters.A, parameters.B, atOnce, 0, 365).later)
		}
		for repeats, g := range groups {
			// Half a per cent for those who buy twice in a day and leave: a history counts days.
			assert.InDelta(t, g.alive, g.stayed, 4*math.Sqrt(g.aliveSpread)+0.005*g.n, "%d repeats, %v", repeats, atOnce)
			assert.InDelta(t, g.expected, g.bought, 4*math.Sqrt(g.spread), "%d repeats, %v", repeats, atOnce)
		}
		assert.InEpsilon(t, model.Newcomer(365), bought/float64(newcomers), 0.03)

		var fit churn.Fit
		var err error
		if atOnce {
			_, fit, err = churn.FitMBGNBD(counts, parameters.UnitDays)
		} else {
			_, fit, err = churn.FitBGNBD(counts, parameters.UnitDays)
		}
		require.NoError(t, err)
		for i, want := range []float64{parameters.R, parameters.Alpha, parameters.A, parameters.B} {
			assert.InDelta(t, want, fit.Estimates[i].Value, 4*fit.Estimates[i].StandardError, "%s, %v", fit.Estimates[i].Name, atOnce)
		}
	}
}

// Whatever the parameters and the history: figures, in their bounds; less of a customer
// the longer she is silent, and no fewer purchases in a longer time.
func TestGeometricModelsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parameters := churn.BGNBDParameters{
			UnitDays: rapid.SampledFrom([]int{churn.Days, churn.Weeks, 30, churn.MaxUnitDays}).Draw(t, "unit"),
			R:        drawParameter(t, "r"), Alpha: drawParameter(t, "alpha"), A: drawParameter(t, "a"), B: drawParameter(t, "b"),
		}
		history := drawHistory(t, churn.MaxDays)
		horizon := rapid.IntRange(1, churn.MaxDays-1).Draw(t, "horizon")
		for _, model := range []asker{newBGNBD(t, parameters), newMBGNBD(t, churn.MBGNBDParameters(parameters))} {
			// Neighbours are summed apart, and may differ in their last digits.
			requireStable(t, model, history, horizon, 4e-12)
		}
	})
}

// Around a = 1, where the literature's form divides 0 by 0, the answer has no gap.
func TestExpectedHasNoGap(t *testing.T) {
	history := churn.History{3, 70, 140}
	for _, horizon := range []int{30, 210, 36500} {
		at := func(a float64) float64 {
			return newBGNBD(t, churn.BGNBDParameters{UnitDays: churn.Weeks, R: 1, Alpha: 1, A: a, B: 2}).Expected(history, horizon)
		}
		below, one, above := at(1-1e-9), at(1), at(1+1e-9)
		assert.InEpsilon(t, one, below, 1e-8)
		assert.InEpsilon(t, one, above, 1e-8)
		assert.Greater(t, below, one)
		assert.Greater(t, one, above)
	}
	// The closed form in 60 digits, a millionth from the gap on either side.
	near := churn.BGNBDParameters{UnitDays: churn.Weeks, R: 1, Alpha: 1, A: 1.000001, B: 2}
	assert.InEpsilon(t, 0.874362636054128, newBGNBD(t, near).Expected(history, 210), 1e-12)
	assert.InEpsilon(t, 1.0829199324393, newMBGNBD(t, churn.MBGNBDParameters(near)).Expected(history, 210), 1e-12)
	near = churn.BGNBDParameters{UnitDays: churn.Weeks, R: 0.5, Alpha: 10, A: 0.999999, B: 3}
	assert.InEpsilon(t, 1.48582422958642, newBGNBD(t, near).Expected(history, 210), 1e-12)
	assert.InEpsilon(t, 1.65123966849075, newMBGNBD(t, churn.MBGNBDParameters(near)).Expected(history, 210), 1e-12)
}

// Far ahead, and with parameters close to their bounds, where the sum is given up for an
// integral: against the closed form in 90 digits.
func TestExpectedFarOut(t *testing.T) {
	for _, test := range []struct {
		of              [4]float64 // r, alpha, a, b
		history         churn.History
		horizonDays     int
		plain, modified float64
	}{
		{[4]float64{0.5, 0.01, 0.8, 2.4}, churn.History{}, 100000, 110.630715262353, 109.634032123809},
		{[4]float64{0.2426, 4.4136, 0.7929, 2.4259}, churn.History{}, 100000, 16.8455170086539, 16.08732529265},
		{[4]float64{3, 0.001, 0.5, 300}, churn.History{2, 70, 70}, 100000, 2322.93021306267, 2326.00533288569},
		{[4]float64{1000, 1000, 0.3, 40}, churn.History{900, 6990, 7000}, 100000, 7767.49608873003, 7769.42581578681},
		{[4]float64{0.01, 1e-6, 1.5, 2e4}, churn.History{0, 0, 7}, 7000, 9.64942446375186, 9.64860987834601},
		{[4]float64{1e-6, 1e-6, 1e-6, 1e6}, churn.History{0, 0, 100000}, 100000, 9.999999999295e-7, 9.999999999285e-7},
		{[4]float64{50, 10, 2.5, 1e-6}, churn.History{3, 30, 40}, 36500, 0.0152819989161553, 0.0279457779956748},
		{[4]float64{1e6, 1e6, 999999.5, 1e6}, churn.History{5, 30, 40}, 700, 0.386645399733333, 0.386645904952852},
		{[4]float64{0.25, 5, 1e-6, 1e-6}, churn.History{}, 100000, 357.571866199637, 357.140246944252},
		{[4]float64{0.25, 5, 0.001, 0.002}, churn.History{1, 100, 140}, 100000, 419.52290480684, 709.384168912748},
		{[4]float64{568070, 1.0317, 1e6, 1e6}, churn.History{}, 6, 2.000001000001, 1.000001000001},
		{[4]float64{0.7, 0.02, 1e5, 3}, churn.History{4, 700, 7000}, 70000, 1.19823909086136e-9, 1.39795958358134e-9},
	} {
		parameters := churn.BGNBDParameters{UnitDays: churn.Weeks, R: test.of[0], Alpha: test.of[1], A: test.of[2], B: test.of[3]}
		plain := newBGNBD(t, parameters).Expected(test.history, test.horizonDays)
		modified := newMBGNBD(t, churn.MBGNBDParameters(parameters)).Expected(test.history, test.horizonDays)
		assert.InEpsilon(t, test.plain, plain, 1e-11, "%+v", test)
		assert.InEpsilon(t, test.modified, modified, 1e-11, "%+v", test)
	}
}
