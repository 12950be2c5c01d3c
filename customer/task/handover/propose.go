package handover

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// handing is one proposal in the making.
type handing struct {
	*Policy
	*Leaving
	staff *task.Staff
	to    []taker // by person
	over  Proposal
	last  Load                  // of who has what nobody can take, where she is no candidate
	has   map[customer.ID][]int // the takers of each customer

	light int64 // the least load of an item

	// Of the bundle that is being given; see [handing.see].
	offers []offer
	bits   []uint64
	wide   int // how long a row of bits is
}

// taker is a candidate, and what she has taken so far.
type taker struct {
	task.Person
	Load
	here  bool
	knows map[customer.ID]bool
}

// bundle is what is to go to one person: all that is of one customer, or one thing that is of none.
type bundle struct {
	items      []*task.Item // the important first, then by day, then by what names them
	load       int64
	importance int
	due        customer.Date // the earliest; none is after all others
}

// begin takes the candidates, and the transfers that stand.
func (p *Policy) begin(l *Leaving, staff *task.Staff) *handing {
	w := &handing{Policy: p, Leaving: l, staff: staff, has: map[customer.ID][]int{}}
	w.over = Proposal{Rule: p.rules.Name(), Ref: l.Ref, Person: l.Person, On: l.On, Back: l.Back, Manager: l.last(staff)}
	w.last = Load{Person: w.over.Manager}
	for _, one := range l.To {
		who, _ := staff.Person(one.Person)
		knows := make(map[customer.ID]bool, len(one.Knows))
		for _, id := range one.Knows {
			knows[id] = true
		}
		w.to = append(w.to, taker{
			Person: who, Load: Load{Person: one.Person, Before: one.Load, After: one.Load, Capacity: one.Capacity}, here: staff.Here(one.Person, l.On),
			knows: knows,
		})
	}
	slices.SortFunc(w.to, func(a, b taker) int { return cmp.Compare(a.ID, b.ID) })
	for _, one := range l.Earlier {
		one.Key = passKey(one.Ref)
		one.Skills, one.Reasons = slices.Clone(one.Skills), slices.Clone(one.Reasons)
		at, is := slices.BinarySearchFunc(w.to, one.To, func(t taker, id string) int { return cmp.Compare(t.ID, id) })
		switch {
		case is:
			w.book(at, &one.Item)
		case one.To == w.over.Manager:
			w.book(-1, &one.Item)
		}
		w.over.Transfers = append(w.over.Transfers, one)
	}
	return w
}

// book counts an item of a taker, or of who has what nobody can take.
func (w *handing) book(at int, item *task.Item) {
	taken := &w.last
	if at >= 0 {
		taken = &w.to[at].Load
		if item.Customer != "" && !slices.Contains(w.has[item.Customer], at) {
			w.has[item.Customer] = append(w.has[item.Customer], at)
		}
	}
	taken.Items++
	taken.After += w.load(item)
}

// bundles returns what is left to be given, in the order in which it is served.
func (w *handing) bundles() []*bundle {
	stands := make(map[itemName]bool, len(w.Earlier))
	for i := range w.Earlier {
		stands[name(w.Earlier[i].Item)] = true
	}
	byCustomer := map[customer.ID]*bundle{}
	var all []*bundle
	w.light = MaxLoad
	for i := range w.Items {
		item := &w.Items[i]
		w.light = min(w.light, w.load(item))
		if stands[name(*item)] {
			continue
		}
		one := byCustomer[item.Customer]
		if one == nil || item.Customer == "" {
			one = &bundle{due: customer.MaxDate + 1}
			byCustomer[item.Customer] = one
			all = append(all, one)
		}
		one.items = append(one.items, item)
		one.load += w.load(item)
		one.importance = max(one.importance, item.Importance)
		one.due = min(one.due, dueOf(item))
	}
	for _, one := range all {
		slices.SortFunc(one.items, func(a, b *task.Item) int {
			return cmp.Or(cmp.Compare(b.Importance, a.Importance), cmp.Compare(dueOf(a), dueOf(b)), a.Compare(*b))
		})
	}
	slices.SortFunc(all, func(a, b *bundle) int {
		return cmp.Or(
			cmp.Compare(b.importance, a.importance), cmp.Compare(a.due, b.due), cmp.Compare(b.load, a.load),
			cmp.Compare(a.items[0].Customer, b.items[0].Customer), a.items[0].Compare(*b.items[0]),
		)
	})
	return all
}

