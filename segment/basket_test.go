package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// basketRules expect bread, cheese, meat and milk, worth 150, 100, 450 and 300 ‰ of what
// a household spends; most of it from 60 %.
func basketRules() segment.BasketRules {
	return segment.BasketRules{
		Edition: customer.Edition{ID: "daily", Version: 1}, WindowDays: 90, MostAtPermille: 600,
		Categories: []segment.BasketCategory{
			{Category: "milk", Weight: 300, MinDays: 3},
			{Category: "meat", Weight: 450, MinDays: 2},
			{Category: "bread", Weight: 150, MinDays: 3},
			{Category: "cheese", Weight: 100, MinDays: 1},
		},
	}
}

// basketCategories are those of a coder: nobody expects beer and tea.
func basketCategories() []string { return []string{"beer", "bread", "cheese", "meat", "milk", "tea"} }

func newBasket(t failer, rules segment.BasketRules) *segment.Basket {
	t.Helper()
	basket, err := segment.NewBasket(rules, basketCategories())
	require.NoError(t, err)
	return basket
}

// row C6, C4: which part of a household's daily needs is bought here, on both sides of
// every mark.
func TestBasket(t *testing.T) {
	basket := newBasket(t, basketRules())
	for _, test := range []struct {
		name    string
		days    map[uint32]int
		covered int64
		most    bool
		missing []string
	}{
		{"bought nothing", nil, 0, false, []string{"meat", "milk", "bread", "cheese"}},
		{"one purchase", map[uint32]int{2: 1}, 100, false, []string{"meat", "milk", "bread"}},
		{"what nobody expects", map[uint32]int{0: 90, 5: 90}, 0, false, []string{"meat", "milk", "bread", "cheese"}},
		{"on the mark", map[uint32]int{1: 3, 3: 2}, 600, true, []string{"milk", "cheese"}},
		{"a day short", map[uint32]int{1: 2, 3: 2}, 450, false, []string{"milk", "bread", "cheese"}},
		{"below the mark", map[uint32]int{2: 1, 3: 2}, 550, false, []string{"milk", "bread"}},
		{"above the mark", map[uint32]int{3: 2, 4: 3}, 750, true, []string{"bread", "cheese"}},
		{"everything", map[uint32]int{0: 1, 1: 90, 2: 90, 3: 90, 4: 90, 5: 1}, 1000, true, nil},
		{"only brought back", map[uint32]int{1: 0, 2: 0, 3: 0, 4: 0}, 0, false, []string{"meat", "milk", "bread", "cheese"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var counts []segment.Counts
			for code := range uint32(6) {
				if days, ok := test.days[code]; ok {
					counts = append(counts, segment.Counts{Category: code, Days: days, Lines: int64(days)})
				}
			}
			answer, err := basket.Cover(counts)
			require.NoError(t, err)
			assert.Equal(t, [2]int64{test.covered, 1000}, [2]int64{answer.Covered, answer.Expected})
			assert.Equal(t, test.most, answer.Most)
			var missing []string
			for _, gap := range answer.Missing {
				missing = append(missing, gap.Category)
				assert.Less(t, gap.Days, gap.MinDays)
			}
			assert.Equal(t, test.missing, missing)
			verdict := segment.CodeBasketNotMost
			if test.most {
				verdict = segment.CodeBasketMost
			}
			assert.Equal(t, []string{segment.CodeBasketBought, verdict, segment.CodeBasketHereOnly}, codes(answer.Reasons)[:3])
			require.Len(t, answer.Reasons, 3+len(test.missing))
			for i, reason := range answer.Reasons[3:] {
				assert.Equal(t, test.missing[i], reason.Rule)
			}
		})
	}
}

// Weights that are no round figure are compared exactly: 2 of 3 is not 667 ‰.
func TestBasketIsExact(t *testing.T) {
	rules := basketRules()
	rules.Categories = []segment.BasketCategory{
		{Category: "milk", Weight: 1, MinDays: 1},
		{Category: "meat", Weight: 1, MinDays: 1},
		{Category: "bread", Weight: 1, MinDays: 1},
	}
	counts := []segment.Counts{{Category: 3, Days: 1}, {Category: 4, Days: 1}}
	for mark, most := range map[int]bool{666: true, 667: false} {
		rules.MostAtPermille = mark
		answer, err := newBasket(t, rules).Cover(counts)
		require.NoError(t, err)
		assert.Equal(t, most, answer.Most)
	}
	_, err := newBasket(t, rules).Cover([]segment.Counts{{Category: 4, Days: 1}, {Category: 3, Days: 1}})
	require.Error(t, err)
}

// Buying more never covers less, and what is covered and missing is what is expected.
func TestBasketIsMonotone(t *testing.T) {
	basket := newBasket(t, basketRules())
	rapid.Check(t, func(t *rapid.T) {
		var less, more []segment.Counts
		for code := range uint32(6) {
			days := rapid.IntRange(0, 4).Draw(t, "days")
			less = append(less, segment.Counts{Category: code, Days: days})
			more = append(more, segment.Counts{Category: code, Days: days + rapid.IntRange(0, 2).Draw(t, "more")})
		}
		low, err := basket.Cover(less)
		require.NoError(t, err)
		high, err := basket.Cover(more)
		require.NoError(t, err)
		require.LessOrEqual(t, low.Covered, high.Covered)
		missing := int64(0)
		for _, gap := range low.Missing {
			missing += gap.Weight
		}
		require.Equal(t, low.Expected, low.Covered+missing)
	})
}

