package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// britain is an office from nine to five with the holidays around Easter 2026.
func britain(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	return compile(tb, calendar.Rules{
		Edition: customer.Edition{ID: "britain", Version: 1}, Zone: "Europe/London",
		Weekly: []calendar.Weekly{{
			Days: []customer.Weekday{monday, tuesday, wednesday, thursday, friday}, Hours: []calendar.Hours{hours("09:00", "17:00")},
		}},
		Holidays: []calendar.Holiday{
			{On: day(tb, "2026-04-03"), Name: "Good Friday"},
			{On: day(tb, "2026-04-06"), Name: "Easter Monday"},
		},
	})
}

// china is an office with the holidays of autumn 2026 and the days worked for them, as the
// State Council announced them. They are the test's data: hosts bring their own.
func china(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	rules := office("Asia/Shanghai")
	working := []calendar.Hours{hours("09:00", "12:00"), hours("13:00", "18:00")}
	rules.Holidays = []calendar.Holiday{
		{On: day(tb, "2026-09-25"), Through: day(tb, "2026-09-27"), Name: "中秋节"},
		{On: day(tb, "2026-10-01"), Through: day(tb, "2026-10-07"), Name: "国庆节"},
	}
	rules.Overrides = []calendar.Override{
		{On: day(tb, "2026-09-20"), Name: "国庆节调休上班", Hours: working},
		{On: day(tb, "2026-10-10"), Name: "国庆节调休上班", Hours: working},
	}
	return compile(tb, rules)
}

