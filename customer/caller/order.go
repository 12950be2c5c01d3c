package caller

import (
	"cmp"

	"github.com/rapport-crm/rapport/customer"
)

// orders says what she has ordered, and how far it is. Row B39.
func (m *making) orders() {
	if !supplied(m, Orders, &m.parts.Orders) {
		return
	}
	ready := func(o *Order) bool { return o.Ready != 0 && o.Ready <= m.on }
	late := func(o *Order) bool { return o.Promised != 0 && o.Promised < m.on }
	m.view.Orders = room[Order, Row[Order]](m.parts.Orders.Rows)
	for _, o := range sorted(m.parts.Orders.Rows, (*Order).head, func(a, b *Order) int {
		return cmp.Or(before(ready(a), ready(b)), before(late(a), late(b)),
			cmp.Compare(cmp.Or(a.Promised, customer.MaxDate), cmp.Or(b.Promised, customer.MaxDate)), cmp.Compare(a.Placed, b.Placed))
	}) {
		var why customer.Reason
		topic, place := OrderUnderWay, -1
		switch {
		case ready(o):
			why = customer.Reason{Code: CodeReady, Fact: int64(m.on - o.Ready), Unit: customer.UnitDays, On: o.Ready}
			topic, place = OrderReady, placeReady
		case late(o):
			why = customer.Reason{Code: CodeLate, Of: o.Stage, Fact: int64(m.on - o.Promised), Unit: customer.UnitDays, On: o.Placed, By: o.Promised}
			topic, place = OrderLate, placeLate
		default:
			why = customer.Reason{Code: CodeUnderWay, Of: o.Stage, Fact: int64(o.Step), Mark: int64(o.Steps), On: o.Placed, By: o.Promised}
		}
		if place >= 0 {
			m.urge(place, Orders, &o.Head, why)
		}
		all := []customer.Reason{why}
		if o.TotalMinor != 0 {
			all = append(all, customer.Reason{Code: CodeTotal, Fact: o.TotalMinor, Unit: customer.UnitMinor})
		}
		m.view.Orders = append(m.view.Orders, row(m, Orders, &o.Head, o, all...))
		m.tell(topic, Orders, &o.Head, why, cmp.Or(o.Ready, o.Promised, customer.MaxDate))
	}
}
