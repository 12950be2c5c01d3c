package segment

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// DirichletRules is the rule book of the comparison between brands, as plain data.
type DirichletRules struct {
	customer.Edition

	// MinBuyers is how many buyers a brand must have before anything is said of their
	// loyalty: 1 or more.
	MinBuyers int `json:"min_buyers"`
	// UnusualFromPermille is by how many ‰ of their category purchases the buyers of a brand must take
	// more from it, or less, than is expected for its size, to be called unusual: 1 to 1000.
	UnusualFromPermille int `json:"unusual_from_permille"`
	// WithoutOutliers fits the model without brands that stand apart; see DirichletMarket.
	WithoutOutliers bool `json:"without_outliers,omitempty"`
}

// ParseDirichletRules reads DirichletRules from JSON, strictly; see customer.ParseRules.
func ParseDirichletRules(data []byte) (DirichletRules, error) {
	return customer.ParseRules[DirichletRules](data)
}

// DirichletLoyalty says how loyal a brand's buyers are for its size. The zero
// DirichletLoyalty is unknown: too few buyers.
type DirichletLoyalty uint8

// The answers. Their texts are format.
const (
	DirichletUnknown DirichletLoyalty = iota
	DirichletBelow                    // they take less from the brand than is expected
	DirichletAsExpected
	DirichletAbove // they take more
)

