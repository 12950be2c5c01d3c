package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// VisitRules is the rule book of regular visits and calls, as plain data: how often whom.
type VisitRules struct {
	customer.Edition

	Visits []VisitRule `json:"visits"` // 1 to 1000
}

// VisitRule is one series of visits or calls for the customers of one tier.
type VisitRule struct {
	// Tier is a label, as loyalty or segment gives it. The empty Tier is everybody whose
	// own tier has no rule of this series.
	Tier string `json:"tier,omitempty"`
	// Series tells visits from calls: a tier may have both. A customer keeps her place in a
	// series when her tier changes.
	Series string `json:"series"`
	// MetBy is other series that count for this one: a visit spares her the call.
	MetBy []string `json:"met_by,omitempty"`

	// EveryDays or EveryMonths is the step from the last visit: one of them, 1 to 3660 days
	// or 1 to 120 months. Months clamp: one month after 31 January is 28 February.
	EveryDays   int `json:"every_days,omitempty"`
	EveryMonths int `json:"every_months,omitempty"`
	// FirstDays is when somebody is due who was never visited, counted from when she became
	// known: 0 to 3660.
	FirstDays int `json:"first_days,omitempty"`
	// EarlyDays and LateDays are how far before and after the due day a visit will do: 0 to
	// 366, and early by less than the step.
	EarlyDays int `json:"early_days,omitempty"`
	LateDays  int `json:"late_days,omitempty"`

	Act
}

// ParseVisitRules reads VisitRules from JSON, strictly; see customer.ParseRules.
func ParseVisitRules(data []byte) (VisitRules, error) { return customer.ParseRules[VisitRules](data) }

// Visits is the compiled rule book. It is immutable and safe for concurrent use.
type Visits struct {
	rules  VisitRules
	byTier map[string][]visitRule // one rule of every series that the tier has, ascending by series
}

type visitRule struct {
	VisitRule
	name string
}

