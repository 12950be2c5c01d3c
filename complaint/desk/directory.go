package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Bounds of the directory. What exceeds them is a fault.
const (
	MaxTasks    = 10_000
	MaxSites    = 20_000
	MaxDesks    = 100_000 // of all sites
	MaxDoes     = 10_000  // tasks of one desk
	MaxNear     = 1000    // neighbours of one site
	MaxSkills   = 100     // of one task, one agent, one question
	MaxRequires = 100     // of one task; alternatives of one of them; documents of one errand
	MaxMinor    = 1 << 53 // of amounts and limits

	// HorizonDays is how far ahead a time is looked for at which everything that a task
	// needs is there at once.
	HorizonDays = 92
)

// Rules is the rule book of who can do what, where and when, as plain data.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; on whose days the edition is in force
	Currency customer.Currency `json:"currency,omitzero"` // of limits; zero: there are none
	Tasks    []Task            `json:"tasks,omitempty"`
	Sites    []Site            `json:"sites,omitempty"`
	// PatienceSeconds is how long a customer can be asked to wait for what opens here later
	// before places elsewhere that are open now come first. 0: here comes first always.
	PatienceSeconds int `json:"patience_seconds,omitempty"`
}

// Task is something that customers come for.
type Task struct {
	ID       string        `json:"id"`
	Skills   []string      `json:"skills,omitempty"`   // who does it has all of them
	Requires []Requirement `json:"requires,omitempty"` // what else has to be there: see [Directory.Lacks]
}

// Site is a branch, a shop, or what is at no place: a hotline, the web.
type Site struct {
	ID string `json:"id"`
	// Calendar is the hours of the door. Nothing is done at the site outside of them; empty:
	// there is no door, and the desks' own hours say all.
	Calendar string   `json:"calendar,omitempty"`
	Near     []string `json:"near,omitempty"` // other sites, the nearest first; those not named are farther
	Desks    []Desk   `json:"desks"`
}

// Desk is one place of a site at which tasks are done: a row of counters, a cash machine, a
// telephone line. Different desks behind one door have different hours.
type Desk struct {
	ID       string `json:"id"`       // once in the whole directory
	Channel  string `json:"channel"`  // how a customer is served there, in the shop's own words: counter, atm, phone, web
	Calendar string `json:"calendar"` // its hours, with the lunch break
	Number   string `json:"number,omitempty"`
	// Automatic means that nobody needs to be there: a cash machine, the web. Skills of its
	// tasks are then not asked for.
	Automatic bool      `json:"automatic,omitempty"`
	Does      []Ability `json:"does,omitempty"`
}

