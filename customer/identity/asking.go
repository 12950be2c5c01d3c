package identity

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// MaxWeight is the most that one field or scheme weighs.
const MaxWeight = 1000

// Asking says how much it matters to know a field, or an identifier of a scheme, and when to ask.
type Asking struct {
	Weight int `json:"weight,omitempty"` // in the completeness of a record; 0: none
	// Ask is at which of the rules' occasions it may be asked. None: never; it is only told unasked.
	Ask []string `json:"ask,omitempty"`
	// RefreshDays is after how many days it is asked again whether it still holds. 0: never.
	RefreshDays int `json:"refresh_days,omitempty"`
	// AgainDays is how many days after she declined to answer it may be asked again. 0: never.
	AgainDays int `json:"again_days,omitempty"`
}

func (a *Asking) check(faults *customer.Faults, rules *Rules) {
	faults.Within("weight", a.Weight, 0, MaxWeight)
	faults.Within("refresh_days", a.RefreshDays, 0, MaxDays)
	faults.Within("again_days", a.AgainDays, 0, MaxDays)
	faults.Names("ask", a.Ask, 0, MaxOccasions)
	for _, occasion := range a.Ask {
		if !slices.Contains(rules.Occasions, occasion) {
			faults.Add("ask", occasion, "is one of the rules' occasions")
		}
	}
}
