package segment_test

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// brandRules: one brand by two spellings, one by its name, and all goods of the shop's own.
func brandRules() segment.BrandShareRules {
	return segment.BrandShareRules{
		Edition: customer.Edition{ID: "brands", Version: 1},
		Brands: []segment.BrandShareBrand{
			{ID: "painaway", Labels: []string{"PainAway", "PAINAWAY FORTE"}},
			{ID: "own", Labels: []string{"Our Best"}, Kind: customer.StoreBrand},
			{ID: "calm", Labels: []string{"Calm"}},
		},
	}
}

func brandCoder(t failer, rules segment.BrandShareRules) *segment.BrandShareCoder {
	t.Helper()
	berlin, err := time.LoadLocation(tercileRules().Zone)
	require.NoError(t, err)
	coder, err := segment.NewCoder(tercileRules(), berlin)
	require.NoError(t, err)
	brands, err := segment.NewBrandShareCoder(rules, coder)
	require.NoError(t, err)
	return brands
}

// row C2: lines are coded by category and by brand, whatever the till calls it.
func TestBrandShareCoder(t *testing.T) {
	coder := brandCoder(t, brandRules())
	assert.Equal(t, []string{"", "calm", "own", "painaway"}, coder.Brands())
	berlin := zone(t, "Europe/Berlin")
	var lines []customer.Line
	for _, sold := range []struct {
		category, brand string
		kind            customer.BrandKind
	}{
		{"Pain relief", "PainAway", customer.NationalBrand},
		{"Pain relief", "PAINAWAY FORTE", customer.UnknownBrand},
		{"Pain relief", "", customer.StoreBrand},
		{"Pain relief", "Calm", customer.StoreBrand}, // the label says more than the kind
		{"Pain relief", "Our Second", customer.StoreBrand},
		{"Pain relief", "Nobody's", customer.NationalBrand},
		{"Pain relief", "", customer.UnknownBrand},
		{"Beer", "Our Best", customer.UnknownBrand},
		{"Wine", "Calm", customer.NationalBrand}, // no category
	} {
		lines = append(lines, customer.Line{SKU: "x", Category: sold.category, Brand: sold.brand, Kind: sold.kind, Quantity: dec("2")})
	}
	at := time.Date(2026, time.May, 9, 23, 30, 0, 0, berlin)
	coded, err := coder.Sale(nil, customer.Purchase{Ref: "1", Customer: "c-1", At: at, Lines: lines})
	require.NoError(t, err)
	var items []uint32
	for _, line := range coded {
		items = append(items, line.Item)
		assert.Equal(t, day(t, "2026-05-09"), line.Day)
		assert.Equal(t, int64(2000), line.Units)
		assert.False(t, line.Returned)
	}
	const pain, beer = 2, 0
	assert.Equal(t, []uint32{
		coder.Item(pain, 3), coder.Item(pain, 3), coder.Item(pain, 2), coder.Item(pain, 1), coder.Item(pain, 2),
		coder.Item(pain, 0), coder.Item(pain, 0), coder.Item(beer, 2),
	}, items)

	back, err := coder.Return(coded[:1:1], customer.Return{Ref: "2", Customer: "c-1", At: at, Lines: []customer.ReturnLine{{Line: lines[0]}}})
	require.NoError(t, err)
	require.Len(t, back, 2)
	assert.True(t, back[1].Returned)
	assert.Equal(t, items[0], back[1].Item)

	for _, nobody := range []customer.Purchase{{Ref: "3", At: at, Lines: lines}} {
		none, err := coder.Sale(nil, nobody)
		require.NoError(t, err)
		assert.Empty(t, none)
	}
	none, err := coder.Return(nil, customer.Return{Ref: "4", At: at, Lines: []customer.ReturnLine{{Line: lines[0]}}})
	require.NoError(t, err)
	assert.Empty(t, none)
	lines[1].Quantity = dec("0.0001")
	lines[2].Kind = 7
	faulty, err := coder.Sale(coded, customer.Purchase{Ref: "5", Customer: "c-1", At: at, Lines: lines})
	assert.Equal(t, []string{"lines[1].quantity", "lines[2].kind"}, faultPaths(t, err))
	assert.Equal(t, coded, faulty, "nothing is appended")
	_, err = coder.Return(nil, customer.Return{Ref: "6", Customer: "c-1", Lines: []customer.ReturnLine{{Line: lines[0]}}})
	assert.Equal(t, []string{"at"}, faultPaths(t, err))
}

