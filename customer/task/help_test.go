package task_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
)

func zone(tb testing.TB) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return z
}

func day(tb testing.TB, text string) customer.Date {
	tb.Helper()
	d, err := customer.ParseDate(text)
	require.NoError(tb, err)
	return d
}

// chart is a shop of two teams: the head, her deputies ann and bea, and theirs.
func chart(tb testing.TB) task.Chart {
	tb.Helper()
	return task.Chart{Keeper: "desk", People: []task.Person{
		{ID: "head"},
		{ID: "desk", Manager: "head"},
		{ID: "ann", Manager: "head", Skills: []string{"servers", "key-accounts"}, Desks: []string{"north"}},
		{ID: "bea", Manager: "head", Skills: []string{"servers"}, Desks: []string{"south"}},
		{ID: "cid", Manager: "ann", Desks: []string{"north"}},
		{ID: "dan", Manager: "ann", Desks: []string{"north", "south"}, Away: []task.Absence{{From: day(tb, "2026-11-23"), Through: day(tb, "2026-11-27")}}},
		{ID: "eve", Manager: "bea", Left: day(tb, "2026-11-01")},
		{ID: "fay", Manager: "eve", Joined: day(tb, "2026-12-01")},
	}}
}

func staffOf(tb testing.TB, c task.Chart) *task.Staff {
	tb.Helper()
	staff, err := task.NewStaff(c)
	require.NoError(tb, err)
	return staff
}

func rules() task.Rules {
	return task.Rules{
		Edition: customer.Edition{ID: "it", Version: 2}, Zone: "Asia/Shanghai", Currency: customer.Currency{Code: "CNY", Digits: 2},
		Units:  []task.Unit{{ID: "contracts", Adds: true}, {ID: "turnover", Money: true}, {ID: "open-cases"}},
		Causes: []string{"stock", "price", "time"}, Reviewer: task.Superior, Approver: task.Superior, PlanFirst: true, MostDays: 180, QuietDays: 14,
	}
}

func procedure(tb testing.TB, r task.Rules) *task.Procedure {
	tb.Helper()
	p, err := task.New(r, zone(tb))
	require.NoError(tb, err)
	return p
}

// office is the procedure of rules with the staff of the chart.
func office(tb testing.TB) *task.Procedure {
	tb.Helper()
	return procedure(tb, rules()).With(staffOf(tb, chart(tb)))
}

// play gives commands to one cycle, one after the other.
type play struct {
	tb      testing.TB
	p       *task.Procedure
	c       task.Cycle
	history []task.Entry
	refs    int
}

func begin(tb testing.TB) *play {
	tb.Helper()
	return &play{tb: tb, p: office(tb)}
}

// step is a step at nine in the morning of a day.
func (p *play) step(by, on string) journal.Step {
	p.tb.Helper()
	p.refs++
	at := day(p.tb, on).Start(zone(p.tb)).Add(9 * time.Hour)
	return journal.Step{Ref: "r-" + string(rune('a'+p.refs%26)) + string(rune('a'+p.refs/26)), By: by, At: at}
}

// done books what was decided.
func (p *play) done(d task.Decision, err error) task.Decision {
	p.tb.Helper()
	require.NoError(p.tb, err)
	require.Equal(p.tb, p.c.Entries, d.Base)
	p.c = d.Next
	p.history = append(p.history, d.Entries...)
	return d
}

// codes are those of a refusal, in their order; no error has none.
func codes(tb testing.TB, err error) []string {
	tb.Helper()
	var refusal *customer.Refusal
	if err == nil {
		return nil
	}
	require.ErrorAs(tb, err, &refusal)
	var all []string
	for _, one := range refusal.Missing {
		require.NotEmpty(tb, one.Rule)
		all = append(all, one.Code)
	}
	return all
}

// opened is a play with a goal of forty contracts by the end of the year.
func opened(tb testing.TB) *play {
	tb.Helper()
	p := begin(tb)
	p.done(p.p.Open(p.c, p.open()))
	return p
}

