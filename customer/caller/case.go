package caller

import (
	"cmp"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// cases says what is open between her and the shop.
func (m *making) cases() {
	if !supplied(m, Cases, &m.parts.Cases) {
		return
	}
	m.view.Cases = room[Case, Row[Case]](m.parts.Cases.Rows)
	for _, c := range sorted(m.parts.Cases.Rows, (*Case).head, func(a, b *Case) int {
		return cmp.Or(cmp.Compare(b.Grade, a.Grade), a.Opened.Compare(b.Opened))
	}) {
		opened := customer.DateOf(c.Opened, m.zone)
		open := customer.Reason{Code: CodeQuestion, Fact: int64(m.on - opened), Unit: customer.UnitDays, On: opened}
		if c.Grade > 0 {
			open.Code, open.Mark = CodeComplaint, int64(c.Grade)
		}
		why := append(make([]customer.Reason, 0, 4), open)
		if c.Contacts > 1 {
			why = append(why, customer.Reason{Code: CodeContacts, Fact: int64(c.Contacts), Unit: customer.UnitTimes})
		}
		news := customer.Reason{Code: CodeWithUs} // what there is to tell
		topic := CaseUnderWay
		switch c.With {
		case WithHer:
			news.Code, topic = CodeWithHer, CaseWithHer
		case WithOthers:
			news.Code = CodeWithOthers
		case WithUs:
		}
		why = append(why, news)
		urgentDay, place := opened, placeCase
		if !c.Due.IsZero() {
			due := customer.Reason{Code: CodeAnswerDue, Until: c.Due.In(m.zone)}
			if c.Due.Before(m.call.At) {
				due.Code, due.Fact, due.Unit = CodeAnswerLate, int64(m.call.At.Sub(c.Due)/time.Second), customer.UnitSeconds
				if c.With != WithHer {
					topic, place, news = CaseLate, placeBroken, due
				}
			}
			why = append(why, due)
			urgentDay = customer.DateOf(c.Due, m.zone)
		}
		if c.Grade > 0 {
			m.urge(placeComplaint, Cases, &c.Head, open)
		}
		if c.Grade == 0 || topic == CaseLate {
			m.urge(place, Cases, &c.Head, news)
		}
		m.view.Cases = append(m.view.Cases, row(m, Cases, &c.Head, c, why...))
		m.tell(topic, Cases, &c.Head, news, urgentDay)
	}
}

// gravest returns the gravest open complaint; false: there is none, or nobody knows.
func (m *making) gravest() (Case, bool) {
	if len(m.view.Cases) == 0 || m.view.Cases[0].Of.Grade == 0 {
		return Case{}, false
	}
	return m.view.Cases[0].Of, true
}
