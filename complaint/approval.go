package complaint

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// ApprovalAsked says that a remedy waits for approval: of how many, and which roles reached that
// far. The reason says which limit it is above.
type ApprovalAsked struct {
	Remedy      string   `json:"remedy"`
	Approvers   int      `json:"approvers"`              // how many must approve
	Roles       []string `json:"roles,omitempty"`        // any of which may
	TotalMinor  int64    `json:"total_minor,omitempty"`  // what all remedies of the case come to with it
	TotalPoints int64    `json:"total_points,omitempty"` // and their points
}

func (ApprovalAsked) kind() Kind { return KindApprovalAsked }

func (x ApprovalAsked) faults(faults *customer.Faults) {
	faults.Name("remedy", x.Remedy)
	faults.Within("approvers", x.Approvers, 1, maxRoles)
	faults.Within("roles", len(x.Roles), 0, maxLimits)
	for i, role := range x.Roles {
		faults.Name(fmt.Sprintf("roles[%d]", i), role)
	}
	if x.TotalMinor < 0 || x.TotalPoints < 0 {
		faults.Add("total_minor", x.TotalMinor, "is 0 or more, and the points are")
	}
}

func (x ApprovalAsked) apply(g *ground, _ *Entry) error {
	remedy, err := g.change(x.Remedy, RemedyProposed)
	if err != nil {
		return err
	}
	if remedy.Approval.Approvers > 0 || x.Approvers < 1 {
		return fmt.Errorf("remedy %q is to have %d approvals, and then %d", x.Remedy, remedy.Approval.Approvers, x.Approvers)
	}
	remedy.Approval = x
	return nil
}

// Approval is what one approver has said.
type Approval struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	For  string    `json:"for,omitempty"` // whom she stood in for
	Note string    `json:"note,omitempty"`
}

// Approve approves a remedy. The one who decided it, who has handled the case since, who gets the
// remedy, who is complained about, or who has approved it before cannot, nor can anybody stand in
// for one of these. How many must approve stays as it was decided; how far each may go is what the
// policy says under which she does.
type Approve struct {
	Step `json:"-"`

	Remedy string `json:"remedy"`
	For    string `json:"for,omitempty"` // whom she stands in for; empty: herself
	Note   string `json:"note,omitempty"`
}

func (Approve) kind() Kind { return KindApprove }

// Canonical writes the command in canonical form.
func (x Approve) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("remedy", x.Remedy)
	c.Text("for", x.For)
	c.Text("note", x.Note)
}

func (x Approve) faults(faults *customer.Faults) {
	faults.Name("remedy", x.Remedy)
	faults.Text("for", x.For)
	faults.Note("note", x.Note)
}

// Approve approves a remedy with a command, given what is known of who approves, and of whom she
// stands in for: a deputy, while the other is away. With the last approval that it needs the
// remedy is granted. In a duplicate none is: see Decide.
func (p *Policy) Approve(c Case, x Approve, staff []Agent) (Decision, error) {
	step := x.Take()
	var d desk
	err := p.open(&d, &c, KindApprove, step, func(faults *customer.Faults) {
		x.faults(faults)
		checkStaff(faults, staff, step.By, x.For)
	})
	if err != nil {
		return Decision{}, err
	}
	at := d.awaiting(x.Remedy)
	if at < 0 {
		return d.decision()
	}
	remedy := &d.now.Remedies[at]
	if root := d.now.duplicateOf(); root != "" { // what was offered before they were linked, or she would have it twice
		d.miss(customer.Reason{Code: CodeOfferedThere, Of: string(root)})
	}
	because := d.authority(staff, x.For, remedy, d.now.standing(""))
	d.post(x, because)
	if n := len(remedy.Approvals) + 1; n >= remedy.Approval.Approvers {
		d.post(Granted{Remedy: x.Remedy}, customer.Reason{
			Code: CodeApproved, Of: x.Remedy, Fact: int64(n), Mark: int64(remedy.Approval.Approvers), Unit: customer.UnitTimes,
		})
	}
	return d.decision()
}

