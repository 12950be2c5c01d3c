package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Standard says from what somebody deviates. The zero Standard is refused.
type Standard uint8

// The standards. Their texts are format.
const (
	FromClaim Standard = iota + 1 // more is accepted than she claims
	FromTerms                     // something is given to which she has no right: a refund after its time
	FromRules                     // another rule of the house

	lastStandard = FromRules
)

// String returns the stored text.
func (s Standard) String() string {
	switch s {
	case FromClaim:
		return "claim"
	case FromTerms:
		return "terms"
	case FromRules:
		return "rules"
	}
	return "standard " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Standard) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", s, lastStandard)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Standard) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "standard", s, lastStandard, text)
}

// Deviate allows a deviation for one issue, up to an amount and with its reason. Whoever allows
// it gives the command: she could approve a remedy of that amount, and is not the one who
// handles the case, nor decides by it afterwards. All that is given by it counts for its amount,
// what was paid before too. What is allowed stays in the case, for whoever looks at quality.
type Deviate struct {
	Step `json:"-"`

	Deviation string   `json:"deviation"` // the host's ID, unique in the case
	Issue     string   `json:"issue"`
	From      Standard `json:"from"`
	UpToMinor int64    `json:"up_to_minor,omitempty"` // what may be accepted, or given, by it
	For       string   `json:"for,omitempty"`         // whom she stands in for; empty: herself
	Reason    string   `json:"reason"`
}

func (Deviate) kind() Kind { return KindDeviate }

// Canonical writes the command in canonical form.
func (x Deviate) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("deviation", x.Deviation)
	c.Text("issue", x.Issue)
	if x.From != 0 {
		c.Text("from", x.From.String())
	}
	c.Int("up_to_minor", x.UpToMinor)
	c.Text("for", x.For)
	c.Text("reason", x.Reason)
}

func (x Deviate) faults(faults *customer.Faults) {
	faults.Name("deviation", x.Deviation)
	faults.Name("issue", x.Issue)
	if x.From == 0 || x.From > lastStandard {
		faults.Add("from", x.From, "is a standard")
	}
	checkMinor(faults, "up_to_minor", x.UpToMinor)
	faults.Text("for", x.For)
	faults.Note("reason", x.Reason)
}

// Deviate allows a deviation with a command, given the same as Approve.
func (p *Policy) Deviate(c Case, x Deviate, staff []Agent) (Decision, error) {
	step := x.Take()
	var d desk
	err := p.open(&d, &c, KindDeviate, step, func(faults *customer.Faults) {
		x.faults(faults)
		p.noMoney(faults, "up_to_minor", x.UpToMinor)
		checkStaff(faults, staff, step.By, x.For)
	})
	if err != nil {
		return Decision{}, err
	}
	d.issueOf(x.Issue)
	if c.deviation(x.Deviation) >= 0 {
		d.miss(customer.Reason{Code: CodeDeviationThere, Of: x.Deviation})
	}
	if x.Reason == "" {
		d.miss(customer.Reason{Code: CodeDeviatesWhy, Of: x.Deviation})
	}
	d.post(x, d.authority(staff, x.For, nil, standing{minor: x.UpToMinor}))
	return d.decision()
}

// Deviation is one that was allowed.
type Deviation struct {
	Deviation string    `json:"deviation"`
	At        time.Time `json:"at"`
	By        string    `json:"by"` // who allowed it
	For       string    `json:"for,omitempty"`
	Issue     string    `json:"issue"`
	From      Standard  `json:"from"`
	UpToMinor int64     `json:"up_to_minor,omitempty"`
	Reason    string    `json:"reason"`
}

// deviation returns the place of a deviation, or -1.
func (c *Case) deviation(id string) int {
	return slices.IndexFunc(c.Deviations, func(one Deviation) bool { return one.Deviation == id })
}

func (x Deviate) apply(g *ground, e *Entry) error {
	switch {
	case g.deviation(x.Deviation) >= 0:
		return fmt.Errorf("deviation %q is there already", x.Deviation)
	case g.issue(x.Issue) < 0:
		return fmt.Errorf("issue %q is not there", x.Issue)
	}
	deviations := room(g, ofDeviations, &g.Deviations)
	*deviations = append(*deviations, Deviation{x.Deviation, e.At, e.By, x.For, x.Issue, x.From, x.UpToMinor, x.Reason})
	return nil
}
