package complaint

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Rules is the rule book of complaints, as plain data: the procedure that a shop has written
// down for its staff. A part that is left out is off.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"`              // IANA name; whose midnight ends a day
	Currency customer.Currency `json:"currency,omitzero"` // of claims, limits and remedies; zero: no money. A case taken in with one keeps it

	Intake    IntakeRules    `json:"intake,omitzero"`
	Clocks    []ClockRule    `json:"clocks,omitempty"`
	Promises  []PromiseRule  `json:"promises,omitempty"`
	Ownership OwnershipRules `json:"ownership,omitzero"`
	Evidence  EvidenceRules  `json:"evidence,omitzero"`
	Remedies  RemedyRules    `json:"remedies,omitzero"`
	Survey    SurveyRules    `json:"survey,omitzero"`
	Recourse  RecourseRules  `json:"recourse,omitzero"`
	Closing   ClosingRules   `json:"closing,omitzero"`
	Answering AnsweringRules `json:"answering,omitzero"`
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Policy is the compiled rule book. Each step of a complaint, from intake to closing and
// reopening, is a method: it takes the case as it stands and a command, and returns the
// entries that the command leads to. It is immutable and safe for concurrent use.
//
// All methods answer with customer.Faults for a command that is malformed, and with a
// *customer.Refusal, which names all that is missing at once, for one that the policy does not
// allow as the case stands. Then nothing has happened. A policy of another currency than the one
// in which a case was taken in refuses each step of it.
type Policy struct {
	edition   customer.Edition
	name      string
	zone      *time.Location
	rules     Rules
	calendars []*calendar.Calendar
	highest   int                          // tier of escalation
	raiseAt   int                          // handoffs that raise a case; 0: none do
	promises  [lastPromise + 1]PromiseRule // by their kind; without one, zero
	survey    SurveyRules
	remedies  RemedyRules
	costs     []ContactCost // of each channel, by its number

	clocks      []ClockRule
	clockStarts [][]int // by Kind: the clocks that an entry of it may start

	clauses map[clauseKey]Clause // that may be cited
	inspect [lastCause + 1]bool  // which causes need an inspection

	inspectors []string // roles
}

var errNoPolicy = errors.New("complaint: a policy comes from NewPolicy")

// NewPolicy checks the rules whole, returning customer.Faults, and compiles them. The host
// loads the zone that the rules name and passes it, and with it every calendar that a rule, or
// a clock of an open case, names: several versions of one calendar stand side by side.
func NewPolicy(rules Rules, zone *time.Location, calendars ...*calendar.Calendar) (*Policy, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	p := &Policy{edition: rules.Edition, name: rules.Name(), zone: zone, rules: rules}
	p.readCalendars(calendars, &faults)
	for _, part := range [...]func(*customer.Faults){
		p.readIntake, p.readClocks, p.readPromises, p.readOwnership, p.readEvidence, p.readRemedies, p.readSurvey, p.readRecourse, p.readClosing,
		p.readAnswering,
	} {
		part(&faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	// These are compiled: nobody reads the caller's lists, who may change them.
	p.rules.Intake.Costs, p.rules.Promises = nil, nil
	p.rules.Evidence, p.rules.Remedies, p.rules.Survey = EvidenceRules{}, RemedyRules{}, SurveyRules{}
	return p, nil
}

// readCalendars keeps the calendars, of which none may be given twice.
func (p *Policy) readCalendars(calendars []*calendar.Calendar, faults *customer.Faults) {
	for i, one := range calendars {
		path := fmt.Sprintf("calendars[%d]", i)
		switch {
		case one == nil || one.Edition() == (customer.Edition{}):
			faults.Add(path, one, "is a calendar that calendar.New has made")
		case p.calendar(one.Edition().ID, one.Edition().Version) != nil:
			faults.Add(path, one.Edition().Name(), "stands only once")
		default:
			p.calendars = append(p.calendars, one)
		}
	}
}

// calendar returns a calendar by its ID and version, or nil. Version 0 is the latest.
func (p *Policy) calendar(id string, version int) *calendar.Calendar {
	var found *calendar.Calendar
	for _, one := range p.calendars {
		edition := one.Edition()
		if edition.ID == id && (edition.Version == version || version == 0 && (found == nil || edition.Version > found.Edition().Version)) {
			found = one
		}
	}
	return found
}

// Day is the civil day of an instant in the policy's zone, by which reports count.
func (p *Policy) Day(at time.Time) customer.Date {
	if p.zone == nil {
		return 0
	}
	return p.day(at)
}

// Edition is the edition of the rules, by whose name reasons and refusals cite the policy.
func (p *Policy) Edition() customer.Edition { return p.rules.Edition }

// Currency is that of all amounts of the policy's cases; zero: they have none.
func (p *Policy) Currency() customer.Currency { return p.rules.Currency }

// day is the civil day of an instant, in the policy's zone.
func (p *Policy) day(at time.Time) customer.Date { return customer.DateOf(at, p.zone) }

// maxWords is the most names of one list of a rule: skills, pause reasons, issue kinds.
const maxWords = 100
