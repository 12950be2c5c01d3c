package segment

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"math/bits"
	"slices"
	"sort"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Concentration is how a figure is spread over customers: profit, complaints, minutes
// of service. It counts what is there, and assumes no 80/20. Add one figure for each
// customer, a 0 for one who had none and is to count among the customers.
//
// Customers may be added in any order and any split; merged, the bytes are the same.
// Up to population.MaxDistinct distinct figures, 0 apart, every rank is exact. Past it
// figures are told apart by their leading bits only, as many as leave few enough: at
// least 11 where they lie within ±2·10¹², so that those that rank as equal differ by less
// than a thousandth, and 10 beyond. The sums stay those of the figures as added. Of ten
// million customers whose figures were lognormal, Pareto-like, of every size alike or a
// mixture of shops and households, no rank was off by more than a thousandth of them.
//
// A figure, and a sum, stops at ±10¹⁸, which no shop reaches. The zero Concentration is
// empty. It is not safe for concurrent use.
type Concentration struct {
	buckets   map[int64]concentrated // by figure, rounded to its leading bits; without the zeros
	bits      uint                   // leading bits that tell figures apart; 0: all
	zeros     int64
	customers int64 // zeros included
}

// concentrated is a bucket: the customers of one figure and what they bring together, without its sign,
// which all of them share. Both are at most maxSum.
type concentrated struct{ customers, sum int64 }

func (b concentrated) plus(other concentrated) concentrated {
	return concentrated{bounded(b.customers, other.customers), bounded(b.sum, other.sum)}
}

// concentrationVersion is the format of MarshalBinary.
const concentrationVersion = 1

// Add counts one customer's figure. It may be negative: returns above sales.
func (c *Concentration) Add(figure int64) {
	c.customers = bounded(c.customers, 1)
	figure = min(max(figure, -maxSum), maxSum)
	if figure == 0 {
		c.zeros = bounded(c.zeros, 1)
		return
	}
	c.count(population.Leading(figure, c.bits), concentrated{1, max(figure, -figure)})
	c.fit()
}

func (c *Concentration) count(key int64, more concentrated) {
	if c.buckets == nil {
		c.buckets = make(map[int64]concentrated)
	}
	c.buckets[key] = c.buckets[key].plus(more)
}

// fit rounds figures until the distinct ones are few enough. How many bits are left depends
// on the set of figures alone: the most with which all of them fit. Rounding is towards 0
// and never reaches it, since the first bit stays: a bucket has figures of one sign.
func (c *Concentration) fit() {
	for len(c.buckets) > population.MaxDistinct {
		keep := c.bits
		if keep == 0 { // as many bits as the longest figure has would change nothing
			for key := range c.buckets {
				keep = max(keep, uint(bits.Len64(valueMagnitude(key))))
			}
		}
		c.round(keep - 1)
	}
}

// round leaves every figure so many leading bits.
func (c *Concentration) round(keep uint) {
	c.bits = keep
	fine := c.buckets
	c.buckets = make(map[int64]concentrated, len(fine)/2+1)
	for key, one := range fine {
		c.count(population.Leading(key, keep), one)
	}
}

// Merge counts everyone that other counted. Other stays as it is.
func (c *Concentration) Merge(other *Concentration) {
	if c == other { // its buckets would change under the loop below
		other = &Concentration{maps.Clone(c.buckets), c.bits, c.zeros, c.customers}
	}
	c.customers = bounded(c.customers, other.customers)
	c.zeros = bounded(c.zeros, other.zeros)
	if other.bits != 0 && (c.bits == 0 || c.bits > other.bits) {
		c.round(other.bits)
	}
	for key, one := range other.buckets {
		c.count(population.Leading(key, c.bits), one)
		c.fit() // fewer bits may be left on the way: the next key keeps no more
	}
}

// concentrationBits stands before the leading bits in the stored form, as in that of a
// population.Histogram; a number of dropped bits, which are no longer read, would be less.
const concentrationBits = 64

// MarshalBinary writes the concentration in ascending order, so that equal ones have
// equal bytes.
func (c *Concentration) MarshalBinary() ([]byte, error) {
	return c.append([]byte{concentrationVersion}), nil
}

func (c *Concentration) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(c.customers))
	dst = binary.AppendUvarint(dst, uint64(c.zeros))
	precision := uint64(0)
	if c.bits != 0 {
		precision = concentrationBits + uint64(c.bits)
	}
	dst = binary.AppendUvarint(dst, precision)
	dst = binary.AppendUvarint(dst, uint64(len(c.buckets)))
	for _, key := range slices.Sorted(maps.Keys(c.buckets)) {
		dst = binary.AppendVarint(dst, key)
		dst = binary.AppendUvarint(dst, uint64(c.buckets[key].customers))
		dst = binary.AppendUvarint(dst, uint64(c.buckets[key].sum))
	}
	return dst
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the concentration stays
// as it was.
func (c *Concentration) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, concentrationVersion)
	read := readConcentration(from)
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: concentration: %w", err)
	}
	*c = read
	return nil
}

