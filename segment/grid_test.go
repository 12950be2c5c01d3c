package segment_test

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// compare holds a·b against c·d, without a bound.
func compare(a, b, c, d int64) int {
	left := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return left.Cmp(new(big.Int).Mul(big.NewInt(c), big.NewInt(d)))
}

// recompute is what somebody at the service desk does with the printed reasons and a
// pocket calculator: it uses their codes and figures and nothing else. Every figure on
// the way is checked against the others.
func recompute(t failer, reasons []customer.Reason) segment.Cell {
	t.Helper()
	var cell segment.Cell
	var store, known int64
	said := map[string]customer.Reason{}
	for _, reason := range reasons {
		_, twice := said[reason.Code]
		require.False(t, twice, "%s is said twice", reason.Code)
		said[reason.Code] = reason
		assert.NotEmpty(t, reason.Rule)

		fact, mark := reason.Fact, reason.Mark
		// share holds the share's two figures against the mark, and checks the rounded
		// share that is shown.
		share := func() int {
			require.Positive(t, known, "the share's figures come first")
			assert.Equal(t, customer.UnitPermille, reason.Unit)
			assert.LessOrEqual(t, compare(fact, known, 1000, store), 0)
			assert.Positive(t, compare(fact+1, known, 1000, store))
			return compare(1000, store, mark, known)
		}
		switch reason.Code {
		case segment.CodeNoCategory:
			assert.GreaterOrEqual(t, fact, mark)
			assert.Len(t, reasons, 1)
		case segment.CodeTooFewDays:
			assert.Less(t, fact, mark)
		case segment.CodeEnoughDays:
			assert.GreaterOrEqual(t, fact, mark)
		case segment.CodeUnknownKind:
			assert.Positive(t, fact)
			assert.LessOrEqual(t, fact, mark)
		case segment.CodeNoKnownKind, segment.CodeNoBrandMarks:
			assert.Contains(t, said, segment.CodeEnoughDays)
			assert.Zero(t, fact)
			assert.Zero(t, mark)
		case segment.CodeOwnStoreShare:
			assert.Contains(t, said, segment.CodeEnoughDays)
			store, known = fact, mark
			if unknown, some := said[segment.CodeUnknownKind]; some {
				assert.Equal(t, unknown.Mark, unknown.Fact+known)
			}
		case segment.CodeStoreLoyal, segment.CodeKeptStore:
			assert.GreaterOrEqual(t, share(), 0)
			cell.Brand = segment.StoreLoyal
		case segment.CodeNationalLoyal, segment.CodeKeptNational:
			assert.LessOrEqual(t, share(), 0)
			cell.Brand = segment.NationalLoyal
		case segment.CodeBelowStore, segment.CodeKeptBelowStore:
			assert.Negative(t, share())
		case segment.CodeAboveNational:
			assert.Contains(t, said, segment.CodeBelowStore)
			assert.Positive(t, share())
			cell.Brand = segment.Switcher
		case segment.CodeKeptAboveNational:
			assert.Contains(t, said, segment.CodeKeptBelowStore)
			assert.Positive(t, share())
			cell.Brand = segment.Switcher

		case segment.CodeNoUsage:
			assert.Zero(t, fact)
			assert.GreaterOrEqual(t, mark, int64(0))
		case segment.CodeNoUsageMarks:
			assert.Positive(t, fact)
			assert.Zero(t, mark)
		case segment.CodeUnmatchedReturn:
			assert.Positive(t, fact)
			assert.Zero(t, mark)
		case segment.CodeLight, segment.CodeKeptLight:
			assert.Less(t, fact, mark)
			cell.Usage = segment.Light
		case segment.CodeFromMedium, segment.CodeKeptFromMedium:
			assert.GreaterOrEqual(t, fact, mark)
		case segment.CodeBelowHeavy:
			assert.Contains(t, said, segment.CodeFromMedium)
			assert.Less(t, fact, mark)
			cell.Usage = segment.Medium
		case segment.CodeKeptBelowHeavy:
			assert.Contains(t, said, segment.CodeKeptFromMedium)
			assert.Less(t, fact, mark)
			cell.Usage = segment.Medium
		case segment.CodeHeavy, segment.CodeKeptHeavy:
			assert.GreaterOrEqual(t, fact, mark)
			cell.Usage = segment.Heavy
		default:
			t.Errorf("%s is no code of a classification", reason.Code)
		}
	}
	return cell
}

