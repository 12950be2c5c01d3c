package segment

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of BasketRules.
const (
	MaxBasketCategories = 1000
	MaxBasketWeight     = 1_000_000
)

// BasketRules is the rule book of the expected basket, as plain data: what a household
// spends its days' money on, and what shows that it buys that here. What is expected is
// external knowledge, from a household panel say; no receipt of this shop tells it.
type BasketRules struct {
	customer.Edition

	WindowDays int `json:"window_days"` // purchases of this many days before the day of decision; 1 to 3660
	// MostAtPermille is from which share of the expected weight on somebody buys "most" of
	// the expected basket here: 1 to 1000.
	MostAtPermille int              `json:"most_at_permille"`
	Categories     []BasketCategory `json:"categories"` // 1 to 1000
}

// BasketCategory is a category of the expected basket.
type BasketCategory struct {
	Category string `json:"category"` // ID; see Rules.Categories
	// Weight is the category's part in a household's daily spending, in any one measure for
	// all (‰ of the money, say); 1 for each counts categories. 1 to 1,000,000.
	Weight int `json:"weight"`
	// MinDays is on how many distinct days of the window she must have bought the
	// category here, before it counts as bought here: 1 to WindowDays.
	MinDays int `json:"min_days"`
}

// ParseBasketRules reads BasketRules from JSON, strictly; see customer.ParseRules.
func ParseBasketRules(data []byte) (BasketRules, error) {
	return customer.ParseRules[BasketRules](data)
}

// Period returns the WindowDays days before on: what a Tally or Counter is to count.
func (r BasketRules) Period(on customer.Date) population.Period {
	return Rules{WindowDays: r.WindowDays}.Period(on)
}

// Basket is a rule book of the expected basket, compiled. It is immutable and safe for
// concurrent use.
type Basket struct {
	name     string
	mostAt   int
	weight   int64 // of all
	expected []expected
}

// expected is a category of the basket, by ascending code.
type expected struct {
	code    uint32
	id      string
	weight  int64
	minDays int
}

// NewBasket checks the rules whole, returning customer.Faults, and compiles them.
// Categories are the category IDs by code: Coder.Categories of the coder whose lines are
// counted.
func NewBasket(rules BasketRules, categories []string) (*Basket, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("window_days", rules.WindowDays, 1, MaxWindowDays)
	faults.Within("most_at_permille", rules.MostAtPermille, 1, 1000)
	faults.Within("categories", len(rules.Categories), 1, MaxBasketCategories)
	codes := make(map[string]uint32, len(categories))
	for code, id := range categories {
		codes[id] = uint32(code)
	}
	b := &Basket{name: rules.Name(), mostAt: rules.MostAtPermille}
	seen := make(map[string]bool)
	for i, one := range rules.Categories[:min(len(rules.Categories), MaxBasketCategories)] {
		var part customer.Faults
		code, known := codes[one.Category]
		if !known || seen[one.Category] {
			part.Add("category", one.Category, "is a category of the coder, and stands only once")
		}
		seen[one.Category] = true
		part.Within("weight", one.Weight, 1, MaxBasketWeight)
		part.Within("min_days", one.MinDays, 1, min(max(1, rules.WindowDays), MaxWindowDays))
		faults.Join(fmt.Sprintf("categories[%d]", i), part)
		b.expected = append(b.expected, expected{code, one.Category, int64(one.Weight), one.MinDays})
		b.weight += int64(one.Weight)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(b.expected, func(x, y expected) int { return cmp.Compare(x.code, y.code) })
	return b, nil
}

// BasketCoverage is how much of the expected basket somebody buys here. It is evidence of
// this shop alone: what she buys elsewhere is not known, so this is no share of her
// wallet. Who buys all categories here may buy more of each across the street.
type BasketCoverage struct {
	Covered  int64 // weight of the categories that she buys here
	Expected int64 // weight of all; above 0
	Most     bool  // Covered of Expected reaches the mark
	// Missing are the categories that she does not buy here, or not often enough, the
	// heaviest first, those of equal weight by ID.
	Missing []BasketGap
	Reasons []customer.Reason
}

// BasketGap is an expected category that somebody does not buy here, or not on as many
// days as show that she does.
type BasketGap struct {
	Category string
	Weight   int64
	Days     int // on which she bought it in the window; fewer than MinDays
	MinDays  int
}

// Cover holds one customer's Counts of the window, as Tally and Counter give them by
// ascending category, against the expected basket. Days on which she bought count,
// whatever she brought back: they show that she shops the category here. Counts out of
// order are an error.
func (b *Basket) Cover(counts []Counts) (BasketCoverage, error) {
	if len(b.expected) == 0 {
		return BasketCoverage{}, errors.New("segment: an expected basket is one that NewBasket made")
	}
	for i := 1; i < len(counts); i++ {
		if counts[i].Category <= counts[i-1].Category {
			return BasketCoverage{}, fmt.Errorf("segment: basket: category %d stands after %d", counts[i].Category, counts[i-1].Category)
		}
	}
	answer := BasketCoverage{Expected: b.weight}
	for _, want := range b.expected {
		for len(counts) > 0 && counts[0].Category < want.code {
			counts = counts[1:]
		}
		days := 0
		if len(counts) > 0 && counts[0].Category == want.code {
			days = counts[0].Days
		}
		if days >= want.minDays {
			answer.Covered += want.weight
			continue
		}
		answer.Missing = append(answer.Missing, BasketGap{want.id, want.weight, days, want.minDays})
	}
	slices.SortFunc(answer.Missing, func(x, y BasketGap) int {
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.Category, y.Category))
	})
	answer.Most = compareShare(answer.Covered, answer.Expected, b.mostAt) >= 0
	answer.Reasons = b.explain(&answer)
	return answer, nil
}

func (b *Basket) explain(answer *BasketCoverage) []customer.Reason {
	share, _ := customer.Permille(answer.Covered, answer.Expected)
	verdict := CodeBasketNotMost
	if answer.Most {
		verdict = CodeBasketMost
	}
	bought := len(b.expected) - len(answer.Missing)
	reasons := append(make([]customer.Reason, 0, 3+len(answer.Missing)),
		customer.Reason{Code: CodeBasketBought, Rule: b.name, Fact: int64(bought), Mark: int64(len(b.expected))},
		customer.Reason{Code: verdict, Rule: b.name, Fact: share, Mark: int64(b.mostAt), Unit: customer.UnitPermille},
		customer.Reason{Code: CodeBasketHereOnly, Rule: b.name},
	)
	for _, gap := range answer.Missing {
		reasons = append(reasons, customer.Reason{
			Code: CodeBasketMissing, Rule: gap.Category,
			Fact: int64(gap.Days), Mark: int64(gap.MinDays), Unit: customer.UnitDays,
		})
	}
	return reasons
}
