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

// Log books a contact. It is never refused: not on a closed case, and not on one that is a
// duplicate of another.
type Log struct {
	Step `json:"-"`

	Channel   Channel   `json:"channel"`
	Direction Direction `json:"direction"`
	Note      string    `json:"note,omitempty"`
	Seconds   int       `json:"seconds,omitempty"`
	CostMinor int64     `json:"cost_minor,omitempty"`
}

func (Log) kind() Kind { return KindLog }

// Canonical writes the command in canonical form.
func (l Log) Canonical(c *customer.Canonical) {
	l.canonical(c)
	c.Text("channel", l.Channel.text())
	if l.Direction != 0 {
		c.Text("direction", l.Direction.String())
	}
	c.Text("note", l.Note)
	c.Int("seconds", int64(l.Seconds))
	c.Int("cost_minor", l.CostMinor)
}

func (l *Log) faults(faults *customer.Faults) {
	checkChannel(faults, "channel", l.Channel)
	if l.Direction == 0 || l.Direction > lastDirection {
		faults.Add("direction", l.Direction, "is a direction")
	}
	checkNote(faults, "note", l.Note)
	faults.Within("seconds", l.Seconds, 0, 24*60*60)
	checkMinor(faults, "cost_minor", l.CostMinor)
}

// Log books a contact with a command.
func (p *Policy) Log(c Case, l Log) (Decision, error) {
	d, err := p.open(c, KindLog, l.take(), l.faults)
	if err != nil {
		return Decision{}, err
	}
	d.post(l)
	return d.decision()
}

func (l Log) apply(g *ground, e *Entry) error {
	contacts := mine(g, ofContacts, &g.Contacts)
	*contacts = append(*contacts, Contact{e.Ref, e.At, e.By, l.Channel, l.Direction, l.Note, l.Seconds, l.CostMinor})
	return nil
}
