package churn

import (
	"cmp"
	"math"
	"slices"
)

// FitParetoNBD finds the parameters under which the counts are likeliest, for a unit of
// time of so many days. Counts without a repeat purchase are customer.Faults. Where the
// data do not determine the parameters, as with one customer alone or with all of them
// alike, the error wraps ErrNotConverged, there is no model, and the Fit tells where the
// search stopped.
func FitParetoNBD(counts *Counts, unitDays int) (*ParetoNBD, Fit, error) {
	if err := checkFit(counts, unitDays); err != nil {
		return nil, Fit{}, err
	}
	// The search begins at what all customers together bought in a unit of time, and with
	// half of them leaving within the time for which they were watched.
	customers, repeats, ages := 0.0, 0.0, 0.0
	for h, n := range counts.All() {
		customers += float64(n)
		repeats += float64(n) * float64(h.Repeats)
		ages += float64(n) * float64(h.AgeDays) / float64(unitDays)
	}
	begin := []parameter{{"r", 1}, {"alpha", ages / repeats}, {"s", 1}, {"beta", ages / customers}}
	laid := newParetoCounts(counts, unitDays)
	fit, err := maximize(counts.Customers(), begin, laid.logLikelihood)
	if err != nil {
		return nil, fit, err
	}
	of := fit.Estimates
	model, err := NewParetoNBD(ParetoNBDParameters{
		UnitDays: unitDays, R: of[0].Value, Alpha: of[1].Value, S: of[2].Value, Beta: of[3].Value,
	})
	return model, fit, err
}

// paretoCounts are Counts laid out for the likelihood. Of a history (x, t_x, T) it needs
// hard figures only of (x, t_x) and (x, T): the points. There are far fewer of those than
// of histories, and of histories far fewer than customers.
type paretoCounts struct {
	shapes []paretoShape
	points []paretoPoint
	rows   []paretoRow
}

// paretoShape are the customers of one x; its points end where the next one's begin.
type paretoShape struct {
	x, customers float64
	end          int
}

// paretoPoint is a time at which customers of one x bought last or were looked at last.
type paretoPoint struct {
	time float64

	stayed            float64 // −(r+x) ln(α+time) − s ln(β+time)
	first             float64 // leavesFirst
	byR, byAlpha      float64 // the derivatives of first, by s and beta below
	byS, byBeta       float64
	asStay, asFirst   float64 // sums over the rows: how much the derivatives of stayed and first count
	logAlpha, logBeta float64
}

// paretoRow is how many customers have a history, by the places of its points.
type paretoRow struct {
	last, age int32
	customers float64
}

func newParetoCounts(counts *Counts, unitDays int) *paretoCounts {
	rows := counts.rows()
	p := &paretoCounts{rows: make([]paretoRow, len(rows))}
	var days []int32
	for first := 0; first < len(rows); {
		x := rows[first].key.history().Repeats
		shape := paretoShape{x: float64(x)}
		end := first
		days = days[:0]
		for ; end < len(rows) && rows[end].key.history().Repeats == x; end++ {
			h := rows[end].key.history()
			days = append(days, h.RecencyDays, h.AgeDays)
			shape.customers += float64(rows[end].n)
		}
		slices.Sort(days)
		days = slices.Compact(days)
		start := len(p.points)
		for _, day := range days {
			p.points = append(p.points, paretoPoint{time: float64(day) / float64(unitDays)})
		}
		place := func(day int32) int32 {
			at, _ := slices.BinarySearchFunc(days, day, cmp.Compare[int32])
			return int32(start + at)
		}
		for i := first; i < end; i++ {
			h := rows[i].key.history()
			p.rows[i] = paretoRow{place(h.RecencyDays), place(h.AgeDays), float64(rows[i].n)}
		}
		shape.end = len(p.points)
		p.shapes = append(p.shapes, shape)
		first = end
	}
	return p
}