func TestDue(t *testing.T) {
	london, shanghai := britain(t), china(t)
	third := calendar.Budget{WorkingDays: 3, ByClose: true} // the third business day, by its close (FCA DISP 1.5)
	seven := calendar.Budget{WorkingDays: 7, ByClose: true} // 七个工作日
	for _, tc := range []struct {
		name   string
		c      *calendar.Calendar
		zone   string
		from   string
		budget calendar.Budget
		due    string
	}{
		{"third business day", london, "Europe/London", "2026-04-13 11:20", third, "2026-04-16 17:00"},
		{"over the weekend", london, "Europe/London", "2026-04-16 11:20", third, "2026-04-21 17:00"},
		{"over Easter", london, "Europe/London", "2026-04-02 11:20", third, "2026-04-09 17:00"},
		{"received on Good Friday", london, "Europe/London", "2026-04-03 11:20", third, "2026-04-09 17:00"},
		{"received on the Saturday", london, "Europe/London", "2026-04-04 11:20", third, "2026-04-09 17:00"},
		{"received on Easter Monday", london, "Europe/London", "2026-04-06 23:59", third, "2026-04-09 17:00"},
		{"received on the first working day after", london, "Europe/London", "2026-04-07 00:00", third, "2026-04-10 17:00"},

		{"seven working days, a Saturday worked", shanghai, "Asia/Shanghai", "2026-09-23 10:00", seven, "2026-10-10 18:00"},
		{"the day before it", shanghai, "Asia/Shanghai", "2026-09-22 10:00", seven, "2026-10-09 18:00"},
		{"a Sunday worked is the first", shanghai, "Asia/Shanghai", "2026-09-18 10:00", calendar.Budget{WorkingDays: 1, ByClose: true}, "2026-09-20 18:00"},
		{"received on a Sunday worked", shanghai, "Asia/Shanghai", "2026-09-20 10:00", calendar.Budget{WorkingDays: 1}, "2026-09-21 10:00"},

		{"keeps the time of day", london, "Europe/London", "2026-04-16 11:20", calendar.Budget{WorkingDays: 1}, "2026-04-17 11:20"},
		{"to the second", london, "Europe/London", "2026-04-16 11:20:07", calendar.Budget{WorkingDays: 2}, "2026-04-20 11:20:07"},
		{"over the change of clocks", london, "Europe/London", "2026-03-27 11:20", calendar.Budget{WorkingDays: 1}, "2026-03-30 11:20"},
		{"before the opening", london, "Europe/London", "2026-04-16 03:00", calendar.Budget{WorkingDays: 1}, "2026-04-17 09:00"},
		{"on the opening", london, "Europe/London", "2026-04-16 09:00", calendar.Budget{WorkingDays: 1}, "2026-04-17 09:00"},
		{"on the close", london, "Europe/London", "2026-04-16 17:00", calendar.Budget{WorkingDays: 1}, "2026-04-17 17:00"},
		{"after the close", london, "Europe/London", "2026-04-16 20:00", calendar.Budget{WorkingDays: 1}, "2026-04-17 17:00"},
		{"on a day off", london, "Europe/London", "2026-04-18 03:00", calendar.Budget{WorkingDays: 1}, "2026-04-20 17:00"},
		{"when the break begins", shanghai, "Asia/Shanghai", "2026-09-16 12:00", calendar.Budget{WorkingDays: 1}, "2026-09-17 12:00"},
		{"when the break is over", shanghai, "Asia/Shanghai", "2026-09-16 13:00", calendar.Budget{WorkingDays: 1}, "2026-09-17 13:00"},
		{"in the break", shanghai, "Asia/Shanghai", "2026-09-16 12:30", calendar.Budget{WorkingDays: 1}, "2026-09-17 12:00"},

		{"calendar days", london, "Europe/London", "2026-04-16 11:20", calendar.Budget{CalendarDays: 1}, "2026-04-18 00:00"},
		{"from midnight", london, "Europe/London", "2026-04-16 00:00", calendar.Budget{CalendarDays: 1}, "2026-04-18 00:00"},
		{"up to midnight", london, "Europe/London", "2026-04-16 23:59:59", calendar.Budget{CalendarDays: 1}, "2026-04-18 00:00"},
		{"eight weeks over the change of clocks", london, "Europe/London", "2026-03-02 11:20", calendar.Budget{CalendarDays: 56}, "2026-04-28 00:00"},
		{"over the end of February", london, "Europe/London", "2028-02-28 11:20", calendar.Budget{CalendarDays: 1}, "2028-03-01 00:00"},
		{"ends on a holiday", london, "Europe/London", "2026-03-27 11:20", calendar.Budget{CalendarDays: 7}, "2026-04-04 00:00"},
		{"moved to the next working day", london, "Europe/London", "2026-03-27 11:20", calendar.Budget{CalendarDays: 7, EndsWorking: true}, "2026-04-08 00:00"},
		{"a working day is not moved", london, "Europe/London", "2026-03-26 11:20", calendar.Budget{CalendarDays: 7, EndsWorking: true}, "2026-04-03 00:00"},

		{"open time", london, "Europe/London", "2026-04-02 16:00", calendar.Budget{OpenSeconds: 2 * 3600}, "2026-04-07 10:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			zone := zoneOf(t, tc.zone)
			due, err := tc.c.Due(instantIn(t, tc.from, zone), tc.budget)
			require.NoError(t, err)
			assertInstant(t, instantIn(t, tc.due, zone), due)
		})
	}
}

// The close of a working day is where its own hours end, on the next day too, and what is
// taken out of them there is taken out.
func TestDueOvernight(t *testing.T) {
	bar := calendar.Rules{
		Edition: customer.Edition{ID: "bar", Version: 1}, Zone: "Europe/Berlin",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{friday, saturday}, Hours: []calendar.Hours{hours("20:00", "02:00")}}},
	}
	zone, on := zoneOf(t, bar.Zone), day(t, "2026-11-21") // a Saturday
	for _, tc := range []struct {
		name   string
		change func(*calendar.Rules)
		due    string
	}{
		{"as every week", func(*calendar.Rules) {}, "2026-11-21 02:00"},
		{"a holiday on the day after", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: on, Name: "holiday"}}
		}, "2026-11-21 00:00"},
		{"a cut on the day after", func(r *calendar.Rules) {
			r.Cuts = []calendar.Cut{{On: on, Hours: hours("01:00", "03:00")}}
		}, "2026-11-21 01:00"},
		{"other hours on the day after", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: on, Hours: []calendar.Hours{hours("12:00", "16:00")}}}
		}, "2026-11-21 02:00"},
		{"hours on the day after that begin before it is over", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: on, Hours: []calendar.Hours{hours("01:00", "01:30")}}}
		}, "2026-11-21 01:00"},
		{"hours on the day after that begin where it is cut", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: on, Hours: []calendar.Hours{hours("00:00", "01:30")}}}
			r.Cuts = []calendar.Cut{{On: on, Hours: hours("00:00", "01:00")}}
		}, "2026-11-21 00:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := bar
			tc.change(&rules)
			due, err := compile(t, rules).Due(instantIn(t, "2026-11-18 10:00", zone), calendar.Budget{WorkingDays: 1, ByClose: true})
			require.NoError(t, err)
			assertInstant(t, instantIn(t, tc.due, zone), due)
		})
	}
}