func readConcentration(from *population.Decoder) Concentration {
	read := Concentration{customers: from.Count(), zeros: from.Count()}
	precision, n := from.Uvarint(), from.Uvarint()
	// Figures are rounded only where there would be too many, and each bit less makes one
	// of at most two.
	if precision != 0 && (precision <= concentrationBits || precision >= concentrationBits+uint64(bits.Len64(maxSum))) ||
		n > population.MaxDistinct || precision != 0 && n <= population.MaxDistinct/2 {
		from.Fail("a concentration's precision is out of range")
		return Concentration{}
	}
	if precision != 0 {
		read.bits = uint(precision - concentrationBits)
	}
	counted, previous, longest := read.zeros, int64(0), uint(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		key, one := from.Varint(), concentrated{from.Count(), from.Count()}
		if i > 0 && key <= previous || !one.possible(key, read.bits) {
			from.Fail("figures that no customers have, or out of order")
			return Concentration{}
		}
		previous, longest = key, max(longest, uint(bits.Len64(valueMagnitude(key))))
		counted = bounded(counted, one.customers)
		read.count(key, one)
	}
	if from.Err() == nil && (read.customers > maxSum || read.zeros > maxSum || counted != read.customers) {
		from.Fail("more or fewer customers than figures")
	}
	if from.Err() == nil && read.bits != 0 && longest <= read.bits {
		from.Fail("figures rounded to more bits than they have")
	}
	return read
}

// possible reports whether so many customers, with figures that are rounded to this key,
// bring the sum.
func (b concentrated) possible(key int64, keep uint) bool {
	if key == 0 || key < -maxSum || key > maxSum || population.Leading(key, keep) != key ||
		b.customers < 1 || max(b.customers, b.sum) > maxSum {
		return false
	}
	least := max(key, -key)
	most := least
	if length := uint(bits.Len64(uint64(least))); keep != 0 && length > keep {
		most = min(least+1<<(length-keep)-1, maxSum)
	}
	return b.sum >= concentrationProduct(b.customers, least) && b.sum <= concentrationProduct(b.customers, most)
}

// concentrationProduct is a·b, at most maxSum. Neither is below 0.
func concentrationProduct(a, b int64) int64 {
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high != 0 || low > uint64(maxSum) {
		return maxSum
	}
	return int64(low)
}

// ConcentrationTotals is who was counted, and what stays apart from the curve: those
// who bring nothing, and those who cost.
type ConcentrationTotals struct {
	Customers int64 // everyone
	Bringing  int64 // of Customers: a figure above 0
	Zero      int64 // of Customers: a figure of 0
	Negative  int64 // of Customers: a figure below 0, such as returns above sales
	Sum       int64 // of those Bringing: what the curve divides
	Lost      int64 // of those Negative: 0 or less, and not taken off Sum
}

// ConcentrationPoint is a place on the curve: so many customers, the greatest first,
// bring so much. Equal figures are never divided.
type ConcentrationPoint struct {
	Customers         int64 // the greatest
	Sum               int64 // that they bring together
	CustomersPermille int64 // of everyone counted, rounded down
	SumPermille       int64 // of what all bring who bring anything, rounded down
}

// ConcentrationCut is an answer about a place between two points of the curve. Where
// the place asked for is itself a point, both sides are that point; where it falls
// within a tie, or within one customer, Reached takes the tie whole and Before leaves
// it out.
type ConcentrationCut struct {
	AskedPermille int
	Before        ConcentrationPoint // the last point up to the place
	Reached       ConcentrationPoint // the first point from the place on
}

// ConcentrationRank is where a figure stands among all that were counted. Ties are
// together: everyone Level has the same rank, which is Ahead + 1.
type ConcentrationRank struct {
	Ahead  int64 // customers with a greater figure
	Level  int64 // customers with this figure
	Behind int64 // customers with a lesser figure
}

// Percentile returns how many ‰ of all customers stand behind, rounded down; 0 where
// nobody was counted.
func (r ConcentrationRank) Percentile() int64 {
	permille, _ := customer.Permille(r.Behind, r.Ahead+r.Level+r.Behind)
	return permille
}

// ConcentrationCurve is a Concentration in order, to be asked as often as one likes: it
// is immutable and safe for concurrent use.
type ConcentrationCurve struct {
	ConcentrationTotals
	bits     uint
	bringing []concentrationPlace // the greatest first
	negative []concentrationPlace // the least loss first
}

