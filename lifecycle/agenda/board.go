package agenda

import (
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
)

// board is one plan in the making: a cell for every person and day, of the period and of
// the days looked ahead. A cell's number is the person's place times span plus the day's.
type board struct {
	planner *Planner
	policy  *consent.Policy
	work    *Work
	times   timetable

	first      customer.Date
	days, span int // of the period; with the days looked ahead
	words      int // of a person's days as bits, a row

	people   []Person // ascending by ID
	byPerson map[string]int
	absent   [][]bool // by person and day

	capacity, load []int32 // by cell
	room, total    []int64 // by person: capacity and load of the period

	jobs    []job   // in the order in which they are served
	in      [][]int // jobs by cell
	deadAt  []int32 // by cell: the weight from which no room can be made here
	givenUp []int32 // the same where tasks may leave the hands that they are in
	handOn  bool    // in a search, tasks may leave the hands that they are in

	reaches map[customer.ID]int
	books   []consent.Ledger // by reach
	fixed   map[string]bool
	shapes  map[shapeKey]*shape

	searches int
	seen     []uint64 // cells of a search, by person's row
	via      []int    // by cell: the job that would move in
	queue    []int    // cells of a search, in the order found
	touched  []int    // cells whose load a search has changed
}

// job is a task on the board.
type job struct {
	task    *Task
	weight  int32
	purpose *consent.Purpose
	use     consent.Use
	reach   int    // its customer's place in books; noReach: she may not be contacted
	shape   *shape // where it could go on any day; nil: nowhere, or it is done
	lo, hi  int    // its window within the period, both included; lo above hi: none
	window  dayBits
	owner   int // the place of her own person, or nobody
	stands  int // that of the substitute, or nobody
	tier    int // whose hands it is in
	cell    int // where it stands, or noCell
	done    customer.Date
}

const (
	noReach = -1
	noCell  = -1
	nobody  = -1

	noWeight = 1 << 30 // above that of any task
)

// The hands a task may be in, in the order in which they are tried.
const (
	own = iota
	substitute
	anybody
	tiers
)

// shapeKey is what decides where a task could go, its window aside.
type shapeKey struct {
	channels [MaxChannels]int16 // that consent leaves, in the order of the task, each plus one
	ends     [MaxChannels]int16 // of each: the day of the board from which it does not
	hours    string             // the customer's
	skill    string
	minutes  int
}

// shape is where tasks of one key could go: the cells on which somebody with the skill
// works while one of the channels is open for long enough.
type shape struct {
	open []uint64 // a row for every person
	any  bool

	searched int     // the last search that came by
	spent    dayBits // days of which it has seen all that is open to anybody
}

func (p *Planner) board(work *Work) (*board, error) {
	days := int(work.Last-work.First) + 1
	span := min(days+p.rules.LookAheadDays, int(customer.MaxDate-work.First)+1)
	b := &board{
		planner: p, policy: p.policy, work: work, first: work.First, days: days, span: span, words: (span + 63) / 64,
		people: sortedPeople(work.People), byPerson: map[string]int{},
		reaches: make(map[customer.ID]int, len(work.Reaches)), fixed: map[string]bool{}, shapes: map[shapeKey]*shape{},
		times: timetable{
			first: work.First, days: days, span: span,
			spans: map[*calendar.Calendar][][]customer.Span{}, longest: map[[3]*calendar.Calendar][]int32{},
		},
	}
	if err := b.staff(); err != nil {
		return nil, err
	}
	b.keep()
	if err := b.fill(); err != nil {
		return nil, err
	}
	return b, nil
}

