package calendar_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// row A26: business hours with a lunch break. 20 November 2026 is a Friday.
func TestAdd(t *testing.T) {
	zone := zoneOf(t, "Asia/Shanghai")
	c := compile(t, office("Asia/Shanghai"))
	for _, tc := range []struct {
		name   string
		from   string
		budget time.Duration
		due    string
	}{
		{"within the morning", "2026-11-20 09:30", time.Hour, "2026-11-20 10:30"},
		{"deadline on the close", "2026-11-20 16:00", 2 * time.Hour, "2026-11-20 18:00"},
		{"a second short of the close", "2026-11-20 16:00", 2*time.Hour - time.Second, "2026-11-20 17:59:59"},
		{"a second over the close", "2026-11-20 16:00", 2*time.Hour + time.Second, "2026-11-23 09:00:01"},
		{"deadline on the break", "2026-11-20 11:00", time.Hour, "2026-11-20 12:00"},
		{"a second over the break", "2026-11-20 11:00", time.Hour + time.Second, "2026-11-20 13:00:01"},
		{"over the break", "2026-11-20 11:30", time.Hour, "2026-11-20 13:30"},
		{"start in the break", "2026-11-20 12:20", time.Hour, "2026-11-20 14:00"},
		{"start on the close", "2026-11-20 18:00", time.Hour, "2026-11-23 10:00"},
		{"start on the opening", "2026-11-20 09:00", time.Hour, "2026-11-20 10:00"},
		{"start before the opening", "2026-11-20 03:00", time.Hour, "2026-11-20 10:00"},
		{"start at the weekend", "2026-11-21 11:00", time.Hour, "2026-11-23 10:00"},
		{"given Friday at a quarter to five", "2026-11-20 16:45", 4 * time.Hour, "2026-11-23 11:45"},
		{"zero budget while open", "2026-11-20 10:00", 0, "2026-11-20 10:00"},
		{"zero budget on the opening", "2026-11-20 09:00", 0, "2026-11-20 09:00"},
		{"zero budget in the break", "2026-11-20 12:00", 0, "2026-11-20 13:00"},
		{"zero budget on the close", "2026-11-20 18:00", 0, "2026-11-23 09:00"},
		{"zero budget at the weekend", "2026-11-22 18:00", 0, "2026-11-23 09:00"},
		{"a whole week", "2026-11-16 09:00", 40 * time.Hour, "2026-11-20 18:00"},
		{"two years and more", "2026-11-16 09:00", 110*40*time.Hour + time.Second, "2028-12-25 09:00:01"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			from, want := instantIn(t, tc.from, zone), instantIn(t, tc.due, zone)
			due, err := c.Add(from, tc.budget)
			require.NoError(t, err)
			assertInstant(t, want, due)
			used, err := c.Between(from, due)
			require.NoError(t, err)
			assert.Equal(t, tc.budget, used)
		})
	}
}

