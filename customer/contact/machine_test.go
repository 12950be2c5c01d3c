package contact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/journal"
)

// game is a file in play. What is drawn from the seed of a step is uniform, where rapid itself would
// mostly draw what is first and small.
type game struct {
	*rapid.T
	*rand.Rand
	p       *contact.Policy
	f       contact.File
	now     time.Time
	n       int
	history []contact.Entry
	done    map[string]int // what was done, by kind
}

func (g *game) of(some ...string) string { return some[g.IntN(len(some))] }
func (g *game) chance(n int) bool        { return g.IntN(n) == 0 }

// known is one of the names of rows, rather of new ones, and seldom another.
func known[T any](g *game, rows []T, name func(*T) string) string {
	if len(rows) == 0 || g.chance(8) {
		return g.of("x", "y")
	}
	return name(&rows[len(rows)-1-min(g.IntN(len(rows)), g.IntN(len(rows)))])
}

func (g *game) step() journal.Step {
	g.n++
	at := g.now.Add(-time.Duration(g.IntN(3)) * time.Hour) // an earlier one than before is allowed
	return journal.Step{Ref: fmt.Sprint("r-", g.n), By: g.of("ann", "bob", "eve"), At: at}
}

func (g *game) date() customer.Date {
	return customer.DateOf(g.now, time.UTC).AddDays(g.IntN(12) - 1)
}

// day is a day with its weekday, and seldom with another one.
func (g *game) day() (customer.Date, customer.Weekday) {
	on := g.date()
	if g.chance(8) {
		return on, customer.Weekday(g.IntN(8))
	}
	return on, weekdayOf(on)
}

func (g *game) numbers() (all []contact.Number) {
	for i := range g.IntN(3) {
		all = append(all, contact.Number{What: fmt.Sprint("n-", i), Number: g.of("", "4", "17", "238"), Confirmed: g.chance(2)})
	}
	return all
}

func (g *game) log(at journal.Step) contact.Log {
	x := contact.Log{
		Step: at, Channel: g.of("phone", "visit", "letter", "newsletter", "event"), Direction: contact.Direction(1 + g.IntN(2)), Purpose: g.of("", "order", "advice"),
		Seconds: g.IntN(400), Missed: g.chance(4), About: []string{"oil"}, Note: g.of("", "n"),
	}
	x.Began = at.At.Add(-time.Duration(x.Seconds+g.IntN(3600)) * time.Second)
	if x.Note != "" && g.chance(2) {
		x.Written = x.Began.Add(at.At.Sub(x.Began) / 2)
	}
	if g.chance(2) {
		x.Visit = g.of("v-1", "v-2", known(g, g.f.Visits, func(v *contact.Visit) string { return v.ID }))
	}
	if x.Missed {
		return x
	}
	if len(g.f.Preparations) > 0 && !g.chance(3) {
		last := &g.f.Preparations[len(g.f.Preparations)-1]
		x.Preparation, x.Purpose = last.Ref, last.Purpose
		for _, point := range last.Points {
			if g.chance(2) {
				x.Ticked = append(x.Ticked, point.ID)
			}
		}
	}
	for i := range g.IntN(3) {
		on, weekday := g.day()
		x.Appointments = append(x.Appointments, contact.Appointment{ID: fmt.Sprint("a-", g.n, "-", i), On: on, Weekday: weekday, Numbers: g.numbers(), Confirmed: g.chance(2)})
	}
	for i := range g.IntN(3) {
		x.Promises = append(x.Promises, contact.Promise{ID: fmt.Sprint("m-", g.n, "-", i), What: "w", Until: g.now.Add(time.Duration(g.IntN(100)) * time.Hour)})
	}
	return x
}

func (g *game) points() (all []contact.Point) {
	for i, id := range []string{"a", "b", "c", "d", "e"} {
		if g.chance(2) {
			all = append(all, contact.Point{ID: id, Importance: 1 + g.IntN(3)*i%7, Must: g.chance(4)})
		}
	}
	return all
}

