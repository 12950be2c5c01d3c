package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Opening is what was known when the case was received.
type Opening struct {
	Customer customer.ID `json:"customer,omitempty"`
	Received time.Time   `json:"received,omitzero"`
	Happened time.Time   `json:"happened,omitzero"` // when what she complains of happened; zero: not known
	Channel  Channel     `json:"channel,omitzero"`
	Topic    string      `json:"topic,omitempty"`   // the question group, in the host's words
	Service  string      `json:"service,omitempty"` // what it is about: a product or a service, for known incidents
	Area     string      `json:"area,omitempty"`    // where: a region, a line, a shop, for known incidents
	Site     string      `json:"site,omitempty"`    // where it was received
	Reach    string      `json:"reach,omitempty"`   // how she wants to be answered: the host's token of a number or an address
}

// IntakeRules says how complaints are taken in.
type IntakeRules struct{}

// readIntake checks the rules and compiles them.
func (p *Policy) readIntake(faults *customer.Faults) {}

// Receive opens a case. A stated wish to complain always does: neither what is still unknown
// nor who takes it in can refuse it, and a call that broke off is taken in without a claim.
type Receive struct {
	Step `json:"-"`

	Customer customer.ID `json:"customer"`
	Happened time.Time   `json:"happened,omitzero"`
	Channel  Channel     `json:"channel"`
	Topic    string      `json:"topic,omitempty"`
	Service  string      `json:"service,omitempty"`
	Area     string      `json:"area,omitempty"`
	Site     string      `json:"site,omitempty"`
	Reach    string      `json:"reach,omitempty"`
	Desk     string      `json:"desk,omitempty"` // that takes care of it first
	Claims   []Claim     `json:"claims,omitempty"`
	Note     string      `json:"note,omitempty"`
}

func (Receive) kind() Kind { return KindReceive }

// Canonical writes the command in canonical form.
func (r Receive) Canonical(c *customer.Canonical) {
	r.canonical(c)
	c.Text("customer", string(r.Customer))
	c.Time("happened", r.Happened)
	c.Text("channel", r.Channel.text())
	c.Text("topic", r.Topic)
	c.Text("service", r.Service)
	c.Text("area", r.Area)
	c.Text("site", r.Site)
	c.Text("reach", r.Reach)
	c.Text("desk", r.Desk)
	c.List("claims", len(r.Claims), func(i int) { r.Claims[i].canonical(c) })
	c.Text("note", r.Note)
}

func (r *Receive) faults(faults *customer.Faults) {
	faults.Name("customer", string(r.Customer))
	if !r.Happened.IsZero() {
		faults.Instant("happened", r.Happened)
	}
	checkChannel(faults, "channel", r.Channel)
	for _, text := range [...][2]string{{"topic", r.Topic}, {"service", r.Service}, {"area", r.Area}, {"site", r.Site}, {"reach", r.Reach}, {"desk", r.Desk}} {
		faults.Text(text[0], text[1])
	}
	faults.Within("claims", len(r.Claims), 0, maxClaims)
	for i := range r.Claims {
		var part customer.Faults
		r.Claims[i].check(&part)
		for j := range i {
			if r.Claims[j].Issue == r.Claims[i].Issue {
				part.Add("issue", r.Claims[i].Issue, "is not that of a claim above")
			}
		}
		faults.Join(fmt.Sprintf("claims[%d]", i), part)
	}
	checkNote(faults, "note", r.Note)
}

// Receive opens a case with a command.
func (p *Policy) Receive(c Case, r Receive) (Decision, error) {
	d, err := p.open(c, KindReceive, r.take(), r.faults)
	if err != nil {
		return Decision{}, err
	}
	d.post(r)
	return d.decision()
}

func (r Receive) apply(g *ground, e *Entry) error {
	g.Opening = Opening{r.Customer, e.At, r.Happened, r.Channel, r.Topic, r.Service, r.Area, r.Site, r.Reach}
	g.Cycle = 1
	if err := g.give(Owner{Desk: r.Desk}, e); err != nil {
		return err
	}
	for _, claim := range r.Claims {
		if err := g.claim(claim, e); err != nil {
			return err
		}
	}
	return g.enter(Received, e)
}

func explainCase(r customer.Reason, w words) (text string, ok bool) { return "", false }
