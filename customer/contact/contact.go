package contact

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Contact is one row of the contact log.
type Contact struct { //nolint:recvcheck // a value; read in place
	Ref           string    `json:"ref"` // of the [Log]
	At            time.Time `json:"at"`  // when it was logged
	By            string    `json:"by"`
	Channel       string    `json:"channel"`
	Direction     Direction `json:"direction"`
	Purpose       string    `json:"purpose,omitempty"`
	Staff         string    `json:"staff"`
	Desk          string    `json:"desk,omitempty"`
	With          string    `json:"with,omitempty"`
	Began         time.Time `json:"began"`
	Seconds       int       `json:"seconds,omitempty"`        // how long it took
	TargetSeconds int       `json:"target_seconds,omitempty"` // how long it should have taken at most; 0: as long as it takes
	Missed        bool      `json:"missed,omitempty"`
	Unnoted       bool      `json:"unnoted,omitempty"` // no note is expected
	About         []string  `json:"about,omitempty"`
	Notes         []Noted   `json:"notes,omitempty"`
	Preparation   string    `json:"preparation,omitempty"`
	Visit         string    `json:"visit,omitempty"`
}

// Ended returns when the contact was over.
func (c Contact) Ended() time.Time { return ended(c.Began, c.Seconds) }

func ended(began time.Time, seconds int) time.Time {
	return began.Add(time.Duration(seconds) * time.Second)
}

// Noteless reports whether a note was to be written, and nobody has.
func (c Contact) Noteless() bool { return c.wantsNote() && len(c.Notes) == 0 }

func (c *Contact) wantsNote() bool { return !c.Missed && !c.Unnoted }

// OverTarget reports whether the contact took longer than it should have.
func (c Contact) OverTarget() bool { return c.TargetSeconds > 0 && c.Seconds > c.TargetSeconds }

func (c *Contact) settled() (time.Time, bool) { return c.Ended(), true }

// Log says that somebody spoke with the customer, or tried to: on the phone, at her door, by a
// letter, at an event. Its reference names the contact from then on.
type Log struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Channel   string    `json:"channel"`
	Direction Direction `json:"direction"`
	Purpose   string    `json:"purpose,omitempty"` // what it was for, in the host's words
	Staff     string    `json:"staff,omitempty"`   // who spoke with her; absent: who logs it
	Desk      string    `json:"desk,omitempty"`
	With      string    `json:"with,omitempty"` // who of an organisation, by the host's ID
	Began     time.Time `json:"began"`
	Seconds   int       `json:"seconds,omitempty"` // how long it took: 0 to 86,400
	Missed    bool      `json:"missed,omitempty"`  // nobody was reached; of a call from her: nobody of us was
	About     []string  `json:"about,omitempty"`   // topics or products, in the host's words; at most 20

	Note    string    `json:"note,omitempty"`
	Written time.Time `json:"written,omitzero"` // when the note was; absent: when this was logged

	Preparation string   `json:"preparation,omitempty"` // that it was held with, and that it ends
	Ticked      []string `json:"ticked,omitempty"`      // points of it that were said, beside those that were ticked before
	Visit       string   `json:"visit,omitempty"`       // the ID of the visit that it was

	Appointments []Appointment `json:"appointments,omitempty"` // that were made; at most 20
	Promises     []Promise     `json:"promises,omitempty"`     // that were given; at most 20

	// Left to the policy.
	TargetSeconds int    `json:"target_seconds,omitempty"`
	Unnoted       bool   `json:"unnoted,omitempty"`
	Memory        Memory `json:"memory,omitzero"` // of the note
}

const (
	maxAbout = 20
	maxMade  = 20 // appointments made, and promises given, in one contact
)

func (Log) kind() string { return "log" }

// Canonical writes the command in canonical form.
func (x Log) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("channel", x.Channel)
	c.Text("direction", stored(x.Direction))
	c.Text("purpose", x.Purpose)
	c.Text("staff", x.Staff)
	c.Text("desk", x.Desk)
	c.Text("with", x.With)
	c.Time("began", x.Began)
	c.Int("seconds", int64(x.Seconds))
	c.Bool("missed", x.Missed)
	texts(c, "about", x.About)
	c.Text("note", x.Note)
	c.Time("written", x.Written)
	c.Text("preparation", x.Preparation)
	texts(c, "ticked", x.Ticked)
	c.Text("visit", x.Visit)
	c.List("appointments", len(x.Appointments), func(i int) { x.Appointments[i].canonical(c) })
	c.List("promises", len(x.Promises), func(i int) { x.Promises[i].canonical(c) })
	c.Int("target_seconds", int64(x.TargetSeconds))
	c.Bool("unnoted", x.Unnoted)
	c.Text("memory", stored(x.Memory))
}

