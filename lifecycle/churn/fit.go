package churn

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// The time units that fitted rates are usually given in. A model may have any other
// number of days.
const (
	Days  = 1
	Weeks = 7
)

// MaxUnitDays bounds a model's unit of time: ten years.
const MaxUnitDays = 3660

// MinParameter and MaxParameter bound every parameter of every model. A fit that runs
// into one of them has found no maximum.
const (
	MinParameter = 1e-6
	MaxParameter = 1e6
)

// ErrNotConverged says that a likelihood has no maximum that could be found: the data
// do not determine the parameters. The error's text says which; the Fit that comes with
// it holds the figures where the search stopped, to be looked at and not to be used.
var ErrNotConverged = errors.New("churn: the fit did not converge")

// Fit reports a fit by maximum likelihood: the parameters with their standard errors,
// and how the search ended.
type Fit struct {
	Customers     int64      `json:"customers"`
	Estimates     []Estimate `json:"estimates"` // in the order of the model's parameters
	LogLikelihood float64    `json:"log_likelihood"`
	Gradient      float64    `json:"gradient"`    // the steepest slope left, of the log-likelihood over the logarithm of a parameter
	Iterations    int        `json:"iterations"`  // steps that were taken
	Evaluations   int        `json:"evaluations"` // times that the likelihood was computed
	Converged     bool       `json:"converged"`
}

// Estimate is a fitted parameter. StandardError is the square root of its place in the
// inverse of the observed information, the second derivatives of the log-likelihood at
// its maximum; 0 in a fit that did not converge.
type Estimate struct {
	Name          string  `json:"name"`
	Value         float64 `json:"value"`
	StandardError float64 `json:"standard_error"`
}

// objective returns a log-likelihood at the logarithms of the parameters, and writes
// its derivatives by these logarithms into gradient. What is no finite number counts as
// out of bounds.
type objective func(logs, gradient []float64) float64

// parameter is where a parameter's search begins.
type parameter struct {
	name  string
	start float64
}

// The search. All of it is in the logarithms of the parameters, so that none leaves the
// positive numbers and a step means the same at 0.01 and at 100. BFGS walks until the
// slope is slight, then Newton's method, on second derivatives that are differences of
// the gradient, walks the rest and tells whether it is a maximum. Nothing is drawn by
// lot: the same counts and the same build of the program give the same bits.
const (
	maxSteps     = 500
	maxTrials    = 40   // of one line search
	longestStep  = 2.0  // in the logarithm of one parameter
	slightSlope  = 1e-5 // per customer: here Newton's method takes over
	differenceBy = 1e-4 // in the logarithm, for second derivatives
	// doneGain is what another step of Newton's method promises, in log-likelihood, when
	// it is done: so little moves the parameters by a hundred-thousandth of their standard
	// errors. Below surelyGain a short step is taken unseen, because a sum over a million
	// customers is too coarse to show so small a rise, while its gradient is not.
	doneGain   = 1e-10
	surelyGain = 1e-6
	shortStep  = 0.1
)

// search is where a maximisation stands.
type search struct {
	f           objective
	scale       float64 // 1 / customers
	at, slope   []float64
	value       float64 // log-likelihood at at
	steps       int
	evaluations int
	next        []float64 // a trial point
	nextSlope   []float64
}

// maximize finds the parameters that make the log-likelihood of customers greatest.
// The error wraps ErrNotConverged.
func maximize(customers int64, parameters []parameter, f objective) (Fit, error) {
	n := len(parameters)
	s := search{
		f: f, scale: 1 / float64(max(1, customers)),
		at: make([]float64, n), slope: make([]float64, n), next: make([]float64, n), nextSlope: make([]float64, n),
	}
	for i := range parameters {
		s.at[i] = math.Log(min(max(parameters[i].start, 10*MinParameter), MaxParameter/10))
	}
	s.value = s.evaluate(s.at, s.slope)
	var covariance [][]float64
	var trouble string
	if math.IsInf(s.value, -1) {
		trouble = "the likelihood cannot be computed where the search begins"
	} else {
		s.climb()
		covariance, trouble = s.polish(parameters)
	}

	fit := Fit{
		Customers: customers, LogLikelihood: s.value, Gradient: largest(s.slope),
		Iterations: s.steps, Evaluations: s.evaluations, Converged: trouble == "",
		Estimates: make([]Estimate, n),
	}
	for i := range parameters {
		fit.Estimates[i] = Estimate{Name: parameters[i].name, Value: math.Exp(s.at[i])}
		if fit.Converged {
			// The delta method; the slope is 0 here, so it is exact.
			fit.Estimates[i].StandardError = fit.Estimates[i].Value * math.Sqrt(covariance[i][i])
		}
	}
	if !fit.Converged {
		if math.IsInf(fit.LogLikelihood, 0) {
			fit.LogLikelihood, fit.Gradient = 0, 0 // what JSON cannot write is no figure
		}
		return fit, fmt.Errorf("%w: %s", ErrNotConverged, trouble)
	}
	return fit, nil
}

