package personal

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
	"github.com/rapport-crm/rapport/segment"
)

// entry is a line of a list while it is made.
type entry struct {
	due      *Due
	deal     int32 // none: a reminder
	permille int
	spend    int64
	saving   int64
	shared   bool  // a line above has the same coupon
	left     int64 // of the envelope, before this line
	why      customer.Reason
}

const none = -1

// pick chooses what is listed and with which deal, before the envelope is looked at.
func (m *Maker) pick(facts *Facts, from, until customer.Date) []entry {
	entries := make([]entry, 0, min(len(facts.Due), m.rules.MaxLines))
	for i := range facts.Due {
		if len(entries) == m.rules.MaxLines {
			break
		}
		e := entry{due: &facts.Due[i]}
		m.choose(&e, facts.standing(e.due.Item), from, until)
		if e.deal != none || m.rules.Reminders {
			entries = append(entries, e)
		}
	}
	return entries
}

func (f *Facts) standing(item uint32) Standing {
	at, known := slices.BinarySearchFunc(f.Standings, item, func(s Standing, item uint32) int { return cmp.Compare(s.Item, item) })
	if !known {
		return Standing{Item: item}
	}
	return f.Standings[at]
}

// choose finds the deal that saves most on an item, or says why there is none.
func (m *Maker) choose(e *entry, standing Standing, from, until customer.Date) {
	e.deal = none
	e.spend = cmp.Or(standing.Spend, m.items[e.due.Item].Spend)
	rung := &m.rungs[standing.Cell.Brand][standing.Cell.Usage]
	step := min(standing.Lists, len(rung.steps)-1)
	ladder := rung.steps[step]
	best := int32(none)
	for _, i := range m.index[e.due.Item] {
		deal := &m.deals[i]
		if first, last := deal.valid(from, until); first >= last {
			continue
		}
		if best == none || min(deal.permille, ladder) > min(m.deals[best].permille, ladder) {
			best = i // of equal savings the first in the order of the deals
		}
	}
	e.why = customer.Reason{Rule: rung.cite}
	switch stop := m.rules.StopAfter; {
	case best == none:
		e.why.Code, e.why.On, e.why.By = CodeNoDeal, from, until
	case stop > 0 && standing.Cell.Brand == segment.StoreLoyal && standing.Periods >= stop:
		e.why.Code, e.why.Fact, e.why.Mark, e.why.Unit = CodeStopped, int64(standing.Periods), int64(stop), customer.UnitTimes
	case ladder == 0:
		e.why.Code, e.why.Mark, e.why.Unit = CodeNoRung, int64(step+1), customer.UnitTimes
	case e.spend == 0:
		e.why.Code = CodeNoSpend
	default:
		e.deal, e.permille = best, min(m.deals[best].permille, ladder)
		e.why.Code, e.why.Fact, e.why.Mark, e.why.Unit = CodeLadder, int64(ladder), int64(step+1), customer.UnitPermille
	}
}

// fit gives the envelope out from the top. The first discount that does not fit is
// reduced or dropped and nothing below it gets one, so that a larger envelope never saves
// less in all.
func (m *Maker) fit(entries []entry, left int64) {
	open := true
	for i := range entries {
		e := &entries[i]
		if e.deal == none || e.shared {
			continue
		}
		if !open {
			m.leave(e, left)
			continue
		}
		full := m.saving(entries[i:], e.deal, e.permille, false)
		permille := e.permille
		if full > left {
			open = false
			permille = m.reduced(entries[i:], e.deal, left)
			if permille == 0 {
				m.leave(e, left)
				continue
			}
		}
		e.left = left
		left -= m.saving(entries[i:], e.deal, permille, true)
	}
}

// leave takes the discount from an entry.
func (m *Maker) leave(e *entry, left int64) {
	e.deal = none
	e.why = customer.Reason{Code: CodeEnvelopeSpent, Rule: m.name, Fact: left, Unit: customer.UnitMinor}
}

// shares reports whether an entry's discount comes from a deal that a line above has
// brought onto the list: the coupon does not ask which line it is for.
func (m *Maker) shares(e *entry, deal int32) bool {
	return !e.shared && slices.Contains(m.index[e.due.Item], deal)
}

