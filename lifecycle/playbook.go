package lifecycle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of PlaybookRules and of what is asked of a Playbook.
const (
	MaxPlays    = 500
	MaxPlayDays = 3660    // of AfterDays, DueDays and EveryDays
	MaxTaskDays = 3660    // of the period for which tasks are asked
	MaxKept     = 100_000 // places of a keep list
)

// PlaybookRules is what a shop does for a customer in each stage, as plain data.
type PlaybookRules struct {
	customer.Edition

	Plays []Play    `json:"plays,omitempty"` // 1 to 500; tasks of one day come in this order
	Keep  KeepRules `json:"keep,omitzero"`   // who is on the keep list; zero: nobody
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
// stage she came to. Plays that win back rest while an attempt of a [Ladder] runs, also
// where she is held out of it: it alone says what is done for her. Asked day by day, or for a
// month at once, a standing that does not change has the same tasks.
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
		if !applies || play.Kind == WinBackPlay && standing.Attempt.Running() {
			continue
		}
		first := base.AddDays(play.AfterDays)
		if play.Trigger != WhileStaying {
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

func (b *Playbook) task(play *Play, life *Life, base, first customer.Date) Task {
	named := base
	if play.Trigger == WhileStaying {
		named = first
	}
	due := first.AddDays(play.DueDays)
	if !due.Valid() {
		due = customer.MaxDate
	}
	because := customer.Reason{Rule: b.name + " " + play.ID, Fact: int64(life.Stage), On: base, By: due}
	switch play.Trigger {
	case OnEntering:
		because.Code = CodePlayEntering
	case OnFirstPurchase:
		because.Code = CodePlayFirstPurchase
	case OnReturning:
		because.Code = CodePlayReturning
	case WhileStaying:
		because.Code = CodePlayStaying
	}
	return Task{
		ID: play.ID + ":" + named.String(), Play: play.ID, Stage: life.Stage, Kind: play.Kind,
		From: first, Due: due, Role: play.Role, Promotion: play.Promotion, Because: because,
	}
}
