package profile

import (
	"encoding/binary"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// packed are the facts of one customer in their order, each as what it has beyond the one before
// it: some twenty bytes, where a Fact takes 88. Equal facts have equal bytes. For each:
//
//	bits           which of the following are there
//	day, hour      where newReceipt: days since the fact before; hour, kind << 5, wideReceipt
//	receipt        8 bytes where wideReceipt, else a varint
//	order, holder  the order unless it is the receipt
//	category       << 1, and 1 where there is tax
//	product        8 bytes where wideProduct, else a varint
//	units, amount, tax, discount, cost
type packed struct {
	data  []byte
	facts int
}

const (
	newReceipt  = 1 << 0
	pricedBit   = 1 << 1
	listedBit   = 1 << 2
	costedBit   = 1 << 3
	unitsBit    = 1 << 4
	discountBit = 1 << 5
	ownOrder    = 1 << 6
	wideProduct = 1 << 7

	hourBits    = 5
	wideReceipt = 1 << 7
)

// wide is from where on a code is shorter in eight bytes than as a varint.
const wide = 1 << 56

// appendFact writes a fact that comes after previous, at first after the zero Fact.
func appendFact(dst []byte, previous, f *Fact) []byte {
	bits := f.flags()
	if f.compareReceipt(previous) != 0 {
		bits |= newReceipt
		if f.Order == f.Receipt {
			bits |= ownOrder
		}
	}
	if f.Units != 0 {
		bits |= unitsBit
	}
	if f.Discount != 0 {
		bits |= discountBit
	}
	if f.Product >= wide {
		bits |= wideProduct
	}
	dst = append(dst, bits)
	if bits&newReceipt != 0 {
		dst = binary.AppendUvarint(dst, uint64(f.Day-previous.Day))
		hour := f.Hour | uint8(f.Kind)<<hourBits
		if f.Receipt >= wide {
			dst = binary.LittleEndian.AppendUint64(append(dst, hour|wideReceipt), uint64(f.Receipt))
		} else {
			dst = binary.AppendUvarint(append(dst, hour), uint64(f.Receipt))
		}
		if bits&ownOrder == 0 {
			dst = binary.AppendUvarint(dst, uint64(f.Order))
		}
		dst = binary.AppendUvarint(dst, uint64(f.Holder))
	}
	category := uint64(f.Category) << 1
	if f.Tax != 0 {
		category |= 1
	}
	dst = binary.AppendUvarint(dst, category)
	if bits&wideProduct != 0 {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(f.Product))
	} else {
		dst = binary.AppendUvarint(dst, uint64(f.Product))
	}
	if bits&unitsBit != 0 {
		dst = binary.AppendUvarint(dst, uint64(f.Units))
	}
	if f.Priced {
		dst = binary.AppendUvarint(dst, uint64(f.Amount))
	}
	if f.Tax != 0 {
		dst = binary.AppendUvarint(dst, uint64(f.Tax))
	}
	if bits&discountBit != 0 {
		dst = binary.AppendUvarint(dst, uint64(f.Discount))
	}
	if f.Costed {
		dst = binary.AppendUvarint(dst, uint64(f.Cost))
	}
	return dst
}

// unpacking reads packed facts. Bytes that end early set short and read as zeros.
type unpacking struct {
	rest  []byte
	short bool
}

func (u *unpacking) byte() byte {
	if len(u.rest) == 0 {
		u.short = true
		return 0
	}
	b := u.rest[0]
	u.rest = u.rest[1:]
	return b
}

func (u *unpacking) uvarint() uint64 {
	if len(u.rest) > 0 && u.rest[0] < 0x80 { // of most figures, all
		value := u.rest[0]
		u.rest = u.rest[1:]
		return uint64(value)
	}
	value, n := binary.Uvarint(u.rest)
	if n <= 0 {
		u.short, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return value
}

func (u *unpacking) wide() uint64 {
	if len(u.rest) < 8 {
		u.short, u.rest = true, nil
		return 0
	}
	value := binary.LittleEndian.Uint64(u.rest)
	u.rest = u.rest[8:]
	return value
}

// next reads a fact into f, which holds the one before it.
func (u *unpacking) next(f *Fact) {
	bits := u.byte()
	if bits&newReceipt != 0 {
		f.Day += customer.Date(u.uvarint())
		hour := u.byte()
		f.Hour, f.Kind = hour&(1<<hourBits-1), Kind(hour&^wideReceipt>>hourBits)
		if hour&wideReceipt != 0 {
			f.Receipt = Code(u.wide())
		} else {
			f.Receipt = Code(u.uvarint())
		}
		if f.Order = f.Receipt; bits&ownOrder == 0 {
			f.Order = Code(u.uvarint())
		}
		f.Holder = Code(u.uvarint())
	}
	category := u.uvarint()
	f.Category = uint16(category >> 1)
	if bits&wideProduct != 0 {
		f.Product = Code(u.wide())
	} else {
		f.Product = Code(u.uvarint())
	}
	f.Priced, f.Listed, f.Costed = bits&pricedBit != 0, bits&listedBit != 0, bits&costedBit != 0
	f.Units, f.Amount, f.Tax, f.Discount, f.Cost = 0, 0, 0, 0, 0
	if bits&unitsBit != 0 {
		f.Units = int64(u.uvarint())
	}
	if f.Priced {
		f.Amount = int64(u.uvarint())
	}
	if category&1 != 0 {
		f.Tax = int64(u.uvarint())
	}
	if bits&discountBit != 0 {
		f.Discount = int64(u.uvarint())
	}
	if f.Costed {
		f.Cost = int64(u.uvarint())
	}
}

// unpack appends the facts.
func (p *packed) unpack(dst []Fact) []Fact {
	dst = slices.Grow(dst, p.facts)
	u, f := unpacking{rest: p.data}, Fact{}
	for range p.facts {
		u.next(&f)
		dst = append(dst, f)
	}
	return dst
}

// merger joins facts that are in order. It is scratch.
type merger struct {
	arranger
	mine, hers, both []Fact
	bytes            []byte
}

// pack packs facts that waited beside those that are packed already, and returns what these weigh
// now: as many facts as there are, up to as many as can be arranged beside them.
func (m *merger) pack(p *packed, lines []waiting) (weight int) {
	for part := range slices.Chunk(lines, MaxFacts) { // hardly ever more than one
		m.into(p, m.waited(part))
	}
	return min(p.facts, MaxFacts/2)
}

// into packs facts, which are in order, beside those that are packed already.
func (m *merger) into(p *packed, facts []Fact) {
	if p.facts > 0 {
		m.mine = p.unpack(m.mine[:0])
		m.both = mergeFacts(m.both[:0], m.mine, facts)
		facts = m.both
	}
	m.bytes = m.bytes[:0]
	previous := &Fact{}
	for i := range facts {
		m.bytes = appendFact(m.bytes, previous, &facts[i])
		previous = &facts[i]
	}
	p.facts = len(facts)
	if cap(p.data) < len(m.bytes) || cap(p.data) > 2*len(m.bytes) {
		p.data = make([]byte, 0, len(m.bytes))
	}
	p.data = append(p.data[:0], m.bytes...)
}

// mergeFacts appends two lists in order as one.
func mergeFacts(dst, a, b []Fact) []Fact {
	dst = slices.Grow(dst, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].compare(&b[0]) <= 0 {
			dst, a = append(dst, a[0]), a[1:]
		} else {
			dst, b = append(dst, b[0]), b[1:]
		}
	}
	return append(append(dst, a...), b...)
}
