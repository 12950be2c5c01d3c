package promo_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// A rule file, a basket, and what it costs.
func Example() {
	rules, err := promo.ParseRules([]byte(`{
		"id": "autumn", "version": 3, "zone": "UTC", "currency": {"code": "EUR", "digits": 2},
		"offers": [
			{"id": "coffee-20", "on": {"categories": ["coffee"]}, "gives": {"permille": 200}},
			{"id": "three-pasta", "on": {"categories": ["pasta"]}, "needs": {"quantity": "3"}, "gives": {"amount": "0.50"}}
		]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	catalogue, err := promo.NewCatalogue(rules, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	amount := func(text string) decimal.NullDecimal {
		return decimal.NewNullDecimal(decimal.RequireFromString(text))
	}
	basket := promo.Basket{Lines: []customer.Line{
		{SKU: "espresso", Category: "coffee", Quantity: decimal.NewFromInt(2), ListPrice: amount("5.00")},
		{SKU: "penne", Category: "pasta", Quantity: decimal.NewFromInt(2), ListPrice: amount("1.79")},
	}}
	priced, err := catalogue.Price(basket, promo.Shopper{Customer: "c-1"}, time.Date(2026, 11, 25, 17, 30, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range priced.Lines {
		fmt.Println(line.Quantity, line.SKU, line.Paid.Decimal.StringFixed(2))
	}
	fmt.Println("saved", priced.Totals.Saved, "to pay", priced.Totals.Total)
	for _, look := range priced.Trace {
		for _, reason := range look.Missing {
			fmt.Println(catalogue.Explain(reason, customer.English))
			fmt.Println(catalogue.Explain(reason, customer.Chinese))
		}
	}
	// The paid receipt is the next purchase.
	fmt.Println(priced.Purchase("r-1", "north").Validate())
	// Output:
	// 2 espresso 8.00
	// 2 penne 3.58
	// saved 2 to pay 11.58
	// 1 more of category pasta for three-pasta
	// three-pasta还差1件品类pasta
	// <nil>
}

// Three units were 0.50 cheaper altogether. They come back in two steps.
func ExampleRun_Back() {
	run := promo.Run{Line: 1, Units: 3000, Offer: "deal", Saved: 50}
	first, _, _ := run.Back(0, 1000)
	rest, _, _ := run.Back(1000, 2000)
	fmt.Println(first, rest)
	_, _, err := run.Back(3000, 1000)
	fmt.Println(err)
	// Output:
	// 16 34
	// customer: refused by deal: promo.too-many
}
