package population

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// Key is what a customer may be called in population work: the host's own number, or
// a customer.ID.
type Key interface{ ~uint32 | ~uint64 | ~string }

// MaxUnits bounds the Units of one line: 10⁹ base units. Sums over millions of such
// lines stay within an int64.
const MaxUnits = 1_000_000_000_000

// Line is one line of a receipt in code, small enough to stream by the million. The
// meaning of Item is its coder's: a category or a product.
type Line[K Key] struct {
	Customer K
	Item     uint32
	Day      customer.Date
	Kind     customer.BrandKind
	Returned bool  // the goods came back: no visit, no purchase
	Units    int64 // thousandths of a base unit, 0 to MaxUnits; 0: how much is not known
}

// Check returns the faults of a line as customer.Faults, or nil.
func (l Line[K]) Check() error {
	if l.Day.Valid() && l.Kind <= customer.StoreBrand && l.Units >= 0 && l.Units <= MaxUnits {
		return nil
	}
	var faults customer.Faults
	if !l.Day.Valid() {
		faults.Add("day", int32(l.Day), "is a day of the years 1 to 9999")
	}
	if l.Kind > customer.StoreBrand {
		faults.Add("kind", l.Kind, "is unknown, national or store")
	}
	if l.Units < 0 || l.Units > MaxUnits {
		faults.Add("units", l.Units, fmt.Sprintf("is 0 to %d", int64(MaxUnits)))
	}
	return faults.Err()
}
