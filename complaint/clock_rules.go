package complaint

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Bounds of the clocks. What exceeds them is a fault.
const (
	maxClocks     = 100 // rules of a policy
	maxTriggers   = 50  // of a start, or of a stop
	maxRungs      = 50  // before the breach, and after it
	maxExtensions = 20  // of one clock
)

// ClockRule is a time within which something has to be done: the first answer within an hour,
// the decision within fifteen working days. A case has a clock for each rule that concerns it.
type ClockRule struct {
	Name   string    `json:"name"`
	Starts []Trigger `json:"starts"` // any of them starts it, unless it runs

	// For which cases it is, as they stand when it would start. A list that is left out takes
	// all. What changes later changes no clock that runs: a case that turns out to be worse gets
	// the tighter clock beside the looser one, which goes on, and one that turns out to be less
	// bad keeps the tighter one, so that no breach is escaped by assessing it anew.
	Severities []Severity `json:"severities,omitempty"` // as assessed
	Kinds      []string   `json:"kinds,omitempty"`      // of issues that are still to be decided: one of them is enough
	Channels   []Channel  `json:"channels,omitempty"`   // by which the case came
	External   bool       `json:"external,omitempty"`   // only while an external body has it

	// FromReceipt lets it begin with the receipt of the case, whenever it is that one knows
	// that there is such a clock: four hours in all for what is later assessed as critical. So
	// there is one for each cycle: whoever assesses the case again starts no other. In a case
	// that was reopened it begins with the step that starts it.
	//
	// A contact that stops such a clock may have come before one knew of the clock. Then it
	// stops it as well, at its own instant.
	FromReceipt bool `json:"from_receipt,omitempty"`
	// FromHappened is FromReceipt with an earlier beginning: when what she complains of happened,
	// where that is known. She has stood in the queue for twenty minutes when she says so.
	FromHappened bool `json:"from_happened,omitempty"`

	ClockTerms
}

// ClockTerms are what a clock runs under from its start to its end: they are pinned in the
// entry that starts it, so a clock ends as it began under any later policy.
type ClockTerms struct {
	Stops    []Trigger       `json:"stops"` // any of them stops it
	Budget   calendar.Budget `json:"budget"`
	Calendar string          `json:"calendar"` // its ID; the latest version that is in force at the start is pinned

	// PauseReasons are the reasons for waiting that pause it, in whatever unit its budget is: see
	// Figures. Where there are none, nothing does.
	PauseReasons []string `json:"pause_reasons,omitempty"`
	// Regulator marks the clock of an authority. None may have PauseReasons, and where nothing is
	// said of reopening it continues.
	Regulator bool `json:"regulator,omitempty"`

	Warn       []int             `json:"warn,omitempty"`       // thousandths of the budget, ascending: 500, 750
	After      []calendar.Budget `json:"after,omitempty"`      // beyond the budget, ascending, in its unit
	Extensions []ExtensionRule   `json:"extensions,omitempty"` // the first, the second, …
	Reopen     ReopenPolicy      `json:"reopen,omitzero"`      // zero: only what starts it starts it again
}

// Trigger is a step, or what follows from one, that starts or stops a clock.
type Trigger struct {
	Kind      Kind      `json:"kind"`
	Direction Direction `json:"direction,omitzero"` // of a log: contacts in this direction only
	For       Awaited   `json:"for,omitzero"`       // of a wait: for this party only
	Phase     Phase     `json:"phase,omitzero"`     // only where the case is in this phase after it
	Approved  bool      `json:"approved,omitempty"` // only where no remedy waits for approval after it
	Offered   bool      `json:"offered,omitempty"`  // only where an offer to another desk waits for its answer after it
}

// vain reports whether a contact of ours reached nobody: it is none for clocks.
func vain(direction Direction, missed bool) bool {
	return missed && (direction == ToCustomer || direction == ToOther)
}

// meets reports whether an entry, which the case has booked, is what the trigger waits for.
func (t Trigger) meets(e *Entry, c *Case) bool {
	if e.Kind() != t.Kind || t.Phase != 0 && t.Phase != c.Phase || t.Approved && c.proposed() || t.Offered && c.offered() < 0 {
		return false
	}
	switch body := e.Body.(type) {
	case Log:
		return (t.Direction == 0 || t.Direction == body.Direction) && !vain(body.Direction, body.Missed)
	case Wait:
		return t.For == 0 || t.For == body.For
	}
	return true
}

// proposed reports whether a remedy waits for approval.
func (c *Case) proposed() bool {
	return slices.ContainsFunc(c.Remedies, func(remedy Remedy) bool { return remedy.State == RemedyProposed })
}

// ExtensionRule is one step by which a budget may be made longer.
type ExtensionRule struct {
	Budget calendar.Budget `json:"budget"` // added, in the unit of the clock
	Role   string          `json:"role"`   // that must approve
	Notice bool            `json:"notice,omitempty"`
	// Notice: the customer must have been told, by a contact that the case has booked.
}

