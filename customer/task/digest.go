package task

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// DigestRules is the rule book of the daily digest, as plain data.
type DigestRules struct {
	customer.Edition

	Currency customer.Currency `json:"currency,omitzero"` // of the items' amounts; zero: they have none
	// An item is important from this importance on, or from this amount; 0: not for that.
	Importance  int   `json:"importance,omitempty"`
	AmountMinor int64 `json:"amount_minor,omitempty"`
	// AheadDays is how many days before its day an item is shown, and ImportantAheadDays an important
	// one, no fewer. An item without a day is always shown.
	AheadDays          int `json:"ahead_days,omitempty"`
	ImportantAheadDays int `json:"important_ahead_days,omitempty"`
	// Rises say what goes up to managers.
	Rises []Rise `json:"rises,omitempty"`
	// Most is how many rows one digest has at most: 1 to MaxRows.
	Most int `json:"most"`
}

// Rise sends an item up to the managers of its owner, where it meets all marks that are set.
type Rise struct {
	ID          string   `json:"id"`
	Kinds       []string `json:"kinds,omitempty"` // of these kinds; none: of any
	Importance  int      `json:"importance,omitempty"`
	AmountMinor int64    `json:"amount_minor,omitempty"`
	OverdueDays int      `json:"overdue_days,omitempty"`
	Levels      int      `json:"levels"` // how far up: 1 is her manager, 2 his manager too; 1 to MaxLevels
}

// Bounds of the rules. What exceeds them is a fault.
const (
	MaxRows   = 10_000
	MaxRises  = 100
	MaxLevels = 100
	MaxKinds  = 100
)

// ParseDigestRules reads DigestRules from JSON, strictly; see customer.ParseRules.
func ParseDigestRules(data []byte) (DigestRules, error) {
	return customer.ParseRules[DigestRules](data)
}

// Digests is the compiled rule book of the daily digest. It is immutable and safe for concurrent
// use.
type Digests struct {
	rules DigestRules
	names []string // of the rises, as reasons cite them
}

// NewDigests checks the rules whole, returning customer.Faults, and compiles them.
func NewDigests(rules DigestRules) (*Digests, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	checkImportance(&faults, "importance", rules.Importance)
	checkAmount(&faults, rules.AmountMinor, rules.Currency)
	faults.Within("ahead_days", rules.AheadDays, 0, MaxDays)
	faults.Within("important_ahead_days", rules.ImportantAheadDays, rules.AheadDays, MaxDays)
	faults.Within("most", rules.Most, 1, MaxRows)
	faults.Within("rises", len(rules.Rises), 0, MaxRises)
	d := &Digests{rules: rules}
	d.rules.Rises = slices.Clone(rules.Rises)
	for i := range rules.Rises[:min(len(rules.Rises), MaxRises)] {
		var part customer.Faults
		one := &d.rules.Rises[i]
		if one.check(&part, rules.Currency); slices.ContainsFunc(rules.Rises[:i], func(other Rise) bool { return other.ID == one.ID }) {
			part.Add("id", one.ID, "stands only once")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("rises[%d]", i), part)
		}
		one.Kinds = slices.Clone(one.Kinds)
		d.names = append(d.names, rules.Name()+" "+one.ID)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

func (r *Rise) check(faults *customer.Faults, currency customer.Currency) {
	faults.Name("id", r.ID)
	faults.Names("kinds", r.Kinds, 0, MaxKinds)
	checkImportance(faults, "importance", r.Importance)
	checkAmount(faults, r.AmountMinor, currency)
	faults.Within("overdue_days", r.OverdueDays, 0, MaxDays)
	faults.Within("levels", r.Levels, 1, MaxLevels)
	if r.Importance == 0 && r.AmountMinor == 0 && r.OverdueDays == 0 {
		faults.Add("importance", r.Importance, "is a mark, unless there is one of the amount or the days overdue")
	}
}

func checkAmount(faults *customer.Faults, amount int64, currency customer.Currency) {
	switch {
	case amount < 0 || amount > MaxAmountMinor:
		faults.Add("amount_minor", amount, "is 0 to 10^15")
	case amount > 0 && currency == (customer.Currency{}):
		faults.Add("amount_minor", amount, "needs the currency of the rules")
	}
}

// meets reports whether an item that is so many days overdue meets all marks of the rise.
func (r *Rise) meets(item *Item, overdue int) bool {
	return item.Importance >= r.Importance && item.AmountMinor >= r.AmountMinor &&
		(r.OverdueDays == 0 || overdue >= r.OverdueDays) && (len(r.Kinds) == 0 || slices.Contains(r.Kinds, item.Kind))
}

// important reports whether an item is.
func (d *Digests) important(item *Item) bool {
	return d.rules.Importance > 0 && item.Importance >= d.rules.Importance || d.rules.AmountMinor > 0 && item.AmountMinor >= d.rules.AmountMinor
}

// Row is one item of a digest, and why it stands there.
type Row struct {
	Item
	Important bool
	// Levels is how far above the item's owner the digest's person stands: 0 is her own, or what is
	// nobody's, in the digest of the keeper.
	Levels  int
	Reasons []customer.Reason
}

// Tally counts items. Each stands in one of Overdue, Today, Ahead and Undated, and an important one
// in Important too.
type Tally struct {
	Important int64
	Overdue   int64
	Today     int64
	Ahead     int64 // its day comes
	Undated   int64 // it has no day
}

// Items is how many items were counted.
func (t Tally) Items() int64 { return t.Overdue + t.Today + t.Ahead + t.Undated }

// plus adds what was counted elsewhere, n times.
func (t Tally) plus(other Tally, n int64) Tally {
	return Tally{
		t.Important + n*other.Important, t.Overdue + n*other.Overdue, t.Today + n*other.Today, t.Ahead + n*other.Ahead, t.Undated + n*other.Undated,
	}
}

// Digest is what one of the staff is to look at on a day.
type Digest struct {
	Rule   string
	On     customer.Date
	Person string
	Rows   []Row // at most as many as the rules say, the first ones of all
	All    Tally // what there was to show
	Left   Tally // of it, what is not among Rows
	Later  int64 // how many of her own items are not to be shown yet
}
