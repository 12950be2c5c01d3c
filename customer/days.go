package customer

import (
	"fmt"
	"slices"
)

// Days is a set of civil days, ascending and without repetition: the days on which
// somebody came, or bought from a category. Several receipts of one day are one
// day. The zero Days is empty. Since a set has no history, adding and joining in any
// order gives the same Days. A copy shares memory with its original, as with any
// slice: use slices.Clone before adding to a copy.
type Days []Date

// Add puts a day into the set and reports whether it was new.
func (d *Days) Add(day Date) bool {
	days := *d
	if n := len(days); n == 0 || days[n-1] < day { // days mostly arrive in order
		*d = append(days, day)
		return true
	}
	at, found := slices.BinarySearch(days, day)
	if found {
		return false
	}
	*d = slices.Insert(days, at, day)
	return true
}

// Union returns the days of both sets as a new set.
func (d Days) Union(other Days) Days {
	both := make(Days, 0, len(d)+len(other))
	for len(d) > 0 && len(other) > 0 {
		switch {
		case d[0] < other[0]:
			both, d = append(both, d[0]), d[1:]
		case d[0] > other[0]:
			both, other = append(both, other[0]), other[1:]
		default:
			both, d, other = append(both, d[0]), d[1:], other[1:]
		}
	}
	return append(append(both, d...), other...)
}

// Validate returns a fault unless the days are days, ascending and each only once, as
// Add and Union keep them. A slice that was put together by hand may not be.
func (d Days) Validate() error {
	previous := Date(0)
	for i, day := range d {
		if !day.Valid() || day <= previous {
			var faults Faults
			faults.Add(fmt.Sprintf("days[%d]", i), day, "is a day after the one before it")
			return faults
		}
		previous = day
	}
	return nil
}

// Before returns the days earlier than day, sharing memory with d.
func (d Days) Before(day Date) Days {
	at, _ := slices.BinarySearch(d, day)
	return d[:at:at]
}

// Last returns the latest day, or the zero Date when there is none.
func (d Days) Last() Date {
	if len(d) == 0 {
		return 0
	}
	return d[len(d)-1]
}
