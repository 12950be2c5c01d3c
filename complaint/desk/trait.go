package desk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Trait is one of ten things that a service can be. The zero Trait is refused.
type Trait uint8

// The traits. Their texts are format.
const (
	Guidance   Trait = iota + 1 // 導向性: it tells customers where to go and what comes next
	Technical                   // 技術性: it takes knowledge of the thing
	Social                      // 交際性: it takes dealing with people
	TimeBound                   // 時間性: it is of use at its time only
	PlaceBound                  // 方位性: it is done where the customer or the thing is
	Complex                     // 繁雜性: it has many steps and hands
	Adaptive                    // 適應性: it changes with each customer
	Volume                      // 數量性: there is much of it at once
	Learning                    // 學習性: whoever does it has to keep learning
	Supervised                  // 監管性: somebody has to watch over it
)

// String returns the stored text.
func (t Trait) String() string {
	switch t {
	case Guidance:
		return "guidance"
	case Technical:
		return "technical"
	case Social:
		return "social"
	case TimeBound:
		return "time-bound"
	case PlaceBound:
		return "place-bound"
	case Complex:
		return "complex"
	case Adaptive:
		return "adaptive"
	case Volume:
		return "volume"
	case Learning:
		return "learning"
	case Supervised:
		return "supervised"
	}
	return "trait " + strconv.Itoa(int(t))
}

// MarshalText writes the stored text; anything else is an error.
func (t Trait) MarshalText() ([]byte, error) { return customer.WriteStored("desk", t, Supervised) }

// UnmarshalText reads what MarshalText wrote.
func (t *Trait) UnmarshalText(text []byte) error {
	return customer.ReadStored("desk", "trait", t, Supervised, text)
}

// traits is a set of them.
type traits uint16

func (s traits) has(all traits) bool { return s&all == all }

func readTraits(faults *customer.Faults, path string, list []Trait) traits {
	var set traits
	for i, one := range list[:min(len(list), int(Supervised)+1)] {
		bit := traits(1) << one
		if one < Guidance || one > Supervised || set&bit != 0 {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), one, "is a trait, named once")
			continue
		}
		set |= bit
	}
	return set
}

// Niche is for whom a service is made, in three attributes. In an Offer what is empty is not
// said; in a Hint it does not matter.
type Niche struct {
	Background string `json:"background,omitempty"` // 行業背景: the field that the customer comes from
	Industry   string `json:"industry,omitempty"`   // 具體行業: the trade within it
	Manner     string `json:"manner,omitempty"`     // 內容和方式: what is done, and how
}

func (n Niche) check(faults *customer.Faults, path string) {
	faults.Text(path+".background", n.Background)
	faults.Text(path+".industry", n.Industry)
	faults.Text(path+".manner", n.Manner)
}

// said is how many of the three attributes are said.
func (n Niche) said() int {
	said := 0
	for _, one := range [...]string{n.Background, n.Industry, n.Manner} {
		if one != "" {
			said++
		}
	}
	return said
}

// fits reports whether an offer's niche has all that a hint's says.
func (n Niche) fits(of Niche) bool {
	return (n.Background == "" || n.Background == of.Background) &&
		(n.Industry == "" || n.Industry == of.Industry) &&
		(n.Manner == "" || n.Manner == of.Manner)
}

// Bounds of offers. What exceeds them is a fault.
const (
	MaxOffers = 100_000
	MaxHints  = 10_000
)

// OfferRules is the profile of the services that a shop offers, and what follows from it, as
// plain data.
type OfferRules struct {
	customer.Edition

	Zone   string  `json:"zone"` // IANA name; on whose days the edition is in force
	Offers []Offer `json:"offers,omitempty"`
	Hints  []Hint  `json:"hints,omitempty"`
}

// Offer is a service that the shop offers.
type Offer struct {
	ID     string  `json:"id"`
	Traits []Trait `json:"traits,omitempty"`
	Niche  Niche   `json:"niche,omitzero"`
}

// Hint is what follows for an offer that has all of the traits and fits the niche.
type Hint struct {
	ID     string   `json:"id"`
	Traits []Trait  `json:"traits,omitempty"` // all of them; none: whatever its traits
	Niche  Niche    `json:"niche,omitzero"`
	Skills []string `json:"skills,omitempty"` // that whoever does it should have
	// Desk is where it should be done; empty: the hint does not say.
	Desk string `json:"desk,omitempty"`
	// SlackPermille is what staffing should add: see [Target].
	SlackPermille int `json:"slack_permille,omitempty"`
}

// ParseOfferRules reads OfferRules from JSON, strictly; see customer.ParseRules.
func ParseOfferRules(data []byte) (OfferRules, error) { return customer.ParseRules[OfferRules](data) }

