package complaint

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Extend asks for the next extension of a clock that its terms provide for. Without somebody
// who approves it there is none: another one than asks for it, than handles the case and than
// is complained about. It comes before the budget is used up: no extension undoes a breach, and
// none that is booked late undoes one that was told.
type Extend struct {
	Step `json:"-"`

	Clock    string `json:"clock"`
	Approver string `json:"approver,omitempty"` // the agent that is given beside the command
	Notice   string `json:"notice,omitempty"`   // the ref of the contact by which the customer was told
	Note     string `json:"note,omitempty"`     // why
}

func (Extend) kind() Kind { return KindExtend }

// Canonical writes the command in canonical form.
func (x Extend) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("clock", x.Clock)
	c.Text("approver", x.Approver)
	c.Text("notice", x.Notice)
	c.Text("note", x.Note)
}

func (x Extend) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Text("approver", x.Approver)
	faults.Text("notice", x.Notice)
	faults.Note("note", x.Note)
}

// Extend makes the budget of a clock longer. The approver is the agent whom the command
// names, and the zero Agent where it names none.
func (p *Policy) Extend(c Case, x Extend, approver Agent) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindExtend, x.Take(), func(faults *customer.Faults) {
		x.faults(faults)
		if x.Approver != approver.ID {
			faults.Add("approver", x.Approver, "is the agent that is given beside the command")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	i := d.now.running(x.Clock)
	if i < 0 || d.step.At.Before(later(d.now.Clocks[i].Start, d.now.Clocks[i].Again)) {
		d.miss(customer.Reason{Code: CodeClockNone, Of: x.Clock})
		d.checkApprover(approver, "")
		return d.decision()
	}
	clock := &d.now.Clocks[i]
	reading, err := p.reading(clock, d.step.At)
	var refusal *customer.Refusal
	switch {
	case reading.Breached:
		d.miss(reading.verdict())
	case clock.level(len(clock.Extended)) > len(clock.Warn):
		told, _ := p.reading(clock, clock.Reached[len(clock.Reached)-1].At)
		d.miss(told.verdict())
	case err == nil || reading.Calendar != "": // a calendar that ends before the due says enough
	case errors.As(err, &refusal):
		d.missing = append(d.missing, refusal.Missing...)
	default:
		return Decision{}, err
	}
	done := len(clock.Extended)
	if done >= len(clock.Extensions) {
		d.miss(customer.Reason{Code: CodeExtensionNone, Of: x.Clock, Fact: int64(done), Mark: int64(len(clock.Extensions)), Unit: customer.UnitTimes})
		return d.decision()
	}
	rule := clock.Extensions[done]
	d.checkApprover(approver, rule.Role)
	if rule.Notice && !slices.ContainsFunc(d.now.Contacts, func(told Contact) bool {
		return told.Ref == x.Notice && told.Direction == ToCustomer && !told.At.After(d.step.At)
	}) {
		d.miss(customer.Reason{Code: CodeExtensionNotice, Of: x.Clock})
	}
	d.post(x)
	because := customer.Reason{
		Code: CodeClockExtended, Of: x.Clock, Fact: int64(done + 1), Mark: int64(len(clock.Extensions)), Unit: customer.UnitTimes, At: reading.At,
	}
	d.post(ClockExtended{x.Clock, approver.ID, rule.Role, x.Notice}, because)
	d.tell(x.Clock)
	return d.decision()
}

// checkApprover notes what keeps an agent from approving an extension that needs a role.
func (d *desk) checkApprover(approver Agent, role string) {
	switch {
	case approver.ID == "":
		d.miss(customer.Reason{Code: CodeExtensionApprover, Of: role})
		return
	case role != "" && !slices.Contains(approver.Roles, role):
		d.miss(customer.Reason{Code: CodeExtensionRole, Of: role})
	}
	if approver.ID == d.step.By || approver.ID == d.now.Owner.Agent {
		d.miss(customer.Reason{Code: CodeExtensionHandler, Of: approver.ID})
	}
	if approver.ID != d.step.By && d.now.concerns(approver.ID) {
		d.miss(customer.Reason{Code: CodeConcerned, Of: approver.ID})
	}
}

// tell gives the reading of a clock as reasons of the decision, where it can be told.
func (d *desk) tell(clock string) {
	if i := d.now.clock(clock); i >= 0 {
		if reading, err := d.reading(&d.now.Clocks[i], d.step.At); err == nil {
			for _, reason := range reading.Reasons() {
				d.why(reason)
			}
		}
	}
}

func (x Extend) apply(g *ground, _ *Entry) error {
	if g.running(x.Clock) < 0 {
		return errNoClock
	}
	return nil
}

// ClockExtended says that a clock has the budget of its next extension too.
type ClockExtended struct {
	Clock    string `json:"clock"`
	Approver string `json:"approver"`
	Role     string `json:"role"` // in which the approver did
	Notice   string `json:"notice,omitempty"`
}

func (ClockExtended) kind() Kind { return KindClockExtended }

func (x ClockExtended) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Name("approver", x.Approver)
	faults.Name("role", x.Role)
	faults.Text("notice", x.Notice)
}

