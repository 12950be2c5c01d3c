package customer

import (
	"fmt"
	"time"
)

// Date is a civil day without a zone, counted so that 1 January of the year 1 is 1
// ("rata die" in Reingold and Dershowitz, Calendrical Calculations): later days
// compare greater, and the difference of two Dates is a number of days. The zero
// Date is "no date". Dates reach from 0001-01-01 to [MaxDate]; arithmetic that
// leaves this range gives the zero Date. In text a Date reads 2026-11-25.
type Date int32

// MaxDate is 31 December 9999.
const MaxDate Date = 3_652_059

const (
	unixEpoch  Date = 719_163 // 1970-01-01
	daySeconds      = 24 * 60 * 60
)

// NewDate returns the civil day, or an error where there is none: 30 February, a
// year outside 1 to 9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December || day < 1 || day > lastDay(year, month) {
		return 0, fmt.Errorf("customer: there is no day %04d-%02d-%02d", year, int(month), day)
	}
	return civil(year, month, day), nil
}

// civil counts a day that is known to exist.
func civil(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/daySeconds) + unixEpoch
}

// lastDay is the length of a month in the Gregorian calendar.
func lastDay(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// DateOf returns the civil day of an instant in a zone; the instant's own zone does
// not matter. An instant outside the years 1 to 9999 has the zero Date.
func DateOf(at time.Time, zone *time.Location) Date {
	local := at.In(zone)
	_, offset := local.Zone()
	seconds := local.Unix() + int64(offset)
	days := seconds / daySeconds
	if seconds%daySeconds < 0 {
		days--
	}
	return inRange(days + int64(unixEpoch))
}

// ParseDate reads a Date as String writes it.
func ParseDate(text string) (Date, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil || at.Year() < 1 {
		return 0, fmt.Errorf("customer: %q is not a day such as 2026-11-25", shown(text))
	}
	return DateOf(at, time.UTC), nil
}

// Valid reports whether d is a day: neither the zero Date nor out of range.
func (d Date) Valid() bool { return d >= 1 && d <= MaxDate }

// Civil returns the year, month and day. For the zero Date all three are 0.
func (d Date) Civil() (year int, month time.Month, day int) {
	if !d.Valid() {
		return 0, 0, 0
	}
	return time.Unix(int64(d-unixEpoch)*daySeconds, 0).UTC().Date()
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Weekday(int(d) % 7) // day 0 would be a Sunday
}

// AddDays returns the day n days later, or earlier for n below 0.
func (d Date) AddDays(n int) Date {
	if !d.Valid() || n > int(MaxDate) || n < -int(MaxDate) {
		return 0
	}
	return inRange(int64(d) + int64(n))
}

// AddMonths returns the same day of the month n months later; where the month is
// too short, its last day. Every step clamps from the original day: 31 January plus
// one month is 28 February, plus two is 31 March. So a yearly or monthly schedule
// adds 1, 2, 3, … months to its first day, never one month to the previous step.
func (d Date) AddMonths(n int) Date {
	const all = 12 * 9999
	if !d.Valid() || n > all || n < -all {
		return 0
	}
	year, month, day := d.Civil()
	months := year*12 + int(month) - 1 + n
	if months < 12 || months >= 12*10_000 {
		return 0
	}
	year, month = months/12, time.Month(months%12+1)
	return civil(year, month, min(day, lastDay(year, month)))
}

// Start returns the first instant of the day in a zone. It is midnight, except where
// the clock skips midnight (then it is the instant of the change: 01:00 in São Paulo
// on 2018-11-04) or strikes it twice (then the first). A day that a zone left out
// altogether starts, and ends, where the next one does. The zero Date has the zero
// Time.
func (d Date) Start(zone *time.Location) time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	year, month, day := d.Civil()
	// time.Date may give either midnight of a repeated hour, and for a skipped one an
	// instant on either side of the change. The day's first instant is that midnight,
	// the same midnight by the offset before the last change or after the next, or one
	// of the two changes: whichever is the earliest to open the day.
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	lastChange, nextChange := midnight.ZoneBounds()
	candidates := [...]time.Time{midnight, lastChange, nextChange, {}, {}}
	_, offset := midnight.Zone()
	if !lastChange.IsZero() {
		_, before := lastChange.Add(-1).Zone()
		candidates[3] = midnight.Add(time.Duration(offset-before) * time.Second)
	}
	if !nextChange.IsZero() {
		_, after := nextChange.Zone()
		candidates[4] = midnight.Add(time.Duration(offset-after) * time.Second)
	}
	var first time.Time
	for _, at := range candidates {
		opens := !at.IsZero() && DateOf(at, zone) >= d && DateOf(at.Add(-1), zone) < d
		if opens && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// String writes the date as 2026-11-25; the zero Date as "".
func (d Date) String() string {
	if !d.Valid() {
		return ""
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", year, int(month), day)
}

// MarshalText writes the date as String does. A Date out of range is an error.
func (d Date) MarshalText() ([]byte, error) {
	if d != 0 && !d.Valid() {
		return nil, fmt.Errorf("customer: date %d is out of range", int32(d))
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText wrote; empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func inRange(day int64) Date {
	if day < 1 || day > int64(MaxDate) {
		return 0
	}
	return Date(day)
}
