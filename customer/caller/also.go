package caller

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// telling is something that may be told besides.
type telling struct {
	Line
	head *Head
	day  customer.Date // the earlier, the sooner it is told
}

// tell notes something that may be told besides, where the rules have its topic.
func (m *making) tell(topic Topic, section Section, head *Head, why customer.Reason, day customer.Date) {
	if m.rank[topic] == 0 {
		return
	}
	m.telling = append(m.telling, telling{Line{section, head.Ref, brief(head.What), topic, m.signed(why)}, head, day})
}

// also ranks what is worth telling besides, and leaves out what she calls about, what belongs to
// something that is told already, and what is improper now. Row B40.
func (m *making) also() {
	slices.SortStableFunc(m.telling, func(a, b telling) int {
		return cmp.Or(cmp.Compare(m.rank[a.Topic], m.rank[b.Topic]), cmp.Compare(a.day, b.day), strings.Compare(a.Ref, b.Ref))
	})
	var told group
	for i := range m.telling {
		one := &m.telling[i]
		if why := m.against(one, &told); why.Code != "" {
			left := one.Line
			left.Why = m.signed(why)
			m.view.Left = append(m.view.Left, left)
			if why.Code == CodeToldWith {
				told.add(one.head) // and what belongs to it is told with both
			}
			continue
		}
		m.view.Also = append(m.view.Also, one.Line)
		told.add(one.head)
	}
}

// against says why something is not told; a reason without a code: it is.
func (m *making) against(one *telling, told *group) customer.Reason {
	if m.about[one.Ref] || m.above[one.Ref] {
		return customer.Reason{Code: CodeSubject}
	}
	if head := told.related(one.head); head != nil {
		return customer.Reason{Code: CodeToldWith, Of: head.brief()}
	}
	rule := &m.rules.Tell[m.rank[one.Topic]-1]
	if rule.HushGrade > 0 {
		if !m.parts.Cases.Supplied() {
			return customer.Reason{Code: CodeHushUnknown}
		}
		if gravest, is := m.gravest(); is && gravest.Grade >= rule.HushGrade {
			return customer.Reason{Code: CodeHushed, Of: gravest.brief(), Fact: int64(gravest.Grade), Mark: int64(rule.HushGrade)}
		}
	}
	if rule.Purpose != "" && !m.allowed[rule.Purpose] {
		return customer.Reason{Code: CodeNoConsent, Of: rule.Purpose}
	}
	return customer.Reason{}
}

// connect finds what belongs to what she calls about, through however many rows (a contact to a case
// to a product), and what that belongs to.
func (m *making) connect() {
	if len(m.call.About) == 0 {
		return
	}
	below, above := map[string][]string{}, map[string][]string{} // by reference
	for _, head := range m.parts.heads() {
		for _, of := range head.Of {
			below[of] = append(below[of], head.Ref)
		}
		above[head.Ref] = append(above[head.Ref], head.Of...)
	}
	m.about, m.above = reached(m.call.About, below), reached(m.call.About, above)
}

// reached returns some references and all that these lead to.
func reached(from []string, to map[string][]string) map[string]bool {
	reached := map[string]bool{}
	next := slices.Clone(from)
	for len(next) > 0 {
		ref := next[len(next)-1]
		next = next[:len(next)-1]
		if !reached[ref] {
			reached[ref] = true
			next = append(next, to[ref]...)
		}
	}
	return reached
}

// heads returns the heads of all rows.
func (p *Parts) heads() []*Head {
	var heads []*Head
	heads = headsOf(heads, p.Orders.Rows, (*Order).head)
	heads = headsOf(heads, p.Cases.Rows, (*Case).head)
	heads = headsOf(heads, p.Products.Rows, (*Product).head)
	heads = headsOf(heads, p.Money.Rows, (*Receivable).head)
	heads = headsOf(heads, p.Promises.Rows, (*Promise).head)
	heads = headsOf(heads, p.Wishes.Rows, (*Wish).head)
	heads = headsOf(heads, p.Quotes.Rows, (*Quote).head)
	heads = headsOf(heads, p.Contacts.Rows, (*Contact).head)
	return headsOf(heads, p.Purchases.Rows, (*Purchase).head)
}

func headsOf[T any](heads []*Head, rows []T, head func(*T) *Head) []*Head {
	for i := range rows {
		heads = append(heads, head(&rows[i]))
	}
	return heads
}

// group is what is told already.
type group struct {
	heads []*Head
	refs  map[string]int // the first head that has a reference, from 1
	by    map[string]int // the first one that has it, or belongs to it
}

func (g *group) add(head *Head) {
	if g.by == nil {
		g.by, g.refs = map[string]int{}, map[string]int{}
	}
	g.heads = append(g.heads, head)
	if g.refs[head.Ref] == 0 {
		g.refs[head.Ref] = len(g.heads)
	}
	if g.by[head.Ref] == 0 {
		g.by[head.Ref] = len(g.heads)
	}
	for _, ref := range head.Of {
		if g.by[ref] == 0 {
			g.by[ref] = len(g.heads)
		}
	}
}

// related returns the first head that is the same as another, belongs to it, or has it belong to
// itself; nil: there is none. Two that belong to a third are told apart.
func (g *group) related(head *Head) *Head {
	first := len(g.heads) + 1
	if at := g.by[head.Ref]; at != 0 {
		first = at
	}
	for _, ref := range head.Of {
		if at := g.refs[ref]; at != 0 {
			first = min(first, at)
		}
	}
	if first > len(g.heads) {
		return nil
	}
	return g.heads[first-1]
}
