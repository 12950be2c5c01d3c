package contact

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Appointment is an appointment that is made in a contact.
type Appointment struct {
	ID        string           `json:"id"` // the host's, unique in the file
	On        customer.Date    `json:"on"`
	Weekday   customer.Weekday `json:"weekday,omitzero"` // as said; over a channel by ear it must be
	Time      string           `json:"time,omitempty"`   // "15:30"
	About     string           `json:"about,omitempty"`
	Numbers   []Number         `json:"numbers,omitempty"`   // that were told with it, at most 20
	Confirmed bool             `json:"confirmed,omitempty"` // the day was read back, and she said yes

	// Left to the policy: when its day is over, and whether it was made by ear, so that it is to be
	// read back.
	Over   time.Time `json:"over,omitzero"`
	Spoken bool      `json:"spoken,omitempty"`
}

const maxNumbers = 20

func (x *Appointment) check(faults *customer.Faults) {
	faults.Name("id", x.ID)
	checkDay(faults, x.On, x.Weekday)
	checkTime(faults, "time", x.Time)
	note(faults, "about", x.About)
	checkNumbers(faults, x.Numbers)
}

func checkNumbers(faults *customer.Faults, numbers []Number) {
	many(faults, "numbers", numbers, maxNumbers, func(one *customer.Faults, number *Number) { number.check(one) })
	once(faults, "numbers", "what", numbers[:min(len(numbers), maxNumbers)], func(number *Number) string { return number.What })
}

// checkTime notes a fault unless a text is a time of day, or empty.
func checkTime(faults *customer.Faults, path, text string) {
	if text == "" {
		return
	}
	if _, err := time.Parse("15:04", text); err != nil || len(text) != len("15:04") {
		faults.Add(path, text, "is a time of day, 00:00 to 23:59")
	}
}

func (x *Appointment) canonical(c *customer.Canonical) {
	c.Text("id", x.ID)
	c.Date("on", x.On)
	c.Int("weekday", int64(x.Weekday))
	c.Text("time", x.Time)
	c.Text("about", x.About)
	c.List("numbers", len(x.Numbers), func(i int) { x.Numbers[i].canonical(c) })
	c.Bool("confirmed", x.Confirmed)
	c.Time("over", x.Over)
	c.Bool("spoken", x.Spoken)
}

// unconfirmed reports whether something of the appointment was to be read back, and was not.
func (x *Appointment) unconfirmed() bool {
	return x.Spoken && !x.Confirmed || slices.ContainsFunc(x.Numbers, func(one Number) bool { return !one.Confirmed })
}

// Appointed is an appointment, and what has become of it.
type Appointed struct {
	Appointment
	Contact   string    `json:"contact"` // in which it was made
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Moved     int       `json:"moved,omitempty"` // how often
	Cancelled time.Time `json:"cancelled,omitzero"`
	Why       string    `json:"why,omitempty"` // it was cancelled, or last moved
}

func (x *Appointed) settled() (time.Time, bool) {
	if !x.Cancelled.IsZero() {
		return x.Cancelled, true
	}
	return x.Over, true // it is never before its day is over
}

// appoint notes what stands in the way of the appointments that are made in a contact, and fills in
// what is left to the policy.
func (p *Policy) appoint(d *draft, f *File, x *Log, channel Channel) {
	x.Appointments = slices.Clone(x.Appointments)
	for i := range x.Appointments {
		one := &x.Appointments[i]
		if f.appointment(one.ID) >= 0 {
			d.Miss(customer.Reason{Code: CodeTaken, Of: one.ID})
		}
		one.Spoken, one.Numbers = channel.Spoken, slices.Clone(one.Numbers)
		one.Over = p.day(d, one.ID, one.On, one.Weekday, one.Spoken, x.Began)
	}
}

// day notes what stands in the way of a day that was told, and returns when it is over.
func (p *Policy) day(d *draft, id string, on customer.Date, weekday customer.Weekday, spoken bool, told time.Time) time.Time {
	switch {
	case spoken && weekday == 0:
		d.Miss(customer.Reason{Code: CodeWeekdayMissing, Of: id, On: on})
	case weekday != 0 && weekday != weekdayOf(on):
		for _, reason := range p.readings(id, on, weekday, told) {
			d.Miss(reason)
		}
	}
	if on < customer.DateOf(told, p.zone) {
		d.Miss(customer.Reason{Code: CodeAppointmentPast, Of: id, On: on})
	}
	return p.over(on)
}

// over is when a day is over.
func (p *Policy) over(on customer.Date) time.Time {
	if on == customer.MaxDate {
		return on.Start(p.zone)
	}
	return on.AddDays(1).Start(p.zone)
}

// makeAppointments adds the appointments that were made in a contact.
func (x *Log) makeAppointments(g *ground, e *Entry) error {
	for i := range x.Appointments {
		one := &x.Appointments[i]
		if g.appointment(one.ID) >= 0 {
			return errTaken
		}
		if one.Over.IsZero() || one.Weekday != 0 && one.Weekday != weekdayOf(one.On) {
			return errDay
		}
		rows := mine(g, ofAppointments, &g.Appointments)
		*rows = append(*rows, Appointed{Appointment: *one, Contact: e.Ref, At: e.At, By: e.By})
	}
	return nil
}

