package segment

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// RFMCensus is how a population's figures are spread, without any customer's key: enough
// to fit cuts and to state coverage. Customers may be added in any order and any split;
// merged, the bytes are the same. It is not safe for concurrent use.
//
// Days ago and days of purchase are counted exactly, in any window that the rules may
// have. Money is exact up to population.MaxDistinct different amounts; beyond that every
// amount keeps its leading bits only, and each cut states the rank that it really has. Of
// ten million customers, whose amounts were lognormal, Zipf-like, uniform, clustered at
// prices or a mixture of shops and households, no quintile was off by more than 0.5 % in
// rank. It can be where very many amounts, all different, lie within a thousandth of each
// other; the stated ranks show it.
type RFMCensus struct {
	period   population.Period
	coverage RFMCoverage
	// Of the customers who bought: more is better, so days ago are counted below 0.
	recency, frequency population.Histogram
	monetary           population.Histogram // of those whose money is known
}

// RFMCoverage says of how much the scores can speak.
type RFMCoverage struct {
	Customers int64 // who bought in the period
	Measured  int64 // of Customers: what they paid is known, at least in part
	BelowZero int64 // of Measured: brought back more than they bought

	Lines           int64 // bought
	Unpriced        int64 // of Lines: what was paid is not known
	Returns         int64 // lines brought back, those of nobody who bought included
	UnpricedReturns int64 // of Returns: what was refunded is not known
}

// rfmCensusVersion is the format of MarshalBinary.
const rfmCensusVersion = 1

// NewRFMCensus counts a period.
func NewRFMCensus(period population.Period) *RFMCensus { return &RFMCensus{period: period} }

// Add counts one customer. Facts of another period are refused.
func (c *RFMCensus) Add(facts RFMFacts) error {
	// As many days as there are up to the last, which is one of them.
	inside := facts.Days == 0 || c.period.Contains(facts.Last) && facts.Days <= int(facts.Last-c.period.From)+1
	if facts.On != c.period.Until || !inside || !facts.possible() {
		var faults customer.Faults
		faults.Add("facts", fmt.Sprintf("on %s, last %s", facts.On, facts.Last),
			fmt.Sprintf("are of %s to %s, as a counter or a tally gives them", c.period.From, c.period.Until))
		return faults
	}
	coverage := &c.coverage
	for _, sum := range []struct {
		into *int64
		n    int64
	}{
		{&coverage.Lines, facts.Lines},
		{&coverage.Unpriced, facts.Unpriced},
		{&coverage.Returns, facts.Returns},
		{&coverage.UnpricedReturns, facts.UnpricedReturns},
	} {
		*sum.into = bounded(*sum.into, sum.n)
	}
	if facts.Days == 0 {
		return nil // only brought back: no buyer of this period
	}
	coverage.Customers = bounded(coverage.Customers, 1)
	c.recency.Add(-int64(facts.Recency()), 1)
	c.frequency.Add(int64(facts.Days), 1)
	if minor, known := facts.Kept(); known {
		coverage.Measured = bounded(coverage.Measured, 1)
		c.monetary.Add(minor, 1)
	}
	return nil
}

// Merge counts everyone that other counted. Censuses of different periods do not merge.
func (c *RFMCensus) Merge(other *RFMCensus) error {
	if c.period != other.period {
		return fmt.Errorf("segment: an RFM census of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, c.period.From, c.period.Until)
	}
	figures := c.coverage.figures()
	for i, figure := range other.coverage.figures() {
		*figures[i] = bounded(*figures[i], *figure)
	}
	c.recency.Merge(&other.recency)
	c.frequency.Merge(&other.frequency)
	c.monetary.Merge(&other.monetary)
	return nil
}

// Coverage returns what was counted.
func (c *RFMCensus) Coverage() RFMCoverage {
	coverage := c.coverage
	values, counts := c.monetary.Values() // an amount below 0 stays below 0
	for i := 0; i < len(values) && values[i] < 0; i++ {
		coverage.BelowZero = bounded(coverage.BelowZero, counts[i])
	}
	return coverage
}

// figures lists what is stored of the coverage, in the order of the stored form.
func (c *RFMCoverage) figures() [6]*int64 {
	return [6]*int64{&c.Customers, &c.Measured, &c.Lines, &c.Unpriced, &c.Returns, &c.UnpricedReturns}
}

// MarshalBinary writes the census; equal censuses have equal bytes.
func (c *RFMCensus) MarshalBinary() ([]byte, error) {
	if err := c.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{rfmCensusVersion}, c.period)
	for _, n := range c.coverage.figures() {
		data = binary.AppendUvarint(data, uint64(*n))
	}
	return c.monetary.Append(c.frequency.Append(c.recency.Append(data))), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the census stays as it was.
func (c *RFMCensus) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, rfmCensusVersion)
	read := RFMCensus{period: from.Period()}
	for _, figure := range read.coverage.figures() {
		*figure = from.Count()
	}
	read.recency, read.frequency, read.monetary = from.Histogram(), from.Histogram(), from.Histogram()
	if from.Err() == nil && !read.possible() {
		from.Fail("figures that no customers have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: RFM census: %w", err)
	}
	*c = read
	return nil
}

