package lifecycle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of PlaybookRules and of what is asked of a Playbook.
const (
	MaxPlays     = 500
	MaxPlayDays  = 3660 // of AfterDays, DueDays and EveryDays
	MaxTaskDays  = 3660 // of the period for which tasks are asked
	MaxKeptPlace = 100_000
)

// PlaybookRules is what a shop does for a customer in each stage, as plain data.
type PlaybookRules struct {
	customer.Edition

	Plays []Play    `json:"plays,omitempty"` // 1 to 500; tasks of one day come in this order
	Keep  KeepRules `json:"keep,omitzero"`   // who is on the keep list; zero: nobody
}

// Play is one thing to do.
type Play struct {
	ID    string   `json:"id"`    // once in the playbook
	Stage Stage    `json:"stage"` // of the customers it is for
	Kind  PlayKind `json:"kind"`  // must fit the stage: nobody mature is won back
	// Trigger says from which day it counts. FirstBought is for Developing, and goes on
	// when she grows: a regular after a week is still new. Returning is for Growing.
	Trigger   Trigger `json:"trigger"`
	AfterDays int     `json:"after_days,omitempty"` // from that day to the first day on which it may be done; 0 to 3660
	DueDays   int     `json:"due_days"`             // from the first day to the last on which it may be done; 0 to 3660
	EveryDays int     `json:"every_days,omitempty"` // of Staying, and of no other trigger: again so many days later; 1 to 3660
	Role      string  `json:"role"`                 // who does it: "shop manager"
	// Promotion says that it sells. Whoever has an open complaint, or wants no
	// advertisement, is spared it; the caller sees to that.
	Promotion bool `json:"promotion,omitempty"`
}

// KeepRules say who is on the keep list: the mature customers who are worth most. The zero
// KeepRules keep no list.
type KeepRules struct {
	Size       int               `json:"size,omitempty"`        // how many at most; 1 to 100000
	WindowDays int               `json:"window_days,omitempty"` // what she spent in so many days counts; 1 to 3660
	Currency   customer.Currency `json:"currency,omitzero"`     // of LeastSpend, and of the facts
	LeastSpend decimal.Decimal   `json:"least_spend,omitzero"`  // in the window, less what she brought back; exact in the currency
}

// ParsePlaybookRules reads PlaybookRules from JSON, strictly; see customer.ParseRules.
func ParsePlaybookRules(data []byte) (PlaybookRules, error) {
	return customer.ParseRules[PlaybookRules](data)
}

// Playbook is the compiled rule book. It is immutable and safe for concurrent use.
type Playbook struct {
	rules PlaybookRules
	name  string
	least int64 // of the keep list, in minor units
}

