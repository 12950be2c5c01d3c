package churn_test

import (
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

func dollars() customer.Currency { return customer.Currency{Code: "USD", Digits: 2} }

// spent are the published parameters for CDNOW.
func spent() churn.GammaGammaParameters {
	return churn.GammaGammaParameters{Currency: dollars(), P: 6.25, Q: 3.74, V: 15.44}
}

func newGammaGamma(t require.TestingT, parameters churn.GammaGammaParameters) *churn.GammaGamma {
	model, err := churn.NewGammaGamma(parameters)
	require.NoError(t, err)
	return model
}

// cdnowSpendings reads testdata/cdnow_spending.csv, which names its source.
func cdnowSpendings(t require.TestingT) []churn.Spending {
	file, err := os.Open("testdata/cdnow_spending.csv")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	spendings := make([]churn.Spending, 0, len(rows)-1)
	for _, row := range rows[1:] {
		purchases, err := strconv.ParseInt(row[0], 10, 32)
		require.NoError(t, err)
		minor, err := strconv.ParseInt(row[1], 10, 64)
		require.NoError(t, err)
		spendings = append(spendings, churn.Spending{Purchases: int32(purchases), Minor: minor})
	}
	return spendings
}

func spendsOf(t require.TestingT, spendings ...churn.Spending) *churn.Spends {
	spends := new(churn.Spends)
	require.NoError(t, spends.Add(spendings...))
	return spends
}

// Fader, Hardie and Lee (2005) publish p 6.25, q 3.74, γ 15.44 for the 946 customers of
// the CDNOW sample who bought again, and Fader and Hardie (2013) a correlation of 0.11
// between how often and how much. The further digits are those at which the likelihood,
// computed by mpmath in 30 digits, has no slope, and the standard errors are from its
// second differences there.
func TestFitGammaGamma(t *testing.T) {
	spends := spendsOf(t, cdnowSpendings(t)...)
	model, fit, err := churn.FitGammaGamma(spends, dollars())
	require.NoError(t, err)
	assert.True(t, fit.Converged)
	assert.EqualValues(t, 946, fit.Customers)
	assert.InDelta(t, -4055.91769480187398, fit.LogLikelihood, 1e-8)
	assert.Less(t, fit.Gradient, 1e-3)
	for i, want := range []struct {
		name                          string
		published, value, standardErr float64
	}{
		{"p", 6.25, 6.2495722715, 1.190055328},
		{"q", 3.74, 3.7442246671, 0.2901330642},
		{"v", 15.44, 15.4435209621, 4.159422724},
	} {
		estimate := fit.Estimates[i]
		assert.Equal(t, want.name, estimate.Name)
		assert.InDelta(t, want.published, estimate.Value, 0.005, want.name)
		assert.InEpsilon(t, want.value, estimate.Value, 2e-6, want.name)
		assert.InEpsilon(t, want.standardErr, estimate.StandardError, 1e-5, want.name)
	}
	sum := 0.0
	for spending, n := range spends.All() {
		sum += float64(n) * model.LogLikelihood(spending)
	}
	assert.InDelta(t, fit.LogLikelihood, sum, 1e-8)
	assert.InDelta(t, 3517, model.Newcomer(), 0.5)

	told := spends.Independence()
	assert.EqualValues(t, 946, told.Customers)
	assert.InDelta(t, 0.11388791939125482, told.Correlation, 1e-12)
	assert.InDelta(t, 0.2063015165839176, told.RankCorrelation, 1e-12)
}

// The closed forms, computed by mpmath in 30 digits.
func TestGammaGamma(t *testing.T) {
	model := newGammaGamma(t, spent())
	for _, test := range []struct {
		spending         churn.Spending
		likelihood, mean float64
	}{
		{churn.Spending{1, 1177}, -3.73770967874084, 1891.685205784205},
		{churn.Spending{2, 4469}, -3.551189164139951, 2465.961286089239},
		{churn.Spending{26, 100000}, -4.200105491555952, 3840.777051561365},
		{churn.Spending{1, 1}, -35.2049155028378, 1074.110122358176},
		{churn.Spending{10000, 123456789}, -7.993848876423677, 12345.29208239511},
		{churn.Spending{}, 0, 6.25 * 1544 / 2.74},
	} {
		assert.InDelta(t, test.likelihood, model.LogLikelihood(test.spending), 1e-10, "%+v", test)
		assert.InEpsilon(t, test.mean, model.Mean(test.spending), 1e-13, "%+v", test)
	}
	assert.InDelta(t, model.Newcomer(), model.Mean(churn.Spending{}), 0)
	for _, spending := range []churn.Spending{{0, 1}, {-1, 1}, {1, 0}, {1, -5}, {churn.MaxDays + 1, 1}, {1, churn.MaxMinor + 1}} {
		assert.Zero(t, model.Mean(spending))
		assert.Zero(t, model.LogLikelihood(spending))
	}
}

// Her mean lies between everybody's and what she has spent, the nearer to that the more
// purchases it comes from.
func TestGammaGammaDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		currency := customer.Currency{Code: "XXX", Digits: rapid.Int32Range(0, 4).Draw(t, "digits")}
		q := max(drawParameter(t, "q"), 1+1e-6)
		model := newGammaGamma(t, churn.GammaGammaParameters{Currency: currency, P: drawParameter(t, "p"), Q: q, V: drawParameter(t, "v")})
		each := rapid.Int64Range(1, 1_000_000).Draw(t, "each")
		before := model.Newcomer()
		require.False(t, math.IsNaN(before) || math.IsInf(before, 0) || before <= 0)
		for _, purchases := range []int32{1, 2, 10, churn.MaxDays} {
			spending := churn.Spending{Purchases: purchases, Minor: each * int64(purchases)}
			mean := model.Mean(spending)
			require.LessOrEqual(t, math.Abs(mean-float64(each)), math.Abs(before-float64(each))*(1+1e-9)+1e-9*float64(each))
			likelihood := model.LogLikelihood(spending)
			require.False(t, math.IsNaN(likelihood) || math.IsInf(likelihood, 0))
			before = mean
		}
	})
}

