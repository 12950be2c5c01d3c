package contact

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Visit is a visit to a customer, from its plan to its record.
type Visit struct { //nolint:recvcheck // a value; read in place
	ID       string     `json:"id"`
	Plan     *Planned   `json:"plan,omitempty"`     // nil: nobody had planned it
	Attempts int        `json:"attempts,omitempty"` // contacts that reached nobody, counted up to 1000
	Contact  string     `json:"contact,omitempty"`  // the contact that it was; empty: it was not made yet
	Staff    string     `json:"staff,omitempty"`    // who made it
	Began    time.Time  `json:"began,omitzero"`
	Ended    time.Time  `json:"ended,omitzero"`
	Off      time.Time  `json:"off,omitzero"` // since when it will not be made,
	Why      string     `json:"why,omitempty"`
	Records  []Recorded `json:"records,omitempty"`
}

// Made reports whether the visit was made.
func (v Visit) Made() bool { return v.Contact != "" }

func (v *Visit) settled() (time.Time, bool) {
	if n := len(v.Records); n > 0 {
		return latest(v.Records[n-1].At, v.Ended), true
	}
	return v.Off, !v.Off.IsZero()
}

// Planned is what was planned of a visit.
type Planned struct {
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
	On      customer.Date `json:"on"`
	Time    string        `json:"time,omitempty"`
	Over    time.Time     `json:"over"`  // when its day is
	Staff   string        `json:"staff"` // who is to go
	Purpose string        `json:"purpose,omitempty"`
	Checks  []Check       `json:"checks,omitempty"`
	Known   []Known       `json:"known,omitempty"`
	Moved   int           `json:"moved,omitempty"` // how often it was planned anew
}

// Check is something that is to be seen or asked on a visit.
type Check struct {
	ID   string `json:"id"` // "shelf", "competitor-price"
	Text string `json:"text,omitempty"`
}

// Known is what is known of a customer before a visit, and is to be found right or changed.
type Known struct {
	Field string `json:"field"` // as package identity names it: "address", "opening-hours"
	Value string `json:"value"`
}

const (
	maxChecks   = 100 // also of what is known, changed, confirmed and suggested
	maxRecords  = 20
	maxAttempts = 1000
)

// Plan plans a visit: who goes when, for what, what is to be seen there, and what is known that may
// have changed. Planned once more, before it was made, a visit is as planned last.
type Plan struct {
	journal.Step `json:"-"`

	Visit   string        `json:"visit"` // the host's ID
	On      customer.Date `json:"on"`
	Time    string        `json:"time,omitempty"`  // "09:30"
	Staff   string        `json:"staff,omitempty"` // who is to go; absent: who plans it
	Purpose string        `json:"purpose,omitempty"`
	Checks  []Check       `json:"checks,omitempty"` // at most 100
	Known   []Known       `json:"known,omitempty"`  // at most 100

	Over time.Time `json:"over,omitzero"` // left to the policy
}

func (Plan) kind() string { return "plan" }

// Canonical writes the command in canonical form.
func (x Plan) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("visit", x.Visit)
	c.Date("on", x.On)
	c.Text("time", x.Time)
	c.Text("staff", x.Staff)
	c.Text("purpose", x.Purpose)
	c.List("checks", len(x.Checks), func(i int) {
		c.Text("id", x.Checks[i].ID)
		c.Text("text", x.Checks[i].Text)
	})
	c.List("known", len(x.Known), func(i int) {
		c.Text("field", x.Known[i].Field)
		c.Text("value", x.Known[i].Value)
	})
	c.Time("over", x.Over)
}

