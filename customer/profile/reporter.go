package profile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// dayTotal is what there was up to a day, that day included: a stretch of days is the difference
// of two.
type dayTotal struct {
	day customer.Date
	Figures
}

// slot is what is summed of a category.
type slot struct {
	lines, receipts, sold, returned, backLines, thenKept, thenLines int64

	receipt            int64 // the last that was counted
	yearSold, yearBack int64
	used, usedInYear   bool
}

// Report returns the report of one customer's facts, in any order. It holds until the Reporter is
// used again; Clone keeps it. Facts are only lent. Its error is customer.Faults: a fact that the
// rules do not make, or more than MaxFacts.
func (r *Reporter) Report(facts []Fact) (*Report, error) {
	facts, err := r.ready(facts)
	if err != nil {
		return nil, err
	}
	r.reset()
	first := slices.IndexFunc(facts, func(f Fact) bool { return f.Kind != Served })
	if first < 0 {
		r.empty()
		return &r.report, nil
	}
	if err := r.begin(facts[first].Day); err != nil {
		return nil, err
	}
	r.walk(facts[first:])
	r.finish()
	return &r.report, nil
}

// ready checks facts, brings those of a receipt together, and leaves out what came after On.
func (r *Reporter) ready(facts []Fact) ([]Fact, error) {
	if r.sheet == nil {
		return nil, errNoSheet
	}
	var faults customer.Faults
	if len(facts) > MaxFacts {
		faults.Add("facts", len(facts), fmt.Sprintf("of one customer are at most %d", MaxFacts))
		return nil, faults
	}
	categories, services := uint16(len(r.sheet.categories)), uint16(len(r.sheet.services))
	for i := range facts {
		f := &facts[i]
		most := categories
		if f.Kind == Served {
			most = services
		}
		if !f.Valid() || f.Category >= most {
			return nil, r.malformed(i, f)
		}
	}
	facts = r.arranger.byReceipt(facts)
	if n := len(facts); n > 0 && facts[n-1].Day > r.query.On {
		n, _ = slices.BinarySearchFunc(facts, r.query.On+1, func(f Fact, day customer.Date) int { return cmp.Compare(f.Day, day) })
		facts = facts[:n]
	}
	return facts, nil
}

func (r *Reporter) malformed(i int, f *Fact) error {
	var faults customer.Faults
	path := fmt.Sprintf("facts[%d]", i)
	var part customer.Faults
	if errors.As(f.Check(), &part) {
		faults.Join(path, part)
	} else {
		faults.Add(path+".category", f.Category, "is one of rule book "+r.sheet.name)
	}
	return faults
}

// reset makes the report empty, keeping its memory.
func (r *Reporter) reset() {
	for i := range r.slots {
		if r.slots[i].used {
			r.slots[i] = slot{}
		}
	}
	r.days, r.touched, r.amounts, r.cells = r.days[:0], r.touched[:0], r.amounts[:0], r.cells[:0]
	if r.query.KeyAccount {
		r.products, r.holders = emptied(r.products), emptied(r.holders)
	}
	old := &r.report
	*old = Report{
		Basis: r.sheet.Basis(), On: r.query.On,
		HourBands: old.HourBands[:0], AmountBands: old.AmountBands[:0], Categories: old.Categories[:0],
		Years: old.Years[:0], Each: old.Each[:0], Products: old.Products[:0], Holders: old.Holders[:0], Reasons: old.Reasons[:0],
	}
}

// empty is the report of a customer of whom there is nothing yet.
func (r *Reporter) empty() {
	if !r.since() {
		r.finish()
		return
	}
	r.bands()
	r.why(r.none())
}

// none says that there was nothing in the period, or up to On.
func (r *Reporter) none() customer.Reason {
	if r.since() {
		return customer.Reason{Code: CodeNothing, By: r.query.On}
	}
	return customer.Reason{Code: CodeNothing, On: r.period.From, By: r.period.Until - 1}
}

