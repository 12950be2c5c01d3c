package calendar

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a budget: ten years.
const (
	MaxOpenSeconds = MaxDays * 24 * 60 * 60
	MaxDays        = 3650
)

// Budget is how long something may take, in one of three units that are never mixed. It
// is data: a rule says it and an entry pins it. Exactly one of the three is above 0.
type Budget struct {
	// OpenSeconds is open time: see Calendar.Add.
	OpenSeconds int64 `json:"open_seconds,omitempty"`
	// WorkingDays counts the days on which hours begin, after the day of receipt, which
	// never counts, be it a working day or not: what comes on a Friday, Saturday or
	// Sunday is on its first working day on Monday. It is due on the last of them at the
	// time of day at which it came, held to that day's hours: what came before the
	// opening is due at the opening; what came after the close, or on a day that was no
	// working day, at the close; what came at a time at which that day has a break, when
	// the break begins. So nothing is due before something that came earlier, and where
	// all days have the same hours, none over midnight, it is given exactly so many days
	// of them. While a repeated hour runs for the second time, it counts as over.
	WorkingDays int `json:"working_days,omitempty"`
	// ByClose makes WorkingDays due at the close of the last one, whatever the time of
	// day at which it came.
	ByClose bool `json:"by_close,omitempty"`
	// CalendarDays counts every day after the day of receipt; it is due when the last one
	// ends, at midnight in the zone.
	CalendarDays int `json:"calendar_days,omitempty"`
	// EndsWorking moves a last calendar day that is no working day to the next one that is.
	EndsWorking bool `json:"ends_working,omitempty"`
}

// Check adds the budget's faults.
func (b Budget) Check(faults *customer.Faults) {
	units := 0
	for _, one := range [...]struct {
		path   string
		number int64
		most   int64
	}{
		{"open_seconds", b.OpenSeconds, MaxOpenSeconds},
		{"working_days", int64(b.WorkingDays), MaxDays},
		{"calendar_days", int64(b.CalendarDays), MaxDays},
	} {
		if one.number != 0 {
			units++
			if one.number < 1 || one.number > one.most {
				faults.Add(one.path, one.number, fmt.Sprintf("is 1 to %d", one.most))
			}
		}
	}
	if units != 1 {
		faults.Add("", units, "is in exactly one unit: open_seconds, working_days or calendar_days")
	}
	if b.ByClose && b.WorkingDays == 0 {
		faults.Add("by_close", true, "stands beside working_days only")
	}
	if b.EndsWorking && b.CalendarDays == 0 {
		faults.Add("ends_working", true, "stands beside calendar_days only")
	}
}

// Due returns the instant at which a budget that began at an instant is used up. A budget
// that is none is customer.Faults; one that is not used up within the horizon is refused.
//
// The spans of except are as for Between. They stop open time only: a budget in days runs
// on, and spans beside it are a fault.
func (c *Calendar) Due(from time.Time, budget Budget, except ...customer.Span) (time.Time, error) {
	if err := budget.asked(except, nil); err != nil {
		return time.Time{}, err
	}
	return c.due(from, budget, except)
}

// Partway returns the instant at which so many thousandths of a budget, 1 to 1000, are
// used: where a clock warns at 500 and at 750, say. At 1000 it is the due. Of open time it
// is that share of the seconds; of working days that share of the open time up to the due;
// of calendar days that share of all time up to the due. It is rounded up to the
// nanosecond. Spans and errors are as for Due, but a span without end that begins after
// the instant does no harm.
func (c *Calendar) Partway(from time.Time, budget Budget, permille int, except ...customer.Span) (time.Time, error) {
	var faults customer.Faults
	if permille < 1 || permille > 1000 {
		faults.Add("permille", permille, "is 1 to 1000")
	}
	if err := budget.asked(except, faults); err != nil {
		return time.Time{}, err
	}
	if budget.OpenSeconds > 0 {
		return c.Add(from, share(time.Duration(budget.OpenSeconds)*time.Second, permille), except...)
	}
	due, err := c.due(from, budget, nil)
	if err != nil || permille == 1000 {
		return due, err
	}
	if budget.CalendarDays > 0 {
		return c.time(from.UnixNano() + int64(share(due.Sub(from), permille))), nil
	}
	whole, err := c.Between(from, due)
	if err != nil {
		return time.Time{}, err
	}
	return c.Add(from, share(whole, permille))
}

// share is so many thousandths of a length of time, rounded up.
func share(whole time.Duration, permille int) time.Duration {
	thousands, rest, n := int64(whole)/1000, int64(whole)%1000, int64(permille)
	return time.Duration(thousands*n + (rest*n+999)/1000)
}

// asked adds the faults of a budget, and of spans beside it, to others.
func (b Budget) asked(except []customer.Span, all customer.Faults) error {
	var faults customer.Faults
	b.Check(&faults)
	all.Join("budget", faults)
	if len(except) > 0 && b.OpenSeconds == 0 {
		all.Add("except", len(except), "stand beside a budget of open time only: nothing stops one in days")
	}
	return all.Err()
}

