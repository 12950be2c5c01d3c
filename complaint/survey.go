package complaint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// SurveyRules says when customers are asked afterwards, and what. The zero SurveyRules ask
// nobody.
type SurveyRules struct {
	// AfterDays is how many days after the closing the survey is due, the day of the closing
	// not counted: 1 to 366, civil days, or working days of the latest version given of the
	// Calendar. 0: nobody is asked, and nothing else is set.
	AfterDays int    `json:"after_days,omitempty"`
	Calendar  string `json:"calendar,omitempty"`
	// AfterRemedy counts from when a remedy was settled, or a repair, a delivery or an
	// installation that was promised was done, if there was one in the cycle; the last counts.
	// What was promised for the time until another promise is kept is none of them.
	AfterRemedy bool `json:"after_remedy,omitempty"`
	// WithinDays is how many civil days after the due day it may still be asked, 0 to 366.
	WithinDays int `json:"within_days,omitempty"`
	// ReopenDays is for how many civil days after the closing, that day not counted, a problem
	// that she still has reopens the case, whatever ReopenDays of [ClosingRules] is. Later, or
	// with 0, it is one for a case of its own: 0 is never here, and for ever there.
	ReopenDays int `json:"reopen_days,omitempty"`
	// Questions are what is asked; none: StandardQuestions.
	Questions []Question `json:"questions,omitempty"`
}

// readSurvey checks the rules and compiles them.
func (p *Policy) readSurvey(faults *customer.Faults) {
	rules, part := p.rules.Survey, customer.Faults{}
	part.Within("after_days", rules.AfterDays, 0, 366)
	part.Within("within_days", rules.WithinDays, 0, 366)
	part.Within("reopen_days", rules.ReopenDays, 0, 3660)
	if rules.AfterDays == 0 && (rules.Calendar != "" || rules.AfterRemedy || rules.WithinDays != 0 || rules.ReopenDays != 0 || len(rules.Questions) > 0) {
		part.Add("after_days", rules.AfterDays, "is 1 or more, or nothing else is set")
	}
	if rules.Calendar != "" && p.calendar(rules.Calendar, 0) == nil {
		part.Add("calendar", rules.Calendar, "is the ID of a calendar that is given")
	}
	checkQuestions(&part, rules.Questions)
	faults.Join("survey", part)
	p.survey = rules
	if p.survey.Questions = slices.Clone(rules.Questions); len(rules.Questions) == 0 {
		p.survey.Questions = StandardQuestions()
	}
}

// SurveyPlan is when somebody should ask the customer, and what: a task for the host's agenda.
type SurveyPlan struct {
	Since     time.Time     `json:"since"`              // what it is counted from
	On        customer.Date `json:"on"`                 // the day on which it is due
	By        customer.Date `json:"by"`                 // the last day on which it may be asked
	Due       time.Time     `json:"due"`                // when On begins
	Until     time.Time     `json:"until"`              // when By ends
	AfterDays int           `json:"after_days"`         // as the rule said,
	Calendar  string        `json:"calendar,omitempty"` // working days of it; empty: civil days
	Version   int           `json:"version,omitempty"`  // of the calendar
	Questions []Question    `json:"questions"`
}

// PlanSurvey plans the call after something that was sold or repaired without a complaint. For
// a case the plan is made when it is closed. It is a *customer.Refusal where the calendar does
// not reach so far, and where the policy asks nobody.
func (p *Policy) PlanSurvey(since time.Time) (SurveyPlan, error) {
	if p.zone == nil {
		return SurveyPlan{}, errNoPolicy
	}
	var faults customer.Faults
	faults.Instant("since", since)
	if err := faults.Err(); err != nil {
		return SurveyPlan{}, err
	}
	if p.survey.AfterDays == 0 {
		return SurveyPlan{}, &customer.Refusal{Rule: p.name, Missing: []customer.Reason{{Code: CodeSurveyNone, Rule: p.name}}}
	}
	return p.planSurvey(since)
}

