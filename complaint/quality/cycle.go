package quality

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// Cycle is one handling of a case, from its intake or reopening until the next reopening.
type Cycle struct {
	Number  int               `json:"number"` // 1 from intake on
	Began   customer.Date     `json:"began"`
	Closed  customer.Date     `json:"closed,omitzero"` // zero: it is open
	Outcome complaint.Outcome `json:"outcome,omitzero"`
	Seconds int64             `json:"seconds,omitempty"` // of a closed one: from its beginning, in real time
	Desk    string            `json:"desk,omitempty"`    // that had it at the end
	Agent   string            `json:"agent,omitempty"`

	FirstContact FirstContact    `json:"first_contact,omitzero"` // of the first one, once it is closed with an answer; of later ones no
	Why          customer.Reason `json:"why,omitzero"`           // of that

	Came        int                `json:"came,omitempty"`         // contacts of hers, and times that she had to go somewhere
	Chases      int                `json:"chases,omitempty"`       // of promises made in it
	Broken      int                `json:"broken,omitempty"`       // promises made in it, be they kept late or not
	Handoffs    int                `json:"handoffs,omitempty"`     //
	Cold        int                `json:"cold,omitempty"`         // of these, without anybody ready for her
	WaitSeconds int64              `json:"wait_seconds,omitempty"` // hers, before she was handed on
	Escalated   int                `json:"escalated,omitempty"`    // how often
	Cost        complaint.Cost     `json:"cost,omitzero"`          // of all its contacts
	Level       conversation.Level `json:"level,omitzero"`         // as judged in it
	Asked       bool               `json:"asked,omitempty"`        // she was asked afterwards
	Answered    bool               `json:"answered,omitempty"`     // and answered
	Still       bool               `json:"still,omitempty"`        // and still had a problem
}

// FirstContact says whether a case was solved at the first contact. The zero FirstContact is:
// it is not closed, or without an answer to her (withdrawn, unreachable).
type FirstContact uint8

// Whether cases were. Their texts are format.
const (
	FirstContactOpen FirstContact = iota + 1 // until now; she may still come back
	FirstContactYes
	FirstContactNo
)

// String returns the stored text.
func (f FirstContact) String() string {
	switch f {
	case FirstContactOpen:
		return "open"
	case FirstContactYes:
		return "yes"
	case FirstContactNo:
		return "no"
	}
	return "first contact " + strconv.Itoa(int(f))
}

// MarshalText writes the stored text; anything else is an error.
func (f FirstContact) MarshalText() ([]byte, error) {
	return customer.WriteStored("quality", f, FirstContactNo)
}

// UnmarshalText reads what MarshalText wrote.
func (f *FirstContact) UnmarshalText(text []byte) error {
	return customer.ReadStored("quality", "first contact", f, FirstContactNo, text)
}

// beganAt is when a cycle began.
func beganAt(c *complaint.Case, cycle int) time.Time {
	if cycle <= 1 || cycle-2 >= len(c.Reopening) {
		return c.Received
	}
	return c.Reopening[cycle-2].At
}

// cycleAt is the cycle that an instant lies in. What was before the intake lies in the first,
// and what brought the case back, up to the reopening, in the one before.
func cycleAt(c *complaint.Case, at time.Time) int {
	cycle := 1
	for i := range c.Reopening {
		if at.After(c.Reopening[i].At) {
			cycle = i + 2
		}
	}
	return cycle
}

// closedAt is when and how a cycle was closed; zero: it is not.
func closedAt(c *complaint.Case, cycle int) (time.Time, complaint.Outcome) {
	switch {
	case cycle-1 < len(c.Reopening):
		return c.Reopening[cycle-1].Closed, c.Reopening[cycle-1].Ended
	case c.Phase == complaint.Closed:
		return c.Since, c.Ended
	}
	return time.Time{}, 0
}

