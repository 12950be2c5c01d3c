package complaint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Clock is one clock of a case, in one cycle: facts only. There is no deadline in it, so there
// is nothing that a pause, an extension or another calendar would have to move: see
// [Policy.Read] for its figures at an instant.
type Clock struct {
	Name     string     `json:"name"`
	Cycle    int        `json:"cycle"` // of the case
	Start    time.Time  `json:"start"`
	Again    time.Time  `json:"again,omitzero"`     // when a reopening set it going again
	Stop     time.Time  `json:"stop,omitzero"`      // zero: it runs
	Desk     string     `json:"desk,omitempty"`     // which had the case when it stopped, or until then when it started
	By       string     `json:"by,omitempty"`       // who stopped it
	Pauses   []Pause    `json:"pauses,omitempty"`   // by their starts; they may overlap
	Reached  []Rung     `json:"reached,omitempty"`  // what was told, as it was told
	Extended []Extended `json:"extended,omitempty"` // by the first extension of the terms, the second, …
	Switched []Switched `json:"switched,omitempty"` // to other calendars, the latest last
	Version  int        `json:"version"`            // of the calendar with which it began
	ClockTerms
}

// Pause is a stretch of time that does not count. One without To is still going on.
type Pause struct {
	customer.Span
	For    Awaited `json:"for"`
	Reason string  `json:"reason"`
}

// Rung is one mark of a clock that was told.
type Rung struct {
	Level    int       `json:"level"` // see Reading.Level
	At       time.Time `json:"at"`    // when it was told
	Extended int       `json:"extended,omitempty"`
	// Extended: how often the clock had been extended by then. A longer budget warns anew.
}

// Extended is one extension that was granted.
type Extended struct {
	At       time.Time `json:"at"`
	Approver string    `json:"approver"`
	Role     string    `json:"role"`
	Notice   string    `json:"notice,omitempty"` // the contact by which the customer was told
}

// Switched is a change to another calendar, or another version of one.
type Switched struct {
	At        time.Time `json:"at"`
	Calendar  string    `json:"calendar"`
	Version   int       `json:"version"`
	Confirmed time.Time `json:"confirmed,omitzero"` // until then readings show both
}

// runs reports whether the clock has not stopped. A clock that is paused has not.
func (c *Clock) runs() bool { return c.Stop.IsZero() }

// pausing returns the place of the pause that goes on, or -1.
func (c *Clock) pausing() int {
	return slices.IndexFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() })
}

// calendar is the calendar that the clock has now.
func (c *Clock) calendar() (id string, version int) {
	if n := len(c.Switched); n > 0 {
		return c.Switched[n-1].Calendar, c.Switched[n-1].Version
	}
	return c.Calendar, c.Version
}

// level is the highest level that was told, of the budget as it has been extended so often.
func (c *Clock) level(extended int) int {
	for i := len(c.Reached) - 1; i >= 0; i-- {
		if c.Reached[i].Extended == extended {
			return max(0, c.Reached[i].Level)
		}
	}
	return 0
}

// clock returns the place of the latest clock of a name, or -1.
func (c *Case) clock(name string) int {
	for i := len(c.Clocks) - 1; i >= 0; i-- {
		if c.Clocks[i].Name == name {
			return i
		}
	}
	return -1
}

// running returns the place of the clock of a name that runs, or -1.
func (c *Case) running(name string) int {
	if i := c.clock(name); i >= 0 && c.Clocks[i].runs() {
		return i
	}
	return -1
}

var (
	errNoClock   = errors.New("no such clock is running")
	errRegulator = errors.New("nothing pauses the clock of a regulator")
)

// ticking returns a running clock of the ground, to be changed.
func (g *ground) ticking(name string) (*Clock, error) {
	i := g.running(name)
	if i < 0 {
		return nil, errNoClock
	}
	return &(*mine(g, ofClocks, &g.Clocks))[i], nil
}

// ClockStarted says that a clock runs, and under which terms.
type ClockStarted struct {
	Clock   string       `json:"clock"`
	Cycle   int          `json:"cycle"`
	Start   time.Time    `json:"start"`
	Version int          `json:"version"` // of the calendar
	Desk    string       `json:"desk,omitempty"`
	Again   ReopenPolicy `json:"again,omitzero"` // of a clock that goes on after a reopening: how
	ClockTerms
}

func (ClockStarted) kind() Kind { return KindClockStarted }