func (p *Policy) planSurvey(since time.Time) (SurveyPlan, error) {
	plan := SurveyPlan{Since: since, AfterDays: p.survey.AfterDays, Calendar: p.survey.Calendar, Questions: p.survey.Questions}
	plan.On = p.day(since).AddDays(p.survey.AfterDays)
	if p.survey.Calendar != "" {
		working := p.calendar(p.survey.Calendar, 0)
		on, err := working.AddWorkingDays(customer.DateOf(since, working.Location()), p.survey.AfterDays)
		if err != nil {
			return SurveyPlan{}, err
		}
		plan.On, plan.Version = on, working.Edition().Version
	}
	plan.By = plan.On.AddDays(p.survey.WithinDays)
	plan.Due, plan.Until = plan.On.Start(p.zone), plan.By.AddDays(1).Start(p.zone)
	plan.Questions = slices.Clone(plan.Questions)
	return plan, nil
}

// SurveyLead says where an answer led that tells of a problem she still has. The zero
// SurveyLead is: she has none.
type SurveyLead uint8

// The leads. Their texts are format.
const (
	SurveyReopens SurveyLead = iota + 1 // the case was reopened
	SurveyLinks                         // it was too late for that: the host opens a case of its own, linked to this one
	SurveyFinds                         // the case was open anyway
)

// String returns the stored text.
func (l SurveyLead) String() string {
	switch l {
	case SurveyReopens:
		return "reopens"
	case SurveyLinks:
		return "links"
	case SurveyFinds:
		return "finds"
	}
	return "lead " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; anything else is an error.
func (l SurveyLead) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", l, SurveyFinds)
}

// UnmarshalText reads what MarshalText wrote.
func (l *SurveyLead) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "lead", l, SurveyFinds, text)
}

// Survey is the one survey of a cycle: planned, asked, answered.
type Survey struct {
	Cycle int `json:"cycle"`
	SurveyPlan
	Fell     time.Time  `json:"fell,omitzero"` // when a wake found that it was due
	Asked    time.Time  `json:"asked,omitzero"`
	AskedBy  string     `json:"asked_by,omitempty"`
	Channel  Channel    `json:"channel,omitzero"`
	Answered time.Time  `json:"answered,omitzero"`
	Answers  []Reply    `json:"answers,omitempty"` // of those questions that she answered
	Lead     SurveyLead `json:"lead,omitzero"`
}

// Low returns the answers after which somebody should look into it, each with its reason: a
// customer who is dissatisfied in silence. A case that the host opens for it has LowScore or
// LowEffort as its source.
func (s Survey) Low() []customer.Reason {
	var low []customer.Reason
	for i := range s.Answers {
		if asked := question(s.Questions, s.Answers[i].Key); asked != nil {
			if reason := asked.low(&s.Answers[i]); reason.Code != "" {
				low = append(low, reason)
			}
		}
	}
	return low
}

// waits reports whether the survey was asked, by an instant, and nobody has answered.
func (s Survey) waits(at time.Time) bool {
	return !s.Asked.IsZero() && !at.Before(s.Asked) && s.Answered.IsZero()
}

// surveyOf returns the place of a cycle's survey, or -1.
func (c *Case) surveyOf(cycle int) int {
	for i := range c.Surveys {
		if c.Surveys[i].Cycle == cycle {
			return i
		}
	}
	return -1
}

// SurveySet says when the survey of a cycle is due. Until it is asked, a later one of the same
// cycle takes its place.
type SurveySet struct {
	SurveyPlan
}

func (SurveySet) kind() Kind { return KindSurveySet }

func (x SurveySet) faults(faults *customer.Faults) {
	faults.Instant("due", x.Due)
	faults.Text("calendar", x.Calendar)
	checkQuestions(faults, x.Questions)
}

func (x SurveySet) apply(g *ground, _ *Entry) error {
	i := g.surveyOf(g.Cycle)
	if i >= 0 && !g.Surveys[i].Asked.IsZero() {
		return fmt.Errorf("the survey of cycle %d was asked", g.Cycle)
	}
	surveys, planned := mine(g, ofSurveys, &g.Surveys), Survey{Cycle: g.Cycle, SurveyPlan: x.SurveyPlan}
	if i >= 0 {
		(*surveys)[i] = planned
	} else {
		*surveys = append(*surveys, planned)
	}
	return nil
}

