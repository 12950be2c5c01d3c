package churn

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// ErrInfiniteMean says that the values of purchases are spread so widely over the
// customers that their fitted distribution has no mean: Q is 1 or below. A few enormous
// sums are the usual cause, or too few customers.
var ErrInfiniteMean = errors.New("churn: the values of purchases have no finite mean over the customers")

// GammaGammaParameters are a gamma-gamma model as plain data, for storage and for JSON;
// read JSON strictly with customer.ParseRules.
type GammaGammaParameters struct {
	Currency customer.Currency `json:"currency"` // of all sums; V is in units of it
	P        float64           `json:"p"`        // shape of the gamma distribution of one customer's purchases
	Q        float64           `json:"q"`        // shape of the gamma distribution of its rate over the customers; above 1
	V        float64           `json:"v"`        // its rate, in units of the currency; γ in the literature
}

// GammaGamma is the model of what a purchase is worth of Fader, Hardie and Lee (RFM and
// CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research
// 42, 2005; Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013): the values of
// one customer's purchases are gamma distributed around a mean of her own, and so are
// the rates of these distributions over the customers. What a customer spent so far is no
// more than a sample of her mean; the model draws it towards everybody's, the less the
// more purchases there are.
//
// It takes it that values do not go with how often she buys: see [Spends.Independence].
//
// A GammaGamma is immutable and safe for concurrent use. The zero GammaGamma knows nothing: its
// answers are 0.
type GammaGamma struct {
	parameters GammaGammaParameters
	v          float64 // in minor units
}

// MaxValue bounds V. There are currencies whose notes have six digits.
const MaxValue = 1e12

