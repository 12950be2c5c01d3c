package agenda

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
)

// Move says what becomes of a due day on which nobody works. The zero Move is refused.
type Move uint8

// The moves. Their texts are format.
const (
	KeepDay         Move = iota + 1 // it stays where it is
	NextWorkday                     // the next working day
	PreviousWorkday                 // the working day before, but never the day of the event or one before it: then the next
)

// String returns the stored text.
func (m Move) String() string {
	switch m {
	case KeepDay:
		return "keep-day"
	case NextWorkday:
		return "next-workday"
	case PreviousWorkday:
		return "previous-workday"
	}
	return "move " + strconv.Itoa(int(m))
}

// MarshalText writes the stored text; an unknown move is an error.
func (m Move) MarshalText() ([]byte, error) {
	return customer.WriteStored("agenda", m, PreviousWorkday)
}

// UnmarshalText reads what MarshalText wrote.
func (m *Move) UnmarshalText(text []byte) error {
	return customer.ReadStored("agenda", "move", m, PreviousWorkday, text)
}

// FollowUpRules is the rule book of follow-ups, as plain data: what is asked, how long
// after what.
type FollowUpRules struct {
	customer.Edition

	// Zone is the IANA name of the zone in which the day of an event is read.
	Zone      string         `json:"zone"`
	FollowUps []FollowUpRule `json:"follow_ups"` // 1 to 1000
}

// FollowUpRule is one follow-up of one kind of event.
type FollowUpRule struct {
	ID    string `json:"id"`
	After string `json:"after"` // the kind of event, a label of the host's: "sale", "repair", "complaint-closed"

	// DueDays or DueWorkingDays is when it is due after the day of the event, which does
	// not count: one of them, 1 to 3660.
	DueDays        int `json:"due_days,omitempty"`
	DueWorkingDays int `json:"due_working_days,omitempty"`
	// Move is what becomes of a due day that is no working day. It goes with DueDays;
	// DueWorkingDays end on a working day.
	Move Move `json:"move,omitzero"`
	// EarlyDays and LateDays are how far before and after the due day it will do: 0 to
	// 366, and never before the day after the event. After LateDays it is dropped.
	EarlyDays int `json:"early_days,omitempty"`
	LateDays  int `json:"late_days,omitempty"`

	// SupersededBy and EndedBy are the kinds of later events that make it pointless: those of
	// SupersededBy if they are about the same subject, a second repair of the machine; those
	// of EndedBy whatever they are about, a complaint. At most 100 each.
	SupersededBy []string `json:"superseded_by,omitempty"`
	EndedBy      []string `json:"ended_by,omitempty"`

	Act
}

// ParseFollowUpRules reads FollowUpRules from JSON, strictly; see customer.ParseRules.
func ParseFollowUpRules(data []byte) (FollowUpRules, error) {
	return customer.ParseRules[FollowUpRules](data)
}

// FollowUps is the compiled rule book. It is immutable and safe for concurrent use.
type FollowUps struct {
	rules   FollowUpRules
	byEvent map[string][]followUpRule // ascending by ID
	working *calendar.Calendar
	zone    *time.Location
}

type followUpRule struct {
	FollowUpRule
	name string
}

