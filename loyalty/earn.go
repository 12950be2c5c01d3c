package loyalty

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Receipt is a paid purchase as the programme sees it.
type Receipt struct {
	customer.Purchase
	Partner  string        `json:"partner,omitempty"` // in whose shop of the coalition; empty: the own
	Birthday customer.Date `json:"birthday,omitzero"` // of the customer; zero: not known
	Bonus    []Bonus       `json:"bonus,omitempty"`   // what offers gave beside the price
}

// Bonus is points that an offer gives on a line of a receipt: the runs of promo.Priced
// that have points. No cap counts them, and they come back with the line.
type Bonus struct {
	Line    int    `json:"line"` // from 1
	Offer   string `json:"offer"`
	Points  int64  `json:"points"`            // in the programme's smallest unit
	Sponsor string `json:"sponsor,omitempty"` // who bears the cost, as Earning.Sponsor
}

// Canonical writes the receipt for a fingerprint.
func (r Receipt) Canonical(c *customer.Canonical) {
	c.Group("purchase", func() { r.Purchase.Canonical(c) })
	c.Text("partner", r.Partner)
	c.Date("birthday", r.Birthday)
	c.List("bonus", len(r.Bonus), func(i int) {
		c.Int("line", int64(r.Bonus[i].Line))
		c.Text("offer", r.Bonus[i].Offer)
		c.Int("points", r.Bonus[i].Points)
		c.Text("sponsor", r.Bonus[i].Sponsor)
	})
}

// lineSpace is how many lines a receipt may have without allocating for them.
const lineSpace = 32

// sums is the arithmetic of one receipt, in the smallest units of money and points.
type sums struct {
	base    []int64 // of each line
	given   []int64 // points of each line so far
	match   []mask  // which earnings each line matches
	matched mask    // those that any line matches
	share   []int64 // scratch: what one earning gives each line
	total   int64   // of base

	by [MaxEarnings]int64 // points of each earning
}

// Earn decides what a purchase gives. The decision books the sale, with the figures by
// which a return of it will be settled, and the points as one lot, pending or to spend;
// points that the member owes are repaid first. Its reasons name every earning that
// gave points and every cap that took some away. Nothing to give is no refusal: the
// sale is booked all the same.
//
// The error is customer.Faults for a malformed receipt, or a *customer.Refusal: for a
// receipt that is booked already, and where the rules are not in force on its day.
func (p *Program) Earn(account Account, receipt Receipt) (Decision, error) {
	if err := p.checkReceipt(&receipt); err != nil {
		return Decision{}, err
	}
	d, err := p.open(account, receipt.At, receipt.Ref)
	if err != nil {
		return Decision{}, err
	}
	missing := d.elsewhere()
	if d.account.hasSale(receipt.Ref) {
		missing = append(missing, customer.Reason{Code: CodeSaleBooked, On: d.day})
	}
	of, ok := d.memberOn(receipt.Customer)
	if !ok {
		missing = append(missing, customer.Reason{Code: CodeNoMember, On: d.day})
	}
	if len(missing) > 0 {
		return p.refuse(missing...)
	}
	n := len(receipt.Lines)
	lines := make([]SoldLine, n)
	var space [3 * lineSpace]int64
	var masks [lineSpace]mask
	ints, matches := space[:], masks[:]
	if n > lineSpace {
		ints, matches = make([]int64, 3*n), make([]mask, n)
	}
	s := sums{base: ints[:n], given: ints[n : 2*n], share: ints[2*n : 3*n], match: matches[:n]}
	if err := p.measure(&s, &receipt, lines); err != nil {
		return Decision{}, err
	}
	d.give(&s, &receipt, lines, of)
	return d.decision()
}

