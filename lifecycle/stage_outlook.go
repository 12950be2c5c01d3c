package lifecycle

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Outlook says how a customer stands, what would bring her on or back, and what becomes of
// her if she stays away: the figures of every mark that counts now, what is missing for
// the next stage and by when, and the day on which silence leads her out of this one. It
// decides nothing. Where an assessment would move her today, that is all it says. It has
// the errors of Assess.
//
// "By" is the last day on which what is missing still meets what is there: after it, a
// visit that counts now has left the window. What silence and fewer visits will be against
// her own gaps nobody knows beforehand: they may end her stage sooner than is said here.
func (s *Stages) Outlook(standing Standing, facts Facts, at time.Time) ([]customer.Reason, error) {
	d, err := s.assess(standing, facts, at, "outlook")
	if err != nil {
		return nil, err
	}
	if len(d.Entries) > 0 {
		return d.Reasons, nil
	}
	n := s.see(&standing.Life, &facts)
	reasons := []customer.Reason{{
		Code: CodeStageNow, Rule: s.name, Fact: int64(n.life.Stage), Mark: int64(n.life.Cycle), On: n.life.Since,
	}}
	if n.life.Held > n.facts.On {
		reasons = append(reasons, customer.Reason{Code: CodeStageHeld, Rule: s.name, Fact: int64(n.life.Stage), On: n.life.Since, By: n.life.Held})
	}
	switch rules := &s.rules; n.life.Stage {
	case Potential:
		reasons = append(reasons, n.purchase(rules.FirstPurchase, Developing))
	case Developing:
		reasons = append(reasons, n.ahead(&rules.Grow, Growing)...)
	case Growing:
		reasons = append(reasons, n.ahead(&rules.Mature, Mature)...)
		reasons = append(reasons, n.marks(rules.Grow.ID, rules.Grow.Marks, leave, false)...)
	case Mature:
		reasons = append(reasons, n.marks(rules.Mature.ID, rules.Mature.Marks, leave, false)...)
	case Ending:
		return append(reasons, n.back()...), nil
	default:
		return append(reasons, n.purchase(rules.FirstPurchase, Developing)), nil
	}
	if n.first != 0 {
		reasons = append(reasons, n.away()...)
	}
	if coverage, partly := n.coverage(); partly {
		reasons = append(reasons, coverage)
	}
	return reasons, nil
}

// purchase says that a purchase leads over an edge.
func (n *seen) purchase(edge EventEdge, to Stage) customer.Reason {
	return customer.Reason{Code: CodeStagePurchase, Rule: n.cite(edge.ID), Fact: int64(to), Mark: int64(n.life.Stage), On: n.facts.On}
}

// back says what would bring her back from Ending. Somebody who has bought since is still
// silent, or comes less: then it says by which marks.
func (n *seen) back() []customer.Reason {
	edge := &n.rules.End
	if !n.returned() {
		return []customer.Reason{n.purchase(n.rules.Return, Growing)}
	}
	return append(n.marks(edge.ID, edge.Marks, leave, true), n.purchase(n.rules.Return, Growing))
}

// ready is the first day on which a measured edge may move her.
func (n *seen) ready() customer.Date { return max(n.facts.On, n.life.Held) }

// ahead says what is missing for the next stage.
func (n *seen) ahead(edge *MeasureEdge, to Stage) []customer.Reason {
	if n.met(edge, n.ready(), enter) { // held
		return append(n.why(edge, enter), customer.Reason{
			Code: CodeStageSoon, Rule: n.cite(edge.ID), Fact: int64(to), Mark: int64(n.life.Stage), On: n.facts.On, By: n.ready(),
		})
	}
	reasons := n.why(edge, enter)
	var missing []customer.Reason
	for i := range edge.Marks {
		if reason, found := n.missing(edge.ID, &edge.Marks[i], to); found {
			missing = append(missing, reason)
		}
	}
	if len(missing) > 1 {
		code := CodeStageAll
		if edge.Match == AnyMark {
			code = CodeStageAny
		}
		reasons = append(reasons, customer.Reason{Code: code, Rule: n.cite(edge.ID), Fact: int64(len(missing)), Mark: int64(to)})
	}
	return append(reasons, missing...)
}

// missing says what is missing for a mark, if anything is.
func (n *seen) missing(edge string, mark *StageMark, to Stage) (customer.Reason, bool) {
	r := customer.Reason{Rule: n.cite(edge), Mark: int64(to), On: n.facts.On}
	switch mark.Measure {
	case VisitCount:
		r.Code, r.Unit = CodeStageMoreVisits, customer.UnitTimes
	case SpendMinor:
		r.Code, r.Unit = CodeStageMoreSpend, customer.UnitMinor
	case ItemCount:
		r.Code, r.Unit = CodeStageMoreItems, customer.UnitTimes
	case TenureDays:
		r.Code, r.Unit, r.By = CodeStageMoreDays, customer.UnitDays, n.first.AddDays(int(mark.Enter))
		r.Fact = int64(r.By - n.facts.On)
		return r, r.By > n.facts.On || r.By == 0
	case SilentDays, SilencePermille, DropPermille: // lead to Ending
		return r, false
	}
	for day := n.ready(); ; day = r.By + 1 {
		value, known := n.value(mark, day, enter)
		if !known {
			value = 0 // as much as nothing is known
		}
		r.Fact, r.By = mark.Enter-value, n.lapses(mark, day)
		// A day is one visit: there must be days enough.
		if r.Fact <= 0 || mark.Measure != VisitCount || r.By == 0 || r.Fact <= n.free(r.By) {
			return r, r.Fact > 0
		}
	}
}

