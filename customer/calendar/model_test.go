package calendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// zoneNames are zones with every kind of change since 1970: none; by an hour at night;
// at midnight (São Paulo, Tehran, Cairo, Gaza); at a minute past midnight (St John's
// until 2011); by half an hour (Lord Howe), two hours (Troll), a quarter (Kathmandu
// 1986); in Ramadan (Casablanca); by a whole day (Apia 2011, Kwajalein 1993).
func zoneNames() []string {
	return []string{
		"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Tehran",
		"Africa/Cairo", "Asia/Gaza", "America/St_Johns", "Australia/Lord_Howe", "Antarctica/Troll",
		"Asia/Kathmandu", "Africa/Casablanca", "Europe/Dublin", "Pacific/Apia", "Pacific/Kwajalein",
	}
}

// step is how far the model goes at a time: all changes of these zones since 1970 and all
// hours lie on it.
const step = time.Minute

// model answers by the rules alone: it looks at the wall clock and reads the rules.
type model struct {
	rules calendar.Rules
	zone  *time.Location
}

func minutesOf(h calendar.Hours) (from, to int) {
	read := func(text string) int { // "HH:MM", without the package's own reading
		digit := func(i int) int { return int(text[i] - '0') }
		return (digit(0)*10+digit(1))*60 + digit(3)*10 + digit(4)
	}
	from, to = read(h.From), read(h.To)
	if to <= from {
		to += 24 * 60
	}
	return from, to
}

func within(list []calendar.Hours, minute int) bool {
	return slices.ContainsFunc(list, func(h calendar.Hours) bool {
		from, to := minutesOf(h)
		return from <= minute && minute < to
	})
}

func (m model) holiday(on customer.Date) bool {
	return slices.ContainsFunc(m.rules.Holidays, func(h calendar.Holiday) bool {
		return on == h.On || h.On <= on && on <= h.Through
	})
}

// begun is the hours that begin on a day.
func (m model) begun(on customer.Date) []calendar.Hours {
	if m.holiday(on) {
		return nil
	}
	for _, o := range m.rules.Overrides {
		if o.On == on {
			return o.Hours
		}
	}
	for _, w := range m.rules.Weekly {
		if slices.Contains(w.Days, customer.Weekday((on.Weekday()+6)%7+1)) {
			return w.Hours
		}
	}
	return nil
}

// open says whether it is open at an instant.
func (m model) open(at time.Time) bool {
	own, left := m.hours(at)
	return own || left
}

// hours says whether an instant is within the hours that began on its day, and whether it is
// within those that began on the day before. It may be within both.
func (m model) hours(at time.Time) (own, left bool) {
	local := at.In(m.zone)
	on, minute := customer.DateOf(at, m.zone), local.Hour()*60+local.Minute()
	if m.holiday(on) {
		return false, false
	}
	for _, c := range m.rules.Cuts {
		if from, to := minutesOf(c.Hours); c.On == on && from <= minute && minute < to || c.On == on-1 && minute+24*60 < to {
			return false, false
		}
	}
	return within(m.begun(on), minute), within(m.begun(on-1), minute+24*60)
}

// drawRules draws a rule book whose exceptional days lie near a day.
func drawRules(t *rapid.T, zone string, near customer.Date) calendar.Rules {
	rules := calendar.Rules{Edition: customer.Edition{ID: "drawn", Version: 1}, Zone: zone}
	week := make([][]int, 7) // quarters of an hour, in pairs
	for i := range week {
		week[i] = drawQuarters(t)
	}
	for i, quarters := range week {
		if len(quarters) == 0 {
			continue
		}
		most := quarters[0]
		if next := week[(i+1)%7]; len(next) > 0 {
			most = min(most, next[0])
		}
		rules.Weekly = append(rules.Weekly, calendar.Weekly{
			Days: []customer.Weekday{customer.Weekday(i + 1)}, Hours: overnight(t, quarters, most),
		})
	}
	for on := near - 4; on <= near+4; on++ {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			rules.Holidays = append(rules.Holidays, calendar.Holiday{On: on, Name: "holiday"})
		case 1:
			rules.Holidays = append(rules.Holidays, calendar.Holiday{On: on, Through: on + 1, Name: "two days"})
			on++
		case 2, 3:
			quarters := drawQuarters(t)
			override := calendar.Override{On: on, Name: "override"}
			if len(quarters) > 0 {
				override.Hours = overnight(t, quarters, quarters[0])
			}
			rules.Overrides = append(rules.Overrides, override)
		}
		if rapid.IntRange(0, 3).Draw(t, "cut") == 0 {
			from := rapid.IntRange(0, 95).Draw(t, "from")
			to := (from + rapid.IntRange(1, 95).Draw(t, "long")) % 96
			rules.Cuts = append(rules.Cuts, calendar.Cut{On: on, Hours: hours(clockText(from), clockText(to))})
		}
	}
	return rules
}

func drawQuarters(t *rapid.T) []int {
	count := rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "spans")
	marks := rapid.SliceOfNDistinct(rapid.OneOf(rapid.IntRange(0, 96), rapid.SampledFrom([]int{0, 1, 2, 4, 6, 8, 10, 92, 94, 96})), 2*count, 2*count, rapid.ID[int]).Draw(t, "marks")
	slices.Sort(marks)
	return marks
}