func (p *Program) checkReceipt(receipt *Receipt) error {
	var faults customer.Faults
	if err := receipt.Validate(); err != nil {
		var found customer.Faults // apart, because errors.As moves it to the heap
		errors.As(err, &found)    // Validate returns nothing else
		faults = found
	}
	if receipt.Currency != p.rules.Currency && receipt.Currency != (customer.Currency{}) {
		faults.Add("currency", receipt.Currency.Code, fmt.Sprintf("is the programme's, %s with %d digits", p.rules.Currency.Code, p.rules.Currency.Digits))
	}
	faults.Day("birthday", receipt.Birthday)
	if len(receipt.Bonus) > customer.MaxLines {
		faults.Within("bonus", len(receipt.Bonus), 0, customer.MaxLines)
		return faults.Err()
	}
	sum := int64(0)
	for i := range receipt.Bonus {
		b := &receipt.Bonus[i]
		at := func(field string) string { return fmt.Sprintf("bonus[%d].%s", i, field) }
		if b.Line < 1 || b.Line > len(receipt.Lines) {
			faults.Add(at("line"), b.Line, "is a line of the receipt, from 1")
		}
		faults.Name(at("offer"), b.Offer)
		faults.Text(at("sponsor"), b.Sponsor)
		if b.Points < 1 || b.Points > MaxPoints-sum {
			faults.Add(at("points"), b.Points, "are above 0, and together at most 2⁵⁰")
			continue
		}
		sum += b.Points
	}
	return faults.Err()
}

// measure finds each line's base, tender in points, units and matching earnings.
func (p *Program) measure(s *sums, receipt *Receipt, lines []SoldLine) error {
	var faults customer.Faults
	for i := range receipt.Lines {
		line := &receipt.Lines[i]
		units, exact := customer.Scaled(line.Quantity, unitDigits)
		if !exact {
			faults.Add(fmt.Sprintf("lines[%d].quantity", i), line.Quantity, "is exact in thousandths")
			continue
		}
		if units == 0 {
			units = 1000 // how much is not known: it comes back as one
		}
		lines[i].Units = units
		base, tendered, ok := p.lineBase(line)
		if !ok || base > MaxPoints-s.total {
			faults.Add(fmt.Sprintf("lines[%d].paid", i), line.Paid, fmt.Sprintf("is, with the lines before, at most %d minor units", int64(MaxPoints)))
			continue
		}
		s.base[i], lines[i].Tender, lines[i].Spend = base, tendered, base
		lines[i].Profit = p.lineProfit(line)
		s.total += base
		m := p.anyLine
		m.or(p.bySKU[line.SKU])
		if line.Category != "" {
			m.or(p.byCategory[line.Category])
		}
		if line.Brand != "" {
			m.or(p.byBrand[line.Brand])
		}
		m.and(p.ofKind[line.Kind])
		s.match[i] = m
		s.matched.or(m)
	}
	return faults.Err()
}

// unitDigits: quantities are counted in thousandths.
const unitDigits = 3

// taxDigits: tax rates are counted in millionths of a millionth, exact within the
// bounds of decimals in facts.
const (
	taxDigits = customer.MaxExponent
	wholeTax  = 1_000_000_000_000 // 10^taxDigits
)

// lineBase returns the minor units of a line that earn, and those paid with points; false
// when they are too large to reckon with. A line without a price earns nothing.
//
// Roundings: the tax contained in, or added to, a line is rounded half up to the minor
// unit, once; the part of the base that was paid with points is rounded up, so that the
// base is rounded down. Everything else is exact.
func (p *Program) lineBase(line *customer.Line) (base, tendered int64, ok bool) {
	if !line.Paid.Valid {
		return 0, 0, true
	}
	// The receipt is validated: these are exact, and 0 or more.
	digits := p.rules.Currency.Digits
	paid, _ := customer.Scaled(line.Paid.Decimal, digits)
	if paid > MaxPoints {
		return 0, 0, false
	}
	deposit, _ := customer.Scaled(line.Deposit, digits)
	for i := range line.Tenders {
		if line.Tenders[i].Kind == customer.PointsTender {
			tendered, _ = customer.Scaled(line.Tenders[i].Amount, digits)
		}
	}
	price := paid - deposit
	rate, _ := customer.Scaled(line.Tax.Rate, taxDigits)
	tax := int64(0)
	switch {
	case rate == 0:
	case line.Tax.Exclusive:
		tax, _ = HalfUp.scale(price, rate, wholeTax)
	default:
		tax, _ = HalfUp.scale(price, rate, wholeTax+rate)
		price -= tax
	}
	if p.base[portionOf(line)] {
		base = price
		if p.base[Tax] {
			base += tax
		}
	}
	if p.base[Deposit] {
		base += deposit
	}
	if charged := paid; tendered > 0 && base > 0 && !p.base[PaidPoints] {
		if line.Tax.Exclusive {
			charged += tax
		}
		base, _ = Floor.scale(base, max(0, charged-tendered), charged)
	}
	return base, tendered, true
}