// NewFollowUps checks the rules whole, returning customer.Faults, and compiles them.
// Working days are those of the calendar given, which is in the same zone. The host loads
// the zone and passes it.
func NewFollowUps(rules FollowUpRules, working *calendar.Calendar, zone *time.Location) (*FollowUps, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if working == nil {
		faults.Add("working", "", "is a calendar")
	}
	checkZone(&faults, "working", working, rules.Zone)
	faults.Within("follow_ups", len(rules.FollowUps), 1, 1000)
	seen := map[string]bool{}
	for i, rule := range rules.FollowUps {
		path := fmt.Sprintf("follow_ups[%d].", i)
		rule.check(&faults, path)
		if seen[rule.ID] {
			faults.Add(path+"id", rule.ID, "stands only once")
		}
		seen[rule.ID] = true
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	f := &FollowUps{rules: rules, byEvent: map[string][]followUpRule{}, working: working, zone: zone}
	for _, rule := range rules.FollowUps {
		rule.SupersededBy, rule.EndedBy, rule.Act = slices.Clone(rule.SupersededBy), slices.Clone(rule.EndedBy), rule.Act.clone()
		f.byEvent[rule.After] = append(f.byEvent[rule.After], followUpRule{rule, ruleName(rules.Edition, rule.ID)})
	}
	f.rules.FollowUps = nil
	for _, list := range f.byEvent {
		slices.SortFunc(list, func(a, b followUpRule) int { return cmp.Compare(a.ID, b.ID) })
	}
	return f, nil
}

func (r FollowUpRule) check(faults *customer.Faults, path string) {
	faults.Name(path+"id", r.ID)
	faults.Name(path+"after", r.After)
	faults.Within(path+"due_days", r.DueDays, 0, 3660)
	faults.Within(path+"due_working_days", r.DueWorkingDays, 0, 3660)
	if (r.DueDays > 0) == (r.DueWorkingDays > 0) {
		faults.Add(path+"due_days", r.DueDays, "stands alone, or due_working_days does")
	}
	switch {
	case r.DueWorkingDays > 0 && r.Move != 0:
		faults.Add(path+"move", r.Move, "is absent with due_working_days")
	case r.DueWorkingDays == 0 && (r.Move < KeepDay || r.Move > PreviousWorkday):
		faults.Add(path+"move", r.Move, "is keep-day, next-workday or previous-workday")
	}
	faults.Within(path+"early_days", r.EarlyDays, 0, 366)
	faults.Within(path+"late_days", r.LateDays, 0, 366)
	faults.Names(path+"superseded_by", r.SupersededBy, 0, 100)
	faults.Names(path+"ended_by", r.EndedBy, 0, 100)
	r.Act.check(faults, path)
}

// Event is something that happened to a customer and may deserve a follow-up.
type Event struct {
	Ref     string // the host's reference, unique over all events
	Kind    string // as FollowUpRule.After
	At      time.Time
	Subject string // what it is about: the product, the machine; empty: nothing in particular
	Owner   string // who should follow it up; empty: her own person. The handler of a complaint.
}

// MaxEvents is how many events one customer may have in one question.
const MaxEvents = 1000

// Due lists the follow-ups of one customer whose window has opened by the day through,
// and has not passed on the day asked for. Of the others it says why they are not
// listed. Events after the day asked for are not seen.
//
// Each event has each follow-up of its kind once: the ID names the rule and the event,
// and a Contact that names the ID is proof that it was done. An event is later than
// another if its At is, or with the same At, its Ref.
//
// A day that the calendar does not know is a *customer.Refusal.
func (f *FollowUps) Due(who Client, on, through customer.Date) (due []Task, not []customer.Reason, err error) {
	if f.working == nil {
		return nil, nil, errors.New("agenda: follow-ups come from NewFollowUps")
	}
	if err := f.rules.Covers(on); err != nil {
		return nil, nil, err
	}
	var faults customer.Faults
	who.check(&faults)
	checkThrough(&faults, on, through)
	who.checkEvents(&faults)
	if err := faults.Err(); err != nil {
		return nil, nil, err
	}
	events := slices.Clone(who.Events)
	events = slices.DeleteFunc(events, func(e Event) bool { return customer.DateOf(e.At, f.zone) > on })
	slices.SortFunc(events, func(a, b Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ref, b.Ref)) })
	for i := range events {
		rules := f.byEvent[events[i].Kind]
		for j := range rules {
			task, reason, err := f.task(&rules[j], &who, events[i:], on, through)
			switch {
			case err != nil:
				return nil, nil, err
			case reason.Code != "":
				not = append(not, reason)
			default:
				due = append(due, task)
			}
		}
	}
	return due, not, nil
}