// overnight writes pairs of quarters as hours, the last of them sometimes into the next day.
func overnight(t *rapid.T, quarters []int, most int) []calendar.Hours {
	var list []calendar.Hours
	for i := 0; i < len(quarters); i += 2 {
		from, to := quarters[i], quarters[i+1]
		if i+2 == len(quarters) && rapid.Bool().Draw(t, "overnight") {
			to = 96 + rapid.IntRange(0, most).Draw(t, "over")
			if to == from+96 {
				to--
			}
		}
		if to > 96 {
			to -= 96
		}
		list = append(list, hours(clockText(from), clockText(to)))
	}
	return list
}

func clockText(quarter int) string { return fmt.Sprintf("%02d:%02d", quarter/4, quarter%4*15) }

// drawInstant draws an instant on the model's step, often close to a change of the zone.
func drawInstant(t *rapid.T, zone *time.Location) time.Time {
	at := time.Unix(rapid.Int64Range(40_000_000/60, 7_100_000_000/60).Draw(t, "at")*60, 0).In(zone)
	if rapid.Bool().Draw(t, "far") {
		at = time.Unix(rapid.Int64Range(40_000_000/60, 2_000_000_000/60).Draw(t, "at")*60, 0).In(zone)
	}
	if _, change := at.ZoneBounds(); !change.IsZero() && change.Year() < 2199 && rapid.IntRange(0, 3).Draw(t, "near") > 0 {
		return change.Truncate(step).Add(step * time.Duration(rapid.IntRange(-2500, 250).Draw(t, "off")))
	}
	return at
}

func drawCalendar(t *rapid.T) (*calendar.Calendar, model, time.Time) {
	name := rapid.SampledFrom(zoneNames()).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	start := drawInstant(t, zone)
	rules := drawRules(t, name, customer.DateOf(start, zone))
	c, err := calendar.New(rules, zone)
	require.NoError(t, err)
	return c, model{rules, zone}, start
}

// The calendar agrees with a walk along the wall clock at every minute of 30 hours: what is
// open, how much of it lies behind, when a budget is used up, when it opens and closes.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, start := drawCalendar(t)
		const steps = 30 * 60
		used := time.Duration(0)
		var opened []time.Time // when each step of open time was over
		var opens []time.Time  // waiting for an opening
		wasOpen := false
		for i := range steps {
			at := start.Add(time.Duration(i) * step)
			isOpen := m.open(at)
			if got, err := c.Contains(at); err != nil || got != isOpen {
				require.Fail(t, "open", "want %v at %s, got %v, %v", isOpen, at, got, err)
			}
			if got, err := c.Between(start, at); err != nil || got != used {
				require.Fail(t, "between", "want %s between %s and %s, got %s, %v", used, start, at, got, err)
			}
			if isOpen != wasOpen && isOpen {
				for _, before := range opens {
					span, err := c.Open(before)
					require.NoError(t, err)
					require.True(t, span.From.Equal(at), "%s opens at %s, not at %s", before, at, span.From)
				}
				opens = nil
			}
			if !isOpen && wasOpen {
				span, err := c.Open(at.Add(-1))
				require.NoError(t, err)
				require.True(t, span.To.Equal(at), "closes at %s, not at %s", at, span.To)
			}
			if !isOpen && i%97 == 0 {
				opens = append(opens, at)
			}
			if isOpen {
				used += step
				opened = append(opened, at.Add(step))
			}
			wasOpen = isOpen
		}
		for i := 0; i < len(opened); i += 17 {
			budget, due := time.Duration(i+1)*step, opened[i]
			got, err := c.Add(start, budget)
			require.NoError(t, err)
			require.True(t, due.Equal(got), "%s and %s of open time: want %s, got %s", start, budget, due, got)
			got, err = c.Add(start, budget-1)
			require.NoError(t, err)
			require.True(t, due.Add(-1).Equal(got), "a nanosecond less: want %s, got %s", due.Add(-1), got)
		}
	})
}

// A day's spans, and whether it is a working day, agree with the walk.
func TestDayWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, start := drawCalendar(t)
		on := customer.DateOf(start, m.zone)
		works, next, open := false, false, time.Duration(0)
		for i := range 50 * 60 { // a day has at most 25 hours, and its hours end a day later
			at := on.Start(m.zone).Add(time.Duration(i) * step)
			own, left := m.hours(at)
			switch int(customer.DateOf(at, m.zone) - on) {
			case 0:
				works = works || own
				if own || left {
					open += step
				}
			case 1: // what is left of the day before is no longer its own when new hours begin
				next = next || own
				works = works || left && !next
			}
		}
		got, err := c.Day(on)
		require.NoError(t, err)
		assert.Equal(t, works, got.Working, "%s works", on)
		sum := time.Duration(0)
		openOn := func(at time.Time) bool { return customer.DateOf(at, m.zone) == on && m.open(at) }
		for _, span := range got.Open {
			sum += span.To.Sub(span.From)
			assert.True(t, openOn(span.From), "%s opens at %s", on, span.From)
			assert.False(t, openOn(span.From.Add(-step)), "%s not before %s", on, span.From)
			assert.False(t, openOn(span.To), "%s closes at %s", on, span.To)
		}
		assert.Equal(t, open, sum, "%s: %v", on, got.Open)
		count, err := c.WorkingDays(on, on+1)
		require.NoError(t, err)
		assert.Equal(t, works, count == 1, on)
		assert.NotEmpty(t, got.Why)
	})
}
