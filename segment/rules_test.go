package segment_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Every fault once, beside its neighbour that is in order. want is the path of the one
// fault, or empty where there is none.
func TestRulesFaults(t *testing.T) {
	category := func(r *segment.Rules) *segment.Category { return &r.Categories[0] }
	marks := func(r *segment.Rules) *segment.Marks { return &r.Marks[0] }
	for _, test := range []struct {
		name   string
		change func(*segment.Rules)
		want   string
	}{
		{"as it should be", func(*segment.Rules) {}, ""},
		{"no id", func(r *segment.Rules) { r.ID = "" }, "id"},
		{"no version", func(r *segment.Rules) { r.Version = 0 }, "version"},
		{"until its first day", func(r *segment.Rules) { r.From, r.Until = 9, 9 }, "until"},
		{"until the day after", func(r *segment.Rules) { r.From, r.Until = 9, 10 }, ""},
		{"no zone", func(r *segment.Rules) { r.Zone = "" }, "zone"},
		{"whatever zone the machine has", func(r *segment.Rules) { r.Zone = "Local" }, "zone"},
		{"no window", func(r *segment.Rules) { r.WindowDays = 0 }, "window_days"},
		{"least window", func(r *segment.Rules) { r.WindowDays = 1 }, ""},
		{"greatest window", func(r *segment.Rules) { r.WindowDays = 3660 }, ""},
		{"window too long", func(r *segment.Rules) { r.WindowDays = 3661 }, "window_days"},
		{"no evidence needed", func(r *segment.Rules) { r.MinBuys = 0 }, "min_buys"},
		{"least evidence", func(r *segment.Rules) { r.MinBuys = 1 }, ""},
		{"most evidence", func(r *segment.Rules) { r.MinBuys = 100 }, ""},
		{"too much evidence", func(r *segment.Rules) { r.MinBuys = 101 }, "min_buys"},
		{"no source of brand marks", func(r *segment.Rules) { r.Brand, r.StoreAtPermille, r.NationalAtPermille = 0, 0, 0 }, "brand"},
		{"no source of usage cuts", func(r *segment.Rules) { r.Usage = 0 }, "usage"},
		{"another source", func(r *segment.Rules) { r.Usage = segment.Terciles + 1 }, "usage"},

		{"store mark 0", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille = 0, 1000 }, "store_at_permille national_at_permille"},
		{"store mark 1", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille = 1, 1000 }, ""},
		{"store mark 1000", func(r *segment.Rules) { r.StoreAtPermille = 1000 }, ""},
		{"store mark 1001", func(r *segment.Rules) { r.StoreAtPermille = 1001 }, "store_at_permille"},
		{"national mark 0", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille = 1000, 0 }, "national_at_permille national_at_permille"},
		{"national mark 1000", func(r *segment.Rules) { r.NationalAtPermille = 1000 }, ""},
		{"national mark 1001", func(r *segment.Rules) { r.NationalAtPermille = 1001 }, "national_at_permille"},
		{"marks of 1000 in all: somebody would be both", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille = 500, 500 }, "national_at_permille"},
		{"marks of 1001 in all", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille = 501, 500 }, ""},
		{"stated marks where the source is terciles", func(r *segment.Rules) { r.Brand = segment.Terciles }, "store_at_permille"},
		{"one stated mark where the source is terciles", func(r *segment.Rules) { r.Brand, r.StoreAtPermille = segment.Terciles, 0 }, "store_at_permille"},
		{"no marks where the source is terciles", func(r *segment.Rules) { r.Brand, r.StoreAtPermille, r.NationalAtPermille = segment.Terciles, 0, 0 }, ""},

		{"negative brand slack", func(r *segment.Rules) { r.BrandSlackPermille = -1 }, "brand_slack_permille"},
		{"slack up to full share", func(r *segment.Rules) { r.StoreAtPermille, r.BrandSlackPermille = 900, 100 }, ""},
		{"a switcher could never turn to the store", func(r *segment.Rules) { r.StoreAtPermille, r.BrandSlackPermille = 900, 101 }, "brand_slack_permille"},
		{"a switcher could never turn to national brands", func(r *segment.Rules) { r.NationalAtPermille, r.BrandSlackPermille = 900, 101 }, "brand_slack_permille"},
		{"slack just short of the other mark", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille, r.BrandSlackPermille = 600, 500, 99 }, ""},
		{"slack reaching the other mark", func(r *segment.Rules) { r.StoreAtPermille, r.NationalAtPermille, r.BrandSlackPermille = 600, 500, 100 }, "brand_slack_permille"},
		{"brand slack of a whole", func(r *segment.Rules) { r.BrandSlackPermille = 1000 }, "brand_slack_permille brand_slack_permille"},
		{"negative usage slack", func(r *segment.Rules) { r.UsageSlackPermille = -1 }, "usage_slack_permille"},
		{"usage slack just short of the other cut", func(r *segment.Rules) { r.UsageSlackPermille = 599 }, ""},
		{"usage slack reaching the other cut", func(r *segment.Rules) { r.UsageSlackPermille = 600 }, "usage_slack_permille"},
		{"usage slack of a whole", func(r *segment.Rules) { r.UsageSlackPermille = 1000 }, "usage_slack_permille usage_slack_permille"},

		{"no categories", func(r *segment.Rules) { r.Categories, r.Marks = nil, nil }, "categories"},
		{"too many categories", func(r *segment.Rules) { *r = manyCategories(segment.MaxCategories + 1) }, "categories"},
		{"as many categories as there may be", func(r *segment.Rules) { *r = manyCategories(segment.MaxCategories) }, ""},
		{"a category without an id", func(r *segment.Rules) { category(r).ID, marks(r).Category = "", "" }, "categories[0].id"},
		{"an id of 256 bytes", func(r *segment.Rules) { longID(r, 256) }, ""},
		{"an id of 257 bytes", func(r *segment.Rules) { longID(r, 257) }, "categories[0].id"},
		{"a category twice", func(r *segment.Rules) { r.Categories = append(r.Categories, *category(r)) }, "categories[1].id"},
		{"a category without a version", func(r *segment.Rules) { category(r).Version = 0 }, "categories[0].version"},
		{"a category of nothing", func(r *segment.Rules) { category(r).Products = nil }, "categories[0].labels"},
		{"a category of labels only", func(r *segment.Rules) { category(r).Products, category(r).Labels = nil, []string{"Pain"} }, ""},
		{"an empty label", func(r *segment.Rules) { category(r).Labels = []string{"Pain", ""} }, "categories[0].labels[1]"},
		{"a label that is no text", func(r *segment.Rules) { category(r).Labels = []string{"Pain\n"} }, "categories[0].labels[0]"},
		{"a label twice", func(r *segment.Rules) { category(r).Labels = []string{"Pain", "Fever", "Pain"} }, "categories[0].labels[2]"},
		{"a product without sku", func(r *segment.Rules) { category(r).Products[1].SKU = "" }, "categories[0].products[1].sku"},
		{"a sku that is no text", func(r *segment.Rules) { category(r).Products[1].SKU = "own\xff" }, "categories[0].products[1].sku"},
		{"a product twice", func(r *segment.Rules) { category(r).Products[2].SKU = "own-ibuprofen-24" }, "categories[0].products[2].sku"},
		{"no content", func(r *segment.Rules) { category(r).Products[0].BaseUnits = dec("0") }, "categories[0].products[0].base_units"},
		{"least content", func(r *segment.Rules) { category(r).Products[0].BaseUnits = dec("0.001") }, ""},
		{"content finer than thousandths", func(r *segment.Rules) { category(r).Products[0].BaseUnits = dec("0.0015") }, "categories[0].products[0].base_units"},
		{"zeros are not digits", func(r *segment.Rules) { category(r).Products[0].BaseUnits = dec("0.00100") }, ""},
		{"negative content", func(r *segment.Rules) { category(r).Products[0].BaseUnits = dec("-1") }, "categories[0].products[0].base_units"},
		{"content with a hostile exponent", func(r *segment.Rules) { category(r).Products[0].BaseUnits = decimal.New(1, math.MaxInt32) }, "categories[0].products[0].base_units"},

		{"marks of no category", func(r *segment.Rules) {
			r.Marks = append(r.Marks, segment.Marks{Category: "beer", MediumAt: dec("1"), HeavyAt: dec("2")})
		}, "marks[1].category"},
		{"marks twice", func(r *segment.Rules) { r.Marks = append(r.Marks, *marks(r)) }, "marks[1].category"},
		{"a category without marks", func(r *segment.Rules) { r.Marks = nil }, "marks"},
		{"no cuts where usage is stated", func(r *segment.Rules) { marks(r).MediumAt, marks(r).HeavyAt = decimal.Zero, decimal.Zero }, "marks[0].heavy_at"},
		{"no cuts where usage is terciles", func(r *segment.Rules) {
			r.Usage, marks(r).MediumAt, marks(r).HeavyAt = segment.Terciles, decimal.Zero, decimal.Zero
		}, ""},
		{"cuts that coincide", func(r *segment.Rules) { marks(r).HeavyAt = dec("48") }, "marks[0].heavy_at"},
		{"cuts that just differ", func(r *segment.Rules) { marks(r).HeavyAt = dec("48.001") }, ""},
		{"cuts in the wrong order", func(r *segment.Rules) { marks(r).HeavyAt = dec("47") }, "marks[0].heavy_at"},
		{"one cut only", func(r *segment.Rules) { r.Usage, marks(r).MediumAt = segment.Terciles, decimal.Zero }, "marks[0].heavy_at"},
		{"a negative cut", func(r *segment.Rules) { marks(r).MediumAt = dec("-1") }, "marks[0].heavy_at"},
		{"a cut finer than thousandths", func(r *segment.Rules) { marks(r).HeavyAt = dec("120.0001") }, "marks[0].medium_at"},
		{"a zero that would be a gigabyte of text", func(r *segment.Rules) { marks(r).MediumAt = decimal.New(0, math.MinInt32) }, "marks[0].heavy_at"},
		{"the category's own brand marks", func(r *segment.Rules) { marks(r).StoreAtPermille, marks(r).NationalAtPermille = 800, 900 }, ""},
		{"one of its own, one of the book", func(r *segment.Rules) { marks(r).StoreAtPermille = 301 }, ""},
		{"one of its own that overlaps the book's", func(r *segment.Rules) { marks(r).StoreAtPermille = 300 }, "marks[0].national_at_permille"},
		{"a mark of its own over 1000", func(r *segment.Rules) { marks(r).NationalAtPermille = 1001 }, "marks[0].national_at_permille"},
		{"only one mark, and none in the book", func(r *segment.Rules) {
			r.Brand, r.StoreAtPermille, r.NationalAtPermille = segment.Terciles, 0, 0
			marks(r).StoreAtPermille = 700
		}, "marks[0].national_at_permille marks[0].national_at_permille"},
		{"slack too wide for the category's marks", func(r *segment.Rules) {
			r.BrandSlackPermille, marks(r).StoreAtPermille = 100, 901
		}, "brand_slack_permille"},
		{"a label of 100 categories", func(r *segment.Rules) { *r = overlap(segment.MaxOverlap, 1) }, ""},
		{"a label of 101 categories", func(r *segment.Rules) { *r = overlap(segment.MaxOverlap+1, 1) }, "categories"},
		{"a product of 100 categories", func(r *segment.Rules) { *r = overlap(1, segment.MaxOverlap) }, ""},
		{"a product of 101 categories", func(r *segment.Rules) { *r = overlap(1, segment.MaxOverlap+1) }, "categories"},
		{"too many marks", func(r *segment.Rules) { r.Marks = make([]segment.Marks, segment.MaxCategories+1) }, "marks"},

		{"evidence in order", fittedBy(func(*segment.Fitted) {}), ""},
		{"evidence without its day", fittedBy(func(f *segment.Fitted) { f.On = 0 }), "marks[0].fitted.on"},
		{"negative evidence", fittedBy(func(f *segment.Fitted) { f.BelowMedium = -1 }), "marks[0].fitted.below_medium"},
		{"as many below medium as below heavy", fittedBy(func(f *segment.Fitted) { f.BelowMedium = 6 }), ""},
		{"more below medium than below heavy", fittedBy(func(f *segment.Fitted) { f.BelowMedium = 7 }), "marks[0].fitted.below_medium"},
		{"all below heavy", fittedBy(func(f *segment.Fitted) { f.BelowHeavy = 9 }), ""},
		{"more below heavy than all", fittedBy(func(f *segment.Fitted) { f.BelowHeavy = 10 }), "marks[0].fitted.below_heavy"},
		{"more national than below store", fittedBy(func(f *segment.Fitted) { f.AtNational = 5 }), "marks[0].fitted.at_national"},
		{"more below store than all", fittedBy(func(f *segment.Fitted) { f.BelowStore = 9 }), "marks[0].fitted.below_store"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := painRules()
			test.change(&rules)
			_, err := segment.NewGrid(rules)
			_, coderErr := segment.NewCoder(rules, zone(t, "Europe/Berlin"))
			if test.want == "" {
				require.NoError(t, err)
				require.NoError(t, coderErr)
				return
			}
			assert.Equal(t, strings.Fields(test.want), faultPaths(t, err))
			assert.Equal(t, err, coderErr, "a Coder sees the same faults")
			_, _, fitErr := segment.Fit(rules, segment.NewCensus(rules.Period(on), rules.MinBuys), on)
			assert.Equal(t, err, fitErr, "and so does Fit")
		})
	}
}

