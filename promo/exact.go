package promo

import "math/bits"

// What is reckoned with, all int64:
//
//	minor    money in the currency's minor units
//	fine     a unit price: thousandths of a minor unit, of one unit of sale
//	units    quantities: thousandths of a unit of sale
//	exact    what an offer takes off before rounding: billionths of a minor unit, so that
//	         fine · units · permille is exact
const (
	unitDigits = 3
	oneUnit    = 1000

	fineDigits = 3 // more than the currency has
	oneFine    = 1000

	oneExact = oneFine * oneUnit * 1000

	// taxDigits: tax rates are counted in steps that are exact within the bounds of
	// decimals in facts.
	taxDigits = 12
	wholeTax  = 1_000_000_000_000 // 10^taxDigits
)

// MaxBasket is the most that a basket may come to at list prices, deposits included, in
// minor units. Within it no figure of the reckoning leaves an int64.
const MaxBasket = 9_000_000_000

// scale returns a·b/c, rounded half up, and false when that exceeds MaxBasket. All are 0
// or more, c above 0.
func scale(a, b, c int64) (int64, bool) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high >= uint64(c) {
		return 0, false
	}
	quotient, remainder := bits.Div64(high, low, uint64(c))
	if remainder*2 >= uint64(c) { // c is below 2⁶³: no overflow
		quotient++
	}
	if quotient > MaxBasket {
		return 0, false
	}
	return int64(quotient), true
}

// share returns the part of a sum that k of n units have: whole·k/n, rounded down. k is at
// most n, n above 0.
func share(whole, k, n int64) int64 {
	high, low := bits.Mul64(uint64(whole), uint64(k))
	quotient, _ := bits.Div64(high, low, uint64(n))
	return int64(quotient)
}

// minorOf rounds an exact sum half up.
func minorOf(exact int64) int64 { return (exact + oneExact/2) / oneExact }
