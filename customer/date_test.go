package customer_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones, on a machine without zone files too

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

func date(text string) customer.Date {
	if text == "" {
		return 0
	}
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

func zone(t require.TestingT, name string) *time.Location {
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

func instant(t require.TestingT, text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return at
}

// monthLength is written down here once more, so that the tests do not check the
// calendar with itself.
func monthLength(year int, month time.Month) int {
	if month == time.February {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	if month == time.April || month == time.June || month == time.September || month == time.November {
		return 30
	}
	return 31
}

// Every day from 0001-01-01 to 9999-12-31 stands where counting on the fingers puts it.
func TestDateCountsEveryDay(t *testing.T) {
	year, month, day := 1, time.January, 1
	for d := customer.Date(1); d <= customer.MaxDate; d++ {
		if y, m, n := d.Civil(); y != year || m != month || n != day {
			t.Fatalf("day %d is %d-%d-%d, not %d-%d-%d", d, y, m, n, year, month, day)
		}
		if want := time.Weekday(d % 7); d.Weekday() != want { // 0001-01-01 was a Monday
			t.Fatalf("%s is a %s, not a %s", d, d.Weekday(), want)
		}
		if d%61 == 0 { // the ways back, for a sample
			back, err := customer.NewDate(year, month, day)
			require.NoError(t, err)
			require.Equal(t, d, back)
			back, err = customer.ParseDate(d.String())
			require.NoError(t, err)
			require.Equal(t, d, back)
			require.Equal(t, d, customer.DateOf(d.Start(time.UTC), time.UTC))
		}
		if day++; day > monthLength(year, month) {
			day, month = 1, month+1
		}
		if month > time.December {
			month, year = time.January, year+1
		}
	}
	assert.Equal(t, 10_000, year)
}

func TestDateKnownDays(t *testing.T) {
	for _, tc := range []struct {
		text    string
		want    customer.Date
		weekday time.Weekday
	}{
		{"0001-01-01", 1, time.Monday},
		{"1945-11-12", 710_347, time.Monday}, // Reingold and Dershowitz, Calendrical Calculations, appendix C
		{"1970-01-01", 719_163, time.Thursday},
		{"2026-11-25", 739_945, time.Wednesday},
		{"9999-12-31", customer.MaxDate, time.Friday},
	} {
		assert.Equal(t, tc.want, date(tc.text), tc.text)
		assert.Equal(t, tc.weekday, date(tc.text).Weekday(), tc.text)
	}
}

func TestNewDateRefuses(t *testing.T) {
	for _, tc := range []struct {
		year  int
		month time.Month
		day   int
	}{
		{2026, time.February, 29},
		{1900, time.February, 29},
		{2024, time.February, 30},
		{2026, time.April, 31},
		{2026, time.January, 0},
		{2026, time.January, 32},
		{2026, time.May, -1},
		{2026, time.May, math.MinInt},
		{2026, 0, 1},
		{2026, 13, 1},
		{2026, math.MaxInt, 1},
		{0, time.December, 31},
		{-1, time.January, 1},
		{10_000, time.January, 1},
		{math.MaxInt, time.January, 1},
		{math.MinInt, time.January, 1},
	} {
		day, err := customer.NewDate(tc.year, tc.month, tc.day)
		require.Error(t, err, "%d-%d-%d", tc.year, int(tc.month), tc.day)
		assert.Zero(t, day)
	}
	_, err := customer.NewDate(2026, time.February, 30)
	require.EqualError(t, err, "customer: there is no day 2026-02-30")
	for _, year := range []int{2000, 2024} {
		_, err := customer.NewDate(year, time.February, 29)
		require.NoError(t, err)
	}
}

func TestDateOf(t *testing.T) {
	for _, tc := range []struct{ at, zone, want string }{
		{"2026-11-25T00:00:00Z", "UTC", "2026-11-25"},
		{"2026-11-24T23:59:59.999999999Z", "UTC", "2026-11-24"},
		{"1970-01-01T00:00:00Z", "UTC", "1970-01-01"},
		{"1969-12-31T23:59:59.999999999Z", "UTC", "1969-12-31"},
		{"1969-12-31T00:00:00Z", "UTC", "1969-12-31"},
		{"1969-12-30T23:59:59Z", "UTC", "1969-12-30"},
		{"1969-12-31T16:00:00Z", "Asia/Shanghai", "1970-01-01"},
		{"1969-12-31T15:59:59Z", "Asia/Shanghai", "1969-12-31"},
		{"1970-01-01T04:59:59Z", "America/New_York", "1969-12-31"},
		{"2026-11-25T01:00:00+14:00", "UTC", "2026-11-24"}, // the instant's own zone does not matter
		{"0001-01-01T00:00:00Z", "UTC", "0001-01-01"},
		{"0000-12-31T23:59:59Z", "UTC", ""},
		{"0000-12-31T23:59:59Z", "Asia/Shanghai", "0001-01-01"},
		{"0001-01-01T00:00:00Z", "America/New_York", ""},
		{"9999-12-31T23:59:59.999999999Z", "UTC", "9999-12-31"},
		{"9999-12-31T23:59:59Z", "Asia/Shanghai", ""},
	} {
		assert.Equal(t, tc.want, customer.DateOf(instant(t, tc.at), zone(t, tc.zone)).String(), "%s in %s", tc.at, tc.zone)
	}
	for _, seconds := range []int64{math.MaxInt64, math.MinInt64, 1 << 62, -1 << 62, 253402300800} {
		assert.Zero(t, customer.DateOf(time.Unix(seconds, 0), zone(t, "Asia/Shanghai")), "%d", seconds)
	}
}

func TestDateAddDays(t *testing.T) {
	for _, tc := range []struct {
		day  string
		n    int
		want string
	}{
		{"2024-02-28", 1, "2024-02-29"},
		{"2024-02-28", 2, "2024-03-01"},
		{"2026-02-28", 1, "2026-03-01"},
		{"2026-01-01", -1, "2025-12-31"},
		{"2026-01-01", 0, "2026-01-01"},
		{"9999-12-31", 1, ""},
		{"9999-12-31", 0, "9999-12-31"},
		{"0001-01-01", -1, ""},
		{"0001-01-01", int(customer.MaxDate) - 1, "9999-12-31"},
		{"0001-01-01", int(customer.MaxDate), ""},
		{"9999-12-31", 1 - int(customer.MaxDate), "0001-01-01"},
		{"9999-12-31", -int(customer.MaxDate), ""},
		{"2026-01-01", math.MaxInt, ""},
		{"2026-01-01", math.MinInt, ""},
		{"", 1, ""},
		{"", 0, ""},
	} {
		assert.Equal(t, tc.want, date(tc.day).AddDays(tc.n).String(), "%s + %d days", tc.day, tc.n)
	}
}

func TestDateAddMonths(t *testing.T) {
	for _, tc := range []struct {
		day  string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, // clamped
		{"2026-01-31", 2, "2026-03-31"}, // from the original day, not from the clamped one
		{"2026-01-31", 3, "2026-04-30"},
		{"2026-01-31", 13, "2027-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-01-30", 1, "2024-02-29"},
		{"2024-01-29", 1, "2024-02-29"},
		{"2024-01-28", 1, "2024-02-28"},
		{"2024-02-29", 12, "2025-02-28"}, // a birthday on 29 February
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", 1, "2024-03-29"}, // the last day of a month is not sticky
		{"2024-02-29", -12, "2023-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-12-31", 1, "2027-01-31"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-11-30", 1, "2026-12-30"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-05-31", 0, "2026-05-31"},
		{"1900-01-31", 1, "1900-02-28"}, // no leap year
		{"2000-01-31", 1, "2000-02-29"},
		{"9999-11-30", 1, "9999-12-30"},
		{"9999-12-01", 1, ""},
		{"0001-02-28", -1, "0001-01-28"},
		{"0001-01-31", -1, ""},
		{"0001-01-31", 12*9999 - 1, "9999-12-31"},
		{"0001-01-31", 12 * 9999, ""},
		{"9999-12-31", 1 - 12*9999, "0001-01-31"},
		{"9999-12-31", -12 * 9999, ""},
		{"2026-01-01", math.MaxInt, ""},
		{"2026-01-01", math.MinInt, ""},
		{"", 1, ""},
	} {
		assert.Equal(t, tc.want, date(tc.day).AddMonths(tc.n).String(), "%s + %d months", tc.day, tc.n)
	}
}

func dates() *rapid.Generator[customer.Date] {
	return rapid.Map(rapid.Int32Range(1, int32(customer.MaxDate)), func(n int32) customer.Date { return customer.Date(n) })
}

func TestDateAddMonthsAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := dates().Draw(t, "day")
		n := rapid.IntRange(-12*200, 12*200).Draw(t, "months")
		year, month, number := day.Civil()
		for range max(n, -n) {
			if n > 0 {
				month++
			} else {
				month--
			}
			if month < time.January {
				year, month = year-1, time.December
			} else if month > time.December {
				year, month = year+1, time.January
			}
		}
		want := customer.Date(0)
		if year >= 1 && year <= 9999 {
			var err error
			want, err = customer.NewDate(year, month, min(number, monthLength(year, month)))
			require.NoError(t, err)
		}
		require.Equal(t, want, day.AddMonths(n))
	})
}

