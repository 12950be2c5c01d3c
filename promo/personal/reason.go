package personal

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// The reason codes of a due line. In each, Rule is the rule book's name. They are
// format.
const (
	CodeFrequency = "personal.frequency" // Fact: distinct days of purchase; Mark: of these, within the last HalfLifeDays; On: the first of those days; By: the day of the list
	CodePopular   = "personal.popular"   // Fact: share of recent trips with the item, in ‰
	CodeNew       = "personal.new"       // she never bought it; Fact: share of recent trips with it, in ‰
)

// reasons explains a line: her rhythm, her frequency, the item's popularity.
func (p *Planner) reasons(due *Due, days customer.Days, on customer.Date) []customer.Reason {
	reasons := make([]customer.Reason, 0, 4)
	if due.Expectation.Basis != 0 {
		reasons = append(reasons, due.Expectation.Because())
		if overdue, late := due.Expectation.Late(); late {
			reasons = append(reasons, overdue)
		}
	}
	popular := customer.Reason{Code: CodePopular, Rule: p.name, Unit: customer.UnitPermille}
	if with, all := p.popular.Trips(due.Item); all > 0 {
		popular.Fact, _ = customer.Permille(with, all)
	}
	if len(days) == 0 {
		popular.Code = CodeNew
		return append(reasons, popular)
	}
	recent := on.AddDays(-p.rules.HalfLifeDays)
	reasons = append(reasons, customer.Reason{
		Code: CodeFrequency, Rule: p.name, Unit: customer.UnitDays, On: recent, By: on,
		Fact: int64(len(days)), Mark: int64(len(days) - len(days.Before(recent))),
	})
	if p.rules.PriorTrips > 0 {
		reasons = append(reasons, popular)
	}
	return reasons
}

// Explain renders a reason of a due line as a sentence, those of package lifecycle
// included. A code of package customer
// is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	since, _ := language.Between(reason.On, reason.By)
	share := language.Percent(reason.Fact)
	if language == customer.Chinese {
		switch reason.Code {
		case CodeFrequency:
			return fmt.Sprintf("共%d天购买过，其中%s以来%d天", reason.Fact, since, reason.Mark)
		case CodePopular:
			return fmt.Sprintf("近期%s的购物中有此商品", share)
		case CodeNew:
			return fmt.Sprintf("从未购买；近期%s的购物中有此商品", share)
		}
		return lifecycle.Explain(reason, language)
	}
	switch reason.Code {
	case CodeFrequency:
		if reason.Fact == 1 {
			return fmt.Sprintf("bought on 1 day, %d since %s", reason.Mark, since)
		}
		return fmt.Sprintf("bought on %d days, %d of them since %s", reason.Fact, reason.Mark, since)
	case CodePopular:
		return fmt.Sprintf("on %s of recent trips", share)
	case CodeNew:
		return fmt.Sprintf("new to her; on %s of recent trips", share)
	}
	return lifecycle.Explain(reason, language)
}
