package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// maxClaims is the most issues of one command.
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
	faults.Note("text", claim.Text)
	if claim.Demand > lastDemand {
		faults.Add("demand", claim.Demand, "is a demand, or absent")
	}
	checkMinor(faults, "claimed_minor", claim.ClaimedMinor)
	checkMinor(faults, "billed_minor", claim.BilledMinor)
	if claim.BilledMinor > 0 && claim.ClaimedMinor > claim.BilledMinor {
		faults.Add("claimed_minor", claim.ClaimedMinor, "is at most billed_minor, of a bill")
	}
}

// checkClaims notes the faults of the claims of one command.
func checkClaims(faults *customer.Faults, claims []Claim) {
	faults.Within("claims", len(claims), 0, maxClaims)
	for i := range claims[:min(len(claims), maxClaims)] {
		var part customer.Faults
		claims[i].check(&part)
		for j := range i {
			if claims[j].Issue == claims[i].Issue {
				part.Add("issue", claims[i].Issue, "is not that of a claim above")
			}
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("claims[%d]", i), part)
		}
	}
}

// noClaimed notes a fault for each amount that is claimed where the policy has no currency.
func (p *Policy) noClaimed(faults *customer.Faults, claims []Claim) {
	for i := range claims {
		if (claims[i].ClaimedMinor != 0 || claims[i].BilledMinor != 0) && p.rules.Currency == (customer.Currency{}) {
			p.noMoney(faults, fmt.Sprintf("claims[%d].claimed_minor", i), claims[i].ClaimedMinor)
			p.noMoney(faults, fmt.Sprintf("claims[%d].billed_minor", i), claims[i].BilledMinor)
		}
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
func (i Issue) ended() bool { return !i.Withdrawn.IsZero() || i.Ruling.Verdict != 0 }

// claim adds an issue.
func (g *ground) claim(claim Claim, e *Entry) error {
	if g.issue(claim.Issue) >= 0 {
		return fmt.Errorf("issue %q is there already", claim.Issue)
	}
	issues := room(g, ofIssues, &g.Issues)
	*issues = append(*issues, Issue{Claim: claim, At: e.At})
	if g.concerns(g.Owner.Agent) { // it is her desk's again, from which another agent takes it
		return g.give(Owner{Desk: g.Owner.Desk, Tier: g.Owner.Tier}, e)
	}
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

// Add books a further issue: what else the customer complains of, at any time before the case is
// closed. Where everything was decided already, it leads back to investigating. An owner of whom
// it complains loses the case to her desk.
type Add struct {
	Step `json:"-"`
	Claim
}

func (Add) kind() Kind { return KindAdd }

// Canonical writes the command in canonical form.
func (a Add) Canonical(c *customer.Canonical) {
	a.Step.Write(c)
	a.Claim.canonical(c)
}

func (a Add) faults(faults *customer.Faults) { a.Claim.check(faults) }

// Add books a further issue with a command.
func (p *Policy) Add(c Case, a Add) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAdd, a.Take(), func(faults *customer.Faults) {
		a.faults(faults)
		p.noMoney(faults, "claimed_minor", a.ClaimedMinor)
		p.noMoney(faults, "billed_minor", a.BilledMinor)
	})
	if err != nil {
		return Decision{}, err
	}
	d.missNew(a.Claim)
	owner := d.now.Owner.Agent
	d.post(a)
	d.whyConcerned(d.step.By)
	if owner != d.step.By {
		d.whyConcerned(owner)
	}
	d.whyForward()
	return d.decision()
}

// missNew notes that an issue is there already, under the same ID.
func (d *desk) missNew(claim Claim) {
	if d.now.issue(claim.Issue) >= 0 {
		d.miss(customer.Reason{Code: CodeIssueThere, Of: claim.Issue})
	}
}

func (a Add) apply(g *ground, e *Entry) error {
	if err := g.claim(a.Claim, e); err != nil {
		return err
	}
	if g.Phase == Decided {
		return g.enter(Investigating, e)
	}
	return nil
}

// Withdraw books that the customer no longer complains of one issue, as she has said in a contact
// that the case has booked. The last one that was undecided leads to decided.
type Withdraw struct {
	Step `json:"-"`

	Issue   string `json:"issue"`
	Consent string `json:"consent,omitempty"` // the Ref of the contact in which she withdrew it
	Note    string `json:"note,omitempty"`    // why, in her words
}

func (Withdraw) kind() Kind { return KindWithdraw }

// Canonical writes the command in canonical form.
func (w Withdraw) Canonical(c *customer.Canonical) {
	w.Write(c)
	c.Text("issue", w.Issue)
	c.Text("consent", w.Consent)
	c.Text("note", w.Note)
}

func (w Withdraw) faults(faults *customer.Faults) {
	faults.Name("issue", w.Issue)
	faults.Text("consent", w.Consent)
	faults.Note("note", w.Note)
}

// Withdraw books with a command that the customer no longer complains of one issue. It is refused
// without the contact in which she said so, after the intake and not before the issue came up:
// nobody withdraws it for her.
func (p *Policy) Withdraw(c Case, w Withdraw) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindWithdraw, w.Take(), w.faults)
	if err != nil {
		return Decision{}, err
	}
	switch at := d.now.issue(w.Issue); {
	case at < 0:
		d.miss(customer.Reason{Code: CodeIssueUnknown, Of: w.Issue})
	case d.now.Issues[at].ended():
		d.miss(customer.Reason{Code: CodeIssueEnded, Of: w.Issue})
	default:
		d.missWithdrawal(w.Consent, &d.now.Issues[at])
	}
	d.post(w)
	return d.decision()
}