func (x ClockStarted) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Within("cycle", x.Cycle, 1, MaxList+1)
	faults.Instant("start", x.Start)
	faults.Text("desk", x.Desk)
	if x.Again > NewCycle {
		faults.Add("again", x.Again, "is a reopen policy, or absent")
	}
	x.ClockTerms.check(faults)
}

func (x ClockStarted) apply(g *ground, e *Entry) error {
	before := g.clock(x.Clock)
	switch {
	case before >= 0 && g.Clocks[before].runs():
		return errors.New("the clock is running")
	case x.Cycle != g.Cycle:
		return fmt.Errorf("cycle %d of a case in cycle %d", x.Cycle, g.Cycle)
	case x.Regulator && x.Again == ResumeBudget:
		return errRegulator
	}
	clock := Clock{Name: x.Clock, Cycle: x.Cycle, Start: x.Start, Desk: x.Desk, Version: x.Version, ClockTerms: x.ClockTerms}
	switch x.Again {
	case 0, NewCycle:
	case Continue, ResumeBudget:
		if before < 0 {
			return errNoClock
		}
		old := &g.Clocks[before]
		clock.Again, clock.Version = e.At, old.Version
		clock.Pauses, clock.Reached, clock.Extended, clock.Switched = old.Pauses, old.Reached, old.Extended, old.Switched
		if x.Again == ResumeBudget {
			between := customer.Span{From: old.Stop, To: later(e.At, old.Stop)}
			clock.pause(Pause{between, AwaitNobody, "closed"})
		}
	default:
		return fmt.Errorf("it goes on by %s", x.Again)
	}
	if x.Start.IsZero() {
		return errors.New("the clock has no start")
	}
	clocks := room(g, ofClocks, &g.Clocks)
	*clocks = append(*clocks, clock)
	return nil
}

// pause adds a pause in its order, in a list of the clock's own.
func (c *Clock) pause(pause Pause) {
	place := len(c.Pauses)
	for place > 0 && c.Pauses[place-1].From.After(pause.From) {
		place--
	}
	pauses := make([]Pause, 0, len(c.Pauses)+1)
	pauses = append(append(pauses, c.Pauses[:place]...), pause)
	c.Pauses = append(pauses, c.Pauses[place:]...)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// ClockStopped says that what a clock waits for has come. Where the clock had been stopped,
// what stops it has been booked late: the earliest counts.
type ClockStopped struct {
	Clock string    `json:"clock"`
	Stop  time.Time `json:"stop"`
	Desk  string    `json:"desk,omitempty"` // which had the case then
	Who   string    `json:"who,omitempty"`  // stopped it, if somebody else than books it
}

func (ClockStopped) kind() Kind { return KindClockStopped }

func (x ClockStopped) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Instant("stop", x.Stop)
	faults.Text("desk", x.Desk)
	faults.Text("who", x.Who)
}

func (x ClockStopped) apply(g *ground, e *Entry) error {
	i := g.clock(x.Clock)
	switch {
	case i < 0:
		return errNoClock
	case x.Stop.Before(later(g.Clocks[i].Start, g.Clocks[i].Again)):
		return errors.New("the clock stops before it starts")
	case !g.Clocks[i].runs() && !x.Stop.Before(g.Clocks[i].Stop):
		return errNoClock
	}
	clock := &(*mine(g, ofClocks, &g.Clocks))[i]
	clock.Stop, clock.Desk, clock.By = x.Stop, x.Desk, cmp.Or(x.Who, e.By)
	if open := clock.pausing(); open >= 0 {
		clock.resume(open, x.Stop)
	}
	return nil
}

// resume ends the pause at a place.
func (c *Clock) resume(place int, to time.Time) {
	c.Pauses = slices.Clone(c.Pauses)
	c.Pauses[place].To = later(to, c.Pauses[place].From)
}

// ClockPaused says that a clock stands still.
type ClockPaused struct {
	Clock  string    `json:"clock"`
	From   time.Time `json:"from"`
	For    Awaited   `json:"for"`
	Reason string    `json:"reason"`
}

func (ClockPaused) kind() Kind { return KindClockPaused }

func (x ClockPaused) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Instant("from", x.From)
	faults.Text("reason", x.Reason)
	if x.For < AwaitCustomer || x.For > lastAwaited {
		faults.Add("for", x.For, "is customer, third-party or nobody")
	}
}

