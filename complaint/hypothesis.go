package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Hypothesis is what somebody thinks the cause of an issue may be, with what speaks for it and
// against it. It decides nothing: a cause is found with [Policy.Find].
type Hypothesis struct {
	ID        string     `json:"hypothesis"` // the host's ID, unique in the case
	Issue     string     `json:"issue"`
	Cause     Cause      `json:"cause"`
	Text      string     `json:"text"`
	At        time.Time  `json:"at"`
	By        string     `json:"by"`
	Weighings []Weighing `json:"weighings,omitempty"` // in booking order
}

// Weighing is one piece of evidence laid on a hypothesis.
type Weighing struct {
	Ref    string     `json:"ref"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	Side   Side       `json:"side"`
	Ground Evidence   `json:"ground,omitzero"`
	Queue  QueueFacts `json:"queue,omitzero"`
	Text   string     `json:"text,omitempty"`
}

// Side says what a piece of evidence speaks for. The zero Side is refused.
type Side uint8

// The sides. Their texts are format.
const (
	For Side = iota + 1
	Against
)

// String returns the stored text.
func (s Side) String() string {
	switch s {
	case For:
		return "for"
	case Against:
		return "against"
	}
	return "side " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Side) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", s, Against) }

// UnmarshalText reads what MarshalText wrote.
func (s *Side) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "side", s, Against, text)
}

// Evidence points to something that the case knows, or to a document of the host's.
type Evidence struct {
	Kind EvidenceKind `json:"kind"`
	Ref  string       `json:"ref"` // of an incident its ID, of a document the host's ID, of all others that of the command
}

func (v *Evidence) canonical(c *customer.Canonical) {
	if v.Kind != 0 {
		c.Text("kind", v.Kind.String())
	}
	c.Text("ref", v.Ref)
}

func (v *Evidence) check(faults *customer.Faults) {
	if v.Kind == 0 || v.Kind > lastEvidence {
		faults.Add("kind", v.Kind, "is a kind of evidence")
	}
	faults.Name("ref", v.Ref)
}

// EvidenceKind says what a piece of evidence is. The zero EvidenceKind is refused.
type EvidenceKind uint8

// The kinds of evidence. Their texts are format.
const (
	ByInspection EvidenceKind = iota + 1
	ByIncident
	ByContact
	ByStatement
	ByVetting
	ByDocument

	lastEvidence = ByDocument
)

// String returns the stored text.
func (k EvidenceKind) String() string {
	switch k {
	case ByInspection:
		return "inspection"
	case ByIncident:
		return "incident"
	case ByContact:
		return "contact"
	case ByStatement:
		return "statement"
	case ByVetting:
		return "vetting"
	case ByDocument:
		return "document"
	}
	return "evidence " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k EvidenceKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, lastEvidence)
}

// UnmarshalText reads what MarshalText wrote.
func (k *EvidenceKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "evidence", k, lastEvidence, text)
}

// evidence returns when a piece of evidence came to be, as far as the case knows, and whether
// there is such a piece. A document is the host's: the case takes its word.
func (c *Case) evidence(v Evidence) (at time.Time, found bool) {
	switch v.Kind {
	case ByInspection:
		return when(c.Inspections, func(one *Inspection) (string, time.Time) { return one.Ref, one.At }, v.Ref)
	case ByIncident:
		return when(c.Incidents, func(one *Incident) (string, time.Time) { return one.ID, one.At }, v.Ref)
	case ByContact:
		return when(c.Contacts, func(one *Contact) (string, time.Time) { return one.Ref, one.At }, v.Ref)
	case ByStatement:
		return when(c.Statements, func(one *Statement) (string, time.Time) { return one.Ref, one.At }, v.Ref)
	case ByVetting:
		return when(c.Vettings, func(one *Vetting) (string, time.Time) { return one.Ref, one.At }, v.Ref)
	case ByDocument:
		return time.Time{}, true
	}
	return time.Time{}, false
}

// when finds a row by its reference.
func when[T any](rows []T, of func(*T) (string, time.Time), ref string) (time.Time, bool) {
	for i := range rows {
		if name, at := of(&rows[i]); name == ref {
			return at, true
		}
	}
	return time.Time{}, false
}

// rests notes that something cannot be evidence: the case does not know it, or it came later
// than what rests on it.
func (d *desk) rests(v Evidence) {
	at, found := d.now.evidence(v)
	switch {
	case !found:
		d.miss(customer.Reason{Code: CodeEvidenceUnknown, Of: v.Ref})
	case at.After(d.step.At):
		d.miss(customer.Reason{Code: CodeEvidenceLater, Of: v.Ref, At: at.In(d.zone)})
	}
}

// QueueFacts are what was seen of a queue when the customer stood in it: the evidence of too
// little capacity. The zero QueueFacts are none.
type QueueFacts struct {
	Open        int `json:"open,omitempty"`         // counters that served
	Counters    int `json:"counters,omitempty"`     // that there are
	StaffBehind int `json:"staff_behind,omitempty"` // who were there and did not serve
	Waiting     int `json:"waiting,omitempty"`      // customers in the queue
	WaitSeconds int `json:"wait_seconds,omitempty"` // how long she waited
}

func (q QueueFacts) canonical(c *customer.Canonical) {
	c.Int("open", int64(q.Open))
	c.Int("counters", int64(q.Counters))
	c.Int("staff_behind", int64(q.StaffBehind))
	c.Int("waiting", int64(q.Waiting))
	c.Int("wait_seconds", int64(q.WaitSeconds))
}

func (q QueueFacts) check(faults *customer.Faults) {
	const most = 100_000
	faults.Within("open", q.Open, 0, max(0, q.Counters))
	faults.Within("counters", q.Counters, 0, most)
	faults.Within("staff_behind", q.StaffBehind, 0, most)
	faults.Within("waiting", q.Waiting, 0, most)
	faults.Within("wait_seconds", q.WaitSeconds, 0, 7*24*60*60)
}

// Reasons tell the facts, one by one: the counters open of those that there are, the staff who
// did not serve, how many stood in the queue and how long she waited. What was not seen is not
// told.
func (q QueueFacts) Reasons() (reasons []customer.Reason) {
	if q.Counters > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeQueueCounters, Fact: int64(q.Open), Mark: int64(q.Counters), Unit: customer.UnitTimes})
	}
	if q.StaffBehind > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeQueueStaff, Fact: int64(q.StaffBehind), Unit: customer.UnitTimes})
	}
	if q.Waiting > 0 || q.WaitSeconds > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeQueueWait, Fact: int64(q.WaitSeconds), Mark: int64(q.Waiting), Unit: customer.UnitSeconds})
	}
	return reasons
}

// Suspect notes what the cause of an issue may be.
type Suspect struct {
	Step `json:"-"`

	Hypothesis string `json:"hypothesis"`
	Issue      string `json:"issue"`
	Cause      Cause  `json:"cause"`
	Text       string `json:"text"`
}

func (Suspect) kind() Kind { return KindSuspect }

// Canonical writes the command in canonical form.
func (x Suspect) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("hypothesis", x.Hypothesis)
	c.Text("issue", x.Issue)
	c.Text("cause", x.Cause.text())
	c.Text("text", x.Text)
}

func (x Suspect) faults(faults *customer.Faults) {
	faults.Name("hypothesis", x.Hypothesis)
	faults.Name("issue", x.Issue)
	checkCause(faults, "cause", x.Cause)
	checkSaid(faults, "text", x.Text)
}

// Suspect notes a hypothesis. It needs no evidence, and is none.
func (p *Policy) Suspect(c Case, x Suspect) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindSuspect, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	d.hasIssue(x.Issue)
	if d.now.hypothesis(x.Hypothesis) >= 0 {
		d.miss(customer.Reason{Code: CodeHypothesisKnown, Of: x.Hypothesis})
	}
	d.post(x)
	return d.decision()
}

func (x Suspect) apply(g *ground, e *Entry) error {
	if g.issue(x.Issue) < 0 || g.hypothesis(x.Hypothesis) >= 0 {
		return fmt.Errorf("hypothesis %q on issue %q", x.Hypothesis, x.Issue)
	}
	hypotheses := room(g, ofHypotheses, &g.Hypotheses)
	*hypotheses = append(*hypotheses, Hypothesis{ID: x.Hypothesis, Issue: x.Issue, Cause: x.Cause, Text: x.Text, At: e.At, By: e.By})
	return nil
}

// hypothesis returns the place of a hypothesis, or -1.
func (c *Case) hypothesis(id string) int {
	return slices.IndexFunc(c.Hypotheses, func(one Hypothesis) bool { return one.ID == id })
}

// Weigh lays evidence on a hypothesis, for it or against it.
type Weigh struct {
	Step `json:"-"`

	Hypothesis string     `json:"hypothesis"`
	Side       Side       `json:"side"`
	Ground     Evidence   `json:"ground,omitzero"`
	Queue      QueueFacts `json:"queue,omitzero"` // instead of a Ground, or beside it
	Text       string     `json:"text,omitempty"`
}

func (Weigh) kind() Kind { return KindWeigh }

// Canonical writes the command in canonical form.
func (x Weigh) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("hypothesis", x.Hypothesis)
	if x.Side != 0 {
		c.Text("side", x.Side.String())
	}
	c.Group("ground", func() { x.Ground.canonical(c) })
	c.Group("queue", func() { x.Queue.canonical(c) })
	c.Text("text", x.Text)
}

func (x Weigh) faults(faults *customer.Faults) {
	faults.Name("hypothesis", x.Hypothesis)
	if x.Side == 0 || x.Side > Against {
		faults.Add("side", x.Side, "is for or against")
	}
	if x.Ground != (Evidence{}) || x.Queue == (QueueFacts{}) {
		part := customer.Faults{}
		x.Ground.check(&part)
		faults.Join("ground", part)
	}
	part := customer.Faults{}
	x.Queue.check(&part)
	faults.Join("queue", part)
	faults.Note("text", x.Text)
}

// Weigh lays evidence on a hypothesis.
func (p *Policy) Weigh(c Case, x Weigh) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindWeigh, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if place := d.now.hypothesis(x.Hypothesis); place < 0 {
		d.miss(customer.Reason{Code: CodeHypothesisUnknown, Of: x.Hypothesis})
	} else if len(d.now.Hypotheses[place].Weighings) >= MaxList {
		d.miss(customer.Reason{Code: CodeHypothesisFull, Of: x.Hypothesis, Mark: MaxList, Unit: customer.UnitTimes})
	}
	if x.Ground != (Evidence{}) {
		d.rests(x.Ground)
	}
	d.post(x)
	for _, reason := range x.Queue.Reasons() {
		d.why(reason)
	}
	return d.decision()
}

func (x Weigh) apply(g *ground, e *Entry) error {
	place := g.hypothesis(x.Hypothesis)
	if place < 0 || len(g.Hypotheses[place].Weighings) >= MaxList {
		return fmt.Errorf("there is no hypothesis %q, or one with no room", x.Hypothesis)
	}
	one := &(*mine(g, ofHypotheses, &g.Hypotheses))[place]
	one.Weighings = append(slices.Clone(one.Weighings), Weighing{e.Ref, e.At, e.By, x.Side, x.Ground, x.Queue, x.Text})
	return nil
}
