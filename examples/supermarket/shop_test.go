package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func berlin(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(tb, err)
	return zone
}

// jsonOf is the JSON of the receipts of every customer, by id.
func jsonOf(tb testing.TB, from source) map[customer.ID]string {
	tb.Helper()
	texts := map[customer.ID]string{}
	for e, err := range from() {
		require.NoError(tb, err)
		text, err := json.Marshal(e)
		require.NoError(tb, err)
		texts[e.customer()] += string(text) + "\n"
	}
	return texts
}

// The sum changes only when the shop itself is meant to change.
func TestTheShopIsTheSameOnEveryRun(t *testing.T) {
	const want = "5049bfaa706ff53bffd63c1c30456f2267db7e14c2eb52ea7343a507f57580af"
	sum := sha256.New()
	shop := newShop(1, 50, time.UTC)
	for range 2 {
		sum.Reset()
		encoder := json.NewEncoder(sum)
		for e, err := range shop.events() {
			require.NoError(t, err)
			require.NoError(t, encoder.Encode(e))
		}
		assert.Equal(t, want, hex.EncodeToString(sum.Sum(nil)))
	}
}

func TestACustomerIsGeneratedOnHerOwn(t *testing.T) {
	small, large := jsonOf(t, newShop(1, 15, time.UTC).events), jsonOf(t, newShop(1, 25, time.UTC).events)
	delete(small, "") // there are more passers-by in a larger shop
	for id, receipts := range small {
		assert.Equal(t, receipts, large[id], id)
	}
	assert.Len(t, large, 26)

	other := jsonOf(t, newShop(2, 15, time.UTC).events)
	for id, receipts := range small {
		assert.NotEqual(t, receipts, other[id], "another seed, another customer %s", id)
	}
}

func TestShelves(t *testing.T) {
	skus := map[string]bool{}
	for _, c := range shelves() {
		var cheapest [customer.StoreBrand + 1]float64 // cents per base unit
		for i := range c.products {
			p := &c.products[i]
			assert.False(t, skus[p.sku], "%s stands on one shelf only", p.sku)
			skus[p.sku] = true
			assert.Less(t, p.cost, p.price*3/4, "%s earns something even at its special price", p.sku)
			size := p.size
			if size == 0 {
				size = 1000
				assert.Greater(t, c.variety, 1, "%s: only packs are taken by habit", p.sku)
			}
			each := float64(p.price) / float64(size)
			if k := p.kind(); cheapest[k] == 0 || each < cheapest[k] {
				cheapest[k] = each
			}
		}
		assert.Positive(t, cheapest[customer.StoreBrand], c.name)
		assert.Less(t, cheapest[customer.StoreBrand], cheapest[customer.NationalBrand], c.name)
	}
}

