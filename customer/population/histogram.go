package population

import (
	"encoding/binary"
	"maps"
	"slices"
)

// MaxDistinct is how many distinct values a Histogram tells apart. Up to here its
// cuts are exact; past it, the lowest bit of all values is dropped until they fit
// again, and each cut states the rank that it really has.
const MaxDistinct = 1 << 16

// maxTotal is where counting stops: no population is larger, and sums of a few totals
// stay within an int64. A sum that stops at a bound is as free of order as one that
// does not.
const maxTotal = 1 << 60

// Histogram counts how often each value occurs. Counting is free of order: any order
// and any split of the same values, merged, gives the same Histogram. The zero
// Histogram is empty. It is not safe for concurrent use.
type Histogram struct {
	counts map[int64]int64 // by value, its lowest shift bits dropped
	total  int64
	shift  uint
	limit  int // 0: MaxDistinct; tests set less
}

// Cut is a value that divides a Histogram, and the rank that it really has: Below of
// Total values are less than Value.
type Cut struct {
	Value int64
	Below int64
	Total int64
}

// Add counts a value n times. n is 0 or more.
func (h *Histogram) Add(value, n int64) {
	if n <= 0 {
		return
	}
	if h.counts == nil {
		h.counts = make(map[int64]int64)
	}
	h.count(value>>h.shift, n)
	h.fit()
}

// count adds to the count of a value whose lowest bits are gone.
func (h *Histogram) count(value, n int64) {
	if n <= maxTotal-h.total { // one step into the map instead of two
		h.counts[value] += n
		h.total += n
		return
	}
	h.counts[value] = bounded(h.counts[value], n)
	h.total = maxTotal
}

// bounded is a + b, at most maxTotal. a is at most maxTotal, neither is below 0.
func bounded(a, b int64) int64 { return min(a+min(b, maxTotal), maxTotal) }

// Merge counts everything that other counted.
func (h *Histogram) Merge(other *Histogram) {
	for h.shift < other.shift {
		h.drop()
	}
	for value, n := range other.counts {
		// The value's own lowest bits are gone; shifting it back gives its lower bound.
		h.Add(value<<other.shift, n)
	}
}

// fit drops bits until the distinct values are few enough. The final shift depends on
// the set of values alone: it is the least that makes all of them fit.
func (h *Histogram) fit() {
	limit := h.limit
	if limit == 0 {
		limit = MaxDistinct
	}
	for len(h.counts) > limit {
		h.drop()
	}
}

func (h *Histogram) drop() {
	h.shift++
	coarse := make(map[int64]int64, len(h.counts)/2+1)
	for value, n := range h.counts {
		coarse[value>>1] = bounded(coarse[value>>1], n)
	}
	h.counts = coarse
}

// Total returns how many values were counted.
func (h *Histogram) Total() int64 { return h.total }

// Values returns the distinct values in ascending order with their counts. Where bits
// were dropped a value stands for itself and those up to the next multiple.
func (h *Histogram) Values() (values, counts []int64) {
	values = slices.Sorted(maps.Keys(h.counts))
	counts = make([]int64, len(values))
	for i, value := range values {
		counts[i] = h.counts[value]
		values[i] = value << h.shift
	}
	return values, counts
}

// Cuts returns, for each part = 1 … parts-1, the least counted value below which at
// least part/parts of all values lie, so that equal values always fall on the same
// side. A cut that no value satisfies (all values beyond it are equal) is missing,
// and the list ends before it. There are 2 to [MaxParts] parts; any other number has no
// cuts.
func (h *Histogram) Cuts(parts int64) []Cut {
	if parts < 2 || parts > MaxParts {
		return nil
	}
	var cuts []Cut
	part, below := int64(1), int64(0)
	values, counts := h.Values()
	for i, value := range values {
		for part < parts && below > 0 && below >= share(h.total, part, parts) {
			cuts = append(cuts, Cut{Value: value, Below: below, Total: h.total})
			part++
		}
		below = bounded(below, counts[i])
	}
	return cuts
}

// MaxParts is the most parts that Cuts makes.
const MaxParts = 1000

// share is the least whole number that is at least total·part/parts.
func share(total, part, parts int64) int64 {
	whole, rest := total/parts, total%parts
	return whole*part + (rest*part+parts-1)/parts
}

// Append writes the histogram.
func (h *Histogram) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(h.shift))
	dst = binary.AppendUvarint(dst, uint64(len(h.counts)))
	for _, value := range slices.Sorted(maps.Keys(h.counts)) {
		dst = binary.AppendVarint(dst, value)
		dst = binary.AppendUvarint(dst, uint64(h.counts[value]))
	}
	return dst
}

// Histogram reads what Append wrote.
func (d *Decoder) Histogram() Histogram {
	shift, n := d.Uvarint(), d.Uvarint()
	if shift > 63 || n > MaxDistinct {
		d.Fail("a histogram's precision is out of range")
		return Histogram{}
	}
	h := Histogram{shift: uint(shift)}
	previous := int64(0)
	for i := uint64(0); i < n && d.err == nil; i++ {
		value, count := d.Varint(), d.Count()
		fits := value<<h.shift>>h.shift == value // with its lowest bits back it is an int64
		if i > 0 && value <= previous || !fits || count == 0 || count > maxTotal {
			d.Fail("a histogram's values are out of order or range")
			break
		}
		if h.counts == nil {
			h.counts = make(map[int64]int64)
		}
		previous = value
		h.count(value, count)
	}
	return h
}
