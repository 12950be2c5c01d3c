package profile

import (
	"cmp"

	"github.com/rapport-crm/rapport/customer"
)

// waiting is a fact while it waits to be packed: 64 bytes, one line of the processor's cache,
// because the time of a large History goes by the memory it moves. Amounts and units take 40 bits
// each, which population.MaxAmount and MaxUnits fit.
//
//	0  receipt
//	1  product
//	2  order
//	3  holder
//	4  day 22, hour 5, kind 2, flags 3, category 16, the upper 16 of discount
//	5  amount 40, the lower 24 of discount
//	6  cost 40, the lower 24 of units
//	7  tax 40, the upper 16 of units
type waiting [8]uint64

const (
	figureBits = 40
	figureMask = 1<<figureBits - 1
	splitBits  = 24 // of a figure that is told in two parts
	whenShift  = 64 - 27
)

// set packs a valid fact.
func (w *waiting) set(f *Fact) {
	units, discount := uint64(f.Units), uint64(f.Discount)
	w[0], w[1], w[2], w[3] = uint64(f.Receipt), uint64(f.Product), uint64(f.Order), uint64(f.Holder)
	w[4] = uint64(f.when())<<whenShift | uint64(f.Kind)<<35 | uint64(f.flags()>>1)<<32 | uint64(f.Category)<<16 | discount>>splitBits
	w[5] = uint64(f.Amount)<<splitBits | discount&(1<<splitBits-1)
	w[6] = uint64(f.Cost)<<splitBits | units&(1<<splitBits-1)
	w[7] = uint64(f.Tax)<<splitBits | units>>splitBits
}

// get unpacks the fact.
func (w *waiting) get(f *Fact) {
	f.Receipt, f.Product, f.Order, f.Holder = Code(w[0]), Code(w[1]), Code(w[2]), Code(w[3])
	f.Day, f.Hour = customer.Date(w[4]>>(whenShift+hourBits)), uint8(w[4]>>whenShift&(1<<hourBits-1))
	f.Kind, f.Category = Kind(w[4]>>35&3), uint16(w[4]>>16)
	f.Priced, f.Listed, f.Costed = w[4]>>32&1 != 0, w[4]>>33&1 != 0, w[4]>>34&1 != 0
	f.Amount, f.Cost, f.Tax = int64(w[5]>>splitBits), int64(w[6]>>splitBits), int64(w[7]>>splitBits)
	f.Discount = int64(w[4]&(1<<16-1)<<splitBits | w[5]&(1<<splitBits-1))
	f.Units = int64(w[7]&(1<<16-1)<<splitBits | w[6]&(1<<splitBits-1))
}

// compare is Fact.compare of the two facts, whose hour is the same.
func (w *waiting) compare(v *waiting) int {
	const kinds, categories = 3 << 35, 0xFFFF << 16
	if w[0] == v[0] && w[2] == v[2] && w[3] == v[3] && (w[4]^v[4])&kinds == 0 { // of one receipt
		if a, b := w[4]&categories, v[4]&categories; a != b {
			return cmp.Compare(a, b)
		}
		if w[1] != v[1] {
			return cmp.Compare(w[1], v[1])
		}
	}
	return w.compareWhole(v)
}

func (w *waiting) compareWhole(v *waiting) int {
	var f, g Fact
	w.get(&f)
	v.get(&g)
	return f.compare(&g)
}
