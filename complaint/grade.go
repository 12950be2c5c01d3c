package complaint

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
)

// Criterion is something that a level of service stands on, in every shop the same. A shop's own
// wording of it, and what else it may ask for, are rules of package conversation, whose criteria
// have these texts as their IDs. The zero Criterion is refused.
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
func (c Criterion) level() conversation.Level {
	switch c {
	case DemandMet, NothingNew:
		return conversation.Satisfied
	case Praised:
		return conversation.Comfortable
	case NeedForeseen, Trusted:
	}
	return conversation.Delighted
}

// Graded is a level of service as somebody judged it.
type Graded struct {
	Level    conversation.Level `json:"level"`
	Criteria []Criterion        `json:"criteria,omitempty"` // that were met
	At       time.Time          `json:"at"`
	By       string             `json:"by"`
	Cycle    int                `json:"cycle"`
}

// Grade judges which service level a case reached, and says what the judgement stands on.
type Grade struct {
	Step `json:"-"`

	Level    conversation.Level `json:"level"`
	Criteria []Criterion        `json:"criteria,omitempty"` // that were met
	Note     string             `json:"note,omitempty"`
}

func (Grade) kind() Kind { return KindGrade }

// Canonical writes the command in canonical form.
func (x Grade) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Level != 0 {
		c.Text("level", x.Level.String())
	}
	c.List("criteria", len(x.Criteria), func(i int) { c.Text("criterion", x.Criteria[i].String()) })
	c.Text("note", x.Note)
}

func (x Grade) faults(faults *customer.Faults) {
	if x.Level == 0 || x.Level > conversation.Delighted {
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
	faults.Note("note", x.Note)
}

// Grade books which service level was reached. It is refused where criteria of the level, or
// of one below, are not said to be met.
func (p *Policy) Grade(c Case, x Grade) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindGrade, x.Take(), x.faults)
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
	if x.Level == 0 || x.Level > conversation.Delighted {
		return errors.New("it judges no level")
	}
	g.Graded = Graded{x.Level, slices.Clone(x.Criteria), e.At, e.By, g.Cycle}
	return nil
}
