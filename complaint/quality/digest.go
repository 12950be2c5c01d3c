package quality

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// Status is how an open case stands, for the list of the day.
type Status struct {
	Case      complaint.ID       `json:"case"`
	Duplicate complaint.ID       `json:"duplicate,omitempty"` // of which case: there somebody acts; here only promises are left
	Phase     complaint.Phase    `json:"phase"`
	Cycle     int                `json:"cycle"`
	Received  time.Time          `json:"received"`
	Owner     complaint.Owner    `json:"owner"`
	Waiting   complaint.Awaited  `json:"waiting,omitzero"`
	Severity  complaint.Severity `json:"severity,omitzero"` // zero: nobody has assessed it
	Urgent    bool               `json:"urgent,omitempty"`  // somebody may come to harm, or has to act at once
	Overdue   bool               `json:"overdue,omitempty"` // something should have been done by now
	Today     bool               `json:"today,omitempty"`   // or something is to be done, or looked at, before the day is over
	Due       time.Time          `json:"due,omitzero"`      // of what is owed first: a promise, or what a clock counts
	Wake      time.Time          `json:"wake,omitzero"`     // when to look at it next: see complaint.Policy.NextWake
	Reasons   []customer.Reason  `json:"reasons,omitempty"` // each thing that is owed, the first due first; and what cannot be told
}

// Digest lists the open cases, as known at an instant, for whoever has to see to them: those
// that are overdue or due today before the others; of these the urgent ones first, then by
// severity, then by what is owed first and what is to be looked at first, and then by receipt
// and ID. A list for one manager is the digest of her cases.
func Digest(policy *complaint.Policy, cases iter.Seq2[complaint.ID, complaint.Case], at time.Time) ([]Status, error) {
	var faults customer.Faults
	if faults.Instant("at", at); len(faults) > 0 {
		return nil, faults
	}
	if policy == nil || policy.Day(at) == 0 {
		return nil, errors.New("quality: a policy comes from complaint.NewPolicy")
	}
	var list []Status
	for id, c := range cases {
		if !c.Open() {
			continue
		}
		status, err := statusOf(policy, id, &c, at)
		if err != nil {
			return nil, err
		}
		list = append(list, status)
	}
	slices.SortFunc(list, func(a, b Status) int {
		return cmp.Or(
			first(a.Overdue || a.Today, b.Overdue || b.Today), first(a.Urgent, b.Urgent), cmp.Compare(b.Severity, a.Severity),
			soonest(a.Due, b.Due), soonest(a.Wake, b.Wake), a.Received.Compare(b.Received), cmp.Compare(a.Case, b.Case),
		)
	})
	return list, nil
}

// first orders what is so before what is not.
func first(a, b bool) int { return cmp.Compare(bit(b), bit(a)) }

// soonest orders instants, those that never come last.
func soonest(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return first(!a.IsZero(), !b.IsZero())
	}
	return a.Compare(b)
}

func statusOf(policy *complaint.Policy, id complaint.ID, c *complaint.Case, at time.Time) (Status, error) {
	s := Status{
		Case: id, Duplicate: c.DuplicateOf(), Phase: c.Phase, Cycle: c.Cycle, Received: c.Received, Owner: c.Owner,
		Waiting: c.Waiting.For, Severity: c.Assessed.Severity, Urgent: c.Assessed.Immediate || c.Assessed.Safety,
	}
	rule := policy.Edition().Name()
	var unknown []customer.Reason
	for i := range c.Clocks {
		clock := &c.Clocks[i]
		if !clock.Stop.IsZero() || s.Duplicate != "" {
			continue
		}
		reading, err := policy.Read(*clock, at)
		if err = untold(&unknown, err); err != nil {
			return Status{}, err
		}
		if !reading.Due.IsZero() && reading.Running {
			s.owes(customer.Reason{Code: CodeClockDue, Rule: rule, Of: clock.Name, At: reading.Due}, reading.Breached)
		}
	}
	for i := range c.Commitments {
		promise := &c.Commitments[i]
		if promise.Open() && !promise.Outlasts { // what outlasts the case is no work to be done
			late := promise.Verdict(at) == complaint.PromiseBroken
			s.owes(customer.Reason{Code: CodePromiseDue, Rule: rule, Of: promise.Promise, At: promise.Due}, late)
		}
	}
	slices.SortStableFunc(s.Reasons, func(a, b customer.Reason) int { return a.At.Compare(b.At) })
	if len(s.Reasons) > 0 {
		s.Due = s.Reasons[0].At
	}
	wake, some, err := policy.NextWake(*c, at)
	if err = untold(&unknown, err); err != nil {
		return Status{}, err
	}
	if some {
		s.Wake = wake
	}
	for _, on := range [...]time.Time{s.Due, s.Wake} {
		s.Today = s.Today || !on.IsZero() && policy.Day(on) <= policy.Day(at)
	}
	s.Reasons = append(s.Reasons, unknown...)
	return s, nil
}

// owes notes what a case owes.
func (s *Status) owes(reason customer.Reason, late bool) {
	if late {
		s.Overdue = true
		switch reason.Code {
		case CodeClockDue:
			reason.Code = CodeClockLate
		case CodePromiseDue:
			reason.Code = CodePromiseLate
		}
	}
	s.Reasons = append(s.Reasons, reason)
}

// untold notes what a calendar does not tell, each thing once; any other error is returned.
func untold(reasons *[]customer.Reason, err error) error {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	for _, missing := range refusal.Missing {
		if !slices.Contains(*reasons, missing) {
			*reasons = append(*reasons, missing)
		}
	}
	return nil
}
