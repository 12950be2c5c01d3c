package wish

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Intent is whether a customer means to come again. The zero Intent is refused.
type Intent uint8

// The intents. Their texts are format.
const (
	Return    Intent = iota + 1 // she would choose us again
	Undecided                   // she does not know
	StayAway                    // she would not

	lastIntent = StayAway
)

// String returns the stored text.
func (i Intent) String() string {
	switch i {
	case Return:
		return "return"
	case Undecided:
		return "undecided"
	case StayAway:
		return "stay-away"
	}
	return "intent " + strconv.Itoa(int(i))
}

// MarshalText writes the stored text; anything else is an error.
func (i Intent) MarshalText() ([]byte, error) { return customer.WriteStored("wish", i, lastIntent) }

// UnmarshalText reads what MarshalText wrote.
func (i *Intent) UnmarshalText(text []byte) error {
	return customer.ReadStored("wish", "intent", i, lastIntent, text)
}

// Intended is an answer to whether she means to come again.
type Intended struct {
	Ref    string    `json:"ref"`
	At     time.Time `json:"at"`
	By     string    `json:"by"` // who asked
	Intent Intent    `json:"intent"`
	Why    string    `json:"why"`
	Note   string    `json:"note,omitempty"` // in her own words
}

// Intend says whether a customer means to come again, and why.
type Intend struct {
	journal.Step `json:"-"`

	Intent Intent `json:"intent"`
	Why    string `json:"why"` // one of the rules' reasons, or any where they have none
	Note   string `json:"note,omitempty"`
}

func (Intend) kind() string { return "intend" }

// Canonical writes the command in canonical form.
func (x Intend) Canonical(c *customer.Canonical) {
	x.Write(c)
	writeEnum(c, "intent", x.Intent)
	c.Text("why", x.Why)
	c.Text("note", x.Note)
}

func (x Intend) stored(faults *customer.Faults) {
	if x.Intent == 0 || x.Intent > lastIntent {
		faults.Add("intent", x.Intent, "is return, undecided or stay-away")
	}
	faults.Name("why", x.Why)
	faults.Note("note", x.Note)
}

func (x Intend) apply(g *ground, e *Entry) error {
	all := mine(&g.ownIntents, &g.Intents)
	makeRoom(all, func(*Intended) bool { return true })
	*all = append(*all, Intended{e.Ref, e.At, e.By, x.Intent, x.Why, x.Note})
	return nil
}

// Intend books whether she means to come again. The latest thousand answers are kept.
func (b *Book) Intend(m Memory, x Intend) (Decision, error) {
	d, err := b.begin(m, x.Take(), x.stored)
	if err != nil {
		return Decision{}, err
	}
	if b.whys != nil && !b.whys[x.Why] {
		d.Miss(customer.Reason{Code: CodeIntentWhy, Of: x.Why})
	}
	d.Post(x)
	return d.Decision()
}

// Outlook is whether a customer means to come again, as far as is known on a day.
type Outlook struct {
	Latest  Intended          `json:"latest,omitzero"`  // the latest answer; zero: there is none
	Stands  bool              `json:"stands,omitempty"` // it is recent enough to stand for the day asked for
	Reasons []customer.Reason `json:"reasons"`
}

// Outlook returns the latest answer of a day or an earlier one, and whether it is recent enough to be
// relied on. Of two of one instant the one that was booked later is the latest. The answers before it
// stand in the memory.
func (b *Book) Outlook(m Memory, on customer.Date) (Outlook, error) {
	if err := b.asked(on); err != nil {
		return Outlook{}, err
	}
	var o Outlook
	for i := range m.Intents {
		if one := &m.Intents[i]; b.Day(one.At) <= on && !one.At.Before(o.Latest.At) {
			o.Latest = *one
		}
	}
	if o.Latest.Intent == 0 {
		o.Reasons = []customer.Reason{{Code: CodeIntentNone, Rule: b.name}}
		return o, nil
	}
	said := b.Day(o.Latest.At)
	because := customer.Reason{Rule: b.name, Of: o.Latest.Why, On: said}
	switch o.Latest.Intent {
	case Return:
		because.Code = CodeIntentReturn
	case Undecided:
		because.Code = CodeIntentUndecided
	case StayAway:
		because.Code = CodeIntentAway
	}
	o.Reasons = []customer.Reason{because}
	most := b.rules.Intents.Days
	if o.Stands = most == 0 || int(on-said) < most; !o.Stands {
		o.Reasons = append(o.Reasons, customer.Reason{
			Code: CodeIntentOld, Rule: b.name, Fact: int64(on - said), Mark: int64(most), Unit: customer.UnitDays, On: said,
		})
	}
	return o, nil
}