func TestReceiptsOfTheShop(t *testing.T) {
	zone := berlin(t)
	shop := newShop(1, 150, zone)
	bySKU := map[string]*product{}
	weighed := 0
	for i := range shop.shelves {
		for j := range shop.shelves[i].products {
			p := &shop.shelves[i].products[j]
			bySKU[p.sku] = p
		}
	}
	inOrder := inOrder(t)
	refs := map[string]bool{}
	customers := map[customer.ID]bool{}
	var latest *customer.Purchase
	sales, returns, specials, lines := 0, 0, 0, 0
	for e, err := range shop.events() {
		require.NoError(t, err)
		require.NoError(t, validate(e))
		inOrder(e)
		customers[e.customer()] = true
		at := e.at().In(zone)
		require.NotEqual(t, time.Sunday, at.Weekday())
		require.GreaterOrEqual(t, at.Hour()*60+at.Minute(), 7*60+55) // the service desk opens first
		require.Less(t, at.Hour(), 20)
		day := customer.DateOf(e.at(), zone)
		require.GreaterOrEqual(t, day, shop.first)
		require.LessOrEqual(t, day, shop.last)

		if back := e.Return; back != nil {
			returns++
			require.False(t, refs[back.Ref], back.Ref)
			refs[back.Ref] = true
			require.Equal(t, latest.Ref, back.Sale)
			require.Equal(t, latest.Customer, back.Customer)
			require.Len(t, back.Lines, 1)
			part, whole := back.Lines[0], latest.Lines[back.Lines[0].SaleLine-1]
			require.Equal(t, whole.SKU, part.SKU)
			require.True(t, part.Quantity.IsPositive() && part.Quantity.LessThanOrEqual(whole.Quantity))
			floor := whole.Paid.Decimal.Mul(part.Quantity).Shift(2).Div(whole.Quantity).Floor().Shift(-2)
			require.True(t, part.Paid.Decimal.Equal(floor), "%s of %s", part.Paid.Decimal, whole.Paid.Decimal)
			require.True(t, part.BaseUnits.Decimal.Mul(whole.Quantity).Equal(whole.BaseUnits.Decimal.Mul(part.Quantity)))
			continue
		}
		latest = e.Sale
		sales++
		require.False(t, refs[latest.Ref], latest.Ref)
		refs[latest.Ref] = true
		for _, line := range latest.Lines {
			lines++
			p := bySKU[line.SKU]
			require.NotNil(t, p, line.SKU)
			list := decimal.New(int64(p.price), -2)
			require.True(t, line.ListPrice.Decimal.Equal(list))
			special := list.Mul(decimal.New(75, -2)).RoundFloor(2)
			regular, cut := line.Quantity.Mul(list).Round(2), line.Quantity.Mul(special).Round(2)
			paid := line.Paid.Decimal
			require.True(t, paid.Equal(regular) || paid.Equal(cut), "%s of %s paid %s", line.Quantity, p.sku, paid)
			if !paid.Equal(regular) {
				specials++
			}
			units := line.Quantity.Mul(decimal.NewFromInt(int64(p.size)))
			if p.size == 0 {
				weighed++
				units = line.Quantity.Shift(3)
			} else {
				require.True(t, line.Quantity.IsInteger())
			}
			require.True(t, line.BaseUnits.Decimal.Equal(units), "%s of %s has %s", line.Quantity, p.sku, line.BaseUnits.Decimal)
		}
	}
	assert.Len(t, customers, 151, "every customer came, and somebody without a card")
	t.Logf("%d sales, %d lines, %d of them at a special price, %d weighed, %d returns", sales, lines, specials, weighed, returns)
	assert.InDelta(t, 54*150, sales, 8*150)
	assert.InDelta(t, 6.6, float64(lines)/float64(sales), 1)
	assert.InDelta(t, 1.0/9, float64(specials)/float64(lines), 0.05)
	assert.InDelta(t, 0.009, float64(returns)/float64(sales), 0.004)
	assert.Positive(t, weighed)
}

// history is what a customer's receipts show.
type history struct {
	days map[string]customer.Days // on which she bought from a category
	kind map[string][customer.StoreBrand + 1]int
	all  customer.Days
}

// histories yields every customer with the truth and the history.
func histories(tb testing.TB, shop *shop) func(func(household, history) bool) {
	tb.Helper()
	return func(yield func(household, history) bool) {
		seen := make([]history, shop.customers+1)
		for e, err := range shop.events() {
			require.NoError(tb, err)
			if e.Sale == nil || e.Sale.Customer == "" {
				continue
			}
			var number int
			_, err := fmt.Sscanf(string(e.Sale.Customer), "c%d", &number)
			require.NoError(tb, err)
			h := &seen[number]
			if h.days == nil {
				h.days, h.kind = map[string]customer.Days{}, map[string][customer.StoreBrand + 1]int{}
			}
			day := customer.DateOf(e.Sale.At, shop.zone)
			h.all.Add(day)
			for _, line := range e.Sale.Lines {
				days, kinds := h.days[line.Category], h.kind[line.Category]
				days.Add(day)
				kinds[line.Kind]++
				h.days[line.Category], h.kind[line.Category] = days, kinds
			}
		}
		for number := 1; number <= shop.customers; number++ {
			if !yield(shop.household(number), seen[number]) {
				return
			}
		}
	}
}