// cycles are those of a case.
func (g *Gauge) cycles(policy *complaint.Policy, c *complaint.Case, at time.Time) []Cycle {
	all := make([]Cycle, max(1, c.Cycle))
	for i := range all {
		one, number := &all[i], i+1
		began := beganAt(c, number)
		closed, outcome := closedAt(c, number)
		one.Number, one.Began, one.Outcome = number, policy.Day(began), outcome
		if !closed.IsZero() {
			one.Closed, one.Seconds = policy.Day(closed), max(0, int64(closed.Sub(began)/time.Second))
		}
		owner := c.Owner
		if number < len(all) {
			owner = ownerAt(c, closed)
		}
		one.Desk, one.Agent = owner.Desk, owner.Agent
	}
	within := func(cycle int) *Cycle { return &all[min(max(cycle, 1), len(all))-1] }
	for i := range c.Contacts {
		contact := &c.Contacts[i]
		one := within(cycleAt(c, contact.At))
		one.Cost = one.Cost.Plus(complaint.Cost{Contacts: 1, Seconds: int64(contact.Seconds), Minor: contact.CostMinor})
		if contact.Direction == complaint.FromCustomer {
			one.Came++
		}
	}
	for i := range c.Handoffs {
		handoff := &c.Handoffs[i]
		one := within(handoff.Cycle)
		one.WaitSeconds += int64(handoff.WaitSeconds)
		if handoff.Happened() {
			one.Handoffs++
			if !handoff.Warm {
				one.Cold++
			}
		}
		if !handoff.Sent.IsZero() {
			one.Came++
		}
	}
	for i := range c.Commitments {
		promise := &c.Commitments[i]
		one := within(promise.Cycle)
		one.Chases += promise.Chases + promise.LateChases
		if verdict := promise.Verdict(at); verdict == complaint.PromiseBroken || verdict == complaint.PromiseKeptLate {
			one.Broken++
		}
	}
	for i := range c.Escalations {
		within(c.Escalations[i].Cycle).Escalated++
	}
	for i := range c.Surveys {
		survey := &c.Surveys[i]
		one := within(survey.Cycle)
		one.Asked, one.Answered, one.Still = !survey.Asked.IsZero(), !survey.Answered.IsZero(), survey.Lead != 0
	}
	if c.Graded.Level != 0 {
		within(c.Graded.Cycle).Level = c.Graded.Level
	}
	for i := range all {
		all[i].FirstContact, all[i].Why = g.firstContact(policy, c, &all[i], at)
	}
	return all
}

// ownerAt is who had the case at an instant.
func ownerAt(c *complaint.Case, at time.Time) complaint.Owner {
	var owner complaint.Owner
	for i := range c.Spells {
		if !c.Spells[i].Since.After(at) {
			owner = c.Spells[i].Owner
		}
	}
	return owner
}

// firstContact says whether a cycle was solved at the first contact, and why.
func (g *Gauge) firstContact(policy *complaint.Policy, c *complaint.Case, one *Cycle, at time.Time) (FirstContact, customer.Reason) {
	why := customer.Reason{Rule: g.name, On: one.Closed}
	no := func(code string, fact, mark int, unit customer.Unit) (FirstContact, customer.Reason) {
		why.Code, why.Fact, why.Mark, why.Unit = code, int64(fact), int64(mark), unit
		return FirstContactNo, why
	}
	switch one.Outcome {
	case 0, complaint.OutcomeWithdrawn, complaint.OutcomeUnreachable, complaint.OutcomeDuplicate:
		return 0, customer.Reason{}
	case complaint.OutcomeLost:
		return no(CodeFirstLost, 0, 0, 0)
	case complaint.OutcomeResolved, complaint.OutcomePartly, complaint.OutcomeRejected, complaint.OutcomeDiverted:
	}
	rules := &g.rules.FirstContact
	last := one.Closed.AddDays(rules.Days)
	if one.Number > 1 || len(c.Reopening) > 0 && policy.Day(c.Reopening[0].At) <= last {
		why.By = policy.Day(c.Reopening[max(0, one.Number-2)].At)
		return no(CodeCameBack, 0, 0, 0)
	}
	for i := range c.Surveys {
		if survey := &c.Surveys[i]; survey.Cycle == 1 && survey.Lead != 0 && policy.Day(survey.Answered) <= last {
			why.By = policy.Day(survey.Answered)
			return no(CodeStillProblem, 0, 0, 0)
		}
	}
	if came := cameBy(policy, c, last); came > 1 {
		return no(CodeSecondContact, came, 1, customer.UnitTimes)
	}
	handoffs := 0
	for i := range c.Handoffs {
		if h := &c.Handoffs[i]; h.Cycle <= 1 && h.Happened() && !h.Absence {
			handoffs++
		}
	}
	if handoffs > rules.Handoffs {
		return no(CodePassedOn, handoffs, rules.Handoffs, customer.UnitTimes)
	}
	if why.By = last; policy.Day(at) <= last {
		why.Code = CodeFirstOpen
		return FirstContactOpen, why
	}
	why.Code = CodeFirstContact
	return FirstContactYes, why
}

// cameBy counts how often the customer came, or had to go somewhere, up to a day.
func cameBy(policy *complaint.Policy, c *complaint.Case, last customer.Date) (came int) {
	for i := range c.Contacts {
		if c.Contacts[i].Direction == complaint.FromCustomer && policy.Day(c.Contacts[i].At) <= last {
			came++
		}
	}
	for i := range c.Handoffs {
		if h := &c.Handoffs[i]; !h.Sent.IsZero() && policy.Day(h.Sent) <= last {
			came++
		}
	}
	return came
}

// causesOf are the causes that were found of its issues, each once, as texts; none: an empty one.
func (f *Facts) causesOf() []string {
	var texts []string
	for i := range f.Issues {
		if text := causeText(f.Issues[i].Cause); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return []string{""}
	}
	return texts
}
