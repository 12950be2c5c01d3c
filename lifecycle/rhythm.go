package lifecycle

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// RhythmRules is the rule book of rhythm, as plain data.
type RhythmRules struct {
	customer.Edition

	// PriorGaps is k: the population's gaps weigh as much as k of her own newest gaps.
	// 0 to 100; 0 leaves the population out wherever she has a gap of her own. A usual
	// value is 3.
	PriorGaps int `json:"prior_gaps"`
	// OwnGaps is how many of her latest gaps count: 1 to 100.
	OwnGaps int `json:"own_gaps"`
	// HalfAtGaps makes recent gaps weigh more: a gap that is j gaps older than the
	// newest weighs HalfAtGaps / (HalfAtGaps + j), so half as much at j = HalfAtGaps;
	// weights are rounded down to four decimal places. 0 to 1000; 0 weighs all alike.
	HalfAtGaps int `json:"half_at_gaps,omitempty"`
	// WindowDays is the width of the window in which the next visit is expected: 1 to
	// 366.
	WindowDays int `json:"window_days"`
}

// ParseRhythmRules reads RhythmRules from JSON, strictly; see customer.ParseRules.
func ParseRhythmRules(data []byte) (RhythmRules, error) {
	return customer.ParseRules[RhythmRules](data)
}

// Rhythm is the compiled rule book. It is immutable and safe for concurrent use.
type Rhythm struct {
	rules   RhythmRules
	name    string
	weights []int64 // of own gaps, newest first; wholeGap is one full gap
}

// NewRhythm checks the rules whole, returning customer.Faults, and compiles them.
func NewRhythm(rules RhythmRules) (*Rhythm, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("prior_gaps", rules.PriorGaps, 0, 100)
	faults.Within("own_gaps", rules.OwnGaps, 1, maxOwnGaps)
	faults.Within("half_at_gaps", rules.HalfAtGaps, 0, 1000)
	faults.Within("window_days", rules.WindowDays, 1, 366)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	r := &Rhythm{rules: rules, name: rules.Name(), weights: make([]int64, rules.OwnGaps)}
	for j := range r.weights {
		r.weights[j] = wholeGap
		if half := int64(rules.HalfAtGaps); half > 0 {
			r.weights[j] = wholeGap * half / (half + int64(j)) // rounded down, above 0
		}
	}
	return r, nil
}

const (
	wholeGap   = 10_000 // the weight of one full gap, so that weights are integers
	maxOwnGaps = 100
)

// Basis says whose gaps an Expectation rests on.
type Basis uint8

// The bases. Their texts are format.
const (
	// SecondPurchases: she bought once; the population's gaps between first and second
	// purchase speak.
	SecondPurchases Basis = iota + 1
	// Mixed: her own gaps and the population's.
	Mixed
	// OwnGaps: hers alone, because the rules leave the population out or it has none.
	OwnGaps
)

// String returns the stored text.
func (b Basis) String() string {
	switch b {
	case SecondPurchases:
		return "second-purchases"
	case Mixed:
		return "mixed"
	case OwnGaps:
		return "own-gaps"
	}
	return "basis " + strconv.Itoa(int(b))
}

// Expectation is when somebody should buy next, and how things stand on the day of
// decision.
type Expectation struct {
	Rule  string // the rule book, for Reasons
	Basis Basis
	On    customer.Date // the day of decision
	Days  int           // distinct days of purchase up to On

	Interval int           // days: the median of the mixed gaps (the least with half of the weight at or below it)
	Last     customer.Date // her latest visit
	Due      customer.Date // Last + Interval
	// From and Until bound the densest WindowDays of the mixed gaps, half-open: the
	// window most likely to hold the next visit, counted from Last and never before the
	// day after it. Of equally dense
	// windows it is the one whose middle day (of an even number of days the earlier of
	// the two) lies nearest to Due, and of these the earlier.
	From, Until customer.Date

	Overdue int // days On lies after Due; below 0: days to go
	// SilenceRank is the share of the mixed gaps, in ‰ rounded down, that are shorter
	// than her silence (the days from Last to On): 900 says that nine of ten gaps would
	// have ended by now.
	SilenceRank int

	// For SecondPurchases: of the population's buyers, how many came a second time. It
	// counts those who may still come as not having come.
	Second, Buyers int64
}

// Expect finds a customer's rhythm from her days of purchase and the population's
// gaps, as seen on a day. Days after on are not seen. gaps may be nil or empty.
//
// Somebody who never bought, or who bought once where the population has no second
// purchase, gets a *customer.Refusal that names all that is missing; so does a day on
// which the rules are not in force. Days that do not ascend are customer.Faults.
func (r *Rhythm) Expect(days customer.Days, gaps *Gaps, on customer.Date) (Expectation, error) {
	if err := r.rules.Covers(on); err != nil {
		return Expectation{}, err
	}
	if err := days.Validate(); err != nil {
		return Expectation{}, err
	}
	days = days.Before(on + 1)
	if gaps == nil {
		gaps = new(Gaps)
	}
	e := Expectation{Rule: r.name, On: on, Days: len(days), Last: days.Last()}
	var space [maxOwnGaps]gapCount
	mixed := r.mix(space[:0], &e, days, gaps)
	if mixed.total == 0 {
		return Expectation{}, r.refuse(on, len(days), gaps)
	}

	silence := int(on - e.Last)
	e.Interval = median(mixed)
	e.Due = e.Last.AddDays(e.Interval)
	e.Overdue = silence - e.Interval
	e.From = e.Last.AddDays(densest(mixed, r.rules.WindowDays, e.Interval))
	e.Until = e.From.AddDays(r.rules.WindowDays)
	rank, _ := customer.Permille(shorter(mixed, silence), mixed.total)
	e.SilenceRank = int(rank)
	return e, nil
}

