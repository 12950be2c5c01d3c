package task_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/customer/task"
)

// cycleFault says what no cycle may be, whatever led to it.
func cycleFault(c task.Cycle) error {
	if c.Entries == 0 {
		if !reflect.DeepEqual(c, task.Cycle{}) {
			return fmt.Errorf("a cycle that nobody has opened is %+v", c)
		}
		return nil
	}
	if _, err := json.Marshal(c); err != nil {
		return err
	}
	if c.Owner == "" || c.Opened.At.IsZero() {
		return errors.New("it is nobody's")
	}
	done := map[string]customer.Date{}
	for _, r := range c.Records {
		if r.Done && r.Struck.IsZero() {
			if done[r.Action] != 0 {
				return fmt.Errorf("%s was done twice", r.Action)
			}
			done[r.Action] = r.On
		}
	}
	seen := map[string]bool{}
	moved := 0
	for _, a := range c.Actions {
		if a.Owner == "" || seen[a.ID] {
			return fmt.Errorf("the action %q is nobody's, or there twice", a.ID)
		}
		seen[a.ID] = true
		moved += a.Moved
		if a.Done != done[a.ID] {
			return fmt.Errorf("%s is done on %s, and by the records on %s", a.ID, a.Done, done[a.ID])
		}
		if a.Done != 0 && !a.Dropped.IsZero() {
			return fmt.Errorf("%s is done and dropped", a.ID)
		}
		if c.Ended() && a.Pending() {
			return fmt.Errorf("closed, and %s is not done", a.ID)
		}
	}
	changes := 0
	for _, one := range c.Changes {
		if one.Why == "" || one.Approver == "" {
			return errors.New("a change without a reason or an approver")
		}
		if one.Action != "" {
			changes++
		}
	}
	if moved > changes {
		return errors.New("a day was moved, and nothing says so")
	}
	if c.Ended() {
		if n := len(c.Reviews); n == 0 || c.Reviews[n-1].Entry < c.Touched {
			return errors.New("closed, and not reviewed as it stands")
		}
	}
	for _, r := range c.Reviews {
		if r.Lesson == "" {
			return errors.New("a review that teaches nobody")
		}
	}
	if len(c.Reviews) > 0 && len(c.Records) == 0 {
		return errors.New("a review of nothing")
	}
	owners := 0
	for _, item := range c.Items("t-1") {
		if item.Owner != "" {
			owners++
		}
	}
	if owners != len(c.Items("t-1")) {
		return errors.New("an item of nobody")
	}
	return nil
}

// given is a command with the method that takes it.
type given struct {
	command journal.Command
	decide  func(task.Cycle) (task.Decision, error)
	book    func(store task.Store) (journal.Outcome[task.Cycle, task.Entry], error)
}

func give[C journal.Command](x C, decide func(task.Cycle, C) (task.Decision, error)) given {
	return given{x, func(c task.Cycle) (task.Decision, error) { return decide(c, x) }, func(store task.Store) (journal.Outcome[task.Cycle, task.Entry], error) {
		return journal.Book(context.Background(), store, "t-1", x, decide) //nolint:usetesting // inside of rapid there is no context
	}}
}

// drawCommand draws a command, sensible or not.
func drawCommand(t *rapid.T, p *task.Procedure, c task.Cycle, ref string) given {
	who := rapid.SampledFrom([]string{"cid", "cid", "cid", "ann", "ann", "head", "head", "dan", "bea", "eve", "zoe"})
	opened := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	from := customer.DateOf(opened, time.UTC)
	step := journal.Step{Ref: ref, By: who.Draw(t, "by"), At: opened.AddDate(0, 0, rapid.IntRange(0, 12).Draw(t, "days"))}
	action := func() string { return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "action") }
	by := func() customer.Date { return from + customer.Date(rapid.IntRange(2, 30).Draw(t, "by")) }
	goal := func() task.Goal {
		g := task.Goal{What: "w", By: by() + 20, Unit: rapid.SampledFrom([]string{"contracts", "contracts", "open-cases", ""}).Draw(t, "unit")}
		if g.Unit != "" {
			g.From, g.Target = rapid.Int64Range(0, 1).Draw(t, "from"), rapid.Int64Range(2, 9).Draw(t, "target")
		}
		return g
	}
	said := func() task.Said {
		s := task.Said{What: "w", Who: rapid.SampledFrom([]string{"", "dan"}).Draw(t, "who"), Counted: rapid.Bool().Draw(t, "counted")}
		if s.Counted {
			s.Figure = rapid.Int64Range(-1, 9).Draw(t, "figure")
		}
		if rapid.Bool().Draw(t, "of") {
			s.Action, s.Done = action(), rapid.Bool().Draw(t, "done")
		}
		return s
	}
	record := func() string { return fmt.Sprint("r-", rapid.IntRange(0, 20).Draw(t, "record")) }
	command := rapid.IntRange(0, 13).Draw(t, "command")
	if c.Entries == 0 && command > 3 {
		command = 0
	} else if c.Entries > 0 && rapid.IntRange(0, 2).Draw(t, "sensible") > 0 {
		step.At = opened.AddDate(0, 0, 12)
		return sensible(t, p, c, step)
	}
	switch command {
	case 0:
		return give(task.Open{Step: step, Owner: who.Draw(t, "owner"), Goal: goal()}, p.Open)
	case 1, 2:
		return give(task.Plan{Step: step, Actions: []task.Action{{ID: action(), What: "w", By: by(), Owner: who.Draw(t, "owner")}}}, p.Plan)
	case 3, 4, 5:
		return give(task.Record{Step: step, Said: said()}, p.Record)
	case 6:
		if rapid.Bool().Draw(t, "strike") {
			return give(task.Correct{Step: step, Record: record(), Strike: true, Why: "w"}, p.Correct)
		}
		return give(task.Correct{Step: step, Record: record(), Said: said(), Why: "w"}, p.Correct)
	case 7:
		return give(task.Change{Step: step, Goal: goal(), Why: "w", Approver: who.Draw(t, "approver")}, p.Change)
	case 8:
		return give(task.Move{Step: step, Action: action(), To: by(), Why: "w", Approver: who.Draw(t, "approver")}, p.Move)
	case 9:
		return give(task.Drop{Step: step, Action: action(), Why: "w", Approver: who.Draw(t, "approver")}, p.Drop)
	case 10:
		x := task.Assign{Step: step, To: who.Draw(t, "to"), Actions: rapid.Bool().Draw(t, "actions"), Why: "w"}
		if !x.Actions && rapid.Bool().Draw(t, "one") {
			x.Action = action()
		}
		return give(x, p.Assign)
	case 11:
		x := task.Review{Step: step, Cause: rapid.SampledFrom([]string{"", "stock", "stock"}).Draw(t, "cause"), Lesson: "l"}
		if rapid.Bool().Draw(t, "judged") {
			x.Permille = 1000
		}
		return give(x, p.Review)
	case 12:
		return give(task.Reopen{Step: step, Why: "w", Approver: who.Draw(t, "approver")}, p.Reopen)
	}
	return give(task.Close{Step: step}, p.Close)
}

