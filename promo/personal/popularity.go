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
	period population.Period
	trips  int64
	items  map[uint32]int64 // trips with the item
}

// popularityVersion is the format of MarshalBinary.
const popularityVersion = 1

// NewPopularity counts the trips of a period.
func NewPopularity(period population.Period) *Popularity {
	return &Popularity{period: period}
}

// Add counts one customer, with all her visits. Visits that lifecycle.CheckVisits refuses
// are an error, and nothing is counted.
func (p *Popularity) Add(visits []lifecycle.Visits) error {
	if err := lifecycle.CheckVisits(visits); err != nil {
		return err
	}
	p.trips += int64(len(p.within(lifecycle.Together(visits))))
	for _, one := range visits {
		if n := len(p.within(one.Days)); n > 0 {
			if p.items == nil {
				p.items = make(map[uint32]int64)
			}
			p.items[one.Item] += int64(n)
		}
	}
	return nil
}

// within returns the days of the period; days ascend.
func (p *Popularity) within(days customer.Days) customer.Days {
	days = days.Before(p.period.Until)
	return days[len(days.Before(p.period.From)):]
}

// Merge counts everyone that other counted. Different periods do not merge, and neither
// do more than 2⁴⁰ trips, so that scores do not overflow.
func (p *Popularity) Merge(other *Popularity) error {
	if p.period != other.period {
		return fmt.Errorf("personal: popularity of %s to %s does not merge into that of %s to %s",
			other.period.From, other.period.Until, p.period.From, p.period.Until)
	}
	if p.trips+other.trips > maxTrips {
		return fmt.Errorf("personal: %d and %d trips do not merge: more than %d", p.trips, other.trips, int64(maxTrips))
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
	if err := p.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{popularityVersion}, p.period)
	data = binary.AppendUvarint(data, uint64(p.trips))
	data = binary.AppendUvarint(data, uint64(len(p.items)))
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
	read := Popularity{period: from.Period(), trips: from.Count()}
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