// What does not count: pauses. The clock starts on Friday at a quarter to five with four
// hours, which end on Monday at a quarter to twelve.
func TestPauses(t *testing.T) {
	zone := zoneOf(t, "Asia/Shanghai")
	rules := office("Asia/Shanghai")
	rules.Holidays = []calendar.Holiday{{On: day(t, "2026-11-25"), Name: "holiday"}}
	c := compile(t, rules)
	const start = "2026-11-20 16:45"
	for _, tc := range []struct {
		name   string
		pauses []string // from, to; an open one has no to
		due    string   // "": it stands still
		stop   string
		used   time.Duration // from the start to the stop
	}{
		{"none", nil, "2026-11-23 11:45", "2026-11-23 10:00", 2*time.Hour + 15*time.Minute},
		{
			"pause outside hours",
			[]string{"2026-11-20 19:00", "2026-11-23 08:00"},
			"2026-11-23 11:45", "2026-11-23 10:00", 2*time.Hour + 15*time.Minute,
		},
		{
			"pause inside hours",
			[]string{"2026-11-20 17:00", "2026-11-20 17:30"},
			"2026-11-23 13:15", "2026-11-23 10:00", time.Hour + 45*time.Minute,
		},
		{
			"overlapping pauses",
			[]string{"2026-11-20 17:00", "2026-11-20 17:30", "2026-11-20 17:15", "2026-11-20 17:45"},
			"2026-11-23 13:30", "2026-11-23 10:00", time.Hour + 30*time.Minute,
		},
		{
			"a pause within a pause",
			[]string{"2026-11-20 17:00", "2026-11-20 17:45", "2026-11-20 17:15", "2026-11-20 17:30"},
			"2026-11-23 13:30", "2026-11-23 10:00", time.Hour + 30*time.Minute,
		},
		{
			"a pause twice",
			[]string{"2026-11-20 17:00", "2026-11-20 17:30", "2026-11-20 17:00", "2026-11-20 17:30"},
			"2026-11-23 13:15", "2026-11-23 10:00", time.Hour + 45*time.Minute,
		},
		{
			"pause still open",
			[]string{"2026-11-23 09:15"},
			"", "2026-11-24 10:00", time.Hour + 30*time.Minute,
		},
		{
			"open pause after the due",
			[]string{"2026-11-23 11:45"},
			"2026-11-23 11:45", "2026-11-24 10:00", 4 * time.Hour,
		},
		{
			"open pause at the due less a second",
			[]string{"2026-11-23 11:44:59"},
			"", "2026-11-24 10:00", 4*time.Hour - time.Second,
		},
		{
			"stop while paused",
			[]string{"2026-11-23 09:15", "2026-11-23 11:15"},
			"2026-11-23 14:45", "2026-11-23 10:00", time.Hour + 30*time.Minute,
		},
		{
			"pause before the start",
			[]string{"2026-11-20 14:00", "2026-11-20 16:45"},
			"2026-11-23 11:45", "2026-11-23 10:00", 2*time.Hour + 15*time.Minute,
		},
		{
			"pause over the start",
			[]string{"2026-11-20 14:00", "2026-11-20 17:00"},
			"2026-11-23 12:00", "2026-11-23 10:00", 2 * time.Hour,
		},
		{
			"pause after the stop",
			[]string{"2026-11-23 10:00", "2026-11-23 11:00"},
			"2026-11-23 13:45", "2026-11-23 10:00", 2*time.Hour + 15*time.Minute,
		},
		{
			"stopped at noon, reopened after the breach",
			[]string{"2026-11-23 12:00", "2026-11-26 09:00"},
			"2026-11-23 11:45", "2026-11-26 11:00", 6*time.Hour + 15*time.Minute,
		},
		{
			"holiday inside a pause",
			[]string{"2026-11-20 17:45", "2026-11-26 09:00"},
			"2026-11-26 12:00", "2026-11-26 10:00", 2 * time.Hour,
		},
		{
			"empty pause",
			[]string{"2026-11-23 09:30", "2026-11-23 09:30"},
			"2026-11-23 11:45", "2026-11-23 10:00", 2*time.Hour + 15*time.Minute,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var pauses []customer.Span
			for i := 0; i < len(tc.pauses); i += 2 {
				pause := customer.Span{From: instantIn(t, tc.pauses[i], zone)}
				if i+1 < len(tc.pauses) {
					pause.To = instantIn(t, tc.pauses[i+1], zone)
				}
				pauses = append(pauses, pause)
			}
			used, err := c.Between(instantIn(t, start, zone), instantIn(t, tc.stop, zone), pauses...)
			require.NoError(t, err)
			assert.Equal(t, tc.used, used)
			due, err := c.Add(instantIn(t, start, zone), 4*time.Hour, pauses...)
			if tc.due == "" {
				var refusal *customer.Refusal
				require.ErrorAs(t, err, &refusal)
				require.Len(t, refusal.Missing, 1)
				assert.Equal(t, calendar.CodePaused, refusal.Missing[0].Code)
				assert.Equal(t, int64((4*time.Hour-tc.used)/time.Second), refusal.Missing[0].Fact)
				assertInstant(t, pauses[0].From, refusal.Missing[0].At)
				return
			}
			require.NoError(t, err)
			assertInstant(t, instantIn(t, tc.due, zone), due)
		})
	}
	t.Run("zero budget in a pause", func(t *testing.T) {
		pause := customer.Span{From: instantIn(t, "2026-11-20 16:00", zone), To: instantIn(t, "2026-11-20 19:00", zone)}
		due, err := c.Add(instantIn(t, start, zone), 0, pause)
		require.NoError(t, err)
		assertInstant(t, instantIn(t, "2026-11-23 09:00", zone), due)
	})
	t.Run("pauses of other ages", func(t *testing.T) {
		for year := 1; year < 1900; year += 10 {
			long := customer.Span{From: time.Date(year, 1, 1, 0, 0, 0, 0, zone), To: time.Date(year+9, 1, 1, 0, 0, 0, 0, zone)}
			ahead := customer.Span{From: time.Date(2400+year, 1, 1, 0, 0, 0, 0, zone), To: time.Date(9999, 1, 1, 0, 0, 0, 0, zone)}
			due, err := c.Add(instantIn(t, start, zone), 4*time.Hour, long, ahead)
			require.NoError(t, err)
			assertInstant(t, instantIn(t, "2026-11-23 11:45", zone), due, year)
			used, err := c.Between(instantIn(t, start, zone), due, long, ahead)
			require.NoError(t, err)
			assert.Equal(t, 4*time.Hour, used, year)
		}
	})
	t.Run("a span without a start is from ever", func(t *testing.T) {
		until := instantIn(t, "2026-11-23 09:30", zone)
		used, err := c.Between(instantIn(t, start, zone), instantIn(t, "2026-11-23 10:00", zone), customer.Span{To: until})
		require.NoError(t, err)
		assert.Equal(t, 30*time.Minute, used)
	})
}

