package segment

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of transitions.
const (
	MaxTransitionItems = 2000    // distinct items of one customer; a rule book may say fewer
	MaxTransitionPairs = 1 << 24 // distinct pairs in one count: memory stays below 1 GB
)

// TransitionRules is the rule book of what is bought after what, as plain data. Every
// field counts.
type TransitionRules struct {
	customer.Edition

	WindowDays   int `json:"window_days"`    // purchases of this many days before the day of decision; 1 to 3660
	WithinDays   int `json:"within_days"`    // how many days after an item another one counts as following; 1 to 366
	HalfLifeDays int `json:"half_life_days"` // after how many days following counts half; 1 to 3660

	// MaxItems is the most distinct items that a customer may have bought in the window: 2
	// to 2000. One with more (a reseller) follows everything with everything; she is
	// counted apart and stands in no other figure.
	MaxItems int `json:"max_items"`
	MinTimes int `json:"min_times"` // followings below which there is no transition; from 1
}

// ParseTransitionRules reads TransitionRules from JSON, strictly; see customer.ParseRules.
// The result is well-formed; NewTransitions checks what it says.
func ParseTransitionRules(data []byte) (TransitionRules, error) {
	return customer.ParseRules[TransitionRules](data)
}

// Transition is an item that is bought after another.
//
// Each day on which a customer bought From, with WithinDays of the window still to come,
// is one case of Cases; it is one of Times when she bought To on one of those days, and
// the first such day adds its weight: 1 halved every HalfLifeDays. The same day does not
// follow itself, and no item follows itself.
type Transition struct {
	From   uint32 `json:"from"`
	To     uint32 `json:"to"`
	Times  int64  `json:"times"`
	Cases  int64  `json:"cases"`  // Times/Cases is how often To follows
	Weight int64  `json:"weight"` // in units of 2⁻³⁰
}

// Transitions is the grouped form of counting what is bought after what: one customer's
// lines at a time, as population.Runs yields them. Customers may be added in any order,
// each wholly in one part; merged, the bytes are the same. Memory grows with the distinct
// pairs met, 32 to 64 bytes each. It is not safe for concurrent use.
type Transitions[K population.Key] struct {
	rules     TransitionRules
	period    population.Period
	weights   []int64 // by days between the two, 0 to WithinDays
	customers int64
	large     int64
	cases     map[uint32]int64
	pairs     pairTable[following]

	visits []uint64        // of the customer at hand: day in the upper half, item in the lower
	next   []followingItem // bought within WithinDays after the day at hand
}

type following struct{ times, weight int64 }

type followingItem struct {
	item uint32
	day  customer.Date
}

// transitionsVersion is the format of MarshalBinary.
const transitionsVersion = 1