// NewVisits checks the rules whole, returning customer.Faults, and compiles them.
func NewVisits(rules VisitRules) (*Visits, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("visits", len(rules.Visits), 1, 1000)
	seen := map[[2]string]bool{}
	for i, rule := range rules.Visits {
		path := fmt.Sprintf("visits[%d].", i)
		rule.check(&faults, path)
		if seen[[2]string{rule.Tier, rule.Series}] {
			faults.Add(path+"series", rule.Series, "has one rule for a tier")
		}
		seen[[2]string{rule.Tier, rule.Series}] = true
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return compileVisits(rules), nil
}

func (r VisitRule) check(faults *customer.Faults, path string) {
	faults.Text(path+"tier", r.Tier)
	faults.Name(path+"series", r.Series)
	faults.Names(path+"met_by", r.MetBy, 0, 100)
	faults.Within(path+"every_days", r.EveryDays, 0, 3660)
	faults.Within(path+"every_months", r.EveryMonths, 0, 120)
	if (r.EveryDays > 0) == (r.EveryMonths > 0) {
		faults.Add(path+"every_days", r.EveryDays, "stands alone, or every_months does")
	}
	faults.Within(path+"first_days", r.FirstDays, 0, 3660)
	faults.Within(path+"late_days", r.LateDays, 0, 366)
	step := r.EveryDays + 28*r.EveryMonths // the shortest that it can be
	faults.Within(path+"early_days", r.EarlyDays, 0, min(366, max(step-1, 0)))
	r.Act.check(faults, path)
}

func compileVisits(rules VisitRules) *Visits {
	v := &Visits{rules: rules, byTier: map[string][]visitRule{}}
	var everybody []visitRule
	for _, rule := range rules.Visits {
		rule.MetBy, rule.Act = slices.Clone(rule.MetBy), rule.Act.clone()
		compiled := visitRule{rule, ruleName(rules.Edition, rule.Tier, rule.Series)}
		if rule.Tier == "" {
			everybody = append(everybody, compiled)
		}
		v.byTier[rule.Tier] = append(v.byTier[rule.Tier], compiled)
	}
	v.rules.Visits = nil
	for tier, own := range v.byTier {
		for _, rule := range everybody {
			if !slices.ContainsFunc(own, func(one visitRule) bool { return one.Series == rule.Series }) {
				own = append(own, rule)
			}
		}
		slices.SortFunc(own, func(a, b visitRule) int { return cmp.Compare(a.Series, b.Series) })
		v.byTier[tier] = own
	}
	return v
}

// PastVisit is a visit or call that took place.
type PastVisit struct {
	Series string
	On     customer.Date
}

// Due lists the visits and calls of one customer whose window has opened by the day
// through, as seen on a day, and says of the others why they are not listed.
//
// A visit is due a step after the last one that counts, or FirstDays after she became
// known; but a tier that she has only now reached makes nothing late: then it is due on
// the day the tier began at the earliest. Where the window has passed, a new one as long
// as LateDays begins on the day asked for, and Due keeps the original day. The visit
// after the next is not listed: it depends on when the next one takes place. A visit
// that took place after the day asked for is not seen.
//
// The ID names the series and the visit before: until she is visited it stays the same.
func (v *Visits) Due(who Client, on, through customer.Date) (due []Task, not []customer.Reason, err error) {
	if err := v.rules.Covers(on); err != nil {
		return nil, nil, err
	}
	var faults customer.Faults
	who.check(&faults)
	checkThrough(&faults, on, through)
	who.checkVisited(&faults)
	if err := faults.Err(); err != nil {
		return nil, nil, err
	}
	rules, own := v.byTier[who.Tier]
	if !own {
		rules = v.byTier[""]
	}
	if len(rules) == 0 {
		return nil, []customer.Reason{{Code: CodeNoVisits, Rule: v.rules.Name(), On: on}}, nil
	}
	for i := range rules {
		task, listed := rules[i].task(&who, on, through)
		if !listed {
			not = append(not, customer.Reason{Code: CodeNotYet, Rule: rules[i].name, On: task.From, By: task.Due})
			continue
		}
		due = append(due, task)
	}
	return due, not, nil
}

// task makes the next task of one rule, and reports whether its window has opened by the
// day through.
func (r *visitRule) task(who *Client, on, through customer.Date) (Task, bool) {
	last := r.last(who, on)
	day, because := r.due(who, last, on)
	task := Task{
		Kind: Visit, Rule: r.name, Customer: who.Customer, Owner: who.Owner, Value: who.Value, Act: r.Act,
		From: max(shift(day, -r.EarlyDays), shift(last, 1)), Due: day, By: shift(day, r.LateDays),
	}
	if task.By < on {
		task.By = shift(on, r.LateDays)
	}
	task.From = max(task.From, on)
	if task.From > through {
		return task, false
	}
	about := "first"
	if last != 0 {
		about = last.String()
	}
	task.ID = TaskID(Visit, who.Customer, r.Series, about)
	task.Reasons = because
	if on > day {
		task.Reasons = append(because, customer.Reason{
			Code: CodeVisitOverdue, Rule: r.name, Fact: int64(on - day), Unit: customer.UnitDays, On: on, By: day,
		})
	}
	return task, true
}

func (c *Client) checkVisited(faults *customer.Faults) {
	for _, day := range [...]struct {
		path string
		on   customer.Date
	}{{"tier_on", c.TierOn}, {"known", c.Known}} {
		faults.Day(day.path, day.on)
	}
	for i, visit := range c.Visited {
		if !visit.On.Valid() {
			faults.Add("visited["+strconv.Itoa(i)+"].on", visit.On, "is a day")
		}
	}
}

// due finds the day that is meant, with the reasons for it.
func (r *visitRule) due(who *Client, last, on customer.Date) (customer.Date, []customer.Reason) {
	because := make([]customer.Reason, 1, 3)
	var day customer.Date
	switch {
	case last == 0:
		known := who.Known
		if known == 0 {
			known = on
		}
		day = shift(known, r.FirstDays)
		because[0] = customer.Reason{Code: CodeNeverVisited, Rule: r.name, Fact: int64(r.FirstDays), Unit: customer.UnitDays, On: known, By: day}
		return day, because
	case r.EveryMonths > 0:
		day = last.AddMonths(r.EveryMonths)
		because[0] = customer.Reason{Code: CodeEveryMonths, Rule: r.name, Fact: int64(r.EveryMonths), Unit: customer.UnitMonths, On: last}
	default:
		day = last.AddDays(r.EveryDays)
		because[0] = customer.Reason{Code: CodeEveryDays, Rule: r.name, Fact: int64(r.EveryDays), Unit: customer.UnitDays, On: last}
	}
	if day == 0 { // after the last day there is
		day = customer.MaxDate
	}
	because[0].By = day
	if day < who.TierOn {
		day = who.TierOn
		because = append(because, customer.Reason{Code: CodeTierChanged, Rule: r.name, On: who.TierOn, By: day})
	}
	return day, because
}

// last is the latest visit up to a day that counts for the series.
func (r *visitRule) last(who *Client, on customer.Date) customer.Date {
	var last customer.Date
	for _, visit := range who.Visited {
		if visit.On > last && visit.On <= on && (visit.Series == r.Series || slices.Contains(r.MetBy, visit.Series)) {
			last = visit.On
		}
	}
	return last
}
