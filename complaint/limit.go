package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The most rows of a list of limits.
const (
	maxLimits = 1000
	maxRoles  = 100
)

// RemedyRules say what may be given, by whom, and with whose approval. Without limits everybody
// may give everything.
type RemedyRules struct {
	Limits       []LimitRule    `json:"limits,omitempty"`        // an agent with several roles has the first that reaches
	Approvals    []ApprovalRule `json:"approvals,omitempty"`     // how many must approve; without: one
	MeasureRoles []string       `json:"measure_roles,omitempty"` // who may see measures on staff
}

// LimitRule says what a role may give without anybody's approval, and what it may approve. A
// zero amount is nothing. A thing of which no worth is said is within the limits of every role
// that gives anything of its kind.
type LimitRule struct {
	Role          string       `json:"role"`
	Kinds         []RemedyKind `json:"kinds,omitempty"`          // that it may give without approval; empty: all
	RemedyMinor   int64        `json:"remedy_minor,omitempty"`   // the most for one remedy
	CaseMinor     int64        `json:"case_minor,omitempty"`     // the most for all remedies of a case, whoever gave them
	CasePoints    int64        `json:"case_points,omitempty"`    // the most points of a case
	ApproveMinor  int64        `json:"approve_minor,omitempty"`  // it approves until all remedies of the case come to so much
	ApprovePoints int64        `json:"approve_points,omitempty"` // and to so many points
	GoodwillMinor int64        `json:"goodwill_minor,omitempty"` // the allowance of goodwill in a period
	Period        Period       `json:"period,omitzero"`          // of the allowance
	Shared        bool         `json:"shared,omitempty"`         // all agents of the role share it; otherwise each has her own
}

// ApprovalRule says how many must approve what brings all remedies of a case above an amount.
type ApprovalRule struct {
	AboveMinor int64 `json:"above_minor,omitempty"`
	Approvers  int   `json:"approvers"`
}

// Period is how long an allowance is for: a civil day, a week from Monday on, a calendar month,
// each in the policy's zone. The zero Period is none.
type Period uint8

// The periods. Their texts are format.
const (
	PerDay Period = iota + 1
	PerWeek
	PerMonth
)

// String returns the stored text.
func (p Period) String() string {
	switch p {
	case PerDay:
		return "day"
	case PerWeek:
		return "week"
	case PerMonth:
		return "month"
	}
	return "period " + strconv.Itoa(int(p))
}

// MarshalText writes the stored text; anything else is an error.
func (p Period) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", p, PerMonth) }

// UnmarshalText reads what MarshalText wrote.
func (p *Period) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "period", p, PerMonth, text)
}

// of returns the first day of the period in which a day lies, the first day after it, and its
// name: "2026-11-25", "2026-W48", "2026-11". Weeks are those of ISO 8601.
func (p Period) of(day customer.Date) (first, after customer.Date, name string) {
	year, month, number := day.Civil()
	switch {
	case p == PerDay:
		return day, day.AddDays(1), day.String()
	case p == PerWeek:
		first = day.AddDays(-(int(day.Weekday()) + 6) % 7)
		year, week := time.Date(year, month, number, 0, 0, 0, 0, time.UTC).ISOWeek()
		return first, first.AddDays(7), fmt.Sprintf("%04d-W%02d", year, week)
	default:
		first = day.AddDays(1 - number)
		return first, first.AddMonths(1), fmt.Sprintf("%04d-%02d", year, int(month))
	}
}

// readRemedies checks the rules and compiles them.
func (p *Policy) readRemedies(faults *customer.Faults) {
	rules := p.rules.Remedies
	faults.Within("remedies.limits", len(rules.Limits), 0, maxLimits)
	for i := range rules.Limits {
		var part customer.Faults
		rules.Limits[i].check(&part)
		if slices.ContainsFunc(rules.Limits[:i], func(above LimitRule) bool { return rules.Limits[i].sharesAllowance(&above) }) {
			part.Add("goodwill_minor", rules.Limits[i].GoodwillMinor, "is the only allowance of the role for such a period")
		}
		faults.Join(fmt.Sprintf("remedies.limits[%d]", i), part)
	}
	faults.Within("remedies.approvals", len(rules.Approvals), 0, maxLimits)
	for i, rule := range rules.Approvals {
		var part customer.Faults
		checkMinor(&part, "above_minor", rule.AboveMinor)
		part.Within("approvers", rule.Approvers, 1, maxRoles)
		if i > 0 && rule.AboveMinor <= rules.Approvals[i-1].AboveMinor {
			part.Add("above_minor", rule.AboveMinor, "is more than that of the rule above")
		}
		faults.Join(fmt.Sprintf("remedies.approvals[%d]", i), part)
	}
	faults.Within("remedies.measure_roles", len(rules.MeasureRoles), 0, maxRoles)
	for i, role := range rules.MeasureRoles {
		faults.Name(fmt.Sprintf("remedies.measure_roles[%d]", i), role)
	}
	if p.rules.Currency == (customer.Currency{}) && slices.ContainsFunc(rules.Limits, func(l LimitRule) bool { return l.money() }) {
		faults.Add("remedies.limits", len(rules.Limits), "has no amounts: the policy has no currency")
	}
	rules.Limits = slices.Clone(rules.Limits)
	for i := range rules.Limits {
		rules.Limits[i].Kinds = slices.Clone(rules.Limits[i].Kinds)
	}
	rules.Approvals, rules.MeasureRoles = slices.Clone(rules.Approvals), slices.Clone(rules.MeasureRoles)
	p.remedies = rules
}

