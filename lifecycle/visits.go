package lifecycle

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Visits are the distinct days on which one customer bought one item.
type Visits struct {
	Item uint32
	Days customer.Days
}

// Together returns the days of a customer's visits over all items.
func Together(visits []Visits) customer.Days {
	var all customer.Days
	for _, one := range visits {
		all = append(all, one.Days...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Join returns the visits of one customer who was known under two names: item by item,
// the days of both. The result shares no days with a or b where both have the item.
func Join(a, b []Visits) []Visits {
	joined := make([]Visits, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Item < b[0].Item:
			joined, a = append(joined, a[0]), a[1:]
		case a[0].Item > b[0].Item:
			joined, b = append(joined, b[0]), b[1:]
		default:
			joined, a, b = append(joined, Visits{Item: a[0].Item, Days: a[0].Days.Union(b[0].Days)}), a[1:], b[1:]
		}
	}
	return append(append(joined, a...), b...)
}

// CheckVisits returns the first fault of one customer's visits as customer.Faults, or
// nil: items ascend, each only once, and so do their days. Diary, Visitor and Join keep
// them so; a list that was put together by hand may not be.
func CheckVisits(visits []Visits) error {
	for i := range visits {
		var faults customer.Faults
		if i > 0 && visits[i].Item <= visits[i-1].Item {
			faults.Add(fmt.Sprintf("visits[%d].item", i), visits[i].Item, "is above the one before it; Join brings two lists together")
		}
		if part := customer.Faults(nil); errors.As(visits[i].Days.Validate(), &part) {
			faults.Join(fmt.Sprintf("visits[%d]", i), part)
		}
		if len(faults) > 0 {
			return faults
		}
	}
	return nil
}

// Visitor is the grouped form of collecting visits: one customer's lines at a time, as
// population.Runs yields them, in bounded memory. The zero Visitor is ready. It is not
// safe for concurrent use.
type Visitor[K population.Key] struct {
	keys   []uint64 // item and day in one number, which sorts fast
	days   customer.Days
	visits []Visits
}

// Visits returns one customer's visits by ascending item, in memory that the next call
// reuses. Lines may come in any order; returned goods are no visits. A malformed line
// is an error.
func (v *Visitor[K]) Visits(lines []population.Line[K]) ([]Visits, error) {
	v.keys = v.keys[:0]
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return nil, err
		}
		if !line.Returned {
			v.keys = append(v.keys, uint64(line.Item)<<32|uint64(line.Day))
		}
	}
	slices.Sort(v.keys)
	v.keys = slices.Compact(v.keys)

	// All days share one slice, which must not move once parts of it are handed out.
	v.days, v.visits = slices.Grow(v.days[:0], len(v.keys)), v.visits[:0]
	first := 0 // of the item's days
	for i, key := range v.keys {
		v.days = append(v.days, customer.Date(key&(1<<32-1)))
		item := uint32(key >> 32)
		if i+1 == len(v.keys) || uint32(v.keys[i+1]>>32) != item {
			v.visits = append(v.visits, Visits{Item: item, Days: v.days[first:len(v.days):len(v.days)]})
			first = len(v.days)
		}
	}
	return v.visits, nil
}

// Diary is the ungrouped form of collecting visits: lines in any order, in any split
// over several diaries, merged in any order, give the same bytes. Its memory grows with
// the visits, 4 bytes each, and about 60 bytes for each customer and item. The zero
// Diary is empty and ready. It is not safe for concurrent use.
type Diary[K population.Key] struct {
	table population.Table[K, customer.Days]
}

// diaryVersion is the format of MarshalBinary.
const diaryVersion = 1

// Add notes the visits of lines. At a malformed line it stops with an error, having
// noted the lines before it.
func (d *Diary[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return err
		}
		if !line.Returned {
			d.table.At(line.Customer, line.Item).Add(line.Day)
		}
	}
	return nil
}

// Merge notes every visit that other noted. Other stays as it is and shares no memory
// with d afterwards.
func (d *Diary[K]) Merge(other *Diary[K]) {
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			days := d.table.At(key, item)
			*days = days.Union(row.Values[i])
		}
	}
}

// Customers returns the number of customers with a visit.
func (d *Diary[K]) Customers() int { return d.table.Len() }

// Visits returns one customer's visits by ascending item, sharing the diary's memory.
func (d *Diary[K]) Visits(key K) []Visits { return visits(nil, d.table.Row(key)) }

// All walks the customers in ascending order with their visits by ascending item, in a
// slice that is reused for the next customer.
func (d *Diary[K]) All() iter.Seq2[K, []Visits] {
	return func(yield func(K, []Visits) bool) {
		var space []Visits
		for key, row := range d.table.All() {
			space = visits(space[:0], row)
			if !yield(key, space) {
				return
			}
		}
	}
}

func visits(dst []Visits, row population.Row[customer.Days]) []Visits {
	for i, item := range row.Items {
		dst = append(dst, Visits{Item: item, Days: row.Values[i]})
	}
	return dst
}

// MarshalBinary writes the diary in key order, so that equal diaries have equal bytes.
func (d *Diary[K]) MarshalBinary() ([]byte, error) {
	return d.table.Append([]byte{diaryVersion}, func(dst []byte, days *customer.Days) []byte {
		return population.AppendDays(dst, *days)
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the diary stays as it
// was.
func (d *Diary[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, diaryVersion)
	var read Diary[K]
	read.table.Read(from, func(from *population.Decoder, days *customer.Days) {
		if *days = from.Days(); len(*days) == 0 {
			from.Fail("an item without visits")
		}
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: diary: %w", err)
	}
	*d = read
	return nil
}