// fittedBy gives the marks evidence of nine buyers, with one change.
func fittedBy(change func(*segment.Fitted)) func(*segment.Rules) {
	return func(r *segment.Rules) {
		fitted := segment.Fitted{On: on, Buyers: 9, BelowMedium: 3, BelowHeavy: 6, BothKinds: 8, AtNational: 3, BelowStore: 4}
		change(&fitted)
		r.Marks[0].Fitted = &fitted
	}
}

// overlap are rules in which one label stands in so many categories, and one product.
func overlap(label, product int) segment.Rules {
	rules := manyCategories(max(label, product))
	for i := range rules.Categories {
		category := &rules.Categories[i]
		if i < label {
			category.Labels = append(category.Labels, "Shop")
		}
		if i < product {
			category.Products = []segment.Product{{SKU: "bag", BaseUnits: dec("1")}}
		}
	}
	return rules
}

func manyCategories(n int) segment.Rules {
	rules := tercileRules()
	rules.Categories = make([]segment.Category, n)
	for i := range rules.Categories {
		id := fmt.Sprint(i)
		rules.Categories[i] = segment.Category{ID: id, Version: 1, Labels: []string{id}}
	}
	return rules
}

func longID(r *segment.Rules, length int) {
	r.Categories[0].ID = strings.Repeat("x", length)
	r.Marks[0].Category = r.Categories[0].ID
}