func (l *LimitRule) check(faults *customer.Faults) {
	faults.Name("role", l.Role)
	faults.Within("kinds", len(l.Kinds), 0, int(lastRemedy))
	for i, kind := range l.Kinds {
		if kind == 0 || kind > lastRemedy {
			faults.Add(fmt.Sprintf("kinds[%d]", i), kind, "is a kind of remedy")
		}
	}
	for _, one := range [...]struct {
		path  string
		minor int64
	}{
		{"remedy_minor", l.RemedyMinor},
		{"case_minor", l.CaseMinor},
		{"case_points", l.CasePoints},
		{"approve_minor", l.ApproveMinor},
		{"approve_points", l.ApprovePoints},
		{"goodwill_minor", l.GoodwillMinor},
	} {
		checkMinor(faults, one.path, one.minor)
	}
	if l.CaseMinor < l.RemedyMinor {
		faults.Add("case_minor", l.CaseMinor, "is at least remedy_minor")
	}
	if l.Period > PerMonth || (l.Period != 0) != (l.GoodwillMinor > 0) {
		faults.Add("period", l.Period, "is a day, a week or a month where there is an allowance of goodwill, and absent otherwise")
	}
	if l.Shared && l.GoodwillMinor == 0 {
		faults.Add("shared", l.Shared, "is for an allowance of goodwill")
	}
}

// sharesAllowance reports whether two limits would have one allowance between them.
func (l *LimitRule) sharesAllowance(other *LimitRule) bool {
	return l.GoodwillMinor > 0 && other.GoodwillMinor > 0 && l.Role == other.Role && l.Period == other.Period && l.Shared == other.Shared
}

func (l *LimitRule) money() bool {
	return l.RemedyMinor > 0 || l.CaseMinor > 0 || l.ApproveMinor > 0 || l.GoodwillMinor > 0
}

// checkBy notes a fault unless the agent is who gives the command.
func (a *Agent) checkBy(faults *customer.Faults, by string) {
	faults.Name("agent.id", a.ID)
	faults.Text("agent.desk", a.Desk)
	if a.ID != by {
		faults.Add("agent.id", a.ID, "is who gives the command")
	}
}

// standing is what all remedies of a case come to.
type standing struct{ minor, points int64 }

// standing adds up the remedies of the case, without those that another decision on an issue
// withdraws; "" is no issue.
func (c *Case) standing(issue string) (all standing) {
	for i := range c.Remedies {
		r := &c.Remedies[i]
		all.minor += r.spent()
		if r.Issue != issue || r.State == RemedySettled {
			all.minor += r.open()
			all.points += r.points()
		}
	}
	return all
}

// next is an entry that follows from a decision.
type next struct {
	body    Body
	because customer.Reason
}

// grants says of each offer of a decision whether it is granted, or waits for approval; and
// notes what nobody may approve.
func (d *desk) grants(x *Decide, agent *Agent) []next {
	all := make([]next, 0, len(x.Offers))
	total := d.now.standing(x.Issue)
	for i := range x.Offers {
		offer := &x.Offers[i]
		total.minor += offer.AmountMinor
		total.points += offer.Points
		limit, within, because := d.limit(agent, offer, total)
		switch {
		case within && limit != nil && limit.GoodwillMinor > 0 && offer.Goodwill && offer.costs():
			allowance := d.allowance(limit, agent.ID, d.step.At)
			all = append(all, next{Granted{offer.Remedy, allowance.Name, offer.AmountMinor, limit.GoodwillMinor}, because})
		case within:
			all = append(all, next{Granted{Remedy: offer.Remedy}, because})
		default:
			asked := ApprovalAsked{Remedy: offer.Remedy, Approvers: d.approvers(total), TotalMinor: total.minor, TotalPoints: total.points}
			for j := range d.remedies.Limits {
				if l := &d.remedies.Limits[j]; l.approves(total) && !slices.Contains(asked.Roles, l.Role) {
					asked.Roles = append(asked.Roles, l.Role)
				}
			}
			if len(asked.Roles) == 0 && len(d.remedies.Limits) > 0 {
				d.miss(d.unapproved(CodeNoApprover, offer.Remedy, total, func(*LimitRule) bool { return true }))
			}
			all = append(all, next{asked, because})
		}
	}
	return all
}