// dueOf is the day of an item; none is after all others.
func dueOf(item *task.Item) customer.Date {
	if item.Due == 0 {
		return customer.MaxDate + 1
	}
	return item.Due
}

// bar is what is in the way of somebody's taking an item.
type bar uint8

const (
	barGone bar = 1 << iota // she does not work here yet, or no longer, or leaves before it is over
	barAway                 // on the day on which it is needed
	barSkill
	barDesk
	barRoom
)

// needed is the day on which whoever has an item must be there: its day, unless that is over, or it
// has gone back by then.
func (l *Leaving) needed(item *task.Item) customer.Date {
	if item.Due < l.On || l.Back != 0 && item.Due >= l.Back {
		return l.On
	}
	return item.Due
}

// bars returns what is in the way of somebody's taking an item, but for the room that she has.
func (w *handing) bars(one *taker, item *task.Item) bar {
	var bars bar
	need := w.needed(item)
	if !one.here || one.Left != 0 && (w.Back == 0 || one.Left < w.Back || one.Left <= need) {
		bars |= barGone
	}
	if at, _ := slices.BinarySearchFunc(one.Away, need, func(a task.Absence, on customer.Date) int { return cmp.Compare(a.Through, on) }); at < len(one.Away) && one.Away[at].From <= need {
		bars |= barAway
	}
	for _, skill := range item.Skills {
		if !slices.Contains(one.Skills, skill) {
			bars |= barSkill
		}
	}
	if item.Desk != "" && !w.rules.AnyDesk && !slices.Contains(one.Desks, item.Desk) {
		bars |= barDesk
	}
	return bars
}

// offer is how much somebody can take.
type offer struct {
	at    int
	items int
	load  int64
}

// give gives a bundle to whoever can take it whole; else apart, the most first; and the rest to the
// manager.
func (w *handing) give(b *bundle) {
	w.see(b)
	for left := len(b.items); left > 0; {
		offers := w.offers[:0]
		for at := range w.to {
			one := w.takes(b, at, nil)
			if one.items == 0 || len(offers) > 0 && one.items < offers[0].items {
				continue
			}
			if len(offers) > 0 && one.items > offers[0].items {
				offers = offers[:0]
			}
			offers = append(offers, one)
		}
		w.offers = offers
		if len(offers) == 0 {
			w.leave(b)
			return
		}
		best, why := w.choose(offers, b.items[0].Customer)
		w.pass(b, best, why)
		left -= best.items
	}
}

// see notes which items of a bundle each taker could take if she had room: a bit for each item, in a
// row for each taker, and in a last row which items nobody has yet.
func (w *handing) see(b *bundle) {
	w.wide = (len(b.items) + 63) / 64
	w.bits = slices.Grow(w.bits[:0], w.wide*(len(w.to)+1))[:w.wide*(len(w.to)+1)]
	clear(w.bits)
	open := w.row(len(w.to))
	for i, item := range b.items {
		open[i/64] |= 1 << (i % 64)
		for at := range w.to {
			if one := &w.to[at]; one.After+w.light <= one.Capacity && w.bars(one, item) == 0 { // who has no room for the lightest takes nothing
				w.row(at)[i/64] |= 1 << (i % 64)
			}
		}
	}
}

// row returns the bits of a taker.
func (w *handing) row(at int) []uint64 { return w.bits[at*w.wide : (at+1)*w.wide] }

// takes counts how many items of a bundle somebody can take, as far as she has room, in their order;
// take gets the place of each of them, where it is given.
func (w *handing) takes(b *bundle, at int, take func(i int)) offer {
	one := &w.to[at]
	all := offer{at: at}
	for k, word := range w.row(at) {
		for ; word != 0; word &= word - 1 {
			room := one.Capacity - one.After - all.load
			if room < w.light { // nobody looks at the rest
				return all
			}
			i := k*64 + bits.TrailingZeros64(word)
			if own := w.load(b.items[i]); own <= room {
				all.items++
				all.load += own
				if take != nil {
					take(i)
				}
			}
		}
	}
	return all
}

