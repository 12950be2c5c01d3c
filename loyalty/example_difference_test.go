package loyalty_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// What the manager of a shop reads before the next edition of the rules goes live.
func ExampleDifference() {
	spring := loyalty.Rules{
		Edition: customer.Edition{ID: "card", Version: 1},
		Base:    []loyalty.Portion{loyalty.Goods},
		Earnings: []loyalty.Earning{
			{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("10"), Full: true}},
			{ID: "double-weekend", When: loyalty.When{Weekdays: []customer.Weekday{6, 7}}, Times: number("2"), Rounding: loyalty.Floor},
		},
		Expiry: loyalty.Expiry{Months: 12, To: loyalty.EndOfMonth},
	}
	summer := spring
	summer.Version = 2
	summer.Base = []loyalty.Portion{loyalty.Tax, loyalty.Goods}
	summer.Earnings = []loyalty.Earning{
		{ID: "base", Rate: &loyalty.Rate{Points: number("1.0"), Per: number("10.00"), Full: true}}, // the same
		{ID: "double-weekend", When: loyalty.When{Weekdays: []customer.Weekday{6, 7}}, Times: number("3"), Rounding: loyalty.Floor},
	}
	summer.Expiry = loyalty.Expiry{}
	summer.Rewards = []loyalty.Reward{{ID: "mug", Points: number("10"), Gives: "a mug"}}

	for _, change := range loyalty.Difference(spring, summer) {
		fmt.Println(change.Path)
		fmt.Println("  ", change.Explain(customer.English))
		fmt.Println("  ", change.Explain(customer.Chinese))
	}
	// Output:
	// version
	//    version 1 becomes 2
	//    版本由1改为2
	// base
	//    what earns: now also tax
	//    计分范围增加税
	// earnings[double-weekend].times
	//    earning double-weekend: times 2 becomes 3
	//    积分规则double-weekend：倍数由2改为3
	// expiry
	//    points no longer expire: they expired after 12 months, at the end of the month
	//    积分不再失效：原为12个月后，该月末
	// rewards[mug]
	//    reward mug is new: 10 points, a mug
	//    新增奖品mug：10积分，a mug
}
