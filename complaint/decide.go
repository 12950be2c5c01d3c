package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// maxOffers and maxCitations are the most of one decision.
const (
	maxOffers    = 50
	maxCitations = 20
)

// Verdict is what is decided about an issue. The zero Verdict is none yet.
type Verdict uint8

// The verdicts. Their texts are format.
const (
	FullyUpheld  Verdict = iota + 1 // all that she claims is accepted
	PartlyUpheld                    // a part of it
	NotUpheld                       // nothing of it
	NoneNeeded                      // she asks for nothing: there is nothing to accept or to reject

	lastVerdict = NoneNeeded
)

// String returns the stored text.
func (v Verdict) String() string {
	switch v {
	case FullyUpheld:
		return "upheld"
	case PartlyUpheld:
		return "partly-upheld"
	case NotUpheld:
		return "not-upheld"
	case NoneNeeded:
		return "none-needed"
	}
	return "verdict " + strconv.Itoa(int(v))
}

// MarshalText writes the stored text; anything else is an error.
func (v Verdict) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", v, lastVerdict)
}

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "verdict", v, lastVerdict, text)
}

// rejects reports whether the customer is told no to something that she claims.
func (v Verdict) rejects() bool { return v == PartlyUpheld || v == NotUpheld }

// Ruling is the decision on an issue that is in force: what is accepted of her claim, and why.
// What she asked for stands in the Claim and what she got in the remedies. The zero Ruling is
// none. Earlier ones are in the history.
type Ruling struct {
	At            time.Time  `json:"at"`
	By            string     `json:"by"`
	Times         int        `json:"times"` // 1 for the first decision on the issue in this cycle
	Verdict       Verdict    `json:"verdict"`
	AcceptedMinor int64      `json:"accepted_minor,omitempty"`
	Reason        string     `json:"reason,omitempty"`
	Citations     []Citation `json:"citations,omitempty"`
	Appeal        string     `json:"appeal,omitempty"`
	Alternative   string     `json:"alternative,omitempty"`
	Channel       Channel    `json:"channel,omitzero"`
}

// Decide decides on one issue, or decides on it again. Whatever is not accepted needs a reason,
// a clause, the way to appeal, something offered instead, and a channel through which she is
// told all that. Each Offer becomes a Remedy: granted where the limits of the agent's roles
// reach, and otherwise waiting for approval.
//
// Deciding again withdraws the remedies of the issue that are not carried out. What was paid
// stays paid: it counts for the amount that is accepted now. In a duplicate nothing is offered:
// what the customer gets is decided in the case that it is a duplicate of.
type Decide struct {
	Step `json:"-"`

	Issue         string     `json:"issue"`
	Verdict       Verdict    `json:"verdict"`
	AcceptedMinor int64      `json:"accepted_minor,omitempty"` // of her claim; the offers, but for goodwill, add up to it
	Reason        string     `json:"reason,omitempty"`
	Citations     []Citation `json:"citations,omitempty"`
	Appeal        string     `json:"appeal,omitempty"`      // where and until when she can turn to
	Alternative   string     `json:"alternative,omitempty"` // what is done for her instead
	Channel       Channel    `json:"channel,omitzero"`      // through which she is told
	Offers        []Offer    `json:"offers,omitempty"`
}

func (Decide) kind() Kind { return KindDecide }

// Canonical writes the command in canonical form.
func (x Decide) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	if x.Verdict != 0 {
		c.Text("verdict", x.Verdict.String())
	}
	c.Int("accepted_minor", x.AcceptedMinor)
	c.Text("reason", x.Reason)
	c.List("citations", len(x.Citations), func(i int) { x.Citations[i].canonical(c) })
	c.Text("appeal", x.Appeal)
	c.Text("alternative", x.Alternative)
	c.Text("channel", x.Channel.text())
	c.List("offers", len(x.Offers), func(i int) { x.Offers[i].canonical(c) })
}

