package complaint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Recourse is the axis of external bodies: none, told how to appeal, or with one of them. The
// zero Recourse is none.
type Recourse struct {
	Threat  string    `json:"threat,omitempty"`  // the body to which she said she would go, at first
	Since   time.Time `json:"since,omitzero"`    // when she said so
	Appeal  Appeal    `json:"appeal,omitzero"`   // the way that she was last told in this cycle
	Filings []Filing  `json:"filings,omitempty"` // of all cycles, in booking order
}

// Appeal is a way to appeal that the customer was told.
type Appeal struct {
	Body  string    `json:"body"`
	Told  time.Time `json:"told"`
	Until time.Time `json:"until"` // the instant from which it is too late
	// Lapsed is when a wake found that it is too late; zero: none has.
	Lapsed time.Time `json:"lapsed,omitzero"`
}

// Filing is the customer's complaint with an external body.
type Filing struct {
	Body      string    `json:"body"`
	Number    string    `json:"number,omitempty"` // by which the body knows it
	At        time.Time `json:"at"`
	Concluded time.Time `json:"concluded,omitzero"`
	Result    Result    `json:"result,omitzero"` // of a concluded one
}

// Result is what an external body came to. The zero Result is none.
type Result uint8

// The results. Their texts are format.
const (
	ForCustomer Result = iota + 1
	PartlyForCustomer
	ForUs
	SettledThere // both sides agreed there
	NotTakenUp   // it did not take the complaint, or she withdrew it

	lastResult = NotTakenUp
)

// String returns the stored text.
func (r Result) String() string {
	switch r {
	case ForCustomer:
		return "for-customer"
	case PartlyForCustomer:
		return "partly-for-customer"
	case ForUs:
		return "for-us"
	case SettledThere:
		return "settled"
	case NotTakenUp:
		return "not-taken-up"
	}
	return "result " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Result) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", r, lastResult)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Result) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "result", r, lastResult, text)
}

// External reports whether the case is with an external body, which has not concluded it.
func (c Case) External() bool { return c.filing("") >= 0 }

// filing returns the place of the open filing with a body, or of any for "", or -1.
func (c *Case) filing(body string) int {
	for i := range c.Recourse.Filings {
		if f := &c.Recourse.Filings[i]; f.Concluded.IsZero() && (body == "" || f.Body == body) {
			return i
		}
	}
	return -1
}

// RecourseRules says where a customer can go who is not content with us.
type RecourseRules struct {
	// Days is how long a way to appeal stays open, in calendar days after the one on which the
	// customer is told; 0: whoever tells her says until when.
	Days int `json:"days,omitempty"`
	// Bodies are the external bodies; none: any may be named, and nothing is known of them.
	Bodies []BodyRule `json:"bodies,omitempty"`
}

// BodyRule says when an external body takes up a complaint.
type BodyRule struct {
	ID string `json:"id"`
	// FirstDays is how long we have before she may go there unanswered, in calendar days after
	// that of receipt; 0: she may at once. Once we have answered she may in any case.
	FirstDays int `json:"first_days,omitempty"`
	// WithinMonths is how old what she complains of may be, in calendar months to the day; 0:
	// as old as it is.
	WithinMonths int `json:"within_months,omitempty"`
	// Kinds are the kinds of issues for which that is another number of months.
	Kinds []BodyKind `json:"kinds,omitempty"`
}

// BodyKind is a kind of issues that an external body takes up within another time.
type BodyKind struct {
	Kind         string `json:"kind"`
	WithinMonths int    `json:"within_months"`
}

// Bounds of the rules of recourse and closing.
const (
	maxBodies = 100
	maxDays   = 3650
	maxMonths = 120
)