// asked draws a command of a kind that is mostly plausible: it names what the file has.
func (g *game) asked(kind string) any {
	at := g.step()
	promise := func(one *contact.Promised) string { return one.ID }
	appointment := func(one *contact.Appointed) string { return one.ID }
	preparation := func(one *contact.Preparation) string { return one.Ref }
	quote := func(one *contact.Quoted) string { return one.Ref }
	visit := func(one *contact.Visit) string { return one.ID }
	exception := contact.Exception{Why: "w", Approver: g.of("", "ann", "eve"), Role: "sales-manager", Lasting: g.chance(2)}
	if exception.Approver == "" {
		exception.Role = ""
	}
	switch kind {
	case "log":
		return g.log(at)
	case "note":
		return contact.Note{Step: at, Contact: known(g, g.f.Contacts, func(one *contact.Contact) string { return one.Ref }), Text: "late"}
	case "prepare":
		return contact.Prepare{Step: at, Purpose: g.of("", "order", "advice"), Points: g.points()}
	case "tick":
		return contact.Tick{Step: at, Preparation: known(g, g.f.Preparations, preparation), Points: []string{g.of("a", "b", "c", "d", "e")}}
	case "drop":
		return contact.Drop{Step: at, Preparation: known(g, g.f.Preparations, preparation), Point: g.of("a", "b", "c", "d", "e"), Why: "w"}
	case "confirm":
		x := contact.Confirm{Step: at, Appointment: known(g, g.f.Appointments, appointment)}
		for i := range g.f.Appointments {
			if one := &g.f.Appointments[i]; one.ID == x.Appointment {
				x.On, x.Weekday = one.On, weekdayOf(one.On)
				for _, number := range one.Numbers {
					number.Confirmed = true
					x.Numbers = append(x.Numbers, number)
				}
			}
		}
		return x
	case "move":
		on, weekday := g.day()
		return contact.Move{Step: at, Appointment: known(g, g.f.Appointments, appointment), On: on, Weekday: weekday, Numbers: g.numbers(), Confirmed: g.chance(2)}
	case "cancel":
		return contact.Cancel{Step: at, Appointment: known(g, g.f.Appointments, appointment)}
	case "plan":
		return contact.Plan{Step: at, Visit: g.of(fmt.Sprint("v-", g.n), known(g, g.f.Visits, visit)), On: g.date(), Checks: []contact.Check{{ID: "c"}}, Known: []contact.Known{{Field: "f", Value: "1"}}}
	case "call-off":
		return contact.CallOff{Step: at, Visit: known(g, g.f.Visits, visit), Why: "w"}
	case "record":
		x := contact.Record{Step: at, Visit: known(g, g.f.Visits, visit), Facts: "x"}
		if g.chance(2) {
			x.Changed = []contact.Change{{Field: "f", Was: g.of("1", "2"), Is: "3"}}
		}
		return x
	case "keep":
		return contact.Keep{Step: at, Promise: known(g, g.f.Promises, promise)}
	case "release":
		return contact.Release{Step: at, Promise: known(g, g.f.Promises, promise), Why: "w"}
	case "quote":
		x := contact.Quote{Step: at, Terms: contact.Terms{Product: g.of("oil", "rice"), PriceMinor: 95 + int64(g.IntN(10)), Unit: g.of("can", "can", "barrel"), Conditions: g.of("", "", "cash")}}
		if g.chance(3) {
			x.Exception = exception
		}
		return x
	case "assign":
		x := contact.Assign{Step: at, To: g.of("ann", "bob", "eve"), Why: "w"}
		switch g.IntN(3) {
		case 0:
			x.Promise = known(g, g.f.Promises, promise)
		case 1:
			x.Visit = known(g, g.f.Visits, visit)
		default:
			x.Quote = known(g, g.f.Quotes, quote)
		}
		return x
	case "justify":
		x := contact.Justify{Step: at, Quote: known(g, g.f.Quotes, quote), Exception: exception}
		for i := range g.f.Quotes {
			if g.f.Quotes[i].Unexplained && g.chance(2) {
				x.Quote = g.f.Quotes[i].Ref
			}
		}
		return x
	case "answer":
		return contact.Answer{Step: at, Quote: known(g, g.f.Quotes, quote), Accepted: g.chance(2)}
	case "withdraw":
		return contact.Withdraw{Step: at, Quote: known(g, g.f.Quotes, quote), Why: "w"}
	}
	x := contact.Archive{Step: at, Before: at.At.Add(-time.Duration(g.IntN(2000)) * time.Hour)}
	if g.chance(2) {
		x.Lists = []string{g.of("contacts", "preparations", "appointments", "visits", "promises", "quotes")}
	}
	return x
}