func (x Decide) faults(faults *customer.Faults) {
	faults.Name("issue", x.Issue)
	if x.Verdict == 0 || x.Verdict > lastVerdict {
		faults.Add("verdict", x.Verdict, "is a verdict")
	}
	checkMinor(faults, "accepted_minor", x.AcceptedMinor)
	faults.Note("reason", x.Reason)
	faults.Note("appeal", x.Appeal)
	faults.Note("alternative", x.Alternative)
	if x.Channel != 0 {
		checkChannel(faults, "channel", x.Channel)
	}
	faults.Within("citations", len(x.Citations), 0, maxCitations)
	for i := range x.Citations {
		var part customer.Faults
		x.Citations[i].check(&part)
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("citations[%d]", i), part)
		}
	}
	faults.Within("offers", len(x.Offers), 0, maxOffers)
	for i := range x.Offers {
		var part customer.Faults
		x.Offers[i].check(&part)
		for j := range i {
			if x.Offers[j].Remedy == x.Offers[i].Remedy {
				part.Add("remedy", x.Offers[i].Remedy, "is not that of an offer above")
			}
			if x.Offers[j].Once != "" && x.Offers[j].Once == x.Offers[i].Once {
				part.Add("once", x.Offers[i].Once, "is not that of an offer above")
			}
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("offers[%d]", i), part)
		}
	}
}

// Decide decides on an issue with a command of an agent.
func (p *Policy) Decide(c Case, x Decide, agent Agent) (Decision, error) {
	step := x.Take()
	var d desk
	err := p.open(&d, &c, KindDecide, step, func(faults *customer.Faults) {
		x.faults(faults)
		p.noMoney(faults, "accepted_minor", x.AcceptedMinor)
		for i := range x.Offers {
			if x.Offers[i].AmountMinor != 0 && p.rules.Currency == (customer.Currency{}) {
				p.noMoney(faults, fmt.Sprintf("offers[%d].amount_minor", i), x.Offers[i].AmountMinor)
			}
		}
		agent.checkBy(faults, step.By)
	})
	if err != nil {
		return Decision{}, err
	}
	issue := d.issueOf(x.Issue)
	if issue == nil {
		return d.decision()
	}
	if !issue.Withdrawn.IsZero() {
		d.miss(customer.Reason{Code: CodeIssueWithdrawn, Of: x.Issue, At: issue.Withdrawn.In(p.zone)})
	}
	if root := d.now.duplicateOf(); root != "" && len(x.Offers) > 0 { // or she would have it twice
		d.miss(customer.Reason{Code: CodeOfferedThere, Of: string(root)})
	}
	d.missVerdict(&x, issue)
	d.missSums(&x)
	for i := range x.Offers {
		d.missOffer(&x, i, &agent)
	}
	because, grants := d.deviates(&x, issue), d.grants(&x, &agent)
	x.Citations, x.Offers = slices.Clone(x.Citations), slices.Clone(x.Offers)
	d.entries, d.reasons = slices.Grow(d.entries, len(grants)+1), slices.Grow(d.reasons, len(grants)+1)
	d.post(x, because...)
	for _, next := range grants {
		d.post(next.body, next.because)
	}
	p.overtaken(&d.now.Case, d.now.issue(x.Issue), d.why)
	return d.decision()
}

// issueOf returns an issue that a command names, or notes that there is none.
func (d *desk) issueOf(id string) *Issue {
	at := d.now.issue(id)
	if at < 0 {
		d.miss(customer.Reason{Code: CodeIssueUnknown, Of: id})
		return nil
	}
	return &d.now.Issues[at]
}

// missVerdict notes what a verdict needs, and one that calls a thing by another's name.
func (d *desk) missVerdict(x *Decide, issue *Issue) {
	rejected := x.Verdict.rejects()
	switch {
	case x.Verdict == NoneNeeded && (issue.Demand != 0 || issue.ClaimedMinor > 0):
		d.miss(customer.Reason{Code: CodeDemanded, Of: x.Issue, Fact: issue.ClaimedMinor, Unit: customer.UnitMinor})
	case x.Verdict == FullyUpheld && x.AcceptedMinor < issue.ClaimedMinor: // a rejection under another name
		d.miss(customer.Reason{Code: CodeNotFully, Of: x.Issue, Fact: x.AcceptedMinor, Mark: issue.ClaimedMinor, Unit: customer.UnitMinor})
		rejected = true
	case x.Verdict >= NotUpheld && x.AcceptedMinor > 0:
		d.miss(customer.Reason{Code: CodeNothingAccepted, Of: x.Issue, Fact: x.AcceptedMinor, Unit: customer.UnitMinor})
	case x.Verdict < NotUpheld && len(x.Offers) == 0 && issue.Demand != 0 && issue.Demand != Dismissal && !d.now.remedied(x.Issue):
		d.miss(customer.Reason{Code: CodeNothingOffered, Of: x.Issue})
	}
	for i := range x.Citations {
		for _, wrong := range d.clause(x.Citations[i], d.eventDay(&d.now.Case)) {
			d.miss(wrong)
		}
	}
	if !rejected { // the next five hold for what she does not get
		return
	}
	for _, one := range [...]struct {
		there bool
		code  string
	}{
		{x.Reason != "", CodeNoReason},
		{len(x.Citations) > 0, CodeNoClause},
		{x.Appeal != "", CodeNoAppeal},
		{x.Alternative != "", CodeNoAlternative},
		{x.Channel != 0, CodeNoChannel},
	} {
		if !one.there {
			d.miss(customer.Reason{Code: one.code, Of: x.Issue})
		}
	}
}

