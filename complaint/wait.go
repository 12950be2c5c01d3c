package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Awaited says who has to do the next thing. The zero Awaited is that of a case of which
// nothing has been said yet: it waits for us.
type Awaited uint8

// The parties that a case waits for. Their texts are format.
const (
	AwaitUs Awaited = iota + 1
	AwaitCustomer
	AwaitThird // a supplier, a laboratory, an external body
	AwaitNobody

	lastAwaited = AwaitNobody
)

// String returns the stored text.
func (a Awaited) String() string {
	switch a {
	case AwaitUs:
		return "us"
	case AwaitCustomer:
		return "customer"
	case AwaitThird:
		return "third-party"
	case AwaitNobody:
		return "nobody"
	}
	return "awaited " + strconv.Itoa(int(a))
}

// MarshalText writes the stored text; anything else is an error.
func (a Awaited) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", a, lastAwaited)
}

// UnmarshalText reads what MarshalText wrote.
func (a *Awaited) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "awaited", a, lastAwaited, text)
}

// Waiting is the axis of a case that says whom it waits for: the only thing that may pause a
// clock, and only one whose terms allow the reason.
type Waiting struct {
	For    Awaited   `json:"for,omitzero"`
	Reason string    `json:"reason,omitempty"` // what for, in the words of the clocks' rules
	Since  time.Time `json:"since,omitzero"`
	By     string    `json:"by,omitempty"` // who said so
}

// pauses reports whether the waiting pauses a clock of these terms. Waiting for us never does.
func (w *Waiting) pauses(terms *ClockTerms) bool {
	if w.For == 0 || w.For == AwaitUs {
		return false
	}
	for _, reason := range terms.PauseReasons {
		if reason == w.Reason {
			return true
		}
	}
	return false
}

// Wait says whom the case waits for from now on. It pauses the clocks whose terms allow the
// reason, and no others, and lets those run on that were paused for another.
//
// A contact from the party that is waited for ends the wait: from then on the case waits for
// us. Whatever the customer says or brings is one: a further issue, a deadline, an item, that she
// withdraws something or wants to speak to somebody above.
type Wait struct {
	Step `json:"-"`

	For    Awaited `json:"for"`
	Reason string  `json:"reason,omitempty"` // required, except for us
}

func (Wait) kind() Kind { return KindWait }

// Canonical writes the command in canonical form.
func (w Wait) Canonical(c *customer.Canonical) {
	w.Write(c)
	if w.For != 0 {
		c.Text("for", w.For.String())
	}
	c.Text("reason", w.Reason)
}

func (w Wait) faults(faults *customer.Faults) {
	if w.For == 0 || w.For > lastAwaited {
		faults.Add("for", w.For, "is us, customer, third-party or nobody")
	}
	if w.For == AwaitUs {
		faults.Text("reason", w.Reason)
	} else {
		faults.Name("reason", w.Reason)
	}
}

// Wait says whom a case waits for. What it waits for already is an empty decision.
func (p *Policy) Wait(c Case, w Wait) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindWait, w.Take(), w.faults)
	if err != nil {
		return Decision{}, err
	}
	if w.For != c.Waiting.For || w.Reason != c.Waiting.Reason {
		d.post(w)
	}
	return d.decision()
}

func (w Wait) apply(g *ground, e *Entry) error {
	if w.For == 0 || w.For > lastAwaited {
		return fmt.Errorf("it waits for %s", w.For)
	}
	g.Waiting = Waiting{w.For, w.Reason, e.At, e.By}
	return nil
}

// followWaiting books what an entry changes in the waiting: a contact from the party that is
// waited for, or a reopening, ends the wait. One from before the wait does not.
func (d *desk) followWaiting(e *Entry) {
	waiting := d.now.Waiting
	if waiting.For == 0 || waiting.For == AwaitUs || e.At.Before(waiting.Since) {
		return
	}
	if from := e.from(); from == waiting.For || e.Kind() == KindReopen {
		d.post(Wait{For: AwaitUs}, customer.Reason{Code: CodeWaitOver, Of: waiting.Reason, At: waiting.Since.In(d.zone), Until: e.At.In(d.zone)})
	}
}

// from is the party that an entry is a contact from; 0 for none.
func (e *Entry) from() Awaited {
	switch body := e.Body.(type) {
	case Log:
		if body.Direction == FromCustomer {
			return AwaitCustomer
		}
		if body.Direction == FromOther {
			return AwaitThird
		}
	case Escalate:
		if body.Asked { // she has said it to somebody, so she was there
			return AwaitCustomer
		}
	case Add, HandIn, Insist, Withdraw:
		return AwaitCustomer
	case Conclude:
		return AwaitThird
	}
	return 0
}