// lineProfit is the net price of goods less their cost, in minor units; 0 where the cost
// is not known. The tax contained in the price is rounded half up to the minor unit.
func (p *Program) lineProfit(line *customer.Line) int64 {
	if !line.Cost.Valid || !line.Paid.Valid || line.Sells != customer.GoodsLine {
		return 0
	}
	paid, _ := p.rules.Currency.Minor(line.Paid.Decimal)
	deposit, _ := p.rules.Currency.Minor(line.Deposit)
	cost, _ := p.rules.Currency.Minor(line.Cost.Decimal)
	net := paid - deposit
	if rate, _ := customer.Scaled(line.Tax.Rate, taxDigits); rate != 0 && !line.Tax.Exclusive {
		tax, _ := HalfUp.scale(net, rate, wholeTax+rate)
		net -= tax
	}
	return net - min(cost, MaxPoints)
}

// portionOf is what the price of a line is for.
func portionOf(line *customer.Line) Portion {
	switch line.Sells {
	case customer.DeliveryLine:
		return Delivery
	case customer.GiftCardLine:
		return GiftCards
	case customer.GoodsLine:
	}
	return Goods
}

// give runs the earnings and the caps, and books the sale and its points.
func (d *desk) give(s *sums, receipt *Receipt, lines []SoldLine, of uint16) {
	p := d.program
	local := receipt.At.In(p.zone)
	d.reasons = slices.Grow(d.reasons, s.matched.count())
	for i := range s.matched.all() {
		e := &p.earnings[i]
		if !e.when.always && !d.holds(&e.when, receipt, local, s.total) {
			continue
		}
		points, base, ok := e.apply(i, s, receipt)
		if !ok {
			d.err = fmt.Errorf("loyalty: %s gives more than %d points on receipt %q", e.cite, int64(MaxPoints), receipt.Ref)
			return
		}
		if points == 0 {
			continue
		}
		s.by[i] = points
		for j, share := range s.share {
			s.given[j] += share
		}
		d.why(customer.Reason{Code: CodeEarned, Rule: e.cite, Fact: points, Mark: base, Unit: customer.UnitPoints})
	}
	earned := sum(s.given)
	if earned > MaxPoints {
		d.err = fmt.Errorf("loyalty: the rules give more than %d points on receipt %q", int64(MaxPoints), receipt.Ref)
		return
	}
	total, use := d.limited(earned, of, func(l *limit) int64 {
		counted := int64(0)
		for i, points := range s.by[:len(p.earnings)] {
			if l.all || l.of.has(i) {
				counted += points
			}
		}
		return counted
	})
	if total != earned { // what a cap takes, it takes from all lines in proportion
		if err := customer.SplitInto(s.share, total, s.given); err != nil {
			d.err = err
			return
		}
		copy(s.given, s.share)
	}
	charges := p.charges(s.by[:len(p.earnings)], total)
	total, charges = d.bonus(s, receipt, total, charges)
	if total > MaxPoints {
		d.err = fmt.Errorf("loyalty: rules and offers give more than %d points on receipt %q", int64(MaxPoints), receipt.Ref)
		return
	}
	for i := range lines {
		lines[i].Given = s.given[i]
	}
	closes := d.day.AddDays(p.rules.ReturnDays + 1)
	d.post(Entry{Kind: Sold, Sale: receipt.Ref, Partner: receipt.Partner, Earned: d.day, Closes: closes, Lines: lines, Counts: d.counts(), Of: of})
	if total > 0 {
		vests := d.day.AddDays(p.rules.VestDays)
		if p.rules.VestAtClose {
			vests = closes
		}
		d.issue(Earned, total, vests, Entry{Sale: receipt.Ref, Partner: receipt.Partner, Charges: charges, Use: use, Of: of})
	}
	d.active()
	d.qualify()
}

