package task_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
)

// What stands in the way of a command, all at once; and both sides of each mark.
//
// row B19.
func TestGuards(t *testing.T) {
	for name, one := range map[string]struct {
		from func(testing.TB) *play
		ask  func(p *play) (task.Decision, error)
		want string
	}{
		"a goal of today": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Goal.By = day(p.tb, "2026-10-01")
			return p.p.Open(p.c, x)
		}, ""},
		"a goal of yesterday": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Goal.By = day(p.tb, "2026-09-30")
			return p.p.Open(p.c, x)
		}, "task.goal-past"},
		"a goal of 180 days": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Goal.By = day(p.tb, "2026-10-01") + 180
			return p.p.Open(p.c, x)
		}, ""},
		"a goal of 181 days, of nobody, in nothing": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Goal.By, x.Owner, x.Goal.Unit = day(p.tb, "2026-10-01")+181, "zoe", "smiles"
			return p.p.Open(p.c, x)
		}, "task.stranger task.unit-unknown task.goal-long"},
		"an owner who has left": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Owner, x.At = "eve", x.At.AddDate(0, 1, 0)
			return p.p.Open(p.c, x)
		}, "task.left"},
		"an owner on her last day": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Owner, x.At = "eve", x.At.AddDate(0, 0, 30)
			return p.p.Open(p.c, x)
		}, ""},
		"an owner who has not come": {begin, func(p *play) (task.Decision, error) {
			x := p.open()
			x.Owner = "fay"
			return p.p.Open(p.c, x)
		}, "task.not-yet"},
		"opened twice": {opened, func(p *play) (task.Decision, error) { return p.p.Open(p.c, p.open()) }, "task.opened"},
		"of nothing": {begin, func(p *play) (task.Decision, error) {
			return p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-10-02")})
		}, "task.not-opened"},
		"reopened of nothing": {begin, func(p *play) (task.Decision, error) {
			return p.p.Reopen(p.c, task.Reopen{Step: p.step("ann", "2026-10-02"), Why: "w", Approver: "ann"})
		}, "task.not-opened"},
		"reopened while open": {opened, func(p *play) (task.Decision, error) {
			return p.p.Reopen(p.c, task.Reopen{Step: p.step("ann", "2026-10-02"), Why: "w", Approver: "ann"})
		}, "task.not-closed"},
		"after the end": {whole, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("ann", "2027-01-06"), Said: task.Said{What: "w"}})
		}, "task.closed"},

		"actions, both sides of both days": {planned, func(p *play) (task.Decision, error) {
			one := func(id, by, owner string) task.Action {
				return task.Action{ID: id, What: "w", By: day(p.tb, by), Owner: owner}
			}
			return p.p.Plan(p.c, task.Plan{Step: p.step("cid", "2026-10-05"), Actions: []task.Action{
				one("a", "2026-10-05", "cid"), one("b", "2026-10-04", "cid"), one("c", "2026-12-31", "dan"), one("d", "2027-01-01", "dan"), one("call", "2026-10-31", "zoe"),
			}})
		}, "task.action-past task.action-late task.action-known task.stranger"},
		"a record before the plan": {opened, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w"}})
		}, "task.no-plan"},
		"a record of the first day": {planned, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w", On: day(p.tb, "2026-10-01")}})
		}, ""},
		"a record of the day before": {planned, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w", On: day(p.tb, "2026-09-30")}})
		}, "task.record-day"},
		"a record of tomorrow, of nothing": {planned, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w", On: day(p.tb, "2026-10-06"), Action: "x"}})
		}, "task.record-day task.action-unknown"},
		"done, and unknown": {planned, func(p *play) (task.Decision, error) {
			return p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w", Action: "x", Done: true}})
		}, "task.action-unknown"},
		"no such record": {planned, func(p *play) (task.Decision, error) {
			return p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-05"), Record: "x", Strike: true, Why: "w"})
		}, "task.record-unknown"},
		"moved to where it is, by her own word": {planned, func(p *play) (task.Decision, error) {
			return p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-10-05"), Action: "show", To: day(p.tb, "2026-11-30"), Why: "w", Approver: "dan"})
		}, "task.unchanged task.own-work"},
		"moved by the owner of the cycle": {planned, func(p *play) (task.Decision, error) {
			return p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-10-05"), Action: "show", To: day(p.tb, "2026-11-29"), Why: "w", Approver: "cid"})
		}, "task.own-work"},
		"moved by a stranger, too far": {planned, func(p *play) (task.Decision, error) {
			return p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-10-05"), Action: "show", To: day(p.tb, "2027-01-01"), Why: "w", Approver: "zoe"})
		}, "task.stranger task.not-above task.action-late"},
		"moved by somebody beside her": {planned, func(p *play) (task.Decision, error) {
			return p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-10-05"), Action: "show", To: day(p.tb, "2026-11-29"), Why: "w", Approver: "bea"})
		}, "task.not-above"},
		"moved by her manager's manager": {planned, func(p *play) (task.Decision, error) {
			return p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-10-05"), Action: "show", To: day(p.tb, "2026-11-29"), Why: "w", Approver: "head"})
		}, ""},
		"a goal before an action, and unchanged otherwise": {planned, func(p *play) (task.Decision, error) {
			goal := p.c.Goal
			goal.By = day(p.tb, "2026-11-29")
			return p.p.Change(p.c, task.Change{Step: p.step("cid", "2026-10-05"), Goal: goal, Why: "w", Approver: "ann"})
		}, "task.action-late"},
		"the same goal": {planned, func(p *play) (task.Decision, error) {
			return p.p.Change(p.c, task.Change{Step: p.step("cid", "2026-10-05"), Goal: p.c.Goal, Why: "w", Approver: "ann"})
		}, "task.unchanged"},
		"given to who has it": {planned, func(p *play) (task.Decision, error) {
			return p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "cid", Until: day(p.tb, "2026-10-05"), Why: "w"})
		}, "task.unchanged task.until-past"},
		"given to nobody": {planned, func(p *play) (task.Decision, error) {
			return p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "zoe", Until: day(p.tb, "2026-10-06"), Why: "w"})
		}, "task.stranger"},
		"no action of it": {planned, func(p *play) (task.Decision, error) {
			return p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "bea", Action: "x", Why: "w"})
		}, "task.action-unknown"},
		"reviewed without a record": {planned, func(p *play) (task.Decision, error) {
			return p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-05"), Lesson: "l"})
		}, "task.no-record"},
		"closed without a review, and not done": {planned, func(p *play) (task.Decision, error) {
			return p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-11-05")})
		}, "task.action-open task.action-open task.no-review"},
	} {
		p := one.from(t)
		before := text(t, p.c)
		d, err := one.ask(p)
		assert.Equal(t, one.want, strings.Join(codes(t, err), " "), name)
		assert.Equal(t, before, text(t, p.c), name)
		if err == nil {
			applied, err := p.c.Apply(d.Entries...)
			require.NoError(t, err, name)
			assert.Equal(t, d.Next, applied, name)
		}
	}
}

