package quality

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// Facts are what quality counts of one case: flat, and nothing that says who a customer is
// beyond her ID. Measures on staff are not in them, nor anything that anybody wrote.
type Facts struct {
	Case      complaint.ID `json:"case"`
	Customer  customer.ID  `json:"customer,omitempty"`
	Duplicate complaint.ID `json:"duplicate,omitempty"` // of which case: there all of it counts, and here nothing is told

	Received customer.Date     `json:"received,omitzero"`
	Happened customer.Date     `json:"happened,omitzero"` // what she complains of; where nobody knows, the day of receipt
	Channel  complaint.Channel `json:"channel,omitzero"`  // over which it was received
	Site     string            `json:"site,omitempty"`    // where
	Desk     string            `json:"desk,omitempty"`    // that has it now, or had it last
	Agent    string            `json:"agent,omitempty"`
	Topic    string            `json:"topic,omitempty"`
	Service  string            `json:"service,omitempty"` // the product or service that it is about

	RightDesk  string `json:"right_desk,omitempty"`  // that had it when all was decided
	RightAfter int    `json:"right_after,omitempty"` // her contacts until it was there for the first time

	Cycles     []Cycle                 `json:"cycles,omitempty"`
	Issues     []Issue                 `json:"issues,omitempty"`
	Contacts   []Contact               `json:"contacts,omitempty"`
	Promises   []complaint.PromiseFact `json:"promises,omitempty"`
	Clocks     []Clock                 `json:"clocks,omitempty"`
	Deviations []Deviation             `json:"deviations,omitempty"`
	Handlers   []Handler               `json:"handlers,omitempty"`
}

// Contact is one contact as quality counts it.
type Contact struct {
	On        customer.Date       `json:"on"`
	By        string              `json:"by,omitempty"`
	Channel   complaint.Channel   `json:"channel"`
	Direction complaint.Direction `json:"direction"`
	Seconds   int                 `json:"seconds,omitempty"`
	CostMinor int64               `json:"cost_minor,omitempty"`
}

// Handler is somebody who had the case in a cycle, and what she had not learnt by then.
type Handler struct {
	Agent     string        `json:"agent"`
	On        customer.Date `json:"on"` // since when, at first
	Cycle     int           `json:"cycle"`
	Skills    []string      `json:"skills,omitempty"`
	Trainings []string      `json:"trainings,omitempty"`
}

// Of returns the facts of a case as it stands, as far as they are known at an instant. Those
// who want them as they stood earlier replay its entries until then. The duplicates are the
// cases that were merged into this one, and into these: without them what she did there is not
// counted.
//
// A clock whose calendar the policy does not have, or that does not reach far enough, is told
// as such and is no error.
func (g *Gauge) Of(policy *complaint.Policy, known complaint.Known, at time.Time, duplicates ...complaint.Known) (Facts, error) {
	if g.name == "" {
		return Facts{}, errNoGauge
	}
	if err := g.check(policy, &known, at, duplicates); err != nil {
		return Facts{}, err
	}
	c := &known.Case
	f := Facts{Case: known.ID, Customer: c.Customer, Duplicate: c.DuplicateOf()}
	if f.Duplicate != "" {
		return f, nil
	}
	c = withDuplicates(c, duplicates)
	f.Received, f.Happened, f.Channel = policy.Day(c.Received), policy.Day(c.Received), c.Channel
	if !c.Happened.IsZero() {
		f.Happened = policy.Day(c.Happened)
	}
	f.Site, f.Desk, f.Agent, f.Topic, f.Service = c.Site, c.Owner.Desk, c.Owner.Agent, c.Topic, c.Service
	effort := c.Effort()
	f.RightDesk, f.RightAfter = effort.RightDesk, effort.RightAfter
	f.Contacts = make([]Contact, len(c.Contacts))
	for i := range c.Contacts {
		one := &c.Contacts[i]
		f.Contacts[i] = Contact{policy.Day(one.At), one.By, one.Channel, one.Direction, one.Seconds, one.CostMinor}
	}
	f.Promises = policy.PromiseFacts(*c, at)
	f.Cycles = g.cycles(policy, c, at)
	f.Issues = issues(policy, c)
	f.Deviations = deviations(policy, known.ID, c)
	f.Handlers = handlers(policy, c)
	var err error
	f.Clocks, err = clocks(policy, c, at)
	return f, err
}

