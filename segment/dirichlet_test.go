package segment_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
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
	}
}

// The same market by an independent computation: the brand's share of one customer's
// purchases is drawn from a beta distribution, given which her purchases of the brand are
// negative binomial too; what remains are integrals over that share, taken by tanh-sinh
// quadrature in a program of Python's standard library. S is that of all brands, and
// each brand's own; the figures are those of Colgate, Close Up and Sainsbury.
func TestDirichletByIntegration(t *testing.T) {
	market := toothpaste()
	model, err := segment.FitDirichlet(market)
	require.NoError(t, err)
	assert.InDelta(t, 0.7788158827707, model.K, 1e-11)
	assert.InDelta(t, 1.5499435250571, model.S, 1e-10)
	for i, want := range []float64{
		1.2976574848706, 2.2133530508792, 1.6031247607834, 0.8445501695021, 1.4493119414763, 1.2929608852455, 2.2198061671648, 2.1381678534204,
	} {
		assert.InDelta(t, want, model.BrandS[i], 1e-10)
	}
	for i, want := range map[int]segment.DirichletFigures{
		0: {0.205086, 1.77487, 3.19717, 0.55514, 0.42556},
		2: {0.089459, 1.62757, 3.35189, 0.48557, 0.35909},
		7: {0.018766, 1.55173, 3.43979, 0.45111, 0.32797},
	} {
		got := model.Expect(market.Brands[i].Share)
		assert.InDelta(t, want.Penetration, got.Penetration, 0.6e-6)
		assert.InDelta(t, want.Purchases, got.Purchases, 0.6e-5)
		assert.InDelta(t, want.CategoryPurchases, got.CategoryPurchases, 0.6e-5)
		assert.InDelta(t, want.SCR, got.SCR, 0.6e-5)
		assert.InDelta(t, want.SoleBuyers, got.SoleBuyers, 0.6e-5)
	}
}

// finite fails where a figure is no number, or out of the range that it has.
func finite(t failer, f segment.DirichletFigures) {
	t.Helper()
	for _, part := range []float64{f.Penetration, f.SCR, f.SoleBuyers} {
		require.True(t, part >= 0 && part <= 1+1e-9, "%v", f)
	}
	for _, rate := range []float64{f.Purchases, f.CategoryPurchases} {
		require.True(t, rate >= 0 && rate < 1e9, "%v", f)
	}
}

// A market that a model made is fitted by that model; larger brands have more buyers who
// buy more often and are more loyal: double jeopardy.
func TestDirichletDoubleJeopardy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		market := segment.DirichletMarket{
			Penetration:  rapid.Float64Range(0.001, 0.999).Draw(t, "penetration"),
			PurchaseRate: rapid.Float64Range(1.01, 30).Draw(t, "rate"),
			Brands:       []segment.DirichletBrand{{Share: 0.5}, {Share: 0.3}, {Share: 0.1}, {Share: 0.01}},
		}
		for i := range market.Brands { // between the least and the greatest loyalty
			market.Brands[i].Penetration = market.Penetration * market.Brands[i].Share * rapid.Float64Range(1, 1.5).Draw(t, "of brand")
		}
		model, err := segment.FitDirichlet(market)
		if err != nil {
			require.ErrorIs(t, err, segment.ErrDirichlet)
			return
		}
		before := model.Expect(1)
		require.InDelta(t, market.Penetration, before.Penetration, 1e-9)
		require.InDelta(t, 1, before.SCR, 1e-9)
		require.InDelta(t, 1, before.SoleBuyers, 1e-9)
		for i := range market.Brands {
			figures := model.Expect(market.Brands[i].Share)
			finite(t, figures)
			require.LessOrEqual(t, figures.Penetration, before.Penetration)
			require.LessOrEqual(t, figures.Purchases, before.Purchases*(1+1e-9))
			require.LessOrEqual(t, figures.SCR, before.SCR*(1+1e-9))
			require.LessOrEqual(t, figures.SoleBuyers, before.SoleBuyers*(1+1e-9))
			before = figures
			market.Brands[i].Penetration = figures.Penetration
		}
		again, err := segment.FitDirichlet(market)
		require.NoError(t, err)
		require.InEpsilon(t, model.S, again.S, 1e-6)
		require.InEpsilon(t, model.K, again.K, 1e-9)
	})
}

