package quality

import (
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Arrivals adds up who came, on a line, in a queue, at a counter, and how soon somebody was
// there for her, by the day on which she came; also those who gave up without a word, of whom
// there is no case. A host passes these to package lifecycle too, where they are a risk. It is
// made by [Gauge.Arrivals], and not safe for concurrent use.
type Arrivals struct {
	gauge  Gauge
	counts tally[[1]string]
}

// ArrivalRow is how soon somebody was there at one place.
type ArrivalRow struct {
	Place string // a line, a queue, a counter

	Served    int64
	Rung      int64 // of these: on the telephone, judged by the policy
	Ideal     int64 // of those: answered on the best ring
	InTime    int64 // in order, those on the best ring among them
	Impatient int64 // so late that callers have lost patience
	Left      int64 // gave up before anybody was there
	LeftAfter int64 // seconds that these had waited, in all

	// Waits are the seconds that those who were served had waited, in ascending order, each
	// with how many of them had. Half of them waited at most Median, nine of ten Ninety.
	Waits          []Wait
	Median, Ninety int64
}

// Wait is how many waited how long.
type Wait struct{ Seconds, Times int64 }

const (
	arrivalServed = iota
	arrivalRung
	arrivalIdeal
	arrivalInTime
	arrivalImpatient
	arrivalLeft
	arrivalLeftAfter
	arrivalFigures
)

// Arrivals begins to add up a period.
func (g *Gauge) Arrivals(period population.Period) (*Arrivals, error) {
	counts, err := newTally(g, shape[[1]string]{"arrivals", arrivalFigures, arrivalServed, func(l [1]string, f []int64) bool {
		return l[0] != "" && f[arrivalRung] <= f[arrivalServed] && f[arrivalIdeal] <= f[arrivalInTime] &&
			max(f[arrivalInTime], f[arrivalImpatient]) <= f[arrivalRung] && (f[arrivalLeft] > 0 || f[arrivalLeftAfter] == 0)
	}, nil}, period)
	if err != nil {
		return nil, err
	}
	return &Arrivals{*g, counts}, nil
}

// maxArrival is the longest wait: a day.
const maxArrival = 24 * time.Hour

// add counts one who came.
func (a *Arrivals) add(place string, on customer.Date, waited time.Duration, count func(figures []int64)) error {
	if err := a.counts.begin(); err != nil {
		return err
	}
	var faults customer.Faults
	faults.Name("place", place)
	faults.GivenDay("on", on)
	if waited < 0 || waited > maxArrival {
		faults.Add("waited", waited, "is 0 to 24 hours")
	}
	if err := faults.Err(); err != nil || !a.counts.period.Contains(on) {
		return err
	}
	count(a.counts.countOf([1]string{place}, int64(waited/time.Second)))
	return a.counts.end()
}

// Serve counts one who was served after a wait, rounded down to seconds.
func (a *Arrivals) Serve(place string, on customer.Date, waited time.Duration) error {
	return a.add(place, on, waited, func(more []int64) {
		more[arrivalServed] = 1
	})
}

// Answer counts a call as complaint.Policy.Pickup has judged it.
func (a *Arrivals) Answer(place string, on customer.Date, pickup complaint.Pickup) error {
	return a.add(place, on, pickup.Waited, func(more []int64) {
		more[arrivalServed], more[arrivalRung], more[arrivalIdeal] = 1, 1, bit(pickup.Ideal && pickup.InTime)
		more[arrivalInTime], more[arrivalImpatient] = bit(pickup.InTime), bit(pickup.Impatient)
	})
}

// Leave counts one who gave up after a wait, rounded down to seconds: who hung up, or went to
// the door without a word.
func (a *Arrivals) Leave(place string, on customer.Date, waited time.Duration) error {
	return a.add(place, on, waited, func(more []int64) {
		more[arrivalLeft], more[arrivalLeftAfter] = 1, int64(waited/time.Second)
	})
}

// Merge counts everything that other counted, of the same period.
func (a *Arrivals) Merge(other *Arrivals) error { return a.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending place.
func (a *Arrivals) MarshalBinary() ([]byte, error) { return a.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (a *Arrivals) UnmarshalBinary(data []byte) error { return a.counts.read(data) }

// Rows returns the counts by place.
func (a *Arrivals) Rows() []ArrivalRow {
	rows := make([]ArrivalRow, 0, a.counts.sums.Len())
	for l, f := range a.counts.sums.All() {
		row := ArrivalRow{
			Place: l[0], Served: f[arrivalServed], Rung: f[arrivalRung], Ideal: f[arrivalIdeal], InTime: f[arrivalInTime],
			Impatient: f[arrivalImpatient], Left: f[arrivalLeft], LeftAfter: f[arrivalLeftAfter], Median: a.counts.quantile(l, 500), Ninety: a.counts.quantile(l, 900),
		}
		if waits := a.counts.values[l]; waits != nil {
			values, counts := waits.Values()
			for i, value := range values {
				row.Waits = append(row.Waits, Wait{value, counts[i]})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Reasons says how many calls were answered in time, how many too late for anybody's patience,
// how long one waited, and how many left without a word; or that there are too few to tell.
func (a *Arrivals) Reasons(r ArrivalRow) []customer.Reason {
	if few, so := a.gauge.few("arrivals", r.Served+r.Left, customer.UnitTimes); so {
		return []customer.Reason{few}
	}
	var reasons []customer.Reason
	tell := func(code string, fact, mark int64, unit customer.Unit) {
		reasons = append(reasons, customer.Reason{Code: code, Rule: a.gauge.name, Of: r.Place, Fact: fact, Mark: mark, Unit: unit})
	}
	if r.Rung > 0 {
		tell(CodeInTime, r.InTime, r.Rung, customer.UnitTimes)
		tell(CodeImpatient, r.Impatient, r.Rung, customer.UnitTimes)
	}
	if r.Served > 0 {
		tell(CodeWaited, r.Median, r.Ninety, customer.UnitSeconds)
	}
	tell(CodeLeft, r.Left, r.Served+r.Left, customer.UnitTimes)
	return reasons
}
