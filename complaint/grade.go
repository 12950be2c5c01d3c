package complaint

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Level is the service level that a case reached. The zero Level is: nobody has judged.
type Level uint8

// The levels, each of which includes the one before. Their texts are format.
const (
	Dissatisfied Level = iota + 1 // none was reached
	Satisfied                     // what she reasonably wanted was done, and nothing new upset her
	Comfortable                   // and she praises how
	Delighted                     // and what she needs was foreseen, and she trusts us
)

// String returns the stored text.
func (l Level) String() string {
	switch l {
	case Dissatisfied:
		return "dissatisfied"
	case Satisfied:
		return "satisfied"
	case Comfortable:
		return "comfortable"
	case Delighted:
		return "delighted"
	}
	return "level " + strconv.Itoa(int(l))
}

// MarshalText writes the stored text; anything else is an error.
func (l Level) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", l, Delighted)
}

// UnmarshalText reads what MarshalText wrote.
func (l *Level) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "level", l, Delighted, text)
}

// Criterion is something that a Level stands on. The zero Criterion is refused.
type Criterion uint8

// The criteria. Their texts are format.
const (
	DemandMet    Criterion = iota + 1 // her reasonable demand was met
	NothingNew                        // nothing on the way gave her a new reason to complain
	Praised                           // she praised what was done
	NeedForeseen                      // something was done that she had not yet asked for
	Trusted                           // she says or shows that she trusts us
)

// String returns the stored text.
func (c Criterion) String() string {
	switch c {
	case DemandMet:
		return "demand-met"
	case NothingNew:
		return "nothing-new"
	case Praised:
		return "praised"
	case NeedForeseen:
		return "need-foreseen"
	case Trusted:
		return "trusted"
	}
	return "criterion " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c Criterion) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", c, Trusted)
}

// UnmarshalText reads what MarshalText wrote.
func (c *Criterion) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "criterion", c, Trusted, text)
}

// level is the first level that needs the criterion.
func (c Criterion) level() Level {
	switch c {
	case DemandMet, NothingNew:
		return Satisfied
	case Praised:
		return Comfortable
	case NeedForeseen, Trusted:
	}
	return Delighted
}

// Graded is a Level as somebody judged it.
type Graded struct {
	Level    Level       `json:"level"`
	Criteria []Criterion `json:"criteria,omitempty"` // that were met
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
	Cycle    int         `json:"cycle"`
}

// Grade judges which service level a case reached, and says what the judgement stands on.
type Grade struct {
	Step `json:"-"`

	Level    Level       `json:"level"`
	Criteria []Criterion `json:"criteria,omitempty"` // that were met
	Note     string      `json:"note,omitempty"`
}

func (Grade) kind() Kind { return KindGrade }

// Canonical writes the command in canonical form.
func (x Grade) Canonical(c *customer.Canonical) {
	x.canonical(c)
	if x.Level != 0 {
		c.Text("level", x.Level.String())
	}
	c.List("criteria", len(x.Criteria), func(i int) { c.Text("criterion", x.Criteria[i].String()) })
	c.Text("note", x.Note)
}

func (x Grade) faults(faults *customer.Faults) {
	if x.Level == 0 || x.Level > Delighted {
		faults.Add("level", x.Level, "is a level")
	}
	for i, one := range x.Criteria {
		switch path := "criteria[" + strconv.Itoa(i) + "]"; {
		case one == 0 || one > Trusted:
			faults.Add(path, one, "is a criterion")
		case slices.Contains(x.Criteria[:i], one):
			faults.Add(path, one, "stands only once")
		}
	}
	checkNote(faults, "note", x.Note)
}

// Grade books which service level was reached. It is refused where criteria of the level, or
// of one below, are not said to be met.
func (p *Policy) Grade(c Case, x Grade) (Decision, error) {
	d, err := p.open(&c, KindGrade, x.take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	x.Criteria = slices.Clone(x.Criteria)
	for one := DemandMet; one <= Trusted; one++ {
		if one.level() <= x.Level && !slices.Contains(x.Criteria, one) {
			d.miss(customer.Reason{Code: CodeGradeCriterion, Of: one.String(), Fact: int64(x.Level)})
		}
	}
	d.post(x)
	return d.decision()
}

func (x Grade) apply(g *ground, e *Entry) error {
	if x.Level == 0 || x.Level > Delighted {
		return errors.New("it judges no level")
	}
	g.Graded = Graded{x.Level, slices.Clone(x.Criteria), e.At, e.By, g.Cycle}
	return nil
}