// readRecourse checks the rules.
func (p *Policy) readRecourse(faults *customer.Faults) {
	rules := p.rules.Recourse
	faults.Within("recourse.days", rules.Days, 0, maxDays)
	faults.Within("recourse.bodies", len(rules.Bodies), 0, maxBodies)
	for i, body := range rules.Bodies {
		var part customer.Faults
		part.Name("id", body.ID)
		if found := p.body(body.ID); found != nil && found != &p.rules.Recourse.Bodies[i] {
			part.Add("id", body.ID, "is not that of a body above")
		}
		part.Within("first_days", body.FirstDays, 0, maxDays)
		part.Within("within_months", body.WithinMonths, 0, maxMonths)
		part.Within("kinds", len(body.Kinds), 0, maxBodies)
		for j, kind := range body.Kinds {
			path := fmt.Sprintf("kinds[%d].", j)
			part.Name(path+"kind", kind.Kind)
			part.Within(path+"within_months", kind.WithinMonths, 1, maxMonths)
			for _, above := range body.Kinds[:j] {
				if above.Kind == kind.Kind {
					part.Add(path+"kind", kind.Kind, "is not that of a row above")
				}
			}
		}
		faults.Join(fmt.Sprintf("recourse.bodies[%d]", i), part)
	}
	p.rules.Recourse.Bodies = slices.Clone(rules.Bodies)
	for i := range rules.Bodies {
		p.rules.Recourse.Bodies[i].Kinds = slices.Clone(rules.Bodies[i].Kinds)
	}
}

// body returns the rule of an external body, or nil.
func (p *Policy) body(id string) *BodyRule {
	for i := range p.rules.Recourse.Bodies {
		if p.rules.Recourse.Bodies[i].ID == id {
			return &p.rules.Recourse.Bodies[i]
		}
	}
	return nil
}

// within is how old an issue of a kind may be, in months; 0: as old as it is.
func (b *BodyRule) within(kind string) int {
	for _, other := range b.Kinds {
		if other.Kind == kind {
			return other.WithinMonths
		}
	}
	return b.WithinMonths
}

// Admissible says whether an external body would take up the complaint at an instant: what
// stands in the way yet, and what is too old by now, issue by issue. None: nothing. What she
// files against this is booked all the same.
func (p *Policy) Admissible(c Case, body string, at time.Time) ([]customer.Reason, error) {
	if p.zone == nil {
		return nil, errNoPolicy
	}
	rule := p.body(body)
	if c.Phase == 0 || rule == nil {
		var faults customer.Faults
		if c.Phase == 0 {
			faults.Add("case", "", "has been received")
		}
		if rule == nil {
			faults.Add("body", body, "is an external body of the policy")
		}
		return nil, faults
	}
	return p.inadmissible(&c, rule, at), nil
}

func (p *Policy) inadmissible(c *Case, rule *BodyRule, at time.Time) (missing []customer.Reason) {
	name, today, received := p.name+"/"+rule.ID, p.day(at), p.day(c.Received)
	first := received.AddDays(rule.FirstDays + 1)
	if answered := c.Phase >= Decided || c.Cycle > 1; rule.FirstDays > 0 && !answered && today < first {
		missing = append(missing, customer.Reason{
			Code: CodeTooEarly, Rule: name, Of: rule.ID, Fact: int64(today - received), Mark: int64(rule.FirstDays), Unit: customer.UnitDays,
			On: received, By: first,
		})
	}
	happened := received
	if !c.Happened.IsZero() {
		happened = p.day(c.Happened)
	}
	old := func(kind, of string) {
		months := rule.within(kind)
		if last := happened.AddMonths(months); months > 0 && today > last {
			missing = append(missing, customer.Reason{
				Code: CodeTooOld, Rule: name, Of: of, Mark: int64(months), Unit: customer.UnitMonths, On: happened, By: last,
			})
		}
	}
	if len(c.Issues) == 0 {
		old("", rule.ID)
	}
	for i := range c.Issues {
		if issue := &c.Issues[i]; issue.Withdrawn.IsZero() {
			old(issue.Kind, issue.Issue)
		}
	}
	return missing
}

// threatened books that the customer says she will go to an external body: the first time counts.
func (g *ground) threatened(body string, e *Entry) {
	if body != "" && g.Recourse.Threat == "" {
		g.Recourse.Threat, g.Recourse.Since = body, e.At
	}
}

// whyThreat tells what a threat does to the case.
func (d *desk) whyThreat(body string) {
	if body != "" {
		d.why(customer.Reason{Code: CodeThreat, Of: body, Fact: int64(d.now.Priority()), Mark: MaxPriority})
	}
}

