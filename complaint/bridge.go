package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bridge offers the customer a way to go on meanwhile: another way to send a message, a short
// loan, a machine to work with. It is no remedy: it settles nothing and is not owed.
type Bridge struct {
	Step `json:"-"`

	Issue string        `json:"issue,omitempty"` // empty: the whole case
	Way   string        `json:"way"`             // in the host's words: chat, deposit, loan machine
	Text  string        `json:"text,omitempty"`
	Until customer.Date `json:"until,omitzero"`  // its last day; zero: none was said
	Taken bool          `json:"taken,omitempty"` // she takes it
}

func (Bridge) kind() Kind { return KindBridge }

// Canonical writes the command in canonical form.
func (x Bridge) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	c.Text("way", x.Way)
	c.Text("text", x.Text)
	c.Date("until", x.Until)
	c.Bool("taken", x.Taken)
}

func (x Bridge) faults(faults *customer.Faults) {
	faults.Text("issue", x.Issue)
	faults.Name("way", x.Way)
	faults.Note("text", x.Text)
	faults.Day("until", x.Until)
}

// Bridge offers a way to go on with a command.
func (p *Policy) Bridge(c Case, x Bridge) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindBridge, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if x.Issue != "" {
		d.issueOf(x.Issue)
	}
	if x.Until != 0 && x.Until < p.day(d.step.At) {
		d.miss(customer.Reason{Code: CodeDuePast, Of: x.Way, On: p.day(d.step.At), By: x.Until})
	}
	d.post(x)
	return d.decision()
}

// Bridged is one way to go on that was offered.
type Bridged struct {
	At    time.Time     `json:"at"`
	By    string        `json:"by"`
	Issue string        `json:"issue,omitempty"`
	Way   string        `json:"way"`
	Text  string        `json:"text,omitempty"`
	Until customer.Date `json:"until,omitzero"`
	Taken bool          `json:"taken,omitempty"`
}

func (x Bridge) apply(g *ground, e *Entry) error {
	if x.Issue != "" && g.issue(x.Issue) < 0 {
		return fmt.Errorf("issue %q is not there", x.Issue)
	}
	bridges := room(g, ofBridges, &g.Bridges)
	*bridges = append(*bridges, Bridged{e.At, e.By, x.Issue, x.Way, x.Text, x.Until, x.Taken})
	return nil
}
