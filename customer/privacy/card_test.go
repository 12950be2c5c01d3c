package privacy_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Card is a small state that can be erased: what a shop keeps on a card.
type Card struct {
	Entries uint64 `json:"entries"`
	journal.Erasable
	Name   string   `json:"name,omitempty"`
	Phones []string `json:"phones,omitempty"`
}

// Word is what an entry says of a card.
type Word interface {
	kind() string
	apply(*Card, *CardEntry)
}

// Told says a name and a phone number.
type Told struct {
	journal.Step `json:"-"`

	Name  string `json:"name"`
	Phone string `json:"phone"`
	Owner string `json:"owner,omitempty"` // of the staff
	Guest string `json:"guest,omitempty"` // somebody else
}

func (Told) kind() string { return "told" }

func (x Told) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("name", x.Name)
	c.Text("phone", x.Phone)
	c.Text("owner", x.Owner)
	c.Text("guest", x.Guest)
}

func (x Told) apply(s *Card, _ *CardEntry) {
	s.Name, s.Phones = x.Name, append(s.Phones, x.Phone)
}

// Erase erases the card.
type Erase struct{ journal.Erasure }

func (Erase) kind() string { return "erase" }

func (Erase) apply(s *Card, e *CardEntry) {
	*s = Card{Entries: s.Entries, Erasable: journal.Erasable{Erased: e.At}}
}

// Scrubbed stands where something was said.
type Scrubbed struct{ journal.Scrubbed }

func (Scrubbed) kind() string            { return "scrubbed" }
func (Scrubbed) apply(*Card, *CardEntry) {}

// Scrub takes everything personal out of entries.
func Scrub(entries []CardEntry) []CardEntry {
	return journal.Scrub(entries, func(_ Word, was journal.Scrubbed) Word { return Scrubbed{was} })
}

// CardForm is how the entries of a card are stored.
type CardForm struct{}

func (CardForm) Format() (string, int) { return "card", 1 }

func (CardForm) Kind(w Word) string {
	if w == nil {
		return ""
	}
	return w.kind()
}

func (CardForm) Read(kind string, _ int, data []byte) (Word, error) {
	switch kind {
	case "told":
		return journal.ReadBody[Told](data, nil)
	case "erase":
		return journal.ReadBody(data, (*Erase).Check)
	case "scrubbed":
		return journal.ReadBody(data, (*Scrubbed).Check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}

type (
	CardEntry    = journal.Entry[Word, CardForm]
	CardDecision = journal.Decision[Card, CardEntry]
	CardStore    = journal.Mem[customer.ID, Card, CardEntry]
)

func (s Card) Apply(entries ...CardEntry) (Card, error) {
	s.Phones = slices.Clone(s.Phones)
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return s, err
		}
		if err := s.Fits(e.Kind()); err != nil {
			return s, err
		}
		e.Body.apply(&s, &e)
		s.Entries++
	}
	return s, nil
}

// Desk is the rule book of cards.
type Desk struct{ customer.Edition }

func (d Desk) Told(s Card, x Told) (CardDecision, error) {
	draft, err := journal.Begin(d.Edition, time.UTC, s, s.Entries, x.Take(), nil)
	if err != nil {
		return CardDecision{}, err
	}
	draft.Post(x, customer.Reason{Code: "card.told", Of: x.Name})
	return draft.Decision()
}

func (d Desk) Erase(s Card, x Erase) (CardDecision, error) {
	if !s.Erased.IsZero() {
		return CardDecision{}, nil // it is erased
	}
	draft, err := journal.Begin(d.Edition, time.UTC, s, s.Entries, x.Take(), x.Check)
	if err != nil {
		return CardDecision{}, err
	}
	draft.Post(x)
	return draft.Decision()
}
