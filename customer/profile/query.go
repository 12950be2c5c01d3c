package profile

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxEach is how many periods a report lists one by one.
const MaxEach = 4000

// Query says what a report is asked for.
type Query struct {
	// On is the last day that counts: the report is the one that was true that evening.
	On customer.Date
	// Period is what is reported on, up to On; the zero Period is everything since the first deal.
	Period population.Period
	// Each lists the periods of a kind one by one; zero: none.
	Each population.PeriodKind
	// KeyAccount asks for the deeper report: by product, and by who used the account's cards.
	KeyAccount bool
}

// Reporter answers one Query for one customer after the other, reusing its memory: warm, it
// allocates nothing, but after a customer of more than 16,384 products, orders or holders. It is
// not safe for concurrent use; make one for each goroutine.
type Reporter struct {
	sheet *Sheet
	query Query
	// Of the query, worked out once; of a query since the first deal, for each customer.
	period, then population.Period // up to On; then is of no days where nothing is compared
	each         []eachPeriod

	arranger arranger
	days     []dayTotal
	nothing  Figures  // what there was before the first day
	slots    []slot   // by category
	touched  []uint16 // categories of the year at hand
	cells    []YearCategory
	amounts  []int64 // of receipts, for the median
	products places  // in the report
	holders  places

	report     Report
	comparison Comparison

	orders  places // in the margins
	bought  places
	margins Contribution
}

type eachPeriod struct {
	period, then population.Period
	whole        bool
}

// Reporter checks a query whole, returning customer.Faults, or *customer.Refusal where the rules
// are not in force on its day.
func (s *Sheet) Reporter(query Query) (*Reporter, error) {
	if s == nil || len(s.categories) == 0 {
		return nil, errNoSheet
	}
	var faults customer.Faults
	if !query.On.Valid() || query.On == customer.MaxDate {
		faults.Add("on", query.On, "is a day of the years 1 to 9999 that has another after it")
	} else if query.Period != (population.Period{}) {
		if faults = query.Period.Faults("period"); len(faults) == 0 && query.Period.From > query.On {
			faults.Add("period.from", query.Period.From, "is not after on")
		}
	}
	if query.Each > population.PeriodYear {
		faults.Add("each", query.Each, "is day, week, month, quarter or year, or none")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := s.rules.Covers(query.On); err != nil {
		return nil, err
	}
	r := &Reporter{
		sheet: s, query: query, slots: make([]slot, len(s.categories)),
		products: places{}, holders: places{}, orders: places{}, bought: places{},
	}
	if r.since() {
		return r, nil
	}
	until := query.On.AddDays(1)
	r.period = population.Period{From: query.Period.From, Until: min(query.Period.Until, until)}
	if then := query.Period.YearBefore(until); then.Check() == nil {
		r.then = then
	}
	if err := r.list(query.Period); err != nil {
		return nil, err
	}
	return r, nil
}

// places are where the rows of codes stand in a report.
type places map[Code]int32

// manyPlaces is from how many rows on a map is not emptied but made anew: emptying one takes as
// long as it has ever been large, for each of the customers that come after.
const manyPlaces = 1 << 14

// emptied returns places without rows.
func emptied(p places) places {
	if len(p) > manyPlaces {
		return places{}
	}
	clear(p)
	return p
}

// since reports whether everything since the first deal is asked for.
func (r *Reporter) since() bool { return r.query.Period == (population.Period{}) }

// begin makes the periods of a report on everything since a day, unless they are those of the
// report before.
func (r *Reporter) begin(first customer.Date) error {
	period := population.Period{From: first, Until: r.query.On.AddDays(1)}
	if !r.since() || r.period == period {
		return nil
	}
	r.period = period
	// The first period begins before the first deal: there was nothing.
	whole := r.sheet.Period(r.query.Each, first)
	return r.list(population.Period{From: max(whole.From, 1), Until: period.Until})
}

// list lists the periods of the kind asked for one by one, with those of the year before. What of
// them does not lie in the period asked for is left out.
func (r *Reporter) list(asked population.Period) error {
	r.each = r.each[:0]
	if r.query.Each == 0 {
		return nil
	}
	until := r.query.On.AddDays(1)
	for day := asked.From; day < min(asked.Until, until); {
		whole := r.sheet.Period(r.query.Each, day)
		part := population.Period{From: max(whole.From, asked.From), Until: min(whole.Until, asked.Until)}
		if whole.Until == 0 { // the last one of all has none after it
			part.Until = asked.Until
		}
		if r.since() && whole.Until != 0 {
			part.Until = whole.Until
		}
		one := eachPeriod{period: population.Period{From: part.From, Until: min(part.Until, until)}}
		one.whole = one.period == whole
		if then := part.YearBefore(until); then.Check() == nil {
			one.then = then
		}
		if r.each = append(r.each, one); len(r.each) > MaxEach {
			var faults customer.Faults
			faults.Add("each", r.query.Each, fmt.Sprintf("gives at most %d periods", MaxEach))
			r.period = population.Period{}
			return faults
		}
		day = part.Until
	}
	return nil
}
