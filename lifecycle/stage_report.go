package lifecycle

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxCycles is how many cycles a StageReport tells apart: later ones count as this one.
const MaxCycles = 9

// maxReported bounds every figure of a report.
const maxReported = 1 << 56

// StageReport counts, over many customers, who stood where at the beginning and the end of
// a period, and who moved in it. Customers may be added in any order and any split, each
// once; merged, the bytes are the same. Its memory does not grow. It is made by NewStageReport,
// and not safe for concurrent use.
type StageReport struct {
	period population.Period

	begin, end [Ending + 1]int64 // by stage; 0: not known
	moves      [Ending + 1][Ending + 1]int64
	newcomers  Newcomers
	cycles     [MaxCycles + 1]ExtendedLife // by cycle, from 2 on
}

// Newcomers are the customers whose first purchase placed them in the period, and what
// became of them by its end: how many of those who are developed stay.
type Newcomers struct {
	All   int64
	Grew  int64 // came to Growing or Mature, at once or later
	Ended int64 // came to Ending before that
	Open  int64 // neither yet: the period ended too early to tell
}

// ExtendedLife is what came of winning customers back in the period, for one cycle: the life
// that is extended.
type ExtendedLife struct {
	Cycle    int   // 2 for the first return; [MaxCycles] for that one and later ones
	Back     int64 // customers who came back
	Ended    int64 // of Back: left again in the period
	Days     int64 // of Ended: days from the purchase that brought them back to the last one, in all
	Open     int64 // of Back: still there
	OpenDays int64 // of Open: days from the purchase that brought them back to the period's last day, in all
}

// stageReportVersion is the format of MarshalBinary.
const stageReportVersion = 1

// NewStageReport begins the report of a period.
func NewStageReport(period population.Period) (*StageReport, error) {
	if err := period.Faults("period").Err(); err != nil {
		return nil, err
	}
	return &StageReport{period: period}, nil
}

// Add counts one customer by her whole history, in booking order; entries that are not of
// stages are passed over. A history that does not fit together is ErrBroken, and then
// nothing is counted.
func (r *StageReport) Add(history []Entry) error {
	if err := checkMade(r.period.From != 0, "period", "NewStageReport"); err != nil {
		return err
	}
	one := StageReport{period: r.period}
	var g ground
	life := &g.Life
	var hers newcomer
	stage := Stage(0)      // at the beginning
	var back customer.Date // the purchase that brought her back in the period; 0: none, or gone again
	var in int             // the cycle that it began
	for i := range history {
		e := &history[i]
		before := life.Stage
		if err := g.applyLife(e); err != nil {
			return err
		}
		if before == life.Stage || e.On >= r.period.Until {
			continue
		}
		if e.On < r.period.From {
			stage = life.Stage
			continue
		}
		one.moves[before][life.Stage]++
		hers.note(before, life.Stage)
		if cycle := &one.cycles[min(life.Cycle, MaxCycles)]; before == Ending {
			back, in = e.Last, life.Cycle
			cycle.Back++
		} else if life.Stage == Ending && back != 0 {
			cycle.Ended++
			cycle.Days += int64(max(0, e.Last-back)) // below 0 where that purchase was taken away since
			back = 0
		}
	}
	one.close(stage, hers, back, in)
	return r.Merge(&one)
}

// newcomer is what one of the newcomers came to: 0 where she is none.
type newcomer uint8

const (
	newcomerOpen newcomer = iota + 1
	newcomerGrew
	newcomerEnded
)

func (n *newcomer) note(from, to Stage) {
	if from <= Potential && to >= Developing {
		*n = newcomerOpen
	}
	if *n != newcomerOpen {
		return
	}
	if to == Growing || to == Mature {
		*n = newcomerGrew
	} else if to == Ending {
		*n = newcomerEnded
	}
}

// close counts what stands at the end of the period.
func (r *StageReport) close(stage Stage, hers newcomer, back customer.Date, cycle int) {
	r.begin[stage]++
	for from := range r.moves {
		for to, moves := range r.moves[from] {
			r.end[from] -= moves
			r.end[to] += moves
		}
	}
	r.end[stage]++
	switch hers {
	case newcomerOpen:
		r.newcomers = Newcomers{All: 1, Open: 1}
	case newcomerGrew:
		r.newcomers = Newcomers{All: 1, Grew: 1}
	case newcomerEnded:
		r.newcomers = Newcomers{All: 1, Ended: 1}
	}
	if back != 0 {
		extended := &r.cycles[min(cycle, MaxCycles)]
		extended.Open++
		extended.OpenDays += int64(r.period.Until - 1 - back)
	}
}