// A review is of all that was recorded: what comes after it makes it stale.
//
// row B19.
func TestReview(t *testing.T) {
	p := planned(t)
	record := func(by, on string, said task.Said) {
		p.done(p.p.Record(p.c, task.Record{Step: p.step(by, on), Said: said}))
	}
	review := func(by, on string, x task.Review) (task.Decision, error) {
		x.Step = p.step(by, on)
		return p.p.Review(p.c, x)
	}
	record("cid", "2026-10-20", task.Said{What: "called", Action: "call", Done: true})
	_, err := review("ann", "2026-10-21", task.Review{Lesson: "l"})
	assert.Equal(t, []string{"task.no-figure", "task.cause-missing"}, codes(t, err))
	record("ann", "2026-10-21", task.Said{What: "went with him", Counted: true, Figure: 39})
	_, err = review("ann", "2026-10-21", task.Review{Lesson: "l", Cause: "luck", Permille: 7})
	assert.Equal(t, []string{"task.worked-out", "task.cause-unknown", "task.own-work"}, codes(t, err), "she did some of it")
	_, err = review("bea", "2026-10-21", task.Review{Lesson: "l", Cause: "stock"})
	assert.Equal(t, []string{"task.not-above"}, codes(t, err))
	d := p.done(review("head", "2026-10-21", task.Review{Lesson: "l", Cause: "stock"}))
	assert.Equal(t, []customer.Reason{{Code: task.CodeMissed, Rule: "it/2", Of: "stock", Fact: 975, Mark: 1000, Unit: customer.UnitPermille, By: day(t, "2026-12-31")}}, d.Reasons)
	assert.False(t, p.c.Reviews[0].Reached())

	record("dan", "2026-12-01", task.Said{What: "shown", Action: "show", Done: true, Counted: true, Figure: 1})
	_, err = p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-12-02")})
	assert.Equal(t, []string{"task.review-stale"}, codes(t, err))
	d = p.done(review("head", "2026-12-02", task.Review{Lesson: "show it earlier"}))
	assert.Equal(t, task.CodeReached, d.Reasons[0].Code)
	assert.True(t, p.c.Reviews[1].Reached())
	_, err = p.p.Sequel(task.Kept{ID: "t-1", Cycle: p.c}, p.step("ann", "2026-12-02"))
	assert.Equal(t, []string{"task.not-closed"}, codes(t, err))
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-12-02"), To: "dan", Why: "w"}))
	p.done(p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-12-02")}))
	_, err = p.p.Sequel(task.Kept{ID: "t-1", Cycle: p.c}, p.step("ann", "2026-12-02"))
	assert.Equal(t, []string{"task.next-missing"}, codes(t, err))
	assert.Empty(t, p.c.Items("t-1"))

	// Where the rules want the next goal, there is no end without one.
	r := rules()
	r.NextGoal = true
	p.done(p.p.Reopen(p.c, task.Reopen{Step: p.step("ann", "2026-12-03"), Why: "w", Approver: "head"}))
	p.p = procedure(t, r).With(staffOf(t, chart(t)))
	p.done(review("head", "2026-12-03", task.Review{Lesson: "l"}))
	_, err = p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-12-03")})
	assert.Equal(t, []string{"task.next-missing"}, codes(t, err))
	_, err = review("head", "2026-12-03", task.Review{Lesson: "l", Next: task.Goal{What: "w", By: day(t, "2026-12-02")}})
	assert.Equal(t, []string{"task.goal-past"}, codes(t, err))
	p.done(review("head", "2026-12-03", task.Review{Lesson: "l", Next: task.Goal{What: "w", By: day(t, "2026-12-03")}}))
	p.done(p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-12-03")}))
	next, err := p.p.Sequel(task.Kept{ID: "t-1", Cycle: p.c}, p.step("ann", "2026-12-03"))
	require.NoError(t, err)
	assert.Equal(t, task.ID("t-1"), next.After)
	assert.Equal(t, "dan", next.Owner)
	assert.Equal(t, customer.ID("c-1"), next.Customer)
	second, err := p.p.Open(task.Cycle{}, next)
	require.NoError(t, err)
	assert.Equal(t, "w", second.Next.Goal.What)
}

// Who may judge.
func TestJudges(t *testing.T) {
	for _, one := range []struct {
		judge task.Judge
		staff bool
		by    string
		want  string
	}{
		{task.Anyone, true, "cid", ""},
		{task.Anyone, true, "zoe", "task.stranger"},
		{task.Anyone, false, "zoe", ""},
		{task.Another, true, "cid", "task.own-work"},
		{task.Another, true, "bea", ""},
		{task.Another, true, "zoe", "task.stranger"},
		{task.Another, false, "bea", ""},
		{task.Superior, true, "ann", ""},
		{task.Superior, true, "head", ""},
		{task.Superior, true, "dan", "task.not-above"},
		{task.Superior, false, "ann", "task.no-staff"},
	} {
		r := rules()
		r.Reviewer = one.judge
		p := planned(t)
		p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-20"), Said: task.Said{What: "w", Counted: true, Figure: 40}}))
		q := procedure(t, r)
		if one.staff {
			q = q.With(staffOf(t, chart(t)))
		}
		_, err := q.Review(p.c, task.Review{Step: p.step(one.by, "2026-10-21"), Lesson: "l"})
		assert.Equal(t, one.want, strings.Join(codes(t, err), " "), "%+v", one)
	}

	// She who reports to nobody is judged by somebody else.
	p := begin(t)
	x := p.open()
	x.Owner = "head"
	p.done(p.p.Open(p.c, x))
	p.done(p.p.Plan(p.c, task.Plan{Step: p.step("head", "2026-10-02"), Actions: []task.Action{{ID: "a", What: "w", By: day(t, "2026-10-31"), Owner: "head"}}}))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("head", "2026-10-02"), Said: task.Said{What: "w", Counted: true, Figure: 40}}))
	_, err := p.p.Review(p.c, task.Review{Step: p.step("head", "2026-10-02"), Lesson: "l"})
	assert.Equal(t, []string{"task.own-work"}, codes(t, err))
	p.done(p.p.Review(p.c, task.Review{Step: p.step("bea", "2026-10-02"), Lesson: "l"}))
}