func (x Plan) check(faults *customer.Faults) {
	faults.Name("visit", x.Visit)
	faults.GivenDay("on", x.On)
	checkTime(faults, "time", x.Time)
	faults.Text("staff", x.Staff)
	faults.Text("purpose", x.Purpose)
	many(faults, "checks", x.Checks, maxChecks, func(one *customer.Faults, check *Check) {
		one.Name("id", check.ID)
		note(one, "text", check.Text)
	})
	once(faults, "checks", "id", x.Checks[:min(len(x.Checks), maxChecks)], func(check *Check) string { return check.ID })
	many(faults, "known", x.Known, maxChecks, func(one *customer.Faults, known *Known) {
		one.Name("field", known.Field)
		value(one, "value", known.Value)
	})
	once(faults, "known", "field", x.Known[:min(len(x.Known), maxChecks)], func(known *Known) string { return known.Field })
}

// Plan plans a visit with a command.
func (p *Policy) Plan(f File, x Plan) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "over", x.Over, x.Over.IsZero())
	})
	if err != nil {
		return Decision{}, err
	}
	x.Staff, x.Over = cmp.Or(x.Staff, d.By), p.over(x.On)
	x.Checks, x.Known = slices.Clone(x.Checks), slices.Clone(x.Known)
	if x.On < customer.DateOf(d.At, p.zone) {
		d.Miss(customer.Reason{Code: CodeVisitPast, Of: x.Visit, On: x.On})
	}
	if at := f.visit(x.Visit); at >= 0 {
		p.missVisit(d, &f.Visits[at])
	} else {
		p.makeRoom(d, &f, visits, 1)
	}
	d.Post(x)
	return d.Decision()
}

// missVisit notes that a visit is over already.
func (p *Policy) missVisit(d *draft, row *Visit) {
	switch {
	case row.Made():
		d.Miss(customer.Reason{Code: CodeVisitMade, Of: row.ID, At: p.local(row.Began)})
	case !row.Off.IsZero():
		d.Miss(customer.Reason{Code: CodeVisitOff, Of: row.ID, At: p.local(row.Off)})
	}
}

func (x Plan) apply(g *ground, e *Entry) error {
	if x.Over.IsZero() || x.Staff == "" {
		return errors.New("a plan says who goes and when it is over")
	}
	plan := &Planned{e.At, e.By, x.On, x.Time, x.Over, x.Staff, x.Purpose, x.Checks, x.Known, 0}
	rows, at := mine(g, ofVisits, &g.Visits), g.visit(x.Visit)
	if at < 0 {
		*rows = append(*rows, Visit{ID: x.Visit, Plan: plan})
		return nil
	}
	row := &(*rows)[at]
	if row.Made() || !row.Off.IsZero() {
		return errOver
	}
	if row.Plan != nil { // whatever was not made was planned
		plan.Moved = row.Plan.Moved + 1
	}
	row.Plan = plan
	return nil
}

// CallOff says that a visit will not be made.
type CallOff struct {
	journal.Step `json:"-"`

	Visit string `json:"visit"`
	Why   string `json:"why"`
}

func (CallOff) kind() string { return "call-off" }

// Canonical writes the command in canonical form.
func (x CallOff) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("visit", x.Visit)
	c.Text("why", x.Why)
}

func (x CallOff) check(faults *customer.Faults) {
	faults.Name("visit", x.Visit)
	required(faults, "why", x.Why)
}

