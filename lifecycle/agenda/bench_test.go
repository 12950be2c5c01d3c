package agenda_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// bigWork is 10,000 tasks over 20 people and 30 days. perDay makes it roomy or tight: the
// people have 22 working days each.
func bigWork(perDay int) agenda.Work {
	work := agenda.Work{First: on("2026-11-02"), Last: on("2026-12-01")}
	for i := range 20 {
		person := agenda.Person{ID: fmt.Sprintf("p-%02d", i), Calendar: "shop", PerDay: perDay}
		if i%4 == 0 {
			person.Skills = []string{"repair"}
		}
		if i%5 == 0 {
			person.Away = []agenda.Absence{{From: on("2026-11-09"), Through: on("2026-11-13")}}
		}
		work.People = append(work.People, person)
	}
	for i := range 10_000 {
		chance := customer.Draw("work", customer.ID(fmt.Sprint(i)))
		id := customer.ID(fmt.Sprintf("c-%d", i*4/5)) // some have two tasks
		from := work.First.AddDays(int(chance % 28))
		task := call(id, []string{"care", "greeting", "service"}[chance>>8%3], from, from.AddDays(int(chance>>16%14)))
		task.ID = agenda.TaskID(agenda.Visit, id, fmt.Sprint(i))
		task.Minutes = 10 + 5*int(chance>>24%8)
		if chance>>32%2 == 0 {
			task.Owner = fmt.Sprintf("p-%02d", chance>>40%20)
		}
		if chance>>48%10 == 0 {
			task.Skill = "repair"
		}
		work.Tasks = append(work.Tasks, task)
		if i%5 != 1 {
			reach := everything(id)
			if chance>>56%2 == 0 {
				reach.Contacts = []consent.Contact{{On: work.First - 3, Purpose: "care"}}
			}
			work.Reaches = append(work.Reaches, reach)
		}
	}
	return work
}

// A month's plan of 10,000 tasks over 20 people: with room for all, and with too little.
func BenchmarkPlan(b *testing.B) {
	for _, tc := range []struct {
		name    string
		perDay  int
		measure agenda.Measure
	}{
		{"tasks/roomy", 40, agenda.CountTasks},
		{"tasks/tight", 22, agenda.CountTasks},
		{"tasks/scarce", 12, agenda.CountTasks},
		{"minutes/roomy", 600, agenda.CountMinutes},
		{"minutes/scarce", 300, agenda.CountMinutes},
	} {
		b.Run(tc.name, func(b *testing.B) {
			rules := planRules()
			rules.Measure = tc.measure
			planner := newPlanner(b, rules, contactRules())
			work := bigWork(tc.perDay)
			var plan agenda.Plan
			b.ReportAllocs()
			for b.Loop() {
				var err error
				plan, err = planner.Plan(work)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(len(plan.Unplaced)), "unplaced")
		})
	}
}

// The due list of a million customers, one after the other: an eighth of them is due.
func BenchmarkDue(b *testing.B) {
	const customers = 1_000_000
	visits, err := agenda.NewVisits(agenda.VisitRules{
		Edition: customer.Edition{ID: "visits", Version: 1},
		Visits: []agenda.VisitRule{
			{Tier: "gold", Series: "visit", EveryMonths: 3, LateDays: 14, Act: agenda.Act{Purpose: "care", Channels: []string{"visit"}}},
			{Series: "visit", EveryDays: 365, LateDays: 30, Act: agenda.Act{Purpose: "care", Channels: []string{"phone"}}},
		},
	})
	require.NoError(b, err)
	people := make([]agenda.Client, 1000)
	today := on("2026-11-23")
	for i := range people {
		people[i] = agenda.Client{
			Customer: customer.ID(fmt.Sprintf("c-%d", i)), Known: on("2020-01-01"),
			Visited: []agenda.PastVisit{{Series: "visit", On: today.AddDays(-(i * 389 % 417))}},
		}
	}
	due := 0
	b.ReportAllocs()
	for b.Loop() {
		due = 0
		for i := range customers {
			tasks, _, err := visits.Due(people[i%len(people)], today, today+7)
			if err != nil {
				b.Fatal(err)
			}
			due += len(tasks)
		}
	}
	b.ReportMetric(float64(customers)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
	b.ReportMetric(float64(due), "due")
}