func TestTooManyProducts(t *testing.T) {
	rules := manyCategories(1)
	products, one := make([]segment.Product, segment.MaxProducts), dec("1")
	for i := range products {
		products[i] = segment.Product{SKU: fmt.Sprint(i), BaseUnits: one}
	}
	rules.Categories[0].Products = products
	_, err := segment.NewGrid(rules)
	require.NoError(t, err)

	rules.Categories = append(rules.Categories, segment.Category{ID: "one more", Version: 1, Products: products[:1]})
	_, err = segment.NewGrid(rules)
	assert.Equal(t, []string{"categories"}, faultPaths(t, err))
}

// A file is mended in one go: all faults come at once, in the order of its fields.
func TestManyFaultsAtOnce(t *testing.T) {
	_, err := segment.NewGrid(segment.Rules{
		Edition:            customer.Edition{Version: -1},
		WindowDays:         -5,
		Brand:              segment.Stated,
		StoreAtPermille:    300,
		NationalAtPermille: 300,
		Usage:              segment.Stated,
		BrandSlackPermille: -1,
		UsageSlackPermille: 4000,
		Categories: []segment.Category{
			{ID: "beer", Labels: []string{""}},
			{ID: "beer", Version: 1, Products: []segment.Product{{}}},
			{ID: "wine", Version: 1},
		},
		Marks: []segment.Marks{
			{Category: "cheese", MediumAt: dec("2"), HeavyAt: dec("1")},
			{Category: "beer", MediumAt: dec("2"), HeavyAt: dec("1.00001")},
		},
	})
	assert.Equal(t, []string{
		"id", "version", "zone", "window_days", "min_buys",
		"national_at_permille", "brand_slack_permille", "usage_slack_permille",
		"categories[0].version", "categories[0].labels[0]",
		"categories[1].id", "categories[1].products[0].sku", "categories[1].products[0].base_units",
		"categories[2].labels",
		"marks[0].category", "marks[0].heavy_at", "marks[1].medium_at",
		"marks",
	}, faultPaths(t, err))
}