// sensible is what somebody would do next who wants to close the cycle.
func sensible(t *rapid.T, p *task.Procedure, c task.Cycle, step journal.Step) given {
	said := task.Said{What: "w", Figure: 2}
	if said.Counted = c.Goal.Unit != ""; !said.Counted {
		said.Figure = 0
	}
	step.By = "cid"
	for _, one := range c.Actions {
		if one.Pending() {
			said.Action, said.Done = one.ID, true
		}
	}
	_, counted := c.Figure()
	last := c.Touched + 1
	if n := len(c.Reviews); n > 0 {
		last = c.Reviews[n-1].Entry
	}
	switch {
	case c.Ended():
		return give(task.Reopen{Step: step, Why: "w", Approver: rapid.SampledFrom([]string{"ann", "bea"}).Draw(t, "approver")}, p.Reopen)
	case len(c.Records) == 0 || said.Done || said.Counted && !counted:
		return give(task.Record{Step: step, Said: said}, p.Record)
	case len(c.Reviews) > 0 && last > c.Touched:
		return give(task.Close{Step: step}, p.Close)
	}
	step.By = rapid.SampledFrom([]string{"ann", "bea", "head"}).Draw(t, "reviewer")
	return give(task.Review{Step: step, Cause: "stock", Lesson: "l"}, p.Review)
}

// Whatever is asked, in whatever order, over stores that lose replies and fail: a cycle is never what
// it may not be, always has an owner, replays to itself, and is booked once; and what was decided on
// it changes neither it nor another decision.
//
// row B19.
func TestMachine(t *testing.T) {
	r := rules()
	r.Zone, r.Reviewer, r.Approver, r.PlanFirst = "UTC", task.Another, task.Another, false
	plain, err := task.New(r, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	p := plain.With(staffOf(t, chart(t)))
	text := func(t *rapid.T, c task.Cycle) string {
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	closed, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var mem journal.Mem[task.ID, task.Cycle, task.Entry]
		var store task.Store = &mem
		lost := rapid.IntRange(0, 5).Draw(t, "lost")
		if lost > 0 {
			store = journaltest.LostReply(store, lost)
		}
		var c task.Cycle
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			x := drawCommand(t, p, c, fmt.Sprint("r-", i))
			before := text(t, c)
			d, err := x.decide(c)
			var refusal *customer.Refusal
			if err != nil {
				if !errors.As(err, &refusal) || len(refusal.Missing) == 0 {
					t.Fatalf("neither done nor refused: %v", err)
				}
				refused++
				continue
			}
			after := text(t, d.Next)
			if applied, err := c.Apply(d.Entries...); err != nil || text(t, applied) != after {
				t.Fatalf("decided %s, applied %s: %v", after, text(t, applied), err)
			}
			if other, err := drawCommand(t, p, c, "other").decide(c); err == nil {
				_, _ = drawCommand(t, p, c, "more").decide(other.Next)
			}
			if text(t, c) != before || text(t, d.Next) != after {
				t.Fatalf("a decision changed what was there: %s, now %s", before, text(t, c))
			}
			if fault := cycleFault(d.Next); fault != nil {
				t.Fatal(fault)
			}
			answer, err := x.book(store)
			for tries := 0; err != nil && tries < 5; tries++ {
				answer, err = x.book(store)
			}
			if err != nil || text(t, answer.State) != after {
				t.Fatalf("booked as %s, not %s: %v", text(t, answer.State), after, err)
			}
			c = d.Next
			if c.Ended() {
				closed++
			}
		}
		written, err := json.Marshal(mem.History("t-1"))
		if err != nil {
			t.Fatal(err)
		}
		var read []task.Entry
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		replayed, err := task.Replay(read)
		if err != nil || text(t, replayed) != text(t, c) {
			t.Fatalf("replayed %s: %v", text(t, replayed), err)
		}
		if c.Entries != uint64(len(mem.History("t-1"))) {
			t.Fatalf("%d entries of %d", c.Entries, len(mem.History("t-1")))
		}
	})
	t.Log(closed, refused)
	if closed == 0 || refused == 0 {
		t.Errorf("closed %d, refused %d: the machine has not seen it all", closed, refused)
	}
}
