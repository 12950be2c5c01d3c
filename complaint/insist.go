package complaint

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Deadline is a time that the customer has set. It binds nobody and stands beside ours: what
// is promised is held against it.
type Deadline struct {
	Ref   string    `json:"ref"`
	At    time.Time `json:"at"`
	Issue string    `json:"issue,omitempty"`
	Until time.Time `json:"until"`
	Text  string    `json:"text,omitempty"`
}

// Insist says by when the customer wants something, and what she will do otherwise. Like all
// that she says it is never refused: a deadline that is past, or absurd, is hers.
type Insist struct {
	Step `json:"-"`

	Issue string    `json:"issue,omitempty"` // empty: all that the case is about
	Until time.Time `json:"until"`
	Text  string    `json:"text,omitempty"` // what she wants, or else
}

func (Insist) kind() Kind { return KindInsist }

// Canonical writes the command in canonical form.
func (x Insist) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	c.Time("until", x.Until)
	c.Text("text", x.Text)
}

func (x Insist) faults(faults *customer.Faults) {
	faults.Text("issue", x.Issue)
	faults.Instant("until", x.Until)
	faults.Note("text", x.Text)
}

// Insist books by when the customer wants something. Open promises that come later are named, and
// so is where else it belongs: see Log.
func (p *Policy) Insist(c Case, x Insist) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindInsist, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if x.Issue != "" && c.issue(x.Issue) < 0 {
		d.miss(customer.Reason{Code: CodeIssueUnknown, Of: x.Issue})
	}
	d.post(x)
	for i := range d.now.Commitments {
		one := &d.now.Commitments[i]
		if one.Open() && !one.Outlasts && one.Due.After(x.Until) && (x.Issue == "" || x.Issue == one.Issue) {
			d.sayLater(one.Promise)
		}
	}
	d.whyForward()
	return d.decision()
}

// apply notes the deadline, for the case and for the open promises that it is about.
func (x Insist) apply(g *ground, e *Entry) error {
	if x.Issue != "" && g.issue(x.Issue) < 0 {
		return fmt.Errorf("issue %q is unknown", x.Issue)
	}
	deadlines := room(g, ofDeadlines, &g.Deadlines)
	*deadlines = append(*deadlines, Deadline{e.Ref, e.At, x.Issue, x.Until, x.Text})
	for i := range g.Commitments {
		if one := g.Commitments[i]; one.Open() && !one.Outlasts && (x.Issue == "" || x.Issue == one.Issue) {
			(*mine(g, ofCommitments, &g.Commitments))[i].Wanted = x.Until
		}
	}
	return nil
}

// wanted is by when the customer last insisted on an issue, or on everything, since the case was
// last reopened; zero: she did not.
func (c *Case) wanted(issue string) time.Time {
	var since time.Time
	if n := len(c.Reopening); n > 0 {
		since = c.Reopening[n-1].At
	}
	for i := len(c.Deadlines) - 1; i >= 0; i-- {
		if one := &c.Deadlines[i]; (one.Issue == "" || one.Issue == issue) && !one.At.Before(since) {
			return one.Until
		}
	}
	return time.Time{}
}