// CallOff calls a visit off with a command.
func (p *Policy) CallOff(f File, x CallOff) (Decision, error) {
	d, err := p.begin(&f, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	if at := f.visit(x.Visit); at >= 0 {
		p.missVisit(d, &f.Visits[at])
	} else {
		d.Miss(customer.Reason{Code: CodeVisitUnknown, Of: x.Visit})
	}
	d.Post(x)
	return d.Decision()
}

func (x CallOff) apply(g *ground, e *Entry) error {
	at := g.visit(x.Visit)
	if at < 0 {
		return errUnknown
	}
	row := &(*mine(g, ofVisits, &g.Visits))[at]
	if row.Made() || !row.Off.IsZero() {
		return errOver
	}
	row.Off, row.Why = e.At, x.Why
	return nil
}

// useVisit notes what stands in the way of a contact that is a visit, or that nobody had planned it.
func (p *Policy) useVisit(d *draft, f *File, x *Log) {
	if x.Visit == "" {
		return
	}
	switch at := f.visit(x.Visit); {
	case at >= 0:
		p.missVisit(d, &f.Visits[at])
	case !x.Missed:
		d.Why(customer.Reason{Code: CodeVisitUnplanned, Of: x.Visit, At: p.local(x.Began)})
	}
}

// makeVisit notes that a visit was made, or tried.
func (x *Log) makeVisit(g *ground, ref string) error {
	if x.Visit == "" {
		return nil
	}
	at := g.visit(x.Visit)
	switch {
	case at < 0 && x.Missed:
		return nil
	case at < 0:
		rows := mine(g, ofVisits, &g.Visits)
		*rows = append(*rows, Visit{ID: x.Visit, Contact: ref, Staff: x.Staff, Began: x.Began, Ended: ended(x.Began, x.Seconds)})
		return nil
	case g.Visits[at].Made(), !g.Visits[at].Off.IsZero():
		return errOver
	}
	row := &(*mine(g, ofVisits, &g.Visits))[at]
	if x.Missed {
		row.Attempts = min(row.Attempts+1, maxAttempts)
		return nil
	}
	row.Contact, row.Staff, row.Began, row.Ended = ref, x.Staff, x.Began, ended(x.Began, x.Seconds)
	return nil
}

// Change is a field of a customer's data that a visit found to be different.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was,omitempty"` // as it was known; empty: it was not
	Is    string `json:"is,omitempty"`  // as it is; empty: there is none any more
}

// Checked is what was found of what was to be seen.
type Checked struct {
	Check  string `json:"check"`
	Result string `json:"result"`
}

// Suggestion is what the customer might buy, as whoever saw her thinks.
type Suggestion struct {
	Product string `json:"product"`
	Why     string `json:"why,omitempty"`
}

// Recorded is a record of a visit.
type Recorded struct {
	Ref         string       `json:"ref"`
	At          time.Time    `json:"at"`
	By          string       `json:"by"`
	Late        bool         `json:"late,omitempty"`
	Facts       string       `json:"facts,omitempty"`
	Checked     []Checked    `json:"checked,omitempty"`
	Right       []string     `json:"right,omitempty"`
	Changed     []Change     `json:"changed,omitempty"`
	Suggestions []Suggestion `json:"suggestions,omitempty"`
}

// Record writes down what a visit has shown: the facts, what was found of what was to be seen, which
// of the customer's data are still right and which have changed, and what she might buy. What was
// forgotten or wrong is written in another record: none is ever changed.
type Record struct {
	journal.Step `json:"-"`

	Visit       string       `json:"visit"`
	Facts       string       `json:"facts,omitempty"`
	Checked     []Checked    `json:"checked,omitempty"`
	Right       []string     `json:"right,omitempty"` // fields that are as they are known
	Changed     []Change     `json:"changed,omitempty"`
	Suggestions []Suggestion `json:"suggestions,omitempty"`

	Late bool `json:"late,omitempty"` // left to the policy: the first record came too late
}

func (Record) kind() string { return "record" }

// Canonical writes the command in canonical form.
func (x Record) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("visit", x.Visit)
	c.Text("facts", x.Facts)
	c.List("checked", len(x.Checked), func(i int) {
		c.Text("check", x.Checked[i].Check)
		c.Text("result", x.Checked[i].Result)
	})
	texts(c, "right", x.Right)
	c.List("changed", len(x.Changed), func(i int) {
		c.Text("field", x.Changed[i].Field)
		c.Text("was", x.Changed[i].Was)
		c.Text("is", x.Changed[i].Is)
	})
	c.List("suggestions", len(x.Suggestions), func(i int) {
		c.Text("product", x.Suggestions[i].Product)
		c.Text("why", x.Suggestions[i].Why)
	})
	c.Bool("late", x.Late)
}