// decided is the cell and the codes that led to it.
type decided struct {
	cell  string
	codes []string
}

func classify(t failer, grid *segment.Grid, counts segment.Counts, sitting segment.Cell) decided {
	t.Helper()
	cell, reasons := grid.Classify(counts, sitting)
	assert.Equal(t, cell, grid.Cell(&counts, sitting), "Cell is Classify without the reasons")
	assert.Equal(t, cell, recompute(t, reasons), "the reasons alone lead to the cell")
	return decided{cell.String(), codes(reasons)}
}

// row C1: both sides of every mark of the brand axis. The usage is 100 tablets
// throughout, between 48 and 120.
func TestBrandMarks(t *testing.T) {
	grid := newGrid(t, painRules()) // store loyal from 660 ‰, national loyal up to 300 ‰
	for _, test := range []struct {
		name            string
		store, national int64 // thousandths of a tablet
		want            string
	}{
		{"share 1", 100_000, 0, "store-loyal/medium"},
		{"66 of 100 are exactly on the mark, which counts as reached", 66_000, 34_000, "store-loyal/medium"},
		{"a thousandth of a tablet below", 65_999, 34_001, "switcher/medium"},
		{"a thousandth above", 66_001, 33_999, "store-loyal/medium"},
		{"half and half", 50_000, 50_000, "switcher/medium"},
		{"a thousandth above the national mark", 30_001, 69_999, "switcher/medium"},
		{"exactly on the national mark", 30_000, 70_000, "national-loyal/medium"},
		{"a thousandth below", 29_999, 70_001, "national-loyal/medium"},
		{"share 0", 0, 100_000, "national-loyal/medium"},
	} {
		t.Run(test.name, func(t *testing.T) {
			counts := segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: test.store, National: test.national}}
			assert.Equal(t, test.want, classify(t, grid, counts, segment.Cell{}).cell)
		})
	}
}

// Marks of 1001 ‰ in all leave the switchers a sliver between 500 and 501 ‰.
func TestNarrowestBrandMarks(t *testing.T) {
	rules := painRules()
	rules.StoreAtPermille, rules.NationalAtPermille = 501, 500
	grid := newGrid(t, rules)
	for store, want := range map[int64]segment.Brand{
		500_000: segment.NationalLoyal, 500_001: segment.Switcher, 500_999: segment.Switcher, 501_000: segment.StoreLoyal,
	} {
		counts := segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: store, National: 1_000_000 - store}}
		assert.Equal(t, want, grid.Cell(&counts, segment.Cell{}).Brand, "%d of 1000000", store)
	}
}

// row C3: usage is counted in base units: 48 tablets are medium, whatever they cost and
// however they were packed.
func TestUsageCuts(t *testing.T) {
	grid := newGrid(t, painRules())
	for used, want := range map[int64]segment.Usage{
		0: segment.UsageUnknown, 1: segment.Light, 47_999: segment.Light, 48_000: segment.Medium,
		119_999: segment.Medium, 120_000: segment.Heavy, 3 * 1_000_000_000_000_000_000: segment.Heavy,
	} {
		third := used / 3 // of any kind of brand
		counts := segment.Counts{Days: 1, Lines: 3, Bought: segment.Units{Store: third, National: third, Unknown: used - 2*third}}
		assert.Equal(t, want, grid.Cell(&counts, segment.Cell{}).Usage, "%d", used)
	}
}