// take decides on a command and books what it leads to.
func (g *game) take(kind string) {
	g.now = g.now.Add(time.Duration(g.IntN(20*60)) * time.Minute)
	method := ""
	for word := range strings.SplitSeq(kind, "-") {
		method += strings.ToUpper(word[:1]) + word[1:]
	}
	asked := g.asked(kind)
	before := text(g.T, g.f)
	in := []reflect.Value{reflect.ValueOf(g.f), reflect.ValueOf(asked)}
	if kind == "quote" && g.chance(3) {
		in = append(in, reflect.ValueOf(contact.Quotes{Customer: "other", Quotes: g.f.Quotes}))
	}
	out := reflect.ValueOf(g.p).MethodByName(method).Call(in)
	if after := text(g.T, g.f); after != before {
		g.Fatalf("%s changed the file that it was decided on", kind)
	}
	if err, failed := out[1].Interface().(error); failed {
		var refusal *customer.Refusal
		var faults customer.Faults
		if !errors.As(err, &faults) && (!errors.As(err, &refusal) || len(refusal.Missing) == 0) {
			g.Fatalf("%s: neither done nor refused nor faulty: %v", kind, err)
		}
		if refusal != nil {
			g.explained(refusal.Missing)
		}
		return
	}
	d := out[0].Interface().(contact.Decision)
	g.explained(d.Reasons)
	if d.Base != g.f.Entries {
		g.Fatalf("decided on %d entries of %d", d.Base, g.f.Entries)
	}
	next, err := g.f.Apply(throughJSON(g.T, d.Entries)...)
	if err != nil {
		g.Fatal(err)
	}
	if text(g.T, g.f) != before {
		g.Fatalf("applying a %s changed the file", kind)
	}
	if text(g.T, next) != text(g.T, d.Next) {
		g.Fatalf("decided\n%s\napplied\n%s", text(g.T, d.Next), text(g.T, next))
	}
	if len(d.Entries) > 0 {
		g.done[kind]++
	}
	g.f, g.history = d.Next, append(g.history, d.Entries...)
	if err := fault(&g.f); err != nil {
		g.Fatalf("after %s: %v", kind, err)
	}
}

// booked is how many entries of a kind there are.
func (g *game) booked(kind string) (n int) {
	for i := range g.history {
		if g.history[i].Kind() == kind {
			n++
		}
	}
	return n
}

// explained holds that every reason is a sentence in both languages, and says whose it is.
func (g *game) explained(reasons []customer.Reason) {
	for _, reason := range reasons {
		english, chinese := g.p.Explain(reason, customer.English), g.p.Explain(reason, customer.Chinese)
		if english == reason.Code || chinese == reason.Code || strings.Contains(english+chinese, "%!") || reason.Rule != "wholesaler/1" {
			g.Fatalf("%+v: %s, %s", reason, english, chinese)
		}
	}
}

// throughJSON returns entries as they are read that were written.
func throughJSON(t *rapid.T, entries []contact.Entry) (read []contact.Entry) {
	if err := json.Unmarshal([]byte(text(t, entries)), &read); err != nil {
		t.Fatalf("%s cannot be read: %v", text(t, entries), err)
	}
	return read
}