// walk counts facts, of which the first is no service.
func (r *Reporter) walk(facts []Fact) {
	year := r.sheet.Period(population.PeriodYear, facts[0].Day)
	r.year(year)
	soldDay, monthDay, month := customer.Date(0), customer.Date(0), 0
	serial := int64(0)
	for i := 0; i < len(facts); {
		f := &facts[i]
		from := i
		for i++; i < len(facts) && facts[i].sameReceipt(f); i++ {
		}
		if f.Kind == Served {
			continue
		}
		serial++
		for year.Until != 0 && f.Day >= year.Until {
			year = r.sheet.Period(population.PeriodYear, year.Until)
			r.year(year)
		}
		now, then := r.period.Contains(f.Day), r.then.Contains(f.Day)
		total := r.day(f.Day)
		deal := r.receipt(total, facts[from:i], serial, now, then)
		if f.Kind == Returned {
			continue
		}
		total.Receipts++
		if soldDay != f.Day {
			soldDay = f.Day
			total.Visits++
		}
		if !now {
			continue
		}
		if monthDay != f.Day {
			_, m, _ := f.Day.Civil()
			monthDay, month = f.Day, int(m)-1
		}
		r.report.Hours[f.Hour].add(deal.amount)
		r.report.Weekdays[(int(f.Day.Weekday())+6)%7].add(deal.amount)
		r.report.Months[month].add(deal.amount)
		r.deal(f, deal)
	}
}

// year begins the row of a year, and closes the one before it.
func (r *Reporter) year(year population.Period) {
	r.closeYear()
	r.report.Years = append(r.report.Years, YearRow{From: max(year.From, 1), Until: year.Until})
}

// closeYear writes what was spent by category in the year at hand.
func (r *Reporter) closeYear() {
	n := len(r.report.Years)
	if n == 0 {
		return
	}
	from := len(r.cells)
	slices.Sort(r.touched)
	for _, code := range r.touched {
		s := &r.slots[code]
		r.cells = append(r.cells, YearCategory{Category: r.sheet.categories[code], Sold: s.yearSold, Returned: s.yearBack})
		s.yearSold, s.yearBack, s.usedInYear = 0, 0, false
	}
	r.touched = r.touched[:0]
	r.report.Years[n-1].Receipts = int64(from) // where its categories begin, until all are there
}

// day returns the total up to a day.
func (r *Reporter) day(day customer.Date) *Figures {
	n := len(r.days)
	switch {
	case n == 0:
		r.days = append(r.days, dayTotal{day: day})
		n++
	case r.days[n-1].day != day:
		r.days = append(r.days, dayTotal{day, r.days[n-1].Figures})
		n++
	}
	return &r.days[n-1].Figures
}

// dealt is what a receipt came to.
type dealt struct {
	lines, amount int64
	measured      bool
}

// receipt counts the lines of a receipt, or of a return.
func (r *Reporter) receipt(total *Figures, lines []Fact, serial int64, now, then bool) dealt {
	var amount, discount, unlisted, unlistedDiscount, unpriced int64
	back := lines[0].Kind == Returned
	for i := range lines {
		f := &lines[i]
		amount += f.Amount
		discount += f.Discount
		if !f.Priced {
			unpriced++
		} else if !f.Listed {
			unlisted += f.Amount
			unlistedDiscount += f.Discount
		}
		s := &r.slots[f.Category]
		if !s.usedInYear {
			s.used, s.usedInYear = true, true
			r.touched = append(r.touched, f.Category)
		}
		if back {
			s.yearBack += f.Amount
		} else {
			s.yearSold += f.Amount
		}
		if now {
			s.now(f, serial)
		}
		if then {
			s.thenLines++
			if back {
				s.thenKept -= f.Amount
			} else {
				s.thenKept += f.Amount
			}
		}
	}
	if now && r.query.KeyAccount {
		r.deeper(lines, serial)
	}
	n := int64(len(lines))
	if back {
		total.Returns++
		total.ReturnLines += n
		total.Returned += amount
		total.ReturnsUnpriced += unpriced
	} else {
		total.Lines += n
		total.Sold += amount
		total.Discount += discount
		total.Unlisted += unlisted
		total.UnlistedDiscount += unlistedDiscount
		total.Unpriced += unpriced
	}
	return dealt{n, amount, unpriced == 0}
}