func TestDateText(t *testing.T) {
	for _, text := range []string{
		"", "2026-2-28", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01", "0000-01-01",
		"10000-01-01", "-001-01-01", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z", "20260101", "2026/01/01", "٢٠٢٦-٠١-٠١",
	} {
		day, err := customer.ParseDate(text)
		require.Error(t, err, text)
		assert.Zero(t, day, text)
	}
	_, err := customer.ParseDate("25 Nov")
	require.EqualError(t, err, `customer: "25 Nov" is not a day such as 2026-11-25`)
	_, err = customer.ParseDate(strings.Repeat("2026-11-25", 1_000_000))
	assert.Less(t, len(err.Error()), 200, "an error does not repeat a hostile text")

	var day customer.Date
	require.NoError(t, day.UnmarshalText([]byte("2026-11-25")))
	assert.Equal(t, date("2026-11-25"), day)
	require.Error(t, day.UnmarshalText([]byte("never")))
	assert.Equal(t, date("2026-11-25"), day, "a failed reading changes nothing")
	require.NoError(t, day.UnmarshalText(nil))
	assert.Zero(t, day)
	for _, outside := range []customer.Date{-1, math.MinInt32, customer.MaxDate + 1, math.MaxInt32} {
		_, err := outside.MarshalText()
		require.Error(t, err)
		assert.False(t, outside.Valid())
		assert.Empty(t, outside.String())
		assert.Zero(t, outside.AddDays(0))
		assert.Zero(t, outside.AddMonths(0))
		assert.True(t, outside.Start(time.UTC).IsZero())
		year, month, number := outside.Civil()
		assert.Zero(t, year+int(month)+number)
	}
}

