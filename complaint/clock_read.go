package complaint

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Reading is a clock as it stands, or stood, at an instant: only what had been booked for that
// instant or an earlier one counts. Instants are in the zone of the clock's calendar, whatever
// zone the desk or the customer is in.
type Reading struct {
	Clock   string
	Cycle   int
	At      time.Time
	Start   time.Time // zero: it had not begun
	Running bool      // a clock that is paused has not stopped
	Stopped time.Time // zero: it had not
	Paused  time.Time // since when; zero: it was not
	For     Awaited   // whom the case waited for then
	Reason  string    // and for what

	Figures            // by the calendar in force
	Switched time.Time // since when that is another one that nobody has confirmed; zero: it is not
	Former   Figures   // by the calendar before, until then

	Told int // the highest level that was told

	rule   string
	pauses []Pause
}

// Figures are what a clock comes to by one calendar.
//
// A budget is used up by time of one sort: open time for one in open seconds or in working
// days, all time for one in calendar days; what lies in a pause never counts. A budget in
// working days amounts to the open time, and one in calendar days to the time, up to where it
// is due without a pause. With pauses it is due when so much has passed outside of them: at
// that instant for working days, but at the close of its day ByClose, and at the end of the
// day for calendar days. So a pause while it is closed changes no due in working days, none
// makes any due earlier, and however long a pause was, what was left is left after it.
type Figures struct {
	Calendar string
	Version  int
	Budget   calendar.Budget // with all extensions
	Used     time.Duration   // of time as above
	Left     time.Duration   // below 0: so much over
	Day      int             // of a budget in days: on which of them it is, 0 being that of receipt; days paused from midnight to midnight do not count
	Due      time.Time       // the last instant at which it is kept; zero while a pause leaves it open
	Breached bool            // used more than the budget; on the due itself it is kept
	Level    int             // how many of the marks were passed: warnings, the breach, those after it; 0: none
}

// course is a clock as it was known at an instant, by one calendar.
//
// It points to nothing of its clock or of itself, so that a reading needs no memory.
type course struct {
	*calendar.Calendar
	start    time.Time
	end      time.Time // the instant, or the stop before it
	budget   calendar.Budget
	warn     []int
	after    []calendar.Budget
	open     int // the place of the pause that goes on; -1: none
	used     time.Duration
	whole    time.Duration // what the budget amounts to
	straight time.Time     // when it would be due without a pause; zero for open time

	pauses int              // how many there are
	few    [8]customer.Span // they, as long as there is room for them
	many   []customer.Span  // they, otherwise
}

// spans are the pauses.
func (c *course) spans() []customer.Span {
	if c.many != nil {
		return c.many
	}
	return c.few[:c.pauses]
}

// pause adds a pause.
func (c *course) pause(span customer.Span) {
	switch {
	case c.many != nil:
		c.many = append(c.many, span)
	case c.pauses < len(c.few):
		c.few[c.pauses] = span
	default:
		c.many = append(append(make([]customer.Span, 0, 4*len(c.few)), c.few[:]...), span)
	}
	c.pauses++
}

// Read returns the figures of a clock of a case for an instant, past ones included.
//
// Where the calendar does not reach as far as the due, which holidays it is made of being
// unknown yet, the error is a *customer.Refusal that says so, and what is used stands in the
// Reading all the same. A calendar that the policy was not given is refused too.
func (p *Policy) Read(clock Clock, at time.Time) (Reading, error) {
	return p.reading(&clock, at)
}

func (p *Policy) reading(clock *Clock, at time.Time) (Reading, error) {
	if p.zone == nil {
		return Reading{}, errNoPolicy
	}
	if at.IsZero() {
		var faults customer.Faults
		faults.Instant("at", at)
		return Reading{}, faults
	}
	r := Reading{Clock: clock.Name, Cycle: clock.Cycle, At: at.In(p.zone), rule: p.name}
	if at.Before(clock.Start) || at.Before(clock.Again) {
		return r, nil
	}
	r.Running, r.pauses = clock.Stop.IsZero() || clock.Stop.After(at), clock.Pauses
	id, version, former, switched := clock.calendarAt(at)
	var course course
	err := p.course(&course, clock, at, id, version)
	if err != nil {
		r.Start = clock.Start.In(p.zone)
		return r, err
	}
	zone := course.Location()
	r.At, r.Start = at.In(zone), clock.Start.In(zone)
	if !r.Running {
		r.Stopped = clock.Stop.In(zone)
	}
	if course.open >= 0 {
		pause := &clock.Pauses[course.open]
		r.Paused, r.For, r.Reason = pause.From.In(zone), pause.For, pause.Reason
	}
	r.Told = clock.toldBy(at)
	r.Figures, err = course.figures()
	r.Calendar, r.Version = id, version
	if err == nil && !switched.IsZero() {
		r.Switched = switched.In(zone)
		r.Former, err = p.former(clock, at, former)
	}
	return r, err
}

