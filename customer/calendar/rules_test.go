package calendar_test

import (
	"encoding/json"
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

const (
	fromRule = `is a time of day from "00:00" to "23:59"`
	toRule   = `is a time of day from "00:00" to "24:00"`
)

func TestRules(t *testing.T) {
	anyDay := day(t, "2026-11-20")
	weekly := func(list ...calendar.Hours) func(*calendar.Rules) {
		return func(r *calendar.Rules) {
			r.Weekly = []calendar.Weekly{{Days: []customer.Weekday{friday}, Hours: list}}
		}
	}
	for _, tc := range []struct {
		name   string
		change func(*calendar.Rules)
		want   []string
	}{
		{"in order", func(*calendar.Rules) {}, nil},
		{"without hours", func(r *calendar.Rules) { r.Weekly = nil }, nil},
		{"a whole day", weekly(hours("00:00", "24:00")), nil},
		{"from midnight to midnight", weekly(hours("00:00", "00:00")), []string{`weekly[0].hours[0].to: is another time than from; a whole day is "00:00" to "24:00"`}},
		{"empty", weekly(hours("09:00", "09:00")), []string{`weekly[0].hours[0].to: is another time than from; a whole day is "00:00" to "24:00"`}},
		{"from 24:00", weekly(hours("24:00", "02:00")), []string{"weekly[0].hours[0].from: " + fromRule}},
		{"no times", weekly(hours("", "")), []string{"weekly[0].hours[0].from: " + fromRule, "weekly[0].hours[0].to: " + toRule}},
		{"no such times", weekly(hours("09:60", "24:01")), []string{"weekly[0].hours[0].from: " + fromRule, "weekly[0].hours[0].to: " + toRule}},
		{"other writings", weekly(hours("9:00", "18.00")), []string{"weekly[0].hours[0].from: " + fromRule, "weekly[0].hours[0].to: " + toRule}},
		{"signs", weekly(hours("+9:00", "18:-1")), []string{"weekly[0].hours[0].from: " + fromRule, "weekly[0].hours[0].to: " + toRule}},
		{"25 hours", weekly(hours("25:00", "99:99")), []string{"weekly[0].hours[0].from: " + fromRule, "weekly[0].hours[0].to: " + toRule}},
		{"touching", weekly(hours("09:00", "12:00"), hours("12:00", "18:00")), nil},
		{"overlapping", weekly(hours("09:00", "12:00"), hours("11:59", "18:00")), []string{"weekly[0].hours[1].from: is not before the end of the span above"}},
		{"not ascending", weekly(hours("13:00", "18:00"), hours("09:00", "12:00")), []string{"weekly[0].hours[1].from: is not before the end of the span above"}},
		{"overnight up to the first", weekly(hours("09:00", "12:00"), hours("22:00", "09:00")), nil},
		{"overnight over the first", weekly(hours("09:00", "12:00"), hours("22:00", "09:01")), []string{"weekly[0].hours: is at most 24 hours after the first span begins"}},
		{"more after an overnight span", weekly(hours("22:00", "02:00"), hours("23:00", "24:00")), []string{"weekly[0].hours[1].from: is not before the end of the span above"}},
		{"into the next day", func(r *calendar.Rules) {
			r.Weekly = []calendar.Weekly{
				{Days: []customer.Weekday{sunday}, Hours: []calendar.Hours{hours("20:00", "06:00")}},
				{Days: []customer.Weekday{monday}, Hours: []calendar.Hours{hours("06:00", "18:00")}},
			}
		}, nil},
		{"over the next day", func(r *calendar.Rules) {
			r.Weekly = []calendar.Weekly{
				{Days: []customer.Weekday{sunday}, Hours: []calendar.Hours{hours("20:00", "06:01")}},
				{Days: []customer.Weekday{monday}, Hours: []calendar.Hours{hours("06:00", "18:00")}},
			}
		}, []string{"weekly: has hours that end before those of the next day begin"}},
		{"no days", func(r *calendar.Rules) { r.Weekly[0].Days = nil }, []string{"weekly[0].days: are 1 to 7 weekdays"}},
		{"no hours", func(r *calendar.Rules) { r.Weekly[0].Hours = nil }, []string{"weekly[0].hours: has at least one span; leave out a weekday to close it"}},
		{"no weekday", func(r *calendar.Rules) { r.Weekly[0].Days = []customer.Weekday{0, 8} }, []string{"weekly[0].days[0]: is a weekday", "weekly[0].days[1]: is a weekday"}},
		{"a weekday twice", func(r *calendar.Rules) { r.Weekly = append(r.Weekly, r.Weekly[0]) }, []string{
			"weekly[1].days[0]: stands in one row only, once", "weekly[1].days[1]: stands in one row only, once",
			"weekly[1].days[2]: stands in one row only, once", "weekly[1].days[3]: stands in one row only, once",
			"weekly[1].days[4]: stands in one row only, once",
		}},
		{"too many rows", func(r *calendar.Rules) { r.Weekly = make([]calendar.Weekly, 8) }, []string{"weekly: has at most 7 rows, one for each weekday"}},
		{"too many spans", weekly(make([]calendar.Hours, 25)...), []string{"weekly[0].hours: are at most 24 spans"}},

		{"an override on a holiday", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay, Through: anyDay + 2, Name: "holiday"}}
			r.Overrides = []calendar.Override{{On: anyDay + 2, Hours: []calendar.Hours{hours("09:00", "12:00")}}}
		}, []string{"overrides[0].on: is no holiday: the day is either closed or has hours"}},
		{"an override beside a holiday", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay, Through: anyDay + 2, Name: "holiday"}}
			r.Overrides = []calendar.Override{{On: anyDay - 1}, {On: anyDay + 3}}
			r.Cuts = []calendar.Cut{{On: anyDay, Hours: hours("09:00", "12:00")}}
		}, nil},
		{"a day twice", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay, Through: anyDay + 2, Name: "a"}, {On: anyDay + 1, Name: "b"}, {On: anyDay + 1, Name: "c"}}
			r.Overrides = []calendar.Override{{On: anyDay - 1}, {On: anyDay - 1}}
		}, []string{"holidays: names each day once", "overrides: names each day once"}},
		{"holidays without names, backwards", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay}, {On: anyDay, Through: anyDay - 1, Name: "b"}}
		}, []string{"holidays[0].name: is required", "holidays[1].through: is not before on"}},
		{"days that are none", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{Name: "a"}, {On: anyDay, Through: calendar.LastDay + 1, Name: "b"}}
			r.Overrides = []calendar.Override{{On: calendar.FirstDay - 1}}
			r.Cuts = []calendar.Cut{{On: customer.MaxDate, Hours: hours("09:00", "12:00")}}
		}, []string{
			"holidays[0].on: is a day of the years 1970 to 2199", "holidays[1].through: is a day of the years 1970 to 2199",
			"overrides[0].on: is a day of the years 1970 to 2199", "cuts[0].on: is a day of the years 1970 to 2199",
		}},
		{"the first and the last day", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: calendar.FirstDay, Name: "a"}, {On: calendar.LastDay, Name: "b"}}
			r.Cuts = []calendar.Cut{{On: calendar.FirstDay, Hours: hours("22:00", "09:00")}, {On: calendar.LastDay, Hours: hours("22:00", "09:00")}}
		}, nil},
		{"a cut without hours", func(r *calendar.Rules) { r.Cuts = []calendar.Cut{{On: anyDay, Name: "a\n"}} }, []string{
			"cuts[0].name: is UTF-8 text without control characters, at most 256 bytes", "cuts[0].from: " + fromRule, "cuts[0].to: " + toRule,
		}},
		{"many holidays", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay, Through: anyDay + calendar.MaxHolidays - 1, Name: "a"}}
		}, nil},
		{"too many holidays", func(r *calendar.Rules) {
			r.Holidays = []calendar.Holiday{{On: anyDay, Through: anyDay + calendar.MaxHolidays, Name: "a"}}
		}, []string{"holidays[0]: makes at most 10000 days of holidays"}},
		{"too many overrides and cuts", func(r *calendar.Rules) {
			r.Overrides, r.Cuts = make([]calendar.Override, calendar.MaxOverrides+1), make([]calendar.Cut, calendar.MaxCuts+1)
		}, []string{"overrides: are at most 10000", "cuts: are at most 10000"}},

		{"another zone", func(r *calendar.Rules) { r.Zone = "Europe/Paris" }, []string{"zone: "}},
		{"no edition", func(r *calendar.Rules) { r.Edition = customer.Edition{} }, []string{"id: is required", "version: is 1 or more"}},
		{"from after the last day", func(r *calendar.Rules) { r.From = calendar.LastDay + 1 }, []string{"from: is a day up to the year 2199"}},
		{"until before the first day", func(r *calendar.Rules) { r.Until = calendar.FirstDay }, []string{"until: is a day after 1 January 1970, or absent"}},
		{"until after the first day", func(r *calendar.Rules) { r.Until = calendar.FirstDay + 1 }, nil},
		{"all at once", func(r *calendar.Rules) {
			r.Version = 0
			r.Weekly[0].Hours[0].From = "noon"
			r.Holidays = []calendar.Holiday{{On: anyDay}}
			r.Cuts = []calendar.Cut{{On: anyDay, Hours: hours("12:00", "12:00")}}
		}, []string{
			"version: is 1 or more", "weekly[0].hours[0].from: " + fromRule, "holidays[0].name: is required",
			`cuts[0].to: is another time than from; a whole day is "00:00" to "24:00"`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := office("Europe/Berlin")
			tc.change(&rules)
			_, err := calendar.New(rules, zoneOf(t, "Europe/Berlin"))
			if tc.want == nil {
				require.NoError(t, err)
				return
			}
			told := faultsOf(t, err)
			for i := range told {
				if i < len(tc.want) && len(tc.want[i]) < len(told[i]) && tc.name == "another zone" {
					told[i] = told[i][:len(tc.want[i])]
				}
			}
			assert.Equal(t, tc.want, told)
		})
	}
}