// On the days on which the clocks change, hours are what the wall clock reads.
func TestClockChanges(t *testing.T) {
	for _, tc := range []struct {
		name, zone string
		hours      calendar.Hours
		on         string
		open       []string // spans, with their distance from UTC
		working    bool
	}{
		{"over the gap", "Europe/Berlin", hours("01:00", "04:00"), "2026-03-29", []string{"2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00"}, true},
		{"into the gap", "Europe/Berlin", hours("01:30", "02:30"), "2026-03-29", []string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"}, true},
		{"out of the gap", "Europe/Berlin", hours("02:30", "03:30"), "2026-03-29", []string{"2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"}, true},
		{"within the gap", "Europe/Berlin", hours("02:15", "02:45"), "2026-03-29", nil, false},
		{"the whole gap", "Europe/Berlin", hours("02:00", "03:00"), "2026-03-29", nil, false},
		{"over the fold", "Europe/Berlin", hours("01:00", "04:00"), "2026-10-25", []string{"2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00"}, true},
		{"within the fold", "Europe/Berlin", hours("02:15", "02:45"), "2026-10-25", []string{
			"2026-10-25T02:15:00+02:00", "2026-10-25T02:45:00+02:00", "2026-10-25T02:15:00+01:00", "2026-10-25T02:45:00+01:00",
		}, true},
		{"into the fold", "Europe/Berlin", hours("01:30", "02:30"), "2026-10-25", []string{
			"2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00",
		}, true},
		{"a day of 23 hours", "Europe/Berlin", hours("00:00", "24:00"), "2026-03-29", []string{"2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"}, true},
		{"a day of 25 hours", "Europe/Berlin", hours("00:00", "24:00"), "2026-10-25", []string{"2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"}, true},
		{"no midnight in São Paulo", "America/Sao_Paulo", hours("00:00", "02:00"), "2018-11-04", []string{"2018-11-04T01:00:00-02:00", "2018-11-04T02:00:00-02:00"}, true},
		{"the hour that São Paulo skips", "America/Sao_Paulo", hours("00:00", "01:00"), "2018-11-04", nil, false},
		{"two elevens in São Paulo", "America/Sao_Paulo", hours("22:00", "24:00"), "2018-02-17", []string{"2018-02-17T22:00:00-02:00", "2018-02-18T00:00:00-03:00"}, true},
		{"no midnight in Tehran", "Asia/Tehran", hours("00:00", "08:00"), "2021-03-22", []string{"2021-03-22T01:00:00+04:30", "2021-03-22T08:00:00+04:30"}, true},
		{"two elevens in Tehran", "Asia/Tehran", hours("23:30", "24:00"), "2021-09-21", []string{
			"2021-09-21T23:30:00+04:30", "2021-09-22T00:00:00+04:30", "2021-09-21T23:30:00+03:30", "2021-09-22T00:00:00+03:30",
		}, true},
		{"a day back at a minute past midnight", "America/St_Johns", hours("00:00", "24:00"), "2010-11-06", []string{
			"2010-11-06T00:00:00-02:30", "2010-11-07T00:00:00-02:30", "2010-11-06T23:01:00-03:30", "2010-11-07T00:00:00-03:30",
		}, true},
		{"half an hour on Lord Howe", "Australia/Lord_Howe", hours("01:00", "03:00"), "2026-10-04", []string{"2026-10-04T01:00:00+10:30", "2026-10-04T03:00:00+11:00"}, true},
		{"44 minutes and a half in Monrovia", "Africa/Monrovia", hours("00:00", "02:00"), "1972-01-07", []string{"1972-01-07T00:44:30Z", "1972-01-07T02:00:00Z"}, true},
		{"to the second in Monrovia", "Africa/Monrovia", hours("22:00", "24:00"), "1972-01-06", []string{"1972-01-06T22:44:30Z", "1972-01-07T00:44:30Z"}, true},
		{"the day that Apia left out", "Pacific/Apia", hours("00:00", "24:00"), "2011-12-30", nil, false},
		{"the day before it", "Pacific/Apia", hours("00:00", "24:00"), "2011-12-29", []string{"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"}, true},
		{"the last day of a leap year far away", "Europe/Berlin", hours("00:00", "24:00"), "2096-12-31", []string{"2096-12-31T00:00:00+01:00", "2097-01-01T00:00:00+01:00"}, true},
		{"summer time after it", "Europe/Berlin", hours("09:00", "18:00"), "2097-07-01", []string{"2097-07-01T09:00:00+02:00", "2097-07-01T18:00:00+02:00"}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compile(t, calendar.Rules{
				Edition: customer.Edition{ID: "daily", Version: 1}, Zone: tc.zone, Weekly: []calendar.Weekly{calendar.Daily(tc.hours)},
			})
			got, err := c.Day(day(t, tc.on))
			require.NoError(t, err)
			assert.Equal(t, tc.working, got.Working)
			require.Len(t, got.Open, len(tc.open)/2)
			for i, span := range got.Open {
				assertInstant(t, instantIn(t, tc.open[2*i], time.UTC), span.From)
				assertInstant(t, instantIn(t, tc.open[2*i+1], time.UTC), span.To)
				length, err := c.Between(span.From, span.To)
				require.NoError(t, err)
				assert.Equal(t, span.To.Sub(span.From), length, "physical time")
			}
		})
	}
}

// Hours that end at 24:00 or 00:00 are the same, and meet those that begin at 00:00.
func TestMidnight(t *testing.T) {
	zone := zoneOf(t, "Europe/Berlin")
	for _, end := range []string{"24:00", "00:00"} {
		rules := calendar.Rules{
			Edition: customer.Edition{ID: "night", Version: 1}, Zone: "Europe/Berlin",
			Weekly: []calendar.Weekly{
				{Days: []customer.Weekday{friday}, Hours: []calendar.Hours{hours("22:00", end)}},
				{Days: []customer.Weekday{saturday}, Hours: []calendar.Hours{hours("00:00", "06:00")}},
			},
		}
		c := compile(t, rules)
		span, err := c.Open(instantIn(t, "2026-11-20 12:00", zone))
		require.NoError(t, err)
		assertInstant(t, instantIn(t, "2026-11-20 22:00", zone), span.From)
		assertInstant(t, instantIn(t, "2026-11-21 06:00", zone), span.To)
		due, err := c.Add(span.From, 2*time.Hour)
		require.NoError(t, err)
		assertInstant(t, instantIn(t, "2026-11-21 00:00", zone), due)
		isOpen, err := c.Contains(due)
		require.NoError(t, err)
		assert.True(t, isOpen)
	}
}