// now counts a line of the period.
func (s *slot) now(f *Fact, serial int64) {
	if f.Kind == Returned {
		s.backLines++
		s.returned += f.Amount
		return
	}
	s.lines++
	s.sold += f.Amount
	if s.receipt != serial {
		s.receipt = serial
		s.receipts++
	}
}

// deal notes a receipt of the period, which comes after those before it.
func (r *Reporter) deal(f *Fact, d dealt) {
	deal := Deal{Receipt: f.Receipt, Day: f.Day, Hour: f.Hour, Lines: d.lines, Amount: d.amount}
	if r.report.First.Day == 0 {
		r.report.First = deal
	}
	r.report.Latest = deal
	if !d.measured {
		return
	}
	if len(r.amounts) == 0 || d.amount > r.report.Largest.Amount {
		r.report.Largest = deal
	}
	r.amounts = append(r.amounts, d.amount)
}

// deeper counts a receipt of the period by product and by holder.
func (r *Reporter) deeper(lines []Fact, serial int64) {
	for i := range lines {
		f := &lines[i]
		p := productOf(r, f.Product)
		h := holderOf(r, f.Holder)
		if p.seen != serial || f.Category > p.category {
			p.seen, p.category = serial, f.Category
			p.Category = r.sheet.categories[f.Category]
		}
		if f.Kind == Returned {
			p.Returned += f.Amount
			p.UnitsBack += f.Units
			h.Returned += f.Amount
			continue
		}
		p.Lines++
		p.Units += f.Units
		p.Sold += f.Amount
		p.Discount += f.Discount
		if !f.Priced {
			p.Unpriced++
		}
		if p.receipt != serial {
			p.receipt = serial
			p.Receipts++
		}
		if p.First == 0 {
			p.First = f.Day
		}
		p.Latest = f.Day
		h.add(f, serial)
	}
}

func productOf(r *Reporter, product Code) *ProductRow {
	at, found := r.products[product]
	if !found {
		at = int32(len(r.report.Products))
		r.products[product] = at
		r.report.Products = append(r.report.Products, ProductRow{Product: product})
	}
	return &r.report.Products[at]
}

func holderOf(r *Reporter, holder Code) *HolderRow {
	at, found := r.holders[holder]
	if !found {
		at = int32(len(r.report.Holders))
		r.holders[holder] = at
		r.report.Holders = append(r.report.Holders, HolderRow{Holder: holder})
	}
	return &r.report.Holders[at]
}

// add counts a line that the holder bought.
func (h *HolderRow) add(f *Fact, serial int64) {
	h.Lines++
	h.Sold += f.Amount
	h.Discount += f.Discount
	if h.receipt != serial {
		h.close()
		h.receipt = serial
		h.deal = Deal{Receipt: f.Receipt, Day: f.Day, Hour: f.Hour}
		h.measured = true
		h.Receipts++
		if h.Latest != f.Day {
			h.Visits++
		}
	}
	h.deal.Lines++
	h.deal.Amount += f.Amount
	h.measured = h.measured && f.Priced
	if h.First == 0 {
		h.First = f.Day
	}
	h.Latest = f.Day
}

// close holds the receipt at hand against the largest.
func (h *HolderRow) close() {
	if h.receipt != 0 && h.measured && (h.Largest.Day == 0 || h.deal.Amount > h.Largest.Amount) {
		h.Largest = h.deal
	}
}

