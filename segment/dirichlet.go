package segment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a DirichletMarket.
const (
	MaxDirichletBrands = 1000
	MaxDirichletRate   = 365 // purchases per buyer of the category: one each day of a year
)

// ErrDirichlet says that the figures are in order, but no Dirichlet model has them: buyers
// who all buy equally often, say, or brands that everybody buys in the same mix.
var ErrDirichlet = errors.New("segment: no Dirichlet model fits")

// DirichletMarket is what the NBD-Dirichlet model is fitted to: one category in one period.
type DirichletMarket struct {
	Penetration  float64 // part of the population that bought the category: 10⁻¹⁸ or more, below 1
	PurchaseRate float64 // category purchases per buyer of the category: above 1, at most MaxDirichletRate
	Brands       []DirichletBrand

	// WithoutOutliers leaves brands whose own S stands apart from the others' out of the
	// mean, as the R package NBDdirichlet does from version 1.01 on: those outside Tukey's
	// fences (1.5 times the spread of the hinges), and those above the median by more than
	// 1.58 times that spread over the root of their number.
	WithoutOutliers bool
}

// DirichletBrand is one brand of a DirichletMarket. The shares may add up to less than 1:
// the rest are brands of which nothing else is known.
type DirichletBrand struct {
	Share       float64 // part of the category's purchases: 10⁻¹⁸ or more, below 1
	Penetration float64 // part of the population that bought the brand: above 0, at most the category's
}

// Dirichlet is the NBD-Dirichlet model of Goodhardt, Ehrenberg and Chatfield (The
// Dirichlet: a comprehensive model of buying behaviour, Journal of the Royal Statistical
// Society A 147 (1984), 621–655): what is normal in a market where nobody is loyal by
// anything but habit. How often somebody buys the category follows a negative binomial
// distribution with mean M and exponent K; how she divides that among the brands follows
// a Dirichlet distribution whose parameters are the brands' shares times S. The lower S,
// the more people differ in what they buy, and the more loyal they look.
//
// It is a statistical model in floating point, for no money and no points. It holds no
// state, needs no chance, and gives the same figures each time; between kinds of processors
// the last digits may differ. It is immutable and safe for concurrent use.
type Dirichlet struct {
	M float64 // category purchases per head of the population
	K float64 // of the negative binomial distribution
	S float64 // of the Dirichlet distribution: the brands' own S, in the mean, weighted by share

	// BrandS is the S at which each brand, in the order of the market, would have just the
	// penetration observed; 0 where there is none up to 30, and the brand is not in the mean.
	BrandS []float64

	buys []float64 // buys[n]: part of the population that buys the category n times
}

// DirichletFigures are the figures that brands are compared by, expected or observed.
type DirichletFigures struct {
	Penetration       float64 // part of the population that bought the brand
	Purchases         float64 // of the brand, per buyer of the brand
	CategoryPurchases float64 // of the category, per buyer of the brand
	SCR               float64 // Purchases / CategoryPurchases: share of category requirements
	SoleBuyers        float64 // part of the brand's buyers who bought no other
}

// Bounds of the solutions. x is M/K: below the least, purchases cannot be told from pure
// chance, with K beyond all reach. S is that of the R package up to its greatest.
const (
	leastX, mostX = 1e-6, 1e6
	leastS, mostS = 1e-3, 30
)

// leastPart is the least penetration and share: one in more than there are counts of, and
// far above where floating-point numbers lose their digits.
const leastPart = 1e-18

// FitDirichlet fits the model by "means and zeros": K from the part of the population that
// bought nothing, (1+M/K)^−K = 1 − Penetration with M = Penetration·PurchaseRate; then S for each
// brand from the part of the population that did not buy it, and of these S the mean,
// weighted by share. A malformed market gives customer.Faults, and one that no model has
// ErrDirichlet.
func FitDirichlet(market DirichletMarket) (*Dirichlet, error) {
	if err := market.check(); err != nil {
		return nil, err
	}
	d := &Dirichlet{M: market.Penetration * market.PurchaseRate}
	if err := d.fitK(market.Penetration); err != nil {
		return nil, err
	}
	d.BrandS = make([]float64, len(market.Brands))
	for i, brand := range market.Brands {
		d.BrandS[i] = d.brandS(brand)
	}
	if err := d.meanS(&market); err != nil {
		return nil, err
	}
	return d, nil
}

// check returns the faults of a market. The comparisons are false for what is not a number.
func (m DirichletMarket) check() error {
	var faults customer.Faults
	if !(m.Penetration >= leastPart && m.Penetration < 1) {
		faults.Add("penetration", m.Penetration, "is 1e-18 or more and below 1: somebody of the population bought nothing")
	}
	if !(m.PurchaseRate > 1 && m.PurchaseRate <= MaxDirichletRate) {
		faults.Add("purchase_rate", m.PurchaseRate, fmt.Sprintf("is above 1, at most %d: somebody bought again", MaxDirichletRate))
	}
	faults.Within("brands", len(m.Brands), 1, MaxDirichletBrands)
	sum := 0.0
	for i, brand := range m.Brands[:min(len(m.Brands), MaxDirichletBrands)] {
		path := fmt.Sprintf("brands[%d]", i)
		if !(brand.Share >= leastPart && brand.Share < 1) {
			faults.Add(path+".share", brand.Share, "is 1e-18 or more and below 1: a category of one brand has none to compare it with")
			continue
		}
		sum += brand.Share
		if !(brand.Penetration > 0 && brand.Penetration <= m.Penetration) {
			faults.Add(path+".penetration", brand.Penetration, fmt.Sprintf("is above 0, at most the category's, %v", m.Penetration))
		}
	}
	if sum > 1+1e-9 { // they are rounded themselves
		faults.Add("brands", sum, "have shares that add up to 1 at most")
	}
	return faults.Err()
}

