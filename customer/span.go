package customer

import "time"

// Span is a stretch of time from From up to, not including, To. A zero From reaches
// back without end, a zero To is open. Half-open spans neither overlap nor leave a
// gap where one ends and the next begins.
type Span struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
}

// SpanOf returns the civil days from first to last, both included, as instants of a
// zone. A day is rarely 24 hours when the clocks change; the span knows. A zero first
// or last day leaves its side open, as MaxDate does at the end.
func SpanOf(first, last Date, zone *time.Location) Span {
	return Span{From: first.Start(zone), To: last.AddDays(1).Start(zone)}
}

// Contains reports whether the instant lies in the span.
func (s Span) Contains(at time.Time) bool {
	return !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To))
}

// Empty reports whether no instant lies in the span.
func (s Span) Empty() bool {
	return !s.To.IsZero() && !s.From.Before(s.To)
}

// Intersect returns the time that both spans share; it may be Empty.
func (s Span) Intersect(other Span) Span {
	if other.From.After(s.From) {
		s.From = other.From
	}
	if s.To.IsZero() || !other.To.IsZero() && other.To.Before(s.To) {
		s.To = other.To
	}
	return s
}