// refuse names all that is missing for a rhythm.
func (r *Rhythm) refuse(on customer.Date, days int, gaps *Gaps) error {
	missing := []customer.Reason{{Code: CodeNoPurchase, Rule: r.name, Unit: customer.UnitTimes, On: on}}
	if days > 0 {
		missing[0] = customer.Reason{Code: CodeOnePurchase, Rule: r.name, Fact: 1, Mark: 2, Unit: customer.UnitTimes, On: on}
	}
	if gaps.second == 0 { // then a first purchase alone would be refused next
		missing = append(missing, customer.Reason{Code: CodeNoGaps, Rule: r.name, Unit: customer.UnitTimes, On: on})
	}
	return &customer.Refusal{Rule: r.name, Missing: missing}
}

// mixture is her own gaps and the population's, each ascending, with their weights. It
// is walked with next, which uses it up: what walks it takes a copy.
type mixture struct {
	own    []gapCount // count is the weight
	others []gapCount // count times each is the weight
	each   int64
	total  int64 // weight of all, 0 when nothing is known
}

// mix weighs her own gaps, written to dst, and the population's. With C gaps in the
// population, an own gap of weight w counts w·C and the population's gaps, k whole gaps
// in all, k·wholeGap for each: common denominators instead of fractions. The sum stays
// below 2⁶²: 100 gaps of 10⁴ on either side, and C below 2⁴⁰.
func (r *Rhythm) mix(dst []gapCount, e *Expectation, days customer.Days, gaps *Gaps) mixture {
	others, count, prior := gaps.all, gaps.total, int64(r.rules.PriorGaps)
	own := min(len(days)-1, r.rules.OwnGaps)
	switch {
	case len(days) == 0:
		return mixture{}
	case own == 0:
		e.Basis, e.Second, e.Buyers = SecondPurchases, gaps.second, gaps.second+gaps.singles
		others, count, prior = gaps.first, gaps.second, 1
	case prior == 0 || count == 0:
		e.Basis = OwnGaps
		others, count = nil, 1
	default:
		e.Basis = Mixed
	}
	mixed := mixture{others: others, each: prior * wholeGap}
	if others != nil {
		mixed.total = count * mixed.each
	}
	for j := range own { // newest first
		last := len(days) - 1 - j
		dst = append(dst, gapCount{days: gap(days[last-1], days[last]), count: r.weights[j] * count})
		mixed.total += r.weights[j] * count
	}
	slices.SortFunc(dst, func(a, b gapCount) int { return cmp.Compare(a.days, b.days) })
	mixed.own = dst
	return mixed
}

// next takes the shortest gap that is left, with its weight; at the end the weight is 0.
func (m *mixture) next() gapCount {
	if len(m.own) > 0 && (len(m.others) == 0 || m.own[0].days <= m.others[0].days) {
		shortest := m.own[0]
		m.own = m.own[1:]
		return shortest
	}
	if len(m.others) == 0 {
		return gapCount{}
	}
	shortest := m.others[0]
	m.others = m.others[1:]
	shortest.count *= m.each
	return shortest
}

// median returns the least gap with half of the weight at or below it.
func median(m mixture) int {
	seen := int64(0)
	for gap := m.next(); gap.count > 0; gap = m.next() {
		if seen += gap.count; 2*seen >= m.total {
			return int(gap.days)
		}
	}
	return 0 // not reached: the weights add up to total
}

// shorter returns the weight of the gaps shorter than a silence.
func shorter(m mixture, silence int) int64 {
	weight := int64(0)
	for gap := m.next(); gap.count > 0 && int(gap.days) < silence; gap = m.next() {
		weight += gap.count
	}
	return weight
}

// densest returns the first day, counted from the last visit, of the window of so many
// days that holds the most weight. Of equally heavy windows it is the one whose middle
// day lies nearest to the interval, and of these the earlier.
func densest(m mixture, window, interval int) int {
	var weight, most int64
	best, bestOff := 0, 0
	behind := m // walks after m, dropping the gaps that the window has left
	oldest := behind.next()
	for gap := m.next(); gap.count > 0; gap = m.next() {
		weight += gap.count
		for int(oldest.days) <= int(gap.days)-window {
			weight -= oldest.count
			oldest = behind.next()
		}
		// Every start in this range holds the same gaps, or the next ones as well: then
		// the range of those outweighs this one.
		least, greatest := max(1, int(gap.days)-window+1), int(oldest.days)
		start := min(max(interval-(window-1)/2, least), greatest)
		off := start + (window-1)/2 - interval
		off = max(off, -off)
		if weight > most || weight == most && off < bestOff {
			most, best, bestOff = weight, start, off
		}
	}
	return best
}
