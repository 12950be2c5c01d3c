package promo

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// looked is one entry of the trace in the making: an offer, with a coupon or without.
type looked struct {
	deal   int32 // unknown: there is no such offer
	coupon int32 // in pricing.coupons; none: without one
	source int32 // none: something is missing
	// What is missing, in pricing.reasons.
	from, to int32

	units, saved, points int64
}

const (
	none    = -1
	unknown = math.MaxInt32 // sorts last
)

// late is a reason of a look that was found after the others.
type late struct {
	look   int32
	reason customer.Reason
}

// coupon is a coupon that the shopper presents.
type coupon struct {
	*Coupon
	deal     int32
	permille int64 // what it takes off, if its offer takes off permille
}

// source is where a unit may have an offer from: an offer without a coupon, or all
// coupons of an offer that take off the same.
type source struct {
	deal     int32
	figure   int64
	from, to int32 // in pricing.slots: the looks that it fills, in order
	each     int64 // pieces that one of them may take; 0: any number
	most     int64 // pieces in all
	taken    int64
	matched  int64 // pieces that it could be on
}

// option is one source for the pieces of one pool.
type option struct {
	pool, source int32
	value        int64 // exact, of one piece
}

// look finds every offer that is on a line or has a coupon, what is missing for it, and
// for which pools the others are options.
func (p *pricing) look() {
	p.readCoupons()
	matches := p.match()
	p.looks = make([]looked, 0, len(p.coupons)+8)
	p.reasons = make([]customer.Reason, 0, len(p.coupons)+8)
	p.slots = make([]int32, 0, len(p.coupons)+8)
	p.sources = make([]source, 0, 8)
	p.options = make([]option, 0, len(p.pools))
	for m, k := 0, 0; m < len(matches) || k < len(p.coupons); {
		at := int32(unknown)
		if m < len(matches) {
			at = int32(matches[m] >> 32)
		}
		if k < len(p.coupons) {
			at = min(at, p.coupons[k].deal)
		}
		matched, presented := m, k
		for m < len(matches) && int32(matches[m]>>32) == at {
			m++
		}
		for k < len(p.coupons) && p.coupons[k].deal == at {
			k++
		}
		if at == unknown {
			for ; presented < k; presented++ {
				p.lookAt(at, int32(presented), func() {
					p.why(customer.Reason{Code: CodeCouponUnknown, Rule: p.catalogue.name + " " + p.coupons[presented].Offer})
				})
			}
			break
		}
		p.consider(at, matches[matched:m], presented, k)
	}
	slices.SortFunc(p.options, func(a, b option) int {
		if a.pool != b.pool {
			return cmp.Compare(a.pool, b.pool)
		}
		if a.value != b.value {
			return cmp.Compare(b.value, a.value)
		}
		return cmp.Compare(a.source, b.source)
	})
}

// readCoupons puts the coupons in the order in which they are used: by offer, what they
// take off, which ends first, ID.
func (p *pricing) readCoupons() {
	p.coupons = make([]coupon, len(p.shopper.Coupons))
	for i := range p.coupons {
		k := &p.shopper.Coupons[i]
		at, known := p.catalogue.byID[k.Offer]
		if !known {
			at = unknown
		}
		p.coupons[i] = coupon{Coupon: k, deal: at, permille: int64(k.Permille)}
		if known && k.Permille == 0 && p.catalogue.deals[at].method == byPermille {
			p.coupons[i].permille = p.catalogue.deals[at].figure
		}
	}
	slices.SortFunc(p.coupons, func(a, b coupon) int {
		if a.deal != b.deal {
			return cmp.Compare(a.deal, b.deal)
		}
		return cmp.Or(strings.Compare(a.Offer, b.Offer), cmp.Compare(b.permille, a.permille),
			cmp.Compare(a.last(), b.last()), strings.Compare(a.ID, b.ID))
	})
}

// last is the first day without the coupon.
func (k *coupon) last() customer.Date {
	if k.Until == 0 {
		return customer.MaxDate + 1
	}
	return k.Until
}

