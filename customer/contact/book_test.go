package contact_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// booked books a call, a quote and a note on a store, trying each until it answers.
func booked(t *testing.T, p *contact.Policy, store contact.Store) {
	t.Helper()
	try := func(book func() error) {
		t.Helper()
		for range 3 {
			err := book()
			if err == nil {
				return
			}
			require.ErrorIs(t, err, journaltest.ErrInjected)
		}
		t.Fatal("it never answered")
	}
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-27"), Weekday: 5}}
	for range 2 { // whoever is not sure sends it again
		try(func() error { _, err := journal.Book(t.Context(), store, "c-1", x, p.Log); return err })
		try(func() error {
			_, err := journal.Book(t.Context(), store, "c-1", price("q-1", "ann", "2026-11-25 09:05", 100),
				func(f contact.File, x contact.Quote) (contact.Decision, error) { return p.Quote(f, x) })
			return err
		})
		try(func() error {
			_, err := journal.Book(t.Context(), store, "c-1", contact.Note{Step: step("n-1", "ann", "2026-11-25 10:00"), Contact: "l-1", Text: "x"}, p.Note)
			return err
		})
	}
}

// Lost replies and calls that fail at any place book everything once.
func TestBookMisbehaving(t *testing.T) {
	p := wholesaler(t)
	stores := map[string]func(contact.Store) contact.Store{
		"plain": func(s contact.Store) contact.Store { return s },
		"lost":  func(s contact.Store) contact.Store { return journaltest.LostReply(s, 1) },
	}
	for n := range 12 {
		stores[fmt.Sprint("fails on ", n+1)] = func(s contact.Store) contact.Store { return journaltest.FailOn(s, n+1) }
	}
	for name, wrap := range stores {
		t.Run(name, func(t *testing.T) {
			var mem journal.Mem[customer.ID, contact.File, contact.Entry]
			booked(t, p, wrap(&mem))
			f, version, err := mem.Load(t.Context(), "c-1")
			require.NoError(t, err)
			assert.Equal(t, uint64(3), version)
			assert.Len(t, f.Contacts, 1)
			assert.Len(t, f.Contacts[0].Notes, 2)
			assert.Len(t, f.Quotes, 1)
		})
	}
	var mem journal.Mem[customer.ID, contact.File, contact.Entry]
	_, err := journal.Book(t.Context(), journaltest.AlwaysConflict[customer.ID](&mem), "c-1", call("l-1", "ann", "2026-11-25 09:00"), p.Log)
	require.ErrorIs(t, err, journal.ErrConflict)

	// The same reference for another call is a mistake of the host.
	booked(t, p, &mem)
	other := call("l-1", "ann", "2026-11-25 09:00")
	other.Seconds = 60
	_, err = journal.Book(t.Context(), &mem, "c-1", other, p.Log)
	require.ErrorIs(t, err, journal.ErrKeyReused)
}

// One policy serves many goroutines on one file, of whose quotes each is seen by the next.
func TestConcurrent(t *testing.T) {
	p := wholesaler(t)
	var mem journal.Mem[customer.ID, contact.File, contact.Entry]
	gun, errs := make(chan struct{}), make([]error, 16)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Add(1)
		go func() {
			defer wait.Done()
			<-gun
			for { // each is faster than somebody else
				_, err := journal.Book(t.Context(), &mem, "c-1", price(fmt.Sprint("q-", i), "ann", "2026-11-25 09:00", int64(1000+100*i)),
					func(f contact.File, x contact.Quote) (contact.Decision, error) { return p.Quote(f, x) })
				if !errors.Is(err, journal.ErrConflict) {
					errs[i] = err
					return
				}
			}
		}()
	}
	close(gun)
	wait.Wait()
	f, _, err := mem.Load(t.Context(), "c-1")
	require.NoError(t, err)
	assert.Len(t, f.Quotes, 1, "whoever came first named the price")
	refused := 0
	for _, err := range errs {
		if len(missing(err)) > 0 {
			refused++
		}
	}
	assert.Equal(t, 15, refused)
}

// A history that nobody wrote is none: what does not fit is ErrBroken, and the file is as it was.
func TestBroken(t *testing.T) {
	r := life(t)
	for i := range r.history {
		e := r.history[i]
		if e.Kind() == "archive" || e.Kind() == "tick" || e.Kind() == "note" || e.Kind() == "confirm" || e.Kind() == "move" || e.Kind() == "record" || e.Kind() == "plan" {
			continue // said twice, they are two
		}
		after, err := r.f.Apply(e)
		if e.Ref == "l-2" || e.Ref == "l-1" {
			if e.Ref == "l-2" {
				require.NoError(t, err, "it was archived; the store would know its reference")
			}
			continue
		}
		require.ErrorIs(t, err, contact.ErrBroken, "%s of %s twice", e.Kind(), e.Ref)
		assert.Equal(t, text(t, r.f), text(t, after))
	}
	// Without what came before it, nothing stands but what begins something.
	begins := []string{"log", "prepare", "plan", "quote", "archive"}
	for _, fact := range commands() {
		body := reflect.New(reflect.TypeOf(fact)).Elem()
		body.Set(reflect.ValueOf(fact))
		body.FieldByName("Step").Set(reflect.ValueOf(journal.Step{}))
		e := contact.Entry{Version: contact.EntryVersion, At: when("2026-11-25 09:00"), By: "ann", Ref: "r", Body: body.Interface().(contact.Body)}
		_, err := contact.File{}.Apply(e)
		if !strings.Contains(strings.Join(begins, " "), e.Kind()) {
			require.ErrorIs(t, err, contact.ErrBroken, e.Kind())
		}
	}
	_, err := contact.Replay([]contact.Entry{{}})
	require.ErrorIs(t, err, contact.ErrBroken)
	_, err = contact.ReplayWhole([]contact.Entry{{}})
	require.ErrorIs(t, err, contact.ErrBroken)
}
