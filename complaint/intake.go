package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Opening is what was known when the case was received.
type Opening struct {
	Customer customer.ID `json:"customer,omitempty"`
	Received time.Time   `json:"received,omitzero"`
	Happened time.Time   `json:"happened,omitzero"` // when what she complains of happened; zero: not known
	Source   Source      `json:"source,omitzero"`   // zero: she said that she wants to complain
	Figure   int         `json:"figure,omitempty"`  // of a silent source: the score, or the length of the text
	OutOf    int         `json:"out_of,omitempty"`  // of a score: the best there is
	Channel  Channel     `json:"channel,omitzero"`
	Topic    string      `json:"topic,omitempty"`   // the question group, in the host's words
	Service  string      `json:"service,omitempty"` // what it is about: a product or a service, for known incidents
	Area     string      `json:"area,omitempty"`    // where: a region, a line, a shop, for known incidents
	Site     string      `json:"site,omitempty"`    // where it was received
	Reach    string      `json:"reach,omitempty"`   // how she wants to be answered: the host's token of a number or an address

	// Currency is that of all amounts of the case, whatever policy is asked later; zero: the case was
	// taken in under a policy without one, or stored in version 1.
	Currency customer.Currency `json:"currency,omitzero"`
}

// Source is where a case comes from. The zero Source is the customer's own stated wish, which
// nothing can refuse.
type Source uint8

// The other sources. Their texts are format.
const (
	LowScore  Source = iota + 1 // she said nothing, and scored us low
	LowEffort                   // she was asked, and wrote next to nothing
	FromBody                    // an external body passes it on
	FromStaff                   // one of us saw that she was wronged

	lastSource = FromStaff
)

// String returns the stored text.
func (s Source) String() string {
	switch s {
	case LowScore:
		return "low-score"
	case LowEffort:
		return "low-effort"
	case FromBody:
		return "external-body"
	case FromStaff:
		return "staff"
	}
	return "source " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Source) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", s, lastSource)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Source) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "source", s, lastSource, text)
}

// check notes the faults of a figure that a source came with.
func (s Source) check(faults *customer.Faults, figure, outOf int) {
	switch {
	case s == LowScore:
		faults.Within("out_of", outOf, 1, maxScore)
		faults.Within("figure", figure, 0, max(outOf, 0))
	case s == LowEffort:
		faults.Within("out_of", outOf, 0, 0)
		faults.Within("figure", figure, 0, customer.MaxNote)
	default:
		if s > lastSource {
			faults.Add("source", s, "is a source, or absent")
		}
		faults.Within("out_of", outOf, 0, 0)
		faults.Within("figure", figure, 0, 0)
	}
}

// maxScore is the highest scale of a score.
const maxScore = 1000

// IntakeRules says how complaints are taken in.
type IntakeRules struct {
	// LowScorePermille is the share of the best score at or below which a customer who says
	// nothing is dissatisfied; 0: no score opens a case by rule.
	LowScorePermille int `json:"low_score_permille,omitempty"`
	// LowTextLength is the length, in characters, at or below which the answer to an open
	// question says that she has given up on us; 0: none does.
	LowTextLength int `json:"low_text_length,omitempty"`
	// Costs are what contacts cost us, for those that are logged without their cost.
	Costs []ContactCost `json:"costs,omitempty"`
}

// readIntake checks the rules.
func (p *Policy) readIntake(faults *customer.Faults) {
	rules := p.rules.Intake
	faults.Within("intake.low_score_permille", rules.LowScorePermille, 0, 999)
	faults.Within("intake.low_text_length", rules.LowTextLength, 0, customer.MaxNote)
	faults.Within("intake.costs", len(rules.Costs), 0, int(lastChannel))
	p.costs = make([]ContactCost, lastChannel+1)
	for i, cost := range rules.Costs {
		var part customer.Faults
		checkChannel(&part, "channel", cost.Channel)
		checkMinor(&part, "each_minor", cost.EachMinor)
		checkMinor(&part, "hour_minor", cost.HourMinor)
		p.noMoney(&part, "each_minor", cost.EachMinor)
		p.noMoney(&part, "hour_minor", cost.HourMinor)
		if len(part) == 0 && p.costs[cost.Channel].Channel != 0 {
			part.Add("channel", cost.Channel, "has one row")
		}
		faults.Join(fmt.Sprintf("intake.costs[%d]", i), part)
		if len(part) == 0 {
			p.costs[cost.Channel] = cost
		}
	}
}

