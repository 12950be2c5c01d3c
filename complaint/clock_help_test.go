package complaint_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the zones, on machines without zone files too

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

const clockSeconds = 3600 // of an hour

func clockZone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return zone
}

// clockAt reads "2026-11-25 09:00" in Shanghai, or an instant with its own offset.
func clockAt(text string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, time.FixedZone("CST", 8*60*60)); err == nil {
			return at
		}
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

// clockOffice is a desk from Monday to Friday, nine to six without a break.
func clockOffice(zone string) calendar.Rules {
	return calendar.Rules{
		Edition: customer.Edition{ID: "office", Version: 1}, Zone: zone,
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: []calendar.Hours{{From: "09:00", To: "18:00"}}}},
	}
}

// clockAlways never closes.
func clockAlways(zone string) calendar.Rules {
	return calendar.Rules{
		Edition: customer.Edition{ID: "always", Version: 1}, Zone: zone, Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "00:00", To: "24:00"})},
	}
}

func clockCalendar(tb testing.TB, rules calendar.Rules) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(rules, clockZone(tb, rules.Zone))
	require.NoError(tb, err)
	return c
}

// clockPolicy is a policy with these clocks, and with the calendars of an office and of a desk
// that never closes in Shanghai, and others.
func clockPolicy(tb testing.TB, clocks []complaint.ClockRule, others ...*calendar.Calendar) *complaint.Policy {
	tb.Helper()
	policy, err := complaint.NewPolicy(clockRules(clocks), clockZone(tb, "Asia/Shanghai"), clockCalendars(tb, others...)...)
	require.NoError(tb, err)
	return policy
}

func clockRules(clocks []complaint.ClockRule) complaint.Rules {
	return complaint.Rules{Edition: customer.Edition{ID: "shop", Version: 1}, Zone: "Asia/Shanghai", Clocks: clocks}
}

func clockCalendars(tb testing.TB, others ...*calendar.Calendar) []*calendar.Calendar {
	tb.Helper()
	return append([]*calendar.Calendar{clockCalendar(tb, clockOffice("Asia/Shanghai")), clockCalendar(tb, clockAlways("Asia/Shanghai"))}, others...)
}

// clockResolution is eight open hours from intake to the last decision or the closing, which
// waiting for documents pauses.
func clockResolution() complaint.ClockRule {
	return complaint.ClockRule{
		Name:   "resolution",
		Starts: []complaint.Trigger{{Kind: complaint.KindReceive}},
		ClockTerms: complaint.ClockTerms{
			Stops:    []complaint.Trigger{{Kind: complaint.KindClose}},
			Budget:   calendar.Budget{OpenSeconds: 8 * clockSeconds},
			Calendar: "office", PauseReasons: []string{"documents"}, Warn: []int{500, 750},
			After: []calendar.Budget{{OpenSeconds: clockSeconds}},
		},
	}
}

// clockOf is a clock of these terms as a case has it.
func clockOf(start string, terms complaint.ClockTerms, pauses ...complaint.Pause) complaint.Clock {
	return complaint.Clock{Name: "clock", Cycle: 1, Start: clockAt(start), Version: 1, ClockTerms: terms, Pauses: pauses}
}

func clockPause(from, to string) complaint.Pause {
	pause := complaint.Pause{Span: customer.Span{From: clockAt(from)}, For: complaint.AwaitCustomer, Reason: "documents"}
	if to != "" {
		pause.To = clockAt(to)
	}
	return pause
}

func clockOpen(hours int64) complaint.ClockTerms {
	return complaint.ClockTerms{Budget: calendar.Budget{OpenSeconds: hours * clockSeconds}, Calendar: "office", PauseReasons: []string{"documents"}}
}

// clockRun is a case that a test takes from step to step, with its whole history.
type clockRun struct {
	tb testing.TB
	*complaint.Policy
	c       complaint.Case
	entries []complaint.Entry
	reasons []customer.Reason // of the last step
	refs    int
}

