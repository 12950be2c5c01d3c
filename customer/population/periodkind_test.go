package population_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

const on customer.Date = 739_580 // 2025-11-25

func date(t *testing.T, text string) customer.Date {
	t.Helper()
	day, err := customer.ParseDate(text)
	require.NoError(t, err)
	return day
}

func span(t *testing.T, kind population.PeriodKind, of, until string) population.Span {
	t.Helper()
	s, err := kind.Span(date(t, of), date(t, until))
	require.NoError(t, err)
	return s
}

func paths(t *testing.T, err error) (paths []string) {
	t.Helper()
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	return paths
}

func TestPeriodKindTexts(t *testing.T) {
	assert.Equal(t, "day week month quarter year", customertest.Texts(t, population.PeriodYear))
}

// Periods and what they are compared with; every end is the first day that is not counted.
// row B9.
func TestPeriodSpan(t *testing.T) {
	for _, test := range []struct {
		name                    string
		kind                    population.PeriodKind
		of, until               string
		now, before, yearBefore string
		whole                   bool
	}{
		{"a day", population.PeriodDay, "2026-03-01", "2026-03-02", "2026-03-01 2026-03-02", "2026-02-28 2026-03-01", "2025-03-01 2025-03-02", true},
		{"a leap day", population.PeriodDay, "2024-02-29", "2025-01-01", "2024-02-29 2024-03-01", "2024-02-28 2024-02-29", "2023-02-28 2023-03-01", true},
		{"a week", population.PeriodWeek, "2026-11-25", "2026-11-30", "2026-11-23 2026-11-30", "2026-11-16 2026-11-23", "2025-11-24 2025-12-01", true},
		{"a week up to Wednesday", population.PeriodWeek, "2026-11-25", "2026-11-26", "2026-11-23 2026-11-26", "2026-11-16 2026-11-19", "2025-11-24 2025-11-27", false},
		{"week 53", population.PeriodWeek, "2027-01-01", "2027-01-04", "2026-12-28 2027-01-04", "2026-12-21 2026-12-28", "2025-12-22 2025-12-29", true},
		{"week 53, begun", population.PeriodWeek, "2026-12-29", "2026-12-30", "2026-12-28 2026-12-30", "2026-12-21 2026-12-23", "2025-12-22 2025-12-24", false},
		{"week 1 after a week 53", population.PeriodWeek, "2027-01-04", "2027-02-01", "2027-01-04 2027-01-11", "2026-12-28 2027-01-04", "2025-12-29 2026-01-05", true},
		{"week 52 after a week 53", population.PeriodWeek, "2027-12-27", "2028-02-01", "2027-12-27 2028-01-03", "2027-12-20 2027-12-27", "2026-12-21 2026-12-28", true},
		{"a leap month", population.PeriodMonth, "2024-02-10", "2024-03-01", "2024-02-01 2024-03-01", "2024-01-01 2024-02-01", "2023-02-01 2023-03-01", true},
		{"a leap month but for its last day", population.PeriodMonth, "2024-02-10", "2024-02-29", "2024-02-01 2024-02-29", "2024-01-01 2024-01-29", "2023-02-01 2023-03-01", false},
		{"February after a leap February", population.PeriodMonth, "2025-02-10", "2025-02-28", "2025-02-01 2025-02-28", "2025-01-01 2025-01-28", "2024-02-01 2024-02-28", false},
		{"March up to the 30th", population.PeriodMonth, "2025-03-10", "2025-03-31", "2025-03-01 2025-03-31", "2025-02-01 2025-03-01", "2024-03-01 2024-03-31", false},
		{"a quarter", population.PeriodQuarter, "2026-05-05", "2026-07-01", "2026-04-01 2026-07-01", "2026-01-01 2026-04-01", "2025-04-01 2025-07-01", true},
		{"a quarter up to 31 May", population.PeriodQuarter, "2026-05-05", "2026-06-01", "2026-04-01 2026-06-01", "2026-01-01 2026-03-01", "2025-04-01 2025-06-01", false},
		{"the year to date", population.PeriodYear, "2026-05-05", "2026-05-06", "2026-01-01 2026-05-06", "2025-01-01 2025-05-06", "2025-01-01 2025-05-06", false},
		{"the year up to 29 February", population.PeriodYear, "2024-01-05", "2024-03-01", "2024-01-01 2024-03-01", "2023-01-01 2023-03-01", "2023-01-01 2023-03-01", false},
		{"a whole year", population.PeriodYear, "2024-01-05", "2025-03-01", "2024-01-01 2025-01-01", "2023-01-01 2024-01-01", "2023-01-01 2024-01-01", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := span(t, test.kind, test.of, test.until)
			show := func(p population.Period) string { return p.From.String() + " " + p.Until.String() }
			assert.Equal(t, []string{test.now, test.before, test.yearBefore}, []string{show(got.Now), show(got.Before), show(got.YearBefore)})
			assert.Equal(t, test.whole, got.Whole)
			assert.Equal(t, test.kind, got.Kind)
		})
	}
	for _, test := range []struct {
		kind       population.PeriodKind
		day, until customer.Date
		path       string
	}{
		{0, on, on + 1, "kind"},
		{population.PeriodMonth, 0, on, "until"},
		{population.PeriodMonth, on, 0, "until"},
		{population.PeriodMonth, on, date(t, "2025-11-01"), "until"},
		{population.PeriodDay, on, on, "until"},
		{population.PeriodMonth, 5, 6, "day"},
		{population.PeriodYear, customer.MaxDate, customer.MaxDate, "day"},
		{population.PeriodWeek, 400, 401, ""},
		{population.PeriodWeek, 300, 301, "day"},
	} {
		_, err := test.kind.Span(test.day, test.until)
		if test.path == "" {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, []string{test.path}, paths(t, err), test)
	}
}

