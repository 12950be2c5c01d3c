package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format.
const (
	CodeRhythm         = "lifecycle.rhythm"          // Fact: interval in days; Mark: distinct days of purchase; On: last; By: due
	CodeSecondPurchase = "lifecycle.second-purchase" // Fact: the population's interval to the second purchase; On: last; By: due
	CodeWindow         = "lifecycle.window"          // On: first day of the window; By: its last day
	CodeOverdue        = "lifecycle.overdue"         // Fact: days since due; Mark: ‰ of gaps that were shorter than her silence; On: the day of decision; By: due
	CodeDueIn          = "lifecycle.due-in"          // Fact: days to go; On: the day of decision; By: due
	CodeCameBack       = "lifecycle.came-back"       // Fact: customers who bought a second time; Mark: customers who bought

	CodeNoPurchase  = "lifecycle.no-purchase"  // On: the day of decision, up to which there is none
	CodeOnePurchase = "lifecycle.one-purchase" // Fact: distinct days; Mark: days needed for a gap of her own
	CodeNoGaps      = "lifecycle.no-gaps"      // the population has no second purchase to go by
)

// Reasons says where an expectation comes from, in figures.
func (e Expectation) Reasons() []customer.Reason {
	reasons := make([]customer.Reason, 0, 4)
	if e.Level > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeFewGaps, Rule: e.Rule, Fact: e.Found, Mark: e.LeastGaps, Unit: customer.UnitTimes})
	}
	reasons = append(reasons, e.Because())
	if e.Basis == SecondPurchases {
		reasons = append(reasons, customer.Reason{Code: CodeCameBack, Rule: e.Rule, Fact: e.Second, Mark: e.Buyers, Unit: customer.UnitCustomers})
	}
	reasons = append(reasons, customer.Reason{Code: CodeWindow, Rule: e.Rule, On: e.From, By: e.Until.AddDays(-1)})
	if late, isLate := e.Late(); isLate {
		reasons = append(reasons, late)
	} else {
		reasons = append(reasons, customer.Reason{Code: CodeDueIn, Rule: e.Rule, Fact: int64(-e.Overdue), Unit: rhythmUnit(e.Seasons), On: e.On, By: e.Due})
	}
	if days := int(e.On - e.Last); days != e.Silence {
		reasons = append(reasons, customer.Reason{Code: CodeCountedDays, Rule: e.Seasons, Fact: int64(e.Silence), Mark: int64(days), Unit: customer.UnitDays, On: e.Last, By: e.On})
	}
	if e.Rests {
		reasons = append(reasons, customer.Reason{Code: CodeSilenceRests, Rule: e.Seasons, On: e.On, By: e.Resumes})
	}
	return reasons
}

// Late is the reason that she is overdue, and false when she is not: "25 days overdue
// since 7 Oct; 98 % of gaps were shorter".
func (e Expectation) Late() (customer.Reason, bool) {
	late := customer.Reason{Code: CodeOverdue, Rule: e.Rule, Fact: int64(e.Overdue), Mark: int64(e.SilenceRank), Unit: rhythmUnit(e.Seasons), On: e.On, By: e.Due}
	return late, e.Overdue > 0
}

// Because is the expectation in one reason: "every 14 days, last on 11 Nov, due on
// 25 Nov".
func (e Expectation) Because() customer.Reason {
	because := customer.Reason{
		Code: CodeRhythm, Rule: e.Rule, Fact: int64(e.Interval), Mark: int64(e.Days),
		Unit: rhythmUnit(e.Seasons), On: e.Last, By: e.Due,
	}
	if e.Basis == SecondPurchases {
		because.Code = CodeSecondPurchase
	}
	return because
}

// Explain renders a reason of this package as a sentence. A code of package customer
// is rendered too; any other is returned as it is.
//
// It knows no rule book: money it writes in minor units, and a cause that the rules add as its
// text. Stages, Ladder, Playbook, Risks, Referrals, Signals and Costs each have an Explain
// that renders the same reasons with the currency, or in the words, of their rules.
func Explain(reason customer.Reason, language customer.Language) string {
	for _, explain := range [...]func(customer.Reason, customer.Language) (string, bool){
		explainStage, explainPlaybook, explainCost, explainWinback, explainRisk, explainSeason, explainFrequency,
		explainReferral, explainSignal, explainSatisfaction, explainPromise,
	} {
		if text, ok := explain(reason, language); ok {
			return text
		}
	}
	if language == customer.Chinese {
		return explainChinese(reason)
	}
	return explainEnglish(reason)
}

func explainEnglish(r customer.Reason) string {
	on, by := customer.English.Between(r.On, r.By)
	switch r.Code {
	case CodeRhythm:
		return fmt.Sprintf("every %s, last on %s, due on %s", rhythmDays(r.Fact, r.Unit), on, by)
	case CodeSecondPurchase:
		return fmt.Sprintf("bought once, on %s; others buy again after %s, so due on %s", on, rhythmDays(r.Fact, r.Unit), by)
	case CodeWindow:
		return fmt.Sprintf("expected from %s to %s", on, by)
	case CodeOverdue:
		return fmt.Sprintf("%s overdue since %s; %s of gaps were shorter", rhythmDays(r.Fact, r.Unit), by, customer.English.Percent(r.Mark))
	case CodeDueIn:
		if r.Fact == 0 {
			return "due today, " + by
		}
		return fmt.Sprintf("due in %s, on %s", rhythmDays(r.Fact, r.Unit), by)
	case CodeCameBack:
		return fmt.Sprintf("%d of %s came a second time", r.Fact, count(r.Mark, "buyer"))
	case CodeNoPurchase:
		return fmt.Sprintf("no purchase up to %s", customer.English.DayOfYear(r.On))
	case CodeOnePurchase:
		return fmt.Sprintf("bought on %s; a rhythm needs %d", count(r.Fact, "day"), r.Mark)
	case CodeNoGaps:
		return "nobody has bought here a second time yet"
	}
	return customer.Explain(r, customer.English)
}

func explainChinese(r customer.Reason) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeRhythm:
		return fmt.Sprintf("每%s购买一次，上次%s，预计%s", rhythmDaysChinese(r.Fact, r.Unit), on, by)
	case CodeSecondPurchase:
		return fmt.Sprintf("仅在%s购买过一次；其他顾客%s后再次购买，预计%s", on, rhythmDaysChinese(r.Fact, r.Unit), by)
	case CodeWindow:
		return fmt.Sprintf("预计在%s至%s之间", on, by)
	case CodeOverdue:
		return fmt.Sprintf("自%s起已逾期%s；%s的间隔比这更短", by, rhythmDaysChinese(r.Fact, r.Unit), customer.Chinese.Percent(r.Mark))
	case CodeDueIn:
		if r.Fact == 0 {
			return "预计今天，" + by
		}
		return fmt.Sprintf("还有%s，预计%s", rhythmDaysChinese(r.Fact, r.Unit), by)
	case CodeCameBack:
		return fmt.Sprintf("%[2]d位买家中有%[1]d位再次购买", r.Fact, r.Mark)
	case CodeNoPurchase:
		return fmt.Sprintf("截至%s没有购买", customer.Chinese.DayOfYear(r.On))
	case CodeOnePurchase:
		return fmt.Sprintf("购买日仅%d天，至少%d天才有节奏", r.Fact, r.Mark)
	case CodeNoGaps:
		return "尚无顾客再次购买"
	}
	return customer.Explain(r, customer.Chinese)
}

// count writes how many there are of an English noun.
func count(n int64, noun string) string { return customer.English.Count(n, noun) }
