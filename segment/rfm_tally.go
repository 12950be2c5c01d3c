package segment

import (
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// RFMTally is the ungrouped form of counting: lines in any order, in any split over
// several tallies, merged in any order, give the same bytes. Its memory grows with the
// customers and their days. It is not safe for concurrent use; parallel work fills one
// RFMTally each and merges.
type RFMTally[K population.Key] struct {
	period population.Period
	table  population.Table[K, rfmTallied] // of item 0 alone
}

// rfmTallied are facts that still know their days, so that one day counts once however
// the lines were split.
type rfmTallied struct {
	facts RFMFacts // On, Last and Days are set when read
	days  customer.Days
}

// rfmTallyVersion is the format of MarshalBinary.
const rfmTallyVersion = 1

// NewRFMTally counts the lines of a period.
func NewRFMTally[K population.Key](period population.Period) *RFMTally[K] {
	return &RFMTally[K]{period: period}
}

// Add counts lines, whatever their items. Lines outside the period are left out. At a
// malformed line it stops with an error, having counted the lines before it.
func (t *RFMTally[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return err
		}
		if !t.period.Contains(line.Day) {
			continue
		}
		entry := t.table.At(line.Customer, 0)
		entry.facts.add(line.Returned, line.Priced, line.Amount)
		if !line.Returned {
			entry.days.Add(line.Day)
		}
	}
	return nil
}

// Merge counts everything that other counted. Tallies of different periods do not merge.
// Other stays as it is and shares no memory with t afterwards.
func (t *RFMTally[K]) Merge(other *RFMTally[K]) error {
	if t.period != other.period {
		return fmt.Errorf("segment: an RFM tally of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, t.period.From, t.period.Until)
	}
	for key, row := range other.table.All() {
		from, into := &row.Values[0], t.table.At(key, 0)
		sums := rfmSums(&into.facts)
		for i, sum := range rfmSums(&from.facts) {
			*sums[i] = bounded(*sums[i], *sum)
		}
		into.days = into.days.Union(from.days)
	}
	return nil
}

// Customers returns the number of customers counted, those who only brought something
// back included.
func (t *RFMTally[K]) Customers() int { return t.table.Len() }

// Facts returns one customer's facts.
func (t *RFMTally[K]) Facts(key K) RFMFacts {
	if row := t.table.Row(key); len(row.Values) > 0 {
		return row.Values[0].read(t.period)
	}
	return RFMFacts{On: t.period.Until}
}

// All walks the customers in ascending order.
func (t *RFMTally[K]) All() iter.Seq2[K, RFMFacts] {
	return func(yield func(K, RFMFacts) bool) {
		for key, row := range t.table.All() {
			if !yield(key, row.Values[0].read(t.period)) {
				return
			}
		}
	}
}

// read returns the facts whole.
func (v *rfmTallied) read(period population.Period) RFMFacts {
	facts := v.facts
	facts.On, facts.Last, facts.Days = period.Until, v.days.Last(), len(v.days)
	return facts
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *RFMTally[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{rfmTallyVersion}, t.period)
	return t.table.Append(data, func(dst []byte, v *rfmTallied) []byte {
		for _, sum := range rfmSums(&v.facts) {
			dst = binary.AppendUvarint(dst, uint64(*sum))
		}
		return population.AppendDays(dst, v.days)
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it was.
func (t *RFMTally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, rfmTallyVersion)
	var read RFMTally[K]
	read.period = from.Period()
	read.table.Read(from, func(from *population.Decoder, v *rfmTallied) {
		for _, sum := range rfmSums(&v.facts) {
			*sum = from.Count()
		}
		if v.days = from.Days(); from.Err() == nil && !v.possible(read.period) {
			from.Fail("facts that no lines have")
		}
	})
	if from.Err() == nil {
		for _, row := range read.table.All() {
			if len(row.Items) != 1 || row.Items[0] != 0 {
				from.Fail("facts of several items")
				break
			}
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: RFM tally: %w", err)
	}
	*t = read
	return nil
}

// possible reports whether some lines of the period have these facts.
func (v *rfmTallied) possible(period population.Period) bool {
	facts := v.read(period)
	return facts.possible() && facts.Lines+facts.Returns > 0 &&
		(len(v.days) == 0 || period.Contains(v.days[0]) && period.Contains(facts.Last))
}
