package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// maxClaims is the most issues of one intake.
const maxClaims = 100

// Claim is one thing that the customer complains of, in her words, with what she wants. It is
// what she says: what is found, what is decided and what is paid stand apart from it.
type Claim struct {
	Issue        string `json:"issue"`                   // the host's ID, unique in the case
	Kind         string `json:"kind"`                    // of issue, in the host's words: colour, attitude, waiting, mis-selling
	About        string `json:"about,omitempty"`         // the agent complained about
	Text         string `json:"text,omitempty"`          // what happened
	Demand       Demand `json:"demand,omitzero"`         // what she asks for; zero: nothing yet
	ClaimedMinor int64  `json:"claimed_minor,omitempty"` // the loss that she claims, or the amount that she disputes
	BilledMinor  int64  `json:"billed_minor,omitempty"`  // of a bill that she disputes: the whole of it
}

func (claim *Claim) canonical(c *customer.Canonical) {
	c.Text("issue", claim.Issue)
	c.Text("kind", claim.Kind)
	c.Text("about", claim.About)
	c.Text("text", claim.Text)
	if claim.Demand != 0 {
		c.Text("demand", claim.Demand.String())
	}
	c.Int("claimed_minor", claim.ClaimedMinor)
	c.Int("billed_minor", claim.BilledMinor)
}

func (claim *Claim) check(faults *customer.Faults) {
	faults.Name("issue", claim.Issue)
	faults.Name("kind", claim.Kind)
	faults.Text("about", claim.About)
	checkNote(faults, "text", claim.Text)
	if claim.Demand > lastDemand {
		faults.Add("demand", claim.Demand, "is a demand, or absent")
	}
	checkMinor(faults, "claimed_minor", claim.ClaimedMinor)
	checkMinor(faults, "billed_minor", claim.BilledMinor)
	if claim.BilledMinor > 0 && claim.ClaimedMinor > claim.BilledMinor {
		faults.Add("claimed_minor", claim.ClaimedMinor, "is at most billed_minor, of a bill")
	}
}

// Demand is what a customer asks for. What she gets is decided apart from it. The zero Demand
// is none.
type Demand uint8

// The demands. Their texts are format.
const (
	Compensation Demand = iota + 1
	Explanation
	Apology
	Repair
	Exchange
	Refund
	Dismissal // of the agent
	Correction
	OtherDemand

	lastDemand = OtherDemand
)

// String returns the stored text.
func (d Demand) String() string {
	switch d {
	case Compensation:
		return "compensation"
	case Explanation:
		return "explanation"
	case Apology:
		return "apology"
	case Repair:
		return "repair"
	case Exchange:
		return "exchange"
	case Refund:
		return "refund"
	case Dismissal:
		return "dismissal"
	case Correction:
		return "correction"
	case OtherDemand:
		return "other"
	}
	return "demand " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Demand) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", d, lastDemand)
}

// UnmarshalText reads what MarshalText wrote.
func (d *Demand) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "demand", d, lastDemand, text)
}

// Issue is one thing that the case is about, with its own claim, finding, decision, remedy and
// cause: the colour of the shoe and the rude clerk end separately.
type Issue struct {
	Claim
	At        time.Time `json:"at"` // when it came up
	Finding   Finding   `json:"finding,omitzero"`
	Ruling    Ruling    `json:"ruling,omitzero"`
	Withdrawn time.Time `json:"withdrawn,omitzero"` // by the customer
}

// ended reports whether nothing is left to be decided about the issue.
func (i *Issue) ended() bool { return !i.Withdrawn.IsZero() || i.Ruling.Verdict != 0 }

// claim adds an issue.
func (g *ground) claim(claim Claim, e *Entry) error {
	if g.issue(claim.Issue) >= 0 {
		return fmt.Errorf("issue %q is there already", claim.Issue)
	}
	issues := mine(g, ofIssues, &g.Issues)
	*issues = append(*issues, Issue{Claim: claim, At: e.At})
	return nil
}

// issue returns the place of an issue, or -1.
func (c *Case) issue(id string) int {
	for i := range c.Issues {
		if c.Issues[i].Issue == id {
			return i
		}
	}
	return -1
}

// concerns reports whether the customer complains about an agent, who then has no part in
// handling the case: not even once the customer has withdrawn that issue, for whoever could
// bring her to withdraw it could take the case next.
func (c *Case) concerns(agent string) bool {
	if agent == "" {
		return false
	}
	for i := range c.Issues {
		if c.Issues[i].About == agent {
			return true
		}
	}
	return false
}

// Add TODO.
type Add struct {
	Step `json:"-"`
}

func (Add) kind() Kind { return KindAdd }

// Canonical writes the command in canonical form.
func (x Add) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Add) apply(g *ground, e *Entry) error { return nil }

// Withdraw TODO.
type Withdraw struct {
	Step `json:"-"`
}

func (Withdraw) kind() Kind { return KindWithdraw }

// Canonical writes the command in canonical form.
func (x Withdraw) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Withdraw) apply(g *ground, e *Entry) error { return nil }

func (p *Policy) barIssues(c *Case, at time.Time, miss func(customer.Reason)) {}
