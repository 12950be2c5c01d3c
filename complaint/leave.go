package complaint

import (
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Leave is an agent who is away, or has left, at an instant. Her record is among the staff:
// its spans of absence and its deputies are read there.
type Leave struct {
	// Step is that of the transfers. The Ref of each is this one's, a stroke, and the case's
	// ID, so that a second run books nothing twice.
	Step
	Agent   string   // who is away
	Reason  string   // of the transfers
	Instead []string // who takes over, the first choice first; her deputies come after them
}

// Handover is what an agent who is away leaves in one case.
type Handover struct {
	Case ID
	// Transfer is the command to be given; it has no Ref if the case is not hers. Its Agent is
	// empty if nobody is there who may have the case.
	Transfer   Transfer
	Promises   []string // for which she answers, and that are open: whoever has the case keeps them
	Items      []string // in her own hands, or lost there: each goes on by a Move, or is told as lost
	Actions    []string // corrective ones that she is to see to, and that have not shown an effect
	Diversions []string // that she is to check
	Offered    bool     // an offer to her waits for an answer: anybody of the desk may give it
}

// Handovers lists everything that an agent who is away leaves behind: the open cases that are
// hers, with the transfer of each to whoever acts for her; the promises for which she answers
// and the corrective actions that she sees to, those of closed cases too; what she has in her
// hands of the customers'; and the diversions that she has to check. Nothing is left to nobody:
// a case that nobody in particular can have goes back to its desk. The cases come in their
// order, and those in which nothing is hers not at all. Nothing is booked: the host gives the
// commands, with the same staff.
func (p *Policy) Handovers(cases iter.Seq2[ID, Case], leave Leave, staff []Agent) (iter.Seq[Handover], error) {
	if p.zone == nil {
		return nil, errNoPolicy
	}
	var faults customer.Faults
	leave.Check(&faults)
	faults.Name("agent", leave.Agent)
	checkWhy(&faults, "reason", leave.Reason)
	faults.Names("instead", leave.Instead, 0, maxWords)
	checkStaff(&faults, staff, leave.Agent)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	gone := find(staff, leave.Agent)
	if _, away := gone.away(leave.At); !away {
		return nil, &customer.Refusal{Rule: p.name, Missing: []customer.Reason{{Code: CodeNotAway, Rule: p.name, Of: leave.Agent}}}
	}
	instead := slices.Concat(leave.Instead, gone.Deputies)
	return func(yield func(Handover) bool) {
		for id, c := range cases {
			if one, some := p.handover(id, &c, &leave, instead, staff); some && !yield(one) {
				return
			}
		}
	}, nil
}

// handover is what she leaves in one case, and whether that is anything.
func (p *Policy) handover(id ID, c *Case, leave *Leave, instead []string, staff []Agent) (one Handover, some bool) {
	one = Handover{Case: id, Promises: c.owedBy(leave.Agent), Items: c.heldBy(leave.Agent), Actions: c.correctedBy(leave.Agent)}
	some = len(one.Promises)+len(one.Items)+len(one.Actions) > 0
	if !c.Open() { // what she promised, or was to put right, may outlast the case
		return one, some
	}
	for i := range c.Diversions {
		if row := &c.Diversions[i]; row.By == leave.Agent && row.Checked.IsZero() {
			one.Diversions = append(one.Diversions, row.Ref)
		}
	}
	if i := c.offered(); i >= 0 {
		one.Offered = c.Handoffs[i].To.Agent == leave.Agent
	}
	if c.Owner.Agent == leave.Agent {
		one.Transfer = Transfer{
			Step: Step{Ref: leave.Ref + "/" + string(id), By: leave.By, At: leave.At},
			Desk: c.Owner.Desk, Agent: p.standIn(c, instead, staff, leave.At), Reason: leave.Reason, Absence: true,
		}
	}
	return one, some || one.Transfer.Ref != "" || one.Offered || len(one.Diversions) > 0
}

// standIn is the first of several agents who may have a case; empty: none.
func (p *Policy) standIn(c *Case, instead []string, staff []Agent, at time.Time) string {
	for _, id := range instead {
		if id != c.Owner.Agent && p.mayHave(c, find(staff, id), c.Owner.Desk, at) {
			return id
		}
	}
	return ""
}

// owedBy are the open promises for which an agent answers.
func (c *Case) owedBy(agent string) (promises []string) {
	for i := range c.Commitments {
		if one := &c.Commitments[i]; one.Agent == agent && one.Open() {
			promises = append(promises, one.Promise)
		}
	}
	return promises
}

// heldBy are the items that an agent herself has in her hands, or has lost.
func (c *Case) heldBy(agent string) (items []string) {
	for i := range c.Items {
		if one := &c.Items[i]; one.Fate == 0 && one.held().Holder == agent {
			items = append(items, one.ID)
		}
	}
	return items
}

// correctedBy are the corrective actions of an agent that are not known to be effective.
func (c *Case) correctedBy(agent string) (actions []string) {
	for i := range c.Corrections {
		if one := &c.Corrections[i]; one.Owner == agent && one.Effect != Effective {
			actions = append(actions, one.Action)
		}
	}
	return actions
}
