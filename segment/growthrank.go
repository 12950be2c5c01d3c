package segment

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// GrowthMeasure is what is compared. The zero measure is refused.
type GrowthMeasure uint8

// The measures. Their texts are format.
const (
	GrowthOfSales GrowthMeasure = iota + 1 // less returns
	GrowthOfBills
	GrowthOfCustomers // different customers with a card
)

// String returns the stored text.
func (m GrowthMeasure) String() string {
	switch m {
	case GrowthOfSales:
		return "sales"
	case GrowthOfBills:
		return "bills"
	case GrowthOfCustomers:
		return "customers"
	}
	return "growth measure " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; an unknown measure is an error.
func (m GrowthMeasure) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", m, GrowthOfCustomers)
}

// UnmarshalText reads what MarshalText wrote.
func (m *GrowthMeasure) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "growth measure", m, GrowthOfCustomers, text)
}

// GrowthRate is a figure now and then, and what that is as a rate.
type GrowthRate struct {
	Now, Then int64
	// Known: Then is above 0. From nothing, or from more returns than sales, there is no
	// rate, however much is sold now.
	Known bool
	// Permille is (Now − Then)/Then in thousandths, rounded towards minus infinity, so that
	// a fall never looks smaller than it was and a rise never greater; held within ±10^18.
	Permille int64
}

func growthRate(now, then int64) GrowthRate {
	rate := GrowthRate{Now: now, Then: then, Known: then > 0}
	if rate.Known {
		rate.Permille = population.ScaledFloor(now-then, 1000, then)
	}
	return rate
}

// GrowthRow is the growth of a view.
type GrowthRow struct {
	View      GrowthView
	Now, Then GrowthFigures
	Sales     GrowthRate // less returns
	Bills     GrowthRate
	Customers GrowthRate
	Small     bool // the earlier period has too few bills or customers to make much of a rate
	// Rank is the place, from 1, by the measure asked for among the views that name the same
	// labels; equal rates share it. 0: the base is small, or there is no rate.
	Rank    int
	Reasons []customer.Reason
}

// GrowthAgainst says what a period is compared with. The zero value is refused.
type GrowthAgainst uint8

// What a period is compared with. Their texts are format.
const (
	AgainstYearBefore GrowthAgainst = iota + 1 // the same period of the year before
	AgainstBefore                              // the period before it
)

// String returns the stored text.
func (a GrowthAgainst) String() string {
	switch a {
	case AgainstYearBefore:
		return "year-before"
	case AgainstBefore:
		return "before"
	}
	return "growth against " + strconv.Itoa(int(a))
}

// MarshalText writes the stored text; anything else is an error.
func (a GrowthAgainst) MarshalText() ([]byte, error) {
	return customer.WriteStored("segment", a, AgainstBefore)
}

// UnmarshalText reads what MarshalText wrote.
func (a *GrowthAgainst) UnmarshalText(text []byte) error {
	return customer.ReadStored("segment", "growth comparison", a, AgainstBefore, text)
}

