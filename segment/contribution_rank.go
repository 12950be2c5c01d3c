package segment

import (
	"encoding/binary"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// ContributionCensus is what a population brought, without any customer's key: what one
// customer can be held against. Customers may be added in any order and any split;
// merged, the bytes are the same. It is not safe for concurrent use.
type ContributionCensus struct {
	basis                 ContributionBasis
	evidence              contributionEvidence
	profit, revenue, rate Concentration
}

// contributionEvidence is what a contribution must have before its rate says anything.
type contributionEvidence struct {
	minRevenue  int64
	maxUncosted int // ‰
}

// lacks notes why a contribution has no rate that says anything, and reports whether.
func (e contributionEvidence) lacks(c *Contribution, note func(code string, fact, mark int64, unit customer.Unit)) bool {
	uncosted, turnover := c.Uncosted()
	share := int64(0)
	if turnover > 0 {
		share, _ = customer.Permille(uncosted, turnover)
	}
	switch {
	case c.Revenue() < e.minRevenue:
		note(CodeContributionTooLittle, c.Revenue(), e.minRevenue, customer.UnitMinor)
	case turnover > 0 && compareShare(uncosted, turnover, e.maxUncosted) > 0:
		note(CodeContributionTooUncosted, share, int64(e.maxUncosted), customer.UnitPermille)
	case c.Costed() <= 0:
		note(CodeContributionNoRate, c.Costed(), 0, customer.UnitMinor)
	default:
		return false
	}
	return true
}

// contributionCensusVersion is the format of MarshalBinary.
const contributionCensusVersion = 1

// NewContributionCensus counts the customers of a period.
func NewContributionCensus(book *ContributionBook, period population.Period) *ContributionCensus {
	return &ContributionCensus{basis: book.Basis(period), evidence: book.evidence()}
}

func (b *ContributionBook) evidence() contributionEvidence {
	return contributionEvidence{b.minRevenue, b.rules.MaxUncostedPermille}
}

// Add counts one customer. A statement of another basis is an error.
func (c *ContributionCensus) Add(statement ContributionStatement) error {
	if statement.Basis != c.basis {
		return fmt.Errorf("segment: a statement of %s is not one of %s", statement.Basis, c.basis)
	}
	var faults customer.Faults
	if statement.check(&faults, "statement"); len(faults) > 0 {
		return faults
	}
	one := &statement.Contribution
	c.profit.Add(one.Profit())
	c.revenue.Add(one.Revenue())
	if !c.evidence.lacks(one, func(string, int64, int64, customer.Unit) {}) {
		rate, _ := one.Rate()
		c.rate.Add(rate)
	}
	return nil
}

// Merge counts everyone that other counted. Censuses of another basis, or of other
// evidence, do not merge.
func (c *ContributionCensus) Merge(other *ContributionCensus) error {
	if c.basis != other.basis || c.evidence != other.evidence {
		return fmt.Errorf("segment: a census of %s does not merge into one of %s", other.basis, c.basis)
	}
	c.profit.Merge(&other.profit)
	c.revenue.Merge(&other.revenue)
	c.rate.Merge(&other.rate)
	return nil
}

// MarshalBinary writes the census, so that equal censuses have equal bytes.
func (c *ContributionCensus) MarshalBinary() ([]byte, error) {
	data, err := appendContributionBasis([]byte{contributionCensusVersion}, c.basis)
	if err != nil {
		return nil, err
	}
	data = binary.AppendUvarint(data, uint64(c.evidence.minRevenue))
	data = binary.AppendUvarint(data, uint64(c.evidence.maxUncosted))
	return c.rate.append(c.revenue.append(c.profit.append(data))), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the census stays as it was.
func (c *ContributionCensus) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, contributionCensusVersion)
	read := ContributionCensus{basis: readContributionBasis(from)}
	read.evidence.minRevenue = from.Count()
	maxUncosted := from.Uvarint()
	if read.evidence.minRevenue > maxSum || maxUncosted > 1000 {
		from.Fail("evidence that no rules ask for")
	}
	read.evidence.maxUncosted = int(min(maxUncosted, 1000))
	read.profit, read.revenue, read.rate = readConcentration(from), readConcentration(from), readConcentration(from)
	if from.Err() == nil && (read.profit.customers != read.revenue.customers || read.rate.customers > read.profit.customers) {
		from.Fail("ranks of other customers than were counted")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: census of contributions: %w", err)
	}
	*c = read
	return nil
}

