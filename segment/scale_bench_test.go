package segment_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// chain is a year of a chain's lines: customers and categories by Zipf's law (few
// customers buy much, few categories sell much), receipts of about eight lines on the
// days of the year in their order, a fiftieth of the lines brought back. It is made
// line by line, so that it may be longer than the memory.
type chain struct {
	lines, customers int
}

// chainCategories is how many categories are classified: what a supermarket shows on its
// category managers' doors, not its shelf labels.
const chainCategories = 100

// all yields the lines by ascending customer and day.
func (c chain) all(yield func(population.Line[uint32]) bool) {
	chance := rand.NewPCG(1, 2)
	dice := rand.New(chance)
	var categories [1 << 14]uint32
	zipf := rand.NewZipf(dice, 1.2, 8, chainCategories-1)
	for i := range categories {
		categories[i] = uint32(zipf.Uint64())
	}
	// Lines per customer by rank, as 1/(rank+20) over 1,024 ranks that repeat in a fixed shuffle.
	var share [1024]float64
	sum := 0.0
	for i, rank := range dice.Perm(len(share)) {
		share[i] = 1 / (float64(rank) + 20)
		sum += share[i]
	}
	mean := float64(c.lines) / float64(c.customers) * float64(len(share)) / sum
	line := population.Line[uint32]{Priced: true}
	owed := 0.0
	for left := c.lines; left > 0; line.Customer++ {
		owed += mean * share[line.Customer%uint32(len(share))]
		n := min(int(owed), left)
		owed -= float64(n)
		left -= n
		receipts := (n + 7) / 8
		for i := range n {
			if i%8 == 0 { // the next receipt
				line.Day = on - 365 + customer.Date(i/8*365/receipts)
			}
			r := chance.Uint64()
			line.Item = categories[r%uint64(len(categories))]
			line.Kind = customer.BrandKind(1 + r>>16%3/2) // a third store brand
			if r>>24%32 == 0 {
				line.Kind = customer.UnknownBrand
			}
			line.Returned = r>>32%50 == 0
			line.Units = int64(1+r>>40%4) * 1000
			line.Amount = int64(99 + r>>48%2000)
			if !yield(line) {
				return
			}
		}
	}
}

// slice makes all lines at once.
func (c chain) slice() []population.Line[uint32] {
	lines := make([]population.Line[uint32], 0, c.lines)
	for line := range c.all {
		lines = append(lines, line)
	}
	return lines
}

// scaleGrid states its marks, so that every line ends in a cell.
func scaleGrid(b *testing.B) *segment.Grid {
	b.Helper()
	rules := benchRules()
	rules.Brand, rules.StoreAtPermille, rules.NationalAtPermille = segment.Stated, 700, 700
	rules.Usage = segment.Stated
	rules.BrandSlackPermille, rules.UsageSlackPermille = 50, 100
	for _, category := range rules.Categories {
		rules.Marks = append(rules.Marks, segment.Marks{Category: category.ID, MediumAt: dec("4"), HeavyAt: dec("12")})
	}
	grid, err := segment.NewGrid(rules)
	if err != nil {
		b.Fatal(err)
	}
	return grid
}

// cellTable counts customers by cell: brand, then usage.
type cellTable [16]int

func (t *cellTable) add(grid *segment.Grid, counts []segment.Counts) {
	for i := range counts {
		cell := grid.Cell(&counts[i], segment.Cell{})
		t[uint8(cell.Brand)<<2|uint8(cell.Usage)]++
	}
}

// byCustomer cuts grouped lines where the customer changes.
func byCustomer(lines []population.Line[uint32]) (customers [][]population.Line[uint32]) {
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].Customer == lines[0].Customer {
			n++
		}
		customers, lines = append(customers, lines[:n]), lines[n:]
	}
	return customers
}

func cellsOf(grid *segment.Grid, customers [][]population.Line[uint32]) (table cellTable, err error) {
	counter := segment.NewCounter[uint32](yearPeriod())
	for _, hers := range customers {
		counts, err := counter.Count(hers)
		if err != nil {
			return table, err
		}
		table.add(grid, counts)
	}
	return table, nil
}