func (x Record) check(faults *customer.Faults) {
	faults.Name("visit", x.Visit)
	note(faults, "facts", x.Facts)
	many(faults, "checked", x.Checked, maxChecks, func(one *customer.Faults, checked *Checked) {
		one.Name("check", checked.Check)
		required(one, "result", checked.Result)
	})
	once(faults, "checked", "check", x.Checked[:min(len(x.Checked), maxChecks)], func(checked *Checked) string { return checked.Check })
	faults.Names("right", x.Right, 0, maxChecks)
	many(faults, "changed", x.Changed, maxChecks, func(one *customer.Faults, change *Change) {
		if one.Name("field", change.Field); slices.Contains(x.Right[:min(len(x.Right), maxChecks)], change.Field) {
			one.Add("field", change.Field, "has changed, and is not right")
		}
		value(one, "was", change.Was)
		if value(one, "is", change.Is); change.Is == change.Was {
			one.Add("is", hidden, "is something else than it was")
		}
	})
	once(faults, "changed", "field", x.Changed[:min(len(x.Changed), maxChecks)], func(change *Change) string { return change.Field })
	many(faults, "suggestions", x.Suggestions, maxChecks, func(one *customer.Faults, suggestion *Suggestion) {
		one.Name("product", suggestion.Product)
		note(one, "why", suggestion.Why)
	})
	if x.Facts == "" && len(x.Checked)+len(x.Right)+len(x.Changed)+len(x.Suggestions) == 0 {
		faults.Add("facts", x.Facts, "are required where nothing else is recorded")
	}
}

// Record records a visit with a command. The reasons name what was planned and not seen, and each
// changed field, which the host hands to package identity.
func (p *Policy) Record(f File, x Record) (Decision, error) {
	d, err := p.begin(&f, x.Take(), func(faults *customer.Faults) {
		x.check(faults)
		left(faults, "late", x.Late, !x.Late)
	})
	if err != nil {
		return Decision{}, err
	}
	at := f.visit(x.Visit)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeVisitUnknown, Of: x.Visit})
		return d.Decision()
	}
	row := &f.Visits[at]
	switch {
	case !row.Made():
		reason := customer.Reason{Code: CodeVisitUnmade, Of: x.Visit}
		if row.Plan != nil {
			reason.On = row.Plan.On
		}
		d.Miss(reason)
		return d.Decision()
	case d.At.Before(row.Ended):
		d.Miss(customer.Reason{Code: CodeRecordEarly, Of: x.Visit, At: p.local(row.Ended)})
	case len(row.Records) >= maxRecords:
		d.Miss(customer.Reason{Code: CodeFull, Of: "records", Mark: maxRecords, Unit: customer.UnitTimes})
	}
	x.Checked, x.Right = slices.Clone(x.Checked), slices.Clone(x.Right)
	x.Changed, x.Suggestions = slices.Clone(x.Changed), slices.Clone(x.Suggestions)
	overdue, late := p.overdue(row, d.At)
	x.Late = late
	var because []customer.Reason
	if late {
		overdue.Code = CodeRecordLate
		because = append(because, overdue)
	}
	d.Post(x, because...)
	for _, change := range x.Changed {
		d.Why(customer.Reason{Code: CodeChanged, Of: change.Field})
	}
	p.whyPlanned(d, row, &x)
	return d.Decision()
}

