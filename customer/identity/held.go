package identity

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Held is an identifier of a customer: since when, and what became of it. Printed, it is its Identifier.
type Held struct { //nolint:recvcheck // a value; read in place
	Identifier
	At        time.Time `json:"at"` // when it was told
	By        string    `json:"by"`
	Source    string    `json:"source"`
	Holder    string    `json:"holder,omitempty"`   // of a card: which cardholder has it
	Confirmed time.Time `json:"confirmed,omitzero"` // when it was last told again, or found to be good
	Ended     time.Time `json:"ended,omitzero"`     // since when it is hers no more; it still resolves, as an old one
	EndedBy   string    `json:"ended_by,omitempty"`
	Flawed    Flawed    `json:"flawed,omitzero"` // what is wrong with it, or was last
}

// Flawed is what is wrong with an identifier, who said so, on what evidence, and since when. Printed,
// it hides its notes.
type Flawed struct {
	Flaw       Flaw      `json:"flaw"`
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Evidence   string    `json:"evidence"`
	Note       string    `json:"note,omitempty"`
	Restored   time.Time `json:"restored,omitzero"` // since when nothing is wrong with it any more
	RestoredBy string    `json:"restored_by,omitempty"`
}

// String says what is wrong, and hides the note.
func (f Flawed) String() string {
	if f.Flaw == 0 {
		return "good"
	}
	return f.Flaw.String()
}

// Format writes what String says, whatever the verb.
func (f Flawed) Format(s fmt.State, _ rune) { show(s, f.String()) }

// Flaw is what makes an identifier useless. The zero Flaw is none.
type Flaw uint8

// The flaws. Their texts are format.
const (
	NoSuch  Flaw = iota + 1 // the number does not exist
	Bounces                 // mail comes back
	NotHers                 // it is somebody else's, and never was hers
	Lost                    // the card is lost
	Stolen                  // the card was stolen
	Stopped                 // the shop, or her employer, wants it used no more
)

// String returns the stored text.
func (f Flaw) String() string {
	switch f {
	case NoSuch:
		return "no-such"
	case Bounces:
		return "bounces"
	case NotHers:
		return "not-hers"
	case Lost:
		return "lost"
	case Stolen:
		return "stolen"
	case Stopped:
		return "stopped"
	}
	return "flaw " + strconv.Itoa(int(f))
}

// MarshalText writes the stored text; anything else is an error.
func (f Flaw) MarshalText() ([]byte, error) { return customer.WriteStored("identity", f, Stopped) }

// UnmarshalText reads what MarshalText wrote.
func (f *Flaw) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "flaw", f, Stopped, text)
}

// blocks reports whether the identifier is right, and only must not be used.
func (f Flaw) blocks() bool { return f >= Lost }

// Status is what an identifier is good for at an instant. The zero Status is none.
type Status uint8

// The statuses. Their texts are format.
const (
	Good    Status = iota + 1 // it identifies her at a till
	NotYet                    // its first day is still to come
	Expired                   // its last day has passed
	Ended                     // it is hers no more
	Blocked                   // it must not be used: lost, stolen, stopped
	Invalid                   // it leads nowhere, or never was hers
)

// String returns the stored text.
func (s Status) String() string {
	switch s {
	case Good:
		return "good"
	case NotYet:
		return "not-yet"
	case Expired:
		return "expired"
	case Ended:
		return "ended"
	case Blocked:
		return "blocked"
	case Invalid:
		return "invalid"
	}
	return "status " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Status) MarshalText() ([]byte, error) { return customer.WriteStored("identity", s, Invalid) }

// UnmarshalText reads what MarshalText wrote.
func (s *Status) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "status", s, Invalid, text)
}

// flawedAt reports whether something is wrong with the identifier at an instant.
func (h *Held) flawedAt(at time.Time) bool {
	return h.Flawed.Flaw != 0 && !at.Before(h.Flawed.At) && (h.Flawed.Restored.IsZero() || at.Before(h.Flawed.Restored))
}

// Status says what the identifier is good for at an instant, and why. It needs no rules: what they
// said was pinned when it was attached. It identifies her before the instant at which it was told,
// too: sales come in late, and the clocks of tills differ.
func (h Held) Status(at time.Time) (Status, customer.Reason) { return h.status(at) }

func (h *Held) status(at time.Time) (Status, customer.Reason) {
	reason := customer.Reason{Of: h.Scheme}
	switch {
	case h.flawedAt(at):
		reason.Code, reason.Of, reason.At = CodeInvalid, h.Scheme+"/"+h.Flawed.Flaw.String(), h.Flawed.At
		if h.Flawed.Flaw.blocks() {
			reason.Code = CodeBlocked
			return Blocked, reason
		}
		return Invalid, reason
	case !h.Ended.IsZero() && !at.Before(h.Ended):
		reason.Code, reason.At = CodeEnded, h.Ended
		return Ended, reason
	case at.Before(h.Valid.From):
		reason.Code, reason.At = CodeNotYet, h.Valid.From
		return NotYet, reason
	case !h.Valid.Contains(at):
		reason.Code, reason.At = CodeExpired, h.Valid.To
		return Expired, reason
	}
	reason.Code, reason.Until = CodeGood, h.Valid.To
	return Good, reason
}

