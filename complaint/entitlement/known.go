package entitlement

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// known is what is known of an item on a day: what lies after it has not happened yet.
type known struct {
	*Item
	on        customer.Date
	exchanged customer.Date // the last time; zero: never
	fixes     []fix
	away      []stay // ascending, apart from each other
}

// fix is a Fix as far as it is known.
type fix struct {
	*Fix
	last customer.Date // the last day at the repairer so far
	open bool          // the goods are still there
	past bool          // of goods that have been exchanged since
}

// stay is a time at a repairer, both days included.
type stay struct{ from, to customer.Date }

func (i *Item) knownOn(on customer.Date) known {
	exchanges := i.Exchanges.Before(on + 1)
	k := known{Item: i, on: on, exchanged: exchanges.Last()}
	for n := range i.Repairs {
		if one := &i.Repairs[n]; one.From <= on {
			k.fixes = append(k.fixes, one.knownOn(on, exchanges))
		}
	}
	k.away = k.stays()
	return k
}

// knownOn is for a repair that has begun. Goods that are exchanged are with the repairer no
// longer; what is exchanged on the day of a repair is what was repaired.
func (f *Fix) knownOn(on customer.Date, exchanges customer.Days) fix {
	known := fix{Fix: f, last: f.To}
	if f.To == 0 || f.To > on {
		known.last, known.open = on, true
	}
	if at, _ := slices.BinarySearch(exchanges, f.From); at < len(exchanges) {
		known.past = true
		if exchanges[at] <= known.last {
			known.last, known.open = exchanges[at], false
		}
	}
	return known
}

// stays returns the days at repairers, those of repairs that overlap once.
func (k *known) stays() []stay {
	all := make([]stay, 0, len(k.fixes))
	for _, one := range k.fixes {
		all = append(all, stay{one.From, one.last})
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

// start returns the day from which a window counts; zero: it has not begun.
func (k *known) start(w *Window) customer.Date {
	if w.ExchangeRenews && k.exchanged != 0 {
		return k.exchanged
	}
	start := k.Bought
	switch w.Counted {
	case FromDelivery:
		start = k.Delivered
	case FromInstallation:
		start = k.Installed
	case FromPurchase:
	}
	if start > k.on {
		return 0
	}
	return start
}

// usedFrom returns the day from which use is counted: that from which the window counts or, where
// it is known and later, that of the delivery; zero: she has had no use yet.
func (k *known) usedFrom(w *Window) customer.Date {
	start := k.start(w)
	if start == 0 || k.Delivered > k.on {
		return 0
	}
	return max(start, k.Delivered)
}

// daysAway counts the days at a repairer from one day to another, both included.
func (k *known) daysAway(from, to customer.Date) int {
	days := 0
	for _, one := range k.away {
		days += max(0, int(min(one.to, to)-max(one.from, from))+1)
	}
	return days
}

// atRepairer returns since when the goods are at a repairer; zero: they are not.
func (k *known) atRepairer() customer.Date {
	since := customer.Date(0)
	for _, one := range k.fixes {
		if one.open && (since == 0 || one.From < since) {
			since = one.From
		}
	}
	return since
}

// failed counts the repairs that have failed since the last exchange.
func (k *known) failed() (times int64) {
	for _, one := range k.fixes {
		if one.Failed && !one.past && !one.open {
			times++
		}
	}
	return times
}

// slowest returns the first and the last day of the longest repair since the last exchange
// that is delayed for a reason, and has not ended well; zero: there is none.
func (k *known) slowest(delay Delay) (since, last customer.Date) {
	for _, one := range k.fixes {
		if one.Delay != delay || one.past || !one.open && !one.Failed {
			continue
		}
		if since == 0 || one.last-one.From > last-since {
			since, last = one.From, one.last
		}
	}
	return since, last
}
