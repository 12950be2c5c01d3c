package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of the rules. What exceeds them is a fault.
const (
	MaxHours     = 24     // spans of one day
	MaxOverrides = 10_000 // rows
	MaxHolidays  = 10_000 // days in all
	MaxCuts      = 10_000 // rows
)

// Rules is the rule book of a calendar, as plain data. Precedence: a holiday closes its
// day whatever else is said; an override takes the place of the weekly hours; cuts are
// taken out of what is then left.
//
// From and Until of the edition bound what the calendar knows: a list of holidays that
// ends with 2026 has its Until on 1 January 2027, and a question about a later day is
// refused, where otherwise the unlisted holidays of 2027 would count as open. The next
// version, which adds 2027, keeps the From: clocks that began in 2026 still count from there.
type Rules struct {
	customer.Edition

	Zone      string     `json:"zone"` // IANA name of the zone whose wall clock the hours are read from
	Weekly    []Weekly   `json:"weekly,omitempty"`
	Overrides []Override `json:"overrides,omitempty"`
	Holidays  []Holiday  `json:"holidays,omitempty"`
	Cuts      []Cut      `json:"cuts,omitempty"`
}

// Hours is a span of wall time, "09:00" to "18:00". It is half-open: at 18:00 it is over.
// The end may be "24:00". An end earlier than the start is on the next day: "22:00" to
// "02:00". Hours belong to the day on which they begin.
type Hours struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Weekly is the opening hours of some days of the week. A weekday stands in one Weekly at
// most; one in none has no hours. Hours of one week do not overlap, also not where they
// run into the next day.
type Weekly struct {
	Days  []customer.Weekday `json:"days"`  // in JSON "monday" to "sunday"
	Hours []Hours            `json:"hours"` // ascending; 1 to MaxHours
}

// Daily returns the same hours for every day of the week: from "00:00" to "24:00" for
// a desk that never closes.
func Daily(hours ...Hours) Weekly {
	return Weekly{Days: []customer.Weekday{1, 2, 3, 4, 5, 6, 7}, Hours: hours}
}

// Override is a day that has other hours than its weekday: a Sunday worked for a bridge
// day (调休), a long evening, or, with no Hours, a day closed for stocktaking. What began
// the evening before still runs to its end; but a working day is over when hours of the
// next day begin. An override on a holiday is a fault: the list of holidays has to say which
// it is.
type Override struct {
	On    customer.Date `json:"on"`
	Name  string        `json:"name,omitempty"` // what for, as reasons cite it
	Hours []Hours       `json:"hours,omitempty"`
}

// Holiday is days that are closed whole, from the first midnight to the last: what began
// the evening before ends at midnight, and nothing begins on them, so no night shift runs
// out of them either. A day stands in one Holiday only.
type Holiday struct {
	On      customer.Date `json:"on"`
	Through customer.Date `json:"through,omitzero"` // the last day, included; zero: On alone
	Name    string        `json:"name"`
}

// Cut is wall time of one day that is taken out of whatever hours there are: a staff
// meeting, a funeral, early closing on Christmas Eve. Cuts may overlap.
type Cut struct {
	On   customer.Date `json:"on"`
	Name string        `json:"name,omitempty"`
	Hours
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) {
	return customer.ParseRules[Rules](data)
}

// Wall time is counted in nanoseconds from the midnight that a day begins with.
const (
	minute = int64(time.Minute)
	dayLen = 24 * 60 * minute
)

// span is a half-open stretch of wall time or of instants, in nanoseconds.
type span struct{ from, to int64 }

// overlap is the part of a span that lies between two marks; it may be empty.
func (s span) overlap(from, to int64) span {
	return span{max(s.from, from), min(s.to, to)}
}

func (s span) length() int64 { return max(0, s.to-s.from) }

// named is what a list says of one day.
type named struct {
	day  int32
	name string
	open []span // hours of an override, the wall time of a cut
}

// book is the rules, read: weekdays by day number modulo 7, days counted from FirstDay.
type book struct {
	week      [7][]span
	overrides []named // by day
	holidays  []named // by day, each day on its own
	cuts      []named // by day and time
}

