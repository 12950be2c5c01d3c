package quality

import (
	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Failures adds up, by product, the cases that were received in a period beside what was sold:
// how often each model fails. It is made by [Gauge.Failures], and not safe for concurrent use.
//
// The denominator is the host's: what was sold in the period, or what is in use. It says so
// beside the figures, and keeps to one.
type Failures struct {
	gauge  Gauge
	counts tally[[1]string]
}

// FailureRow is how often one product failed.
type FailureRow struct {
	Product string
	Sold    int64 // the denominator
	Cases   int64 // received about it
	Failed  int64 // of these: with an issue of which the product was found to be the cause
	Pending int64 // of these: not so, and with an issue of which no cause is found yet
	// Against holds the share that failed against that of all other products, those left out of
	// which more failed than were sold: their denominators do not fit.
	Against population.Difference
}

const (
	failureSold = iota
	failureCases
	failureFailed
	failurePending
	failureFigures
)

// Failures begins to add up a period.
func (g *Gauge) Failures(received population.Period) (*Failures, error) {
	counts, err := newTally(g, shape[[1]string]{"failures", failureFigures, -1, func(l [1]string, f []int64) bool {
		return l[0] != "" && f[failureFailed]+f[failurePending] <= f[failureCases]
	}, nil}, received)
	if err != nil {
		return nil, err
	}
	return &Failures{*g, counts}, nil
}

// Sell counts so many of a product that were sold, or are in use: 0 or more.
func (x *Failures) Sell(product string, on customer.Date, units int64) error {
	if err := x.counts.begin(); err != nil {
		return err
	}
	var faults customer.Faults
	faults.Name("product", product)
	faults.GivenDay("on", on)
	if units < 0 || units > population.MaxUnits {
		faults.Add("units", units, "is 0 to 1000000000000")
	}
	if err := faults.Err(); err != nil || !x.counts.period.Contains(on) {
		return err
	}
	x.counts.count([1]string{product})[failureSold] = units
	return x.counts.end()
}

// Add counts a case that was received in the period and is about a product.
func (x *Failures) Add(f *Facts) error {
	if err := x.counts.begin(); err != nil {
		return err
	}
	if f.Service == "" || !x.counts.period.Contains(f.Received) {
		return nil
	}
	failed, pending := f.caused(func(issue *Issue) bool { return issue.Cause == complaint.CauseProduct })
	more := x.counts.count([1]string{f.Service})
	more[failureCases], more[failureFailed], more[failurePending] = 1, bit(failed), bit(pending)
	return x.counts.end()
}

// caused reports whether a case has an issue with a cause that is looked for, or else one of
// which no cause is found yet, and that she has not withdrawn.
func (f *Facts) caused(is func(*Issue) bool) (found, pending bool) {
	for i := range f.Issues {
		found = found || is(&f.Issues[i])
		pending = pending || f.Issues[i].Cause == 0 && !f.Issues[i].Withdrawn
	}
	return found, pending && !found
}

// Merge counts everything that other counted, of the same period.
func (x *Failures) Merge(other *Failures) error { return x.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending product.
func (x *Failures) MarshalBinary() ([]byte, error) { return x.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (x *Failures) UnmarshalBinary(data []byte) error { return x.counts.read(data) }

// Rows returns the counts by product, each held against the others together.
func (x *Failures) Rows() []FailureRow {
	rows := make([]FailureRow, 0, x.counts.sums.Len())
	var sold, failed int64
	for l, f := range x.counts.sums.All() {
		rows = append(rows, FailureRow{Product: l[0], Sold: f[failureSold], Cases: f[failureCases], Failed: f[failureFailed], Pending: f[failurePending]})
		if f[failureFailed] <= f[failureSold] {
			sold, failed = plus(sold, f[failureSold]), plus(failed, f[failureFailed])
		}
	}
	for i := range rows {
		r := &rows[i]
		others := population.Share{Of: failed, All: sold}
		if r.Failed <= r.Sold {
			others = population.Share{Of: failed - r.Failed, All: sold - r.Sold}
		}
		r.Against = population.Compare(population.Share{Of: r.Failed, All: r.Sold}, others, x.gauge.least())
	}
	return rows
}

// Reasons says how many of a product failed, whether that is more or less than of the others,
// and how many cases are not decided; or that too few were sold to tell, or fewer than failed:
// then the denominator does not fit.
func (x *Failures) Reasons(r FailureRow) []customer.Reason {
	reason := customer.Reason{Code: CodeFailed, Rule: x.gauge.name, Of: r.Product, Fact: r.Failed, Mark: r.Sold, Unit: customer.UnitTimes}
	few, so := x.gauge.few("sold", r.Sold, customer.UnitTimes)
	switch {
	case r.Failed > r.Sold:
		reason.Code = CodeMoreThanSold
	case so:
		reason = few
	}
	reasons := []customer.Reason{reason}
	if r.Pending > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeNotFound, Rule: x.gauge.name, Of: r.Product, Fact: r.Pending, Mark: r.Cases, Unit: customer.UnitTimes})
	}
	if reason.Code != CodeFailed {
		return reasons
	}
	against := customer.Reason{Rule: x.gauge.name, Of: r.Product, Unit: customer.UnitPermille}
	_, low, top := r.Against.Permille()
	against.Fact, against.Mark = low, top
	switch r.Against.Verdict {
	case population.Higher:
		against.Code = CodeFailsMore
	case population.Lower:
		against.Code = CodeFailsLess
	case population.NoDifference:
		against.Code = CodeFailsAlike
	case population.TooFew:
		return reasons
	}
	return append(reasons, against)
}