// A bar is open on Friday and Saturday from eight to two.
func TestOvernight(t *testing.T) {
	zone := zoneOf(t, "Europe/Berlin")
	bar := func() calendar.Rules {
		return calendar.Rules{
			Edition: customer.Edition{ID: "bar", Version: 1}, Zone: "Europe/Berlin",
			Weekly: []calendar.Weekly{{Days: []customer.Weekday{friday, saturday}, Hours: []calendar.Hours{hours("20:00", "02:00")}}},
		}
	}
	saturday21 := day(t, "2026-11-21")
	for _, tc := range []struct {
		name    string
		change  func(*calendar.Rules)
		open    []string // from Friday to Sunday
		working []bool   // Friday, Saturday, Sunday
	}{
		{"as every week", func(*calendar.Rules) {}, []string{"2026-11-20 20:00", "2026-11-21 02:00", "2026-11-21 20:00", "2026-11-22 02:00"}, []bool{true, true, false}},
		{"Saturday is a holiday", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: saturday21, Name: "holiday"}}
		}, []string{"2026-11-20 20:00", "2026-11-21 00:00"}, []bool{true, false, false}},
		{"Friday is a holiday", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: saturday21 - 1, Name: "holiday"}}
		}, []string{"2026-11-21 20:00", "2026-11-22 02:00"}, []bool{false, true, false}},
		{"closed by exception on Saturday", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: saturday21}}
		}, []string{"2026-11-20 20:00", "2026-11-21 02:00"}, []bool{true, false, false}},
		{"closed by exception on Friday", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: saturday21 - 1}}
		}, []string{"2026-11-21 20:00", "2026-11-22 02:00"}, []bool{false, true, false}},
		{"from noon to four on Saturday", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: saturday21, Hours: []calendar.Hours{hours("12:00", "04:00")}}}
		}, []string{"2026-11-20 20:00", "2026-11-21 02:00", "2026-11-21 12:00", "2026-11-22 04:00"}, []bool{true, true, false}},
		{"a longer Saturday that meets Friday night", func(r *calendar.Rules) {
			r.Overrides = []calendar.Override{{On: saturday21, Hours: []calendar.Hours{hours("01:00", "23:00")}}}
		}, []string{"2026-11-20 20:00", "2026-11-21 23:00"}, []bool{true, true, false}},
		{"only what Friday's hours share with Saturday's is left of them", func(r *calendar.Rules) {
			r.Cuts = []calendar.Cut{{On: saturday21 - 1, Hours: hours("20:00", "24:00")}}
			r.Overrides = []calendar.Override{{On: saturday21, Hours: []calendar.Hours{hours("00:00", "02:00")}}}
		}, []string{"2026-11-21 00:00", "2026-11-21 02:00"}, []bool{false, true, false}},
		{"a cut over midnight", func(r *calendar.Rules) {
			r.Cuts = []calendar.Cut{{On: saturday21, Hours: hours("23:00", "01:00")}}
		}, []string{"2026-11-20 20:00", "2026-11-21 02:00", "2026-11-21 20:00", "2026-11-21 23:00", "2026-11-22 01:00", "2026-11-22 02:00"}, []bool{true, true, false}},
		{"all of Saturday cut", func(r *calendar.Rules) {
			r.Cuts = []calendar.Cut{{On: saturday21, Hours: hours("12:00", "24:00")}, {On: saturday21 + 1, Hours: hours("00:00", "02:00")}}
		}, []string{"2026-11-20 20:00", "2026-11-21 02:00"}, []bool{true, false, false}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := bar()
			tc.change(&rules)
			c := compile(t, rules)
			at := instantIn(t, "2026-11-20 00:00", zone)
			for i := 0; i < len(tc.open); i += 2 {
				span, err := c.Open(at)
				require.NoError(t, err)
				assertInstant(t, instantIn(t, tc.open[i], zone), span.From)
				assertInstant(t, instantIn(t, tc.open[i+1], zone), span.To)
				at = span.To
			}
			next, err := c.Open(at)
			require.NoError(t, err)
			assert.True(t, next.From.After(instantIn(t, "2026-11-22 23:00", zone)), "nothing more at the weekend")
			for i, works := range tc.working {
				on := saturday21 - 1 + customer.Date(i)
				got, err := c.Day(on)
				require.NoError(t, err)
				assert.Equal(t, works, got.Working, on)
			}
		})
	}
}

