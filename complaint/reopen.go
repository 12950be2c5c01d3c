package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// ReopenWhy is why a case is reopened. The zero ReopenWhy is refused.
type ReopenWhy uint8

// Why cases are reopened. Their texts are format.
const (
	StillProblem ReopenWhy = iota + 1 // what we did has not helped
	NewEvidence                       // something is known that was not
	BodyAsks                          // an external body took it up
	OurMistake                        // it should not have been closed, or not like this

	lastReopenWhy = OurMistake
)

// String returns the stored text.
func (r ReopenWhy) String() string {
	switch r {
	case StillProblem:
		return "still-a-problem"
	case NewEvidence:
		return "new-evidence"
	case BodyAsks:
		return "external-body"
	case OurMistake:
		return "mistake"
	}
	return "why " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r ReopenWhy) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", r, lastReopenWhy)
}

// UnmarshalText reads what MarshalText wrote.
func (r *ReopenWhy) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "why of a reopening", r, lastReopenWhy, text)
}

// Again is one reopening, with what the cycle before it had ended with.
type Again struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Why    ReopenWhy `json:"why"`
	Closed time.Time `json:"closed"` // when the cycle before was
	Ended  Outcome   `json:"ended"`  // and how
	Appeal Appeal    `json:"appeal,omitzero"`
	Issues []Former  `json:"issues,omitempty"` // that are decided anew, as they had ended
}

// Former is what an issue had ended with in an earlier cycle.
type Former struct {
	Issue     string    `json:"issue"`
	Finding   Finding   `json:"finding,omitzero"`
	Ruling    Ruling    `json:"ruling,omitzero"`
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

// Reopen begins another cycle of a closed case. It names the issues that are decided anew, and
// adds those that have come up since; the others stay as they were decided.
type Reopen struct {
	Step `json:"-"`

	Why    ReopenWhy `json:"why"`
	Issues []string  `json:"issues,omitempty"`
	Claims []Claim   `json:"claims,omitempty"`
	Note   string    `json:"note,omitempty"`
}

func (Reopen) kind() Kind { return KindReopen }

// Canonical writes the command in canonical form.
func (x Reopen) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Why != 0 {
		c.Text("why", x.Why.String())
	}
	c.List("issues", len(x.Issues), func(i int) { c.Text("issue", x.Issues[i]) })
	c.List("claims", len(x.Claims), func(i int) { x.Claims[i].canonical(c) })
	c.Text("note", x.Note)
}

func (x Reopen) faults(faults *customer.Faults) {
	if x.Why == 0 || x.Why > lastReopenWhy {
		faults.Add("why", x.Why, "is why it is reopened")
	}
	faults.Names("issues", x.Issues, 0, MaxList) // all that the case has, if she says so
	checkClaims(faults, x.Claims)
	faults.Note("note", x.Note)
}

// Reopen begins another cycle with a command, within the days that the policy gives. After them
// it is refused: then a new case is received, and linked as one that follows this one. What an
// external body asks for is taken up at any time.
func (p *Policy) Reopen(c Case, x Reopen) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindReopen, x.Take(), func(faults *customer.Faults) {
		x.faults(faults)
		p.noClaimed(faults, x.Claims)
	})
	if err != nil {
		return Decision{}, err
	}
	switch window := p.window(&d.now.Case, d.step.At); {
	case d.now.Phase != Closed:
	case x.Why == BodyAsks && len(d.now.Recourse.Filings) == 0:
		d.miss(customer.Reason{Code: CodeNoBody})
	case x.Why != BodyAsks && window.Code == CodeReopenTooLate:
		d.miss(window)
	}
	for _, issue := range x.Issues {
		if d.now.issue(issue) < 0 {
			d.miss(customer.Reason{Code: CodeIssueUnknown, Of: issue})
		}
	}
	for i := range x.Claims {
		d.missNew(x.Claims[i])
	}
	if len(d.now.Issues) > 0 && len(x.Issues)+len(x.Claims) == 0 {
		d.miss(customer.Reason{Code: CodeNothingAnew})
	}
	d.post(x)
	return d.decision()
}

// reopenUntil is the instant from which a closed case is no longer reopened; zero: never.
func (p *Policy) reopenUntil(c *Case) time.Time {
	if p.rules.Closing.ReopenDays == 0 {
		return time.Time{}
	}
	return p.day(c.Since).AddDays(p.rules.Closing.ReopenDays + 1).Start(p.zone)
}

// window says of a closed case until when it may be reopened, or that it may no more.
func (p *Policy) window(c *Case, at time.Time) customer.Reason {
	reason := customer.Reason{Code: CodeReopenUntil, At: c.Since.In(p.zone)}
	if ends := p.reopenUntil(c); !ends.IsZero() {
		reason.Until = ends.In(p.zone)
		if !at.Before(ends) {
			reason.Code = CodeReopenTooLate
		}
	}
	return reason
}

func (x Reopen) apply(g *ground, e *Entry) error {
	if x.Why == 0 || x.Why > lastReopenWhy {
		return errInvalid("why")
	}
	if g.Phase != Closed {
		return moveError{g.Phase, Assessed}
	}
	again := Again{At: e.At, By: e.By, Why: x.Why, Closed: g.Since, Ended: g.Ended, Appeal: g.Recourse.Appeal}
	for _, id := range x.Issues {
		at := g.issue(id)
		if at < 0 {
			return fmt.Errorf("there is no issue %q", id)
		}
		issue := &(*mine(g, ofIssues, &g.Issues))[at]
		again.Issues = append(again.Issues, Former{id, issue.Finding, issue.Ruling, issue.Withdrawn})
		issue.Ruling, issue.Withdrawn = Ruling{}, time.Time{}
	}
	for i := range x.Claims {
		if err := g.claim(x.Claims[i], e); err != nil {
			return err
		}
	}
	reopening := room(g, ofReopening, &g.Reopening)
	*reopening = append(*reopening, again)
	g.Cycle++
	g.Ended = 0
	g.Recourse.Appeal = Appeal{} // it was one against the decision of the last cycle
	if g.Assessed == (Assessment{}) {
		return g.enter(Received, e)
	}
	return g.enter(Assessed, e)
}
