package complaint

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Contact is one row of the contact log.
type Contact struct {
	Ref       string    `json:"ref"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Channel   Channel   `json:"channel"`
	Direction Direction `json:"direction"`
	Missed    bool      `json:"missed,omitempty"` // nobody was reached
	Note      string    `json:"note,omitempty"`
	Seconds   int       `json:"seconds,omitempty"`    // how long it took
	CostMinor int64     `json:"cost_minor,omitempty"` // what it cost us
}

// Direction says between whom a contact is. The zero Direction is refused.
type Direction uint8

// The directions. Their texts are format.
const (
	FromCustomer Direction = iota + 1
	ToCustomer
	FromOther // a third party: a supplier, a laboratory, an external body
	ToOther
	Internal // among ourselves: a note for whoever has the case next

	lastDirection = Internal
)

// String returns the stored text.
func (d Direction) String() string {
	switch d {
	case FromCustomer:
		return "from-customer"
	case ToCustomer:
		return "to-customer"
	case FromOther:
		return "from-other"
	case ToOther:
		return "to-other"
	case Internal:
		return "internal"
	}
	return "direction " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Direction) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", d, lastDirection)
}

// UnmarshalText reads what MarshalText wrote.
func (d *Direction) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "direction", d, lastDirection, text)
}

// Channel is how a contact is made. The zero Channel is refused.
type Channel uint8

// The channels. Their texts are format.
const (
	Phone Channel = iota + 1
	Visit
	Letter
	Email
	Fax
	Voicemail
	Chat
	Message // a text message
	Web     // a form
	Social
	Event
	Authority // an external body passes it on

	lastChannel = Authority
)

// String returns the stored text.
func (c Channel) String() string {
	switch c {
	case Phone:
		return "phone"
	case Visit:
		return "visit"
	case Letter:
		return "letter"
	case Email:
		return "email"
	case Fax:
		return "fax"
	case Voicemail:
		return "voicemail"
	case Chat:
		return "chat"
	case Message:
		return "message"
	case Web:
		return "web"
	case Social:
		return "social"
	case Event:
		return "event"
	case Authority:
		return "authority"
	}
	return "channel " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c Channel) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", c, lastChannel)
}

// UnmarshalText reads what MarshalText wrote.
func (c *Channel) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "channel", c, lastChannel, text)
}

// text is for canonical forms, in which what is zero leaves no trace.
func (c Channel) text() string {
	if c == 0 {
		return ""
	}
	return c.String()
}

func checkChannel(faults *customer.Faults, path string, channel Channel) {
	if channel == 0 || channel > lastChannel {
		faults.Add(path, channel, "is a channel")
	}
}

// maxSeconds is the longest contact, and the longest wait of one handoff: a day.
const maxSeconds = 24 * 60 * 60

// ContactCost is what contacts over a channel cost us.
type ContactCost struct {
	Channel   Channel `json:"channel"`
	EachMinor int64   `json:"each_minor,omitempty"` // each, however long it takes
	HourMinor int64   `json:"hour_minor,omitempty"` // an hour of it; a part of one in proportion, rounded half up
}

// costOf returns what a contact cost: what was said, or else what the rules say of its channel.
// More than MaxMinor is written as MaxMinor.
func (p *Policy) costOf(channel Channel, seconds int, said int64) int64 {
	cost := p.costs[channel]
	if said != 0 || cost.Channel == 0 {
		return said
	}
	return min(cost.EachMinor+(cost.HourMinor*int64(seconds)+1800)/3600, MaxMinor)
}

// Cost is what it took to serve somebody: a case, or by Plus a customer with all her cases.
type Cost struct {
	Contacts int   `json:"contacts"`
	Seconds  int64 `json:"seconds"`
	Minor    int64 `json:"minor"`
}

// Plus returns the cost of both.
func (c Cost) Plus(more Cost) Cost {
	return Cost{c.Contacts + more.Contacts, c.Seconds + more.Seconds, c.Minor + more.Minor}
}

// Cost returns what the contacts of a case took, from its intake on. What was paid to the
// customer is no part of it.
func (c Case) Cost() Cost {
	cost := Cost{Contacts: len(c.Contacts)}
	for i := range c.Contacts {
		cost.Seconds += int64(c.Contacts[i].Seconds)
		cost.Minor += c.Contacts[i].CostMinor
	}
	return cost
}

// Log books a contact. It is never refused for what the case is: not on a closed one, and not on
// one that is a duplicate of another, whose root the answer then names, so that the host logs it
// there too. Only the log itself can be full, at MaxList contacts.
type Log struct {
	Step `json:"-"`

	Channel   Channel   `json:"channel"`
	Direction Direction `json:"direction"`
	Missed    bool      `json:"missed,omitempty"` // nobody was reached: no answer, a letter that came back
	Note      string    `json:"note,omitempty"`
	Seconds   int       `json:"seconds,omitempty"`
	CostMinor int64     `json:"cost_minor,omitempty"` // 0: what the rules say of the channel, if they do
	Threat    string    `json:"threat,omitempty"`     // the external body to which she says she will go
}

func (Log) kind() Kind { return KindLog }

// Canonical writes the command in canonical form.
func (l Log) Canonical(c *customer.Canonical) {
	l.Write(c)
	c.Text("channel", l.Channel.text())
	if l.Direction != 0 {
		c.Text("direction", l.Direction.String())
	}
	c.Bool("missed", l.Missed)
	c.Text("note", l.Note)
	c.Int("seconds", int64(l.Seconds))
	c.Int("cost_minor", l.CostMinor)
	c.Text("threat", l.Threat)
}

func (l Log) faults(faults *customer.Faults) {
	checkChannel(faults, "channel", l.Channel)
	if l.Direction == 0 || l.Direction > lastDirection {
		faults.Add("direction", l.Direction, "is a direction")
	}
	faults.Note("note", l.Note)
	faults.Within("seconds", l.Seconds, 0, maxSeconds)
	checkMinor(faults, "cost_minor", l.CostMinor)
	faults.Text("threat", l.Threat)
}

// Log books a contact with a command.
func (p *Policy) Log(c Case, l Log) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindLog, l.Take(), func(faults *customer.Faults) {
		l.faults(faults)
		p.noMoney(faults, "cost_minor", l.CostMinor)
	})
	if err != nil {
		return Decision{}, err
	}
	l.CostMinor = p.costOf(l.Channel, l.Seconds, l.CostMinor)
	d.post(l)
	d.whyThreat(l.Threat)
	if l.Direction != Internal {
		d.whyForward()
	}
	return d.decision()
}

// whyForward tells where else a contact belongs: at the root of a duplicate, or in the next
// cycle of a closed case, or in a case that follows it.
func (d *desk) whyForward() {
	if root := d.now.duplicateOf(); root != "" {
		d.why(customer.Reason{Code: CodeForward, Of: string(root)})
		return
	}
	if d.now.Phase == Closed {
		d.why(d.window(&d.now.Case, d.step.At))
	}
}

func (l Log) apply(g *ground, e *Entry) error {
	g.contact(Contact{e.Ref, e.At, e.By, l.Channel, l.Direction, l.Missed, l.Note, l.Seconds, l.CostMinor})
	g.threatened(l.Threat, e)
	return nil
}

// contact adds to the contact log.
func (g *ground) contact(row Contact) {
	contacts := room(g, ofContacts, &g.Contacts)
	*contacts = append(*contacts, row)
}
