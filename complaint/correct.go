package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Effect is what a check of a corrective action has shown. The zero Effect is none yet.
type Effect uint8

// The effects. Their texts are format.
const (
	Effective   Effect = iota + 1 // the cause is gone
	Ineffective                   // it is not: the action stays open
)

// String returns the stored text.
func (f Effect) String() string {
	switch f {
	case Effective:
		return "effective"
	case Ineffective:
		return "ineffective"
	}
	return "effect " + strconv.Itoa(int(f))
}

// MarshalText writes the stored text; anything else is an error.
func (f Effect) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", f, Ineffective)
}

// UnmarshalText reads what MarshalText wrote.
func (f *Effect) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "effect", f, Ineffective, text)
}

// Correct plans a corrective action, so that what happened does not happen to the next one; and,
// sent again with an Effect, books what a check of it has shown. It is planned, and checked,
// after the case is closed too.
type Correct struct {
	Step `json:"-"`

	Action string        `json:"action"`          // the host's ID, unique in the case
	Issue  string        `json:"issue,omitempty"` // from which it follows
	Text   string        `json:"text,omitempty"`  // of a plan: what is done; of a check: what was seen
	Owner  string        `json:"owner,omitempty"` // of a plan: who sees to it
	Due    customer.Date `json:"due,omitzero"`    // of a plan: the last day for it
	Effect Effect        `json:"effect,omitzero"` // of a check
}

func (Correct) kind() Kind { return KindCorrect }

// Canonical writes the command in canonical form.
func (x Correct) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("action", x.Action)
	c.Text("issue", x.Issue)
	c.Text("text", x.Text)
	c.Text("owner", x.Owner)
	c.Date("due", x.Due)
	if x.Effect != 0 {
		c.Text("effect", x.Effect.String())
	}
}

func (x Correct) faults(faults *customer.Faults) {
	faults.Name("action", x.Action)
	faults.Text("issue", x.Issue)
	faults.Note("text", x.Text)
	faults.Text("owner", x.Owner)
	faults.Day("due", x.Due)
	if x.Effect > Ineffective {
		faults.Add("effect", x.Effect, "is an effect, or absent")
	}
	if x.Effect != 0 && x.Effect <= Ineffective && (x.Owner != "" || x.Due != 0 || x.Issue != "") {
		faults.Add("effect", x.Effect, "stands without the issue, owner and due of a plan")
	}
}

// Correct plans or checks a corrective action with a command. Neither its owner checks it nor
// anybody of whom the customer complains.
func (p *Policy) Correct(c Case, x Correct) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindCorrect, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	at := c.corrective(x.Action)
	switch {
	case x.Effect == 0:
		d.missPlan(&x, at)
	case at < 0 || d.step.At.Before(c.Corrections[at].At):
		d.miss(customer.Reason{Code: CodeActionUnknown, Of: x.Action})
	default:
		action := &c.Corrections[at]
		if action.Effect == Effective {
			d.miss(customer.Reason{Code: CodeActionDone, Of: x.Action, At: action.Checked.In(p.zone)})
		}
		if action.Owner == d.step.By {
			d.miss(customer.Reason{Code: CodeOwnCheck, Of: action.Owner})
		}
		if c.concerns(d.step.By) {
			d.miss(customer.Reason{Code: CodeConcerned, Of: d.step.By})
		}
	}
	d.post(x)
	return d.decision()
}

// missPlan notes what a plan lacks.
func (d *desk) missPlan(x *Correct, at int) {
	if at >= 0 {
		d.miss(customer.Reason{Code: CodeActionThere, Of: x.Action})
	}
	if x.Issue != "" {
		d.issueOf(x.Issue)
	}
	for _, one := range [...]struct {
		there bool
		code  string
	}{
		{x.Text != "", CodeNoAction},
		{x.Owner != "", CodeNoActionOwner},
		{x.Due != 0, CodeNoActionDue},
	} {
		if !one.there {
			d.miss(customer.Reason{Code: one.code, Of: x.Action})
		}
	}
	if today := d.day(d.step.At); x.Due != 0 && x.Due < today {
		d.miss(customer.Reason{Code: CodeDuePast, Of: x.Action, On: today, By: x.Due})
	}
}

// Corrective is a corrective action.
type Corrective struct {
	Action  string        `json:"action"`
	At      time.Time     `json:"at"`
	By      string        `json:"by"`
	Issue   string        `json:"issue,omitempty"`
	Text    string        `json:"text"`
	Owner   string        `json:"owner"`
	Due     customer.Date `json:"due"`
	Effect  Effect        `json:"effect,omitzero"` // of the latest check; zero: nobody has checked
	Checked time.Time     `json:"checked,omitzero"`
	Checker string        `json:"checker,omitempty"`
	Seen    string        `json:"seen,omitempty"`
	Checks  int           `json:"checks,omitempty"`
	Overdue bool          `json:"overdue,omitempty"` // its last day has passed, as was told
}

// corrective returns the place of a corrective action, or -1.
func (c *Case) corrective(id string) int {
	return slices.IndexFunc(c.Corrections, func(one Corrective) bool { return one.Action == id })
}

func (x Correct) apply(g *ground, e *Entry) error {
	at := g.corrective(x.Action)
	if (at < 0) != (x.Effect == 0) {
		return fmt.Errorf("action %q is planned once, and then checked", x.Action)
	}
	corrections := mine(g, ofCorrections, &g.Corrections)
	if at < 0 {
		*corrections = append(*corrections, Corrective{Action: x.Action, At: e.At, By: e.By, Issue: x.Issue, Text: x.Text, Owner: x.Owner, Due: x.Due})
		return nil
	}
	one := &(*corrections)[at]
	if one.Effect == Effective {
		return fmt.Errorf("action %q is done", x.Action)
	}
	one.Checks++
	if !e.At.Before(one.Checked) { // a check that is booked late takes no later one's place
		one.Effect, one.Checked, one.Checker, one.Seen = x.Effect, e.At, e.By, x.Text
	}
	return nil
}