// Periods hold the day they are of, follow each other without a gap, and to date neither
// counterpart is longer than what it is compared with, but for a month's end that is clamped.
func TestPeriodsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := population.PeriodKind(rapid.IntRange(1, 5).Draw(t, "kind"))
		of := customer.Date(rapid.Int32Range(720_000, 760_000).Draw(t, "day"))
		whole := kind.Of(of)
		require.True(t, whole.Contains(of))
		require.Equal(t, whole, kind.Of(whole.From))
		require.Equal(t, whole, kind.Of(whole.Until-1))
		require.NotEqual(t, whole, kind.Of(whole.Until))
		until := whole.From + customer.Date(rapid.Int32Range(1, int32(whole.Until-whole.From)).Draw(t, "until"))
		s, err := kind.Span(of, until)
		require.NoError(t, err)
		require.Equal(t, population.Period{From: whole.From, Until: until}, s.Now)
		require.Equal(t, kind.Of(whole.From-1).From, s.Before.From)
		require.LessOrEqual(t, s.Before.Until, whole.From)
		require.LessOrEqual(t, s.YearBefore.Until, whole.From)
		require.Less(t, s.Before.From, s.Before.Until)
		require.Less(t, s.YearBefore.From, s.YearBefore.Until)
	})
}

// The year before of any period. Every end is the first day that is not counted. row B9.
func TestYearBefore(t *testing.T) {
	for _, test := range []struct{ name, from, until, known, want string }{
		{"a business year", "2025-04-01", "2026-04-01", "2027-01-01", "2024-04-01 2025-04-01"},
		{"a business year to date", "2025-04-01", "2026-04-01", "2025-07-11", "2024-04-01 2024-07-11"},
		{"whole months with a leap day", "2025-01-01", "2025-03-01", "2025-03-01", "2024-01-01 2024-03-01"},
		{"the same, a day short", "2025-01-01", "2025-03-01", "2025-02-28", "2024-01-01 2024-02-28"},
		{"the year up to 28 February", "2025-01-01", "2026-01-01", "2025-03-01", "2024-01-01 2024-02-29"},
		{"up to a leap day", "2024-01-15", "2024-03-01", "2024-03-01", "2023-01-15 2023-03-01"},
		{"half of a month to its end", "2025-02-15", "2025-03-01", "2025-03-01", "2024-02-15 2024-02-29"},
		{"from a leap day", "2024-02-29", "2024-03-10", "2024-03-10", "2023-02-28 2023-03-10"},
		{"a leap day alone", "2024-02-29", "2024-03-01", "2024-03-01", "2023-02-28 2023-03-01"},
		{"seven days from a Tuesday", "2026-11-24", "2026-12-01", "2026-12-01", "2025-11-24 2025-12-01"},
		{"seven days from a Monday", "2026-11-23", "2026-11-30", "2026-11-30", "2025-11-24 2025-12-01"},
		{"two years", "2024-01-01", "2026-01-01", "2026-01-01", "2023-01-01 2025-01-01"},
	} {
		then := population.Period{From: date(t, test.from), Until: date(t, test.until)}.YearBefore(date(t, test.known))
		assert.Equal(t, test.want, then.From.String()+" "+then.Until.String(), test.name)
	}
	none := population.Period{From: 10, Until: 20}.YearBefore(20)
	require.Error(t, none.Check(), "the year 1 has none before it")
}

// Business years and their quarters begin in a month of their own.
func TestPeriodsOfABusinessYear(t *testing.T) {
	for _, test := range []struct {
		kind population.PeriodKind
		day  string
		want string
	}{
		{population.PeriodYear, "2026-03-31", "2025-04-01 2026-04-01"},
		{population.PeriodYear, "2026-04-01", "2026-04-01 2027-04-01"},
		{population.PeriodQuarter, "2026-03-31", "2026-01-01 2026-04-01"},
		{population.PeriodQuarter, "2026-04-01", "2026-04-01 2026-07-01"},
		{population.PeriodMonth, "2026-04-01", "2026-04-01 2026-05-01"},
	} {
		got := test.kind.OfYear(date(t, test.day), time.April)
		assert.Equal(t, test.want, got.From.String()+" "+got.Until.String(), test)
	}
	got := population.PeriodQuarter.OfYear(date(t, "2026-01-31"), time.February)
	assert.Equal(t, "2025-11-01 2026-02-01", got.From.String()+" "+got.Until.String())
}
