package segment_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// row C6, C4: does she spend most of what a household needs every day here? A household
// panel says what that is; her receipts of three months say what of it she buys here.
func ExampleBasket() {
	rules, err := segment.ParseBasketRules([]byte(`{
		"id": "daily-needs", "version": 1, "window_days": 90, "most_at_permille": 600,
		"categories": [
			{"category": "meat", "weight": 450, "min_days": 6},
			{"category": "milk", "weight": 300, "min_days": 8},
			{"category": "bread", "weight": 150, "min_days": 8},
			{"category": "cheese", "weight": 100, "min_days": 3}
		]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	basket, err := segment.NewBasket(rules, []string{"bread", "cheese", "meat", "milk"}) // Coder.Categories
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := basket.Cover([]segment.Counts{ // of a Tally over rules.Period
		{Category: 0, Days: 11}, {Category: 1, Days: 4}, {Category: 3, Days: 12}, // bread, cheese, milk
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("most of it:", answer.Most)
	for _, reason := range answer.Reasons {
		fmt.Println("  -", segment.Explain(reason, customer.English))
	}
	// Output:
	// most of it: false
	//   - buys 3 of the 4 categories of an expected household basket here
	//   - categories worth 55 % of the expected basket, below 60 % where most of it begins
	//   - purchases in this shop only: what she buys elsewhere is unknown, so this is no share of wallet
	//   - meat: bought here on 0 days, 6 needed
}
