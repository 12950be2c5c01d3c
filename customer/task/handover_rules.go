package task

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// HandoverRules is the rule book of handovers, as plain data.
type HandoverRules struct {
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

// MaxLoad is the most load of one item, and MaxCapacity the most that somebody may have.
const (
	MaxLoad     = 1000
	MaxCapacity = 1_000_000
)

// ParseHandoverRules reads HandoverRules from JSON, strictly; see customer.ParseRules.
func ParseHandoverRules(data []byte) (HandoverRules, error) {
	return customer.ParseRules[HandoverRules](data)
}

// Handovers is the compiled rule book of handovers. It is immutable and safe for concurrent use.
type Handovers struct {
	rules HandoverRules
	loads map[string]int64
}

// NewHandovers checks the rules whole, returning customer.Faults, and compiles them.
func NewHandovers(rules HandoverRules) (*Handovers, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("loads", len(rules.Loads), 0, MaxKinds)
	h := &Handovers{rules: rules, loads: map[string]int64{}}
	for i, one := range rules.Loads[:min(len(rules.Loads), MaxKinds)] {
		var part customer.Faults
		part.Name("kind", one.Kind)
		if _, has := h.loads[one.Kind]; has {
			part.Add("kind", one.Kind, "stands only once")
		}
		if one.Load < 0 || one.Load > MaxLoad {
			part.Add("load", one.Load, fmt.Sprintf("is 0 to %d", MaxLoad))
		}
		if h.loads[one.Kind] = one.Load; len(part) > 0 {
			faults.Join(fmt.Sprintf("loads[%d]", i), part)
		}
	}
	faults.Within("slack_permille", rules.SlackPermille, 0, 1000)
	faults.Within("tell_days", rules.TellDays, 0, MaxDays)
	faults.Within("tell_within_days", rules.TellWithinDays, 0, MaxDays)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	h.rules.Loads = slices.Clone(rules.Loads)
	return h, nil
}

// load is how much load an item is.
func (h *Handovers) load(item *Item) int64 {
	if load, has := h.loads[item.Kind]; has {
		return load
	}
	return 1
}
