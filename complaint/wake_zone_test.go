package complaint_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Where clocks are put forward or back, by half an hour too, where a day is left out, and where the
// year, February or the calendar ends: a host that sleeps from wake to wake gets on, is woken for
// nothing neither early nor twice, and comes to an end.
func TestWakesInOddZones(t *testing.T) {
	days := map[string][]string{
		"America/Sao_Paulo":   {"2018-11-03", "2018-02-17", "2019-02-16"},
		"Asia/Tehran":         {"2021-03-21", "2021-09-21", "2022-03-21"},
		"Australia/Lord_Howe": {"2026-04-04", "2026-10-03"},
		"Pacific/Apia":        {"2011-12-28", "2011-12-29", "2011-12-31"},
		"Asia/Shanghai":       {"2028-02-28", "2027-12-31", "2026-12-31"},
		"America/St_Johns":    {"2007-03-10", "2011-03-12"},
		"Africa/Casablanca":   {"2026-02-14", "2026-03-21"},
	}
	hours := [][]calendar.Hours{
		{{From: "00:00", To: "24:00"}},
		{{From: "09:00", To: "18:00"}},
		{{From: "22:00", To: "03:00"}},
		{{From: "00:00", To: "02:30"}, {From: "23:30", To: "24:00"}},
		{{From: "01:45", To: "02:15"}},
	}
	names := slices.Sorted(maps.Keys(days))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		day := wholeDay(rapid.SampledFrom(days[name]).Draw(t, "day"))
		edition := customer.Edition{ID: "desk", Version: 1}
		if rapid.Bool().Draw(t, "ends") {
			edition.Until = day.AddDays(rapid.IntRange(1, 20).Draw(t, "until"))
		}
		weekly := calendar.Daily(rapid.SampledFrom(hours).Draw(t, "hours")...)
		if rapid.Bool().Draw(t, "week") {
			weekly.Days = []customer.Weekday{1, 2, 3, 4, 5}
		}
		cal, err := calendar.New(calendar.Rules{Edition: edition, Zone: name, Weekly: []calendar.Weekly{weekly}}, zone)
		if err != nil {
			t.Fatal(err)
		}
		budget, after := calendar.Budget{OpenSeconds: int64(rapid.IntRange(1, 200_000).Draw(t, "seconds"))}, calendar.Budget{OpenSeconds: 1800}
		switch rapid.IntRange(0, 2).Draw(t, "unit") {
		case 1:
			budget = calendar.Budget{WorkingDays: rapid.IntRange(1, 8).Draw(t, "days"), ByClose: rapid.Bool().Draw(t, "by close")}
			after = calendar.Budget{WorkingDays: 1}
		case 2:
			budget = calendar.Budget{CalendarDays: rapid.IntRange(1, 8).Draw(t, "days"), EndsWorking: rapid.Bool().Draw(t, "ends working")}
			after = calendar.Budget{CalendarDays: 1}
		}
		p, err := complaint.NewPolicy(complaint.Rules{
			Edition: customer.Edition{ID: "shop", Version: 1}, Zone: name, Survey: complaint.SurveyRules{AfterDays: 1},
			Clocks: []complaint.ClockRule{{Name: "c", Starts: []complaint.Trigger{{Kind: complaint.KindReceive}}, ClockTerms: complaint.ClockTerms{
				Stops: []complaint.Trigger{{Kind: complaint.KindClose}}, Budget: budget, Calendar: "desk", Warn: []int{1, 500, 999}, After: []calendar.Budget{after}, PauseReasons: []string{"x"},
			}}},
		}, zone, cal)
		if err != nil {
			t.Fatal(err)
		}
		at := day.Start(zone).Add(time.Duration(rapid.IntRange(0, 30*3600).Draw(t, "at")) * time.Second)
		n := 0
		step := func(at time.Time) complaint.Step {
			n++
			return complaint.Step{Ref: fmt.Sprint("r-", n), By: "ann", At: at}
		}
		d, err := p.Receive(complaint.Case{}, complaint.Receive{Step: step(at), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{{Issue: "i", Kind: "k"}}})
		if err != nil {
			t.Fatal(err)
		}
		c := d.Next
		if rapid.Bool().Draw(t, "pause") {
			from := at.Add(time.Duration(rapid.IntRange(0, 60*3600).Draw(t, "from")) * time.Second)
			if d, err = p.Wait(c, complaint.Wait{Step: step(from), For: complaint.AwaitCustomer, Reason: "x"}); err != nil {
				t.Fatal(err)
			}
			c, at = d.Next, from
			if rapid.Bool().Draw(t, "resumed") {
				to := from.Add(time.Duration(rapid.IntRange(0, 60*3600).Draw(t, "to")) * time.Second)
				if d, err = p.Wait(c, complaint.Wait{Step: step(to), For: complaint.AwaitUs}); err != nil {
					t.Fatal(err)
				}
				c, at = d.Next, to
			}
		}
		if rapid.Bool().Draw(t, "late") { // the host slept too long, be it beyond the end of the calendar
			at = at.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "days late"))
		}
		for woken := 0; ; woken++ {
			next, found, err := p.NextWake(c, at)
			if err != nil && edition.Until == 0 {
				t.Fatalf("a calendar without an end: %v", err)
			}
			if !found || err != nil {
				break
			}
			if woken > 10 || next.Before(at) {
				t.Fatalf("woken %d times, at %s and then at %s", woken, at, next)
			}
			if early := next.Add(-1); !early.Before(at) {
				d, err := p.Wake(c, complaint.Wake{Step: step(early)})
				if err != nil || len(d.Entries) > 0 {
					t.Fatalf("due at %s and booked before: %+v, %v", next, d.Entries, err)
				}
			}
			d, err := p.Wake(c, complaint.Wake{Step: step(next)})
			if err != nil || len(d.Entries) == 0 {
				t.Fatalf("woken at %s for nothing: %v", next, err)
			}
			for _, reason := range d.Reasons {
				for _, language := range []customer.Language{customer.English, customer.Chinese} {
					if text := p.Explain(reason, language); text == "" || strings.Contains(text, reason.Code) || strings.Contains(text, "0001") {
						t.Fatalf("%+v reads %q", reason, text)
					}
				}
			}
			c, at = d.Next, next
		}
		late, err := p.Wake(c, complaint.Wake{Step: step(at.AddDate(0, 0, 60))})
		if err != nil {
			t.Fatal(err)
		}
		paused := c.Waiting.For == complaint.AwaitCustomer
		if edition.Until == 0 && (len(late.Entries) > 0 || !paused && len(c.Clocks[0].Reached) == 0) {
			t.Fatalf("never woken for %+v", late.Entries)
		}
	})
}

