package lifecycle

import (
	"math"
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
	// LeastGaps is how many gaps the population must have for [Rhythm.ExpectAmong] to go
	// by them: a product with fewer falls back to its category. 0 to 1,000,000; 0 and 1
	// ask for any at all. Expect does not read it.
	LeastGaps int `json:"least_gaps,omitempty"`
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
	faults.Within("least_gaps", rules.LeastGaps, 0, 1_000_000)
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
	// purchase speak; see [Gaps].
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
// decision. Where the population's gaps count only the days of a season, or leave closed
// days out, then so do all its figures in days; Last, Due, From, Middle, Until and Resumes
// are civil days, and zero where they would lie past the calendar.
type Expectation struct {
	Rule  string // the rule book, for Reasons
	Basis Basis
	On    customer.Date // the day of decision
	Days  int           // distinct days of purchase up to On
	Own   int           // n: how many gaps of her own count

	Interval int           // days: the median of the mixed gaps (the least with half of the weight at or below it)
	Last     customer.Date // her latest visit
	Due      customer.Date // Interval days after Last
	// From and Until bound the densest WindowDays of the mixed gaps, half-open: the
	// window most likely to hold the next visit, counted from Last and never before the
	// day after it. Of equally dense windows it is the one whose middle day (of an even
	// number of days the earlier of the two) lies nearest to Due, and of these the
	// earlier. Middle is that day.
	From, Middle, Until customer.Date

	Silence int // days from Last to On
	Overdue int // days On lies after Due: Silence less Interval; below 0: days to go
	// SilenceRank is the share of the mixed gaps, in ‰ rounded down, that are shorter
	// than her silence: 900 says that nine of ten gaps would have ended by now. With
	// n whole gaps of her own (older ones count for less than one) it is
	// (n·own + k·population) / (n + k).
	SilenceRank int

	// For SecondPurchases: of the population's buyers, how many came a second time. It
	// counts those who may still come as not having come. SilenceRank is then among those
	// who come back, so that it rises to 1000 and nobody is expected for ever. Where
	// [Gaps.Through] is not known, those who are still to come are missing there, so that it
	// errs towards an early alarm; where it is, only who takes longer than anybody yet.
	Second, Buyers int64

	// Where not every day counts, Seasons is the edition and the season that say which.
	// Where On itself does not, it Rests: silence stands still until Resumes, the next day
	// that counts.
	Seasons string
	Rests   bool
	Resumes customer.Date

	// Level is which of the populations speaks that ExpectAmong was given, from 0; the
	// gaps that it found in the first, and those that it asked for, stand beside it.
	Level            int
	Found, LeastGaps int64
}

// Expect finds a customer's rhythm from her days of purchase and the population's
// gaps, as seen on a day. Days after on are not seen. gaps may be nil or empty. Days are
// measured as gaps measures them. In a shop whose customers buy when they are there, the
// gaps between her own trips, over [Together] of her visits, may tell more than the
// population's.
//
// Somebody who never bought, or who bought once where the population has no second
// purchase, gets a *customer.Refusal that names all that is missing; so does a day on
// which the rules, or those of the seasons, are not in force. Days that do not ascend are
// customer.Faults.
//
// A shorter rhythm never lowers the alarm: with equal silence and as many gaps, none of
// them longer, SilenceRank is no lower and Interval no higher, whatever the rules. Nor does
// SilenceRank fall by one more day of purchase before the last that lies nearer than her
// silence to another of her days. It can fall by one that lies between two gaps which both
// are as long as her silence or longer, for that is one more proof that such a silence is
// usual with her; and from one purchase to two, because other gaps of the population speak
// then.
func (r *Rhythm) Expect(days customer.Days, gaps *Gaps, on customer.Date) (Expectation, error) {
	if gaps == nil {
		gaps = new(Gaps)
	}
	if err := r.rules.Covers(on); err != nil {
		return Expectation{}, err
	}
	if err := gaps.counted.covers(on); err != nil {
		return Expectation{}, err
	}
	if err := days.Validate(); err != nil {
		return Expectation{}, err
	}
	return r.expect(days.Before(on+1), gaps, on)
}

// ExpectAmong is Expect by the first of several populations that has LeastGaps: the gaps
// of the product, of its category, of everything. Where none has, it is the last that
// has any. Of somebody with one purchase it is the gaps between first and second purchase
// that must be as many. Her own days are those of the product, whoever's gaps join them.
// Where hers alone count, it is Expect by the first, and without populations as without
// gaps.
func (r *Rhythm) ExpectAmong(days customer.Days, populations []*Gaps, on customer.Date) (Expectation, error) {
	seen, least := len(days.Before(on+1)), int64(max(r.rules.LeastGaps, 1))
	known := func(gaps *Gaps) int64 {
		switch {
		case gaps == nil || seen > 1 && r.rules.PriorGaps == 0:
			return 0
		case seen == 1:
			return gaps.second
		}
		return gaps.total
	}
	level := 0
	for i, gaps := range populations {
		n := known(gaps)
		if n > 0 {
			level = i
		}
		if n >= least {
			break
		}
	}
	if len(populations) == 0 {
		return r.Expect(days, nil, on)
	}
	e, err := r.Expect(days, populations[level], on)
	if err == nil && level > 0 {
		e.Level, e.Found, e.LeastGaps = level, known(populations[0]), least
	}
	return e, err
}

func (r *Rhythm) expect(days customer.Days, gaps *Gaps, on customer.Date) (Expectation, error) {
	e := Expectation{Rule: r.name, On: on, Days: len(days), Last: days.Last()}
	var space [maxOwnGaps]gapCount
	mixed := r.mix(space[:0], &e, days, gaps)
	if mixed.total == 0 {
		return Expectation{}, r.refuse(on, len(days), gaps)
	}
	counted, window := gaps.counted, r.rules.WindowDays
	e.Silence = counted.Between(e.Last, on)
	e.Interval = mixed.median()
	e.Due = counted.After(e.Last, e.Interval)
	e.Overdue = e.Silence - e.Interval
	start := mixed.densest(window, e.Interval)
	e.From = counted.After(e.Last, start)
	e.Middle = counted.After(e.Last, start+(window-1)/2)
	e.Until = counted.After(e.Last, start+window-1).AddDays(1)
	rank, _ := customer.Permille(mixed.shorter(e.Silence), mixed.total)
	e.SilenceRank = int(rank)
	if counted != nil {
		e.Seasons = counted.name
		if e.Rests = !counted.Holds(on); e.Rests {
			e.Resumes = counted.After(on, 1)
		}
	}
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

// mixture is her own gaps and the population's, each ascending, with their weights.
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
	e.Own = max(min(len(days)-1, r.rules.OwnGaps), 0)
	switch {
	case len(days) == 0:
		return mixture{}
	case e.Own == 0:
		e.Basis, e.Second, e.Buyers = SecondPurchases, gaps.second, gaps.second+gaps.singles
		prior = 1
		others, count = gaps.curve()
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
	for j := range e.Own { // newest first
		last := len(days) - 1 - j
		one := gapCount{days: gaps.counted.gap(days[last-1], days[last]), count: r.weights[j] * count}
		mixed.total += one.count
		at := len(dst)
		dst = append(dst, one)
		for ; at > 0 && dst[at-1].days > one.days; at-- { // they are few: sorted as they come
			dst[at] = dst[at-1]
		}
		dst[at] = one
	}
	mixed.own = dst
	return mixed
}

// median returns the least gap with half of the weight at or below it.
func (m *mixture) median() int {
	half := m.total - m.total/2 // rounded up
	others, seen := m.others, int64(0)
	for _, own := range m.own {
		for ; len(others) > 0 && others[0].days <= own.days; others = others[1:] {
			if seen += others[0].count * m.each; seen >= half {
				return int(others[0].days)
			}
		}
		if seen += own.count; seen >= half {
			return int(own.days)
		}
	}
	for i := range others {
		if seen += others[i].count * m.each; seen >= half {
			return int(others[i].days)
		}
	}
	return 0 // not reached: the weights add up to total
}

// shorter returns the weight of the gaps shorter than a silence.
func (m *mixture) shorter(silence int) int64 {
	own, others := int64(0), int64(0)
	for i := 0; i < len(m.own) && int(m.own[i].days) < silence; i++ {
		own += m.own[i].count
	}
	for i := 0; i < len(m.others) && int(m.others[i].days) < silence; i++ {
		others += m.others[i].count
	}
	return own + others*m.each
}

// densest returns the first day, counted from the last visit, of the window of so many
// days that holds the most weight. Of equally heavy windows it is the one whose middle
// day lies nearest to the interval, and of these the earlier.
//
// The heaviest window can be moved until it ends at a gap. So the ends go through all
// gaps, and the beginnings follow.
func (m *mixture) densest(window, interval int) int {
	own, others := trail{gaps: m.own}, trail{gaps: m.others}
	most, best, bestOff := int64(0), 0, 0
	for {
		// The population has many gaps, and hers are few: as long as hers stay as they are,
		// the others run on to what could be as heavy as anything so far.
		stay, enough := min(own.next(), own.first()+window), int64(math.MaxInt64)
		if m.each > 0 {
			enough = (most - own.weight + m.each - 1) / m.each
		}
		end, found := others.run(stay, window, enough)
		if !found {
			if end = min(own.next(), others.next()); end == farOff {
				return best
			}
			own.move(end, window)
			others.move(end, window)
		}
		weight := own.weight + others.weight*m.each
		if weight < most {
			continue
		}
		// Every start in this range holds the same gaps, or the next ones as well: then
		// the range of those outweighs this one.
		least, greatest := max(1, end-window+1), min(own.first(), others.first())
		start := min(max(interval-(window-1)/2, least), greatest)
		off := start + (window-1)/2 - interval
		off = max(off, -off)
		if weight > most || off < bestOff {
			most, best, bestOff = weight, start, off
		}
	}
}

// trail is what of ascending gaps lies in a window that moves on.
type trail struct {
	gaps        []gapCount
	from, until int // those inside
	weight      int64
}

const farOff = 1 << 30 // longer than any gap

// next returns the shortest gap that is still to enter.
func (t *trail) next() int {
	if t.until < len(t.gaps) {
		return int(t.gaps[t.until].days)
	}
	return farOff
}

// first returns the shortest gap inside.
func (t *trail) first() int {
	if t.from < t.until {
		return int(t.gaps[t.from].days)
	}
	return farOff
}

// move puts the window's end to a day, which is not before the last one.
func (t *trail) move(end, window int) {
	for ; t.until < len(t.gaps) && int(t.gaps[t.until].days) <= end; t.until++ {
		t.weight += t.gaps[t.until].count
	}
	for ; t.from < t.until && int(t.gaps[t.from].days) <= end-window; t.from++ {
		t.weight -= t.gaps[t.from].count
	}
}

// run moves the end from gap to gap while they are shorter than stay, up to the first with
// which enough is inside. It returns that gap, and whether there was one.
func (t *trail) run(stay, window int, enough int64) (end int, found bool) {
	gaps, from, until, weight := t.gaps, t.from, t.until, t.weight
	for until < len(gaps) && int(gaps[until].days) < stay {
		end = int(gaps[until].days)
		weight += gaps[until].count
		until++
		for int(gaps[from].days) <= end-window { // ends at the gap that has entered
			weight -= gaps[from].count
			from++
		}
		if weight >= enough {
			found = true
			break
		}
	}
	t.from, t.until, t.weight = from, until, weight
	return end, found
}
