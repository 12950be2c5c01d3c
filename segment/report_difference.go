package segment

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxReportFamilies is how many ways of taking reports together are looked at for one
// figure. Reports that follow one another take few; a heap of overlapping ones may not.
const MaxReportFamilies = 10_000

// MaxReportEarlier is how many earlier reports of one table a new one is held against.
const MaxReportEarlier = 1000

// told is a report with its scope in a form that can be compared: the new one, whose
// figures may not be there yet, or an earlier one.
type told struct {
	*Published
	stores []uint64 // a bit for each, the same in all reports
	new    bool
}

// piece is a figure together with what it counts. Pieces of one key count the same rows
// and columns; they differ by days, stores and goods.
type piece struct {
	of       *told
	row, col int
	period   population.Period
}

func (p piece) figure() PublishedFigure { return p.of.Figures[p.row][p.col] }

// name names the figure in its report.
func (p piece) name() string {
	cell := ReportCell{}
	if p.row < len(p.of.Table.Rows) {
		cell.Row = p.of.Table.Rows[p.row]
	}
	if p.col < len(p.of.Table.Columns) {
		cell.Column = p.of.Table.Columns[p.col].Name
	}
	return cell.String()
}

// sameGoods reports whether two pieces count the same goods, so that days and stores are
// all that they can differ by.
func (p piece) sameGoods(other piece) bool {
	return p.of.Table.Kind == other.of.Table.Kind && p.of.Table.CategoryVersion == other.of.Table.CategoryVersion
}

// within reports whether everything that p counts is counted in other too. Versions of a
// category are taken for the same goods: nobody knows how little a later one changed.
func (p piece) within(other piece) bool {
	kind := p.of.Table.Kind == other.of.Table.Kind || other.of.Table.Kind == customer.UnknownBrand
	if !kind || p.period.From < other.period.From || p.period.Until > other.period.Until {
		return false
	}
	for i, word := range p.of.stores {
		if word&^other.of.stores[i] != 0 {
			return false
		}
	}
	return true
}

// apart reports whether nothing is counted in both.
func (p piece) apart(other piece) bool {
	kind, otherKind := p.of.Table.Kind, other.of.Table.Kind
	if p.period.Until <= other.period.From || other.period.Until <= p.period.From ||
		kind != otherKind && kind != customer.UnknownBrand && otherKind != customer.UnknownBrand {
		return true
	}
	for i, word := range p.of.stores {
		if word&other.of.stores[i] != 0 {
			return false
		}
	}
	return true
}

// comparable returns the new report, without figures, and the earlier ones that it can be
// held against: of the same table and category.
func (r *Report) comparable(faults *customer.Faults, ref string, earlier []Published) []*told {
	all := []*told{{Published: &Published{
		Ref: ref, Table: r.table, Currency: r.rules.Currency, MoneyRound: r.rules.MoneyRound, Units: r.rules.Units, UnitsRound: r.rules.UnitsRound,
	}, new: true}}
	refs := map[string]bool{ref: true}
	for i := range earlier {
		one := &earlier[i]
		var part customer.Faults
		if one.check(&part); refs[one.Ref] {
			part.Add("ref", one.Ref, "names only one report")
		}
		refs[one.Ref] = true
		if faults.Join(fmt.Sprintf("earlier[%d]", i), part); len(part) > 0 {
			continue
		}
		if one.Table.ID == r.table.ID && one.Table.Category == r.table.Category {
			all = append(all, &told{Published: one})
		}
	}
	faults.Within("earlier", len(all)-1, 0, MaxReportEarlier)
	bit := map[string]int{}
	for _, one := range all {
		for _, store := range one.Table.Stores {
			if _, known := bit[store]; !known {
				bit[store] = len(bit)
			}
		}
	}
	for _, one := range all {
		one.stores = make([]uint64, (len(bit)+63)/64)
		for _, store := range one.Table.Stores {
			one.stores[bit[store]/64] |= 1 << (bit[store] % 64)
		}
	}
	return all
}

// pieces lists what a report tells, by key. The total of columns that are parts of the
// period is nothing but their sum, and no piece of its own.
func (t *told) pieces(yield func(key string, p piece)) {
	byPeriod := t.Table.byPeriod()
	for row := range len(t.Table.Rows) + 1 {
		for col := range len(t.Table.Columns) + 1 {
			p := piece{of: t, row: row, col: col, period: population.Period{From: t.Table.From, Until: t.Table.Until}}
			key := "\n"
			if row < len(t.Table.Rows) {
				key = t.Table.Rows[row] + "\n"
			}
			switch {
			case col == len(t.Table.Columns) && byPeriod:
				continue
			case col == len(t.Table.Columns):
			case byPeriod:
				p.period = t.Table.Columns[col].period()
			default:
				key += t.Table.Columns[col].Name
			}
			yield(key, p)
		}
	}
}

