package complaint

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// dated reports whether an act is said with a time.
func dated(act conversation.Act) bool {
	return act == conversation.Solution || act == conversation.Alternative
}

// Acted is an act of the conversation that was done.
type Acted struct {
	Ref       string           `json:"ref"`
	At        time.Time        `json:"at"`
	By        string           `json:"by"`
	Act       conversation.Act `json:"act"`
	Channel   Channel          `json:"channel"`
	Seniority string           `json:"seniority,omitempty"`
	Issue     string           `json:"issue,omitempty"`
	Until     time.Time        `json:"until,omitzero"`
	Promise   string           `json:"promise,omitempty"`
	Cycle     int              `json:"cycle"`
	Note      string           `json:"note,omitempty"`
}

// Act says that somebody did an act of the conversation: apologised on the telephone, went to
// the customer's home to explain, told her what will be done and by when. Whether the acts come
// in a good order is for package conversation to judge.
type Act struct {
	Step `json:"-"`

	Act       conversation.Act `json:"act"`
	Channel   Channel          `json:"channel"`
	Seniority string           `json:"seniority,omitempty"` // of who did it: a role, in the host's words
	Issue     string           `json:"issue,omitempty"`
	// Until is by when, of a solution or an alternative; it may be done at once. With Promise,
	// which the case has, it is by when that one is due.
	Until   time.Time `json:"until,omitzero"`
	Promise string    `json:"promise,omitempty"`
	Note    string    `json:"note,omitempty"`
}

func (Act) kind() Kind { return KindAct }

// Canonical writes the command in canonical form.
func (x Act) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Act != 0 {
		c.Text("act", x.Act.String())
	}
	c.Text("channel", x.Channel.text())
	c.Text("seniority", x.Seniority)
	c.Text("issue", x.Issue)
	c.Time("until", x.Until)
	c.Text("promise", x.Promise)
	c.Text("note", x.Note)
}

func (x Act) faults(faults *customer.Faults) {
	if x.Act == 0 || x.Act > conversation.Alternative {
		faults.Add("act", x.Act, "is an act")
	}
	checkChannel(faults, "channel", x.Channel)
	faults.Text("seniority", x.Seniority)
	faults.Text("issue", x.Issue)
	faults.Text("promise", x.Promise)
	if !dated(x.Act) && (!x.Until.IsZero() || x.Promise != "") {
		faults.Add("until", x.Until, "goes with a solution or an alternative, and so does a promise")
	}
	if !x.Until.IsZero() {
		faults.Instant("until", x.Until)
	}
	faults.Note("note", x.Note)
}

// Act books an act of the conversation. A solution without its time is refused: it is none.
func (p *Policy) Act(c Case, x Act) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAct, x.Take(), func(faults *customer.Faults) {
		if x.faults(faults); x.Promise != "" && !x.Until.IsZero() {
			faults.Add("until", x.Until, "is that of the promise, and absent beside one")
		}
	})
	if err != nil {
		return Decision{}, err
	}
	if x.Issue != "" && c.issue(x.Issue) < 0 {
		d.miss(customer.Reason{Code: CodeIssueUnknown, Of: x.Issue})
	}
	switch kept := d.promised(&x); {
	case x.Act == conversation.Solution && x.Until.IsZero() && x.Promise == "":
		d.miss(customer.Reason{Code: CodeSolutionWhen})
	case !x.Until.IsZero() && x.Until.Before(d.step.At) && !kept:
		d.miss(customer.Reason{Code: CodeSolutionPast, At: x.Until.In(p.zone)})
	}
	d.post(x)
	return d.decision()
}

// promised fills in the time of the promise that an act names, and reports whether that was
// kept already.
func (d *desk) promised(x *Act) (kept bool) {
	if x.Promise == "" {
		return false
	}
	i := d.now.commitment(x.Promise)
	if i < 0 {
		d.miss(customer.Reason{Code: CodePromiseUnknown, Of: x.Promise})
		return false
	}
	one := &d.now.Commitments[i]
	x.Until, kept = one.Due, !one.Kept.IsZero()
	if !one.Open() && !kept {
		d.miss(customer.Reason{Code: CodePromiseEnded, Of: x.Promise, At: one.ended().In(d.zone)})
	}
	return kept
}

func (x Act) apply(g *ground, e *Entry) error {
	switch {
	case x.Act == 0 || x.Act > conversation.Alternative:
		return fmt.Errorf("%s is unknown", x.Act)
	case x.Act == conversation.Solution && x.Until.IsZero():
		return errors.New("a solution says by when")
	}
	acts := room(g, ofActs, &g.Acts)
	*acts = append(*acts, Acted{e.Ref, e.At, e.By, x.Act, x.Channel, x.Seniority, x.Issue, x.Until, x.Promise, g.Cycle, x.Note})
	return nil
}

// barSolution wants the customer to have been told what is done and by when, in this cycle,
// before the case is closed. Where she has withdrawn everything there is nothing to tell.
func (p *Policy) barSolution(c *Case, at time.Time, miss func(customer.Reason)) {
	if !slices.ContainsFunc(c.Issues, func(one Issue) bool { return one.Withdrawn.IsZero() }) {
		return
	}
	for i := range c.Acts {
		if one := &c.Acts[i]; one.Act == conversation.Solution && one.Cycle == c.Cycle && !one.At.After(at) {
			return
		}
	}
	miss(customer.Reason{Code: CodeSolutionMissing, Fact: int64(c.Cycle), Unit: customer.UnitTimes})
}
