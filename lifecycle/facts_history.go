package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// FactCounter is the grouped form of counting facts: one customer's lines at a time, as
// population.Runs yields them, in bounded memory. The zero FactCounter is ready. It is not
// safe for concurrent use.
type FactCounter[K population.Key] struct {
	days  []FactDay
	items []FactItem // in the order in which they came, until all have
	// Where an item stands in items, by open addressing: a search in sorted items would
	// take most of the time. A place of an earlier run than this one is free.
	index []itemPlace
	run   uint32
}

type itemPlace struct{ item, run, at uint32 }

// Count returns one customer's facts up to a day, without a Pace, in memory that the next
// call reuses. Her lines may be in any order; those of later days are not seen, and a
// malformed line is an error. Lines in the order of their days are fastest.
func (c *FactCounter[K]) Count(lines []population.Line[K], on customer.Date) (Facts, error) {
	c.days, c.items = c.days[:0], c.items[:0]
	if c.run++; c.run == 0 { // around: what the index has may be of any run
		clear(c.index)
		c.run = 1
	}
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return Facts{}, line.Check()
		}
		if line.Day > on {
			continue
		}
		dayOf(&c.days, line.Day).add(line.Returned, line.Priced, line.Amount)
		if !line.Returned {
			item := c.item(line.Item)
			item.Last = max(item.Last, line.Day)
		}
	}
	slices.SortFunc(c.items, func(a, b FactItem) int { return cmp.Compare(a.Item, b.Item) })
	return Facts{On: on, Days: c.days, Items: c.items}, nil
}

// item finds an item of this run, or begins it.
func (c *FactCounter[K]) item(item uint32) *FactItem {
	if 2*len(c.items) >= len(c.index) {
		c.grow()
	}
	place := c.place(item)
	if place.run != c.run {
		*place = itemPlace{item, c.run, uint32(len(c.items))}
		c.items = append(c.items, FactItem{Item: item})
	}
	return &c.items[place.at]
}

// place returns where an item is indexed, or the free place where it belongs. The index has
// one: it is half empty.
func (c *FactCounter[K]) place(item uint32) *itemPlace {
	mask := uint32(len(c.index) - 1)
	for at := item * 0x9E3779B1 >> 7; ; at++ { // by the golden ratio, as population.Gather
		if place := &c.index[at&mask]; place.run != c.run || place.item == item {
			return place
		}
	}
}

// grow makes the index twice as long, or begins it.
func (c *FactCounter[K]) grow() {
	c.index = make([]itemPlace, max(64, 2*len(c.index)))
	for at, item := range c.items {
		*c.place(item.Item) = itemPlace{item.Item, c.run, uint32(at)}
	}
}

// dayOf finds the place of a day in an ascending list, or makes it.
func dayOf(days *[]FactDay, on customer.Date) *FactDay {
	all := *days
	i := len(all)
	if i > 0 && all[i-1].On >= on { // else it is the latest so far
		if i--; all[i].On > on {
			i = placeOf(all, on)
		}
		if all[i].On == on {
			return &all[i]
		}
	}
	*days = slices.Insert(all, i, FactDay{On: on})
	return &(*days)[i]
}

// FactHistory is the ungrouped form of counting facts: lines in any order, in any split over
// several histories, merged in any order, give the same bytes, and then the facts of any
// day. Its memory grows with the days of each customer and item, 56 bytes each. The zero
// FactHistory is empty and ready. It is not safe for concurrent use.
type FactHistory[K population.Key] struct {
	table population.Table[K, []FactDay]
}

// historyVersion is the format of MarshalBinary.
const historyVersion = 1

// Add notes lines. At a malformed line it stops with an error, having noted the lines
// before it.
func (h *FactHistory[K]) Add(lines ...population.Line[K]) error {
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return line.Check()
		}
		dayOf(h.table.At(line.Customer, line.Item), line.Day).add(line.Returned, line.Priced, line.Amount)
	}
	return nil
}

// Merge notes everything that other noted. Other stays as it is and shares no memory with
// h afterwards.
func (h *FactHistory[K]) Merge(other *FactHistory[K]) {
	for key, row := range other.table.All() {
		for i, item := range row.Items {
			days := slices.Clone(row.Values[i]) // should other be h
			into := h.table.At(key, item)
			for j := range days {
				dayOf(into, days[j].On).join(&days[j])
			}
		}
	}
}

// Customers returns the number of customers with a line.
func (h *FactHistory[K]) Customers() int { return h.table.Len() }

// Facts returns one customer's facts up to a day, without a Pace. Later days are not seen.
func (h *FactHistory[K]) Facts(key K, on customer.Date) Facts { return factsOf(h.table.Row(key), on) }

// All walks the customers in ascending order with their facts up to a day. One who did
// nothing up to that day is walked, too.
func (h *FactHistory[K]) All(on customer.Date) iter.Seq2[K, Facts] {
	return func(yield func(K, Facts) bool) {
		for key, row := range h.table.All() {
			if !yield(key, factsOf(row, on)) {
				return
			}
		}
	}
}

func factsOf(row population.Row[[]FactDay], on customer.Date) Facts {
	facts := Facts{On: on}
	for i, item := range row.Items {
		last := customer.Date(0)
		for j := range row.Values[i] {
			d := &row.Values[i][j]
			if d.On > on {
				break
			}
			dayOf(&facts.Days, d.On).join(d)
			if d.Lines > 0 {
				last = d.On
			}
		}
		if last > 0 {
			facts.Items = append(facts.Items, FactItem{Item: item, Last: last})
		}
	}
	return facts
}

// MarshalBinary writes the history in key order, so that equal histories have equal bytes.
func (h *FactHistory[K]) MarshalBinary() ([]byte, error) {
	return h.table.Append([]byte{historyVersion}, func(dst []byte, days *[]FactDay) []byte {
		dst = binary.AppendUvarint(dst, uint64(len(*days)))
		previous := customer.Date(0)
		for i := range *days {
			d := &(*days)[i]
			dst = binary.AppendUvarint(dst, uint64(d.On-previous))
			for _, sum := range d.sums() {
				dst = binary.AppendUvarint(dst, uint64(*sum))
			}
			previous = d.On
		}
		return dst
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the history stays as it was.
func (h *FactHistory[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, historyVersion)
	var read FactHistory[K]
	read.table.Read(from, func(from *population.Decoder, days *[]FactDay) {
		n, previous := from.Uvarint(), customer.Date(0)
		for i := uint64(0); i < n && from.Err() == nil; i++ {
			gap := from.Uint32()
			d := FactDay{On: previous + customer.Date(min(gap, uint32(customer.MaxDate)))}
			for _, sum := range d.sums() {
				*sum = from.Count()
			}
			if gap == 0 || !d.possible() {
				from.Fail("days out of order, or figures that no lines have")
				return
			}
			previous = d.On
			*days = append(*days, d)
		}
		if n == 0 {
			from.Fail("an item without days")
		}
	})
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: history: %w", err)
	}
	*h = read
	return nil
}
