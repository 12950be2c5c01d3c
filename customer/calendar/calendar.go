package calendar

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The civil days that a calendar reaches over, both included, and the horizon: a budget
// that is not used up, or an opening that does not come, within so many days of 24 hours
// is refused.
const (
	FirstDay customer.Date = 719_163 // 1970-01-01
	LastDay  customer.Date = 803_168 // 2199-12-31

	HorizonDays = 3660 // ten years
)

// Calendar is the compiled rule book: it knows which instants are open. It is immutable
// and safe for concurrent use. Instants come back in the calendar's zone, whatever zone
// they were given in.
//
// Open is an instant at which the wall clock in the zone reads a time within the hours.
// So readings that the clock skips when it is put forward are no open time, readings that
// it shows twice are open twice, and durations are physical: the time that passes.
//
// All questions are answered with customer.Faults for instants and days that are none or
// outside the years 1970 to 2199, and with a *customer.Refusal where the edition is not in
// force. The zero Calendar knows nothing: every question to it is an error.
type Calendar struct {
	rules    customer.Edition
	name     string
	book     *book
	location *time.Location
	zone     *zone
	open     *line
	closed   *line
	working  *workdays

	first, last         int64 // the instants between which the edition is in force
	firstDay, beyondDay int64 // the days
}

var errNoCalendar = errors.New("calendar: a calendar comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads
// the zone that the rules name and passes it.
func New(rules Rules, location *time.Location) (*Calendar, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, location)
	if rules.From > LastDay {
		faults.Add("from", rules.From, "is a day up to the year 2199")
	}
	if rules.Until.Valid() && rules.Until <= FirstDay {
		faults.Add("until", rules.Until, "is a day after 1 January 1970, or absent")
	}
	read := rules.read(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c := &Calendar{rules: rules.Edition, name: rules.Name(), book: read, location: location, zone: newZone(location)}
	var hours *pattern
	hours, c.working = read.compile(c.zone)
	c.open, c.closed = newLine(c.zone, hours), newLine(c.zone, hours.closed())

	first, beyond := max(rules.From, FirstDay), LastDay+1
	if rules.Until != 0 {
		beyond = min(rules.Until, beyond)
	}
	c.firstDay, c.beyondDay = int64(first-FirstDay), int64(beyond-FirstDay)
	c.first, c.last = c.zone.first(c.firstDay*dayLen), c.zone.first(c.beyondDay*dayLen)
	return c, nil
}

// Edition is the edition of the rules: its ID and Version are what a clock pins.
func (c *Calendar) Edition() customer.Edition { return c.rules }

// Location is the zone whose wall clock the hours are read from. The calendar's day of an
// instant is customer.DateOf(at, c.Location()). That of the zero Calendar is UTC.
func (c *Calendar) Location() *time.Location {
	if c.location == nil {
		return time.UTC
	}
	return c.location
}

// Between returns how much open time lies from one instant up to another, which must not
// be earlier, outside the spans of except: pauses of a clock, say. These ascend by their
// starts, may overlap, and may reach beyond both instants; an open one has no end. A span
// that ends before it begins, or does not ascend, is a fault.
//
// Between adds up exactly: what lies between a and c is what lies between a and b and
// between b and c.
func (c *Calendar) Between(from, to time.Time, except ...customer.Span) (time.Duration, error) {
	start, startOK := c.tick(from)
	end, endOK := c.tick(to)
	if !startOK || !endOK || end < start {
		return 0, c.wrong([]instant{{"from", from}, {"to", to}})
	}
	if err := ascending(except); err != nil {
		return 0, err
	}
	between := c.open.before(end) - c.open.before(start)
	for _, out := range except {
		pause, _ := clip(out, from, to, start, end)
		if pause.to > start { // not within an earlier one
			pause.from = max(pause.from, start)
			between -= c.open.before(pause.to) - c.open.before(pause.from)
			start = pause.to
		}
	}
	return time.Duration(between), nil
}

// Add returns the instant at which a budget of open time, begun at an instant, is used up
// outside the spans of except, which are as for Between.
//
// A budget that ends with the hours is due at the close, 18:00, and not at the next
// opening. A budget of 0 is due at once where it is open, and else at the next opening.
// A budget below 0 is a fault. One that is not used up within the horizon is refused, and
// so is one that is still running when a span without end begins.
func (c *Calendar) Add(from time.Time, budget time.Duration, except ...customer.Span) (time.Time, error) {
	start, ok := c.tick(from)
	if !ok {
		return time.Time{}, c.wrong([]instant{{"from", from}})
	}
	if budget < 0 {
		return time.Time{}, customer.Faults{{Path: "budget", Value: budget.String(), Rule: "is 0 or more"}}
	}
	if err := ascending(except); err != nil {
		return time.Time{}, err
	}
	horizon, left, cursor := c.horizon(start), int64(budget), start
	for _, out := range except {
		pause, ends := clip(out, from, c.time(horizon), start, horizon)
		due, found := c.usedUp(cursor, left)
		if pause.from >= horizon || found && (due < pause.from || due == pause.from && left > 0) {
			break // used up before it
		}
		if pause.to <= cursor {
			continue // within an earlier one
		}
		begins := max(pause.from, cursor)
		left -= c.open.before(begins) - c.open.before(cursor)
		if !ends {
			return time.Time{}, c.paused(begins, left)
		}
		cursor = pause.to
	}
	due, found := c.usedUp(cursor, left)
	if !found || due > horizon || due == horizon && budget == 0 {
		has, err := c.Between(from, c.time(horizon), except...)
		if err != nil {
			return time.Time{}, err
		}
		return time.Time{}, c.noOpenTime(start, int64(has), int64(budget))
	}
	return c.time(due), nil
}

// usedUp finds the end of a budget; false where the calendar has not so much open time left.
func (c *Calendar) usedUp(start, budget int64) (int64, bool) {
	if budget > HorizonDays*dayLen {
		return 0, false
	}
	used := c.open.before(start)
	if budget == 0 {
		return c.open.at(used)
	}
	last, found := c.open.at(used + budget - 1) // the last nanosecond of the budget
	return last + 1, found
}

// ascending returns the faults of spans that are to be left out.
func ascending(except []customer.Span) error {
	var faults customer.Faults
	for i, out := range except {
		if i > 0 && out.From.Before(except[i-1].From) {
			faults.Add(fmt.Sprintf("except[%d].from", i), out.From, "is not before the start of the span above")
		}
		if !out.To.IsZero() && out.To.Before(out.From) {
			faults.Add(fmt.Sprintf("except[%d].to", i), out.To, "is not before from")
		}
	}
	return faults.Err()
}

// clip returns the part of a span that lies between two instants, given in both forms, and
// whether it ends by the later one. An empty part is at one of them.
func clip(out customer.Span, from, to time.Time, start, end int64) (span, bool) {
	part := span{start, end}
	if out.From.After(to) {
		part.from = end
	} else if out.From.After(from) {
		part.from = out.From.UnixNano()
	}
	ends := !out.To.IsZero()
	switch {
	case ends && out.To.Before(from):
		part.to = start
	case ends && out.To.Before(to):
		part.to = out.To.UnixNano()
	}
	return part, ends
}

// Contains reports whether it is open at an instant. At the close it is not.
func (c *Calendar) Contains(at time.Time) (bool, error) {
	tick, ok := c.tick(at)
	if !ok || tick == c.last {
		return false, c.wrong([]instant{{"at", at}})
	}
	return c.open.pattern.contains(c.zone.reading(tick)), nil
}

// Open returns the open span that is left at an instant: from the instant itself where it
// is open, or else from the next opening, up to the close. Spans that touch, at midnight
// or elsewhere, are one. No opening within the horizon is refused; where there is no close
// within the horizon the span has no To, so a desk that never closes is open without end.
// What is open when the edition ends, ends with it.
func (c *Calendar) Open(at time.Time) (customer.Span, error) {
	tick, ok := c.tick(at)
	if !ok {
		return customer.Span{}, c.wrong([]instant{{"at", at}})
	}
	horizon := c.horizon(tick)
	opens, found := c.open.at(c.open.before(tick))
	if !found || opens >= horizon {
		return customer.Span{}, c.noOpenTime(tick, 0, 0)
	}
	span := customer.Span{From: c.time(opens)}
	closes, found := c.closed.at(c.closed.before(opens))
	if !found || closes > c.last {
		closes = c.last
	}
	if closes <= tick+HorizonDays*dayLen {
		span.To = c.time(closes)
	}
	return span, nil
}

// tick returns an instant in nanoseconds, and whether the edition is in force at it. The
// end of the edition, at which nothing lies ahead, is in order.
func (c *Calendar) tick(at time.Time) (int64, bool) {
	const years = 1 << 33 // seconds: within int64 as nanoseconds
	if seconds := at.Unix(); seconds < -years || seconds > years {
		return 0, false
	}
	tick := at.UnixNano()
	return tick, tick >= c.first && tick <= c.last && c.zone != nil
}

func (c *Calendar) time(tick int64) time.Time { return time.Unix(0, tick).In(c.location) }

// horizon is the instant up to which an answer is looked for.
func (c *Calendar) horizon(tick int64) int64 { return min(c.last, tick+HorizonDays*dayLen) }

// instant is an argument of a question.
type instant struct {
	path string
	at   time.Time
}

// wrong says what is wrong with a question's instants: faults where they are none, and
// otherwise the refusal of an edition that is not in force.
func (c *Calendar) wrong(asked []instant) error {
	if c.zone == nil {
		return errNoCalendar
	}
	var faults customer.Faults
	for i, one := range asked {
		day := customer.DateOf(one.at, c.location)
		switch {
		case one.at.IsZero():
			faults.Add(one.path, "", "is an instant")
		case day < FirstDay || day > LastDay && (len(asked) == 1 || one.at.UnixNano() != c.zone.end):
			faults.Add(one.path, one.at, "is of the years 1970 to 2199")
		case i > 0 && one.at.Before(asked[0].at):
			faults.Add(one.path, one.at, "is not before from")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	var refusal customer.Refusal
	for i, one := range asked {
		if i > 0 { // up to, not including
			one.at = one.at.Add(-1)
		}
		day := customer.DateOf(one.at, c.location)
		if one.at.UnixNano() >= c.last { // also where the clock goes back into the day before
			day = max(day, FirstDay+customer.Date(c.beyondDay))
		}
		c.covers(day, &refusal)
	}
	return &refusal
}
