package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxGapDays is the longest gap that is told apart; a longer one counts as this long.
const MaxGapDays = 3660

// Gaps is an integer histogram of the days between visits, over many customers. The
// zero Gaps is empty and ready, and counts every day; [NewGaps] counts those of a season.
// Adding and merging in any order give the same Gaps. It is not safe for concurrent use
// while it is added to.
type Gaps struct {
	// Through is the last day of which the visits that are added are known: later ones are
	// not seen. With it, whoever came once tells how long she has stayed away, and the gaps
	// to the second purchase are reckoned as if everybody had been followed alike: of
	// customers who are new, only those who came back soon have come back yet. Where few
	// are known for long, each of these weighs much: LeastGaps of [RhythmRules] leaves it
	// to a wider population. Zero: the day is not known, and they count as they come. It
	// is no part of what was counted; parts with different days may be merged.
	Through customer.Date

	counted *Counted
	all     []gapCount // every gap, ascending
	first   []gapCount // the gaps between first and second visit
	silent  []gapCount // of those who came once: the days that they have stayed away, where known and not 0
	total   int64      // of all
	second  int64      // customers who came a second time: the total of first
	singles int64      // customers who came once
	known   int64      // of these, who have stayed away for a known time: the total of silent
}

type gapCount struct {
	days  int32
	count int64
}

// NewGaps returns empty Gaps that measure in the days that count. So does every
// [Rhythm.Expect] that goes by them: her own gaps, her silence and what is expected.
func NewGaps(counted *Counted) *Gaps { return &Gaps{counted: counted} }

// Add counts one customer's days up to and including Through. Days that do not ascend are
// customer.Faults, and nothing is counted.
func (g *Gaps) Add(days customer.Days) error {
	if err := days.Validate(); err != nil {
		return err
	}
	g.add(days)
	return nil
}

// add counts days that are known to ascend.
func (g *Gaps) add(days customer.Days) {
	days = upTo(days, g.Through)
	switch len(days) {
	case 0:
		return
	case 1:
		g.singles++
		if away := g.counted.away(days[0], g.Through); away > 0 {
			g.silent = addGap(g.silent, away, 1)
			g.known++
		}
		return
	}
	g.first = addGap(g.first, g.counted.gap(days[0], days[1]), 1)
	g.second++
	for i := range days[1:] {
		g.all = addGap(g.all, g.counted.gap(days[i], days[i+1]), 1)
	}
	g.total += int64(len(days) - 1)
}

// gap returns the days that count between two visits: at least 1, also where she came
// twice while none counted, and at most MaxGapDays.
func (c *Counted) gap(from, to customer.Date) int32 {
	if c == nil {
		return int32(min(to-from, MaxGapDays))
	}
	return int32(min(max(c.Between(from, to), 1), MaxGapDays))
}

// away returns for how many days that count somebody has stayed away whose visits are known
// through a day: 0 where they are not, and at most MaxGapDays.
func (c *Counted) away(last, through customer.Date) int32 {
	if !through.Valid() {
		return 0
	}
	return int32(min(c.Between(last, through), MaxGapDays))
}

// upTo returns the days up to and including a day, and all where there is none.
func upTo(days customer.Days, through customer.Date) customer.Days {
	if !through.Valid() {
		return days
	}
	return days.Before(through + 1)
}

func addGap(counts []gapCount, days int32, n int64) []gapCount {
	i, found := findGap(counts, days)
	if !found {
		counts = slices.Insert(counts, i, gapCount{days: days})
	}
	counts[i].count += n
	return counts
}

func findGap(counts []gapCount, days int32) (int, bool) {
	return slices.BinarySearchFunc(counts, days, func(c gapCount, days int32) int { return cmp.Compare(c.days, days) })
}

// Merge counts everything that other counted. More than 2⁴⁰ gaps or customers of one
// item are an error, and nothing is counted: beyond it Expect could not weigh them. So
// are gaps that were measured in other days: ErrCounted.
func (g *Gaps) Merge(other *Gaps) error {
	if !g.counted.same(other.counted) {
		return ErrCounted
	}
	if g.total+other.total > maxGaps || g.singles+other.singles > maxGaps {
		return fmt.Errorf("lifecycle: gaps of more than %d customers do not merge", int64(maxGaps))
	}
	for _, c := range other.all {
		g.all = addGap(g.all, c.days, c.count)
	}
	for _, c := range other.first {
		g.first = addGap(g.first, c.days, c.count)
	}
	for _, c := range other.silent {
		g.silent = addGap(g.silent, c.days, c.count)
	}
	g.total += other.total
	g.second += other.second
	g.singles += other.singles
	g.known += other.known
	return nil
}

