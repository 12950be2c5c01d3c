package churn

import "math"

// What comes first for somebody who is a customer: her next purchase, or her leaving?
// All the work of the Pareto/NBD model is in that question.
//
// Her rate of purchase λ has a gamma distribution of shape a and rate α+t, her rate of
// leaving μ one of shape s and rate β+t; leaving comes first with the chance
// J = E[μ/(λ+μ)]. With ε = (β+t)/(α+t) and
//
//	D(k, m, ε) = ∫₀^∞ e^(−kw) (1+ε(e^w−1))^(−m) dw = 1/(k+m) · 2F1(1, m; k+m+1; 1−ε)
//
// it is J = s·D(s, a, ε) where ε ≤ 1, and J = s/ε·D(a−1, s+1, 1/ε) where ε > 1.
//
// Hardie's A0 (A Note on Deriving the Pareto/NBD Model and Related Expressions, 2005) is
// a difference of two hypergeometric functions, one for each end of the silence, and its
// digits cancel. After Euler's transformation of each, the model is a sum: J at the last
// purchase and 1−J at the end of the silence. All terms of D's series are positive, as
// are all values under its integral, and no digits are lost with any parameters.

// nearOne is the 1−ε up to which D is summed as a series. Beyond it, where the series
// takes too long, the integral is taken up to where ε has become a half.
const nearOne = 0.7

// slopes are a figure and its derivatives by the arguments of D.
type slopes struct{ value, byK, byM, byRatio float64 }

// decay is D(k, m, ratio) for k > −1, k+m > 0 and 0 < ratio ≤ 1; z is 1−ratio without its
// rounding.
func decay(k, m, ratio, z float64) float64 {
	if z > nearOne {
		return decaySlopes(k, m, ratio, z).value
	}
	whole := k + m
	term := 1 / whole
	sum := term
	stop := epsilon / 2 * (1 - z)
	for term > stop*sum {
		whole++
		term *= z * (m / whole)
		m++
		sum += term
	}
	return sum
}

// decaySlopes is D with its derivatives.
func decaySlopes(k, m, ratio, z float64) slopes {
	if z > nearOne {
		return decayIntegral(k, m, ratio, z)
	}
	whole := k + m
	term := 1 / whole
	d := slopes{value: term}
	up, down := 0.0, term // Σ 1/m and Σ 1/whole over the term's factors
	d.byK, d.byM = -term*down, -term*down
	stop := epsilon / 2 * (1 - z) * (1 - z)
	for n := 1.; term*n > stop*d.value; n++ {
		d.byRatio -= term * n * (m / (whole + 1)) // the derivative of zⁿ, without dividing by z
		whole++
		term *= z * (m / whole)
		up += 1 / m
		down += 1 / whole
		m++
		d.value += term
		d.byK -= term * down
		d.byM += term * (up - down)
	}
	return d
}

// decayIntegral is D with its derivatives where z is near 1: panels of Gauss and
// Legendre's rule, each so short that the logarithm of the integrand moves by a few units
// at most, up to where the ratio is a half; from there on the series. The panels depend
// on the arguments alone.
func decayIntegral(k, m, ratio, z float64) slopes {
	var d slopes
	end := math.Log(z / ratio)
	top := 0.0 // of the logarithm of the integrand
	for from := 0.0; from < end; {
		// How fast the logarithm falls at the end of the longest panel, where the second
		// part of it is steepest.
		grown := ratio * math.Exp(from+1)
		width := min(panelWidth(math.Abs(k)+m*grown/(grown+z)), end-from)
		last := decayPanel(&d, k, m, ratio, from, width)
		from += width
		if top = max(top, last); last < top-faded {
			return d // it is concave, so what is left is nothing beside it
		}
	}
	// The rest is the integrand at the end times D with the ratio that holds there: a half.
	grown := math.Expm1(end)
	base := 1 + ratio*grown
	scale := math.Exp(-k*end - m*math.Log(base))
	half := ratio * (grown + 1) / base
	rest := decaySlopes(k, m, half, 1-half)
	d.value += scale * rest.value
	d.byK += scale * (rest.byK - end*rest.value)
	d.byM += scale * (rest.byM - math.Log(base)*rest.value)
	d.byRatio += scale * (rest.byRatio*(grown+1)/(base*base) - m*grown/base*rest.value)
	return d
}

// decayPanel adds the integral over one panel, and returns the logarithm of the integrand
// at its end.
func decayPanel(d *slopes, k, m, ratio, from, width float64) float64 {
	panel(from, width, func(w, weight float64) {
		grown := math.Expm1(w)
		bent := math.Log1p(ratio * grown)
		f := weight * math.Exp(-k*w-m*bent)
		d.value += f
		d.byK -= f * w
		d.byM -= f * bent
		d.byRatio -= f * m * grown / (1 + ratio*grown)
	})
	w := from + width
	return -k*w - m*math.Log1p(ratio*math.Expm1(w))
}