// read checks the rules and returns them as a book, which is of use only where no fault
// was found.
func (r Rules) read(faults *customer.Faults) *book {
	b := new(book)
	b.readWeek(r.Weekly, faults)
	b.readHolidays(r.Holidays, faults)
	b.readOverrides(r.Overrides, faults)
	b.readCuts(r.Cuts, faults)
	return b
}

func (b *book) readWeek(weekly []Weekly, faults *customer.Faults) {
	if len(weekly) > 7 {
		faults.Add("weekly", len(weekly), "has at most 7 rows, one for each weekday")
		return
	}
	var seen [7]bool
	for i, row := range weekly {
		path := fmt.Sprintf("weekly[%d]", i)
		if len(row.Days) == 0 || len(row.Days) > 7 {
			faults.Add(path+".days", len(row.Days), "are 1 to 7 weekdays")
			continue
		}
		if len(row.Hours) == 0 {
			faults.Add(path+".hours", 0, "has at least one span; leave out a weekday to close it")
		}
		open := readHours(path+".hours", row.Hours, faults)
		for j, weekday := range row.Days {
			place := weekdayOf(weekday)
			switch {
			case !weekday.Valid():
				faults.Add(fmt.Sprintf("%s.days[%d]", path, j), weekday, "is a weekday")
			case seen[place]:
				faults.Add(fmt.Sprintf("%s.days[%d]", path, j), weekday, "stands in one row only, once")
			default:
				seen[place], b.week[place] = true, open
			}
		}
	}
	for place, open := range b.week {
		next := b.week[(place+1)%7]
		if len(open) > 0 && len(next) > 0 && open[len(open)-1].to > next[0].from+dayLen {
			weekday := customer.Weekday((place+3)%7 + 1)
			faults.Add("weekly", weekday, "has hours that end before those of the next day begin")
		}
	}
}

// weekdayOf is a weekday's place in book.week: FirstDay was a Thursday.
func weekdayOf(weekday customer.Weekday) int { return int(weekday+3) % 7 }

func (b *book) readHolidays(holidays []Holiday, faults *customer.Faults) {
	total := 0
	for i, row := range holidays {
		path := fmt.Sprintf("holidays[%d]", i)
		faults.Name(path+".name", row.Name)
		first, ok := dayNumber(path+".on", row.On, faults)
		last := first
		if row.Through != 0 {
			var through bool
			last, through = dayNumber(path+".through", row.Through, faults)
			ok = ok && through
		}
		if !ok {
			continue
		}
		if last < first {
			faults.Add(path+".through", row.Through, "is not before on")
			continue
		}
		if total += int(last-first) + 1; total > MaxHolidays {
			faults.Add(path, total, fmt.Sprintf("makes at most %d days of holidays", MaxHolidays))
			return
		}
		for day := first; day <= last; day++ {
			b.holidays = append(b.holidays, named{day: day, name: row.Name})
		}
	}
	sortDays(b.holidays)
	repeated("holidays", b.holidays, faults)
}

func (b *book) readOverrides(overrides []Override, faults *customer.Faults) {
	if len(overrides) > MaxOverrides {
		faults.Add("overrides", len(overrides), fmt.Sprintf("are at most %d", MaxOverrides))
		return
	}
	for i, row := range overrides {
		path := fmt.Sprintf("overrides[%d]", i)
		day, ok := dayNumber(path+".on", row.On, faults)
		faults.Text(path+".name", row.Name)
		open := readHours(path+".hours", row.Hours, faults)
		if !ok {
			continue
		}
		if _, closed := find(b.holidays, day); closed {
			faults.Add(path+".on", row.On, "is no holiday: the day is either closed or has hours")
		}
		b.overrides = append(b.overrides, named{day, row.Name, open})
	}
	sortDays(b.overrides)
	repeated("overrides", b.overrides, faults)
}

