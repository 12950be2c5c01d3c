package churn_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// asker is what the models of how often customers buy have in common.
type asker interface {
	churn.Purchases
	LogLikelihood(h churn.History) float64
	Alive(h churn.History) float64
}

// published are the parameters of Fader, Hardie and Lee (2005), to the digits that our
// own fit gives.
func published() churn.BGNBDParameters {
	return churn.BGNBDParameters{UnitDays: churn.Weeks, R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259}
}

func newBGNBD(t require.TestingT, parameters churn.BGNBDParameters) *churn.BGNBD {
	model, err := churn.NewBGNBD(parameters)
	require.NoError(t, err)
	return model
}

// wantFit holds a fit against figures computed elsewhere.
func wantFit(t *testing.T, fit churn.Fit, logLikelihood float64, values, errors [4]float64) {
	t.Helper()
	assert.True(t, fit.Converged)
	assert.EqualValues(t, 2357, fit.Customers)
	assert.InDelta(t, logLikelihood, fit.LogLikelihood, 1e-6)
	assert.Less(t, fit.Gradient, 1e-3)
	assert.Less(t, fit.Iterations, 40)
	assert.Less(t, fit.Evaluations, 100)
	for i, name := range []string{"r", "alpha", "a", "b"} {
		assert.Equal(t, name, fit.Estimates[i].Name)
		assert.InEpsilon(t, values[i], fit.Estimates[i].Value, 2e-6, name)
		assert.InEpsilon(t, errors[i], fit.Estimates[i].StandardError, 1e-4, name)
	}
}

// row D6: the published fit of BG/NBD (Fader, Hardie and Lee 2005, table 2: r .243, α
// 4.414, a .793, b 2.426, log-likelihood −9582.4). The further digits were computed in
// Python's standard library: the textbook likelihood under Nelder and Mead's method, the
// standard errors from second differences of the log-likelihood in the parameters
// themselves, extrapolated to step 0.
func TestFitBGNBD(t *testing.T) {
	model, fit, err := churn.FitBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	wantFit(t, fit, -9582.4292066739,
		[4]float64{0.2425945364, 4.4136026686, 0.7929218253, 2.4259058481},
		[4]float64{0.0125573793, 0.37822413, 0.18573368, 0.70541357})

	of := model.Parameters()
	assert.Equal(t, churn.Weeks, of.UnitDays)
	for i, value := range []float64{of.R, of.Alpha, of.A, of.B} {
		assert.Equal(t, fit.Estimates[i].Value, value) //nolint:testifylint // the very same bits
		assert.InDelta(t, []float64{.243, 4.414, .793, 2.426}[i], value, 0.0005)
	}
	sum := 0.0
	for _, customer := range cdnow(t) {
		sum += model.LogLikelihood(customer.History)
	}
	assert.InDelta(t, fit.LogLikelihood, sum, 1e-8, "customer by customer, through other formulas")
}

// What the model says of one customer, against the closed forms of the literature in 60
// digits (Python's decimal, 2F1 by its series). The 1.226 purchases within 39 weeks of
// x 2, t_x 30.43, T 38.86 are published too.
func TestBGNBD(t *testing.T) {
	model := newBGNBD(t, published())
	for _, test := range []struct {
		history         churn.History
		horizonDays     int
		alive, expected float64
	}{
		{churn.History{}, 273, 1, 1.19504768151378},
		{churn.History{}, 364, 1, 1.44405999489824},
		{churn.History{0, 0, 272}, 273, 1, 0.194798364154546},
		{churn.History{0, 0, 272}, 7, 1, 0.00558687354042831},
		{churn.History{1, 12, 272}, 273, 0.212393372294424, 0.203422572132349},
		{churn.History{2, 213, 272}, 273, 0.726625193780259, 1.22601027893809},
		{churn.History{26, 260, 272}, 273, 0.922921529470912, 16.8912811185243},
		{churn.History{26, 50, 272}, 273, 3.10622139991773e-14, 5.68499674208111e-13},
		{churn.History{5, 100, 2000}, 30, 4.6346322093478e-06, 3.57332873555706e-07},
	} {
		assert.InEpsilon(t, test.alive, model.Alive(test.history), 1e-12, "%+v", test.history)
		assert.InEpsilon(t, test.expected, model.Expected(test.history, test.horizonDays), 1e-12, "%+v", test.history)
		if test.history == (churn.History{}) {
			assert.InEpsilon(t, test.expected, model.Newcomer(test.horizonDays), 1e-12)
		}
	}
	assert.InDelta(t, 1.226, model.Expected(churn.History{2, 213, 272}, 39*churn.Weeks), 0.0005)
}

