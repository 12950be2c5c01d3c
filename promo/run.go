package promo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Run is some units of one line and what one offer, with one coupon, gives on them. A line
// may have several: its units may have different offers, and bonus points beside them.
// Units without any offer are in no run.
type Run struct {
	Line   int    `json:"line"`  // its place in the basket, from 1
	Units  int64  `json:"units"` // in thousandths, so that weights are exact
	Offer  string `json:"offer"`
	Coupon string `json:"coupon,omitempty"`
	Saved  int64  `json:"saved,omitempty"`  // minor units
	Points int64  `json:"points,omitempty"` // bonus points, in the smallest unit
}

// Back returns what a run's offer takes back when units of it come back, after some had
// come back before, all in thousandths. Of n units that were given S, the first k have had
// floor(S·k/n) in all, in whatever steps they come. It is a *customer.Refusal when more
// units come back than are left.
func (r Run) Back(before, units int64) (saved, points int64, err error) {
	if before < 0 || units < 0 || before > r.Units || units > r.Units-before {
		return 0, 0, &customer.Refusal{Rule: r.Offer, Missing: []customer.Reason{
			{Code: CodeTooMany, Rule: r.Offer, Fact: units, Mark: max(0, r.Units-max(0, before)), Unit: customer.UnitUsage},
		}}
	}
	if r.Units == 0 || r.Saved < 0 || r.Points < 0 {
		return 0, 0, nil
	}
	part := func(whole int64) int64 { return share(whole, before+units, r.Units) - share(whole, before, r.Units) }
	return part(r.Saved), part(r.Points), nil
}

// Borne is what somebody bears of what a run saved.
type Borne struct {
	By    string `json:"by,omitempty"` // empty: the shop
	Saved int64  `json:"saved"`        // minor units
}

// Funding splits what one offer, with one coupon, saved on a receipt between those who bear
// it: the offer's funds in their order, and the shop last. It takes all runs that they have
// there, since the sum is split once, as package wallet splits it: by largest remainder.
func (c *Catalogue) Funding(runs ...Run) ([]Borne, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	run, saved := runs[0], int64(0)
	for i := range runs {
		if runs[i].Offer != run.Offer || runs[i].Coupon != run.Coupon || runs[i].Saved < 0 || runs[i].Saved > MaxBasket {
			return nil, fmt.Errorf("promo: run %d is none of offer %q with coupon %q", i+1, run.Offer, run.Coupon)
		}
		saved += runs[i].Saved
	}
	at, known := c.byID[run.Offer]
	if !known {
		return nil, fmt.Errorf("promo: %s has no offer %q", c.name, run.Offer)
	}
	d := &c.deals[at]
	parts, weights, left := make([]Borne, 0, len(d.funds)+1), make([]int64, 0, len(d.funds)+1), int64(1000)
	for _, fund := range d.funds {
		parts, weights = append(parts, Borne{By: fund.By}), append(weights, int64(fund.Permille))
		left -= int64(fund.Permille)
	}
	parts, weights = append(parts, Borne{}), append(weights, left)
	if err := customer.SplitInto(weights, saved, weights); err != nil {
		return nil, fmt.Errorf("promo: funding of %s: %w", d.cite, err)
	}
	for i := range parts {
		parts[i].Saved = weights[i]
	}
	return parts, nil
}

// stretch is a run before it is given back to the lines: pieces of one pool with one
// offer, or with none.
type stretch struct {
	look   int32 // none: no offer
	pieces int64
	list   int64 // minor
	saved  int64 // minor
	points int64 // for each piece
}

// settle makes runs of the assignment and finds what each line costs.
func (p *pricing) settle() {
	for i := range p.figures {
		p.figures[i].paid = p.figures[i].deposit
	}
	p.runs = make([]Run, 0, len(p.parts)+len(p.bonuses))
	slices.SortFunc(p.bonuses, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.pool, b.pool), cmp.Compare(a.source, b.source))
	})
	used := make([]int64, len(p.looks)) // pieces that each look has
	var space [8]stretch
	parts, bonuses := p.parts, p.bonuses
	for i := range p.pools {
		of := &p.pools[i]
		stretches, rest := space[:0], of.pieces
		for len(parts) > 0 && int(parts[0].pool) == i {
			stretches = p.fill(stretches, &parts[0], used)
			rest -= parts[0].pieces
			parts = parts[1:]
		}
		if rest > 0 {
			stretches = append(stretches, stretch{look: none, pieces: rest})
		}
		p.round(of, stretches)
		p.giveBack(of, stretches)
		for len(bonuses) > 0 && int(bonuses[0].pool) == i {
			p.giveBack(of, p.fill(space[:0], &bonuses[0], used))
			bonuses = bonuses[1:]
		}
	}
	slices.SortStableFunc(p.runs, func(a, b Run) int { return cmp.Compare(a.Line, b.Line) })
}

