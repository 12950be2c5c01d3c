package personal

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// Item is what an item code of a due list stands for: a product, or a whole category.
type Item struct {
	SKU      string             // empty for a category
	Category string             // as deals name it
	Kind     customer.BrandKind // of a product
	// Spend is what a customer who buys it usually spends on it in a period, at list
	// prices, in minor units. It stands in where Standing.Spend is 0.
	Spend int64
}

// deal is an offer that lists may carry, compiled.
type deal struct {
	offer    string
	permille int
	period   [2]customer.Date // half-open; 0 is open
	budget   string
	by       []string // who bears what is taken off: others by name, then the shop
	weights  []int64
}

// compileDeals checks the offers and puts them in the order in which they are preferred
// where they save the same: higher priority, earlier start, ID. The second result names,
// for each item, the deals that it may be listed with.
func compileDeals(faults *customer.Faults, rules *ListRules, items []Item, offers []promo.Offer) ([]deal, [][]int32) {
	ids := map[string]bool{}
	for i := range offers {
		checkDeal(faults, fmt.Sprintf("deals[%d].", i), rules, &offers[i])
		if ids[offers[i].ID] {
			faults.Add(fmt.Sprintf("deals[%d].id", i), offers[i].ID, "is given once")
		}
		ids[offers[i].ID] = true
	}
	sorted := slices.Clone(offers)
	slices.SortFunc(sorted, func(a, b promo.Offer) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.When.From, b.When.From), cmp.Compare(a.ID, b.ID))
	})
	deals := make([]deal, len(sorted))
	bySKU, byCategory := map[string][]int32{}, map[string][]int32{}
	for i := range sorted {
		deals[i] = compileDeal(&sorted[i])
		for _, sku := range sorted[i].On.SKUs {
			bySKU[sku] = append(bySKU[sku], int32(i))
		}
		for _, category := range sorted[i].On.Categories {
			byCategory[category] = append(byCategory[category], int32(i))
		}
	}
	index := make([][]int32, len(items))
	for code, item := range items {
		path := fmt.Sprintf("items[%d].", code)
		faults.Text(path+"sku", item.SKU)
		faults.Text(path+"category", item.Category)
		if item.Spend < 0 || item.Spend > maxMinor {
			faults.Add(path+"spend", item.Spend, fmt.Sprintf("is 0 to %d", int64(maxMinor)))
		}
		var found []int32
		if item.SKU != "" {
			found = append(found, bySKU[item.SKU]...)
		}
		if item.Category != "" {
			found = append(found, byCategory[item.Category]...)
		}
		slices.Sort(found)
		index[code] = slices.DeleteFunc(slices.Compact(found), func(i int32) bool { return !covers(sorted[i].On, item) })
	}
	return deals, index
}

// covers says whether a deal that names the item's sku or category is on it. A deal on
// the store brand of a category is on part of the category, so the category may be listed
// with it.
func covers(on promo.On, item Item) bool {
	if item.SKU == "" {
		return true
	}
	return (on.Kind == customer.UnknownBrand || on.Kind == item.Kind) && !slices.Contains(on.Except, item.SKU)
}

func compileDeal(offer *promo.Offer) deal {
	compiled := deal{
		offer: offer.ID, permille: offer.Gives.Permille, budget: offer.Limits.Budget,
		period: [2]customer.Date{offer.When.From, offer.When.Until},
	}
	funds := slices.Clone(offer.Funds)
	slices.SortFunc(funds, func(a, b promo.Fund) int { return cmp.Compare(a.By, b.By) })
	shop := int64(1000)
	for _, fund := range funds {
		compiled.by = append(compiled.by, fund.By)
		compiled.weights = append(compiled.weights, int64(fund.Permille))
		shop -= int64(fund.Permille)
	}
	if shop > 0 {
		compiled.by, compiled.weights = append(compiled.by, ""), append(compiled.weights, shop)
	}
	return compiled
}

// checkDeal notes what a list could not keep: it gives coupons of a share of the price,
// on named products and categories, and knows what is expected to be taken off.
func checkDeal(faults *customer.Faults, path string, rules *ListRules, offer *promo.Offer) {
	faults.Name(path+"id", offer.ID)
	if id := couponID(rules.Name(), customer.MaxDate, offer.ID); len(id) > customer.MaxText {
		faults.Add(path+"id", offer.ID, fmt.Sprintf("leaves a coupon's ID, %s, within %d bytes", couponID("list/1", customer.MaxDate, "…"), customer.MaxText))
	}
	if !offer.Who.Coupon {
		faults.Add(path+"who.coupon", offer.Who.Coupon, "is true: a list gives the right to the deal")
	}
	if len(offer.Who.Lists) > 0 {
		faults.Add(path+"who.lists", offer.Who.Lists, "is empty: whoever has the coupon has the deal")
	}
	if len(offer.On.SKUs)+len(offer.On.Categories) == 0 {
		faults.Add(path+"on", "", "names skus or categories")
	}
	gives := offer.Gives
	if !gives.Amount.IsZero() || !gives.Price.IsZero() || !gives.Points.IsZero() {
		faults.Add(path+"gives", "", "gives permille and nothing else: that is what the ladder scales")
	}
	faults.Within(path+"gives.permille", gives.Permille, max(1, rules.MinPermille), 1000)
	if from, until := offer.When.From, offer.When.Until; until != 0 && until <= from {
		faults.Add(path+"when.until", until, "is after from")
	}
	sum, bearers := 0, map[string]bool{}
	for i, fund := range offer.Funds {
		at := fmt.Sprintf("%sfunds[%d].", path, i)
		faults.Name(at+"by", fund.By)
		if bearers[fund.By] {
			faults.Add(at+"by", fund.By, "is named once")
		}
		bearers[fund.By] = true
		faults.Within(at+"permille", fund.Permille, 1, 1000)
		sum += min(max(fund.Permille, 0), 1001)
	}
	if sum > 1000 {
		faults.Add(path+"funds", sum, "are at most 1000 ‰ together")
	}
}

// valid returns the days of a list on which the deal is current; from is not before until
// where there are none.
func (d *deal) valid(from, until customer.Date) (customer.Date, customer.Date) {
	from = max(from, d.period[0])
	if d.period[1] != 0 {
		until = min(until, d.period[1])
	}
	return from, until
}

// couponID is unique for the customer: a book makes one list a day, with an offer at most
// once.
func couponID(book string, on customer.Date, offer string) string {
	return book + "/" + on.String() + "/" + offer
}