// ReopenPolicy says what becomes of a clock that has stopped when its case is reopened. What
// it came to in the cycle before stays, whatever the policy. The zero policy is that it does
// not start for that.
type ReopenPolicy uint8

// The reopen policies. Their texts are format.
const (
	Continue     ReopenPolicy = iota + 1 // from its first start, as if it had never stopped
	ResumeBudget                         // with what was left; the time in between counts nothing
	NewCycle                             // anew, with a whole budget
)

// String returns the stored text.
func (r ReopenPolicy) String() string {
	switch r {
	case Continue:
		return "continue"
	case ResumeBudget:
		return "resume-budget"
	case NewCycle:
		return "new-cycle"
	}
	return "reopen policy " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r ReopenPolicy) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", r, NewCycle)
}

// UnmarshalText reads what MarshalText wrote.
func (r *ReopenPolicy) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "reopen policy", r, NewCycle, text)
}

// versionAt is the latest version of a calendar that is in force at an instant, be the next one
// known already; where none is, the latest of all, whose readings then say so.
func (p *Policy) versionAt(id string, at time.Time) int {
	version, covers := 0, false
	for _, one := range p.calendars {
		edition := one.Edition()
		if edition.ID != id {
			continue
		}
		in := edition.Covers(customer.DateOf(at, one.Location())) == nil
		if in && !covers || in == covers && edition.Version > version {
			version, covers = edition.Version, in
		}
	}
	return version
}

// readClocks checks the rules and compiles them.
func (p *Policy) readClocks(faults *customer.Faults) {
	if len(p.rules.Clocks) > maxClocks {
		faults.Add("clocks", len(p.rules.Clocks), fmt.Sprintf("are at most %d", maxClocks))
		return
	}
	if len(p.rules.Clocks) == 0 {
		return
	}
	p.clockStarts = make([][]int, 256)
	for i := range p.rules.Clocks {
		rule := p.rules.Clocks[i].clone()
		var part customer.Faults
		rule.check(&part)
		for j := range i {
			if p.clocks[j].Name == rule.Name {
				part.Add("name", rule.Name, "is that of one clock")
			}
		}
		if p.calendar(rule.Calendar, 0) == nil {
			part.Add("calendar", rule.Calendar, "is the ID of a calendar that the host passes")
		}
		faults.Join(fmt.Sprintf("clocks[%d]", i), part)
		if rule.Regulator && rule.Reopen == 0 {
			rule.Reopen = Continue
		}
		p.clocks = append(p.clocks, rule)
		for _, start := range rule.Starts {
			if of := p.clockStarts[start.Kind]; len(of) == 0 || of[len(of)-1] != i {
				p.clockStarts[start.Kind] = append(of, i)
			}
		}
	}
	p.rules.Clocks = nil // what was compiled is a copy; nobody reads the caller's lists
}

// clone returns the rule with lists of its own.
func (r *ClockRule) clone() ClockRule {
	c := *r
	c.Starts, c.Stops = slices.Clone(r.Starts), slices.Clone(r.Stops)
	c.Severities, c.Kinds, c.Channels = slices.Clone(r.Severities), slices.Clone(r.Kinds), slices.Clone(r.Channels)
	c.PauseReasons, c.Warn, c.After, c.Extensions = slices.Clone(r.PauseReasons), slices.Clone(r.Warn), slices.Clone(r.After), slices.Clone(r.Extensions)
	return c
}

func (r *ClockRule) check(faults *customer.Faults) {
	faults.Name("name", r.Name)
	checkTriggers(faults, "starts", r.Starts)
	if r.FromReceipt && r.FromHappened {
		faults.Add("from_happened", r.FromHappened, "is left out, or from_receipt is")
	}
	for i, start := range r.Starts {
		if start.Kind == KindReopen && (r.Reopen != 0 || r.Regulator) {
			faults.Add(fmt.Sprintf("starts[%d].kind", i), start.Kind, "is another one: the reopen policy says what becomes of the clock")
		}
	}
	faults.Within("severities", len(r.Severities), 0, maxWords)
	for i, severity := range r.Severities {
		if severity == 0 || severity > Critical {
			faults.Add(fmt.Sprintf("severities[%d]", i), severity, "is a severity")
		}
	}
	faults.Names("kinds", r.Kinds, 0, maxWords)
	faults.Within("channels", len(r.Channels), 0, maxWords)
	for i, channel := range r.Channels {
		checkChannel(faults, fmt.Sprintf("channels[%d]", i), channel)
	}
	r.ClockTerms.check(faults)
}

func (r *ClockTerms) check(faults *customer.Faults) {
	checkTriggers(faults, "stops", r.Stops)
	r.checkBudgets(faults)
	faults.Name("calendar", r.Calendar)
	faults.Names("pause_reasons", r.PauseReasons, 0, maxWords)
	if r.Regulator && len(r.PauseReasons) > 0 {
		faults.Add("pause_reasons", len(r.PauseReasons), "are none: nothing pauses the clock of a regulator")
	}
	switch {
	case r.Reopen > NewCycle:
		faults.Add("reopen", r.Reopen, "is a reopen policy, or absent")
	case r.Regulator && r.Reopen == ResumeBudget:
		faults.Add("reopen", r.Reopen, "is continue or new-cycle: nothing pauses the clock of a regulator, not even that the case is closed")
	}
}

