package loyalty

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of Tiers.
const (
	MaxTiers    = 32
	MaxServices = 64 // of one tier
)

// Tiers are the levels of a programme. What counts towards them is a figure of its own:
// spending points, or letting them lapse, never lowers a tier.
//
// A tier is reached at once, with the purchase that brings the figure to its mark. It is
// lowered only at the end of the window's period, when the figure of the period no longer
// supports it. Before that it goes only when what it rests on is brought back: otherwise
// buying and returning would keep any tier for ever.
//
// A review goes by the rule book that makes it: settle accounts up to the last day of an
// edition before deciding by the next. A new edition with a longer window begins with the
// days that the old one still needed; Account.DaysFrom says how far they reach back.
type Tiers struct {
	Metric Metric `json:"metric"`
	Window Window `json:"window"`
	Months int    `json:"months,omitempty"` // the length of a period; absent for the lifetime
	Down   Down   `json:"down"`
	// GraceDays after a period's end a tier can still be kept: what is bought in them
	// counts for the period that has ended as well as for the new one, so that one purchase
	// in every second period's grace keeps a tier.
	GraceDays int    `json:"grace_days,omitempty"`
	Levels    []Tier `json:"levels"` // from the lowest, which everybody has
}

// Tier is a level. Its marks are in the metric: an amount, points, or a number of visits.
type Tier struct {
	ID string          `json:"id"`
	At decimal.Decimal `json:"at,omitzero"` // reached from here on; 0 for the lowest only
	// KeepAt is enough to keep the tier, a softer mark than At; zero: At.
	KeepAt decimal.Decimal `json:"keep_at,omitzero"`
	// LifetimeAt is the lifetime figure from which the tier is never lost; zero: none.
	LifetimeAt decimal.Decimal `json:"lifetime_at,omitzero"`

	// Beside the rate (When.Tiers) and the catalogue (Reward.Tiers): the list of member
	// prices that pricing applies, and the services, in the shop's words.
	MemberPrices string   `json:"member_prices,omitempty"`
	Services     []string `json:"services,omitempty"`
}

// Metric is what counts towards tiers. The zero Metric is refused.
type Metric uint8

// The metrics. Their texts are format.
const (
	BySpend  Metric = iota + 1 // the base of receipts, in the currency
	ByPoints                   // points that receipts gave, and events that say so, spent or not
	ByVisits                   // days with a receipt of which something was kept; on a shared account, for its lifetime, of each member
	ByProfit                   // net price of the goods less their cost, where the cost is known
)

// String returns the stored text.
func (m Metric) String() string {
	switch m {
	case BySpend:
		return "spend"
	case ByPoints:
		return "points"
	case ByVisits:
		return "visits"
	case ByProfit:
		return "profit"
	}
	return "metric " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; anything else is an error.
func (m Metric) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", m, ByProfit) }

// UnmarshalText reads what MarshalText wrote.
func (m *Metric) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "metric", m, ByProfit, text)
}

// unit is what reasons count a metric in.
func (m Metric) unit() customer.Unit {
	switch m {
	case ByPoints:
		return customer.UnitPoints
	case ByVisits:
		return customer.UnitTimes
	case BySpend, ByProfit:
	}
	return customer.UnitMinor
}

// Window is the time over which a metric counts. The zero Window is refused.
type Window uint8

// The windows. Their texts are format.
const (
	Lifetime      Window = iota + 1 // from the first purchase on
	Calendar                        // periods of the calendar: of 1, 2, 3, 4, 6 or 12 months from January
	Anniversary                     // periods from the day on which she joined
	SinceTier                       // periods from the day on which she reached the tier; the figure begins anew there
	RollingMonths                   // on every day the months before it
)

// String returns the stored text.
func (w Window) String() string {
	switch w {
	case Lifetime:
		return "lifetime"
	case Calendar:
		return "calendar"
	case Anniversary:
		return "anniversary"
	case SinceTier:
		return "since-tier"
	case RollingMonths:
		return "rolling"
	}
	return "window " + strconv.Itoa(int(w))
}

// MarshalText writes the stored text; anything else is an error.
func (w Window) MarshalText() ([]byte, error) {
	return customer.WriteStored("loyalty", w, RollingMonths)
}

// UnmarshalText reads what MarshalText wrote.
func (w *Window) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "window", w, RollingMonths, text)
}

// Down says what becomes of a tier that a period did not support. The zero Down is
// refused. A tier that rests on goods which are brought back is lost in any case.
type Down uint8

// The ways down. Their texts are format.
const (
	Stay     Down = iota + 1 // a tier reached is never lost
	OneStep                  // to the next lower tier
	ToEarned                 // to the tier that the figure supports
)

// String returns the stored text.
func (d Down) String() string {
	switch d {
	case Stay:
		return "never"
	case OneStep:
		return "one-step"
	case ToEarned:
		return "to-earned"
	}
	return "down " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Down) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", d, ToEarned) }

// UnmarshalText reads what MarshalText wrote.
func (d *Down) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "way down", d, ToEarned, text)
}

// tiers is compiled Tiers.
type tiers struct {
	metric Metric
	window Window
	months int
	down   Down
	grace  int
	levels []level
}

type level struct {
	cite               string
	rule               Tier
	at, keep, lifetime int64 // in the smallest unit of the metric; lifetime 0: no such mark
}

