package segment_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// row C2: how often, by whom, and how exclusively is each brand of a category bought? The
// shop's list says which brand a till's text means; here the lines stand in any order.
func ExampleBrandShares() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	categories, err := segment.NewCoder(chainRules(), berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	coder, err := segment.NewBrandShareCoder(segment.BrandShareRules{
		Edition: customer.Edition{ID: "pain-brands", Version: 1},
		Brands: []segment.BrandShareBrand{
			{ID: "our own", Kind: customer.StoreBrand},
			{ID: "the others", Kind: customer.NationalBrand},
		},
	}, categories)
	if err != nil {
		fmt.Println(err)
		return
	}
	period := population.Period{From: mustDay("2026-01-01"), Until: mustDay("2026-07-01")}
	tally := segment.NewTally[customer.ID](period)
	for _, receipt := range receipts(berlin) {
		lines, err := coder.Sale(nil, receipt)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := tally.Add(lines...); err != nil {
			fmt.Println(err)
			return
		}
	}
	shares := segment.NewBrandShares(period, len(coder.Brands())-1)
	for _, counts := range tally.All() {
		if err := shares.Add(counts); err != nil {
			fmt.Println(err)
			return
		}
	}
	category := shares.Category(0)
	fmt.Printf("%s: %d buyers, %d purchases\n", categories.Categories()[0], category.Buyers, category.Occasions)
	for _, brand := range category.Brands {
		scr, _ := customer.Permille(brand.Occasions, brand.CategoryOccasions)
		fmt.Printf("%s: %d buyers (%d buy nothing else), %d of their %d purchases: %s\n", coder.Brands()[brand.Brand],
			brand.Buyers, brand.SoleBuyers, brand.Occasions, brand.CategoryOccasions, customer.English.Percent(scr))
	}
	// Output:
	// non-aspirin: 3 buyers, 6 purchases
	// our own: 2 buyers (0 buy nothing else), 3 of their 5 purchases: 60 %
	// the others: 3 buyers (1 buy nothing else), 3 of their 6 purchases: 50 %
}

// row C1: buyers of the shop's own soup take 62 % of their soup from it, buyers of the
// national brands 88 %. That is no verdict: smaller brands have less loyal buyers by nature.
// What is normal for a brand of its size says whether the shop's own brand has a problem.
func ExampleDirichletGauge() {
	gauge, err := segment.NewDirichletGauge(segment.DirichletRules{
		Edition:   customer.Edition{ID: "brand-loyalty", Version: 1},
		MinBuyers: 30, UnusualFromPermille: 50,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	soup := segment.BrandShareCategory{ // of BrandShares.Category
		Buyers: 764, Occasions: 1294,
		Brands: []segment.BrandShare{
			{Brand: 1, Buyers: 661, Occasions: 1022, CategoryOccasions: 1165, SoleBuyers: 565},
			{Brand: 2, Buyers: 199, Occasions: 272, CategoryOccasions: 441, SoleBuyers: 103},
		},
	}
	model, brands, err := gauge.Compare(soup, 2377) // households with a card
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("S = %.2f\n", model.S)
	for _, brand := range brands {
		fmt.Printf("brand %d: %.2f purchases per buyer where %.2f are expected, loyalty %s\n",
			brand.Brand, brand.Observed.Purchases, brand.Expected.Purchases, brand.Loyalty)
		for _, reason := range brand.Reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
		}
	}
	// Output:
	// S = 1.25
	// brand 1: 1.55 purchases per buyer where 1.60 are expected, loyalty as-expected
	//   - the brand has 78.9 % of the category's purchases
	//   - 1022 of the 1165 category purchases that its buyers made here are of the brand
	//   - the brand has a penetration that no S of the model gives it: it took no part in the fit
	//   - share of requirements 87.7 %, about the 91 % expected of a brand of its size
	// brand 2: 1.37 purchases per buyer where 1.37 are expected, loyalty below
	//   - the brand has 21 % of the category's purchases
	//   - 272 of the 441 category purchases that its buyers made here are of the brand
	//   - share of requirements 61.6 % where 69.1 % is expected of a brand of its size: unusually disloyal
}