// NewTransitions checks the rules whole, returning customer.Faults, and counts the window
// that ends on the eve of on.
func NewTransitions[K population.Key](rules TransitionRules, on customer.Date) (*Transitions[K], error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("window_days", rules.WindowDays, 1, MaxWindowDays)
	faults.Within("within_days", rules.WithinDays, 1, 366)
	if rules.WithinDays >= rules.WindowDays {
		faults.Add("within_days", rules.WithinDays, fmt.Sprintf("is less than window_days, %d", rules.WindowDays))
	}
	faults.Within("half_life_days", rules.HalfLifeDays, 1, 3660)
	faults.Within("max_items", rules.MaxItems, 2, MaxTransitionItems)
	faults.Within("min_times", rules.MinTimes, 1, 1_000_000_000)
	if !on.Valid() {
		faults.Add("on", int32(on), "is the day of decision")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	weights := make([]int64, rules.WithinDays+1)
	copy(weights, population.Halving(rules.HalfLifeDays)) // what has vanished stays 0
	period := population.Period{From: max(on.AddDays(-rules.WindowDays), 1), Until: on}
	return &Transitions[K]{rules: rules, period: period, weights: weights, cases: map[uint32]int64{}}, nil
}

// Add counts one customer with all her lines, in any order. Lines outside the window and
// returns are left out. A malformed line is an error and counts nothing; so is one more
// customer when there are MaxTransitionPairs distinct pairs.
func (t *Transitions[K]) Add(lines []population.Line[K]) error {
	if t.pairs.n >= MaxTransitionPairs {
		return errTooManyPairs(t.pairs.n+1, MaxTransitionPairs, "max_items lets too much in, or items are too fine")
	}
	t.visits = t.visits[:0]
	for i := range lines {
		line := &lines[i]
		if err := line.Check(); err != nil {
			return err
		}
		if !line.Returned && t.period.Contains(line.Day) {
			t.visits = append(t.visits, uint64(line.Day)<<32|uint64(line.Item))
		}
	}
	if len(t.visits) == 0 {
		return nil
	}
	if t.tooMany() {
		t.large++
		return nil
	}
	slices.Sort(t.visits)
	t.visits = slices.Compact(t.visits)
	t.customers++
	t.follow()
	return nil
}

// tooMany reports whether the customer at hand bought more distinct items than MaxItems.
func (t *Transitions[K]) tooMany() bool {
	if len(t.visits) <= t.rules.MaxItems {
		return false
	}
	items := make(map[uint32]struct{}, t.rules.MaxItems)
	for _, visit := range t.visits {
		if items[uint32(visit)] = struct{}{}; len(items) > t.rules.MaxItems {
			return true
		}
	}
	return false
}

// follow walks the visits of the customer at hand from the last to the first, keeping on
// which next day each item was bought.
func (t *Transitions[K]) follow() {
	t.next = t.next[:0]
	for end := len(t.visits); end > 0; {
		day := customer.Date(t.visits[end-1] >> 32)
		begin := end - 1
		for begin > 0 && customer.Date(t.visits[begin-1]>>32) == day {
			begin--
		}
		last := day + customer.Date(t.rules.WithinDays)
		t.next = slices.DeleteFunc(t.next, func(next followingItem) bool { return next.day > last })
		for _, visit := range t.visits[begin:end] {
			if from := uint32(visit); last < t.period.Until { // all the days after it are known
				t.cases[from] = bounded(t.cases[from], 1)
				t.followed(from, day)
			}
		}
		t.remember(t.visits[begin:end], day)
		end = begin
	}
}

func (t *Transitions[K]) followed(from uint32, day customer.Date) {
	for _, next := range t.next {
		if next.item != from {
			pair := t.pairs.at(pairKey(from, next.item))
			pair.times = bounded(pair.times, 1)
			pair.weight = bounded(pair.weight, t.weights[next.day-day])
		}
	}
}

// remember makes a day the next one for its items. Both lists ascend by item.
func (t *Transitions[K]) remember(visits []uint64, day customer.Date) {
	known := len(t.next)
	place := 0
	for _, visit := range visits {
		item := uint32(visit)
		for place < known && t.next[place].item < item {
			place++
		}
		if place < known && t.next[place].item == item {
			t.next[place].day = day
		} else {
			t.next = append(t.next, followingItem{item, day})
		}
	}
	if len(t.next) > known {
		slices.SortFunc(t.next, func(a, b followingItem) int { return cmp.Compare(a.item, b.item) })
	}
}

// Merge counts every customer that other counted. Counts of other windows or rules do not
// merge. Other stays as it is.
func (t *Transitions[K]) Merge(other *Transitions[K]) error {
	if t.period != other.period || t.rules != other.rules {
		return fmt.Errorf("segment: transitions of %s to %s by %s do not merge into those of %s to %s by %s", other.period.From,
			other.period.Until, other.rules.Name(), t.period.From, t.period.Until, t.rules.Name())
	}
	if n := t.pairs.union(&other.pairs); n > MaxTransitionPairs {
		return errTooManyPairs(n, MaxTransitionPairs, "max_items lets too much in, or items are too fine")
	}
	t.customers = bounded(t.customers, other.customers)
	t.large = bounded(t.large, other.large)
	for item, cases := range other.cases {
		t.cases[item] = bounded(t.cases[item], cases)
	}
	slots := other.pairs.slots // as they are now, should other be t and its table grow
	for i := range slots {
		if slot := &slots[i]; slot.key != 0 {
			pair := t.pairs.at(slot.key)
			pair.times = bounded(pair.times, slot.value.times)
			pair.weight = bounded(pair.weight, slot.value.weight)
		}
	}
	return nil
}

// Customers returns how many customers were counted, and how many were left out because
// they bought more than MaxItems items.
func (t *Transitions[K]) Customers() (counted, large int64) { return t.customers, t.large }

// After returns the k items that follow an item most: by weight, then by times, then by
// ascending code. It looks at every pair; for the successors of many items use All.
func (t *Transitions[K]) After(item uint32, k int) []Transition {
	var after []Transition
	for i := range t.pairs.slots {
		if slot := &t.pairs.slots[i]; slot.key != 0 && uint32(slot.key>>32) == item {
			after = t.append(after, slot)
		}
	}
	return strongest(after, k)
}

// All returns for each item, ascending, the k items that follow it most, in the order of
// After.
func (t *Transitions[K]) All(k int) [][]Transition {
	var all [][]Transition
	slots := t.pairs.sorted()
	for begin := 0; begin < len(slots); {
		end, after := begin, []Transition(nil)
		for ; end < len(slots) && slots[end].key>>32 == slots[begin].key>>32; end++ {
			after = t.append(after, &slots[end])
		}
		if after = strongest(after, k); len(after) > 0 {
			all = append(all, after)
		}
		begin = end
	}
	return all
}

// append appends a transition for which there is evidence enough.
func (t *Transitions[K]) append(dst []Transition, slot *pairSlot[following]) []Transition {
	if slot.value.times < int64(t.rules.MinTimes) {
		return dst
	}
	from := uint32(slot.key >> 32)
	return append(dst, Transition{
		From: from, To: uint32(slot.key), Times: slot.value.times, Cases: t.cases[from], Weight: slot.value.weight,
	})
}

func strongest(after []Transition, k int) []Transition {
	slices.SortFunc(after, func(a, b Transition) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.Times, a.Times), cmp.Compare(a.To, b.To))
	})
	return slices.Clip(after[:min(max(k, 0), len(after))])
}

