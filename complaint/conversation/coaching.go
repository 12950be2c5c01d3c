package conversation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

const coachingVersion = 1

// Coaching adds up what was found in contacts, by agent: what to talk about with him, and how
// often it was there. Contacts may be added in any order and any split, each once; merged, the
// bytes are the same. It has at most population.MaxSums rows, is made by [NewCoaching], and is not
// safe for concurrent use.
type Coaching struct {
	period population.Period
	counts population.Sums[coached]
}

// coached is what a row is about: an agent, the code of what was found and what it is Of. Without
// a code it is the contacts of the agent.
type coached [3]string

// What is counted of each.
const (
	coachedContacts = iota // in how many of them it was found
	coachedTimes           // and how often in all
	coachedFigures
)

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
	if err := period.Faults("period").Err(); err != nil {
		return nil, err
	}
	return &Coaching{period, population.NewSums[coached](coachedFigures)}, nil
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
	faults.GivenDay("on", on)
	more := []population.Sum[coached]{{Of: coached{agent}, Figures: []int64{1, 1}}}
	for i, one := range findings {
		if !one.Fault {
			continue
		}
		faults.Name(fmt.Sprintf("findings[%d].reason.code", i), one.Reason.Code)
		faults.Text(fmt.Sprintf("findings[%d].reason.of", i), lesson(one.Reason))
		name := coached{agent, one.Reason.Code, lesson(one.Reason)}
		at := slices.IndexFunc(more, func(one population.Sum[coached]) bool { return one.Of == name })
		if at < 0 {
			at, more = len(more), append(more, population.Sum[coached]{Of: name, Figures: []int64{1, 0}})
		}
		more[at].Figures[coachedTimes]++
	}
	if err := faults.Err(); err != nil || !c.period.Contains(on) {
		return err
	}
	return c.counts.Add(more...)
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
	return c.counts.Merge(&other.counts)
}

// Heard returns how many contacts of an agent were listened to.
func (c *Coaching) Heard(agent string) int64 {
	if all := c.counts.Of(coached{agent}); all != nil {
		return all[coachedContacts]
	}
	return 0
}

// Lessons returns what was found, by agent, and of each agent what was in most contacts first;
// among equals what was there most often, and then by code and name. An agent with whom nothing
// was found has none.
func (c *Coaching) Lessons() []Lesson {
	var lessons []Lesson
	for of, f := range c.counts.All() {
		if of[1] != "" {
			lessons = append(lessons, Lesson{of[0], of[1], of[2], f[coachedContacts], f[coachedTimes], c.Heard(of[0])})
		}
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
	return c.counts.Append(population.AppendPeriod([]byte{coachingVersion}, c.period)), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period; at an error
// the report stays as it was.
func (c *Coaching) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, coachingVersion)
	if from.Period() != c.period || c.period.From == 0 {
		from.Fail("a report of another period")
	}
	read, heard := c.counts, map[string]int64{}
	read.Read(from, func(of coached, f []int64) bool {
		var faults customer.Faults
		faults.Name("agent", of[0])
		faults.Text("code", of[1])
		faults.Text("of", of[2])
		if len(faults) > 0 || of[1] == CodeUntold && of[2] != "" { // see lesson
			return false
		}
		if of[1] == "" { // of the agent, and before the rows of what was found with her
			heard[of[0]] = f[coachedContacts]
			return of[2] == "" && f[coachedContacts] == f[coachedTimes]
		}
		return f[coachedContacts] > 0 && f[coachedContacts] <= min(f[coachedTimes], heard[of[0]])
	})
	if err := from.Close(); err != nil {
		return err
	}
	c.counts = read
	return nil
}
