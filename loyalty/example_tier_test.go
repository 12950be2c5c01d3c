package loyalty_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// Tiers go by what was bought and kept in a year. She is told what is missing, and until
// when; the purchase that reaches the mark lifts her at once.
func ExampleProgram_Progress() {
	program, err := loyalty.NewProgram(loyalty.Rules{
		Edition:  customer.Edition{ID: "club", Version: 1},
		Zone:     "UTC",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Base:     []loyalty.Portion{loyalty.Goods, loyalty.Tax},
		Earnings: []loyalty.Earning{
			{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("1"), Full: true}},
			{ID: "gold-rate", Times: number("1.5"), Rounding: loyalty.Floor, When: loyalty.When{Tiers: []string{"gold"}}},
		},
		ReturnDays: 30,
		Shortfall:  loyalty.Owe,
		Tiers: &loyalty.Tiers{
			Metric: loyalty.BySpend, Window: loyalty.Calendar, Months: 12, Down: loyalty.OneStep, GraceDays: 31,
			Levels: []loyalty.Tier{
				{ID: "member"},
				{ID: "silver", At: number("500"), Services: []string{"express lane"}},
				{ID: "gold", At: number("2000"), KeepAt: number("1500"), MemberPrices: "gold", Services: []string{"express lane", "delivery"}},
			},
		},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	var account loyalty.Account
	for _, buy := range []struct {
		ref, paid string
		month     time.Month
	}{{"r-1", "480.00", time.March}, {"r-2", "1600.00", time.June}, {"r-3", "100.00", time.September}} {
		at := time.Date(2026, buy.month, 3, 17, 0, 0, 0, time.UTC)
		decision, err := program.Earn(account, loyalty.Receipt{Purchase: customer.Purchase{
			Ref: buy.ref, Customer: "c-1", At: at, Currency: customer.Currency{Code: "EUR", Digits: 2},
			Lines: []customer.Line{{SKU: "sofa", Quantity: number("1"), Paid: decimal.NewNullDecimal(number(buy.paid))}},
		}})
		if err != nil {
			fmt.Println(err)
			return
		}
		account = decision.Next
		progress, err := program.Progress(account, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(at.Format("2 Jan"), progress.Tier.ID, progress.Tier.Services)
		for _, reason := range append(decision.Reasons, progress.Reasons...) {
			fmt.Println("  -", program.Explain(reason, customer.English))
		}
	}
	// Output:
	// 3 Mar member []
	//   - 480 points by club/1 base
	//   - 20.00 EUR more to tier club/1 silver, through 31 Dec 2026
	// 3 Jun gold [express lane delivery]
	//   - 1600 points by club/1 base
	//   - tier club/1 gold is reached: 2080.00 EUR of 2000.00 EUR, reviewed after 31 Jan 2027
	//   - tier club/1 gold is kept beyond 31 Jan 2027: 2080.00 EUR of 1500.00 EUR are there
	// 3 Sep gold [express lane delivery]
	//   - 100 points by club/1 base
	//   - 50 points by club/1 gold-rate
	//   - tier club/1 gold is kept beyond 31 Jan 2027: 2180.00 EUR of 1500.00 EUR are there
}

// A tier for a time, by hand: a floor for a trial, a ceiling as a sanction. What she earns
// goes on beside it.
func ExampleProgram_Grant() {
	rules := loyalty.Rules{
		Edition: customer.Edition{ID: "club", Version: 1}, Zone: "UTC",
		Currency: customer.Currency{Code: "EUR", Digits: 2}, Shortfall: loyalty.Forgive,
		Tiers: &loyalty.Tiers{
			Metric: loyalty.ByVisits, Window: loyalty.RollingMonths, Months: 6, Down: loyalty.ToEarned,
			Levels: []loyalty.Tier{{ID: "member"}, {ID: "gold", At: number("12")}},
		},
	}
	program, err := loyalty.NewProgram(rules, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	decision, err := program.Grant(loyalty.Account{}, loyalty.Grant{
		Ref: "match-1", At: at, Tier: "gold", Mode: loyalty.AtLeast, Until: customer.DateOf(at, time.UTC).AddMonths(3),
		Reason: "gold with another shop", Author: "desk-1",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, on := range []time.Time{at, at.AddDate(0, 3, 0)} {
		progress, err := program.Progress(decision.Next, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(on.Format("2 Jan"), progress.Tier.ID)
		for _, reason := range progress.Reasons {
			fmt.Println("  -", program.Explain(reason, customer.English))
		}
	}
	// Output:
	// 4 May gold
	//   - 12 visits more to tier club/1 gold
	//   - tier club/1 gold is granted at least, from 4 May 2026 through 3 Aug 2026
	// 4 Aug member
	//   - 12 visits more to tier club/1 gold
}
