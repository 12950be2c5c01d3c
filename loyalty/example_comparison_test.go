package loyalty_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// What would the new rules have done to last year's customers, and what would they have
// cost? One point per full 8.00 instead of 10.00, and a higher mark for gold.
func ExampleComparison() {
	rules := loyalty.Rules{
		Edition:   customer.Edition{ID: "card", Version: 1},
		Zone:      "UTC",
		Currency:  customer.Currency{Code: "CNY", Digits: 2},
		Base:      []loyalty.Portion{loyalty.Goods},
		Earnings:  []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("10"), Full: true}}},
		Tender:    &loyalty.Tender{Points: number("1"), Worth: number("0.1"), Multiple: number("1"), MostPermille: 1000},
		Shortfall: loyalty.Owe,
		Tiers: &loyalty.Tiers{
			Metric: loyalty.BySpend, Window: loyalty.Calendar, Months: 12, Down: loyalty.ToEarned,
			Levels: []loyalty.Tier{{ID: "silver"}, {ID: "gold", At: number("1000")}},
		},
	}
	draft := rules
	draft.Version = 2
	draft.Earnings = []loyalty.Earning{{ID: "base", Rate: &loyalty.Rate{Points: number("1"), Per: number("8"), Full: true}}}
	draft.Tender = &loyalty.Tender{Points: number("1"), Worth: number("0.1"), Least: number("50"), Multiple: number("1"), MostPermille: 1000}
	draft.Tiers = &loyalty.Tiers{
		Metric: loyalty.BySpend, Window: loyalty.Calendar, Months: 12, Down: loyalty.ToEarned,
		Levels: []loyalty.Tier{{ID: "silver"}, {ID: "gold", At: number("1200")}},
	}
	before, err := loyalty.NewProgram(rules, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := loyalty.NewProgram(draft, time.UTC)
	if err != nil {
		fmt.Println(err)
		return
	}
	comparison, err := loyalty.NewComparison(before, after, time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	// A thousand customers, who bought for 600.00 to 1,599.00 and paid with 40 to 59 points.
	for i := range 1000 {
		id := customer.ID(fmt.Sprint("c-", i))
		sale := loyalty.Receipt{Purchase: customer.Purchase{
			Ref: fmt.Sprint("r-", i), Customer: id, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Currency: rules.Currency,
			Lines: []customer.Line{{SKU: "tv", Quantity: number("1"), Paid: decimal.NewNullDecimal(decimal.NewFromInt(int64(600 + i)))}},
		}}
		payment := loyalty.Spending{Ref: fmt.Sprint("p-", i), At: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Points: decimal.NewFromInt(int64(40 + i%20))}
		if err := comparison.Add(id, loyalty.Account{}, []loyalty.Fact{{Receipt: &sale}, {Spending: &payment}}); err != nil {
			fmt.Println(err)
			return
		}
	}
	effect := comparison.Effect()
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		for _, sentence := range effect.Explain(language) {
			fmt.Println(sentence)
		}
	}
	// Output:
	// 1,000 of 1,000 members get more points, 0 fewer, 0 as many
	// the new rules give 27,500 points more (+25.1 %): 137,000 instead of 109,500, worth 2,750.00 CNY more
	// members spend 22,250 points fewer (-44.9 %): 27,250 instead of 49,500, worth 2,225.00 CNY less
	// members are left with 49,750 points more (+82.9 %): 109,750 instead of 60,000, worth 4,975.00 CNY more
	// by tier, 0 of 1,000 members move up, 200 down, 800 stay
	// 200 of 1,000 members move from gold to silver
	// of 2,000 facts the new rules refuse 500, the old ones 0: below the least payment 500
	// 1,000名会员中，1,000名所得积分增加，0名减少，0名不变
	// 新规则发放的积分增加27,500（+25.1 %）：由109,500变为137,000，价值增加2,750.00 CNY
	// 会员使用的积分减少22,250（-44.9 %）：由49,500变为27,250，价值减少2,225.00 CNY
	// 剩余的积分增加49,750（+82.9 %）：由60,000变为109,750，价值增加4,975.00 CNY
	// 1,000名会员中，0名升级，200名降级，800名等级不变
	// 1,000名会员中有200名由gold变为silver
	// 2,000项事实中，新规则拒绝500项，旧规则拒绝0项：低于最低支付500项
}
