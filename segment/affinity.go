package segment

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of affinity.
const (
	MaxAffinityItems   = 1000      // distinct items in one basket; a rule book may say fewer
	MaxAffinityExclude = 10_000    // items that a rule book leaves out by name
	MaxAffinityBaskets = 1<<31 - 1 // baskets in one count, so that every measure is a fraction of int64
	MaxAffinityPairs   = 1 << 26   // distinct pairs in one count: memory stays below 3 GB
)

// AffinityRules is the rule book of what is bought together, as plain data. Every field
// counts.
type AffinityRules struct {
	customer.Edition

	Zone       string     `json:"zone"`        // IANA name; whose midnight ends a day
	WindowDays int        `json:"window_days"` // baskets of this many days before the day of decision; 1 to 3660
	By         AffinityBy `json:"by"`          // what an item is

	// MaxItems is the most distinct items that a basket may hold: 2 to 1000. A bigger one
	// (a reseller's, a canteen's) says nothing about taste and would bring half a million
	// pairs; it is counted apart and stands in no other figure.
	MaxItems int `json:"max_items"`

	// Exclude names items that pair with nothing: carrier bags, delivery. AlwaysPermille
	// leaves out every item in more than so many ‰ of the baskets, for what is in every
	// basket goes with everything; 0 leaves out none. Both are listed in the answer.
	Exclude        []string `json:"exclude,omitempty"`
	AlwaysPermille int      `json:"always_permille,omitempty"`

	// The least evidence: one basket with beer and diapers has a lift of thousands.
	MinBaskets int `json:"min_baskets"` // in all, below which there is no answer; from 1
	MinItem    int `json:"min_item"`    // with an item, below which it pairs with nothing; from 1
	MinPair    int `json:"min_pair"`    // with both items, below which they are no pair; from 1
}

// AffinityBy says what an item is. The zero AffinityBy is refused.
type AffinityBy uint8

// What an item may be. The texts are format.
const (
	AffinityBySKU      AffinityBy = iota + 1 // the product
	AffinityByCategory                       // the source's own category text
)

// String returns the stored text.
func (b AffinityBy) String() string {
	switch b {
	case AffinityBySKU:
		return "sku"
	case AffinityByCategory:
		return "category"
	}
	return fmt.Sprintf("affinity by %d", uint8(b))
}

// MarshalText writes the stored text; an unknown number is an error.
func (b AffinityBy) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", b, AffinityByCategory)
}

// UnmarshalText reads what MarshalText wrote.
func (b *AffinityBy) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "item of affinity", b, AffinityByCategory, text)
}

// ParseAffinityRules reads AffinityRules from JSON, strictly; see customer.ParseRules. The
// result is well-formed; NewAffinity checks what it says.
func ParseAffinityRules(data []byte) (AffinityRules, error) {
	return customer.ParseRules[AffinityRules](data)
}

// Affinity finds out what is bought together. It takes two passes over the same baskets,
// so that memory is spent only on pairs with a chance: the first counts items
// ([Affinity.Items]), the second the pairs of those with enough evidence
// ([Affinity.Pairs]). An Affinity is immutable and safe for concurrent use.
type Affinity struct {
	rules    AffinityRules
	name     string
	register population.Register
	exclude  map[string]bool
}

// NewAffinity checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that AffinityRules.Zone names.
func NewAffinity(rules AffinityRules, zone *time.Location) (*Affinity, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Within("window_days", rules.WindowDays, 1, MaxWindowDays)
	if rules.By != AffinityBySKU && rules.By != AffinityByCategory {
		faults.Add("by", rules.By, "is sku or category")
	}
	faults.Within("max_items", rules.MaxItems, 2, MaxAffinityItems)
	faults.Within("exclude", len(rules.Exclude), 0, MaxAffinityExclude)
	exclude := make(map[string]bool, len(rules.Exclude))
	for i, item := range rules.Exclude[:min(len(rules.Exclude), MaxAffinityExclude)] {
		path := fmt.Sprintf("exclude[%d]", i)
		if faults.Name(path, item); exclude[item] {
			faults.Add(path, item, "stands only once")
		}
		exclude[item] = true
	}
	faults.Within("always_permille", rules.AlwaysPermille, 0, 999)
	faults.Within("min_baskets", rules.MinBaskets, 1, MaxAffinityBaskets)
	faults.Within("min_item", rules.MinItem, 1, MaxAffinityBaskets)
	faults.Within("min_pair", rules.MinPair, 1, MaxAffinityBaskets)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Exclude = slices.Clone(rules.Exclude)
	return &Affinity{rules: rules, name: rules.Name(), register: population.Register{Zone: zone}, exclude: exclude}, nil
}

// Basket returns the day of a purchase and appends its items, goods only, as the rules
// name them; a line without a name is left out. What came back later was in the basket
// all the same: returns take nothing off.
func (a *Affinity) Basket(dst []string, sale customer.Purchase) (customer.Date, []string, error) {
	var faults customer.Faults
	day := a.register.Day(&faults, sale.At)
	if err := faults.Err(); err != nil {
		return 0, dst, err
	}
	for i := range sale.Lines {
		line := &sale.Lines[i]
		item := line.SKU
		if a.rules.By == AffinityByCategory {
			item = line.Category
		}
		if item != "" && line.Sells == customer.GoodsLine {
			dst = append(dst, item)
		}
	}
	return day, dst, nil
}