// Beyond what can be asked there is no answer, and never a NaN.
func TestAskedBeyond(t *testing.T) {
	for _, model := range []asker{newBGNBD(t, published()), newMBGNBD(t, batislam()), newParetoNBD(t, schmittlein())} {
		some := churn.History{2, 213, 272}
		for _, none := range []churn.History{{0, 5, 10}, {-1, -1, -1}, {3, 2, 10}, {1, 5, 4}, {0, 0, churn.MaxDays + 1}} {
			assert.Zero(t, model.Alive(none))
			assert.Zero(t, model.Expected(none, 30))
			assert.Zero(t, model.Staying(none, 30))
			assert.Zero(t, model.LogLikelihood(none))
		}
		for _, none := range []int{0, -1, math.MinInt} {
			assert.Zero(t, model.Expected(some, none))
			assert.Zero(t, model.Staying(some, none))
			assert.Zero(t, model.Newcomer(none))
		}
		assert.Less(t, model.Expected(some, churn.MaxDays-1), model.Expected(some, churn.MaxDays))
		assert.Equal(t, model.Expected(some, churn.MaxDays), model.Expected(some, math.MaxInt)) //nolint:testifylint // the very same bits
	}
}

// A model that nobody made has no answer, and does not run for ever over one.
func TestZeroModels(t *testing.T) {
	for _, model := range []asker{new(churn.BGNBD), new(churn.MBGNBD), new(churn.ParetoNBD)} {
		for _, history := range []churn.History{{}, {0, 0, 10}, {2, 213, 272}} {
			assert.Equal(t, [5]float64{}, [5]float64{
				model.LogLikelihood(history), model.Alive(history), model.Expected(history, 30), model.Staying(history, 30), model.Newcomer(30),
			})
		}
	}
	_, err := new(churn.ParetoNBD).Lifetime(churn.History{}, 0.01)
	wantPaths(t, err, "model")
	worth := new(churn.GammaGamma)
	assert.Equal(t, [3]float64{}, [3]float64{worth.Newcomer(), worth.Mean(churn.Spending{2, 500}), worth.LogLikelihood(churn.Spending{2, 500})})
}

// row D6: the better customer is the surer loss when she goes quiet. Of those who bought
// last in week 20 of 39, who bought 10, 15, 20 and 25 times before is expected to buy
// .35, .043, .0042 and .00036 times in the next year (the published paradox of increasing
// frequency).
func TestIncreasingFrequencyParadox(t *testing.T) {
	for _, test := range []struct {
		model asker
		want  []float64
	}{
		{newBGNBD(t, published()), []float64{0.3474944017, 0.04283837398, 0.004159406774, 0.0003584052357}},
		{newMBGNBD(t, batislam()), []float64{0.351680806, 0.04972722818, 0.005571624095, 0.0005553186757}},
	} {
		for i, repeats := range []int32{10, 15, 20, 25} {
			quiet := churn.History{Repeats: repeats, RecencyDays: 20 * churn.Weeks, AgeDays: 39 * churn.Weeks}
			got := test.model.Expected(quiet, 52*churn.Weeks)
			assert.InEpsilon(t, test.want[i], got, 1e-9)
		}
	}
}