// What a figure reaches: sums and latest ones, up and down, and far beyond.
func TestFigure(t *testing.T) {
	for _, one := range []struct {
		unit         string
		from, target int64
		records      []int64 // on one day after the other
		figure, want int64
	}{
		{"contracts", 0, 40, []int64{13, 12, 9}, 34, 850},
		{"contracts", 10, 50, []int64{13, 12, 9}, 44, 850},
		{"contracts", 0, 3, []int64{1}, 1, 333},
		{"contracts", 0, 3, []int64{2, 1}, 3, 1000},
		{"contracts", 0, 40, []int64{-4}, -4, 0},
		{"open-cases", 20, 5, []int64{30, 8}, 8, 800},
		{"open-cases", 20, 5, []int64{5}, 5, 1000},
		{"open-cases", 20, 5, []int64{0}, 0, 1333},
		{"open-cases", 20, 5, []int64{25}, 25, 0},
		{"turnover", 0, task.MaxFigure, []int64{task.MaxFigure - 1}, task.MaxFigure - 1, 999},
		{"turnover", -task.MaxFigure, task.MaxFigure, []int64{0}, 0, 500},
		{"turnover", 0, 1, []int64{task.MaxFigure}, task.MaxFigure, task.MaxPermille},
		{"contracts", 0, -1, []int64{-task.MaxFigure, -task.MaxFigure}, -2 * task.MaxFigure, task.MaxPermille},
	} {
		p := begin(t)
		x := p.open()
		x.Goal.Unit, x.Goal.From, x.Goal.Target = one.unit, one.from, one.target
		p.done(p.p.Open(p.c, x))
		_, counted := p.c.Figure()
		assert.False(t, counted)
		p.done(p.p.Plan(p.c, task.Plan{Step: p.step("cid", "2026-10-02"), Actions: []task.Action{{ID: "a", What: "w", By: day(t, "2026-10-31"), Owner: "cid"}}}))
		// Booked the other way round, it is the day that counts.
		for i := len(one.records) - 1; i >= 0; i-- {
			p.done(p.p.Record(p.c, task.Record{
				Step: p.step("cid", "2026-10-20"), Said: task.Said{What: "w", On: day(t, "2026-10-02") + customer.Date(i), Counted: true, Figure: one.records[i]},
			}))
		}
		figure, counted := p.c.Figure()
		assert.True(t, counted)
		assert.Equal(t, one.figure, figure, "%+v", one)
		d := p.done(p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-21"), Lesson: "l", Cause: "time"}))
		assert.Equal(t, one.want, p.c.Reviews[0].Permille, "%+v", one)
		assert.Equal(t, one.figure, p.c.Reviews[0].Figure, "%+v", one)
		assert.Equal(t, one.want, d.Reasons[0].Fact)
	}
}

// A goal that its text says is judged.
func TestGoalInWords(t *testing.T) {
	p := begin(t)
	x := p.open()
	x.Goal = task.Goal{What: "the new shelf stands", By: x.Goal.By}
	p.done(p.p.Open(p.c, x))
	p.done(p.p.Plan(p.c, task.Plan{Step: p.step("cid", "2026-10-02"), Actions: []task.Action{{ID: "a", What: "w", By: day(t, "2026-10-31"), Owner: "cid"}}}))
	_, err := p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-02"), Said: task.Said{What: "w", Counted: true, Figure: 1}})
	assert.Equal(t, []string{"task.no-unit"}, codes(t, err))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-02"), Said: task.Said{What: "it stands, crooked", Action: "a", Done: true}}))
	_, err = p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-03"), Lesson: "l", Permille: 1001})
	assert.Equal(t, []string{"permille"}, customertest.Paths(t, err))
	p.done(p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-03"), Lesson: "a level is cheap", Cause: "time", Permille: 700}))
	reading, err := p.p.Read(p.c, day(t, "2026-10-04"))
	require.NoError(t, err)
	assert.Equal(t, int64(700), reading.Permille)
}

// A correction keeps what was said; an action is to be done again where nothing says any more that it
// was done.
func TestCorrect(t *testing.T) {
	p := planned(t)
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-20"), Said: task.Said{What: "w", Action: "call", Done: true, Counted: true, Figure: 7}}))
	ref := p.c.Records[0].Ref
	assert.Equal(t, day(t, "2026-10-20"), p.c.Actions[0].Done)
	_, err := p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-21"), Said: task.Said{What: "w", Action: "call", Done: true}})
	assert.Equal(t, []string{"task.action-done"}, codes(t, err))
	_, err = p.p.Drop(p.c, task.Drop{Step: p.step("cid", "2026-10-21"), Action: "call", Why: "w", Approver: "ann"})
	assert.Equal(t, []string{"task.action-done"}, codes(t, err))

	_, err = p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-21"), Record: ref, Said: task.Said{What: "w", Action: "call", Done: true, Counted: true, Figure: 7}, Why: "w"})
	assert.Equal(t, []string{"task.unchanged"}, codes(t, err), "day and person are those of the record")
	other, err := p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-22"), Record: ref, Said: task.Said{What: "w", Action: "show", Done: true}, Why: "w"})
	require.NoError(t, err)
	assert.Zero(t, other.Next.Actions[0].Done, "it was another one that was done")
	assert.Equal(t, day(t, "2026-10-20"), other.Next.Actions[1].Done)
	p.done(p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-22"), Record: ref, Said: task.Said{What: "not all", Action: "call", Counted: true, Figure: 5}, Why: "w"}))
	assert.Equal(t, day(t, "2026-10-20"), p.c.Records[0].On)
	assert.Zero(t, p.c.Actions[0].Done)
	assert.Equal(t, int64(7), p.c.Corrections[0].Was.Figure)
	p.done(p.p.Correct(p.c, task.Correct{
		Step: p.step("cid", "2026-10-23"), Record: ref, Said: task.Said{What: "it was the other", On: day(t, "2026-10-19"), Action: "show", Done: true}, Why: "w",
	}))
	assert.Equal(t, day(t, "2026-10-19"), p.c.Actions[1].Done)
	_, counted := p.c.Figure()
	assert.False(t, counted)
	p.done(p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-24"), Record: ref, Strike: true, Why: "w"}))
	assert.Zero(t, p.c.Actions[1].Done)
	_, err = p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-10-25"), Record: ref, Strike: true, Why: "w"})
	assert.Equal(t, []string{"task.record-struck"}, codes(t, err))
	_, err = p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-25"), Lesson: "l"})
	assert.Equal(t, []string{"task.no-record"}, codes(t, err), "what was struck is no record")
	_, err = p.p.Change(p.c, task.Change{
		Step: p.step("cid", "2026-10-25"), Goal: task.Goal{What: "w", By: p.c.Goal.By, Unit: "turnover", Target: 5}, Why: "w", Approver: "ann",
	})
	require.NoError(t, err, "nothing is counted in contracts any more")
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-25"), Said: task.Said{What: "w", Counted: true}}))
	_, err = p.p.Change(p.c, task.Change{
		Step: p.step("cid", "2026-10-25"), Goal: task.Goal{What: "w", By: p.c.Goal.By, Unit: "turnover", Target: 5}, Why: "w", Approver: "ann",
	})
	assert.Equal(t, []string{"task.other-unit"}, codes(t, err))
	_, err = p.p.Record(p.c, task.Record{Step: journal.Step{Ref: ref, By: "cid", At: p.step("cid", "2026-10-25").At}, Said: task.Said{What: "w"}})
	assert.Equal(t, []string{"task.record-known"}, codes(t, err))
}

// Hands: the cycle alone, with its owner's actions, one action.
func TestAssign(t *testing.T) {
	p := planned(t)
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "bea", Actions: true, Why: "w"}))
	assert.Equal(t, "bea", p.c.Owner)
	assert.Equal(t, "bea", p.c.Actions[0].Owner)
	assert.Equal(t, "dan", p.c.Actions[1].Owner, "it was not hers")
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-06"), To: "ann", Why: "w"}))
	assert.Equal(t, "bea", p.c.Actions[0].Owner)
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-06"), To: "cid", Action: "show", Until: day(t, "2026-10-07"), Why: "w"}))
	assert.Equal(t, task.Assigned{
		At: p.c.Assignments[3].At, By: "ann", Action: "show", From: "dan", To: "cid", Until: day(t, "2026-10-07"), Why: "w",
	}, p.c.Assignments[3])
	var all []string
	for _, item := range p.c.Items("t-1") {
		all = append(all, fmt.Sprint(item.Kind, " ", item.ID, " ", item.Part, " ", item.Owner, " ", item.Customer, " ", item.Importance, " ", item.Due))
	}
	assert.Equal(t, []string{"goal t-1  ann c-1 600 2026-12-31", "action t-1 call bea c-1 300 2026-10-31", "action t-1 show cid c-1 0 2026-11-30"}, all)
}

// What was given for a time is asked back on the day that was set, until it is.
func TestReadGiveBack(t *testing.T) {
	p := planned(t)
	read := func(on string) (all []string) {
		r, err := p.p.Read(p.c, day(t, on))
		require.NoError(t, err)
		for _, reason := range r.Reasons {
			if strings.HasSuffix(reason.Code, "-back") {
				all = append(all, fmt.Sprint(reason.Code, " ", reason.Of, " ", reason.By))
			}
		}
		return all
	}
	until := day(t, "2026-10-12")
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "bea", Until: until, Why: "leave"}))
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-05"), To: "bea", Action: "show", Until: until, Why: "leave"}))
	assert.Empty(t, read("2026-10-11"))
	assert.Equal(t, []string{"task.give-back cid 2026-10-12", "task.give-action-back show 2026-10-12"}, read("2026-10-12"))
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-12"), To: "cid", Why: "back"}))
	assert.Equal(t, []string{"task.give-action-back show 2026-10-12"}, read("2026-10-12"))
	p.done(p.p.Drop(p.c, task.Drop{Step: p.step("ann", "2026-10-12"), Action: "show", Why: "w", Approver: "head"}))
	assert.Empty(t, read("2026-10-12"))
}

