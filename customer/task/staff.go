package task

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a chart. What exceeds them is a fault.
const (
	MaxPeople   = 100_000 // of one chart
	MaxLevels   = 100     // how many may stand above one person
	MaxAbsences = 366     // of one person
	MaxSkills   = 100     // of one person, and desks
)

// Chart says who works here and who reports to whom, as plain data that the host fills in.
type Chart struct {
	People []Person `json:"people"`
	// Keeper is who is responsible for what is nobody's: one of the people.
	Keeper string `json:"keeper"`
}

// ParseChart reads a Chart from JSON, strictly; see customer.ParseRules.
func ParseChart(data []byte) (Chart, error) { return customer.ParseRules[Chart](data) }

// Person is one of the staff.
type Person struct {
	ID      string        `json:"id"`
	Manager string        `json:"manager,omitempty"` // to whom she reports; empty: to nobody
	Joined  customer.Date `json:"joined,omitzero"`   // the first day; zero: since ever
	Left    customer.Date `json:"left,omitzero"`     // the first day without her; zero: she stays
	Away    []Absence     `json:"away,omitempty"`
	Skills  []string      `json:"skills,omitempty"` // what she can do: "servers", "key-accounts"
	Desks   []string      `json:"desks,omitempty"`  // where she works: a desk, a territory
}

// Absence is days on which somebody is away, both included.
type Absence struct {
	From    customer.Date `json:"from"`
	Through customer.Date `json:"through"`
}

// Staff is a compiled Chart. It is immutable and safe for concurrent use. Of a nil Staff, and of the
// zero one, nobody is known.
type Staff struct {
	people []Person // by ID
	above  []int    // the place of the manager of each; -1: none
	places map[string]int
	keeper int
}

