package lifecycle

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Intervals counts the gaps of grouped lines straight into figures that Habits takes,
// without a list of anybody's visits: the fast way to a population's Habits. Memory is
// that of the items and their longest gaps, whatever the number of customers. The zero
// Intervals are ready, and count every day; [NewIntervals] counts those of each item's
// season. They are not safe for concurrent use; parallel work fills one each and merges
// the Habits.
type Intervals[K population.Key] struct {
	// Through is the last day of which the lines that are added are known, as for [Gaps].
	Through customer.Date

	seasons *Seasons
	items   []interval
	run     uint32 // which customer is at hand, counted from 1
	slow    Habits // of customers whose lines are in no order, or whose items are far off
	visitor Visitor[K]
}

// NewIntervals returns Intervals that come to the Habits of [NewHabits].
func NewIntervals[K population.Key](seasons *Seasons) *Intervals[K] {
	return &Intervals[K]{seasons: seasons, slow: Habits{seasons: seasons}}
}

// interval is what is known of an item.
type interval struct {
	run    uint32        // the customer of last and visits; those of another are over
	visits uint32        // 1, or 2 for any more
	last   customer.Date // the day of the last visit
	counts *intervalCounts
}

// intervalCounts are indexed by the days of the gap.
type intervalCounts struct {
	counted            *Counted
	singles            int64
	first, all, silent []int64
}

// denseItems is up to which item gaps are found by index. The codes of a segment.Coder lie
// below it.
const denseItems = 1 << 17

// Add counts one customer's lines, all of them, as population.Runs yields them. Days that
// ascend are counted in one go; any other order is sorted first. Returned goods are no
// visits. At a malformed line nothing is counted.
func (n *Intervals[K]) Add(lines []population.Line[K]) error {
	fast, last := true, customer.Date(0)
	for i := range lines {
		line := &lines[i]
		if !line.Valid() {
			return line.Check()
		}
		fast = fast && line.Day >= last && line.Item < denseItems
		last = line.Day
	}
	if !fast {
		visits, err := n.visitor.Visits(lines)
		if err != nil {
			return err
		}
		n.slow.Through = n.Through
		return n.slow.Add(visits)
	}
	if n.run == math.MaxUint32 {
		n.begin()
	}
	n.run++
	if n.Through.Valid() && last > n.Through {
		after, _ := slices.BinarySearchFunc(lines, n.Through+1, func(line population.Line[K], day customer.Date) int { return cmp.Compare(line.Day, day) })
		lines = lines[:after]
	}
	for i := range lines {
		line := &lines[i]
		if line.Returned {
			continue
		}
		if uint64(line.Item) >= uint64(len(n.items)) {
			n.items = append(n.items, make([]interval, int(line.Item)+1-len(n.items))...)
		}
		item := &n.items[line.Item]
		switch {
		case item.run != n.run:
			if item.counts == nil {
				item.counts = &intervalCounts{counted: n.seasons.Of(line.Item)}
			}
			item.run, item.visits, item.last = n.run, 1, line.Day
			item.counts.singles++
			if n.Through > 0 {
				item.counts.stayed(line.Day, n.Through, 1)
			}
		case item.last != line.Day:
			item.count(line.Day, n.Through)
		}
	}
	return nil
}

// stayed counts, or counts no longer, how long somebody has stayed away who came once.
func (c *intervalCounts) stayed(day, through customer.Date, n int64) {
	away := int(c.counted.away(day, through))
	if away >= len(c.silent) {
		c.silent = append(c.silent, make([]int64, away+1-len(c.silent))...)
	}
	c.silent[away] += n
}

// count counts the gap up to a day.
func (i *interval) count(day, through customer.Date) {
	counts := i.counts
	gap := int(counts.counted.gap(i.last, day))
	if gap >= len(counts.all) {
		counts.all = append(counts.all, make([]int64, gap+1-len(counts.all))...)
		counts.first = append(counts.first, make([]int64, gap+1-len(counts.first))...)
	}
	counts.all[gap]++
	if i.visits == 1 {
		counts.first[gap]++
		counts.singles--
		i.visits = 2
		if through > 0 {
			counts.stayed(i.last, through, -1)
		}
	}
	i.last = day
}

// begin forgets which customer was at hand last.
func (n *Intervals[K]) begin() {
	n.run = 0
	for i := range n.items {
		n.items[i].run = 0
	}
}

// Habits returns what was counted so far, sharing no memory with n.
func (n *Intervals[K]) Habits() (*Habits, error) {
	habits := NewHabits(n.seasons)
	habits.Through = n.Through
	for code := range n.items {
		counts := n.items[code].counts
		if counts == nil {
			continue
		}
		gaps := habits.item(uint32(code))
		gaps.singles = counts.singles
		gaps.silent, gaps.known = gapCounts(counts.silent)
		gaps.first, gaps.second = gapCounts(counts.first)
		gaps.all, gaps.total = gapCounts(counts.all)
	}
	return habits, habits.Merge(&n.slow)
}

// gapCounts lists the counts that are not 0, of one day and more, and their sum.
func gapCounts(counts []int64) (list []gapCount, total int64) {
	for days, n := range counts {
		if days > 0 && n > 0 {
			list = append(list, gapCount{int32(days), n})
			total += n
		}
	}
	return list, total
}
