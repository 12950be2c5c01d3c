package complaint

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Severity is how bad something is. The zero Severity is that of a case that nobody has assessed.
type Severity uint8

// The severities, in ascending order. Their texts are format.
const (
	Low Severity = iota + 1
	Normal
	High
	Critical
)

// String returns the stored text.
func (s Severity) String() string {
	switch s {
	case Low:
		return "low"
	case Normal:
		return "normal"
	case High:
		return "high"
	case Critical:
		return "critical"
	}
	return "severity " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Severity) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", s, Critical)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "severity", s, Critical, text)
}

// Assessment is how bad a case is, by the criteria of ISO 10002. The zero Assessment is that of a
// case that nobody has assessed.
type Assessment struct {
	Severity   Severity `json:"severity"`
	Complexity Severity `json:"complexity,omitzero"` // how hard to settle; zero: not judged
	Impact     Severity `json:"impact,omitzero"`     // on others than this customer; zero: not judged
	Safety     bool     `json:"safety,omitempty"`    // somebody may come to harm
	Immediate  bool     `json:"immediate,omitempty"` // somebody has to act at once
}

func (a *Assessment) check(faults *customer.Faults) {
	if a.Severity == 0 || a.Severity > Critical {
		faults.Add("severity", a.Severity, "is a severity")
	}
	if a.Complexity > Critical {
		faults.Add("complexity", a.Complexity, "is a severity, or absent")
	}
	if a.Impact > Critical {
		faults.Add("impact", a.Impact, "is a severity, or absent")
	}
}

// MaxPriority is the highest rank that [Case.Priority] gives.
const MaxPriority = 5

// Priority is the rank in which cases of equal wait are served, from 1 to MaxPriority. It is the
// severity, 2 where nobody has assessed it; at least 3 where somebody may come to harm, 4 where
// somebody has to act at once; and one more, or 4 if that is more, for a customer who says that
// she will go to an external body; the highest once she has.
func (c Case) Priority() int {
	rank := int(c.Assessed.Severity)
	if rank == 0 {
		rank = int(Normal)
	}
	if c.Assessed.Safety {
		rank = max(rank, int(High))
	}
	if c.Assessed.Immediate {
		rank = int(Critical)
	}
	switch {
	case c.External():
		return MaxPriority
	case c.Recourse.Threat != "":
		rank = max(rank+1, int(Critical))
	}
	return min(rank, MaxPriority)
}

// Assess judges how bad a case is. It may be repeated, until everything is decided.
type Assess struct {
	Step `json:"-"`
	Assessment

	Note string `json:"note,omitempty"`
}

func (Assess) kind() Kind { return KindAssess }

// Canonical writes the command in canonical form.
func (a Assess) Canonical(c *customer.Canonical) {
	a.Write(c)
	for _, judged := range [...]struct {
		name     string
		severity Severity
	}{{"severity", a.Severity}, {"complexity", a.Complexity}, {"impact", a.Impact}} {
		if judged.severity != 0 {
			c.Text(judged.name, judged.severity.String())
		}
	}
	c.Bool("safety", a.Safety)
	c.Bool("immediate", a.Immediate)
	c.Text("note", a.Note)
}

func (a Assess) faults(faults *customer.Faults) {
	a.Assessment.check(faults)
	faults.Note("note", a.Note)
}

// Assess judges with a command how bad a case is.
func (p *Policy) Assess(c Case, a Assess) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindAssess, a.Take(), a.faults)
	if err != nil {
		return Decision{}, err
	}
	d.post(a)
	if a.Immediate {
		d.why(customer.Reason{Code: CodeImmediate})
	}
	return d.decision()
}

func (a Assess) apply(g *ground, e *Entry) error {
	if a.Severity == 0 || a.Severity > Critical {
		return errInvalid("severity")
	}
	g.Assessed = a.Assessment
	if g.Phase == Received {
		return g.enter(Assessed, e)
	}
	return nil
}

// Investigate begins to find out what happened.
type Investigate struct {
	Step `json:"-"`

	Note string `json:"note,omitempty"` // what is asked, and of whom
}

func (Investigate) kind() Kind { return KindInvestigate }

// Canonical writes the command in canonical form.
func (i Investigate) Canonical(c *customer.Canonical) {
	i.Write(c)
	c.Text("note", i.Note)
}

func (i Investigate) faults(faults *customer.Faults) { faults.Note("note", i.Note) }

// Investigate begins an investigation with a command.
func (p *Policy) Investigate(c Case, i Investigate) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindInvestigate, i.Take(), i.faults)
	if err != nil {
		return Decision{}, err
	}
	d.post(i)
	return d.decision()
}

func (i Investigate) apply(g *ground, e *Entry) error { return g.enter(Investigating, e) }