// saving is what a deal is expected to save on the first entry and all below that it is
// on; with give they get it.
func (m *Maker) saving(entries []entry, deal int32, permille int, give bool) int64 {
	sum := int64(0)
	for i := range entries {
		e := &entries[i]
		if !m.shares(e, deal) {
			continue
		}
		saving := e.spend * int64(permille) / 1000
		sum += saving
		if !give {
			continue
		}
		e.saving, e.permille = saving, permille
		if i > 0 {
			e.deal, e.shared = deal, true
			e.why = customer.Reason{Code: CodeSameCoupon, Rule: m.deals[deal].offer, Fact: int64(permille), Unit: customer.UnitPermille}
		}
	}
	return sum
}

// reduced is the discount with which a deal still fits what is left, or 0 where it is
// dropped.
func (m *Maker) reduced(entries []entry, deal int32, left int64) int {
	if m.rules.DropLast {
		return 0
	}
	spend := int64(0)
	for i := range entries {
		if m.shares(&entries[i], deal) {
			spend += entries[i].spend
		}
	}
	permille := int(left * 1000 / spend) // spend is above 0: its full saving is above left
	if permille < m.rules.MinPermille {
		return 0
	}
	return permille
}

// write turns the entries into lines, whose reasons go into space.
func (m *Maker) write(list *List, entries []entry, space []customer.Reason) {
	parts := 0
	for i := range entries {
		if entries[i].deal != none {
			parts += len(m.deals[entries[i].deal].by)
		}
	}
	funds := make([]Part, 0, parts)
	list.Lines = make([]ListLine, 0, len(entries))
	prefix := couponID(m.name, list.From, "")
	for i := range entries {
		e := &entries[i]
		if e.deal == none && !m.rules.Reminders {
			continue
		}
		first := len(space)
		space = append(append(space, e.due.Reasons...), e.why)
		line := ListLine{Item: e.due.Item}
		if e.deal != none {
			deal := &m.deals[e.deal]
			from, until := deal.valid(list.From, list.Until)
			line.Coupon = promo.Coupon{ID: prefix + deal.offer, Offer: deal.offer, Permille: e.permille, From: from, Until: until}
			line.Saving, line.Budget = e.saving, deal.budget
			list.Saving += e.saving
			funds, line.Funds = deal.split(funds, e.saving)
			if !e.shared {
				space = m.appendMeasure(space, e)
			}
		}
		line.Reasons = space[first:len(space):len(space)]
		list.Lines = append(list.Lines, line)
	}
}

// countReasons is how many reasons the entry's line will have, for one allocation.
func (m *Maker) countReasons(e *entry) int {
	n := len(e.due.Reasons) + 1
	if e.deal == none || e.shared {
		return n
	}
	most := int64(m.deals[e.deal].permille)
	if most < e.why.Fact {
		n++
	}
	if int64(e.permille) < min(most, e.why.Fact) {
		n++
	}
	return n + 1
}

// appendMeasure explains how a discount came from the ladder to what it is.
func (m *Maker) appendMeasure(reasons []customer.Reason, e *entry) []customer.Reason {
	ladder, deal, given := e.why.Fact, &m.deals[e.deal], int64(e.permille)
	most := int64(deal.permille)
	if most < ladder {
		reasons = append(reasons, customer.Reason{Code: CodeDealMost, Rule: deal.offer, Fact: most, Mark: ladder, Unit: customer.UnitPermille})
	}
	if full := min(most, ladder); given < full {
		reasons = append(reasons, customer.Reason{Code: CodeReduced, Rule: m.name, Fact: given, Mark: full, Unit: customer.UnitPermille})
	}
	return append(reasons, customer.Reason{Code: CodeEnvelope, Rule: m.name, Fact: e.saving, Mark: e.left, Unit: customer.UnitMinor})
}

// split appends who bears what of a saving: in proportion, to the last minor unit.
func (d *deal) split(funds []Part, saving int64) (all, own []Part) {
	var space [8]int64
	weights := append(space[:0], d.weights...)
	if err := customer.SplitInto(weights, saving, weights); err != nil {
		return funds, nil // not reached: the weights add up to 1000
	}
	first := len(funds)
	for i, by := range d.by {
		funds = append(funds, Part{By: by, Minor: weights[i]})
	}
	return funds, funds[first:len(funds):len(funds)]
}
