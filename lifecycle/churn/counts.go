package churn

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxDays bounds every stretch of days here, 273 years: ten thousand weeks and more.
const MaxDays = 100_000

// MaxCustomers bounds how many customers Counts count.
const MaxCustomers = 1_000_000_000_000

// History is all that the models need to know of how often a customer bought: the x,
// t_x and T of the literature, in whole days. Days of purchase are counted, not
// receipts, and the first day is where the counting begins: it is no repeat.
type History struct {
	Repeats     int32 `json:"repeats"`      // x: days of purchase after the first, at most RecencyDays
	RecencyDays int32 `json:"recency_days"` // t_x: from the first to the last purchase; 0 exactly where Repeats is 0
	AgeDays     int32 `json:"age_days"`     // T: from the first purchase to the day of observation, at most MaxDays
}

// HistoryOf counts a customer's days of purchase as they stand at the end of a day.
// Later days are not looked at, so that what was known on an earlier day can be asked
// of today's facts. No day of purchase up to the day is ErrNoPurchase; what is no day, days
// in no order, and a first one more than MaxDays before the day, are customer.Faults.
func HistoryOf(days customer.Days, on customer.Date) (History, error) {
	if err := days.Validate(); err != nil {
		return History{}, err
	}
	if !on.Valid() {
		return History{}, fault("on", int32(on), "is a day of the years 1 to 9999")
	}
	known := days.Before(on + 1)
	if len(known) == 0 {
		return History{}, fmt.Errorf("%w: %s", ErrNoPurchase, on)
	}
	first := known[0]
	if on-first > MaxDays {
		return History{}, fault("days[0]", first, fmt.Sprintf("lies at most %d days before %s", MaxDays, on))
	}
	return History{
		Repeats:     int32(len(known) - 1), // at most on-first
		RecencyDays: int32(known.Last() - first),
		AgeDays:     int32(on - first),
	}, nil
}

// fault is one fault as an error.
func fault(path string, value any, rule string) error {
	var faults customer.Faults
	faults.Add(path, value, rule)
	return faults
}

// Valid reports whether Check finds no fault.
func (h History) Valid() bool {
	return 0 <= h.Repeats && h.Repeats <= h.RecencyDays && h.RecencyDays <= h.AgeDays && h.AgeDays <= MaxDays &&
		(h.Repeats > 0 || h.RecencyDays == 0)
}

// Check returns the faults of a history as customer.Faults, or nil.
func (h History) Check() error {
	if h.Valid() {
		return nil
	}
	var faults customer.Faults
	faults.Within("age_days", int(h.AgeDays), 0, MaxDays)
	faults.Within("recency_days", int(h.RecencyDays), 0, max(0, int(h.AgeDays)))
	faults.Within("repeats", int(h.Repeats), 0, max(0, int(h.RecencyDays)))
	if h.Repeats == 0 && h.RecencyDays > 0 {
		faults.Add("recency_days", h.RecencyDays, "is 0 where there is no repeat purchase")
	}
	return faults.Err()
}

// dayBits hold any number up to MaxDays.
const dayBits = 17

// historyKey is a History in one number, in the same order.
type historyKey uint64

func (h History) key() historyKey {
	return historyKey(h.Repeats)<<(2*dayBits) | historyKey(h.RecencyDays)<<dayBits | historyKey(h.AgeDays)
}

func (k historyKey) history() History {
	const mask = 1<<dayBits - 1
	return History{int32(k >> (2 * dayBits)), int32(k >> dayBits & mask), int32(k & mask)}
}

// Counts tell how many customers have each history: all that a fit needs of a
// population. Customers in any order, in any split over several Counts, merged in any
// order, give the same Counts, the same bytes and the same fit to the last bit. Memory
// is that of the distinct histories, about 40 bytes each. The zero Counts are empty and
// ready. They are not safe for concurrent use; parallel work fills one each and merges.
type Counts struct{ tally tally[historyKey] }

// countsVersion is the format of MarshalBinary.
const countsVersion = 1

// Add counts customers. At a malformed history it stops with an error, having counted
// the ones before it.
func (c *Counts) Add(histories ...History) error {
	for i := range histories {
		if !histories[i].Valid() {
			return histories[i].Check()
		}
		if err := c.tally.add(histories[i].key()); err != nil {
			return err
		}
	}
	return nil
}

// Merge counts everyone whom other counted, or nobody where they would be more than
// MaxCustomers. Other stays as it is.
func (c *Counts) Merge(other *Counts) error { return c.tally.merge(&other.tally) }

// Customers returns how many customers were counted.
func (c *Counts) Customers() int64 { return c.tally.customers }

// All walks the distinct histories, ascending by repeats, recency and age, each with
// the number of customers who have it.
func (c *Counts) All() iter.Seq2[History, int64] {
	return func(yield func(History, int64) bool) {
		for _, row := range c.rows() {
			if !yield(row.key.history(), row.n) {
				return
			}
		}
	}
}

// rows are the distinct histories in ascending order: the order in which likelihoods are
// summed.
func (c *Counts) rows() []tallyRow[historyKey] {
	rows := c.tally.rows()
	slices.SortFunc(rows, func(a, b tallyRow[historyKey]) int { return cmp.Compare(a.key, b.key) })
	return rows
}

// MarshalBinary writes the counts in the order of All, so that equal Counts have equal
// bytes.
func (c *Counts) MarshalBinary() ([]byte, error) {
	data := []byte{countsVersion}
	previous := historyKey(0)
	for _, row := range c.rows() {
		data = binary.AppendUvarint(data, uint64(row.key-previous))
		data = binary.AppendUvarint(data, uint64(row.n))
		previous = row.key
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the counts stay as they
// were.
func (c *Counts) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, countsVersion)
	var read tally[historyKey]
	previous := historyKey(0)
	for from.Err() == nil && from.More() {
		distance, n := from.Uvarint(), from.Count()
		key := previous + historyKey(distance)
		switch {
		case distance == 0 && len(read.table) > 0:
			from.Fail("a history twice")
		case distance >= 1<<(3*dayBits) || key >= 1<<(3*dayBits) || !key.history().Valid():
			from.Fail("a history that cannot be")
		case !read.fits(n):
			from.Fail("a number of customers out of range")
		}
		read.put(key, n)
		previous = key
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("churn: counts: %w", err)
	}
	c.tally = read
	return nil
}

// repeatBuyers is how many customers came back at all.
func (c *Counts) repeatBuyers() int64 {
	n := int64(0)
	for key, customers := range c.tally.table {
		if key.history().Repeats > 0 {
			n += customers
		}
	}
	return n
}
