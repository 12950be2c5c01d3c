package segment_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// A shop grades its products by what it earns on them over a year, tax taken out of its
// prices. row C22.
func ExampleProductGrades() {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	grades, err := segment.NewProductGrades(segment.ProductGradeRules{
		Edition: customer.Edition{ID: "margins", Version: 1}, Zone: "Europe/Berlin",
		Currency: customer.Currency{Code: "EUR", Digits: 2}, By: segment.GradeByMargin,
		Bands: []segment.ProductGradeBand{{Grade: "A", FromPermille: 400}, {Grade: "B", FromPermille: 200}},
		Rest:  "C",
	}, berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	year := grades.Tally(population.Period{From: mustDay("2026-01-01"), Until: mustDay("2027-01-01")})
	sold := func(sku, paid, cost string) customer.Line {
		line := customer.Line{
			SKU: sku, Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.RequireFromString(paid)),
			Tax: customer.Tax{Rate: decimal.RequireFromString("0.19")},
		}
		if cost != "" {
			line.Cost = decimal.NewNullDecimal(decimal.RequireFromString(cost))
		}
		return line
	}
	err = year.Sale(customer.Purchase{
		Ref: "till-1/77", At: time.Date(2026, time.May, 4, 12, 0, 0, 0, berlin), Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.Line{sold("laptop", "1190.00", "850.00"), sold("bag", "59.50", "30.00"), sold("repair", "40.00", "")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for sku, figures := range year.All() {
		grade, reasons, err := grades.Grade(figures, mustDay("2027-01-04"))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %q\n", sku, grade)
		for _, reason := range reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
		}
	}
	// Output:
	// bag: "A"
	//   - profit of 2000 minor units on a revenue of 5000
	//   - margins/1 A: margin 40 %, reached from 40 %
	// laptop: "C"
	//   - profit of 15000 minor units on a revenue of 100000
	//   - not margins/1 B: margin 15 %, reached from 20 %
	// repair: ""
	//   - no grade: none of the 1 lines sold has its price, cost and quantity
}

// Two salespeople share the commission on three bags; one bag comes back, then the others.
// The insurance that nobody checked against the customer's needs earns nothing.
// row C22.
func ExampleCommissionPlan() {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	euro := customer.Currency{Code: "EUR", Digits: 2}
	plan, err := segment.NewCommissionPlan(segment.CommissionRules{
		Edition: customer.Edition{ID: "sales-floor", Version: 4}, Zone: "Europe/Berlin",
		Currency: euro, Basis: segment.CommissionOnRevenue,
		Rates: []segment.CommissionRate{
			{Grade: "A", RatePer100000: 5_000}, // 5 %
			{Grade: "C", RatePer100000: 500},
			{Grade: "insurance", RatePer100000: 20_000, SuitabilityFirst: true},
		},
	}, berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	sold := segment.CommissionSale{
		Purchase: customer.Purchase{
			Ref: "till-1/78", At: time.Date(2026, time.May, 30, 18, 0, 0, 0, berlin), Currency: euro,
			Lines: []customer.Line{
				{SKU: "bag", Quantity: decimal.NewFromInt(3), Paid: decimal.NewNullDecimal(decimal.RequireFromString("100.10"))},
				{SKU: "theft-insurance", Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.RequireFromString("60.00"))},
			},
		},
		Sold: []segment.CommissionLine{
			{Line: 1, Grade: "A", Sellers: []segment.CommissionSeller{{Seller: "s-12", Share: 2}, {Seller: "s-07", Share: 1}}},
			{Line: 2, Grade: "insurance", Sellers: []segment.CommissionSeller{{Seller: "s-12", Share: 1}}},
		},
	}
	decision, err := plan.Sale(segment.CommissionBook{}, sold)
	if err != nil {
		fmt.Println(err)
		return
	}
	statement := plan.Statement(population.Period{From: mustDay("2026-05-01"), Until: mustDay("2026-07-01")})
	tell := func(decision segment.CommissionDecision) {
		for _, reason := range decision.Reasons {
			fmt.Println(segment.Explain(reason, customer.English))
		}
		for _, entry := range decision.Entries {
			if entry.Seller != "" {
				fmt.Printf("  %s line %d %s %d\n", entry.Kind, entry.Line, entry.Seller, entry.Minor)
			}
		}
		err = errors.Join(err, statement.Add(decision.Entries...))
	}
	tell(decision)
	for i, bags := range []int64{1, 2} {
		back := customer.Return{
			Ref: fmt.Sprintf("till-1/9%d", i), Sale: "till-1/78", At: sold.At.AddDate(0, 0, 1+i),
			Lines: []customer.ReturnLine{{SaleLine: 1, Line: customer.Line{SKU: "bag", Quantity: decimal.NewFromInt(bags)}}},
		}
		if decision, err = decision.Next.Return(back); err != nil {
			fmt.Println(err)
			return
		}
		tell(decision)
	}
	for _, total := range statement.Totals() {
		fmt.Println(total.Seller, total.Earned, total.TakenBack, total.Minor())
	}
	fmt.Println(err)
	// Output:
	// sales-floor/4 A: 500 minor units of commission on 10010
	// no commission on line 2: whether it suits the customer was not checked first
	//   earned line 1 s-12 333
	//   earned line 1 s-07 167
	// 166 of the 500 minor units of commission on the line are taken back
	//   taken-back line 1 s-12 -111
	//   taken-back line 1 s-07 -55
	// 334 of the 500 minor units of commission on the line are taken back
	//   taken-back line 1 s-12 -222
	//   taken-back line 1 s-07 -112
	// s-07 167 -167 0
	// s-12 333 -333 0
	// <nil>
}

// A fund was sold to a pensioner after a check that did not ask what she lives on. Her
// complaint finds that out; the adviser's commission is taken back, though she keeps the fund.
// row C22, A30.
func ExampleCommissionBook_Deny() {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	plan, err := segment.NewCommissionPlan(segment.CommissionRules{
		Edition: customer.Edition{ID: "advisers", Version: 1}, Zone: "UTC", Currency: euro, Basis: segment.CommissionOnRevenue,
		Rates: []segment.CommissionRate{{Grade: "fund", RatePer100000: 1_500, SuitabilityFirst: true}},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	sold, err := plan.Sale(segment.CommissionBook{}, segment.CommissionSale{
		Purchase: customer.Purchase{
			Ref: "branch-3/55", At: time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC), Currency: euro,
			Lines: []customer.Line{{SKU: "fund", Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.NewFromInt(50_000))}},
		},
		Sold: []segment.CommissionLine{{
			Line: 1, Grade: "fund", Suitability: segment.SuitabilityFound, Sellers: []segment.CommissionSeller{{Seller: "s-4", Share: 1}},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	denied, err := sold.Next.Deny(segment.CommissionDenial{
		Ref: "case-19", Sale: "branch-3/55", At: time.Date(2026, time.July, 1, 9, 0, 0, 0, time.UTC), Lines: []int{1},
	})
	for _, reason := range append(sold.Reasons, denied.Reasons...) {
		fmt.Println(segment.Explain(reason, customer.English))
	}
	fmt.Println(err)
	// Output:
	// advisers/1 fund: 75000 minor units of commission on 5000000
	// no commission on line 1: it was found not to suit the customer
	// 75000 of the 75000 minor units of commission on the line are taken back
	// <nil>
}

func stageRules() segment.ProductStageRules {
	return segment.ProductStageRules{
		Edition: customer.Edition{ID: "life", Version: 1}, WindowMonths: 3, IntroductionMonths: 7, GoneMonths: 3,
		MinUnits:            decimal.NewFromInt(200),
		GrowthEnterPermille: 200, GrowthLeavePermille: 50, DeclineEnterPermille: 200, DeclineLeavePermille: 50,
		StayMonths: 2,
	}
}

// An ice cream sells little in winter. Held against the winter before, that is no decline;
// and the shop tells whoever makes its own brand how it is asked for.
// row C10, E14.
func ExampleProductStages() {
	stages, err := segment.NewProductStages(stageRules())
	if err != nil {
		fmt.Println(err)
		return
	}
	const iceCream = 7
	tally := segment.NewProductStageTally[uint32](population.Period{From: mustDay("2024-01-01"), Until: mustDay("2026-01-01")})
	for month := range 19 { // from May 2024 on
		day := mustDay("2024-05-15").AddMonths(month)
		packs := int64(500)
		if _, of, _ := day.Civil(); of >= time.October || of <= time.March {
			packs = 100 + int64(month)
		}
		err = errors.Join(err, tally.Add(population.Line[uint32]{Item: iceCream, Day: day, Kind: customer.StoreBrand, Units: packs * 1000}))
	}
	facts := tally.Facts(iceCream)
	standing, reasons, refused := stages.Assess(facts, segment.ProductStageStanding{}, mustDay("2025-12-03"))
	fmt.Println(standing.Stage, "since", standing.Since, errors.Join(err, refused))
	for _, reason := range reasons {
		fmt.Println("  -", segment.Explain(reason, customer.English))
	}
	fmt.Println("own brand, last months:")
	for _, month := range facts.Months[len(facts.Months)-3:] {
		fmt.Println("  ", month.First, month.Bought.Store/1000)
	}
	// Output:
	// maturity since 2025-12-01 <nil>
	//   - on sale for 19 months, no longer new from 7
	//   - 735 units from 1 Sep 2025 on, 711 in the same months from 1 Sep 2024 on
	//   - change 3.3 %, below 20 % where growth begins
	//   - change 3.3 %, above -20 % where decline begins
	// own brand, last months:
	//    2025-09-01 500
	//    2025-10-01 117
	//    2025-11-01 118
}

func growthRules() segment.GrowthRules {
	return segment.GrowthRules{
		Edition: customer.Edition{ID: "growth", Version: 1}, Zone: "Europe/Berlin",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Classes:  []string{"restaurant", "private"}, Areas: []string{"harbour", "old-town", "station"},
		Bands:    []segment.GrowthBand{{ID: "day", FromMinute: 6 * 60, UntilMinute: 18 * 60}, {ID: "evening", FromMinute: 18 * 60, UntilMinute: 6 * 60}},
		MinBills: 2, MinCustomers: 0,
		MemberMarksPermille: []int{500, 750, 900},
	}
}

// A wholesaler compares the first half of March with that of the year before, by hour band
// and by area. At the station there was one bill a year ago: a small base, not ranked.
// row B9, B10, C8.
func ExampleGrowthCensus_Compare() {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	book, err := segment.NewGrowthBook(growthRules(), berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	tally := segment.NewGrowthTally[customer.ID](book)
	sell := func(who customer.ID, at, area string, paid int64) {
		instant, wrong := time.ParseInLocation("2006-01-02 15:04", at, berlin)
		bill, wrong2 := book.Sale(customer.Purchase{
			Ref: at, Customer: who, At: instant, Currency: customer.Currency{Code: "EUR", Digits: 2},
			Lines: []customer.Line{{SKU: "s", Paid: decimal.NewNullDecimal(decimal.NewFromInt(paid))}},
		}, "restaurant", area)
		err = errors.Join(err, wrong, wrong2, tally.Add(who, bill))
	}
	sell("c-1", "2025-03-03 09:00", "harbour", 100)
	sell("c-2", "2025-03-04 10:00", "harbour", 100)
	sell("c-1", "2025-03-05 19:30", "old-town", 100)
	sell("", "2025-03-06 23:30", "old-town", 50)
	sell("c-3", "2025-03-07 17:59", "station", 10)
	sell("c-3", "2025-03-20 12:00", "station", 999) // after the span that is compared

	sell("c-1", "2026-03-03 09:00", "harbour", 150)
	sell("c-2", "2026-03-03 18:00", "harbour", 90)
	sell("c-1", "2026-03-04 20:00", "old-town", 130)
	sell("c-4", "2026-03-04 20:00", "old-town", 35)
	sell("", "2026-03-05 12:00", "station", 70)

	span, wrong := population.PeriodMonth.Span(mustDay("2026-03-01"), mustDay("2026-03-16"))
	census, wrong2 := tally.Census([]population.Period{span.Now, span.YearBefore}, book.Views())
	if err = errors.Join(err, wrong, wrong2); err != nil {
		fmt.Println(err)
		return
	}
	rows, err := census.Compare(span, segment.AgainstYearBefore, segment.GrowthOfSales)
	for _, row := range rows { // the total and the classes come first
		if row.View.Area+row.View.Band == "" {
			continue
		}
		fmt.Printf("%d. %s%s: %d ‰\n", row.Rank, row.View.Area, row.View.Band, row.Sales.Permille)
		if row.View.Area == "old-town" || row.Small {
			for _, reason := range row.Reasons {
				fmt.Println("  -", segment.Explain(reason, customer.English))
			}
		}
	}
	total, _ := census.Figures(span.Now, segment.GrowthView{})
	share, reasons := book.MemberShare(total)
	fmt.Println("members:", share.Sales, "of", share.AllSales, err)
	for _, reason := range reasons {
		fmt.Println("  -", segment.Explain(reason, customer.English))
	}
	// Output:
	// 1. evening: 700 ‰
	// 2. day: 47 ‰
	// 1. harbour: 200 ‰
	// 2. old-town: 100 ‰
	//   - to date: 15 days up to 15 Mar 2026, against 15 days up to 15 Mar 2025
	//   - sales less returns: 16500 minor units, 15000 then
	//   - bills: 2, 2 then
	//   - customers with a card: 2, 1 then
	//   - change 10 %
	//   - rank 2 of 2
	// 0. station: 6000 ‰
	//   - to date: 15 days up to 15 Mar 2026, against 15 days up to 15 Mar 2025
	//   - sales less returns: 7000 minor units, 1000 then
	//   - bills: 1, 1 then
	//   - customers with a card: 0, 1 then
	//   - change 600 %
	//   - small base, not ranked: bills then 1, needed 2
	// members: 40500 of 47500 <nil>
	//   - sales with a card: 40500 of 47500 minor units
	//   - bills with a card: 4 of 5
	//   - members' share of sales 85.2 %, at least 75 %
	//   - members' share of sales 85.2 %, below 90 %
}
