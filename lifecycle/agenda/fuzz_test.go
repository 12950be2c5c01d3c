package agenda_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// Rule files come from outside: whatever stands in them, they are refused with Faults, or
// make books that answer.
func FuzzRules(f *testing.F) {
	for _, rules := range []any{visitRules(), greetingRules(), followUpRules(), planRules(), playRules()} {
		data, err := json.Marshal(rules)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	first, last := on("2027-02-01"), on("2027-02-07")
	f.Fuzz(func(t *testing.T, data []byte) {
		var faults customer.Faults
		var refusal *customer.Refusal
		check := func(err error) {
			if err != nil && !errors.As(err, &faults) && !errors.As(err, &refusal) {
				t.Errorf("neither Faults nor a Refusal: %v", err)
			}
		}
		if rules, err := agenda.ParseVisitRules(data); err == nil {
			visits, err := agenda.NewVisits(rules)
			if check(err); err == nil {
				_, _, err = visits.Due(agenda.Client{Customer: "c-1", Visited: []agenda.PastVisit{{Series: "visit", On: first - 100}}}, first, last)
				check(err)
			}
		}
		if rules, err := agenda.ParseGreetingRules(data); err == nil {
			greetings, err := agenda.NewGreetings(rules)
			if check(err); err == nil {
				_, _, err = greetings.Due(agenda.Client{Customer: "c-1", Days: []agenda.OwnDay{{Occasion: "birthday", Month: 2, Day: 29}}}, first, last)
				check(err)
			}
		}
		if rules, err := agenda.ParseFollowUpRules(data); err == nil {
			followUps, err := agenda.NewFollowUps(rules, calendars()["shop"], time.UTC)
			if check(err); err == nil {
				_, _, err = followUps.Due(agenda.Client{Customer: "c-1", Events: []agenda.Event{{Ref: "1", Kind: "repair", At: first.Start(time.UTC)}}}, first, last)
				check(err)
			}
		}
		if rules, err := agenda.ParsePlayRules(data); err == nil {
			plays, err := agenda.NewPlays(rules, newPolicy(t, contactRules()))
			if check(err); err == nil {
				_, err = plays.FromPlaybook(agenda.Client{Customer: "c-1"}, []lifecycle.Task{{ID: "call:2027-02-01", Play: "call", From: first, Due: last}})
				check(err)
			}
		}
		if rules, err := agenda.ParsePlanRules(data); err == nil {
			planner, err := agenda.NewPlanner(rules, newPolicy(t, contactRules()), calendars())
			if check(err); err == nil {
				_, err = planner.Plan(agenda.Work{First: first, Last: last, Tasks: []agenda.Task{call("c-1", "care", first, last)}})
				check(err)
			}
		}
	})
}