func (p *play) open() task.Open {
	p.tb.Helper()
	return task.Open{
		Step: p.step("ann", "2026-10-01"), Owner: "cid", Importance: 600, Customer: "c-1", Order: "A-7", Case: "K-3", After: "t-0",
		Goal: task.Goal{What: "forty schools", By: day(p.tb, "2026-12-31"), Unit: "contracts", From: 0, Target: 40},
	}
}

// planned is a play with two actions, of cid and of dan.
func planned(tb testing.TB) *play {
	tb.Helper()
	p := opened(tb)
	p.done(p.p.Plan(p.c, task.Plan{Step: p.step("cid", "2026-10-02"), Actions: []task.Action{
		{ID: "call", What: "call them all", By: day(tb, "2026-10-31"), Owner: "cid", Importance: 300},
		{ID: "show", What: "show it to them", By: day(tb, "2026-11-30"), Owner: "dan"},
	}}))
	return p
}

// whole is a play of every command.
func whole(tb testing.TB) *play {
	tb.Helper()
	p := planned(tb)
	said := task.Said{What: "called, thirteen want it", Action: "call", Done: true, Counted: true, Figure: 31}
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-11-02"), Said: said}))
	said.Figure = 13
	p.done(p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-11-03"), Record: p.c.Records[0].Ref, Said: said, Why: "mistyped"}))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2026-11-04"), Said: task.Said{What: "of another goal", Who: "dan", On: day(tb, "2026-11-03")}}))
	p.done(p.p.Correct(p.c, task.Correct{Step: p.step("cid", "2026-11-04"), Record: p.c.Records[1].Ref, Strike: true, Why: "wrong cycle"}))
	p.done(p.p.Move(p.c, task.Move{Step: p.step("dan", "2026-11-20"), Action: "show", To: day(tb, "2026-12-10"), Why: "no demo machine", Approver: "ann"}))
	p.done(p.p.Drop(p.c, task.Drop{Step: p.step("dan", "2026-12-01"), Action: "show", Why: "they have seen it at the fair", Approver: "head"}))
	p.done(p.p.Change(p.c, task.Change{
		Step: p.step("cid", "2026-12-01"), Goal: task.Goal{What: "thirty schools", By: day(tb, "2026-12-31"), Unit: "contracts", Target: 30}, Why: "half a district is closed", Approver: "ann",
	}))
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-12-02"), To: "bea", Actions: true, Until: day(tb, "2026-12-09"), Why: "leave"}))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("bea", "2026-12-08"), Said: task.Said{What: "signed at the fair", Counted: true, Figure: 12}}))
	p.done(p.p.Assign(p.c, task.Assign{Step: p.step("ann", "2026-12-09"), To: "cid", Why: "back"}))
	p.done(p.p.Review(p.c, task.Review{
		Step: p.step("ann", "2026-12-30"), Cause: "stock", Lesson: "order the demo machine first",
		Next: task.Goal{What: "turnover with schools", By: day(tb, "2027-03-31"), Unit: "turnover", Target: 50_000_000},
	}))
	p.done(p.p.Close(p.c, task.Close{Step: p.step("ann", "2026-12-31"), Next: "t-2"}))
	p.done(p.p.Reopen(p.c, task.Reopen{Step: p.step("ann", "2027-01-04"), Why: "five contracts were forgotten", Approver: "head"}))
	p.done(p.p.Record(p.c, task.Record{Step: p.step("cid", "2027-01-04"), Said: task.Said{What: "five more", On: day(tb, "2026-12-30"), Counted: true, Figure: 5}}))
	p.done(p.p.Review(p.c, task.Review{Step: p.step("head", "2027-01-05"), Lesson: "count before closing"}))
	p.done(p.p.Close(p.c, task.Close{Step: p.step("head", "2027-01-05")}))
	return p
}

func text(tb testing.TB, value any) string {
	tb.Helper()
	data, err := json.MarshalIndent(value, "", "\t")
	require.NoError(tb, err)
	return string(data) + "\n"
}
