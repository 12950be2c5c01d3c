package population_test

import (
	"encoding/binary"
	"fmt"

	"github.com/rapport-crm/rapport/customer/population"
)

// The grouped form: lines sorted by customer come in as a stream, and go out as one
// slice per customer. A package that counts something counts one run at a time.
func ExampleRuns() {
	lines := func(yield func(population.Line[uint32], error) bool) {
		for _, line := range []population.Line[uint32]{
			{Customer: 7, Item: 1, Day: 739_001, Units: 24_000},
			{Customer: 7, Item: 2, Day: 739_001, Units: 1_000},
			{Customer: 9, Item: 1, Day: 739_004, Units: 48_000},
		} {
			if !yield(line, nil) {
				return
			}
		}
	}
	for run, err := range population.Runs(lines) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("lines of customer %d: %d\n", run[0].Customer, len(run))
	}
	// Output:
	// lines of customer 7: 2
	// lines of customer 9: 1
}

// Thirds of a population: equal values always fall on the same side of a cut, so the
// cuts say which rank they really have.
func ExampleHistogram_Cuts() {
	var morning, evening population.Histogram
	for _, tablets := range []int64{24, 24, 48, 48} {
		morning.Add(tablets, 1)
	}
	for _, tablets := range []int64{48, 96, 120} {
		evening.Add(tablets, 1)
	}
	morning.Merge(&evening)
	for _, cut := range morning.Cuts(3) {
		fmt.Printf("from %d tablets: %d of %d customers are below\n", cut.Value, cut.Below, cut.Total)
	}
	// Output:
	// from 96 tablets: 5 of 7 customers are below
	// from 96 tablets: 5 of 7 customers are below
}

// The ungrouped form: a value for each customer and item, in a stored form that is the
// same whatever the order of the lines.
func ExampleTable() {
	var visits population.Table[string, uint64]
	for _, customer := range []string{"c-1", "c-2", "c-1"} {
		*visits.At(customer, 3)++
	}
	for customer, row := range visits.All() {
		fmt.Println(customer, row.Items, row.Values)
	}

	const version = 1
	data := visits.Append([]byte{version}, func(dst []byte, n *uint64) []byte {
		return binary.AppendUvarint(dst, *n)
	})
	var again population.Table[string, uint64]
	from := population.NewDecoder(data, version)
	again.Read(from, func(from *population.Decoder, n *uint64) { *n = from.Uvarint() })
	fmt.Printf("% x, read back: %d customers, %v\n", data, again.Len(), from.Close())
	// Output:
	// c-1 [3] [2]
	// c-2 [3] [1]
	// 01 01 02 03 63 2d 31 01 03 02 03 63 2d 32 01 03 01, read back: 2 customers, <nil>
}

// Sums: two shops each count their answered and their missed calls, by shop and hour; together
// they are one report.
func ExampleSums() {
	north, south := population.NewSums[[2]string](2), population.NewSums[[2]string](2)
	count := func(shop *population.Sums[[2]string], name, hour string, answered, missed int64) {
		if err := shop.Add(population.Sum[[2]string]{Of: [2]string{name, hour}, Figures: []int64{answered, missed}}); err != nil {
			panic(err)
		}
	}
	count(&south, "south", "09", 4, 0)
	count(&north, "north", "10", 7, 2)
	count(&north, "north", "09", 3, 1)
	count(&north, "north", "10", 5, 0)
	if err := south.Merge(&north); err != nil {
		panic(err)
	}
	for of, calls := range south.All() {
		fmt.Println(of[0], of[1], calls)
	}
	// Output:
	// north 09 [3 1]
	// north 10 [12 2]
	// south 09 [4 0]
}
