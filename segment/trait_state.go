package segment

import (
	"encoding/binary"
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// traitTallyVersion is the format of TraitTally.MarshalBinary.
const traitTallyVersion = 1

// figures lists what a day counts in the order of the stored form.
func (d *traitDay) figures() [5]*int64 {
	return [5]*int64{&d.lines, &d.vague, &d.units, &d.backs, &d.returned}
}

// MarshalBinary writes the tally in key order, so that equal tallies have equal bytes.
func (t *TraitTally[K]) MarshalBinary() ([]byte, error) {
	data := population.AppendBytes([]byte{traitTallyVersion}, t.name())
	data = binary.AppendUvarint(data, uint64(t.on))
	data = binary.AppendUvarint(data, t.pinned())
	return t.table.Append(data, func(dst []byte, days *traitDays) []byte {
		dst = binary.AppendUvarint(dst, uint64(len(*days)))
		previous := customer.Date(0)
		for i := range *days {
			day := &(*days)[i]
			dst = binary.AppendUvarint(dst, uint64(day.day-previous))
			previous = day.day
			for _, figure := range day.figures() {
				dst = binary.AppendUvarint(dst, uint64(*figure))
			}
		}
		return dst
	}), nil
}

// UnmarshalBinary reads what MarshalBinary wrote for the same rule book and day; at an
// error the tally stays as it was. The tally comes from [NewTraitTally].
func (t *TraitTally[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, traitTallyVersion)
	same := string(from.Bytes()) == t.name()
	same = from.Uvarint() == uint64(t.on) && same
	same = from.Uvarint() == t.pinned() && same
	if !same {
		from.Fail("another rule book or day")
	}
	var read population.Table[K, traitDays]
	read.Read(from, func(from *population.Decoder, days *traitDays) { *days = t.readDays(from) })
	if from.Err() == nil {
		for _, row := range read.All() {
			if last := row.Items[len(row.Items)-1]; uint64(last) >= uint64(len(t.traits.all())) {
				from.Fail("a trait that the rule book does not have")
			}
		}
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: trait tally: %w", err)
	}
	t.table = read
	return nil
}

func (t *TraitTally[K]) readDays(from *population.Decoder) traitDays {
	var days traitDays
	n, previous := from.Uvarint(), customer.Date(0)
	if n == 0 {
		from.Fail("a trait without days")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		gap := from.Uint32()
		if gap == 0 || gap > uint32(customer.MaxDate-previous) {
			from.Fail("days out of order or range")
			break
		}
		previous += customer.Date(gap)
		day := traitDay{day: previous}
		for _, figure := range day.figures() {
			*figure = from.Count()
		}
		if from.Err() == nil && !(t.period.Contains(day.day) && day.possible()) {
			from.Fail("a day that no lines have")
		}
		days = append(days, day)
	}
	return days
}

// possible reports whether some lines make such a day.
func (d *traitDay) possible() bool {
	for _, figure := range d.figures() {
		if *figure > maxSum {
			return false
		}
	}
	measured := d.lines - d.vague
	return measured >= 0 && (d.units > 0) == (measured > 0) && d.lines+d.backs+d.returned > 0
}