// What is no market, and what no model has.
func TestDirichletFaults(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*segment.DirichletMarket)
		want   []string
	}{
		{"empty", func(m *segment.DirichletMarket) { *m = segment.DirichletMarket{} }, []string{"penetration", "purchase_rate", "brands"}},
		{"everybody bought", func(m *segment.DirichletMarket) { m.Penetration = 1 }, []string{"penetration"}},
		{"no numbers", func(m *segment.DirichletMarket) { m.Penetration, m.PurchaseRate = math.NaN(), math.NaN() }, []string{"penetration", "purchase_rate", "brands[0].penetration", "brands[1].penetration", "brands[2].penetration", "brands[3].penetration", "brands[4].penetration", "brands[5].penetration", "brands[6].penetration", "brands[7].penetration"}},
		{"once each", func(m *segment.DirichletMarket) { m.PurchaseRate = 1 }, []string{"purchase_rate"}},
		{"more than daily", func(m *segment.DirichletMarket) { m.PurchaseRate = 365.1 }, []string{"purchase_rate"}},
		{"without end", func(m *segment.DirichletMarket) { m.PurchaseRate = math.Inf(1) }, []string{"purchase_rate"}},
		{"one brand that has everything", func(m *segment.DirichletMarket) { m.Brands = []segment.DirichletBrand{{1, 0.56}} }, []string{"brands[0].share"}},
		{"a brand without purchases", func(m *segment.DirichletMarket) { m.Brands[3].Share = 0 }, []string{"brands[3].share"}},
		{"a brand without buyers", func(m *segment.DirichletMarket) { m.Brands[3].Penetration = 0 }, []string{"brands[3].penetration"}},
		{"more buyers than the category", func(m *segment.DirichletMarket) { m.Brands[3].Penetration = 0.57 }, []string{"brands[3].penetration"}},
		{"shares above one", func(m *segment.DirichletMarket) { m.Brands[0].Share = 0.4 }, []string{"brands"}},
		{"too many brands", func(m *segment.DirichletMarket) { m.Brands = make([]segment.DirichletBrand, 1001) }, nil},
	} {
		market := toothpaste()
		test.change(&market)
		_, err := segment.FitDirichlet(market)
		if test.want == nil {
			assert.Equal(t, "brands", faultPaths(t, err)[0], test.name)
			continue
		}
		assert.Equal(t, test.want, faultPaths(t, err), test.name)
	}

	// Just as even as pure chance: 1 − e^−M of the population, and a little less.
	for _, test := range []struct {
		rate float64
		fits bool
	}{{1.4, false}, {1.46, false}, {1.47, true}} {
		market := toothpaste()
		market.PurchaseRate = test.rate // pure chance: −ln(1−0.56)/0.56 = 1.46603
		market.Brands = []segment.DirichletBrand{{0.25, 0.16}, {0.1, 0.07}}
		_, err := segment.FitDirichlet(market)
		assert.Equal(t, test.fits, err == nil, "%v", err)
		if !test.fits {
			require.ErrorIs(t, err, segment.ErrDirichlet)
		}
	}
	// A brand that half of its share's buyers have (nobody buys anything else) has no S, and
	// is not in the mean; where none has one, there is no model.
	market := toothpaste()
	market.Brands = []segment.DirichletBrand{{0.25, 0.20}, {0.19, 0.05}}
	model, err := segment.FitDirichlet(market)
	require.NoError(t, err)
	assert.Zero(t, model.BrandS[1])
	assert.InDelta(t, model.BrandS[0], model.S, 1e-15)
	market.Brands = market.Brands[1:]
	_, err = segment.FitDirichlet(market)
	require.ErrorIs(t, err, segment.ErrDirichlet)
	market.Brands[0].Penetration = 0.56 // everybody buys it as well
	_, err = segment.FitDirichlet(market)
	require.ErrorIs(t, err, segment.ErrDirichlet)

	for _, share := range []float64{0, -1, 1.1, math.NaN(), math.Inf(1)} {
		assert.Zero(t, model.Expect(share))
	}
	assert.Zero(t, model.Expect(math.SmallestNonzeroFloat64), "no figure is not a number")
	assert.Zero(t, new(segment.Dirichlet).Expect(0.5))
	assert.Zero(t, (&segment.Dirichlet{M: 1, K: 1, S: 1}).Expect(0.5), "stored and read, it is no model any more")
	finite(t, model.Expect(1e-18))
	finite(t, model.Expect(1))

	// So rare that the numbers lose their digits: refused, where it took all time and memory.
	market = toothpaste()
	market.Penetration, market.Brands = math.SmallestNonzeroFloat64, []segment.DirichletBrand{{math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64}}
	_, err = segment.FitDirichlet(market)
	assert.Equal(t, []string{"penetration", "brands[0].share"}, faultPaths(t, err))
}