func (b *book) readCuts(cuts []Cut, faults *customer.Faults) {
	if len(cuts) > MaxCuts {
		faults.Add("cuts", len(cuts), fmt.Sprintf("are at most %d", MaxCuts))
		return
	}
	for i, row := range cuts {
		path := fmt.Sprintf("cuts[%d]", i)
		day, ok := dayNumber(path+".on", row.On, faults)
		faults.Text(path+".name", row.Name)
		if cut, readable := readSpan(path, row.Hours, faults); ok && readable {
			b.cuts = append(b.cuts, named{day, row.Name, []span{cut}})
		}
	}
	slices.SortFunc(b.cuts, func(x, y named) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.open[0].from, y.open[0].from),
			cmp.Compare(x.open[0].to, y.open[0].to), cmp.Compare(x.name, y.name))
	})
}

func sortDays(list []named) {
	slices.SortStableFunc(list, func(a, b named) int { return cmp.Compare(a.day, b.day) })
}

// repeated notes each day that stands in a sorted list more than once.
func repeated(path string, list []named, faults *customer.Faults) {
	for i := 1; i < len(list); i++ {
		if list[i].day == list[i-1].day && (i < 2 || list[i].day != list[i-2].day) {
			faults.Add(path, FirstDay+customer.Date(list[i].day), "names each day once")
		}
	}
}

// find returns the place of the first row of a day in a sorted list.
func find(list []named, day int32) (int, bool) {
	return slices.BinarySearchFunc(list, day, func(row named, day int32) int { return cmp.Compare(row.day, day) })
}

func dayNumber(path string, on customer.Date, faults *customer.Faults) (int32, bool) {
	if on < FirstDay || on > LastDay {
		faults.Add(path, on, "is a day of the years 1970 to 2199")
		return 0, false
	}
	return int32(on - FirstDay), true
}

// readHours reads the spans of one day. Those that touch become one.
func readHours(path string, hours []Hours, faults *customer.Faults) []span {
	if len(hours) > MaxHours {
		faults.Add(path, len(hours), fmt.Sprintf("are at most %d spans", MaxHours))
		return nil
	}
	var open []span
	for i, row := range hours {
		at := fmt.Sprintf("%s[%d]", path, i)
		next, ok := readSpan(at, row, faults)
		if !ok {
			continue
		}
		switch last := len(open) - 1; {
		case last >= 0 && next.from < open[last].to:
			faults.Add(at+".from", row.From, "is not before the end of the span above")
		case last >= 0 && next.from == open[last].to:
			open[last].to = next.to
		default:
			open = append(open, next)
		}
	}
	if len(open) > 0 && open[len(open)-1].to > open[0].from+dayLen {
		faults.Add(path, hours[len(hours)-1].To, "is at most 24 hours after the first span begins")
	}
	return open
}

func readSpan(path string, hours Hours, faults *customer.Faults) (span, bool) {
	from, isFrom := readTime(hours.From)
	to, isTo := readTime(hours.To)
	if !isFrom || from == dayLen {
		faults.Add(path+".from", hours.From, `is a time of day from "00:00" to "23:59"`)
		isFrom = false
	}
	if !isTo {
		faults.Add(path+".to", hours.To, `is a time of day from "00:00" to "24:00"`)
	}
	if !isFrom || !isTo {
		return span{}, false
	}
	if from == to {
		faults.Add(path+".to", hours.To, `is another time than from; a whole day is "00:00" to "24:00"`)
		return span{}, false
	}
	if to < from {
		to += dayLen
	}
	return span{from, to}, true
}

// readTime reads "HH:MM" up to "24:00".
func readTime(text string) (int64, bool) {
	if len(text) != len("HH:MM") || text[2] != ':' {
		return 0, false
	}
	for _, place := range [...]int{0, 1, 3, 4} {
		if text[place] < '0' || text[place] > '9' {
			return 0, false
		}
	}
	hours := int64(text[0]-'0')*10 + int64(text[1]-'0')
	minutes := int64(text[3]-'0')*10 + int64(text[4]-'0')
	at := (hours*60 + minutes) * minute
	return at, minutes < 60 && at <= dayLen
}
