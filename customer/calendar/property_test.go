package calendar_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// near draws an instant of 1970 or later within days of another, to the nanosecond.
func near(t *rapid.T, at time.Time, days int64, label string) time.Time {
	days = min(days, at.Unix()/(24*60*60)-2)
	return at.Add(time.Duration(rapid.Int64Range(-days*24*int64(time.Hour), days*24*int64(time.Hour)).Draw(t, label)))
}

func drawPauses(t *rapid.T, at time.Time) []customer.Span {
	var pauses []customer.Span
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		from := near(t, at, 6, "pause")
		pauses = append(pauses, customer.Span{From: from, To: from.Add(time.Duration(rapid.Int64Range(0, 3*24*int64(time.Hour)).Draw(t, "long")))})
	}
	slices.SortFunc(pauses, func(a, b customer.Span) int { return a.From.Compare(b.From) })
	return pauses
}

// Open time adds up, and Add and Between undo each other, with pauses and without. The due
// is the first such instant: open time ran until then.
func TestAddBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, at := drawCalendar(t)
		pauses := drawPauses(t, at)
		marks := []time.Time{near(t, at, 8, "a"), near(t, at, 800, "b"), near(t, at, 8, "c")}
		slices.SortFunc(marks, time.Time.Compare)
		between := func(from, to time.Time) time.Duration {
			got, err := c.Between(from, to, pauses...)
			require.NoError(t, err)
			return got
		}
		assert.Equal(t, between(marks[0], marks[2]), between(marks[0], marks[1])+between(marks[1], marks[2]))

		budget := time.Duration(rapid.Int64Range(0, 40*int64(time.Hour)).Draw(t, "budget"))
		due, err := c.Add(marks[0], budget, pauses...)
		if err != nil {
			refused(t, err)
			return
		}
		assert.Equal(t, budget, between(marks[0], due))
		if budget > 0 {
			assert.Equal(t, budget-1, between(marks[0], due.Add(-1)), "a nanosecond earlier it is not used up")
		} else {
			assert.Zero(t, between(marks[0], due))
			assert.Equal(t, time.Duration(1), between(marks[0], due.Add(1)), "an instant at which it is open")
		}
		more, err := c.Add(marks[0], budget+time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "more")), pauses...)
		if err == nil {
			assert.False(t, more.Before(due), "a longer budget is not due before")
		}
		later, err := c.Add(marks[1], budget, pauses...)
		if err == nil {
			assert.False(t, later.Before(due), "what begins later is not due before")
		}
	})
}

func refused(t *rapid.T, err error) {
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	require.NotEmpty(t, refusal.Missing)
}

// Pauses count nothing, wherever they overlap: step by step.
func TestPausesWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, at := drawCalendar(t)
		pauses := drawPauses(t, at)
		for i := range pauses {
			pauses[i].From, pauses[i].To = pauses[i].From.Truncate(step), pauses[i].To.Truncate(step)
		}
		if len(pauses) > 0 && rapid.Bool().Draw(t, "open") {
			pauses[len(pauses)-1].To = time.Time{}
		}
		end := at.Add(step * time.Duration(rapid.IntRange(0, 1000).Draw(t, "steps")))
		want := time.Duration(0)
		for i := at; i.Before(end); i = i.Add(step) {
			if m.open(i) && !slices.ContainsFunc(pauses, func(p customer.Span) bool { return p.Contains(i) }) {
				want += step
			}
		}
		got, err := c.Between(at, end, pauses...)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

// Whatever closes more (a holiday, a cut, a pause) never moves a due earlier.
func TestClosingMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, at := drawCalendar(t)
		budget := time.Duration(rapid.Int64Range(0, 30*int64(time.Hour)).Draw(t, "budget"))
		due, err := c.Add(at, budget)
		if err != nil {
			return
		}
		n := rapid.IntRange(1, 9).Draw(t, "n")
		last, err := c.AddWorkingDays(customer.DateOf(at, m.zone), n)
		if err != nil {
			return
		}

		rules, on := m.rules, customer.DateOf(at, m.zone)+customer.Date(rapid.IntRange(-3, 6).Draw(t, "on"))
		free := !m.holiday(on) && !slices.ContainsFunc(rules.Overrides, func(o calendar.Override) bool { return o.On == on })
		if free && rapid.Bool().Draw(t, "holiday") {
			rules.Holidays = append(slices.Clone(rules.Holidays), calendar.Holiday{On: on, Name: "one more"})
		} else {
			rules.Cuts = append(slices.Clone(rules.Cuts), calendar.Cut{On: on, Hours: hours("10:00", "09:00")})
		}
		less, err := calendar.New(rules, m.zone)
		require.NoError(t, err)
		if later, err := less.Add(at, budget); err == nil {
			assert.False(t, later.Before(due), "%s, not before %s", later, due)
		}
		if later, err := less.AddWorkingDays(customer.DateOf(at, m.zone), n); err == nil {
			assert.GreaterOrEqual(t, later, last)
		}
		pause := customer.Span{From: near(t, at, 5, "pause")}
		pause.To = pause.From.Add(time.Duration(rapid.Int64Range(0, 2*24*int64(time.Hour)).Draw(t, "long")))
		if later, err := c.Add(at, budget, pause); err == nil {
			assert.False(t, later.Before(due), "%s, not before %s", later, due)
		}
	})
}

