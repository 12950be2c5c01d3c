package wish

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of rule books.
const (
	maxKinds   = 100
	maxGroups  = 1000
	maxSuiting = 1000 // of one group of needs
	maxWhys    = 100
	maxDays    = 3660 // ten years
	maxWeight  = 100
)

// Rules is the rule book of what a customer likes, needs, wants and waits for, as plain data. A
// part that is left out is off.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency,omitzero"` // of prices; zero: no wish names one

	Kinds   []KindRule  `json:"kinds,omitempty"` // of preferences; 100 at most
	Needs   NeedRules   `json:"needs,omitzero"`
	Wishes  WaitRules   `json:"wishes,omitzero"`
	Intents IntentRules `json:"intents,omitzero"`
}

// KindRule says how preferences of one kind are kept and used.
type KindRule struct {
	ID string `json:"id"` // "seat", "room", "taste": at most 64 bytes, without a colon
	// Weight is how much the kind counts when what is free is ranked: 1 to 100.
	Weight int `json:"weight"`
	// One says that a customer has one of its values at a time: whoever sat in the aisle did not
	// sit at the window. Then her latest word replaces the one before, and what she is seen with
	// contradicts what she said.
	One bool `json:"one,omitempty"`
	// Sensitive says that it tells of her health, her faith or the like: it is kept only with her
	// consent, and used only where the host passes that the consent still stands.
	Sensitive bool `json:"sensitive,omitempty"`
	// HalfLifeDays is after how many days an observation counts half: 1 to 3660. 0: it does not fade.
	HalfLifeDays int `json:"half_life_days,omitempty"`
	// LeastTimes is how often she must have been seen with a value before it is a habit: 1 to 100;
	// 0 is 1. What she was seen to refuse once is a dislike at once.
	LeastTimes int `json:"least_times,omitempty"`
	// LeastPermille is what must be left of her observations, where 1000 is one of today: 1 to
	// 1000000; 0 is 1. Below it she is not said to like, or dislike, the value any more.
	LeastPermille int `json:"least_permille,omitempty"`
	// AskAfter is how many observations in a row that contradict what she said make somebody ask
	// her: 1 to 100. Her word holds until she has answered. 0: nobody asks.
	AskAfter int `json:"ask_after,omitempty"`
	// SaidDays is for how many days her word holds, where she names no end: 1 to 3660. 0: until
	// she says otherwise.
	SaidDays int `json:"said_days,omitempty"`
}

// NeedRules says how needs are grouped and foreseen.
type NeedRules struct {
	Groups []GroupRule `json:"groups,omitempty"` // by which needs are counted; 1000 at most
	// LeadDays is how many days before the day on which it is expected a need is due to be worked
	// on: 0 to 3660.
	LeadDays int `json:"lead_days,omitempty"`
}

// GroupRule is one group of needs.
type GroupRule struct {
	ID string `json:"id"` // "quiet-room", "stair-lift", "second-screen"
	// Suits are what may meet such a need, by the host's IDs of offers and products; 1000 at most.
	Suits []string `json:"suits,omitempty"`
}

// WaitRules says how long wishes hold and how those who wait are told. All zero: there are none.
type WaitRules struct {
	// Days is for how many days a wish holds, that on which it is made included: 1 to 3660. A
	// customer may name an earlier end.
	Days int `json:"days"`
	// KeptDays is for how many days, that of the notice included, what she was told of is kept for
	// her, so that nobody else is told of the same piece: 1 to 366.
	KeptDays int `json:"kept_days"`
	// Alternatives is how many of other models with the same features a notice names beside what
	// she wished for: 0 to 2.
	Alternatives int `json:"alternatives,omitempty"`
	// AlternativesAlone says that she is told where only alternatives have come. That is then the
	// one notice of her wish.
	AlternativesAlone bool `json:"alternatives_alone,omitempty"`
}

// IntentRules says what may be the reason why a customer returns or stays away.
type IntentRules struct {
	Whys []string `json:"whys,omitempty"` // reasons, in the host's words; 100 at most; none: any is taken
	Days int      `json:"days,omitempty"` // for how many days an answer stands for today: 1 to 3660; 0: for ever
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

func (r *Rules) check(faults *customer.Faults) {
	r.Check(faults)
	if r.Currency != (customer.Currency{}) {
		faults.Currency("currency", r.Currency)
	}
	r.checkKinds(faults)
	r.Needs.check(faults)
	r.Wishes.check(faults)
	faults.Names("intents.whys", r.Intents.Whys, 0, maxWhys)
	faults.Within("intents.days", r.Intents.Days, 0, maxDays)
}

func (r *Rules) checkKinds(faults *customer.Faults) {
	faults.Within("kinds", len(r.Kinds), 0, maxKinds)
	seen := map[string]bool{}
	for i := range r.Kinds[:min(len(r.Kinds), maxKinds)] {
		var part customer.Faults
		k := &r.Kinds[i]
		if checkKind(&part, "id", k.ID); seen[k.ID] {
			part.Add("id", k.ID, ruleOnce)
		}
		seen[k.ID] = true
		part.Within("weight", k.Weight, 1, maxWeight)
		part.Within("half_life_days", k.HalfLifeDays, 0, maxDays)
		part.Within("least_times", k.LeastTimes, 0, 100)
		part.Within("least_permille", k.LeastPermille, 0, 1_000_000)
		part.Within("ask_after", k.AskAfter, 0, 100)
		part.Within("said_days", k.SaidDays, 0, maxDays)
		faults.Join(fmt.Sprintf("kinds[%d]", i), part)
	}
}

func (r *NeedRules) check(faults *customer.Faults) {
	faults.Within("needs.groups", len(r.Groups), 0, maxGroups)
	seen := map[string]bool{}
	for i := range r.Groups[:min(len(r.Groups), maxGroups)] {
		var part customer.Faults
		group := &r.Groups[i]
		if part.Name("id", group.ID); seen[group.ID] {
			part.Add("id", group.ID, ruleOnce)
		}
		seen[group.ID] = true
		part.Names("suits", group.Suits, 0, maxSuiting)
		faults.Join(fmt.Sprintf("needs.groups[%d]", i), part)
	}
	faults.Within("needs.lead_days", r.LeadDays, 0, maxDays)
}

func (r *WaitRules) check(faults *customer.Faults) {
	if *r == (WaitRules{}) {
		return
	}
	faults.Within("wishes.days", r.Days, 1, maxDays)
	faults.Within("wishes.kept_days", r.KeptDays, 1, 366)
	faults.Within("wishes.alternatives", r.Alternatives, 0, MaxAlternatives)
	if r.AlternativesAlone && r.Alternatives == 0 {
		faults.Add("wishes.alternatives_alone", true, "needs alternatives above 0")
	}
}

const ruleOnce = "stands only once"

// Bounds of the names of preferences, in bytes.
const (
	maxKind  = 64
	maxValue = 128
)

// checkKind notes a fault unless a text may be the name of a kind.
func checkKind(faults *customer.Faults, path, kind string) {
	if faults.Name(path, kind); len(kind) > maxKind && len(kind) <= customer.MaxText || strings.Contains(kind, ":") {
		faults.Add(path, kind, "is at most 64 bytes, without a colon")
	}
}

// checkValue notes a fault unless a text may be the value of a preference.
func checkValue(faults *customer.Faults, path, value string) {
	if faults.Name(path, value); len(value) > maxValue && len(value) <= customer.MaxText {
		faults.Add(path, value, "is at most 128 bytes")
	}
}