// SurveyDue says that a wake found the survey due: somebody should ask now.
type SurveyDue struct{}

func (SurveyDue) kind() Kind { return KindSurveyDue }

func (x SurveyDue) apply(g *ground, e *Entry) error {
	i := g.surveyOf(g.Cycle)
	if i < 0 || !g.Surveys[i].Fell.IsZero() || e.At.Before(g.Surveys[i].Due) {
		return errors.New("no survey fell due")
	}
	(*mine(g, ofSurveys, &g.Surveys))[i].Fell = e.At
	return nil
}

// followSurvey plans the survey of the cycle, as the rules say from what it is counted. Where the
// calendar does not reach so far, nothing is planned, and the answer says so.
func (d *desk) followSurvey(e *Entry) {
	if d.survey.AfterDays == 0 || d.err != nil {
		return
	}
	i := d.now.surveyOf(d.now.Cycle)
	switch x := e.Body.(type) {
	case Close:
		if i >= 0 || !x.Outcome.asks() { // planned when the remedy was done, or asked already
			return
		}
	case Settle:
		if !d.survey.AfterRemedy || x.Result != SettlementDone || d.now.unasked() {
			return
		}
	case Keep:
		place := d.now.commitment(x.Promise)
		if !d.survey.AfterRemedy || d.now.Phase == Closed || place < 0 || !d.now.Commitments[place].isRemedy() {
			return
		}
	default:
		return
	}
	if i >= 0 && (!d.now.Surveys[i].Asked.IsZero() || d.now.Surveys[i].Since.After(e.At)) {
		return
	}
	plan, err := d.planSurvey(e.At)
	var refusal *customer.Refusal
	switch {
	case err == nil && i >= 0 && d.now.Surveys[i].On == plan.On && d.now.Surveys[i].By == plan.By:
	case errors.As(err, &refusal):
		for _, missing := range refusal.Missing { // what was done is done, planned or not
			d.why(missing)
		}
	case err != nil:
		d.err = err
	default:
		d.post(SurveySet{plan}, customer.Reason{Code: CodeSurveySet, On: plan.On, By: plan.By, Fact: int64(plan.AfterDays), Unit: customer.UnitDays})
	}
}

// asks reports whether there is somebody to ask after a case that ended so: of a duplicate it
// is the other case that asks, and who has left or cannot be reached is not asked.
func (o Outcome) asks() bool {
	return o != OutcomeDuplicate && o != OutcomeUnreachable && o != OutcomeLost
}

// isRemedy reports whether keeping the promise puts something right, and not only helps her out
// until another one is kept.
func (c Commitment) isRemedy() bool {
	return c.For == "" && (c.Kind == PromisedRepair || c.Kind == PromisedDelivery || c.Kind == PromisedInstallation)
}

// unasked reports whether the case is closed, and ended so that nobody is asked about it.
func (c *Case) unasked() bool {
	return c.Phase == Closed && !c.Ended.asks()
}

// wakeSurvey is when the survey of the cycle falls due.
func (p *Policy) wakeSurvey(c *Case) (time.Time, bool, error) {
	i := c.surveyOf(c.Cycle)
	if i < 0 || !c.Surveys[i].Fell.IsZero() || !c.Surveys[i].Asked.IsZero() || c.unasked() {
		return time.Time{}, false, nil
	}
	return c.Surveys[i].Due, true, nil
}

// raiseSurvey says, at a wake, that the survey has fallen due: once.
func (d *desk) raiseSurvey() {
	due, waits, _ := d.wakeSurvey(&d.now.Case)
	if !waits || due.After(d.step.At) {
		return
	}
	plan := &d.now.Surveys[d.now.surveyOf(d.now.Cycle)]
	reason := customer.Reason{Code: CodeSurveyDue, On: plan.On, By: plan.By}
	if !d.step.At.Before(plan.Until) {
		reason.Code = CodeSurveyLapsed
	}
	d.post(SurveyDue{}, reason)
}

// Ask says that the customer was asked: one request for each cycle.
type Ask struct {
	Step `json:"-"`

	Channel Channel `json:"channel"`
	Note    string  `json:"note,omitempty"`
}

func (Ask) kind() Kind { return KindAsk }