func (c *compiler) compileTiers() {
	rule := c.rules.Tiers
	t := &tiers{metric: rule.Metric, window: rule.Window, months: rule.Months, down: rule.Down, grace: rule.GraceDays}
	if rule.Metric < BySpend || rule.Metric > ByProfit {
		c.faults.Add("tiers.metric", rule.Metric, "is spend, points, visits or profit")
	}
	if rule.Window < Lifetime || rule.Window > RollingMonths {
		c.faults.Add("tiers.window", rule.Window, "is lifetime, calendar, anniversary, since-tier or rolling")
	}
	if rule.Down < Stay || rule.Down > ToEarned {
		c.faults.Add("tiers.down", rule.Down, "is never, one-step or to-earned")
	}
	switch {
	case rule.Window == Lifetime:
		if rule.Months != 0 || rule.GraceDays != 0 {
			c.faults.Add("tiers.months", rule.Months, "is absent for the lifetime, as is grace_days: it has no end")
		}
	case rule.Window == Calendar && (rule.Months < 1 || rule.Months > 12 || 12%rule.Months != 0):
		c.faults.Add("tiers.months", rule.Months, "is 1, 2, 3, 4, 6 or 12 for the calendar")
	default:
		c.faults.Within("tiers.months", rule.Months, 1, 120)
		c.faults.Within("tiers.grace_days", rule.GraceDays, 0, 27*min(max(rule.Months, 1), 120)) // shorter than a period
	}
	c.faults.Within("tiers.levels", len(rule.Levels), 2, MaxTiers)
	taken := map[string]bool{}
	for i := range rule.Levels[:min(len(rule.Levels), MaxTiers)] {
		t.levels = append(t.levels, c.compileLevel(i, t, taken))
	}
	c.program.tiers = t
}

func (c *compiler) compileLevel(i int, t *tiers, taken map[string]bool) level {
	rule := &c.rules.Tiers.Levels[i]
	at := func(field string) string { return fmt.Sprintf("tiers.levels[%d].%s", i, field) }
	l := level{cite: c.name(at("id"), rule.ID, taken), rule: *rule}
	l.rule.Services = slices.Clone(rule.Services) // the caller may go on to change his
	mark := func(field string, value decimal.Decimal) int64 {
		switch {
		case value.IsZero():
			return 0
		case t.metric == ByPoints:
			return c.points(at(field), value)
		case t.metric == ByVisits:
			visits, exact := customer.Scaled(value, 0)
			if !exact || visits < 1 || visits > MaxPoints {
				c.faults.Add(at(field), value, "is a number of visits")
			}
			return visits
		}
		return c.amount(at(field), value)
	}
	l.at, l.keep, l.lifetime = mark("at", rule.At), mark("keep_at", rule.KeepAt), mark("lifetime_at", rule.LifetimeAt)
	if l.keep == 0 {
		l.keep = l.at
	}
	switch {
	case i == 0:
		if l.at != 0 || l.keep != 0 || l.lifetime != 0 {
			c.faults.Add(at("at"), rule.At, "is absent for the lowest tier, as are keep_at and lifetime_at: everybody has it")
		}
	case l.at <= t.levels[i-1].at:
		c.faults.Add(at("at"), rule.At, "is above that of the tier before")
	case l.keep > l.at:
		c.faults.Add(at("keep_at"), rule.KeepAt, "is at most at")
	case l.keep < t.levels[i-1].keep:
		c.faults.Add(at("keep_at"), rule.KeepAt, "is at least that of the tier before")
	}
	if l.lifetime != 0 && (t.window == Lifetime || t.down == Stay) {
		c.faults.Add(at("lifetime_at"), rule.LifetimeAt, "is absent for the lifetime, and where no tier is ever lost")
	}
	if i > 0 && l.lifetime != 0 && l.lifetime <= t.levels[i-1].lifetime {
		c.faults.Add(at("lifetime_at"), rule.LifetimeAt, "is above that of the tier before")
	}
	c.faults.Text(at("member_prices"), rule.MemberPrices)
	c.faults.Within(at("services"), len(rule.Services), 0, MaxServices)
	for j, service := range rule.Services[:min(len(rule.Services), MaxServices)] {
		c.faults.Name(at(fmt.Sprintf("services[%d]", j)), service)
	}
	return l
}

// ofTiers compiles a list of tiers into a set of ranks; 0: any.
func (c *compiler) ofTiers(path string, ids []string) (ranks uint32) {
	for i, id := range ids {
		rank := -1
		if t := c.program.tiers; t != nil {
			rank = slices.IndexFunc(t.levels, func(l level) bool { return l.rule.ID == id })
		}
		if rank < 0 {
			c.faults.Add(fmt.Sprintf("%s[%d]", path, i), id, "is a tier of the rules")
			continue
		}
		ranks |= 1 << rank
	}
	return ranks
}

// rank is the place of a tier; one that the rules do not know (any more) is the lowest.
func (t *tiers) rank(id string) int {
	return max(0, slices.IndexFunc(t.levels, func(l level) bool { return l.rule.ID == id }))
}

// reaches is the highest tier whose mark a figure reaches.
func (t *tiers) reaches(figure int64) int {
	rank := len(t.levels) - 1
	for rank > 0 && figure < t.levels[rank].at {
		rank--
	}
	return rank
}

// supports is the highest tier that a figure lets one keep who has a tier now, or reach.
func (t *tiers) supports(figure int64, now int) int {
	rank := max(now, t.reaches(figure))
	for rank > 0 && figure < t.levels[rank].at && (rank > now || figure < t.levels[rank].keep) {
		rank--
	}
	return rank
}

// forLife is the highest tier that a lifetime figure holds for ever; 0: none but the
// lowest.
func (t *tiers) forLife(lifetime int64) int {
	rank := len(t.levels) - 1
	for rank > 0 && (t.levels[rank].lifetime == 0 || lifetime < t.levels[rank].lifetime) {
		rank--
	}
	return rank
}
