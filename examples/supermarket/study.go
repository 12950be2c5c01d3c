package main

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

const (
	windowDays    = 364 // 52 weeks, so that every weekday counts as often
	fortnight     = 14  // a list is for so many days
	popularDays   = 28
	longGap       = 60 // days between the last two shopping days that are worth a word
	backtestLists = 5  // one for each of the last fortnights
)

// line is a coded line of this program: customers are named by their ids.
type line = population.Line[customer.ID]

// study is one run over the purchases: three passes, one customer at a time.
type study struct {
	options  options
	progress *progress
	events   source
	file     *purchasesFile // nil for the built shop

	survey survey
	on     customer.Date // the day of decision; what happened on it or later is not seen
	coder  *segment.Coder
	rules  segment.Rules // with the marks that were fitted
	unfit  customer.Faults
	census *segment.Census
	cells  []map[segment.Cell]int // by category code

	habits   lifecycle.Habits // of all purchases, for the list of today
	popular  *personal.Popularity
	planner  *personal.Planner
	backtest []*backtest // latest last
	chosen   chosen
	loop     *loop // of the built shop; nil: none was played
}

// survey is what the first pass finds, up to the day of decision.
type survey struct {
	sales, returns, anonymous int64
	lines, priced, unlabelled int64
	paid                      int64 // minor units of the lines with a price
	currency                  customer.Currency
	first, beforeLast, last   customer.Date // shopping days; the middle one may be missing
	later                     int64         // receipts and returns on the day that -on names, or after it
	asked                     bool          // the customer to explain has a receipt
	labels                    map[string]bool
	skus                      map[string]bool // as long as no line has a category
	bySKU                     bool            // no line has a category: the sku serves
}

// backtest is a list that could have been made on an earlier day, from the purchases
// before it, and what came of it.
type backtest struct {
	on      customer.Date
	habits  lifecycle.Habits
	popular *personal.Popularity
	planner *personal.Planner
	bestOf  []uint32 // the most popular items: the same list for everybody

	customers      int // with a list and a trip in its fortnight
	listed, bought int // lines of lists; items of their next trips
	hits, bestHits int // items of the next trip that were on her list, and on everybody's
	inFortnight    int // lines of lists that were bought within the fortnight
}

// chosen is the customer who is explained.
type chosen struct {
	id     customer.ID
	days   int
	counts []segment.Counts
	visits []lifecycle.Visits
	due    []personal.Due
}

func (s *study) run() error {
	s.progress.begin("reading")
	if err := s.look(); err != nil {
		return err
	}
	s.progress.begin("fitting")
	if err := s.fit(); err != nil {
		return err
	}
	s.progress.begin("classifying")
	return s.classify()
}

// look is the first pass: the period, the categories, and whether every row is sound.
func (s *study) look() error {
	found := &s.survey
	found.labels, found.skus = map[string]bool{}, map[string]bool{}
	for e, err := range s.events() {
		if err != nil {
			return err
		}
		day := customer.DateOf(e.at(), s.options.zone)
		switch {
		case s.options.on != 0 && day >= s.options.on:
			found.later++
		case e.Return != nil:
			found.returns++
			for i := range e.Return.Lines {
				if err := found.label(e.Return.Ref, &e.Return.Lines[i].Line); err != nil {
					return err
				}
			}
		default:
			found.on(day)
			if err := found.sale(e.Sale); err != nil {
				return err
			}
			found.asked = found.asked || s.options.customer != "" && e.Sale.Customer == s.options.customer
		}
	}
	if found.sales == 0 {
		return fmt.Errorf("there are no purchases of any customer%s", s.before())
	}
	if found.bySKU = len(found.labels) == 0; found.bySKU {
		found.labels = found.skus
	}
	found.skus = nil
	if s.on = s.options.on; s.on == 0 {
		if s.on = found.last.AddDays(1); s.on == 0 {
			return fmt.Errorf("no day comes after the last day of purchase, %s: -on sets the day of decision", found.last)
		}
	}
	return nil
}

// before ends a sentence about what there is not.
func (s *study) before() string {
	if s.options.on == 0 {
		return ""
	}
	return fmt.Sprintf(" before %s", s.options.on)
}

// on notes a shopping day.
func (f *survey) on(day customer.Date) {
	if f.first == 0 || day < f.first {
		f.first = day
	}
	switch {
	case day > f.last:
		f.beforeLast, f.last = f.last, day
	case day < f.last:
		f.beforeLast = max(f.beforeLast, day)
	}
}

// sale notes a receipt.
func (f *survey) sale(sale *customer.Purchase) error {
	f.sales++
	if sale.Customer == "" {
		f.anonymous++
	}
	f.lines += int64(len(sale.Lines))
	for i := range sale.Lines {
		line := &sale.Lines[i]
		if err := f.label(sale.Ref, line); err != nil {
			return err
		}
		if !line.Paid.Valid {
			continue
		}
		minor, err := sale.Currency.Minor(line.Paid.Decimal)
		if err != nil {
			return fmt.Errorf("receipt %s: %w", sale.Ref, err)
		}
		if minor > math.MaxInt64-f.paid {
			return fmt.Errorf("receipt %s: with it, more money was paid in all than can be counted: %s %s is the most",
				sale.Ref, sale.Currency.Amount(math.MaxInt64), sale.Currency.Code)
		}
		f.priced++
		f.paid += minor
		f.currency = sale.Currency
	}
	return nil
}