func (x Approve) apply(g *ground, e *Entry) error {
	remedy, err := g.change(x.Remedy, RemedyProposed)
	if err != nil {
		return err
	}
	switch {
	case len(remedy.Approvals) >= remedy.Approval.Approvers:
		return fmt.Errorf("remedy %q needs no more approval", x.Remedy)
	case remedy.approved(e.By), x.For != "" && remedy.approved(x.For):
		return fmt.Errorf("%q has approved remedy %q before", e.By, x.Remedy)
	case e.By == remedy.By, e.By == g.beneficiary(&remedy.Offer), x.For == remedy.By, x.For == g.beneficiary(&remedy.Offer):
		return fmt.Errorf("%q, or %q, decided remedy %q or gets it", e.By, x.For, x.Remedy)
	}
	remedy.Approvals = append(slices.Clip(remedy.Approvals), Approval{e.At, e.By, x.For, x.Note})
	return nil
}

// Object refuses a remedy, by one who could have approved it. It stays refused: the issue is
// decided again.
type Object struct {
	Step `json:"-"`

	Remedy string `json:"remedy"`
	For    string `json:"for,omitempty"` // whom she stands in for; empty: herself
	Reason string `json:"reason"`
}

func (Object) kind() Kind { return KindObject }

// Canonical writes the command in canonical form.
func (x Object) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("remedy", x.Remedy)
	c.Text("for", x.For)
	c.Text("reason", x.Reason)
}

func (x Object) faults(faults *customer.Faults) {
	faults.Name("remedy", x.Remedy)
	faults.Text("for", x.For)
	faults.Note("reason", x.Reason)
}

// Object refuses a remedy with a command, given the same as Approve.
func (p *Policy) Object(c Case, x Object, staff []Agent) (Decision, error) {
	step := x.Take()
	var d desk
	err := p.open(&d, &c, KindObject, step, func(faults *customer.Faults) {
		x.faults(faults)
		checkStaff(faults, staff, step.By, x.For)
	})
	if err != nil {
		return Decision{}, err
	}
	at := d.awaiting(x.Remedy)
	if x.Reason == "" {
		d.miss(customer.Reason{Code: CodeObjectsWhy, Of: x.Remedy})
	}
	if at < 0 {
		return d.decision()
	}
	d.post(x, d.authority(staff, x.For, &d.now.Remedies[at], d.now.standing("")))
	return d.decision()
}

func (x Object) apply(g *ground, e *Entry) error {
	remedy, err := g.change(x.Remedy, RemedyProposed)
	if err != nil {
		return err
	}
	remedy.State, remedy.Objection = RemedyObjected, Approval{e.At, e.By, x.For, x.Reason}
	return nil
}

// awaiting returns the place of a remedy that waits for approval, or -1, noting that it does not.
func (d *desk) awaiting(ref string) int {
	at := d.remedyOf(ref)
	if at < 0 {
		return at
	}
	r := &d.now.Remedies[at]
	if r.State != RemedyProposed {
		d.miss(customer.Reason{Code: CodeRemedyState, Of: r.State.String(), At: r.At.In(d.zone)})
		return -1
	}
	if d.step.At.Before(r.At) { // when another was away, or had her role still
		d.miss(customer.Reason{Code: CodeRemedyLater, Of: ref, At: r.At.In(d.zone)})
	}
	return at
}

// approved reports whether somebody has approved the remedy, or was stood in for.
func (r *Remedy) approved(who string) bool {
	return slices.ContainsFunc(r.Approvals, func(a Approval) bool { return a.By == who || a.For == who })
}

