package complaint

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Outcome is how a case ended. The zero Outcome is that of a case that has not.
type Outcome uint8

// The outcomes. Their texts are format.
const (
	OutcomeResolved    Outcome = iota + 1 // she got what she could reasonably ask for
	OutcomePartly                         // some of it
	OutcomeRejected                       // none of it, for reasons that she was told
	OutcomeWithdrawn                      // she withdrew all of it
	OutcomeDiverted                       // it was served elsewhere
	OutcomeDuplicate                      // another case, received earlier, answers it
	OutcomeUnreachable                    // she could not be reached, as often as the policy asks for
	OutcomeLost                           // everything is decided, and she has left us: the host tells package lifecycle

	lastOutcome = OutcomeLost
)

// String returns the stored text.
func (o Outcome) String() string {
	switch o {
	case OutcomeResolved:
		return "resolved"
	case OutcomePartly:
		return "partly"
	case OutcomeRejected:
		return "rejected"
	case OutcomeWithdrawn:
		return "withdrawn"
	case OutcomeDiverted:
		return "diverted"
	case OutcomeDuplicate:
		return "duplicate"
	case OutcomeUnreachable:
		return "unreachable"
	case OutcomeLost:
		return "lost"
	}
	return "outcome " + strconv.Itoa(int(o))
}

// MarshalText writes the stored text; anything else is an error.
func (o Outcome) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", o, lastOutcome)
}

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "outcome", o, lastOutcome, text)
}

// answers reports whether the outcome is an answer to the customer.
func (o Outcome) answers() bool {
	return o == OutcomeResolved || o == OutcomePartly || o == OutcomeRejected
}

// decided reports whether nothing may be left undecided.
func (o Outcome) decided() bool { return o.answers() || o == OutcomeLost }

// expected is the outcome that a case is closed with if all goes well.
func (c *Case) expected() Outcome {
	if c.duplicateOf() != "" {
		return OutcomeDuplicate
	}
	return c.answer()
}

// answer is the outcome that the decisions on the issues come to: what the customer withdrew does
// not count, and neither does what asked for nothing.
func (c *Case) answer() Outcome {
	if len(c.Issues) > 0 && c.withdrawn() {
		return OutcomeWithdrawn
	}
	upheld, rejected := false, false
	for i := range c.Issues {
		if issue := &c.Issues[i]; issue.Withdrawn.IsZero() {
			verdict := issue.Ruling.Verdict
			upheld = upheld || verdict == FullyUpheld || verdict == PartlyUpheld
			rejected = rejected || verdict.rejects()
		}
	}
	switch {
	case upheld && rejected:
		return OutcomePartly
	case rejected:
		return OutcomeRejected
	}
	return OutcomeResolved
}

// ClosingRules says when a case may be closed, and for how long it may be reopened.
type ClosingRules struct {
	// Tries is how often in a row, and in the cycle that is closed, she must have been tried in
	// vain before a case is closed as unreachable; 0: none ever is. TriesDays is how many days
	// lie at least between the first and the last of them.
	Tries     int `json:"tries,omitempty"`
	TriesDays int `json:"tries_days,omitempty"`
	// ReopenDays is how long a closed case may be reopened with a [Reopen], in calendar days after
	// the one on which it was closed; what comes later gets a case that follows it. 0: for ever.
	// How long a survey reopens it is said there.
	ReopenDays int `json:"reopen_days,omitempty"`
}

// maxTries is the most tries that a policy may ask for.
const maxTries = 100

// readClosing checks the rules.
func (p *Policy) readClosing(faults *customer.Faults) {
	rules := p.rules.Closing
	faults.Within("closing.tries", rules.Tries, 0, maxTries)
	faults.Within("closing.tries_days", rules.TriesDays, 0, maxDays)
	if rules.Tries < 2 && rules.TriesDays > 0 {
		faults.Add("closing.tries_days", rules.TriesDays, "is 0 unless at least two tries are asked for")
	}
	faults.Within("closing.reopen_days", rules.ReopenDays, 0, maxDays)
}

// Close ends the case, or its cycle, if it is reopened.
type Close struct {
	Step `json:"-"`

	Outcome Outcome `json:"outcome"`
	Note    string  `json:"note,omitempty"`
}

func (Close) kind() Kind { return KindClose }

// Canonical writes the command in canonical form.
func (x Close) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Outcome != 0 {
		c.Text("outcome", x.Outcome.String())
	}
	c.Text("note", x.Note)
}

func (x Close) faults(faults *customer.Faults) {
	if x.Outcome == 0 || x.Outcome > lastOutcome {
		faults.Add("outcome", x.Outcome, "is an outcome")
	}
	faults.Note("note", x.Note)
}

