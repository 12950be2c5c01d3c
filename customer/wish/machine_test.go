package wish_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// machineFault says what no memory may be, whatever led to it.
func machineFault(m wish.Memory) error {
	for i := range m.Preferences {
		p := &m.Preferences[i]
		if i > 0 && (m.Preferences[i-1].Kind > p.Kind || m.Preferences[i-1].Kind == p.Kind && m.Preferences[i-1].Value >= p.Value) {
			return fmt.Errorf("%s %s is out of order", p.Kind, p.Value)
		}
		if p.Said.Leaning == 0 && p.For.Times+p.Against.Times == 0 {
			return fmt.Errorf("nothing is known of %s %s", p.Kind, p.Value)
		}
		for _, seen := range []wish.Seen{p.For, p.Against} {
			sum := int64(0)
			for j, day := range seen.Days {
				sum += day.Times
				if j > 0 && seen.Days[j-1].On >= day.On || day.Times < 1 {
					return errors.New("days out of order")
				}
			}
			if sum > seen.Times || len(seen.Days) < 100 && sum != seen.Times || len(seen.Days) > 100 {
				return fmt.Errorf("%d times on days, %d in all", sum, seen.Times)
			}
		}
	}
	refs := map[string]bool{}
	for _, n := range m.Needs {
		if refs[n.Ref] || n.Closed.At.IsZero() != (n.Closed == wish.Closed{}) {
			return fmt.Errorf("the need %s is there twice, or half closed", n.Ref)
		}
		refs[n.Ref] = true
	}
	refs = map[string]bool{}
	for _, w := range m.Wishes {
		if refs[w.Ref] {
			return fmt.Errorf("the wish %s is there twice", w.Ref)
		}
		refs[w.Ref] = true
		if (w.As == 0) != w.Ended.IsZero() || w.Bought > w.Quantity || (w.As == wish.Bought) != (w.Bought == w.Quantity) {
			return fmt.Errorf("the wish %s is %s with %d of %d", w.Ref, w.As, w.Bought, w.Quantity)
		}
	}
	if _, err := json.Marshal(m); err != nil {
		return err // a value that no text stands for
	}
	return nil
}

// machineCommand is a command, and the method that takes it.
type machineCommand struct {
	body   journal.Command
	decide func(wish.Memory) (wish.Decision, error)
	book   func(context.Context, wish.Store, customer.ID) (journal.Outcome[wish.Memory, wish.Entry], error)
}

func command[C journal.Command](x C, decide func(wish.Memory, C) (wish.Decision, error)) machineCommand {
	return machineCommand{
		x, func(m wish.Memory) (wish.Decision, error) { return decide(m, x) },
		func(ctx context.Context, store wish.Store, id customer.ID) (journal.Outcome[wish.Memory, wish.Entry], error) {
			return journal.Book(ctx, store, id, x, decide)
		},
	}
}

// draw draws a command, most often one that can be done.
func draw(t *rapid.T, b *wish.Book, n int) machineCommand {
	one := journal.Step{
		Ref: fmt.Sprint("r-", n), By: rapid.SampledFrom([]string{"ann", "bea"}).Draw(t, "by"),
		At: at("2026-05-01 09:00").Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "hours")) * time.Hour),
	}
	ref := func() string { return fmt.Sprint("r-", rapid.IntRange(max(0, n-8), n).Draw(t, "ref")) }
	kind := func() string { return rapid.SampledFrom([]string{"seat", "taste", "health", "mood"}).Draw(t, "kind") }
	value := func() string { return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value") }
	leaning := func() wish.Leaning { return wish.Leaning(rapid.IntRange(1, 2).Draw(t, "leaning")) }
	white := []wish.Attribute{{Name: "colour", Value: rapid.SampledFrom([]string{"white", "black"}).Draw(t, "colour")}}
	product := rapid.SampledFrom([]string{"book-14", "air-13"}).Draw(t, "product")
	pieces := rapid.Int64Range(1, 3).Draw(t, "pieces")
	switch rapid.IntRange(0, 17).Draw(t, "command") {
	case 0:
		return command(wish.Say{Step: one, Kind: kind(), Value: value(), Leaning: leaning(), Strength: rapid.IntRange(1, 5).Draw(t, "strength"), Consent: "form-7"}, b.Say)
	case 1, 2:
		return command(wish.Observe{Step: one, Saw: []wish.Sight{{Kind: kind(), Value: value(), Leaning: leaning()}}, Consent: "form-7"}, b.Observe)
	case 3:
		return command(wish.Forget{Step: one, Kind: kind(), Value: value()}, b.Forget)
	case 4, 5:
		return command(wish.Need{Step: one, Group: rapid.SampledFrom([]string{"quiet", "sauna", "pool"}).Draw(t, "group"), Depth: wish.Depth(rapid.IntRange(1, 2).Draw(t, "depth"))}, b.Need)
	case 6:
		return command(wish.Link{Step: one, Need: ref(), With: []string{"suite-5"}}, b.Link)
	case 7:
		return command(wish.Close{Step: one, Need: ref(), With: "suite-5"}, b.Close)
	case 8:
		return command(wish.Close{Step: one, Need: ref(), Note: "no"}, b.Close)
	case 9, 10:
		return command(wish.Want{Step: one, Product: product, Variant: white, Quantity: pieces, Channel: rapid.SampledFrom([]string{"sms", ""}).Draw(t, "channel")}, b.Want)
	case 11:
		return command(wish.Want{Step: one, Product: product, Quantity: pieces, Instead: ref()}, b.Want)
	case 12, 13:
		return command(wish.Tell{Step: one, Wish: ref(), With: []string{"B14"}, Allowed: rapid.Bool().Draw(t, "allowed")}, b.Tell)
	case 14:
		return command(wish.Bounce{Step: one, Notice: ref()}, b.Bounce)
	case 15:
		instead := ""
		if rapid.Bool().Draw(t, "instead") {
			instead = ref()
		}
		return command(wish.Buy{Step: one, SKU: "B14", Product: product, Has: white, Quantity: pieces, Instead: instead}, b.Buy)
	case 16:
		return command(wish.Withdraw{Step: one, Wish: ref()}, b.Withdraw)
	}
	return command(wish.Intend{Step: one, Intent: wish.Intent(rapid.IntRange(1, 3).Draw(t, "intent")), Why: "staff"}, b.Intend)
}

