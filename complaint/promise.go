package complaint

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Commitment is a promise that was made to the customer, and what became of it. A promise
// that was broken and then kept is both: no fact takes another one's place.
type Commitment struct {
	Promise string      `json:"promise"` // the host's ID
	Kind    PromiseKind `json:"kind"`
	Issue   string      `json:"issue,omitempty"`
	Product string      `json:"product,omitempty"`
	Text    string      `json:"text,omitempty"`
	Agent   string      `json:"agent,omitempty"` // who answers for it
	Desk    string      `json:"desk,omitempty"`  // or the desk that does
	Channel Channel     `json:"channel,omitzero"`
	Reach   string      `json:"reach,omitempty"`
	For     string      `json:"for,omitempty"` // the promise until whose keeping it helps her out

	Made   time.Time `json:"made"`
	MadeBy string    `json:"made_by"`
	First  time.Time `json:"first"`           // when the first of those was made that it renews: as old is the promise
	From   time.Time `json:"from,omitzero"`   // of a slot: not before
	Due    time.Time `json:"due"`             // by when; what is done at this instant is in time
	Wanted time.Time `json:"wanted,omitzero"` // by when she wanted it
	Cycle  int       `json:"cycle"`           // in which it was made

	// Outlasts says that the case may be closed before it has run out.
	Outlasts bool `json:"outlasts,omitempty"`

	Renewal    int `json:"renewal,omitempty"`     // how often it was renewed before
	Chases     int `json:"chases,omitempty"`      // how often she came back for it before it was due
	LateChases int `json:"late_chases,omitempty"` // and after

	// Broken is its Due, once that has passed without it, whenever somebody noticed; of one
	// whose keeping before the Due was only told afterwards it is zero again.
	Broken   time.Time `json:"broken,omitzero"`
	Kept     time.Time `json:"kept,omitzero"`
	KeptBy   string    `json:"kept_by,omitempty"` // by whoever it was
	Renewed  time.Time `json:"renewed,omitzero"`
	Next     string    `json:"next,omitempty"` // the promise that it was renewed as
	Released time.Time `json:"released,omitzero"`
}

// Open reports whether the promise is still to be kept, be it in time or late.
func (c Commitment) Open() bool { return c.Kept.IsZero() && c.Renewed.IsZero() && c.Released.IsZero() }

// ended is since when the promise is no longer open.
func (c Commitment) ended() time.Time {
	for _, end := range [...]time.Time{c.Kept, c.Renewed, c.Released} {
		if !end.IsZero() {
			return end
		}
	}
	return time.Time{}
}

// Verdict says what has become of the promise, as known at an instant. It depends on nothing
// else: not on whether anybody woke the case in time to see it break.
func (c Commitment) Verdict(at time.Time) PromiseVerdict {
	broken := c.ended().After(c.Due)
	if c.Open() {
		broken = !at.Before(c.Due)
	}
	switch {
	case !c.Kept.IsZero() && broken:
		return PromiseKeptLate
	case broken:
		return PromiseBroken
	case !c.Kept.IsZero():
		return PromiseKept
	case !c.Renewed.IsZero():
		return PromiseRenewed
	case !c.Released.IsZero():
		return PromiseReleased
	}
	return PromiseAwaited
}

// commitment returns the place of a promise, or -1.
func (c *Case) commitment(id string) int {
	for i := range c.Commitments {
		if c.Commitments[i].Promise == id {
			return i
		}
	}
	return -1
}

// PromiseRule says what holds for promises of one kind. A kind without a rule may be promised
// too, and then always says by when.
type PromiseRule struct {
	Kind PromiseKind `json:"kind"`

	// Budget is by when it is, where nobody said so, counted in the latest version given of
	// the Calendar. Zero: a promise without its time is refused.
	Budget   calendar.Budget `json:"budget,omitzero"`
	Calendar string          `json:"calendar,omitempty"`
	// MostDays is how many days ahead it may be promised at most, up to the end of the last
	// one; 0: any number.
	MostDays int `json:"most_days,omitempty"`
	// Instead is what to offer where it cannot be had by when she wants it: a loan device.
	Instead PromiseKind `json:"instead,omitzero"`
	// Outlasts lets the case be closed before a guarantee has run out. Of other kinds it is a
	// fault: no case is closed on an open promise.
	Outlasts bool `json:"outlasts,omitempty"`
}

