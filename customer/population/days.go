package population

import (
	"encoding/binary"

	"github.com/rapport-crm/rapport/customer"
)

// AppendDays writes a set of days: their number, the first, and the gaps.
func AppendDays(dst []byte, days customer.Days) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(days)))
	previous := customer.Date(0)
	for _, day := range days {
		dst = binary.AppendUvarint(dst, uint64(day-previous))
		previous = day
	}
	return dst
}

// Days reads what AppendDays wrote.
func (d *Decoder) Days() customer.Days {
	n, day := d.Uvarint(), customer.Date(0)
	if n == 0 {
		return nil
	}
	days := make(customer.Days, 0, d.room(n))
	for i := uint64(0); i < n && d.err == nil; i++ {
		gap := d.Uint32()
		if gap == 0 || gap > uint32(customer.MaxDate-day) {
			d.Fail("days out of order or range")
			return nil
		}
		day += customer.Date(gap)
		days = append(days, day)
	}
	return days
}