// label notes the category of a line, or the sku that may have to serve as one.
func (f *survey) label(ref string, line *customer.Line) error {
	switch {
	case line.Category != "":
		if f.labels[line.Category] = true; len(f.labels) > segment.MaxCategories {
			return fmt.Errorf("receipt %s: there are at most %s categories", ref, thousands(segment.MaxCategories))
		}
		return nil
	case len(f.labels) == 0:
		if f.skus[line.SKU] = true; len(f.skus) > segment.MaxCategories {
			return fmt.Errorf("receipt %s: the category column is empty up to here, and at most %s skus can serve instead of categories",
				ref, thousands(segment.MaxCategories))
		}
	}
	f.unlabelled++
	return nil
}

// cellRules is the rule book of the nine cells: stated marks on the brand axis, the
// population's terciles on the usage axis.
func (s *study) cellRules() segment.Rules {
	rules := segment.Rules{
		Edition:    customer.Edition{ID: "nine-cells", Version: 1},
		Zone:       s.options.zone.String(),
		WindowDays: windowDays,
		MinBuys:    s.options.minBuys,
		Brand:      segment.Stated, StoreAtPermille: 700, NationalAtPermille: 700,
		Usage: segment.Terciles,
	}
	for _, label := range slices.Sorted(maps.Keys(s.survey.labels)) {
		rules.Categories = append(rules.Categories, segment.Category{ID: label, Version: 1, Labels: []string{label}})
	}
	return rules
}

// listRules is the rule book of the due list.
func (s *study) listRules() personal.Rules {
	return personal.Rules{
		Edition: customer.Edition{ID: "fortnightly-list", Version: 1},
		Rhythm: lifecycle.RhythmRules{
			Edition:   customer.Edition{ID: "rhythm", Version: 1},
			PriorGaps: 3, OwnGaps: 20, HalfAtGaps: 4, WindowDays: 7,
		},
		HorizonDays:  fortnight,
		HalfLifeDays: 90,
		PriorTrips:   4,
		MaxLines:     s.options.lines,
	}
}

// runs walks the customers, each with her coded lines before the day of decision.
// Anonymous receipts have none.
func (s *study) runs() iter.Seq2[[]line, error] {
	return population.Runs(func(yield func(line, error) bool) {
		var coded []line
		for e, err := range s.events() {
			if err == nil {
				if customer.DateOf(e.at(), s.options.zone) >= s.on {
					continue
				}
				coded, err = s.code(coded[:0], e)
			}
			if err != nil {
				yield(line{}, err)
				return
			}
			for _, one := range coded {
				if !yield(one, nil) {
					return
				}
			}
		}
	})
}

func (s *study) code(dst []line, e event) ([]line, error) {
	if e.Sale != nil {
		for i := range e.Sale.Lines {
			s.label(&e.Sale.Lines[i])
		}
		coded, err := s.coder.Sale(dst, *e.Sale)
		if err != nil {
			err = fmt.Errorf("receipt %s: %w", e.Sale.Ref, err)
		}
		return coded, err
	}
	for i := range e.Return.Lines {
		s.label(&e.Return.Lines[i].Line)
	}
	coded, err := s.coder.Return(dst, *e.Return)
	if err != nil {
		err = fmt.Errorf("receipt %s: %w", e.Return.Ref, err)
	}
	return coded, err
}

func (s *study) label(line *customer.Line) {
	if s.survey.bySKU {
		line.Category = line.SKU
	}
}

// fit is the second pass: the population's figures, and the rule books that rest on
// them.
func (s *study) fit() error {
	rules := s.cellRules()
	var err error
	if s.coder, err = segment.NewCoder(rules, s.options.zone); err != nil {
		return err
	}
	s.census = segment.NewCensus(rules.Period(s.on), rules.MinBuys)
	s.popular = personal.NewPopularity(lately(s.on))
	for i := backtestLists; i >= 1; i-- {
		if on := s.on.AddDays(-i * fortnight); on > s.survey.first {
			s.backtest = append(s.backtest, &backtest{on: on, popular: personal.NewPopularity(lately(on))})
		}
	}
	counter := segment.NewCounter[customer.ID](rules.Period(s.on))
	var visitor lifecycle.Visitor[customer.ID]
	var earlier []lifecycle.Visits
	for run, err := range s.runs() {
		if err != nil {
			return err
		}
		counts, err := counter.Count(run)
		if err != nil {
			return err
		}
		s.census.Add(counts)
		visits, err := visitor.Visits(run)
		if err != nil {
			return err
		}
		if err := errors.Join(s.habits.Add(visits), s.popular.Add(visits)); err != nil {
			return err
		}
		for _, test := range s.backtest {
			earlier = before(earlier[:0], visits, test.on)
			if err := errors.Join(test.habits.Add(earlier), test.popular.Add(earlier)); err != nil {
				return err
			}
		}
		s.choose(run[0].Customer, lifecycle.Together(visits))
	}
	if s.options.customer != "" && s.chosen.id == "" {
		if s.survey.asked {
			return fmt.Errorf("none of the purchases of customer %q%s has a category", s.options.customer, s.before())
		}
		return fmt.Errorf("there is no purchase of customer %q%s", s.options.customer, s.before())
	}
	if s.rules, s.unfit, err = segment.Fit(rules, s.census, s.on); err != nil {
		return err
	}
	if s.planner, err = personal.NewPlanner(s.listRules(), &s.habits, s.popular); err != nil {
		return err
	}
	for _, test := range s.backtest {
		if err := test.plan(s.listRules()); err != nil {
			return err
		}
	}
	return nil
}