// The period is WindowDays whole days before the day of decision.
func TestPeriod(t *testing.T) {
	rules := painRules()
	rules.WindowDays = 2
	period := rules.Period(on)
	assert.Equal(t, population.Period{From: on - 2, Until: on}, period)
	for day, want := range []bool{false, true, true, false} { // from on - 3
		assert.Equal(t, want, period.Contains(on-3+customer.Date(day)), "%d days after on - 3", day)
	}

	rules.WindowDays = segment.MaxWindowDays
	assert.Equal(t, population.Period{From: 1, Until: 3660}, rules.Period(3660), "time begins with day 1")
	assert.Equal(t, population.Period{From: 1, Until: 3661}, rules.Period(3661))
	assert.Equal(t, population.Period{From: 2, Until: 3662}, rules.Period(3662))
	none := rules.Period(0)
	assert.False(t, none.Contains(0) || none.Contains(1), "no day of decision, no period")
}

const painJSON = `{
	"id": "nine-cells", "version": 2, "from": "2025-01-01",
	"zone": "Europe/Berlin", "window_days": 180, "min_buys": 2,
	"brand": "stated", "store_at_permille": 660, "national_at_permille": 700, "brand_slack_permille": 50,
	"usage": "terciles", "usage_slack_permille": 100,
	"categories": [{
		"id": "non-aspirin", "version": 1,
		"labels": ["Pain relief"],
		"products": [{"sku": "own-ibuprofen-24", "base_units": "24"}]
	}],
	"marks": [{"category": "non-aspirin", "medium_at": "48", "heavy_at": "120.5", "fitted":
		{"on": "2025-11-25", "buyers": 9, "below_medium": 3, "below_heavy": 6}}]
}`