// missSums notes offers that do not add up, with what was paid before, to what is accepted.
func (d *desk) missSums(x *Decide) {
	owed := d.now.sums(x.Issue).PaidMinor
	for i := range x.Offers {
		if !x.Offers[i].Goodwill {
			owed += x.Offers[i].AmountMinor
		}
	}
	if owed != x.AcceptedMinor {
		d.miss(customer.Reason{Code: CodeUncovered, Of: x.Issue, Fact: owed, Mark: x.AcceptedMinor, Unit: customer.UnitMinor})
	}
}

// missOffer notes what stands in the way of one offer.
func (d *desk) missOffer(x *Decide, i int, agent *Agent) {
	offer := &x.Offers[i]
	if d.now.remedy(offer.Remedy) >= 0 {
		d.miss(customer.Reason{Code: CodeRemedyThere, Of: offer.Remedy})
	}
	switch to := d.now.beneficiary(offer); to {
	case agent.ID, d.now.Owner.Agent:
		d.miss(customer.Reason{Code: CodeBeneficiary, Of: to})
	}
	if offer.Due != 0 && offer.Due < d.day(d.step.At) {
		d.miss(customer.Reason{Code: CodeDuePast, Of: offer.Remedy, On: d.day(d.step.At), By: offer.Due})
	}
	if at := d.now.once(offer.Once, x.Issue); at >= 0 {
		d.miss(customer.Reason{Code: CodeOnce, Of: offer.Once, At: d.now.Remedies[at].At.In(d.zone)})
	}
	if offer.Deviation != "" && !slices.ContainsFunc(x.Offers[:i], func(above Offer) bool { return above.Deviation == offer.Deviation }) {
		d.missDeviation(x, offer.Deviation)
	}
}

// missDeviation notes that nobody has allowed a deviation for the issue, or nobody else, or not as
// much as all that is given by it comes to.
func (d *desk) missDeviation(x *Decide, id string) {
	at := d.now.deviation(id)
	if at < 0 || d.now.Deviations[at].Issue != x.Issue {
		d.miss(customer.Reason{Code: CodeNoDeviation, Of: id})
		return
	}
	one := &d.now.Deviations[at]
	if d.own(one) {
		d.miss(customer.Reason{Code: CodeOwnDeviation, Of: id})
	}
	given := int64(0)
	for i := range d.now.Remedies {
		if r := &d.now.Remedies[i]; r.Deviation == id {
			given += r.spent() // the rest of it is withdrawn
		}
	}
	for i := range x.Offers {
		if x.Offers[i].Deviation == id {
			given += x.Offers[i].AmountMinor
		}
	}
	if given > one.UpToMinor {
		d.miss(customer.Reason{Code: CodeOverDeviation, Of: id, Fact: given, Mark: one.UpToMinor, Unit: customer.UnitMinor})
	}
}

// own reports whether who decides, or has handled the case since, has allowed a deviation herself.
func (d *desk) own(one *Deviation) bool {
	for _, who := range [...]string{one.By, one.For} {
		if who != "" && (who == d.step.By || d.now.handled(who, one.At)) {
			return true
		}
	}
	return false
}

