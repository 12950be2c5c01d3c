package task

import (
	"cmp"
	"fmt"

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
	Skills      []string      `json:"skills,omitempty"` // what whoever has it must be able to do; a digest does not look at it
	Desk        string        `json:"desk,omitempty"`   // where it belongs: a desk, a territory; a digest does not look at it
}

// checkRow checks what a digest looks at.
func (i *Item) checkRow(faults *customer.Faults) {
	faults.Name("kind", i.Kind)
	faults.Name("id", i.ID)
	faults.Text("part", i.Part)
	faults.Text("customer", string(i.Customer))
	faults.Text("owner", i.Owner)
	checkImportance(faults, "importance", i.Importance)
	checkDay(faults, "due", i.Due)
	if i.AmountMinor < 0 || i.AmountMinor > MaxAmountMinor {
		faults.Add("amount_minor", i.AmountMinor, "is 0 to 10^15")
	}
}

func (i *Item) check(faults *customer.Faults) {
	i.checkRow(faults)
	if len(i.Skills) > 0 {
		faults.Names("skills", i.Skills, 0, MaxSkills)
	}
	faults.Text("desk", i.Desk)
}

// same orders items by what names them.
func (i *Item) same(other *Item) int {
	return cmp.Or(cmp.Compare(i.Kind, other.Kind), cmp.Compare(i.ID, other.ID), cmp.Compare(i.Part, other.Part))
}

// itemName is what names an item, to be found in a map.
type itemName struct{ kind, id, part string }

func (i *Item) name() itemName { return itemName{i.Kind, i.ID, i.Part} }

// checkItems checks a list of items, none of them twice.
func checkItems(faults *customer.Faults, path string, items []Item, most int) map[itemName]int {
	faults.Within(path, len(items), 0, most)
	if len(items) > most {
		return nil
	}
	seen := make(map[itemName]int, len(items))
	for at := range items {
		one := &items[at]
		var part customer.Faults
		one.check(&part)
		if _, has := seen[one.name()]; has {
			part.Add("id", one.ID, "stands only once of its kind and part")
		}
		seen[one.name()] = at
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("%s[%d]", path, at), part)
		}
	}
	return seen
}

func checkImportance(faults *customer.Faults, path string, importance int) {
	faults.Within(path, importance, 0, MaxImportance)
}

// checkDay notes a fault unless a day that may be absent is one.
func checkDay(faults *customer.Faults, path string, day customer.Date) {
	if day != 0 && !day.Valid() {
		faults.Add(path, int32(day), "is a day, or absent")
	}
}

// checkGiven notes a fault unless a day is one.
func checkGiven(faults *customer.Faults, path string, day customer.Date) {
	if !day.Valid() {
		faults.Add(path, int32(day), "is a day")
	}
}
