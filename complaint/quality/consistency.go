package quality

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Consistency adds up how issues of one kind and cause were treated that were decided in a
// period, as the decision stands now: whether equal cases end alike. It is made by
// [Gauge.Consistency], and not safe for concurrent use.
type Consistency struct {
	gauge  Gauge
	counts tally[[4]string]
}

// Alike are the issues of one kind and cause, in which the treatments should be alike.
type Alike struct {
	Cause      complaint.Cause // zero: none was found
	Kind       string
	Issues     int64
	Otherwise  int64 // not treated as most were
	Deviating  int64 // of these: a deviation was allowed
	Treatments []Treatment
	Reasons    []customer.Reason
}

// Treatment is one way in which issues were treated.
type Treatment struct {
	Verdict   complaint.Verdict
	Remedies  string // the texts of their kinds, in the order of the kinds; empty: none
	Issues    int64
	Deviating int64 // of these: a deviation was allowed
	// What was accepted of money: half of the issues had at most the Median, and nine of ten
	// Ninety.
	Median, Ninety int64
}

const (
	alikeIssues = iota
	alikeDeviating
	alikeFigures
)

// Consistency begins to add up a period.
func (g *Gauge) Consistency(decided population.Period) (*Consistency, error) {
	counts, err := newTally(g, shape[[4]string]{"consistency", alikeFigures, alikeIssues, func(l [4]string, f []int64) bool {
		_, cause := causeOf(l[0])
		var verdict complaint.Verdict
		return cause && verdict.UnmarshalText([]byte(l[2])) == nil && f[alikeIssues] > 0 && f[alikeDeviating] <= f[alikeIssues]
	}, nil}, decided)
	if err != nil {
		return nil, err
	}
	return &Consistency{*g, counts}, nil
}

// Add counts the issues of a case that were decided in the period, and that she has not
// withdrawn.
func (c *Consistency) Add(f *Facts) error {
	if err := c.counts.begin(); err != nil {
		return err
	}
	for i := range f.Issues {
		issue := &f.Issues[i]
		if issue.Verdict == 0 || issue.Withdrawn || !c.counts.period.Contains(issue.Decided) {
			continue
		}
		more := c.counts.countOf([4]string{causeText(issue.Cause), issue.Kind, issue.Verdict.String(), issue.remedies()}, issue.AcceptedMinor)
		more[alikeIssues], more[alikeDeviating] = 1, bit(issue.Deviates)
	}
	return c.counts.end()
}

