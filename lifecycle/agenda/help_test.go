package agenda_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// on reads a civil day of a table.
func on(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}

// weekdays makes a calendar in UTC: hours of Monday to Friday, and of Saturday, if any.
func weekdays(hours, saturday string) *calendar.Calendar {
	week := func(text string, days ...customer.Weekday) calendar.Weekly {
		return calendar.Weekly{Days: days, Hours: []calendar.Hours{{From: text[:5], To: text[6:]}}}
	}
	rules := calendar.Rules{
		Edition: customer.Edition{ID: "hours", Version: 1}, Zone: "UTC",
		Weekly: []calendar.Weekly{week(hours, 1, 2, 3, 4, 5)},
	}
	if saturday != "" {
		rules.Weekly = append(rules.Weekly, week(saturday, 6))
	}
	made, err := calendar.New(rules, time.UTC)
	if err != nil {
		panic(err)
	}
	return made
}

// calendars are those of a small shop: it opens on Saturdays until one; nobody is rung up
// before ten or after seven in the evening.
func calendars() consent.Calendars {
	return consent.Calendars{
		"shop":     weekdays("09:00-18:00", "09:00-13:00"),
		"office":   weekdays("09:00-17:00", ""),
		"evenings": weekdays("17:30-20:00", ""),
		"calls":    weekdays("10:00-19:00", "10:00-12:00"),
	}
}

// contactRules are those of a small shop: two contacts in seven days, five in thirty; what
// she is owed is not held back, but counts.
func contactRules() consent.Rules {
	return consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "UTC",
		Channels: []consent.Channel{{ID: "visit", Hours: "calls"}, {ID: "phone", Hours: "calls"}, {ID: "letter"}},
		Purposes: []consent.Purpose{
			{ID: "care", Weight: 1},
			{ID: "greeting", Weight: 1},
			{ID: "service", Weight: 1, Uncapped: true, DespiteComplaint: true, DespiteOptOut: true},
			{ID: "notice", Uncapped: true, DespiteComplaint: true},
		},
		Caps: []consent.Cap{{ID: "week", Most: 2, Days: 7}, {ID: "month", Most: 5, Days: 30}},
	}
}

func planRules() agenda.PlanRules {
	return agenda.PlanRules{
		Edition: customer.Edition{ID: "plan", Version: 1}, Measure: agenda.CountTasks, LookAheadDays: 30,
	}
}

func newPolicy(t require.TestingT, rules consent.Rules) *consent.Policy {
	policy, err := consent.New(rules, calendars(), time.UTC)
	require.NoError(t, err)
	return policy
}

func newPlanner(t require.TestingT, rules agenda.PlanRules, limits consent.Rules) *agenda.Planner {
	planner, err := agenda.NewPlanner(rules, newPolicy(t, limits), calendars())
	require.NoError(t, err)
	return planner
}

// everything allows all purposes through all channels.
func everything(id customer.ID) consent.Reach {
	reach := consent.Reach{Customer: id}
	for _, channel := range contactRules().Channels {
		for _, purpose := range contactRules().Purposes {
			reach.Allowed = append(reach.Allowed, consent.Permission{Channel: channel.ID, Purpose: purpose.ID})
		}
	}
	return reach
}

// call makes a task of a call between two days.
func call(id customer.ID, purpose string, from, by customer.Date) agenda.Task {
	return agenda.Task{
		ID: agenda.TaskID(agenda.AtRisk, id, purpose), Kind: agenda.AtRisk, Customer: id,
		Act:  agenda.Act{Purpose: purpose, Channels: []string{"phone"}, Minutes: 30},
		From: from, Due: from, By: by,
	}
}

func codesOf(reasons []customer.Reason) []string {
	var list []string
	for _, reason := range reasons {
		list = append(list, reason.Code)
	}
	return list
}

func faultsOf(err error) []string {
	var all customer.Faults
	if !errors.As(err, &all) {
		return nil
	}
	var list []string
	for _, fault := range all {
		list = append(list, fault.Path+" = "+fault.Value)
	}
	return list
}