// finish makes the rows of what was counted.
func (r *Reporter) finish() {
	report := &r.report
	r.closeYear()
	report.From, report.Until = r.period.From, r.period.Until
	report.Figures = r.between(r.period)
	r.bands()
	r.categories()
	r.finishYears()
	for _, one := range r.each {
		row := PeriodRow{
			From: one.period.From, Until: one.period.Until, Whole: one.whole, ThenFrom: one.then.From, ThenUntil: one.then.Until,
			Figures: r.between(one.period), Then: r.between(one.then),
		}
		row.Kept = growth(row.Figures.Kept(), row.Then.Kept())
		report.Each = append(report.Each, row)
	}
	r.compare()
	if r.query.KeyAccount {
		slices.SortFunc(report.Products, func(a, b ProductRow) int {
			return cmp.Or(cmp.Compare(b.Sold-b.Returned, a.Sold-a.Returned), cmp.Compare(a.Product, b.Product))
		})
		for i := range report.Holders {
			report.Holders[i].close()
		}
		slices.SortFunc(report.Holders, func(a, b HolderRow) int {
			return cmp.Or(cmp.Compare(b.Sold-b.Returned, a.Sold-a.Returned), cmp.Compare(a.Holder, b.Holder))
		})
	}
	r.reasons()
}

// upTo is what there was before a day.
func (r *Reporter) upTo(day customer.Date) *Figures {
	at, end := 0, len(r.days) // by hand, because a function would be handed each total whole
	for at < end {
		if middle := (at + end) / 2; r.days[middle].day < day {
			at = middle + 1
		} else {
			end = middle
		}
	}
	if at == 0 {
		return &r.nothing
	}
	return &r.days[at-1].Figures
}

// between is what there was in a period.
func (r *Reporter) between(period population.Period) Figures {
	if period.From >= period.Until || len(r.days) == 0 {
		return Figures{}
	}
	return r.upTo(period.Until).minus(r.upTo(period.From))
}

// bands makes what is told of receipts by size, and of hours by band.
func (r *Reporter) bands() {
	report := &r.report
	for _, name := range r.sheet.hourNames {
		report.HourBands = append(report.HourBands, HourRow{Name: name})
	}
	for hour, pattern := range report.Hours {
		if band := r.sheet.hourBand[hour]; band >= 0 {
			report.HourBands[band].Receipts += pattern.Receipts
			report.HourBands[band].Sold += pattern.Sold
		}
	}
	slices.Sort(r.amounts)
	sum, next := int64(0), 0
	for i, band := range r.sheet.rules.AmountBands {
		row := AmountRow{Name: band.Name, From: r.sheet.amounts[i]}
		for ; next < len(r.amounts) && (i+1 == len(r.sheet.amounts) || r.amounts[next] < r.sheet.amounts[i+1]); next++ {
			row.add(r.amounts[next])
		}
		report.AmountBands = append(report.AmountBands, row)
	}
	n := int64(len(r.amounts))
	if report.Measured = n; n == 0 {
		return
	}
	for _, amount := range r.amounts {
		sum += amount
	}
	if report.Average = sum / n; sum%n >= n-sum%n {
		report.Average++
	}
	report.Median = (r.amounts[(n-1)/2] + r.amounts[n/2]) / 2
}

func (r *Reporter) categories() {
	for code := range r.slots {
		s := &r.slots[code]
		if s.lines+s.backLines+s.thenLines == 0 {
			continue
		}
		r.report.Categories = append(r.report.Categories, CategoryRow{
			Category: r.sheet.categories[code], Lines: s.lines, Receipts: s.receipts, Sold: s.sold, Returned: s.returned,
			Kept: growth(s.sold-s.returned, s.thenKept),
		})
	}
}