// staff sets the cells up: who works when, and how much she can do.
func (b *board) staff() error {
	cells := len(b.people) * b.span
	b.capacity, b.load = make([]int32, cells), make([]int32, cells)
	b.deadAt, b.givenUp = slices.Repeat([]int32{noWeight}, cells), slices.Repeat([]int32{noWeight}, cells)
	b.in, b.via = make([][]int, cells), make([]int, cells)
	b.seen = make([]uint64, len(b.people)*b.words)
	b.room, b.total = make([]int64, len(b.people)), make([]int64, len(b.people))
	for i, person := range b.people {
		b.byPerson[person.ID] = i
		open, err := b.times.of(b.planner.calendars[person.Calendar])
		if err != nil {
			return err
		}
		absent := make([]bool, b.span)
		for d := range absent {
			day := b.first + customer.Date(d)
			absent[d] = len(open[d]) == 0 || slices.ContainsFunc(person.Away, func(a Absence) bool { return a.From <= day && day <= a.Through })
			if absent[d] {
				continue
			}
			b.capacity[i*b.span+d] = b.canDo(person.PerDay, open[d])
			if d < b.days {
				b.room[i] += int64(b.capacity[i*b.span+d])
			}
		}
		b.absent = append(b.absent, absent)
	}
	return nil
}

func (b *board) canDo(perDay int, open []customer.Span) int32 {
	if b.planner.rules.Measure == CountTasks {
		return int32(perDay)
	}
	var minutes int32
	for _, span := range open {
		minutes += minutesOf(span)
	}
	return min(int32(perDay), minutes)
}

// keep enters what has its place, and the contacts of the customers.
func (b *board) keep() {
	for i := range b.work.Fixed {
		b.fixed[b.work.Fixed[i].ID] = true
	}
	b.books = make([]consent.Ledger, len(b.work.Reaches))
	for i := range b.work.Reaches {
		b.reaches[b.work.Reaches[i].Customer] = i
		b.books[i] = b.policy.Ledger(b.work.Reaches[i].Contacts, b.first)
	}
	for i := range b.work.Fixed {
		one := &b.work.Fixed[i]
		if reach, known := b.reaches[one.Customer]; known {
			if _, done := doneOn(b.work.Reaches[reach].Contacts, one.ID); !done { // else its contact counts, on its day
				b.books[reach].Add(one.Day, b.policy.Use(one.Purpose), consent.Made)
			}
		}
		person, known := b.byPerson[one.Person]
		if day := int(one.Day - b.first); known && day >= 0 && day < b.span {
			b.weigh(person*b.span+day, b.weightOf(&one.Task))
		}
	}
}

func (b *board) weightOf(task *Task) int32 {
	if b.planner.rules.Measure == CountTasks {
		return 1
	}
	return int32(task.Minutes)
}

// weigh adds to the load of a cell.
func (b *board) weigh(cell int, weight int32) {
	b.load[cell] += weight
	if cell%b.span < b.days {
		b.total[cell/b.span] += int64(weight)
	}
}

// fill makes the jobs, in the order in which they are served.
func (b *board) fill() error {
	b.jobs = make([]job, 0, len(b.work.Tasks))
	for i := range b.work.Tasks {
		task := &b.work.Tasks[i]
		if b.fixed[task.ID] {
			continue
		}
		j := job{
			task: task, weight: b.weightOf(task), purpose: b.planner.purposes[task.Purpose], use: b.policy.Use(task.Purpose), reach: noReach, cell: noCell,
			lo: max(int(task.From-b.first), 0), hi: min(int(task.By-b.first), b.days-1),
		}
		j.window = windowBits(j.lo, j.hi)
		j.owner, j.stands = b.keeper(task.Owner)
		if err := b.consult(task); err != nil {
			return err
		}
		if reach, known := b.reaches[task.Customer]; known {
			j.reach = reach
			b.shapeOf(&j, &b.work.Reaches[reach])
		}
		b.jobs = append(b.jobs, j)
	}
	slices.SortFunc(b.jobs, func(x, y job) int { return b.planner.compare(&x, &y) })
	return nil
}