// Merge counts everything that other counted, of the same period.
func (c *Consistency) Merge(other *Consistency) error { return c.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending cause, kind, verdict and remedies.
func (c *Consistency) MarshalBinary() ([]byte, error) { return c.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (c *Consistency) UnmarshalBinary(data []byte) error { return c.counts.read(data) }

// Rows returns the treatments by cause and kind, the most frequent one first; equal ones by
// verdict and remedies.
func (c *Consistency) Rows() []Alike {
	var rows []Alike
	for l, f := range c.counts.sums.All() {
		cause, _ := causeOf(l[0])
		n := len(rows) - 1
		if n < 0 || rows[n].Cause != cause || rows[n].Kind != l[1] {
			rows = append(rows, Alike{Cause: cause, Kind: l[1]})
			n++
		}
		treatment := Treatment{
			Remedies: l[3], Issues: f[alikeIssues], Deviating: f[alikeDeviating], Median: c.counts.quantile(l, 500), Ninety: c.counts.quantile(l, 900),
		}
		_ = treatment.Verdict.UnmarshalText([]byte(l[2])) // it was written or read as a verdict
		rows[n].Treatments = append(rows[n].Treatments, treatment)
		rows[n].Issues = plus(rows[n].Issues, treatment.Issues)
	}
	slices.SortStableFunc(rows, func(a, b Alike) int { return cmp.Compare(a.Cause, b.Cause) })
	for i := range rows {
		row := &rows[i]
		slices.SortStableFunc(row.Treatments, func(a, b Treatment) int {
			return cmp.Or(cmp.Compare(b.Issues, a.Issues), cmp.Compare(a.Verdict, b.Verdict))
		})
		for _, other := range row.Treatments[1:] {
			row.Otherwise, row.Deviating = plus(row.Otherwise, other.Issues), plus(row.Deviating, other.Deviating)
		}
		row.Reasons = c.reasons(row)
	}
	return rows
}

// reasons says how many were treated otherwise than most, and how many of these without a
// deviation; or that there are too few to tell.
func (c *Consistency) reasons(row *Alike) []customer.Reason {
	if few, so := c.gauge.few("issues", row.Issues, customer.UnitTimes); so {
		return []customer.Reason{few}
	}
	reason := customer.Reason{Code: CodeAlike, Rule: c.gauge.name, Of: row.Kind, Fact: row.Issues, Mark: row.Issues, Unit: customer.UnitTimes}
	if row.Otherwise == 0 {
		return []customer.Reason{reason}
	}
	reason.Code, reason.Fact = CodeOtherwise, row.Otherwise
	unexplained := reason
	unexplained.Code, unexplained.Fact, unexplained.Mark = CodeUnexplained, row.Otherwise-row.Deviating, row.Otherwise
	return []customer.Reason{reason, unexplained}
}

// Deviations lists each deviation that was allowed in a period. It is made by
// [Gauge.Deviations], and not safe for concurrent use.
type Deviations struct{ counts tally[[5]string] }

const (
	deviationTimes = iota
	deviationFrom
	deviationUpTo
	deviationFigures
)

// Deviations begins to list those of a period.
func (g *Gauge) Deviations(allowed population.Period) (*Deviations, error) {
	counts, err := newTally(g, shape[[5]string]{"deviations", deviationFigures, -1, func(l [5]string, f []int64) bool {
		on, err := customer.ParseDate(l[0])
		_, standard := complaint.Standard(min(f[deviationFrom], 255)).MarshalText()
		return err == nil && allowed.Contains(on) && f[deviationTimes] == 1 && standard == nil && f[deviationFrom] > 0 && f[deviationUpTo] <= complaint.MaxMinor
	}, nil}, allowed)
	if err != nil {
		return nil, err
	}
	return &Deviations{counts}, nil
}

// Add lists the deviations of a case that were allowed in the period. One that is listed is an
// error: the case was added before.
func (d *Deviations) Add(f *Facts) error {
	if err := d.counts.begin(); err != nil {
		return err
	}
	for i := range f.Deviations {
		one := &f.Deviations[i]
		if !d.counts.period.Contains(one.On) {
			continue
		}
		names := [5]string{one.On.String(), string(one.Case), one.Deviation, one.By, one.For}
		within := func(more population.Sum[[5]string]) bool { return more.Of == names }
		if d.counts.sums.Of(names) != nil || slices.ContainsFunc(d.counts.more, within) {
			return errTwice(one.Case, one.Deviation)
		}
		copy(d.counts.count(names), []int64{deviationTimes: 1, deviationFrom: int64(one.From), deviationUpTo: one.UpToMinor})
	}
	return d.counts.end()
}

func errTwice(id complaint.ID, deviation string) error {
	return fmt.Errorf("quality: deviation %q of case %q is listed before", deviation, id)
}

// Merge lists everything that other listed, of the same period. What is listed in both is an
// error, and nothing is merged.
func (d *Deviations) Merge(other *Deviations) error {
	for l := range other.counts.sums.All() {
		if d.counts.sums.Of(l) != nil {
			return errTwice(complaint.ID(l[1]), l[2])
		}
	}
	return d.counts.merge(&other.counts)
}

// MarshalBinary writes the list by ascending day, case and deviation.
func (d *Deviations) MarshalBinary() ([]byte, error) { return d.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a list of the same period; at an error it
// stays as it was.
func (d *Deviations) UnmarshalBinary(data []byte) error { return d.counts.read(data) }

// Rows returns the list by day, case and deviation.
func (d *Deviations) Rows() []Deviation {
	rows := make([]Deviation, 0, d.counts.sums.Len())
	for l, f := range d.counts.sums.All() {
		on, _ := customer.ParseDate(l[0]) // it was written or read as one
		rows = append(rows, Deviation{complaint.ID(l[1]), l[2], on, l[3], l[4], complaint.Standard(f[deviationFrom]), f[deviationUpTo]})
	}
	return rows
}
