package complaint_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// drawnClocks is what the clocks of the properties are drawn from: calendars with breaks, nights,
// holidays and summer time.
func drawnClocks(tb testing.TB) *complaint.Policy {
	tb.Helper()
	berlin := calendar.Rules{
		Edition: customer.Edition{ID: "berlin", Version: 1}, Zone: "Europe/Berlin",
		Weekly: []calendar.Weekly{
			{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: []calendar.Hours{{From: "09:00", To: "12:00"}, {From: "13:00", To: "18:00"}}},
			{Days: []customer.Weekday{6}, Hours: []calendar.Hours{{From: "22:00", To: "02:00"}}},
		},
		Holidays: []calendar.Holiday{{On: clockDay("2026-10-26"), Through: clockDay("2026-10-28"), Name: "fair"}},
	}
	utc := clockOffice("UTC")
	utc.ID = "utc"
	return clockPolicy(tb, nil, clockCalendar(tb, berlin), clockCalendar(tb, utc))
}

var drawnStart = time.Date(2026, time.October, 22, 0, 0, 0, 0, time.UTC)

func drawInstant(t *rapid.T, label string) time.Time {
	step := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour / 2, time.Hour}).Draw(t, label+" step")
	return drawnStart.Add(step * time.Duration(rapid.Int64Range(0, int64(14*24*time.Hour/step)).Draw(t, label)))
}

func drawPause(t *rapid.T, label string) complaint.Pause {
	from, to := drawInstant(t, label+" from"), drawInstant(t, label+" to")
	if to.Before(from) {
		from, to = to, from
	}
	return complaint.Pause{Span: customer.Span{From: from, To: to}, For: complaint.AwaitCustomer, Reason: "documents"}
}

func sortPauses(pauses []complaint.Pause) []complaint.Pause {
	slices.SortStableFunc(pauses, func(a, b complaint.Pause) int { return a.From.Compare(b.From) })
	return pauses
}

func drawClock(t *rapid.T, ids ...string) complaint.Clock {
	clock := complaint.Clock{Name: "clock", Cycle: 1, Start: drawInstant(t, "start"), Version: 1}
	clock.Calendar = rapid.SampledFrom(ids).Draw(t, "calendar")
	switch n := rapid.IntRange(1, 9).Draw(t, "budget"); rapid.IntRange(0, 4).Draw(t, "unit") {
	case 0:
		clock.Budget.WorkingDays = n
	case 1:
		clock.Budget.WorkingDays, clock.Budget.ByClose = n, true
	case 2:
		clock.Budget.CalendarDays = n
	case 3:
		clock.Budget.CalendarDays, clock.Budget.EndsWorking = n, true
	default:
		clock.Budget.OpenSeconds = rapid.Int64Range(1, 40*clockSeconds).Draw(t, "seconds")
	}
	clock.Warn = []int{1, 500, 999}
	clock.After = []calendar.Budget{clock.Budget}
	clock.After[0].ByClose, clock.After[0].EndsWorking = false, false
	for i := range rapid.IntRange(0, 3).Draw(t, "pauses") {
		clock.Pauses = append(clock.Pauses, drawPause(t, fmt.Sprint("pause ", i)))
	}
	sortPauses(clock.Pauses)
	return clock
}

// far is an instant by which all that was drawn is known.
var far = drawnStart.AddDate(0, 3, 0)

func mustRead(t *rapid.T, policy *complaint.Policy, clock complaint.Clock, at time.Time) complaint.Reading {
	reading, err := policy.Read(clock, at)
	require.NoError(t, err)
	return reading
}

// What is used adds up, and a later reading never shows less; nor does a breach go away.
func TestClockReadingsGrow(t *testing.T) {
	policy := drawnClocks(t)
	rapid.Check(t, func(t *rapid.T) {
		clock := drawClock(t, "berlin", "utc", "always")
		marks := []time.Time{drawInstant(t, "a"), drawInstant(t, "b")}
		slices.SortFunc(marks, time.Time.Compare)
		earlier, later := mustRead(t, policy, clock, marks[0]), mustRead(t, policy, clock, marks[1])
		assert.LessOrEqual(t, earlier.Used, later.Used)
		assert.LessOrEqual(t, earlier.Level, later.Level)
		assert.True(t, later.Breached || !earlier.Breached)

		if !earlier.Start.IsZero() && clock.Budget.CalendarDays == 0 { // used(start, b) = used(start, a) + used(a, b)
			rest := clock
			rest.Start = marks[0]
			assert.Equal(t, later.Used, earlier.Used+mustRead(t, policy, rest, marks[1]).Used)
		}
		all := mustRead(t, policy, clock, far)
		on := clock
		on.Stop = all.Due
		assert.False(t, mustRead(t, policy, on, far).Breached, "on the due it is kept")
		if clock.Budget.OpenSeconds > 0 {
			assert.Equal(t, time.Duration(0), mustRead(t, policy, on, far).Left, "and all is used")
		}
		on.Stop = all.Due.AddDate(0, 0, 7)
		on.Pauses = slices.DeleteFunc(slices.Clone(on.Pauses), func(p complaint.Pause) bool { return p.To.After(all.Due) })
		assert.True(t, mustRead(t, policy, on, far).Breached)
	})
}

