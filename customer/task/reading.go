package task

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Reading is how a cycle stands on a day.
type Reading struct {
	On       customer.Date
	Owner    string
	Figure   int64 // reached so far, of a goal with a figure
	Counted  bool  // whether any record has a figure
	Permille int64 // of the goal; of one that its text says, as last reviewed
	// ElapsedPermille is how much of the days from the opening to the goal's day is over.
	ElapsedPermille int64
	// Pending are the actions still to be done: what is overdue longest first, then by day.
	Pending []Planned
	Overdue int // of these
	// Reasons are what somebody should look at: the day of the goal, actions overdue, the time that
	// has run ahead of what was reached, no record for long, an owner who has left, what was given to
	// somebody for a time and should be back.
	Reasons []customer.Reason
}

// Read returns how a cycle stands on a day. One that nobody has opened is refused.
func (p *Procedure) Read(c Cycle, on customer.Date) (Reading, error) {
	if p == nil || p.zone == nil {
		return Reading{}, errNoProcedure
	}
	var faults customer.Faults
	if faults.GivenDay("on", on); len(faults) > 0 {
		return Reading{}, faults
	}
	if c.Entries == 0 {
		return Reading{}, &customer.Refusal{Rule: p.rules.Name(), Missing: []customer.Reason{{Code: CodeNotOpened, Rule: p.rules.Name()}}}
	}
	r := Reading{On: on, Owner: c.Owner}
	r.Figure, r.Counted = c.Figure()
	switch n := len(c.Reviews); {
	case c.Goal.Unit != "":
		r.Permille = c.Goal.reached(r.Figure)
	case n > 0:
		r.Permille = c.Reviews[n-1].Permille
	}
	opened := customer.DateOf(c.Opened.At, p.zone)
	if days := int64(c.Goal.By-opened) + 1; days > 0 {
		r.ElapsedPermille = min(max(int64(on-opened), 0)*1000/days, 1000)
	}
	for _, one := range c.Actions {
		if one.Pending() {
			r.Pending = append(r.Pending, one)
			if one.By < on {
				r.Overdue++
			}
		}
	}
	slices.SortStableFunc(r.Pending, func(a, b Planned) int { return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.ID, b.ID)) })
	if !c.Ended() {
		r.Reasons = p.look(&c, &r, opened)
	}
	return r, nil
}

// look says what somebody should look at.
func (p *Procedure) look(c *Cycle, r *Reading, opened customer.Date) []customer.Reason {
	var all []customer.Reason
	if left := int64(c.Goal.By - r.On); left < 0 {
		all = append(all, customer.Reason{Code: CodeGoalOverdue, Fact: -left, Unit: customer.UnitDays, By: c.Goal.By})
	} else {
		all = append(all, customer.Reason{Code: CodeGoalAhead, Fact: left, Unit: customer.UnitDays, By: c.Goal.By})
	}
	if c.Goal.Unit != "" && r.Permille < r.ElapsedPermille {
		all = append(all, customer.Reason{Code: CodeBehind, Fact: r.Permille, Mark: r.ElapsedPermille, Unit: customer.UnitPermille})
	}
	all = append(all, p.overdue(c, r.On)...)
	last := opened
	for i := range c.Records {
		if one := &c.Records[i]; one.Struck.IsZero() {
			last = max(last, one.On)
		}
	}
	if quiet := int(r.On - last); p.rules.QuietDays > 0 && quiet >= p.rules.QuietDays {
		all = append(all, customer.Reason{Code: CodeQuiet, Fact: int64(quiet), Mark: int64(p.rules.QuietDays), Unit: customer.UnitDays, On: last})
	}
	if why, gone := p.staff.Gone(c.Owner, r.On); gone && p.staff != nil {
		all = append(all, why)
	}
	all = append(all, c.lent(r.On)...)
	for i := range all {
		all[i].Rule = p.rules.Name()
	}
	return all
}

// lent says what was given to somebody for a time that is over.
func (c Cycle) lent(on customer.Date) []customer.Reason {
	var all []customer.Reason
	seen := map[string]bool{}
	for i := len(c.Assignments) - 1; i >= 0; i-- {
		one := &c.Assignments[i]
		if seen[one.Action] { // it has changed hands since
			continue
		}
		seen[one.Action] = true
		switch at := c.action(one.Action); {
		case one.Until == 0 || on < one.Until:
		case one.Action == "":
			all = append(all, customer.Reason{Code: CodeGiveBack, Of: one.From, By: one.Until})
		case at >= 0 && c.Actions[at].Pending():
			all = append(all, customer.Reason{Code: CodeGiveActionBack, Of: one.Action, By: one.Until})
		}
	}
	slices.Reverse(all) // in booking order
	return all
}

// overdue says which actions are, the longest first.
func (p *Procedure) overdue(c *Cycle, on customer.Date) []customer.Reason {
	var all []customer.Reason
	for i := range c.Actions {
		if one := &c.Actions[i]; one.Pending() && one.By < on {
			all = append(all, customer.Reason{Code: CodeActionOverdue, Of: one.ID, Fact: int64(on - one.By), Unit: customer.UnitDays, By: one.By})
		}
	}
	slices.SortStableFunc(all, func(a, b customer.Reason) int { return cmp.Or(cmp.Compare(b.Fact, a.Fact), cmp.Compare(a.Of, b.Of)) })
	return all
}

// Kept is a cycle with its ID.
type Kept struct {
	ID    ID
	Cycle Cycle
}

// Round is one cycle of a chain, as its last review has it.
type Round struct {
	ID     ID
	Owner  string
	Goal   Goal
	Review Reviewed
	// GainPermille is how much more of its goal was reached than of that of the round before; of the
	// first 0.
	GainPermille int64
	Late         int // actions that were done after their day
	Moved        int // days of actions that were moved
}

// Progress reads a chain of closed cycles, each of which is the successor of the one before it: what
// was reached from round to round, and what was learnt. A chain that is none is customer.Faults.
func Progress(chain []Kept) ([]Round, error) {
	var faults customer.Faults
	rounds := make([]Round, 0, len(chain))
	for i := range chain {
		one := &chain[i].Cycle
		path := fmt.Sprintf("chain[%d]", i)
		if !one.Ended() || len(one.Reviews) == 0 {
			faults.Add(path, chain[i].ID, "is closed")
			continue
		}
		if i > 0 && one.Opened.After != chain[i-1].ID {
			faults.Add(path, one.Opened.After, "is opened after the cycle before it")
		}
		round := Round{ID: chain[i].ID, Owner: one.Owner, Goal: one.Goal, Review: one.Reviews[len(one.Reviews)-1]}
		for k := range one.Actions {
			round.Moved += one.Actions[k].Moved
			if action := &one.Actions[k]; action.Done > action.By {
				round.Late++
			}
		}
		if n := len(rounds); n > 0 {
			round.GainPermille = round.Review.Permille - rounds[n-1].Review.Permille
		}
		rounds = append(rounds, round)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return rounds, nil
}