func TestBrandShareRules(t *testing.T) {
	var nobodys segment.BrandShareCoder
	_, err := nobodys.Sale(nil, customer.Purchase{Customer: "c"})
	require.Error(t, err)
	_, err = nobodys.Return(nil, customer.Return{Customer: "c"})
	require.Error(t, err)
	rules, err := segment.ParseBrandShareRules([]byte(toJSON(t, brandRules())))
	require.NoError(t, err)
	assert.Equal(t, brandRules(), rules)
	_, err = segment.ParseBrandShareRules([]byte(`{"id": "brands", "version": 1, "brand": []}`))
	assert.Equal(t, []string{"brand"}, faultPaths(t, err))

	coder, err := segment.NewCoder(tercileRules(), zone(t, "Europe/Berlin"))
	require.NoError(t, err)
	for _, test := range []struct {
		name   string
		change func(*segment.BrandShareRules)
		want   []string
	}{
		{"empty", func(r *segment.BrandShareRules) { *r = segment.BrandShareRules{} }, []string{"id", "version", "brands"}},
		{"no name", func(r *segment.BrandShareRules) { r.Brands[0].ID = "" }, []string{"brands[0].id"}},
		{"a name twice", func(r *segment.BrandShareRules) { r.Brands[2].ID = "own" }, []string{"brands[2].id"}},
		{"a label of two brands", func(r *segment.BrandShareRules) { r.Brands[2].Labels = []string{"PainAway"} }, []string{"brands[2].labels[0]"}},
		{"a label twice", func(r *segment.BrandShareRules) { r.Brands[2].Labels = []string{"Calm", "Calm"} }, []string{"brands[2].labels[1]"}},
		{"an empty label", func(r *segment.BrandShareRules) { r.Brands[2].Labels = []string{""} }, []string{"brands[2].labels[0]"}},
		{"nothing to know it by", func(r *segment.BrandShareRules) { r.Brands[2].Labels = nil }, []string{"brands[2].labels"}},
		{"by its kind alone", func(r *segment.BrandShareRules) {
			r.Brands[2] = segment.BrandShareBrand{ID: "others", Kind: customer.NationalBrand}
		}, nil},
		{"two of a kind", func(r *segment.BrandShareRules) { r.Brands[2].Kind = customer.StoreBrand }, []string{"brands[2].kind"}},
		{"no such kind", func(r *segment.BrandShareRules) { r.Brands[2].Kind = 3 }, []string{"brands[2].kind"}},
		{"too many labels", func(r *segment.BrandShareRules) {
			r.Brands[2].Labels = slices.Repeat([]string{"x"}, segment.MaxBrandLabels+1)
		}, nil},
		{"too many brands", func(r *segment.BrandShareRules) { r.Brands = make([]segment.BrandShareBrand, segment.MaxBrands+1) }, []string{"brands"}},
	} {
		rules := brandRules()
		test.change(&rules)
		_, err := segment.NewBrandShareCoder(rules, coder)
		switch {
		case test.name == "too many labels":
			assert.Equal(t, "brands[2].labels", faultPaths(t, err)[0])
		case test.want == nil:
			require.NoError(t, err, test.name)
		default:
			assert.Equal(t, test.want, faultPaths(t, err), test.name)
		}
	}
	_, err = segment.NewBrandShareCoder(brandRules(), nil)
	assert.Equal(t, []string{"coder"}, faultPaths(t, err))
}

// brandCounts are Counts of category 1 by brand code, with so many days each.
func brandCounts(days ...int) []segment.Counts {
	var counts []segment.Counts
	for brand, n := range days {
		counts = append(counts, segment.Counts{Category: uint32(len(days) + brand), Days: n, Lines: int64(n)})
	}
	return counts
}

