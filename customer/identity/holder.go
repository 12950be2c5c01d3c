package identity

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// MaxMinor is the greatest amount of a limit or a purchase, in minor units. MaxBought of them add up
// within an int64.
const MaxMinor = 10_000_000_000_000

// Limits are up to how much a cardholder may buy, in minor units of the register's currency. 0: as much
// as he likes.
type Limits struct {
	PurchaseMinor int64 `json:"purchase_minor,omitempty"` // at once
	DayMinor      int64 `json:"day_minor,omitempty"`      // on one civil day
	MonthMinor    int64 `json:"month_minor,omitempty"`    // in one calendar month
}

func (l *Limits) check(faults *customer.Faults) {
	for _, one := range [...]struct {
		path  string
		minor int64
	}{{"purchase_minor", l.PurchaseMinor}, {"day_minor", l.DayMinor}, {"month_minor", l.MonthMinor}} {
		if one.minor < 0 || one.minor > MaxMinor {
			faults.Add("limits."+one.path, one.minor, fmt.Sprintf("is 0 to %d", int64(MaxMinor)))
		}
	}
}

func (l *Limits) write(c *customer.Canonical) {
	c.Group("limits", func() {
		c.Int("purchase_minor", l.PurchaseMinor)
		c.Int("day_minor", l.DayMinor)
		c.Int("month_minor", l.MonthMinor)
	})
}

// Holder is somebody who has a card of a customer, and buys for its account. Printed, it hides the name.
type Holder struct {
	ID     string      `json:"id"`               // the host's, unique in the record
	Person customer.ID `json:"person,omitempty"` // who has a record of his own, or
	Name   string      `json:"name,omitempty"`   // is known by name only
	Limits Limits      `json:"limits,omitzero"`
	At     time.Time   `json:"at"` // when he got his first card
	By     string      `json:"by"`
}

// String names the holder by the host's ID.
func (h Holder) String() string { return "holder " + h.ID }

// Format writes what String says, whatever the verb.
func (h Holder) Format(f fmt.State, _ rune) { show(f, h.String()) }

func (r *Record) holder(id string) int {
	return slices.IndexFunc(r.Holders, func(one Holder) bool { return one.ID == id })
}

// Holder returns a cardholder by the host's ID.
func (r Record) Holder(id string) (Holder, bool) {
	at := r.holder(id)
	if at < 0 {
		return Holder{}, false
	}
	return r.Holders[at], true
}

// Cards returns the cards of a cardholder, in the order in which he got them, old ones too.
func (r Record) Cards(holder string) (cards []Held) {
	for i := range r.Identifiers {
		if one := &r.Identifiers[i]; one.Holder == holder && holder != "" {
			cards = append(cards, *one)
		}
	}
	return cards
}

// Issue gives somebody a card of a customer: a buyer of a company. The days of the card are its opening
// and its closing day. Printed, it hides the name and the card.
type Issue struct {
	journal.Step `json:"-"`

	Holder string      `json:"holder"`           // the host's ID, unique in the record
	Person customer.ID `json:"person,omitempty"` // who he is: one of the two
	Name   string      `json:"name,omitempty"`
	Card   Identifier  `json:"card"`
	Limits Limits      `json:"limits,omitzero"`
	Source string      `json:"source"`
}

func (Issue) kind() string { return "issue" }

// Format writes the command without what is personal, whatever the verb.
func (x Issue) Format(f fmt.State, _ rune) { show(f, "issue "+x.Card.String()+" to "+x.Holder) }

// Canonical writes the command in canonical form.
func (x Issue) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("holder", x.Holder)
	c.Text("person", string(x.Person))
	c.Text("name", x.Name)
	c.Group("card", func() { x.Card.write(c) })
	x.Limits.write(c)
	c.Text("source", x.Source)
}

func (x Issue) check(faults *customer.Faults, check func(*Identifier, *customer.Faults)) {
	faults.Name("holder", x.Holder)
	faults.Text("person", string(x.Person))
	secretText(faults, "name", x.Name)
	if (x.Person == "") == (x.Name == "") {
		faults.Add("person", x.Person, "is a customer, or a name stands in its place")
	}
	partOf(faults, "card", &x.Card, check)
	x.Limits.check(faults)
	faults.Name("source", x.Source)
}

func (x Issue) asked(faults *customer.Faults)  { x.check(faults, (*Identifier).asked) }
func (x Issue) stored(faults *customer.Faults) { x.check(faults, (*Identifier).stored) }

// Issue gives somebody his first card of a customer with a command.
func (g *Register) Issue(r Record, x Issue) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.asked)
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.card(&r, &x.Card, x.Holder, x.Source, d.At)
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	if at := r.holder(x.Holder); at >= 0 {
		d.Miss(customer.Reason{Code: CodeHolderThere, Of: x.Holder, At: r.Holders[at].At.In(g.zone)})
	}
	g.missMoney(d, x.Limits)
	missFull(d, "holders", len(r.Holders)+1, MaxHolders)
	missFull(d, "identifiers", len(r.Identifiers)+1, MaxIdentifiers)
	d.Post(x)
	return d.Decision()
}