// readPromises checks the rules and compiles them.
func (p *Policy) readPromises(faults *customer.Faults) {
	for i, rule := range p.rules.Promises {
		var part customer.Faults
		if !rule.Kind.valid() {
			part.Add("kind", rule.Kind, "is a kind of promise")
		} else if p.promises[rule.Kind].Kind != 0 {
			part.Add("kind", rule.Kind, "has one rule")
		}
		switch timed := rule.Budget != (calendar.Budget{}); {
		case timed:
			var budget customer.Faults
			rule.Budget.Check(&budget)
			part.Join("budget", budget)
			if p.calendar(rule.Calendar, 0) == nil {
				part.Add("calendar", rule.Calendar, "is the ID of a calendar that is given")
			}
		case rule.Calendar != "":
			part.Add("calendar", rule.Calendar, "goes with a budget")
		}
		part.Within("most_days", rule.MostDays, 0, calendar.MaxDays)
		if rule.Instead > lastPromise || rule.Instead != 0 && rule.Instead == rule.Kind {
			part.Add("instead", rule.Instead, "is another kind of promise, or absent")
		}
		if rule.Outlasts && rule.Kind != PromisedGuarantee {
			part.Add("outlasts", rule.Outlasts, "is for a guarantee")
		}
		if rule.Kind.valid() {
			p.promises[rule.Kind] = rule
		}
		faults.Join(fmt.Sprintf("promises[%d]", i), part)
	}
}

// PromiseTerms is what a promise took from the policy.
type PromiseTerms struct {
	Budget   calendar.Budget `json:"budget,omitzero"` // that its Until came from
	Calendar string          `json:"calendar,omitempty"`
	Version  int             `json:"version,omitempty"` // of the calendar
	Outlasts bool            `json:"outlasts,omitempty"`
}

func (t *PromiseTerms) canonical(c *customer.Canonical) {
	c.Group("budget", func() {
		c.Int("open_seconds", t.Budget.OpenSeconds)
		c.Int("working_days", int64(t.Budget.WorkingDays))
		c.Bool("by_close", t.Budget.ByClose)
		c.Int("calendar_days", int64(t.Budget.CalendarDays))
		c.Bool("ends_working", t.Budget.EndsWorking)
	})
	c.Text("calendar", t.Calendar)
	c.Int("version", int64(t.Version))
	c.Bool("outlasts", t.Outlasts)
}

// Promise tells the customer that something will be done by a time: that somebody calls, that
// it is delivered, that it will work for two years. It says who answers for it, and "soon" is
// no time.
type Promise struct {
	Step `json:"-"`

	Promise string      `json:"promise"` // the host's ID, unique in the case
	Kind    PromiseKind `json:"kind"`
	Issue   string      `json:"issue,omitempty"`   // which of the case's issues it is about
	Product string      `json:"product,omitempty"` // what it is about, in the host's words
	Text    string      `json:"text,omitempty"`    // what was promised
	Agent   string      `json:"agent,omitempty"`   // who answers for it,
	Desk    string      `json:"desk,omitempty"`    // or which desk does

	// Until is by when, and From since when, where a slot was promised. Without Until it is
	// what the rule of its kind says, and without such a rule the promise is refused.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`

	Channel Channel `json:"channel,omitzero"` // of a callback or an answer: how she will be told
	Reach   string  `json:"reach,omitempty"`  // and where: a token of the host's; empty: as the case says
	// Wanted is by when she herself wants it; zero: as she last insisted, see Insist.
	Wanted time.Time `json:"wanted,omitzero"`
	For    string    `json:"for,omitempty"` // the promise until whose keeping it helps her out

	// Terms is what the policy adds. A command leaves it empty.
	Terms PromiseTerms `json:"terms,omitzero"`
}