// whyPlanned says what was planned of a visit, and is in no record.
func (p *Policy) whyPlanned(d *draft, row *Visit, x *Record) {
	if row.Plan == nil {
		return
	}
	records := append(slices.Clip(row.Records), Recorded{Checked: x.Checked, Right: x.Right, Changed: x.Changed})
	in := func(has func(*Recorded) bool) bool {
		return place(records, has) >= 0
	}
	for _, check := range row.Plan.Checks {
		if !in(func(one *Recorded) bool {
			return slices.ContainsFunc(one.Checked, func(checked Checked) bool { return checked.Check == check.ID })
		}) {
			d.Why(customer.Reason{Code: CodeUnchecked, Of: check.ID})
		}
	}
	for _, known := range row.Plan.Known {
		if !in(func(one *Recorded) bool {
			return slices.Contains(one.Right, known.Field) || slices.ContainsFunc(one.Changed, func(change Change) bool { return change.Field == known.Field })
		}) {
			d.Why(customer.Reason{Code: CodeUnverified, Of: known.Field})
		}
		if slices.ContainsFunc(x.Changed, func(change Change) bool { return change.Field == known.Field && change.Was != known.Value }) {
			d.Why(customer.Reason{Code: CodeWasDiffers, Of: known.Field})
		}
	}
}

func (x Record) apply(g *ground, e *Entry) error {
	at := g.visit(x.Visit)
	if at < 0 {
		return errUnknown
	}
	if row := &g.Visits[at]; !row.Made() || e.At.Before(row.Ended) || len(row.Records) >= maxRecords {
		return errors.New("it is not to be recorded")
	}
	row := &(*mine(g, ofVisits, &g.Visits))[at]
	row.Records = owned(row.Records, Recorded{e.Ref, e.At, e.By, x.Late, x.Facts, x.Checked, x.Right, x.Changed, x.Suggestions})
	return nil
}

// overdue returns how late the first record of a visit is at an instant, and whether it is.
func (p *Policy) overdue(row *Visit, at time.Time) (customer.Reason, bool) {
	after, within := at.Sub(row.Ended), time.Duration(p.rules.RecordHours)*time.Hour
	late := len(row.Records) == 0 && within > 0 && after > within
	return customer.Reason{
		Code: CodeRecordOverdue, Of: row.ID, Fact: int64(after / time.Second), Mark: int64(within / time.Second), Unit: customer.UnitSeconds, At: p.local(row.Ended),
	}, late
}

// Unmade returns the visits whose planned day is over at an instant, and that were neither made nor
// called off, each with its reason.
func (p *Policy) Unmade(f File, at time.Time) ([]Visit, []customer.Reason) {
	var visits []Visit
	var why []customer.Reason
	for i := range f.Visits {
		one := &f.Visits[i]
		if one.Made() || !one.Off.IsZero() || one.Plan == nil || one.Plan.Over.After(at) {
			continue
		}
		visits = append(visits, *one)
		why = append(why, p.signed(customer.Reason{Code: CodeVisitUnmade, Of: one.ID, Fact: int64(one.Attempts), Unit: customer.UnitTimes, On: one.Plan.On}))
	}
	return visits, why
}

// Unrecorded returns the visits that were over by an instant and of which nobody has written a record
// yet, each with its reason: that it is overdue, or that it is missing and for how long.
func (p *Policy) Unrecorded(f File, at time.Time) ([]Visit, []customer.Reason) {
	var visits []Visit
	var why []customer.Reason
	for i := range f.Visits {
		one := &f.Visits[i]
		if !one.Made() || len(one.Records) > 0 || one.Ended.After(at) {
			continue
		}
		reason, late := p.overdue(one, at)
		if !late {
			reason.Code = CodeRecordMissing
		}
		visits, why = append(visits, *one), append(why, p.signed(reason))
	}
	return visits, why
}

// Changed is a change of a customer's data, as a host hands it to package identity.
type Changed struct {
	Change
	Visit  string    `json:"visit"`
	Record string    `json:"record"` // the reference of the record that says so
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Changes returns what the records of a visit have changed of the customer's data, in their order: by
// whom and when. Whoever hands it on names the record, so that it is told once however often it is
// handed on.
func (f File) Changes(visit string) []Changed {
	at := f.visit(visit)
	if at < 0 {
		return nil
	}
	var all []Changed
	for _, record := range f.Visits[at].Records {
		for _, change := range record.Changed {
			all = append(all, Changed{change, visit, record.Ref, record.By, record.At})
		}
	}
	return all
}