// Close ends the case with a command. Whatever the outcome, nothing may be left that somebody
// owes or keeps: a promise, an item in custody, a remedy that is not paid, a way to appeal, an
// external body, a customer who was sent elsewhere and not served there. An answer (resolved,
// partly, rejected) asks for all issues to be decided like that and for a solution that she was
// told, with its date, which is an [Act] of kind conversation.Solution in the cycle, and for no cause
// that the latest inspection speaks against; lost for all issues to be decided; withdrawn for all to
// be withdrawn; diverted for somebody to have served her, and for a decision wherever she asks for
// something or complains of somebody; duplicate for the link; unreachable for the tries. It is booked
// for no instant before that at which the last of all this was done.
func (p *Policy) Close(c Case, x Close) (Decision, error) {
	var d desk
	err := p.begin(&d, &c, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	p.barStep(KindClose, &d.now.Case, d.step, d.miss)
	if d.now.Phase != 0 {
		p.barClose(&d.now.Case, x.Outcome, d.step.At, d.miss)
	}
	if answer := d.now.answer(); x.Outcome.answers() && x.Outcome != answer && len(d.now.Issues) > 0 && !d.now.pending() {
		d.miss(customer.Reason{Code: CodeOtherOutcome, Of: answer.String()})
	}
	if x.Outcome == OutcomeUnreachable {
		d.post(x, p.tried(&d.now.Case, d.step.At))
	} else {
		d.post(x)
	}
	if ends := p.reopenUntil(&d.now.Case); !ends.IsZero() {
		d.why(customer.Reason{Code: CodeReopenUntil, At: d.step.At.In(p.zone), Until: ends.In(p.zone)})
	}
	return d.decision()
}

// barClose notes all that keeps a case from being closed with an outcome.
func (p *Policy) barClose(c *Case, outcome Outcome, at time.Time, miss func(customer.Reason)) {
	switch {
	case outcome == OutcomeWithdrawn:
		if len(c.Issues) == 0 {
			miss(customer.Reason{Code: CodeNoIssue}) // who has said nothing yet has withdrawn nothing
		}
		for i := range c.Issues {
			if issue := &c.Issues[i]; issue.Withdrawn.IsZero() {
				miss(customer.Reason{Code: CodeNotWithdrawn, Of: issue.Issue})
			}
		}
	case outcome == OutcomeDuplicate:
		if c.duplicateOf() == "" {
			miss(customer.Reason{Code: CodeNoDuplicate})
		}
	case outcome == OutcomeUnreachable:
		p.barReached(c, at, miss)
	case outcome == OutcomeDiverted:
		c.barServed(miss)
		p.barAsked(c, miss)
	case outcome.decided():
		p.barIssues(c, at, miss)
	}
	if outcome.answers() {
		p.barSolution(c, at, miss)
	}
	p.barPromises(c, at, miss)
	p.barItems(c, at, miss)
	p.barRemedies(c, at, miss)
	p.barRecourse(c, at, miss)
	p.barDiverted(c, at, miss)
}

// owedUntil is when the last of what keeps a case open was done, as it was told: an open case cannot
// have been closed before.
func (c *Case) owedUntil() time.Time {
	last := c.Since
	for i := range c.Issues {
		last = later(last, later(c.Issues[i].Withdrawn, c.Issues[i].Ruling.At))
	}
	for i := range c.Commitments {
		last = later(last, c.Commitments[i].ended())
	}
	for i := range c.Items {
		last = later(last, c.Items[i].Ended)
	}
	for i := range c.Remedies {
		for j := range c.Remedies[i].Payments {
			last = later(last, c.Remedies[i].Payments[j].At)
		}
	}
	for i := range c.Recourse.Filings {
		last = later(last, c.Recourse.Filings[i].Concluded)
	}
	for i := range c.Diversions {
		last = later(last, c.Diversions[i].Checked)
	}
	return last
}

// vain counts how often in a row the customer was tried in vain, up to an instant, and says when
// first and last. Whatever she says herself, whatever reached her and a reopening begin the row
// anew. It goes by when that was, not by when it was booked: a try told late was made before she
// called, not after.
func (c *Case) vain(at time.Time) (tries int, first, last time.Time) {
	var since time.Time
	if n := len(c.Reopening); n > 0 {
		since = c.Reopening[n-1].At
	}
	for i := range c.Contacts {
		row := &c.Contacts[i]
		if row.Direction == FromCustomer || row.Direction == ToCustomer && !row.Missed {
			since = later(since, row.At)
		}
	}
	for i := range c.Contacts {
		row := &c.Contacts[i]
		if row.Direction != ToCustomer || !row.Missed || !row.At.After(since) || row.At.After(at) {
			continue
		}
		if tries == 0 || row.At.Before(first) {
			first = row.At
		}
		last = later(last, row.At)
		tries++
	}
	return tries, first, last
}

// tried says how often the customer was tried in vain.
func (p *Policy) tried(c *Case, at time.Time) customer.Reason {
	tries, first, last := c.vain(at)
	reason := customer.Reason{Code: CodeTries, Fact: int64(tries), Mark: int64(p.rules.Closing.Tries), Unit: customer.UnitTimes}
	if tries > 0 {
		reason.At, reason.Until = first.In(p.zone), last.In(p.zone)
	}
	return reason
}

// barReached notes that the customer was not tried as often, and over as many days, as the policy
// asks for.
func (p *Policy) barReached(c *Case, at time.Time, miss func(customer.Reason)) {
	rules := p.rules.Closing
	if rules.Tries == 0 {
		miss(customer.Reason{Code: CodeNoTries})
		return
	}
	tries, first, last := c.vain(at)
	if tries < rules.Tries {
		miss(p.tried(c, at))
	}
	if span := p.day(last) - p.day(first); tries > 0 && int(span) < rules.TriesDays {
		miss(customer.Reason{
			Code: CodeTriesSpan, Fact: int64(span), Mark: int64(rules.TriesDays), Unit: customer.UnitDays, On: p.day(first), By: p.day(first).AddDays(rules.TriesDays),
		})
	}
}

func (x Close) apply(g *ground, e *Entry) error {
	switch o := x.Outcome; {
	case o == 0 || o > lastOutcome:
		return errInvalid("outcome")
	case o.decided() && (len(g.Issues) == 0 || g.pending()), o == OutcomeWithdrawn && !g.withdrawn(), o == OutcomeDuplicate && g.duplicateOf() == "":
		return fmt.Errorf("it has not ended as %s", o)
	}
	g.Ended = x.Outcome
	return g.enter(Closed, e)
}