func TestEvidence(t *testing.T) {
	const enough, share = segment.CodeEnoughDays, segment.CodeOwnStoreShare
	noMarks := tercileRules() // never fitted
	for _, test := range []struct {
		name   string
		rules  segment.Rules
		counts segment.Counts
		want   decided
	}{
		{
			"one day less than needed",
			painRules(),
			segment.Counts{Days: 1, Lines: 9, Bought: segment.Units{Store: 50_000}},
			decided{"unknown/medium", []string{segment.CodeTooFewDays, segment.CodeFromMedium, segment.CodeBelowHeavy}},
		},
		{
			"as many days as needed",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 50_000}},
			decided{"store-loyal/medium", []string{enough, share, segment.CodeStoreLoyal, segment.CodeFromMedium, segment.CodeBelowHeavy}},
		},
		{
			"units of unknown kind are used, and left out of the share",
			painRules(),
			segment.Counts{Days: 2, Lines: 3, Bought: segment.Units{Store: 66, National: 34, Unknown: 120_000}},
			decided{"store-loyal/heavy", []string{enough, segment.CodeUnknownKind, share, segment.CodeStoreLoyal, segment.CodeHeavy}},
		},
		{
			"nothing but units of unknown kind",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Unknown: 10}},
			decided{"unknown/light", []string{enough, segment.CodeUnknownKind, segment.CodeNoKnownKind, segment.CodeLight}},
		},
		{
			"no quantity known",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Unmeasured: 2},
			decided{"unknown/unknown", []string{enough, segment.CodeNoKnownKind, segment.CodeNoUsage}},
		},
		{
			"more came back than was bought",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 50, National: 50}, Returned: segment.Units{Store: 60, National: 49}},
			decided{"national-loyal/light", []string{enough, share, segment.CodeNationalLoyal, segment.CodeLight}},
		},
		{
			"more of an unknown brand came back than was bought: taken off nothing else, and said",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 50, Unknown: 5}, Returned: segment.Units{Unknown: 6}},
			decided{"store-loyal/light", []string{enough, segment.CodeUnmatchedReturn, share, segment.CodeStoreLoyal, segment.CodeLight}},
		},
		{
			"everything came back",
			painRules(),
			segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 50}, Returned: segment.Units{Store: 50}},
			decided{"unknown/unknown", []string{enough, segment.CodeNoKnownKind, segment.CodeNoUsage}},
		},
		{
			"nothing at all",
			painRules(),
			segment.Counts{},
			decided{"unknown/unknown", []string{segment.CodeTooFewDays, segment.CodeNoUsage}},
		},
		{
			"a category whose marks were not fitted",
			noMarks,
			segment.Counts{Category: 1, Days: 2, Lines: 2, Bought: segment.Units{Store: 50, National: 9}},
			decided{"unknown/unknown", []string{enough, segment.CodeNoBrandMarks, segment.CodeNoUsageMarks}},
		},
		{
			"the last category there is",
			noMarks,
			segment.Counts{Category: 2},
			decided{"unknown/unknown", []string{segment.CodeTooFewDays, segment.CodeNoUsage}},
		},
		{
			"a category beyond the last",
			noMarks,
			segment.Counts{Category: 3, Days: 9, Lines: 9, Bought: segment.Units{Store: 50}},
			decided{"unknown/unknown", []string{segment.CodeNoCategory}},
		},
		{
			"a category far beyond",
			noMarks,
			segment.Counts{Category: 1<<32 - 1, Days: 9, Lines: 9},
			decided{"unknown/unknown", []string{segment.CodeNoCategory}},
		},
		{
			"a switcher",
			painRules(),
			segment.Counts{Days: 3, Lines: 3, Bought: segment.Units{Store: 50_000, National: 50_000, Unknown: 1}},
			decided{"switcher/medium", []string{
				enough, segment.CodeUnknownKind, share, segment.CodeBelowStore, segment.CodeAboveNational,
				segment.CodeFromMedium, segment.CodeBelowHeavy,
			}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, classify(t, newGrid(t, test.rules), test.counts, segment.Cell{}))
		})
	}
}

