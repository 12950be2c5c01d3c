package segment

import (
	"cmp"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Counts is what one customer did in one category in a period.
type Counts struct {
	Category   uint32 // code; see Coder.Categories
	Days       int    // distinct days of purchase
	Lines      int64  // lines bought
	Unmeasured int64  // of Lines: how much is not known
	Bought     Units
	Returned   Units
}

// Units are thousandths of a base unit by kind of brand, each 0 to 10¹⁸.
type Units struct{ Store, National, Unknown int64 }

// maxSum is where every sum stops: a million of the greatest lines, more than any shop
// sells. Sums of a few such figures stay within an int64, and a sum that stops at a
// bound is as free of order as one that does not.
const maxSum = 1_000_000 * population.MaxUnits

// bounded is a + b, at most maxSum. a is at most maxSum, neither is below 0.
func bounded(a, b int64) int64 { return min(a+min(b, maxSum), maxSum) }

func (u *Units) add(kind customer.BrandKind, units int64) {
	switch kind {
	case customer.StoreBrand:
		u.Store = bounded(u.Store, units)
	case customer.NationalBrand:
		u.National = bounded(u.National, units)
	case customer.UnknownBrand:
		u.Unknown = bounded(u.Unknown, units)
	}
}

func (u Units) plus(other Units) Units {
	return Units{bounded(u.Store, other.Store), bounded(u.National, other.National), bounded(u.Unknown, other.Unknown)}
}

func (u Units) sum() int64 { return u.Store + u.National + u.Unknown }

// Kept returns what was bought and not brought back, kind by kind. Where more of a kind
// came back than was bought in the period (the sale was earlier, or the return was
// booked without its brand), that kind counts as 0 and the others stay as they are:
// nobody knows which of them it was.
func (c Counts) Kept() Units { return keptOf(&c) }

// keptOf is Kept without the copy of a Counts.
func keptOf(c *Counts) Units {
	return Units{
		Store:    kept(c.Bought.Store, c.Returned.Store),
		National: kept(c.Bought.National, c.Returned.National),
		Unknown:  kept(c.Bought.Unknown, c.Returned.Unknown),
	}
}

// kept is 0 to maxSum even for figures that no Tally or Counter gives, so that nothing
// built on it overflows.
func kept(bought, returned int64) int64 { return min(max(0, bought-returned), maxSum) }

// OwnStoreShare is the brand axis: store-brand base units of those of known brand,
// both kept, bought in this shop. It says nothing about what was bought elsewhere.
// The share is store/known; known may be 0.
func (c Counts) OwnStoreShare() (store, known int64) {
	kept := c.Kept()
	return kept.Store, kept.Store + kept.National
}

// Usage is the usage axis: base units kept, of any brand, in thousandths.
func (c Counts) Usage() int64 { return c.Kept().sum() }

// compareShare holds part/whole against permille/1000, exactly. whole is above 0.
func compareShare(part, whole int64, permille int) int {
	if part|whole < 1<<53 && permille <= 1000 { // then a thousand times either is an int64
		return cmp.Compare(part*1000, whole*int64(permille))
	}
	return compareProducts(part, 1000, whole, int64(permille))
}

// compareProducts compares a·b with c·d, all 0 or more, without overflow.
func compareProducts(a, b, c, d int64) int {
	high1, low1 := bits.Mul64(uint64(a), uint64(b))
	high2, low2 := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(high1, high2), cmp.Compare(low1, low2))
}
