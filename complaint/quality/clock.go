package quality

import (
	"errors"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Clock is what became of one clock in one cycle.
type Clock struct {
	Clock       string        `json:"clock"`
	Cycle       int           `json:"cycle"`
	Started     customer.Date `json:"started"`
	Desk        string        `json:"desk,omitempty"` // that had the case when it stopped, or has it
	By          string        `json:"by,omitempty"`   // who stopped it
	Verdict     ClockVerdict  `json:"verdict"`
	UsedSeconds int64         `json:"used_seconds,omitempty"` // of the time that counts, rounded up
}

// ClockVerdict is what became of a clock. The zero ClockVerdict is none.
type ClockVerdict uint8

// The verdicts. Their texts are format.
const (
	ClockRuns     ClockVerdict = iota + 1 // and its budget is not used up
	ClockKept                             // it was stopped in time
	ClockBreached                         // it was not, or runs beyond its budget
	ClockUnknown                          // the policy does not have its calendar, or not so far

	lastClockVerdict = ClockUnknown
)

// String returns the stored text.
func (v ClockVerdict) String() string {
	switch v {
	case ClockRuns:
		return "runs"
	case ClockKept:
		return "kept"
	case ClockBreached:
		return "breached"
	case ClockUnknown:
		return "unknown"
	}
	return "clock verdict " + strconv.Itoa(int(v))
}

// MarshalText writes the stored text; anything else is an error.
func (v ClockVerdict) MarshalText() ([]byte, error) {
	return customer.WriteStored("quality", v, lastClockVerdict)
}

// UnmarshalText reads what MarshalText wrote.
func (v *ClockVerdict) UnmarshalText(text []byte) error {
	return customer.ReadStored("quality", "clock verdict", v, lastClockVerdict, text)
}

// clocks are those of a case that had begun by an instant.
func clocks(policy *complaint.Policy, c *complaint.Case, at time.Time) ([]Clock, error) {
	all := make([]Clock, 0, len(c.Clocks))
	for i := range c.Clocks {
		clock := &c.Clocks[i]
		if at.Before(clock.Start) || at.Before(clock.Again) {
			continue
		}
		one := Clock{Clock: clock.Name, Cycle: clock.Cycle, Started: policy.Day(clock.Start), Desk: clock.Desk, By: clock.By}
		if !clock.Again.IsZero() {
			one.Started = policy.Day(clock.Again)
		}
		reading, err := policy.Read(*clock, at)
		var refusal *customer.Refusal
		switch {
		case errors.As(err, &refusal):
			one.Verdict = ClockUnknown
		case err != nil:
			return nil, err
		default:
			one.UsedSeconds = int64((reading.Used + time.Second - 1) / time.Second)
			switch {
			case reading.Breached:
				one.Verdict = ClockBreached
			case reading.Running:
				one.Verdict = ClockRuns
			default:
				one.Verdict = ClockKept
			}
		}
		if reading.Running || clock.Stop.IsZero() { // of an unknown calendar there is no reading
			one.Desk, one.By = c.Owner.Desk, ""
		}
		all = append(all, one)
	}
	return all, nil
}

// Clocks adds up the clocks that started in a period, in each cycle anew, by their name, the
// desk and who stopped them: how many were kept, and how long they took. It is made by
// [Gauge.Clocks], and not safe for concurrent use.
type Clocks struct {
	gauge  Gauge
	counts tally[[3]string]
}

// ClockRow is how somebody kept one clock.
type ClockRow struct {
	Clock string
	Desk  string
	By    string // who stopped them; empty: those that run, and those that nobody in particular stopped

	Runs     int64
	Kept     int64
	Breached int64
	Unknown  int64

	// Of those that have stopped or are breached: how long half of them took at most, and nine
	// of ten, in seconds of the time that counts.
	Median, Ninety int64
}

const (
	clockRuns = iota
	clockKept
	clockBreached
	clockUnknown
	clockOver // kept and breached: those of the histogram
	clockFigures
)

// Clocks begins to add up a period.
func (g *Gauge) Clocks(started population.Period) (*Clocks, error) {
	counts, err := newTally(g, shape[[3]string]{"clocks", clockFigures, clockOver, func(l [3]string, f []int64) bool {
		return l[0] != "" && f[clockOver] == f[clockKept]+f[clockBreached]
	}, nil}, started)
	if err != nil {
		return nil, err
	}
	return &Clocks{*g, counts}, nil
}

// Add counts the clocks of a case that started in the period.
func (c *Clocks) Add(f *Facts) error {
	if err := c.counts.begin(); err != nil {
		return err
	}
	for i := range f.Clocks {
		one := &f.Clocks[i]
		if !c.counts.period.Contains(one.Started) {
			continue
		}
		if one.Clock == "" {
			return errFacts
		}
		more := c.counts.countOf([3]string{one.Clock, one.Desk, one.By}, one.UsedSeconds)
		switch one.Verdict {
		case ClockRuns:
			more[clockRuns] = 1
		case ClockKept:
			more[clockKept], more[clockOver] = 1, 1
		case ClockBreached:
			more[clockBreached], more[clockOver] = 1, 1
		case ClockUnknown:
			more[clockUnknown] = 1
		default:
			return errFacts
		}
	}
	return c.counts.end()
}

// Merge counts everything that other counted, of the same period.
func (c *Clocks) Merge(other *Clocks) error { return c.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending clock, desk and person.
func (c *Clocks) MarshalBinary() ([]byte, error) { return c.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (c *Clocks) UnmarshalBinary(data []byte) error { return c.counts.read(data) }

// Rows returns the counts by clock, desk and person.
func (c *Clocks) Rows() []ClockRow {
	return c.whole(func(l [3]string) [3]string { return l })
}

// ByClock returns the counts by clock alone.
func (c *Clocks) ByClock() []ClockRow {
	return c.whole(func(l [3]string) [3]string { return [3]string{l[0]} })
}

// ByDesk returns the counts by clock and desk: of each queue.
func (c *Clocks) ByDesk() []ClockRow {
	return c.whole(func(l [3]string) [3]string { return [3]string{l[0], l[1]} })
}

// whole returns the rows of each larger whole together; those of one stand next to each other.
func (c *Clocks) whole(of func([3]string) [3]string) (rows []ClockRow) {
	var took []population.Histogram
	var last [3]string
	for l, f := range c.counts.sums.All() {
		if whole := of(l); len(rows) == 0 || whole != last {
			rows, took, last = append(rows, ClockRow{Clock: whole[0], Desk: whole[1], By: whole[2]}), append(took, population.Histogram{}), whole
		}
		row := &rows[len(rows)-1]
		row.Runs, row.Kept = plus(row.Runs, f[clockRuns]), plus(row.Kept, f[clockKept])
		row.Breached, row.Unknown = plus(row.Breached, f[clockBreached]), plus(row.Unknown, f[clockUnknown])
		if values := c.counts.values[l]; values != nil {
			took[len(rows)-1].Merge(values)
		}
	}
	for i := range rows {
		rows[i].Median, rows[i].Ninety = quantile(&took[i], 500), quantile(&took[i], 900)
	}
	return rows
}

// Reasons says how many of the clocks that are over were kept, and how long they took; or that
// there are too few to tell.
func (c *Clocks) Reasons(r ClockRow) []customer.Reason {
	over := r.Kept + r.Breached
	if few, so := c.gauge.few("clocks", over, customer.UnitTimes); so {
		return []customer.Reason{few}
	}
	return []customer.Reason{
		{Code: CodeClocksKept, Rule: c.gauge.name, Of: r.Clock, Fact: r.Kept, Mark: over, Unit: customer.UnitTimes},
		{Code: CodeClocksTook, Rule: c.gauge.name, Of: r.Clock, Fact: r.Median, Mark: r.Ninety, Unit: customer.UnitSeconds},
	}
}
