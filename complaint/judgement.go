package complaint

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Judgement is what an agent thinks the customer is after: somebody's opinion, with a name and a
// date on it. None is ever changed or taken away, all are there to be read, and no rule of this
// package reads any: what she is owed does not hang on what somebody thinks of her.
type Judgement struct {
	Ref    string    `json:"ref"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Intent Intent    `json:"intent"`
	Text   string    `json:"text"` // why
}

// Intent is what a customer may be after. The zero Intent is refused.
type Intent uint8

// The intents. Their texts are format.
const (
	Request Intent = iota + 1 // she wants something that she does not have
	Redress                   // she wants to be heard and set right in her feelings
	Gain                      // she wants an advantage
)

// String returns the stored text.
func (i Intent) String() string {
	switch i {
	case Request:
		return "request"
	case Redress:
		return "redress"
	case Gain:
		return "gain"
	}
	return "intent " + strconv.Itoa(int(i))
}

// MarshalText writes the stored text; anything else is an error.
func (i Intent) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", i, Gain) }

// UnmarshalText reads what MarshalText wrote.
func (i *Intent) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "intent", i, Gain, text)
}

// Judge notes what an agent thinks the customer is after, and why.
type Judge struct {
	Step `json:"-"`

	Intent Intent `json:"intent"`
	Text   string `json:"text"`
}

func (Judge) kind() Kind { return KindJudge }

// Canonical writes the command in canonical form.
func (x Judge) Canonical(c *customer.Canonical) {
	x.Write(c)
	if x.Intent != 0 {
		c.Text("intent", x.Intent.String())
	}
	c.Text("text", x.Text)
}

func (x Judge) faults(faults *customer.Faults) {
	if x.Intent == 0 || x.Intent > Gain {
		faults.Add("intent", x.Intent, "is an intent")
	}
	checkSaid(faults, "text", x.Text)
}

// Judge notes a judgement beside those that there are.
func (p *Policy) Judge(c Case, x Judge) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindJudge, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	d.post(x)
	return d.decision()
}

func (x Judge) apply(g *ground, e *Entry) error {
	judgements := room(g, ofJudgements, &g.Judgements)
	*judgements = append(*judgements, Judgement{e.Ref, e.At, e.By, x.Intent, x.Text})
	return nil
}