// whyMade says what was not read back of the appointments that were made in a contact.
func (p *Policy) whyMade(d *draft, x *Log) {
	for i := range x.Appointments {
		for _, reason := range p.readBack(&x.Appointments[i]) {
			d.Why(reason)
		}
	}
}

// readBack says what was not read back of an appointment, and what was.
func (p *Policy) readBack(x *Appointment) []customer.Reason {
	var why []customer.Reason
	switch {
	case x.Confirmed:
		why = append(why, p.signed(customer.Reason{Code: CodeConfirmed, Of: x.ID, On: x.On}))
	case x.Spoken:
		why = append(why, p.signed(customer.Reason{Code: CodeUnconfirmed, Of: x.ID, On: x.On}))
	}
	return append(why, p.Numbers(x.Numbers)...)
}

// Confirm says that an appointment was read back, with its day and its numbers, and that the customer
// said yes. What is read back is what the file has: another day is refused, and is moved first.
type Confirm struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Appointment string           `json:"appointment"`
	On          customer.Date    `json:"on"`
	Weekday     customer.Weekday `json:"weekday"`
	Numbers     []Number         `json:"numbers,omitempty"` // that were read back; of those without a Number, What alone
}

func (Confirm) kind() string { return "confirm" }

// Canonical writes the command in canonical form.
func (x Confirm) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("appointment", x.Appointment)
	c.Date("on", x.On)
	c.Int("weekday", int64(x.Weekday))
	c.List("numbers", len(x.Numbers), func(i int) { x.Numbers[i].canonical(c) })
}

func (x Confirm) check(faults *customer.Faults) {
	faults.Name("appointment", x.Appointment)
	checkDay(faults, x.On, x.Weekday)
	if x.Weekday == 0 {
		faults.Add("weekday", "", "is required")
	}
	checkNumbers(faults, x.Numbers)
	for i := range x.Numbers[:min(len(x.Numbers), maxNumbers)] {
		if !x.Numbers[i].Confirmed {
			faults.Add(fmt.Sprintf("numbers[%d].confirmed", i), "false", "is true of what was read back and confirmed")
		}
	}
}

// Confirm books a read-back with a command.
func (p *Policy) Confirm(f File, x Confirm) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	row := p.appointed(d, &f, x.Appointment)
	if row == nil {
		return d.Decision()
	}
	if x.Weekday != weekdayOf(x.On) {
		for _, reason := range p.readings(x.Appointment, x.On, x.Weekday, d.At) {
			d.Miss(reason)
		}
	}
	if row.On != x.On {
		d.Miss(customer.Reason{Code: CodeReadBackDiffers, Of: x.Appointment, On: row.On, By: x.On})
	}
	for _, read := range x.Numbers {
		at := slices.IndexFunc(row.Numbers, func(one Number) bool { return one.What == read.What })
		switch {
		case at < 0:
			d.Miss(customer.Reason{Code: CodeNumberUnknown, Of: read.What})
		case row.Numbers[at].figure() != read.figure():
			d.Miss(customer.Reason{Code: CodeNumberDiffers, Of: read.What, Fact: read.figure(), Mark: row.Numbers[at].figure()})
		}
	}
	x.Numbers = slices.Clone(x.Numbers)
	d.Post(x)
	confirmed := row.Appointment
	confirmed.Confirmed, confirmed.Numbers = true, x.confirm(row.Numbers)
	for _, reason := range p.readBack(&confirmed) {
		d.Why(reason)
	}
	return d.Decision()
}

// confirm returns the numbers of an appointment once those that were read back are confirmed.
func (x *Confirm) confirm(numbers []Number) []Number {
	numbers = slices.Clone(numbers)
	for i := range numbers {
		if slices.ContainsFunc(x.Numbers, func(read Number) bool { return read.What == numbers[i].What }) {
			numbers[i].Confirmed = true
		}
	}
	return numbers
}

// appointed returns an appointment that still stands, nil where there is none, and notes what stands
// in the way.
func (p *Policy) appointed(d *draft, f *File, id string) *Appointed {
	at := f.appointment(id)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeAppointmentUnknown, Of: id})
		return nil
	}
	row := &f.Appointments[at]
	if !row.Cancelled.IsZero() {
		d.Miss(customer.Reason{Code: CodeAppointmentCancelled, Of: id, At: p.local(row.Cancelled)})
	}
	return row
}

// appointed returns an appointment that still stands, to be changed.
func (g *ground) appointed(id string) (*Appointed, error) {
	at := g.appointment(id)
	if at < 0 {
		return nil, errUnknown
	}
	row := &(*mine(g, ofAppointments, &g.Appointments))[at]
	if !row.Cancelled.IsZero() {
		return nil, errOver
	}
	return row, nil
}