// Whoever has left is named once, however many actions she was to have.
func TestPlanNamesOnce(t *testing.T) {
	p := opened(t)
	var x task.Plan
	x.Step = p.step("cid", "2026-11-01")
	for n := range task.MaxActions {
		x.Actions = append(x.Actions, task.Action{ID: fmt.Sprint(n), What: "w", By: day(t, "2026-12-01"), Owner: "eve"})
	}
	_, err := p.p.Plan(p.c, x)
	assert.Equal(t, []string{"task.left"}, codes(t, err))
}

// How a cycle stands on a day.
func TestRead(t *testing.T) {
	p := planned(t)
	read := func(on string) task.Reading {
		r, err := p.p.Read(p.c, day(t, on))
		require.NoError(t, err)
		return r
	}
	got := func(r task.Reading) (all []string) {
		for _, reason := range r.Reasons {
			assert.Equal(t, "it/2", reason.Rule)
			all = append(all, fmt.Sprint(reason.Code, " ", reason.Of, " ", reason.Fact))
		}
		return all
	}
	r := read("2026-10-14")
	assert.Equal(t, []string{"task.goal-ahead  78", "task.behind  0"}, got(r))
	assert.Equal(t, int64(141), r.ElapsedPermille, "13 of 92 days are over")
	assert.Equal(t, []string{"task.goal-ahead  91"}, got(read("2026-10-01")), "none is over")
	assert.Equal(t, int64(989), read("2026-12-31").ElapsedPermille)
	assert.Equal(t, int64(1000), read("2027-01-01").ElapsedPermille)
	assert.Equal(t, []string{"task.goal-ahead  77", "task.behind  0", "task.quiet  14"}, got(read("2026-10-15")))
	assert.Equal(t, 0, read("2026-10-31").Overdue)
	assert.Equal(t, 1, read("2026-11-01").Overdue)
	assert.Equal(t, []string{"task.goal-overdue  1", "task.behind  0", "task.action-overdue call 62", "task.action-overdue show 32", "task.quiet  92"}, got(read("2027-01-01")))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-10-20"), Said: task.Said{What: "w", Counted: true, Figure: 40}}))
	assert.Equal(t, []string{"task.goal-ahead  71"}, got(read("2026-10-21")))
	p.p = p.p.With(staffOf(t, task.Chart{People: []task.Person{{ID: "head"}}, Keeper: "head"}))
	assert.Equal(t, []string{"task.goal-ahead  71", "task.stranger cid 0"}, got(read("2026-10-21")))
	_, err := p.p.Read(task.Cycle{}, day(t, "2026-10-21"))
	assert.Equal(t, []string{"task.not-opened"}, codes(t, err))
	_, err = p.p.Read(p.c, 0)
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err))
}

