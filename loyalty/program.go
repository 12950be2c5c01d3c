package loyalty

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Decision is what a program decides: entries, the account after them, and why.
type Decision = journal.Decision[Account, Entry]

// Store keeps accounts; see package journal.
type Store = journal.Store[customer.ID, Account, Entry]

// Program is a compiled rule book. It is immutable and safe for concurrent use.
type Program struct {
	rules Rules
	name  string
	zone  *time.Location

	base     [PaidPoints + 1]bool
	earnings []earning
	// Which earnings a line matches, by what it is.
	bySKU, byCategory, byBrand map[string]mask
	anyLine                    mask                          // no list: every line
	ofKind                     [customer.StoreBrand + 1]mask // by the line's kind

	sponsors []string // of earnings; the first is none

	events  map[string]*event
	caps    []limit
	tender  *tender
	rewards map[string]*reward
	tiers   *tiers // nil: there are none

	mostOwed int64 // 0: no such floor
}

// mask is a set of earnings.
type mask [MaxEarnings / 64]uint64

func (m *mask) set(i int) { m[i/64] |= 1 << (i % 64) }

func (m *mask) has(i int) bool { return m[i/64]&(1<<(i%64)) != 0 }

func (m *mask) or(other mask) {
	for i := range m {
		m[i] |= other[i]
	}
}

func (m *mask) and(other mask) {
	for i := range m {
		m[i] &= other[i]
	}
}

// all walks the set in the order of the rules.
func (m *mask) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for word, bits64 := range m {
			for ; bits64 != 0; bits64 &= bits64 - 1 {
				if !yield(64*word + bits.TrailingZeros64(bits64)) {
					return
				}
			}
		}
	}
}

func (m *mask) count() int {
	n := 0
	for _, word := range m {
		n += bits.OnesCount64(word)
	}
	return n
}

type method uint8

const (
	byRate method = iota + 1
	byTimes
	byPoints
	byUnit
)

// earning is a compiled Earning.
type earning struct {
	cite     string // as reasons name it
	method   method
	points   int64 // of the rate, or given; smallest unit
	per      int64 // minor units
	full     bool
	more     int64 // times, less 1, in thousandths
	rounding Rounding
	perLine  bool
	sponsor  int // in Program.sponsors
	when     condition
}

// condition is the part of a When that is about the receipt.
type condition struct {
	always          bool
	partners, shops []string
	weekdays        uint8 // bit by time.Weekday
	fromHour        int
	toHour          int // 0: no hours
	from, until     customer.Date
	birthdayDays    int
	ranks           uint32 // of tiers; 0: any
	first           bool
	spend           int64
	below           int64 // 0: no such limit
}

type event struct {
	cite     string
	points   int64
	vestDays int
	most     int
	sponsor  string
	counts   bool
}

type limit struct {
	id, cite string
	of       mask
	events   []string
	all      bool
	per      Period
	points   int64
}

type tender struct {
	points, worth   int64 // worth: minor units of so many points
	least, multiple int64
	most            int64 // 0: none
	mostPermille    int64
}

type reward struct {
	cite   string
	points int64
	ranks  uint32 // of the tiers that may have it; 0: all
	rule   Reward
}

// NewProgram checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that Rules.Zone names.
func NewProgram(rules Rules, zone *time.Location) (*Program, error) {
	c := compiler{rules: &rules, program: &Program{
		rules: rules, zone: zone, name: rules.Name(),
		bySKU: map[string]mask{}, byCategory: map[string]mask{}, byBrand: map[string]mask{},
		events: map[string]*event{}, rewards: map[string]*reward{}, sponsors: []string{""},
	}}
	c.compile()
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	return c.program, nil
}

// compiler checks rules while it compiles them.
type compiler struct {
	rules   *Rules
	program *Program
	faults  customer.Faults
	ids     map[string]bool // of earnings and events
	listed  int
}

