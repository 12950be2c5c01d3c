package segment_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// A corner shop asks which two products belong together, so as to put them on one shelf.
//
// row C15: from receipts to the strongest pair, with the figures it rests on.
func ExampleAffinity() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	affinity, err := segment.NewAffinity(segment.AffinityRules{
		Edition: customer.Edition{ID: "shelves", Version: 1}, Zone: "Europe/Berlin", WindowDays: 28,
		By: segment.AffinityBySKU, MaxItems: 50, Exclude: []string{"bag"}, AlwaysPermille: 700,
		MinBaskets: 5, MinItem: 2, MinPair: 2, // a chain asks for hundreds
	}, berlin)
	if err != nil {
		fmt.Println(err) // every fault of the rules, at once
		return
	}
	at := time.Date(2026, time.June, 20, 18, 0, 0, 0, berlin)
	var sales []customer.Purchase
	for _, skus := range [][]string{
		{"milk", "diapers", "beer", "bag"},
		{"milk", "diapers", "beer"},
		{"milk", "bread"},
		{"milk", "bread", "beer"},
		{"milk", "diapers", "bag"},
		{"milk", "caviar", "corkscrew"},
		{"bread"},
	} {
		sale := customer.Purchase{At: at}
		for _, sku := range skus {
			sale.Lines = append(sale.Lines, customer.Line{SKU: sku, Quantity: decimal.NewFromInt(1)})
		}
		sales = append(sales, sale)
	}

	// First pass: how often each item is bought.
	items := affinity.Items(mustDay("2026-07-01"))
	for _, sale := range sales {
		day, basket, err := affinity.Basket(nil, sale)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := items.Add(day, basket); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Second pass: the pairs of what is bought often enough.
	pairs, err := affinity.Pairs(items)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sale := range sales {
		day, basket, err := affinity.Basket(nil, sale)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := pairs.Add(day, basket); err != nil {
			fmt.Println(err)
			return
		}
	}

	answer, err := pairs.Strongest(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, pair := range answer.Pairs {
		fmt.Printf("%s and %s\n", pair.A, pair.B)
		for _, reason := range affinity.Why(pair) {
			fmt.Println("  -", segment.Explain(reason, customer.English))
			fmt.Println("   ", segment.Explain(reason, customer.Chinese))
		}
	}
	for _, excluded := range answer.Excluded {
		fmt.Printf("left out: %s, in %d of %d baskets\n", excluded.Item, excluded.Baskets, answer.Baskets)
	}

	// Output:
	// beer and diapers
	//   - of 7 baskets in all 2 hold both
	//     7个购物篮中有2个同时含有二者
	//   - of 3 baskets with the first 2 also hold the second
	//     含有前者的3个购物篮中有2个也含有后者
	//   - of 3 baskets with the second 2 also hold the first
	//     含有后者的3个购物篮中有2个也含有前者
	//   - bought together 1.555 times as often as by chance
	//     同时购买的频率为随机情形的1.555倍
	//   - both lie together 2 times, evidence enough (2 needed)
	//     二者同在的购物篮有2个，证据充分(需2个)
	// left out: bag, in 2 of 7 baskets
	// left out: milk, in 6 of 7 baskets
}

// A personal list suggests what usually follows a purchase: after a tent, within a month,
// comes the gas cartridge.
//
// row C15: what is bought after what.
func ExampleTransitions() {
	const tent, cartridge, lamp = 1, 2, 3
	on := mustDay("2026-07-01")
	transitions, err := segment.NewTransitions[customer.ID](segment.TransitionRules{
		Edition: customer.Edition{ID: "camping", Version: 1}, WindowDays: 365,
		WithinDays: 30, HalfLifeDays: 10, MaxItems: 500, MinTimes: 2,
	}, on)
	if err != nil {
		fmt.Println(err)
		return
	}
	bought := func(who customer.ID, item uint32, daysAgo int) population.Line[customer.ID] {
		return population.Line[customer.ID]{Customer: who, Item: item, Day: on.AddDays(-daysAgo)}
	}
	for run, err := range population.Runs(func(yield func(population.Line[customer.ID], error) bool) {
		for _, line := range []population.Line[customer.ID]{
			bought("c-1", tent, 100), bought("c-1", cartridge, 90), bought("c-1", lamp, 90),
			bought("c-2", tent, 80), bought("c-2", cartridge, 60),
			bought("c-3", tent, 70), bought("c-3", lamp, 50), bought("c-3", cartridge, 10), // too late
		} {
			if !yield(line, nil) {
				return
			}
		}
	}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := transitions.Add(run); err != nil {
			fmt.Println(err)
			return
		}
	}
	for _, next := range transitions.After(tent, 5) {
		fmt.Printf("after %d: %d, in %d of %d cases, weight %.2f\n",
			next.From, next.To, next.Times, next.Cases, float64(next.Weight)/(1<<30))
	}

	// Output:
	// after 1: 2, in 2 of 3 cases, weight 0.75
	// after 1: 3, in 2 of 3 cases, weight 0.75
}
