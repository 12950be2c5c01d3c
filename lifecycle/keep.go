package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// KeepRules say who is on the keep list: the mature customers who are worth most. The zero
// KeepRules keep no list.
type KeepRules struct {
	Size       int               `json:"size,omitempty"`        // how many at most; 1 to 100000
	WindowDays int               `json:"window_days,omitempty"` // what she spent in so many days counts; 1 to 3660
	Currency   customer.Currency `json:"currency,omitzero"`     // of LeastSpend, and of the facts
	LeastSpend decimal.Decimal   `json:"least_spend,omitzero"`  // in the window, less what she brought back; exact in the currency
}

// check returns the least spend in minor units.
func (k *KeepRules) check(faults *customer.Faults) (least int64) {
	if k.Size == 0 && k.WindowDays == 0 && k.Currency == (customer.Currency{}) && k.LeastSpend.IsZero() {
		return 0
	}
	faults.Within("keep.size", k.Size, 1, MaxKept)
	faults.Within("keep.window_days", k.WindowDays, 1, MaxStageDays)
	faults.Currency("keep.currency", k.Currency)
	least, err := k.Currency.Minor(k.LeastSpend)
	if err != nil || least < 0 || least > maxSpend {
		faults.Add("keep.least_spend", k.LeastSpend, "is 0 or more, and exact in the currency")
	}
	return least
}

// KeepList lists the mature customers who are worth most, as the playbook's KeepRules say:
// those who get the shop's best first. Customers may be added in any order and any split,
// each once; merged, the bytes are the same. One who is added twice nevertheless stands once,
// with the greater spend. Its memory is that of the list, whatever the population. It is made by
// NewKeepList, and not safe for concurrent use.
type KeepList[K population.Key] struct {
	rules KeepRules
	name  string
	least int64
	on    customer.Date
	best  ranking[K, kept[K]]
	// Of mature customers: how many were looked at, and how many of these have no known
	// spend, so that nobody can say whether they belong on the list.
	mature, unknown int64
}

type kept[K population.Key] struct {
	key   K
	spent int64
}

func (k kept[K]) of() K { return k.key }

// compare puts first who spent more, and of equal sums the lower customer.
func (k kept[K]) compare(other kept[K]) int {
	return cmp.Or(cmp.Compare(other.spent, k.spent), cmp.Compare(k.key, other.key))
}

// KeepRow is a customer on the keep list.
type KeepRow[K population.Key] struct {
	Customer K
	Place    int   // from 1
	Spent    int64 // minor units in the window
	Because  customer.Reason
}

// keepListVersion is the format of MarshalBinary.
const keepListVersion = 1

// NewKeepList begins the keep list of a playbook for a day. A playbook that keeps none has
// a *customer.Refusal, and so has a day on which it is not in force.
func NewKeepList[K population.Key](book *Playbook, on customer.Date) (*KeepList[K], error) {
	if err := book.rules.Covers(on); err != nil {
		return nil, err
	}
	if book.rules.Keep.Size == 0 {
		return nil, &customer.Refusal{Rule: book.name, Missing: []customer.Reason{{Code: CodeNoKeepList, Rule: book.name, On: on}}}
	}
	return &KeepList[K]{
		rules: book.rules.Keep, name: book.name, least: book.least, on: on, best: ranking[K, kept[K]]{places: book.rules.Keep.Size},
	}, nil
}

// Add looks at one customer. Only the mature are listed, from LeastSpend on. Facts are of
// the list's day; others are customer.Faults.
func (l *KeepList[K]) Add(key K, standing Standing, facts Facts) error {
	if err := checkMade(l.on != 0, "on", "NewKeepList"); err != nil {
		return err
	}
	if facts.On != l.on {
		var faults customer.Faults
		faults.Add("facts.on", facts.On, "is the day of the list, "+l.on.String())
		return faults
	}
	if standing.Life.Stage != Mature {
		return nil
	}
	l.mature++
	spent := facts.Spent(l.rules.WindowDays)
	if !spent.Known() {
		l.unknown++
	} else if spent.Minor >= l.least {
		l.best.put(kept[K]{key, spent.Minor})
	}
	return nil
}

