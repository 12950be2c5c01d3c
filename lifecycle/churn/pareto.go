package churn

import (
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// ParetoNBDParameters are a Pareto/NBD model as plain data, for storage and for JSON;
// read JSON strictly with customer.ParseRules.
type ParetoNBDParameters struct {
	UnitDays int     `json:"unit_days"` // days in a unit of time: Weeks for rates per week
	R        float64 `json:"r"`         // shape of the purchase rates' gamma distribution
	Alpha    float64 `json:"alpha"`     // its rate, in units of time: R/Alpha purchases per unit on average
	S        float64 `json:"s"`         // shape of the leaving rates' gamma distribution
	Beta     float64 `json:"beta"`      // its rate, in units of time: a median newcomer stays Beta·(2^(1/S)−1) units
}

// ParetoNBD is the model of Schmittlein, Morrison and Colombo (Counting Your Customers:
// Who Are They and What Will They Do Next?, Management Science 33, 1987): while she is a
// customer, she buys at random at a rate of her own, and she leaves at any time, at
// random at a rate of her own, whether she buys or not. So a customer who bought only
// once may have left as well, and is the likelier to have done so the longer she has been
// silent.
//
// A ParetoNBD is immutable and safe for concurrent use. The zero ParetoNBD knows nothing:
// its answers are 0.
type ParetoNBD struct {
	unit              float64 // days
	r, alpha, s, beta float64
	logGammaR         float64 // ln Γ(r)
	logScale          float64 // r ln α + s ln β
	firstOfAll        float64 // leavesFirst of a newcomer, and so of every one-time buyer's silence
}

// NewParetoNBD checks the parameters: each is MinParameter to MaxParameter, and the unit
// of time 1 to MaxUnitDays days. Otherwise it returns customer.Faults.
func NewParetoNBD(parameters ParetoNBDParameters) (*ParetoNBD, error) {
	var faults customer.Faults
	faults.Within("unit_days", parameters.UnitDays, 1, MaxUnitDays)
	checkParameter(&faults, "r", parameters.R)
	checkParameter(&faults, "alpha", parameters.Alpha)
	checkParameter(&faults, "s", parameters.S)
	checkParameter(&faults, "beta", parameters.Beta)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	m := &ParetoNBD{
		unit: float64(parameters.UnitDays),
		r:    parameters.R, alpha: parameters.Alpha, s: parameters.S, beta: parameters.Beta,
		logGammaR: logGamma(parameters.R),
		logScale:  parameters.R*math.Log(parameters.Alpha) + parameters.S*math.Log(parameters.Beta),
	}
	m.firstOfAll, _ = m.leavesFirst(m.r, 0, 0)
	return m, nil
}

// Parameters returns the model as plain data, of which NewParetoNBD makes the same again.
func (m *ParetoNBD) Parameters() ParetoNBDParameters {
	return ParetoNBDParameters{UnitDays: int(m.unit), R: m.r, Alpha: m.alpha, S: m.s, Beta: m.beta}
}

// knows reports whether there is a model, which the zero one is not, and a history.
func (m *ParetoNBD) knows(h History) bool { return m.unit > 0 && h.Valid() }

// LogLikelihood returns the logarithm of how likely one customer's history is, as a
// density per unit of time of her repeat purchases. A history that is not Valid gives 0.
func (m *ParetoNBD) LogLikelihood(h History) float64 {
	if !m.knows(h) {
		return 0
	}
	shape, last, age := m.times(h)
	stayed := logGamma(shape) - m.logGammaR + m.logScale - shape*math.Log(m.alpha+age) - m.s*math.Log(m.beta+age)
	silence := m.silence(shape, last, age)
	first, later := m.leavesFirst(shape, last, age)
	if silence > largeLog {
		return stayed + silence + math.Log(first)
	}
	return stayed + math.Log(inverseAlive(silence, first, later))
}

// Alive returns the probability that she is a customer still, 0 to 1. It is 1 on the day
// of a purchase and falls with her silence, for a customer who bought only once as for
// any other, and the faster the more often she used to buy. A history that is not Valid
// gives 0.
func (m *ParetoNBD) Alive(h History) float64 {
	if !m.knows(h) {
		return 0
	}
	if h.RecencyDays == h.AgeDays {
		return 1
	}
	shape, last, age := m.times(h)
	silence := m.silence(shape, last, age)
	if h.Repeats == 0 {
		last = age // at 0 it is known
	}
	first, later := m.leavesFirst(shape, last, age)
	if h.Repeats == 0 {
		first, last = m.firstOfAll, 0
	}
	if silence > largeLog {
		return math.Exp(-silence - math.Log(first)) // without a quotient of numbers too small for all digits
	}
	inverse := inverseAlive(silence, first, later)
	if inverse < 1+smallOdds {
		return 1 / (1 + m.leftMeanwhile(shape, last, age))
	}
	return 1 / inverse
}

// Expected returns how many purchases she is expected to make within so many days after the
// day of observation, as likely as she is to be a customer still. More days than MaxDays count
// as MaxDays; none gives 0, and so does a history that is not Valid.
func (m *ParetoNBD) Expected(h History, horizonDays int) float64 {
	if horizonDays <= 0 {
		return 0
	}
	return m.Alive(h) * m.Staying(h, horizonDays)
}

// Staying returns what Expected would, were it known that she is a customer still on the
// day of observation.
func (m *ParetoNBD) Staying(h History, horizonDays int) float64 {
	if !m.knows(h) || horizonDays <= 0 {
		return 0
	}
	shape, _, age := m.times(h)
	return shape / (m.alpha + age) * m.stay(m.beta+age, horizonDays)
}

// Newcomer returns how many repeat purchases a new customer is expected to make within
// so many days after the day of her first one.
func (m *ParetoNBD) Newcomer(horizonDays int) float64 { return m.Staying(History{}, horizonDays) }

// Lifetime returns how many repeat purchases a customer is expected to make in all the
// time to come, discounted: DERT in the literature (Fader, Hardie and Lee, RFM and CLV,
// 2005). A purchase t units of time after the day of observation counts e^(−rate·t); 15 % a
// year is ln(1.15)/52.18 per week. Times a GammaGamma's Mean, and through Minor, it is the
// value of the customer without a horizon. The zero History is a newcomer on the day of
// her first purchase.
//
// A history that is not Valid and a rate that is not MinParameter to MaxParameter are
// customer.Faults.
func (m *ParetoNBD) Lifetime(h History, rate float64) (float64, error) {
	if !m.knows(h) || !(MinParameter <= rate && rate <= MaxParameter) {
		var faults customer.Faults
		if m.unit == 0 {
			faults.Add("model", "", "is made by NewParetoNBD or FitParetoNBD")
		}
		join(&faults, "history", h.Check())
		checkParameter(&faults, "rate", rate)
		return 0, faults
	}
	shape, _, age := m.times(h)
	left := m.beta + age
	return m.Alive(h) * shape / (m.alpha + age) * left * annuity(m.s, rate*left), nil
}

// stay is how long somebody who is a customer now will be one within the horizon, on
// average: her leaving rate has the gamma distribution of shape s and this rate. It is
// rate/(s−1) · (1 − (rate/(rate+horizon))^(s−1)) without its gap at s = 1.
func (m *ParetoNBD) stay(rate float64, horizonDays int) float64 {
	grown := math.Log1p(float64(min(horizonDays, MaxDays)) / m.unit / rate)
	if power := (m.s - 1) * grown; power != 0 {
		return rate * grown * (-math.Expm1(-power) / power)
	}
	return rate * grown
}

// times are the shape of the distribution of her rate of purchase, t_x and T.
func (m *ParetoNBD) times(h History) (shape, last, age float64) {
	return m.r + float64(h.Repeats), float64(h.RecencyDays) / m.unit, float64(h.AgeDays) / m.unit
}

// silence is ln [((α+T)/(α+t_x))^(r+x) ((β+T)/(β+t_x))^s]: how much rarer it is to have
// stayed and bought nothing up to T than up to t_x.
func (m *ParetoNBD) silence(shape, last, age float64) float64 {
	silent := age - last
	return shape*math.Log1p(silent/(m.alpha+last)) + m.s*math.Log1p(silent/(m.beta+last))
}

// leavesFirst is the chance that somebody who is a customer at a time leaves before she
// buys again, at two times, the earlier one first.
func (m *ParetoNBD) leavesFirst(shape, last, age float64) (first, later float64) {
	alpha, beta := [2]float64{m.alpha + last, m.alpha + age}, [2]float64{m.beta + last, m.beta + age}
	if apart := m.alpha - m.beta; apart >= 0 {
		first, later = decays(shape+m.s, shape, [2]float64{beta[0] / alpha[0], beta[1] / alpha[1]}, [2]float64{apart / alpha[0], apart / alpha[1]})
		return m.s * first, m.s * later
	}
	apart := m.beta - m.alpha
	ratio := [2]float64{alpha[0] / beta[0], alpha[1] / beta[1]}
	first, later = decays(shape+m.s, m.s+1, ratio, [2]float64{apart / beta[0], apart / beta[1]})
	return m.s * ratio[0] * first, m.s * ratio[1] * later
}

// smallOdds is below what the difference in inverseAlive is too coarse for: its last digit
// would let her chance rise with her silence.
const smallOdds = 1e-6

// leftMeanwhile is how much likelier it is that she left in her silence than that she
// stayed, s ∫ ((α+T)/(α+τ))^(r+x) ((β+T)/(β+τ))^s dτ/(β+τ) from t_x to T, with digits to
// spare where it is next to nothing.
func (m *ParetoNBD) leftMeanwhile(shape, last, age float64) float64 {
	sum := 0.0
	for from := last; from < age; {
		alpha, beta := m.alpha+from, m.beta+from
		width := min(6/(shape/alpha+(m.s+1)/beta), alpha, beta, age-from)
		panel(from, width, func(time, weight float64) {
			sum += weight * math.Exp(m.silence(shape, time, age)) / (m.beta + time)
		})
		if from+width == from {
			break
		}
		from += width
	}
	return m.s * sum
}

// largeLog is the logarithm of a number beside which 1 is nothing, and which itself is
// not too large.
const largeLog = 600

// inverseAlive is 1/P(alive), which the likelihood needs as well: she stayed, or she left
// in her silence. To have left in it is to leave first after the last purchase, but not
// after the end; both chances are of leavesFirst.
func inverseAlive(silence, first, later float64) float64 {
	return max(1, 1+(math.Exp(silence)*first-later))
}