// Advise books that the customer was told where she can appeal, and until when. The case stays
// open for as long.
type Advise struct {
	Step `json:"-"`

	Body    string    `json:"body"`
	Until   time.Time `json:"until,omitzero"` // the instant from which it is too late; zero: by the rules
	Channel Channel   `json:"channel"`        // how she was told
	Note    string    `json:"note,omitempty"`
}

func (Advise) kind() Kind { return KindAdvise }

// Canonical writes the command in canonical form.
func (a Advise) Canonical(c *customer.Canonical) {
	a.Write(c)
	c.Text("body", a.Body)
	c.Time("until", a.Until)
	c.Text("channel", a.Channel.text())
	c.Text("note", a.Note)
}

func (a Advise) faults(faults *customer.Faults) {
	faults.Name("body", a.Body)
	if !a.Until.IsZero() {
		faults.Instant("until", a.Until)
	}
	checkChannel(faults, "channel", a.Channel)
	faults.Note("note", a.Note)
}

// Advise books with a command that the customer was told where she can appeal.
func (p *Policy) Advise(c Case, a Advise) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAdvise, a.Take(), a.faults)
	if err != nil {
		return Decision{}, err
	}
	d.missBody(a.Body)
	if a.Until.IsZero() && p.rules.Recourse.Days > 0 {
		a.Until = p.day(d.step.At).AddDays(p.rules.Recourse.Days + 1).Start(p.zone)
	}
	switch before := d.now.Recourse.Appeal.Until; {
	case !a.Until.After(d.step.At):
		d.miss(customer.Reason{Code: CodeNoDeadline, Of: a.Body})
	case a.Until.Before(before):
		d.miss(customer.Reason{Code: CodeDeadlineShorter, Of: a.Body, Until: before.In(p.zone)})
	}
	d.post(a)
	d.why(customer.Reason{Code: CodeAppealUntil, Of: a.Body, Until: a.Until.In(p.zone)})
	return d.decision()
}

// missBody notes that the policy knows its external bodies, and this one is none.
func (d *desk) missBody(body string) {
	if len(d.rules.Recourse.Bodies) > 0 && d.body(body) == nil {
		d.miss(customer.Reason{Code: CodeBodyUnknown, Of: body})
	}
}

func (a Advise) apply(g *ground, e *Entry) error {
	if a.Until.Before(g.Recourse.Appeal.Until) || !a.Until.After(e.At) {
		return errors.New("the way to appeal ends before it was said to")
	}
	g.Recourse.Appeal = Appeal{Body: a.Body, Told: e.At, Until: a.Until}
	return nil
}

// File books that the customer has gone to an external body: a closed case is to be reopened for
// it. It is never refused for being too early or too late there, which the answer only tells.
type File struct {
	Step `json:"-"`

	Body   string `json:"body"`
	Number string `json:"number,omitempty"` // by which the body knows it
	Note   string `json:"note,omitempty"`
}

func (File) kind() Kind { return KindFile }

// Canonical writes the command in canonical form.
func (f File) Canonical(c *customer.Canonical) {
	f.Write(c)
	c.Text("body", f.Body)
	c.Text("number", f.Number)
	c.Text("note", f.Note)
}

func (f File) faults(faults *customer.Faults) {
	faults.Name("body", f.Body)
	faults.Text("number", f.Number)
	faults.Note("note", f.Note)
}

// File books with a command that the customer has gone to an external body.
func (p *Policy) File(c Case, f File) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindFile, f.Take(), f.faults)
	if err != nil {
		return Decision{}, err
	}
	if at := d.now.filing(f.Body); at >= 0 {
		d.miss(customer.Reason{Code: CodeFiledThere, Of: f.Body, At: d.now.Recourse.Filings[at].At.In(p.zone)})
	}
	d.post(f)
	if rule := p.body(f.Body); rule != nil && len(d.missing) == 0 {
		for _, reason := range p.inadmissible(&d.now.Case, rule, d.step.At) {
			d.why(reason)
		}
	}
	switch root := d.now.duplicateOf(); {
	case root != "":
		d.why(customer.Reason{Code: CodeForward, Of: string(root)})
	case d.now.Phase == Closed:
		d.why(customer.Reason{Code: CodeReopenForBody, Of: f.Body})
	}
	return d.decision()
}