// Holiday closes before override before weekly; cuts come last.
func TestPrecedence(t *testing.T) {
	rules := office("Asia/Shanghai")
	// The National Day holidays of 2026 and the Sunday that is worked for them, as announced
	// by the State Council: such lists come from the host.
	rules.Holidays = []calendar.Holiday{{On: day(t, "2026-10-01"), Through: day(t, "2026-10-07"), Name: "国庆节"}}
	rules.Overrides = []calendar.Override{
		{On: day(t, "2026-09-20"), Name: "国庆节调休上班", Hours: []calendar.Hours{hours("10:00", "16:00")}},
		{On: day(t, "2026-09-29"), Name: "stocktaking"},
	}
	rules.Cuts = []calendar.Cut{
		{On: day(t, "2026-09-20"), Name: "meeting", Hours: hours("11:00", "12:00")},
		{On: day(t, "2026-09-30"), Name: "early closing", Hours: hours("16:00", "24:00")},
		{On: day(t, "2026-10-02"), Name: "of no effect", Hours: hours("10:00", "11:00")},
	}
	c := compile(t, rules)
	for _, tc := range []struct {
		on      string
		open    time.Duration
		working bool
		why     []string
	}{
		{"2026-09-18", 8 * time.Hour, true, []string{calendar.CodeWeekly}},
		{"2026-09-19", 0, false, []string{calendar.CodeNoHours}},
		{"2026-09-20", 5 * time.Hour, true, []string{calendar.CodeOverrideOpen, calendar.CodeCut}}, // a make-up working Sunday
		{"2026-09-27", 0, false, []string{calendar.CodeNoHours}},
		{"2026-09-29", 0, false, []string{calendar.CodeOverrideClosed}},
		{"2026-09-30", 6 * time.Hour, true, []string{calendar.CodeWeekly, calendar.CodeCut}},
		{"2026-10-01", 0, false, []string{calendar.CodeHoliday}},
		{"2026-10-02", 0, false, []string{calendar.CodeHoliday}},
		{"2026-10-07", 0, false, []string{calendar.CodeHoliday}},
		{"2026-10-08", 8 * time.Hour, true, []string{calendar.CodeWeekly}},
	} {
		got, err := c.Day(day(t, tc.on))
		require.NoError(t, err)
		open := time.Duration(0)
		for _, span := range got.Open {
			open += span.To.Sub(span.From)
		}
		var why []string
		for _, reason := range got.Why {
			why = append(why, reason.Code)
			if reason.Unit == customer.UnitSeconds {
				assert.Equal(t, int64(tc.open/time.Second), reason.Fact, tc.on)
			}
		}
		assert.Equal(t, tc.open, open, tc.on)
		assert.Equal(t, tc.working, got.Working, tc.on)
		assert.Equal(t, tc.why, why, tc.on)
	}
	closed, err := c.WorkingDays(day(t, "2026-09-14"), day(t, "2026-10-12"))
	require.NoError(t, err)
	assert.Equal(t, 20-5-1+1, closed, "four weeks of five days, less five holidays and the stocktaking, and the Sunday")
}

// A customer in New York writes to a desk in Berlin: the desk's hours count, whatever zone
// the instants carry.
func TestTwoZones(t *testing.T) {
	desk, hers := compile(t, office("Europe/Berlin")), zoneOf(t, "America/New_York")
	due, err := desk.Add(instantIn(t, "2026-11-20 10:45", hers), 4*time.Hour) // 16:45 in Berlin
	require.NoError(t, err)
	assertInstant(t, instantIn(t, "2026-11-23 11:45", zoneOf(t, "Europe/Berlin")), due)
	assert.Equal(t, "2026-11-23T11:45:00+01:00", due.Format(time.RFC3339), "in the desk's zone")
	received := instantIn(t, "2026-11-19 20:00", hers)
	assert.Equal(t, day(t, "2026-11-20"), customer.DateOf(received, desk.Location()), "the desk's day")
	due, err = desk.Due(instantIn(t, "2026-11-19 20:00", hers), calendar.Budget{CalendarDays: 1}) // Friday, 02:00 in Berlin
	require.NoError(t, err)
	assertInstant(t, instantIn(t, "2026-11-22 00:00", zoneOf(t, "Europe/Berlin")), due, "Friday is the day of receipt, Saturday the last")
}

// Without open time there is an answer, and it is no.
func TestAllClosed(t *testing.T) {
	zone := zoneOf(t, "Europe/Berlin")
	rules := office("Europe/Berlin")
	rules.Weekly = nil
	c := compile(t, rules)
	at := instantIn(t, "2026-11-20 10:00", zone)
	between, err := c.Between(at, at.AddDate(1, 0, 0))
	require.NoError(t, err)
	assert.Zero(t, between)
	for _, budget := range []time.Duration{0, 1, time.Hour, 1<<63 - 1} {
		_, err = c.Add(at, budget)
		missing := refusalOf(t, err)
		assert.Equal(t, calendar.CodeNoOpenTime, missing[0].Code)
		assert.Zero(t, missing[0].Fact)
	}
	_, err = c.Open(at)
	assert.Equal(t, "no opening from 20 Nov 2026, 10:00 CET to 27 Nov 2036, 10:00 CET (office/1)",
		calendar.Explain(refusalOf(t, err)[0], customer.English))
	_, err = c.Due(at, calendar.Budget{WorkingDays: 1})
	assert.Equal(t, "only 0 working days from 20 Nov 2026 to 27 Nov 2036, 1 wanted (office/1)",
		calendar.Explain(refusalOf(t, err)[0], customer.English))
	_, err = c.Due(at, calendar.Budget{CalendarDays: 3, EndsWorking: true})
	assert.Equal(t, calendar.CodeNoWorkingDays, refusalOf(t, err)[0].Code)
	due, err := c.Due(at, calendar.Budget{CalendarDays: 3})
	require.NoError(t, err)
	assertInstant(t, instantIn(t, "2026-11-24 00:00", zone), due, "calendar days need no hours")
}

