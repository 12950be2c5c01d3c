package calendar

import "time"

// zone is the wall clock of a zone between FirstDay and LastDay: stretches of time in each of
// which it runs at one distance from UTC. All are nanoseconds since 1970 in UTC.
type zone struct {
	from   []int64 // where each stretch begins
	offset []int64 // what the wall clock reads more than UTC
	end    int64   // of the last stretch
}

func newZone(location *time.Location) *zone {
	z := new(zone)
	first, end := FirstDay.Start(location), LastDay.AddDays(1).Start(location)
	for at := first; at.Before(end); {
		_, seconds := at.Zone()
		change, next := at.ZoneBounds()
		offset := int64(seconds) * int64(time.Second)
		if last := len(z.offset) - 1; last < 0 || z.offset[last] != offset {
			if change.Before(first) {
				change = first
			}
			z.from = append(z.from, change.UnixNano())
			z.offset = append(z.offset, offset)
		}
		if next.IsZero() { // no further change
			break
		}
		if !next.After(at) { // on the last day of a leap year time.ZoneBounds ends where it begins
			next = at.Add(time.Hour)
		}
		at = next
	}
	z.end = end.UnixNano()
	return z
}

// stretch returns the number of the stretch in which an instant lies.
func (z *zone) stretch(at int64) int { return lastAtMost(z.from, at) }

// until is where a stretch ends.
func (z *zone) until(i int) int64 {
	if i+1 < len(z.from) {
		return z.from[i+1]
	}
	return z.end
}

// reading is what the wall clock shows, in nanoseconds since FirstDay began.
func (z *zone) reading(at int64) int64 { return at + z.offset[z.stretch(at)] }

// latest returns the day of an instant and the latest time of that day which the wall clock
// has shown by then: in the second pass of a repeated hour, its end.
func (z *zone) latest(at int64) (day, time int64) {
	i := z.stretch(at)
	reading := at + z.offset[i]
	day, time = reading/dayLen, reading%dayLen
	if i > 0 {
		time = max(time, min(z.from[i]+z.offset[i-1]-day*dayLen, dayLen))
	}
	return day, time
}

// first returns the first instant of a day at which the wall clock reads a time of day or a
// later one.
func (z *zone) first(reading int64) int64 {
	i := max(0, lastAtMost(z.from, reading)-3) // no offset is so large that it would pass three changes
	for ; i+1 < len(z.from); i++ {
		if reading < z.from[i+1]+z.offset[i] {
			break
		}
	}
	return max(z.from[i], reading-z.offset[i])
}

// passes calls visit with every stretch of instants at which the wall clock reads what lies
// in a span of readings, in the order of time.
func (z *zone) passes(s span, visit func(span)) {
	const far = 2 * dayLen // no wall clock is so far from UTC
	for i := max(0, lastAtMost(z.from, s.from-far)); i < len(z.from) && z.from[i] < s.to+far; i++ {
		if pass := (span{s.from - z.offset[i], s.to - z.offset[i]}).overlap(z.from[i], z.until(i)); pass.length() > 0 {
			visit(pass)
		}
	}
}

// lastAtMost returns the place of the last number that is at most n; 0 when none is.
func lastAtMost(ascending []int64, n int64) int {
	low, high := 1, len(ascending)
	for low < high {
		if middle := int(uint(low+high) >> 1); ascending[middle] <= n {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// line is a set of instants: those at which the wall clock of a zone shows a reading of a
// pattern. Readings that the clock skips are never; those that it shows twice are twice.
type line struct {
	zone    *zone
	pattern *pattern
	sum     []int64 // how much of the set lies before each stretch
	shift   []int64 // what is added to the readings before, for the sum up to an instant of the stretch
}

func newLine(z *zone, p *pattern) *line {
	l := &line{zone: z, pattern: p, sum: make([]int64, len(z.from)), shift: make([]int64, len(z.from))}
	sum := int64(0)
	for i, from := range z.from {
		l.sum[i], l.shift[i] = sum, sum-p.before(from+z.offset[i])
		sum = l.shift[i] + p.before(z.until(i)+z.offset[i])
	}
	return l
}

// before measures the part of the set that lies before an instant.
func (l *line) before(at int64) int64 {
	i := l.zone.stretch(at)
	return l.shift[i] + l.pattern.before(at+l.zone.offset[i])
}

// at returns the instant at which nanosecond number k of the set begins, counted from 0;
// false when it has not so many before the end of LastDay.
func (l *line) at(k int64) (int64, bool) {
	i := lastAtMost(l.sum, k)
	reading, ok := l.pattern.at(k - l.shift[i])
	at := reading - l.zone.offset[i]
	return at, ok && at < l.zone.end
}
