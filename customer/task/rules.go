package task

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Rules is the rule book of cycles, as plain data. A part that is left out is off.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency,omitzero"` // of figures that are money; zero: none is
	Units    []Unit            `json:"units,omitempty"`   // in which goals are counted
	Causes   []string          `json:"causes,omitempty"`  // why a goal was missed, in the host's words; none: a review gives no cause
	Reviewer Judge             `json:"reviewer"`          // who may review
	Approver Judge             `json:"approver"`          // who may approve of a changed goal or day, of what is dropped, and of a reopening
	// PlanFirst says that nothing is recorded before there is a plan.
	PlanFirst bool `json:"plan_first,omitempty"`
	// NextGoal says that a cycle is closed only when its last review has set the next goal.
	NextGoal bool `json:"next_goal,omitempty"`
	// MostDays is the longest time from the opening to the day of the goal; 0: any.
	MostDays int `json:"most_days,omitempty"`
	// QuietDays is after how many days without a record a reading says so; 0: never.
	QuietDays int `json:"quiet_days,omitempty"`
}

// Unit is something in which goals are counted, in whole numbers.
type Unit struct {
	ID    string `json:"id"`              // "contracts", "visits", "turnover"
	Money bool   `json:"money,omitempty"` // figures are in minor units of the currency
	// Adds says that a record gives what has come in addition, so that the figure reached is the sum
	// of all. Otherwise a record gives how much it is in all, and the latest one counts.
	Adds bool `json:"adds,omitempty"`
}

// Bounds of the rules. What exceeds them is a fault.
const (
	MaxUnits  = 1000
	MaxCauses = 1000
	MaxDays   = 36_500
)

// Judge says who may judge a cycle: review it, or approve of a change. The zero Judge is refused.
type Judge uint8

// The judges. Their texts are format.
const (
	Anyone   Judge = iota + 1 // also whoever did it
	Another                   // neither the owner nor, at a review, anybody who did some of it
	Superior                  // of these, one to whom the owner reports, directly or over others; where she reports to nobody, Another
)

// String returns the stored text.
func (j Judge) String() string {
	switch j {
	case Anyone:
		return "anyone"
	case Another:
		return "another"
	case Superior:
		return "superior"
	}
	return "judge " + strconv.Itoa(int(j))
}

// MarshalText writes the stored text; anything else is an error.
func (j Judge) MarshalText() ([]byte, error) { return customer.WriteStored("task", j, Superior) }

// UnmarshalText reads what MarshalText wrote.
func (j *Judge) UnmarshalText(text []byte) error {
	return customer.ReadStored("task", "judge", j, Superior, text)
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Procedure is the compiled rule book of cycles. Each command is a method: it takes the cycle as it
// stands and the command, and returns the entries that the command leads to. It is immutable and
// safe for concurrent use.
//
// All methods answer with customer.Faults for a command that is malformed, and with a
// *customer.Refusal, which names all that is missing at once, for one that the procedure does not
// allow as the cycle stands. Then nothing has happened.
type Procedure struct {
	rules Rules
	zone  *time.Location
	staff *Staff
}

var errNoProcedure = errors.New("task: a procedure comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads the zone
// that the rules name and passes it.
func New(rules Rules, zone *time.Location) (*Procedure, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	rules.checkUnits(&faults)
	faults.Names("causes", rules.Causes, 0, MaxCauses)
	checkJudge(&faults, "reviewer", rules.Reviewer)
	checkJudge(&faults, "approver", rules.Approver)
	faults.Within("most_days", rules.MostDays, 0, MaxDays)
	faults.Within("quiet_days", rules.QuietDays, 0, MaxDays)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Units, rules.Causes = slices.Clone(rules.Units), slices.Clone(rules.Causes)
	return &Procedure{rules: rules, zone: zone}, nil
}

func (r *Rules) checkUnits(faults *customer.Faults) {
	faults.Within("units", len(r.Units), 0, MaxUnits)
	for i, unit := range r.Units[:min(len(r.Units), MaxUnits)] {
		var part customer.Faults
		part.Name("id", unit.ID)
		if slices.ContainsFunc(r.Units[:i], func(one Unit) bool { return one.ID == unit.ID }) {
			part.Add("id", unit.ID, "stands only once")
		}
		if unit.Money && r.Currency == (customer.Currency{}) {
			part.Add("money", unit.Money, "needs the currency of the rules")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("units[%d]", i), part)
		}
	}
}

func checkJudge(faults *customer.Faults, path string, judge Judge) {
	if judge == 0 || judge > Superior {
		faults.Add(path, judge, "is anyone, another or superior")
	}
}

// With returns the same procedure with the staff as the host knows it now: whoever is given
// something works here on the day, and Superior knows to whom an owner reports. Without a staff,
// names are taken as they are, and where the rules say Superior nobody is one. What is stored
// depends on no later staff.
func (p *Procedure) With(staff *Staff) *Procedure {
	with := *p
	with.staff = staff
	return &with
}

// Edition is the edition of the rules, by whose name reasons and refusals cite the procedure.
func (p *Procedure) Edition() customer.Edition { return p.rules.Edition }

// unit returns a unit of the rules.
func (p *Procedure) unit(id string) (Unit, bool) {
	for _, one := range p.rules.Units {
		if one.ID == id {
			return one, true
		}
	}
	return Unit{}, false
}

type draft = journal.Draft[Cycle, Body, Form]

// begin begins a decision on a cycle that was opened and is not closed; where it is not so, it is
// missed, and nothing else is to be asked.
func (p *Procedure) begin(c *Cycle, step journal.Step, check func(*customer.Faults)) (d *draft, going bool, err error) {
	if d, err = p.draft(c, step, check); err != nil {
		return nil, false, err
	}
	switch {
	case c.Entries == 0:
		d.Miss(customer.Reason{Code: CodeNotOpened})
	case c.Ended():
		d.Miss(customer.Reason{Code: CodeClosed, At: c.Closed.At.In(p.zone)})
	default:
		return d, true, nil
	}
	return d, false, nil
}

// draft begins a decision on a cycle, however it stands.
func (p *Procedure) draft(c *Cycle, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	if p == nil {
		return nil, errNoProcedure
	}
	return journal.Begin(p.rules.Edition, p.zone, *c, c.Entries, step, check)
}

// today is the civil day of a command.
func (p *Procedure) today(d *draft) customer.Date { return customer.DateOf(d.At, p.zone) }

// works wants somebody to work here on the day of the command.
func (p *Procedure) works(d *draft, id string) {
	if p.staff == nil {
		return
	}
	if why, gone := p.staff.Gone(id, p.today(d)); gone {
		d.Miss(why)
	}
}

// judges wants somebody to be one whom the rules let judge what is the owner's. Did are those who
// did some of it, and may not judge it either.
func (p *Procedure) judges(d *draft, judge Judge, id, owner string, did func(string) bool) {
	if judge == Anyone {
		p.works(d, id)
		return
	}
	if id == owner || did(id) {
		d.Miss(customer.Reason{Code: CodeOwnWork, Of: id})
		return
	}
	p.works(d, id)
	if judge != Superior {
		return
	}
	switch {
	case p.staff == nil:
		d.Miss(customer.Reason{Code: CodeNoStaff, Of: owner})
	case p.staff.Above(id, owner), p.staff.place(owner) >= 0 && p.staff.Manager(owner, p.today(d)) == "":
	default:
		d.Miss(customer.Reason{Code: CodeNotAbove, Of: id})
	}
}
