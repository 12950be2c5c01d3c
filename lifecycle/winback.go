package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Attempt is one attempt to win a customer back: the latest. The zero Attempt says that there
// was none.
//
// It opens when her silence trips the first rung, or when a complaint of hers ends with her
// leaving, and it is settled by her coming back within its window or by the window's end.
// There is one for each silence. Somebody who is held out has an attempt with the same window
// that takes no rung.
type Attempt struct {
	Number   int           `json:"number"` // of her attempts, from 1
	Ladder   string        `json:"ladder"` // the ID of the rule book that opened it
	HeldOut  bool          `json:"held_out,omitzero"`
	LostCase bool          `json:"lost_case,omitzero"` // opened by a lost complaint: for nobody held out
	Opened   customer.Date `json:"opened"`
	Silent   customer.Date `json:"silent,omitzero"`   // her last purchase before it; zero where a lost complaint does not say
	Interval int           `json:"interval,omitzero"` // her gap in days, which rungs count in

	RungsEnd customer.Date `json:"rungs_end"` // the first day on which no rung is taken
	Ends     customer.Date `json:"ends"`      // the first day on which a purchase no longer counts

	Currency customer.Currency `json:"currency,omitzero"` // of the edition that opened it; zero: no money is counted

	RungBefore customer.Date `json:"rung_before,omitzero"` // the latest rung of the attempts before it

	Taken []Taken `json:"taken,omitempty"`
	Stop  Stop    `json:"stop,omitzero"` // why no rung follows, if none does

	Result  Result        `json:"result,omitzero"`  // zero: it runs
	Settled customer.Date `json:"settled,omitzero"` // the day from which the result holds
	Back    customer.Date `json:"back,omitzero"`    // her first purchase since Silent that is known
	Spent   int64         `json:"spent,omitzero"`   // on that day, in minor units of Currency
	Priced  bool          `json:"priced,omitzero"`  // whether Spent is known
}

// Taken is a rung that was taken.
type Taken struct {
	Rung    string        `json:"rung"`
	On      customer.Date `json:"on"`
	Due     customer.Date `json:"due,omitzero"`      // of a task: the day by which it is done
	Skipped []string      `json:"skipped,omitempty"` // rungs that were passed by
}

// Running reports whether there is an attempt without a result.
func (a *Attempt) Running() bool { return a.Number > 0 && a.Result == 0 }

// done reports whether a rung was taken or passed by.
func (a *Attempt) done(rung string) bool {
	return slices.ContainsFunc(a.Taken, func(t Taken) bool { return t.Rung == rung || slices.Contains(t.Skipped, rung) })
}

// climbed is how many rungs were taken or passed by.
func (a *Attempt) climbed() int {
	rungs := len(a.Taken)
	for i := range a.Taken {
		rungs += len(a.Taken[i].Skipped)
	}
	return rungs
}

// latest is the day of what was booked last while the attempt ran.
func (a *Attempt) latest() customer.Date {
	if n := len(a.Taken); n > 0 {
		return a.Taken[n-1].On
	}
	return a.Opened
}

// lastRung is the day of the latest rung that she was sent, in this attempt or before it; zero:
// there was none.
func (a *Attempt) lastRung() customer.Date {
	if n := len(a.Taken); n > 0 {
		return max(a.RungBefore, a.Taken[n-1].On)
	}
	return a.RungBefore
}

// since is the day after which a purchase begins another silence. What was bought up to the day
// of a lost complaint was bought before she left.
func (a *Attempt) since() customer.Date {
	if a.LostCase {
		return max(a.Opened, a.Silent)
	}
	return a.Silent
}

// Stop says why no rung follows in an attempt. The zero Stop is none.
type Stop uint8

// The stops. Their texts are format. A purchase is none: it settles the attempt.
const (
	StopComplaint Stop = iota + 1 // a complaint was open
	StopOptedOut                  // she does not want to be won back
	StopEnough                    // as many rungs as the rules allow
	StopNoneLeft                  // the last rung is taken
	StopTimeUp                    // the days of the ladder are over
	StopLostCase                  // a complaint ended with her leaving: only a person can win her back
)

// String returns the stored text.
func (s Stop) String() string {
	switch s {
	case StopComplaint:
		return "complaint"
	case StopOptedOut:
		return "opted-out"
	case StopEnough:
		return "enough"
	case StopNoneLeft:
		return "none-left"
	case StopTimeUp:
		return "time-up"
	case StopLostCase:
		return "lost-case"
	}
	return "stop " + strconv.Itoa(int(s))
}

// Valid reports whether s is one of the stops.
func (s Stop) Valid() bool { return s >= StopComplaint && s <= StopLostCase }

// MarshalText writes the stored text; anything else is an error.
func (s Stop) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", s, StopLostCase)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Stop) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "stop", s, StopLostCase, text)
}

// Result is what became of an attempt. The zero Result is none yet.
type Result uint8

// The results. Their texts are format.
const (
	CameBack    Result = iota + 1 // she bought within the window
	StayedAway                    // she did not
	NeverSilent                   // she had bought before it opened, which was told too late: it counts for nothing
)

// String returns the stored text.
func (r Result) String() string {
	switch r {
	case CameBack:
		return "came-back"
	case StayedAway:
		return "stayed-away"
	case NeverSilent:
		return "never-silent"
	}
	return "result " + strconv.Itoa(int(r))
}

// Valid reports whether r is one of the results.
func (r Result) Valid() bool { return r >= CameBack && r <= NeverSilent }

// MarshalText writes the stored text; anything else is an error.
func (r Result) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", r, NeverSilent)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Result) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "result", r, NeverSilent, text)
}

