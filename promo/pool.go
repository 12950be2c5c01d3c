package promo

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// pool is one product of a basket: equal lines, whose units are all alike. Offers are
// matched, chosen and rounded for pools; so it cannot matter how lines split the units.
type pool struct {
	from, to int32 // in pricing.order
	pieces   int64 // units; a weighed line is one piece
	piece    int64 // the size of one, in units
	price    int64 // fine
	list     int64 // minor, of all pieces
	bars     bool  // takes no offer that changes the price
	saved    int64 // minor
}

// pool sorts the lines and merges equal ones.
func (p *pricing) pool() {
	p.order = make([]int32, len(p.lines))
	for i := range p.order {
		p.order[i] = int32(i)
	}
	slices.SortFunc(p.order, func(a, b int32) int {
		if c := p.compareProducts(a, b); c != 0 {
			return c
		}
		return p.compareLines(a, b)
	})
	p.pools = make([]pool, 0, len(p.lines))
	for at := 0; at < len(p.order); {
		first := p.order[at]
		f, line := &p.figures[first], &p.lines[first]
		next := pool{from: int32(at), to: int32(at + 1), price: f.price, bars: line.NonDiscountable || line.Sells != customer.GoodsLine}
		quantity := f.quantity
		if weighed(quantity) {
			next.pieces, next.piece = 1, quantity
		} else {
			for int(next.to) < len(p.order) && p.compareProducts(first, p.order[next.to]) == 0 {
				quantity += p.figures[p.order[next.to]].quantity
				next.to++
			}
			next.pieces, next.piece = quantity/oneUnit, oneUnit
		}
		next.list, _ = scale(f.price, quantity, oneFine*oneUnit) // within MaxBasket, as the lines are
		p.pools = append(p.pools, next)
		at = int(next.to)
	}
}

func weighed(quantity int64) bool { return quantity%oneUnit != 0 }

// compareProducts orders lines by all that a price may depend on. Equal lines that are
// not weighed are one pool.
func (p *pricing) compareProducts(a, b int32) int {
	x, y := &p.lines[a], &p.lines[b]
	if c := strings.Compare(x.SKU, y.SKU); c != 0 {
		return c
	}
	if c := strings.Compare(x.Category, y.Category); c != 0 {
		return c
	}
	if c := strings.Compare(x.Brand, y.Brand); c != 0 {
		return c
	}
	f, g := &p.figures[a], &p.figures[b]
	return cmp.Or(
		cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Sells, y.Sells),
		compareYes(x.NonDiscountable, y.NonDiscountable), compareYes(x.Tax.Exclusive, y.Tax.Exclusive),
		cmp.Compare(f.rate, g.rate), cmp.Compare(f.price, g.price),
		compareYes(weighed(f.quantity), weighed(g.quantity)),
	)
}

// compareLines orders the lines of one product: the larger first, then by whatever still
// tells them apart. Lines that are equal in all of it may change places unseen.
func (p *pricing) compareLines(a, b int32) int {
	x, y := &p.lines[a], &p.lines[b]
	f, g := &p.figures[a], &p.figures[b]
	if c := cmp.Or(cmp.Compare(g.quantity, f.quantity), cmp.Compare(f.deposit, g.deposit)); c != 0 {
		return c
	}
	return cmp.Or(compareDecimals(x.Cost, y.Cost), compareDecimals(x.BaseUnits, y.BaseUnits), cmp.Compare(a, b))
}

func compareYes(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func compareDecimals(a, b decimal.NullDecimal) int {
	if !a.Valid || !b.Valid {
		return compareYes(a.Valid, b.Valid)
	}
	return a.Decimal.Cmp(b.Decimal)
}