// fill divides what a source has of a pool into what each of its coupons has.
func (p *pricing) fill(stretches []stretch, of *part, used []int64) []stretch {
	s := &p.sources[of.source]
	points := int64(0)
	if p.catalogue.deals[s.deal].method == byPoints {
		points = of.value
	}
	left := of.pieces
	for _, look := range p.slots[s.from:s.to] {
		n := left
		if s.each > 0 {
			n = min(left, s.each-used[look])
		}
		if n == 0 {
			continue
		}
		used[look] += n
		stretches = append(stretches, stretch{look: look, pieces: n, points: points})
		if left -= n; left == 0 {
			break
		}
	}
	return stretches
}

// round finds the list price of each stretch, and what it saves: the rounding place of
// prices. The list prices add up to the pool's.
func (p *pricing) round(of *pool, stretches []stretch) {
	if len(stretches) == 1 {
		stretches[0].list = of.list
	} else {
		lists := make([]int64, len(stretches))
		for i := range stretches {
			lists[i] = stretches[i].pieces
		}
		split(of.list, lists)
		for i := range stretches {
			stretches[i].list = lists[i]
		}
	}
	for i := range stretches {
		st := &stretches[i]
		if st.look == none {
			continue
		}
		s := &p.sources[p.looks[st.look].source]
		d := &p.catalogue.deals[s.deal]
		if d.method == byPrice {
			price, ok := scale(s.figure, st.pieces*of.piece, oneUnit)
			if ok {
				st.saved = max(0, st.list-price)
			}
		} else {
			st.saved = min(st.list, minorOf(d.value(s.figure, of)*st.pieces))
		}
		of.saved += st.saved
	}
}

// giveBack gives the stretches of a pool to its lines: units in the order of the lines,
// money in proportion to the units, by largest remainder.
func (p *pricing) giveBack(of *pool, stretches []stretch) {
	lines := p.order[of.from:of.to]
	taken := int64(0) // pieces of the first of the lines that are left
	for i := range stretches {
		st := &stretches[i]
		if len(lines) == 1 {
			p.book(lines[0], of, st, st.pieces, st.list, st.saved)
			continue
		}
		var space [3][16]int64
		places, lists, saved := space[0][:0], space[1][:0], space[2][:0]
		from := 0
		for left := st.pieces; left > 0; {
			n := min(left, p.figures[lines[from]].quantity/oneUnit-taken)
			if n > 0 {
				places, lists, saved = append(places, int64(lines[from])), append(lists, n), append(saved, n)
			}
			left, taken = left-n, taken+n
			if taken == p.figures[lines[from]].quantity/oneUnit {
				from, taken = from+1, 0
			}
		}
		lines = lines[from:]
		var units [16]int64
		pieces := append(units[:0], lists...)
		split(st.list, lists)
		split(st.saved, saved)
		level(saved, lists)
		for j, line := range places {
			p.book(int32(line), of, st, pieces[j], lists[j], saved[j])
		}
	}
}

// level moves what a line would save beyond its price, which is a rounding, to the next
// lines that can bear it. All together can.
func level(saved, lists []int64) {
	extra := int64(0)
	for i := range saved {
		over := max(0, saved[i]-lists[i])
		saved[i], extra = saved[i]-over, extra+over
	}
	for i := range saved {
		more := min(extra, lists[i]-saved[i])
		saved[i], extra = saved[i]+more, extra-more
	}
}

// book gives a line its part of a stretch.
func (p *pricing) book(line int32, of *pool, st *stretch, pieces, list, saved int64) {
	p.figures[line].paid += list - saved
	if st.look == none {
		return
	}
	look := &p.looks[st.look]
	run := Run{Line: int(line) + 1, Units: pieces * of.piece, Offer: p.catalogue.deals[look.deal].id, Saved: saved, Points: st.points * pieces}
	if look.coupon != none {
		run.Coupon = p.coupons[look.coupon].ID
	}
	look.units += run.Units
	look.saved += run.Saved
	look.points += run.Points
	p.points = min(p.points+run.Points, maxAllPoints+1)
	p.runs = append(p.runs, run)
}

// split is customer.SplitInto where it cannot fail: the weights are above 0, and their sum
// is in bounds.
func split(total int64, weights []int64) {
	if err := customer.SplitInto(weights, total, weights); err != nil {
		panic("promo: " + err.Error())
	}
}
