package loyalty_test

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
)

// A drugstore's card: a point for every full 10.00, worth 0.10 each, through the end of
// the twelfth month. Each request is booked exactly once, whatever is sent again.
func Example() {
	program, err := loyalty.NewProgram(loyalty.Rules{
		Edition:    customer.Edition{ID: "card", Version: 1},
		Zone:       "UTC",
		Currency:   customer.Currency{Code: "CNY", Digits: 2},
		Base:       []loyalty.Portion{loyalty.Goods, loyalty.Tax},
		Earnings:   []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("10"), Full: true}}},
		Expiry:     loyalty.Expiry{Months: 12, To: loyalty.EndOfMonth},
		Tender:     &loyalty.Tender{Points: number("1"), Worth: number("0.10"), Multiple: number("1"), MostPermille: 500},
		ReturnDays: 30,
		Shortfall:  loyalty.Owe,
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	store := new(journal.Mem[customer.ID, loyalty.Account, loyalty.Entry])
	book := func(verb, ref string, fact journal.Fact, decide func(loyalty.Account) (loyalty.Decision, error)) {
		key, err := journal.Key(verb, ref)
		if err != nil {
			fmt.Println(err)
			return
		}
		outcome, err := journal.Run(context.Background(), store, "c-1", key, fact, decide)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %s: %s, %d points\n", verb, ref, outcome.Result, outcome.State.Balances.In(loyalty.Member))
		for _, reason := range outcome.Decision.Reasons {
			fmt.Println("  -", program.Explain(reason, customer.English))
		}
	}

	noon := time.Date(2026, time.November, 11, 12, 0, 0, 0, time.UTC)
	sale := loyalty.Receipt{Purchase: customer.Purchase{
		Ref: "r-1", Customer: "c-1", At: noon, Currency: customer.Currency{Code: "CNY", Digits: 2},
		Lines: []customer.Line{
			{SKU: "shampoo", Quantity: number("2"), Paid: decimal.NewNullDecimal(number("59.80"))},
			{SKU: "lipstick", Quantity: number("1"), Paid: decimal.NewNullDecimal(number("128.00"))},
		},
	}}
	earn := func(a loyalty.Account) (loyalty.Decision, error) { return program.Earn(a, sale) }
	book("earn", "r-1", sale, earn)
	book("earn", "r-1", sale, earn) // the till heard no answer and sends it again

	pay := loyalty.Spending{Ref: "p-1", At: noon.AddDate(0, 0, 7), Points: number("8"), Sale: "r-2", Bill: number("40.00")}
	book("redeem", "p-1", pay, func(a loyalty.Account) (loyalty.Decision, error) { return program.Redeem(a, pay) })

	back := customer.Return{Ref: "b-1", Sale: "r-1", Customer: "c-1", At: noon.AddDate(0, 0, 9), Lines: []customer.ReturnLine{
		{SaleLine: 2, Line: customer.Line{SKU: "lipstick", Quantity: number("1")}},
	}}
	book("return", "b-1", back, func(a loyalty.Account) (loyalty.Decision, error) { return program.Return(a, back) })
	// Output:
	// earn r-1: booked, 18 points
	//   - 18 points by card/1 base
	// earn r-1: replayed, 18 points
	//   - 18 points by card/1 base
	// redeem p-1: booked, 10 points
	//   - 8 points are worth 0.80 CNY
	// return b-1: booked, 0 points
	//   - 10 of 12 points are taken from what the sale gave
	//   - 2 of 12 points are owed, since those of the sale are spent; the next points repay them
}

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }
