package segment

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Tally is the ungrouped form of counting: lines in any order, in any split over
// several tallies, merged in any order, give the same bytes. Its memory grows with the
// customers and their categories: see population.Gather. It is not safe for concurrent
// use; parallel work fills one Tally each and merges.
type Tally[K population.Key] struct {
	period  population.Period
	gather  *population.Gather[K, tallied]
	counter *Counter[uint64]
	fresh   tallied // scratch
	space   tallied // scratch
}

// tallyKeeps is how many lines of a customer are kept before they are folded: so many that
// what is read once need not be folded first.
const tallyKeeps = 4096

// tallyVersion is the format of MarshalBinary.
const tallyVersion = 1

// NewTally counts the lines of a period.
func NewTally[K population.Key](period population.Period) *Tally[K] {
	return &Tally[K]{period: period}
}

// all is what was gathered. The zero Tally, which is one of no period, is ready too.
func (t *Tally[K]) all() *population.Gather[K, tallied] {
	if t.gather == nil {
		t.counter = NewCounter[uint64](t.period)
		t.gather = population.NewGather[K](t.period, tallyKeeps, t.fold)
	}
	return t.gather
}

func (t *Tally[K]) fold(into *tallied, lines []population.Line[uint64]) int {
	counts, days, _ := t.counter.countDays(lines) // none is malformed: Add has seen them
	t.fresh = t.fresh[:0]
	for i := range counts {
		t.fresh = t.fresh.append(&counts[i], days[:counts[i].Days])
		days = days[counts[i].Days:]
	}
	return joinTallied(into, t.fresh, &t.space)
}

// counts appends the Counts of what there is of a customer.
func (t *Tally[K]) counts(dst []Counts, hers population.Gathered[tallied]) []Counts {
	if len(*hers.Folded) == 0 {
		counts, _ := t.counter.Count(hers.Lines)
		return append(dst, counts...)
	}
	whole := t.whole(hers)
	return whole.counts(dst)
}

// whole is everything of a customer, folded, in scratch.
func (t *Tally[K]) whole(hers population.Gathered[tallied]) tallied {
	if len(hers.Lines) == 0 {
		return *hers.Folded
	}
	whole := slices.Clone(*hers.Folded)
	t.fold(&whole, hers.Lines)
	return whole
}

// Add counts lines. Lines outside the period are left out. At a malformed line it
// stops with an error, having counted the lines before it.
func (t *Tally[K]) Add(lines ...population.Line[K]) error { return t.all().Add(lines...) }

// Merge counts everything that other counted. Tallies of different periods do not
// merge. Other stays as it is and shares no memory with t afterwards.
func (t *Tally[K]) Merge(other *Tally[K]) error {
	err := t.all().Merge(other.all(), func(into, from *tallied) int { return joinTallied(into, *from, &t.space) })
	if err != nil {
		return fmt.Errorf("segment: tally: %w", err)
	}
	return nil
}

// Customers returns the number of customers counted.
func (t *Tally[K]) Customers() int { return t.all().Len() }

// Counts returns one customer's Counts by ascending category.
func (t *Tally[K]) Counts(key K) []Counts {
	if hers, any := t.all().Of(key); any {
		return t.counts(nil, hers)
	}
	return nil
}

// All walks the customers in ascending order with their Counts by ascending category,
// in a slice that is reused for the next customer.
func (t *Tally[K]) All() iter.Seq2[K, []Counts] {
	return func(yield func(K, []Counts) bool) {
		var space []Counts
		for key, hers := range t.all().All() {
			space = t.counts(space[:0], hers)
			if !yield(key, space) {
				return
			}
		}
	}
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *Tally[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{tallyVersion}, t.period)
	days := customer.Days{}
	return t.all().Append(data, func(dst []byte, hers population.Gathered[tallied]) []byte {
		rest := t.whole(hers)
		dst = binary.AppendUvarint(dst, uint64(rest.categories()))
		for len(rest) > 0 {
			var one Counts
			one, days, rest = rest.next(days[:0])
			dst = binary.AppendUvarint(dst, uint64(one.Category))
			dst = appendUnits(appendUnits(dst, one.Bought), one.Returned)
			dst = binary.AppendUvarint(dst, uint64(one.Lines))
			dst = binary.AppendUvarint(dst, uint64(one.Unmeasured))
			dst = population.AppendDays(dst, days)
		}
		return dst
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it
// was.
func (t *Tally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, tallyVersion)
	read := NewTally[K](from.Period())
	read.all().Read(from, func(from *population.Decoder, hers *tallied) int {
		categories := from.Uvarint()
		if categories == 0 {
			from.Fail("a customer without categories")
		}
		previous := uint32(0)
		for n := uint64(0); n < categories && from.Err() == nil; n++ {
			one := Counts{Category: from.Uint32()}
			if n > 0 && one.Category <= previous {
				from.Fail("categories out of order")
			}
			previous = one.Category
			one.Bought, one.Returned = readUnits(from), readUnits(from)
			one.Lines, one.Unmeasured = from.Count(), from.Count()
			days := from.Days()
			if one.Days = len(days); from.Err() == nil && !one.possible(days, read.period) {
				from.Fail("counts that no lines have")
			}
			*hers = hers.append(&one, days)
		}
		return 4 * cap(*hers)
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: tally: %w", err)
	}
	*t = *read
	return nil
}

// possible reports whether some lines of the period have these counts and days. Where
// lines have stopped at their bound, nobody knows how many of them were measured.
func (c Counts) possible(days customer.Days, period population.Period) bool {
	lines, measured, bought := c.Lines, c.Lines-c.Unmeasured, c.Bought.sum()
	if lines > maxSum || measured < 0 {
		return false
	}
	most := mostOf(lines, c.Unmeasured)
	return (lines == maxSum || bought >= measured && (bought <= most || most == maxSum)) &&
		int64(len(days)) <= lines && (len(days) > 0) == (lines > 0) &&
		(len(days) == 0 || period.Contains(days[0]) && period.Contains(days.Last()))
}

func appendUnits(dst []byte, units Units) []byte {
	dst = binary.AppendUvarint(dst, uint64(units.Store))
	dst = binary.AppendUvarint(dst, uint64(units.National))
	return binary.AppendUvarint(dst, uint64(units.Unknown))
}

func readUnits(from *population.Decoder) Units {
	units := Units{Store: from.Count(), National: from.Count(), Unknown: from.Count()}
	if max(units.Store, units.National, units.Unknown) > maxSum {
		from.Fail("a sum of units out of range")
	}
	return units
}
