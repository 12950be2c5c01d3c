package contact

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Promise is a promise that is given in a contact. One that is given in a complaint is its case's;
// see package complaint.
type Promise struct {
	ID    string    `json:"id"` // the host's, unique in the file
	What  string    `json:"what"`
	Owner string    `json:"owner,omitempty"` // who is to keep it; absent in a Log: who spoke with her
	Until time.Time `json:"until"`           // by when; what is done at this instant is in time
}

func (x *Promise) check(faults *customer.Faults) {
	faults.Name("id", x.ID)
	required(faults, "what", x.What)
	faults.Text("owner", x.Owner)
	faults.Instant("until", x.Until)
}

func (x *Promise) canonical(c *customer.Canonical) {
	c.Text("id", x.ID)
	c.Text("what", x.What)
	c.Text("owner", x.Owner)
	c.Time("until", x.Until)
}

// Promised is a promise, and what has become of it.
type Promised struct { //nolint:recvcheck // a value; read in place
	Promise
	Contact  string    `json:"contact"` // in which it was given
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Kept     time.Time `json:"kept,omitzero"`
	KeptBy   string    `json:"kept_by,omitempty"`
	Released time.Time `json:"released,omitzero"` // since when she no longer wants it,
	Why      string    `json:"why,omitempty"`
}

// Open reports whether the promise is still to be kept, be it in time or late.
func (x Promised) Open() bool { return x.Kept.IsZero() && x.Released.IsZero() }

// Broken reports whether the promise was not kept in time, as known at an instant. One that was kept
// late is broken, too.
func (x Promised) Broken(at time.Time) bool {
	switch {
	case !x.Kept.IsZero():
		return x.Kept.After(x.Until)
	case !x.Released.IsZero():
		return x.Released.After(x.Until)
	}
	return at.After(x.Until)
}

func (x *Promised) settled() (time.Time, bool) { return latest(x.Kept, x.Released), !x.Open() }

// promise notes what stands in the way of the promises that are given in a contact, and fills in who
// is to keep them.
func (p *Policy) promise(d *draft, f *File, x *Log) {
	x.Promises = slices.Clone(x.Promises)
	for i := range x.Promises {
		one := &x.Promises[i]
		if one.Owner == "" {
			one.Owner = x.Staff
		}
		if f.promise(one.ID) >= 0 {
			d.Miss(customer.Reason{Code: CodeTaken, Of: one.ID})
		}
		if one.Until.Before(x.Began) {
			d.Miss(customer.Reason{Code: CodePromisePast, Of: one.ID, Until: p.local(one.Until)})
		}
	}
}

// givePromises adds the promises that were given in a contact.
func (x *Log) givePromises(g *ground, e *Entry) error {
	for i := range x.Promises {
		switch one := &x.Promises[i]; {
		case g.promise(one.ID) >= 0:
			return errTaken
		case one.Owner == "":
			return errors.New("a promise says who is to keep it")
		}
		rows := mine(g, ofPromises, &g.Promises)
		*rows = append(*rows, Promised{Promise: x.Promises[i], Contact: e.Ref, At: e.At, By: e.By})
	}
	return nil
}

// Keep says that a promise was kept.
type Keep struct {
	journal.Step `json:"-"`

	Promise string `json:"promise"`
}

func (Keep) kind() string { return "keep" }

// Canonical writes the command in canonical form.
func (x Keep) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
}

func (x Keep) check(faults *customer.Faults) { faults.Name("promise", x.Promise) }

// Keep books with a command that a promise was kept, in time or late.
func (p *Policy) Keep(f File, x Keep) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if row := p.promised(d, &f, x.Promise); row != nil {
		reason := customer.Reason{Code: CodePromiseKept, Of: x.Promise, At: p.local(d.At), Until: p.local(row.Until)}
		if d.At.After(row.Until) {
			reason.Code = CodePromiseKeptLate
		}
		d.Post(x, reason)
	}
	return d.Decision()
}

// promised returns a promise that is still to be kept, nil where there is none, and notes what stands
// in the way.
func (p *Policy) promised(d *draft, f *File, id string) *Promised {
	at := f.promise(id)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodePromiseUnknown, Of: id})
		return nil
	}
	row := &f.Promises[at]
	if !row.Open() {
		d.Miss(customer.Reason{Code: CodePromiseEnded, Of: id, At: p.local(latest(row.Kept, row.Released))})
		return nil
	}
	return row
}

// promised returns a promise that is still to be kept, to be changed.
func (g *ground) promised(id string) (*Promised, error) {
	at := g.promise(id)
	if at < 0 {
		return nil, errUnknown
	}
	if !g.Promises[at].Open() {
		return nil, errOver
	}
	return &(*mine(g, ofPromises, &g.Promises))[at], nil
}

func (x Keep) apply(g *ground, e *Entry) error {
	row, err := g.promised(x.Promise)
	if err != nil {
		return err
	}
	row.Kept, row.KeptBy = e.At, e.By
	return nil
}

// Release says that the customer no longer wants what she was promised, and why.
type Release struct {
	journal.Step `json:"-"`

	Promise string `json:"promise"`
	Why     string `json:"why"`
}

func (Release) kind() string { return "release" }

// Canonical writes the command in canonical form.
func (x Release) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("why", x.Why)
}

func (x Release) check(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	required(faults, "why", x.Why)
}

// Release books with a command that a promise need not be kept.
func (p *Policy) Release(f File, x Release) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if p.promised(d, &f, x.Promise) != nil {
		d.Post(x)
	}
	return d.Decision()
}

func (x Release) apply(g *ground, e *Entry) error {
	row, err := g.promised(x.Promise)
	if err != nil {
		return err
	}
	row.Released, row.Why = e.At, x.Why
	return nil
}

// Owed returns the promises that are still to be kept, those that are due first before others, each
// with its reason: that it is due, or was.
func (p *Policy) Owed(f File, at time.Time) ([]Promised, []customer.Reason) {
	var all []Promised
	for i := range f.Promises {
		if f.Promises[i].Open() {
			all = append(all, f.Promises[i])
		}
	}
	slices.SortStableFunc(all, func(a, b Promised) int { return a.Until.Compare(b.Until) })
	var why []customer.Reason
	for i := range all {
		reason := customer.Reason{Code: CodePromiseDue, Of: all[i].ID, Until: p.local(all[i].Until)}
		if all[i].Broken(at) {
			reason.Code = CodePromiseBroken
		}
		why = append(why, p.signed(reason))
	}
	return all, why
}
