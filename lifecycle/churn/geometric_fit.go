package churn

import (
	"math"

	"github.com/rapport-crm/rapport/customer"
)

// checkFit returns the faults of what a fit of how often customers buy is asked with.
func checkFit(counts *Counts, unitDays int) error {
	var faults customer.Faults
	faults.Within("unit_days", unitDays, 1, MaxUnitDays)
	if repeated := counts.repeatBuyers(); repeated == 0 {
		faults.Add("counts", counts.Customers(), "hold a customer with a repeat purchase")
	}
	return faults.Err()
}

// geometricCounts are Counts laid out for the likelihood of geometric, so that what
// depends on x alone is computed once for each x, and what depends on a day once for
// each day.
type geometricCounts struct {
	groups  []geometricGroup
	rows    []geometricRow
	used    []int32   // days that occur as t_x or T, ascending
	units   []float64 // the same in units of time
	logs    []float64 // ln(α + unit)
	inverse []float64 // 1/(α + unit)
	chances float64
}

// geometricGroup are the customers of one x; its rows end where the next one's begin.
type geometricGroup struct {
	x, customers float64
	end          int
}

// geometricRow is how many customers of a group have a recency and an age, by their
// places in used.
type geometricRow struct {
	recency, age int32
	customers    float64
}

func newGeometricCounts(rows []tallyRow[historyKey], unitDays int, chances float64) *geometricCounts {
	place := make([]int32, MaxDays+1)
	for _, row := range rows {
		h := row.key.history()
		place[h.RecencyDays], place[h.AgeDays] = 1, 1
	}
	g := &geometricCounts{rows: make([]geometricRow, len(rows)), chances: chances}
	for day, occurs := range place {
		if occurs == 1 {
			place[day] = int32(len(g.used))
			g.used = append(g.used, int32(day))
			g.units = append(g.units, float64(day)/float64(unitDays))
		}
	}
	g.logs, g.inverse = make([]float64, len(g.used)), make([]float64, len(g.used))
	for i, row := range rows {
		h := row.key.history()
		if x := float64(h.Repeats); len(g.groups) == 0 || g.groups[len(g.groups)-1].x != x {
			g.groups = append(g.groups, geometricGroup{x: x})
		}
		group := &g.groups[len(g.groups)-1]
		group.customers += float64(row.n)
		group.end = i + 1
		g.rows[i] = geometricRow{recency: place[h.RecencyDays], age: place[h.AgeDays], customers: float64(row.n)}
	}
	return g
}

// fitGeometric fits the model with so many chances to leave at the first purchase.
func fitGeometric(counts *Counts, unitDays int, chances float64) (geometric, Fit, error) {
	if err := checkFit(counts, unitDays); err != nil {
		return geometric{}, Fit{}, err
	}
	laid := newGeometricCounts(counts.rows(), unitDays, chances)
	// The search begins at what all customers together bought in a unit of time.
	repeats, time := 0.0, 0.0
	for _, group := range laid.groups {
		repeats += group.customers * group.x
	}
	for _, row := range laid.rows {
		time += row.customers * laid.units[row.age]
	}
	begin := []parameter{{"r", 1}, {"alpha", time / repeats}, {"a", 1}, {"b", 2}}
	fit, err := maximize(counts.Customers(), begin, laid.logLikelihood)
	if err != nil {
		return geometric{}, fit, err
	}
	of := fit.Estimates
	model, err := newGeometric(unitDays, of[0].Value, of[1].Value, of[2].Value, of[3].Value, chances)
	return model, fit, err
}

// logLikelihood is the objective, over the logarithms of r, α, a and b.
func (g *geometricCounts) logLikelihood(at, gradient []float64) float64 {
	r, alpha, a, b := math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2]), math.Exp(at[3])
	for i, unit := range g.units {
		g.logs[i], g.inverse[i] = math.Log(alpha+unit), 1/(alpha+unit)
	}
	total, byR, byAlpha, byA, byB := 0.0, 0.0, 0.0, 0.0, 0.0
	logGammaR, digammaR, logAlpha := logGamma(r), digamma(r), math.Log(alpha)
	logBetaAB, digammaAB, digammaB := logBeta(a, b), digamma(a+b), digamma(b)
	first := 0
	for _, group := range g.groups {
		rows := g.rows[first:group.end]
		first = group.end
		n, shape, occasions := group.customers, r+group.x, group.x+g.chances
		total += n * (logGamma(shape) - logGammaR + r*logAlpha)
		byR += n * (digamma(shape) - digammaR + logAlpha)
		byAlpha += n * r / alpha
		if occasions == 0 {
			likelihood, logs, inverses := 0.0, 0.0, 0.0
			for _, row := range rows {
				logs += row.customers * g.logs[row.age]
				inverses += row.customers * g.inverse[row.age]
			}
			likelihood = -shape * logs
			total += likelihood
			byR -= logs
			byAlpha -= shape * inverses
			continue
		}
		odds := math.Log(a / (b + (occasions - 1)))
		likelihood, logs, inverses, gone := 0.0, 0.0, 0.0, 0.0
		for i := range rows {
			row := &rows[i]
			logAge, logRecency := g.logs[row.age], g.logs[row.recency]
			// How likely it is that she has left, and the logarithm of 1 + her odds.
			left := odds + shape*(logAge-logRecency)
			e := math.Exp(-math.Abs(left))
			share := e / (1 + e)
			if left > 0 {
				share = 1 - share
			}
			likelihood += row.customers * (max(left, 0) + math.Log1p(e) - shape*logAge)
			logs += row.customers * (logAge - share*(logAge-logRecency))
			inverses += row.customers * (g.inverse[row.age] + share*(g.inverse[row.recency]-g.inverse[row.age]))
			gone += row.customers * share
		}
		total += likelihood + n*(logBeta(a, b+occasions)-logBetaAB)
		byR -= logs
		byAlpha -= shape * inverses
		rest := digammaAB - digamma(a+b+occasions)
		byA += n*rest + gone/a
		byB += n*(rest+digamma(b+occasions)-digammaB) - gone/(b+(occasions-1))
	}
	gradient[0], gradient[1], gradient[2], gradient[3] = byR*r, byAlpha*alpha, byA*a, byB*b
	return total
}