// due is Due for a budget that is in order.
func (c *Calendar) due(from time.Time, budget Budget, except []customer.Span) (time.Time, error) {
	if budget.OpenSeconds > 0 {
		return c.Add(from, time.Duration(budget.OpenSeconds)*time.Second, except...)
	}
	start, ok := c.tick(from)
	if !ok {
		return time.Time{}, c.wrong([]instant{{"from", from}})
	}
	if budget.CalendarDays > 0 {
		return c.dueCalendar(start, budget)
	}
	return c.dueWorking(start, budget)
}

// dueWorking finds the end of a budget in working days.
func (c *Calendar) dueWorking(start int64, budget Budget) (time.Time, error) {
	received, timeOfDay := c.zone.latest(start)
	day, err := c.workingDay(received, budget.WorkingDays)
	if err != nil {
		return time.Time{}, err
	}
	wish := day*dayLen + timeOfDay
	if budget.ByClose || !c.works(received) {
		wish = (day + 2) * dayLen // hours that begin on the day end before
	}
	return c.time(c.within(day, c.zone.first(wish))), nil
}

// within moves an instant into the hours that begin on a working day: to the opening when
// it lies before, and else to the latest instant up to it that is within or at a close.
func (c *Calendar) within(day, wish int64) int64 {
	due := int64(-1)
	for _, s := range c.working.hours(day) {
		c.zone.passes(span{day*dayLen + s.from, day*dayLen + s.to}, func(pass span) {
			if due < 0 || pass.from <= wish {
				due = max(pass.from, min(wish, pass.to))
			}
		})
	}
	return due
}

// dueCalendar finds the end of a budget in calendar days.
func (c *Calendar) dueCalendar(start int64, budget Budget) (time.Time, error) {
	last := c.zone.reading(start)/dayLen + int64(budget.CalendarDays)
	if last >= c.beyondDay {
		if day := FirstDay + customer.Date(last); last < allDays {
			return time.Time{}, c.rules.Covers(day)
		}
		return time.Time{}, customer.Faults{{Path: "budget.calendar_days", Value: strconv.Itoa(budget.CalendarDays), Rule: "ends by the year 2199"}}
	}
	if budget.EndsWorking {
		var err error
		if last, err = c.workingDay(last, 0); err != nil {
			return time.Time{}, err
		}
	}
	return c.time(c.zone.first((last + 1) * dayLen)), nil
}

// works reports whether a day is a working day.
func (c *Calendar) works(day int64) bool {
	return c.working.before(day) < c.working.before(day+1)
}

// workingDay is AddWorkingDays by day numbers.
func (c *Calendar) workingDay(day int64, n int) (int64, error) {
	k := c.working.before(day) + int64(n)
	if n > 0 {
		k = c.working.before(day+1) + int64(n) - 1
	}
	if k >= 0 {
		found, _, ok := c.working.count.find(k)
		if ok && found >= c.firstDay && found < c.beyondDay && found-day <= HorizonDays && day-found <= HorizonDays {
			return found, nil
		}
	}
	return 0, c.noWorkingDays(day, n)
}

// AddWorkingDays returns the nth working day after a day; before it, for n below 0; and
// for n = 0 the day itself if it is a working day, or else the next one. A working day is
// one on which hours begin. A day that lies outside the edition or more than the horizon
// away is refused.
func (c *Calendar) AddWorkingDays(day customer.Date, n int) (customer.Date, error) {
	if err := c.covered(day, "day"); err != nil {
		return 0, err
	}
	var faults customer.Faults
	faults.Within("n", n, -MaxDays, MaxDays)
	if err := faults.Err(); err != nil {
		return 0, err
	}
	found, err := c.workingDay(int64(day-FirstDay), n)
	if err != nil {
		return 0, err
	}
	return FirstDay + customer.Date(found), nil
}

// WorkingDays counts the working days from one day up to, not including, another, which
// must not be earlier. The others are the closed days of the range.
func (c *Calendar) WorkingDays(from, until customer.Date) (int, error) {
	if c.zone == nil {
		return 0, errNoCalendar
	}
	start, end := int64(from)-int64(FirstDay), int64(until)-int64(FirstDay)
	if start < c.firstDay || end > c.beyondDay || end < start {
		return 0, c.wrongDays(from, until)
	}
	return int(c.working.before(end) - c.working.before(start)), nil
}

// wrongDays says what is wrong with a range of days: see Calendar.wrong.
func (c *Calendar) wrongDays(from, until customer.Date) error {
	var faults customer.Faults
	dayNumber("from", from, &faults)
	if until != LastDay+1 {
		dayNumber("until", until, &faults)
	}
	if len(faults) == 0 && until < from {
		faults.Add("until", until, "is not before from")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	var refusal customer.Refusal
	c.covers(from, &refusal)
	if until > from {
		c.covers(until-1, &refusal)
	}
	return &refusal
}

// covered returns nil for a day on which the edition is in force.
func (c *Calendar) covered(day customer.Date, path string) error {
	if c.zone == nil {
		return errNoCalendar
	}
	var faults customer.Faults
	if _, ok := dayNumber(path, day, &faults); !ok {
		return faults
	}
	return c.rules.Covers(day)
}