// The horizon: an opening ten years off is found, one a day later is not.
func TestHorizon(t *testing.T) {
	zone := time.UTC
	from := instantIn(t, "2026-01-01 00:00", zone)
	for _, tc := range []struct {
		days  int
		hours calendar.Hours
		found bool
	}{
		{3659, hours("23:00", "24:00"), true},
		{3660, hours("00:00", "01:00"), false},
	} {
		rules := calendar.Rules{Edition: customer.Edition{ID: "once", Version: 1}, Zone: "UTC", Overrides: []calendar.Override{
			{On: day(t, "2026-01-01").AddDays(tc.days), Hours: []calendar.Hours{tc.hours}},
		}}
		c := compile(t, rules)
		_, err := c.Add(from, time.Hour)
		assert.Equal(t, tc.found, err == nil)
		_, err = c.Open(from)
		assert.Equal(t, tc.found, err == nil)
		_, err = c.AddWorkingDays(day(t, "2026-01-01"), 1)
		require.NoError(t, err, "days are counted up to and with the last of the horizon")
	}
	always := compile(t, always("UTC"))
	due, err := always.Add(from, 3660*24*time.Hour)
	require.NoError(t, err)
	assertInstant(t, from.Add(3660*24*time.Hour), due)
	_, err = always.Add(from, 3660*24*time.Hour+1)
	assert.Equal(t, calendar.CodeNoOpenTime, refusalOf(t, err)[0].Code)
	span, err := always.Open(from.Add(time.Hour))
	require.NoError(t, err)
	assertInstant(t, from.Add(time.Hour), span.From)
	assert.True(t, span.To.IsZero(), "open without end")

	for minute, open := range map[string]bool{"00:00": false, "00:01": true} { // a close on the horizon is told, one after it is not
		rules := calendar.Rules{Edition: customer.Edition{ID: "till", Version: 1}, Zone: "UTC", Weekly: []calendar.Weekly{calendar.Daily(hours("00:00", "24:00"))}}
		rules.Cuts = []calendar.Cut{{On: day(t, "2026-01-01").AddDays(3660), Hours: hours(minute, "12:00")}}
		span, err := compile(t, rules).Open(from)
		require.NoError(t, err)
		assert.Equal(t, open, span.To.IsZero(), minute)
	}
}

// A budget of 0 is due when it next opens, and not where nobody knows whether it does: on
// the day on which the edition ends, or at the horizon.
func TestZeroBudgetAtTheEnd(t *testing.T) {
	rules := office("Europe/Berlin")
	rules.Weekly = []calendar.Weekly{calendar.Daily(hours("00:00", "18:00"))}
	zone := zoneOf(t, rules.Zone)
	late := instantIn(t, "2026-12-31 20:00", zone)
	rules.Until = day(t, "2027-01-02")
	due, err := compile(t, rules).Add(late, 0)
	require.NoError(t, err)
	assertInstant(t, instantIn(t, "2027-01-01 00:00", zone), due)
	rules.Until = day(t, "2027-01-01")
	_, err = compile(t, rules).Add(late, 0)
	missing := refusalOf(t, err)
	require.Len(t, missing, 2)
	assert.Equal(t, calendar.CodeNoOpenTime, missing[0].Code)
	assert.Equal(t, customer.CodeNoLongerInForce, missing[1].Code)

	always := compile(t, always("UTC"))
	from := instantIn(t, "2026-01-01 00:00", time.UTC)
	_, err = always.Add(from, 0, customer.Span{From: from, To: from.Add((3660*24 - 1) * time.Hour)})
	require.NoError(t, err)
	_, err = always.Add(from, 0, customer.Span{From: from, To: from.Add(3660 * 24 * time.Hour)})
	assert.Equal(t, calendar.CodeNoOpenTime, refusalOf(t, err)[0].Code)
}

func refusalOf(t *testing.T, err error) []customer.Reason {
	t.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	require.NotEmpty(t, refusal.Missing)
	return refusal.Missing
}

func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var told []string
	for _, fault := range faults {
		told = append(told, fault.Path+": "+fault.Rule)
	}
	return told
}

// Questions that are none get faults, all at once.
func TestQuestions(t *testing.T) {
	c := compile(t, office("UTC"))
	at := instantIn(t, "2026-11-20 10:00", time.UTC)
	second := func(_ any, err error) error { return err }
	for _, tc := range []struct {
		name string
		err  error
		want []string
	}{
		{"to before from", second(c.Between(at, at.Add(-1))), []string{"to: is not before from"}},
		{"no instants", second(c.Between(time.Time{}, time.Time{})), []string{"from: is an instant", "to: is an instant"}},
		{"before 1970", second(c.Between(at.AddDate(-57, 0, 0), at)), []string{"from: is of the years 1970 to 2199"}},
		{"after 2199", second(c.Between(at, at.AddDate(174, 0, 0))), []string{"to: is of the years 1970 to 2199"}},
		{"far outside", second(c.Between(at, time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC))), []string{"to: is of the years 1970 to 2199"}},
		{"negative budget", second(c.Add(at, -1)), []string{"budget: is 0 or more"}},
		{"add to no instant", second(c.Add(time.Time{}, 1)), []string{"from: is an instant"}},
		{"open at no instant", second(c.Open(time.Time{})), []string{"at: is an instant"}},
		{"contains no instant", second(c.Contains(time.Time{})), []string{"at: is an instant"}},
		{"a pause that ends before it begins", second(c.Between(at, at, customer.Span{From: at, To: at.Add(-1)})), []string{"except[0].to: is not before from"}},
		{
			"pauses that do not ascend", second(c.Add(at, 1, customer.Span{From: at}, customer.Span{From: at.Add(-1)})),
			[]string{"except[1].from: is not before the start of the span above"},
		},
		{"no day", second(c.Day(0)), []string{"on: is a day of the years 1970 to 2199"}},
		{"no day to count from", second(c.WorkingDays(0, calendar.LastDay)), []string{"from: is a day of the years 1970 to 2199"}},
		{"days backwards", second(c.WorkingDays(calendar.LastDay, calendar.FirstDay)), []string{"until: is not before from"}},
		{"too many days", second(c.AddWorkingDays(calendar.FirstDay, 3651)), []string{"n: is -3650 to 3650"}},
		{"no budget", second(c.Due(at, calendar.Budget{})), []string{"budget: is in exactly one unit: open_seconds, working_days or calendar_days"}},
		{"no instant for a budget", second(c.Due(time.Time{}, calendar.Budget{WorkingDays: 1})), []string{"from: is an instant"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, faultsOf(t, tc.err))
		})
	}
}

