package agenda_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// shopPlaybook is what the shop does after a first purchase, and for regulars who may leave.
func shopPlaybook() *lifecycle.Playbook {
	return must(lifecycle.NewPlaybook(lifecycle.PlaybookRules{
		Edition: customer.Edition{ID: "playbook", Version: 1},
		Plays: []lifecycle.Play{
			{ID: "all well?", Stage: lifecycle.Developing, Kind: lifecycle.WelcomePlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 3, DueDays: 2, Role: "service"},
			{ID: "partner offer", Stage: lifecycle.Developing, Kind: lifecycle.CrossSellPlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 3, DueDays: 3, Role: "service", Promotion: true},
			{ID: "manager calls", Stage: lifecycle.Mature, Kind: lifecycle.PersonalPlay, Trigger: lifecycle.OnEntering, Role: "shop manager"},
		},
	}))
}

// atRisk is the list of those the shop would lose most by losing: one hotel.
func atRisk(today customer.Date) []lifecycle.RiskRow[customer.ID] {
	risks := must(lifecycle.NewRisks(lifecycle.RiskRules{
		Edition: customer.Edition{ID: "risk", Version: 1}, Currency: customer.Currency{Code: "EUR", Digits: 2},
		HorizonDays: 365, LeastLikelihoodPermille: 300, LeastLoss: decimal.New(10, 0), Most: 10,
		Answers: []lifecycle.RiskAnswer{{Stage: lifecycle.Mature, Play: "manager calls", Channel: "phone", DueDays: 2}},
	}, shopPlaybook()))
	list := must(lifecycle.NewRiskList[customer.ID](risks, today))
	if err := list.Add("hotel", lifecycle.Stake{Likelihood: 750, Value: 180_000, Last: today - 40, Stage: lifecycle.Mature}); err != nil {
		panic(err)
	}
	return list.Rows()
}

// silent wakes the ladder for somebody who has not come for sixty days, and returns what it
// decided: to visit her.
func silent(today customer.Date) []lifecycle.Entry {
	ladder := must(lifecycle.NewLadder(lifecycle.LadderRules{
		Edition: customer.Edition{ID: "back", Version: 1}, Zone: "UTC",
		Rungs:       []lifecycle.Rung{{ID: "visit", SilenceDays: 60, Play: "ask what is wrong", Channel: "visit", Message: "visit", DueDays: 5}},
		BetweenDays: 14, LadderDays: 60, ResultDays: 30, OnComplaint: lifecycle.ComplaintWaits,
	}, time.UTC))
	decision := must(ladder.Step(lifecycle.Standing{}, lifecycle.Expectation{On: today, Days: 9, Last: today - 60, Interval: 14, Silence: 60},
		lifecycle.Bars{}, lifecycle.Wake{Ref: "night", Customer: "baker", At: today.Start(time.UTC)}))
	return decision.Entries
}