func (c *compiler) compile() {
	r, p := c.rules, c.program
	r.Edition.Check(&c.faults)
	c.faults.Zone("zone", r.Zone, p.zone)
	c.faults.Currency("currency", r.Currency)
	c.faults.Within("point_digits", int(r.PointDigits), 0, 3)
	for i, portion := range r.Base {
		path := fmt.Sprintf("base[%d]", i)
		switch {
		case portion < Goods || portion > PaidPoints:
			c.faults.Add(path, portion, "is a portion of a line")
		case p.base[portion]:
			c.faults.Add(path, portion, "stands only once")
		default:
			p.base[portion] = true
		}
	}
	if r.Tiers != nil {
		c.compileTiers() // earnings and rewards name them
	}
	c.compileEarnings()
	c.compileEvents()
	c.compileCaps()
	c.faults.Within("vest_days", r.VestDays, 0, 3660)
	if r.VestDays > 0 && r.VestAtClose {
		c.faults.Add("vest_days", r.VestDays, "is absent where vest_at_close is set")
	}
	c.checkExpiry()
	c.checkVesting()
	c.faults.Within("return_days", r.ReturnDays, 0, 3660)
	if r.Shortfall < Forgive || r.Shortfall > OthersThenForgive {
		c.faults.Add("shortfall", r.Shortfall, "is forgive, owe, others-then-owe or others-then-forgive")
	}
	if !r.MostOwed.IsZero() {
		c.program.mostOwed = c.points("most_owed", r.MostOwed)
		if r.Shortfall != Owe && r.Shortfall != OthersThenOwe {
			c.faults.Add("most_owed", r.MostOwed, "goes with owe and others-then-owe")
		}
	}
	if r.Tender != nil {
		c.compileTender()
	}
	c.compileRewards()
}

// points compiles a number of points above 0.
func (c *compiler) points(path string, points decimal.Decimal) int64 {
	units, exact := customer.Scaled(points, c.rules.PointDigits)
	if !exact || units < 1 || units > MaxPoints {
		c.faults.Add(path, points, fmt.Sprintf("is above 0, with at most %d decimal places", c.rules.PointDigits))
		return 1
	}
	return units
}

// amount compiles an amount above 0.
func (c *compiler) amount(path string, amount decimal.Decimal) int64 {
	minor, err := c.rules.Currency.Minor(amount)
	if err != nil || minor < 1 {
		c.faults.Add(path, amount, "is above 0, and exact in the currency's minor units")
		return 1
	}
	return minor
}

// name checks the id of a rule. Earnings and events share one space of names, so that a
// cap can name either.
func (c *compiler) name(path, id string, taken map[string]bool) string {
	if id == "" || len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		c.faults.Add(path, id, "is required, at most 64 bytes, without blanks")
	}
	if taken[id] {
		c.faults.Add(path, id, "names only one rule")
	}
	taken[id] = true
	return c.program.name + " " + id
}

func (c *compiler) compileEarnings() {
	c.ids = map[string]bool{}
	c.faults.Within("earnings", len(c.rules.Earnings), 0, MaxEarnings)
	for i := range c.rules.Earnings[:min(len(c.rules.Earnings), MaxEarnings)] {
		rule := &c.rules.Earnings[i]
		at := func(field string) string { return fmt.Sprintf("earnings[%d].%s", i, field) }
		e := earning{cite: c.name(at("id"), rule.ID, c.ids), rounding: rule.Rounding, perLine: rule.PerLine}
		methods := 0
		if rule.Rate != nil {
			methods, e.method, e.full = methods+1, byRate, rule.Rate.Full
			e.points, e.per = c.points(at("rate.points"), rule.Rate.Points), c.amount(at("rate.per"), rule.Rate.Per)
		}
		if !rule.Times.IsZero() {
			methods, e.method = methods+1, byTimes
			times, exact := customer.Scaled(rule.Times, 3)
			if !exact || times <= 1000 || times > 1_000_000 {
				c.faults.Add(at("times"), rule.Times, "is above 1, at most 1000, with at most three decimal places")
			}
			e.more = times - 1000
		}
		if !rule.Points.IsZero() {
			methods, e.method, e.points = methods+1, byPoints, c.points(at("points"), rule.Points)
		}
		if !rule.Each.IsZero() {
			methods, e.method, e.points = methods+1, byUnit, c.points(at("each"), rule.Each)
		}
		if methods != 1 {
			c.faults.Add(at("rate"), methods, "or times or points or each is set: exactly one of them")
		}
		rounds := e.method == byTimes || e.method == byRate && !e.full
		if rounds != (rule.Rounding >= Floor && rule.Rounding <= Ceil) {
			c.faults.Add(at("rounding"), rule.Rounding, "is floor, half-up, half-even or ceil where a rate is proportional or times is set, and absent elsewhere")
		}
		if rule.PerLine && e.method != byRate && e.method != byTimes {
			c.faults.Add(at("per_line"), rule.PerLine, "goes with rate or times")
		}
		e.sponsor = c.sponsor(at("sponsor"), rule.Sponsor)
		e.when = c.condition(at("when"), &rule.When)
		c.lines(i, &rule.When)
		c.program.earnings = append(c.program.earnings, e)
	}
	if c.listed > MaxListed {
		c.faults.Add("earnings", c.listed, fmt.Sprintf("list at most %d skus, categories and brands", MaxListed))
	}
}

