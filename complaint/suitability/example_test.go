package suitability_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
)

// A pensioner of 63 was sold a fund for all that she had saved. Every mark that the sale missed
// is told, at the sale as at the complaint.
//
// row A30.
func ExampleBook_Assess() {
	rules, err := suitability.New(suitability.Rules{
		Edition: customer.Edition{ID: "sales", Version: 3},
		Bands: []suitability.Band{
			{Risk: 2},
			{Risk: 5, MaxAge: 60, NotIncomes: []string{"pension"}, MaxSavingsPermille: 300, WithinHorizon: true},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	sold, err := customer.NewDate(2025, time.November, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	born, err := customer.NewDate(1962, time.March, 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	her := suitability.Profile{Age: suitability.Age(born, sold), Income: "pension", SavingsPermille: 1000, Horizon: 24}
	for _, product := range []suitability.Product{{ID: "deposit", Risk: 1, Term: 12}, {ID: "QDII", Risk: 5}} {
		verdict, err := rules.Assess(product, her, sold)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(product.ID, verdict.Suits)
		for _, missed := range verdict.Missed {
			fmt.Println("   ", suitability.Explain(missed, customer.English))
		}
	}
	// Output:
	// deposit true
	// QDII false
	//     her age for QDII: 63, at most 60
	//     an income of the kind pension cannot bear the risk
	//     the share of her savings in QDII: 100 %, at most 30 %
}
