package customer_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

func TestSpanBothSides(t *testing.T) {
	from, to := instant(t, "2026-11-25T09:00:00Z"), instant(t, "2026-11-25T18:00:00Z")
	elsewhere := time.FixedZone("", 8*60*60)
	for _, tc := range []struct {
		name string
		span customer.Span
		at   time.Time
		want bool
	}{
		{"just before", customer.Span{From: from, To: to}, from.Add(-1), false},
		{"at the beginning", customer.Span{From: from, To: to}, from, true},
		{"at the beginning, told in another zone", customer.Span{From: from, To: to}, from.In(elsewhere), true},
		{"just before the end", customer.Span{From: from, To: to}, to.Add(-1), true},
		{"at the end", customer.Span{From: from, To: to}, to, false},
		{"no beginning", customer.Span{To: to}, instant(t, "0001-01-01T00:00:00Z"), true},
		{"no beginning, at the end", customer.Span{To: to}, to, false},
		{"no end, just before", customer.Span{From: from}, from.Add(-1), false},
		{"no end", customer.Span{From: from}, instant(t, "9999-12-31T23:59:59Z"), true},
		{"neither", customer.Span{}, from, true},
		{"empty", customer.Span{From: from, To: from}, from, false},
		{"backwards", customer.Span{From: to, To: from}, from.Add(time.Hour), false},
	} {
		assert.Equal(t, tc.want, tc.span.Contains(tc.at), tc.name)
	}
	assert.False(t, customer.Span{From: from, To: from.Add(1)}.Empty())
	assert.True(t, customer.Span{From: from, To: from}.Empty())
	assert.True(t, customer.Span{From: to, To: from}.Empty())
	assert.False(t, customer.Span{From: from}.Empty())
	assert.False(t, customer.Span{}.Empty())
}

func spans() *rapid.Generator[customer.Span] {
	side := rapid.Map(rapid.Int64Range(0, 12), func(n int64) time.Time {
		if n == 0 {
			return time.Time{} // no such side
		}
		return time.Unix(n, 0)
	})
	return rapid.Custom(func(t *rapid.T) customer.Span {
		return customer.Span{From: side.Draw(t, "from"), To: side.Draw(t, "to")}
	})
}

func TestSpanIntersect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := spans().Draw(t, "a"), spans().Draw(t, "b")
		both := a.Intersect(b)
		for n := range int64(15) {
			at := time.Unix(n, 0)
			require.Equal(t, a.Contains(at) && b.Contains(at), both.Contains(at), "at second %d", n)
			if both.Empty() {
				require.False(t, both.Contains(at))
			}
		}
		swapped := b.Intersect(a)
		require.True(t, both.From.Equal(swapped.From) && both.To.Equal(swapped.To))
	})
}

func TestSpanOf(t *testing.T) {
	for _, tc := range []struct {
		name, first, last, zone string
		hours                   float64
	}{
		{"a day", "2026-11-25", "2026-11-25", "Europe/Berlin", 24},
		{"two days", "2026-11-25", "2026-11-26", "Europe/Berlin", 48},
		{"the clock goes forward", "2026-03-29", "2026-03-29", "Europe/Berlin", 23},
		{"the clock goes back", "2026-10-25", "2026-10-25", "Europe/Berlin", 25},
		{"midnight is skipped", "2018-11-04", "2018-11-04", "America/Sao_Paulo", 23},
		{"a day left out", "2011-12-30", "2011-12-30", "Pacific/Apia", 0},
		{"with a day left out", "2011-12-29", "2011-12-31", "Pacific/Apia", 48},
	} {
		span := customer.SpanOf(date(tc.first), date(tc.last), zone(t, tc.zone))
		assert.InDelta(t, tc.hours, span.To.Sub(span.From).Hours(), 0, tc.name)
		assert.Equal(t, tc.hours == 0, span.Empty(), tc.name)
	}
	berlin := zone(t, "Europe/Berlin")
	today, yesterday := date("2026-11-25"), date("2026-11-24")
	assert.True(t, customer.SpanOf(today, yesterday, berlin).Empty(), "days in the wrong order")
	assert.True(t, customer.SpanOf(today, customer.MaxDate, berlin).To.IsZero(), "the last day there is leaves the span open")
	assert.True(t, customer.SpanOf(today, 0, berlin).To.IsZero(), "no last day leaves the span open")
	assert.True(t, customer.SpanOf(0, today, berlin).From.IsZero(), "no first day leaves the span open")
}

func TestSpanJSON(t *testing.T) {
	span := customer.Span{From: instant(t, "2026-11-25T09:00:00Z")}
	text, err := json.Marshal(span)
	require.NoError(t, err)
	assert.JSONEq(t, `{"from":"2026-11-25T09:00:00Z"}`, string(text))
	var read customer.Span
	require.NoError(t, json.Unmarshal(text, &read))
	assert.True(t, span.From.Equal(read.From))
	assert.True(t, read.To.IsZero())
}
