package caller

import (
	"cmp"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// promises says what she was promised, and what of it was not kept.
func (m *making) promises() {
	if !supplied(m, Promises, &m.parts.Promises) {
		return
	}
	m.view.Promises = room[Promise, Row[Promise]](m.parts.Promises.Rows)
	for _, p := range sorted(m.parts.Promises.Rows, (*Promise).head, func(a, b *Promise) int { return a.Due.Compare(b.Due) }) {
		why := customer.Reason{Code: CodePromised, Of: p.By, Until: p.Due.In(m.zone)}
		topic := PromiseDue
		if p.Due.Before(m.call.At) {
			why.Code, why.Fact, why.Unit = CodeBroken, int64(m.call.At.Sub(p.Due)/time.Second), customer.UnitSeconds
			topic = PromiseBroken
			m.urge(placeBroken, Promises, &p.Head, why)
		}
		m.view.Promises = append(m.view.Promises, row(m, Promises, &p.Head, p, why))
		m.tell(topic, Promises, &p.Head, why, customer.DateOf(p.Due, m.zone))
	}
}

// wishes says what she waits for.
func (m *making) wishes() {
	if !supplied(m, Wishes, &m.parts.Wishes) {
		return
	}
	here := func(w *Wish) bool { return w.Arrived != 0 && w.Arrived <= m.on }
	m.view.Wishes = room[Wish, Row[Wish]](m.parts.Wishes.Rows)
	for _, w := range sorted(m.parts.Wishes.Rows, (*Wish).head, func(a, b *Wish) int {
		return cmp.Or(before(here(a), here(b)), cmp.Compare(a.Since, b.Since))
	}) {
		why := customer.Reason{Code: CodeWaits, Fact: int64(m.on - w.Since), Unit: customer.UnitDays, On: w.Since, By: w.Until}
		over := w.Until != 0 && w.Until < m.on
		switch {
		case over:
			why.Code = CodeWishOver
		case here(w):
			why.Code, why.On = CodeArrived, w.Arrived
			why.Fact = int64(m.on - w.Arrived)
			m.tell(WishArrived, Wishes, &w.Head, why, cmp.Or(w.Until, customer.MaxDate))
		}
		m.view.Wishes = append(m.view.Wishes, row(m, Wishes, &w.Head, w, why))
	}
}

// quotes says what prices she was told last, so that nobody tells her another one unaware.
func (m *making) quotes() {
	if !supplied(m, Quotes, &m.parts.Quotes) {
		return
	}
	m.view.Quotes = room[Quote, Row[Quote]](m.parts.Quotes.Rows)
	for _, q := range sorted(m.parts.Quotes.Rows, (*Quote).head, func(a, b *Quote) int { return cmp.Compare(b.On, a.On) }) {
		why := customer.Reason{Code: CodeQuoted, Of: q.By, Fact: q.EachMinor, Unit: customer.UnitMinor, On: q.On, By: q.Until}
		switch {
		case q.Until != 0 && q.Until < m.on:
			why.Code = CodeQuoteOver
		case q.Until != 0 && int(q.Until-m.on) <= m.rules.EndingDays:
			m.tell(QuoteEnding, Quotes, &q.Head, why, q.Until)
		}
		m.view.Quotes = append(m.view.Quotes, row(m, Quotes, &q.Head, q, why))
	}
}

// contacts says what was said before, so that she need not say it again. Row A59.
func (m *making) contacts() {
	if !supplied(m, Contacts, &m.parts.Contacts) {
		return
	}
	m.view.Contacts = room[Contact, Row[Contact]](m.parts.Contacts.Rows)
	for i, c := range sorted(m.parts.Contacts.Rows, (*Contact).head, func(a, b *Contact) int { return b.At.Compare(a.At) }) {
		why := customer.Reason{Code: CodeSpoke, Of: c.Channel, At: c.At.In(m.zone)}
		if i == 0 {
			m.urge(placeContact, Contacts, &c.Head, why)
		}
		all := []customer.Reason{why}
		if c.By != "" {
			all = append(all, customer.Reason{Code: CodeSpokeWith, Of: c.By})
		}
		m.view.Contacts = append(m.view.Contacts, row(m, Contacts, &c.Head, c, all...))
	}
}

// purchases says what she has bought. Row A56.
func (m *making) purchases() {
	if !supplied(m, Purchases, &m.parts.Purchases) {
		return
	}
	m.view.Purchases = room[Purchase, Row[Purchase]](m.parts.Purchases.Rows)
	for _, p := range sorted(m.parts.Purchases.Rows, (*Purchase).head, func(a, b *Purchase) int { return cmp.Compare(b.On, a.On) }) {
		why := []customer.Reason{{Code: CodePaid, Of: p.Where, Fact: p.PaidMinor, Unit: customer.UnitMinor, On: p.On}}
		if p.BackMinor != 0 {
			why = append(why, customer.Reason{Code: CodePaidBack, Fact: p.BackMinor, Mark: p.PaidMinor, Unit: customer.UnitMinor})
		}
		m.view.Purchases = append(m.view.Purchases, row(m, Purchases, &p.Head, p, why...))
	}
}

// consents says what she has allowed.
func (m *making) consents() {
	if !supplied(m, Consents, &m.parts.Consents) {
		return
	}
	m.view.Consents = room[Consent, Row[Consent]](m.parts.Consents.Rows)
	m.allowed = map[string]bool{}
	for i := range m.parts.Consents.Rows {
		c := &m.parts.Consents.Rows[i]
		code := CodeMayNot
		if c.May {
			code = CodeMay
			m.allowed[c.Purpose] = m.allowed[c.Purpose] || c.Channel == m.rules.Channel
		}
		m.view.Consents = append(m.view.Consents, row(m, Consents, nil, c, customer.Reason{Code: code, Of: c.Purpose + ", " + c.Channel}))
	}
}
