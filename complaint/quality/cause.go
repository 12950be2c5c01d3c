package quality

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Causes adds up what issues were caused by, of those that came up in a period: also those of
// which no cause is found yet, so that nothing is left out. Those that she withdrew count, too.
// It is made by [Gauge.Causes], and not safe for concurrent use.
type Causes struct {
	gauge  Gauge
	counts tally[[2]string]
}

// CauseRow is what one cause led to, in one kind of issue.
type CauseRow struct {
	Cause complaint.Cause // zero: none is found yet
	Kind  string          // of issue

	Issues        int64
	Withdrawn     int64 // of these
	Decided       int64 // likewise
	Upheld        int64 // of those decided, wholly or in part
	ClaimedMinor  int64
	AcceptedMinor int64
	PaidMinor     int64
	GoodwillMinor int64
}

const (
	causeIssues = iota
	causeWithdrawn
	causeDecided
	causeUpheld
	causeClaimed
	causeAccepted
	causePaid
	causeGoodwill
	causeFigures
)

// Causes begins to add up a period.
func (g *Gauge) Causes(period population.Period) (*Causes, error) {
	counts, err := newTally(g, shape[[2]string]{"causes", causeFigures, -1, func(l [2]string, f []int64) bool {
		_, ok := causeOf(l[0])
		return ok && f[causeIssues] > 0 && max(f[causeWithdrawn], f[causeDecided]) <= f[causeIssues] && f[causeUpheld] <= f[causeDecided]
	}, nil}, period)
	if err != nil {
		return nil, err
	}
	return &Causes{*g, counts}, nil
}

// Add counts the issues of a case that came up in the period.
func (c *Causes) Add(f *Facts) error {
	if err := c.counts.begin(); err != nil {
		return err
	}
	for i := range f.Issues {
		issue := &f.Issues[i]
		if !c.counts.period.Contains(issue.On) {
			continue
		}
		copy(c.counts.count([2]string{causeText(issue.Cause), issue.Kind}), []int64{
			causeIssues: 1, causeWithdrawn: bit(issue.Withdrawn), causeDecided: bit(issue.Verdict != 0), causeUpheld: bit(issue.upheld()),
			causeClaimed: issue.ClaimedMinor, causeAccepted: issue.AcceptedMinor, causePaid: issue.PaidMinor, causeGoodwill: issue.GoodwillMinor,
		})
	}
	return c.counts.end()
}

// upheld reports whether something was accepted.
func (i *Issue) upheld() bool {
	return i.Verdict == complaint.FullyUpheld || i.Verdict == complaint.PartlyUpheld
}

// bit is 1 of what is so.
func bit(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// Merge counts everything that other counted, of the same period.
func (c *Causes) Merge(other *Causes) error { return c.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending cause and kind.
func (c *Causes) MarshalBinary() ([]byte, error) { return c.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (c *Causes) UnmarshalBinary(data []byte) error { return c.counts.read(data) }

// Rows returns the counts by cause, those without one first, then by kind.
func (c *Causes) Rows() []CauseRow {
	rows := make([]CauseRow, 0, c.counts.sums.Len())
	for l, f := range c.counts.sums.All() {
		cause, _ := causeOf(l[0])
		rows = append(rows, CauseRow{
			cause, l[1], f[causeIssues], f[causeWithdrawn], f[causeDecided], f[causeUpheld],
			f[causeClaimed], f[causeAccepted], f[causePaid], f[causeGoodwill],
		})
	}
	slices.SortStableFunc(rows, func(a, b CauseRow) int { return cmp.Compare(a.Cause, b.Cause) })
	return rows
}

// Plus adds up two rows: a cause's over kinds, a kind's over causes. Cause and Kind stay where
// they are the same in both.
func (r CauseRow) Plus(other CauseRow) CauseRow {
	if r.Cause != other.Cause {
		r.Cause = 0
	}
	if r.Kind != other.Kind {
		r.Kind = ""
	}
	r.Issues, r.Withdrawn, r.Decided = r.Issues+other.Issues, r.Withdrawn+other.Withdrawn, r.Decided+other.Decided
	r.Upheld, r.ClaimedMinor = r.Upheld+other.Upheld, r.ClaimedMinor+other.ClaimedMinor
	r.AcceptedMinor, r.PaidMinor = r.AcceptedMinor+other.AcceptedMinor, r.PaidMinor+other.PaidMinor
	r.GoodwillMinor += other.GoodwillMinor
	return r
}

// Weight says by what causes are ranked. The zero Weight is the number of issues.
type Weight uint8

// What causes are ranked by.
const (
	InIssues Weight = iota
	InMoney         // what was paid, and given beyond it
)

// Vital is one cause in its rank.
type Vital struct {
	CauseRow
	Weight     int64 // of this row
	Cumulative int64 // of this row, those before it and those equal to it
	Few        bool  // it is one of the vital few
	Reason     customer.Reason
}

// Pareto ranks the causes that were found by how much they led to, each with the kind of issue:
// the heaviest first, and equal ones by cause and kind. The vital few are the heaviest ones that
// together reach the share of the rules; equal ones are among them together. The Reasons say how
// many issues are still without a cause, and whether all that is too few to tell.
func (c *Causes) Pareto(by Weight) (ranked []Vital, reasons []customer.Reason) {
	var issues, pending, total int64
	for _, row := range c.Rows() {
		if issues = plus(issues, row.Issues); row.Cause == 0 {
			pending = plus(pending, row.Issues)
			continue
		}
		weight := row.Issues
		if by == InMoney {
			weight = row.PaidMinor + row.GoodwillMinor
		}
		total = plus(total, weight)
		ranked = append(ranked, Vital{CauseRow: row, Weight: weight})
	}
	if pending > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeNoCauseYet, Rule: c.gauge.name, Fact: pending, Mark: issues, Unit: customer.UnitTimes})
	}
	few, tooFew := c.gauge.few("issues", issues-pending, customer.UnitTimes)
	if tooFew {
		reasons = append(reasons, few)
	}
	slices.SortStableFunc(ranked, func(a, b Vital) int { return cmp.Compare(b.Weight, a.Weight) })
	var before int64 // the weight of all that are heavier
	for from := 0; from < len(ranked); {
		until, sum := from, before
		for until < len(ranked) && ranked[until].Weight == ranked[from].Weight {
			sum = plus(sum, ranked[until].Weight)
			until++
		}
		reached, _ := customer.Permille(before, max(total, 1))
		for i := from; i < until; i++ {
			ranked[i].Cumulative = sum
			ranked[i].Few = !tooFew && ranked[i].Weight > 0 && reached < int64(c.gauge.rules.VitalPermille)
			ranked[i].Reason = customer.Reason{Code: CodeVital, Rule: c.gauge.name, Of: causeText(ranked[i].Cause), Fact: ranked[i].Weight, Mark: total}
			ranked[i].Reason.Unit = customer.UnitTimes
			if by == InMoney {
				ranked[i].Reason.Unit = customer.UnitMinor
			}
		}
		from, before = until, sum
	}
	return ranked, reasons
}