// former returns the figures by the calendar before a switch.
func (p *Policy) former(clock *Clock, at time.Time, place int) (Figures, error) {
	id, version := clock.Calendar, clock.Version
	if place >= 0 {
		id, version = clock.Switched[place].Calendar, clock.Switched[place].Version
	}
	var course course
	err := p.course(&course, clock, at, id, version)
	if err != nil {
		return Figures{Calendar: id, Version: version}, err
	}
	figures, err := course.figures()
	figures.Calendar, figures.Version = id, version
	return figures, err
}

// calendarAt is the calendar of the clock as it was known at an instant; and where nobody had
// confirmed it by then, since when it was, and the place of the switch before, -1 for none.
func (c *Clock) calendarAt(at time.Time) (id string, version, former int, switched time.Time) {
	id, version, former = c.Calendar, c.Version, -1
	for i := range c.Switched {
		one := &c.Switched[i]
		if one.At.After(at) {
			break
		}
		id, version = one.Calendar, one.Version
		if !one.Confirmed.IsZero() && !one.Confirmed.After(at) {
			former, switched = i, time.Time{}
		} else if switched.IsZero() {
			switched = one.At
		}
	}
	return id, version, former, switched
}

// toldBy is the highest level that was told by an instant.
func (c *Clock) toldBy(at time.Time) int {
	extended, level := c.extendedBy(at), 0
	for i := range c.Reached {
		if one := &c.Reached[i]; one.Extended == extended && !one.At.After(at) {
			level = max(level, one.Level)
		}
	}
	return level
}

// extendedBy is how often the clock had been extended by an instant.
func (c *Clock) extendedBy(at time.Time) int {
	n := 0
	for n < min(len(c.Extended), len(c.Extensions)) && !c.Extended[n].At.After(at) {
		n++
	}
	return n
}

// top is the highest level.
func (c *Clock) top() int { return len(c.Warn) + 1 + len(c.After) }

// course prepares the reading of a clock.
func (p *Policy) course(c *course, clock *Clock, at time.Time, id string, version int) (err error) {
	c.Calendar = p.calendar(id, version)
	if c.Calendar == nil {
		return &customer.Refusal{Rule: p.name, Missing: []customer.Reason{{Code: CodeClockCalendar, Rule: p.name, Of: id, Fact: int64(version)}}}
	}
	c.start, c.end, c.budget, c.warn, c.after, c.open = clock.Start, at, clock.Budget, clock.Warn, clock.After, -1
	stopped := !clock.Stop.IsZero() && !clock.Stop.After(at)
	if stopped {
		c.end = clock.Stop
	}
	for i := range clock.extendedBy(c.end) {
		c.budget = plus(c.budget, clock.Extensions[i].Budget)
	}
	for i := range clock.Pauses {
		span := clock.Pauses[i].Span
		switch {
		case span.From.After(c.end), span.From.Equal(c.end) && (stopped || !span.To.IsZero() && !span.To.After(at)):
			continue // nobody knew of it, or it came too late
		case stopped && (span.To.IsZero() || span.To.After(c.end)):
			span.To = c.end
		case !stopped && (span.To.IsZero() || span.To.After(at)):
			if span.To = (time.Time{}); c.open < 0 {
				c.open = i
			}
		}
		c.pause(span)
	}
	c.used, err = c.between(c.end)
	return err
}

// weigh finds what the budget amounts to.
func (c *course) weigh() (err error) {
	c.whole, c.straight, err = c.amount(c.budget)
	return err
}

// amount is what a budget of the clock amounts to and, where it is one in days, when it would be
// due without a pause, be that a working day or not.
func (c *course) amount(budget calendar.Budget) (time.Duration, time.Time, error) {
	if budget.OpenSeconds > 0 {
		return time.Duration(budget.OpenSeconds) * time.Second, time.Time{}, nil
	}
	budget.EndsWorking = false // that is about the last day, wherever it comes to lie
	due, err := c.Due(c.start, budget)
	switch {
	case err != nil:
		return 0, time.Time{}, err
	case budget.CalendarDays > 0:
		return due.Sub(c.start), due, nil
	}
	whole, err := c.Between(c.start, due)
	return whole, due, err
}

// between is how much of the time that counts lies between the start and an instant.
func (c *course) between(to time.Time) (time.Duration, error) {
	if c.budget.CalendarDays == 0 {
		return c.Between(c.start, to, c.spans()...)
	}
	used, cursor := to.Sub(c.start), c.start
	for _, span := range c.spans() {
		from, until := later(span.From, cursor), span.To
		if until.IsZero() || until.After(to) {
			until = to
		}
		if until.After(from) {
			used, cursor = used-until.Sub(from), until
		}
	}
	return used, nil
}

// passed is the instant at which so much of the time that counts has passed; false where a
// pause leaves it open.
func (c *course) passed(amount time.Duration) (time.Time, bool, error) {
	if c.open >= 0 && amount > c.used {
		return time.Time{}, false, nil
	}
	if c.budget.CalendarDays == 0 {
		at, err := c.Add(c.start, amount, c.spans()...)
		return at, err == nil, err
	}
	cursor := c.start
	for _, span := range c.spans() {
		if gap := span.From.Sub(cursor); gap > 0 {
			if amount <= gap {
				break
			}
			amount, cursor = amount-gap, span.From
		}
		cursor = later(cursor, span.To)
	}
	return cursor.Add(amount).In(c.Location()), true, nil
}