// Both sides of every widened mark: store loyal from 700 ‰ and national loyal up to
// 300 ‰ with a slack of 50 ‰; medium from 100 and heavy from 200 with a slack of 100 ‰.
func TestSlack(t *testing.T) {
	rules := painRules()
	rules.StoreAtPermille, rules.NationalAtPermille, rules.BrandSlackPermille = 700, 700, 50
	rules.Marks[0].MediumAt, rules.Marks[0].HeavyAt, rules.UsageSlackPermille = dec("100"), dec("200"), 100
	grid := newGrid(t, rules)

	const store, switcher, national = segment.StoreLoyal, segment.Switcher, segment.NationalLoyal
	for _, test := range []struct {
		sitting segment.Brand
		share   int64 // of 10,000,000
		want    segment.Brand
		kept    bool
	}{
		{store, 7_000_000, store, false},
		{store, 6_999_999, store, true},
		{store, 6_500_000, store, true},
		{store, 6_499_999, switcher, false},
		{store, 3_000_001, switcher, false},
		{store, 3_000_000, national, false},

		{switcher, 6_999_999, switcher, false},
		{switcher, 7_000_000, switcher, true},
		{switcher, 7_499_999, switcher, true},
		{switcher, 7_500_000, store, false},
		{switcher, 3_000_001, switcher, false},
		{switcher, 3_000_000, switcher, true},
		{switcher, 2_500_001, switcher, true},
		{switcher, 2_500_000, national, false},

		{national, 3_000_000, national, false},
		{national, 3_000_001, national, true},
		{national, 3_500_000, national, true},
		{national, 3_500_001, switcher, false},
		{national, 6_999_999, switcher, false},
		{national, 7_000_000, store, false},

		{segment.BrandUnknown, 6_999_999, switcher, false},
		{segment.BrandUnknown, 7_000_000, store, false},
		{segment.BrandUnknown, 3_000_000, national, false},
	} {
		counts := segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: test.share, National: 10_000_000 - test.share}}
		sitting := segment.Cell{Brand: test.sitting}
		cell, reasons := grid.Classify(counts, sitting)
		assert.Equal(t, test.want, cell.Brand, "%s at %d", test.sitting, test.share)
		assert.Equal(t, test.kept, containsAny(codes(reasons),
			segment.CodeKeptStore, segment.CodeKeptNational, segment.CodeKeptBelowStore), "%s at %d", test.sitting, test.share)
		classify(t, grid, counts, sitting)
	}

	const heavy, medium, light = segment.Heavy, segment.Medium, segment.Light
	for _, test := range []struct {
		sitting segment.Usage
		used    int64
		want    segment.Usage
		kept    bool
	}{
		{heavy, 200_000, heavy, false},
		{heavy, 199_999, heavy, true},
		{heavy, 180_000, heavy, true},
		{heavy, 179_999, medium, false},
		{heavy, 99_999, light, false},

		{medium, 200_000, medium, true},
		{medium, 219_999, medium, true},
		{medium, 220_000, heavy, false},
		{medium, 100_000, medium, false},
		{medium, 99_999, medium, true},
		{medium, 90_000, medium, true},
		{medium, 89_999, light, false},

		{light, 99_999, light, false},
		{light, 100_000, light, true},
		{light, 109_999, light, true},
		{light, 110_000, medium, false},
		{light, 200_000, heavy, false},

		{segment.UsageUnknown, 99_999, light, false},
		{segment.UsageUnknown, 100_000, medium, false},
		{segment.UsageUnknown, 200_000, heavy, false},
	} {
		counts := segment.Counts{Days: 1, Lines: 1, Bought: segment.Units{Store: test.used}}
		sitting := segment.Cell{Usage: test.sitting}
		cell, reasons := grid.Classify(counts, sitting)
		assert.Equal(t, test.want, cell.Usage, "%s at %d", test.sitting, test.used)
		assert.Equal(t, test.kept, containsAny(codes(reasons), segment.CodeKeptHeavy, segment.CodeKeptFromMedium, segment.CodeKeptLight), "%s at %d", test.sitting, test.used)
		classify(t, grid, counts, sitting)
	}

	gone := segment.Counts{Days: 1, Lines: 1}
	assert.Equal(t, "unknown/unknown", grid.Cell(&gone, segment.Cell{Brand: store, Usage: heavy}).String(),
		"slack keeps nobody for whom there is no evidence any more")
}

