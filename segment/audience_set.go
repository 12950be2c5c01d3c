package segment

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxAudiences is the most audiences of one set.
const MaxAudiences = 50

// AudienceSetRules sorts customers into target groups, by what they need say. A customer
// belongs to the first audience that addresses her; that she is in several is told, so
// that a shop which wants groups apart can see where they are not.
type AudienceSetRules struct {
	customer.Edition

	// Audiences are asked in this order. They have IDs of their own, one zone, and no days
	// of their own: they are in force with the set.
	Audiences []AudienceRules `json:"audiences,omitempty"`
}

// ParseAudienceSetRules reads AudienceSetRules from JSON, strictly; see
// customer.ParseRules. The result is well-formed; NewAudienceSet checks what it says.
func ParseAudienceSetRules(data []byte) (AudienceSetRules, error) {
	return customer.ParseRules[AudienceSetRules](data)
}

// AudienceSet is a rule book of several audiences, compiled. It is immutable and safe for
// concurrent use.
type AudienceSet struct {
	edition   customer.Edition
	audiences []*Audience
}

// NewAudienceSet checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that every audience names.
func NewAudienceSet(rules AudienceSetRules, zone *time.Location) (*AudienceSet, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("audiences", len(rules.Audiences), 1, MaxAudiences)
	set := &AudienceSet{edition: rules.Edition}
	ids := map[string]bool{}
	for i := range rules.Audiences[:min(len(rules.Audiences), MaxAudiences)] {
		audience, path := rules.Audiences[i], fmt.Sprintf("audiences[%d]", i)
		if ids[audience.ID] {
			faults.Add(path+".id", audience.ID, "names only one audience of the set")
		}
		ids[audience.ID] = true
		if audience.From != 0 || audience.Until != 0 {
			faults.Add(path+".from", audience.From, "is absent, as is until: the audiences are in force with their set")
		}
		part := audience.check(nil)
		if len(part) == 0 {
			part.Zone("zone", audience.Zone, zone)
		}
		faults.Join(path, part)
		if len(faults) == 0 {
			set.audiences = append(set.audiences, compileAudience(audience, zone))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return set, nil
}

// AudiencePlace is where a customer stands in a set of audiences.
type AudiencePlace struct {
	First   string // the ID of the first audience that addresses her; empty: none does
	In      int    // how many address her: 1 is one only, more is an overlap
	Unknown int    // how many could not tell
}

// Place finds a customer's group on a day, and why. The reasons are those of every
// audience that addresses her, in the order of the set, or, where none does, of all.
func (s *AudienceSet) Place(facts *AudienceFacts, on customer.Date) (AudiencePlace, []customer.Reason, error) {
	if err := s.edition.Covers(on); err != nil {
		return AudiencePlace{}, nil, err
	}
	var (
		place    AudiencePlace
		in, none []customer.Reason
	)
	for _, audience := range s.audiences {
		answer := audience.root.answer(facts, on)
		if answer == AudienceUnknown {
			place.Unknown++
		}
		if !audience.Addresses(answer) {
			if place.In == 0 {
				none = audience.root.explain(none, facts, on)
			}
			continue
		}
		if place.In++; place.In == 1 {
			place.First = audience.edition.ID
		}
		in = audience.root.explain(in, facts, on)
	}
	if place.In == 0 {
		return place, none, nil
	}
	return place, in, nil
}