func (f File) apply(g *ground, e *Entry) error {
	if g.filing(f.Body) >= 0 {
		return fmt.Errorf("it is with %q already", f.Body)
	}
	filings := room(g, ofFilings, &g.Recourse.Filings)
	*filings = append(*filings, Filing{Body: f.Body, Number: f.Number, At: e.At})
	if g.Recourse.Appeal.Body == f.Body {
		g.Recourse.Appeal = Appeal{} // she has taken the way that she was told
	}
	return nil
}

// Conclude books what an external body came to.
type Conclude struct {
	Step `json:"-"`

	Body   string `json:"body"`
	Result Result `json:"result"`
	Note   string `json:"note,omitempty"`
}

func (Conclude) kind() Kind { return KindConclude }

// Canonical writes the command in canonical form.
func (x Conclude) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("body", x.Body)
	if x.Result != 0 {
		c.Text("result", x.Result.String())
	}
	c.Text("note", x.Note)
}

func (x Conclude) faults(faults *customer.Faults) {
	faults.Name("body", x.Body)
	if x.Result == 0 || x.Result > lastResult {
		faults.Add("result", x.Result, "is a result")
	}
	faults.Note("note", x.Note)
}

// Conclude books with a command what an external body came to.
func (p *Policy) Conclude(c Case, x Conclude) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindConclude, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if d.now.filing(x.Body) < 0 {
		d.miss(customer.Reason{Code: CodeNotFiled, Of: x.Body})
	}
	d.post(x)
	return d.decision()
}

func (x Conclude) apply(g *ground, e *Entry) error {
	at := -1
	if x.Body != "" {
		at = g.filing(x.Body)
	}
	if at < 0 {
		return fmt.Errorf("it is not with %q", x.Body)
	}
	if x.Result == 0 || x.Result > lastResult {
		return errInvalid("result")
	}
	filing := &(*mine(g, ofFilings, &g.Recourse.Filings))[at]
	filing.Concluded, filing.Result = e.At, x.Result
	return nil
}

// barRecourse notes each external body that the case is with, and a way to appeal that is open.
func (p *Policy) barRecourse(c *Case, at time.Time, miss func(customer.Reason)) {
	for i := range c.Recourse.Filings {
		if f := &c.Recourse.Filings[i]; f.Concluded.IsZero() {
			miss(customer.Reason{Code: CodeExternal, Of: f.Body, At: f.At.In(p.zone)})
		}
	}
	if appeal := &c.Recourse.Appeal; at.Before(appeal.Until) {
		miss(customer.Reason{Code: CodeAppealOpen, Of: appeal.Body, At: appeal.Told.In(p.zone), Until: appeal.Until.In(p.zone)})
	}
}

// AppealLapsed says that a wake found the way to appeal over: it keeps the case open no more.
type AppealLapsed struct {
	Body string `json:"body"`
}

func (AppealLapsed) kind() Kind { return KindAppealLapsed }

func (x AppealLapsed) faults(faults *customer.Faults) { faults.Name("body", x.Body) }

func (x AppealLapsed) apply(g *ground, e *Entry) error {
	appeal := &g.Recourse.Appeal
	if appeal.Body != x.Body || appeal.Until.IsZero() || !appeal.Lapsed.IsZero() || e.At.Before(appeal.Until) {
		return errors.New("no way to appeal is over")
	}
	appeal.Lapsed = e.At
	return nil
}

// wakeAppeal is when the way to appeal is over that keeps an open case from being closed.
func (c *Case) wakeAppeal() (time.Time, bool, error) {
	appeal := &c.Recourse.Appeal
	return appeal.Until, c.Open() && !appeal.Until.IsZero() && appeal.Lapsed.IsZero(), nil
}

// lapseAppeal says, at a wake, that the way to appeal is over: once.
func (d *desk) lapseAppeal() {
	if until, waits, _ := d.now.wakeAppeal(); waits && !d.step.At.Before(until) {
		body := d.now.Recourse.Appeal.Body
		d.post(AppealLapsed{body}, customer.Reason{Code: CodeAppealOver, Of: body, Until: until.In(d.zone)})
	}
}
