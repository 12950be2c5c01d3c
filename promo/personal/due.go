package personal

import (
	"cmp"
	"errors"
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// Rules is the rule book of the due list, as plain data.
type Rules struct {
	customer.Edition

	// Rhythm says how her next purchase is expected.
	Rhythm lifecycle.RhythmRules `json:"rhythm,omitzero"`
	// HorizonDays is how far ahead the list looks, from its own day on: 1 to 366; a
	// fortnightly list looks 14 days ahead.
	HorizonDays int `json:"horizon_days,omitempty"`
	// HalfLifeDays is after how many days a day of purchase counts half: 1 to 3660; 90
	// is usual for a supermarket.
	HalfLifeDays int `json:"half_life_days"`
	// PriorTrips is how many trips' worth of the item's popularity joins her own
	// frequency: 0 to 100. 4 says: as if she had made four trips that went like
	// everybody's.
	PriorTrips int `json:"prior_trips,omitempty"`
	// MaxLines is the longest list: 1 to 1000.
	MaxLines int `json:"max_lines"`
	// NewItems is how many items that she never bought may join the list, the most
	// popular first: 0 to MaxLines. They carry no expectation.
	NewItems int `json:"new_items,omitempty"`
	// WithoutTiming lists every item that she has bought, due or not, and expects
	// nothing: for sources that know the order of purchases but not their days. Rhythm and
	// HorizonDays are then not read, and may be absent.
	WithoutTiming bool `json:"without_timing,omitempty"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Planner is the compiled rule book together with the population's figures. It is
// immutable and safe for concurrent use, as long as nobody adds to the figures.
type Planner struct {
	rules   Rules
	name    string
	rhythm  *lifecycle.Rhythm
	habits  *lifecycle.Habits
	popular *Popularity
	decay   []int64  // by age in days, in units of one
	top     []uint32 // items by popularity; nil without NewItems
}

// one is the score of a purchase of today: fixed point with 30 binary places.
const one = 1 << 30

// NewPlanner checks the rules whole, returning customer.Faults, and compiles them with
// the population's gaps and popularity, which it keeps and does not copy.
func NewPlanner(rules Rules, habits *lifecycle.Habits, popular *Popularity) (*Planner, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	var rhythm *lifecycle.Rhythm
	if !rules.WithoutTiming {
		var err error
		rhythm, err = lifecycle.NewRhythm(rules.Rhythm)
		if part := customer.Faults(nil); errors.As(err, &part) {
			faults.Join("rhythm", part)
		}
		faults.Within("horizon_days", rules.HorizonDays, 1, 366)
	}
	faults.Within("half_life_days", rules.HalfLifeDays, 1, 3660)
	faults.Within("prior_trips", rules.PriorTrips, 0, 100)
	faults.Within("max_lines", rules.MaxLines, 1, 1000)
	faults.Within("new_items", rules.NewItems, 0, max(rules.MaxLines, 0))
	if habits == nil || popular == nil {
		faults.Add("habits", "", "and popularity are given, be they empty")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p := &Planner{
		rules: rules, name: rules.Name(), rhythm: rhythm, habits: habits, popular: popular,
		decay: population.Halving(rules.HalfLifeDays),
	}
	if rules.NewItems > 0 {
		p.top = popular.top()
	}
	return p, nil
}

// Due is one line of a due list.
type Due struct {
	Item  uint32
	Score int64 // what the list is ranked by; comparable within one Planner
	// Expectation is when she should buy it. It is zero for a new item, and in a list
	// without timing.
	Expectation lifecycle.Expectation
	Reasons     []customer.Reason // why it is here; see Explain and lifecycle.Explain
}

// Due returns what is due for a customer on a day, best first, at most MaxLines. Of
// equal scores, what she has bought stands before what is new to her, then the earlier
// due day, then the lower item code; nothing else, no order of the input, matters. Days
// of purchase on or after the day are not seen.
//
// A customer without visits gets an empty list, or the most popular new items. The
// error is a *customer.Refusal when the rules, those of the rhythm or the seasons of the
// habits are not in force on that day; without timing only the first matter.
func (p *Planner) Due(visits []lifecycle.Visits, on customer.Date) ([]Due, error) {
	return p.DueAmong(visits, on, nil)
}

// DueAmong is Due among the items that are wanted, as if there were no others: what a
// list cannot carry need not be reckoned, and takes no line from what it can. A nil
// wanted is all.
func (p *Planner) DueAmong(visits []lifecycle.Visits, on customer.Date, wanted func(item uint32) bool) ([]Due, error) {
	if err := p.rules.Covers(on); err != nil {
		return nil, err
	}
	if !p.rules.WithoutTiming {
		if err := p.rules.Rhythm.Covers(on); err != nil {
			return nil, err
		}
		if err := p.habits.Covers(on); err != nil {
			return nil, err
		}
	}
	if err := check(visits); err != nil {
		return nil, err
	}
	candidates := make([]candidate, 0, len(visits)+p.rules.NewItems)
	for i := range visits {
		item := visits[i].Item
		if days := visits[i].Days.Before(on); len(days) > 0 && (wanted == nil || wanted(item)) {
			candidates = append(candidates, candidate{item: item, at: int32(i), score: p.score(days, item, on)})
		}
	}
	candidates = p.appendNew(candidates, visits, on, wanted)
	slices.SortFunc(candidates, byScore)
	list, err := p.best(candidates, visits, on)
	if err != nil {
		return nil, err
	}
	space := make([]customer.Reason, 0, mostReasons*len(list))
	for i := range list {
		first := len(space)
		space = p.appendReasons(space, &list[i], daysOf(visits, list[i].Item, on), on)
		list[i].Reasons = space[first:len(space):len(space)]
	}
	return list, nil
}

// daysOf returns the days before a day on which she bought an item: none for a new one.
func daysOf(visits []lifecycle.Visits, item uint32, on customer.Date) customer.Days {
	at, known := slices.BinarySearchFunc(visits, item, func(v lifecycle.Visits, item uint32) int { return cmp.Compare(v.Item, item) })
	if !known {
		return nil
	}
	return visits[at].Days.Before(on)
}

// check is lifecycle.CheckVisits; only visits that it would refuse are shown to it,
// because it takes memory for each item that it looks at.
func check(visits []lifecycle.Visits) error {
	for i := range visits {
		sound := i == 0 || visits[i-1].Item < visits[i].Item
		if !sound || visits[i].Days.Validate() != nil {
			return lifecycle.CheckVisits(visits)
		}
	}
	return nil
}

// candidate is what may become a line: without pointers, because it is sorted.
type candidate struct {
	score int64
	item  uint32
	at    int32 // its place among the visits; below 0 for a new item
}

// byScore puts the higher score first. The item settles ties here so that the order is
// one; best settles them as the list does.
func byScore(a, b candidate) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return cmp.Compare(a.item, b.item)
}

// best returns the lines of the list, best first. Her rhythm is the dear part of a list,
// so it is asked from the best score down, and no further than the list is long:
// whatever has a lower score than the last line cannot join it. What has the same score
// still can, so equal scores are asked together.
func (p *Planner) best(candidates []candidate, visits []lifecycle.Visits, on customer.Date) ([]Due, error) {
	most := p.rules.MaxLines
	list := make([]Due, 0, min(len(candidates), most))
	for i := 0; i < len(candidates) && len(list) < most; {
		first, score := len(list), candidates[i].score
		for ; i < len(candidates) && candidates[i].score == score; i++ {
			var days customer.Days
			if at := candidates[i].at; at >= 0 {
				days = visits[at].Days.Before(on)
			}
			expectation, due, err := p.expect(days, candidates[i].item, on)
			if err != nil {
				return nil, err
			}
			if due {
				list = append(list, Due{Item: candidates[i].item, Score: score, Expectation: expectation})
			}
		}
		if ties := list[first:]; len(ties) > 1 {
			isNew := func(due *Due) int { return 1 - min(len(daysOf(visits, due.Item, on)), 1) }
			slices.SortFunc(ties, func(a, b Due) int {
				return cmp.Or(cmp.Compare(isNew(&a), isNew(&b)), cmp.Compare(a.Expectation.Due, b.Expectation.Due), cmp.Compare(a.Item, b.Item))
			})
		}
	}
	return list[:min(len(list), most)], nil
}

// expect asks when she should buy the item, and whether that is within the horizon.
func (p *Planner) expect(days customer.Days, item uint32, on customer.Date) (lifecycle.Expectation, bool, error) {
	if p.rules.WithoutTiming || len(days) == 0 {
		return lifecycle.Expectation{}, true, nil
	}
	expectation, err := p.rhythm.Expect(days, p.habits.Of(item), on)
	if err != nil {
		if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
			return lifecycle.Expectation{}, false, nil // nobody has bought it a second time: no telling when
		}
		return lifecycle.Expectation{}, false, err
	}
	return expectation, expectation.From.Valid() && expectation.From < on.AddDays(p.rules.HorizonDays), nil
}

// score is her decayed frequency and the item's popularity. The chance that her rhythm
// gives the horizon is left out on purpose: it mostly repeats the frequency, and on real
// receipts ranking by the product of both finds fewer of the next purchases.
func (p *Planner) score(days customer.Days, item uint32, on customer.Date) int64 {
	score := p.popularity(item)
	for _, day := range days {
		if age := int(on - day); age < len(p.decay) {
			score += p.decay[age]
		}
	}
	return score
}

// popularity is PriorTrips times the share of trips with the item, rounded down.
func (p *Planner) popularity(item uint32) int64 {
	with, all := p.popular.Trips(item)
	if all == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(with), uint64(p.rules.PriorTrips)*one)
	share, _ := bits.Div64(high, low, uint64(all)) // with is at most all
	return int64(share)
}

// appendNew adds the most popular items that are not among her visits before the day.
func (p *Planner) appendNew(candidates []candidate, visits []lifecycle.Visits, on customer.Date, wanted func(uint32) bool) []candidate {
	for i, left := 0, p.rules.NewItems; i < len(p.top) && left > 0; i++ {
		item := p.top[i]
		if len(daysOf(visits, item, on)) > 0 || wanted != nil && !wanted(item) {
			continue
		}
		candidates = append(candidates, candidate{item: item, at: -1, score: p.score(nil, item, on)})
		left--
	}
	return candidates
}