func (Promise) kind() Kind { return KindPromise }

// Canonical writes the command in canonical form.
func (x Promise) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("promise", x.Promise)
	c.Text("kind", x.Kind.text())
	c.Text("issue", x.Issue)
	c.Text("product", x.Product)
	c.Text("text", x.Text)
	c.Text("agent", x.Agent)
	c.Text("desk", x.Desk)
	c.Time("from", x.From)
	c.Time("until", x.Until)
	c.Text("channel", x.Channel.text())
	c.Text("reach", x.Reach)
	c.Time("wanted", x.Wanted)
	c.Text("for", x.For)
	c.Group("terms", func() { x.Terms.canonical(c) })
}

func (x Promise) faults(faults *customer.Faults) {
	faults.Name("promise", x.Promise)
	if !x.Kind.valid() {
		faults.Add("kind", x.Kind, "is a kind of promise")
	}
	for _, text := range [...][2]string{{"issue", x.Issue}, {"product", x.Product}, {"agent", x.Agent}, {"desk", x.Desk}, {"reach", x.Reach}, {"for", x.For}} {
		faults.Text(text[0], text[1])
	}
	faults.Note("text", x.Text)
	checkSlot(faults, x.From, x.Until)
	if x.Channel != 0 {
		checkChannel(faults, "channel", x.Channel)
	}
	faults.Text("terms.calendar", x.Terms.Calendar)
	if !x.Wanted.IsZero() {
		faults.Instant("wanted", x.Wanted)
	}
}

// checkSlot notes the faults of a time that may be a slot. Whether it may be absent is not
// asked here.
func checkSlot(faults *customer.Faults, from, until time.Time) {
	if !until.IsZero() {
		faults.Instant("until", until)
	}
	if !from.IsZero() {
		if faults.Instant("from", from); !from.Before(until) {
			faults.Add("from", from, "is before until")
		}
	}
}

