package entitlement

import "github.com/rapport-crm/rapport/customer"

// term is a window laid on the calendar for one item.
type term struct {
	start     customer.Date // from which it counts; zero: it has not begun
	last      customer.Date // its last day; zero: it has none, or has not begun
	days      int           // of the window with what repairs add; 0: without end
	prolonged int           // by so many days at a repairer
}

// term lays a window on the calendar.
func (w *Window) term(k *known) term {
	t := term{start: k.start(w)}
	if t.start == 0 && w.LastDay == 0 {
		return t
	}
	if t.start == 0 {
		t.start = k.Bought // a last day is the same for all, begun or not
	}
	if t.last = w.last(t.start); t.last == 0 {
		return t
	}
	if w.RepairsProlong {
		t.prolonged = t.prolong(w, k)
	}
	t.days = max(0, int(t.last-t.start))
	if w.FirstDayCounts {
		t.days = max(0, int(t.last-t.start)+1)
	}
	return t
}

// last returns the last day of a window that begins on a day; zero: it has none. A window that
// leaves the calendar ends with it.
func (w *Window) last(start customer.Date) customer.Date {
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
func (t *term) prolong(w *Window, k *known) int {
	first := t.start + 1
	if w.FirstDayCounts {
		first = t.start
	}
	added := 0
	for _, one := range k.away {
		from := max(one.from, first)
		if one.to < from || from > t.last {
			continue
		}
		days := int(one.to-from) + 1
		t.last = min(t.last+customer.Date(days), customer.MaxDate)
		added += days
	}
	return added
}

// day is which day of the term a day is.
func (t *term) day(w *Window, on customer.Date) int {
	if w.FirstDayCounts {
		return int(on-t.start) + 1
	}
	return int(on - t.start)
}