// fault says what no file may be.
func fault(f *contact.File) error {
	names := map[string]bool{}
	once := func(list, name string) error {
		if names[list+" "+name] {
			return fmt.Errorf("%s has %q twice", list, name)
		}
		names[list+" "+name] = true
		return nil
	}
	var errs []error
	for _, one := range f.Contacts {
		errs = append(errs, once("contacts", one.Ref))
		if one.Ended().After(one.At) {
			errs = append(errs, fmt.Errorf("%s was logged before it was over", one.Ref))
		}
		for _, note := range one.Notes {
			if note.Written.Before(one.Began) || note.Memory == 0 {
				errs = append(errs, fmt.Errorf("a note on %s: %+v", one.Ref, note))
			}
		}
	}
	open := map[string]int{} // lists that are not ended, by purpose
	carried := map[string]int{}
	for _, one := range f.Preparations {
		errs = append(errs, once("preparations", one.Ref))
		if one.Ended.IsZero() {
			open[one.Purpose]++
		}
		if !slices.IsSortedFunc(one.Points, func(a, b contact.Prepared) int { return b.Importance - a.Importance }) {
			errs = append(errs, fmt.Errorf("%s is in no order", one.Ref))
		}
		for _, point := range one.Points {
			if point.Carried && (!point.Ticked.IsZero() || !point.Dropped.IsZero()) {
				errs = append(errs, fmt.Errorf("%s of %s was carried over after it was done", point.ID, one.Ref))
			}
			if point.Open() {
				carried[one.Purpose+" "+point.ID]++
			}
		}
	}
	for purpose, n := range open {
		if n > 1 {
			errs = append(errs, fmt.Errorf("%d lists for %q are open", n, purpose))
		}
	}
	for point, n := range carried {
		if n > 1 {
			errs = append(errs, fmt.Errorf("%s is to be said %d times", point, n))
		}
	}
	for _, one := range f.Appointments {
		errs = append(errs, once("appointments", one.ID))
		if one.Weekday != 0 && weekdayOf(one.On) != one.Weekday || one.Spoken && one.Weekday == 0 {
			errs = append(errs, fmt.Errorf("%s is on %s, a %s", one.ID, one.On, one.Weekday))
		}
	}
	for _, one := range f.Visits {
		errs = append(errs, once("visits", one.ID))
		if one.Made() && !one.Off.IsZero() || !one.Made() && (len(one.Records) > 0 || one.Plan == nil) {
			errs = append(errs, fmt.Errorf("%s is not itself: %+v", one.ID, one))
		}
	}
	for _, one := range f.Promises {
		errs = append(errs, once("promises", one.ID))
		if !one.Kept.IsZero() && !one.Released.IsZero() || one.Owner == "" {
			errs = append(errs, fmt.Errorf("%s was kept and released, or is nobody's", one.ID))
		}
	}
	for _, one := range f.Quotes {
		errs = append(errs, once("quotes", one.Ref))
		if one.Exception.Approver == one.By || one.Unexplained && one.Exception.Why != "" && !one.Approve || one.AnchorMinor < 1 || one.Owner == "" || one.Binds.Before(one.Expires) {
			errs = append(errs, fmt.Errorf("%s is not itself: %+v", one.Ref, one))
		}
		if !one.Answered.IsZero() && !one.Withdrawn.IsZero() {
			errs = append(errs, fmt.Errorf("%s was answered and withdrawn", one.Ref))
		}
	}
	return errors.Join(errs...)
}

// Whatever is asked, in whatever order: it is done, refused or faulty; a file is what its entries add up
// to; nothing that is done changes what was there before.
func TestMachine(t *testing.T) {
	all := strings.Fields(kinds)
	asked := append(strings.Fields(kinds), "quote", "justify") // of what is rare, more
	done := map[string]int{}
	policies := []*contact.Policy{wholesaler(t), wholesaler(t, func(rules *contact.Rules) { rules.Quotes.FlagUnexplained = true })}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		g := &game{T: t, Rand: rand.New(rand.NewPCG(seed, 3)), p: policies[seed%2], now: when("2026-03-02 09:00"), done: done}
		for range rapid.IntRange(40, 90).Draw(t, "steps") {
			g.take(asked[g.IntN(len(asked))])
		}
		replayed, err := contact.Replay(throughJSON(t, g.history))
		if err != nil || text(t, replayed) != text(t, g.f) {
			t.Fatalf("replayed\n%s\nwas\n%s: %v", text(t, replayed), text(t, g.f), err)
		}
		whole, err := contact.ReplayWhole(g.history)
		if err != nil || len(whole.Contacts) != g.booked("log") || len(whole.Quotes) != g.booked("quote") {
			t.Fatalf("%d contacts and %d quotes in all: %v", len(whole.Contacts), len(whole.Quotes), err)
		}
		var stored contact.File
		if err := json.Unmarshal([]byte(text(t, g.f)), &stored); err != nil || text(t, stored) != text(t, g.f) {
			t.Fatalf("stored and read it is another one: %v", err)
		}
	})
	for _, kind := range all {
		if done[kind] == 0 {
			t.Errorf("no %s was ever done", kind)
		}
	}
}

