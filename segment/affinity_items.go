package segment

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// AffinityItems is the first pass of affinity: in how many baskets each item lies. Baskets
// may be added in any order and any split; merged, the bytes are the same. Memory grows
// with the items, some 150 bytes each. It is not safe for concurrent use.
type AffinityItems struct {
	period   population.Period
	maxItems int
	baskets  int64
	large    int64
	items    map[string]*affinityItem

	serial uint64 // of the basket at hand
	basket []*affinityItem
}

// affinityItem counts the baskets with one item. An item that lay only in large baskets
// counts 0, which is the same as not to be there.
type affinityItem struct {
	baskets int64
	last    uint64 // the basket that it was met in last, so that it counts once in each
}

// affinityItemsVersion is the format of MarshalBinary.
const affinityItemsVersion = 1

// Add counts a basket; an item that it holds twice counts once. A basket without items or
// outside the window is left out. A malformed basket is an error and counts nothing.
func (a *AffinityItems) Add(day customer.Date, items []string) error {
	if err := checkBasket(day, items, a.baskets+a.large); err != nil {
		return err
	}
	if len(items) == 0 || !a.period.Contains(day) {
		return nil
	}
	a.serial++
	a.basket = a.basket[:0]
	for _, name := range items {
		item := a.item(name)
		if item.last != a.serial {
			item.last = a.serial
			a.basket = append(a.basket, item)
		}
	}
	if len(a.basket) > a.maxItems {
		a.large++
		return nil
	}
	a.baskets++
	for _, item := range a.basket {
		item.baskets++
	}
	return nil
}

func (a *AffinityItems) item(name string) *affinityItem {
	item := a.items[name]
	if item == nil {
		if a.items == nil {
			a.items = make(map[string]*affinityItem)
		}
		item = new(affinityItem)
		a.items[name] = item
	}
	return item
}

// checkBasket returns the faults of a basket that would be one more than so many.
func checkBasket(day customer.Date, items []string, baskets int64) error {
	var faults customer.Faults
	if !day.Valid() {
		faults.Add("day", int32(day), "is a day of the years 1 to 9999")
	}
	for i, item := range items {
		if item == "" || len(item) > customer.MaxText { // whether it is readable is the receipt's business
			faults.Add(fmt.Sprintf("items[%d]", i), item, fmt.Sprintf("is a name of 1 to %d bytes", customer.MaxText))
		}
	}
	faults.Within("items", len(items), 0, customer.MaxLines)
	if baskets >= MaxAffinityBaskets {
		faults.Add("", baskets, fmt.Sprintf("is at most %d baskets", MaxAffinityBaskets))
	}
	return faults.Err()
}

// Merge counts every basket that other counted. Counts of other windows or basket sizes
// do not merge. Other stays as it is.
func (a *AffinityItems) Merge(other *AffinityItems) error {
	if a.period != other.period || a.maxItems != other.maxItems {
		return fmt.Errorf("segment: items of %s to %s in baskets of at most %d do not merge into those of %s to %s and %d",
			other.period.From, other.period.Until, other.maxItems, a.period.From, a.period.Until, a.maxItems)
	}
	if n := a.baskets + a.large + other.baskets + other.large; n > MaxAffinityBaskets {
		return fmt.Errorf("segment: %d baskets do not merge: at most %d", n, MaxAffinityBaskets)
	}
	a.baskets += other.baskets
	a.large += other.large
	for name, item := range other.items {
		a.item(name).baskets += item.baskets
	}
	return nil
}

// names returns the counted items in ascending order.
func (a *AffinityItems) names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a.items)), func(name string) bool { return a.items[name].baskets == 0 })
}

// MarshalBinary writes the counts by ascending item, so that equal counts have equal
// bytes.
func (a *AffinityItems) MarshalBinary() ([]byte, error) {
	if err := a.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{affinityItemsVersion}, a.period)
	data = binary.AppendUvarint(data, uint64(a.maxItems))
	data = binary.AppendUvarint(data, uint64(a.baskets))
	data = binary.AppendUvarint(data, uint64(a.large))
	names := a.names()
	data = binary.AppendUvarint(data, uint64(len(names)))
	for _, name := range names {
		data = population.AppendBytes(data, name)
		data = binary.AppendUvarint(data, uint64(a.items[name].baskets))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the counts stay as they
// were.
func (a *AffinityItems) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, affinityItemsVersion)
	read := AffinityItems{period: from.Period()}
	maxItems := from.Uvarint()
	if from.Err() == nil && (maxItems < 2 || maxItems > MaxAffinityItems) {
		from.Fail("max_items out of range")
	}
	read.maxItems = int(maxItems)
	read.baskets, read.large = from.Count(), from.Count()
	if max(read.baskets, read.large) > MaxAffinityBaskets || read.baskets+read.large > MaxAffinityBaskets {
		from.Fail("baskets out of range")
	}
	n, previous, lines := from.Uvarint(), "", int64(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		name, count := string(from.Bytes()), from.Count()
		if name <= previous || len(name) > customer.MaxText || count < 1 || count > read.baskets {
			from.Fail("items out of order or range")
			break
		}
		read.item(name).baskets = count
		lines, previous = lines+count, name
	}
	if from.Err() == nil && (lines < read.baskets || lines > read.baskets*int64(read.maxItems)) {
		from.Fail("items that no baskets have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: affinity items: %w", err)
	}
	*a = read
	return nil
}