func (x Confirm) apply(g *ground, _ *Entry) error {
	row, err := g.appointed(x.Appointment)
	if err != nil {
		return err
	}
	if row.On != x.On || x.Weekday != weekdayOf(x.On) {
		return errDay
	}
	row.Confirmed, row.Weekday = true, x.Weekday
	row.Numbers = x.confirm(row.Numbers)
	return nil
}

// Move moves an appointment to another day or time, or puts a number right that was told with it. It is
// to be read back anew.
type Move struct { //nolint:recvcheck // a value; read in place
	journal.Step `json:"-"`

	Appointment string           `json:"appointment"`
	On          customer.Date    `json:"on"`
	Weekday     customer.Weekday `json:"weekday,omitzero"` // of one that was made by ear it must be
	Time        string           `json:"time,omitempty"`
	Why         string           `json:"why,omitempty"`
	Numbers     []Number         `json:"numbers,omitempty"` // instead of those before; none: these stay
	Confirmed   bool             `json:"confirmed,omitempty"`

	Over time.Time `json:"over,omitzero"` // left to the policy
}

func (Move) kind() string { return "move" }

// Canonical writes the command in canonical form.
func (x Move) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("appointment", x.Appointment)
	c.Date("on", x.On)
	c.Int("weekday", int64(x.Weekday))
	c.Text("time", x.Time)
	c.Text("why", x.Why)
	c.List("numbers", len(x.Numbers), func(i int) { x.Numbers[i].canonical(c) })
	c.Bool("confirmed", x.Confirmed)
	c.Time("over", x.Over)
}

func (x Move) check(faults *customer.Faults) {
	faults.Name("appointment", x.Appointment)
	checkDay(faults, x.On, x.Weekday)
	checkTime(faults, "time", x.Time)
	note(faults, "why", x.Why)
	checkNumbers(faults, x.Numbers)
}

// Move moves an appointment with a command.
func (p *Policy) Move(f File, x Move) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "over", x.Over, x.Over.IsZero())
	})
	if err != nil {
		return Decision{}, err
	}
	row := p.appointed(d, &f, x.Appointment)
	if row == nil {
		return d.Decision()
	}
	x.Over, x.Numbers = p.day(d, x.Appointment, x.On, x.Weekday, row.Spoken, d.At), slices.Clone(x.Numbers)
	d.Post(x)
	moved := row.Appointment
	moved.On, moved.Confirmed = x.On, x.Confirmed
	if len(x.Numbers) > 0 {
		moved.Numbers = x.Numbers
	}
	for _, reason := range p.readBack(&moved) {
		d.Why(reason)
	}
	return d.Decision()
}

func (x Move) apply(g *ground, _ *Entry) error {
	row, err := g.appointed(x.Appointment)
	if err != nil {
		return err
	}
	if x.Over.IsZero() || x.Weekday != 0 && x.Weekday != weekdayOf(x.On) {
		return errDay
	}
	row.On, row.Weekday, row.Time, row.Confirmed, row.Over, row.Why = x.On, x.Weekday, x.Time, x.Confirmed, x.Over, x.Why
	if len(x.Numbers) > 0 {
		row.Numbers = x.Numbers
	}
	row.Moved++
	return nil
}

// Cancel says that an appointment will not be.
type Cancel struct {
	journal.Step `json:"-"`

	Appointment string `json:"appointment"`
	Why         string `json:"why,omitempty"`
}

func (Cancel) kind() string { return "cancel" }

// Canonical writes the command in canonical form.
func (x Cancel) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("appointment", x.Appointment)
	c.Text("why", x.Why)
}

func (x Cancel) check(faults *customer.Faults) {
	faults.Name("appointment", x.Appointment)
	note(faults, "why", x.Why)
}

// Cancel cancels an appointment with a command.
func (p *Policy) Cancel(f File, x Cancel) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if p.appointed(d, &f, x.Appointment) == nil {
		return d.Decision()
	}
	d.Post(x)
	return d.Decision()
}

func (x Cancel) apply(g *ground, e *Entry) error {
	row, err := g.appointed(x.Appointment)
	if err != nil {
		return err
	}
	row.Cancelled, row.Why = e.At, x.Why
	return nil
}

// Unconfirmed returns the appointments ahead of an instant of which something was not read back, in
// booking order, and why: the day, or a number and what else it may have been.
func (p *Policy) Unconfirmed(f File, at time.Time) ([]Appointed, []customer.Reason) {
	var all []Appointed
	var why []customer.Reason
	for i := range f.Appointments {
		one := &f.Appointments[i]
		if !one.Cancelled.IsZero() || !one.Over.After(at) || !one.unconfirmed() {
			continue
		}
		all = append(all, *one)
		for _, reason := range p.readBack(&one.Appointment) {
			if reason.Code != CodeConfirmed && reason.Code != CodeNumberConfirmed {
				why = append(why, reason)
			}
		}
	}
	return all, why
}
