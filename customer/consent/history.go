package consent

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Said is what she said. The zero Said is refused.
type Said uint8

// What she may have said. Their texts are format.
const (
	Given     Said = iota + 1 // yes
	Confirmed                 // that it was she who said yes
	Declined                  // no, when she was asked
	Withdrawn                 // no longer
	Objected                  // no contact at all
	Restored                  // contact again
)

// String returns the stored text.
func (s Said) String() string {
	switch s {
	case Given:
		return "given"
	case Confirmed:
		return "confirmed"
	case Declined:
		return "declined"
	case Withdrawn:
		return "withdrawn"
	case Objected:
		return "objected"
	case Restored:
		return "restored"
	}
	return "said " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Said) MarshalText() ([]byte, error) { return customer.WriteStored("consent", s, Restored) }

// UnmarshalText reads what MarshalText wrote.
func (s *Said) UnmarshalText(text []byte) error {
	return customer.ReadStored("consent", "what she said", s, Restored, text)
}

// Record is one word of hers on a question, with all that shows it.
type Record struct {
	Word
	Said      Said      `json:"said"`
	Evidence  Evidence  `json:"evidence,omitzero"`
	Recipient Recipient `json:"recipient,omitzero"` // what she was told of a third party
	Condition string    `json:"condition,omitempty"`
	Guardian  string    `json:"guardian,omitempty"`
	Years     int       `json:"years,omitempty"`
	Grant     string    `json:"grant,omitempty"`  // of what was confirmed: the reference of the yes
	Until     time.Time `json:"until,omitzero"`   // of a yes: from when on it no longer holds
	Confirm   time.Time `json:"confirm,omitzero"` // of a yes: by when it must be confirmed
}

// History returns all that she has said to a question, objections included, in the order in which
// she said it: the proof that an authority asks for, beside the [Policy.Allowed] of the day in
// question. When each word was booked, its Entry says. What was known on a day is the
// History of the consents that [Replay] makes of the entries until then.
func (c Consents) History(q Question) []Record {
	records := c.records(&q)
	for i := range c.beside {
		records = append(records, c.beside[i].records(&q)...)
	}
	slices.SortStableFunc(records, func(x, y Record) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Entry, y.Entry)) })
	return records
}

func (c *Consents) records(q *Question) (records []Record) {
	for i := range c.Grants {
		g := &c.Grants[i]
		if g.Purpose != q.Purpose || g.Channel != q.Channel || g.Party != q.Party {
			continue
		}
		records = append(records, Record{
			Word: g.Word, Said: Given, Evidence: g.Evidence, Recipient: g.Recipient, Condition: g.Condition, Guardian: g.Guardian, Years: g.Years,
			Until: g.Until, Confirm: g.ConfirmBy,
		})
		if !g.Confirmed.At.IsZero() {
			records = append(records, Record{
				Word: g.Confirmed.Word, Said: Confirmed, Evidence: Evidence{Record: g.Confirmed.Record}, Grant: g.Ref,
			})
		}
	}
	for i := range c.Denials {
		no := &c.Denials[i]
		if !no.covers(q) {
			continue
		}
		said := Declined
		if no.Withdrawn {
			said = Withdrawn
		}
		records = append(records, Record{Word: no.Word, Said: said, Evidence: no.Evidence})
	}
	for i := range c.Objections {
		objection := &c.Objections[i]
		said := Objected
		if objection.Restored {
			said = Restored
		}
		records = append(records, Record{Word: objection.Word, Said: said, Evidence: objection.Evidence})
	}
	return records
}

// Strictest returns what several records of one customer come to, to be read as one: a no that stands
// in any of them counts, whatever she has said under another, and so does an objection; otherwise a
// yes that holds in any of them counts, for it is she who gave it. One of them that is erased stops
// everything. The order does not matter to what is allowed.
//
// It is for reading only, and not for storing: a word of hers is booked on one record. Once two
// records are no longer linked, each is read by itself again.
func Strictest(c Consents, others ...Consents) Consents {
	beside := slices.Clone(c.beside)
	for _, other := range others {
		more := other.beside
		other.beside = nil
		beside = append(append(beside, other), more...)
	}
	c.beside = beside
	return c
}
