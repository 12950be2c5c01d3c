package segment_test

import (
	"fmt"
	"math/rand/v2"
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
	chance := rand.New(rand.NewPCG(1, 2))
	categories := rand.NewZipf(chance, 1.2, 8, chainCategories-1)
	// Lines per customer by rank, as 1/(rank+q) over 1,024 ranks that repeat in a fixed shuffle.
	const ranks = 1024
	var share [ranks]float64
	sum := 0.0
	for i, place := range chance.Perm(ranks) {
		share[i] = 1 / (float64(place) + 20)
		sum += share[i]
	}
	perCustomer := float64(c.lines) / float64(c.customers) * ranks / sum
	made, owed := 0, 0.0
	line := population.Line[uint32]{Priced: true}
	for who := 0; made < c.lines; who++ {
		owed += perCustomer * share[who%ranks]
		n := min(int(owed), c.lines-made)
		if owed -= float64(n); n == 0 {
			continue
		}
		if who >= c.customers {
			n = c.lines - made
		}
		line.Customer = uint32(who)
		receipts := (n + 7) / 8
		for i := range n {
			r := chance.Uint64()
			if i%8 == 0 { // the next receipt
				line.Day = on - 365 + customer.Date(i/8*365/receipts)
			}
			line.Item = uint32(categories.Uint64())
			line.Kind = customer.BrandKind(1 + r%20/13) // a third store brand
			if r>>8%32 == 0 {
				line.Kind = customer.UnknownBrand
			}
			line.Returned = r>>16%50 == 0
			line.Units = int64(1+r>>24%4) * 1000
			line.Amount = int64(99 + r>>32%2000)
			if !yield(line) {
				return
			}
		}
		made += n
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

// chainRules state their marks, so that every line ends in a cell.
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

// Nine cells of grouped lines: counted and classified, one core.
func BenchmarkCells(b *testing.B) {
	lines := chain{lines: 4_000_000, customers: 40_000}.slice()
	grid := scaleGrid(b)
	b.Run("stream", func(b *testing.B) {
		input := func(yield func(population.Line[uint32], error) bool) {
			for i := range lines {
				if !yield(lines[i], nil) {
					return
				}
			}
		}
		counter := segment.NewCounter[uint32](yearPeriod())
		b.ReportAllocs()
		for b.Loop() {
			var cells [16]int
			for run, err := range population.Runs(input) {
				if err != nil {
					b.Fatal(err)
				}
				counts, err := counter.Count(run)
				if err != nil {
					b.Fatal(err)
				}
				for i := range counts {
					cell := grid.Cell(&counts[i], segment.Cell{})
					cells[uint8(cell.Brand)<<2|uint8(cell.Usage)]++
				}
			}
			if cells[5] == 0 {
				b.Fatal(fmt.Sprint(cells))
			}
		}
		linesPerSecond(b, len(lines))
	})
	var customers [][]population.Line[uint32]
	for from := 0; from < len(lines); {
		until := from + 1
		for until < len(lines) && lines[until].Customer == lines[from].Customer {
			until++
		}
		customers = append(customers, lines[from:until])
		from = until
	}
	b.Run("slices", func(b *testing.B) {
		counter := segment.NewCounter[uint32](yearPeriod())
		b.ReportAllocs()
		for b.Loop() {
			var cells [16]int
			for _, hers := range customers {
				counts, err := counter.Count(hers)
				if err != nil {
					b.Fatal(err)
				}
				for i := range counts {
					cell := grid.Cell(&counts[i], segment.Cell{})
					cells[uint8(cell.Brand)<<2|uint8(cell.Usage)]++
				}
			}
		}
		linesPerSecond(b, len(lines))
	})
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
		var cells [16]int
		for _, counts := range tally.All() {
			for i := range counts {
				cell := grid.Cell(&counts[i], segment.Cell{})
				cells[uint8(cell.Brand)<<2|uint8(cell.Usage)]++
			}
		}
	}
	linesPerSecond(b, len(lines))
}
