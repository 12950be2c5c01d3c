package population

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// PeriodKind is a kind of calendar period. The zero kind is refused.
type PeriodKind uint8

// The kinds of periods. Their texts are format. A year that is not over is the year to
// date, "day to year"; so are the others.
const (
	PeriodDay  PeriodKind = iota + 1
	PeriodWeek            // from Monday, as in ISO 8601
	PeriodMonth
	PeriodQuarter
	PeriodYear
)

// String returns the stored text.
func (k PeriodKind) String() string {
	switch k {
	case PeriodDay:
		return "day"
	case PeriodWeek:
		return "week"
	case PeriodMonth:
		return "month"
	case PeriodQuarter:
		return "quarter"
	case PeriodYear:
		return "year"
	}
	return "period kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; an unknown kind is an error.
func (k PeriodKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("population", k, PeriodYear)
}

// UnmarshalText reads what MarshalText wrote.
func (k *PeriodKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("population", "period kind", k, PeriodYear, text)
}

// months is how many months a period of the kind has; 0 for days and weeks.
func (k PeriodKind) months() int {
	switch k {
	case PeriodDay, PeriodWeek:
		return 0
	case PeriodMonth:
		return 1
	case PeriodQuarter:
		return 3
	case PeriodYear:
		return 12
	}
	return 0
}

// Of returns the whole period of the kind in which a day lies.
func (k PeriodKind) Of(day customer.Date) Period { return k.OfYear(day, time.January) }

// OfYear is Of where years, and with them their quarters, begin in a month of their own: the
// business year from April, say.
func (k PeriodKind) OfYear(day customer.Date, start time.Month) Period {
	if n := k.months(); n > 0 {
		year, month, _ := day.Civil()
		months := 12*year + int(month) - 1
		first := months - (months+12-(int(start)-1))%n
		return Period{From: firstOfMonth(first), Until: firstOfMonth(first + n)}
	}
	if k == PeriodWeek {
		day = day.AddDays(-(int(day.Weekday()) + 6) % 7)
		return Period{From: day, Until: day.AddDays(7)}
	}
	return Period{From: day, Until: day.AddDays(1)}
}

// firstOfMonth is the first day of a calendar month, counted from the year 0.
func firstOfMonth(month int) customer.Date {
	return customer.Date(1).AddMonths(month - 12) // 1 January of the year 1 is in month 12
}

// Span is a calendar period and what it may be compared with.
type Span struct {
	Kind       PeriodKind
	Now        Period // as far as sales are known
	Before     Period // of the period before it
	YearBefore Period // of the same period of the year before
	Whole      bool   // Now is over: all three are whole periods
}

// Span returns the period in which a day lies, as far as sales are known, that is up to,
// not including, until, with its counterparts.
//
// A whole period is compared with whole ones. One that is not over is compared with the
// same span of each: up to the day with the same number, a month, a quarter or a year
// earlier, clamped where the earlier month is shorter (the year up to 29 February with the
// one up to 28 February), and for a week up to the same weekday. The year before is that of
// [Period.YearBefore].
//
// Its error is customer.Faults: a day, and until a day after the period's first.
func (k PeriodKind) Span(day, until customer.Date) (Span, error) {
	var faults customer.Faults
	if k < PeriodDay || k > PeriodYear {
		faults.Add("kind", k, "is day, week, month, quarter or year")
		return Span{}, faults
	}
	whole := k.Of(day)
	if !day.Valid() || !until.Valid() || until <= whole.From {
		faults.Add("until", until, "is a day after the first of the period")
		return Span{}, faults
	}
	s := Span{Kind: k, Now: Period{From: whole.From, Until: min(whole.Until, until)}, Whole: until >= whole.Until}
	s.Before = k.Of(whole.From.AddDays(-1))
	s.YearBefore = whole.YearBefore(until)
	if !s.Whole {
		last := s.Now.Until.AddDays(-1)
		earlier := last.AddMonths(-k.months())
		if k == PeriodWeek {
			earlier = s.Before.From + (last - s.Now.From)
		}
		s.Before.Until = min(s.Before.Until, earlier.AddDays(1))
	}
	if s.Now.Check() != nil || s.Before.Check() != nil || s.YearBefore.Check() != nil {
		faults.Add("day", day, "has a period of the kind before it and a year before")
		return Span{}, faults
	}
	return s, nil
}

// YearBefore returns the same period of the year before, as far as sales of this one are known:
// up to, not including, until, a day after the period's first. Where there is none, it has days
// that are none.
//
// Whole months are compared with whole months: February 2025 with the 29 days of 2024. Any other
// period, and one that is not over, begins and ends on the days with the same numbers, 29
// February being the 28th where the year before has none. A week, seven days from a Monday, is
// compared with the ISO week of the same number, and week 53 of a long year, where the year
// before has none, with its last one, 52.
func (p Period) YearBefore(until customer.Date) Period {
	known := Period{From: p.From, Until: min(p.Until, until)}
	if p == PeriodWeek.Of(p.From) {
		monday := weekBefore(p.From)
		return Period{From: monday, Until: monday.AddDays(int(known.Until - known.From))}
	}
	then := Period{From: p.From.AddMonths(-12), Until: known.Until.AddDays(-1).AddMonths(-12).AddDays(1)}
	if _, _, first := p.From.Civil(); first == 1 && known == p {
		if _, _, end := p.Until.Civil(); end == 1 {
			then.Until = p.Until.AddMonths(-12)
		}
	}
	return then
}

// weekBefore is the Monday of the ISO week of the same number of the year before.
func weekBefore(monday customer.Date) customer.Date {
	year, week := isoWeek(monday)
	// 28 December always lies in the last ISO week of its year, 4 January in the first.
	last, _ := customer.NewDate(year-1, time.December, 28)
	_, weeks := isoWeek(last)
	return PeriodWeek.Of(last).From.AddDays(7 * (min(week, weeks) - weeks))
}

func isoWeek(day customer.Date) (year, week int) {
	if !day.Valid() {
		return 0, 0
	}
	return day.Start(time.UTC).ISOWeek()
}