// Silent says whether a score, or the length in characters of an answer in the customer's own
// words, is one after which a case is to be opened although she has not complained, and by which
// mark. The source is LowScore, with the best score there is, or LowEffort.
func (p *Policy) Silent(source Source, figure, outOf int) (because customer.Reason, open bool) {
	var faults customer.Faults
	source.check(&faults, figure, outOf)
	switch {
	case len(faults) > 0:
		return customer.Reason{}, false
	case source == LowScore:
		share, _ := customer.Permille(int64(figure), int64(outOf))
		mark := int64(p.rules.Intake.LowScorePermille)
		because = customer.Reason{Code: CodeLowScore, Rule: p.name, Fact: share, Mark: mark, Unit: customer.UnitPermille}
		// Not by the share, which is rounded: 334 of 1000 is above a third, and so is 0.3334.
		return because, mark > 0 && int64(figure)*1000 <= mark*int64(outOf)
	case source == LowEffort:
		mark := int64(p.rules.Intake.LowTextLength)
		because = customer.Reason{Code: CodeLowEffort, Rule: p.name, Fact: int64(figure), Mark: mark}
		return because, int64(figure) <= mark && mark > 0
	}
	return customer.Reason{}, false
}

// Receive opens a case. A stated wish to complain always does: neither what is still unknown
// nor who takes it in can refuse it, and a call that broke off is taken in without a claim. An
// agent who takes in a complaint about herself books it like any other, and is told that
// somebody else will see to it.
type Receive struct {
	Step `json:"-"`

	Customer  customer.ID `json:"customer"` // of somebody whom nobody knows: an ID of her own, which the host makes
	Happened  time.Time   `json:"happened,omitzero"`
	Source    Source      `json:"source,omitzero"`   // zero: she said that she wants to complain
	Figure    int         `json:"figure,omitempty"`  // of a silent source: the score, or the length of the text in characters
	OutOf     int         `json:"out_of,omitempty"`  // of a score: the best there is
	Channel   Channel     `json:"channel"`           //
	Seconds   int         `json:"seconds,omitempty"` // how long the first contact took
	CostMinor int64       `json:"cost_minor,omitempty"`
	Topic     string      `json:"topic,omitempty"`
	Service   string      `json:"service,omitempty"`
	Area      string      `json:"area,omitempty"`
	Site      string      `json:"site,omitempty"`
	Reach     string      `json:"reach,omitempty"`
	Desk      string      `json:"desk,omitempty"` // that takes care of it first
	Claims    []Claim     `json:"claims,omitempty"`
	Threat    string      `json:"threat,omitempty"` // the external body to which she says she will go
	Note      string      `json:"note,omitempty"`

	// Currency is that of all amounts of the case: the policy's, which fills it in. Another is a fault.
	Currency customer.Currency `json:"currency,omitzero"`
}

func (Receive) kind() Kind { return KindReceive }

