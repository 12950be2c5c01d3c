package conversation

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of a coaching report.
const (
	MaxCoachingRows = 1_000_000
	maxFigure       = 1 << 50 // two of them add up in an int64
)

const coachingVersion = 1

// Coaching adds up what was found in contacts, by agent: what to talk about with him, and how
// often it was there. Contacts may be added in any order and any split, each once; merged, the
// bytes are the same. It is made by [NewCoaching], and not safe for concurrent use.
type Coaching struct {
	period population.Period
	rows   map[coached]figures
}

// coached is what a row is about. Without a code it is the contacts of the agent.
type coached struct{ agent, code, of string }

// figures are in how many contacts something was found, and how often in all.
type figures struct{ contacts, times int64 }

// Lesson is one thing that was found with an agent.
type Lesson struct {
	Agent    string `json:"agent"`
	Code     string `json:"code"`         // of the finding's reason
	Of       string `json:"of,omitempty"` // of the finding's reason: the act, the point, the phrase
	Contacts int64  `json:"contacts"`     // in so many contacts
	Times    int64  `json:"times"`        // so often in all
	Heard    int64  `json:"heard"`        // of so many contacts of his that were listened to
}

var errNoCoaching = errors.New("conversation: a report comes from NewCoaching")

// NewCoaching begins to add up a period. One that is none is customer.Faults.
func NewCoaching(period population.Period) (*Coaching, error) {
	var faults customer.Faults
	if err := period.Check(); err != nil {
		faults.Add("period", period, "begins and ends on a day")
	} else if period.Until <= period.From {
		faults.Add("period.until", period.Until, "is after from")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Coaching{period: period}, nil
}

// Add counts one contact of an agent, with all that was found in it, if its day lies in the
// period. Faults are counted, remarks are not. A contact in which nothing was found is added,
// too: the others are so many of all.
func (c *Coaching) Add(agent string, on customer.Date, findings []Finding) error {
	if c.period.From == 0 {
		return errNoCoaching
	}
	var faults customer.Faults
	faults.Name("agent", agent)
	if !on.Valid() {
		faults.Add("on", on, "is a day")
	}
	more := map[coached]figures{{agent: agent}: {1, 1}}
	for i, one := range findings {
		if !one.Fault {
			continue
		}
		faults.Name(fmt.Sprintf("findings[%d].reason.code", i), one.Reason.Code)
		faults.Text(fmt.Sprintf("findings[%d].reason.of", i), lesson(one.Reason))
		name := coached{agent, one.Reason.Code, lesson(one.Reason)}
		more[name] = figures{1, more[name].times + 1}
	}
	if err := faults.Err(); err != nil || !c.period.Contains(on) {
		return err
	}
	return c.plus(more)
}

// lesson is what a finding is counted under besides its code. Requests of a stay are each a
// thing of their own, from which nobody learns.
func lesson(reason customer.Reason) string {
	if reason.Code == CodeUntold {
		return ""
	}
	return reason.Of
}

// Merge counts everything that other counted, of the same period.
func (c *Coaching) Merge(other *Coaching) error {
	if c.period.From == 0 || c.period != other.period {
		return errors.New("conversation: only coaching reports of one period can be merged")
	}
	return c.plus(other.rows)
}

// plus adds rows or, where it would be too much, nothing.
func (c *Coaching) plus(more map[coached]figures) error {
	rows := len(c.rows)
	for name, add := range more {
		had, found := c.rows[name]
		if !found {
			rows++
		}
		if add.contacts > maxFigure-had.contacts || add.times > maxFigure-had.times {
			return fmt.Errorf("conversation: a coaching report counts up to %d", int64(maxFigure))
		}
	}
	if rows > MaxCoachingRows {
		return fmt.Errorf("conversation: a coaching report has at most %d rows", MaxCoachingRows)
	}
	if c.rows == nil {
		c.rows = make(map[coached]figures, rows)
	}
	for name, add := range more {
		had := c.rows[name]
		c.rows[name] = figures{had.contacts + add.contacts, had.times + add.times}
	}
	return nil
}

func (n coached) order(other coached) int {
	return cmp.Or(cmp.Compare(n.agent, other.agent), cmp.Compare(n.code, other.code), cmp.Compare(n.of, other.of))
}

func (c *Coaching) names() []coached {
	return slices.SortedFunc(maps.Keys(c.rows), coached.order)
}

// Heard returns how many contacts of an agent were listened to.
func (c *Coaching) Heard(agent string) int64 { return c.rows[coached{agent: agent}].contacts }

// Lessons returns what was found, by agent, and of each agent what was in most contacts first;
// among equals what was there most often, and then by code and name. An agent with whom nothing
// was found has none.
func (c *Coaching) Lessons() []Lesson {
	var lessons []Lesson
	for _, name := range c.names() {
		if name.code == "" {
			continue
		}
		f := c.rows[name]
		lessons = append(lessons, Lesson{name.agent, name.code, name.of, f.contacts, f.times, c.Heard(name.agent)})
	}
	slices.SortStableFunc(lessons, func(a, b Lesson) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(b.Times, a.Times))
	})
	return lessons
}

// Reason says of a lesson in how many contacts of how many it was found. Its Rule is the code
// that was found.
func (l Lesson) Reason() customer.Reason {
	return customer.Reason{Code: CodeLesson, Rule: l.Code, Of: l.Of, Fact: l.Contacts, Mark: l.Heard, Unit: customer.UnitTimes}
}

// MarshalBinary writes the report by ascending agent, code and name, so that equal reports have
// equal bytes.
func (c *Coaching) MarshalBinary() ([]byte, error) {
	if c.period.From == 0 {
		return nil, errNoCoaching
	}
	data := population.AppendPeriod([]byte{coachingVersion}, c.period)
	data = binary.AppendUvarint(data, uint64(len(c.rows)))
	for _, name := range c.names() {
		data = population.AppendBytes(population.AppendBytes(population.AppendBytes(data, name.agent), name.code), name.of)
		f := c.rows[name]
		data = binary.AppendUvarint(binary.AppendUvarint(data, uint64(f.contacts)), uint64(f.times))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// the report stays as it was.
func (c *Coaching) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, coachingVersion)
	if from.Period() != c.period || c.period.From == 0 {
		from.Fail("a report of another period")
	}
	n, previous := from.Uvarint(), coached{}
	if n > MaxCoachingRows {
		from.Fail("too many rows")
	}
	rows := map[coached]figures{}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		name := coached{string(from.Bytes()), string(from.Bytes()), string(from.Bytes())}
		if i > 0 && name.order(previous) <= 0 {
			from.Fail("rows out of order")
		}
		previous = name
		f := figures{from.Count(), from.Count()}
		if from.Err() == nil && !possible(name, f, rows[coached{agent: name.agent}]) {
			from.Fail("a row that nobody counted")
		}
		rows[name] = f
	}
	if err := from.Close(); err != nil {
		return err
	}
	c.rows = rows
	return nil
}

// possible reports whether a row can have been counted, with the contacts of its agent, whose
// row stands before it.
func possible(name coached, f, all figures) bool {
	var faults customer.Faults
	faults.Name("agent", name.agent)
	faults.Text("code", name.code)
	faults.Text("of", name.of)
	if len(faults) > 0 || f.contacts < 1 || f.times < f.contacts || f.times > maxFigure {
		return false
	}
	if name.code == "" {
		return name.of == "" && f.times == f.contacts
	}
	if name.code == CodeUntold && name.of != "" { // see lesson
		return false
	}
	return f.contacts <= all.contacts
}