// missWithdrawal notes that a ref is none of a contact in which the customer can have withdrawn an
// issue: the intake is none, and neither is what was said before it came up.
func (d *desk) missWithdrawal(ref string, issue *Issue) {
	for i := 1; i < len(d.now.Contacts); i++ {
		contact := &d.now.Contacts[i]
		if contact.Ref == ref && contact.Direction == FromCustomer && !contact.Missed &&
			!contact.At.Before(issue.At) && !contact.At.After(d.step.At) {
			return
		}
	}
	d.miss(customer.Reason{Code: CodeWithdrawConsent, Of: issue.Issue, At: issue.At.In(d.zone)})
}

func (w Withdraw) apply(g *ground, e *Entry) error {
	at := g.issue(w.Issue)
	if at < 0 {
		return fmt.Errorf("there is no issue %q", w.Issue)
	}
	issues := *mine(g, ofIssues, &g.Issues)
	if issues[at].ended() {
		return fmt.Errorf("issue %q has ended before", w.Issue)
	}
	issues[at].Withdrawn = e.At
	return g.settled(e)
}

// settled leads to decided once no issue is left without a decision.
func (g *ground) settled(e *Entry) error {
	if g.Phase == Decided || g.pending() {
		return nil
	}
	return g.enter(Decided, e)
}

// pending reports whether an issue is left to be decided.
func (c *Case) pending() bool {
	for i := range c.Issues {
		if !c.Issues[i].ended() {
			return true
		}
	}
	return false
}

// withdrawn reports whether the customer has withdrawn all that she complained of.
func (c *Case) withdrawn() bool {
	for i := range c.Issues {
		if c.Issues[i].Withdrawn.IsZero() {
			return false
		}
	}
	return true
}

// barAsked notes each issue without a decision that asks for more than to be served: for money, for
// something else, or to be heard about one of us. Sending her elsewhere is no answer to that.
func (p *Policy) barAsked(c *Case, miss func(customer.Reason)) {
	for i := range c.Issues {
		if issue := &c.Issues[i]; !issue.ended() && (issue.Demand != 0 || issue.ClaimedMinor > 0 || issue.About != "") {
			miss(customer.Reason{Code: CodeIssueOpen, Of: issue.Issue, At: issue.At.In(p.zone)})
		}
	}
}

// barIssues notes each issue that nobody has decided, one whose cause was found before an inspection
// that indicates another, and a case of which nobody knows what it is about.
func (p *Policy) barIssues(c *Case, at time.Time, miss func(customer.Reason)) {
	if len(c.Issues) == 0 {
		miss(customer.Reason{Code: CodeNoIssue})
	}
	for i := range c.Issues {
		if issue := &c.Issues[i]; !issue.ended() {
			miss(customer.Reason{Code: CodeIssueOpen, Of: issue.Issue, At: issue.At.In(p.zone)})
		}
		p.overtaken(c, i, miss)
	}
}