// The figures of a small category, by hand: brands 1 and 2, and 0 for what is unknown.
func TestBrandShares(t *testing.T) {
	shares := segment.NewBrandShares(population.Period{From: on - 90, Until: on}, 2)
	for _, days := range [][]int{
		{0, 3, 0}, // only brand 1
		{0, 1, 2},
		{0, 0, 1}, // one purchase
		{1, 2, 0}, // brand 1 and an unknown one: no sole buyer
		{4, 0, 0}, // only unknown brands
		{0, 0, 0}, // only brought back
	} {
		require.NoError(t, shares.Add(brandCounts(days...)))
	}
	require.NoError(t, shares.Add(nil))
	assert.Equal(t, int64(5), shares.Customers())
	assert.Equal(t, []uint32{1}, shares.Categories())
	assert.Equal(t, segment.BrandShareCategory{
		Category: 1, Buyers: 5, Occasions: 14,
		Brands: []segment.BrandShare{
			{Brand: 1, Buyers: 3, Occasions: 6, CategoryOccasions: 9, SoleBuyers: 1},
			{Brand: 2, Buyers: 2, Occasions: 3, CategoryOccasions: 4, SoleBuyers: 1},
		},
		Unknown: segment.BrandShare{Buyers: 2, Occasions: 5, CategoryOccasions: 7, SoleBuyers: 1},
	}, shares.Category(1))
	assert.Equal(t, segment.BrandShareCategory{Category: 2}, shares.Category(2))

	before := marshal(t, shares)
	require.Error(t, shares.Add([]segment.Counts{{Category: 3, Days: 1}, {Category: 3, Days: 1}}))
	require.Error(t, shares.Merge(segment.NewBrandShares(population.Period{From: on - 90, Until: on}, 3)))
	require.Error(t, shares.Merge(segment.NewBrandShares(population.Period{From: on - 91, Until: on}, 2)))
	assert.Equal(t, before, marshal(t, shares))

	// Several categories at once, and brands of one that no other has.
	require.NoError(t, shares.Add([]segment.Counts{{Category: 2, Days: 1}, {Category: 4, Days: 1}, {Category: 300, Days: 5}}))
	assert.Equal(t, []uint32{0, 1, 100}, shares.Categories())
	assert.Equal(t, int64(1), shares.Category(0).Brands[0].SoleBuyers)
	assert.Equal(t, int64(5), shares.Category(100).Unknown.Occasions)
}

// Whatever the order of customers, their split and the order of merging: the same bytes;
// and the brands add up to their category. Tally and Counter feed it alike.
func TestBrandSharesMerge(t *testing.T) {
	period := population.Period{From: on - 90, Until: on}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
			return line{
				Customer: rapid.Uint32Range(0, 8).Draw(t, "customer"), Item: rapid.Uint32Range(0, 8).Draw(t, "item"),
				Day: on - customer.Date(rapid.IntRange(0, 5).Draw(t, "day")), Returned: rapid.IntRange(0, 5).Draw(t, "returned") == 0,
			}
		}), 0, 60).Draw(t, "lines")
		tally := tallyOf(t, period, lines...)
		whole := segment.NewBrandShares(period, 2)
		counter := segment.NewCounter[uint32](period)
		parts := [2]*segment.BrandShares{segment.NewBrandShares(period, 2), segment.NewBrandShares(period, 2)}
		for _, key := range rapid.Permutation([]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "order") {
			require.NoError(t, whole.Add(tally.Counts(key)))
			var run []line
			for _, one := range lines {
				if one.Customer == key {
					run = append(run, one)
				}
			}
			counts, err := counter.Count(run)
			require.NoError(t, err)
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(counts))
		}
		var read segment.BrandShares
		require.NoError(t, read.UnmarshalBinary(marshal(t, parts[0])))
		require.NoError(t, read.Merge(parts[1]))
		require.Equal(t, marshal(t, whole), marshal(t, &read))
		for _, code := range whole.Categories() {
			category := whole.Category(code)
			occasions := category.Unknown.Occasions
			for _, brand := range category.Brands {
				occasions += brand.Occasions
				require.LessOrEqual(t, brand.Occasions, brand.CategoryOccasions)
			}
			require.Equal(t, category.Occasions, occasions)
			require.LessOrEqual(t, category.Buyers, whole.Customers())
		}
	})
}