// checkBudgets checks the budget and all that is added to it: one unit, and within the bounds
// of a budget in all.
func (r *ClockTerms) checkBudgets(faults *customer.Faults) {
	var part customer.Faults
	r.Budget.Check(&part)
	faults.Join("budget", part)

	faults.Within("warn", len(r.Warn), 0, maxRungs)
	for i, permille := range r.Warn {
		if permille < 1 || permille > 999 || i > 0 && permille <= r.Warn[i-1] {
			faults.Add(fmt.Sprintf("warn[%d]", i), permille, "is 1 to 999, and above the one before")
		}
	}
	faults.Within("extensions", len(r.Extensions), 0, maxExtensions)
	whole := r.Budget
	for i, extension := range r.Extensions {
		path := fmt.Sprintf("extensions[%d]", i)
		faults.Name(path+".role", extension.Role)
		whole = addBudget(faults, path+".budget", whole, extension.Budget)
	}
	faults.Within("after", len(r.After), 0, maxRungs)
	for i, after := range r.After {
		path := fmt.Sprintf("after[%d]", i)
		addBudget(faults, path, whole, after)
		if i > 0 && size(after) <= size(r.After[i-1]) {
			faults.Add(path, size(after), "is above the one before")
		}
	}
}

// addBudget adds one budget to another, noting the faults of one that cannot be added.
func addBudget(faults *customer.Faults, path string, to, more calendar.Budget) calendar.Budget {
	var part customer.Faults
	more.Check(&part)
	switch {
	case len(part) > 0:
	case (more.OpenSeconds > 0) != (to.OpenSeconds > 0) || (more.WorkingDays > 0) != (to.WorkingDays > 0):
		part.Add("", size(more), "is in the unit of the clock's budget")
	case more.ByClose || more.EndsWorking:
		part.Add("", size(more), "is a number only: the clock's budget says how the last day ends")
	default:
		to = plus(to, more)
		to.Check(&part)
	}
	faults.Join(path, part)
	return to
}

// plus adds two budgets of one unit.
func plus(to, more calendar.Budget) calendar.Budget {
	to.OpenSeconds += more.OpenSeconds
	to.WorkingDays += more.WorkingDays
	to.CalendarDays += more.CalendarDays
	return to
}

// size is the number of a budget, in its unit.
func size(b calendar.Budget) int64 {
	return b.OpenSeconds + int64(b.WorkingDays) + int64(b.CalendarDays)
}

func checkTriggers(faults *customer.Faults, path string, triggers []Trigger) {
	faults.Within(path, len(triggers), 1, maxTriggers)
	for i, trigger := range triggers {
		at := fmt.Sprintf("%s[%d].", path, i)
		if _, err := trigger.Kind.MarshalText(); err != nil || trigger.Kind.ofClocks() {
			faults.Add(at+"kind", trigger.Kind, "is a kind of step that can be booked, and not one of clocks")
		}
		if trigger.Direction > lastDirection || trigger.Direction != 0 && trigger.Kind != KindLog {
			faults.Add(at+"direction", trigger.Direction, "is a direction, and stands beside log only")
		}
		if trigger.For > lastAwaited || trigger.For != 0 && trigger.Kind != KindWait {
			faults.Add(at+"for", trigger.For, "is a party that is waited for, and stands beside wait only")
		}
		if trigger.Phase > Closed {
			faults.Add(at+"phase", trigger.Phase, "is a phase, or absent")
		}
	}
}

// ofClocks reports whether entries of the kind only speak of clocks: none of them starts or
// stops one, so clocks never wind each other up.
func (k Kind) ofClocks() bool {
	return k >= KindClockStarted && k <= KindRungReached || k >= KindErase || k == KindExtend || k == KindSwitch || k == KindConfirm || k == KindWake
}

// beginning is the instant at which the clock begins that an entry starts, and whether there is
// one only for each cycle.
func (r *ClockRule) beginning(c *Case, e *Entry) (start time.Time, once bool) {
	start, once = e.At, r.FromReceipt || r.FromHappened
	if once && c.Cycle == 1 && c.Received.Before(start) {
		start = c.Received
	}
	if r.FromHappened && c.Cycle == 1 && !c.Happened.IsZero() && c.Happened.Before(start) {
		start = c.Happened
	}
	return start, once
}

// concerns reports whether a clock of the rule is one for the case as it stands.
func (r *ClockRule) concerns(c *Case) bool {
	return (len(r.Severities) == 0 || slices.Contains(r.Severities, c.Assessed.Severity)) &&
		(len(r.Channels) == 0 || slices.Contains(r.Channels, c.Channel)) &&
		(!r.External || c.External()) &&
		(len(r.Kinds) == 0 || slices.ContainsFunc(c.Issues, func(issue Issue) bool {
			return !issue.ended() && slices.Contains(r.Kinds, issue.Kind)
		}))
}