// In UTC without holidays every week is like the next.
func TestShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(100_000_000, 4_000_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		rules := drawRules(t, "UTC", customer.DateOf(at, time.UTC))
		rules.Holidays, rules.Overrides, rules.Cuts = nil, nil, nil
		c, err := calendar.New(rules, time.UTC)
		require.NoError(t, err)
		weeks := rapid.IntRange(1, 200).Draw(t, "weeks")
		shift := time.Duration(weeks) * 7 * 24 * time.Hour
		for _, budget := range []calendar.Budget{
			{OpenSeconds: rapid.Int64Range(1, 100*3600).Draw(t, "seconds")},
			{WorkingDays: rapid.IntRange(1, 30).Draw(t, "days")},
			{CalendarDays: rapid.IntRange(1, 30).Draw(t, "days")},
		} {
			due, err := c.Due(at, budget)
			if err != nil {
				refused(t, err)
				continue
			}
			shifted, err := c.Due(at.Add(shift), budget)
			require.NoError(t, err)
			assert.True(t, due.Add(shift).Equal(shifted), "%+v: %s and %d weeks is %s", budget, due, weeks, shifted)
		}
	})
}

// Working days: Add and count undo each other, dues lie on them, and nothing is due before
// what came earlier or has fewer days.
func TestWorkingDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, at := drawCalendar(t)
		on := customer.DateOf(at, m.zone)
		n := rapid.IntRange(1, 12).Draw(t, "n")
		count := func(from, until customer.Date) int {
			got, err := c.WorkingDays(from, until)
			require.NoError(t, err)
			return got
		}
		last, err := c.AddWorkingDays(on, n)
		if err != nil {
			refused(t, err)
			return
		}
		assert.Equal(t, n, count(on+1, last+1))
		assert.Equal(t, 1, count(last, last+1))
		if before, err := c.AddWorkingDays(on, -n); err == nil {
			assert.Equal(t, n, count(before, on))
			assert.Equal(t, 1, count(before, before+1))
		}
		next, err := c.AddWorkingDays(on, 0)
		require.NoError(t, err)
		assert.Zero(t, count(on, next))
		assert.Equal(t, 1, count(next, next+1))

		due, err := c.Due(at, calendar.Budget{WorkingDays: n})
		require.NoError(t, err)
		byClose, err := c.Due(at, calendar.Budget{WorkingDays: n, ByClose: true})
		require.NoError(t, err)
		assert.False(t, due.After(byClose))
		if more, err := c.Due(at, calendar.Budget{WorkingDays: n + 1}); err == nil {
			assert.True(t, more.After(due), "%s, not after %s", more, due)
		}
		after := at.Add(time.Duration(rapid.Int64Range(0, 3*24*int64(time.Hour)).Draw(t, "later")))
		later, err := c.Due(after, calendar.Budget{WorkingDays: n})
		if err == nil && customer.DateOf(after, m.zone) >= on { // in St John's the day itself went back
			assert.False(t, later.Before(due), "%s, not before %s", later, due)
		}
	})
}