// Promise books a promise. It is refused where it does not say who answers for it, what it is,
// by when, and of a callback or an answer, how and where she is reached. One that comes later
// than she wants is taken, and the answer says so, and what to offer her instead.
func (p *Policy) Promise(c Case, x Promise) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindPromise, x.Take(), func(faults *customer.Faults) {
		if x.faults(faults); x.Terms != (PromiseTerms{}) {
			faults.Add("terms", "", "is left to the policy")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	if x.Reach == "" && x.Kind.toldHer() {
		x.Reach = c.Reach
	}
	if x.Wanted.IsZero() {
		x.Wanted = c.wanted(x.Issue)
	}
	d.missOfPromise(&x)
	made := customer.Reason{Code: CodePromiseMade, Of: x.Promise}
	if rule := p.promises[x.Kind]; x.Until.IsZero() {
		if made.Code = CodePromiseByRule; rule.Budget == (calendar.Budget{}) {
			d.miss(customer.Reason{Code: CodePromiseWhen, Of: x.Promise})
		} else if err := d.reckon(&x, rule); err != nil {
			return Decision{}, err
		}
	}
	d.missTime(x.Promise, x.Kind, x.Until)
	x.Terms.Outlasts = p.promises[x.Kind].Outlasts
	made.At = x.Until.In(p.zone)
	d.post(x, made)
	d.sayLater(x.Promise)
	return d.decision()
}

// missOfPromise notes what a promise must say, whatever its time is.
func (d *desk) missOfPromise(x *Promise) {
	c := &d.now.Case
	d.missPlace(x.Promise)
	if x.Agent == "" && x.Desk == "" {
		d.miss(customer.Reason{Code: CodePromiseWho, Of: x.Promise})
	}
	if x.Kind == PromisedOther && x.Text == "" {
		d.miss(customer.Reason{Code: CodePromiseWhat, Of: x.Promise})
	}
	if x.Kind.toldHer() && x.Channel == 0 {
		d.miss(customer.Reason{Code: CodePromiseChannel, Of: x.Promise})
	}
	if x.Kind.toldHer() && x.Reach == "" {
		d.miss(customer.Reason{Code: CodePromiseReach, Of: x.Promise})
	}
	if x.Issue != "" && c.issue(x.Issue) < 0 {
		d.miss(customer.Reason{Code: CodeIssueUnknown, Of: x.Issue})
	}
	if x.For != "" && c.commitment(x.For) < 0 {
		d.miss(customer.Reason{Code: CodePromiseUnknown, Of: x.For})
	}
}

// missPlace refuses an ID that a promise of the case has.
func (d *desk) missPlace(id string) {
	if d.now.commitment(id) >= 0 {
		d.miss(customer.Reason{Code: CodePromiseTaken, Of: id})
	}
}

// reckon fills in by when a promise is that does not say so, and pins where that comes from.
// A calendar that knows no answer is one of the things that stand in the way.
func (d *desk) reckon(x *Promise, rule PromiseRule) error {
	calendar := d.calendar(rule.Calendar, 0)
	due, err := calendar.Due(d.step.At, rule.Budget)
	var refusal *customer.Refusal
	switch {
	case errors.As(err, &refusal):
		for _, missing := range refusal.Missing {
			d.miss(missing)
		}
		return nil
	case err != nil:
		return err
	}
	x.Until = due.In(d.zone)
	x.Terms.Budget, x.Terms.Calendar, x.Terms.Version = rule.Budget, rule.Calendar, calendar.Edition().Version
	return nil
}

// missTime refuses a time that is past or too far ahead. A zero time is told elsewhere.
func (d *desk) missTime(id string, kind PromiseKind, until time.Time) {
	if until.IsZero() {
		return
	}
	if !until.After(d.step.At) {
		d.miss(customer.Reason{Code: CodePromisePast, Of: id, At: until.In(d.zone)})
	}
	if most := d.promises[kind].MostDays; most > 0 {
		last := d.day(d.step.At).AddDays(most)
		if until.After(last.AddDays(1).Start(d.zone)) {
			d.miss(customer.Reason{Code: CodePromiseFar, Of: id, Mark: int64(most), Unit: customer.UnitDays, At: until.In(d.zone), By: last})
		}
	}
}

// sayLater says that a promise comes later than the customer wants, and what the rule of its
// kind offers instead, unless she has it already.
func (d *desk) sayLater(id string) {
	i := d.now.commitment(id)
	if i < 0 || len(d.missing) > 0 || d.err != nil {
		return
	}
	late := &d.now.Commitments[i]
	if late.Wanted.IsZero() || !late.Due.After(late.Wanted) {
		return
	}
	d.why(customer.Reason{Code: CodePromiseLater, Of: id, At: late.Due.In(d.zone), Until: late.Wanted.In(d.zone)})
	instead := d.promises[late.Kind].Instead
	if instead == 0 {
		return
	}
	for j := range d.now.Commitments {
		other := &d.now.Commitments[j]
		if other.Kind == instead && other.Issue == late.Issue && (other.Open() || !other.Kept.IsZero()) {
			return
		}
	}
	d.why(customer.Reason{Code: CodePromiseInstead, Of: id, Fact: int64(instead)})
}

func (x Promise) apply(g *ground, e *Entry) error {
	switch {
	case !x.Kind.valid():
		return errors.New("a promise has a kind")
	case !x.Until.After(e.At):
		return errors.New("a promise says by when, later than it is made")
	}
	return g.commit(Commitment{
		Promise: x.Promise, Kind: x.Kind, Issue: x.Issue, Product: x.Product, Text: x.Text, Agent: x.Agent, Desk: x.Desk,
		Channel: x.Channel, Reach: x.Reach, For: x.For,
		Made: e.At, MadeBy: e.By, First: e.At, From: x.From, Due: x.Until, Wanted: x.Wanted, Cycle: g.Cycle, Outlasts: x.Terms.Outlasts,
	})
}

// commit adds a promise.
func (g *ground) commit(one Commitment) error {
	if g.commitment(one.Promise) >= 0 {
		return fmt.Errorf("promise %q is there already", one.Promise)
	}
	commitments := room(g, ofCommitments, &g.Commitments)
	*commitments = append(*commitments, one)
	return nil
}