// authority says in which role, and up to which limit, who gives the command approves what the
// remedies of a case come to, herself or in the place of another; or notes why she cannot. The
// remedy is nil where none is approved.
func (d *desk) authority(staff []Agent, whose string, remedy *Remedy, total standing) customer.Reason {
	at, by := d.step.At, d.step.By
	who := find(staff, by)
	if until, away := who.away(at); away { // somebody else uses her name
		d.miss(customer.Reason{Code: CodeAway, Of: by, Until: d.local(until)})
	}
	d.missPerson(by, remedy)
	reason := customer.Reason{Code: CodeApproves, Fact: total.minor, Unit: customer.UnitMinor}
	if whose != "" {
		if d.now.concerns(whose) {
			d.miss(customer.Reason{Code: CodeConcerned, Of: whose})
		}
		if whose != by {
			d.missPerson(whose, remedy)
		}
		who = find(staff, whose)
		away, gone := who.absence(at)
		if !gone {
			d.miss(customer.Reason{Code: CodeNotAway, Of: whose})
		}
		if !who.deputy(by) || whose == by {
			d.miss(customer.Reason{Code: CodeNotDeputy, Of: by})
			return reason // then it does not matter what the other may approve
		}
		reason.Code, reason.At, reason.Until = CodeDeputes, d.local(away.From), d.local(away.To)
	}
	if len(d.remedies.Limits) == 0 {
		return reason
	}
	for i := range d.remedies.Limits {
		if l := &d.remedies.Limits[i]; slices.Contains(who.Roles, l.Role) && l.approves(total) {
			reason.Of, reason.Mark = l.Role, l.ApproveMinor
			return reason
		}
	}
	d.miss(d.unapproved(CodeNoAuthority, who.ID, total, func(l *LimitRule) bool { return slices.Contains(who.Roles, l.Role) }))
	return reason
}

// local is an instant in the policy's zone; the zero one stays as it is.
func (p *Policy) local(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(p.zone)
}

// unapproved says that some of the limits do not approve what a case comes to: in money, or else
// in points.
func (p *Policy) unapproved(code, of string, total standing, which func(*LimitRule) bool) customer.Reason {
	var most standing
	for i := range p.remedies.Limits {
		if l := &p.remedies.Limits[i]; which(l) {
			most.minor, most.points = max(most.minor, l.ApproveMinor), max(most.points, l.ApprovePoints)
		}
	}
	if total.minor <= most.minor && total.points > most.points {
		return customer.Reason{Code: code, Of: of, Fact: total.points, Mark: most.points, Unit: customer.UnitPoints}
	}
	return customer.Reason{Code: code, Of: of, Fact: total.minor, Mark: most.minor, Unit: customer.UnitMinor}
}

// missPerson notes what somebody has to do with the matter who is to approve it, or in whose
// place somebody does. That she is complained about is noted for who gives the command already.
func (d *desk) missPerson(who string, remedy *Remedy) {
	if remedy == nil {
		remedy = &Remedy{At: d.step.At}
	}
	// Of whoever handed the case on, the instant is what she says it was; that she had it when the
	// remedy was decided is booked.
	if who == remedy.By || who == remedy.Handler || d.now.handled(who, remedy.At) {
		d.miss(customer.Reason{Code: CodeHandler, Of: who})
	}
	if to := cmp.Or(remedy.Beneficiary, string(d.now.Customer)); who == to {
		d.miss(customer.Reason{Code: CodeBeneficiary, Of: to})
	}
	if remedy.approved(who) {
		d.miss(customer.Reason{Code: CodeApprovedTwice, Of: who})
	}
}

// handled reports whether somebody handles the case, or has at an instant or after it: nobody gets
// the case off her hands to approve what was decided while it was in them.
func (c *Case) handled(who string, since time.Time) bool {
	if who == c.Owner.Agent {
		return true
	}
	for i := range c.Spells {
		if c.Spells[i].Agent == who && (i+1 == len(c.Spells) || !c.Spells[i+1].Since.Before(since)) {
			return true
		}
	}
	return false
}