// Canonical writes the command in canonical form.
func (x Ask) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("channel", x.Channel.text())
	c.Text("note", x.Note)
}

func (x Ask) faults(faults *customer.Faults) {
	checkChannel(faults, "channel", x.Channel)
	faults.Note("note", x.Note)
}

// Ask books that the customer was asked the questions of the survey. It is refused before it
// is due, after the last day for it, and a second time in the same cycle.
func (p *Policy) Ask(c Case, x Ask) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAsk, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	p.barAsk(&c, d.step.At, d.miss)
	d.post(x)
	return d.decision()
}

// barAsk notes why the customer is not asked at an instant.
func (p *Policy) barAsk(c *Case, at time.Time, miss func(customer.Reason)) {
	i := c.surveyOf(c.Cycle)
	if i < 0 || c.unasked() {
		miss(customer.Reason{Code: CodeSurveyNone})
		return
	}
	switch one := &c.Surveys[i]; {
	case !one.Asked.IsZero():
		miss(customer.Reason{Code: CodeSurveyAsked, At: one.Asked.In(p.zone), Fact: int64(one.Cycle), Unit: customer.UnitTimes})
	case at.Before(one.Due):
		miss(customer.Reason{Code: CodeSurveyEarly, On: p.day(at), By: one.On})
	case !at.Before(one.Until):
		miss(customer.Reason{Code: CodeSurveyLapsed, On: one.On, By: one.By})
	}
}

func (x Ask) apply(g *ground, e *Entry) error {
	i := g.surveyOf(g.Cycle)
	if i < 0 || !g.Surveys[i].Asked.IsZero() {
		return fmt.Errorf("no survey of cycle %d waits to be asked", g.Cycle)
	}
	asked := &(*mine(g, ofSurveys, &g.Surveys))[i]
	asked.Asked, asked.AskedBy, asked.Channel = e.At, e.By, x.Channel
	return nil
}

// Answer is what the customer answered to a survey, all of it or in part.
type Answer struct {
	Step `json:"-"`

	Cycle   int      `json:"cycle,omitempty"` // whose survey; 0: the one that was asked last
	Answers []Reply  `json:"answers"`
	Issues  []string `json:"issues,omitempty"` // that are still a problem; none: all that she did not withdraw, or all
	Note    string   `json:"note,omitempty"`

	// Lead is where the policy finds that it leads. A command leaves it empty.
	Lead SurveyLead `json:"lead,omitzero"`
}

func (Answer) kind() Kind { return KindAnswer }

// Canonical writes the command in canonical form.
func (x Answer) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Int("cycle", int64(x.Cycle))
	c.List("answers", len(x.Answers), func(i int) { x.Answers[i].canonical(c) })
	c.List("issues", len(x.Issues), func(i int) { c.Text("issue", x.Issues[i]) })
	c.Text("note", x.Note)
	if x.Lead != 0 {
		c.Text("lead", x.Lead.String())
	}
}

func (x Answer) faults(faults *customer.Faults) {
	faults.Within("cycle", x.Cycle, 0, MaxList)
	faults.Within("answers", len(x.Answers), 1, maxQuestions)
	for i := range x.Answers[:min(len(x.Answers), maxQuestions)] {
		var part customer.Faults
		x.Answers[i].check(&part)
		for j := range i {
			if x.Answers[j].Key == x.Answers[i].Key {
				part.Add("key", x.Answers[i].Key, "is answered once")
			}
		}
		faults.Join("answers["+strconv.Itoa(i)+"]", part)
	}
	faults.Names("issues", x.Issues, 0, MaxList)
	faults.Note("note", x.Note)
	if x.Lead > SurveyFinds {
		faults.Add("lead", x.Lead, "is where it leads, or absent")
	}
}