// Whatever is counted (one buyer, equal brands, a brand that all buy, nearly everybody a
// buyer), there are figures or an error, and none that is not a number.
func TestDirichletGaugeIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var category segment.BrandShareCategory
		count := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 1000), rapid.Int64Range(0, 100_000_000_000_000))
		for i := range rapid.IntRange(1, 5).Draw(t, "brands") {
			sole, others := count.Draw(t, "sole"), count.Draw(t, "others")
			brand := segment.BrandShare{Brand: uint32(i + 1), Buyers: max(1, sole+others), SoleBuyers: sole}
			brand.Occasions = brand.Buyers + count.Draw(t, "again")
			brand.CategoryOccasions = brand.Occasions + others
			category.Buyers, category.Occasions = category.Buyers+brand.Buyers, category.Occasions+brand.Occasions
			category.Brands = append(category.Brands, brand)
		}
		rules := dirichletRules()
		rules.WithoutOutliers = rapid.Bool().Draw(t, "without outliers")
		model, compared, err := newGauge(t, rules).Compare(category, category.Buyers+count.Draw(t, "nothing"))
		if err != nil {
			return
		}
		require.Positive(t, model.S)
		require.Positive(t, model.K)
		for _, brand := range compared {
			for _, f := range []segment.DirichletFigures{brand.Expected, brand.Observed} {
				for _, figure := range []float64{f.Penetration, f.Purchases, f.CategoryPurchases, f.SCR, f.SoleBuyers} {
					require.True(t, figure >= 0 && !math.IsInf(figure, 1), "%+v", f)
				}
			}
		}
	})
}

// Fences as R's boxplot draws them, for one to five brands: a single one, and two, are
// never outliers.
func TestDirichletOutliers(t *testing.T) {
	for n := 1; n <= 8; n++ {
		market := toothpaste()
		market.Brands = market.Brands[:n]
		all, err := segment.FitDirichlet(market)
		require.NoError(t, err)
		market.WithoutOutliers = true
		without, err := segment.FitDirichlet(market)
		require.NoError(t, err)
		assert.LessOrEqual(t, without.S, all.S+1e-12)
		if n <= 2 {
			assert.InDelta(t, all.S, without.S, 1e-12)
		}
	}
}

// dirichletRules: unusual from 5 percentage points, of brands with 30 buyers or more.
func dirichletRules() segment.DirichletRules {
	return segment.DirichletRules{Edition: customer.Edition{ID: "brand-loyalty", Version: 1}, MinBuyers: 30, UnusualFromPermille: 50}
}

func newGauge(t failer, rules segment.DirichletRules) *segment.DirichletGauge {
	t.Helper()
	gauge, err := segment.NewDirichletGauge(rules)
	require.NoError(t, err)
	return gauge
}

// row C1: real groceries, the shop's brand against all national brands, among the 2,377
// households of the sample. Expected figures: as in TestDirichletByIntegration.
func TestDirichletOfRealGroceries(t *testing.T) {
	shares := realBrandShares(t)
	gauge := newGauge(t, dirichletRules())
	for _, test := range []struct {
		name    string
		k, s    float64
		own     [2]float64
		scr     [2]float64
		sole    [2]float64
		loyalty [2]segment.DirichletLoyalty
	}{
		{"cheese", 0.77056744, 3.96634792, [2]float64{4.84837, 3.50106}, [2]float64{0.59924, 0.77693}, [2]float64{0.48954, 0.68367}, [2]segment.DirichletLoyalty{segment.DirichletAsExpected, segment.DirichletAsExpected}},
		{"milk", 0.92086135, 2.87367988, [2]float64{3.43316, 2.81813}, [2]float64{0.48801, 0.94031}, [2]float64{0.37887, 0.90673}, [2]segment.DirichletLoyalty{segment.DirichletAsExpected, segment.DirichletAsExpected}},
		{"soup", 0.60193532, 1.24524726, [2]float64{0, 1.24525}, [2]float64{0.90952, 0.69086}, [2]float64{0.8865, 0.63649}, [2]segment.DirichletLoyalty{segment.DirichletAsExpected, segment.DirichletBelow}},
		{"yogurt", 0.29728242, 0.84801700, [2]float64{1.14466, 0.28215}, [2]float64{0.8497, 0.72787}, [2]float64{0.81662, 0.67983}, [2]segment.DirichletLoyalty{segment.DirichletAsExpected, segment.DirichletAsExpected}},
	} {
		code := uint32(map[string]int{"cheese": 0, "milk": 1, "soup": 2, "yogurt": 3}[test.name])
		model, brands, err := gauge.Compare(shares.Category(code), 2377)
		require.NoError(t, err, test.name)
		assert.InDelta(t, test.k, model.K, 1e-8, test.name)
		assert.InDelta(t, test.s, model.S, 1e-8, test.name)
		for i, brand := range brands {
			assert.Equal(t, uint32(i+1), brand.Brand)
			assert.InDelta(t, test.own[i], brand.S, 0.6e-5, test.name)
			assert.InDelta(t, test.scr[i], brand.Expected.SCR, 0.6e-5, test.name)
			assert.InDelta(t, test.sole[i], brand.Expected.SoleBuyers, 0.6e-5, test.name)
			assert.Equal(t, test.loyalty[i], brand.Loyalty, test.name)
			finite(t, brand.Observed)
		}
	}
}