// logLikelihood is the objective, over the logarithms of r, α, s and β.
func (p *paretoCounts) logLikelihood(at, gradient []float64) float64 {
	m := ParetoNBD{r: math.Exp(at[0]), alpha: math.Exp(at[1]), s: math.Exp(at[2]), beta: math.Exp(at[3])}
	clear(gradient)
	p.prepare(&m)
	total := p.sum()
	p.collect(&m, gradient)

	logGammaR, digammaR, logAlpha, logBeta := logGamma(m.r), digamma(m.r), at[1], at[3]
	for _, shape := range p.shapes {
		n := shape.customers
		total += n * (logGamma(m.r+shape.x) - logGammaR + m.r*logAlpha + m.s*logBeta)
		gradient[0] += n * (digamma(m.r+shape.x) - digammaR + logAlpha)
		gradient[1] += n * m.r / m.alpha
		gradient[2] += n * logBeta
		gradient[3] += n * m.s / m.beta
	}
	gradient[0] *= m.r
	gradient[1] *= m.alpha
	gradient[2] *= m.s
	gradient[3] *= m.beta
	return total
}

// prepare computes what the rows need of every point.
func (p *paretoCounts) prepare(m *ParetoNBD) {
	from := 0
	for _, shape := range p.shapes {
		for i := from; i < shape.end; i++ {
			p.points[i].prepare(m, m.r+shape.x)
		}
		from = shape.end
	}
}

func (p *paretoPoint) prepare(m *ParetoNBD, shape float64) {
	alpha, beta := m.alpha+p.time, m.beta+p.time
	p.logAlpha, p.logBeta = math.Log(alpha), math.Log(beta)
	p.stayed = -shape*p.logAlpha - m.s*p.logBeta
	p.asStay, p.asFirst = 0, 0
	if alpha >= beta {
		ratio := beta / alpha
		d := decaySlopes(shape+m.s, shape, ratio, (m.alpha-m.beta)/alpha)
		p.first = m.s * d.value
		p.byR, p.byS = m.s*(d.byN+d.byM), d.value+m.s*d.byN
		p.byAlpha, p.byBeta = -m.s*d.byRatio*ratio/alpha, m.s*d.byRatio/alpha
		return
	}
	ratio := alpha / beta
	d := decaySlopes(shape+m.s, m.s+1, ratio, (m.beta-m.alpha)/beta)
	p.first = m.s * ratio * d.value
	p.byR, p.byS = m.s*ratio*d.byN, ratio*(d.value+m.s*(d.byN+d.byM))
	byRatio := m.s * (d.value + ratio*d.byRatio)
	p.byAlpha, p.byBeta = byRatio/beta, -byRatio*ratio/beta
}

// sum adds up the rows' part of the likelihood, and notes at the points how much each of
// them counts in its derivatives.
func (p *paretoCounts) sum() float64 {
	total := 0.0
	for i := range p.rows {
		row := &p.rows[i]
		last, age := &p.points[row.last], &p.points[row.age]
		n := row.customers
		silence := last.stayed - age.stayed
		if silence > largeLog {
			total += n * (last.stayed + math.Log(last.first))
			last.asStay += n
			last.asFirst += n / last.first
			continue
		}
		rarer := math.Exp(silence)
		inverse := inverseAlive(silence, last.first, age.first)
		total += n * (age.stayed + math.Log(inverse))
		weight := n / inverse
		left := weight * rarer * last.first // of n: left, had it not been known that she did not buy later
		last.asStay += left
		age.asStay += n - left
		last.asFirst += weight * rarer
		age.asFirst -= weight
	}
	return total
}

// collect adds the points' derivatives to the gradient.
func (p *paretoCounts) collect(m *ParetoNBD, gradient []float64) {
	from := 0
	for _, shape := range p.shapes {
		a := m.r + shape.x
		for i := from; i < shape.end; i++ {
			point := &p.points[i]
			gradient[0] += point.asFirst*point.byR - point.asStay*point.logAlpha
			gradient[1] += point.asFirst*point.byAlpha - point.asStay*a/(m.alpha+point.time)
			gradient[2] += point.asFirst*point.byS - point.asStay*point.logBeta
			gradient[3] += point.asFirst*point.byBeta - point.asStay*m.s/(m.beta+point.time)
		}
		from = shape.end
	}
}
