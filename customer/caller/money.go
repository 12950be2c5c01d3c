package caller

import (
	"cmp"

	"github.com/rapport-crm/rapport/customer"
)

// Owing is what she owes, in minor units of the rules' currency.
type Owing struct {
	Rows         []Row[Receivable] `json:"rows,omitempty"` // the oldest first
	OpenMinor    int64             `json:"open_minor"`     // in all, less credit notes
	OverdueMinor int64             `json:"overdue_minor"`  // of bills whose day is over
	Oldest       customer.Date     `json:"oldest,omitzero"`
	LeftMinor    int64             `json:"left_minor,omitempty"` // of her limit; below 0: she owes more
	Why          []customer.Reason `json:"why,omitempty"`
}

// money says what she owes, since when, and what she may still owe. Row B39.
func (m *making) money() {
	if !supplied(m, Money, &m.parts.Money) {
		return
	}
	o := &m.view.Money
	o.Rows = room[Receivable, Row[Receivable]](m.parts.Money.Rows)
	for _, r := range sorted(m.parts.Money.Rows, (*Receivable).head, func(a, b *Receivable) int {
		return cmp.Compare(a.Due, b.Due)
	}) {
		why := customer.Reason{Code: CodeBill, Fact: r.LeftMinor, Unit: customer.UnitMinor, By: r.Due}
		o.OpenMinor += r.LeftMinor
		switch {
		case r.LeftMinor < 0:
			why.Code = CodeCreditNote
		case r.Due < m.on:
			why.Code = CodeBillLate
			o.OverdueMinor += r.LeftMinor
			o.Oldest = cmp.Or(o.Oldest, r.Due)
			m.tell(PaymentLate, Money, &r.Head, why, r.Due)
		}
		o.Rows = append(o.Rows, row(m, Money, &r.Head, r, why))
	}
	o.Why = append(o.Why, customer.Reason{Code: CodeOpen, Fact: o.OpenMinor, Mark: int64(len(o.Rows)), Unit: customer.UnitMinor})
	if o.OverdueMinor > 0 {
		late := customer.Reason{Code: CodeOverdue, Fact: o.OverdueMinor, Mark: int64(m.on - o.Oldest), Unit: customer.UnitMinor, On: o.Oldest}
		o.Why = append(o.Why, late)
		m.urge(placeMoney, Money, nil, late)
	}
	if m.parts.Credit.Limited {
		o.LeftMinor = m.parts.Credit.LimitMinor - o.OpenMinor
		left := customer.Reason{Code: CodeLimitLeft, Fact: o.LeftMinor, Mark: m.parts.Credit.LimitMinor, Unit: customer.UnitMinor}
		if o.LeftMinor <= 0 && o.OpenMinor > 0 { // who may owe nothing, and owes nothing, is no news
			left.Code = CodeLimitUsed
			m.urge(placeMoney, Money, nil, left)
		}
		o.Why = append(o.Why, left)
	}
	m.sign(o.Why)
}