// NewStaff checks the chart whole, returning customer.Faults, and compiles it. Nobody reports to
// herself, be it over others.
func NewStaff(chart Chart) (*Staff, error) {
	var faults customer.Faults
	faults.Within("people", len(chart.People), 1, MaxPeople)
	if len(faults) > 0 {
		return nil, faults.Err()
	}
	s := &Staff{people: make([]Person, len(chart.People)), places: make(map[string]int, len(chart.People)), keeper: -1}
	for i, one := range chart.People {
		var part customer.Faults
		if one.check(&part); hasPerson(s.places, one.ID) {
			part.Add("id", one.ID, "stands only once")
		}
		if s.places[one.ID] = i; len(part) > 0 {
			faults.Join(fmt.Sprintf("people[%d]", i), part)
		}
	}
	for i, one := range chart.People {
		if one.Manager != "" && !hasPerson(s.places, one.Manager) {
			faults.Add(fmt.Sprintf("people[%d].manager", i), one.Manager, "is one of the people")
		}
	}
	if faults.Name("keeper", chart.Keeper); chart.Keeper != "" && !hasPerson(s.places, chart.Keeper) {
		faults.Add("keeper", chart.Keeper, "is one of the people")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.compile(chart)
	if round := s.round(); round >= 0 {
		at := slices.IndexFunc(chart.People, func(one Person) bool { return one.ID == s.people[round].ID })
		faults.Add(fmt.Sprintf("people[%d].manager", at), s.people[round].Manager, "does not report to those who report to her")
		return nil, faults.Err()
	}
	for i, one := range chart.People {
		if s.height(one.ID) > MaxLevels {
			faults.Add(fmt.Sprintf("people[%d].manager", i), one.Manager, fmt.Sprintf("has at most %d above her", MaxLevels-1))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// height is how many stand above somebody, counted no further than is allowed.
func (s *Staff) height(id string) (levels int) {
	for at := s.above[s.place(id)]; at >= 0 && levels <= MaxLevels; at = s.above[at] {
		levels++
	}
	return levels
}

func hasPerson(places map[string]int, id string) bool {
	_, has := places[id]
	return has
}

func (p *Person) check(faults *customer.Faults) {
	faults.Name("id", p.ID)
	faults.Text("manager", p.Manager)
	faults.Day("joined", p.Joined)
	if p.Left != 0 && (!p.Left.Valid() || p.Left <= p.Joined) {
		faults.Add("left", p.Left, "is a day after joined, or absent")
	}
	faults.Within("away", len(p.Away), 0, MaxAbsences)
	for i, one := range p.Away[:min(len(p.Away), MaxAbsences)] {
		if !one.From.Valid() || one.Through < one.From || one.Through >= customer.MaxDate {
			faults.Add(fmt.Sprintf("away[%d]", i), one.From.String()+" to "+one.Through.String(), "is days from one to the same or a later one")
		}
	}
	faults.Names("skills", p.Skills, 0, MaxSkills)
	faults.Names("desks", p.Desks, 0, MaxSkills)
}

// compile copies the chart, in the order of IDs, which no caller's order reaches.
func (s *Staff) compile(chart Chart) {
	copy(s.people, chart.People)
	slices.SortFunc(s.people, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	for i := range s.people {
		one := &s.people[i]
		*one = one.clone()
		one.Away = joined(one.Away)
		s.places[one.ID] = i
	}
	s.above = make([]int, len(s.people))
	for i := range s.people {
		s.above[i] = s.place(s.people[i].Manager)
	}
	s.keeper = s.place(chart.Keeper)
}

// joined returns absences by day, those that touch or overlap as one.
func joined(all []Absence) []Absence {
	slices.SortFunc(all, func(a, b Absence) int { return cmp.Compare(a.From, b.From) })
	n := 0
	for _, one := range all {
		if n > 0 && one.From <= all[n-1].Through.AddDays(1) {
			all[n-1].Through = max(all[n-1].Through, one.Through)
			continue
		}
		all[n] = one
		n++
	}
	return all[:n]
}

// round returns the place of somebody who reports to herself, over others or not, or -1: the
// smallest such ID.
func (s *Staff) round() int {
	const unseen, walking, done = 0, 1, 2
	seen := make([]byte, len(s.people))
	for i := range s.people {
		at := i
		for at >= 0 && seen[at] == unseen {
			seen[at] = walking
			at = s.above[at]
		}
		if at >= 0 && seen[at] == walking {
			least := at
			for next := s.above[at]; next != at; next = s.above[next] {
				least = min(least, next)
			}
			return least
		}
		for at = i; at >= 0 && seen[at] == walking; at = s.above[at] {
			seen[at] = done
		}
	}
	return -1
}

// place returns the place of a person, or -1.
func (s *Staff) place(id string) int {
	if s == nil {
		return -1
	}
	if at, has := s.places[id]; has {
		return at
	}
	return -1
}

// here reports whether the person works here on a day, be she away or not.
func (p *Person) here(on customer.Date) bool { return p.Joined <= on && (p.Left == 0 || on < p.Left) }

// Here reports whether somebody works here on a day, be she away on it or not.
func (s *Staff) Here(id string, on customer.Date) bool {
	at := s.place(id)
	return at >= 0 && s.people[at].here(on)
}

// Gone says why somebody can own nothing on a day: there is no name, or she was never of the staff,
// has left, or has not come yet. False: she works here.
func (s *Staff) Gone(id string, on customer.Date) (why customer.Reason, gone bool) {
	at := s.place(id)
	switch {
	case id == "":
		return customer.Reason{Code: CodeNobody}, true
	case at < 0:
		return customer.Reason{Code: CodeStranger, Of: id}, true
	case on < s.people[at].Joined:
		return customer.Reason{Code: CodeNotYet, Of: id, On: s.people[at].Joined}, true
	case !s.people[at].here(on):
		return customer.Reason{Code: CodeLeft, Of: id, On: s.people[at].Left}, true
	}
	return customer.Reason{}, false
}

// Person returns one of the staff, the caller's own copy, with her absences by day, those that touch
// or overlap as one.
func (s *Staff) Person(id string) (person Person, known bool) {
	at := s.place(id)
	if at < 0 {
		return Person{}, false
	}
	return s.people[at].clone(), true
}

// People returns the staff by ID, each as Person does: also those who have left or have not come yet.
func (s *Staff) People() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		if s == nil {
			return
		}
		for i := range s.people {
			if !yield(s.people[i].clone()) {
				return
			}
		}
	}
}

func (p *Person) clone() Person {
	one := *p
	one.Away, one.Skills, one.Desks = slices.Clone(p.Away), slices.Clone(p.Skills), slices.Clone(p.Desks)
	return one
}

// Away returns the first day on which somebody is back, where she is away on a day.
func (s *Staff) Away(id string, on customer.Date) (back customer.Date, away bool) {
	at := s.place(id)
	if at < 0 {
		return 0, false
	}
	for _, one := range s.people[at].Away {
		if one.From <= on && on <= one.Through {
			return one.Through.AddDays(1), true
		}
	}
	return 0, false
}

// Manager returns to whom somebody reports on a day: where her manager has left, the next one above
// who works here; empty: to nobody.
func (s *Staff) Manager(id string, on customer.Date) string {
	at := s.place(id)
	if at < 0 {
		return ""
	}
	for at = s.above[at]; at >= 0; at = s.above[at] {
		if s.people[at].here(on) {
			return s.people[at].ID
		}
	}
	return ""
}

// Above reports whether somebody stands above another one: that one reports to her, or to somebody
// who does.
func (s *Staff) Above(id, other string) bool {
	above, at := s.place(id), s.place(other)
	if above < 0 || at < 0 {
		return false
	}
	for at = s.above[at]; at >= 0; at = s.above[at] {
		if at == above {
			return true
		}
	}
	return false
}

// Keeper is who is responsible for what is nobody's; empty: no chart has made the staff.
func (s *Staff) Keeper() string {
	if s == nil || len(s.people) == 0 {
		return ""
	}
	return s.people[s.keeper].ID
}