// group gathers the pieces of all reports by key, the new report's first, and the keys in
// the order of the new report.
func group(all []*told) (keys []string, byKey map[string][]piece) {
	byKey = map[string][]piece{}
	for _, one := range all {
		one.pieces(func(key string, p piece) {
			if one.new && byKey[key] == nil {
				keys = append(keys, key)
			}
			if one.new || byKey[key] != nil { // what the new report has nothing of is no concern of it
				byKey[key] = append(byKey[key], p)
			}
		})
	}
	return keys, byKey
}

// narrow takes note of what earlier reports tell about the figures of this one: what lies
// within it can be no more, and what contains it no less.
func (s *suppression) narrow(all []*told) {
	keys, byKey := group(all)
	for _, key := range keys {
		for _, p := range byKey[key] {
			for _, e := range byKey[key] {
				if !p.of.new || e.of.new || e.figure().Gap {
					continue
				}
				at := p.row*s.report.cols + p.col
				if e.within(p) {
					s.known(at, e, true)
				}
				if p.within(e) {
					s.known(at, e, false)
					least, _ := leftOver(p, e, slices.DeleteFunc(slices.Clone(byKey[key]), func(p piece) bool { return p.of.new }))
					s.free[0].least[at] = min(max(s.free[0].least[at], least), s.free[0].value[at])
				}
			}
		}
	}
}

// known notes that a figure is at least, or at most, that of an earlier report. Where the
// facts have changed since, the figure itself is the bound.
func (s *suppression) known(at int, e piece, least bool) {
	rules, figure := &s.report.rules, e.figure()
	bounds := []int64{figure.Customers}
	if rules.Units {
		bounds = append(bounds, slackened(e.of.Units, figure.Units, e.of.UnitsRound, UnitDigits, least))
	}
	if s.report.money > 0 {
		bounds = append(bounds, slackened(e.of.Currency == rules.Currency, figure.Money, e.of.MoneyRound, rules.Currency.Digits, least))
	}
	for i, f := range s.free {
		switch {
		case bounds[i] < 0: // nothing is known
		case least:
			f.least[at] = min(max(f.least[at], bounds[i]), f.value[at])
		default:
			f.most[at] = max(min(f.most[at], bounds[i]), f.value[at])
		}
	}
}

// slackened is the bound that a rounded sum gives, or -1 where it gives none.
func slackened(told bool, sum, round decimal.Decimal, digits int32, least bool) int64 {
	value, exact := customer.Scaled(sum, digits)
	slack, exactly := customer.Scaled(round, digits)
	switch {
	case !told || !exact || !exactly || value > unlimited-slack:
		return -1
	case least:
		return max(value-slack, 0)
	default:
		return value + slack
	}
}

// comparison collects what forbids a report.
type comparison struct {
	report  *Report
	missing []customer.Reason
	seen    map[customer.Reason]bool
}

// differences returns why a report may not be published beside the earlier ones.
func (r *Report) differences(published *Published, all []*told) []customer.Reason {
	all[0].Published = published
	c := &comparison{report: r, seen: map[customer.Reason]bool{}}
	keys, byKey := group(all)
	for _, key := range keys {
		pieces := byKey[key]
		for _, p := range pieces {
			for _, e := range pieces {
				if p.of.new && !e.of.new && !p.apart(e) {
					c.pair(p, e)
				}
			}
		}
		c.families(pieces)
	}
	c.lines(all)
	c.reopen(all)
	c.chain(all)
	return c.missing
}

