package task_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// entry is one that nobody decided on.
func entry(ref string, body task.Body) task.Entry {
	return task.Entry{Version: 1, At: time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC), By: "ann", Ref: ref, Body: body}
}

// A history that this package cannot have written leads to no cycle, and leaves the one before.
func TestBroken(t *testing.T) {
	p := planned(t)
	ended := whole(t)
	said := task.Said{What: "w", On: day(t, "2026-10-05"), Who: "cid"}
	with := func(change func(*task.Said)) task.Said {
		one := said
		change(&one)
		return one
	}
	done := with(func(s *task.Said) { s.Action, s.Done = "call", true })
	for name, one := range map[string]struct {
		from    task.Cycle
		entries []task.Entry
	}{
		"no beginning":        {task.Cycle{}, []task.Entry{entry("a", task.Close{})}},
		"two beginnings":      {p.c, []task.Entry{p.history[0]}},
		"an owner of none":    {task.Cycle{}, []task.Entry{entry("a", task.Open{})}},
		"nothing":             {p.c, []task.Entry{entry("a", nil)}},
		"a pointer":           {p.c, []task.Entry{entry("a", &task.Close{})}},
		"another version":     {p.c, []task.Entry{{Version: 2, At: p.c.Opened.At, Body: task.Close{}}}},
		"after the end":       {ended.c, []task.Entry{entry("a", task.Record{Said: said})}},
		"reopened while open": {p.c, []task.Entry{entry("a", task.Reopen{Why: "w", Approver: "ann"})}},
		"a record twice":      {p.c, []task.Entry{entry("a", task.Record{Said: said}), entry("a", task.Record{Said: said})}},
		"an action twice":     {p.c, []task.Entry{entry("a", task.Plan{Actions: []task.Action{{ID: "call", What: "w", By: 1, Owner: "cid"}}})}},
		"an action of nobody": {p.c, []task.Entry{entry("a", task.Plan{Actions: []task.Action{{ID: "x", What: "w", By: 1}}})}},
		"done twice":          {p.c, []task.Entry{entry("a", task.Record{Said: done}), entry("b", task.Record{Said: done})}},
		"corrected to done twice": {p.c, []task.Entry{
			entry("a", task.Record{Said: done}), entry("b", task.Record{Said: said}), entry("c", task.Correct{Record: "b", Said: done, Why: "w"}),
		}},
		"of no action":           {p.c, []task.Entry{entry("a", task.Record{Said: with(func(s *task.Said) { s.Action = "x" })})}},
		"corrected to no action": {p.c, []task.Entry{entry("a", task.Record{Said: said}), entry("b", task.Correct{Record: "a", Said: with(func(s *task.Said) { s.Action = "x" }), Why: "w"})}},
		"a correction of none":   {p.c, []task.Entry{entry("a", task.Correct{Record: "x", Strike: true, Why: "w"})}},
		"struck twice": {p.c, []task.Entry{
			entry("a", task.Record{Said: said}), entry("b", task.Correct{Record: "a", Strike: true, Why: "w"}), entry("c", task.Correct{Record: "a", Strike: true, Why: "w"}),
		}},
		"dropped, and moved": {p.c, []task.Entry{entry("a", task.Drop{Action: "call", Why: "w", Approver: "ann"}), entry("b", task.Move{Action: "call", To: 1, Why: "w", Approver: "ann"})}},
		"dropped of none":    {p.c, []task.Entry{entry("a", task.Drop{Action: "x", Why: "w", Approver: "ann"})}},
		"another unit": {p.c, []task.Entry{
			entry("a", task.Record{Said: with(func(s *task.Said) { s.Counted = true })}), entry("b", task.Change{Goal: task.Goal{What: "w", By: 1}, Why: "w", Approver: "ann"}),
		}},
		"given to nobody":        {p.c, []task.Entry{entry("a", task.Assign{Why: "w"})}},
		"given what is not":      {p.c, []task.Entry{entry("a", task.Assign{To: "bea", Action: "x", Why: "w"})}},
		"given what is done":     {p.c, []task.Entry{entry("a", task.Record{Said: done}), entry("b", task.Assign{To: "bea", Action: "call", Why: "w"})}},
		"a review of nothing":    {p.c, []task.Entry{entry("a", task.Review{Lesson: "l"})}},
		"closed, not reviewed":   {p.c, []task.Entry{entry("a", task.Close{})}},
		"closed, not done":       {p.c, []task.Entry{entry("a", task.Record{Said: said}), entry("b", task.Review{Lesson: "l"}), entry("c", task.Close{})}},
		"a figure of what is no": {wordsOnly(t), []task.Entry{entry("a", task.Record{Said: with(func(s *task.Said) { s.Counted = true })})}},
	} {
		before := text(t, one.from)
		got, err := one.from.Apply(one.entries...)
		require.ErrorIs(t, err, task.ErrBroken, name)
		assert.Equal(t, before, text(t, got), name)
		assert.Equal(t, before, text(t, one.from), name)
	}
}

// wordsOnly is a cycle whose goal its text says.
func wordsOnly(t *testing.T) task.Cycle {
	t.Helper()
	p := begin(t)
	x := p.open()
	x.Goal = task.Goal{What: "w", By: x.Goal.By}
	return p.done(p.p.Open(p.c, x)).Next
}