// Ability is a task that a desk does.
type Ability struct {
	Task      string `json:"task"`
	UpToMinor int64  `json:"up_to_minor,omitempty"` // the largest amount, in minor units; 0: any
	// Calendar is hours within those of the desk at which alone it is done; empty: all of them.
	Calendar string   `json:"calendar,omitempty"`
	Skills   []string `json:"skills,omitempty"` // beside those of the task
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Directory is the compiled rule book: it knows what each desk can do and when. It is
// immutable and safe for concurrent use. All questions are answered with customer.Faults
// when they are malformed, and with a *customer.Refusal where the edition is not in force.
type Directory struct {
	rules     Rules
	name      string
	zone      *time.Location
	calendars map[string]*calendar.Calendar
	tasks     map[string]int // index into rules.Tasks
	sites     map[string]int // index into rules.Sites
	desks     map[string]int // index into places
	places    []place        // every desk, in the order of the rules, and so site by site
	does      [][]job        // by task: where it is done, in the order of places
	near      []map[int]int  // by site: how far its neighbours are, from 1
}

// place is a desk, compiled.
type place struct {
	Desk
	site       int
	door, open *calendar.Calendar
}

// job is a task at a desk, compiled.
type job struct {
	desk   int
	upTo   int64
	hours  *calendar.Calendar // nil: those of the desk
	skills []string           // of the task and of the desk, sorted, each once
}

var errNoDirectory = errors.New("desk: a directory comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads
// the zone that the rules name and passes it, and with it the calendars that sites, desks and
// agents name by their IDs, each in a zone of its own.
func New(rules Rules, zone *time.Location, calendars ...*calendar.Calendar) (*Directory, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	faults.Within("patience_seconds", rules.PatienceSeconds, 0, HorizonDays*24*60*60)
	d := &Directory{rules: rules, name: rules.Name(), zone: zone}
	d.readCalendars(calendars, &faults)
	d.readTasks(&faults)
	d.readSites(&faults)
	d.readNear(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

// Edition is the edition of the rules, as answers should be stored with it.
func (d *Directory) Edition() customer.Edition { return d.rules.Edition }

func (d *Directory) readCalendars(calendars []*calendar.Calendar, faults *customer.Faults) {
	d.calendars = make(map[string]*calendar.Calendar, len(calendars))
	for i, one := range calendars {
		path := fmt.Sprintf("calendars[%d]", i)
		if one == nil || one.Edition() == (customer.Edition{}) {
			faults.Add(path, "", "is a calendar that calendar.New has made")
			continue
		}
		id := one.Edition().ID
		if d.calendars[id] != nil {
			faults.Add(path, one.Edition().Name(), "is given in one version only")
		}
		d.calendars[id] = one
	}
}

func (d *Directory) readTasks(faults *customer.Faults) {
	d.tasks = make(map[string]int, len(d.rules.Tasks))
	if !few(faults, "tasks", len(d.rules.Tasks), MaxTasks) {
		return
	}
	d.rules.Tasks = slices.Clone(d.rules.Tasks)
	for i, task := range d.rules.Tasks {
		path := fmt.Sprintf("tasks[%d]", i)
		enter(faults, path+".id", task.ID, d.tasks, i)
		d.rules.Tasks[i].Skills = names(faults, path+".skills", task.Skills, MaxSkills)
		d.rules.Tasks[i].Requires = requires(faults, path+".requires", task.Requires)
	}
	d.does = make([][]job, len(d.rules.Tasks))
}

func (d *Directory) readSites(faults *customer.Faults) {
	d.sites, d.desks = make(map[string]int, len(d.rules.Sites)), map[string]int{}
	if !few(faults, "sites", len(d.rules.Sites), MaxSites) {
		return
	}
	d.rules.Sites = slices.Clone(d.rules.Sites)
	for i, site := range d.rules.Sites {
		path := fmt.Sprintf("sites[%d]", i)
		enter(faults, path+".id", site.ID, d.sites, i)
		door := d.hours(faults, path+".calendar", site.Calendar, true)
		if len(d.places)+len(site.Desks) > MaxDesks {
			faults.Add(path+".desks", len(site.Desks), fmt.Sprintf("are at most %d of all sites", MaxDesks))
			return
		}
		for j, one := range site.Desks {
			d.readDesk(faults, fmt.Sprintf("%s.desks[%d]", path, j), one, place{site: i, door: door})
		}
	}
}

func (d *Directory) readDesk(faults *customer.Faults, path string, one Desk, at place) {
	faults.Name(path+".id", one.ID)
	faults.Name(path+".channel", one.Channel)
	faults.Text(path+".number", one.Number)
	if _, twice := d.desks[one.ID]; twice {
		faults.Add(path+".id", one.ID, "stands once in the directory")
	}
	at.Desk, at.open = one, d.hours(faults, path+".calendar", one.Calendar, false)
	at.Does = nil // the caller's; see does
	number := len(d.places)
	d.desks[one.ID] = number
	d.places = append(d.places, at)
	if !few(faults, path+".does", len(one.Does), MaxDoes) {
		return
	}
	for i, ability := range one.Does {
		here := fmt.Sprintf("%s.does[%d]", path, i)
		skills := names(faults, here+".skills", ability.Skills, MaxSkills)
		hours := d.hours(faults, here+".calendar", ability.Calendar, true)
		d.checkLimit(faults, here+".up_to_minor", ability.UpToMinor)
		task, known := d.tasks[ability.Task]
		if !known {
			faults.Add(here+".task", ability.Task, "is a task of the directory")
			continue
		}
		if jobs := d.does[task]; len(jobs) > 0 && jobs[len(jobs)-1].desk == number {
			faults.Add(here+".task", ability.Task, "stands once at a desk")
			continue
		}
		skills = union(d.rules.Tasks[task].Skills, skills)
		d.does[task] = append(d.does[task], job{number, ability.UpToMinor, hours, skills})
	}
}

func (d *Directory) checkLimit(faults *customer.Faults, path string, minor int64) {
	switch {
	case minor < 0 || minor > MaxMinor:
		faults.Add(path, minor, "is 0 to 2^53 minor units")
	case minor > 0 && d.rules.Currency == (customer.Currency{}):
		faults.Add(path, minor, "needs the currency of the directory")
	}
}

// hours finds a calendar by its ID.
func (d *Directory) hours(faults *customer.Faults, path, id string, optional bool) *calendar.Calendar {
	if id == "" && optional {
		return nil
	}
	found := d.calendars[id]
	if found == nil {
		faults.Add(path, id, "is the ID of a calendar that the host passes")
	}
	return found
}

// knows notes a fault where a directory is given and does not have the desk that is named.
func (d *Directory) knows(faults *customer.Faults, path, desk string) {
	if d == nil || desk == "" {
		return
	}
	if _, known := d.desks[desk]; !known {
		faults.Add(path, desk, "is a desk of the directory")
	}
}

// knowsSite notes a fault where a site is named that the directory does not have.
func (d *Directory) knowsSite(faults *customer.Faults, path, site string) {
	if _, known := d.sites[site]; site != "" && !known {
		faults.Add(path, site, "is a site of the directory")
	}
}

func (d *Directory) readNear(faults *customer.Faults) {
	d.near = make([]map[int]int, len(d.rules.Sites))
	for i, site := range d.rules.Sites {
		path := fmt.Sprintf("sites[%d].near", i)
		if !few(faults, path, len(site.Near), MaxNear) {
			continue
		}
		d.near[i] = make(map[int]int, len(site.Near))
		for j, id := range site.Near {
			other, known := d.sites[id]
			if _, twice := d.near[i][other]; !known || twice || other == i {
				faults.Add(fmt.Sprintf("%s[%d]", path, j), id, "is another site, named once")
				continue
			}
			d.near[i][other] = j + 1
		}
	}
}

// few notes a fault where a list is longer than it may be; then it is not read.
func few(faults *customer.Faults, path string, n, most int) bool {
	if n > most {
		faults.Add(path, n, fmt.Sprintf("are at most %d", most))
		return false
	}
	return true
}

// enter notes in which row an ID stands, and a fault where it is none or stands in another.
func enter(faults *customer.Faults, path, id string, rows map[string]int, row int) {
	faults.Name(path, id)
	if _, twice := rows[id]; twice {
		faults.Add(path, id, "stands only once")
	}
	rows[id] = row
}

// names checks a list of names and returns it sorted, each once.
func names(faults *customer.Faults, path string, list []string, most int) []string {
	if !few(faults, path, len(list), most) {
		return nil
	}
	for i, name := range list {
		faults.Name(fmt.Sprintf("%s[%d]", path, i), name)
	}
	return union(list, nil)
}

// union returns the texts of both lists, sorted, each once, in memory of its own.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// lacking returns those of the first list, sorted, that the second, sorted, does not have.
func lacking(wanted, has []string) []string {
	var lacks []string
	for _, one := range wanted {
		if _, found := slices.BinarySearch(has, one); !found {
			lacks = append(lacks, one)
		}
	}
	return lacks
}