// The verdict on both sides of its marks: a share of requirements that is expected, and
// 5 points more or less.
func TestDirichletGauge(t *testing.T) {
	category := segment.BrandShareCategory{
		Buyers: 1067, Occasions: 2137,
		Brands: []segment.BrandShare{{1, 513, 738, 1233, 251}, {2, 816, 1399, 1790, 554}},
	}
	for _, test := range []struct { // 599 ‰ is expected of the first
		occasions int64 // of the category, by its buyers
		want      segment.DirichletLoyalty
		code      string
	}{
		{1137, segment.DirichletAbove, segment.CodeDirichletAbove}, // 738/1137 = 649.08 ‰
		{1138, segment.DirichletAsExpected, segment.CodeDirichletAsExpected},
		{1344, segment.DirichletAsExpected, segment.CodeDirichletAsExpected}, // 549.1 ‰
		{1345, segment.DirichletBelow, segment.CodeDirichletBelow},           // 548.7 ‰
	} {
		category.Brands[0].CategoryOccasions = test.occasions
		_, brands, err := newGauge(t, dirichletRules()).Compare(category, 2377)
		require.NoError(t, err)
		assert.Equal(t, test.want, brands[0].Loyalty, "%d", test.occasions)
		assert.Equal(t, []string{segment.CodeDirichletSize, segment.CodeDirichletShare, test.code}, codes(brands[0].Reasons))
		assert.Equal(t, int64(599), brands[0].Reasons[2].Mark)
	}

	rules := dirichletRules()
	for buyers, want := range map[int]string{513: segment.CodeDirichletAsExpected, 514: segment.CodeDirichletTooFew} {
		rules.MinBuyers = buyers
		category.Brands[0].CategoryOccasions = 1233
		category.Unknown = segment.BrandShare{Buyers: 1, Occasions: 1, CategoryOccasions: 1, SoleBuyers: 1}
		_, brands, err := newGauge(t, rules).Compare(category, 2377)
		require.NoError(t, err)
		list := codes(brands[0].Reasons)
		assert.Equal(t, segment.CodeDirichletUnknownBrands, list[0])
		assert.Equal(t, want, list[len(list)-1])
	}
}

// A mark above the whole is reached by nobody, however much was counted.
func TestDirichletGaugeOfHugeCounts(t *testing.T) {
	const n = 5_000_000_000_000
	category := segment.BrandShareCategory{
		Buyers: 1067 * n, Occasions: 2137 * n,
		Brands: []segment.BrandShare{{1, 513 * n, 738 * n, 1233 * n, 251 * n}, {2, 816 * n, 1399 * n, 1790 * n, 554 * n}},
	}
	rules := dirichletRules()
	rules.UnusualFromPermille = 1000 // 599 ‰ and 1000 more
	_, brands, err := newGauge(t, rules).Compare(category, 2377*n)
	require.NoError(t, err)
	assert.Equal(t, segment.DirichletAsExpected, brands[0].Loyalty)
}