// consult reads the calendars that a task depends on, so that one which does not know the
// period is told even where the task could not be placed anyway.
func (b *board) consult(task *Task) error {
	var hers *calendar.Calendar
	if reach, known := b.reaches[task.Customer]; known && b.work.Reaches[reach].Hours != "" {
		hers = b.planner.calendars[b.work.Reaches[reach].Hours]
	}
	for _, channel := range task.Channels {
		for _, one := range [...]*calendar.Calendar{b.planner.hours[b.planner.channels[channel]], hers} {
			if one == nil {
				continue
			}
			if _, err := b.times.of(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// shapeOf finds where a job could go, unless it is done or something stands in its way on
// whatever day.
func (b *board) shapeOf(j *job, reach *consent.Reach) {
	if day, done := doneOn(reach.Contacts, j.task.ID); done {
		j.done = day
		return
	}
	if reach.OptedOut && !j.purpose.DespiteOptOut || reach.OpenComplaint && !j.purpose.DespiteComplaint {
		return
	}
	key := shapeKey{hours: reach.Hours, skill: j.task.Skill, minutes: j.task.Minutes}
	n := 0
	for _, channel := range j.task.Channels {
		if until, permitted := reach.Permits(channel, j.task.Purpose); permitted {
			key.channels[n], key.ends[n] = int16(b.planner.channels[channel]+1), int16(b.endOf(until))
			n++
		}
	}
	if n == 0 {
		return
	}
	made, known := b.shapes[key]
	if !known {
		made = b.makeShape(&key)
		b.shapes[key] = made
	}
	if made.any {
		j.shape = made
	}
}

// endOf is the day of the board from which a permission no longer holds.
func (b *board) endOf(until customer.Date) int {
	if until == 0 {
		return b.span
	}
	return min(max(int(until-b.first), 0), b.span)
}

func (b *board) makeShape(key *shapeKey) *shape {
	made := &shape{open: make([]uint64, len(b.people)*b.words)}
	for i := range b.people {
		if key.skill != "" && !slices.Contains(b.people[i].Skills, key.skill) {
			continue
		}
		for n, channel := range key.channels {
			if channel == 0 {
				break
			}
			for d, minutes := range b.times.minutes(b.calendars(i, int(channel-1), key.hours))[:key.ends[n]] {
				if !b.absent[i][d] && minutes >= int32(max(key.minutes, 1)) {
					made.open[i*b.words+d/64] |= 1 << (d % 64)
					made.any = true
				}
			}
		}
	}
	return made
}

// calendars are those that must be open at once: the person's, the channel's, the
// customer's.
func (b *board) calendars(person, channel int, hours string) [3]*calendar.Calendar {
	own := [3]*calendar.Calendar{b.planner.calendars[b.people[person].Calendar], b.planner.hours[channel]}
	if hours != "" {
		own[2] = b.planner.calendars[hours]
	}
	return own
}

// hands returns the people, from one place up to another, who are asked in a
// tier.
func (b *board) hands(j *job, tier int) (from, to int) {
	switch {
	case tier == anybody:
		return 0, len(b.people)
	case tier == own && j.owner != nobody:
		return j.owner, j.owner + 1
	case tier == substitute && j.stands != nobody:
		return j.stands, j.stands + 1
	}
	return 0, 0
}

// tierOf is whose hands a job is in at a cell.
func (b *board) tierOf(j *job, cell int) int {
	switch cell / b.span {
	case j.owner:
		return own
	case j.stands:
		return substitute
	}
	return anybody
}

// keeper returns the places of a customer's own person and of that person's substitute.
func (b *board) keeper(person string) (owner, stands int) {
	owner, known := b.byPerson[person]
	if !known || person == "" {
		return nobody, nobody
	}
	stands, known = b.byPerson[b.people[owner].Substitute]
	if !known || stands == owner {
		stands = nobody
	}
	return owner, stands
}

// serve gives the jobs that have no place one, in their order, and reports whether any got
// one. To make room it moves others.
func (b *board) serve(makeRoom bool) bool {
	served := false
	for number := range b.jobs {
		if j := &b.jobs[number]; j.shape == nil || j.cell != noCell || j.lo > j.hi {
			continue
		}
		if cell := b.find(number, makeRoom); cell != noCell {
			b.put(number, cell)
			served = true
		}
	}
	return served
}

// find returns the cell that a job goes to, or noCell.
func (b *board) find(number int, makeRoom bool) int {
	j := &b.jobs[number]
	allowed, any := b.allowedDays(j, number, j.window)
	if !any {
		return noCell
	}
	for tier := own; tier < tiers; tier++ {
		j.tier = tier
		cell := b.leastFull(j, &allowed)
		if cell == noCell && makeRoom {
			cell = b.makeRoom(number)
		}
		if cell != noCell {
			return cell
		}
	}
	if makeRoom { // rather than leaving it out, hand others on to whoever can do them
		b.handOn = true
		defer func() { b.handOn = false }()
		return b.makeRoom(number)
	}
	return noCell
}

// dayBits is the days of a period as bits.
type dayBits [(MaxPeriodDays + 63) / 64]uint64

func (d dayBits) with(other dayBits) dayBits {
	for word := range d {
		d[word] |= other[word]
	}
	return d
}

func (d dayBits) without(other dayBits) dayBits {
	for word := range d {
		d[word] &^= other[word]
	}
	return d
}

// windowBits returns the days from lo to hi.
func windowBits(lo, hi int) dayBits {
	var window dayBits
	for d := lo; d <= hi; d++ {
		window[d/64] |= 1 << (d % 64)
	}
	return window
}

// allowedDays are those of some days on which caps leave room for a job.
func (b *board) allowedDays(j *job, number int, days dayBits) (allowed dayBits, any bool) {
	book := &b.books[j.reach]
	for word, left := range days {
		for ; left != 0; left &= left - 1 {
			d := word*64 + bits.TrailingZeros64(left)
			if book.Fits(b.first+customer.Date(d), j.use, number) {
				allowed[word] |= left & -left
				any = true
			}
		}
	}
	return allowed, any
}

// leastFull finds the cell that a job goes to while there is room: see Planner.Plan.
func (b *board) leastFull(j *job, allowed *dayBits) int {
	best := noCell
	from, to := b.hands(j, j.tier)
	for person := from; person < to; person++ {
		for word := range min(b.words, len(allowed)) {
			free := j.shape.open[person*b.words+word] & allowed[word]
			for ; free != 0; free &= free - 1 {
				cell := person*b.span + word*64 + bits.TrailingZeros64(free)
				if b.load[cell]+j.weight <= b.capacity[cell] && (best == noCell || b.before(cell, best, j.weight)) {
					best = cell
				}
			}
		}
	}
	return best
}

// before reports whether a job rather goes to one cell than to another.
func (b *board) before(cell, other int, weight int32) bool {
	// Shares are compared by cross-multiplication.
	left := int64(b.load[cell]+weight) * int64(b.capacity[other])
	right := int64(b.load[other]+weight) * int64(b.capacity[cell])
	if left != right {
		return left < right
	}
	person, rival := cell/b.span, other/b.span
	left, right = b.total[person]*b.room[rival], b.total[rival]*b.room[person]
	if left != right {
		return left < right
	}
	if day, rivals := cell%b.span, other%b.span; day != rivals {
		return day < rivals
	}
	return person < rival
}

// put places a job that has no place.
func (b *board) put(number, cell int) {
	j := &b.jobs[number]
	j.cell = cell
	b.in[cell] = append(b.in[cell], number)
	b.weigh(cell, j.weight)
	b.books[j.reach].Add(b.first+customer.Date(cell%b.span), j.use, number)
}

// lift takes a job from its place.
func (b *board) lift(number int) {
	j := &b.jobs[number]
	at := slices.Index(b.in[j.cell], number)
	b.in[j.cell] = slices.Delete(b.in[j.cell], at, at+1)
	b.weigh(j.cell, -j.weight)
	if j.purpose.Weight > 0 {
		b.books[j.reach].Strike(number)
	}
	j.cell = noCell
}