// Compare returns the growth of every view of a census, ranked among the views that name
// the same labels: areas among areas, bands among bands. Those come in the order of their
// first views; among them the ranked ones come first, the greatest growth in front by the
// exact rate, equal ones by the greater figure now, then in the order of the views; then
// those without a rank in the order of the views.
//
// Its error is customer.Faults where the census does not have both periods, and a
// *customer.Refusal where the rules are not in force on the last day of the span.
func (c *GrowthCensus) Compare(span population.Span, against GrowthAgainst, by GrowthMeasure) ([]GrowthRow, error) {
	if c.book == nil {
		return nil, errNoGrowthBook
	}
	if err := c.book.rules.Covers(span.Now.Until.AddDays(-1)); err != nil {
		return nil, err
	}
	var faults customer.Faults
	then := span.YearBefore
	if against == AgainstBefore {
		then = span.Before
	}
	if against != AgainstYearBefore && against != AgainstBefore {
		faults.Add("against", against, "is year-before or before")
	}
	if by < GrowthOfSales || by > GrowthOfCustomers {
		faults.Add("by", by, "is sales, bills or customers")
	}
	for _, period := range []population.Period{span.Now, then} {
		if !slices.Contains(c.periods, period) {
			faults.Add("span", period.From.String()+" to "+period.Until.String(), "is a period of the census")
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rows := make([]GrowthRow, len(c.views))
	for i, view := range c.views {
		row := &rows[i]
		row.View = view
		row.Now, _ = c.Figures(span.Now, view)
		row.Then, _ = c.Figures(then, view)
		row.Sales = growthRate(row.Now.Net(), row.Then.Net())
		row.Bills = growthRate(row.Now.Bills, row.Then.Bills)
		row.Customers = growthRate(row.Now.Customers, row.Then.Customers)
		row.Reasons = c.book.compared(row, by, unlike(span, c.book.name, then))
	}
	var kinds [][]GrowthRow // the rows of views that name the same labels
	for _, row := range rows {
		at := slices.IndexFunc(kinds, func(kind []GrowthRow) bool { return kind[0].View.labels() == row.View.labels() })
		if at < 0 {
			at, kinds = len(kinds), append(kinds, nil)
		}
		kinds[at] = append(kinds[at], row)
	}
	for _, kind := range kinds {
		rankGrowth(kind, by)
	}
	return slices.Concat(kinds...), nil
}

// labels says which labels a view names.
func (v GrowthView) labels() [3]bool { return [3]bool{v.Class != "", v.Band != "", v.Area != ""} }

// of is the rate of a measure.
func (r *GrowthRow) of(by GrowthMeasure) GrowthRate {
	switch by {
	case GrowthOfSales:
		return r.Sales
	case GrowthOfBills:
		return r.Bills
	case GrowthOfCustomers:
		return r.Customers
	}
	return GrowthRate{}
}

// compared says why a row is as it is, and whether its base is small.
func (b *GrowthBook) compared(row *GrowthRow, by GrowthMeasure, why []customer.Reason) []customer.Reason {
	add := func(code string, fact, mark int64, unit customer.Unit) {
		why = append(why, customer.Reason{Code: code, Rule: b.name, Fact: fact, Mark: mark, Unit: unit})
	}
	why = b.unpriced(b.unpriced(why, CodeGrowthUnpriced, &row.Now), CodeGrowthUnpricedThen, &row.Then)
	if now, then := row.Now.UnpricedReturns, row.Then.UnpricedReturns; now > 0 || then > 0 {
		add(CodeGrowthNoRefund, now, then, customer.UnitTimes)
	}
	add(CodeGrowthSales, row.Sales.Now, row.Sales.Then, customer.UnitMinor)
	add(CodeGrowthBills, row.Bills.Now, row.Bills.Then, customer.UnitTimes)
	add(CodeGrowthCustomers, row.Customers.Now, row.Customers.Then, customer.UnitCustomers)
	if rate := row.of(by); rate.Known {
		add(CodeGrowthRate, rate.Permille, 0, customer.UnitPermille)
	} else {
		add(CodeGrowthNoBase, rate.Now, rate.Then, 0)
	}
	if least := int64(b.rules.MinBills); row.Then.Bills < least {
		row.Small = true
		add(CodeGrowthFewBills, row.Then.Bills, least, customer.UnitTimes)
	}
	if least := int64(b.rules.MinCustomers); row.Then.Customers < least {
		row.Small = true
		add(CodeGrowthFewCustomers, row.Then.Customers, least, customer.UnitCustomers)
	}
	return why
}

// unlike says where two periods are not quite the same: not as long, or with a counterpart
// that the calendar had to choose.
func unlike(s population.Span, rule string, then population.Period) (why []customer.Reason) {
	days := func(p population.Period) int64 { return int64(p.Until - p.From) }
	if !s.Whole {
		why = append(why, customer.Reason{Code: CodeGrowthToDate, Rule: rule, Fact: days(s.Now), Mark: days(then), Unit: customer.UnitDays, On: s.Now.Until.AddDays(-1), By: then.Until.AddDays(-1)})
	} else if days(s.Now) != days(then) {
		why = append(why, customer.Reason{Code: CodeGrowthUnequal, Rule: rule, Fact: days(s.Now), Mark: days(then), Unit: customer.UnitDays})
	}
	if then != s.YearBefore {
		return why
	}
	_, now := s.Now.From.Start(time.UTC).ISOWeek()
	_, week := then.From.Start(time.UTC).ISOWeek()
	_, nowMonth, nowDay := s.Now.From.Civil()
	if s.Kind == population.PeriodWeek && now != week {
		why = append(why, customer.Reason{Code: CodeGrowthWeek53, Rule: rule, Fact: int64(now), Mark: int64(week), On: s.Now.From, By: then.From})
	}
	if s.Kind == population.PeriodDay && nowMonth == time.February && nowDay == 29 {
		why = append(why, customer.Reason{Code: CodeGrowthLeapDay, Rule: rule, On: s.Now.From, By: then.From})
	}
	return why
}

// rankGrowth sorts rows that are ranked against each other, and gives them their ranks.
func rankGrowth(rows []GrowthRow, by GrowthMeasure) {
	ranked := func(r *GrowthRow) bool { return !r.Small && r.of(by).Known }
	// greater compares rates by cross-multiplication: (n1−t1)/t1 with (n2−t2)/t2.
	greater := func(x, y GrowthRate) int {
		return compareSigned(y.Now-y.Then, x.Then, x.Now-x.Then, y.Then)
	}
	slices.SortStableFunc(rows, func(x, y GrowthRow) int {
		switch first, second := ranked(&x), ranked(&y); {
		case first && second:
			return cmp.Or(greater(x.of(by), y.of(by)), cmp.Compare(y.of(by).Now, x.of(by).Now))
		case first:
			return -1
		case second:
			return 1
		}
		return 0
	})
	all := int64(0)
	for i := range rows {
		if ranked(&rows[i]) {
			all++
		}
	}
	for i := range rows {
		row := &rows[i]
		if !ranked(row) {
			return
		}
		row.Rank = i + 1
		if i > 0 && greater(rows[i-1].of(by), row.of(by)) == 0 {
			row.Rank = rows[i-1].Rank
		}
		row.Reasons = append(row.Reasons, customer.Reason{Code: CodeGrowthRank, Rule: row.Reasons[0].Rule, Fact: int64(row.Rank), Mark: all})
	}
}
