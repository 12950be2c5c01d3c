package conversation

import "github.com/rapport-crm/rapport/customer"

// Finding is one thing that was noticed in a contact: an aid for whoever judges it.
type Finding struct {
	// Fault says that it is something to talk about with the agent. Otherwise it is a remark.
	Fault bool `json:"fault"`
	// Turn is where in the transcript it is, from 1; 0: nowhere in particular. Rune is its place
	// in the text of the turn, and Runes its length, in characters.
	Turn   int             `json:"turn,omitempty"`
	Rune   int             `json:"rune,omitempty"`
	Runes  int             `json:"runes,omitempty"`
	Reason customer.Reason `json:"reason"`
}

// Faults returns the findings that are faults.
func Faults(findings []Finding) []Finding {
	var faults []Finding
	for _, one := range findings {
		if one.Fault {
			faults = append(faults, one)
		}
	}
	return faults
}