// lately is the days before a list that say what is popular.
func lately(on customer.Date) population.Period {
	return population.Period{From: max(on.AddDays(-popularDays), 1), Until: on}
}

// before returns the visits earlier than a day, in days that share memory with visits.
func before(dst, visits []lifecycle.Visits, day customer.Date) []lifecycle.Visits {
	for _, one := range visits {
		if days := one.Days.Before(day); len(days) > 0 {
			dst = append(dst, lifecycle.Visits{Item: one.Item, Days: days})
		}
	}
	return dst
}

// choose keeps the customer to explain: the one asked for, or else the one with the
// most shopping days, of equals the first.
func (s *study) choose(id customer.ID, days customer.Days) {
	switch asked := s.options.customer; {
	case asked != "" && id != asked, len(days) <= s.chosen.days: // who only brought things back has none
		return
	}
	s.chosen.id, s.chosen.days = id, len(days)
}

func (t *backtest) plan(rules personal.Rules) error {
	var err error
	if t.planner, err = personal.NewPlanner(rules, &t.habits, t.popular); err != nil {
		return err
	}
	// A customer who never bought gets what is popular: everybody's list.
	rules.NewItems = rules.MaxLines
	everybody, err := personal.NewPlanner(rules, &t.habits, t.popular)
	if err != nil {
		return err
	}
	list, err := everybody.Due(nil, t.on)
	for _, due := range list {
		t.bestOf = append(t.bestOf, due.Item)
	}
	return err
}

// classify is the third pass: every customer's cells, and every list that is held
// against what came after it.
func (s *study) classify() error {
	grid, err := segment.NewGrid(s.rules)
	if err != nil {
		return err
	}
	s.cells = make([]map[segment.Cell]int, len(s.coder.Categories()))
	for i := range s.cells {
		s.cells[i] = map[segment.Cell]int{}
	}
	counter := segment.NewCounter[customer.ID](s.rules.Period(s.on))
	var visitor lifecycle.Visitor[customer.ID]
	for run, err := range s.runs() {
		if err != nil {
			return err
		}
		counts, err := counter.Count(run)
		if err != nil {
			return err
		}
		for _, one := range counts {
			if one.Lines > 0 {
				s.cells[one.Category][grid.Cell(&one, segment.Cell{})]++
			}
		}
		visits, err := visitor.Visits(run)
		if err != nil {
			return err
		}
		for _, test := range s.backtest {
			if err := test.hold(visits); err != nil {
				return err
			}
		}
		if run[0].Customer == s.chosen.id {
			if err := s.explain(counts, visits); err != nil {
				return err
			}
		}
	}
	return nil
}

// explain keeps what is printed of the chosen customer.
func (s *study) explain(counts []segment.Counts, visits []lifecycle.Visits) error {
	s.chosen.counts = slices.Clone(counts)
	for _, one := range visits {
		s.chosen.visits = append(s.chosen.visits, lifecycle.Visits{Item: one.Item, Days: slices.Clone(one.Days)})
	}
	var err error
	s.chosen.due, err = s.planner.Due(s.chosen.visits, s.on)
	return err
}

// hold makes a customer's list as of the test's day and counts what she bought of it on
// her next trip within the fortnight, and in the whole fortnight. Customers without
// such a trip, or without a purchase before, say nothing about lists.
func (t *backtest) hold(visits []lifecycle.Visits) error {
	end := t.on.AddDays(fortnight)
	known, next := false, end
	for _, one := range visits {
		past := one.Days.Before(t.on)
		known = known || len(past) > 0
		if later := one.Days[len(past):]; len(later) > 0 {
			next = min(next, later[0])
		}
	}
	if !known || next == end {
		return nil
	}
	list, err := t.planner.Due(visits, t.on)
	if err != nil {
		return err
	}
	t.customers++
	t.listed += len(list)
	for _, one := range visits {
		later := one.Days[len(one.Days.Before(t.on)):]
		onList := slices.ContainsFunc(list, func(due personal.Due) bool { return due.Item == one.Item })
		if onList && len(later.Before(end)) > 0 {
			t.inFortnight++
		}
		if len(later) == 0 || later[0] != next {
			continue
		}
		t.bought++
		if onList {
			t.hits++
		}
		if slices.Contains(t.bestOf, one.Item) {
			t.bestHits++
		}
	}
	return nil
}
