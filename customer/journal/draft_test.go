package journal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Shelf is a state that two kinds of commands lead to: books that are lent and come back.
type Shelf struct {
	Entries uint64
	Out     string // who has the book; empty: nobody
}

// Word is what an entry says of a shelf.
type Word interface{ word() string }

// Lend says that somebody takes the book.
type Lend struct {
	journal.Step `json:"-"`

	To string `json:"to"`
}

// Back says that the book is back.
type Back struct {
	journal.Step `json:"-"`
}

func (Lend) word() string { return "lend" }
func (Back) word() string { return "back" }

func (x Lend) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("to", x.To)
}

func (x Back) Canonical(c *customer.Canonical) { x.Write(c) }

func (x Lend) check(faults *customer.Faults) { faults.Name("to", x.To) }

// ShelfForm is how the entries of a shelf are stored.
type ShelfForm struct{}

func (ShelfForm) Format() (string, int) { return "shelf", 1 }

func (ShelfForm) Kind(w Word) string {
	if w == nil {
		return ""
	}
	return w.word()
}

func (ShelfForm) Read(kind string, _ int, data []byte) (Word, error) {
	switch kind {
	case "lend":
		return journal.ReadBody(data, (*Lend).check)
	case "back":
		return journal.ReadBody[Back](data, nil)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}

type ShelfEntry = journal.Entry[Word, ShelfForm]

func (s Shelf) Apply(entries ...ShelfEntry) (Shelf, error) {
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return s, err
		}
		s.Entries++
		switch b := e.Body.(type) {
		case Lend:
			s.Out = b.To
		case Back:
			s.Out = ""
		}
	}
	return s, nil
}

// Library is the rule book: who has the book keeps it until it is back.
type Library struct{ customer.Edition }

func (l Library) Lend(s Shelf, x Lend) (journal.Decision[Shelf, ShelfEntry], error) {
	d, err := journal.Begin(l.Edition, time.UTC, s, s.Entries, x.Take(), x.check)
	if err != nil {
		return journal.Decision[Shelf, ShelfEntry]{}, err
	}
	if s.Out != "" {
		d.Miss(customer.Reason{Code: "shelf.lent", Of: s.Out})
	}
	d.Post(x, customer.Reason{Code: "shelf.free"})
	return d.Decision()
}

// A command is booked under its kind and reference, once however often it is sent; what stands in
// its way is told whole.
func ExampleBook() {
	ctx := context.Background()
	var store journal.Mem[customer.ID, Shelf, ShelfEntry]
	library := Library{customer.Edition{ID: "library", Version: 1}}
	lend := Lend{journal.Step{Ref: "l-1", By: "ann", At: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)}, "c-1"}
	for range 2 {
		answer, err := journal.Book(ctx, &store, "shelf-1", lend, library.Lend)
		fmt.Println(answer.Decision.Key, answer.Result, answer.State.Out, err)
	}
	lend.Ref, lend.To = "l-2", "c-2"
	_, err := journal.Book(ctx, &store, "shelf-1", lend, library.Lend)
	fmt.Println(err)
	text, _ := json.Marshal(store.History("shelf-1")[0])
	fmt.Println(string(text))
	// Output:
	// lend:l-1 booked c-1 <nil>
	// lend:l-1 replayed c-1 <nil>
	// customer: refused by library/1: shelf.lent
	// {"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","rule":"library/1","because":{"code":"shelf.free","rule":"library/1","fact":0,"mark":0},"body":{"to":"c-1"}}
}

func TestDraft(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	from, err := customer.NewDate(2026, 11, 25)
	require.NoError(t, err)
	library := Library{customer.Edition{ID: "library", Version: 1, From: from}}

	// All faults at once, the step's and the command's.
	_, err = library.Lend(Shelf{}, Lend{Step: journal.Step{By: "ann"}})
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 3)

	// Not in force on the day before.
	_, err = library.Lend(Shelf{}, Lend{journal.Step{Ref: "1", By: "ann", At: at.AddDate(0, 0, -1)}, "c-1"})
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, customer.CodeNotYetInForce, refusal.Missing[0].Code)

	// The base is what the decision saw, and the state that it was made on is untouched.
	shelf := Shelf{Entries: 7}
	decided, err := library.Lend(shelf, Lend{journal.Step{Ref: "1", By: "ann", At: at}, "c-1"})
	require.NoError(t, err)
	assert.Equal(t, uint64(7), decided.Base)
	assert.Equal(t, Shelf{Entries: 8, Out: "c-1"}, decided.Next)
	assert.Equal(t, Shelf{Entries: 7}, shelf)
	assert.Equal(t, Lend{To: "c-1"}, decided.Entries[0].Body, "the step stands beside the body")
	assert.Equal(t, "library/1", decided.Reasons[0].Rule)
}