// The stored form, pinned, and states that no customers have.
func TestBrandSharesGolden(t *testing.T) {
	shares := segment.NewBrandShares(population.Period{From: day(t, "2026-01-01"), Until: day(t, "2026-07-01")}, 2)
	for _, days := range [][]int{{0, 3, 0}, {0, 1, 2}, {1, 0, 0}} {
		require.NoError(t, shares.Add(brandCounts(days...)))
	}
	const head = "01" + "a1922d" + "d6932d" + "02" + "03"
	assert.Equal(t, head+"01"+"01"+"0307"+"03"+"00"+"01010101"+"01"+"02040601"+"02"+"01020300", hex.EncodeToString(marshal(t, shares)))

	// One category, of as many customers as it has buyers.
	category := func(figures, brands string) string {
		return head[:len(head)-2] + figures[:2] + "01" + "01" + figures + brands
	}
	require.NoError(t, new(segment.BrandShares).UnmarshalBinary(unhex(t, category("0307", "03"+"00"+"01010101"+"01"+"02040601"+"02"+"01020300"))))
	for name, state := range map[string]string{
		"another version":                     "02" + "a1922d" + "d6932d" + "02" + "00" + "00",
		"no brands":                           "01" + "a1922d" + "d6932d" + "00" + "00" + "00",
		"too many brands":                     "01" + "a1922d" + "d6932d" + "914e" + "00" + "00",
		"customers who bought nothing":        head + "00",
		"a category twice":                    head[:len(head)-2] + "01" + "02" + "01" + "0101" + "01" + "01" + "01010101" + "01" + "0101" + "01" + "01" + "01010101",
		"a category beyond the codes":         head[:len(head)-2] + "01" + "01" + "ffffffff0f" + "0101" + "01" + "01" + "01010101",
		"no such brand":                       category("0101", "01"+"03"+"01010101"),
		"a brand twice":                       category("0102", "02"+"01"+"01010101"+"01"+"01010101"),
		"a category without buyers":           category("0000", "00"),
		"more buyers than customers":          head + "01" + "01" + "0404" + "01" + "01" + "04040404",
		"a customer who bought nothing":       head + "01" + "01" + "0202" + "01" + "01" + "02020202",
		"fewer purchases than buyers":         category("0201", "01"+"01"+"02010102"),
		"a brand without buyers":              category("0101", "02"+"01"+"00000000"+"02"+"01010101"),
		"purchases of a brand missing":        category("0103", "01"+"01"+"01020201"),
		"less of the category than the brand": category("0102", "01"+"01"+"01020100"),
		"more of the category than there is":  category("0102", "01"+"01"+"01020300"),
		"nobody else's purchases":             category("0203", "02"+"01"+"01020301"+"02"+"01010101"),
		"more sole buyers than buyers":        category("0102", "01"+"01"+"01020202"),
		"more sole buyers than the category":  category("0102", "02"+"01"+"01010101"+"02"+"01010101"),
		"who buys no second brand":            category("0203", "01"+"01"+"02030301"),
		"buyers of nothing":                   category("0302", "02"+"01"+"01010101"+"02"+"01010101"),
		"beyond the bound":                    category("01"+beyondSum, "01"+"01"+"01"+beyondSum+beyondSum+"01"),
		"cut short":                           category("0101", "01"+"01"+"0101"),
	} {
		before := marshal(t, shares)
		require.ErrorIs(t, shares.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
		assert.Equal(t, before, marshal(t, shares), name)
	}
	for _, brands := range []int{-1, 0, segment.MaxBrands + 1} {
		none := segment.NewBrandShares(population.Period{From: 1, Until: 2}, brands)
		require.Error(t, none.Add(brandCounts(0, 1)))
		_, err := none.MarshalBinary()
		require.Error(t, err)
	}
	_, err := segment.NewBrandShares(population.Period{}, 1).MarshalBinary()
	require.Error(t, err)
}

// Sums stop at a bound, in any order, and what stopped there is read again.
func TestBrandSharesStopAtTheirBound(t *testing.T) {
	shares := segment.NewBrandShares(population.Period{From: 1, Until: 2}, 2)
	require.NoError(t, shares.Add(brandCounts(1, 2, 0)))
	require.NoError(t, shares.Add(brandCounts(0, 3, 0)))
	for range 70 {
		var same segment.BrandShares
		require.NoError(t, same.UnmarshalBinary(marshal(t, shares)))
		require.NoError(t, shares.Merge(&same))
	}
	const most = 1_000_000 * population.MaxUnits
	assert.Equal(t, segment.BrandShare{Brand: 1, Buyers: most, Occasions: most, CategoryOccasions: most, SoleBuyers: most}, shares.Category(1).Brands[0])
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzBrandShares(f *testing.F) {
	seed := segment.NewBrandShares(population.Period{From: 1, Until: 9}, 2)
	require.NoError(f, seed.Add(brandCounts(1, 2, 0)))
	require.NoError(f, seed.Add(brandCounts(0, 2, 2)))
	f.Add(marshal(f, seed))
	f.Add([]byte{1, 1, 2, 1, 0, 0})
	gauge, err := segment.NewDirichletGauge(dirichletRules())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		shares := segment.NewBrandShares(population.Period{From: 1, Until: 2}, 1)
		want := marshal(t, shares)
		if shares.UnmarshalBinary(data) == nil {
			want = data
			for _, code := range shares.Categories() {
				_, compared, err := gauge.Compare(shares.Category(code), shares.Customers())
				for _, brand := range compared {
					require.NoError(t, err)
					finite(t, brand.Expected)
					finite(t, brand.Observed)
				}
			}
		}
		require.Equal(t, want, marshal(t, shares))
	})
}