// Where a clock warns: a share of the budget, in each unit.
func TestPartway(t *testing.T) {
	london, shanghai := britain(t), china(t)
	third := calendar.Budget{WorkingDays: 3, ByClose: true}
	four := calendar.Budget{OpenSeconds: 4 * 3600}
	for _, tc := range []struct {
		name     string
		c        *calendar.Calendar
		zone     string
		from     string
		budget   calendar.Budget
		permille int
		at       string
	}{
		{"half of four hours", london, "Europe/London", "2026-04-16 16:00", four, 500, "2026-04-17 10:00"},
		{"a quarter, on the close", london, "Europe/London", "2026-04-16 16:00", four, 250, "2026-04-16 17:00"},
		{"a thousandth more", london, "Europe/London", "2026-04-16 16:00", four, 251, "2026-04-17 09:00:14.4"},
		{"all of four hours", london, "Europe/London", "2026-04-16 16:00", four, 1000, "2026-04-17 12:00"},
		{"a thousandth of a second", london, "Europe/London", "2026-04-16 16:00", calendar.Budget{OpenSeconds: 1}, 1, "2026-04-16 16:00:00.001"},

		// From Monday at one 4 + 3×8 hours up to Thursday's close.
		{"half of three working days", london, "Europe/London", "2026-04-13 13:00", third, 500, "2026-04-15 11:00"},
		{"three quarters of them", london, "Europe/London", "2026-04-13 13:00", third, 750, "2026-04-16 10:00"},
		{"all of them", london, "Europe/London", "2026-04-13 13:00", third, 1000, "2026-04-16 17:00"},
		{"half of one over a weekend", london, "Europe/London", "2026-04-17 13:00", calendar.Budget{WorkingDays: 1}, 500, "2026-04-17 17:00"},
		{"over the holidays, which nobody is warned in", shanghai, "Asia/Shanghai", "2026-09-29 18:00", third, 500, "2026-10-08 14:00"},
		{"due on an opening", london, "Europe/London", "2026-04-16 03:00", calendar.Budget{WorkingDays: 1}, 1000, "2026-04-17 09:00"},
		{"shortly before it", london, "Europe/London", "2026-04-16 03:00", calendar.Budget{WorkingDays: 1}, 875, "2026-04-16 16:00"},

		{"half of 56 calendar days", shanghai, "Asia/Shanghai", "2026-03-02 00:00", calendar.Budget{CalendarDays: 56}, 500, "2026-03-30 12:00"},
		{"half of one, from noon", shanghai, "Asia/Shanghai", "2026-03-02 12:00", calendar.Budget{CalendarDays: 1}, 500, "2026-03-03 06:00"},
		{"over a holiday", london, "Europe/London", "2026-04-03 00:00", calendar.Budget{CalendarDays: 3}, 250, "2026-04-04 00:00"},
		{"up to a moved end", london, "Europe/London", "2026-04-02 00:00", calendar.Budget{CalendarDays: 1, EndsWorking: true}, 500, "2026-04-05 00:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			zone := zoneOf(t, tc.zone)
			at, err := tc.c.Partway(instantIn(t, tc.from, zone), tc.budget, tc.permille)
			require.NoError(t, err)
			assertInstant(t, instantIn(t, tc.at, zone), at)
			assert.Equal(t, zone.String(), at.Location().String())
		})
	}
}