// Items begins the first pass: the baskets of the window that ends on the eve of on.
func (a *Affinity) Items(on customer.Date) *AffinityItems {
	period := population.Period{From: max(on.AddDays(-a.rules.WindowDays), 1), Until: on}
	return &AffinityItems{period: period, maxItems: a.rules.MaxItems}
}

// Pairs begins the second pass, over the baskets that items counted. Items must be
// complete: all parts merged.
func (a *Affinity) Pairs(items *AffinityItems) (*AffinityPairs, error) {
	if want := a.Items(items.period.Until); want.period != items.period || want.maxItems != items.maxItems {
		return nil, fmt.Errorf("segment: items of %s to %s in baskets of at most %d were counted by other rules than %s",
			items.period.From, items.period.Until, items.maxItems, a.name)
	}
	return newAffinityPairs(a, items), nil
}

// AffinityPair is two items that are bought together. Its figures are counts, so that
// every measure is an exact fraction that can be checked by hand.
type AffinityPair struct {
	A       string `json:"a"` // before B in the order of their names
	B       string `json:"b"`
	Both    int64  `json:"both"` // baskets with both: Both/Baskets is the support
	WithA   int64  `json:"with_a"`
	WithB   int64  `json:"with_b"`
	Baskets int64  `json:"baskets"` // in all
}

// Confidence returns how many of the baskets with A also hold B, and the reverse.
func (p AffinityPair) Confidence() (aToB, bToA AffinityShare) {
	return AffinityShare{p.Both, p.WithA}, AffinityShare{p.Both, p.WithB}
}

// Support returns how many of all baskets hold both.
func (p AffinityPair) Support() AffinityShare { return AffinityShare{p.Both, p.Baskets} }

// Lift returns how many times as often the two are together as chance alone would bring
// them together, if nobody who buys one thought of the other: Part/Whole is
// Both · Baskets ÷ (WithA · WithB), and 1 is chance.
func (p AffinityPair) Lift() AffinityShare {
	return AffinityShare{p.Both * p.Baskets, p.WithA * p.WithB} // below 2⁶²
}

// AffinityShare is an exact fraction: Part of Whole.
type AffinityShare struct{ Part, Whole int64 }

// Compare returns -1, 0 or 1 as s is less than, equal to or more than other. Wholes are
// above 0.
func (s AffinityShare) Compare(other AffinityShare) int {
	return compareProducts(s.Part, other.Whole, other.Part, s.Whole)
}

// compareAffinity orders the strongest first: by lift, then by support, then by names.
func compareAffinity(p, q AffinityPair) int {
	return cmp.Or(q.Lift().Compare(p.Lift()), cmp.Compare(q.Both, p.Both), strings.Compare(p.A, q.A), strings.Compare(p.B, q.B))
}

// AffinityAnswer is what is bought together, and what it rests on.
type AffinityAnswer struct {
	Rule     string             `json:"rule"`     // the rule book's name
	Baskets  int64              `json:"baskets"`  // counted
	Large    int64              `json:"large"`    // left out: more than MaxItems items
	Items    int                `json:"items"`    // in the counted baskets
	Paired   int                `json:"paired"`   // of Items: with enough evidence, and not excluded
	Pairs    []AffinityPair     `json:"pairs"`    // the strongest first, all bought together more often than by chance
	Excluded []AffinityExcluded `json:"excluded"` // by ascending name
}

// AffinityExcluded is an item that was left out of all pairs.
type AffinityExcluded struct {
	Item    string `json:"item"`
	Baskets int64  `json:"baskets"`         // with the item
	Named   bool   `json:"named,omitempty"` // by the rules; else it is in more than AlwaysPermille of the baskets
}

// Why returns the figures of a pair as reasons.
func (a *Affinity) Why(pair AffinityPair) []customer.Reason {
	lift := int64(0) // ‰, rounded down
	if share := pair.Lift(); share.Whole > 0 {
		high, low := bits.Mul64(uint64(share.Part), 1000)
		quotient, _ := bits.Div64(high%uint64(share.Whole), low, uint64(share.Whole)) // high is less, in a pair that was counted
		lift = int64(min(quotient, math.MaxInt64))
	}
	reason := func(code string, fact, mark int64, unit customer.Unit) customer.Reason {
		return customer.Reason{Code: code, Rule: a.name, Fact: fact, Mark: mark, Unit: unit}
	}
	return []customer.Reason{
		reason(CodeAffinityTogether, pair.Both, pair.Baskets, customer.UnitTimes),
		reason(CodeAffinityFirst, pair.Both, pair.WithA, customer.UnitTimes),
		reason(CodeAffinitySecond, pair.Both, pair.WithB, customer.UnitTimes),
		reason(CodeAffinityLift, lift, 1000, customer.UnitPermille),
		reason(CodeAffinityEvidence, pair.Both, int64(a.rules.MinPair), customer.UnitTimes),
	}
}
