package quality

import (
	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Promises adds up what became of the promises that were due in a period, by who answered for
// them, what was promised and about which product: who under-promises, and who is chased. It is
// made by [Gauge.Promises], and not safe for concurrent use.
type Promises struct {
	gauge  Gauge
	counts tally[[4]string]
}

// PromiseRow is how somebody kept one kind of promise about one product.
type PromiseRow struct {
	Agent   string // who answered for it,
	Desk    string // or which desk
	Kind    complaint.PromiseKind
	Product string

	Awaited  int64 // not due
	Kept     int64 // in time
	KeptLate int64
	Broken   int64 // and never kept
	Renewed  int64 // before it was due: what it was renewed as counts by itself
	Released int64 // by her, before it was due

	Chases     int64 // how often she came back before it was due
	LateChases int64 // and after

	PromisedSeconds int64 // of those kept in time or late: until they were due, in all
	TookSeconds     int64 // and until they were kept
}

const (
	promiseAwaited = iota
	promiseKept
	promiseKeptLate
	promiseBroken
	promiseRenewed
	promiseReleased
	promiseChases
	promiseLateChases
	promisePromised
	promiseTook
	promiseFigures
)

// Promises begins to add up a period.
func (g *Gauge) Promises(due population.Period) (*Promises, error) {
	counts, err := newTally(g, shape[[4]string]{"promises", promiseFigures, -1, func(l [4]string, f []int64) bool {
		var kind complaint.PromiseKind
		made := f[promiseAwaited] + f[promiseKept] + f[promiseKeptLate] + f[promiseBroken] + f[promiseRenewed] + f[promiseReleased]
		return kind.UnmarshalText([]byte(l[2])) == nil && made > 0 &&
			(f[promiseKept]+f[promiseKeptLate] > 0 || f[promisePromised]+f[promiseTook] == 0)
	}, nil}, due)
	if err != nil {
		return nil, err
	}
	return &Promises{*g, counts}, nil
}

// Add counts the promises of a case that were due in the period.
func (p *Promises) Add(f *Facts) error {
	if err := p.counts.begin(); err != nil {
		return err
	}
	for i := range f.Promises {
		one := &f.Promises[i]
		if !p.counts.period.Contains(one.Due) {
			continue
		}
		more := p.counts.count([4]string{one.Agent, one.Desk, one.Kind.String(), one.Product})
		more[promiseChases], more[promiseLateChases] = int64(one.Chases), int64(one.LateChases)
		switch one.Verdict {
		case complaint.PromiseAwaited:
			more[promiseAwaited] = 1
		case complaint.PromiseKept:
			more[promiseKept] = 1
		case complaint.PromiseKeptLate:
			more[promiseKeptLate] = 1
		case complaint.PromiseBroken:
			more[promiseBroken] = 1
		case complaint.PromiseRenewed:
			more[promiseRenewed] = 1
		case complaint.PromiseReleased:
			more[promiseReleased] = 1
		default:
			return errFacts
		}
		if more[promiseKept]+more[promiseKeptLate] > 0 {
			more[promisePromised], more[promiseTook] = one.PromisedSeconds, one.TookSeconds
		}
	}
	return p.counts.end()
}

// Merge counts everything that other counted, of the same period.
func (p *Promises) Merge(other *Promises) error { return p.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending agent, desk, kind and product.
func (p *Promises) MarshalBinary() ([]byte, error) { return p.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (p *Promises) UnmarshalBinary(data []byte) error { return p.counts.read(data) }

// Rows returns the counts by agent, then by desk, by the text of the kind and by product.
func (p *Promises) Rows() []PromiseRow {
	rows := make([]PromiseRow, 0, p.counts.sums.Len())
	for l, f := range p.counts.sums.All() {
		row := PromiseRow{Agent: l[0], Desk: l[1], Product: l[3]}
		_ = row.Kind.UnmarshalText([]byte(l[2])) // it was written or read as a kind
		row.Awaited, row.Kept, row.KeptLate, row.Broken = f[promiseAwaited], f[promiseKept], f[promiseKeptLate], f[promiseBroken]
		row.Renewed, row.Released, row.Chases, row.LateChases = f[promiseRenewed], f[promiseReleased], f[promiseChases], f[promiseLateChases]
		row.PromisedSeconds, row.TookSeconds = f[promisePromised], f[promiseTook]
		rows = append(rows, row)
	}
	return rows
}

// Plus adds up two rows: a person's over products, a product's over people. Names stay where
// they are the same in both.
func (r PromiseRow) Plus(other PromiseRow) PromiseRow {
	for _, text := range [...][2]*string{{&r.Agent, &other.Agent}, {&r.Desk, &other.Desk}, {&r.Product, &other.Product}} {
		if *text[0] != *text[1] {
			*text[0] = ""
		}
	}
	if r.Kind != other.Kind {
		r.Kind = 0
	}
	r.Awaited, r.Kept, r.KeptLate = r.Awaited+other.Awaited, r.Kept+other.Kept, r.KeptLate+other.KeptLate
	r.Broken, r.Renewed, r.Released = r.Broken+other.Broken, r.Renewed+other.Renewed, r.Released+other.Released
	r.Chases, r.LateChases = r.Chases+other.Chases, r.LateChases+other.LateChases
	r.PromisedSeconds, r.TookSeconds = r.PromisedSeconds+other.PromisedSeconds, r.TookSeconds+other.TookSeconds
	return r
}

// Over is how many have come to be due, or were kept before: of these is the share that was kept.
func (r PromiseRow) Over() int64 { return r.Kept + r.KeptLate + r.Broken }

// Reasons says how many of the promises that are over were kept in time, how much of the time
// promised was taken, and how often she had to chase; or that there are too few to tell.
func (p *Promises) Reasons(r PromiseRow) []customer.Reason {
	if few, so := p.gauge.few("promises", r.Over(), customer.UnitTimes); so {
		return []customer.Reason{few}
	}
	reasons := []customer.Reason{{Code: CodeKept, Rule: p.gauge.name, Fact: r.Kept, Mark: r.Over(), Unit: customer.UnitTimes}}
	if r.PromisedSeconds > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeTook, Rule: p.gauge.name, Fact: r.TookSeconds, Mark: r.PromisedSeconds, Unit: customer.UnitSeconds})
	}
	if chases := r.Chases + r.LateChases; chases > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeChased, Rule: p.gauge.name, Fact: chases, Mark: r.Over(), Unit: customer.UnitTimes})
	}
	return reasons
}