// MarshalBinary writes the counts by ascending item, so that equal counts have equal
// bytes. The rules are not in them, only what the counts depend on.
func (t *Transitions[K]) MarshalBinary() ([]byte, error) {
	if err := t.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{transitionsVersion}, t.period)
	for _, n := range t.figures() {
		data = binary.AppendUvarint(data, uint64(n))
	}
	data = binary.AppendUvarint(data, uint64(t.customers))
	data = binary.AppendUvarint(data, uint64(t.large))
	data = binary.AppendUvarint(data, uint64(len(t.cases)))
	for _, item := range slices.Sorted(maps.Keys(t.cases)) {
		data = binary.AppendUvarint(data, uint64(item))
		data = binary.AppendUvarint(data, uint64(t.cases[item]))
	}
	data = binary.AppendUvarint(data, uint64(t.pairs.n))
	previous := uint64(0)
	for _, slot := range t.pairs.sorted() {
		data = binary.AppendUvarint(data, slot.key-previous)
		data = binary.AppendUvarint(data, uint64(slot.value.times))
		data = binary.AppendUvarint(data, uint64(slot.value.weight))
		previous = slot.key
	}
	return data, nil
}

// figures are the rules that counts depend on.
func (t *Transitions[K]) figures() [4]int {
	return [4]int{t.rules.WindowDays, t.rules.WithinDays, t.rules.HalfLifeDays, t.rules.MaxItems}
}

// UnmarshalBinary reads what MarshalBinary wrote into transitions that NewTransitions made
// with the same rules and day; any others are an error. At an error the counts stay as
// they were.
func (t *Transitions[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, transitionsVersion)
	if from.Period() != t.period {
		from.Fail("another window")
	}
	for _, figure := range t.figures() {
		if from.Uvarint() != uint64(figure) {
			from.Fail("counted by other rules")
		}
	}
	read := Transitions[K]{
		rules: t.rules, period: t.period, weights: t.weights,
		customers: from.Count(), large: from.Count(), cases: map[uint32]int64{},
	}
	if max(read.customers, read.large) > maxSum {
		from.Fail("customers out of range")
	}
	read.readCases(from)
	read.readPairs(from)
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: transitions: %w", err)
	}
	*t = read
	return nil
}

func (t *Transitions[K]) readCases(from *population.Decoder) {
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		item, cases := from.Uint32(), from.Count()
		if i > 0 && item <= previous || cases < 1 || cases > maxSum || t.customers == 0 {
			from.Fail("items out of order or range")
			return
		}
		previous = item
		t.cases[item] = cases
	}
}

func (t *Transitions[K]) readPairs(from *population.Decoder) {
	n, key := from.Uvarint(), uint64(0)
	if n > MaxTransitionPairs+MaxTransitionItems*MaxTransitionItems { // the last customer may bring all of hers
		from.Fail("too many pairs")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		next, one := key+from.Uvarint(), following{times: from.Count(), weight: from.Count()}
		if next <= key || uint32(next>>32) == uint32(next) || one.times < 1 || one.times > t.cases[uint32(next>>32)] ||
			one.weight > maxSum || one.weight>>30 > one.times {
			from.Fail("pairs out of order or range")
			return
		}
		key = next
		*t.pairs.at(key) = one
	}
}
