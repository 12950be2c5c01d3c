package lifecycle

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Assess finds the stage of a customer from where she stands and what she did. It is a
// function of these alone: on a day on which the same is found again, the decision is
// empty. A decision moves her over one edge:
//
//   - Her first purchase places her where her facts say, be it at once among the mature: a
//     shop that begins to assess finds its regulars at once. No minimum stay holds her.
//   - A purchase after the one that Ending was found by brings her back to Growing, in the
//     next cycle, unless she has been silent again ever since. No minimum stay holds her.
//   - End, and then Mature and Grow, lead her on or back once the minimum stay is over.
//
// Purchases that become known late are seen when they are. Assessments may be daily, monthly
// or missed; each sees her as she is on its day, and a silence or a height that came and went
// between two of them leaves no trace. Goods brought back are no visits and unmake none, and
// a purchase that facts no longer know, be it her first, still counts for her tenure, and for
// her silence where they know no other.
//
// Of a day before the one on which she came to her stage nothing can be said any more: that
// is a *customer.Refusal. Facts of another day than the wake's are customer.Faults.
func (s *Stages) Assess(standing Standing, facts Facts, wake Wake) (Decision, error) {
	var faults customer.Faults
	wake.check(&faults)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	return s.assess(standing, facts, wake.At, wake.Ref)
}

func (s *Stages) assess(standing Standing, facts Facts, at time.Time, ref string) (Decision, error) {
	if err := s.checkDay(facts, at); err != nil {
		return Decision{}, err
	}
	d, err := open(s.rules.Edition, s.zone, standing, at, ref)
	if err != nil {
		return Decision{}, err
	}
	life := &standing.Life
	if d.day < life.Since {
		return refuse(s.name, customer.Reason{Code: CodeStageEarlier, Fact: int64(life.Stage), On: d.day, By: life.Since})
	}
	seen := s.see(life, &facts)
	move, moved := seen.move()
	if !moved {
		return Decision{Next: standing}, nil
	}
	entry := seen.entry(move)
	d.why(seen.moved(move, entry.Held))
	d.post(entry)
	for _, reason := range move.because[1:] {
		d.why(reason)
	}
	if coverage, partly := seen.coverage(); partly {
		d.why(coverage)
	}
	return d.decision()
}