// Merge looks at everyone that other looked at. Lists of other rules or another day do not
// merge.
func (l *KeepList[K]) Merge(other *KeepList[K]) error {
	if l.on != other.on || l.name != other.name || l.least != other.least || l.rules.Size != other.rules.Size ||
		l.rules.WindowDays != other.rules.WindowDays {
		return fmt.Errorf("lifecycle: a keep list of %s by %s does not merge into one of %s by %s", other.on, other.name, l.on, l.name)
	}
	l.mature, l.unknown = addFact(l.mature, other.mature), addFact(l.unknown, other.unknown)
	l.best.merge(&other.best)
	return nil
}

// Seen returns how many mature customers were looked at, and of how many of them nobody
// knows what they spent: they may be missing from the list.
func (l *KeepList[K]) Seen() (mature, unknown int64) { return l.mature, l.unknown }

// List returns who is on the list, by place.
func (l *KeepList[K]) List() []KeepRow[K] {
	best := l.best.order()
	from := since(l.on, l.rules.WindowDays) + 1
	list := make([]KeepRow[K], len(best))
	for i, one := range best {
		list[i] = KeepRow[K]{Customer: one.key, Place: i + 1, Spent: one.spent, Because: customer.Reason{
			Code: CodeKept, Rule: l.name, Fact: one.spent, Mark: int64(i + 1), Unit: customer.UnitMinor, On: from, By: l.on,
		}}
	}
	return list
}

// MarshalBinary writes the list by ascending customer, so that equal lists have equal
// bytes. The rules are not in it, only what the list depends on.
func (l *KeepList[K]) MarshalBinary() ([]byte, error) {
	data := []byte{keepListVersion}
	for _, figure := range l.figures() {
		data = binary.AppendUvarint(data, uint64(figure))
	}
	data = binary.AppendUvarint(data, uint64(l.mature))
	data = binary.AppendUvarint(data, uint64(l.unknown))
	best := l.best.byCustomer()
	data = binary.AppendUvarint(data, uint64(len(best)))
	var previous K
	for _, one := range best {
		data = population.AppendKey(data, previous, one.key)
		data = binary.AppendUvarint(data, uint64(one.spent))
		previous = one.key
	}
	return data, nil
}

// figures are the rules that the list depends on.
func (l *KeepList[K]) figures() [4]int64 {
	return [4]int64{int64(l.on), int64(l.rules.Size), int64(l.rules.WindowDays), l.least}
}

// UnmarshalBinary reads what MarshalBinary wrote into a list that NewKeepList made with the
// same rules and day; any others are an error. At an error the list stays as it was.
func (l *KeepList[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, keepListVersion)
	for _, figure := range l.figures() {
		if from.Uvarint() != uint64(figure) {
			from.Fail("another day, or other rules")
		}
	}
	read := &KeepList[K]{
		rules: l.rules, name: l.name, least: l.least, on: l.on, best: ranking[K, kept[K]]{places: l.rules.Size},
		mature: from.Count(), unknown: from.Count(),
	}
	n := from.Count()
	if n > int64(l.rules.Size) || read.mature > maxFact || read.unknown > read.mature || n > read.mature-read.unknown {
		from.Fail("more customers than were looked at, or than the list has places")
	}
	var previous K
	for i := int64(0); i < n && from.Err() == nil; i++ {
		one := kept[K]{population.ReadKey(from, previous), from.Count()}
		if one.spent < l.least || one.spent > maxFact || i > 0 && one.key == previous {
			from.Fail("a customer who is not on the list")
		}
		read.best.put(one)
		previous = one.key
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: keep list: %w", err)
	}
	*l = *read
	return nil
}