// Whatever is asked, in whatever order: a memory is never what it may not be, and replays to itself;
// a wish is told of once unless a notice bounced; and what was decided changes neither the memory
// that it was decided on nor another decision.
func TestMachine(t *testing.T) {
	book := bookOf(t, whole())
	text := func(t *rapid.T, m wish.Memory) string {
		data, err := json.Marshal(m)
		require.NoError(t, err)
		return string(data)
	}
	rapid.Check(t, func(t *rapid.T) {
		var m wish.Memory
		var history []wish.Entry
		told, notices := map[string]int{}, map[string]string{}
		for n := range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := text(t, m)
			x := draw(t, book, n)
			d, err := x.decide(m)
			if err != nil {
				var refusal *customer.Refusal
				if !errors.As(err, &refusal) || len(refusal.Missing) == 0 {
					t.Fatalf("neither done nor refused: %v", err)
				}
				for _, r := range refusal.Missing {
					require.Equal(t, "house/2", r.Rule)
				}
				continue
			}
			after := text(t, d.Next)
			applied, err := m.Apply(d.Entries...)
			if err != nil || !reflect.DeepEqual(applied, d.Next) {
				t.Fatalf("decided %s, applied %s: %v", after, text(t, applied), err)
			}
			if other, err := draw(t, book, n).decide(m); err == nil {
				_, _ = draw(t, book, n+1).decide(other.Next)
			}
			if text(t, m) != before || text(t, d.Next) != after {
				t.Fatalf("a decision changed what was there: %s, now %s", before, text(t, m))
			}
			if fault := machineFault(d.Next); fault != nil {
				t.Fatal(fault)
			}
			for _, e := range d.Entries {
				switch body := e.Body.(type) {
				case wish.Tell:
					if told[body.Wish]++; told[body.Wish] > 1 {
						t.Fatalf("%s is told of twice", body.Wish)
					}
					notices[e.Ref] = body.Wish
				case wish.Bounce:
					told[notices[body.Notice]]--
				}
			}
			history = append(history, d.Entries...)
			m = d.Next
		}
		replayed, err := wish.Replay(history)
		if err != nil || !reflect.DeepEqual(replayed, m) {
			t.Fatalf("replayed %s: %v", text(t, replayed), err)
		}
		require.Equal(t, uint64(len(history)), m.Entries)
		machineAsk(t, book, m)
	})
}

// machineAsk asks everything that can be asked of a memory.
func machineAsk(t require.TestingT, book *wish.Book, m wish.Memory) {
	on := day("2026-08-01")
	for _, kind := range []string{"seat", "taste", "health"} {
		_, err := book.Likes(m, kind, on, "health")
		require.NoError(t, err)
	}
	_, err := book.Propose(m, free("A seat:a taste:b, B health:a"), at("2026-08-01 09:00"), "health")
	require.NoError(t, err)
	_, err = book.Unmet(m, nil, on)
	require.NoError(t, err)
	_, err = book.Outlook(m, on)
	require.NoError(t, err)
	tally, err := book.Tally(on)
	require.NoError(t, err)
	require.NoError(t, book.Count(tally, m, "x", nil))
	data, err := tally.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, tally.UnmarshalBinary(data), "what was counted can be read")
	m.OpenWishes(on)
}