// bonus adds what offers gave.
func (d *desk) bonus(s *sums, receipt *Receipt, total int64, charges []Charge) (int64, []Charge) {
	for i := range receipt.Bonus {
		b := &receipt.Bonus[i]
		s.given[b.Line-1] += b.Points
		total += b.Points
		d.why(customer.Reason{Code: CodeBonus, Rule: b.Offer, Fact: b.Points, Mark: int64(b.Line), Unit: customer.UnitPoints})
		if b.Sponsor == "" {
			continue
		}
		if at := slices.IndexFunc(charges, func(c Charge) bool { return c.To == b.Sponsor }); at >= 0 {
			charges[at].Points += b.Points
		} else {
			charges = append(charges, Charge{To: b.Sponsor, Points: b.Points})
		}
	}
	return total, charges
}

// charges finds who bears the cost of so many points that earnings gave: each sponsor in
// proportion to what his earnings gave before the caps, by largest remainder.
func (p *Program) charges(by []int64, total int64) []Charge {
	if len(p.sponsors) == 1 {
		return nil
	}
	parts := make([]int64, len(p.sponsors))
	for i, points := range by {
		parts[p.earnings[i].sponsor] += points
	}
	if customer.SplitInto(parts, total, parts) != nil {
		return nil // nothing was given
	}
	var charges []Charge
	for i := 1; i < len(parts); i++ {
		if parts[i] > 0 {
			charges = append(charges, Charge{To: p.sponsors[i], Points: parts[i]})
		}
	}
	return charges
}

func sum(of []int64) int64 {
	total := int64(0)
	for _, n := range of {
		total += n
	}
	return total
}

// holds reports whether a condition about the receipt holds.
func (d *desk) holds(c *condition, receipt *Receipt, local time.Time, total int64) bool {
	switch {
	case len(c.partners) > 0 && !slices.Contains(c.partners, receipt.Partner),
		len(c.shops) > 0 && !slices.Contains(c.shops, receipt.Shop),
		c.weekdays != 0 && c.weekdays&(1<<local.Weekday()) == 0,
		c.toHour != 0 && (local.Hour() < c.fromHour || local.Hour() >= c.toHour),
		c.from != 0 && d.day < c.from, c.until != 0 && d.day >= c.until,
		c.ranks != 0 && c.ranks&(1<<d.rank()) == 0,
		c.birthdayDays != 0 && !birthday(receipt.Birthday, d.day, c.birthdayDays),
		c.first && d.account.Purchases > 0,
		total < c.spend, c.below != 0 && total >= c.below:
		return false
	}
	return true
}

// birthday reports whether a day is a birthday or one of the days after it, so many in
// all. Somebody born on 29 February has the 28th in other years.
func birthday(born, day customer.Date, days int) bool {
	if born == 0 {
		return false // not known is not today
	}
	bornYear, _, _ := born.Civil()
	year, _, _ := day.Civil()
	for _, age := range []int{year - bornYear, year - bornYear - 1} { // the days may reach into January
		if latest := born.AddMonths(12 * age); age >= 0 && latest <= day && day < latest.AddDays(days) {
			return true
		}
	}
	return false
}

// apply finds what one earning gives in all and, in s.share, on each line. It returns
// the base that it counted: minor units for a rate, points for a multiple, units for
// points for each.
func (e *earning) apply(i int, s *sums, receipt *Receipt) (points, base int64, ok bool) {
	weights := s.base
	if e.method == byTimes {
		weights = s.given
	}
	for j := range s.share {
		s.share[j] = 0
		if s.match[j].has(i) {
			s.share[j] = weights[j]
			if e.method == byUnit {
				s.share[j] = wholeUnits(&receipt.Lines[j])
			}
			base += s.share[j]
		}
	}
	switch {
	case e.method == byUnit:
		for j := range s.share {
			if s.share[j] == 0 {
				continue
			}
			if s.share[j], ok = Floor.scale(s.share[j], e.points, 1); !ok {
				return 0, 0, false
			}
			if points += s.share[j]; points > MaxPoints {
				return 0, 0, false
			}
		}
		return points, base, true
	case e.perLine:
		for j := range s.share {
			if s.share[j], ok = e.round(s.share[j]); !ok {
				return 0, 0, false
			}
			if points += s.share[j]; points > MaxPoints {
				return 0, 0, false
			}
		}
		return points, base, true
	}
	if points, ok = e.round(base); !ok || points == 0 {
		return 0, base, ok
	}
	if base == 0 { // given for the receipt: no line has a base to go by, so each has the same
		for j := range s.share {
			if s.share[j] = 0; s.match[j].has(i) {
				s.share[j] = 1
			}
		}
	}
	return points, base, customer.SplitInto(s.share, points, s.share) == nil
}

