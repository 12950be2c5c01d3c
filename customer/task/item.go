package task

import (
	"cmp"

	"github.com/rapport-crm/rapport/customer"
)

// The kinds of the items that cycles have; see [Cycle.Items]. All other kinds are the host's words:
// "promise", "case", "quote", "wish", "visit", "customer". They are format.
const (
	KindGoal   = "goal"
	KindAction = "action"
)

// MaxImportance is the highest importance of an item, an action or a cycle; 0 is the lowest.
const MaxImportance = 1000

// MaxAmountMinor is the highest amount of an item, in minor units.
const MaxAmountMinor = 1_000_000_000_000_000

// Item is one thing that somebody is to look after, as a flat row: an action of a plan, a promise
// that is due, a quote that expires, a customer who is somebody's. Kind, ID and Part name it.
type Item struct {
	Kind        string        `json:"kind"`
	ID          string        `json:"id"`             // the host's, among those of the kind
	Part        string        `json:"part,omitempty"` // of what has parts: the action of a cycle, the promise of a case
	Customer    customer.ID   `json:"customer,omitempty"`
	Owner       string        `json:"owner,omitempty"` // whose it is; empty: nobody's
	Importance  int           `json:"importance,omitempty"`
	Due         customer.Date `json:"due,omitzero"` // the day by which something is to be done; zero: none is set
	AmountMinor int64         `json:"amount_minor,omitempty"`
	Skills      []string      `json:"skills,omitempty"` // what whoever has it must be able to do
	Desk        string        `json:"desk,omitempty"`   // where it belongs: a desk, a territory
}

// Check notes the faults of the item.
func (i Item) Check(faults *customer.Faults) {
	faults.Name("kind", i.Kind)
	faults.Name("id", i.ID)
	faults.Text("part", i.Part)
	faults.Text("customer", string(i.Customer))
	faults.Text("owner", i.Owner)
	checkImportance(faults, "importance", i.Importance)
	faults.Day("due", i.Due)
	if i.AmountMinor < 0 || i.AmountMinor > MaxAmountMinor {
		faults.Add("amount_minor", i.AmountMinor, "is 0 to 10^15")
	}
	if len(i.Skills) > 0 {
		faults.Names("skills", i.Skills, 0, MaxSkills)
	}
	faults.Text("desk", i.Desk)
}

// Compare orders items by what names them: kind, ID and part.
func (i Item) Compare(other Item) int {
	return cmp.Or(cmp.Compare(i.Kind, other.Kind), cmp.Compare(i.ID, other.ID), cmp.Compare(i.Part, other.Part))
}

func checkImportance(faults *customer.Faults, path string, importance int) {
	faults.Within(path, importance, 0, MaxImportance)
}
