package churn

import "math"

// panel walks the 16 points of Gauss and Legendre's rule from one place over a width: a
// sum of weight · f(place) over them is the integral of f there.
func panel(from, width float64, at func(place, weight float64)) {
	places := [...]float64{ // half of them: the others are their mirror
		0.0950125098376374402, 0.281603550779258913, 0.458016777657227386, 0.617876244402643748,
		0.755404408355003034, 0.865631202387831744, 0.944575023073232576, 0.989400934991649933,
	}
	weights := [...]float64{
		0.189450610455068496, 0.182603415044923589, 0.169156519395002538, 0.149595988816576732,
		0.124628971255533872, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949,
	}
	for i, place := range places {
		at(from+width*(1-place)/2, weights[i]*width/2)
		at(from+width*(1+place)/2, weights[i]*width/2)
	}
}

// widest is how wide a panel may be, against the bends of the integrands of this package.
const widest = 2.5

// panelWidth is how wide a panel may be over which the logarithm of the integrand changes
// at most at a rate: so wide that the rule is exact to all digits that count.
func panelWidth(rate float64) float64 { return min(widest, 10/rate) }

// faded is how far the logarithm of an integrand may fall from its top, when it only
// falls from there on, until the rest is nothing beside what was summed.
const faded = 45

// annuity is ∫₀^∞ e^(−rate·t) (1+t)^(−s) dt, for s and rate above 0: Tricomi's U(1, 2−s,
// rate), which is rate^(s−1) U(s, s, rate). The variable is w = ln(1+t).
func annuity(s, rate float64) float64 {
	sum, top := 0.0, 0.0
	for from := 0.0; ; {
		// Over this width the part that bends, rate·e^w, grows by 8.
		width := min(panelWidth(math.Abs(s-1)), math.Log1p(8/(rate*math.Exp(from))))
		panel(from, width, func(w, weight float64) {
			sum += weight * math.Exp((1-s)*w-rate*math.Expm1(w))
		})
		from += width
		last := (1-s)*from - rate*math.Expm1(from)
		if top = max(top, last); last < top-faded {
			return sum
		}
	}
}