// From round to round: what was reached, and what was learnt.
//
// row B19.
func TestProgress(t *testing.T) {
	var chain []task.Kept
	p := begin(t)
	x := p.open()
	x.After = ""
	for round, figure := range []int64{20, 30, 44} {
		id := task.ID(fmt.Sprint("t-", round))
		days := []string{"2026-10-01", "2026-10-20", "2026-11-10", "2026-11-11"}
		on := days[round]
		p.c = task.Cycle{}
		p.done(p.p.Open(p.c, x))
		p.done(p.p.Plan(p.c, task.Plan{Step: p.step("cid", on), Actions: []task.Action{{ID: "a", What: "w", By: day(t, on), Owner: "cid"}}}))
		later := (day(t, on) + customer.Date(2-round)).String()
		p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", later), Said: task.Said{What: "w", Action: "a", Done: true, Counted: true, Figure: figure}}))
		next := p.c.Goal
		next.Money, next.Adds = false, false
		p.done(p.p.Review(p.c, task.Review{Step: p.step("ann", later), Lesson: "l", Cause: "time", Next: next}))
		p.done(p.p.Close(p.c, task.Close{Step: p.step("ann", later), Next: task.ID(fmt.Sprint("t-", round+1))}))
		chain = append(chain, task.Kept{ID: id, Cycle: p.c})
		var err error
		x, err = p.p.Sequel(task.Kept{ID: id, Cycle: p.c}, p.step("ann", days[round+1]))
		require.NoError(t, err)
	}
	rounds, err := task.Progress(chain)
	require.NoError(t, err)
	var all []string
	for _, one := range rounds {
		all = append(all, fmt.Sprint(one.ID, " ", one.Review.Permille, " ", one.GainPermille, " ", one.Late))
	}
	assert.Equal(t, []string{"t-0 500 0 1", "t-1 750 250 1", "t-2 1100 350 0"}, all)
	_, err = task.Progress([]task.Kept{chain[1], chain[0], {ID: "t-9"}})
	assert.Equal(t, []string{"chain[1]", "chain[2]"}, customertest.Paths(t, err))
}

