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
// customers, 128 bytes for each; in periods of more than 512 days, with their days of
// purchase from the 513th on. It is not safe for concurrent use; parallel work fills one
// RFMTally each and merges.
type RFMTally[K population.Key] struct {
	period population.Period
	gather *population.Gather[K, rfmTallied]
}

// rfmTallied are facts that still know their days, so that one day counts once however
// the lines were split. They lie together in two lines of the processor's cache, because
// this is where the time of a large tally goes.
type rfmTallied struct {
	sums  [rfmSummed]int64           // in the order of the stored form; see rfmSums
	marks [rfmMarkedDays / 64]uint64 // a bit for each of the period's first days
	later *customer.Days             // of purchase, after those; nil: none
}

// rfmMarkedDays is how many days of a period are marked by a bit: a year and what is over.
const rfmMarkedDays = 512

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
				into.add(line)
				if !line.Returned {
					into.mark(line.Day, period)
				}
			}
			return into.bytes()
		})
	}
	return t.gather
}

// add counts a line and leaves its day to the caller.
func (v *rfmTallied) add(line *population.Line[uint64]) {
	lines, sum := &v.sums[0], &v.sums[4]
	if line.Returned {
		lines, sum = &v.sums[2], &v.sums[5]
	}
	*lines = bounded(*lines, 1)
	*sum = bounded(*sum, line.Amount)
	if !line.Priced {
		unpriced := &v.sums[1]
		if line.Returned {
			unpriced = &v.sums[3]
		}
		*unpriced = bounded(*unpriced, 1)
	}
}

// mark notes a day of the period.
func (v *rfmTallied) mark(day customer.Date, period population.Period) {
	at := uint(day) - uint(period.From)
	if at < rfmMarkedDays {
		v.marks[at/64] |= 1 << (at % 64)
		return
	}
	if v.later == nil {
		v.later = new(customer.Days)
	}
	v.later.Add(day)
}

func (v *rfmTallied) bytes() int {
	const whole, day = 128, 4
	if v.later == nil {
		return whole
	}
	return whole + day*cap(*v.later)
}

// Add counts lines, whatever their items. Lines outside the period are left out. At a
// malformed line it stops with an error, having counted the lines before it.
func (t *RFMTally[K]) Add(lines ...population.Line[K]) error { return t.all().Add(lines...) }

// Merge counts everything that other counted. Tallies of different periods do not merge.
// Other stays as it is and shares no memory with t afterwards.
func (t *RFMTally[K]) Merge(other *RFMTally[K]) error {
	err := t.all().Merge(other.all(), func(into, from *rfmTallied) int {
		for i, sum := range from.sums {
			into.sums[i] = bounded(into.sums[i], sum)
		}
		for i, set := range from.marks {
			into.marks[i] |= set
		}
		if from.later != nil {
			later := from.later.Union(nil)
			if into.later != nil {
				later = later.Union(*into.later)
			}
			into.later = &later
		}
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

// facts returns the sums as facts, without what the days say.
func (v *rfmTallied) facts() (facts RFMFacts) {
	for i, sum := range rfmSums(&facts) {
		*sum = v.sums[i]
	}
	return facts
}

// read returns the facts whole.
func (v *rfmTallied) read(period population.Period) RFMFacts {
	facts := v.facts()
	facts.On = period.Until
	for w, set := range v.marks {
		if set != 0 {
			facts.Days += bits.OnesCount64(set)
			facts.Last = period.From + customer.Date(w<<6+63-bits.LeadingZeros64(set))
		}
	}
	if v.later != nil {
		facts.Days, facts.Last = facts.Days+len(*v.later), v.later.Last()
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
	if v.later != nil {
		days = append(days, *v.later...)
	}
	return days
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
		for _, sum := range hers.Folded.sums {
			dst = binary.AppendUvarint(dst, uint64(sum))
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
		for i := range v.sums {
			v.sums[i] = from.Count()
		}
		days := from.Days()
		facts := v.facts()
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