// spendingStory is a customer's likelihood and the mean of her purchases given the rate ν
// of their gamma distribution, integrated over the gamma distribution of ν.
func spendingStory(p churn.GammaGammaParameters, s churn.Spending) (logLikelihood, mean float64) {
	logGamma := func(x float64) float64 { value, _ := math.Lgamma(x); return value }
	x, average := float64(s.Purchases), float64(s.Minor)/float64(s.Purchases)/100
	const step = 0.01
	likely, means := 0.0, 0.0
	for u := -40.0; u < 12; u += step {
		rate := math.Exp(u)
		prior := p.Q*math.Log(p.V*rate) - p.V*rate - logGamma(p.Q)
		shape := p.P * x // a mean of x purchases is gamma distributed with shape p·x and rate ν·x
		here := math.Exp(prior + shape*math.Log(rate*x) + (shape-1)*math.Log(average) - rate*x*average - logGamma(shape))
		likely += here
		means += here * p.P / rate
	}
	return math.Log(likely * step), 100 * means / likely
}

func TestGammaGammaTellsItsStory(t *testing.T) {
	for _, parameters := range []churn.GammaGammaParameters{
		spent(), {Currency: dollars(), P: 1, Q: 2, V: 3}, {Currency: dollars(), P: 0.7, Q: 6, V: 200},
	} {
		model := newGammaGamma(t, parameters)
		for _, spending := range []churn.Spending{{1, 1177}, {2, 4469}, {12, 70000}, {40, 40000}} {
			logLikelihood, mean := spendingStory(parameters, spending)
			assert.InDelta(t, logLikelihood, model.LogLikelihood(spending), 1e-9, "%+v %+v", parameters, spending)
			assert.InEpsilon(t, mean, model.Mean(spending), 1e-9, "%+v %+v", parameters, spending)
		}
	}
}

// spendingLive simulates the story that gamma-gamma tells, of so many purchases and the
// one after them.
func spendingLive(chance *rand.Rand, p churn.GammaGammaParameters, purchases int32) (s churn.Spending, next float64) {
	rate := gammaDraw(chance, p.Q) / p.V
	for range purchases {
		s.Minor += max(1, int64(math.RoundToEven(100*gammaDraw(chance, p.P)/rate)))
	}
	s.Purchases = purchases
	return s, 100 * gammaDraw(chance, p.P) / rate
}

