package identity

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// MaxShown is the most characters of an identifier that are shown to everybody.
const MaxShown = 4

// Scheme is a kind of identifier: cards, phone numbers, passports.
type Scheme struct {
	ID string `json:"id"` // "card", "phone", "email", "list-code", "passport"; no field has it
	// Issuers are those whose identifiers are taken; none: it has no issuer, as phone numbers have none.
	Issuers []string `json:"issuers,omitempty"`
	Kinds   []Kind   `json:"kinds,omitempty"` // whose they are; none: anybody's
	// Shared says that one identifier may be several customers': the phone of a household.
	Shared bool `json:"shared,omitempty"`
	// Document says that it is a document, which is valid from a day to a day.
	Document bool `json:"document,omitempty"`
	// Holders says that it is issued to the cardholders of a customer, by Register.Issue, and so may
	// have an opening and a closing day.
	Holders bool `json:"holders,omitempty"`
	// ValidDays is for how many days, the one on which it was told being the first, it identifies
	// somebody at a till: list codes. 0: for good.
	ValidDays int `json:"valid_days,omitempty"`
	// Shown is how many of its last characters may be shown to anybody, and at most half of them. 0:
	// none.
	Shown int `json:"shown,omitempty"`

	Asking
}

// MaxDays bounds every number of days in the rules: a hundred years.
const MaxDays = 36_500

// check notes the faults of a scheme.
func (s *Scheme) check(faults *customer.Faults, rules *Rules) {
	faults.Name("id", s.ID)
	faults.Names("issuers", s.Issuers, 0, MaxIssuers)
	checkKinds(faults, "kinds", s.Kinds)
	if s.Document && s.ValidDays != 0 {
		faults.Add("valid_days", s.ValidDays, "is absent of a document, which has days of its own")
	}
	if s.Holders && s.Shared {
		faults.Add("holders", s.Holders, "is of what is one customer's only")
	}
	faults.Within("valid_days", s.ValidDays, 0, MaxDays)
	faults.Within("shown", s.Shown, 0, MaxShown)
	s.Asking.check(faults, rules)
}

// checkKinds notes the faults of a list of kinds.
func checkKinds(faults *customer.Faults, path string, kinds []Kind) {
	for i, kind := range kinds {
		if kind < Person || kind > Organisation || slices.Contains(kinds[:i], kind) {
			faults.Add(path, kind, "is a list of kinds, each once")
			return
		}
	}
}

// ofKind reports whether a list of kinds, where an empty one is all of them, has a kind.
func ofKind(kinds []Kind, kind Kind) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