func (c *Client) checkEvents(faults *customer.Faults) {
	if faults.Within("events", len(c.Events), 0, MaxEvents); len(c.Events) > MaxEvents {
		return
	}
	seen := make(map[string]bool, len(c.Events))
	for i, event := range c.Events {
		path := "events[" + strconv.Itoa(i) + "]."
		faults.Name(path+"ref", event.Ref)
		if seen[event.Ref] {
			faults.Add(path+"ref", event.Ref, "stands only once")
		}
		seen[event.Ref] = true
		faults.Name(path+"kind", event.Kind)
		faults.Instant(path+"at", event.At)
		faults.Text(path+"subject", event.Subject)
		faults.Text(path+"owner", event.Owner)
	}
	consent.CheckContacts(faults, "contacts", c.Contacts)
}

// task makes one follow-up of the first of the events, those after it being later, or says
// why there is none.
func (f *FollowUps) task(r *followUpRule, who *Client, events []Event, on, through customer.Date) (Task, customer.Reason, error) {
	event := &events[0]
	happened := customer.DateOf(event.At, f.zone)
	id := TaskID(FollowUp, who.Customer, r.ID, event.Ref)
	if day, done := doneOn(who.Contacts, id); done {
		return Task{}, customer.Reason{Code: CodeDone, Rule: r.name, On: day, By: happened}, nil
	}
	for i := range events[1:] {
		if newer := &events[1+i]; r.superseded(event, newer) {
			return Task{}, customer.Reason{Code: CodeSuperseded, Rule: r.name, On: happened, By: customer.DateOf(newer.At, f.zone)}, nil
		}
	}
	day, reasons, err := f.due(r, happened)
	if err != nil {
		return Task{}, customer.Reason{}, err
	}
	task := Task{
		ID: id, Kind: FollowUp, Rule: r.name, Customer: who.Customer, Owner: cmp.Or(event.Owner, who.Owner), Value: who.Value, Act: r.Act,
		From: max(shift(day, -r.EarlyDays), min(shift(happened, 1), day)), Due: day, By: shift(day, r.LateDays),
		Reasons: reasons,
	}
	switch {
	case task.By < on:
		return Task{}, customer.Reason{
			Code: CodePassed, Rule: r.name, Fact: int64(on - day), Mark: int64(r.LateDays), Unit: customer.UnitDays, On: on, By: day,
		}, nil
	case task.From > through:
		return Task{}, customer.Reason{Code: CodeNotYet, Rule: r.name, On: task.From, By: day}, nil
	}
	task.From = max(task.From, on)
	return task, customer.Reason{}, nil
}

func (r *followUpRule) superseded(event, newer *Event) bool {
	return slices.Contains(r.EndedBy, newer.Kind) || event.Subject == newer.Subject && slices.Contains(r.SupersededBy, newer.Kind)
}

// due is the day that is meant, with the reasons for it.
func (f *FollowUps) due(r *followUpRule, happened customer.Date) (customer.Date, []customer.Reason, error) {
	if r.DueWorkingDays > 0 {
		day, err := f.working.AddWorkingDays(happened, r.DueWorkingDays)
		return day, []customer.Reason{{
			Code: CodeAfterWorkingDays, Rule: r.name, Fact: int64(r.DueWorkingDays), Unit: customer.UnitDays, On: happened, By: day,
		}}, err
	}
	counted := shift(happened, r.DueDays)
	reasons := []customer.Reason{{
		Code: CodeAfterDays, Rule: r.name, Fact: int64(r.DueDays), Unit: customer.UnitDays, On: happened, By: counted,
	}}
	if r.Move == KeepDay {
		return counted, reasons, nil
	}
	day, err := f.working.AddWorkingDays(counted, 0) // itself, or the next
	if err == nil && r.Move == PreviousWorkday && day != counted {
		var before customer.Date
		if before, err = f.working.AddWorkingDays(counted, -1); before > happened {
			day = before
		}
	}
	if err != nil {
		return 0, nil, err
	}
	if day != counted {
		reasons = append(reasons, customer.Reason{Code: CodeMoved, Rule: r.name, On: counted, By: day})
	}
	return day, reasons, nil
}