// What is malformed is told whole.
func TestFaults(t *testing.T) {
	p := begin(t)
	for name, one := range map[string]struct {
		err  error
		want string
	}{
		"open": {second(p.p.Open(p.c, task.Open{Importance: 1001, Goal: task.Goal{Target: 3}, Customer: "\x00"})), "ref by at owner importance goal.what goal.by goal.unit customer"},
		"open, no way": {
			second(p.p.Open(p.c, task.Open{Step: p.step("ann", "2026-10-01"), Owner: "cid", Goal: task.Goal{What: "w", By: 1, Unit: "u", From: task.MaxFigure + 1, Target: task.MaxFigure + 1}})),
			"goal.from goal.target goal.target",
		},
		"plan": {second(p.p.Plan(p.c, task.Plan{Step: p.step("ann", "2026-10-01")})), "actions"},
		"plan, twice": {
			second(p.p.Plan(p.c, task.Plan{Step: p.step("ann", "2026-10-01"), Actions: []task.Action{{ID: "a"}, {ID: "a", What: "w", By: 1, Owner: "x", Importance: -1}}})),
			"actions[0].what actions[0].by actions[0].owner actions[1].importance actions[1].id",
		},
		"record":  {second(p.p.Record(p.c, task.Record{Step: p.step("ann", "2026-10-01"), Said: task.Said{On: -1, Done: true, Figure: 1}})), "what on action figure"},
		"correct": {second(p.p.Correct(p.c, task.Correct{Step: p.step("ann", "2026-10-01"), Strike: true, Said: task.Said{What: "w"}})), "record strike why"},
		"change":  {second(p.p.Change(p.c, task.Change{Step: p.step("ann", "2026-10-01"), Goal: task.Goal{What: "w", By: 1}})), "why approver"},
		"move":    {second(p.p.Move(p.c, task.Move{Step: p.step("ann", "2026-10-01")})), "action to why approver"},
		"drop":    {second(p.p.Drop(p.c, task.Drop{Step: p.step("ann", "2026-10-01")})), "action why approver"},
		"assign":  {second(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-10-01"), Action: "a", Actions: true, Until: -3})), "to actions until why"},
		"review":  {second(p.p.Review(p.c, task.Review{Step: p.step("ann", "2026-10-01"), Figure: 1, Permille: -1, Next: task.Goal{What: "w"}})), "figure permille lesson next.by"},
		"close":   {second(p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-10-01"), Next: task.ID(strings.Repeat("x", 257))})), "next"},
		"reopen":  {second(p.p.Reopen(p.c, task.Reopen{Step: p.step("ann", "2026-10-01")})), "why approver"},
	} {
		assert.Equal(t, one.want, strings.Join(customertest.Paths(t, one.err), " "), name)
	}
	var refusal *customer.Refusal
	_, err := p.p.Open(p.c, task.Open{Step: journal.Step{Ref: "r", By: "ann", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, Owner: "cid", Goal: task.Goal{What: "w", By: day(t, "2026-12-31"), Unit: "x", Target: 1}})
	require.ErrorAs(t, err, &refusal)
	_, err = (*task.Procedure)(nil).Open(p.c, p.open())
	require.Error(t, err)
	_, err = new(task.Procedure).Close(p.c, task.Close{})
	require.Error(t, err)
}

func second(_ task.Decision, err error) error { return err }

// A day is one of the procedure's zone, wherever the command's clock stands: 16:00 in UTC is the next
// day in Shanghai.
func TestDayOfZone(t *testing.T) {
	for at, want := range map[string]customer.Date{"2026-12-31T15:59:59Z": day(t, "2026-12-31"), "2026-12-31T16:00:00Z": day(t, "2027-01-01"), "2026-12-31T20:00:00+04:00": day(t, "2027-01-01")} {
		p := planned(t)
		x := task.Record{Step: p.step("cid", "2026-10-05"), Said: task.Said{What: "w"}}
		var err error
		x.At, err = time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		p.done(p.p.Record(p.c, x))
		assert.Equal(t, want, p.c.Records[0].On, at)
	}
}

// A closed cycle of somebody who has left goes on with somebody else.
func TestReopen(t *testing.T) {
	p := whole(t)
	c := chart(t)
	c.People[4].Left = day(t, "2027-02-01")
	p.p = p.p.With(staffOf(t, c))
	x := task.Reopen{Step: p.step("ann", "2027-02-01"), Why: "w", Approver: "head"}
	_, err := p.p.Reopen(p.c, x)
	assert.Equal(t, []string{"task.left"}, codes(t, err))
	x.Owner = "dan"
	p.done(p.p.Reopen(p.c, x))
	assert.Equal(t, "dan", p.c.Owner)
	assert.Equal(t, "cid", p.c.Reopenings[1].From)
	_, err = p.p.Close(p.c, task.Close{Step: p.step("ann", "2027-02-01")})
	assert.Equal(t, []string{"task.review-stale"}, codes(t, err))
	assert.Equal(t, "dan", p.c.Items("t-1")[0].Owner)
}

// Rules that are none, all at once.
func TestRulesFaults(t *testing.T) {
	_, err := task.New(task.Rules{
		Zone: "Local", Currency: customer.Currency{Code: "x"}, Units: []task.Unit{{ID: "a"}, {ID: "a"}, {}}, Causes: []string{"b", "b"}, Approver: 9, MostDays: -1, QuietDays: task.MaxDays + 1,
	}, time.UTC)
	assert.Equal(t, []string{
		"id", "version", "zone", "currency.code", "units[1].id", "units[2].id", "causes[1]", "reviewer", "approver", "most_days", "quiet_days",
	}, customertest.Paths(t, err))
	_, err = task.New(task.Rules{Edition: customer.Edition{ID: "a", Version: 1}, Zone: "UTC", Units: []task.Unit{{ID: "a", Money: true}}, Reviewer: task.Anyone, Approver: task.Anyone}, time.UTC)
	assert.Equal(t, []string{"units[0].money"}, customertest.Paths(t, err))
	r := rules()
	p := procedure(t, r)
	r.Units[0].Adds, r.Causes[0] = false, "x"
	d, err := p.Open(task.Cycle{}, begin(t).open())
	require.NoError(t, err)
	assert.True(t, d.Next.Goal.Adds, "it has its own copy")
	assert.Equal(t, "it/2", p.Edition().Name())
	var none *task.Procedure
	_, err = none.Read(d.Next, 1)
	require.Error(t, err)
	_, err = none.Sequel(task.Kept{ID: "x", Cycle: d.Next}, journal.Step{})
	require.Error(t, err)
	_, err = p.Sequel(task.Kept{ID: "x"}, journal.Step{})
	assert.Equal(t, []string{"task.not-opened"}, codes(t, err))
}