// evaluate is the objective, and minus infinity out of bounds.
func (s *search) evaluate(at, slope []float64) float64 {
	for _, log := range at {
		if !(math.Log(MinParameter) <= log && log <= math.Log(MaxParameter)) {
			return math.Inf(-1)
		}
	}
	s.evaluations++
	value := s.f(at, slope)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return math.Inf(-1)
	}
	for _, one := range slope {
		if math.IsNaN(one) || math.IsInf(one, 0) {
			return math.Inf(-1)
		}
	}
	return value
}

// climb is BFGS up to where the slope is slight, or no step leads up any more.
func (s *search) climb() {
	n := len(s.at)
	inverse := square(n) // of the second derivatives of minus the log-likelihood per customer
	reset := func() {
		for i := range inverse {
			clear(inverse[i])
			inverse[i][i] = 1
		}
	}
	reset()
	fresh := true
	direction, moved, bent, product := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for s.steps < maxSteps && largest(s.slope)*s.scale > slightSlope {
		multiply(direction, inverse, s.slope)
		for i := range direction {
			direction[i] *= s.scale
		}
		if dot(direction, s.slope) <= 0 || fresh {
			reset()
			copy(direction, s.slope)
			stretch(direction, 0.5/largest(s.slope))
		}
		copy(moved, s.at)
		copy(bent, s.slope)
		if !s.walk(direction) {
			if fresh {
				return
			}
			fresh = true
			continue
		}
		for i := range moved {
			moved[i] = s.at[i] - moved[i]
			bent[i] = (bent[i] - s.slope[i]) * s.scale
		}
		curve := dot(moved, bent)
		if curve <= 1e-12*math.Sqrt(dot(moved, moved)*dot(bent, bent)) {
			continue // the likelihood is not concave here; what is known of it stays
		}
		if fresh {
			for i := range inverse {
				inverse[i][i] = curve / dot(bent, bent)
			}
			fresh = false
		}
		multiply(product, inverse, bent)
		twice := (1 + dot(bent, product)/curve) / curve
		for i := range inverse {
			for j := range inverse[i] {
				inverse[i][j] += twice*moved[i]*moved[j] - (product[i]*moved[j]+moved[i]*product[j])/curve
			}
		}
	}
}

// walk goes in a direction that leads up, as far as pays: shorter where the way ends or
// falls, longer where it goes on as steeply. It reports whether it got anywhere.
func (s *search) walk(direction []float64) bool {
	if long := largest(direction); long > longestStep {
		stretch(direction, longestStep/long)
	}
	rise := dot(direction, s.slope)
	length, best, bestValue := 1.0, 0.0, s.value
	for range maxTrials {
		value := s.try(direction, length)
		switch {
		case value < s.value+1e-4*length*rise || value <= bestValue:
			if best > 0 {
				s.take(s.try(direction, best))
				return true
			}
			shorter := 0.1
			if !math.IsInf(value, -1) {
				// The top of the parabola through both values and the slope.
				shorter = min(max(rise*length/(2*(rise*length-(value-s.value))), 0.1), 0.5)
			}
			length *= shorter
		case dot(s.nextSlope, direction) > 0.9*rise && largest(direction)*length*2 <= longestStep:
			best, bestValue = length, value
			length *= 2
		default:
			s.take(value)
			return true
		}
	}
	return false
}

// try computes the likelihood some way in a direction.
func (s *search) try(direction []float64, length float64) float64 {
	for i := range s.next {
		s.next[i] = s.at[i] + length*direction[i]
	}
	return s.evaluate(s.next, s.nextSlope)
}

// take goes to where try has just looked.
func (s *search) take(value float64) {
	s.at, s.next = s.next, s.at
	s.slope, s.nextSlope = s.nextSlope, s.slope
	s.value = value
	s.steps++
}

