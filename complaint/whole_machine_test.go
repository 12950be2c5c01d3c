package complaint_test

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

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// wholeText is a case as it is stored.
func wholeText(t *rapid.T, c complaint.Case) string {
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wholeFault says what no case may be, as machineFault does, of the parts that a policy with
// everything switched on has too.
func wholeFault(c *complaint.Case) error {
	if err := machineFault(*c); err != nil {
		return err
	}
	for i := range c.Items {
		if err := wholeItemFault(&c.Items[i]); err != nil {
			return err
		}
	}
	for _, issue := range c.Issues {
		sums := c.Sums(issue.Issue)
		if issue.Ruling.Verdict != 0 && issue.Withdrawn.IsZero() && sums.PaidMinor > sums.AcceptedMinor {
			return fmt.Errorf("of %q %d is accepted, and %d paid", issue.Issue, sums.AcceptedMinor, sums.PaidMinor)
		}
		if issue.About == "" {
			continue
		}
		for _, remedy := range c.Remedies {
			if slices.ContainsFunc(remedy.Approvals, func(one complaint.Approval) bool { return one.By == issue.About && one.At.After(issue.At) }) {
				return fmt.Errorf("%s approved %q, of a case about herself", issue.About, remedy.Remedy)
			}
		}
	}
	for i := range c.Remedies {
		if err := wholeRemedyFault(&c.Remedies[i]); err != nil {
			return err
		}
	}
	return nil
}

// wholeItemFault says where an item has not exactly one holder at each instant of our custody.
func wholeItemFault(item *complaint.Item) error {
	for i, hold := range item.Chain {
		last := i == len(item.Chain)-1
		switch {
		case hold.Holder == "":
			return fmt.Errorf("nobody holds %q", item.ID)
		case !last && !hold.To.Equal(item.Chain[i+1].From), !hold.To.IsZero() && hold.To.Before(hold.From):
			return fmt.Errorf("%q is in no hands, or in two: %+v", item.ID, item.Chain)
		case last && item.Fate == 0 != hold.To.IsZero(), last && item.Fate != 0 && !hold.To.Equal(item.Ended):
			return fmt.Errorf("%q is held until %s, and its fate is %s", item.ID, hold.To, item.Fate)
		}
	}
	if len(item.Chain) == 0 {
		return fmt.Errorf("nobody ever held %q", item.ID)
	}
	return nil
}

// wholeRemedyFault says where a remedy was carried out without the approval that it needs, or
// beyond what it is.
func wholeRemedyFault(remedy *complaint.Remedy) error {
	carried := remedy.PaidMinor > 0 || remedy.State == complaint.RemedyGranted || remedy.State == complaint.RemedySettled
	var by []string
	for _, one := range remedy.Approvals {
		if slices.Contains(by, one.By) {
			return fmt.Errorf("%s approved %q twice", one.By, remedy.Remedy)
		}
		by = append(by, one.By)
	}
	switch {
	case carried && len(by) < remedy.Approval.Approvers:
		return fmt.Errorf("%q is %s, approved by %d of %d", remedy.Remedy, remedy.State, len(by), remedy.Approval.Approvers)
	case remedy.PaidMinor < 0, remedy.PaidMinor > remedy.AmountMinor:
		return fmt.Errorf("%d of %d paid of %q", remedy.PaidMinor, remedy.AmountMinor, remedy.Remedy)
	case slices.Contains(by, remedy.By):
		return fmt.Errorf("%s approved what she decided: %q", remedy.By, remedy.Remedy)
	}
	return nil
}

// wholeClosedFault says what a case was closed on that somebody owes or keeps.
func wholeClosedFault(c *complaint.Case, at time.Time) error {
	for _, one := range c.Commitments {
		if one.Open() && !one.Outlasts {
			return fmt.Errorf("closed on the promise %q", one.Promise)
		}
	}
	for _, item := range c.Items {
		if item.Fate == 0 {
			return fmt.Errorf("closed on the item %q", item.ID)
		}
	}
	for _, remedy := range c.Remedies {
		if remedy.State == complaint.RemedyProposed || remedy.State == complaint.RemedyGranted {
			return fmt.Errorf("closed on the remedy %q", remedy.Remedy)
		}
	}
	for _, sent := range c.Diversions {
		if sent.Checked.IsZero() {
			return fmt.Errorf("closed on the diversion %q", sent.Ref)
		}
	}
	if c.External() || c.Recourse.Appeal.Until.After(at) {
		return errors.New("closed on a recourse that runs")
	}
	return nil
}

// wholeGame is a case in play.
type wholeGame struct {
	wholeDraw
	history []complaint.Entry
	text    string          // of the case, as it was last stored
	broken  map[string]bool // promises
}

// wholeBegin is a case somewhere in the life of wholeLife, or one that nobody has opened.
func wholeBegin(t *rapid.T, p *complaint.Policy, life *wholeRun) *wholeGame {
	g := &wholeGame{wholeDraw: wholeDraw{T: t, p: p, now: clockAt("2026-11-25 09:00")}, broken: map[string]bool{}}
	g.salt = rapid.Uint64().Draw(t, "salt") << 8
	g.seed(rapid.Uint64().Draw(t, "entries"))
	upTo := g.upTo(len(life.history))
	for upTo > 0 && upTo < len(life.history) && life.history[upTo].Ref == life.history[upTo-1].Ref {
		upTo++
	}
	for _, e := range life.history[:upTo] {
		g.book(e)
	}
	g.text = wholeText(t, g.c)
	return g
}

// book applies one entry, and holds it to what it may lead to.
func (g *wholeGame) book(e complaint.Entry) {
	next, err := g.c.Apply(e)
	if err != nil {
		g.Fatal(err)
	}
	move := e.Kind().String() + " " + next.Phase.String()
	if next.Phase != g.c.Phase && !slices.Contains(machineMoves[g.c.Phase.String()], move) {
		g.Fatalf("%s from %s", move, g.c.Phase)
	}
	if next.Phase == complaint.Closed && g.c.Phase != complaint.Closed {
		if err := wholeClosedFault(&next, e.At); err != nil {
			g.Fatal(err)
		}
	}
	if broken, is := e.Body.(complaint.Broken); is {
		if g.broken[broken.Promise] {
			g.Fatalf("promise %q broke twice", broken.Promise)
		}
		g.broken[broken.Promise] = true
	}
	g.c, g.history = next, append(g.history, e)
	if e.At.After(g.now) {
		g.now = e.At
	}
}

// take decides on a command and books what it leads to.
func (g *wholeGame) take(x *wholeCommand) {
	before, at := g.text, g.now
	readable := g.readable(at)
	earlier, found, wakeErr := g.p.NextWake(g.c, at)
	d, err := x.decide(g.c)
	if wholeText(g.T, g.c) != before {
		g.Fatalf("%s changed the case that it was decided on", x.kind)
	}
	if err != nil {
		var refusal *customer.Refusal
		var faults customer.Faults
		if !errors.As(err, &faults) && (!errors.As(err, &refusal) || len(refusal.Missing) == 0) {
			g.Fatalf("%s: neither done nor refused nor faulty: %v", x.kind, err)
		}
		return
	}
	if d.Base != g.c.Entries {
		g.Fatalf("decided on %d entries of %d", d.Base, g.c.Entries)
	}
	if len(d.Entries) > 0 && x.kind != "Close" {
		for _, one := range g.p.Allowed(g.c, x.step.By, x.step.At) {
			if one.Kind == d.Entries[len(d.Entries)-1].Kind() && one.Kind == wholeKind(x.kind) && len(one.Missing) > 0 {
				g.Fatalf("%s is done, and Allowed says that it may not be: %v", x.kind, one.Missing)
			}
		}
	}
	old := g.c
	for _, e := range d.Entries {
		g.book(e)
	}
	if wholeText(g.T, old) != before {
		g.Fatalf("applying a %s changed the case", x.kind)
	}
	if !reflect.DeepEqual(g.c, d.Next) {
		g.Fatalf("decided\n%s\napplied\n%s", wholeText(g.T, d.Next), wholeText(g.T, g.c))
	}
	if fault := wholeFault(&g.c); fault != nil {
		g.Fatalf("after %s: %v", x.kind, fault)
	}
	if g.c.Open() && g.c.Owner.Desk == "" {
		g.Fatalf("after %s no desk has the case", x.kind)
	}
	for i, was := range readable {
		if _, err := g.p.Read(g.c.Clocks[i], at); was && err != nil {
			g.Fatalf("after %s the clock %s cannot be read: %v", x.kind, g.c.Clocks[i].Name, err)
		}
	}
	if _, _, err := g.p.NextWake(g.c, at); wakeErr == nil && err != nil {
		g.Fatalf("after %s nobody knows when to wake (%s, %t before): %v", x.kind, earlier, found, err)
	}
	g.roundTrip(d.Entries)
}

// wholeKind is the kind of a command by the name of its method.
func wholeKind(method string) complaint.Kind {
	for kind := complaint.KindReceive; kind <= complaint.KindGrade; kind++ {
		if wholeName(kind) == method {
			return kind
		}
	}
	return 0
}

// wholeName is the name of the method for a kind: HandIn for hand-in.
func wholeName(kind complaint.Kind) (name string) {
	for part := range strings.SplitSeq(kind.String(), "-") {
		name += strings.ToUpper(part[:1]) + part[1:]
	}
	return name
}

// finish does what keeps the case from being closed, as far as it gets, and closes it. Now and then it
// forgets something, and then the case stays open.
func (g *wholeGame) finish() {
	agent := "cid"
	step := func() complaint.Step {
		g.n++
		g.now = g.now.Add(time.Minute)
		return complaint.Step{Ref: fmt.Sprintf("n-%d", g.n), By: agent, At: g.now}
	}
	do := func(kind string, decide func(complaint.Case) (complaint.Decision, error)) {
		if kind != "Close" && g.upTo(9) == 0 {
			return
		}
		g.take(&wholeCommand{kind: kind, step: complaint.Step{By: agent, At: g.now}, decide: decide})
	}
	log := complaint.Log{Step: step(), Channel: complaint.Phone, Direction: complaint.FromCustomer}
	do("Log", func(c complaint.Case) (complaint.Decision, error) { return g.p.Log(c, log) })
	for _, one := range g.c.Commitments {
		x := complaint.Release{Step: step(), Promise: one.Promise, Consent: log.Ref}
		do("Release", func(c complaint.Case) (complaint.Decision, error) { return g.p.Release(c, x) })
	}
	for _, one := range g.c.Items {
		x := complaint.HandBack{Step: step(), Item: one.ID, From: one.Chain[len(one.Chain)-1].Holder, Receipt: one.Receipt, Condition: []string{"clean"}}
		do("HandBack", func(c complaint.Case) (complaint.Decision, error) { return g.p.HandBack(c, x) })
	}
	for _, one := range g.c.Diversions {
		x := complaint.Serve{Step: step(), Diversion: one.Ref, Served: true}
		do("Serve", func(c complaint.Case) (complaint.Decision, error) { return g.p.Serve(c, x) })
	}
	for _, one := range g.c.Recourse.Filings {
		x := complaint.Conclude{Step: step(), Body: one.Body, Result: complaint.ForUs}
		do("Conclude", func(c complaint.Case) (complaint.Decision, error) { return g.p.Conclude(c, x) })
	}
	assess := complaint.Assess{Step: step(), Assessment: complaint.Assessment{Severity: complaint.High}}
	do("Assess", func(c complaint.Case) (complaint.Decision, error) { return g.p.Assess(c, assess) })
	for _, one := range g.c.Issues {
		if paid := g.c.Sums(one.Issue).PaidMinor; g.yes() || paid > 0 {
			x := complaint.Decide{
				Step: step(), Issue: one.Issue, Verdict: complaint.PartlyUpheld, AcceptedMinor: paid + 10_00, Reason: "so it is", Citations: wholeCited(), Appeal: "there", Alternative: "chat",
				Channel: complaint.Phone, Offers: []complaint.Offer{{Remedy: fmt.Sprintf("m-%d", g.n), Kind: complaint.RefundRemedy, AmountMinor: 10_00}},
			}
			do("Decide", func(c complaint.Case) (complaint.Decision, error) { return g.p.Decide(c, x, wholeAgent(x.By)) })
		} else {
			x := complaint.Withdraw{Step: step(), Issue: one.Issue, Consent: log.Ref}
			do("Withdraw", func(c complaint.Case) (complaint.Decision, error) { return g.p.Withdraw(c, x) })
		}
	}
	for _, one := range g.p.Due(g.c) {
		x := complaint.Settle{Step: step(), Remedy: one.Remedy, Result: complaint.SettlementDone, PaidMinor: one.AmountMinor, External: fmt.Sprintf("e-%d", g.n)}
		do("Settle", func(c complaint.Case) (complaint.Decision, error) { return g.p.Settle(c, x) })
	}
	if until := g.c.Recourse.Appeal.Until; until.After(g.now) {
		g.now = until
	}
	solution := complaint.Act{Step: step(), Act: conversation.Solution, Channel: complaint.Phone, Until: g.now.Add(time.Hour)}
	do("Act", func(c complaint.Case) (complaint.Decision, error) { return g.p.Act(c, solution) })
	for outcome := complaint.OutcomeResolved; outcome <= complaint.OutcomeLost; outcome++ {
		x := complaint.Close{Step: step(), Outcome: outcome}
		do("Close", func(c complaint.Case) (complaint.Decision, error) { return g.p.Close(c, x) })
	}
}

// readable says of each clock whether it can be read at an instant.
func (g *wholeGame) readable(at time.Time) []bool {
	all := make([]bool, len(g.c.Clocks))
	for i := range g.c.Clocks {
		_, err := g.p.Read(g.c.Clocks[i], at)
		all[i] = err == nil
	}
	return all
}

// roundTrip holds that entries and the case survive their JSON.
func (g *wholeGame) roundTrip(entries []complaint.Entry) {
	written, err := json.Marshal(entries)
	if err != nil {
		g.Fatal(err)
	}
	var read []complaint.Entry
	if err := json.Unmarshal(written, &read); err != nil {
		g.Fatalf("%s cannot be read: %v", written, err)
	}
	if rewritten, err := json.Marshal(read); err != nil || string(rewritten) != string(written) {
		g.Fatalf("%s, read and written: %s, %v", written, rewritten, err)
	}
	var stored complaint.Case
	g.text = wholeText(g.T, g.c)
	if err := json.Unmarshal([]byte(g.text), &stored); err != nil || wholeText(g.T, stored) != g.text {
		g.Fatalf("%s, read and written: %s, %v", g.text, wholeText(g.T, stored), err)
	}
}

// wakeUp sleeps from wake to wake until nothing is due any more. Each gets on.
func (g *wholeGame) wakeUp() {
	after, last := g.now, g.now
	for n := 0; ; n++ {
		at, found, err := g.p.NextWake(g.c, after)
		if err != nil || !found || at.Year() >= 2029 {
			return
		}
		if at.Before(last) {
			g.Fatalf("to be woken at %s, after %s", at, last)
		}
		if later, found, _ := g.p.NextWake(g.c, after.Add(time.Hour)); !found || later.Before(at) {
			g.Fatalf("to be woken at %s, an hour later at %s, %t", at, later, found)
		}
		if n > 100 {
			g.Fatalf("woken %d times, and again at %s", n, at)
		}
		d, err := g.p.Wake(g.c, complaint.Wake{Step: complaint.Step{Ref: fmt.Sprintf("wake-%d", n), By: "timer", At: at}})
		if err != nil || len(d.Entries) == 0 {
			g.Fatalf("woken at %s for nothing: %v", at, err)
		}
		for _, e := range d.Entries {
			g.book(e)
		}
		g.text = wholeText(g.T, g.c)
		after, last = at, at
	}
}

// All commands in any order, on a policy with everything switched on: what no case may be, no case
// becomes; nothing changes what it was decided on; and the history is the case.
func TestWholeMachine(t *testing.T) {
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	rapid.Check(t, func(t *rapid.T) {
		g := wholeBegin(t, p, life)
		for range rapid.IntRange(10, 60).Draw(t, "commands") {
			g.seed(rapid.Uint64().Draw(t, "command"))
			if g.c.Phase != 0 && g.upTo(29) == 0 {
				g.finish()
			}
			x := g.command()
			if g.c.Phase == 0 && !g.seldom() {
				x = g.commandOf("Receive")
			}
			g.take(&x)
			if g.upTo(9) == 9 {
				g.wakeUp()
			}
		}
		g.wakeUp()
		replayed, err := complaint.Replay(g.history)
		if err != nil || wholeText(t, replayed) != wholeText(t, g.c) {
			t.Fatalf("replayed %s\nis %s: %v", wholeText(t, replayed), wholeText(t, g.c), err)
		}
	})
}

// The same commands on a store whose replies get lost and whose calls fail: each is booked once,
// whoever repeats it, and never in part.
func TestWholeMachineOnAStore(t *testing.T) {
	type store = journal.Store[complaint.ID, complaint.Case, complaint.Entry]
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	rapid.Check(t, func(t *rapid.T) {
		g := wholeBegin(t, p, life)
		mem := new(journal.Mem[complaint.ID, complaint.Case, complaint.Entry])
		if len(g.history) > 0 {
			begin := complaint.Decision{Key: "begin:1", Fingerprint: strings.Repeat("0", 64), Entries: g.history, Next: g.c}
			if err := mem.Commit(t.Context(), "K-2", begin); err != nil {
				t.Fatal(err)
			}
		}
		load := func() (complaint.Case, uint64) {
			c, version, err := mem.Load(t.Context(), "K-2")
			if err != nil {
				t.Fatal(err)
			}
			return c, version
		}
		for range rapid.IntRange(5, 20).Draw(t, "commands") {
			g.seed(rapid.Uint64().Draw(t, "command"))
			g.c, _ = load()
			x := g.command()
			want, refused := x.decide(g.c)
			before := g.c.Entries
			run := func(s store) (complaint.Answered, error) {
				return journal.Run(t.Context(), s, "K-2", wholeKind(x.kind).String()+":"+x.step.Ref, x.fact, x.decide)
			}
			if refused == nil && len(want.Entries) > 0 {
				if _, err := run(journaltest.AlwaysConflict[complaint.ID, complaint.Case, complaint.Entry](mem)); !errors.Is(err, journal.ErrConflict) {
					t.Fatalf("%s, while others are always faster: %v", x.kind, err)
				}
			}
			for n := range g.upTo(4) {
				if _, err := run(journaltest.FailOn[complaint.ID, complaint.Case, complaint.Entry](mem, n+1)); refused == nil && err != nil && !errors.Is(err, journaltest.ErrInjected) {
					t.Fatalf("%s, a call of which failed: %v", x.kind, err)
				}
			}
			lost, lostErr := run(journaltest.LostReply[complaint.ID, complaint.Case, complaint.Entry](mem, 1))
			again, err := run(mem)
			c, version := load()
			switch {
			case refused != nil:
				if err == nil || version != before {
					t.Fatalf("%s was refused, and answered %v with %d entries after %d", x.kind, err, version, before)
				}
				continue
			case err != nil || lostErr != nil && !errors.Is(lostErr, journaltest.ErrInjected):
				t.Fatalf("%s: %v, %v", x.kind, err, lostErr)
			case version != before+uint64(len(want.Entries)) || wholeText(t, c) != wholeText(t, want.Next):
				t.Fatalf("%s booked %d entries of %d", x.kind, version-before, len(want.Entries))
			case len(want.Entries) > 0 && (again.Result != journal.Replayed || len(again.Decision.Entries) != len(want.Entries)):
				t.Fatalf("%s again was %s, with %d entries of %d; %v", x.kind, again.Result, len(again.Decision.Entries), len(want.Entries), lost.Result)
			}
			if replayed, err := complaint.Replay(append(slices.Clone(g.history), want.Entries...)); err != nil || wholeText(t, replayed) != wholeText(t, c) {
				t.Fatalf("replayed after %s: %v", x.kind, err)
			}
			g.history = append(g.history, want.Entries...)
		}
	})
}

// A history from which entries are missing, or in which they stand twice or elsewhere, is refused, or
// leads to a case that may be: never to an impossible one.
func TestWholeForged(t *testing.T) {
	life := wholeLife(t)
	rapid.Check(t, func(t *rapid.T) {
		forged := slices.Clone(life.history)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range 1 + random.IntN(4) {
			from, to := random.IntN(len(forged)), random.IntN(len(forged))
			switch e := forged[from]; random.IntN(3) {
			case 0:
				forged = slices.Delete(forged, from, from+1)
			case 1:
				forged = slices.Insert(forged, to, e)
			case 2:
				forged = slices.Insert(slices.Delete(forged, from, from+1), min(to, len(forged)-1), e)
			}
		}
		// As far as it goes: the entries before the first that does not fit.
		var c complaint.Case
		for _, e := range forged {
			next, err := c.Apply(e)
			if err != nil {
				if !errors.Is(err, complaint.ErrBroken) {
					t.Fatal(err)
				}
				continue
			}
			if fault := wholeFault(&next); fault != nil {
				t.Fatalf("after the entry %s of %s: %v", e.Kind(), e.Ref, fault)
			}
			c = next
		}
	})
}