// row D6: what is at stake does not fade with the hope that she will come again. Of two who
// bought as often, the one who has been silent for longer is the likelier gone, and there is
// as much to lose.
func TestAtStake(t *testing.T) {
	worth, spending := newGammaGamma(t, spent()), churn.Spending{Purchases: 10, Minor: 30_000}
	year := churn.Outlook{PeriodDays: 30, Periods: 12, Rate: 0.01}
	lately, long := churn.History{10, 270, 280}, churn.History{10, 140, 280}
	for _, model := range []asker{newBGNBD(t, published()), newMBGNBD(t, batislam()), newParetoNBD(t, schmittlein())} {
		assert.InEpsilon(t, model.Expected(long, 90), model.Alive(long)*model.Staying(long, 90), 1e-15)
		stakes, values := [2]int64{}, [2]int64{}
		for i, history := range []churn.History{lately, long} {
			var err error
			stakes[i], err = churn.AtStake(model, worth, history, spending, year)
			require.NoError(t, err)
			values[i], err = churn.Value(model, worth, history, spending, year)
			require.NoError(t, err)
			assert.InDelta(t, float64(values[i]), model.Alive(history)*float64(stakes[i]), 1)
		}
		assert.Equal(t, stakes[0], stakes[1])
		assert.Less(t, values[1], values[0]/5)
	}
	_, err := churn.AtStake(twoAtOnce{}, worth, churn.History{Repeats: 1}, spending, churn.Outlook{})
	wantPaths(t, err, "history.repeats", "outlook.period_days", "outlook.periods")
}

// wantHoldout is how well a model that knows 39 weeks tells the next 39: the sum over all
// customers, the mean error and the correlation with what they did.
func wantHoldout(t *testing.T, model asker, sum, meanError, correlation float64) {
	t.Helper()
	customers := cdnow(t)
	n := float64(len(customers))
	var told, was, off, tt, ww, tw float64
	for _, customer := range customers {
		expected, actual := model.Expected(customer.History, 39*churn.Weeks), float64(customer.heldOut)
		told += expected
		was += actual
		off += math.Abs(expected - actual)
		tt += expected * expected
		ww += actual * actual
		tw += expected * actual
	}
	assert.InDelta(t, 1882, was, 0)
	assert.GreaterOrEqual(t, told, sum)
	assert.Less(t, told, was)
	assert.LessOrEqual(t, off/n, meanError)
	assert.GreaterOrEqual(t, (tw/n-told/n*was/n)/math.Sqrt((tt/n-told/n*told/n)*(ww/n-was/n*was/n)), correlation)
}

// An independent implementation's BG/NBD sums to 1,653 of the 1,882 purchases of the
// second 39 weeks, with a correlation of .626 and a mean error of .785; each customer's
// plain past rate to 2,930, with .584 and 1.024.
func TestBGNBDHoldout(t *testing.T) {
	model, _, err := churn.FitBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	wantHoldout(t, model, 1653, 0.7855, 0.6255)
}

// In weeks or in days, the same model: only alpha is counted in units of time.
func TestFitInAnyUnit(t *testing.T) {
	weeks, weeksFit, err := churn.FitBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	days, daysFit, err := churn.FitBGNBD(cdnowCounts(t), churn.Days)
	require.NoError(t, err)
	assert.InEpsilon(t, weeks.Parameters().Alpha*7, days.Parameters().Alpha, 1e-5)
	assert.InEpsilon(t, weeksFit.Estimates[1].StandardError*7, daysFit.Estimates[1].StandardError, 1e-4)
	for _, i := range []int{0, 2, 3} {
		assert.InEpsilon(t, weeksFit.Estimates[i].Value, daysFit.Estimates[i].Value, 1e-5)
		assert.InEpsilon(t, weeksFit.Estimates[i].StandardError, daysFit.Estimates[i].StandardError, 1e-4)
	}
	some := churn.History{2, 213, 272}
	assert.InEpsilon(t, weeks.Alive(some), days.Alive(some), 1e-5)
	assert.InEpsilon(t, weeks.Expected(some, 273), days.Expected(some, 273), 1e-5)
}

