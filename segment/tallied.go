package segment

import (
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// tallied is what one customer's lines come to, as a Tally keeps it: her Counts by
// ascending category with the days behind each, so that one day counts once however the
// lines were split. It is packed into words, a third of what a Counts takes, because the
// time of a large tally goes by the memory it moves. For each category:
//
//	category
//	days << 8 | extra bits: which of the figures below are there
//	lines                       2 words where wideLines, lower half first
//	unmeasured lines            2 words, where there are any
//	units                       2 words for each of the six that is not 0: bought store,
//	                            national, unknown, then returned
//	days                        a word each, ascending
type tallied []uint32

const (
	wideLines     = 1 << 6
	anyUnmeasured = 1 << 7
)

// append adds a category, greater than those before, and its days.
func (t tallied) append(one *Counts, days []customer.Date) tallied {
	head := len(t) + 1
	t = append(t, one.Category, uint32(len(days))<<8, uint32(one.Lines))
	if one.Lines>>32 != 0 {
		t[head] |= wideLines
		t = append(t, uint32(one.Lines>>32))
	}
	if one.Unmeasured != 0 {
		t[head] |= anyUnmeasured
		t = append(t, uint32(one.Unmeasured), uint32(one.Unmeasured>>32))
	}
	for i, units := range [...]int64{
		one.Bought.Store, one.Bought.National, one.Bought.Unknown,
		one.Returned.Store, one.Returned.National, one.Returned.Unknown,
	} {
		if units != 0 {
			t[head] |= 1 << i
			t = append(t, uint32(units), uint32(units>>32))
		}
	}
	for _, day := range days {
		t = append(t, uint32(day))
	}
	return t
}

// next returns the first category, its days appended to those given unless these are nil,
// and what follows.
func (t tallied) next(days []customer.Date) (Counts, []customer.Date, tallied) {
	extra, n := t[1], int(t[1]>>8)
	one := Counts{Category: t[0], Days: n, Lines: int64(t[2])}
	rest := t[3:]
	wide := func() int64 {
		figure := int64(rest[0]) | int64(rest[1])<<32
		rest = rest[2:]
		return figure
	}
	if extra&wideLines != 0 {
		one.Lines |= int64(rest[0]) << 32
		rest = rest[1:]
	}
	if extra&anyUnmeasured != 0 {
		one.Unmeasured = wide()
	}
	for i, units := range [...]*int64{
		&one.Bought.Store, &one.Bought.National, &one.Bought.Unknown,
		&one.Returned.Store, &one.Returned.National, &one.Returned.Unknown,
	} {
		if extra>>i&1 != 0 {
			*units = wide()
		}
	}
	if days != nil {
		for _, day := range rest[:n] {
			days = append(days, customer.Date(day))
		}
	}
	return one, days, rest[n:]
}

// first is the number of words of the first category.
func (t tallied) first() int {
	head := t[1]
	return 3 + int(head>>6&1) + 2*bits.OnesCount32(head&(anyUnmeasured|0x3f)) + int(head>>8)
}

// categories is how many there are.
func (t tallied) categories() int {
	n := 0
	for ; len(t) > 0; n++ {
		t = t[t.first():]
	}
	return n
}

// counts appends the Counts.
func (t tallied) counts(dst []Counts) []Counts {
	for len(t) > 0 {
		var one Counts
		one, _, t = t.next(nil)
		dst = append(dst, one)
	}
	return dst
}

// joinTallied counts into one what from counted, making it in space, and returns how many
// bytes it takes now. The two share no memory afterwards.
func joinTallied(into *tallied, from tallied, space *tallied) (bytes int) {
	const word = 4
	if len(*into) == 0 {
		*into = slices.Clone(from)
		return word * cap(*into)
	}
	joined := (*space)[:0]
	days, more, both := make(customer.Days, 0, 32), make(customer.Days, 0, 32), make(customer.Days, 0, 64)
	for a, b := *into, from; len(a) > 0 || len(b) > 0; {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			joined, a = append(joined, a[:a.first()]...), a[a.first():]
		case len(a) == 0 || a[0] > b[0]:
			joined, b = append(joined, b[:b.first()]...), b[b.first():]
		default:
			var one, other Counts
			one, days, a = a.next(days[:0])
			other, more, b = b.next(more[:0])
			both = union(both[:0], days, more)
			one.Lines = bounded(one.Lines, other.Lines)
			one.Unmeasured = bounded(one.Unmeasured, other.Unmeasured)
			one.Bought = one.Bought.plus(other.Bought)
			one.Returned = one.Returned.plus(other.Returned)
			joined = joined.append(&one, both)
		}
	}
	*space = joined
	*into = append((*into)[:0], joined...)
	return word * cap(*into)
}

// union appends the days of both sets.
func union(dst []customer.Date, a, b customer.Days) []customer.Date {
	for len(a) > 0 && len(b) > 0 {
		day := min(a[0], b[0])
		if a[0] == day {
			a = a[1:]
		}
		if b[0] == day {
			b = b[1:]
		}
		dst = append(dst, day)
	}
	return append(append(dst, a...), b...)
}
