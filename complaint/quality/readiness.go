package quality

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Readiness adds up who handled cases without having learnt what the policy demands, by the day
// on which she got the case; in each cycle anew. It is made by [Gauge.Readiness], and not safe
// for concurrent use.
type Readiness struct {
	gauge  Gauge
	counts tally[[3]string]
}

// ReadinessRow is one agent.
type ReadinessRow struct {
	Agent   string
	Handled int64 // cases, in each cycle anew
	Unready int64 // of these: without all that is demanded
	Lacks   []Lack
}

// Lack is one thing that she had not learnt.
type Lack struct {
	Training bool // else it is a skill
	What     string
	Times    int64 // in so many cases
}

const (
	readyTimes = iota // cases; of a lack, those in which it was one
	readyUnready
	readyFigures
)

const (
	skill    = "skill"
	training = "training"
)

// Readiness begins to add up a period.
func (g *Gauge) Readiness(period population.Period) (*Readiness, error) {
	counts, err := newTally(g, shape[[3]string]{
		"readiness", readyFigures, -1,
		func(l [3]string, f []int64) bool {
			lack := (l[1] == skill || l[1] == training) && l[2] != "" && f[readyUnready] == f[readyTimes]
			return l[0] != "" && f[readyUnready] <= f[readyTimes] && (lack || l[1] == "" && l[2] == "")
		},
		func(rows *population.Sums[[3]string]) bool {
			for l, f := range rows.All() {
				agent := rows.Of([3]string{l[0]})
				if agent == nil || f[readyUnready] > agent[readyUnready] {
					return false
				}
			}
			return true
		},
	}, period)
	if err != nil {
		return nil, err
	}
	return &Readiness{*g, counts}, nil
}

// Add counts those who got a case in the period.
func (x *Readiness) Add(f *Facts) error {
	if err := x.counts.begin(); err != nil {
		return err
	}
	for i := range f.Handlers {
		one := &f.Handlers[i]
		if !x.counts.period.Contains(one.On) {
			continue
		}
		if one.Agent == "" {
			return errFacts
		}
		more := x.counts.count([3]string{one.Agent})
		more[readyTimes], more[readyUnready] = 1, bit(len(one.Skills)+len(one.Trainings) > 0)
		for _, lacks := range [...]struct {
			what string
			all  []string
		}{{skill, one.Skills}, {training, one.Trainings}} {
			for i, lack := range lacks.all {
				if slices.Contains(lacks.all[:i], lack) {
					return errFacts // she lacks each thing once
				}
				copy(x.counts.count([3]string{one.Agent, lacks.what, lack}), []int64{readyTimes: 1, readyUnready: 1})
			}
		}
	}
	return x.counts.end()
}

// Merge counts everything that other counted, of the same period.
func (x *Readiness) Merge(other *Readiness) error { return x.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending agent, then skills, then trainings.
func (x *Readiness) MarshalBinary() ([]byte, error) { return x.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// it stays as it was.
func (x *Readiness) UnmarshalBinary(data []byte) error { return x.counts.read(data) }

// Rows returns those who handled cases, by their ID, each with what she lacked: skills first.
func (x *Readiness) Rows() []ReadinessRow {
	var rows []ReadinessRow
	for l, f := range x.counts.sums.All() { // the agent's own row comes before those of her lacks
		if l[1] == "" {
			rows = append(rows, ReadinessRow{Agent: l[0], Handled: f[readyTimes], Unready: f[readyUnready]})
			continue
		}
		agent := &rows[len(rows)-1]
		agent.Lacks = append(agent.Lacks, Lack{l[1] == training, l[2], f[readyTimes]})
	}
	return rows
}

// Reasons says in how many cases she was not prepared, and what for. It counts what was, so one
// case is not too few to tell.
func (x *Readiness) Reasons(r ReadinessRow) []customer.Reason {
	reasons := []customer.Reason{{Code: CodeUnready, Rule: x.gauge.name, Of: r.Agent, Fact: r.Unready, Mark: r.Handled, Unit: customer.UnitTimes}}
	for _, lack := range r.Lacks {
		reason := customer.Reason{Code: CodeLacksSkill, Rule: x.gauge.name, Of: lack.What, Fact: lack.Times, Mark: r.Handled, Unit: customer.UnitTimes}
		if lack.Training {
			reason.Code = CodeLacksTraining
		}
		reasons = append(reasons, reason)
	}
	return reasons
}
