package privacy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Place is where something of a customer lies beside the histories that are rewritten. The zero
// Place is refused.
type Place uint8

// The places, in the order in which they are purged. Their texts are format.
const (
	InDirectory  Place = iota + 1 // a token that leads to her
	InLinked                      // another record of the same customer: it is erased likewise
	InProfile                     // lines of what she bought, and what was counted of them
	AtScan                        // a picture of a document, a letter, a recording
	AtThirdParty                  // somebody who was given her data: he is told
	AtSystem                      // another system of the host's; a backup is not restored without erasing again
)

// String returns the stored text.
func (p Place) String() string {
	switch p {
	case InDirectory:
		return "directory"
	case InLinked:
		return "linked-record"
	case InProfile:
		return "profile"
	case AtScan:
		return "scan"
	case AtThirdParty:
		return "third-party"
	case AtSystem:
		return "system"
	}
	return "place " + strconv.Itoa(int(p))
}

// MarshalText writes the stored text; anything else is an error.
func (p Place) MarshalText() ([]byte, error) { return customer.WriteStored("privacy", p, AtSystem) }

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(text []byte) error {
	return customer.ReadStored("privacy", "place", p, AtSystem, text)
}

// Found is where something of a customer lies, as her records say it before they are erased.
type Found struct {
	Place Place  `json:"place"`
	Name  string `json:"name"`          // of a directory the scheme, of a third party its name, of a system its ID; of others what it is
	Ref   string `json:"ref,omitempty"` // the token, the record, the file, the host's reference there
}

// String writes what was found without its reference, which may be a phone number.
func (f Found) String() string { return f.Place.String() + " " + f.Name }

// Format writes what String says, whatever the verb.
func (f Found) Format(s fmt.State, _ rune) { show(s, f.String()) }

// Purge is one thing to be done beside the rewriting: the host does it, and keeps that it was done.
type Purge struct {
	Found
	By  customer.Date   `json:"by"` // the day by which it is done
	Why customer.Reason `json:"why"`
}

// Purge returns what is to be done beside the rewriting of histories, for an erasure on a day: what
// was found, and the systems of the rules, each once, by place, name and reference. The rows hold
// what leads to the customer; a host works them off, and keeps none of them.
func (p *Policy) Purge(on customer.Date, found []Found) ([]Purge, error) {
	var faults customer.Faults
	if !on.Valid() {
		faults.Add("on", on, "is a day")
	}
	faults.Within("found", len(found), 0, MaxItems)
	for i := range found[:min(len(found), MaxItems)] {
		path := fmt.Sprintf("found[%d]", i)
		if found[i].Place < InDirectory || found[i].Place > AtSystem {
			faults.Add(path+".place", found[i].Place, "is one of the places")
		}
		faults.Name(path+".name", found[i].Name)
		var ref customer.Faults
		if ref.Text("", found[i].Ref); len(ref) > 0 {
			faults.Add(path+".ref", "…", ref[0].Rule) // not repeated: it may be a phone number
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := p.rules.Covers(on); err != nil {
		return nil, err
	}
	all := slices.Clone(found)
	days := map[string]int{}
	for _, system := range p.rules.Systems {
		days[system.ID] = system.Days
		if !slices.ContainsFunc(found, func(f Found) bool { return f.Place == AtSystem && f.Name == system.ID }) {
			all = append(all, Found{Place: AtSystem, Name: system.ID})
		}
	}
	slices.SortFunc(all, compareFound)
	all = slices.Compact(all)
	rows := make([]Purge, len(all))
	for i, one := range all {
		within := p.rules.PurgeDays
		if own := days[one.Name]; one.Place == AtSystem && own != 0 {
			within = own
		}
		by := on.AddDays(within)
		if by == 0 {
			by = customer.MaxDate
		}
		rows[i] = Purge{one, by, customer.Reason{
			Code: codeOf(one.Place), Rule: p.rules.Name(), Of: one.Name, Fact: int64(within), Unit: customer.UnitDays, On: on, By: by,
		}}
	}
	return rows, nil
}

func codeOf(place Place) string {
	switch place {
	case InDirectory:
		return CodeDirectory
	case InLinked:
		return CodeLinked
	case InProfile:
		return CodeProfile
	case AtScan:
		return CodeScan
	case AtThirdParty:
		return CodeThirdParty
	case AtSystem:
		return CodeSystem
	}
	return ""
}