// No zone at all is a fault, and no crash.
func TestNoZone(t *testing.T) {
	_, err := calendar.New(office("Europe/Berlin"), nil)
	assert.Len(t, faultsOf(t, err), 1)
	local := office("Local")
	_, err = calendar.New(local, time.Local)
	assert.Len(t, faultsOf(t, err), 1, "another zone on every machine")
}

// The calendar keeps nothing of the host's slices.
func TestRulesAreCopied(t *testing.T) {
	rules := office("Europe/Berlin")
	rules.Overrides = []calendar.Override{{On: day(t, "2026-11-22"), Hours: []calendar.Hours{hours("10:00", "12:00")}}}
	c := compile(t, rules)
	rules.Weekly[0].Hours[0] = hours("00:00", "01:00")
	rules.Weekly[0].Days[0] = sunday
	rules.Overrides[0].Hours[0] = hours("00:00", "01:00")
	got, err := c.Day(day(t, "2026-11-22"))
	require.NoError(t, err)
	require.Len(t, got.Open, 1)
	assertInstant(t, instantIn(t, "2026-11-22 10:00", zoneOf(t, "Europe/Berlin")), got.Open[0].From)
}

// Rules survive JSON and back, and are read strictly.
func TestRulesText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t, "UTC", 740_000)
		written, err := json.Marshal(rules)
		require.NoError(t, err)
		read, err := calendar.ParseRules(written)
		require.NoError(t, err)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
	})
	_, err := calendar.ParseRules([]byte(`{
		"id": "desk", "version": 1, "zone": "UTC", "weakly": [], "holidays": [{"on": "2026-02-30", "name": "a"}],
		"weekly": [{"days": ["funday"], "hours": [{"from": 9, "to": "18:00"}]}], "cuts": null
	}`))
	assert.Len(t, faultsOf(t, err), 5)
}