// concentrationPlace is a bucket in its order, and what stands up to and with it on its side of 0.
type concentrationPlace struct{ key, customers, sum int64 }

// Curve puts everyone in order. What is added afterwards does not change it.
func (c *Concentration) Curve() *ConcentrationCurve {
	curve := &ConcentrationCurve{bits: c.bits}
	curve.Customers, curve.Zero = c.customers, c.zeros
	keys := slices.SortedFunc(maps.Keys(c.buckets), func(a, b int64) int { return cmp.Compare(b, a) })
	var bringing, negative concentrated
	for _, key := range keys {
		if key > 0 {
			bringing = bringing.plus(c.buckets[key])
			curve.bringing = append(curve.bringing, concentrationPlace{key, bringing.customers, bringing.sum})
		} else {
			negative = negative.plus(c.buckets[key])
			curve.negative = append(curve.negative, concentrationPlace{key, negative.customers, negative.sum})
		}
	}
	curve.Bringing, curve.Sum = bringing.customers, bringing.sum
	curve.Negative, curve.Lost = negative.customers, -negative.sum
	return curve
}

// Top answers what the top x ‰ of customers bring, of everyone counted. Where x ‰ are
// more than all who bring anything, both sides are the last point, at which these bring
// everything. x is 0 to 1000, and what lies outside counts as the end it is beyond.
func (c *ConcentrationCurve) Top(permille int) ConcentrationCut {
	permille = min(max(permille, 0), 1000)
	return c.cut(permille, func(p concentrationPlace) int {
		return compareProducts(p.customers, 1000, c.Customers, int64(permille))
	})
}

// Share answers which customers, the greatest first, bring y ‰ of the sum. y is 0 to
// 1000, and what lies outside counts as the end it is beyond.
func (c *ConcentrationCurve) Share(permille int) ConcentrationCut {
	permille = min(max(permille, 0), 1000)
	return c.cut(permille, func(p concentrationPlace) int {
		return compareProducts(p.sum, 1000, c.Sum, int64(permille))
	})
}

// cut finds the two points around a place. held is how a point compares with it.
func (c *ConcentrationCurve) cut(permille int, held func(concentrationPlace) int) ConcentrationCut {
	cut := ConcentrationCut{AskedPermille: permille}
	if permille == 0 {
		return cut
	}
	reached := sort.Search(len(c.bringing), func(i int) bool { return held(c.bringing[i]) >= 0 })
	switch {
	case reached == len(c.bringing): // beyond the last
		cut.Reached = c.point(reached - 1)
		cut.Before = cut.Reached
	case held(c.bringing[reached]) == 0:
		cut.Reached = c.point(reached)
		cut.Before = cut.Reached
	default:
		cut.Before, cut.Reached = c.point(reached-1), c.point(reached)
	}
	return cut
}

// point is a place of those who bring anything; before the first it is nobody.
func (c *ConcentrationCurve) point(i int) ConcentrationPoint {
	if i < 0 {
		return ConcentrationPoint{}
	}
	point := ConcentrationPoint{Customers: c.bringing[i].customers, Sum: c.bringing[i].sum}
	point.CustomersPermille, _ = customer.Permille(point.Customers, c.Customers)
	point.SumPermille, _ = customer.Permille(point.Sum, c.Sum)
	return point
}

// Points walks the curve, the greatest figure first, as far as somebody brings anything.
func (c *ConcentrationCurve) Points() iter.Seq[ConcentrationPoint] {
	return func(yield func(ConcentrationPoint) bool) {
		for i := range c.bringing {
			if !yield(c.point(i)) {
				return
			}
		}
	}
}

// Rank places a figure among all that were counted. One that nobody has stands between
// its neighbours with nobody Level.
func (c *ConcentrationCurve) Rank(figure int64) ConcentrationRank {
	figure = min(max(figure, -maxSum), maxSum)
	var rank ConcentrationRank
	switch {
	case figure > 0:
		rank.Ahead, rank.Level = rankAmong(c.bringing, population.Leading(figure, c.bits))
	case figure == 0:
		rank.Ahead, rank.Level = c.Bringing, c.Zero
	default:
		rank.Ahead, rank.Level = rankAmong(c.negative, population.Leading(figure, c.bits))
		rank.Ahead = bounded(rank.Ahead, bounded(c.Bringing, c.Zero))
	}
	rank.Behind = max(0, c.Customers-rank.Ahead-rank.Level)
	return rank
}

// rankAmong returns how many stand before a key and how many on it.
func rankAmong(places []concentrationPlace, key int64) (ahead, level int64) {
	i := sort.Search(len(places), func(i int) bool { return places[i].key <= key })
	if i > 0 {
		ahead = places[i-1].customers
	}
	if i < len(places) && places[i].key == key {
		level = places[i].customers - ahead
	}
	return ahead, level
}
