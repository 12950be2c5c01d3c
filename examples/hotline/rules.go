package main

import (
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// procedure is what the company has written down for its staff.
func procedure() complaint.Rules {
	hours := func(n int64) calendar.Budget { return calendar.Budget{OpenSeconds: n * 3600} }
	terms := func(budget calendar.Budget, stops ...complaint.Trigger) complaint.ClockTerms {
		return complaint.ClockTerms{Stops: stops, Budget: budget, Calendar: "hotline"}
	}
	received := []complaint.Trigger{{Kind: complaint.KindReceive}}
	answered := terms(hours(4), complaint.Trigger{Kind: complaint.KindLog, Direction: complaint.ToCustomer})
	settled := terms(hours(45), complaint.Trigger{Kind: complaint.KindClose})
	settled.Warn, settled.PauseReasons, settled.Reopen = []int{500, 750}, []string{"bill"}, complaint.NewCycle
	authority := terms(calendar.Budget{WorkingDays: 15, ByClose: true}, complaint.Trigger{Kind: complaint.KindClose})
	authority.Regulator = true
	return complaint.Rules{
		Edition: customer.Edition{ID: "hotline", Version: 1}, Zone: "Asia/Shanghai", Currency: customer.Currency{Code: "CNY", Digits: 2},
		Intake: complaint.IntakeRules{Costs: []complaint.ContactCost{{Channel: complaint.Phone, EachMinor: 1_00, HourMinor: 60_00}}},
		Clocks: []complaint.ClockRule{
			{Name: "triage", Starts: received, ClockTerms: terms(calendar.Budget{OpenSeconds: 60}, complaint.Trigger{Kind: complaint.KindAssess})},
			{Name: "first answer", Starts: received, ClockTerms: answered},
			{Name: "settlement", Starts: received, ClockTerms: settled},
			{Name: "authority", Starts: received, ClockTerms: authority},
		},
		Promises: []complaint.PromiseRule{{Kind: complaint.PromisedCallback, Budget: hours(4), Calendar: "hotline", MostDays: 7}},
		Ownership: complaint.OwnershipRules{
			FirstDesk: "hotline", Tiers: []complaint.TierRule{{Desk: "managers", Role: "manager"}},
			Raises: []complaint.RaiseRule{{Clock: "settlement", Permille: 1000}},
		},
		Remedies: complaint.RemedyRules{Limits: []complaint.LimitRule{
			{Role: "clerk", RemedyMinor: 100_00, CaseMinor: 150_00},
			{Role: "manager", RemedyMinor: 5_000_00, CaseMinor: 5_000_00, ApproveMinor: 50_000_00},
		}},
		Survey:  complaint.SurveyRules{AfterDays: 7, WithinDays: 3, ReopenDays: 30},
		Closing: complaint.ClosingRules{ReopenDays: 60},
	}
}

// hours are the desk's: weekdays nine to six, and the Sunday that is worked for a holiday.
func hours(zone *time.Location) (*calendar.Calendar, error) {
	open := []calendar.Hours{{From: "09:00", To: "18:00"}}
	sunday, err := customer.ParseDate("2026-11-08")
	if err != nil {
		return nil, err
	}
	return calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "hotline", Version: 1}, Zone: zone.String(),
		Weekly: []calendar.Weekly{{
			Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: open, // Monday is 1
		}},
		Overrides: []calendar.Override{{On: sunday, Name: "worked for a bridge day", Hours: open}},
	}, zone)
}

// staff are the agents of the desk and their manager.
func staff() []complaint.Agent {
	return []complaint.Agent{
		{ID: "ann", Roles: []string{"clerk"}, Desk: "hotline"},
		{ID: "ben", Roles: []string{"clerk"}, Desk: "hotline"},
		{ID: "cho", Roles: []string{"clerk"}, Desk: "hotline"},
		{ID: "mia", Roles: []string{"manager"}, Desk: "managers"},
	}
}