func containsAny(list []string, some ...string) bool {
	for _, one := range some {
		for _, other := range list {
			if one == other {
				return true
			}
		}
	}
	return false
}

// Without slack a sitting cell changes nothing.
func TestNoSlack(t *testing.T) {
	grid := newGrid(t, painRules())
	rapid.Check(t, func(t *rapid.T) {
		counts := someCounts(painRules()).Draw(t, "counts")
		assert.Equal(t, grid.Cell(&counts, segment.Cell{}), grid.Cell(&counts, someCell().Draw(t, "sitting")))
	})
}

// A category's own marks come before those of the book, each for itself.
func TestCategoriesWithTheirOwnMarks(t *testing.T) {
	rules := painRules()
	rules.Marks[0].StoreAtPermille = 900
	grid := newGrid(t, rules)
	brand := func(store int64) segment.Brand {
		return grid.Cell(&segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: store, National: 1000 - store}}, segment.Cell{}).Brand
	}
	assert.Equal(t, segment.StoreLoyal, brand(900))
	assert.Equal(t, segment.Switcher, brand(899))
	assert.Equal(t, segment.NationalLoyal, brand(300), "the national mark is still the book's")

	rules.Marks[0].NationalAtPermille = 800
	grid = newGrid(t, rules)
	assert.Equal(t, segment.Switcher, brand(201))
	assert.Equal(t, segment.NationalLoyal, brand(200))
}

// A Grid is immutable: the rules it was made from do not reach into it.
func TestGridSharesNothing(t *testing.T) {
	rules := painRules()
	grid := newGrid(t, rules)
	counts := segment.Counts{Days: 2, Lines: 2, Bought: segment.Units{Store: 50_000}}
	before := grid.Cell(&counts, segment.Cell{})
	rules.Marks[0].MediumAt, rules.Marks[0].Category, rules.Categories[0].ID = dec("1000"), "changed", "changed"
	assert.Equal(t, before, grid.Cell(&counts, segment.Cell{}))
}

// someRules are stated rules for one category with any marks and slack there may be.
func someRules() *rapid.Generator[segment.Rules] {
	return rapid.Custom(func(t *rapid.T) segment.Rules {
		rules := painRules()
		rules.MinBuys = rapid.IntRange(1, 3).Draw(t, "min_buys")
		storeAt := rapid.IntRange(1, 1000).Draw(t, "store_at")
		nationalAt := rapid.IntRange(1001-storeAt, 1000).Draw(t, "national_at")
		rules.StoreAtPermille, rules.NationalAtPermille = storeAt, nationalAt
		rules.BrandSlackPermille = rapid.IntRange(0, min(1000-storeAt, 1000-nationalAt, storeAt+nationalAt-1001)).Draw(t, "brand slack")

		medium := rapid.Int64Range(1, 1_000_000).Draw(t, "medium_at")
		heavy := medium + rapid.Int64Range(1, 1_000_000).Draw(t, "from medium to heavy")
		rules.Marks[0].MediumAt, rules.Marks[0].HeavyAt = decimal.New(medium, -3), decimal.New(heavy, -3)
		widest := min(999, (1000*(heavy-medium)-1)/heavy) // heavy less the slack is above medium
		rules.UsageSlackPermille = rapid.IntRange(0, int(widest)).Draw(t, "usage slack")
		return rules
	})
}

