package segment_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// householdTraits is what a supermarket reads out of baskets, as it writes it down.
const householdTraits = `{
	"id": "household", "version": 2, "zone": "Europe/Berlin", "window_days": 365,
	"traits": [
		{"name": "pet", "labels": ["Dog food", "Cat food"], "min_days": 2, "within_days": 90, "expires_after_days": 120},
		{"name": "child", "labels": ["Nappies", "Baby food"], "products": [{"sku": "wipes-64"}],
		 "min_days": 2, "min_units": "3", "within_days": 60, "expires_after_days": 90},
		{"name": "expecting", "sensitive": true, "labels": ["Pregnancy"], "min_days": 1, "within_days": 30, "expires_after_days": 60}
	]
}`

// A supermarket takes whoever buys dog or cat food again for somebody with a pet. What was
// bought to say that somebody is expecting a child is neither read nor remembered, since
// nobody switched that on.
//
// row C5: 狗粮或猫粮 / 尿布及婴幼儿食品 / 蔬菜, with evidence and expiry.
func ExampleTraits() {
	rules, err := segment.ParseTraitRules([]byte(householdTraits))
	if err != nil {
		fmt.Println(err)
		return
	}
	berlin, err := time.LoadLocation(rules.Zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	traits, err := segment.NewTraits(rules, berlin)
	if err != nil {
		fmt.Println(err) // every fault of the rules, at once
		return
	}
	var lines []population.Line[customer.ID]
	for i, bought := range []struct{ day, label string }{
		{"2026-03-02", "Dog food"}, {"2026-04-20", "Cat food"}, {"2026-04-20", "Pregnancy"}, {"2026-04-21", "Nappies"},
	} {
		line := own("some-sku", 1)
		line.Category = bought.label
		lines, err = traits.Coder().Sale(lines, receipt(fmt.Sprint(i), "c-1", mustDay(bought.day).Start(berlin), line))
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("coded:", len(lines), "lines of", traits.Coder().Categories())

	for _, on := range []customer.Date{mustDay("2026-08-17"), mustDay("2026-08-18")} {
		counter, err := segment.NewTraitCounter[customer.ID](traits, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		held, err := counter.Infer(lines)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("\non %s\n", on)
		for _, trait := range held {
			fmt.Printf("%s since %s, until %s\n", trait.Name, trait.Since, trait.Until)
		}
		reasons, err := counter.Reasons(lines)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, reason := range reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
			fmt.Println("  -", segment.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// coded: 3 lines of [child pet]
	//
	// on 2026-08-17
	// pet since 2026-04-20, until 2026-08-18
	//   - household/2 child: bought on 1 day up to 21 Apr 2026, too few: 2 are needed
	//   - household/2 child：截至2026年4月21日仅1天购买，不足2天
	//   - household/2 child: 1 units kept up to 21 Apr 2026, too few: 3 are needed
	//   - household/2 child：截至2026年4月21日仅保留1单位，不足3单位
	//   - household/2 pet: bought on 2 days up to 20 Apr 2026, 2 needed
	//   - household/2 pet：截至2026年4月20日有2天购买(需2天)
	//   - household/2 pet: last bought on 20 Apr, holds until 18 Aug
	//   - household/2 pet：最近购买于4月20日，有效至8月18日(不含当日)
	//
	// on 2026-08-18
	//   - household/2 child: bought on 1 day up to 21 Apr 2026, too few: 2 are needed
	//   - household/2 child：截至2026年4月21日仅1天购买，不足2天
	//   - household/2 child: 1 units kept up to 21 Apr 2026, too few: 3 are needed
	//   - household/2 child：截至2026年4月21日仅保留1单位，不足3单位
	//   - household/2 pet: last bought on 20 Apr, ended on 18 Aug
	//   - household/2 pet：最近购买于4月20日，已于8月18日失效
}
