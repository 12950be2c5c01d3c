package entitlement_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// A pair of shoes for 1498 yuan is brought back on the sixth day. The law of this example is
// test data: read the primary text before you write yours. Rows A45, A62.
func Example() {
	book, err := entitlement.New(entitlement.Rules{
		Edition:  customer.Edition{ID: "shoes", Version: 1},
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Terms: []entitlement.Terms{
			{
				ID: "law", Source: "三包: 7 days, 15 days", Categories: []string{"shoes"},
				Grants: []entitlement.Grant{
					{ID: "return", Remedy: entitlement.Return, Defects: []string{"colour"}, Proof: true, Window: entitlement.Window{Days: 7, Counted: entitlement.FromPurchase}},
					{ID: "exchange", Remedy: entitlement.Exchange, Defects: []string{"colour"}, Proof: true, Window: entitlement.Window{Days: 15, Counted: entitlement.FromPurchase}},
				},
			},
			{
				ID: "shop", Source: "our promise at the till",
				Grants: []entitlement.Grant{{
					ID: "month", Remedy: entitlement.Return, Unused: true, Refund: calendar.Budget{WorkingDays: 2},
					Window: entitlement.Window{Days: 30, Counted: entitlement.FromPurchase},
				}},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	bought, _ := customer.ParseDate("2011-11-26")
	complained, _ := customer.ParseDate("2011-12-02")
	rights, err := book.Of(entitlement.Item{Category: "shoes", Bought: bought, PriceMinor: 149_800, Proof: true, Defect: "colour"}, complained)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("day %d\n", rights.Age)
	for _, right := range rights.Open() {
		fmt.Printf("%s by %s/%s\n", right.Remedy, right.Terms, right.Grant)
		for _, reason := range right.Because {
			fmt.Println("  ", book.Explain(reason, customer.English))
		}
	}
	// Output:
	// day 6
	// return by law/return
	//    day 6 of 7, counted from 26 Nov 2011, up to 3 Dec 2011
	//    a fault of this kind opens it: colour
	//    at least as good for the customer as shoes/1/shop/month
	// exchange by law/exchange
	//    day 6 of 15, counted from 26 Nov 2011, up to 11 Dec 2011
	//    a fault of this kind opens it: colour
}

// A maker repairs a watch for ten years and a shop its strap for three months; the case is good
// for life. Time at the repairer does not count. After two years the owner wants her money back
// and pays for the use that she has had. Row A63.
func ExampleBook_Of() {
	book, err := entitlement.New(entitlement.Rules{
		Edition:  customer.Edition{ID: "watches", Version: 4},
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Terms: []entitlement.Terms{{
			ID: "maker", Brands: []string{"North"},
			Grants: []entitlement.Grant{
				{ID: "movement", Remedy: entitlement.Repair, Defects: []string{"performance"}, Window: entitlement.Window{Years: 10, Counted: entitlement.FromPurchase, RepairsProlong: true}},
				{ID: "strap", Remedy: entitlement.Repair, Defects: []string{"strap"}, Window: entitlement.Window{Months: 3, Counted: entitlement.FromPurchase}},
				{ID: "case", Remedy: entitlement.Repair, Defects: []string{"case"}, Window: entitlement.Window{Lifetime: true, Counted: entitlement.FromPurchase}},
				{
					ID: "money-back", Remedy: entitlement.Return, Window: entitlement.Window{Years: 10, Counted: entitlement.FromPurchase},
					Trouble: entitlement.Trouble{FailedRepairs: 2},
					Fee:     entitlement.Fee{DailyPermille: decimal.RequireFromString("0.5"), MostPermille: 300, Rounding: entitlement.Floor},
				},
			},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	on := func(text string) customer.Date {
		day, _ := customer.ParseDate(text)
		return day
	}
	watch := entitlement.Item{
		Brand: "North", Bought: on("2024-02-29"), PriceMinor: 880_000, Proof: true, Defect: "performance",
		Repairs: []entitlement.Fix{
			{From: on("2025-06-01"), To: on("2025-06-10"), Failed: true},
			{From: on("2025-07-01"), To: on("2025-07-20"), Failed: true},
		},
	}
	rights, err := book.Of(watch, on("2026-03-01"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, right := range rights.Open() {
		fmt.Println(right.Remedy, right.Grant, "up to", right.Until, "refund", right.RefundMinor)
		for _, reason := range right.Because {
			if reason.Code != entitlement.CodeBetter {
				fmt.Println("  ", book.Explain(reason, customer.English))
			}
		}
	}
	// Output:
	// return money-back up to 2034-02-28 refund 616000
	//    day 731 of 3652, counted from 29 Feb 2024, up to 28 Feb 2034
	//    no reason is needed
	//    2 repairs failed, 2 needed
	//    701 days of use since 29 Feb 2024, 30 days at the repairer left out
	//    a fee for use of 2640.00 CNY on a price of 8800.00 CNY
	//    0.05 % of the price a day, 0 days free
	//    at most 30 % of the price
	// repair movement up to 2034-03-30 refund 0
	//    day 731 of 3682, counted from 29 Feb 2024, up to 30 Mar 2034
	//    30 days at the repairer left out, so up to 30 Mar 2034
	//    a fault of this kind opens it: performance
}