// limit reports whether an offer is within the limits of an agent, with the first that reaches, if
// one is needed, and the reason that pins it; or why none does.
func (p *Policy) limit(agent *Agent, offer *Offer, total standing) (limit *LimitRule, within bool, reason customer.Reason) {
	reason = customer.Reason{Code: CodeNoLimit, Of: offer.Remedy, Fact: offer.AmountMinor, Unit: customer.UnitMinor}
	switch {
	case offer.Ask:
		reason.Code = CodeApprovalSought
		return nil, false, reason
	case len(p.remedies.Limits) == 0:
		reason.Code = CodeUnlimited
		return nil, true, reason
	case !offer.costs():
		reason.Code = CodeCostless
		return nil, true, reason
	}
	found := false
	for i := range p.remedies.Limits {
		l := &p.remedies.Limits[i]
		if !l.gives() || !slices.Contains(agent.Roles, l.Role) {
			continue
		}
		over, is := l.over(offer, total)
		if !is {
			return l, true, over
		}
		if !found {
			found, reason = true, over
		}
	}
	return nil, false, reason
}

// gives reports whether the role gives anything without approval: one without an amount or a kind
// gives nothing, not even a thing of no stated worth.
func (l *LimitRule) gives() bool { return l.RemedyMinor > 0 || l.CasePoints > 0 || len(l.Kinds) > 0 }

// over says why the limit does not reach for an offer, or, where it does, with which figures.
func (l *LimitRule) over(offer *Offer, total standing) (reason customer.Reason, is bool) {
	reason = customer.Reason{Of: l.Role, Unit: customer.UnitMinor}
	switch {
	case len(l.Kinds) > 0 && !slices.Contains(l.Kinds, offer.Kind):
		reason.Code, reason.Fact = CodeOtherKind, offer.AmountMinor
	case offer.AmountMinor > l.RemedyMinor:
		reason.Code, reason.Fact, reason.Mark = CodeOverLimit, offer.AmountMinor, l.RemedyMinor
	case total.minor > l.CaseMinor:
		reason.Code, reason.Fact, reason.Mark = CodeOverCase, total.minor, l.CaseMinor
	case offer.Points > 0 && total.points > l.CasePoints:
		reason.Code, reason.Fact, reason.Mark, reason.Unit = CodeOverPoints, total.points, l.CasePoints, customer.UnitPoints
	case offer.Goodwill && offer.AmountMinor > l.GoodwillMinor:
		reason.Code, reason.Fact, reason.Mark = CodeOverAllowance, offer.AmountMinor, l.GoodwillMinor
	case offer.Points > 0:
		reason.Code, reason.Fact, reason.Mark, reason.Unit = CodeWithinPoints, total.points, l.CasePoints, customer.UnitPoints
		return reason, false
	default:
		reason.Code, reason.Fact, reason.Mark = CodeWithin, offer.AmountMinor, l.RemedyMinor
		return reason, false
	}
	return reason, true
}

// approves reports whether the role approves until the case comes to so much.
func (l *LimitRule) approves(total standing) bool {
	return (l.ApproveMinor > 0 || l.ApprovePoints > 0) && total.minor <= l.ApproveMinor && total.points <= l.ApprovePoints
}

// approvers is how many must approve.
func (p *Policy) approvers(total standing) int {
	n := 1
	for _, rule := range p.remedies.Approvals {
		if total.minor > rule.AboveMinor {
			n = rule.Approvers
		}
	}
	return n
}

// Allowance is what an agent may give of goodwill in one period, as a quota that the host sets:
// its name and its limit.
type Allowance struct {
	Name       string // "goodwill/clerk/ann/2026-11", or "goodwill/clerk/2026-11" where the role shares it; names are quoted where they need to be
	Role       string
	LimitMinor int64
	Span       customer.Span // the period
}

// Allowances returns the allowances of an agent at an instant, in the order of the limits.
func (p *Policy) Allowances(agent Agent, at time.Time) []Allowance {
	var all []Allowance
	for i := range p.remedies.Limits {
		if l := &p.remedies.Limits[i]; l.GoodwillMinor > 0 && slices.Contains(agent.Roles, l.Role) {
			all = append(all, p.allowance(l, agent.ID, at))
		}
	}
	return all
}

// allowance returns what a limit allows of goodwill in the period of an instant.
func (p *Policy) allowance(l *LimitRule, agent string, at time.Time) Allowance {
	first, after, name := l.Period.of(p.day(at))
	who := part(l.Role)
	if !l.Shared {
		who += "/" + part(agent)
	}
	return Allowance{"goodwill/" + who + "/" + name, l.Role, l.GoodwillMinor, customer.SpanOf(first, after.AddDays(-1), p.zone)}
}

// part is a part of a name, quoted where it could be taken for several.
func part(text string) string {
	for _, r := range text {
		if r == '/' || r == '"' {
			return strconv.Quote(text)
		}
	}
	return text
}