// String returns the stored text.
func (l DirichletLoyalty) String() string {
	switch l {
	case DirichletUnknown:
		return "unknown"
	case DirichletBelow:
		return "below"
	case DirichletAsExpected:
		return "as-expected"
	case DirichletAbove:
		return "above"
	}
	return "loyalty " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; a number that is no answer is an error.
func (l DirichletLoyalty) MarshalText() ([]byte, error) {
	if l == DirichletUnknown {
		return []byte(l.String()), nil
	}
	return customer.WriteStored("segment", l, DirichletAbove)
}

// UnmarshalText reads what MarshalText wrote.
func (l *DirichletLoyalty) UnmarshalText(text []byte) error {
	if string(text) == DirichletUnknown.String() {
		*l = DirichletUnknown
		return nil
	}
	return customer.ReadStored("segment", "loyalty", l, DirichletAbove, text)
}

// DirichletGauge is a rule book of the comparison between brands, compiled. It holds each
// brand against what is normal for its size, and never one brand against another. It is
// immutable and safe for concurrent use.
type DirichletGauge struct {
	name            string
	minBuyers       int64
	unusualFrom     int64
	withoutOutliers bool
}

// NewDirichletGauge checks the rules whole, returning customer.Faults, and compiles them.
func NewDirichletGauge(rules DirichletRules) (*DirichletGauge, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("min_buyers", rules.MinBuyers, 1, math.MaxInt32)
	faults.Within("unusual_from_permille", rules.UnusualFromPermille, 1, 1000)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &DirichletGauge{
		name: rules.Name(), minBuyers: int64(rules.MinBuyers), unusualFrom: int64(rules.UnusualFromPermille),
		withoutOutliers: rules.WithoutOutliers,
	}, nil
}

// DirichletComparison is a brand beside what the model expects of a brand of its share.
type DirichletComparison struct {
	Brand    uint32 // code
	Observed DirichletFigures
	Expected DirichletFigures
	S        float64 // the brand's own; see Dirichlet.BrandS
	// Loyalty compares the observed SCR with the expected one, rounded to a whole ‰.
	Loyalty DirichletLoyalty
	Reasons []customer.Reason
}

// Compare fits the model to a category and says of each of its brands, in the order of
// the category, whether its buyers' loyalty is unusual for its size. Population is how
// many customers could have bought: the shop's card holders, or BrandShares.Customers.
//
// A category that nobody bought, that everybody of the population bought, whose buyers
// bought once each, or that has one brand only, is customer.Faults; one that no model
// has is ErrDirichlet: a category with a single buyer is.
func (g *DirichletGauge) Compare(category BrandShareCategory, population int64) (*Dirichlet, []DirichletComparison, error) {
	if g.minBuyers == 0 {
		return nil, nil, errors.New("segment: brands are compared by a gauge that NewDirichletGauge made")
	}
	market, err := category.market(population)
	if err != nil {
		return nil, nil, err
	}
	market.WithoutOutliers = g.withoutOutliers
	model, err := FitDirichlet(market)
	if err != nil {
		return nil, nil, err
	}
	answer := make([]DirichletComparison, len(category.Brands))
	for i, brand := range category.Brands {
		answer[i] = DirichletComparison{
			Brand:    brand.Brand,
			Observed: observed(brand, population),
			Expected: model.Expect(market.Brands[i].Share),
			S:        model.BrandS[i],
		}
		g.judge(&answer[i], brand, category)
	}
	return model, answer, nil
}

// market puts a category's exact figures as parts.
func (c *BrandShareCategory) market(population int64) (DirichletMarket, error) {
	var faults customer.Faults
	if population < 1 || population < c.Buyers {
		faults.Add("population", population, fmt.Sprintf("is 1 or more, and no fewer than the category's buyers, %d", c.Buyers))
	}
	if c.Buyers < 1 || c.Occasions < c.Buyers {
		faults.Add("buyers", c.Buyers, "are 1 or more, each with a purchase: nobody bought the category")
	}
	if err := faults.Err(); err != nil {
		return DirichletMarket{}, err
	}
	market := DirichletMarket{
		Penetration:  float64(c.Buyers) / float64(population),
		PurchaseRate: float64(c.Occasions) / float64(c.Buyers),
	}
	for i, brand := range c.Brands {
		if brand.CategoryOccasions < brand.Occasions || brand.SoleBuyers < 0 || brand.SoleBuyers > brand.Buyers {
			faults.Add(fmt.Sprintf("brands[%d]", i), brand, "has buyers who bought the category at least as often as the brand, some of them nothing else")
		}
		market.Brands = append(market.Brands, DirichletBrand{
			Share:       float64(brand.Occasions) / float64(c.Occasions),
			Penetration: float64(brand.Buyers) / float64(population),
		})
	}
	return market, faults.Err()
}

// observed puts a brand's exact figures as parts. FitDirichlet has refused brands without
// buyers or purchases.
func observed(s BrandShare, population int64) DirichletFigures {
	buyers := float64(s.Buyers)
	return DirichletFigures{
		Penetration: buyers / float64(population),
		Purchases:   float64(s.Occasions) / buyers, CategoryPurchases: float64(s.CategoryOccasions) / buyers,
		SCR: float64(s.Occasions) / float64(s.CategoryOccasions), SoleBuyers: float64(s.SoleBuyers) / buyers,
	}
}

// judge compares the exact share with the expected one in whole ‰, so that whoever reads
// the reasons comes to the same answer.
func (g *DirichletGauge) judge(answer *DirichletComparison, brand BrandShare, category BrandShareCategory) {
	note := func(code string, fact, mark int64, unit customer.Unit) {
		answer.Reasons = append(answer.Reasons, customer.Reason{Code: code, Rule: g.name, Fact: fact, Mark: mark, Unit: unit})
	}
	if unknown := category.Unknown.Occasions; unknown > 0 {
		note(CodeDirichletUnknownBrands, unknown, category.Occasions, customer.UnitTimes)
	}
	if brand.Buyers < g.minBuyers {
		note(CodeDirichletTooFew, brand.Buyers, g.minBuyers, customer.UnitCustomers)
		return
	}
	expected := int64(math.Round(1000 * answer.Expected.SCR)) // 0 to 1000: a part
	share, _ := customer.Permille(brand.Occasions, brand.CategoryOccasions)
	size, _ := customer.Permille(brand.Occasions, category.Occasions)
	note(CodeDirichletSize, size, 0, customer.UnitPermille)
	note(CodeDirichletShare, brand.Occasions, brand.CategoryOccasions, customer.UnitTimes)
	if answer.S == 0 {
		note(CodeDirichletLeftOut, 0, 0, 0)
	}
	most, least := expected+g.unusualFrom, expected-g.unusualFrom
	switch {
	case most <= 1000 && compareShare(brand.Occasions, brand.CategoryOccasions, int(most)) >= 0:
		answer.Loyalty = DirichletAbove
		note(CodeDirichletAbove, share, expected, customer.UnitPermille)
	case least >= 0 && compareShare(brand.Occasions, brand.CategoryOccasions, int(least)) <= 0:
		answer.Loyalty = DirichletBelow
		note(CodeDirichletBelow, share, expected, customer.UnitPermille)
	default:
		answer.Loyalty = DirichletAsExpected
		note(CodeDirichletAsExpected, share, expected, customer.UnitPermille)
	}
}