// A rule book that no constructor has made has no zone, and decides nothing.
// A host's clock gives instants with a reading of its running time. No store keeps that, so no entry has it:
// two instants would come in another order after a history was read again, once the clock was set back.
func TestBeginClock(t *testing.T) {
	now := time.Now()
	require.NotEqual(t, now, now.Round(0), "the reading is there") //nolint:testifylint // compares the reading, not the instant
	d, err := journal.Begin[Shelf, Word, ShelfForm](customer.Edition{ID: "shelves", Version: 1}, time.UTC, Shelf{}, 0, journal.Step{Ref: "l-1", By: "ann", At: now}, nil)
	require.NoError(t, err)
	d.Post(Lend{To: "li"})
	decided, err := d.Decision()
	require.NoError(t, err)
	assert.Equal(t, now.Round(0), decided.Entries[0].At)
}

func TestBeginZero(t *testing.T) {
	_, err := journal.Begin(customer.Edition{}, nil, Shelf{}, 0, journal.Step{Ref: "1", By: "ann", At: time.Unix(0, 0)}, nil)
	require.ErrorContains(t, err, "zero rule book")
}

// What is no command of the package is refused by name.
func TestBookForeign(t *testing.T) {
	var store journal.Mem[customer.ID, Shelf, ShelfEntry]
	_, err := journal.Book(t.Context(), &store, "shelf-1", foreign{}, func(s Shelf, _ foreign) (journal.Decision[Shelf, ShelfEntry], error) {
		return journal.Decision[Shelf, ShelfEntry]{}, errors.New("asked all the same")
	})
	require.ErrorContains(t, err, "no command of package shelf")
}

// A pointer to a command is none, nor is nothing: neither would be stored as the command is.
func TestBookPointer(t *testing.T) {
	var store journal.Mem[customer.ID, Shelf, ShelfEntry]
	_, err := journal.Book(t.Context(), &store, "shelf-1", &Lend{}, func(Shelf, *Lend) (journal.Decision[Shelf, ShelfEntry], error) {
		return journal.Decision[Shelf, ShelfEntry]{}, errors.New("asked all the same")
	})
	require.ErrorContains(t, err, "no command of package shelf")
	assert.Equal(t, "lend", ShelfEntry{Body: Lend{}}.Kind())
	assert.Empty(t, ShelfEntry{Body: &Lend{}}.Kind())
	assert.Empty(t, ShelfEntry{}.Kind())
}

type foreign struct{ journal.Step }

func (foreign) Canonical(*customer.Canonical) {}

// An entry is read whole, in a version and of a kind that are known, or not at all.
func TestEntryStrict(t *testing.T) {
	good := `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1"}}`
	var e ShelfEntry
	require.NoError(t, json.Unmarshal([]byte(good), &e))
	assert.Equal(t, "lend", e.Kind())
	for name, bad := range map[string]string{
		"a version":          `{"v":2,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1"}}`,
		"no version":         `{"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1"}}`,
		"a kind":             `{"v":1,"kind":"burn","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1"}}`,
		"a field":            `{"v":1,"x":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1"}}`,
		"a field of it":      `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{"to":"c-1","x":1}}`,
		"no one":             `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","ref":"l-1","body":{"to":"c-1"}}`,
		"no instant":         `{"v":1,"kind":"lend","by":"ann","ref":"l-1","body":{"to":"c-1"}}`,
		"no reference":       `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","body":{"to":"c-1"}}`,
		"nothing to lend to": `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1","body":{}}`,
		"no body":            `{"v":1,"kind":"lend","at":"2026-11-25T09:30:00Z","by":"ann","ref":"l-1"}`,
	} {
		before := e
		require.Error(t, json.Unmarshal([]byte(bad), &e), name)
		assert.Equal(t, before, e, name)
	}
	_, err := json.Marshal(ShelfEntry{Version: 1, At: time.Unix(0, 0)})
	require.Error(t, err, "it says nothing")
}
