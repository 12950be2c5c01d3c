package churn

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Cohort counts by day how many customers made their first purchase, and how many repeat
// purchases all of them made: the facts that a model is held against with Track. Counted
// in any order, in any split over several Cohorts, merged in any order, the same facts
// give the same Cohort and the same bytes. Memory is that of the days. The zero Cohort is
// empty and ready. It is not safe for concurrent use; parallel work fills one each and
// merges.
type Cohort struct {
	days               map[customer.Date]cohortDay
	customers, repeats int64
}

// cohortDay is what happened on a day.
type cohortDay struct{ first, repeat int64 }

// cohortVersion is the format of MarshalBinary.
const cohortVersion = 1

// MaxRepeats bounds how many repeat purchases a Cohort counts.
const MaxRepeats = 1_000_000_000_000_000

// Add counts one customer, all her days of purchase: the first is her first purchase, each
// later one a repeat. No day at all, and days in no order, are customer.Faults.
func (c *Cohort) Add(days customer.Days) error {
	if err := days.Validate(); err != nil {
		return err
	}
	if len(days) == 0 {
		return fault("days", days, "hold a day of purchase")
	}
	if err := c.room(1, int64(len(days)-1)); err != nil {
		return err
	}
	for i, day := range days {
		if i == 0 {
			c.count(day, cohortDay{first: 1})
		} else {
			c.count(day, cohortDay{repeat: 1})
		}
	}
	return nil
}

// AddDay counts a day's customers who made their first purchase and the repeat purchases
// of all customers of the cohort on it, for a host that has only such figures.
func (c *Cohort) AddDay(day customer.Date, first, repeats int64) error {
	var faults customer.Faults
	faults.GivenDay("day", day)
	if first < 0 || first > MaxCustomers {
		faults.Add("first", first, fmt.Sprintf("is 0 to %d", int64(MaxCustomers)))
	}
	if repeats < 0 || repeats > MaxRepeats {
		faults.Add("repeats", repeats, fmt.Sprintf("is 0 to %d", int64(MaxRepeats)))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := c.room(first, repeats); err != nil {
		return err
	}
	if first+repeats > 0 {
		c.count(day, cohortDay{first, repeats})
	}
	return nil
}

// room reports that so much more would be too much.
func (c *Cohort) room(customers, repeats int64) error {
	var faults customer.Faults
	if sum := c.customers + customers; sum > MaxCustomers {
		faults.Add("customers", sum, fmt.Sprintf("stay within %d", int64(MaxCustomers)))
	}
	if sum := c.repeats + repeats; sum > MaxRepeats {
		faults.Add("repeats", sum, fmt.Sprintf("stay within %d", int64(MaxRepeats)))
	}
	return faults.Err()
}

// count adds to a day.
func (c *Cohort) count(day customer.Date, more cohortDay) {
	if c.days == nil {
		c.days = make(map[customer.Date]cohortDay)
	}
	had := c.days[day]
	c.days[day] = cohortDay{had.first + more.first, had.repeat + more.repeat}
	c.customers += more.first
	c.repeats += more.repeat
}

// Merge counts all that other counted, or nothing where it would be too much. Other stays
// as it is.
func (c *Cohort) Merge(other *Cohort) error {
	if err := c.room(other.customers, other.repeats); err != nil {
		return err
	}
	for day, more := range other.days { // also where other is c: no day is new then
		c.count(day, more)
	}
	return nil
}

// Customers returns how many customers were counted.
func (c *Cohort) Customers() int64 { return c.customers }

// sorted are the days in order.
func (c *Cohort) sorted() []customer.Date {
	days := make([]customer.Date, 0, len(c.days))
	for day := range c.days {
		days = append(days, day)
	}
	slices.Sort(days)
	return days
}

// MarshalBinary writes the days in order, so that equal Cohorts have equal bytes.
func (c *Cohort) MarshalBinary() ([]byte, error) {
	data := []byte{cohortVersion}
	previous := customer.Date(0)
	for _, day := range c.sorted() {
		data = binary.AppendUvarint(data, uint64(day-previous))
		data = binary.AppendUvarint(data, uint64(c.days[day].first))
		data = binary.AppendUvarint(data, uint64(c.days[day].repeat))
		previous = day
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the cohort stays as it was.
func (c *Cohort) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, cohortVersion)
	var read Cohort
	previous := customer.Date(0)
	for from.Err() == nil && from.More() {
		distance, first, repeat := from.Uvarint(), from.Uvarint(), from.Uvarint()
		switch {
		case from.Err() != nil:
		case distance == 0 || distance > uint64(customer.MaxDate-previous):
			from.Fail("a day twice, or none")
		case first > MaxCustomers || repeat > MaxRepeats || read.room(int64(first), int64(repeat)) != nil:
			from.Fail("a number out of range")
		case first+repeat == 0:
			from.Fail("a day on which nothing happened")
		default:
			previous += customer.Date(distance)
			read.count(previous, cohortDay{int64(first), int64(repeat)})
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("churn: cohort: %w", err)
	}
	*c = read
	return nil
}