// match finds the offers on each pool: offer · 2³² + pool, ascending.
func (p *pricing) match() []uint64 {
	c := p.catalogue
	matches := make([]uint64, 0, 4*len(p.pools)+len(c.anyLine))
	for i := range p.pools {
		line := &p.lines[p.order[p.pools[i].from]]
		add := func(deals []int32) {
			for _, at := range deals {
				on := &c.deals[at].on
				if on.Kind != customer.UnknownBrand && on.Kind != line.Kind {
					continue
				}
				if len(on.Except) > 0 {
					if _, out := slices.BinarySearch(on.Except, line.SKU); out {
						continue
					}
				}
				matches = append(matches, uint64(at)<<32|uint64(i))
			}
		}
		add(c.anyLine)
		add(c.bySKU[line.SKU])
		if line.Category != "" {
			add(c.byCategory[line.Category])
		}
		if line.Brand != "" {
			add(c.byBrand[line.Brand])
		}
	}
	slices.Sort(matches)
	return slices.Compact(matches) // an offer may name a line's sku and its category
}

// lookAt adds a look, with the reasons that find adds, and reports whether there are none:
// then it is a slot of the next source.
func (p *pricing) lookAt(deal, coupon int32, find func()) bool {
	l := looked{deal: deal, coupon: coupon, source: none, from: int32(len(p.reasons))}
	find()
	l.to = int32(len(p.reasons))
	if l.from == l.to {
		p.slots = append(p.slots, int32(len(p.looks)))
	}
	p.looks = append(p.looks, l)
	return l.from == l.to
}

func (p *pricing) why(reason customer.Reason) { p.reasons = append(p.reasons, reason) }

// miss adds a reason to a look that has a source.
func (p *pricing) miss(look int32, reason customer.Reason) {
	p.late = append(p.late, late{look: look, reason: reason})
}

// consider looks at one offer: what of it is in the basket, for whom it is, and its
// coupons, which are those from k up to end.
func (p *pricing) consider(at int32, matches []uint64, k, end int) {
	d := &p.catalogue.deals[at]
	if k == end || !d.who.Coupon {
		if len(matches) > 0 {
			first := len(p.slots)
			ok := p.lookAt(at, none, func() {
				p.without(d, matches)
				if d.who.Coupon {
					p.why(customer.Reason{Code: CodeCoupon, Rule: d.cite})
				}
			})
			if ok {
				p.supply(at, d.figure, first, matches)
			}
		}
		for ; k < end; k++ {
			p.lookAt(at, int32(k), func() { p.why(customer.Reason{Code: CodeCouponIdle, Rule: d.cite}) })
		}
		return
	}
	first, figure := len(p.slots), d.figure
	for ; k < end; k++ {
		own := &p.coupons[k]
		if d.method == byPermille && own.permille != figure {
			p.supply(at, figure, first, matches)
			first, figure = len(p.slots), own.permille
		}
		p.lookAt(at, int32(k), func() {
			p.without(d, matches)
			p.withCoupon(d, own)
		})
	}
	p.supply(at, figure, first, matches)
}

// without finds what is missing for an offer whatever coupon is presented.
func (p *pricing) without(d *deal, matches []uint64) {
	var there, barred int64
	for _, match := range matches {
		if pool := &p.pools[uint32(match)]; pool.bars && d.method != byPoints {
			barred += pool.pieces * pool.piece
		} else {
			there += pool.pieces * pool.piece
		}
	}
	if barred > 0 && (there == 0 || there < d.needs) {
		p.why(customer.Reason{Code: CodeNotDiscountable, Rule: d.cite, Fact: barred, Unit: customer.UnitUsage})
	}
	if needs := max(d.needs, 1); there < needs && (d.needs > 0 || barred == 0) {
		if d.needs == 0 {
			needs = oneUnit
		}
		p.why(customer.Reason{Code: CodeQuantity, Rule: d.cite, Fact: there, Mark: needs, Unit: customer.UnitUsage})
	}
	if p.day < d.from {
		p.why(customer.Reason{Code: CodeStarts, Rule: d.cite, On: p.day, By: d.from})
	}
	if d.until != 0 && p.day >= d.until {
		p.why(customer.Reason{Code: CodeEnded, Rule: d.cite, On: p.day, By: d.until})
	}
	if today := p.weekday; d.weekdays != 0 && d.weekdays&(1<<today) == 0 {
		next := today
		for d.weekdays&(1<<next) == 0 {
			next = next%7 + 1
		}
		p.why(customer.Reason{Code: CodeWeekday, Rule: d.cite, Fact: int64(today), Mark: int64(next), On: p.day})
	}
	if d.toHour != 0 && (p.hour < d.fromHour || p.hour >= d.toHour) {
		p.why(customer.Reason{Code: CodeHours, Rule: d.cite, Fact: int64(d.fromHour), Mark: int64(d.toHour), At: p.at})
	}
	if d.who.Members && !p.shopper.Member {
		p.why(customer.Reason{Code: CodeMembers, Rule: d.cite})
	}
	if len(d.who.Lists) > 0 && !slices.ContainsFunc(d.who.Lists, func(list string) bool { return slices.Contains(p.shopper.Lists, list) }) {
		p.why(customer.Reason{Code: CodeLists, Rule: d.cite})
	}
}

