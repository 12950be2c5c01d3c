package agenda

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
)

// Measure says in what the load of a person's day is counted. The zero Measure is refused.
type Measure uint8

// The measures. Their texts are format.
const (
	CountTasks   Measure = iota + 1 // every task is 1
	CountMinutes                    // every task is its Minutes
)

// String returns the stored text.
func (m Measure) String() string {
	switch m {
	case CountTasks:
		return "tasks"
	case CountMinutes:
		return "minutes"
	}
	return "measure " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; an unknown measure is an error.
func (m Measure) MarshalText() ([]byte, error) {
	return customer.WriteStored("agenda", m, CountMinutes)
}

// UnmarshalText reads what MarshalText wrote.
func (m *Measure) UnmarshalText(text []byte) error {
	return customer.ReadStored("agenda", "measure", m, CountMinutes, text)
}

// PlanRules is the rule book of the plan, as plain data.
type PlanRules struct {
	customer.Edition

	Measure Measure `json:"measure"`
	// PriorityFirst serves a higher priority before an earlier deadline; otherwise the
	// deadline comes first.
	PriorityFirst bool `json:"priority_first,omitempty"`
	// LookAheadDays is how far beyond the period a day is sought for what has found no
	// place: 0 to MaxPeriodDays.
	LookAheadDays int `json:"look_ahead_days,omitempty"`
}

// Bounds of one plan. What exceeds them is a fault. A month of 10,000 tasks and 20 people
// takes a fraction of a second; ten times as many of both, some seconds.
const (
	MaxPeriodDays = 92
	MaxTasks      = 100_000
	MaxPeople     = 500
)

// ParsePlanRules reads PlanRules from JSON, strictly; see customer.ParseRules.
func ParsePlanRules(data []byte) (PlanRules, error) { return customer.ParseRules[PlanRules](data) }

// Planner is the compiled rule book of the plan. It is immutable and safe for concurrent
// use.
type Planner struct {
	rules     PlanRules
	name      string
	policy    *consent.Policy
	purposes  map[string]*consent.Purpose // those that contact somebody
	channels  map[string]int
	hours     []*calendar.Calendar // by channel; nil: at any time
	calendars consent.Calendars
}

// NewPlanner checks the rules whole, returning customer.Faults, and compiles them. The
// calendars are those that people and customers name; they are in the zone of the policy.
func NewPlanner(rules PlanRules, policy *consent.Policy, calendars consent.Calendars) (*Planner, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if rules.Measure < CountTasks || rules.Measure > CountMinutes {
		faults.Add("measure", rules.Measure, "is tasks or minutes")
	}
	faults.Within("look_ahead_days", rules.LookAheadDays, 0, MaxPeriodDays)
	if policy == nil || policy.Location() == nil {
		faults.Add("policy", "", rulePolicy)
	} else {
		for _, name := range slices.Sorted(maps.Keys(calendars)) {
			checkZone(&faults, "calendars["+name+"]", calendars[name], policy.Location().String())
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p := &Planner{rules: rules, name: rules.Name(), policy: policy, purposes: purposesOf(policy), channels: map[string]int{}, calendars: maps.Clone(calendars)}
	for i, channel := range policy.Channels() {
		p.channels[channel.ID] = i
		p.hours = append(p.hours, policy.Hours(channel.ID))
	}
	return p, nil
}

const rulePolicy = "is given, and comes from consent.New"

// Work is what a plan is made from. The order of its lists does not matter.
type Work struct {
	First, Last customer.Date // the period, both included: 1 to MaxPeriodDays days

	Tasks   []Task          // each ID once
	Fixed   []Placed        // what keeps its place: done already, or agreed; the tasks may stand in Tasks too
	People  []Person        // who can do them
	Reaches []consent.Reach // of the customers of the tasks; one who has none may not be contacted
}

// Person is somebody who visits, calls and writes.
type Person struct {
	ID       string
	Calendar string    // the calendar of her working hours
	Away     []Absence // leave, illness, training: whole days; at most 366
	// PerDay is how much she can do in a day, in the measure of the rules: 1 to 10,000.
	// In minutes it is never more than her working hours of the day.
	PerDay int
	Skills []string // what she can do, and the roles of a playbook that are hers; at most 100
	// Substitute is who stands in for her before anybody else does; empty: nobody special.
	Substitute string
}

// Absence is days on which somebody is away, both included.
type Absence struct {
	From, Through customer.Date
}

// Plan is the answer: every task of the work, placed or not.
type Plan struct {
	Rule     string     `json:"rule"`
	Placed   []Placed   `json:"placed,omitempty"`   // by day, person, and the order in which tasks are served
	Unplaced []Unplaced `json:"unplaced,omitempty"` // in the order in which tasks are served
	Loads    []Load     `json:"loads,omitempty"`    // of everybody's working days of the period, by day and person
}

// Placed is a task that has its day and its person.
type Placed struct {
	Task
	Day     customer.Date `json:"day"`
	Person  string        `json:"person"`
	Channel string        `json:"channel,omitempty"`
	// Between is when she may be reached on that day by that person: the first time that
	// is long enough. The order of the tasks within it is left to the person.
	Between customer.Span     `json:"between,omitzero"`
	Fixed   bool              `json:"fixed,omitempty"`   // it had its place before
	Because []customer.Reason `json:"because,omitempty"` // of the day, the person and the channel; Task.Reasons say why there is a task
}

// Unplaced is a task that has found no place.
type Unplaced struct {
	Task
	Because []customer.Reason `json:"because"` // everything that is in the way
	// Could is the first day on which it could go after all, were its window not over by
	// then: seen from this plan, up to LookAheadDays beyond the period. Zero: none.
	Could customer.Date `json:"could,omitzero"`
}

// Load is how full one day of one person is, in the measure of the rules.
type Load struct {
	Day      customer.Date `json:"day"`
	Person   string        `json:"person"`
	Load     int           `json:"load"`
	Capacity int           `json:"capacity"` // more than this only where fixed tasks take it
}

// Plan gives every task a day, a person and a channel, or says all that is in the way. It
// depends on nothing but the work, and not on the order of its lists.
//
// # Order
//
// Tasks with an uncapped purpose are served first: what a customer is owed comes before
// what she is offered. Then comes Task.Compare: the deadline, the priority, the value,
// the ID; with PriorityFirst the priority before the deadline. A task that finds no room
// makes some, where tasks served before it can move within their own windows; none of
// them loses its place. So, counted in tasks and where no cap binds, a task is left out
// only if it could not be done without leaving out one served before it.
//
// # People
//
// A task goes to the customer's own person where there is any way to, else to that
// person's substitute, else to anybody with the skill. Those served before stay in their
// hands, unless a task would be left out otherwise: then they are handed on.
//
// # Load
//
// A task goes where the day of the person is least full afterwards, as a share of what she
// can do in it. Of equally full ones it goes to the person with the least full period, then
// to the earliest day, then to the person with the smallest ID. At the end tasks move,
// one for another, from the fullest days for as long as that makes the fullest less
// full. Counted in tasks, and where no cap binds, the fullest day is then the least full
// that it can be with the same tasks in the hands of the same people or substitutes.
// Counted in minutes this is no promise; but people with the same PerDay and tasks that
// could go on any of the same days leave the fullest day at most the longest task above
// the least possible.
//
// # Errors
//
// Work that contradicts itself is customer.Faults, with everything that is wrong. A day of
// the period that a calendar does not know, or on which the rules are not in force, is a
// *customer.Refusal; beyond the period it counts as closed.
func (p *Planner) Plan(work Work) (Plan, error) {
	if p.policy == nil {
		return Plan{}, errors.New("agenda: a plan comes from the planner of NewPlanner")
	}
	if err := p.check(&work); err != nil {
		return Plan{}, err
	}
	for _, day := range []customer.Date{work.First, work.Last} {
		if err := p.rules.Covers(day); err != nil {
			return Plan{}, err
		}
		if err := p.policy.Edition().Covers(day); err != nil {
			return Plan{}, err
		}
	}
	b, err := p.board(&work)
	if err != nil {
		return Plan{}, err
	}
	b.serve(true)
	b.level()
	for b.serve(false) { // where caps bind, or minutes differ, moving others may have left room
		b.level()
	}
	return b.plan(), nil
}

func (p *Planner) check(work *Work) error {
	var faults customer.Faults
	switch {
	case !work.First.Valid():
		faults.Add("first", work.First, "is a day")
	case !work.Last.Valid() || work.Last < work.First || int(work.Last-work.First) >= MaxPeriodDays:
		faults.Add("last", work.Last, fmt.Sprintf("is a day of the %d from the first", MaxPeriodDays))
	}
	if len(work.Tasks)+len(work.Fixed) > MaxTasks {
		faults.Add("tasks", len(work.Tasks)+len(work.Fixed), fmt.Sprintf("are at most %d, with those that are fixed", MaxTasks))
		return faults
	}
	p.checkTasks(&faults, work)
	p.checkPeople(&faults, work.People)
	p.checkReaches(&faults, work.Reaches)
	return faults.Err()
}

func (p *Planner) checkTasks(faults *customer.Faults, work *Work) {
	tasks := make(map[string]customer.ID, len(work.Tasks))
	for i := range work.Tasks {
		if faulty := p.checkTask(faults, "tasks", i, &work.Tasks[i], tasks); faulty {
			return
		}
	}
	fixed := make(map[string]customer.ID, len(work.Fixed))
	for i := range work.Fixed {
		one := &work.Fixed[i]
		if faulty := p.checkTask(faults, "fixed", i, &one.Task, fixed); faulty {
			return
		}
		if hers, known := tasks[one.ID]; known && hers != one.Customer {
			faults.Add(fmt.Sprintf("fixed[%d].customer", i), one.Customer, "is "+string(hers)+", as in tasks")
		}
		if !one.Day.Valid() {
			faults.Add(fmt.Sprintf("fixed[%d].day", i), one.Day, "is a day")
		}
	}
}

// checkTask notes the faults of a task, and reports whether there are so many by now that
// nothing more would be noted.
func (p *Planner) checkTask(faults *customer.Faults, list string, i int, task *Task, seen map[string]customer.ID) (full bool) {
	var own customer.Faults
	if task.ID == "" || len(task.ID) > maxTaskID {
		own.Add("id", task.ID, fmt.Sprintf("is 1 to %d bytes", maxTaskID))
	} else if _, twice := seen[task.ID]; twice {
		own.Add("id", task.ID, "stands only once")
	} else {
		seen[task.ID] = task.Customer
	}
	if task.Kind < Visit || task.Kind > WinBack {
		own.Add("kind", task.Kind, "is a kind of task")
	}
	own.Name("customer", string(task.Customer))
	own.Text("owner", task.Owner)
	if task.Value < 0 {
		own.Add("value", task.Value, "is 0 or more")
	}
	p.checkAct(&own, &task.Act)
	if !task.From.Valid() || !task.By.Valid() || task.By < task.From {
		own.Add("by", task.By, "is a day, and not before from")
	}
	if !task.Due.Valid() || task.Due > task.By {
		own.Add("due", task.Due, "is a day, and not after by")
	}
	if len(own) > 0 {
		faults.Join(fmt.Sprintf("%s[%d]", list, i), own)
	}
	return len(*faults) >= customer.MaxFaults
}

// checkAct is Act.check for ten thousands of tasks: it allocates nothing where all is well.
func (p *Planner) checkAct(faults *customer.Faults, act *Act) {
	checkPurpose(faults, "purpose", p.purposes, act.Purpose)
	if n := len(act.Channels); n == 0 || n > MaxChannels {
		faults.Add("channels", n, fmt.Sprintf("are 1 to %d", MaxChannels))
		return
	}
	for i, channel := range act.Channels {
		if _, known := p.channels[channel]; !known {
			faults.Add(fmt.Sprintf("channels[%d]", i), channel, ruleChannel)
		}
	}
	faults.Text("skill", act.Skill)
	least := 0
	if p.rules.Measure == CountMinutes {
		least = 1 // what takes no time would weigh nothing
	}
	faults.Within("minutes", act.Minutes, least, 1440)
	faults.Within("priority", act.Priority, 0, 1000)
}

func (p *Planner) checkPeople(faults *customer.Faults, people []Person) {
	faults.Within("people", len(people), 0, MaxPeople)
	seen := map[string]bool{}
	for i, person := range people {
		path := fmt.Sprintf("people[%d].", i)
		faults.Name(path+"id", person.ID)
		if seen[person.ID] {
			faults.Add(path+"id", person.ID, "stands only once")
		}
		seen[person.ID] = true
		if p.calendars[person.Calendar] == nil {
			faults.Add(path+"calendar", person.Calendar, "is one of the planner's calendars")
		}
		faults.Within(path+"per_day", person.PerDay, 1, 10_000)
		faults.Names(path+"skills", person.Skills, 0, 100)
		faults.Text(path+"substitute", person.Substitute)
		faults.Within(path+"away", len(person.Away), 0, 366)
		for j, away := range person.Away[:min(len(person.Away), 366)] {
			if !away.From.Valid() || !away.Through.Valid() || away.Through < away.From {
				faults.Add(fmt.Sprintf("%saway[%d]", path, j), away.Through, "is a day, and not before from")
			}
		}
	}
}

func (p *Planner) checkReaches(faults *customer.Faults, reaches []consent.Reach) {
	seen := make(map[customer.ID]bool, len(reaches))
	for i := range reaches {
		reach := &reaches[i]
		twice := seen[reach.Customer]
		seen[reach.Customer] = true
		missing := reach.Hours != "" && p.calendars[reach.Hours] == nil
		tooMany := len(reach.Allowed) > consent.MaxPermissions || len(reach.Contacts) > consent.MaxContacts || len(reach.Invalid) > 100
		if reach.Customer == "" || twice || missing || tooMany {
			path := fmt.Sprintf("reaches[%d].", i)
			faults.Name(path+"customer", string(reach.Customer))
			if twice {
				faults.Add(path+"customer", reach.Customer, "stands only once")
			}
			if missing {
				faults.Add(path+"hours", reach.Hours, "is one of the planner's calendars")
			}
			faults.Within(path+"allowed", len(reach.Allowed), 0, consent.MaxPermissions)
			faults.Within(path+"contacts", len(reach.Contacts), 0, consent.MaxContacts)
			faults.Within(path+"invalid", len(reach.Invalid), 0, 100)
		}
		if tooMany {
			continue
		}
		for _, contact := range reach.Contacts {
			if !contact.On.Valid() {
				consent.CheckContacts(faults, fmt.Sprintf("reaches[%d].contacts", i), reach.Contacts)
				break
			}
		}
	}
}

const (
	rulePurpose = "is a purpose of the policy that contacts somebody"
	ruleChannel = "is a channel of the policy"
)

// purposesOf are the purposes of a policy for which somebody is contacted, by their IDs.
func purposesOf(policy *consent.Policy) map[string]*consent.Purpose {
	byID := map[string]*consent.Purpose{}
	purposes := policy.Purposes()
	for i := range purposes {
		if !purposes[i].Silent {
			byID[purposes[i].ID] = &purposes[i]
		}
	}
	return byID
}

// checkPurpose notes a fault unless a purpose is one of these.
func checkPurpose(faults *customer.Faults, path string, purposes map[string]*consent.Purpose, id string) {
	if purposes[id] == nil {
		faults.Add(path, id, rulePurpose)
	}
}

// doneOn returns the day on which a task was done, if it was.
func doneOn(contacts []consent.Contact, task string) (customer.Date, bool) {
	for i := range contacts {
		if contacts[i].Task == task {
			return contacts[i].On, true
		}
	}
	return 0, false
}

// checkZone notes a fault where a calendar reads its hours in another zone: its days would
// not be those of the rules.
func checkZone(faults *customer.Faults, path string, hours *calendar.Calendar, zone string) {
	if hours != nil && hours.Location().String() != zone {
		faults.Add(path, hours.Location(), "is a calendar in the zone "+zone)
	}
}

// compare is the order in which tasks are served.
func (p *Planner) compare(a, b *job) int {
	if owedA, owedB := p.owed(a), p.owed(b); owedA != owedB {
		if owedA {
			return -1
		}
		return 1
	}
	if p.rules.PriorityFirst {
		return a.task.comparePriority(*b.task)
	}
	return a.task.Compare(*b.task)
}

func (*Planner) owed(j *job) bool { return j.purpose.Uncapped }

// timetable is the open time of calendars over the days of a plan and beyond.
type timetable struct {
	first      customer.Date
	days, span int
	spans      map[*calendar.Calendar][][]customer.Span
	longest    map[[3]*calendar.Calendar][]int32
}

// of returns the open spans of a calendar, day by day.
func (t *timetable) of(c *calendar.Calendar) ([][]customer.Span, error) {
	if known, ok := t.spans[c]; ok {
		return known, nil
	}
	all := make([][]customer.Span, t.span)
	for d := range all {
		day, err := c.Day(t.first + customer.Date(d))
		if err != nil {
			if d < t.days {
				return nil, err
			}
			break // not known beyond here: closed
		}
		all[d] = day.Open
	}
	t.spans[c] = all
	return all, nil
}

// between returns the time of a day that calendars share, nil ones aside. All have been
// read by then: see board.staff and board.consult.
func (t *timetable) between(day int, calendars [3]*calendar.Calendar) []customer.Span {
	var shared []customer.Span
	started := false
	for _, c := range calendars {
		switch {
		case c == nil:
		case !started:
			shared, started = t.spans[c][day], true
		default:
			shared = intersect(shared, t.spans[c][day])
		}
	}
	return shared
}

// minutes returns the longest stretch of each day that calendars share, in whole minutes.
func (t *timetable) minutes(calendars [3]*calendar.Calendar) []int32 {
	if known, ok := t.longest[calendars]; ok {
		return known
	}
	longest := make([]int32, t.span)
	for day := range longest {
		for _, span := range t.between(day, calendars) {
			longest[day] = max(longest[day], minutesOf(span))
		}
	}
	t.longest[calendars] = longest
	return longest
}

func minutesOf(span customer.Span) int32 { return int32(span.To.Sub(span.From) / time.Minute) }

// intersect returns the time in both of two ascending lists of spans.
func intersect(a, b []customer.Span) []customer.Span {
	var both []customer.Span
	for len(a) > 0 && len(b) > 0 {
		if shared := a[0].Intersect(b[0]); !shared.Empty() {
			both = append(both, shared)
		}
		if a[0].To.Before(b[0].To) {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return both
}

// sortedPeople returns the people in the order of their IDs.
func sortedPeople(people []Person) []Person {
	people = slices.Clone(people)
	slices.SortFunc(people, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	return people
}