// pass passes to somebody what she can take of a bundle.
func (w *handing) pass(b *bundle, best offer, why string) {
	taken := make([]int, 0, best.items)
	w.takes(b, best.at, func(i int) { taken = append(taken, i) })
	var reasons []customer.Reason
	if best.items < len(b.items) {
		reasons = append(reasons, customer.Reason{
			Code: CodeApart, Of: string(b.items[0].Customer), Fact: int64(best.items), Mark: int64(len(b.items)), Unit: customer.UnitTimes,
		})
	}
	one := &w.to[best.at]
	reasons = append(reasons, customer.Reason{Code: why, Of: one.ID, Fact: one.After + best.load, Mark: one.Capacity})
	for _, i := range taken {
		for at := range len(w.to) + 1 {
			w.row(at)[i/64] &^= 1 << (i % 64)
		}
		w.book(best.at, b.items[i])
		w.note(b.items[i], one.ID, false, reasons)
	}
}

// choose returns the best of several offers of as many items, and why it is: who has something of the
// customer already, who knows her, or who will have the least.
func (w *handing) choose(offers []offer, of customer.ID) (offer, string) {
	if len(offers) == 1 {
		return offers[0], CodeOnly
	}
	least := slices.MinFunc(offers, w.compare)
	if of == "" {
		return least, CodeLeastLoad
	}
	together, knows := offer{at: -1}, offer{at: -1}
	for _, one := range offers {
		if slices.Contains(w.has[of], one.at) && (together.at < 0 || w.compare(one, together) < 0) {
			together = one
		}
		if w.to[one.at].knows[of] && w.within(one, least) && (knows.at < 0 || w.compare(one, knows) < 0) {
			knows = one
		}
	}
	switch {
	case together.at >= 0:
		return together, CodeTogether
	case knows.at >= 0:
		return knows, CodeKnows
	}
	return least, CodeLeastLoad
}

// after is the load that somebody has with an offer, and what she may have.
func (w *handing) after(o offer) (load, capacity int64) {
	return w.to[o.at].After + o.load, w.to[o.at].Capacity
}

// compare orders offers by the load for the capacity, then by how much was taken, then by person.
func (w *handing) compare(a, b offer) int {
	loadA, roomA := w.after(a)
	loadB, roomB := w.after(b)
	return cmp.Or(cmp.Compare(loadA*roomB, loadB*roomA), cmp.Compare(w.to[a.at].Items, w.to[b.at].Items), cmp.Compare(a.at, b.at))
}

// within reports whether an offer is no more than the slack above the least.
func (w *handing) within(one, least offer) bool {
	loadA, roomA := w.after(one)
	loadB, roomB := w.after(least)
	return (loadA*roomB-loadB*roomA)*1000 <= int64(w.rules.SlackPermille)*roomA*roomB
}

