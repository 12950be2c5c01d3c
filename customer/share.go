package customer

import "math/bits"

// Permille returns part/whole in thousandths, rounded down, and whether that is exact.
// part is 0 to whole, and whole above 0; anything else is 0, and not exact.
func Permille(part, whole int64) (permille int64, exact bool) {
	if part < 0 || part > whole || whole <= 0 {
		return 0, false
	}
	high, low := bits.Mul64(uint64(part), 1000)
	quotient, remainder := bits.Div64(high, low, uint64(whole)) // at most 1000
	return int64(quotient), remainder == 0
}
