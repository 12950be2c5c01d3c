package agenda_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// date and must keep the examples to what they show.
func date(month time.Month, day int) customer.Date {
	return must(customer.NewDate(2027, month, day))
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// smallShop is two people's shop: open Monday to Saturday, and nobody is rung up before
// ten.
func smallShop() (consent.Calendars, *consent.Policy) {
	hours := func(id, from, to string, days ...customer.Weekday) *calendar.Calendar {
		return must(calendar.New(calendar.Rules{
			Edition: customer.Edition{ID: id, Version: 1}, Zone: "UTC",
			Weekly: []calendar.Weekly{{Days: days, Hours: []calendar.Hours{{From: from, To: to}}}},
		}, time.UTC))
	}
	calendars := consent.Calendars{
		"shop":  hours("shop", "09:00", "18:00", 1, 2, 3, 4, 5, 6),
		"calls": hours("calls", "10:00", "19:00", 1, 2, 3, 4, 5),
	}
	policy := must(consent.New(consent.Rules{
		Edition:  customer.Edition{ID: "contact", Version: 1},
		Zone:     "UTC",
		Channels: []consent.Channel{{ID: "visit", Hours: "calls"}, {ID: "phone", Hours: "calls"}, {ID: "card"}},
		Purposes: []consent.Purpose{
			{ID: "care", Weight: 1},
			{ID: "greeting", Weight: 1},
			{ID: "promotion", Weight: 1},
			{ID: "service", Weight: 1, Uncapped: true, DespiteComplaint: true},
		},
		Caps: []consent.Cap{{ID: "week", Most: 2, Days: 7}, {ID: "month", Most: 5, Days: 30}},
	}, calendars, time.UTC))
	return calendars, policy
}

// Rows B42, B43 and B47: the week of a small shop with two people. Gold customers are
// visited every three months, and one has a birthday; nobody is contacted more than twice
// in seven days. What comes from package lifecycle is shown at Plays.
func Example() {
	calendars, policy := smallShop()
	monday, saturday := date(time.March, 1), date(time.March, 6)

	// The regular visits that are due.
	visits := must(agenda.NewVisits(agenda.VisitRules{
		Edition: customer.Edition{ID: "visits", Version: 1},
		Visits: []agenda.VisitRule{{
			Tier: "gold", Series: "visit", EveryMonths: 3, EarlyDays: 7, LateDays: 7,
			Act: agenda.Act{Purpose: "care", Channels: []string{"visit", "phone"}, Minutes: 60},
		}},
	}))
	var tasks []agenda.Task
	for _, who := range []agenda.Client{
		{Customer: "c-1", Owner: "li", Tier: "gold", Visited: []agenda.PastVisit{{Series: "visit", On: must(customer.NewDate(2026, time.November, 30))}}},
		{Customer: "c-2", Owner: "wang", Tier: "gold", Visited: []agenda.PastVisit{{Series: "visit", On: must(customer.NewDate(2026, time.November, 20))}}},
	} {
		due, _, err := visits.Due(who, monday, saturday)
		if err != nil {
			panic(err)
		}
		tasks = append(tasks, due...)
	}

	// Birthdays.
	greetings := must(agenda.NewGreetings(agenda.GreetingRules{
		Edition: customer.Edition{ID: "greetings", Version: 1},
		Occasions: []agenda.Occasion{{
			ID: "birthday", LeadDays: 3, Act: agenda.Act{Purpose: "greeting", Channels: []string{"card"}, Minutes: 10},
		}},
	}))
	due, _, err := greetings.Due(agenda.Client{
		Customer: "c-1", Owner: "li", Days: []agenda.OwnDay{{Occasion: "birthday", Month: time.March, Day: 5}},
	}, monday, saturday)
	if err != nil {
		panic(err)
	}
	tasks = append(tasks, due...)

	work := agenda.Work{
		First: monday, Last: saturday, Tasks: tasks,
		People: []agenda.Person{
			{ID: "li", Calendar: "shop", PerDay: 120},
			{ID: "wang", Calendar: "shop", PerDay: 120, Away: []agenda.Absence{{From: monday, Through: saturday}}, Substitute: "li"},
		},
	}
	for _, id := range []customer.ID{"c-1", "c-2"} {
		work.Reaches = append(work.Reaches, consent.Reach{Customer: id, Allowed: []consent.Permission{
			{Channel: "visit", Purpose: "care"}, {Channel: "card", Purpose: "greeting"},
		}})
	}
	planner := must(agenda.NewPlanner(agenda.PlanRules{
		Edition: customer.Edition{ID: "week", Version: 1}, Measure: agenda.CountMinutes,
	}, policy, calendars))
	plan := must(planner.Plan(work))
	for _, placed := range plan.Placed {
		fmt.Printf("%.3s %s: %s %s by %s, %s to %s\n", placed.Day.Weekday(), placed.Person, placed.Kind, placed.Customer, placed.Channel,
			placed.Between.From.Format("15:04"), placed.Between.To.Format("15:04"))
		for _, reason := range append(placed.Reasons, placed.Because...) {
			fmt.Println("    " + agenda.Explain(reason, customer.English))
		}
	}
	fmt.Println(len(plan.Unplaced), "left over")
	// Output:
	// Mon li: visit c-1 by visit, 10:00 to 18:00
	//     every 3 months, last on 30 Nov 2026, due on 28 Feb 2027
	//     1 day overdue since 28 Feb
	//     on 1 Mar, possible until 7 Mar; 60 of 120 minutes that day
	//     by li, whose customer she is
	// Tue li: greeting c-1 by card, 09:00 to 18:00
	//     the day is 5 Mar, not to be sent later
	//     on 2 Mar, possible until 5 Mar; 10 of 120 minutes that day
	//     by li, whose customer she is
	// Wed li: visit c-2 by visit, 10:00 to 18:00
	//     every 3 months, last on 20 Nov 2026, due on 20 Feb 2027
	//     9 days overdue since 20 Feb
	//     on 3 Mar, possible until 8 Mar; 60 of 120 minutes that day
	//     in place of wang, who is away, 1 Mar to 6 Mar
	// 0 left over
}

// row B43: the dates of the Spring Festival come from whoever knows the lunar calendar. The
// card goes out within five days before, once.
func ExampleGreetings_Due() {
	greetings := must(agenda.NewGreetings(agenda.GreetingRules{
		Edition: customer.Edition{ID: "greetings", Version: 1},
		Occasions: []agenda.Occasion{{
			ID: "spring-festival", Dates: []customer.Date{date(time.February, 6), date(time.February, 6) + 354}, LeadDays: 5, LateDays: 1,
			Act: agenda.Act{Purpose: "greeting", Channels: []string{"card"}},
		}},
	}))
	who := agenda.Client{Customer: "c-1"}
	show := func(today customer.Date) {
		due, not, err := greetings.Due(who, today, today)
		if err != nil {
			panic(err)
		}
		for _, task := range due {
			fmt.Println(today, task.ID)
			fmt.Println("   ", agenda.Explain(task.Reasons[0], customer.English))
			fmt.Println("   ", agenda.Explain(task.Reasons[0], customer.Chinese))
			// The host sends it, and keeps that as a fact.
			who.Contacts = append(who.Contacts, consent.Contact{On: today, Purpose: task.Purpose, Task: task.ID})
		}
		for _, reason := range not {
			fmt.Println(today, agenda.Explain(reason, customer.English))
		}
	}
	show(date(time.January, 31))
	show(date(time.February, 1))
	show(date(time.February, 2))
	// Output:
	// 2027-01-31 not before 1 Feb; due on 6 Feb
	// 2027-02-01 greeting/c-1/spring-festival/2027
	//     the day is 6 Feb, to be sent by 7 Feb
	//     日期为2月6日，最晚2月7日发出
	// 2027-02-02 done on 1 Feb for 6 Feb
}

// Rows A57 and A58: seven days after a repair somebody rings up and asks seven questions. A
// second repair of the same machine starts the days again.
func ExampleFollowUps_Due() {
	calendars, _ := smallShop()
	followUps := must(agenda.NewFollowUps(agenda.FollowUpRules{
		Edition: customer.Edition{ID: "care", Version: 1}, Zone: "UTC",
		FollowUps: []agenda.FollowUpRule{{
			ID: "repair-week", After: "repair", DueDays: 7, Move: agenda.NextWorkday, LateDays: 3,
			SupersededBy: []string{"repair"}, EndedBy: []string{"complaint"},
			Act: agenda.Act{
				Purpose: "service", Channels: []string{"phone"},
				Ask: []string{"sales-attitude", "repair", "still-a-problem", "opinion-of-product", "wished-models", "why-here", "come-again"},
			},
		}},
	}, calendars["shop"], time.UTC))
	who := agenda.Client{Customer: "c-1", Events: []agenda.Event{
		{Ref: "R-17", Kind: "repair", Subject: "washing machine", At: time.Date(2027, time.March, 1, 15, 0, 0, 0, time.UTC)},
		{Ref: "R-21", Kind: "repair", Subject: "washing machine", At: time.Date(2027, time.March, 7, 10, 0, 0, 0, time.UTC)},
	}}
	today := date(time.March, 14)
	due, not, err := followUps.Due(who, today, today+1)
	if err != nil {
		panic(err)
	}
	for _, task := range due {
		fmt.Println(task.ID, "on", task.Due)
		for _, reason := range task.Reasons {
			fmt.Println("   ", agenda.Explain(reason, customer.English))
		}
		fmt.Println("   ", task.Ask)
	}
	for _, reason := range not {
		fmt.Println(agenda.Explain(reason, customer.English))
		fmt.Println(agenda.Explain(reason, customer.Chinese))
	}
	// Output:
	// follow-up/c-1/repair-week/R-21 on 2027-03-15
	//     7 days after 7 Mar, on 14 Mar
	//     moved from 14 Mar, which is no working day, to 15 Mar
	//     [sales-attitude repair still-a-problem opinion-of-product wished-models why-here come-again]
	// what happened on 1 Mar was overtaken on 7 Mar
	// 3月1日的事因3月7日又有新情况，不再回访
}

// What finds no place is told with all that is in the way, and with the first day on which
// it could go after all.
func ExamplePlanner_Plan_unplaced() {
	calendars, policy := smallShop()
	planner := must(agenda.NewPlanner(agenda.PlanRules{
		Edition: customer.Edition{ID: "week", Version: 1}, Measure: agenda.CountTasks, LookAheadDays: 14,
	}, policy, calendars))
	monday := date(time.March, 1)
	task := func(id customer.ID, skill string, from, by customer.Date) agenda.Task {
		return agenda.Task{
			ID: agenda.TaskID(agenda.Visit, id, "visit", "first"), Kind: agenda.Visit, Customer: id,
			Act:  agenda.Act{Purpose: "care", Channels: []string{"phone"}, Skill: skill},
			From: from, Due: from, By: by,
		}
	}
	allowed := []consent.Permission{{Channel: "phone", Purpose: "care"}}
	plan := must(planner.Plan(agenda.Work{
		First: monday, Last: monday + 6,
		People: []agenda.Person{{ID: "li", Calendar: "shop", PerDay: 1}},
		Tasks: []agenda.Task{
			task("c-1", "", monday, monday),
			task("c-2", "", monday, monday+1),
			task("c-3", "", monday+1, monday+1),
			task("c-4", "", monday+5, monday+6),
			task("c-5", "piano-tuning", monday+2, monday+3),
		},
		Reaches: []consent.Reach{
			{Customer: "c-1", Allowed: allowed},
			{Customer: "c-2", Allowed: allowed},
			{Customer: "c-3", Allowed: allowed, Contacts: []consent.Contact{{On: monday - 3, Purpose: "care"}, {On: monday - 1, Purpose: "greeting"}}},
			{Customer: "c-4", Allowed: allowed},
			{Customer: "c-5", OptedOut: true},
		},
	}))
	for _, unplaced := range plan.Unplaced {
		fmt.Printf("%s, could be on %q\n", unplaced.ID, unplaced.Could)
		for _, reason := range unplaced.Because {
			fmt.Println("   ", agenda.Explain(reason, customer.English))
			fmt.Println("   ", agenda.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// visit/c-3/visit/first, could be on "2027-03-05"
	//     contact limit contact/1#week reached on 2 Mar: 2 of 2; free from 5 Mar
	//     3月2日联系次数已达上限（contact/1#week：2/2），3月5日起可再联系
	//     everybody is full on 1 of 1 day, 2 Mar
	//     1天中有1天（3月2日）所有人都已排满
	// visit/c-5/visit/first, could be on ""
	//     she has opted out of being contacted: contact/1#care
	//     她已要求不再联系：contact/1#care
	//     no consent: contact/1#phone-care
	//     未取得她的同意：contact/1#phone-care
	//     nobody of 1 has the skill: piano-tuning
	//     1人中无人具备此技能：piano-tuning
	// visit/c-4/visit/first, could be on "2027-03-08"
	//     nobody at work on 1 of 2 days, 7 Mar
	//     2天中有1天（3月7日）无人上班
	//     quiet hours leave no time on 1 of 2 days, 6 Mar: contact/1
	//     2天中有1天（3月6日）没有可联系的时间：contact/1
}