// One more closed pause never moves a due earlier, one while it is closed moves none in open time
// or working days, and whatever a pause was, what was left before it is left after it.
func TestClockPausesDelay(t *testing.T) {
	policy := drawnClocks(t)
	rapid.Check(t, func(t *rapid.T) {
		clock := drawClock(t, "berlin", "utc", "always")
		before := mustRead(t, policy, clock, far)
		pause := drawPause(t, "more")
		paused := clock
		paused.Pauses = sortPauses(append(slices.Clone(clock.Pauses), pause))
		after := mustRead(t, policy, paused, far)
		assert.False(t, after.Due.Before(before.Due), "%s, not before %s", after.Due, before.Due)
		assert.LessOrEqual(t, after.Used, before.Used)
		if after.Used == before.Used && clock.Budget.CalendarDays == 0 {
			assert.True(t, after.Due.Equal(before.Due), "closed while paused: %s, not %s", after.Due, before.Due)
		}
		if !pause.From.Before(clock.Start) {
			from, to := mustRead(t, policy, paused, pause.From), mustRead(t, policy, paused, pause.To)
			if from.Left > 0 && len(clock.Pauses) == 0 {
				assert.Equal(t, from.Left, to.Left)
				assert.False(t, to.Breached)
			}
		}
	})
}

// A longer budget is not due before; in a week like any other a clock comes to the same.
func TestClockMonotoneAndShifted(t *testing.T) {
	policy := drawnClocks(t)
	rapid.Check(t, func(t *rapid.T) {
		clock := drawClock(t, "utc")
		before := mustRead(t, policy, clock, far)
		more := clock
		more.Budget.OpenSeconds += clock.After[0].OpenSeconds
		more.Budget.WorkingDays += clock.After[0].WorkingDays
		more.Budget.CalendarDays += clock.After[0].CalendarDays
		assert.False(t, mustRead(t, policy, more, far).Due.Before(before.Due))

		const week = 7 * 24 * time.Hour
		shifted := clock
		shifted.Start, shifted.Pauses = clock.Start.Add(week), slices.Clone(clock.Pauses)
		for i := range shifted.Pauses {
			shifted.Pauses[i].From, shifted.Pauses[i].To = shifted.Pauses[i].From.Add(week), shifted.Pauses[i].To.Add(week)
		}
		assert.True(t, mustRead(t, policy, shifted, far.Add(week)).Due.Equal(before.Due.Add(week)))
		at := drawInstant(t, "at")
		assert.Equal(t, mustRead(t, policy, clock, at).Used, mustRead(t, policy, shifted, at.Add(week)).Used)
	})
}

// Against a model that walks: of the open minutes outside of the pauses each is counted.
func TestClockWalk(t *testing.T) {
	policy := drawnClocks(t)
	berlin := clockZone(t, "Europe/Berlin")
	open := func(at time.Time) bool {
		at = at.In(berlin)
		minute, day := at.Hour()*60+at.Minute(), at.Format(time.DateOnly)
		switch {
		case day >= "2026-10-26" && day <= "2026-10-28":
			return false
		case at.Weekday() == time.Saturday:
			return minute >= 22*60
		case at.Weekday() == time.Sunday:
			return minute < 2*60
		}
		return minute >= 9*60 && minute < 12*60 || minute >= 13*60 && minute < 18*60
	}
	rapid.Check(t, func(t *rapid.T) {
		clock := drawClock(t, "berlin")
		clock.After = nil
		clock.Budget = calendar.Budget{OpenSeconds: 60 * rapid.Int64Range(1, 1500).Draw(t, "minutes")}
		clock.Start = clock.Start.Truncate(time.Minute)
		for i := range clock.Pauses {
			clock.Pauses[i].From, clock.Pauses[i].To = clock.Pauses[i].From.Truncate(time.Minute), clock.Pauses[i].To.Truncate(time.Minute)
		}
		at := drawInstant(t, "at").Truncate(time.Minute)
		used, budget, due := time.Duration(0), time.Duration(clock.Budget.OpenSeconds)*time.Second, time.Time{}
		for minute := clock.Start; used < budget; minute = minute.Add(time.Minute) {
			if minute.Equal(at) {
				assert.Equal(t, used, mustRead(t, policy, clock, at).Used)
			}
			if open(minute) && !slices.ContainsFunc(clock.Pauses, func(p complaint.Pause) bool { return p.Contains(minute) }) {
				used, due = used+time.Minute, minute.Add(time.Minute)
			}
		}
		assert.True(t, due.Equal(mustRead(t, policy, clock, far).Due))
	})
}

