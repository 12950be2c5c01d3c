package digest

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// Gathering takes the items of everybody, in any order, and has of each of the staff what comes
// first: its memory is bounded by the people and the rows of a digest, however many items there are.
// Each item is added once. It is for one goroutine; several, of any split of the items, are merged.
type Gathering struct {
	policy *Policy
	staff  *task.Staff
	on     customer.Date
	people []person // by ID
	places map[string]int
	keeper int
}

// person is one of the staff on the day, and what was gathered for her.
type person struct {
	id    string
	above int // the place of her manager; -1: none
	here  bool
	back  customer.Date // of one who is away
	heap  []kept        // the last of the first rows on top
	all   Tally
	later int64
}

// kept is an item that may become a row.
type kept struct {
	task.Item
	levels    int
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
func (p *Policy) Gather(staff *task.Staff, on customer.Date) (*Gathering, error) {
	var faults customer.Faults
	keeper := staff.Keeper()
	if keeper == "" {
		faults.Add("staff", staff, "is a staff that NewStaff has made")
	}
	faults.GivenDay("on", on)
	if p == nil || p.rules.Most == 0 {
		faults.Add("policy", p, "is one that New has made")
	}
	if len(faults) == 0 && !staff.Here(keeper, on) {
		faults.Add("staff", keeper, "has a keeper who works here on the day")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := p.rules.Covers(on); err != nil {
		return nil, err
	}
	g := &Gathering{policy: p, staff: staff, on: on, places: map[string]int{}}
	for one := range staff.People() {
		g.places[one.ID] = len(g.people)
		g.people = append(g.people, person{id: one.ID, here: staff.Here(one.ID, on)})
	}
	for at := range g.people {
		one := &g.people[at]
		one.above = g.place(staff.Manager(one.id, on))
		if one.here {
			one.back, _ = staff.Away(one.id, on)
		}
	}
	g.keeper = g.place(keeper)
	return g, nil
}

var errNoGathering = errors.New("digest: a gathering comes from Gather")

// place returns the place of somebody; -1: nobody of that name is of the staff.
func (g *Gathering) place(id string) int {
	if at, has := g.places[id]; has {
		return at
	}
	return -1
}

// responsible returns the place of whoever is to look after what somebody owns: the keeper, where
// she is not here.
func (g *Gathering) responsible(owner string) int {
	if at := g.place(owner); at >= 0 && g.people[at].here {
		return at
	}
	return g.keeper
}

// Add adds an item. One that is malformed is customer.Faults, and not added.
func (g *Gathering) Add(item task.Item) error {
	if g.policy == nil {
		return errNoGathering
	}
	var faults customer.Faults
	if item.Check(&faults); len(faults) > 0 {
		return faults
	}
	rules := &g.policy.rules
	at := g.responsible(item.Owner)
	one := kept{Item: item, important: g.policy.important(&item)}
	ahead, overdue := rules.AheadDays, 0
	if one.important {
		ahead = max(ahead, rules.ImportantAheadDays)
	}
	switch days := int(item.Due) - int(g.on); {
	case item.Due == 0:
		one.stage = ofUndated
	case days > ahead:
		g.people[at].later++
		return nil
	case days > 0:
		one.stage = ofAhead
	case days == 0:
		one.stage = ofToday
	default:
		overdue = -days
	}
	for levels := g.rises(&item, at, overdue); at >= 0 && one.levels <= levels; at = g.people[at].above {
		g.people[at].all = g.people[at].all.plus(one.tally(), 1)
		g.people[at].keep(&one, rules.Most)
		one.levels++
	}
	return nil
}

// rises returns how far up an item goes: as far as a rule says, and where the last one whom it
// reaches so is away, on to the first one above who is not.
func (g *Gathering) rises(item *task.Item, at, overdue int) (levels int) {
	for i := range g.policy.rules.Rises {
		if rise := &g.policy.rules.Rises[i]; rise.Levels > levels && rise.meets(item, overdue) {
			levels = rise.Levels
		}
	}
	for range levels {
		if g.people[at].above < 0 {
			return levels
		}
		at = g.people[at].above
	}
	for g.people[at].back != 0 && g.people[at].above >= 0 {
		at = g.people[at].above
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
	return cmp.Or(k.Compare(other.Item), cmp.Compare(k.Owner, other.Owner), cmp.Compare(k.Customer, other.Customer))
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

// keep keeps a row while it is among the first: a heap with the last of them on top.
func (p *person) keep(one *kept, most int) {
	if len(p.heap) < most {
		p.heap = append(p.heap, *one)
		for at := len(p.heap) - 1; at > 0; {
			up := (at - 1) / 2
			if p.heap[at].compare(&p.heap[up]) <= 0 {
				break
			}
			p.heap[at], p.heap[up] = p.heap[up], p.heap[at]
			at = up
		}
		return
	}
	if one.compare(&p.heap[0]) >= 0 {
		return
	}
	p.heap[0] = *one
	for at := 0; ; {
		last := at
		for down := 2*at + 1; down <= 2*at+2 && down < len(p.heap); down++ {
			if p.heap[down].compare(&p.heap[last]) > 0 {
				last = down
			}
		}
		if last == at {
			return
		}
		p.heap[at], p.heap[last] = p.heap[last], p.heap[at]
		at = last
	}
}

// Merge adds what another gathering of the same rules, staff and day has. The other one is as it was.
func (g *Gathering) Merge(other *Gathering) error {
	if g.policy == nil {
		return errNoGathering
	}
	if other == nil || g.policy != other.policy || g.staff != other.staff || g.on != other.on || g == other {
		return errors.New("digest: a gathering is merged with another one of the same rules, staff and day")
	}
	for at := range other.people {
		from, to := &other.people[at], &g.people[at]
		to.all = to.all.plus(from.all, 1)
		to.later += from.later
		for i := range from.heap {
			to.keep(&from.heap[i], g.policy.rules.Most)
		}
	}
	return nil
}

// Of returns what one of the staff is to look at: nothing, where there is nothing, or for somebody
// who is not here.
func (g *Gathering) Of(person string) Digest {
	d := Digest{On: g.on, Person: person}
	if g.policy != nil {
		d.Rule = g.policy.rules.Name()
	}
	at := g.place(person)
	if at < 0 {
		return d
	}
	p := &g.people[at]
	d.All, d.Left, d.Later = p.all, p.all, p.later
	first := slices.Clone(p.heap)
	slices.SortFunc(first, func(a, b kept) int { return a.compare(&b) })
	for i := range first {
		one := &first[i]
		d.Left = d.Left.plus(one.tally(), -1)
		d.Rows = append(d.Rows, Row{Item: one.Item, Important: one.important, Levels: one.levels, Reasons: g.reasons(one)})
		d.Rows[i].Skills = slices.Clone(one.Skills)
	}
	return d
}

// All returns the digests of everybody who has something to look at, by ID.
func (g *Gathering) All() iter.Seq[Digest] {
	return func(yield func(Digest) bool) {
		for at := range g.people {
			if p := &g.people[at]; p.all != (Tally{}) && !yield(g.Of(p.id)) {
				return
			}
		}
	}
}

// reasons says why an item stands in a digest: what makes it important, how its day lies, whose it
// is, and what has sent it up: rules, and who below is away.
func (g *Gathering) reasons(one *kept) []customer.Reason {
	rules := &g.policy.rules
	var all []customer.Reason
	if mark := rules.Importance; mark > 0 && one.Importance >= mark {
		all = append(all, customer.Reason{Code: CodeImportant, Fact: int64(one.Importance), Mark: int64(mark)})
	}
	if mark := rules.AmountMinor; mark > 0 && one.AmountMinor >= mark {
		all = append(all, customer.Reason{Code: CodeAmount, Fact: one.AmountMinor, Mark: mark, Unit: customer.UnitMinor})
	}
	overdue := 0
	switch days := int64(one.Due) - int64(g.on); one.stage {
	case ofOverdue:
		overdue = int(-days)
		all = append(all, customer.Reason{Code: CodeOverdue, Fact: -days, Unit: customer.UnitDays, By: one.Due})
	case ofToday:
		all = append(all, customer.Reason{Code: CodeToday, By: one.Due})
	case ofAhead:
		all = append(all, customer.Reason{Code: CodeAhead, Fact: days, Unit: customer.UnitDays, By: one.Due})
	case ofUndated:
		all = append(all, customer.Reason{Code: CodeUndated})
	}
	if why, gone := g.staff.Gone(one.Owner, g.on); gone {
		all = append(all, why)
	}
	at := g.responsible(one.Owner)
	for i := range rules.Rises {
		if rise := &rules.Rises[i]; one.levels > 0 && rise.Levels >= one.levels && rise.meets(&one.Item, overdue) {
			all = append(all, customer.Reason{
				Code: CodeRises, Rule: g.policy.names[i], Of: g.people[at].id, Fact: int64(one.levels), Mark: int64(rise.Levels), Unit: customer.UnitTimes,
			})
		}
	}
	for range one.levels {
		if p := &g.people[at]; p.back != 0 {
			all = append(all, customer.Reason{Code: CodeAway, Of: p.id, By: p.back})
		}
		at = g.people[at].above
	}
	for i := range all {
		if all[i].Rule == "" {
			all[i].Rule = rules.Name()
		}
	}
	return all
}