// However the store misbehaves, each command is booked once, and sending it again changes nothing.
func TestMachineOnBadStores(t *testing.T) {
	book := bookOf(t, whole())
	rapid.Check(t, func(t *rapid.T) {
		var plain, mem journal.Mem[customer.ID, wish.Memory, wish.Entry]
		commands := make([]machineCommand, rapid.IntRange(1, 15).Draw(t, "commands"))
		for n := range commands {
			commands[n] = draw(t, book, n)
		}
		for n, x := range commands {
			_, wantErr := x.book(t.Context(), &plain, "c-1")
			var store wish.Store = &mem
			if rapid.Bool().Draw(t, "lost") {
				store = journaltest.LostReply(store, 1)
			} else {
				store = journaltest.FailOn(store, rapid.IntRange(1, 3).Draw(t, "fails"))
			}
			var err error
			for range 3 {
				var refusal *customer.Refusal
				if _, err = x.book(t.Context(), store, "c-1"); err == nil || errors.As(err, &refusal) {
					break
				}
			}
			require.Equal(t, wantErr == nil, err == nil, "command %d: %v, %v", n, wantErr, err)
		}
		for _, x := range slices.Backward(commands) {
			_, _ = x.book(t.Context(), &mem, "c-1") // again: booked already, or refused as the memory now stands
		}
		want, err := json.Marshal(plain.History("c-1"))
		require.NoError(t, err)
		got, err := json.Marshal(mem.History("c-1")[:len(plain.History("c-1"))])
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
}

// One book and one memory serve many at once: nothing that is decided shows in another's decision,
// nor in the memory.
func TestShared(t *testing.T) {
	r := life(t)
	before := formatMemory(t, r.m)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 40 {
				one := step(fmt.Sprint(worker, "-", i), "2026-06-01 09:00")
				_, _ = r.Observe(r.m, wish.Observe{Step: one, Saw: []wish.Sight{{Kind: "seat", Value: "window", Leaning: wish.For}}})
				_, _ = r.Say(r.m, wish.Say{Step: one, Kind: "seat", Value: fmt.Sprint(i), Leaning: wish.For, Strength: 1})
				_, _ = r.Link(r.m, wish.Link{Step: one, Need: "n-3", With: []string{fmt.Sprint(i)}})
				_, _ = r.Tell(r.m, wish.Tell{Step: one, Wish: "w-4", With: []string{"a"}, Allowed: true})
				_, _ = r.Withdraw(r.m, wish.Withdraw{Step: one, Wish: "w-4"})
				machineAsk(t, r.Book, r.m)
				_, _ = r.Arrival(shelf("B14 book-14 white 1"), []wish.Waiting{{Customer: "c", Wanted: r.m.Wishes[3], Allowed: true}}, one.At)
			}
		})
	}
	wait.Wait()
	if formatMemory(t, r.m) != before {
		t.Fatal("what was shared has changed")
	}
}

// Ten people ask for one piece, and everybody is told at the same time by two tills: it is promised
// once, and told once.
func TestRaceForOnePiece(t *testing.T) {
	book := bookOf(t, whole())
	var store journal.Mem[customer.ID, wish.Memory, wish.Entry]
	var waiting []wish.Waiting
	for i := range 10 {
		id := customer.ID(fmt.Sprint("c-", i))
		out, err := journal.Book(t.Context(), &store, id, want("w", "2026-05-01 09:00"), book.Want)
		require.NoError(t, err)
		waiting = append(waiting, wish.Waiting{Customer: id, Wanted: out.State.Wishes[0], Allowed: true})
	}
	var wait sync.WaitGroup
	var lock sync.Mutex
	sent := map[customer.ID]int{}
	for range 4 {
		wait.Go(func() {
			arrived, err := book.Arrival(shelf("B14 book-14 white 1"), waiting, at("2026-06-01 09:00"))
			if err != nil {
				return
			}
			for _, n := range arrived.Notices {
				out, err := journal.Book(t.Context(), &store, n.Customer, n.Tell("till", at("2026-06-01 09:00")), book.Tell)
				if err == nil && out.Result == journal.Booked {
					lock.Lock()
					sent[n.Customer]++
					lock.Unlock()
				}
			}
		})
	}
	wait.Wait()
	require.Equal(t, map[customer.ID]int{"c-0": 1}, sent)
}
