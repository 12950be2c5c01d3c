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

// MaxAmount bounds the Amount of one line: 10¹² minor units. Sums over millions of such
// lines stay within an int64.
const MaxAmount = 1_000_000_000_000

// Line is one line of a receipt in code, small enough to stream by the million. The
// meaning of Item is its coder's: a category or a product.
type Line[K Key] struct {
	Customer K
	Item     uint32
	Day      customer.Date
	Kind     customer.BrandKind
	Returned bool  // the goods came back: no visit, no purchase
	Priced   bool  // Amount is known
	Units    int64 // thousandths of a base unit, 0 to MaxUnits; 0: how much is not known
	Amount   int64 // minor units paid, or refunded where Returned, 0 to MaxAmount; 0 unless Priced
}

// Valid reports whether Check finds no fault, at the cost of no call.
func (l *Line[K]) Valid() bool {
	return l.Day.Valid() && l.Kind <= customer.StoreBrand && uint64(l.Units) <= MaxUnits &&
		uint64(l.Amount) <= MaxAmount && (l.Priced || l.Amount == 0)
}

// Check returns the faults of a line as customer.Faults, or nil.
func (l *Line[K]) Check() error {
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
	switch {
	case l.Amount < 0 || l.Amount > MaxAmount:
		faults.Add("amount", l.Amount, fmt.Sprintf("is 0 to %d", int64(MaxAmount)))
	case !l.Priced && l.Amount != 0:
		faults.Add("amount", l.Amount, "is 0 where the line is not priced")
	}
	return faults.Err()
}
