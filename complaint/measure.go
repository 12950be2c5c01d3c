package complaint

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MeasureKind says what is done about one of the staff. The zero MeasureKind is refused.
type MeasureKind uint8

// The kinds of measures. Their texts are format.
const (
	TalkMeasure MeasureKind = iota + 1
	TrainingMeasure
	WarningMeasure
	TransferMeasure // to other work
	NoMeasure       // it was looked at, and nothing was called for
	OtherMeasure

	lastMeasure = OtherMeasure
)

// String returns the stored text.
func (k MeasureKind) String() string {
	switch k {
	case TalkMeasure:
		return "talk"
	case TrainingMeasure:
		return "training"
	case WarningMeasure:
		return "warning"
	case TransferMeasure:
		return "transfer"
	case NoMeasure:
		return "none"
	case OtherMeasure:
		return "other"
	}
	return "measure " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k MeasureKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, lastMeasure)
}

// UnmarshalText reads what MarshalText wrote.
func (k *MeasureKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "measure", k, lastMeasure, text)
}

// Discipline books a measure on one of the staff. It is no remedy of the customer's, and not for
// everybody's eyes: see [Policy.For].
type Discipline struct {
	Step `json:"-"`

	On      string      `json:"on"` // whom of the staff
	Measure MeasureKind `json:"measure"`
	Issue   string      `json:"issue,omitempty"` // from which it follows
	Text    string      `json:"text,omitempty"`
}

func (Discipline) kind() Kind { return KindDiscipline }

// Canonical writes the command in canonical form.
func (x Discipline) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("on", x.On)
	if x.Measure != 0 {
		c.Text("measure", x.Measure.String())
	}
	c.Text("issue", x.Issue)
	c.Text("text", x.Text)
}

func (x Discipline) faults(faults *customer.Faults) {
	faults.Name("on", x.On)
	if x.Measure == 0 || x.Measure > lastMeasure {
		faults.Add("measure", x.Measure, "is a measure")
	}
	faults.Text("issue", x.Issue)
	faults.Note("text", x.Text)
}

// Discipline books a measure on staff with a command of an agent who may see measures.
func (p *Policy) Discipline(c Case, x Discipline, agent Agent) (Decision, error) {
	step := x.Take()
	var d desk
	err := p.open(&d, &c, KindDiscipline, step, func(faults *customer.Faults) {
		x.faults(faults)
		agent.checkBy(faults, step.By)
	})
	if err != nil {
		return Decision{}, err
	}
	if x.Issue != "" {
		d.issueOf(x.Issue)
	}
	if x.On == step.By {
		d.miss(customer.Reason{Code: CodeOwnMeasure, Of: x.On})
	}
	if !p.entitled(&agent) {
		d.miss(customer.Reason{Code: CodeNotEntitled, Of: agent.ID})
	}
	d.post(x)
	return d.decision()
}

// Measure is one that was taken on one of the staff.
type Measure struct {
	At      time.Time   `json:"at"`
	By      string      `json:"by"`
	On      string      `json:"on"`
	Measure MeasureKind `json:"measure"`
	Issue   string      `json:"issue,omitempty"`
	Text    string      `json:"text,omitempty"`
}

func (x Discipline) apply(g *ground, e *Entry) error {
	measures := room(g, ofMeasures, &g.Measures)
	*measures = append(*measures, Measure{e.At, e.By, x.On, x.Measure, x.Issue, x.Text})
	return nil
}

// entitled reports whether an agent may see measures on staff.
func (p *Policy) entitled(agent *Agent) bool {
	return slices.ContainsFunc(agent.Roles, func(role string) bool { return slices.Contains(p.remedies.MeasureRoles, role) })
}

// For returns the case as somebody may see it: without the measures on staff, unless one of her
// roles is entitled to see them; those on herself she sees. Show a case so, and keep the whole
// one for decisions: what For returns is not what its entries lead to.
func (p *Policy) For(c Case, viewer Agent) Case {
	if !p.entitled(&viewer) {
		c.Measures = slices.DeleteFunc(slices.Clone(c.Measures), func(m Measure) bool { return m.On != viewer.ID })
		if len(c.Measures) == 0 {
			c.Measures = nil
		}
	}
	return c
}

// EntriesFor returns a history as somebody may see it: as For does with a case. What is left is
// for reading and no longer to be replayed.
func (p *Policy) EntriesFor(entries []Entry, viewer Agent) []Entry {
	entries = slices.Clone(entries)
	if p.entitled(&viewer) {
		return entries
	}
	return slices.DeleteFunc(entries, func(e Entry) bool {
		measure, is := e.Body.(Discipline)
		return is && measure.On != viewer.ID
	})
}