// round makes points of one base: of a receipt, or of a line.
func (e *earning) round(base int64) (int64, bool) {
	switch e.method {
	case byRate:
		if e.full {
			return Floor.scale(base/e.per, e.points, 1)
		}
		return e.rounding.scale(base, e.points, e.per)
	case byTimes:
		return e.rounding.scale(base, e.more, 1000)
	case byPoints, byUnit:
	}
	return e.points, true
}

// wholeUnits is the whole part of a line's quantity.
func wholeUnits(line *customer.Line) int64 {
	units, _ := customer.Scaled(line.Quantity, unitDigits) // exact: measured before
	return units / 1000
}

// limited runs the caps over what was earned: counted says how much of it a cap counts.
// It returns what is let through, and what that uses up. Points that one cap takes away
// are taken from what the next one counts, as far as they may be the same.
func (d *desk) limited(earned int64, of uint16, counted func(*limit) int64) (int64, []Use) {
	total := earned
	var use []Use
	for i := range d.program.caps {
		l := &d.program.caps[i]
		points := min(counted(l), total)
		if points == 0 {
			continue
		}
		period := l.per.first(d.day)
		left := max(0, l.points-d.account.used(l, period))
		if points > left {
			d.why(customer.Reason{Code: CodeCapped, Rule: l.cite, Fact: left, Mark: points, Unit: customer.UnitPoints})
			total -= points - left
			points = left
		}
		if l.per != PerReceipt && points > 0 {
			use = append(use, Use{Cap: l.id, Period: period, Of: of, Points: points})
		}
	}
	for i := range use { // what a later cap took away has not used up an earlier one
		use[i].Points = min(use[i].Points, total)
	}
	if total == 0 {
		return 0, nil
	}
	return total, use
}

// used is what a cap has let through in a period, for all members together.
func (a *ledger) used(l *limit, period customer.Date) (points int64) {
	if l.per == PerReceipt {
		return 0
	}
	for _, use := range a.Used {
		if use.Cap == l.id && use.Period == period {
			points += use.Points
		}
	}
	return points
}

// usedBy is how often a member has had an event.
func (a *ledger) usedBy(counter string, of uint16) int64 {
	for _, use := range a.Used {
		if use.Cap == counter && use.Of == of {
			return use.Points
		}
	}
	return 0
}

// issue opens a lot of new points.
func (d *desk) issue(kind Kind, points int64, vests customer.Date, more Entry) {
	until, idle := d.program.rules.Expiry.until(d.day, vests)
	lot := Lot{No: d.account.Entries + 1, Earned: d.day, Until: until, Idle: idle, Of: more.Of}
	to := Member
	if vests > d.day {
		more.Vests, to = vests, Pending
	}
	d.move(kind, lot, Issued, to, points, more)
	if to == Member {
		d.repay(lot, d.at)
	}
}

// until is the first day on which points earned on a day are gone, of which the first day
// to spend them may be a later one.
func (e Expiry) until(earned, vests customer.Date) (until customer.Date, idle bool) {
	switch {
	case e.IdleMonths > 0:
		return 0, true
	case e.Days > 0:
		until = earned.AddDays(e.Days)
	case e.Months > 0:
		until = earned.AddMonths(e.Months)
	case e.To == 0:
		return 0, false
	default:
		until = max(earned, vests) // otherwise those of late December might never be spent
	}
	_, month, number := until.Civil()
	first := until.AddDays(1 - number)
	switch e.To {
	case EndOfMonth:
		return first.AddMonths(1), false
	case EndOfQuarter:
		return first.AddMonths(3 - (int(month)-1)%3), false
	case EndOfYear:
		return first.AddMonths(13 - int(month)), false
	}
	return until.AddDays(1), false // through the whole of that day
}
