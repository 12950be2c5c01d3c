package lifecycle

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Stage is how far a customer has come with the shop. The zero Stage is that of somebody
// whom nobody knows.
//
// There are five. Won back is no sixth: whoever comes back from Ending is Growing again, in
// her next [Life.Cycle], with the day of her return in [Life.Back], so that plays and
// reports can tell her from those who have never been away.
type Stage uint8

// The stages, in their order. Their texts are format.
const (
	Potential  Stage = iota + 1 // known, and has not bought
	Developing                  // has bought, and is no regular yet
	Growing                     // comes back by herself
	Mature                      // among the best
	Ending                      // silent, or nearly
)

// String returns the stored text.
func (s Stage) String() string {
	switch s {
	case Potential:
		return "potential"
	case Developing:
		return "developing"
	case Growing:
		return "growing"
	case Mature:
		return "mature"
	case Ending:
		return "ending"
	}
	return "stage " + strconv.Itoa(int(s))
}

// Valid reports whether s is one of the stages.
func (s Stage) Valid() bool { return s >= Potential && s <= Ending }

// MarshalText writes the stored text; anything else is an error.
func (s Stage) MarshalText() ([]byte, error) { return customer.WriteStored("lifecycle", s, Ending) }

// UnmarshalText reads what MarshalText wrote.
func (s *Stage) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "stage", s, Ending, text)
}

// Source is how somebody came to be known. The zero Source is not known.
type Source uint8

// The sources. Their texts are format.
const (
	FromAdvert      Source = iota + 1 // an advertisement
	FromBrand                         // a campaign for the shop's name
	FromReferral                      // another customer spoke of the shop
	FromPartner                       // a partner sent her
	FromWrongNumber                   // she dialled a wrong number, and may yet buy
	FromWalkIn                        // she came in by herself
	FromSite                          // she wrote, or signed up, on the web
	FromElsewhere                     // none of these
)

// String returns the stored text.
func (s Source) String() string {
	switch s {
	case FromAdvert:
		return "advert"
	case FromBrand:
		return "brand"
	case FromReferral:
		return "referral"
	case FromPartner:
		return "partner"
	case FromWrongNumber:
		return "wrong-number"
	case FromWalkIn:
		return "walk-in"
	case FromSite:
		return "site"
	case FromElsewhere:
		return "elsewhere"
	}
	return "source " + strconv.Itoa(int(s))
}

// Valid reports whether s is one of the sources.
func (s Source) Valid() bool { return s >= FromAdvert && s <= FromElsewhere }

// MarshalText writes the stored text; anything else is an error.
func (s Source) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", s, FromElsewhere)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Source) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "source", s, FromElsewhere, text)
}

// Life is the stage of a customer, and what led to it.
type Life struct {
	Stage Stage         `json:"stage,omitzero"`
	Since customer.Date `json:"since,omitzero"` // the day on which she was found there
	Held  customer.Date `json:"held,omitzero"`  // the first day on which a measured edge may lead out
	Cycle int           `json:"cycle,omitzero"` // 1 from the first purchase on, and 1 more at each return
	Back  customer.Date `json:"back,omitzero"`  // the day on which she was last found to be back; zero: never away
	First customer.Date `json:"first,omitzero"` // the earliest purchase that any move knew of
	Last  customer.Date `json:"last,omitzero"`  // the latest purchase that the latest move knew of

	Known    customer.Date `json:"known,omitzero"` // the day from which her source is known
	Source   Source        `json:"source,omitzero"`
	Campaign string        `json:"campaign,omitempty"` // which advertisement, partner, …
}

// WonBack reports whether she is growing because she came back.
func (l Life) WonBack() bool { return l.Stage == Growing && l.Back != 0 && l.Back == l.Since }

// noteLife books what may be true of any life, whatever the rules.
func (g *ground) noteLife(e *Entry) error {
	if e.Kind == Known {
		return g.noteKnown(e)
	}
	l := &g.Life
	switch {
	case e.From != l.Stage:
		return fmt.Errorf("it leads from %s, and she is %s", e.From, l.Stage)
	case !leads(e.From, e.To):
		return fmt.Errorf("nothing leads from %s to %s", e.From, e.To)
	case e.On < l.Since:
		return fmt.Errorf("she is %s since %s", l.Stage, l.Since)
	case !e.First.Valid() || e.Last < e.First || e.On < e.Last || l.First != 0 && l.First < e.First:
		return errors.New("its purchases are none")
	case e.Held != 0 && (!e.Held.Valid() || e.Held < e.On):
		return errors.New("she is held until a day before it")
	case e.From == Ending && e.Last <= l.Last:
		return errors.New("nobody comes back without a purchase")
	}
	l.Stage, l.Since, l.Held, l.First, l.Last = e.To, e.On, e.Held, e.First, e.Last
	if l.Cycle == 0 {
		l.Cycle = 1
	}
	if e.From == Ending {
		l.Cycle, l.Back = l.Cycle+1, e.On
	}
	return nil
}

func (g *ground) noteKnown(e *Entry) error {
	l := &g.Life
	switch {
	case !e.Source.Valid() || len(e.Campaign) > customer.MaxText:
		return errors.New("it has no source, or too long a campaign")
	case l.Source != 0:
		return fmt.Errorf("she is known from %s already", l.Source)
	}
	l.Known, l.Source, l.Campaign = e.On, e.Source, e.Campaign
	if l.Stage == 0 {
		l.Stage, l.Since = Potential, e.On
	}
	return nil
}

// leads reports whether an edge leads from a stage to another.
func leads(from, to Stage) bool {
	switch from {
	case 0, Potential: // the first purchase places her where her facts say
		return to >= Developing && to <= Ending
	case Developing:
		return to == Growing || to == Ending
	case Growing:
		return to == Developing || to == Mature || to == Ending
	case Mature:
		return to == Growing || to == Ending
	case Ending:
		return to == Growing
	}
	return false
}