func (x Log) check(faults *customer.Faults) {
	faults.Name("channel", x.Channel)
	if x.Direction == 0 || x.Direction > lastDirection {
		faults.Add("direction", x.Direction, "is a direction")
	}
	faults.Text("purpose", x.Purpose)
	faults.Text("staff", x.Staff)
	faults.Text("desk", x.Desk)
	faults.Text("with", x.With)
	faults.Instant("began", x.Began)
	faults.Within("seconds", x.Seconds, 0, maxSeconds)
	faults.Names("about", x.About, 0, maxAbout)
	note(faults, "note", x.Note)
	if !x.Written.IsZero() {
		if faults.Instant("written", x.Written); x.Note == "" {
			faults.Add("written", x.Written, "goes with a note")
		} else if x.Written.Before(x.Began) {
			faults.Add("written", x.Written, "is no earlier than began")
		}
	}
	faults.Text("preparation", x.Preparation)
	faults.Names("ticked", x.Ticked, 0, maxPoints)
	if len(x.Ticked) > 0 && x.Preparation == "" {
		faults.Add("ticked", len(x.Ticked), "goes with a preparation")
	}
	faults.Text("visit", x.Visit)
	many(faults, "appointments", x.Appointments, maxMade, func(one *customer.Faults, a *Appointment) { a.check(one) })
	once(faults, "appointments", "id", x.Appointments[:min(len(x.Appointments), maxMade)], func(a *Appointment) string { return a.ID })
	many(faults, "promises", x.Promises, maxMade, func(one *customer.Faults, promise *Promise) { promise.check(one) })
	once(faults, "promises", "id", x.Promises[:min(len(x.Promises), maxMade)], func(promise *Promise) string { return promise.ID })
	if x.Missed && (x.Preparation != "" || len(x.Appointments) > 0 || len(x.Promises) > 0) {
		faults.Add("missed", x.Missed, "goes without a preparation, appointments and promises, for nobody was reached")
	}
	faults.Within("target_seconds", x.TargetSeconds, 0, maxSeconds)
	if x.Memory > lastMemory || (x.Memory != 0) && x.Note == "" {
		faults.Add("memory", x.Memory, "goes with a note")
	}
}

// Log books a contact with a command. That it took too long, or that nobody wrote a note, is told and
// no reason to refuse it, for it was held. Reasons that need no more than the command are told of what
// was said in it; see [Policy.Unsaid], [Policy.Unconfirmed] and [Policy.Owed] for what stays.
func (p *Policy) Log(f File, x Log) (Decision, error) {
	step := x.Take()
	d, err := p.begin(&f, step, func(faults *customer.Faults) {
		x.check(faults)
		p.checkLog(faults, &x, step.At)
	})
	if err != nil {
		return Decision{}, err
	}
	channel, known := p.channels[x.Channel]
	if !known {
		d.Miss(customer.Reason{Code: CodeChannelUnknown, Of: x.Channel})
	}
	if f.contact(d.Ref) >= 0 {
		d.Miss(customer.Reason{Code: CodeTaken, Of: d.Ref})
	}
	x.Staff = cmp.Or(x.Staff, d.By)
	x.About, x.Ticked = slices.Clone(x.About), slices.Clone(x.Ticked)
	x.Unnoted = channel.Unnoted
	if !x.Missed {
		x.TargetSeconds = p.target(x.Channel, x.Purpose)
	}
	end := ended(x.Began, x.Seconds)
	if x.Note != "" {
		x.Memory = p.memory(end, orElse(x.Written, d.At))
	}
	p.useVisit(d, &f, &x)
	unsaid := p.usePreparation(d, &f, &x)
	p.appoint(d, &f, &x, channel)
	p.promise(d, &f, &x)

	p.makeRoom(d, &f, contacts, 1)
	p.makeRoom(d, &f, appointments, len(x.Appointments))
	p.makeRoom(d, &f, promises, len(x.Promises))
	if x.Visit != "" && !x.Missed && f.visit(x.Visit) < 0 {
		p.makeRoom(d, &f, visits, 1)
	}
	d.Post(x, p.took(&x, d.Ref)...)
	if !x.Missed && !x.Unnoted {
		p.whyNote(d, d.Ref, x.Note, x.Memory, end, orElse(x.Written, d.At))
	}
	for _, reason := range unsaid {
		d.Why(reason)
	}
	p.whyMade(d, &x)
	return d.Decision()
}