// reopen looks at the gaps of earlier reports again, now that the new one tells more of
// what they can be: no more than a figure that contains them, and no less than one that
// they contain. All the other reports tell of them too.
func (c *comparison) reopen(all []*told) {
	byKey := map[string][]piece{}
	for _, one := range all {
		one.pieces(func(key string, p piece) {
			if !p.figure().Gap {
				byKey[key] = append(byKey[key], p)
			}
		})
	}
	for _, then := range all[1:] {
		after, narrowed := then.narrowed(func(key string) []piece { return byKey[key] })
		if !narrowed {
			continue
		}
		if !after.settle() { // the facts have changed since, and tell nothing of each other; with the new ones alone they may
			after, _ = then.narrowed(func(key string) []piece {
				return slices.DeleteFunc(slices.Clone(byKey[key]), func(p piece) bool { return !p.of.new })
			})
			if !after.settle() {
				continue
			}
		}
		before, _ := then.narrowed(func(key string) []piece {
			return slices.DeleteFunc(slices.Clone(byKey[key]), func(p piece) bool { return p.of.new })
		})
		known := before.settle()
		for at, gap := range after.gap {
			if !gap {
				continue
			}
			width, need := c.width(after, at, then.K)
			if width >= need {
				continue
			}
			if known {
				if narrow, _ := c.width(before, at, then.K); narrow <= width {
					continue // it was known before
				}
			}
			e := piece{of: then, row: at / after.cols, col: at % after.cols}
			c.note(CodeReportKnown, e.name(), width+1, customer.UnitCustomers, e)
		}
	}
}

// width is how far what is known of a gap reaches, and how far it must: over K customers, and
// over RangePermille of the greatest that it may be.
func (c *comparison) width(f *freedom, at, k int) (width, need int64) {
	below, above := f.span(at, unlimited)
	return below + above, max(int64(k-1), permilleOf(f.value[at]+above, c.report.rules.RangePermille))
}

// narrowed is what the others tell of the gaps of an earlier report, and whether the new
// report is among those that do.
func (t *told) narrowed(others func(key string) []piece) (f *freedom, byNew bool) {
	rows, cols := len(t.Figures), len(t.Figures[0])
	gap := make([]bool, 0, rows*cols)
	for _, line := range t.Figures {
		for _, figure := range line {
			gap = append(gap, figure.Gap)
		}
	}
	f = newFreedom(rows, cols, gap)
	for at := range gap {
		f.least[at] = 1
		f.value[at] = t.Figures[at/cols][at%cols].Customers
	}
	t.pieces(func(key string, e piece) {
		at := e.row*cols + e.col
		if !gap[at] {
			return
		}
		for _, p := range others(key) {
			if p.of == t {
				continue
			}
			if p.within(e) {
				f.least[at], byNew = max(f.least[at], p.figure().Customers), byNew || p.of.new
			}
			if e.within(p) {
				f.most[at], byNew = min(f.most[at], p.figure().Customers), byNew || p.of.new
				if least, tells := leftOver(e, p, others(key)); least > f.least[at] {
					f.least[at], byNew = least, byNew || tells
				}
			}
		}
	})
	return f, byNew
}

// leftOver is what a figure has at least of the customers of a whole that contains it, since
// what is told of all the rest has no room for more, or 0; and whether the new report is
// among those that tell so. Of the told figures it takes each that is apart from those
// before it.
func leftOver(e, whole piece, told []piece) (customers int64, byNew bool) {
	parts := []piece{e}
	customers, byNew = whole.figure().Customers, whole.of.new
	for _, part := range told {
		overlaps := func(other piece) bool { return !other.apart(part) }
		if part.figure().Gap || !part.within(whole) || slices.ContainsFunc(parts, overlaps) {
			continue
		}
		parts = append(parts, part)
		customers, byNew = customers-part.figure().Customers, byNew || part.of.new
	}
	if customers <= 0 || uncovered(whole, parts) > 0 {
		return 0, false
	}
	return customers, byNew
}

// note adds a reason; a refusal tells MaxFaults of them at most, each once.
func (c *comparison) note(code, name string, fact int64, unit customer.Unit, others ...piece) {
	var refs []string
	for _, other := range others {
		if !other.of.new && !slices.Contains(refs, other.of.Ref) {
			refs = append(refs, other.of.Ref)
		}
	}
	mark := int64(c.report.rules.K)
	switch code {
	case CodeReportStoresDifference:
		mark = int64(c.report.rules.MinStores)
	case CodeReportTooMany:
		mark = fact - 1 // the first step too many
	}
	if len(refs) > 0 {
		name += " against " + strings.Join(refs, ", ")
	}
	reason := customer.Reason{Code: code, Rule: name, Fact: fact, Mark: mark, Unit: unit}
	told := reason
	if code == CodeReportKnown { // of a gap once, however it is known
		told.Fact = 0
	}
	if !c.seen[told] && len(c.missing) < customer.MaxFaults {
		c.seen[told] = true
		c.missing = append(c.missing, reason)
	}
}

