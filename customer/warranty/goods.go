package warranty

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of goods.
const (
	MaxRepairs   = 1000
	MaxExchanges = 1000
)

// Goods is one thing that somebody bought, as far as windows ask. All days are civil days in the
// shop's zone.
type Goods struct {
	Bought    customer.Date `json:"bought"`
	Delivered customer.Date `json:"delivered,omitzero"`  // zero: not yet; goods carried away from the shop are delivered when bought
	Installed customer.Date `json:"installed,omitzero"`  // zero: not yet; without installation, when delivered
	Repairs   []Repair      `json:"repairs,omitempty"`   // in any order, overlapping or not
	Exchanges customer.Days `json:"exchanges,omitempty"` // when they were exchanged for others of their kind
}

// Repair is a time at a repairer.
type Repair struct {
	From customer.Date `json:"from"`        // when the goods were handed in
	To   customer.Date `json:"to,omitzero"` // when she had them back; zero: not yet
}

// Check notes the faults of the goods.
func (g *Goods) Check(faults *customer.Faults) {
	if !g.Bought.Valid() {
		faults.Add("bought", g.Bought, "is a day")
	}
	for _, one := range [...]struct {
		path string
		day  customer.Date
	}{{"delivered", g.Delivered}, {"installed", g.Installed}} {
		if one.day != 0 && (!one.day.Valid() || one.day < g.Bought) {
			faults.Add(one.path, one.day, "is a day, not before the purchase, or absent")
		}
	}
	faults.Within("repairs", len(g.Repairs), 0, MaxRepairs)
	for i, repair := range g.Repairs[:min(len(g.Repairs), MaxRepairs)] {
		if !repair.From.Valid() || repair.From < g.Bought {
			faults.Add(fmt.Sprintf("repairs[%d].from", i), repair.From, "is a day, not before the purchase")
		}
		if repair.To != 0 && (!repair.To.Valid() || repair.To < repair.From) {
			faults.Add(fmt.Sprintf("repairs[%d].to", i), repair.To, "is a day, not before from, or absent")
		}
	}
	faults.Within("exchanges", len(g.Exchanges), 0, MaxExchanges)
	if err := g.Exchanges.Validate(); err != nil || len(g.Exchanges) > 0 && g.Exchanges[0] < g.Bought {
		faults.Add("exchanges", len(g.Exchanges), "are days, ascending and each only once, none before the purchase")
	}
}

// Known is what is known of goods on a day: what lies after it has not happened yet.
type Known struct {
	On        customer.Date
	Exchanged customer.Date // the last time; zero: never
	Repairs   []Seen        // those that have begun, in the order of the goods
	goods     *Goods
	away      []stay // ascending, apart from each other
}

// Seen is a repair as far as it is known.
type Seen struct {
	At   int           // its place among the repairs of the goods
	From customer.Date // when the goods were handed in
	Last customer.Date // the last day at the repairer so far
	Open bool          // the goods are still there
	Past bool          // of goods that have been exchanged since
}

// stay is a time at a repairer, both days included.
type stay struct{ from, to customer.Date }

// Known returns what is known of the goods on a day. They are without faults.
func (g *Goods) Known(on customer.Date) Known {
	exchanges := g.Exchanges.Before(on + 1)
	k := Known{On: on, Exchanged: exchanges.Last(), goods: g}
	if len(g.Repairs) > 0 {
		k.Repairs = make([]Seen, 0, len(g.Repairs))
	}
	for i := range g.Repairs {
		if g.Repairs[i].From <= on {
			k.Repairs = append(k.Repairs, g.Repairs[i].seen(i, on, exchanges))
		}
	}
	k.away = k.stays()
	return k
}

// seen is for a repair that has begun. Goods that are exchanged are with the repairer no
// longer; what is exchanged on the day of a repair is what was repaired.
func (r *Repair) seen(i int, on customer.Date, exchanges customer.Days) Seen {
	seen := Seen{At: i, From: r.From, Last: r.To}
	if r.To == 0 || r.To > on {
		seen.Last, seen.Open = on, true
	}
	if at, _ := slices.BinarySearch(exchanges, r.From); at < len(exchanges) {
		seen.Past = true
		if exchanges[at] <= seen.Last {
			seen.Last, seen.Open = exchanges[at], false
		}
	}
	return seen
}

// stays returns the days at repairers, those of repairs that overlap once.
func (k *Known) stays() []stay {
	if len(k.Repairs) == 0 {
		return nil
	}
	all := make([]stay, 0, len(k.Repairs))
	for _, one := range k.Repairs {
		all = append(all, stay{one.From, one.Last})
	}
	slices.SortFunc(all, func(a, b stay) int { return cmp.Compare(a.from, b.from) })
	merged := all[:0]
	for _, one := range all {
		if last := len(merged) - 1; last >= 0 && one.from <= merged[last].to {
			merged[last].to = max(merged[last].to, one.to)
			continue
		}
		merged = append(merged, one)
	}
	return merged
}

// DaysAway counts the days at a repairer from one day to another, both included.
func (k *Known) DaysAway(from, to customer.Date) int {
	days := 0
	for _, one := range k.away {
		days += max(0, int(min(one.to, to)-max(one.from, from))+1)
	}
	return days
}

// AtRepairer returns since when the goods are at a repairer; zero: they are not.
func (k *Known) AtRepairer() customer.Date {
	since := customer.Date(0)
	for _, one := range k.Repairs {
		if one.Open && (since == 0 || one.From < since) {
			since = one.From
		}
	}
	return since
}