func TestBasketRules(t *testing.T) {
	_, err := new(segment.Basket).Cover(nil)
	require.Error(t, err, "a basket that nobody made expects nothing, and nobody buys most of that")
	rules, err := segment.ParseBasketRules([]byte(toJSON(t, basketRules())))
	require.NoError(t, err)
	assert.Equal(t, basketRules(), rules)
	_, err = segment.ParseBasketRules([]byte(`{"id": "daily", "version": 1, "window": 90}`))
	assert.Equal(t, []string{"window"}, faultPaths(t, err))
	assert.Equal(t, population.Period{From: on - 90, Until: on}, basketRules().Period(on))

	for _, test := range []struct {
		name   string
		change func(*segment.BasketRules)
		want   []string
	}{
		{"empty", func(r *segment.BasketRules) { *r = segment.BasketRules{} }, []string{"id", "version", "window_days", "most_at_permille", "categories"}},
		{"a whole basket is most", func(r *segment.BasketRules) { r.MostAtPermille = 1000 }, nil},
		{"more than the whole", func(r *segment.BasketRules) { r.MostAtPermille = 1001 }, []string{"most_at_permille"}},
		{"no such category", func(r *segment.BasketRules) { r.Categories[2].Category = "wine" }, []string{"categories[2].category"}},
		{"a category twice", func(r *segment.BasketRules) { r.Categories[2].Category = "milk" }, []string{"categories[2].category"}},
		{"no weight", func(r *segment.BasketRules) { r.Categories[0].Weight = 0 }, []string{"categories[0].weight"}},
		{"the greatest weight", func(r *segment.BasketRules) { r.Categories[0].Weight = segment.MaxBasketWeight }, nil},
		{"too great a weight", func(r *segment.BasketRules) { r.Categories[0].Weight = segment.MaxBasketWeight + 1 }, []string{"categories[0].weight"}},
		{"no days", func(r *segment.BasketRules) { r.Categories[1].MinDays = 0 }, []string{"categories[1].min_days"}},
		{"every day of the window", func(r *segment.BasketRules) { r.Categories[1].MinDays = 90 }, nil},
		{"more days than there are", func(r *segment.BasketRules) { r.Categories[1].MinDays = 91 }, []string{"categories[1].min_days"}},
		{"too long a window", func(r *segment.BasketRules) { r.WindowDays = segment.MaxWindowDays + 1 }, []string{"window_days"}},
		{"too many categories", func(r *segment.BasketRules) {
			r.Categories = make([]segment.BasketCategory, segment.MaxBasketCategories+1)
		}, nil},
	} {
		rules := basketRules()
		test.change(&rules)
		_, err := segment.NewBasket(rules, basketCategories())
		switch {
		case test.name == "too many categories":
			assert.Equal(t, "categories", faultPaths(t, err)[0])
		case test.want == nil:
			require.NoError(t, err, test.name)
		default:
			assert.Equal(t, test.want, faultPaths(t, err), test.name)
		}
	}
}

// row C6: eight categories of real groceries in a year, each bought on two days or more.
// The expected figures were counted by a program of Python's standard library.
func TestBasketOfRealGroceries(t *testing.T) {
	rows := readSold(t, "dunnhumby_sample")
	rules := segment.BasketRules{Edition: customer.Edition{ID: "daily", Version: 1}, WindowDays: 367, MostAtPermille: 500}
	var categories []string
	codes := map[string]uint32{}
	for i, expected := range []struct {
		category string
		weight   int
	}{
		{"BAKED BREAD/BUNS/ROLLS", 150},
		{"BEEF", 250},
		{"CHEESE", 100},
		{"FLUID MILK PRODUCTS", 200},
		{"LUNCHMEAT", 100},
		{"SOUP", 50},
		{"TROPICAL FRUIT", 100},
		{"YOGURT", 50},
	} {
		rules.Categories = append(rules.Categories, segment.BasketCategory{Category: expected.category, Weight: expected.weight, MinDays: 2})
		categories, codes[expected.category] = append(categories, expected.category), uint32(i)
	}
	basket, err := segment.NewBasket(rules, categories)
	require.NoError(t, err)
	tally := segment.NewTally[customer.ID](rules.Period(day(t, "2018-01-02")))
	all := map[customer.ID]bool{}
	for _, row := range rows {
		all[row.Customer] = true
		if code, ok := codes[row.Category]; ok {
			require.NoError(t, tally.Add(population.Line[customer.ID]{Customer: row.Customer, Item: code, Day: customer.DateOf(row.At, row.At.Location()), Kind: row.Kind, Units: 1000 * row.Quantity}))
		}
	}
	covered, most, none, whole := int64(0), 0, 0, 0
	for id := range all {
		answer, err := basket.Cover(tally.Counts(id))
		require.NoError(t, err)
		covered += answer.Covered
		if answer.Most {
			most++
		}
		if answer.Covered == 0 {
			none++
		}
		if len(answer.Missing) == 0 {
			whole++
		}
	}
	assert.Len(t, all, 2377)
	assert.Equal(t, int64(403_600), covered)
	assert.Equal(t, [3]int{272, 1106, 3}, [3]int{most, none, whole})
}
