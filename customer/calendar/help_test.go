package calendar_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones, on machines without zone files too

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

const (
	monday = customer.Weekday(iota + 1)
	tuesday
	wednesday
	thursday
	friday
	saturday
	sunday
)

func zoneOf(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return zone
}

func day(tb testing.TB, text string) customer.Date {
	tb.Helper()
	date, err := customer.ParseDate(text)
	require.NoError(tb, err)
	return date
}

// instantIn reads "2026-11-20 16:45" or "… 16:45:30" in a zone, or a time with its own offset
// "2018-02-17T23:30:00-03:00" where the wall clock alone would say too little.
func instantIn(tb testing.TB, text string, zone *time.Location) time.Time {
	tb.Helper()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339Nano} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at
		}
	}
	require.Fail(tb, "no instant", text)
	return time.Time{}
}

func hours(from, to string) calendar.Hours { return calendar.Hours{From: from, To: to} }

// office is Monday to Friday from nine to six with an hour for lunch.
func office(zone string) calendar.Rules {
	return calendar.Rules{
		Edition: customer.Edition{ID: "office", Version: 1},
		Zone:    zone,
		Weekly: []calendar.Weekly{{
			Days:  []customer.Weekday{monday, tuesday, wednesday, thursday, friday},
			Hours: []calendar.Hours{hours("09:00", "12:00"), hours("13:00", "18:00")},
		}},
	}
}

// always is a desk that never closes.
func always(zone string) calendar.Rules {
	return calendar.Rules{
		Edition: customer.Edition{ID: "always", Version: 1}, Zone: zone,
		Weekly: []calendar.Weekly{calendar.Daily(hours("00:00", "24:00"))},
	}
}

func compile(tb testing.TB, rules calendar.Rules) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(rules, zoneOf(tb, rules.Zone))
	require.NoError(tb, err)
	return c
}

func assertInstant(tb testing.TB, want, got time.Time, why ...any) {
	tb.Helper()
	assert.True(tb, want.Equal(got), "want %s, got %s %v", want, got, why)
}
