package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Inspection is what somebody found who looked: at an item in our custody, or at records. It is
// evidence, by its Ref.
type Inspection struct {
	Ref       string    `json:"ref"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`                // who booked it
	Issues    []string  `json:"issues"`            // that it was made for
	Item      string    `json:"item,omitempty"`    // or
	Records   string    `json:"records,omitempty"` // which: the bill, the log of the gateway, the camera
	Inspector string    `json:"inspector"`         // who looked
	Place     string    `json:"place"`             // where
	Fault     Fault     `json:"fault,omitzero"`    // of an item
	Cause     Cause     `json:"cause"`             // that it indicates; CauseUnknown: none
	Text      string    `json:"text"`              // what was found
}

// Fault is what an inspection says of an item. The zero Fault is for records.
type Fault uint8

// The results. Their texts are format.
const (
	FaultOfMake Fault = iota + 1
	FaultOfUse
	Wear
	Unclear
	NoFault

	lastFault = NoFault
)

// String returns the stored text.
func (f Fault) String() string {
	switch f {
	case FaultOfMake:
		return "make"
	case FaultOfUse:
		return "use"
	case Wear:
		return "wear"
	case Unclear:
		return "unclear"
	case NoFault:
		return "none"
	}
	return "fault " + strconv.Itoa(int(f))
}

// MarshalText writes the stored text; anything else is an error.
func (f Fault) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", f, lastFault)
}

// UnmarshalText reads what MarshalText wrote.
func (f *Fault) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "fault", f, lastFault, text)
}

// Inspect books an inspection: of an item in our custody, or of records.
type Inspect struct {
	Step `json:"-"`

	Issues    []string `json:"issues"`
	Item      string   `json:"item,omitempty"`
	Records   string   `json:"records,omitempty"`
	Inspector string   `json:"inspector"`
	Place     string   `json:"place"`
	Fault     Fault    `json:"fault,omitzero"`
	Cause     Cause    `json:"cause"`
	Text      string   `json:"text"`
}

func (Inspect) kind() Kind { return KindInspect }

// Canonical writes the command in canonical form.
func (x Inspect) Canonical(c *customer.Canonical) {
	x.Write(c)
	texts(c, "issues", x.Issues)
	c.Text("item", x.Item)
	c.Text("records", x.Records)
	c.Text("inspector", x.Inspector)
	c.Text("place", x.Place)
	if x.Fault != 0 {
		c.Text("fault", x.Fault.String())
	}
	c.Text("cause", x.Cause.text())
	c.Text("text", x.Text)
}

func (x Inspect) faults(faults *customer.Faults) {
	faults.Names("issues", x.Issues, 1, maxClaims)
	faults.Text("item", x.Item)
	faults.Text("records", x.Records)
	if (x.Item == "") == (x.Records == "") {
		faults.Add("item", x.Item, "is given, or records are: an inspection is of one of them")
	}
	faults.Name("inspector", x.Inspector)
	faults.Name("place", x.Place)
	if (x.Fault == 0) != (x.Item == "") || x.Fault > lastFault {
		faults.Add("fault", x.Fault, "is a result for an item, and absent for records")
	}
	checkCause(faults, "cause", x.Cause)
	unclear := x.Cause != CauseUnknown && (x.Fault == Unclear || x.Fault == NoFault)
	if unclear || x.Cause == CauseCustomer && x.Fault == FaultOfMake || x.Cause == CauseProduct && x.Fault == FaultOfUse {
		faults.Add("cause", x.Cause, "is one that the fault allows: unknown where none is clear, of make not the customer, of use not the product")
	}
	checkSaid(faults, "text", x.Text)
}

// checkSaid is Faults.Note for a text that must not be empty: what was found, or why.
func checkSaid(faults *customer.Faults, path, text string) {
	if text == "" {
		faults.Add(path, text, "is required")
	}
	faults.Note(path, text)
}