// realBrandShares are the kinds of brand of four categories of real groceries in a year:
// brand code 1 is national, 2 store.
func realBrandShares(t *testing.T) *segment.BrandShares {
	t.Helper()
	rules := painRules()
	rules.Zone, rules.Usage, rules.Marks = "UTC", segment.Terciles, nil
	rules.Categories = nil
	for _, label := range []string{"CHEESE", "FLUID MILK PRODUCTS", "SOUP", "YOGURT"} {
		rules.Categories = append(rules.Categories, segment.Category{ID: label, Version: 1, Labels: []string{label}})
	}
	rows := readSold(t, "dunnhumby_sample")
	categories, err := segment.NewCoder(rules, time.UTC)
	require.NoError(t, err)
	coder, err := segment.NewBrandShareCoder(segment.BrandShareRules{
		Edition: customer.Edition{ID: "kinds", Version: 1},
		Brands: []segment.BrandShareBrand{
			{ID: "national brands", Kind: customer.NationalBrand}, {ID: "store brand", Kind: customer.StoreBrand},
		},
	}, categories)
	require.NoError(t, err)
	period := population.Period{From: day(t, "2017-01-01"), Until: day(t, "2018-01-02")}
	tally := segment.NewTally[customer.ID](period)
	sales, _ := realReceipts(rows)
	for i := range sales {
		lines, err := coder.Sale(nil, sales[i])
		require.NoError(t, err)
		require.NoError(t, tally.Add(lines...))
	}
	shares := segment.NewBrandShares(period, len(coder.Brands())-1)
	for _, counts := range tally.All() {
		require.NoError(t, shares.Add(counts))
	}
	return shares
}

// The expected figures were counted by a program of Python's standard library.
func TestBrandSharesOfRealGroceries(t *testing.T) {
	shares := realBrandShares(t)
	for code, want := range []segment.BrandShareCategory{
		{Buyers: 1067, Occasions: 2137, Brands: []segment.BrandShare{{1, 513, 738, 1233, 251}, {2, 816, 1399, 1790, 554}}},
		{Buyers: 1186, Occasions: 2447, Brands: []segment.BrandShare{{1, 172, 221, 489, 64}, {2, 1122, 2226, 2374, 1014}}},
		{Buyers: 764, Occasions: 1294, Brands: []segment.BrandShare{{1, 661, 1022, 1165, 565}, {2, 199, 272, 441, 103}}},
		{Buyers: 606, Occasions: 1195, Brands: []segment.BrandShare{{1, 442, 784, 899, 378}, {2, 228, 411, 555, 164}}},
	} {
		want.Category = uint32(code)
		assert.Equal(t, want, shares.Category(uint32(code)))
	}
}
