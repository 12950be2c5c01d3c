package churn

import "math"

// What comes first for somebody who is a customer: her next purchase, or her leaving?
// All the work of the Pareto/NBD model is in that question.
//
// Her rate of purchase λ has a gamma distribution of shape a and rate α+t, her rate of
// leaving μ one of shape s and rate β+t; leaving comes first with the chance
// J = E[μ/(λ+μ)]. With ε = (β+t)/(α+t) and
//
//	D(n, m, ε) = 1/n · 2F1(1, m; n+1; 1−ε) = ∫₀^∞ e^((m−n)w) (1+ε(e^w−1))^(−m) dw
//
// it is J = s·D(a+s, a, ε) where ε ≤ 1, and J = s/ε·D(a+s, s+1, 1/ε) where ε > 1.
//
// Hardie's A0 (A Note on Deriving the Pareto/NBD Model and Related Expressions, 2005) is
// a difference of two hypergeometric functions, one for each end of the silence, and its
// digits cancel. After Euler's transformation of each, the model is a sum: J at the last
// purchase and 1−J at the end of the silence. All terms of D's series are positive, as
// are all values under its integral, and no digits are lost with any parameters.

// nearOne is the 1−ε up to which D is summed as a series, where its derivatives are wanted
// as well. Beyond it, where the series takes too long, the integral is taken up to where ε
// has become a half.
const nearOne = 0.7

// Without derivatives there is a third way between: D as a continued fraction, which takes
// fewer steps than the series beyond shortSeries, and is left for the integral below
// leastRatio, its steps growing as 1/√ε.
const (
	shortSeries = 0.35
	leastRatio  = 0.002
)

// slopes are D and its derivatives by its arguments.
type slopes struct{ value, byN, byM, byRatio float64 }

// decays is D(n, m, ratio) at two ratios, the smaller one first, for n > 0, 0 < m < n+1 and
// 0 < ratio ≤ 1; z is 1−ratio without its rounding. What depends on n and m alone is
// computed once, and a processor has both sums under way at a time.
func decays(n, m float64, ratio, z [2]float64) (one, two float64) {
	switch {
	case z[0] <= shortSeries:
		return decaysSeries(n, m, z)
	case ratio[0] >= leastRatio:
		return decaysFraction(n, m, ratio, z)
	case ratio[1] == ratio[0]:
		one = decayIntegral(n, m, ratio[0], z[0]).value
		return one, one
	}
	_, two = decays(n, m, [2]float64{ratio[1], ratio[1]}, [2]float64{z[1], z[1]})
	return decayIntegral(n, m, ratio[0], z[0]).value, two
}

// decaysSeries sums both series to where the longer one ends.
func decaysSeries(n, m float64, z [2]float64) (one, two float64) {
	term, other := 1/n, 1/n
	one, two = term, other
	stop := epsilon / 2 * (1 - z[0]) // what is left is less than a geometric series
	for term > stop*one {
		n++
		factor := m / n
		term *= z[0] * factor
		other *= z[1] * factor
		m++
		one += term
		two += other
	}
	return one, two
}

