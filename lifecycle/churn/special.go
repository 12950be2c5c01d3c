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

// logBetaPeak is ln B(a, b) less the a ln P + b ln Q of its integrand's top, at
// P = a/(a+b) and Q = b/(a+b), which for large a and b are nearly all of it.
func logBetaPeak(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	whole := a + b
	switch {
	case a >= 10:
		return halfLog2Pi - 0.5*math.Log(b) + stirlingRest(a) + stirlingRest(b) - stirlingRest(whole) - 0.5*math.Log(a/whole)
	case b >= 10:
		return logGamma(a) + stirlingRest(b) - stirlingRest(whole) + a - a*math.Log(a) - 0.5*math.Log1p(-a/whole)
	}
	return logGamma(a) + (logGamma(b) - logGamma(whole)) - a*math.Log(a/whole) - b*math.Log(b/whole)
}

// epsilon is the distance of 1 from its neighbours, halved.
const epsilon = 0x1p-53