// someCounts lie about the marks of the rules, plain and widened.
func someCounts(rules segment.Rules) *rapid.Generator[segment.Counts] {
	return rapid.Custom(func(t *rapid.T) segment.Counts {
		counts := segment.Counts{Days: rapid.IntRange(0, 4).Draw(t, "days"), Lines: 9, Unmeasured: rapid.Int64Range(0, 2).Draw(t, "unmeasured")}
		slack := func(most int) int { return rapid.SampledFrom([]int{-most, 0, most}).Draw(t, "widened by") }
		if rapid.Bool().Draw(t, "about a brand mark") {
			mark := rapid.SampledFrom([]int{rules.StoreAtPermille, 1000 - rules.NationalAtPermille, 0, 1000}).Draw(t, "mark")
			mark = min(max(0, mark+slack(rules.BrandSlackPermille)), 1000)
			known := rapid.SampledFrom([]int64{1, 3, 100, 1000, 999_000, population.MaxUnits}).Draw(t, "known")
			store := known/1000*int64(mark) + known%1000*int64(mark)/1000 + rapid.Int64Range(-1, 1).Draw(t, "beside")
			counts.Bought.Store = min(max(0, store), known)
			counts.Bought.National = known - counts.Bought.Store
		} else {
			cut, _ := customer.Scaled(rapid.SampledFrom([]decimal.Decimal{rules.Marks[0].MediumAt, rules.Marks[0].HeavyAt}).Draw(t, "cut"), segment.UnitDigits)
			used := cut + cut*int64(slack(rules.UsageSlackPermille))/1000 + rapid.Int64Range(-2, 2).Draw(t, "beside")
			used = max(0, used)
			counts.Bought.Store = rapid.Int64Range(0, used).Draw(t, "store")
			counts.Bought.National = rapid.Int64Range(0, used-counts.Bought.Store).Draw(t, "national")
			counts.Bought.Unknown = used - counts.Bought.Store - counts.Bought.National
		}
		if rapid.Bool().Draw(t, "returns") {
			counts.Returned = segment.Units{
				Store:    rapid.Int64Range(0, 5).Draw(t, "returned store"),
				National: rapid.Int64Range(0, 5).Draw(t, "returned national"),
				Unknown:  rapid.Int64Range(0, 5).Draw(t, "returned unknown"),
			}
		}
		return counts
	})
}

func someCell() *rapid.Generator[segment.Cell] {
	return rapid.Custom(func(t *rapid.T) segment.Cell {
		return segment.Cell{
			Brand: segment.Brand(rapid.Uint8Range(0, uint8(segment.StoreLoyal)).Draw(t, "brand")),
			Usage: segment.Usage(rapid.Uint8Range(0, uint8(segment.Heavy)).Draw(t, "usage")),
		}
	})
}