// A larger share of a budget is never used earlier, all of it is used at the due, and the
// share that is used at a mark is exact to the nanosecond.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, at := drawCalendar(t)
		at = near(t, at, 3, "from")
		budget := rapid.OneOf(
			rapid.Map(rapid.Int64Range(1, 200*3600), func(n int64) calendar.Budget { return calendar.Budget{OpenSeconds: n} }),
			rapid.Map(rapid.IntRange(1, 9), func(n int) calendar.Budget { return calendar.Budget{WorkingDays: n, ByClose: n%2 == 0} }),
			rapid.Map(rapid.IntRange(1, 15), func(n int) calendar.Budget { return calendar.Budget{CalendarDays: n} }),
		).Draw(t, "budget")
		due, err := c.Due(at, budget)
		if err != nil {
			refused(t, err)
			return
		}
		marks := rapid.SliceOfN(rapid.IntRange(1, 1000), 1, 4).Draw(t, "marks")
		slices.Sort(marks)
		used := at
		for _, permille := range append(marks, 1000) {
			mark, err := c.Partway(at, budget, permille)
			require.NoError(t, err)
			require.False(t, mark.Before(used) || mark.After(due), "%d ‰ at %s: not before %s, not after %s", permille, mark, used, due)
			used = mark
			whole, part := due.Sub(at), mark.Sub(at)
			if budget.CalendarDays == 0 {
				whole, err = c.Between(at, due)
				require.NoError(t, err)
				part, err = c.Between(at, mark)
				require.NoError(t, err)
			}
			left := int64(part)*1000 - int64(whole)*int64(permille)
			require.True(t, 0 <= left && left < 1000, "%s of %s are not %d ‰", part, whole, permille)
		}
		require.True(t, used.Equal(due), "all is used at %s, not at %s", due, used)
	})
}

// A pause between the close and the next opening changes nothing.
func TestPauseOutsideHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, at := drawCalendar(t)
		open, err := c.Open(near(t, at, 4, "pause"))
		if err != nil || open.To.IsZero() {
			return
		}
		next, err := c.Open(open.To)
		if err != nil {
			return
		}
		shut := int64(next.From.Sub(open.To))
		require.Positive(t, shut)
		marks := []int64{rapid.Int64Range(0, shut).Draw(t, "from"), rapid.Int64Range(0, shut).Draw(t, "to")}
		slices.Sort(marks)
		pause := customer.Span{From: open.To.Add(time.Duration(marks[0])), To: open.To.Add(time.Duration(marks[1]))}

		start := near(t, at, 6, "start")
		stop := start.Add(time.Duration(rapid.Int64Range(0, 9*24*int64(time.Hour)).Draw(t, "stop")))
		want, err := c.Between(start, stop)
		require.NoError(t, err)
		got, err := c.Between(start, stop, pause)
		require.NoError(t, err)
		require.Equal(t, want, got)
		budget := time.Duration(rapid.Int64Range(0, 40*int64(time.Hour)).Draw(t, "budget"))
		due, err := c.Add(start, budget)
		if err != nil {
			return
		}
		paused, err := c.Add(start, budget, pause)
		require.NoError(t, err)
		require.True(t, due.Equal(paused), "due at %s without %v, at %s with it", due, pause, paused)
	})
}

// Where all days have the same hours, none over midnight, a budget of working days is given
// exactly so many days of them, whenever it comes.
func TestWorkingDaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quarters := drawQuarters(t)
		if len(quarters) == 0 {
			return
		}
		row, length := calendar.Weekly{}, time.Duration(0)
		for i := 0; i < len(quarters); i += 2 {
			row.Hours = append(row.Hours, hours(clockText(quarters[i]), clockText(quarters[i+1])))
			length += time.Duration(quarters[i+1]-quarters[i]) * 15 * time.Minute
		}
		for i := range 7 {
			if i == 2 || rapid.Bool().Draw(t, "works") {
				row.Days = append(row.Days, customer.Weekday(i+1))
			}
		}
		c, err := calendar.New(calendar.Rules{
			Edition: customer.Edition{ID: "same", Version: 1}, Zone: "UTC", Weekly: []calendar.Weekly{row},
		}, time.UTC)
		require.NoError(t, err)
		at := time.Unix(rapid.Int64Range(100_000_000, 4_000_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		n := rapid.IntRange(1, 12).Draw(t, "n")
		due, err := c.Due(at, calendar.Budget{WorkingDays: n})
		require.NoError(t, err)
		given, err := c.Between(at, due)
		require.NoError(t, err)
		require.Equal(t, time.Duration(n)*length, given)
	})
}

// Two years, at every hour, between which nothing changes: 250 holidays, Sundays worked,
// early closings and two changes of clocks a year.
func TestTwoYears(t *testing.T) {
	c, from, to := years(t)
	m := model{yearsRules(t), from.Location()}
	const every = time.Hour
	want := time.Duration(0)
	for at := from; at.Before(to); at = at.Add(every) {
		if m.open(at) {
			want += every
		}
	}
	got, err := c.Between(from, to)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Positive(t, want)
}
