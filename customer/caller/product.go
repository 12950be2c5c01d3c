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
	covers := make([]Covered, 0, len(p.Covers))
	for _, cover := range p.Covers {
		covers = append(covers, covered(cover, &known))
	}
	return covers
}

// Validate returns every fault of the product as customer.Faults, or nil.
func (p *Product) Validate() error {
	var faults customer.Faults
	p.check(&faults)
	return faults.Err()
}

func covered(cover Cover, known *warranty.Known) Covered {
	term := cover.Window.Term(known)
	c := Covered{ID: cover.ID, Term: term}
	switch {
	case known.On < known.BoughtOn():
		c.Why = append(c.Why, customer.Reason{Code: CodeNotBegun, Of: cover.ID, On: known.BoughtOn()})
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

// products says what she owns, and what was done to it. Rows A59, B39.
func (m *making) products() {
	if !supplied(m, Products, &m.parts.Products) {
		return
	}
	away := map[string]customer.Date{} // since when, by reference
	for i := range m.parts.Products.Rows {
		p := &m.parts.Products.Rows[i]
		goods := p.goods()
		known := goods.Known(m.on)
		if since := known.AtRepairer(); since != 0 && (p.Gone == 0 || p.Gone > m.on) {
			away[p.Ref] = since
		}
	}
	for _, p := range sorted(m.parts.Products.Rows, (*Product).head, func(a, b *Product) int {
		return cmp.Or(before(away[a.Ref] != 0, away[b.Ref] != 0), cmp.Compare(b.Bought, a.Bought))
	}) {
		why := []customer.Reason{{Code: CodeBought, Of: p.Where, On: p.Bought}}
		gone := p.Gone != 0 && p.Gone <= m.on
		if gone {
			why = append(why, customer.Reason{Code: CodeGone, On: p.Gone})
		}
		if since := away[p.Ref]; since != 0 {
			at := customer.Reason{Code: CodeAtRepairer, Fact: int64(m.on - since), Unit: customer.UnitDays, On: since}
			why = append(why, at)
			m.urge(placeRepair, Products, &p.Head, at)
		}
		owned := Owned{Covers: p.Covered(m.on), History: p.history(m.on)}
		if len(owned.Covers) == 0 {
			why = append(why, customer.Reason{Code: CodeNoCover})
		}
		for i := range owned.History {
			owned.History[i] = m.signed(owned.History[i])
		}
		owned.Row = row(m, Products, &p.Head, p, why...)
		for i := range owned.Covers {
			c := &owned.Covers[i]
			for k := range c.Why {
				c.Why[k] = m.signed(c.Why[k])
			}
			m.subject(Products, &p.Head, c.Why)
			if c.InForce && c.LeftDays > 0 && c.LeftDays <= m.rules.EndingDays+1 && !gone {
				m.tell(WarrantyEnding, Products, &p.Head, c.Why[0], c.Term.Until)
			}
		}
		m.subject(Products, &p.Head, owned.History)
		m.view.Products = append(m.view.Products, owned)
	}
}

// history returns what was done to a product up to a day, the newest first.
func (p *Product) history(on customer.Date) []customer.Reason {
	services := slices.Clone(p.Service)
	slices.SortStableFunc(services, func(a, b Service) int {
		return cmp.Or(cmp.Compare(b.From, a.From), strings.Compare(a.Ref, b.Ref))
	})
	var history []customer.Reason
	for _, service := range services {
		if service.From > on {
			continue
		}
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