// checkDay checks facts, and that they are those of the day of decision.
func (s *Stages) checkDay(facts Facts, at time.Time) error {
	var faults customer.Faults
	faults.Instant("at", at)
	if day := customer.DateOf(at, s.zone); len(faults) == 0 && facts.On != day {
		faults.Add("facts.on", facts.On, "is the day of decision, "+day.String())
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return facts.Check()
}

// seen is one customer as a rule book sees her on a day.
type seen struct {
	*Stages
	life  *Life
	facts *Facts
	first customer.Date // her earliest purchase that is known of; 0: she has not bought
	last  customer.Date // her latest
}

func (s *Stages) see(life *Life, facts *Facts) *seen {
	n := &seen{Stages: s, life: life, facts: facts, first: facts.first(), last: facts.last()}
	if n.last == 0 { // facts that do not reach back far enough
		n.last = life.Last
	}
	if life.First != 0 && (n.first == 0 || life.First < n.first) {
		n.first = life.First
	}
	return n
}

// move is what an assessment finds: over which edge, where to, held for how long, and why.
type move struct {
	to      Stage
	stay    int
	because []customer.Reason
}

// move finds the edge that leads her on, if there is one.
func (n *seen) move() (move, bool) {
	rules := &n.rules
	switch stage := n.life.Stage; {
	case n.first == 0:
		return move{}, false
	case stage == 0 || stage == Potential:
		return n.place(), true
	case stage == Ending:
		if !n.returned() || n.ending(leave) {
			return move{}, false
		}
		back := customer.Reason{Code: CodeStageReturned, Rule: n.cite(rules.Return.ID), On: n.last}
		return move{Growing, rules.Return.StayDays, []customer.Reason{back}}, true
	case n.facts.On < n.life.Held:
		return move{}, false
	case n.ending(enter):
		return move{Ending, 0, n.whyEnding()}, true
	case stage == Growing && n.met(&rules.Mature, n.facts.On, enter):
		return move{Mature, rules.Mature.StayDays, n.why(&rules.Mature, enter)}, true
	case stage == Developing && n.met(&rules.Grow, n.facts.On, enter):
		return move{Growing, rules.Grow.StayDays, n.why(&rules.Grow, enter)}, true
	case stage == Growing && !n.met(&rules.Grow, n.facts.On, leave):
		return move{Developing, rules.Grow.StayDays, n.why(&rules.Grow, leave)}, true
	case stage == Mature && !n.met(&rules.Mature, n.facts.On, leave):
		return move{Growing, rules.Mature.StayDays, n.why(&rules.Mature, leave)}, true
	}
	return move{}, false
}

// place finds the stage of somebody who has bought and was never placed.
func (n *seen) place() move {
	rules := &n.rules
	first := customer.Reason{Code: CodeStageFirst, Rule: n.cite(rules.FirstPurchase.ID), On: n.first}
	to := move{Developing, rules.FirstPurchase.StayDays, []customer.Reason{first}}
	grown := n.met(&rules.Grow, n.facts.On, enter)
	switch {
	case n.ending(enter):
		to = move{Ending, 0, append(n.whyEnding(), first)}
	case grown && n.met(&rules.Mature, n.facts.On, enter):
		to = move{Mature, rules.Mature.StayDays, append(n.why(&rules.Mature, enter), first)}
	case grown:
		to = move{Growing, rules.Grow.StayDays, append(n.why(&rules.Grow, enter), first)}
	}
	return to
}

// returned reports whether she bought after the purchase that Ending was found by.
func (n *seen) returned() bool { return n.last > n.life.Last }

func (n *seen) entry(m move) Entry {
	e := Entry{
		Kind: Moved, From: n.life.Stage, To: m.to, First: n.first, Last: n.last, Because: m.because[0],
	}
	if m.to != Ending { // from where only a purchase leads
		if e.Held = n.facts.On.AddDays(max(m.stay, 1)); e.Held == 0 {
			e.Held = customer.MaxDate
		}
	}
	return e
}

// moved tells a move.
func (n *seen) moved(m move, held customer.Date) customer.Reason {
	return customer.Reason{Code: CodeStageMoved, Rule: n.name, Fact: int64(m.to), Mark: int64(n.life.Stage), On: n.facts.On, By: held}
}

// cite names an edge of the rule book, as reasons do.
func (s *Stages) cite(edge string) string { return s.name + " " + edge }

// side is which figure of a mark is meant.
type side bool

const (
	enter side = false
	leave side = true
)

func (m *StageMark) at(s side) int64 {
	if s == leave {
		return m.Leave
	}
	return m.Enter
}

// value measures a mark on a day, as though she bought nothing between On and that day,
// and says whether there is anything to measure. Silence and a drop are those of On.
func (n *seen) value(mark *StageMark, day customer.Date, s side) (value int64, known bool) {
	from := since(day, mark.WindowDays)
	switch mark.Measure {
	case VisitCount:
		return n.facts.visits(from, day), true
	case SpendMinor:
		spent := n.facts.spent(from, day)
		return spent.Minor, spent.Known()
	case ItemCount:
		return n.facts.items(from), true
	case TenureDays:
		return int64(day - n.first), true
	case SilentDays:
		return int64(n.silent()), true
	case SilencePermille:
		return int64(n.facts.Pace.SilenceRank), n.facts.Pace.Rule != ""
	case DropPermille: // what may be chance ends nothing
		drop := &n.facts.Drop
		return drop.permille(), drop.Rule != "" && (drop.Falling || s == leave)
	}
	return 0, false
}

// silent is how many days she has been silent, of those that count.
func (n *seen) silent() int {
	if n.facts.Pace != (Pace{}) {
		return n.facts.Pace.Silence
	}
	return int(n.facts.On - n.last)
}

// met reports whether a measured edge upwards is reached (enter), or still held (leave). A
// figure that is not known reaches nothing, and loses nothing either.
func (n *seen) met(edge *MeasureEdge, day customer.Date, s side) bool {
	for i := range edge.Marks {
		value, known := n.value(&edge.Marks[i], day, s)
		reached := known && value >= edge.Marks[i].at(s) || !known && s == leave
		if reached != (edge.Match == AllMarks) {
			return reached
		}
	}
	return edge.Match == AllMarks
}

// ending reports whether End is reached, or still held. A figure that is not known neither
// ends anything nor keeps anybody from coming back.
func (n *seen) ending(s side) bool {
	edge := &n.rules.End
	if n.silent() >= edge.LatestDays {
		return true
	}
	for i := range edge.Marks {
		value, known := n.value(&edge.Marks[i], n.facts.On, s)
		reached := known && value >= edge.Marks[i].at(s)
		if reached != (edge.Match == AllMarks) {
			return reached
		}
	}
	return edge.Match == AllMarks // no marks have no match
}

// why lists the marks of an edge that was reached (enter), the reached ones first, or that
// was lost (leave), the lost ones first: each with its figure.
func (n *seen) why(edge *MeasureEdge, s side) []customer.Reason {
	return n.marks(edge.ID, edge.Marks, s, s == enter)
}

// whyEnding lists why End is reached.
func (n *seen) whyEnding() []customer.Reason {
	edge := &n.rules.End
	silent := customer.Reason{
		Code: CodeStageLatest, Rule: n.cite(edge.ID), Fact: int64(n.silent()), Mark: int64(edge.LatestDays),
		Unit: rhythmUnit(n.facts.Pace.Seasons), On: n.last,
	}
	marks := n.marks(edge.ID, edge.Marks, enter, true)
	if int(silent.Fact) >= edge.LatestDays {
		return append([]customer.Reason{silent}, marks...)
	}
	return marks
}

// marks lists marks with their figures: those first of which it is so that they are reached.
func (n *seen) marks(edge string, marks []StageMark, s side, so bool) []customer.Reason {
	reasons := make([]customer.Reason, 0, len(marks)+2)
	for _, first := range []bool{true, false} {
		for i := range marks {
			value, known := n.value(&marks[i], n.facts.On, s)
			if known && (value >= marks[i].at(s)) == so == first {
				reasons = append(reasons, n.mark(edge, &marks[i], value, s))
			}
		}
	}
	return reasons
}

// mark tells the figure of a mark, and what it is held against.
func (n *seen) mark(edge string, mark *StageMark, value int64, s side) customer.Reason {
	r := customer.Reason{Rule: n.cite(edge), Fact: value, Mark: mark.at(s)}
	if mark.WindowDays > 0 {
		r.On, r.By = since(n.facts.On, mark.WindowDays)+1, n.facts.On
	}
	switch mark.Measure {
	case VisitCount:
		r.Code, r.Unit = CodeStageVisits, customer.UnitTimes
	case SpendMinor:
		r.Code, r.Unit = CodeStageSpend, customer.UnitMinor
	case ItemCount:
		r.Code, r.Unit = CodeStageItems, customer.UnitTimes
	case TenureDays:
		r.Code, r.Unit, r.On = CodeStageTenure, customer.UnitDays, n.first
	case SilentDays:
		r.Code, r.Unit, r.On = CodeStageSilent, rhythmUnit(n.facts.Pace.Seasons), n.last
	case SilencePermille:
		r.Code, r.Unit, r.On = CodeStageSilence, customer.UnitPermille, n.last
	case DropPermille:
		r.Code, r.Unit, r.On, r.By = CodeStageDrop, customer.UnitPermille, n.facts.Drop.From, n.facts.On
	}
	return r
}

// coverage says how many lines have an amount, where money counts and some have none.
func (n *seen) coverage() (customer.Reason, bool) {
	spent := n.facts.spent(0, n.facts.On)
	return customer.Reason{Code: CodeStageCoverage, Rule: n.name, Fact: spent.Priced, Mark: spent.Lines},
		n.money && spent.Priced < spent.Lines
}