func TestParseRules(t *testing.T) {
	rules, err := segment.ParseRules([]byte(painJSON))
	require.NoError(t, err)
	_, err = segment.NewGrid(rules)
	require.NoError(t, err)
	assert.JSONEq(t, painJSON, toJSON(t, rules))
}

func TestParseRulesIsStrict(t *testing.T) {
	for _, test := range []struct{ name, from, to, want string }{
		{"a misspelt field", `"min_buys"`, `"min_buy"`, "min_buy"},
		{"a field in capitals", `"min_buys"`, `"Min_Buys"`, "Min_Buys"},
		{"a field twice", `"version": 2,`, `"version": 2, "version": 3,`, "version"},
		{"a misspelt field deep inside", `"sku"`, `"SKU"`, "categories[0].products[0].SKU"},
		{"null", `"labels": ["Pain relief"]`, `"labels": null`, "categories[0].labels"},
		{"a decimal that is a number", `"base_units": "24"`, `"base_units": 24`, "categories[0].products[0].base_units"},
		{"a cut that is a number", `"medium_at": "48"`, `"medium_at": 48`, "marks[0].medium_at"},
		{"a source that does not exist", `"terciles"`, `"quartiles"`, "usage"},
		{"text for a number", `"window_days": 180`, `"window_days": "180"`, "window_days"},
		{"a broken number", `"window_days": 180`, `"window_days": 180.5`, "window_days"},
		{"a day that does not exist", `"2025-01-01"`, `"2025-02-30"`, "from"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(painJSON, test.from))
			_, err := segment.ParseRules([]byte(strings.Replace(painJSON, test.from, test.to, 1)))
			assert.Equal(t, []string{test.want}, faultPaths(t, err))
		})
	}
	for _, text := range []string{"", "{", painJSON + painJSON, "[]"} {
		_, err := segment.ParseRules([]byte(text))
		assert.Error(t, err)
	}
}

// Rules that were parsed from hostile text may not blow up on their way to the faults.
func TestHostileExponentsInRules(t *testing.T) {
	for _, figure := range []string{"1e2000000000", "0e-2000000000", "1e-2000000000"} {
		for _, field := range []string{`"24"`, `"48"`, `"120.5"`} {
			rules, err := segment.ParseRules([]byte(strings.Replace(painJSON, field, `"`+figure+`"`, 1)))
			if err == nil { // the text may pass where it is read; then the check finds it
				_, err = segment.NewGrid(rules)
			}
			require.Error(t, err, "%s for %s", figure, field)
			assert.Less(t, len(err.Error()), 1000)
		}
	}
}

func TestRulesSurviveJSON(t *testing.T) {
	stated, perCategory := painRules(), painRules()
	stated.Until = on
	perCategory.Marks[0].StoreAtPermille, perCategory.Marks[0].NationalAtPermille = 701, 702
	fitted, _, err := segment.Fit(tercileRules(), somePeople(t), on)
	require.NoError(t, err)
	require.NotEmpty(t, fitted.Marks)

	for name, rules := range map[string]segment.Rules{"stated": stated, "per category": perCategory, "open": tercileRules(), "fitted": fitted} {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(rules)
			require.NoError(t, err)
			again, err := segment.ParseRules(data)
			require.NoError(t, err)
			assert.JSONEq(t, string(data), toJSON(t, again))
			_, err = segment.NewGrid(again)
			assert.NoError(t, err)
		})
	}
}

// A rule book is bound to one zone: the one that it names.
func TestCoderRefusesAnotherZone(t *testing.T) {
	rules := painRules()
	for _, other := range []*time.Location{nil, time.UTC, time.Local, zone(t, "Europe/Paris")} {
		_, err := segment.NewCoder(rules, other)
		assert.Equal(t, []string{"zone"}, faultPaths(t, err), "%v", other)
	}
	_, err := segment.NewCoder(rules, zone(t, "Europe/Berlin"))
	assert.NoError(t, err)
}
