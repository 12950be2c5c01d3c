package segment

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// RFMTally is the ungrouped form of counting: lines in any order, in any split over
// several tallies, merged in any order, give the same bytes. Its memory grows with the
// customers, a bit for each of them and day of the period; in periods of more than 4,096
// days, with their days of purchase. It is not safe for concurrent use; parallel work
// fills one RFMTally each and merges.
type RFMTally[K population.Key] struct {
	period population.Period
	gather *population.Gather[K, rfmTallied]
}

// rfmTallied are facts that still know their days, so that one day counts once however
// the lines were split.
type rfmTallied struct {
	facts RFMFacts      // On, Last and Days are set when read
	marks []uint64      // a bit for each day of the period
	days  customer.Days // in longer periods
}

// rfmMarkedDays is up to how many days of a period each is marked by a bit.
const rfmMarkedDays = 4096

// rfmTallyVersion is the format of MarshalBinary.
const rfmTallyVersion = 1

// NewRFMTally counts the lines of a period.
func NewRFMTally[K population.Key](period population.Period) *RFMTally[K] {
	return &RFMTally[K]{period: period}
}

// all is what was gathered. The zero RFMTally, which is one of no period, is ready too.
func (t *RFMTally[K]) all() *population.Gather[K, rfmTallied] {
	if t.gather == nil {
		period := t.period
		t.gather = population.NewGather[K](period, 0, func(into *rfmTallied, lines []population.Line[uint64]) int {
			for i := range lines {
				line := &lines[i]
				into.facts.add(line.Returned, line.Priced, line.Amount)
				if !line.Returned {
					into.mark(line.Day, period)
				}
			}
			return into.bytes()
		})
	}
	return t.gather
}

// mark notes a day of the period.
func (v *rfmTallied) mark(day customer.Date, period population.Period) {
	length := int(period.Until) - int(period.From)
	if length > rfmMarkedDays {
		v.days.Add(day)
		return
	}
	if v.marks == nil {
		v.marks = make([]uint64, (length+63)/64)
	}
	at := uint(day - period.From)
	v.marks[at/64] |= 1 << (at % 64)
}

func (v *rfmTallied) bytes() int {
	const facts, word, day = 104, 8, 4
	return facts + word*len(v.marks) + day*cap(v.days)
}

// Add counts lines, whatever their items. Lines outside the period are left out. At a
// malformed line it stops with an error, having counted the lines before it.
func (t *RFMTally[K]) Add(lines ...population.Line[K]) error { return t.all().Add(lines...) }

// Merge counts everything that other counted. Tallies of different periods do not merge.
// Other stays as it is and shares no memory with t afterwards.
func (t *RFMTally[K]) Merge(other *RFMTally[K]) error {
	err := t.all().Merge(other.all(), func(into, from *rfmTallied) int {
		sums := rfmSums(&into.facts)
		for i, sum := range rfmSums(&from.facts) {
			*sums[i] = bounded(*sums[i], *sum)
		}
		if len(into.marks) < len(from.marks) {
			into.marks = make([]uint64, len(from.marks))
		}
		for i, set := range from.marks {
			into.marks[i] |= set
		}
		into.days = into.days.Union(from.days)
		return into.bytes()
	})
	if err != nil {
		return fmt.Errorf("segment: RFM tally: %w", err)
	}
	return nil
}

// Customers returns the number of customers counted, those who only brought something
// back included.
func (t *RFMTally[K]) Customers() int { return t.all().Len() }

// Facts returns one customer's facts.
func (t *RFMTally[K]) Facts(key K) RFMFacts {
	if hers, found := t.all().Of(key); found {
		return hers.Folded.read(t.period)
	}
	return RFMFacts{On: t.period.Until}
}

// All walks the customers in ascending order.
func (t *RFMTally[K]) All() iter.Seq2[K, RFMFacts] {
	return func(yield func(K, RFMFacts) bool) {
		for key, hers := range t.all().All() {
			if !yield(key, hers.Folded.read(t.period)) {
				return
			}
		}
	}
}

// read returns the facts whole.
func (v *rfmTallied) read(period population.Period) RFMFacts {
	facts := v.facts
	facts.On, facts.Last, facts.Days = period.Until, v.days.Last(), len(v.days)
	for w, set := range v.marks {
		if set != 0 {
			facts.Days += bits.OnesCount64(set)
			facts.Last = period.From + customer.Date(w<<6+63-bits.LeadingZeros64(set))
		}
	}
	return facts
}

// list appends the days of purchase.
func (v *rfmTallied) list(days customer.Days, period population.Period) customer.Days {
	for w, set := range v.marks {
		for ; set != 0; set &= set - 1 {
			days = append(days, period.From+customer.Date(w<<6|bits.TrailingZeros64(set)))
		}
	}
	return append(days, v.days...)
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *RFMTally[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{rfmTallyVersion}, t.period)
	var days customer.Days
	return t.all().Append(data, func(dst []byte, hers population.Gathered[rfmTallied]) []byte {
		dst = append(dst, 1, 0) // one item, item 0
		for _, sum := range rfmSums(&hers.Folded.facts) {
			dst = binary.AppendUvarint(dst, uint64(*sum))
		}
		days = hers.Folded.list(days[:0], t.period)
		return population.AppendDays(dst, days)
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the tally stays as it was.
func (t *RFMTally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, rfmTallyVersion)
	read := NewRFMTally[K](from.Period())
	read.all().Read(from, func(from *population.Decoder, v *rfmTallied) int {
		if items, item := from.Uvarint(), from.Uvarint(); items != 1 || item != 0 {
			from.Fail("facts of several items")
		}
		for _, sum := range rfmSums(&v.facts) {
			*sum = from.Count()
		}
		days := from.Days()
		facts := v.facts
		facts.Days = len(days)
		if from.Err() == nil && !(facts.possible() && facts.Lines+facts.Returns > 0 &&
			(len(days) == 0 || read.period.Contains(days[0]) && read.period.Contains(days.Last()))) {
			from.Fail("facts that no lines have")
		}
		if from.Err() == nil {
			for _, day := range days {
				v.mark(day, read.period)
			}
		}
		return v.bytes()
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: RFM tally: %w", err)
	}
	*t = *read
	return nil
}