// NewGammaGamma checks the parameters: P is MinParameter to MaxParameter, Q the same and
// above 1, for otherwise the mean over the customers is infinite, V is MinParameter to
// MaxValue. Otherwise it returns customer.Faults.
func NewGammaGamma(parameters GammaGammaParameters) (*GammaGamma, error) {
	var faults customer.Faults
	faults.Currency("currency", parameters.Currency)
	checkParameter(&faults, "p", parameters.P)
	checkParameter(&faults, "q", parameters.Q)
	if parameters.Q <= 1 {
		faults.Add("q", parameters.Q, "is above 1, or the mean over the customers is infinite")
	}
	if !(MinParameter <= parameters.V && parameters.V <= MaxValue) {
		faults.Add("v", parameters.V, fmt.Sprintf("is %g to %g", MinParameter, MaxValue))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &GammaGamma{parameters, parameters.V * minorUnits(parameters.Currency)}, nil
}

// minorUnits is how many minor units a unit of the currency has.
func minorUnits(currency customer.Currency) float64 {
	units := 1.0
	for range currency.Digits {
		units *= 10
	}
	return units
}

// Parameters returns the model as plain data, of which NewGammaGamma makes the same
// again.
func (m *GammaGamma) Parameters() GammaGammaParameters { return m.parameters }

// LogLikelihood returns the logarithm of how likely a customer's mean value is, given the
// number of her purchases, as a density per unit of the currency. A spending without
// purchases, or not Valid, gives 0.
func (m *GammaGamma) LogLikelihood(s Spending) float64 {
	if !s.Valid() || s.Purchases == 0 || m.v == 0 {
		return 0
	}
	p, q := m.parameters.P*float64(s.Purchases), m.parameters.Q
	// The density of u = sum/v is u^(p−1) (1+u)^−(p+q) / B(p, q).
	u := float64(s.Minor) / m.v
	return -p*math.Log1p(1/u) - q*math.Log1p(u) - logBeta(p, q) - math.Log(s.mean()/minorUnits(m.parameters.Currency))
}

// Mean returns what a purchase of hers is expected to be worth, in minor units: for the
// zero Spending it is Newcomer's. A spending that is not Valid gives 0.
func (m *GammaGamma) Mean(s Spending) float64 {
	if !s.Valid() || m.v == 0 {
		return 0
	}
	p := m.parameters.P
	return p * (m.v + float64(s.Minor)) / (p*float64(s.Purchases) + (m.parameters.Q - 1))
}

// Newcomer returns what a purchase is expected to be worth of whom nothing is known, in
// minor units: the mean over the customers.
func (m *GammaGamma) Newcomer() float64 { return m.Mean(Spending{}) }

// FitGammaGamma finds the parameters under which the spendings are likeliest, for sums in
// a currency. Spendings of nobody, and what is no currency, are customer.Faults. Where the
// data do not determine the parameters, as with one customer alone or with all of them
// alike, the error wraps ErrNotConverged, there is no model, and the Fit tells where the
// search stopped. Where they determine them, but the mean over the
// customers is infinite, the error wraps ErrInfiniteMean.
func FitGammaGamma(spends *Spends, currency customer.Currency) (*GammaGamma, Fit, error) {
	var faults customer.Faults
	faults.Currency("currency", currency)
	if spends.Customers() == 0 {
		faults.Add("spends", 0, "hold a customer with a purchase")
	}
	if err := faults.Err(); err != nil {
		return nil, Fit{}, err
	}
	laid := newGammaCounts(spends)
	// The search begins with a v that gives everybody's mean, which is 1 in the figures as
	// they are laid out.
	fit, err := maximize(spends.Customers(), []parameter{{"p", 2}, {"q", 3}, {"v", 1}}, laid.logLikelihood)
	// Back to units of the currency: v is a multiple of everybody's mean, the likelihood a
	// density per such a mean.
	unit := laid.mean / minorUnits(currency)
	fit.Estimates[2].Value *= unit
	fit.Estimates[2].StandardError *= unit
	fit.LogLikelihood -= float64(spends.Customers()) * math.Log(unit)
	if err != nil {
		return nil, fit, err
	}
	of := fit.Estimates
	if of[1].Value <= 1 {
		return nil, fit, fmt.Errorf("%w: q is %.3g", ErrInfiniteMean, of[1].Value)
	}
	model, err := NewGammaGamma(GammaGammaParameters{Currency: currency, P: of[0].Value, Q: of[1].Value, V: of[2].Value})
	return model, fit, err
}

// gammaCounts are Spends laid out for the likelihood, so that what depends on the number
// of purchases alone is computed once for each. Sums are in multiples of mean, everybody's
// mean value of a purchase.
type gammaCounts struct {
	mean   float64 // minor units
	groups []gammaGroup
	sums   []gammaSum
	fixed  float64 // Σ ln z̄, of which the likelihood is a density
}

// gammaGroup are the customers of one number of purchases; their sums end where the next
// ones' begin.
type gammaGroup struct {
	purchases, customers float64
	logs                 float64 // Σ ln sum
	end                  int
}

// gammaSum is how many customers of a group spent a sum.
type gammaSum struct{ sum, customers float64 }

func newGammaCounts(spends *Spends) *gammaCounts {
	rows := spends.rows()
	g := &gammaCounts{sums: make([]gammaSum, len(rows))}
	purchases, minor := 0.0, 0.0
	for _, row := range rows {
		purchases += float64(row.n) * float64(row.key.Purchases)
		minor += float64(row.n) * float64(row.key.Minor)
	}
	g.mean = minor / purchases
	for i, row := range rows {
		x, n := float64(row.key.Purchases), float64(row.n)
		if len(g.groups) == 0 || g.groups[len(g.groups)-1].purchases != x {
			g.groups = append(g.groups, gammaGroup{purchases: x})
		}
		sum := float64(row.key.Minor) / g.mean
		group := &g.groups[len(g.groups)-1]
		group.customers += n
		group.logs += n * math.Log(sum)
		group.end = i + 1
		g.sums[i] = gammaSum{sum, n}
		g.fixed += n * math.Log(sum/x)
	}
	return g
}

// logLikelihood is the objective, over the logarithms of p, q and v.
func (g *gammaCounts) logLikelihood(at, gradient []float64) float64 {
	p, q, v, logV := math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2]), at[2]
	total, byP, byQ, byV := -g.fixed, 0.0, 0.0, 0.0
	digammaQ := digamma(q)
	first := 0
	for _, group := range g.groups {
		logs, shares := 0.0, 0.0 // Σ ln(1+sum/v), Σ (sum/v)/(1+sum/v)
		for _, one := range g.sums[first:group.end] {
			logs += one.customers * math.Log1p(one.sum/v)
			shares += one.customers * (one.sum / (v + one.sum))
		}
		first = group.end
		n, shape := group.customers, p*group.purchases
		own := group.logs - n*logV // Σ ln(sum/v)
		total += shape*own - (shape+q)*logs - n*logBeta(shape, q)
		both := digamma(shape + q)
		byP += group.purchases * (own - logs + n*(both-digamma(shape)))
		byQ += n*(both-digammaQ) - logs
		byV += (shape+q)*shares - n*shape
	}
	gradient[0], gradient[1], gradient[2] = byP*p, byQ*q, byV // byV is by ln v already
	return total
}