// Nine cells of grouped lines: counted and classified, on one core; and on two, each with
// half of the customers.
func BenchmarkCells(b *testing.B) {
	lines := chain{lines: 4_000_000, customers: 40_000}.slice()
	customers, grid := byCustomer(lines), scaleGrid(b)
	want, err := cellsOf(grid, customers)
	if err != nil {
		b.Fatal(err)
	}
	run := func(name string, cells func() (cellTable, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if table, err := cells(); err != nil || table != want {
					b.Fatal(table, err)
				}
			}
			linesPerSecond(b, len(lines))
		})
	}
	run("stream", func() (table cellTable, err error) {
		counter := segment.NewCounter[uint32](yearPeriod())
		for hers, err := range population.Runs(stream(lines)) {
			if err != nil {
				return table, err
			}
			counts, err := counter.Count(hers)
			if err != nil {
				return table, err
			}
			table.add(grid, counts)
		}
		return table, nil
	})
	run("slices", func() (cellTable, error) { return cellsOf(grid, customers) })
	run("slices, two goroutines", func() (table cellTable, err error) {
		var other cellTable
		done := make(chan error)
		half := len(customers) / 2
		go func() {
			var err error
			other, err = cellsOf(grid, customers[half:])
			done <- err
		}()
		table, err = cellsOf(grid, customers[:half])
		err = errors.Join(err, <-done)
		for i := range table {
			table[i] += other[i]
		}
		return table, err
	})
}

// stream yields lines one at a time, as a file does.
func stream[K population.Key](lines []population.Line[K]) iter.Seq2[population.Line[K], error] {
	return func(yield func(population.Line[K], error) bool) {
		for i := range lines {
			if !yield(lines[i], nil) {
				return
			}
		}
	}
}

// Nine cells of lines in any order: tallied, walked and classified, one core.
func BenchmarkCellsUngrouped(b *testing.B) {
	lines := shuffled(chain{lines: 4_000_000, customers: 40_000}.slice())
	b.Run("uint32", func(b *testing.B) { benchmarkUngrouped(b, lines) })
	texts := make([]population.Line[customer.ID], len(lines))
	for i, line := range lines {
		texts[i] = population.Line[customer.ID]{
			Customer: byText(int(line.Customer)), Item: line.Item, Day: line.Day, Kind: line.Kind,
			Returned: line.Returned, Priced: line.Priced, Units: line.Units, Amount: line.Amount,
		}
	}
	b.Run("text", func(b *testing.B) { benchmarkUngrouped(b, texts) })
}

func benchmarkUngrouped[K population.Key](b *testing.B, lines []population.Line[K]) {
	b.Helper()
	grid := scaleGrid(b)
	b.ReportAllocs()
	for b.Loop() {
		tally := segment.NewTally[K](yearPeriod())
		if err := tally.Add(lines...); err != nil {
			b.Fatal(err)
		}
		var table cellTable
		for _, counts := range tally.All() {
			table.add(grid, counts)
		}
		if table == (cellTable{}) {
			b.Fatal("no cells")
		}
	}
	linesPerSecond(b, len(lines))
}

// A chain's year from receipts that no memory holds: lines are made, grouped, counted,
// classified with the cells of the year before, and their new cells kept, in part files of
// a hundred thousand customers. Shown are the memory at work beyond what is kept, and how
// much is kept of each customer and category.
func BenchmarkCellsScale(b *testing.B) {
	grid := scaleGrid(b)
	for _, millions := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("%dM", millions), func(b *testing.B) {
			shop := chain{lines: millions * 1_000_000, customers: millions * 100_000}
			var year scaleYear
			b.ReportAllocs()
			for b.Loop() {
				year = scaleYear{}
				if err := year.run(shop, grid); err != nil {
					b.Fatal(err)
				}
			}
			linesPerSecond(b, shop.lines)
			b.ReportMetric(float64(year.kept)/float64(year.cells), "bytes/cell")
			b.ReportMetric(float64(year.most)/(1<<20), "MiB")
		})
	}
}

// scaleYear is what a year's classification comes to.
type scaleYear struct {
	cells, kept int    // customers and categories, and the bytes that keep their cells
	most        uint64 // bytes of memory in use at most
}

func (y *scaleYear) run(shop chain, grid *segment.Grid) error {
	input := func(yield func(population.Line[uint32], error) bool) {
		for line := range shop.all {
			if !yield(line, nil) {
				return
			}
		}
	}
	counter, part, space := segment.NewCounter[uint32](yearPeriod()), new(segment.Seats[uint32]), []segment.Seat(nil)
	customers := 0
	for run, err := range population.Runs(input) {
		if err != nil {
			return err
		}
		counts, err := counter.Count(run)
		if err != nil {
			return err
		}
		space = space[:0]
		for i := range counts {
			one := &counts[i]
			space = append(space, segment.Seat{Category: one.Category, Cell: grid.Cell(one, segment.Cell{})})
		}
		if err := part.Add(run[0].Customer, space...); err != nil {
			return err
		}
		y.cells += len(counts)
		if customers++; customers%100_000 == 0 {
			if err := y.file(part); err != nil {
				return err
			}
			part = new(segment.Seats[uint32])
		}
	}
	return y.file(part)
}

// file puts a part away, and looks at the memory.
func (y *scaleYear) file(part *segment.Seats[uint32]) error {
	data, err := part.MarshalBinary()
	if err != nil {
		return err
	}
	y.kept += len(data)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	y.most = max(y.most, memory.HeapInuse)
	return nil
}