// possible reports whether some customers have these figures.
func (c *RFMCensus) possible() bool {
	coverage := &c.coverage
	for _, figure := range coverage.figures() {
		if *figure > maxSum {
			return false
		}
	}
	window, dropped := max(0, int64(c.period.Until)-int64(c.period.From)), int64(0)
	if window > population.MaxDistinct {
		dropped = mostDropped
	}
	counts := func(counted *population.Histogram, customers int64) bool {
		return min(counted.Total(), maxSum) == customers
	}
	return coverage.Measured <= coverage.Customers && coverage.Unpriced <= coverage.Lines &&
		(coverage.Lines == maxSum || coverage.Measured <= coverage.Lines-coverage.Unpriced) && // a sum that stopped says nothing
		coverage.UnpricedReturns <= coverage.Returns &&
		counts(&c.recency, coverage.Customers) && counts(&c.frequency, coverage.Customers) && counts(&c.monetary, coverage.Measured) &&
		within(&c.recency, -window-dropped, -1) && within(&c.frequency, max(1-dropped, 0), window) &&
		within(&c.monetary, -maxSum-mostDropped, maxSum) && daysOf(&c.frequency) <= coverage.Lines
}

// mostDropped is more than what rounding to its leading bits, of which a Histogram keeps
// at least 10, can take off a figure of up to 10¹⁸.
const mostDropped = 1 << 50

// daysOf is the sum of the values, at most maxSum.
func daysOf(counted *population.Histogram) (sum int64) {
	values, counts := counted.Values()
	for i, days := range values {
		high, low := bits.Mul64(uint64(days), uint64(counts[i]))
		if high > 0 || low > maxSum {
			return maxSum
		}
		sum = bounded(sum, int64(low))
	}
	return sum
}

// FitRFM freezes the cuts that the rules leave to the population: a copy of the rules with
// cuts that divide the customers of the census into equal parts, axis by axis, the day,
// and how many customers each cut really leaves below. A cut is a figure that a customer
// has; of the figures that leave at least their part of the customers below, it is the
// least. So those exactly on it, however many they are, are together on its better side.
// The cuts of an earlier fit are replaced; stated ones stay. Rules that state everything
// come back as they are.
//
// unfit names every axis where cuts coincide (half of the customers came on one day, say),
// do not exist, lie below 0 or lie too close for the slack. No cut is moved to make room:
// such an axis has no cuts and gives no scores, until the shop states cuts for it or takes
// fewer parts.
//
// The census must be that of the rules' period before on, or FitRFM returns an error; so
// it does when the rules themselves are at fault or not in force.
func FitRFM(rules RFMRules, census *RFMCensus, on customer.Date) (fitted RFMRules, unfit customer.Faults, err error) {
	if err := rules.check(); err != nil {
		return RFMRules{}, nil, err
	}
	if err := rules.Covers(on); err != nil {
		return RFMRules{}, nil, err
	}
	if census == nil {
		census = NewRFMCensus(population.Period{}) // nobody counted anything: refused below
	}
	if period := rules.Period(on); census.period != period {
		var faults customer.Faults
		faults.Add("census", fmt.Sprintf("%s to %s", census.period.From, census.period.Until),
			fmt.Sprintf("counts %s to %s, as the rules say", period.From, period.Until))
		return RFMRules{}, nil, faults
	}
	if rules.Recency == Stated && rules.Frequency == Stated && rules.Monetary == Stated {
		return rules, nil, nil
	}
	evidence := &RFMFitted{On: on, Customers: census.coverage.Customers, Measured: census.coverage.Measured}
	axes, parts := rules.axes(), int64(rules.Parts)
	if rules.Recency == Quantiles {
		rules.Cuts.RecencyDays = nil
		for _, cut := range axes[0].fit(&census.recency, parts, &unfit) {
			rules.Cuts.RecencyDays = append(rules.Cuts.RecencyDays, -int(cut.Value))
			evidence.LongerAgo = append(evidence.LongerAgo, cut.Below)
		}
	}
	if rules.Frequency == Quantiles {
		rules.Cuts.FrequencyDays = nil
		for _, cut := range axes[1].fit(&census.frequency, parts, &unfit) {
			rules.Cuts.FrequencyDays = append(rules.Cuts.FrequencyDays, int(cut.Value))
			evidence.FewerDays = append(evidence.FewerDays, cut.Below)
		}
	}
	if rules.Monetary == Quantiles {
		rules.Cuts.Monetary = nil
		for _, cut := range axes[2].fit(&census.monetary, parts, &unfit) {
			rules.Cuts.Monetary = append(rules.Cuts.Monetary, rules.Currency.Amount(cut.Value))
			evidence.LessMoney = append(evidence.LessMoney, cut.Below)
		}
	}
	if rules.Cuts.Fitted = evidence; len(evidence.LongerAgo)+len(evidence.FewerDays)+len(evidence.LessMoney) == 0 {
		rules.Cuts.Fitted = nil
	}
	return rules, unfit, nil
}

// fit returns the cuts that divide what was counted, or none, having noted why.
func (a *rfmAxis) fit(counted *population.Histogram, parts int64, unfit *customer.Faults) []population.Cut {
	cuts, before := counted.Cuts(parts), len(*unfit)
	a.cuts = nil
	for i, cut := range cuts {
		a.cuts = append(a.cuts, cut.Value)
		if i > 0 && cut.Value == cuts[i-1].Value {
			unfit.Add(fmt.Sprintf("%s[%d]", a.path, i), a.text(cut.Value), fmt.Sprintf(
				"differs from the cut before it; both coincide, with %d of %d customers below", cut.Below, cut.Total))
		}
	}
	if int64(len(cuts)) < parts-1 {
		unfit.Add(a.path, counted.Total(), fmt.Sprintf(
			"customers do not fall into %d parts: too many have the same best figure", parts))
	}
	if len(*unfit) == before {
		a.widen()
		a.check(unfit)
	}
	if len(*unfit) > before {
		return nil
	}
	return cuts
}