func TestDateJSON(t *testing.T) {
	type days struct {
		From customer.Date   `json:"from,omitzero"`
		On   customer.Date   `json:"on"`
		All  []customer.Date `json:"all"`
	}
	text, err := json.Marshal(days{On: 0, All: []customer.Date{date("2026-11-25"), 0}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"on":"","all":["2026-11-25",""]}`, string(text))
	var read days
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, days{All: []customer.Date{date("2026-11-25"), 0}}, read)
	_, err = json.Marshal(days{On: customer.MaxDate + 1})
	require.Error(t, err)
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2026-11-25", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "0000-01-01", "", "2026-1-1", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := customer.ParseDate(text)
		if err != nil {
			assert.Zero(t, day)
			return
		}
		assert.True(t, day.Valid())
		assert.Equal(t, text, day.String(), "there is one way to write a day")
	})
}

// Days that do not begin at the only midnight.
func TestDateStart(t *testing.T) {
	for _, tc := range []struct{ name, day, zone, want string }{
		{"an ordinary day", "2026-11-25", "UTC", "2026-11-25T00:00:00Z"},
		{"an ordinary day east", "2026-11-25", "Asia/Shanghai", "2026-11-24T16:00:00Z"},
		{"midnight is skipped", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"}, // 01:00
		{"the day before", "2018-11-03", "America/Sao_Paulo", "2018-11-03T03:00:00Z"},
		{"the day after", "2018-11-05", "America/Sao_Paulo", "2018-11-05T02:00:00Z"},
		{"23:00 comes twice, midnight once", "2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z"},
		{"midnight is skipped in Tehran", "2022-03-22", "Asia/Tehran", "2022-03-21T20:30:00Z"}, // 01:00
		{"the last summer in Tehran ends", "2022-09-22", "Asia/Tehran", "2022-09-21T20:30:00Z"},
		{"midnight is skipped in Beirut", "2022-03-27", "Asia/Beirut", "2022-03-26T22:00:00Z"}, // 01:00
		{"the clock falls back at midnight in Beirut", "2022-10-30", "Asia/Beirut", "2022-10-29T22:00:00Z"},
		{"midnight comes twice", "2010-11-07", "America/St_Johns", "2010-11-07T02:30:00Z"}, // back at 00:01
		{"midnight comes twice, the day after", "2010-11-08", "America/St_Johns", "2010-11-08T03:30:00Z"},
		{"00:01 is skipped, midnight is not", "2010-03-14", "America/St_Johns", "2010-03-14T03:30:00Z"},
		{"a day left out starts where the next does", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"the day after the one left out", "2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"the day before the one left out", "2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z"},
		{"a day that came twice starts with the first", "1867-10-18", "America/Juneau", "1867-10-17T08:57:41Z"},
		{"half an hour is skipped at midnight", "2007-12-09", "America/Caracas", "2007-12-09T04:00:00Z"},
		{"the first day there is", "0001-01-01", "UTC", "0001-01-01T00:00:00Z"},
		{"the first day there is, east", "0001-01-01", "Etc/GMT-14", "0000-12-31T10:00:00Z"},
		{"the last day there is", "9999-12-31", "America/New_York", "9999-12-31T05:00:00Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := instant(t, tc.want)
			got := date(tc.day).Start(zone(t, tc.zone))
			assert.True(t, want.Equal(got), "%s in %s starts at %s, not %s", tc.day, tc.zone, got.UTC(), tc.want)
		})
	}
}

// scanStart looks at every minute from a day and a half before until the day is reached
// or passed: no zone's change is at a part of a minute since 1972.
func scanStart(day customer.Date, in *time.Location) time.Time {
	year, month, number := day.Civil()
	at := time.Date(year, month, number, 0, 0, 0, 0, time.UTC).Add(-36 * time.Hour)
	for customer.DateOf(at, in) < day {
		at = at.Add(time.Minute)
	}
	return at
}

func TestDateStartAgainstScan(t *testing.T) {
	names := []string{
		"UTC", "America/Sao_Paulo", "Asia/Tehran", "Asia/Beirut", "America/St_Johns", "Pacific/Apia", "Africa/Cairo",
		"Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Asia/Gaza", "Europe/Berlin", "Antarctica/Troll", "Asia/Pyongyang",
	}
	rapid.Check(t, func(t *rapid.T) {
		in := zone(t, rapid.SampledFrom(names).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(63072000, 2147483647).Draw(t, "instant"), 0) // 1972 to 2038
		if _, change := at.In(in).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "at a change of the clock") {
			at = change
		}
		day := customer.DateOf(at, in).AddDays(rapid.IntRange(-1, 1).Draw(t, "beside"))
		start := day.Start(in)
		require.True(t, scanStart(day, in).Equal(start), "%s in %s starts at %s", day, in, start)
		require.False(t, day.AddDays(1).Start(in).Before(start), "days do not run backwards")
	})
}
