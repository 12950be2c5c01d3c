package complaint

import (
	"errors"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Wake says what time it is: the library has no clock, so the host wakes a case when
// [Policy.NextWake] said so. It has no figures: what is due by then is booked, each thing
// once, so a wake that comes late, twice or for nothing does no harm.
type Wake struct {
	Step `json:"-"`
}

func (Wake) kind() Kind { return KindWake }

// Canonical writes the command in canonical form.
func (x Wake) Canonical(c *customer.Canonical) {
	x.Write(c)
}

func (x Wake) apply(*ground, *Entry) error { return nil }

// Wake books what has become due by an instant. Where nothing has, the decision is empty.
func (p *Policy) Wake(c Case, x Wake) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindWake, x.Take(), nil)
	if err != nil {
		return Decision{}, err
	}
	d.post(x)
	d.wake()
	if len(d.entries) == 1 && d.entries[0].Kind() == KindWake && d.err == nil { // nothing but the wake itself
		d.entries, d.now = nil, ground{Case: c}
	}
	return d.decision()
}

// wake books all that may become due. Each source stands here and, with when that will be, in
// NextWake: the two lists are one.
func (d *desk) wake() {
	d.breakPromises() // what was promised is owed, whichever case it stands in
	d.tellOverdue()
	if d.now.forwarded() {
		return
	}
	d.reachRungs()
	d.lapseAppeal()
	d.raiseSurvey()
}

// NextWake says when something of a case becomes due next that nobody has been told of yet: a
// mark of a clock, a promise, the last day for a remedy or a corrective action, a survey, the end of
// a way to appeal that keeps the case open; false where nothing will. What else somebody waits
// for, an approval or the answer to an offer, wakes the case by a clock for it. What is due
// already is due at the instant after which the host asks. So a host sleeps until then, sends a
// [Wake], and asks again. The instant is in the policy's zone.
//
// Where one source cannot be told, as its calendar does not reach so far, that is the error;
// the others count all the same.
func (p *Policy) NextWake(c Case, after time.Time) (time.Time, bool, error) {
	if p.zone == nil {
		return time.Time{}, false, errNoPolicy
	}
	next := waking{after: after}
	next.see(p.wakePromises(&c))
	next.see(p.wakeOverdue(&c))
	if !c.forwarded() {
		next.see(p.nextRung(&c))
		next.see(c.wakeAppeal())
		next.see(p.wakeSurvey(&c))
	}
	if next.found {
		next.at = next.at.In(p.zone)
	}
	return next.at, next.found, next.err
}

// waking is the earliest of several instants.
type waking struct {
	after, at time.Time
	found     bool
	err       error
}

// see takes the next instant of a source.
func (w *waking) see(at time.Time, found bool, err error) {
	if err != nil && w.err == nil {
		w.err = err
	}
	if found {
		if at = later(at, w.after); !w.found || at.Before(w.at) {
			w.at, w.found = at, true
		}
	}
}

// forwarded reports whether the case is a duplicate that was merged into another one: there,
// and not here, somebody acts.
func (c *Case) forwarded() bool { return c.DuplicateOf() != "" }

// nextRung is when the next mark of a clock is passed.
func (p *Policy) nextRung(c *Case) (time.Time, bool, error) {
	var next waking
	for i := range c.Clocks {
		if c.Clocks[i].runs() {
			next.see(p.nextLevel(&c.Clocks[i]))
		}
	}
	return next.at, next.found, next.err
}

// nextLevel is when a running clock passes the lowest mark that nobody was told of.
func (p *Policy) nextLevel(clock *Clock) (time.Time, bool, error) {
	told := clock.level(len(clock.Extended))
	if told >= clock.top() {
		return time.Time{}, false, nil
	}
	level := told + 1
	at := clock.known()
	id, version := clock.calendar()
	var course course
	err := p.course(&course, clock, at, id, version)
	if err == nil {
		err = course.weigh()
	}
	if err != nil {
		return time.Time{}, false, err
	}
	return course.reach(level)
}

// known is an instant at which all that is booked of the clock is known.
func (c *Clock) known() time.Time {
	at := later(c.Start, c.Again)
	for i := range c.Pauses {
		at = later(at, later(c.Pauses[i].From, c.Pauses[i].To))
	}
	for i := range c.Extended {
		at = later(at, c.Extended[i].At)
	}
	return at
}

// reachRungs books of every clock the highest mark that it has passed.
func (d *desk) reachRungs() {
	for i := range d.now.Clocks {
		clock := &d.now.Clocks[i]
		if !clock.runs() || clock.extendedBy(d.step.At) < len(clock.Extended) {
			continue
		}
		reading, err := d.reading(clock, d.step.At)
		told := clock.level(len(clock.Extended))
		var refusal *customer.Refusal
		switch {
		case reading.Level > told: // known, be it that nobody knows when it is due
			if wrong := d.reachRung(clock, &reading, told); wrong != nil {
				err = wrong
			}
		case errors.As(err, &refusal):
			d.reachLast(clock, told)
		}
		switch {
		case errors.As(err, &refusal): // the other clocks do not wait for its calendar
			for _, missing := range refusal.Missing {
				d.why(missing)
			}
		case err != nil: // it is a clock that no policy started
			d.err = err
		}
	}
}

func (d *desk) reachRung(clock *Clock, reading *Reading, told int) error {
	var course course
	err := d.course(&course, clock, d.step.At, reading.Calendar, reading.Version)
	if err == nil {
		err = course.weigh()
	}
	if err != nil {
		return err
	}
	reached, _, err := course.reach(reading.Level)
	if err != nil {
		return err
	}
	d.tellRung(clock, reading, told, reached)
	return nil
}

// reachLast books the highest mark that a clock has passed by an instant that its calendar no longer
// reaches: as far as it did, what was passed is known.
func (d *desk) reachLast(clock *Clock, told int) {
	var course course
	id, version := clock.calendar()
	if d.course(&course, clock, clock.known(), id, version) != nil || course.weigh() != nil {
		return
	}
	level, passed := told, time.Time{}
	for level < clock.top() {
		reached, known, err := course.reach(level + 1)
		if err != nil || !known || reached.After(d.step.At) {
			break
		}
		level, passed = level+1, reached
	}
	if level > told {
		reading, _ := d.reading(clock, passed.Add(-2)) // the last that the calendar surely reaches: a breach is a nanosecond after the due
		reading.Level, reading.Breached = level, level > len(clock.Warn)
		d.tellRung(clock, &reading, told, passed)
	}
}

// tellRung books a mark that was passed.
func (d *desk) tellRung(clock *Clock, reading *Reading, told int, reached time.Time) {
	rung := RungReached{Clock: clock.Name, Level: reading.Level, Permille: clock.permille(reading.Level), Reached: reached}
	for level := told + 1; level < reading.Level; level++ {
		rung.Skipped = append(rung.Skipped, level)
	}
	d.post(rung, reading.passed(rung))
}

// permille is the share of the budget that a level stands for.
func (c *Clock) permille(level int) int {
	if level <= len(c.Warn) {
		return c.Warn[level-1]
	}
	if level -= len(c.Warn) + 2; level >= 0 {
		budget := c.Budget
		for i := range min(len(c.Extended), len(c.Extensions)) {
			budget = plus(budget, c.Extensions[i].Budget)
		}
		return 1000 + int(size(c.After[level])*1000/size(budget))
	}
	return 1000
}
