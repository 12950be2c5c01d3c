package loyalty_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/loyalty"
)

// A grocer runs the card, and a bakery takes part: it pays in advance for the points that
// it gives, and is paid for those that members spend with it. At the end of the month one
// settlement says who owes what, and why.
func ExampleCoalition() {
	cny := customer.Currency{Code: "CNY", Digits: 2}
	program, err := loyalty.NewProgram(loyalty.Rules{
		Edition: customer.Edition{ID: "card", Version: 1}, Zone: "UTC", Currency: cny,
		Base:      []loyalty.Portion{loyalty.Goods},
		Earnings:  []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("1"), Full: true}}},
		Tender:    &loyalty.Tender{Points: number("100"), Worth: number("1.00"), Multiple: number("1"), MostPermille: 1000},
		Shortfall: loyalty.Owe, ReturnDays: 30,
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	coalition, err := loyalty.NewCoalition(loyalty.CoalitionRules{
		Edition: customer.Edition{ID: "coalition", Version: 1}, Zone: "UTC", Currency: cny, Rounding: loyalty.HalfUp,
		Partners: []loyalty.Terms{{
			ID: "bakery", Billing: loyalty.Prepaid,
			Issue:  loyalty.PointPrice{Amount: number("1.20"), Points: number("100")},
			Redeem: loyalty.PointPrice{Amount: number("0.90"), Points: number("100")},
		}},
	}, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}

	// What the tills decided in May; a host reads it from its store.
	noon := time.Date(2026, time.May, 20, 12, 0, 0, 0, time.UTC)
	cake := loyalty.Receipt{Partner: "bakery", Purchase: customer.Purchase{
		Ref: "r-1", Customer: "c-1", At: noon, Currency: cny,
		Lines: []customer.Line{{SKU: "cake", Quantity: number("1"), Paid: decimal.NewNullDecimal(number("650.00"))}},
	}}
	earned, err := program.Earn(loyalty.Account{}, cake)
	if err != nil {
		fmt.Println(err)
		return
	}
	spent, err := program.Redeem(earned.Next, loyalty.Spending{Ref: "p-1", At: noon.AddDate(0, 0, 5), Points: number("200"), Sale: "r-2", Bill: number("2.00"), Partner: "bakery"})
	if err != nil {
		fmt.Println(err)
		return
	}

	may, _ := customer.NewDate(2026, time.May, 1)
	carry, err := coalition.Buy(loyalty.Carry{}, loyalty.Block{ID: "may", Partner: "bakery", Points: number("500"), Price: number("5.00"), From: may, Until: may.AddMonths(2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	traffic, err := coalition.Traffic(population.Period{From: may, Until: may.AddMonths(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := traffic.Add("c-1", append(earned.Entries, spent.Entries...)); err != nil { // and every other member
		fmt.Println(err)
		return
	}
	settlement, err := coalition.Settle(carry, traffic)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, bill := range settlement.Bills {
		fmt.Println(bill.Partner, "pays", cny.Amount(bill.Net).StringFixed(cny.Digits))
		for _, line := range bill.Lines {
			fmt.Println("  -", coalition.Explain(line, customer.English))
		}
	}
	fmt.Println("operator pays", cny.Amount(settlement.Operator.Net).StringFixed(cny.Digits))
	fmt.Println("left in", settlement.Next.Blocks[0].ID, settlement.Next.Blocks[0].Left())
	// Output:
	// bakery pays 5.00
	//   - coalition/1 bakery may: a block of 500 points, to pay 5.00 CNY
	//   - coalition/1 bakery may: 500 points out of the block, less those taken back
	//   - coalition/1 bakery: 150 points over the block, less those taken back, to pay 1.80 CNY
	//   - coalition/1 bakery: 200 points spent in the shop, less those given back, to get 1.80 CNY
	// operator pays -5.00
	// left in may 0
}