func clockBegin(tb testing.TB, clocks ...complaint.ClockRule) *clockRun {
	tb.Helper()
	return &clockRun{tb: tb, Policy: clockPolicy(tb, clocks)}
}

func (r *clockRun) step(at string) complaint.Step { return r.by("ann", at) }

func (r *clockRun) by(who, at string) complaint.Step {
	r.refs++
	return complaint.Step{Ref: fmt.Sprintf("r-%d", r.refs), By: who, At: clockAt(at)}
}

// must books a decision, which is what applying it gives, and leaves the case before as it was.
func (r *clockRun) must(d complaint.Decision, err error) {
	r.tb.Helper()
	require.NoError(r.tb, err)
	next, err := r.c.Apply(d.Entries...)
	require.NoError(r.tb, err)
	require.Equal(r.tb, next, d.Next)
	r.c, r.reasons = d.Next, d.Reasons
	r.entries = append(r.entries, d.Entries...)
	replayed, err := complaint.Replay(r.entries)
	require.NoError(r.tb, err)
	require.Equal(r.tb, r.c, replayed)
}

// refused holds a decision to be refused for exactly these reasons.
func (r *clockRun) refused(d complaint.Decision, err error) []string {
	r.tb.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(r.tb, err, &refusal)
	require.Empty(r.tb, d)
	return caseCodes(refusal.Missing)
}

func (r *clockRun) receive(at string) {
	r.tb.Helper()
	r.must(r.Receive(r.c, complaint.Receive{
		Step: r.step(at), Customer: "c-1", Channel: complaint.Letter, Desk: "front",
		Claims: []complaint.Claim{{Issue: "colour", Kind: "colour", About: "bea"}},
	}))
}

func (r *clockRun) log(at string, direction complaint.Direction) {
	r.tb.Helper()
	r.must(r.Log(r.c, complaint.Log{Step: r.step(at), Channel: complaint.Phone, Direction: direction}))
}

func (r *clockRun) wait(at string, whom complaint.Awaited, reason string) {
	r.tb.Helper()
	r.must(r.Wait(r.c, complaint.Wait{Step: r.step(at), For: whom, Reason: reason}))
}

func (r *clockRun) wake(at string) {
	r.tb.Helper()
	r.must(r.Wake(r.c, complaint.Wake{Step: r.by("timer", at)}))
}

// end withdraws the one issue and closes the case.
func (r *clockRun) end(at string) {
	r.tb.Helper()
	r.must(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: r.step(at), Issue: "colour"}))
	r.must(r.Close(r.c, complaint.Close{Step: r.step(at), Outcome: complaint.OutcomeWithdrawn}))
}

func (r *clockRun) again(at string) {
	r.tb.Helper()
	r.must(r.Reopen(r.c, complaint.Reopen{Step: r.step(at), Why: complaint.StillProblem, Issues: []string{"colour"}}))
}

// read reads the latest clock of a name.
func (r *clockRun) read(name, at string) complaint.Reading {
	r.tb.Helper()
	reading, err := r.Read(r.clock(name), clockAt(at))
	require.NoError(r.tb, err)
	return reading
}

func (r *clockRun) clock(name string) complaint.Clock {
	r.tb.Helper()
	for i := len(r.c.Clocks) - 1; i >= 0; i-- {
		if r.c.Clocks[i].Name == name {
			return r.c.Clocks[i]
		}
	}
	require.Fail(r.tb, "no clock", name)
	return complaint.Clock{}
}

// kinds are the kinds of the last entries.
func (r *clockRun) kinds(n int) []string {
	var kinds []string
	for _, e := range r.entries[len(r.entries)-n:] {
		kinds = append(kinds, e.Kind().String())
	}
	return kinds
}

func clockSame(tb testing.TB, want string, got time.Time) {
	tb.Helper()
	if want == "" {
		require.True(tb, got.IsZero(), "want none, got %s", got)
		return
	}
	require.True(tb, clockAt(want).Equal(got), "want %s, got %s", want, got)
}

func clockDay(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}
