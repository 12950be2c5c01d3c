package desk

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Bounds of a roster. What exceeds them is a fault.
const (
	MaxAgents = 100_000
	MaxAway   = 400 // absences of one agent
	MaxOpen   = 100_000
)

// Agent is what the host knows of one of its staff: a fact, given beside the rules because
// it changes from day to day. It is for planning, and says where and when she works; what she may
// do with a case stands in a complaint.Agent, which says how one is made of the other.
type Agent struct {
	ID        string          `json:"id"`
	Skills    []string        `json:"skills,omitempty"`    // what she can do
	Languages []string        `json:"languages,omitempty"` // what she speaks, as the host writes it
	Desks     []string        `json:"desks"`               // where she works
	Calendar  string          `json:"calendar,omitempty"`  // of her shifts; empty: she is there in the hours of the desk
	Away      []customer.Span `json:"away,omitempty"`      // leave, illness, a meeting; without To: until further notice
	Open      int             `json:"open,omitempty"`      // cases in her hands
	Most      int             `json:"most,omitempty"`      // so many at most; 0: as many as come
	// Substitute is who takes what is hers while she is away; empty: nobody special.
	Substitute string `json:"substitute,omitempty"`
}

// Roster is the agents of a directory, checked and indexed. It is immutable and safe for
// concurrent use, and answers for the directory that made it.
type Roster struct {
	directory *Directory
	agents    []agent // by ID
	at        [][]int // by desk: who works there, by ID
}

// agent is an Agent, compiled.
type agent struct {
	Agent // lists sorted and its own
	hours *calendar.Calendar
}

// Roster checks the agents, returning customer.Faults, and indexes them. Their order does
// not matter.
func (d *Directory) Roster(agents []Agent) (*Roster, error) {
	if d == nil || d.zone == nil {
		return nil, errNoDirectory
	}
	var faults customer.Faults
	if !few(&faults, "agents", len(agents), MaxAgents) {
		return nil, faults
	}
	r := &Roster{directory: d, agents: make([]agent, len(agents)), at: make([][]int, len(d.places))}
	ids := make(map[string]bool, len(agents))
	for i := range agents {
		ids[agents[i].ID] = true
	}
	for i, one := range agents {
		path := fmt.Sprintf("agents[%d]", i)
		if faults.Name(path+".id", one.ID); !ids[one.ID] {
			faults.Add(path+".id", one.ID, "stands only once")
		}
		delete(ids, one.ID)
		r.agents[i] = d.readAgent(&faults, path, one)
	}
	slices.SortFunc(r.agents, func(a, b agent) int { return cmp.Compare(a.ID, b.ID) })
	for i := range r.agents {
		if of := r.agents[i].Substitute; of != "" && (r.find(of) == nil || of == r.agents[i].ID) {
			faults.Add("agents["+r.agents[i].ID+"].substitute", of, "is another agent of the roster")
		}
		for _, id := range r.agents[i].Desks {
			if number, known := d.desks[id]; known {
				r.at[number] = append(r.at[number], i)
			}
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return r, nil
}

func (d *Directory) readAgent(faults *customer.Faults, path string, one Agent) agent {
	one.Skills = names(faults, path+".skills", one.Skills, MaxSkills)
	one.Languages = names(faults, path+".languages", one.Languages, MaxSkills)
	for i, id := range one.Desks {
		if _, known := d.desks[id]; !known {
			faults.Add(fmt.Sprintf("%s.desks[%d]", path, i), id, "is a desk of the directory")
		}
	}
	one.Desks = names(faults, path+".desks", one.Desks, MaxSkills)
	hours := d.hours(faults, path+".calendar", one.Calendar, true)
	faults.Within(path+".open", one.Open, 0, MaxOpen)
	faults.Within(path+".most", one.Most, 0, MaxOpen)
	if few(faults, path+".away", len(one.Away), MaxAway) {
		for i, away := range one.Away {
			if away.Empty() || away.From.IsZero() {
				faults.Add(fmt.Sprintf("%s.away[%d]", path, i), away.From, "begins, and ends after it begins")
			}
		}
	}
	one.Away = slices.Clone(one.Away)
	slices.SortFunc(one.Away, func(a, b customer.Span) int { return a.From.Compare(b.From) })
	return agent{one, hours}
}

// find returns an agent by her ID, or nil.
func (r *Roster) find(id string) *agent {
	i, found := slices.BinarySearchFunc(r.agents, id, func(a agent, id string) int { return cmp.Compare(a.ID, id) })
	if !found {
		return nil
	}
	return &r.agents[i]
}

// full reports whether she has as many cases as she may have.
func (a *agent) full() bool { return a.Most > 0 && a.Open >= a.Most }

// hours is everything that must be open at once: the door, the desk, the task's own hours,
// an agent's shift. Nil ones are open always.
type hours [4]*calendar.Calendar

// meet returns the first stretch of time from an instant on in which all are open and she is
// not away. It is false where there is none within the horizon; an error is one of a
// calendar that does not know so far ahead.
func (h hours) meet(at time.Time, away []customer.Span) (customer.Span, bool, error) {
	last := at.Add(HorizonDays * 24 * time.Hour)
	for cursor := at; !cursor.After(last); {
		both := customer.Span{From: cursor}
		for _, one := range h {
			if one == nil {
				continue
			}
			open, err := one.Open(cursor)
			if err != nil {
				return customer.Span{}, false, err
			}
			if open.From.After(both.From) {
				both.From = open.From
			}
			if !open.To.IsZero() && (both.To.IsZero() || open.To.Before(both.To)) {
				both.To = open.To
			}
		}
		next := both.From
		for _, out := range away { // ascending by their starts
			if out.From.After(next) {
				if both.To.IsZero() || out.From.Before(both.To) {
					both.To = out.From
				}
				break
			}
			if out.To.IsZero() {
				return customer.Span{}, false, nil
			}
			if out.To.After(next) {
				next = out.To
			}
		}
		if next.Equal(cursor) {
			return both, true, nil
		}
		cursor = next
	}
	return customer.Span{}, false, nil
}

// need is what an agent has to have for something.
type need struct {
	skills   []string // sorted, each once
	language string
}

// met reports whether the agent has it all.
func (n need) met(a *agent) bool {
	for _, skill := range n.skills {
		if _, found := slices.BinarySearch(a.Skills, skill); !found {
			return false
		}
	}
	return n.speaks(a)
}

func (n need) speaks(a *agent) bool {
	if n.language == "" {
		return true
	}
	_, found := slices.BinarySearch(a.Languages, n.language)
	return found
}

// unmet says what those who work at a desk lack, none of whom has it all.
func (n need) unmet(r *Roster, number int, book string) []customer.Reason {
	staff := r.at[number]
	if len(staff) == 0 {
		return []customer.Reason{{Code: CodeNobody, Rule: book, Of: r.directory.places[number].ID}}
	}
	var reasons []customer.Reason
	for _, skill := range n.skills {
		lack := 0
		for _, i := range staff {
			if _, found := slices.BinarySearch(r.agents[i].Skills, skill); !found {
				lack++
			}
		}
		if lack > 0 {
			reasons = append(reasons, customer.Reason{Code: CodeNoSkill, Rule: book, Of: skill, Fact: int64(lack), Mark: int64(len(staff))})
		}
	}
	lack := 0
	for _, i := range staff {
		if !n.speaks(&r.agents[i]) {
			lack++
		}
	}
	if lack > 0 {
		reasons = append(reasons, customer.Reason{Code: CodeNoLanguage, Rule: book, Of: n.language, Fact: int64(lack), Mark: int64(len(staff))})
	}
	return reasons
}