// Inspect books an inspection. The inspector is what the host knows of who looked: where the policy
// names roles, she has one of them, so that nobody's opinion passes for an inspection. An item
// is inspected while it is in our hands: a verdict on one that was lost, or that the customer
// has at home, is a document. The answer names each finding that the inspection overtakes.
func (p *Policy) Inspect(c Case, x Inspect, inspector Agent) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindInspect, x.Take(), func(faults *customer.Faults) {
		x.faults(faults)
		if inspector.ID != x.Inspector {
			faults.Add("inspector", x.Inspector, "is the agent whom the host passes")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	x.Issues = slices.Clone(x.Issues)
	for _, issue := range x.Issues {
		d.hasIssue(issue)
	}
	if x.Item != "" {
		d.inspectable(x.Item)
	}
	role := slices.IndexFunc(p.inspectors, func(role string) bool { return slices.Contains(inspector.Roles, role) })
	switch {
	case len(p.inspectors) == 0:
		d.post(x)
	case role < 0:
		d.miss(customer.Reason{Code: CodeInspectorNone, Of: x.Inspector})
	default:
		d.post(x, customer.Reason{Code: CodeInspectorRole, Of: p.inspectors[role]})
	}
	for _, id := range x.Issues {
		if place := d.now.issue(id); place >= 0 {
			p.overtaken(&d.now.Case, place, d.why)
		}
	}
	return d.decision()
}

// overtaken tells of an issue whose finding could no longer be made, for what the latest
// inspection indicates, or because she has come to complain of whoever looked: somebody has to
// find the cause anew before the case is closed on it.
func (p *Policy) overtaken(c *Case, place int, tell func(customer.Reason)) {
	issue := &c.Issues[place]
	found := &issue.Finding
	if found.Cause == 0 || !p.inspect[found.Cause] || !issue.Withdrawn.IsZero() {
		return
	}
	if last := c.verdict(issue.Issue); last != nil && last.Cause != found.Cause {
		tell(customer.Reason{Code: CodeFindingOvertaken, Of: issue.Issue, At: found.At.In(p.zone)})
		return
	}
	if found.Clause != (Citation{}) {
		return
	}
	var own *Inspection
	for i := range found.Grounds {
		one := c.inspection(found.Grounds[i].Ref)
		if found.Grounds[i].Kind != ByInspection || one == nil || one.Cause != found.Cause {
			continue
		}
		if !c.partial(one) {
			return
		}
		own = one
	}
	if own != nil {
		tell(customer.Reason{Code: CodeInspectionOwn, Of: own.Ref})
	}
}

// inspectable notes that an item cannot have been looked at: nobody had it then.
func (d *desk) inspectable(id string) {
	if d.now.item(id) < 0 {
		d.miss(customer.Reason{Code: CodeItemUnknown, Of: id})
		return
	}
	for i := range d.now.Items {
		if item := &d.now.Items[i]; item.ID == id {
			if hold, held := item.Holder(d.step.At); held && !hold.Lost {
				return
			}
		}
	}
	d.miss(customer.Reason{Code: CodeItemAway, Of: id, At: d.step.At.In(d.zone)})
}

// hasIssue notes that the case has no such issue, or that the customer has withdrawn it, and
// returns the issue, or nil.
func (d *desk) hasIssue(id string) *Issue {
	place := d.now.issue(id)
	if place < 0 {
		d.miss(customer.Reason{Code: CodeEvidenceIssue, Of: id})
		return nil
	}
	issue := &d.now.Issues[place]
	if !issue.Withdrawn.IsZero() {
		d.miss(customer.Reason{Code: CodeEvidenceWithdrawn, Of: id, At: issue.Withdrawn.In(d.zone)})
	}
	return issue
}

func (x Inspect) apply(g *ground, e *Entry) error {
	if x.Item != "" && g.item(x.Item) < 0 {
		return fmt.Errorf("item %q was never handed in", x.Item)
	}
	if slices.ContainsFunc(g.Inspections, func(had Inspection) bool { return had.Ref == e.Ref }) {
		return fmt.Errorf("inspection %q is booked already", e.Ref)
	}
	for _, issue := range x.Issues {
		if g.issue(issue) < 0 {
			return fmt.Errorf("there is no issue %q", issue)
		}
	}
	inspections := room(g, ofInspections, &g.Inspections)
	*inspections = append(*inspections, Inspection{
		e.Ref, e.At, e.By, x.Issues, x.Item, x.Records, x.Inspector, x.Place, x.Fault, x.Cause, x.Text,
	})
	return nil
}

// inspection returns an inspection by its reference, or nil.
func (c *Case) inspection(ref string) *Inspection {
	for i := range c.Inspections {
		if c.Inspections[i].Ref == ref {
			return &c.Inspections[i]
		}
	}
	return nil
}

// partial reports whether an inspection was made, or booked, by somebody whom the customer
// complains of in the case, in whatever issue.
func (c *Case) partial(one *Inspection) bool { return c.concerns(one.Inspector) || c.concerns(one.By) }

// verdict returns the latest inspection made for an issue that indicates a cause, or nil. One
// that blames the customer, by somebody whom she complains of, does not count: it would stand
// against every finding for her.
func (c *Case) verdict(issue string) *Inspection {
	var last *Inspection
	for i := range c.Inspections {
		one := &c.Inspections[i]
		if one.Cause == CauseCustomer && c.partial(one) {
			continue
		}
		if one.Cause != CauseUnknown && slices.Contains(one.Issues, issue) && (last == nil || !one.At.Before(last.At)) {
			last = one
		}
	}
	return last
}