// Offers is the compiled profile. It is immutable and safe for concurrent use.
type Offers struct {
	rules  OfferRules
	name   string
	zone   *time.Location
	offers map[string]int
	traits []traits // by offer
	hints  []traits // by hint
	order  []int    // hints, those that say most first, then by ID
}

var errNoOffers = errors.New("desk: offers come from NewOffers")

// NewOffers checks the rules whole, returning customer.Faults, and compiles them. The desks of
// hints are held against a directory where one is given; nil: any name will do.
func NewOffers(rules OfferRules, zone *time.Location, directory *Directory) (*Offers, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	o := &Offers{rules: rules, name: rules.Name(), zone: zone, offers: make(map[string]int, len(rules.Offers))}
	o.rules.Offers, o.rules.Hints = slices.Clone(rules.Offers), slices.Clone(rules.Hints)
	if few(&faults, "offers", len(rules.Offers), MaxOffers) {
		o.readOffers(&faults)
	}
	if few(&faults, "hints", len(rules.Hints), MaxHints) {
		o.readHints(&faults, directory)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *Offers) readOffers(faults *customer.Faults) {
	for i, one := range o.rules.Offers {
		path := fmt.Sprintf("offers[%d]", i)
		enter(faults, path+".id", one.ID, o.offers, i)
		one.Niche.check(faults, path+".niche")
		o.traits = append(o.traits, readTraits(faults, path+".traits", one.Traits))
	}
}

func (o *Offers) readHints(faults *customer.Faults, directory *Directory) {
	seen := make(map[string]int, len(o.rules.Hints))
	for i := range o.rules.Hints {
		one, path := &o.rules.Hints[i], fmt.Sprintf("hints[%d]", i)
		enter(faults, path+".id", one.ID, seen, i)
		one.Niche.check(faults, path+".niche")
		o.hints = append(o.hints, readTraits(faults, path+".traits", one.Traits))
		if len(one.Traits) == 0 && one.Niche == (Niche{}) {
			faults.Add(path, one.ID, "names a trait or an attribute of a niche")
		}
		one.Skills = names(faults, path+".skills", one.Skills, MaxSkills)
		faults.Text(path+".desk", one.Desk)
		directory.knows(faults, path+".desk", one.Desk)
		faults.Within(path+".slack_permille", one.SlackPermille, 0, 10_000)
		if len(one.Skills) == 0 && one.Desk == "" && one.SlackPermille == 0 {
			faults.Add(path, one.ID, "says skills, a desk or slack")
		}
		o.order = append(o.order, i)
	}
	says := func(i int) int { return len(o.rules.Hints[i].Traits) + o.rules.Hints[i].Niche.said() }
	slices.SortFunc(o.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(says(b), says(a)), cmp.Compare(o.rules.Hints[a].ID, o.rules.Hints[b].ID))
	})
}

// Advice is what is advised for an offer.
type Advice struct {
	Rule          string            `json:"rule"`
	Skills        []string          `json:"skills,omitempty"`         // of all hints, sorted, each once
	Desk          string            `json:"desk,omitempty"`           // of the hint that says most; empty: none says any
	SlackPermille int               `json:"slack_permille,omitempty"` // the largest of all hints
	Because       []customer.Reason `json:"because,omitempty"`        // the hints, the one that says most first
}

// Advise says what the traits and the niche of an offer mean for who does it, where, and with
// how many. Hints add up: the skills of all of them; the desk of the one that names most
// traits and attributes, of equals that with the smaller ID; the largest slack. It is a
// judgement aid: nothing is refused for it.
func (o *Offers) Advise(offer string, at time.Time) (Advice, error) {
	if o == nil || o.zone == nil {
		return Advice{}, errNoOffers
	}
	var faults customer.Faults
	faults.Instant("at", at)
	i, known := o.offers[offer]
	if !known {
		faults.Add("offer", offer, "is an offer of the rules")
	}
	if err := faults.Err(); err != nil {
		return Advice{}, err
	}
	if err := o.rules.Covers(customer.DateOf(at, o.zone)); err != nil {
		return Advice{}, err
	}
	advice := Advice{Rule: o.name}
	for _, j := range o.order {
		hint := &o.rules.Hints[j]
		if !o.traits[i].has(o.hints[j]) || !hint.Niche.fits(o.rules.Offers[i].Niche) {
			continue
		}
		advice.Skills = union(advice.Skills, hint.Skills)
		if advice.Desk == "" {
			advice.Desk = hint.Desk
		}
		advice.SlackPermille = max(advice.SlackPermille, hint.SlackPermille)
		advice.Because = append(advice.Because, customer.Reason{
			Code: CodeHint, Rule: o.name, Of: hint.ID, Fact: int64(len(hint.Traits)), Mark: int64(hint.Niche.said()),
		})
	}
	return advice, nil
}