// The range itself, to its ends.
func TestRange(t *testing.T) {
	for _, name := range zoneNames() {
		c, zone := compile(t, always(name)), zoneOf(t, name)
		from, to := calendar.FirstDay.Start(zone), (calendar.LastDay + 1).Start(zone)
		all, err := c.Between(from, to)
		require.NoError(t, err, name)
		assert.Equal(t, to.Sub(from), all, name)
		_, err = c.Between(from.Add(-1), to)
		require.Error(t, err, name)
		_, err = c.Between(from, to.Add(1))
		require.Error(t, err, name)
		_, err = c.Contains(to)
		assert.Equal(t, []string{"at: is of the years 1970 to 2199"}, faultsOf(t, err), name)
		_, err = c.Add(to, 1)
		require.Error(t, err, name)
		due, err := c.Add(to.Add(-1), 1)
		require.NoError(t, err, name)
		assertInstant(t, to, due, name)
		days, err := c.WorkingDays(calendar.FirstDay, calendar.LastDay+1)
		require.NoError(t, err, name)
		rules := always(name)
		for _, until := range []customer.Date{calendar.LastDay + 1, calendar.LastDay + 10, customer.MaxDate} {
			rules.Until = until
			longer := compile(t, rules)
			_, err = longer.Contains(to)
			require.Error(t, err, "%s until %s", name, until)
			_, err = longer.Contains(to.Add(-1))
			require.NoError(t, err, "%s until %s", name, until)
			_, err = longer.WorkingDays(calendar.LastDay, calendar.LastDay+2)
			require.Error(t, err, "%s until %s", name, until)
		}
		skipped := map[string]int{"Pacific/Apia": 1, "Pacific/Kwajalein": 1}[name]
		assert.Equal(t, int(calendar.LastDay-calendar.FirstDay)+1-skipped, days, name)
	}
}

