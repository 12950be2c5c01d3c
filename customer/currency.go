package customer

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"
)

// Currency is a unit of money: its code and how many decimal digits its smallest
// unit has (2 for EUR, 0 for JPY, 3 for KWD). Every conversion between decimal
// amounts and int64 minor units is exact or an error; nothing here rounds. The
// zero Currency is "no money": receipts of sources that record no prices.
type Currency struct {
	Code   string `json:"code"`   // three capital letters, as in ISO 4217
	Digits int32  `json:"digits"` // 0 to 4
}

// Bounds of decimals in facts. A price of 999,999,999,999.999999 passes; an
// exponent that would be spelled out as a gigabyte of zeros does not.
const (
	MaxDigits   = 18 // the zeros of an exponent above 0 included, so that a whole figure fits an int64
	MaxExponent = 12 // of ten, up or down
)

// maxMinorDigits is what ISO 4217 has at most: the Unidad de Fomento's four.
const maxMinorDigits = 4

// ErrInexact says that an amount has no exact value in the currency's minor units,
// either because it has more digits or because it does not fit an int64.
var ErrInexact = errors.New("customer: amount is not exact in minor units")

// Validate reports whether c is a currency: a code of three capital letters and 0 to
// 4 digits. The zero Currency is not.
func (c Currency) Validate() error {
	var faults Faults
	c.check(&faults)
	return faults.Err()
}

func (c Currency) check(faults *Faults) {
	letters := len(c.Code) == 3
	for i := range len(c.Code) {
		letters = letters && c.Code[i] >= 'A' && c.Code[i] <= 'Z'
	}
	if !letters {
		faults.Add("code", c.Code, "is three capital letters, as in ISO 4217")
	}
	if c.Digits < 0 || c.Digits > maxMinorDigits {
		faults.Add("digits", c.Digits, "is 0 to 4")
	}
}

// Minor converts amount to minor units: 12.34 EUR is 1234. An amount with more
// digits than the currency has, or beyond int64, is ErrInexact; trailing zeros do
// not count as digits.
func (c Currency) Minor(amount decimal.Decimal) (int64, error) {
	minor, ok := Scaled(amount, c.Digits)
	if !ok {
		return 0, fmt.Errorf("%w: %s in %s with %d digits", ErrInexact, shown(amount), c.Code, c.Digits)
	}
	return minor, nil
}

// Amount converts minor units to an amount: 1234 is 12.34 EUR. It is always exact.
func (c Currency) Amount(minor int64) decimal.Decimal {
	return decimal.New(minor, -c.Digits)
}

// Text writes minor units as an amount with all its digits and the code: "12.30 EUR".
func (c Currency) Text(minor int64) string {
	return c.Amount(minor).StringFixed(c.Digits) + " " + c.Code
}

// Scaled returns value · 10^digits as an int64, and false when that is no whole
// number or does not fit. It serves everything that is counted in fixed steps:
// money in minor units, usage in thousandths, points in their smallest unit. It is
// safe with any decimal; one of more than 18 digits is false beyond 100 decimal
// places, even where these are all zeros.
func Scaled(value decimal.Decimal, digits int32) (int64, bool) {
	if value.IsZero() { // of a receipt's figures, most
		return 0, true
	}
	if value.NumDigits() > MaxDigits {
		if exponent := value.Exponent(); exponent < -100 || exponent > 100 {
			return 0, false
		}
		value = value.Normalize() // 1.0000000000000000000 is exact after all
		if value.NumDigits() > MaxDigits+1 || !value.Coefficient().IsInt64() {
			return 0, false
		}
	}
	// int64 keeps the sum from wrapping for an exponent near its own limit.
	return shifted(value.CoefficientInt64(), int64(value.Exponent())+int64(digits))
}

// shifted returns n · 10^places, and false when that is no whole number or does not fit
// an int64.
func shifted(n, places int64) (int64, bool) {
	switch {
	case n == 0 || places == 0:
		return n, true
	case places < -MaxDigits || places > MaxDigits: // no int64 has, or bears, so many zeros
		return 0, false
	case places < 0:
		power := power10(-places)
		if n%power != 0 {
			return 0, false
		}
		return n / power, true
	}
	power := power10(places)
	if high, low := bits.Mul64(magnitude(n), uint64(power)); high != 0 || low > 1<<63-1 {
		return 0, false
	}
	return n * power, true
}

// power10 returns 10^n for an n of 0 to MaxDigits.
func power10(n int64) int64 {
	return [...]int64{
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	}[n]
}

// Split divides total into parts in proportion to weights, so that the parts add up
// to total to the last unit. Rounding: each part is rounded towards zero, then the
// units left over go one each to the parts with the largest remainders; equal
// remainders are served in the order of the weights. Callers for whom the order of
// the weights is chance sort first.
//
// Weights are 0 or more and their sum fits an int64. A negative total is split as
// its opposite. A total other than 0 cannot be split over weights that are all 0.
func Split(total int64, weights []int64) ([]int64, error) {
	parts := make([]int64, len(weights))
	if err := SplitInto(parts, total, weights); err != nil {
		return nil, err
	}
	return parts, nil
}

// SplitInto is Split into a slice of the caller's, as long as weights, which may be
// weights itself. Up to 64 weights are divided without allocation. At an error the
// slice is as it was.
func SplitInto(parts []int64, total int64, weights []int64) error {
	if len(parts) != len(weights) {
		return fmt.Errorf("customer: split: %d parts for %d weights", len(parts), len(weights))
	}
	var sum uint64
	for i, weight := range weights {
		if weight < 0 {
			return fmt.Errorf("customer: split: weight %d is %d, below 0", i, weight)
		}
		sum += uint64(weight)
		if sum > 1<<63-1 {
			return errors.New("customer: split: the weights' sum exceeds an int64")
		}
	}
	if sum == 0 && total != 0 {
		return fmt.Errorf("customer: split: %d cannot be divided over weights that are all 0", total)
	}
	if total == 0 {
		clear(parts)
		return nil
	}

	type remainder struct {
		of   uint64
		part int
	}
	var space [64]remainder
	remainders := space[:0]
	whole := magnitude(total)
	left := whole
	for i, weight := range weights {
		high, low := bits.Mul64(whole, uint64(weight))
		part, of := bits.Div64(high, low, sum) // high < sum because weight <= sum
		parts[i] = int64(part)
		remainders = append(remainders, remainder{of, i})
		left -= part
	}
	if left > 0 { // left units remain, fewer than there are remainders above 0
		slices.SortFunc(remainders, func(a, b remainder) int {
			return cmp.Or(cmp.Compare(b.of, a.of), cmp.Compare(a.part, b.part))
		})
		for _, most := range remainders[:left] {
			parts[most.part]++
		}
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