// Simulated customers spend as much at their next purchase as the model says; a fit finds
// what they were made from, in any unit of money, and they are found independent.
func TestGammaGammaSimulated(t *testing.T) {
	parameters := spent()
	model := newGammaGamma(t, parameters)
	chance := rand.New(rand.NewPCG(1, 2))
	spends := new(churn.Spends)
	var told, was, spread, newcomers float64
	const customers = 60_000
	for range customers {
		purchases := 1 + min(int32(chance.ExpFloat64()*3), 40)
		spending, next := spendingLive(chance, parameters, purchases)
		require.NoError(t, spends.Add(spending))
		mean := model.Mean(spending)
		told += mean
		was += next
		newcomers += model.Newcomer()
		spread += (next - mean) * (next - mean)
	}
	assert.InDelta(t, told, was, 4*math.Sqrt(spread))
	assert.InEpsilon(t, newcomers, was, 0.02)
	_, fit, err := churn.FitGammaGamma(spends, dollars())
	require.NoError(t, err)
	for i, want := range []float64{parameters.P, parameters.Q, parameters.V} {
		assert.InDelta(t, want, fit.Estimates[i].Value, 4*fit.Estimates[i].StandardError, fit.Estimates[i].Name)
	}
	assert.InDelta(t, 0, spends.Independence().Correlation, 0.02)
	assert.InDelta(t, 0, spends.Independence().RankCorrelation, 0.06) // few purchases make crooked means

	// In a currency without digits the same figures are a hundred times as many units.
	_, large, err := churn.FitGammaGamma(spends, customer.Currency{Code: "JPY"})
	require.NoError(t, err)
	assert.InEpsilon(t, fit.Estimates[0].Value, large.Estimates[0].Value, 1e-12)
	assert.InEpsilon(t, 100*fit.Estimates[2].Value, large.Estimates[2].Value, 1e-12)
	assert.InEpsilon(t, fit.LogLikelihood-customers*math.Log(100), large.LogLikelihood, 1e-12)
}

func TestGammaGammaRefuses(t *testing.T) {
	same := make([]churn.Spending, 1000)
	for i := range same {
		same[i] = churn.Spending{Purchases: 5, Minor: 9900}
	}
	for name, spendings := range map[string][]churn.Spending{"one": {{3, 5000}}, "alike": same} {
		model, fit, err := churn.FitGammaGamma(spendsOf(t, spendings...), dollars())
		require.ErrorIs(t, err, churn.ErrNotConverged, name)
		assert.Nil(t, model)
		assert.False(t, fit.Converged)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	wild := new(churn.Spends)
	for range 2000 {
		rate := math.Pow(chance.Float64(), 2) // over the customers, 1/rate has no mean
		purchases := 1 + int32(chance.IntN(5))
		require.NoError(t, wild.Add(churn.Spending{Purchases: purchases, Minor: 1 + int64(1000*gammaDraw(chance, 2*float64(purchases))/rate)}))
	}
	model, fit, err := churn.FitGammaGamma(wild, dollars())
	require.ErrorIs(t, err, churn.ErrInfiniteMean)
	assert.Nil(t, model)
	assert.True(t, fit.Converged)
	assert.Less(t, fit.Estimates[1].Value, 1.0)

	_, _, err = churn.FitGammaGamma(spendsOf(t, churn.Spending{}), customer.Currency{Code: "euro"})
	wantPaths(t, err, "currency.code", "spends")
	_, err = churn.NewGammaGamma(churn.GammaGammaParameters{P: math.NaN(), Q: 1, V: math.Inf(1)})
	wantPaths(t, err, "currency.code", "p", "q", "v")
	_, err = churn.NewGammaGamma(churn.GammaGammaParameters{Currency: dollars(), P: 1, Q: 1 + 1e-9, V: 1e7})
	require.NoError(t, err)
}

func TestGammaGammaStored(t *testing.T) {
	model, _, err := churn.FitGammaGamma(spendsOf(t, cdnowSpendings(t)...), dollars())
	require.NoError(t, err)
	data, err := json.Marshal(model.Parameters())
	require.NoError(t, err)
	read, err := customer.ParseRules[churn.GammaGammaParameters](data)
	require.NoError(t, err)
	assert.Equal(t, model, newGammaGamma(t, read))
	data, err = json.Marshal(spent())
	require.NoError(t, err)
	assert.JSONEq(t, `{"currency":{"code":"USD","digits":2},"p":6.25,"q":3.74,"v":15.44}`, string(data))
}

func TestSpendingCheck(t *testing.T) {
	for _, good := range []churn.Spending{{}, {1, 1}, {churn.MaxDays, churn.MaxMinor}} {
		require.NoError(t, good.Check())
		assert.True(t, good.Valid())
	}
	for _, test := range []struct {
		spending churn.Spending
		paths    []string
	}{
		{churn.Spending{0, 5}, []string{"minor"}},
		{churn.Spending{2, 0}, []string{"minor"}},
		{churn.Spending{2, -1}, []string{"minor"}},
		{churn.Spending{-1, 0}, []string{"purchases", "minor"}},
		{churn.Spending{churn.MaxDays + 1, churn.MaxMinor + 1}, []string{"purchases", "minor"}},
	} {
		wantPaths(t, test.spending.Check(), test.paths...)
		assert.False(t, test.spending.Valid())
		require.Error(t, new(churn.Spends).Add(test.spending))
	}
}

func drawSpending(t *rapid.T) churn.Spending {
	purchases := rapid.Int32Range(0, 12).Draw(t, "purchases")
	if purchases == 0 {
		return churn.Spending{}
	}
	return churn.Spending{Purchases: purchases, Minor: rapid.Int64Range(1, churn.MaxMinor).Draw(t, "minor")}
}

// Any order and any split give the same bytes.
func TestSpendsAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spendings := rapid.SliceOf(rapid.Custom(drawSpending)).Draw(t, "spendings")
		whole, err := spendsOf(t, spendings...).MarshalBinary()
		require.NoError(t, err)

		parts := []*churn.Spends{new(churn.Spends), new(churn.Spends), new(churn.Spends)}
		for _, spending := range rapid.Permutation(spendings).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(spending))
		}
		require.NoError(t, parts[2].Merge(parts[0]))
		require.NoError(t, parts[1].Merge(parts[2]))
		merged, err := parts[1].MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, whole, merged)

		var read churn.Spends
		require.NoError(t, read.UnmarshalBinary(whole))
		require.Equal(t, parts[1].Customers(), read.Customers())
		again, err := read.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, whole, again)
	})
}

