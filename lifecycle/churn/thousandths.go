package churn

import "math"

// Thousandths is the edge to whole numbers, in which everything outside this package
// counts: a probability becomes ‰, an expected number of purchases thousandths of one.
// The figure times 1000 is rounded down, so that of probabilities only 1 itself is
// 1000 ‰. What is below 0 or no number is 0, and what an int64 cannot hold the greatest
// that it can.
func Thousandths(figure float64) int64 {
	figure *= 1000
	switch {
	case !(figure > 0):
		return 0
	case figure >= math.MaxInt64:
		return math.MaxInt64
	}
	return int64(figure)
}
