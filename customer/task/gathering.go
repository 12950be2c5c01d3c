package task

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Gathering takes the items of everybody, in any order, and has of each of the staff what comes
// first: its memory is bounded by the people and the rows of a digest, however many items there are.
// Each item is added once. It is for one goroutine; several, of any split of the items, are merged.
type Gathering struct {
	digests *Digests
	staff   *Staff
	on      customer.Date
	above   []int32 // the place of the manager of each on the day; -1: none
	here    []bool
	away    []bool // away, of those who are here
	shares  []share
}

// share is what was gathered for one person.
type share struct {
	heap  []kept // the last of the first rows on top
	all   Tally
	later int64
}

// kept is an item that may become a row.
type kept struct {
	Item
	levels    int32
	important bool
	stage     stage
}

// stage is how an item's day lies to the digest's.
type stage uint8

const (
	ofOverdue stage = iota
	ofToday
	ofAhead
	ofUndated
)

// Gather begins the digests of a day. Rules that are not in force on it refuse.
func (d *Digests) Gather(staff *Staff, on customer.Date) (*Gathering, error) {
	var faults customer.Faults
	if checkAsked(&faults, staff, on); d == nil || d.rules.Most == 0 {
		faults.Add("digests", d, "are such as NewDigests has made")
	}
	if len(faults) == 0 && !staff.Here(staff.Keeper(), on) {
		faults.Add("staff", staff.Keeper(), "has a keeper who works here on the day")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := d.rules.Covers(on); err != nil {
		return nil, err
	}
	n := len(staff.people)
	g := &Gathering{
		digests: d, staff: staff, on: on, above: make([]int32, n), here: make([]bool, n), away: make([]bool, n), shares: make([]share, n),
	}
	for at := range staff.people {
		g.above[at] = int32(staff.managerOf(at, on))
		g.here[at] = staff.here(at, on)
		g.away[at] = g.here[at] && staff.awayUntil(at, on) != 0
	}
	return g, nil
}

// Add adds an item. One that is malformed is customer.Faults, and not added.
func (g *Gathering) Add(item Item) error {
	var faults customer.Faults
	if item.checkRow(&faults); len(faults) > 0 {
		return faults
	}
	d := g.digests
	at := g.staff.place(item.Owner)
	if at < 0 || !g.here[at] {
		at = g.staff.keeper
	}
	one := kept{Item: item, important: d.important(&item)}
	ahead, overdue := d.rules.AheadDays, 0
	if one.important {
		ahead = d.rules.ImportantAheadDays
	}
	switch days := int(item.Due) - int(g.on); {
	case item.Due == 0:
		one.stage = ofUndated
	case days > ahead:
		g.shares[at].later++
		return nil
	case days > 0:
		one.stage = ofAhead
	case days == 0:
		one.stage = ofToday
	default:
		overdue = -days
	}
	levels := g.rises(&item, at, overdue)
	most := d.rules.Most
	for ; at >= 0 && one.levels <= levels; at = int(g.above[at]) {
		g.shares[at].take(&one, most)
		one.levels++
	}
	return nil
}

// rises returns how far up an item goes: as far as a rule says, and where the last one whom it
// reaches so is away, on to the first one above who is not.
func (g *Gathering) rises(item *Item, at, overdue int) (levels int32) {
	for i := range g.digests.rules.Rises {
		if rise := &g.digests.rules.Rises[i]; int32(rise.Levels) > levels && rise.meets(item, overdue) {
			levels = int32(rise.Levels)
		}
	}
	last := at
	for range levels {
		if g.above[last] < 0 {
			return levels
		}
		last = int(g.above[last])
	}
	for g.away[last] && g.above[last] >= 0 {
		last = int(g.above[last])
		levels++
	}
	return levels
}

// compare orders rows: important ones first; of these, and of the rest, what is due or overdue,
// the longest first, then what comes, then what has no day; then the more important, the higher
// amount, one's own before those of one's people, and what names it.
func (k *kept) compare(other *kept) int {
	if k.important != other.important {
		if k.important {
			return -1
		}
		return 1
	}
	if k.stage != other.stage && (k.stage == ofUndated || other.stage == ofUndated) {
		return cmp.Compare(k.stage, other.stage)
	}
	if k.Due != other.Due { // the earlier day is overdue longer, and comes before what is still ahead
		return cmp.Compare(k.Due, other.Due)
	}
	if k.Importance != other.Importance { // most rows differ here at the latest: texts are seldom compared
		return cmp.Compare(other.Importance, k.Importance)
	}
	if k.AmountMinor != other.AmountMinor {
		return cmp.Compare(other.AmountMinor, k.AmountMinor)
	}
	if k.levels != other.levels {
		return cmp.Compare(k.levels, other.levels)
	}
	return cmp.Or(k.same(&other.Item), cmp.Compare(k.Owner, other.Owner), cmp.Compare(k.Customer, other.Customer))
}

// tally counts one row.
func (k *kept) tally() Tally {
	var t Tally
	if k.important {
		t.Important = 1
	}
	switch k.stage {
	case ofOverdue:
		t.Overdue = 1
	case ofToday:
		t.Today = 1
	case ofAhead:
		t.Ahead = 1
	case ofUndated:
		t.Undated = 1
	}
	return t
}

// take counts a row, and keeps it while it is among the first.
func (s *share) take(one *kept, most int) {
	s.all = s.all.plus(one.tally(), 1)
	s.keep(one, most)
}

// keep keeps a row while it is among the first: a heap with the last of them on top.
func (s *share) keep(one *kept, most int) {
	if len(s.heap) < most {
		s.heap = append(s.heap, *one)
		for at := len(s.heap) - 1; at > 0; {
			up := (at - 1) / 2
			if s.heap[at].compare(&s.heap[up]) <= 0 {
				break
			}
			s.heap[at], s.heap[up] = s.heap[up], s.heap[at]
			at = up
		}
		return
	}
	if one.compare(&s.heap[0]) >= 0 {
		return
	}
	s.heap[0] = *one
	for at := 0; ; {
		last := at
		for down := 2*at + 1; down <= 2*at+2 && down < len(s.heap); down++ {
			if s.heap[down].compare(&s.heap[last]) > 0 {
				last = down
			}
		}
		if last == at {
			return
		}
		s.heap[at], s.heap[last] = s.heap[last], s.heap[at]
		at = last
	}
}

// Merge adds what another gathering of the same rules, staff and day has. The other one is as it was.
func (g *Gathering) Merge(other *Gathering) error {
	if other == nil || g.digests != other.digests || g.staff != other.staff || g.on != other.on || g == other {
		return errors.New("task: a gathering is merged with another one of the same rules, staff and day")
	}
	for at := range other.shares {
		from, to := &other.shares[at], &g.shares[at]
		to.all = to.all.plus(from.all, 1)
		to.later += from.later
		for i := range from.heap {
			to.keep(&from.heap[i], g.digests.rules.Most)
		}
	}
	return nil
}

// Digest returns what one of the staff is to look at: nothing, where there is nothing, or for
// somebody who is not here.
func (g *Gathering) Digest(person string) Digest {
	d := Digest{Rule: g.digests.rules.Name(), On: g.on, Person: person}
	at := g.staff.place(person)
	if at < 0 {
		return d
	}
	s := &g.shares[at]
	d.All, d.Left, d.Later = s.all, s.all, s.later
	first := slices.Clone(s.heap)
	slices.SortFunc(first, func(a, b kept) int { return a.compare(&b) })
	for i := range first {
		one := &first[i]
		d.Left = d.Left.plus(one.tally(), -1)
		d.Rows = append(d.Rows, Row{Item: one.Item, Important: one.important, Levels: int(one.levels), Reasons: g.reasons(one)})
		d.Rows[i].Skills = slices.Clone(one.Skills)
	}
	return d
}

// All returns the digests of everybody who has something to look at, by ID.
func (g *Gathering) All() iter.Seq[Digest] {
	return func(yield func(Digest) bool) {
		for at := range g.shares {
			if s := &g.shares[at]; s.all != (Tally{}) && !yield(g.Digest(g.staff.people[at].ID)) {
				return
			}
		}
	}
}

// reasons says why an item stands in a digest: what makes it important, how its day lies, whose it
// is, and what has sent it up.
func (g *Gathering) reasons(one *kept) []customer.Reason {
	d := g.digests
	var all []customer.Reason
	add := func(reason customer.Reason) {
		if reason.Rule == "" {
			reason.Rule = d.rules.Name()
		}
		all = append(all, reason)
	}
	if mark := d.rules.Importance; mark > 0 && one.Importance >= mark {
		add(customer.Reason{Code: CodeImportant, Fact: int64(one.Importance), Mark: int64(mark)})
	}
	if mark := d.rules.AmountMinor; mark > 0 && one.AmountMinor >= mark {
		add(customer.Reason{Code: CodeAmount, Fact: one.AmountMinor, Mark: mark, Unit: customer.UnitMinor})
	}
	overdue := 0
	switch days := int64(one.Due) - int64(g.on); one.stage {
	case ofOverdue:
		overdue = int(-days)
		add(customer.Reason{Code: CodeOverdue, Fact: -days, Unit: customer.UnitDays, By: one.Due})
	case ofToday:
		add(customer.Reason{Code: CodeToday, By: one.Due})
	case ofAhead:
		add(customer.Reason{Code: CodeAhead, Fact: days, Unit: customer.UnitDays, By: one.Due})
	case ofUndated:
		add(customer.Reason{Code: CodeUndated})
	}
	at := g.staff.place(one.Owner)
	if at < 0 || !g.here[at] {
		add(g.staff.gone(one.Owner, at, g.on))
		at = g.staff.keeper
	}
	if one.levels > 0 {
		g.whyUp(one, at, overdue, add)
	}
	return all
}

// whyUp says what has sent a row up from whoever has the item, at a place: rules, and who below
// is away.
func (g *Gathering) whyUp(one *kept, at, overdue int, add func(customer.Reason)) {
	rises := g.digests.rules.Rises
	for i := range rises {
		if rise := &rises[i]; int32(rise.Levels) >= one.levels && rise.meets(&one.Item, overdue) {
			add(customer.Reason{
				Code: CodeRises, Rule: g.digests.names[i], Of: g.staff.people[at].ID, Fact: int64(one.levels), Mark: int64(rise.Levels), Unit: customer.UnitTimes,
			})
		}
	}
	for range one.levels {
		if g.away[at] {
			add(customer.Reason{Code: CodeAway, Of: g.staff.people[at].ID, By: g.staff.awayUntil(at, g.on)})
		}
		at = int(g.above[at])
	}
}