// Answer books what the customer answered, once for each survey that was asked. A problem that
// she still has reopens the case within the days of the rules; later the answer says that a
// linked case is to be opened, and so does the Survey's Lead. Low answers are named: somebody
// who is dissatisfied in silence.
func (p *Policy) Answer(c Case, x Answer) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAnswer, x.Take(), func(faults *customer.Faults) {
		if x.faults(faults); x.Lead != 0 {
			faults.Add("lead", x.Lead, "is left to the policy")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	if x.Cycle == 0 {
		x.Cycle = c.lastAsked()
	}
	i := c.surveyOf(x.Cycle)
	if i < 0 || c.Surveys[i].Asked.IsZero() || d.step.At.Before(c.Surveys[i].Asked) {
		d.miss(customer.Reason{Code: CodeSurveyNotAsked, Fact: int64(x.Cycle), Unit: customer.UnitTimes})
		return d.decision()
	}
	asked := c.Surveys[i]
	if !asked.Answered.IsZero() {
		d.miss(customer.Reason{Code: CodeSurveyAnswered, At: asked.Answered.In(p.zone), Fact: int64(x.Cycle), Unit: customer.UnitTimes})
	}
	problem := false
	for j := range x.Answers {
		reply := &x.Answers[j]
		q := question(asked.Questions, reply.Key)
		if q == nil || !q.answers(reply) {
			d.miss(customer.Reason{Code: CodeSurveyReply, Of: reply.Key})
			continue
		}
		problem = problem || q.Problem && reply.Said == SaidYes
	}
	for _, issue := range x.Issues {
		if c.issue(issue) < 0 {
			d.miss(customer.Reason{Code: CodeIssueUnknown, Of: issue})
		}
	}
	x.Answers, x.Issues = slices.Clone(x.Answers), slices.Clone(x.Issues)
	d.answer(x, problem)
	return d.decision()
}

// answer books an answer and what it leads to.
func (d *desk) answer(x Answer, problem bool) {
	var because []customer.Reason
	if problem {
		lead, reason := d.lead(x.Cycle)
		x.Lead, because = lead, []customer.Reason{reason}
	}
	if x.Lead == SurveyReopens { // that is why what follows is booked
		d.post(x)
		d.post(Reopen{Why: StillProblem, Issues: d.now.still(x.Issues)}, because...)
	} else {
		d.post(x, because...)
	}
	if len(d.missing) > 0 || d.err != nil {
		return
	}
	for _, low := range d.now.Surveys[d.now.surveyOf(x.Cycle)].Low() {
		d.why(low)
	}
}

// lead says where a problem leads that she still has.
func (d *desk) lead(cycle int) (SurveyLead, customer.Reason) {
	if d.now.Phase != Closed {
		return SurveyFinds, customer.Reason{Code: CodeSurveyFinds, At: d.now.Since.In(d.zone), Fact: int64(cycle), Unit: customer.UnitTimes}
	}
	last := d.day(d.now.Since).AddDays(d.survey.ReopenDays)
	if d.survey.ReopenDays > 0 && d.step.At.Before(last.AddDays(1).Start(d.zone)) {
		return SurveyReopens, customer.Reason{Code: CodeSurveyReopens, On: d.day(d.step.At), By: last}
	}
	return SurveyLinks, customer.Reason{Code: CodeSurveyLinks, On: d.day(d.step.At), By: last}
}

// still returns the issues that are to be opened again: those named, or else all that were not
// withdrawn, or else all.
func (c *Case) still(named []string) []string {
	if len(named) > 0 {
		return slices.Clone(named)
	}
	none := c.withdrawn()
	var all []string
	for i := range c.Issues {
		if none || c.Issues[i].Withdrawn.IsZero() {
			all = append(all, c.Issues[i].Issue)
		}
	}
	return all
}

// lastAsked is the last cycle whose survey was asked, or 0.
func (c *Case) lastAsked() int {
	for i := len(c.Surveys) - 1; i >= 0; i-- {
		if !c.Surveys[i].Asked.IsZero() {
			return c.Surveys[i].Cycle
		}
	}
	return 0
}

func (x Answer) apply(g *ground, e *Entry) error {
	i := g.surveyOf(x.Cycle)
	if i < 0 || g.Surveys[i].Asked.IsZero() || !g.Surveys[i].Answered.IsZero() {
		return fmt.Errorf("no survey of cycle %d waits for an answer", x.Cycle)
	}
	answered := &(*mine(g, ofSurveys, &g.Surveys))[i]
	answered.Answered, answered.Answers, answered.Lead = e.At, slices.Clone(x.Answers), x.Lead
	return nil
}