func (x ClockExtended) apply(g *ground, e *Entry) error {
	clock, err := g.ticking(x.Clock)
	switch {
	case err != nil:
		return err
	case len(clock.Extended) >= len(clock.Extensions):
		return fmt.Errorf("the clock has %d extensions", len(clock.Extensions))
	case x.Approver == "":
		return errors.New("nobody has approved it")
	}
	clock.Extended = append(slices.Clip(clock.Extended), Extended{e.At, x.Approver, x.Role, x.Notice})
	return nil
}

// changes reports whether a clock of the case can be extended, switched or confirmed at an instant.
func (p *Policy) changes(kind Kind, c *Case, at time.Time) bool {
	for i := range c.Clocks {
		clock := &c.Clocks[i]
		switch {
		case kind == KindConfirm:
			if c.unconfirmed(clock.Name, at) >= 0 {
				return true
			}
		case !clock.runs():
		case kind == KindSwitch:
			n := len(clock.Switched)
			if n == 0 || n < MaxList && !at.Before(clock.Switched[n-1].At) {
				return true
			}
		case len(clock.Extended) < len(clock.Extensions) && clock.level(len(clock.Extended)) <= len(clock.Warn):
			reading, _ := p.reading(clock, at) // what the calendar cannot tell is no breach
			if !reading.Breached && !at.Before(later(clock.Start, clock.Again)) {
				return true
			}
		}
	}
	return false
}

// Switch gives a running clock another calendar, or the next edition of its own: the holidays
// of the coming year, a desk with other hours. What was paused stays so. Readings show the
// figures by both calendars until somebody confirms the new one.
type Switch struct {
	Step `json:"-"`

	Clock    string `json:"clock"`
	Calendar string `json:"calendar,omitempty"` // empty: the one that it has
	Version  int    `json:"version,omitempty"`  // 0: the latest that the policy has
}

func (Switch) kind() Kind { return KindSwitch }

// Canonical writes the command in canonical form.
func (x Switch) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("clock", x.Clock)
	c.Text("calendar", x.Calendar)
	c.Int("version", int64(x.Version))
}

func (x Switch) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Text("calendar", x.Calendar)
	if x.Version < 0 {
		faults.Add("version", x.Version, "is 0 or more")
	}
}

