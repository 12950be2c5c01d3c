package loyalty_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// The liability in points, with the figures of IFRS 15, Illustrative Example 52: sales of
// 100,000 give 10,000 points worth 1 each, of which 95 % should be redeemed.
func ExampleContract() {
	contract, err := loyalty.Contract{}.Allocate(100_000, 100_000, 10_000, 10_000, 950)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("deferred:", contract.Liability())
	for _, year := range []struct{ redeemed, expected int64 }{{4_500, 9_500}, {4_000, 9_700}} {
		var revenue int64
		if contract, revenue, err = contract.Release(year.redeemed, year.expected); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("revenue:", revenue, "still owed:", contract.Liability())
	}
	// Output:
	// deferred: 8676
	// revenue: 4110 still owed: 4566
	// revenue: 3493 still owed: 1073
}

// What a customer asks about her points: what moved in a month, and what she loses when
// she does nothing.
func ExampleProgram_Statement() {
	program, err := loyalty.NewProgram(loyalty.Rules{
		Edition: customer.Edition{ID: "card", Version: 1}, Zone: "UTC",
		Currency:  customer.Currency{Code: "EUR", Digits: 2},
		Base:      []loyalty.Portion{loyalty.Goods, loyalty.Tax},
		Earnings:  []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("1"), Full: true}}},
		Expiry:    loyalty.Expiry{Months: 3, To: loyalty.EndOfQuarter},
		Tender:    &loyalty.Tender{Points: number("100"), Worth: number("1"), Multiple: number("10"), MostPermille: 1000},
		Shortfall: loyalty.Owe,
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	var account loyalty.Account
	var history []loyalty.Entry // a host reads it from its store
	book := func(decision loyalty.Decision, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		account, history = decision.Next, append(history, decision.Entries...)
	}
	buy := func(ref, paid string, at time.Time) {
		book(program.Earn(account, loyalty.Receipt{Purchase: customer.Purchase{
			Ref: ref, Customer: "c-1", At: at, Currency: customer.Currency{Code: "EUR", Digits: 2},
			Lines: []customer.Line{{SKU: "tea", Quantity: number("1"), Paid: decimal.NewNullDecimal(number(paid))}},
		}}))
	}
	april := time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)
	buy("r-1", "120.00", april.AddDate(0, 0, -20))
	buy("r-2", "75.50", april)
	book(program.Redeem(account, loyalty.Spending{Ref: "p-1", At: april.AddDate(0, 0, 5), Points: number("80")}))

	first, _ := customer.NewDate(2026, time.April, 1)
	statement, err := program.Statement(history, population.Period{From: first, Until: first.AddMonths(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("opening:", statement.Opening.In(loyalty.Member))
	for _, entry := range statement.Entries {
		fmt.Println(" ", entry.At.Format("2 Jan"), entry.Ref, entry.Kind, entry.Points)
	}
	fmt.Println("closing:", statement.Closing.In(loyalty.Member))
	for _, lapse := range account.Lapsing(customer.MaxDate) {
		fmt.Println(lapse.Points, "through", lapse.On)
	}
	// Output:
	// opening: 120
	//   2 Apr r-2 earned 75
	//   7 Apr p-1 spent 80
	// closing: 115
	// 40 through 2026-06-30
	// 75 through 2026-09-30
}