// status is the status of a row, with a reason that cites the register, in its zone.
func (g *Register) status(h *Held, at time.Time) (Status, customer.Reason) {
	status, reason := h.status(at)
	reason.Rule = g.rules.Name()
	if !reason.At.IsZero() {
		reason.At = reason.At.In(g.zone)
	}
	if !reason.Until.IsZero() {
		reason.Until = reason.Until.In(g.zone)
	}
	return status, reason
}

// missFlawed refuses a command on a row with which something is wrong.
func (g *Register) missFlawed(d *draft, row *Held) {
	if row.flawed() {
		_, reason := g.status(row, row.Flawed.At)
		d.Miss(reason)
	}
}

// flawed reports whether something is wrong with it, as it stands.
func (h *Held) flawed() bool { return h.Flawed.Flaw != 0 && h.Flawed.Restored.IsZero() }

// live reports whether the identifier has not ended.
func (h *Held) live() bool { return h.Ended.IsZero() }

// stands reports whether it stands in the way of another row, told at an instant: the same identifier,
// with the same days. A card that a cardholder has is nobody else's on any days. What was good for so
// many days, and no longer is, may be told anew: a list code that is printed again.
func (h *Held) stands(other *Held, at time.Time) bool {
	switch {
	case !h.live() || h.Token != other.Token:
		return false
	case h.Holder != "" || other.Holder != "":
		return true
	case h.From == 0 && h.LastDay == 0 && !h.Valid.To.IsZero() && !at.Before(h.Valid.To):
		return false
	}
	return h.From == other.From && h.LastDay == other.LastDay
}

// inWay returns the place of a row that stands in the way of another one, told at an instant, or -1. The
// row at except ends before.
func (r *Record) inWay(other *Held, except int, at time.Time) int {
	for i := range r.Identifiers {
		if i != except && r.Identifiers[i].stands(other, at) {
			return i
		}
	}
	return -1
}

// Holds returns how the record holds a token at an instant: the row that is good then, and otherwise
// the last one that was told. One number may stand in several rows: a permit that was renewed.
func (r Record) Holds(token Token, at time.Time) (held Held, status Status, found bool) {
	for i := len(r.Identifiers) - 1; i >= 0; i-- {
		row := &r.Identifiers[i]
		if row.Token != token {
			continue
		}
		now, _ := row.status(at)
		if !found || now == Good {
			held, status, found = *row, now, true
		}
		if now == Good {
			break
		}
	}
	return held, status, found
}

// Good returns the identifiers of a scheme that are good at an instant, in the order in which they
// were told: the numbers under which she can be reached, once those are left out that bounce.
func (r Record) Good(scheme string, at time.Time) (good []Held) {
	for i := range r.Identifiers {
		row := &r.Identifiers[i]
		if status, _ := row.status(at); row.Scheme == scheme && status == Good {
			good = append(good, *row)
		}
	}
	return good
}

// last returns the place of the last row of a token that has not ended, or -1.
func (r *Record) last(token Token) int {
	for i := len(r.Identifiers) - 1; i >= 0; i-- {
		if row := &r.Identifiers[i]; row.Token == token && row.live() {
			return i
		}
	}
	return -1
}

// row is last for a decision, which is refused where there is none.
func (g *Register) row(d *draft, r *Record, token Token) int {
	at := r.last(token)
	switch {
	case at >= 0 && d.At.Before(r.Identifiers[at].At):
		d.Miss(customer.Reason{Code: CodeEarlier, Of: token.Scheme, At: r.Identifiers[at].At.In(g.zone)})
	case at < 0 && r.Entries > 0:
		reason := customer.Reason{Code: CodeNotHeld, Of: token.Scheme}
		for i := range r.Identifiers {
			if r.Identifiers[i].Token == token {
				reason.Code, reason.At = CodeEnded, r.Identifiers[i].Ended.In(g.zone)
			}
		}
		d.Miss(reason)
	}
	return at
}

// hold adds an identifier to the ground.
func (r *ground) hold(h Held) error {
	if err := r.room("identifiers", len(r.Identifiers)+1, MaxIdentifiers); err != nil {
		return err
	}
	if h.Value == "" || h.Scheme == "" {
		return errors.New("an identifier is no token")
	}
	if r.inWay(&h, -1, h.At) >= 0 {
		return fmt.Errorf("the %s is held already", h.Scheme)
	}
	rows := mine(r, ofIdentifiers, &r.Identifiers)
	*rows = append(*rows, h)
	r.answered(h.Scheme)
	return nil
}

// at returns the last live row of a token, to be changed in place.
func (r *ground) at(token Token) (*Held, error) {
	at := r.last(token)
	if at < 0 {
		return nil, fmt.Errorf("no such %s is held", token.Scheme)
	}
	return &(*mine(r, ofIdentifiers, &r.Identifiers))[at], nil
}