// Rows D6, D14, A28, B43 and B47: what package lifecycle would have done becomes tasks, one
// call for each source, and stands in one week's plan beside a greeting. The newcomer has a
// complaint open: she is asked whether all is well, and is spared the offer.
func ExamplePlays() {
	calendars, policy := smallShop()
	plays := must(agenda.NewPlays(agenda.PlayRules{
		Edition: customer.Edition{ID: "plays", Version: 1}, Promotion: "promotion",
		Plays: []agenda.PlayRule{
			{Act: agenda.Act{Purpose: "service", Channels: []string{"phone"}, Minutes: 15}},
			{Play: "manager calls", Act: agenda.Act{Purpose: "care", Channels: []string{"phone"}, Minutes: 30, Priority: 9}},
			{Play: "ask what is wrong", Act: agenda.Act{Purpose: "care", Channels: []string{"visit"}, Minutes: 60, Ask: []string{"what-is-wrong"}}},
		},
	}, policy))
	monday := date(time.March, 1)
	saturday := monday + 5

	newcomer := lifecycle.Standing{Life: lifecycle.Life{
		Stage: lifecycle.Developing, Since: monday - 2, Cycle: 1, First: monday - 2, Last: monday - 2,
	}}
	planned := must(shopPlaybook().Tasks(newcomer, monday, saturday+1))
	tasks := must(plays.FromPlaybook(agenda.Client{Customer: "newcomer", Owner: "li"}, planned))
	for _, row := range atRisk(monday) {
		task, given, err := agenda.FromRisk(plays, agenda.Client{Customer: row.Customer, Owner: "wang"}, row)
		if err != nil {
			panic(err)
		}
		if given {
			tasks = append(tasks, task)
		}
	}
	tasks = append(tasks, must(plays.FromLadder(agenda.Client{Customer: "baker", Owner: "li"}, silent(monday)))...)

	greetings := must(agenda.NewGreetings(agenda.GreetingRules{
		Edition: customer.Edition{ID: "greetings", Version: 1},
		Occasions: []agenda.Occasion{{
			ID: "spring-fair", Dates: []customer.Date{monday + 4}, LeadDays: 2, Act: agenda.Act{Purpose: "greeting", Channels: []string{"card"}, Minutes: 5},
		}},
	}))
	due, _, err := greetings.Due(agenda.Client{Customer: "baker", Owner: "li"}, monday, saturday)
	if err != nil {
		panic(err)
	}
	tasks = append(tasks, due...)

	work := agenda.Work{
		First: monday, Last: saturday, Tasks: tasks,
		People: []agenda.Person{
			{ID: "li", Calendar: "shop", PerDay: 120, Skills: []string{"service"}},
			{ID: "wang", Calendar: "shop", PerDay: 120, Skills: []string{"service", "shop manager"}},
		},
	}
	for _, id := range []customer.ID{"newcomer", "hotel", "baker"} {
		reach := consent.Reach{Customer: id, OpenComplaint: id == "newcomer"}
		for _, channel := range []string{"visit", "phone", "card"} {
			for _, purpose := range []string{"care", "greeting", "service", "promotion"} {
				reach.Allowed = append(reach.Allowed, consent.Permission{Channel: channel, Purpose: purpose})
			}
		}
		work.Reaches = append(work.Reaches, reach)
	}
	plan := must(must(agenda.NewPlanner(agenda.PlanRules{
		Edition: customer.Edition{ID: "week", Version: 1}, Measure: agenda.CountMinutes,
	}, policy, calendars)).Plan(work))
	for _, placed := range plan.Placed {
		fmt.Printf("%.3s %s: %s by %s (%s)\n", placed.Day.Weekday(), placed.Person, placed.ID, placed.Channel, placed.Purpose)
		for _, reason := range placed.Reasons {
			fmt.Println("    " + agenda.Explain(reason, customer.English))
		}
	}
	for _, unplaced := range plan.Unplaced {
		fmt.Printf("not: %s (%s)\n", unplaced.ID, unplaced.Purpose)
		for _, reason := range unplaced.Because {
			fmt.Println("    " + agenda.Explain(reason, customer.English))
		}
	}
	// Output:
	// Mon li: win-back/baker/1/visit by visit (care)
	//     back/1 visit: silent for 60 days since 31 Dec 2026, at 60 or more; to be done by 6 Mar 2027
	// Mon wang: at-risk/hotel/risk:manager calls:2027-01-20 by phone (care)
	//     135000 minor units expected to be lost, of 180000 minor units that she would bring up to 29 Feb 2028
	//     75 % likely to be gone
	//     suggested: risk/1 manager calls, by 3 Mar 2027
	// Tue li: onboarding/newcomer/all well?:2027-02-27 by phone (service)
	//     first purchase on 27 Feb, to be done by 4 Mar
	// Wed li: greeting/baker/spring-fair/2027 by card (greeting)
	//     the day is 5 Mar, not to be sent later
	// not: onboarding/newcomer/partner offer:2027-02-27 (promotion)
	//     a complaint of hers is open: contact/1#promotion
}