// curve returns the gaps to the second purchase with weights, and their sum: of all who
// come back within the longest of them, so many after each. It is the product-limit
// estimate (Kaplan and Meier, 1958): after each gap the share of those who came then among
// those who were still to come, and were known to be, is taken from what is left. Where
// nobody's silence is known, or everybody's is longer than any gap, that is the gaps as
// they were counted.
//
// Shares are whole numbers of 1 in 2⁴⁰ or less of everybody, rounded down; the rest stays
// with those who are still to come.
func (g *Gaps) curve() (weights []gapCount, total int64) {
	if len(g.silent) == 0 {
		return g.first, g.second
	}
	weights = make([]gapCount, 0, len(g.first))
	open, silent := g.second+g.known, g.silent // open: still to come, as far as is known
	left := open * max(maxGaps/open, 1)        // a multiple, so that it divides where nobody drops out
	for _, one := range g.first {
		for ; len(silent) > 0 && silent[0].days < one.days; silent = silent[1:] {
			open -= silent[0].count
		}
		// One of those who are open weighs 1 at least, so no share is 0; left is below 2⁴².
		high, low := bits.Mul64(uint64(left), uint64(one.count))
		share, _ := bits.Div64(high, low, uint64(open))
		weights = append(weights, gapCount{days: one.days, count: int64(share)})
		left -= int64(share)
		total += int64(share)
		open -= one.count
	}
	return weights, total
}

// Total returns how many gaps were counted.
func (g *Gaps) Total() int64 { return g.total }

// Habits is the population's Gaps, item by item. The zero Habits is empty and ready, and
// counts every day; [NewHabits] counts those of each item's season. Customers may be added
// in any order and any split; merged, the bytes are the same. It is not safe for
// concurrent use while it is added to.
type Habits struct {
	// Through is the last day of which the visits that are added are known, as for [Gaps].
	Through customer.Date

	seasons *Seasons
	items   map[uint32]*Gaps
}

// NewHabits returns empty Habits that measure each item's gaps in the days that count for
// it; a nil Seasons counts every day. They are merged with, and read from, figures of the
// same days only, so one closed day more, be it to come, means counting anew: keep the
// visits (a [Diary]) or the lines.
func NewHabits(seasons *Seasons) *Habits { return &Habits{seasons: seasons} }

// Covers returns a *customer.Refusal on a day on which the seasons that the habits are
// measured in are not in force: nothing can be expected by them on that day.
func (h *Habits) Covers(on customer.Date) error {
	if h.seasons == nil {
		return nil
	}
	return h.seasons.all.covers(on)
}

// The formats of MarshalBinary. Habits that do not count every day name the days that
// they count, after the version, by the hash of their seasons and closed days. Those that
// know how long somebody has stayed away list that before the gaps of each item.
const (
	habitsVersion        = 1
	countedHabitsVersion = 2
	silentHabitsVersion  = 3
	bothHabitsVersion    = 4 // counted and silent
)

// Add counts one customer, with all her visits. Visits that CheckVisits refuses are an
// error, and nothing is counted.
func (h *Habits) Add(visits []Visits) error {
	if err := CheckVisits(visits); err != nil {
		return err
	}
	for _, one := range visits {
		if days := upTo(one.Days, h.Through); len(days) > 0 { // an item without visits would leave a trace in the bytes
			gaps := h.item(one.Item)
			gaps.Through = h.Through
			gaps.add(days)
		}
	}
	return nil
}

func (h *Habits) item(item uint32) *Gaps {
	gaps := h.items[item]
	if gaps == nil {
		if h.items == nil {
			h.items = make(map[uint32]*Gaps)
		}
		gaps = NewGaps(h.seasons.Of(item))
		h.items[item] = gaps
	}
	return gaps
}

// Merge counts everyone that other counted, or, where one item would exceed what
// [Gaps.Merge] counts, nobody. Habits that were measured in other days are ErrCounted.
func (h *Habits) Merge(other *Habits) error {
	if !h.seasons.same(other.seasons) {
		return ErrCounted
	}
	for item, gaps := range other.items {
		if known := h.items[item]; known != nil && (known.total+gaps.total > maxGaps || known.singles+gaps.singles > maxGaps) {
			return fmt.Errorf("lifecycle: habits of item %d do not merge: more than %d gaps or customers", item, int64(maxGaps))
		}
	}
	for item, gaps := range other.items {
		if err := h.item(item).Merge(gaps); err != nil {
			return err // not reached: checked above
		}
	}
	return nil
}