// A calendar ends at midnight: a mark that was passed before is told, though nobody knows when the
// budget, or the next mark, would be; by a host that comes late too. Once nothing more is known the
// host is told so, and not woken over and over.
func TestWakesWhereACalendarEnds(t *testing.T) {
	office := clockOffice("Asia/Shanghai")
	office.ID, office.Until = "ends", wholeDay("2026-11-26")
	for _, tc := range []struct {
		name  string
		hours int64
		first string // when the first mark is passed
		level int
		late  int // the highest that is known of by the end
	}{
		{"a warning, and no due", 8, "2026-11-25 16:00", 1, 1},
		{"a breach, and no mark after it", 3, "2026-11-25 14:45", 1, 2},
		{"a breach and the mark after it", 2, "2026-11-25 14:30", 1, 3},
	} {
		for _, at := range []string{tc.first, "2026-12-09 12:00"} {
			t.Run(tc.name+", at "+at, func(t *testing.T) {
				rule := clockResolution()
				rule.Budget, rule.Calendar, rule.Warn = calendar.Budget{OpenSeconds: tc.hours * clockSeconds}, "ends", []int{250}
				rule.After = []calendar.Budget{{OpenSeconds: 2 * clockSeconds}}
				r := &clockRun{tb: t, Policy: clockPolicy(t, []complaint.ClockRule{rule}, clockCalendar(t, office))}
				r.must(r.Receive(r.c, complaint.Receive{Step: r.step("2026-11-25 14:00"), Customer: "c-1", Channel: complaint.Phone}))
				next, found, err := r.NextWake(r.c, clockAt("2026-11-25 14:00"))
				require.NoError(t, err)
				require.True(t, found)
				require.True(t, next.Equal(clockAt(tc.first)), next)
				r.must(r.Wake(r.c, complaint.Wake{Step: r.step(at)}))
				want := tc.level
				if at != tc.first {
					want = tc.late
				}
				require.Len(t, r.c.Clocks[0].Reached, 1)
				require.Equal(t, want, r.c.Clocks[0].Reached[0].Level)
				for range 5 {
					if next, found, err = r.NextWake(r.c, clockAt(at)); !found {
						break
					}
					require.NoError(t, err)
					r.must(r.Wake(r.c, complaint.Wake{Step: r.by("timer", next.Format(time.RFC3339Nano))}))
				}
				require.False(t, found, next)
				require.Equal(t, tc.late, r.c.Clocks[0].Reached[len(r.c.Clocks[0].Reached)-1].Level)
				require.Equal(t, tc.late < 3, err != nil, "what is not known yet is an error")
				d, err := r.Wake(r.c, complaint.Wake{Step: r.step("2026-12-30 12:00")})
				require.NoError(t, err)
				require.Empty(t, d.Entries)
			})
		}
	}
}
