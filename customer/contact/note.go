package contact

import (
	"errors"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Noted is a note on a contact, and when it was written.
type Noted struct {
	Text    string    `json:"text"`
	Written time.Time `json:"written"`
	By      string    `json:"by"`
	Memory  Memory    `json:"memory"`
}

// Memory says how fresh a note is. The zero Memory is none.
type Memory uint8

// How fresh a note may be. Their texts are format.
const (
	During Memory = iota + 1 // written during the contact, or right after it
	Late                     // written later
	Faded                    // written when most of what was said is forgotten

	lastMemory = Faded
)

// String returns the stored text.
func (m Memory) String() string {
	switch m {
	case During:
		return "during"
	case Late:
		return "late"
	case Faded:
		return "faded"
	}
	return "memory " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; anything else is an error.
func (m Memory) MarshalText() ([]byte, error) { return customer.WriteStored("contact", m, lastMemory) }

// UnmarshalText reads what MarshalText wrote.
func (m *Memory) UnmarshalText(text []byte) error {
	return customer.ReadStored("contact", "memory", m, lastMemory, text)
}

// maxNotes is the most notes on one contact.
const maxNotes = 50

// Note adds a note to a contact that was logged. It keeps when it was written, and is late if that
// was after the contact.
type Note struct {
	journal.Step `json:"-"`

	Contact string    `json:"contact"`
	Text    string    `json:"text"`
	Written time.Time `json:"written,omitzero"` // absent: when the command was given

	Memory Memory `json:"memory,omitzero"` // left to the policy
}

func (Note) kind() string { return "note" }

// Canonical writes the command in canonical form.
func (x Note) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("contact", x.Contact)
	c.Text("text", x.Text)
	c.Time("written", x.Written)
	c.Text("memory", stored(x.Memory))
}

func (x Note) check(faults *customer.Faults) {
	faults.Name("contact", x.Contact)
	required(faults, "text", x.Text)
	if !x.Written.IsZero() {
		faults.Instant("written", x.Written)
	}
	if x.Memory > lastMemory {
		faults.Add("memory", x.Memory, "is how fresh a note is")
	}
}

// Note adds a note with a command.
func (p *Policy) Note(f File, x Note) (Decision, error) {
	step := x.Take()
	d, err := p.begin(&f, step, func(faults *customer.Faults) {
		x.check(faults)
		if x.Written.After(step.At) {
			faults.Add("written", x.Written, "is no later than at")
		}
		left(faults, "memory", x.Memory, x.Memory == 0)
	})
	if err != nil {
		return Decision{}, err
	}
	at := f.contact(x.Contact)
	if at < 0 {
		d.Miss(customer.Reason{Code: CodeContactUnknown, Of: x.Contact})
		return d.Decision()
	}
	contact, written := &f.Contacts[at], orElse(x.Written, d.At)
	if written.Before(contact.Began) {
		d.Miss(customer.Reason{Code: CodeNoteEarly, Of: x.Contact, At: p.local(contact.Began)})
	}
	if len(contact.Notes) >= maxNotes {
		d.Miss(customer.Reason{Code: CodeFull, Of: "notes", Mark: maxNotes, Unit: customer.UnitTimes})
	}
	x.Memory = p.memory(contact.Ended(), written)
	d.Post(x)
	p.whyNote(d, x.Contact, x.Text, x.Memory, contact.Ended(), written)
	return d.Decision()
}

func (x Note) apply(g *ground, e *Entry) error {
	at, written := g.contact(x.Contact), orElse(x.Written, e.At)
	switch {
	case at < 0:
		return errUnknown
	case written.Before(g.Contacts[at].Began), written.After(e.At):
		return errors.New("it was written at another time")
	case x.Memory == 0:
		return errors.New("a note says how fresh it is")
	case len(g.Contacts[at].Notes) >= maxNotes:
		return errors.New("there are too many notes")
	}
	row := &(*mine(g, ofContacts, &g.Contacts))[at]
	row.Notes = owned(row.Notes, Noted{x.Text, written, e.By, x.Memory})
	return nil
}

// memory says how fresh a note is that was written some time after the end of a contact.
func (p *Policy) memory(end, written time.Time) Memory {
	after := written.Sub(end)
	switch {
	case after <= time.Duration(p.rules.NoteGraceSeconds)*time.Second:
		return During
	case p.rules.FadedHours > 0 && after >= time.Duration(p.rules.FadedHours)*time.Hour:
		return Faded
	}
	return Late
}

// whyNote says of a contact that it has no note, or one from memory.
func (p *Policy) whyNote(d *draft, ref, text string, memory Memory, end, written time.Time) {
	if reason, so := p.noteReason(ref, text, memory, end, written); so {
		d.Why(reason)
	}
}

func (p *Policy) noteReason(ref, text string, memory Memory, end, written time.Time) (customer.Reason, bool) {
	late := customer.Reason{
		Code: CodeNoteLate, Of: ref, Fact: int64(written.Sub(end) / time.Second), Mark: int64(p.rules.NoteGraceSeconds), Unit: customer.UnitSeconds, At: p.local(written),
	}
	switch {
	case text == "":
		return customer.Reason{Code: CodeNoteMissing, Of: ref, At: p.local(end)}, true
	case memory == Late:
		return late, true
	case memory == Faded:
		late.Code, late.Mark = CodeNoteFaded, int64(p.rules.FadedHours)*3600
		return late, true
	}
	return customer.Reason{}, false
}

// Noteless returns the contacts that were over by an instant and have no note, in booking order, each
// with its reason: how long ago it was over, and after how long most of it is forgotten. A mailing
// wants none, nor does an attempt.
func (p *Policy) Noteless(f File, until time.Time) ([]Contact, []customer.Reason) {
	var contacts []Contact
	var why []customer.Reason
	for i := range f.Contacts {
		one := &f.Contacts[i]
		end := one.Ended()
		if !one.Noteless() || end.After(until) {
			continue
		}
		contacts = append(contacts, *one)
		why = append(why, p.signed(customer.Reason{
			Code: CodeNoteMissing, Of: one.Ref, Fact: int64(until.Sub(end) / time.Second), Mark: int64(p.rules.FadedHours) * 3600, Unit: customer.UnitSeconds, At: p.local(end),
		}))
	}
	return contacts, why
}
