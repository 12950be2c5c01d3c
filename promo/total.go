package promo

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// totals adds everything up.
func (p *pricing) totals() Totals {
	var list, saved, deposits, onTop int64
	taxes := p.taxes()
	for i := range p.pools {
		list += p.pools[i].list
		saved += p.pools[i].saved
	}
	for i := range p.figures {
		deposits += p.figures[i].deposit
	}
	amount := p.catalogue.currency.Amount
	var answer []TaxTotal
	for _, t := range taxes {
		if t.exclusive {
			onTop += t.tax
		}
		answer = append(answer, TaxTotal{
			Tax: customer.Tax{Rate: decimal.New(t.rate, -taxDigits).Normalize(), Exclusive: t.exclusive},
			Net: amount(t.net), Amount: amount(t.tax),
		})
	}
	total := list - saved + deposits + onTop
	step := p.catalogue.cashStep
	cash := (2*total + step) / (2 * step) * step // half up
	return Totals{
		List: amount(list), Saved: amount(saved), Deposits: amount(deposits), Taxes: answer, Total: amount(total),
		Cash: amount(cash), Rounding: amount(cash - total), Points: decimal.New(p.points, -p.catalogue.pointDigits),
	}
}

// taxed is the tax of all products of one rate, in minor units.
type taxed struct {
	exclusive      bool
	rate, net, tax int64
}

// taxes finds the tax of each product's reduced price, rounded half up to the minor unit,
// and adds it up by rate.
func (p *pricing) taxes() []taxed {
	all := make([]taxed, 0, 4)
	for i := range p.pools {
		of := &p.pools[i]
		line := p.order[of.from]
		t := taxed{exclusive: p.lines[line].Tax.Exclusive, rate: p.figures[line].rate, net: of.list - of.saved}
		if t.exclusive {
			t.tax, _ = scale(t.net, t.rate, wholeTax)
		} else {
			t.tax, _ = scale(t.net, t.rate, wholeTax+t.rate)
			t.net -= t.tax
		}
		at := slices.IndexFunc(all, func(other taxed) bool { return other.rate == t.rate && other.exclusive == t.exclusive })
		if at < 0 {
			all = append(all, t)
			continue
		}
		all[at].net += t.net
		all[at].tax += t.tax
	}
	slices.SortFunc(all, func(a, b taxed) int {
		return cmp.Or(cmp.Compare(a.rate, b.rate), compareYes(a.exclusive, b.exclusive))
	})
	return all
}
