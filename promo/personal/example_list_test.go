package personal_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

// receipts are half a year of a corner shop with two regular customers. c-1 buys milk
// every week, on Sundays twice a day, coffee every four weeks, and dog food every three;
// c-2, who shops on Mondays, buys milk every two weeks, and soap.
func receipts() []customer.Purchase {
	first := time.Date(2026, time.May, 31, 9, 30, 0, 0, time.UTC)
	var all []customer.Purchase
	buy := func(who customer.ID, at time.Time, skus ...string) {
		sale := customer.Purchase{Ref: fmt.Sprintf("till-1/%06d", len(all)+1), Customer: who, At: at}
		for _, sku := range skus {
			sale.Lines = append(sale.Lines, customer.Line{SKU: sku, Quantity: decimal.NewFromInt(1)})
		}
		all = append(all, sale)
	}
	for week := range 25 {
		sunday := first.AddDate(0, 0, 7*week)
		basket := []string{"milk-1l"}
		if week%4 == 2 {
			basket = append(basket, "coffee-500g")
		}
		if week%3 == 0 {
			basket = append(basket, "dog-food-5kg")
		}
		buy("anna", sunday, basket...)
		buy("anna", sunday.Add(8*time.Hour), "milk-2l")
		if week%2 == 0 {
			buy("ben", sunday.AddDate(0, 0, 1), "milk-2l")
		}
		if week%10 == 9 {
			buy("ben", sunday.AddDate(0, 0, 1), "soap")
		}
	}
	return all
}

// row E2, D10: from receipts to the list that is printed for c-1: what she is about to
// need, and of that what is on offer this fortnight.
func Example() {
	// Categories say which products serve the same need.
	product := func(sku string) segment.Product {
		return segment.Product{SKU: sku, BaseUnits: decimal.NewFromInt(1)}
	}
	coder, err := segment.NewCoder(segment.Rules{
		Edition: customer.Edition{ID: "categories", Version: 1},
		Zone:    "UTC", WindowDays: 90, MinBuys: 2,
		Brand: segment.Stated, StoreAtPermille: 700, NationalAtPermille: 700, Usage: segment.Terciles,
		Categories: []segment.Category{
			{ID: "coffee", Version: 1, Products: []segment.Product{product("coffee-500g")}},
			{ID: "dog food", Version: 1, Products: []segment.Product{product("dog-food-5kg")}},
			{ID: "milk", Version: 1, Products: []segment.Product{product("milk-1l"), product("milk-2l")}},
			{ID: "soap", Version: 1, Products: []segment.Product{product("soap")}},
		},
	}, time.UTC)
	if err != nil {
		panic(err)
	}

	// Receipts become visits.
	var diary lifecycle.Diary[customer.ID]
	var lines []population.Line[customer.ID]
	for _, sale := range receipts() {
		if lines, err = coder.Sale(lines[:0], sale); err != nil {
			panic(err)
		}
		if err := diary.Add(lines...); err != nil {
			panic(err)
		}
	}

	// Visits become what the population is used to.
	today, _ := customer.NewDate(2026, time.November, 20)
	var habits lifecycle.Habits
	popular := personal.NewPopularity(population.Period{From: today.AddDays(-90), Until: today})
	for _, visits := range diary.All() {
		if err := habits.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
		if err := popular.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
	}

	// And that becomes a list.
	planner, err := personal.NewPlanner(personal.Rules{
		Edition: customer.Edition{ID: "fortnightly-list", Version: 1},
		Rhythm: lifecycle.RhythmRules{
			Edition:   customer.Edition{ID: "rhythm", Version: 1},
			PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7,
		},
		HorizonDays: 14, HalfLifeDays: 90, PriorTrips: 4, MaxLines: 10, NewItems: 1,
	}, &habits, popular)
	if err != nil {
		panic(err)
	}
	list, err := planner.Due(diary.Visits("anna"), today)
	if err != nil {
		panic(err)
	}
	categories, offers := coder.Categories(), []string{"coffee", "milk", "soap"}
	for _, due := range list {
		category := categories[due.Item]
		if !slices.Contains(offers, category) {
			continue // due, but nothing to offer
		}
		fmt.Println(category)
		for _, reason := range due.Reasons {
			fmt.Println("  -", personal.Explain(reason, customer.English))
		}
	}
	// Output:
	// milk
	//   - every 7 days, last on 15 Nov, due on 22 Nov
	//   - bought on 25 days, 13 of them since 22 Aug
	//   - on 95.2 % of recent trips
	// coffee
	//   - every 28 days, last on 1 Nov, due on 29 Nov
	//   - bought on 6 days, 3 of them since 22 Aug
	//   - on 14.2 % of recent trips
	// soap
	//   - new to her; on 4.7 % of recent trips
}
