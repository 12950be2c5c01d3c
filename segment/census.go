package segment

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Census is what the population did, category by category: enough to Fit marks and to
// state coverage, without any customer's key. Customers may be added in any order and
// any split; merged, the bytes are the same. It is not safe for concurrent use.
type Census struct {
	period     population.Period
	minBuys    int
	customers  int64
	categories map[uint32]*categoryCensus
}

type categoryCensus struct {
	coverage Coverage
	usage    population.Histogram // of buyers with measured usage
	shares   population.Histogram // of buyers of both kinds with enough evidence, in half steps of ‰
}

// Coverage says how much of a category the cells can speak for.
type Coverage struct {
	Buyers     int64 // customers who bought in the category
	Enough     int64 // of Buyers: on at least MinBuys days
	BothKinds  int64 // of Enough: kept goods of national and store brands
	Measured   int64 // of Buyers: kept a known quantity
	Lines      int64 // lines bought
	Unmeasured int64 // of Lines: how much is not known
	Bought     Units
	Returned   Units
}

// censusVersion is the format of MarshalBinary.
const censusVersion = 1

// NewCensus counts a period; a buyer has enough evidence from minBuys distinct days.
func NewCensus(period population.Period, minBuys int) *Census {
	return &Census{period: period, minBuys: minBuys}
}

// Add counts one customer, with all her Counts of the period.
func (c *Census) Add(counts []Counts) {
	bought := false
	for i := range counts {
		one := &counts[i]
		if one.Lines == 0 && one.Returned == (Units{}) {
			continue
		}
		category := c.category(one.Category)
		category.add(one, c.minBuys)
		bought = bought || one.Lines > 0
	}
	if bought {
		c.customers++
	}
}

func (c *Census) category(code uint32) *categoryCensus {
	category := c.categories[code]
	if category == nil {
		if c.categories == nil {
			c.categories = make(map[uint32]*categoryCensus)
		}
		category = new(categoryCensus)
		c.categories[code] = category
	}
	return category
}

func (c *categoryCensus) add(one *Counts, minBuys int) {
	coverage := &c.coverage
	coverage.Lines = bounded(coverage.Lines, one.Lines)
	coverage.Unmeasured = bounded(coverage.Unmeasured, one.Unmeasured)
	coverage.Bought = coverage.Bought.plus(one.Bought)
	coverage.Returned = coverage.Returned.plus(one.Returned)
	if one.Lines == 0 {
		return // only brought back: no buyer of this period
	}
	coverage.Buyers++
	if usage := one.Usage(); usage > 0 {
		coverage.Measured++
		c.usage.Add(usage, 1)
	}
	if one.Days < minBuys {
		return
	}
	coverage.Enough++
	if store, known := one.OwnStoreShare(); store > 0 && store < known {
		coverage.BothKinds++
		permille, exact := customer.Permille(store, known)
		c.shares.Add(halfSteps(permille, exact), 1)
	}
}

// halfSteps places a share among the whole ‰: 2·n for exactly n ‰, 2·n+1 for between n
// and n+1. Marks are whole ‰, so this is all that a comparison with one can tell.
func halfSteps(permille int64, exact bool) int64 {
	if exact {
		return 2 * permille
	}
	return 2*permille + 1
}

// Merge counts everyone that other counted. Censuses of different periods or evidence
// do not merge.
func (c *Census) Merge(other *Census) error {
	if c.period != other.period || c.minBuys != other.minBuys {
		return fmt.Errorf("segment: a census of %s to %s with min_buys %d does not merge into one of %s to %s with %d",
			other.period.From, other.period.Until, other.minBuys, c.period.From, c.period.Until, c.minBuys)
	}
	c.customers = bounded(c.customers, other.customers)
	for code, from := range other.categories {
		into := c.category(code)
		into.usage.Merge(&from.usage)
		into.shares.Merge(&from.shares)
		figures := into.coverage.figures()
		for i, figure := range from.coverage.figures() {
			*figures[i] = bounded(*figures[i], *figure)
		}
	}
	return nil
}

// Customers returns how many customers bought anything in the period.
func (c *Census) Customers() int64 { return c.customers }

// Coverage returns one category's coverage; the zero Coverage when nobody bought.
func (c *Census) Coverage(code uint32) Coverage {
	if category := c.categories[code]; category != nil {
		return category.coverage
	}
	return Coverage{}
}

// MarshalBinary writes the census by ascending category, so that equal censuses have
// equal bytes.
func (c *Census) MarshalBinary() ([]byte, error) {
	if err := c.period.Check(); err != nil {
		return nil, err
	}
	if c.minBuys < 1 || c.minBuys > MaxMinBuys {
		return nil, fmt.Errorf("segment: a census with min_buys %d, which is 1 to %d", c.minBuys, MaxMinBuys)
	}
	data := population.AppendPeriod([]byte{censusVersion}, c.period)
	data = binary.AppendUvarint(data, uint64(c.minBuys))
	data = binary.AppendUvarint(data, uint64(c.customers))
	codes := make([]uint32, 0, len(c.categories))
	for code := range c.categories {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	data = binary.AppendUvarint(data, uint64(len(codes)))
	for _, code := range codes {
		category := c.categories[code]
		data = binary.AppendUvarint(data, uint64(code))
		for _, n := range category.coverage.figures() {
			data = binary.AppendUvarint(data, uint64(*n))
		}
		data = category.shares.Append(category.usage.Append(data))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the census stays as it
// was.
func (c *Census) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, censusVersion)
	read := Census{period: from.Period()}
	minBuys := from.Uvarint()
	if minBuys < 1 || minBuys > MaxMinBuys {
		from.Fail("min_buys out of range")
	}
	read.minBuys = int(minBuys)
	if read.customers = from.Count(); read.customers > maxSum {
		from.Fail("customers out of range")
	}
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		code := from.Uint32()
		if i > 0 && code <= previous {
			from.Fail("categories out of order")
		}
		previous = code
		category := read.category(code)
		for _, figure := range category.coverage.figures() {
			*figure = from.Count()
		}
		category.usage, category.shares = from.Histogram(), from.Histogram()
		if from.Err() == nil && !category.possible(read.customers) {
			from.Fail("figures that no customers have")
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: census: %w", err)
	}
	*c = read
	return nil
}

// possible reports whether some of so many customers have these figures.
func (c *categoryCensus) possible(customers int64) bool {
	coverage := &c.coverage
	for _, figure := range coverage.figures() {
		if *figure > maxSum {
			return false
		}
	}
	return coverage.Buyers <= min(customers, coverage.Lines) && coverage.Unmeasured <= coverage.Lines &&
		coverage.Enough <= coverage.Buyers && coverage.BothKinds <= coverage.Enough &&
		coverage.Measured <= coverage.Buyers &&
		min(c.usage.Total(), maxSum) == coverage.Measured && min(c.shares.Total(), maxSum) == coverage.BothKinds &&
		within(&c.usage, 0, 3*maxSum) && within(&c.shares, 1, 1999)
}

// within reports whether all values lie from least to most.
func within(counted *population.Histogram, least, most int64) bool {
	values, _ := counted.Values()
	return len(values) == 0 || values[0] >= least && values[len(values)-1] <= most
}

// figures lists the coverage in the order of the stored form.
func (c *Coverage) figures() []*int64 {
	return []*int64{
		&c.Buyers, &c.Enough, &c.BothKinds, &c.Measured, &c.Lines, &c.Unmeasured,
		&c.Bought.Store, &c.Bought.National, &c.Bought.Unknown,
		&c.Returned.Store, &c.Returned.National, &c.Returned.Unknown,
	}
}