// The receipts tell the truth: who could find it must find what household says.
func TestTheTruthShowsInTheReceipts(t *testing.T) {
	shop := newShop(1, 1000, time.UTC)
	category := map[string]category{}
	for _, c := range shop.shelves {
		category[c.name] = c
	}
	var once, stopped, came, away, steady, near int
	var ratio float64
	var leans, matched [customer.StoreBrand + 1]int
	for truth, seen := range histories(t, shop) {
		require.GreaterOrEqual(t, seen.all[0], truth.First)
		require.LessOrEqual(t, seen.all.Last(), truth.Last)
		switch {
		case truth.Once:
			once++
			require.Len(t, seen.all, 1)
		case truth.Last < shop.last:
			stopped++
		case truth.First > shop.first:
			came++
		case truth.AwayFrom != 0:
			away++
			for _, day := range seen.all {
				require.False(t, day > truth.AwayFrom && day <= truth.AwayTo) // a visit may slip by a day
			}
		}
		needs := map[string]need{}
		for _, need := range truth.Needs {
			needs[need.Category] = need
		}
		for name, days := range seen.days {
			need, needed := needs[name]
			c := category[name]
			require.True(t, needed, "%s buys no %s", truth.ID, name)
			require.Equal(t, c.only, truth.Traits&c.only)
			if c.season[0] != 0 {
				for _, day := range days {
					_, month, _ := day.Civil()
					require.True(t, month >= c.season[0] && month <= c.season[1], "%s on %s", name, day)
				}
			}
			leans[need.Leaning] += seen.kind[name][customer.NationalBrand] + seen.kind[name][customer.StoreBrand]
			matched[need.Leaning] += seen.kind[name][need.Leaning]

			// The rhythm shows where enough gaps lie in one piece, and where she comes
			// often enough to keep it.
			if len(days) < 6 || truth.AwayFrom != 0 || c.season[0] != 0 || need.Days < 2*truth.tripDays() {
				continue
			}
			steady++
			mean := float64(days.Last()-days[0]) / float64(len(days)-1)
			off := mean / float64(need.Days)
			ratio += off
			if off > 0.85 && off < 1.15 {
				near++
			}
		}
	}
	t.Logf("once %d, stopped %d, new %d, away %d; rhythm: %d, mean ratio %.3f, within 15 %% %.3f", once, stopped, came, away,
		steady, ratio/float64(steady), float64(near)/float64(steady))
	assert.InDelta(t, 50, once, 20)
	assert.InDelta(t, 150, stopped, 35)
	assert.InDelta(t, 130, came, 35)
	assert.InDelta(t, 220, away, 40)
	assert.InDelta(t, 1, ratio/float64(steady), 0.02)
	assert.Greater(t, float64(near)/float64(steady), 0.95)
	for _, kind := range []customer.BrandKind{customer.NationalBrand, customer.StoreBrand} {
		assert.InDelta(t, 0.92, float64(matched[kind])/float64(leans[kind]), 0.02, kind)
	}
}

func TestMoreCustomersThanFiveDigits(t *testing.T) {
	shop := newShop(1, 100_000, time.UTC)
	assert.Equal(t, customer.ID("c099999"), shop.household(99_999).ID)
	assert.Equal(t, customer.ID("c100000"), shop.household(100_000).ID)
	assert.Equal(t, customer.ID("c99999"), newShop(1, 99_999, time.UTC).household(99_999).ID)
	assert.Equal(t, customer.ID("c00001"), newShop(1, 1, time.UTC).household(1).ID)
}

func TestTheShopCanBeLeftAtAnyReceipt(t *testing.T) {
	shop := newShop(1, 30, time.UTC)
	all, cards, back := 0, 0, 0 // how many receipts come before the first with a card, and the first return
	for e, err := range shop.events() {
		require.NoError(t, err)
		if e.customer() == "" {
			cards = all + 1
		}
		if e.Return != nil && back == 0 {
			back = all
		}
		all++
	}
	require.Positive(t, cards)
	require.Greater(t, back, cards)
	for _, stop := range []int{0, cards, back, all - 1} {
		seen := 0
		for _, err := range shop.events() {
			require.NoError(t, err)
			if seen++; seen > stop {
				break
			}
		}
		assert.Equal(t, stop+1, seen)
	}
}

func TestAnEmptyShop(t *testing.T) {
	for e, err := range newShop(1, 0, time.UTC).events() {
		t.Fatal("nobody can have bought anything", e, err)
	}
}

func TestUsualPack(t *testing.T) {
	shelf := category{products: []product{
		{"a4", "A", 4, 1, 1}, {"a10", "A", 10, 1, 1}, {"b10", "B", 10, 1, 1}, {"own12", ownBrand, 12, 1, 1}, {"own6", ownBrand, 6, 1, 1}, {"a20", "A", 20, 1, 1},
	}}
	for _, test := range []struct {
		kind          customer.BrandKind
		amount, habit int
		want          string
	}{
		{customer.NationalBrand, 3, 0, "a4"},
		{customer.NationalBrand, 4, 0, "a4"},
		{customer.NationalBrand, 9, 0, "a4"},
		{customer.NationalBrand, 10, 0, "a10"},
		{customer.NationalBrand, 10, 1, "b10"},
		{customer.NationalBrand, 19, 2, "a10"},
		{customer.NationalBrand, 20, 1, "a20"},
		{customer.StoreBrand, 1, 0, "own6"},
		{customer.StoreBrand, 11, 5, "own6"},
		{customer.StoreBrand, 100, 5, "own12"},
	} {
		assert.Equal(t, test.want, shelf.products[shelf.usual(test.kind, test.amount, test.habit)].sku)
	}
}

func BenchmarkShop(b *testing.B) {
	shop := newShop(1, 500, time.UTC)
	b.ReportAllocs()
	lines := 0
	for b.Loop() {
		for e, err := range shop.events() {
			require.NoError(b, err)
			lines += linesOf(e)
		}
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(0, "ns/op")
}
