package digest

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// Rules is the rule book of the daily digest, as plain data. A part that is left out is off.
type Rules struct {
	customer.Edition

	Currency customer.Currency `json:"currency,omitzero"` // of the items' amounts; zero: they have none
	// An item is important from this importance on, or from this amount; 0: not for that.
	Importance  int   `json:"importance,omitempty"`
	AmountMinor int64 `json:"amount_minor,omitempty"`
	// AheadDays is how many days before its day an item is shown, and ImportantAheadDays an important
	// one: no fewer; 0: as many. An item without a day is always shown.
	AheadDays          int `json:"ahead_days,omitempty"`
	ImportantAheadDays int `json:"important_ahead_days,omitempty"`
	// Rises say what goes up to managers.
	Rises []Rise `json:"rises,omitempty"`
	// Most is how many rows one digest has at most: 1 to MaxRows.
	Most int `json:"most"`
}

// Rise sends an item up to the managers of its owner, where it meets all marks that are set; one at
// least is.
type Rise struct {
	ID          string   `json:"id"`
	Kinds       []string `json:"kinds,omitempty"` // of these kinds; none: of any
	Importance  int      `json:"importance,omitempty"`
	AmountMinor int64    `json:"amount_minor,omitempty"`
	OverdueDays int      `json:"overdue_days,omitempty"`
	Levels      int      `json:"levels"` // how far up: 1 is her manager, 2 his manager too; 1 to task.MaxLevels
}

// Bounds of the rules. What exceeds them is a fault.
const (
	MaxRows  = 10_000
	MaxRises = 100
	MaxKinds = 100 // of one rise
)

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Policy is the compiled rule book of the daily digest. It is immutable and safe for concurrent
// use.
type Policy struct {
	rules Rules
	names []string // of the rises, as reasons cite them
}

// New checks the rules whole, returning customer.Faults, and compiles them.
func New(rules Rules) (*Policy, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	faults.Within("importance", rules.Importance, 0, task.MaxImportance)
	checkAmount(&faults, rules.AmountMinor, rules.Currency)
	faults.Within("ahead_days", rules.AheadDays, 0, task.MaxDays)
	if rules.ImportantAheadDays != 0 {
		faults.Within("important_ahead_days", rules.ImportantAheadDays, rules.AheadDays, task.MaxDays)
	}
	faults.Within("most", rules.Most, 1, MaxRows)
	faults.Within("rises", len(rules.Rises), 0, MaxRises)
	p := &Policy{rules: rules}
	p.rules.Rises = slices.Clone(rules.Rises)
	for i := range rules.Rises[:min(len(rules.Rises), MaxRises)] {
		var part customer.Faults
		one := &p.rules.Rises[i]
		if one.check(&part, rules.Currency); slices.ContainsFunc(rules.Rises[:i], func(other Rise) bool { return other.ID == one.ID }) {
			part.Add("id", one.ID, "stands only once")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("rises[%d]", i), part)
		}
		one.Kinds = slices.Clone(one.Kinds)
		p.names = append(p.names, rules.Name()+" "+one.ID)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

func (r *Rise) check(faults *customer.Faults, currency customer.Currency) {
	faults.Name("id", r.ID)
	faults.Names("kinds", r.Kinds, 0, MaxKinds)
	faults.Within("importance", r.Importance, 0, task.MaxImportance)
	checkAmount(faults, r.AmountMinor, currency)
	faults.Within("overdue_days", r.OverdueDays, 0, task.MaxDays)
	faults.Within("levels", r.Levels, 1, task.MaxLevels)
	if r.Importance == 0 && r.AmountMinor == 0 && r.OverdueDays == 0 {
		faults.Add("importance", r.Importance, "is a mark, unless there is one of the amount or the days overdue")
	}
}

func checkAmount(faults *customer.Faults, amount int64, currency customer.Currency) {
	switch {
	case amount < 0 || amount > task.MaxAmountMinor:
		faults.Add("amount_minor", amount, "is 0 to 10^15")
	case amount > 0 && currency == (customer.Currency{}):
		faults.Add("amount_minor", amount, "needs the currency of the rules")
	}
}

// meets reports whether an item that is so many days overdue meets all marks of the rise.
func (r *Rise) meets(item *task.Item, overdue int) bool {
	return item.Importance >= r.Importance && item.AmountMinor >= r.AmountMinor &&
		(r.OverdueDays == 0 || overdue >= r.OverdueDays) && (len(r.Kinds) == 0 || slices.Contains(r.Kinds, item.Kind))
}

// important reports whether an item is.
func (p *Policy) important(item *task.Item) bool {
	return p.rules.Importance > 0 && item.Importance >= p.rules.Importance || p.rules.AmountMinor > 0 && item.AmountMinor >= p.rules.AmountMinor
}