// Bounds of what a standing says of an attempt.
const (
	maxRungs    = 50        // of a ladder
	maxAttempts = 1_000_000 // of one customer
)

// note books an entry about an attempt. Slices are shared with earlier standings: they are
// never changed in place.
func (a *Attempt) note(e *Entry) error {
	switch {
	case e.Kind == Opened:
		return a.noteOpened(e)
	case a.Number == 0:
		return errors.New("there is no attempt to win her back")
	case e.Attempt != a.Number:
		return fmt.Errorf("it is of attempt %d, and this is attempt %d", e.Attempt, a.Number)
	case e.Kind == Settled:
		return a.noteSettled(e)
	case !a.Running():
		return errors.New("the attempt is settled")
	case e.Kind == Stepped:
		return a.noteStepped(e)
	case !e.Stop.Valid() || a.Stop != 0 || e.On < a.latest():
		return errors.New("it stops for no reason, or again, or too early")
	}
	a.Stop = e.Stop
	return nil
}

func (a *Attempt) noteOpened(e *Entry) error {
	switch {
	case a.Running():
		return errors.New("an attempt runs")
	case e.Attempt != a.Number+1 || e.Attempt > maxAttempts || e.Ladder == "" || len(e.Ladder) > customer.MaxText:
		return errors.New("it has no next number, or no ladder")
	case e.RungsEnd <= e.On || e.Ends < e.RungsEnd || !e.Ends.Valid():
		return errors.New("its days are out of order")
	case e.LostCase && (e.HeldOut || e.Silent != 0 && !e.Silent.Valid() || e.Silent > e.On || e.Interval != 0):
		return errors.New("a lost complaint holds nobody out and knows no gap")
	case !e.LostCase && (!e.Silent.Valid() || e.Silent >= e.On || e.Interval < 1 || e.Interval > int(customer.MaxDate)):
		return errors.New("there is no silence")
	case e.Currency != (customer.Currency{}) && e.Currency.Validate() != nil:
		return errors.New("its currency is none")
	case !e.LostCase && a.Number > 0 && e.Silent <= a.since():
		return errors.New("the silence had an attempt before")
	}
	*a = Attempt{
		Number: e.Attempt, Ladder: e.Ladder, HeldOut: e.HeldOut, LostCase: e.LostCase,
		Opened: e.On, Silent: e.Silent, Interval: e.Interval, RungsEnd: e.RungsEnd, Ends: e.Ends,
		Currency: e.Currency, RungBefore: a.lastRung(),
	}
	return nil
}

// noteStepped books a rung. What follows from a lost complaint may follow a stop, and somebody
// held out: it is a matter of service, and she is not left alone with it for the figures' sake.
func (a *Attempt) noteStepped(e *Entry) error {
	switch {
	case !e.LostCase && (a.HeldOut || a.Stop != 0 || e.On >= a.RungsEnd):
		return errors.New("no rung is taken by one who is held out, after a stop, or past the ladder's days")
	case e.On < a.latest() || e.On >= a.Ends:
		return errors.New("the rung is out of order")
	case e.Rung == "" || len(e.Rung) > customer.MaxText || a.done(e.Rung):
		return errors.New("the rung has no name, or is taken")
	case a.climbed()+1+len(e.Skipped) > 2*maxRungs:
		return fmt.Errorf("more than %d rungs", 2*maxRungs)
	case e.Due != 0 && (!e.Due.Valid() || e.Due < e.On):
		return errors.New("it was due before it began")
	}
	for i, skipped := range e.Skipped {
		if skipped == "" || len(skipped) > customer.MaxText || skipped == e.Rung || a.done(skipped) || slices.Contains(e.Skipped[:i], skipped) {
			return fmt.Errorf("rung %q cannot be passed by", skipped)
		}
	}
	a.Taken = append(slices.Clip(a.Taken), Taken{Rung: e.Rung, On: e.On, Due: e.Due, Skipped: slices.Clone(e.Skipped)})
	return nil
}

// noteSettled books a result. One that is told late takes the place of a later one: a purchase
// that of none, an earlier purchase that of a later.
func (a *Attempt) noteSettled(e *Entry) error {
	inWindow := a.Opened <= e.Back && e.Back < a.Ends
	before := a.Silent < e.Back && e.Back < a.Opened && !a.LostCase
	switch {
	case e.Back != 0 && e.Back != e.On:
		return fmt.Errorf("she bought on %s", e.Back)
	case e.Result == StayedAway && a.Result == 0 && e.Back == 0 && e.On >= a.Ends:
	case e.Result == CameBack && inWindow && (a.Result == 0 || a.Result == StayedAway || a.Result == CameBack && a.improves(e)):
	case e.Result == NeverSilent && before && (a.Result != NeverSilent || a.improves(e)):
	default:
		return fmt.Errorf("she cannot have %s as of %s", e.Result, e.Back)
	}
	if e.Spent < 0 || e.Spent > maxSpent || !e.Priced && e.Spent != 0 || e.Priced && (e.Result != CameBack || a.Currency == customer.Currency{}) {
		return errors.New("what she spent is out of range")
	}
	a.Result, a.Settled, a.Back, a.Spent, a.Priced = e.Result, e.On, e.Back, e.Spent, e.Priced
	return nil
}

// improves reports whether a purchase tells more than the one that is known: it is earlier, or
// it is of the same day and tells of money, or of more.
func (a *Attempt) improves(e *Entry) bool {
	return e.Back < a.Back || e.Back == a.Back && e.Priced && (!a.Priced || e.Spent > a.Spent)
}