// drawRun plays a case of drawn steps, each at a later instant.
func drawRun(t *rapid.T, policy *complaint.Policy) (entries []complaint.Entry, c complaint.Case, at time.Time) {
	at = clockAt("2026-11-25 08:00")
	book := func(d complaint.Decision, err error) {
		if err == nil {
			c = d.Next
			entries = append(entries, d.Entries...)
		} else {
			require.ErrorAs(t, err, new(*customer.Refusal))
		}
	}
	book(policy.Receive(c, complaint.Receive{
		Step: complaint.Step{Ref: "0", By: "ann", At: at}, Customer: "c-1", Channel: complaint.Letter, Claims: []complaint.Claim{{Issue: "colour", Kind: "colour"}},
	}))
	for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
		at = at.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "minutes")) * time.Minute)
		step := complaint.Step{Ref: fmt.Sprint(i + 1), By: "ann", At: at}
		switch rapid.IntRange(0, 8).Draw(t, "what") {
		case 0:
			book(policy.Wait(c, complaint.Wait{Step: step, For: complaint.AwaitCustomer, Reason: rapid.SampledFrom([]string{"documents", "parts"}).Draw(t, "reason")}))
		case 1:
			book(policy.Wait(c, complaint.Wait{Step: step, For: complaint.AwaitUs}))
		case 2, 3:
			direction := rapid.SampledFrom([]complaint.Direction{complaint.FromCustomer, complaint.ToCustomer}).Draw(t, "direction")
			if rapid.Bool().Draw(t, "late") {
				step.At = at.Add(-time.Duration(rapid.IntRange(0, 400).Draw(t, "how late")) * time.Minute)
			}
			book(policy.Log(c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: direction}))
		case 4:
			book(policy.Wake(c, complaint.Wake{Step: step}))
		case 5:
			book(policy.Extend(c, complaint.Extend{Step: step, Clock: "resolution", Approver: "hans"}, complaint.Agent{ID: "hans", Roles: []string{"head"}}))
		case 6:
			book(policy.Switch(c, complaint.Switch{Step: step, Clock: "resolution", Calendar: rapid.SampledFrom([]string{"office", "always"}).Draw(t, "calendar")}))
		case 7:
			book(caseWithdraw(policy, c, complaint.Withdraw{Step: step, Issue: "colour"}))
			book(policy.Close(c, complaint.Close{Step: step, Outcome: complaint.OutcomeWithdrawn}))
		default:
			book(policy.Reopen(c, complaint.Reopen{Step: step, Why: complaint.StillProblem, Issues: []string{"colour"}}))
		}
	}
	return entries, c, at
}

func drawnPolicy(tb testing.TB) *complaint.Policy {
	tb.Helper()
	resolution, authority := clockResolution(), clockResolution()
	resolution.Reopen = complaint.ResumeBudget
	resolution.Extensions = []complaint.ExtensionRule{{Budget: calendar.Budget{OpenSeconds: 8 * clockSeconds}, Role: "head"}}
	authority.Name, authority.Regulator, authority.PauseReasons, authority.Budget = "authority", true, nil, calendar.Budget{WorkingDays: 2}
	authority.After = nil
	return clockPolicy(tb, append(clockAnswers(), resolution, authority))
}

// A prefix of a history and its rest lead to where the whole leads.
func TestClockReplay(t *testing.T) {
	policy := drawnPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		entries, c, _ := drawRun(t, policy)
		cut := rapid.IntRange(0, len(entries)).Draw(t, "cut")
		prefix, err := complaint.Replay(entries[:cut])
		require.NoError(t, err)
		whole, err := prefix.Apply(entries[cut:]...)
		require.NoError(t, err)
		assert.Equal(t, c, whole)
	})
}

// However often somebody wakes a case, and however late, in the end the same highest marks were
// told; a wake at the instant of NextWake finds something, and after it there is nothing before.
func TestWakesAgree(t *testing.T) {
	policy := drawnPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		_, c, at := drawRun(t, policy)
		end := at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
		wake := func(c complaint.Case, at time.Time) complaint.Case {
			d, err := policy.Wake(c, complaint.Wake{Step: complaint.Step{Ref: fmt.Sprint("w", at), By: "timer", At: at}})
			require.NoError(t, err)
			return d.Next
		}
		once := wake(c, end)
		often, last := c, at
		for n := 0; ; n++ {
			next, found, err := policy.NextWake(often, last)
			require.NoError(t, err)
			later, _, err := policy.NextWake(often, last.Add(time.Hour))
			require.NoError(t, err)
			if !found || next.After(end) {
				break
			}
			require.Less(t, n, 100)
			assert.False(t, next.Before(last))
			assert.False(t, later.Before(next), "whoever asks later is not woken earlier")
			woken := wake(often, next)
			require.NotEqual(t, often.Entries, woken.Entries, "woken for something")
			often, last = woken, next
		}
		assert.Equal(t, often, wake(often, end), "nothing was missed")
		for i := range c.Clocks {
			a, err := policy.Read(once.Clocks[i], end)
			require.NoError(t, err)
			b, err := policy.Read(often.Clocks[i], end)
			require.NoError(t, err)
			assert.Equal(t, a.Told, b.Told)
			assert.Equal(t, a.Figures, b.Figures)
		}
		assert.Equal(t, once, wake(once, end), "woken twice, told once")
	})
}