// sponsor compiles who bears the cost of an earning: an index of Program.sponsors.
func (c *compiler) sponsor(path, sponsor string) int {
	c.faults.Text(path, sponsor)
	if at := slices.Index(c.program.sponsors, sponsor); at >= 0 {
		return at
	}
	c.program.sponsors = append(c.program.sponsors, sponsor)
	return len(c.program.sponsors) - 1
}

// lines indexes which lines an earning matches.
func (c *compiler) lines(i int, when *When) {
	p := c.program
	for kind := range p.ofKind {
		if when.Kind == customer.UnknownBrand || when.Kind == customer.BrandKind(kind) {
			p.ofKind[kind].set(i)
		}
	}
	if len(when.SKUs)+len(when.Categories)+len(when.Brands) == 0 {
		p.anyLine.set(i)
		return
	}
	index := func(field string, into map[string]mask, names []string) {
		c.listed += len(names)
		for j, name := range names {
			c.faults.Name(fmt.Sprintf("earnings[%d].when.%s[%d]", i, field, j), name)
			m := into[name]
			m.set(i)
			into[name] = m
		}
	}
	index("skus", p.bySKU, when.SKUs)
	index("categories", p.byCategory, when.Categories)
	index("brands", p.byBrand, when.Brands)
}

func (c *compiler) condition(path string, when *When) condition {
	at := func(field string) string { return path + "." + field }
	if when.Kind > customer.StoreBrand {
		c.faults.Add(at("kind"), when.Kind, "is national or store, or absent")
	}
	cond := condition{
		partners: slices.Clone(when.Partners), shops: slices.Clone(when.Shops), // the caller may go on to change his
		fromHour: when.FromHour, toHour: when.ToHour, from: when.From, until: when.Until,
		birthdayDays: when.BirthdayDays, first: when.FirstPurchase,
	}
	for i, day := range when.Weekdays {
		if day < 1 || day > 7 {
			c.faults.Add(at(fmt.Sprintf("weekdays[%d]", i)), day, "is monday to sunday")
			continue
		}
		cond.weekdays |= 1 << (day % 7)
	}
	if when.FromHour != 0 || when.ToHour != 0 {
		c.faults.Within(at("from_hour"), when.FromHour, 0, 23)
		c.faults.Within(at("to_hour"), when.ToHour, when.FromHour+1, 24)
	}
	if when.Until != 0 && when.Until <= when.From {
		c.faults.Add(at("until"), when.Until, "is a day after from, or absent")
	}
	c.faults.Within(at("birthday_days"), when.BirthdayDays, 0, 366)
	cond.ranks = c.ofTiers(at("tiers"), when.Tiers)
	if !when.Spend.IsZero() {
		cond.spend = c.amount(at("spend"), when.Spend)
	}
	if !when.SpendBelow.IsZero() {
		if cond.below = c.amount(at("spend_below"), when.SpendBelow); cond.below <= cond.spend {
			c.faults.Add(at("spend_below"), when.SpendBelow, "is above spend, or absent")
		}
	}
	cond.always = len(cond.partners)+len(cond.shops)+cond.birthdayDays+cond.toHour == 0 &&
		cond.weekdays == 0 && cond.ranks == 0 && cond.from == 0 && cond.until == 0 && !cond.first && cond.spend == 0 && cond.below == 0
	return cond
}

func (c *compiler) compileEvents() {
	c.faults.Within("events", len(c.rules.Events), 0, MaxEvents)
	for i := range c.rules.Events[:min(len(c.rules.Events), MaxEvents)] {
		rule := &c.rules.Events[i]
		at := func(field string) string { return fmt.Sprintf("events[%d].%s", i, field) }
		c.faults.Within(at("vest_days"), rule.VestDays, 0, 3660)
		c.faults.Within(at("most"), rule.Most, 0, 1_000_000)
		c.program.events[rule.ID] = &event{
			cite: c.name(at("id"), rule.ID, c.ids), points: c.points(at("points"), rule.Points),
			vestDays: rule.VestDays, most: rule.Most, sponsor: rule.Sponsor, counts: rule.Counts,
		}
		c.faults.Text(at("sponsor"), rule.Sponsor)
	}
}