// ContributionRanking is a census in order, on which customers are compared. It is
// immutable and safe for concurrent use.
type ContributionRanking struct {
	Basis    ContributionBasis
	Profit   *ConcentrationCurve // of profit contributions, in minor units
	Revenue  *ConcentrationCurve // of revenue kept, in minor units
	Rate     *ConcentrationCurve // of contribution rates in whole ‰, rounded down, where the evidence is enough
	evidence contributionEvidence
}

// Ranking puts everyone in order. What is added afterwards does not change it.
func (c *ContributionCensus) Ranking() *ContributionRanking {
	return &ContributionRanking{
		Basis: c.basis, evidence: c.evidence,
		Profit: c.profit.Curve(), Revenue: c.revenue.Curve(), Rate: c.rate.Curve(),
	}
}

// ContributionPlace is where a customer stands among all: by what she contributed, by
// volume, and by rate.
type ContributionPlace struct {
	Profit  ConcentrationRank
	Revenue ConcentrationRank
	Rate    ConcentrationRank // zero where there is not enough evidence for a rate
	// ProfitPermille is her part, rounded down, of what all contribute who contribute
	// anything; 0 for who contributes nothing.
	ProfitPermille int64
}

// Place returns where a customer stands, and why. Her statement must be of the ranking's
// basis, and one of those that were counted.
func (r *ContributionRanking) Place(statement ContributionStatement) (ContributionPlace, []customer.Reason, error) {
	var faults customer.Faults
	if r.counts(&faults, &statement); len(faults) > 0 {
		return ContributionPlace{}, nil, faults
	}
	why := valueReasons{rule: r.Basis.Rules}
	one := &statement.Contribution
	place := ContributionPlace{Profit: r.Profit.Rank(one.Profit()), Revenue: r.Revenue.Rank(one.Revenue())}
	why.note(CodeContributionProfitRank, place.Profit.Ahead+1, r.Profit.Customers, customer.UnitCustomers)
	if place.Profit.Level > 1 {
		why.note(CodeContributionLevel, place.Profit.Level, place.Profit.Ahead+1, customer.UnitCustomers)
	}
	if profit := min(one.Profit(), r.Profit.Sum); profit > 0 {
		place.ProfitPermille, _ = customer.Permille(profit, r.Profit.Sum)
		why.note(CodeContributionShare, profit, r.Profit.Sum, customer.UnitMinor)
	}
	why.note(CodeContributionRevenueRank, place.Revenue.Ahead+1, r.Revenue.Customers, customer.UnitCustomers)
	if !r.evidence.lacks(one, why.note) {
		rate, _ := one.Rate()
		place.Rate = r.Rate.Rank(rate)
		why.note(CodeContributionRateRank, place.Rate.Ahead+1, r.Rate.Customers, customer.UnitCustomers)
	}
	return place, why.reasons, nil
}

// counts notes a fault unless the statement is one of those that were counted, as far as
// can be told without her key.
func (r *ContributionRanking) counts(faults *customer.Faults, statement *ContributionStatement) {
	if r == nil || r.Profit == nil || r.Revenue == nil || r.Rate == nil {
		faults.Add("ranking", "", "is required, as a census gives it")
		return
	}
	statement.check(faults, "statement")
	switch {
	case statement.Basis != r.Basis:
		faults.Add("statement.basis", statement.Basis, fmt.Sprintf("is that of the ranking, %s", r.Basis))
	case r.Profit.Rank(statement.Contribution.Profit()).Level == 0:
		faults.Add("statement", statement.Contribution.Profit(), "is one of those that the ranking counted: nobody there has this profit")
	}
}

// valueReasons collects the reasons of one rule book.
type valueReasons struct {
	rule    string
	reasons []customer.Reason
}

func (l *valueReasons) note(code string, fact, mark int64, unit customer.Unit) {
	l.cite(l.rule, code, fact, mark, unit)
}

func (l *valueReasons) cite(rule, code string, fact, mark int64, unit customer.Unit) {
	l.reasons = append(l.reasons, customer.Reason{Code: code, Rule: rule, Fact: fact, Mark: mark, Unit: unit})
}
