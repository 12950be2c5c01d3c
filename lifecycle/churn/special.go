package churn

import "math"

// What the models need and package math lacks. All of it takes positive figures unless it
// says otherwise; the models see to that.

// halfLog2Pi is ln(2π)/2, the constant of Stirling's formula.
const halfLog2Pi = 0.91893853320467274178032973640562

// logGamma is ln Γ(x) for x > 0.
func logGamma(x float64) float64 {
	value, _ := math.Lgamma(x)
	return value
}

// digamma is the derivative of ln Γ(x), x > 0: up by ψ(x) = ψ(x+1) − 1/x to 10, then its
// asymptotic series (Abramowitz and Stegun 6.3.18).
func digamma(x float64) float64 {
	low := 0.0
	for x < 10 {
		low += 1 / x
		x++
	}
	y := 1 / (x * x)
	series := y * (1./12 - y*(1./120-y*(1./252-y*(1./240-y*(1./132-y*(691./32760-y/12))))))
	return math.Log(x) - 0.5/x - series - low
}

// stirlingRest is ln Γ(x) less Stirling's formula, x ≥ 10 (Abramowitz and Stegun 6.1.41).
func stirlingRest(x float64) float64 {
	y := 1 / (x * x)
	return (1./12 - y*(1./360-y*(1./1260-y*(1./1680-y*(1./1188-y*(691./360360-y/156)))))) / x
}

// logBeta is ln B(a, b), without the loss of digits that three values of ln Γ have where
// one argument is large.
func logBeta(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	whole := a + b
	switch {
	case a >= 10:
		rest := stirlingRest(a) + stirlingRest(b) - stirlingRest(whole)
		return halfLog2Pi - 0.5*math.Log(b) + rest + (a-0.5)*math.Log(a/whole) + b*math.Log1p(-a/whole)
	case b >= 10:
		rest := stirlingRest(b) - stirlingRest(whole)
		return logGamma(a) + rest + a - a*math.Log(whole) + (b-0.5)*math.Log1p(-a/whole)
	}
	return logGamma(a) + (logGamma(b) - logGamma(whole))
}

// Where the sums of log2F1 end.
const (
	hyperTerms  = 1 << 20 // of one series, at most
	hyperQuick  = 1 << 11 // terms that are tried before the function is continued by steps
	hyperFar    = 0.95    // where the steps start, at the earliest
	hyperHuge   = 1e100   // beyond it a sum is brought down
	hyperCancel = 1e3     // how much larger than their sum the terms may be
	epsilon     = 0x1p-53
)

// log2F1 is the logarithm of the magnitude of Gauss's 2F1(a, b; c; z), and its sign, for
// 0 ≤ z < 1 and c not zero or a negative integer.
//
// Where c < a+b it grows without bound towards 1, and Euler's transformation
// (1−z)^(c−a−b) 2F1(c−a, c−b; c; z) leaves a bounded function to sum (Abramowitz and
// Stegun 15.3.3). That is not done where the signs of those terms would cost digits.
func log2F1(a, b, c, z float64) (logarithm float64, sign int) {
	if a > 0 && b > 0 && c > 0 && c >= a+b {
		sum, _ := hyper(a, b, c, z)
		return sum.log()
	}
	power := (c - a - b) * math.Log1p(-z)
	if bounded, spread := hyper(c-a, c-b, c, z); c < a+b && spread <= hyperCancel {
		logarithm, sign = bounded.log()
		return logarithm + power, sign
	}
	sum, spread := hyper(a, b, c, z)
	if spread <= hyperCancel || c < a+b {
		return sum.log()
	}
	bounded, other := hyper(c-a, c-b, c, z)
	if other < spread {
		logarithm, sign = bounded.log()
		return logarithm + power, sign
	}
	return sum.log()
}

// scaled is value · e^scale, and its slope by z likewise.
type scaled struct{ value, slope, scale float64 }

func (s scaled) log() (logarithm float64, sign int) {
	if s.value < 0 {
		return math.Log(-s.value) + s.scale, -1
	}
	return math.Log(s.value) + s.scale, 1
}

// down is the same figure with smaller numbers.
func (s scaled) down() scaled {
	return scaled{s.value / hyperHuge, s.slope / hyperHuge, s.scale + math.Log(hyperHuge)}
}

// hyper sums 2F1, and says how much larger the terms are than their sum. Close to 1 the
// series may need millions of terms; then it is summed further away and continued from
// there. With large parameters the steps must be small ones, or the solutions of the
// equation that grow towards 0 drown the one that is wanted.
func hyper(a, b, c, z float64) (sum scaled, spread float64) {
	sum, spread, done := hyperSeries(a, b, c, z, hyperQuick)
	if done {
		return sum, spread
	}
	at := math.Min(z, math.Max(hyperFar, 1-4/(math.Abs(a)+math.Abs(b)+math.Abs(c))))
	sum, spread, _ = hyperSeries(a, b, c, at, hyperTerms)
	for at < z {
		step := math.Min(z-at, (1-at)/2)
		sum = hyperStep(a, b, c, at, step, sum)
		at += step
	}
	return sum, spread
}

// hyperSeries is Gauss's series and its derivative by z.
func hyperSeries(a, b, c, z float64, terms int) (sum scaled, spread float64, done bool) {
	sum.value = 1
	term, size := 1.0, 1.0
	for i := 0; i < terms && !done; i++ {
		n := float64(i)
		ratio := (a + n) * (b + n) / ((c + n) * (n + 1))
		sum.slope += term * ratio * (n + 1)
		term *= ratio * z
		sum.value += term
		size += math.Abs(term)
		if size > hyperHuge {
			term, size = term/hyperHuge, size/hyperHuge
			sum = sum.down()
		}
		// Once n is past the parameters, terms shrink by the larger of this ratio and z:
		// what is left is at most a geometric series.
		left := 1 - math.Max(math.Abs(ratio), 1)*z
		done = left > 0 && c+n > 0 && math.Abs(term)*(n+2) <= epsilon*left*math.Abs(sum.value)
	}
	return sum, size / math.Abs(sum.value), done
}

// hyperStep continues the function from z by its Taylor series there, whose coefficients
// follow from the hypergeometric differential equation. A step is at most half the way to
// the singularity at 1.
func hyperStep(a, b, c, z, step float64, at scaled) scaled {
	first, second := at.value, at.slope*step // terms n and n+1
	value, slope := first+second, second     // slope times step
	small := 0
	for n := 0.; n < 400 && small < 2; n++ {
		third := ((n+a)*(n+b)*step*step*first - ((1-2*z)*n+c-(a+b+1)*z)*(n+1)*step*second) /
			(z * (1 - z) * (n + 2) * (n + 1))
		value += third
		slope += third * (n + 2)
		first, second = second, third
		if math.Abs(third)*(n+2) <= epsilon*math.Abs(value) {
			small++
		} else {
			small = 0
		}
	}
	next := scaled{value, slope / step, at.scale}
	if math.Abs(value) > hyperHuge {
		next = next.down()
	}
	return next
}
