package population

import (
	"math/big"
	"math/bits"
)

// Halving returns 2^(-age/halfLife) by age, both in days, in units of 2⁻³⁰, down to where
// it vanishes: 2³⁰ at age 0, half of that after each half-life, 1 after thirty. It is
// computed in integers alone, so that no processor ranks otherwise: the binary digits of
// age/halfLife choose among the repeated square roots of 1/2. The half-life is 1 or more;
// another has no weights.
func Halving(halfLife int) []int64 {
	if halfLife < 1 {
		return nil
	}
	const scale, digits = 62, 30
	var roots [33]uint64 // roots[i] = 2^(-2^-i)
	roots[0] = 1 << (scale - 1)
	for i := range roots[1:] {
		square := new(big.Int).Lsh(new(big.Int).SetUint64(roots[i]), scale)
		roots[i+1] = square.Sqrt(square).Uint64()
	}
	first := make([]uint64, halfLife) // the first half-life, between 1 and 1/2
	for age := range first {
		weight, rest := uint64(1)<<scale, age
		for _, root := range roots[1:] {
			if rest *= 2; rest >= halfLife {
				rest -= halfLife
				high, low := bits.Mul64(weight, root)
				weight = high<<(64-scale) | low>>scale
			}
		}
		first[age] = weight
	}
	weights := make([]int64, digits*halfLife+1) // after so many half-lives 1 unit is left
	for age := range weights {
		weights[age] = int64(first[age%halfLife] >> (scale - digits + age/halfLife))
	}
	return weights
}