// Of returns the gaps of an item: an empty Gaps when nobody bought it. They are those
// of the Habits, not a copy.
func (h *Habits) Of(item uint32) *Gaps {
	if gaps := h.items[item]; gaps != nil {
		return gaps
	}
	return NewGaps(h.seasons.Of(item))
}

// MarshalBinary writes the habits by ascending item, so that equal habits have equal
// bytes.
func (h *Habits) MarshalBinary() ([]byte, error) {
	silent := slices.ContainsFunc(slices.Collect(maps.Values(h.items)), func(g *Gaps) bool { return g.known > 0 })
	data := []byte{h.version(silent)}
	if h.seasons != nil {
		data = append(data, h.seasons.sum...)
	}
	data = binary.AppendUvarint(data, uint64(len(h.items)))
	for _, item := range slices.Sorted(maps.Keys(h.items)) {
		gaps := h.items[item]
		data = binary.AppendUvarint(data, uint64(item))
		data = binary.AppendUvarint(data, uint64(gaps.singles))
		if silent {
			data = appendGaps(data, gaps.silent)
		}
		data = appendGaps(appendGaps(data, gaps.first), gaps.all)
	}
	return data, nil
}

func (h *Habits) version(silent bool) byte {
	switch {
	case h.seasons != nil && silent:
		return bothHabitsVersion
	case silent:
		return silentHabitsVersion
	case h.seasons != nil:
		return countedHabitsVersion
	}
	return habitsVersion
}

func appendGaps(dst []byte, counts []gapCount) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(counts)))
	for _, c := range counts {
		dst = binary.AppendUvarint(dst, uint64(c.days))
		dst = binary.AppendUvarint(dst, uint64(c.count))
	}
	return dst
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the habits stay as they
// were. Habits of other days than those that h counts are ErrCounted: zero Habits read
// what counts every day, and those of NewHabits what was measured by the same seasons and
// closed days.
func (h *Habits) UnmarshalBinary(data []byte) error {
	silent := len(data) > 0 && (data[0] == silentHabitsVersion || data[0] == bothHabitsVersion)
	version := h.version(silent)
	if len(data) > 0 && data[0] != version && data[0] >= habitsVersion && data[0] <= bothHabitsVersion {
		return ErrCounted
	}
	from := population.NewDecoder(data, version)
	read := Habits{Through: h.Through, seasons: h.seasons}
	if h.seasons != nil {
		var sum [seasonsSum]byte
		for i := range sum {
			sum[i] = from.Byte()
		}
		if from.Err() == nil && string(sum[:]) != h.seasons.sum {
			return ErrCounted
		}
	}
	known := read.readItems(from, silent)
	if from.Err() == nil && silent && known == 0 {
		from.Fail("a format for silence that nobody's is in")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: habits: %w", err)
	}
	*h = read
	return nil
}

// readItems reads the items, and returns the most of one who have stayed away for a known
// time.
func (h *Habits) readItems(from *population.Decoder, silent bool) (known int64) {
	n, previous := from.Uvarint(), uint32(0)
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		item := from.Uint32()
		if i > 0 && item <= previous {
			from.Fail("items out of order")
		}
		previous = item
		gaps := h.item(item)
		gaps.singles = from.Count()
		if silent {
			gaps.silent, gaps.known = readGaps(from)
		}
		gaps.first, gaps.second = readGaps(from)
		gaps.all, gaps.total = readGaps(from)
		if gaps.singles > maxGaps || gaps.singles == 0 && gaps.second == 0 || !gaps.sound() {
			from.Fail("an item without visits, more first gaps than gaps, or more who stayed away than came once")
		}
		known = max(known, gaps.known)
	}
	return known
}

// sound reports whether the first gaps are among all gaps, none is without a first, and who
// stayed away among those who came once.
func (g *Gaps) sound() bool {
	for _, c := range g.first {
		if i, found := findGap(g.all, c.days); !found || g.all[i].count < c.count {
			return false
		}
	}
	return (g.second > 0 || g.total == 0) && g.known <= g.singles
}

// maxGaps bounds how many gaps of one item, and customers with one visit, a state may
// carry: Expect multiplies counts with weights and must not overflow.
const maxGaps = 1 << 40

func readGaps(from *population.Decoder) (counts []gapCount, total int64) {
	n := from.Uvarint()
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		c := gapCount{days: int32(min(from.Uint32(), MaxGapDays+1)), count: from.Count()}
		if c.days < 1 || c.days > MaxGapDays || i > 0 && c.days <= counts[i-1].days || c.count < 1 || c.count > maxGaps-total {
			from.Fail("gaps out of order or range")
			return nil, 0
		}
		counts = append(counts, c)
		total += c.count
	}
	return counts, total
}
