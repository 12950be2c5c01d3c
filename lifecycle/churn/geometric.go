package churn

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// geometric is what BG/NBD and its modified form share. While she is a customer, she
// buys at random at a rate of her own, and after a purchase she may leave, each time
// with a probability of her own: so the number of purchases until she leaves is
// geometric. Over the population the rates are gamma distributed (shape r, rate alpha,
// per unit of time) and the probabilities are beta distributed (a, b).
//
// The two differ in one thing alone: whether the first purchase of all, with which the
// history begins, is one after which she may leave. That is chances, 0 or 1, so that
// with x repeat purchases there were x+chances occasions to leave, and with d occasions
// the likelihood is, up to what only depends on x,
//
//	B(a, b+d)/B(a, b) · (α+T)^−(r+x) · (1 + a/(b+d−1) · ((α+T)/(α+t_x))^(r+x))
//
// where the 1 is for her being a customer still, and the other term, which needs an
// occasion, for her having left after the last purchase.
type geometric struct {
	unit     float64 // days
	r, alpha float64
	a, b     float64
	chances  float64

	logGammaR, logBetaAB float64 // ln Γ(r) and ln B(a, b)
}

// newGeometric checks the parameters. The faults are customer.Faults.
func newGeometric(unitDays int, r, alpha, a, b, chances float64) (geometric, error) {
	var faults customer.Faults
	faults.Within("unit_days", unitDays, 1, MaxUnitDays)
	checkParameter(&faults, "r", r)
	checkParameter(&faults, "alpha", alpha)
	checkParameter(&faults, "a", a)
	checkParameter(&faults, "b", b)
	if len(faults) > 0 {
		return geometric{}, faults
	}
	return geometric{
		unit: float64(unitDays), r: r, alpha: alpha, a: a, b: b, chances: chances,
		logGammaR: logGamma(r), logBetaAB: logBeta(a, b),
	}, nil
}

// checkParameter notes a fault unless a parameter is one that a model may have.
func checkParameter(faults *customer.Faults, path string, value float64) {
	if !(MinParameter <= value && value <= MaxParameter) {
		faults.Add(path, value, fmt.Sprintf("is %g to %g", MinParameter, MaxParameter))
	}
}

// knows reports whether there is a model, which the zero one is not, and a history.
func (g *geometric) knows(h History) bool { return g.unit > 0 && h.Valid() }

// logLikelihood is that of one history, 0 where it is none.
func (g *geometric) logLikelihood(h History) float64 {
	if !g.knows(h) {
		return 0
	}
	x, age := float64(h.Repeats), float64(h.AgeDays)/g.unit
	likelihood := logGamma(g.r+x) - g.logGammaR - g.r*math.Log1p(age/g.alpha) - x*math.Log(g.alpha+age)
	occasions := x + g.chances
	if occasions == 0 {
		return likelihood
	}
	left := math.Log(g.a/(g.b+(occasions-1))) + (g.r+x)*g.silence(h)
	return likelihood + logBeta(g.a, g.b+occasions) - g.logBetaAB + softplus(left)
}

// silence is ln((α+T)/(α+t_x)).
func (g *geometric) silence(h History) float64 {
	return math.Log1p(float64(h.AgeDays-h.RecencyDays) / (g.alpha*g.unit + float64(h.RecencyDays)))
}

// softplus is ln(1 + e^u).
func softplus(u float64) float64 {
	return max(u, 0) + math.Log1p(math.Exp(-math.Abs(u)))
}

// alive is the probability that she is a customer still, 0 where the history is none.
func (g *geometric) alive(h History) float64 {
	if !g.knows(h) {
		return 0
	}
	x := float64(h.Repeats)
	occasions := x + g.chances
	if occasions == 0 {
		return 1
	}
	// The exponential may overflow to infinity: then she is gone.
	return 1 / (1 + g.a/(g.b+(occasions-1))*math.Exp((g.r+x)*g.silence(h)))
}

// expected is how many purchases she will make within so many days, 0 where the history
// is none.
func (g *geometric) expected(h History, horizonDays int) float64 {
	if horizonDays <= 0 {
		return 0
	}
	return g.alive(h) * g.staying(h, horizonDays)
}

// staying is expected of whom it is known that she is a customer still.
func (g *geometric) staying(h History, horizonDays int) float64 {
	if !g.knows(h) || horizonDays <= 0 {
		return 0
	}
	x := float64(h.Repeats)
	rate, time := g.alpha+float64(h.AgeDays)/g.unit, float64(min(horizonDays, MaxDays))/g.unit
	return purchasesAhead(g.r+x, time/rate, g.a, g.b+x+g.chances)
}

