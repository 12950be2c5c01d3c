package loyalty

import (
	"math/bits"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Rounding makes a whole number of a quotient. Every rounding of points names one. The
// zero Rounding is refused where one is needed.
type Rounding uint8

// The roundings. Their texts are format.
const (
	Floor    Rounding = iota + 1 // down
	HalfUp                       // to the nearest, half up
	HalfEven                     // to the nearest, half to the even neighbour
	Ceil                         // up
)

// String returns the stored text.
func (r Rounding) String() string {
	switch r {
	case Floor:
		return "floor"
	case HalfUp:
		return "half-up"
	case HalfEven:
		return "half-even"
	case Ceil:
		return "ceil"
	}
	return "rounding " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Rounding) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", r, Ceil) }

// UnmarshalText reads what MarshalText wrote.
func (r *Rounding) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "rounding", r, Ceil, text)
}

// scale returns a·b/c, rounded, and false when it exceeds MaxPoints. All are 0 or more,
// c above 0.
func (r Rounding) scale(a, b, c int64) (int64, bool) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high >= uint64(c) {
		return 0, false
	}
	quotient, remainder := bits.Div64(high, low, uint64(c))
	half := remainder * 2 // c is below 2⁶³: no overflow
	switch r {
	case Floor:
	case HalfUp:
		if half >= uint64(c) {
			quotient++
		}
	case HalfEven:
		if half > uint64(c) || half == uint64(c) && quotient%2 == 1 {
			quotient++
		}
	case Ceil:
		if remainder > 0 {
			quotient++
		}
	}
	return int64(quotient), quotient <= MaxPoints
}