// The order of the rows does not matter.
func TestRowOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m, at := drawCalendar(t)
		rules := m.rules
		rules.Weekly = rapid.Permutation(slices.Clone(rules.Weekly)).Draw(t, "weekly")
		rules.Overrides = rapid.Permutation(slices.Clone(rules.Overrides)).Draw(t, "overrides")
		rules.Holidays = rapid.Permutation(slices.Clone(rules.Holidays)).Draw(t, "holidays")
		if len(rules.Cuts) > 0 { // two that differ in their names, or not at all
			again := rules.Cuts[0]
			again.Name = rapid.SampledFrom([]string{"", "again"}).Draw(t, "name")
			rules.Cuts = append(slices.Clone(rules.Cuts), again)
			again.To = "23:59"
			if again.From != again.To {
				rules.Cuts = append(rules.Cuts, again)
			}
			var err error
			c, err = calendar.New(rules, m.zone)
			require.NoError(t, err)
		}
		rules.Cuts = rapid.Permutation(slices.Clone(rules.Cuts)).Draw(t, "cuts")
		other, err := calendar.New(rules, m.zone)
		require.NoError(t, err)
		want, err := c.Between(at, at.Add(20*24*time.Hour))
		require.NoError(t, err)
		got, err := other.Between(at, at.Add(20*24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, want, got)
		for on := customer.DateOf(at, m.zone) - 4; on <= customer.DateOf(at, m.zone)+5; on++ {
			want, err := c.Day(on)
			require.NoError(t, err)
			got, err := other.Day(on)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	})
}

// Whatever file comes, there is an answer, and a calendar that is made counts.
func FuzzRules(f *testing.F) {
	rules := office("UTC")
	rules.Holidays = []calendar.Holiday{{On: 739_900, Through: 739_906, Name: "春节"}}
	rules.Overrides = []calendar.Override{{On: 739_907, Name: "调休", Hours: []calendar.Hours{hours("22:00", "02:00")}}}
	rules.Cuts = []calendar.Cut{{On: 739_907, Hours: hours("23:00", "01:00")}}
	seed, err := json.Marshal(rules)
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte(`{"id":"x","version":1,"zone":"UTC","weekly":[{"days":["monday"],"hours":[{"from":"00:00","to":"24:00"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := calendar.ParseRules(data)
		if err != nil {
			return
		}
		c, err := calendar.New(rules, time.UTC)
		if err != nil {
			return
		}
		from := max(rules.From, calendar.FirstDay).Start(time.UTC)
		to := calendar.LastDay.Start(time.UTC)
		if rules.Until != 0 {
			to = min(rules.Until, calendar.LastDay).Start(time.UTC)
		}
		if to.Before(from) {
			return
		}
		open, err := c.Between(from, to)
		require.NoError(t, err)
		assert.True(t, open >= 0 && open <= to.Sub(from), fmt.Sprint(open))
		if due, err := c.Add(from, time.Hour); err == nil {
			used, err := c.Between(from, due)
			require.NoError(t, err)
			assert.Equal(t, time.Hour, used)
		}
	})
}