// An empty category, a category with one buyer, one brand, one purchase each, everybody a
// buyer: each is said clearly.
func TestDirichletGaugeFaults(t *testing.T) {
	gauge := newGauge(t, dirichletRules())
	brands := func(figures ...segment.BrandShare) []segment.BrandShare { return figures }
	for _, test := range []struct {
		name       string
		category   segment.BrandShareCategory
		population int64
		want       []string // nil: no model
	}{
		{"empty", segment.BrandShareCategory{}, 100, []string{"buyers"}},
		{"nobody at all", segment.BrandShareCategory{}, 0, []string{"population", "buyers"}},
		{"fewer people than buyers", segment.BrandShareCategory{Buyers: 2, Occasions: 4, Brands: brands(segment.BrandShare{1, 2, 4, 4, 2})}, 1, []string{"population"}},
		{"one buyer of two brands", segment.BrandShareCategory{Buyers: 1, Occasions: 3, Brands: brands(segment.BrandShare{1, 1, 2, 3, 0}, segment.BrandShare{2, 1, 1, 3, 0})}, 100, nil},
		{"one buyer of one brand", segment.BrandShareCategory{Buyers: 1, Occasions: 3, Brands: brands(segment.BrandShare{1, 1, 3, 3, 1})}, 100, []string{"brands[0].share"}},
		{"one purchase", segment.BrandShareCategory{Buyers: 1, Occasions: 1, Brands: brands(segment.BrandShare{1, 1, 1, 1, 1})}, 100, []string{"purchase_rate", "brands[0].share"}},
		{"one brand", segment.BrandShareCategory{Buyers: 50, Occasions: 200, Brands: brands(segment.BrandShare{1, 50, 200, 200, 50})}, 100, []string{"brands[0].share"}},
		{"everybody", segment.BrandShareCategory{Buyers: 100, Occasions: 200, Brands: brands(segment.BrandShare{1, 80, 120, 160, 60}, segment.BrandShare{2, 40, 80, 140, 20})}, 100, []string{"penetration"}},
		{"more of the brand than of the category", segment.BrandShareCategory{Buyers: 50, Occasions: 200, Brands: brands(segment.BrandShare{1, 40, 90, 0, 9})}, 100, []string{"brands[0]"}},
		{"more sole buyers than buyers", segment.BrandShareCategory{Buyers: 50, Occasions: 200, Brands: brands(segment.BrandShare{1, 40, 90, 150, 41})}, 100, []string{"brands[0]"}},
		{"unknown brands only", segment.BrandShareCategory{Buyers: 50, Occasions: 200, Unknown: segment.BrandShare{0, 50, 200, 200, 50}}, 100, []string{"brands"}},
	} {
		model, compared, err := gauge.Compare(test.category, test.population)
		assert.Nil(t, model, test.name)
		assert.Nil(t, compared, test.name)
		if test.want == nil {
			require.ErrorIs(t, err, segment.ErrDirichlet, test.name)
			continue
		}
		assert.Equal(t, test.want, faultPaths(t, err), test.name)
	}
}

// A gauge that nobody made compares nothing.
func TestDirichletGaugeOfNobody(t *testing.T) {
	_, _, err := new(segment.DirichletGauge).Compare(segment.BrandShareCategory{}, 1)
	require.Error(t, err)
}

func TestDirichletRules(t *testing.T) {
	rules, err := segment.ParseDirichletRules([]byte(toJSON(t, dirichletRules())))
	require.NoError(t, err)
	assert.Equal(t, dirichletRules(), rules)
	_, err = segment.ParseDirichletRules([]byte(`{"id": "x", "version": 1, "min_buyer": 1}`))
	assert.Equal(t, []string{"min_buyer"}, faultPaths(t, err))
	_, err = segment.NewDirichletGauge(segment.DirichletRules{})
	assert.Equal(t, []string{"id", "version", "min_buyers", "unusual_from_permille"}, faultPaths(t, err))
	rules.MinBuyers, rules.UnusualFromPermille = 1, 1000
	newGauge(t, rules)
	rules.UnusualFromPermille = 1001
	_, err = segment.NewDirichletGauge(rules)
	assert.Equal(t, []string{"unusual_from_permille"}, faultPaths(t, err))
}

func TestDirichletLoyaltyText(t *testing.T) {
	for loyalty, want := range []string{"unknown", "below", "as-expected", "above"} {
		text, err := segment.DirichletLoyalty(loyalty).MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var read segment.DirichletLoyalty
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, segment.DirichletLoyalty(loyalty), read)
	}
	_, err := segment.DirichletLoyalty(4).MarshalText()
	require.Error(t, err)
	require.Error(t, new(segment.DirichletLoyalty).UnmarshalText([]byte("Above")))
	assert.Equal(t, "loyalty 4", segment.DirichletLoyalty(4).String())
}