// Whatever bytes are taken for a history: they are refused, or lead to a file that can be asked anything
// and written again.
func FuzzEntries(f *testing.F) {
	p := wholesaler(f)
	r := life(f)
	for i := range r.history { // short ones: a long one is minimised for minutes
		f.Add([]byte(text(f, r.history[i:i+1])))
	}
	for _, seed := range []string{
		`[]`,
		`[{"v":1,"kind":"plan","at":"2026-11-22T01:00:00Z","by":"li","ref":"p","body":{"visit":"v","on":"2026-11-23","staff":"wu","known":[{"field":"f","value":"1"}],"over":"2026-11-24T00:00:00Z"}},` +
			`{"v":1,"kind":"log","at":"2026-11-23T02:00:00Z","by":"wu","ref":"l","body":{"channel":"visit","direction":"to-customer","staff":"wu","began":"2026-11-23T01:00:00Z","visit":"v"}},` +
			`{"v":1,"kind":"record","at":"2026-11-23T03:00:00Z","by":"wu","ref":"r","body":{"visit":"v","changed":[{"field":"f","was":"1","is":"2"}]}}]`,
		`[{"v":1,"kind":"prepare","at":"2026-11-20T00:00:00Z","by":"ann","ref":"p","body":{"points":[{"id":"a","importance":9,"must":true}]}},` +
			`{"v":1,"kind":"prepare","at":"2026-11-21T00:00:00Z","by":"ann","ref":"q","body":{"points":[{"id":"a","importance":9,"from":"p","times":1}],"replaces":"p"}},` +
			`{"v":1,"kind":"tick","at":"2026-11-22T00:00:00Z","by":"ann","ref":"t","body":{"preparation":"q","points":["a"]}}]`,
		`[{"v":1,"kind":"quote","at":"2026-11-24T00:00:00Z","by":"ann","ref":"q","body":{"product":"o","price_minor":5,"currency":{"code":"CNY","digits":2},"unit":"c","last_day":"2026-12-24","expires":"2026-12-25T00:00:00Z","binds":"2027-02-23T00:00:00Z","anchor_minor":5,"unexplained":true}},` +
			`{"v":1,"kind":"justify","at":"2026-11-24T00:00:00Z","by":"eve","ref":"e","body":{"quote":"q","why":"w"}},` +
			`{"v":1,"kind":"answer","at":"2026-11-25T00:00:00Z","by":"c","ref":"a","body":{"quote":"q","binds":"2027-02-23T00:00:00Z"}},` +
			`{"v":1,"kind":"archive","at":"2027-11-25T00:00:00Z","by":"c","ref":"r","body":{"before":"2027-02-24T00:00:00Z"}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []contact.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		file, err := contact.Replay(entries)
		if err != nil {
			if !errors.Is(err, contact.ErrBroken) {
				t.Fatalf("refused as nothing that a caller knows: %v", err)
			}
			return
		}
		at := when("2026-12-01 09:00")
		p.Unsaid(file)
		p.Noteless(file, at)
		p.Unreturned(file, at)
		p.Unconfirmed(file, at)
		p.Unmade(file, at)
		p.Unrecorded(file, at)
		p.Owed(file, at)
		p.Unexplained(file, at)
		for _, one := range file.LastQuotes() {
			_ = one.Standing(at)
			_, _ = p.Quote(file, contact.Quote{Step: step("q", "ann", "2026-12-01 09:00"), Terms: contact.Terms{Product: one.Product, PriceMinor: 1, Unit: one.Unit}})
		}
		_, _ = p.Archive(file, contact.Archive{Step: step("a", "ann", "2026-12-01 09:00"), Before: at})
		written, err := json.Marshal(entries)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again []contact.Entry
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if rewritten, err := json.Marshal(again); err != nil || string(rewritten) != string(written) {
			t.Fatalf("%s, read and written: %s, %v", written, rewritten, err)
		}
	})
}

// Whatever bytes are taken for rules: they are refused, with customer.Faults where they can be read, or
// make a policy.
func FuzzRules(f *testing.F) {
	f.Add([]byte(text(f, rulesOf(f, "wholesaler"))))
	zone := shanghai(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := contact.ParseRules(data)
		if err != nil {
			return
		}
		p, err := contact.New(rules, zone)
		var faults customer.Faults
		if err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("refused without a fault: %v", err)
			}
			return
		}
		if again, err := contact.ParseRules([]byte(text(t, rules))); err != nil || text(t, again) != text(t, rules) {
			t.Fatalf("%s, read again: %v", text(t, rules), err)
		}
		x := call("l", "ann", "2026-11-25 09:00")
		x.Channel = rules.Channels[0].ID
		_, err = p.Log(contact.File{}, x)
		if refusal := new(customer.Refusal); err != nil && !errors.As(err, &refusal) {
			t.Fatalf("neither logged nor refused: %v", err)
		}
	})
}