// decaysFraction is Gauss's continued fraction for 2F1(1, m; n+1; z), after Pfaff's
// transformation, which makes all of its coefficients positive: no digits cancel, and any
// two neighbouring convergents have the value between them (Jones and Thron, Continued
// Fractions, 1980, 6.1).
func decaysFraction(n, m float64, ratio, z [2]float64) (one, two float64) {
	type convergents struct{ top, bottom, topBefore, bottomBefore float64 }
	a, b := convergents{1, 1, 0, 1}, convergents{1, 1, 0, 1}
	w, v := z[0]/ratio[0], z[1]/ratio[1]
	q, twice := n-m+1, n
	for j := 0.0; ; j++ {
		odd := (q + j) / (twice + 1) * ((n + j) / twice)
		even := (j + 1) / (twice + 1) * ((m + j) / (twice + 2))
		twice += 2
		a.topBefore, a.bottomBefore = a.top+odd*w*a.topBefore, a.bottom+odd*w*a.bottomBefore
		b.topBefore, b.bottomBefore = b.top+odd*v*b.topBefore, b.bottom+odd*v*b.bottomBefore
		a.top, a.bottom = a.topBefore+even*w*a.top, a.bottomBefore+even*w*a.bottom
		b.top, b.bottom = b.topBefore+even*v*b.top, b.bottomBefore+even*v*b.bottom
		if int(j)%4 != 3 {
			continue
		}
		upper, lower := a.top*a.bottomBefore, a.topBefore*a.bottom
		if math.Abs(upper-lower) <= 2*epsilon*upper {
			return a.top / (a.bottom * ratio[0] * n), b.top / (b.bottom * ratio[1] * n)
		}
		if a.bottom > 1e100 {
			a = convergents{a.top * 1e-100, a.bottom * 1e-100, a.topBefore * 1e-100, a.bottomBefore * 1e-100}
		}
		if b.bottom > 1e100 {
			b = convergents{b.top * 1e-100, b.bottom * 1e-100, b.topBefore * 1e-100, b.bottomBefore * 1e-100}
		}
	}
}

// decaySlopes is D with its derivatives.
func decaySlopes(n, m, ratio, z float64) slopes {
	if z > nearOne {
		return decayIntegral(n, m, ratio, z)
	}
	term := 1 / n
	up, down := 0.0, term // Σ 1/m and Σ 1/n over the term's factors
	d := slopes{value: term, byN: -term * down}
	stop := epsilon / 2 * (1 - z) * (1 - z)
	for i := 1.; term*i > stop*d.value; i++ {
		n++
		d.byRatio -= term * i * (m / n) // the derivative of zⁱ, without dividing by z
		term *= z * (m / n)
		up += 1 / m
		down += 1 / n
		m++
		d.value += term
		d.byN -= term * down
		d.byM += term * up
	}
	return d
}

// decayIntegral is D with its derivatives where z is near 1: by panels up to where the
// ratio is a half, and from there on by the series. The panels depend on the arguments
// alone.
func decayIntegral(n, m, ratio, z float64) slopes {
	var d slopes
	end := math.Log(z / ratio)
	top := 0.0 // of the logarithm of the integrand
	for from := 0.0; from < end; {
		// How fast the logarithm falls at the end of the widest panel, where its second part
		// is steepest.
		grown := ratio * math.Exp(from+widest)
		width := min(panelWidth(math.Abs(n-m)+m*grown/(grown+z)), end-from)
		last := decayPanel(&d, n, m, ratio, from, width)
		from += width
		if top = max(top, last); last < top-faded {
			return d // it is concave, so what is left is nothing beside it
		}
	}
	// The rest is the integrand at the end times D with the ratio that holds there: a half.
	grown := math.Expm1(end)
	base := 1 + ratio*grown
	bent := math.Log(base)
	scale := math.Exp((m-n)*end - m*bent)
	half := ratio * (grown + 1) / base
	rest := decaySlopes(n, m, half, 1-half)
	d.value += scale * rest.value
	d.byN += scale * (rest.byN - end*rest.value)
	d.byM += scale * (rest.byM + (end-bent)*rest.value)
	d.byRatio += scale * (rest.byRatio*(grown+1)/(base*base) - m*grown/base*rest.value)
	return d
}

// decayPanel adds the integral over one panel, and returns the logarithm of the integrand
// at its end.
func decayPanel(d *slopes, n, m, ratio, from, width float64) float64 {
	panel(from, width, func(w, weight float64) {
		grown := math.Expm1(w)
		bent := math.Log1p(ratio * grown)
		f := weight * math.Exp((m-n)*w-m*bent)
		d.value += f
		d.byN -= f * w
		d.byM += f * (w - bent)
		d.byRatio -= f * m * grown / (1 + ratio*grown)
	})
	w := from + width
	return (m-n)*w - m*math.Log1p(ratio*math.Expm1(w))
}
