package consent

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Use is a purpose of one policy, found once, for what is asked many times. See [Policy.Use].
type Use int

// Use finds a purpose. One that the rules do not know has a use too: it counts as 1 in the caps
// over all purposes.
func (p *Policy) Use(purpose string) Use {
	at, known := p.purposes[purpose]
	if !known {
		at = len(p.rules.Purposes)
	}
	return Use(at)
}

// weighs reports whether a use counts at all.
func (p *Policy) weighs(use Use) bool { return p.uses[use].Weight > 0 }

// Made marks a contact that is not planned: it has been made, or keeps its place.
const Made = -1

// entry is one contact of a customer that counts.
type entry struct {
	day  customer.Date
	use  Use
	plan int // the number of the planned contact, whose place may still change; Made: none
}

func (e entry) compare(other entry) int { return cmp.Compare(e.day, other.day) }

func (e entry) compareDay(day customer.Date) int { return cmp.Compare(e.day, day) }

// Ledger is the contacts of one customer that count against the caps, those that were made and
// those that are planned: what a plan is made with. Its planned contacts have numbers from 0 on,
// which the planner gives them. It is for one goroutine.
type Ledger struct {
	policy  *Policy
	entries []entry // ascending by day
}

// Ledger enters the contacts that may matter on a day or later.
func (p *Policy) Ledger(contacts []Contact, from customer.Date) Ledger {
	return Ledger{p, p.enter(nil, contacts, from)}
}

// enter puts the contacts that may matter on a day or later into a list, ascending by day.
func (p *Policy) enter(into []entry, contacts []Contact, from customer.Date) []entry {
	for i := range contacts {
		if contacts[i].On <= from-p.memory {
			continue
		}
		if use := p.Use(contacts[i].Purpose); p.weighs(use) {
			into = append(into, entry{contacts[i].On, use, Made})
		}
	}
	slices.SortFunc(into, entry.compare)
	return into
}

// Add enters one more contact on a day: the planned one of a number, or one that is Made.
func (l *Ledger) Add(day customer.Date, use Use, plan int) {
	if !l.policy.weighs(use) {
		return
	}
	at, _ := slices.BinarySearchFunc(l.entries, day, entry.compareDay)
	l.entries = slices.Insert(l.entries, at, entry{day, use, plan})
}

// Strike takes a planned contact out.
func (l *Ledger) Strike(plan int) {
	l.entries = slices.DeleteFunc(l.entries, func(e entry) bool { return e.plan == plan && plan != Made })
}

// Fits reports whether one more contact may stand on a day. The planned contact without is looked at as if it had no place; Made: all stay.
func (l *Ledger) Fits(day customer.Date, use Use, without int) bool {
	p := l.policy
	if p.uses[use].Weight == 0 || len(l.entries) == 0 || len(l.entries) == 1 && l.entries[0].plan == without && without != Made {
		return true // as the construction sees to: one alone is below every cap
	}
	for i := range p.caps {
		if l.fullest(&p.caps[i], day, use, without) > p.caps[i].most {
			return false
		}
	}
	return !l.near(day, use, without)
}

// held reports whether an entry is one that caps hold back. A contact that is uncapped may
// take a place beside full caps, but never beside a planned one that they hold back.
func (l *Ledger) held(e entry) bool {
	return e.plan != Made && !l.policy.uses[e.use].Uncapped
}

// fullest returns the greatest sum of weights in any window of the cap that holds the day
// and one more contact on it: of all windows for a purpose that is held back, and otherwise
// of those with a planned contact that is. Only windows that begin with a contact or with the
// day need be looked at: any other can be moved on to the next of these without losing one.
func (l *Ledger) fullest(limit *compiledCap, day customer.Date, use Use, without int) int {
	weight := limit.weights[use]
	if weight == 0 {
		return 0
	}
	book := l.entries
	most, sum, held := 0, weight, 0
	count := func(e entry, sign int) {
		if e.plan == without && without != Made || limit.weights[e.use] == 0 {
			return
		}
		sum += sign * limit.weights[e.use]
		if l.held(e) {
			held += sign
		}
	}
	begin, _ := slices.BinarySearchFunc(book, day-limit.days+1, entry.compareDay)
	for end := begin; ; {
		start := day
		if begin < len(book) {
			start = min(book[begin].day, day)
		}
		for ; end < len(book) && book[end].day < start+limit.days; end++ {
			count(book[end], 1)
		}
		if held > 0 || !l.policy.uses[use].Uncapped {
			most = max(most, sum)
		}
		if start == day {
			return most
		}
		for ; begin < end && book[begin].day == start; begin++ {
			count(book[begin], -1)
		}
	}
}

// near reports whether a contact stands on too near a day.
func (l *Ledger) near(day customer.Date, use Use, without int) bool {
	purpose := &l.policy.uses[use]
	if purpose.Weight == 0 {
		return false
	}
	apart := customer.Date(l.policy.rules.ApartDays)
	begin, _ := slices.BinarySearchFunc(l.entries, day-apart+1, entry.compareDay)
	for _, e := range l.entries[begin:] {
		if e.day >= day+apart {
			break
		}
		if (e.plan != without || without == Made) && (!purpose.Uncapped || l.held(e)) {
			return true
		}
	}
	return false
}

// Missing appends the caps and distances that are in the way on a day, each with the first
// day on which it no longer is.
func (l *Ledger) Missing(missing []customer.Reason, day customer.Date, use Use, without int) []customer.Reason {
	p := l.policy
	for i := range p.caps {
		limit := &p.caps[i]
		sum := l.fullest(limit, day, use, without)
		if sum <= limit.most {
			continue
		}
		missing = append(missing, customer.Reason{
			Code: CodeCap, Rule: limit.name, Fact: int64(sum - limit.weights[use]), Mark: int64(limit.most), Unit: customer.UnitTimes,
			On: day, By: l.freeFrom(day, func(on customer.Date) bool { return l.fullest(limit, on, use, without) <= limit.most }),
		})
	}
	if l.near(day, use, without) {
		missing = append(missing, customer.Reason{
			Code: CodeApart, Rule: p.name, Mark: int64(p.rules.ApartDays), Unit: customer.UnitDays,
			On: day, By: l.freeFrom(day, func(on customer.Date) bool { return !l.near(on, use, without) }),
		})
	}
	return missing
}

// maxMemory is the longest that a contact can matter, in days.
const maxMemory = 366

// freeFrom is the first day after a day on which something is free. Beyond the last contact
// by more than the longest cap everything is.
func (l *Ledger) freeFrom(day customer.Date, free func(customer.Date) bool) customer.Date {
	end := min(int64(max(day, l.entries[len(l.entries)-1].day))+maxMemory+1, int64(customer.MaxDate))
	for on := day + 1; on < customer.Date(end); on++ {
		if free(on) {
			return on
		}
	}
	return customer.Date(end)
}
