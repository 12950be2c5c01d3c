package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Keep says that a promise was kept, by whom it may be: the customer does not care who calls
// her. One that is kept late stays broken, and is kept.
type Keep struct {
	Step `json:"-"`

	Promise string `json:"promise"`
	Note    string `json:"note,omitempty"`
}

func (Keep) kind() Kind { return KindKeep }

// Canonical writes the command in canonical form.
func (x Keep) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("note", x.Note)
}

func (x Keep) faults(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	faults.Note("note", x.Note)
}

// Keep books that a promise was kept. It may be told later than it happened: then the
// command's instant is when it was kept, and a promise kept in time was never broken.
func (p *Policy) Keep(c Case, x Keep) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindKeep, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	kept := d.missOpen(x.Promise)
	if kept == nil {
		return d.decision()
	}
	at := d.step.At.In(p.zone)
	because := customer.Reason{Code: CodePromiseKept, Of: x.Promise, At: at, Until: kept.Due.In(p.zone)}
	if late := d.step.At.Sub(kept.Due); late > 0 {
		because.Code, because.Fact, because.Unit = CodePromiseKeptLate, int64(late/time.Second), customer.UnitSeconds
	}
	early := d.step.At.Before(kept.From)
	d.post(x, because)
	if early {
		d.why(customer.Reason{Code: CodePromiseEarly, Of: x.Promise, At: at, Until: kept.From.In(p.zone)})
	}
	return d.decision()
}

func (x Keep) apply(g *ground, e *Entry) error {
	kept, err := g.end(x.Promise, e)
	if err != nil {
		return err
	}
	kept.Kept, kept.KeptBy = e.At, e.By
	return nil
}

