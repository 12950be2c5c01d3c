package population

import (
	"encoding/binary"

	"github.com/rapport-crm/rapport/customer"
)

// Period is the stretch of civil days that is counted: from From up to, not including,
// Until.
type Period struct{ From, Until customer.Date }

// Contains reports whether a day lies in the period.
func (p Period) Contains(day customer.Date) bool { return p.From <= day && day < p.Until }

// Check returns the faults of a period as customer.Faults, or nil: both ends are days.
func (p Period) Check() error {
	var faults customer.Faults
	if !p.From.Valid() {
		faults.Add("from", int32(p.From), "is a day of the years 1 to 9999")
	}
	if !p.Until.Valid() {
		faults.Add("until", int32(p.Until), "is a day of the years 1 to 9999")
	}
	return faults.Err()
}

// Faults returns, under a path, why nothing can be counted over the period, if so: both ends are
// days, and Until is after From.
func (p Period) Faults(path string) (faults customer.Faults) {
	if p.Check() != nil {
		faults.Add(path, p.From.String()+" to "+p.Until.String(), "is from a day until a day")
	} else if p.Until <= p.From {
		faults.Add(path+".until", p.Until, "is a day after from")
	}
	return faults
}

// AppendPeriod writes a period that Check finds in order.
func AppendPeriod(dst []byte, period Period) []byte {
	dst = binary.AppendUvarint(dst, uint64(period.From))
	return binary.AppendUvarint(dst, uint64(period.Until))
}

// Period reads what AppendPeriod wrote.
func (d *Decoder) Period() Period {
	from, until := d.Uint32(), d.Uint32()
	if d.err == nil && (min(from, until) < 1 || max(from, until) > uint32(customer.MaxDate)) {
		d.Fail("a period out of range")
	}
	return Period{From: customer.Date(from), Until: customer.Date(until)}
}