func TestSpendsStored(t *testing.T) {
	spends := spendsOf(t, churn.Spending{3, 600}, churn.Spending{}, churn.Spending{1, 200}, churn.Spending{3, 500}, churn.Spending{1, 200})
	data, err := spends.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, "0101c8010202f40301006401", hex.EncodeToString(data)) // the format of version 1
	require.NoError(t, spends.Merge(spends))
	assert.EqualValues(t, 8, spends.Customers())

	for _, forged := range []string{
		"", "02", "01010100", "01000101", "0101c80102000001", "0101c801", "01a18d060101",
		"0101818080a2a9ae e30201", "0101c80181a094a58d1d", "ffffffffffffffffffff01",
	} {
		bytes, err := hex.DecodeString(string(slices.DeleteFunc([]byte(forged), func(b byte) bool { return b == ' ' })))
		require.NoError(t, err)
		require.Error(t, spends.UnmarshalBinary(bytes), forged)
		require.EqualValues(t, 8, spends.Customers())
	}
}

func FuzzSpends(f *testing.F) {
	f.Add([]byte("\x01\x01\xc8\x01\x02\x02\xf4\x03\x01\x00\x64\x01"))
	f.Add([]byte("\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var read churn.Spends
		if read.UnmarshalBinary(data) != nil {
			return
		}
		sum := int64(0)
		for spending, n := range read.All() {
			require.True(t, spending.Valid())
			sum += n
		}
		require.Equal(t, sum, read.Customers())
		written, err := read.MarshalBinary()
		require.NoError(t, err)
		var again churn.Spends
		require.NoError(t, again.UnmarshalBinary(written))
		require.Equal(t, read, again)
	})
}

// The coefficients in small: ranks with ties, many customers alike, nobody.
func TestIndependence(t *testing.T) {
	up := spendsOf(t, churn.Spending{1, 100}, churn.Spending{2, 400}, churn.Spending{3, 30000})
	told := up.Independence()
	assert.InDelta(t, 1, told.RankCorrelation, 1e-15) // 100, 200, 10000: ever more, in no straight line
	assert.InDelta(t, 0.870, told.Correlation, 0.0005)
	down := spendsOf(t, churn.Spending{1, 300}, churn.Spending{2, 400}, churn.Spending{3, 300})
	assert.InDelta(t, -1, down.Independence().Correlation, 1e-15)
	flat := spendsOf(t, churn.Spending{1, 100}, churn.Spending{2, 200}, churn.Spending{3, 300})
	assert.Equal(t, churn.Independence{Customers: 3}, flat.Independence())
	assert.Equal(t, churn.Independence{}, new(churn.Spends).Independence())
	// Spearman by hand: ranks 1.5, 1.5, 3, 4 against 1, 3, 2, 4.
	ties := spendsOf(t, churn.Spending{1, 100}, churn.Spending{1, 300}, churn.Spending{2, 400}, churn.Spending{4, 4000})
	assert.InDelta(t, 3/math.Sqrt(4.5*5), ties.Independence().RankCorrelation, 1e-15)
}
