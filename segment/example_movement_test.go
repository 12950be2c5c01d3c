package segment_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// row C1: what half a year of lists has moved among the buyers of pain relief: down, where
// a customer was in January; across, where she is in July. Zeros are left blank.
func ExampleMovement() {
	national := func(usage segment.Usage) segment.Cell {
		return segment.Cell{Brand: segment.NationalLoyal, Usage: usage}
	}
	swings := func(usage segment.Usage) segment.Cell { return segment.Cell{Brand: segment.Switcher, Usage: usage} }
	own := func(usage segment.Usage) segment.Cell { return segment.Cell{Brand: segment.StoreLoyal, Usage: usage} }
	nobody := segment.Cell{} // no customer of the category, or too little evidence

	movement := segment.NewMovement(mustDay("2026-01-01"), mustDay("2026-07-01"))
	for _, moved := range []struct {
		customers     int
		before, after segment.Cell // of Grid.Classify on the two days
	}{
		{40, national(segment.Light), national(segment.Light)},
		{12, national(segment.Heavy), national(segment.Heavy)},
		{5, national(segment.Heavy), swings(segment.Heavy)},
		{3, national(segment.Heavy), own(segment.Heavy)},
		{9, swings(segment.Heavy), swings(segment.Heavy)},
		{11, swings(segment.Heavy), own(segment.Heavy)},
		{2, swings(segment.Heavy), nobody},
		{30, own(segment.Medium), own(segment.Medium)},
		{6, own(segment.Medium), own(segment.Heavy)},
		{4, own(segment.Heavy), swings(segment.Heavy)},
		{15, nobody, own(segment.Light)},
	} {
		for range moved.customers {
			movement.Add(0, moved.before, moved.after)
		}
	}

	cells := segment.Cells()
	places := append(cells[:], nobody)
	matrix := movement.Matrix(0)
	fmt.Println("was down, is across     national   |   switcher   |  store brand |")
	fmt.Println("                      li   me   he |  li   me   he |  li   me   he | none | all")
	for _, before := range places {
		row := fmt.Sprintf("%-21s", before)
		for i, after := range places {
			figure := ""
			if n := matrix.Moved(before, after); n > 0 {
				figure = fmt.Sprint(n)
			}
			row += fmt.Sprintf("%4s ", figure)
			if i%3 == 2 {
				row += "|"
			}
		}
		fmt.Printf("%s |%4d\n", row, matrix.Before(before))
	}
	for _, reason := range matrix.Summary().Reasons() {
		fmt.Println(segment.Explain(reason, customer.English))
	}
	// Output:
	// was down, is across     national   |   switcher   |  store brand |
	//                       li   me   he |  li   me   he |  li   me   he | none | all
	// national-loyal/light   40           |               |               |      |  40
	// national-loyal/medium               |               |               |      |   0
	// national-loyal/heavy             12 |             5 |             3 |      |  20
	// switcher/light                      |               |               |      |   0
	// switcher/medium                     |               |               |      |   0
	// switcher/heavy                      |             9 |            11 |   2  |  22
	// store-loyal/light                   |               |               |      |   0
	// store-loyal/medium                  |               |       30    6 |      |  36
	// store-loyal/heavy                   |             4 |               |      |   4
	// unknown/unknown                     |               |  15           |      |  15
	// 120 of 137 are in one of the nine cells on both days (87.5 %)
	// 15 of 137 are in one of the nine cells on the later day only (10.9 %)
	// 2 of 137 are in one of the nine cells on the earlier day only (1.4 %)
	// 91 of 120 stayed in their cell (75.8 %)
	// 19 of 120 moved towards the store brand (15.8 %)
	// 4 of 120 moved towards national brands (3.3 %)
	// 6 of 120 use more (5 %)
	// 0 of 120 use less (0 %)
	// 14 of 42 heavy users without loyalty to the store brand came over to it (33.3 %)
}