// Pauses stop open time, and nothing else.
func TestDuePauses(t *testing.T) {
	c, zone := britain(t), zoneOf(t, "Europe/London")
	from := instantIn(t, "2026-04-16 10:00", zone)
	waiting := customer.Span{From: instantIn(t, "2026-04-16 12:00", zone), To: instantIn(t, "2026-04-16 13:30", zone)}
	four := calendar.Budget{OpenSeconds: 4 * 3600}
	due, err := c.Due(from, four, waiting)
	require.NoError(t, err)
	assertInstant(t, instantIn(t, "2026-04-16 15:30", zone), due)
	half, err := c.Partway(from, four, 500, waiting)
	require.NoError(t, err)
	assertInstant(t, waiting.From, half, "used when the pause begins")
	more, err := c.Partway(from, four, 501, waiting)
	require.NoError(t, err)
	assertInstant(t, waiting.To.Add(14400*time.Millisecond), more)

	waiting.To = time.Time{}
	half, err = c.Partway(from, four, 500, waiting)
	require.NoError(t, err)
	assertInstant(t, waiting.From, half, "it stands still after the warning")
	_, err = c.Partway(from, four, 501, waiting)
	assert.Equal(t, calendar.CodePaused, refusalOf(t, err)[0].Code)
	_, err = c.Due(from, four, waiting)
	assert.Equal(t, calendar.CodePaused, refusalOf(t, err)[0].Code)

	const onlyOpen = "except: stand beside a budget of open time only: nothing stops one in days"
	for _, budget := range []calendar.Budget{{WorkingDays: 3}, {CalendarDays: 56}} {
		_, err = c.Due(from, budget, waiting)
		assert.Equal(t, []string{onlyOpen}, faultsOf(t, err))
	}
	_, err = c.Partway(from, calendar.Budget{CalendarDays: -1}, 1001, waiting)
	assert.Equal(t, []string{"permille: is 1 to 1000", "budget.calendar_days: is 1 to 3650", onlyOpen}, faultsOf(t, err))
	_, err = c.Partway(from, four, 0)
	assert.Equal(t, []string{"permille: is 1 to 1000"}, faultsOf(t, err))
	_, err = c.Partway(time.Time{}, calendar.Budget{WorkingDays: 3}, 500)
	assert.Equal(t, []string{"from: is an instant"}, faultsOf(t, err))
	_, err = c.Due(from, four, customer.Span{From: from, To: from.Add(-1)})
	assert.Equal(t, []string{"except[0].to: is not before from"}, faultsOf(t, err))
}

// What comes in the second pass of a repeated hour is not due before what came in the first.
func TestDueFold(t *testing.T) {
	c := compile(t, always("Europe/Berlin"))
	for _, tc := range []struct{ from, due string }{
		{"2026-10-25T02:50:00+02:00", "2026-10-26T02:50:00+01:00"},
		{"2026-10-25T02:10:00+01:00", "2026-10-26T03:00:00+01:00"},
		{"2026-10-25T03:00:00+01:00", "2026-10-26T03:00:00+01:00"},
		{"2026-10-25T03:10:00+01:00", "2026-10-26T03:10:00+01:00"},
	} {
		due, err := c.Due(instantIn(t, tc.from, time.UTC), calendar.Budget{WorkingDays: 1})
		require.NoError(t, err)
		assertInstant(t, instantIn(t, tc.due, time.UTC), due, tc.from)
	}
}

