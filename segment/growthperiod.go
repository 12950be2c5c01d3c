package segment

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
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
	return customer.WriteStored("segment", k, PeriodYear)
}

// UnmarshalText reads what MarshalText wrote.
func (k *PeriodKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "period kind", k, PeriodYear, text)
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
func (k PeriodKind) Of(day customer.Date) population.Period {
	if n := k.months(); n > 0 {
		first := monthOf(day) - monthOf(day)%n
		return population.Period{From: firstOfMonth(first), Until: firstOfMonth(first + n)}
	}
	if k == PeriodWeek {
		day = day.AddDays(-(int(day.Weekday()) + 6) % 7)
		return population.Period{From: day, Until: day.AddDays(7)}
	}
	return population.Period{From: day, Until: day.AddDays(1)}
}

// GrowthSpan is a period and what it may be compared with.
type GrowthSpan struct {
	Kind       PeriodKind
	Now        population.Period // as far as sales are known
	Before     population.Period // of the period before it
	YearBefore population.Period // of the same period of the year before
	Whole      bool              // Now is over: all three are whole periods
}

// Span returns the period in which a day lies, as far as sales are known, that is up to,
// not including, until, with its counterparts.
//
// A whole period is compared with whole ones. One that is not over is compared with the
// same span of each: up to the day with the same number, a month, a quarter or a year
// earlier, clamped where the earlier month is shorter (the year up to 29 February with the
// one up to 28 February), and for a week up to the same weekday. A day is compared with the
// same date, 29 February with the 28th; an ISO week with the week of the same number, and
// week 53 of a long year, where the year before has none, with its last one, 52.
//
// Its error is customer.Faults: a day, and until a day after the period's first.
func (k PeriodKind) Span(day, until customer.Date) (GrowthSpan, error) {
	var faults customer.Faults
	if k < PeriodDay || k > PeriodYear {
		faults.Add("kind", k, "is day, week, month, quarter or year")
		return GrowthSpan{}, faults
	}
	whole := k.Of(day)
	if !day.Valid() || !until.Valid() || until <= whole.From {
		faults.Add("until", until, "is a day after the first of the period")
		return GrowthSpan{}, faults
	}
	s := GrowthSpan{Kind: k, Now: population.Period{From: whole.From, Until: min(whole.Until, until)}, Whole: until >= whole.Until}
	s.Before = k.Of(whole.From.AddDays(-1))
	s.YearBefore = k.yearBefore(whole)
	if !s.Whole {
		last := s.Now.Until.AddDays(-1)
		s.Before.Until = min(s.Before.Until, k.earlier(last, s.Before.From, s.Now.From, k.months()).AddDays(1))
		s.YearBefore.Until = min(s.YearBefore.Until, k.earlier(last, s.YearBefore.From, s.Now.From, 12).AddDays(1))
	}
	if s.Now.Check() != nil || s.Before.Check() != nil || s.YearBefore.Check() != nil {
		faults.Add("day", day, "has a period of the kind before it and a year before")
		return GrowthSpan{}, faults
	}
	return s, nil
}

// earlier is the counterpart of the last day in a period that begins on from: so many
// months before, or in a week, as many days in.
func (k PeriodKind) earlier(last, from, now customer.Date, months int) customer.Date {
	if k == PeriodWeek {
		return from + (last - now)
	}
	return last.AddMonths(-months)
}

// yearBefore is the whole period of the year before.
func (k PeriodKind) yearBefore(whole population.Period) population.Period {
	if k != PeriodWeek {
		return k.Of(whole.From.AddMonths(-12))
	}
	year, week := isoWeek(whole.From)
	// 28 December always lies in the last ISO week of its year, 4 January in the first.
	last, _ := customer.NewDate(year-1, time.December, 28)
	_, weeks := isoWeek(last)
	monday := PeriodWeek.Of(last).From.AddDays(7 * (min(week, weeks) - weeks))
	return population.Period{From: monday, Until: monday.AddDays(7)}
}

func isoWeek(day customer.Date) (year, week int) {
	if !day.Valid() {
		return 0, 0
	}
	return day.Start(time.UTC).ISOWeek()
}