// NewPlaybook checks the rules whole, returning customer.Faults, and compiles them.
func NewPlaybook(rules PlaybookRules) (*Playbook, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("plays", len(rules.Plays), 1, MaxPlays)
	ids := make(map[string]bool, len(rules.Plays))
	for i := range rules.Plays[:min(len(rules.Plays), MaxPlays)] {
		play, path := &rules.Plays[i], fmt.Sprintf("plays[%d]", i)
		play.check(&faults, path)
		if ids[play.ID] {
			faults.Add(path+".id", play.ID, "names only one play")
		}
		ids[play.ID] = true
	}
	least := rules.Keep.check(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Plays = slices.Clone(rules.Plays)
	return &Playbook{rules: rules, name: rules.Name(), least: least}, nil
}

func (p *Play) check(faults *customer.Faults, path string) {
	faults.Name(path+".id", p.ID)
	switch {
	case !p.Stage.Valid():
		faults.Add(path+".stage", uint8(p.Stage), "is a stage")
	case !p.Kind.Valid():
		faults.Add(path+".kind", uint8(p.Kind), "is a kind of play")
	case !p.Kind.fits(p.Stage):
		faults.Add(path+".kind", p.Kind, "belongs to the stage, "+p.Stage.String())
	}
	switch {
	case !p.Trigger.Valid():
		faults.Add(path+".trigger", uint8(p.Trigger), "is a trigger")
	case p.Trigger == FirstBought && p.Stage != Developing, p.Trigger == Returning && p.Stage != Growing:
		faults.Add(path+".trigger", p.Trigger, "goes with the stage: first-purchase with developing, returning with growing")
	}
	faults.Within(path+".after_days", p.AfterDays, 0, MaxPlayDays)
	faults.Within(path+".due_days", p.DueDays, 0, MaxPlayDays)
	if p.Trigger == Staying {
		faults.Within(path+".every_days", p.EveryDays, 1, MaxPlayDays)
	} else if p.EveryDays != 0 {
		faults.Add(path+".every_days", p.EveryDays, "is for the trigger staying only")
	}
	faults.Name(path+".role", p.Role)
}

// check returns the least spend in minor units.
func (k *KeepRules) check(faults *customer.Faults) (least int64) {
	if k.Size == 0 && k.WindowDays == 0 && k.Currency == (customer.Currency{}) && k.LeastSpend.IsZero() {
		return 0
	}
	faults.Within("keep.size", k.Size, 1, MaxKeptPlace)
	faults.Within("keep.window_days", k.WindowDays, 1, MaxStageDays)
	faults.Currency("keep.currency", k.Currency)
	least, err := k.Currency.Minor(k.LeastSpend)
	if err != nil || least < 0 || least > maxSpend {
		faults.Add("keep.least_spend", k.LeastSpend, "is 0 or more, and exact in the currency")
	}
	return least
}

// Task is a play that is to be done for one customer: data, which package lifecycle/agenda
// spreads over days and people.
type Task struct {
	// ID is the play and the day from which it counts, "welcome-call:2026-03-02": asked
	// for again, the task has the same. Whose task it is says the caller.
	ID        string          `json:"id"`
	Play      string          `json:"play"`
	Stage     Stage           `json:"stage"` // hers, when it was asked for
	Kind      PlayKind        `json:"kind"`
	From      customer.Date   `json:"from"` // the first day on which it may be done
	Due       customer.Date   `json:"due"`  // the last day
	Role      string          `json:"role"`
	Promotion bool            `json:"promotion,omitempty"`
	Because   customer.Reason `json:"because"`
}

// Tasks returns what is to be done for a customer who stands where she stands: the tasks
// whose first day is one of the days from from up to, not including, until, by that day
// and then in the order of the playbook. The playbook must be in force on the first day.
//
// A task is for those who are in its stage now: whoever has left it has the tasks of the
// stage she came to. Asked day by day, or for a month at once, a standing that does not
// change has the same tasks.
func (b *Playbook) Tasks(standing Standing, from, until customer.Date) ([]Task, error) {
	if err := b.rules.Covers(from); err != nil {
		return nil, err
	}
	if until <= from || int(until-from) > MaxTaskDays || until > customer.MaxDate {
		var faults customer.Faults
		faults.Add("until", until, fmt.Sprintf("is 1 to %d days after from", MaxTaskDays))
		return nil, faults
	}
	var tasks []Task
	for i := range b.rules.Plays {
		play := &b.rules.Plays[i]
		base, applies := play.base(&standing.Life)
		if !applies {
			continue
		}
		first := base.AddDays(play.AfterDays)
		if play.Trigger != Staying {
			if first >= from && first < until {
				tasks = append(tasks, b.task(play, &standing.Life, base, first))
			}
			continue
		}
		if first.Valid() && first < from { // the first repetition that is not before from
			steps := (int(from-first) + play.EveryDays - 1) / play.EveryDays
			first = first.AddDays(steps * play.EveryDays)
		}
		for ; first.Valid() && first < until; first = first.AddDays(play.EveryDays) {
			tasks = append(tasks, b.task(play, &standing.Life, base, first))
		}
	}
	slices.SortStableFunc(tasks, func(x, y Task) int { return cmp.Compare(x.From, y.From) })
	return tasks, nil
}

// base is the day from which a play counts for somebody, and whether it is for her.
func (p *Play) base(life *Life) (customer.Date, bool) {
	switch p.Trigger {
	case Entering, Staying:
		return life.Since, life.Stage == p.Stage
	case FirstBought:
		return life.First, life.Cycle == 1 && life.Stage != Ending
	case Returning:
		return life.Back, life.Back != 0 && life.Stage == p.Stage
	}
	return 0, false
}

func (b *Playbook) task(play *Play, life *Life, base, first customer.Date) Task {
	named := base
	if play.Trigger == Staying {
		named = first
	}
	due := first.AddDays(play.DueDays)
	if !due.Valid() {
		due = customer.MaxDate
	}
	because := customer.Reason{Rule: b.name + " " + play.ID, Fact: int64(life.Stage), On: base, By: due}
	switch play.Trigger {
	case Entering:
		because.Code = CodePlayEntering
	case FirstBought:
		because.Code = CodePlayFirstPurchase
	case Returning:
		because.Code = CodePlayReturning
	case Staying:
		because.Code = CodePlayStaying
	}
	return Task{
		ID: play.ID + ":" + named.String(), Play: play.ID, Stage: life.Stage, Kind: play.Kind,
		From: first, Due: due, Role: play.Role, Promotion: play.Promotion, Because: because,
	}
}
