package churn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The special functions are checked against figures of 40 digits and more, computed with
// the Python package mpmath.

func TestDigamma(t *testing.T) {
	for _, test := range [][2]float64{
		{1e-06, -1000000.57721402},
		{0.01, -100.56088545786867},
		{0.243, -4.3510938644232107},
		{0.5, -1.9635100260214235},
		{1, -0.57721566490153286},
		{2.5, 0.70315664064524319},
		{9.99, 2.2507003728312011},
		{10, 2.2517525890667211},
		{57.3, 4.0395492399575792},
		{10000.5, 9.2103403723928494},
		{1e6, 13.815510057964191},
	} {
		assert.InEpsilon(t, test[1], digamma(test[0]), 2e-15, "%v", test[0])
	}
	assert.InDelta(t, 0, digamma(1.4616321449683623), 1e-15) // its only zero
}

func TestLogBeta(t *testing.T) {
	for _, test := range [][3]float64{
		{1e-06, 1e-06, 14.508657738522575},
		{0.5, 0.5, 1.1447298858494002},
		{0.793, 2.426, -0.51156928859370334},
		{9.5, 9.5, -13.016778366438517},
		{2.4, 9.999, -5.4673336403619276},
		{2.4, 10, -5.4675587306377432}, // both sides of the change of formula
		{2.4, 10000.5, -21.888245548256521},
		{15, 12, -18.568172732389435},
		{30, 1e6, -343.20871276748278},
		{1e6, 1e6, -1386300.0033629211},
		{1e-06, 1e6, 13.815496165239374},
	} {
		assert.InEpsilon(t, test[2], logBeta(test[0], test[1]), 1e-14, "%v", test)
		assert.InEpsilon(t, test[2], logBeta(test[1], test[0]), 1e-14, "%v", test)
	}
	assert.InDelta(t, 0, logBeta(1, 1), 1e-15)
	for _, test := range [][2]float64{{1e-6, 1e-6}, {0.5, 3}, {9.5, 9.5}, {2.4, 9.999}, {2.4, 10}, {15, 12}, {300, 11}, {1e-6, 50}} {
		a, b := test[0], test[1]
		want := logBeta(a, b) - a*math.Log(a/(a+b)) - b*math.Log(b/(a+b))
		assert.InDelta(t, want, logBetaPeak(a, b), 1e-13, "%v", test)
		assert.InDelta(t, want, logBetaPeak(b, a), 1e-13, "%v", test)
	}
}

// D and its derivatives: both sides of the place where the series gives way to the
// integral, arguments near 0 and far from it.
func TestDecay(t *testing.T) {
	for _, test := range []struct {
		n, m, ratio float64
		want        slopes
	}{
		{1.159, 0.553, 0.9065, slopes{0.8844842065760485, -0.7735158954826533, 0.03986193277539519, -0.2432285274382305}},
		{3.159, 2.553, 0.979, slopes{0.3206964917757613, -0.1025257118423713, 0.001638944415320126, -0.2000721578843352}},
		{10001.1, 10000.5, 0.5, slopes{0.0001999460209689668, -3.997441701484575e-8, 1.998521072525831e-8, -0.0003997641493699878}},
		{10001.1, 10000.5, 0.001, slopes{0.08711655334295828, -0.007078350392287516, 0.007070690338801043, -76.5975738618008}},
		{1.159, 1.606, 0.9, slopes{0.932792981124502, -0.8392052697111685, 0.04594978728032731, -0.7633276405033017}},
		{1.159, 1.606, 0.3000001, slopes{2.009243101063974, -2.715394558916821, 1.239956943727529, -4.428942096385201}},
		{1.159, 1.606, 0.2999999, slopes{2.009243986852854, -2.715396382486137, 1.239958242127488, -4.428946710000085}},
		{1.159, 1.606, 1e-6, slopes{988.7762330400668, -11804.40791440955, 11335.19520042803, -442981831.1761109}},
		{2e-6, 1.000001, 1e-12, slopes{4.999861846819524e+17, -2.500069074673355e+23, 1.381512718173096e+19, -4.999856846957677e+29}},
		{99999.5, 100000, 1e-9, slopes{175.2636418281538, -1288.602633157942, 1288.601747008349, -88614294638.5084}},
		{2e-6, 1e-6, 1e-12, slopes{500013.8153180465, -250006907850.7105, 13815508.91127467, -499986184681.9535}},
		{1e6, 1e-6, 0.25, slopes{1.00000000000075e-6, -1.0000000000015e-12, 7.499998125010312e-13, -1.000000500001375e-18}},
		{2e6, 1e6, 0.75, slopes{5.714285364431651e-7, -3.265305522699288e-13, 8.16326030820823e-14, -3.265304589754891e-7}},
	} {
		got := decaySlopes(test.n, test.m, test.ratio, 1-test.ratio)
		assert.InEpsilon(t, test.want.value, got.value, 2e-13, "%+v", test)
		same, again := decays(test.n, test.m, [2]float64{test.ratio, test.ratio}, [2]float64{1 - test.ratio, 1 - test.ratio})
		assert.InEpsilon(t, test.want.value, same, 2e-13, "%+v", test)
		assert.InEpsilon(t, same, again, 1e-15, "%+v", test)
		assert.InEpsilon(t, test.want.byN, got.byN, 2e-12, "%+v", test)
		assert.InEpsilon(t, test.want.byM, got.byM, 2e-11, "%+v", test)
		assert.InEpsilon(t, test.want.byRatio, got.byRatio, 2e-9, "%+v", test)
	}
	one := decaySlopes(5, 3, 1, 0) // α = β: one term
	assert.InDeltaSlice(t, []float64{0.2, -0.04, 0, -0.1}, []float64{one.value, one.byN, one.byM, one.byRatio}, 1e-16)
}
