package lifecycle

import (
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bought says that a customer bought something. Goods that she brings back are none.
type Bought struct {
	Ref string    `json:"ref"`
	At  time.Time `json:"at"`
	// Paid is what she paid, where it is known and the rules have a currency: 0 or more.
	Paid decimal.NullDecimal `json:"paid,omitzero"`
}

// Canonical writes the request in canonical form.
func (b Bought) Canonical(c *customer.Canonical) {
	c.Text("ref", b.Ref)
	c.Time("at", b.At)
	c.NullDecimal("paid", b.Paid)
}

// LostCase says that a complaint has ended with the customer leaving: package complaint's
// outcome "lost", which the host brings here.
type LostCase struct {
	Ref  string        `json:"ref"`
	At   time.Time     `json:"at"`
	Last customer.Date `json:"last,omitzero"` // her latest day of purchase, where it is known
}

// Canonical writes the request in canonical form.
func (l LostCase) Canonical(c *customer.Canonical) {
	c.Text("ref", l.Ref)
	c.Time("at", l.At)
	c.Date("last", l.Last)
}

// Step decides what is due on the day of a wake, given the customer's rhythm on that day and
// what bars an approach: it settles an attempt that is over, opens one where her silence has
// tripped the first rung and she can be approached, draws whether she is held out, and takes
// the highest rung that has tripped. It books nothing where nothing is due, and then says why
// not; so a wake that comes late, twice or not at all does no harm: a later one takes up what
// is left.
//
// An expectation that was not made for that day is customer.Faults.
func (l *Ladder) Step(standing Standing, expectation Expectation, bars Bars, wake Wake) (Decision, error) {
	var faults customer.Faults
	wake.check(&faults)
	bars.check(&faults)
	switch day := customer.DateOf(wake.At, l.zone); {
	case expectation.On != day:
		faults.Add("expectation.on", expectation.On, "is the day of at in the rule book's zone, "+day.String())
	case !expectation.Last.Valid() || expectation.Last > day:
		faults.Add("expectation.last", expectation.Last, "is a day up to that of at")
	case expectation.Interval < 1 || expectation.Interval > int(customer.MaxDate):
		faults.Add("expectation.interval", expectation.Interval, "is 1 or more")
	case expectation.Silence < 0 || expectation.Silence > int(day-expectation.Last):
		faults.Add("expectation.silence", expectation.Silence, "is 0 to the days since last")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(l.rules.Edition, l.zone, standing, wake.At, wake.Ref)
	if err != nil {
		return Decision{}, err
	}
	c := climb{l, d, &d.ground.Attempt, bars, expectation.Silence, rhythmUnit(expectation.Seasons)}
	if c.attempt.Running() && expectation.Last > c.attempt.since() {
		c.bought(expectation.Last, expectation.Last.Start(l.zone), 0, false)
	}
	c.timeOut()
	if c.attempt.Running() {
		c.goOn(expectation)
	} else {
		c.begin(expectation, wake.Customer)
	}
	return d.decision()
}

// Settle books the result of an attempt whose window is over, and nothing else: it needs to
// know nothing of the customer.
func (l *Ladder) Settle(standing Standing, wake Wake) (Decision, error) {
	var faults customer.Faults
	wake.check(&faults)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(l.rules.Edition, l.zone, standing, wake.At, wake.Ref)
	if err != nil {
		return Decision{}, err
	}
	(&climb{Ladder: l, desk: d, attempt: &d.ground.Attempt}).timeOut()
	return d.decision()
}

// Bought settles the attempt by a purchase: within its window she came back. Bring every
// purchase of everybody, of those who are held out as well: Step finds one in her rhythm, but
// there the latest hides those before it.
//
// The first day of purchase counts, with what she spent on it by all its receipts, in whichever
// order they are told: one that comes late takes the place of a later one, and of a result that
// she stayed away. If it turns out that she had bought before the attempt opened, there was no
// silence, and the attempt counts for nothing. What is told once the next attempt has opened
// changes nothing about the one before.
//
// What is paid is counted in the currency of the edition that opened the attempt. Of a purchase
// in another one the day counts, and what she spent is not known. A purchase that says nothing
// about the attempt is an empty decision.
func (l *Ladder) Bought(standing Standing, bought Bought) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", bought.Ref)
	faults.Instant("at", bought.At)
	spent, same := int64(0), standing.Attempt.Currency == l.rules.Currency
	if bought.Paid.Valid {
		var err error
		spent, err = l.rules.Currency.Minor(bought.Paid.Decimal)
		switch a := &standing.Attempt; {
		case l.rules.Currency.Code == "":
			faults.Add("paid", bought.Paid, "is left out: the rules have no currency")
		case err != nil || spent < 0 || spent > maxSpent:
			faults.Add("paid", bought.Paid, "is an exact amount of the currency, 0 to 10,000,000,000 of its least units")
		case same && a.Result == CameBack && a.Back == customer.DateOf(bought.At, l.zone):
			if spent += a.Spent; spent > maxSpent {
				faults.Add("paid", bought.Paid, "is, with what she spent on that day before, 10,000,000,000 at most")
			}
		}
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(l.rules.Edition, l.zone, standing, bought.At, bought.Ref)
	if err != nil {
		return Decision{}, err
	}
	c := climb{Ladder: l, desk: d, attempt: &d.ground.Attempt}
	if !same {
		spent = 0
	}
	c.bought(d.day, d.at, spent, same && bought.Paid.Valid)
	return d.decision()
}

// maxSpent is the most that a day's purchases come to, in minor units. It keeps the sums of a
// population within an int64.
const maxSpent = 10_000_000_000

// LostCase takes the rung for somebody whose complaint ended with her leaving: a task for a
// person, such as a visit. It opens an attempt where none runs, outside of any draw, and ends
// the climbing of one that does, for nothing that goes out by itself wins her back now. Each
// attempt has one such rung: a second lost complaint is an empty decision, which tells the task
// that stands. Told late, after another rung was taken, it counts from the day of that rung.
//
// Rules without such a rung refuse it, and so do an opt-out and a channel that is barred.
func (l *Ladder) LostCase(standing Standing, bars Bars, lost LostCase) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", lost.Ref)
	faults.Instant("at", lost.At)
	bars.check(&faults)
	day := customer.DateOf(lost.At, l.zone)
	if lost.Last != 0 && (!lost.Last.Valid() || lost.Last > day) {
		faults.Add("last", lost.Last, "is a day up to that of at, or absent")
	}
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(l.rules.Edition, l.zone, standing, lost.At, lost.Ref)
	if err != nil {
		return Decision{}, err
	}
	rung := l.rules.Lost
	if rung == nil {
		return refuse(l.name, customer.Reason{Code: CodeWinbackNoLostRung, On: day})
	}
	if code := bars.against(false, rung.Channel); code != "" {
		return refuse(l.name, customer.Reason{Code: code, Rule: l.name + " " + rung.ID, On: day})
	}
	c := climb{Ladder: l, desk: d, attempt: &d.ground.Attempt, bars: bars}
	c.timeOut()
	c.lost(rung, lost.Last)
	return d.decision()
}

// Next returns the first day after the expectation's on which the ladder should be woken for
// her, as far as can be told now: when a rung trips, or the window is over. It is false where
// only a purchase can change anything, or nothing before the end of the calendar. Ask it after
// Step: a rung that is held back by a bar is looked at again every day. A silence that stands
// still meanwhile, out of season, trips later than it says.
func (l *Ladder) Next(standing Standing, expectation Expectation) (customer.Date, bool) {
	a, next := &standing.Attempt, expectation.Resumes
	switch {
	case a.Running() && (a.HeldOut || a.Stop != 0 || a.Ladder != l.rules.ID):
		next = a.Ends
	case a.Running():
		rung := a.RungsEnd
		if i := l.above(a); i < len(l.rules.Rungs) {
			trips := expectation.On + customer.Date(l.trips(i, a.Interval)-expectation.Silence)
			rung = min(rung, max(trips, next, l.free(a)))
		}
		next = rung
	case a.Number > 0 && expectation.Last <= a.since():
		return 0, false
	default:
		trips := expectation.On + customer.Date(l.trips(0, expectation.Interval)-expectation.Silence)
		next = max(next, trips, l.rested(a), l.free(a))
	}
	next = max(next, expectation.On+1)
	if !next.Valid() {
		return 0, false
	}
	return next, true
}

// free is the first day of a next rung, also after those of an earlier attempt. Like rested it
// may lie beyond the calendar's end.
func (l *Ladder) free(a *Attempt) customer.Date {
	last := a.lastRung()
	if last == 0 {
		return 0
	}
	return last + customer.Date(l.rules.BetweenDays)
}

// rested is the first day of an attempt after one that is settled.
func (l *Ladder) rested(a *Attempt) customer.Date {
	if a.Number == 0 {
		return 0
	}
	return a.Settled + customer.Date(l.rules.RestDays)
}

// climb is a decision of a ladder in the making.
type climb struct {
	*Ladder
	*desk
	attempt *Attempt // on the desk
	bars    Bars
	silent  int           // days that count in her rhythm, in a Step
	unit    customer.Unit // of silent
}

// timeOut settles an attempt whose window is over. It is booked as of the window's end, so that
// it makes no difference when that is found.
func (c *climb) timeOut() {
	a := c.attempt
	if !a.Running() || c.day < a.Ends {
		return
	}
	c.post(Entry{
		Kind: Settled, At: a.Ends.Start(c.zone), On: a.Ends, Attempt: a.Number, Result: StayedAway,
		Because: customer.Reason{Code: CodeWinbackStayedAway, Fact: int64(a.Ends - a.Opened), Unit: customer.UnitDays, On: a.Opened, By: a.Ends.AddDays(-1)},
	})
}

// bought settles the attempt by a purchase, where that changes its result.
func (c *climb) bought(day customer.Date, at time.Time, spent int64, priced bool) {
	a := c.attempt
	e := Entry{Kind: Settled, At: at, On: day, Attempt: a.Number, Back: day}
	switch {
	case a.Number == 0 || day <= a.since():
		return
	case day < a.Opened:
		if e.Result = NeverSilent; a.Result == NeverSilent && !a.improves(&e) {
			return
		}
		e.Because = customer.Reason{Code: CodeWinbackNeverSilent, On: day, By: a.Opened}
	case day < a.Ends:
		e.Result, e.Spent, e.Priced = CameBack, spent, priced
		if a.Result == NeverSilent || a.Result == CameBack && !a.improves(&e) {
			return
		}
		e.Because = customer.Reason{
			Code: CodeWinbackCameBack, Fact: int64(day - a.Opened), Mark: int64(a.Ends - a.Opened), Unit: customer.UnitDays, On: day, By: a.Ends.AddDays(-1),
		}
	default:
		c.timeOut()
		return
	}
	c.post(e)
}

// above is the lowest rung above all that were taken or passed by.
func (l *Ladder) above(a *Attempt) int {
	for i := len(l.rules.Rungs); i > 0; i-- {
		if a.done(l.rules.Rungs[i-1].ID) {
			return i
		}
	}
	return 0
}

// begin opens an attempt if her silence has tripped a rung that can be taken. What bars a rung
// is asked before she is drawn: those held out could all have been approached.
func (c *climb) begin(expectation Expectation, id customer.ID) {
	a := c.attempt
	tripped := c.tripped(c.silent, expectation.Interval)
	switch rested, free := c.rested(a), c.free(a); {
	case a.Number > 0 && expectation.Last <= a.since():
		c.why(customer.Reason{Code: CodeWinbackOnce, On: expectation.Last, By: a.Opened})
		return
	case tripped < 0 || c.day == customer.MaxDate: // no window fits behind the last day there is
		c.notYet(0, expectation.Last, c.trips(0, expectation.Interval)-c.silent)
		return
	case c.day < rested:
		c.why(customer.Reason{Code: CodeWinbackResting, Fact: int64(c.rules.RestDays), Unit: customer.UnitDays, On: a.Settled, By: min(rested, customer.MaxDate)})
		return
	case c.day < free:
		c.notYet(tripped, expectation.Last, int(free-c.day))
		return
	case expectation.Rests:
		c.outOfSeason(expectation)
		return
	case c.bars.ComplaintOpen && c.rules.OnComplaint == ComplaintStops:
		c.why(customer.Reason{Code: CodeBarredComplaint, On: c.day})
		return
	}
	rung := c.pick(0, tripped)
	if rung < 0 {
		return
	}
	e := Entry{
		Kind: Opened, Attempt: a.Number + 1, Ladder: c.rules.ID, Currency: c.rules.Currency, Silent: expectation.Last, Interval: expectation.Interval,
		HeldOut:  c.draw(id, a.Number+1) < c.rules.HeldOutPermille,
		RungsEnd: later(c.day, c.rules.LadderDays), Ends: later(c.day, c.rules.LadderDays+c.rules.ResultDays),
		Because: customer.Reason{Code: CodeWinbackOpened, Fact: int64(c.silent), Unit: c.unit, On: expectation.Last},
	}
	if e.HeldOut {
		e.Because.Code = CodeWinbackHeldOut
	}
	e.Because.By = e.Ends.AddDays(-1)
	c.post(e)
	if !e.HeldOut {
		c.take(rung, 0)
	}
}

// draw draws an attempt: 0 to 999.
func (l *Ladder) draw(id customer.ID, attempt int) int {
	return int(customer.Draw(l.rules.Salt+"/"+l.rules.ID+"/"+strconv.Itoa(attempt), id) % 1000)
}

// notYet says of a rung that it is to wait for so many days more.
func (c *climb) notYet(rung int, last customer.Date, wait int) {
	c.why(customer.Reason{
		Code: CodeWinbackNotYet, Rule: c.rungName(rung), Fact: int64(c.silent), Mark: int64(c.silent + wait), Unit: c.unit,
		On: last, By: later(c.day, max(wait, 0)),
	})
}

// outOfSeason says that nobody is approached on a day that does not count in her rhythm: what
// has tripped before waits.
func (c *climb) outOfSeason(expectation Expectation) {
	c.why(customer.Reason{Code: CodeWinbackOutOfSeason, On: expectation.On, By: expectation.Resumes})
}

// goOn takes the next rung of a running attempt, or stops it.
func (c *climb) goOn(expectation Expectation) {
	a := c.attempt
	switch {
	case a.HeldOut || a.Stop != 0:
		c.why(customer.Reason{Code: CodeWinbackWaiting, On: a.Opened, By: a.Ends.AddDays(-1)})
		return
	case a.Ladder != c.rules.ID:
		c.why(customer.Reason{Code: CodeWinbackOther, Rule: a.Ladder, On: a.Opened, By: a.Ends})
		return
	case c.day >= a.RungsEnd:
		c.stop(StopTimeUp, customer.Reason{Code: CodeWinbackTimeUp, Fact: int64(a.RungsEnd - a.Opened), Unit: customer.UnitDays, On: a.Opened})
		return
	case c.bars.OptedOut:
		c.stop(StopOptedOut, customer.Reason{Code: CodeBarredOptOut, On: c.day})
		return
	case c.bars.ComplaintOpen && c.rules.OnComplaint == ComplaintStops:
		c.stop(StopComplaint, customer.Reason{Code: CodeBarredComplaint, On: c.day})
		return
	}
	from := c.above(a)
	// Other editions may have had more rungs, or rungs of other names.
	left := len(c.rules.Rungs) - from
	if left == 0 || a.climbed()+left >= 2*maxRungs {
		c.stop(StopNoneLeft, customer.Reason{Code: CodeWinbackNoneLeft, On: c.day})
		return
	}
	if c.enough() {
		return
	}
	tripped, free := c.tripped(c.silent, a.Interval), c.free(a)
	switch {
	case tripped < from || c.day < free:
		c.notYet(from, a.Silent, max(c.trips(from, a.Interval)-c.silent, int(free-c.day)))
		return
	case expectation.Rests:
		c.outOfSeason(expectation)
		return
	}
	if rung := c.pick(from, tripped); rung >= 0 {
		c.take(rung, from)
	}
}

// enough stops an attempt of which as many rungs are taken as may be.
func (c *climb) enough() bool {
	taken := len(c.attempt.Taken)
	if c.rules.MostRungs == 0 || taken < c.rules.MostRungs {
		return false
	}
	c.stop(StopEnough, customer.Reason{Code: CodeWinbackEnough, Fact: int64(taken), Mark: int64(c.rules.MostRungs), Unit: customer.UnitTimes, On: c.day})
	return true
}

// pick is the highest rung from one to another that nothing bars, or -1. What bars a rung is
// told.
func (c *climb) pick(from, to int) int {
	for i := to; i >= from; i-- {
		rung := &c.rules.Rungs[i]
		code := c.bars.against(rung.Promotion, rung.Channel)
		if code == "" {
			return i
		}
		c.why(customer.Reason{Code: code, Rule: c.rungName(i), On: c.day})
		if code == CodeBarredOptOut { // of all alike
			break
		}
	}
	return -1
}

// take takes a rung and passes those by that lie below it, down to one.
func (c *climb) take(i, from int) {
	a, rung := c.attempt, &c.rules.Rungs[i]
	e := Entry{
		Kind: Stepped, Attempt: a.Number, Rung: rung.ID, Play: rung.Play, Channel: rung.Channel, Message: rung.Message, Promotion: rung.Promotion,
		Because: customer.Reason{
			Code: CodeWinbackRung, Rule: c.rungName(i), Fact: int64(c.silent), Mark: int64(c.trips(i, a.Interval)), Unit: c.unit, On: a.Silent, By: c.day,
		},
	}
	for below := from; below < i; below++ {
		e.Skipped = append(e.Skipped, c.rules.Rungs[below].ID)
	}
	if rung.DueDays > 0 {
		e.Due = later(c.day, rung.DueDays)
		e.Because.Code, e.Because.By = CodeWinbackTask, e.Due
	}
	c.post(e)
	for below := from; below < i; below++ {
		c.why(customer.Reason{Code: CodeWinbackSkipped, Rule: c.rungName(below), Mark: int64(c.trips(below, a.Interval)), Unit: c.unit})
	}
	switch {
	case c.err != nil:
	case i == len(c.rules.Rungs)-1:
		c.stop(StopNoneLeft, customer.Reason{Code: CodeWinbackNoneLeft, On: c.day})
	default:
		c.enough()
	}
}

// rungName is a rung as reasons cite it: "win-back/3 letter".
func (l *Ladder) rungName(i int) string { return l.name + " " + l.rules.Rungs[i].ID }

func (c *climb) stop(stop Stop, because customer.Reason) {
	if c.day < c.attempt.latest() {
		// A wake of an earlier day stops nothing.
		c.why(customer.Reason{Code: CodeWinbackWaiting, On: c.attempt.Opened, By: c.attempt.Ends.AddDays(-1)})
		return
	}
	c.post(Entry{Kind: Stopped, Attempt: c.attempt.Number, Stop: stop, Because: because})
}

// lost takes the rung of a lost complaint.
func (c *climb) lost(rung *LostRung, last customer.Date) {
	a, ended := c.attempt, c.day
	if a.Running() && c.day < a.latest() {
		// It is told late, and the attempt has gone on meanwhile: the task is none of the past.
		c.day, c.at = a.latest(), a.latest().Start(c.zone)
	}
	due := later(c.day, rung.DueDays)
	because := customer.Reason{Code: CodeWinbackLostTask, Rule: c.name + " " + rung.ID, On: ended, By: due}
	switch i := slices.IndexFunc(a.Taken, func(t Taken) bool { return t.Rung == rung.ID && t.Due != 0 }); {
	case a.Running() && i >= 0:
		because.On, because.By = a.Taken[i].On, a.Taken[i].Due // the task that stands
		c.why(because)
		return
	case a.Running() && a.done(rung.ID): // another edition's, which was none of these
		return
	case !a.Running() && c.day == customer.MaxDate: // no window fits behind the last day there is
		return
	case !a.Running():
		// Nothing but this rung is taken; what counts as its result begins when it is done.
		c.post(Entry{
			Kind: Opened, Attempt: a.Number + 1, Ladder: c.rules.ID, Currency: c.rules.Currency, LostCase: true, Silent: max(last, a.silentUpTo(c.day)),
			RungsEnd: later(due, 1), Ends: later(due, 1+c.rules.ResultDays),
			Because: customer.Reason{Code: CodeWinbackLostCase, On: c.day},
		})
	}
	c.post(Entry{
		Kind: Stepped, Attempt: a.Number, LostCase: true, Rung: rung.ID, Play: rung.Play, Channel: rung.Channel, Message: rung.Message, Due: due,
		Because: because,
	})
	if a.Stop == 0 {
		c.stop(StopLostCase, customer.Reason{Code: CodeWinbackLostStop, On: c.day})
	}
}

// silentUpTo is her last purchase that the attempt before knows of, if it is not after a day.
func (a *Attempt) silentUpTo(day customer.Date) customer.Date {
	if known := max(a.Silent, a.Back); known <= day {
		return known
	}
	return 0
}
