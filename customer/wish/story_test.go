package wish_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/quota"
	"github.com/rapport-crm/rapport/customer/wish"
)

// house is a shop in a story: its rules and what it remembers of its customers.
type house struct {
	t *testing.T
	*wish.Book
	store journal.Mem[customer.ID, wish.Memory, wish.Entry]
	known map[customer.ID]bool
	seats quota.Mem // one piece of each, day by day
}

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		h := &house{t: t, Book: bookOf(t, rulesOf(t, filepath.Base(t.Name())+".json")), known: map[customer.ID]bool{}}
		return h.play
	})
}

func (h *house) play(s customertest.Step) string {
	id := customer.ID(s.Value("customer"))
	if id == "" {
		id = "guest"
	}
	language := customer.English
	if s.Value("language") == "zh" {
		language = customer.Chinese
	}
	say := func(reasons []customer.Reason) (lines []string) {
		for _, r := range reasons {
			lines = append(lines, h.Explain(r, language))
		}
		return lines
	}
	ref := func() journal.Step {
		one := journal.Step{By: s.Value("by"), At: at(s.Value("at"))}
		if len(s.Words) > 0 {
			one.Ref = s.Words[0]
		}
		return one
	}
	word := func(i int) string { return s.Words[i] }
	number := func(key string) int64 {
		text := s.Value(key)
		if text == "" {
			return 0
		}
		n, err := strconv.ParseInt(text, 10, 64)
		require.NoError(h.t, err, s.Where)
		return n
	}
	maybe := func(key string) customer.Date {
		if text := s.Value(key); text != "" {
			return day(text)
		}
		return 0
	}
	m := func() wish.Memory {
		loaded, _, err := h.store.Load(h.t.Context(), id)
		require.NoError(h.t, err)
		return loaded
	}
	var consented []string
	if text := s.Value("consent"); text != "" {
		consented = strings.Split(text, ",")
	}
	leaning := wish.For
	if s.Value("leaning") == "against" {
		leaning = wish.Against
	}
	booked := func(answer journal.Outcome[wish.Memory, wish.Entry], err error) string {
		if answer.Result == journal.Booked {
			h.known[id] = true
		}
		return told(answer, err, say)
	}
	switch s.Name {
	case "say":
		x := wish.Say{Step: ref(), Kind: word(1), Value: word(2), Leaning: leaning, Strength: int(number("strength")), Until: maybe("until"), Consent: strings.Join(consented, ",")}
		return booked(book(h, id, x, h.Say))
	case "observe":
		x := wish.Observe{Step: ref()}
		for _, row := range s.Rows(h.t) {
			seen := wish.Sight{Kind: row.Name, Value: row.Words[0], Leaning: wish.For}
			if len(row.Words) > 1 {
				seen.Leaning = wish.Against
			}
			x.Saw = append(x.Saw, seen)
		}
		return booked(book(h, id, x, h.Observe))
	case "forget":
		return booked(book(h, id, wish.Forget{Step: ref(), Kind: word(1), Value: word(2), Why: s.Value("why")}, h.Forget))
	case "likes":
		likings, err := h.Likes(m(), word(0), day(s.Value("on")), consented...)
		require.NoError(h.t, err)
		if len(likings) == 0 {
			return "nothing"
		}
		var lines []string
		for _, l := range likings {
			lines = append(lines, fmt.Sprintf("%s %s, %s, grade %d", l.Leaning, l.Value, source(l), l.Grade))
			lines = append(lines, indent(say(l.Reasons))...)
		}
		return strings.Join(lines, "\n")
	case "propose":
		return h.propose(s, m(), consented, say)
	case "take":
		when := at(s.Value("at"))
		_, err := h.seats.Hold(h.t.Context(), quota.Claim{Name: h.seat(word(0), when), Key: "somebody", N: 1, At: when, Until: when.Add(time.Hour)})
		require.NoError(h.t, err)
		return "taken"
	case "need":
		x := wish.Need{Step: ref(), Group: word(1), Expected: maybe("expected"), Note: s.Value("text")}
		require.NoError(h.t, x.Depth.UnmarshalText([]byte(s.Value("depth"))))
		return booked(book(h, id, x, h.Need))
	case "link":
		return booked(book(h, id, wish.Link{Step: ref(), Need: word(1), With: s.Words[2:]}, h.Link))
	case "close":
		return booked(book(h, id, wish.Close{Step: ref(), Need: word(1), With: s.Value("with"), Note: s.Value("text")}, h.Close))
	case "unmet":
		offered := map[string]bool{}
		for _, one := range strings.Split(s.Value("offered"), ",") {
			offered[one] = true
		}
		all, err := h.Unmet(m(), offered, day(s.Value("on")))
		require.NoError(h.t, err)
		var lines []string
		for _, n := range all {
			lines = append(lines, fmt.Sprintf("%s %s: %s %s", n.Ref, n.Depth, n.Group, map[bool]string{true: "(due)"}[n.Due]))
			lines = append(lines, indent(say(n.Reasons))...)
		}
		return strings.Join(lines, "\n")
	case "want":
		x := wish.Want{
			Step: ref(), Product: s.Value("product"), Family: s.Value("family"), Variant: attributes(s.Words[1:]), Quantity: number("quantity"),
			MaxMinor: number("most"), Channel: s.Value("channel"), Note: s.Value("note"), Until: maybe("until"),
		}
		return booked(book(h, id, x, h.Want))
	case "bounce":
		return booked(book(h, id, wish.Bounce{Step: ref(), Notice: word(1), Why: s.Value("why")}, h.Bounce))
	case "buy":
		x := wish.Buy{Step: ref(), SKU: s.Value("sku"), Product: s.Value("product"), Has: attributes(s.Words[1:]), Quantity: number("quantity"), Instead: s.Value("instead")}
		return booked(book(h, id, x, h.Buy))
	case "arrival":
		return h.arrive(s, say)
	case "intend":
		x := wish.Intend{Step: ref(), Why: s.Value("why")}
		require.NoError(h.t, x.Intent.UnmarshalText([]byte(word(1))))
		return booked(book(h, id, x, h.Intend))
	case "outlook":
		o, err := h.Outlook(m(), day(s.Value("on")))
		require.NoError(h.t, err)
		return strings.Join(say(o.Reasons), "\n")
	}
	h.t.Fatalf("%s: unknown step %s", s.Where, s.Name)
	return ""
}

