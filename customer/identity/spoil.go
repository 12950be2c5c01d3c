package identity

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Spoil says what is wrong with an identifier that she holds: the number does not exist, mail comes
// back, the card is lost. It leads to her as before, and is good for nothing until it is restored.
type Spoil struct {
	journal.Step `json:"-"`

	Token    Token  `json:"token"`
	Flaw     Flaw   `json:"flaw"`
	Evidence string `json:"evidence"` // from where it is known, in the host's words: "mail-returned-550"
	Note     string `json:"note,omitempty"`
}

func (Spoil) kind() string { return "spoil" }

// Format writes the command without what is personal, whatever the verb.
func (x Spoil) Format(f fmt.State, _ rune) { show(f, "spoil "+x.Token.String()+": "+x.Flaw.String()) }

// Canonical writes the command in canonical form.
func (x Spoil) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.Token.write(c)
	if x.Flaw != 0 {
		c.Text("flaw", x.Flaw.String())
	}
	c.Text("evidence", x.Evidence)
	c.Text("note", x.Note)
}

func (x Spoil) check(faults *customer.Faults) {
	x.Token.check(faults)
	if x.Flaw < NoSuch || x.Flaw > Stopped {
		faults.Add("flaw", x.Flaw, "is what is wrong with it")
	}
	faults.Name("evidence", x.Evidence)
	note(faults, "note", x.Note)
}

// Spoil says with a command what is wrong with an identifier.
func (g *Register) Spoil(r Record, x Spoil) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if at := g.row(d, &r, x.Token); at >= 0 {
		g.missFlawed(d, &r.Identifiers[at])
	}
	d.Post(x)
	return d.Decision()
}

func (x Spoil) apply(r *ground, e *Entry) error {
	row, err := r.at(x.Token)
	if err != nil {
		return err
	}
	if row.flawed() {
		return errors.New("something is wrong with it already")
	}
	row.Flawed = Flawed{Flaw: x.Flaw, At: e.At, By: e.By, Evidence: x.Evidence, Note: x.Note}
	return nil
}

// Restore says that nothing is wrong any more with an identifier that was spoiled.
type Restore struct {
	journal.Step `json:"-"`

	Token    Token  `json:"token"`
	Evidence string `json:"evidence"` // from where it is known, in the host's words: "called-back"
	Note     string `json:"note,omitempty"`
}

func (Restore) kind() string { return "restore" }

// Format writes the command without what is personal, whatever the verb.
func (x Restore) Format(f fmt.State, _ rune) { show(f, "restore "+x.Token.String()) }

// Canonical writes the command in canonical form.
func (x Restore) Canonical(c *customer.Canonical) {
	x.Write(c)
	x.Token.write(c)
	c.Text("evidence", x.Evidence)
	c.Text("note", x.Note)
}

func (x Restore) check(faults *customer.Faults) {
	x.Token.check(faults)
	faults.Name("evidence", x.Evidence)
	note(faults, "note", x.Note)
}

// Restore says with a command that nothing is wrong with an identifier any more.
func (g *Register) Restore(r Record, x Restore) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if at := g.row(d, &r, x.Token); at >= 0 {
		row := &r.Identifiers[at]
		switch {
		case !row.flawed():
			d.Miss(customer.Reason{Code: CodeNotSpoiled, Of: x.Token.Scheme})
		case d.At.Before(row.Flawed.At):
			d.Miss(customer.Reason{Code: CodeEarlier, Of: x.Token.Scheme, At: row.Flawed.At.In(g.zone)})
		}
	}
	d.Post(x)
	return d.Decision()
}

func (x Restore) apply(r *ground, e *Entry) error {
	row, err := r.at(x.Token)
	if err != nil {
		return err
	}
	if !row.flawed() {
		return errors.New("nothing is wrong with it")
	}
	row.Flawed.Restored, row.Flawed.RestoredBy = e.At, e.By
	if e.At.After(row.Confirmed) {
		row.Confirmed = e.At
	}
	return nil
}
