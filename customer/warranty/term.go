package warranty

import "github.com/rapport-crm/rapport/customer"

// Term is a window laid on the calendar for goods, as known on a day.
type Term struct {
	From      customer.Date `json:"from,omitzero"`       // the day from which it counts; zero: it has not begun
	Until     customer.Date `json:"until,omitzero"`      // its last day; zero: it has none, or has not begun
	Days      int           `json:"days,omitempty"`      // of the window with what repairs add; 0: without end, or over before it began
	Prolonged int           `json:"prolonged,omitempty"` // by so many days at a repairer
	Renewed   bool          `json:"renewed,omitempty"`   // it counts from an exchange

	FirstDayCounts bool `json:"first_day_counts,omitempty"` // From is its day 1; otherwise the day after is
}

// Term lays the window on the calendar. The window is without faults.
func (w Window) Term(k *Known) Term {
	t := Term{From: w.Start(k), FirstDayCounts: w.FirstDayCounts}
	t.Renewed = w.ExchangeRenews && k.Exchanged != 0
	if t.From == 0 && w.LastDay == 0 {
		return t
	}
	if t.From == 0 {
		t.From = k.goods.Bought // a last day is the same for all, begun or not
	}
	if t.Until = w.last(t.From); t.Until == 0 {
		return t
	}
	if w.RepairsProlong {
		t.Prolonged = t.prolong(k)
	}
	t.Days = max(0, int(t.Until-t.From))
	if w.FirstDayCounts {
		t.Days = max(0, int(t.Until-t.From)+1)
	}
	return t
}

// Start returns the day from which the window counts; zero: it has not begun.
func (w Window) Start(k *Known) customer.Date {
	if w.ExchangeRenews && k.Exchanged != 0 {
		return k.Exchanged
	}
	start := k.goods.Bought
	switch w.Counted {
	case FromDelivery:
		start = k.goods.Delivered
	case FromInstallation:
		start = k.goods.Installed
	case FromPurchase:
	}
	if start > k.On {
		return 0
	}
	return start
}

// last returns the last day of a window that begins on a day; zero: it has none. A window that
// leaves the calendar ends with it.
func (w Window) last(start customer.Date) customer.Date {
	before := 0
	if w.FirstDayCounts {
		before = 1
	}
	var last customer.Date
	switch {
	case w.Lifetime:
		return 0
	case w.LastDay != 0:
		return w.LastDay
	case w.Days != 0:
		last = start.AddDays(w.Days - before)
	default:
		last = start.AddMonths(w.Months + 12*w.Years)
		_, _, from := start.Civil()
		if _, _, to := last.Civil(); to == from { // where the day is missing, the month's last one ends it either way
			last = last.AddDays(-before)
		}
	}
	if last == 0 {
		return customer.MaxDate
	}
	return last
}

// prolong moves the last day so that the days at a repairer are left out of the window, and
// returns how many were. A stay that begins after the last day prolongs nothing.
func (t *Term) prolong(k *Known) int {
	first := t.From + 1
	if t.FirstDayCounts && !t.Renewed { // on the day of an exchange the old goods were at the repairer, not the new ones
		first = t.From
	}
	added := 0
	for _, one := range k.away {
		from := max(one.from, first)
		if one.to < from || from > t.Until {
			continue
		}
		days := int(one.to-from) + 1
		t.Until = min(t.Until+customer.Date(days), customer.MaxDate)
		added += days
	}
	return added
}

// Day is which day of the term a day is: day 6. Before the term has begun it is 0.
func (t *Term) Day(on customer.Date) int {
	switch {
	case t.From == 0:
		return 0
	case t.FirstDayCounts:
		return int(on-t.From) + 1
	}
	return int(on - t.From)
}