// purchasesAhead is how many purchases a customer will make of whom it is known that she
// is one still, when her rate is gamma distributed (shape) and her probability of
// leaving after a purchase beta distributed (a, b). time is in units of the gamma
// distribution's inverse rate.
//
// Were she to stay for ever, the number N of her purchases would be negative binomial;
// of n such purchases she makes e(n) = Σ (b)_k/(a+b)_k, k < n, on average. So the answer
// is the mean of e(N), a sum of positive terms. It is the closed form of the literature,
//
//	(a+b−1)/(a−1) · (1 − (1−z)^shape · 2F1(shape, b; a+b−1; z)),  z = time/(1+time)
//
// without its gap at a = 1, where 0 is divided by 0, and its loss of digits around it.
// Where the sum is long, the same mean is an integral over the probability of leaving.
func purchasesAhead(shape, time, a, b float64) float64 {
	none := shape * math.Log1p(time) // −ln of the probability that N is 0
	mean := shape * time
	length := mean + 9*math.Sqrt(mean*(1+time)) + 40*(1+time)
	if none > 600 || length > 2000 {
		return purchasesIntegral(shape, time, a, b)
	}
	z := time / (1 + time)
	weight, made, next := math.Exp(-none), 0.0, 1.0 // of N = n; e(n); e(n+1)−e(n)
	sum := 0.0
	for n := 0.0; ; n++ {
		growth := z * (shape + n) / (n + 1) // towards z as n rises, from either side
		weight *= growth
		made += next
		next *= (b + n) / (a + b + n)
		term := weight * made
		sum += term
		// No later term is more than this times the one before it.
		if ratio := max(growth, z) * (1 + next/made); ratio < 1 && term*ratio <= 0x1p-54*sum*(1-ratio) {
			return sum
		}
	}
}

// purchasesIntegral is purchasesAhead as an integral over p, the probability of leaving:
// of (1 − (1+p·time)^−shape)/p over the beta distribution. The variable is u, with
// p = 1/(1+e^−u), in which the trapezoidal rule over all numbers converges faster than
// any power of its step. Far out, where p or 1−p is below every scale of the integrand, its
// terms are geometric series, and summed as such: that matters for a or b close to 0.
func purchasesIntegral(shape, time, a, b float64) float64 {
	const far = 1e-13
	step := min(0.22, 0.65*math.Sqrt(1/a+1/b)) // against the width of the beta distribution
	left := math.Log(far / max(1, a, b, (shape+1)*time))
	right := -math.Log(far / max(1, a, b, shape))
	start := min(max(math.Log(a/b), left), right)
	scale := logBeta(a, b)
	peak, topP, topQ, top := logBetaPeak(a, b), a/(a+b), b/(a+b), math.Log(a/b)
	logTopP, logTopQ := math.Log(topP), math.Log1p(-topP)
	if a > b {
		logTopP, logTopQ = math.Log1p(-topQ), math.Log(topQ)
	}

	// density is that of u, and kernel the integrand beside it. The logarithm of the density
	// is taken from its top, and close to it step by step, lest a million times one logarithm
	// cancel against a million times another.
	at := func(u float64) (density, kernel float64) {
		e := math.Exp(-math.Abs(u))
		s := math.Log1p(e)
		logP, logQ, p := -s-logTopP, -s-u-logTopQ, 1/(1+e)
		if u < 0 {
			logP, logQ, p = u-s-logTopP, -s-logTopQ, e/(1+e)
		}
		if math.Abs(u-top) < 1 {
			logP, logQ = -math.Log1p(topQ*math.Expm1(top-u)), -math.Log1p(topP*math.Expm1(u-top))
		}
		return math.Exp(a*logP + b*logQ - peak), -math.Expm1(-shape*math.Log1p(p*time)) / p
	}

	sum, most := 0.0, shape*time // the kernel falls from most
	u := start
	for ; u >= left; u -= step {
		density, kernel := at(u)
		sum += density * kernel
		if density*most <= 1e-19*sum {
			break
		}
	}
	if u < left {
		u += step // the last that was summed; what lies left of it is a geometric series
		sum += most * math.Exp(a*u-scale) / math.Expm1(a*step)
	}
	for u = start + step; u <= right; u += step {
		density, kernel := at(u)
		sum += density * kernel
		if density*kernel <= 1e-19*sum {
			return sum * step
		}
	}
	u -= step
	least := -math.Expm1(-shape * math.Log1p(time))
	sum += least * math.Exp(-b*u-scale) / math.Expm1(b*step)
	return sum * step
}
