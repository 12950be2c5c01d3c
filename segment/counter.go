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
	counts []Counts
	marks  dayMarks
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
	// chunk is how many lines are added before sums are brought back to their bound: so many
	// of the greatest lines reach it and do not pass it.
	chunk = maxSum / population.MaxUnits
)

// NewCounter counts the lines of a period.
func NewCounter[K population.Key](period population.Period) *Counter[K] {
	// Lines have days of the years 1 to 9999 only.
	const end = customer.MaxDate + 1
	period.From, period.Until = min(max(period.From, 1), end), min(max(period.Until, 1), end)
	return &Counter[K]{period: period}
}

// Count returns one customer's Counts by ascending category, in a slice that the next
// call reuses. The lines may be in any order; those of ascending days are counted in one
// go. Lines outside the period are left out; a malformed line is an error.
func (c *Counter[K]) Count(lines []population.Line[K]) ([]Counts, error) {
	ascending, err := c.add(lines)
	if err != nil {
		c.drain(nil)
		return nil, err
	}
	if ascending {
		return c.drain(nil), nil
	}
	markDays(&c.marks, c.period, lines)
	return c.drain((*dayMarks).count), nil
}

// countDays is Count with the distinct days of each category, one category's after the
// other's, Counts.Days of each.
func (c *Counter[K]) countDays(lines []population.Line[K]) ([]Counts, []customer.Date, error) {
	if _, err := c.add(lines); err != nil {
		c.drain(nil)
		return nil, nil, err
	}
	markDays(&c.marks, c.period, lines)
	c.marks.days = c.marks.days[:0]
	return c.drain((*dayMarks).take), c.marks.days, nil
}

// add counts lines, and reports whether each category's days were ascending: else its
// number of days is not to be trusted.
func (c *Counter[K]) add(lines []population.Line[K]) (ascending bool, err error) {
	ascending = true
	for from := 0; from < len(lines); from += chunk {
		in, err := c.addChunk(lines[from:min(from+chunk, len(lines))])
		if err != nil {
			return false, err
		}
		ascending = ascending && in
		if len(lines) > chunk {
			c.bound()
		}
	}
	return ascending, nil
}

func (c *Counter[K]) addChunk(lines []population.Line[K]) (ascending bool, err error) {
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

// bound brings every sum back to its bound.
func (c *Counter[K]) bound() {
	bound := func(s *sums) {
		for kind, units := range s.units {
			s.units[kind] = min(units, maxSum)
		}
	}
	for _, w := range c.words {
		for set := c.set[w]; set != 0; set &= set - 1 {
			bound(&c.dense[w<<6|uint32(bits.TrailingZeros64(set))])
		}
	}
	for place := range c.rare {
		bound(&c.rare[place])
	}
}

// drain returns the customer's counts by ascending category and makes ready for the next.
// Where her days were marked, days says how many there are of a category.
func (c *Counter[K]) drain(days func(*dayMarks, uint32) uint32) []Counts {
	c.counts = c.counts[:0]
	slices.Sort(c.words)
	for _, w := range c.words {
		for set := c.set[w]; set != 0; set &= set - 1 {
			item := w<<6 | uint32(bits.TrailingZeros64(set))
			s := &c.dense[item]
			if days != nil {
				s.days = days(&c.marks, item)
			}
			c.append(item, s)
			*s = sums{}
		}
		c.set[w] = 0
	}
	c.words = c.words[:0]
	if len(c.rare) > 0 {
		c.drainRare(days)
	}
	c.marks.order, c.marks.next = c.marks.order[:0], 0
	return c.counts
}

// drainRare drains the categories that are not dense: all the greater ones.
func (c *Counter[K]) drainRare(days func(*dayMarks, uint32) uint32) {
	items := make([]uint32, 0, len(c.sparse))
	for item := range c.sparse {
		items = append(items, item)
	}
	slices.Sort(items)
	for _, item := range items {
		s := &c.rare[c.sparse[item]]
		if days != nil {
			s.days = days(&c.marks, item)
		}
		c.append(item, s)
	}
	c.rare = c.rare[:0]
	clear(c.sparse)
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

// dayMarks finds the distinct days of each category among lines in any order: by a bit for
// each day of the period, or where that would be too many bits, by sorting.
type dayMarks struct {
	first customer.Date // of the period
	words int           // of bits, for each category
	bits  []uint64
	order []uint64        // category and day, sorted
	next  int             // of order
	days  []customer.Date // as taken
}

// maxMarks is how many words of bits there may be: 8 MiB.
const maxMarks = 1 << 20

func markDays[K population.Key](m *dayMarks, period population.Period, lines []population.Line[K]) {
	m.first, m.words = period.From, int(period.Until-period.From+63)/64
	for i := range lines {
		line := &lines[i]
		if line.Returned || !period.Contains(line.Day) {
			continue
		}
		if end := (uint64(line.Item) + 1) * uint64(m.words); end > uint64(len(m.bits)) {
			if end > maxMarks {
				m.order = append(m.order, uint64(line.Item)<<32|uint64(line.Day))
				continue
			}
			m.bits = append(m.bits, make([]uint64, int(end)-len(m.bits))...)
		}
		day := int(line.Day - m.first)
		m.bits[int(line.Item)*m.words+day>>6] |= 1 << (day & 63)
	}
	slices.Sort(m.order)
}

// count forgets the marks of a category and returns the number of its days. Categories
// are counted or taken in ascending order.
func (m *dayMarks) count(item uint32) (n uint32) {
	if marks := m.of(item); marks != nil {
		for w, set := range marks {
			n += uint32(bits.OnesCount64(set))
			marks[w] = 0
		}
		return n
	}
	return m.each(item, func(customer.Date) {})
}

// take is count, and appends the days to those taken before.
func (m *dayMarks) take(item uint32) (n uint32) {
	taken := len(m.days)
	if marks := m.of(item); marks != nil {
		for w, set := range marks {
			for ; set != 0; set &= set - 1 {
				m.days = append(m.days, m.first+customer.Date(w<<6|bits.TrailingZeros64(set)))
			}
			marks[w] = 0
		}
		return uint32(len(m.days) - taken)
	}
	return m.each(item, func(day customer.Date) { m.days = append(m.days, day) })
}

// of returns the bits of a category, or nil where its days are sorted instead, or none.
func (m *dayMarks) of(item uint32) []uint64 {
	words := uint64(m.words)
	if from := uint64(item) * words; from+words <= uint64(len(m.bits)) {
		return m.bits[from : from+words]
	}
	return nil
}

// each visits the distinct sorted days of a category, and returns their number.
func (m *dayMarks) each(item uint32, visit func(customer.Date)) (n uint32) {
	for last := uint64(0); m.next < len(m.order) && uint32(m.order[m.next]>>32) == item; m.next++ {
		if one := m.order[m.next]; one != last {
			visit(customer.Date(uint32(one)))
			last = one
			n++
		}
	}
	return n
}
