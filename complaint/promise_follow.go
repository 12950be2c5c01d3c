package complaint

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Broken says that the time of a promise has passed without it. The entry stands at the
// instant at which somebody came to the case and it was noticed; the promise broke at its Due.
type Broken struct {
	Promise string    `json:"promise"`
	Due     time.Time `json:"due"`
}

func (Broken) kind() Kind { return KindBroken }

func (x Broken) faults(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	faults.Instant("due", x.Due)
}

func (x Broken) apply(g *ground, e *Entry) error {
	i := g.commitment(x.Promise)
	switch {
	case i < 0:
		return fmt.Errorf("promise %q is unknown", x.Promise)
	case !g.Commitments[i].Open() || !g.Commitments[i].Broken.IsZero():
		return fmt.Errorf("promise %q has ended, or was broken before", x.Promise)
	case !x.Due.Equal(g.Commitments[i].Due) || e.At.Before(x.Due):
		return fmt.Errorf("promise %q was not due", x.Promise)
	}
	(*mine(g, ofCommitments, &g.Commitments))[i].Broken = x.Due
	return nil
}

// Chased says that the customer came back while a promise to her was open. With what she was
// asked for, while the case waited for her, she comes back only for a promise that is late.
type Chased struct {
	Promise string `json:"promise"`
	Late    bool   `json:"late,omitempty"` // when its time had passed
}

func (Chased) kind() Kind { return KindChased }

func (x Chased) faults(faults *customer.Faults) { faults.Name("promise", x.Promise) }

func (x Chased) apply(g *ground, _ *Entry) error {
	i := g.commitment(x.Promise)
	if i < 0 || !g.Commitments[i].Open() {
		return errors.New("only for an open promise can she come back")
	}
	chased := &(*mine(g, ofCommitments, &g.Commitments))[i]
	if x.Late {
		chased.LateChases++
	} else {
		chased.Chases++
	}
	return nil
}

// breakPromises breaks the open promises whose due has come: what a wake does at the instant
// that wakePromises named.
func (d *desk) breakPromises() { d.breakThrough(d.step.At) }

// breakPast breaks, before a command, the open promises whose due is past. What the command
// does at the due itself is still in time. A command that is refused books nothing of it: the
// next one does, and a Verdict says it anyway.
func (d *desk) breakPast() { d.breakThrough(d.step.At.Add(-1)) }

// breakThrough breaks the open promises that were due up to, and at, an instant: each one once.
func (d *desk) breakThrough(last time.Time) {
	for i := range d.now.Commitments {
		one := &d.now.Commitments[i]
		if one.Broken.IsZero() && !one.Due.After(last) && one.Open() {
			d.post(Broken{one.Promise, one.Due}, customer.Reason{Code: CodePromiseBroken, Of: one.Promise, At: one.Due.In(d.zone)})
		}
	}
}

// asked reports whether an entry is a contact from a customer whom the case waits for: she comes
// because she was asked to.
func (c *Case) asked(e *Entry) bool {
	return c.Waiting.For == AwaitCustomer && e.from() == AwaitCustomer && !e.At.Before(c.Waiting.Since)
}

// followPromises books what an entry does to promises: a contact that comes from the customer
// chases each one that is open. There is nothing to come back for, until it is broken, in a
// guarantee that outlasts the case; nor does she come back for anything, except what is late,
// with what she was asked for.
func (d *desk) followPromises(e *Entry, asked bool) {
	contact, is := e.Body.(Log)
	if !is || contact.Direction != FromCustomer {
		return
	}
	for i := range d.now.Commitments {
		one := &d.now.Commitments[i]
		late := e.At.After(one.Due)
		if !one.Open() || e.At.Before(one.Made) || (one.Outlasts || asked) && !late {
			continue
		}
		because := customer.Reason{
			Code: CodePromiseChased, Of: one.Promise, At: one.Due.In(d.zone),
			Fact: int64(one.Chases + one.LateChases + 1), Unit: customer.UnitTimes,
		}
		if late {
			because.Code = CodePromiseChasedLate
		}
		d.post(Chased{one.Promise, late}, because)
	}
}

// barPromises names the promises that must be kept, or let go of by the customer, before a
// case is closed.
func (p *Policy) barPromises(c *Case, at time.Time, miss func(customer.Reason)) {
	for i := range c.Commitments {
		one := &c.Commitments[i]
		if !one.Open() || one.Outlasts && at.Before(one.Due) {
			continue
		}
		reason := customer.Reason{Code: CodePromiseOpen, Of: one.Promise, At: one.Due.In(p.zone)}
		if !at.Before(one.Due) {
			reason.Code = CodePromiseOverdue
		}
		miss(reason)
	}
}

// wakePromises is the earliest due of an open promise: when somebody has to look whether it
// was kept.
func (p *Policy) wakePromises(c *Case) (wake time.Time, any bool, err error) {
	for i := range c.Commitments {
		one := &c.Commitments[i]
		if one.Broken.IsZero() && (!any || one.Due.Before(wake)) && one.Open() {
			wake, any = one.Due, true
		}
	}
	return wake, any, nil
}