// card reads a card for a holder.
func (in *reading) card(r *Record, card *Identifier, holder, source string, at time.Time) {
	in.source(source)
	if scheme := in.register.schemes[card.Scheme]; scheme != nil && !scheme.Holders {
		in.miss(CodeNoHolders, card.Scheme)
	}
	in.held(r, "card", card, holder, -1, at)
}

// missMoney notes limits where the register has no currency.
func (g *Register) missMoney(d *draft, limits Limits) {
	if limits != (Limits{}) && g.rules.Currency == (customer.Currency{}) {
		d.Miss(customer.Reason{Code: CodeNoCurrency})
	}
}

func (x Issue) apply(r *ground, e *Entry) error {
	if err := r.room("holders", len(r.Holders)+1, MaxHolders); err != nil {
		return err
	}
	if r.holder(x.Holder) >= 0 {
		return fmt.Errorf("holder %q has a card", x.Holder)
	}
	rows := mine(r, ofHolders, &r.Holders)
	*rows = append(*rows, Holder{x.Holder, x.Person, x.Name, x.Limits, e.At, e.By})
	return r.hold(Held{Identifier: x.Card, At: e.At, By: e.By, Source: x.Source, Holder: x.Holder, Confirmed: e.At})
}

// Reissue gives a cardholder another card. Those that he had end; they still resolve, as old ones.
type Reissue struct {
	journal.Step `json:"-"`

	Holder string     `json:"holder"`
	Card   Identifier `json:"card"`
	Source string     `json:"source"`
}

func (Reissue) kind() string { return "reissue" }

// Canonical writes the command in canonical form.
func (x Reissue) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("holder", x.Holder)
	c.Group("card", func() { x.Card.write(c) })
	c.Text("source", x.Source)
}

func (x Reissue) check(faults *customer.Faults, check func(*Identifier, *customer.Faults)) {
	faults.Name("holder", x.Holder)
	partOf(faults, "card", &x.Card, check)
	faults.Name("source", x.Source)
}

func (x Reissue) asked(faults *customer.Faults)  { x.check(faults, (*Identifier).asked) }
func (x Reissue) stored(faults *customer.Faults) { x.check(faults, (*Identifier).stored) }

// Reissue gives a cardholder another card with a command: under another number, since the old one may
// be in other hands.
func (g *Register) Reissue(r Record, x Reissue) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.asked)
	if err != nil {
		return Decision{}, err
	}
	in := reading{register: g}
	in.card(&r, &x.Card, x.Holder, x.Source, d.At)
	if err := in.close(d); err != nil {
		return Decision{}, err
	}
	if r.Entries > 0 && r.holder(x.Holder) < 0 {
		d.Miss(customer.Reason{Code: CodeNoHolder, Of: x.Holder})
	}
	for i := range r.Identifiers {
		one := &r.Identifiers[i]
		if one.Holder != x.Holder || !one.live() {
			continue
		}
		if d.At.Before(one.At) {
			d.Miss(customer.Reason{Code: CodeEarlier, Of: one.Scheme, At: one.At.In(g.zone)})
		}
	}
	missFull(d, "identifiers", len(r.Identifiers)+1, MaxIdentifiers)
	d.Post(x)
	return d.Decision()
}

func (x Reissue) apply(r *ground, e *Entry) error {
	if r.holder(x.Holder) < 0 {
		return fmt.Errorf("there is no holder %q", x.Holder)
	}
	rows := *mine(r, ofIdentifiers, &r.Identifiers)
	for i := range rows {
		if one := &rows[i]; one.Holder == x.Holder && one.live() {
			if one.Token == x.Card.Token {
				return errors.New("the same card again")
			}
			one.Ended, one.EndedBy = e.At, e.By
		}
	}
	return r.hold(Held{Identifier: x.Card, At: e.At, By: e.By, Source: x.Source, Holder: x.Holder, Confirmed: e.At})
}

// Limit changes up to how much a cardholder may buy.
type Limit struct {
	journal.Step `json:"-"`

	Holder string `json:"holder"`
	Limits Limits `json:"limits,omitzero"`
}

func (Limit) kind() string { return "limit" }

// Canonical writes the command in canonical form.
func (x Limit) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("holder", x.Holder)
	x.Limits.write(c)
}

func (x Limit) check(faults *customer.Faults) {
	faults.Name("holder", x.Holder)
	x.Limits.check(faults)
}

// Limit changes the limits of a cardholder with a command.
func (g *Register) Limit(r Record, x Limit) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if r.Entries > 0 && r.holder(x.Holder) < 0 {
		d.Miss(customer.Reason{Code: CodeNoHolder, Of: x.Holder})
	}
	g.missMoney(d, x.Limits)
	d.Post(x)
	return d.Decision()
}

func (x Limit) apply(r *ground, e *Entry) error {
	at := r.holder(x.Holder)
	if at < 0 {
		return fmt.Errorf("there is no holder %q", x.Holder)
	}
	(*mine(r, ofHolders, &r.Holders))[at].Limits = x.Limits
	return nil
}