// check refuses what facts cannot be made of.
func (g *Gauge) check(policy *complaint.Policy, known *complaint.Known, at time.Time, duplicates []complaint.Known) error {
	var faults customer.Faults
	if policy == nil || policy.Day(at) == 0 {
		return errors.New("quality: a policy comes from complaint.NewPolicy")
	}
	if policy.Currency() != g.rules.Currency {
		faults.Add("policy", policy.Currency().Code, "has the currency of the gauge")
	}
	if one := known.Case.Currency; one != (customer.Currency{}) && one != g.rules.Currency {
		faults.Add("case", one.Code, "has the currency of the gauge")
	}
	faults.Instant("at", at)
	faults.Name("id", string(known.ID))
	if known.Case.Phase == 0 {
		faults.Add("case", known.ID, "has been received")
	}
	for i := range duplicates {
		if slices.ContainsFunc(duplicates[:i], func(one complaint.Known) bool { return one.ID == duplicates[i].ID }) {
			faults.Add(fmt.Sprintf("duplicates[%d]", i), duplicates[i].ID, "stands once")
		}
		root := duplicates[i].Case.DuplicateOf()
		if root != known.ID && !slices.ContainsFunc(duplicates, func(one complaint.Known) bool { return root != "" && one.ID == root }) {
			faults.Add(fmt.Sprintf("duplicates[%d]", i), duplicates[i].ID, "is a duplicate of this case, or of another of these")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return g.rules.Covers(policy.Day(at))
}

// withDuplicates returns the case with what the customer did in its duplicates: each contact
// once, whether it was forwarded or not.
func withDuplicates(c *complaint.Case, duplicates []complaint.Known) *complaint.Case {
	if len(duplicates) == 0 {
		return c
	}
	all := *c
	all.Contacts, all.Commitments, all.Handoffs = slices.Clone(c.Contacts), slices.Clone(c.Commitments), slices.Clone(c.Handoffs)
	seen := make(map[string]struct{}, len(c.Contacts))
	for i := range c.Contacts {
		seen[c.Contacts[i].Ref] = struct{}{}
	}
	duplicates = slices.Clone(duplicates)
	slices.SortFunc(duplicates, func(a, b complaint.Known) int {
		return cmp.Or(a.Case.Received.Compare(b.Case.Received), cmp.Compare(a.ID, b.ID))
	})
	for i := range duplicates {
		other := &duplicates[i].Case
		for _, one := range other.Contacts {
			if _, twice := seen[one.Ref]; !twice {
				seen[one.Ref] = struct{}{}
				all.Contacts = append(all.Contacts, one)
			}
		}
		for _, one := range other.Commitments {
			one.Cycle = cycleAt(c, one.Made)
			all.Commitments = append(all.Commitments, one)
		}
		for _, one := range other.Handoffs {
			one.Cycle = cycleAt(c, one.At)
			all.Handoffs = append(all.Handoffs, one)
		}
	}
	return &all
}

// handlers are those who had the case, once in each cycle, in the order in which they got it.
func handlers(policy *complaint.Policy, c *complaint.Case) (all []Handler) {
	for i := range c.Spells {
		spell := &c.Spells[i]
		if spell.Agent == "" {
			continue
		}
		last := cycleAt(c, spell.Since)
		if i+1 < len(c.Spells) {
			last = cycleAt(c, c.Spells[i+1].Since)
		} else {
			last = max(last, c.Cycle)
		}
		for cycle := cycleAt(c, spell.Since); cycle <= last; cycle++ {
			if slices.ContainsFunc(all, func(h Handler) bool { return h.Agent == spell.Agent && h.Cycle == cycle }) {
				continue
			}
			since := spell.Since
			if began := beganAt(c, cycle); began.After(since) {
				since = began
			}
			all = append(all, Handler{Agent: spell.Agent, On: policy.Day(since), Cycle: cycle})
		}
	}
	for i := range c.Unprepared {
		lack := &c.Unprepared[i]
		at := slices.IndexFunc(all, func(h Handler) bool { return h.Agent == lack.Agent && h.Cycle == lack.Cycle })
		if at < 0 { // no history has this: whoever lacked something had the case
			continue
		}
		all[at].Skills, all[at].Trainings = slices.Clone(lack.Skills), slices.Clone(lack.Trainings)
	}
	return all
}