// book books a command in the store of the house.
func book[C journal.Command](h *house, id customer.ID, x C, decide func(wish.Memory, C) (wish.Decision, error)) (journal.Outcome[wish.Memory, wish.Entry], error) {
	return journal.Book(h.t.Context(), &h.store, id, x, decide)
}

// told is what a command was answered.
func told(answer journal.Outcome[wish.Memory, wish.Entry], err error, say func([]customer.Reason) []string) string {
	var refusal *customer.Refusal
	switch {
	case errors.As(err, &refusal):
		return strings.Join(append([]string{"refused"}, indent(say(refusal.Missing))...), "\n")
	case err != nil:
		return err.Error()
	}
	return strings.Join(append([]string{answer.Result.String()}, indent(say(answer.Decision.Reasons))...), "\n")
}

func indent(lines []string) (all []string) {
	for _, line := range lines {
		all = append(all, "  "+line)
	}
	return all
}

func attributes(words []string) (all []wish.Attribute) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, ":")
		all = append(all, wish.Attribute{Name: name, Value: value})
	}
	return all
}

func (h *house) propose(s customertest.Step, m wish.Memory, consented []string, say func([]customer.Reason) []string) string {
	var free []wish.Free
	when, key := at(s.Value("at")), s.Value("hold")
	for _, row := range s.Rows(h.t) {
		level, err := h.seats.Level(h.t.Context(), h.seat(row.Name, when), when)
		require.NoError(h.t, err)
		if level.Left() > 0 {
			free = append(free, wish.Free{ID: row.Name, Has: attributes(row.Words)})
		}
	}
	p, err := h.Propose(m, free, when, consented...)
	require.NoError(h.t, err)
	lines := say(p.Reasons)
	if best, found := p.Best(); found && key != "" {
		hold, err := h.seats.Hold(h.t.Context(), quota.Claim{Name: h.seat(best.ID, when), Key: key, N: 1, At: when, Until: when.Add(time.Hour)})
		require.NoError(h.t, err)
		lines = append(lines, fmt.Sprintf("%s: %s until %s", best.ID, hold.State, hold.Until.In(when.Location()).Format("15:04")))
	}
	for i, r := range p.Ranked {
		lines = append(lines, fmt.Sprintf("%d. %s, %d points", i+1, r.ID, r.Score))
		lines = append(lines, indent(say(r.Reasons))...)
	}
	for _, r := range p.Excluded {
		lines = append(lines, "not "+r.ID)
		lines = append(lines, indent(say(r.Reasons))...)
	}
	return strings.Join(lines, "\n")
}

// seat is the quota of one thing on one day.
func (h *house) seat(id string, when time.Time) string {
	name := id + "/" + h.Day(when).String()
	require.NoError(h.t, h.seats.Set(name, 1))
	return name
}

// arrive asks who may be told, and where somebody is to tell them, books it.
func (h *house) arrive(s customertest.Step, say func([]customer.Reason) []string) string {
	when, by, forbid := at(s.Value("at")), s.Value("tell"), s.Value("forbid")
	var stock []wish.Stock
	for _, row := range s.Rows(h.t) {
		price, err := strconv.ParseInt(row.Value("price"), 10, 64)
		require.NoError(h.t, err)
		left, err := strconv.ParseInt(row.Value("left"), 10, 64)
		require.NoError(h.t, err)
		stock = append(stock, wish.Stock{SKU: row.Name, Product: row.Words[0], Family: row.Words[1], Has: attributes(row.Words[2:]), PriceMinor: price, Left: left})
	}
	var waiting []wish.Waiting
	for _, id := range slices.Sorted(maps.Keys(h.known)) {
		m, _, err := h.store.Load(h.t.Context(), id)
		require.NoError(h.t, err)
		for _, w := range m.Wishes {
			waiting = append(waiting, wish.Waiting{Customer: id, Wanted: w, Allowed: w.Channel != forbid})
		}
	}
	arrived, err := h.Arrival(stock, waiting, when)
	require.NoError(h.t, err)
	var lines []string
	for _, n := range arrived.Notices {
		lines = append(lines, fmt.Sprintf("tell %s by %s", n.Customer, n.Channel))
		lines = append(lines, indent(say(n.Reasons))...)
		if by != "" {
			lines = append(lines, indent(strings.Split(told2(book(h, n.Customer, n.Tell(by, when), h.Tell)), "\n"))...)
		}
	}
	for _, turn := range arrived.Waits {
		lines = append(lines, fmt.Sprintf("%s waits, place %d", turn.Customer, turn.Place))
		lines = append(lines, indent(say([]customer.Reason{turn.Because}))...)
	}
	for _, turn := range arrived.Silent {
		lines = append(lines, fmt.Sprintf("nothing to %s", turn.Customer))
		lines = append(lines, indent(say([]customer.Reason{turn.Because}))...)
	}
	return strings.Join(lines, "\n")
}

func told2(answer journal.Outcome[wish.Memory, wish.Entry], err error) string {
	return told(answer, err, func([]customer.Reason) []string { return nil })
}
