package segment_test

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Marks that the shop states are stable and easy to explain.
//
// row C1: classified again each period with the sitting cell, a customer does not flap
// at a mark. Here the store brand's share falls from 72 % to 66 % and then to 60 %, with
// 5 % of slack below 70 %.
func ExampleGrid_Classify() {
	rules := chainRules()
	rules.StoreAtPermille, rules.NationalAtPermille, rules.BrandSlackPermille = 700, 700, 50
	rules.Usage, rules.UsageSlackPermille = segment.Stated, 100
	rules.Marks = []segment.Marks{{Category: "non-aspirin", MediumAt: decimal.NewFromInt(48), HeavyAt: decimal.NewFromInt(120)}}
	grid, err := segment.NewGrid(rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	var sitting segment.Cell
	for _, store := range []int64{72, 66, 60} {
		counts := segment.Counts{Days: 4, Lines: 5, Bought: segment.Units{Store: store * 1000, National: (100 - store) * 1000}}
		cell, reasons := grid.Classify(counts, sitting)
		fmt.Println(cell)
		for _, reason := range reasons[2:4] {
			fmt.Println("  -", segment.Explain(reason, customer.English))
		}
		sitting = cell
	}
	// Output:
	// store-loyal/medium
	//   - store-brand share 72 %, loyal to the store brand from 70 %
	//   - medium: 100 units, from 48
	// store-loyal/medium
	//   - stays loyal to the store brand: share 66 %, not below 65 %
	//   - medium: 100 units, from 48
	// switcher/medium
	//   - store-brand share 60 %, below 70 % where store loyalty begins
	//   - store-brand share 60 %, above 30 % where national loyalty ends
}

// The library starts no goroutine. A host with several processors deals its input out
// in any way it likes, counts each share for itself, and merges.
func ExampleTally_Merge() {
	period := population.Period{From: mustDay("2026-01-01"), Until: mustDay("2026-07-01")}
	input := make([]population.Line[uint32], 10_000)
	for i := range input {
		input[i] = population.Line[uint32]{Customer: uint32(i % 321), Day: period.From.AddDays(i % 181), Units: 24_000}
	}

	shares := make([]*segment.Tally[uint32], 4)
	faults := make([]error, len(shares))
	var all sync.WaitGroup
	for n := range shares {
		shares[n] = segment.NewTally[uint32](period)
		all.Add(1)
		go func() {
			defer all.Done()
			faults[n] = shares[n].Add(input[n*len(input)/4 : (n+1)*len(input)/4]...)
		}()
	}
	all.Wait()
	for _, share := range shares[1:] {
		faults = append(faults, shares[0].Merge(share))
	}

	fmt.Println(shares[0].Customers(), "customers,", errors.Join(faults...))
	fmt.Printf("%+v\n", shares[0].Counts(320))
	// Output:
	// 321 customers, <nil>
	// [{Category:0 Days:31 Lines:31 Unmeasured:0 Bought:{Store:0 National:0 Unknown:744000} Returned:{Store:0 National:0 Unknown:0}}]
}

// The grouped form, for more customers than fit into memory: lines sorted by customer,
// from a file say, are counted run by run. The census is the same, byte for byte.
func ExampleCounter() {
	rules, on := chainRules(), mustDay("2026-07-01")
	sorted := func(yield func(population.Line[string], error) bool) {
		for _, line := range []population.Line[string]{
			{Customer: "c-1", Day: on - 100, Kind: customer.StoreBrand, Units: 96_000},
			{Customer: "c-1", Day: on - 20, Kind: customer.NationalBrand, Units: 24_000},
			{Customer: "c-1", Day: on - 20, Kind: customer.NationalBrand, Units: 24_000, Returned: true},
			{Customer: "c-2", Day: on - 500, Kind: customer.StoreBrand, Units: 24_000},
			{Customer: "c-3", Day: on - 7, Kind: customer.StoreBrand, Units: 48_000},
		} {
			if !yield(line, nil) {
				return
			}
		}
	}
	counter := segment.NewCounter[string](rules.Period(on))
	census := segment.NewCensus(rules.Period(on), rules.MinBuys)
	for run, err := range population.Runs(sorted) {
		if err != nil {
			fmt.Println(err) // not sorted, or the file could not be read on
			return
		}
		counts, err := counter.Count(run)
		if err != nil {
			fmt.Println(err)
			return
		}
		census.Add(counts)
		for _, one := range counts {
			store, known := one.OwnStoreShare()
			fmt.Printf("%s: %d days, store brand %d of %d\n", run[0].Customer, one.Days, store/1000, known/1000)
		}
	}
	fmt.Println(census.Customers(), "customers bought in the period")
	// Output:
	// c-1: 2 days, store brand 96 of 96
	// c-3: 1 days, store brand 48 of 48
	// 2 customers bought in the period
}

// row C2, C3: categories overlap where the shop says so. A pack of ibuprofen is pain
// relief, and it is pain relief other than aspirin, each with its own base unit.
func ExampleCoder() {
	rules := chainRules()
	rules.Categories = append(rules.Categories, segment.Category{
		ID: "pain-relief", Version: 4, Labels: []string{"Pain relief"}, // whatever the till calls so, in packs
	})
	berlin, err := time.LoadLocation(rules.Zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	coder, err := segment.NewCoder(rules, berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	ibuprofen, aspirin := own("own-ibuprofen-96", 2), own("own-aspirin-20", 1)
	ibuprofen.Category, aspirin.Category = "Pain relief", "Pain relief"
	lines, err := coder.Sale(nil, receipt("1", "c-1", mustDay("2026-05-09").Start(berlin), ibuprofen, aspirin))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range lines {
		fmt.Printf("%s: %d thousandths\n", coder.Categories()[line.Item], line.Units)
	}
	// Output:
	// non-aspirin: 192000 thousandths
	// pain-relief: 2000 thousandths
	// pain-relief: 1000 thousandths
}

// Rules are data. A misspelt rule is a fault, not a rule switched off, and all faults
// of a file come back at once.
func ExampleParseRules() {
	_, err := segment.ParseRules([]byte(`{
		"id": "pain-relief", "version": 1, "zone": "Europe/Berlin", "window_days": 180, "min_bys": 2,
		"brand": "stated", "store_at_permille": "660", "national_at_permille": 700, "usage": "thirds",
		"categories": [{"id": "non-aspirin", "version": 1, "products": [{"sku": "own-ibuprofen-24", "base_units": 24}]}]
	}`))
	var faults customer.Faults
	if errors.As(err, &faults) {
		for _, fault := range faults {
			fmt.Println(fault.Path)
		}
	}
	// Output:
	// min_bys
	// store_at_permille
	// usage
	// categories[0].products[0].base_units
}