// leave gives to the manager what nobody can take of a bundle, and says what was in the way.
func (w *handing) leave(b *bundle) {
	at, is := slices.BinarySearchFunc(w.to, w.over.Manager, func(t taker, id string) int { return cmp.Compare(t.ID, id) })
	if !is {
		at = -1
	}
	open := w.row(len(w.to))
	for i, item := range b.items {
		if open[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		reasons := w.inTheWay(item)
		w.book(at, item)
		w.note(item, w.over.Manager, true, append(reasons, customer.Reason{Code: CodeToManager, Of: w.over.Manager}))
	}
}

// inTheWay says of how many candidates what was in the way of an item.
func (w *handing) inTheWay(item *task.Item) []customer.Reason {
	count := func(code, of string, is func(*taker) bool) (all []customer.Reason) {
		n := 0
		for at := range w.to {
			if is(&w.to[at]) {
				n++
			}
		}
		if n > 0 {
			all = append(all, customer.Reason{Code: code, Of: of, Fact: int64(n), Mark: int64(len(w.to)), Unit: customer.UnitTimes, On: w.needed(item)})
		}
		return all
	}
	barred := func(by bar) func(*taker) bool {
		return func(one *taker) bool { return w.bars(one, item)&by != 0 }
	}
	if len(w.to) == 0 {
		return []customer.Reason{{Code: CodeNoCandidate}}
	}
	var all []customer.Reason
	skills := slices.Clone(item.Skills)
	slices.Sort(skills)
	for _, skill := range skills {
		all = append(all, count(CodeNoSkill, skill, func(one *taker) bool { return !slices.Contains(one.Skills, skill) })...)
	}
	all = append(all, count(CodeNoDesk, item.Desk, barred(barDesk))...)
	all = append(all, count(CodeNotThere, "", barred(barAway))...)
	all = append(all, count(CodeNotHere, "", barred(barGone))...)
	load := w.load(item)
	return append(all, count(CodeNoRoom, "", func(one *taker) bool { return one.After+load > one.Capacity })...)
}

// note notes a transfer.
func (w *handing) note(item *task.Item, to string, untaken bool, reasons []customer.Reason) {
	ref := passRef(w.Ref, "out", item)
	one := Transfer{Item: *item, From: item.Owner, To: to, On: w.On, Until: w.Back, Ref: ref, Key: passKey(ref), Untaken: untaken, Reasons: slices.Clone(reasons)}
	one.Skills = slices.Clone(item.Skills)
	for i := range one.Reasons {
		one.Reasons[i].Rule = w.over.Rule
	}
	w.over.Transfers = append(w.over.Transfers, one)
}

// end puts the answer in order.
func (w *handing) end() Proposal {
	over := w.over
	slices.SortFunc(over.Transfers, compareTransfers)
	for i := range w.to {
		over.Loads = append(over.Loads, w.to[i].Load)
	}
	if w.last.Items > 0 {
		over.Loads = append(over.Loads, w.last)
		slices.SortFunc(over.Loads, func(a, b Load) int { return cmp.Compare(a.Person, b.Person) })
	}
	if w.Back == 0 && w.Leaving.Person != "" {
		over.ReportTo = w.staff.Manager(w.Leaving.Person, w.On)
		for one := range w.staff.People() {
			if one.Manager == w.Leaving.Person && (one.Left == 0 || w.On < one.Left) { // also who comes later
				over.Reports = append(over.Reports, one.ID)
			}
		}
	}
	over.list(w.Back == 0 || w.tells(int64(w.Back-w.On)), &w.rules)
	return over
}

// tells reports whether customers are told of an absence of so many days.
func (p *Policy) tells(days int64) bool { return days >= int64(p.rules.TellDays) }

// list makes the checklist of the transfers.
func (over *Proposal) list(tell bool, rules *Rules) {
	type pair struct {
		who string
		of  customer.ID
	}
	reads, tells, decides := map[pair]*Check{}, map[pair]*Check{}, map[pair]*Check{}
	note := func(checks map[pair]*Check, duty Duty, passed *Transfer, by customer.Date) {
		one := checks[pair{passed.To, passed.Customer}]
		if one == nil {
			one = &Check{Duty: duty, Who: passed.To, Customer: passed.Customer, By: by}
			checks[pair{passed.To, passed.Customer}] = one
		}
		one.Items++
		one.By = min(one.By, by)
	}
	for i := range over.Transfers {
		one := &over.Transfers[i]
		if note(reads, Read, one, over.On); one.Untaken {
			note(decides, Decide, one, over.On)
		}
		if tell && one.Customer != "" {
			by := min(over.On, customer.MaxDate-task.MaxDays).AddDays(rules.TellWithinDays)
			if one.Due != 0 {
				by = min(by, max(one.Due, over.On))
			}
			note(tells, Tell, one, max(by, over.On))
		}
	}
	for _, checks := range []map[pair]*Check{reads, tells, decides} {
		for _, one := range checks {
			over.Checks = append(over.Checks, *one)
		}
	}
	slices.SortFunc(over.Checks, compareChecks)
}
