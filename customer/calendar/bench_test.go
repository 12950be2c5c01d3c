package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// years is a shop in a zone with summer time that has 250 holidays over two years, some
// Sundays worked, and some early closings.
func years(tb testing.TB) (*calendar.Calendar, time.Time, time.Time) {
	tb.Helper()
	zone := zoneOf(tb, "Europe/Berlin")
	return compile(tb, yearsRules(tb)), instantIn(tb, "2025-01-10 16:00", zone), instantIn(tb, "2027-01-08 10:00", zone)
}

func yearsRules(tb testing.TB) calendar.Rules {
	tb.Helper()
	rules := office("Europe/Berlin")
	first := day(tb, "2025-01-06")
	for i := range 250 {
		rules.Holidays = append(rules.Holidays, calendar.Holiday{On: first.AddDays(3 * i), Name: "holiday"})
	}
	for i := range 20 {
		if sunday := first.AddDays(6 + 7*i); (sunday-first)%3 != 0 {
			rules.Overrides = append(rules.Overrides, calendar.Override{On: sunday, Hours: []calendar.Hours{hours("10:00", "14:00")}})
		}
		rules.Cuts = append(rules.Cuts, calendar.Cut{On: first.AddDays(21*i + 1), Hours: hours("16:00", "18:00")})
	}
	return rules
}

func BenchmarkBetween(b *testing.B) {
	c, from, to := years(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Between(from, to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	c, from, to := years(b)
	budget, err := c.Between(from, to)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(from, budget); err != nil {
			b.Fatal(err)
		}
	}
}

// threePauses lie in the two years of years.
func threePauses(from time.Time) []customer.Span {
	return []customer.Span{
		{From: from.AddDate(0, 2, 0), To: from.AddDate(0, 2, 9)},
		{From: from.AddDate(0, 9, 0), To: from.AddDate(0, 9, 3)},
		{From: from.AddDate(0, 9, 2), To: from.AddDate(0, 11, 0)},
	}
}

// A clock's reading: what is used and when it is due, over two years with 250 holidays
// and three pauses.
func BenchmarkReading(b *testing.B) {
	c, from, to := years(b)
	pauses := threePauses(from)
	b.ReportAllocs()
	for b.Loop() {
		used, err := c.Between(from, to, pauses...)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Add(from, used, pauses...); err != nil {
			b.Fatal(err)
		}
	}
}

// Clocks of open cases, over which a desk looks for the next thing to do: each with a word
// in hours and a pause, a promise in working days and a regulator's calendar days, what is
// used of the first, and the next warning of each.
func BenchmarkWake(b *testing.B) {
	c, from, _ := years(b)
	const cases = 1000
	budgets := []calendar.Budget{{OpenSeconds: 40 * 3600}, {WorkingDays: 7, ByClose: true}, {CalendarDays: 56}}
	pauses := threePauses(from)
	b.ReportAllocs()
	for b.Loop() {
		for i := range cases {
			start := from.Add(time.Duration(i) * 13 * time.Minute)
			if _, err := c.Between(start, start.Add(30*24*time.Hour), pauses...); err != nil {
				b.Fatal(err)
			}
			for clock, budget := range budgets {
				var except []customer.Span
				if clock == 0 {
					except = pauses
				}
				if _, err := c.Partway(start, budget, 750, except...); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.ReportMetric(float64(b.N)*cases/b.Elapsed().Seconds(), "cases/s")
}

// Questions allocate nothing.
func TestNoAllocations(t *testing.T) {
	c, from, to := years(t)
	pauses := threePauses(from)
	first, last := day(t, "2025-01-10"), day(t, "2027-01-08")
	onCut := instantIn(t, "2025-01-06 10:00", from.Location()) // due on the day after, which closes at 16:00
	for name, ask := range map[string]func(){
		"Between":        func() { _, _ = c.Between(from, to, pauses...) },
		"Add":            func() { _, _ = c.Add(from, 1500*time.Hour, pauses...) },
		"Contains":       func() { _, _ = c.Contains(to) },
		"Open":           func() { _, _ = c.Open(to) },
		"Due":            func() { _, _ = c.Due(from, calendar.Budget{CalendarDays: 56, EndsWorking: true}) },
		"Due in days":    func() { _, _ = c.Due(onCut, calendar.Budget{WorkingDays: 1}) },
		"Partway":        func() { _, _ = c.Partway(onCut, calendar.Budget{WorkingDays: 5}, 750) },
		"WorkingDays":    func() { _, _ = c.WorkingDays(first, last) },
		"AddWorkingDays": func() { _, _ = c.AddWorkingDays(first, 35) },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, ask), name)
	}
}

func BenchmarkContains(b *testing.B) {
	c, from, _ := years(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Contains(from); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	c, from, _ := years(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Open(from); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDueWorkingDays(b *testing.B) {
	c, from, _ := years(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Due(from, calendar.Budget{WorkingDays: 35}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWorkingDays(b *testing.B) {
	c, _, _ := years(b)
	from, until := day(b, "2025-01-10"), day(b, "2027-01-08")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.WorkingDays(from, until); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	zone := zoneOf(b, "Europe/Berlin")
	rules := office("Europe/Berlin")
	for i := range 250 {
		rules.Holidays = append(rules.Holidays, calendar.Holiday{On: customer.Date(739_000 + 3*i), Name: "holiday"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calendar.New(rules, zone); err != nil {
			b.Fatal(err)
		}
	}
}