// polish goes the last steps by Newton's method. It returns the inverse of the observed
// information in the logarithms, or what is wrong.
func (s *search) polish(parameters []parameter) (covariance [][]float64, trouble string) {
	direction := make([]float64, len(s.at))
	for s.steps < maxSteps {
		if at := s.limit(parameters); at != "" {
			return nil, at
		}
		information, ok := s.information()
		if !ok {
			return nil, "the likelihood cannot be computed around where the search ended"
		}
		covariance, ok = invert(information)
		if !ok {
			return nil, "the likelihood has no top where the search ended: the data do not determine the parameters"
		}
		multiply(direction, covariance, s.slope)
		gain := dot(direction, s.slope) / 2
		switch {
		case gain <= doneGain:
			return covariance, ""
		case gain <= surelyGain && largest(direction) <= shortStep:
			value := s.try(direction, 1)
			if math.IsInf(value, -1) {
				return nil, "the likelihood cannot be computed around where the search ended"
			}
			s.take(value)
		case !s.walk(direction):
			return nil, "the likelihood is flat where the search ended: the data do not determine the parameters"
		}
	}
	return nil, fmt.Sprintf("after %d steps the likelihood still rises", s.steps)
}

// limit names the parameters that are a step from their bounds, which is where they run
// to when the data do not determine them.
func (s *search) limit(parameters []parameter) string {
	var names []string
	for i, log := range s.at {
		if log < math.Log(MinParameter)+longestStep || log > math.Log(MaxParameter)-longestStep {
			names = append(names, parameters[i].name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "the data do not determine " + strings.Join(names, ", ") + ": the likelihood rises towards the bounds"
}

// information is minus the second derivatives of the log-likelihood: central
// differences of its gradient, brought to symmetry.
func (s *search) information() ([][]float64, bool) {
	n := len(s.at)
	matrix := square(n)
	below := make([]float64, n)
	copy(s.next, s.at)
	for i := range s.at {
		s.next[i] = s.at[i] - differenceBy
		if math.IsInf(s.evaluate(s.next, below), -1) {
			return nil, false
		}
		s.next[i] = s.at[i] + differenceBy
		if math.IsInf(s.evaluate(s.next, s.nextSlope), -1) {
			return nil, false
		}
		for j := range matrix[i] {
			matrix[i][j] = (below[j] - s.nextSlope[j]) / (2 * differenceBy)
		}
		s.next[i] = s.at[i]
	}
	for i := range matrix {
		for j := range i {
			mean := (matrix[i][j] + matrix[j][i]) / 2
			matrix[i][j], matrix[j][i] = mean, mean
		}
	}
	return matrix, true
}

// invert returns the inverse of a symmetric matrix by Cholesky's method, and false where
// it is not positive definite as far as floating-point numbers can tell.
func invert(matrix [][]float64) ([][]float64, bool) {
	n := len(matrix)
	root := square(n) // lower triangle: matrix = root · rootᵀ
	for i := range n {
		for j := range i + 1 {
			sum := matrix[i][j]
			for k := range j {
				sum -= root[i][k] * root[j][k]
			}
			if i != j {
				root[i][j] = sum / root[j][j]
				continue
			}
			if !(sum > 1e-11*matrix[i][i]) {
				return nil, false
			}
			root[i][i] = math.Sqrt(sum)
		}
	}
	inverse := square(n)
	column := make([]float64, n)
	for c := range n {
		clear(column)
		column[c] = 1
		for i := range n {
			for k := range i {
				column[i] -= root[i][k] * column[k]
			}
			column[i] /= root[i][i]
		}
		for i := n - 1; i >= 0; i-- {
			for k := i + 1; k < n; k++ {
				column[i] -= root[k][i] * column[k]
			}
			column[i] /= root[i][i]
		}
		for i := range n {
			inverse[i][c] = column[i]
		}
	}
	return inverse, true
}

func square(n int) [][]float64 {
	matrix := make([][]float64, n)
	for i := range matrix {
		matrix[i] = make([]float64, n)
	}
	return matrix
}

func multiply(dst []float64, matrix [][]float64, vector []float64) {
	for i := range dst {
		dst[i] = dot(matrix[i], vector)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func stretch(vector []float64, by float64) {
	for i := range vector {
		vector[i] *= by
	}
}

func largest(vector []float64) float64 {
	most := 0.0
	for _, one := range vector {
		most = max(most, math.Abs(one))
	}
	return most
}
