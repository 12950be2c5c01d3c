package calendar

import "slices"

const allDays = int64(LastDay-FirstDay) + 1

// begun returns the hours that begin on a day by holiday, override and weekday, before any
// cut: they may run to the next day's midnight and beyond.
func (b *book) begun(day int64) []span {
	if day < 0 {
		return b.week[(day%7+7)%7]
	}
	if _, closed := find(b.holidays, int32(day)); closed {
		return nil
	}
	if i, found := find(b.overrides, int32(day)); found {
		return b.overrides[i].open
	}
	return b.week[day%7]
}

// kept takes holidays and cuts out of spans that are told from the midnight of a day and
// reach at most into the next.
func (b *book) kept(day int64, open []span) []span {
	for d := day - 1; d <= day+1; d++ {
		start := (d - day) * dayLen
		if _, closed := find(b.holidays, int32(d)); closed {
			open = without(open, span{start, start + dayLen})
		}
		i, _ := find(b.cuts, int32(d))
		for ; i < len(b.cuts) && int64(b.cuts[i].day) == d; i++ {
			cut := b.cuts[i].open[0]
			open = without(open, span{start + cut.from, start + cut.to})
		}
	}
	return open
}

// own returns the hours that begin on a day and are kept.
func (b *book) own(day int64) []span { return b.kept(day, b.begun(day)) }

// working returns the hours that make a day a working day and close it: its own, up to where
// those of the next day begin. An override may overlap with the evening before, and no day
// may close after the next one.
func (b *book) working(day int64) []span {
	own := b.own(day)
	if next := b.own(day + 1); len(own) > 0 && len(next) > 0 && own[len(own)-1].to > next[0].from+dayLen {
		return without(own, span{next[0].from + dayLen, own[len(own)-1].to})
	}
	return own
}

// open returns the open readings between the two midnights of a day: its own hours and
// what the evening before left over.
func (b *book) open(day int64) []span {
	var within []span
	for _, s := range b.begun(day) {
		within = append(within, s.overlap(0, dayLen))
	}
	for _, s := range b.begun(day - 1) {
		if over := (span{s.from - dayLen, s.to - dayLen}).overlap(0, dayLen); over.length() > 0 {
			within = append(within, over)
		}
	}
	return b.kept(day, union(within, nil))
}

// exceptional returns the days, ascending, that may differ from their weekday: those that
// the lists name and, for hours over midnight, those before and after them.
func (b *book) exceptional(z *zone) []int32 {
	var days []int32
	for _, list := range [][]named{b.overrides, b.holidays, b.cuts} {
		for _, row := range list {
			days = append(days, row.day-1, row.day, row.day+1)
		}
	}
	// Where a clock skips readings, the hours of a day, or the whole day, may never be.
	for i := 1; i < len(z.from); i++ {
		if z.offset[i] > z.offset[i-1] {
			first, last := (z.from[i]+z.offset[i-1])/dayLen, (z.from[i]+z.offset[i])/dayLen
			for day := first - 1; day <= last; day++ {
				days = append(days, int32(day))
			}
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	return slices.DeleteFunc(days, func(day int32) bool { return day < 0 || int64(day) >= allDays })
}

// compile turns the book into the set of open readings and the working days.
func (b *book) compile(z *zone) (*pattern, *workdays) {
	var week [7][]span
	var works [7]int64
	bare := book{week: b.week}
	for i := range week {
		week[i] = bare.open(int64(i) + 7)
		if len(b.week[i]) > 0 {
			works[i] = 1
		}
	}
	var days []int32
	var open, own [][]span
	var working []int64
	for _, day := range b.exceptional(z) {
		spans, hours := b.open(int64(day)), b.working(int64(day))
		come := comes(int64(day), hours, z)
		if come == works[day%7] && slices.Equal(spans, week[day%7]) && slices.Equal(hours, b.week[day%7]) {
			continue
		}
		days, open, own, working = append(days, day), append(open, spans), append(own, hours), append(working, come)
	}
	count := newTally(days, works, func(i int) int64 { return working[i] })
	return newPattern(week, days, open), &workdays{week: b.week, own: own, count: count}
}

// comes is 1 for a day whose hours really come, and 0 for any other.
func comes(day int64, hours []span, z *zone) int64 {
	come := int64(0)
	for _, s := range hours {
		z.passes(span{day*dayLen + s.from, day*dayLen + s.to}, func(span) { come = 1 })
	}
	return come
}

// workdays is the working hours of each day, see book.working, and the working days: those
// that have some. They may end on the next day.
type workdays struct {
	week  [7][]span // of a regular day, by day number modulo 7
	own   [][]span  // of the exceptional days, as the tally has them
	count tally
}

// hours returns the working hours of a day.
func (w *workdays) hours(day int64) []span {
	if place, exceptional := w.count.place(day); exceptional {
		return w.own[place]
	}
	return w.week[day%7]
}

// before counts the working days before a day.
func (w *workdays) before(day int64) int64 {
	place, _ := w.count.place(day)
	return w.count.before(day, place)
}