// fitK solves for K and tabulates how often people buy the category.
func (d *Dirichlet) fitK(penetration float64) error {
	// With x = M/K: −ln(1−penetration)/M = ln(1+x)/x, which falls from 1 (pure chance, for K
	// without end) to 0.
	target := -math.Log1p(-penetration) / d.M
	spread := func(x float64) float64 { return target - math.Log1p(x)/x }
	x, ok := rootOf(spread, leastX, mostX)
	if !ok {
		return fmt.Errorf("%w: %v purchases per buyer at a penetration of %v are as even as by pure chance, or more so",
			ErrDirichlet, d.M/penetration, penetration)
	}
	d.K = d.M / x
	q := x / (1 + x)
	d.buys = []float64{1 - penetration}
	for n := 0; ; n++ {
		ratio := (d.K + float64(n)) / float64(n+1) * q
		next := d.buys[n] * ratio
		d.buys = append(d.buys, next)
		// Ratios tend to q. Once they lie below the middle between q and 1, what is left of
		// the mean is at most this.
		if rest := 1 - (1+q)/2; ratio < 1-rest && float64(n+1)*next/(rest*rest) < 1e-13*d.M {
			return nil
		}
	}
}

// brandS is the S that gives a brand the penetration observed, or 0 where there is none.
func (d *Dirichlet) brandS(brand DirichletBrand) float64 {
	s, ok := rootOf(func(s float64) float64 { return d.bought(brand.Share, s).penetration - brand.Penetration }, leastS, mostS)
	if !ok {
		return 0
	}
	return s
}

// brandBuyers are the buyers of a brand, as parts of the population.
type brandBuyers struct {
	penetration float64
	category    float64 // category purchases of the buyers, per head of the population
	sole        float64
}

// bought goes through all who buy the category n times. Of n purchases none is the brand
// with probability ∏ (S−α+i)/(S+i), all are with ∏ (α+i)/(S+i), i from 0 to n−1, α the
// brand's share times S. Products are rounded before they are added (float64), so that
// processors that could do both in one step give the same figures.
func (d *Dirichlet) bought(share, s float64) brandBuyers {
	var b brandBuyers
	alpha := share * s
	never, once, all := 1.0, 0.0, 1.0 // once: 1 − never, without losing digits
	for n, buys := range d.buys[1:] {
		i := float64(n)
		once += float64(never * (alpha / (s + i)))
		never *= (s - alpha + i) / (s + i)
		all *= (alpha + i) / (s + i)
		part := float64(buys * once)
		b.penetration += part
		b.category += float64(part * (i + 1))
		b.sole += float64(buys * all)
	}
	return b
}

// meanS is the mean of the brands' S, weighted by share.
func (d *Dirichlet) meanS(market *DirichletMarket) error {
	var own []float64
	for _, s := range d.BrandS {
		if s > 0 {
			own = append(own, s)
		}
	}
	if len(own) == 0 {
		return fmt.Errorf("%w: no brand has the penetration that its share gives at any S up to %d", ErrDirichlet, mostS)
	}
	low, high := 0.0, math.Inf(1)
	if market.WithoutOutliers {
		low, high = fences(own)
	}
	sum, weight := 0.0, 0.0
	for i, s := range d.BrandS {
		if s > 0 && s >= low && s <= high {
			sum += float64(s * market.Brands[i].Share)
			weight += market.Brands[i].Share
		}
	}
	d.S = sum / weight // the median lies within the fences, or beside one that does
	return nil
}

// fences are what R's boxplot takes as within: Tukey's fences, the upper one lowered to
// the upper notch.
func fences(values []float64) (low, high float64) {
	slices.Sort(values)
	n := len(values)
	depth := (n + 3) / 2 // of the hinges, doubled
	at := func(doubled int) float64 { return (values[doubled/2-1] + values[(doubled+1)/2-1]) / 2 }
	lower, median, upper := at(depth), at(n+1), at(2*(n+1)-depth)
	spread := upper - lower
	return lower - float64(1.5*spread), min(upper+float64(1.5*spread), median+float64(1.58*spread/math.Sqrt(float64(n))))
}

// rootOf finds where a function that rises from below 0 to above 0 is 0, by halving the
// logarithm of the bracket; not ok where it does not cross 0 within.
func rootOf(f func(float64) float64, low, high float64) (root float64, ok bool) {
	if !(f(low) < 0 && f(high) > 0) {
		return 0, false
	}
	for range 100 { // fifty halvings already reach the last digit
		middle := math.Sqrt(low * high)
		if middle <= low || middle >= high {
			break
		}
		if f(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Sqrt(low * high), true
}

// Expect returns what the model expects of a brand with a share of the category's
// purchases, 10⁻¹⁸ to 1. Another share has no figures; neither has any of a model that
// FitDirichlet did not make.
func (d *Dirichlet) Expect(share float64) DirichletFigures {
	if !(share >= leastPart && share <= 1) || len(d.buys) == 0 {
		return DirichletFigures{}
	}
	b := d.bought(share, d.S)
	purchases := d.M * share / b.penetration
	category := b.category / b.penetration
	return DirichletFigures{
		Penetration: b.penetration, Purchases: purchases, CategoryPurchases: category,
		SCR: purchases / category, SoleBuyers: b.sole / b.penetration,
	}
}