// Every list has an end, which is said before it is reached, and a history beyond it is none.
func TestFull(t *testing.T) {
	r := rules()
	r.PlanFirst, r.Reviewer, r.Approver = false, task.Anyone, task.Anyone
	q := procedure(t, r)
	for name, one := range map[string]struct {
		most int
		body func(c task.Cycle, n int) task.Body
		ask  func(p *play) (task.Decision, error)
	}{
		"records": {task.MaxRecords, func(task.Cycle, int) task.Body {
			return task.Record{Said: task.Said{What: "w", On: day(t, "2026-10-05"), Who: "cid"}}
		}, func(p *play) (task.Decision, error) {
			return q.Record(p.c, task.Record{Step: p.step("ann", "2026-10-05"), Said: task.Said{What: "w"}})
		}},
		"changes": {task.MaxChanges, func(_ task.Cycle, n int) task.Body {
			return task.Move{Action: "call", To: day(t, "2026-10-06") + customer.Date(n%2), Why: "w", Approver: "ann"}
		}, func(p *play) (task.Decision, error) {
			return q.Move(p.c, task.Move{Step: p.step("ann", "2026-10-05"), Action: "call", To: day(t, "2026-10-09"), Why: "w", Approver: "ann"})
		}},
		"owners": {task.MaxAssignments, func(task.Cycle, int) task.Body { return task.Assign{To: "bea", Why: "w"} }, func(p *play) (task.Decision, error) {
			return q.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "ann", Why: "w"})
		}},
		"reviews": {task.MaxReviews, func(task.Cycle, int) task.Body { return task.Review{Lesson: "l"} }, func(p *play) (task.Decision, error) {
			return q.Review(p.c, task.Review{Step: p.step("ann", "2026-10-05"), Lesson: "l", Cause: "time"})
		}},
	} {
		p := planned(t)
		p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-04"), Said: task.Said{What: "w", Counted: true, Figure: 1}}))
		most := one.most
		if name == "records" {
			most--
		}
		var all []task.Entry
		for n := range most {
			all = append(all, entry(fmt.Sprint("e-", n), one.body(p.c, n)))
		}
		var err error
		nearly, err := p.c.Apply(all[:most-1]...)
		require.NoError(t, err, name)
		full, err := nearly.Apply(all[most-1])
		require.NoError(t, err, name)
		p.c = nearly
		_, err = one.ask(p)
		require.NoError(t, err, name)
		p.c = full
		_, err = one.ask(p)
		assert.Equal(t, []string{"task.full"}, codes(t, err), name)
		_, err = full.Apply(entry("beyond", one.body(full, most)))
		require.ErrorIs(t, err, task.ErrBroken, name)
	}

	p := planned(t)
	many := task.Plan{Step: p.step("ann", "2026-10-05")}
	for n := range task.MaxActions - 2 {
		many.Actions = append(many.Actions, task.Action{ID: fmt.Sprint("a-", n), What: "w", By: day(t, "2026-10-06"), Owner: "cid"})
	}
	p.done(p.p.Plan(p.c, many))
	_, err := p.p.Plan(p.c, task.Plan{Step: p.step("ann", "2026-10-05"), Actions: []task.Action{{ID: "x", What: "w", By: day(t, "2026-10-06"), Owner: "cid"}}})
	assert.Equal(t, []string{"task.full"}, codes(t, err))
	// A full plan changes hands ten times whole: somebody is away, and back.
	for range 5 {
		for _, to := range []string{"bea", "cid"} {
			p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: to, Actions: true, Why: "w"}))
		}
	}
	_, err = p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "bea", Actions: true, Why: "w"})
	assert.Equal(t, []string{"task.full"}, codes(t, err), "all that would change hands is counted")
}

// Rule books, staff and cycles serve many at once; what one decides shows in nothing of another's.
func TestShared(t *testing.T) {
	p, w := planned(t), whole(t)
	staff := staffOf(t, chart(t))
	on := day(t, "2026-11-25")
	items := w.c.Items("t")
	items = append(items, p.c.Items("t-1")...)
	before, err := json.Marshal([]any{p.c, w.c, items})
	require.NoError(t, err)
	morning, err := digest.New(digest.Rules{Edition: customer.Edition{ID: "morning", Version: 1}, AheadDays: 99, Most: 9})
	require.NoError(t, err)
	handovers, err := handover.New(handover.Rules{Edition: customer.Edition{ID: "leaving", Version: 1}})
	require.NoError(t, err)
	leaving := handover.Leaving{Ref: "h", Person: "cid", On: on, To: []handover.Candidate{{Person: "bea", Capacity: 9}}}
	for _, one := range items {
		if one.Owner == "cid" {
			leaving.Items = append(leaving.Items, one)
		}
	}
	at := p.step("cid", "2026-10-05")
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for n := range 50 {
				x := task.Record{Step: at, Said: task.Said{What: "w", Action: "call", Done: true, Counted: true, Figure: int64(n)}}
				x.Ref = fmt.Sprint(worker, "-", n)
				d, err := p.p.Record(p.c, x)
				if err != nil || d.Next.Records[0].Figure != int64(n) {
					t.Error(d.Next.Records, err)
				}
				_, _ = p.p.Read(w.c, on)
				g, err := morning.Gather(staff, on)
				if err != nil {
					t.Error(err)
					return
				}
				for _, one := range items {
					_ = g.Add(one)
				}
				if over, err := handovers.Propose(leaving, staff); err != nil || len(over.Transfers) != len(leaving.Items) || len(g.Of("cid").Rows) == 0 {
					t.Error(over, err)
				}
				if strays, err := task.Unowned(slices.Values(items), staff, on); err != nil || len(strays) > 0 {
					t.Error(strays, err)
				}
			}
		})
	}
	wait.Wait()
	after, err := json.Marshal([]any{p.c, w.c, items})
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}