// Merge counts everyone that other counted. Reports of different periods do not merge, and
// then nothing is counted. Other stays as it is.
func (r *StageReport) Merge(other *StageReport) error {
	if r.period != other.period {
		return fmt.Errorf("lifecycle: a report of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, r.period.From, r.period.Until)
	}
	merged := *r
	more := other.figures()
	for i, figure := range merged.figures() {
		if *figure += *more[i]; *figure > maxReported {
			return errors.New("lifecycle: reports with figures above 2⁵⁶ do not merge")
		}
	}
	*r = merged
	return nil
}

// At returns how many customers stood in a stage when the period began and when it ended;
// stage 0 is those who were not known. Of all who were added, each stands somewhere.
func (r *StageReport) At(stage Stage) (begin, end int64) {
	if stage > Ending {
		return 0, 0
	}
	return r.begin[stage], r.end[stage]
}

// Moves returns how often customers moved from a stage to another in the period.
func (r *StageReport) Moves(from, to Stage) int64 {
	if from > Ending || to > Ending {
		return 0
	}
	return r.moves[from][to]
}

// Newcomers returns what became of those who bought first in the period.
func (r *StageReport) Newcomers() Newcomers { return r.newcomers }

// Extended returns what came of those who came back in the period, by cycle; cycles without
// a return are left out.
func (r *StageReport) Extended() []ExtendedLife {
	var all []ExtendedLife
	for cycle, extended := range r.cycles {
		if extended.Back > 0 {
			extended.Cycle = cycle
			all = append(all, extended)
		}
	}
	return all
}

// figures lists the figures in the order of the stored form.
func (r *StageReport) figures() []*int64 {
	list := make([]*int64, 0, 96)
	for stage := range r.begin {
		list = append(list, &r.begin[stage], &r.end[stage])
		for to := range r.moves[stage] {
			list = append(list, &r.moves[stage][to])
		}
	}
	n := &r.newcomers
	list = append(list, &n.All, &n.Grew, &n.Ended, &n.Open)
	for i := range r.cycles[2:] {
		c := &r.cycles[2+i]
		list = append(list, &c.Back, &c.Ended, &c.Days, &c.Open, &c.OpenDays)
	}
	return list
}

// MarshalBinary writes the report.
func (r *StageReport) MarshalBinary() ([]byte, error) {
	if err := r.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{stageReportVersion}, r.period)
	for _, figure := range r.figures() {
		data = binary.AppendUvarint(data, uint64(*figure))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the report stays as it was.
func (r *StageReport) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, stageReportVersion)
	read := StageReport{period: from.Period()}
	for _, figure := range read.figures() {
		if *figure = from.Count(); *figure > maxReported {
			from.Fail("figures out of range")
			break
		}
	}
	if from.Err() == nil && !read.sound() {
		from.Fail("figures that no customers have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: stage report: %w", err)
	}
	*r = read
	return nil
}

// sound reports whether the figures fit together.
func (r *StageReport) sound() bool {
	var placed int64
	for stage := range Ending + 1 {
		stands := r.begin[stage]
		for other := range Ending + 1 {
			if r.moves[stage][other] > 0 && !leads(stage, other) && (stage != 0 || other != Potential) {
				return false
			}
			stands += r.moves[other][stage] - r.moves[stage][other]
			if stage <= Potential && other >= Developing {
				placed += r.moves[stage][other]
			}
		}
		if stands != r.end[stage] {
			return false
		}
	}
	var back int64
	for _, c := range r.cycles {
		if c.Ended+c.Open != c.Back || c.Days > 0 && c.Ended == 0 || c.OpenDays > 0 && c.Open == 0 ||
			c.Days/int64(customer.MaxDate) > c.Ended || c.OpenDays/int64(customer.MaxDate) > c.Open {
			return false
		}
		back += c.Back
	}
	n := r.newcomers
	return n.All == placed && n.Grew+n.Ended+n.Open == n.All && back == r.moves[Ending][Growing]
}