// checkLog notes the faults of a contact that its entry does not show.
func (p *Policy) checkLog(faults *customer.Faults, x *Log, at time.Time) {
	if ended(x.Began, x.Seconds).After(at) {
		faults.Add("began", x.Began, "with how long it took is not after at, the instant at which it is logged")
	}
	if x.Written.After(at) {
		faults.Add("written", x.Written, "is no later than at, when it is logged")
	}
	left(faults, "target_seconds", x.TargetSeconds, x.TargetSeconds == 0)
	left(faults, "unnoted", x.Unnoted, !x.Unnoted)
	left(faults, "memory", x.Memory, x.Memory == 0)
	for i := range x.Appointments[:min(len(x.Appointments), maxMade)] {
		one, path := &x.Appointments[i], fmt.Sprintf("appointments[%d]", i)
		left(faults, path+".over", one.Over, one.Over.IsZero())
		left(faults, path+".spoken", one.Spoken, !one.Spoken)
	}
}

// orElse returns an instant, or another one where it is none.
func orElse(at, other time.Time) time.Time {
	if at.IsZero() {
		return other
	}
	return at
}

// took says how long a contact took, or that it was missed.
func (p *Policy) took(x *Log, ref string) []customer.Reason {
	switch {
	case x.Missed:
		return []customer.Reason{{Code: CodeMissed, Of: ref, At: p.local(x.Began)}}
	case x.TargetSeconds == 0:
		return nil
	}
	reason := customer.Reason{Code: CodeInTarget, Of: ref, Fact: int64(x.Seconds), Mark: int64(x.TargetSeconds), Unit: customer.UnitSeconds}
	if x.Seconds > x.TargetSeconds {
		reason.Code = CodeOverTarget
	}
	return []customer.Reason{reason}
}

func (x Log) apply(g *ground, e *Entry) error {
	end := ended(x.Began, x.Seconds)
	switch {
	case g.contact(e.Ref) >= 0:
		return errTaken
	case end.After(e.At), x.Written.After(e.At):
		return errors.New("it was logged before it was over")
	case x.Staff == "":
		return errors.New("nobody held it")
	case (x.Note != "") != (x.Memory != 0):
		return errors.New("a note says when it was written")
	}
	row := Contact{
		Ref: e.Ref, At: e.At, By: e.By, Channel: x.Channel, Direction: x.Direction, Purpose: x.Purpose, Staff: x.Staff, Desk: x.Desk, With: x.With,
		Began: x.Began, Seconds: x.Seconds, TargetSeconds: x.TargetSeconds, Missed: x.Missed, Unnoted: x.Unnoted, About: x.About,
		Preparation: x.Preparation, Visit: x.Visit,
	}
	if x.Note != "" {
		row.Notes = []Noted{{x.Note, orElse(x.Written, e.At), e.By, x.Memory}}
	}
	contacts := mine(g, ofContacts, &g.Contacts)
	*contacts = append(*contacts, row)
	return errors.Join(x.endPreparation(g, e.Ref, end), x.makeVisit(g, e.Ref), x.makeAppointments(g, e), x.givePromises(g, e))
}

// Unreturned returns the customer's own attempts to reach somebody that nobody has answered by an
// instant: nobody was there, and she was not spoken with since. The latest comes first, each with
// the reason that says how long ago it was.
func (p *Policy) Unreturned(f File, at time.Time) ([]Contact, []customer.Reason) {
	var spoken time.Time // when she was last spoken with
	for i := range f.Contacts {
		if one := &f.Contacts[i]; !one.Missed && !one.Unnoted && !one.Began.After(at) {
			spoken = latest(spoken, one.Began)
		}
	}
	var calls []Contact
	for i := range f.Contacts {
		one := &f.Contacts[i]
		if one.Missed && one.Direction == FromCustomer && one.Began.After(spoken) && !one.Ended().After(at) {
			calls = append(calls, *one)
		}
	}
	slices.SortStableFunc(calls, func(a, b Contact) int { return b.Began.Compare(a.Began) })
	var why []customer.Reason
	for i := range calls {
		why = append(why, p.signed(customer.Reason{
			Code: CodeUnreturned, Of: calls[i].Ref, Fact: int64(at.Sub(calls[i].Began) / time.Second), Unit: customer.UnitSeconds, At: p.local(calls[i].Began),
		}))
	}
	return calls, why
}