// withCoupon adds what is missing for the sake of the coupon.
func (p *pricing) withCoupon(d *deal, k *coupon) {
	if p.day < k.From {
		p.why(customer.Reason{Code: CodeCouponEarly, Rule: d.cite, On: p.day, By: k.From})
	}
	if k.Until != 0 && p.day >= k.Until {
		p.why(customer.Reason{Code: CodeCouponExpired, Rule: d.cite, On: p.day, By: k.Until})
	}
	most := int64(0)
	if d.method == byPermille {
		most = d.figure
	}
	if int64(k.Permille) > most {
		p.why(customer.Reason{Code: CodeCouponPermille, Rule: d.cite, Fact: int64(k.Permille), Mark: most, Unit: customer.UnitPermille})
	}
}

// supply makes the slots from first on a source, and its options for what it matches.
func (p *pricing) supply(at int32, figure int64, first int, matches []uint64) {
	if first == len(p.slots) {
		return
	}
	d := &p.catalogue.deals[at]
	s := source{deal: at, figure: figure, from: int32(first), to: int32(len(p.slots)), each: d.units, most: math.MaxInt64}
	if d.units > 0 {
		s.most = d.units * int64(len(p.slots)-first)
	}
	own, barred := int32(len(p.sources)), int64(0)
	for _, match := range matches {
		of := &p.pools[uint32(match)]
		if d.method == byPoints {
			if whole := of.piece / oneUnit; whole > 0 {
				s.matched += of.pieces
				p.bonuses = append(p.bonuses, part{pool: int32(uint32(match)), source: own, pieces: of.pieces, value: whole * figure})
			}
			continue
		}
		if of.bars {
			barred += of.pieces * of.piece
			continue
		}
		if value := d.value(figure, of); value > 0 {
			s.matched += of.pieces
			p.options = append(p.options, option{pool: int32(uint32(match)), source: own, value: value})
		}
	}
	for _, look := range p.slots[first:] {
		p.looks[look].source = own
	}
	if barred > 0 {
		for _, look := range p.slots[first:] {
			p.miss(look, customer.Reason{Code: CodeNotDiscountable, Rule: d.cite, Fact: barred, Unit: customer.UnitUsage})
		}
	}
	if s.matched == 0 {
		code := CodeNoSaving
		if d.method == byPoints {
			code = CodeNoWholeUnit
		}
		for _, look := range p.slots[first:] {
			p.miss(look, customer.Reason{Code: code, Rule: d.cite})
		}
	}
	p.sources = append(p.sources, s)
}

// value is what an offer takes off one piece, exactly.
func (d *deal) value(figure int64, of *pool) int64 {
	switch d.method {
	case byPermille:
		return of.price * of.piece * figure
	case byAmount:
		if figure >= of.price/oneFine {
			return min(of.price, figure*oneFine) * of.piece * 1000
		}
		return figure * oneFine * of.piece * 1000
	case byPrice:
		if figure <= of.price/oneFine {
			return (of.price - figure*oneFine) * of.piece * 1000
		}
	case byPoints:
	}
	return 0
}