// What the data do not determine is told by name, and there is never a model.
func TestFitUndetermined(t *testing.T) {
	alike := make([]churn.History, 1000)
	for i := range alike {
		alike[i] = churn.History{5, 80, 100}
	}
	for name, histories := range map[string][]churn.History{
		"one customer":     {{3, 50, 100}},
		"a daily customer": {{churn.MaxDays, churn.MaxDays, churn.MaxDays}},
		"two customers":    {{3, 50, 100}, {0, 0, 200}},
		"all alike":        alike, // so that their rates have no spread: r and alpha run off together
		"all gone at once": {{1, 1, 1000}, {1, 1, 1000}, {1, 1, 1000}, {0, 0, 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, unitDays := range []int{1, churn.Weeks, churn.MaxUnitDays} {
				model, fit, err := churn.FitBGNBD(countsOf(t, histories...), unitDays)
				wantNoFit(t, fit, err)
				require.Nil(t, model)
				modified, fit, err := churn.FitMBGNBD(countsOf(t, histories...), unitDays)
				wantNoFit(t, fit, err)
				require.Nil(t, modified)
			}
		})
	}
}

func TestFitTellsWhatRunsOff(t *testing.T) {
	alike := make([]churn.History, 1000)
	for i := range alike {
		alike[i] = churn.History{5, 80, 100}
	}
	_, fit, err := churn.FitBGNBD(countsOf(t, alike...), churn.Weeks)
	require.ErrorContains(t, err, "do not determine r, alpha")
	rate := fit.Estimates[0].Value / fit.Estimates[1].Value
	assert.InDelta(t, 5.0/(100.0/7), rate, 0.001, "the spread is unknown, the rate is not")
}

func wantNoFit(t *testing.T, fit churn.Fit, err error) {
	t.Helper()
	require.ErrorIs(t, err, churn.ErrNotConverged)
	assert.False(t, fit.Converged)
	require.Len(t, fit.Estimates, 4)
	for _, estimate := range fit.Estimates {
		assert.GreaterOrEqual(t, estimate.Value, churn.MinParameter*0.999)
		assert.LessOrEqual(t, estimate.Value, churn.MaxParameter*1.001)
		assert.Zero(t, estimate.StandardError)
	}
	_, err = json.Marshal(fit)
	assert.NoError(t, err, "figures, no NaN and no infinity")
}

func TestFitFaults(t *testing.T) {
	for name, test := range map[string]struct {
		counts   *churn.Counts
		unitDays int
		paths    []string
	}{
		"nobody":               {new(churn.Counts), 7, []string{"counts"}},
		"nobody came back":     {countsOf(t, churn.History{0, 0, 10}, churn.History{}), 7, []string{"counts"}},
		"no unit of time":      {cdnowCounts(t), 0, []string{"unit_days"}},
		"too long a unit":      {cdnowCounts(t), churn.MaxUnitDays + 1, []string{"unit_days"}},
		"neither, all at once": {new(churn.Counts), -1, []string{"unit_days", "counts"}},
	} {
		t.Run(name, func(t *testing.T) {
			model, _, err := churn.FitBGNBD(test.counts, test.unitDays)
			assert.Nil(t, model)
			wantPaths(t, err, test.paths...)
			modified, _, err := churn.FitMBGNBD(test.counts, test.unitDays)
			assert.Nil(t, modified)
			wantPaths(t, err, test.paths...)
		})
	}
}

func wantPaths(t *testing.T, err error, want ...string) {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	assert.Equal(t, want, paths)
}