// finishYears adds the years without a purchase up to On, and gives each its figures and its
// categories.
func (r *Reporter) finishYears() {
	years := r.report.Years
	if len(years) == 0 {
		return
	}
	for last := &years[len(years)-1]; last.Until != 0 && last.Until <= r.query.On; last = &years[len(years)-1] {
		year := r.sheet.Period(population.PeriodYear, last.Until)
		years = append(years, YearRow{From: year.From, Until: year.Until, Figures: Figures{Receipts: int64(len(r.cells))}})
	}
	end := len(r.cells)
	for i := len(years) - 1; i >= 0; i-- {
		year := &years[i]
		from := int(year.Receipts)
		year.Categories = r.cells[from:end:end]
		end = from
		if until := r.query.On + 1; year.Until == 0 || year.Until > until {
			year.Until = until
		}
		year.Figures = r.between(population.Period{From: year.From, Until: year.Until})
	}
	r.report.Years = years
}

// compare holds the period against the one of the year before.
func (r *Reporter) compare() {
	if r.since() {
		return
	}
	c := &r.comparison
	*c = Comparison{From: r.then.From, Until: r.then.Until, Figures: r.between(r.then)}
	c.KeptGrowth = growth(r.report.Kept(), c.Kept())
	c.ReceiptsGrowth = growth(r.report.Receipts, c.Receipts)
	c.VisitsGrowth = growth(r.report.Visits, c.Visits)
	c.Small = c.Receipts < int64(r.sheet.rules.SmallBaseReceipts)
	r.report.YearBefore = c
}

// reasons says what the figures do not tell by themselves.
func (r *Reporter) reasons() {
	report := &r.report
	lines, unpriced := report.Lines+report.ReturnLines, report.Unpriced+report.ReturnsUnpriced
	if lines == 0 {
		r.why(r.none())
	}
	if unpriced > 0 {
		r.why(customer.Reason{Code: CodeUnpriced, Fact: unpriced, Mark: lines, Unit: customer.UnitTimes})
	}
	if report.Unlisted > 0 {
		r.why(customer.Reason{Code: CodeUnlisted, Fact: report.Unlisted, Mark: report.Sold, Unit: customer.UnitMinor})
	}
	if s := &r.slots[0]; s.sold > 0 && len(r.sheet.rules.Categories) > 0 {
		r.why(customer.Reason{Code: CodeUncategorised, Fact: s.sold, Mark: report.Sold, Unit: customer.UnitMinor})
	}
	if report.Returned > report.Sold {
		r.why(customer.Reason{Code: CodeMoreReturned, Fact: report.Returned, Mark: report.Sold, Unit: customer.UnitMinor})
	}
	if c := report.YearBefore; c != nil {
		r.whyCompared(c)
	}
}

func (r *Reporter) whyCompared(c *Comparison) {
	if c.From == 0 {
		return
	}
	now, then := int64(r.period.Until-r.period.From), int64(c.Until-c.From)
	if r.period != r.query.Period {
		r.why(customer.Reason{Code: CodeToDate, Fact: now, Mark: then, Unit: customer.UnitDays, On: r.period.Until - 1, By: c.Until - 1})
	} else if now != then {
		r.why(customer.Reason{Code: CodeUnequal, Fact: now, Mark: then, Unit: customer.UnitDays, On: r.period.Until - 1, By: c.Until - 1})
	}
	switch {
	case !c.KeptGrowth.Known:
		r.why(customer.Reason{Code: CodeNoBase, Fact: c.Kept(), Unit: customer.UnitMinor, On: c.From, By: c.Until - 1})
	case c.Small:
		r.why(customer.Reason{Code: CodeSmallBase, Fact: c.Receipts, Mark: int64(r.sheet.rules.SmallBaseReceipts), Unit: customer.UnitTimes, On: c.From, By: c.Until - 1})
	}
}

func (r *Reporter) why(reason customer.Reason) {
	reason.Rule = r.sheet.name
	r.report.Reasons = append(r.report.Reasons, reason)
}
