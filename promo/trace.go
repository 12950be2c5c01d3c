package promo

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Look is one entry of the trace: an offer that is on a line of the basket, or a coupon
// that was presented.
type Look struct {
	Offer  string `json:"offer"`
	Coupon string `json:"coupon,omitempty"`
	Units  int64  `json:"units,omitempty"`  // that it applies to, in thousandths; which ones, the runs say
	Saved  int64  `json:"saved,omitempty"`  // minor units
	Points int64  `json:"points,omitempty"` // bonus points, in the smallest unit
	// Missing is all that keeps it from applying, or from applying to more of the units
	// that it is on.
	Missing []customer.Reason `json:"missing,omitempty"`
}

// Applied reports whether the offer applies to any unit.
func (l Look) Applied() bool { return l.Units > 0 }

// priced puts the answer together.
func (p *pricing) priced() Priced {
	c := p.catalogue
	for i := range p.lines {
		p.lines[i].Paid = decimal.NullDecimal{Decimal: c.currency.Amount(p.figures[i].paid), Valid: true}
	}
	p.compete()
	p.spare()
	return Priced{
		Book: c.name, Customer: p.shopper.Customer, At: p.at, Currency: c.currency,
		Lines: p.lines, Runs: p.runs, Totals: p.totals(), Trace: p.trace(),
	}
}

// trace writes the looks with what is missing for each.
func (p *pricing) trace() []Look {
	slices.SortStableFunc(p.late, func(a, b late) int { return cmp.Compare(a.look, b.look) })
	for i := range p.late {
		l := &p.looks[p.late[i].look]
		if l.from == l.to {
			l.from = int32(len(p.reasons))
		}
		p.reasons = append(p.reasons, p.late[i].reason)
		l.to = int32(len(p.reasons))
	}
	trace := make([]Look, len(p.looks))
	for i := range trace {
		l := &p.looks[i]
		trace[i] = Look{Units: l.units, Saved: l.saved, Points: l.points}
		if l.to > l.from {
			trace[i].Missing = p.reasons[l.from:l.to:l.to]
		}
		if l.coupon != none {
			trace[i].Offer, trace[i].Coupon = p.coupons[l.coupon].Offer, p.coupons[l.coupon].ID
		} else {
			trace[i].Offer = p.catalogue.deals[l.deal].id
		}
	}
	return trace
}

// rival is what a source lost to another offer.
type rival struct {
	source, deal int32
	more         int64 // exact: by how much the other offer saves more there
}

// compete says of each source which offers beat it, and where its limit did.
func (p *pricing) compete() {
	var rivals []rival
	limited := make([]bool, len(p.sources))
	parts := p.parts
	for i := range p.options {
		o := &p.options[i]
		for len(parts) > 0 && parts[0].pool < o.pool {
			parts = parts[1:]
		}
		own, left := &p.sources[o.source], p.pools[o.pool].pieces
		full := own.taken >= own.most
		for j := 0; j < len(parts) && parts[j].pool == o.pool; j++ {
			other := &parts[j]
			left -= other.pieces
			switch {
			case other.source == o.source:
			case full && (other.value < o.value || other.value == o.value && o.source < other.source):
				limited[o.source] = true
			default:
				rivals = append(rivals, rival{o.source, p.sources[other.source].deal, (other.value - o.value) * other.pieces})
			}
		}
		limited[o.source] = limited[o.source] || left > 0
	}
	slices.SortFunc(rivals, func(a, b rival) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.deal, b.deal))
	})
	for i := 0; i < len(rivals); {
		r := rivals[i]
		for i++; i < len(rivals) && rivals[i].source == r.source && rivals[i].deal == r.deal; i++ {
			r.more += rivals[i].more
		}
		p.missAll(r.source, customer.Reason{Code: CodeBeaten, Rule: p.catalogue.deals[r.deal].cite, Fact: minorOf(max(0, r.more)), Unit: customer.UnitMinor})
	}
	for i := range p.sources {
		if s := &p.sources[i]; limited[i] || p.catalogue.deals[s.deal].method == byPoints && s.matched > s.most {
			p.missAll(int32(i), customer.Reason{Code: CodeLimit, Rule: p.catalogue.deals[s.deal].cite, Fact: s.taken, Mark: s.most, Unit: customer.UnitTimes})
		}
	}
}

func (p *pricing) missAll(source int32, reason customer.Reason) {
	for _, look := range p.slots[p.sources[source].from:p.sources[source].to] {
		p.miss(look, reason)
	}
}

// spare says of coupons that others of the same offer were enough.
func (p *pricing) spare() {
	for i := range p.sources {
		s := &p.sources[i]
		if s.taken == 0 {
			continue
		}
		for _, look := range p.slots[s.from:s.to] {
			if p.looks[look].units == 0 {
				p.miss(look, customer.Reason{Code: CodeCouponSpare, Rule: p.catalogue.deals[s.deal].cite})
			}
		}
	}
}
