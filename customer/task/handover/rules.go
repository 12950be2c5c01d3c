package handover

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// Rules is the rule book of handovers, as plain data. A part that is left out is off.
type Rules struct {
	customer.Edition

	// Loads say how much load one item of a kind is. Of a kind that is not among them it is 1.
	Loads []KindLoad `json:"loads,omitempty"`
	// SlackPermille is how much more of her capacity than the least loaded one somebody may have with
	// it, in ‰, to be preferred because she knows the customer: 0 to 1000.
	SlackPermille int `json:"slack_permille,omitempty"`
	// AnyDesk lets an item go to somebody who does not work at its desk.
	AnyDesk bool `json:"any_desk,omitempty"`
	// TellDays is from how many days of absence on customers are told; 0: always. Where somebody has
	// left for good, they always are.
	TellDays int `json:"tell_days,omitempty"`
	// TellWithinDays is within how many days of the handover they are told, or earlier where something
	// is due earlier.
	TellWithinDays int `json:"tell_within_days,omitempty"`
}

// KindLoad is the load of one item of a kind.
type KindLoad struct {
	Kind string `json:"kind"`
	Load int64  `json:"load"` // 0 to MaxLoad; 0: none, as of a customer who is only a name
}

// Bounds of the rules, and of what somebody may have. What exceeds them is a fault.
const (
	MaxKinds    = 100       // kinds with a load of their own
	MaxLoad     = 1000      // of one item
	MaxCapacity = 1_000_000 // of one candidate
)

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Policy is the compiled rule book of handovers. It is immutable and safe for concurrent use.
type Policy struct {
	rules Rules
	loads map[string]int64
}

// New checks the rules whole, returning customer.Faults, and compiles them.
func New(rules Rules) (*Policy, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("loads", len(rules.Loads), 0, MaxKinds)
	p := &Policy{rules: rules, loads: map[string]int64{}}
	for i, one := range rules.Loads[:min(len(rules.Loads), MaxKinds)] {
		var part customer.Faults
		part.Name("kind", one.Kind)
		if _, has := p.loads[one.Kind]; has {
			part.Add("kind", one.Kind, "stands only once")
		}
		if one.Load < 0 || one.Load > MaxLoad {
			part.Add("load", one.Load, fmt.Sprintf("is 0 to %d", MaxLoad))
		}
		if p.loads[one.Kind] = one.Load; len(part) > 0 {
			faults.Join(fmt.Sprintf("loads[%d]", i), part)
		}
	}
	faults.Within("slack_permille", rules.SlackPermille, 0, 1000)
	faults.Within("tell_days", rules.TellDays, 0, task.MaxDays)
	faults.Within("tell_within_days", rules.TellWithinDays, 0, task.MaxDays)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p.rules.Loads = slices.Clone(rules.Loads)
	return p, nil
}

// load is how much load an item is.
func (p *Policy) load(item *task.Item) int64 {
	if load, has := p.loads[item.Kind]; has {
		return load
	}
	return 1
}