// Canonical writes the command in canonical form.
func (r Receive) Canonical(c *customer.Canonical) {
	r.Write(c)
	c.Text("customer", string(r.Customer))
	c.Time("happened", r.Happened)
	if r.Source != 0 {
		c.Text("source", r.Source.String())
	}
	c.Int("figure", int64(r.Figure))
	c.Int("out_of", int64(r.OutOf))
	c.Text("channel", r.Channel.text())
	c.Int("seconds", int64(r.Seconds))
	c.Int("cost_minor", r.CostMinor)
	c.Text("topic", r.Topic)
	c.Text("service", r.Service)
	c.Text("area", r.Area)
	c.Text("site", r.Site)
	c.Text("reach", r.Reach)
	c.Text("desk", r.Desk)
	c.List("claims", len(r.Claims), func(i int) { r.Claims[i].canonical(c) })
	c.Text("threat", r.Threat)
	c.Text("note", r.Note)
	c.Group("currency", func() {
		c.Text("code", r.Currency.Code)
		c.Int("digits", int64(r.Currency.Digits))
	})
}

func (r Receive) faults(faults *customer.Faults) {
	faults.Name("customer", string(r.Customer))
	if !r.Happened.IsZero() {
		faults.Instant("happened", r.Happened)
	}
	r.Source.check(faults, r.Figure, r.OutOf)
	checkChannel(faults, "channel", r.Channel)
	faults.Within("seconds", r.Seconds, 0, maxSeconds)
	checkMinor(faults, "cost_minor", r.CostMinor)
	faults.Text("topic", r.Topic)
	faults.Text("service", r.Service)
	faults.Text("area", r.Area)
	faults.Text("site", r.Site)
	faults.Text("reach", r.Reach)
	faults.Text("desk", r.Desk)
	checkClaims(faults, r.Claims)
	faults.Text("threat", r.Threat)
	faults.Note("note", r.Note)
}

// Receive opens a case with a command. A case that is opened because the customer was silent is
// held to the marks of the policy, where it has them.
func (p *Policy) Receive(c Case, r Receive) (Decision, error) {
	happened := r.Happened
	var d desk
	err := p.open(&d, &c, KindReceive, r.Take(), func(faults *customer.Faults) {
		r.faults(faults)
		if r.Currency != (customer.Currency{}) && r.Currency != p.rules.Currency {
			faults.Add("currency", r.Currency.Code, "is the policy's, or left out")
		}
		p.noMoney(faults, "cost_minor", r.CostMinor)
		p.noClaimed(faults, r.Claims)
	})
	if err != nil {
		return Decision{}, err
	}
	if happened.After(d.step.At) {
		var faults customer.Faults
		faults.Add("happened", happened.Format(time.RFC3339), "is not after the complaint about it")
		return Decision{}, faults
	}
	silent, low := p.Silent(r.Source, r.Figure, r.OutOf)
	if silent.Mark > 0 && !low {
		d.miss(silent)
	}
	r.CostMinor, r.Currency = p.costOf(r.Channel, r.Seconds, r.CostMinor), p.rules.Currency
	if low {
		d.post(r, silent)
	} else {
		d.post(r)
	}
	d.whyConcerned(d.step.By)
	d.whyThreat(r.Threat)
	return d.decision()
}

// whyConcerned tells somebody who is complained about that somebody else will see to the case.
func (d *desk) whyConcerned(agent string) {
	if d.now.concerns(agent) {
		d.why(customer.Reason{Code: CodeOtherHandler, Of: agent})
	}
}

func (r Receive) apply(g *ground, e *Entry) error {
	g.Opening = Opening{
		r.Customer, e.At, r.Happened, r.Source, r.Figure, r.OutOf, r.Channel, r.Topic, r.Service, r.Area, r.Site, r.Reach,
		r.Currency,
	}
	g.Cycle = 1
	if err := g.give(Owner{Desk: r.Desk}, e); err != nil {
		return err
	}
	for i := range r.Claims {
		if err := g.claim(r.Claims[i], e); err != nil {
			return err
		}
	}
	direction := FromCustomer
	switch {
	case r.Source == FromBody:
		direction = FromOther
	case r.Source == FromStaff:
		direction = Internal
	}
	g.contact(Contact{e.Ref, e.At, e.By, r.Channel, direction, false, r.Note, r.Seconds, r.CostMinor})
	g.threatened(r.Threat, e)
	return g.enter(Received, e)
}
