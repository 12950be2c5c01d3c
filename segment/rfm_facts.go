package segment

import (
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// RFMFacts are what one customer did in a period, which ends on the day of decision. They
// are free of the order of her lines.
type RFMFacts struct {
	On   customer.Date // the day of decision, which does not count itself
	Last customer.Date // the latest day of purchase; zero: bought nothing
	Days int           // distinct days of purchase: bills of one day are one visit

	Lines           int64 // bought
	Unpriced        int64 // of Lines: what was paid is not known
	Returns         int64 // lines brought back, which are no visits
	UnpricedReturns int64 // of Returns: what was refunded is not known

	Bought   int64 // minor units paid for Lines, 0 to 10¹⁸
	Returned int64 // minor units refunded for Returns, 0 to 10¹⁸
}

// Recency returns the days from the last purchase to the day of decision, 1 for the day
// before it. Somebody who bought nothing before that day has none, and gets 0.
func (f RFMFacts) Recency() int {
	if f.Days < 1 || !f.Last.Valid() || f.Last >= f.On {
		return 0
	}
	return int(f.On - f.Last)
}

// Kept returns the minor units paid and not refunded. It is below 0 where more came back
// than was bought in the period, since the sale of a return may be older. It is known
// unless no line that was bought has a price.
func (f RFMFacts) Kept() (minor int64, known bool) {
	if f.Unpriced >= f.Lines {
		return 0, false
	}
	// Within bounds even for figures that no counter gives.
	return min(max(f.Bought, 0), maxSum) - min(max(f.Returned, 0), maxSum), true
}

// add counts one line and leaves the days to the caller.
func (f *RFMFacts) add(returned, priced bool, amount int64) {
	lines, unpriced, sum := &f.Lines, &f.Unpriced, &f.Bought
	if returned {
		lines, unpriced, sum = &f.Returns, &f.UnpricedReturns, &f.Returned
	}
	*lines = bounded(*lines, 1)
	if !priced {
		*unpriced = bounded(*unpriced, 1)
	}
	*sum = bounded(*sum, amount)
}

// rfmSummed is how many sums facts have.
const rfmSummed = 6

// rfmSums lists the sums of facts in the order of the stored form.
func rfmSums(f *RFMFacts) [rfmSummed]*int64 {
	return [rfmSummed]*int64{&f.Lines, &f.Unpriced, &f.Returns, &f.UnpricedReturns, &f.Bought, &f.Returned}
}

// possible reports whether some lines have these sums, and that many distinct days.
func (f RFMFacts) possible() bool {
	for _, sum := range rfmSums(&f) {
		if *sum < 0 || *sum > maxSum {
			return false
		}
	}
	return f.Unpriced <= f.Lines && f.UnpricedReturns <= f.Returns &&
		f.Bought <= mostOf(f.Lines, f.Unpriced) && f.Returned <= mostOf(f.Returns, f.UnpricedReturns) &&
		f.Days >= 0 && int64(f.Days) <= f.Lines && (f.Days > 0) == (f.Lines > 0)
}

// mostOf is the most that so many lines, of some of which the figure is not known, add up
// to: in minor units or in thousandths of a unit, whose bounds are the same. Where sums
// have stopped at their bound, nothing can be said.
func mostOf(lines, unknown int64) int64 {
	known := lines - unknown
	if lines == maxSum || known >= maxSum/population.MaxAmount {
		return maxSum
	}
	return known * population.MaxAmount
}

// RFMCounter is the grouped form of counting: one customer's lines at a time, as
// population.Runs yields them, in bounded memory. It is not safe for concurrent use.
type RFMCounter[K population.Key] struct {
	period population.Period
	days   []uint64 // a bit for each day of the period
}

// NewRFMCounter counts the lines of a period.
func NewRFMCounter[K population.Key](period population.Period) *RFMCounter[K] {
	// Lines have days of the years 1 to 9999 only.
	period.From, period.Until = max(period.From, 1), min(period.Until, customer.MaxDate+1)
	length := max(0, int(period.Until)-int(period.From))
	return &RFMCounter[K]{period: period, days: make([]uint64, (length+63)/64)}
}

// Count returns one customer's facts. Her lines may be in any order; those outside the
// period are left out, and a malformed line is an error. What item a line is of makes no
// difference.
func (c *RFMCounter[K]) Count(lines []population.Line[K]) (RFMFacts, error) {
	facts := RFMFacts{On: c.period.Until}
	first, last := c.period.Until, c.period.From-1 // of purchase
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			c.clear(facts.Lines, first, last)
			return RFMFacts{}, err
		}
		if !c.period.Contains(line.Day) {
			continue
		}
		facts.add(line.Returned, line.Priced, line.Amount)
		if !line.Returned {
			first, last = min(first, line.Day), max(last, line.Day)
			day := uint(line.Day - c.period.From)
			c.days[day/64] |= 1 << (day % 64)
		}
	}
	if facts.Days = c.clear(facts.Lines, first, last); facts.Days > 0 {
		facts.Last = last
	}
	return facts, nil
}

// clear makes the days ready for the next customer, and returns how many of them had any
// of the lines, which were bought from first to last.
func (c *RFMCounter[K]) clear(lines int64, first, last customer.Date) (days int) {
	if lines == 0 {
		return 0
	}
	set := c.days[(first-c.period.From)/64 : (last-c.period.From)/64+1]
	for i, word := range set {
		days += bits.OnesCount64(word)
		set[i] = 0
	}
	return days
}