func (x ClockPaused) apply(g *ground, _ *Entry) error {
	clock, err := g.ticking(x.Clock)
	switch {
	case err != nil:
		return err
	case clock.Regulator:
		return errRegulator
	case clock.pausing() >= 0:
		return errors.New("the clock is paused")
	case x.From.IsZero():
		return errors.New("the pause has no start")
	case len(clock.Pauses) >= MaxList:
		return fmt.Errorf("more than %d pauses", MaxList)
	}
	clock.pause(Pause{customer.Span{From: x.From}, x.For, x.Reason})
	return nil
}

// ClockResumed says that a clock runs on.
type ClockResumed struct {
	Clock string    `json:"clock"`
	To    time.Time `json:"to"`
}

func (ClockResumed) kind() Kind { return KindClockResumed }

func (x ClockResumed) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Instant("to", x.To)
}

func (x ClockResumed) apply(g *ground, _ *Entry) error {
	clock, err := g.ticking(x.Clock)
	if err != nil {
		return err
	}
	open := clock.pausing()
	if open < 0 {
		return errors.New("the clock is not paused")
	}
	clock.resume(open, x.To)
	return nil
}

// RungReached says that a mark of a clock has been passed, and with it all below it that
// nobody was told of: whoever missed them is told once.
type RungReached struct {
	Clock    string    `json:"clock"`
	Level    int       `json:"level"`              // see Reading.Level
	Permille int       `json:"permille,omitempty"` // of the budget; 1000 is the breach, above it what is overdue beyond
	Reached  time.Time `json:"reached"`            // the instant at which it was passed
	Skipped  []int     `json:"skipped,omitempty"`  // levels
}

func (RungReached) kind() Kind { return KindRungReached }

func (x RungReached) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Instant("reached", x.Reached)
	faults.Within("skipped", len(x.Skipped), 0, 2*maxRungs)
}

func (x RungReached) apply(g *ground, e *Entry) error {
	clock, err := g.ticking(x.Clock)
	if err != nil {
		return err
	}
	extended := len(clock.Extended)
	if x.Level <= clock.level(extended) || x.Level > clock.top() {
		return fmt.Errorf("level %d after %d of %d", x.Level, clock.level(extended), clock.top())
	}
	clock.Reached = append(slices.Clip(clock.Reached), Rung{x.Level, e.At, extended})
	return nil
}

// followClocks starts, stops, pauses and resumes clocks as an entry says.
func (d *desk) followClocks(e *Entry) {
	kind := e.Kind()
	if len(d.clocks) == 0 && len(d.now.Clocks) == 0 || kind.ofClocks() {
		return
	}
	d.stopClocks(e)
	if kind == KindWait {
		d.pauseClocks(e)
	}
	if kind == KindReopen {
		d.reopenClocks(e)
	}
	if len(d.clocks) == 0 {
		return
	}
	for _, i := range d.clockStarts[kind] {
		rule := &d.clocks[i]
		if slices.ContainsFunc(rule.Starts, func(start Trigger) bool { return start.meets(e, &d.now.Case) }) {
			d.startClock(rule, e, 0)
		}
	}
}

// stopClocks stops the clocks that an entry stops: those that run, and those that it would
// have stopped earlier had it been booked in time.
func (d *desk) stopClocks(e *Entry) {
	for i := range d.now.Clocks {
		clock := &d.now.Clocks[i]
		late := !clock.runs()
		switch {
		case late && (!e.At.Before(clock.Stop) || clock.Cycle != d.now.Cycle),
			e.At.Before(clock.Start), e.At.Before(clock.Again),
			!slices.ContainsFunc(clock.Stops, func(stop Trigger) bool { return stop.meets(e, &d.now.Case) }),
			late && d.now.clock(clock.Name) != i:
			continue
		}
		d.stopClock(i, e.At, "")
	}
}

// stopClock stops a clock at an instant.
func (d *desk) stopClock(i int, at time.Time, who string) {
	stopped := d.now.Clocks[i]
	stopped.Stop = at
	reading, _ := d.reading(&stopped, at) // what cannot be told yet is told by a reading later
	d.post(ClockStopped{stopped.Name, at, d.now.deskAt(at), who}, reading.verdict())
}

// answered returns the first contact that would have stopped a clock, had it run by then: one
// that was booked before the step which starts it, and came after the clock's start. The intake
// and the starting contact itself are none.
func (c *Case) answered(clock *Clock, e *Entry) *Contact {
	before := len(c.Contacts)
	if e.Kind() == KindLog {
		before--
	}
	var first *Contact
	for i := 1; i < before; i++ {
		row := &c.Contacts[i]
		if row.At.Before(clock.Start) || vain(row.Direction, row.Missed) || first != nil && !row.At.Before(first.At) {
			continue
		}
		if slices.ContainsFunc(clock.Stops, func(stop Trigger) bool {
			return stop == Trigger{Kind: KindLog} || stop == Trigger{Kind: KindLog, Direction: row.Direction}
		}) {
			first = row
		}
	}
	return first
}