func (c *compiler) compileCaps() {
	taken := map[string]bool{}
	c.faults.Within("caps", len(c.rules.Caps), 0, MaxCaps)
	for i := range c.rules.Caps[:min(len(c.rules.Caps), MaxCaps)] {
		rule := &c.rules.Caps[i]
		at := func(field string) string { return fmt.Sprintf("caps[%d].%s", i, field) }
		l := limit{
			id: rule.ID, cite: c.name(at("id"), rule.ID, taken), per: rule.Per,
			points: c.points(at("points"), rule.Points), all: len(rule.Of) == 0,
		}
		if rule.Per < PerReceipt || rule.Per > PerLifetime {
			c.faults.Add(at("per"), rule.Per, "is receipt, day, month, year or lifetime")
		}
		for j, id := range rule.Of {
			earning := slices.IndexFunc(c.rules.Earnings, func(e Earning) bool { return e.ID == id })
			switch {
			case earning >= 0 && earning < MaxEarnings:
				l.of.set(earning)
			case c.program.events[id] != nil:
				l.events = append(l.events, id)
			default:
				c.faults.Add(at(fmt.Sprintf("of[%d]", j)), id, "is an earning or an event")
			}
		}
		c.program.caps = append(c.program.caps, l)
	}
}

func (c *compiler) checkExpiry() {
	e := c.rules.Expiry
	c.faults.Within("expiry.days", e.Days, 0, 36_600)
	c.faults.Within("expiry.months", e.Months, 0, 1200)
	c.faults.Within("expiry.idle_months", e.IdleMonths, 0, 1200)
	set := 0
	for _, n := range []int{e.Days, e.Months, e.IdleMonths} {
		if n != 0 {
			set++
		}
	}
	if set > 1 {
		c.faults.Add("expiry.days", e.Days, "or months or idle_months is set, not several")
	}
	if e.To > EndOfYear || e.To != 0 && e.IdleMonths != 0 {
		c.faults.Add("expiry.to", e.To, "is month, quarter or year, or absent; it does not go with idle_months")
	}
}

// checkVesting refuses points that would be gone before they may be spent.
func (c *compiler) checkVesting() {
	vest, e := c.rules.VestDays, c.rules.Expiry
	path := "vest_days"
	if c.rules.VestAtClose {
		vest, path = c.rules.ReturnDays+1, "vest_at_close"
	}
	last := e.Days
	if e.Months > 0 {
		last = 28 * e.Months
	}
	if last > 0 && vest > last {
		c.faults.Add(path, vest, fmt.Sprintf("days are at most the %d after which points may be gone", last))
	}
}

func (c *compiler) compileTender() {
	rule := c.rules.Tender
	t := &tender{
		points:       c.points("tender.points", rule.Points),
		worth:        c.amount("tender.worth", rule.Worth),
		multiple:     c.points("tender.multiple", rule.Multiple),
		mostPermille: int64(rule.MostPermille),
	}
	if !rule.Least.IsZero() {
		t.least = c.points("tender.least", rule.Least)
	}
	if !rule.Most.IsZero() {
		if t.most = c.points("tender.most", rule.Most); t.most < t.least {
			c.faults.Add("tender.most", rule.Most, "is at least least, or absent")
		}
	}
	c.faults.Within("tender.most_permille", rule.MostPermille, 1, 1000)
	if up, ok := Ceil.scale(t.multiple, t.worth, t.points); ok {
		if down, _ := Floor.scale(t.multiple, t.worth, t.points); up != down || up == 0 {
			c.faults.Add("tender.multiple", rule.Multiple, "is worth whole minor units")
		}
	} else {
		c.faults.Add("tender.worth", rule.Worth, "is within bounds for a multiple of points")
	}
	c.program.tender = t
}

func (c *compiler) compileRewards() {
	taken := map[string]bool{}
	c.faults.Within("rewards", len(c.rules.Rewards), 0, MaxRewards)
	for i := range c.rules.Rewards[:min(len(c.rules.Rewards), MaxRewards)] {
		rule := &c.rules.Rewards[i]
		at := func(field string) string { return fmt.Sprintf("rewards[%d].%s", i, field) }
		if rule.Gives == "" || len(rule.Gives) > customer.MaxText {
			c.faults.Add(at("gives"), rule.Gives, "says what the member gets, in at most 256 bytes")
		}
		if rule.Until != 0 && rule.Until <= rule.From {
			c.faults.Add(at("until"), rule.Until, "is a day after from, or absent")
		}
		c.program.rewards[rule.ID] = &reward{
			cite: c.name(at("id"), rule.ID, taken), points: c.points(at("points"), rule.Points), rule: *rule,
			ranks: c.ofTiers(at("tiers"), rule.Tiers),
		}
	}
}
