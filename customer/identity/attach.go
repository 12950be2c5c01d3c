package identity

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Attach gives a customer one more identifier. Of the Identifier it tells Scheme, Issuer and Raw, and
// the days that are printed on a document. Printed, it is its Identifier.
type Attach struct {
	journal.Step `json:"-"`

	Identifier
	Source string `json:"source"`
}

func (Attach) kind() string { return "attach" }

// Canonical writes the command in canonical form.
func (x Attach) Canonical(c *customer.Canonical) {
	x.Step.Write(c)
	x.write(c)
	c.Text("source", x.Source)
}

func (x Attach) asked(faults *customer.Faults) {
	x.Identifier.asked(faults)
	faults.Name("source", x.Source)
}

func (x Attach) stored(faults *customer.Faults) {
	x.Identifier.stored(faults)
	faults.Name("source", x.Source)
}

// Attach gives a customer an identifier with a command. A scheme or an issuer that the rules do not
// know is refused by name; so is what she holds already, unless it is a document with other days or
// was good for so many days, which have passed. Whether another customer holds it is for [Directory] to say.
func (g *Register) Attach(r Record, x Attach) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.asked)
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.source(x.Source)
	in.held(&r, "", &x.Identifier, "", -1, d.At)
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	missFull(d, "identifiers", len(r.Identifiers)+1, MaxIdentifiers)
	d.Post(x)
	return d.Decision()
}

// held reads an identifier that a record is to hold, for a cardholder if there is one, and does not yet;
// the row at except ends before.
func (in *reading) held(r *Record, path string, id *Identifier, holder string, except int, at time.Time) {
	in.read(path, id, r.Opened.Kind, at)
	if place := r.inWay(&Held{Identifier: *id, Holder: holder}, except, at); place >= 0 && id.Value != "" {
		in.missing = append(in.missing, customer.Reason{Code: CodeHeld, Of: id.Scheme, At: r.Identifiers[place].At.In(in.register.zone)})
	}
}

func (x Attach) apply(r *ground, e *Entry) error {
	return r.hold(Held{Identifier: x.Identifier, At: e.At, By: e.By, Source: x.Source, Confirmed: e.At})
}

// Detach ends an identifier: it is hers no more. It still resolves, as an old one.
type Detach struct {
	journal.Step `json:"-"`

	Token Token  `json:"token"`
	Note  string `json:"note,omitempty"`
}

func (Detach) kind() string { return "detach" }

// Format writes the command without what is personal, whatever the verb.
func (x Detach) Format(f fmt.State, _ rune) { show(f, "detach "+x.Token.String()) }

// Canonical writes the command in canonical form.
func (x Detach) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.Token.write(c)
	c.Text("note", x.Note)
}

func (x Detach) check(faults *customer.Faults) {
	x.Token.check(faults)
	note(faults, "note", x.Note)
}

// Detach ends an identifier with a command; of a document that was renewed under its number, the one
// that was told last.
func (g *Register) Detach(r Record, x Detach) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	g.row(d, &r, x.Token)
	d.Post(x)
	return d.Decision()
}

func (x Detach) apply(r *ground, e *Entry) error {
	row, err := r.at(x.Token)
	if err != nil {
		return err
	}
	row.Ended, row.EndedBy = e.At, e.By
	return nil
}

// Confirm says that an identifier is still hers: she said so, or mail under it arrived. It is not
// asked again until its scheme's RefreshDays have passed.
type Confirm struct {
	journal.Step `json:"-"`

	Token  Token  `json:"token"`
	Source string `json:"source"`
}

func (Confirm) kind() string { return "confirm" }

// Canonical writes the command in canonical form.
func (x Confirm) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.Token.write(c)
	c.Text("source", x.Source)
}

func (x Confirm) check(faults *customer.Faults) {
	x.Token.check(faults)
	faults.Name("source", x.Source)
}

// Confirm says with a command that an identifier is still hers. One with which something is wrong is
// restored first.
func (g *Register) Confirm(r Record, x Confirm) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.source(x.Source)
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	if at := g.row(d, &r, x.Token); at >= 0 {
		g.missFlawed(d, &r.Identifiers[at])
	}
	d.Post(x)
	return d.Decision()
}

func (x Confirm) apply(r *ground, e *Entry) error {
	row, err := r.at(x.Token)
	switch {
	case err != nil:
		return err
	case row.flawed():
		return errors.New("something is wrong with it")
	case e.At.After(row.Confirmed):
		row.Confirmed = e.At
	}
	r.answered(x.Token.Scheme)
	return nil
}