// Calendar days end where a day ends in the zone, at its first midnight or where that is
// skipped.
func TestDueMidnight(t *testing.T) {
	for _, tc := range []struct{ zone, from, due string }{
		{"America/Sao_Paulo", "2018-11-02T12:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"Asia/Tehran", "2021-03-20T12:00:00+03:30", "2021-03-22T01:00:00+04:30"},
		{"Pacific/Apia", "2011-12-28T12:00:00-10:00", "2011-12-31T00:00:00+14:00"},
	} {
		c := compile(t, always(tc.zone))
		due, err := c.Due(instantIn(t, tc.from, time.UTC), calendar.Budget{CalendarDays: 1})
		require.NoError(t, err)
		assertInstant(t, instantIn(t, tc.due, time.UTC), due, tc.zone)
	}
}

func TestAddWorkingDays(t *testing.T) {
	c := china(t)
	for _, tc := range []struct {
		on   string
		n    int
		want string
	}{
		{"2026-09-18", 0, "2026-09-18"},
		{"2026-09-19", 0, "2026-09-20"}, // the Sunday that is worked
		{"2026-09-18", 1, "2026-09-20"},
		{"2026-09-18", 2, "2026-09-21"},
		{"2026-09-21", -1, "2026-09-20"},
		{"2026-09-21", -2, "2026-09-18"},
		{"2026-10-01", 0, "2026-10-08"},
		{"2026-10-01", 3, "2026-10-10"},
		{"2026-10-05", -1, "2026-09-30"}, // a greeting that must be out before the holidays
		{"2026-10-11", -1, "2026-10-10"},
	} {
		got, err := c.AddWorkingDays(day(t, tc.on), tc.n)
		require.NoError(t, err)
		assert.Equal(t, day(t, tc.want), got, "%s %+d", tc.on, tc.n)
	}
}

func TestBudget(t *testing.T) {
	const oneUnit = "budget: is in exactly one unit: open_seconds, working_days or calendar_days"
	for _, tc := range []struct {
		name   string
		budget calendar.Budget
		want   []string
	}{
		{"none", calendar.Budget{}, []string{oneUnit}},
		{"two units", calendar.Budget{OpenSeconds: 1, WorkingDays: 1}, []string{oneUnit}},
		{"three units", calendar.Budget{OpenSeconds: 1, WorkingDays: 1, CalendarDays: 1}, []string{oneUnit}},
		{"below zero", calendar.Budget{WorkingDays: -1}, []string{"budget.working_days: is 1 to 3650"}},
		{"too many days", calendar.Budget{CalendarDays: 3651}, []string{"budget.calendar_days: is 1 to 3650"}},
		{"too many seconds", calendar.Budget{OpenSeconds: calendar.MaxOpenSeconds + 1}, []string{"budget.open_seconds: is 1 to 315360000"}},
		{"close of a calendar day", calendar.Budget{CalendarDays: 1, ByClose: true}, []string{"budget.by_close: stands beside working_days only"}},
		{"working days end working", calendar.Budget{WorkingDays: 1, EndsWorking: true}, []string{"budget.ends_working: stands beside calendar_days only"}},
		{
			"all at once",
			calendar.Budget{OpenSeconds: -1, WorkingDays: 4000, EndsWorking: true},
			[]string{"budget.open_seconds: is 1 to 315360000", "budget.working_days: is 1 to 3650", oneUnit, "budget.ends_working: stands beside calendar_days only"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := britain(t).Due(instantIn(t, "2026-04-16 11:20", time.UTC), tc.budget)
			assert.Equal(t, tc.want, faultsOf(t, err))
		})
	}
	for _, longest := range []calendar.Budget{{OpenSeconds: calendar.MaxOpenSeconds}, {WorkingDays: calendar.MaxDays}, {CalendarDays: calendar.MaxDays}} {
		_, err := compile(t, always("Europe/London")).Due(instantIn(t, "2026-04-16 00:00", time.UTC), longest)
		assert.NoError(t, err, "the longest budget fits the horizon: %+v", longest)
	}
}

// Budgets are pinned in entries: their text is format.
func TestBudgetText(t *testing.T) {
	for text, budget := range map[string]calendar.Budget{
		`{"open_seconds":14400}`:                   {OpenSeconds: 14400},
		`{"working_days":3,"by_close":true}`:       {WorkingDays: 3, ByClose: true},
		`{"calendar_days":15,"ends_working":true}`: {CalendarDays: 15, EndsWorking: true},
		`{"working_days":7}`:                       {WorkingDays: 7},
		`{"calendar_days":56}`:                     {CalendarDays: 56},
	} {
		written, err := json.Marshal(budget)
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		read, err := customer.ParseRules[calendar.Budget]([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, budget, read)
	}
}