// Switch gives a clock another calendar.
func (p *Policy) Switch(c Case, x Switch) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindSwitch, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	i := d.now.running(x.Clock)
	if i < 0 {
		d.miss(customer.Reason{Code: CodeClockNone, Of: x.Clock})
		return d.decision()
	}
	clock := &d.now.Clocks[i]
	id, version := clock.calendar()
	switched := ClockSwitched{x.Clock, x.Calendar, x.Version}
	if switched.Calendar == "" {
		switched.Calendar = id
	}
	if cal := p.calendar(switched.Calendar, x.Version); cal == nil {
		d.miss(customer.Reason{Code: CodeClockCalendar, Of: switched.Calendar, Fact: int64(x.Version)})
	} else {
		switched.Version = cal.Edition().Version
	}
	if switched.Calendar == id && switched.Version == version {
		d.miss(customer.Reason{Code: CodeClockSameCalendar, Of: id, Fact: int64(version)})
	}
	switch n := len(clock.Switched); {
	case n >= MaxList:
		d.miss(customer.Reason{Code: CodeFull, Of: KindClockSwitched.String(), Mark: MaxList, Unit: customer.UnitTimes})
	case n > 0 && d.step.At.Before(clock.Switched[n-1].At):
		d.miss(customer.Reason{Code: CodeClockSwitchedLater, Of: x.Clock, At: d.shownOn(i, clock.Switched[n-1].At)})
	}
	d.post(x)
	d.post(switched, customer.Reason{Code: CodeClockSwitched, Of: x.Clock, At: p.shown(switched.Calendar, switched.Version, d.step.At)})
	d.tell(x.Clock)
	return d.decision()
}

func (x Switch) apply(g *ground, _ *Entry) error {
	if g.running(x.Clock) < 0 {
		return errNoClock
	}
	return nil
}

// ClockSwitched says which calendar a clock has from then on.
type ClockSwitched struct {
	Clock    string `json:"clock"`
	Calendar string `json:"calendar"`
	Version  int    `json:"version"`
}

func (ClockSwitched) kind() Kind { return KindClockSwitched }

func (x ClockSwitched) faults(faults *customer.Faults) {
	faults.Name("clock", x.Clock)
	faults.Name("calendar", x.Calendar)
}

func (x ClockSwitched) apply(g *ground, e *Entry) error {
	clock, err := g.ticking(x.Clock)
	if err != nil {
		return err
	}
	if n := len(clock.Switched); n >= MaxList || n > 0 && e.At.Before(clock.Switched[n-1].At) {
		return errors.New("calendars are switched in their order")
	}
	clock.Switched = append(slices.Clip(clock.Switched), Switched{At: e.At, Calendar: x.Calendar, Version: x.Version})
	return nil
}

// Confirm says that somebody has seen what another calendar does to a clock.
type Confirm struct {
	Step `json:"-"`

	Clock string `json:"clock"`
}

func (Confirm) kind() Kind { return KindConfirm }

// Canonical writes the command in canonical form.
func (x Confirm) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("clock", x.Clock)
}

func (x Confirm) faults(faults *customer.Faults) { faults.Name("clock", x.Clock) }

// Confirm confirms the calendar that a clock was switched to.
func (p *Policy) Confirm(c Case, x Confirm) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindConfirm, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if d.now.unconfirmed(x.Clock, d.step.At) < 0 {
		d.miss(customer.Reason{Code: CodeClockNotSwitched, Of: x.Clock})
	}
	d.post(x)
	d.tell(x.Clock)
	return d.decision()
}

// unconfirmed is the place of the latest clock of a name where it was switched by an instant
// and not confirmed, or -1.
func (c *Case) unconfirmed(name string, at time.Time) int {
	i := c.clock(name)
	if i < 0 {
		return -1
	}
	n := len(c.Clocks[i].Switched)
	if n == 0 || !c.Clocks[i].Switched[n-1].Confirmed.IsZero() || at.Before(c.Clocks[i].Switched[n-1].At) {
		return -1
	}
	return i
}

func (x Confirm) apply(g *ground, e *Entry) error {
	i := g.unconfirmed(x.Clock, e.At)
	if i < 0 {
		return errors.New("no calendar of the clock is to be confirmed")
	}
	clock := &(*mine(g, ofClocks, &g.Clocks))[i]
	clock.Switched = slices.Clone(clock.Switched)
	clock.Switched[len(clock.Switched)-1].Confirmed = e.At
	return nil
}
