package caller

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Owned is a product of hers with its warranties on the day of the call and what was done to it.
type Owned struct {
	Row[Product]
	Covers  []Covered         `json:"covers,omitempty"`  // in the order of the product
	History []customer.Reason `json:"history,omitempty"` // services, the newest first
}

// Covered is a warranty on a day. It is in force from its first day up to and including Until.
type Covered struct {
	ID       string            `json:"id"`
	InForce  bool              `json:"in_force"`
	Term     warranty.Term     `json:"term"`
	LeftDays int               `json:"left_days,omitempty"` // with the day of the call; 0: none, or without end
	Why      []customer.Reason `json:"why"`
}

// goods returns what windows ask of a product.
func (p *Product) goods() warranty.Goods {
	goods := warranty.Goods{Bought: p.Bought, Delivered: p.Delivered, Installed: p.Installed, Exchanges: p.Exchanges}
	if len(p.Service) > 0 {
		goods.Repairs = make([]warranty.Repair, 0, len(p.Service))
	}
	for _, service := range p.Service {
		if !service.AtHome {
			goods.Repairs = append(goods.Repairs, warranty.Repair{From: service.From, To: service.To})
		}
	}
	return goods
}

// Covered returns the warranties of a product on a day. The product is without faults: a view has
// looked at it, or [Product.Validate].
func (p *Product) Covered(on customer.Date) []Covered {
	goods := p.goods()
	known := goods.Known(on)
	return p.covered(&known)
}

func (p *Product) covered(known *warranty.Known) []Covered {
	covers := make([]Covered, len(p.Covers))
	for i := range p.Covers {
		covers[i] = covered(&p.Covers[i], p.Bought, known)
	}
	return covers
}

// Validate returns every fault of the product as customer.Faults, or nil.
func (p *Product) Validate() error {
	var faults customer.Faults
	p.check(&faults)
	return faults.Err()
}

func covered(cover *Cover, bought customer.Date, known *warranty.Known) Covered {
	term := cover.Window.Term(known)
	c := Covered{ID: cover.ID, Term: term}
	switch {
	case known.On < bought:
		c.Why = append(c.Why, customer.Reason{Code: CodeNotBegun, Of: cover.ID, On: bought})
		return c
	case term.From == 0:
		// What has not begun has not run out either: a machine that is broken before it is
		// installed is covered.
		c.InForce = true
		c.Why = append(c.Why, customer.Reason{Code: CodeNotBegun, Of: cover.ID})
		return c
	case term.Until == 0:
		c.InForce = true
		c.Why = append(c.Why, customer.Reason{Code: CodeForLife, Of: cover.ID, On: term.From})
	case known.On > term.Until:
		c.Why = append(c.Why, customer.Reason{Code: CodeOver, Of: cover.ID, Fact: int64(known.On - term.Until), Unit: customer.UnitDays, On: term.From, By: term.Until})
	default:
		c.InForce, c.LeftDays = true, int(term.Until-known.On)+1
		c.Why = append(c.Why, customer.Reason{Code: CodeCovered, Of: cover.ID, Fact: int64(c.LeftDays), Unit: customer.UnitDays, On: term.From, By: term.Until})
	}
	if term.Renewed {
		c.Why = append(c.Why, customer.Reason{Code: CodeRenewed, Of: cover.ID, On: term.From})
	}
	if term.Prolonged > 0 {
		c.Why = append(c.Why, customer.Reason{Code: CodeProlonged, Of: cover.ID, Fact: int64(term.Prolonged), Unit: customer.UnitDays, By: term.Until})
	}
	return c
}

// owned is a product with what windows ask of it on the day of the call.
type owned struct {
	*Product
	known warranty.Known
	away  customer.Date // since when it is at a repairer; zero: it is not
	gone  bool
}

func (o *owned) head() *Head { return &o.Head }

// products says what she owns, and what was done to it. Rows A59, B39.
func (m *making) products() {
	if !supplied(m, Products, &m.parts.Products) {
		return
	}
	all := make([]owned, len(m.parts.Products.Rows))
	for i := range all {
		p := &m.parts.Products.Rows[i]
		goods := p.goods()
		all[i] = owned{Product: p, known: goods.Known(m.on), gone: p.Gone != 0 && p.Gone <= m.on}
		if !all[i].gone {
			all[i].away = all[i].known.AtRepairer()
		}
	}
	m.view.Products = room[Product, Owned](m.parts.Products.Rows)
	for _, p := range sorted(all, (*owned).head, func(a, b *owned) int {
		return cmp.Or(before(a.away != 0, b.away != 0), before(!a.gone, !b.gone), cmp.Compare(b.Bought, a.Bought))
	}) {
		m.view.Products = append(m.view.Products, m.product(p))
	}
}

func (m *making) product(p *owned) Owned {
	why := append(make([]customer.Reason, 0, 3), customer.Reason{Code: CodeBought, Of: p.Where, On: p.Bought})
	if p.gone {
		why = append(why, customer.Reason{Code: CodeGone, On: p.Gone})
	}
	if p.away != 0 {
		at := customer.Reason{Code: CodeAtRepairer, Fact: int64(m.on - p.away), Unit: customer.UnitDays, On: p.away}
		why = append(why, at)
		m.urge(placeRepair, Products, &p.Head, at)
	}
	if len(p.Covers) == 0 {
		why = append(why, customer.Reason{Code: CodeNoCover})
	}
	shown := Owned{Row: row(m, Products, &p.Head, p.Product, why...), Covers: p.covered(&p.known), History: p.history(m.on)}
	var ending *Covered
	for i := range shown.Covers {
		c := &shown.Covers[i]
		m.sign(c.Why)
		m.subject(Products, &p.Head, c.Why)
		if m.ends(p, &p.Covers[i], c) && (ending == nil || c.Term.Until < ending.Term.Until) {
			ending = c
		}
	}
	if ending != nil {
		m.tell(WarrantyEnding, Products, &p.Head, ending.Why[0], ending.Term.Until)
	}
	m.sign(shown.History)
	m.subject(Products, &p.Head, shown.History)
	return shown
}

// ends reports whether a warranty is about to end. One that grows with every day at the repairer does
// not, until the product is back.
func (m *making) ends(p *owned, cover *Cover, c *Covered) bool {
	return !p.gone && c.LeftDays > 0 && c.LeftDays <= m.rules.EndingDays+1 && (p.away == 0 || !cover.Window.RepairsProlong)
}

// history returns what was done to a product up to a day, the newest first.
func (p *Product) history(on customer.Date) []customer.Reason {
	var services []*Service
	for i := range p.Service {
		if p.Service[i].From <= on {
			services = append(services, &p.Service[i])
		}
	}
	slices.SortStableFunc(services, func(a, b *Service) int {
		return cmp.Or(cmp.Compare(b.From, a.From), strings.Compare(a.Ref, b.Ref))
	})
	history := room[*Service, customer.Reason](services)
	for _, service := range services {
		one := customer.Reason{Code: CodeServed, Of: cmp.Or(service.What, service.Ref), On: service.From, By: service.To}
		switch {
		case service.To == 0 || service.To > on:
			one.Code, one.By = CodeInService, 0
			one.Fact, one.Unit = int64(on-service.From), customer.UnitDays
		case service.Failed:
			one.Code = CodeServedInVain
		}
		history = append(history, one)
	}
	return history
}
