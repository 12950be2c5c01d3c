package personal

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// Popularity counts, over the population, on how many trips of a period each item was
// bought. A trip is one customer's shopping on one civil day. Customers may be added in
// any order and any split; merged, the bytes are the same. It is not safe for
// concurrent use while it is added to.
type Popularity struct {
	from, until customer.Date // half-open
	trips       int64
	items       map[uint32]int64 // trips with the item
}

// popularityVersion is the format of MarshalBinary.
const popularityVersion = 1

// NewPopularity counts the trips from a day up to, not including, another.
func NewPopularity(from, until customer.Date) *Popularity {
	return &Popularity{from: from, until: until}
}

// Add counts one customer, with all her visits.
func (p *Popularity) Add(visits []lifecycle.Visits) {
	p.trips += int64(len(p.within(lifecycle.Together(visits))))
	for _, one := range visits {
		if n := len(p.within(one.Days)); n > 0 {
			if p.items == nil {
				p.items = make(map[uint32]int64)
			}
			p.items[one.Item] += int64(n)
		}
	}
}

// within returns the days of the period; days ascend.
func (p *Popularity) within(days customer.Days) customer.Days {
	days = days.Before(p.until)
	return days[len(days.Before(p.from)):]
}

// Merge counts everyone that other counted. Different periods do not merge.
func (p *Popularity) Merge(other *Popularity) error {
	if p.from != other.from || p.until != other.until {
		return fmt.Errorf("personal: popularity of %s to %s does not merge into that of %s to %s",
			other.from, other.until, p.from, p.until)
	}
	p.trips += other.trips
	for item, n := range other.items {
		if p.items == nil {
			p.items = make(map[uint32]int64)
		}
		p.items[item] += n
	}
	return nil
}

// Trips returns how many trips of the period were counted, and on how many of them the
// item was bought.
func (p *Popularity) Trips(item uint32) (with, all int64) { return p.items[item], p.trips }

// top returns the items by popularity, equal ones by ascending code.
func (p *Popularity) top() []uint32 {
	items := slices.Collect(maps.Keys(p.items))
	slices.SortFunc(items, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(p.items[b], p.items[a]), cmp.Compare(a, b))
	})
	return items
}

// MarshalBinary writes the counts by ascending item, so that equal counts have equal
// bytes.
func (p *Popularity) MarshalBinary() ([]byte, error) {
	data := []byte{popularityVersion}
	for _, n := range []int64{int64(p.from), int64(p.until), p.trips, int64(len(p.items))} {
		data = binary.AppendUvarint(data, uint64(n))
	}
	for _, item := range slices.Sorted(maps.Keys(p.items)) {
		data = binary.AppendUvarint(data, uint64(item))
		data = binary.AppendUvarint(data, uint64(p.items[item]))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the counts stay as they
// were.
func (p *Popularity) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, popularityVersion)
	first, until := from.Uint32(), from.Uint32()
	if first > uint32(customer.MaxDate) || until > uint32(customer.MaxDate) {
		from.Fail("a period out of range")
	}
	read := Popularity{from: customer.Date(first), until: customer.Date(until), trips: from.Count()}
	if read.trips > maxTrips {
		from.Fail("trips out of range")
	}
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		item, count := from.Uint32(), from.Count()
		if i > 0 && item <= previous || count < 1 || count > read.trips {
			from.Fail("items out of order or range")
			break
		}
		previous = item
		if read.items == nil {
			read.items = make(map[uint32]int64)
		}
		read.items[item] = count
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("personal: popularity: %w", err)
	}
	*p = read
	return nil
}

// maxTrips bounds the trips that a state may carry, so that scores do not overflow.
const maxTrips = 1 << 40
