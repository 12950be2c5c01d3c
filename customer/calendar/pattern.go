package calendar

import "slices"

// pattern is a set of wall-clock readings without a zone: the same every week, but for
// some exceptional days. Readings are nanoseconds since FirstDay began.
//
// The open readings before any given one are counted by sums, never by walking: whole
// weeks, then the days of the last week, then how much the exceptional days before
// differ from regular ones.
type pattern struct {
	week [7][]span // of a regular day, by day number modulo 7
	days []int32   // the exceptional days, ascending
	open [][]span  // of the exceptional days
	sums tally     // open nanoseconds per day
}

// tally adds up a figure of each day: open nanoseconds, or 1 for a working day.
type tally struct {
	week  [8]int64 // of the regular days before each day of the week; at 7: of a week
	days  []int32  // the exceptional days, shared with the pattern
	extra []int64  // what the exceptional days before each have over regular ones; one longer than days
}

func newTally(days []int32, week [7]int64, exceptional func(i int) int64) tally {
	t := tally{days: days, extra: make([]int64, len(days)+1)}
	for i, figure := range week {
		t.week[i+1] = t.week[i] + figure
	}
	for i, day := range days {
		t.extra[i+1] = t.extra[i] + exceptional(i) - week[day%7]
	}
	return t
}

// regular is the sum over the days before a day, as if none were exceptional.
func (t *tally) regular(day int64) int64 { return day/7*t.week[7] + t.week[day%7] }

// before is the sum over the days before a day; place is how many exceptional days there
// are before it.
func (t *tally) before(day int64, place int) int64 { return t.regular(day) + t.extra[place] }

// place is how many exceptional days lie before a day, and whether it is one.
func (t *tally) place(day int64) (int, bool) {
	low, high := 0, len(t.days)
	for low < high {
		if middle := int(uint(low+high) >> 1); int64(t.days[middle]) < day {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(t.days) && int64(t.days[low]) == day
}

// find returns the day whose figure takes the sum above k, and its place; false when
// there is none. The day may lie beyond LastDay.
func (t *tally) find(k int64) (day int64, place int, ok bool) {
	low, high := 0, len(t.days) // the exceptional days before which the sum is k or less
	for low < high {
		if middle := int(uint(low+high) >> 1); t.before(int64(t.days[middle]), middle) <= k {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low > 0 {
		last := int64(t.days[low-1])
		if k < t.before(last+1, low) {
			return last, low - 1, true
		}
	}
	if t.week[7] == 0 {
		return 0, 0, false
	}
	k -= t.extra[low] // the rest of the way is regular
	day = k / t.week[7] * 7
	for rest := k % t.week[7]; t.week[day%7+1] <= rest; {
		day++
	}
	return day, low, true
}

func measure(open []span) int64 {
	var sum int64
	for _, s := range open {
		sum += s.to - s.from
	}
	return sum
}

// newPattern takes the open spans of each day of the week and of the exceptional days.
func newPattern(week [7][]span, days []int32, open [][]span) *pattern {
	p := &pattern{week: week, days: days, open: open}
	var regular [7]int64
	for i, spans := range week {
		regular[i] = measure(spans)
	}
	p.sums = newTally(days, regular, func(i int) int64 { return measure(open[i]) })
	return p
}

// closed returns the pattern of all other readings.
func (p *pattern) closed() *pattern {
	var week [7][]span
	for i, spans := range p.week {
		week[i] = gaps(spans)
	}
	open := make([][]span, len(p.open))
	for i, spans := range p.open {
		open[i] = gaps(spans)
	}
	return newPattern(week, p.days, open)
}

// gaps returns what the spans of a day leave of it.
func gaps(open []span) []span {
	var rest []span
	from := int64(0)
	for _, s := range open {
		if from < s.from {
			rest = append(rest, span{from, s.from})
		}
		from = s.to
	}
	if from < dayLen {
		rest = append(rest, span{from, dayLen})
	}
	return rest
}

// of returns the open spans of a day, whose place is known.
func (p *pattern) of(day int64, place int, exceptional bool) []span {
	if exceptional {
		return p.open[place]
	}
	return p.week[day%7]
}

// before counts the open readings before a reading of 0 or more.
func (p *pattern) before(reading int64) int64 {
	day, time := reading/dayLen, reading%dayLen
	place, exceptional := p.sums.place(day)
	sum := p.sums.before(day, place)
	for _, s := range p.of(day, place, exceptional) {
		if time <= s.from {
			break
		}
		sum += min(time, s.to) - s.from
	}
	return sum
}

// contains reports whether a reading of 0 or more is open.
func (p *pattern) contains(reading int64) bool {
	day, time := reading/dayLen, reading%dayLen
	place, exceptional := p.sums.place(day)
	for _, s := range p.of(day, place, exceptional) {
		if time < s.to {
			return time >= s.from
		}
	}
	return false
}

// at returns open reading number k, counted from 0; false when there are not so many.
func (p *pattern) at(k int64) (int64, bool) {
	day, place, ok := p.sums.find(k)
	if !ok {
		return 0, false
	}
	k -= p.sums.before(day, place)
	exceptional := place < len(p.days) && int64(p.days[place]) == day
	for _, s := range p.of(day, place, exceptional) {
		if length := s.to - s.from; k >= length {
			k -= length
			continue
		}
		return day*dayLen + s.from + k, true
	}
	return 0, false // not reached: the day's spans are what the sum counts
}

// union joins two lists of spans into one that ascends and neither overlaps nor touches.
func union(a, b []span) []span {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y span) int {
		if x.from != y.from {
			return int(min(max(x.from-y.from, -1), 1))
		}
		return int(min(max(x.to-y.to, -1), 1))
	})
	joined := all[:0]
	for _, s := range all {
		if last := len(joined) - 1; last >= 0 && s.from <= joined[last].to {
			joined[last].to = max(joined[last].to, s.to)
		} else if s.from < s.to {
			joined = append(joined, s)
		}
	}
	return joined
}

// without takes a cut out of ascending spans.
func without(open []span, cut span) []span {
	if !slices.ContainsFunc(open, func(s span) bool { return s.overlap(cut.from, cut.to).length() > 0 }) {
		return open
	}
	var rest []span
	for _, s := range open {
		if before := s.overlap(s.from, cut.from); before.length() > 0 {
			rest = append(rest, before)
		}
		if after := s.overlap(cut.to, s.to); after.length() > 0 {
			rest = append(rest, after)
		}
	}
	return rest
}