// free counts the days from On up to day on which a visit would be another one.
func (n *seen) free(day customer.Date) int64 {
	return int64(day-n.facts.On) + 1 - n.facts.visits(n.facts.On-1, n.facts.On)
}

// lapses returns the last day on which everything that a mark counts on a day still does;
// 0: always, or it counts nothing.
func (n *seen) lapses(mark *StageMark, day customer.Date) customer.Date {
	if mark.WindowDays == 0 {
		return 0
	}
	from, oldest := since(day, mark.WindowDays), customer.Date(0)
	if mark.Measure == ItemCount {
		for _, item := range n.facts.Items {
			if item.Last > from && (oldest == 0 || item.Last < oldest) {
				oldest = item.Last
			}
		}
	} else {
		days := n.facts.window(from, day)
		i := slices.IndexFunc(days, func(d FactDay) bool { return d.Lines > 0 })
		if i >= 0 {
			oldest = days[i].On
		}
	}
	if oldest == 0 {
		return 0
	}
	return oldest.AddDays(mark.WindowDays - 1)
}

// away says what becomes of her if she stays away: on which day she falls below the marks of
// her stage, how near the end is, and when it comes at the latest.
func (n *seen) away() []customer.Reason {
	edge, steps := &n.rules.End, n.steps()
	var reasons []customer.Reason
	if len(steps) > 0 && steps[0].to < n.life.Stage {
		lost := n.rules.Grow.ID
		if n.life.Stage == Mature {
			lost = n.rules.Mature.ID
		}
		reasons = append(reasons, customer.Reason{
			Code: CodeStageFalls, Rule: n.cite(lost), Fact: int64(steps[0].to), Mark: int64(n.life.Stage), On: n.facts.On, By: steps[0].day,
		})
	}
	reasons = append(reasons, n.marks(edge.ID, edge.Marks, enter, true)...)
	r := customer.Reason{Rule: n.cite(edge.ID), Mark: int64(n.life.Stage), On: n.last}
	if last := len(steps) - 1; last >= 0 && steps[last].to == Ending {
		r.Code, r.Fact, r.By = CodeStageEnds, int64(Ending), steps[last].day
		return append(reasons, r)
	}
	if seasons := n.facts.Pace.Seasons; seasons != "" { // on which day they are over, only they know
		r.Code, r.Fact, r.Unit = CodeStageEndsAfter, int64(n.endsAt()-n.silent()), rhythmUnit(seasons)
		return append(reasons, r)
	}
	return reasons
}

// endsAt is how many days of silence end her stage at the latest.
func (n *seen) endsAt() int {
	edge := &n.rules.End
	days := edge.LatestDays
	for _, mark := range edge.Marks {
		if mark.Measure == SilentDays && (edge.Match == AnyMark || len(edge.Marks) == 1) {
			days = min(days, int(mark.Enter))
		}
	}
	return days
}

// step is a move that an assessment will find.
type step struct {
	day customer.Date
	to  Stage
}

// steps lists the moves that daily assessments will find if she stays away, the last of them
// to Ending, unless the calendar ends before or nobody knows which days count. A rank of
// silence only rises while she is silent, so that of today is taken; a drop is not known.
func (n *seen) steps() (steps []step) {
	life, facts := *n.life, *n.facts
	then := &seen{Stages: n.Stages, life: &life, facts: &facts, first: n.first, last: n.last}
	facts.Drop = Drop{}
	days := n.turns()
	for day := n.ready(); day.Valid(); {
		facts.On = day
		if facts.Pace.Seasons == "" {
			facts.Pace.Silence = int(day - n.last)
		}
		if m, moved := then.move(); moved {
			steps = append(steps, step{day, m.to})
			if m.to == Ending {
				break
			}
			life.Stage, life.Held = m.to, day.AddDays(max(m.stay, 1))
			day = life.Held
			continue
		}
		next, _ := slices.BinarySearch(days, day+1)
		if next == len(days) {
			break
		}
		day = days[next]
	}
	return steps
}

// turns lists the days after On, ascending, on which a figure of hers changes, or reaches a
// mark, if she stays away.
func (n *seen) turns() (days []customer.Date) {
	add := func(day customer.Date) {
		if day > n.facts.On {
			days = append(days, day)
		}
	}
	for _, marks := range [][]StageMark{n.rules.Grow.Marks, n.rules.Mature.Marks} {
		for _, mark := range marks {
			if mark.Measure == TenureDays {
				add(n.first.AddDays(int(mark.Enter)))
				continue
			}
			for i := len(n.facts.Days) - 1; i >= 0 && mark.WindowDays > 0; i-- { // what counts now lapses one after the other
				day := n.facts.Days[i].On.AddDays(mark.WindowDays)
				if day != 0 && day <= n.facts.On {
					break
				}
				add(day)
			}
		}
	}
	add(n.last.AddDays(n.endsAt()))
	slices.Sort(days)
	return slices.Compact(days)
}
