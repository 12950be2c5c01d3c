package segment

import (
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Counter is the grouped form of counting: one customer's lines at a time, as
// population.Runs yields them, in bounded memory. It is not safe for concurrent use.
type Counter[K population.Key] struct {
	period population.Period
	dense  []sums            // by category below denseItems; all zero between two customers
	set    []uint64          // by category below denseItems: a bit for each that the customer has
	words  []uint32          // of set: those that are not 0
	sparse map[uint32]uint32 // by category from denseItems on: the place in rare
	rare   []sums
	order  []uint64 // scratch for sorting days
	counts []Counts
}

// sums are one category's figures while they are added up, small enough for one line of
// the processor's cache: this is where the time of a nine-cell run goes.
type sums struct {
	units             [6]int64 // by kind of brand; 3 places on where returned
	lines, unmeasured uint32
	days              uint32
	last              customer.Date
}

const (
	// denseItems is up to which category code sums are found by index. The codes of a
	// Coder lie below it; others cost a map.
	denseItems = 1 << 17
	// chunk is how many lines are added before sums are brought back to their bound: the
	// greatest lines, so many of them on top of a sum at its bound, fit an int64.
	chunk = 1 << 20
)

// NewCounter counts the lines of a period.
func NewCounter[K population.Key](period population.Period) *Counter[K] {
	return &Counter[K]{period: period}
}

// Count returns one customer's Counts by ascending category, in a slice that the next
// call reuses. The lines may be in any order; those of ascending days are counted in one
// go. Lines outside the period are left out; a malformed line is an error.
func (c *Counter[K]) Count(lines []population.Line[K]) ([]Counts, error) {
	ordered := true
	for from := 0; from < len(lines); from += chunk {
		ascending, err := c.add(lines[from:min(from+chunk, len(lines))])
		if err != nil {
			c.drain()
			return nil, err
		}
		ordered = ordered && ascending
		if len(lines) > chunk {
			c.bound()
		}
	}
	if !ordered {
		c.countDays(lines)
	}
	return c.drain(), nil
}

// add counts lines, and reports whether each category's days were ascending: else its
// number of days is not to be trusted.
func (c *Counter[K]) add(lines []population.Line[K]) (ascending bool, err error) {
	ascending = true
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return false, line.Check()
		}
		if !c.period.Contains(line.Day) {
			continue
		}
		var s *sums
		if item := line.Item; uint64(item) < uint64(len(c.dense)) {
			s = &c.dense[item]
			if c.set[item>>6] == 0 {
				c.words = append(c.words, item>>6)
			}
			c.set[item>>6] |= 1 << (item & 63)
		} else {
			s = c.find(item)
		}
		if line.Returned {
			s.units[line.Kind+3] += line.Units
			continue
		}
		s.units[line.Kind] += line.Units
		s.lines++
		if line.Units == 0 {
			s.unmeasured++
		}
		if line.Day != s.last {
			s.days++
			ascending = ascending && line.Day > s.last
			s.last = line.Day
		}
	}
	return ascending, nil
}

// find returns the sums of a category that is not dense yet, or never will be. They hold
// until the next call.
func (c *Counter[K]) find(item uint32) *sums {
	if uint64(item) < uint64(len(c.dense)) {
		return &c.dense[item]
	}
	if item < denseItems {
		words := int(item>>6) + 1 // more than there are
		c.set = append(c.set, make([]uint64, words-len(c.set))...)
		c.dense = append(c.dense, make([]sums, words<<6-len(c.dense))...)
		c.words = append(c.words, item>>6)
		c.set[item>>6] = 1 << (item & 63)
		return &c.dense[item]
	}
	place, found := c.sparse[item]
	if !found {
		if c.sparse == nil {
			c.sparse = make(map[uint32]uint32)
		}
		place = uint32(len(c.rare))
		c.sparse[item], c.rare = place, append(c.rare, sums{})
	}
	return &c.rare[place]
}

// each walks the customer's categories in ascending order.
func (c *Counter[K]) each(visit func(item uint32, s *sums)) {
	slices.Sort(c.words)
	for _, w := range c.words {
		for set := c.set[w]; set != 0; set &= set - 1 {
			item := w<<6 | uint32(bits.TrailingZeros64(set))
			visit(item, &c.dense[item])
		}
	}
	if len(c.rare) == 0 {
		return
	}
	c.order = c.order[:0]
	for item, place := range c.sparse {
		c.order = append(c.order, uint64(item)<<32|uint64(place))
	}
	slices.Sort(c.order)
	for _, one := range c.order {
		visit(uint32(one>>32), &c.rare[uint32(one)])
	}
}

// bound brings every sum back to its bound.
func (c *Counter[K]) bound() {
	c.each(func(_ uint32, s *sums) {
		for kind, units := range s.units {
			s.units[kind] = min(units, maxSum)
		}
	})
}

// countDays counts the distinct days of lines that are in no order.
func (c *Counter[K]) countDays(lines []population.Line[K]) {
	c.each(func(_ uint32, s *sums) { s.days = 0 })
	c.order = c.order[:0]
	for i := range lines {
		if line := &lines[i]; !line.Returned && c.period.Contains(line.Day) {
			c.order = append(c.order, uint64(line.Item)<<32|uint64(line.Day))
		}
	}
	slices.Sort(c.order)
	for i, one := range c.order {
		if i > 0 && one == c.order[i-1] {
			continue
		}
		c.find(uint32(one>>32)).days++
	}
}

// drain returns the customer's counts by ascending category, and makes ready for the next.
func (c *Counter[K]) drain() []Counts {
	c.counts = c.counts[:0]
	slices.Sort(c.words)
	for _, w := range c.words {
		for set := c.set[w]; set != 0; set &= set - 1 {
			item := w<<6 | uint32(bits.TrailingZeros64(set))
			c.append(item, &c.dense[item])
			c.dense[item] = sums{}
		}
		c.set[w] = 0
	}
	c.words = c.words[:0]
	if len(c.rare) > 0 {
		c.each(c.append)
		c.rare = c.rare[:0]
		clear(c.sparse)
	}
	return c.counts
}

func (c *Counter[K]) append(item uint32, s *sums) {
	if len(c.counts) == cap(c.counts) {
		c.counts = slices.Grow(c.counts, 64)
	}
	c.counts = c.counts[:len(c.counts)+1]
	one := &c.counts[len(c.counts)-1] // field by field, where a literal would be made and then copied
	one.Category, one.Days = item, int(s.days)
	one.Lines, one.Unmeasured = int64(s.lines), int64(s.unmeasured)
	one.Bought.Store, one.Returned.Store = s.units[customer.StoreBrand], s.units[3+customer.StoreBrand]
	one.Bought.National, one.Returned.National = s.units[customer.NationalBrand], s.units[3+customer.NationalBrand]
	one.Bought.Unknown, one.Returned.Unknown = s.units[customer.UnknownBrand], s.units[3+customer.UnknownBrand]
}