// A calendar that knows the holidays of one year refuses questions about the next.
func TestEdition(t *testing.T) {
	rules := office("Asia/Shanghai")
	rules.From, rules.Until = day(t, "2026-01-01"), day(t, "2027-01-01")
	c, zone := compile(t, rules), zoneOf(t, "Asia/Shanghai")
	at := func(text string) time.Time { return instantIn(t, text, zone) }

	_, err := c.Between(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
	require.NoError(t, err, "up to its last instant")
	_, err = c.Between(at("2025-12-31 23:59"), at("2027-01-01 00:01"))
	missing := refusalOf(t, err)
	require.Len(t, missing, 2, "all at once")
	assert.Equal(t, customer.CodeNotYetInForce, missing[0].Code)
	assert.Equal(t, customer.CodeNoLongerInForce, missing[1].Code)
	_, err = c.Between(at("2027-01-02 00:00"), at("2027-01-02 00:00"))
	assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code)
	_, err = c.Contains(at("2027-01-01 00:00"))
	assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code)
	_, err = c.Open(at("2027-01-01 00:00"))
	assert.Len(t, refusalOf(t, err), 2)
	_, err = c.Due(at("2027-01-01 00:00"), calendar.Budget{WorkingDays: 1})
	assert.Zero(t, refusalOf(t, err)[0].Fact)
	_, err = c.Between(at("2025-12-31 23:59"), at("2027-01-01 00:00"))
	assert.Len(t, refusalOf(t, err), 1, "the end itself is in order")
	_, err = c.Between(at("2025-12-30 23:59"), at("2025-12-30 23:59"))
	assert.Len(t, refusalOf(t, err), 1, "once is enough")
	_, err = c.Day(day(t, "2027-01-01"))
	assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code)

	due, err := c.Add(at("2026-12-31 17:00"), time.Hour) // Thursday
	require.NoError(t, err)
	assertInstant(t, at("2026-12-31 18:00"), due)
	_, err = c.Add(at("2026-12-31 17:00"), time.Hour+1)
	missing = refusalOf(t, err)
	require.Len(t, missing, 2)
	assert.Equal(t, "only 1 h of open time from 31 Dec 2026, 17:00 CST to 1 Jan 2027, 00:00 CST, 1 h 1 s wanted (office/1)",
		calendar.Explain(missing[0], customer.English))
	assert.Equal(t, "rule book office/1 no longer holds from 1 Jan 2027, so not on 1 Jan 2027", calendar.Explain(missing[1], customer.English))

	_, err = c.Due(at("2026-12-30 10:00"), calendar.Budget{WorkingDays: 1})
	require.NoError(t, err)
	_, err = c.Due(at("2026-12-30 10:00"), calendar.Budget{WorkingDays: 2})
	missing = refusalOf(t, err)
	require.Len(t, missing, 2)
	assert.Equal(t, "only 1 working day from 30 Dec 2026 to 31 Dec 2026, 2 wanted (office/1)", calendar.Explain(missing[0], customer.English))
	assert.Equal(t, customer.CodeNoLongerInForce, missing[1].Code)
	_, err = c.Due(at("2026-12-30 10:00"), calendar.Budget{CalendarDays: 1})
	require.NoError(t, err, "due when the year ends")
	_, err = c.Due(at("2026-12-30 10:00"), calendar.Budget{CalendarDays: 2})
	assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code)
	_, err = c.AddWorkingDays(day(t, "2026-01-02"), -2)
	missing = refusalOf(t, err)
	require.Len(t, missing, 2)
	assert.Equal(t, "only 1 working day back from 2 Jan 2026 to 1 Jan 2026, 2 wanted (office/1)", calendar.Explain(missing[0], customer.English))
	assert.Equal(t, customer.CodeNotYetInForce, missing[1].Code)
	assert.Equal(t, rules.Edition, c.Edition())
	for name, until := range map[string]customer.Date{"until": rules.Until, "for ever": 0} {
		rules := always("Asia/Shanghai")
		rules.Until = until
		span, err := compile(t, rules).Open(at("2026-12-31 17:00"))
		require.NoError(t, err)
		assert.Equal(t, until == 0, span.To.IsZero(), name)
		if until != 0 {
			assertInstant(t, at("2027-01-01 00:00"), span.To, "what outlasts the edition ends with it")
		}
	}
	night := office("Asia/Shanghai")
	night.Weekly, night.Until = []calendar.Weekly{calendar.Daily(hours("20:00", "02:00"))}, rules.Until
	span, err := compile(t, night).Open(at("2026-12-31 17:00"))
	require.NoError(t, err)
	assertInstant(t, at("2026-12-31 20:00"), span.From)
	assertInstant(t, at("2027-01-01 00:00"), span.To, "what would close after it, too")
	count, err := c.WorkingDays(rules.From, rules.Until)
	require.NoError(t, err)
	assert.Equal(t, 261, count, "the weekdays of 2026")
	_, err = c.WorkingDays(rules.From-1, rules.Until+1)
	assert.Len(t, refusalOf(t, err), 2)
}

// Where a clock goes back over midnight, the day before the end of an edition comes once
// more. It is over all the same, and the refusal says so.
func TestEditionFold(t *testing.T) {
	rules := always("America/St_Johns")
	rules.Until = day(t, "2010-11-07")
	c := compile(t, rules)
	end := instantIn(t, "2010-11-07T00:00:00-02:30", time.UTC)
	_, err := c.Between(end.Add(-time.Hour), end)
	require.NoError(t, err)
	for _, after := range []time.Duration{1, 30 * time.Minute, 24 * time.Hour} { // 23:30 on the day before, the second time
		at := end.Add(after)
		_, err := c.Contains(at)
		assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code, after)
		_, err = c.Between(end, at)
		assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code, after)
		_, err = c.Due(at, calendar.Budget{CalendarDays: 1})
		assert.Equal(t, customer.CodeNoLongerInForce, refusalOf(t, err)[0].Code, after)
	}
}

// The zero Calendar answers every question with an error.
func TestZeroCalendar(t *testing.T) {
	var c calendar.Calendar
	on := day(t, "2026-11-20")
	for _, at := range []time.Time{{}, time.Unix(0, 0), on.Start(time.UTC)} {
		_, err := c.Between(at, at)
		require.Error(t, err)
		_, err = c.Add(at, 1)
		require.Error(t, err)
		_, err = c.Contains(at)
		require.Error(t, err)
		_, err = c.Open(at)
		require.Error(t, err)
		_, err = c.Due(at, calendar.Budget{WorkingDays: 1})
		require.Error(t, err)
		_, err = c.Due(at, calendar.Budget{CalendarDays: 1})
		require.Error(t, err)
	}
	for _, on := range []customer.Date{0, calendar.FirstDay, on} {
		_, err := c.Day(on)
		require.Error(t, err)
		_, err = c.WorkingDays(on, on)
		require.Error(t, err)
		_, err = c.AddWorkingDays(on, 0)
		require.Error(t, err)
	}
	assert.Zero(t, c.Edition())
	assert.Equal(t, time.UTC, c.Location())
}

// A calendar is asked by many at once.
func TestConcurrent(t *testing.T) {
	c, from, to := years(t)
	want, err := c.Between(from, to, threePauses(from)...)
	require.NoError(t, err)
	var group sync.WaitGroup
	var failed [8]error
	for i := range failed {
		group.Go(func() {
			used, err := c.Between(from, to, threePauses(from)...)
			_, dueErr := c.Due(from, calendar.Budget{WorkingDays: 200})
			_, openErr := c.Open(from)
			_, dayErr := c.Day(customer.DateOf(to, c.Location()))
			assert.Equal(t, want, used)
			failed[i] = errors.Join(err, dueErr, openErr, dayErr)
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(failed[:]...))
}
