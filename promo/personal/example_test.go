package personal_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
)

// row D9, D10: what is due in the fortnight from 25 November, and why.
func ExamplePlanner_Due() {
	const milk, coffee, honey = 1, 2, 3
	today, _ := customer.NewDate(2026, time.November, 25)
	anna := []lifecycle.Visits{
		{Item: milk, Days: customer.Days{today - 35, today - 28, today - 21, today - 14, today - 7}},
		{Item: coffee, Days: customer.Days{today - 63, today - 28}},
	}
	ben := []lifecycle.Visits{
		{Item: coffee, Days: customer.Days{today - 40, today - 12}},
		{Item: honey, Days: customer.Days{today - 40, today - 12}},
	}

	var habits lifecycle.Habits
	popular := personal.NewPopularity(population.Period{From: today.AddDays(-90), Until: today})
	for _, visits := range [][]lifecycle.Visits{anna, ben} {
		if err := habits.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
		if err := popular.Add(visits); err != nil {
			fmt.Println(err)
			return
		}
	}
	planner, err := personal.NewPlanner(personal.Rules{
		Edition: customer.Edition{ID: "fortnightly-list", Version: 1},
		Rhythm: lifecycle.RhythmRules{
			Edition:   customer.Edition{ID: "rhythm", Version: 1},
			PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 5, WindowDays: 7,
		},
		HorizonDays: 14, HalfLifeDays: 90, PriorTrips: 4, MaxLines: 10, NewItems: 1,
	}, &habits, popular)
	if err != nil {
		panic(err)
	}
	list, err := planner.Due(anna, today)
	if err != nil {
		panic(err)
	}
	for _, due := range list {
		fmt.Println("item", due.Item)
		for _, reason := range due.Reasons {
			fmt.Println("  ", personal.Explain(reason, customer.English))
			fmt.Println("  ", personal.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// item 1
	//    every 7 days, last on 18 Nov, due on 25 Nov
	//    每7天购买一次，上次11月18日，预计11月25日
	//    bought on 5 days, 5 of them since 27 Aug
	//    共5天购买过，其中8月27日以来5天
	//    on 62.5 % of recent trips
	//    近期62.5 %的购物中有此商品
	// item 2
	//    every 35 days, last on 28 Oct, due on 2 Dec
	//    每35天购买一次，上次10月28日，预计12月2日
	//    bought on 2 days, 2 of them since 27 Aug
	//    共2天购买过，其中8月27日以来2天
	//    on 50 % of recent trips
	//    近期50 %的购物中有此商品
	// item 3
	//    new to her; on 25 % of recent trips
	//    从未购买；近期25 %的购物中有此商品
}

// How popular items are is counted for a period; parts of the population are counted
// apart and merged.
func ExamplePopularity() {
	const milk = 1
	from, _ := customer.NewDate(2026, time.October, 1)
	until, _ := customer.NewDate(2026, time.November, 1)
	north, south := personal.NewPopularity(population.Period{From: from, Until: until}), personal.NewPopularity(population.Period{From: from, Until: until})
	if err := north.Add([]lifecycle.Visits{{Item: milk, Days: customer.Days{from, from + 7}}, {Item: 2, Days: customer.Days{from + 7}}}); err != nil {
		fmt.Println(err)
		return
	}
	if err := south.Add([]lifecycle.Visits{{Item: milk, Days: customer.Days{from - 1, from + 3}}, {Item: 2, Days: customer.Days{from + 5}}}); err != nil {
		fmt.Println(err)
		return
	}
	if err := north.Merge(south); err != nil {
		panic(err)
	}
	with, all := north.Trips(milk)
	fmt.Printf("milk on %d of %d trips\n", with, all)
	// Output: milk on 3 of 4 trips
}
