package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

// toothpaste is the United Kingdom's toothpaste market of the first quarter of 1973 (AGB
// panel of 5,240), as in the examples of the R package NBDdirichlet: Colgate DC,
// Macleans, Close Up, Signal, Ultrabrite, Gibbs SR, and the private labels of Boots and
// Sainsbury.
func toothpaste() segment.DirichletMarket {
	return segment.DirichletMarket{Penetration: 0.56, PurchaseRate: 2.6, Brands: []segment.DirichletBrand{
		{0.25, 0.20},
		{0.19, 0.17},
		{0.10, 0.09},
		{0.10, 0.08},
		{0.09, 0.08},
		{0.08, 0.07},
		{0.03, 0.03},
		{0.02, 0.02},
	}}
}

// Figures published with NBDdirichlet (Feiming Chen, CRAN): the parameters of the manual
// (man/print.dirichlet.Rd, M = 1.46, K = 0.78, S = 1.55: all brands), and the parameters and table "buy" of
// the user guide of version 1.01 and later (S = 1.3: without outliers).
func TestDirichletPublished(t *testing.T) {
	market := toothpaste()
	all, err := segment.FitDirichlet(market)
	require.NoError(t, err)
	assert.InDelta(t, 1.46, all.M, 0.005)
	assert.InDelta(t, 0.78, all.K, 0.005)
	assert.InDelta(t, 1.55, all.S, 0.005)

	market.WithoutOutliers = true
	model, err := segment.FitDirichlet(market)
	require.NoError(t, err)
	assert.InDelta(t, 1.3, model.S, 0.005)
	for i, want := range [][3]float64{
		{0.20, 1.82, 3.16},
		{0.16, 1.76, 3.22},
		{0.09, 1.68, 3.30},
		{0.09, 1.68, 3.30},
		{0.08, 1.67, 3.31},
		{0.07, 1.66, 3.32},
		{0.03, 1.62, 3.37},
		{0.02, 1.61, 3.38},
	} {
		got := model.Expect(market.Brands[i].Share)
		assert.InDelta(t, want[0], got.Penetration, 0.005, "%d", i)
		assert.InDelta(t, want[1], got.Purchases, 0.005, "%d", i)
		assert.InDelta(t, want[2], got.CategoryPurchases, 0.005, "%d", i)
		t.Log(model.BrandS[i], got, model.S)
	}
}
