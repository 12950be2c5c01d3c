package complaint

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Agent is what the host knows of one of its staff at the instant of a command. It comes beside
// the command, and what a rule reads of it is pinned in the entry. It says what she may do, and at
// which desk she sits now; a desk.Agent is for planning, and says where and when she works. Of one
// of these, at the desk where she is, it is
//
//	complaint.Agent{ID: one.ID, Desk: at, Skills: one.Skills, Deputies: []string{one.Substitute}, Away: one.Away}
//
// with the roles and trainings that the host knows, and no deputies where Substitute is empty.
type Agent struct {
	ID        string          `json:"id"`
	Roles     []string        `json:"roles,omitempty"`     // as rules name them
	Desk      string          `json:"desk,omitempty"`      // where she works; empty: not known, and not checked
	Skills    []string        `json:"skills,omitempty"`    // what she can do
	Trainings []string        `json:"trainings,omitempty"` // that she has had, and that hold
	Deputies  []string        `json:"deputies,omitempty"`  // agents who act for her while she is away, the first choice first
	Away      []customer.Span `json:"away,omitempty"`      // when she is away; the span of one who has left is open
}

// away reports whether she is away at an instant, and until when; zero: for good.
func (a *Agent) away(at time.Time) (until time.Time, away bool) {
	span, away := a.absence(at)
	return span.To, away
}

// absence returns the span of time for which she is away at an instant.
func (a *Agent) absence(at time.Time) (customer.Span, bool) {
	for _, span := range a.Away {
		if span.Contains(at) {
			return span, true
		}
	}
	return customer.Span{}, false
}

// maxStaff is the most agents that are given beside a command.
const maxStaff = 1000

// checkStaff checks what is known of agents, none of them twice, and that somebody is among
// them.
func checkStaff(faults *customer.Faults, staff []Agent, need ...string) {
	faults.Within("staff", len(staff), 0, maxStaff)
	for i := range staff {
		var part customer.Faults
		part.Name("id", staff[i].ID)
		part.Text("desk", staff[i].Desk)
		if find(staff[:i], staff[i].ID) != nil {
			part.Add("id", staff[i].ID, "stands only once")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("staff[%d]", i), part)
		}
	}
	for i, id := range need {
		if id != "" && find(staff, id) == nil && !slices.Contains(need[:i], id) {
			faults.Add("staff", id, "has a record of the agent")
		}
	}
}

// find returns what is known of an agent, or nil.
func find(staff []Agent, id string) *Agent {
	for i := range staff {
		if staff[i].ID == id {
			return &staff[i]
		}
	}
	return nil
}

// deputy reports whether an agent may act for her while she is away.
func (a *Agent) deputy(id string) bool { return slices.Contains(a.Deputies, id) }