// pair holds a figure against one of an earlier report that counts some of the same.
func (c *comparison) pair(p, e piece) {
	nested, same := p.within(e) || e.within(p), p.within(e) && e.within(p)
	if same && p.figure().Gap != e.figure().Gap {
		c.note(CodeReportReopened, p.name(), 0, 0, e)
	}
	if nested && !same && p.period == e.period {
		stores := 0
		for i := range p.of.stores {
			stores += bits.OnesCount64(p.of.stores[i] ^ e.of.stores[i])
		}
		if stores > 0 && stores < c.report.rules.MinStores {
			c.note(CodeReportStoresDifference, "table", int64(stores), 0, e)
		}
	}
	if !p.figure().Gap && !e.figure().Gap {
		c.hold(p, e, p.figure(), e.figure(), nested || !p.sameGoods(e))
	}
}

// hold compares two figures. Fewer than K customers between them are known to be a group of
// so few. None between them, and yet a difference in the sums, is what nobody knows how
// few have brought: at least where one contains the other.
func (c *comparison) hold(p, e piece, one, other PublishedFigure, nested bool) {
	switch apart := max(one.Customers-other.Customers, other.Customers-one.Customers); {
	case apart >= int64(c.report.rules.K):
	case apart > 0:
		c.note(CodeReportDifference, p.name(), apart, customer.UnitCustomers, e)
	case nested && (unequal(p, e, p.of.Units && e.of.Units, p.of.UnitsRound, e.of.UnitsRound, one.Units, other.Units) ||
		unequal(p, e, p.of.money(e.of), p.of.MoneyRound, e.of.MoneyRound, one.Money, other.Money)):
		c.note(CodeReportSumDifference, p.name(), 0, customer.UnitCustomers, e)
	}
}

// money reports whether both reports tell money, in one currency.
func (t *told) money(other *told) bool {
	return t.Currency != (customer.Currency{}) && t.Currency == other.Currency
}

// unequal reports whether two sums tell of a difference. Of the same scope, rounded to
// different bases, they may be the same sum.
func unequal(p, e piece, told bool, round, otherRound, sum, other decimal.Decimal) bool {
	if !told || sum.Equal(other) {
		return false
	}
	if p.within(e) && e.within(p) && !round.Equal(otherRound) {
		return sum.Sub(other).Abs().GreaterThan(decimal.Max(round, otherRound))
	}
	return true
}

// families takes reports together: of a figure that contains others, apart from one
// another, what they leave over is as good as published. Only what leaves the least over
// is looked at, since anything more has more customers behind it.
func (c *comparison) families(pieces []piece) {
	pieces = slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { return p.figure().Gap })
	for _, whole := range pieces {
		var parts []piece
		anyNew := whole.of.new
		for _, part := range pieces {
			if part.within(whole) && !whole.within(part) {
				parts = append(parts, part)
				anyNew = anyNew || part.of.new
			}
		}
		if !anyNew || len(parts) < 2 {
			continue
		}
		looked := 0
		if !cliques(nil, parts, nil, &looked, func(family []piece) {
			if len(family) > 1 && (whole.of.new || slices.ContainsFunc(family, func(p piece) bool { return p.of.new })) {
				c.family(whole, family)
			}
		}) {
			c.note(CodeReportTooMany, whole.name(), int64(looked), 0, parts...)
		}
	}
}

// cliques finds every largest set of pieces that are apart from one another (Bron and
// Kerbosch, Algorithm 457, CACM 16, 1973, with a pivot). It gives up, and returns false,
// after MaxReportFamilies steps.
func cliques(chosen, open, done []piece, looked *int, found func([]piece)) bool {
	if *looked++; *looked > MaxReportFamilies {
		return false
	}
	if len(open) == 0 {
		if len(done) == 0 {
			found(chosen)
		}
		return true
	}
	pivot, most := open[0], -1
	for _, p := range slices.Concat(open, done) {
		n := 0
		for _, o := range open {
			if p.apart(o) {
				n++
			}
		}
		if n > most {
			pivot, most = p, n
		}
	}
	for i := 0; i < len(open); {
		p := open[i]
		if p.apart(pivot) {
			i++
			continue
		}
		apart := func(o piece) bool { return !o.apart(p) }
		if !cliques(append(slices.Clip(chosen), p), slices.DeleteFunc(slices.Clone(open), apart), slices.DeleteFunc(slices.Clone(done), apart), looked, found) {
			return false
		}
		open = slices.Delete(slices.Clone(open), i, i+1)
		done = append(done, p)
	}
	return true
}