// wanted is the classification by its definition: in fractions, and cell by
// cell. A sitting cell is kept as long as its widened region is not left.
func wanted(rules segment.Rules, counts segment.Counts, sitting segment.Cell) segment.Cell {
	kept := func(bought, returned int64) *big.Rat { return big.NewRat(max(0, bought-returned), 1) }
	store := kept(counts.Bought.Store, counts.Returned.Store)
	known := new(big.Rat).Add(store, kept(counts.Bought.National, counts.Returned.National))
	used := new(big.Rat).Add(known, kept(counts.Bought.Unknown, counts.Returned.Unknown))

	var cell segment.Cell
	if counts.Days >= rules.MinBuys && known.Sign() > 0 {
		share := new(big.Rat).Quo(store, known)
		brand := func(slack int, as segment.Brand) bool {
			storeAt := big.NewRat(int64(rules.StoreAtPermille), 1000)
			nationalMost := big.NewRat(int64(1000-rules.NationalAtPermille), 1000)
			wide := big.NewRat(int64(slack), 1000)
			switch as {
			case segment.StoreLoyal:
				return share.Cmp(storeAt.Sub(storeAt, wide)) >= 0
			case segment.NationalLoyal:
				return share.Cmp(nationalMost.Add(nationalMost, wide)) <= 0
			case segment.Switcher:
				return share.Cmp(storeAt.Add(storeAt, wide)) < 0 && share.Cmp(nationalMost.Sub(nationalMost, wide)) > 0
			case segment.BrandUnknown:
			}
			return false
		}
		for as := segment.NationalLoyal; as <= segment.StoreLoyal; as++ {
			if brand(0, as) {
				cell.Brand = as
			}
		}
		if brand(rules.BrandSlackPermille, sitting.Brand) {
			cell.Brand = sitting.Brand
		}
	}
	if used.Sign() > 0 {
		usage := func(slack int, as segment.Usage) bool {
			times := func(cut decimal.Decimal, permille int) *big.Rat {
				return new(big.Rat).Mul(cut.Rat(), big.NewRat(int64(permille), 1)) // ‰ of base units are thousandths
			}
			medium, heavy := rules.Marks[0].MediumAt, rules.Marks[0].HeavyAt
			switch as {
			case segment.Heavy:
				return used.Cmp(times(heavy, 1000-slack)) >= 0
			case segment.Medium:
				return used.Cmp(times(medium, 1000-slack)) >= 0 && used.Cmp(times(heavy, 1000+slack)) < 0
			case segment.Light:
				return used.Cmp(times(medium, 1000+slack)) < 0
			case segment.UsageUnknown:
			}
			return false
		}
		for as := segment.Light; as <= segment.Heavy; as++ {
			if usage(0, as) {
				cell.Usage = as
			}
		}
		if usage(rules.UsageSlackPermille, sitting.Usage) {
			cell.Usage = sitting.Usage
		}
	}
	return cell
}

// Classification is total, agrees with its own reasons and with the definition, and
// never flaps: classified again with the answer as sitting cell, it stays.
func TestClassify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := someRules().Draw(t, "rules")
		counts, sitting := someCounts(rules).Draw(t, "counts"), someCell().Draw(t, "sitting")
		grid := newGrid(t, rules)
		cell := grid.Cell(&counts, sitting)
		assert.Equal(t, wanted(rules, counts, sitting), cell)
		classify(t, grid, counts, sitting)
		assert.Equal(t, cell, grid.Cell(&counts, cell), "it flaps")

		store, known := counts.OwnStoreShare()
		assert.Equal(t, counts.Days < rules.MinBuys || known == 0, cell.Brand == segment.BrandUnknown, "share %d of %d", store, known)
		assert.Equal(t, counts.Usage() == 0, cell.Usage == segment.UsageUnknown)
	})
}

// More of the store brand never moves a customer towards national brands, more of a
// national brand never towards the store's, and more of anything never to less usage.
func TestClassifyIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := someRules().Draw(t, "rules")
		counts, sitting := someCounts(rules).Draw(t, "counts"), someCell().Draw(t, "sitting")
		counts.Days = 9
		grid := newGrid(t, rules)
		before := grid.Cell(&counts, sitting)
		more := rapid.OneOf(rapid.Int64Range(0, 10), rapid.Int64Range(0, population.MaxUnits)).Draw(t, "more")

		store, national, unknown := counts, counts, counts
		store.Bought.Store += more
		national.Bought.National += more
		unknown.Bought.Unknown += more
		towardsStore, towardsNational, neither := grid.Cell(&store, sitting), grid.Cell(&national, sitting), grid.Cell(&unknown, sitting)
		if before.Brand != segment.BrandUnknown {
			assert.GreaterOrEqual(t, towardsStore.Brand, before.Brand)
			assert.LessOrEqual(t, towardsNational.Brand, before.Brand)
			assert.Equal(t, before.Brand, neither.Brand)
		}
		for _, after := range []segment.Cell{towardsStore, towardsNational, neither} {
			assert.GreaterOrEqual(t, after.Usage, before.Usage)
		}
	})
}