func TestNewBGNBD(t *testing.T) {
	for name, change := range map[string]struct {
		change func(*churn.BGNBDParameters)
		paths  []string
	}{
		"not a number":    {func(p *churn.BGNBDParameters) { p.R = math.NaN() }, []string{"r"}},
		"infinite":        {func(p *churn.BGNBDParameters) { p.Alpha = math.Inf(1) }, []string{"alpha"}},
		"zero":            {func(p *churn.BGNBDParameters) { p.A = 0 }, []string{"a"}},
		"negative":        {func(p *churn.BGNBDParameters) { p.B = -1 }, []string{"b"}},
		"below the least": {func(p *churn.BGNBDParameters) { p.A = churn.MinParameter * 0.99 }, []string{"a"}},
		"above the most":  {func(p *churn.BGNBDParameters) { p.A = churn.MaxParameter * 1.01 }, []string{"a"}},
		"no unit":         {func(p *churn.BGNBDParameters) { p.UnitDays = 0 }, []string{"unit_days"}},
		"all at once":     {func(p *churn.BGNBDParameters) { *p = churn.BGNBDParameters{} }, []string{"unit_days", "r", "alpha", "a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			parameters := published()
			change.change(&parameters)
			model, err := churn.NewBGNBD(parameters)
			assert.Nil(t, model)
			wantPaths(t, err, change.paths...)
			modified, err := churn.NewMBGNBD(churn.MBGNBDParameters(parameters))
			assert.Nil(t, modified)
			wantPaths(t, err, change.paths...)
		})
	}
	edge := churn.BGNBDParameters{UnitDays: churn.MaxUnitDays, R: churn.MinParameter, Alpha: churn.MaxParameter, A: churn.MinParameter, B: churn.MaxParameter}
	assert.Equal(t, edge, newBGNBD(t, edge).Parameters())
}

// A model is plain data: through JSON and back it is the same to the last bit, and a
// misspelt field is a fault.
func TestBGNBDStored(t *testing.T) {
	model, _, err := churn.FitBGNBD(cdnowCounts(t), churn.Weeks)
	require.NoError(t, err)
	data, err := json.Marshal(model.Parameters())
	require.NoError(t, err)
	read, err := customer.ParseRules[churn.BGNBDParameters](data)
	require.NoError(t, err)
	assert.Equal(t, model, newBGNBD(t, read))

	text, err := json.Marshal(published())
	require.NoError(t, err)
	assert.JSONEq(t, `{"unit_days":7,"r":0.2426,"alpha":4.4136,"a":0.7929,"b":2.4259}`, string(text))
	for name, text := range map[string]string{
		"misspelt":        `{"unit_days":7,"r":0.2426,"alfa":4.4136,"a":0.7929,"b":2.4259}`,
		"capitals":        `{"unit_days":7,"R":0.2426,"alpha":4.4136,"a":0.7929,"b":2.4259}`,
		"twice":           `{"unit_days":7,"r":0.2426,"r":0.2426,"alpha":4.4136,"a":0.7929,"b":2.4259}`,
		"as text":         `{"unit_days":7,"r":"0.2426","alpha":4.4136,"a":0.7929,"b":2.4259}`,
		"beyond a number": `{"unit_days":7,"r":1e999,"alpha":4.4136,"a":0.7929,"b":2.4259}`,
		"part of a day":   `{"unit_days":7.5,"r":0.2426,"alpha":4.4136,"a":0.7929,"b":2.4259}`,
		"nothing":         `null`,
		"more after it":   `{"unit_days":7,"r":0.2426,"alpha":4.4136,"a":0.7929,"b":2.4259} {}`,
	} {
		_, err = customer.ParseRules[churn.BGNBDParameters]([]byte(text))
		require.Error(t, err, name)
	}
	short, err := customer.ParseRules[churn.BGNBDParameters]([]byte(`{"unit_days":7,"r":0.2426,"a":0.7929,"b":2.4259}`))
	require.NoError(t, err)
	_, err = churn.NewBGNBD(short)
	wantPaths(t, err, "alpha")
}

// A fit is stored with its model, as a report that a later one is compared with.
func TestFitStored(t *testing.T) {
	fit := churn.Fit{
		Customers: 2357, LogLikelihood: -9582.5, Gradient: 0.25, Iterations: 3, Evaluations: 4, Converged: true,
		Estimates: []churn.Estimate{{Name: "r", Value: 0.5, StandardError: 0.125}},
	}
	data, err := json.Marshal(fit)
	require.NoError(t, err)
	assert.JSONEq(t, `{"customers":2357,"estimates":[{"name":"r","value":0.5,"standard_error":0.125}],"log_likelihood":-9582.5,`+
		`"gradient":0.25,"iterations":3,"evaluations":4,"converged":true}`, string(data))
}