// deviates says which deviation lets more be accepted than she claims, or notes that none does.
// Where she claims no amount there is none to exceed: then the limits of the roles are what holds.
func (d *desk) deviates(x *Decide, issue *Issue) []customer.Reason {
	if issue.ClaimedMinor == 0 || x.AcceptedMinor <= issue.ClaimedMinor {
		return nil
	}
	missing := customer.Reason{Code: CodeAboveClaim, Of: x.Issue, Fact: x.AcceptedMinor, Mark: issue.ClaimedMinor, Unit: customer.UnitMinor}
	for i := range d.now.Deviations {
		one := &d.now.Deviations[i]
		switch {
		case one.From != FromClaim || one.Issue != x.Issue || one.UpToMinor < x.AcceptedMinor:
		case d.own(one):
			missing = customer.Reason{Code: CodeOwnDeviation, Of: one.Deviation}
		default:
			return []customer.Reason{{Code: CodeDeviates, Of: one.Deviation, Fact: x.AcceptedMinor, Mark: one.UpToMinor, Unit: customer.UnitMinor}}
		}
	}
	d.miss(missing)
	return nil
}

func (x Decide) apply(g *ground, e *Entry) error {
	at := g.issue(x.Issue)
	switch {
	case at < 0:
		return fmt.Errorf("issue %q is not there", x.Issue)
	case !g.Issues[at].Withdrawn.IsZero():
		return fmt.Errorf("issue %q is withdrawn", x.Issue)
	}
	g.withdrawRemedies(x.Issue, e)
	for i := range x.Offers {
		if err := g.propose(&x.Offers[i], x.Issue, e); err != nil {
			return err
		}
	}
	ruling := &(*mine(g, ofIssues, &g.Issues))[at].Ruling
	*ruling = Ruling{e.At, e.By, ruling.Times + 1, x.Verdict, x.AcceptedMinor, x.Reason, x.Citations, x.Appeal, x.Alternative, x.Channel}
	if sums := g.sums(x.Issue); sums.PaidMinor+sums.OpenMinor > x.AcceptedMinor {
		return fmt.Errorf("%d minor units are offered or paid, where %d are accepted", sums.PaidMinor+sums.OpenMinor, x.AcceptedMinor)
	}
	return g.settled(e)
}

// Bill is a bill that the customer disputes a part of. What she does not dispute is hers to pay,
// and what is accepted is ours to give back, whatever becomes of the rest.
type Bill struct {
	BilledMinor     int64
	DisputedMinor   int64
	UndisputedMinor int64 // Billed less Disputed
	AcceptedMinor   int64 // of what is disputed, as decided so far
	OwedMinor       int64 // by her, as decided so far: Billed less Accepted, never below 0
}

// Bill returns how a disputed bill stands; the zero Bill where the issue is about none.
func (i Issue) Bill() Bill {
	if i.BilledMinor == 0 {
		return Bill{}
	}
	accepted := i.Ruling.AcceptedMinor
	return Bill{i.BilledMinor, i.ClaimedMinor, i.BilledMinor - i.ClaimedMinor, accepted, max(0, i.BilledMinor-accepted)}
}

// Sums are the amounts of an issue, or of a case. Claimed is not accepted, and accepted is not
// paid.
type Sums struct {
	ClaimedMinor  int64 // by the customer, of issues that she has not withdrawn
	AcceptedMinor int64 // by the decisions in force
	PaidMinor     int64 // of what is accepted; what was given instead of money at its worth
	OpenMinor     int64 // of what is accepted: offered and not paid; what waits for approval is
	GoodwillMinor int64 // given beyond what is accepted
}

// Sums returns the amounts of an issue; of the whole case for "".
func (c Case) Sums(issue string) Sums { return c.sums(issue) }

func (c *Case) sums(issue string) (sums Sums) {
	for i := range c.Issues {
		if one := &c.Issues[i]; (issue == "" || one.Issue == issue) && one.Withdrawn.IsZero() {
			sums.ClaimedMinor += one.ClaimedMinor
			sums.AcceptedMinor += one.Ruling.AcceptedMinor
		}
	}
	for i := range c.Remedies {
		one := &c.Remedies[i]
		switch {
		case issue != "" && one.Issue != issue:
		case one.Goodwill:
			sums.GoodwillMinor += one.spent()
		default:
			sums.PaidMinor += one.spent()
			sums.OpenMinor += one.open()
		}
	}
	return sums
}