// due is the instant at which a budget is used up; false where a pause leaves it open.
func (c *course) due(budget calendar.Budget) (time.Time, bool, error) {
	amount, straight := c.whole, c.straight
	if budget != c.budget {
		var err error
		if amount, straight, err = c.amount(budget); err != nil {
			return time.Time{}, false, err
		}
	}
	if c.pauses == 0 && budget.WorkingDays > 0 {
		return straight, true, nil
	}
	at, known, err := c.passed(amount)
	switch {
	case err != nil || !known || budget.OpenSeconds > 0:
		return at, known, err
	case budget.CalendarDays > 0:
		at, err = c.endOfDay(at, budget)
	case !at.After(straight):
		at = straight
	case budget.ByClose:
		at, err = c.close(at)
	}
	return at, err == nil, err
}

// endOfDay is the midnight that ends the day up to which an instant reaches.
func (c *course) endOfDay(at time.Time, budget calendar.Budget) (time.Time, error) {
	last := customer.DateOf(at.Add(-1), c.Location())
	if budget.EndsWorking {
		var err error
		if last, err = c.AddWorkingDays(last, 0); err != nil {
			return time.Time{}, err
		}
	}
	return last.AddDays(1).Start(c.Location()), nil
}

// close is the close of the working day of an instant that is within its hours or at their end.
func (c *course) close(at time.Time) (time.Time, error) {
	zone := c.Location()
	day, err := c.WorkingDays(customer.DateOf(c.start, zone).AddDays(1), customer.DateOf(at.Add(-1), zone).AddDays(1))
	if err != nil {
		return time.Time{}, err
	}
	for n := max(1, day-1); ; n++ { // hours that began the evening before are those of the day before
		closes, err := c.Due(c.start, calendar.Budget{WorkingDays: n, ByClose: true})
		if err != nil || !closes.Before(at) {
			return closes, err
		}
	}
}

// figures reads the course.
func (c *course) figures() (Figures, error) {
	f := Figures{Budget: c.budget, Used: c.used}
	var err error
	if c.budget.OpenSeconds == 0 {
		if f.Day, err = c.day(); err != nil {
			return f, err
		}
	}
	if err = c.weigh(); err != nil {
		return f, err
	}
	f.Left = c.whole - c.used
	due, known, unknown := c.due(c.budget)
	f.Due, f.Breached = due, c.used > c.whole
	if c.budget.OpenSeconds == 0 {
		f.Breached = known && c.end.After(due)
	}
	if f.Level, err = c.level(f.Breached); unknown != nil {
		err = unknown
	}
	return f, err
}

// level is how many marks are passed.
func (c *course) level(breached bool) (int, error) {
	if !breached {
		level := 0
		for level < len(c.warn) && c.used >= share(c.whole, c.warn[level]) {
			level++
		}
		return level, nil
	}
	level := len(c.warn) + 1
	for level < len(c.warn)+1+len(c.after) {
		at, known, err := c.reach(level + 1)
		var beyond *customer.Refusal
		switch {
		case errors.As(err, &beyond): // the calendar, which reaches as far as the instant, ends before it is passed
			return level, nil
		case err != nil || !known || at.After(c.end):
			return level, err
		}
		level++
	}
	return level, nil
}

// reach is the instant at which a level is passed; false where a pause leaves it open.
func (c *course) reach(level int) (time.Time, bool, error) {
	warnings := len(c.warn)
	switch {
	case level <= warnings:
		return c.passed(share(c.whole, c.warn[level-1]))
	case level > warnings+1:
		return c.due(plus(c.budget, c.after[level-warnings-2]))
	case c.budget.OpenSeconds > 0:
		return c.passed(c.whole + 1)
	}
	due, known, err := c.due(c.budget)
	return due.Add(1), known, err
}

// day is on which day of a budget in days it is.
func (c *course) day() (int, error) {
	zone := c.Location()
	first, last := customer.DateOf(c.start, zone).AddDays(1), customer.DateOf(c.end, zone)
	count := func(from, to customer.Date) (int, error) { // both included
		switch {
		case to < from:
			return 0, nil
		case c.budget.CalendarDays > 0:
			return int(to-from) + 1, nil
		}
		return c.WorkingDays(from, to+1)
	}
	days, err := count(first, last)
	for _, span := range c.spans() {
		if err != nil {
			return 0, err
		}
		from, to := customer.DateOf(span.From, zone), last
		if !from.Start(zone).Equal(span.From) {
			from++
		}
		if !span.To.IsZero() {
			to = min(to, customer.DateOf(span.To, zone)-1)
		}
		from = max(from, first)
		var paused int
		if paused, err = count(from, to); paused > 0 {
			days, first = days-paused, to+1 // a day that two pauses cover counts once
		}
	}
	return days, err
}

// share is so many thousandths of a length of time, rounded up.
func share(whole time.Duration, permille int) time.Duration {
	thousands, rest, n := int64(whole)/1000, int64(whole)%1000, int64(permille)
	return time.Duration(thousands*n + (rest*n+999)/1000)
}
