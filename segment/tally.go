package segment

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Tally is the ungrouped form of counting: lines in any order, in any split over
// several tallies, merged in any order, give the same bytes. Its memory grows with the
// customers and their categories, about 170 bytes for each pair. It is not safe for
// concurrent use; parallel work fills one Tally each and merges.
type Tally[K population.Key] struct {
	period population.Period
	table  population.Table[K, tallied]
}

// tallied is a Counts that still knows its days, so that one day counts once however
// the lines were split.
type tallied struct {
	counts Counts // Category and Days are set when read
	days   customer.Days
}

// tallyVersion is the format of MarshalBinary.
const tallyVersion = 1

// NewTally counts the lines of a period.
func NewTally[K population.Key](period population.Period) *Tally[K] {
	return &Tally[K]{period: period}
}

// Add counts lines. Lines outside the period are left out. At a malformed line it
// stops with an error, having counted the lines before it.
func (t *Tally[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return err
		}
		if !t.period.Contains(line.Day) {
			continue
		}
		entry := t.table.At(line.Customer, line.Item)
		entry.counts.add(line.Returned, line.Kind, line.Units)
		if !line.Returned {
			entry.days.Add(line.Day)
		}
	}
	return nil
}

// Merge counts everything that other counted. Tallies of different periods do not
// merge. Other stays as it is and shares no memory with t afterwards.
func (t *Tally[K]) Merge(other *Tally[K]) error {
	if t.period != other.period {
		return fmt.Errorf("segment: a tally of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, t.period.From, t.period.Until)
	}
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			from, into := &row.Values[i], t.table.At(key, item)
			into.counts.Lines = bounded(into.counts.Lines, from.counts.Lines)
			into.counts.Unmeasured = bounded(into.counts.Unmeasured, from.counts.Unmeasured)
			into.counts.Bought = into.counts.Bought.plus(from.counts.Bought)
			into.counts.Returned = into.counts.Returned.plus(from.counts.Returned)
			into.days = into.days.Union(from.days)
		}
	}
	return nil
}

// Customers returns the number of customers counted.
func (t *Tally[K]) Customers() int { return t.table.Len() }

// Counts returns one customer's Counts by ascending category.
func (t *Tally[K]) Counts(key K) []Counts { return counts(nil, t.table.Row(key)) }

// All walks the customers in ascending order with their Counts by ascending category,
// in a slice that is reused for the next customer.
func (t *Tally[K]) All() iter.Seq2[K, []Counts] {
	return func(yield func(K, []Counts) bool) {
		var space []Counts
		for key, row := range t.table.All() {
			space = counts(space[:0], row)
			if !yield(key, space) {
				return
			}
		}
	}
}

func counts(dst []Counts, row population.Row[tallied]) []Counts {
	for i, item := range row.Items {
		one := row.Values[i].counts
		one.Category, one.Days = item, len(row.Values[i].days)
		dst = append(dst, one)
	}
	return dst
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *Tally[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{tallyVersion}, t.period)
	return t.table.Append(data, func(dst []byte, v *tallied) []byte {
		dst = appendUnits(appendUnits(dst, v.counts.Bought), v.counts.Returned)
		dst = binary.AppendUvarint(dst, uint64(v.counts.Lines))
		dst = binary.AppendUvarint(dst, uint64(v.counts.Unmeasured))
		return population.AppendDays(dst, v.days)
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it
// was.
func (t *Tally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, tallyVersion)
	var read Tally[K]
	read.period = from.Period()
	read.table.Read(from, func(from *population.Decoder, v *tallied) {
		v.counts.Bought, v.counts.Returned = readUnits(from), readUnits(from)
		v.counts.Lines, v.counts.Unmeasured = from.Count(), from.Count()
		if v.days = from.Days(); from.Err() == nil && !v.possible(read.period) {
			from.Fail("counts that no lines have")
		}
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: tally: %w", err)
	}
	*t = read
	return nil
}

// possible reports whether some lines of the period have these counts.
func (v *tallied) possible(period population.Period) bool {
	lines, days := v.counts.Lines, int64(len(v.days))
	measured := lines - v.counts.Unmeasured
	return lines <= maxSum && measured >= 0 && (v.counts.Bought.sum() > 0) == (measured > 0) &&
		days <= lines && (days > 0) == (lines > 0) &&
		(days == 0 || period.Contains(v.days[0]) && period.Contains(v.days.Last()))
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