// pauseClocks pauses the clocks that a wait pauses, and resumes all others.
func (d *desk) pauseClocks(e *Entry) {
	for i := range d.now.Clocks {
		clock := &d.now.Clocks[i]
		if !clock.runs() {
			continue
		}
		name, open, pauses := clock.Name, clock.pausing(), d.now.Waiting.pauses(&clock.ClockTerms)
		if open >= 0 {
			if pauses && clock.Pauses[open].For == d.now.Waiting.For && clock.Pauses[open].Reason == d.now.Waiting.Reason {
				continue
			}
			d.post(ClockResumed{name, e.At}, customer.Reason{Code: CodeClockResumed, Of: name, At: d.shownOn(i, e.At)})
		}
		if pauses {
			d.pauseClock(i, e.At)
		}
	}
}

// pauseClock pauses a clock for what the case waits for. One with too many pauses runs on.
func (d *desk) pauseClock(i int, from time.Time) {
	clock, waiting := &d.now.Clocks[i], d.now.Waiting
	if len(clock.Pauses) < MaxList {
		d.post(ClockPaused{clock.Name, from, waiting.For, waiting.Reason}, customer.Reason{Code: pausedFor(waiting.For), Of: clock.Name, At: d.shownOn(i, from)})
	}
}

// shownOn is an instant in the zone of the calendar of a clock.
func (d *desk) shownOn(i int, at time.Time) time.Time {
	id, version := d.now.Clocks[i].calendar()
	return d.shown(id, version, at)
}

// startClock starts a clock of a rule, unless it runs, or what has stopped it came after what
// would start it; one with a beginning of its own once in a cycle.
func (d *desk) startClock(rule *ClockRule, e *Entry, again ReopenPolicy) {
	start, once := rule.beginning(&d.now.Case, e)
	if i := d.now.clock(rule.Name); i >= 0 {
		before := &d.now.Clocks[i]
		if before.runs() || e.At.Before(before.Stop) || once && before.Cycle == d.now.Cycle {
			return
		}
	}
	if len(d.now.Clocks) >= MaxList || !rule.concerns(&d.now.Case) {
		return
	}
	d.start(ClockStarted{rule.Name, d.now.Cycle, start, d.versionAt(rule.Calendar, start), d.now.Owner.Desk, again, rule.ClockTerms}, e)
}

// start books the start of a clock, which is stopped at once where the contact that stops it has
// come already, and paused at once where the case waits for what pauses it.
func (d *desk) start(started ClockStarted, e *Entry) {
	because := customer.Reason{Code: CodeClockStarted, Of: started.Clock, At: d.shown(started.Calendar, started.Version, started.Start)}
	if started.Again == Continue || started.Again == ResumeBudget {
		because.Code, because.At = CodeClockResumed, e.At.In(because.At.Location())
	}
	d.post(started, because)
	i := d.now.running(started.Clock)
	if i < 0 {
		return
	}
	clock := &d.now.Clocks[i]
	if clock.Again.IsZero() {
		if came := d.now.answered(clock, e); came != nil {
			d.stopClock(i, came.At, came.By)
			return
		}
	}
	if d.now.Waiting.pauses(&started.ClockTerms) && clock.pausing() < 0 {
		d.pauseClock(i, later(d.now.Waiting.Since, later(started.Start, clock.Again)))
	}
}

// reopenClocks sets the clocks going again whose terms say so: the latest of each name, where
// it has stopped.
func (d *desk) reopenClocks(e *Entry) {
	for i, n := 0, len(d.now.Clocks); i < n; i++ {
		clock := d.now.Clocks[i]
		if clock.runs() || d.now.clock(clock.Name) != i || len(d.now.Clocks) >= MaxList {
			continue
		}
		switch clock.Reopen {
		case Continue, ResumeBudget:
			d.start(ClockStarted{clock.Name, d.now.Cycle, clock.Start, clock.Version, d.now.Owner.Desk, clock.Reopen, clock.ClockTerms}, e)
		case NewCycle:
			if at := slices.IndexFunc(d.clocks, func(rule ClockRule) bool { return rule.Name == clock.Name }); at >= 0 {
				d.startClock(&d.clocks[at], e, NewCycle)
			}
		default:
		}
	}
}
