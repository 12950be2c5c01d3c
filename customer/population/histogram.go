package population

import (
	"encoding/binary"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// MaxDistinct is how many distinct values a Histogram tells apart. Up to here its cuts are
// exact; past it, every value keeps its leading bits only, as many as leave few enough
// distinct ones: at least 11, so that a value is known to a thousandth of itself (10 where
// values on both sides of 0 go beyond 10¹²). Each cut states the rank that it really has. Small values keep their precision beside large
// ones, as they would not if the lowest bits of all were dropped: the rank of a quantile
// of ten million lognormal or Zipf-like amounts is off by less than a thousandth.
const MaxDistinct = 1 << 16

// maxTotal is where counting stops: no population is larger, and sums of a few totals
// stay within an int64. A sum that stops at a bound is as free of order as one that
// does not.
const maxTotal = 1 << 60

// Histogram counts how often each value occurs. Counting is free of order: any order
// and any split of the same values, merged, gives the same Histogram. The zero
// Histogram is empty. It is not safe for concurrent use.
type Histogram struct {
	counts map[int64]int64 // by value, rounded towards 0 to its leading bits
	total  int64
	bits   uint // leading bits that values keep; 0: all
	limit  int  // 0: MaxDistinct; tests set less
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
	h.count(Leading(value, h.bits), n)
	h.fit()
}

// Leading rounds a value towards 0 to so many leading bits, as a Histogram does; 0 keeps
// all. Rounding to fewer afterwards is rounding to fewer at once.
func Leading(value int64, keep uint) int64 {
	size := magnitude(value)
	length := uint(bits.Len64(size))
	if keep == 0 || length <= keep {
		return value
	}
	size = size >> (length - keep) << (length - keep)
	if value < 0 {
		return -int64(size) // -1 << 63 is its own opposite
	}
	return int64(size)
}

func magnitude(value int64) uint64 {
	if value < 0 {
		return -uint64(value)
	}
	return uint64(value)
}

// least is the lower bound of the values that are rounded to value.
func least(value int64, keep uint) int64 {
	if keep == 0 || value >= 0 {
		return value
	}
	drop := max(bits.Len64(magnitude(value)), int(keep)) - int(keep)
	if below := int64(1)<<drop - 1; value >= math.MinInt64+below {
		return value - below
	}
	return math.MinInt64
}

// count adds to the count of a rounded value.
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
	if other.bits != 0 && (h.bits == 0 || h.bits > other.bits) {
		h.round(other.bits)
	}
	if h == other {
		other = &Histogram{counts: maps.Clone(h.counts)}
	}
	for value, n := range other.counts {
		h.Add(value, n)
	}
}

// fit rounds values until the distinct ones are few enough. How many bits are left depends
// on the set of values alone: the most with which all of them fit.
func (h *Histogram) fit() {
	limit := h.limit
	if limit == 0 {
		limit = MaxDistinct
	}
	for len(h.counts) > limit && h.bits != 1 { // with 1 there are at most 128
		keep := h.bits
		if keep == 0 { // as many bits as the longest value has would change nothing
			for value := range h.counts {
				keep = max(keep, uint(bits.Len64(magnitude(value))))
			}
		}
		h.round(keep - 1)
	}
}

// round leaves every value so many leading bits.
func (h *Histogram) round(keep uint) {
	h.bits = keep
	fine := h.counts
	h.counts = make(map[int64]int64, len(fine)/2+1)
	for value, n := range fine {
		value = Leading(value, keep)
		h.counts[value] = bounded(h.counts[value], n)
	}
}

// Total returns how many values were counted.
func (h *Histogram) Total() int64 { return h.total }

// Values returns the distinct values in ascending order with their counts. Where values
// were rounded, one stands for itself and those up to the next that would be told apart.
func (h *Histogram) Values() (values, counts []int64) {
	values = slices.Sorted(maps.Keys(h.counts))
	counts = make([]int64, len(values))
	for i, value := range values {
		counts[i] = h.counts[value]
		values[i] = least(value, h.bits)
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

// precisionOf stands before the leading bits in the stored form, where a number of dropped
// bits, which are no longer read, would be less.
const precisionOf = 64

// Append writes the histogram.
func (h *Histogram) Append(dst []byte) []byte {
	precision := uint64(0)
	if h.bits != 0 {
		precision = precisionOf + uint64(h.bits)
	}
	dst = binary.AppendUvarint(dst, precision)
	dst = binary.AppendUvarint(dst, uint64(len(h.counts)))
	for _, value := range slices.Sorted(maps.Keys(h.counts)) {
		dst = binary.AppendVarint(dst, value)
		dst = binary.AppendUvarint(dst, uint64(h.counts[value]))
	}
	return dst
}

// Histogram reads what Append wrote.
func (d *Decoder) Histogram() Histogram {
	precision, n := d.Uvarint(), d.Uvarint()
	if precision != 0 && (precision <= precisionOf || precision > precisionOf+63) || n > MaxDistinct {
		d.Fail("a histogram's precision is out of range")
		return Histogram{}
	}
	var h Histogram
	if precision != 0 {
		h.bits = uint(precision - precisionOf)
	}
	previous := int64(0)
	for i := uint64(0); i < n && d.err == nil; i++ {
		value, count := d.Varint(), d.Count()
		if i > 0 && value <= previous || Leading(value, h.bits) != value || count == 0 || count > maxTotal {
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