// Renew agrees another time with the customer. The promise ends, and if its time had passed,
// it was broken; another one takes its place, which is as old as the first.
type Renew struct {
	Step `json:"-"`

	Promise string    `json:"promise"`
	As      string    `json:"as"` // the host's ID of the new promise, unique in the case
	From    time.Time `json:"from,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Agent   string    `json:"agent,omitempty"`   // who answers for it from now on; both empty: as before
	Desk    string    `json:"desk,omitempty"`    //
	Wanted  time.Time `json:"wanted,omitzero"`   // by when she would still rather have it; zero: as agreed
	Consent string    `json:"consent,omitempty"` // the Ref of the contact in which she agreed
	Note    string    `json:"note,omitempty"`
}

func (Renew) kind() Kind { return KindRenew }

// Canonical writes the command in canonical form.
func (x Renew) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("as", x.As)
	c.Time("from", x.From)
	c.Time("until", x.Until)
	c.Text("agent", x.Agent)
	c.Text("desk", x.Desk)
	c.Time("wanted", x.Wanted)
	c.Text("consent", x.Consent)
	c.Text("note", x.Note)
}

func (x Renew) faults(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	faults.Name("as", x.As)
	faults.Text("agent", x.Agent)
	faults.Text("desk", x.Desk)
	faults.Text("consent", x.Consent)
	checkSlot(faults, x.From, x.Until)
	if !x.Wanted.IsZero() {
		faults.Instant("wanted", x.Wanted)
	}
	faults.Note("note", x.Note)
}

// Renew books another time for a promise. It is refused without the contact in which the
// customer agreed to it, and without the time: what a rule says is not what she agreed to; and by
// somebody of whom she complains.
func (p *Policy) Renew(c Case, x Renew) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindRenew, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	old := d.missOpen(x.Promise)
	d.missPlace(x.As)
	if x.Until.IsZero() {
		d.miss(customer.Reason{Code: CodePromiseWhen, Of: x.As})
	}
	if old == nil {
		return d.decision()
	}
	d.missConsent(x.Consent, old)
	d.missTime(x.As, old.Kind, x.Until)
	d.post(x, customer.Reason{Code: CodePromiseRenewed, Of: x.Promise, At: old.Due.In(p.zone), Until: x.Until.In(p.zone)})
	d.sayLater(x.As)
	return d.decision()
}

func (x Renew) apply(g *ground, e *Entry) error {
	if !x.Until.After(e.At) {
		return fmt.Errorf("promise %q says by when, later than it is made", x.As)
	}
	old, err := g.end(x.Promise, e)
	if err != nil {
		return err
	}
	old.Renewed, old.Next = e.At, x.As
	next := *old
	next.Promise, next.Made, next.MadeBy, next.Cycle, next.From, next.Due = x.As, e.At, e.By, g.Cycle, x.From, x.Until
	next.Renewal++
	next.Chases, next.LateChases, next.Broken, next.Renewed, next.Next = 0, 0, time.Time{}, time.Time{}, ""
	if x.Agent != "" || x.Desk != "" {
		next.Agent, next.Desk = x.Agent, x.Desk
	}
	next.Wanted = x.Wanted
	return g.commit(next)
}

// Release says that the customer lets us off a promise.
type Release struct {
	Step `json:"-"`

	Promise string `json:"promise"`
	Consent string `json:"consent,omitempty"` // the Ref of the contact in which she did
	Note    string `json:"note,omitempty"`
}

func (Release) kind() Kind { return KindRelease }

// Canonical writes the command in canonical form.
func (x Release) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("consent", x.Consent)
	c.Text("note", x.Note)
}

func (x Release) faults(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	faults.Text("consent", x.Consent)
	faults.Note("note", x.Note)
}

// Release books that the customer lets us off a promise. It is refused without the contact in
// which she did, and by somebody of whom she complains: nobody lets himself off.
func (p *Policy) Release(c Case, x Release) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindRelease, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	released := d.missOpen(x.Promise)
	if released == nil {
		return d.decision()
	}
	d.missConsent(x.Consent, released)
	d.post(x, customer.Reason{Code: CodePromiseReleased, Of: x.Promise, At: released.Due.In(p.zone)})
	return d.decision()
}

func (x Release) apply(g *ground, e *Entry) error {
	released, err := g.end(x.Promise, e)
	if err != nil {
		return err
	}
	released.Released = e.At
	return nil
}

// missOpen returns an open promise as it is before the command, to be read only, or nil and
// notes why there is none.
func (d *desk) missOpen(id string) *Commitment {
	i := d.now.commitment(id)
	if i < 0 {
		d.miss(customer.Reason{Code: CodePromiseUnknown, Of: id})
		return nil
	}
	one := &d.now.Commitments[i]
	switch {
	case !one.Open():
		d.miss(customer.Reason{Code: CodePromiseEnded, Of: id, At: one.ended().In(d.zone)})
		return nil
	case d.step.At.Before(one.Made):
		d.miss(customer.Reason{Code: CodePromiseNotYet, Of: id, At: one.Made.In(d.zone)})
		return nil
	}
	return one
}

// missConsent notes that no contact with the customer since a promise was made has a ref.
func (d *desk) missConsent(ref string, to *Commitment) {
	for i := range d.now.Contacts {
		contact := &d.now.Contacts[i]
		hers := contact.Direction == FromCustomer || contact.Direction == ToCustomer
		if contact.Ref == ref && hers && !contact.Missed && !contact.At.Before(to.Made) && !contact.At.After(d.step.At) {
			return
		}
	}
	d.miss(customer.Reason{Code: CodePromiseConsent, Of: to.Promise, At: to.Made.In(d.zone)})
}

// end returns an open promise, to be changed, as one that an entry ends. What ended by its due
// was not broken, even if it had been held so until it was told.
func (g *ground) end(id string, e *Entry) (*Commitment, error) {
	i := g.commitment(id)
	switch {
	case i < 0:
		return nil, fmt.Errorf("promise %q is unknown", id)
	case !g.Commitments[i].Open():
		return nil, fmt.Errorf("promise %q has ended", id)
	case e.At.Before(g.Commitments[i].Made):
		return nil, fmt.Errorf("promise %q is not yet made", id)
	}
	one := &(*mine(g, ofCommitments, &g.Commitments))[i]
	if !e.At.After(one.Due) {
		one.Broken = time.Time{}
	}
	return one, nil
}