// family checks what a family leaves over of the whole. The customers of the parts may be
// the same people: only what the whole has more than all parts together is sure to be
// others.
func (c *comparison) family(whole piece, family []piece) {
	others := append([]piece{whole}, family...)
	name := others[slices.IndexFunc(others, func(p piece) bool { return p.of.new })].name()
	over := uncovered(whole, family)
	if over == 0 {
		return // nothing is left
	}
	if over < c.report.rules.MinStores {
		c.note(CodeReportStoresDifference, "table", int64(over), 0, others...)
	}
	customers, units, money := whole.figure().Customers, whole.figure().Units, whole.figure().Money
	tellsUnits, tellsMoney := whole.of.Units, whole.of.Currency != (customer.Currency{})
	for _, p := range family {
		customers -= p.figure().Customers
		units, money = units.Sub(p.figure().Units), money.Sub(p.figure().Money)
		tellsUnits, tellsMoney = tellsUnits && p.of.Units, tellsMoney && p.of.money(whole.of)
	}
	switch {
	case customers >= int64(c.report.rules.K):
	case tellsUnits && !units.IsZero() || tellsMoney && !money.IsZero():
		c.note(CodeReportSumDifference, name, max(customers, 0), customer.UnitCustomers, others...)
	case customers > 0 && !tellsUnits && !tellsMoney:
		c.note(CodeReportDifference, name, customers, customer.UnitCustomers, others...)
	}
}

// uncovered counts the stores of the whole of which a family leaves days over, or kinds of
// brand.
func uncovered(whole piece, family []piece) (stores int) {
	all := whole.days()
	for word, counted := range whole.of.stores {
		for bit := range 64 {
			if counted>>bit&1 == 0 {
				continue
			}
			covered := 0
			for _, p := range family {
				if p.of.stores[word]>>bit&1 == 1 {
					covered += p.days()
				}
			}
			if covered < all {
				stores++
			}
		}
	}
	return stores
}

// days are the days of a piece, for each of the three kinds of brand that it counts.
func (p piece) days() int {
	days := int(p.period.Until - p.period.From)
	if p.of.Table.Kind == customer.UnknownBrand {
		return 3 * days
	}
	return days
}

// lines holds what the gaps of a line add up to against the same of an earlier report:
// line by line where both have the same rows, or the same columns that are no periods.
func (c *comparison) lines(all []*told) {
	now := all[0]
	for _, then := range all[1:] {
		if slices.Equal(now.Table.Rows, then.Table.Rows) {
			c.columns(now, then)
		}
		if !now.Table.byPeriod() && slices.Equal(now.Table.Columns, then.Table.Columns) {
			c.rows(now, then)
		}
	}
}

func (c *comparison) columns(now, then *told) {
	total := len(now.Table.Rows)
	c.totals(now, then, func(p piece) bool { return p.row == total }, func(p, e piece) (mine, others []PublishedFigure) {
		for row := range total + 1 {
			mine, others = append(mine, now.Figures[row][p.col]), append(others, then.Figures[row][e.col])
		}
		return mine, others
	})
}

func (c *comparison) rows(now, then *told) {
	total := len(now.Table.Columns)
	c.totals(now, then, func(p piece) bool { return p.col == total }, func(p, e piece) (mine, others []PublishedFigure) {
		return now.Figures[p.row], then.Figures[e.row]
	})
}

// totals compares the lines of the totals of two reports of which one contains the other.
func (c *comparison) totals(now, then *told, total func(piece) bool, lines func(p, e piece) (mine, others []PublishedFigure)) {
	byKey := map[string][]piece{}
	then.pieces(func(key string, e piece) {
		if total(e) {
			byKey[key] = append(byKey[key], e)
		}
	})
	now.pieces(func(key string, p piece) {
		if !total(p) {
			return
		}
		for _, e := range byKey[key] {
			if !p.apart(e) && (p.within(e) || e.within(p)) {
				mine, others := lines(p, e)
				c.rest(p, e, mine, others)
			}
		}
	})
}

// rest compares what is left of the totals of two lines when the figures that stand in
// both are taken off: what the gaps of either add up to.
func (c *comparison) rest(p, e piece, mine, others []PublishedFigure) {
	last := len(mine) - 1
	one, other, gaps := mine[last], others[last], false
	for i := range last {
		if mine[i].Gap || others[i].Gap {
			gaps = true
			continue
		}
		one.Customers, other.Customers = one.Customers-mine[i].Customers, other.Customers-others[i].Customers
		one.Units, other.Units = one.Units.Sub(mine[i].Units), other.Units.Sub(others[i].Units)
		one.Money, other.Money = one.Money.Sub(mine[i].Money), other.Money.Sub(others[i].Money)
	}
	if gaps && !mine[last].Gap && !others[last].Gap {
		c.hold(p, e, one, other, true)
	}
}
