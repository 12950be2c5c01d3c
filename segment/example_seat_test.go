package segment_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// A chain classifies its customers twice a year. Lines come grouped, as a warehouse sorts
// them; the cells of half a year ago come from a file, a byte or two each; whoever only
// just misses a mark keeps her seat; and the movement says who really went.
//
// row C1: the loop of a period over grouped lines, in bounded memory.
func ExampleSeats() {
	rules := painRules()
	rules.BrandSlackPermille = 50 // loyal from 66 %, and until below 61 %
	grid, err := segment.NewGrid(rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	classify := func(on customer.Date, before *segment.Seats[uint32], lines []population.Line[uint32]) (*segment.Seats[uint32], error) {
		counter := segment.NewCounter[uint32](rules.Period(on))
		usher, seats := before.Usher(), new(segment.Seats[uint32])
		for hers, err := range population.Runs(stream(lines)) {
			if err != nil {
				return nil, err
			}
			who := hers[0].Customer
			counts, err := counter.Count(hers)
			if err != nil {
				return nil, err
			}
			var taken []segment.Seat
			for i := range counts {
				one := &counts[i]
				taken = append(taken, segment.Seat{Category: one.Category, Cell: grid.Cell(one, usher.Cell(who, one.Category))})
			}
			if err := seats.Add(who, taken...); err != nil {
				return nil, err
			}
		}
		return seats, nil
	}

	spring, autumn := mustDay("2026-04-01"), mustDay("2026-10-01")
	// Two customers; each line is 10 tablets of the store brand or of a national brand.
	lines := func(on customer.Date, store ...int) (lines []population.Line[uint32]) {
		for who, n := range store {
			for i := range 20 {
				kind := customer.NationalBrand
				if i < n {
					kind = customer.StoreBrand
				}
				lines = append(lines, population.Line[uint32]{Customer: uint32(who), Day: on - 100 + customer.Date(i), Kind: kind, Units: 10_000})
			}
		}
		return lines
	}
	before, err := classify(spring, new(segment.Seats[uint32]), lines(spring, 14, 14)) // 70 % both
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := classify(autumn, before, lines(autumn, 13, 12)) // 65 % and 60 %
	if err != nil {
		fmt.Println(err)
		return
	}

	movement := segment.NewMovement(spring, autumn)
	then := before.Usher()
	for who, seats := range after.All() {
		was := then.Of(who)
		fmt.Printf("customer %d: %s → %s\n", who, was[0].Cell, seats[0].Cell)
		if err := movement.AddCustomer(was, seats); err != nil {
			fmt.Println(err)
			return
		}
	}
	matrix := movement.Matrix(0)
	fmt.Println("stayed:", matrix.Summary().Stayed, "of", matrix.Summary().Both)
	// Output:
	// customer 0: store-loyal/heavy → store-loyal/heavy
	// customer 1: store-loyal/heavy → switcher/heavy
	// stayed: 1 of 2
}
